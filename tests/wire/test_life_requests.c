/*
 * What a bank asks in the life of a link and of a transfer, and about them, with one field changed
 * at a time: each refusal of the codec, with its code and its field, and the values at the edge that
 * still pass. The parts that OpenLink has too are tried there (test_requests.c), and here once each,
 * to show that they are looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/rows.h"
#include "wire/samples.h"

/* U+2A6D6, and U+30EDE: four bytes each in UTF-8. */
#define RARE "\xf0\xaa\x9b\x96\xf0\xb0\xbb\x9e"

static void test_ids(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_RESEND_CHALLENGE),
        REQUEST_ID(COMMAND_AMEND_LINK),
        REQUEST_ID(COMMAND_REBIND_LINK),
        REQUEST_ID(COMMAND_RESUME_LINK),
        REQUEST_ID(COMMAND_WITHDRAW_CONSENT),
        REQUEST_ID(COMMAND_PLACE_HOLD),
        REQUEST_ID(COMMAND_LIFT_HOLD),
        REQUEST_ID(COMMAND_REPORT_ACCOUNT),
        REQUEST_ID(COMMAND_SUBMIT_RETURN),
        REQUEST_ID(COMMAND_CANCEL_TRANSFER),
        REQUEST_ID(COMMAND_QUERY_BALANCE),
        REQUEST_ID(COMMAND_QUERY_ACCOUNT_STATUS),
        REQUEST_ID(COMMAND_OPEN_CASE),
        REQUEST_ID(COMMAND_ANSWER_CASE),
        REQUEST_ID(COMMAND_PROPOSE_ADJUSTMENT),
        REQUEST_ID(COMMAND_ACCEPT_ADJUSTMENT),
        REQUEST_ID(COMMAND_APPLY_CARD),
        REQUEST_ID(COMMAND_CARD_STATUS),
        REQUEST_ID(COMMAND_CANCEL_CARD),
        OBJECT_ID(COMMAND_RESEND_CHALLENGE, 2, "link_id"),
        OBJECT_ID(COMMAND_AMEND_LINK, 2, "link_id"),
        OBJECT_ID(COMMAND_REBIND_LINK, 2, "link_id"),
        OBJECT_ID(COMMAND_RESUME_LINK, 2, "link_id"),
        OBJECT_ID(COMMAND_WITHDRAW_CONSENT, 2, "link_id"),
        OBJECT_ID(COMMAND_PLACE_HOLD, 2, "link_id"),
        OBJECT_ID(COMMAND_LIFT_HOLD, 2, "link_id"),
        OBJECT_ID(COMMAND_LIFT_HOLD, 3, "hold_id"),
        OBJECT_ID(COMMAND_SUBMIT_RETURN, 2, "transfer_id"),
        OBJECT_ID(COMMAND_STEP_UP, 1, "transfer_id"),
        OBJECT_ID(COMMAND_QUERY_BALANCE, 2, "link_id"),
        OBJECT_ID(COMMAND_QUERY_ACCOUNT_STATUS, 2, "link_id"),
        OBJECT_ID(COMMAND_OPEN_CASE, 2, "transfer_id"),
        OBJECT_ID(COMMAND_ANSWER_CASE, 2, "case_id"),
        OBJECT_ID(COMMAND_GET_CASE, 1, "case_id"),
        OBJECT_ID(COMMAND_PROPOSE_ADJUSTMENT, 2, "case_id"),
        OBJECT_ID(COMMAND_ACCEPT_ADJUSTMENT, 2, "adjustment_id"),
        OBJECT_ID(COMMAND_GET_ADJUSTMENT, 1, "adjustment_id"),
        OBJECT_ID(COMMAND_CARD_STATUS, 2, "card_id"),
        OBJECT_ID(COMMAND_CANCEL_CARD, 2, "card_id"),
        OBJECT_ID(COMMAND_GET_CARD, 1, "card_id"),
        NO_ID_OR_ANY(COMMAND_LIST_LINKS, 1, "after"),
        NO_ID_OR_ANY(COMMAND_LIST_TRANSFERS, 1, "after"),
        NO_ID_OR_ANY(COMMAND_LIST_TRANSFERS, 3, "link_id"),
        /* exactly one of the two */
        OBJECT_ID(COMMAND_CANCEL_TRANSFER, 2, "transfer_id"),
        {COMMAND_CANCEL_TRANSFER,
         {3},
         BYTES(UUID "\1"),
         REFUSAL_FIELD_INVALID,
         "submit_request_id"},
    };
    (void)state;
    CHECK(rows);
}

/* The other one of the two names a transfer as well. */
static void test_cancel_by_request(void **state) {
    struct cancel_transfer cancel = sample_cancel_transfer();
    struct buf payload = {0};
    struct refusal refusal;
    int verdict;
    (void)state;
    cancel.submit = cancel.request;
    cancel.transfer = (struct id){{0}};
    partner_encode_cancel_transfer(&cancel, &payload);
    struct command *command =
        golden_read(COMMAND_CANCEL_TRANSFER, buf_span(&payload), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_memory_equal(&command->body.cancel_transfer.submit, &cancel.submit, ID_SIZE);
    assert_true(id_is_zero(&command->body.cancel_transfer.transfer));
    command_free(command);
    buf_deinit(&payload);
}

static void test_amend(void **state) {
    static const struct row rows[] = {
        {COMMAND_AMEND_LINK, {3}, DROP, REFUSAL_FIELD_MISSING, "scopes"},
        {COMMAND_AMEND_LINK, {3}, BYTES("\0"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_AMEND_LINK, {3}, BYTES("\6"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_AMEND_LINK, {3}, BYTES("\1\4\1"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_AMEND_LINK, {3}, BYTES("\5\4\3\2\1"), REFUSAL_NONE, ""},
        {COMMAND_AMEND_LINK, {4}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_AMEND_LINK, {4, 1}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_AMEND_LINK, {4, 2}, NUMBER(0), REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_AMEND_LINK, {4, 1}, NUMBER(-1), REFUSAL_FIELD_INVALID, "limits.single_fen"},
        {COMMAND_AMEND_LINK, {4, 2}, NUMBER(-1), REFUSAL_FIELD_INVALID, "limits.daily_fen"},
        {COMMAND_AMEND_LINK, {4, 4}, NUMBER(-1), REFUSAL_FIELD_INVALID, "limits.yearly_fen"},
        {COMMAND_AMEND_LINK, {4, 3}, DROP, REFUSAL_NONE, ""},
        /* needed only where it widens: the ledger knows */
        {COMMAND_AMEND_LINK, {5}, DROP, REFUSAL_NONE, ""},
        {COMMAND_AMEND_LINK, {5}, BYTES(""), REFUSAL_FIELD_MISSING, "agreement.version"},
        {COMMAND_AMEND_LINK, {5, 1}, DROP, REFUSAL_FIELD_MISSING, "agreement.version"},
        {COMMAND_AMEND_LINK, {5, 2}, BYTES("x"), REFUSAL_FIELD_INVALID, "agreement.text_sha256"},
        {COMMAND_AMEND_LINK, {5, 4}, BYTES("FAX"), REFUSAL_FIELD_INVALID, "agreement.channel"},
    };
    (void)state;
    CHECK(rows);
}

static void expect_agreement(enum command_kind kind, unsigned field, bool present) {
    static const struct edit drop = DROP;
    const unsigned path[EDIT_DEPTH] = {present ? 1000 : field};
    struct buf golden = {0}, edited = {0};
    struct refusal refusal;
    int verdict;
    golden_bytes(golden_of(kind), &golden);
    edit_field(buf_span(&golden), path, &drop, &edited);
    struct command *command = golden_read(kind, buf_span(&edited), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_int_equal(command->body.amend_link.agreement.present, present);
    command_free(command);
    buf_deinit(&golden);
    buf_deinit(&edited);
}

static void test_amend_says_whether_it_has_an_agreement(void **state) {
    (void)state;
    expect_agreement(COMMAND_AMEND_LINK, 5, true);
    expect_agreement(COMMAND_AMEND_LINK, 5, false);
}

static void test_rebind(void **state) {
    static const struct row rows[] = {
        {COMMAND_REBIND_LINK, {3}, DROP, REFUSAL_FIELD_MISSING, "class1_account"},
        {COMMAND_REBIND_LINK,
         {3, 1},
         BYTES("325384000888"),
         REFUSAL_BANK_CODE_DEBTOR,
         "class1_account.bank_code"},
        {COMMAND_REBIND_LINK, {3, 2}, BYTES("0"), REFUSAL_ACCOUNT_DEBTOR, "class1_account.number"},
        {COMMAND_REBIND_LINK,
         {3, 3},
         NUMBER(2),
         REFUSAL_CLASS_DEBTOR,
         "class1_account.account_class"},
        {COMMAND_REBIND_LINK, {4}, DROP, REFUSAL_FIELD_MISSING, "person"},
        {COMMAND_REBIND_LINK, {4, 1}, BYTES("a\nb"), REFUSAL_FIELD_INVALID, "person.name"},
        {COMMAND_REBIND_LINK, {4, 1}, BYTES(RARE), REFUSAL_NONE, ""},
        {COMMAND_REBIND_LINK, {5}, DROP, REFUSAL_FIELD_MISSING, "scopes"},
        {COMMAND_REBIND_LINK, {5}, BYTES("\4\4"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_REBIND_LINK, {6}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_REBIND_LINK, {6, 2}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_REBIND_LINK, {7}, DROP, REFUSAL_FIELD_MISSING, "agreement"},
        {COMMAND_REBIND_LINK, {8}, DROP, REFUSAL_CONSENT, "consent"},
        /* the consent names the new bank */
        {COMMAND_REBIND_LINK,
         {8, 1},
         BYTES("999100000011"),
         REFUSAL_CONSENT,
         "consent.recipient_bank_code"},
    };
    (void)state;
    CHECK(rows);
}

static void test_resume(void **state) {
    static const struct row rows[] = {
        {COMMAND_RESUME_LINK, {3}, DROP, REFUSAL_FIELD_MISSING, "person"},
        {COMMAND_RESUME_LINK, {3, 3}, DROP, REFUSAL_FIELD_MISSING, "person.id_number"},
        {COMMAND_RESUME_LINK, {3, 4}, BYTES("1"), REFUSAL_FIELD_INVALID, "person.mobile"},
        {COMMAND_RESUME_LINK, {4}, DROP, REFUSAL_CONSENT, "consent"},
        {COMMAND_RESUME_LINK, {4, 1}, DROP, REFUSAL_CONSENT, "consent.recipient_bank_code"},
        /* which bank the link is with, the ledger knows */
        {COMMAND_RESUME_LINK, {4, 1}, BYTES("999100000011"), REFUSAL_NONE, ""},
        {COMMAND_RESUME_LINK, {4, 3}, BYTES("name"), REFUSAL_CONSENT, "consent.fields"},
    };
    (void)state;
    CHECK(rows);
}

static void test_holds(void **state) {
    static const struct row rows[] = {
        {COMMAND_PLACE_HOLD, {3}, DROP, REFUSAL_FIELD_INVALID, "authority"},
        {COMMAND_PLACE_HOLD, {3}, NUMBER(HOLD_BY_BANK), REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {3}, NUMBER(HOLD_BY_CUSTOMER), REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {3}, NUMBER(HOLD_BY_OPERATOR), REFUSAL_FIELD_INVALID, "authority"},
        {COMMAND_PLACE_HOLD, {3}, NUMBER(HOLD_BY_GATEWAY), REFUSAL_FIELD_INVALID, "authority"},
        {COMMAND_PLACE_HOLD, {3}, NUMBER(6), REFUSAL_FIELD_INVALID, "authority"},
        REASON(COMMAND_PLACE_HOLD, 4, "reason"),
        {COMMAND_PLACE_HOLD, {5}, DROP, REFUSAL_FIELD_MISSING, "legal_reference"}, /* a court's */
        {COMMAND_PLACE_HOLD, {5}, BYTES(X64), REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {5}, BYTES(X64 "x"), REFUSAL_FIELD_INVALID, "legal_reference"},
        {COMMAND_PLACE_HOLD, {5}, BYTES(RARE), REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {6}, DROP, REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {6}, NUMBER(-1), REFUSAL_FIELD_INVALID, "expires_at_ms"},
        {COMMAND_PLACE_HOLD, {6}, NUMBER(INT64_MIN), REFUSAL_FIELD_INVALID, "expires_at_ms"},
        /* over already: for the ledger, which must take what it took before */
        {COMMAND_PLACE_HOLD, {6}, NUMBER(1), REFUSAL_NONE, ""},
        {COMMAND_PLACE_HOLD, {7}, DROP, REFUSAL_FIELD_MISSING, "blocks"},
        {COMMAND_PLACE_HOLD, {7}, BYTES("\0"), REFUSAL_FIELD_INVALID, "blocks"},
        {COMMAND_PLACE_HOLD, {7}, BYTES("\6"), REFUSAL_FIELD_INVALID, "blocks"},
        {COMMAND_PLACE_HOLD, {7}, BYTES("\3\3"), REFUSAL_FIELD_INVALID, "blocks"},
        {COMMAND_PLACE_HOLD, {7}, BYTES("\5\4\3\2\1"), REFUSAL_NONE, ""},
        {COMMAND_LIFT_HOLD, {4}, DROP, REFUSAL_FIELD_INVALID, "authority"},
        {COMMAND_LIFT_HOLD, {4}, NUMBER(6), REFUSAL_FIELD_INVALID, "authority"},
        {COMMAND_LIFT_HOLD, {4}, NUMBER(HOLD_BY_GATEWAY), REFUSAL_NONE, ""}, /* the ledger's */
        REASON(COMMAND_LIFT_HOLD, 5, "reason"),
    };
    (void)state;
    CHECK(rows);
}

/* Only a court must name its order. */
static void test_bank_hold_without_reference(void **state) {
    struct place_hold hold = sample_place_hold();
    struct buf payload = {0};
    struct refusal refusal;
    int verdict;
    (void)state;
    hold.authority = HOLD_BY_BANK;
    hold.legal_reference = (struct span){NULL, 0};
    partner_encode_place_hold(&hold, &payload);
    command_free(golden_read(COMMAND_PLACE_HOLD, buf_span(&payload), &verdict, &refusal));
    assert_int_equal(verdict, 0);
    buf_deinit(&payload);
}

static void test_reports(void **state) {
    static const struct row rows[] = {
        {COMMAND_REPORT_ACCOUNT, {2}, DROP, REFUSAL_ACCOUNT, "account_number"},
        {COMMAND_REPORT_ACCOUNT, {2}, BYTES("1234"), REFUSAL_ACCOUNT, "account_number"},
        {COMMAND_REPORT_ACCOUNT, {2}, BYTES("12345 "), REFUSAL_ACCOUNT, "account_number"},
        {COMMAND_REPORT_ACCOUNT, {3}, DROP, REFUSAL_FIELD_INVALID, "event"},
        {COMMAND_REPORT_ACCOUNT, {3}, NUMBER(12), REFUSAL_FIELD_INVALID, "event"},
        /* a new class comes with CLASS_CHANGED, and with nothing else */
        {COMMAND_REPORT_ACCOUNT, {3}, NUMBER(1), REFUSAL_FIELD_INVALID, "account_class"},
        {COMMAND_REPORT_ACCOUNT, {3}, NUMBER(10), REFUSAL_FIELD_INVALID, "account_class"},
        {COMMAND_REPORT_ACCOUNT, {4}, DROP, REFUSAL_FIELD_MISSING, "account_class"},
        {COMMAND_REPORT_ACCOUNT, {4}, NUMBER(4), REFUSAL_FIELD_INVALID, "account_class"},
        {COMMAND_REPORT_ACCOUNT, {4}, NUMBER(3), REFUSAL_NONE, ""},
        {COMMAND_REPORT_ACCOUNT, {4}, NUMBER(1), REFUSAL_FIELD_INVALID, "opening"}, /* in person */
        {COMMAND_REPORT_ACCOUNT, {5}, DROP, REFUSAL_FIELD_MISSING, "opening"},
        {COMMAND_REPORT_ACCOUNT, {5}, NUMBER(2), REFUSAL_NONE, ""},
        {COMMAND_REPORT_ACCOUNT, {5}, NUMBER(3), REFUSAL_FIELD_INVALID, "opening"},
    };
    (void)state;
    CHECK(rows);
}

static void expect_report(enum account_event event, enum account_class account_class,
                          enum account_opening opening, enum refusal_code code) {
    struct report_account report = sample_report_account();
    struct buf payload = {0};
    struct refusal refusal;
    int verdict;
    report.event = event;
    report.account_class = account_class;
    report.opening = opening;
    partner_encode_report_account(&report, &payload);
    command_free(golden_read(COMMAND_REPORT_ACCOUNT, buf_span(&payload), &verdict, &refusal));
    assert_int_equal(refusal.code, code);
    buf_deinit(&payload);
}

static void test_each_event(void **state) {
    (void)state;
    for (int event = ACCOUNT_EVENT_ACTIVATED; event <= ACCOUNT_EVENT_DORMANT; event++) {
        bool changed = event == ACCOUNT_EVENT_CLASS_CHANGED;
        expect_report((enum account_event)event, ACCOUNT_CLASS_NONE, ACCOUNT_OPENING_NONE,
                      changed ? REFUSAL_FIELD_MISSING : REFUSAL_NONE);
        expect_report((enum account_event)event, ACCOUNT_CLASS_I, ACCOUNT_OPENING_NONE,
                      changed ? REFUSAL_NONE : REFUSAL_FIELD_INVALID);
        expect_report((enum account_event)event, ACCOUNT_CLASS_NONE, ACCOUNT_OPENING_REMOTE,
                      changed ? REFUSAL_FIELD_MISSING : REFUSAL_FIELD_INVALID);
    }
}

/* What is left comes with LIMIT, and with nothing else. */
static void test_what_is_left(void **state) {
    static const struct {
        enum account_event event;
        struct remaining_limits left;
        enum refusal_code code;
        const char *field;
    } cases[] = {
        {ACCOUNT_EVENT_LIMIT, {{0, -1}, {-1, -1}}, REFUSAL_NONE, ""},
        {ACCOUNT_EVENT_LIMIT, {{1, 2}, {3, INT64_MAX}}, REFUSAL_NONE, ""},
        {ACCOUNT_EVENT_LIMIT, {{-1, -1}, {-1, -1}}, REFUSAL_FIELD_MISSING, "remaining"},
        {ACCOUNT_EVENT_LIMIT, {{-2, -1}, {-1, -1}}, REFUSAL_FIELD_INVALID, "remaining.in_day"},
        {ACCOUNT_EVENT_LIMIT, {{-1, -1}, {-1, -2}}, REFUSAL_FIELD_INVALID, "remaining.out_year"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct report_account report = sample_report_account();
        struct buf payload = {0};
        struct refusal refusal;
        int verdict;
        report.event = cases[i].event;
        report.account_class = ACCOUNT_CLASS_NONE;
        report.opening = ACCOUNT_OPENING_NONE;
        report.remaining = cases[i].left;
        partner_encode_report_account(&report, &payload);
        struct command *command =
            golden_read(COMMAND_REPORT_ACCOUNT, buf_span(&payload), &verdict, &refusal);
        assert_int_equal(refusal.code, cases[i].code);
        assert_string_equal(refusal.field, cases[i].field);
        if (cases[i].code == REFUSAL_NONE)
            assert_memory_equal(&command->body.report_account.remaining, &cases[i].left,
                                sizeof cases[i].left);
        command_free(command);
        buf_deinit(&payload);
    }
}

static void test_lists(void **state) {
    static const struct row rows[] = {
        {COMMAND_LIST_LINKS, {2}, NUMBER(101), REFUSAL_FIELD_INVALID, "max"},
        {COMMAND_LIST_LINKS, {2}, NUMBER(UINT32_MAX), REFUSAL_FIELD_INVALID, "max"},
        {COMMAND_LIST_LINKS, {2}, NUMBER(100), REFUSAL_NONE, ""},
        {COMMAND_LIST_LINKS, {2}, NUMBER(1), REFUSAL_NONE, ""},
        {COMMAND_LIST_LINKS, {3}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_LINKS, {3}, NUMBER(10), REFUSAL_NONE, ""},
        {COMMAND_LIST_LINKS, {3}, NUMBER(11), REFUSAL_FIELD_INVALID, "state"},
        {COMMAND_LIST_LINKS, {4}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_LINKS, {4}, BYTES("1234"), REFUSAL_ACCOUNT, "account_number"},
        {COMMAND_LIST_TRANSFERS, {2}, NUMBER(101), REFUSAL_FIELD_INVALID, "max"},
        {COMMAND_QUERY_POSITION, {1}, BYTES("USD"), REFUSAL_CURRENCY, "currency"},
        {COMMAND_QUERY_POSITION, {1}, DROP, REFUSAL_NONE, ""},
        {COMMAND_QUERY_POSITION,
         {2},
         BYTES("999100000021"),
         REFUSAL_FIELD_INVALID,
         "after_bank_code"},
        {COMMAND_QUERY_POSITION, {2}, DROP, REFUSAL_NONE, ""},
        {COMMAND_QUERY_POSITION, {3}, NUMBER(100), REFUSAL_NONE, ""},
        {COMMAND_QUERY_POSITION, {3}, NUMBER(101), REFUSAL_FIELD_INVALID, "max"},
        {COMMAND_LIST_TRANSFERS, {4}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_TRANSFERS, {4}, NUMBER(7), REFUSAL_NONE, ""},
        {COMMAND_LIST_TRANSFERS, {4}, NUMBER(8), REFUSAL_FIELD_INVALID, "state"},
        {COMMAND_LIST_TRANSFERS, {5}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_TRANSFERS, {5}, NUMBER(-1), REFUSAL_FIELD_INVALID, "from_ms"},
        {COMMAND_LIST_TRANSFERS, {5}, NUMBER(INT64_MAX), REFUSAL_FIELD_INVALID, "to_ms"},
        {COMMAND_LIST_TRANSFERS, {6}, DROP, REFUSAL_NONE, ""},
        {COMMAND_LIST_TRANSFERS, {6}, NUMBER(-1), REFUSAL_FIELD_INVALID, "to_ms"},
        {COMMAND_LIST_TRANSFERS, {6}, NUMBER(1), REFUSAL_FIELD_INVALID, "to_ms"}, /* before from */
        {COMMAND_LIST_TRANSFERS, {7}, NUMBER(-1), REFUSAL_FIELD_INVALID, "min_fen"},
        {COMMAND_LIST_TRANSFERS, {7}, NUMBER(500000), REFUSAL_NONE, ""}, /* inclusive */
        {COMMAND_LIST_TRANSFERS, {7}, NUMBER(500001), REFUSAL_FIELD_INVALID, "max_fen"},
        {COMMAND_LIST_TRANSFERS, {8}, NUMBER(-1), REFUSAL_FIELD_INVALID, "max_fen"},
        {COMMAND_LIST_TRANSFERS, {8}, DROP, REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

static void test_standard_page(void **state) {
    struct refusal refusal;
    int verdict;
    (void)state;
    struct command *command = golden_read(COMMAND_LIST_LINKS, span_of(NULL, 0), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_int_equal(command->body.list_links.max, 50);
    assert_int_equal(command->body.list_links.state, LINK_NONE);
    assert_true(id_is_zero(&command->body.list_links.after));
    command_free(command);
    command = golden_read(COMMAND_LIST_TRANSFERS, span_of(NULL, 0), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_int_equal(command->body.list_transfers.max, 50);
    command_free(command);
    command = golden_read(COMMAND_QUERY_POSITION, span_of(NULL, 0), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_int_equal(command->body.query_position.max, POSITION_PAIRS_MAX);
    assert_string_equal(command->body.query_position.currency, "CNY");
    command_free(command);
}

static void test_payment(void **state) {
    static const struct row rows[] = {
        {COMMAND_SUBMIT_TRANSFER, {3}, NUMBER(1), REFUSAL_MERCHANT, "creditor.bank_code"},
        {COMMAND_SUBMIT_TRANSFER, {9}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {10}, DROP, REFUSAL_MERCHANT, "creditor"},
        {COMMAND_SUBMIT_TRANSFER, {10, 1}, DROP, REFUSAL_MERCHANT, "creditor.name"},
        {COMMAND_SUBMIT_TRANSFER, {10, 1}, BYTES(X128 "x"), REFUSAL_FIELD_INVALID, "creditor.name"},
        {COMMAND_SUBMIT_TRANSFER, {10, 2}, DROP, REFUSAL_MERCHANT, "creditor.account_number"},
        {COMMAND_SUBMIT_TRANSFER,
         {10, 2},
         BYTES("12"),
         REFUSAL_ACCOUNT_CREDITOR,
         "creditor.account_number"},
        {COMMAND_SUBMIT_TRANSFER, {10, 3}, DROP, REFUSAL_MERCHANT, "creditor.bank_code"},
        {COMMAND_SUBMIT_TRANSFER,
         {10, 3},
         BYTES("999100000021"),
         REFUSAL_BANK_CODE_CREDITOR,
         "creditor.bank_code"},
        /* need not be a bank of the gateway */
        {COMMAND_SUBMIT_TRANSFER, {10, 3}, BYTES("102100099996"), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {13}, DROP, REFUSAL_MERCHANT, "merchant"},
        {COMMAND_SUBMIT_TRANSFER, {13}, BYTES(""), REFUSAL_MERCHANT, "merchant.name"},
        {COMMAND_SUBMIT_TRANSFER, {13, 1}, DROP, REFUSAL_MERCHANT, "merchant.name"},
        {COMMAND_SUBMIT_TRANSFER, {13, 1}, BYTES(X128), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {13, 1}, BYTES(X128 "x"), REFUSAL_FIELD_INVALID, "merchant.name"},
        {COMMAND_SUBMIT_TRANSFER, {13, 1}, BYTES(RARE), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {13, 2}, DROP, REFUSAL_MERCHANT, "merchant.id"},
        {COMMAND_SUBMIT_TRANSFER, {13, 2}, BYTES(X35), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {13, 2}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "merchant.id"},
        {COMMAND_SUBMIT_TRANSFER, {13, 3}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER,
         {13, 3},
         BYTES("581"),
         REFUSAL_FIELD_INVALID,
         "merchant.category_code"},
        {COMMAND_SUBMIT_TRANSFER,
         {13, 3},
         BYTES("58123"),
         REFUSAL_FIELD_INVALID,
         "merchant.category_code"},
        {COMMAND_SUBMIT_TRANSFER,
         {13, 3},
         BYTES("58A2"),
         REFUSAL_FIELD_INVALID,
         "merchant.category_code"},
        {COMMAND_SUBMIT_TRANSFER, {13, 4}, BYTES(X64), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER,
         {13, 4},
         BYTES(X64 "x"),
         REFUSAL_FIELD_INVALID,
         "merchant.order_id"},
        {COMMAND_SUBMIT_TRANSFER, {13, 5}, BYTES(X35), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER,
         {13, 5},
         BYTES(X35 "x"),
         REFUSAL_FIELD_INVALID,
         "merchant.terminal_id"},
    };
    (void)state;
    CHECK(rows);
}

static void test_returns_and_cancels(void **state) {
    static const struct row rows[] = {
        AMOUNT_OF(COMMAND_SUBMIT_RETURN, 3),
        {COMMAND_SUBMIT_RETURN, {4}, DROP, REFUSAL_FIELD_MISSING, "end_to_end_id"},
        {COMMAND_SUBMIT_RETURN, {4}, BYTES(X35), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_RETURN, {4}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "end_to_end_id"},
        REASON(COMMAND_SUBMIT_RETURN, 5, "reason"),
        {COMMAND_SUBMIT_RETURN, {6}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_RETURN, {6}, BYTES(X140), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_RETURN, {6}, BYTES(X140 "x"), REFUSAL_FIELD_INVALID, "remittance"},
        REASON(COMMAND_CANCEL_TRANSFER, 4, "reason"),
        {COMMAND_STEP_UP, {2}, DROP, REFUSAL_FIELD_MISSING, "method"},
        {COMMAND_STEP_UP, {2}, BYTES(X10 "123456"), REFUSAL_NONE, ""},
        {COMMAND_STEP_UP, {2}, BYTES(X10 "1234567"), REFUSAL_FIELD_INVALID, "method"},
        {COMMAND_STEP_UP, {3}, DROP, REFUSAL_NONE, ""},
        {COMMAND_STEP_UP, {3}, BYTES(X140), REFUSAL_NONE, ""},
        {COMMAND_STEP_UP, {3}, BYTES(X140 "x"), REFUSAL_FIELD_INVALID, "text"},
        {COMMAND_STEP_UP, {3}, BYTES(RARE), REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

static void test_cases(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_CASE, {3}, DROP, REFUSAL_FIELD_INVALID, "subject"},
        {COMMAND_OPEN_CASE, {3}, NUMBER(CASE_CONFLICT), REFUSAL_FIELD_INVALID, "subject"},
        {COMMAND_OPEN_CASE, {3}, NUMBER(CASE_OUTCOME_OTHER), REFUSAL_NONE, ""},
        {COMMAND_OPEN_CASE, {3}, NUMBER(CASE_OTHER), REFUSAL_NONE, ""},
        {COMMAND_OPEN_CASE, {3}, NUMBER(7), REFUSAL_FIELD_INVALID, "subject"},
        {COMMAND_OPEN_CASE, {4}, DROP, REFUSAL_FIELD_MISSING, "text"},
        {COMMAND_OPEN_CASE, {4}, BYTES(X280), REFUSAL_NONE, ""},
        {COMMAND_OPEN_CASE, {4}, BYTES(X280 "x"), REFUSAL_FIELD_INVALID, "text"},
        {COMMAND_OPEN_CASE, {4}, BYTES(RARE), REFUSAL_NONE, ""},
        {COMMAND_ANSWER_CASE, {3}, DROP, REFUSAL_NONE, ""}, /* another question */
        {COMMAND_ANSWER_CASE, {3}, NUMBER(3), REFUSAL_NONE, ""},
        {COMMAND_ANSWER_CASE, {3}, NUMBER(4), REFUSAL_FIELD_INVALID, "outcome"},
        {COMMAND_ANSWER_CASE, {4}, DROP, REFUSAL_FIELD_MISSING, "text"},
        {COMMAND_ANSWER_CASE, {4}, BYTES(X280), REFUSAL_NONE, ""},
        {COMMAND_ANSWER_CASE, {4}, BYTES(X280 "x"), REFUSAL_FIELD_INVALID, "text"},
        {COMMAND_ANSWER_CASE, {5}, NUMBER(1), REFUSAL_FIELD_INVALID, "close"}, /* and an outcome */
        {COMMAND_ANSWER_CASE, {5}, NUMBER(0), REFUSAL_NONE, ""},
    };
    static const struct row closing_rows[] = {
        {COMMAND_ANSWER_CASE, {4}, DROP, REFUSAL_NONE, ""}, /* nothing need be said */
        {COMMAND_ANSWER_CASE, {4}, BYTES(X280 "x"), REFUSAL_FIELD_INVALID, "text"},
        {COMMAND_ANSWER_CASE, {3}, NUMBER(1), REFUSAL_FIELD_INVALID, "close"},
    };
    (void)state;
    CHECK(rows);
    CHECK_OF(closing_rows, GOLDEN_CLOSE_CASE);
}

static void test_cards(void **state) {
    static const struct row rows[] = {
        {COMMAND_APPLY_CARD, {2}, DROP, REFUSAL_BANK_CODE_DEBTOR, "class1_bank_code"},
        {COMMAND_APPLY_CARD, {3, 4}, BYTES("1"), REFUSAL_FIELD_INVALID, "person.mobile"},
        {COMMAND_APPLY_CARD, {4}, NUMBER(3), REFUSAL_FIELD_INVALID, "delivery"},
        {COMMAND_APPLY_CARD, {5}, DROP, REFUSAL_FIELD_MISSING, "deliver_to"},
        {COMMAND_APPLY_CARD, {5}, BYTES(X280 "x"), REFUSAL_FIELD_INVALID, "deliver_to"},
        {COMMAND_APPLY_CARD, {6}, DROP, REFUSAL_CONSENT, "consent"},
        {COMMAND_CARD_STATUS, {3}, DROP, REFUSAL_FIELD_INVALID, "event"},
        {COMMAND_CARD_STATUS,
         {4},
         BYTES("6236330000000000031"),
         REFUSAL_CARD_NUMBER,
         "card_number"},
        {COMMAND_CARD_STATUS, {4}, BYTES("6236330000000000005"), REFUSAL_NONE, ""},
        {COMMAND_CANCEL_CARD, {3}, DROP, REFUSAL_FIELD_MISSING, "reason"},
    };
    (void)state;
    CHECK(rows);
}

/* A reason comes with a refusal, and with nothing else. */
static void test_card_reasons(void **state) {
    (void)state;
    for (int event = CARD_EVENT_TAKEN; event <= CARD_EVENT_REFUSED; event++) {
        struct card_status status = sample_card_refused();
        struct buf payload = {0};
        int verdict;
        struct refusal refusal;
        status.event = (enum card_event)event;
        if (event == CARD_EVENT_ISSUED)
            status.number = sample_card_status().number;
        partner_encode_card_status(&status, &payload);
        command_free(golden_read(COMMAND_CARD_STATUS, buf_span(&payload), &verdict, &refusal));
        assert_int_equal(verdict == 0, event == CARD_EVENT_REFUSED);
        if (verdict)
            assert_string_equal(refusal.field, "reason");
        buf_deinit(&payload);
    }
}

static void test_adjustments(void **state) {
    static const struct row rows[] = {
        {COMMAND_PROPOSE_ADJUSTMENT, {3}, DROP, REFUSAL_BANK_CODE_DEBTOR, "debtor_bank_code"},
        {COMMAND_PROPOSE_ADJUSTMENT,
         {3},
         BYTES("999100000012"),
         REFUSAL_BANK_CODE_DEBTOR,
         "debtor_bank_code"},
        {COMMAND_PROPOSE_ADJUSTMENT, {4}, DROP, REFUSAL_BANK_CODE_CREDITOR, "creditor_bank_code"},
        {COMMAND_PROPOSE_ADJUSTMENT, {5}, DROP, REFUSAL_FIELD_MISSING, "amount"},
        {COMMAND_PROPOSE_ADJUSTMENT, {5, 1}, DROP, REFUSAL_AMOUNT_ZERO, "amount.fen"},
        {COMMAND_PROPOSE_ADJUSTMENT,
         {5, 1},
         NUMBER(UINT64_MAX),
         REFUSAL_AMOUNT_NEGATIVE,
         "amount.fen"},
        {COMMAND_PROPOSE_ADJUSTMENT, {5, 1}, NUMBER(INT64_MAX), REFUSAL_NONE, ""},
        {COMMAND_PROPOSE_ADJUSTMENT, {5, 2}, BYTES("USD"), REFUSAL_CURRENCY, "amount.currency"},
        {COMMAND_PROPOSE_ADJUSTMENT, {6}, DROP, REFUSAL_FIELD_MISSING, "text"},
        {COMMAND_PROPOSE_ADJUSTMENT, {6}, BYTES(X280), REFUSAL_NONE, ""},
        {COMMAND_PROPOSE_ADJUSTMENT, {6}, BYTES(X280 "x"), REFUSAL_FIELD_INVALID, "text"},
        {COMMAND_ACCEPT_ADJUSTMENT, {3}, DROP, REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_cancel_by_request),
        cmocka_unit_test(test_amend),
        cmocka_unit_test(test_amend_says_whether_it_has_an_agreement),
        cmocka_unit_test(test_rebind),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_bank_hold_without_reference),
        cmocka_unit_test(test_reports),
        cmocka_unit_test(test_each_event),
        cmocka_unit_test(test_what_is_left),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_standard_page),
        cmocka_unit_test(test_payment),
        cmocka_unit_test(test_returns_and_cancels),
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_adjustments),
        cmocka_unit_test(test_cards),
        cmocka_unit_test(test_card_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
