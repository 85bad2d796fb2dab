/*
 * Cases with their sealed texts, questions, orders of two people and the audit; returns under their
 * originals. Order of listings, neighbours, what stays when only a part is written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "kv/scratch.h"
#include "store/fields.h"
#include "store/stage.h"
#include "store/table.h"

static const struct span none;

static struct id id_of(uint64_t i) {
    return id_make(1000, i, 0);
}

static void assert_is(const struct id *found, uint64_t id) {
    struct id expected = id_of(id);
    assert_true(id_equal(found, &expected));
}

/* ---- cases ---- */

static void add_entry(struct stage *stage, struct inquiry_case *inquiry, const char *text) {
    bool fresh = inquiry->entry_count == 0;
    inquiry->entries[inquiry->entry_count] = (struct case_entry){.by = 7};
    inquiry->entry_count++;
    assert_int_equal(store_put_case(stage->store, inquiry, text != NULL,
                                    text != NULL ? span_text(text) : none, fresh),
                     0);
}

static void assert_text(struct stage *stage, const struct id *id, uint32_t index,
                        const char *expected) {
    struct span text;
    assert_int_equal(store_get_case_text(stage->store, id, index, &text), 0);
    assert_true(span_equal(text, span_text(expected)));
}

static void test_texts_of_a_case(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry = {.id = id_of(5), .transfer = id_of(1)};
    struct span text;
    assert_int_equal(store_get_case_text(stage->store, &inquiry.id, 0, &text), STORE_ABSENT);
    add_entry(stage, &inquiry, "the customer says");
    assert_text(stage, &inquiry.id, 0, "the customer says");
    stage_flush(stage);
    add_entry(stage, &inquiry, NULL); /* an entry without a text */
    assert_text(stage, &inquiry.id, 0, "the customer says");
    assert_text(stage, &inquiry.id, 1, "");
    add_entry(stage, &inquiry, "answer");
    stage_flush(stage);
    add_entry(stage, &inquiry, "");
    assert_text(stage, &inquiry.id, 0, "the customer says");
    assert_text(stage, &inquiry.id, 1, "");
    assert_text(stage, &inquiry.id, 2, "answer");
    assert_text(stage, &inquiry.id, 3, "");
    assert_text(stage, &inquiry.id, 4, "");
    assert_text(stage, &inquiry.id, UINT32_MAX, "");
    inquiry.overdue = true; /* no entry, no text: all stay */
    assert_int_equal(store_put_case(stage->store, &inquiry, false, none, false), 0);
    assert_text(stage, &inquiry.id, 2, "answer");
    struct inquiry_case back;
    assert_int_equal(store_get_case(stage->store, &inquiry.id, &back), 0);
    assert_true(back.overdue && back.entry_count == 4);
}

static void test_a_case_begins_without_a_text(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry = {.id = id_of(5), .transfer = id_of(1)};
    add_entry(stage, &inquiry, NULL);
    assert_text(stage, &inquiry.id, 0, "");
    add_entry(stage, &inquiry, "answer");
    assert_text(stage, &inquiry.id, 0, "");
    assert_text(stage, &inquiry.id, 1, "answer");
}

/* As many and as long as there may be; spans live until the next command. */
static void test_a_full_case(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry = {.id = id_of(5), .transfer = id_of(1)};
    char text[CASE_TEXT_MAX + 1] = {0};
    for (uint32_t i = 0; i < CASE_ENTRIES_MAX; i++) {
        memset(text, 'a' + (int)i, CASE_TEXT_MAX);
        add_entry(stage, &inquiry, text);
        stage_flush(stage);
    }
    struct span texts[CASE_ENTRIES_MAX];
    store_begin(stage->store);
    for (uint32_t i = 0; i < CASE_ENTRIES_MAX; i++)
        assert_int_equal(store_get_case_text(stage->store, &inquiry.id, i, &texts[i]), 0);
    for (uint32_t i = 0; i < CASE_ENTRIES_MAX; i++) {
        memset(text, 'a' + (int)i, CASE_TEXT_MAX);
        assert_true(span_equal(texts[i], span_text(text)));
    }
    store_commit(stage->store);
}

static void test_texts_are_sealed(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry = {.id = id_of(5), .transfer = id_of(1)};
    struct span key, value;
    const uint8_t start = 1;
    add_entry(stage, &inquiry, "the customer says");
    struct overlay *overlay = store_overlay(stage->store);
    int rc = overlay_seek(overlay, span_of(&start, 1), 0, &key, &value);
    for (; rc == 0; rc = overlay_after(overlay, key, 0, &key, &value))
        assert_null(memmem(value.data, value.size, "customer", 8));
    /* and in their place alone */
    struct key from = key_of_id(TABLE_CASE, &inquiry.id);
    struct id other = id_of(6);
    struct key to = key_of_id(TABLE_CASE, &other);
    struct span record, text;
    assert_int_equal(table_get(stage->store, &from, &record), 0);
    table_put(stage->store, &to, record, true);
    assert_int_equal(store_get_case_text(stage->store, &other, 0, &text), STORE_DAMAGED);
}

static void test_cases_in_order(void **state) {
    struct stage *stage = *state;
    struct inquiry_case found;
    struct id id;
    for (uint64_t i = 9; i > 0; i--) {
        struct inquiry_case inquiry = {.id = id_of(i), .transfer = id_of(100 + i % 2)};
        assert_int_equal(store_put_case(stage->store, &inquiry, false, none, true), 0);
        if (i == 5)
            stage_flush(stage);
    }
    const struct id *after = NULL;
    for (uint64_t i = 1; i <= 9; i++) {
        assert_int_equal(store_next_case(stage->store, after, &found), 0);
        assert_is(&found.id, i);
        after = &found.id;
    }
    assert_int_equal(store_next_case(stage->store, after, &found), STORE_ABSENT);
    struct id even = id_of(100), before = id_of(99);
    after = NULL;
    for (uint64_t i = 2; i <= 8; i += 2) {
        assert_int_equal(store_next_case_of_transfer(stage->store, &even, after, &id), 0);
        assert_is(&id, i);
        after = &id;
    }
    assert_int_equal(store_next_case_of_transfer(stage->store, &even, after, &id), STORE_ABSENT);
    assert_int_equal(store_next_case_of_transfer(stage->store, &before, NULL, &id), STORE_ABSENT);
}

/* ---- questions ---- */

static void test_questions_come_and_go(void **state) {
    struct stage *stage = *state;
    struct store_question question = {.id = id_of(1), .message = 110}, back;
    store_put_question(stage->store, &question);
    assert_int_equal(store_get_question(stage->store, &question.id, &back), 0);
    assert_int_equal(back.message, 110);
    assert_int_equal(store_drop_question(stage->store, &question.id), 0);
    assert_int_equal(store_get_question(stage->store, &question.id, &back), STORE_ABSENT);
    struct overlay_flush flush = stage_flush(stage);
    assert_int_equal(flush.puts + flush.deletes, 0); /* answered within one overlay: never there */
}

/* What was answered is read again, and stands nowhere in clear. */
static void test_answers_of_an_overview_are_sealed(void **state) {
    struct stage *stage = *state;
    struct store_overview overview = {.id = id_of(1), .asked_by = 5, .count = 3}, back;
    overview.request = id_of(2);
    overview.next = id_of(6);
    overview.parts[0] =
        (struct store_overview_part){id_of(3), {{0}}, OVERVIEW_DECLINED, 0, 0, 0, "", "MS03"};
    overview.parts[1] = (struct store_overview_part){
        id_of(4), {{0}}, OVERVIEW_ANSWERED, -8613547912, 7755331199, 9, "CNY", ""};
    overview.parts[2] = (struct store_overview_part){.link = id_of(5), .question = id_of(7)};
    store_put_overview(stage->store, &overview, true);
    assert_int_equal(store_get_overview(stage->store, &overview.id, &back), 0);
    assert_memory_equal(&overview, &back, sizeof overview);
    struct key key = key_of_id(TABLE_OVERVIEW, &overview.id);
    struct span record;
    uint8_t amount[8];
    put_be64(amount, 7755331199);
    assert_int_equal(table_get(stage->store, &key, &record), 0);
    assert_null(memmem(record.data, record.size, amount, sizeof amount));
    assert_null(memmem(record.data, record.size, "MS03", 4));
    overview.parts[1].status = OVERVIEW_NO_ANSWER; /* the answer goes with the status */
    store_put_overview(stage->store, &overview, false);
    assert_int_equal(store_get_overview(stage->store, &overview.id, &back), 0);
    assert_int_equal(back.parts[1].available_fen, 0);
    assert_int_equal(store_drop_overview(stage->store, &overview.id), 0);
    assert_int_equal(store_get_overview(stage->store, &overview.id, &back), STORE_ABSENT);
}

/* ---- orders of two people ---- */

static void test_approvals_keep_their_payload(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct approval approval = {.id = id_of(3), .state = APPROVAL_WAITING}, back;
    struct span payload;
    assert_int_equal(store_get_approval_payload(store, &approval.id, &payload), STORE_ABSENT);
    assert_int_equal(store_put_approval(store, &approval, span_text("order"), true), 0);
    stage_flush(stage);
    approval.state = APPROVAL_DONE;
    assert_int_equal(store_put_approval(store, &approval, span_text("another"), false), 0);
    assert_int_equal(store_get_approval(store, &approval.id, &back), 0);
    assert_int_equal(back.state, APPROVAL_DONE);
    assert_int_equal(store_get_approval_payload(store, &approval.id, &payload), 0);
    assert_true(span_equal(payload, span_text("order")));
    for (uint64_t i = 5; i > 3; i--) {
        approval.id = id_of(i);
        assert_int_equal(store_put_approval(store, &approval, none, true), 0);
    }
    const struct id *after = NULL;
    for (uint64_t i = 3; i <= 5; i++) {
        assert_int_equal(store_next_approval(store, after, &back), 0);
        assert_is(&back.id, i);
        after = &back.id;
    }
    assert_int_equal(store_next_approval(store, after, &back), STORE_ABSENT);
}

static void test_audit_by_sequence(void **state) {
    struct stage *stage = *state;
    static const uint64_t sequences[] = {1, 255, 256, 65536, UINT64_MAX};
    struct audit_row row;
    assert_int_equal(store_next_audit(stage->store, 0, &row), STORE_ABSENT);
    for (size_t i = 5; i > 0; i--) {
        store_put_audit(stage->store, &(struct audit_row){.sequence = sequences[i - 1]});
        if (i == 3)
            stage_flush(stage);
    }
    uint64_t after = 0;
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(store_next_audit(stage->store, after, &row), 0);
        assert_true(row.sequence == sequences[i]);
        after = row.sequence;
    }
    assert_int_equal(store_next_audit(stage->store, after, &row), STORE_ABSENT);
    assert_int_equal(store_next_audit(stage->store, 256, &row), 0);
    assert_true(row.sequence == 65536);
}

/* ---- returns ---- */

static void test_returns_of_an_original(void **state) {
    struct stage *stage = *state;
    struct id original = id_of(50), before = id_of(49), link = id_of(1), found;
    for (uint64_t i = 64; i > 60; i--) {
        struct transfer it = {.id = id_of(i), .link = link};
        if (i != 62) /* no return */
            it.original = original;
        assert_int_equal(store_put_transfer(stage->store, &it, STORE_KEPT_DROP, none, true), 0);
        assert_int_equal(store_put_transfer(stage->store, &it, STORE_KEPT_SAME, none, false), 0);
    }
    static const uint64_t returns[] = {61, 63, 64};
    const struct id *after = NULL;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(store_next_return(stage->store, &original, after, &found), 0);
        assert_is(&found, returns[i]);
        after = &found;
    }
    assert_int_equal(store_next_return(stage->store, &original, after, &found), STORE_ABSENT);
    assert_int_equal(store_next_return(stage->store, &before, NULL, &found), STORE_ABSENT);
    struct id zero = {{0}};
    assert_int_equal(store_next_return(stage->store, &zero, NULL, &found), STORE_ABSENT);
}

/* ---- damage ---- */

static void put_one_of_each(struct stage *stage) {
    struct inquiry_case inquiry = {.id = id_of(1), .transfer = id_of(2)};
    struct store_question question = {.id = id_of(1), .message = 110};
    struct approval approval = {.id = id_of(1), .order = 100};
    struct transfer it = {.id = id_of(3), .link = id_of(4), .original = id_of(2)};
    add_entry(stage, &inquiry, "text");
    store_put_question(stage->store, &question);
    assert_int_equal(store_put_approval(stage->store, &approval, span_text("order"), true), 0);
    store_put_audit(stage->store, &(struct audit_row){.sequence = 1, .uid = 5});
    assert_int_equal(store_put_transfer(stage->store, &it, STORE_KEPT_DROP, none, true), 0);
    stage_flush(stage);
}

static void test_damaged_rows_are_never_used(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry;
    struct store_question question;
    struct approval approval;
    struct audit_row row;
    struct id one = id_of(1), two = id_of(2), found;
    struct span bytes;
    put_one_of_each(stage);
    static const uint8_t tables[] = {TABLE_CASE,     TABLE_CASE_OF_TRANSFER,
                                     TABLE_QUESTION, TABLE_APPROVAL,
                                     TABLE_AUDIT,    TABLE_RETURN};
    for (size_t i = 0; i < sizeof(tables); i++)
        stage_damage(stage, tables[i], STAGE_FLIP_A_BIT);
    struct store *store = stage->store;
    assert_int_equal(store_get_case(store, &one, &inquiry), STORE_DAMAGED);
    assert_int_equal(store_next_case(store, NULL, &inquiry), STORE_DAMAGED);
    assert_int_equal(store_get_case_text(store, &one, 0, &bytes), STORE_DAMAGED);
    assert_int_equal(store_next_case_of_transfer(store, &two, NULL, &found), STORE_DAMAGED);
    assert_int_equal(store_get_question(store, &one, &question), STORE_DAMAGED);
    assert_int_equal(store_get_approval(store, &one, &approval), STORE_DAMAGED);
    assert_int_equal(store_get_approval_payload(store, &one, &bytes), STORE_DAMAGED);
    assert_int_equal(store_next_approval(store, NULL, &approval), STORE_DAMAGED);
    assert_int_equal(store_next_audit(store, 0, &row), STORE_DAMAGED);
    assert_int_equal(store_next_return(store, &two, NULL, &found), STORE_DAMAGED);
    inquiry = (struct inquiry_case){.id = one, .entry_count = 1};
    assert_int_equal(store_put_case(store, &inquiry, false, none, false), STORE_DAMAGED);
    assert_int_equal(store_put_case(store, &inquiry, true, none, false), STORE_DAMAGED);
    approval = (struct approval){.id = one};
    assert_int_equal(store_put_approval(store, &approval, none, false), STORE_DAMAGED);
}

/* Whole records that hold what the value cannot. */
static void test_records_that_do_not_fit_are_damaged(void **state) {
    struct stage *stage = *state;
    static const uint8_t short_id[] = {0x0a, 0x02, 1, 2};       /* transfer or request: 2 bytes */
    static const uint8_t two_pins[] = {0x22, 0x00, 0x22, 0x00}; /* without their times */
    static const uint8_t denied[] = {0x4a, 0x03, 0x05, 0x04, 0x06}; /* not ascending */
    static const uint8_t high[] = {0x4a, 0x02, 0x80, 0x02};         /* kind 256 */
    struct inquiry_case inquiry;
    struct bank bank;
    struct id one = id_of(1);
    struct key key = key_of_id(TABLE_CASE, &one);
    table_put(stage->store, &key, span_of(short_id, sizeof(short_id)), false);
    assert_int_equal(store_get_case(stage->store, &one, &inquiry), STORE_DAMAGED);
    const struct span banks[] = {span_of(two_pins, sizeof(two_pins)),
                                 span_of(denied, sizeof(denied)), span_of(high, sizeof(high))};
    key = key_of(TABLE_BANK);
    key_add_u64(&key, 1);
    for (size_t i = 0; i < 3; i++) {
        table_put(stage->store, &key, banks[i], false);
        assert_int_equal(store_get_bank(stage->store, 1, &bank), STORE_DAMAGED);
    }
    /* too many entries */
    struct buf many;
    buf_init(&many);
    for (int i = 0; i <= CASE_ENTRIES_MAX; i++)
        buf_append_span(&many, SPAN_LITERAL("\x62\x00"));
    key = key_of_id(TABLE_CASE, &one);
    table_put(stage->store, &key, buf_span(&many), false);
    assert_int_equal(store_get_case(stage->store, &one, &inquiry), STORE_DAMAGED);
    buf_deinit(&many);
}

/* A key of another size in a table of ids. */
static void test_keys_that_do_not_fit_are_damaged(void **state) {
    struct stage *stage = *state;
    struct inquiry_case inquiry;
    struct approval approval;
    struct audit_row row;
    struct id one = id_of(1), found;
    const uint8_t tables[] = {TABLE_CASE, TABLE_APPROVAL, TABLE_AUDIT};
    for (size_t i = 0; i < 3; i++) {
        struct key key = key_of((enum table)tables[i]);
        key_add_u64(&key, 7);
        key_add_byte(&key, 1);
        table_put_empty(stage->store, &key, false);
    }
    struct key key = key_of_id(TABLE_RETURN, &one);
    key_add_u64(&key, 7);
    table_put_empty(stage->store, &key, false);
    assert_int_equal(store_next_case(stage->store, NULL, &inquiry), STORE_DAMAGED);
    assert_int_equal(store_next_approval(stage->store, NULL, &approval), STORE_DAMAGED);
    assert_int_equal(store_next_audit(stage->store, 0, &row), STORE_DAMAGED);
    assert_int_equal(store_next_return(stage->store, &one, NULL, &found), STORE_DAMAGED);
}

/* Every table's rows are in the digest. */
static void test_digest_covers_the_desk(void **state) {
    struct stage *stage = *state;
    struct digest before, after;
    struct history_entry entry = {.state = 1};
    struct link_usage usage = {.day = 1};
    struct id one = id_of(1);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(store_digest(stage->store, &before), 0);
        if (i == 0)
            put_one_of_each(stage);
        else if (i == 1)
            store_put_history(stage->store, OBJECT_LINK, &one, 0, &entry);
        else if (i == 2)
            store_put_usage(stage->store, &one, &usage);
        else
            assert_int_equal(store_drop_question(stage->store, &one), 0);
        assert_int_equal(store_digest(stage->store, &after), 0);
        assert_false(digest_equal(&before, &after));
    }
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(test_texts_of_a_case),
        STAGED(test_a_case_begins_without_a_text),
        STAGED(test_a_full_case),
        STAGED(test_texts_are_sealed),
        STAGED(test_cases_in_order),
        STAGED(test_questions_come_and_go),
        STAGED(test_answers_of_an_overview_are_sealed),
        STAGED(test_approvals_keep_their_payload),
        STAGED(test_audit_by_sequence),
        STAGED(test_returns_of_an_original),
        STAGED(test_damaged_rows_are_never_used),
        STAGED(test_records_that_do_not_fit_are_damaged),
        STAGED(test_keys_that_do_not_fit_are_damaged),
        STAGED(test_digest_covers_the_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
