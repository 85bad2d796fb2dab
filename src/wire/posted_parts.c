/*
 * The order or the loan for which an instruction posts.
 *
 * Invariant: what pays for an order says what was ordered, and what pays one out says for what; neither
 * has fields of the other. Whether that goes with the transfer's kind is the instruction's reader's to
 * see.
 */
#include "wire/posted_parts.h"

#include "domain/calendar.h"
#include "linkgate/v1/order.pb-c.h"
#include "wire/product_parts.h"
#include "wire/values.h"

/* ---- writing ---- */

static void pack_bought(struct pack *pack, const struct posted_order *order,
                        struct packed_order *out) {
    char date[DATE_TEXT_SIZE];
    date_format(order->trade_day, date);
    value_pack_money(pack, &order->amount, &out->amount);
    out->order.amount = &out->amount;
    out->order.customer_level = order->level;
    out->order.terms_sha256 = pack_digest(&order->terms);
    out->order.trade_date = pack_text(pack, span_text(date));
}

Linkgate__V1__PostedOrder *posted_pack_order(struct pack *pack, const struct posted_order *order,
                                             struct packed_order *out) {
    Linkgate__V1__PostedOrder *wire = &out->order;
    if (id_is_zero(&order->order))
        return NULL;
    linkgate__v1__posted_order__init(wire);
    wire->order_id = pack_id(&order->order);
    wire->issuer_bank_code = pack_bank(pack, order->issuer);
    wire->product_code = pack_text(pack, order->product);
    wire->product_version = order->version;
    if (order->purpose == PRODUCT_PAYOUT_NONE)
        pack_bought(pack, order, out);
    wire->purpose = (Linkgate__V1__PayoutPurpose)order->purpose;
    wire->units = order->units;
    wire->price = order->price;
    return wire;
}

Linkgate__V1__PostedLoan *posted_pack_loan(struct pack *pack, const struct posted_loan *loan,
                                           struct packed_loan *out) {
    Linkgate__V1__PostedLoan *wire = &out->loan;
    if (id_is_zero(&loan->loan))
        return NULL;
    linkgate__v1__posted_loan__init(wire);
    value_pack_money(pack, &loan->amount, &out->amount);
    wire->loan_id = pack_id(&loan->loan);
    wire->product_code = pack_text(pack, loan->product);
    wire->product_version = loan->version;
    wire->repayment = loan->repayment;
    wire->amount = &out->amount;
    wire->interest_fen = loan->interest_fen;
    wire->lead_principal_fen = loan->principal.lead_fen;
    wire->partner_principal_fen = loan->principal.partner_fen;
    wire->lead_interest_fen = loan->interest.lead_fen;
    wire->partner_interest_fen = loan->interest.partner_fen;
    return wire;
}

/* ---- reading ---- */

static void refuse_if(struct shape *shape, bool there, const char *field) {
    if (there)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
}

static void read_bought(struct shape *shape, const Linkgate__V1__PostedOrder *message,
                        struct posted_order *out) {
    value_read_money(shape, message->amount, &out->amount);
    if (shape_enum(shape, "order.customer_level", (int)message->customer_level, PRODUCT_LEVEL_MAX))
        out->level = message->customer_level;
    shape_digest(shape, "order.terms_sha256", &message->terms_sha256, &out->terms);
    shape_date(shape, "order.trade_date", message->trade_date, &out->trade_day);
    refuse_if(shape, message->units != 0, "order.units");
    refuse_if(shape, message->price != 0, "order.price");
}

static void read_paid_out(struct shape *shape, const Linkgate__V1__PostedOrder *message,
                          struct posted_order *out) {
    refuse_if(shape, message->amount != NULL, "order.amount");
    refuse_if(shape, message->customer_level != 0, "order.customer_level");
    refuse_if(shape, message->terms_sha256.len > 0, "order.terms_sha256");
    refuse_if(shape, shape_text(message->trade_date).size > 0, "order.trade_date");
    if (shape_enum(shape, "order.purpose", (int)message->purpose, PRODUCT_PAYOUT_MATURITY))
        out->purpose = (enum product_payout)message->purpose;
    bool income = out->purpose == PRODUCT_PAYOUT_INCOME;
    refuse_if(shape, income ? message->units != 0 : message->units <= 0, "order.units");
    refuse_if(shape, income ? message->price != 0 : message->price <= 0, "order.price");
    out->units = message->units;
    out->price = message->price;
}

void posted_read_order(struct shape *shape, const Linkgate__V1__PostedOrder *message,
                       struct posted_order *out) {
    *out = (struct posted_order){0};
    if (message == NULL)
        return;
    shape_id(shape, "order.order_id", &message->order_id, &out->order);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "order.issuer_bank_code",
                    message->issuer_bank_code, &out->issuer);
    product_read_code(shape, "order.product_code", message->product_code, &out->product);
    out->version = message->product_version;
    if (out->version == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "order.product_version");
    if (message->purpose == LINKGATE__V1__PAYOUT_PURPOSE__PAYOUT_PURPOSE_UNSPECIFIED)
        read_bought(shape, message, out);
    else
        read_paid_out(shape, message, out);
}

void posted_read_loan(struct shape *shape, const Linkgate__V1__PostedLoan *message,
                      struct posted_loan *out) {
    *out = (struct posted_loan){0};
    if (message == NULL)
        return;
    shape_id(shape, "loan.loan_id", &message->loan_id, &out->loan);
    product_read_code(shape, "loan.product_code", message->product_code, &out->product);
    out->version = message->product_version;
    if (out->version == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "loan.product_version");
    out->repayment = message->repayment != 0;
    value_read_money(shape, message->amount, &out->amount);
    refuse_if(shape, message->interest_fen < 0, "loan.interest_fen");
    refuse_if(shape, message->lead_principal_fen < 0, "loan.lead_principal_fen");
    refuse_if(shape, message->partner_principal_fen < 0, "loan.partner_principal_fen");
    refuse_if(shape, message->lead_interest_fen < 0, "loan.lead_interest_fen");
    refuse_if(shape, message->partner_interest_fen < 0, "loan.partner_interest_fen");
    out->interest_fen = message->interest_fen;
    out->principal = (struct shares){message->lead_principal_fen, message->partner_principal_fen};
    out->interest = (struct shares){message->lead_interest_fen, message->partner_interest_fen};
}
