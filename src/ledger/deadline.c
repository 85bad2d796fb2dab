/*
 * TICK: objects whose time is over, earliest first, so many at a time. And the operators' way out of
 * a freeze.
 *
 * Invariant: a TICK only does what touching the object would have done first. A frozen object loses
 * its deadline row and moves no more until it is unfrozen.
 */
#include "ledger/adjustments.h"
#include "ledger/cards.h"
#include "ledger/events.h"
#include "ledger/loans.h"
#include "ledger/product_orders.h"
#include "ledger/settlement.h"

int deadline_drop_stray(struct apply *apply, const struct store_deadline *due) {
    apply_alarm(apply, "a deadline led to nothing: dropped", &due->object);
    return store_drop_deadline(apply->store, due);
}

static int expire_transfer(struct apply *apply, const struct store_deadline *due) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &due->object, &transfer);
    APPLY_TRY(result);
    if (result)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_TRANSFER, &transfer.id);
    if (transfer.frozen)
        return store_drop_deadline(apply->store, due);
    if (transfer_due_ms(&transfer) != due->at_ms)
        return deadline_drop_stray(apply, due);
    return transfer_due(apply, &transfer);
}

static int expire_link(struct apply *apply, const struct store_deadline *due) {
    struct link link;
    int result = link_load(apply, &due->object, &link);
    APPLY_TRY(result);
    if (result)
        return deadline_drop_stray(apply, due);
    if (link.frozen)
        return store_drop_deadline(apply->store, due);
    if (link_due_ms(&link) != due->at_ms)
        return deadline_drop_stray(apply, due);
    return link_expire(apply, &link);
}

static int expire_approval(struct apply *apply, const struct store_deadline *due) {
    int result = approval_expire(apply, due);
    return result == APPLY_STALE ? deadline_drop_stray(apply, due) : result;
}

static int expire_window(struct apply *apply, const struct store_deadline *due) {
    int result = window_expire(apply, due);
    return result == APPLY_STALE ? deadline_drop_stray(apply, due) : result;
}

/* What each kind of object does when it is due. Each of them drops or moves the row: a TICK comes
 * upon no row twice. */
static const struct {
    enum object_kind kind;
    int (*expire)(struct apply *apply, const struct store_deadline *due);
} kinds[] = {
    {OBJECT_TRANSFER, expire_transfer}, {OBJECT_LINK, expire_link},
    {OBJECT_APPROVAL, expire_approval}, {OBJECT_CASE, case_expire},
    {OBJECT_QUESTION, question_expire}, {OBJECT_ADJUSTMENT, adjustment_expire},
    {OBJECT_WINDOW, expire_window},     {OBJECT_CARD, card_expire},
    {OBJECT_LOAN, loans_expire},        {OBJECT_EVENT, event_expire},
    {OBJECT_ORDER, orders_expire},
};

static int expire(struct apply *apply, const struct store_deadline *due) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].kind == due->kind)
            return kinds[i].expire(apply, due);
    }
    return deadline_drop_stray(apply, due);
}

int deadline_tick(struct apply *apply) {
    for (uint32_t n = 0; n < LEDGER_TICK_MAX; n++) {
        struct store_deadline due;
        int result = store_first_deadline(apply->store, &due);
        APPLY_TRY(result);
        if (result || due.at_ms > apply->now_ms)
            return 0;
        result = expire(apply, &due);
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
    } else if (kind == OBJECT_QUESTION)
        result = question_discard(apply, object);
    else if (kind == OBJECT_LOAN)
        result = loans_freeze(apply, object);
    else if (kind == OBJECT_ORDER)
        result = orders_freeze(apply, object);
    /* an object that the rolled-back command would have made is not there: nothing to freeze */
    return result < 0 ? result : 0;
}

/* What came in while it was frozen was not acted on: the bank is asked again. */
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
    APPLY_TRY(store_put_link(apply->store, &link, NULL, false));
    if (link.state == LINK_CLOSING)
        return link_run_off(apply, &link.id);
    if (!id_is_zero(&link.replaced_by) && link_runs(&link))
        return link_retire(apply, &link, &link.replaced_by);
    return link_resend(apply, &link);
}

static int unfreeze_transfer(struct apply *apply, const struct id *id) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (!transfer.frozen)
        return refuse(apply, REFUSAL_NOT_FROZEN, "object");
    transfer.frozen = false;
    if (transfer.state == TRANSFER_PENDING)
        return posting_expire(apply, &transfer, CAUSE_OPERATOR);
    if (transfer.state == TRANSFER_UNKNOWN)
        posting_inquire(apply, &transfer);
    struct store_deadline due = {transfer_due_ms(&transfer), OBJECT_TRANSFER, transfer.id};
    if (due.at_ms)
        store_put_deadline(apply->store, &due);
    return store_put_transfer(apply->store, &transfer, STORE_KEPT_SAME, span_of(NULL, 0), false);
}

int object_unfreeze(struct apply *apply) {
    const struct unfreeze *order = &apply->command->body.unfreeze;
    int result = refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    apply_touch(apply, order->kind, &order->object);
    if (order->kind == OBJECT_LINK)
        result = unfreeze_link(apply, &order->object);
    else if (order->kind == OBJECT_TRANSFER)
        result = unfreeze_transfer(apply, &order->object);
    else if (order->kind == OBJECT_LOAN)
        result = loans_unfreeze(apply, &order->object);
    else if (order->kind == OBJECT_ORDER)
        result = orders_unfreeze(apply, &order->object);
    if (result == 0)
        apply_granted(apply);
    return result;
}
