/*
 * Log entries: there and back, cut at every byte, and with every byte changed.
 */
#include "ledger/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "wire/partner.h"

#define BANK 999100000011u
#define NOW_MS 1798000000000

static struct command *submit_command(void) {
    struct submit_transfer submit = {
        .request = uuid7_make(NOW_MS, (const uint8_t[10]){1, 2, 3}),
        .link = id_make(NOW_MS, 7, 1),
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .amount = {1234, "CNY"},
        .end_to_end_id = SPAN_LITERAL("E1"),
        .debtor_name = SPAN_LITERAL("Zhang San"),
        .creditor_name = SPAN_LITERAL("Zhang San"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    struct buf payload;
    buf_init(&payload);
    partner_encode_submit_transfer(&submit, &payload);
    struct command *command = command_new(COMMAND_SUBMIT_TRANSFER);
    command->bank = BANK;
    memset(command->pin.bytes, 9, DIGEST_SIZE);
    command->timeout_ms = 5000;
    command->origin = (struct origin){ORIGIN_BANK, 3, 4};
    command->payload = arena_copy(&command->arena, buf_span(&payload));
    buf_deinit(&payload);
    return command;
}

static struct command *bank_command(void) {
    struct command *command = command_new(COMMAND_BANK_ADD);
    command->uid = 1001;
    command->body.bank_add = (struct bank){.code = BANK, .name = "A bank", .active = true};
    command->body.bank_add.roles = BANK_ROLE_CLASS1;
    message_encode_internal(command);
    return command;
}

static void append_both(struct buf *batch) {
    struct command *submit = submit_command();
    struct command *bank = bank_command();
    size_t expected = entry_size(submit) + entry_size(bank);
    entry_append(batch, submit, 41, NOW_MS);
    entry_append(batch, bank, 42, NOW_MS + 5);
    assert_int_equal(batch->size, expected);
    command_free(submit);
    command_free(bank);
}

static void there_and_back(void **state) {
    (void)state;
    struct buf batch;
    buf_init(&batch);
    append_both(&batch);
    struct reader reader = reader_over(buf_span(&batch));
    struct entry entry;

    assert_int_equal(entry_read(&reader, &entry), 0);
    struct command *command = entry.command;
    assert_int_equal(entry.sequence, 41);
    assert_int_equal(entry.ledger_ms, NOW_MS);
    assert_int_equal(command->kind, COMMAND_SUBMIT_TRANSFER);
    assert_int_equal(command->bank, BANK);
    assert_int_equal(command->pin.bytes[31], 9);
    assert_int_equal(command->timeout_ms, 5000);
    assert_int_equal(command->origin.kind, ORIGIN_NONE);
    assert_int_equal(command->body.submit_transfer.amount.fen, 1234);
    struct command *original = submit_command();
    assert_true(span_equal(command->payload, original->payload));
    command_free(original);
    command_free(command);

    assert_int_equal(entry_read(&reader, &entry), 0);
    assert_int_equal(entry.sequence, 42);
    assert_int_equal(entry.command->uid, 1001);
    assert_int_equal(entry.command->body.bank_add.code, BANK);
    assert_string_equal(entry.command->body.bank_add.name, "A bank");
    command_free(entry.command);
    assert_int_equal(reader.rest.size, 0);
    buf_deinit(&batch);
}

/* A cut anywhere but between two entries is seen, and nothing behind the cut is read. */
static void cut_at_every_byte(void **state) {
    (void)state;
    struct buf batch;
    buf_init(&batch);
    append_both(&batch);
    struct command *submit = submit_command();
    size_t boundary = entry_size(submit);
    command_free(submit);
    for (size_t size = 1; size < batch.size; size++) {
        struct reader reader = reader_over(span_of(batch.data, size));
        struct entry entry;
        int rc = entry_read(&reader, &entry);
        assert_int_equal(rc, size < boundary ? ENTRY_DAMAGED : 0);
        command_free(entry.command);
        if (rc == 0 && size > boundary) {
            assert_int_equal(entry_read(&reader, &entry), ENTRY_DAMAGED);
            assert_null(entry.command);
        }
    }
    buf_deinit(&batch);
}

/* The log's authentication is what finds damage; here it must only be harmless. */
static void any_byte_changed_is_harmless(void **state) {
    (void)state;
    struct buf batch;
    buf_init(&batch);
    append_both(&batch);
    for (size_t i = 0; i < batch.size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            batch.data[i] ^= (uint8_t)(1 << bit);
            struct reader reader = reader_over(buf_span(&batch));
            struct entry entry;
            while (reader.rest.size > 0 && entry_read(&reader, &entry) == 0)
                command_free(entry.command);
            batch.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    buf_deinit(&batch);
}

/* Sessions read requests by an estimate of ledger time that may be ahead of it, by the slew since the
 * last reading. What was let in then is in the log, and must be read again. */
static void a_day_that_began_at_the_door_only(void **state) {
    (void)state;
    const int64_t midnight_ms = shanghai_day_start_ms(shanghai_day(NOW_MS) + 1);
    struct civil_date born = civil_from_day(shanghai_day(midnight_ms));
    struct open_link open = {
        .request = uuid7_make(NOW_MS, (const uint8_t[10]){1, 2, 4}),
        .class2 = {BANK, SPAN_LITERAL("II00001"), ACCOUNT_CLASS_II, ACCOUNT_OPENING_REMOTE},
        .class1 = {999100000020, SPAN_LITERAL("I000001"), ACCOUNT_CLASS_I, ACCOUNT_OPENING_NONE},
        .person = {.name = SPAN_LITERAL("Zhang San"),
                   .id_type = ID_TYPE_RESIDENT,
                   .mobile = SPAN_LITERAL("13800000001")},
        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
        .limits = {.single_fen = 1, .daily_fen = 1},
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("1"),
        .agreement.at_ms = NOW_MS,
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = 999100000020,
        .consent.purpose = SPAN_LITERAL("link"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = NOW_MS,
    };
    char number[RESIDENT_ID_SIZE + 1];
    char canonical[RESIDENT_ID_SIZE + 1];
    bool found = false;
    for (size_t i = 0; i < 11 && !found; i++) {
        snprintf(number, sizeof(number), "999999%04d%02d%02d001%c", born.year, born.month, born.day,
                 "0123456789X"[i]);
        found = resident_id_parse(span_text(number), midnight_ms, canonical);
    }
    assert_true(found);
    open.person.id_number = span_text(number);
    struct buf payload;
    struct buf batch;
    buf_init(&payload);
    buf_init(&batch);
    partner_encode_open_link(&open, &payload);
    struct command *command = command_new(COMMAND_OPEN_LINK);
    command->payload = buf_span(&payload);
    struct refusal refusal;
    assert_int_equal(message_decode_command(command, midnight_ms, &refusal), 0);
    entry_append(&batch, command, 41, midnight_ms - 1);
    struct reader reader = reader_over(buf_span(&batch));
    struct entry entry;
    assert_int_equal(entry_read(&reader, &entry), 0);
    command_free(entry.command);
    command_free(command);
    buf_deinit(&batch);
    buf_deinit(&payload);
}

static void unknown_kinds_are_damage(void **state) {
    (void)state;
    static const uint32_t kinds[] = {0, 5, 99, 104, 999, 1000, 1028, 2000, 0x80000001u, UINT32_MAX};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct buf batch;
        buf_init(&batch);
        append_both(&batch);
        put_be32(batch.data + 16, kinds[i]);
        struct reader reader = reader_over(buf_span(&batch));
        struct entry entry;
        assert_int_equal(entry_read(&reader, &entry), ENTRY_DAMAGED);
        assert_null(entry.command);
        buf_deinit(&batch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(any_byte_changed_is_harmless),
        cmocka_unit_test(a_day_that_began_at_the_door_only),
        cmocka_unit_test(unknown_kinds_are_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
