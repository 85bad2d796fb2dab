/*
 * Agreed limits by table: each row is a link's day from an empty usage on, step by step, with what
 * must come of each step. Limits are inclusive; day and year are Shanghai's; what is given back
 * goes to the day on which it was counted. Vectors: DOMAIN.md §9.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/agreed.h"
#include "domain/calendar.h"
#include "domain/transfer.h"

/* The last second of 2026 in Shanghai and the first of 2027 (T15). */
#define LAST_MS (INT64_C(1798732799) * 1000)
#define FIRST_MS (INT64_C(1798732800) * 1000)
#define NOON_MS (LAST_MS - 12 * INT64_C(3600000))

enum step_kind { END, RESERVE, RELEASE, COOL, COOL_RELEASE };

struct step {
    enum step_kind kind;
    int64_t at_ms, fen;
    int wanted; /* enum agreed_result; of a release: 0 done, 1 refused */
};

struct row {
    const char *name;
    struct agreed_limits limits;
    int64_t cap_fen;
    struct step steps[8];
    struct link_usage left; /* at the instant of the last step; day and year are not looked at */
};

#define R(at, fen, result)                                                                         \
    { RESERVE, at, fen, AGREED_##result }
#define GIVE_BACK(at, fen)                                                                         \
    { RELEASE, at, fen, 0 }

static const struct row rows[] = {
    {"exactly the single limit, one fen more",
     {.single_fen = 500},
     0,
     {R(NOON_MS, 500, OK), R(NOON_MS, 501, SINGLE), R(NOON_MS, 500, OK)},
     {.day_fen = 1000, .day_count = 2, .year_fen = 1000}},
    {"exactly the day's amount, one fen more",
     {.daily_fen = 1000},
     0,
     {R(NOON_MS, 600, OK), R(NOON_MS, 401, DAY), R(NOON_MS, 400, OK), R(NOON_MS, 1, DAY)},
     {.day_fen = 1000, .day_count = 2, .year_fen = 1000}},
    {"the day's count",
     {.daily_count = 2},
     0,
     {R(NOON_MS, 1, OK), R(NOON_MS, 1, OK), R(NOON_MS, 1, COUNT)},
     {.day_fen = 2, .day_count = 2, .year_fen = 2}},
    {"the year's amount over several days (T8)",
     {.yearly_fen = 20000000},
     0,
     {R(NOON_MS - 2 * DAY_MS, 19999999, OK), R(NOON_MS, 2, YEAR), R(NOON_MS, 1, OK)},
     {.day_fen = 1, .day_count = 1, .year_fen = 20000000}},
    {"which of several limits is told: single, day, count, year",
     {100, 100, 1, 100},
     0,
     {R(NOON_MS, 100, OK), R(NOON_MS, 101, SINGLE), R(NOON_MS, 1, DAY)},
     {.day_fen = 100, .day_count = 1, .year_fen = 100}},
    {"a second before midnight and at midnight, the day's whole amount each (T14)",
     {.daily_fen = 1000000, .daily_count = 1},
     0,
     {R(LAST_MS - DAY_MS, 1000000, OK), R(FIRST_MS - DAY_MS, 1000000, OK),
      R(FIRST_MS - DAY_MS, 1, DAY)},
     {.day_fen = 1000000, .day_count = 1, .year_fen = 2000000}},
    {"day and year start anew at new year (T15)",
     {.daily_fen = 1000, .daily_count = 1, .yearly_fen = 1000},
     0,
     {R(LAST_MS, 1000, OK), R(LAST_MS + 999, 1, DAY), R(FIRST_MS, 1000, OK), R(FIRST_MS, 1, DAY)},
     {.day_fen = 1000, .day_count = 1, .year_fen = 1000}},
    {"midnight in another time zone is none",
     {.daily_fen = 1000},
     0,
     {R(LAST_MS - 8 * INT64_C(3600000), 1000, OK), R(FIRST_MS - 8 * INT64_C(3600000), 1, DAY)},
     {.day_fen = 1000, .day_count = 1, .year_fen = 1000}},
    {"rejected, and again (T12)",
     {.daily_fen = 1000000, .daily_count = 1},
     0,
     {R(NOON_MS, 1000000, OK), GIVE_BACK(NOON_MS, 1000000), R(NOON_MS + 1, 1000000, OK)},
     {.day_fen = 1000000, .day_count = 1, .year_fen = 1000000}},
    {"unknown stays counted (T13)",
     {.daily_fen = 1000000},
     0,
     {R(NOON_MS, 1000000, OK), R(NOON_MS + 1, 1, DAY)},
     {.day_fen = 1000000, .day_count = 1, .year_fen = 1000000}},
    {"two of 600,000 at once: one (T16)",
     {.daily_fen = 1000000},
     0,
     {R(NOON_MS, 600000, OK), R(NOON_MS, 600000, DAY)},
     {.day_fen = 600000, .day_count = 1, .year_fen = 600000}},
    {"given back after midnight: the new day keeps what it has, the year gets it back",
     {.daily_fen = 1000, .yearly_fen = 1500},
     0,
     {R(LAST_MS - DAY_MS, 1000, OK), R(FIRST_MS - DAY_MS, 500, OK),
      GIVE_BACK(LAST_MS - DAY_MS, 1000), R(FIRST_MS - DAY_MS, 501, DAY),
      R(FIRST_MS - DAY_MS, 500, OK)},
     {.day_fen = 1000, .day_count = 2, .year_fen = 1000}},
    {"given back after new year: neither day nor year of it stands any more",
     {.yearly_fen = 1000},
     0,
     {R(LAST_MS, 1000, OK), R(FIRST_MS, 400, OK), GIVE_BACK(LAST_MS, 1000), R(FIRST_MS, 601, YEAR),
      R(FIRST_MS, 600, OK)},
     {.day_fen = 1000, .day_count = 2, .year_fen = 1000}},
    {"what was never counted cannot be given back",
     {0},
     0,
     {R(NOON_MS, 10, OK),
      {RELEASE, NOON_MS, 11, 1},
      {RELEASE, NOON_MS + DAY_MS, 1, 1},
      {RELEASE, NOON_MS, 0, 1},
      {RELEASE, NOON_MS, -5, 1},
      {COOL_RELEASE, NOON_MS, 1, 1},
      GIVE_BACK(NOON_MS, 10),
      {RELEASE, NOON_MS, 1, 1}},
     {0}},
    {"no limits at all: only what can be represented (T18)",
     {0},
     0,
     {R(NOON_MS, 1, OK), R(NOON_MS, INT64_MAX, WRAPS), R(NOON_MS, INT64_MAX - 1, OK),
      R(NOON_MS, 1, WRAPS), R(NOON_MS, 0, WRAPS), R(NOON_MS, -1, WRAPS),
      R(NOON_MS, INT64_MIN, WRAPS)},
     {.day_fen = INT64_MAX, .day_count = 2, .year_fen = INT64_MAX}},
    {"the year would wrap though the day does not",
     {0},
     0,
     {R(NOON_MS - DAY_MS, INT64_MAX, OK), R(NOON_MS, 1, WRAPS)},
     {.year_fen = INT64_MAX}},
    {"the largest amount under limits is above them, not unrepresentable",
     {.single_fen = 100, .daily_fen = 100},
     0,
     {R(NOON_MS, 100, OK), R(NOON_MS, INT64_MAX, SINGLE)},
     {.day_fen = 100, .day_count = 1, .year_fen = 100}},
    {"cool-down: what leaves is capped over midnight, what comes in is not",
     {0},
     1000,
     {{COOL, LAST_MS, 600, AGREED_OK},
      {COOL, FIRST_MS, 401, AGREED_COOL_DOWN},
      R(FIRST_MS, 5000, OK),
      {COOL, FIRST_MS, 400, AGREED_OK},
      {COOL, FIRST_MS, 1, AGREED_COOL_DOWN},
      {COOL_RELEASE, LAST_MS, 600, 0},
      {COOL, FIRST_MS, 600, AGREED_OK}},
     {.day_fen = 6000, .day_count = 3, .year_fen = 6000, .cool_down_fen = 1000}},
    {"cool-down with a cap of nothing", {0}, 0, {{COOL, NOON_MS, 1, AGREED_COOL_DOWN}}, {0}},
    {"cool-down does not loosen what was agreed",
     {.daily_fen = 10},
     1000,
     {{COOL, NOON_MS, 11, AGREED_DAY}, {COOL, NOON_MS, 10, AGREED_OK}},
     {.day_fen = 10, .day_count = 1, .year_fen = 10, .cool_down_fen = 10}},
};

static int take(const struct row *row, const struct step *step, struct link_usage *usage) {
    struct agreed_use use = {
        .fen = step->fen,
        .at_ms = step->at_ms,
        .in_cool_down = step->kind == COOL || step->kind == COOL_RELEASE,
    };
    if (step->kind == RESERVE || step->kind == COOL)
        return (int)agreed_reserve(&row->limits, row->cap_fen, &use, usage);
    return agreed_release(&use, usage) ? 0 : 1;
}

static void every_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct link_usage usage = {0};
        int64_t at_ms = 0;
        for (size_t j = 0; j < 8 && row->steps[j].kind != END; j++) {
            struct link_usage before = usage;
            at_ms = row->steps[j].at_ms > at_ms ? row->steps[j].at_ms : at_ms;
            if (take(row, &row->steps[j], &usage) != row->steps[j].wanted)
                fail_msg("%s: step %zu", row->name, j);
            if (row->steps[j].wanted != 0 && memcmp(&before, &usage, sizeof(usage)) != 0)
                fail_msg("%s: step %zu was refused and changed something", row->name, j);
        }
        struct link_usage left = agreed_usage_at(&usage, at_ms);
        if (left.day_fen != row->left.day_fen || left.day_count != row->left.day_count ||
            left.year_fen != row->left.year_fen || left.cool_down_fen != row->left.cool_down_fen)
            fail_msg("%s: left %lld, %u, %lld, %lld", row->name, (long long)left.day_fen,
                     left.day_count, (long long)left.year_fen, (long long)left.cool_down_fen);
    }
}

static void usage_of_a_day_that_is_over(void **state) {
    (void)state;
    struct link_usage usage = {
        .day = shanghai_day(LAST_MS),
        .day_fen = 1,
        .day_count = 2,
        .year = 2026,
        .year_fen = 3,
        .cool_down_fen = 4,
    };
    struct link_usage same = agreed_usage_at(&usage, LAST_MS);
    assert_memory_equal(&same, &usage, sizeof(same));
    struct link_usage next = agreed_usage_at(&usage, FIRST_MS);
    assert_true(next.day == usage.day + 1 && next.day_fen == 0 && next.day_count == 0);
    assert_true(next.year == 2027 && next.year_fen == 0 && next.cool_down_fen == 4);
}

static void the_count_does_not_wrap(void **state) {
    (void)state;
    const struct agreed_limits none = {0};
    const struct agreed_use use = {.fen = 1, .at_ms = NOON_MS};
    struct link_usage usage = {.day = shanghai_day(NOON_MS), .day_count = UINT32_MAX, .year = 2026};
    assert_int_equal(agreed_reserve(&none, 0, &use, &usage), AGREED_WRAPS);
    assert_int_equal(usage.day_count, UINT32_MAX);
}

/* ---- against a model: the sums over the transfers themselves ---- */

#define TRANSFERS 400

struct model {
    struct agreed_use use;
    bool counted;
};

static uint64_t draw(uint64_t *seed) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void check_model(const struct model *all, const struct link_usage *usage, int64_t now_ms) {
    struct link_usage sums = {0};
    for (size_t i = 0; i < TRANSFERS; i++) {
        if (!all[i].counted)
            continue;
        bool today = shanghai_day(all[i].use.at_ms) == shanghai_day(now_ms);
        bool this_year = shanghai_year(all[i].use.at_ms) == shanghai_year(now_ms);
        sums.day_fen += today ? all[i].use.fen : 0;
        sums.day_count += today ? 1 : 0;
        sums.year_fen += this_year ? all[i].use.fen : 0;
        sums.cool_down_fen += all[i].use.in_cool_down ? all[i].use.fen : 0;
    }
    struct link_usage now = agreed_usage_at(usage, now_ms);
    assert_true(now.day_fen == sums.day_fen && now.day_count == sums.day_count);
    assert_true(now.year_fen == sums.year_fen && now.cool_down_fen == sums.cool_down_fen);
}

/* Days pass, transfers come, some are rejected days later. */
static void usage_is_the_sum_of_what_is_counted(void **state) {
    (void)state;
    static struct model all[TRANSFERS];
    const struct agreed_limits limits = {0, 5000, 6, 60000};
    struct link_usage usage = {0};
    uint64_t seed = 11;
    int64_t now_ms = LAST_MS - 20 * DAY_MS;
    for (size_t i = 0; i < TRANSFERS; i++) {
        struct model *it = &all[i];
        now_ms += (int64_t)draw(&seed) % (DAY_MS / 4);
        it->use = (struct agreed_use){1 + (int64_t)draw(&seed) % 3000, now_ms, i < 40};
        it->counted = agreed_reserve(&limits, 30000, &it->use, &usage) == AGREED_OK;
        size_t other = (size_t)draw(&seed) % (i + 1);
        if (all[other].counted && draw(&seed) % 3 == 0) {
            assert_true(agreed_release(&all[other].use, &usage));
            all[other].counted = false;
        }
        check_model(all, &usage, now_ms);
    }
    assert_true(now_ms > FIRST_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(usage_of_a_day_that_is_over),
        cmocka_unit_test(the_count_does_not_wrap),
        cmocka_unit_test(usage_is_the_sum_of_what_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
