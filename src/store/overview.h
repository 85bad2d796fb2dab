/*
 * The table of overviews: questions about all links of one account that are answered together. A row
 * is gone with the last of its answers. What was answered meanwhile stands sealed in it. Conventions
 * as in store/store.h.
 */
#ifndef LG_STORE_OVERVIEW_H
#define LG_STORE_OVERVIEW_H

#include "domain/message_overview.h"
#include "store/store.h"

/* The amounts mean something with ANSWERED, the reason with DECLINED. */
struct store_overview_part {
    struct id link;
    struct id question; /* zero but while it is WAITING */
    enum overview_status status;
    int64_t available_fen, booked_fen, as_of_ms;
    char currency[CURRENCY_SIZE];
    char reason[REASON_SIZE];
};

struct store_overview {
    struct id id;
    bank_code asked_by;
    struct id request;
    struct id next; /* the first link that is not among the parts; zero: none */
    uint32_t count;
    struct store_overview_part parts[OVERVIEW_PARTS_MAX];
};

int store_get_overview(struct store *store, const struct id *id,
                       struct store_overview *overview_out) MUST_USE;
void store_put_overview(struct store *store, const struct store_overview *overview, bool fresh);
int store_drop_overview(struct store *store, const struct id *id) MUST_USE;

#endif
