/*
 * Ledger time under wall clocks that drift, jump, and are a year wrong.
 */
#include "engine/ledger_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define START_MS 1798000000000
#define DAY_MS 86400000LL
#define YEAR_MS (365 * DAY_MS)

struct times {
    int64_t boot_us, wall_ms;
};

static int64_t boot_us(void *context) {
    const struct times *times = context;
    return times->boot_us;
}

static int64_t wall_ms(void *context) {
    const struct times *times = context;
    return times->wall_ms;
}

static struct clock clock_of(struct times *times) {
    return (struct clock){boot_us, wall_ms, times};
}

static void pass(struct times *times, int64_t ms) {
    times->boot_us += ms * 1000;
    times->wall_ms += ms;
}

static struct ledger_clock started(struct times *times, int64_t stored_ms) {
    struct ledger_clock clock;
    struct clock both = clock_of(times);
    ledger_clock_start(&clock, &both, stored_ms);
    return clock;
}

static void runs_with_the_steady_clock(void **state) {
    (void)state;
    struct times times = {5000, START_MS};
    struct ledger_clock clock = started(&times, 0);
    assert_int_equal(ledger_clock_now(&clock), START_MS);
    pass(&times, 12345);
    assert_int_equal(ledger_clock_now(&clock), START_MS + 12345);
    assert_false(clock.off);
}

/* 10 s ahead: reached after 1,000 s, not before, whether it is read seldom or all the time. */
static void slews_forward_by_a_hundredth(void **state) {
    (void)state;
    static const int64_t steps_us[] = {1, 7, 99, 100, 1000, 1000000};
    for (size_t i = 0; i < sizeof(steps_us) / sizeof(steps_us[0]); i++) {
        struct times times = {0, START_MS};
        struct ledger_clock clock = started(&times, 0);
        times.wall_ms += 10000;
        int64_t from_us = times.boot_us;
        for (int n = 0; n < 1000; n++) {
            times.boot_us += steps_us[i];
            (void)ledger_clock_now(&clock);
        }
        int64_t passed_us = times.boot_us - from_us;
        int64_t gained_us = clock.ledger_us - START_MS * 1000 - passed_us;
        /* The wall clock stands still here, so that the difference closes from both sides. */
        assert_true(gained_us <= passed_us / 100);
        assert_true(gained_us >= passed_us / 100 - 1 || clock.ledger_us / 1000 >= times.wall_ms);
    }
}

static void slews_back_and_never_goes_back(void **state) {
    (void)state;
    struct times times = {0, START_MS};
    struct ledger_clock clock = started(&times, 0);
    times.wall_ms -= 30000;
    int64_t last = ledger_clock_now(&clock);
    int64_t turns = 0;
    while (ledger_clock_difference_ms(&clock) < -1) {
        pass(&times, 100);
        int64_t now = ledger_clock_now(&clock);
        assert_true(now >= last + 99 && now <= last + 100);
        last = now;
        turns++;
    }
    assert_true(turns > 29000 && turns < 31000);
}

static void a_far_wall_clock_is_not_followed(void **state) {
    (void)state;
    static const int64_t jumps[] = {60001, 3600000, DAY_MS, YEAR_MS, -60001, -DAY_MS, -YEAR_MS};
    for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        struct times times = {0, START_MS};
        struct ledger_clock clock = started(&times, 0);
        times.wall_ms += jumps[i];
        for (int n = 1; n <= 100; n++) {
            pass(&times, 1000);
            assert_int_equal(ledger_clock_now(&clock), START_MS + n * 1000);
            assert_true(clock.off);
        }
        times.wall_ms -= jumps[i];
        pass(&times, 1000);
        assert_int_equal(ledger_clock_now(&clock), START_MS + 101000);
        assert_false(clock.off);
    }
}

static void accepting_ahead_jumps(void **state) {
    (void)state;
    struct times times = {0, START_MS};
    struct ledger_clock clock = started(&times, 0);
    times.wall_ms += DAY_MS;
    (void)ledger_clock_now(&clock);
    assert_true(clock.off);
    ledger_clock_accept(&clock);
    assert_false(clock.off);
    assert_int_equal(ledger_clock_now(&clock), times.wall_ms);
}

static void accepting_behind_slows(void **state) {
    (void)state;
    struct times times = {0, START_MS};
    struct ledger_clock clock = started(&times, 0);
    times.wall_ms -= 100000;
    (void)ledger_clock_now(&clock);
    ledger_clock_accept(&clock);
    assert_int_equal(ledger_clock_now(&clock), START_MS);
    pass(&times, 1000000);
    assert_int_equal(ledger_clock_now(&clock), START_MS + 990000);
    assert_false(clock.off);
    /* A new jump is alarmed again, while the old one is followed and afterwards. */
    times.wall_ms += 200000;
    (void)ledger_clock_now(&clock);
    assert_true(clock.off);
    times.wall_ms -= 200000;
    (void)ledger_clock_now(&clock);
    assert_true(clock.off);
    ledger_clock_accept(&clock);
    pass(&times, 6000000);
    (void)ledger_clock_now(&clock);
    times.wall_ms += 100000;
    (void)ledger_clock_now(&clock);
    assert_true(clock.off);
}

static void starts(void **state) {
    (void)state;
    static const struct {
        int64_t ahead_ms;
        enum ledger_clock_hold hold;
        int64_t now_ms; /* relative to what was stored */
    } rows[] = {
        {0, LEDGER_CLOCK_RUNS, 0},
        {DAY_MS, LEDGER_CLOCK_RUNS, DAY_MS},
        {DAY_MS + 1, LEDGER_CLOCK_HELD_FORWARD, 0},
        {YEAR_MS, LEDGER_CLOCK_HELD_FORWARD, 0},
        {-60000, LEDGER_CLOCK_RUNS, 0},
        {-60001, LEDGER_CLOCK_HELD_BACK, 0},
        {-YEAR_MS, LEDGER_CLOCK_HELD_BACK, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct times times = {0, START_MS + rows[i].ahead_ms};
        struct ledger_clock clock = started(&times, START_MS);
        assert_int_equal(clock.hold, rows[i].hold);
        assert_int_equal(ledger_clock_now(&clock), START_MS + rows[i].now_ms);
        if (rows[i].hold == LEDGER_CLOCK_RUNS)
            continue;
        pass(&times, 5000);
        assert_int_equal(ledger_clock_now(&clock), START_MS);
        pass(&times, 5000);
        ledger_clock_accept(&clock);
        assert_int_equal(clock.hold, LEDGER_CLOCK_RUNS);
        int64_t expected = rows[i].ahead_ms > 0 ? times.wall_ms : START_MS;
        assert_int_equal(ledger_clock_now(&clock), expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_with_the_steady_clock),
        cmocka_unit_test(slews_forward_by_a_hundredth),
        cmocka_unit_test(slews_back_and_never_goes_back),
        cmocka_unit_test(a_far_wall_clock_is_not_followed),
        cmocka_unit_test(accepting_ahead_jumps),
        cmocka_unit_test(accepting_behind_slows),
        cmocka_unit_test(starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
