/*
 * Orders of products: both halves of the codec against protobuf's own bytes, requests with one thing
 * wrong at a time, and what an instruction to post says of an order or a loan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/rows.h"
#include "wire/samples.h"

struct fixture {
    struct arena arena;
    struct buf golden, written;
};

static void begin(struct fixture *fixture, const char *hex) {
    size_t size = strlen(hex) / 2;
    arena_init(&fixture->arena, 4096, COMMAND_ARENA_BUDGET);
    buf_init(&fixture->golden);
    buf_init(&fixture->written);
    assert_true(hex_parse(hex, buf_reserve(&fixture->golden, size), size));
    fixture->golden.size = size;
}

static struct span golden_span(const struct fixture *fixture) {
    return buf_span(&fixture->golden);
}

static void expect_golden(struct fixture *fixture) {
    assert_true(span_equal(buf_span(&fixture->written), golden_span(fixture)));
    buf_clear(&fixture->written);
}

static void end(struct fixture *fixture) {
    buf_deinit(&fixture->written);
    buf_deinit(&fixture->golden);
    arena_deinit(&fixture->arena);
}

/* The partner's half writes it, the gateway's reads it, and what it read is written alike. */
#define FROM_BANK(sample, name, KIND, hex, member)                                                 \
    do {                                                                                           \
        struct fixture fixture;                                                                    \
        struct refusal refusal;                                                                    \
        int verdict;                                                                               \
        begin(&fixture, hex);                                                                      \
        __auto_type message = sample_##sample();                                                   \
        partner_encode_##name(&message, &fixture.written);                                         \
        expect_golden(&fixture);                                                                   \
        struct command *command =                                                                  \
            golden_read(COMMAND_##KIND, golden_span(&fixture), &verdict, &refusal);                \
        assert_int_equal(verdict, 0);                                                              \
        partner_encode_##name(&command->body.order.member, &fixture.written);                      \
        expect_golden(&fixture);                                                                   \
        command_free(command);                                                                     \
        end(&fixture);                                                                             \
    } while (0)

static void test_from_banks(void **state) {
    (void)state;
    FROM_BANK(place_order, place_order, PLACE_ORDER, GOLDEN_PLACE_ORDER, place);
    FROM_BANK(cancel_order, cancel_order, CANCEL_ORDER, GOLDEN_CANCEL_ORDER, cancel);
    FROM_BANK(redeem, redeem, REDEEM, GOLDEN_REDEEM, redeem);
    FROM_BANK(order_instruction_reply, order_instruction_reply, ORDER_ANSWER,
              GOLDEN_ORDER_INSTRUCTION_REPLY, instruction_answer);
    FROM_BANK(order_result, order_result, ORDER_RESULT, GOLDEN_ORDER_RESULT, result);
    FROM_BANK(order_declined, order_result, ORDER_RESULT, GOLDEN_ORDER_DECLINED, result);
    FROM_BANK(payout, payout, PAYOUT, GOLDEN_PAYOUT, payout);
    FROM_BANK(income, payout, PAYOUT, GOLDEN_INCOME, payout);
    FROM_BANK(get_order, get_order, GET_ORDER, GOLDEN_GET_ORDER, get);
    FROM_BANK(list_holdings, list_holdings, LIST_HOLDINGS, GOLDEN_LIST_HOLDINGS, list_holdings);
}

#define FROM_GATEWAY(sample, name, hex)                                                            \
    do {                                                                                           \
        struct fixture fixture;                                                                    \
        begin(&fixture, hex);                                                                      \
        __auto_type message = sample_##sample();                                                   \
        __typeof__(message) read;                                                                  \
        message_encode_##name(&message, &fixture.written);                                         \
        expect_golden(&fixture);                                                                   \
        assert_int_equal(partner_decode_##name(golden_span(&fixture), &fixture.arena, &read), 0);  \
        message_encode_##name(&read, &fixture.written);                                            \
        expect_golden(&fixture);                                                                   \
        end(&fixture);                                                                             \
    } while (0)

static struct post_instruction post(enum transfer_kind kind, struct span end_to_end_id) {
    struct post_instruction message = sample_post_return();
    message.kind = kind;
    message.original = (struct id){{0}};
    message.return_reason = (struct span){NULL, 0};
    message.end_to_end_id = end_to_end_id;
    return message;
}

static struct post_instruction sample_post_order(void) {
    struct post_instruction message = post(TRANSFER_ORDER_BUY, SPAN_LITERAL("O-1"));
    message.order = sample_posted_order();
    return message;
}

static struct post_instruction sample_post_payout(void) {
    struct post_instruction message = post(TRANSFER_ORDER_PAYOUT, SPAN_LITERAL("P-1"));
    message.order = sample_posted_payout();
    return message;
}

static struct post_instruction sample_post_loan(void) {
    struct post_instruction message = post(TRANSFER_LOAN_REPAYMENT, SPAN_LITERAL("L-1"));
    message.loan = sample_posted_loan();
    return message;
}

static void test_from_gateway(void **state) {
    (void)state;
    FROM_GATEWAY(order_instruction, order_instruction, GOLDEN_ORDER_INSTRUCTION);
    FROM_GATEWAY(cancel_instruction, order_instruction, GOLDEN_CANCEL_INSTRUCTION);
    FROM_GATEWAY(order_view, order_reply, GOLDEN_ORDER_REPLY);
    FROM_GATEWAY(post_order, post_instruction, GOLDEN_POST_ORDER);
    FROM_GATEWAY(post_payout, post_instruction, GOLDEN_POST_PAYOUT);
    FROM_GATEWAY(post_loan, post_instruction, GOLDEN_POST_LOAN);
}

static void test_notice(void **state) {
    (void)state;
    struct order_view sample = sample_order_view(), read;
    struct notice_place place = sample_order_place(), read_place;
    struct fixture fixture;
    struct span event;
    begin(&fixture, GOLDEN_ORDER_NOTICE);
    message_encode_order_notice(&place, &sample, "TAKEN", &fixture.written);
    expect_golden(&fixture);
    assert_int_equal(partner_decode_order_notice(golden_span(&fixture), &fixture.arena, &read_place,
                                                 &read, &event),
                     0);
    assert_true(span_equal(event, SPAN_LITERAL("TAKEN")));
    message_encode_order_notice(&read_place, &read, "TAKEN", &fixture.written);
    expect_golden(&fixture);
    end(&fixture);
}

static void write_page(struct fixture *fixture, const struct order_view *first,
                       const struct order_view *second, const struct id *next) {
    message_encode_holdings_page_entry(first, &fixture->written);
    message_encode_holdings_page_entry(second, &fixture->written);
    message_encode_holdings_page_next(next, &fixture->written);
    expect_golden(fixture);
}

static void test_page(void **state) {
    (void)state;
    struct order_view sample = sample_order_view();
    struct holdings_page page;
    struct fixture fixture;
    struct id next;
    memset(next.bytes, 0x33, ID_SIZE);
    begin(&fixture, GOLDEN_HOLDINGS_PAGE);
    write_page(&fixture, &sample, &sample, &next);
    assert_int_equal(partner_decode_holdings_page(golden_span(&fixture), &fixture.arena, &page), 0);
    assert_int_equal(page.count, 2);
    write_page(&fixture, &page.orders[0], &page.orders[1], &page.next);
    end(&fixture);
}

/* Every field as long as it may be: a page of them fits a frame, and a reader's budget. */
static void test_sizes(void **state) {
    (void)state;
    struct order_view view = sample_order_view();
    struct product_order *order = &view.order;
    struct buf page;
    struct arena arena;
    struct holdings_page read;
    memset(order->product, 'W', PRODUCT_CODE_MAX);
    memset(order->reference, 'r', REFERENCE_MAX);
    order->amount.fen = order->confirmed_units = order->confirmed_price = INT64_MAX;
    order->created_at_ms = order->placed_at_ms = order->cancel_until_ms = INT64_MAX;
    order->confirm_due_ms = order->matures_at_ms = order->payout_due_ms = INT64_MAX;
    order->confirmed_fen = order->refund_fen = order->refunded_fen = INT64_MAX;
    order->units = order->paid_out_fen = order->instruction.units = INT64_MAX;
    order->version = order->instruction.number = UINT32_MAX;
    buf_init(&page);
    arena_init(&arena, 4096, COMMAND_ARENA_BUDGET);
    message_encode_holdings_page_entry(&view, &page);
    assert_in_range(page.size, 400, ORDER_ENTRY_MAX);
    while (page.size + ORDER_ENTRY_MAX <= HOLDINGS_PAGE_MAX * ORDER_ENTRY_MAX)
        message_encode_holdings_page_entry(&view, &page);
    assert_true(HOLDINGS_PAGE_MAX * ORDER_ENTRY_MAX <= MESSAGE_PAGE_ENTRIES_MAX);
    assert_int_equal(partner_decode_holdings_page(buf_span(&page), &arena, &read), WIRE_REFUSED);
    buf_clear(&page);
    for (uint32_t i = 0; i < HOLDINGS_PAGE_MAX; i++)
        message_encode_holdings_page_entry(&view, &page);
    assert_int_equal(partner_decode_holdings_page(buf_span(&page), &arena, &read), 0);
    assert_int_equal(read.count, HOLDINGS_PAGE_MAX);
    buf_deinit(&page);
    arena_deinit(&arena);
}

/* ---- one thing wrong at a time ---- */

#define CODE(kind, number, name)                                                                   \
    {kind, {number}, BYTES("w-1"), REFUSAL_FIELD_INVALID, name}, {                                 \
        kind, {number}, BYTES(X32 "x"), REFUSAL_FIELD_INVALID, name                                \
    }
#define DATE_OF(kind, number, name)                                                                \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, name},                                           \
        {kind, {number}, BYTES("2024-02-30"), REFUSAL_FIELD_INVALID, name}, {                      \
        kind, {number}, BYTES("20240701"), REFUSAL_FIELD_INVALID, name                             \
    }
#define DIGEST_OF(kind, number, name)                                                              \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, name}, {                                         \
        kind, {number}, BYTES(ID_16), REFUSAL_FIELD_INVALID, name                                  \
    }
#define REFERENCE(kind, number)                                                                    \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, "end_to_end_id"}, {                              \
        kind, {number}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "end_to_end_id"                     \
    }
#define ROW(KIND, number, edit, code, name)                                                        \
    { COMMAND_##KIND, {number}, edit, REFUSAL_##code, name }
#define FINE(KIND, number, edit)                                                                   \
    { COMMAND_##KIND, {number}, edit, REFUSAL_NONE, "" }

static void test_place_order(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_PLACE_ORDER),
        OBJECT_ID(COMMAND_PLACE_ORDER, 2, "link_id"),
        ROW(PLACE_ORDER, 3, DROP, FIELD_INVALID, "issuer_bank_code"),
        ROW(PLACE_ORDER, 3, BYTES("999100000021"), FIELD_INVALID, "issuer_bank_code"),
        ROW(PLACE_ORDER, 4, DROP, FIELD_MISSING, "product_code"),
        CODE(COMMAND_PLACE_ORDER, 4, "product_code"),
        ROW(PLACE_ORDER, 5, DROP, FIELD_MISSING, "product_version"),
        AMOUNT_OF(COMMAND_PLACE_ORDER, 6),
        ROW(PLACE_ORDER, 7, DROP, FIELD_INVALID, "pays"),
        ROW(PLACE_ORDER, 7, NUMBER(3), FIELD_INVALID, "pays"), /* Class III never pays */
        FINE(PLACE_ORDER, 7, NUMBER(1)),
        ROW(PLACE_ORDER, 8, DROP, FIELD_INVALID, "customer_level"),
        ROW(PLACE_ORDER, 8, NUMBER(6), FIELD_INVALID, "customer_level"),
        FINE(PLACE_ORDER, 8, NUMBER(5)),
        DATE_OF(COMMAND_PLACE_ORDER, 9, "assessed_on"),
        DIGEST_OF(COMMAND_PLACE_ORDER, 10, "terms_sha256"),
        DIGEST_OF(COMMAND_PLACE_ORDER, 11, "consent_sha256"),
        REFERENCE(COMMAND_PLACE_ORDER, 12),
    };
    (void)state;
    CHECK(rows);
}

static void test_later_requests(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_CANCEL_ORDER),
        OBJECT_ID(COMMAND_CANCEL_ORDER, 2, "order_id"),
        REASON(COMMAND_CANCEL_ORDER, 3, "reason"),
        REQUEST_ID(COMMAND_REDEEM),
        OBJECT_ID(COMMAND_REDEEM, 2, "order_id"),
        ROW(REDEEM, 3, NUMBER(-1), FIELD_INVALID, "units"),
        FINE(REDEEM, 3, DROP), /* all that are left */
        OBJECT_ID(COMMAND_GET_ORDER, 1, "order_id"),
        OBJECT_ID(COMMAND_LIST_HOLDINGS, 1, "link_id"),
        ROW(LIST_HOLDINGS, 2, DROP, FIELD_MISSING, "issuer_bank_code"),
        ROW(LIST_HOLDINGS, 2, BYTES("999100000021"), FIELD_INVALID, "issuer_bank_code"),
        FINE(LIST_HOLDINGS, 3, DROP),
        CODE(COMMAND_LIST_HOLDINGS, 3, "product_code"),
        NO_ID_OR_ANY(COMMAND_LIST_HOLDINGS, 5, "after_order_id"),
        FINE(LIST_HOLDINGS, 6, DROP),
        FINE(LIST_HOLDINGS, 6, NUMBER(40)),
        ROW(LIST_HOLDINGS, 6, NUMBER(41), FIELD_INVALID, "max"),
    };
    (void)state;
    CHECK(rows);
}

static void test_confirmation(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_ORDER_RESULT),
        OBJECT_ID(COMMAND_ORDER_RESULT, 2, "order_id"),
        ROW(ORDER_RESULT, 3, DROP, FIELD_INVALID, "decision"),
        ROW(ORDER_RESULT, 3, NUMBER(4), FIELD_INVALID, "decision"),
        ROW(ORDER_RESULT, 3, NUMBER(2), FIELD_INVALID, "units"), /* of one that is refused */
        ROW(ORDER_RESULT, 4, DROP, FIELD_INVALID, "units"),
        ROW(ORDER_RESULT, 4, NUMBER(-1), FIELD_INVALID, "units"),
        ROW(ORDER_RESULT, 5, DROP, FIELD_INVALID, "price"),
        ROW(ORDER_RESULT, 5, NUMBER(PRODUCT_PRICE_MAX + 1), FIELD_INVALID, "price"),
        FINE(ORDER_RESULT, 5, NUMBER(PRODUCT_PRICE_MAX)),
        AMOUNT_OF(COMMAND_ORDER_RESULT, 6),
        DATE_OF(COMMAND_ORDER_RESULT, 7, "confirmed_on"),
        ROW(ORDER_RESULT, 8, BYTES("MS03"), FIELD_INVALID, "reason"),
        FINE(ORDER_RESULT, 9, DROP),
        ROW(ORDER_RESULT, 9, BYTES(X35 "x"), FIELD_INVALID, "reference"),
    };
    (void)state;
    CHECK(rows);
}

static void test_declined(void **state) {
    static const struct row rows[] = {
        FINE(ORDER_RESULT, 3, NUMBER(3)),
        ROW(ORDER_RESULT, 3, NUMBER(1), FIELD_INVALID, "units"),
        ROW(ORDER_RESULT, 4, NUMBER(1), FIELD_INVALID, "units"),
        ROW(ORDER_RESULT, 5, NUMBER(1), FIELD_INVALID, "price"),
        ROW(ORDER_RESULT, 6, BYTES(""), FIELD_INVALID, "amount"),
        ROW(ORDER_RESULT, 7, BYTES("2024-07-01"), FIELD_INVALID, "confirmed_on"),
        REASON(COMMAND_ORDER_RESULT, 8, "reason"),
    };
    (void)state;
    CHECK_OF(rows, GOLDEN_ORDER_DECLINED);
}

static void test_payout(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_PAYOUT),
        OBJECT_ID(COMMAND_PAYOUT, 2, "order_id"),
        ROW(PAYOUT, 3, DROP, FIELD_INVALID, "purpose"),
        ROW(PAYOUT, 3, NUMBER(4), FIELD_INVALID, "purpose"),
        ROW(PAYOUT, 3, NUMBER(2), FIELD_INVALID, "units"), /* income takes none */
        FINE(PAYOUT, 3, NUMBER(3)),
        ROW(PAYOUT, 4, DROP, FIELD_INVALID, "units"),
        ROW(PAYOUT, 5, DROP, FIELD_INVALID, "price"),
        ROW(PAYOUT, 5, NUMBER(-1), FIELD_INVALID, "price"),
        AMOUNT_OF(COMMAND_PAYOUT, 6),
        REFERENCE(COMMAND_PAYOUT, 7),
    };
    static const struct row income[] = {
        ROW(PAYOUT, 4, NUMBER(1), FIELD_INVALID, "units"),
        ROW(PAYOUT, 5, NUMBER(1), FIELD_INVALID, "price"),
    };
    (void)state;
    CHECK(rows);
    CHECK_OF(income, GOLDEN_INCOME);
}

/* Of an answer only the order must be right. */
static void test_answer(void **state) {
    static const struct row rows[] = {
        OBJECT_ID(COMMAND_ORDER_ANSWER, 1, "order_id"),
        FINE(ORDER_ANSWER, 2, DROP),
        FINE(ORDER_ANSWER, 3, NUMBER(9)),
        FINE(ORDER_ANSWER, 4, BYTES("no code")),
    };
    struct refusal refusal;
    struct buf bytes, edited;
    const struct edit unknown = NUMBER(9), no_code = BYTES("no code");
    int verdict;
    (void)state;
    CHECK(rows);
    buf_init(&bytes);
    buf_init(&edited);
    golden_bytes(golden_of(COMMAND_ORDER_ANSWER), &bytes);
    edit_field(buf_span(&bytes), (const unsigned[EDIT_DEPTH]){3}, &unknown, &edited);
    buf_clear(&bytes);
    edit_field(buf_span(&edited), (const unsigned[EDIT_DEPTH]){4}, &no_code, &bytes);
    struct command *command =
        golden_read(COMMAND_ORDER_ANSWER, buf_span(&bytes), &verdict, &refusal);
    const struct order_instruction_reply *answer = &command->body.order.instruction_answer;
    assert_int_equal(answer->outcome, ORDER_OUTCOME_NONE);
    assert_int_equal(answer->reason.size, 0);
    assert_int_equal(answer->number, 2);
    command_free(command);
    buf_deinit(&bytes);
    buf_deinit(&edited);
}

/* ---- a bank does not act on half an instruction ---- */

#define INSTRUCTED(sample, member, value, wanted)                                                  \
    do {                                                                                           \
        struct fixture fixture;                                                                    \
        struct order_instruction message = sample_##sample(), read;                                \
        begin(&fixture, "");                                                                       \
        message.member = value;                                                                    \
        message_encode_order_instruction(&message, &fixture.written);                              \
        assert_int_equal(                                                                          \
            partner_decode_order_instruction(buf_span(&fixture.written), &fixture.arena, &read),   \
            wanted);                                                                               \
        end(&fixture);                                                                             \
    } while (0)

static void test_instruction(void **state) {
    (void)state;
    INSTRUCTED(order_instruction, order, (struct id){{0}}, WIRE_REFUSED);
    INSTRUCTED(order_instruction, number, 0, WIRE_REFUSED);
    INSTRUCTED(order_instruction, action, (enum product_order_action)4, WIRE_REFUSED);
    INSTRUCTED(order_instruction, action, PRODUCT_ACTION_NONE, WIRE_REFUSED);
    INSTRUCTED(order_instruction, action, PRODUCT_ACTION_WITHDRAW, 0);
    INSTRUCTED(order_instruction, action, PRODUCT_ACTION_CANCEL, WIRE_REFUSED);
    INSTRUCTED(order_instruction, units, 0, WIRE_REFUSED);
    INSTRUCTED(order_instruction, reason, SPAN_LITERAL("CUST"), WIRE_REFUSED);
    INSTRUCTED(cancel_instruction, units, 1, WIRE_REFUSED);
    INSTRUCTED(cancel_instruction, reason, ((struct span){NULL, 0}), WIRE_REFUSED);
}

#define POSTED(sample, field, value)                                                               \
    do {                                                                                           \
        struct fixture fixture;                                                                    \
        struct post_instruction message = sample_##sample(), read;                                 \
        begin(&fixture, "");                                                                       \
        message.field = value;                                                                     \
        message_encode_post_instruction(&message, &fixture.written);                               \
        assert_int_equal(                                                                          \
            partner_decode_post_instruction(buf_span(&fixture.written), &fixture.arena, &read),    \
            WIRE_REFUSED);                                                                         \
        end(&fixture);                                                                             \
    } while (0)

static void test_posted(void **state) {
    (void)state;
    POSTED(post_order, order.issuer, 999100000021);
    POSTED(post_order, order.product, SPAN_LITERAL("w-1"));
    POSTED(post_order, order.version, 0);
    POSTED(post_order, order.amount.fen, 0);
    POSTED(post_order, order.level, 6);
    POSTED(post_order, order.trade_day, INT32_MIN); /* of no year: written as zeroes */
    POSTED(post_order, order.units, 1);
    POSTED(post_order, order.price, 1);
    POSTED(post_payout, order.purpose, (enum product_payout)4);
    POSTED(post_payout, order.purpose, PRODUCT_PAYOUT_INCOME);
    POSTED(post_payout, order.units, 0);
    POSTED(post_payout, order.price, -1);
    POSTED(post_order, kind, TRANSFER_BOUND_PAIR);
    POSTED(post_order, kind, TRANSFER_ORDER_PAYOUT);
    POSTED(post_payout, kind, TRANSFER_ORDER_BUY);
    POSTED(post_payout, order.order, (struct id){{0}});
    POSTED(post_loan, kind, TRANSFER_BOUND_PAIR);
    POSTED(post_loan, kind, TRANSFER_LOAN_OWN);
    POSTED(post_loan, loan.repayment, false);
    POSTED(post_loan, loan.loan, (struct id){{0}});
    POSTED(post_loan, loan.product, SPAN_LITERAL(""));
    POSTED(post_loan, loan.version, 0);
    POSTED(post_loan, loan.amount.fen, -1);
    POSTED(post_loan, loan.interest_fen, -1);
    POSTED(post_loan, loan.principal.lead_fen, -1);
    POSTED(post_loan, loan.principal.partner_fen, -1);
    POSTED(post_loan, loan.interest.lead_fen, -1);
    POSTED(post_loan, loan.interest.partner_fen, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_banks),     cmocka_unit_test(test_from_gateway),
        cmocka_unit_test(test_notice),         cmocka_unit_test(test_page),
        cmocka_unit_test(test_sizes),          cmocka_unit_test(test_place_order),
        cmocka_unit_test(test_later_requests), cmocka_unit_test(test_confirmation),
        cmocka_unit_test(test_declined),       cmocka_unit_test(test_payout),
        cmocka_unit_test(test_answer),         cmocka_unit_test(test_instruction),
        cmocka_unit_test(test_posted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
