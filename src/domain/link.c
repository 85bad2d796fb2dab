/*
 * The life of a link: one table says which event leads from which state to which.
 *
 *   REQUESTED --> VERIFYING --> AWAITING_AUTHENTICATION --> ACTIVE <--> SUSPENDED
 *        \         ^  |  \            |       \                \           /
 *         v        |  v   v           v        v                v         v
 *     PENDING_ACTIVATION  REJECTED  REJECTED  EXPIRED             CLOSING --> CLOSED, EXPIRED
 *              |
 *              v
 *      REJECTED, EXPIRED           every waiting state --close--> CLOSED
 *
 * Invariants: a state moves along the table or not at all; every move is in the history; nothing
 * leaves a final state. Closing while PENDING_ACTIVATION is taken to lie within "REQUESTED to
 * AWAITING_AUTHENTICATION": that state comes after the one and leads back to the other, and a
 * withdrawn consent must not wait for months. Which bank may send an event, whether anything is
 * still open, and when a deadline falls is for the caller to know.
 */
#include "domain/link.h"

/* No event leads to LINK_NONE: what is not written here is refused. */
static const uint8_t successors[LINK_STATES][LINK_EVENTS] = {
    [LINK_NONE] = {[LINK_EVENT_REQUEST] = LINK_REQUESTED},
    [LINK_REQUESTED] =
        {
            [LINK_EVENT_ASKED] = LINK_VERIFYING,
            [LINK_EVENT_NOT_ACTIVATED] = LINK_PENDING_ACTIVATION,
            [LINK_EVENT_DEADLINE] = LINK_REJECTED,
            [LINK_EVENT_CLOSE] = LINK_CLOSED,
            [LINK_EVENT_REPORTED] = LINK_REQUESTED,
        },
    [LINK_VERIFYING] =
        {
            [LINK_EVENT_NOT_ACTIVATED] = LINK_PENDING_ACTIVATION,
            [LINK_EVENT_VERIFIED] = LINK_AWAITING_AUTHENTICATION,
            [LINK_EVENT_MISMATCH] = LINK_REJECTED,
            [LINK_EVENT_DEADLINE] = LINK_REJECTED,
            [LINK_EVENT_CLOSE] = LINK_CLOSED,
            [LINK_EVENT_REPORTED] = LINK_VERIFYING,
        },
    [LINK_AWAITING_AUTHENTICATION] =
        {
            [LINK_EVENT_CODE_RIGHT] = LINK_ACTIVE,
            [LINK_EVENT_CODE_TOO_MANY] = LINK_REJECTED,
            [LINK_EVENT_DEADLINE] = LINK_EXPIRED,
            [LINK_EVENT_CLOSE] = LINK_CLOSED,
            [LINK_EVENT_CODE_SENT] = LINK_AWAITING_AUTHENTICATION,
            [LINK_EVENT_CODE_WRONG] = LINK_AWAITING_AUTHENTICATION,
            [LINK_EVENT_REPORTED] = LINK_AWAITING_AUTHENTICATION,
        },
    [LINK_PENDING_ACTIVATION] =
        {
            [LINK_EVENT_RESUME] = LINK_VERIFYING,
            [LINK_EVENT_DEADLINE] = LINK_EXPIRED,
            [LINK_EVENT_CARD_REFUSED] = LINK_REJECTED,
            [LINK_EVENT_CLOSE] = LINK_CLOSED,
            [LINK_EVENT_ACTIVATED] = LINK_PENDING_ACTIVATION,
            [LINK_EVENT_REPORTED] = LINK_PENDING_ACTIVATION,
        },
    [LINK_ACTIVE] =
        {
            [LINK_EVENT_HOLD] = LINK_SUSPENDED,
            [LINK_EVENT_CLOSE] = LINK_CLOSING,
            [LINK_EVENT_AGREEMENT_END] = LINK_CLOSING,
            [LINK_EVENT_CODE_SENT] = LINK_ACTIVE,
            [LINK_EVENT_CODE_WRONG] = LINK_ACTIVE,
            [LINK_EVENT_AMEND_ASKED] = LINK_ACTIVE,
            [LINK_EVENT_AMENDED] = LINK_ACTIVE,
            [LINK_EVENT_AMEND_DROPPED] = LINK_ACTIVE,
            [LINK_EVENT_RECHECKED] = LINK_ACTIVE,
            [LINK_EVENT_REPORTED] = LINK_ACTIVE,
        },
    [LINK_SUSPENDED] =
        {
            [LINK_EVENT_HOLD] = LINK_SUSPENDED,
            [LINK_EVENT_HOLDS_LIFTED] = LINK_ACTIVE,
            [LINK_EVENT_CLOSE] = LINK_CLOSING,
            [LINK_EVENT_AGREEMENT_END] = LINK_CLOSING,
            [LINK_EVENT_AMEND_DROPPED] = LINK_SUSPENDED,
            [LINK_EVENT_HOLD_LIFTED] = LINK_SUSPENDED,
            [LINK_EVENT_RECHECKED] = LINK_SUSPENDED,
            [LINK_EVENT_REVERIFYING] = LINK_SUSPENDED,
            [LINK_EVENT_REVERIFIED] = LINK_SUSPENDED,
            [LINK_EVENT_REVERIFY_FAILED] = LINK_SUSPENDED,
            [LINK_EVENT_REPORTED] = LINK_SUSPENDED,
        },
    [LINK_CLOSING] =
        {
            [LINK_EVENT_HOLD] = LINK_CLOSING,
            [LINK_EVENT_RUN_OFF] = LINK_CLOSED,
            [LINK_EVENT_HOLD_LIFTED] = LINK_CLOSING,
            [LINK_EVENT_REPORTED] = LINK_CLOSING,
        },
};

bool link_next(enum link_state state, enum link_event event, enum link_state *next_out) {
    if ((unsigned)state >= LINK_STATES || (unsigned)event >= LINK_EVENTS)
        return false;
    enum link_state next = (enum link_state)successors[state][event];
    if (next == LINK_NONE)
        return false;
    *next_out = next;
    return true;
}

bool link_final(enum link_state state) {
    return state == LINK_CLOSED || state == LINK_REJECTED || state == LINK_EXPIRED;
}

bool link_waiting(enum link_state state) {
    return state == LINK_REQUESTED || state == LINK_VERIFYING ||
           state == LINK_AWAITING_AUTHENTICATION || state == LINK_PENDING_ACTIVATION;
}

const char *link_state_name(enum link_state state) {
    static const char *const names[LINK_STATES] = {
        [LINK_NONE] = "NONE",
        [LINK_REQUESTED] = "REQUESTED",
        [LINK_VERIFYING] = "VERIFYING",
        [LINK_AWAITING_AUTHENTICATION] = "AWAITING_AUTHENTICATION",
        [LINK_ACTIVE] = "ACTIVE",
        [LINK_SUSPENDED] = "SUSPENDED",
        [LINK_CLOSING] = "CLOSING",
        [LINK_CLOSED] = "CLOSED",
        [LINK_PENDING_ACTIVATION] = "PENDING_ACTIVATION",
        [LINK_REJECTED] = "REJECTED",
        [LINK_EXPIRED] = "EXPIRED",
    };
    return (unsigned)state < LINK_STATES ? names[state] : "INVALID";
}

const char *link_event_name(enum link_event event) {
    static const char *const names[LINK_EVENTS] = {
        [LINK_EVENT_REQUEST] = "REQUEST",
        [LINK_EVENT_ASKED] = "ASKED",
        [LINK_EVENT_NOT_ACTIVATED] = "NOT_ACTIVATED",
        [LINK_EVENT_RESUME] = "RESUME",
        [LINK_EVENT_VERIFIED] = "VERIFIED",
        [LINK_EVENT_MISMATCH] = "MISMATCH",
        [LINK_EVENT_CODE_RIGHT] = "CODE_RIGHT",
        [LINK_EVENT_CODE_TOO_MANY] = "CODE_TOO_MANY",
        [LINK_EVENT_DEADLINE] = "DEADLINE",
        [LINK_EVENT_HOLD] = "HOLD",
        [LINK_EVENT_HOLDS_LIFTED] = "HOLDS_LIFTED",
        [LINK_EVENT_CLOSE] = "CLOSE",
        [LINK_EVENT_AGREEMENT_END] = "AGREEMENT_END",
        [LINK_EVENT_RUN_OFF] = "RUN_OFF",
        [LINK_EVENT_CARD_REFUSED] = "CARD_REFUSED",
        [LINK_EVENT_ACTIVATED] = "ACTIVATED",
        [LINK_EVENT_CODE_SENT] = "CODE_SENT",
        [LINK_EVENT_CODE_WRONG] = "CODE_WRONG",
        [LINK_EVENT_AMEND_ASKED] = "AMEND_ASKED",
        [LINK_EVENT_AMENDED] = "AMENDED",
        [LINK_EVENT_AMEND_DROPPED] = "AMEND_DROPPED",
        [LINK_EVENT_HOLD_LIFTED] = "HOLD_LIFTED",
        [LINK_EVENT_RECHECKED] = "RECHECKED",
        [LINK_EVENT_REVERIFYING] = "REVERIFYING",
        [LINK_EVENT_REVERIFIED] = "REVERIFIED",
        [LINK_EVENT_REVERIFY_FAILED] = "REVERIFY_FAILED",
        [LINK_EVENT_REPORTED] = "REPORTED",
    };
    return (unsigned)event < LINK_EVENTS ? names[event] : "INVALID";
}

uint32_t link_blocked(const struct link *link) {
    uint32_t blocks = 0;
    for (uint32_t i = 0; i < link->hold_count && i < HOLDS_MAX; i++)
        blocks |= link->holds[i].blocks;
    return blocks;
}

const struct hold *link_hold(const struct link *link, const struct id *hold) {
    for (uint32_t i = 0; i < link->hold_count && i < HOLDS_MAX; i++) {
        if (id_equal(&link->holds[i].id, hold))
            return &link->holds[i];
    }
    return NULL;
}

bool link_runs(const struct link *link) {
    return link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED;
}

/* 0 is never. */
static int64_t earlier(int64_t a, int64_t b) {
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

int64_t link_hold_due_ms(const struct link *link) {
    int64_t due = 0;
    for (uint32_t i = 0; i < link->hold_count && i < HOLDS_MAX; i++)
        due = earlier(due, link->holds[i].expires_at_ms);
    return due;
}

int64_t link_recheck_due_ms(const struct link *link) {
    return link_runs(link) && link->exchange == LINK_EXCHANGE_NONE ? link->recheck_due_ms : 0;
}

int64_t link_due_ms(const struct link *link) {
    int64_t due = earlier(link->deadline_ms, link_hold_due_ms(link));
    due = earlier(due, link_recheck_due_ms(link));
    if (link->exchange != LINK_EXCHANGE_NONE)
        due = earlier(due, link->exchange_deadline_ms);
    return link->amendment.present ? earlier(due, link->amendment.expires_at_ms) : due;
}

/* 0 is no limit of that sort: more than any. */
static bool higher(int64_t before, int64_t after) {
    return before != 0 && (after == 0 || after > before);
}

bool link_widens(const struct link *link, uint32_t scopes, const struct agreed_limits *limits) {
    return (scopes & ~link->scopes) != 0 || higher(link->limits.single_fen, limits->single_fen) ||
           higher(link->limits.daily_fen, limits->daily_fen) ||
           higher(link->limits.daily_count, limits->daily_count) ||
           higher(link->limits.yearly_fen, limits->yearly_fen);
}

bool link_move(struct link *link, enum link_event event, const struct history_entry *entry) {
    enum link_state next;
    if (!link_next(link->state, event, &next))
        return false;
    /* Closing remembers why it began, and ends accordingly. */
    if (event == LINK_EVENT_RUN_OFF && link->ends_expired)
        next = LINK_EXPIRED;
    struct history_entry step = *entry;
    step.state = (uint32_t)next;
    step.event = (uint32_t)event;
    if (!history_add(&link->history, &step))
        return false;
    link->state = next;
    if (event == LINK_EVENT_AGREEMENT_END)
        link->ends_expired = true;
    return true;
}
