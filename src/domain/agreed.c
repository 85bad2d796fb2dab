/*
 * What a link's transfers use of its agreed limits.
 *
 * Invariant: day_fen, day_count and year_fen are the sums over the transfers that were reserved in
 * that day and year and neither rejected nor cancelled; none is ever above the limit that was in
 * force when it was reserved. A counter of a day or a year that is over counts for nothing.
 */
#include "domain/agreed.h"

#include "domain/calendar.h"
#include "util/money.h"

struct link_usage agreed_usage_at(const struct link_usage *usage, int64_t at_ms) {
    struct link_usage now = *usage;
    int64_t day = shanghai_day(at_ms);
    int64_t year = shanghai_year(at_ms);
    if (now.day != day) {
        now.day = day;
        now.day_fen = 0;
        now.day_count = 0;
    }
    if (now.year != year) {
        now.year = year;
        now.year_fen = 0;
    }
    return now;
}

static enum agreed_result judge(const struct agreed_limits *limits, int64_t cool_down_cap_fen,
                                const struct agreed_use *use, const struct link_usage *after) {
    if (limits->daily_fen && after->day_fen > limits->daily_fen)
        return AGREED_DAY;
    if (limits->daily_count && after->day_count > limits->daily_count)
        return AGREED_COUNT;
    if (limits->yearly_fen && after->year_fen > limits->yearly_fen)
        return AGREED_YEAR;
    if (use->in_cool_down && after->cool_down_fen > cool_down_cap_fen)
        return AGREED_COOL_DOWN;
    return AGREED_OK;
}

enum agreed_result agreed_reserve(const struct agreed_limits *limits, int64_t cool_down_cap_fen,
                                  const struct agreed_use *use, struct link_usage *usage) {
    struct link_usage after = agreed_usage_at(usage, use->at_ms);
    if (limits->single_fen && use->fen > limits->single_fen)
        return AGREED_SINGLE;
    if (use->fen <= 0 || after.day_count == UINT32_MAX ||
        !fen_add(after.day_fen, use->fen, &after.day_fen) ||
        !fen_add(after.year_fen, use->fen, &after.year_fen))
        return AGREED_WRAPS;
    after.day_count++;
    if (use->in_cool_down && !fen_add(after.cool_down_fen, use->fen, &after.cool_down_fen))
        return AGREED_WRAPS;
    enum agreed_result result = judge(limits, cool_down_cap_fen, use, &after);
    if (result == AGREED_OK)
        *usage = after;
    return result;
}

bool agreed_release(const struct agreed_use *use, struct link_usage *usage) {
    struct link_usage after = *usage;
    int64_t day = shanghai_day(use->at_ms);
    int64_t year = shanghai_year(use->at_ms);
    if (use->fen <= 0 || after.day < day || after.year < year)
        return false;
    if (after.day == day) {
        if (after.day_fen < use->fen || after.day_count == 0)
            return false;
        after.day_fen -= use->fen;
        after.day_count--;
    }
    if (after.year == year) {
        if (after.year_fen < use->fen)
            return false;
        after.year_fen -= use->fen;
    }
    if (use->in_cool_down) {
        if (after.cool_down_fen < use->fen)
            return false;
        after.cool_down_fen -= use->fen;
    }
    *usage = after;
    return true;
}
