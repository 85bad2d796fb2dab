/*
 * The buckets of an account's class: the vectors T1 to T18 of DOMAIN.md §9 as far as they are
 * amounts (what is allowed at all is the affair of test_transfer_kind.c), and a model that adds the
 * transfers up themselves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/limit.h"
#include "domain/rules.h"

/* The last second of 2026 in Shanghai and the first of 2027 (T15). */
#define LAST_MS (INT64_C(1798732799) * 1000)
#define FIRST_MS (INT64_C(1798732800) * 1000)
#define NOON_MS (LAST_MS - 12 * INT64_C(3600000))
/* Noon of 28 February 2028, a leap year. */
#define LEAP_MS INT64_C(1835409600000)

enum step_kind { END, RESERVE, USE, RELEASE, CAP };

struct step {
    enum step_kind kind;
    int64_t at_ms, fen;
    int wanted; /* RESERVE: enum limit_period that stood in the way, -1: WRAPS; others: 0 done, 1 not */
    int64_t left; /* of a refused reservation; CAP: what is left of the year, -1: not said */
};

struct row {
    const char *name;
    struct bucket_limit limit;
    struct step steps[9];
    struct bucket_sum day, year; /* at the end */
};

#define II_OUT                                                                                     \
    { 1000000, 20000000 }
#define III_OUT                                                                                    \
    { 200000, 5000000 }
#define R(at, fen)                                                                                 \
    { RESERVE, at, fen, 0, 0 }
#define REFUSED(at, fen, period, left)                                                             \
    { RESERVE, at, fen, LIMIT_##period, left }

static const struct row rows[] = {
    {"T1, T2: exactly the day, then one fen",
     II_OUT,
     {R(NOON_MS, 1000000), {USE, NOON_MS, 1000000, 0, 0}, REFUSED(NOON_MS, 1, DAY, 0)},
     {.used_fen = 1000000},
     {.used_fen = 1000000}},
    {"T3: 600,000 and 400,000, then one fen",
     II_OUT,
     {R(NOON_MS, 600000), REFUSED(NOON_MS, 400001, DAY, 400000), R(NOON_MS, 400000),
      REFUSED(NOON_MS, 1, DAY, 0)},
     {.reserved_fen = 1000000},
     {.reserved_fen = 1000000}},
    {"T10: Class III out",
     III_OUT,
     {R(NOON_MS, 200000), REFUSED(NOON_MS, 1, DAY, 0)},
     {.reserved_fen = 200000},
     {.reserved_fen = 200000}},
    {"T12: rejected, and again",
     II_OUT,
     {R(NOON_MS, 1000000), {RELEASE, NOON_MS, 1000000, 0, 0}, R(NOON_MS + 1, 1000000)},
     {.reserved_fen = 1000000},
     {.reserved_fen = 1000000}},
    {"T13: unknown stays reserved",
     II_OUT,
     {R(NOON_MS, 1000000), REFUSED(NOON_MS + 5000, 1, DAY, 0)},
     {.reserved_fen = 1000000},
     {.reserved_fen = 1000000}},
    {"T14: a second before midnight and at midnight",
     II_OUT,
     {R(LAST_MS - DAY_MS, 1000000), R(FIRST_MS - DAY_MS, 1000000),
      REFUSED(FIRST_MS - DAY_MS, 1, DAY, 0)},
     {.reserved_fen = 1000000},
     {.reserved_fen = 2000000}},
    {"T15: day and year start anew at new year",
     {1000, 1000},
     {R(LAST_MS, 1000), REFUSED(LAST_MS + 999, 1, YEAR, 0), R(FIRST_MS, 1000),
      REFUSED(FIRST_MS, 1, YEAR, 0)},
     {.reserved_fen = 1000},
     {.reserved_fen = 1000}},
    {"T16: two of 600,000: one",
     II_OUT,
     {R(NOON_MS, 600000), REFUSED(NOON_MS, 600000, DAY, 400000)},
     {.reserved_fen = 600000},
     {.reserved_fen = 600000}},
    {"T18: nothing, less than nothing, and the largest number there is",
     II_OUT,
     {R(NOON_MS, 1),
      {RESERVE, NOON_MS, 0, -1, 0},
      {RESERVE, NOON_MS, -1, -1, 0},
      {RESERVE, NOON_MS, INT64_MIN, -1, 0},
      REFUSED(NOON_MS, INT64_MAX, YEAR, 19999999)},
     {.reserved_fen = 1},
     {.reserved_fen = 1}},
    {"limits of all there is do not wrap",
     {INT64_MAX, INT64_MAX},
     {R(NOON_MS, INT64_MAX - 1), R(NOON_MS, 1), REFUSED(NOON_MS, 1, YEAR, 0)},
     {.reserved_fen = INT64_MAX},
     {.reserved_fen = INT64_MAX}},
    {"29 February is a day of its own",
     {1000, 5000},
     {R(LEAP_MS, 1000), REFUSED(LEAP_MS, 1, DAY, 0), R(LEAP_MS + DAY_MS, 1000),
      REFUSED(LEAP_MS + DAY_MS, 1, DAY, 0), R(LEAP_MS + 2 * DAY_MS, 1000)},
     {.reserved_fen = 1000},
     {.reserved_fen = 3000}},
    {"accepted after midnight: used on the day of its reservation",
     {1000, 1500},
     {R(LAST_MS - DAY_MS, 1000),
      R(FIRST_MS - DAY_MS, 500),
      {USE, LAST_MS - DAY_MS, 1000, 0, 0},
      REFUSED(FIRST_MS - DAY_MS, 1, YEAR, 0)},
     {.reserved_fen = 500},
     {.used_fen = 1000, .reserved_fen = 500}},
    {"rejected after new year: nothing of it stands any more",
     {1000, 1000},
     {R(LAST_MS, 1000),
      R(FIRST_MS, 400),
      {RELEASE, LAST_MS, 1000, 0, 0},
      REFUSED(FIRST_MS, 601, YEAR, 600)},
     {.reserved_fen = 400},
     {.reserved_fen = 400}},
    {"what was not reserved is neither used nor given back",
     II_OUT,
     {R(NOON_MS, 10),
      {USE, NOON_MS, 11, 1, 0},
      {RELEASE, NOON_MS, 11, 1, 0},
      {USE, NOON_MS + DAY_MS, 1, 1, 0},
      {RELEASE, NOON_MS, 0, 1, 0},
      {USE, NOON_MS, -5, 1, 0},
      {USE, NOON_MS, 10, 0, 0},
      {RELEASE, NOON_MS, 10, 1, 0}},
     {.used_fen = 10},
     {.used_fen = 10}},
    {"the bank's own word is narrower, for that day and that year",
     {1000, 5000},
     {R(NOON_MS - DAY_MS, 400),
      {CAP, NOON_MS - DAY_MS, 100, 0, 2000},
      REFUSED(NOON_MS - DAY_MS, 101, DAY, 100),
      R(NOON_MS - DAY_MS, 100),
      R(NOON_MS, 1000),
      {CAP, NOON_MS, 0, 0, -1},
      REFUSED(NOON_MS, 901, YEAR, 900),
      REFUSED(NOON_MS, 900, DAY, 0)},
     {.reserved_fen = 1000, .has_cap = true, .cap_fen = 1000},
     {.reserved_fen = 1500, .has_cap = true, .cap_fen = 2400}},
    {"the bank's word never widens",
     {1000, 5000},
     {{CAP, NOON_MS, 9000, 0, 9000},
      REFUSED(NOON_MS, 1001, DAY, 1000),
      {CAP, NOON_MS, 1, 0, -1},
      R(NOON_MS, 1),
      {CAP, NOON_MS, INT64_MAX, 1, -1}},
     {.reserved_fen = 1, .has_cap = true, .cap_fen = 1},
     {.reserved_fen = 1, .has_cap = true, .cap_fen = 9000}},
};

static int take(const struct row *row, const struct step *step, struct bucket *bucket,
                int64_t *left_out) {
    struct limit_left left = {0};
    switch (step->kind) {
    case RESERVE: {
        enum limit_result result =
            limit_reserve(&row->limit, step->fen, step->at_ms, bucket, &left);
        *left_out = left.left_fen;
        return result == LIMIT_WRAPS ? -1 : (int)left.period;
    }
    case USE:
        return limit_use(step->fen, step->at_ms, bucket) ? 0 : 1;
    case RELEASE:
        return limit_release(step->fen, step->at_ms, bucket) ? 0 : 1;
    case CAP:
        return limit_cap(step->fen, step->left, step->at_ms, bucket) ? 0 : 1;
    case END:
        break;
    }
    return -2;
}

static bool same_sum(const struct bucket_sum *a, const struct bucket_sum *b) {
    return a->used_fen == b->used_fen && a->reserved_fen == b->reserved_fen &&
           a->has_cap == b->has_cap && a->cap_fen == b->cap_fen;
}

static void every_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct bucket bucket = {0};
        int64_t at_ms = 0;
        for (size_t j = 0; j < 9 && row->steps[j].kind != END; j++) {
            const struct step *step = &row->steps[j];
            struct bucket before = bucket;
            int64_t left = 0;
            if (step->wanted == 0 && step->at_ms > at_ms)
                at_ms = step->at_ms;
            if (take(row, step, &bucket, &left) != step->wanted)
                fail_msg("%s: step %zu", row->name, j);
            if (step->wanted != 0 && memcmp(&before, &bucket, sizeof(bucket)) != 0)
                fail_msg("%s: step %zu was refused and changed something", row->name, j);
            if (step->kind == RESERVE && step->wanted > 0 && left != step->left)
                fail_msg("%s: step %zu: %lld left", row->name, j, (long long)left);
        }
        struct bucket now = limit_at(&bucket, at_ms);
        if (!same_sum(&now.of_day, &row->day) || !same_sum(&now.of_year, &row->year))
            fail_msg("%s: %lld+%lld, %lld+%lld", row->name, (long long)now.of_day.used_fen,
                     (long long)now.of_day.reserved_fen, (long long)now.of_year.used_fen,
                     (long long)now.of_year.reserved_fen);
    }
}

/* T7: 20 days of 1,000,000; one fen on day 21. T8: at 19,999,999 two are refused and one is not. */
static void a_year_of_days(void **state) {
    (void)state;
    const struct bucket_limit limit = II_OUT;
    struct bucket bucket = {0};
    struct limit_left left = {0};
    int64_t at_ms = NOON_MS - 40 * DAY_MS;
    for (int day = 0; day < 19; day++, at_ms += DAY_MS)
        assert_int_equal(limit_reserve(&limit, 1000000, at_ms, &bucket, &left), LIMIT_OK);
    assert_int_equal(limit_reserve(&limit, 999999, at_ms, &bucket, &left), LIMIT_OK);
    at_ms += DAY_MS;
    assert_int_equal(limit_reserve(&limit, 2, at_ms, &bucket, &left), LIMIT_EXCEEDED);
    assert_int_equal(left.period, LIMIT_YEAR);
    assert_true(left.left_fen == 1 && left.limit_fen == 20000000 && left.resets_at_ms == FIRST_MS);
    assert_int_equal(limit_reserve(&limit, 1, at_ms, &bucket, &left), LIMIT_OK);
    assert_int_equal(limit_reserve(&limit, 1, at_ms + DAY_MS, &bucket, &left), LIMIT_EXCEEDED);
    assert_int_equal(limit_reserve(&limit, 1000000, FIRST_MS, &bucket, &left), LIMIT_OK);
}

static void when_it_resets(void **state) {
    (void)state;
    const struct bucket_limit limit = {1000, 5000};
    const struct bucket empty = {0};
    struct limit_left day = limit_day_left(&limit, &empty, LAST_MS);
    struct limit_left year = limit_year_left(&limit, &empty, LAST_MS);
    assert_true(day.resets_at_ms == FIRST_MS && year.resets_at_ms == FIRST_MS);
    assert_true(limit_day_left(&limit, &empty, FIRST_MS).resets_at_ms == FIRST_MS + DAY_MS);
    assert_true(limit_year_left(&limit, &empty, FIRST_MS).resets_at_ms == FIRST_MS + 365 * DAY_MS);
    assert_true(limit_year_left(&limit, &empty, LEAP_MS).resets_at_ms ==
                FIRST_MS + (365 + 366) * DAY_MS);
}

/* Lowered under what is used: nothing is left, and nothing less than nothing. */
static void a_limit_that_was_lowered(void **state) {
    (void)state;
    const struct bucket_limit high = {1000, 5000}, low = {100, 200};
    struct bucket bucket = {0};
    struct limit_left left = {0};
    assert_int_equal(limit_reserve(&high, 1000, NOON_MS, &bucket, &left), LIMIT_OK);
    assert_int_equal(limit_reserve(&low, 1, NOON_MS, &bucket, &left), LIMIT_EXCEEDED);
    assert_true(left.left_fen == 0 && left.limit_fen == 200);
    assert_true(limit_use(1000, NOON_MS, &bucket));
}

static void shipped_values(void **state) {
    (void)state;
    static const struct bucket_limit wanted[BUCKET_CLASSES][BUCKET_FLOWS] = {
        {{1000000, 20000000}, {1000000, 20000000}}, {{500000, 10000000}, {200000, 5000000}}};
    const struct rules *rules = rules_compiled();
    assert_memory_equal(rules->buckets, wanted, sizeof(wanted));
    for (int kind = 0; kind < TRANSFER_KINDS; kind++)
        assert_int_equal(rules->kinds[kind].enabled, (kind >= 1 && kind <= 3) || kind >= 13);
    assert_string_equal(bucket_name(BUCKET_CLASS_II, BUCKET_OUT), "II-OUT");
    assert_string_equal(bucket_name(BUCKET_CLASS_III, BUCKET_IN), "III-IN");
}

/* ---- against a model: the sums over the transfers themselves ---- */

#define TRANSFERS 400

struct model {
    int64_t fen, at_ms;
    int state; /* 0 none, 1 reserved, 2 used */
};

static uint64_t draw(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void check_model(const struct model *all, const struct bucket *bucket, int64_t now_ms) {
    struct bucket now = limit_at(bucket, now_ms);
    int64_t day[3] = {0}, year[3] = {0};
    for (size_t i = 0; i < TRANSFERS; i++) {
        if (shanghai_day(all[i].at_ms) == now.day)
            day[all[i].state] += all[i].fen;
        if (shanghai_year(all[i].at_ms) == now.year)
            year[all[i].state] += all[i].fen;
    }
    assert_true(now.of_day.reserved_fen == day[1] && now.of_day.used_fen == day[2]);
    assert_true(now.of_year.reserved_fen == year[1] && now.of_year.used_fen == year[2]);
    assert_true(day[1] + day[2] <= 5000 && year[1] + year[2] <= 60000);
}

static void sums_are_those_of_the_transfers(void **state) {
    (void)state;
    static struct model all[TRANSFERS];
    const struct bucket_limit limit = {5000, 60000};
    struct bucket bucket = {0};
    struct limit_left left;
    uint64_t seed = 7;
    int64_t now_ms = LAST_MS - 20 * DAY_MS;
    for (size_t i = 0; i < TRANSFERS; i++) {
        now_ms += (int64_t)draw(&seed) % (DAY_MS / 4);
        all[i] = (struct model){1 + (int64_t)draw(&seed) % 3000, now_ms, 0};
        if (limit_reserve(&limit, all[i].fen, now_ms, &bucket, &left) == LIMIT_OK)
            all[i].state = 1;
        struct model *other = &all[draw(&seed) % (i + 1)];
        if (other->state == 1) {
            bool used = draw(&seed) % 2 != 0;
            assert_true(used ? limit_use(other->fen, other->at_ms, &bucket)
                             : limit_release(other->fen, other->at_ms, &bucket));
            other->state = used ? 2 : 0;
        }
        check_model(all, &bucket, now_ms);
    }
    assert_true(now_ms > FIRST_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),      cmocka_unit_test(a_year_of_days),
        cmocka_unit_test(when_it_resets), cmocka_unit_test(a_limit_that_was_lowered),
        cmocka_unit_test(shipped_values), cmocka_unit_test(sums_are_those_of_the_transfers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
