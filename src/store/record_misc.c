/*
 * The small records: meta, banks, replay rows. Positions, nets, notices, tries and counters are so
 * small that their tables fill them in themselves.
 */
#include "store/record.h"

void meta_to_record(const struct store_meta *meta, Linkgate__Store__V1__Meta *record_out) {
    linkgate__store__v1__meta__init(record_out);
    record_out->store_id = record_digest(&meta->store_id);
    record_out->applied_sequence = meta->applied_sequence;
    record_out->applied_batch = meta->applied_batch;
    record_out->chain = record_digest(&meta->chain);
    record_out->ledger_ms = meta->ledger_ms;
    record_out->boot_count = meta->boot_count;
    record_out->ledger_version = meta->ledger_version;
    record_out->open_window = meta->open_window;
}

bool meta_from_record(const Linkgate__Store__V1__Meta *record, struct store_meta *meta_out) {
    *meta_out = (struct store_meta){
        .applied_sequence = record->applied_sequence,
        .applied_batch = record->applied_batch,
        .ledger_ms = record->ledger_ms,
        .boot_count = record->boot_count,
        .ledger_version = record->ledger_version,
        .open_window = record->open_window,
    };
    return digest_from_record(record->store_id, &meta_out->store_id) &&
           digest_from_record(record->chain, &meta_out->chain);
}

static void pins_to_record(const struct bank *bank, struct bank_records *records) {
    ENSURE(bank->pin_count <= BANK_PINS_MAX);
    records->bank.n_pins = bank->pin_count;
    records->bank.n_pin_added_at_ms = bank->pin_count;
    records->bank.n_pin_expires_at_ms = bank->pin_count;
    records->bank.pins = records->pins;
    records->bank.pin_added_at_ms = records->pin_added_at_ms;
    records->bank.pin_expires_at_ms = records->pin_expires_at_ms;
    for (uint32_t i = 0; i < bank->pin_count; i++) {
        records->pins[i] = record_bytes(span_of(bank->pins[i].bytes, DIGEST_SIZE));
        records->pin_added_at_ms[i] = bank->pin_added_at_ms[i];
        records->pin_expires_at_ms[i] = bank->pin_expires_at_ms[i];
    }
}

void bank_to_record(const struct bank *bank, struct bank_records *records_out) {
    Linkgate__Store__V1__Bank *record = &records_out->bank;
    linkgate__store__v1__bank__init(record);
    record->name = record_text(bank->name);
    record->active = bank->active;
    record->roles = bank->roles;
    record->added_at_ms = bank->added_at_ms;
    record->changed_at_ms = bank->changed_at_ms;
    pins_to_record(bank, records_out);
    record->denied = records_out->denied;
    for (uint32_t kind = 0; kind < BANK_KINDS; kind++) {
        if (bank_kind_denied(bank, kind))
            record->denied[record->n_denied++] = kind;
    }
}

static bool pins_from_record(const Linkgate__Store__V1__Bank *record, struct bank *bank) {
    if (record->n_pins > BANK_PINS_MAX || record->n_pin_added_at_ms != record->n_pins ||
        record->n_pin_expires_at_ms != record->n_pins)
        return false;
    bank->pin_count = (uint32_t)record->n_pins;
    for (size_t i = 0; i < record->n_pins; i++) {
        if (!digest_from_record(record->pins[i], &bank->pins[i]))
            return false;
        bank->pin_added_at_ms[i] = record->pin_added_at_ms[i];
        bank->pin_expires_at_ms[i] = record->pin_expires_at_ms[i];
    }
    return true;
}

static bool denied_from_record(const Linkgate__Store__V1__Bank *record, struct bank *bank) {
    for (size_t i = 0; i < record->n_denied; i++) {
        if (record->denied[i] >= BANK_KINDS ||
            (i > 0 && record->denied[i] <= record->denied[i - 1]))
            return false;
        bank_deny_kind(bank, record->denied[i], true);
    }
    return true;
}

bool bank_from_record(const Linkgate__Store__V1__Bank *record, bank_code code,
                      struct bank *bank_out) {
    *bank_out = (struct bank){
        .code = code,
        .active = record->active,
        .roles = record->roles,
        .added_at_ms = record->added_at_ms,
        .changed_at_ms = record->changed_at_ms,
    };
    return pins_from_record(record, bank_out) && denied_from_record(record, bank_out) &&
           text_from_record(record->name, bank_out->name, sizeof(bank_out->name));
}

static limit_record *limit_to_record(const struct limit_left *limit, limit_record *room) {
    if (limit->of == LIMIT_OF_NONE)
        return NULL;
    linkgate__store__v1__limit_left__init(room);
    room->of = limit->of;
    room->period = limit->period;
    room->limit_fen = limit->limit_fen;
    room->left_fen = limit->left_fen;
    room->resets_at_ms = limit->resets_at_ms;
    room->limit_count = limit->limit_count;
    return room;
}

static bool limit_from_record(const limit_record *record, struct limit_left *limit_out) {
    if (record == NULL)
        return true;
    *limit_out = (struct limit_left){
        .of = (enum limit_of)record->of,
        .period = (enum limit_period)record->period,
        .limit_fen = record->limit_fen,
        .left_fen = record->left_fen,
        .resets_at_ms = record->resets_at_ms,
        .limit_count = record->limit_count,
    };
    return record->of != LIMIT_OF_NONE;
}

void request_to_record(const struct store_request *request, struct request_records *records_out) {
    Linkgate__Store__V1__Request *record_out = &records_out->request;
    linkgate__store__v1__request__init(record_out);
    record_out->payload = record_digest(&request->payload);
    record_out->kind = request->kind;
    record_out->object = record_id(&request->object);
    record_out->message = request->message;
    record_out->refusal = request->refusal;
    record_out->field = record_text(request->field);
    record_out->detail = record_id(&request->detail);
    record_out->at_ms = request->at_ms;
    record_out->limit = limit_to_record(&request->limit, &records_out->limit);
    record_out->product_version = request->product_version;
    record_out->right_fen = request->right_fen;
}

bool request_from_record(const Linkgate__Store__V1__Request *record,
                         struct store_request *request_out) {
    *request_out = (struct store_request){
        .kind = (enum object_kind)record->kind,
        .message = record->message,
        .refusal = record->refusal,
        .at_ms = record->at_ms,
        .product_version = record->product_version,
        .right_fen = record->right_fen,
    };
    return limit_from_record(record->limit, &request_out->limit) &&
           digest_from_record(record->payload, &request_out->payload) &&
           id_from_record(record->object, &request_out->object) &&
           id_from_record(record->detail, &request_out->detail) &&
           text_from_record(record->field, request_out->field, sizeof(request_out->field));
}
