/*
 * What two banks have between them, and what is agreed with a bank and paid in by it: I1 to I3, I9,
 * I10, I15.
 *
 * Invariant: a row without its sum, and a sum without its row, are both compared: with zero.
 */
#include "verify/checks.h"

#include <string.h>

/* Of a store that no program of this version has started, there are no rows yet. */
static bool has_pairs(const struct look *look) {
    return !look->has_meta || look->meta.ledger_version >= 2;
}

static void check_pair_row(struct look *look, const struct pair_position *row) {
    struct about of = about_bank(row->low);
    if (row->reserved_to_low_fen < 0 || row->reserved_to_high_fen < 0)
        look_found(look, LAW_I3, of, "with bank %012llu %lld and %lld fen are reserved",
                   (unsigned long long)row->high, (long long)row->reserved_to_low_fen,
                   (long long)row->reserved_to_high_fen);
    if (row->low_cap_fen < 0 || row->high_cap_fen < 0)
        look_found(look, LAW_I9, of, "with bank %012llu its caps are %lld and %lld fen",
                   (unsigned long long)row->high, (long long)row->low_cap_fen,
                   (long long)row->high_cap_fen);
}

static bool finish_pair(void *context, struct span key, void *value) {
    struct look *look = context;
    const struct pair_sum *pair = value;
    const struct pair_position *row = &pair->row;
    const struct pair_position *sum = &pair->sum;
    struct about of = about_bank(sum->low);
    (void)key;
    check_registered(look, sum->low);
    check_registered(look, sum->high);
    if (!look_currency(sum->currency))
        look_found(look, LAW_I10, of, "it has a pair of no currency");
    if (sum->low >= sum->high)
        look_found(look, LAW_I15, of, "a pair is of bank %012llu and bank %012llu",
                   (unsigned long long)sum->low, (unsigned long long)sum->high);
    check_pair_row(look, row);
    if (row->reserved_to_low_fen != sum->reserved_to_low_fen ||
        row->reserved_to_high_fen != sum->reserved_to_high_fen)
        look_found(look, LAW_I3, of,
                   "with bank %012llu %lld and %lld fen %s are reserved; the open transfers are "
                   "%lld and %lld",
                   (unsigned long long)sum->high, (long long)row->reserved_to_low_fen,
                   (long long)row->reserved_to_high_fen, sum->currency,
                   (long long)sum->reserved_to_low_fen, (long long)sum->reserved_to_high_fen);
    if (row->unsettled_fen != sum->unsettled_fen)
        look_found(look, LAW_I2, of,
                   "with bank %012llu %lld fen %s are unsettled; the accepted transfers are %lld",
                   (unsigned long long)sum->high, (long long)row->unsettled_fen, sum->currency,
                   (long long)sum->unsettled_fen);
    return true;
}

/* ---- payments into prefunded balances, and out of them ---- */

static void check_funds_life(struct look *look, const struct funds *funds, struct about of) {
    const struct history_entry *last = NULL;
    enum funds_state state = FUNDS_NONE;
    for (uint32_t i = 0; i < funds->history.count; i++) {
        const struct history_entry *entry = &funds->history.entries[i];
        if (!funds_next(state, (enum funds_event)entry->event, &state) || entry->state != state) {
            look_found(look, LAW_I4, of, "its history takes no way at entry %u", i);
            return;
        }
        life_check_time(look, of, entry->at_ms, entry->sequence, last ? last->at_ms : 0,
                        last ? last->sequence : 0);
        if (entry->cause != CAUSE_OPERATOR || !entry->two || entry->uid == entry->approver)
            look_found(look, LAW_I4, of, "its entry %u is not of two people", i);
        last = entry;
    }
    if (last == NULL || state != funds->state ||
        funds->history.entries[0].at_ms != funds->begun_at_ms)
        look_found(look, LAW_I4, of, "it is %s, and its history tells otherwise",
                   funds_state_name(funds->state));
    else if (funds->ended_at_ms != (funds->state == FUNDS_PENDING ? 0 : last->at_ms))
        look_found(look, LAW_I4, of, "it ended at another time than its history says");
}

void check_funds(struct look *look, const struct funds *funds) {
    struct about of = about(OBJECT_FUNDS, &funds->id);
    bool in = funds->direction == FUNDS_IN;
    struct money_sum *sum = look_money(look, funds->bank, funds->amount.currency);
    check_funds_life(look, funds, of);
    if (!in && funds->direction != FUNDS_OUT)
        look_found(look, LAW_I4, of, "it goes neither in nor out");
    if (funds->amount.fen <= 0) {
        look_found(look, LAW_I9, of, "it is of %lld fen", (long long)funds->amount.fen);
        return;
    }
    if (funds->state == FUNDS_CONFIRMED)
        look_add(look, &sum->paid_in_fen, in ? funds->amount.fen : -funds->amount.fen, of);
    if (funds->state == FUNDS_PENDING && !in)
        look_add(look, &sum->going_out_fen, funds->amount.fen, of);
}

/* ---- what is agreed with a bank ---- */

static bool finish_terms(void *context, struct span key, void *value) {
    struct look *look = context;
    const struct money_sum *sum = value;
    const struct exposure_terms *terms = &sum->terms;
    struct about of = about_bank(sum->bank);
    (void)key;
    if (terms->balance_fen != sum->paid_in_fen)
        look_found(look, LAW_I1, of,
                   "its balance is %lld fen %s; what was paid in and settled is %lld",
                   (long long)terms->balance_fen, sum->currency, (long long)sum->paid_in_fen);
    if (terms->out_reserved_fen != sum->going_out_fen)
        look_found(look, LAW_I3, of, "%lld fen %s go out of its balance; its payments are %lld",
                   (long long)terms->out_reserved_fen, sum->currency,
                   (long long)sum->going_out_fen);
    if (terms->cap_fen < 0 || terms->out_reserved_fen < 0 ||
        terms->balance_fen < terms->out_reserved_fen)
        look_found(look, LAW_I9, of,
                   "its cap is %lld fen, its balance %lld fen, of which %lld go out",
                   (long long)terms->cap_fen, (long long)terms->balance_fen,
                   (long long)terms->out_reserved_fen);
    return true;
}

/* ---- what is on its way to a bank ---- */

static bool finish_incoming(void *context, struct span key, void *value) {
    struct look *look = context;
    const struct money_sum *sum = value;
    const struct position *row = &sum->row;
    struct about of = about_bank(sum->bank);
    (void)key;
    if (row->reserved_incoming_fen != sum->incoming_fen || row->reserved_incoming_fen < 0)
        look_found(look, LAW_I3, of, "%lld fen %s are on their way to it; open transfers are %lld",
                   (long long)row->reserved_incoming_fen, sum->currency,
                   (long long)sum->incoming_fen);
    if (!position_holds(row))
        look_found(look, LAW_I9, of, "its net, %lld fen, has no room for all that is reserved",
                   (long long)row->unsettled_net_fen);
    return true;
}

void bounds_finish(struct look *look) {
    if (has_pairs(look)) {
        hmap_each(look->pairs, finish_pair, look);
        hmap_each(look->moneys, finish_incoming, look);
    }
    hmap_each(look->moneys, finish_terms, look);
}
