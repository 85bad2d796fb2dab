/*
 * TICK: objects whose time is over, earliest first, so many at a time. And the operators' way out of
 * a freeze.
 *
 * Invariant: a TICK only does what touching the object would have done first. A frozen object loses
 * its deadline row and moves no more until it is unfrozen.
 */
#include "ledger/apply.h"
#include "wire/message.h"

static int expire_transfer(struct apply *apply, const struct store_deadline *due) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &due->object, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    if (transfer.frozen || transfer.state != TRANSFER_PENDING)
        return store_drop_deadline(apply->store, due);
    return posting_expire(apply, &transfer);
}

static int expire_link(struct apply *apply, const struct store_deadline *due) {
    struct link link;
    int result = link_load(apply, &due->object, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (link.frozen)
        return store_drop_deadline(apply->store, due);
    return link_expire(apply, &link);
}

int deadline_tick(struct apply *apply) {
    for (uint32_t n = 0; n < LEDGER_TICK_MAX; n++) {
        struct store_deadline due;
        int result = store_first_deadline(apply->store, &due);
        APPLY_TRY(result);
        if (result || due.at_ms > apply->now_ms)
            return 0;
        result =
            due.kind == OBJECT_TRANSFER ? expire_transfer(apply, &due) : expire_link(apply, &due);
        if (result)
            return result;
    }
    return 0;
}

/* ---- freezing ---- */

int object_freeze(struct apply *apply, enum object_kind kind, const struct id *object) {
    int result = 0;
    if (kind == OBJECT_LINK) {
        struct link link;
        result = store_get_link(apply->store, object, &link);
        if (result == 0) {
            link.frozen = true;
            result = store_put_link(apply->store, &link, NULL, false);
        }
    } else if (kind == OBJECT_TRANSFER) {
        struct transfer transfer;
        result = store_get_transfer(apply->store, object, &transfer);
        if (result == 0) {
            transfer.frozen = true;
            result = store_put_transfer(apply->store, &transfer, STORE_KEPT_SAME, span_of(NULL, 0),
                                        false);
        }
    }
    /* an object that the rolled-back command would have made is not there: nothing to freeze */
    return result < 0 ? result : 0;
}

static int unfreeze_link(struct apply *apply, const struct id *id) {
    struct link link;
    int result = store_get_link(apply->store, id, &link);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (!link.frozen)
        return refuse(apply, REFUSAL_NOT_FROZEN, "object");
    link.frozen = false;
    struct store_deadline due = {link_due_ms(&link), OBJECT_LINK, link.id};
    if (due.at_ms)
        store_put_deadline(apply->store, &due);
    return store_put_link(apply->store, &link, NULL, false);
}

/* What came in while it was frozen was not acted on: the bank is asked again. */
static int unfreeze_transfer(struct apply *apply, const struct id *id) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (!transfer.frozen)
        return refuse(apply, REFUSAL_NOT_FROZEN, "object");
    transfer.frozen = false;
    if (transfer.state == TRANSFER_PENDING) {
        struct store_deadline due = {transfer.deadline_ms, OBJECT_TRANSFER, transfer.id};
        store_put_deadline(apply->store, &due);
        return posting_expire(apply, &transfer);
    }
    if (transfer.state == TRANSFER_UNKNOWN) {
        struct inquire_posting inquiry = {.transfer = transfer.id};
        buf_clear(&apply->ledger->scratch);
        message_encode_inquire_posting(&inquiry, &apply->ledger->scratch);
        apply_send(apply, transfer.instructed, MESSAGE_INQUIRE_POSTING, &transfer.id, 0,
                   buf_span(&apply->ledger->scratch));
    }
    return store_put_transfer(apply->store, &transfer, STORE_KEPT_SAME, span_of(NULL, 0), false);
}

int object_unfreeze(struct apply *apply) {
    const struct unfreeze *order = &apply->command->body.unfreeze;
    int result = refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (order->kind == OBJECT_LINK)
        result = unfreeze_link(apply, &order->object);
    else if (order->kind == OBJECT_TRANSFER)
        result = unfreeze_transfer(apply, &order->object);
    if (result == 0)
        apply_reply(apply, MESSAGE_NONE, span_of(NULL, 0));
    return result;
}
