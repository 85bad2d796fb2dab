/*
 * Products: every pair of states, each rule of terms and of sale broken alone, what a later version
 * may change, and who sees what. The expectations are written from the rules, not from the code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/product.h"

#define ISSUER 999100000011u
#define PARTNER 999100000020u
#define THIRD 999100000038u

static struct product wealth(void) {
    struct product product = {
        .issuer = ISSUER,
        .code = "W-1",
        .version = 1,
        .terms_version = 1,
        .state = PRODUCT_ON_SALE,
        .terms = {.kind = PRODUCT_WEALTH,
                  .name = "Steady 90",
                  .risk = 2,
                  .currency = "CNY",
                  .min_fen = 100000,
                  .increment_fen = 1000,
                  .person_max_fen = 5000000,
                  .term_days = 90,
                  .rate = 31000,
                  .cut_off = 900,
                  .confirm_days = 1,
                  .payout_days = 1},
        .sale = {.quota_fen = 100000000,
                 .from_ms = 1000,
                 .until_ms = 2000,
                 .price = 1000000,
                 .price_day = 19000,
                 .bank_count = 1,
                 .banks = {{PARTNER, false}}},
    };
    product.terms.sha256.bytes[0] = 1;
    return product;
}

static struct product loan(void) {
    struct product product = wealth();
    product.terms.kind = PRODUCT_LOAN;
    product.terms.risk = 0;
    product.terms.rate = 0;
    product.terms.loan = (struct loan_terms){.partner = PARTNER,
                                             .lead_share = 3000,
                                             .daily_rate = 500,
                                             .instalments = 3,
                                             .grace_days = 3};
    product.sale.price = 0;
    return product;
}

/* ---- states ---- */

static void every_pair_of_states(void **state) {
    (void)state;
    static const bool expected[PRODUCT_STATES][PRODUCT_STATES] = {
        /*                to: NONE   ON_SALE SUSPENDED WITHDRAWN */
        /* NONE */ {false, true, true, false},
        /* ON_SALE */ {false, true, true, true},
        /* SUSPENDED */ {false, true, true, true},
        /* WITHDRAWN */ {false, false, false, false},
    };
    for (int from = 0; from < PRODUCT_STATES; from++) {
        for (int to = 0; to < PRODUCT_STATES; to++)
            assert_int_equal(product_may_become((enum product_state)from, (enum product_state)to),
                             expected[from][to]);
    }
    assert_false(product_may_become((enum product_state)PRODUCT_STATES, PRODUCT_ON_SALE));
    assert_false(product_may_become(PRODUCT_ON_SALE, (enum product_state) - 1));
}

static void codes(void **state) {
    (void)state;
    assert_true(product_code_valid(SPAN_LITERAL("A")));
    assert_true(product_code_valid(SPAN_LITERAL("WMP_2026-01_ABCDEFGHIJKLMNOPQRST")));
    assert_false(product_code_valid(SPAN_LITERAL("WMP_2026-01_ABCDEFGHIJKLMNOPQRSTU")));
    assert_false(product_code_valid(SPAN_LITERAL("")));
    assert_false(product_code_valid(SPAN_LITERAL("w1")));
    assert_false(product_code_valid(SPAN_LITERAL("W 1")));
    assert_false(product_code_valid(SPAN_LITERAL("W\0")));
}

/* ---- one rule broken at a time ---- */

static void expect_terms(const struct product *product, enum refusal_code code, const char *field) {
    const char *found = "";
    assert_int_equal(product_check_terms(&product->terms, &found), code);
    assert_string_equal(found, field);
}

static void expect_sale(const struct product *product, enum refusal_code code, const char *field) {
    const char *found = "";
    assert_int_equal(product_check_sale(&product->terms, &product->sale, &found), code);
    assert_string_equal(found, field);
}

#define BROKEN(make, member, value, expect, code, field)                                           \
    do {                                                                                           \
        struct product broken = make();                                                            \
        broken.member = (value);                                                                   \
        expect(&broken, code, field);                                                              \
    } while (0)
#define TERMS(make, member, value, field)                                                          \
    BROKEN(make, terms.member, value, expect_terms, REFUSAL_FIELD_INVALID, "terms." field)
#define SALE(make, member, value, field)                                                           \
    BROKEN(make, sale.member, value, expect_sale, REFUSAL_FIELD_INVALID, "sale." field)

static void terms_of_what_is_bought(void **state) {
    (void)state;
    struct product good = wealth();
    expect_terms(&good, REFUSAL_NONE, "");
    TERMS(wealth, kind, PRODUCT_KIND_NONE, "kind");
    TERMS(wealth, kind, (enum product_kind)PRODUCT_KINDS, "kind");
    TERMS(wealth, risk, 0, "risk");
    TERMS(wealth, risk, 6, "risk");
    TERMS(wealth, person_max_fen, 99999, "person_maximum_fen");
    TERMS(wealth, person_max_fen, -1, "person_maximum_fen");
    TERMS(wealth, term_days, 36501, "term_days");
    TERMS(wealth, rate, 1000001, "rate");
    TERMS(wealth, cut_off, 1440, "cut_off_minute");
    TERMS(wealth, confirm_days, 31, "confirm_days");
    TERMS(wealth, payout_days, 31, "payout_days");
    TERMS(wealth, loan.grace_days, 1, "loan");
    BROKEN(wealth, terms.min_fen, 0, expect_terms, REFUSAL_AMOUNT_ZERO, "terms.minimum_fen");
    BROKEN(wealth, terms.min_fen, -1, expect_terms, REFUSAL_AMOUNT_NEGATIVE, "terms.minimum_fen");
    BROKEN(wealth, terms.increment_fen, 0, expect_terms, REFUSAL_AMOUNT_ZERO,
           "terms.increment_fen");
    BROKEN(wealth, terms.increment_fen, INT64_MIN, expect_terms, REFUSAL_AMOUNT_NEGATIVE,
           "terms.increment_fen");
    BROKEN(wealth, terms.currency[0], 'X', expect_terms, REFUSAL_CURRENCY, "terms.currency");
    TERMS(wealth, kind, PRODUCT_DEPOSIT, "risk"); /* it is of risk 1 */
    good.terms.person_max_fen = 0;
    good.terms.risk = 5;
    expect_terms(&good, REFUSAL_NONE, "");
}

static void terms_of_loans(void **state) {
    (void)state;
    struct product good = loan();
    expect_terms(&good, REFUSAL_NONE, "");
    TERMS(loan, risk, 1, "risk");
    TERMS(loan, min_fen, 49999, "minimum_fen");
    TERMS(loan, person_max_fen, 20000001, "person_maximum_fen");
    TERMS(loan, person_max_fen, 0, "person_maximum_fen");
    TERMS(loan, term_days, 0, "term_days");
    TERMS(loan, rate, 1, "rate");
    BROKEN(loan, terms.loan.partner, 0, expect_terms, REFUSAL_FIELD_MISSING,
           "terms.loan.partner_bank_code");
    TERMS(loan, loan.lead_share, 0, "loan.lead_share");
    TERMS(loan, loan.lead_share, 10000, "loan.lead_share");
    TERMS(loan, loan.lead_interest_share, 10000, "loan.lead_interest_share");
    TERMS(loan, loan.daily_rate, 0, "loan.daily_rate");
    TERMS(loan, loan.daily_rate, 10001, "loan.daily_rate");
    TERMS(loan, loan.instalments, 0, "loan.instalments");
    TERMS(loan, loan.instalments, 61, "loan.instalments");
    TERMS(loan, loan.grace_days, 91, "loan.grace_days");
    good.terms.min_fen = 50000;
    good.terms.person_max_fen = 20000000;
    expect_terms(&good, REFUSAL_NONE, "");
}

static void sales(void **state) {
    (void)state;
    struct product good = wealth();
    expect_sale(&good, REFUSAL_NONE, "");
    BROKEN(wealth, sale.quota_fen, -1, expect_sale, REFUSAL_AMOUNT_NEGATIVE, "sale.quota_fen");
    SALE(wealth, quota_fen, 99999, "quota_fen");
    SALE(wealth, from_ms, -1, "from_ms");
    SALE(wealth, from_ms, 2000, "until_ms"); /* as long as nothing */
    SALE(wealth, until_ms, 999, "until_ms"); /* reversed */
    SALE(wealth, all_banks, true, "all_banks");
    SALE(wealth, price, -1, "net_value");
    SALE(wealth, price, PRODUCT_PRICE_MAX + 1, "net_value");
    SALE(loan, price, 1, "net_value");
    good.sale.banks[good.sale.bank_count++].bank = PARTNER;
    expect_sale(&good, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
    good = wealth();
    good.sale.price = 0;
    expect_sale(&good, REFUSAL_NONE, ""); /* it has a rate */
    good.terms.rate = 0;
    expect_sale(&good, REFUSAL_FIELD_INVALID, "sale.net_value");
    good = wealth();
    good.terms.kind = PRODUCT_FUND;
    good.sale.price = 0;
    expect_sale(&good, REFUSAL_FIELD_INVALID, "sale.net_value");
    good.sale = (struct product_sale){.price = 1};
    expect_sale(&good, REFUSAL_NONE, "");
}

/* ---- versions ---- */

static void expect_change(const struct product *now, enum refusal_code code, const char *field) {
    struct product then = wealth();
    const char *found = "";
    assert_int_equal(product_check_change(now, &then, &found), code);
    assert_string_equal(found, field);
}

#define CHANGED(member, value)                                                                     \
    do {                                                                                           \
        struct product next = wealth();                                                            \
        struct product last = next;                                                                \
        next.terms.member = (value);                                                               \
        assert_false(product_same_terms(&next.terms, &last.terms));                                \
        expect_change(&next, REFUSAL_PRODUCT_TERMS, "terms.text_sha256");                          \
        next.terms.sha256.bytes[0] = 2;                                                            \
        expect_change(&next, REFUSAL_NONE, "");                                                    \
    } while (0)

static void terms_change_with_their_digest(void **state) {
    (void)state;
    struct product now = wealth();
    expect_change(&now, REFUSAL_NONE, "");
    now.sale.quota_fen = 1;
    now.sale.price = 7;
    expect_change(&now, REFUSAL_NONE, ""); /* no terms */
    CHANGED(name[0], 's');
    CHANGED(risk, 3);
    CHANGED(min_fen, 1);
    CHANGED(increment_fen, 1);
    CHANGED(person_max_fen, 0);
    CHANGED(term_days, 91);
    CHANGED(rate, 1);
    CHANGED(cut_off, 1);
    CHANGED(confirm_days, 2);
    CHANGED(payout_days, 2);
    CHANGED(loan.partner, PARTNER);
    CHANGED(loan.lead_share, 1);
    CHANGED(loan.lead_interest_share, 1);
    CHANGED(loan.daily_rate, 1);
    CHANGED(loan.instalments, 1);
    CHANGED(loan.grace_days, 1);
    now = wealth();
    now.terms.sha256.bytes[0] = 2;
    now.terms.kind = PRODUCT_FUND;
    expect_change(&now, REFUSAL_FIELD_INVALID, "terms.kind");
    now.terms.kind = PRODUCT_WEALTH;
    now.terms.currency[0] = 'X';
    expect_change(&now, REFUSAL_CURRENCY, "terms.currency");
}

/* ---- who sees it ---- */

static void banks_that_are_named_no_more(void **state) {
    (void)state;
    struct product then = wealth();
    struct product now = wealth();
    now.sale.banks[0].bank = THIRD;
    assert_true(product_sold_by(&then, PARTNER) && product_seen_by(&then, PARTNER));
    assert_false(product_sold_by(&then, THIRD) || product_seen_by(&then, THIRD));
    assert_true(product_sold_by(&then, ISSUER));
    assert_true(product_keep_banks(&now.sale, &then.sale));
    assert_int_equal(now.sale.bank_count, 2);
    assert_false(product_sold_by(&now, PARTNER));
    assert_true(product_seen_by(&now, PARTNER));
    assert_true(product_sold_by(&now, THIRD));
    /* Named again: no former one any more. */
    struct product again = wealth();
    assert_true(product_keep_banks(&again.sale, &now.sale));
    assert_true(product_sold_by(&again, PARTNER));
    assert_false(product_sold_by(&again, THIRD));
    assert_true(product_seen_by(&again, THIRD));
}

static void all_banks_once(void **state) {
    (void)state;
    struct product then = wealth();
    struct product now = wealth();
    then.sale = (struct product_sale){.all_banks = true};
    assert_true(product_sold_by(&then, THIRD));
    assert_true(product_keep_banks(&now.sale, &then.sale));
    assert_false(product_sold_by(&now, THIRD));
    assert_true(product_seen_by(&now, THIRD));
    struct product next = wealth();
    assert_true(product_keep_banks(&next.sale, &now.sale));
    assert_true(product_seen_by(&next, THIRD)); /* for good */
}

static void who_is_told(void **state) {
    (void)state;
    struct product product = wealth();
    product.changed_at_ms = 100;
    assert_false(product_told_to(&product, ISSUER, 1));
    assert_true(product_told_to(&product, PARTNER, 100));
    assert_false(product_told_to(&product, THIRD, 1));
    product.sale.banks[0].former = true;
    assert_true(product_told_to(&product, PARTNER, 1));
    product.sale.all_banks_once = true;
    assert_true(product_told_to(&product, THIRD, 99));
    assert_false(product_told_to(&product, THIRD, 100)); /* it lists the catalogue when it comes */
    assert_false(product_told_to(&product, ISSUER, 1));
}

static void as_many_banks_as_may_be(void **state) {
    (void)state;
    struct product then = wealth();
    struct product now = wealth();
    then.sale.bank_count = PRODUCT_BANKS_MAX;
    for (uint32_t i = 0; i < PRODUCT_BANKS_MAX; i++)
        then.sale.banks[i] = (struct product_bank){1000 + i, false};
    now.sale.banks[0].bank = 1000;
    assert_true(product_keep_banks(&now.sale, &then.sale));
    assert_int_equal(now.sale.bank_count, PRODUCT_BANKS_MAX);
    now = wealth();
    struct product before = now;
    assert_false(product_keep_banks(&now.sale, &then.sale));
    assert_int_equal(now.sale.bank_count, before.sale.bank_count);
}

static void names(void **state) {
    (void)state;
    assert_string_equal(product_kind_name(PRODUCT_DEPOSIT), "DEPOSIT");
    assert_string_equal(product_kind_name((enum product_kind)PRODUCT_KINDS), "INVALID");
    assert_string_equal(product_state_name(PRODUCT_WITHDRAWN), "WITHDRAWN");
    assert_string_equal(product_state_name((enum product_state)PRODUCT_STATES), "INVALID");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_states),
        cmocka_unit_test(codes),
        cmocka_unit_test(terms_of_what_is_bought),
        cmocka_unit_test(terms_of_loans),
        cmocka_unit_test(sales),
        cmocka_unit_test(terms_change_with_their_digest),
        cmocka_unit_test(banks_that_are_named_no_more),
        cmocka_unit_test(all_banks_once),
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(as_many_banks_as_may_be),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
