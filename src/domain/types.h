/*
 * The small words of the domain that everything shares.
 */
#ifndef LG_DOMAIN_TYPES_H
#define LG_DOMAIN_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "util/bytes.h"
#include "util/digest_value.h"
#include "util/id.h"
#include "util/money.h"

/* A bank code is its 12 digits as a number (leading zeros are significant only in print: %012).
 * 0 is no bank. Rule: DOMAIN.md §7. */
typedef uint64_t bank_code;

#define BANK_CODE_DIGITS 12
#define ACCOUNT_NUMBER_MIN 5
#define ACCOUNT_NUMBER_MAX 34
#define PERSON_NAME_MAX 128
#define REASON_SIZE 5     /* ISO 20022 code, four letters and NUL; room for "" */
#define DATE_TEXT_SIZE 11 /* YYYY-MM-DD and NUL */
#define REFERENCE_MAX 35

/* Values equal those of the wire (linkgate.v1). */
enum account_class {
    ACCOUNT_CLASS_NONE = 0,
    ACCOUNT_CLASS_I = 1,
    ACCOUNT_CLASS_II = 2,
    ACCOUNT_CLASS_III = 3
};
enum account_opening {
    ACCOUNT_OPENING_NONE = 0,
    ACCOUNT_OPENING_REMOTE = 1,
    ACCOUNT_OPENING_FACE_TO_FACE = 2
};
enum retry { RETRY_NONE = 0, RETRY_NEVER = 1, RETRY_NEW_ID = 2, RETRY_SAME_ID_LATER = 3 };

/* An agreed limit of 0 is none of that sort. */
struct agreed_limits {
    int64_t single_fen;
    int64_t daily_fen;
    uint32_t daily_count;
    int64_t yearly_fen;
};

/* Kinds of objects that can be named, frozen, noticed about. */
enum object_kind { OBJECT_NONE = 0, OBJECT_LINK = 1, OBJECT_TRANSFER = 2, OBJECT_BANK = 3 };

/* Why an object moved. Kept with each history entry. */
enum cause {
    CAUSE_NONE = 0,
    CAUSE_REQUEST = 1,  /* a bank's request */
    CAUSE_ANSWER = 2,   /* the asked bank's answer */
    CAUSE_DEADLINE = 3, /* ledger time */
    CAUSE_OPERATOR = 4,
    CAUSE_RULE = 5 /* follows from the state of another object */
};

#define HISTORY_MAX 24

/* One step in an object's life. State is that of the object's own machine. */
struct history_entry {
    uint32_t state;
    int64_t at_ms;
    uint64_t sequence; /* the command that caused it */
    enum cause cause;
    bank_code by; /* bank that caused it; 0 for the gateway or an operator */
    uint32_t uid; /* operator that caused it, with CAUSE_OPERATOR */
    char reason[REASON_SIZE];
};

struct history {
    uint32_t count;
    struct history_entry entries[HISTORY_MAX];
};

/* False when full: the caller treats that as a broken invariant (every path of the machines is
 * shorter than HISTORY_MAX). */
bool history_add(struct history *history, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
