/*
 * Hostile bytes for every command that a bank can cause. What is to be checked is taken from the
 * schema itself (the generated descriptors), so that a field added later is tested here before
 * anyone thinks of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/edit.h"
#include "wire/goldens.h"

#define FIELD_TEXT_SIZE 96
#define NOISE_ROUNDS 2000

struct place {
    unsigned path[EDIT_DEPTH];
    char name[FIELD_TEXT_SIZE];
    const ProtobufCFieldDescriptor *field; /* NULL: the message at path itself */
};

typedef void (*visitor)(const struct golden *golden, const struct place *place);

/* Calls visit for each field of the message and of those in it, and for each message. */
static void each_place(const struct golden *golden, const ProtobufCMessageDescriptor *message,
                       const struct place *outer, unsigned depth, visitor visit) {
    visit(golden, outer);
    for (unsigned i = 0; i < message->n_fields; i++) {
        struct place place = *outer;
        place.field = &message->fields[i];
        place.path[depth] = place.field->id;
        int length = snprintf(place.name, sizeof(place.name), "%s%s%s", outer->name,
                              depth > 0 ? "." : "", place.field->name);
        assert_in_range(length, 1, sizeof(place.name) - 1);
        if (place.field->type != PROTOBUF_C_TYPE_MESSAGE) {
            visit(golden, &place);
            continue;
        }
        assert_true(depth + 2 < EDIT_DEPTH + 1);
        const ProtobufCMessageDescriptor *inner = place.field->descriptor;
        place.field = NULL;
        each_place(golden, inner, &place, depth + 1, visit);
    }
}

static void each_place_of_all(visitor visit) {
    const struct golden *golden;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        const struct place outer = {{0}, "", NULL};
        each_place(golden, golden->descriptor, &outer, 0, visit);
    }
}

static int read_edited(const struct golden *golden, const unsigned path[EDIT_DEPTH],
                       const struct edit *edit, struct refusal *refusal) {
    struct buf bytes, edited;
    int verdict;
    buf_init(&bytes);
    buf_init(&edited);
    golden_bytes(golden, &bytes);
    edit_field(buf_span(&bytes), path, edit, &edited);
    command_free(golden_read(golden->kind, buf_span(&edited), &verdict, refusal));
    buf_deinit(&bytes);
    buf_deinit(&edited);
    return verdict;
}

static const struct edit unclean[] = {
    BYTES("a\0b"),             /* NUL */
    BYTES("\0"),               /* nothing but NUL */
    BYTES("a\r\nb"),           /* a second line */
    BYTES("\x1b[2J"),          /* ESC */
    BYTES("\x7f"),             /* DEL */
    BYTES("\xc2\x85"),         /* C1 */
    BYTES("\xff\xfe"),         /* no UTF-8 */
    BYTES("\xc0\x80"),         /* overlong NUL */
    BYTES("\xed\xa0\x80"),     /* surrogate */
    BYTES("\xf4\x90\x80\x80"), /* above U+10FFFF */
    BYTES("\xe2\x82"),         /* cut */
    BYTES("\xe2\x80\xae"
          "a"), /* bidirectional override */
    BYTES("\xe2\x81\xa6"
          "a"),            /* bidirectional isolate */
    BYTES("\xe2\x80\xa8"), /* line separator */
};

/* The first row is a transfer's: with a field of a link or an order it is neither, and that is what is
 * named. */
static bool is_of_other_row(const struct place *place) {
    return strcmp(place->name, "rows.class2_last4") == 0 ||
           strcmp(place->name, "rows.class1_last4") == 0 ||
           strcmp(place->name, "rows.product_code") == 0;
}

static void expect_unclean_refused(const struct golden *golden, const struct place *place) {
    if (place->field == NULL || place->field->type != PROTOBUF_C_TYPE_STRING ||
        is_of_other_row(place))
        return;
    for (size_t i = 0; i < sizeof(unclean) / sizeof(unclean[0]); i++) {
        struct refusal refusal;
        int verdict = read_edited(golden, place->path, &unclean[i], &refusal);
        if (golden->answer) {
            assert_int_equal(verdict, 0);
        } else {
            assert_int_equal(verdict, WIRE_REFUSED);
            assert_string_equal(refusal.field, place->name);
        }
    }
}

static void test_unclean_text(void **state) {
    (void)state;
    each_place_of_all(expect_unclean_refused);
}

static void expect_enum_refused(const struct golden *golden, const struct place *place) {
    static const struct edit numbers[] = {NUMBER(99), NUMBER(-1), NUMBER(INT32_MIN),
                                          NUMBER(INT32_MAX)};
    if (place->field == NULL || place->field->type != PROTOBUF_C_TYPE_ENUM)
        return;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct refusal refusal;
        int verdict = read_edited(golden, place->path, &numbers[i], &refusal);
        assert_int_equal(verdict, golden->answer ? 0 : WIRE_REFUSED);
        if (!golden->answer)
            assert_string_equal(refusal.field, place->name);
    }
}

static void test_unknown_enums(void **state) {
    (void)state;
    each_place_of_all(expect_enum_refused);
}

static void expect_unknown_refused(const struct golden *golden, const struct place *place) {
    static const struct edit news[] = {NUMBER(0), BYTES(""), BYTES("new")};
    struct place inside = *place;
    if (place->field != NULL)
        return;
    for (unsigned depth = 0; depth < EDIT_DEPTH; depth++) {
        if (inside.path[depth] == 0) {
            inside.path[depth] = 1000;
            break;
        }
    }
    for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++) {
        struct refusal refusal;
        int verdict = read_edited(golden, inside.path, &news[i], &refusal);
        assert_int_equal(verdict, golden->answer ? 0 : WIRE_REFUSED);
        if (!golden->answer)
            assert_int_equal(refusal.code, REFUSAL_FIELD_UNKNOWN);
    }
}

static void test_unknown_fields(void **state) {
    (void)state;
    each_place_of_all(expect_unknown_refused);
}

/* A value of the other type in place of the right one: no message of that kind. protobuf-c 1.4.1
 * does not look at the wire type of a bool: what is not 0 is true. Of requests only AnswerCase has
 * one. */
static void expect_wrong_type_refused(const struct golden *golden, const struct place *place) {
    static const struct edit number = NUMBER(1), bytes = BYTES("\xff\xff\xff");
    if (place->field == NULL || place->field->type == PROTOBUF_C_TYPE_BOOL)
        return;
    bool text =
        place->field->type == PROTOBUF_C_TYPE_STRING || place->field->type == PROTOBUF_C_TYPE_BYTES;
    struct refusal refusal;
    int verdict = read_edited(golden, place->path, text ? &number : &bytes, &refusal);
    if (verdict != WIRE_REFUSED || refusal.code != REFUSAL_MALFORMED)
        fail_msg("%s of kind %d", place->name, (int)golden->kind);
}

static void test_wrong_types(void **state) {
    (void)state;
    each_place_of_all(expect_wrong_type_refused);
}

/* Reads what must be either a message or a refusal of the codec, and says which. */
static int read_any(enum command_kind kind, struct span bytes) {
    struct refusal refusal;
    int verdict;
    /* Exactly as large as it is, so that a sanitizer sees a read past the end. */
    uint8_t *exact = malloc(bytes.size + 1);
    assert_non_null(exact);
    memcpy(exact, bytes.data, bytes.size);
    struct command *command = command_new(kind);
    command->payload = span_of(exact, bytes.size);
    refusal.code = REFUSAL_NONE;
    verdict = message_decode_command(command, 0, &refusal);
    assert_true(verdict == 0 || (verdict == WIRE_REFUSED && refusal.code > REFUSAL_NONE &&
                                 refusal.code < REFUSAL_CODES));
    assert_true(command->arena.used <= COMMAND_ARENA_BUDGET);
    command_free(command);
    free(exact);
    return verdict;
}

/* What no sample stands for is tested by none of the others here. */
static void test_every_kind_has_a_sample(void **state) {
    const struct command_row *row;
    (void)state;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        if (row->message != MESSAGE_NONE)
            assert_true(golden_of(row->kind)->kind == row->kind);
    }
}

static void test_truncated_at_each_byte(void **state) {
    const struct golden *golden;
    (void)state;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        struct buf bytes;
        buf_init(&bytes);
        golden_bytes(golden, &bytes);
        for (size_t size = 0; size < bytes.size; size++)
            (void)read_any(golden->kind, span_of(bytes.data, size));
        buf_deinit(&bytes);
    }
}

static void test_every_byte_changed(void **state) {
    const struct golden *golden;
    (void)state;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        struct buf bytes;
        buf_init(&bytes);
        golden_bytes(golden, &bytes);
        for (size_t at = 0; at < bytes.size; at++) {
            for (unsigned bit = 0; bit < 8; bit++) {
                bytes.data[at] ^= (uint8_t)(1u << bit);
                (void)read_any(golden->kind, buf_span(&bytes));
                bytes.data[at] ^= (uint8_t)(1u << bit);
            }
        }
        buf_deinit(&bytes);
    }
}

static void test_no_protobuf(void **state) {
    const struct golden *golden;
    uint64_t noise = 0x2545f4914f6cdd1d;
    (void)state;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        assert_int_equal(read_any(golden->kind, SPAN_LITERAL("GET / HTTP/1.1\r\n\r\n")),
                         WIRE_REFUSED);
        for (unsigned round = 0; round < NOISE_ROUNDS; round++) {
            uint8_t bytes[64];
            for (size_t at = 0; at < sizeof(bytes); at++) {
                noise ^= noise << 13;
                noise ^= noise >> 7;
                noise ^= noise << 17;
                bytes[at] = (uint8_t)noise;
            }
            (void)read_any(golden->kind, span_of(bytes, noise % sizeof(bytes)));
        }
    }
}

/* Of a field that is there twice the last one counts, as in every protobuf. */
static void test_duplicate_fields(void **state) {
    static const struct edit second = BYTES("SECOND"), parts = BYTES("\x08\x07");
    struct buf bytes;
    struct refusal refusal;
    int verdict;
    (void)state;
    buf_init(&bytes);
    golden_bytes(golden_of(COMMAND_SUBMIT_TRANSFER), &bytes);
    edit_append(6, &second, &bytes);
    edit_append(5, &parts, &bytes); /* a message in parts: fen from here, currency from before */
    struct command *command =
        golden_read(COMMAND_SUBMIT_TRANSFER, buf_span(&bytes), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    const struct submit_transfer *transfer = &command->body.submit_transfer;
    assert_true(span_equal(transfer->end_to_end_id, second.bytes));
    assert_int_equal(transfer->amount.fen, 7);
    assert_string_equal(transfer->amount.currency, "CNY");
    command_free(command);
    buf_deinit(&bytes);
}

/* 64 KiB that would make protobuf-c allocate many times as much. */
static void expect_within_budget(enum command_kind kind, unsigned field, const struct edit *edit) {
    struct buf bytes;
    buf_init(&bytes);
    while (bytes.size < 65000)
        edit_append(field, edit, &bytes);
    assert_int_equal(read_any(kind, buf_span(&bytes)), WIRE_REFUSED);
    buf_deinit(&bytes);
}

static void test_budget(void **state) {
    static const struct edit empty = BYTES(""), zero = NUMBER(0);
    const struct golden *golden;
    (void)state;
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        expect_within_budget(golden->kind, 1000, &empty); /* unknown */
        expect_within_budget(golden->kind, 1000, &zero);
    }
    expect_within_budget(COMMAND_SUBMIT_TRANSFER, 7, &empty);
    expect_within_budget(COMMAND_SUBMIT_TRANSFER, 9, &empty);
    expect_within_budget(COMMAND_OPEN_LINK, 8, &empty);
    expect_within_budget(COMMAND_OPEN_LINK, 5, &zero);
    expect_within_budget(COMMAND_POSTING_ANSWER, 6, &empty);
}

static enum command_kind made_by(uint32_t message, enum message_direction direction) {
    const struct command_row *row = command_row_of_message(message, direction);
    return row ? row->kind : COMMAND_NONE;
}

static void test_kinds_from_banks(void **state) {
    static const struct {
        uint32_t kind;
        enum message_direction direction;
        enum command_kind command;
    } rows[] = {
        {MESSAGE_OPEN_LINK, MESSAGE_REQUEST, COMMAND_OPEN_LINK},
        {MESSAGE_VERIFY_ACCOUNT, MESSAGE_REPLY, COMMAND_VERIFY_ANSWER},
        {MESSAGE_START_CHALLENGE, MESSAGE_REQUEST, COMMAND_START_CHALLENGE},
        {MESSAGE_ISSUE_CHALLENGE, MESSAGE_REPLY, COMMAND_ISSUE_ANSWER},
        {MESSAGE_ANSWER_CHALLENGE, MESSAGE_REQUEST, COMMAND_ANSWER_CHALLENGE},
        {MESSAGE_CHECK_CHALLENGE, MESSAGE_REPLY, COMMAND_CHECK_ANSWER},
        {MESSAGE_CLOSE_LINK, MESSAGE_REQUEST, COMMAND_CLOSE_LINK},
        {MESSAGE_GET_LINK, MESSAGE_REQUEST, COMMAND_GET_LINK},
        {MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, COMMAND_SUBMIT_TRANSFER},
        {MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY, COMMAND_POSTING_ANSWER},
        {MESSAGE_INQUIRE_POSTING, MESSAGE_REPLY, COMMAND_POSTING_ANSWER},
        {MESSAGE_POSTING_RESULT, MESSAGE_REQUEST, COMMAND_POSTING_ANSWER},
        {MESSAGE_CONFIRM_CREDIT, MESSAGE_REQUEST, COMMAND_CONFIRM_CREDIT},
        {MESSAGE_GET_TRANSFER, MESSAGE_REQUEST, COMMAND_GET_TRANSFER},
        {MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, COMMAND_ACK_NOTICES},
        {MESSAGE_RESEND_CHALLENGE, MESSAGE_REQUEST, COMMAND_RESEND_CHALLENGE},
        {MESSAGE_AMEND_LINK, MESSAGE_REQUEST, COMMAND_AMEND_LINK},
        {MESSAGE_REBIND_LINK, MESSAGE_REQUEST, COMMAND_REBIND_LINK},
        {MESSAGE_RESUME_LINK, MESSAGE_REQUEST, COMMAND_RESUME_LINK},
        {MESSAGE_PLACE_HOLD, MESSAGE_REQUEST, COMMAND_PLACE_HOLD},
        {MESSAGE_LIFT_HOLD, MESSAGE_REQUEST, COMMAND_LIFT_HOLD},
        {MESSAGE_REPORT_ACCOUNT, MESSAGE_REQUEST, COMMAND_REPORT_ACCOUNT},
        {MESSAGE_LIST_LINKS, MESSAGE_REQUEST, COMMAND_LIST_LINKS},
        {MESSAGE_WITHDRAW_CONSENT, MESSAGE_REQUEST, COMMAND_WITHDRAW_CONSENT},
        {MESSAGE_STEP_UP, MESSAGE_REQUEST, COMMAND_STEP_UP},
        {MESSAGE_CANCEL_TRANSFER, MESSAGE_REQUEST, COMMAND_CANCEL_TRANSFER},
        {MESSAGE_SUBMIT_RETURN, MESSAGE_REQUEST, COMMAND_SUBMIT_RETURN},
        {MESSAGE_LIST_TRANSFERS, MESSAGE_REQUEST, COMMAND_LIST_TRANSFERS},
        {MESSAGE_QUERY_BALANCE, MESSAGE_REQUEST, COMMAND_QUERY_BALANCE},
        {MESSAGE_QUERY_ACCOUNT_STATUS, MESSAGE_REQUEST, COMMAND_QUERY_ACCOUNT_STATUS},
        {MESSAGE_OFFLINE_EVENT, MESSAGE_REQUEST, COMMAND_OFFLINE_EVENT},
        {MESSAGE_REFERRAL, MESSAGE_REQUEST, COMMAND_REFERRAL},
        {MESSAGE_QUERY_OVERVIEW, MESSAGE_REQUEST, COMMAND_QUERY_OVERVIEW},
        {MESSAGE_QUERY_POSITION, MESSAGE_REQUEST, COMMAND_QUERY_POSITION},
        {MESSAGE_QUERY_TOTALS, MESSAGE_REQUEST, COMMAND_QUERY_TOTALS},
        {MESSAGE_RECON_PAGE, MESSAGE_REQUEST, COMMAND_RECON_PAGE},
        {MESSAGE_UPLOAD_RECON, MESSAGE_REQUEST, COMMAND_UPLOAD_RECON},
        {MESSAGE_RECON_RESULT, MESSAGE_REQUEST, COMMAND_RECON_RESULT},
        {MESSAGE_OPEN_CASE, MESSAGE_REQUEST, COMMAND_OPEN_CASE},
        {MESSAGE_ANSWER_CASE, MESSAGE_REQUEST, COMMAND_ANSWER_CASE},
        {MESSAGE_GET_CASE, MESSAGE_REQUEST, COMMAND_GET_CASE},
        {MESSAGE_PROPOSE_ADJUSTMENT, MESSAGE_REQUEST, COMMAND_PROPOSE_ADJUSTMENT},
        {MESSAGE_ACCEPT_ADJUSTMENT, MESSAGE_REQUEST, COMMAND_ACCEPT_ADJUSTMENT},
        {MESSAGE_GET_ADJUSTMENT, MESSAGE_REQUEST, COMMAND_GET_ADJUSTMENT},
        {MESSAGE_APPLY_CARD, MESSAGE_REQUEST, COMMAND_APPLY_CARD},
        {MESSAGE_CARD_STATUS, MESSAGE_REQUEST, COMMAND_CARD_STATUS},
        {MESSAGE_ASK_CARD, MESSAGE_REPLY, COMMAND_CARD_ANSWER},
        {MESSAGE_GET_CARD, MESSAGE_REQUEST, COMMAND_GET_CARD},
        {MESSAGE_CANCEL_CARD, MESSAGE_REQUEST, COMMAND_CANCEL_CARD},
        {MESSAGE_CONFIRM_SETTLEMENT, MESSAGE_REQUEST, COMMAND_CONFIRM_SETTLEMENT},
        {MESSAGE_GET_WINDOW, MESSAGE_REQUEST, COMMAND_GET_WINDOW},
        {MESSAGE_PUBLISH_PRODUCT, MESSAGE_REQUEST, COMMAND_PUBLISH_PRODUCT},
        {MESSAGE_LIST_PRODUCTS, MESSAGE_REQUEST, COMMAND_LIST_PRODUCTS},
        {MESSAGE_GET_PRODUCT, MESSAGE_REQUEST, COMMAND_GET_PRODUCT},
        {MESSAGE_OFFER_LOAN, MESSAGE_REQUEST, COMMAND_OFFER_LOAN},
        {MESSAGE_APPLY_LOAN, MESSAGE_REQUEST, COMMAND_APPLY_LOAN},
        {MESSAGE_DECIDE_LOAN, MESSAGE_REQUEST, COMMAND_DECIDE_LOAN},
        {MESSAGE_DRAW_LOAN, MESSAGE_REQUEST, COMMAND_DRAW_LOAN},
        {MESSAGE_REPAY_LOAN, MESSAGE_REQUEST, COMMAND_REPAY_LOAN},
        {MESSAGE_QUOTE_REPAYMENT, MESSAGE_REQUEST, COMMAND_QUOTE_REPAYMENT},
        {MESSAGE_LOAN_STATUS, MESSAGE_REQUEST, COMMAND_LOAN_STATUS},
        {MESSAGE_GET_LOAN, MESSAGE_REQUEST, COMMAND_GET_LOAN},
        {MESSAGE_PLACE_ORDER, MESSAGE_REQUEST, COMMAND_PLACE_ORDER},
        {MESSAGE_ORDER_RESULT, MESSAGE_REQUEST, COMMAND_ORDER_RESULT},
        {MESSAGE_CANCEL_ORDER, MESSAGE_REQUEST, COMMAND_CANCEL_ORDER},
        {MESSAGE_ORDER_INSTRUCTION, MESSAGE_REPLY, COMMAND_ORDER_ANSWER},
        {MESSAGE_LIST_LOANS, MESSAGE_REQUEST, COMMAND_LIST_LOANS},
        {MESSAGE_PLACE_ORDER, MESSAGE_REQUEST, COMMAND_PLACE_ORDER},
        {MESSAGE_ORDER_INSTRUCTION, MESSAGE_REPLY, COMMAND_ORDER_ANSWER},
        {MESSAGE_ORDER_RESULT, MESSAGE_REQUEST, COMMAND_ORDER_RESULT},
        {MESSAGE_CANCEL_ORDER, MESSAGE_REQUEST, COMMAND_CANCEL_ORDER},
        {MESSAGE_REDEEM, MESSAGE_REQUEST, COMMAND_REDEEM},
        {MESSAGE_PAYOUT, MESSAGE_REQUEST, COMMAND_PAYOUT},
        {MESSAGE_LIST_HOLDINGS, MESSAGE_REQUEST, COMMAND_LIST_HOLDINGS},
        {MESSAGE_GET_ORDER, MESSAGE_REQUEST, COMMAND_GET_ORDER},
        {MESSAGE_RECHECK_ACCOUNT, MESSAGE_REPLY, COMMAND_RECHECK_ANSWER},
        {MESSAGE_CANCEL_POSTING, MESSAGE_REPLY, COMMAND_POSTING_ANSWER},
        {MESSAGE_ASK_BALANCE, MESSAGE_REPLY, COMMAND_BALANCE_ANSWER},
        {MESSAGE_ASK_ACCOUNT_STATUS, MESSAGE_REPLY, COMMAND_STATUS_ANSWER},
    };
    (void)state;
    /* Each of these, and nothing else. */
    for (uint32_t kind = 0; kind < 300; kind++) {
        for (int direction = 0; direction <= MESSAGE_REFUSAL + 1; direction++) {
            enum command_kind expected = COMMAND_NONE;
            for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                if (rows[i].kind == kind && (int)rows[i].direction == direction)
                    expected = rows[i].command;
            }
            assert_int_equal(made_by(kind, (enum message_direction)direction), expected);
        }
    }
    assert_int_equal(made_by(UINT32_MAX, MESSAGE_REQUEST), COMMAND_NONE);
    assert_int_equal(read_any((enum command_kind)1999, SPAN_LITERAL("x")), WIRE_REFUSED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unclean_text),
        cmocka_unit_test(test_unknown_enums),
        cmocka_unit_test(test_unknown_fields),
        cmocka_unit_test(test_wrong_types),
        cmocka_unit_test(test_every_kind_has_a_sample),
        cmocka_unit_test(test_truncated_at_each_byte),
        cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_no_protobuf),
        cmocka_unit_test(test_duplicate_fields),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_kinds_from_banks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
