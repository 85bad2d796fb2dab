/*
 * Payloads of commands that no bank sends: their layouts byte for byte (the log keeps them), and
 * every way to damage one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <stdlib.h>

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
#define DENIED B0 B0 B0 B0
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
    command->body.unfreeze.kind = OBJECT_LOAN;
    memset(command->body.unfreeze.object.bytes, 0x11, ID_SIZE);
    read = THROUGH(command, "\x0d\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    assert_int_equal(read->body.unfreeze.kind, OBJECT_LOAN);
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

#define I16 "\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"
#define CODE "\0\0\0\xe8\x9f\0\x27\x0b"

static struct id id_of(uint8_t byte) {
    struct id id;
    memset(id.bytes, byte, ID_SIZE);
    return id;
}

static void test_bank_orders(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_BANK_ENABLE);
    command->body.bank_enable.code = 999100000011;
    struct command *read = THROUGH(command, CODE);
    assert_int_equal(read->body.bank_enable.code, 999100000011);
    command_free(read);

    static const enum command_kind pins[] = {COMMAND_PIN_ADD, COMMAND_PIN_REMOVE, COMMAND_PIN_SEEN};
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
        command = command_new(pins[i]);
        command->body.bank_pin = (struct bank_pin){999100000011, digest_of(0xaa), 258};
        read = THROUGH(command, CODE D32 B258);
        assert_int_equal(read->body.bank_pin.code, 999100000011);
        assert_memory_equal(read->body.bank_pin.pin.bytes, D32, DIGEST_SIZE);
        assert_int_equal(read->body.bank_pin.expires_at_ms, 258);
        command_free(read);
    }
}

static void test_recon_row(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_RECON_ROW);
    command->body.recon_row = (struct recon_row){
        .upload = digest_of(0xaa),
        .uploader = 999100000011,
        .kind = RECON_LINKS,
        .class = RECON_DUPLICATE,
        .window = 258,
        .id = id_of(0x11),
        .state = 4,
        .debtor = 999100000011,
        .creditor = 1,
        .amount = {258, "CNY"},
        .reference = "R",
        .book_date = "2026-12-23",
        .what = 258,
        .class2_tail = "0011",
        .class1_tail = "2",
    };
    struct command *read = THROUGH(command, D32 CODE "\2\7" B258 I16 "\0\0\0\4" CODE B1 B258 "\3CNY"
                                                     "\1R"
                                                     "\x0a"
                                                     "2026-12-23"
                                                     "\0\0\1\2\4"
                                                     "0011"
                                                     "\0012");
    const struct recon_row *row = &read->body.recon_row;
    assert_true(row->kind == RECON_LINKS && row->class == RECON_DUPLICATE && row->window == 258);
    assert_true(row->state == 4 && row->creditor == 1 && row->amount.fen == 258);
    assert_string_equal(row->reference, "R");
    assert_string_equal(row->book_date, "2026-12-23");
    assert_int_equal(row->what, 258);
    assert_string_equal(row->class2_tail, "0011");
    assert_string_equal(row->class1_tail, "2");
    command_free(read);
}

static void test_recon_row_of_a_day(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_RECON_ROW);
    command->body.recon_row = (struct recon_row){
        .upload = digest_of(0xaa),
        .uploader = 999100000011,
        .kind = RECON_HOLDINGS,
        .class = RECON_AMOUNT_DIFF,
        .window = 258,
        .id = id_of(0x11),
        .state = 4,
        .debtor = 999100000011,
        .creditor = 1,
        .amount = {258, "CNY"},
        .product = "F-1",
        .units = 258,
        .interest_fen = 1,
    };
    struct command *read = THROUGH(command, D32 CODE "\3\2" B258 I16 "\0\0\0\4" CODE B1 B258 "\3CNY"
                                                     "\0\0\0\0\0\0\0\0"
                                                     "\3F-1" B258 B1);
    const struct recon_row *row = &read->body.recon_row;
    assert_true(row->kind == RECON_HOLDINGS && row->units == 258 && row->interest_fen == 1);
    assert_string_equal(row->product, "F-1");
    command_free(read);
}

static void test_resolve(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_TRANSFER_RESOLVE);
    command->body.transfer_resolve = (struct transfer_resolve){
        .transfer = id_of(0x11),
        .outcome = POSTING_POSTED,
        .reference = "R",
        .book_date = "2026-12-23",
        .word = "so",
        .document = digest_of(0xaa),
    };
    struct command *read = THROUGH(command, I16 "\1\1R\x0a"
                                                "2026-12-23\0\0\0\0\2so" D32);
    assert_string_equal(read->body.transfer_resolve.word, "so");
    assert_int_equal(read->body.transfer_resolve.outcome, POSTING_POSTED);
    command_free(read);
    /* the longest */
    command = command_new(COMMAND_TRANSFER_RESOLVE);
    memset(command->body.transfer_resolve.word, 'w', BANK_WORD_MAX);
    memset(command->body.transfer_resolve.reference, 'r', REFERENCE_MAX);
    message_encode_internal(command);
    assert_int_equal(message_decode_internal(command), 0);
    assert_int_equal(strlen(command->body.transfer_resolve.word), BANK_WORD_MAX);
    command_free(command);
}

static void test_recon_compare(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_RECON_COMPARE);
    command->body.recon_order = (struct recon_order){999100000011, digest_of(0xaa)};
    struct command *read = THROUGH(command, CODE D32);
    assert_int_equal(read->body.recon_order.bank, 999100000011);
    assert_memory_equal(read->body.recon_order.upload.bytes, D32, DIGEST_SIZE);
    command_free(read);
}

/* Only what is set travels. */
static void test_bank_set(void **state) {
    (void)state;
    const struct bank_set whole = {
        .code = 999100000011,
        .what = BANK_SET_NAME | BANK_SET_ROLES | BANK_SET_DENIED,
        .name = "银行",
        .roles = BANK_ROLE_CLASS1 | BANK_ROLE_ISSUER,
        .denied.bits = {1, 0, 0, 258},
    };
    struct command *command = command_new(COMMAND_BANK_SET);
    command->body.bank_set = whole;
    struct command *read =
        THROUGH(command, CODE "\0\0\0\7\6\xe9\x93\xb6\xe8\xa1\x8c\0\0\0\5" B1 B0 B0 B258);
    assert_string_equal(read->body.bank_set.name, "银行");
    assert_int_equal(read->body.bank_set.roles, 5);
    assert_int_equal(read->body.bank_set.denied.bits[3], 258);
    command_free(read);

    command = command_new(COMMAND_BANK_SET);
    command->body.bank_set = whole;
    command->body.bank_set.what = BANK_SET_ROLES;
    read = THROUGH(command, CODE "\0\0\0\2\0\0\0\5");
    assert_int_equal(read->body.bank_set.what, BANK_SET_ROLES);
    assert_string_equal(read->body.bank_set.name, "");
    command_free(read);

    command = command_new(COMMAND_BANK_SET);
    command->body.bank_set = whole;
    command->body.bank_set.what = BANK_SET_NAME;
    command_free(THROUGH(command, CODE "\0\0\0\1\6\xe9\x93\xb6\xe8\xa1\x8c"));

    command = command_new(COMMAND_BANK_SET);
    command->body.bank_set = whole;
    command->body.bank_set.what = BANK_SET_DENIED;
    command_free(THROUGH(command, CODE "\0\0\0\4" B1 B0 B0 B258));
}

static void test_hold_orders(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_HOLD_PLACE);
    command->body.hold_order = (struct hold_order){
        .link = id_of(0x11),
        .blocks = HOLD_BLOCKS_ALL,
        .reason = "FR01",
        .legal_reference = "L-1",
        .expires_at_ms = 258,
    };
    struct command *read = THROUGH(command, I16 B0 B0 "\0\0\0\x3e\4FR01\3L-1" B258);
    assert_int_equal(read->body.hold_order.blocks, HOLD_BLOCKS_ALL);
    assert_string_equal(read->body.hold_order.reason, "FR01");
    assert_string_equal(read->body.hold_order.legal_reference, "L-1");
    assert_int_equal(read->body.hold_order.expires_at_ms, 258);
    command_free(read);

    command = command_new(COMMAND_HOLD_LIFT);
    command->body.hold_order.link = id_of(0x11);
    command->body.hold_order.hold = id_of(0xaa);
    read = THROUGH(command, I16 "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
                                "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
                                "\0\0\0\0\0\0" B0);
    assert_memory_equal(read->body.hold_order.hold.bytes, D32, ID_SIZE);
    command_free(read);
}

static void test_other_orders(void **state) {
    (void)state;
    static const enum command_kind quarantine[] = {COMMAND_QUARANTINE_RELEASE,
                                                   COMMAND_QUARANTINE_DROP};
    static const enum command_kind decisions[] = {COMMAND_APPROVE, COMMAND_REJECT};
    for (size_t i = 0; i < 2; i++) {
        struct command *command = command_new(quarantine[i]);
        command->body.quarantine_order.digest = digest_of(0xaa);
        struct command *read = THROUGH(command, D32);
        assert_memory_equal(read->body.quarantine_order.digest.bytes, D32, DIGEST_SIZE);
        command_free(read);
        command = command_new(decisions[i]);
        command->body.decision = (struct decision){id_of(0x11), 258};
        read = THROUGH(command, I16 B258);
        assert_memory_equal(read->body.decision.approval.bytes, I16, ID_SIZE);
        assert_int_equal(read->body.decision.wall_ms, 258);
        command_free(read);
    }
    struct command *command = command_new(COMMAND_SEARCH);
    command->body.search = (struct search){SEARCH_BY_PERSON, digest_of(0xaa)};
    struct command *read = THROUGH(command, "\2" D32);
    assert_int_equal(read->body.search.by, SEARCH_BY_PERSON);
    assert_memory_equal(read->body.search.key.bytes, D32, DIGEST_SIZE);
    command_free(read);
    command = command_new(COMMAND_BANK_RESYNC);
    command->body.bank_resync = (struct bank_resync){258, 258};
    read = THROUGH(command, B258 B258);
    assert_int_equal(read->body.bank_resync.code, 258);
    assert_int_equal(read->body.bank_resync.notice, 258);
    command_free(read);
    command = command_new(COMMAND_UNMASK);
    command->body.unmask.link = id_of(0x11);
    read = THROUGH(command, I16);
    assert_memory_equal(read->body.unmask.link.bytes, I16, ID_SIZE);
    command_free(read);
}

static void test_caps(void **state) {
    (void)state;
    const struct cap_set whole = {
        .code = 999100000011,
        .currency = "CNY",
        .what = CAP_SET_ALL,
        .has_cap = true,
        .cap_fen = 258,
        .prefunded = true,
        .warn_percent = {80, 95},
    };
    struct command *command = command_new(COMMAND_CAP_SET);
    command->body.cap_set = whole;
    struct command *read = THROUGH(command, CODE "CNY\0\0\0\7\1" B258 "\1\120\137\0");
    assert_true(read->body.cap_set.has_cap && read->body.cap_set.prefunded);
    assert_int_equal(read->body.cap_set.cap_fen, 258);
    assert_int_equal(read->body.cap_set.warn_percent[1], 95);
    command_free(read);
    command = command_new(COMMAND_CAP_SET);
    command->body.cap_set = whole;
    command->body.cap_set.what = CAP_SET_CAP;
    command->body.cap_set.has_cap = false;
    command_free(THROUGH(command, CODE "CNY\0\0\0\1\0"));
    command = command_new(COMMAND_PAIR_CAP_SET);
    command->body.pair_cap_set = (struct pair_cap_set){258, 1, "CNY", true, 258};
    read = THROUGH(command, B258 B1 "CNY\1" B258);
    assert_true(read->body.pair_cap_set.code == 258 && read->body.pair_cap_set.counterparty == 1);
    assert_int_equal(read->body.pair_cap_set.cap_fen, 258);
    command_free(read);
}

static void test_funds(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_FUNDS_BEGIN);
    command->body.funds_begin = (struct funds_begin){
        .code = 258, .direction = FUNDS_OUT, .amount = {258, "CNY"}, .reference = "R-1"};
    struct command *read = THROUGH(command, B258 "\2CNY" B258 "\3R-1");
    assert_int_equal(read->body.funds_begin.direction, FUNDS_OUT);
    assert_int_equal(read->body.funds_begin.amount.fen, 258);
    assert_string_equal(read->body.funds_begin.amount.currency, "CNY");
    assert_string_equal(read->body.funds_begin.reference, "R-1");
    command_free(read);
    command = command_new(COMMAND_FUNDS_END);
    command->body.funds_end =
        (struct funds_end){.funds = id_of(0x11), .confirm = true, .reference = "R-2"};
    read = THROUGH(command, I16 "\1\3R-2");
    assert_true(read->body.funds_end.confirm);
    assert_string_equal(read->body.funds_end.reference, "R-2");
    command_free(read);
}

/* What may not be zero in each that says something. */
static void fill(struct command *command) {
    switch ((int)command->kind) {
    case COMMAND_UNFREEZE:
        command->body.unfreeze.kind = OBJECT_LINK;
        break;
    case COMMAND_SEARCH:
        command->body.search.by = SEARCH_BY_ACCOUNT;
        break;
    case COMMAND_RECON_ROW:
        command->body.recon_row = (struct recon_row){.kind = RECON_MONEY, .class = RECON_MATCHED};
        break;
    case COMMAND_CAP_SET:
        memcpy(command->body.cap_set.currency, "CNY", CURRENCY_SIZE);
        break;
    case COMMAND_PAIR_CAP_SET:
        command->body.pair_cap_set.code = 1;
        memcpy(command->body.pair_cap_set.currency, "CNY", CURRENCY_SIZE);
        break;
    case COMMAND_FUNDS_BEGIN:
        command->body.funds_begin.direction = FUNDS_IN;
        command->body.funds_begin.amount = (struct money){1, "CNY"};
        break;
    default:
        break;
    }
}

/* A kind that no bank sends and this does not know could not be logged. */
static void test_every_kind(void **state) {
    (void)state;
    const struct command_row *row;
    struct rules_document *rules = xcalloc(1, sizeof *rules);
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        if ((int)row->kind >= 1000)
            continue;
        struct command *command = command_new(row->kind);
        if (row->kind == COMMAND_RULES_LOAD)
            command->body.rules_load.document = rules;
        fill(command);
        message_encode_internal(command);
        assert_int_equal(message_decode_internal(command), 0);
        command_free(command);
    }
    free(rules);
}

static void expect_damaged(enum command_kind kind, const char *bytes, size_t size) {
    struct command *command = command_new(kind);
    command->payload = span_of(bytes, size);
    assert_int_equal(message_decode_internal(command), WIRE_REFUSED);
    command_free(command);
}

static void expect_read(enum command_kind kind, struct span bytes) {
    struct command *command = command_new(kind);
    command->payload = bytes;
    assert_int_equal(message_decode_internal(command), 0);
    command_free(command);
}

#define DAMAGED(kind, text) expect_damaged(kind, text, sizeof(text) - 1)

static void test_damaged(void **state) {
    (void)state;
    DAMAGED(COMMAND_NONE, "");
    DAMAGED(COMMAND_CAP_SET, B258 "CN\0\0\0\0\0");
    DAMAGED(COMMAND_CAP_SET, B258 "CNY\0\0\0\10");
    DAMAGED(COMMAND_CAP_SET, B258 "CNY\0\0\0\1\1\200\0\0\0\0\0\0\0");
    DAMAGED(COMMAND_CAP_SET, B258 "CNY\0\0\0\4\120\120\0");
    DAMAGED(COMMAND_CAP_SET, B258 "CNY\0\0\0\4\0\120\0");
    DAMAGED(COMMAND_CAP_SET, B258 "CNY\0\0\0\4\145\0\0");
    DAMAGED(COMMAND_PAIR_CAP_SET, B258 B258 "CNY\0");
    DAMAGED(COMMAND_FUNDS_BEGIN, B258 "\3CNY" B258 "\0");
    DAMAGED(COMMAND_FUNDS_BEGIN, B258 "\1CNY" B0 "\0");
    DAMAGED(COMMAND_FUNDS_END, I16 "\2\0");
    DAMAGED((enum command_kind)999, "");
    DAMAGED(COMMAND_RULES_LOAD, "\2\0\0\0");
    DAMAGED(COMMAND_RULES_LOAD, "\1\0\0");
    DAMAGED(COMMAND_RULES_LOAD, "\1\0\0\0\0");
    expect_read(COMMAND_RULES_LOAD, SPAN_LITERAL("\1\0\0\0"));
    DAMAGED(COMMAND_BANK_UP, "\0\0\0\0\0\0\0\0\2");
    DAMAGED(COMMAND_UNFREEZE, "\0\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    DAMAGED(COMMAND_UNFREEZE,
            "\x0e\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11");
    /* sound, to show that each of the next is damaged in one place only */
    expect_read(COMMAND_BANK_ADD, SPAN_LITERAL(B1 "\1n\0\0\0\0\0\0" DENIED));
    expect_read(COMMAND_BANK_ADD, SPAN_LITERAL(B1 "\1n\0\0\0\0\0\1" D32 B0 DENIED));
    DAMAGED(COMMAND_BANK_ADD, B1 "\1\n\0\0\0\0\0\0" DENIED);                     /* name */
    DAMAGED(COMMAND_BANK_ADD, B1 "\1n\0\0\0\x8\0\0" DENIED);                     /* roles */
    DAMAGED(COMMAND_BANK_ADD, B1 "\1n\0\0\0\0\2\0" DENIED);                      /* active */
    DAMAGED(COMMAND_BANK_ADD, B1 "\1n\0\0\0\0\0\3" D32 B0 D32 B0 D32 B0 DENIED); /* pins */
    DAMAGED(COMMAND_BANK_SET, CODE "\0\0\0\x8");                                 /* what */
    DAMAGED(COMMAND_BANK_SET, CODE "\0\0\0\1\1\n");                              /* name */
    DAMAGED(COMMAND_BANK_SET, CODE "\0\0\0\2\0\0\0\x10");                        /* roles */
    DAMAGED(COMMAND_SEARCH, "\0" D32);
    DAMAGED(COMMAND_SEARCH, "\3" D32);
    DAMAGED(COMMAND_HOLD_PLACE, I16 B0 B0 "\0\0\0\1\0\0" B0);      /* blocks */
    DAMAGED(COMMAND_HOLD_PLACE, I16 B0 B0 "\0\0\0\x40\0\0" B0);    /* blocks */
    DAMAGED(COMMAND_HOLD_PLACE, I16 B0 B0 "\0\0\0\2\5FR001\0" B0); /* reason */
    DAMAGED(COMMAND_HOLD_PLACE, I16 B0 B0 "\0\0\0\2\4FR0\0\0" B0); /* reason */
    DAMAGED(COMMAND_HOLD_PLACE, I16 B0 B0 "\0\0\0\2\0\1\x1b" B0);  /* reference */
    DAMAGED(COMMAND_BANK_ADD, "\0\0\0\0\0\0\0\1\x41"
                              "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
                              "\0\0\0\0\0\0" DENIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boot),        cmocka_unit_test(test_without_body),
        cmocka_unit_test(test_bank_up),     cmocka_unit_test(test_bank_add),
        cmocka_unit_test(test_operators),   cmocka_unit_test(test_longest_bank),
        cmocka_unit_test(test_bank_orders), cmocka_unit_test(test_bank_set),
        cmocka_unit_test(test_hold_orders), cmocka_unit_test(test_other_orders),
        cmocka_unit_test(test_recon_row),   cmocka_unit_test(test_recon_row_of_a_day),
        cmocka_unit_test(test_resolve),     cmocka_unit_test(test_caps),
        cmocka_unit_test(test_funds),       cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_damaged),     cmocka_unit_test(test_recon_compare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
