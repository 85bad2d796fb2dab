/*
 * The life of an adjustment, and its place in the sums.
 *
 *   PROPOSED --accept by the other bank--> BOOKED
 *      |-------reject by the other bank--> REJECTED
 *      |-------withdraw by the proposer--> WITHDRAWN
 *      `-------its time is over----------> EXPIRED
 *
 * Invariants: a state moves along the table or not at all; nothing leaves a state but PROPOSED; what
 * is booked stands in both positions and in one net, or in none. Who may accept is for the caller.
 */
#include "domain/adjustment.h"

static const uint8_t successors[ADJUSTMENT_STATES][ADJUSTMENT_EVENTS] = {
    [ADJUSTMENT_NONE] = {[ADJUSTMENT_EVENT_PROPOSE] = ADJUSTMENT_PROPOSED},
    [ADJUSTMENT_PROPOSED] = {[ADJUSTMENT_EVENT_ACCEPT] = ADJUSTMENT_BOOKED,
                             [ADJUSTMENT_EVENT_REJECT] = ADJUSTMENT_REJECTED,
                             [ADJUSTMENT_EVENT_WITHDRAW] = ADJUSTMENT_WITHDRAWN,
                             [ADJUSTMENT_EVENT_EXPIRE] = ADJUSTMENT_EXPIRED},
};

bool adjustment_next(enum adjustment_state state, enum adjustment_event event,
                     enum adjustment_state *next_out) {
    if ((unsigned)state >= ADJUSTMENT_STATES || (unsigned)event >= ADJUSTMENT_EVENTS)
        return false;
    enum adjustment_state next = (enum adjustment_state)successors[state][event];
    if (next == ADJUSTMENT_NONE)
        return false;
    *next_out = next;
    return true;
}

bool adjustment_move(struct adjustment *adjustment, enum adjustment_event event,
                     const struct adjustment_entry *entry) {
    enum adjustment_state next;
    if (!adjustment_next(adjustment->state, event, &next) ||
        adjustment->entry_count >= ADJUSTMENT_ENTRIES_MAX)
        return false;
    struct adjustment_entry step = *entry;
    step.state = next;
    adjustment->entries[adjustment->entry_count++] = step;
    adjustment->state = next;
    return true;
}

/* Reserved and accepted in one: sums and net are moved as a transfer moves them. */
bool adjustment_book(struct position *debtor, struct position *creditor, struct pair_net *net,
                     int64_t amount_fen) {
    struct position from = *debtor;
    struct position to = *creditor;
    if (!position_reserve(&from, &to, amount_fen) || !position_accept(&from, &to, net, amount_fen))
        return false;
    *debtor = from;
    *creditor = to;
    return true;
}

const char *adjustment_state_name(enum adjustment_state state) {
    static const char *const names[ADJUSTMENT_STATES] = {
        [ADJUSTMENT_NONE] = "NONE",           [ADJUSTMENT_PROPOSED] = "PROPOSED",
        [ADJUSTMENT_BOOKED] = "BOOKED",       [ADJUSTMENT_REJECTED] = "REJECTED",
        [ADJUSTMENT_WITHDRAWN] = "WITHDRAWN", [ADJUSTMENT_EXPIRED] = "EXPIRED",
    };
    return (unsigned)state < ADJUSTMENT_STATES ? names[state] : "INVALID";
}

const char *adjustment_event_name(enum adjustment_event event) {
    static const char *const names[ADJUSTMENT_EVENTS] = {
        [ADJUSTMENT_EVENT_PROPOSE] = "PROPOSE", [ADJUSTMENT_EVENT_ACCEPT] = "ACCEPT",
        [ADJUSTMENT_EVENT_REJECT] = "REJECT",   [ADJUSTMENT_EVENT_WITHDRAW] = "WITHDRAW",
        [ADJUSTMENT_EVENT_EXPIRE] = "EXPIRE",
    };
    return (unsigned)event < ADJUSTMENT_EVENTS ? names[event] : "INVALID";
}
