/*
 * See shop.h.
 */
#include "ledger/shop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/identifier.h"

void shop_init(struct shop *shop) {
    memset(shop, 0, sizeof *shop);
    world_init(&shop->world);
    shop->terms = (struct product_terms){.kind = PRODUCT_WEALTH,
                                         .name = "Steady 90",
                                         .risk = 3,
                                         .sha256.bytes = {1, 2, 3},
                                         .currency = "CNY",
                                         .min_fen = SHOP_MIN_FEN,
                                         .increment_fen = 100,
                                         .term_days = 90,
                                         .rate = 31000,
                                         .cut_off = 900,
                                         .confirm_days = 1,
                                         .payout_days = 2};
    shop->sale = (struct product_sale){.price = 1020000, .price_day = 20000, .all_banks = true};
    shop_publish(shop, BANK_B, 1, PRODUCT_ON_SALE);
    shop->link = shop_link(shop);
}

void shop_deinit(struct shop *shop) {
    laws_check(&shop->world);
    world_deinit(&shop->world);
}

void shop_publish(struct shop *shop, bank_code issuer, uint32_t version, enum product_state state) {
    struct publish_product request = {.request = world_request_id(&shop->world),
                                      .code = span_text("W-1"),
                                      .version = version,
                                      .state = state,
                                      .terms = &shop->terms,
                                      .sale = &shop->sale};
    assert_int_equal(world_send(&shop->world, issuer, COMMAND_PUBLISH_PRODUCT, &request), 0);
    assert_false(world_one(&shop->world, EFFECT_REPLY)->refused);
}

struct id shop_link(struct shop *shop) {
    struct open_link open = world_open(&shop->world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS);
    return world_link_of(&shop->world, &open);
}

struct place_order shop_request(struct shop *shop, int64_t fen) {
    return (struct place_order){
        .request = world_request_id(&shop->world),
        .link = shop->link,
        .issuer = BANK_B,
        .product = SPAN_LITERAL("W-1"),
        .version = 1,
        .amount = {fen, "CNY"},
        .level = 3,
        .assessed_day = shanghai_day(shop->world.now_ms),
        .terms = shop->terms.sha256,
        .consent.bytes = {7},
        .end_to_end_id = SPAN_LITERAL("ORDER-1"),
    };
}

void shop_ask(struct shop *shop, bank_code bank, const struct place_order *request) {
    assert_int_equal(world_send(&shop->world, bank, COMMAND_PLACE_ORDER, request), 0);
}

void shop_refused(struct shop *shop, bank_code bank, const struct place_order *request,
                  enum refusal_code code, const char *field) {
    struct id link = {{0}};
    shop_ask(shop, bank, request);
    world_expect_refused(&shop->world, code, field);
    assert_int_equal(store_next_order_of_link(shop->world.store, &request->link, &link, &link),
                     STORE_ABSENT);
}

struct product_order shop_told(struct shop *shop) {
    const struct effect *reply = world_one(&shop->world, EFFECT_REPLY);
    struct order_view view;
    assert_false(reply->refused);
    assert_int_equal(partner_decode_order_reply(reply->payload, &shop->world.arena, &view), 0);
    return view.order;
}

struct id shop_funding(struct shop *shop, bank_code bank, const struct place_order *request) {
    shop_ask(shop, bank, request);
    struct product_order order = shop_told(shop);
    assert_int_equal(order.state, PRODUCT_ORDER_FUNDING);
    return order.id;
}

struct id shop_placed(struct shop *shop, bank_code bank, const struct place_order *request) {
    struct id id = shop_funding(shop, bank, request);
    shop_answer(shop, &id, POSTING_POSTED);
    return id;
}

struct id shop_pushed(struct shop *shop, int64_t fen) {
    struct place_order request = shop_request(shop, fen);
    return shop_placed(shop, BANK_A, &request);
}

struct id shop_in_house(struct shop *shop, int64_t fen) {
    struct place_order request = shop_request(shop, fen);
    request.class1_pays = true;
    return shop_placed(shop, BANK_A, &request);
}

void shop_answer(struct shop *shop, const struct id *order, enum posting_outcome outcome) {
    struct id transfer = shop_order(shop, order).funding;
    money_answer(&shop->world, &transfer, outcome);
}

struct order_result shop_result(struct shop *shop, const struct id *order, int64_t units,
                                int64_t price, int64_t fen) {
    return (struct order_result){.request = world_request_id(&shop->world),
                                 .order = *order,
                                 .decision = ORDER_CONFIRMED,
                                 .units = units,
                                 .price = price,
                                 .amount = {fen, "CNY"},
                                 .confirmed_day = shanghai_day(shop->world.now_ms),
                                 .reference = SPAN_LITERAL("REG-1")};
}

struct order_result shop_decline(struct shop *shop, const struct id *order,
                                 enum order_decision decision) {
    return (struct order_result){.request = world_request_id(&shop->world),
                                 .order = *order,
                                 .decision = decision,
                                 .reason = SPAN_LITERAL("MS03")};
}

void shop_decide(struct shop *shop, bank_code bank, const struct order_result *result) {
    assert_int_equal(world_send(&shop->world, bank, COMMAND_ORDER_RESULT, result), 0);
}

void shop_cancel(struct shop *shop, bank_code bank, const struct id *order) {
    struct cancel_order request = {world_request_id(&shop->world), *order, SPAN_LITERAL("CUST")};
    assert_int_equal(world_send(&shop->world, bank, COMMAND_CANCEL_ORDER, &request), 0);
}

void shop_say(struct shop *shop, const struct id *order, enum order_outcome outcome) {
    struct order_instruction_reply answer = {
        .order = *order,
        .number = shop_order(shop, order).instruction.number,
        .outcome = outcome,
        .reason = outcome == ORDER_REFUSED ? SPAN_LITERAL("MS03") : span_of(NULL, 0)};
    assert_int_equal(world_answer(&shop->world, BANK_B, COMMAND_ORDER_ANSWER, &answer), 0);
}

struct product_order shop_order(struct shop *shop, const struct id *id) {
    struct product_order order;
    assert_int_equal(store_get_order(shop->world.store, id, &order), 0);
    return order;
}

void shop_expect(struct shop *shop, const struct id *id, enum product_order_state state) {
    assert_string_equal(product_order_state_name(shop_order(shop, id).state),
                        product_order_state_name(state));
    laws_check(&shop->world);
}

struct quota shop_quota(struct shop *shop, bank_code issuer) {
    struct id product = store_product_id(issuer, span_text("W-1"));
    struct quota quota;
    assert_int_equal(store_get_quota(shop->world.store, &product, &quota), 0);
    return quota;
}

int64_t shop_held(struct shop *shop, bank_code issuer, const struct id *link) {
    struct id product = store_product_id(issuer, span_text("W-1"));
    struct link record = world_get_link(&shop->world, link);
    int64_t held_fen;
    assert_int_equal(store_get_held(shop->world.store, &product, &record.person_key, &held_fen), 0);
    return held_fen;
}

size_t shop_events(struct shop *shop, const struct id *id, enum product_order_event event) {
    struct product_order order = shop_order(shop, id);
    size_t count = 0;
    for (uint32_t i = 0; i < order.history.count; i++)
        count += order.history.entries[i].event == (uint32_t)event;
    return count;
}
