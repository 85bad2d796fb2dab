/*
 * What of an order is due: the end of its term, and what its issuer owes and did not bring in time.
 *
 * Invariants: nothing ends an order that was paid but its issuer's word; what is late is alarmed once,
 * and waits. A deadline row stands at product_order_due_ms of each order that is not frozen.
 */
#include "domain/calendar.h"
#include "ledger/product_orders.h"

static int late(struct apply *apply, struct product_order *order, uint32_t bit, const char *text) {
    order->late |= bit;
    transfer_alarm(apply, text, order->issuer, &order->id);
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_LATE, CAUSE_DEADLINE, "", NULL);
}

/* The payout of all that is left is due. */
static int mature(struct apply *apply, struct product_order *order) {
    struct product product;
    int result = orders_terms(apply, order, &product);
    if (result)
        return result;
    order->matures_at_ms = 0;
    order->late &= ~PRODUCT_LATE_PAYOUT;
    order->payout_due_ms =
        orders_due_ms(apply, shanghai_day(apply->now_ms), product.terms.payout_days);
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_MATURE, CAUSE_DEADLINE, "", NULL);
}

static bool is_due(const struct apply *apply, int64_t at_ms) {
    return at_ms != 0 && at_ms <= apply->now_ms;
}

/* One thing of those that are due at that time, which is product_order_due_ms. */
static int one(struct apply *apply, struct product_order *order) {
    const struct product_order_instruction *out = &order->instruction;
    if (order->state == PRODUCT_ORDER_PLACED && is_due(apply, order->confirm_due_ms) &&
        !(order->late & PRODUCT_LATE_CONFIRMATION))
        return late(apply, order, PRODUCT_LATE_CONFIRMATION,
                    "an issuer has not confirmed an order in time: ask it for the result");
    if (order->refunded_fen < order->refund_fen && is_due(apply, order->refund_due_ms) &&
        !(order->late & PRODUCT_LATE_REFUND))
        return late(apply, order, PRODUCT_LATE_REFUND,
                    "an issuer has not returned in time what is to come back of an order");
    if (is_due(apply, order->payout_due_ms) && !(order->late & PRODUCT_LATE_PAYOUT))
        return late(apply, order, PRODUCT_LATE_PAYOUT,
                    "an issuer has not paid out an order in time: ask it for the payout");
    if (out->action != PRODUCT_ACTION_NONE && !out->taken &&
        is_due(apply, order->unknown ? order->unknown_alarm_ms : out->deadline_ms))
        return orders_unanswered(apply, order);
    APPLY_INVARIANT(is_due(apply, order->matures_at_ms));
    return mature(apply, order);
}

int orders_due(struct apply *apply, struct product_order *order) {
    while (is_due(apply, product_order_due_ms(order))) {
        int result = one(apply, order);
        if (result)
            return result;
    }
    return 0;
}

int orders_expire(struct apply *apply, const struct store_deadline *due) {
    struct product_order order;
    int result = store_get_order(apply->store, &due->object, &order);
    APPLY_TRY(result);
    if (result || order.frozen || product_order_due_ms(&order) != due->at_ms)
        return deadline_drop_stray(apply, due);
    apply_touch(apply, OBJECT_ORDER, &order.id);
    return orders_due(apply, &order);
}

/* ---- freezing: what its transfer does still reaches a frozen order, and no deadline does ---- */

int orders_freeze(struct apply *apply, const struct id *id) {
    struct product_order order;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    if (result || order.frozen)
        return 0;
    struct store_deadline row = {product_order_due_ms(&order), OBJECT_ORDER, *id};
    if (row.at_ms)
        APPLY_TRY(store_drop_deadline(apply->store, &row));
    order.frozen = true;
    store_put_order(apply->store, &order, false);
    return 0;
}

int orders_unfreeze(struct apply *apply, const struct id *id) {
    struct product_order order;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "object");
    if (!order.frozen)
        return refuse(apply, REFUSAL_NOT_FROZEN, "object");
    order.frozen = false;
    struct store_deadline row = {product_order_due_ms(&order), OBJECT_ORDER, *id};
    if (row.at_ms)
        store_put_deadline(apply->store, &row);
    store_put_order(apply->store, &order, false);
    return 0;
}
