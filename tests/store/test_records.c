/*
 * Every field of every object comes back as it went in, from memory and from the disk; damaged and
 * misplaced rows are never used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "linkgate/store/v1/records.pb-c.h"
#include "store/fields.h"
#include "store/record.h"
#include "store/stage.h"
#include "store/table.h"

#define ROUNDS 200

static const struct link_private secret = {
    .class2_number = {(const uint8_t *)"6226220000000009", 16},
    .class1_number = {(const uint8_t *)"6226221234567896", 16},
    .kept_kind = 21,
    .kept_payload = {(const uint8_t *)"instruction", 11},
};

static void test_tables_name_every_field(void **state) {
    (void)state;
    static const struct fields *const all[] = {
        &link_fields,       &hold_fields,          &transfer_fields,
        &history_fields,    &meta_fields,          &bank_fields,
        &counters_fields,   &history_entry_fields, &request_fields,
        &usage_fields,      &case_fields,          &case_entry_fields,
        &question_fields,   &approval_fields,      &audit_fields,
        &bucket_sum_fields, &adjustment_fields,    &adjustment_entry_fields,
        &card_fields,
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        fields_assert_complete(all[i]);
}

static void test_links_come_back(void **state) {
    struct stage *stage = *state;
    static struct link links[ROUNDS], back;
    for (size_t i = 0; i < ROUNDS; i++) {
        link_fill(&links[i], &stage->seed);
        links[i].id = stage_id(stage);
        assert_int_equal(store_put_link(stage->store, &links[i], &secret, true), 0);
        assert_int_equal(store_get_link(stage->store, &links[i].id, &back), 0);
        link_assert_equal(&links[i], &back);
    }
    stage_flush(stage);
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(store_get_link(stage->store, &links[i].id, &back), 0);
        link_assert_equal(&links[i], &back);
    }
}

static void test_transfers_come_back(void **state) {
    struct stage *stage = *state;
    static struct transfer transfers[ROUNDS], back;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct transfer *transfer = &transfers[i];
        transfer_fill(transfer, &stage->seed);
        transfer->id = stage_id(stage);
        assert_int_equal(
            store_put_transfer(stage->store, transfer, STORE_KEPT_DROP, span_of(NULL, 0), true), 0);
        assert_int_equal(store_get_transfer(stage->store, &transfer->id, &back), 0);
        transfer_assert_equal(transfer, &back);
    }
    stage_flush(stage);
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(store_get_transfer(stage->store, &transfers[i].id, &back), 0);
        transfer_assert_equal(&transfers[i], &back);
    }
}

static void test_banks_come_back(void **state) {
    struct stage *stage = *state;
    struct bank bank, back;
    for (size_t i = 0; i < ROUNDS; i++) {
        bank_fill(&bank, &stage->seed);
        store_put_bank(stage->store, &bank);
        if (i % 2 == 0)
            stage_flush(stage);
        assert_int_equal(store_get_bank(stage->store, bank.code, &back), 0);
        fields_assert_equal(&bank_fields, &bank, &back);
    }
}

/* Cases, questions, approvals, audit rows: what is no object of a bank's traffic. */
static void test_the_desk_comes_back(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct span none = span_of(NULL, 0);
    for (size_t i = 0; i < ROUNDS; i++) {
        struct inquiry_case inquiry, case_back;
        struct store_question question, question_back;
        struct approval approval, approval_back;
        struct audit_row row, row_back;
        case_fill(&inquiry, &stage->seed);
        fields_fill(&question_fields, &question, &stage->seed);
        fields_fill(&approval_fields, &approval, &stage->seed);
        fields_fill(&audit_fields, &row, &stage->seed);
        inquiry.id = question.id = approval.id = stage_id(stage);
        row.sequence = i + 1;
        assert_int_equal(store_put_case(store, &inquiry, false, none, true), 0);
        store_put_question(store, &question);
        assert_int_equal(store_put_approval(store, &approval, none, true), 0);
        store_put_audit(store, &row);
        if (i % 2 == 0)
            stage_flush(stage);
        assert_int_equal(store_get_case(store, &inquiry.id, &case_back), 0);
        case_assert_equal(&inquiry, &case_back);
        assert_int_equal(store_get_question(store, &question.id, &question_back), 0);
        fields_assert_equal(&question_fields, &question, &question_back);
        assert_int_equal(store_get_approval(store, &approval.id, &approval_back), 0);
        fields_assert_equal(&approval_fields, &approval, &approval_back);
        assert_int_equal(store_next_audit(store, i, &row_back), 0);
        fields_assert_equal(&audit_fields, &row, &row_back);
    }
}

static void test_adjustments_come_back(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct adjustment adjustment, back;
        struct span text;
        adjustment_fill(&adjustment, &stage->seed);
        adjustment.id = stage_id(stage);
        adjustment.state = ADJUSTMENT_PROPOSED;
        assert_int_equal(store_put_adjustment(store, &adjustment, span_text("why"), true), 0);
        adjustment.state = i % 2 == 0 ? ADJUSTMENT_BOOKED : ADJUSTMENT_EXPIRED;
        adjustment.window = 7;
        assert_int_equal(store_put_adjustment(store, &adjustment, span_of(NULL, 0), false), 0);
        if (i % 4 < 2)
            stage_flush(stage);
        assert_int_equal(store_get_adjustment(store, &adjustment.id, &back), 0);
        adjustment_assert_equal(&adjustment, &back);
        assert_int_equal(store_get_adjustment_text(store, &adjustment.id, &text), 0);
        assert_true(span_equal(text, SPAN_LITERAL("why")));
    }
    struct id last = {{0}};
    struct adjustment booked = {.id = last};
    size_t found = 0;
    for (; store_next_adjustment_of_window(store, 7, &last, &last) == 0; found++) {
        assert_int_equal(store_get_adjustment(store, &last, &booked), 0);
        assert_int_equal(booked.state, ADJUSTMENT_BOOKED);
    }
    assert_int_equal(found, (ROUNDS + 1) / 2);
    assert_int_equal(store_next_adjustment_of_window(store, 8, NULL, &last), STORE_ABSENT);
}

static void test_cards_come_back(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct id found;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct card card, back;
        struct card_private hidden = {.asked = SPAN_LITERAL("who and where")};
        card_fill(&card, &stage->seed);
        card.id = stage_id(stage);
        card.state = CARD_APPLIED;
        card.person_key.bytes[0] |= 1;
        struct digest open_key = live_person_key(card.class1_bank, &card.person_key);
        assert_int_equal(store_put_card(store, &card, &hidden, true), 0);
        assert_int_equal(store_next_card_of_person(store, &open_key, NULL, &found), 0);
        assert_true(id_equal(&found, &card.id));
        hidden = (struct card_private){.number = SPAN_LITERAL("6226220000000009")};
        card.state = i % 2 == 0 ? CARD_ISSUED : CARD_REFUSED;
        assert_int_equal(store_put_card(store, &card, &hidden, false), 0);
        assert_int_equal(store_put_card(store, &card, NULL, false), 0);
        if (i % 4 < 2)
            stage_flush(stage);
        assert_int_equal(store_get_card(store, &card.id, &back), 0);
        card_assert_equal(&card, &back);
        assert_int_equal(store_get_card_private(store, &card.id, &hidden), 0);
        assert_true(span_equal(hidden.number, SPAN_LITERAL("6226220000000009")));
        assert_int_equal(hidden.asked.size, 0);
        assert_int_equal(store_next_card_of_person(store, &card.person_key, NULL, &found), 0);
        assert_int_equal(store_next_card_of_person(store, &open_key, NULL, &found),
                         i % 2 == 0 ? 0 : STORE_ABSENT);
    }
}

static void test_usage_counters_and_history_come_back(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct link_usage usage, usage_back;
        struct bank_counters counters, counters_back;
        struct history_entry entry, entry_back;
        struct id id = stage_id(stage);
        fields_fill(&usage_fields, &usage, &stage->seed);
        fields_fill(&counters_fields, &counters, &stage->seed);
        fields_fill(&history_entry_fields, &entry, &stage->seed);
        store_put_usage(store, &id, &usage);
        store_put_bank_counters(store, i, &counters);
        store_put_history(store, OBJECT_LINK, &id, (uint32_t)i, &entry);
        if (i % 2 == 0)
            stage_flush(stage);
        assert_int_equal(store_get_usage(store, &id, &usage_back), 0);
        fields_assert_equal(&usage_fields, &usage, &usage_back);
        assert_int_equal(store_get_bank_counters(store, i, &counters_back), 0);
        fields_assert_equal(&counters_fields, &counters, &counters_back);
        assert_int_equal(store_get_history(store, OBJECT_LINK, &id, (uint32_t)i, &entry_back), 0);
        fields_assert_equal(&history_entry_fields, &entry, &entry_back);
    }
}

static void fill_bucket(struct stage *stage, struct bucket *bucket) {
    bucket->day = (int64_t)chance(&stage->seed);
    bucket->year = (int64_t)chance(&stage->seed);
    fields_fill(&bucket_sum_fields, &bucket->of_day, &stage->seed);
    fields_fill(&bucket_sum_fields, &bucket->of_year, &stage->seed);
}

static void bucket_assert_equal(const struct bucket *left, const struct bucket *right) {
    assert_true(left->day == right->day && left->year == right->year);
    fields_assert_equal(&bucket_sum_fields, &left->of_day, &right->of_day);
    fields_assert_equal(&bucket_sum_fields, &left->of_year, &right->of_year);
}

static void test_limits_of_an_account_come_back(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct account_limits limits = {.funded = i % 3 == 0}, back;
        struct id id = stage_id(stage);
        memcpy(limits.account.bytes, id.bytes, ID_SIZE);
        assert_int_equal(store_get_limits(store, &limits.account, &back), 0);
        assert_false(back.funded || back.buckets[BUCKET_IN].day != 0);
        if (i % 4 != 0)
            fill_bucket(stage, &limits.buckets[BUCKET_IN]);
        fill_bucket(stage, &limits.buckets[BUCKET_OUT]);
        store_put_limits(store, &limits);
        if (i % 2 == 0)
            stage_flush(stage);
        assert_int_equal(store_get_limits(store, &limits.account, &back), 0);
        assert_true(digest_equal(&limits.account, &back.account));
        assert_true(limits.funded == back.funded);
        bucket_assert_equal(&limits.buckets[BUCKET_IN], &back.buckets[BUCKET_IN]);
        bucket_assert_equal(&limits.buckets[BUCKET_OUT], &back.buckets[BUCKET_OUT]);
    }
}

static void test_meta_and_requests_come_back(void **state) {
    struct stage *stage = *state;
    struct store_meta meta, meta_back;
    struct store_request row, row_back;
    assert_int_equal(store_get_meta(stage->store, &meta_back), STORE_ABSENT);
    for (size_t i = 0; i < ROUNDS; i++) {
        bank_code bank = chance(&stage->seed);
        struct id request = stage_id(stage);
        fields_fill(&meta_fields, &meta, &stage->seed);
        fields_fill(&request_fields, &row, &stage->seed);
        row.limit.of =
            (enum limit_of)(1 + i % (LIMIT_OFS - 1)); /* of NONE there is no more of it */
        store_put_meta(stage->store, &meta);
        assert_int_equal(store_get_request(stage->store, bank, &request, &row_back), STORE_ABSENT);
        store_put_request(stage->store, bank, &request, &row, true);
        if (i % 2 == 0)
            stage_flush(stage);
        assert_int_equal(store_get_meta(stage->store, &meta_back), 0);
        assert_int_equal(store_get_request(stage->store, bank, &request, &row_back), 0);
        fields_assert_equal(&meta_fields, &meta, &meta_back);
        fields_assert_equal(&request_fields, &row, &row_back);
        assert_int_equal(store_get_request(stage->store, bank + 1, &request, &row_back),
                         STORE_ABSENT);
    }
}

static void add_entry(struct transfer *transfer, enum transfer_state state,
                      enum transfer_event event, int64_t at_ms) {
    struct history_entry *entry = &transfer->history.entries[transfer->history.count++];
    entry->state = state;
    entry->event = event;
    entry->at_ms = at_ms;
    entry->sequence = UINT64_C(123456789012) + (uint64_t)(at_ms % 1000);
    entry->cause = state == TRANSFER_ACCEPTED ? CAUSE_ANSWER : CAUSE_REQUEST;
    entry->by = 999100000011;
}

/* As it stands for ten years: what a real one takes, its texts at full length. */
static void test_a_finished_transfer_is_small(void **state) {
    struct stage *stage = *state;
    int64_t now = INT64_C(1798732800123);
    struct transfer transfer = {
        .id = stage_id(stage),
        .state = TRANSFER_ACCEPTED,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .link = stage_id(stage),
        .request = stage_id(stage),
        .submitter = 999100000011,
        .instructed = 999100000020,
        .debtor_bank = 999100000011,
        .creditor_bank = 999100000020,
        .amount = {5000000, "CNY"},
        .received_at_ms = now,
        .deadline_ms = now + 30000,
        .accepted_at_ms = now + 300,
        .credit_wait_ms = 60000,
        .credited_at_ms = now + 310,
        .window = 20000,
        .answer_pin = stage_digest(stage),
        .class2_pays = true,
        .counted = true,
    };
    memset(transfer.end_to_end_id, 'e', REFERENCE_MAX);
    memset(transfer.reference, 'r', REFERENCE_MAX);
    memcpy(transfer.book_date, "2027-01-01", DATE_TEXT_SIZE);
    add_entry(&transfer, TRANSFER_RECEIVED, TRANSFER_EVENT_RECEIVE, now);
    add_entry(&transfer, TRANSFER_RESERVED, TRANSFER_EVENT_RESERVE, now);
    add_entry(&transfer, TRANSFER_PENDING, TRANSFER_EVENT_INSTRUCT, now);
    add_entry(&transfer, TRANSFER_ACCEPTED, TRANSFER_EVENT_POSTED, now + 300);
    struct transfer_records records;
    transfer_to_record(&transfer, &records);
    assert_in_range(linkgate__store__v1__transfer__get_packed_size(&records.transfer), 200, 330);
}

/* ---- damage ---- */

static struct id put_transfer(struct stage *stage, const char *payload) {
    static struct transfer transfer;
    transfer_fill(&transfer, &stage->seed);
    transfer.id = stage_id(stage);
    assert_int_equal(
        store_put_transfer(stage->store, &transfer, STORE_KEPT_SET, span_text(payload), true), 0);
    return transfer.id;
}

static void test_damaged_records_are_never_used(void **state) {
    struct stage *stage = *state;
    struct transfer back;
    for (int i = 0; i < 60; i++) {
        struct id id = put_transfer(stage, "payload");
        stage_flush(stage);
        stage_damage(stage, TABLE_TRANSFER, (enum stage_damage)(i % 3));
        assert_int_equal(store_get_transfer(stage->store, &id, &back), STORE_DAMAGED);
        assert_int_equal(store_next_transfer(stage->store, NULL, &back), STORE_DAMAGED);
        struct key key = key_of(TABLE_TRANSFER);
        key_add_id(&key, &id);
        assert_int_equal(overlay_remove(store_overlay(stage->store), key_span(&key)), 0);
        stage_flush(stage);
    }
}

static void test_damaged_index_rows_are_never_used(void **state) {
    struct stage *stage = *state;
    struct store_deadline deadline = {123456, OBJECT_TRANSFER, stage_id(stage)};
    store_put_deadline(stage->store, &deadline);
    stage_flush(stage);
    stage_damage(stage, TABLE_DEADLINE, STAGE_FLIP_A_BIT);
    assert_int_equal(store_first_deadline(stage->store, &deadline), STORE_DAMAGED);
}

/* A whole row under another's key: nothing in it is wrong but its place. */
static void test_a_row_in_anothers_place_is_damaged(void **state) {
    struct stage *stage = *state;
    struct transfer back;
    struct key keys[2];
    for (size_t i = 0; i < 2; i++) {
        struct id id = put_transfer(stage, "payload");
        keys[i] = key_of(TABLE_TRANSFER);
        key_add_id(&keys[i], &id);
    }
    stage_flush(stage);
    stage_copy_row(stage, key_span(&keys[0]), key_span(&keys[1]));
    struct id moved;
    assert_true(id_from_span(span_of(keys[1].bytes + 1, ID_SIZE), &moved));
    assert_int_equal(store_get_transfer(stage->store, &moved, &back), STORE_DAMAGED);
}

/* The checksum made right again, as somebody would who wants a payload in another's place: the
 * seal holds. */
static void test_a_sealed_part_in_anothers_place_is_damaged(void **state) {
    struct stage *stage = *state;
    struct id from = put_transfer(stage, "payload of the first");
    struct id to = put_transfer(stage, "payload of the second");
    struct key keys[2] = {key_of(TABLE_TRANSFER), key_of(TABLE_TRANSFER)};
    struct span record, payload;
    struct transfer transfer, back;
    key_add_id(&keys[0], &from);
    key_add_id(&keys[1], &to);
    assert_int_equal(table_get(stage->store, &keys[0], &record), 0);
    table_put(stage->store, &keys[1], record, false);
    assert_int_equal(store_get_transfer(stage->store, &to, &back), STORE_DAMAGED); /* its text */
    assert_int_equal(store_get_transfer_kept(stage->store, &to, &payload), STORE_DAMAGED);
    assert_int_equal(store_get_transfer_kept(stage->store, &from, &payload), 0);
    assert_true(span_equal(payload, SPAN_LITERAL("payload of the first")));
    assert_int_equal(store_get_transfer(stage->store, &from, &transfer), 0);
    memset(transfer.step_up_text, 0, sizeof(transfer.step_up_text));
    memset(transfer.word, 0, sizeof(transfer.word));
    memset(transfer.other_account, 0, sizeof(transfer.other_account));
    assert_int_equal(store_put_transfer(stage->store, &transfer, STORE_KEPT_SAME, payload, false),
                     0);
    assert_int_equal(table_get(stage->store, &keys[0], &record), 0);
    table_put(stage->store, &keys[1], record, false);
    assert_int_equal(store_get_transfer(stage->store, &to, &back), 0); /* it has none */
}

static void test_a_sealed_part_under_another_key_is_damaged(void **state) {
    struct stage *stage = *state;
    static const uint8_t other[32] = "another root of thirty-two bytes";
    struct id id = put_transfer(stage, "payload");
    struct span payload;
    stage_flush(stage);
    stage_close(stage);
    keyring_free(stage->keyring);
    stage->keyring = keyring_from_root(other);
    stage_open(stage);
    assert_int_equal(store_get_transfer_kept(stage->store, &id, &payload), STORE_DAMAGED);
}

static void test_a_record_of_a_later_version_is_refused(void **state) {
    struct stage *stage = *state;
    static const uint8_t record[] = {0x08, 0x01, 0xfa, 0x7f, 0x01, 0x00}; /* field 2047, 1 byte */
    struct key key = key_of(TABLE_BANK);
    struct bank bank;
    key_add_u64(&key, 1);
    table_put(stage->store, &key, span_of(record, 2), false);
    assert_int_equal(store_get_bank(stage->store, 1, &bank), STORE_DAMAGED);
    table_put(stage->store, &key, span_of(record + 2, 4), false);
    assert_int_equal(store_get_bank(stage->store, 1, &bank), STORE_DAMAGED);
}

/* What is sealed or hashed is nowhere in clear. */
static void test_no_person_data_in_the_rows(void **state) {
    struct stage *stage = *state;
    static const uint8_t start = 1;
    struct link link = {.id = stage_id(stage), .person_key = stage_digest(stage)};
    struct transfer transfer;
    struct span key, value;
    link.hold_count = 2;
    memcpy(link.holds[1].legal_reference, "instruction 7", 13);
    transfer_fill(&transfer, &stage->seed);
    transfer.id = stage_id(stage);
    memcpy(transfer.step_up_text, "instruction 8", 14);
    assert_int_equal(store_put_link(stage->store, &link, &secret, true), 0);
    put_transfer(stage, "6226220000000009");
    assert_int_equal(
        store_put_transfer(stage->store, &transfer, STORE_KEPT_DROP, span_of(NULL, 0), true), 0);
    struct overlay *overlay = store_overlay(stage->store);
    int rc = overlay_seek(overlay, span_of(&start, 1), 0, &key, &value);
    for (; rc == 0; rc = overlay_after(overlay, key, 0, &key, &value)) {
        assert_null(memmem(value.data, value.size, "6226220000000009", 16));
        assert_null(memmem(value.data, value.size, "6226221234567896", 16));
        assert_null(memmem(value.data, value.size, "instruction", 11));
    }
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_name_every_field),
        STAGED(test_links_come_back),
        STAGED(test_transfers_come_back),
        STAGED(test_banks_come_back),
        STAGED(test_the_desk_comes_back),
        STAGED(test_adjustments_come_back),
        STAGED(test_cards_come_back),
        STAGED(test_usage_counters_and_history_come_back),
        STAGED(test_limits_of_an_account_come_back),
        STAGED(test_meta_and_requests_come_back),
        STAGED(test_a_finished_transfer_is_small),
        STAGED(test_damaged_records_are_never_used),
        STAGED(test_damaged_index_rows_are_never_used),
        STAGED(test_a_row_in_anothers_place_is_damaged),
        STAGED(test_a_sealed_part_in_anothers_place_is_damaged),
        STAGED(test_a_sealed_part_under_another_key_is_damaged),
        STAGED(test_a_record_of_a_later_version_is_refused),
        STAGED(test_no_person_data_in_the_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
