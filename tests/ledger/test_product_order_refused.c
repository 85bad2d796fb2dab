/*
 * Orders of products that are refused: link, product, version, channel, suitability, amount, quota.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/kinds.h"
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

static struct place_order usual(void) {
    return shop_request(&shop, SHOP_MIN_FEN);
}

static void refused(const struct place_order *request, enum refusal_code code, const char *field) {
    shop_refused(&shop, BANK_A, request, code, field);
}

static void by_the_link(void **state) {
    (void)state;
    struct place_order request = usual();
    struct id with = shop.link;
    request.link = world_link(&shop.world); /* without the scope */
    refused(&request, REFUSAL_SCOPE, "link_id");
    shop_ask(&shop, BANK_C, &request);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_LINK, "link_id");
    struct link class3 = world_get_link(&shop.world, &with);
    class3.class2_class = ACCOUNT_CLASS_III;
    world_put_link(&shop.world, &class3);
    request = usual();
    refused(&request, REFUSAL_CLASS, "link_id");
    class3.class2_class = ACCOUNT_CLASS_II;
    world_put_link(&shop.world, &class3);
}

static void by_the_product(void **state) {
    (void)state;
    struct place_order request = usual();
    request.product = SPAN_LITERAL("W-9");
    refused(&request, REFUSAL_NO_SUCH_PRODUCT, "product_code");
    request = usual();
    request.issuer = BANK_C;
    refused(&request, REFUSAL_NO_SUCH_PRODUCT, "issuer_bank_code");
    request = usual();
    request.version = 2;
    refused(&request, REFUSAL_NO_SUCH_PRODUCT, "product_version");
    /* Not any more, and not yet. */
    shop.sale.until_ms = shop.world.now_ms;
    shop_publish(&shop, BANK_B, 2, PRODUCT_ON_SALE);
    request = usual();
    refused(&request, REFUSAL_NOT_ON_SALE, "product_code");
    shop.sale.until_ms = 0;
    shop.sale.from_ms = shop.world.now_ms + 1;
    shop_publish(&shop, BANK_B, 3, PRODUCT_ON_SALE);
    request = usual();
    refused(&request, REFUSAL_NOT_ON_SALE, "product_code");
    shop.sale.from_ms = 0;
    shop_publish(&shop, BANK_B, 4, PRODUCT_SUSPENDED);
    request = usual();
    refused(&request, REFUSAL_NOT_ON_SALE, "product_code");
    /* Only the issuer itself sells it now; A has sold it once. */
    shop.sale.all_banks = false;
    shop_publish(&shop, BANK_B, 5, PRODUCT_ON_SALE);
    request = usual();
    refused(&request, REFUSAL_DISTRIBUTOR, "product_code");
}

static void terms_changed_between_list_and_order(void **state) {
    (void)state;
    shop.sale.price = 1030000; /* another price is no other terms */
    shop_publish(&shop, BANK_B, 2, PRODUCT_ON_SALE);
    shop.terms.rate++;
    shop.terms.sha256.bytes[0]++;
    shop_publish(&shop, BANK_B, 3, PRODUCT_ON_SALE);
    struct place_order request = usual();
    request.version = 2;
    refused(&request, REFUSAL_PRODUCT_CHANGED, "product_version");
    assert_int_equal(
        world_refusal(&shop.world, world_one(&shop.world, EFFECT_REPLY)).product_version, 3);
    request = usual();
    request.version = 3;
    request.terms.bytes[0]--;
    refused(&request, REFUSAL_SUITABILITY, "terms_sha256");
}

static void a_deposit_through_another_bank(void **state) {
    (void)state;
    shop.terms.kind = PRODUCT_DEPOSIT;
    shop.terms.risk = 1;
    shop.sale.price = shop.sale.price_day = 0;
    shop_publish(&shop, BANK_A, 1, PRODUCT_ON_SALE);
    struct place_order request = usual();
    request.issuer = BANK_A;
    shop_refused(&shop, BANK_B, &request, REFUSAL_DEPOSIT_CHANNEL, "issuer_bank_code");
    /* Unless rules allow it. */
    struct rules rules = kinds_rules(&shop.world);
    rules.deposits_through_others = 1;
    kinds_change(&shop.world, &rules);
    request = usual();
    request.issuer = BANK_A;
    struct id id = shop_placed(&shop, BANK_B, &request);
    shop_expect(&shop, &id, PRODUCT_ORDER_OPEN);
}

static void by_rules(void **state) {
    (void)state;
    struct rules rules = kinds_rules(&shop.world);
    rules.products[PRODUCT_WEALTH].enabled = 0;
    kinds_change(&shop.world, &rules);
    struct place_order request = usual();
    refused(&request, REFUSAL_PRODUCT_DISABLED, "product_code");
    rules.products[PRODUCT_WEALTH].enabled = 1;
    rules.kinds[TRANSFER_ORDER_BUY].enabled = false;
    kinds_change(&shop.world, &rules);
    request = usual();
    refused(&request, REFUSAL_KIND_DISABLED, "");
}

static void by_suitability(void **state) {
    (void)state;
    int64_t today = shanghai_day(shop.world.now_ms);
    struct place_order request = usual();
    request.level = 2;
    refused(&request, REFUSAL_SUITABILITY, "customer_level");
    request = usual();
    request.assessed_day = today - 366;
    refused(&request, REFUSAL_SUITABILITY, "assessed_on");
    request = usual();
    request.assessed_day = today + 1;
    refused(&request, REFUSAL_SUITABILITY, "assessed_on");
    request = usual();
    request.assessed_day = today - 365;
    (void)shop_funding(&shop, BANK_A, &request);
}

static void by_the_amount(void **state) {
    (void)state;
    struct place_order request = usual();
    request.amount.fen = SHOP_MIN_FEN - 100;
    refused(&request, REFUSAL_AMOUNT_BELOW, "amount.fen");
    request = usual();
    request.amount.fen = SHOP_MIN_FEN + 99;
    refused(&request, REFUSAL_INCREMENT, "amount.fen");
    shop.terms.person_max_fen = 3 * SHOP_MIN_FEN;
    shop.terms.sha256.bytes[0]++;
    shop_publish(&shop, BANK_B, 2, PRODUCT_ON_SALE);
    request = usual();
    request.version = 2;
    request.amount.fen = 3 * SHOP_MIN_FEN + 100;
    refused(&request, REFUSAL_PERSON_MAXIMUM, "amount.fen");
    request.request = world_request_id(&shop.world);
    request.amount.fen = 2 * SHOP_MIN_FEN;
    (void)shop_placed(&shop, BANK_A, &request);
    request.request = world_request_id(&shop.world);
    shop_ask(&shop, BANK_A, &request);
    world_expect_refused(&shop.world, REFUSAL_PERSON_MAXIMUM, "amount.fen");
    /* Somebody else may. */
    shop.link = shop_link(&shop);
    request.request = world_request_id(&shop.world);
    request.link = shop.link;
    (void)shop_funding(&shop, BANK_A, &request);
}

/* Room for a hundred, and a thousand orders: never oversold; what comes back can be sold again. */
static void a_quota_of_100_and_1000_orders(void **state) {
    (void)state;
    struct id granted[100];
    size_t count = 0;
    shop.sale.quota_fen = 100LL * SHOP_MIN_FEN;
    shop_publish(&shop, BANK_B, 2, PRODUCT_ON_SALE);
    for (int i = 0; i < 1000; i++) {
        struct place_order request = usual();
        shop_ask(&shop, BANK_A, &request);
        if (count < 100)
            granted[count++] = shop_told(&shop).id;
        else
            world_expect_refused(&shop.world, REFUSAL_QUOTA, "amount.fen");
    }
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, shop.sale.quota_fen);
    for (size_t i = 0; i < count; i++)
        shop_answer(&shop, &granted[i], i == 7 ? POSTING_REFUSED : POSTING_POSTED);
    assert_int_equal(shop_quota(&shop, BANK_B).sold_fen, 99 * SHOP_MIN_FEN);
    struct place_order request = usual();
    (void)shop_placed(&shop, BANK_A, &request);
    request = usual();
    shop_ask(&shop, BANK_A, &request);
    world_expect_refused(&shop.world, REFUSAL_QUOTA, "amount.fen");
}

/* What the transfer is refused for, the order is; and nothing is kept of it. */
static void by_the_transfer(void **state) {
    (void)state;
    struct place_order request = usual();
    assert_int_equal(world_down(&shop.world, BANK_B), 0);
    refused(&request, REFUSAL_BANK_OFFLINE_CREDITOR, "");
    assert_int_equal(shop_quota(&shop, BANK_B).reserved_fen, 0);
    assert_int_equal(shop_held(&shop, BANK_B, &shop.link), 0);
    assert_int_equal(world_up(&shop.world, BANK_B), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(by_the_link),
        TEST(by_the_product),
        TEST(terms_changed_between_list_and_order),
        TEST(a_deposit_through_another_bank),
        TEST(by_rules),
        TEST(by_suitability),
        TEST(by_the_amount),
        TEST(a_quota_of_100_and_1000_orders),
        TEST(by_the_transfer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
