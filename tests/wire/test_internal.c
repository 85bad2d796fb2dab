/*
 * Payloads of commands that no bank sends: their layouts byte for byte (the log keeps them), and
 * every way to damage one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/message.h"

static struct digest digest_of(uint8_t byte) {
    struct digest digest;
    memset(digest.bytes, byte, sizeof(digest.bytes));
    return digest;
}

#define D32                                                                                        \
    "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"                             \
    "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"

#define B0 "\0\0\0\0\0\0\0\0"
#define B1 "\0\0\0\0\0\0\0\1"
#define B258 "\0\0\0\0\0\0\1\2"

/* Encodes, compares with the layout, decodes by the entry that replay uses, and returns what came
 * out; then shows that a byte less and a byte more are damage. */
static struct command *through(struct command *command, const char *layout, size_t size) {
    struct refusal refusal;
    message_encode_internal(command);
    assert_int_equal(command->payload.size, size);
    if (size > 0)
        assert_memory_equal(command->payload.data, layout, size);
    struct command *read = command_new(command->kind);
    for (size_t cut = 0; cut < size; cut++) {
        read->payload = span_of(command->payload.data, cut);
        assert_int_equal(message_decode_internal(read), WIRE_REFUSED);
    }
    struct buf longer;
    buf_init(&longer);
    buf_append_span(&longer, command->payload);
    buf_append_byte(&longer, 0);
    read->payload = buf_span(&longer);
    assert_int_equal(message_decode_command(read, 0, &refusal), WIRE_REFUSED);
    assert_int_equal(refusal.code, REFUSAL_MALFORMED);
    buf_deinit(&longer);
    read->payload = arena_copy(&read->arena, command->payload);
    assert_int_equal(message_decode_command(read, 0, &refusal), 0);
    command_free(command);
    return read;
}

#define THROUGH(command, layout) through(command, layout, sizeof(layout) - 1)

static void test_boot(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BOOT);
    command->body.boot = (struct boot){digest_of(0xaa), 0x01020304};
    struct command *read = THROUGH(command, D32 "\1\2\3\4");
    assert_int_equal(read->body.boot.software_version, 0x01020304);
    assert_memory_equal(read->body.boot.store_id.bytes, D32, DIGEST_SIZE);
    command_free(read);
}

static void test_without_body(void **state) {
    (void)state;
    command_free(THROUGH(command_new(COMMAND_TICK), ""));
    command_free(THROUGH(command_new(COMMAND_BANK_DOWN), ""));
}

static void test_bank_up(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BANK_UP);
    command->body.bank_up = (struct bank_up){258, digest_of(0xaa), true};
    struct command *read = THROUGH(command, "\0\0\0\0\0\0\1\2\1" D32);
    assert_int_equal(read->body.bank_up.last_notice_sequence, 258);
    assert_true(read->body.bank_up.has_token);
    assert_memory_equal(read->body.bank_up.last_notice_token.bytes, D32, DIGEST_SIZE);
    command_free(read);
    read = THROUGH(command_new(COMMAND_BANK_UP), "\0\0\0\0\0\0\0\0\0");
    assert_false(read->body.bank_up.has_token);
    command_free(read);
}

static void test_bank_add(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BANK_ADD);
    command->body.bank_add = (struct bank){
        .code = 999100000011,
        .name = "银行",
        .active = true,
        .roles = BANK_ROLE_CLASS1 | BANK_ROLE_ISSUER,
        .pin_count = 2,
        .pins = {digest_of(0xaa), digest_of(0xaa)},
        .pin_expires_at_ms = {258, 0},
        .pin_added_at_ms = {1, 2}, /* the ledger's, not the order's */
        .denied.bits = {1, 0, 0, 258},
    };
    struct command *read =
        THROUGH(command, "\0\0\0\xe8\x9f\0\x27\x0b\6\xe9\x93\xb6\xe8\xa1\x8c\0\0\0\5\1\2" D32 B258
                             D32 B0 B1 B0 B0 B258);
    assert_int_equal(read->body.bank_add.code, 999100000011);
    assert_string_equal(read->body.bank_add.name, "银行");
    assert_true(read->body.bank_add.active);
    assert_int_equal(read->body.bank_add.roles, 5);
    assert_int_equal(read->body.bank_add.pin_count, 2);
    assert_memory_equal(read->body.bank_add.pins[1].bytes, D32, DIGEST_SIZE);
    assert_int_equal(read->body.bank_add.pin_expires_at_ms[0], 258);
    assert_int_equal(read->body.bank_add.pin_expires_at_ms[1], 0);
    assert_int_equal(read->body.bank_add.pin_added_at_ms[0], 0);
    assert_int_equal(read->body.bank_add.denied.bits[0], 1);
    assert_int_equal(read->body.bank_add.denied.bits[3], 258);
    command_free(read);
}

static void test_longest_bank(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BANK_ADD);
    struct bank *bank = &command->body.bank_add;
    *bank = (struct bank){.code = 1, .pin_count = BANK_PINS_MAX};
    memset(bank->name, 'n', BANK_NAME_MAX);
    message_encode_internal(command);
    assert_int_equal(command->payload.size,
                     15 + BANK_NAME_MAX + BANK_PINS_MAX * (DIGEST_SIZE + 8) + BANK_KINDS / 8);
    assert_int_equal(message_decode_internal(command), 0);
    assert_int_equal(strlen(command->body.bank_add.name), BANK_NAME_MAX);
    command_free(command);
}

static void test_operators(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BANK_DISABLE);
    command->body.bank_disable.code = 999100000011;
    struct command *read = THROUGH(command, "\0\0\0\xe8\x9f\0\x27\x0b");
    assert_int_equal(read->body.bank_disable.code, 999100000011);
    command_free(read);

    command = command_new(COMMAND_UNFREEZE);
    command->body.unfreeze.kind = OBJECT_TRANSFER;
    memset(command->body.unfreeze.object.bytes, 0x11, ID_SIZE);
    read = THROUGH(command, "\2\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    assert_int_equal(read->body.unfreeze.kind, OBJECT_TRANSFER);
    command_free(read);

    command = command_new(COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = -2;
    read = THROUGH(command, "\xff\xff\xff\xff\xff\xff\xff\xfe");
    assert_int_equal(read->body.clock_accept.wall_ms, -2);
    command_free(read);

    command = command_new(COMMAND_FETCH_NOTICES);
    command->body.fetch_notices = (struct fetch_notices){7, 256};
    read = THROUGH(command, "\0\0\0\0\0\0\0\7\0\0\1\0");
    assert_int_equal(read->body.fetch_notices.after_sequence, 7);
    assert_int_equal(read->body.fetch_notices.max, 256);
    command_free(read);
}

static void expect_damaged(enum command_kind kind, const char *bytes, size_t size) {
    struct command *command = command_new(kind);
    command->payload = span_of(bytes, size);
    assert_int_equal(message_decode_internal(command), WIRE_REFUSED);
    command_free(command);
}

#define DAMAGED(kind, text) expect_damaged(kind, text, sizeof(text) - 1)

static void test_damaged(void **state) {
    (void)state;
    DAMAGED(COMMAND_NONE, "");
    DAMAGED((enum command_kind)999, "");
    DAMAGED(COMMAND_BANK_UP, "\0\0\0\0\0\0\0\0\2");
    DAMAGED(COMMAND_UNFREEZE, "\0\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    DAMAGED(COMMAND_UNFREEZE, "\4\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\1\n\0\0\0\0\0\0");            /* name */
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\1n\0\0\0\x8\0\0");            /* roles */
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\1n\0\0\0\0\2\0");             /* active */
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\1n\0\0\0\0\0\3" D32 D32 D32); /* pins */
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\x41"
                              "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                              "\0\0\0\0\0\0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boot),      cmocka_unit_test(test_without_body),
        cmocka_unit_test(test_bank_up),   cmocka_unit_test(test_bank_add),
        cmocka_unit_test(test_operators), cmocka_unit_test(test_longest_bank),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
