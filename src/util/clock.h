/*
 * The injected clock: nothing above reads time in any other way.
 */
#ifndef LG_UTIL_CLOCK_H
#define LG_UTIL_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*boot_us)(void *context); /* CLOCK_BOOTTIME: steady, counts suspend */
    int64_t (*wall_ms)(void *context); /* CLOCK_REALTIME since 1970: may jump */
    void *context;
};

struct clock clock_system(void);
int64_t clock_boot_us(const struct clock *clock);
int64_t clock_boot_ms(const struct clock *clock);
int64_t clock_wall_ms(const struct clock *clock);

#define TIME_TEXT_SIZE 32
/* RFC 3339 in UTC with milliseconds: 2026-12-31T15:59:59.000Z. */
void time_format_utc(int64_t unix_ms, char text_out[TIME_TEXT_SIZE]);

#endif
