/*
 * What became of the transfer of a draw or a repayment, and what that means for what is owed.
 *
 * Invariants: sums move when the transfer has its outcome, in the application of its step, and once;
 * interest runs from the posting bank's date; while nobody has answered, the loan waits as its transfer
 * does. What contradicts an outcome that stands moves nothing: it is a CONFLICT, which people settle. A
 * frozen loan is brought up to date when it is unfrozen.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/loans.h"

/* How far a bank's book date may be from the day of its word; what is further off is none. */
#define BOOK_AHEAD_DAYS 31

/* Of the bank that pays out, where that is the one that was instructed. */
static int64_t day_of(const struct loan *loan, const struct link *link,
                      const struct transfer *transfer) {
    bank_code payer = loan->class1_account ? link->class1_bank : link->class2_bank;
    int64_t accepted_day = shanghai_day(transfer->accepted_at_ms);
    int64_t day;
    if (transfer->instructed != payer || !date_parse(span_text(transfer->book_date), &day))
        return accepted_day;
    bool near =
        day >= shanghai_day(transfer->received_at_ms) && day <= accepted_day + BOOK_AHEAD_DAYS;
    return near ? day : accepted_day;
}

/* ---- what is owed ---- */

/* Nobody can say any more what is owed: people must. */
static int contradict(struct apply *apply, struct loan *loan, const struct id *transfer) {
    loan->conflict = true;
    apply_alarm(apply, "a loan and its transfers contradict each other: CONFLICT", &loan->id);
    return loans_step(apply, loan, LOAN_EVENT_CONFLICT, CAUSE_RULE, "", transfer);
}

static int book_draw(struct apply *apply, struct loan *loan, const struct loan_flight *flight,
                     int64_t day, const struct id *transfer) {
    APPLY_INVARIANT(loan_drawn(&loan->account, &loan->terms, flight->amount_fen, day) == LOAN_OK);
    int64_t principal_fen = loan_principal_fen(&loan->account);
    if (loan->schedule.count == 0)
        loan_schedule_make(principal_fen, day, loan->terms.instalments, &loan->schedule);
    else
        loan_schedule_spread(&loan->schedule, principal_fen);
    if (loan->drawn_day == 0)
        loan->drawn_day = day;
    loan->last_draw = (struct loan_draw){.amount_fen = flight->amount_fen, .day = day};
    if (transfer)
        loan->last_draw.transfer = *transfer;
    loan->deadline_ms = 0;
    return loans_step(apply, loan, LOAN_EVENT_DRAWN, CAUSE_RULE, "", transfer);
}

static int book_repayment(struct apply *apply, struct loan *loan, const struct loan_flight *flight,
                          const struct id *transfer) {
    const struct loan_repayment *repayment = &flight->repayment;
    if (loan_repaid(&loan->account, &loan->terms, repayment) != LOAN_OK)
        return contradict(apply, loan, transfer); /* a draw came back meanwhile */
    loan_schedule_pay(&loan->schedule,
                      repayment->principal.lead_fen + repayment->principal.partner_fen);
    return loans_step(apply, loan, LOAN_EVENT_REPAYMENT, CAUSE_RULE, "", transfer);
}

int loans_book(struct apply *apply, struct loan *loan, int64_t day, const struct id *transfer) {
    struct loan_flight flight = loan->flight;
    memset(&loan->flight, 0, sizeof loan->flight);
    loan->unknown = false;
    int result = flight.kind == LOAN_FLIGHT_DRAW ? book_draw(apply, loan, &flight, day, transfer)
                                                 : book_repayment(apply, loan, &flight, transfer);
    return result ? result : loans_follow(apply, loan);
}

/* ---- the transfer ---- */

static int ended(struct apply *apply, struct loan *loan, const struct transfer *transfer) {
    struct link link;
    APPLY_INVARIANT(id_equal(&loan->flight.transfer, &transfer->id));
    if (transfer->state == TRANSFER_ACCEPTED) {
        int result = store_get_link(apply->store, &loan->link, &link);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        return loans_book(apply, loan, day_of(loan, &link, transfer), &transfer->id);
    }
    bool draws = loan->flight.kind == LOAN_FLIGHT_DRAW;
    memset(&loan->flight, 0, sizeof loan->flight);
    loan->unknown = false;
    return loans_step(apply, loan, draws ? LOAN_EVENT_DRAW_FAILED : LOAN_EVENT_REPAY_FAILED,
                      CAUSE_RULE, transfer->reason, &transfer->id);
}

/* The draw was not paid out: as if it had not been. */
static int came_back(struct apply *apply, struct loan *loan, const struct transfer *transfer,
                     const char *reason) {
    struct loan_draw draw = loan->last_draw;
    bool last = id_equal(&draw.transfer, &transfer->id);
    if (!last || loan_undrawn(&loan->account, &loan->terms, draw.amount_fen, draw.day) != LOAN_OK)
        return contradict(apply, loan, &transfer->id);
    memset(&loan->last_draw, 0, sizeof loan->last_draw);
    loan_schedule_spread(&loan->schedule, loan_principal_fen(&loan->account));
    int result = loans_step(apply, loan, LOAN_EVENT_RETURNED, CAUSE_RULE, reason, &transfer->id);
    return result ? result : loans_follow(apply, loan);
}

static int unanswered(struct apply *apply, struct loan *loan, const struct transfer *transfer) {
    loan->unknown = true;
    loan->unknown_at_ms = apply->now_ms;
    return loans_step(apply, loan, LOAN_EVENT_UNANSWERED, CAUSE_DEADLINE, "", &transfer->id);
}

static int contradicted(struct apply *apply, struct loan *loan, const struct transfer *transfer) {
    loan->conflict = true;
    loan->case_id = transfer->case_id;
    return loans_step(apply, loan, LOAN_EVENT_CONFLICT, CAUSE_RULE, "", &transfer->id);
}

static int follow_transfer(struct apply *apply, struct loan *loan, const struct transfer *transfer,
                           enum bought_change change, const struct transfer *back) {
    switch (change) {
    case BOUGHT_ENDED:
        return ended(apply, loan, transfer);
    case BOUGHT_UNKNOWN:
        return unanswered(apply, loan, transfer);
    case BOUGHT_CONFLICT:
        return contradicted(apply, loan, transfer);
    case BOUGHT_RETURNED:
        return came_back(apply, loan, transfer, back->history.entries[0].reason);
    case BOUGHT_CANCEL_ASKED: /* its outcome follows */
        break;
    }
    return 0;
}

int loans_moved(struct apply *apply, const struct id *id, const struct transfer *transfer,
                enum bought_change change, const struct transfer *back) {
    struct loan loan;
    int result = store_get_loan(apply->store, id, &loan);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (change == BOUGHT_CANCEL_ASKED)
        return 0;
    if (loan.frozen) {
        apply_alarm(apply, "the transfer of a frozen loan has moved: unfreeze the loan", id);
        return 0;
    }
    struct loans_before before = loans_before(&loan);
    result = follow_transfer(apply, &loan, transfer, change, back);
    return result ? result : loans_store(apply, &loan, &before);
}

/* What its transfer did while it was frozen. */
int loans_catch_up(struct apply *apply, struct loan *loan) {
    bool waits = loan->flight.kind != LOAN_FLIGHT_NONE;
    const struct id *id = waits ? &loan->flight.transfer : &loan->last_draw.transfer;
    struct transfer transfer;
    if (id_is_zero(id))
        return 0;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (waits && (transfer.state == TRANSFER_ACCEPTED || transfer_final(transfer.state)))
        return ended(apply, loan, &transfer);
    if (waits && transfer.state == TRANSFER_UNKNOWN && !loan->unknown)
        return unanswered(apply, loan, &transfer);
    return !waits && transfer_came_back(&transfer) ? came_back(apply, loan, &transfer, "") : 0;
}

int loans_check_return(struct apply *apply, const struct id *id, const struct transfer *transfer,
                       int64_t fen) {
    struct loan loan;
    int result = store_get_loan(apply->store, id, &loan);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    const struct loan_draw *draw = &loan.last_draw;
    bool last = id_equal(&draw->transfer, &transfer->id) && loan.flight.kind == LOAN_FLIGHT_NONE;
    if (!last || loan.frozen ||
        loan_undrawn(&loan.account, &loan.terms, draw->amount_fen, draw->day) != LOAN_OK)
        return refuse(apply, REFUSAL_LOAN_STATE, "transfer_id");
    return fen == transfer->amount.fen ? 0 : refuse(apply, REFUSAL_FIELD_INVALID, "amount.fen");
}
