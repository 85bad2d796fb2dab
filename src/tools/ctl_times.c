/*
 * Times of the command line and for people: Shanghai's.
 *
 * Invariant: whatever a table or a story shows as a time is understood again as the same time.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "tools/ctl_values.h"
#include "util/clock.h"

#define AGO_MAX 1000000
#define SHANGHAI_MS (8 * 3600 * 1000LL)

/* 90s, 10m, 2h, 3d: how long. */
static bool parse_span(const char *text, int64_t *ms_out) {
    static const char units[] = "smhd";
    static const int64_t unit_ms[] = {1000, 60000, 3600000, DAY_MS};
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    long long count = strtoll(text, &end, 10);
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (count > AGO_MAX || unit == NULL || end[1] != '\0')
        return false;
    *ms_out = (int64_t)count * unit_ms[unit - units];
    return true;
}

/* Two digits below limit. */
static bool two_digits(const char *text, int64_t limit, int64_t *number_out) {
    if (!isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[1]))
        return false;
    *number_out = (text[0] - '0') * 10 + (text[1] - '0');
    return *number_out < limit;
}

/* HH:MM[:SS[.mmm]]; text_inout moves behind it. */
static bool parse_clock(const char **text_inout, int64_t *ms_out) {
    const char *text = *text_inout;
    int64_t hours, minutes, seconds = 0, millis = 0;
    if (!two_digits(text, 24, &hours) || text[2] != ':' || !two_digits(text + 3, 60, &minutes))
        return false;
    text += 5;
    if (text[0] == ':') {
        if (!two_digits(text + 1, 60, &seconds))
            return false;
        text += 3;
    }
    if (text[0] == '.') {
        char *end;
        if (strspn(text + 1, "0123456789") != 3)
            return false;
        millis = strtoll(text + 1, &end, 10);
        text = end;
    }
    *ms_out = ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    *text_inout = text;
    return true;
}

/* Nothing, +08, +08:00: Shanghai; Z: UTC. */
static bool parse_zone(const char *text, int64_t *utc_ms_out) {
    *utc_ms_out = strcmp(text, "Z") == 0 ? SHANGHAI_MS : 0;
    return text[0] == '\0' || strcmp(text, "Z") == 0 || strcmp(text, "+08") == 0 ||
           strcmp(text, "+08:00") == 0;
}

/* YYYY-MM-DD in front; a clock alone means today. */
static bool parse_day(const char **text_inout, int64_t now_ms, int64_t *day_out) {
    const char *text = *text_inout;
    *day_out = shanghai_day(now_ms);
    if (text[0] != '\0' && text[1] != '\0' && text[2] == ':')
        return true;
    if (strlen(text) < DATE_TEXT_SIZE - 1 ||
        !date_parse(span_of(text, DATE_TEXT_SIZE - 1), day_out))
        return false;
    *text_inout = text + DATE_TEXT_SIZE - 1;
    return true;
}

bool ctl_time_parse(const char *text, enum ctl_time sort, int64_t now_ms, int64_t *unix_ms_out) {
    int64_t span_ms, day, clock_ms, zone_ms;
    if (parse_span(text, &span_ms)) {
        *unix_ms_out = sort == CTL_TIME_UNTIL ? now_ms + span_ms : now_ms - span_ms;
        return true;
    }
    if (!parse_day(&text, now_ms, &day))
        return false;
    if (text[0] == '\0') {
        *unix_ms_out = shanghai_day_start_ms(sort == CTL_TIME_FROM ? day : day + 1);
        return true;
    }
    if (text[0] == ' ' || text[0] == 'T')
        text++;
    if (!parse_clock(&text, &clock_ms) || !parse_zone(text, &zone_ms))
        return false;
    *unix_ms_out = shanghai_day_start_ms(day) + clock_ms + zone_ms;
    return true;
}

enum ctl_exit ctl_take_time(struct ctl_session *session, enum ctl_option option, enum ctl_time sort,
                            int64_t *unix_ms_out) {
    const char *text = session->args->values[option];
    struct clock clock = clock_system();
    if (text == NULL || ctl_time_parse(text, sort, clock_wall_ms(&clock), unix_ms_out))
        return CTL_OK;
    return ctl_wrong(session,
                     "%s %s is no time; say a day (2026-07-01), a time of Shanghai "
                     "('2026-07-01 09:30:00', or 09:30 for today), or how long %s (90s, 10m, 2h, "
                     "3d)",
                     ctl_option_row(option)->name, text,
                     sort == CTL_TIME_UNTIL ? "from now" : "ago");
}

void ctl_time_format(int64_t unix_ms, char text_out[CTL_TIME_SIZE]) {
    char day[DATE_TEXT_SIZE];
    int64_t number = shanghai_day(unix_ms);
    int64_t rest = unix_ms - shanghai_day_start_ms(number);
    date_format(number, day);
    (void)snprintf(text_out, CTL_TIME_SIZE, "%s %02d:%02d:%02d.%03d", day, (int)(rest / 3600000),
                   (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
}
