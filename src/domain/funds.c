/*
 * The life of a payment into or out of a prefunded balance: one table says which event leads from
 * which state to which.
 *
 * Invariants: a state moves along the table or not at all; every move is in the history; nothing
 * leaves CONFIRMED and CANCELLED. What goes out is reserved first, so that the balance is never below
 * what is reserved of it, and never negative. How much may go out is not decided here.
 */
#include "domain/funds.h"

static const uint8_t successors[FUNDS_STATES][FUNDS_EVENTS] = {
    [FUNDS_NONE] = {[FUNDS_EVENT_BEGIN] = FUNDS_PENDING},
    [FUNDS_PENDING] =
        {[FUNDS_EVENT_CONFIRM] = FUNDS_CONFIRMED, [FUNDS_EVENT_CANCEL] = FUNDS_CANCELLED},
};

bool funds_next(enum funds_state state, enum funds_event event, enum funds_state *next_out) {
    if ((unsigned)state >= FUNDS_STATES || (unsigned)event >= FUNDS_EVENTS)
        return false;
    enum funds_state next = (enum funds_state)successors[state][event];
    if (next == FUNDS_NONE)
        return false;
    *next_out = next;
    return true;
}

const char *funds_state_name(enum funds_state state) {
    static const char *const names[FUNDS_STATES] = {
        [FUNDS_NONE] = "NONE",
        [FUNDS_PENDING] = "PENDING",
        [FUNDS_CONFIRMED] = "CONFIRMED",
        [FUNDS_CANCELLED] = "CANCELLED",
    };
    return (unsigned)state < FUNDS_STATES ? names[state] : "INVALID";
}

const char *funds_event_name(enum funds_event event) {
    static const char *const names[FUNDS_EVENTS] = {
        [FUNDS_EVENT_BEGIN] = "BEGIN",
        [FUNDS_EVENT_CONFIRM] = "CONFIRM",
        [FUNDS_EVENT_CANCEL] = "CANCEL",
    };
    return (unsigned)event < FUNDS_EVENTS ? names[event] : "INVALID";
}

const char *funds_direction_name(enum funds_direction direction) {
    return direction == FUNDS_IN ? "IN" : direction == FUNDS_OUT ? "OUT" : "INVALID";
}

bool funds_move(struct funds *funds, enum funds_event event, const struct history_entry *entry) {
    enum funds_state next;
    if (!funds_next(funds->state, event, &next))
        return false;
    struct history_entry step = *entry;
    step.state = next;
    step.event = event;
    if (!history_add(&funds->history, &step))
        return false;
    funds->state = next;
    return true;
}

static bool book_out(struct exposure_terms *terms, int64_t fen, enum funds_event event) {
    if (event == FUNDS_EVENT_BEGIN) {
        int64_t reserved_fen;
        if (!fen_add(terms->out_reserved_fen, fen, &reserved_fen) ||
            reserved_fen > terms->balance_fen)
            return false;
        terms->out_reserved_fen = reserved_fen;
        return true;
    }
    if (terms->out_reserved_fen < fen || terms->balance_fen < fen)
        return false;
    terms->out_reserved_fen -= fen;
    if (event == FUNDS_EVENT_CONFIRM)
        terms->balance_fen -= fen;
    return true;
}

bool funds_book(struct exposure_terms *terms, const struct funds *funds, enum funds_event event) {
    int64_t fen = funds->amount.fen;
    if (fen <= 0)
        return false;
    if (funds->direction == FUNDS_OUT)
        return book_out(terms, fen, event);
    return event != FUNDS_EVENT_CONFIRM || fen_add(terms->balance_fen, fen, &terms->balance_fen);
}
