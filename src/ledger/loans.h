/*
 * What the handlers of loans share. Internal to src/ledger. Results as in apply.h.
 *
 * The usual shape of a change: before = loans_before(&loan); change and step; loans_store(..., &before).
 */
#ifndef LG_LEDGER_LOANS_H
#define LG_LEDGER_LOANS_H

#include "ledger/bought.h"
#include "store/catalogue.h" // IWYU pragma: export
#include "store/orders.h"    // IWYU pragma: export

/* ---- handlers ---- */
int loans_offer(struct apply *apply) MUST_USE;
int loans_apply(struct apply *apply) MUST_USE;
int loans_decide(struct apply *apply) MUST_USE;
int loans_draw(struct apply *apply) MUST_USE;
int loans_repay(struct apply *apply) MUST_USE;
int loans_quote(struct apply *apply) MUST_USE;
int loans_rule(struct apply *apply) MUST_USE;
int loans_get(struct apply *apply) MUST_USE;
int loans_list(struct apply *apply) MUST_USE;

/* ---- loan.c: loading, stepping, storing, showing ---- */
/* One that this bank lends along, with what was due done; else refuses NO_SUCH_LOAN. Refuses frozen. */
int loans_touch(struct apply *apply, const struct id *id, struct loan *loan_out) MUST_USE;
/* What stands in rows beside it. */
struct loans_before {
    int64_t due_ms;
    bool open;
    int64_t counted_fen;
};
struct loans_before loans_before(const struct loan *loan);
/* Moves it, and tells both lenders. about: its transfer, or NULL. */
int loans_step(struct apply *apply, struct loan *loan, enum loan_event event, enum cause cause,
               const char *reason, const struct id *about) MUST_USE;
/* Puts it and keeps in step its deadline, its open row, and what its person may borrow; a link that
 * waited for its end goes on. before NULL: it is new. */
int loans_store(struct apply *apply, const struct loan *loan,
                const struct loans_before *before) MUST_USE;
/* After a change of what is owed: paid back, or not behind any more. */
int loans_follow(struct apply *apply, struct loan *loan) MUST_USE;
/* Answers the command with it. */
void loans_answer(struct apply *apply, const struct loan *loan, bool replayed);
/* The stored answer to a request about one, in its present state. */
int loans_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* Its time is over: of its waiting state, or of an instalment. */
int loans_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
int loans_freeze(struct apply *apply, const struct id *id) MUST_USE;
int loans_unfreeze(struct apply *apply, const struct id *id) MUST_USE;
/* Refuses unless new business may begin under its link. field: what names it in the message. */
int loans_check_link(struct apply *apply, const struct link *link, const char *field) MUST_USE;
/* The other lender. */
bank_code loans_other(const struct loan *loan, bank_code bank);

/* ---- loan_moved.c: what became of the transfer of a draw or repayment ---- */
int loans_moved(struct apply *apply, const struct id *id, const struct transfer *transfer,
                enum bought_change change, const struct transfer *back) MUST_USE;
/* Whether so much of it may go back by a return: of the last draw, all of it, or nothing. */
int loans_check_return(struct apply *apply, const struct id *id, const struct transfer *transfer,
                       int64_t fen) MUST_USE;
/* A draw or repayment that moves nothing between the banks, on the day on which it is asked for. */
int loans_book(struct apply *apply, struct loan *loan, int64_t day,
               const struct id *transfer) MUST_USE;
/* What its transfer did while it was frozen; steps, and does not store. */
int loans_catch_up(struct apply *apply, struct loan *loan) MUST_USE;

/* ---- loan_query.c ---- */
/* Of a repeated request with other content: the field that differs, where it can be told. */
int loans_differs(struct apply *apply, const struct store_request *row,
                  const char **field_out) MUST_USE;

/* ---- notice.c: to both lenders, about its last entry ---- */
int notice_loan(struct apply *apply, const struct loan *loan) MUST_USE;

#endif
