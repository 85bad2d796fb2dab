/*
 * The end of a link: closed by a bank, consent withdrawn, agreement over, another link in its place.
 *
 * Invariants: closing is always granted; a CLOSING link has something open and its open row, and goes
 * on to its end when the last transfer, order and loan ended. Who waited for what was out is told
 * how the link stands.
 */
#include <string.h>

#include "ledger/handler.h"

static struct store_open_row open_row(const struct link *link) {
    return (struct store_open_row){.kind = OBJECT_LINK, .object = link->id};
}

/* What an end waits for. */
static int any_open(struct apply *apply, const struct id *link) {
    static const enum object_kind kinds[] = {OBJECT_TRANSFER, OBJECT_ORDER, OBJECT_LOAN};
    int any = STORE_ABSENT;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && any == STORE_ABSENT; i++)
        any = store_any_open_under(apply->store, kinds[i], link);
    return any;
}

/* Just turned CLOSING: it ends at once, or waits for what is open. */
static int begin_run_off(struct apply *apply, struct link *link) {
    int any = any_open(apply, &link->id);
    APPLY_TRY(any);
    if (any)
        return link_step(apply, link, LINK_EVENT_RUN_OFF, CAUSE_RULE, "");
    struct store_open_row row = open_row(link);
    store_put_open(apply->store, &row);
    return 0;
}

int link_wind_up(struct apply *apply, struct link *link, enum link_event event, enum cause cause,
                 const char *reason, const struct id *about) {
    struct id waiter = {{0}};
    int result = 0;
    if (link->exchange != LINK_EXCHANGE_NONE) {
        waiter = link->exchange_request;
        result = link_exchange_end(apply, link);
    }
    if (result == 0)
        result = link_step_about(apply, link, event, cause, reason, about);
    if (result == 0 && link->state == LINK_CLOSING)
        result = begin_run_off(apply, link);
    if (result == 0 && !id_is_zero(&waiter))
        result = link_answer(apply, link, &waiter);
    return result;
}

/* By a request: stored and answered. */
static int end_by_request(struct apply *apply, struct link *link, const char *reason) {
    int64_t due = link_due_ms(link);
    int result = link_wind_up(apply, link, LINK_EVENT_CLOSE, CAUSE_REQUEST, reason, NULL);
    if (result == 0)
        result = link_store(apply, link, NULL, due);
    return result ? result : apply_reply_link(apply, link, false);
}

int link_close(struct apply *apply) {
    const struct close_link *request = &apply->command->body.close_link;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result)
        return result;
    if (link_final(link.state) || link.state == LINK_CLOSING) {
        return apply_reply_link(apply, &link, false);
    }
    if (link_waiting(link.state) && apply->command->bank != link.class2_bank)
        return refuse(apply, REFUSAL_LINK_STATE, "link_id");
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason, request->reason);
    return end_by_request(apply, &link, reason);
}

int link_withdraw_consent(struct apply *apply) {
    const struct withdraw_consent *request = &apply->command->body.withdraw_consent;
    struct link link;
    int result = link_touch_class2(apply, &request->link, &link);
    if (result)
        return result;
    if (link_final(link.state)) {
        return apply_reply_link(apply, &link, false);
    }
    if (!link.consent_withdrawn_at_ms)
        link.consent_withdrawn_at_ms = apply->now_ms;
    if (link.state != LINK_CLOSING)
        return end_by_request(apply, &link, "CUST");
    APPLY_TRY(link_store(apply, &link, NULL, link_due_ms(&link)));
    return apply_reply_link(apply, &link, false);
}

int link_run_off(struct apply *apply, const struct id *link_id) {
    struct store_open_row row = {.kind = OBJECT_LINK, .object = *link_id};
    int closing = store_has_open(apply->store, &row);
    if (closing)
        return closing < 0 ? closing : 0;
    int any = any_open(apply, link_id);
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
