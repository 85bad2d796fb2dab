/*
 * Caps and liquidity, compared with what a bank owes and has on its way.
 *
 * Invariants: nothing here moves a position; a check is made of the same numbers, in the same step,
 * as the reservation that follows it, so that of many callers exactly those pass that fit; what is
 * changed of a pair is changed wholly or not at all.
 */
#include "domain/exposure.h"

#define HYSTERESIS_PERCENT 5

bool exposure_bound(const struct exposure_terms *terms, int64_t *bound_fen_out) {
    bool bounded = terms->has_cap || terms->prefunded;
    /* What is on its way out was taken from the balance: this does not wrap. */
    int64_t liquid_fen = terms->balance_fen - terms->out_reserved_fen;
    int64_t bound_fen = terms->has_cap ? terms->cap_fen : INT64_MAX;
    if (terms->prefunded && liquid_fen < bound_fen)
        bound_fen = liquid_fen;
    if (bounded)
        *bound_fen_out = bound_fen;
    return bounded;
}

/* What the debtor may owe to this one; false: there is no such cap. */
static bool pair_cap(const struct pair_position *pair, bank_code debtor, int64_t *cap_fen_out) {
    bool low = debtor == pair->low;
    if (!(low ? pair->low_has_cap : pair->high_has_cap))
        return false;
    *cap_fen_out = low ? pair->low_cap_fen : pair->high_cap_fen;
    return true;
}

enum exposure_result exposure_check(const struct position *debtor, const struct pair_position *pair,
                                    const struct exposure_terms *terms, int64_t amount_fen) {
    int64_t exposure_fen, pair_fen, pair_cap_fen;
    if (amount_fen <= 0 || !position_exposure(debtor, &exposure_fen) ||
        !fen_add(exposure_fen, amount_fen, &exposure_fen) ||
        !pair_exposure(pair, debtor->bank, &pair_fen) || !fen_add(pair_fen, amount_fen, &pair_fen))
        return EXPOSURE_WRAPS;
    if (terms->has_cap && exposure_fen > terms->cap_fen)
        return EXPOSURE_CAP;
    if (pair_cap(pair, debtor->bank, &pair_cap_fen) && pair_fen > pair_cap_fen)
        return EXPOSURE_CAP_PAIR;
    if (terms->prefunded && exposure_fen > terms->balance_fen - terms->out_reserved_fen)
        return EXPOSURE_LIQUIDITY;
    return EXPOSURE_OK;
}

int64_t exposure_free_fen(const struct position *position, const struct exposure_terms *terms) {
    int64_t exposure_fen;
    int64_t free_fen;
    if (!position_exposure(position, &exposure_fen))
        return 0;
    if (exposure_fen < 0)
        exposure_fen = 0; /* what others owe it is not money that it has paid in */
    if (!fen_subtract(terms->balance_fen - terms->out_reserved_fen, exposure_fen, &free_fen))
        return 0;
    return free_fen > 0 ? free_fen : 0;
}

/* exposure is percent of bound or more; a bound of nothing is all used by anything at all. */
static bool reaches(int64_t exposure_fen, int64_t bound_fen, uint32_t percent) {
    if (exposure_fen <= 0)
        return false;
    if (bound_fen <= 0)
        return true;
    __extension__ typedef __int128 wide;
    return (wide)exposure_fen * 100 >= (wide)bound_fen * percent;
}

uint32_t exposure_level(const struct position *position, const struct exposure_terms *terms) {
    int64_t exposure_fen, bound_fen;
    uint32_t level = 0;
    if (!exposure_bound(terms, &bound_fen) || !position_exposure(position, &exposure_fen))
        return 0;
    for (uint32_t i = 0; i < EXPOSURE_WARNINGS && terms->warn_percent[i] != 0; i++) {
        uint32_t percent = terms->warn_percent[i];
        if (i < terms->level) /* it stands above this one already */
            percent = percent > HYSTERESIS_PERCENT ? percent - HYSTERESIS_PERCENT : 1;
        if (reaches(exposure_fen, bound_fen, percent))
            level = i + 1;
    }
    return level;
}

/* ---- pairs ---- */

bool pair_exposure(const struct pair_position *pair, bank_code bank, int64_t *exposure_fen_out) {
    return bank == pair->low
               ? fen_subtract(pair->reserved_to_high_fen, pair->unsettled_fen, exposure_fen_out)
               : fen_add(pair->reserved_to_low_fen, pair->unsettled_fen, exposure_fen_out);
}

static int64_t *reserved_by(struct pair_position *pair, bank_code debtor) {
    return debtor == pair->low ? &pair->reserved_to_high_fen : &pair->reserved_to_low_fen;
}

bool pair_reserve(struct pair_position *pair, bank_code debtor, int64_t amount_fen) {
    int64_t *reserved = reserved_by(pair, debtor);
    return amount_fen > 0 && fen_add(*reserved, amount_fen, reserved);
}

bool pair_release(struct pair_position *pair, bank_code debtor, int64_t amount_fen) {
    int64_t *reserved = reserved_by(pair, debtor);
    if (amount_fen <= 0 || *reserved < amount_fen)
        return false;
    *reserved -= amount_fen;
    return true;
}

bool pair_accept(struct pair_position *pair, bank_code debtor, int64_t amount_fen) {
    struct pair_position after = *pair;
    if (!pair_release(&after, debtor, amount_fen))
        return false;
    bool fits = debtor == pair->low
                    ? fen_subtract(pair->unsettled_fen, amount_fen, &after.unsettled_fen)
                    : fen_add(pair->unsettled_fen, amount_fen, &after.unsettled_fen);
    if (fits)
        *pair = after;
    return fits;
}

bool pair_settle(struct pair_position *pair, int64_t net_fen) {
    return fen_subtract(pair->unsettled_fen, net_fen, &pair->unsettled_fen);
}

/* A net that is + when due to low, once all goes to low, and once all goes to high. */
static bool has_room(const struct pair_position *pair, int64_t net_fen) {
    int64_t highest_fen, lowest_fen;
    return fen_add(net_fen, pair->reserved_to_low_fen, &highest_fen) &&
           fen_subtract(net_fen, pair->reserved_to_high_fen, &lowest_fen) &&
           lowest_fen != INT64_MIN;
}

bool pair_holds(const struct pair_position *pair) {
    return has_room(pair, pair->unsettled_fen);
}

bool pair_net_holds(const struct pair_position *pair, const struct pair_net *net) {
    int64_t to_low_fen, to_high_fen;
    return has_room(pair, net->net_fen) &&
           fen_add(net->to_low_fen, pair->reserved_to_low_fen, &to_low_fen) &&
           fen_add(net->to_high_fen, pair->reserved_to_high_fen, &to_high_fen);
}
