/*
 * Ledger time.
 *
 * Invariant: ledger_us never decreases, and between two readings it moves by what the steady clock
 * moved, give or take 1 % (an accepted jump ahead excepted). The wall clock alone never moves it:
 * a wall clock that is wrong by a year costs an alarm. Whose order an acceptance is, and that it is
 * logged, is the engine's business.
 */
#include "engine/ledger_clock.h"

#define US_PER_MS 1000

static int64_t wall_us(const struct ledger_clock *ledger_clock) {
    int64_t wall_ms = clock_wall_ms(&ledger_clock->clock);
    int64_t wall;
    return __builtin_mul_overflow(wall_ms, (int64_t)US_PER_MS, &wall) ? 0 : wall;
}

void ledger_clock_start(struct ledger_clock *ledger_clock, const struct clock *clock,
                        int64_t stored_ms) {
    *ledger_clock = (struct ledger_clock){.clock = *clock};
    ledger_clock->last_boot_us = clock_boot_us(clock);
    ledger_clock->ledger_us = stored_ms * US_PER_MS;
    int64_t ahead_ms = clock_wall_ms(clock) - stored_ms;
    if (stored_ms != 0 && ahead_ms > LEDGER_CLOCK_FORWARD_MS)
        ledger_clock->hold = LEDGER_CLOCK_HELD_FORWARD;
    else if (stored_ms != 0 && ahead_ms < -LEDGER_CLOCK_OFF_MS)
        ledger_clock->hold = LEDGER_CLOCK_HELD_BACK;
    else if (ahead_ms > 0)
        ledger_clock->ledger_us = wall_us(ledger_clock);
}

/* What may be added to (or taken from) a step of elapsed_us to come nearer to the wall clock. */
static int64_t slew(struct ledger_clock *ledger_clock, int64_t elapsed_us, int64_t ahead_us) {
    int64_t allowance = ledger_clock->slew_rest_us + elapsed_us;
    ledger_clock->slew_rest_us = allowance % LEDGER_CLOCK_SLEW;
    allowance /= LEDGER_CLOCK_SLEW;
    if (ahead_us > allowance)
        return allowance;
    return ahead_us < -allowance ? -allowance : ahead_us;
}

static bool near(int64_t difference_us) {
    int64_t limit_us = (int64_t)LEDGER_CLOCK_OFF_MS * US_PER_MS;
    return difference_us <= limit_us && difference_us >= -limit_us;
}

/* An accepted difference is followed until it is gone, or the wall clock jumps anew. */
static void judge(struct ledger_clock *ledger_clock, int64_t ahead_us) {
    bool accepted = ledger_clock->accepted_us != 0 && near(ahead_us - ledger_clock->accepted_us);
    ledger_clock->accepted_us = accepted && !near(ahead_us) ? ahead_us : 0;
    ledger_clock->off = !accepted && !near(ahead_us);
}

int64_t ledger_clock_now(struct ledger_clock *ledger_clock) {
    int64_t boot_us = clock_boot_us(&ledger_clock->clock);
    int64_t elapsed_us = boot_us - ledger_clock->last_boot_us;
    ledger_clock->last_boot_us = boot_us;
    ENSURE(elapsed_us >= 0);
    if (ledger_clock->hold != LEDGER_CLOCK_RUNS)
        return ledger_clock->ledger_us / US_PER_MS;
    ledger_clock->ledger_us += elapsed_us;
    int64_t ahead_us = wall_us(ledger_clock) - ledger_clock->ledger_us;
    judge(ledger_clock, ahead_us);
    if (!ledger_clock->off)
        ledger_clock->ledger_us += slew(ledger_clock, elapsed_us, ahead_us);
    return ledger_clock->ledger_us / US_PER_MS;
}

void ledger_clock_accept(struct ledger_clock *ledger_clock) {
    (void)ledger_clock_now(ledger_clock);
    ledger_clock->hold = LEDGER_CLOCK_RUNS;
    int64_t wall = wall_us(ledger_clock);
    if (wall > ledger_clock->ledger_us)
        ledger_clock->ledger_us = wall;
    else
        ledger_clock->accepted_us = wall - ledger_clock->ledger_us;
    ledger_clock->off = false;
}

int64_t ledger_clock_difference_ms(const struct ledger_clock *ledger_clock) {
    return clock_wall_ms(&ledger_clock->clock) - ledger_clock->ledger_us / US_PER_MS;
}
