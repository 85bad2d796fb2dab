/*
 * Reading what banks say of loans, on the gateway's side.
 *
 * A message is held to its own rules here; what a loan owes, who lends and what a product allows is
 * the ledger's.
 */
#include <string.h>

#include "domain/calendar.h"
#include "wire/loan_parts.h"
#include "wire/message_read.h"
#include "wire/parts.h"

static void read_consent(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                         struct digest *out) {
    if (bytes->len != DIGEST_SIZE)
        shape_refuse(shape, REFUSAL_CONSENT, field);
    else
        memcpy(out->bytes, bytes->data, DIGEST_SIZE);
}

void read_offer_loan(struct shape *shape, struct span payload, struct offer_loan *out) {
    static const struct part_money_names maximum = {"maximum", "maximum.fen", "maximum.currency"};
    const Linkgate__V1__OfferLoan *message =
        shape_read(shape, payload, &linkgate__v1__offer_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct offer_loan){.version = message->product_version, .until_ms = message->until_ms};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    loan_read_product(shape, message->product_code, &out->product);
    if (message->product_version == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "product_version");
    part_money(shape, &maximum, message->maximum, &out->maximum);
    if (message->until_ms < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "until_ms");
}

static void read_authorisations(struct shape *shape, const Linkgate__V1__ApplyLoan *message,
                                struct apply_loan *out) {
    if (message->n_authorisations > LOAN_LENDERS) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "authorisations");
        return;
    }
    out->authorisation_count = (uint32_t)message->n_authorisations;
    for (uint32_t i = 0; i < out->authorisation_count; i++) {
        struct loan_authorisation *one = &out->authorisations[i];
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "authorisations.bank_code",
                        message->authorisations[i]->bank_code, &one->bank);
        if (i > 0 && one->bank == out->authorisations[0].bank)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "authorisations.bank_code");
        read_consent(shape, "authorisations.sha256", &message->authorisations[i]->sha256,
                     &one->sha256);
    }
}

void read_apply_loan(struct shape *shape, struct span payload, struct apply_loan *out) {
    const Linkgate__V1__ApplyLoan *message =
        shape_read(shape, payload, &linkgate__v1__apply_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct apply_loan){.class1_account = message->account ==
                                                 LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    part_amount(shape, message->amount, &out->amount);
    (void)shape_enum(shape, "account", (int)message->account,
                     (int)LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_II);
    shape_digest(shape, "terms_sha256", &message->terms_sha256, &out->terms);
    read_consent(shape, "consent_sha256", &message->consent_sha256, &out->consent);
    read_authorisations(shape, message, out);
}

/* A limit comes with an approval, a reason with the opposite. */
static void read_decision(struct shape *shape, const Linkgate__V1__DecideLoan *message,
                          struct decide_loan *out) {
    static const struct part_money_names limit = {"limit", "limit.fen", "limit.currency"};
    if (!out->approved) {
        if (message->limit != NULL)
            shape_refuse(shape, REFUSAL_FIELD_INVALID, "limit");
        shape_reason(shape, "reason", message->reason, &out->reason);
        return;
    }
    part_money(shape, &limit, message->limit, &out->limit);
    if (shape_text(message->reason).size > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "reason");
}

void read_decide_loan(struct shape *shape, struct span payload, struct decide_loan *out) {
    const Linkgate__V1__DecideLoan *message =
        shape_read(shape, payload, &linkgate__v1__decide_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct decide_loan){.approved = message->approved != 0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    read_decision(shape, message, out);
}

void read_draw_loan(struct shape *shape, struct span payload, struct draw_loan *out) {
    const Linkgate__V1__DrawLoan *message =
        shape_read(shape, payload, &linkgate__v1__draw_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct draw_loan){.request = {{0}}};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
}

void read_repay_loan(struct shape *shape, struct span payload, struct repay_loan *out) {
    const Linkgate__V1__RepayLoan *message =
        shape_read(shape, payload, &linkgate__v1__repay_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct repay_loan){.interest_fen = message->interest_fen};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    part_amount(shape, message->amount, &out->amount);
    if (message->interest_fen < 0)
        shape_refuse(shape, REFUSAL_AMOUNT_NEGATIVE, "interest_fen");
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
}

void read_quote_repayment(struct shape *shape, struct span payload, struct quote_repayment *out) {
    const Linkgate__V1__QuoteRepayment *message = shape_read(
        shape, payload, &linkgate__v1__quote_repayment__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct quote_repayment){.day = 0};
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    struct span date = shape_text(message->date);
    if (date.size > 0 && (!date_parse(date, &out->day) || out->day <= 0))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "date");
}

/* Instalments come with SCHEDULE, a sum with WAIVED, a reason with the other two, and none of it with
 * anything else. */
static void read_ruling(struct shape *shape, const Linkgate__V1__LoanStatus *message,
                        struct loan_status *out) {
    bool ends = out->event == LOAN_STATUS_WRITTEN_OFF || out->event == LOAN_STATUS_CANCELLED;
    if (out->event == LOAN_STATUS_SCHEDULE) {
        struct loan_schedule *schedule = arena_try(shape->arena, sizeof(*schedule));
        if (schedule == NULL) {
            shape_refuse(shape, REFUSAL_MALFORMED, "");
            return;
        }
        if (message->n_instalments == 0)
            shape_refuse(shape, REFUSAL_FIELD_MISSING, "instalments");
        loan_read_schedule(shape, message->instalments, message->n_instalments, schedule);
        out->schedule = schedule;
    } else if (message->n_instalments > 0) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "instalments");
    }
    if (message->waived_fen < 0)
        shape_refuse(shape, REFUSAL_AMOUNT_NEGATIVE, "waived_fen");
    else if (out->event == LOAN_STATUS_WAIVED && message->waived_fen == 0)
        shape_refuse(shape, REFUSAL_AMOUNT_ZERO, "waived_fen");
    else if (out->event != LOAN_STATUS_WAIVED && message->waived_fen > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "waived_fen");
    out->waived_fen = message->waived_fen;
    if (ends)
        shape_reason(shape, "reason", message->reason, &out->reason);
    else if (shape_text(message->reason).size > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "reason");
}

void read_loan_status(struct shape *shape, struct span payload, struct loan_status *out) {
    const Linkgate__V1__LoanStatus *message =
        shape_read(shape, payload, &linkgate__v1__loan_status__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct loan_status){.schedule = NULL};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
    if (shape_enum(shape, "event", (int)message->event, LOAN_STATUS_CANCELLED)) {
        out->event = (enum loan_status_event)message->event;
        read_ruling(shape, message, out);
    }
}

void read_get_loan(struct shape *shape, struct span payload, struct get_loan *out) {
    const Linkgate__V1__GetLoan *message =
        shape_read(shape, payload, &linkgate__v1__get_loan__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_loan){.loan = {{0}}};
    shape_id(shape, "loan_id", &message->loan_id, &out->loan);
}

void read_list_loans(struct shape *shape, struct span payload, struct list_loans *out) {
    const Linkgate__V1__ListLoans *message =
        shape_read(shape, payload, &linkgate__v1__list_loans__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct list_loans){.max = message->max > 0 ? message->max : LOANS_PAGE_STANDARD};
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id_or_none(shape, "after_loan_id", &message->after_loan_id, &out->after);
    if (message->max > LOANS_PAGE_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
}
