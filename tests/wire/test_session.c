/*
 * A connection's own messages: what of a Hello is refused, what of the gateway's words is tolerated,
 * and texts longer than a pack's room.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/edit.h"
#include "wire/samples.h"

struct fixture {
    struct arena arena;
    struct buf bytes, edited;
};

static int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    arena_init(&fixture->arena, 4096, 1u << 20);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    buf_deinit(&fixture->bytes);
    buf_deinit(&fixture->edited);
    free(fixture);
    return 0;
}

/* fixture->bytes with one field changed. */
static struct span changed(struct fixture *fixture, unsigned field, struct edit edit) {
    const unsigned path[EDIT_DEPTH] = {field};
    buf_clear(&fixture->edited);
    edit_field(buf_span(&fixture->bytes), path, &edit, &fixture->edited);
    return buf_span(&fixture->edited);
}

static void expect_hello(struct fixture *fixture, unsigned field, struct edit edit,
                         enum refusal_code code, const char *name) {
    struct hello hello = sample_hello(), read;
    struct refusal refusal = {.field = ""};
    buf_clear(&fixture->bytes);
    message_encode_hello(&hello, &fixture->bytes);
    struct span bytes = changed(fixture, field, edit);
    int verdict = message_decode_hello(bytes, &fixture->arena, &read, &refusal);
    assert_int_equal(verdict, code == REFUSAL_NONE ? 0 : WIRE_REFUSED);
    assert_int_equal(refusal.code, code);
    assert_string_equal(refusal.field, name);
}

#define HELLO(field, code, name, ...)                                                              \
    expect_hello(fixture, field, (struct edit)__VA_ARGS__, code, name)

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void test_hello(void **state) {
    struct fixture *fixture = *state;
    HELLO(1, REFUSAL_FIELD_MISSING, "protocol_min", DROP);
    HELLO(1, REFUSAL_FIELD_INVALID, "protocol_max", NUMBER(2)); /* above protocol_max */
    HELLO(2, REFUSAL_FIELD_INVALID, "protocol_max", DROP);
    HELLO(2, REFUSAL_NONE, "", NUMBER(9));
    HELLO(3, REFUSAL_FIELD_INVALID, "software", BYTES("bank\n1.0"));
    HELLO(3, REFUSAL_FIELD_INVALID, "software", BYTES(X64 "x"));
    HELLO(3, REFUSAL_NONE, "", BYTES(X64));
    HELLO(3, REFUSAL_NONE, "", DROP);
    HELLO(4, REFUSAL_FIELD_MISSING, "window", DROP);
    HELLO(4, REFUSAL_FIELD_INVALID, "window", NUMBER(4097));
    HELLO(4, REFUSAL_NONE, "", NUMBER(4096));
    HELLO(5, REFUSAL_FIELD_INVALID, "last_notice_token", DROP);
    HELLO(6, REFUSAL_FIELD_MISSING, "last_notice_token", DROP);
    HELLO(6, REFUSAL_FIELD_INVALID, "last_notice_token", BYTES("short"));
    HELLO(6, REFUSAL_MALFORMED, "", NUMBER(1));
    /* The one message in which versions meet. */
    HELLO(1000, REFUSAL_NONE, "", BYTES("from a later version"));
}

static void test_first_hello(void **state) {
    struct fixture *fixture = *state;
    const struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 1};
    struct hello read;
    struct refusal refusal;
    message_encode_hello(&hello, &fixture->bytes);
    struct span bytes = buf_span(&fixture->bytes);
    assert_int_equal(message_decode_hello(bytes, &fixture->arena, &read, &refusal), 0);
    assert_int_equal(read.last_notice_sequence, 0);
    assert_int_equal(read.last_notice_token.size, 0);
}

static void test_hello_reply(void **state) {
    struct fixture *fixture = *state;
    struct hello_reply reply = sample_hello_reply(), read;
    struct arena *arena = &fixture->arena;
    message_encode_hello_reply(&reply, &fixture->bytes);
    const struct edit drop = DROP, unclean = BYTES("\x1b[2J");
    assert_int_equal(message_decode_hello_reply(changed(fixture, 1, drop), arena, &read),
                     WIRE_REFUSED);
    assert_int_equal(message_decode_hello_reply(changed(fixture, 3, drop), arena, &read),
                     WIRE_REFUSED);
    assert_int_equal(message_decode_hello_reply(changed(fixture, 4, drop), arena, &read),
                     WIRE_REFUSED);
    assert_int_equal(message_decode_hello_reply(changed(fixture, 2, unclean), arena, &read), 0);
    assert_int_equal(read.software.size, 0);
}

static void test_heartbeat(void **state) {
    struct fixture *fixture = *state;
    struct heartbeat heartbeat = sample_heartbeat(), read;
    struct arena *arena = &fixture->arena;
    message_encode_heartbeat(&heartbeat, &fixture->bytes);
    assert_int_equal(
        message_decode_heartbeat(changed(fixture, 9, (struct edit)NUMBER(1)), arena, &read),
        WIRE_REFUSED);
    assert_int_equal(
        message_decode_heartbeat(changed(fixture, 1, (struct edit)BYTES("x")), arena, &read),
        WIRE_REFUSED);
    assert_int_equal(message_decode_heartbeat(span_of(NULL, 0), arena, &read), 0);
    assert_int_equal(read.nonce, 0);
}

static void test_go_away(void **state) {
    struct fixture *fixture = *state;
    struct go_away go_away = sample_go_away(), read;
    message_encode_go_away(&go_away, &fixture->bytes);
    struct span bytes = changed(fixture, 2, (struct edit)BYTES("bye\nbye"));
    assert_int_equal(message_decode_go_away(bytes, &fixture->arena, &read), 0);
    assert_true(span_equal(read.code, go_away.code));
    assert_int_equal(read.text.size, 0);
    assert_int_equal(read.drain_ms, go_away.drain_ms);
}

/* A test bank may send what is far too long: it is written whole, and refused when read. */
static void test_long_texts(void **state) {
    struct fixture *fixture = *state;
    static char text[20000];
    memset(text, 'x', sizeof(text));
    struct submit_transfer transfer = sample_submit_transfer();
    transfer.end_to_end_id = span_of(text, sizeof(text));
    transfer.remittance = span_of(text, sizeof(text));
    partner_encode_submit_transfer(&transfer, &fixture->bytes);
    assert_true(fixture->bytes.size > 2 * sizeof(text));
    struct command *command = command_new(COMMAND_SUBMIT_TRANSFER);
    struct refusal refusal;
    command->payload = buf_span(&fixture->bytes);
    assert_int_equal(message_decode_command(command, SAMPLE_NOW_MS, &refusal), WIRE_REFUSED);
    assert_int_equal(refusal.code, REFUSAL_FIELD_INVALID);
    assert_string_equal(refusal.field, "end_to_end_id");
    command_free(command);
}

/* What a partner reads is held to its shape as well. */
static void test_partner_reads(void **state) {
    struct fixture *fixture = *state;
    struct post_instruction sample = sample_post_instruction(), read;
    struct arena *arena = &fixture->arena;
    const struct edit zero = NUMBER(0), nul = BYTES("a\0b"), drop = DROP;
    static const unsigned needed[] = {1, 2, 3, 4, 5, 6, 7, 10, 15};
    message_encode_post_instruction(&sample, &fixture->bytes);
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        struct span bytes = changed(fixture, needed[i], drop);
        assert_int_equal(partner_decode_post_instruction(bytes, arena, &read), WIRE_REFUSED);
    }
    for (unsigned field = 8; field <= 14; field++) {
        struct span bytes = changed(fixture, field, nul);
        assert_int_equal(partner_decode_post_instruction(bytes, arena, &read), WIRE_REFUSED);
    }
    /* An instruction with a field that the bank does not know is not carried out. */
    assert_int_equal(partner_decode_post_instruction(changed(fixture, 99, zero), arena, &read),
                     WIRE_REFUSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_hello),   TEST(test_first_hello), TEST(test_hello_reply),   TEST(test_heartbeat),
        TEST(test_go_away), TEST(test_long_texts),  TEST(test_partner_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
