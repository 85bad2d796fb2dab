/*
 * Printing orders, as the gateway tells them and as the issuer's own book has them.
 *
 * Invariant: as print.c's.
 */
#include "bank/lots.h"
#include "bank/print.h"
#include "bank/words.h"
#include "domain/calendar.h"

static const struct bk_word actions[] = {{"cancel", PRODUCT_ACTION_CANCEL},
                                         {"redeem", PRODUCT_ACTION_REDEEM},
                                         {"withdraw", PRODUCT_ACTION_WITHDRAW},
                                         {NULL, 0}};

/* 0: it was not told. */
static void put_day(struct bk_json *json, const char *key, int64_t day) {
    char text[DATE_TEXT_SIZE] = "";
    if (day != 0)
        date_format(day, text);
    bk_json_string(json, key, text);
}

static void put_state(struct bk_json *json, const char *key, enum product_order_state state) {
    bk_json_string(json, key, state != PRODUCT_ORDER_NONE ? product_order_state_name(state) : "");
}

static void put_terms(struct bk_json *json, const struct product_order *order) {
    bk_json_id(json, "link", &order->link);
    bk_json_bank(json, "distributor", order->distributor);
    bk_json_bank(json, "issuer", order->issuer);
    bk_json_string(json, "product", order->product);
    bk_json_int(json, "version", order->version);
    bk_json_string(json, "kind", product_kind_name(order->kind));
    bk_json_int(json, "fen", order->amount.fen);
    bk_json_string(json, "pays", order->class1_pays ? "1" : "2");
    bk_json_id(json, "transfer", &order->funding);
    bk_json_int(json, "created_at_ms", order->created_at_ms);
    bk_json_int(json, "placed_at_ms", order->placed_at_ms);
    put_day(json, "trade_date", order->trade_day);
    bk_json_int(json, "cancel_until_ms", order->cancel_until_ms);
    bk_json_int(json, "confirm_due_ms", order->confirm_due_ms);
}

static void put_sums(struct bk_json *json, const struct product_order *order) {
    bk_json_int(json, "confirmed_units", order->confirmed_units);
    bk_json_int(json, "confirmed_price", order->confirmed_price);
    bk_json_int(json, "confirmed_fen", order->confirmed_fen);
    put_day(json, "confirmed_on", order->confirmed_day);
    bk_json_int(json, "refund_fen", order->refund_fen);
    bk_json_int(json, "refunded_fen", order->refunded_fen);
    bk_json_int(json, "units", order->units);
    bk_json_int(json, "paid_out_fen", order->paid_out_fen);
    bk_json_int(json, "matures_at_ms", order->matures_at_ms);
    bk_json_int(json, "payout_due_ms", order->payout_due_ms);
}

void bk_print_order(struct bk_json *json, const struct order_view *view) {
    const struct product_order *order = &view->order;
    bk_json_id(json, "order", &order->id);
    put_state(json, "state", order->state);
    put_state(json, "ends", order->ends);
    put_terms(json, order);
    put_sums(json, order);
    bk_json_string(json, "action", bk_word_of(actions, order->instruction.action));
    bk_json_int(json, "action_number", order->instruction.number);
    bk_json_int(json, "action_units", order->instruction.units);
    bk_json_bool(json, "unknown", order->unknown);
    bk_json_id(json, "payout_transfer", &order->payout.transfer);
    bk_json_string(json, "reason", order->reason);
    bk_json_string(json, "reference", order->reference);
    bk_json_bool(json, "conflict", order->conflict);
    bk_json_bool(json, "replayed", view->replayed);
}

void bk_print_lot(struct bk_json *json, const struct bk_lot *lot) {
    bk_json_id(json, "order", &lot->order);
    bk_json_id(json, "link", &lot->link);
    bk_json_id(json, "transfer", &lot->funding);
    bk_json_string(json, "product", lot->product);
    bk_json_string(json, "kind", product_kind_name(lot->kind));
    bk_json_string(json, "account", lot->account);
    bk_json_int(json, "fen", lot->amount_fen);
    bk_json_bool(json, "decided", lot->decided);
    bk_json_int(json, "confirmed_fen", lot->confirmed_fen);
    bk_json_int(json, "price", lot->price);
    bk_json_int(json, "refund_fen", lot->refund_fen);
    bk_json_int(json, "refunded_fen", lot->refunded_fen);
    bk_json_int(json, "units", lot->units);
    bk_json_int(json, "taken_units", lot->taken_units);
    bk_json_int(json, "paid_out_fen", lot->paid_out_fen);
}
