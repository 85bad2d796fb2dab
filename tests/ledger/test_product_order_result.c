/*
 * What the issuer says of an order that is placed: confirmed, in part, refused, lapsed, cancelled; and
 * what comes back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/shop.h"

#define PRICE 1000000 /* 1 CNY a unit */
#define UNITS (SHOP_MIN_FEN * 100)

static struct shop shop;

static int set_up(void **state) {
    (void)state;
    shop_init(&shop);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    shop_deinit(&shop);
    return 0;
}

static void refused(bank_code bank, const struct order_result *result, enum refusal_code code,
                    const char *field) {
    shop_decide(&shop, bank, result);
    world_expect_refused(&shop.world, code, field);
}

static struct id give_back(const struct id *order, int64_t fen) {
    struct id funding = shop_order(&shop, order).funding;
    struct id back = money_return_pending(&shop.world, &funding, fen);
    money_answer(&shop.world, &back, POSTING_POSTED);
    return back;
}

static void confirmed(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct order_result result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    shop_decide(&shop, BANK_B, &result);
    struct product_order told = shop_told(&shop);
    assert_int_equal(told.state, PRODUCT_ORDER_CONFIRMED);
    assert_true(told.units == UNITS && told.confirmed_fen == SHOP_MIN_FEN && told.refund_fen == 0);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), SHOP_MIN_FEN);
    /* Once more, and another one. */
    shop_decide(&shop, BANK_B, &result);
    struct product_order again = shop_told(&shop);
    assert_true(id_equal(&again.id, &id));
    result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    refused(BANK_B, &result, REFUSAL_ORDER_STATE, "order_id");
    /* Its term is over. */
    shop.world.now_ms = shop_order(&shop, &id).matures_at_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    shop_expect(&shop, &id, PRODUCT_ORDER_REDEEMING);
}

static void what_cannot_be_confirmed(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct order_result result = shop_result(&shop, &id, 1, PRICE, SHOP_MIN_FEN);
    refused(BANK_A, &result, REFUSAL_NOT_YOURS, "order_id");
    result.request = world_request_id(&shop.world);
    refused(BANK_C, &result, REFUSAL_NO_SUCH_ORDER, "order_id");
    result.request = world_request_id(&shop.world);
    refused(BANK_B, &result, REFUSAL_WORTH, "amount.fen");
    /* More units than were ordered. */
    result = shop_result(&shop, &id, UNITS + 100, PRICE, SHOP_MIN_FEN + 1);
    refused(BANK_B, &result, REFUSAL_ORDER_EXCEEDED, "amount.fen");
    result = shop_result(&shop, &id, UNITS + 100, PRICE, SHOP_MIN_FEN);
    refused(BANK_B, &result, REFUSAL_WORTH, "amount.fen");
    result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    result.confirmed_day++;
    refused(BANK_B, &result, REFUSAL_FIELD_INVALID, "confirmed_on");
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
}

/* Placed at the cut-off, it counts for another day; its issuer may be faster, but not than the order. */
static void before_the_day_for_which_it_counts(void **state) {
    (void)state;
    int64_t today = shanghai_day(shop.world.now_ms);
    shop.world.now_ms = shanghai_day_start_ms(today) + 900 * MINUTE_MS;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    assert_true(shop_order(&shop, &id).trade_day > today);
    struct order_result result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    result.confirmed_day = today - 1;
    refused(BANK_B, &result, REFUSAL_FIELD_INVALID, "confirmed_on");
    result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    result.confirmed_day = today;
    shop_decide(&shop, BANK_B, &result);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
}

static void in_part_with_a_refund(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct id funding = shop_order(&shop, &id).funding;
    money_ask_return(&shop.world, BANK_B, &funding, 1); /* nothing is to come back yet */
    world_expect_refused(&shop.world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    struct order_result result = shop_result(&shop, &id, UNITS / 4, PRICE, SHOP_MIN_FEN / 4);
    shop_decide(&shop, BANK_B, &result);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
    int64_t rest_fen = SHOP_MIN_FEN / 4 * 3;
    assert_int_equal(shop_order(&shop, &id).refund_fen, rest_fen);
    assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, SHOP_MIN_FEN / 4);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), SHOP_MIN_FEN / 4);
    /* It does not come: alarmed once. */
    shop.world.now_ms = shop_order(&shop, &id).refund_due_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
    /* Never more than that, and in two parts. */
    money_ask_return(&shop.world, BANK_B, &funding, rest_fen + 1);
    world_expect_refused(&shop.world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    (void)give_back(&id, 100);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_RETURNED), 1);
    money_ask_return(&shop.world, BANK_B, &funding, rest_fen - 99);
    world_expect_refused(&shop.world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    (void)give_back(&id, rest_fen - 100);
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.refunded_fen == rest_fen && order.refund_due_ms == 0);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
}

/* B has the account: its word is the refund. */
static void in_part_within_the_issuer(void **state) {
    (void)state;
    struct id id = shop_in_house(&shop, SHOP_MIN_FEN);
    struct order_result result = shop_result(&shop, &id, UNITS / 2, PRICE, SHOP_MIN_FEN / 2);
    shop_decide(&shop, BANK_B, &result);
    struct product_order order = shop_order(&shop, &id);
    assert_true(order.refund_fen == SHOP_MIN_FEN / 2 && order.refunded_fen == order.refund_fen);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_RETURNED), 1);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 4);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
}

static void declined_or_lapsed(void **state) {
    (void)state;
    static const struct {
        enum order_decision decision;
        enum product_order_state ends;
    } words[] = {{ORDER_DECLINED, PRODUCT_ORDER_REJECTED}, {ORDER_LAPSED, PRODUCT_ORDER_EXPIRED}};
    for (size_t i = 0; i < 2; i++) {
        struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
        struct order_result result = shop_decline(&shop, &id, words[i].decision);
        shop_decide(&shop, BANK_B, &result);
        shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
        assert_int_equal(shop_order(&shop, &id).ends, words[i].ends);
        assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, 0);
        assert_int_equal(shop_held(&shop, BANK_B, &shop.link), 0);
        (void)give_back(&id, SHOP_MIN_FEN - 1);
        shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
        (void)give_back(&id, 1);
        shop_expect(&shop, &id, words[i].ends);
        assert_string_equal(shop_order(&shop, &id).reason, "MS03");
        /* B has the account: both steps at once. */
        id = shop_in_house(&shop, SHOP_MIN_FEN);
        result = shop_decline(&shop, &id, words[i].decision);
        shop_decide(&shop, BANK_B, &result);
        shop_expect(&shop, &id, words[i].ends);
        assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_REFUNDED), 1);
    }
}

static void nobody_confirms(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct product_order order = shop_order(&shop, &id);
    int64_t due_ms = shanghai_day_start_ms(order.trade_day + 2) + 2LL * 60 * MINUTE_MS;
    assert_int_equal(order.confirm_due_ms, due_ms);
    shop.world.now_ms = due_ms - 1;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 0);
    shop.world.now_ms++;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_one(&shop.world, EFFECT_ALARM)->bank, BANK_B);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    struct order_result result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    shop_decide(&shop, BANK_B, &result);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
}

/* ---- cancelled after it was paid ---- */

static struct order_instruction instruction(void) {
    const struct effect *sent = world_one(&shop.world, EFFECT_SEND);
    struct order_instruction told;
    assert_true(sent->bank == BANK_B && sent->message == MESSAGE_ORDER_INSTRUCTION);
    assert_int_equal(partner_decode_order_instruction(sent->payload, &shop.world.arena, &told), 0);
    return told;
}

static void cancelled_by_the_issuer_s_word(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    shop_cancel(&shop, BANK_A, &id);
    struct order_instruction told = instruction();
    assert_true(told.action == PRODUCT_ACTION_CANCEL && told.number == 1);
    assert_true(id_equal(&told.order, &id) && span_equal(told.reason, SPAN_LITERAL("CUST")));
    assert_int_equal(shop_told(&shop).state, PRODUCT_ORDER_PLACED);
    laws_check(&shop.world);
    shop_cancel(&shop, BANK_A, &id); /* nothing new */
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    shop_say(&shop, &id, ORDER_TAKEN);
    assert_int_equal(world_count(&shop.world, EFFECT_DONE), 1);
    shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
    shop_say(&shop, &id, ORDER_TAKEN); /* once more */
    shop_cancel(&shop, BANK_A, &id);
    assert_int_equal(shop_told(&shop).state, PRODUCT_ORDER_REFUNDING);
    (void)give_back(&id, SHOP_MIN_FEN);
    shop_expect(&shop, &id, PRODUCT_ORDER_CANCELLED);
    /* It says otherwise in the end. */
    shop_say(&shop, &id, ORDER_REFUSED);
    assert_true(shop_order(&shop, &id).conflict);
    shop_expect(&shop, &id, PRODUCT_ORDER_CANCELLED);
}

static void the_issuer_cancels_itself(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    shop_cancel(&shop, BANK_B, &id);
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    assert_int_equal(shop_told(&shop).state, PRODUCT_ORDER_REFUNDING);
    shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
    id = shop_in_house(&shop, SHOP_MIN_FEN);
    shop_cancel(&shop, BANK_B, &id);
    shop_expect(&shop, &id, PRODUCT_ORDER_CANCELLED);
}

static void a_cancellation_refused_or_overtaken(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    shop_cancel(&shop, BANK_A, &id);
    shop_say(&shop, &id, ORDER_REFUSED);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_CANCEL_REFUSED), 1);
    shop_cancel(&shop, BANK_A, &id);
    assert_int_equal(instruction().number, 2);
    struct order_result result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    shop_decide(&shop, BANK_B, &result);
    assert_int_equal(world_count(&shop.world, EFFECT_DONE), 1);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
    shop_say(&shop, &id, ORDER_REFUSED); /* as it said by confirming */
    assert_false(shop_order(&shop, &id).conflict);
    shop_say(&shop, &id, ORDER_TAKEN);
    assert_true(shop_order(&shop, &id).conflict);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    shop_expect(&shop, &id, PRODUCT_ORDER_CONFIRMED);
}

/* Unknown until the issuer says something; asked again, also after a start. */
static void nobody_answers_a_cancellation(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    shop_cancel(&shop, BANK_A, &id);
    struct order_instruction first = instruction();
    assert_int_equal(world_boot(&shop.world), 0);
    assert_int_equal(instruction().number, first.number);
    assert_int_equal(world_up(&shop.world, BANK_A), 0);
    assert_int_equal(world_up(&shop.world, BANK_B), 0);
    shop.world.now_ms = shop_order(&shop, &id).instruction.deadline_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_true(shop_order(&shop, &id).unknown);
    assert_int_equal(world_one(&shop.world, EFFECT_INQUIRE)->message, MESSAGE_ORDER_INSTRUCTION);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 0);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    shop.world.now_ms = shop_order(&shop, &id).unknown_alarm_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    laws_check(&shop.world);
    shop_say(&shop, &id, ORDER_OUTCOME_NONE); /* says nothing */
    assert_true(shop_order(&shop, &id).unknown);
    shop_say(&shop, &id, ORDER_TAKEN);
    shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
    assert_false(shop_order(&shop, &id).unknown);
}

static void too_late_to_cancel(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    shop.world.now_ms = shop_order(&shop, &id).cancel_until_ms;
    shop_cancel(&shop, BANK_A, &id);
    world_expect_refused(&shop.world, REFUSAL_CUT_OFF, "order_id");
    struct order_result result = shop_result(&shop, &id, UNITS, PRICE, SHOP_MIN_FEN);
    shop_decide(&shop, BANK_B, &result);
    shop_cancel(&shop, BANK_A, &id);
    world_expect_refused(&shop.world, REFUSAL_ORDER_STATE, "order_id");
}

/* ---- out of order ---- */

static void a_frozen_one_waits(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct product_order order = shop_order(&shop, &id);
    int64_t due_ms = product_order_due_ms(&order);
    struct store_deadline row = {due_ms, OBJECT_ORDER, id};
    store_begin(shop.world.store);
    assert_int_equal(store_drop_deadline(shop.world.store, &row), 0);
    order.frozen = true;
    store_put_order(shop.world.store, &order, false);
    store_commit(shop.world.store);
    shop_cancel(&shop, BANK_A, &id);
    world_expect_refused(&shop.world, REFUSAL_FROZEN, "order_id");
    shop.world.now_ms = due_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_unfreeze(&shop.world, OBJECT_ORDER, &id), 0);
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_LATE), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(confirmed),
        TEST(what_cannot_be_confirmed),
        TEST(before_the_day_for_which_it_counts),
        TEST(in_part_with_a_refund),
        TEST(in_part_within_the_issuer),
        TEST(declined_or_lapsed),
        TEST(nobody_confirms),
        TEST(cancelled_by_the_issuer_s_word),
        TEST(the_issuer_cancels_itself),
        TEST(a_cancellation_refused_or_overtaken),
        TEST(nobody_answers_a_cancellation),
        TEST(too_late_to_cancel),
        TEST(a_frozen_one_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
