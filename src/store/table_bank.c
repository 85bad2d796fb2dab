/*
 * Banks, their hot counters, and tries of verifications.
 */
#include "store/record.h"
#include "store/table.h"

static struct key bank_key(enum table table, bank_code code) {
    struct key key = key_of(table);
    key_add_u64(&key, code);
    return key;
}

static int bank_out_of(struct span key, const void *record, struct bank *bank_out) {
    struct bank bank;
    if (!bank_from_record(record, get_be64(key.data + 1), &bank))
        return table_damaged(key, "bank");
    *bank_out = bank;
    return 0;
}

int store_get_bank(struct store *store, bank_code code, struct bank *bank_out) {
    struct key key = bank_key(TABLE_BANK, code);
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__bank__descriptor, &record);
    return rc != 0 ? rc : bank_out_of(key_span(&key), record, bank_out);
}

void store_put_bank(struct store *store, const struct bank *bank) {
    struct key key = bank_key(TABLE_BANK, bank->code);
    struct bank_records records;
    bank_to_record(bank, &records);
    table_put_message(store, &key, &records.bank.base, false);
}

int store_next_bank(struct store *store, bank_code after, struct bank *bank_out) {
    struct key from = bank_key(TABLE_BANK, after);
    struct span key, bytes;
    const void *record;
    int rc = table_next(store, &from, 1, true, &key, &bytes);
    if (rc == 0 && key.size != from.size)
        rc = table_damaged(key, "key of a bank");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__bank__descriptor, &record);
    return rc != 0 ? rc : bank_out_of(key, record, bank_out);
}

int store_get_bank_counters(struct store *store, bank_code code,
                            struct bank_counters *counters_out) {
    struct key key = bank_key(TABLE_BANK_COUNTERS, code);
    const void *message;
    int rc = table_load(store, &key, &linkgate__store__v1__bank_counters__descriptor, &message);
    if (rc < 0)
        return rc;
    *counters_out = (struct bank_counters){0};
    if (rc == STORE_ABSENT)
        return 0;
    const Linkgate__Store__V1__BankCounters *record = message;
    counters_out->online = record->online;
    counters_out->last_notice = record->last_notice;
    counters_out->acked_notice = record->acked_notice;
    counters_out->unanswered = record->unanswered;
    counters_out->unknown = record->unknown;
    counters_out->uncredited = record->uncredited;
    counters_out->questions = record->questions;
    counters_out->held_notice = record->held_notice;
    counters_out->held_since_ms = record->held_since_ms;
    counters_out->skipped_notices = record->skipped_notices;
    counters_out->events = record->events;
    return 0;
}

void store_put_bank_counters(struct store *store, bank_code code,
                             const struct bank_counters *counters) {
    struct key key = bank_key(TABLE_BANK_COUNTERS, code);
    Linkgate__Store__V1__BankCounters record = LINKGATE__STORE__V1__BANK_COUNTERS__INIT;
    record.online = counters->online;
    record.last_notice = counters->last_notice;
    record.acked_notice = counters->acked_notice;
    record.unanswered = counters->unanswered;
    record.unknown = counters->unknown;
    record.uncredited = counters->uncredited;
    record.questions = counters->questions;
    record.held_notice = counters->held_notice;
    record.held_since_ms = counters->held_since_ms;
    record.skipped_notices = counters->skipped_notices;
    record.events = counters->events;
    table_put_message(store, &key, &record.base, false);
}

static struct key tries_key(const struct digest *digest) {
    struct key key = key_of(TABLE_TRIES);
    key_add_digest(&key, digest);
    return key;
}

int store_get_tries(struct store *store, const struct digest *key,
                    struct verification_tries *tries_out) {
    struct key row = tries_key(key);
    const void *message;
    int rc = table_load(store, &row, &linkgate__store__v1__tries__descriptor, &message);
    if (rc < 0)
        return rc;
    *tries_out = (struct verification_tries){0};
    if (rc == STORE_ABSENT)
        return 0;
    const Linkgate__Store__V1__Tries *record = message;
    if (record->n_at_ms > TRIES_KEPT_MAX)
        return table_damaged(key_span(&row), "tries");
    tries_out->count = (uint32_t)record->n_at_ms;
    for (size_t i = 0; i < record->n_at_ms; i++)
        tries_out->at_ms[i] = record->at_ms[i];
    return 0;
}

void store_put_tries(struct store *store, const struct digest *key,
                     const struct verification_tries *tries) {
    struct key row = tries_key(key);
    Linkgate__Store__V1__Tries record = LINKGATE__STORE__V1__TRIES__INIT;
    struct verification_tries kept = *tries;
    ENSURE(kept.count <= TRIES_KEPT_MAX);
    record.n_at_ms = kept.count;
    record.at_ms = kept.at_ms;
    table_put_message(store, &row, &record.base, false);
}
