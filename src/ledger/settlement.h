/*
 * What the handlers of windows and settlement share. Internal to src/ledger. Results as in apply.h.
 */
#ifndef LG_LEDGER_SETTLEMENT_H
#define LG_LEDGER_SETTLEMENT_H

#include "ledger/handler.h"

/* ---- handlers ---- */
int window_order_close(struct apply *apply) MUST_USE;
int window_order_settle(struct apply *apply) MUST_USE;
int window_order_abort(struct apply *apply) MUST_USE;
int window_get(struct apply *apply) MUST_USE;
int settlement_confirm(struct apply *apply) MUST_USE;

/* ---- window.c ---- */
/* At BOOT: makes the window of that number if there is none yet, and tells which is open. */
int window_boot(struct apply *apply, uint64_t open) MUST_USE;
/* OPEN at its cut-off, or CLOSING. APPLY_STALE: it is neither then. */
int window_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
/* Rules were loaded: the open window is cut off by that book. A cut-off that is due stays. */
int window_replan(struct apply *apply, const struct rulebook *book) MUST_USE;
/* The open one: borrowed, until a window is put. */
int window_open(struct apply *apply, const struct window **window_out) MUST_USE;
int window_load_open(struct apply *apply, struct window *window_out) MUST_USE;
/* Puts it, and keeps its deadline row in step: due_before is window_due_ms before the change. */
int window_store(struct apply *apply, const struct window *window, int64_t due_before_ms) MUST_USE;
int window_step(struct apply *apply, struct window *window, enum window_event event,
                enum cause cause) MUST_USE;
/* OPEN becomes CLOSING, and the next one opens. */
int window_close(struct apply *apply, struct window *window, enum cause cause) MUST_USE;

/* ---- notice.c: to each bank that has a net in the window ---- */
int notice_window(struct apply *apply, const struct window *window) MUST_USE;

/* ---- window_view.c ---- */
/* As a bank sees it, with its first pairs. */
int window_view_load(struct apply *apply, const struct window *window, bank_code bank,
                     struct window_view *view_out) MUST_USE;
/* When the net that the transfer is in was settled; 0: it is not. */
int window_settled_at(struct apply *apply, const struct transfer *transfer,
                      int64_t *at_ms_out) MUST_USE;
/* The stored answer to a ConfirmSettlement, in its present state. */
int settlement_replay(struct apply *apply, const struct id *object) MUST_USE;
/* The answer to a request about one pair of the command's bank. */
int window_reply_pair(struct apply *apply, const struct window *window, bank_code other,
                      bool replayed) MUST_USE;

/* ---- settlement.c ---- */
/* All nets of a CLOSED one are settled: so is it. Puts it. */
int window_end_settled(struct apply *apply, struct window *window, enum settlement settlement,
                       enum cause cause) MUST_USE;

#endif
