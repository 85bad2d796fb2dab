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

/* Kinds of objects that can be named, noticed about, or have a deadline. Values are on disk. */
enum object_kind {
    OBJECT_NONE = 0,
    OBJECT_LINK = 1,
    OBJECT_TRANSFER = 2,
    OBJECT_BANK = 3,
    OBJECT_CASE = 4,
    OBJECT_APPROVAL = 5,
    OBJECT_QUESTION = 6,   /* a bank's view of an account that is being asked for */
    OBJECT_WINDOW = 7,     /* a settlement window: window_id of its number */
    OBJECT_FUNDS = 8,      /* a payment into a prefunded balance, or out of it */
    OBJECT_ADJUSTMENT = 9, /* what two banks agreed on besides all transfers */
    OBJECT_RULES = 10,     /* a document of rules; its number in the last eight bytes of the id */
    OBJECT_PRODUCT = 11,   /* of the catalogue: the first half of SHA-256(issuer, code) */
    OBJECT_ORDER = 12,     /* of a product */
    OBJECT_LOAN = 13,
    OBJECT_CARD = 14, /* an application for a card */
    OBJECT_EVENT = 15 /* what a bank tells another besides money */
};

/* Why an object moved. Kept with each history entry. */
enum cause {
    CAUSE_NONE = 0,
    CAUSE_REQUEST = 1,  /* a bank's request */
    CAUSE_ANSWER = 2,   /* the asked bank's answer */
    CAUSE_DEADLINE = 3, /* ledger time */
    CAUSE_OPERATOR = 4,
    CAUSE_RULE = 5, /* follows from the state of another object, or a rule of the gateway */
    CAUSE_RECON = 6 /* a row of the instructed bank's own list */
};

/* Entries that stand in the object's own record: the latest. Older ones of a long life are moved to
 * rows of their own (store_put_history). */
#define HISTORY_MAX 24
/* How many are moved at a time when the record is full. */
#define HISTORY_SPILL 12
/* A life longer than this takes nothing that can be refused any more (REFUSAL_HISTORY). */
#define HISTORY_LIFE_MAX 4096u

/* One step in an object's life. State and event are those of the object's own machine. */
struct history_entry {
    uint32_t state;
    uint32_t event;
    int64_t at_ms;
    uint64_t sequence; /* the command that caused it */
    enum cause cause;
    bank_code by;      /* bank that caused it; 0 for the gateway or an operator */
    uint32_t uid;      /* operator that caused it, with CAUSE_OPERATOR */
    uint32_t approver; /* the second operator, where two are needed; else 0 */
    bool two;          /* there was a second operator: uid 0 is one like any other */
    char reason[REASON_SIZE];
    struct id about; /* hold, challenge, return, case: what it concerned; zero: nothing further */
};

/* Entry i of the whole life is entries[i - spilled]. */
struct history {
    uint32_t spilled; /* older ones, that stand in rows of their own */
    uint32_t count;
    struct history_entry entries[HISTORY_MAX];
};

/* False when full: the ledger spills before it adds, so that to the caller it is a broken
 * invariant. */
bool history_add(struct history *history, const struct history_entry *entry)
    __attribute__((warn_unused_result));
bool history_full(const struct history *history);
/* Takes the oldest HISTORY_SPILL out (they are to be put away first); only when full. */
void history_spill(struct history *history);
/* All entries of the life, spilled ones too. */
uint32_t history_length(const struct history *history);
/* NULL when that entry of the whole life is spilled, or not yet there. Borrowed. */
const struct history_entry *history_at(const struct history *history, uint32_t index);

#endif
