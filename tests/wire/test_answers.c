/*
 * What the asked bank says, with one field changed at a time: only an unreadable message and a bad
 * id are refused; all else that cannot be read arrives as nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/edit.h"
#include "wire/goldens.h"

/* The golden answer with one field changed; it must still be read. */
static struct command *changed(enum command_kind kind, const unsigned path[EDIT_DEPTH],
                               struct edit edit) {
    struct buf golden, edited;
    struct refusal refusal;
    int verdict;
    buf_init(&golden);
    buf_init(&edited);
    golden_bytes(golden_of(kind), &golden);
    edit_field(buf_span(&golden), path, &edit, &edited);
    struct command *command = golden_read(kind, buf_span(&edited), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    buf_deinit(&golden);
    buf_deinit(&edited);
    return command;
}

#define CHANGED(kind, field, ...)                                                                  \
    changed(kind, (const unsigned[EDIT_DEPTH]){field}, (struct edit)__VA_ARGS__)

static void expect_id_refused(enum command_kind kind, unsigned field, const char *name) {
    static const struct edit edits[] = {DROP, BYTES("\x11"), BYTES("0123456789abcdefg"),
                                        BYTES("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")};
    const unsigned path[EDIT_DEPTH] = {field};
    for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
        struct buf golden, edited;
        struct refusal refusal;
        int verdict;
        buf_init(&golden);
        buf_init(&edited);
        golden_bytes(golden_of(kind), &golden);
        edit_field(buf_span(&golden), path, &edits[i], &edited);
        command_free(golden_read(kind, buf_span(&edited), &verdict, &refusal));
        assert_int_equal(verdict, WIRE_REFUSED);
        assert_int_equal(refusal.code, i == 0 ? REFUSAL_FIELD_MISSING : REFUSAL_FIELD_INVALID);
        assert_string_equal(refusal.field, name);
        buf_deinit(&golden);
        buf_deinit(&edited);
    }
}

static void test_ids(void **state) {
    (void)state;
    expect_id_refused(COMMAND_VERIFY_ANSWER, 1, "link_id");
    expect_id_refused(COMMAND_VERIFY_ANSWER, 2, "verification_id");
    expect_id_refused(COMMAND_ISSUE_ANSWER, 1, "link_id");
    expect_id_refused(COMMAND_ISSUE_ANSWER, 2, "challenge_id");
    expect_id_refused(COMMAND_CHECK_ANSWER, 1, "link_id");
    expect_id_refused(COMMAND_CHECK_ANSWER, 2, "attempt_id");
    expect_id_refused(COMMAND_POSTING_ANSWER, 1, "transfer_id");
    expect_id_refused(COMMAND_RECHECK_ANSWER, 1, "link_id");
    expect_id_refused(COMMAND_RECHECK_ANSWER, 2, "recheck_id");
    expect_id_refused(COMMAND_BALANCE_ANSWER, 1, "query_id");
    expect_id_refused(COMMAND_STATUS_ANSWER, 1, "query_id");
}

static void test_unknown_fields(void **state) {
    static const enum command_kind kinds[] = {COMMAND_VERIFY_ANSWER,  COMMAND_ISSUE_ANSWER,
                                              COMMAND_CHECK_ANSWER,   COMMAND_POSTING_ANSWER,
                                              COMMAND_RECHECK_ANSWER, COMMAND_BALANCE_ANSWER,
                                              COMMAND_STATUS_ANSWER};
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        command_free(CHANGED(kinds[i], 1000, BYTES("new")));
}

static void test_verification(void **state) {
    (void)state;
    for (unsigned field = 3; field <= 6; field++) {
        struct command *command = CHANGED(COMMAND_VERIFY_ANSWER, field, NUMBER(3));
        const struct verify_account_reply *answer = &command->body.verify_answer;
        assert_int_equal(answer->name, field == 3 ? ELEMENT_NONE : ELEMENT_MATCH);
        assert_int_equal(answer->id_number, field == 4 ? ELEMENT_NONE : ELEMENT_MISMATCH);
        assert_int_equal(answer->mobile, field == 5 ? ELEMENT_NONE : ELEMENT_MATCH);
        assert_int_equal(answer->account, field == 6 ? ELEMENT_NONE : ELEMENT_MISMATCH);
        command_free(command);
    }
    struct command *command = CHANGED(COMMAND_VERIFY_ANSWER, 7, NUMBER(-1));
    assert_int_equal(command->body.verify_answer.account_class, ACCOUNT_CLASS_NONE);
    command_free(command);
    command = CHANGED(COMMAND_VERIFY_ANSWER, 8, NUMBER(6));
    assert_int_equal(command->body.verify_answer.status, ACCOUNT_STATUS_NONE);
    command_free(command);
    command = CHANGED(COMMAND_VERIFY_ANSWER, 12, BYTES("never"));
    assert_true(command->body.verify_answer.minor);
    command_free(command);
}

static void test_challenges(void **state) {
    (void)state;
    /* Outcomes of the other kind of answer are nothing here. */
    struct command *command = CHANGED(COMMAND_ISSUE_ANSWER, 3, NUMBER(CHALLENGE_RIGHT));
    assert_int_equal(command->body.issue_answer.outcome, CHALLENGE_NONE);
    command_free(command);
    command = CHANGED(COMMAND_CHECK_ANSWER, 3, NUMBER(CHALLENGE_SENT));
    assert_int_equal(command->body.check_answer.outcome, CHALLENGE_NONE);
    command_free(command);
    command = CHANGED(COMMAND_CHECK_ANSWER, 3, NUMBER(7));
    assert_int_equal(command->body.check_answer.outcome, CHALLENGE_NONE);
    command_free(command);
    command = CHANGED(COMMAND_ISSUE_ANSWER, 4, BYTES("138\x1b****0001"));
    assert_int_equal(command->body.issue_answer.masked_mobile.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_ISSUE_ANSWER, 4, BYTES("138********************1"));
    assert_int_equal(command->body.issue_answer.masked_mobile.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_ISSUE_ANSWER, 5, NUMBER(600001));
    assert_int_equal(command->body.issue_answer.lifetime_ms, 600000);
    command_free(command);
    command = CHANGED(COMMAND_ISSUE_ANSWER, 6, BYTES("no code"));
    assert_int_equal(command->body.issue_answer.reason.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_ISSUE_ANSWER, 6, BYTES("ZZ99"));
    assert_true(span_equal(command->body.issue_answer.reason, SPAN_LITERAL("ZZ99")));
    command_free(command);
}

static void test_recheck(void **state) {
    (void)state;
    struct command *command = CHANGED(COMMAND_RECHECK_ANSWER, 3, NUMBER(4));
    assert_int_equal(command->body.recheck_answer.account_class, ACCOUNT_CLASS_NONE);
    assert_int_equal(command->body.recheck_answer.status, ACCOUNT_BLOCKED);
    command_free(command);
    command = CHANGED(COMMAND_RECHECK_ANSWER, 4, NUMBER(6));
    assert_int_equal(command->body.recheck_answer.status, ACCOUNT_STATUS_NONE);
    command_free(command);
    command = CHANGED(COMMAND_RECHECK_ANSWER, 5, NUMBER(3));
    assert_int_equal(command->body.recheck_answer.same_holder, ELEMENT_NONE);
    command_free(command);
    command = CHANGED(COMMAND_RECHECK_ANSWER, 5, NUMBER(ELEMENT_MATCH));
    assert_int_equal(command->body.recheck_answer.same_holder, ELEMENT_MATCH);
    command_free(command);
}

static void test_balance(void **state) {
    (void)state;
    static const int64_t amounts[] = {0, 1, -1, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        struct command *command = CHANGED(COMMAND_BALANCE_ANSWER, 2, NUMBER(amounts[i]));
        assert_int_equal(command->body.balance_answer.available_fen, amounts[i]);
        assert_int_equal(command->body.balance_answer.booked_fen, 700000);
        command_free(command);
    }
    struct command *command = CHANGED(COMMAND_BALANCE_ANSWER, 4, BYTES("YUAN"));
    assert_int_equal(command->body.balance_answer.currency.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_BALANCE_ANSWER, 4, BYTES("C\0Y"));
    assert_int_equal(command->body.balance_answer.currency.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_BALANCE_ANSWER, 6, BYTES("none"));
    assert_int_equal(command->body.balance_answer.reason.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_BALANCE_ANSWER, 6, BYTES("ZZ99"));
    assert_true(span_equal(command->body.balance_answer.reason, SPAN_LITERAL("ZZ99")));
    command_free(command);
}

static void test_status(void **state) {
    (void)state;
    struct command *command = CHANGED(COMMAND_STATUS_ANSWER, 2, NUMBER(6));
    assert_int_equal(command->body.status_answer.status, ACCOUNT_STATUS_NONE);
    assert_int_equal(command->body.status_answer.account_class, ACCOUNT_CLASS_I);
    command_free(command);
    command = CHANGED(COMMAND_STATUS_ANSWER, 3, NUMBER(-1));
    assert_int_equal(command->body.status_answer.account_class, ACCOUNT_CLASS_NONE);
    command_free(command);
    command = CHANGED(COMMAND_STATUS_ANSWER, 4, DROP);
    assert_false(command->body.status_answer.can_debit);
    assert_true(command->body.status_answer.can_credit);
    command_free(command);
    command = CHANGED(COMMAND_STATUS_ANSWER, 7, BYTES("\xff\xff\xff\xff"));
    assert_int_equal(command->body.status_answer.reason.size, 0);
    command_free(command);
}

static void expect_outcome(unsigned field, struct edit edit, enum posting_outcome outcome) {
    const unsigned path[EDIT_DEPTH] = {field};
    struct command *command = changed(COMMAND_POSTING_ANSWER, path, edit);
    assert_int_equal(command->body.posting_answer.outcome, outcome);
    command_free(command);
}

#define OUTCOME(field, expected, ...) expect_outcome(field, (struct edit)__VA_ARGS__, expected)

static void test_posted_needs_its_booking(void **state) {
    (void)state;
    OUTCOME(3, POSTING_NONE, DROP);
    OUTCOME(3, POSTING_NONE, BYTES("123456789012345678901234567890123456"));
    OUTCOME(3, POSTING_NONE, BYTES("b\0b"));
    OUTCOME(3, POSTING_NONE, BYTES("\xff"));
    OUTCOME(3, POSTING_POSTED, BYTES("12345678901234567890123456789012345"));
    OUTCOME(4, POSTING_NONE, DROP);
    OUTCOME(4, POSTING_NONE, BYTES("2024-02-30"));
    OUTCOME(4, POSTING_NONE, BYTES("20240701"));
    OUTCOME(4, POSTING_NONE, BYTES("2024-07-01\0"));
    OUTCOME(4, POSTING_POSTED, BYTES("2024-02-29"));
}

static void test_outcomes(void **state) {
    (void)state;
    OUTCOME(2, POSTING_NONE, DROP);
    OUTCOME(2, POSTING_NONE, NUMBER(6));
    OUTCOME(2, POSTING_NONE, NUMBER(-1));
    for (int outcome = POSTING_POSTED; outcome <= POSTING_UNDONE; outcome++)
        OUTCOME(2, (enum posting_outcome)outcome, NUMBER(outcome));
}

/* A word about money is not lost over the text beside it. */
static void test_posting_texts(void **state) {
    (void)state;
    struct command *command =
        CHANGED(COMMAND_POSTING_ANSWER, 6, BYTES("\xbc\xc7\xd5\xcb")); /* GBK */
    assert_int_equal(command->body.posting_answer.outcome, POSTING_POSTED);
    assert_int_equal(command->body.posting_answer.text.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_POSTING_ANSWER, 6, BYTES("line\nline"));
    assert_int_equal(command->body.posting_answer.text.size, 0);
    command_free(command);
    command = CHANGED(COMMAND_POSTING_ANSWER, 5, BYTES("ZZ99")); /* unknown, kept raw */
    assert_true(span_equal(command->body.posting_answer.reason, SPAN_LITERAL("ZZ99")));
    command_free(command);
    command = CHANGED(COMMAND_POSTING_ANSWER, 5, BYTES("AM04\0"));
    assert_int_equal(command->body.posting_answer.reason.size, 0);
    command_free(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),           cmocka_unit_test(test_unknown_fields),
        cmocka_unit_test(test_verification),  cmocka_unit_test(test_challenges),
        cmocka_unit_test(test_outcomes),      cmocka_unit_test(test_posted_needs_its_booking),
        cmocka_unit_test(test_posting_texts), cmocka_unit_test(test_recheck),
        cmocka_unit_test(test_balance),       cmocka_unit_test(test_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
