/*
 * I8: what an account's transfers used of the limits of its class, summed up anew over all its links.
 *
 * Invariant: each link's transfers are gone through once, in order of their ids, so of their days:
 * nothing is remembered but the sums of the row's own day and year, and of the day and year at hand.
 * A limit is that of the account's class by the rules in force on the day concerned; where the class
 * was changed since, of the wider one. The day of the row is held over all links of the account. A year's sum is held against the year's limit at the end of
 * each of its days, for rules change between days. What the account's own bank said was left is not
 * to be told from any other row.
 */
#include <string.h>

#include "domain/calendar.h"
#include "verify/checks.h"

/* Of one link and direction, while its transfers are read. */
struct running {
    int64_t day, day_fen, year, year_fen;
    bool any;
};

struct counting {
    const struct account_limits *row;
    struct bucket sums[BUCKET_FLOWS];
    int64_t day_limit_fen[BUCKET_FLOWS]; /* on the row's day; the widest of its links' */
    uint64_t funded;                     /* transfers that say that they were the first */
    const struct link *link;
    struct running running[BUCKET_FLOWS];
};

static struct about of(const struct counting *counting) {
    return about(OBJECT_LINK, &counting->link->id);
}

/* The class is what the record says, unless it was another one before. */
static bool class_may_have_changed(const struct link *link) {
    for (uint32_t i = 0; i < link->history.count; i++) {
        if (link->history.entries[i].event == LINK_EVENT_REPORTED)
            return true;
    }
    return link->history.spilled > 0;
}

static struct bucket_limit limit_of(const struct look *look, const struct link *link,
                                    enum bucket_flow flow, int64_t day) {
    const struct rules *rules = rulebook_at(&look->book, shanghai_day_start_ms(day));
    struct bucket_limit two = rules->buckets[BUCKET_CLASS_II][flow];
    struct bucket_limit three = rules->buckets[BUCKET_CLASS_III][flow];
    if (!class_may_have_changed(link))
        return link->class2_class == ACCOUNT_CLASS_III ? three : two;
    return (struct bucket_limit){two.day_fen > three.day_fen ? two.day_fen : three.day_fen,
                                 two.year_fen > three.year_fen ? two.year_fen : three.year_fen};
}

static void end_day(struct look *look, const struct counting *counting, enum bucket_flow flow) {
    const struct running *now = &counting->running[flow];
    const char *way = flow == BUCKET_IN ? "in" : "out";
    if (!now->any)
        return;
    struct bucket_limit limit = limit_of(look, counting->link, flow, now->day);
    if (now->day_fen > limit.day_fen)
        look_found(look, LAW_I8, of(counting),
                   "on day %lld its account used %lld fen of %lld of its class's limit %s",
                   (long long)now->day, (long long)now->day_fen, (long long)limit.day_fen, way);
    if (now->year_fen > limit.year_fen)
        look_found(look, LAW_I8, of(counting),
                   "in %lld its account used %lld fen of %lld of its class's limit %s",
                   (long long)now->year, (long long)now->year_fen, (long long)limit.year_fen, way);
}

static void run(struct look *look, struct counting *counting, enum bucket_flow flow,
                const struct transfer *transfer) {
    struct running *now = &counting->running[flow];
    int64_t day = shanghai_day(transfer->received_at_ms);
    int64_t year = shanghai_year(transfer->received_at_ms);
    if (day != now->day) {
        end_day(look, counting, flow);
        now->day = day;
        now->day_fen = 0;
    }
    if (year != now->year) {
        now->year = year;
        now->year_fen = 0;
    }
    now->any = true;
    look_add(look, &now->day_fen, transfer->amount.fen, of(counting));
    look_add(look, &now->year_fen, transfer->amount.fen, of(counting));
}

static void add(struct look *look, struct bucket_sum *sum, const struct transfer *transfer) {
    bool used = transfer->state == TRANSFER_ACCEPTED;
    look_add(look, used ? &sum->used_fen : &sum->reserved_fen, transfer->amount.fen,
             about(OBJECT_TRANSFER, &transfer->id));
}

static void count(struct look *look, struct counting *counting, const struct transfer *transfer) {
    enum bucket_flow flow = transfer->class2_pays ? BUCKET_OUT : BUCKET_IN;
    const struct bucket *row = &counting->row->buckets[flow];
    struct bucket *sum = &counting->sums[flow];
    int64_t day = shanghai_day(transfer->received_at_ms);
    int64_t year = shanghai_year(transfer->received_at_ms);
    counting->funded += transfer->funds && transfer->state == TRANSFER_ACCEPTED;
    if (!transfer->limited)
        return;
    run(look, counting, flow, transfer);
    if (day == row->day)
        add(look, &sum->of_day, transfer);
    if (year == row->year)
        add(look, &sum->of_year, transfer);
    if (day > row->day || year > row->year)
        look_found(look, LAW_I8, about(OBJECT_TRANSFER, &transfer->id),
                   "it counts on day %lld, and its account's row says day %lld", (long long)day,
                   (long long)row->day);
}

static void widen(struct look *look, struct counting *counting) {
    for (enum bucket_flow flow = BUCKET_IN; flow < BUCKET_FLOWS; flow++) {
        int64_t day = counting->row->buckets[flow].day;
        int64_t limit_fen = limit_of(look, counting->link, flow, day).day_fen;
        if (limit_fen > counting->day_limit_fen[flow])
            counting->day_limit_fen[flow] = limit_fen;
    }
}

/* False: it could not be read to its end. */
static bool count_link(struct look *look, struct counting *counting) {
    struct id id = {{0}};
    memset(counting->running, 0, sizeof counting->running);
    widen(look, counting);
    for (;;) {
        struct transfer transfer;
        int rc = store_next_transfer_of_link(look->store, &counting->link->id, &id, &id);
        enum got got = look_got(look, rc, of(counting));
        if (got == GOT_DAMAGED)
            return false;
        if (got == GOT_NONE)
            break;
        got = look_transfer(look, &id, &transfer);
        if (got == GOT_DAMAGED)
            return false;
        if (got == GOT)
            count(look, counting, &transfer);
    }
    for (enum bucket_flow flow = BUCKET_IN; flow < BUCKET_FLOWS; flow++)
        end_day(look, counting, flow);
    return true;
}

static void compare_sum(struct look *look, struct about about_it, const char *what,
                        const struct bucket_sum *row, const struct bucket_sum *sum) {
    if (row->used_fen != sum->used_fen || row->reserved_fen != sum->reserved_fen)
        look_found(look, LAW_I8, about_it,
                   "its account's row says %lld fen used and %lld reserved of the limit %s: they "
                   "are %lld and %lld",
                   (long long)row->used_fen, (long long)row->reserved_fen, what,
                   (long long)sum->used_fen, (long long)sum->reserved_fen);
    if (row->cap_fen < 0 || (!row->has_cap && row->cap_fen != 0))
        look_found(look, LAW_I8, about_it, "its account's row has a bank's word of %lld fen on %s",
                   (long long)row->cap_fen, what);
}

/* All links of the account together. */
static void compare_day(struct look *look, const struct counting *counting, enum bucket_flow flow,
                        struct about about_it) {
    const struct bucket_sum *row = &counting->row->buckets[flow].of_day;
    int64_t limit_fen = counting->day_limit_fen[flow];
    if (row->used_fen > limit_fen || row->reserved_fen > limit_fen - row->used_fen)
        look_found(look, LAW_I8, about_it,
                   "its account's links used %lld fen and reserved %lld in a day, of %lld %s",
                   (long long)row->used_fen, (long long)row->reserved_fen, (long long)limit_fen,
                   flow == BUCKET_IN ? "in" : "out");
}

static void compare(struct look *look, const struct counting *counting, struct about about_it) {
    const struct bucket *rows = counting->row->buckets;
    compare_sum(look, about_it, "in of its day", &rows[BUCKET_IN].of_day,
                &counting->sums[BUCKET_IN].of_day);
    compare_sum(look, about_it, "in of its year", &rows[BUCKET_IN].of_year,
                &counting->sums[BUCKET_IN].of_year);
    compare_sum(look, about_it, "out of its day", &rows[BUCKET_OUT].of_day,
                &counting->sums[BUCKET_OUT].of_day);
    compare_sum(look, about_it, "out of its year", &rows[BUCKET_OUT].of_year,
                &counting->sums[BUCKET_OUT].of_year);
    compare_day(look, counting, BUCKET_IN, about_it);
    compare_day(look, counting, BUCKET_OUT, about_it);
    if (counting->funded != (counting->row->funded ? 1 : 0))
        look_found(look, LAW_I8, about_it,
                   "its account's row says that it is %s, and %llu transfers that they funded it",
                   counting->row->funded ? "funded" : "not funded",
                   (unsigned long long)counting->funded);
}

void check_limits(struct look *look, const struct account_limits *row) {
    struct counting counting = {.row = row};
    struct about about_it = about_bank(0);
    struct id id = {{0}};
    int rc;
    while ((rc = store_next_link_of_account(look->store, &row->account, &id, &id)) == 0) {
        struct link link;
        enum got got = look_link(look, &id, &link);
        if (got == GOT_DAMAGED)
            return;
        counting.link = &link;
        about_it = about(OBJECT_LINK, &id);
        if (got == GOT && !count_link(look, &counting))
            return;
    }
    if (look_got(look, rc, about_it) == GOT_DAMAGED)
        return;
    if (counting.link == NULL)
        look_found(look, LAW_I15, about_bank(0), "limits stand for an account without a link");
    counting.link = NULL;
    compare(look, &counting, about_it);
}

/* Its account's row stands: what it counts is compared from there. */
void check_limits_row(struct look *look, const struct link *link) {
    struct account_limits limits;
    int rc = store_get_limits(look->store, &link->class2_key, &limits);
    if (look_got(look, rc, about(OBJECT_LINK, &link->id)) != GOT)
        return;
    if (limits.buckets[BUCKET_IN].day == 0 && limits.buckets[BUCKET_OUT].day == 0 && !limits.funded)
        look_found(look, LAW_I8, about(OBJECT_LINK, &link->id),
                   "a transfer counts in the limits of its account, which has no row of them");
}
