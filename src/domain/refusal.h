/*
 * Refusals are data: reason (ISO 20022 ExternalStatusReason1Code), detail of ours, a text for
 * people, the field, and whether to try again. One table (refusal.c) gives them; the document's
 * table is generated from it (refusal_at). Rules: DESIGN.md §3, DOMAIN.md §8.
 */
#ifndef LG_DOMAIN_REFUSAL_H
#define LG_DOMAIN_REFUSAL_H

#include "domain/limit.h"
#include "domain/refusal_code.h" // IWYU pragma: export

/* A row of the table. reason is "" where there is no ISO code. detail is never empty, and no two
 * rows share one; where the list of codes names none it is the code's own name. */
struct refusal_row {
    enum refusal_code code;
    const char *reason;
    const char *detail;
    const char *text;
    enum retry retry;
};

/* A refusal of one request. field is a dotted name with static storage, "" if none. */
struct refusal {
    enum refusal_code code;
    const char *field;
    bool replayed;
    struct limit_left limit;  /* what it came upon; of NONE: it was no limit */
    uint32_t product_version; /* PRODUCT_CHANGED: the present one; else 0 */
    int64_t right_fen;        /* of a sum that is wrong: the right one, where one is; else 0 */
};

/* Never NULL; a code that is not in that list is a broken invariant. */
const struct refusal_row *refusal_row(enum refusal_code code);
/* Row index for listing, from the first real refusal on; NULL past the end. */
const struct refusal_row *refusal_at(size_t index);

#endif
