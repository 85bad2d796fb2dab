/*
 * I8, I10: what a link's transfers used of its agreed limits, summed up anew.
 *
 * Invariant: the link's transfers are gone through once, in order of their ids, so of their days:
 * nothing is remembered but the sums of the day and the year at hand. A limit is compared only where
 * it was in force: the record has the present ones, since the latest amendment; what was reserved
 * after it was measured by them, with all that stood before on its day and in its year.
 */
#include <string.h>

#include "domain/agreed.h"
#include "domain/calendar.h"
#include "domain/rules.h"
#include "verify/checks.h"

struct using {
    const struct link *link;
    struct link_usage row;
    uint64_t amended; /* sequence of the latest amendment; 0: none, or not known */
    /* The day and year at hand, and of the row's own. */
    struct link_usage now, sum;
    int64_t cool_down_cap_fen;        /* the highest that was in force when one was reserved */
    bool measured_day, measured_year; /* the last one was reserved under the present limits */
    char currency[CURRENCY_SIZE];
    bool any;
    bool limited; /* one of them counts in the limits of its account's class */
};

static struct about of(const struct using *using) {
    return about(OBJECT_LINK, &using->link->id);
}

/* The command of the latest amendment in the whole life. */
static uint64_t amended_at(struct look *look, const struct link *link) {
    for (uint32_t i = history_length(&link->history); i-- > 0;) {
        const struct history_entry *here = history_at(&link->history, i);
        struct history_entry entry;
        if (here != NULL)
            entry = *here;
        else if (store_get_history(look->store, OBJECT_LINK, &link->id, i, &entry) != 0)
            return UINT64_MAX; /* told by its history: nothing can be said */
        if (entry.event == LINK_EVENT_AMENDED)
            return entry.sequence;
    }
    return 0;
}

static void end_day(struct look *look, const struct using *using) {
    const struct agreed_limits *limits = &using->link->limits;
    if (!using->measured_day)
        return;
    if (limits->daily_fen > 0 && using->now.day_fen > limits->daily_fen)
        look_found(look, LAW_I8, of(using), "on day %lld it used %lld fen of %lld",
                   (long long)using->now.day, (long long)using->now.day_fen,
                   (long long)limits->daily_fen);
    if (limits->daily_count > 0 && using->now.day_count > limits->daily_count)
        look_found(look, LAW_I8, of(using), "on day %lld it used %u transfers of %u",
                   (long long)using->now.day, using->now.day_count, limits->daily_count);
}

static void end_year(struct look *look, const struct using *using) {
    const struct agreed_limits *limits = &using->link->limits;
    if (using->measured_year && limits->yearly_fen > 0 && using->now.year_fen > limits->yearly_fen)
        look_found(look, LAW_I8, of(using), "in %lld it used %lld fen of %lld",
                   (long long)using->now.year, (long long)using->now.year_fen,
                   (long long)limits->yearly_fen);
}

static void turn(struct look *look, struct using *using, int64_t day, int64_t year) {
    if (using->any && day != using->now.day)
        end_day(look, using);
    if (using->any && year != using->now.year)
        end_year(look, using);
    if (day != using->now.day) {
        using->now.day = day;
        using->now.day_fen = 0;
        using->now.day_count = 0;
    }
    if (year != using->now.year) {
        using->now.year = year;
        using->now.year_fen = 0;
    }
}

static void check_single(struct look *look, const struct using *using,
                         const struct transfer *transfer) {
    int64_t single_fen = using->link->limits.single_fen;
    if (single_fen > 0 && transfer->amount.fen > single_fen)
        look_found(look, LAW_I8, about(OBJECT_TRANSFER, &transfer->id),
                   "it is of %lld fen, and its link allows %lld at a time",
                   (long long)transfer->amount.fen, (long long)single_fen);
}

static void count(struct look *look, struct using *using, const struct transfer *transfer) {
    struct about about_it = about(OBJECT_TRANSFER, &transfer->id);
    int64_t day = shanghai_day(transfer->received_at_ms);
    int64_t year = shanghai_year(transfer->received_at_ms);
    int64_t fen = transfer->amount.fen;
    bool measured = get_be64(transfer->id.bytes + 6) > using->amended;
    if (using->any && strcmp(using->currency, transfer->amount.currency) != 0)
        look_found(look, LAW_I10, about_it, "it is in %s, others of its link in %s",
                   transfer->amount.currency, using->currency);
    turn(look, using, day, year);
    memcpy(using->currency, transfer->amount.currency, CURRENCY_SIZE);
    using->any = true;
    using->measured_day = using->measured_year = measured;
    look_add(look, &using->now.day_fen, fen, about_it);
    look_add(look, &using->now.year_fen, fen, about_it);
    using->now.day_count++;
    if (transfer->in_cool_down) {
        const struct rules *rules = rulebook_at(&look->book, transfer->received_at_ms);
        if (rules->cool_down_cap_fen > using->cool_down_cap_fen)
            using->cool_down_cap_fen = rules->cool_down_cap_fen;
        look_add(look, &using->sum.cool_down_fen, fen, about_it);
    }
    if (day == using->row.day) {
        look_add(look, &using->sum.day_fen, fen, about_it);
        using->sum.day_count++;
    }
    if (year == using->row.year)
        look_add(look, &using->sum.year_fen, fen, about_it);
    if (measured)
        check_single(look, using, transfer);
}

/* Before it is accepted, the account's row need not be there. */
static bool has_funded(const struct transfer *transfer) {
    return transfer->funds && transfer->state == TRANSFER_ACCEPTED;
}

/* False: it could not be read to its end. */
static bool count_all(struct look *look, struct using *using) {
    struct id id = {{0}};
    for (;;) {
        struct transfer transfer;
        int rc = store_next_transfer_of_link(look->store, &using->link->id, &id, &id);
        enum got got = look_got(look, rc, of(using));
        if (got != GOT)
            return got == GOT_NONE;
        got = look_transfer(look, &id, &transfer);
        if (got == GOT_DAMAGED)
            return false;
        if (got == GOT && transfer.counted)
            count(look, using, &transfer);
        using->limited |= got == GOT && (transfer.limited || has_funded(&transfer));
    }
}

static void compare(struct look *look, const struct using *using) {
    const struct link_usage *row = &using->row;
    const struct link_usage *sum = &using->sum;
    if (row->day_fen != sum->day_fen || row->day_count != sum->day_count)
        look_found(look, LAW_I8, of(using),
                   "it says %lld fen in %u transfers on day %lld: they are %lld in %u",
                   (long long)row->day_fen, row->day_count, (long long)row->day,
                   (long long)sum->day_fen, sum->day_count);
    if (row->year_fen != sum->year_fen)
        look_found(look, LAW_I8, of(using), "it says %lld fen in %lld: they are %lld",
                   (long long)row->year_fen, (long long)row->year, (long long)sum->year_fen);
    if (row->cool_down_fen != sum->cool_down_fen || sum->cool_down_fen > using->cool_down_cap_fen)
        look_found(look, LAW_I8, of(using),
                   "it says %lld fen during the cool-down: they are %lld, of %lld",
                   (long long)row->cool_down_fen, (long long)sum->cool_down_fen,
                   (long long)using->cool_down_cap_fen);
    if (using->any && (using->now.day > row->day || using->now.year > row->year))
        look_found(look, LAW_I8, of(using), "it says day %lld, and a transfer counts on day %lld",
                   (long long)row->day, (long long)using->now.day);
}

void check_usage(struct look *look, const struct link *link) {
    struct using using = {.link = link, .amended = amended_at(look, link)};
    int rc = store_get_usage(look->store, &link->id, &using.row);
    if (look_got(look, rc, of(&using)) != GOT || !count_all(look, &using))
        return;
    end_day(look, &using);
    end_year(look, &using);
    compare(look, &using);
    if (using.limited)
        check_limits_row(look, link);
}
