/*
 * LoanStatus: what is ruled on a loan. Before anything was drawn either bank ends it; all else is for
 * the lead alone.
 *
 * Invariants: instalments are the principal that is owed; no more interest is waived than was charged;
 * one that is written off stays what it owes. No money moves here.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/loans.h"

static const enum loan_event events[] = {
    [LOAN_STATUS_SCHEDULE] = LOAN_EVENT_STATUS,
    [LOAN_STATUS_WAIVED] = LOAN_EVENT_WAIVED,
    [LOAN_STATUS_WRITTEN_OFF] = LOAN_EVENT_WRITTEN_OFF,
    [LOAN_STATUS_CANCELLED] = LOAN_EVENT_CANCEL,
};

static int check_ruling(struct apply *apply, const struct loan *loan,
                        const struct loan_status *ruling) {
    enum loan_state next;
    bool cancels = ruling->event == LOAN_STATUS_CANCELLED;
    bool again = ruling->event == LOAN_STATUS_WRITTEN_OFF && loan->written_off_at_ms != 0;
    bool repays = ruling->event == LOAN_STATUS_WAIVED && loan->flight.kind == LOAN_FLIGHT_REPAYMENT;
    if (!cancels && apply->command->bank != loan->lead)
        return refuse(apply, REFUSAL_NOT_YOURS, "loan_id");
    if (!loan_next(loan->state, events[ruling->event], &next) || again || repays)
        return refuse(apply, REFUSAL_LOAN_STATE, "event");
    return cancels ? 0 : apply_check_life(apply, &loan->history, "loan_id");
}

static int tell_anew(struct apply *apply, struct loan *loan, const struct loan_schedule *schedule) {
    if (!loan_schedule_valid(schedule, loan_principal_fen(&loan->account))) {
        apply->right_fen = loan_principal_fen(&loan->account);
        return refuse(apply, REFUSAL_INSTALMENTS, "instalments.due_fen");
    }
    if (schedule->count > 0 && schedule->instalments[0].due_day < shanghai_day(apply->now_ms))
        return refuse(apply, REFUSAL_FIELD_INVALID, "instalments.due_on");
    loan->schedule = *schedule;
    return 0;
}

/* What it changes besides the state. */
static int carry_out(struct apply *apply, struct loan *loan, const struct loan_status *ruling) {
    switch (ruling->event) {
    case LOAN_STATUS_SCHEDULE:
        return tell_anew(apply, loan, ruling->schedule);
    case LOAN_STATUS_WAIVED:
        if (loan_waive(&loan->account, ruling->waived_fen) == LOAN_OK)
            return 0;
        apply->right_fen = loan->account.interest_due_fen;
        return refuse(apply, REFUSAL_LOAN_ABOVE, "waived_fen");
    case LOAN_STATUS_WRITTEN_OFF:
        loan->written_off_at_ms = apply->now_ms;
        break;
    case LOAN_STATUS_CANCELLED:
    case LOAN_STATUS_NONE:
        break;
    }
    apply_copy_text(loan->reason, sizeof loan->reason, ruling->reason);
    return 0;
}

int loans_rule(struct apply *apply) {
    const struct loan_status *ruling = &apply->command->body.loan.status;
    char reason[REASON_SIZE];
    struct loan loan;
    put_be32(apply->detail.bytes, (uint32_t)ruling->event);
    int result = loans_touch(apply, &ruling->loan, &loan);
    if (result == 0)
        result = check_ruling(apply, &loan, ruling);
    if (result)
        return result;
    struct loans_before before = loans_before(&loan);
    result = carry_out(apply, &loan, ruling);
    if (result)
        return result;
    apply_copy_text(reason, sizeof reason, ruling->reason);
    result = loans_step(apply, &loan, events[ruling->event], CAUSE_REQUEST, reason, NULL);
    if (result == 0)
        result = loans_follow(apply, &loan);
    if (result == 0)
        result = loans_store(apply, &loan, &before);
    if (result == 0)
        loans_answer(apply, &loan, false);
    return result;
}
