/*
 * What a bank sees of its own position, and what it is told of it unasked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/bounds.h"
#include "ledger/laws.h"
#include "ledger/money.h"

static struct position_view asked(struct world *world, bank_code bank, bank_code after,
                                  uint32_t max) {
    static struct position_view view;
    struct query_position query = {"CNY", after, max};
    assert_int_equal(world_send(world, bank, COMMAND_QUERY_POSITION, &query), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_int_equal(partner_decode_position_reply(reply->payload, &world->arena, &view), 0);
    return view;
}

/* The one notice that a bank was told. */
static struct position_alert told(struct world *world, bank_code bank) {
    struct position_alert alert;
    const struct effect *effect = world_one(world, EFFECT_TELL);
    assert_true(effect->bank == bank);
    assert_int_equal(effect->message, MESSAGE_POSITION_ALERT);
    assert_int_equal(partner_decode_position_alert(effect->payload, &world->arena, &alert), 0);
    assert_string_equal(alert.currency, "CNY");
    return alert;
}

static void expect_told(struct world *world, uint32_t level, uint32_t percent, int64_t exposure,
                        int64_t bound) {
    struct position_alert alert = told(world, BANK_A);
    assert_int_equal(alert.level, level);
    assert_int_equal(alert.warn_percent, percent);
    assert_int_equal(alert.exposure_fen, exposure);
    assert_int_equal(alert.bound_fen, bound);
}

static void the_formula_with_its_terms(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id to_b = bounds_link_between(&world, BANK_A, BANK_B);
    struct id to_c = bounds_link_between(&world, BANK_A, BANK_C);
    bounds_paid_in(&world, BANK_A, 2000);
    (void)bounds_begun(&world, BANK_A, FUNDS_OUT, 300);
    bounds_set_cap(&world, BANK_A, true, 1000);
    struct command *pair = bounds_pair_order(&world, BANK_A, BANK_B, 900);
    bounds_carried_out(&world, pair);
    struct id first = bounds_pushed(&world, BANK_A, &to_b, 300);
    bounds_posted(&world, BANK_B, &first);
    (void)bounds_pushed(&world, BANK_A, &to_b, 50);
    (void)bounds_pushed(&world, BANK_B, &to_b, 7);
    (void)bounds_pushed(&world, BANK_A, &to_c, 20);
    struct position_view own = asked(&world, BANK_A, 0, 0);
    assert_int_equal(own.position.reserved_outgoing_fen, 70);
    assert_int_equal(own.position.unsettled_net_fen, -300);
    assert_int_equal(own.exposure_fen, 370);
    assert_true(own.terms.has_cap && own.terms.cap_fen == 1000);
    assert_int_equal(own.terms.balance_fen, 2000);
    assert_int_equal(own.terms.out_reserved_fen, 300);
    assert_int_equal(own.free_fen, 2000 - 300 - 370);
    assert_int_equal(own.pair_count, 2);
    assert_true(own.next == 0);
    static const struct pair_view with_b = {BANK_B, 50, 7, -300, true, 900};
    static const struct pair_view with_c = {BANK_C, 20, 0, 0, false, 0};
    assert_true(own.pairs[0].bank == with_b.bank && own.pairs[0].has_cap);
    assert_int_equal(own.pairs[0].reserved_outgoing_fen, with_b.reserved_outgoing_fen);
    assert_int_equal(own.pairs[0].reserved_incoming_fen, with_b.reserved_incoming_fen);
    assert_int_equal(own.pairs[0].unsettled_net_fen, with_b.unsettled_net_fen);
    assert_int_equal(own.pairs[0].cap_fen, with_b.cap_fen);
    assert_true(own.pairs[1].bank == with_c.bank && !own.pairs[1].has_cap);
    assert_int_equal(own.pairs[1].reserved_outgoing_fen, with_c.reserved_outgoing_fen);
    struct position_view other = asked(&world, BANK_B, 0, 0); /* its own side, and no cap of A's */
    assert_int_equal(other.pair_count, 1);
    assert_int_equal(other.exposure_fen, 7 - 300);
    assert_int_equal(other.pairs[0].unsettled_net_fen, 300);
    assert_int_equal(other.pairs[0].reserved_incoming_fen, 50);
    assert_false(other.pairs[0].has_cap);
    laws_check(&world);
    world_deinit(&world);
}

static void pages_go_on_behind(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id to_b = bounds_link_between(&world, BANK_A, BANK_B);
    struct id to_c = bounds_link_between(&world, BANK_A, BANK_C);
    (void)bounds_pushed(&world, BANK_A, &to_b, 1);
    (void)bounds_pushed(&world, BANK_A, &to_c, 2);
    struct position_view page = asked(&world, BANK_A, 0, 1);
    assert_int_equal(page.pair_count, 1);
    assert_true(page.pairs[0].bank == BANK_B && page.next == BANK_B);
    page = asked(&world, BANK_A, page.next, 1);
    assert_int_equal(page.pair_count, 1);
    assert_true(page.pairs[0].bank == BANK_C && page.next == 0);
    page = asked(&world, BANK_A, BANK_C, 100);
    assert_int_equal(page.pair_count, 0);
    assert_int_equal(page.position.reserved_outgoing_fen, 3); /* on each page */
    world_deinit(&world);
}

static void of_a_bank_that_is_not_active(void **state) {
    (void)state;
    struct world world;
    struct query_position query = {.currency = "CNY"};
    world_init(&world);
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_POSITION, &query), 0);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, NULL);
    world_deinit(&world);
}

static void told_at_each_warning(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    bounds_set_cap(&world, BANK_A, true, 1000);
    (void)bounds_pushed(&world, BANK_A, &link, 799);
    assert_int_equal(world_count(&world, EFFECT_TELL), 0);
    (void)bounds_pushed(&world, BANK_A, &link, 1);
    expect_told(&world, 1, 80, 800, 1000);
    struct id second = bounds_pushed(&world, BANK_A, &link, 150);
    expect_told(&world, 2, 95, 950, 1000);
    struct id third = bounds_pushed(&world, BANK_A, &link, 50);
    assert_int_equal(world_count(&world, EFFECT_TELL), 0); /* it knows */
    money_answer(&world, &third, POSTING_REFUSED);         /* 95.0 */
    assert_int_equal(world_count(&world, EFFECT_TELL), 0);
    money_answer(&world, &second, POSTING_REFUSED); /* 80.0: below 90 */
    expect_told(&world, 1, 80, 800, 1000);
    bounds_set_cap(&world, BANK_A, true, 700); /* under the present exposure */
    expect_told(&world, 2, 95, 800, 700);
    bounds_set_cap(&world, BANK_A, false, 0);
    expect_told(&world, 0, 0, 800, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void told_again_when_it_comes(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    bounds_set_cap(&world, BANK_A, true, 100);
    assert_int_equal(world_down(&world, BANK_A), 0);
    assert_int_equal(world_up(&world, BANK_A), 0);
    assert_int_equal(world_count(&world, EFFECT_TELL), 0);
    (void)bounds_pushed(&world, BANK_A, &link, 85);
    assert_int_equal(world_down(&world, BANK_A), 0);
    assert_int_equal(world_up(&world, BANK_A), 0);
    expect_told(&world, 1, 80, 85, 100);
    assert_int_equal(world_up(&world, BANK_B), 0); /* nothing of the other's */
    assert_int_equal(world_count(&world, EFFECT_TELL), 0);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formula_with_its_terms),   cmocka_unit_test(pages_go_on_behind),
        cmocka_unit_test(of_a_bank_that_is_not_active), cmocka_unit_test(told_at_each_warning),
        cmocka_unit_test(told_again_when_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
