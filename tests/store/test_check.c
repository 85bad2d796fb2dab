/*
 * Rows judged by themselves: what the tables write is right, in every field; whatever is changed of
 * it is not, and the verdict says in which way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "store/check.h"
#include "store/fields.h"
#include "store/stage.h"
#include "store/table.h"

#define ROUNDS 40

static const struct link_private secret = {
    .class2_number = {(const uint8_t *)"6226220000000009", 16},
    .class1_number = {(const uint8_t *)"6226221234567896", 16},
    .kept_kind = 21,
    .kept_payload = {(const uint8_t *)"instruction", 11},
};

static void put_link(struct stage *stage) {
    struct link link;
    link_fill(&link, &stage->seed);
    link.id = stage_id(stage);
    assert_int_equal(store_put_link(stage->store, &link, &secret, true), 0);
    struct link_usage usage;
    fields_fill(&usage_fields, &usage, &stage->seed);
    store_put_usage(stage->store, &link.id, &usage);
}

static void put_transfer(struct stage *stage, bool kept) {
    struct transfer transfer;
    transfer_fill(&transfer, &stage->seed);
    transfer.id = stage_id(stage);
    assert_int_equal(store_put_transfer(stage->store, &transfer,
                                        kept ? STORE_KEPT_SET : STORE_KEPT_DROP,
                                        span_text("instruction"), true),
                     0);
}

static void put_rules(struct store *store) {
    static const struct rules_document document = {
        .name = "sample", .count = 1, .periods = {{.from_day = 1, .until_day = RULES_FOR_EVER}}};
    struct buf bytes;
    buf_init(&bytes);
    rules_document_encode(&document, &bytes);
    struct store_rules rules = {
        .number = 7, .loaded_at_ms = 5, .uid = 1, .document = buf_span(&bytes)};
    store_put_rules(store, &rules);
    buf_deinit(&bytes);
}

/* Orders, loans, what a person holds. */
static void put_bought(struct stage *stage) {
    struct product_order order;
    struct loan loan;
    struct id transfer = stage_id(stage);
    struct digest person = stage_digest(stage);
    order_fill(&order, &stage->seed);
    order.id = stage_id(stage);
    store_put_order(stage->store, &order, true);
    store_put_order_transfer(stage->store, &transfer, &order.id);
    store_put_held(stage->store, &order.link, &person, 1 + order.units % 7);
    loan_fill(&loan, &stage->seed);
    loan.id = stage_id(stage);
    store_put_loan(stage->store, &loan, true);
    store_put_loan_transfer(stage->store, &transfer, &loan.id);
}

static void put_others(struct stage *stage) {
    struct bank bank;
    struct bank_counters counters;
    struct store_request request;
    struct inquiry_case inquiry;
    struct adjustment adjustment;
    struct card card;
    struct store_question question;
    struct approval approval;
    struct audit_row audit;
    struct id id = stage_id(stage);
    put_bought(stage);
    bank_fill(&bank, &stage->seed);
    store_put_bank(stage->store, &bank);
    fields_fill(&counters_fields, &counters, &stage->seed);
    store_put_bank_counters(stage->store, bank.code, &counters);
    fields_fill(&request_fields, &request, &stage->seed);
    store_put_request(stage->store, bank.code, &id, &request, true);
    case_fill(&inquiry, &stage->seed);
    inquiry.id = stage_id(stage);
    inquiry.entry_count += inquiry.entry_count == 0;
    assert_int_equal(store_put_case(stage->store, &inquiry, true, span_text("why"), true), 0);
    adjustment_fill(&adjustment, &stage->seed);
    adjustment.id = stage_id(stage);
    adjustment.state = ADJUSTMENT_BOOKED;
    assert_int_equal(store_put_adjustment(stage->store, &adjustment, span_text("why"), true), 0);
    card_fill(&card, &stage->seed);
    card.id = stage_id(stage);
    card.state = CARD_ISSUED;
    struct card_private hidden = {.number = SPAN_LITERAL("6226220000000009")};
    assert_int_equal(store_put_card(stage->store, &card, &hidden, true), 0);
    fields_fill(&question_fields, &question, &stage->seed);
    question.id = stage_id(stage);
    store_put_question(stage->store, &question);
    struct store_overview overview = {.id = stage_id(stage), .asked_by = bank.code, .count = 3};
    overview.parts[0] = (struct store_overview_part){.link = inquiry.id, .question = question.id};
    overview.parts[1] = (struct store_overview_part){
        question.id, {{0}}, OVERVIEW_ANSWERED, -1, INT64_MAX, 7, "CNY", ""};
    overview.parts[2].status = OVERVIEW_OFFLINE;
    store_put_overview(stage->store, &overview, true);
    struct bank_event event = {
        .id = stage_id(stage), .kind = EVENT_REFERRAL, .state = EVENT_WAITING};
    event.consent_at_ms = 5;
    struct event_content said = {{span_text("a"), span_text("b"), span_text("c")}};
    assert_int_equal(store_put_event(stage->store, &event, &said, true), 0);
    fields_fill(&approval_fields, &approval, &stage->seed);
    approval.id = stage_id(stage);
    assert_int_equal(store_put_approval(stage->store, &approval, span_text("order"), true), 0);
    fields_fill(&audit_fields, &audit, &stage->seed);
    store_put_audit(stage->store, &audit);
    put_rules(stage->store);
    struct store_deadline deadline = {-5, OBJECT_TRANSFER, inquiry.id};
    store_put_deadline(stage->store, &deadline);
    struct store_notice notice = {OBJECT_LINK, inquiry.id, 7};
    store_put_notice(stage->store, bank.code, 9, &notice);
    struct position position = {.bank = bank.code, .currency = "CNY", .unsettled_net_fen = -3};
    store_put_position(stage->store, &position);
}

static void fill(struct stage *stage) {
    struct store_meta meta;
    fields_fill(&meta_fields, &meta, &stage->seed);
    store_put_meta(stage->store, &meta);
    for (int i = 0; i < ROUNDS; i++) {
        put_link(stage);
        put_transfer(stage, i % 2 == 0);
        put_others(stage);
    }
    stage_flush(stage);
}

static enum row_state judged(struct stage *stage, struct span key, struct span value) {
    const char *why;
    enum row_state state = store_check_row(stage->store, key, value, &why);
    assert_int_equal(state == ROW_RIGHT, why[0] == '\0');
    return state;
}

/* The first row of that table. */
static void first_row(struct stage *stage, enum table table, struct span *key, struct span *value) {
    const uint8_t prefix = (uint8_t)table;
    assert_int_equal(overlay_seek(store_overlay(stage->store), span_of(&prefix, 1), 1, key, value),
                     0);
}

static void test_what_is_written_is_right(void **state) {
    struct stage *stage = *state;
    static const uint8_t start = 0;
    struct span key, value;
    size_t rows = 0;
    fill(stage);
    int rc = overlay_seek(store_overlay(stage->store), span_of(&start, 1), 0, &key, &value);
    for (; rc == 0; rows++) {
        const char *why;
        enum object_kind kind;
        struct id id;
        bank_code bank;
        if (store_check_row(stage->store, key, value, &why) != ROW_RIGHT)
            fail_msg("%s: %s", store_row_table(key, &kind, &id, &bank), why);
        rc = overlay_after(store_overlay(stage->store), key, 0, &key, &value);
    }
    assert_true(rows > (size_t)10 * ROUNDS);
}

static void test_every_flip_is_damage(void **state) {
    struct stage *stage = *state;
    static const enum table tables[] = {TABLE_META,     TABLE_BANK,     TABLE_LINK,
                                        TABLE_TRANSFER, TABLE_DEADLINE, TABLE_AUDIT};
    fill(stage);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        struct span key, value;
        first_row(stage, tables[i], &key, &value);
        uint8_t *bytes = malloc(value.size);
        for (size_t at = 0; at < value.size; at++) {
            memcpy(bytes, value.data, value.size);
            bytes[at] ^= (uint8_t)(1u << at % 8);
            assert_int_equal(judged(stage, key, span_of(bytes, value.size)), ROW_DAMAGED);
        }
        assert_int_equal(judged(stage, key, span_of(bytes, 3)), ROW_DAMAGED);
        assert_int_equal(judged(stage, span_of(key.data, key.size - 1), value), ROW_DAMAGED);
        free(bytes);
    }
    assert_int_equal(judged(stage, span_text("\x63key"), span_text("value")), ROW_DAMAGED);
}

/* A record with the right checksum. */
static struct span checked(struct buf *row, struct span key, struct span record) {
    buf_clear(row);
    buf_append_span(row, record);
    buf_append_be32(row, crc32c(crc32c(0, key), record));
    return buf_span(row);
}

static void test_other_bytes_of_the_same_value(void **state) {
    struct stage *stage = *state;
    struct span key, value;
    struct buf record = {0}, row = {0};
    fill(stage);
    first_row(stage, TABLE_AUDIT, &key, &value);
    buf_append_span(&record, span_of(value.data, value.size - 4));
    buf_append(&record, "\x20\x00", 2); /* two = false, which is not written */
    assert_int_equal(judged(stage, key, checked(&row, key, buf_span(&record))), ROW_OTHER);
    buf_clear(&record);
    buf_append(&record, "\xfa\x07\x00", 3); /* a field of a later version */
    assert_int_equal(judged(stage, key, checked(&row, key, buf_span(&record))), ROW_DAMAGED);
    first_row(stage, TABLE_DEADLINE, &key, &value);
    assert_int_equal(judged(stage, key, checked(&row, key, span_text("x"))), ROW_DAMAGED);
    buf_deinit(&record);
    buf_deinit(&row);
}

/* A link's record under another link's key: whole, but what is sealed is not this row's. */
static void test_sealed_elsewhere(void **state) {
    struct stage *stage = *state;
    struct span key, value;
    struct buf row = {0};
    fill(stage);
    first_row(stage, TABLE_LINK, &key, &value);
    uint8_t other[64];
    memcpy(other, key.data, key.size);
    other[key.size - 1] ^= 1;
    struct span to = span_of(other, key.size);
    struct span moved = checked(&row, to, span_of(value.data, value.size - 4));
    assert_int_equal(judged(stage, to, moved), ROW_SEALED);
    buf_deinit(&row);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(test_what_is_written_is_right),
        STAGED(test_every_flip_is_damage),
        STAGED(test_other_bytes_of_the_same_value),
        STAGED(test_sealed_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
