/*
 * What the handlers of applications for cards share. Internal to src/ledger. Results as in apply.h.
 */
#ifndef LG_LEDGER_CARDS_H
#define LG_LEDGER_CARDS_H

#include "ledger/handler.h"

/* ---- handlers ---- */
int card_apply(struct apply *apply) MUST_USE;
int card_answer(struct apply *apply) MUST_USE;
int card_report(struct apply *apply) MUST_USE;
int card_cancel(struct apply *apply) MUST_USE;
int card_get(struct apply *apply) MUST_USE;

/* Its time is over: the answer's, or its own. */
int card_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
/* After a start: asks once more, with the same bytes, while that is valid. */
int card_resume(struct apply *apply, const struct id *id) MUST_USE;
/* The stored answer to a request about one, in its present state. */
int card_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* Of a repeated request with other content: the field that differs, where it can be told. */
int card_differs(struct apply *apply, const struct store_request *then,
                 const char **field_out) MUST_USE;
/* As that bank sees it; spans are borrowed from the card, or held until the next store_begin. */
int card_view_load(struct apply *apply, const struct card *card, bank_code bank,
                   struct card_view *view_out) MUST_USE;

/* ---- notice.c: to both banks, about its last entry ---- */
int notice_card(struct apply *apply, const struct card *card) MUST_USE;

#endif
