/*
 * The tables of orders and loans; see fields.h.
 */
#include "store/fields.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define O(member, kind) FIELD(struct product_order, member, FIELD_##kind)
static const struct field product_order_table[] = {
    O(id, BYTES),
    O(state, NUMBER),
    O(ends, NUMBER),
    O(frozen, BOOL),
    O(conflict, BOOL),
    O(unknown, BOOL),
    O(kind, NUMBER),
    O(link, BYTES),
    O(request, BYTES),
    O(distributor, NUMBER),
    O(issuer, NUMBER),
    O(product, TEXT),
    O(version, NUMBER),
    O(amount.fen, NUMBER),
    O(amount.currency, TEXT),
    O(class1_pays, BOOL),
    O(risk, NUMBER),
    O(level, NUMBER),
    O(assessed_day, NUMBER),
    O(terms, BYTES),
    O(consent, BYTES),
    O(person_key, BYTES),
    O(reference, TEXT),
    O(reason, TEXT),
    O(refusal, NUMBER),
    O(created_at_ms, NUMBER),
    O(deadline_ms, NUMBER),
    O(placed_at_ms, NUMBER),
    O(trade_day, NUMBER),
    O(cancel_until_ms, NUMBER),
    O(confirm_due_ms, NUMBER),
    O(funding, BYTES),
    O(confirmed_at_ms, NUMBER),
    O(confirmed_day, NUMBER),
    O(confirmed_units, NUMBER),
    O(confirmed_price, NUMBER),
    O(confirmed_fen, NUMBER),
    O(refund_fen, NUMBER),
    O(refunded_fen, NUMBER),
    O(refund_due_ms, NUMBER),
    O(units, NUMBER),
    O(paid_out_fen, NUMBER),
    O(matures_at_ms, NUMBER),
    O(payout_due_ms, NUMBER),
    O(instruction.number, NUMBER),
    O(instruction.action, NUMBER),
    O(instruction.taken, BOOL),
    O(instruction.units, NUMBER),
    O(instruction.request, BYTES),
    O(instruction.asked_at_ms, NUMBER),
    O(instruction.deadline_ms, NUMBER),
    O(payout.purpose, NUMBER),
    O(payout.transfer, BYTES),
    O(payout.units, NUMBER),
    O(payout.price, NUMBER),
    O(payout.fen, NUMBER),
    O(late, NUMBER),
    O(unknown_at_ms, NUMBER),
    O(unknown_alarm_ms, NUMBER),
    O(case_id, BYTES),
    O(history, NESTED),
};
const struct fields product_order_fields = TABLE(struct product_order, product_order_table);

#define L(member, kind) FIELD(struct loan, member, FIELD_##kind)
static const struct field loan_table[] = {
    L(id, BYTES),
    L(state, NUMBER),
    L(frozen, BOOL),
    L(conflict, BOOL),
    L(unknown, BOOL),
    L(link, BYTES),
    L(offer_request, BYTES),
    L(request, BYTES),
    L(lead, NUMBER),
    L(applicant, NUMBER),
    L(class1_account, BOOL),
    L(product, TEXT),
    L(version, NUMBER),
    L(terms.partner, NUMBER),
    L(terms.lead_share, NUMBER),
    L(terms.lead_interest_share, NUMBER),
    L(terms.daily_rate, NUMBER),
    L(terms.instalments, NUMBER),
    L(terms.grace_days, NUMBER),
    L(min_fen, NUMBER),
    L(offered.fen, NUMBER),
    L(offered.currency, TEXT),
    L(asked_fen, NUMBER),
    L(limit_fen, NUMBER),
    L(terms_sha256, BYTES),
    L(consent, BYTES),
    L(authorisations[LOAN_LEAD], BYTES),
    L(authorisations[LOAN_PARTNER], BYTES),
    L(person_key, BYTES),
    L(decisions, NESTED),
    L(reason, TEXT),
    L(offered_at_ms, NUMBER),
    L(applied_at_ms, NUMBER),
    L(deadline_ms, NUMBER),
    L(account.drawn.lead_fen, NUMBER),
    L(account.drawn.partner_fen, NUMBER),
    L(account.repaid.lead_fen, NUMBER),
    L(account.repaid.partner_fen, NUMBER),
    L(account.interest_paid.lead_fen, NUMBER),
    L(account.interest_paid.partner_fen, NUMBER),
    L(account.interest_due_fen, NUMBER),
    L(account.waived_fen, NUMBER),
    L(account.accrued, NUMBER),
    L(account.accrued_day, NUMBER),
    L(schedule, NESTED),
    L(flight.kind, NUMBER),
    L(flight.transfer, BYTES),
    L(flight.amount_fen, NUMBER),
    L(flight.repayment.day, NUMBER),
    L(flight.repayment.amount_fen, NUMBER),
    L(flight.repayment.interest_left_fen, NUMBER),
    L(flight.repayment.interest.lead_fen, NUMBER),
    L(flight.repayment.interest.partner_fen, NUMBER),
    L(flight.repayment.principal.lead_fen, NUMBER),
    L(flight.repayment.principal.partner_fen, NUMBER),
    L(last_draw.transfer, BYTES),
    L(last_draw.amount_fen, NUMBER),
    L(last_draw.day, NUMBER),
    L(drawn_day, NUMBER),
    L(written_off_at_ms, NUMBER),
    L(unknown_at_ms, NUMBER),
    L(case_id, BYTES),
    L(history, NESTED),
};
const struct fields loan_fields = TABLE(struct loan, loan_table);

#define D(member, kind) FIELD(struct loan_decision, member, FIELD_##kind)
static const struct field loan_decision_table[] = {
    D(made, BOOL), D(approved, BOOL), D(limit_fen, NUMBER), D(at_ms, NUMBER), D(reason, TEXT),
};
const struct fields loan_decision_fields = TABLE(struct loan_decision, loan_decision_table);

#define I(member, kind) FIELD(struct loan_instalment, member, FIELD_##kind)
static const struct field loan_instalment_table[] = {I(due_day, NUMBER), I(due_fen, NUMBER)};
const struct fields loan_instalment_fields = TABLE(struct loan_instalment, loan_instalment_table);

void order_fill(struct product_order *order, uint64_t *seed) {
    fields_fill(&product_order_fields, order, seed);
    fields_fill_history(&order->history, seed);
}

void order_assert_equal(const struct product_order *a, const struct product_order *b) {
    fields_assert_equal(&product_order_fields, a, b);
    fields_assert_histories_equal(&a->history, &b->history);
}

void loan_fill(struct loan *loan, uint64_t *seed) {
    fields_fill(&loan_fields, loan, seed);
    for (size_t i = 0; i < LOAN_LENDERS; i++)
        fields_fill(&loan_decision_fields, &loan->decisions[i], seed);
    fields_fill_array(&loan_instalment_fields, loan->schedule.instalments, &loan->schedule.count,
                      PRODUCT_INSTALMENTS_MAX, seed);
    fields_fill_history(&loan->history, seed);
}

void loan_assert_equal(const struct loan *a, const struct loan *b) {
    fields_assert_equal(&loan_fields, a, b);
    fields_assert_arrays_equal(&loan_decision_fields, a->decisions, b->decisions, LOAN_LENDERS);
    assert_int_equal(a->schedule.count, b->schedule.count);
    fields_assert_arrays_equal(&loan_instalment_fields, a->schedule.instalments,
                               b->schedule.instalments, a->schedule.count);
    fields_assert_histories_equal(&a->history, &b->history);
}
