/*
 * Orders that need two people: requested by one, carried out when another approves.
 *
 *     order ──▶ WAITING ──▶ approved by another uid ──▶ DONE, or REFUSED (the order itself was)
 *                  ├─────▶ rejected by anyone, or taken back ──▶ REJECTED
 *                  └─────▶ its time is over ──▶ EXPIRED
 *
 * Invariants: what is carried out is the payload that was requested, to the byte; an approval that
 * waits has its deadline row and its open row, one that was decided has neither, and is never decided
 * again; who requested never approves, whoever that is. An order that would be refused now is refused
 * at once, so that nobody approves nonsense: it is tried and undone.
 */
#include <string.h>

#include "crypto/digest.h"
#include "ledger/handler.h"
#include "wire/message.h"

static const struct id no_parent;

static struct store_open_row open_row(const struct approval *approval) {
    return (struct store_open_row){OBJECT_APPROVAL, no_parent, approval->id};
}

static struct store_deadline deadline(const struct approval *approval) {
    return (struct store_deadline){approval->expires_at_ms, OBJECT_APPROVAL, approval->id};
}

/* ---- requesting -------------------------------------------------------------------------------- */

/* Refuses when as many wait as may. */
static int check_room(struct apply *apply) {
    struct store_open_row rows[2];
    for (uint32_t n = 0; n < apply->rules->approvals_waiting_max; n++) {
        int result = store_next_open(apply->store, OBJECT_APPROVAL, n ? &rows[n % 2] : NULL,
                                     &rows[(n + 1) % 2]);
        APPLY_TRY(result);
        if (result)
            return 0;
    }
    return refuse(apply, REFUSAL_APPROVALS, "");
}

static void tell_waits(struct apply *apply, const struct approval *approval) {
    if (apply->command->origin.kind == ORIGIN_NONE)
        return;
    apply_granted(apply);
    struct effect *effect = &apply->effects->items[apply->effects->count - 1];
    effect->object = approval->id;
    effect->deadline_ms = approval->expires_at_ms;
}

int approval_request(struct apply *apply, handler_function *handler) {
    int result = handler(apply);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    apply_restart(apply);
    if (result == 0)
        result = check_room(apply);
    if (result)
        return result;
    struct approval approval = {
        .id = apply_new_id(apply),
        .order = (uint32_t)apply->command->kind,
        .state = APPROVAL_WAITING,
        .requested_by = apply->command->uid,
        .requested_at_ms = apply->now_ms,
        .expires_at_ms = apply->now_ms + apply->rules->approval_wait_ms,
        .payload = apply->payload,
    };
    APPLY_TRY(store_put_approval(apply->store, &approval, apply->command->payload, true));
    struct store_open_row row = open_row(&approval);
    store_put_open(apply->store, &row);
    struct store_deadline due = deadline(&approval);
    store_put_deadline(apply->store, &due);
    apply_touch(apply, OBJECT_APPROVAL, &approval.id);
    tell_waits(apply, &approval);
    return 0;
}

/* ---- deciding ---------------------------------------------------------------------------------- */

static int end(struct apply *apply, struct approval *approval, enum approval_state state,
               enum refusal_code refusal) {
    approval->state = state;
    approval->refusal = refusal;
    if (state != APPROVAL_EXPIRED)
        approval->decided_by = apply->command->uid;
    approval->decided_at_ms = apply->now_ms;
    struct store_deadline due = deadline(approval);
    APPLY_TRY(store_drop_deadline(apply->store, &due));
    struct store_open_row row = open_row(approval);
    APPLY_TRY(store_drop_open(apply->store, &row));
    return store_put_approval(apply->store, approval, span_of(NULL, 0), false);
}

int approval_expire(struct apply *apply, const struct store_deadline *due) {
    struct approval approval;
    int result = store_get_approval(apply->store, &due->object, &approval);
    APPLY_TRY(result);
    if (result || approval.state != APPROVAL_WAITING || approval.expires_at_ms != due->at_ms)
        return APPLY_STALE;
    return end(apply, &approval, APPROVAL_EXPIRED, REFUSAL_NONE);
}

/* Loads what is to be decided on; its time is over first, if it is. */
static int load(struct apply *apply, struct approval *approval_out) {
    const struct id *id = &apply->command->body.decision.approval;
    int result = store_get_approval(apply->store, id, approval_out);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_APPROVAL, "approval");
    apply_touch(apply, OBJECT_APPROVAL, id);
    if (approval_out->state == APPROVAL_WAITING && approval_out->expires_at_ms <= apply->now_ms)
        APPLY_TRY(end(apply, approval_out, APPROVAL_EXPIRED, REFUSAL_NONE));
    if (approval_out->state != APPROVAL_WAITING)
        return refuse(apply, REFUSAL_APPROVAL_STATE, "approval");
    return 0;
}

int approval_reject(struct apply *apply) {
    struct approval approval;
    int result = load(apply, &approval);
    if (result)
        return result;
    APPLY_TRY(end(apply, &approval, APPROVAL_REJECTED, REFUSAL_NONE));
    apply_granted(apply);
    return 0;
}

int approval_order(struct apply *apply, const struct approval *approval,
                   struct command **order_out) {
    struct span payload;
    int result = store_get_approval_payload(apply->store, &approval->id, &payload);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    struct digest digest;
    sha256(payload, &digest);
    APPLY_INVARIANT(digest_equal(&digest, &approval->payload));
    struct command *order = command_new((enum command_kind)approval->order);
    order->uid = approval->requested_by;
    order->origin = apply->command->origin;
    order->payload = arena_copy(&order->arena, payload);
    if (message_decode_internal(order) != 0) {
        command_free(order);
        return APPLY_BROKEN;
    }
    *order_out = order;
    return 0;
}

static int run(struct apply *apply, const struct command *order) {
    handler_function *handler = handler_of(order->kind);
    APPLY_INVARIANT(handler);
    struct apply inner = *apply;
    inner.command = order;
    inner.approval = apply->command;
    inner.object_kind = OBJECT_NONE;
    inner.object = (struct id){{0}};
    int result = handler(&inner);
    apply->next_index = inner.next_index;
    apply->field = inner.field;
    apply->object_kind = inner.object_kind;
    apply->object = inner.object;
    apply->audit = inner.audit;
    return result;
}

int approval_approve(struct apply *apply) {
    struct approval approval;
    int result = load(apply, &approval);
    if (result)
        return result;
    if (approval.requested_by == apply->command->uid)
        return refuse(apply, REFUSAL_SAME_PERSON, "approval");
    struct command *order;
    result = approval_order(apply, &approval, &order);
    if (result)
        return result;
    result = run(apply, order);
    command_free(order);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    if (result) /* nothing of a refused order stays but that it was */
        apply_restart(apply);
    apply->audit.order = approval.order;
    apply->audit.uid = approval.requested_by;
    apply->audit.two = true;
    apply->audit.approver = apply->command->uid;
    APPLY_TRY(end(apply, &approval, result ? APPROVAL_REFUSED : APPROVAL_DONE,
                  (enum refusal_code)result));
    return result;
}
