/*
 * Objects as banks see them, and the replies and answers that show them. Internal to src/ledger, part
 * of ledger/apply.h.
 */
#ifndef LG_LEDGER_VIEW_H
#define LG_LEDGER_VIEW_H

#include "ledger/apply.h"

/* ---- view.c: objects as banks see them; spans point into the object and static text ---- */
/* viewer: the bank that it is for, which sees of the other's holds only what they block. */
int link_view_load(struct apply *apply, const struct link *link, bank_code viewer,
                   struct link_view *view_out) MUST_USE;
/* settled_at_ms is left out: right for what was not accepted before this command. */
struct transfer_view transfer_view_of(const struct transfer *transfer);
int transfer_view_load(struct apply *apply, const struct transfer *transfer,
                       struct transfer_view *view_out) MUST_USE;
int apply_reply_link(struct apply *apply, const struct link *link, bool replayed) MUST_USE;
int apply_reply_transfer(struct apply *apply, const struct transfer *transfer,
                         bool replayed) MUST_USE;
int apply_answer_link(struct apply *apply, const struct link *link, const struct id *request,
                      enum message_kind message) MUST_USE;
/* To the submitter, whose request of that kind waits. */
void apply_answer_transfer(struct apply *apply, const struct transfer *transfer,
                           const struct id *request, enum message_kind message);

#endif
