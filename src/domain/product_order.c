/*
 * An order's record: where its money and product stand, what is due next, and how it moves.
 *
 * Invariant: the pair of law I16 follows from the state alone, and from whether the money was ever with
 * the issuer; the transfer that pays for it must agree. Who may order, and what the gateway checks
 * before it, is not decided here.
 */
#include "domain/product_order.h"

#include "domain/product_units.h"

__extension__ typedef __int128 wide;

struct product_order_pair product_order_pair(const struct product_order *order) {
    struct product_order_pair pair = {PRODUCT_MONEY_NO, PRODUCT_PART_NO};
    (void)product_order_pair_of(order->state, order->placed_at_ms != 0, &pair);
    return pair;
}

static bool not_paid(const struct transfer *funding) {
    return funding == NULL || funding->state == TRANSFER_REJECTED ||
           funding->state == TRANSFER_CANCELLED;
}

/* So much of it came back, and no more is on its way than may come. What never left the issuer comes
 * back by its word alone. */
static bool paid(const struct product_order *order, const struct transfer *funding) {
    return funding != NULL && funding->state == TRANSFER_ACCEPTED &&
           funding->amount.fen == order->amount.fen &&
           (funding->in_house ? 0 : order->refunded_fen) == funding->came_back_fen &&
           funding->returned_fen <= order->refund_fen && order->refund_fen <= order->amount.fen;
}

bool product_order_agrees(const struct product_order *order, const struct transfer *funding) {
    bool all_back = order->refunded_fen == order->amount.fen;
    switch (product_order_pair(order).money) {
    case PRODUCT_MONEY_NO:
        return order->state == PRODUCT_ORDER_CREATED ? funding == NULL : not_paid(funding);
    case PRODUCT_MONEY_OPEN:
        return funding != NULL && transfer_reserved(funding->state);
    case PRODUCT_MONEY_DONE:
        return paid(order, funding) && order->refund_fen < order->amount.fen;
    case PRODUCT_MONEY_RETURNING:
        return paid(order, funding) && order->refund_fen == order->amount.fen && !all_back;
    case PRODUCT_MONEY_RETURNED:
        return paid(order, funding) && order->refund_fen == order->amount.fen && all_back;
    }
    return false;
}

static bool refund_is_out(const struct product_order *order) {
    return order->refunded_fen < order->refund_fen;
}

bool product_order_open(const struct product_order *order) {
    return !product_order_final(order->state) || refund_is_out(order) ||
           order->payout.purpose != PRODUCT_PAYOUT_NONE;
}

/* What the units that are left have cost, rounded down. */
static int64_t left_fen(const struct product_order *order, int64_t sold_fen) {
    int64_t bought = order->confirmed_units;
    if (bought == 0 && !product_units_of_deposit(order->amount.fen, &bought))
        return 0;
    return order->units >= bought ? sold_fen : (int64_t)((wide)sold_fen * order->units / bought);
}

struct product_order_take product_order_takes(const struct product_order *order) {
    struct product_order_take take = {0, 0, 0};
    bool waits = order->state == PRODUCT_ORDER_CREATED || order->state == PRODUCT_ORDER_FUNDING;
    if (waits) {
        take.reserved_fen = take.held_fen = order->amount.fen;
    } else if (order->placed_at_ms != 0) {
        take.sold_fen = order->amount.fen - order->refund_fen;
        take.held_fen =
            order->state == PRODUCT_ORDER_PLACED ? take.sold_fen : left_fen(order, take.sold_fen);
    }
    return take;
}

static void earliest(int64_t *due_ms, bool waits, int64_t at_ms) {
    if (waits && at_ms != 0 && (*due_ms == 0 || at_ms < *due_ms))
        *due_ms = at_ms;
}

int64_t product_order_due_ms(const struct product_order *order) {
    const struct product_order_instruction *out = &order->instruction;
    bool asked = out->action != PRODUCT_ACTION_NONE && !out->taken;
    bool holds = order->state == PRODUCT_ORDER_CONFIRMED || order->state == PRODUCT_ORDER_OPEN ||
                 order->state == PRODUCT_ORDER_PART_WITHDRAWN;
    int64_t due_ms = 0;
    earliest(&due_ms, order->state == PRODUCT_ORDER_CREATED, order->deadline_ms);
    earliest(&due_ms, asked && !order->unknown, out->deadline_ms);
    earliest(&due_ms, asked && order->unknown, order->unknown_alarm_ms);
    earliest(&due_ms,
             order->state == PRODUCT_ORDER_PLACED && !(order->late & PRODUCT_LATE_CONFIRMATION),
             order->confirm_due_ms);
    earliest(&due_ms, refund_is_out(order) && !(order->late & PRODUCT_LATE_REFUND),
             order->refund_due_ms);
    earliest(&due_ms, !product_order_final(order->state) && !(order->late & PRODUCT_LATE_PAYOUT),
             order->payout_due_ms);
    earliest(&due_ms, holds, order->matures_at_ms);
    return due_ms;
}

int64_t product_order_cost_fen(const struct product_order *order) {
    int64_t fen = 0;
    int64_t price = order->kind == PRODUCT_DEPOSIT ? PRODUCT_DEPOSIT_PRICE : order->confirmed_price;
    if (order->units == order->confirmed_units)
        return order->confirmed_fen;
    return product_units_worth(order->units, price, &fen) ? fen : 0;
}

bool product_order_too_risky(uint32_t level, uint32_t risk) {
    return level < risk;
}

bool product_order_assessed(int64_t assessed_day, int64_t today, uint32_t valid_days) {
    return assessed_day <= today && today - assessed_day <= valid_days;
}

enum product_order_state product_order_end(enum product_order_event event) {
    if (event == PRODUCT_ORDER_EVENT_CANCEL)
        return PRODUCT_ORDER_CANCELLED;
    return event == PRODUCT_ORDER_EVENT_LAPSE ? PRODUCT_ORDER_EXPIRED : PRODUCT_ORDER_REJECTED;
}

bool product_order_move(struct product_order *order, enum product_order_event event,
                        const struct history_entry *entry) {
    enum product_order_state next;
    if (!product_order_next(order->state, event, &next))
        return false;
    if (event == PRODUCT_ORDER_EVENT_REFUNDED && order->ends != PRODUCT_ORDER_NONE)
        next = order->ends;
    if (!product_order_reaches(order->kind, next))
        return false;
    struct history_entry step = *entry;
    step.state = (uint32_t)next;
    step.event = (uint32_t)event;
    if (!history_add(&order->history, &step))
        return false;
    if (next == PRODUCT_ORDER_REFUNDING && order->state != PRODUCT_ORDER_REFUNDING)
        order->ends = product_order_end(event);
    else if (event == PRODUCT_ORDER_EVENT_REFUNDED)
        order->ends = PRODUCT_ORDER_NONE;
    order->state = next;
    return true;
}
