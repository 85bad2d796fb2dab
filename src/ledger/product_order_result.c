/*
 * OrderResult, the issuer's word on an order that is PLACED; and CancelOrder.
 *
 * Invariants: units times price is the money to the fen, and is at most what was ordered; the rest
 * comes back; what is not confirmed comes back whole. Before it is paid for an order is cancelled as
 * its transfer is, by the word of the bank that was instructed; afterwards by its issuer's, and only
 * until the cut-off of its day.
 */
#include "domain/calendar.h"
#include "ledger/product_orders.h"

/* ---- the issuer's word ---- */

static int check_confirmed(struct apply *apply, const struct product_order *order,
                           const struct order_result *result) {
    if (!span_equal(span_text(result->amount.currency), span_text(order->amount.currency)))
        return refuse(apply, REFUSAL_CURRENCY, "amount.currency");
    if (result->amount.fen > order->amount.fen)
        return refuse(apply, REFUSAL_ORDER_EXCEEDED, "amount.fen");
    int rc = orders_check_worth(apply, result->units, result->price, result->amount.fen, false);
    if (rc)
        return rc;
    if (result->confirmed_day < shanghai_day(order->placed_at_ms) ||
        result->confirmed_day > shanghai_day(apply->now_ms))
        return refuse(apply, REFUSAL_FIELD_INVALID, "confirmed_on");
    return 0;
}

/* A cancellation that was out is answered by the other word. */
static int confirm(struct apply *apply, struct product_order *order,
                   const struct order_result *result) {
    struct product product;
    int rc = orders_terms(apply, order, &product);
    if (rc)
        return rc;
    order->confirmed_at_ms = apply->now_ms;
    order->confirmed_day = result->confirmed_day;
    order->confirmed_units = order->units = result->units;
    order->confirmed_price = result->price;
    order->confirmed_fen = result->amount.fen;
    order->refund_fen = order->amount.fen - result->amount.fen;
    if (order->refund_fen > 0)
        order->refund_due_ms = orders_due_ms(apply, shanghai_day(apply->now_ms), 1);
    if (product.terms.term_days)
        order->matures_at_ms =
            shanghai_day_start_ms(result->confirmed_day + product.terms.term_days);
    rc = orders_step(apply, order, PRODUCT_ORDER_EVENT_CONFIRM, CAUSE_REQUEST, "", NULL);
    return rc ? rc : orders_refund(apply, order, CAUSE_REQUEST);
}

static void drop_cancellation(struct apply *apply, struct product_order *order) {
    if (order->instruction.action == PRODUCT_ACTION_NONE)
        return;
    orders_settled(apply, order);
    order->instruction.action = PRODUCT_ACTION_NONE;
    apply_copy_text(order->reason, sizeof order->reason, span_of(NULL, 0));
}

int orders_result(struct apply *apply) {
    const struct order_result *request = &apply->command->body.order.result;
    struct product_order order;
    char reason[REASON_SIZE];
    int result = orders_touch(apply, &request->order, &order);
    if (result)
        return result;
    if (order.issuer != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, "order_id");
    if (order.state != PRODUCT_ORDER_PLACED)
        return refuse(apply, REFUSAL_ORDER_STATE, "order_id");
    if (request->decision == ORDER_CONFIRMED)
        result = check_confirmed(apply, &order, request);
    if (result)
        return result;
    drop_cancellation(apply, &order);
    apply_copy_text(order.reference, sizeof order.reference, request->reference);
    apply_copy_text(reason, sizeof reason, request->reason);
    if (request->decision == ORDER_CONFIRMED)
        result = confirm(apply, &order, request);
    else
        result = orders_give_back(apply, &order,
                                  request->decision == ORDER_LAPSED ? PRODUCT_ORDER_EVENT_LAPSE
                                                                    : PRODUCT_ORDER_EVENT_REFUSED,
                                  CAUSE_REQUEST, reason);
    if (result == 0)
        orders_answer(apply, &order, false);
    return result;
}

/* ---- cancelling ---- */

/* Its transfer is barred, whose outcome comes back to it; or has just come to its deadline. */
static int cancel_unpaid(struct apply *apply, struct product_order *order, const char *reason) {
    struct transfer transfer;
    int result = store_get_transfer(apply->store, &order->funding, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (transfer.frozen)
        return refuse(apply, REFUSAL_FROZEN, "order_id");
    result = transfer_due(apply, &transfer);
    if (result == 0)
        result = posting_bar(apply, &transfer, reason, CAUSE_REQUEST);
    if (result)
        return result;
    result = store_get_order(apply->store, &order->id, order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

static int cancel(struct apply *apply, struct product_order *order,
                  const struct cancel_order *request) {
    char reason[REASON_SIZE];
    apply_copy_text(reason, sizeof reason, request->reason);
    bool asked = order->instruction.action == PRODUCT_ACTION_CANCEL;
    bool done = order->state == PRODUCT_ORDER_CANCELLED ||
                (order->state == PRODUCT_ORDER_REFUNDING && order->ends == PRODUCT_ORDER_CANCELLED);
    if (done || asked)
        return 0;
    if (order->state == PRODUCT_ORDER_FUNDING)
        return cancel_unpaid(apply, order, reason);
    if (order->state != PRODUCT_ORDER_PLACED)
        return refuse(apply, REFUSAL_ORDER_STATE, "order_id");
    if (apply->now_ms >= order->cancel_until_ms)
        return refuse(apply, REFUSAL_CUT_OFF, "order_id");
    int result = apply_check_life(apply, &order->history, "order_id");
    return result ? result
                  : orders_instruct(apply, order, PRODUCT_ACTION_CANCEL, 0, request->reason);
}

int orders_cancel(struct apply *apply) {
    const struct cancel_order *request = &apply->command->body.order.cancel;
    struct product_order order;
    int result = orders_touch(apply, &request->order, &order);
    if (result)
        return result;
    if (order.distributor != apply->command->bank && order.issuer != apply->command->bank)
        return refuse(apply, REFUSAL_NOT_YOURS, "order_id");
    result = cancel(apply, &order, request);
    if (result == 0)
        orders_answer(apply, &order, false);
    return result;
}
