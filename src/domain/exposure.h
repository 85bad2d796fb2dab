/*
 * How far a bank may go out: its net debit cap, a cap towards one counterparty, and the money that
 * it has paid in. Pure. Rules: DOMAIN.md §6.
 *
 *   exposure  = reserved_outgoing - sum of unsettled nets          (position.h)
 *   CAP       when exposure + amount > cap
 *   LIQUIDITY when exposure + amount > balance - funds out reserved, for a bank that is prefunded
 */
#ifndef LG_DOMAIN_EXPOSURE_H
#define LG_DOMAIN_EXPOSURE_H

#include "domain/position.h"

#define EXPOSURE_WARNINGS 3

/* What is agreed with one bank in one currency, and what it has paid in. Seldom changes. */
struct exposure_terms {
    bank_code bank;
    char currency[CURRENCY_SIZE];
    bool has_cap;
    int64_t cap_fen; /* not negative */
    bool prefunded;  /* liquidity is looked at */
    int64_t balance_fen;
    int64_t out_reserved_fen; /* funds on their way out; never negative */
    /* Per cent of what may be used at which the bank is told, ascending; 0: no further ones. */
    uint32_t warn_percent[EXPOSURE_WARNINGS];
    uint32_t level; /* warnings that it stands above, as it was told last */
};

/* What two banks have between them in one currency, low < high: hot, rewritten with each transfer.
 * Caps are what one may owe to the other. */
struct pair_position {
    bank_code low, high;
    char currency[CURRENCY_SIZE];
    int64_t reserved_to_low_fen; /* of high's, on its way to low; never negative */
    int64_t reserved_to_high_fen;
    int64_t unsettled_fen; /* + due to low */
    bool low_has_cap, high_has_cap;
    int64_t low_cap_fen, high_cap_fen;
};

enum exposure_result {
    EXPOSURE_OK = 0,
    EXPOSURE_CAP,       /* the bank's net debit cap */
    EXPOSURE_CAP_PAIR,  /* its cap towards this counterparty */
    EXPOSURE_LIQUIDITY, /* more than it has paid in */
    EXPOSURE_WRAPS      /* a sum cannot be represented, or the amount is not positive */
};

/* Whether the debtor may owe so much more: exactly the bound passes. Changes nothing. */
enum exposure_result exposure_check(const struct position *debtor, const struct pair_position *pair,
                                    const struct exposure_terms *terms, int64_t amount_fen)
    __attribute__((warn_unused_result));
/* The lowest of cap and liquidity; false: neither bounds it. */
bool exposure_bound(const struct exposure_terms *terms, int64_t *bound_fen_out);
/* What may be paid out of the balance: what is neither on its way out nor needed for the exposure.
 * Never negative. */
int64_t exposure_free_fen(const struct position *position, const struct exposure_terms *terms);
/* Warnings that the exposure stands above now; from the level told last it falls only once it is 5
 * points below. 0 where nothing bounds it. */
uint32_t exposure_level(const struct position *position, const struct exposure_terms *terms);

/* What bank owes the other, with what is on its way. False when it would wrap. */
bool pair_exposure(const struct pair_position *pair, bank_code bank, int64_t *exposure_fen_out)
    __attribute__((warn_unused_result));
/* All return false, and change nothing, when a sum would wrap, a reservation become negative, or the
 * amount is not positive. debtor is one of the two. */
bool pair_reserve(struct pair_position *pair, bank_code debtor, int64_t amount_fen)
    __attribute__((warn_unused_result));
bool pair_release(struct pair_position *pair, bank_code debtor, int64_t amount_fen)
    __attribute__((warn_unused_result));
bool pair_accept(struct pair_position *pair, bank_code debtor, int64_t amount_fen)
    __attribute__((warn_unused_result));
/* A net between them was paid: + was due to low. False when it would wrap. */
bool pair_settle(struct pair_position *pair, int64_t net_fen) __attribute__((warn_unused_result));
/* As position_holds: what the two have between them, and their net in the open window, can take
 * whatever becomes of all that is reserved. */
bool pair_holds(const struct pair_position *pair);
bool pair_net_holds(const struct pair_position *pair, const struct pair_net *net);

#endif
