/*
 * What the handlers of adjustments share. Internal to src/ledger. Results as in apply.h.
 */
#ifndef LG_LEDGER_ADJUSTMENTS_H
#define LG_LEDGER_ADJUSTMENTS_H

#include "ledger/transfers.h"

/* ---- handlers ---- */
int adjustment_propose(struct apply *apply) MUST_USE;
int adjustment_accept(struct apply *apply) MUST_USE;
int adjustment_get(struct apply *apply) MUST_USE;

/* Nobody accepted it in time. */
int adjustment_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
/* The stored answer to a request about one, in its present state. */
int adjustment_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* Of a repeated request with other content: the field that differs. */
int adjustment_differs(struct apply *apply, const struct id *id, const char **field_out) MUST_USE;
/* As its banks see it; the text is held until the next store_begin. */
int adjustment_view_load(struct apply *apply, const struct adjustment *adjustment,
                         struct adjustment_view *view_out) MUST_USE;

/* ---- notice.c: to both banks, about its last entry ---- */
int notice_adjustment(struct apply *apply, const struct adjustment *adjustment) MUST_USE;

/* ---- exposure.c ---- */
/* What both agreed on is owed in the open window, which is noted in it; AMOUNT_NEGATIVE when a sum,
 * with all that is reserved, could no longer be told. */
int books_adjust(struct apply *apply, struct adjustment *adjustment) MUST_USE;

#endif
