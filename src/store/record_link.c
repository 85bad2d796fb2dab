/*
 * Links as records. Each field of struct link stands here once in each direction, but for its id,
 * which is the key; what is sealed, the holds' legal references too, is added by the table. Groups of fields have messages of their
 * own; one that is missing reads as zeroes.
 */
#include "store/record.h"

static void limits_to_record(const struct agreed_limits *limits,
                             Linkgate__Store__V1__AgreedLimits *record) {
    linkgate__store__v1__agreed_limits__init(record);
    record->single_fen = limits->single_fen;
    record->daily_fen = limits->daily_fen;
    record->daily_count = limits->daily_count;
    record->yearly_fen = limits->yearly_fen;
}

static void agreement_to_record(const struct link_agreement *agreement,
                                Linkgate__Store__V1__Agreement *record) {
    linkgate__store__v1__agreement__init(record);
    record->sha256 = record_digest(&agreement->sha256);
    record->version = record_text(agreement->version);
    record->channel = record_text(agreement->channel);
    record->at_ms = agreement->at_ms;
    record->ends_day = agreement->ends_day;
}

static void consent_to_record(const struct link *link, Linkgate__Store__V1__Consent *consent) {
    linkgate__store__v1__consent__init(consent);
    consent->sha256 = record_digest(&link->consent_sha256);
    consent->purpose = record_text(link->consent_purpose);
    consent->at_ms = link->consent_at_ms;
    consent->withdrawn_at_ms = link->consent_withdrawn_at_ms;
}

static void exchange_to_record(const struct link *link, Linkgate__Store__V1__Exchange *exchange,
                               Linkgate__Store__V1__Challenge *challenge) {
    linkgate__store__v1__exchange__init(exchange);
    exchange->kind = link->exchange;
    exchange->id = record_id(&link->exchange_id);
    exchange->request = record_id(&link->exchange_request);
    exchange->deadline_ms = link->exchange_deadline_ms;
    linkgate__store__v1__challenge__init(challenge);
    challenge->id = record_id(&link->challenge.id);
    challenge->expires_at_ms = link->challenge.expires_at_ms;
    challenge->attempts = link->challenge.attempts;
    challenge->issued = link->challenge.issued;
    challenge->masked_mobile = record_text(link->challenge.masked_mobile);
}

static void evidence_to_record(const struct link_evidence *evidence,
                               Linkgate__Store__V1__Evidence *record) {
    linkgate__store__v1__evidence__init(record);
    record->present = evidence->present;
    record->name = evidence->name;
    record->id_number = evidence->id_number;
    record->mobile = evidence->mobile;
    record->account = evidence->account;
    record->account_class = evidence->account_class;
    record->status = evidence->status;
    record->joint = evidence->joint;
    record->credit = evidence->credit;
    record->minor = evidence->minor;
    record->at_ms = evidence->at_ms;
    record->answer = record_digest(&evidence->answer);
    record->pin = record_digest(&evidence->pin);
    record->verification = record_id(&evidence->verification);
}

static void holds_to_records(const struct link *link, struct link_records *records) {
    ENSURE(link->hold_count <= HOLDS_MAX);
    for (uint32_t i = 0; i < link->hold_count; i++) {
        const struct hold *hold = &link->holds[i];
        Linkgate__Store__V1__Hold *record = &records->holds[i];
        linkgate__store__v1__hold__init(record);
        record->id = record_id(&hold->id);
        record->authority = hold->authority;
        record->by = hold->by;
        record->blocks = hold->blocks;
        record->reason = record_text(hold->reason);
        record->placed_at_ms = hold->placed_at_ms;
        record->expires_at_ms = hold->expires_at_ms;
        records->hold_pointers[i] = record;
    }
    records->link.n_holds = link->hold_count;
    records->link.holds = records->hold_pointers;
}

static void amendment_to_record(const struct link_amendment *amendment,
                                struct link_records *records) {
    Linkgate__Store__V1__Amendment *record = &records->amendment;
    if (!amendment->present)
        return;
    linkgate__store__v1__amendment__init(record);
    limits_to_record(&amendment->limits, &records->amendment_limits);
    agreement_to_record(&amendment->agreement, &records->amendment_agreement);
    record->scopes = amendment->scopes;
    record->limits = &records->amendment_limits;
    record->agreement = &records->amendment_agreement;
    record->expires_at_ms = amendment->expires_at_ms;
    records->link.amendment = record;
}

static void groups_to_record(const struct link *link, struct link_records *records) {
    limits_to_record(&link->limits, &records->limits);
    agreement_to_record(&link->agreement, &records->agreement);
    consent_to_record(link, &records->consent);
    exchange_to_record(link, &records->exchange, &records->challenge);
    evidence_to_record(&link->evidence, &records->evidence);
    records->link.limits = &records->limits;
    records->link.agreement = &records->agreement;
    records->link.consent = &records->consent;
    records->link.exchange = &records->exchange;
    records->link.challenge = &records->challenge;
    records->link.evidence = &records->evidence;
    holds_to_records(link, records);
    amendment_to_record(&link->amendment, records);
}

void link_to_record(const struct link *link, struct link_records *records_out) {
    link_record *record = &records_out->link;
    linkgate__store__v1__link__init(record);
    record->state = link->state;
    record->frozen = link->frozen;
    record->ends_expired = link->ends_expired;
    record->class2_bank = link->class2_bank;
    record->class1_bank = link->class1_bank;
    record->class2_class = link->class2_class;
    record->class2_opening = link->class2_opening;
    record->scopes = link->scopes;
    record->class2_masked = record_text(link->class2_masked);
    record->class1_masked = record_text(link->class1_masked);
    record->person_key = record_digest(&link->person_key);
    record->class2_key = record_digest(&link->class2_key);
    record->class1_key = record_digest(&link->class1_key);
    record->open_request = record_id(&link->open_request);
    record->requested_at_ms = link->requested_at_ms;
    record->activated_at_ms = link->activated_at_ms;
    record->deadline_ms = link->deadline_ms;
    record->reason = record_text(link->reason);
    record->replaces = record_id(&link->replaces);
    record->replaced_by = record_id(&link->replaced_by);
    record->cool_down_until_ms = link->cool_down_until_ms;
    record->recheck_due_ms = link->recheck_due_ms;
    record->activation_reported_at_ms = link->activation_reported_at_ms;
    record->primary = link->primary;
    record->history_spilled = link->history.spilled;
    groups_to_record(link, records_out);
    history_to_records(&link->history, link->requested_at_ms, &records_out->history);
    record->n_history = link->history.count;
    record->history = records_out->history.pointers;
}

/* ---- and back ---- */

static void limits_from_record(const Linkgate__Store__V1__AgreedLimits *record,
                               struct agreed_limits *limits) {
    limits->single_fen = record->single_fen;
    limits->daily_fen = record->daily_fen;
    limits->daily_count = record->daily_count;
    limits->yearly_fen = record->yearly_fen;
}

static bool agreement_from_record(const Linkgate__Store__V1__Agreement *record,
                                  struct link_agreement *agreement) {
    agreement->at_ms = record->at_ms;
    agreement->ends_day = record->ends_day;
    return digest_from_record(record->sha256, &agreement->sha256) &&
           text_from_record(record->version, agreement->version, sizeof(agreement->version)) &&
           text_from_record(record->channel, agreement->channel, sizeof(agreement->channel));
}

static bool consent_from_record(const Linkgate__Store__V1__Consent *record, struct link *link) {
    link->consent_at_ms = record->at_ms;
    link->consent_withdrawn_at_ms = record->withdrawn_at_ms;
    return digest_from_record(record->sha256, &link->consent_sha256) &&
           text_from_record(record->purpose, link->consent_purpose, sizeof(link->consent_purpose));
}

static bool exchange_from_record(const Linkgate__Store__V1__Exchange *record, struct link *link) {
    link->exchange = (enum link_exchange)record->kind;
    link->exchange_deadline_ms = record->deadline_ms;
    return id_from_record(record->id, &link->exchange_id) &&
           id_from_record(record->request, &link->exchange_request);
}

static bool challenge_from_record(const Linkgate__Store__V1__Challenge *record,
                                  struct link_challenge *challenge) {
    challenge->expires_at_ms = record->expires_at_ms;
    challenge->attempts = record->attempts;
    challenge->issued = record->issued;
    return id_from_record(record->id, &challenge->id) &&
           text_from_record(record->masked_mobile, challenge->masked_mobile,
                            sizeof(challenge->masked_mobile));
}

static bool evidence_from_record(const Linkgate__Store__V1__Evidence *record,
                                 struct link_evidence *evidence) {
    evidence->present = record->present;
    evidence->name = record->name;
    evidence->id_number = record->id_number;
    evidence->mobile = record->mobile;
    evidence->account = record->account;
    evidence->account_class = (enum account_class)record->account_class;
    evidence->status = record->status;
    evidence->joint = record->joint;
    evidence->credit = record->credit;
    evidence->minor = record->minor;
    evidence->at_ms = record->at_ms;
    return digest_from_record(record->answer, &evidence->answer) &&
           digest_from_record(record->pin, &evidence->pin) &&
           id_from_record(record->verification, &evidence->verification);
}

static bool hold_from_record(const Linkgate__Store__V1__Hold *record, struct hold *hold) {
    hold->authority = (enum hold_authority)record->authority;
    hold->by = record->by;
    hold->blocks = record->blocks;
    hold->placed_at_ms = record->placed_at_ms;
    hold->expires_at_ms = record->expires_at_ms;
    return id_from_record(record->id, &hold->id) &&
           text_from_record(record->reason, hold->reason, sizeof(hold->reason));
}

static bool holds_from_record(const link_record *record, struct link *link) {
    if (record->n_holds > HOLDS_MAX)
        return false;
    link->hold_count = (uint32_t)record->n_holds;
    for (size_t i = 0; i < record->n_holds; i++) {
        if (!hold_from_record(record->holds[i], &link->holds[i]))
            return false;
    }
    return true;
}

static bool amendment_from_record(const Linkgate__Store__V1__Amendment *record,
                                  struct link_amendment *amendment) {
    amendment->present = true;
    amendment->scopes = record->scopes;
    amendment->expires_at_ms = record->expires_at_ms;
    if (record->limits != NULL)
        limits_from_record(record->limits, &amendment->limits);
    return record->agreement == NULL ||
           agreement_from_record(record->agreement, &amendment->agreement);
}

static bool groups_from_record(const link_record *record, struct link *link) {
    if (record->limits != NULL)
        limits_from_record(record->limits, &link->limits);
    return (record->agreement == NULL ||
            agreement_from_record(record->agreement, &link->agreement)) &&
           (record->consent == NULL || consent_from_record(record->consent, link)) &&
           (record->exchange == NULL || exchange_from_record(record->exchange, link)) &&
           (record->challenge == NULL ||
            challenge_from_record(record->challenge, &link->challenge)) &&
           (record->evidence == NULL || evidence_from_record(record->evidence, &link->evidence)) &&
           (record->amendment == NULL ||
            amendment_from_record(record->amendment, &link->amendment)) &&
           holds_from_record(record, link);
}

static bool keys_and_texts_from_record(const link_record *record, struct link *link) {
    return digest_from_record(record->person_key, &link->person_key) &&
           digest_from_record(record->class2_key, &link->class2_key) &&
           digest_from_record(record->class1_key, &link->class1_key) &&
           id_from_record(record->open_request, &link->open_request) &&
           id_from_record(record->replaces, &link->replaces) &&
           id_from_record(record->replaced_by, &link->replaced_by) &&
           text_from_record(record->class2_masked, link->class2_masked,
                            sizeof(link->class2_masked)) &&
           text_from_record(record->class1_masked, link->class1_masked,
                            sizeof(link->class1_masked)) &&
           text_from_record(record->reason, link->reason, sizeof(link->reason));
}

bool link_from_record(const link_record *record, const struct id *id, struct link *link_out) {
    struct link *link = link_out;
    *link = (struct link){.id = *id};
    link->state = (enum link_state)record->state;
    link->frozen = record->frozen;
    link->ends_expired = record->ends_expired;
    link->class2_bank = record->class2_bank;
    link->class1_bank = record->class1_bank;
    link->class2_class = (enum account_class)record->class2_class;
    link->class2_opening = (enum account_opening)record->class2_opening;
    link->scopes = record->scopes;
    link->requested_at_ms = record->requested_at_ms;
    link->activated_at_ms = record->activated_at_ms;
    link->deadline_ms = record->deadline_ms;
    link->cool_down_until_ms = record->cool_down_until_ms;
    link->recheck_due_ms = record->recheck_due_ms;
    link->activation_reported_at_ms = record->activation_reported_at_ms;
    link->primary = record->primary;
    link->history.spilled = record->history_spilled;
    return keys_and_texts_from_record(record, link) && groups_from_record(record, link) &&
           history_from_records(record->n_history, record->history, record->requested_at_ms,
                                &link->history);
}
