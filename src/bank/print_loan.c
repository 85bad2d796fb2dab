/*
 * Printing loans, as the gateway tells them and as this lender's own book has them.
 *
 * Invariant: as print.c's.
 */
#include "bank/debts.h"
#include "bank/print.h"
#include "domain/calendar.h"

/* 0: it was not told. */
static void put_day(struct bk_json *json, const char *key, int64_t day) {
    char text[DATE_TEXT_SIZE] = "";
    if (day != 0)
        date_format(day, text);
    bk_json_string(json, key, text);
}

static void put_lender(struct bk_json *json, const struct loan *loan, enum loan_lender lender) {
    bool lead = lender == LOAN_LEAD;
    struct shares principal = loan_principal_of(&loan->account);
    const struct shares *paid = &loan->account.interest_paid;
    bk_json_object(json);
    bk_json_bank(json, "bank", lead ? loan->lead : loan->terms.partner);
    bk_json_bool(json, "decided", loan->decisions[lender].made);
    bk_json_bool(json, "approved", loan->decisions[lender].approved);
    bk_json_int(json, "principal_fen", lead ? principal.lead_fen : principal.partner_fen);
    bk_json_int(json, "interest_paid_fen", lead ? paid->lead_fen : paid->partner_fen);
    bk_json_object_end(json);
}

static void put_flight(struct bk_json *json, const struct loan_flight *flight) {
    static const char *const names[] = {[LOAN_FLIGHT_NONE] = "",
                                        [LOAN_FLIGHT_DRAW] = "draw",
                                        [LOAN_FLIGHT_REPAYMENT] = "repayment"};
    bk_json_string(json, "on_its_way", names[flight->kind]);
    bk_json_int(json, "on_its_way_fen", flight->amount_fen);
    bk_json_id(json, "transfer", &flight->transfer);
}

static void put_sums(struct bk_json *json, const struct loan *loan) {
    bk_json_int(json, "offered_fen", loan->offered.fen);
    bk_json_int(json, "asked_fen", loan->asked_fen);
    bk_json_int(json, "limit_fen", loan->limit_fen);
    bk_json_int(json, "principal_fen", loan_principal_fen(&loan->account));
    bk_json_int(json, "interest_due_fen", loan->account.interest_due_fen);
    put_day(json, "counted_until", loan->account.accrued_day);
}

static void put_instalments(struct bk_json *json, const struct loan_schedule *schedule) {
    bk_json_list(json, "instalments");
    for (uint32_t i = 0; i < schedule->count; i++) {
        bk_json_object(json);
        put_day(json, "due_on", schedule->instalments[i].due_day);
        bk_json_int(json, "due_fen", schedule->instalments[i].due_fen);
        bk_json_object_end(json);
    }
    bk_json_list_end(json);
}

void bk_print_loan(struct bk_json *json, const struct loan_view *view) {
    const struct loan *loan = &view->loan;
    bk_json_id(json, "loan", &loan->id);
    bk_json_string(json, "state", loan->state != LOAN_NONE ? loan_state_name(loan->state) : "");
    bk_json_id(json, "link", &loan->link);
    bk_json_string(json, "product", loan->product);
    bk_json_int(json, "version", loan->version);
    bk_json_bank(json, "applicant", loan->applicant);
    bk_json_string(json, "account", loan->class1_account ? "1" : "2");
    put_sums(json, loan);
    bk_json_list(json, "lenders");
    put_lender(json, loan, LOAN_LEAD);
    put_lender(json, loan, LOAN_PARTNER);
    bk_json_list_end(json);
    put_instalments(json, &loan->schedule);
    put_flight(json, &loan->flight);
    bk_json_bool(json, "unknown", loan->unknown);
    bk_json_int(json, "offered_at_ms", loan->offered_at_ms);
    bk_json_int(json, "applied_at_ms", loan->applied_at_ms);
    bk_json_int(json, "deadline_ms", loan->deadline_ms);
    bk_json_int(json, "written_off_at_ms", loan->written_off_at_ms);
    bk_json_string(json, "reason", loan->reason);
    bk_json_bool(json, "conflict", loan->conflict);
    bk_json_bool(json, "replayed", view->replayed);
}

void bk_print_quote(struct bk_json *json, const struct loan_quote_view *view) {
    bk_json_id(json, "loan", &view->loan);
    put_day(json, "date", view->day);
    bk_json_int(json, "interest_fen", view->quote.interest_fen);
    bk_json_int(json, "principal_fen", view->quote.principal_fen);
    bk_json_int(json, "total_fen", view->quote.total_fen);
    bk_json_int(json, "lead_interest_fen", view->interest.lead_fen);
    bk_json_int(json, "partner_interest_fen", view->interest.partner_fen);
    bk_json_int(json, "lead_principal_fen", view->principal.lead_fen);
    bk_json_int(json, "partner_principal_fen", view->principal.partner_fen);
}

void bk_print_debt(struct bk_json *json, const struct bk_debt *debt) {
    bk_json_id(json, "loan", &debt->loan);
    bk_json_id(json, "link", &debt->link);
    bk_json_string(json, "product", debt->product);
    bk_json_int(json, "lent_fen", debt->lent_fen);
    bk_json_int(json, "back_fen", debt->back_fen);
    bk_json_int(json, "paid_out_fen", debt->paid_out_fen);
    bk_json_int(json, "paid_in_fen", debt->paid_in_fen);
}
