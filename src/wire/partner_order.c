/*
 * A partner bank's side of orders of products.
 *
 * Nothing is checked on the way out. On the way in an instruction is held to the schema, since the bank
 * acts on it; of what is told what a newer gateway adds is tolerated, and ids, banks, product and amount
 * must be right, since books are kept by them.
 */
#include <string.h>

#include "domain/calendar.h"
#include "linkgate/v1/order.pb-c.h"
#include "wire/partner.h"
#include "wire/product_parts.h"
#include "wire/values.h"

/* ---- written ---- */

/* NULL for none. */
static Linkgate__V1__Money *pack_amount(struct pack *pack, const struct money *money,
                                        Linkgate__V1__Money *out) {
    if (money->fen == 0 && money->currency[0] == '\0')
        return NULL;
    value_pack_money(pack, money, out);
    return out;
}

void partner_encode_place_order(const struct place_order *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__PlaceOrder wire;
    Linkgate__V1__Money amount;
    char date[DATE_TEXT_SIZE];
    pack_init(&pack);
    linkgate__v1__place_order__init(&wire);
    date_format(message->assessed_day, date);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.issuer_bank_code = pack_bank(&pack, message->issuer);
    wire.product_code = pack_text(&pack, message->product);
    wire.product_version = message->version;
    wire.amount = pack_amount(&pack, &message->amount, &amount);
    wire.pays = message->class1_pays ? LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I
                                     : LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_II;
    wire.customer_level = message->level;
    wire.assessed_on = pack_text(&pack, span_text(date));
    wire.terms_sha256 = pack_digest(&message->terms);
    wire.consent_sha256 = pack_digest(&message->consent);
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_cancel_order(const struct cancel_order *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CancelOrder wire;
    pack_init(&pack);
    linkgate__v1__cancel_order__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.order_id = pack_id(&message->order);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_redeem(const struct redeem *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__Redeem wire;
    pack_init(&pack);
    linkgate__v1__redeem__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.order_id = pack_id(&message->order);
    wire.units = message->units;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_order_instruction_reply(const struct order_instruction_reply *message,
                                            struct buf *out) {
    struct pack pack;
    Linkgate__V1__OrderInstructionReply wire;
    pack_init(&pack);
    linkgate__v1__order_instruction_reply__init(&wire);
    wire.order_id = pack_id(&message->order);
    wire.number = message->number;
    wire.outcome = (Linkgate__V1__OrderOutcome)message->outcome;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_order_result(const struct order_result *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OrderResult wire;
    Linkgate__V1__Money amount;
    char date[DATE_TEXT_SIZE];
    pack_init(&pack);
    linkgate__v1__order_result__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.order_id = pack_id(&message->order);
    wire.decision = (Linkgate__V1__OrderDecision)message->decision;
    wire.units = message->units;
    wire.price = message->price;
    wire.amount = pack_amount(&pack, &message->amount, &amount);
    if (message->confirmed_day != 0) {
        date_format(message->confirmed_day, date);
        wire.confirmed_on = pack_text(&pack, span_text(date));
    }
    wire.reason = pack_text(&pack, message->reason);
    wire.reference = pack_text(&pack, message->reference);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_payout(const struct payout *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__Payout wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__payout__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.order_id = pack_id(&message->order);
    wire.purpose = (Linkgate__V1__PayoutPurpose)message->purpose;
    wire.units = message->units;
    wire.price = message->price;
    wire.amount = pack_amount(&pack, &message->amount, &amount);
    wire.end_to_end_id = pack_text(&pack, message->end_to_end_id);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_order(const struct get_order *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetOrder wire;
    pack_init(&pack);
    linkgate__v1__get_order__init(&wire);
    wire.order_id = pack_id(&message->order);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_list_holdings(const struct list_holdings *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ListHoldings wire;
    pack_init(&pack);
    linkgate__v1__list_holdings__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.issuer_bank_code = pack_bank(&pack, message->issuer);
    wire.product_code = pack_text(&pack, message->product);
    wire.all = message->all;
    wire.after_order_id = pack_id(&message->after);
    wire.max = message->max;
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

/* Units go with what takes some, a reason with a cancellation. */
static void read_action(struct shape *shape, const Linkgate__V1__OrderInstruction *message,
                        struct order_instruction *out) {
    bool cancel = out->action == PRODUCT_ACTION_CANCEL;
    if (cancel ? message->units != 0 : message->units <= 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "units");
    out->units = message->units;
    if (cancel)
        shape_reason(shape, "reason", message->reason, &out->reason);
    else if (shape_text(message->reason).size > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "reason");
}

int partner_decode_order_instruction(struct span payload, struct arena *arena,
                                     struct order_instruction *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__OrderInstruction *message = shape_read(
        &shape, payload, &linkgate__v1__order_instruction__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct order_instruction read = {.number = message->number};
    shape_id(&shape, "order_id", &message->order_id, &read.order);
    if (message->number == 0)
        shape_refuse(&shape, REFUSAL_FIELD_MISSING, "number");
    if (shape_enum(&shape, "action", (int)message->action, PRODUCT_ACTION_WITHDRAW))
        read.action = (enum product_order_action)message->action;
    read_action(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

static void copy_text(struct span text, char *out, size_t room) {
    if (text.size > 0 && text.size < room)
        memcpy(out, text.data, text.size);
}

/* A day that cannot be read is none. */
static int64_t day_of(const char *text) {
    int64_t day = 0;
    return date_parse(shape_text(text), &day) ? day : 0;
}

static enum product_order_state state_of(Linkgate__V1__OrderState state) {
    return (enum product_order_state)shape_known((int)state, PRODUCT_ORDER_CLOSED);
}

static void read_ordered(struct shape *shape, const Linkgate__V1__OrderReply *message,
                         struct product_order *out) {
    struct span code = {NULL, 0};
    shape_id(shape, "order_id", &message->order_id, &out->id);
    out->state = state_of(message->state);
    out->ends = state_of(message->ends);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "distributor_bank_code",
                    message->distributor_bank_code, &out->distributor);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "issuer_bank_code", message->issuer_bank_code,
                    &out->issuer);
    product_read_code(shape, "product_code", message->product_code, &code);
    copy_text(code, out->product, sizeof(out->product));
    out->version = message->product_version;
    out->kind = (enum product_kind)shape_known((int)message->kind, PRODUCT_LOAN);
    value_read_money(shape, message->amount, &out->amount);
    out->class1_pays = message->pays == LINKGATE__V1__ACCOUNT_CLASS__ACCOUNT_CLASS_I;
    out->created_at_ms = message->created_at_ms;
    out->placed_at_ms = message->placed_at_ms;
    out->trade_day = day_of(message->trade_date);
    out->cancel_until_ms = message->cancel_until_ms;
    out->confirm_due_ms = message->confirm_due_ms;
    shape_id_or_none(shape, "transfer_id", &message->transfer_id, &out->funding);
}

static void read_became(struct shape *shape, const Linkgate__V1__OrderReply *message,
                        struct product_order *out) {
    out->confirmed_units = message->confirmed_units;
    out->confirmed_price = message->confirmed_price;
    out->confirmed_fen = message->confirmed_fen;
    out->confirmed_day = day_of(message->confirmed_on);
    out->refund_fen = message->refund_fen;
    out->refunded_fen = message->refunded_fen;
    out->units = message->units;
    out->paid_out_fen = message->paid_out_fen;
    out->matures_at_ms = message->matures_at_ms;
    out->payout_due_ms = message->payout_due_ms;
    out->instruction.action =
        (enum product_order_action)shape_known((int)message->action, PRODUCT_ACTION_WITHDRAW);
    out->instruction.number = message->action_number;
    out->instruction.units = message->action_units;
    out->unknown = message->unknown != 0;
    shape_id_or_none(shape, "payout_transfer_id", &message->payout_transfer_id,
                     &out->payout.transfer);
    copy_text(shape_clean_or_empty(message->reason, REASON_SIZE - 1), out->reason,
              sizeof(out->reason));
    copy_text(shape_clean_or_empty(message->reference, REFERENCE_MAX), out->reference,
              sizeof(out->reference));
    out->conflict = message->conflict != 0;
}

static void read_view(struct shape *shape, const Linkgate__V1__OrderReply *message,
                      struct order_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "order");
        return;
    }
    memset(out, 0, sizeof(*out));
    read_ordered(shape, message, &out->order);
    read_became(shape, message, &out->order);
    out->replayed = message->replayed != 0;
}

int partner_decode_order_reply(struct span payload, struct arena *arena, struct order_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__OrderReply *message = shape_read(
        &shape, payload, &linkgate__v1__order_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    struct order_view *read = arena_try(arena, sizeof(*read));
    if (message == NULL || read == NULL)
        return WIRE_REFUSED;
    read_view(&shape, message, read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = *read;
    return 0;
}

int partner_decode_order_notice(struct span payload, struct arena *arena,
                                struct notice_place *place_out, struct order_view *out,
                                struct span *event_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__OrderNotice *message = shape_read(
        &shape, payload, &linkgate__v1__order_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    struct order_view *read = arena_try(arena, sizeof(*read));
    if (message == NULL || read == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_view(&shape, message->order, read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = *read;
    *event_out = shape_clean_or_empty(message->event, EVENT_NAME_MAX);
    return 0;
}

int partner_decode_holdings_page(struct span payload, struct arena *arena,
                                 struct holdings_page *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__HoldingsPage *message = shape_read(
        &shape, payload, &linkgate__v1__holdings_page__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL || message->n_orders > HOLDINGS_PAGE_MAX)
        return WIRE_REFUSED;
    struct order_view *orders = arena_try(arena, message->n_orders * sizeof(*orders));
    if (orders == NULL)
        return WIRE_REFUSED;
    struct holdings_page read = {orders, (uint32_t)message->n_orders, {{0}}};
    for (size_t i = 0; i < message->n_orders; i++)
        read_view(&shape, message->orders[i], &orders[i]);
    shape_id_or_none(&shape, "next_order_id", &message->next_order_id, &read.next);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}
