/*
 * The handlers, one per command kind (see the table in ledger.c), and what they ask of each other
 * beyond the tools of apply.h. Internal to src/ledger.
 */
#ifndef LG_LEDGER_HANDLER_H
#define LG_LEDGER_HANDLER_H

#include "ledger/links.h"

int link_open(struct apply *apply) MUST_USE;
int link_close(struct apply *apply) MUST_USE;
int link_get(struct apply *apply) MUST_USE;
int link_list(struct apply *apply) MUST_USE;
int link_amend(struct apply *apply) MUST_USE;
int link_rebind(struct apply *apply) MUST_USE;
int link_resume(struct apply *apply) MUST_USE;
int link_withdraw_consent(struct apply *apply) MUST_USE;
int link_verify_answer(struct apply *apply) MUST_USE;
int challenge_start(struct apply *apply) MUST_USE;
int challenge_resend(struct apply *apply) MUST_USE;
int challenge_issue_answer(struct apply *apply) MUST_USE;
int challenge_answer(struct apply *apply) MUST_USE;
int challenge_check_answer(struct apply *apply) MUST_USE;
int transfer_submit(struct apply *apply) MUST_USE;
int transfer_get(struct apply *apply) MUST_USE;
int transfer_list(struct apply *apply) MUST_USE;
int transfer_cancel(struct apply *apply) MUST_USE;
int transfer_step_up(struct apply *apply) MUST_USE;
int return_submit(struct apply *apply) MUST_USE;
int posting_answer(struct apply *apply) MUST_USE;
int posting_confirm_credit(struct apply *apply) MUST_USE;
int hold_place(struct apply *apply) MUST_USE;
int hold_lift(struct apply *apply) MUST_USE;
int hold_order_place(struct apply *apply) MUST_USE;
int hold_order_lift(struct apply *apply) MUST_USE;
int account_report(struct apply *apply) MUST_USE;
int recheck_answer(struct apply *apply) MUST_USE;
int case_open(struct apply *apply) MUST_USE;
int case_answer(struct apply *apply) MUST_USE;
int case_get(struct apply *apply) MUST_USE;
int position_query(struct apply *apply) MUST_USE;
int recon_totals(struct apply *apply) MUST_USE;
int recon_page(struct apply *apply) MUST_USE;
int recon_beside(struct apply *apply) MUST_USE;
int question_ask(struct apply *apply) MUST_USE;
int question_balance_answer(struct apply *apply) MUST_USE;
int question_status_answer(struct apply *apply) MUST_USE;
int notice_acknowledge(struct apply *apply) MUST_USE;
int notice_fetch(struct apply *apply) MUST_USE;
int bank_boot(struct apply *apply) MUST_USE;
int bank_up(struct apply *apply) MUST_USE;
int bank_down(struct apply *apply) MUST_USE;
int bank_add(struct apply *apply) MUST_USE;
int bank_disable(struct apply *apply) MUST_USE;
int bank_enable(struct apply *apply) MUST_USE;
int bank_set(struct apply *apply) MUST_USE;
int bank_pin_add(struct apply *apply) MUST_USE;
int bank_pin_remove(struct apply *apply) MUST_USE;
int bank_pin_seen(struct apply *apply) MUST_USE;
int approval_approve(struct apply *apply) MUST_USE;
int approval_reject(struct apply *apply) MUST_USE;
int order_clock_accept(struct apply *apply) MUST_USE;
int order_quarantine(struct apply *apply) MUST_USE;
int order_record_backup(struct apply *apply) MUST_USE;
int order_record_recon(struct apply *apply) MUST_USE;
int resync_order(struct apply *apply) MUST_USE;
int rules_load(struct apply *apply) MUST_USE;
int cap_set(struct apply *apply) MUST_USE;
int cap_set_pair(struct apply *apply) MUST_USE;
int funds_begin(struct apply *apply) MUST_USE;
int funds_end(struct apply *apply) MUST_USE;
int search_links(struct apply *apply) MUST_USE;
int search_unmask(struct apply *apply) MUST_USE;
int search_read_unmasked(struct apply *apply) MUST_USE;
int recon_row(struct apply *apply) MUST_USE;
int transfer_resolve(struct apply *apply) MUST_USE;
int deadline_tick(struct apply *apply) MUST_USE;
int object_unfreeze(struct apply *apply) MUST_USE;

/* The handler of a kind; NULL: there is none. */
typedef int handler_function(struct apply *apply);
handler_function *handler_of(enum command_kind kind);

/* The way of every operator's order: carried out, or put before a second person; and recorded. */
int order_apply(struct apply *apply, handler_function *handler) MUST_USE;
/* The order waits for its second person, unless it would be refused now. */
int approval_request(struct apply *apply, handler_function *handler) MUST_USE;
/* The order as it was requested, byte for byte, under the uid of who requested it; the caller's to
 * free. 0, negative or APPLY_BROKEN. */
int approval_order(struct apply *apply, const struct approval *approval,
                   struct command **order_out) MUST_USE;
/* An approval whose time is over. APPLY_STALE: none waits until then. */
int approval_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
/* One row for the order at hand, with what became of it. */
void audit_order(struct apply *apply, enum refusal_code refusal);
/* A bank came and showed the last notice that it has: holds its traffic when that is one of a later
 * state of this store. Changes counters, which the caller puts. */
int resync_look(struct apply *apply, const struct bank_up *up,
                struct bank_counters *counters) MUST_USE;
/* Tells the world of all rules that were loaded. */
int rules_tell_all(struct apply *apply) MUST_USE;
/* The bank's own warnings that it stands above, as when it comes. */
int position_remind(struct apply *apply, bank_code bank) MUST_USE;
/* Tells the world how the registry's entry is now. */
void bank_tell(struct apply *apply, const struct bank *bank);

/* Does nothing when there is no such object. */
int object_freeze(struct apply *apply, enum object_kind kind, const struct id *object) MUST_USE;
/* Rows of pairs, and what is on its way to each bank, for a store of ledger version 1, which had
 * neither: from its nets and its open transfers. 0, negative or APPLY_BROKEN. */
int pairs_make(struct apply *apply) MUST_USE;
/* What became of a card is told to the live links whose Class I account has that key: ACTIVATED,
 * CARD_REFUSED or CLOSED. Touches those links. */
int account_tell(struct apply *apply, const struct digest *key, enum account_event event) MUST_USE;
/* The answer to ReportAccount: how many links it concerned. */
void account_reply(struct apply *apply, uint32_t links, bool replayed);
/* The stored answer to a request about a case, in its present state. */
int case_reply(struct apply *apply, const struct id *id, bool replayed) MUST_USE;
/* As a bank sees it; texts are held until the next store_begin. */
int case_view_load(struct apply *apply, const struct inquiry_case *inquiry,
                   struct case_view *view_out) MUST_USE;
/* Time is over: the owner's to answer, the asked bank's to answer. */
int case_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
int question_expire(struct apply *apply, const struct store_deadline *due) MUST_USE;
/* A question upon which an invariant broke: gone, and nobody is answered. 0 or STORE_ABSENT. */
int question_discard(struct apply *apply, const struct id *id) MUST_USE;
/* Opens the case of a contradiction, unless one is open, and notes it in the transfer, which the
 * caller puts. */
int case_open_conflict(struct apply *apply, struct transfer *transfer) MUST_USE;
/* PENDING becomes UNKNOWN: from now on only inquiries, or CancelPosting, go out. */
int posting_expire(struct apply *apply, struct transfer *transfer, enum cause cause) MUST_USE;
/* Asks the instructed bank about a transfer that is UNKNOWN; to bar it, when that was asked for. */
void posting_inquire(struct apply *apply, const struct transfer *transfer);
/* Bars an open transfer at the instructed bank, whose word decides; does nothing to one that has
 * ended, is frozen, or is being cancelled already. Puts it. reason: an ISO code. */
int posting_bar(struct apply *apply, struct transfer *transfer, const char *reason,
                enum cause cause) MUST_USE;
/* Disables a bank, if it is not; refuses NO_SUCH_BANK on field. */
int bank_suspend(struct apply *apply, bank_code code, const char *field) MUST_USE;
/* A row that leads to nothing: it would hold up all that come after it. */
int deadline_drop_stray(struct apply *apply, const struct store_deadline *due) MUST_USE;

#endif
