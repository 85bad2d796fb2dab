/*
 * The agreed limits of a link: taken when a transfer is reserved, given back when it is rejected or
 * cancelled, to the day and the year in which it was counted.
 *
 * Invariant: the link's usage is the sum over the transfers that are counted. Whatever was posted,
 * or may have been, stays counted; a return never is.
 */
#include "domain/agreed.h"

#include "ledger/transfers.h"

static int refuse_agreed(struct apply *apply, enum agreed_result result) {
    switch (result) {
    case AGREED_OK:
        return 0;
    case AGREED_SINGLE:
        return refuse(apply, REFUSAL_AGREED_LIMIT, "amount.fen");
    case AGREED_DAY:
        return refuse(apply, REFUSAL_AGREED_DAY, "amount.fen");
    case AGREED_COUNT:
        return refuse(apply, REFUSAL_AGREED_COUNT, "link_id");
    case AGREED_YEAR:
        return refuse(apply, REFUSAL_AGREED_YEAR, "amount.fen");
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
    transfer->counted = true;
    transfer->in_cool_down = transfer->class2_pays && apply->now_ms < link->cool_down_until_ms;
    APPLY_TRY(store_get_usage(apply->store, &link->id, usage_out));
    struct agreed_use use = use_of(transfer);
    return refuse_agreed(
        apply, agreed_reserve(&link->limits, apply->rules->cool_down_cap_fen, &use, usage_out));
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
