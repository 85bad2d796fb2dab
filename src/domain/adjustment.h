/*
 * An adjustment: two banks agree, on a case of theirs, that one owes the other money besides all
 * transfers. Its record, its state machine, and what it moves. DOMAIN.md §6.
 */
#ifndef LG_DOMAIN_ADJUSTMENT_H
#define LG_DOMAIN_ADJUSTMENT_H

#include "domain/position.h"

#define ADJUSTMENT_TEXT_MAX 280
#define ADJUSTMENT_ENTRIES_MAX 2    /* it is proposed, and ends */
#define ADJUSTMENTS_OF_CASE_MAX 16u /* one after the other: of a case at most one is PROPOSED */

/* Values equal the wire's. */
enum adjustment_state {
    ADJUSTMENT_NONE = 0,
    ADJUSTMENT_PROPOSED = 1,  /* until expires_at_ms */
    ADJUSTMENT_BOOKED = 2,    /* both agreed: it stands in the nets of its window */
    ADJUSTMENT_REJECTED = 3,  /* by the other bank */
    ADJUSTMENT_WITHDRAWN = 4, /* by the bank that proposed it */
    ADJUSTMENT_EXPIRED = 5,
    ADJUSTMENT_STATES
};
enum adjustment_event {
    ADJUSTMENT_EVENT_PROPOSE,
    ADJUSTMENT_EVENT_ACCEPT,
    ADJUSTMENT_EVENT_REJECT,
    ADJUSTMENT_EVENT_WITHDRAW,
    ADJUSTMENT_EVENT_EXPIRE,
    ADJUSTMENT_EVENTS
};

/* Its text stands sealed beside it (store_get_adjustment_text). */
struct adjustment_entry {
    enum adjustment_state state;
    bank_code by; /* 0: its time was over */
    int64_t at_ms;
    uint64_t sequence;
};

struct adjustment {
    struct id id;
    struct id inquiry; /* the case that it is of */
    enum adjustment_state state;
    bank_code debtor, creditor;
    bank_code proposed_by; /* one of the two */
    struct money amount;
    int64_t expires_at_ms;
    uint64_t window; /* that holds it, once BOOKED */
    uint32_t entry_count;
    struct adjustment_entry entries[ADJUSTMENT_ENTRIES_MAX];
};

bool adjustment_next(enum adjustment_state state, enum adjustment_event event,
                     enum adjustment_state *next_out);
const char *adjustment_state_name(enum adjustment_state state);
const char *adjustment_event_name(enum adjustment_event event);
/* Moves it and adds the entry (its state filled in here). False: refused. */
bool adjustment_move(struct adjustment *adjustment, enum adjustment_event event,
                     const struct adjustment_entry *entry) __attribute__((warn_unused_result));
/* What it moves: the debtor's bank owes the creditor's so much more. False, and nothing changed,
 * when a sum would wrap, the amount is not positive, or net is not of these two banks. */
bool adjustment_book(struct position *debtor, struct position *creditor, struct pair_net *net,
                     int64_t amount_fen) __attribute__((warn_unused_result));

#endif
