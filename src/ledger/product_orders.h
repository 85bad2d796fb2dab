/*
 * What the handlers of orders of products share. Internal to src/ledger. Results as in apply.h.
 * (Operators' orders are another thing: ledger/order.c.)
 *
 * The usual shape of a change: load by orders_touch; change the record; orders_step.
 */
#ifndef LG_LEDGER_PRODUCT_ORDERS_H
#define LG_LEDGER_PRODUCT_ORDERS_H

#include "ledger/bought.h"
#include "store/catalogue.h"
#include "store/orders.h"

/* ---- handlers ---- */
int orders_place(struct apply *apply) MUST_USE;
int orders_cancel(struct apply *apply) MUST_USE;
int orders_result(struct apply *apply) MUST_USE;
int orders_answered(struct apply *apply) MUST_USE;
int orders_redeem(struct apply *apply) MUST_USE;
int orders_pay_out(struct apply *apply) MUST_USE;
int orders_get(struct apply *apply) MUST_USE;
int orders_list_holdings(struct apply *apply) MUST_USE;

/* ---- product_order.c: loading, stepping, storing, showing ---- */
/* One of a link of the command's bank, with what was due done; else refuses NO_SUCH_ORDER on order_id.
 * Refuses frozen. */
int orders_touch(struct apply *apply, const struct id *id,
                 struct product_order *order_out) MUST_USE;
/* The only way in which an order moves: the step, its history (about: its transfer, or NULL), its row
 * with the changes that the caller made to the record before, what stands beside it (deadline, open
 * row, quota of its product, what its person holds), and a notice to both banks of its link. A link
 * that waited for its end goes on. A step that the table does not know is broken. */
int orders_step(struct apply *apply, struct product_order *order, enum product_order_event event,
                enum cause cause, const char *reason, const struct id *about) MUST_USE;
/* The same without a step, and without a notice. */
int orders_put(struct apply *apply, const struct product_order *order) MUST_USE;
/* The version of its product that was ordered. */
int orders_terms(struct apply *apply, const struct product_order *order,
                 struct product *product_out) MUST_USE;
/* What is due so many working days after that day, at the end of the day and the rules' grace. */
int64_t orders_due_ms(const struct apply *apply, int64_t day, uint32_t working_days);
/* The issuer has the account that paid: its word is the money's way back, and no transfer. */
bool orders_paid_at_issuer(const struct product_order *order, const struct transfer *funding);
/* Answers the command with it. */
void orders_answer(struct apply *apply, const struct product_order *order, bool replayed);
/* The stored answer to a request about one, in its present state. */
int orders_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* Of a repeated request with other content: the field that differs, where it can be told. */
int orders_differs(struct apply *apply, const struct store_request *then,
                   const char **field_out) MUST_USE;

/* ---- product_order_due.c ---- */
/* Does what is due, if anything is. */
int orders_due(struct apply *apply, struct product_order *order) MUST_USE;
int orders_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
int orders_freeze(struct apply *apply, const struct id *id) MUST_USE;
int orders_unfreeze(struct apply *apply, const struct id *id) MUST_USE;

/* ---- product_order_money.c ---- */
/* A transfer that pays it, or pays it out, has changed. */
int orders_moved(struct apply *apply, const struct id *id, const struct transfer *transfer,
                 enum bought_change change, const struct transfer *back) MUST_USE;
/* Whether so much of the transfer may go back. */
int orders_check_return(struct apply *apply, const struct id *id, const struct transfer *transfer,
                        int64_t fen) MUST_USE;
/* The issuer's word that all of the money goes back: REFUSED, CANCEL or LAPSE. Where it has the
 * account that paid, the money is back with that. */
int orders_give_back(struct apply *apply, struct product_order *order,
                     enum product_order_event event, enum cause cause, const char *reason) MUST_USE;
/* What is to come back was noted, and is back at once where the issuer has the account that paid. */
int orders_refund(struct apply *apply, struct product_order *order, enum cause cause) MUST_USE;
/* The payout that was on its way has arrived: takes its units. about: its transfer, or NULL. */
int orders_paid_out(struct apply *apply, struct product_order *order, enum cause cause,
                    const struct id *about) MUST_USE;

/* ---- product_order_instruct.c: what the issuer is told of it, and its answer ---- */
/* An instruction is out or was taken, or a payout is on its way. */
bool orders_busy(const struct product_order *order);
/* CANCEL_ASKED or REDEEM, and the instruction on its way; what the issuer itself asks for it has
 * taken. Not while one is out. */
int orders_instruct(struct apply *apply, struct product_order *order,
                    enum product_order_action action, int64_t units, struct span reason) MUST_USE;
/* Nobody answered in time, or still nobody has: it goes out again. */
int orders_unanswered(struct apply *apply, struct product_order *order) MUST_USE;
/* After a start: sends what is out. */
int orders_resume(struct apply *apply, const struct id *id) MUST_USE;
/* Nothing is out any more. */
void orders_settled(struct apply *apply, struct product_order *order);

/* ---- product_order_redeem.c ---- */
/* Refuses WORTH, with the right sum, unless so many units at that price are that money to the fen. Where
 * there is interest it may be more. */
int orders_check_worth(struct apply *apply, int64_t units, int64_t price, int64_t fen,
                       bool interest) MUST_USE;

/* ---- notice.c: to both banks of its link, about its last entry ---- */
int notice_order(struct apply *apply, const struct product_order *order) MUST_USE;

#endif
