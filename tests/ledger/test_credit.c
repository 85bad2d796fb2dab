/*
 * The time that ConfirmCredit has: late is alarmed and counted once, until the confirmation or the
 * whole money comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"
#include "ledger/money.h"

static struct id accepted(struct world *world) {
    world_init(world);
    struct id link = world_link(world);
    return world_transfer_in(world, &link, TRANSFER_PULL, 500, TRANSFER_ACCEPTED);
}

static int64_t due_ms(struct world *world, const struct id *id) {
    int64_t at_ms = world_get_transfer(world, id).accepted_at_ms;
    return at_ms + rules_compiled()->credit_due_ms;
}

static void make_late(struct world *world, const struct id *id) {
    world->now_ms = due_ms(world, id);
    assert_int_equal(world_tick(world), 0);
}

static void late_is_alarmed_once(void **state) {
    (void)state;
    struct world world;
    struct id id = accepted(&world);
    world.now_ms = due_ms(&world, &id) - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    make_late(&world, &id);
    const struct effect *alarm = world_one(&world, EFFECT_ALARM);
    assert_true(alarm->bank == BANK_A && id_equal(&alarm->object, &id));
    assert_int_equal(world.effects->count, 1);
    assert_int_equal(world_counters(&world, BANK_A).uncredited, 1);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_true(world_is_idle(&world));
    laws_check(&world);
    world.now_ms += DAY_MS;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 0);

    money_confirm(&world, BANK_A, &id);
    struct transfer_view view = money_reply(&world);
    assert_int_equal(view.credited_at_ms, world.now_ms);
    assert_int_equal(view.credit_due_ms, 0);
    assert_int_equal(world_counters(&world, BANK_A).uncredited, 0);
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CREDIT_LATE), 1);
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CREDITED), 1);
    laws_check(&world);
    world_deinit(&world);
}

static void in_time_is_no_more_than_noted(void **state) {
    (void)state;
    struct world world;
    struct id id = accepted(&world);
    struct get_transfer get = {.transfer = id};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    assert_int_equal(money_reply(&world).credit_due_ms, due_ms(&world, &id));
    world.now_ms = due_ms(&world, &id) - 1;
    money_confirm(&world, BANK_A, &id);
    assert_int_equal(world.effects->count, 1);
    assert_true(world_is_idle(&world));
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CREDITED), 1);
    laws_check(&world);
    world_deinit(&world);
}

/* By ledger time, whichever command comes first. */
static void a_confirmation_at_the_due_time_is_late(void **state) {
    (void)state;
    struct world world;
    struct id id = accepted(&world);
    world.now_ms = due_ms(&world, &id);
    money_confirm(&world, BANK_A, &id);
    (void)world_one(&world, EFFECT_ALARM);
    assert_true(world_get_transfer(&world, &id).credit_late);
    assert_int_equal(world_counters(&world, BANK_A).uncredited, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void the_whole_money_back_settles_it(void **state) {
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct world world;
        struct id id = accepted(&world);
        if (late)
            make_late(&world, &id);
        struct id part = money_return_pending(&world, &id, 200);
        money_answer(&world, &part, POSTING_POSTED);
        assert_int_equal(world_counters(&world, BANK_A).uncredited, late);
        struct id rest = money_return_pending(&world, &id, 300);
        money_answer(&world, &rest, POSTING_REFUSED);
        assert_int_equal(world_counters(&world, BANK_A).uncredited, late);
        rest = money_return_pending(&world, &id, 300);
        money_answer(&world, &rest, POSTING_POSTED);
        assert_int_equal(world_counters(&world, BANK_A).uncredited, 0);
        laws_check(&world);
        world.now_ms += DAY_MS;
        assert_int_equal(world_tick(&world), 0);
        assert_int_equal(world_count(&world, EFFECT_ALARM), 0);
        money_confirm(&world, BANK_A, &id); /* of no use, and of no harm */
        laws_check_quiet(&world);
        world_deinit(&world);
    }
}

/* One that is only on its way may still fail: the customer has nothing yet. */
static void a_return_on_its_way_is_not_enough(void **state) {
    (void)state;
    struct world world;
    struct id id = accepted(&world);
    world.timeout_ms = 60 * SECOND_MS;
    world.now_ms = due_ms(&world, &id) - 1000;
    struct id back = money_return_pending(&world, &id, 500);
    make_late(&world, &id);
    (void)world_one(&world, EFFECT_ALARM);
    assert_int_equal(world_counters(&world, BANK_A).uncredited, 1);
    money_answer(&world, &back, POSTING_POSTED);
    assert_int_equal(world_counters(&world, BANK_A).uncredited, 0);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void a_push_owes_nothing(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
    assert_true(world_is_idle(&world));
    laws_check(&world);
    world_deinit(&world);
}

/* Frozen while it is due: looked at again when it is unfrozen. */
static void frozen_meanwhile(void **state) {
    (void)state;
    struct world world;
    struct id id = accepted(&world);
    struct transfer transfer = world_get_transfer(&world, &id);
    transfer.frozen = true;
    world_put_transfer(&world, &transfer);
    make_late(&world, &id);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &id), 0);
    assert_int_equal(world_tick(&world), 0);
    (void)world_one(&world, EFFECT_ALARM);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_is_alarmed_once),
        cmocka_unit_test(in_time_is_no_more_than_noted),
        cmocka_unit_test(a_confirmation_at_the_due_time_is_late),
        cmocka_unit_test(the_whole_money_back_settles_it),
        cmocka_unit_test(a_return_on_its_way_is_not_enough),
        cmocka_unit_test(a_push_owes_nothing),
        cmocka_unit_test(frozen_meanwhile),
    };
    return cmocka_run_group_tests_name("credit", tests, NULL, NULL);
}
