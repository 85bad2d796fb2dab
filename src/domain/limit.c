/*
 * What an account's transfers use of the limits of its class.
 *
 * Invariants: used and reserved of a day and of a year are the sums over the transfers that were
 * reserved in it and neither rejected nor cancelled; together they were never above the limit in
 * force when the last of them was reserved, nor above what the account's bank had said then. The
 * instant of the reservation decides the day and the year, for good.
 */
#include "domain/limit.h"

#include "domain/calendar.h"

struct bucket limit_at(const struct bucket *bucket, int64_t at_ms) {
    struct bucket now = *bucket;
    int64_t day = shanghai_day(at_ms);
    int64_t year = shanghai_year(at_ms);
    if (now.day != day) {
        now.day = day;
        now.of_day = (struct bucket_sum){0};
    }
    if (now.year != year) {
        now.year = year;
        now.of_year = (struct bucket_sum){0};
    }
    return now;
}

/* Both are sums of reservations that were checked: together they do not wrap. */
static int64_t taken(const struct bucket_sum *sum) {
    return sum->used_fen + sum->reserved_fen;
}

static int64_t bound(int64_t limit_fen, const struct bucket_sum *sum) {
    return sum->has_cap && sum->cap_fen < limit_fen ? sum->cap_fen : limit_fen;
}

static struct limit_left left_of(enum limit_period period, int64_t limit_fen,
                                 const struct bucket_sum *sum, int64_t resets_at_ms) {
    int64_t left = bound(limit_fen, sum) - taken(sum);
    return (struct limit_left){.period = period,
                               .limit_fen = limit_fen,
                               .left_fen = left > 0 ? left : 0,
                               .resets_at_ms = resets_at_ms};
}

int64_t limit_day_resets_ms(int64_t at_ms) {
    return shanghai_day_start_ms(shanghai_day(at_ms) + 1);
}

int64_t limit_year_resets_ms(int64_t at_ms) {
    struct civil_date first = {.year = (int)shanghai_year(at_ms) + 1, .month = 1, .day = 1};
    return shanghai_day_start_ms(day_from_civil(first));
}

struct limit_left limit_day_left(const struct bucket_limit *limit, const struct bucket *bucket,
                                 int64_t at_ms) {
    struct bucket now = limit_at(bucket, at_ms);
    return left_of(LIMIT_DAY, limit->day_fen, &now.of_day, limit_day_resets_ms(at_ms));
}

struct limit_left limit_year_left(const struct bucket_limit *limit, const struct bucket *bucket,
                                  int64_t at_ms) {
    struct bucket now = limit_at(bucket, at_ms);
    return left_of(LIMIT_YEAR, limit->year_fen, &now.of_year, limit_year_resets_ms(at_ms));
}

/* False when it wraps. */
static bool add(struct bucket_sum *sum, int64_t fen) {
    int64_t all;
    return fen_add(sum->reserved_fen, fen, &sum->reserved_fen) &&
           fen_add(sum->reserved_fen, sum->used_fen, &all);
}

enum limit_result limit_reserve(const struct bucket_limit *limit, int64_t fen, int64_t at_ms,
                                struct bucket *bucket, struct limit_left *left_out) {
    struct limit_left day = limit_day_left(limit, bucket, at_ms);
    struct limit_left year = limit_year_left(limit, bucket, at_ms);
    struct bucket after = limit_at(bucket, at_ms);
    if (fen <= 0)
        return LIMIT_WRAPS;
    if (fen > year.left_fen) { /* which resets later, and so is what the customer has to know */
        *left_out = year;
        return LIMIT_EXCEEDED;
    }
    if (fen > day.left_fen) {
        *left_out = day;
        return LIMIT_EXCEEDED;
    }
    if (!add(&after.of_day, fen) || !add(&after.of_year, fen))
        return LIMIT_WRAPS;
    *bucket = after;
    return LIMIT_OK;
}

static bool take_back(struct bucket_sum *sum, int64_t fen, bool used) {
    if (sum->reserved_fen < fen)
        return false;
    sum->reserved_fen -= fen;
    if (used)
        sum->used_fen += fen; /* their sum stays: it does not wrap */
    return true;
}

static bool end(int64_t fen, int64_t reserved_at_ms, struct bucket *bucket, bool used) {
    struct bucket after = *bucket;
    int64_t day = shanghai_day(reserved_at_ms);
    int64_t year = shanghai_year(reserved_at_ms);
    if (fen <= 0 || after.day < day || after.year < year)
        return false;
    if (after.day == day && !take_back(&after.of_day, fen, used))
        return false;
    if (after.year == year && !take_back(&after.of_year, fen, used))
        return false;
    *bucket = after;
    return true;
}

bool limit_use(int64_t fen, int64_t reserved_at_ms, struct bucket *bucket) {
    return end(fen, reserved_at_ms, bucket, true);
}

bool limit_release(int64_t fen, int64_t reserved_at_ms, struct bucket *bucket) {
    return end(fen, reserved_at_ms, bucket, false);
}

static bool cap(struct bucket_sum *sum, int64_t left_fen) {
    if (left_fen < 0)
        return true;
    sum->has_cap = true;
    return fen_add(taken(sum), left_fen, &sum->cap_fen);
}

bool limit_cap(int64_t day_left_fen, int64_t year_left_fen, int64_t at_ms, struct bucket *bucket) {
    struct bucket after = limit_at(bucket, at_ms);
    if (!cap(&after.of_day, day_left_fen) || !cap(&after.of_year, year_left_fen))
        return false;
    *bucket = after;
    return true;
}

enum limit_of limit_of_bucket(enum bucket_class class, enum bucket_flow flow) {
    static const enum limit_of ofs[BUCKET_CLASSES][BUCKET_FLOWS] = {
        {LIMIT_OF_II_IN, LIMIT_OF_II_OUT}, {LIMIT_OF_III_IN, LIMIT_OF_III_OUT}};
    return ofs[class][flow];
}

const char *limit_of_name(enum limit_of of) {
    static const char *const names[LIMIT_OFS] = {
        [LIMIT_OF_NONE] = "NONE",     [LIMIT_OF_LINK] = "AGREED",   [LIMIT_OF_II_IN] = "II-IN",
        [LIMIT_OF_II_OUT] = "II-OUT", [LIMIT_OF_III_IN] = "III-IN", [LIMIT_OF_III_OUT] = "III-OUT",
    };
    return (unsigned)of < LIMIT_OFS ? names[of] : "INVALID";
}

const char *bucket_name(enum bucket_class class, enum bucket_flow flow) {
    return limit_of_name(limit_of_bucket(class, flow));
}

const char *limit_period_name(enum limit_period period) {
    static const char *const names[] = {"NONE", "DAY", "YEAR"};
    return (unsigned)period < sizeof names / sizeof names[0] ? names[period] : "INVALID";
}
