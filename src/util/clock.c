/*
 * The system's clocks behind the injected one, and the text form of a time.
 *
 * Reading them cannot fail on Linux; if it does, the process ends rather than go on with a wrong
 * time. Nothing here corrects or compares clocks: that is ledger time's affair.
 */
#include "util/clock.h"

#include <stdio.h>
#include <time.h>

#include "util/fatal.h"

static int64_t system_boot_us(void *context) {
    (void)context;
    struct timespec now;
    ENSURE(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t system_wall_ms(void *context) {
    (void)context;
    struct timespec now;
    ENSURE(clock_gettime(CLOCK_REALTIME, &now) == 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct clock clock_system(void) {
    return (struct clock){system_boot_us, system_wall_ms, NULL};
}

int64_t clock_boot_us(const struct clock *clock) {
    return clock->boot_us(clock->context);
}

int64_t clock_boot_ms(const struct clock *clock) {
    return clock->boot_us(clock->context) / 1000;
}

int64_t clock_wall_ms(const struct clock *clock) {
    return clock->wall_ms(clock->context);
}

void time_format_utc(int64_t unix_ms, char text_out[TIME_TEXT_SIZE]) {
    time_t seconds = (time_t)(unix_ms / 1000);
    int ms = (int)(unix_ms % 1000);
    if (ms < 0) {
        ms += 1000;
        seconds -= 1;
    }
    struct tm utc;
    ENSURE(gmtime_r(&seconds, &utc) != NULL);
    size_t size = strftime(text_out, TIME_TEXT_SIZE - 5, "%Y-%m-%dT%H:%M:%S", &utc);
    ENSURE(size > 0);
    snprintf(text_out + size, TIME_TEXT_SIZE - size, ".%03dZ", ms);
}
