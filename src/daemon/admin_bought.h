/*
 * Orders of products and loans in admin messages. All live in the arena.
 */
#ifndef LG_DAEMON_ADMIN_BOUGHT_H
#define LG_DAEMON_ADMIN_BOUGHT_H

#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"
#include "store/orders.h"

/* Of the transfer that pays it; NULL: none yet. It tells whether an order that waits with its transfer is
 * unknown. */
Linkgate__Admin__V1__OrderRow *admin_product_order_row(const struct product_order *order,
                                                       const struct transfer *funding,
                                                       struct arena *arena);
Linkgate__Admin__V1__LoanRow *admin_loan_row(const struct loan *loan, struct arena *arena);
/* The same with what tells of it in the store. 0 or negative. */
int admin_order_row_of(struct store *store, const struct product_order *order, struct arena *arena,
                       Linkgate__Admin__V1__OrderRow **row_out) MUST_USE;
/* A day of Shanghai; "" for 0. */
char *admin_day(struct arena *arena, int64_t day);
/* ---- walks: by time; or, where the filter wants open ones alone and names no link, by the table of
 * open objects, in the order of their links ---- */
/* Where it begins. */
struct id admin_bought_begin(const struct admin_listing *listing);
/* Nothing behind that one is of the filter's time. */
bool admin_bought_past(const struct admin_listing *listing, const struct id *id);
/* It is of the filter's time. */
bool admin_bought_in_time(const struct admin_filter *filter, const struct id *id);
/* 0, positive or negative. */
int admin_next_order(const struct admin_listing *listing, struct store *store,
                     const struct id *after, struct product_order *order_out) MUST_USE;
int admin_next_loan(const struct admin_listing *listing, struct store *store,
                    const struct id *after, struct loan *loan_out) MUST_USE;

#endif
