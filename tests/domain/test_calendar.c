/*
 * Days in Shanghai: the vectors of the limits (midnight, year's end), leap days, and every day from
 * year 1 to 9999 there and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_date(int64_t unix_ms, const char *expected) {
    char text[DATE_TEXT_SIZE];
    date_format(shanghai_day(unix_ms), text);
    assert_string_equal(text, expected);
}

/* T14: the last second of a day and the first of the next. */
static void midnight_parts_days(void **state) {
    (void)state;
    int64_t midnight_ms = INT64_C(1782835200000); /* 2026-07-01 00:00:00 in Shanghai */
    assert_date(midnight_ms - 1000, "2026-06-30");
    assert_date(midnight_ms - 1, "2026-06-30");
    assert_date(midnight_ms, "2026-07-01");
    assert_date(midnight_ms + DAY_MS - 1, "2026-07-01");
    assert_int_equal(shanghai_day_start_ms(shanghai_day(midnight_ms - 1)), midnight_ms - DAY_MS);
    assert_int_equal(shanghai_day_start_ms(shanghai_day(midnight_ms)), midnight_ms);
}

/* T15. */
static void year_ends_in_shanghai(void **state) {
    (void)state;
    int64_t last_ms = INT64_C(1798732799) * 1000;
    int64_t first_ms = INT64_C(1798732800) * 1000;
    assert_date(last_ms, "2026-12-31");
    assert_date(last_ms + 999, "2026-12-31");
    assert_date(first_ms, "2027-01-01");
    assert_int_equal(shanghai_year(last_ms), 2026);
    assert_int_equal(shanghai_year(last_ms + 999), 2026);
    assert_int_equal(shanghai_year(first_ms), 2027);
    assert_int_equal(shanghai_day(first_ms), shanghai_day(last_ms) + 1);
    /* 16:00 in UTC is midnight in Shanghai; UTC's own year has eight hours left. */
    assert_int_equal(first_ms % DAY_MS, 16 * 60 * 60 * 1000);
}

static void leap_day_has_its_24_hours(void **state) {
    (void)state;
    int64_t day = day_from_civil((struct civil_date){2028, 2, 29});
    int64_t start_ms = shanghai_day_start_ms(day);
    assert_date(start_ms - 1, "2028-02-28");
    assert_date(start_ms, "2028-02-29");
    assert_date(start_ms + DAY_MS - 1, "2028-02-29");
    assert_date(start_ms + DAY_MS, "2028-03-01");
}

static void epoch_and_before(void **state) {
    (void)state;
    assert_int_equal(shanghai_day(0), 0);
    assert_date(0, "1970-01-01");
    assert_int_equal(shanghai_day_start_ms(0), -8 * 60 * 60 * 1000);
    assert_date(-8 * 60 * 60 * 1000, "1970-01-01");
    assert_date(-8 * 60 * 60 * 1000 - 1, "1969-12-31");
    assert_int_equal(shanghai_year(-8 * 60 * 60 * 1000 - 1), 1969);
}

static void far_instants_do_not_wrap(void **state) {
    (void)state;
    assert_true(shanghai_day(INT64_MAX) == INT64_MAX / DAY_MS);
    assert_true(shanghai_day(INT64_MAX) > shanghai_day(INT64_MAX - DAY_MS));
    assert_true(shanghai_day(INT64_MIN) < shanghai_day(INT64_MIN + DAY_MS));
    assert_true(shanghai_year(INT64_MAX) == 292278994);
}

static void days_and_dates_are_inverse(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = day_from_civil((struct civil_date){1, 1, 1});
    assert_int_equal(day, -719162);
    for (int year = 1; year <= 9999; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
            for (int i = 1; i <= length; i++, day++) {
                struct civil_date date = civil_from_day(day);
                if (date.year != year || date.month != month || date.day != i ||
                    day_from_civil(date) != day || !civil_valid(date))
                    fail_msg("%d-%d-%d", year, month, i);
            }
            assert_false(civil_valid((struct civil_date){year, month, length + 1}));
        }
    }
}

static void dates_that_exist(void **state) {
    (void)state;
    static const char *const right[] = {
        "0001-01-01", "1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "9999-12-31",
    };
    for (size_t i = 0; i < COUNT(right); i++) {
        int64_t day = 0;
        char text[DATE_TEXT_SIZE];
        assert_true(date_parse(span_text(right[i]), &day));
        date_format(day, text);
        assert_string_equal(text, right[i]);
    }
}

static void dates_that_do_not(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "",           "2026-02-29", "1900-02-29", "2100-02-29",  "2026-04-31", "2026-13-01",
        "2026-00-01", "2026-01-00", "2026-01-32", "0000-01-01",  "2026-1-01",  "26-01-01",
        "2026/01/01", "2026-01-1a", "20260101",   "2026-01-011", " 026-01-01", "-026-01-01",
        "+026-01-01", "2026-+1-01", "2026-01--1",
    };
    for (size_t i = 0; i < COUNT(wrong); i++) {
        int64_t day = 77;
        assert_false(date_parse(span_text(wrong[i]), &day));
        assert_int_equal(day, 77);
    }
}

static void what_no_date_can_write(void **state) {
    (void)state;
    char text[DATE_TEXT_SIZE];
    int64_t day;
    date_format(day_from_civil((struct civil_date){9999, 12, 31}) + 1, text);
    assert_string_equal(text, "0000-00-00");
    assert_false(date_parse(span_text(text), &day));
    date_format(day_from_civil((struct civil_date){1, 1, 1}) - 1, text);
    assert_string_equal(text, "0000-00-00");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(midnight_parts_days),       cmocka_unit_test(year_ends_in_shanghai),
        cmocka_unit_test(leap_day_has_its_24_hours), cmocka_unit_test(epoch_and_before),
        cmocka_unit_test(far_instants_do_not_wrap),  cmocka_unit_test(days_and_dates_are_inverse),
        cmocka_unit_test(dates_that_exist),          cmocka_unit_test(dates_that_do_not),
        cmocka_unit_test(what_no_date_can_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
