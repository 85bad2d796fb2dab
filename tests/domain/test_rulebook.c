/*
 * The book of rules: what each document makes of it, at each instant; every way in which a document
 * can be wrong; and its bytes, of which each one counts.
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
#define FIRST_DAY 20454 /* 2026-01-01 */

static size_t number_of(const char *name) {
    for (size_t i = 0; rules_number_at(i) != NULL; i++) {
        if (strcmp(rules_number_at(i)->name, name) == 0)
            return i;
    }
    fail_msg("no number %s", name);
    return 0;
}

static void set(struct rules_period *period, const char *name, int64_t value) {
    size_t i = number_of(name);
    period->numbers |= UINT64_C(1) << i;
    rules_number_set(&period->values, i, value);
}

static struct rules_period *add(struct rules_document *document, int64_t from, int64_t until) {
    struct rules_period *period = &document->periods[document->count++];
    period->from_day = from;
    period->until_day = until;
    return period;
}

/* Three periods that name all sorts of things. */
static struct rules_document *sample(void) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    strcpy(document->name, "sample");
    strcpy(document->source, "the bank's own");
    struct rules_period *first = add(document, FIRST_DAY, FIRST_DAY + 9);
    set(first, "code_tries", 2);
    set(first, "unanswered_per_bank", 7);
    struct rules_period *second = add(document, FIRST_DAY + 10, FIRST_DAY + 19);
    second->kinds = 1u << TRANSFER_BILL | 1u << TRANSFER_CASH_IN;
    second->values.kinds[TRANSFER_BILL] = (struct kind_rule){true, 100, 5000};
    second->values.kinds[TRANSFER_CASH_IN] = (struct kind_rule){true, 0, 0};
    second->buckets = true;
    for (int i = 0; i < BUCKET_CLASSES * BUCKET_FLOWS; i++)
        second->values.buckets[i / 2][i % 2] = (struct bucket_limit){1000 + i, 9000 + i};
    struct rules_period *third = add(document, FIRST_DAY + 20, RULES_FOR_EVER);
    set(third, "code_tries", 5);
    set(third, "products.DEPOSIT.enabled", 0);
    set(third, "deposits_through_others", 1);
    third->calendar = true;
    third->values.calendar = (struct calendar_rules){
        .present = true,
        .week = 0x1f,
        .cut_off_count = 2,
        .holiday_count = 2,
        .make_up_count = 1,
        .cut_offs = {16 * 60, 23 * 60},
        .holidays = {FIRST_DAY + 30, FIRST_DAY + 31},
        .make_up = {FIRST_DAY + 33},
    };
    return document;
}

static const struct rules *on(const struct rulebook *book, int64_t day) {
    return rulebook_at(book, shanghai_day_start_ms(day));
}

static void periods_take_effect_at_midnight_and_carry_over(void **state) {
    (void)state;
    struct rulebook book;
    struct rules_problem problem;
    struct rules_document *document = sample();
    rulebook_init(&book);
    assert_int_equal(book.count, 1);
    assert_true(rulebook_add(&book, 17, document, &problem));
    assert_int_equal(book.count, 4);
    int64_t first_ms = shanghai_day_start_ms(FIRST_DAY);
    assert_int_equal(rulebook_at(&book, first_ms - 1)->code_tries, 3);
    assert_int_equal(rulebook_at(&book, first_ms - 1)->document, 0);
    assert_int_equal(rulebook_at(&book, first_ms)->code_tries, 2);
    assert_int_equal(rulebook_at(&book, first_ms)->document, 17);
    assert_int_equal(rulebook_at(&book, INT64_MIN)->code_tries, 3);

    const struct rules *second = on(&book, FIRST_DAY + 10);
    assert_int_equal(second->code_tries, 2);
    assert_int_equal(second->unanswered_per_bank, 7);
    assert_true(second->kinds[TRANSFER_BILL].enabled);
    assert_int_equal(second->kinds[TRANSFER_BILL].max_fen, 5000);
    assert_true(second->kinds[TRANSFER_BOUND_PAIR].enabled); /* not named: as before */
    assert_int_equal(second->buckets[BUCKET_CLASS_III][BUCKET_OUT].day_fen, 1003);
    assert_int_equal(on(&book, FIRST_DAY + 9)->buckets[BUCKET_CLASS_II][BUCKET_IN].day_fen,
                     1000000);

    const struct rules *third = rulebook_at(&book, INT64_MAX);
    assert_int_equal(third->code_tries, 5);
    assert_int_equal(third->products[PRODUCT_DEPOSIT].enabled, 0);
    assert_int_equal(third->products[PRODUCT_LOAN].enabled, 1);
    assert_int_equal(third->deposits_through_others, 1);
    assert_int_equal(second->products[PRODUCT_DEPOSIT].enabled, 1);
    assert_int_equal(third->buckets[BUCKET_CLASS_III][BUCKET_OUT].day_fen, 1003);
    assert_true(third->calendar.present);
    assert_false(second->calendar.present);
    rulebook_deinit(&book);
    free(document);
}

/* What was to be in force from its first day on is gone; what carries over is what is left. */
static void a_later_document_replaces_what_was_to_come(void **state) {
    (void)state;
    struct rulebook book;
    struct rules_problem problem;
    struct rules_document *document = sample();
    struct rules_document *later = xcalloc(1, sizeof *later);
    rulebook_init(&book);
    assert_true(rulebook_add(&book, 17, document, &problem));
    strcpy(later->name, "later");
    struct rules_period *period = add(later, FIRST_DAY + 10, RULES_FOR_EVER);
    set(period, "codes_per_link", 8);
    assert_true(rulebook_add(&book, 18, later, &problem));
    assert_int_equal(book.count, 3);
    assert_int_equal(on(&book, FIRST_DAY + 9)->document, 17);
    assert_int_equal(on(&book, FIRST_DAY + 10)->document, 18);
    assert_int_equal(on(&book, FIRST_DAY + 10)->code_tries, 2);
    assert_false(on(&book, FIRST_DAY + 10)->kinds[TRANSFER_BILL].enabled);
    assert_false(rulebook_at(&book, INT64_MAX)->calendar.present);
    /* One that begins in the middle of a period ends it there. */
    later->periods[0].from_day = FIRST_DAY + 5;
    assert_true(rulebook_add(&book, 19, later, &problem));
    assert_int_equal(on(&book, FIRST_DAY + 4)->document, 17);
    assert_int_equal(on(&book, FIRST_DAY + 5)->document, 19);
    assert_int_equal(book.count, 3);
    rulebook_deinit(&book);
    free(document);
    free(later);
}

/* ---- what is wrong ---- */

typedef void spoil(struct rules_document *document);

static void no_name(struct rules_document *document) {
    document->name[0] = '\0';
}
static void bad_source(struct rules_document *document) {
    document->source[0] = '\n';
}
static void no_period(struct rules_document *document) {
    document->count = 0;
}
static void many_periods(struct rules_document *document) {
    document->count = RULES_PERIODS_MAX + 1;
}
static void gap(struct rules_document *document) {
    document->periods[1].from_day++;
}
static void overlap(struct rules_document *document) {
    document->periods[1].from_day--;
}
static void backwards(struct rules_document *document) {
    document->periods[1].until_day = document->periods[1].from_day - 1;
}
static void open_in_the_middle(struct rules_document *document) {
    document->periods[1].until_day = RULES_FOR_EVER;
}
static void ends(struct rules_document *document) {
    document->periods[2].until_day = FIRST_DAY + 99;
}
static void no_day(struct rules_document *document) {
    document->periods[0].from_day = -1;
}
static void names_nothing(struct rules_document *document) {
    document->periods[0].numbers = 0;
}
static void low(struct rules_document *document) {
    set(&document->periods[0], "code_tries", 0);
}
static void high(struct rules_document *document) {
    set(&document->periods[0], "verifications_per_day", 17);
}
static void negative(struct rules_document *document) {
    set(&document->periods[0], "cool_down_cap_fen", -1);
}
static void timeouts(struct rules_document *document) {
    set(&document->periods[1], "transfer_timeout_max_ms", 200); /* what carries over is 10 s */
}
static void alarms(struct rules_document *document) {
    set(&document->periods[1], "unknown_alarm_1_ms", 2 * DAY_MS);
}
static void day_above_year(struct rules_document *document) {
    document->periods[1].values.buckets[BUCKET_CLASS_II][BUCKET_OUT].day_fen = 9002;
}
static void bucket_negative(struct rules_document *document) {
    document->periods[1].values.buckets[BUCKET_CLASS_III][BUCKET_IN].day_fen = -1;
}
static void min_above_max(struct rules_document *document) {
    document->periods[1].values.kinds[TRANSFER_BILL].min_fen = 5001;
}
static void kind_negative(struct rules_document *document) {
    document->periods[1].values.kinds[TRANSFER_CASH_IN].max_fen = -1;
}
static void cut_offs_descend(struct rules_document *document) {
    document->periods[2].values.calendar.cut_offs[1] = 16 * 60;
}
static void cut_off_late(struct rules_document *document) {
    document->periods[2].values.calendar.cut_offs[1] = 24 * 60 + 1;
}
static void cut_offs_many(struct rules_document *document) {
    document->periods[2].values.calendar.cut_off_count = CUT_OFFS_MAX + 1;
}
static void no_week(struct rules_document *document) {
    document->periods[2].values.calendar.week = 0;
}
static void eighth_day(struct rules_document *document) {
    document->periods[2].values.calendar.week = 0x80;
}
static void holidays_descend(struct rules_document *document) {
    document->periods[2].values.calendar.holidays[1] = FIRST_DAY + 30;
}
static void holidays_many(struct rules_document *document) {
    document->periods[2].values.calendar.holiday_count = CALENDAR_DAYS_MAX + 1;
}
static void make_up_descends(struct rules_document *document) {
    document->periods[2].values.calendar.make_up_count = 2;
}
static void holiday_is_worked(struct rules_document *document) {
    document->periods[2].values.calendar.make_up[0] = FIRST_DAY + 31;
}

static const struct {
    spoil *spoil;
    uint32_t period;
    const char *field;
} spoils[] = {
    {no_name, RULES_PERIODS_MAX, "name"},
    {bad_source, RULES_PERIODS_MAX, "source"},
    {no_period, RULES_PERIODS_MAX, "periods"},
    {many_periods, RULES_PERIODS_MAX, "periods"},
    {gap, 1, "from"},
    {overlap, 1, "from"},
    {backwards, 1, "until"},
    {open_in_the_middle, 2, "from"},
    {ends, 2, "until"},
    {no_day, 0, "from"},
    {names_nothing, 0, ""},
    {low, 0, "code_tries"},
    {high, 0, "verifications_per_day"},
    {negative, 0, "cool_down_cap_fen"},
    {timeouts, 1, "transfer_timeout_ms"},
    {alarms, 1, "unknown_alarm_2_ms"},
    {day_above_year, 1, "II-OUT"},
    {bucket_negative, 1, "III-IN"},
    {min_above_max, 1, "BILL"},
    {kind_negative, 1, "CASH_IN"},
    {cut_offs_descend, 2, "cut_offs"},
    {cut_off_late, 2, "cut_offs"},
    {cut_offs_many, 2, "cut_offs"},
    {no_week, 2, "week"},
    {eighth_day, 2, "week"},
    {holidays_descend, 2, "holidays"},
    {holidays_many, 2, "holidays"},
    {make_up_descends, 2, "working_days"},
    {holiday_is_worked, 2, "working_days"},
};

static void what_is_wrong_is_refused_whole_and_named(void **state) {
    (void)state;
    struct rulebook book;
    rulebook_init(&book);
    for (size_t i = 0; i < COUNT(spoils); i++) {
        struct rules_problem problem = {.field = "none"};
        struct rules_document *document = sample();
        spoils[i].spoil(document);
        assert_false(rulebook_check(&book, document, &problem));
        assert_false(rulebook_add(&book, 1, document, &problem));
        assert_int_equal(book.count, 1);
        if (problem.period != spoils[i].period || strcmp(problem.field, spoils[i].field) != 0)
            fail_msg("row %zu: period %u, field %s", i, problem.period, problem.field);
        assert_true(strlen(problem.what) > 10);
        free(document);
    }
    rulebook_deinit(&book);
}

static void a_book_has_an_end(void **state) {
    (void)state;
    struct rulebook book;
    struct rules_problem problem;
    struct rules_document *document = xcalloc(1, sizeof *document);
    strcpy(document->name, "one");
    set(add(document, 0, RULES_FOR_EVER), "code_tries", 4);
    rulebook_init(&book);
    for (uint32_t i = 1; i < RULEBOOK_ROWS_MAX; i++) {
        document->periods[0].from_day = FIRST_DAY + i;
        assert_true(rulebook_add(&book, i, document, &problem));
    }
    document->periods[0].from_day++;
    assert_false(rulebook_add(&book, 1, document, &problem));
    assert_string_equal(problem.field, "periods");
    document->periods[0].from_day--; /* in the place of the last one there is room */
    assert_true(rulebook_add(&book, 1, document, &problem));
    rulebook_deinit(&book);
    free(document);
}

/* ---- numbers, bytes ---- */

static void numbers_are_within_their_bounds(void **state) {
    (void)state;
    struct rules rules = *rules_compiled();
    struct rules_problem problem;
    assert_true(rules_check(&rules, &problem));
    for (size_t i = 0; rules_number_at(i) != NULL; i++) {
        const struct rules_number *number = rules_number_at(i);
        int64_t value = rules_number_get(&rules, i);
        if (value < number->min || value > number->max)
            fail_msg("%s: %lld", number->name, (long long)value);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(number->name, rules_number_at(j)->name);
        rules_number_set(&rules, i, number->max);
        assert_int_equal(rules_number_get(&rules, i), number->max);
    }
    assert_int_equal(rules.unknown_alarm_ms[0], 30 * DAY_MS);
    assert_int_equal(rules.unknown_alarm_ms[2], 30 * DAY_MS);
}

static void bytes_give_the_document_again(void **state) {
    (void)state;
    struct rules_document *document = sample();
    struct rules_document *again = xcalloc(1, sizeof *again);
    struct buf bytes, twice;
    buf_init(&bytes);
    buf_init(&twice);
    rules_document_encode(document, &bytes);
    assert_true(rules_document_decode(buf_span(&bytes), again));
    assert_memory_equal(document, again, sizeof *document);
    rules_document_encode(again, &twice);
    assert_true(span_equal(buf_span(&bytes), buf_span(&twice)));
    /* A byte less, a byte more, another one: other bytes, or none of a document. */
    for (size_t size = 0; size < bytes.size; size++)
        assert_false(rules_document_decode(span_of(bytes.data, size), again));
    buf_append_byte(&bytes, 0);
    assert_false(rules_document_decode(buf_span(&bytes), again));
    bytes.size--;
    for (size_t i = 0; i < bytes.size; i++) {
        bytes.data[i] ^= 0x80;
        if (rules_document_decode(buf_span(&bytes), again)) {
            buf_clear(&twice);
            rules_document_encode(again, &twice);
            assert_true(span_equal(buf_span(&bytes), buf_span(&twice)));
        }
        bytes.data[i] ^= 0x80;
    }
    buf_deinit(&bytes);
    buf_deinit(&twice);
    free(document);
    free(again);
}

/* The longest that the checks let pass has room. */
static void the_longest_document_fits(void **state) {
    (void)state;
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct rules_problem problem;
    struct buf bytes;
    buf_init(&bytes);
    memset(document->name, 'n', RULES_NAME_MAX);
    memset(document->source, 's', RULES_SOURCE_MAX);
    for (uint32_t i = 0; i < RULES_PERIODS_MAX; i++) {
        int64_t day = FIRST_DAY + i;
        struct rules_period *period =
            add(document, day, i + 1 < RULES_PERIODS_MAX ? day : RULES_FOR_EVER);
        period->values = *rules_compiled();
        for (size_t n = 0; rules_number_at(n) != NULL; n++)
            period->numbers |= UINT64_C(1) << n;
        period->kinds = ((1u << TRANSFER_KINDS) - 1) & ~1u;
        period->buckets = period->calendar = true;
        struct calendar_rules *calendar = &period->values.calendar;
        *calendar = (struct calendar_rules){true,
                                            0x7f,
                                            CUT_OFFS_MAX,
                                            CALENDAR_DAYS_MAX,
                                            CALENDAR_DAYS_MAX,
                                            {1, 2, 3, 4, 5, 6, 7, 1440},
                                            {0},
                                            {0}};
        for (int32_t n = 0; n < (int32_t)CALENDAR_DAYS_MAX; n++) {
            calendar->holidays[n] = FIRST_DAY + 2 * n;
            calendar->make_up[n] = FIRST_DAY + 2 * n + 1;
        }
    }
    assert_true(rules_document_check(document, &problem));
    rules_document_encode(document, &bytes);
    assert_true(bytes.size < RULES_ENCODED_MAX);
    assert_true(rules_document_decode(buf_span(&bytes), document));
    buf_deinit(&bytes);
    free(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_take_effect_at_midnight_and_carry_over),
        cmocka_unit_test(a_later_document_replaces_what_was_to_come),
        cmocka_unit_test(what_is_wrong_is_refused_whole_and_named),
        cmocka_unit_test(a_book_has_an_end),
        cmocka_unit_test(numbers_are_within_their_bounds),
        cmocka_unit_test(bytes_give_the_document_again),
        cmocka_unit_test(the_longest_document_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
