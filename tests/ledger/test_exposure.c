/*
 * What a bank may owe: caps and liquidity are looked at with the reservation, exactly the bound
 * passes, and payments into and out of a balance take two people twice.
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
#include "ledger/world_people.h"

static struct id cap_world(struct world *world, int64_t cap_fen) {
    world_init(world);
    struct id link = money_link(world, &(struct agreed_limits){0});
    bounds_set_cap(world, BANK_A, true, cap_fen);
    return link;
}

/* ---- caps ---- */

static void exactly_the_cap_passes(void **state) {
    (void)state;
    struct world world;
    struct id link = cap_world(&world, 1000);
    struct id first = bounds_pushed(&world, BANK_A, &link, 600);
    bounds_refused(&world, BANK_A, &link, 401, REFUSAL_CAP, "amount.fen");
    struct id second = bounds_pushed(&world, BANK_A, &link, 400);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    money_answer(&world, &second, POSTING_REFUSED); /* and is room again */
    (void)bounds_pushed(&world, BANK_A, &link, 400);
    money_answer(&world, &first, POSTING_POSTED); /* which is not */
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    struct submit_transfer pull = world_submit(&world, &link, TRANSFER_PULL, 300);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &pull), 0);
    struct id back = world_instruction(&world).transfer;
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    money_answer(&world, &back, POSTING_POSTED); /* what is due to it is */
    bounds_refused(&world, BANK_A, &link, 301, REFUSAL_CAP, "amount.fen");
    (void)bounds_pushed(&world, BANK_A, &link, 300);
    laws_check(&world);
    world_deinit(&world);
}

/* DOMAIN.md: A owes 30,000 and so on; with A's cap at 20,000 the first is refused. */
static void netting_of_three(void **state) {
    (void)state;
    static const struct {
        bank_code from, to;
        int64_t fen;
    } sent[] = {{BANK_A, BANK_B, 30000}, {BANK_B, BANK_A, 12000}, {BANK_A, BANK_C, 5000},
                {BANK_C, BANK_B, 8000},  {BANK_B, BANK_C, 1000},  {BANK_C, BANK_A, 2500}};
    for (int capped = 0; capped < 2; capped++) {
        struct world world;
        world_init(&world);
        struct id links[] = {bounds_link_between(&world, BANK_A, BANK_B),
                             bounds_link_between(&world, BANK_A, BANK_C),
                             bounds_link_between(&world, BANK_C, BANK_B)};
        if (capped)
            bounds_set_cap(&world, BANK_A, true, 20000);
        for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
            bool with_a = sent[i].from == BANK_A || sent[i].to == BANK_A;
            bool with_b = sent[i].from == BANK_B || sent[i].to == BANK_B;
            const struct id *link = &links[!with_a ? 2 : with_b ? 0 : 1];
            if (capped && i == 0) {
                bounds_refused(&world, BANK_A, link, sent[i].fen, REFUSAL_CAP, "amount.fen");
                continue;
            }
            struct id id = bounds_pushed(&world, sent[i].from, link, sent[i].fen);
            bounds_posted(&world, sent[i].to, &id);
        }
        assert_true(world_position(&world, BANK_A).unsettled_net_fen == (capped ? 9500 : -20500));
        assert_true(world_position(&world, BANK_B).unsettled_net_fen == (capped ? -5000 : 25000));
        assert_true(world_position(&world, BANK_C).unsettled_net_fen == -4500);
        assert_true(world_pair(&world, BANK_A, BANK_B).unsettled_fen == (capped ? 12000 : -18000));
        assert_true(world_pair(&world, BANK_A, BANK_C).unsettled_fen == -2500);
        assert_true(world_pair(&world, BANK_B, BANK_C).unsettled_fen == 7000);
        laws_check(&world);
        world_deinit(&world);
    }
}

static void a_cap_towards_one_bank(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id to_b = bounds_link_between(&world, BANK_A, BANK_B);
    struct id to_c = bounds_link_between(&world, BANK_A, BANK_C);
    bounds_carried_out(&world, bounds_pair_order(&world, BANK_A, BANK_B, 100));
    struct id first = bounds_pushed(&world, BANK_A, &to_b, 100);
    bounds_refused(&world, BANK_A, &to_b, 1, REFUSAL_CAP, "debtor");
    (void)bounds_pushed(&world, BANK_A, &to_c, 5000);
    (void)bounds_pushed(&world, BANK_B, &to_b,
                        5000); /* what the other one may owe is another matter */
    bounds_posted(&world, BANK_B, &first);
    bounds_refused(&world, BANK_A, &to_b, 1, REFUSAL_CAP, "debtor");
    bounds_carried_out(&world,
                       bounds_pair_order(&world, BANK_A, BANK_B, 50)); /* below what it owes */
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    bounds_refused(&world, BANK_A, &to_b, 1, REFUSAL_CAP, "debtor");
    laws_check(&world);
    world_deinit(&world);
}

static void lowered_under_the_present_exposure(void **state) {
    (void)state;
    struct world world;
    struct id link = cap_world(&world, 1000);
    struct id first = bounds_pushed(&world, BANK_A, &link, 700);
    bounds_set_cap(&world, BANK_A, true, 500);
    assert_true(world_count(&world, EFFECT_ALARM) >= 1);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    money_answer(&world, &first, POSTING_POSTED); /* what was on its way goes on */
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    bounds_set_cap(&world, BANK_A, false, 0);
    (void)bounds_pushed(&world, BANK_A, &link, 5000);
    laws_check(&world);
    world_deinit(&world);
}

/* 64 at once for what fits 40: exactly these pass, and the last fen is used. */
static void many_for_the_last_fen(void **state) {
    (void)state;
    enum { CALLERS = 64, FIT = 40 };
    struct world world;
    struct id link = cap_world(&world, FIT * 25);
    size_t passed = 0;
    for (int i = 0; i < CALLERS; i++) {
        bounds_submit(&world, BANK_A, &link, 25);
        passed += world_count(&world, EFFECT_SEND);
        if (world_count(&world, EFFECT_SEND) == 0)
            world_expect_refused(&world, REFUSAL_CAP, "amount.fen");
    }
    assert_int_equal(passed, FIT);
    assert_int_equal(world_position(&world, BANK_A).reserved_outgoing_fen, FIT * 25);
    laws_check(&world);
    world_deinit(&world);
}

static void sums_near_the_end_of_numbers(void **state) {
    (void)state;
    struct world world;
    struct id link = cap_world(&world, FEN_MAX);
    (void)bounds_pushed(&world, BANK_A, &link, FEN_MAX - 5);
    bounds_refused(&world, BANK_A, &link, 6, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    bounds_refused(&world, BANK_A, &link, FEN_MAX, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    (void)bounds_pushed(&world, BANK_A, &link, 5);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    laws_check(&world);
    world_deinit(&world);
}

/* A return is exempt from the limits of accounts, not from what its bank may owe. */
static void returns_are_bounded(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    struct id original = world_transfer_in(&world, &link, TRANSFER_PULL, 500, TRANSFER_ACCEPTED);
    bounds_set_cap(&world, BANK_A, true, 0);
    struct submit_return back = money_return(&world, &original, 500);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &back), 0);
    struct id again = world_instruction(&world).transfer; /* what it got covers it */
    money_answer(&world, &again, POSTING_POSTED);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_CAP, "amount.fen");
    laws_check(&world);
    world_deinit(&world);
}

/* ---- funds ---- */

static void exactly_what_was_paid_in(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    bounds_set_prefunded(&world, BANK_A);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_LIQUIDITY, "amount.fen");
    struct id in = bounds_begun(&world, BANK_A, FUNDS_IN, 1000);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_LIQUIDITY, "amount.fen"); /* not seen yet */
    bounds_carried_out(&world, bounds_end_order(&world, &in, true));
    assert_true(world_exposure(&world, BANK_A).balance_fen == 1000);
    (void)bounds_pushed(&world, BANK_A, &link, 600);
    bounds_refused_order(&world, bounds_funds_order(&world, BANK_A, FUNDS_OUT, 401),
                         REFUSAL_LIQUIDITY, "amount_fen");
    struct id out = bounds_begun(&world, BANK_A, FUNDS_OUT, 300);
    bounds_refused(&world, BANK_A, &link, 101, REFUSAL_LIQUIDITY, "amount.fen");
    (void)bounds_pushed(&world, BANK_A, &link, 100);
    bounds_refused_order(&world, bounds_funds_order(&world, BANK_A, FUNDS_OUT, 1),
                         REFUSAL_LIQUIDITY, "amount_fen");
    bounds_carried_out(&world, bounds_end_order(&world, &out, true));
    assert_true(world_exposure(&world, BANK_A).balance_fen == 700);
    assert_true(world_exposure(&world, BANK_A).out_reserved_fen == 0);
    bounds_refused(&world, BANK_A, &link, 1, REFUSAL_LIQUIDITY, "amount.fen");
    laws_check(&world);
    world_deinit(&world);
}

static void a_payment_ends_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    bounds_paid_in(&world, BANK_B, 50);
    struct funds in = bounds_latest(&world);
    assert_int_equal(in.state, FUNDS_CONFIRMED);
    assert_string_equal(in.reference, "HVPS-1");
    assert_string_equal(in.end_reference, "HVPS-2");
    assert_int_equal(in.history.count, 2);
    assert_true(in.history.entries[1].two && in.history.entries[1].uid == UID_ONE);
    assert_int_equal(in.history.entries[1].approver, UID_TWO);
    bounds_refused_order(&world, bounds_end_order(&world, &in.id, true), REFUSAL_FUNDS_STATE,
                         "funds");
    bounds_refused_order(&world, bounds_end_order(&world, &in.id, false), REFUSAL_FUNDS_STATE,
                         "funds");
    struct id out = bounds_begun(&world, BANK_B, FUNDS_OUT, 50);
    assert_true(world_exposure(&world, BANK_B).out_reserved_fen == 50);
    bounds_carried_out(&world, bounds_end_order(&world, &out, false));
    assert_true(world_exposure(&world, BANK_B).out_reserved_fen == 0);
    assert_true(world_exposure(&world, BANK_B).balance_fen == 50);
    bounds_refused_order(&world, bounds_end_order(&world, &out, true), REFUSAL_FUNDS_STATE,
                         "funds");
    laws_check(&world);
    world_deinit(&world);
}

static void orders_about_nobody(void **state) {
    (void)state;
    struct world world;
    static const struct id nothing = {{9}};
    world_init(&world);
    bounds_refused_order(&world, bounds_cap_order(&world, BANK_D, CAP_SET_CAP),
                         REFUSAL_NO_SUCH_BANK, "code");
    bounds_refused_order(&world, bounds_pair_order(&world, BANK_A, BANK_D, 1), REFUSAL_NO_SUCH_BANK,
                         "counterparty");
    bounds_refused_order(&world, bounds_pair_order(&world, BANK_D, BANK_A, 1), REFUSAL_NO_SUCH_BANK,
                         "code");
    bounds_refused_order(&world, bounds_funds_order(&world, BANK_D, FUNDS_IN, 1),
                         REFUSAL_NO_SUCH_BANK, "code");
    bounds_refused_order(&world, bounds_end_order(&world, &nothing, true), REFUSAL_NO_SUCH_OBJECT,
                         "funds");
    bounds_paid_in(&world, BANK_A, FEN_MAX);
    struct id more = bounds_begun(&world, BANK_A, FUNDS_IN, 1);
    bounds_refused_order(&world, bounds_end_order(&world, &more, true), REFUSAL_AMOUNT_NEGATIVE,
                         "amount_fen");
    laws_check(&world);
    world_deinit(&world);
}

/* Of warnings the alarm comes once on the way up, and again after it fell 5 points below. */
static void warnings(void **state) {
    (void)state;
    struct world world;
    struct id link = cap_world(&world, 1000);
    (void)bounds_pushed(&world, BANK_A, &link, 799);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 0);
    struct id last = bounds_pushed(&world, BANK_A, &link, 1);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    assert_int_equal(world_exposure(&world, BANK_A).level, 1);
    money_answer(&world, &last, POSTING_REFUSED); /* 79.9: not far enough */
    assert_int_equal(world_exposure(&world, BANK_A).level, 1);
    last = bounds_pushed(&world, BANK_A, &link, 200);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 1);
    assert_int_equal(world_exposure(&world, BANK_A).level, 2);
    struct command *command = bounds_cap_order(&world, BANK_A, CAP_SET_WARN);
    command->body.cap_set.warn_percent[0] = 50;
    bounds_carried_out(&world, command);
    assert_int_equal(world_exposure(&world, BANK_A).level, 1);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_cap_passes),
        cmocka_unit_test(netting_of_three),
        cmocka_unit_test(a_cap_towards_one_bank),
        cmocka_unit_test(lowered_under_the_present_exposure),
        cmocka_unit_test(many_for_the_last_fen),
        cmocka_unit_test(sums_near_the_end_of_numbers),
        cmocka_unit_test(returns_are_bounded),
        cmocka_unit_test(exactly_what_was_paid_in),
        cmocka_unit_test(a_payment_ends_once),
        cmocka_unit_test(orders_about_nobody),
        cmocka_unit_test(warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
