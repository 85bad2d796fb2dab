/*
 * A long life: the older part of its history stands in rows of its own, notices go on telling it, and
 * at its bound only what ends it still goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/laws.h"

static void narrow(struct world *world, const struct id *id) {
    struct amend_link amend = world_amend(world, id);
    amend.limits.single_fen--;
    assert_int_equal(world_send(world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
}

static void a_long_history(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    uint32_t before = world_get_link(&world, &id).history.count;
    for (int i = 0; i < 100; i++) {
        narrow(&world, &id);
        laws_check(&world);
    }
    struct history history = world_get_link(&world, &id).history;
    assert_int_equal(history_length(&history), before + 100);
    assert_true(history.spilled >= 100 + before - HISTORY_MAX);
    struct history_entry first;
    assert_int_equal(store_get_history(world.store, OBJECT_LINK, &id, 0, &first), 0);
    assert_int_equal(first.event, LINK_EVENT_REQUEST);
    assert_int_equal(first.at_ms, world_get_link(&world, &id).requested_at_ms);

    /* nobody acknowledged anything: all of it is told again */
    assert_int_equal(world_fetch(&world, BANK_B, 0, 1000), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 101);
    for (size_t i = 0; i < 101; i++) {
        const struct effect *notice = world_effect(&world, EFFECT_NOTICE, i);
        assert_true(span_equal(world_link_event(&world, notice),
                               span_text(i == 0 ? "CODE_RIGHT" : "AMENDED")));
    }
    world_reopen(&world);
    laws_check(&world);
    world_deinit(&world);
}

static void at_the_end_only_the_end_goes(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct history history = world_get_link(&world, &id).history;
    for (uint32_t length = history_length(&history); length < HISTORY_LIFE_MAX; length++)
        narrow(&world, &id);
    history = world_get_link(&world, &id).history;
    assert_int_equal(history_length(&history), HISTORY_LIFE_MAX);
    narrow(&world, &id);
    world_expect_refused(&world, REFUSAL_HISTORY, "link_id");
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world.now_ms = world_get_link(&world, &id).recheck_due_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_one(&world, EFFECT_SEND)->message, MESSAGE_RECHECK_ACCOUNT);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_history),
        cmocka_unit_test(at_the_end_only_the_end_goes),
    };
    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
