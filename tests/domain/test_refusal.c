/*
 * The table of refusals: whole, well-formed, with the codes and the advice on retrying that the
 * rules name, and with texts into which nothing of a person can get.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ctype.h>

#include "domain/identifier.h"
#include "domain/refusal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void every_code_has_its_row(void **state) {
    (void)state;
    for (int code = 0; code < REFUSAL_CODES; code++) {
        const struct refusal_row *row = refusal_row((enum refusal_code)code);
        assert_non_null(row);
        assert_int_equal(row->code, code);
        assert_non_null(row->reason);
        assert_non_null(row->detail);
        assert_non_null(row->text);
    }
}

static void listing_gives_each_refusal_once(void **state) {
    (void)state;
    for (size_t i = 0; i + 1 < REFUSAL_CODES; i++)
        assert_ptr_equal(refusal_at(i), refusal_row((enum refusal_code)(i + 1)));
    assert_null(refusal_at(REFUSAL_CODES - 1));
    assert_null(refusal_at(SIZE_MAX));
}

static void reasons_are_iso_codes_or_empty(void **state) {
    (void)state;
    for (size_t i = 0; refusal_at(i) != NULL; i++) {
        const struct refusal_row *row = refusal_at(i);
        if (row->code == REFUSAL_UNSUPPORTED || row->code == REFUSAL_WINDOW)
            assert_string_equal(row->reason, "");
        else
            assert_true(reason_code_valid(span_text(row->reason)));
    }
    assert_string_equal(refusal_row(REFUSAL_NONE)->reason, "");
    assert_int_equal(refusal_row(REFUSAL_NONE)->retry, RETRY_NONE);
}

static void details_are_words_and_differ(void **state) {
    (void)state;
    for (size_t i = 0; refusal_at(i) != NULL; i++) {
        const char *detail = refusal_at(i)->detail;
        assert_in_range(strlen(detail), 3, 32);
        for (const char *at = detail; *at != '\0'; at++)
            assert_true(isupper((unsigned char)*at) || *at == '_');
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(detail, refusal_at(j)->detail);
    }
}

/* Fixed sentences: nothing to be filled in, no number longer than a day's or a window's. */
static void texts_are_for_people_and_about_nobody(void **state) {
    (void)state;
    for (size_t i = 0; refusal_at(i) != NULL; i++) {
        const char *text = refusal_at(i)->text;
        size_t length = strlen(text);
        unsigned digits = 0;
        assert_in_range(length, 20, 200);
        assert_true(isupper((unsigned char)text[0]));
        assert_true(text[length - 1] == '.');
        for (const char *at = text; *at != '\0'; at++) {
            assert_in_range(*at, 0x20, 0x7e);
            assert_true(*at != '%');
            digits = isdigit((unsigned char)*at) ? digits + 1 : 0;
            assert_true(digits <= 2);
        }
    }
}

static bool among(enum refusal_code code, const enum refusal_code *codes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (codes[i] == code)
            return true;
    }
    return false;
}

static void retry_is_never_but_for_these(void **state) {
    (void)state;
    static const enum refusal_code new_id[] = {
        REFUSAL_BANK_OFFLINE,
        REFUSAL_BANK_OFFLINE_CREDITOR,
        REFUSAL_TIMEOUT_INSTRUCTED,
        REFUSAL_TIMEOUT_DEBTOR,
        REFUSAL_CHALLENGE_NOT_SENT,
        REFUSAL_UNANSWERED,
        REFUSAL_AGREED_DAY,
        REFUSAL_AGREED_COUNT,
        REFUSAL_AGREED_YEAR,
        REFUSAL_COOL_DOWN,
        REFUSAL_QUESTIONS,
        REFUSAL_EVENTS,
        REFUSAL_PEER_HELD,
        REFUSAL_BUCKET,
        REFUSAL_CAP,
        REFUSAL_LIQUIDITY,
        REFUSAL_QUOTA,
    };
    static const enum refusal_code same_id[] = {REFUSAL_WINDOW, REFUSAL_BUSY, REFUSAL_BANK_HELD};
    for (size_t i = 0; refusal_at(i) != NULL; i++) {
        const struct refusal_row *row = refusal_at(i);
        enum retry expected = RETRY_NEVER;
        if (among(row->code, new_id, COUNT(new_id)))
            expected = RETRY_NEW_ID;
        if (among(row->code, same_id, COUNT(same_id)))
            expected = RETRY_SAME_ID_LATER;
        assert_int_equal(row->retry, expected);
    }
}

/* What the rules say of each, word for word. */
static const struct {
    enum refusal_code code;
    const char *reason;
    const char *detail; /* NULL: not named there */
} rules[] = {
    {REFUSAL_UNSUPPORTED, "", "UNSUPPORTED"},
    {REFUSAL_MALFORMED, "FF08", NULL},
    {REFUSAL_FIELD_MISSING, "FF08", NULL},
    {REFUSAL_FIELD_INVALID, "FF08", NULL},
    {REFUSAL_FIELD_UNKNOWN, "FF08", NULL},
    {REFUSAL_WINDOW, "", NULL},
    {REFUSAL_BUSY, "ED06", NULL},
    {REFUSAL_NOT_GRANTED, "AG08", NULL},
    {REFUSAL_ROLE, "AG01", NULL},
    {REFUSAL_BANK_CODE_DEBTOR, "DNOR", NULL},
    {REFUSAL_BANK_CODE_CREDITOR, "CNOR", NULL},
    {REFUSAL_ACCOUNT, "AC01", NULL},
    {REFUSAL_ACCOUNT_DEBTOR, "AC02", NULL},
    {REFUSAL_ACCOUNT_CREDITOR, "AC03", NULL},
    {REFUSAL_AMOUNT_ZERO, "AM01", NULL},
    {REFUSAL_AMOUNT_NEGATIVE, "AM12", NULL},
    {REFUSAL_CURRENCY, "AM03", NULL},
    {REFUSAL_BANK_SUSPENDED, "AG10", NULL},
    {REFUSAL_PEER_SUSPENDED, "AG11", NULL},
    {REFUSAL_REPLAY_TOO_OLD, "DT01", "REPLAY_TOO_OLD"},
    {REFUSAL_DUPLICATE, "DUPL", NULL},
    {REFUSAL_CONSENT, "MD02", "CONSENT"},
    {REFUSAL_NO_SUCH_LINK, "MD01", NULL},
    {REFUSAL_LINK_NOT_ACTIVE, "MD01", "LINK_NOT_ACTIVE"},
    {REFUSAL_LINK_SUSPENDED, "MD01", "LINK_SUSPENDED"},
    {REFUSAL_LINK_CLOSING, "MD01", "LINK_CLOSING"},
    {REFUSAL_LINK_EXISTS, "MD02", "LINK_EXISTS"},
    {REFUSAL_LINK_STATE, "MD01", "LINK_STATE"},
    {REFUSAL_SCOPE, "AG08", "SCOPE"},
    {REFUSAL_KIND_DISABLED, "AG03", NULL},
    {REFUSAL_AGREED_LIMIT, "AM14", "AGREED"},
    {REFUSAL_AGREED_DAY, "AM14", "AGREED_DAY"},
    {REFUSAL_AGREED_COUNT, "AM14", "AGREED_COUNT"},
    {REFUSAL_AGREED_YEAR, "AM14", "AGREED_YEAR"},
    {REFUSAL_COOL_DOWN, "AM14", "COOL_DOWN"},
    {REFUSAL_SAME_BANK, "CNOR", "SAME_BANK"},
    {REFUSAL_SAME_ACCOUNT, "MD02", "SAME_ACCOUNT"},
    {REFUSAL_COUNT_CLASS2, "AG01", "COUNT_CLASS_II"},
    {REFUSAL_COUNT_CLASS3, "AG01", "COUNT_CLASS_III"},
    {REFUSAL_COUNT_BOUND, "AG01", "COUNT_BOUND"},
    {REFUSAL_COUNT_CLASS1, "AG01", "COUNT_CLASS_I"},
    {REFUSAL_LIMITS_NEEDED, "MD02", "LIMITS"},
    {REFUSAL_AGREEMENT, "MD02", "AGREEMENT"},
    {REFUSAL_HOLDS, "MS03", "HOLDS"},
    {REFUSAL_NO_SUCH_HOLD, "MD01", "NO_SUCH_HOLD"},
    {REFUSAL_AUTHORITY, "AG08", "AUTHORITY"},
    {REFUSAL_HISTORY, "MS03", "HISTORY"},
    {REFUSAL_NO_SUCH_ACCOUNT, "AC01", "NO_SUCH_ACCOUNT"},
    {REFUSAL_PERSON, "BE01", "PERSON"},
    {REFUSAL_PAYMENT, "AG03", "PAYMENT"},
    {REFUSAL_MERCHANT, "FF08", "MERCHANT"},
    {REFUSAL_BANK_OFFLINE, "AB07", NULL},
    {REFUSAL_BANK_OFFLINE_CREDITOR, "AB08", NULL},
    {REFUSAL_UNANSWERED, "ED06", "UNANSWERED"},
    {REFUSAL_TIMEOUT_INSTRUCTED, "AB06", NULL},
    {REFUSAL_TIMEOUT_DEBTOR, "AB11", NULL},
    {REFUSAL_NO_SUCH_TRANSFER, "NOOR", "NO_SUCH_TRANSFER"},
    {REFUSAL_NOT_YOURS, "AG08", "NOT_YOURS"},
    {REFUSAL_TRANSFER_STATE, "MS03", "TRANSFER_STATE"},
    {REFUSAL_POSTED, "AGNT", "POSTED"},
    {REFUSAL_RETURNED, "ARDT", "RETURNED"},
    {REFUSAL_RETURN_EXCEEDS, "AM09", "RETURN_EXCEEDS"},
    {REFUSAL_RETURN_OF_RETURN, "AG03", "RETURN_OF_RETURN"},
    {REFUSAL_STEP_UP, "MS03", "STEP_UP"},
    {REFUSAL_QUESTIONS, "ED06", "QUESTIONS"},
    {REFUSAL_NO_SUCH_CASE, "NOOR", "NO_SUCH_CASE"},
    {REFUSAL_CASE_EXISTS, "MS03", "CASE_EXISTS"},
    {REFUSAL_CASE_STATE, "MS03", "CASE_STATE"},
    {REFUSAL_CASE_FULL, "MS03", "CASE_FULL"},
    {REFUSAL_CASE_ROLE, "AG08", "CASE_ROLE"},
    {REFUSAL_NO_CHALLENGE, "MS02", "NO_CHALLENGE"},
    {REFUSAL_CODE_WRONG, "MS02", "CODE_WRONG"},
    {REFUSAL_CODE_EXPIRED, "MS02", "CODE_EXPIRED"},
    {REFUSAL_CODE_TOO_MANY, "MS02", "CODE_TOO_MANY"},
    {REFUSAL_TRIES, "BE01", "TRIES"},
    {REFUSAL_MISMATCH, "BE01", NULL},
    {REFUSAL_CLASS_DEBTOR, "AC13", NULL},
    {REFUSAL_CLASS_CREDITOR, "AC14", NULL},
    {REFUSAL_CHALLENGE_NOT_SENT, "MS03", "NOT_SENT"},
    {REFUSAL_FROZEN, "ED06", "FROZEN"},
    {REFUSAL_INVARIANT, "ED06", "INVARIANT"},
    {REFUSAL_QUARANTINED, "ED06", "QUARANTINED"},
    {REFUSAL_BANK_EXISTS, "DUPL", "BANK_EXISTS"},
    {REFUSAL_NO_SUCH_BANK, "DNOR", "NO_SUCH_BANK"},
    {REFUSAL_NO_SUCH_OBJECT, "MD01", "NO_SUCH_OBJECT"},
    {REFUSAL_NOT_FROZEN, "MS03", "NOT_FROZEN"},
    {REFUSAL_BANK_STATE, "MS03", "BANK_STATE"},
    {REFUSAL_PINS, "MS03", "PINS"},
    {REFUSAL_PIN_EXISTS, "DUPL", "PIN_EXISTS"},
    {REFUSAL_NO_SUCH_PIN, "MD01", "NO_SUCH_PIN"},
    {REFUSAL_NO_SUCH_APPROVAL, "MD01", "NO_SUCH_APPROVAL"},
    {REFUSAL_SAME_PERSON, "AG08", "SAME_PERSON"},
    {REFUSAL_APPROVAL_STATE, "MS03", "APPROVAL_STATE"},
    {REFUSAL_APPROVALS, "MS03", "APPROVALS"},
    {REFUSAL_NOT_REQUESTER, "AG08", "NOT_REQUESTER"},
    {REFUSAL_BANK_HELD, "AG10", "BANK_HELD"},
    {REFUSAL_PEER_HELD, "AG11", "PEER_HELD"},
    {REFUSAL_TOTALS, "AM10", "TOTALS"},
    {REFUSAL_CLASS, "AG01", "CLASS"},
    {REFUSAL_NOT_FUNDED, "AG01", "NOT_FUNDED"},
    {REFUSAL_AMOUNT_ABOVE, "AM02", NULL},
    {REFUSAL_AMOUNT_BELOW, "AM06", NULL},
    {REFUSAL_BUCKET, "RR04", "BUCKET"},
    {REFUSAL_FALLBACK, "AG03", "FALLBACK"},
    {REFUSAL_RULES, "FF08", "RULES"},
    {REFUSAL_RULES_PAST, "DT01", "RULES_PAST"},
    {REFUSAL_CAP, "AM23", "CAP"},
    {REFUSAL_LIQUIDITY, "AM23", "LIQUIDITY"},
    {REFUSAL_FUNDS_STATE, "MS03", "FUNDS_STATE"},
    {REFUSAL_NO_SUCH_ADJUSTMENT, "NOOR", "NO_SUCH_ADJUSTMENT"},
    {REFUSAL_ADJUSTMENT_EXISTS, "MS03", "ADJUSTMENT_EXISTS"},
    {REFUSAL_ADJUSTMENT_STATE, "MS03", "ADJUSTMENT_STATE"},
    {REFUSAL_ADJUSTMENT_ROLE, "AG08", "ADJUSTMENT_ROLE"},
    {REFUSAL_ADJUSTMENTS, "MS03", "ADJUSTMENTS"},
    {REFUSAL_NO_SUCH_WINDOW, "NOOR", "NO_SUCH_WINDOW"},
    {REFUSAL_WINDOW_STATE, "MS03", "WINDOW_STATE"},
    {REFUSAL_NO_SUCH_NET, "NOOR", "NO_SUCH_NET"},
    {REFUSAL_NET_SETTLED, "MS03", "NET_SETTLED"},
    {REFUSAL_SETTLEMENT_AMOUNT, "AM09", "SETTLEMENT_AMOUNT"},
    {REFUSAL_SETTLEMENT_REFERENCE, "MS03", "SETTLEMENT_REFERENCE"},
    {REFUSAL_SETTLEMENT_FUNDS, "ED05", "SETTLEMENT_FUNDS"},
    {REFUSAL_NO_SUCH_CARD, "NOOR", "NO_SUCH_CARD"},
    {REFUSAL_CARD_EXISTS, "MS03", "CARD_EXISTS"},
    {REFUSAL_CARD_STATE, "MS03", "CARD_STATE"},
    {REFUSAL_CARD_NUMBER, "AC16", "CARD_NUMBER"},
    {REFUSAL_EVENTS, "ED06", "EVENTS"},
    {REFUSAL_NO_SUCH_PRODUCT, "NOOR", "NO_SUCH_PRODUCT"},
    {REFUSAL_PRODUCT_CHANGED, "MS03", "PRODUCT_CHANGED"},
    {REFUSAL_PRODUCT_STATE, "MS03", "PRODUCT_STATE"},
    {REFUSAL_PRODUCT_TERMS, "MS03", "PRODUCT_TERMS"},
    {REFUSAL_PRODUCT_QUOTA, "MS03", "PRODUCT_QUOTA"},
    {REFUSAL_PRODUCT_BANKS, "MS03", "PRODUCT_BANKS"},
    {REFUSAL_PRODUCT_LIFE, "MS03", "PRODUCT_LIFE"},
    {REFUSAL_LEAD_SHARE, "MS03", "LEAD_SHARE"},
    {REFUSAL_KIND_INTERNAL, "AG03", "KIND_INTERNAL"},
    {REFUSAL_PERSON_MAXIMUM, "MS03", "PERSON_MAXIMUM"},
    {REFUSAL_NO_SUCH_LOAN, "NOOR", "NO_SUCH_LOAN"},
    {REFUSAL_LOAN_STATE, "MS03", "LOAN_STATE"},
    {REFUSAL_NO_SUCH_ORDER, "NOOR", "NO_SUCH_ORDER"},
    {REFUSAL_ORDER_STATE, "MS03", "ORDER_STATE"},
    {REFUSAL_NOT_ON_SALE, "MS03", "NOT_ON_SALE"},
    {REFUSAL_PRODUCT_DISABLED, "AG03", "PRODUCT_DISABLED"},
    {REFUSAL_DISTRIBUTOR, "AG08", "DISTRIBUTOR"},
    {REFUSAL_DEPOSIT_CHANNEL, "AG01", "DEPOSIT_CHANNEL"},
    {REFUSAL_SUITABILITY, "MS03", "SUITABILITY"},
    {REFUSAL_INCREMENT, "AM12", "INCREMENT"},
    {REFUSAL_QUOTA, "MS03", "QUOTA"},
    {REFUSAL_OWN_ACCOUNT, "AG03", "OWN_ACCOUNT"},
    {REFUSAL_ORDER_EXCEEDED, "AM09", "ORDER_EXCEEDED"},
    {REFUSAL_WORTH, "AM12", "WORTH"},
    {REFUSAL_CUT_OFF, "TM01", "CUT_OFF"},
    {REFUSAL_UNITS, "AM04", "UNITS"},
    {REFUSAL_LOAN_LIMIT, "AM14", "LOAN_LIMIT"},
    {REFUSAL_LOAN_ABOVE, "AM09", "LOAN_ABOVE"},
    {REFUSAL_INTEREST, "AM09", "INTEREST"},
    {REFUSAL_INSTALMENTS, "AM10", "INSTALMENTS"},
};

static void codes_are_those_of_the_rules(void **state) {
    (void)state;
    assert_int_equal(COUNT(rules), REFUSAL_CODES - 1);
    for (size_t i = 0; i < COUNT(rules); i++) {
        const struct refusal_row *row = refusal_row(rules[i].code);
        assert_int_equal(rules[i].code, i + 1); /* every code once */
        assert_string_equal(row->reason, rules[i].reason);
        if (rules[i].detail != NULL)
            assert_string_equal(row->detail, rules[i].detail);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_row),
        cmocka_unit_test(listing_gives_each_refusal_once),
        cmocka_unit_test(reasons_are_iso_codes_or_empty),
        cmocka_unit_test(details_are_words_and_differ),
        cmocka_unit_test(texts_are_for_people_and_about_nobody),
        cmocka_unit_test(retry_is_never_but_for_these),
        cmocka_unit_test(codes_are_those_of_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
