/*
 * A loan's record: who has decided, what may be drawn, when it is overdue, and how it moves.
 *
 * Invariant: a loan is REPAID when nothing is owed and nothing is on its way, and not before. Sums are
 * loan_account.c's, states loan_state.c's.
 */
#include "domain/loan.h"

#include "domain/calendar.h"

enum loan_lender loan_lender_of(const struct loan *loan, bank_code bank) {
    if (bank == loan->lead)
        return LOAN_LEAD;
    return bank == loan->terms.partner ? LOAN_PARTNER : LOAN_LENDERS;
}

bool loan_approved(const struct loan *loan) {
    bool lead = loan->decisions[LOAN_LEAD].approved;
    bool partner = loan->decisions[LOAN_PARTNER].approved;
    return lead && (partner || loan->terms.lead_share == PRODUCT_SHARES);
}

int64_t loan_available_fen(const struct loan *loan) {
    int64_t used_fen = loan_principal_fen(&loan->account);
    bool draws = loan->state == LOAN_APPROVED || loan->state == LOAN_DISBURSING ||
                 loan->state == LOAN_OUTSTANDING;
    if (!draws || loan->written_off_at_ms != 0)
        return 0;
    if (loan->flight.kind == LOAN_FLIGHT_DRAW &&
        !fen_add(used_fen, loan->flight.amount_fen, &used_fen))
        return 0;
    return used_fen < loan->limit_fen ? loan->limit_fen - used_fen : 0;
}

int64_t loan_counted_fen(const struct loan *loan) {
    if (loan->state == LOAN_APPLIED)
        return loan->asked_fen;
    bool granted = loan->state == LOAN_APPROVED || loan->state == LOAN_DISBURSING;
    return granted || loan_runs(loan->state) ? loan->limit_fen : 0;
}

/* Interest that has accrued since the last charge belongs to principal that is there, or was repaid by
 * a repayment that charged it. */
bool loan_settled(const struct loan *loan) {
    return loan->flight.kind == LOAN_FLIGHT_NONE && loan_principal_fen(&loan->account) == 0 &&
           loan->account.interest_due_fen == 0 && interest_charged_fen(loan->account.accrued) == 0;
}

bool loan_open(const struct loan *loan) {
    if (loan_final(loan->state))
        return false;
    return loan->written_off_at_ms == 0 || loan->flight.kind != LOAN_FLIGHT_NONE;
}

bool loan_behind(const struct loan *loan, int64_t day) {
    int64_t overdue_day = loan_schedule_overdue_day(&loan->schedule, loan->terms.grace_days);
    return overdue_day != 0 && day >= overdue_day;
}

int64_t loan_due_ms(const struct loan *loan) {
    int64_t overdue_day;
    switch (loan->state) {
    case LOAN_OFFERED:
    case LOAN_APPLIED:
    case LOAN_APPROVED:
        return loan->deadline_ms;
    case LOAN_OUTSTANDING:
        overdue_day = loan_schedule_overdue_day(&loan->schedule, loan->terms.grace_days);
        return overdue_day != 0 ? shanghai_day_start_ms(overdue_day) : 0;
    case LOAN_NONE:
    case LOAN_DECLINED:
    case LOAN_DISBURSING:
    case LOAN_OVERDUE:
    case LOAN_REPAID:
    case LOAN_CANCELLED:
    case LOAN_EXPIRED:
    case LOAN_STATES:
        break;
    }
    return 0;
}

bool loan_move(struct loan *loan, enum loan_event event, const struct history_entry *entry) {
    enum loan_state next;
    if (!loan_next(loan->state, event, &next))
        return false;
    struct history_entry step = *entry;
    step.state = (uint32_t)next;
    step.event = (uint32_t)event;
    if (!history_add(&loan->history, &step))
        return false;
    loan->state = next;
    return true;
}
