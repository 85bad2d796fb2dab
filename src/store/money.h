/*
 * The tables of what banks may owe: what is agreed with each, and what two of them have between
 * them. Conventions as in store/store.h. Gets give zeroes (with the key's fields filled in) if there
 * is no row.
 */
#ifndef LG_STORE_MONEY_H
#define LG_STORE_MONEY_H

#include "domain/funds.h"
#include "store/store.h"

/* ---- caps and prefunded balances, by bank and currency ---- */
int store_get_exposure(struct store *store, bank_code bank, const char *currency,
                       struct exposure_terms *terms_out) MUST_USE;
void store_put_exposure(struct store *store, const struct exposure_terms *terms);
int store_next_exposure(struct store *store, const struct exposure_terms *after,
                        struct exposure_terms *terms_out) MUST_USE;

/* ---- pairs, by both banks (low < high) and currency ---- */
int store_get_pair(struct store *store, bank_code low, bank_code high, const char *currency,
                   struct pair_position *pair_out) MUST_USE;
void store_put_pair(struct store *store, const struct pair_position *pair);
int store_next_pair(struct store *store, const struct pair_position *after,
                    struct pair_position *pair_out) MUST_USE;

/* ---- payments into prefunded balances, and out of them; ABSENT if there is none ---- */
int store_get_funds(struct store *store, const struct id *id, struct funds *funds_out) MUST_USE;
void store_put_funds(struct store *store, const struct funds *funds, bool fresh);
int store_next_funds(struct store *store, const struct id *after, struct funds *funds_out) MUST_USE;

#endif
