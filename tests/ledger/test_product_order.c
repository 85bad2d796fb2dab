/*
 * Orders of products: which way the money goes, what is counted, and what becomes of an order whose
 * money does not arrive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/product_units.h"
#include "ledger/shop.h"

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

static struct transfer funding_of(const struct id *order) {
    struct id transfer = shop_order(&shop, order).funding;
    return world_get_transfer(&shop.world, &transfer);
}

static int64_t net_of(bank_code bank) {
    struct pair_position pair = world_pair(&shop.world, BANK_A, BANK_B);
    return bank == BANK_A ? pair.unsettled_fen : -pair.unsettled_fen;
}

/* ---- which way ---- */

/* A sells what B issues; the Class II account pays. */
static void pushed_to_the_issuer(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    struct post_instruction told = world_instruction(&shop.world);
    assert_int_equal(world_one(&shop.world, EFFECT_SEND)->bank, BANK_B);
    assert_true(told.side == POSTING_CREDIT && told.kind == TRANSFER_ORDER_BUY);
    assert_true(id_equal(&told.order.order, &id) && told.order.issuer == BANK_B);
    assert_true(told.order.version == 1 && told.order.level == 3);
    assert_int_equal(told.order.amount.fen, SHOP_MIN_FEN);
    assert_int_equal(told.order.trade_day, shanghai_day(shop.world.now_ms));
    assert_true(digest_equal(&told.order.terms, &shop.terms.sha256));
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    assert_int_equal(world_position(&shop.world, BANK_A).reserved_outgoing_fen, SHOP_MIN_FEN);
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, SHOP_MIN_FEN);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), SHOP_MIN_FEN);
    shop_expect(&shop, &id, PRODUCT_ORDER_FUNDING);
    shop_answer(&shop, &id, POSTING_POSTED);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, 0);
    assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, SHOP_MIN_FEN);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), SHOP_MIN_FEN);
    assert_int_equal(net_of(BANK_A) * net_of(BANK_A), (int64_t)SHOP_MIN_FEN * SHOP_MIN_FEN);
    assert_int_equal(shop_order(&shop, &id).placed_at_ms, shop.world.now_ms);
    struct transfer paid = funding_of(&id);
    assert_true(paid.class2_pays && !paid.in_house && !paid.limited && !paid.counted);
    /* The transfer says of which order it is. */
    struct get_transfer ask = {.transfer = paid.id};
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_GET_TRANSFER, &ask), 0);
    struct transfer_view view = money_reply(&shop.world);
    assert_true(id_equal(&view.order, &id));
}

/* A sells what B issues; B has the account that pays. */
static void within_the_issuer(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    request.class1_pays = true;
    struct id id = shop_funding(&shop, BANK_A, &request);
    struct post_instruction told = world_instruction(&shop.world);
    struct link_private secret = world_get_private(&shop.world, &shop.link);
    assert_true(told.side == POSTING_DEBIT && id_equal(&told.order.order, &id));
    assert_true(span_equal(told.account_number, secret.class1_number));
    struct transfer paid = funding_of(&id);
    assert_true(paid.in_house && paid.debtor_bank == BANK_B && paid.creditor_bank == BANK_B);
    assert_true(paid.submitter == BANK_A && !paid.class2_pays);
    assert_int_equal(world_position(&shop.world, BANK_A).reserved_outgoing_fen, 0);
    assert_int_equal(world_position(&shop.world, BANK_B).reserved_outgoing_fen, 0);
    laws_check(&shop.world);
    shop_answer(&shop, &id, POSTING_POSTED);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    paid = funding_of(&id);
    assert_true(paid.window == 0 && transfer_credit_due_ms(&paid) == 0);
    assert_int_equal(net_of(BANK_A), 0);
    /* Nothing moved between banks: nobody confirms a credit, and nothing is returned. */
    money_confirm(&shop.world, BANK_B, &paid.id);
    world_expect_refused(&shop.world, REFUSAL_NOT_YOURS, "transfer_id");
    money_ask_return(&shop.world, BANK_B, &paid.id, 1);
    world_expect_refused(&shop.world, REFUSAL_FALLBACK, "transfer_id");
}

/* B sells its own; the Class II account at A pays. */
static void pulled_by_the_issuer(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_B, &request);
    struct post_instruction told = world_instruction(&shop.world);
    assert_int_equal(world_one(&shop.world, EFFECT_SEND)->bank, BANK_A);
    assert_true(told.side == POSTING_DEBIT && id_equal(&told.order.order, &id));
    shop_answer(&shop, &id, POSTING_POSTED);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    struct transfer paid = funding_of(&id);
    assert_true(paid.debtor_bank == BANK_A && paid.creditor_bank == BANK_B);
    money_confirm(&shop.world, BANK_B, &paid.id);
    assert_true(funding_of(&id).credited_at_ms > 0);
    /* Its own account and its own product. */
    request = shop_request(&shop, SHOP_MIN_FEN);
    request.class1_pays = true;
    shop_ask(&shop, BANK_B, &request);
    world_expect_refused(&shop.world, REFUSAL_OWN_ACCOUNT, "pays");
}

/* The same with A as the issuer, all three. */
static void the_other_bank_issues(void **state) {
    (void)state;
    static const struct {
        bank_code by;
        bool class1_pays, in_house;
        enum transfer_direction direction;
    } ways[] = {{BANK_B, true, false, TRANSFER_PUSH},
                {BANK_B, false, true, TRANSFER_PULL},
                {BANK_A, true, false, TRANSFER_PULL}};
    shop_publish(&shop, BANK_A, 1, PRODUCT_ON_SALE);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
        request.issuer = BANK_A;
        request.class1_pays = ways[i].class1_pays;
        struct id id = shop_placed(&shop, ways[i].by, &request);
        struct transfer paid = funding_of(&id);
        assert_true(paid.in_house == ways[i].in_house && paid.direction == ways[i].direction);
        assert_int_equal(paid.class2_pays, !ways[i].class1_pays);
        shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    }
    assert_int_equal(shop_quota(&shop, BANK_A).sold_fen, 3 * SHOP_MIN_FEN);
    assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, 0);
}

/* DOMAIN.md §9, T6: product purchase 50,000,000 from II: accepted, buckets unchanged. */
static void t6_product_purchase_50000000_from_ii(void **state) {
    (void)state;
    struct link link = world_get_link(&shop.world, &shop.link);
    struct account_limits before, after;
    assert_int_equal(store_get_limits(shop.world.store, &link.class2_key, &before), 0);
    struct id id = shop_pushed(&shop, 5000000000);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    assert_int_equal(store_get_limits(shop.world.store, &link.class2_key, &after), 0);
    for (int flow = 0; flow < BUCKET_FLOWS; flow++) {
        assert_int_equal(after.buckets[flow].of_day.used_fen, before.buckets[flow].of_day.used_fen);
        assert_int_equal(after.buckets[flow].of_year.used_fen,
                         before.buckets[flow].of_year.used_fen);
    }
    assert_int_equal(money_usage(&shop.world, &shop.link).day_fen, 0);
}

static void a_deposit_is_open_at_once(void **state) {
    (void)state;
    shop.terms.kind = PRODUCT_DEPOSIT;
    shop.terms.risk = 1;
    shop.sale.price = shop.sale.price_day = 0;
    shop_publish(&shop, BANK_A, 1, PRODUCT_ON_SALE);
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    request.issuer = BANK_A;
    request.class1_pays = true;
    struct id id = shop_placed(&shop, BANK_A, &request);
    shop_expect(&shop, &id, PRODUCT_ORDER_OPEN);
    struct product_order order = shop_order(&shop, &id);
    assert_int_equal(order.units, SHOP_MIN_FEN / 100 * PRODUCT_UNIT_PARTS);
    assert_int_equal(order.matures_at_ms,
                     shanghai_day_start_ms(shanghai_day(shop.world.now_ms) + 90));
    /* Its term is over. */
    shop.world.now_ms = order.matures_at_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    shop_expect(&shop, &id, PRODUCT_ORDER_MATURED);
    /* And the payout does not come. */
    shop.world.now_ms = shop_order(&shop, &id).payout_due_ms;
    assert_int_equal(world_tick(&shop.world), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_ALARM), 1);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_LATE), 1);
    shop_expect(&shop, &id, PRODUCT_ORDER_MATURED);
    assert_int_equal(shop_held(&shop, BANK_A, &shop.link), SHOP_MIN_FEN);
}

/* ---- days ---- */

static int64_t trade_day_at(int64_t now_ms) {
    shop.world.now_ms = now_ms;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    struct product_order order = shop_order(&shop, &id);
    assert_int_equal(order.cancel_until_ms,
                     shanghai_day_start_ms(order.trade_day) + 900 * MINUTE_MS);
    return order.trade_day;
}

static void at_the_very_cut_off(void **state) {
    (void)state;
    int64_t day = shanghai_day(shop.world.now_ms);
    int64_t cut_off_ms = shanghai_day_start_ms(day) + 900 * MINUTE_MS;
    assert_int_equal(trade_day_at(cut_off_ms - 1), day);
    assert_int_equal(trade_day_at(cut_off_ms), day + 1);
}

/* ---- the money does not arrive ---- */

static void gives_back(const struct id *id, enum product_order_state state) {
    shop_expect(&shop, id, state);
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, 0);
    assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, 0);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), 0);
    struct product_order order = shop_order(&shop, id);
    assert_true(order.placed_at_ms == 0 && !product_order_open(&order));
    assert_int_equal(product_order_pair(&order).money, PRODUCT_MONEY_NO);
}

static void the_bank_refuses(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    shop_answer(&shop, &id, POSTING_REFUSED);
    gives_back(&id, PRODUCT_ORDER_REJECTED);
    assert_true(shop_order(&shop, &id).reason[0] != '\0');
}

static void nobody_answers_and_then_it_was_never_seen(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    struct transfer paying = funding_of(&id);
    money_expire(&shop.world, &paying.id);
    assert_int_equal(funding_of(&id).state, TRANSFER_UNKNOWN);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_UNANSWERED), 1);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 0);
    shop_expect(&shop, &id, PRODUCT_ORDER_FUNDING);
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, SHOP_MIN_FEN);
    shop_answer(&shop, &id, POSTING_NOT_SEEN);
    gives_back(&id, PRODUCT_ORDER_EXPIRED);
}

static void nobody_answers_and_then_it_was_posted(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    struct transfer paying = funding_of(&id);
    money_expire(&shop.world, &paying.id);
    shop_answer(&shop, &id, POSTING_POSTED);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
    /* And then says otherwise. */
    shop_answer(&shop, &id, POSTING_REFUSED);
    assert_true(shop_order(&shop, &id).conflict);
    shop_expect(&shop, &id, PRODUCT_ORDER_PLACED);
}

static void cancelled_before_it_is_paid(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id id = shop_funding(&shop, BANK_A, &request);
    shop_cancel(&shop, BANK_C, &id);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_ORDER, "order_id");
    shop_cancel(&shop, BANK_A, &id);
    assert_int_equal(shop_told(&shop).state, PRODUCT_ORDER_FUNDING);
    assert_int_equal(world_count(&shop.world, EFFECT_INQUIRE), 1);
    assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_CANCEL_ASKED), 1);
    shop_cancel(&shop, BANK_B, &id); /* once more, by the issuer: nothing new */
    assert_int_equal(world_count(&shop.world, EFFECT_INQUIRE), 0);
    shop_answer(&shop, &id, POSTING_NOT_SEEN);
    gives_back(&id, PRODUCT_ORDER_CANCELLED);
    shop_cancel(&shop, BANK_A, &id);
    assert_int_equal(shop_told(&shop).state, PRODUCT_ORDER_CANCELLED);
}

/* A hold on orders, or on the account that pays, bars what is on its way, and what would be. */
static void held(void **state) {
    (void)state;
    static const enum hold_block blocks[] = {HOLD_BLOCK_ORDERS, HOLD_BLOCK_DEBIT_CLASS2};
    for (size_t i = 0; i < 2; i++) {
        shop.link = shop_link(&shop);
        struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
        struct id id = shop_funding(&shop, BANK_A, &request);
        (void)world_placed(&shop.world, BANK_A, &shop.link, HOLD_BY_BANK,
                           HOLD_BLOCK_BIT(blocks[i]));
        assert_true(funding_of(&id).cancel);
        assert_int_equal(shop_events(&shop, &id, PRODUCT_ORDER_EVENT_CANCEL_ASKED), 1);
        shop_answer(&shop, &id, POSTING_NOT_SEEN);
        shop_expect(&shop, &id, PRODUCT_ORDER_CANCELLED);
        request = shop_request(&shop, SHOP_MIN_FEN);
        shop_ask(&shop, BANK_A, &request);
        world_expect_refused(&shop.world, REFUSAL_LINK_SUSPENDED, "link_id");
    }
}

/* ---- the same request once more ---- */

static void replayed(void **state) {
    (void)state;
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN), other = request;
    struct id id = shop_funding(&shop, BANK_A, &request);
    shop_ask(&shop, BANK_A, &request);
    struct product_order again = shop_told(&shop);
    assert_true(id_equal(&again.id, &id));
    assert_int_equal(world_count(&shop.world, EFFECT_SEND), 0);
    other.amount.fen += 100;
    shop_ask(&shop, BANK_A, &other);
    world_expect_refused(&shop.world, REFUSAL_DUPLICATE, "amount.fen");
    other = request;
    other.level = 4;
    shop_ask(&shop, BANK_A, &other);
    world_expect_refused(&shop.world, REFUSAL_DUPLICATE, "customer_level");
    other = request;
    other.consent.bytes[1] = 1;
    shop_ask(&shop, BANK_A, &other);
    world_expect_refused(&shop.world, REFUSAL_DUPLICATE, "consent_sha256");
}

/* ---- what goes on with the product, and with the link ---- */

static void withdrawn_while_orders_are_open(void **state) {
    (void)state;
    struct id placed = shop_pushed(&shop, SHOP_MIN_FEN);
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    struct id funding = shop_funding(&shop, BANK_A, &request);
    shop_publish(&shop, BANK_B, 2, PRODUCT_WITHDRAWN);
    shop_answer(&shop, &funding, POSTING_POSTED);
    shop_expect(&shop, &funding, PRODUCT_ORDER_PLACED);
    struct order_result result = shop_result(&shop, &placed, 10000000, 1000000, SHOP_MIN_FEN);
    shop_decide(&shop, BANK_B, &result);
    shop_expect(&shop, &placed, PRODUCT_ORDER_CONFIRMED);
    request = shop_request(&shop, SHOP_MIN_FEN);
    shop_ask(&shop, BANK_A, &request);
    world_expect_refused(&shop.world, REFUSAL_NOT_ON_SALE, "product_code");
}

static void a_link_waits_for_its_orders(void **state) {
    (void)state;
    struct id id = shop_pushed(&shop, SHOP_MIN_FEN);
    struct close_link close = world_close(&shop.world, &shop.link);
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSING);
    struct link_view view = world_link_view(&shop.world, world_one(&shop.world, EFFECT_REPLY));
    assert_int_equal(view.open_orders, 1);
    assert_int_equal(view.open_transfers, 0);
    assert_int_equal(view.open_loans, 0);
    struct place_order request = shop_request(&shop, SHOP_MIN_FEN);
    shop_ask(&shop, BANK_A, &request);
    world_expect_refused(&shop.world, REFUSAL_LINK_CLOSING, "link_id");
    struct order_result result = shop_decline(&shop, &id, ORDER_DECLINED);
    shop_decide(&shop, BANK_B, &result);
    shop_expect(&shop, &id, PRODUCT_ORDER_REFUNDING);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSING);
    struct transfer paid = funding_of(&id);
    struct id back = money_return_pending(&shop.world, &paid.id, SHOP_MIN_FEN);
    money_answer(&shop.world, &back, POSTING_POSTED);
    shop_expect(&shop, &id, PRODUCT_ORDER_REJECTED);
    assert_int_equal(world_get_link(&shop.world, &shop.link).state, LINK_CLOSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pushed_to_the_issuer),
        TEST(within_the_issuer),
        TEST(pulled_by_the_issuer),
        TEST(the_other_bank_issues),
        TEST(t6_product_purchase_50000000_from_ii),
        TEST(a_deposit_is_open_at_once),
        TEST(at_the_very_cut_off),
        TEST(the_bank_refuses),
        TEST(nobody_answers_and_then_it_was_never_seen),
        TEST(nobody_answers_and_then_it_was_posted),
        TEST(cancelled_before_it_is_paid),
        TEST(held),
        TEST(replayed),
        TEST(withdrawn_while_orders_are_open),
        TEST(a_link_waits_for_its_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
