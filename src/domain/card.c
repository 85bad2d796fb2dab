/*
 * The life of an application for a card.
 *
 *   APPLIED --taken--> FORWARDED --issued--> ISSUED --activated--> ACTIVATED
 *      \                  ^                   |  ^
 *       `--no answer--> UNKNOWN               v  | another number
 *                                            LOST
 *
 *   every state but the final ones: refused by the partner, cancelled by the customer; every one but
 *   APPLIED, which has its own time: expired
 *
 * Invariants: a state moves along the table or not at all; every move is in the history; nothing
 * leaves a final state; what the partner says of the card itself is taken as its answer, too. Who
 * may send an event, and when a time is over, is for the caller to know.
 */
#include "domain/card.h"

/* No event leads to CARD_NONE: what is not written here is refused. */
static const uint8_t successors[CARD_STATES][CARD_EVENTS] = {
    [CARD_NONE] = {[CARD_EVENT_APPLY] = CARD_APPLIED},
    [CARD_APPLIED] =
        {
            [CARD_EVENT_TAKEN] = CARD_FORWARDED,
            [CARD_EVENT_ISSUED] = CARD_ISSUED,
            [CARD_EVENT_REFUSED] = CARD_REFUSED,
            [CARD_EVENT_UNANSWERED] = CARD_UNKNOWN,
            [CARD_EVENT_CANCEL] = CARD_CANCELLED,
        },
    [CARD_UNKNOWN] =
        {
            [CARD_EVENT_TAKEN] = CARD_FORWARDED,
            [CARD_EVENT_ISSUED] = CARD_ISSUED,
            [CARD_EVENT_REFUSED] = CARD_REFUSED,
            [CARD_EVENT_CANCEL] = CARD_CANCELLED,
            [CARD_EVENT_EXPIRE] = CARD_EXPIRED,
        },
    [CARD_FORWARDED] =
        {
            [CARD_EVENT_ISSUED] = CARD_ISSUED,
            [CARD_EVENT_REFUSED] = CARD_REFUSED,
            [CARD_EVENT_CANCEL] = CARD_CANCELLED,
            [CARD_EVENT_EXPIRE] = CARD_EXPIRED,
        },
    [CARD_ISSUED] =
        {
            [CARD_EVENT_DISPATCHED] = CARD_ISSUED,
            [CARD_EVENT_LOST] = CARD_LOST,
            [CARD_EVENT_ACTIVATED] = CARD_ACTIVATED,
            [CARD_EVENT_REFUSED] = CARD_REFUSED,
            [CARD_EVENT_CANCEL] = CARD_CANCELLED,
            [CARD_EVENT_EXPIRE] = CARD_EXPIRED,
        },
    [CARD_LOST] =
        {
            [CARD_EVENT_ISSUED] = CARD_ISSUED,
            [CARD_EVENT_REFUSED] = CARD_REFUSED,
            [CARD_EVENT_CANCEL] = CARD_CANCELLED,
            [CARD_EVENT_EXPIRE] = CARD_EXPIRED,
        },
};

bool card_next(enum card_state state, enum card_event event, enum card_state *next_out) {
    if ((unsigned)state >= CARD_STATES || (unsigned)event >= CARD_EVENTS)
        return false;
    enum card_state next = (enum card_state)successors[state][event];
    if (next == CARD_NONE)
        return false;
    *next_out = next;
    return true;
}

bool card_final(enum card_state state) {
    return state == CARD_ACTIVATED || state == CARD_REFUSED || state == CARD_CANCELLED ||
           state == CARD_EXPIRED;
}

const char *card_state_name(enum card_state state) {
    static const char *const names[CARD_STATES] = {
        [CARD_NONE] = "NONE",           [CARD_APPLIED] = "APPLIED", [CARD_UNKNOWN] = "UNKNOWN",
        [CARD_FORWARDED] = "FORWARDED", [CARD_ISSUED] = "ISSUED",   [CARD_LOST] = "LOST",
        [CARD_ACTIVATED] = "ACTIVATED", [CARD_REFUSED] = "REFUSED", [CARD_CANCELLED] = "CANCELLED",
        [CARD_EXPIRED] = "EXPIRED",
    };
    return (unsigned)state < CARD_STATES ? names[state] : "INVALID";
}

const char *card_event_name(enum card_event event) {
    static const char *const names[CARD_EVENTS] = {
        [CARD_EVENT_APPLY] = "APPLY",     [CARD_EVENT_TAKEN] = "TAKEN",
        [CARD_EVENT_ISSUED] = "ISSUED",   [CARD_EVENT_DISPATCHED] = "DISPATCHED",
        [CARD_EVENT_LOST] = "LOST",       [CARD_EVENT_ACTIVATED] = "ACTIVATED",
        [CARD_EVENT_REFUSED] = "REFUSED", [CARD_EVENT_UNANSWERED] = "UNANSWERED",
        [CARD_EVENT_CANCEL] = "CANCEL",   [CARD_EVENT_EXPIRE] = "EXPIRE",
    };
    return (unsigned)event < CARD_EVENTS ? names[event] : "INVALID";
}

int64_t card_due_ms(const struct card *card) {
    if (card_final(card->state))
        return 0;
    return card->state == CARD_APPLIED ? card->answer_due_ms : card->expires_at_ms;
}

bool card_full(const struct card *card, enum card_event event) {
    bool again =
        event == CARD_EVENT_ISSUED || event == CARD_EVENT_DISPATCHED || event == CARD_EVENT_LOST;
    return again && history_length(&card->history) >= CARD_LIFE_MAX;
}

bool card_move(struct card *card, enum card_event event, const struct history_entry *entry) {
    enum card_state next;
    if (!card_next(card->state, event, &next))
        return false;
    struct history_entry step = *entry;
    step.state = (uint32_t)next;
    step.event = (uint32_t)event;
    if (!history_add(&card->history, &step))
        return false;
    card->state = next;
    return true;
}
