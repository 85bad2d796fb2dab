/*
 * The requests of one view, of events at counters and of referrals: each field missing, malformed, at
 * its bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/rows.h"

static void test_overview(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_QUERY_OVERVIEW),
        OBJECT_ID(COMMAND_QUERY_OVERVIEW, 2, "link_id"),
        NO_ID_OR_ANY(COMMAND_QUERY_OVERVIEW, 4, "after_link_id"),
        {COMMAND_QUERY_OVERVIEW, /* exactly one of the two */
         {3},
         BYTES("6226220000000009"),
         REFUSAL_FIELD_INVALID,
         "account_number"},
        {COMMAND_QUERY_OVERVIEW, {3}, BYTES("6226"), REFUSAL_ACCOUNT, "account_number"},
    };
    (void)state;
    CHECK(rows);
}

static void test_offline_event(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_OFFLINE_EVENT),
        OBJECT_ID(COMMAND_OFFLINE_EVENT, 2, "link_id"),
        {COMMAND_OFFLINE_EVENT, {3}, DROP, REFUSAL_FIELD_INVALID, "type"},
        {COMMAND_OFFLINE_EVENT, {3}, NUMBER(8), REFUSAL_FIELD_INVALID, "type"},
        {COMMAND_OFFLINE_EVENT, {3}, NUMBER(3), REFUSAL_NONE, ""},
        {COMMAND_OFFLINE_EVENT, {3}, NUMBER(4), REFUSAL_FIELD_INVALID, "amount"},
        {COMMAND_OFFLINE_EVENT, {4}, DROP, REFUSAL_FIELD_MISSING, "at_ms"},
        {COMMAND_OFFLINE_EVENT, {4}, NUMBER(-1), REFUSAL_FIELD_INVALID, "at_ms"},
        {COMMAND_OFFLINE_EVENT, {5}, DROP, REFUSAL_NONE, ""},
        {COMMAND_OFFLINE_EVENT, {5, 1}, NUMBER(0), REFUSAL_AMOUNT_ZERO, "amount.fen"},
        {COMMAND_OFFLINE_EVENT, {5, 1}, NUMBER(-1), REFUSAL_AMOUNT_NEGATIVE, "amount.fen"},
        {COMMAND_OFFLINE_EVENT, {5, 2}, BYTES("USD"), REFUSAL_CURRENCY, "amount.currency"},
        {COMMAND_OFFLINE_EVENT, {6}, DROP, REFUSAL_NONE, ""},
        {COMMAND_OFFLINE_EVENT, {6}, BYTES(X64), REFUSAL_NONE, ""},
        {COMMAND_OFFLINE_EVENT, {6}, BYTES(X64 "x"), REFUSAL_FIELD_INVALID, "place"},
        {COMMAND_OFFLINE_EVENT, {6}, BYTES("a\nb"), REFUSAL_FIELD_INVALID, "place"},
    };
    (void)state;
    CHECK(rows);
}

static void test_referral(void **state) {
    static const struct row rows[] = {
        REQUEST_ID(COMMAND_REFERRAL),
        {COMMAND_REFERRAL, {2}, BYTES("999100000021"), REFUSAL_BANK_CODE_CREDITOR, "bank_code"},
        {COMMAND_REFERRAL, {3}, DROP, REFUSAL_FIELD_MISSING, "person"},
        {COMMAND_REFERRAL, {3, 1}, DROP, REFUSAL_FIELD_MISSING, "person.name"},
        {COMMAND_REFERRAL, {3, 3}, DROP, REFUSAL_FIELD_MISSING, "person.id_number"},
        {COMMAND_REFERRAL, {3, 4}, BYTES("1380000000"), REFUSAL_FIELD_INVALID, "person.mobile"},
        {COMMAND_REFERRAL, {4}, DROP, REFUSAL_CONSENT, "consent"},
        {COMMAND_REFERRAL, /* to somebody else */
         {4, 1},
         BYTES("999100000011"),
         REFUSAL_CONSENT,
         "consent.recipient_bank_code"},
        {COMMAND_REFERRAL, {4, 2}, DROP, REFUSAL_CONSENT, "consent.purpose"},
        {COMMAND_REFERRAL, {4, 3}, BYTES("name"), REFUSAL_CONSENT, "consent.fields"},
        {COMMAND_REFERRAL, {4, 4}, DROP, REFUSAL_CONSENT, "consent.text_sha256"},
        {COMMAND_REFERRAL, {4, 5}, DROP, REFUSAL_CONSENT, "consent.given_at_ms"},
    };
    (void)state;
    CHECK(rows);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overview),
        cmocka_unit_test(test_offline_event),
        cmocka_unit_test(test_referral),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
