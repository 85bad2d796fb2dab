/*
 * See redeemed.h.
 */
#include "ledger/redeemed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"

void redeemed_publish(struct shop *shop, const char *code, enum product_kind kind,
                      uint32_t term_days) {
    struct product_sale sale = {.all_banks = true, .price = kind == PRODUCT_DEPOSIT ? 0 : PAR};
    shop->terms.kind = kind;
    shop->terms.term_days = term_days;
    shop->terms.risk = 1;
    shop->terms.rate = kind == PRODUCT_FUND ? 0 : 20000;
    struct publish_product request = {.request = world_request_id(&shop->world),
                                      .code = span_text(code),
                                      .version = 1,
                                      .state = PRODUCT_ON_SALE,
                                      .terms = &shop->terms,
                                      .sale = &sale};
    assert_int_equal(world_send(&shop->world, BANK_B, COMMAND_PUBLISH_PRODUCT, &request), 0);
    assert_false(world_one(&shop->world, EFFECT_REPLY)->refused);
}

struct place_order redeemed_request(struct shop *shop, const char *code, bool class1_pays) {
    struct place_order request = shop_request(shop, ORDERED_FEN);
    request.product = span_text(code);
    request.class1_pays = class1_pays;
    return request;
}

struct order_view redeemed_reply(struct shop *shop) {
    const struct effect *effect = world_one(&shop->world, EFFECT_REPLY);
    struct order_view view;
    assert_false(effect->refused);
    struct span copy = arena_copy(&shop->world.arena, effect->payload);
    assert_int_equal(partner_decode_order_reply(copy, &shop->world.arena, &view), 0);
    return view;
}

void redeemed_post(struct shop *shop, bank_code bank) {
    struct id transfer = world_instruction(&shop->world).transfer;
    struct posting_result posted = world_posted(&shop->world, &transfer);
    assert_int_equal(world_answer(&shop->world, bank, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(&shop->world, &transfer).state, TRANSFER_ACCEPTED);
}

struct id redeemed_placed(struct shop *shop, const char *code, bool class1_pays) {
    struct place_order request = redeemed_request(shop, code, class1_pays);
    struct id order = shop_funding(shop, BANK_A, &request);
    redeemed_post(shop, BANK_B);
    assert_int_equal(shop_order(shop, &order).state, PRODUCT_ORDER_PLACED);
    return order;
}

struct id redeemed_held(struct shop *shop, const char *code, bool class1_pays) {
    struct id order = redeemed_placed(shop, code, class1_pays);
    int64_t day = shop_order(shop, &order).trade_day;
    if (shanghai_day(shop->world.now_ms) < day)
        shop->world.now_ms = shanghai_day_start_ms(day);
    struct order_result result = {.request = world_request_id(&shop->world),
                                  .order = order,
                                  .decision = ORDER_CONFIRMED,
                                  .units = UNITS(5000),
                                  .price = PAR,
                                  .amount = {ORDERED_FEN, "CNY"},
                                  .confirmed_day = day,
                                  .reference = SPAN_LITERAL("TA-1")};
    assert_int_equal(world_send(&shop->world, BANK_B, COMMAND_ORDER_RESULT, &result), 0);
    assert_int_equal(redeemed_reply(shop).order.state, PRODUCT_ORDER_CONFIRMED);
    return order;
}

struct id redeemed_deposit(struct shop *shop, const char *code) {
    struct place_order request = redeemed_request(shop, code, false);
    struct id order = shop_funding(shop, BANK_B, &request);
    redeemed_post(shop, BANK_A);
    assert_int_equal(shop_order(shop, &order).state, PRODUCT_ORDER_OPEN);
    return order;
}

void redeemed_redeem(struct shop *shop, bank_code bank, const struct id *order, int64_t units) {
    struct redeem request = {world_request_id(&shop->world), *order, units};
    assert_int_equal(world_send(&shop->world, bank, COMMAND_REDEEM, &request), 0);
}

void redeemed_answer(struct shop *shop, const struct id *order, uint32_t number,
                     enum order_outcome outcome) {
    struct order_instruction_reply answer = {*order, number, outcome,
                                             outcome == ORDER_REFUSED ? SPAN_LITERAL("MS03")
                                                                      : span_of(NULL, 0)};
    assert_int_equal(world_answer(&shop->world, BANK_B, COMMAND_ORDER_ANSWER, &answer), 0);
}

struct payout redeemed_payout(struct shop *shop, const struct id *order,
                              enum product_payout purpose, int64_t units, int64_t price,
                              int64_t fen) {
    return (struct payout){.request = world_request_id(&shop->world),
                           .order = *order,
                           .purpose = purpose,
                           .units = units,
                           .price = price,
                           .amount = {fen, "CNY"},
                           .end_to_end_id = SPAN_LITERAL("P-1")};
}

void redeemed_pay(struct shop *shop, const struct payout *payout) {
    assert_int_equal(world_send(&shop->world, BANK_B, COMMAND_PAYOUT, payout), 0);
}

struct span redeemed_told(struct shop *shop, bank_code bank) {
    struct span event = {NULL, 0};
    for (size_t i = 0; i < shop->world.effects->count; i++) {
        const struct effect *effect = &shop->world.effects->items[i];
        struct notice_place place;
        struct order_view view;
        if (effect->kind != EFFECT_NOTICE || effect->bank != bank ||
            effect->message != MESSAGE_ORDER_NOTICE)
            continue;
        struct span copy = arena_copy(&shop->world.arena, effect->payload);
        assert_int_equal(
            partner_decode_order_notice(copy, &shop->world.arena, &place, &view, &event), 0);
    }
    return event;
}

struct span redeemed_instruction(struct shop *shop) {
    for (size_t i = 0; i < shop->world.effects->count; i++) {
        const struct effect *effect = &shop->world.effects->items[i];
        bool goes = effect->kind == EFFECT_SEND || effect->kind == EFFECT_INQUIRE;
        if (goes && effect->message == MESSAGE_ORDER_INSTRUCTION && effect->bank == BANK_B)
            return arena_copy(&shop->world.arena, effect->payload);
    }
    fail_msg("no instruction went to the issuer");
    return span_of(NULL, 0);
}
