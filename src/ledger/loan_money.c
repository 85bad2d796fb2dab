/*
 * DrawLoan, RepayLoan and QuoteRepayment: what moves, between whom, and what of it is whose.
 *
 * Invariants: one draw or repayment is on its way at a time; the bank of the customer's account pays
 * out and collects the whole, and the share of the other lender moves between the two, by one transfer,
 * which moves both positions; nothing is drawn above the limit, and nothing is repaid above what is
 * owed. Where the other lender has no share, no money moves between the banks: the account's own bank
 * has done it when it says so, and is instructed in-house when the other one does.
 * Order of checks: loan -> state -> sums -> link (draws) -> the transfer's.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/loans.h"
#include "wire/message.h"

/* The bank of the account, and the lender that only has a share. */
struct lending {
    struct link link;
    bank_code payer;
    enum loan_lender other;
};

/* These messages name the loan, and through it its link. */
static int about_loan(struct apply *apply, int result) {
    if (result > 0 && result < REFUSAL_CODES && strcmp(apply->field, "link_id") == 0)
        apply->field = "loan_id";
    return result;
}

static int load_lending(struct apply *apply, const struct loan *loan, struct lending *lending_out) {
    int result = link_touch_own(apply, &loan->link, &lending_out->link);
    apply_touch(apply, OBJECT_LOAN, &loan->id);
    if (result)
        return about_loan(apply, result);
    lending_out->payer =
        loan->class1_account ? lending_out->link.class1_bank : lending_out->link.class2_bank;
    lending_out->other = lending_out->payer == loan->lead ? LOAN_PARTNER : LOAN_LEAD;
    return 0;
}

static int64_t share_of(struct shares shares, enum loan_lender lender) {
    return lender == LOAN_LEAD ? shares.lead_fen : shares.partner_fen;
}

static int64_t other_share(const struct loan_flight *flight, const struct loan *loan,
                           enum loan_lender other) {
    if (flight->kind == LOAN_FLIGHT_DRAW)
        return share_of(shares_of(flight->amount_fen, loan->terms.lead_share), other);
    return share_of(flight->repayment.interest, other) +
           share_of(flight->repayment.principal, other);
}

/* ---- the transfer ---- */

static struct posted_loan posted_of(const struct loan *loan, const struct loan_flight *flight) {
    bool repays = flight->kind == LOAN_FLIGHT_REPAYMENT;
    const struct shares *interest = &flight->repayment.interest;
    struct posted_loan posted = {
        .loan = loan->id,
        .product = span_text(loan->product),
        .version = loan->version,
        .repayment = repays,
        .amount = loan->offered, /* for its currency */
        .principal = shares_of(flight->amount_fen, loan->terms.lead_share),
    };
    posted.amount.fen = flight->amount_fen;
    if (repays) {
        posted.amount.fen = flight->repayment.amount_fen;
        posted.interest_fen = interest->lead_fen + interest->partner_fen;
        posted.interest = *interest;
        posted.principal = flight->repayment.principal;
    }
    return posted;
}

static struct bought_plan plan_of(const struct apply *apply, const struct loan *loan,
                                  const struct lending *lending, const struct posted_loan *posted,
                                  int64_t share_fen, struct span end_to_end_id) {
    bool by_payer = apply->command->bank == lending->payer;
    enum transfer_kind draw =
        loan->lead == lending->payer ? TRANSFER_LOAN_OWN : TRANSFER_LOAN_OTHER;
    struct bought_plan plan = {
        .link = &lending->link,
        .kind = posted->repayment ? TRANSFER_LOAN_REPAYMENT : draw,
        .direction = by_payer == posted->repayment ? TRANSFER_PUSH : TRANSFER_PULL,
        .in_house = share_fen == 0,
        .amount = posted->amount,
        .end_to_end_id = end_to_end_id,
        .loan = posted,
    };
    if (share_fen > 0)
        plan.amount.fen = share_fen;
    return plan;
}

/* On its way, or booked where nothing has to be. */
static int begin(struct apply *apply, struct loan *loan, const struct lending *lending,
                 const struct loan_flight *flight, struct span end_to_end_id) {
    bool repays = flight->kind == LOAN_FLIGHT_REPAYMENT;
    int64_t share_fen = other_share(flight, loan, lending->other);
    struct posted_loan posted = posted_of(loan, flight);
    struct transfer transfer;
    struct bought_plan plan = plan_of(apply, loan, lending, &posted, share_fen, end_to_end_id);
    if (share_fen == 0 && apply->command->bank == lending->payer) {
        loan->flight = *flight;
        return loans_book(apply, loan, shanghai_day(apply->now_ms), NULL);
    }
    int result = bought_pay(apply, &plan, &transfer);
    if (result)
        return about_loan(apply, result);
    store_put_loan_transfer(apply->store, &transfer.id, &loan->id);
    loan->flight = *flight;
    loan->flight.transfer = transfer.id;
    return loans_step(apply, loan, repays ? LOAN_EVENT_REPAY : LOAN_EVENT_DRAW, CAUSE_REQUEST, "",
                      &transfer.id);
}

/* All checks of the loan are passed. */
static int carry_out(struct apply *apply, struct loan *loan, const struct lending *lending,
                     const struct loan_flight *flight, struct span end_to_end_id) {
    struct loans_before before = loans_before(loan);
    int result = begin(apply, loan, lending, flight, end_to_end_id);
    if (result == 0)
        result = loans_store(apply, loan, &before);
    if (result == 0)
        loans_answer(apply, loan, false);
    return result;
}

/* The sums stand in the replay row. */
static void keep_sums(struct apply *apply, int64_t amount_fen, int64_t interest_fen) {
    put_be64(apply->detail.bytes, (uint64_t)amount_fen);
    put_be64(apply->detail.bytes + 8, (uint64_t)interest_fen);
}

static int check_event(struct apply *apply, const struct loan *loan, enum loan_event event) {
    enum loan_state next;
    if (!loan_next(loan->state, event, &next) || loan->flight.kind != LOAN_FLIGHT_NONE)
        return refuse(apply, REFUSAL_LOAN_STATE, "loan_id");
    return apply_check_life(apply, &loan->history, "loan_id");
}

static int check_currency(struct apply *apply, const struct loan *loan,
                          const struct money *amount) {
    bool same = span_equal(span_text(amount->currency), span_text(loan->offered.currency));
    return same ? 0 : refuse(apply, REFUSAL_CURRENCY, "amount.currency");
}

/* ---- DrawLoan ---- */

static int check_draw(struct apply *apply, const struct loan *loan, const struct money *amount) {
    int result = check_event(apply, loan, LOAN_EVENT_DRAW);
    if (result == 0 && loan->written_off_at_ms != 0)
        result = refuse(apply, REFUSAL_LOAN_STATE, "loan_id");
    if (result == 0)
        result = check_currency(apply, loan, amount);
    if (result)
        return result;
    if (amount->fen < loan->min_fen)
        return refuse(apply, REFUSAL_AMOUNT_BELOW, "amount.fen");
    if (amount->fen <= loan_available_fen(loan))
        return 0;
    apply->right_fen = loan_available_fen(loan);
    return refuse(apply, REFUSAL_LOAN_LIMIT, "amount.fen");
}

int loans_draw(struct apply *apply) {
    const struct draw_loan *request = &apply->command->body.loan.draw;
    struct loan loan;
    struct lending lending;
    keep_sums(apply, request->amount.fen, 0);
    int result = loans_touch(apply, &request->loan, &loan);
    if (result == 0)
        result = check_draw(apply, &loan, &request->amount);
    if (result == 0)
        result = load_lending(apply, &loan, &lending);
    if (result == 0)
        result = loans_check_link(apply, &lending.link, "loan_id");
    if (result)
        return result;
    struct loan_flight flight = {.kind = LOAN_FLIGHT_DRAW, .amount_fen = request->amount.fen};
    return carry_out(apply, &loan, &lending, &flight, request->end_to_end_id);
}

/* ---- RepayLoan ---- */

/* Today; or the day up to which interest runs already, where the posting bank was ahead of us. */
static int64_t charged_day(const struct apply *apply, const struct loan *loan, int64_t day) {
    int64_t from = day ? day : shanghai_day(apply->now_ms);
    return from > loan->account.accrued_day ? from : loan->account.accrued_day;
}

static int work_out(struct apply *apply, const struct loan *loan, const struct repay_loan *request,
                    struct loan_repayment *repayment_out) {
    int64_t day = charged_day(apply, loan, 0);
    struct loan_quote owed;
    APPLY_INVARIANT(loan_quote(&loan->account, &loan->terms, day, &owed) == LOAN_OK);
    if (request->amount.fen > owed.total_fen) {
        apply->right_fen = owed.total_fen;
        return refuse(apply, REFUSAL_LOAN_ABOVE, "amount.fen");
    }
    APPLY_INVARIANT(loan_repayment(&loan->account, &loan->terms, request->amount.fen, day,
                                   repayment_out) == LOAN_OK);
    int64_t interest_fen = repayment_out->interest.lead_fen + repayment_out->interest.partner_fen;
    if (request->interest_fen == interest_fen)
        return 0;
    apply->right_fen = interest_fen;
    return refuse(apply, REFUSAL_INTEREST, "interest_fen");
}

int loans_repay(struct apply *apply) {
    const struct repay_loan *request = &apply->command->body.loan.repay;
    struct loan_flight flight = {.kind = LOAN_FLIGHT_REPAYMENT};
    struct loan loan;
    struct lending lending;
    keep_sums(apply, request->amount.fen, request->interest_fen);
    int result = loans_touch(apply, &request->loan, &loan);
    if (result == 0)
        result = check_event(apply, &loan, LOAN_EVENT_REPAY);
    if (result == 0)
        result = check_currency(apply, &loan, &request->amount);
    if (result == 0)
        result = work_out(apply, &loan, request, &flight.repayment);
    if (result == 0)
        result = load_lending(apply, &loan, &lending);
    return result ? result : carry_out(apply, &loan, &lending, &flight, request->end_to_end_id);
}

/* ---- QuoteRepayment ---- */

static int quote(struct apply *apply, const struct loan *loan, struct loan_quote_view *view) {
    struct loan_repayment all;
    int64_t today = shanghai_day(apply->now_ms);
    int64_t day = charged_day(apply, loan, view->day);
    if (view->day == 0)
        view->day = today;
    if (view->day < today || loan_quote(&loan->account, &loan->terms, day, &view->quote) != LOAN_OK)
        return refuse(apply, REFUSAL_FIELD_INVALID, "date");
    if (view->quote.total_fen == 0)
        return 0;
    APPLY_INVARIANT(
        loan_repayment(&loan->account, &loan->terms, view->quote.total_fen, day, &all) == LOAN_OK);
    view->interest = all.interest;
    view->principal = all.principal;
    return 0;
}

int loans_quote(struct apply *apply) {
    const struct quote_repayment *query = &apply->command->body.loan.quote;
    struct loan_quote_view view = {.loan = query->loan, .day = query->day};
    struct loan loan;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    result = store_get_loan(apply->store, &query->loan, &loan);
    APPLY_TRY(result);
    if (result || loan_lender_of(&loan, apply->command->bank) == LOAN_LENDERS)
        return refuse(apply, REFUSAL_NO_SUCH_LOAN, "loan_id");
    if (!loan_runs(loan.state))
        return refuse(apply, REFUSAL_LOAN_STATE, "loan_id");
    result = quote(apply, &loan, &view);
    if (result)
        return result;
    buf_clear(&apply->ledger->scratch);
    message_encode_loan_quote(&view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}
