/*
 * Business days and cut-offs by the dated calendar.
 *
 * Invariant: each day is judged by the rules in force at its first instant, so that a calendar loaded
 * later changes no day that has begun. Pure: the book and the instant decide.
 */
#include "domain/calendar.h"
#include "domain/rulebook.h"

#define MINUTE_MS (60LL * 1000)
#define MINUTES_OF_DAY (24 * 60)
#define MONDAY_OF_DAY_0 3 /* 1970-01-01 was a Thursday */

static const struct calendar_rules *calendar_of(const struct rulebook *book, int64_t day) {
    return &rulebook_at(book, shanghai_day_start_ms(day))->calendar;
}

static bool has(const int32_t *days, uint32_t count, int64_t day) {
    for (uint32_t i = 0; i < count; i++) {
        if (days[i] == day)
            return true;
    }
    return false;
}

static bool works(const struct calendar_rules *calendar, int64_t day) {
    if (has(calendar->make_up, calendar->make_up_count, day))
        return true;
    int64_t weekday = (day + MONDAY_OF_DAY_0) % WEEK_DAYS;
    if (weekday < 0)
        weekday += WEEK_DAYS;
    return (calendar->week >> weekday & 1) != 0 &&
           !has(calendar->holidays, calendar->holiday_count, day);
}

/* A day that is not cut off ends with itself. */
static int64_t last_cut_off_ms(const struct calendar_rules *calendar, int64_t day) {
    int64_t minutes = calendar->cut_off_count > 0 ? calendar->cut_offs[calendar->cut_off_count - 1]
                                                  : MINUTES_OF_DAY;
    return shanghai_day_start_ms(day) + minutes * MINUTE_MS;
}

int64_t calendar_business_day(const struct rulebook *book, int64_t unix_ms) {
    int64_t today = shanghai_day(unix_ms);
    for (int64_t day = today; day < today + CALENDAR_SEARCH_DAYS; day++) {
        const struct calendar_rules *calendar = calendar_of(book, day);
        if (!calendar->present)
            return day;
        if (works(calendar, day) && unix_ms < last_cut_off_ms(calendar, day))
            return day;
    }
    return today;
}

static bool any_calendar(const struct rulebook *book) {
    for (size_t i = 0; i < book->count; i++) {
        if (book->rows[i].calendar.present)
            return true;
    }
    return false;
}

int64_t calendar_next_cut_off_ms(const struct rulebook *book, int64_t unix_ms) {
    int64_t today = shanghai_day(unix_ms);
    if (!any_calendar(book))
        return 0;
    for (int64_t day = today; day < today + CALENDAR_SEARCH_DAYS; day++) {
        const struct calendar_rules *calendar = calendar_of(book, day);
        if (!calendar->present || !works(calendar, day))
            continue;
        for (uint32_t i = 0; i < calendar->cut_off_count; i++) {
            int64_t at_ms = shanghai_day_start_ms(day) + calendar->cut_offs[i] * MINUTE_MS;
            if (at_ms > unix_ms)
                return at_ms;
        }
    }
    return 0;
}

bool calendar_works(const struct rulebook *book, int64_t day) {
    const struct calendar_rules *calendar = calendar_of(book, day);
    return !calendar->present || works(calendar, day);
}

bool calendar_working_day(const struct rulebook *book, int64_t day, uint32_t count,
                          int64_t *day_out) {
    uint32_t left = count;
    for (int64_t at = count > 0 ? day + 1 : day; at < day + CALENDAR_SEARCH_DAYS; at++) {
        if (!calendar_works(book, at))
            continue;
        if (left <= 1) {
            *day_out = at;
            return true;
        }
        left--;
    }
    return false;
}

bool calendar_trade_day(const struct rulebook *book, uint32_t cut_off_minutes, int64_t unix_ms,
                        int64_t *day_out, int64_t *cut_off_ms_out) {
    int64_t minutes = cut_off_minutes > 0 ? cut_off_minutes : MINUTES_OF_DAY;
    int64_t today = shanghai_day(unix_ms), day;
    bool past = unix_ms >= shanghai_day_start_ms(today) + minutes * MINUTE_MS;
    if (!calendar_working_day(book, past ? today + 1 : today, 0, &day))
        return false;
    *day_out = day;
    *cut_off_ms_out = shanghai_day_start_ms(day) + minutes * MINUTE_MS;
    return true;
}
