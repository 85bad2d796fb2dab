/*
 * Loans as records. Each field of struct loan stands here once in each direction, but for its id,
 * which is the key.
 */
#include "store/record_order.h"

static void asked_to_record(const struct loan *loan, loan_record *record) {
    record->state = loan->state;
    record->frozen = loan->frozen;
    record->conflict = loan->conflict;
    record->unknown = loan->unknown;
    record->link = record_id(&loan->link);
    record->offer_request = record_id(&loan->offer_request);
    record->request = record_id(&loan->request);
    record->lead = loan->lead;
    record->applicant = loan->applicant;
    record->class1_account = loan->class1_account;
    record->product = record_text(loan->product);
    record->version = loan->version;
    record->partner = loan->terms.partner;
    record->lead_share = loan->terms.lead_share;
    record->lead_interest_share = loan->terms.lead_interest_share;
    record->daily_rate = loan->terms.daily_rate;
    record->instalments = loan->terms.instalments;
    record->grace_days = loan->terms.grace_days;
    record->min_fen = loan->min_fen;
    record->offered_fen = loan->offered.fen;
    record->currency = record_text(loan->offered.currency);
    record->asked_fen = loan->asked_fen;
    record->limit_fen = loan->limit_fen;
    record->terms = record_digest(&loan->terms_sha256);
    record->consent = record_digest(&loan->consent);
    record->lead_authorisation = record_digest(&loan->authorisations[LOAN_LEAD]);
    record->partner_authorisation = record_digest(&loan->authorisations[LOAN_PARTNER]);
    record->person_key = record_digest(&loan->person_key);
    record->reason = record_text(loan->reason);
    record->offered_at_ms = loan->offered_at_ms;
    record->applied_at_ms = loan->applied_at_ms;
    record->deadline_ms = loan->deadline_ms;
}

static bool asked_from_record(const loan_record *record, struct loan *loan) {
    loan->state = (enum loan_state)record->state;
    loan->frozen = record->frozen;
    loan->conflict = record->conflict;
    loan->unknown = record->unknown;
    loan->lead = record->lead;
    loan->applicant = record->applicant;
    loan->class1_account = record->class1_account;
    loan->version = record->version;
    loan->terms.partner = record->partner;
    loan->terms.lead_share = record->lead_share;
    loan->terms.lead_interest_share = record->lead_interest_share;
    loan->terms.daily_rate = record->daily_rate;
    loan->terms.instalments = record->instalments;
    loan->terms.grace_days = record->grace_days;
    loan->min_fen = record->min_fen;
    loan->offered.fen = record->offered_fen;
    loan->asked_fen = record->asked_fen;
    loan->limit_fen = record->limit_fen;
    loan->offered_at_ms = record->offered_at_ms;
    loan->applied_at_ms = record->applied_at_ms;
    loan->deadline_ms = record->deadline_ms;
    return id_from_record(record->link, &loan->link) &&
           id_from_record(record->offer_request, &loan->offer_request) &&
           id_from_record(record->request, &loan->request) &&
           text_from_record(record->product, loan->product, sizeof(loan->product)) &&
           text_from_record(record->currency, loan->offered.currency,
                            sizeof(loan->offered.currency)) &&
           digest_from_record(record->terms, &loan->terms_sha256) &&
           digest_from_record(record->consent, &loan->consent) &&
           digest_from_record(record->lead_authorisation, &loan->authorisations[LOAN_LEAD]) &&
           digest_from_record(record->partner_authorisation, &loan->authorisations[LOAN_PARTNER]) &&
           digest_from_record(record->person_key, &loan->person_key) &&
           text_from_record(record->reason, loan->reason, sizeof(loan->reason));
}

static void owed_to_record(const struct loan *loan, loan_record *record) {
    record->lead_drawn_fen = loan->account.drawn.lead_fen;
    record->partner_drawn_fen = loan->account.drawn.partner_fen;
    record->lead_repaid_fen = loan->account.repaid.lead_fen;
    record->partner_repaid_fen = loan->account.repaid.partner_fen;
    record->lead_interest_fen = loan->account.interest_paid.lead_fen;
    record->partner_interest_fen = loan->account.interest_paid.partner_fen;
    record->interest_due_fen = loan->account.interest_due_fen;
    record->waived_fen = loan->account.waived_fen;
    record->accrued = loan->account.accrued;
    record->accrued_day = loan->account.accrued_day;
    record->drawn_day = loan->drawn_day;
    record->written_off_at_ms = loan->written_off_at_ms;
    record->unknown_at_ms = loan->unknown_at_ms;
    record->case_id = record_id(&loan->case_id);
}

static bool owed_from_record(const loan_record *record, struct loan *loan) {
    loan->account.drawn.lead_fen = record->lead_drawn_fen;
    loan->account.drawn.partner_fen = record->partner_drawn_fen;
    loan->account.repaid.lead_fen = record->lead_repaid_fen;
    loan->account.repaid.partner_fen = record->partner_repaid_fen;
    loan->account.interest_paid.lead_fen = record->lead_interest_fen;
    loan->account.interest_paid.partner_fen = record->partner_interest_fen;
    loan->account.interest_due_fen = record->interest_due_fen;
    loan->account.waived_fen = record->waived_fen;
    loan->account.accrued = record->accrued;
    loan->account.accrued_day = record->accrued_day;
    loan->drawn_day = record->drawn_day;
    loan->written_off_at_ms = record->written_off_at_ms;
    loan->unknown_at_ms = record->unknown_at_ms;
    return id_from_record(record->case_id, &loan->case_id);
}

static void flight_to_record(const struct loan *loan, loan_record *record) {
    record->flight = loan->flight.kind;
    record->flight_transfer = record_id(&loan->flight.transfer);
    record->flight_fen = loan->flight.amount_fen;
    record->repayment_day = loan->flight.repayment.day;
    record->repayment_fen = loan->flight.repayment.amount_fen;
    record->repayment_left_fen = loan->flight.repayment.interest_left_fen;
    record->repayment_lead_interest_fen = loan->flight.repayment.interest.lead_fen;
    record->repayment_partner_interest_fen = loan->flight.repayment.interest.partner_fen;
    record->repayment_lead_fen = loan->flight.repayment.principal.lead_fen;
    record->repayment_partner_fen = loan->flight.repayment.principal.partner_fen;
    record->last_transfer = record_id(&loan->last_draw.transfer);
    record->last_fen = loan->last_draw.amount_fen;
    record->last_day = loan->last_draw.day;
}

static bool flight_from_record(const loan_record *record, struct loan *loan) {
    loan->flight.kind = (enum loan_flight_kind)record->flight;
    loan->flight.amount_fen = record->flight_fen;
    loan->flight.repayment.day = record->repayment_day;
    loan->flight.repayment.amount_fen = record->repayment_fen;
    loan->flight.repayment.interest_left_fen = record->repayment_left_fen;
    loan->flight.repayment.interest.lead_fen = record->repayment_lead_interest_fen;
    loan->flight.repayment.interest.partner_fen = record->repayment_partner_interest_fen;
    loan->flight.repayment.principal.lead_fen = record->repayment_lead_fen;
    loan->flight.repayment.principal.partner_fen = record->repayment_partner_fen;
    loan->last_draw.amount_fen = record->last_fen;
    loan->last_draw.day = record->last_day;
    return id_from_record(record->flight_transfer, &loan->flight.transfer) &&
           id_from_record(record->last_transfer, &loan->last_draw.transfer);
}

static void decisions_to_record(const struct loan *loan, struct loan_records *records) {
    for (size_t i = 0; i < LOAN_LENDERS; i++) {
        const struct loan_decision *decision = &loan->decisions[i];
        Linkgate__Store__V1__LoanDecision *record = &records->decisions[i];
        linkgate__store__v1__loan_decision__init(record);
        record->made = decision->made;
        record->approved = decision->approved;
        record->limit_fen = decision->limit_fen;
        record->at_ms = decision->at_ms;
        record->reason = record_text(decision->reason);
        records->decision_pointers[i] = record;
    }
    records->loan.n_decisions = LOAN_LENDERS;
    records->loan.decisions = records->decision_pointers;
}

static bool decisions_from_record(const loan_record *record, struct loan *loan) {
    if (record->n_decisions != LOAN_LENDERS)
        return false;
    for (size_t i = 0; i < LOAN_LENDERS; i++) {
        const Linkgate__Store__V1__LoanDecision *one = record->decisions[i];
        struct loan_decision *decision = &loan->decisions[i];
        decision->made = one->made;
        decision->approved = one->approved;
        decision->limit_fen = one->limit_fen;
        decision->at_ms = one->at_ms;
        if (!text_from_record(one->reason, decision->reason, sizeof(decision->reason)))
            return false;
    }
    return true;
}

static void schedule_to_record(const struct loan_schedule *schedule, struct loan_records *records) {
    ENSURE(schedule->count <= PRODUCT_INSTALMENTS_MAX);
    for (uint32_t i = 0; i < schedule->count; i++) {
        linkgate__store__v1__loan_instalment__init(&records->instalments[i]);
        records->instalments[i].due_day = schedule->instalments[i].due_day;
        records->instalments[i].due_fen = schedule->instalments[i].due_fen;
        records->instalment_pointers[i] = &records->instalments[i];
    }
    records->loan.n_schedule = schedule->count;
    records->loan.schedule = records->instalment_pointers;
}

static bool schedule_from_record(const loan_record *record, struct loan_schedule *schedule) {
    if (record->n_schedule > PRODUCT_INSTALMENTS_MAX)
        return false;
    schedule->count = (uint32_t)record->n_schedule;
    for (uint32_t i = 0; i < schedule->count; i++)
        schedule->instalments[i] =
            (struct loan_instalment){record->schedule[i]->due_day, record->schedule[i]->due_fen};
    return true;
}

void loan_to_record(const struct loan *loan, struct loan_records *records_out) {
    loan_record *record = &records_out->loan;
    linkgate__store__v1__loan__init(record);
    asked_to_record(loan, record);
    owed_to_record(loan, record);
    flight_to_record(loan, record);
    decisions_to_record(loan, records_out);
    schedule_to_record(&loan->schedule, records_out);
    record->history_spilled = loan->history.spilled;
    history_to_records(&loan->history, loan->offered_at_ms, &records_out->history);
    record->n_history = loan->history.count;
    record->history = records_out->history.pointers;
}

bool loan_from_record(const loan_record *record, const struct id *id, struct loan *loan_out) {
    *loan_out = (struct loan){.id = *id};
    loan_out->history.spilled = record->history_spilled;
    return asked_from_record(record, loan_out) && owed_from_record(record, loan_out) &&
           flight_from_record(record, loan_out) && decisions_from_record(record, loan_out) &&
           schedule_from_record(record, &loan_out->schedule) &&
           history_from_records(record->n_history, record->history, record->offered_at_ms,
                                &loan_out->history);
}
