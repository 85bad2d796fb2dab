/*
 * What all handlers of links share: loading, storing, stepping, and what a due link does.
 *
 * Invariants: a link's deadline row stands at link_due_ms; its open row while an exchange is out or
 * while it is CLOSING with transfers open; its live rows until it is final. An amendment waits only
 * while it is ACTIVE, a re-check only while ACTIVE or SUSPENDED; a final link holds and waits for
 * nothing. What is kept of an exchange (elements, codes) is erased when it ends.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/handler.h"

int link_load(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = store_get_link(apply->store, id, link_out);
    if (result == 0)
        apply_touch(apply, OBJECT_LINK, id);
    return result;
}

int link_load_own(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = store_get_link(apply->store, id, link_out);
    APPLY_TRY(result);
    bank_code bank = apply->command->bank;
    if (result || (link_out->class2_bank != bank && link_out->class1_bank != bank))
        return refuse(apply, REFUSAL_NO_SUCH_LINK, "link_id");
    apply_touch(apply, OBJECT_LINK, id);
    if (link_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "link_id");
    return 0;
}

int link_touch_own(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_load_own(apply, id, link_out);
    return result ? result : link_expire(apply, link_out);
}

int link_touch_class2(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_touch_own(apply, id, link_out);
    if (result == 0 && link_out->class2_bank != apply->command->bank)
        return refuse(apply, REFUSAL_NO_SUCH_LINK, "link_id");
    return result;
}

/* ---- storing ---- */

/* The sealed part is written again only when something is to be taken out of it. */
static int put(struct apply *apply, const struct link *link, const struct link_private *secret) {
    struct link_private erased;
    if (!secret && link->exchange == LINK_EXCHANGE_NONE) {
        APPLY_TRY(store_get_link_private(apply->store, &link->id, &erased));
        if (erased.kept_kind != MESSAGE_NONE) {
            erased.kept_kind = MESSAGE_NONE;
            erased.kept_payload = span_of(NULL, 0);
            secret = &erased;
        }
    }
    return store_put_link(apply->store, link, secret, false);
}

int link_store(struct apply *apply, const struct link *link, const struct link_private *secret,
               int64_t due_before_ms) {
    APPLY_TRY(store_move_deadline(apply->store, OBJECT_LINK, &link->id, due_before_ms,
                                  link_due_ms(link)));
    return put(apply, link, secret);
}

/* ---- stepping ---- */

/* What both banks are told: a new state, and what changed of what they may do. */
static bool owes_notice(enum link_event event, enum link_state before, enum link_state after) {
    if (after == LINK_REQUESTED || after == LINK_VERIFYING || after == LINK_AWAITING_AUTHENTICATION)
        return false;
    return after != before || event == LINK_EVENT_HOLD || event == LINK_EVENT_HOLD_LIFTED ||
           event == LINK_EVENT_AMENDED || event == LINK_EVENT_AMEND_DROPPED ||
           event == LINK_EVENT_REVERIFIED || event == LINK_EVENT_ACTIVATED;
}

/* How long the state may wait; 0: without end. */
static int64_t wait_until_ms(const struct apply *apply, const struct link *link) {
    if (link->state == LINK_AWAITING_AUTHENTICATION)
        return apply->now_ms + apply->rules->authentication_wait_ms;
    if (link->state == LINK_PENDING_ACTIVATION)
        return link->requested_at_ms + apply->rules->activation_wait_ms;
    if (link_runs(link) && link->agreement.ends_day)
        return shanghai_day_start_ms(link->agreement.ends_day + 1);
    return 0;
}

/* The reason that banks are shown: of the end, or of the verification that did not lift a hold. Why
 * it is held is for the hold to say, and not to everybody. */
static void explain(struct link *link, enum link_event event, bool moved, const char *reason) {
    bool ends = moved && (link->state == LINK_CLOSING || link_final(link->state));
    if (event == LINK_EVENT_RUN_OFF)
        return; /* CLOSED for what made it CLOSING */
    if (ends || event == LINK_EVENT_REVERIFY_FAILED)
        memcpy(link->reason, reason, REASON_SIZE);
    else if (moved || event == LINK_EVENT_REVERIFIED)
        memset(link->reason, 0, REASON_SIZE);
}

/* What the new state brings along, and what it has no use for. */
static void settle(const struct apply *apply, struct link *link, enum link_event event,
                   enum link_state before) {
    bool moved = link->state != before;
    if (moved && (before == LINK_AWAITING_AUTHENTICATION || !link_runs(link)))
        memset(&link->challenge, 0, sizeof link->challenge);
    if (moved || event == LINK_EVENT_AMENDED)
        link->deadline_ms = wait_until_ms(apply, link);
    if (event == LINK_EVENT_CODE_RIGHT) {
        link->activated_at_ms = apply->now_ms;
        link->recheck_due_ms = apply->now_ms + apply->rules->recheck_after_ms;
    }
    if (!link_runs(link))
        link->recheck_due_ms = 0;
    if (link->state != LINK_PENDING_ACTIVATION)
        link->activation_reported_at_ms = 0;
}

/* The account's next live link is its first one now. */
static int hand_on_primary(struct apply *apply, struct link *link) {
    struct id id;
    link->primary = false;
    int result = store_next_live(apply->store, LIVE_CLASS2, &link->class2_key, NULL, &id);
    if (result)
        return result < 0 ? result : 0;
    struct link heir;
    result = store_get_link(apply->store, &id, &heir);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    heir.primary = true;
    return store_put_link(apply->store, &heir, NULL, false);
}

static int become_final(struct apply *apply, struct link *link) {
    APPLY_INVARIANT(link->exchange == LINK_EXCHANGE_NONE);
    link->hold_count = 0;
    memset(link->holds, 0, sizeof link->holds);
    APPLY_TRY(store_drop_link_live(apply->store, link));
    return link->primary ? hand_on_primary(apply, link) : 0;
}

int link_step_entry(struct apply *apply, struct link *link, enum link_event event,
                    const struct history_entry *entry) {
    enum link_state before = link->state;
    enum link_state next;
    int result = 0;
    APPLY_INVARIANT(link_next(before, event, &next));
    if (link->amendment.present && next != LINK_ACTIVE)
        result = link_amend_drop(apply, link, CAUSE_RULE, "");
    if (result)
        return result;
    apply_make_room(apply, OBJECT_LINK, &link->id, &link->history);
    APPLY_INVARIANT(link_move(link, event, entry));
    explain(link, event, link->state != before, entry->reason);
    settle(apply, link, event, before);
    if (link_final(link->state))
        result = become_final(apply, link);
    if (result || !owes_notice(event, before, link->state))
        return result;
    return notice_link(apply, link);
}

int link_step_about(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
                    const char *reason, const struct id *about) {
    struct history_entry entry = apply_entry(apply, cause, reason);
    if (about)
        entry.about = *about;
    return link_step_entry(apply, link, event, &entry);
}

int link_step(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
              const char *reason) {
    return link_step_about(apply, link, event, cause, reason, NULL);
}

/* ---- deadlines ---- */

static bool over(const struct apply *apply, int64_t due_ms) {
    return due_ms != 0 && due_ms <= apply->now_ms;
}

/* The state's own time is over. What is still out is over with it. */
static int expire_state(struct apply *apply, struct link *link) {
    if (!link_waiting(link->state))
        return link_wind_up(apply, link, LINK_EVENT_AGREEMENT_END, CAUSE_DEADLINE, "", NULL);
    int result = 0;
    if (link->exchange != LINK_EXCHANGE_NONE)
        result = link_exchange_expire(apply, link);
    return result ? result : link_step(apply, link, LINK_EVENT_DEADLINE, CAUSE_DEADLINE, "");
}

static int expire_all(struct apply *apply, struct link *link) {
    int result = 0;
    if (link->exchange != LINK_EXCHANGE_NONE && over(apply, link->exchange_deadline_ms))
        result = link_exchange_expire(apply, link);
    if (result == 0 && over(apply, link_hold_due_ms(link)))
        result = hold_expire(apply, link);
    if (result == 0 && link->amendment.present && over(apply, link->amendment.expires_at_ms))
        result = link_amend_drop(apply, link, CAUSE_DEADLINE, "");
    if (result == 0 && over(apply, link->deadline_ms))
        result = expire_state(apply, link);
    return result;
}

int link_expire(struct apply *apply, struct link *link) {
    int64_t due = link_due_ms(link);
    if (!over(apply, due))
        return 0;
    int result = expire_all(apply, link);
    if (result == 0)
        result = link_store(apply, link, NULL, due);
    if (result == 0 && over(apply, link_recheck_due_ms(link)))
        result = recheck_start(apply, link);
    APPLY_INVARIANT(result != 0 || !over(apply, link_due_ms(link)));
    return result;
}
