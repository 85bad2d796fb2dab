/*
 * The tables, and filling and comparing by them. Histories and pins, which have a count, are
 * handled beside the tables.
 */
#include "store/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kv/scratch.h"

#define FIELD(type, member, kind_)                                                                 \
    { #member, kind_, offsetof(type, member), sizeof(((type *)0)->member) }
#define TABLE(type, table)                                                                         \
    { table, sizeof(table) / sizeof(table[0]), sizeof(type) }

#define L(member, kind) FIELD(struct link, member, FIELD_##kind)
static const struct field link_table[] = {
    L(id, BYTES),
    L(state, NUMBER),
    L(frozen, BOOL),
    L(ends_expired, BOOL),
    L(class2_bank, NUMBER),
    L(class1_bank, NUMBER),
    L(class2_class, NUMBER),
    L(class2_opening, NUMBER),
    L(scopes, NUMBER),
    L(limits.single_fen, NUMBER),
    L(limits.daily_fen, NUMBER),
    L(limits.daily_count, NUMBER),
    L(limits.yearly_fen, NUMBER),
    L(class2_masked, TEXT),
    L(class1_masked, TEXT),
    L(person_key, BYTES),
    L(class2_key, BYTES),
    L(class1_key, BYTES),
    L(agreement.sha256, BYTES),
    L(agreement.version, TEXT),
    L(agreement.channel, TEXT),
    L(agreement.at_ms, NUMBER),
    L(agreement.ends_day, NUMBER),
    L(consent_sha256, BYTES),
    L(consent_purpose, TEXT),
    L(consent_at_ms, NUMBER),
    L(open_request, BYTES),
    L(requested_at_ms, NUMBER),
    L(activated_at_ms, NUMBER),
    L(deadline_ms, NUMBER),
    L(exchange, NUMBER),
    L(exchange_id, BYTES),
    L(exchange_request, BYTES),
    L(exchange_deadline_ms, NUMBER),
    L(challenge.id, BYTES),
    L(challenge.expires_at_ms, NUMBER),
    L(challenge.attempts, NUMBER),
    L(challenge.issued, NUMBER),
    L(challenge.masked_mobile, TEXT),
    L(evidence.present, BOOL),
    L(evidence.name, NUMBER),
    L(evidence.id_number, NUMBER),
    L(evidence.mobile, NUMBER),
    L(evidence.account, NUMBER),
    L(evidence.account_class, NUMBER),
    L(evidence.status, NUMBER),
    L(evidence.joint, BOOL),
    L(evidence.credit, BOOL),
    L(evidence.minor, BOOL),
    L(evidence.at_ms, NUMBER),
    L(evidence.answer, BYTES),
    L(evidence.pin, BYTES),
    L(reason, TEXT),
    {"history", FIELD_BYTES, offsetof(struct link, history), 0},
};
const struct fields link_fields = TABLE(struct link, link_table);

#define T(member, kind) FIELD(struct transfer, member, FIELD_##kind)
static const struct field transfer_table[] = {
    T(id, BYTES),
    T(state, NUMBER),
    T(frozen, BOOL),
    T(conflict, BOOL),
    T(kind, NUMBER),
    T(direction, NUMBER),
    T(link, BYTES),
    T(request, BYTES),
    T(submitter, NUMBER),
    T(instructed, NUMBER),
    T(debtor_bank, NUMBER),
    T(creditor_bank, NUMBER),
    T(amount.fen, NUMBER),
    T(amount.currency, TEXT),
    T(end_to_end_id, TEXT),
    T(received_at_ms, NUMBER),
    T(deadline_ms, NUMBER),
    T(accepted_at_ms, NUMBER),
    T(credited_at_ms, NUMBER),
    T(window, NUMBER),
    T(reference, TEXT),
    T(book_date, TEXT),
    T(reason, TEXT),
    T(refusal, NUMBER),
    T(answer_pin, BYTES),
    {"history", FIELD_BYTES, offsetof(struct transfer, history), 0},
};
const struct fields transfer_fields = TABLE(struct transfer, transfer_table);

#define H(member, kind) FIELD(struct history_entry, member, FIELD_##kind)
static const struct field history_entry_table[] = {
    H(state, NUMBER), H(at_ms, NUMBER), H(sequence, NUMBER), H(cause, NUMBER),
    H(by, NUMBER),    H(uid, NUMBER),   H(reason, TEXT),
};
const struct fields history_entry_fields = TABLE(struct history_entry, history_entry_table);

#define M(member, kind) FIELD(struct store_meta, member, FIELD_##kind)
static const struct field meta_table[] = {
    M(store_id, BYTES),        M(applied_sequence, NUMBER), M(applied_batch, NUMBER),
    M(chain, BYTES),           M(ledger_ms, NUMBER),        M(boot_count, NUMBER),
    M(ledger_version, NUMBER), M(open_window, NUMBER),
};
const struct fields meta_fields = TABLE(struct store_meta, meta_table);

#define B(member, kind) FIELD(struct bank, member, FIELD_##kind)
static const struct field bank_table[] = {
    B(code, NUMBER),      B(name, TEXT),  B(active, BOOL),        B(roles, NUMBER),
    B(pin_count, NUMBER), B(pins, BYTES), B(added_at_ms, NUMBER), B(changed_at_ms, NUMBER),
};
const struct fields bank_fields = TABLE(struct bank, bank_table);

#define R(member, kind) FIELD(struct store_request, member, FIELD_##kind)
static const struct field request_table[] = {
    R(payload, BYTES),  R(kind, NUMBER), R(object, BYTES), R(message, NUMBER),
    R(refusal, NUMBER), R(field, TEXT),  R(detail, BYTES), R(at_ms, NUMBER),
};
const struct fields request_fields = TABLE(struct store_request, request_table);

static void fill_bytes(uint8_t *bytes, size_t size, uint64_t *seed) {
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)chance(seed);
}

/* Any bytes but NUL. */
static void fill_text(uint8_t *text, size_t room, uint64_t *seed) {
    size_t size = (size_t)chance_below(seed, room);
    for (size_t i = 0; i < size; i++)
        text[i] = (uint8_t)(1 + chance_below(seed, 255));
}

static void fill_field(const struct field *field, uint8_t *at, uint64_t *seed) {
    memset(at, 0, field->size);
    if (chance_below(seed, 8) == 0)
        return;
    if (field->kind == FIELD_BOOL)
        *(bool *)at = true;
    else if (field->kind == FIELD_TEXT)
        fill_text(at, field->size, seed);
    else if (chance_below(seed, 2) == 0)
        fill_bytes(at, field->size, seed);
    else if (field->size > 0)
        at[chance_below(seed, field->size)] = (uint8_t)chance(seed);
}

void fields_fill(const struct fields *fields, void *value, uint64_t *seed) {
    memset(value, 0, fields->size);
    for (size_t i = 0; i < fields->count; i++)
        fill_field(&fields->fields[i], (uint8_t *)value + fields->fields[i].offset, seed);
}

void fields_assert_equal(const struct fields *fields, const void *a, const void *b) {
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->fields[i];
        const uint8_t *left = (const uint8_t *)a + field->offset;
        const uint8_t *right = (const uint8_t *)b + field->offset;
        if (field->size > 0 && memcmp(left, right, field->size) != 0)
            fail_msg("field %s did not come back", field->name);
    }
}

void fields_assert_complete(const struct fields *fields) {
    size_t end = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->fields[i];
        if (field->offset < end || field->offset - end >= sizeof(uint64_t))
            fail_msg("something stands in front of %s", field->name);
        end = field->offset + field->size;
    }
}

static void fill_history(struct history *history, uint64_t *seed) {
    memset(history, 0, sizeof(*history));
    history->count = (uint32_t)chance_below(seed, HISTORY_MAX + 1);
    for (uint32_t i = 0; i < history->count; i++)
        fields_fill(&history_entry_fields, &history->entries[i], seed);
}

static void assert_histories_equal(const struct history *a, const struct history *b) {
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++)
        fields_assert_equal(&history_entry_fields, &a->entries[i], &b->entries[i]);
}

void link_fill(struct link *link, uint64_t *seed) {
    fields_fill(&link_fields, link, seed);
    fill_history(&link->history, seed);
}

void transfer_fill(struct transfer *transfer, uint64_t *seed) {
    fields_fill(&transfer_fields, transfer, seed);
    fill_history(&transfer->history, seed);
}

void bank_fill(struct bank *bank, uint64_t *seed) {
    fields_fill(&bank_fields, bank, seed);
    bank->pin_count = (uint32_t)chance_below(seed, BANK_PINS_MAX + 1);
    for (size_t i = bank->pin_count; i < BANK_PINS_MAX; i++)
        memset(&bank->pins[i], 0, sizeof(bank->pins[i]));
}

void link_assert_equal(const struct link *a, const struct link *b) {
    fields_assert_equal(&link_fields, a, b);
    assert_histories_equal(&a->history, &b->history);
}

void transfer_assert_equal(const struct transfer *a, const struct transfer *b) {
    fields_assert_equal(&transfer_fields, a, b);
    assert_histories_equal(&a->history, &b->history);
}
