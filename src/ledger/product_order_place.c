/*
 * PlaceOrder: from the request to the one instruction that pays for an order and places it.
 *
 * Invariants: CREATED and FUNDING are passed in one application, or nothing is kept of the order; its
 * quota and its person's sum are taken in the same one, so that neither is ever overdrawn. The other
 * bank of the link is the one that is instructed: it takes the money as the issuer, debits its own
 * customer as the issuer, or debits its own customer for the issuer that asks.
 * Order of checks: link -> holds -> product -> version -> channel -> suitability -> amount -> what the
 * person may hold -> quota -> the transfer's own.
 */
#include "domain/calendar.h"
#include "ledger/product_orders.h"
#include "ledger/products.h"

struct placing {
    const struct place_order *request;
    struct link link;
    struct product product;
    struct id product_id;
    struct product_order order;
    struct bought_plan plan;
    struct posted_order posted;
};

/* ---- link and holds ---- */

static int check_link(struct apply *apply, struct placing *placing) {
    const struct link *link = &placing->link;
    int result = link_touch_own(apply, &placing->request->link, &placing->link);
    if (result == 0)
        result = transfer_check_link(apply, link);
    if (result)
        return result;
    if (!(link->scopes & LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS)))
        return refuse(apply, REFUSAL_SCOPE, "link_id");
    if (link->class2_class != ACCOUNT_CLASS_II)
        return refuse(apply, REFUSAL_CLASS, "link_id");
    return 0;
}

/* Which way the money goes. */
static int plan(struct apply *apply, struct placing *placing) {
    const struct place_order *request = placing->request;
    const struct link *link = &placing->link;
    bank_code own = apply->command->bank;
    bank_code payer = request->class1_pays ? link->class1_bank : link->class2_bank;
    if (request->issuer != link->class2_bank && request->issuer != link->class1_bank)
        return refuse(apply, REFUSAL_NO_SUCH_PRODUCT, "issuer_bank_code");
    if (request->issuer == own && payer == own)
        return refuse(apply, REFUSAL_OWN_ACCOUNT, "pays");
    placing->plan = (struct bought_plan){
        .link = link,
        .kind = TRANSFER_ORDER_BUY,
        .direction = payer == own ? TRANSFER_PUSH : TRANSFER_PULL,
        .in_house = request->issuer != own && payer != own,
        .amount = request->amount,
        .end_to_end_id = request->end_to_end_id,
        .order = &placing->posted,
    };
    return bought_check_holds(apply, &placing->plan);
}

/* ---- the product ---- */

static int check_sale(struct apply *apply, const struct product *product) {
    const struct product_sale *sale = &product->sale;
    bool too_soon = sale->from_ms != 0 && apply->now_ms < sale->from_ms;
    bool over = sale->until_ms != 0 && apply->now_ms >= sale->until_ms;
    if (product->terms.kind == PRODUCT_LOAN)
        return refuse(apply, REFUSAL_FIELD_INVALID, "product_code");
    if (!apply->rules->products[product->terms.kind].enabled)
        return refuse(apply, REFUSAL_PRODUCT_DISABLED, "product_code");
    if (product->state != PRODUCT_ON_SALE || too_soon || over)
        return refuse(apply, REFUSAL_NOT_ON_SALE, "product_code");
    if (product->issuer != apply->command->bank && !product_sold_by(product, apply->command->bank))
        return refuse(apply, REFUSAL_DISTRIBUTOR, "product_code");
    return 0;
}

static int check_version(struct apply *apply, const struct product *product, uint32_t version) {
    if (version > product->version)
        return refuse(apply, REFUSAL_NO_SUCH_PRODUCT, "product_version");
    if (version < product->terms_version) {
        apply->product_version = product->version;
        return refuse(apply, REFUSAL_PRODUCT_CHANGED, "product_version");
    }
    return 0;
}

static int check_product(struct apply *apply, struct placing *placing) {
    const struct place_order *request = placing->request;
    const struct product *product = &placing->product;
    int result = product_present(apply, request->issuer, request->product, apply->command->bank,
                                 "product_code", &placing->product);
    if (result == 0)
        result = check_sale(apply, product);
    if (result == 0)
        result = check_version(apply, product, request->version);
    if (result)
        return result;
    placing->product_id = store_product_id(request->issuer, request->product);
    if (product->terms.kind == PRODUCT_DEPOSIT && product->issuer != apply->command->bank &&
        !apply->rules->deposits_through_others)
        return refuse(apply, REFUSAL_DEPOSIT_CHANNEL, "issuer_bank_code");
    return 0;
}

/* ---- the customer ---- */

static int check_suitability(struct apply *apply, const struct placing *placing) {
    const struct place_order *request = placing->request;
    const struct product_terms *terms = &placing->product.terms;
    if (product_order_too_risky(request->level, terms->risk))
        return refuse(apply, REFUSAL_SUITABILITY, "customer_level");
    if (!product_order_assessed(request->assessed_day, shanghai_day(apply->now_ms),
                                apply->rules->assessment_days))
        return refuse(apply, REFUSAL_SUITABILITY, "assessed_on");
    if (!digest_equal(&request->terms, &terms->sha256))
        return refuse(apply, REFUSAL_SUITABILITY, "terms_sha256");
    return 0;
}

static int check_amount(struct apply *apply, const struct placing *placing) {
    const struct money *amount = &placing->request->amount;
    const struct product_terms *terms = &placing->product.terms;
    if (!span_equal(span_text(amount->currency), span_text(terms->currency)))
        return refuse(apply, REFUSAL_CURRENCY, "amount.currency");
    if (amount->fen < terms->min_fen)
        return refuse(apply, REFUSAL_AMOUNT_BELOW, "amount.fen");
    if (terms->increment_fen > 0 && (amount->fen - terms->min_fen) % terms->increment_fen != 0)
        return refuse(apply, REFUSAL_INCREMENT, "amount.fen");
    return 0;
}

/* Also of other links, and through other banks. */
static int check_person(struct apply *apply, const struct placing *placing) {
    int64_t held_fen;
    int64_t max_fen = placing->product.terms.person_max_fen;
    APPLY_TRY(
        store_get_held(apply->store, &placing->product_id, &placing->link.person_key, &held_fen));
    if (!fen_add(held_fen, placing->request->amount.fen, &held_fen))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    if (max_fen > 0 && held_fen > max_fen)
        return refuse(apply, REFUSAL_PERSON_MAXIMUM, "amount.fen");
    return 0;
}

static int check_quota(struct apply *apply, const struct placing *placing) {
    struct quota quota;
    int64_t taken_fen;
    int64_t quota_fen = placing->product.sale.quota_fen;
    int result = store_get_quota(apply->store, &placing->product_id, &quota);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!fen_add(quota.sold_fen, quota.reserved_fen, &taken_fen) ||
        !fen_add(taken_fen, placing->request->amount.fen, &taken_fen))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    if (quota_fen > 0 && taken_fen > quota_fen)
        return refuse(apply, REFUSAL_QUOTA, "amount.fen");
    return 0;
}

static int check_all(struct apply *apply, struct placing *placing) {
    int result = check_link(apply, placing);
    if (result == 0)
        result = plan(apply, placing);
    if (result == 0)
        result = check_product(apply, placing);
    if (result == 0)
        result = check_suitability(apply, placing);
    if (result == 0)
        result = check_amount(apply, placing);
    if (result == 0)
        result = check_person(apply, placing);
    return result ? result : check_quota(apply, placing);
}

/* ---- placing it ---- */

/* For which day it counts; where the calendar names none, for today. */
static void set_days(const struct apply *apply, const struct product_terms *terms,
                     struct product_order *order) {
    if (!calendar_trade_day(apply->book, terms->cut_off, apply->now_ms, &order->trade_day,
                            &order->cancel_until_ms)) {
        order->trade_day = shanghai_day(apply->now_ms);
        order->cancel_until_ms = shanghai_day_start_ms(order->trade_day + 1);
    }
    if (terms->kind != PRODUCT_DEPOSIT)
        order->confirm_due_ms = orders_due_ms(apply, order->trade_day, terms->confirm_days);
}

static void compose(struct apply *apply, struct placing *placing) {
    const struct place_order *request = placing->request;
    const struct product_terms *terms = &placing->product.terms;
    struct product_order *order = &placing->order;
    *order = (struct product_order){
        .id = apply_new_id(apply),
        .kind = terms->kind,
        .link = placing->link.id,
        .request = request->request,
        .distributor = apply->command->bank,
        .issuer = request->issuer,
        .version = request->version,
        .amount = request->amount,
        .class1_pays = request->class1_pays,
        .risk = terms->risk,
        .level = request->level,
        .assessed_day = request->assessed_day,
        .terms = request->terms,
        .consent = request->consent,
        .person_key = placing->link.person_key,
        .created_at_ms = apply->now_ms,
    };
    apply_copy_text(order->product, sizeof order->product, request->product);
    set_days(apply, terms, order);
    placing->posted = (struct posted_order){
        .order = order->id,
        .issuer = order->issuer,
        .product = span_text(order->product),
        .version = order->version,
        .amount = order->amount,
        .level = order->level,
        .terms = order->terms,
        .trade_day = order->trade_day,
    };
}

/* The transfer is on its way. */
static int fund(struct apply *apply, struct product_order *order, const struct transfer *transfer) {
    store_put_order_transfer(apply->store, &transfer->id, &order->id);
    order->deadline_ms = transfer->deadline_ms;
    int result = orders_step(apply, order, PRODUCT_ORDER_EVENT_CREATE, CAUSE_REQUEST, "", NULL);
    if (result)
        return result;
    order->funding = transfer->id;
    return orders_step(apply, order, PRODUCT_ORDER_EVENT_FUND, CAUSE_REQUEST, "", &transfer->id);
}

int orders_place(struct apply *apply) {
    struct placing placing = {.request = &apply->command->body.order.place};
    struct transfer transfer;
    int result = check_all(apply, &placing);
    if (result)
        return result;
    compose(apply, &placing);
    result = bought_pay(apply, &placing.plan, &transfer);
    if (result)
        return result;
    apply_touch(apply, OBJECT_ORDER, &placing.order.id);
    result = fund(apply, &placing.order, &transfer);
    if (result == 0)
        orders_answer(apply, &placing.order, false);
    return result;
}
