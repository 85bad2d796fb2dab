/*
 * The limits of an account's class: what its kind of account may do at all, and the bucket that a
 * transfer stands in, over all links of the account.
 *
 * Invariants: used and reserved of a bucket are the sums over the account's transfers that are
 * limited: ACCEPTED ones, and RESERVED, PENDING and UNKNOWN ones; each was within the limit in force,
 * and within what the account's bank had said, when it was reserved. funded stands from the first
 * accepted transfer from the bound account on, which says so itself. Amounts are given back to the
 * day and the year of the reservation, or never. What the account's own bank says goes further than
 * all of this, and is final.
 */
#include "ledger/transfers.h"

static enum bucket_flow flow_of(const struct transfer *transfer) {
    return transfer->class2_pays ? BUCKET_OUT : BUCKET_IN;
}

/* Money from the bound account counts nowhere; the first of it opens a Class III account for others'. */
static int check_bound(struct apply *apply, const struct link *link, struct transfer *transfer) {
    bool in = transfer->kind == TRANSFER_BOUND_PAIR && !transfer->class2_pays;
    struct account_limits limits;
    if (!in || link->class2_class != ACCOUNT_CLASS_III)
        return 0;
    APPLY_TRY(store_get_limits(apply->store, &link->class2_key, &limits));
    transfer->funds = !limits.funded;
    return 0;
}

static bool may_fall_back(const struct link *link, const struct transfer_way *way) {
    return way->fallback && (link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_PAY_FALLBACK)) != 0;
}

/* Reserves in the row at hand, or says what stands against it. */
static int reserve(struct apply *apply, const struct link *link, const struct transfer_way *way,
                   struct transfer *transfer, struct account_limits *limits) {
    enum bucket_flow flow = flow_of(transfer);
    enum bucket_class class =
        link->class2_class == ACCOUNT_CLASS_III ? BUCKET_CLASS_III : BUCKET_CLASS_II;
    struct limit_left left = {.of = LIMIT_OF_NONE};
    switch (limit_reserve(&apply->rules->buckets[class][flow], transfer->amount.fen, apply->now_ms,
                          &limits->buckets[flow], &left)) {
    case LIMIT_OK:
        transfer->limited = true;
        return 0;
    case LIMIT_EXCEEDED:
        transfer->fallback = may_fall_back(link, way);
        left.of = limit_of_bucket(class, flow);
        return transfer->fallback ? 0 : refuse_limit(apply, REFUSAL_BUCKET, "amount.fen", &left);
    case LIMIT_WRAPS:
        break;
    }
    return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
}

int class_limit_check(struct apply *apply, const struct link *link, const struct transfer_way *way,
                      struct transfer *transfer, struct account_limits *limits_out) {
    enum class_verdict verdict =
        transfer_way_verdict(way, link->class2_class, link->class2_opening);
    if (verdict == CLASS_FORBIDDEN)
        return refuse(apply, REFUSAL_CLASS, "kind");
    if (verdict == CLASS_FREE)
        return check_bound(apply, link, transfer);
    APPLY_TRY(store_get_limits(apply->store, &link->class2_key, limits_out));
    if (verdict == CLASS_AFTER_BOUND && !limits_out->funded)
        return refuse(apply, REFUSAL_NOT_FUNDED, "kind");
    return reserve(apply, link, way, transfer, limits_out);
}

static int load(struct apply *apply, const struct transfer *transfer,
                struct account_limits *limits_out) {
    struct link link;
    int result = store_get_link(apply->store, &transfer->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return store_get_limits(apply->store, &link.class2_key, limits_out);
}

int class_limit_accepted(struct apply *apply, struct transfer *transfer) {
    struct account_limits limits;
    if (!transfer->limited && !transfer->funds)
        return 0;
    int result = load(apply, transfer, &limits);
    if (result)
        return result;
    struct bucket *bucket = &limits.buckets[flow_of(transfer)];
    if (transfer->limited)
        APPLY_INVARIANT(limit_use(transfer->amount.fen, transfer->received_at_ms, bucket));
    else if (limits.funded) /* another one came first */
        transfer->funds = false;
    limits.funded |= transfer->funds;
    store_put_limits(apply->store, &limits);
    return 0;
}

int class_limit_release(struct apply *apply, struct transfer *transfer) {
    struct account_limits limits;
    transfer->funds = false;
    if (!transfer->limited)
        return 0;
    int result = load(apply, transfer, &limits);
    if (result)
        return result;
    struct bucket *bucket = &limits.buckets[flow_of(transfer)];
    APPLY_INVARIANT(limit_release(transfer->amount.fen, transfer->received_at_ms, bucket));
    store_put_limits(apply->store, &limits);
    transfer->limited = false;
    return 0;
}

static bool cap_bucket(const int64_t left_fen[2], int64_t at_ms, struct bucket *bucket) {
    return limit_cap(left_fen[0], left_fen[1], at_ms, bucket);
}

int class_limit_report(struct apply *apply, const struct digest *account,
                       const struct remaining_limits *left) {
    struct account_limits limits;
    APPLY_TRY(store_get_limits(apply->store, account, &limits));
    if (!cap_bucket(left->in_fen, apply->now_ms, &limits.buckets[BUCKET_IN]))
        return refuse(apply, REFUSAL_FIELD_INVALID, "remaining_in");
    if (!cap_bucket(left->out_fen, apply->now_ms, &limits.buckets[BUCKET_OUT]))
        return refuse(apply, REFUSAL_FIELD_INVALID, "remaining_out");
    store_put_limits(apply->store, &limits);
    return 0;
}
