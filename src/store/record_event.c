/*
 * Events as records. Each field stands here once in each direction, but for the key's; the content is
 * added by the table.
 */
#include "store/record_event.h"

void event_to_record(const struct bank_event *event, struct event_records *out) {
    Linkgate__Store__V1__Event *record = &out->event;
    linkgate__store__v1__event__init(record);
    record->kind = event->kind;
    record->state = event->state;
    record->from = event->from;
    record->to = event->to;
    record->received_at_ms = event->received_at_ms;
    record->sequence = event->sequence;
    record->expires_at_ms = event->expires_at_ms;
    record->ended_at_ms = event->ended_at_ms;
    record->link = record_id(&event->link);
    record->type = event->type;
    record->at_ms = event->at_ms;
    record->amount_fen = event->amount.fen;
    record->currency = record_text(event->amount.currency);
    record->id_type = event->id_type;
    record->consent_fields = event->consent_fields;
    if (event->kind != EVENT_REFERRAL)
        return;
    linkgate__store__v1__consent__init(&out->consent);
    out->consent.sha256 = record_digest(&event->consent_sha256);
    out->consent.purpose = record_text(event->consent_purpose);
    out->consent.at_ms = event->consent_at_ms;
    record->consent = &out->consent;
}

static bool consent_from_record(const Linkgate__Store__V1__Consent *record,
                                struct bank_event *out) {
    if ((record != NULL) != (out->kind == EVENT_REFERRAL))
        return false;
    if (record == NULL)
        return true;
    out->consent_at_ms = record->at_ms;
    return digest_from_record(record->sha256, &out->consent_sha256) &&
           text_from_record(record->purpose, out->consent_purpose, sizeof(out->consent_purpose));
}

bool event_from_record(const Linkgate__Store__V1__Event *record, const struct id *id,
                       struct bank_event *out) {
    *out = (struct bank_event){
        .id = *id,
        .kind = (enum event_kind)record->kind,
        .state = (enum event_state)record->state,
        .from = record->from,
        .to = record->to,
        .received_at_ms = record->received_at_ms,
        .sequence = record->sequence,
        .expires_at_ms = record->expires_at_ms,
        .ended_at_ms = record->ended_at_ms,
        .type = (enum event_type)record->type,
        .at_ms = record->at_ms,
        .amount.fen = record->amount_fen,
        .id_type = record->id_type,
        .consent_fields = record->consent_fields,
    };
    return id_from_record(record->link, &out->link) &&
           text_from_record(record->currency, out->amount.currency, sizeof(out->amount.currency)) &&
           consent_from_record(record->consent, out);
}
