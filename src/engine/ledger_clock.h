/*
 * Ledger time: what commands are stamped with. It advances with the steady clock, slews to the wall
 * clock by at most 1 %, and never goes back. DESIGN.md §2, Ledger time.
 *
 * A difference above a minute while running is not followed until it is accepted. Accepting one
 * ahead jumps to the wall clock at once. Accepting one behind cannot jump: ledger time then goes on
 * at 99 % until the wall clock has caught up, and no longer alarms.
 */
#ifndef LG_ENGINE_LEDGER_CLOCK_H
#define LG_ENGINE_LEDGER_CLOCK_H

#include <stdbool.h>

#include "util/clock.h"
#include "util/fatal.h"

#define LEDGER_CLOCK_OFF_MS 60000            /* more than this is alarmed, not followed */
#define LEDGER_CLOCK_FORWARD_MS (86400000LL) /* at start: more than this ahead is held */
#define LEDGER_CLOCK_SLEW 100                /* one part in so many */

enum ledger_clock_hold {
    LEDGER_CLOCK_RUNS = 0,
    LEDGER_CLOCK_HELD_FORWARD, /* the wall clock is over 24 h ahead of the ledger's last command */
    LEDGER_CLOCK_HELD_BACK     /* it is over 60 s behind */
};

/* All fields are private but for reading hold and off. */
struct ledger_clock {
    struct clock clock;
    enum ledger_clock_hold hold;
    bool off; /* the difference is above LEDGER_CLOCK_OFF_MS, and was not accepted */
    int64_t last_boot_us;
    int64_t ledger_us;
    int64_t accepted_us;  /* the difference that is followed although it is that large; 0: none */
    int64_t slew_rest_us; /* of the allowance, below one microsecond */
};

/* stored_ms: ledger time of the last command applied; 0: a new ledger, which starts at the wall
 * clock's time. May begin in a hold: then time stands still until it is accepted. */
void ledger_clock_start(struct ledger_clock *ledger_clock, const struct clock *clock,
                        int64_t stored_ms);
/* Ledger milliseconds; reads both clocks. */
int64_t ledger_clock_now(struct ledger_clock *ledger_clock);
/* The wall clock's time is right (an operator's order): ends a hold or a difference. */
void ledger_clock_accept(struct ledger_clock *ledger_clock);
/* Wall clock minus ledger time at this moment. */
int64_t ledger_clock_difference_ms(const struct ledger_clock *ledger_clock);

#endif
