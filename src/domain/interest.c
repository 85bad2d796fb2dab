/*
 * Interest and shares, by integers alone.
 *
 * Invariants: nothing is rounded before it is charged; the two shares of a sum are never negative and
 * add up to it. Which days count, what is charged when, and to whom it is paid are not known here.
 */
#include "domain/interest.h"

#include "util/fatal.h"

__extension__ typedef __int128 wide;

bool interest_days(int64_t first_day, int64_t last_day, int64_t *days_out) {
    int64_t days;
    if (last_day < first_day || __builtin_sub_overflow(last_day, first_day, &days))
        return false;
    *days_out = days;
    return true;
}

bool interest_accrue(int64_t principal_fen, uint32_t daily_rate, int64_t days, int64_t *accrued) {
    if (principal_fen < 0 || days < 0 || *accrued < 0)
        return false;
    /* At most 2^63 x 2^32: 128 bits hold it. Times days they may not. */
    wide of_a_day = (wide)principal_fen * daily_rate;
    if (days > 0 && of_a_day > INT64_MAX / days)
        return false;
    int64_t sum;
    if (__builtin_add_overflow(*accrued, (int64_t)of_a_day * days, &sum))
        return false;
    *accrued = sum;
    return true;
}

int64_t interest_charged_fen(int64_t accrued) {
    ENSURE(accrued >= 0);
    int64_t rest = accrued % INTEREST_PARTS_OF_FEN;
    return accrued / INTEREST_PARTS_OF_FEN + (rest >= INTEREST_PARTS_OF_FEN / 2 ? 1 : 0);
}

struct shares shares_of(int64_t amount_fen, uint32_t lead_share) {
    ENSURE(amount_fen >= 0 && lead_share <= INTEREST_SHARES);
    int64_t lead_fen = (int64_t)((wide)amount_fen * lead_share / INTEREST_SHARES);
    return (struct shares){lead_fen, amount_fen - lead_fen};
}
