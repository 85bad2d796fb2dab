/*
 * The life of a transfer: one table says which event leads from which state to which.
 *
 *   RECEIVED --> RESERVED --> PENDING --> ACCEPTED
 *      |            |           | |  \
 *      v            v           | |   `--> UNKNOWN --> ACCEPTED, REJECTED, CANCELLED
 *   REJECTED     REJECTED       | `--> CANCELLED
 *                               `----> REJECTED
 *
 * Invariants: a state moves along the table or not at all; every move is in the history; nothing
 * leaves a final state. A deadline never makes a transfer fail, only UNKNOWN, and from there only
 * the instructed bank's word leads on. Reserving and releasing money is not done here.
 */
#include "domain/transfer.h"

/* No event leads to TRANSFER_NONE: what is not written here is refused. */
static const uint8_t successors[TRANSFER_STATES][TRANSFER_EVENTS] = {
    [TRANSFER_NONE] = {[TRANSFER_EVENT_RECEIVE] = TRANSFER_RECEIVED},
    [TRANSFER_RECEIVED] =
        {
            [TRANSFER_EVENT_RESERVE] = TRANSFER_RESERVED,
            [TRANSFER_EVENT_REFUSE] = TRANSFER_REJECTED,
        },
    [TRANSFER_RESERVED] =
        {
            [TRANSFER_EVENT_INSTRUCT] = TRANSFER_PENDING,
            [TRANSFER_EVENT_REFUSE] = TRANSFER_REJECTED,
        },
    [TRANSFER_PENDING] =
        {
            [TRANSFER_EVENT_POSTED] = TRANSFER_ACCEPTED,
            [TRANSFER_EVENT_REFUSED] = TRANSFER_REJECTED,
            [TRANSFER_EVENT_BARRED] = TRANSFER_CANCELLED,
            [TRANSFER_EVENT_DEADLINE] = TRANSFER_UNKNOWN,
            [TRANSFER_EVENT_STEP_UP] = TRANSFER_PENDING,
            [TRANSFER_EVENT_CANCEL_ASKED] = TRANSFER_PENDING,
        },
    [TRANSFER_ACCEPTED] =
        {
            [TRANSFER_EVENT_CREDITED] = TRANSFER_ACCEPTED,
            [TRANSFER_EVENT_CREDIT_LATE] = TRANSFER_ACCEPTED,
            [TRANSFER_EVENT_CONFLICT] = TRANSFER_ACCEPTED,
            [TRANSFER_EVENT_RETURNED] = TRANSFER_ACCEPTED,
        },
    [TRANSFER_REJECTED] = {[TRANSFER_EVENT_CONFLICT] = TRANSFER_REJECTED},
    [TRANSFER_CANCELLED] = {[TRANSFER_EVENT_CONFLICT] = TRANSFER_CANCELLED},
    [TRANSFER_UNKNOWN] =
        {
            [TRANSFER_EVENT_CANCEL_ASKED] = TRANSFER_UNKNOWN,
            [TRANSFER_EVENT_POSTED] = TRANSFER_ACCEPTED,
            [TRANSFER_EVENT_REFUSED] = TRANSFER_REJECTED,
            [TRANSFER_EVENT_BARRED] = TRANSFER_CANCELLED,
        },
};

bool transfer_next(enum transfer_state state, enum transfer_event event,
                   enum transfer_state *next_out) {
    if ((unsigned)state >= TRANSFER_STATES || (unsigned)event >= TRANSFER_EVENTS)
        return false;
    enum transfer_state next = (enum transfer_state)successors[state][event];
    if (next == TRANSFER_NONE)
        return false;
    *next_out = next;
    return true;
}

bool transfer_final(enum transfer_state state) {
    return state == TRANSFER_ACCEPTED || state == TRANSFER_REJECTED || state == TRANSFER_CANCELLED;
}

bool transfer_reserved(enum transfer_state state) {
    return state == TRANSFER_RESERVED || state == TRANSFER_PENDING || state == TRANSFER_UNKNOWN;
}

const char *transfer_state_name(enum transfer_state state) {
    static const char *const names[TRANSFER_STATES] = {
        [TRANSFER_NONE] = "NONE",           [TRANSFER_RECEIVED] = "RECEIVED",
        [TRANSFER_RESERVED] = "RESERVED",   [TRANSFER_PENDING] = "PENDING",
        [TRANSFER_ACCEPTED] = "ACCEPTED",   [TRANSFER_REJECTED] = "REJECTED",
        [TRANSFER_CANCELLED] = "CANCELLED", [TRANSFER_UNKNOWN] = "UNKNOWN",
    };
    return (unsigned)state < TRANSFER_STATES ? names[state] : "INVALID";
}

const char *transfer_event_name(enum transfer_event event) {
    static const char *const names[TRANSFER_EVENTS] = {
        [TRANSFER_EVENT_RECEIVE] = "RECEIVE",   [TRANSFER_EVENT_RESERVE] = "RESERVE",
        [TRANSFER_EVENT_REFUSE] = "REFUSE",     [TRANSFER_EVENT_INSTRUCT] = "INSTRUCT",
        [TRANSFER_EVENT_POSTED] = "POSTED",     [TRANSFER_EVENT_REFUSED] = "REFUSED",
        [TRANSFER_EVENT_BARRED] = "BARRED",     [TRANSFER_EVENT_DEADLINE] = "DEADLINE",
        [TRANSFER_EVENT_STEP_UP] = "STEP_UP",   [TRANSFER_EVENT_CANCEL_ASKED] = "CANCEL_ASKED",
        [TRANSFER_EVENT_CREDITED] = "CREDITED", [TRANSFER_EVENT_CREDIT_LATE] = "CREDIT_LATE",
        [TRANSFER_EVENT_CONFLICT] = "CONFLICT", [TRANSFER_EVENT_RETURNED] = "RETURNED",
    };
    return (unsigned)event < TRANSFER_EVENTS ? names[event] : "INVALID";
}

int64_t transfer_credit_due_ms(const struct transfer *transfer) {
    if (transfer->state != TRANSFER_ACCEPTED || transfer->direction != TRANSFER_PULL ||
        transfer->in_house)
        return 0;
    return transfer->accepted_at_ms + transfer->credit_wait_ms;
}

bool transfer_between_banks(const struct transfer *transfer) {
    return !transfer->fallback && !transfer->in_house;
}

bool transfer_class2_pays(const struct transfer *transfer, bank_code class2_bank) {
    bank_code from =
        transfer->direction == TRANSFER_PUSH ? transfer->submitter : transfer->instructed;
    return (transfer->in_house ? from : transfer->debtor_bank) == class2_bank;
}

bool transfer_came_back(const struct transfer *transfer) {
    return transfer->came_back_fen == transfer->amount.fen;
}

/* The bank of the Class II account submits what that account pays by push or is paid by pull. */
const struct transfer_way *transfer_way_of(const struct transfer *transfer) {
    bool push = transfer->direction == TRANSFER_PUSH;
    bool of_class2 = transfer->fallback || transfer->class2_pays == push;
    return transfer_way(transfer->kind, transfer->direction,
                        of_class2 ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_I);
}

enum account_class transfer_account_debited(const struct transfer *transfer) {
    const struct transfer_way *way = transfer_way_of(transfer);
    if (way == NULL || !way->fallback)
        return ACCOUNT_CLASS_NONE;
    return transfer->fallback ? ACCOUNT_CLASS_I : ACCOUNT_CLASS_II;
}

int64_t transfer_due_ms(const struct transfer *transfer) {
    if (transfer->state == TRANSFER_PENDING)
        return transfer->deadline_ms;
    if (transfer->state == TRANSFER_UNKNOWN)
        return transfer->unknown_alarm_ms;
    if (transfer->credited_at_ms || transfer->credit_late || transfer_came_back(transfer))
        return 0;
    return transfer_credit_due_ms(transfer);
}

bool transfer_move(struct transfer *transfer, enum transfer_event event,
                   const struct history_entry *entry) {
    enum transfer_state next;
    if (!transfer_next(transfer->state, event, &next))
        return false;
    struct history_entry step = *entry;
    step.state = (uint32_t)next;
    step.event = (uint32_t)event;
    if (!history_add(&transfer->history, &step))
        return false;
    transfer->state = next;
    return true;
}
