/*
 * The tables of what customers buy and borrow: orders of products, what each person holds of a
 * product, and loans. Conventions as in store/store.h.
 */
#ifndef LG_STORE_ORDERS_H
#define LG_STORE_ORDERS_H

#include "domain/loan.h"
#include "domain/product_order.h"
#include "store/store.h"

/* ---- orders ---- */
int store_get_order(struct store *store, const struct id *id,
                    struct product_order *order_out) MUST_USE;
/* fresh also writes the index by link. */
void store_put_order(struct store *store, const struct product_order *order, bool fresh);
int store_next_order(struct store *store, const struct id *after,
                     struct product_order *order_out) MUST_USE;
int store_next_order_of_link(struct store *store, const struct id *link, const struct id *after,
                             struct id *id_out) MUST_USE;
/* The transfer, which was just made, pays for the order or pays it out. */
void store_put_order_transfer(struct store *store, const struct id *transfer,
                              const struct id *order);
/* ABSENT: the transfer is of no order. */
int store_find_order_of_transfer(struct store *store, const struct id *transfer,
                                 struct id *id_out) MUST_USE;

/* ---- what one person holds and has ordered of one product, over all links; 0 without a row ---- */
int store_get_held(struct store *store, const struct id *product, const struct digest *person_key,
                   int64_t *held_fen_out) MUST_USE;
void store_put_held(struct store *store, const struct id *product, const struct digest *person_key,
                    int64_t held_fen);

/* ---- loans, likewise ---- */
int store_get_loan(struct store *store, const struct id *id, struct loan *loan_out) MUST_USE;
void store_put_loan(struct store *store, const struct loan *loan, bool fresh);
int store_next_loan(struct store *store, const struct id *after, struct loan *loan_out) MUST_USE;
int store_next_loan_of_link(struct store *store, const struct id *link, const struct id *after,
                            struct id *id_out) MUST_USE;
void store_put_loan_transfer(struct store *store, const struct id *transfer, const struct id *loan);
int store_find_loan_of_transfer(struct store *store, const struct id *transfer,
                                struct id *id_out) MUST_USE;

#endif
