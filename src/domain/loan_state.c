/*
 * The life of a loan: one table says which event leads from which state to which.
 *
 *   OFFERED --> APPLIED --> APPROVED <--> DISBURSING --> OUTSTANDING <--> OVERDUE
 *      |           |           |                              |              |
 *      |           v           |                              `--> REPAID <--'
 *      |        DECLINED       |
 *      `-----------`-----------`--> CANCELLED, EXPIRED
 *
 * Invariants: a state moves along the table or not at all; nothing leaves a final state. What was
 * drawn is paid back before the loan ends: no deadline, cancellation or word of one lender ends it.
 */
#include "domain/loan_state.h"

#define STATE(name) LOAN_##name
#define ON(event) [LOAN_EVENT_##event]

/* No event leads to NONE: what is not written here is refused. */
static const uint8_t successors[LOAN_STATES][LOAN_EVENTS] = {
    [STATE(NONE)] = {ON(OFFER) = STATE(OFFERED)},
    [STATE(OFFERED)] =
        {
            ON(APPLY) = STATE(APPLIED),
            ON(CANCEL) = STATE(CANCELLED),
            ON(DEADLINE) = STATE(EXPIRED),
        },
    [STATE(APPLIED)] =
        {
            ON(APPROVE) = STATE(APPROVED),
            ON(DECLINE) = STATE(DECLINED),
            ON(CANCEL) = STATE(CANCELLED),
            ON(DEADLINE) = STATE(EXPIRED),
            ON(DECIDED) = STATE(APPLIED),
        },
    [STATE(APPROVED)] =
        {
            ON(DRAW) = STATE(DISBURSING),
            ON(CANCEL) = STATE(CANCELLED),
            ON(DEADLINE) = STATE(EXPIRED),
            ON(CONFLICT) = STATE(APPROVED),
        },
    [STATE(DISBURSING)] =
        {
            ON(DRAWN) = STATE(OUTSTANDING),
            ON(DRAW_FAILED) = STATE(APPROVED),
            ON(UNANSWERED) = STATE(DISBURSING),
            ON(CONFLICT) = STATE(DISBURSING),
        },
    [STATE(OUTSTANDING)] =
        {
            ON(DRAW) = STATE(OUTSTANDING),
            ON(DRAWN) = STATE(OUTSTANDING),
            ON(DRAW_FAILED) = STATE(OUTSTANDING),
            ON(OVERDUE) = STATE(OVERDUE),
            ON(SETTLED) = STATE(REPAID),
            ON(REPAY) = STATE(OUTSTANDING),
            ON(REPAYMENT) = STATE(OUTSTANDING),
            ON(REPAY_FAILED) = STATE(OUTSTANDING),
            ON(RETURNED) = STATE(OUTSTANDING),
            ON(STATUS) = STATE(OUTSTANDING),
            ON(WAIVED) = STATE(OUTSTANDING),
            ON(UNANSWERED) = STATE(OUTSTANDING),
            ON(CONFLICT) = STATE(OUTSTANDING),
        },
    [STATE(OVERDUE)] =
        {
            /* a draw that was on its way when it fell overdue; none begins */
            ON(DRAWN) = STATE(OVERDUE),
            ON(DRAW_FAILED) = STATE(OVERDUE),
            ON(CAUGHT_UP) = STATE(OUTSTANDING),
            ON(SETTLED) = STATE(REPAID),
            ON(REPAY) = STATE(OVERDUE),
            ON(REPAYMENT) = STATE(OVERDUE),
            ON(REPAY_FAILED) = STATE(OVERDUE),
            ON(RETURNED) = STATE(OVERDUE),
            ON(STATUS) = STATE(OVERDUE),
            ON(WAIVED) = STATE(OVERDUE),
            ON(WRITTEN_OFF) = STATE(OVERDUE),
            ON(UNANSWERED) = STATE(OVERDUE),
            ON(CONFLICT) = STATE(OVERDUE),
        },
    [STATE(REPAID)] = {ON(CONFLICT) = STATE(REPAID)},
    [STATE(CANCELLED)] = {ON(CONFLICT) = STATE(CANCELLED)},
    [STATE(EXPIRED)] = {ON(CONFLICT) = STATE(EXPIRED)},
};

bool loan_next(enum loan_state state, enum loan_event event, enum loan_state *next_out) {
    if ((unsigned)state >= LOAN_STATES || (unsigned)event >= LOAN_EVENTS)
        return false;
    enum loan_state next = (enum loan_state)successors[state][event];
    if (next == LOAN_NONE)
        return false;
    *next_out = next;
    return true;
}

bool loan_final(enum loan_state state) {
    return state == LOAN_DECLINED || state == LOAN_REPAID || state == LOAN_CANCELLED ||
           state == LOAN_EXPIRED;
}

bool loan_runs(enum loan_state state) {
    return state == LOAN_OUTSTANDING || state == LOAN_OVERDUE;
}

const char *loan_state_name(enum loan_state state) {
    static const char *const names[LOAN_STATES] = {
        [STATE(NONE)] = "NONE",
        [STATE(OFFERED)] = "OFFERED",
        [STATE(APPLIED)] = "APPLIED",
        [STATE(APPROVED)] = "APPROVED",
        [STATE(DECLINED)] = "DECLINED",
        [STATE(DISBURSING)] = "DISBURSING",
        [STATE(OUTSTANDING)] = "OUTSTANDING",
        [STATE(OVERDUE)] = "OVERDUE",
        [STATE(REPAID)] = "REPAID",
        [STATE(CANCELLED)] = "CANCELLED",
        [STATE(EXPIRED)] = "EXPIRED",
    };
    return (unsigned)state < LOAN_STATES ? names[state] : "INVALID";
}

const char *loan_event_name(enum loan_event event) {
    static const char *const names[LOAN_EVENTS] = {
        ON(OFFER) = "OFFER",
        ON(APPLY) = "APPLY",
        ON(APPROVE) = "APPROVE",
        ON(DECLINE) = "DECLINE",
        ON(CANCEL) = "CANCEL",
        ON(DEADLINE) = "DEADLINE",
        ON(DRAW) = "DRAW",
        ON(DRAWN) = "DRAWN",
        ON(DRAW_FAILED) = "DRAW_FAILED",
        ON(OVERDUE) = "OVERDUE",
        ON(CAUGHT_UP) = "CAUGHT_UP",
        ON(SETTLED) = "SETTLED",
        ON(DECIDED) = "DECIDED",
        ON(REPAY) = "REPAY",
        ON(REPAYMENT) = "REPAYMENT",
        ON(REPAY_FAILED) = "REPAY_FAILED",
        ON(RETURNED) = "RETURNED",
        ON(STATUS) = "STATUS",
        ON(WAIVED) = "WAIVED",
        ON(WRITTEN_OFF) = "WRITTEN_OFF",
        ON(UNANSWERED) = "UNANSWERED",
        ON(CONFLICT) = "CONFLICT",
    };
    return (unsigned)event < LOAN_EVENTS ? names[event] : "INVALID";
}
