/*
 * Cases, questions, orders that wait for a second person, and the audit as records. Each field
 * stands here once in each direction, but for those in the key. Cases' texts and orders' payloads
 * are added by the table.
 */
#include "store/record.h"

static void entries_to_records(const struct inquiry_case *inquiry, struct case_records *records) {
    ENSURE(inquiry->entry_count <= CASE_ENTRIES_MAX);
    for (uint32_t i = 0; i < inquiry->entry_count; i++) {
        const struct case_entry *entry = &inquiry->entries[i];
        Linkgate__Store__V1__CaseEntry *record = &records->entries[i];
        linkgate__store__v1__case_entry__init(record);
        record->by = entry->by;
        record->state = entry->state;
        record->outcome = entry->outcome;
        record->at_ms = entry->at_ms;
        record->sequence = entry->sequence;
        records->pointers[i] = record;
    }
    records->inquiry.n_entries = inquiry->entry_count;
    records->inquiry.entries = records->pointers;
}

/* Only a case that a list opened has one. */
static void claim_to_record(const struct case_claim *claim, struct case_records *records) {
    if (!case_claim_present(claim))
        return;
    Linkgate__Store__V1__CaseClaim *record = &records->claim;
    linkgate__store__v1__case_claim__init(record);
    record->upload = record_digest(&claim->upload);
    record->window = claim->window;
    record->id = record_id(&claim->id);
    record->fen = claim->amount.fen;
    record->currency = record_text(claim->amount.currency);
    record->state = claim->state;
    record->kind = claim->kind;
    records->inquiry.claim = record;
}

void case_to_record(const struct inquiry_case *inquiry, struct case_records *records_out) {
    Linkgate__Store__V1__Case *record = &records_out->inquiry;
    linkgate__store__v1__case__init(record);
    record->transfer = record_id(&inquiry->transfer);
    record->link = record_id(&inquiry->link);
    record->subject = inquiry->subject;
    record->state = inquiry->state;
    record->outcome = inquiry->outcome;
    record->opened_by = inquiry->opened_by;
    record->owner = inquiry->owner;
    record->other = inquiry->other;
    record->opened_at_ms = inquiry->opened_at_ms;
    record->due_at_ms = inquiry->due_at_ms;
    record->overdue = inquiry->overdue;
    record->closed_at_ms = inquiry->closed_at_ms;
    record->adjustment = record_id(&inquiry->adjustment);
    record->adjustments = inquiry->adjustments;
    claim_to_record(&inquiry->claim, records_out);
    entries_to_records(inquiry, records_out);
}

static bool claim_from_record(const Linkgate__Store__V1__CaseClaim *record,
                              struct case_claim *claim) {
    if (record == NULL)
        return true;
    claim->window = record->window;
    claim->amount.fen = record->fen;
    claim->state = record->state;
    claim->kind = (enum recon_kind)record->kind;
    return digest_from_record(record->upload, &claim->upload) &&
           id_from_record(record->id, &claim->id) &&
           text_from_record(record->currency, claim->amount.currency,
                            sizeof(claim->amount.currency)) &&
           case_claim_present(claim);
}

static bool entries_from_record(const Linkgate__Store__V1__Case *record,
                                struct inquiry_case *inquiry) {
    if (record->n_entries > CASE_ENTRIES_MAX)
        return false;
    inquiry->entry_count = (uint32_t)record->n_entries;
    for (size_t i = 0; i < record->n_entries; i++) {
        const Linkgate__Store__V1__CaseEntry *entry = record->entries[i];
        inquiry->entries[i] = (struct case_entry){
            .by = entry->by,
            .state = (enum case_state)entry->state,
            .outcome = (enum case_outcome)entry->outcome,
            .at_ms = entry->at_ms,
            .sequence = entry->sequence,
        };
    }
    return true;
}

bool case_from_record(const Linkgate__Store__V1__Case *record, const struct id *id,
                      struct inquiry_case *case_out) {
    *case_out = (struct inquiry_case){
        .id = *id,
        .subject = (enum case_subject)record->subject,
        .state = (enum case_state)record->state,
        .outcome = (enum case_outcome)record->outcome,
        .opened_by = record->opened_by,
        .owner = record->owner,
        .other = record->other,
        .opened_at_ms = record->opened_at_ms,
        .due_at_ms = record->due_at_ms,
        .overdue = record->overdue,
        .closed_at_ms = record->closed_at_ms,
        .adjustments = record->adjustments,
    };
    return id_from_record(record->adjustment, &case_out->adjustment) &&
           id_from_record(record->transfer, &case_out->transfer) &&
           id_from_record(record->link, &case_out->link) &&
           claim_from_record(record->claim, &case_out->claim) &&
           entries_from_record(record, case_out);
}

void question_to_record(const struct store_question *question,
                        Linkgate__Store__V1__Question *record_out) {
    linkgate__store__v1__question__init(record_out);
    record_out->asked_by = question->asked_by;
    record_out->request = record_id(&question->request);
    record_out->asked = question->asked;
    record_out->link = record_id(&question->link);
    record_out->message = question->message;
    record_out->deadline_ms = question->deadline_ms;
    record_out->overview = record_id(&question->overview);
}

bool question_from_record(const Linkgate__Store__V1__Question *record, const struct id *id,
                          struct store_question *question_out) {
    *question_out = (struct store_question){
        .id = *id,
        .asked_by = record->asked_by,
        .asked = record->asked,
        .message = record->message,
        .deadline_ms = record->deadline_ms,
    };
    return id_from_record(record->request, &question_out->request) &&
           id_from_record(record->link, &question_out->link) &&
           id_from_record(record->overview, &question_out->overview);
}

void approval_to_record(const struct approval *approval,
                        Linkgate__Store__V1__Approval *record_out) {
    linkgate__store__v1__approval__init(record_out);
    record_out->order = approval->order;
    record_out->state = approval->state;
    record_out->requested_by = approval->requested_by;
    record_out->requested_at_ms = approval->requested_at_ms;
    record_out->expires_at_ms = approval->expires_at_ms;
    record_out->decided_by = approval->decided_by;
    record_out->decided_at_ms = approval->decided_at_ms;
    record_out->refusal = approval->refusal;
    record_out->digest = record_digest(&approval->payload);
}

bool approval_from_record(const Linkgate__Store__V1__Approval *record, const struct id *id,
                          struct approval *approval_out) {
    *approval_out = (struct approval){
        .id = *id,
        .order = record->order,
        .state = (enum approval_state)record->state,
        .requested_by = record->requested_by,
        .requested_at_ms = record->requested_at_ms,
        .expires_at_ms = record->expires_at_ms,
        .decided_by = record->decided_by,
        .decided_at_ms = record->decided_at_ms,
        .refusal = record->refusal,
    };
    return digest_from_record(record->digest, &approval_out->payload);
}

void audit_to_record(const struct audit_row *row, Linkgate__Store__V1__Audit *record_out) {
    linkgate__store__v1__audit__init(record_out);
    record_out->at_ms = row->at_ms;
    record_out->order = row->order;
    record_out->uid = row->uid;
    record_out->two = row->two;
    record_out->approver = row->approver;
    record_out->refusal = row->refusal;
    record_out->kind = row->kind;
    record_out->object = record_id(&row->object);
    record_out->bank = row->bank;
    record_out->key = record_digest(&row->key);
    record_out->found = row->found;
}

bool audit_from_record(const Linkgate__Store__V1__Audit *record, uint64_t sequence,
                       struct audit_row *row_out) {
    *row_out = (struct audit_row){
        .sequence = sequence,
        .at_ms = record->at_ms,
        .order = record->order,
        .uid = record->uid,
        .two = record->two,
        .approver = record->approver,
        .refusal = record->refusal,
        .kind = (enum object_kind)record->kind,
        .bank = record->bank,
        .found = record->found,
    };
    return id_from_record(record->object, &row_out->object) &&
           digest_from_record(record->key, &row_out->key);
}
