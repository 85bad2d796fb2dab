/*
 * What the handlers of links share. Internal to src/ledger. Results as in apply.h.
 *
 * The usual shape of a change: due = link_due_ms(&link); change and step; link_store(..., due).
 */
#ifndef LG_LEDGER_LINKS_H
#define LG_LEDGER_LINKS_H

#include "ledger/apply.h"

/* ---- link.c: loading, storing, stepping ---- */
int link_load(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* Loads a link that the command's bank is part of, else refuses NO_SUCH_LINK; refuses frozen. */
int link_load_own(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* The same for what may change it: what is due is done first. */
int link_touch_own(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* The same for what is only for its Class II bank to send. */
int link_touch_class2(struct apply *apply, const struct id *id, struct link *link_out) MUST_USE;
/* Puts the link and keeps its deadline row in step: due_before is link_due_ms before the change.
 * secret NULL: the sealed part stays, but for what an ended exchange leaves in it. */
int link_store(struct apply *apply, const struct link *link, const struct link_private *secret,
               int64_t due_before_ms) MUST_USE;
/* Moves, notices where that is owed, and drops what the new state has no use for. The entry's event
 * and state are filled in here. */
int link_step_entry(struct apply *apply, struct link *link, enum link_event event,
                    const struct history_entry *entry) MUST_USE;
int link_step(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
              const char *reason) MUST_USE;
/* about: what it concerned, or NULL. */
int link_step_about(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
                    const char *reason, const struct id *about) MUST_USE;
/* What a due link does, and stores. */
int link_expire(struct apply *apply, struct link *link) MUST_USE;

/* ---- link_exchange.c: the one exchange with the Class I bank ---- */
/* Something is out that somebody waits for. A re-check gives way, and is asked again later. */
bool link_busy(const struct link *link);
/* Sends what stands in ledger->scratch and waits for it on behalf of request (zero: nobody does). The
 * payload is still to be kept: link_exchange_send does both, and stores the link. */
int link_exchange_start(struct apply *apply, struct link *link, enum link_exchange exchange,
                        const struct id *id, const struct id *request, int64_t timeout_ms) MUST_USE;
int link_exchange_send(struct apply *apply, struct link *link, enum link_exchange exchange,
                       const struct id *id, const struct id *request, int64_t timeout_ms,
                       int64_t due_before_ms) MUST_USE;
int link_exchange_end(struct apply *apply, struct link *link) MUST_USE;
/* Its time is over. */
int link_exchange_expire(struct apply *apply, struct link *link) MUST_USE;
/* Sends what is out once more, with the same bytes, if it is still valid. */
int link_resend(struct apply *apply, const struct link *link) MUST_USE;
/* 0 and the link when the command answers the exchange that is out; APPLY_STALE when there is
 * nothing to do (told where that is odd). */
int link_load_answered(struct apply *apply, const struct id *id, enum link_exchange exchange,
                       const struct id *exchange_id, struct link *link_out) MUST_USE;
/* The late answer to a request of its Class II bank: the link as it is, or a refusal. */
int link_answer(struct apply *apply, const struct link *link, const struct id *request) MUST_USE;
int link_answer_refused(struct apply *apply, const struct link *link, const struct id *request,
                        enum refusal_code code) MUST_USE;

/* ---- link_verify.c ---- */
/* Checks that one more verification is allowed, of the account and of the person, and counts it. */
int link_count_try(struct apply *apply, const struct link *link) MUST_USE;
/* The same of a person alone: an application for a card tells about persons, too. */
int link_count_person(struct apply *apply, const struct digest *person_key) MUST_USE;
/* Leaves the question in ledger->scratch. */
struct id link_question(struct apply *apply, const struct link *link, struct span account_number,
                        const struct person_elements *person);
int64_t link_verify_timeout_ms(const struct apply *apply);
void link_keep_consent(struct link *link, const struct consent_given *consent);
/* No answer in time. */
int link_verify_late(struct apply *apply, struct link *link, const struct id *request,
                     const struct id *verification) MUST_USE;

/* ---- link_open.c ---- */
/* Makes the new link; replaced NULL: it takes no other's place. */
int link_make(struct apply *apply, const struct open_link *request,
              const struct link *replaced) MUST_USE;
/* The last four of a number. */
void link_mask(char *to, size_t size, struct span number);
void link_keep_agreement(struct link_agreement *agreement, const struct agreement_given *given);

/* ---- link_amend.c ---- */
/* The waiting amendment is not to be any more; a code that is out for it is no longer good. */
int link_amend_drop(struct apply *apply, struct link *link, enum cause cause,
                    const char *reason) MUST_USE;
/* The customer confirmed it. */
int link_amend_confirm(struct apply *apply, struct link *link) MUST_USE;

/* ---- link_close.c, link_rebind.c ---- */
/* CLOSE or AGREEMENT_END: ends what is out, steps, and goes on to the end if nothing is open. Does
 * not store. about: what took its place, or NULL. */
int link_wind_up(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
                 const char *reason, const struct id *about) MUST_USE;
/* After a transfer ended: a CLOSING link with nothing open any more goes on to its end. */
int link_run_off(struct apply *apply, const struct id *link_id) MUST_USE;
/* The customer confirmed a new link: ACTIVE, and the link that it replaces is wound up. */
int link_activate(struct apply *apply, struct link *link) MUST_USE;
/* An ACTIVE or SUSPENDED link whose place another one has taken is wound up, and stored. */
int link_retire(struct apply *apply, struct link *link, const struct id *by) MUST_USE;

/* ---- hold.c, recheck.c: the first two change and step, and leave the storing to the caller ---- */
/* Takes out what expired. */
int hold_expire(struct apply *apply, struct link *link) MUST_USE;
/* No answer in time: asked again later. */
int recheck_timeout(struct apply *apply, struct link *link) MUST_USE;
/* It is due: asks the Class I bank, and stores. Nothing else is out. */
int recheck_start(struct apply *apply, struct link *link) MUST_USE;
/* A hold of the gateway's that goes when the person is verified again. */
bool hold_needs_person(const struct hold *hold);

#endif
