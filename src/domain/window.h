/*
 * A settlement window: what is accepted while it is open is settled together. Its record, its state
 * machine, and the net of one pair of banks within it. Rules: DOMAIN.md §6.
 *
 *   OPEN --close--> CLOSING --fix--> CLOSED --settle--> SETTLED
 *                                      `----abort---> ABORTED (nets go on into a successor)
 */
#ifndef LG_DOMAIN_WINDOW_H
#define LG_DOMAIN_WINDOW_H

#include "domain/position.h"

/* Values equal the wire's, and are on disk. */
enum window_state {
    WINDOW_NONE = 0,
    WINDOW_OPEN = 1,
    WINDOW_CLOSING = 2, /* its contents are fixed; the next one is open */
    WINDOW_CLOSED = 3,  /* the banks have been told their nets */
    WINDOW_SETTLED = 4,
    WINDOW_ABORTED = 5,
    WINDOW_STATES
};
enum window_event {
    WINDOW_EVENT_OPEN,
    WINDOW_EVENT_CLOSE,
    WINDOW_EVENT_FIX,
    WINDOW_EVENT_SETTLE,
    WINDOW_EVENT_ABORT,
    WINDOW_EVENTS
};
enum settlement {
    SETTLEMENT_NONE = 0,
    SETTLEMENT_BILATERAL = 1,   /* each pair pays its net, over rails of its own */
    SETTLEMENT_MULTILATERAL = 2 /* from what was paid in, all or nothing */
};

struct window {
    uint64_t number; /* from 1 on, without gaps */
    enum window_state state;
    enum settlement settlement; /* NONE until it is known */
    int64_t business_day;       /* Shanghai day, since 1970-01-01; never goes back */
    int64_t cut_off_at_ms;      /* closes by itself then; 0: it does not */
    int64_t opened_at_ms;
    int64_t closing_at_ms;
    int64_t closed_at_ms;
    int64_t ended_at_ms; /* SETTLED or ABORTED */
    uint64_t successor;  /* of an ABORTED one: the window that took its nets */
    bank_code defaulter; /* for which it was aborted; 0: none named */
    uint64_t open_pairs; /* of a CLOSED one: nets that are not settled yet */
    struct history history;
};

bool window_next(enum window_state state, enum window_event event, enum window_state *next_out);
/* SETTLED and ABORTED. */
bool window_final(enum window_state state);
/* Banks with a net in it are told of that event. */
bool window_tells(enum window_event event);
const char *window_state_name(enum window_state state);
const char *window_event_name(enum window_event event);
const char *settlement_name(enum settlement settlement);
/* Its number as an id, and back; 0 for what is no such id. */
struct id window_id(uint64_t number);
uint64_t window_number(const struct id *id);
/* Transfers received while it was open have ids above first, and not above last. What was accepted
 * in it and was received earlier is late: it has a row of its own. */
struct id window_first(const struct window *window);
struct id window_last(const struct window *window);
bool window_is_late(const struct window *window, const struct id *transfer);
/* When the ledger must look at it: the cut-off while OPEN, at once while CLOSING; 0: never. */
int64_t window_due_ms(const struct window *window);
/* Moves it and adds its history entry (state filled in here). False: refused. */
bool window_move(struct window *window, enum window_event event, const struct history_entry *entry)
    __attribute__((warn_unused_result));

#endif
