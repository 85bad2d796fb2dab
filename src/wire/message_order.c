/*
 * Reading and writing orders of products, on the gateway's side.
 *
 * What of a message belongs together is judged here: a confirmation has units, price, amount and day,
 * a refusal a reason and none of these, income takes no units. Whether the sums are right, and whose
 * word it is, is the ledger's.
 */
#include "domain/calendar.h"
#include "linkgate/v1/order.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/product_parts.h"
#include "wire/values.h"

#define SAME_STATE(name)                                                                           \
    _Static_assert((int)PRODUCT_ORDER_##name ==                                                    \
                       (int)LINKGATE__V1__ORDER_STATE__ORDER_STATE_##name,                         \
                   "wire values")
SAME_STATE(CREATED);
SAME_STATE(FUNDING);
SAME_STATE(PLACED);
SAME_STATE(CONFIRMED);
SAME_STATE(REDEEMING);
SAME_STATE(REDEEMED);
SAME_STATE(REFUNDING);
SAME_STATE(REJECTED);
SAME_STATE(CANCELLED);
SAME_STATE(EXPIRED);
SAME_STATE(OPEN);
SAME_STATE(PART_WITHDRAWN);
SAME_STATE(MATURED);
SAME_STATE(CLOSED);
_Static_assert((int)PRODUCT_ACTION_CANCEL == (int)LINKGATE__V1__ORDER_ACTION__ORDER_ACTION_CANCEL &&
                   (int)PRODUCT_ACTION_REDEEM ==
                       (int)LINKGATE__V1__ORDER_ACTION__ORDER_ACTION_REDEEM &&
                   (int)PRODUCT_ACTION_WITHDRAW ==
                       (int)LINKGATE__V1__ORDER_ACTION__ORDER_ACTION_WITHDRAW,
               "wire values");
_Static_assert((int)ORDER_TAKEN == (int)LINKGATE__V1__ORDER_OUTCOME__ORDER_OUTCOME_TAKEN &&
                   (int)ORDER_REFUSED == (int)LINKGATE__V1__ORDER_OUTCOME__ORDER_OUTCOME_REFUSED,
               "wire values");
_Static_assert((int)ORDER_CONFIRMED ==
                       (int)LINKGATE__V1__ORDER_DECISION__ORDER_DECISION_CONFIRMED &&
                   (int)ORDER_DECLINED ==
                       (int)LINKGATE__V1__ORDER_DECISION__ORDER_DECISION_REFUSED &&
                   (int)ORDER_LAPSED == (int)LINKGATE__V1__ORDER_DECISION__ORDER_DECISION_LAPSED,
               "wire values");
_Static_assert((int)PRODUCT_PAYOUT_REDEMPTION ==
                       (int)LINKGATE__V1__PAYOUT_PURPOSE__PAYOUT_PURPOSE_REDEMPTION &&
                   (int)PRODUCT_PAYOUT_INCOME ==
                       (int)LINKGATE__V1__PAYOUT_PURPOSE__PAYOUT_PURPOSE_INCOME &&
                   (int)PRODUCT_PAYOUT_MATURITY ==
                       (int)LINKGATE__V1__PAYOUT_PURPOSE__PAYOUT_PURPOSE_MATURITY,
               "wire values");

/* ---- requests ---- */

static void read_pays(struct shape *shape, Linkgate__V1__AccountClass pays, bool *class1_out) {
    if (shape_enum(shape, "pays", (int)pays, ACCOUNT_CLASS_II))
        *class1_out = (int)pays == ACCOUNT_CLASS_I;
}

void read_place_order(struct shape *shape, struct span payload, struct place_order *out) {
    const Linkgate__V1__PlaceOrder *message =
        shape_read(shape, payload, &linkgate__v1__place_order__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct place_order){.version = message->product_version};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                    &out->issuer);
    product_read_code(shape, "product_code", message->product_code, &out->product);
    if (message->product_version == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "product_version");
    part_amount(shape, message->amount, &out->amount);
    read_pays(shape, message->pays, &out->class1_pays);
    if (message->customer_level == 0 || message->customer_level > PRODUCT_LEVEL_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "customer_level");
    out->level = message->customer_level;
    shape_date(shape, "assessed_on", message->assessed_on, &out->assessed_day);
    shape_digest(shape, "terms_sha256", &message->terms_sha256, &out->terms);
    shape_digest(shape, "consent_sha256", &message->consent_sha256, &out->consent);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
}

void read_cancel_order(struct shape *shape, struct span payload, struct cancel_order *out) {
    const Linkgate__V1__CancelOrder *message =
        shape_read(shape, payload, &linkgate__v1__cancel_order__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct cancel_order){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "order_id", &message->order_id, &out->order);
    shape_reason(shape, "reason", message->reason, &out->reason);
}

void read_redeem(struct shape *shape, struct span payload, struct redeem *out) {
    const Linkgate__V1__Redeem *message =
        shape_read(shape, payload, &linkgate__v1__redeem__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct redeem){.units = message->units};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "order_id", &message->order_id, &out->order);
    if (message->units < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "units");
}

static void check(struct shape *shape, bool good, const char *field) {
    if (!good)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
}

static bool price_valid(int64_t price) {
    return price > 0 && price <= PRODUCT_PRICE_MAX;
}

/* All of it with CONFIRMED, none of it with anything else. */
static void read_confirmed(struct shape *shape, const Linkgate__V1__OrderResult *message,
                           struct order_result *out) {
    bool confirmed = out->decision == ORDER_CONFIRMED;
    check(shape, confirmed ? message->units > 0 : message->units == 0, "units");
    check(shape, confirmed ? price_valid(message->price) : message->price == 0, "price");
    out->units = message->units;
    out->price = message->price;
    if (confirmed) {
        part_amount(shape, message->amount, &out->amount);
        shape_date(shape, "confirmed_on", message->confirmed_on, &out->confirmed_day);
        check(shape, shape_text(message->reason).size == 0, "reason");
        return;
    }
    check(shape, message->amount == NULL, "amount");
    check(shape, shape_text(message->confirmed_on).size == 0, "confirmed_on");
    shape_reason(shape, "reason", message->reason, &out->reason);
}

void read_order_result(struct shape *shape, struct span payload, struct order_result *out) {
    const Linkgate__V1__OrderResult *message =
        shape_read(shape, payload, &linkgate__v1__order_result__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct order_result){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "order_id", &message->order_id, &out->order);
    if (shape_enum(shape, "decision", (int)message->decision, ORDER_LAPSED))
        out->decision = (enum order_decision)message->decision;
    read_confirmed(shape, message, out);
    shape_clean(shape, "reference", message->reference, 0, REFERENCE_MAX, &out->reference);
}

void read_payout(struct shape *shape, struct span payload, struct payout *out) {
    const Linkgate__V1__Payout *message =
        shape_read(shape, payload, &linkgate__v1__payout__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct payout){.units = message->units, .price = message->price};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "order_id", &message->order_id, &out->order);
    if (shape_enum(shape, "purpose", (int)message->purpose, PRODUCT_PAYOUT_MATURITY))
        out->purpose = (enum product_payout)message->purpose;
    bool income = out->purpose == PRODUCT_PAYOUT_INCOME;
    check(shape, income ? message->units == 0 : message->units > 0, "units");
    check(shape, income ? message->price == 0 : price_valid(message->price), "price");
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "end_to_end_id", message->end_to_end_id, 1, REFERENCE_MAX,
                &out->end_to_end_id);
}

void read_get_order(struct shape *shape, struct span payload, struct get_order *out) {
    const Linkgate__V1__GetOrder *message =
        shape_read(shape, payload, &linkgate__v1__get_order__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_order){0};
    shape_id(shape, "order_id", &message->order_id, &out->order);
}

/* A product is named with its issuer. */
static void read_product(struct shape *shape, const Linkgate__V1__ListHoldings *message,
                         struct list_holdings *out) {
    bool product = shape_text(message->product_code).size > 0;
    if (product && shape_text(message->issuer_bank_code).size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "issuer_bank_code");
    if (shape_text(message->issuer_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                        &out->issuer);
    if (product)
        product_read_code(shape, "product_code", message->product_code, &out->product);
}

void read_list_holdings(struct shape *shape, struct span payload, struct list_holdings *out) {
    const Linkgate__V1__ListHoldings *message =
        shape_read(shape, payload, &linkgate__v1__list_holdings__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct list_holdings){.all = message->all != 0,
                                  .max = message->max > 0 ? message->max : HOLDINGS_PAGE_STANDARD};
    shape_id(shape, "link_id", &message->link_id, &out->link);
    read_product(shape, message, out);
    shape_id_or_none(shape, "after_order_id", &message->after_order_id, &out->after);
    if (message->max > HOLDINGS_PAGE_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "max");
}

/* ---- the answer ---- */

void read_order_answer(struct shape *shape, struct span payload,
                       struct order_instruction_reply *out) {
    const Linkgate__V1__OrderInstructionReply *message =
        shape_read(shape, payload, &linkgate__v1__order_instruction_reply__descriptor,
                   SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct order_instruction_reply){
        .number = message->number,
        .outcome = (enum order_outcome)shape_known((int)message->outcome, ORDER_REFUSED),
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(shape, "order_id", &message->order_id, &out->order);
}

/* ---- what the gateway says ---- */

void message_encode_order_instruction(const struct order_instruction *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OrderInstruction wire;
    pack_init(&pack);
    linkgate__v1__order_instruction__init(&wire);
    wire.order_id = pack_id(&message->order);
    wire.number = message->number;
    wire.action = (Linkgate__V1__OrderAction)message->action;
    wire.units = message->units;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

struct packed_view {
    Linkgate__V1__OrderReply reply;
    Linkgate__V1__Money amount;
};

/* Empty for no day. */
static char *pack_day(struct pack *pack, int64_t day) {
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    return pack_text(pack, day == 0 ? (struct span){NULL, 0} : span_text(date));
}

/* What was ordered, by whom, and on which terms. */
static void pack_ordered(struct pack *pack, const struct product_order *order,
                         struct packed_view *out) {
    Linkgate__V1__OrderReply *wire = &out->reply;
    wire->order_id = pack_id(&order->id);
    wire->state = (Linkgate__V1__OrderState)order->state;
    wire->ends = (Linkgate__V1__OrderState)order->ends;
    wire->link_id = pack_id(&order->link);
    wire->distributor_bank_code = pack_bank(pack, order->distributor);
    wire->issuer_bank_code = pack_bank(pack, order->issuer);
    wire->product_code = pack_text(pack, span_text(order->product));
    wire->product_version = order->version;
    wire->kind = (Linkgate__V1__ProductKind)order->kind;
    value_pack_money(pack, &order->amount, &out->amount);
    wire->amount = &out->amount;
    wire->pays =
        (Linkgate__V1__AccountClass)(order->class1_pays ? ACCOUNT_CLASS_I : ACCOUNT_CLASS_II);
    wire->created_at_ms = order->created_at_ms;
    wire->placed_at_ms = order->placed_at_ms;
    wire->trade_date = pack_day(pack, order->trade_day);
    wire->cancel_until_ms = order->cancel_until_ms;
    wire->confirm_due_ms = order->confirm_due_ms;
    wire->transfer_id = pack_id(&order->funding);
}

/* What became of it. */
static void pack_became(struct pack *pack, const struct product_order *order,
                        Linkgate__V1__OrderReply *wire) {
    wire->confirmed_units = order->confirmed_units;
    wire->confirmed_price = order->confirmed_price;
    wire->confirmed_fen = order->confirmed_fen;
    wire->confirmed_on = pack_day(pack, order->confirmed_day);
    wire->refund_fen = order->refund_fen;
    wire->refunded_fen = order->refunded_fen;
    wire->units = order->units;
    wire->paid_out_fen = order->paid_out_fen;
    wire->matures_at_ms = order->matures_at_ms;
    wire->payout_due_ms = order->payout_due_ms;
    wire->action = (Linkgate__V1__OrderAction)order->instruction.action;
    wire->action_number = order->instruction.number;
    wire->action_units = order->instruction.units;
    wire->unknown = order->unknown;
    wire->payout_transfer_id = pack_id(&order->payout.transfer);
    wire->reason = pack_text(pack, span_text(order->reason));
    wire->reference = pack_text(pack, span_text(order->reference));
    wire->conflict = order->conflict;
}

static void pack_view(struct pack *pack, const struct order_view *view, struct packed_view *out) {
    linkgate__v1__order_reply__init(&out->reply);
    pack_ordered(pack, &view->order, out);
    pack_became(pack, &view->order, &out->reply);
    out->reply.replayed = view->replayed;
}

void message_encode_order_reply(const struct order_view *view, struct buf *out) {
    struct pack pack;
    struct packed_view packed;
    pack_init(&pack);
    pack_view(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_order_notice(const struct notice_place *place, const struct order_view *view,
                                 const char *event, struct buf *out) {
    struct pack pack;
    struct packed_view packed;
    Linkgate__V1__OrderNotice wire;
    pack_init(&pack);
    linkgate__v1__order_notice__init(&wire);
    pack_view(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.order = &packed.reply;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}

void message_encode_holdings_page_entry(const struct order_view *view, struct buf *out) {
    struct pack pack;
    struct packed_view packed;
    Linkgate__V1__HoldingsPage wire;
    Linkgate__V1__OrderReply *replies[] = {&packed.reply};
    pack_init(&pack);
    linkgate__v1__holdings_page__init(&wire);
    pack_view(&pack, view, &packed);
    wire.n_orders = 1;
    wire.orders = replies;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_holdings_page_next(const struct id *next, struct buf *out) {
    struct pack pack;
    Linkgate__V1__HoldingsPage wire;
    pack_init(&pack);
    linkgate__v1__holdings_page__init(&wire);
    wire.next_order_id = pack_id(next);
    pack_finish(&pack, &wire.base, out);
}
