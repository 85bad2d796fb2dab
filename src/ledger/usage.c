/*
 * The agreed limits of a link: taken when a transfer is reserved, given back when it is rejected or
 * cancelled, to the day and the year in which it was counted.
 *
 * Invariant: the link's usage is the sum over the transfers that are counted. Whatever was posted,
 * or may have been, stays counted. What needs a scope of the link is, and what falls back to the
 * Class I account; a return never is, nor what the class limits count alone.
 */
#include "domain/agreed.h"

#include "ledger/transfers.h"

/* What is left, as the usage stood before. */
static struct limit_left left_of(const struct agreed_limits *limits, const struct link_usage *now,
                                 enum limit_period period, int64_t at_ms) {
    bool day = period == LIMIT_DAY;
    struct limit_left left = {
        .of = LIMIT_OF_LINK,
        .period = period,
        .limit_fen = day ? limits->daily_fen : limits->yearly_fen,
        .resets_at_ms = day ? limit_day_resets_ms(at_ms) : limit_year_resets_ms(at_ms),
    };
    int64_t used = day ? now->day_fen : now->year_fen;
    left.left_fen = left.limit_fen > used ? left.limit_fen - used : 0;
    return left;
}

static int refuse_count(struct apply *apply, const struct agreed_limits *limits) {
    struct limit_left left = {
        .of = LIMIT_OF_LINK,
        .period = LIMIT_DAY,
        .resets_at_ms = limit_day_resets_ms(apply->now_ms),
        .limit_count = limits->daily_count,
    };
    return refuse_limit(apply, REFUSAL_AGREED_COUNT, "link_id", &left);
}

static int refuse_agreed(struct apply *apply, enum agreed_result result,
                         const struct agreed_limits *limits, const struct link_usage *usage) {
    struct link_usage now = agreed_usage_at(usage, apply->now_ms);
    struct limit_left left;
    switch (result) {
    case AGREED_OK:
        return 0;
    case AGREED_SINGLE:
        return refuse(apply, REFUSAL_AGREED_LIMIT, "amount.fen");
    case AGREED_DAY:
        left = left_of(limits, &now, LIMIT_DAY, apply->now_ms);
        return refuse_limit(apply, REFUSAL_AGREED_DAY, "amount.fen", &left);
    case AGREED_COUNT:
        return refuse_count(apply, limits);
    case AGREED_YEAR:
        left = left_of(limits, &now, LIMIT_YEAR, apply->now_ms);
        return refuse_limit(apply, REFUSAL_AGREED_YEAR, "amount.fen", &left);
    case AGREED_COOL_DOWN:
        return refuse(apply, REFUSAL_COOL_DOWN, "amount.fen");
    case AGREED_WRAPS:
        break;
    }
    return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
}

static struct agreed_use use_of(const struct transfer *transfer) {
    return (struct agreed_use){transfer->amount.fen, transfer->received_at_ms,
                               transfer->in_cool_down};
}

int usage_check(struct apply *apply, const struct link *link, struct transfer *transfer,
                struct link_usage *usage_out) {
    const struct transfer_way *way = transfer_way_of(transfer);
    if (!transfer->fallback && (way == NULL || way->scope == 0))
        return 0;
    transfer->counted = true;
    transfer->in_cool_down = transfer->class2_pays && apply->now_ms < link->cool_down_until_ms;
    APPLY_TRY(store_get_usage(apply->store, &link->id, usage_out));
    struct agreed_use use = use_of(transfer);
    enum agreed_result result =
        agreed_reserve(&link->limits, apply->rules->cool_down_cap_fen, &use, usage_out);
    return refuse_agreed(apply, result, &link->limits, usage_out);
}

int usage_release(struct apply *apply, struct transfer *transfer) {
    if (!transfer->counted)
        return 0;
    struct link_usage usage;
    APPLY_TRY(store_get_usage(apply->store, &transfer->link, &usage));
    struct agreed_use use = use_of(transfer);
    APPLY_INVARIANT(agreed_release(&use, &usage));
    store_put_usage(apply->store, &transfer->link, &usage);
    transfer->counted = false;
    transfer->in_cool_down = false;
    return 0;
}
