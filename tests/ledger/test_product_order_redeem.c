/*
 * Redemptions: what may be redeemed and by whom, what the issuer is told and answers, and what its
 * payouts take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/redeemed.h"

#define TOLD(shop, bank, event)                                                                    \
    do {                                                                                           \
        struct span event_told = redeemed_told(shop, bank);                                        \
        assert_true(span_equal(event_told, SPAN_LITERAL(event)));                                  \
    } while (0)

static int64_t held_fen(struct shop *shop) {
    struct id product = store_product_id(BANK_B, SPAN_LITERAL("W"));
    struct link link = world_get_link(&shop->world, &shop->link);
    int64_t fen;
    assert_int_equal(store_get_held(shop->world.store, &product, &link.person_key, &fen), 0);
    return fen;
}

static void in_part_and_in_full(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(2000));
    struct order_view view = redeemed_reply(&shop);
    assert_int_equal(view.order.state, PRODUCT_ORDER_REDEEMING);
    assert_true(view.order.instruction.number == 1 &&
                view.order.instruction.action == PRODUCT_ACTION_REDEEM);
    TOLD(&shop, BANK_A, "REDEEM");
    TOLD(&shop, BANK_B, "REDEEM");
    struct order_instruction told;
    assert_int_equal(
        partner_decode_order_instruction(redeemed_instruction(&shop), &shop.world.arena, &told), 0);
    assert_true(id_equal(&told.order, &id) && told.number == 1 && told.units == UNITS(2000));
    assert_int_equal(told.action, PRODUCT_ACTION_REDEEM);
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    TOLD(&shop, BANK_A, "TAKEN");
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.payout_due_ms > shop.world.now_ms && order.units == UNITS(5000));
    /* 2,000 units at 1.05 */
    struct payout payout =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(2000), 1050000, 210000);
    redeemed_pay(&shop, &payout);
    assert_int_equal(redeemed_reply(&shop).order.state, PRODUCT_ORDER_REDEEMING);
    struct post_instruction post = world_instruction(&shop.world);
    assert_true(post.kind == TRANSFER_ORDER_PAYOUT && post.side == POSTING_CREDIT);
    assert_true(id_equal(&post.order.order, &id) && post.order.units == UNITS(2000));
    assert_int_equal(post.order.purpose, PRODUCT_PAYOUT_REDEMPTION);
    redeemed_post(&shop, BANK_A);
    TOLD(&shop, BANK_B, "PAID_PART");
    order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_CONFIRMED && order.units == UNITS(3000));
    assert_true(order.paid_out_fen == 210000 && order.payout_due_ms == 0);
    assert_int_equal(held_fen(&shop), ORDERED_FEN / 5 * 3);
    laws_check(&shop.world);
    /* What is left, all of it. */
    redeemed_redeem(&shop, BANK_A, &id, 0);
    assert_int_equal(redeemed_reply(&shop).order.instruction.units, UNITS(3000));
    redeemed_answer(&shop, &id, 2, ORDER_TAKEN);
    payout = redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(3000), PAR, 300000);
    redeemed_pay(&shop, &payout);
    redeemed_post(&shop, BANK_A);
    TOLD(&shop, BANK_A, "PAID_ALL");
    order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_REDEEMED && order.units == 0);
    assert_int_equal(order.paid_out_fen, 510000);
    assert_int_equal(held_fen(&shop), 0);
    redeemed_redeem(&shop, BANK_A, &id, 0);
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
    shop_deinit(&shop);
}

/* The account that paid is the issuer's own customer's: its word is enough. */
static void paid_out_at_the_issuer(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_FUND, 0);
    struct id id = redeemed_held(&shop, "W", true);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(1));
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    struct payout payout =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(1), PAR, 100);
    redeemed_pay(&shop, &payout);
    struct order_view view = redeemed_reply(&shop);
    assert_true(view.order.state == PRODUCT_ORDER_CONFIRMED && view.order.units == UNITS(4999));
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    TOLD(&shop, BANK_A, "PAID_PART");
    shop_deinit(&shop);
}

static void what_cannot_be_redeemed(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id placed = redeemed_placed(&shop, "W", false);
    redeemed_redeem(&shop, BANK_A, &placed, 0); /* during its confirmation */
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_C, &id, 0);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_ORDER, "order_id");
    redeemed_redeem(&shop, BANK_A, &id, UNITS(5000) + 1);
    world_expect_refused(&shop.world, REFUSAL_UNITS, "units");
    assert_int_equal(world_down(&shop.world, BANK_B), 0);
    redeemed_redeem(&shop, BANK_A, &id, 0);
    world_expect_refused(&shop.world, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&shop.world, BANK_B), 0);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(5000)); /* all of it passes */
    redeemed_reply(&shop);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(1)); /* one at a time */
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
    redeemed_answer(&shop, &id, 1, ORDER_REFUSED);
    TOLD(&shop, BANK_A, "REDEEM_REFUSED");
    assert_int_equal(shop_order(&shop, &id).state, PRODUCT_ORDER_CONFIRMED);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(1));
    assert_int_equal(redeemed_reply(&shop).order.instruction.number, 2);
    shop_deinit(&shop);
}

/* By who sells it and by the issuer; the issuer has taken what it asks for itself. */
static void redeemed_by_its_issuer(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_B, &id, UNITS(5));
    struct order_view view = redeemed_reply(&shop);
    assert_int_equal(view.order.state, PRODUCT_ORDER_REDEEMING);
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    TOLD(&shop, BANK_A, "TAKEN");
    assert_true(shop_order(&shop, &id).instruction.taken);
    shop_deinit(&shop);
}

static void asked_twice(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false), other = redeemed_held(&shop, "W", false);
    struct redeem request = {world_request_id(&shop.world), id, UNITS(7)};
    for (int again = 0; again < 2; again++) {
        assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_REDEEM, &request), 0);
        assert_int_equal(redeemed_reply(&shop).replayed, again);
    }
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    request.order = other;
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_REDEEM, &request), 0);
    world_expect_refused(&shop.world, REFUSAL_DUPLICATE, "order_id");
    shop_deinit(&shop);
}

/* ---- the issuer's silence ---- */

static void out_again_with_the_same_bytes(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(9));
    struct span first = redeemed_instruction(&shop);
    assert_int_equal(world_down(&shop.world, BANK_B), 0);
    shop.world.now_ms = shop_order(&shop, &id).instruction.deadline_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_true(span_equal(first, redeemed_instruction(&shop)));
    assert_true(world_one(&shop.world, EFFECT_INQUIRE)->deadline_ms == 0);
    assert_int_equal(redeemed_told(&shop, BANK_A).size, 0); /* nothing has happened */
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.unknown && order.state == PRODUCT_ORDER_REDEEMING);
    /* Its age is alarmed. */
    shop.world.now_ms = order.unknown_alarm_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    laws_check(&shop.world);
    /* The gateway starts anew: it goes out again. */
    world_reopen(&shop.world);
    assert_int_equal(world_boot(&shop.world), 0);
    assert_true(span_equal(first, redeemed_instruction(&shop)));
    assert_int_equal(world_up(&shop.world, BANK_A), 0);
    assert_int_equal(world_up(&shop.world, BANK_B), 0);
    redeemed_answer(&shop, &id, 1, ORDER_OUTCOME_NONE); /* cannot be read */
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    TOLD(&shop, BANK_A, "TAKEN");
    order = shop_order(&shop, &id);
    assert_true(!order.unknown && order.instruction.taken);
    shop_deinit(&shop);
}

static void contradicted(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(9));
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN); /* once more: nothing new */
    assert_int_equal(shop.world.effects->count, 0);
    redeemed_answer(&shop, &id, 1, ORDER_REFUSED);
    TOLD(&shop, BANK_A, "CONFLICT");
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.conflict && order.instruction.taken);
    assert_int_equal(order.state, PRODUCT_ORDER_REDEEMING); /* the first answer stands */
    struct inquiry_case inquiry = world_get_case(&shop.world, &order.case_id);
    assert_true(inquiry.owner == BANK_B && inquiry.other == BANK_A);
    assert_int_equal(inquiry.subject, CASE_CONFLICT);
    laws_check(&shop.world);
    redeemed_answer(&shop, &id, 1, ORDER_REFUSED);
    assert_int_equal(shop.world.effects->count, 0); /* noted once */
    redeemed_answer(&shop, &id, 3, ORDER_TAKEN);    /* never given */
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    struct order_instruction_reply answer = {id, 1, ORDER_TAKEN, {NULL, 0}};
    assert_int_equal(world_answer(&shop.world, BANK_A, COMMAND_ORDER_ANSWER, &answer), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1); /* another bank's word */
    shop_deinit(&shop);
}

/* ---- payouts ---- */

static void expect_payout(struct shop *shop, struct payout payout, enum refusal_code code,
                          const char *field) {
    payout.request = world_request_id(&shop->world);
    redeemed_pay(shop, &payout);
    world_expect_refused(&shop->world, code, field);
}

static void payouts_that_are_not_due(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    struct payout right =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(3), 1234567, 370);
    struct payout wrong = right;
    expect_payout(&shop, right, REFUSAL_ORDER_STATE, "purpose"); /* nobody redeems */
    redeemed_redeem(&shop, BANK_A, &id, UNITS(3));
    expect_payout(&shop, right, REFUSAL_ORDER_STATE, "purpose"); /* not taken yet */
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    wrong.units = UNITS(2);
    expect_payout(&shop, wrong, REFUSAL_UNITS, "units");
    wrong = right;
    wrong.amount.fen = 371;
    expect_payout(&shop, wrong, REFUSAL_WORTH, "amount.fen");
    struct refusal_view refusal = world_refusal(&shop.world, world_one(&shop.world, EFFECT_REPLY));
    assert_int_equal(refusal.right_fen, 370);
    wrong.amount.fen = 369;
    expect_payout(&shop, wrong, REFUSAL_WORTH, "amount.fen");
    wrong = right;
    wrong.purpose = PRODUCT_PAYOUT_MATURITY;
    expect_payout(&shop, wrong, REFUSAL_ORDER_STATE, "purpose");
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_PAYOUT, &right), 0);
    world_expect_refused(&shop.world, REFUSAL_NOT_YOURS, "order_id");
    right.request = world_request_id(&shop.world);
    redeemed_pay(&shop, &right);
    struct order_view view = redeemed_reply(&shop);
    assert_false(id_is_zero(&view.order.payout.transfer));
    expect_payout(&shop, right, REFUSAL_ORDER_STATE, "order_id"); /* one at a time */
    shop_deinit(&shop);
}

static void failed_and_paid_again(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_WEALTH, 0);
    struct id id = redeemed_held(&shop, "W", false);
    redeemed_redeem(&shop, BANK_A, &id, UNITS(100));
    redeemed_answer(&shop, &id, 1, ORDER_TAKEN);
    struct payout payout =
        redeemed_payout(&shop, &id, PRODUCT_PAYOUT_REDEMPTION, UNITS(100), PAR, 10000);
    redeemed_pay(&shop, &payout);
    struct id transfer = world_instruction(&shop.world).transfer;
    struct posting_result no = world_refused(&transfer, "AC04");
    assert_int_equal(world_answer(&shop.world, BANK_A, COMMAND_POSTING_ANSWER, &no), 0);
    TOLD(&shop, BANK_B, "PAYOUT_FAILED");
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_REDEEMING && order.units == UNITS(5000));
    assert_true(order.payout_due_ms != 0 && order.payout.purpose == PRODUCT_PAYOUT_NONE);
    laws_check(&shop.world);
    /* It is late. */
    shop.world.now_ms = order.payout_due_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    TOLD(&shop, BANK_B, "LATE");
    payout.request = world_request_id(&shop.world);
    redeemed_pay(&shop, &payout);
    redeemed_post(&shop, BANK_A);
    order = shop_order(&shop, &id);
    assert_true(order.state == PRODUCT_ORDER_CONFIRMED && order.units == UNITS(4900));
    shop_deinit(&shop);
}

static void income(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    redeemed_publish(&shop, "W", PRODUCT_FUND, 0);
    struct id id = redeemed_held(&shop, "W", false);
    struct payout payout = redeemed_payout(&shop, &id, PRODUCT_PAYOUT_INCOME, 0, 0, 77);
    redeemed_pay(&shop, &payout);
    redeemed_post(&shop, BANK_A);
    TOLD(&shop, BANK_A, "INCOME");
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.units == UNITS(5000) && order.paid_out_fen == 77);
    assert_int_equal(order.state, PRODUCT_ORDER_CONFIRMED);
    shop_deinit(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_part_and_in_full),
        cmocka_unit_test(paid_out_at_the_issuer),
        cmocka_unit_test(what_cannot_be_redeemed),
        cmocka_unit_test(redeemed_by_its_issuer),
        cmocka_unit_test(asked_twice),
        cmocka_unit_test(out_again_with_the_same_bytes),
        cmocka_unit_test(contradicted),
        cmocka_unit_test(payouts_that_are_not_due),
        cmocka_unit_test(failed_and_paid_again),
        cmocka_unit_test(income),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
