/*
 * Business days and cut-offs: over holidays, make-up days, the year's end and 29 February, several a
 * day, with another calendar from a day on, and with none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rulebook.h"
#include "util/fatal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORKDAYS 0x1f /* Monday to Friday */

static int64_t day_of(const char *date) {
    int64_t day;
    assert_true(date_parse(span_text(date), &day));
    return day;
}

/* "2026-02-13 16:00:00" in Shanghai. */
static int64_t at(const char *text) {
    int hour = atoi(text + 11), minute = atoi(text + 14), second = atoi(text + 17);
    int64_t day;
    assert_true(date_parse(span_of(text, 10), &day));
    return shanghai_day_start_ms(day) + ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
}

static void load(struct rulebook *book, const char *from, const struct calendar_rules *calendar) {
    struct rules_problem problem;
    struct rules_document *document = xcalloc(1, sizeof *document);
    strcpy(document->name, "calendar");
    document->count = 1;
    document->periods[0].from_day = day_of(from);
    document->periods[0].until_day = RULES_FOR_EVER;
    document->periods[0].calendar = true;
    document->periods[0].values.calendar = *calendar;
    assert_true(rulebook_add(book, 1, document, &problem));
    free(document);
}

static void add_days(int32_t *days, uint32_t *count, const char *first, int number) {
    for (int i = 0; i < number; i++)
        days[(*count)++] = (int32_t)(day_of(first) + i);
}

/* The spring festival of 2026 and 2028's leap day; two cut-offs. */
static struct calendar_rules calendar(void) {
    struct calendar_rules made = {
        .present = true, .week = WORKDAYS, .cut_off_count = 2, .cut_offs = {16 * 60, 23 * 60}};
    add_days(made.holidays, &made.holiday_count, "2026-02-15", 9);
    add_days(made.holidays, &made.holiday_count, "2027-01-01", 1);
    add_days(made.make_up, &made.make_up_count, "2026-02-14", 1);
    add_days(made.make_up, &made.make_up_count, "2026-02-28", 1);
    return made;
}

static const struct {
    const char *at, *business_day, *cut_off;
} rows[] = {
    /* a working day */
    {"2026-02-13 00:00:00", "2026-02-13", "2026-02-13 16:00:00"},
    {"2026-02-13 15:59:59", "2026-02-13", "2026-02-13 16:00:00"},
    {"2026-02-13 16:00:00", "2026-02-13", "2026-02-13 23:00:00"},
    {"2026-02-13 22:59:59", "2026-02-13", "2026-02-13 23:00:00"},
    /* the last cut-off itself is the next day's: a Saturday that is worked */
    {"2026-02-13 23:00:00", "2026-02-14", "2026-02-14 16:00:00"},
    {"2026-02-14 12:00:00", "2026-02-14", "2026-02-14 16:00:00"},
    /* nine days of holidays */
    {"2026-02-14 23:00:00", "2026-02-24", "2026-02-24 16:00:00"},
    {"2026-02-15 00:00:00", "2026-02-24", "2026-02-24 16:00:00"},
    {"2026-02-23 23:59:59", "2026-02-24", "2026-02-24 16:00:00"},
    /* a week's end, of which the Saturday is worked */
    {"2026-02-27 23:30:00", "2026-02-28", "2026-02-28 16:00:00"},
    {"2026-02-28 23:00:00", "2026-03-02", "2026-03-02 16:00:00"},
    {"2026-03-01 10:00:00", "2026-03-02", "2026-03-02 16:00:00"},
    /* the year's end: a Thursday, then a holiday and a week's end */
    {"2026-12-31 22:59:59", "2026-12-31", "2026-12-31 23:00:00"},
    {"2026-12-31 23:00:00", "2027-01-04", "2027-01-04 16:00:00"},
    {"2027-01-01 00:00:00", "2027-01-04", "2027-01-04 16:00:00"},
    /* 29 February 2028 is a Tuesday */
    {"2028-02-28 23:00:00", "2028-02-29", "2028-02-29 16:00:00"},
    {"2028-02-29 16:30:00", "2028-02-29", "2028-02-29 23:00:00"},
    {"2028-02-29 23:00:00", "2028-03-01", "2028-03-01 16:00:00"},
};

static void each_instant_has_its_day_and_its_cut_off(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules made = calendar();
    rulebook_init(&book);
    load(&book, "2026-01-01", &made);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = at(rows[i].at);
        if (calendar_business_day(&book, ms) != day_of(rows[i].business_day) ||
            calendar_next_cut_off_ms(&book, ms) != at(rows[i].cut_off))
            fail_msg("%s", rows[i].at);
    }
    rulebook_deinit(&book);
}

static void without_a_calendar_it_is_the_day(void **state) {
    (void)state;
    struct rulebook book;
    rulebook_init(&book);
    int64_t ms = at("2026-02-14 23:59:59");
    assert_int_equal(calendar_business_day(&book, ms), day_of("2026-02-14"));
    assert_int_equal(calendar_business_day(&book, ms + 1000), day_of("2026-02-15"));
    assert_int_equal(calendar_next_cut_off_ms(&book, ms), 0);
    /* One that is to come: until then nothing is cut off, and days are days. */
    struct calendar_rules made = calendar();
    load(&book, "2026-03-01", &made);
    assert_int_equal(calendar_business_day(&book, ms), day_of("2026-02-14"));
    assert_int_equal(calendar_next_cut_off_ms(&book, ms), at("2026-03-02 16:00:00"));
    assert_int_equal(calendar_business_day(&book, at("2026-03-01 00:00:00")), day_of("2026-03-02"));
    rulebook_deinit(&book);
}

/* The last cut-off of the old calendar's last day leads to the first day of the new one. */
static void a_calendar_ends_where_another_begins(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules made = calendar();
    rulebook_init(&book);
    load(&book, "2026-01-01", &made);
    struct calendar_rules whole_week = {
        .present = true, .week = 0x7f, .cut_off_count = 1, .cut_offs = {24 * 60}};
    load(&book, "2026-02-16", &whole_week);
    int64_t ms = at("2026-02-14 23:00:00");
    assert_int_equal(calendar_business_day(&book, ms), day_of("2026-02-16"));
    assert_int_equal(calendar_next_cut_off_ms(&book, ms), at("2026-02-17 00:00:00"));
    assert_int_equal(calendar_business_day(&book, at("2026-02-16 23:59:59")), day_of("2026-02-16"));
    assert_int_equal(calendar_business_day(&book, at("2026-02-17 00:00:00")), day_of("2026-02-17"));
    /* None any more. */
    struct calendar_rules none = {.present = false};
    load(&book, "2026-02-18", &none);
    assert_int_equal(calendar_next_cut_off_ms(&book, at("2026-02-18 00:00:00")), 0);
    assert_int_equal(calendar_business_day(&book, at("2026-02-21 12:00:00")), day_of("2026-02-21"));
    rulebook_deinit(&book);
}

static void days_without_cut_offs_end_with_themselves(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules made = {.present = true, .week = WORKDAYS};
    rulebook_init(&book);
    load(&book, "2026-01-01", &made);
    assert_int_equal(calendar_next_cut_off_ms(&book, at("2026-02-13 12:00:00")), 0);
    assert_int_equal(calendar_business_day(&book, at("2026-02-13 23:59:59")), day_of("2026-02-13"));
    assert_int_equal(calendar_business_day(&book, at("2026-02-14 00:00:00")), day_of("2026-02-16"));
    rulebook_deinit(&book);
}

/* The business day never goes back, and cut-offs lie ahead, at every quarter of an hour of 4 years. */
static void days_go_on(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules made = calendar();
    rulebook_init(&book);
    load(&book, "2026-01-01", &made);
    int64_t day = 0;
    for (int64_t ms = at("2025-12-25 00:00:00"); ms < at("2030-01-01 00:00:00"); ms += 900000) {
        int64_t next = calendar_business_day(&book, ms);
        int64_t cut_off_ms = calendar_next_cut_off_ms(&book, ms);
        assert_true(next >= day && next >= shanghai_day(ms));
        assert_true(cut_off_ms > ms);
        day = next;
    }
    rulebook_deinit(&book);
}

/* Of products, each with a cut-off of its own. */
static const struct {
    const char *at;
    uint32_t cut_off;
    const char *day, *cut_off_at, *plus_1, *plus_3;
} trades[] = {
    /* 15:00 of a Friday whose Saturday is worked, before nine days of holidays */
    {"2026-02-13 14:59:59", 900, "2026-02-13", "2026-02-13 15:00:00", "2026-02-14", "2026-02-25"},
    {"2026-02-13 15:00:00", 900, "2026-02-14", "2026-02-14 15:00:00", "2026-02-24", "2026-02-26"},
    {"2026-02-14 15:00:00", 900, "2026-02-24", "2026-02-24 15:00:00", "2026-02-25", "2026-02-27"},
    {"2026-02-20 09:00:00", 900, "2026-02-24", "2026-02-24 15:00:00", "2026-02-25", "2026-02-27"},
    /* without a cut-off the day is whole, though banks' own day ends at 23:00 */
    {"2026-12-31 23:59:59", 0, "2026-12-31", "2027-01-01 00:00:00", "2027-01-04", "2027-01-06"},
    {"2027-01-01 00:00:00", 0, "2027-01-04", "2027-01-05 00:00:00", "2027-01-05", "2027-01-07"},
    {"2028-02-29 00:00:00", 1, "2028-02-29", "2028-02-29 00:01:00", "2028-03-01", "2028-03-03"},
};

static void trades_count_for_working_days(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules made = calendar();
    rulebook_init(&book);
    load(&book, "2026-01-01", &made);
    for (size_t i = 0; i < COUNT(trades); i++) {
        int64_t day, cut_off_ms, later;
        assert_true(
            calendar_trade_day(&book, trades[i].cut_off, at(trades[i].at), &day, &cut_off_ms));
        if (day != day_of(trades[i].day) || cut_off_ms != at(trades[i].cut_off_at))
            fail_msg("%s", trades[i].at);
        assert_true(calendar_works(&book, day));
        assert_true(calendar_working_day(&book, day, 0, &later));
        assert_int_equal(later, day);
        assert_true(calendar_working_day(&book, day, 1, &later));
        assert_int_equal(later, day_of(trades[i].plus_1));
        assert_true(calendar_working_day(&book, day, 3, &later));
        assert_int_equal(later, day_of(trades[i].plus_3));
    }
    rulebook_deinit(&book);
}

static void working_days_are_looked_for_so_far_and_no_further(void **state) {
    (void)state;
    struct rulebook book;
    struct calendar_rules mondays = {.present = true, .week = 1};
    int64_t day, cut_off_ms, from = day_of("2026-02-15");
    rulebook_init(&book);
    assert_true(calendar_trade_day(&book, 900, at("2026-02-15 15:00:00"), &day, &cut_off_ms));
    assert_int_equal(day, from + 1); /* none is loaded: every day is worked */
    assert_true(calendar_working_day(&book, from, CALENDAR_SEARCH_DAYS - 1, &day));
    assert_false(calendar_working_day(&book, from, CALENDAR_SEARCH_DAYS, &day));
    assert_int_equal(day, from + CALENDAR_SEARCH_DAYS - 1);
    load(&book, "2026-01-01", &mondays);
    assert_false(calendar_works(&book, from));
    assert_true(calendar_trade_day(&book, 900, at("2026-02-15 14:00:00"), &day, &cut_off_ms));
    assert_int_equal(day, from + 1);
    assert_true(calendar_working_day(&book, from, 73, &day));
    assert_int_equal(day, from + 1 + 72 * 7);
    assert_false(calendar_working_day(&book, from, 74, &day));
    rulebook_deinit(&book);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_instant_has_its_day_and_its_cut_off),
        cmocka_unit_test(without_a_calendar_it_is_the_day),
        cmocka_unit_test(a_calendar_ends_where_another_begins),
        cmocka_unit_test(days_without_cut_offs_end_with_themselves),
        cmocka_unit_test(days_go_on),
        cmocka_unit_test(trades_count_for_working_days),
        cmocka_unit_test(working_days_are_looked_for_so_far_and_no_further),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
