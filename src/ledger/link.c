/*
 * What all handlers of links share: loading, storing, stepping, the one exchange with the Class I
 * bank.
 *
 * Invariants: a link has at most one exchange out; its deadline row stands at link_due_ms; its open
 * row stands while an exchange is out or while it is CLOSING with transfers open; its pair row
 * stands until it is final. What is kept of an exchange (elements, codes) is erased when it ends.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/handler.h"
#include "wire/message.h"

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

int64_t link_due_ms(const struct link *link) {
    int64_t due = link->deadline_ms;
    if (link->exchange != LINK_EXCHANGE_NONE && link->exchange_deadline_ms &&
        (due == 0 || link->exchange_deadline_ms < due))
        due = link->exchange_deadline_ms;
    return due;
}

int link_store(struct apply *apply, const struct link *link, const struct link_private *secret,
               int64_t due_before_ms) {
    int64_t due = link_due_ms(link);
    if (due != due_before_ms) {
        struct store_deadline row = {due_before_ms, OBJECT_LINK, link->id};
        if (due_before_ms)
            APPLY_TRY(store_drop_deadline(apply->store, &row));
        row.at_ms = due;
        if (due)
            store_put_deadline(apply->store, &row);
    }
    return store_put_link(apply->store, link, secret, false);
}

static struct store_open_row open_row(const struct link *link) {
    return (struct store_open_row){.kind = OBJECT_LINK, .object = link->id};
}

static bool owes_notice(enum link_state state) {
    return state == LINK_ACTIVE || state == LINK_SUSPENDED || state == LINK_CLOSING ||
           state == LINK_PENDING_ACTIVATION || link_final(state);
}

/* How long the state may wait; 0: without end. */
static int64_t wait_until_ms(const struct apply *apply, const struct link *link) {
    if (link->state == LINK_AWAITING_AUTHENTICATION)
        return apply->now_ms + apply->rules->authentication_wait_ms;
    if (link->state == LINK_PENDING_ACTIVATION)
        return apply->now_ms + apply->rules->activation_wait_ms;
    if ((link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED) && link->agreement.ends_day)
        return shanghai_day_start_ms(link->agreement.ends_day + 1);
    return 0;
}

int link_step(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
              const char *reason) {
    struct history_entry entry = apply_entry(apply, cause, reason);
    APPLY_INVARIANT(link_move(link, event, &entry));
    if (reason[0])
        memcpy(link->reason, entry.reason, REASON_SIZE);
    if (link->state != LINK_AWAITING_AUTHENTICATION)
        memset(&link->challenge, 0, sizeof link->challenge);
    link->deadline_ms = wait_until_ms(apply, link);
    if (link->state == LINK_ACTIVE && !link->activated_at_ms)
        link->activated_at_ms = apply->now_ms;
    if (link_final(link->state))
        APPLY_TRY(store_drop_link_live(apply->store, link));
    return owes_notice(link->state) ? notice_link(apply, link) : 0;
}

static enum message_kind exchange_message(enum link_exchange exchange) {
    switch (exchange) {
    case LINK_EXCHANGE_VERIFY:
        return MESSAGE_VERIFY_ACCOUNT;
    case LINK_EXCHANGE_ISSUE:
        return MESSAGE_ISSUE_CHALLENGE;
    case LINK_EXCHANGE_CHECK:
        return MESSAGE_CHECK_CHALLENGE;
    case LINK_EXCHANGE_RECHECK:
        return MESSAGE_RECHECK_ACCOUNT;
    case LINK_EXCHANGE_NONE:
        break;
    }
    return MESSAGE_NONE;
}

/* The request of the Class II bank that waits for the exchange. */
static enum message_kind exchange_request(enum link_exchange exchange) {
    if (exchange == LINK_EXCHANGE_VERIFY)
        return MESSAGE_OPEN_LINK;
    return exchange == LINK_EXCHANGE_ISSUE ? MESSAGE_START_CHALLENGE : MESSAGE_ANSWER_CHALLENGE;
}

int link_exchange_start(struct apply *apply, struct link *link, enum link_exchange exchange,
                        const struct id *id, const struct id *request, int64_t timeout_ms) {
    APPLY_INVARIANT(link->exchange == LINK_EXCHANGE_NONE);
    link->exchange = exchange;
    link->exchange_id = *id;
    link->exchange_request = *request;
    link->exchange_deadline_ms = apply->now_ms + timeout_ms;
    struct store_open_row row = open_row(link);
    store_put_open(apply->store, &row);
    apply_send(apply, link->class1_bank, exchange_message(exchange), id, link->exchange_deadline_ms,
               buf_span(&apply->ledger->scratch));
    apply_wait(apply, request);
    return 0;
}

int link_exchange_end(struct apply *apply, struct link *link) {
    APPLY_INVARIANT(link->exchange != LINK_EXCHANGE_NONE);
    apply_done(apply, link->class1_bank, &link->exchange_id);
    link->exchange = LINK_EXCHANGE_NONE;
    link->exchange_deadline_ms = 0;
    memset(&link->exchange_id, 0, sizeof link->exchange_id);
    memset(&link->exchange_request, 0, sizeof link->exchange_request);
    struct store_open_row row = open_row(link);
    return store_drop_open(apply->store, &row);
}

int link_resend(struct apply *apply, const struct link *link) {
    if (link->exchange == LINK_EXCHANGE_NONE || link->exchange_deadline_ms <= apply->now_ms)
        return 0;
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    APPLY_INVARIANT(secret.kept_kind != MESSAGE_NONE);
    apply_send(apply, link->class1_bank, (enum message_kind)secret.kept_kind, &link->exchange_id,
               link->exchange_deadline_ms, secret.kept_payload);
    return 0;
}

int link_store_ended(struct apply *apply, const struct link *link, int64_t due_before_ms) {
    struct link_private secret;
    APPLY_TRY(store_get_link_private(apply->store, &link->id, &secret));
    secret.kept_kind = MESSAGE_NONE;
    secret.kept_payload = span_of(NULL, 0);
    return link_store(apply, link, &secret, due_before_ms);
}

/* ---- closing ---- */

static int begin_close(struct apply *apply, struct link *link, const char *reason) {
    if (link->exchange == LINK_EXCHANGE_NONE)
        return link_step(apply, link, LINK_EVENT_CLOSE, CAUSE_REQUEST, reason);
    struct id request = link->exchange_request;
    enum message_kind message = exchange_request(link->exchange);
    int result = link_exchange_end(apply, link);
    if (result == 0)
        result = link_step(apply, link, LINK_EVENT_CLOSE, CAUSE_REQUEST, reason);
    if (result == 0)
        apply_answer_link(apply, link, &request, message);
    return result;
}

/* A link that has just turned CLOSING ends at once, or waits for its open transfers. */
static int begin_run_off(struct apply *apply, struct link *link) {
    int any = store_any_open_under(apply->store, OBJECT_TRANSFER, &link->id);
    APPLY_TRY(any);
    if (any)
        return link_step(apply, link, LINK_EVENT_RUN_OFF, CAUSE_RULE, "");
    struct store_open_row row = open_row(link);
    store_put_open(apply->store, &row);
    return 0;
}

int link_close(struct apply *apply) {
    const struct close_link *request = &apply->command->body.close_link;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result)
        return result;
    if (link_final(link.state) || link.state == LINK_CLOSING) {
        apply_reply_link(apply, &link, false);
        return 0;
    }
    if (link_waiting(link.state) && apply->command->bank != link.class2_bank)
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason, request->reason);
    int64_t due = link_due_ms(&link);
    result = begin_close(apply, &link, reason);
    if (result == 0 && link.state == LINK_CLOSING)
        result = begin_run_off(apply, &link);
    if (result)
        return result;
    APPLY_TRY(link_store_ended(apply, &link, due));
    apply_reply_link(apply, &link, false);
    return 0;
}

int link_run_off(struct apply *apply, const struct id *link_id) {
    struct store_open_row row = {.kind = OBJECT_LINK, .object = *link_id};
    int closing = store_has_open(apply->store, &row);
    if (closing)
        return closing < 0 ? closing : 0;
    int any = store_any_open_under(apply->store, OBJECT_TRANSFER, link_id);
    if (any <= 0)
        return any;
    struct link link;
    int result = store_get_link(apply->store, link_id, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (link.state != LINK_CLOSING || link.frozen)
        return 0;
    int64_t due = link_due_ms(&link);
    result = link_step(apply, &link, LINK_EVENT_RUN_OFF, CAUSE_RULE, "");
    if (result)
        return result;
    APPLY_TRY(store_drop_open(apply->store, &row));
    return link_store(apply, &link, NULL, due);
}

/* ---- deadlines ---- */

static int expire_exchange(struct apply *apply, struct link *link) {
    enum link_exchange exchange = link->exchange;
    struct id request = link->exchange_request;
    int result = link_exchange_end(apply, link);
    if (result)
        return result;
    if (exchange == LINK_EXCHANGE_VERIFY) {
        const char *reason = refusal_row(REFUSAL_TIMEOUT_DEBTOR)->reason;
        result = link_step(apply, link, LINK_EVENT_DEADLINE, CAUSE_DEADLINE, reason);
        if (result == 0)
            apply_answer_link(apply, link, &request, MESSAGE_OPEN_LINK);
        return result;
    }
    apply_answer_refused(apply, link->class2_bank, &request, exchange_request(exchange),
                         REFUSAL_TIMEOUT_INSTRUCTED);
    return request_refuse_late(apply, link->class2_bank, &request, REFUSAL_TIMEOUT_INSTRUCTED);
}

/* The state's own time is over. What is still out is over with it. */
static int expire_state(struct apply *apply, struct link *link) {
    int result = 0;
    if (link->exchange != LINK_EXCHANGE_NONE)
        result = expire_exchange(apply, link);
    if (result)
        return result;
    if (link_waiting(link->state))
        return link_step(apply, link, LINK_EVENT_DEADLINE, CAUSE_DEADLINE, "");
    result = link_step(apply, link, LINK_EVENT_AGREEMENT_END, CAUSE_DEADLINE, "");
    return result ? result : begin_run_off(apply, link);
}

int link_expire(struct apply *apply, struct link *link) {
    int64_t due = link_due_ms(link);
    if (due == 0 || due > apply->now_ms)
        return 0;
    int result = 0;
    if (link->exchange != LINK_EXCHANGE_NONE && link->exchange_deadline_ms <= apply->now_ms)
        result = expire_exchange(apply, link);
    if (result == 0 && link->deadline_ms && link->deadline_ms <= apply->now_ms)
        result = expire_state(apply, link);
    if (result)
        return result;
    return link_store_ended(apply, link, due);
}

int link_get(struct apply *apply) {
    const struct get_link *query = &apply->command->body.get_link;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    struct id id = query->link;
    if (id_is_zero(&id)) {
        struct store_request row;
        result = store_get_request(apply->store, apply->command->bank, &query->request, &row);
        APPLY_TRY(result);
        if (result || row.kind != OBJECT_LINK)
            return refuse(apply, REFUSAL_NO_SUCH_LINK, "request_id");
        id = row.object;
    }
    struct link link;
    result = link_load_own(apply, &id, &link);
    if (result && result != (int)REFUSAL_FROZEN)
        return result;
    apply_reply_link(apply, &link, false);
    return 0;
}
