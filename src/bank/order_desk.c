/*
 * The issuer's desk.
 *
 * Invariant: for each order each thing is done once, in the commit that stores that it was: notices
 * come again, after a restart too. What the gateway refuses, and a payout that did not arrive, is
 * left to be done by hand.
 */
#include "bank/order_desk.h"

#include "bank/orders.h"
#include "bank/submit_order.h"
#include "domain/calendar.h"
#include "domain/product_units.h"
#include "util/logline.h"

#define CONFIRMED_REASON_NONE "AM21" /* nothing is allotted */

static const struct bk_submission nobody = {0, {NULL, NULL}};

static void complain(const char *what, const struct id *order) {
    log_line(LOG_ERR, what, LOG_ID("order", order),
             LOG_TEXT("remedy", "too many open requests: do it by hand"));
}

static struct bk_fault fault_of(struct bk_bank *bank, uint32_t kind, const struct bk_lot *lot,
                                int64_t fen) {
    const struct bk_fault_subject subject = {
        .kind = kind, .account = span_text(lot->account), .fen = fen};
    return bk_faults_match(&bank->faults, &subject);
}

/* Later, if the fault script says so. */
static void hold_back(struct bk_bank *bank, struct bk_item *item, const struct bk_fault *fault) {
    if (fault->action == BK_ACT_DELAY)
        bk_outbox_pause(&bank->outbox, item, bk_now_ms(bank) + fault->ms);
}

/* ---- confirming --------------------------------------------------------------------------- */

static struct order_result decision_on(const struct bk_bank *bank, const struct bk_lot *lot) {
    int64_t allotted_fen = lot->amount_fen / 100 * bank->config.allotted +
                           lot->amount_fen % 100 * bank->config.allotted / 100;
    struct order_result result = {.order = lot->order,
                                  .decision = ORDER_CONFIRMED,
                                  .price = bank->config.price,
                                  .amount = {.currency = "CNY"},
                                  .confirmed_day = shanghai_day(bk_wall_ms(bank))};
    result.units = bk_units_for(allotted_fen, result.price);
    if (product_units_worth(result.units, result.price, &result.amount.fen) &&
        result.amount.fen > 0)
        return result;
    return (struct order_result){.order = lot->order,
                                 .decision = ORDER_DECLINED,
                                 .reason = SPAN_LITERAL(CONFIRMED_REASON_NONE)};
}

static void say_result(struct bk_bank *bank, struct order_result *result,
                       const struct bk_fault *fault) {
    char reference[ID_TEXT_SIZE];
    result->request = bk_new_request_id(bank);
    id_format(&result->request, reference);
    result->reference = span_text(reference);
    struct bk_item *item = bk_submit_order_result(bank, result, &nobody);
    if (item == NULL)
        complain("order_not_answered", &result->order);
    else
        hold_back(bank, item, fault);
}

static void confirm(struct bk_bank *bank, struct bk_lot *lot) {
    if (lot->decided || lot->done & BK_LOT_ANSWERED)
        return;
    struct order_result result = decision_on(bank, lot);
    const struct bk_fault fault = fault_of(bank, MESSAGE_ORDER_RESULT, lot, lot->amount_fen);
    lot->done |= BK_LOT_ANSWERED;
    bk_lot_save(bank->db, lot);
    if (fault.action == BK_ACT_DROP)
        return;
    if (fault.action == BK_ACT_TOO_MUCH) {
        result.units *= 2;
        result.amount.fen *= 2;
    }
    say_result(bank, &result, &fault);
    if (fault.action == BK_ACT_TWICE)
        say_result(bank, &result, &fault);
}

/* ---- sending back ------------------------------------------------------------------------- */

void bk_desk_refund(struct bk_bank *bank, struct bk_lot *lot) {
    struct bk_item *item;
    struct bk_local_refusal refusal;
    const struct bk_return_order order = {.original = lot->funding,
                                          .amount = {lot->refund_fen - lot->refunded_fen, "CNY"},
                                          .reason = SPAN_LITERAL("CUST")};
    if (!bank->config.sells || order.amount.fen < 1 || lot->done & BK_LOT_REFUNDED)
        return;
    lot->done |= BK_LOT_REFUNDED;
    bk_lot_save(bank->db, lot);
    if (bk_submit_return(bank, &order, &item, &refusal))
        complain("order_not_refunded", &lot->order);
}

/* ---- paying out --------------------------------------------------------------------------- */

/* What a deposit's term gives. */
static int64_t interest_of(struct bk_bank *bank, const struct bk_lot *lot, int64_t fen) {
    struct bk_offered offered;
    if (lot->kind != PRODUCT_DEPOSIT ||
        !bk_offered_find(bank->db, span_text(lot->product), &offered))
        return 0;
    return bk_interest_for(fen, offered.rate, offered.term_days);
}

static void pay(struct bk_bank *bank, struct bk_lot *lot, enum product_payout purpose,
                int64_t units) {
    char reference[ID_TEXT_SIZE];
    struct bk_local_refusal refusal;
    struct bk_item *item;
    struct payout message = {.request = bk_new_request_id(bank),
                             .order = lot->order,
                             .purpose = purpose,
                             .units = units,
                             .price = lot->price,
                             .amount = {.currency = "CNY"}};
    if (lot->kind != PRODUCT_DEPOSIT && bank->config.redeem_price > 0)
        message.price = bank->config.redeem_price;
    if (!product_units_worth(units, message.price, &message.amount.fen))
        return;
    if (purpose == PRODUCT_PAYOUT_MATURITY)
        message.amount.fen += interest_of(bank, lot, message.amount.fen);
    const struct bk_fault fault = fault_of(bank, MESSAGE_PAYOUT, lot, message.amount.fen);
    bk_lot_save(bank->db, lot);
    if (fault.action == BK_ACT_DROP)
        return;
    if (fault.action == BK_ACT_TOO_MUCH)
        message.units *= 2;
    id_format(&message.request, reference);
    message.end_to_end_id = span_text(reference);
    if (bk_submit_payout(bank, &message, &nobody, &item, &refusal))
        complain("order_not_paid_out", &lot->order);
    else
        hold_back(bank, item, &fault);
}

void bk_desk_pay(struct bk_bank *bank, struct bk_lot *lot, uint32_t number) {
    if (!bank->config.sells || lot->taken_units < 1 || number <= lot->number)
        return;
    lot->number = number;
    pay(bank, lot, PRODUCT_PAYOUT_REDEMPTION, lot->taken_units);
}

static void pay_at_end(struct bk_bank *bank, struct bk_lot *lot) {
    if (lot->units < 1 || lot->done & BK_LOT_MATURED)
        return;
    lot->done |= BK_LOT_MATURED;
    pay(bank, lot, PRODUCT_PAYOUT_MATURITY, lot->units);
}

/* ---- hearing ------------------------------------------------------------------------------ */

static bool is(struct span event, enum product_order_event which) {
    return span_equal(event, span_text(product_order_event_name(which)));
}

void bk_desk_hear(struct bk_bank *bank, const struct order_view *view, struct span event) {
    const struct product_order *order = &view->order;
    struct bk_lot lot;
    if (!bank->config.sells || order->issuer != bank->config.code ||
        !bk_lot_find(bank->db, &order->id, &lot))
        return;
    if (is(event, PRODUCT_ORDER_EVENT_PLACE))
        confirm(bank, &lot);
    else if (is(event, PRODUCT_ORDER_EVENT_TAKEN))
        bk_desk_pay(bank, &lot, order->instruction.number);
    else if (is(event, PRODUCT_ORDER_EVENT_MATURE))
        pay_at_end(bank, &lot);
    else if (is(event, PRODUCT_ORDER_EVENT_CONFIRM) || is(event, PRODUCT_ORDER_EVENT_REFUSED) ||
             is(event, PRODUCT_ORDER_EVENT_LAPSE) || is(event, PRODUCT_ORDER_EVENT_CANCEL))
        bk_desk_refund(bank, &lot);
}
