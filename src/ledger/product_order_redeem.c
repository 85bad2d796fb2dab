/*
 * Redeem and Payout: units go back to the issuer, and money to the account that paid.
 *
 * Invariants: never more units than are held, and one redemption at a time; a redemption is paid for
 * the units that the issuer took, what ended for all that are left, and income for none; of what is
 * paid the units' worth is exact to the fen, and only a deposit has interest on top. Units are taken
 * by a payout that arrived (product_order_money.c).
 */
#include "domain/product_units.h"
#include "ledger/product_orders.h"

static int check_event(struct apply *apply, const struct product_order *order,
                       enum product_order_event event, const char *field) {
    enum product_order_state next;
    if (!product_order_next(order->state, event, &next) ||
        !product_order_reaches(order->kind, next))
        return refuse(apply, REFUSAL_ORDER_STATE, field);
    return apply_check_life(apply, &order->history, "order_id");
}

/* ---- redeeming ---- */

static int check_redeem(struct apply *apply, const struct product_order *order, int64_t units) {
    bank_code bank = apply->command->bank;
    if (bank != order->distributor && bank != order->issuer)
        return refuse(apply, REFUSAL_NOT_YOURS, "order_id");
    int result = check_event(apply, order, PRODUCT_ORDER_EVENT_REDEEM, "order_id");
    if (result)
        return result;
    if (orders_busy(order))
        return refuse(apply, REFUSAL_ORDER_STATE, "order_id");
    if (units > order->units)
        return refuse(apply, REFUSAL_UNITS, "units");
    if (bank == order->issuer)
        return 0;
    return apply_check_peer(apply, order->issuer, "order_id", REFUSAL_BANK_OFFLINE);
}

int orders_redeem(struct apply *apply) {
    const struct redeem *request = &apply->command->body.order.redeem;
    struct product_order order;
    int result = orders_touch(apply, &request->order, &order);
    if (result == 0)
        result = check_redeem(apply, &order, request->units);
    if (result)
        return result;
    result = orders_instruct(apply, &order,
                             order.kind == PRODUCT_DEPOSIT ? PRODUCT_ACTION_WITHDRAW
                                                           : PRODUCT_ACTION_REDEEM,
                             request->units ? request->units : order.units, span_of(NULL, 0));
    if (result == 0)
        orders_answer(apply, &order, false);
    return result;
}

/* ---- paying out ---- */

/* Its term is over, and all that is left is due. */
static bool has_ended(const struct product_order *order) {
    return order->state == PRODUCT_ORDER_MATURED ||
           (order->state == PRODUCT_ORDER_REDEEMING &&
            order->instruction.action == PRODUCT_ACTION_NONE);
}

/* The units that such a payout takes; 0: it is not for this order now. */
static int64_t units_of(const struct product_order *order, enum product_payout purpose) {
    bool asked = order->instruction.action != PRODUCT_ACTION_NONE && !order->instruction.taken;
    if (purpose == PRODUCT_PAYOUT_REDEMPTION)
        return order->instruction.taken ? order->instruction.units : 0;
    return has_ended(order) && !asked ? order->units : 0;
}

static int check_units(struct apply *apply, const struct product_order *order,
                       const struct payout *request) {
    int64_t units = units_of(order, request->purpose);
    if (units == 0)
        return refuse(apply, REFUSAL_ORDER_STATE, "purpose");
    return request->units == units ? 0 : refuse(apply, REFUSAL_UNITS, "units");
}

int orders_check_worth(struct apply *apply, int64_t units, int64_t price, int64_t fen,
                       bool interest) {
    int64_t worth_fen;
    if (!product_units_worth(units, price, &worth_fen))
        return refuse(apply, REFUSAL_WORTH, "units");
    if (interest ? fen >= worth_fen : fen == worth_fen)
        return 0;
    apply->right_fen = worth_fen;
    return refuse(apply, REFUSAL_WORTH, "amount.fen");
}

static int check_worth(struct apply *apply, const struct product_order *order,
                       const struct payout *request) {
    bool deposit = order->kind == PRODUCT_DEPOSIT;
    if (deposit && request->price != PRODUCT_DEPOSIT_PRICE)
        return refuse(apply, REFUSAL_WORTH, "price");
    return orders_check_worth(apply, request->units, request->price, request->amount.fen, deposit);
}

static int check_payout(struct apply *apply, const struct product_order *order,
                        const struct payout *request) {
    if (apply->command->bank != order->issuer)
        return refuse(apply, REFUSAL_NOT_YOURS, "order_id");
    int result = check_event(apply, order, PRODUCT_ORDER_EVENT_PAYOUT, "order_id");
    if (result == 0 && order->payout.purpose != PRODUCT_PAYOUT_NONE)
        result = refuse(apply, REFUSAL_ORDER_STATE, "order_id");
    if (result || request->purpose == PRODUCT_PAYOUT_INCOME)
        return result;
    result = check_units(apply, order, request);
    return result ? result : check_worth(apply, order, request);
}

/* A push to the account that paid, at the other bank. */
static int push(struct apply *apply, struct product_order *order, const struct link *link,
                const struct payout *request) {
    const struct posted_order posted = {
        .order = order->id,
        .issuer = order->issuer,
        .product = span_text(order->product),
        .version = order->version,
        .purpose = request->purpose,
        .units = request->units,
        .price = request->price,
    };
    const struct bought_plan plan = {
        .link = link,
        .kind = TRANSFER_ORDER_PAYOUT,
        .direction = TRANSFER_PUSH,
        .amount = request->amount,
        .end_to_end_id = request->end_to_end_id,
        .order = &posted,
    };
    struct transfer transfer;
    int result = bought_pay(apply, &plan, &transfer);
    if (result)
        return result;
    apply_touch(apply, OBJECT_ORDER, &order->id);
    store_put_order_transfer(apply->store, &transfer.id, &order->id);
    order->payout.transfer = transfer.id;
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_PAYOUT, CAUSE_REQUEST, "", &transfer.id);
}

static int pay(struct apply *apply, struct product_order *order, const struct payout *request) {
    struct link link;
    int result = store_get_link(apply->store, &order->link, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    order->payout = (struct product_order_payout){
        .purpose = request->purpose,
        .units = request->units,
        .price = request->price,
        .fen = request->amount.fen,
    };
    bank_code paid_by = order->class1_pays ? link.class1_bank : link.class2_bank;
    if (paid_by == order->issuer)
        return orders_paid_out(apply, order, CAUSE_REQUEST, NULL);
    return push(apply, order, &link, request);
}

int orders_pay_out(struct apply *apply) {
    const struct payout *request = &apply->command->body.order.payout;
    struct product_order order;
    int result = orders_touch(apply, &request->order, &order);
    if (result == 0)
        result = check_payout(apply, &order, request);
    if (result == 0)
        result = pay(apply, &order, request);
    if (result == 0)
        orders_answer(apply, &order, false);
    return result;
}
