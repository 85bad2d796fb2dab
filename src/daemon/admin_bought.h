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
/* The next order or loan, of all or of the filter's link. 0, positive or negative. */
int admin_next_order(const struct admin_listing *listing, struct store *store,
                     const struct id *after, struct product_order *order_out) MUST_USE;
int admin_next_loan(const struct admin_listing *listing, struct store *store,
                    const struct id *after, struct loan *loan_out) MUST_USE;

#endif
