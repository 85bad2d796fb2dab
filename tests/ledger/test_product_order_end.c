/*
 * The end of a term, deposits, links that close while customers hold something, and how banks look at
 * orders and holdings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/redeemed.h"

static void to_the_end_of_term(struct shop *shop, const struct id *order) {
    shop->world.now_ms = shop_order(shop, order).matures_at_ms;
    assert_int_equal(world_tick(&shop->world), 0);
}

static void pay(struct shop *shop, const struct id *order, enum product_payout purpose,
                int64_t units, int64_t price, int64_t fen) {
    struct payout payout = redeemed_payout(shop, order, purpose, units, price, fen);
    redeemed_pay(shop, &payout);
    redeemed_reply(shop);
    redeemed_post(shop, BANK_A);
}

static void wealth_matures(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 30);
    struct id id = redeemed_held(&shop, "W", false);
    struct payout early =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_MATURITY, UNITS(5000), 1010000, 505000);
    redeemed_pay(&shop, &early);
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "purpose");
    to_the_end_of_term(&shop, &id);
    assert_true(span_equal(redeemed_told(&shop, BANK_B), SPAN_LITERAL("MATURE")));
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_REDEEMING && order.payout_due_ms != 0);
    early.request = world_request_id(&shop.world);
    early.units = UNITS(4999); /* all, or nothing */
    redeemed_pay(&shop, &early);
    world_expect_refused(&shop.world, REFUSAL_UNITS, "units");
    pay(&shop, &id, PRODUCT_PAYOUT_MATURITY, UNITS(5000), 1010000, 505000);
    order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_REDEEMED && order.units == 0);
    shop_deinit(&shop);
}

static void deposit_withdrawn_and_matured(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "D", PRODUCT_DEPOSIT, 90);
    struct id id = redeemed_deposit(&shop, "D");
    assert_int_equal(shop_order(&shop, &id).units, UNITS(5000));
    redeemed_redeem(&shop, BANK_B, &id, UNITS(1000)); /* taken at once */
    struct order_view view = redeemed_reply(&shop);
    assert_int_equal(view.order.state, PRODUCT_ORDER_OPEN);
    assert_int_equal(view.order.instruction.action, PRODUCT_ACTION_WITHDRAW);
    redeemed_redeem(&shop, BANK_B, &id, UNITS(1)); /* one at a time, though it is still OPEN */
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
    struct payout wrong =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(1000), 1000001, 100000);
    redeemed_pay(&shop, &wrong); /* a deposit's unit is one CNY */
    world_expect_refused(&shop.world, REFUSAL_WORTH, "price");
    wrong = redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(1000), PAR, 99999);
    redeemed_pay(&shop, &wrong); /* and never gives less */
    world_expect_refused(&shop.world, REFUSAL_WORTH, "amount.fen");
    pay(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(1000), PAR, 100012);
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_PART_WITHDRAWN && order.units == UNITS(4000));
    laws_check(&shop.world);
    to_the_end_of_term(&shop, &id);
    assert_int_equal(shop_order(&shop, &id).state, PRODUCT_ORDER_MATURED);
    redeemed_redeem(&shop, BANK_B, &id, 0); /* all of it is due already */
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
    pay(&shop, &id, PRODUCT_PAYOUT_MATURITY, UNITS(4000), PAR, 402000); /* with its interest */
    order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_CLOSED && order.units == 0);
    assert_int_equal(order.paid_out_fen, 100012 + 402000);
    shop_deinit(&shop);
}

/* A withdrawal that was taken before the end of the term may still be paid, and the rest after it. */
static void withdrawal_over_the_end_of_term(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "D", PRODUCT_DEPOSIT, 1);
    struct id id = redeemed_deposit(&shop, "D");
    redeemed_redeem(&shop, BANK_B, &id, UNITS(1000));
    redeemed_reply(&shop);
    to_the_end_of_term(&shop, &id);
    assert_int_equal(shop_order(&shop, &id).state, PRODUCT_ORDER_MATURED);
    laws_check(&shop.world);
    pay(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(1000), PAR, 100000);
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_MATURED && order.payout_due_ms != 0);
    pay(&shop, &id, PRODUCT_PAYOUT_MATURITY, UNITS(4000), PAR, 400000);
    assert_int_equal(shop_order(&shop, &id).state, PRODUCT_ORDER_CLOSED);
    shop_deinit(&shop);
}

static void closing_link_runs_off(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    struct close_link close = world_close(&shop.world, &shop.link);
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSING);
    laws_check(&shop.world);
    struct place_order more = redeemed_request(&shop, "W", false);
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_PLACE_ORDER, &more), 0);
    world_expect_refused(&shop.world, REFUSAL_LINK_CLOSING, "link_id");
    /* What is held goes on. */
    redeemed_redeem(&shop, BANK_A, &id, 0);
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSING);
    pay(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(5000), PAR, ORDERED_FEN);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSED);
    shop_deinit(&shop);
}

/* ---- looking ---- */

static void get(struct shop *shop, bank_code bank, const struct id *order) {
    struct get_order query = {*order};
    assert_int_equal(world_send(&shop->world, bank, COMMAND_GET_ORDER, &query), 0);
}

static struct holdings_page list(struct shop *shop, const struct list_holdings *query) {
    struct holdings_page page;
    assert_int_equal(world_send(&shop->world, BANK_A, COMMAND_LIST_HOLDINGS, query), 0);
    const struct effect *effect = world_one(&shop->world, EFFECT_REPLY);
    assert_false(effect->refused);
    struct span copy = arena_copy(&shop->world.arena, effect->payload);
    assert_int_equal(partner_decode_holdings_page(copy, &shop->world.arena, &page), 0);
    return page;
}

static void looked_at(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    redeemed_publish(&shop, "F", PRODUCT_FUND, 0);
    struct id placed = redeemed_placed(&shop, "W", false);
    struct id wealth = redeemed_held(&shop, "W", false), fund = redeemed_held(&shop, "F", true);
    get(&shop, BANK_A, &wealth);
    struct order_view view = redeemed_reply(&shop);
    assert_true(view.order.units == UNITS(5000) && !view.order.class1_pays);
    assert_string_equal(view.order.reference, "TA-1");
    get(&shop, BANK_B, &fund);
    assert_true(redeemed_reply(&shop).order.class1_pays);
    get(&shop, BANK_C, &fund);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_ORDER, "order_id");
    get(&shop, BANK_A, &shop.link);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_ORDER, "order_id");
    struct list_holdings query = {.link = shop.link};
    struct holdings_page page = list(&shop, &query);
    assert_true(page.count == 2 && id_is_zero(&page.next));
    assert_true(id_equal(&page.orders[0].order.id, &wealth) &&
                id_equal(&page.orders[1].order.id, &fund));
    query.all = true;
    query.max = 1;
    page = list(&shop, &query);
    assert_true(page.count == 1 && id_equal(&page.orders[0].order.id, &placed));
    query.after = page.next;
    query.max = 0;
    assert_int_equal(list(&shop, &query).count, 2);
    query = (struct list_holdings){
        .link = shop.link, .issuer = BANK_B, .product = SPAN_LITERAL("F"), .all = true};
    page = list(&shop, &query);
    assert_true(page.count == 1 && id_equal(&page.orders[0].order.id, &fund));
    query = (struct list_holdings){.link = shop.link, .issuer = BANK_A};
    assert_int_equal(list(&shop, &query).count, 0);
    assert_int_equal(world_send(&shop.world, BANK_C, COMMAND_LIST_HOLDINGS, &query), 0);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_LINK, "link_id");
    shop_deinit(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wealth_matures),
        cmocka_unit_test(deposit_withdrawn_and_matured),
        cmocka_unit_test(withdrawal_over_the_end_of_term),
        cmocka_unit_test(closing_link_runs_off),
        cmocka_unit_test(looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
