/*
 * The tables, and filling and comparing by them. What has a count (histories, holds, pins, entries
 * of cases) is handled beside the tables.
 */
#include "store/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "kv/scratch.h"

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
    L(consent_withdrawn_at_ms, NUMBER),
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
    L(evidence.verification, BYTES),
    L(evidence.answer, BYTES),
    L(evidence.pin, BYTES),
    L(reason, TEXT),
    L(hold_count, NUMBER),
    L(holds, NESTED),
    L(amendment.present, BOOL),
    L(amendment.scopes, NUMBER),
    L(amendment.limits.single_fen, NUMBER),
    L(amendment.limits.daily_fen, NUMBER),
    L(amendment.limits.daily_count, NUMBER),
    L(amendment.limits.yearly_fen, NUMBER),
    L(amendment.agreement.sha256, BYTES),
    L(amendment.agreement.version, TEXT),
    L(amendment.agreement.channel, TEXT),
    L(amendment.agreement.at_ms, NUMBER),
    L(amendment.agreement.ends_day, NUMBER),
    L(amendment.expires_at_ms, NUMBER),
    L(replaces, BYTES),
    L(replaced_by, BYTES),
    L(cool_down_until_ms, NUMBER),
    L(recheck_due_ms, NUMBER),
    L(activation_reported_at_ms, NUMBER),
    L(primary, BOOL),
    L(history, NESTED),
};
const struct fields link_fields = TABLE(struct link, link_table);

#define HOLD(member, kind) FIELD(struct hold, member, FIELD_##kind)
static const struct field hold_table[] = {
    HOLD(id, BYTES),
    HOLD(authority, NUMBER),
    HOLD(by, NUMBER),
    HOLD(blocks, NUMBER),
    HOLD(reason, TEXT),
    HOLD(legal_reference, TEXT),
    HOLD(placed_at_ms, NUMBER),
    HOLD(expires_at_ms, NUMBER),
};
const struct fields hold_fields = TABLE(struct hold, hold_table);

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
    T(credit_wait_ms, NUMBER),
    T(credited_at_ms, NUMBER),
    T(window, NUMBER),
    T(reference, TEXT),
    T(book_date, TEXT),
    T(reason, TEXT),
    T(refusal, NUMBER),
    T(answer_pin, BYTES),
    T(word, TEXT),
    T(evidence, BYTES),
    T(class2_pays, BOOL),
    T(counted, BOOL),
    T(in_cool_down, BOOL),
    T(limited, BOOL),
    T(funds, BOOL),
    T(fallback, BOOL),
    T(in_house, BOOL),
    T(other_account, TEXT),
    T(original, BYTES),
    T(returned_fen, NUMBER),
    T(came_back_fen, NUMBER),
    T(cancel, BOOL),
    T(cancel_request, BYTES),
    T(cancel_asked_at_ms, NUMBER),
    T(cancel_reason, TEXT),
    T(step_up_at_ms, NUMBER),
    T(step_up_method, TEXT),
    T(step_up_text, TEXT),
    T(credit_late, BOOL),
    T(unknown_at_ms, NUMBER),
    T(unknown_alarm_ms, NUMBER),
    T(case_id, BYTES),
    T(history, NESTED),
};
const struct fields transfer_fields = TABLE(struct transfer, transfer_table);

#define HISTORY(member, kind) FIELD(struct history, member, FIELD_##kind)
static const struct field history_table[] = {HISTORY(spilled, NUMBER), HISTORY(count, NUMBER),
                                             HISTORY(entries, NESTED)};
const struct fields history_fields = TABLE(struct history, history_table);

#define H(member, kind) FIELD(struct history_entry, member, FIELD_##kind)
static const struct field history_entry_table[] = {
    H(state, NUMBER), H(event, NUMBER), H(at_ms, NUMBER), H(sequence, NUMBER),
    H(cause, NUMBER), H(by, NUMBER),    H(uid, NUMBER),   H(approver, NUMBER),
    H(two, BOOL),     H(reason, TEXT),  H(about, BYTES),
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
    B(code, NUMBER),           B(name, TEXT),
    B(active, BOOL),           B(roles, NUMBER),
    B(pin_count, NUMBER),      B(pins, BYTES),
    B(pin_added_at_ms, BYTES), B(pin_expires_at_ms, BYTES),
    B(denied, BYTES),          B(added_at_ms, NUMBER),
    B(changed_at_ms, NUMBER),
};
const struct fields bank_fields = TABLE(struct bank, bank_table);

#define K(member, kind) FIELD(struct bank_counters, member, FIELD_##kind)
static const struct field counters_table[] = {
    K(online, BOOL),       K(last_notice, NUMBER),     K(acked_notice, NUMBER),
    K(unanswered, NUMBER), K(unknown, NUMBER),         K(uncredited, NUMBER),
    K(questions, NUMBER),  K(held_notice, NUMBER),     K(held_since_ms, NUMBER),
    K(events, NUMBER),     K(skipped_notices, NUMBER),
};
const struct fields counters_fields = TABLE(struct bank_counters, counters_table);

#define U(member, kind) FIELD(struct link_usage, member, FIELD_##kind)
static const struct field usage_table[] = {
    U(day, NUMBER),  U(day_fen, NUMBER),  U(day_count, NUMBER),
    U(year, NUMBER), U(year_fen, NUMBER), U(cool_down_fen, NUMBER),
};
const struct fields usage_fields = TABLE(struct link_usage, usage_table);

#define S(member, kind) FIELD(struct bucket_sum, member, FIELD_##kind)
static const struct field bucket_sum_table[] = {S(used_fen, NUMBER), S(reserved_fen, NUMBER),
                                                S(has_cap, BOOL), S(cap_fen, NUMBER)};
const struct fields bucket_sum_fields = TABLE(struct bucket_sum, bucket_sum_table);

#define R(member, kind) FIELD(struct store_request, member, FIELD_##kind)
static const struct field request_table[] = {
    R(payload, BYTES),
    R(kind, NUMBER),
    R(object, BYTES),
    R(message, NUMBER),
    R(refusal, NUMBER),
    R(field, TEXT),
    R(detail, BYTES),
    R(at_ms, NUMBER),
    R(limit.of, NUMBER),
    R(limit.period, NUMBER),
    R(limit.limit_fen, NUMBER),
    R(limit.left_fen, NUMBER),
    R(limit.resets_at_ms, NUMBER),
    R(limit.limit_count, NUMBER),
    R(product_version, NUMBER),
    R(right_fen, NUMBER),
};
const struct fields request_fields = TABLE(struct store_request, request_table);

/* ---- what people and banks ask each other ---- */

#define C(member, kind) FIELD(struct inquiry_case, member, FIELD_##kind)
static const struct field case_table[] = {
    C(id, BYTES),
    C(transfer, BYTES),
    C(link, BYTES),
    C(subject, NUMBER),
    C(state, NUMBER),
    C(outcome, NUMBER),
    C(opened_by, NUMBER),
    C(owner, NUMBER),
    C(other, NUMBER),
    C(opened_at_ms, NUMBER),
    C(due_at_ms, NUMBER),
    C(overdue, BOOL),
    C(closed_at_ms, NUMBER),
    C(claim.upload, BYTES),
    C(claim.kind, NUMBER),
    C(claim.window, NUMBER),
    C(claim.id, BYTES),
    C(claim.amount.fen, NUMBER),
    C(claim.amount.currency, TEXT),
    C(claim.state, NUMBER),
    C(adjustment, BYTES),
    C(adjustments, NUMBER),
    C(entry_count, NUMBER),
    C(entries, NESTED),
};
const struct fields case_fields = TABLE(struct inquiry_case, case_table);

#define E(member, kind) FIELD(struct case_entry, member, FIELD_##kind)
static const struct field case_entry_table[] = {E(by, NUMBER), E(state, NUMBER), E(outcome, NUMBER),
                                                E(at_ms, NUMBER), E(sequence, NUMBER)};
const struct fields case_entry_fields = TABLE(struct case_entry, case_entry_table);

#define AD(member, kind) FIELD(struct adjustment, member, FIELD_##kind)
static const struct field adjustment_table[] = {
    AD(id, BYTES),          AD(inquiry, BYTES),        AD(state, NUMBER),
    AD(debtor, NUMBER),     AD(creditor, NUMBER),      AD(proposed_by, NUMBER),
    AD(amount.fen, NUMBER), AD(amount.currency, TEXT), AD(expires_at_ms, NUMBER),
    AD(window, NUMBER),     AD(entry_count, NUMBER),   AD(entries, NESTED),
};
const struct fields adjustment_fields = TABLE(struct adjustment, adjustment_table);

#define AE(member, kind) FIELD(struct adjustment_entry, member, FIELD_##kind)
static const struct field adjustment_entry_table[] = {AE(state, NUMBER), AE(by, NUMBER),
                                                      AE(at_ms, NUMBER), AE(sequence, NUMBER)};
const struct fields adjustment_entry_fields =
    TABLE(struct adjustment_entry, adjustment_entry_table);

#define CD(member, kind) FIELD(struct card, member, FIELD_##kind)
static const struct field card_table[] = {
    CD(id, BYTES),
    CD(state, NUMBER),
    CD(class2_bank, NUMBER),
    CD(class1_bank, NUMBER),
    CD(delivery, NUMBER),
    CD(person_key, BYTES),
    CD(class1_key, BYTES),
    CD(masked, TEXT),
    CD(consent_sha256, BYTES),
    CD(consent_purpose, TEXT),
    CD(consent_at_ms, NUMBER),
    CD(request, BYTES),
    CD(applied_at_ms, NUMBER),
    CD(answer_due_ms, NUMBER),
    CD(expires_at_ms, NUMBER),
    CD(issued_at_ms, NUMBER),
    CD(dispatched_at_ms, NUMBER),
    CD(activated_at_ms, NUMBER),
    CD(issues, NUMBER),
    CD(reason, TEXT),
    CD(history, NESTED),
};
const struct fields card_fields = TABLE(struct card, card_table);

#define Q(member, kind) FIELD(struct store_question, member, FIELD_##kind)
static const struct field question_table[] = {
    Q(id, BYTES),   Q(asked_by, NUMBER), Q(request, BYTES),      Q(asked, NUMBER),
    Q(link, BYTES), Q(message, NUMBER),  Q(deadline_ms, NUMBER), Q(overview, BYTES),
};
const struct fields question_fields = TABLE(struct store_question, question_table);

#define P(member, kind) FIELD(struct approval, member, FIELD_##kind)
static const struct field approval_table[] = {
    P(id, BYTES),
    P(order, NUMBER),
    P(state, NUMBER),
    P(requested_by, NUMBER),
    P(requested_at_ms, NUMBER),
    P(expires_at_ms, NUMBER),
    P(decided_by, NUMBER),
    P(decided_at_ms, NUMBER),
    P(refusal, NUMBER),
    P(payload, BYTES),
};
const struct fields approval_fields = TABLE(struct approval, approval_table);

#define A(member, kind) FIELD(struct audit_row, member, FIELD_##kind)
static const struct field audit_table[] = {
    A(sequence, NUMBER), A(at_ms, NUMBER),    A(order, NUMBER),   A(uid, NUMBER),
    A(two, BOOL),        A(approver, NUMBER), A(refusal, NUMBER), A(kind, NUMBER),
    A(object, BYTES),    A(bank, NUMBER),     A(key, BYTES),      A(found, NUMBER),
};
const struct fields audit_fields = TABLE(struct audit_row, audit_table);

#define X(member, kind) FIELD(struct exposure_terms, member, FIELD_##kind)
static const struct field exposure_table[] = {
    X(bank, NUMBER),
    X(currency, TEXT),
    X(has_cap, BOOL),
    X(cap_fen, NUMBER),
    X(prefunded, BOOL),
    X(balance_fen, NUMBER),
    X(out_reserved_fen, NUMBER),
    X(warn_percent, BYTES),
    X(level, NUMBER),
};
const struct fields exposure_fields = TABLE(struct exposure_terms, exposure_table);

#define W(member, kind) FIELD(struct pair_position, member, FIELD_##kind)
static const struct field pair_table[] = {
    W(low, NUMBER),
    W(high, NUMBER),
    W(currency, TEXT),
    W(reserved_to_low_fen, NUMBER),
    W(reserved_to_high_fen, NUMBER),
    W(unsettled_fen, NUMBER),
    W(low_has_cap, BOOL),
    W(high_has_cap, BOOL),
    W(low_cap_fen, NUMBER),
    W(high_cap_fen, NUMBER),
};
const struct fields pair_fields = TABLE(struct pair_position, pair_table);

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
    if (field->kind == FIELD_NESTED)
        return;
    if (chance_below(seed, 8) == 0)
        return;
    if (field->kind == FIELD_BOOL)
        *(bool *)at = true;
    else if (field->kind == FIELD_TEXT)
        fill_text(at, field->size, seed);
    else if (chance_below(seed, 2) == 0)
        fill_bytes(at, field->size, seed);
    else
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
        if (field->kind != FIELD_NESTED && memcmp(left, right, field->size) != 0)
            fail_msg("field %s did not come back", field->name);
    }
}

static size_t aligned(size_t offset, size_t align) {
    return (offset + align - 1) / align * align;
}

/* Of the struct within the struct that a member stands in: "agreement." */
static size_t prefix_size(const char *name) {
    const char *dot = strrchr(name, '.');
    return dot != NULL ? (size_t)(dot - name) + 1 : 0;
}

static bool same_prefix(const char *a, const char *b) {
    size_t size = prefix_size(a);
    return size == prefix_size(b) && memcmp(a, b, size) == 0;
}

void fields_assert_complete(const struct fields *fields) {
    const char *before = "";
    size_t end = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->fields[i];
        if (!same_prefix(before, field->name))
            end = aligned(end, _Alignof(int64_t)); /* all structs within structs hold one */
        if (field->offset != aligned(end, field->align))
            fail_msg("something stands in front of %s", field->name);
        end = field->offset + field->size;
        before = field->name;
    }
    if (fields->size != aligned(end, fields->align))
        fail_msg("something stands behind %s", before);
}

/* An array with its count: so many are filled, the rest is zero. */
void fields_fill_array(const struct fields *fields, void *array, uint32_t *count, uint32_t room,
                       uint64_t *seed) {
    *count = (uint32_t)chance_below(seed, room + 1);
    for (uint32_t i = 0; i < *count; i++)
        fields_fill(fields, (uint8_t *)array + i * fields->size, seed);
}

void fields_assert_arrays_equal(const struct fields *fields, const void *a, const void *b,
                                uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        fields_assert_equal(fields, (const uint8_t *)a + i * fields->size,
                            (const uint8_t *)b + i * fields->size);
}

void fields_fill_history(struct history *history, uint64_t *seed) {
    fields_fill(&history_fields, history, seed);
    fields_fill_array(&history_entry_fields, history->entries, &history->count, HISTORY_MAX, seed);
}

void fields_assert_histories_equal(const struct history *a, const struct history *b) {
    fields_assert_equal(&history_fields, a, b);
    fields_assert_arrays_equal(&history_entry_fields, a->entries, b->entries, a->count);
}

void link_fill(struct link *link, uint64_t *seed) {
    fields_fill(&link_fields, link, seed);
    fields_fill_array(&hold_fields, link->holds, &link->hold_count, HOLDS_MAX, seed);
    if (!link->amendment.present)
        memset(&link->amendment, 0, sizeof(link->amendment));
    fields_fill_history(&link->history, seed);
}

void transfer_fill(struct transfer *transfer, uint64_t *seed) {
    fields_fill(&transfer_fields, transfer, seed);
    if (transfer->accepted_at_ms != 0 && transfer->credit_wait_ms == 0)
        transfer->credit_wait_ms = 60000; /* no record says none */
    fields_fill_history(&transfer->history, seed);
}

void bank_fill(struct bank *bank, uint64_t *seed) {
    fields_fill(&bank_fields, bank, seed);
    bank->pin_count = (uint32_t)chance_below(seed, BANK_PINS_MAX + 1);
    for (size_t i = bank->pin_count; i < BANK_PINS_MAX; i++) {
        memset(&bank->pins[i], 0, sizeof(bank->pins[i]));
        bank->pin_added_at_ms[i] = 0;
        bank->pin_expires_at_ms[i] = 0;
    }
}

void case_fill(struct inquiry_case *inquiry, uint64_t *seed) {
    fields_fill(&case_fields, inquiry, seed);
    if (!case_claim_present(&inquiry->claim)) /* of no list, nothing is kept */
        memset(&inquiry->claim, 0, sizeof(inquiry->claim));
    fields_fill_array(&case_entry_fields, inquiry->entries, &inquiry->entry_count, CASE_ENTRIES_MAX,
                      seed);
}

void adjustment_fill(struct adjustment *adjustment, uint64_t *seed) {
    fields_fill(&adjustment_fields, adjustment, seed);
    fields_fill_array(&adjustment_entry_fields, adjustment->entries, &adjustment->entry_count,
                      ADJUSTMENT_ENTRIES_MAX, seed);
}

void card_fill(struct card *card, uint64_t *seed) {
    fields_fill(&card_fields, card, seed);
    fields_fill_history(&card->history, seed);
    card->history.spilled = 0; /* it never is */
}

void card_assert_equal(const struct card *a, const struct card *b) {
    fields_assert_equal(&card_fields, a, b);
    fields_assert_histories_equal(&a->history, &b->history);
}

void link_assert_equal(const struct link *a, const struct link *b) {
    fields_assert_equal(&link_fields, a, b);
    fields_assert_arrays_equal(&hold_fields, a->holds, b->holds, a->hold_count);
    fields_assert_histories_equal(&a->history, &b->history);
}

void transfer_assert_equal(const struct transfer *a, const struct transfer *b) {
    fields_assert_equal(&transfer_fields, a, b);
    fields_assert_histories_equal(&a->history, &b->history);
}

void case_assert_equal(const struct inquiry_case *a, const struct inquiry_case *b) {
    fields_assert_equal(&case_fields, a, b);
    fields_assert_arrays_equal(&case_entry_fields, a->entries, b->entries, a->entry_count);
}

void adjustment_assert_equal(const struct adjustment *a, const struct adjustment *b) {
    fields_assert_equal(&adjustment_fields, a, b);
    fields_assert_arrays_equal(&adjustment_entry_fields, a->entries, b->entries, a->entry_count);
}
