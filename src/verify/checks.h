/*
 * The laws by what they are about: one object with all that must stand for it, one row with what it
 * leads to, sums. Each tells what it finds. Internal to src/verify.
 */
#ifndef LG_VERIFY_CHECKS_H
#define LG_VERIFY_CHECKS_H

#include "verify/look.h"

/* ---- one object, and all that hangs on it ---- */
void check_link(struct look *look, const struct link *link);
void check_usage(struct look *look, const struct link *link);
void check_limits(struct look *look, const struct account_limits *row);
/* Of a link with a transfer that counts there. */
void check_limits_row(struct look *look, const struct link *link);
void check_transfer(struct look *look, const struct transfer *transfer);
void check_case(struct look *look, const struct inquiry_case *inquiry);
void check_adjustment(struct look *look, const struct adjustment *adjustment);
void check_card(struct look *look, const struct card *card);
void check_question(struct look *look, const struct store_question *question);
void check_overview(struct look *look, const struct store_overview *overview);
void check_bank_event(struct look *look, const struct bank_event *event);
/* The overview that the question names has it as a part that waits. */
bool check_part_of(struct look *look, const struct store_question *question);
void check_approval(struct look *look, const struct approval *approval);
void check_audit(struct look *look, const struct audit_row *row);
void check_rules(struct look *look, const struct store_rules *rules);
void check_funds(struct look *look, const struct funds *funds);
void check_window(struct look *look, const struct window *window);
void check_product_order(struct look *look, const struct product_order *order);
/* What an order takes of its product, and of what its person may hold of it. */
void check_sold(struct look *look, const struct product_order *order);
void check_loan(struct look *look, const struct loan *loan);
/* Against the transfers that they made. draws: so many are booked in its life. */
void check_order_paid(struct look *look, const struct product_order *order);
void check_loan_paid(struct look *look, const struct loan *loan, uint32_t draws);
/* By whose word a net of a window was settled. */
void check_settled(struct look *look, const struct window *window, const struct pair_net *net);
void check_product(struct look *look, const struct id *id, const struct product *product);
/* The window that an accepted transfer is in, and its row there if it came late. */
void check_settled_in(struct look *look, const struct transfer *transfer);

/* ---- rows that lead to objects ---- */
void check_index(struct look *look, const struct store_row *row);
void check_of_order(struct look *look, const struct store_row *row);
void check_of_loan(struct look *look, const struct store_row *row);
void check_held(struct look *look, const struct store_row *row);
void check_request(struct look *look, const struct store_row *row);
/* Older versions, the order of changes, quotas. */
void check_of_product(struct look *look, const struct store_row *row);

/* The row stands exactly when it should (I15). */
void check_deadline_row(struct look *look, struct about about, int64_t at_ms);
void check_open_row(struct look *look, struct about about, const struct id *parent, bool open);

/* ---- sums.c: rows that are sums, and all that was summed up ---- */
void sums_row(struct look *look, const struct store_row *row);
void sums_finish(struct look *look);
void check_registered(struct look *look, bank_code code);

/* ---- check_sold.c: likewise, of products ---- */
void sold_row(struct look *look, const struct store_row *row);
void sold_finish(struct look *look);

/* ---- bounds.c: pairs of banks, and what is agreed with each ---- */
void bounds_finish(struct look *look);
/* Adds what debtor's bank came to owe creditor's bank in that window. */
void sums_owed(struct look *look, struct about about, bank_code debtor, bank_code creditor,
               const struct money *amount, uint64_t window);

#endif
