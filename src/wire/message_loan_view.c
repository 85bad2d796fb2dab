/*
 * What the gateway tells banks of loans.
 *
 * A lender is told all that both of them need to compare their books; what the customer signed stays
 * where it is.
 */
#include "domain/calendar.h"
#include "wire/loan_parts.h"
#include "wire/message.h"

struct packed_loan {
    Linkgate__V1__LoanReply reply;
    Linkgate__V1__LoanLender lenders[LOAN_LENDERS];
    Linkgate__V1__LoanLender *lender_pointers[LOAN_LENDERS];
    Linkgate__V1__LoanFlight flight;
    struct packed_schedule schedule;
    char counted_until[DATE_TEXT_SIZE];
};

static void pack_lender(struct pack *pack, const struct loan *loan, enum loan_lender lender,
                        struct packed_loan *out) {
    Linkgate__V1__LoanLender *wire = &out->lenders[lender];
    struct shares principal = loan_principal_of(&loan->account);
    bool lead = lender == LOAN_LEAD;
    linkgate__v1__loan_lender__init(wire);
    wire->bank_code = pack_bank(pack, lead ? loan->lead : loan->terms.partner);
    wire->decided = loan->decisions[lender].made;
    wire->approved = loan->decisions[lender].approved;
    wire->principal_fen = lead ? principal.lead_fen : principal.partner_fen;
    wire->interest_paid_fen =
        lead ? loan->account.interest_paid.lead_fen : loan->account.interest_paid.partner_fen;
    out->lender_pointers[lender] = wire;
}

static Linkgate__V1__LoanFlight *pack_flight(const struct loan_flight *flight,
                                             Linkgate__V1__LoanFlight *wire) {
    if (flight->kind == LOAN_FLIGHT_NONE)
        return NULL;
    const struct shares *interest = &flight->repayment.interest;
    linkgate__v1__loan_flight__init(wire);
    wire->repayment = flight->kind == LOAN_FLIGHT_REPAYMENT;
    wire->amount_fen = flight->amount_fen;
    if (wire->repayment) {
        wire->amount_fen = flight->repayment.amount_fen;
        wire->interest_fen = interest->lead_fen + interest->partner_fen;
    }
    wire->transfer_id = pack_id(&flight->transfer);
    return wire;
}

static void pack_sums(const struct loan *loan, Linkgate__V1__LoanReply *wire) {
    wire->offered_fen = loan->offered.fen;
    wire->asked_fen = loan->asked_fen;
    wire->limit_fen = loan->limit_fen;
    wire->available_fen = loan_available_fen(loan);
    wire->principal_fen = loan_principal_fen(&loan->account);
    wire->interest_due_fen = loan->account.interest_due_fen;
}

static void pack_times(const struct loan *loan, Linkgate__V1__LoanReply *wire) {
    wire->offered_at_ms = loan->offered_at_ms;
    wire->applied_at_ms = loan->applied_at_ms;
    wire->deadline_ms = loan->deadline_ms;
    wire->written_off_at_ms = loan->written_off_at_ms;
}

static Linkgate__V1__AccountClass account_of(const struct loan *loan) {
    if (loan->applicant == 0)
        return LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_UNSPECIFIED;
    return loan->class1_account ? LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I
                                : LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_II;
}

static void pack_loan(struct pack *pack, const struct loan_view *view, struct packed_loan *out) {
    const struct loan *loan = &view->loan;
    Linkgate__V1__LoanReply *wire = &out->reply;
    linkgate__v1__loan_reply__init(wire);
    wire->loan_id = pack_id(&loan->id);
    wire->state = (Linkgate__V1__LoanState)loan->state;
    wire->link_id = pack_id(&loan->link);
    wire->product_code = pack_text(pack, span_text(loan->product));
    wire->product_version = loan->version;
    wire->applicant_bank_code = pack_bank(pack, loan->applicant);
    wire->account = account_of(loan);
    pack_sums(loan, wire);
    pack_lender(pack, loan, LOAN_LEAD, out);
    pack_lender(pack, loan, LOAN_PARTNER, out);
    wire->n_lenders = LOAN_LENDERS;
    wire->lenders = out->lender_pointers;
    if (loan->account.accrued_day != 0) {
        date_format(loan->account.accrued_day, out->counted_until);
        wire->counted_until = out->counted_until;
    }
    loan_pack_schedule(&loan->schedule, &out->schedule);
    wire->n_instalments = loan->schedule.count;
    wire->instalments = out->schedule.pointers;
    wire->flight = pack_flight(&loan->flight, &out->flight);
    wire->unknown = loan->unknown;
    pack_times(loan, wire);
    wire->reason = pack_text(pack, span_text(loan->reason));
    wire->conflict = loan->conflict;
    wire->replayed = view->replayed;
}

void message_encode_loan_reply(const struct loan_view *view, struct buf *out) {
    struct pack pack;
    struct packed_loan packed;
    pack_init(&pack);
    pack_loan(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_loan_notice(const struct notice_place *place, const struct loan_view *view,
                                const char *event, struct buf *out) {
    struct pack pack;
    struct packed_loan packed;
    Linkgate__V1__LoanNotice wire;
    pack_init(&pack);
    linkgate__v1__loan_notice__init(&wire);
    pack_loan(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.loan = &packed.reply;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}

void message_encode_loan_page_entry(const struct loan_view *view, struct buf *out) {
    struct pack pack;
    struct packed_loan packed;
    Linkgate__V1__LoanPage wire;
    Linkgate__V1__LoanReply *replies[] = {&packed.reply};
    pack_init(&pack);
    linkgate__v1__loan_page__init(&wire);
    pack_loan(&pack, view, &packed);
    wire.n_loans = 1;
    wire.loans = replies;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_loan_page_next(const struct id *next, struct buf *out) {
    struct pack pack;
    Linkgate__V1__LoanPage wire;
    pack_init(&pack);
    linkgate__v1__loan_page__init(&wire);
    wire.next_loan_id = pack_id(next);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_loan_quote(const struct loan_quote_view *view, struct buf *out) {
    struct pack pack;
    Linkgate__V1__LoanQuote wire;
    char date[DATE_TEXT_SIZE];
    pack_init(&pack);
    linkgate__v1__loan_quote__init(&wire);
    date_format(view->day, date);
    wire.loan_id = pack_id(&view->loan);
    wire.date = date;
    wire.interest_fen = view->quote.interest_fen;
    wire.principal_fen = view->quote.principal_fen;
    wire.total_fen = view->quote.total_fen;
    wire.lead_interest_fen = view->interest.lead_fen;
    wire.partner_interest_fen = view->interest.partner_fen;
    wire.lead_principal_fen = view->principal.lead_fen;
    wire.partner_principal_fen = view->principal.partner_fen;
    pack_finish(&pack, &wire.base, out);
}
