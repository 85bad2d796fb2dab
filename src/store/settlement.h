/*
 * The tables of what banks owe each other: positions, nets, and the windows in which they are
 * settled. Conventions as in store/store.h.
 */
#ifndef LG_STORE_SETTLEMENT_H
#define LG_STORE_SETTLEMENT_H

#include "store/store.h"

/* ---- positions and nets; gets give zeroes (with the key's fields filled in) if none ---- */
int store_get_position(struct store *store, bank_code bank, const char *currency,
                       struct position *position_out) MUST_USE;
void store_put_position(struct store *store, const struct position *position);
int store_next_position(struct store *store, const struct position *after,
                        struct position *position_out) MUST_USE;
int store_get_net(struct store *store, uint64_t window, bank_code low, bank_code high,
                  const char *currency, struct pair_net *net_out) MUST_USE;
void store_put_net(struct store *store, const struct pair_net *net);
int store_next_net(struct store *store, const struct pair_net *after,
                   struct pair_net *net_out) MUST_USE;

/* The net of that bank with the next other bank above other, in one window. */
int store_next_net_of_bank(struct store *store, uint64_t window, bank_code bank, bank_code other,
                           struct pair_net *net_out) MUST_USE;
/* The next net of that window, in the order of its banks; after NULL: the first. */
int store_next_net_of_window(struct store *store, uint64_t window, const struct pair_net *after,
                             struct pair_net *net_out) MUST_USE;

/* ---- windows, by number ---- */
int store_get_window(struct store *store, uint64_t number, struct window *window_out) MUST_USE;
void store_put_window(struct store *store, const struct window *window);
/* Smallest number > after (0 to start). */
int store_next_window(struct store *store, uint64_t after, struct window *window_out) MUST_USE;

/* ---- transfers that were accepted in a later window than the one that was open when they came ---- */
void store_put_late(struct store *store, uint64_t window, const struct id *transfer);
/* 0 if that row stands, STORE_ABSENT. */
int store_has_late(struct store *store, uint64_t window, const struct id *transfer) MUST_USE;
/* Transfers that were accepted in the window, of one bank (0: of all), in order of their ids. */
int store_next_of_window(struct store *store, const struct window *window, bank_code bank,
                         const struct id *after, struct transfer *transfer_out) MUST_USE;

#endif
