/*
 * The catalogue: who publishes what over what, who sees and hears it, and how it is listed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/identifier.h"
#include "domain/rules.h"
#include "ledger/laws.h"
#include "store/catalogue.h"

/* B issues; A sells; C sees nothing unless it is named. */
struct shop {
    struct world world;
    struct product_terms terms;
    struct product_sale sale;
};

static void shop_init(struct shop *shop) {
    world_init(&shop->world);
    shop->terms = (struct product_terms){.kind = PRODUCT_WEALTH,
                                         .name = "Steady 90",
                                         .risk = 2,
                                         .sha256.bytes = {1, 2, 3},
                                         .currency = "CNY",
                                         .min_fen = 100000,
                                         .increment_fen = 100,
                                         .person_max_fen = 5000000,
                                         .term_days = 90,
                                         .rate = 31000,
                                         .cut_off = 900,
                                         .confirm_days = 1,
                                         .payout_days = 2};
    shop->sale = (struct product_sale){.quota_fen = 100000000,
                                       .from_ms = 5,
                                       .until_ms = 6,
                                       .price = 1020000,
                                       .price_day = 20000,
                                       .bank_count = 1,
                                       .banks = {{BANK_A, false}}};
}

static void shop_deinit(struct shop *shop) {
    laws_check(&shop->world);
    world_deinit(&shop->world);
}

static struct publish_product publication(struct shop *shop, const char *code, uint32_t version,
                                          enum product_state state) {
    return (struct publish_product){.request = world_request_id(&shop->world),
                                    .code = span_text(code),
                                    .version = version,
                                    .state = state,
                                    .terms = &shop->terms,
                                    .sale = &shop->sale};
}

static void send(struct shop *shop, bank_code bank, const struct publish_product *request) {
    assert_int_equal(world_send(&shop->world, bank, COMMAND_PUBLISH_PRODUCT, request), 0);
}

static struct product_view view_of(struct shop *shop, const struct effect *effect) {
    struct product_view view;
    struct notice_place place;
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(
            partner_decode_product_notice(effect->payload, &shop->world.arena, &place, &view), 0);
    else
        assert_int_equal(partner_decode_product_reply(effect->payload, &shop->world.arena, &view),
                         0);
    return view;
}

static struct product_view told(struct shop *shop) {
    return view_of(shop, world_one(&shop->world, EFFECT_REPLY));
}

/* B publishes, which must work. */
static struct product_view publish(struct shop *shop, const char *code, uint32_t version,
                                   enum product_state state) {
    struct publish_product request = publication(shop, code, version, state);
    send(shop, BANK_B, &request);
    return told(shop);
}

static void refused(struct shop *shop, const struct publish_product *request,
                    enum refusal_code code, const char *field) {
    send(shop, BANK_B, request);
    world_expect_refused(&shop->world, code, field);
}

static void look(struct shop *shop, bank_code bank, const char *code, uint32_t version) {
    struct get_product query = {BANK_B, span_text(code), version};
    assert_int_equal(world_send(&shop->world, bank, COMMAND_GET_PRODUCT, &query), 0);
}

/* ---- a product's life ---- */

static void published_and_seen(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    struct world *world = &shop.world;
    struct product_view view = publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    assert_true(view.product.issuer == BANK_B && view.sold_by_you && view.distributors);
    assert_string_equal(view.product.code, "W-1");
    assert_true(view.product.version == 1 && view.product.terms_version == 1);
    assert_int_equal(view.product.state, PRODUCT_ON_SALE);
    assert_int_equal(view.product.sequence, world->sequence);
    assert_true(view.product.published_at_ms == world->now_ms &&
                view.product.changed_at_ms == world->now_ms);
    assert_true(product_same_terms(&view.product.terms, &shop.terms));
    assert_true(digest_equal(&view.product.terms.sha256, &shop.terms.sha256));
    assert_int_equal(view.product.sale.quota_fen, 100000000);
    assert_true(view.product.sale.from_ms == 5 && view.product.sale.until_ms == 6);
    assert_true(view.product.sale.price == 1020000 && view.product.sale.price_day == 20000);
    assert_true(view.product.sale.bank_count == 1 && view.product.sale.banks[0].bank == BANK_A);
    /* A is told, and nobody else. */
    const struct effect *notice = world_one(world, EFFECT_NOTICE);
    assert_true(notice->bank == BANK_A && notice->message == MESSAGE_PRODUCT_NOTICE);
    view = view_of(&shop, notice);
    assert_true(view.sold_by_you && view.product.sale.bank_count == 0);
    assert_int_equal(view.product.version, 1);
    /* So it is when they ask. */
    look(&shop, BANK_A, "W-1", 0);
    assert_true(told(&shop).sold_by_you);
    look(&shop, BANK_B, "W-1", 1);
    assert_true(told(&shop).distributors);
    look(&shop, BANK_C, "W-1", 0);
    world_expect_refused(world, REFUSAL_NO_SUCH_PRODUCT, "code");
    look(&shop, BANK_A, "W-2", 0);
    world_expect_refused(world, REFUSAL_NO_SUCH_PRODUCT, "code");
    look(&shop, BANK_A, "W-1", 2);
    world_expect_refused(world, REFUSAL_NO_SUCH_PRODUCT, "version");
    struct id id = store_product_id(BANK_B, SPAN_LITERAL("W-1"));
    struct quota quota;
    assert_int_equal(store_get_quota(world->store, &id, &quota), 0);
    assert_true(quota.sold_fen == 0 && quota.reserved_fen == 0);
    shop_deinit(&shop);
}

static void changed_suspended_withdrawn(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    publish(&shop, "W-1", 1, PRODUCT_SUSPENDED);
    shop.world.now_ms += MINUTE_MS;
    struct product_view view = publish(&shop, "W-1", 2, PRODUCT_ON_SALE);
    assert_true(view.product.version == 2 && view.product.terms_version == 1);
    assert_true(view.product.published_at_ms == view.product.changed_at_ms - MINUTE_MS);
    shop.sale.price = 1030000; /* a day's value is no change of terms */
    view = publish(&shop, "W-1", 3, PRODUCT_ON_SALE);
    assert_int_equal(view.product.terms_version, 1);
    shop.terms.sha256.bytes[0] = 9;
    shop.terms.rate = 29000;
    view = publish(&shop, "W-1", 4, PRODUCT_ON_SALE);
    assert_int_equal(view.product.terms_version, 4);
    struct publish_product request = publication(&shop, "W-1", 5, PRODUCT_SUSPENDED);
    request.terms = NULL;
    request.sale = NULL;
    send(&shop, BANK_B, &request);
    view = told(&shop);
    assert_true(view.product.terms.rate == 29000 && view.product.sale.price == 1030000);
    assert_true(view.product.state == PRODUCT_SUSPENDED && view.product.terms_version == 4);
    request = publication(&shop, "W-1", 6, PRODUCT_WITHDRAWN);
    request.terms = NULL;
    request.sale = NULL;
    send(&shop, BANK_B, &request);
    assert_int_equal(told(&shop).product.state, PRODUCT_WITHDRAWN);
    request = publication(&shop, "W-1", 7, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_PRODUCT_STATE, "state");
    /* Older ones are as they were. */
    look(&shop, BANK_A, "W-1", 2);
    view = told(&shop);
    assert_true(view.product.version == 2 && view.product.sale.price == 1020000);
    look(&shop, BANK_A, "W-1", 0);
    assert_int_equal(told(&shop).product.version, 6);
    assert_int_equal(world_counters(&shop.world, BANK_A).last_notice, 6);
    assert_int_equal(world_fetch(&shop.world, BANK_A, 0, 10), 0);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 6);
    for (size_t i = 0; i < 6; i++) {
        view = view_of(&shop, world_effect(&shop.world, EFFECT_NOTICE, i));
        assert_int_equal(view.product.version, i + 1);
        assert_int_equal(view.product.terms.rate, i < 3 ? 31000 : 29000);
    }
    shop_deinit(&shop);
}

/* ---- what is refused ---- */

static void versions_that_are_not_next(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    struct publish_product request = publication(&shop, "W-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_NO_SUCH_PRODUCT, "code");
    request = publication(&shop, "W-1", 1, PRODUCT_WITHDRAWN);
    refused(&shop, &request, REFUSAL_PRODUCT_STATE, "state");
    request = publication(&shop, "W-1", 1, PRODUCT_ON_SALE);
    request.sale = NULL;
    refused(&shop, &request, REFUSAL_FIELD_MISSING, "sale");
    request = publication(&shop, "W-1", 1, PRODUCT_ON_SALE);
    request.terms = NULL;
    refused(&shop, &request, REFUSAL_FIELD_MISSING, "terms");
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    publish(&shop, "W-1", 2, PRODUCT_ON_SALE);
    /* Somebody else's change came first: the present number comes along, each time. */
    struct publish_product late = publication(&shop, "W-1", 2, PRODUCT_SUSPENDED);
    for (int again = 0; again < 2; again++) {
        refused(&shop, &late, REFUSAL_PRODUCT_CHANGED, "version");
        struct refusal_view refusal =
            world_refusal(&shop.world, world_one(&shop.world, EFFECT_REPLY));
        assert_int_equal(refusal.product_version, 2);
        assert_int_equal(refusal.replayed, again);
        if (again == 0)
            publish(&shop, "W-1", 3, PRODUCT_ON_SALE);
        send(&shop, BANK_B, &late);
    }
    request = publication(&shop, "W-1", 9, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_PRODUCT_CHANGED, "version");
    /* Another bank's product is another one. */
    request = publication(&shop, "W-1", 4, PRODUCT_ON_SALE);
    send(&shop, BANK_C, &request);
    world_expect_refused(&shop.world, REFUSAL_NO_SUCH_PRODUCT, "code");
    shop_deinit(&shop);
}

static void terms_without_their_digest(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    shop.terms.rate = 1;
    struct publish_product request = publication(&shop, "W-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_PRODUCT_TERMS, "terms.text_sha256");
    shop.terms.kind = PRODUCT_FUND;
    shop.terms.sha256.bytes[0] = 7;
    request = publication(&shop, "W-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "terms.kind");
    shop_deinit(&shop);
}

static void sales_that_cannot_be(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    struct product_sale good = shop.sale;
    struct publish_product request = publication(&shop, "W-1", 1, PRODUCT_ON_SALE);
    shop.sale.until_ms = 5;
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "sale.until_ms");
    shop.sale = good;
    shop.sale.banks[0].bank = BANK_D;
    request.request = world_request_id(&shop.world);
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
    shop.sale.banks[0].bank = BANK_B; /* the issuer itself */
    request.request = world_request_id(&shop.world);
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "sale.distributor_bank_codes");
    shop.sale = good;
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    /* Below what is sold and reserved. */
    struct quota quota = {store_product_id(BANK_B, SPAN_LITERAL("W-1")), 300000, 200000};
    store_begin(shop.world.store);
    store_put_quota(shop.world.store, &quota, false);
    store_commit(shop.world.store);
    shop.sale.quota_fen = 499999;
    request = publication(&shop, "W-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_PRODUCT_QUOTA, "sale.quota_fen");
    shop.sale.quota_fen = 500000;
    publish(&shop, "W-1", 2, PRODUCT_ON_SALE);
    shop.sale.quota_fen = 0; /* none */
    publish(&shop, "W-1", 3, PRODUCT_ON_SALE);
    quota.sold_fen = quota.reserved_fen = 0; /* no order took it */
    store_begin(shop.world.store);
    store_put_quota(shop.world.store, &quota, false);
    store_commit(shop.world.store);
    shop_deinit(&shop);
}

static void loans(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    shop.terms.kind = PRODUCT_LOAN;
    shop.terms.risk = 0;
    shop.terms.rate = 0;
    shop.terms.loan = (struct loan_terms){.partner = BANK_A,
                                          .lead_share = rules_compiled()->lead_share_floor,
                                          .daily_rate = 500,
                                          .instalments = 3,
                                          .grace_days = 5};
    shop.sale.price = 0;
    struct product_view view = publish(&shop, "L-1", 1, PRODUCT_ON_SALE);
    assert_true(product_same_terms(&view.product.terms, &shop.terms));
    shop.terms.sha256.bytes[0] = 7;
    shop.terms.loan.lead_share--;
    struct publish_product request = publication(&shop, "L-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_LEAD_SHARE, "terms.loan.lead_share");
    shop.terms.loan.lead_share++;
    shop.terms.loan.partner = BANK_B;
    request = publication(&shop, "L-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "terms.loan.partner_bank_code");
    shop.terms.loan.partner = BANK_D;
    request = publication(&shop, "L-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_FIELD_INVALID, "terms.loan.partner_bank_code");
    shop_deinit(&shop);
}

/* ---- once ---- */

static void the_same_request_again(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    struct publish_product request = publication(&shop, "W-1", 1, PRODUCT_ON_SALE);
    send(&shop, BANK_B, &request);
    publish(&shop, "W-1", 2, PRODUCT_SUSPENDED);
    send(&shop, BANK_B, &request);
    struct product_view view = told(&shop);
    assert_true(view.replayed && view.product.version == 2); /* in its present state */
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 0);
    request.code = SPAN_LITERAL("W-2");
    refused(&shop, &request, REFUSAL_DUPLICATE, "code");
    request.code = SPAN_LITERAL("W-1");
    request.version = 3;
    refused(&shop, &request, REFUSAL_DUPLICATE, "");
    shop_deinit(&shop);
}

/* ---- who sees it ---- */

static void banks_come_and_go(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    shop.sale.banks[0].bank = BANK_C;
    publish(&shop, "W-1", 2, PRODUCT_ON_SALE);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(&shop.world, EFFECT_NOTICE, i);
        assert_int_equal(view_of(&shop, notice).sold_by_you, notice->bank == BANK_C);
    }
    look(&shop, BANK_A, "W-1", 0);
    assert_false(told(&shop).sold_by_you);
    look(&shop, BANK_A, "W-1", 1); /* when it did sell it */
    assert_false(told(&shop).sold_by_you);
    struct publish_product request = publication(&shop, "W-1", 3, PRODUCT_SUSPENDED);
    request.sale = NULL;
    send(&shop, BANK_B, &request);
    assert_int_equal(told(&shop).product.sale.bank_count, 1);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    shop_deinit(&shop);
}

static void every_bank(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    shop.sale.all_banks = true;
    shop.sale.bank_count = 0;
    shop.world.now_ms += 1;
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2); /* A and C */
    shop.sale.all_banks = false;
    publish(&shop, "W-1", 2, PRODUCT_ON_SALE);
    assert_int_equal(world_count(&shop.world, EFFECT_NOTICE), 2);
    look(&shop, BANK_C, "W-1", 0);
    assert_false(told(&shop).sold_by_you);
    /* One that comes at this very instant lists it. */
    assert_int_equal(world_bank_add(&shop.world, BANK_D, BANK_ROLE_CLASS1), 0);
    publish(&shop, "W-1", 3, PRODUCT_ON_SALE);
    assert_int_equal(world_counters(&shop.world, BANK_D).last_notice, 0);
    shop.world.now_ms += 1;
    publish(&shop, "W-1", 4, PRODUCT_ON_SALE);
    assert_int_equal(world_counters(&shop.world, BANK_D).last_notice, 1);
    shop_deinit(&shop);
}

/* Registered, with a key of its own. */
static bank_code another_bank(struct world *world, bank_code after) {
    char text[BANK_CODE_TEXT_SIZE];
    bank_code bank = after;
    struct bank stored;
    do {
        bank_code parsed;
        do
            bank_code_format(++bank, text);
        while (!bank_code_parse(span_text(text), &parsed));
        assert_int_equal(world_bank_add(world, bank, BANK_ROLE_CLASS2), 0);
    } while (store_get_bank(world->store, bank, &stored) != 0); /* another one's key */
    return bank;
}

static void too_many_banks(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    shop.sale.bank_count = PRODUCT_BANKS_MAX;
    bank_code last = 999200000000u;
    for (uint32_t i = 0; i < PRODUCT_BANKS_MAX; i++) {
        last = another_bank(&shop.world, last);
        shop.sale.banks[i] = (struct product_bank){last, false};
    }
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    shop.sale.bank_count = 1;
    shop.sale.banks[0].bank = BANK_A;
    struct publish_product request = publication(&shop, "W-1", 2, PRODUCT_ON_SALE);
    refused(&shop, &request, REFUSAL_PRODUCT_BANKS, "sale.distributor_bank_codes");
    shop_deinit(&shop);
}

static void as_many_versions_as_may_be(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    shop.sale.bank_count = 0;
    for (uint32_t version = 1; version <= PRODUCT_VERSIONS_MAX; version++)
        publish(&shop, "W-1", version, PRODUCT_ON_SALE);
    struct publish_product request =
        publication(&shop, "W-1", PRODUCT_VERSIONS_MAX + 1, PRODUCT_SUSPENDED);
    refused(&shop, &request, REFUSAL_PRODUCT_LIFE, "version");
    publish(&shop, "W-1", PRODUCT_VERSIONS_MAX + 1, PRODUCT_WITHDRAWN);
    shop_deinit(&shop);
}

/* ---- lists ---- */

static struct product_page list(struct shop *shop, bank_code bank, struct list_products query) {
    struct product_page page;
    if (query.max == 0)
        query.max = PRODUCT_PAGE_MAX;
    assert_int_equal(world_send(&shop->world, bank, COMMAND_LIST_PRODUCTS, &query), 0);
    const struct effect *reply = world_one(&shop->world, EFFECT_REPLY);
    assert_int_equal(partner_decode_product_page(reply->payload, &shop->world.arena, &page), 0);
    return page;
}

static void listed_by_their_changes(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    publish(&shop, "W-2", 1, PRODUCT_ON_SALE);
    shop.terms.risk = 4;
    publish(&shop, "W-3", 1, PRODUCT_ON_SALE);
    shop.terms.kind = PRODUCT_FUND;
    publish(&shop, "F-1", 1, PRODUCT_ON_SALE);
    struct product_page page = list(&shop, BANK_A, (struct list_products){.max = 3});
    assert_true(page.count == 3 && page.more);
    assert_string_equal(page.products[0].product.code, "W-1");
    assert_string_equal(page.products[2].product.code, "W-3");
    /* One that was told changes: it comes again, behind the others. */
    struct publish_product request = publication(&shop, "W-1", 2, PRODUCT_SUSPENDED);
    request.terms = NULL;
    send(&shop, BANK_B, &request);
    page = list(&shop, BANK_A, (struct list_products){.after_sequence = page.next_sequence});
    assert_true(page.count == 2 && !page.more);
    assert_string_equal(page.products[0].product.code, "F-1");
    assert_string_equal(page.products[1].product.code, "W-1");
    assert_int_equal(page.products[1].product.version, 2);
    assert_true(page.next_sequence == page.products[1].product.sequence);
    page = list(&shop, BANK_A, (struct list_products){.after_sequence = page.next_sequence});
    assert_true(page.count == 0 && !page.more);
    /* Of a kind, of an issuer, of a risk; and by who may see them. */
    assert_int_equal(list(&shop, BANK_A, (struct list_products){.kind = PRODUCT_FUND}).count, 1);
    assert_int_equal(list(&shop, BANK_A, (struct list_products){.risk_max = 2}).count, 2);
    assert_int_equal(list(&shop, BANK_A, (struct list_products){.issuer = BANK_B}).count, 4);
    assert_int_equal(list(&shop, BANK_A, (struct list_products){.issuer = BANK_C}).count, 0);
    assert_int_equal(list(&shop, BANK_C, (struct list_products){.max = 0}).count, 0);
    /* Nothing has such a number. */
    page = list(&shop, BANK_A, (struct list_products){.after_sequence = UINT64_MAX});
    assert_true(page.count == 0 && !page.more && page.next_sequence == UINT64_MAX);
    shop_deinit(&shop);
}

static void pages_that_look_in_vain(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    char code[8];
    for (int i = 0; i < 300; i++) {
        snprintf(code, sizeof code, "W-%d", i);
        shop.sale.banks[0].bank = i == 299 ? BANK_C : BANK_A;
        publish(&shop, code, 1, PRODUCT_ON_SALE);
    }
    struct product_page page = list(&shop, BANK_C, (struct list_products){.max = 0});
    assert_true(page.count == 0 && page.more); /* bounded: it goes on where it was */
    page = list(&shop, BANK_C, (struct list_products){.after_sequence = page.next_sequence});
    assert_true(page.count == 1 && !page.more);
    page = list(&shop, BANK_A, (struct list_products){.max = 0});
    assert_true(page.count == PRODUCT_PAGE_MAX && page.more);
    assert_int_equal(world_bank_disable(&shop.world, BANK_A), 0);
    struct list_products query = {.max = 1};
    assert_int_equal(world_send(&shop.world, BANK_A, COMMAND_LIST_PRODUCTS, &query), 0);
    world_expect_refused(&shop.world, REFUSAL_BANK_SUSPENDED, "");
    shop_deinit(&shop);
}

/* ---- kept ---- */

static void kept_over_a_restart(void **state) {
    (void)state;
    struct shop shop;
    shop_init(&shop);
    publish(&shop, "W-1", 1, PRODUCT_ON_SALE);
    shop.sale.banks[0].bank = BANK_C;
    publish(&shop, "W-1", 2, PRODUCT_SUSPENDED);
    struct digest before = world_digest(&shop.world);
    world_reopen(&shop.world);
    struct digest after = world_digest(&shop.world);
    assert_true(digest_equal(&before, &after));
    publish(&shop, "W-1", 3, PRODUCT_ON_SALE);
    look(&shop, BANK_A, "W-1", 1);
    assert_int_equal(told(&shop).product.version, 1);
    shop_deinit(&shop);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_and_seen),
        cmocka_unit_test(changed_suspended_withdrawn),
        cmocka_unit_test(versions_that_are_not_next),
        cmocka_unit_test(terms_without_their_digest),
        cmocka_unit_test(sales_that_cannot_be),
        cmocka_unit_test(loans),
        cmocka_unit_test(the_same_request_again),
        cmocka_unit_test(banks_come_and_go),
        cmocka_unit_test(every_bank),
        cmocka_unit_test(too_many_banks),
        cmocka_unit_test(as_many_versions_as_may_be),
        cmocka_unit_test(listed_by_their_changes),
        cmocka_unit_test(pages_that_look_in_vain),
        cmocka_unit_test(kept_over_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
