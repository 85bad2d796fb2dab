/*
 * Interest and shares: the vectors of the rules, days over 29 February and the year's end, and sums at
 * the edge of what fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/interest.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PART INT64_C(1000000) /* of a fen */

static int64_t day_of(const char *date) {
    int64_t day;
    assert_true(date_parse(span_text(date), &day));
    return day;
}

static const struct {
    const char *from, *to;
    int64_t principal_fen;
    uint32_t daily_rate;
    int64_t days, accrued, charged_fen;
} loans[] = {
    /* 10,000.00 at 0.05 % for 30 days; 3,333.33 for one */
    {"2026-06-01", "2026-07-01", 1000000, 500, 30, 15000 * PART, 15000},
    {"2026-06-01", "2026-06-02", 333333, 500, 1, 166666500, 167},
    /* ten days of 3,000.00 at 0.03 % */
    {"2026-12-01", "2026-12-11", 300000, 300, 10, 900 * PART, 900},
    /* the day on which it is paid back does not count */
    {"2026-06-01", "2026-06-01", 1000000, 500, 0, 0, 0},
    /* over the year's end */
    {"2026-12-25", "2027-01-04", 300000, 300, 10, 900 * PART, 900},
    /* over 29 February, and over the 1 March of a year that has none */
    {"2028-02-28", "2028-03-01", 1000000, 200, 2, 400 * PART, 400},
    {"2027-02-28", "2027-03-01", 1000000, 200, 1, 200 * PART, 200},
    {"2028-02-29", "2029-02-28", 1000000, 200, 365, 73000 * PART, 73000},
    {"2027-12-31", "2028-12-31", 1000000, 200, 366, 73200 * PART, 73200},
    /* half a fen, and a part less */
    {"2026-06-01", "2026-06-02", 1000, 500, 1, 500000, 1},
    {"2026-06-01", "2026-06-02", 499999, 1, 1, 499999, 0},
    {"2026-06-01", "2026-06-02", 1, 1, 1, 1, 0},
    {"2026-06-01", "2036-06-01", 0, 500, 3653, 0, 0},
    {"2026-06-01", "2036-06-01", 1000000, 0, 3653, 0, 0},
};

static void each_loan_gives_its_interest(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(loans); i++) {
        int64_t days, accrued = 0;
        assert_true(interest_days(day_of(loans[i].from), day_of(loans[i].to), &days));
        assert_int_equal(days, loans[i].days);
        assert_true(interest_accrue(loans[i].principal_fen, loans[i].daily_rate, days, &accrued));
        if (accrued != loans[i].accrued || interest_charged_fen(accrued) != loans[i].charged_fen)
            fail_msg("row %zu", i);
    }
}

/* Unrounded between charges: a day at a time gives what all days at once give. */
static void a_day_at_a_time_is_the_same(void **state) {
    (void)state;
    int64_t whole = 0, daily = 0;
    assert_true(interest_accrue(333333, 500, 30, &whole));
    for (int i = 0; i < 30; i++)
        assert_true(interest_accrue(333333, 500, 1, &daily));
    assert_int_equal(daily, whole);
    assert_int_equal(interest_charged_fen(whole), 5000); /* and not 30 times 1.67 */
}

static void days_do_not_run_backwards(void **state) {
    (void)state;
    int64_t days = 77;
    assert_false(interest_days(day_of("2026-06-02"), day_of("2026-06-01"), &days));
    assert_false(interest_days(INT64_MIN, INT64_MAX, &days));
    assert_int_equal(days, 77);
}

static void nothing_wraps(void **state) {
    (void)state;
    int64_t accrued = 5;
    assert_false(interest_accrue(INT64_MAX, UINT32_MAX, 1, &accrued));
    assert_false(interest_accrue(INT64_MAX, 1, 2, &accrued));
    assert_false(interest_accrue(INT64_MAX, UINT32_MAX, INT64_MAX, &accrued));
    assert_false(interest_accrue(1, 1, INT64_MAX - 4, &accrued)); /* but for the 5 it would fit */
    assert_false(interest_accrue(-1, 1, 1, &accrued));
    assert_false(interest_accrue(1, 1, -1, &accrued));
    assert_int_equal(accrued, 5);
    int64_t negative = -1;
    assert_false(interest_accrue(1, 1, 1, &negative));
    assert_true(interest_accrue(1, 1, INT64_MAX - 5, &accrued));
    assert_int_equal(accrued, INT64_MAX);
    assert_int_equal(interest_charged_fen(INT64_MAX), 9223372036855);
    int64_t half = INT64_MAX - INT64_MAX % PART + PART / 2;
    assert_int_equal(interest_charged_fen(half), 9223372036855);
    assert_int_equal(interest_charged_fen(half - 1), 9223372036854);
}

static const struct {
    int64_t amount_fen;
    uint32_t lead_share;
    int64_t lead_fen, partner_fen;
} splits[] = {
    {50001, 2000, 10000, 40001},
    {33333, 2000, 6666, 26667},
    {3, 2000, 0, 3},
    {10001, 3000, 3000, 7001}, /* of interest, 3:7 */
    {0, 3000, 0, 0},
    {10001, 0, 0, 10001},
    {10001, 10000, 10001, 0},
    {1, 9999, 0, 1},
    {INT64_MAX, 3000, 2767011611056432742, 6456360425798343065},
    {INT64_MAX, 10000, INT64_MAX, 0},
};

static void shares_add_up(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(splits); i++) {
        struct shares shares = shares_of(splits[i].amount_fen, splits[i].lead_share);
        if (shares.lead_fen != splits[i].lead_fen || shares.partner_fen != splits[i].partner_fen)
            fail_msg("row %zu", i);
    }
    for (int64_t fen = 0; fen < 20000; fen++) {
        struct shares shares = shares_of(fen, 3000);
        assert_int_equal(shares.lead_fen + shares.partner_fen, fen);
        assert_true(shares.lead_fen * 10000 <= fen * 3000);
        assert_true((shares.lead_fen + 1) * 10000 > fen * 3000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_loan_gives_its_interest),
        cmocka_unit_test(a_day_at_a_time_is_the_same),
        cmocka_unit_test(days_do_not_run_backwards),
        cmocka_unit_test(nothing_wraps),
        cmocka_unit_test(shares_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
