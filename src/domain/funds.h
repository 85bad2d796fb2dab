/*
 * Money that a bank pays in, or takes out of what it has paid in: begun by two people, and ended by
 * two once the money has moved outside. Rules: DOMAIN.md §6.
 *
 *   PENDING --confirm--> CONFIRMED     in: the balance grows when it is confirmed
 *      `----cancel-----> CANCELLED     out: reserved of the balance while it is pending
 */
#ifndef LG_DOMAIN_FUNDS_H
#define LG_DOMAIN_FUNDS_H

#include "domain/exposure.h"

/* Values are on disk. */
enum funds_state {
    FUNDS_NONE = 0,
    FUNDS_PENDING = 1,
    FUNDS_CONFIRMED = 2,
    FUNDS_CANCELLED = 3,
    FUNDS_STATES
};
enum funds_event { FUNDS_EVENT_BEGIN, FUNDS_EVENT_CONFIRM, FUNDS_EVENT_CANCEL, FUNDS_EVENTS };
enum funds_direction { FUNDS_IN = 1, FUNDS_OUT = 2 };

struct funds {
    struct id id;
    bank_code bank;
    enum funds_state state;
    enum funds_direction direction;
    struct money amount;
    char reference[REFERENCE_MAX + 1];     /* of the payment that is expected, or ordered */
    char end_reference[REFERENCE_MAX + 1]; /* of the payment that was seen; "" when cancelled */
    int64_t begun_at_ms;
    int64_t ended_at_ms;
    struct history history;
};

/* False: refused, for that state. */
bool funds_next(enum funds_state state, enum funds_event event, enum funds_state *next_out);
const char *funds_state_name(enum funds_state state);
const char *funds_event_name(enum funds_event event);
const char *funds_direction_name(enum funds_direction direction); /* "IN", "OUT" */
/* Moves it and adds its history entry (state filled in here). False: refused. */
bool funds_move(struct funds *funds, enum funds_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));
/* What that event does to the bank's terms. False, and nothing is changed, when a sum would wrap or
 * less stands there than goes. */
bool funds_book(struct exposure_terms *terms, const struct funds *funds, enum funds_event event)
    __attribute__((warn_unused_result));

#endif
