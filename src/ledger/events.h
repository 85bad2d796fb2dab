/*
 * Events at counters and referrals. Internal to src/ledger.
 */
#ifndef LG_LEDGER_EVENTS_H
#define LG_LEDGER_EVENTS_H

#include "ledger/handler.h"
#include "store/events.h"

int event_offline(struct apply *apply) MUST_USE;
int event_referral(struct apply *apply) MUST_USE;
/* As the bank that it is for sees it; texts are held until the next store_begin. */
int event_view_load(struct apply *apply, const struct bank_event *event,
                    struct event_view *view_out) MUST_USE;
/* The stored answer, in its present state. */
int event_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* What differs in a request that came again with other content. */
int event_differs(struct apply *apply, const struct store_request *row,
                  const char **field_out) MUST_USE;
/* Its notice was acknowledged: counters are its bank's, and the caller's to put. */
int event_delivered(struct apply *apply, const struct id *id,
                    struct bank_counters *counters) MUST_USE;
int event_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;

/* ---- notice.c ---- */
int notice_event(struct apply *apply, const struct bank_event *event) MUST_USE;

#endif
