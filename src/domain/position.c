/*
 * Moving money between banks' positions, in checked steps.
 *
 * Invariants: every function works all of its sums out first and stores them together, so that a
 * false changes nothing; a reservation stands with both banks and is never negative; what one
 * position loses in an acceptance the other gains and the pair's net repeats, so that the nets of a
 * window sum to zero; a net leaves both positions once, when it is settled; no sum mixes currencies.
 * Caps are not compared here: the caller asks for the exposure, then reserves.
 */
#include "domain/position.h"

bool position_reserve(struct position *debtor, struct position *creditor, int64_t amount_fen) {
    int64_t outgoing_fen;
    if (amount_fen <= 0 || !fen_add(debtor->reserved_outgoing_fen, amount_fen, &outgoing_fen) ||
        !fen_add(creditor->reserved_incoming_fen, amount_fen, &creditor->reserved_incoming_fen))
        return false;
    debtor->reserved_outgoing_fen = outgoing_fen;
    return true;
}

bool position_release(struct position *debtor, struct position *creditor, int64_t amount_fen) {
    if (amount_fen <= 0 || debtor->reserved_outgoing_fen < amount_fen ||
        creditor->reserved_incoming_fen < amount_fen)
        return false;
    debtor->reserved_outgoing_fen -= amount_fen;
    creditor->reserved_incoming_fen -= amount_fen;
    return true;
}

bool position_holds(const struct position *position) {
    int64_t highest_fen, lowest_fen;
    /* All comes in and nothing goes out, or the other way round. What is below is negated, too. */
    return fen_add(position->unsettled_net_fen, position->reserved_incoming_fen, &highest_fen) &&
           fen_subtract(position->unsettled_net_fen, position->reserved_outgoing_fen,
                        &lowest_fen) &&
           lowest_fen != INT64_MIN;
}

/* The net belongs to these two banks, and all three to one currency. */
static bool belong_together(const struct position *debtor, const struct position *creditor,
                            const struct pair_net *net) {
    bool debtor_is_low = debtor->bank < creditor->bank;
    const struct position *low = debtor_is_low ? debtor : creditor;
    const struct position *high = debtor_is_low ? creditor : debtor;
    return low->bank < high->bank && net->low == low->bank && net->high == high->bank &&
           currency_is(debtor->currency, creditor->currency) &&
           currency_is(net->currency, debtor->currency);
}

/* The net after one more transfer to low or to high. */
static bool net_with(const struct pair_net *net, bool to_low, int64_t amount_fen,
                     struct pair_net *net_out) {
    struct pair_net after = *net;
    bool fits = to_low ? fen_add(net->net_fen, amount_fen, &after.net_fen) &&
                             fen_add(net->to_low_fen, amount_fen, &after.to_low_fen)
                       : fen_subtract(net->net_fen, amount_fen, &after.net_fen) &&
                             fen_add(net->to_high_fen, amount_fen, &after.to_high_fen);
    if (!fits || __builtin_add_overflow(net->count, UINT64_C(1), &after.count))
        return false;
    *net_out = after;
    return true;
}

bool position_accept(struct position *debtor, struct position *creditor, struct pair_net *net,
                     int64_t amount_fen) {
    int64_t debtor_net_fen;
    int64_t creditor_net_fen;
    struct pair_net pair;
    if (!belong_together(debtor, creditor, net) ||
        !fen_subtract(debtor->unsettled_net_fen, amount_fen, &debtor_net_fen) ||
        !fen_add(creditor->unsettled_net_fen, amount_fen, &creditor_net_fen) ||
        !net_with(net, creditor->bank == net->low, amount_fen, &pair) ||
        !position_release(debtor, creditor, amount_fen))
        return false;
    debtor->unsettled_net_fen = debtor_net_fen;
    creditor->unsettled_net_fen = creditor_net_fen;
    *net = pair;
    return true;
}

static bool same_pair(const struct pair_net *a, const struct pair_net *b) {
    return a->low == b->low && a->high == b->high && currency_is(a->currency, b->currency);
}

bool position_settle(struct position *low, struct position *high, struct pair_net *net,
                     const struct payment_word *word) {
    int64_t low_fen;
    int64_t high_fen;
    if (net->settled.at_ms || word->at_ms <= 0 || !belong_together(low, high, net) ||
        !fen_subtract(low->unsettled_net_fen, net->net_fen, &low_fen) ||
        !fen_add(high->unsettled_net_fen, net->net_fen, &high_fen))
        return false;
    low->unsettled_net_fen = low_fen;
    high->unsettled_net_fen = high_fen;
    net->settled = *word;
    return true;
}

bool position_carry(const struct pair_net *net, struct pair_net *to) {
    struct pair_net after = *to;
    if (net->settled.at_ms || !same_pair(net, to) || net->window >= to->window ||
        !fen_add(to->carried_fen, net->net_fen, &after.carried_fen) ||
        !fen_add(to->net_fen, net->net_fen, &after.net_fen))
        return false;
    *to = after;
    return true;
}

int64_t pair_net_of(const struct pair_net *net, bank_code bank) {
    return bank == net->low ? net->net_fen : -net->net_fen;
}

bool position_exposure(const struct position *position, int64_t *exposure_fen_out) {
    return fen_subtract(position->reserved_outgoing_fen, position->unsettled_net_fen,
                        exposure_fen_out);
}
