/*
 * Holds: placed by banks and operators, by reports and re-checks, lifted by who placed them, or over
 * in time.
 *
 * Invariants: a link in ACTIVE has no hold and one in SUSPENDED has at least one; every hold that came
 * or went stands in the history under its id; what a hold blocks and is not posted yet is being
 * cancelled. The reason of a hold never becomes the link's own, which both banks see.
 */
#include <string.h>

#include "ledger/hold.h"
#include "ledger/transfers.h"

bool hold_needs_person(const struct hold *hold) {
    return hold->authority == HOLD_BY_GATEWAY && strcmp(hold->reason, HOLD_REASON_VERIFY) == 0;
}

static bool may_hold(const struct link *link) {
    return link->state == LINK_ACTIVE || link->state == LINK_SUSPENDED ||
           link->state == LINK_CLOSING;
}

/* ---- what is open and blocked ---- */

static int bar_if_blocked(struct apply *apply, const struct id *id, uint32_t blocks) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (transfer.kind == TRANSFER_RETURN || !(transfer_touches(&transfer) & blocks))
        return 0;
    return posting_bar(apply, &transfer, "DS02", CAUSE_RULE);
}

static int bar_open(struct apply *apply, const struct link *link, uint32_t blocks) {
    struct store_open_row at = {.kind = OBJECT_TRANSFER, .parent = link->id};
    for (uint32_t n = 0; n < apply->rules->freeze_cancels_max; n++) {
        struct store_open_row row;
        int result = store_next_open(apply->store, OBJECT_TRANSFER, &at, &row);
        APPLY_TRY(result);
        if (result || !id_equal(&row.parent, &link->id))
            return 0;
        result = bar_if_blocked(apply, &row.object, blocks);
        if (result)
            return result;
        at = row;
    }
    apply_alarm(apply, "a hold blocks more open transfers than are cancelled at once", &link->id);
    return 0;
}

/* ---- coming and going ---- */

int hold_add(struct apply *apply, struct link *link, const struct hold *hold, enum cause cause) {
    APPLY_INVARIANT(may_hold(link) && link->hold_count < HOLDS_MAX);
    link->holds[link->hold_count++] = *hold;
    int result = link_step_about(apply, link, LINK_EVENT_HOLD, cause, hold->reason, &hold->id);
    return result ? result : bar_open(apply, link, hold->blocks);
}

int hold_remove(struct apply *apply, struct link *link, const struct id *id, enum cause cause,
                const char *reason) {
    struct id gone = *id; /* it may stand in what is moved */
    uint32_t at = 0;
    while (at < link->hold_count && !id_equal(&link->holds[at].id, id))
        at++;
    APPLY_INVARIANT(at < link->hold_count);
    link->hold_count--;
    memmove(&link->holds[at], &link->holds[at + 1],
            (link->hold_count - at) * sizeof link->holds[0]);
    memset(&link->holds[link->hold_count], 0, sizeof link->holds[0]);
    bool last = link->state == LINK_SUSPENDED && link->hold_count == 0;
    return link_step_about(apply, link, last ? LINK_EVENT_HOLDS_LIFTED : LINK_EVENT_HOLD_LIFTED,
                           cause, reason, &gone);
}

/* The one whose time was over first; NULL: none's is. */
static const struct hold *first_expired(const struct apply *apply, const struct link *link) {
    const struct hold *first = NULL;
    for (uint32_t i = 0; i < link->hold_count; i++) {
        const struct hold *hold = &link->holds[i];
        bool over = hold->expires_at_ms != 0 && hold->expires_at_ms <= apply->now_ms;
        if (over && (!first || hold->expires_at_ms < first->expires_at_ms))
            first = hold;
    }
    return first;
}

int hold_expire(struct apply *apply, struct link *link) {
    const struct hold *hold;
    while ((hold = first_expired(apply, link)) != NULL) {
        int result = hold_remove(apply, link, &hold->id, CAUSE_DEADLINE, "");
        if (result)
            return result;
    }
    return 0;
}

/* ---- the gateway's own, after a report or a re-check ---- */

static const struct hold *find_own(const struct link *link, bank_code by, const char *reason) {
    for (uint32_t i = 0; i < link->hold_count; i++) {
        const struct hold *hold = &link->holds[i];
        if (hold->authority == HOLD_BY_GATEWAY && hold->by == by &&
            strcmp(hold->reason, reason) == 0)
            return hold;
    }
    return NULL;
}

int hold_add_own(struct apply *apply, struct link *link, const char *reason, uint32_t blocks,
                 enum cause cause) {
    bank_code by = apply->command->bank;
    if (!may_hold(link) || find_own(link, by, reason))
        return 0;
    struct hold hold = {
        .id = apply_new_id(apply),
        .authority = HOLD_BY_GATEWAY,
        .by = by,
        .blocks = blocks,
        .placed_at_ms = apply->now_ms,
    };
    apply_copy_text(hold.reason, sizeof hold.reason, span_text(reason));
    return hold_add(apply, link, &hold, cause);
}

int hold_remove_own(struct apply *apply, struct link *link, bank_code by, const char *reason,
                    enum cause cause) {
    const struct hold *hold = find_own(link, by, reason);
    return hold ? hold_remove(apply, link, &hold->id, cause, "") : 0;
}

/* ---- banks ---- */

static bool placed_full(const struct link *link) {
    uint32_t placed = 0;
    for (uint32_t i = 0; i < link->hold_count; i++)
        placed += link->holds[i].authority != HOLD_BY_GATEWAY;
    return placed >= HOLDS_PLACED_MAX;
}

/* A hold of a bank or an operator, on a link that was touched; field names the link. */
static int place(struct apply *apply, struct link *link, const struct hold *hold, enum cause cause,
                 const char *field) {
    if (!may_hold(link))
        return refuse(apply, REFUSAL_LINK_STATE, field);
    if (hold->expires_at_ms && hold->expires_at_ms <= apply->now_ms)
        return refuse(apply, REFUSAL_FIELD_INVALID, "expires_at_ms");
    if (placed_full(link))
        return refuse(apply, REFUSAL_HOLDS, field);
    int result = apply_check_life(apply, &link->history, field);
    if (result)
        return result;
    int64_t due = link_due_ms(link);
    apply->detail = hold->id;
    result = hold_add(apply, link, hold, cause);
    return result ? result : link_store(apply, link, NULL, due);
}

static int lift(struct apply *apply, struct link *link, const struct hold *hold, enum cause cause,
                const char *reason) {
    int64_t due = link_due_ms(link);
    apply->detail = hold->id;
    int result = hold_remove(apply, link, &hold->id, cause, reason);
    return result ? result : link_store(apply, link, NULL, due);
}

int hold_place(struct apply *apply) {
    const struct place_hold *request = &apply->command->body.place_hold;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result)
        return result;
    struct hold hold = {
        .id = apply_new_id(apply),
        .authority = request->authority,
        .by = apply->command->bank,
        .blocks = request->blocks,
        .placed_at_ms = apply->now_ms,
        .expires_at_ms = request->expires_at_ms,
    };
    apply_copy_text(hold.reason, sizeof hold.reason, request->reason);
    apply_copy_text(hold.legal_reference, sizeof hold.legal_reference, request->legal_reference);
    result = place(apply, &link, &hold, CAUSE_REQUEST, "link_id");
    return result ? result : apply_reply_link(apply, &link, false);
}

const char *hold_differs(const struct place_hold *now, const struct hold *then) {
    if (now->authority != then->authority)
        return "authority";
    if (!span_equal(now->reason, span_text(then->reason)))
        return "reason";
    if (!span_equal(now->legal_reference, span_text(then->legal_reference)))
        return "legal_reference";
    if (now->expires_at_ms != then->expires_at_ms)
        return "expires_at_ms";
    return now->blocks != then->blocks ? "blocks" : "";
}

int hold_lift(struct apply *apply) {
    const struct lift_hold *request = &apply->command->body.lift_hold;
    struct link link;
    int result = link_touch_own(apply, &request->link, &link);
    if (result)
        return result;
    const struct hold *hold = link_hold(&link, &request->hold);
    if (!hold)
        return refuse(apply, REFUSAL_NO_SUCH_HOLD, "hold_id");
    /* What a report of this bank made is the gateway's: a report takes it back. */
    if (hold->by != apply->command->bank || hold->authority != request->authority ||
        hold->authority == HOLD_BY_GATEWAY)
        return refuse(apply, REFUSAL_AUTHORITY, "authority");
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason, request->reason);
    result = lift(apply, &link, hold, CAUSE_REQUEST, reason);
    return result ? result : apply_reply_link(apply, &link, false);
}

/* ---- operators ---- */

static int load_ordered(struct apply *apply, const struct id *id, struct link *link_out) {
    int result = link_load(apply, id, link_out);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "link");
    if (link_out->frozen)
        return refuse(apply, REFUSAL_FROZEN, "link");
    return link_expire(apply, link_out);
}

int hold_order_place(struct apply *apply) {
    const struct hold_order *order = &apply->command->body.hold_order;
    struct link link;
    int result = load_ordered(apply, &order->link, &link);
    if (result)
        return result;
    struct hold hold = {
        .id = apply_new_id(apply),
        .authority = HOLD_BY_OPERATOR,
        .blocks = order->blocks,
        .placed_at_ms = apply->now_ms,
        .expires_at_ms = order->expires_at_ms,
    };
    memcpy(hold.reason, order->reason, sizeof hold.reason);
    memcpy(hold.legal_reference, order->legal_reference, sizeof hold.legal_reference);
    result = place(apply, &link, &hold, CAUSE_OPERATOR, "link");
    if (result == 0)
        apply_granted(apply);
    return result;
}

int hold_order_lift(struct apply *apply) {
    const struct hold_order *order = &apply->command->body.hold_order;
    struct link link;
    int result = load_ordered(apply, &order->link, &link);
    if (result)
        return result;
    const struct hold *hold = link_hold(&link, &order->hold);
    if (!hold)
        return refuse(apply, REFUSAL_NO_SUCH_HOLD, "hold");
    if (hold->authority != HOLD_BY_OPERATOR && hold->authority != HOLD_BY_GATEWAY)
        return refuse(apply, REFUSAL_AUTHORITY, "hold");
    result = lift(apply, &link, hold, CAUSE_OPERATOR, order->reason);
    if (result == 0)
        apply_granted(apply);
    return result;
}
