/*
 * Orders as records. Each field of struct product_order stands here once in each direction, but for
 * its id, which is the key.
 */
#include "store/record_order.h"

static void asked_to_record(const struct product_order *order, order_record *record) {
    record->state = order->state;
    record->ends = order->ends;
    record->frozen = order->frozen;
    record->conflict = order->conflict;
    record->unknown = order->unknown;
    record->kind = order->kind;
    record->link = record_id(&order->link);
    record->request = record_id(&order->request);
    record->distributor = order->distributor;
    record->issuer = order->issuer;
    record->product = record_text(order->product);
    record->version = order->version;
    record->amount_fen = order->amount.fen;
    record->currency = record_text(order->amount.currency);
    record->class1_pays = order->class1_pays;
    record->risk = order->risk;
    record->level = order->level;
    record->assessed_day = order->assessed_day;
    record->terms = record_digest(&order->terms);
    record->consent = record_digest(&order->consent);
    record->person_key = record_digest(&order->person_key);
    record->created_at_ms = order->created_at_ms;
    record->deadline_ms = order->deadline_ms;
}

static bool asked_from_record(const order_record *record, struct product_order *order) {
    order->state = (enum product_order_state)record->state;
    order->ends = (enum product_order_state)record->ends;
    order->frozen = record->frozen;
    order->conflict = record->conflict;
    order->unknown = record->unknown;
    order->kind = (enum product_kind)record->kind;
    order->distributor = record->distributor;
    order->issuer = record->issuer;
    order->version = record->version;
    order->amount.fen = record->amount_fen;
    order->class1_pays = record->class1_pays;
    order->risk = record->risk;
    order->level = record->level;
    order->assessed_day = record->assessed_day;
    order->created_at_ms = record->created_at_ms;
    order->deadline_ms = record->deadline_ms;
    return id_from_record(record->link, &order->link) &&
           id_from_record(record->request, &order->request) &&
           text_from_record(record->product, order->product, sizeof(order->product)) &&
           text_from_record(record->currency, order->amount.currency,
                            sizeof(order->amount.currency)) &&
           digest_from_record(record->terms, &order->terms) &&
           digest_from_record(record->consent, &order->consent) &&
           digest_from_record(record->person_key, &order->person_key);
}

static void placed_to_record(const struct product_order *order, order_record *record) {
    record->reference = record_text(order->reference);
    record->reason = record_text(order->reason);
    record->refusal = order->refusal;
    record->placed_at_ms = order->placed_at_ms;
    record->trade_day = order->trade_day;
    record->cancel_until_ms = order->cancel_until_ms;
    record->confirm_due_ms = order->confirm_due_ms;
    record->funding = record_id(&order->funding);
    record->confirmed_at_ms = order->confirmed_at_ms;
    record->confirmed_day = order->confirmed_day;
    record->confirmed_units = order->confirmed_units;
    record->confirmed_price = order->confirmed_price;
    record->confirmed_fen = order->confirmed_fen;
    record->refund_fen = order->refund_fen;
    record->refunded_fen = order->refunded_fen;
    record->refund_due_ms = order->refund_due_ms;
    record->units = order->units;
    record->paid_out_fen = order->paid_out_fen;
    record->matures_at_ms = order->matures_at_ms;
    record->payout_due_ms = order->payout_due_ms;
}

static bool placed_from_record(const order_record *record, struct product_order *order) {
    order->refusal = record->refusal;
    order->placed_at_ms = record->placed_at_ms;
    order->trade_day = record->trade_day;
    order->cancel_until_ms = record->cancel_until_ms;
    order->confirm_due_ms = record->confirm_due_ms;
    order->confirmed_at_ms = record->confirmed_at_ms;
    order->confirmed_day = record->confirmed_day;
    order->confirmed_units = record->confirmed_units;
    order->confirmed_price = record->confirmed_price;
    order->confirmed_fen = record->confirmed_fen;
    order->refund_fen = record->refund_fen;
    order->refunded_fen = record->refunded_fen;
    order->refund_due_ms = record->refund_due_ms;
    order->units = record->units;
    order->paid_out_fen = record->paid_out_fen;
    order->matures_at_ms = record->matures_at_ms;
    order->payout_due_ms = record->payout_due_ms;
    return text_from_record(record->reference, order->reference, sizeof(order->reference)) &&
           text_from_record(record->reason, order->reason, sizeof(order->reason)) &&
           id_from_record(record->funding, &order->funding);
}

static void out_to_record(const struct product_order *order, order_record *record) {
    record->instruction = order->instruction.number;
    record->action = order->instruction.action;
    record->taken = order->instruction.taken;
    record->instruction_units = order->instruction.units;
    record->instruction_request = record_id(&order->instruction.request);
    record->asked_at_ms = order->instruction.asked_at_ms;
    record->answer_due_ms = order->instruction.deadline_ms;
    record->payout = order->payout.purpose;
    record->payout_transfer = record_id(&order->payout.transfer);
    record->payout_units = order->payout.units;
    record->payout_price = order->payout.price;
    record->payout_fen = order->payout.fen;
    record->late = order->late;
    record->unknown_at_ms = order->unknown_at_ms;
    record->unknown_alarm_ms = order->unknown_alarm_ms;
    record->case_id = record_id(&order->case_id);
}

static bool out_from_record(const order_record *record, struct product_order *order) {
    order->instruction.number = record->instruction;
    order->instruction.action = (enum product_order_action)record->action;
    order->instruction.taken = record->taken;
    order->instruction.units = record->instruction_units;
    order->instruction.asked_at_ms = record->asked_at_ms;
    order->instruction.deadline_ms = record->answer_due_ms;
    order->payout.purpose = (enum product_payout)record->payout;
    order->payout.units = record->payout_units;
    order->payout.price = record->payout_price;
    order->payout.fen = record->payout_fen;
    order->late = record->late;
    order->unknown_at_ms = record->unknown_at_ms;
    order->unknown_alarm_ms = record->unknown_alarm_ms;
    return id_from_record(record->instruction_request, &order->instruction.request) &&
           id_from_record(record->payout_transfer, &order->payout.transfer) &&
           id_from_record(record->case_id, &order->case_id);
}

void order_to_record(const struct product_order *order, struct order_records *records_out) {
    order_record *record = &records_out->order;
    linkgate__store__v1__product_order__init(record);
    asked_to_record(order, record);
    placed_to_record(order, record);
    out_to_record(order, record);
    record->history_spilled = order->history.spilled;
    history_to_records(&order->history, order->created_at_ms, &records_out->history);
    record->n_history = order->history.count;
    record->history = records_out->history.pointers;
}

bool order_from_record(const order_record *record, const struct id *id,
                       struct product_order *order_out) {
    *order_out = (struct product_order){.id = *id};
    order_out->history.spilled = record->history_spilled;
    return asked_from_record(record, order_out) && placed_from_record(record, order_out) &&
           out_from_record(record, order_out) &&
           history_from_records(record->n_history, record->history, record->created_at_ms,
                                &order_out->history);
}
