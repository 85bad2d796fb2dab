/*
 * Interest by the day, and what of a sum belongs to which of two lenders. Rules: DOMAIN.md §5; vectors:
 * §9. All products are of 128 bits; what does not fit the result is refused, nothing wraps.
 */
#ifndef LG_DOMAIN_INTEREST_H
#define LG_DOMAIN_INTEREST_H

#include "domain/types.h"

#define INTEREST_SHARES 10000u        /* a whole, of which shares are parts */
#define INTEREST_PARTS_OF_FEN 1000000 /* accrued interest is counted in 1/1,000,000 fen */

/* The lead's and the partner's, of one sum: together exactly that sum. */
struct shares {
    int64_t lead_fen, partner_fen;
};

/* Days for which interest runs: the first day counts, the last one does not. False: it is before the
 * first. */
bool interest_days(int64_t first_day, int64_t last_day, int64_t *days_out)
    __attribute__((warn_unused_result));
/* Adds the interest of so many days to what has accrued, unrounded: *accrued is in 1/1,000,000 fen,
 * daily_rate in 1/1,000,000 a day. False, and nothing added: something is negative, or the sum does
 * not fit. */
bool interest_accrue(int64_t principal_fen, uint32_t daily_rate, int64_t days, int64_t *accrued)
    __attribute__((warn_unused_result));
/* What is charged for it: rounded half up. accrued is not negative. */
int64_t interest_charged_fen(int64_t accrued);
/* The lead's share rounded down, the partner takes the rest. amount is not negative, lead_share (in
 * 1/10,000) at most a whole. */
struct shares shares_of(int64_t amount_fen, uint32_t lead_share);

#endif
