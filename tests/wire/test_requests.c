/*
 * What a bank asks, with one field changed at a time: each refusal of the codec, with its code and
 * its field, and the values at the edge that still pass.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/rows.h"

#define NINES34 "9999999999999999999999999999999999"

static void test_ids(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_OPEN_LINK),
        REQUEST_ID(COMMAND_START_CHALLENGE),
        REQUEST_ID(COMMAND_ANSWER_CHALLENGE),
        REQUEST_ID(COMMAND_CLOSE_LINK),
        REQUEST_ID(COMMAND_SUBMIT_TRANSFER),
        OBJECT_ID(COMMAND_START_CHALLENGE, 2, "link_id"),
        OBJECT_ID(COMMAND_ANSWER_CHALLENGE, 2, "link_id"),
        OBJECT_ID(COMMAND_CLOSE_LINK, 2, "link_id"),
        OBJECT_ID(COMMAND_GET_LINK, 1, "link_id"),
        OBJECT_ID(COMMAND_SUBMIT_TRANSFER, 2, "link_id"),
        OBJECT_ID(COMMAND_CONFIRM_CREDIT, 1, "transfer_id"),
        {COMMAND_GET_LINK, {2}, BYTES(UUID "\1"), REFUSAL_FIELD_INVALID, "request_id"},
        {COMMAND_GET_TRANSFER, {1}, BYTES(UUID "\1"), REFUSAL_FIELD_INVALID, "request_id"},
        {COMMAND_GET_TRANSFER, {2}, DROP, REFUSAL_FIELD_MISSING, "transfer_id"},
        {COMMAND_GET_TRANSFER, {2}, BYTES(UUID), REFUSAL_FIELD_INVALID, "request_id"},
    };
    (void)state;
    CHECK(rows);
}

static void test_accounts(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_LINK, {2}, DROP, REFUSAL_FIELD_MISSING, "class2_account"},
        {COMMAND_OPEN_LINK, {2, 1}, DROP, REFUSAL_BANK_CODE_CREDITOR, "class2_account.bank_code"},
        {COMMAND_OPEN_LINK,
         {2, 1},
         BYTES("323584000889"),
         REFUSAL_BANK_CODE_CREDITOR,
         "class2_account.bank_code"},
        {COMMAND_OPEN_LINK,
         {2, 1},
         BYTES("32358400088A"),
         REFUSAL_BANK_CODE_CREDITOR,
         "class2_account.bank_code"},
        {COMMAND_OPEN_LINK,
         {2, 1},
         BYTES("999100000011\0"),
         REFUSAL_BANK_CODE_CREDITOR,
         "class2_account.bank_code"},
        {COMMAND_OPEN_LINK, {2, 2}, DROP, REFUSAL_ACCOUNT_CREDITOR, "class2_account.number"},
        {COMMAND_OPEN_LINK,
         {2, 2},
         BYTES("1234"),
         REFUSAL_ACCOUNT_CREDITOR,
         "class2_account.number"},
        {COMMAND_OPEN_LINK,
         {2, 2},
         BYTES(NINES34 "9"),
         REFUSAL_ACCOUNT_CREDITOR,
         "class2_account.number"},
        {COMMAND_OPEN_LINK,
         {2, 2},
         BYTES("12345a"),
         REFUSAL_ACCOUNT_CREDITOR,
         "class2_account.number"},
        {COMMAND_OPEN_LINK, {2, 2}, BYTES(NINES34), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {2, 3}, DROP, REFUSAL_CLASS_CREDITOR, "class2_account.account_class"},
        {COMMAND_OPEN_LINK,
         {2, 3},
         NUMBER(1),
         REFUSAL_CLASS_CREDITOR,
         "class2_account.account_class"},
        {COMMAND_OPEN_LINK,
         {2, 3},
         NUMBER(4),
         REFUSAL_CLASS_CREDITOR,
         "class2_account.account_class"},
        {COMMAND_OPEN_LINK, {2, 3}, NUMBER(3), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {2, 4}, DROP, REFUSAL_FIELD_INVALID, "class2_account.opening"},
        {COMMAND_OPEN_LINK, {2, 4}, NUMBER(3), REFUSAL_FIELD_INVALID, "class2_account.opening"},
        {COMMAND_OPEN_LINK, {2, 4}, NUMBER(-1), REFUSAL_FIELD_INVALID, "class2_account.opening"},
        {COMMAND_OPEN_LINK, {2, 4}, NUMBER(2), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {3}, DROP, REFUSAL_FIELD_MISSING, "class1_account"},
        {COMMAND_OPEN_LINK,
         {3, 1},
         BYTES("325384000888"),
         REFUSAL_BANK_CODE_DEBTOR,
         "class1_account.bank_code"},
        {COMMAND_OPEN_LINK,
         {3, 1},
         BYTES("999100000011"),
         REFUSAL_SAME_BANK,
         "class1_account.bank_code"},
        {COMMAND_OPEN_LINK, {3, 2}, BYTES("0"), REFUSAL_ACCOUNT_DEBTOR, "class1_account.number"},
        {COMMAND_OPEN_LINK,
         {3, 3},
         NUMBER(2),
         REFUSAL_CLASS_DEBTOR,
         "class1_account.account_class"},
        {COMMAND_OPEN_LINK, {3, 3}, DROP, REFUSAL_CLASS_DEBTOR, "class1_account.account_class"},
        {COMMAND_OPEN_LINK, {3, 4}, NUMBER(3), REFUSAL_FIELD_INVALID, "class1_account.opening"},
        {COMMAND_OPEN_LINK, {3, 4}, NUMBER(1), REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK(rows);
}

static void test_person(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_LINK, {4}, DROP, REFUSAL_FIELD_MISSING, "person"},
        {COMMAND_OPEN_LINK, {4, 1}, DROP, REFUSAL_FIELD_MISSING, "person.name"},
        {COMMAND_OPEN_LINK, {4, 1}, BYTES(X128 "x"), REFUSAL_FIELD_INVALID, "person.name"},
        {COMMAND_OPEN_LINK, {4, 1}, BYTES(X128), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {4, 1}, BYTES("\xf0\xa0\xae\xb7·é"), REFUSAL_NONE, ""}, /* rare */
        {COMMAND_OPEN_LINK, {4, 1}, BYTES("a\nb"), REFUSAL_FIELD_INVALID, "person.name"},
        {COMMAND_OPEN_LINK, {4, 2}, DROP, REFUSAL_FIELD_INVALID, "person.id_type"},
        {COMMAND_OPEN_LINK, {4, 2}, NUMBER(2), REFUSAL_FIELD_INVALID, "person.id_type"},
        {COMMAND_OPEN_LINK, {4, 3}, DROP, REFUSAL_FIELD_MISSING, "person.id_number"},
        {COMMAND_OPEN_LINK,
         {4, 3},
         BYTES("440300201602290015"),
         REFUSAL_FIELD_INVALID,
         "person.id_number"},
        {COMMAND_OPEN_LINK,
         {4, 3},
         BYTES("440300199102290010"),
         REFUSAL_FIELD_INVALID,
         "person.id_number"},
        {COMMAND_OPEN_LINK,
         {4, 3},
         BYTES("44030019900101018X\0"),
         REFUSAL_FIELD_INVALID,
         "person.id_number"},
        {COMMAND_OPEN_LINK, {4, 3}, BYTES("44030019900101018x"), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {4, 4}, DROP, REFUSAL_FIELD_MISSING, "person.mobile"},
        {COMMAND_OPEN_LINK, {4, 4}, BYTES("12800000001"), REFUSAL_FIELD_INVALID, "person.mobile"},
        {COMMAND_OPEN_LINK, {4, 4}, BYTES("1380000000"), REFUSAL_FIELD_INVALID, "person.mobile"},
    };
    (void)state;
    CHECK(rows);
}

static void test_scopes_and_limits(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_LINK, {5}, DROP, REFUSAL_FIELD_MISSING, "scopes"},
        {COMMAND_OPEN_LINK, {5}, BYTES("\0"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_OPEN_LINK, {5}, BYTES("\1\6"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_OPEN_LINK, {5}, BYTES("\1\4\1"), REFUSAL_FIELD_INVALID, "scopes"},
        {COMMAND_OPEN_LINK, {5}, NUMBER(1), REFUSAL_NONE, ""}, /* not packed */
        {COMMAND_OPEN_LINK, {5}, BYTES("\5\4\3\2\1"), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {6}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_OPEN_LINK, {6, 1}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_OPEN_LINK, {6, 1}, NUMBER(-1), REFUSAL_FIELD_INVALID, "limits.single_fen"},
        {COMMAND_OPEN_LINK, {6, 1}, NUMBER(INT64_MAX), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {6, 2}, DROP, REFUSAL_LIMITS_NEEDED, "limits"},
        {COMMAND_OPEN_LINK, {6, 2}, NUMBER(INT64_MIN), REFUSAL_FIELD_INVALID, "limits.daily_fen"},
        {COMMAND_OPEN_LINK, {6, 3}, DROP, REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {6, 4}, DROP, REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {6, 4}, NUMBER(-1), REFUSAL_FIELD_INVALID, "limits.yearly_fen"},
    };
    (void)state;
    CHECK(rows);
}

/* Which scopes need limits at all. */
static void test_limits_by_scope(void **state) {
    static const unsigned scopes_path[EDIT_DEPTH] = {5}, limits_path[EDIT_DEPTH] = {6};
    static const struct edit drop = DROP;
    (void)state;
    for (unsigned scope = LINK_SCOPE_COLLECT; scope <= LINK_SCOPE_PRODUCTS; scope++) {
        struct buf golden, without, edited;
        struct edit one = {EDIT_NUMBER, scope, {NULL, 0}};
        struct refusal refusal;
        int verdict;
        buf_init(&golden);
        buf_init(&without);
        buf_init(&edited);
        golden_bytes(golden_of(COMMAND_OPEN_LINK), &golden);
        edit_field(buf_span(&golden), limits_path, &drop, &without);
        edit_field(buf_span(&without), scopes_path, &one, &edited);
        struct command *command =
            golden_read(COMMAND_OPEN_LINK, buf_span(&edited), &verdict, &refusal);
        bool moving = scope == LINK_SCOPE_COLLECT || scope == LINK_SCOPE_PAY;
        assert_int_equal(refusal.code, moving ? REFUSAL_LIMITS_NEEDED : REFUSAL_NONE);
        command_free(command);
        buf_deinit(&golden);
        buf_deinit(&without);
        buf_deinit(&edited);
    }
}

static void test_agreement(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_LINK, {7}, DROP, REFUSAL_FIELD_MISSING, "agreement"},
        {COMMAND_OPEN_LINK, {7, 1}, DROP, REFUSAL_FIELD_MISSING, "agreement.version"},
        {COMMAND_OPEN_LINK, {7, 1}, BYTES(X32 "x"), REFUSAL_FIELD_INVALID, "agreement.version"},
        {COMMAND_OPEN_LINK, {7, 1}, BYTES(X32), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {7, 2}, DROP, REFUSAL_FIELD_MISSING, "agreement.text_sha256"},
        {COMMAND_OPEN_LINK, {7, 2}, BYTES("x"), REFUSAL_FIELD_INVALID, "agreement.text_sha256"},
        {COMMAND_OPEN_LINK, {7, 2}, BYTES(X32 "x"), REFUSAL_FIELD_INVALID, "agreement.text_sha256"},
        {COMMAND_OPEN_LINK, {7, 3}, DROP, REFUSAL_FIELD_MISSING, "agreement.accepted_at_ms"},
        {COMMAND_OPEN_LINK, {7, 3}, NUMBER(-1), REFUSAL_FIELD_INVALID, "agreement.accepted_at_ms"},
        {COMMAND_OPEN_LINK, {7, 4}, DROP, REFUSAL_FIELD_MISSING, "agreement.channel"},
        {COMMAND_OPEN_LINK, {7, 4}, BYTES("PHONE"), REFUSAL_FIELD_INVALID, "agreement.channel"},
        {COMMAND_OPEN_LINK, {7, 4}, BYTES("WEB"), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {7, 4}, BYTES("COUNTER"), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {7, 5}, DROP, REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK,
         {7, 5},
         BYTES("2030-02-29"),
         REFUSAL_FIELD_INVALID,
         "agreement.ends_on"},
        {COMMAND_OPEN_LINK, {7, 5}, BYTES("2030-1-1"), REFUSAL_FIELD_INVALID, "agreement.ends_on"},
    };
    (void)state;
    CHECK(rows);
}

static void test_consent(void **state) {
    static const struct row rows[] = {
        {COMMAND_OPEN_LINK, {8}, DROP, REFUSAL_CONSENT, "consent"},
        {COMMAND_OPEN_LINK, {8, 1}, DROP, REFUSAL_CONSENT, "consent.recipient_bank_code"},
        {COMMAND_OPEN_LINK,
         {8, 1},
         BYTES("999100000011"),
         REFUSAL_CONSENT,
         "consent.recipient_bank_code"},
        {COMMAND_OPEN_LINK, {8, 2}, DROP, REFUSAL_CONSENT, "consent.purpose"},
        {COMMAND_OPEN_LINK, {8, 2}, BYTES(X64 "x"), REFUSAL_CONSENT, "consent.purpose"},
        {COMMAND_OPEN_LINK, {8, 2}, BYTES("a\tb"), REFUSAL_CONSENT, "consent.purpose"},
        {COMMAND_OPEN_LINK, {8, 2}, BYTES(X64), REFUSAL_NONE, ""},
        {COMMAND_OPEN_LINK, {8, 3}, DROP, REFUSAL_CONSENT, "consent.fields"},
        {COMMAND_OPEN_LINK, {8, 3}, BYTES("name"), REFUSAL_CONSENT, "consent.fields"},
        {COMMAND_OPEN_LINK, {8, 3}, BYTES("address"), REFUSAL_CONSENT, "consent.fields"},
        {COMMAND_OPEN_LINK, {8, 4}, DROP, REFUSAL_CONSENT, "consent.text_sha256"},
        {COMMAND_OPEN_LINK, {8, 4}, BYTES(X35), REFUSAL_CONSENT, "consent.text_sha256"},
        {COMMAND_OPEN_LINK, {8, 5}, DROP, REFUSAL_CONSENT, "consent.given_at_ms"},
        {COMMAND_OPEN_LINK, {8, 5}, NUMBER(-1), REFUSAL_CONSENT, "consent.given_at_ms"},
    };
    (void)state;
    CHECK(rows);
}

static void test_link_requests(void **state) {
    static const struct row rows[] = {
        {COMMAND_ANSWER_CHALLENGE, {3}, DROP, REFUSAL_FIELD_MISSING, "code"},
        {COMMAND_ANSWER_CHALLENGE, {3}, BYTES(X64 "x"), REFUSAL_FIELD_INVALID, "code"},
        {COMMAND_ANSWER_CHALLENGE, {3}, BYTES(X64), REFUSAL_NONE, ""},
        REASON(COMMAND_CLOSE_LINK, 3, "reason"),
    };
    (void)state;
    CHECK(rows);
}

static void test_transfer(void **state) {
    static const struct row rows[] = {
        {COMMAND_SUBMIT_TRANSFER, {3}, DROP, REFUSAL_FIELD_INVALID, "kind"},
        {COMMAND_SUBMIT_TRANSFER, {3}, NUMBER(16), REFUSAL_FIELD_INVALID, "kind"},
        {COMMAND_SUBMIT_TRANSFER, {3}, NUMBER(4), REFUSAL_NONE, ""}, /* the sample names all */
        {COMMAND_SUBMIT_TRANSFER, {3}, NUMBER(2), REFUSAL_MERCHANT, "creditor.bank_code"},
        {COMMAND_SUBMIT_TRANSFER, {3}, NUMBER(3), REFUSAL_NONE, ""}, /* the ledger refuses it */
        {COMMAND_SUBMIT_TRANSFER, {4}, DROP, REFUSAL_FIELD_INVALID, "direction"},
        {COMMAND_SUBMIT_TRANSFER, {4}, NUMBER(3), REFUSAL_FIELD_INVALID, "direction"},
        {COMMAND_SUBMIT_TRANSFER, {4}, NUMBER(1), REFUSAL_NONE, ""},
        AMOUNT_OF(COMMAND_SUBMIT_TRANSFER, 5),
        {COMMAND_SUBMIT_TRANSFER, {6}, DROP, REFUSAL_FIELD_MISSING, "end_to_end_id"},
        {COMMAND_SUBMIT_TRANSFER, {6}, BYTES(X35 "x"), REFUSAL_FIELD_INVALID, "end_to_end_id"},
        {COMMAND_SUBMIT_TRANSFER, {6}, BYTES(X35), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {7}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {7}, BYTES("cash"), REFUSAL_FIELD_INVALID, "purpose"},
        {COMMAND_SUBMIT_TRANSFER, {7}, BYTES("CASHX"), REFUSAL_FIELD_INVALID, "purpose"},
        {COMMAND_SUBMIT_TRANSFER, {7}, BYTES("CAS1"), REFUSAL_FIELD_INVALID, "purpose"},
        {COMMAND_SUBMIT_TRANSFER, {8}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {8}, BYTES(X140), REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {8}, BYTES(X140 "x"), REFUSAL_FIELD_INVALID, "remittance"},
        {COMMAND_SUBMIT_TRANSFER, {9}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {9, 1}, BYTES(X128 "x"), REFUSAL_FIELD_INVALID, "debtor.name"},
        {COMMAND_SUBMIT_TRANSFER, {9, 2}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER,
         {9, 2},
         BYTES("12"),
         REFUSAL_ACCOUNT_DEBTOR,
         "debtor.account_number"},
        {COMMAND_SUBMIT_TRANSFER, {10}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {10, 1}, BYTES(X128 "x"), REFUSAL_FIELD_INVALID, "creditor.name"},
        {COMMAND_SUBMIT_TRANSFER,
         {10, 2},
         BYTES("12"),
         REFUSAL_ACCOUNT_CREDITOR,
         "creditor.account_number"},
        {COMMAND_SUBMIT_TRANSFER, {11}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {11}, BYTES(X10 "1234567"), REFUSAL_FIELD_INVALID, "channel"},
        {COMMAND_SUBMIT_TRANSFER, {12}, DROP, REFUSAL_NONE, ""},
        {COMMAND_SUBMIT_TRANSFER, {12}, BYTES(X32 "x"), REFUSAL_FIELD_INVALID, "authentication"},
        {COMMAND_SUBMIT_TRANSFER,
         {9, 3},
         BYTES("999100000020"),
         REFUSAL_FIELD_INVALID,
         "debtor.bank_code"},
        /* what only a payment has */
        {COMMAND_SUBMIT_TRANSFER,
         {10, 3},
         BYTES("999100000020"),
         REFUSAL_MERCHANT,
         "creditor.bank_code"},
        {COMMAND_SUBMIT_TRANSFER, {13}, BYTES(""), REFUSAL_MERCHANT, "merchant"},
        {COMMAND_SUBMIT_TRANSFER, {13, 1}, BYTES("shop"), REFUSAL_MERCHANT, "merchant"},
    };
    static const struct row ack_rows[] = {
        {COMMAND_ACK_NOTICES, {1}, DROP, REFUSAL_NONE, ""},
    };
    (void)state;
    CHECK_OF(rows, GOLDEN_SUBMIT_TRANSFER);
    CHECK(ack_rows);
}

/* Two faults: the one with the lower number is told. */
static void test_order_of_checks(void **state) {
    static const unsigned late[EDIT_DEPTH] = {12}, early[EDIT_DEPTH] = {6};
    static const struct edit too_long = BYTES(X64), drop = DROP;
    struct buf golden, once, twice;
    struct refusal refusal;
    int verdict;
    (void)state;
    buf_init(&golden);
    buf_init(&once);
    buf_init(&twice);
    golden_bytes(golden_of(COMMAND_SUBMIT_TRANSFER), &golden);
    edit_field(buf_span(&golden), late, &too_long, &once);
    edit_field(buf_span(&once), early, &drop, &twice);
    command_free(golden_read(COMMAND_SUBMIT_TRANSFER, buf_span(&twice), &verdict, &refusal));
    assert_int_equal(refusal.code, REFUSAL_FIELD_MISSING);
    assert_string_equal(refusal.field, "end_to_end_id");
    /* A field that is not known comes before both. */
    edit_append(99, &(const struct edit)NUMBER(1), &twice);
    command_free(golden_read(COMMAND_SUBMIT_TRANSFER, buf_span(&twice), &verdict, &refusal));
    assert_int_equal(refusal.code, REFUSAL_FIELD_UNKNOWN);
    buf_deinit(&golden);
    buf_deinit(&once);
    buf_deinit(&twice);
}

/* The small x of an ID number is accepted and kept as X. */
static void test_canonical_id_number(void **state) {
    static const unsigned path[EDIT_DEPTH] = {4, 3};
    static const struct edit small = BYTES("44030019900101018x");
    struct buf golden, edited;
    struct refusal refusal;
    int verdict;
    (void)state;
    buf_init(&golden);
    buf_init(&edited);
    golden_bytes(golden_of(COMMAND_OPEN_LINK), &golden);
    edit_field(buf_span(&golden), path, &small, &edited);
    struct command *command = golden_read(COMMAND_OPEN_LINK, buf_span(&edited), &verdict, &refusal);
    assert_int_equal(verdict, 0);
    assert_true(
        span_equal(command->body.open_link.person.id_number, SPAN_LITERAL("44030019900101018X")));
    command_free(command);
    buf_deinit(&golden);
    buf_deinit(&edited);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_person),
        cmocka_unit_test(test_scopes_and_limits),
        cmocka_unit_test(test_limits_by_scope),
        cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_consent),
        cmocka_unit_test(test_link_requests),
        cmocka_unit_test(test_transfer),
        cmocka_unit_test(test_order_of_checks),
        cmocka_unit_test(test_canonical_id_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
