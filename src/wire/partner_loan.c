/*
 * A partner bank's side of loans.
 *
 * Nothing is checked on the way out. On the way in what a newer gateway adds is tolerated, a state that
 * is not known here is none, and sums that cannot be are no loan.
 */
#include <string.h>

#include "domain/calendar.h"
#include "wire/loan_parts.h"
#include "wire/partner.h"
#include "wire/values.h"

/* ---- written ---- */

void partner_encode_offer_loan(const struct offer_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OfferLoan wire;
    Linkgate__V1__Money maximum;
    pack_init(&pack);
    linkgate__v1__offer_loan__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.product_code = pack_text(&pack, message->product);
    wire.product_version = message->version;
    value_pack_money(&pack, &message->maximum, &maximum);
    wire.maximum = &maximum;
    wire.until_ms = message->until_ms;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_apply_loan(const struct apply_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ApplyLoan wire;
    Linkgate__V1__Money amount;
    Linkgate__V1__LoanAuthorisation authorisations[LOAN_LENDERS], *pointers[LOAN_LENDERS];
    pack_init(&pack);
    linkgate__v1__apply_loan__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.loan_id = pack_id(&message->loan);
    value_pack_money(&pack, &message->amount, &amount);
    wire.amount = &amount;
    wire.account = message->class1_account ? LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I
                                           : LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_II;
    wire.terms_sha256 = pack_digest(&message->terms);
    wire.consent_sha256 = pack_digest(&message->consent);
    for (uint32_t i = 0; i < message->authorisation_count; i++) {
        linkgate__v1__loan_authorisation__init(&authorisations[i]);
        authorisations[i].bank_code = pack_bank(&pack, message->authorisations[i].bank);
        authorisations[i].sha256 = pack_digest(&message->authorisations[i].sha256);
        pointers[i] = &authorisations[i];
    }
    wire.n_authorisations = message->authorisation_count;
    wire.authorisations = pointers;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_decide_loan(const struct decide_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__DecideLoan wire;
    Linkgate__V1__Money limit;
    pack_init(&pack);
    linkgate__v1__decide_loan__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.loan_id = pack_id(&message->loan);
    wire.approved = message->approved;
    if (message->approved || message->limit.fen != 0) {
        value_pack_money(&pack, &message->limit, &limit);
        wire.limit = &limit;
    }
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_draw_loan(const struct draw_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__DrawLoan wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__draw_loan__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.loan_id = pack_id(&message->loan);
    value_pack_money(&pack, &message->amount, &amount);
    wire.amount = &amount;
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_repay_loan(const struct repay_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__RepayLoan wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__repay_loan__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.loan_id = pack_id(&message->loan);
    value_pack_money(&pack, &message->amount, &amount);
    wire.amount = &amount;
    wire.interest_fen = message->interest_fen;
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_quote_repayment(const struct quote_repayment *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__QuoteRepayment wire;
    char date[DATE_TEXT_SIZE];
    pack_init(&pack);
    linkgate__v1__quote_repayment__init(&wire);
    wire.loan_id = pack_id(&message->loan);
    if (message->day != 0) {
        date_format(message->day, date);
        wire.date = date;
    }
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_loan_status(const struct loan_status *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__LoanStatus wire;
    struct packed_schedule schedule;
    pack_init(&pack);
    linkgate__v1__loan_status__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.loan_id = pack_id(&message->loan);
    wire.event = (Linkgate__V1__LoanEvent)message->event;
    if (message->schedule != NULL) {
        loan_pack_schedule(message->schedule, &schedule);
        wire.n_instalments = message->schedule->count;
        wire.instalments = schedule.pointers;
    }
    wire.waived_fen = message->waived_fen;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_loan(const struct get_loan *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetLoan wire;
    pack_init(&pack);
    linkgate__v1__get_loan__init(&wire);
    wire.loan_id = pack_id(&message->loan);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_list_loans(const struct list_loans *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ListLoans wire;
    pack_init(&pack);
    linkgate__v1__list_loans__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.after_loan_id = pack_id(&message->after);
    wire.max = message->max;
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

/* A sum of money that a bank may count on. */
static void read_sum(struct shape *shape, const char *field, int64_t fen, int64_t *out) {
    if (fen < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = fen;
}

static void read_lender(struct shape *shape, const Linkgate__V1__LoanLender *message,
                        enum loan_lender lender, struct loan *out) {
    bool lead = lender == LOAN_LEAD;
    struct loan_account *account = &out->account;
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "lenders.bank_code", message->bank_code,
                    lead ? &out->lead : &out->terms.partner);
    out->decisions[lender].made = message->decided != 0;
    out->decisions[lender].approved = message->approved != 0;
    read_sum(shape, "lenders.principal_fen", message->principal_fen,
             lead ? &account->drawn.lead_fen : &account->drawn.partner_fen);
    read_sum(shape, "lenders.interest_paid_fen", message->interest_paid_fen,
             lead ? &account->interest_paid.lead_fen : &account->interest_paid.partner_fen);
}

static void read_lenders(struct shape *shape, const Linkgate__V1__LoanReply *message,
                         struct loan *out) {
    int64_t sum_fen;
    if (message->n_lenders != LOAN_LENDERS) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "lenders");
        return;
    }
    read_lender(shape, message->lenders[LOAN_LEAD], LOAN_LEAD, out);
    read_lender(shape, message->lenders[LOAN_PARTNER], LOAN_PARTNER, out);
    if (!fen_add(out->account.drawn.lead_fen, out->account.drawn.partner_fen, &sum_fen))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "lenders.principal_fen");
}

/* Whose part the interest is does not matter before it is paid. */
static void read_flight(struct shape *shape, const Linkgate__V1__LoanFlight *message,
                        struct loan_flight *out) {
    int64_t interest_fen = 0;
    if (message == NULL)
        return;
    read_sum(shape, "flight.amount_fen", message->amount_fen, &out->amount_fen);
    read_sum(shape, "flight.interest_fen", message->interest_fen, &interest_fen);
    shape_id_or_none(shape, "flight.transfer_id", &message->transfer_id, &out->transfer);
    out->kind = message->repayment ? LOAN_FLIGHT_REPAYMENT : LOAN_FLIGHT_DRAW;
    out->repayment = (struct loan_repayment){.amount_fen = out->amount_fen,
                                             .interest = {.lead_fen = interest_fen}};
}

static void read_product(struct shape *shape, const Linkgate__V1__LoanReply *message,
                         struct loan *out) {
    struct span code = {NULL, 0};
    loan_read_product(shape, message->product_code, &code);
    if (code.size > 0)
        memcpy(out->product, code.data, code.size);
    out->version = message->product_version;
    if (shape_text(message->applicant_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "applicant_bank_code",
                        message->applicant_bank_code, &out->applicant);
    out->class1_account = message->account == LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I;
}

static void read_loan(struct shape *shape, const Linkgate__V1__LoanReply *message,
                      struct loan *out) {
    struct span reason = shape_reason_or_empty(message->reason);
    shape_id(shape, "loan_id", &message->loan_id, &out->id);
    out->state = (enum loan_state)shape_known((int)message->state, LOAN_EXPIRED);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    read_product(shape, message, out);
    out->offered.fen = message->offered_fen;
    out->asked_fen = message->asked_fen;
    out->limit_fen = message->limit_fen;
    out->account.interest_due_fen = message->interest_due_fen;
    read_lenders(shape, message, out);
    struct span counted = shape_text(message->counted_until);
    if (counted.size > 0 && !date_parse(counted, &out->account.accrued_day))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "counted_until");
    loan_read_schedule(shape, message->instalments, message->n_instalments, &out->schedule);
    read_flight(shape, message->flight, &out->flight);
    out->unknown = message->unknown != 0;
    out->offered_at_ms = message->offered_at_ms;
    out->applied_at_ms = message->applied_at_ms;
    out->deadline_ms = message->deadline_ms;
    out->written_off_at_ms = message->written_off_at_ms;
    if (reason.size > 0)
        memcpy(out->reason, reason.data, reason.size);
    out->conflict = message->conflict != 0;
}

static void read_view(struct shape *shape, const Linkgate__V1__LoanReply *message,
                      struct loan_view *out) {
    memset(out, 0, sizeof(*out));
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "loan");
        return;
    }
    out->replayed = message->replayed != 0;
    read_loan(shape, message, &out->loan);
}

int partner_decode_loan_reply(struct span payload, struct arena *arena, struct loan_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LoanReply *message =
        shape_read(&shape, payload, &linkgate__v1__loan_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct loan_view read;
    read_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_loan_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct loan_view *out,
                               struct span *event_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LoanNotice *message = shape_read(
        &shape, payload, &linkgate__v1__loan_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct loan_view read;
    shape_digest(&shape, "token", &message->token, &place.token);
    read_view(&shape, message->loan, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    *event_out = shape_clean_or_empty(message->event, EVENT_NAME_MAX);
    return 0;
}

int partner_decode_loan_page(struct span payload, struct arena *arena, struct loan_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LoanPage *message =
        shape_read(&shape, payload, &linkgate__v1__loan_page__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_loans > LOANS_PAGE_MAX)
        return WIRE_REFUSED;
    struct loan_view *loans = arena_try(arena, message->n_loans * sizeof(*loans));
    if (loans == NULL)
        return WIRE_REFUSED;
    struct loan_page read = {.loans = loans, .count = (uint32_t)message->n_loans};
    for (size_t i = 0; i < message->n_loans; i++)
        read_view(&shape, message->loans[i], &loans[i]);
    shape_id_or_none(&shape, "next_loan_id", &message->next_loan_id, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_loan_quote(struct span payload, struct arena *arena,
                              struct loan_quote_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__LoanQuote *message =
        shape_read(&shape, payload, &linkgate__v1__loan_quote__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct loan_quote_view read = {
        .quote = {message->interest_fen, message->principal_fen, message->total_fen},
        .interest = {message->lead_interest_fen, message->partner_interest_fen},
        .principal = {message->lead_principal_fen, message->partner_principal_fen},
    };
    shape_id(&shape, "loan_id", &message->loan_id, &read.loan);
    if (!date_parse(shape_text(message->date), &read.day))
        shape_refuse(&shape, REFUSAL_FIELD_INVALID, "date");
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
