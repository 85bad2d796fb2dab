/*
 * Every message against protobuf's own bytes, both ways: our encoder writes what protobuf's Python
 * writes from the same values, and what our decoder makes of those bytes is written as them again,
 * so no field is lost, moved or made up on either way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/samples.h"

struct fixture {
    struct buf golden, written;
    struct arena arena;
};

static int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    arena_init(&fixture->arena, 4096, 1u << 20);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    buf_deinit(&fixture->golden);
    buf_deinit(&fixture->written);
    arena_deinit(&fixture->arena);
    free(fixture);
    return 0;
}

static struct span golden(struct fixture *fixture, const char *hex) {
    size_t size = strlen(hex) / 2;
    buf_clear(&fixture->golden);
    assert_true(hex_parse(hex, buf_reserve(&fixture->golden, size), size));
    fixture->golden.size = size;
    return buf_span(&fixture->golden);
}

/* What was written equals the golden bytes; then it is forgotten. */
static void expect_golden(struct fixture *fixture) {
    assert_int_equal(fixture->written.size, fixture->golden.size);
    assert_memory_equal(fixture->written.data, fixture->golden.data, fixture->golden.size);
    buf_clear(&fixture->written);
}

static struct command *decode(struct fixture *fixture, enum command_kind kind) {
    struct command *command = command_new(kind);
    struct refusal refusal = {0};
    command->payload = arena_copy(&command->arena, buf_span(&fixture->golden));
    assert_int_equal(message_decode_command(command, SAMPLE_NOW_MS, &refusal), 0);
    return command;
}

/* A message that a bank sends: our partner half writes it, the gateway's reads it. */
#define FROM_BANK(name, GOLDEN, KIND, member)                                                      \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct name sample = sample_##name();                                                      \
        (void)golden(fixture, GOLDEN);                                                             \
        partner_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        struct command *command = decode(fixture, KIND);                                           \
        partner_encode_##name(&command->body.member, &fixture->written);                           \
        expect_golden(fixture);                                                                    \
        command_free(command);                                                                     \
    }

FROM_BANK(open_link, GOLDEN_OPEN_LINK, COMMAND_OPEN_LINK, open_link)
FROM_BANK(verify_account_reply, GOLDEN_VERIFY_ACCOUNT_REPLY, COMMAND_VERIFY_ANSWER, verify_answer)
FROM_BANK(start_challenge, GOLDEN_START_CHALLENGE, COMMAND_START_CHALLENGE, start_challenge)
FROM_BANK(issue_challenge_reply, GOLDEN_ISSUE_CHALLENGE_REPLY, COMMAND_ISSUE_ANSWER, issue_answer)
FROM_BANK(answer_challenge, GOLDEN_ANSWER_CHALLENGE, COMMAND_ANSWER_CHALLENGE, answer_challenge)
FROM_BANK(check_challenge_reply, GOLDEN_CHECK_CHALLENGE_REPLY, COMMAND_CHECK_ANSWER, check_answer)
FROM_BANK(close_link, GOLDEN_CLOSE_LINK, COMMAND_CLOSE_LINK, close_link)
FROM_BANK(get_link, GOLDEN_GET_LINK, COMMAND_GET_LINK, get_link)
FROM_BANK(submit_transfer, GOLDEN_SUBMIT_TRANSFER, COMMAND_SUBMIT_TRANSFER, submit_transfer)
FROM_BANK(posting_result, GOLDEN_POSTING_RESULT, COMMAND_POSTING_ANSWER, posting_answer)
FROM_BANK(confirm_credit, GOLDEN_CONFIRM_CREDIT, COMMAND_CONFIRM_CREDIT, confirm_credit)
FROM_BANK(get_transfer, GOLDEN_GET_TRANSFER, COMMAND_GET_TRANSFER, get_transfer)
FROM_BANK(ack_notices, GOLDEN_ACK_NOTICES, COMMAND_ACK_NOTICES, ack_notices)

/* A message that the gateway sends: its half writes it, the partner's reads it. */
#define FROM_GATEWAY(name, type, sample_name, GOLDEN)                                              \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name();                                               \
        struct type read;                                                                          \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        assert_int_equal(partner_decode_##name(bytes, &fixture->arena, &read), 0);                 \
        message_encode_##name(&read, &fixture->written);                                           \
        expect_golden(fixture);                                                                    \
    }

FROM_GATEWAY(verify_account, verify_account, verify_account, GOLDEN_VERIFY_ACCOUNT)
FROM_GATEWAY(issue_challenge, issue_challenge, issue_challenge, GOLDEN_ISSUE_CHALLENGE)
FROM_GATEWAY(check_challenge, check_challenge, check_challenge, GOLDEN_CHECK_CHALLENGE)
FROM_GATEWAY(post_instruction, post_instruction, post_instruction, GOLDEN_POST_INSTRUCTION)
FROM_GATEWAY(inquire_posting, inquire_posting, inquire_posting, GOLDEN_INQUIRE_POSTING)
FROM_GATEWAY(link_reply, link_view, link_view, GOLDEN_LINK_REPLY)
FROM_GATEWAY(transfer_reply, transfer_view, transfer_view, GOLDEN_TRANSFER_REPLY)

#define NOTICE(name, type, sample_name, sample_place_name, GOLDEN)                                 \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name(), read;                                         \
        struct notice_place place = sample_##sample_place_name(), read_place;                      \
        struct span event;                                                                         \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&place, &sample, "", &fixture->written);                             \
        expect_golden(fixture);                                                                    \
        assert_int_equal(                                                                          \
            partner_decode_##name(bytes, &fixture->arena, &read_place, &read, &event), 0);         \
        message_encode_##name(&read_place, &read, "", &fixture->written);                          \
        expect_golden(fixture);                                                                    \
    }

NOTICE(link_notice, link_view, link_view, link_place, GOLDEN_LINK_NOTICE)
NOTICE(transfer_notice, transfer_view, transfer_view, transfer_place, GOLDEN_TRANSFER_NOTICE)

/* A message of the session, which both sides write and read. */
#define SESSION(name, GOLDEN)                                                                      \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct name sample = sample_##name();                                                      \
        struct name read;                                                                          \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        assert_int_equal(message_decode_##name(bytes, &fixture->arena, &read), 0);                 \
        message_encode_##name(&read, &fixture->written);                                           \
        expect_golden(fixture);                                                                    \
    }

SESSION(hello_reply, GOLDEN_HELLO_REPLY)
SESSION(heartbeat, GOLDEN_HEARTBEAT)
SESSION(go_away, GOLDEN_GO_AWAY)

static void test_hello(void **state) {
    struct fixture *fixture = *state;
    struct hello sample = sample_hello();
    struct hello read;
    struct refusal refusal = {0};
    struct span bytes = golden(fixture, GOLDEN_HELLO);
    message_encode_hello(&sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(message_decode_hello(bytes, &fixture->arena, &read, &refusal), 0);
    message_encode_hello(&read, &fixture->written);
    expect_golden(fixture);
}

static void test_refusal(void **state) {
    struct fixture *fixture = *state;
    struct refusal sample = sample_refusal();
    struct refusal_view view;
    struct span bytes = golden(fixture, GOLDEN_REFUSAL);
    message_encode_refusal(&sample, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_refusal(bytes, &fixture->arena, &view), 0);
    assert_true(span_equal(view.reason, SPAN_LITERAL("AM01")));
    assert_true(span_equal(view.detail, SPAN_LITERAL("AMOUNT_ZERO")));
    assert_true(span_equal(view.field, SPAN_LITERAL("amount.fen")));
    assert_true(view.text.size > 0);
    assert_int_equal(view.retry, RETRY_NEVER);
    assert_true(view.replayed);
}

/* Each row's refusal fits what a partner's decoder accepts. */
static void test_all_refusals(void **state) {
    struct fixture *fixture = *state;
    const struct refusal_row *row;
    for (size_t i = 0; (row = refusal_at(i)) != NULL; i++) {
        struct refusal refusal = {row->code, "class1_account.account_class", false};
        struct refusal_view view;
        buf_clear(&fixture->written);
        message_encode_refusal(&refusal, &fixture->written);
        struct span bytes = buf_span(&fixture->written);
        assert_int_equal(partner_decode_refusal(bytes, &fixture->arena, &view), 0);
        assert_true(span_equal(view.reason, span_text(row->reason)));
        assert_true(span_equal(view.detail, span_text(row->detail)));
        assert_true(span_equal(view.text, span_text(row->text)));
        assert_true(span_equal(view.field, span_text(refusal.field)));
        assert_int_equal(view.retry, row->retry);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(open_link),
        TEST(verify_account_reply),
        TEST(start_challenge),
        TEST(issue_challenge_reply),
        TEST(answer_challenge),
        TEST(check_challenge_reply),
        TEST(close_link),
        TEST(get_link),
        TEST(submit_transfer),
        TEST(posting_result),
        TEST(confirm_credit),
        TEST(get_transfer),
        TEST(ack_notices),
        TEST(verify_account),
        TEST(issue_challenge),
        TEST(check_challenge),
        TEST(post_instruction),
        TEST(inquire_posting),
        TEST(link_reply),
        TEST(transfer_reply),
        TEST(link_notice),
        TEST(transfer_notice),
        TEST(hello),
        TEST(hello_reply),
        TEST(heartbeat),
        TEST(go_away),
        TEST(refusal),
        TEST(all_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
