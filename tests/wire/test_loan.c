/*
 * Loans on the wire: every message both ways against protobuf's own bytes, and each request with one
 * thing wrong at a time, which is refused with the field named.
 */
#include "wire/both_ways.h"
#include "wire/rows.h"

FROM_BANK(offer_loan, GOLDEN_OFFER_LOAN, COMMAND_OFFER_LOAN, loan.offer)
FROM_BANK(apply_loan, GOLDEN_APPLY_LOAN, COMMAND_APPLY_LOAN, loan.apply)
FROM_BANK(decide_loan, GOLDEN_DECIDE_LOAN, COMMAND_DECIDE_LOAN, loan.decide)
FROM_BANK_AS(decline_loan, decide_loan, decide_loan, GOLDEN_DECLINE_LOAN, COMMAND_DECIDE_LOAN,
             loan.decide)
FROM_BANK(draw_loan, GOLDEN_DRAW_LOAN, COMMAND_DRAW_LOAN, loan.draw)
FROM_BANK(repay_loan, GOLDEN_REPAY_LOAN, COMMAND_REPAY_LOAN, loan.repay)
FROM_BANK(quote_repayment, GOLDEN_QUOTE_REPAYMENT, COMMAND_QUOTE_REPAYMENT, loan.quote)
FROM_BANK(loan_status, GOLDEN_LOAN_STATUS, COMMAND_LOAN_STATUS, loan.status)
FROM_BANK_AS(loan_waived, loan_status, loan_status, GOLDEN_LOAN_WAIVED, COMMAND_LOAN_STATUS,
             loan.status)
FROM_BANK_AS(loan_written_off, loan_status, loan_status, GOLDEN_LOAN_WRITTEN_OFF,
             COMMAND_LOAN_STATUS, loan.status)
FROM_BANK(get_loan, GOLDEN_GET_LOAN, COMMAND_GET_LOAN, loan.get)
FROM_BANK(list_loans, GOLDEN_LIST_LOANS, COMMAND_LIST_LOANS, loan.list)
FROM_GATEWAY(loan_reply, loan_view, loan_view, GOLDEN_LOAN_REPLY)
FROM_GATEWAY(loan_quote, loan_quote_view, loan_quote, GOLDEN_LOAN_QUOTE)
NOTICE(loan_notice, loan_view, loan_view, loan_place, "DRAWN", GOLDEN_LOAN_NOTICE)

static void test_loan_page(void **state) {
    struct fixture *fixture = *state;
    struct loan_view sample = sample_loan_view();
    const struct id next = {{0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33, 0x33,
                             0x33, 0x33, 0x33, 0x33}};
    struct loan_page page;
    struct span bytes = golden(fixture, GOLDEN_LOAN_PAGE);
    message_encode_loan_page_entry(&sample, &fixture->written);
    message_encode_loan_page_entry(&sample, &fixture->written);
    message_encode_loan_page_next(&next, &fixture->written);
    expect_golden(fixture);
    assert_int_equal(partner_decode_loan_page(bytes, &fixture->arena, &page), 0);
    assert_int_equal(page.count, 2);
    message_encode_loan_page_entry(&page.loans[0], &fixture->written);
    message_encode_loan_page_entry(&page.loans[1], &fixture->written);
    message_encode_loan_page_next(&page.next, &fixture->written);
    expect_golden(fixture);
}

/* ---- one thing wrong at a time ---- */

#define MONEY_OF(kind, number, name)                                                               \
    {kind, {number}, DROP, REFUSAL_FIELD_MISSING, name},                                           \
        {kind, {number, 1}, NUMBER(0), REFUSAL_AMOUNT_ZERO, name ".fen"},                          \
        {kind, {number, 1}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, name ".fen"},                     \
        {kind, {number, 1}, NUMBER(INT64_MAX), REFUSAL_NONE, ""}, {                                \
        kind, {number, 2}, BYTES("USD"), REFUSAL_CURRENCY, name ".currency"                        \
    }
#define DIGEST_OF(kind, number, missing, wrong, name)                                              \
    {kind, {number}, DROP, missing, name}, {                                                       \
        kind, {number}, BYTES(ID_16), wrong, name                                                  \
    }

static void test_ids(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_OFFER_LOAN),
        REQUEST_ID(COMMAND_APPLY_LOAN),
        REQUEST_ID(COMMAND_DECIDE_LOAN),
        REQUEST_ID(COMMAND_DRAW_LOAN),
        REQUEST_ID(COMMAND_REPAY_LOAN),
        REQUEST_ID(COMMAND_LOAN_STATUS),
        OBJECT_ID(COMMAND_OFFER_LOAN, 2, "link_id"),
        OBJECT_ID(COMMAND_APPLY_LOAN, 2, "loan_id"),
        OBJECT_ID(COMMAND_DECIDE_LOAN, 2, "loan_id"),
        OBJECT_ID(COMMAND_DRAW_LOAN, 2, "loan_id"),
        OBJECT_ID(COMMAND_REPAY_LOAN, 2, "loan_id"),
        OBJECT_ID(COMMAND_LOAN_STATUS, 2, "loan_id"),
        OBJECT_ID(COMMAND_QUOTE_REPAYMENT, 1, "loan_id"),
        OBJECT_ID(COMMAND_GET_LOAN, 1, "loan_id"),
        OBJECT_ID(COMMAND_LIST_LOANS, 1, "link_id"),
        NO_ID_OR_ANY(COMMAND_LIST_LOANS, 2, "after_loan_id"),
    };
    (void)state;
    CHECK(rows);
}

static void test_money(void **state) {
    static const struct row rows[] = {
        MONEY_OF(COMMAND_OFFER_LOAN, 5, "maximum"),
        AMOUNT_OF(COMMAND_APPLY_LOAN, 3),
        MONEY_OF(COMMAND_DECIDE_LOAN, 4, "limit"),
        AMOUNT_OF(COMMAND_DRAW_LOAN, 3),
        AMOUNT_OF(COMMAND_REPAY_LOAN, 3),
        {COMMAND_REPAY_LOAN, {4}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, "interest_fen"},
        {COMMAND_REPAY_LOAN, {4}, NUMBER(INT64_MAX), REFUSAL_NONE, ""},
        {COMMAND_REPAY_LOAN, {4}, DROP, REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

static void test_offers(void **state) {
    static const struct row rows[] = {
        {COMMAND_OFFER_LOAN, {3}, DROP, REFUSAL_FIELD_MISSING, "product_code"},
        {COMMAND_OFFER_LOAN, {3}, BYTES("w-1"), REFUSAL_FIELD_INVALID, "product_code"},
        {COMMAND_OFFER_LOAN, {3}, BYTES(X32 "x"), REFUSAL_FIELD_INVALID, "product_code"},
        {COMMAND_OFFER_LOAN, {4}, DROP, REFUSAL_FIELD_MISSING, "product_version"},
        {COMMAND_OFFER_LOAN, {6}, NUMBER(-1), REFUSAL_FIELD_INVALID, "until_ms"},
        {COMMAND_OFFER_LOAN, {6}, DROP, REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

static void test_applications(void **state) {
    static const struct row rows[] = {
        {COMMAND_APPLY_LOAN, {4}, DROP, REFUSAL_FIELD_INVALID, "account"},
        {COMMAND_APPLY_LOAN, {4}, NUMBER(2), REFUSAL_NONE, ""},
        {COMMAND_APPLY_LOAN, {4}, NUMBER(3), REFUSAL_FIELD_INVALID, "account"},
        DIGEST_OF(COMMAND_APPLY_LOAN, 5, REFUSAL_FIELD_MISSING, REFUSAL_FIELD_INVALID,
                  "terms_sha256"),
        DIGEST_OF(COMMAND_APPLY_LOAN, 6, REFUSAL_CONSENT, REFUSAL_CONSENT, "consent_sha256"),
        {COMMAND_APPLY_LOAN, {7}, DROP, REFUSAL_NONE, ""}, /* whose is missing: the ledger's */
        {COMMAND_APPLY_LOAN, {7, 1}, DROP, REFUSAL_FIELD_INVALID, "authorisations.bank_code"},
        {COMMAND_APPLY_LOAN,
         {7, 1},
         BYTES("999100000021"),
         REFUSAL_FIELD_INVALID,
         "authorisations.bank_code"},
        {COMMAND_APPLY_LOAN, {7, 2}, DROP, REFUSAL_CONSENT, "authorisations.sha256"},
        {COMMAND_APPLY_LOAN, {7, 2}, BYTES(ID_16), REFUSAL_CONSENT, "authorisations.sha256"},
    };
    (void)state;
    CHECK(rows);
}

static void expect(enum command_kind kind, struct buf *payload, enum refusal_code code,
                   const char *field) {
    struct refusal refusal;
    int verdict;
    struct command *command = golden_read(kind, buf_span(payload), &verdict, &refusal);
    assert_int_equal(verdict, code == REFUSAL_NONE ? 0 : WIRE_REFUSED);
    assert_int_equal(refusal.code, code);
    assert_string_equal(refusal.field, field);
    command_free(command);
    buf_deinit(payload);
}

/* One bank twice, and a third one. */
static void test_authorisations(void **state) {
    struct apply_loan apply = sample_apply_loan();
    struct buf payload = {0};
    (void)state;
    apply.authorisations[1].bank = SAMPLE_CLASS2_BANK;
    partner_encode_apply_loan(&apply, &payload);
    expect(COMMAND_APPLY_LOAN, &payload, REFUSAL_FIELD_INVALID, "authorisations.bank_code");
    apply = sample_apply_loan();
    partner_encode_apply_loan(&apply, &payload);
    edit_append(7, &(const struct edit){EDIT_BYTES, 0, SPAN_LITERAL("")}, &payload);
    expect(COMMAND_APPLY_LOAN, &payload, REFUSAL_FIELD_INVALID, "authorisations");
}

static void test_decisions(void **state) {
    static const struct row approves[] = {
        {COMMAND_DECIDE_LOAN, {5}, BYTES("NARR"), REFUSAL_FIELD_INVALID, "reason"},
    };
    static const struct row declines[] = {
        REASON(COMMAND_DECIDE_LOAN, 5, "reason"),
    };
    struct decide_loan declined = sample_decline_loan();
    struct buf payload = {0};
    (void)state;
    CHECK(approves);
    CHECK_OF(declines, GOLDEN_DECLINE_LOAN);
    declined.limit.fen = 1;
    partner_encode_decide_loan(&declined, &payload);
    expect(COMMAND_DECIDE_LOAN, &payload, REFUSAL_FIELD_INVALID, "limit");
}

static void test_references(void **state) {
    static const struct row rows[] = {
        {COMMAND_DRAW_LOAN, {4}, DROP, REFUSAL_FIELD_MISSING, "end_to_end_id"},
        {COMMAND_DRAW_LOAN, {4}, BYTES(X35), REFUSAL_NONE, ""},
        {COMMAND_DRAW_LOAN, {4}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "end_to_end_id"},
        {COMMAND_REPAY_LOAN, {5}, DROP, REFUSAL_FIELD_MISSING, "end_to_end_id"},
        {COMMAND_REPAY_LOAN, {5}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "end_to_end_id"},
        {COMMAND_QUOTE_REPAYMENT, {2}, DROP, REFUSAL_NONE, ""},
        {COMMAND_QUOTE_REPAYMENT, {2}, BYTES("2024-02-30"), REFUSAL_FIELD_INVALID, "date"},
        {COMMAND_QUOTE_REPAYMENT, {2}, BYTES("1970-01-01"), REFUSAL_FIELD_INVALID, "date"},
        {COMMAND_LIST_LOANS, {3}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_LOANS, {3}, NUMBER(20), REFUSAL_NONE, ""},
        {COMMAND_LIST_LOANS, {3}, NUMBER(21), REFUSAL_FIELD_INVALID, "max"},
    };
    (void)state;
    CHECK(rows);
}

static void test_rulings(void **state) {
    static const struct row schedules[] = {
        {COMMAND_LOAN_STATUS, {3}, DROP, REFUSAL_FIELD_INVALID, "event"},
        {COMMAND_LOAN_STATUS, {3}, NUMBER(5), REFUSAL_FIELD_INVALID, "event"},
        {COMMAND_LOAN_STATUS, {3}, NUMBER(2), REFUSAL_FIELD_INVALID, "instalments"},
        {COMMAND_LOAN_STATUS, {4}, DROP, REFUSAL_FIELD_MISSING, "instalments"},
        {COMMAND_LOAN_STATUS, {4, 1}, DROP, REFUSAL_FIELD_INVALID, "instalments.due_on"},
        {COMMAND_LOAN_STATUS, {4, 2}, NUMBER(0), REFUSAL_AMOUNT_ZERO, "instalments.due_fen"},
        {COMMAND_LOAN_STATUS, {4, 2}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, "instalments.due_fen"},
        {COMMAND_LOAN_STATUS, {5}, NUMBER(1), REFUSAL_FIELD_INVALID, "waived_fen"},
        {COMMAND_LOAN_STATUS, {6}, BYTES("NARR"), REFUSAL_FIELD_INVALID, "reason"},
    };
    static const struct row waived[] = {
        {COMMAND_LOAN_STATUS, {5}, DROP, REFUSAL_AMOUNT_ZERO, "waived_fen"},
        {COMMAND_LOAN_STATUS, {5}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, "waived_fen"},
        {COMMAND_LOAN_STATUS, {6}, BYTES("NARR"), REFUSAL_FIELD_INVALID, "reason"},
    };
    static const struct row written_off[] = {
        REASON(COMMAND_LOAN_STATUS, 6, "reason"),
        {COMMAND_LOAN_STATUS, {3}, NUMBER(4), REFUSAL_NONE, ""},
        {COMMAND_LOAN_STATUS, {5}, NUMBER(1), REFUSAL_FIELD_INVALID, "waived_fen"},
    };
    (void)state;
    CHECK(schedules);
    CHECK_OF(waived, GOLDEN_LOAN_WAIVED);
    CHECK_OF(written_off, GOLDEN_LOAN_WRITTEN_OFF);
}

static void test_days_ascend(void **state) {
    static const struct loan_schedule twice = {2, {{19936, 200000}, {19936, 300000}}};
    struct loan_status status = sample_loan_status();
    struct buf payload = {0};
    (void)state;
    status.schedule = &twice;
    partner_encode_loan_status(&status, &payload);
    expect(COMMAND_LOAN_STATUS, &payload, REFUSAL_FIELD_INVALID, "instalments.due_on");
}

/* More instalments than our own half can write. */
static void test_too_many_instalments(void **state) {
    static const struct edit one = {EDIT_BYTES, 0,
                                    SPAN_LITERAL("\x0a\x0a"
                                                 "2024-10-01"
                                                 "\x10\x01")};
    struct buf payload = {0};
    (void)state;
    golden_bytes(golden_of(COMMAND_LOAN_STATUS), &payload);
    for (uint32_t i = 2; i <= PRODUCT_INSTALMENTS_MAX; i++)
        edit_append(4, &one, &payload);
    expect(COMMAND_LOAN_STATUS, &payload, REFUSAL_FIELD_INVALID, "instalments");
}

/* ---- what a bank is told ---- */

static void refused_reply(const unsigned path[EDIT_DEPTH], const struct edit *edit) {
    struct buf whole = {0}, changed = {0};
    struct loan_view view;
    struct arena arena;
    size_t size = strlen(GOLDEN_LOAN_REPLY) / 2;
    arena_init(&arena, 4096, 0);
    assert_true(hex_parse(GOLDEN_LOAN_REPLY, buf_reserve(&whole, size), size));
    whole.size = size;
    edit_field(buf_span(&whole), path, edit, &changed);
    assert_int_equal(partner_decode_loan_reply(buf_span(&changed), &arena, &view), WIRE_REFUSED);
    buf_deinit(&whole);
    buf_deinit(&changed);
    arena_deinit(&arena);
}

/* Sums that cannot be, lenders that are not two, days that are none. */
static void test_replies_that_are_none(void **state) {
    static const struct {
        unsigned path[EDIT_DEPTH];
        struct edit edit;
    } rows[] = {
        {{1}, DROP},
        {{3}, BYTES(ID_15)},
        {{4}, DROP},
        {{13}, DROP},
        {{13, 1}, DROP},
        {{13, 4}, NUMBER(-1)},
        {{13, 4}, NUMBER(INT64_MAX)},
        {{13, 5}, NUMBER(-1)},
        {{14}, BYTES("2024-13-01")},
        {{15, 2}, NUMBER(0)},
        {{16, 2}, NUMBER(-1)},
        {{16, 3}, NUMBER(-1)},
        {{16, 4}, BYTES(ID_15)},
        {{25}, BYTES("1")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        refused_reply(rows[i].path, &rows[i].edit);
}

static int64_t told_available_fen(enum loan_state loan_state, int64_t written_off_at_ms) {
    struct loan_view view = sample_loan_view(), read;
    struct buf bytes = {0};
    struct arena arena;
    arena_init(&arena, 4096, 0);
    view.loan.state = loan_state;
    view.loan.written_off_at_ms = written_off_at_ms;
    view.loan.flight = (struct loan_flight){.kind = LOAN_FLIGHT_NONE};
    message_encode_loan_reply(&view, &bytes);
    assert_int_equal(partner_decode_loan_reply(buf_span(&bytes), &arena, &read), 0);
    assert_int_equal(read.loan.state, loan_state);
    /* field 10 is not kept: what stands there is seen in the bytes */
    bool some = false;
    for (size_t i = 0; i + 3 < bytes.size; i++)
        some = some || memcmp(bytes.data + i, "\x50\x80\xb5\x18", 4) == 0; /* 400,000 */
    buf_deinit(&bytes);
    arena_deinit(&arena);
    return some ? 400000 : 0;
}

static void test_nothing_to_draw_when_overdue(void **state) {
    (void)state;
    assert_int_equal(told_available_fen(LOAN_OUTSTANDING, 0), 400000);
    assert_int_equal(told_available_fen(LOAN_OUTSTANDING, 1), 0);
    assert_int_equal(told_available_fen(LOAN_APPROVED, 0), 400000);
    assert_int_equal(told_available_fen(LOAN_OVERDUE, 0), 0);
    assert_int_equal(told_available_fen(LOAN_REPAID, 0), 0);
}

/* Every field as long as it may be: a page of them fits a frame. */
static void test_sizes(void **state) {
    struct loan_view view = sample_loan_view();
    struct loan *loan = &view.loan;
    struct buf bytes = {0};
    (void)state;
    memset(loan->product, 'W', PRODUCT_CODE_MAX);
    loan->version = UINT32_MAX;
    loan->offered.fen = loan->asked_fen = loan->account.interest_due_fen = -1;
    loan->limit_fen = INT64_MAX;
    loan->offered_at_ms = loan->applied_at_ms = loan->deadline_ms = loan->written_off_at_ms = -1;
    loan->account.interest_paid = (struct shares){-1, -1};
    loan->flight.kind = LOAN_FLIGHT_REPAYMENT;
    loan->flight.repayment.amount_fen = loan->flight.repayment.interest.lead_fen = INT64_MAX;
    loan->schedule.count = PRODUCT_INSTALMENTS_MAX;
    for (uint32_t i = 0; i < PRODUCT_INSTALMENTS_MAX; i++)
        loan->schedule.instalments[i] = (struct loan_instalment){19936 + i, INT64_MAX};
    message_encode_loan_page_entry(&view, &bytes);
    assert_in_range(bytes.size, 1700, LOAN_ENTRY_MAX);
    assert_true(LOANS_PAGE_MAX * LOAN_ENTRY_MAX <= MESSAGE_PAGE_ENTRIES_MAX);
    buf_deinit(&bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(offer_loan),
        TEST(apply_loan),
        TEST(decide_loan),
        TEST(decline_loan),
        TEST(draw_loan),
        TEST(repay_loan),
        TEST(quote_repayment),
        TEST(loan_status),
        TEST(loan_waived),
        TEST(loan_written_off),
        TEST(get_loan),
        TEST(list_loans),
        TEST(loan_reply),
        TEST(loan_quote),
        TEST(loan_notice),
        TEST(loan_page),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_offers),
        cmocka_unit_test(test_applications),
        cmocka_unit_test(test_authorisations),
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_rulings),
        cmocka_unit_test(test_days_ascend),
        cmocka_unit_test(test_too_many_instalments),
        cmocka_unit_test(test_replies_that_are_none),
        cmocka_unit_test(test_nothing_to_draw_when_overdue),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
