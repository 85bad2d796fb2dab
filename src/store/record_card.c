/*
 * Applications for cards as records. Each field stands here once in each direction, but for the
 * key's; the sealed part is added by the table.
 */
#include "store/record_card.h"

void card_to_record(const struct card *card, struct card_records *records_out) {
    card_record *record = &records_out->card;
    Linkgate__Store__V1__Consent *consent = &records_out->consent;
    linkgate__store__v1__card__init(record);
    linkgate__store__v1__consent__init(consent);
    record->state = card->state;
    record->class2_bank = card->class2_bank;
    record->class1_bank = card->class1_bank;
    record->delivery = card->delivery;
    record->person_key = record_digest(&card->person_key);
    record->class1_key = record_digest(&card->class1_key);
    record->masked = record_text(card->masked);
    consent->sha256 = record_digest(&card->consent_sha256);
    consent->purpose = record_text(card->consent_purpose);
    consent->at_ms = card->consent_at_ms;
    record->consent = consent;
    record->request = record_id(&card->request);
    record->applied_at_ms = card->applied_at_ms;
    record->answer_due_ms = card->answer_due_ms;
    record->expires_at_ms = card->expires_at_ms;
    record->issued_at_ms = card->issued_at_ms;
    record->dispatched_at_ms = card->dispatched_at_ms;
    record->activated_at_ms = card->activated_at_ms;
    record->issues = card->issues;
    record->reason = record_text(card->reason);
    ENSURE(card->history.spilled == 0);
    history_to_records(&card->history, card->applied_at_ms, &records_out->history);
    record->n_history = card->history.count;
    record->history = records_out->history.pointers;
}

static bool consent_from_record(const Linkgate__Store__V1__Consent *record, struct card *card) {
    card->consent_at_ms = record->at_ms;
    return record->withdrawn_at_ms == 0 &&
           digest_from_record(record->sha256, &card->consent_sha256) &&
           text_from_record(record->purpose, card->consent_purpose, sizeof(card->consent_purpose));
}

bool card_from_record(const card_record *record, const struct id *id, struct card *card_out) {
    *card_out = (struct card){
        .id = *id,
        .state = (enum card_state)record->state,
        .class2_bank = record->class2_bank,
        .class1_bank = record->class1_bank,
        .delivery = (enum card_delivery)record->delivery,
        .applied_at_ms = record->applied_at_ms,
        .answer_due_ms = record->answer_due_ms,
        .expires_at_ms = record->expires_at_ms,
        .issued_at_ms = record->issued_at_ms,
        .dispatched_at_ms = record->dispatched_at_ms,
        .activated_at_ms = record->activated_at_ms,
        .issues = record->issues,
    };
    return digest_from_record(record->person_key, &card_out->person_key) &&
           digest_from_record(record->class1_key, &card_out->class1_key) &&
           id_from_record(record->request, &card_out->request) &&
           text_from_record(record->masked, card_out->masked, sizeof(card_out->masked)) &&
           text_from_record(record->reason, card_out->reason, sizeof(card_out->reason)) &&
           (record->consent == NULL || consent_from_record(record->consent, card_out)) &&
           history_from_records(record->n_history, record->history, record->applied_at_ms,
                                &card_out->history);
}
