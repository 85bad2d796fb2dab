/*
 * What becomes of an order's money: the transfer that pays for it, what comes back of it, and what is
 * paid out.
 *
 * Invariants: a transfer's change and what it means for its order are one application, so that law I16
 * holds after each; units are taken by a payout that arrived, and by nothing else; a refund is what
 * came back by accepted returns, or the issuer's word where it has the account that paid.
 */
#include <string.h>

#include "domain/calendar.h"
#include "domain/product_units.h"
#include "ledger/product_orders.h"

/* ---- the transfer that pays ---- */

/* The first instant of the day on which its term is over; 0: it has none. */
static int64_t matures_ms(const struct product *product, int64_t day) {
    return product->terms.term_days ? shanghai_day_start_ms(day + product->terms.term_days) : 0;
}

static int paid(struct apply *apply, struct product_order *order, const struct transfer *transfer) {
    struct product product;
    order->placed_at_ms = apply->now_ms;
    if (order->kind != PRODUCT_DEPOSIT)
        return orders_step(apply, order, PRODUCT_ORDER_EVENT_PLACE, CAUSE_RULE, "", &transfer->id);
    int result = orders_terms(apply, order, &product);
    if (result)
        return result;
    APPLY_INVARIANT(product_units_of_deposit(order->amount.fen, &order->units));
    order->matures_at_ms = matures_ms(&product, shanghai_day(apply->now_ms));
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_OPEN, CAUSE_RULE, "", &transfer->id);
}

static int funding_ended(struct apply *apply, struct product_order *order,
                         const struct transfer *transfer) {
    if (transfer->state == TRANSFER_ACCEPTED)
        return paid(apply, order, transfer);
    enum product_order_event event = transfer->state == TRANSFER_REJECTED
                                         ? PRODUCT_ORDER_EVENT_NOT_PAID
                                     : transfer->cancel ? PRODUCT_ORDER_EVENT_BARRED
                                                        : PRODUCT_ORDER_EVENT_NOT_SEEN;
    memcpy(order->reason, transfer->reason, REASON_SIZE);
    return orders_step(apply, order, event, CAUSE_RULE, transfer->reason, &transfer->id);
}

/* ---- what comes back ---- */

static int came_back(struct apply *apply, struct product_order *order, int64_t fen,
                     enum cause cause, const struct id *about) {
    APPLY_INVARIANT(fen > 0 && order->refund_fen - order->refunded_fen >= fen);
    order->refunded_fen += fen;
    if (order->refunded_fen == order->refund_fen)
        order->refund_due_ms = 0;
    enum product_order_event event =
        order->state == PRODUCT_ORDER_REFUNDING && order->refunded_fen == order->amount.fen
            ? PRODUCT_ORDER_EVENT_REFUNDED
            : PRODUCT_ORDER_EVENT_RETURNED;
    return orders_step(apply, order, event, cause, "", about);
}

int orders_refund(struct apply *apply, struct product_order *order, enum cause cause) {
    struct transfer funding;
    int result = store_get_transfer(apply->store, &order->funding, &funding);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!orders_paid_at_issuer(order, &funding) || order->refund_fen == 0)
        return 0;
    return came_back(apply, order, order->refund_fen, cause, NULL);
}

int orders_give_back(struct apply *apply, struct product_order *order,
                     enum product_order_event event, enum cause cause, const char *reason) {
    order->refund_fen = order->amount.fen;
    order->refund_due_ms = orders_due_ms(apply, shanghai_day(apply->now_ms), 1);
    order->instruction.action = PRODUCT_ACTION_NONE;
    apply_copy_text(order->reason, sizeof order->reason, span_text(reason));
    int result = orders_step(apply, order, event, cause, reason, NULL);
    return result ? result : orders_refund(apply, order, cause);
}

int orders_check_return(struct apply *apply, const struct id *id, const struct transfer *transfer,
                        int64_t fen) {
    struct product_order order;
    int64_t together;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!id_equal(&order.funding, &transfer->id))
        return refuse(apply, REFUSAL_KIND_INTERNAL, "transfer_id");
    if (!fen_add(transfer->returned_fen, fen, &together) || together > order.refund_fen)
        return refuse(apply, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    return 0;
}

/* ---- what is paid out ---- */

/* Nothing of it waits for the issuer any more. */
static void settle_instruction(struct product_order *order) {
    order->instruction.action = PRODUCT_ACTION_NONE;
    order->instruction.taken = false;
    order->payout_due_ms = 0;
}

int orders_paid_out(struct apply *apply, struct product_order *order, enum cause cause,
                    const struct id *about) {
    const struct product_order_payout payout = order->payout;
    order->payout = (struct product_order_payout){.purpose = PRODUCT_PAYOUT_NONE};
    APPLY_INVARIANT(fen_add(order->paid_out_fen, payout.fen, &order->paid_out_fen));
    if (payout.purpose == PRODUCT_PAYOUT_INCOME)
        return orders_step(apply, order, PRODUCT_ORDER_EVENT_INCOME, cause, "", about);
    APPLY_INVARIANT(payout.units > 0 && payout.units <= order->units);
    order->units -= payout.units;
    bool matured = order->state == PRODUCT_ORDER_MATURED; /* what is left is still due */
    int64_t due_ms = order->payout_due_ms;
    settle_instruction(order);
    if (matured && order->units > 0)
        order->payout_due_ms = due_ms;
    return orders_step(apply, order,
                       order->units > 0 ? PRODUCT_ORDER_EVENT_PAID_PART
                                        : PRODUCT_ORDER_EVENT_PAID_ALL,
                       cause, "", about);
}

static int payout_ended(struct apply *apply, struct product_order *order,
                        const struct transfer *transfer) {
    if (transfer->state == TRANSFER_ACCEPTED)
        return orders_paid_out(apply, order, CAUSE_RULE, &transfer->id);
    order->payout = (struct product_order_payout){.purpose = PRODUCT_PAYOUT_NONE};
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_PAYOUT_FAILED, CAUSE_RULE,
                       transfer->reason, &transfer->id);
}

/* ---- any of them ---- */

static int contradicted(struct apply *apply, struct product_order *order,
                        const struct transfer *transfer) {
    order->conflict = true;
    order->case_id = transfer->case_id;
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_CONFLICT, CAUSE_RULE, "", &transfer->id);
}

/* The order waits with the transfer that pays for it. Of a payout the order says that it is out. */
static int waits(struct apply *apply, struct product_order *order, const struct transfer *transfer,
                 enum product_order_event event) {
    if (!id_equal(&order->funding, &transfer->id))
        return 0;
    return orders_step(apply, order, event, CAUSE_RULE,
                       event == PRODUCT_ORDER_EVENT_CANCEL_ASKED ? transfer->cancel_reason : "",
                       &transfer->id);
}

int orders_moved(struct apply *apply, const struct id *id, const struct transfer *transfer,
                 enum bought_change change, const struct transfer *back) {
    struct product_order order;
    int result = store_get_order(apply->store, id, &order);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    bool funding = id_equal(&order.funding, &transfer->id);
    switch (change) {
    case BOUGHT_ENDED:
        if (funding)
            return funding_ended(apply, &order, transfer);
        APPLY_INVARIANT(id_equal(&order.payout.transfer, &transfer->id));
        return payout_ended(apply, &order, transfer);
    case BOUGHT_UNKNOWN:
        return waits(apply, &order, transfer, PRODUCT_ORDER_EVENT_UNANSWERED);
    case BOUGHT_CANCEL_ASKED:
        return waits(apply, &order, transfer, PRODUCT_ORDER_EVENT_CANCEL_ASKED);
    case BOUGHT_CONFLICT:
        return contradicted(apply, &order, transfer);
    case BOUGHT_RETURNED:
        APPLY_INVARIANT(funding);
        return came_back(apply, &order, back->amount.fen, CAUSE_RULE, &back->id);
    }
    return APPLY_BROKEN;
}
