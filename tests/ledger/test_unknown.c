/*
 * UNKNOWN: since when, counted at its bank, alarmed by age, for as long as it is.
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

static struct id unknown(struct world *world) {
    world_init(world);
    struct id link = world_link(world);
    return world_transfer_in(world, &link, TRANSFER_PULL, 500, TRANSFER_UNKNOWN);
}

static void alarmed_at(struct world *world, const struct id *id, int64_t at_ms) {
    world->now_ms = at_ms - 1;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(world->effects->count, 0);
    world->now_ms = at_ms;
    assert_int_equal(world_tick(world), 0);
    const struct effect *alarm = world_one(world, EFFECT_ALARM);
    assert_int_equal(world->effects->count, 1);
    assert_true(alarm->bank == BANK_B && id_equal(&alarm->object, id));
    laws_check(world);
}

static void alarmed_by_its_age(void **state) {
    (void)state;
    struct world world;
    struct id id = unknown(&world);
    const int64_t *ages = rules_compiled()->unknown_alarm_ms;
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_int_equal(transfer.unknown_at_ms, world.now_ms);
    int64_t since = transfer.unknown_at_ms;
    assert_int_equal(world_counters(&world, BANK_B).unknown, 1);
    for (size_t i = 0; i < 3; i++)
        alarmed_at(&world, &id, since + ages[i]);
    alarmed_at(&world, &id, since + 2 * ages[2]);
    alarmed_at(&world, &id, since + 3 * ages[2]);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 500);
    world_deinit(&world);
}

/* After a long silence of the gateway itself there is one alarm, and the next is ahead. */
static void not_one_for_each_that_was_missed(void **state) {
    (void)state;
    struct world world;
    struct id id = unknown(&world);
    int64_t since = world.now_ms;
    world.now_ms = since + 10 * DAY_MS + 5;
    assert_int_equal(world_tick(&world), 0);
    (void)world_one(&world, EFFECT_ALARM);
    assert_int_equal(world_get_transfer(&world, &id).unknown_alarm_ms, since + 11 * DAY_MS);
    laws_check(&world);
    world_deinit(&world);
}

static void over_with_the_bank_s_word(void **state) {
    (void)state;
    static const enum posting_outcome words[] = {POSTING_POSTED, POSTING_REFUSED, POSTING_NOT_SEEN,
                                                 POSTING_UNDONE};
    for (size_t i = 0; i < 4; i++) {
        struct world world;
        struct id id = unknown(&world);
        money_answer(&world, &id, words[i]);
        assert_int_equal(world_counters(&world, BANK_B).unknown, 0);
        assert_int_equal(world_counters(&world, BANK_B).unanswered, 0);
        laws_check_quiet(&world);
        world.now_ms += DAY_MS;
        assert_int_equal(world_tick(&world), 0);
        assert_int_equal(world_count(&world, EFFECT_INQUIRE), 0);
        assert_true(world_get_transfer(&world, &id).unknown_at_ms > 0); /* stays to be told */
        world_deinit(&world);
    }
}

static void frozen_and_unfrozen(void **state) {
    (void)state;
    struct world world;
    struct id id = unknown(&world);
    struct transfer transfer = world_get_transfer(&world, &id);
    transfer.frozen = true;
    world_put_transfer(&world, &transfer);
    world.now_ms = transfer.unknown_alarm_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    laws_check(&world);
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &id), 0);
    (void)world_one(&world, EFFECT_INQUIRE);
    laws_check(&world);
    assert_int_equal(world_tick(&world), 0);
    (void)world_one(&world, EFFECT_ALARM);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alarmed_by_its_age),
        cmocka_unit_test(not_one_for_each_that_was_missed),
        cmocka_unit_test(over_with_the_bank_s_word),
        cmocka_unit_test(frozen_and_unfrozen),
    };
    return cmocka_run_group_tests_name("unknown", tests, NULL, NULL);
}
