/*
 * StepUp: told to the submitter once for each demand, moving nothing, giving no more time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledger/laws.h"
#include "ledger/money.h"

static struct id pulled(struct world *world) {
    world_init(world);
    struct id link = world_link(world);
    return world_pending(world, &link, TRANSFER_PULL, 500);
}

static void the_submitter_is_told(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    int64_t deadline = world_get_transfer(&world, &id).deadline_ms;
    money_ask_step_up(&world, BANK_B, &id, "APP", "Open your app.");
    assert_int_equal(money_reply(&world).state, TRANSFER_PENDING);
    const struct effect *notice = world_one(&world, EFFECT_NOTICE);
    struct notice_place place;
    struct transfer_view view;
    struct span event;
    assert_int_equal(
        partner_decode_transfer_notice(notice->payload, &world.arena, &place, &view, &event), 0);
    assert_true(notice->bank == BANK_A);
    assert_int_equal(place.sequence, world_counters(&world, BANK_A).last_notice);
    assert_true(span_equal(event, SPAN_LITERAL("STEP_UP")));
    assert_true(span_equal(view.step_up_method, SPAN_LITERAL("APP")));
    assert_true(span_equal(view.step_up_text, SPAN_LITERAL("Open your app.")));
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_STEP_UP), 1);
    laws_check(&world);

    struct digest before = world_digest(&world);
    money_ask_step_up(&world, BANK_B, &id, "APP", "Open your app.");
    assert_int_equal(world.effects->count, 1);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    money_ask_step_up(&world, BANK_B, &id, "SMS", "");
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 1);
    assert_true(span_equal(money_reply(&world).step_up_method, SPAN_LITERAL("SMS")));
    assert_true(world_get_transfer(&world, &id).deadline_ms == deadline);
    laws_check(&world);

    struct id first = id;
    struct id link = world_get_transfer(&world, &id).link;
    struct id second = world_pending(&world, &link, TRANSFER_PULL, 1);
    money_ask_step_up(&world, BANK_B, &second, "APP", "");
    money_answer(&world, &second, POSTING_POSTED); /* the customer agreed */
    assert_int_equal(world_get_transfer(&world, &second).state, TRANSFER_ACCEPTED);
    money_expire(&world, &first); /* or did not */
    laws_check(&world);
    world_deinit(&world);
}

static void for_a_pending_debit_alone(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    struct id link = world_get_transfer(&world, &id).link;
    money_ask_step_up(&world, BANK_A, &id, "APP", "");
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    money_ask_step_up(&world, BANK_C, &id, "APP", "");
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    struct id push = world_pending(&world, &link, TRANSFER_PUSH, 1);
    money_ask_step_up(&world, BANK_B, &push, "APP", "");
    world_expect_refused(&world, REFUSAL_STEP_UP, "transfer_id");
    for (int state_now = TRANSFER_ACCEPTED; state_now < TRANSFER_STATES; state_now++) {
        struct id other =
            world_transfer_in(&world, &link, TRANSFER_PULL, 1, (enum transfer_state)state_now);
        money_ask_step_up(&world, BANK_B, &other, "APP", "");
        world_expect_refused(&world, REFUSAL_STEP_UP, "transfer_id");
    }
    laws_check(&world);
    world_deinit(&world);
}

static void too_late_is_too_late(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    world.now_ms = world_get_transfer(&world, &id).deadline_ms;
    money_ask_step_up(&world, BANK_B, &id, "APP", "");
    assert_true(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_UNKNOWN); /* touched */
    laws_check(&world);
    world_deinit(&world);
}

static void not_without_end(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    for (int i = 0; i < 12; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        money_ask_step_up(&world, BANK_B, &id, "CALL", text);
        if (i < 8)
            assert_int_equal(world_count(&world, EFFECT_NOTICE), 1);
        else
            world_expect_refused(&world, REFUSAL_HISTORY, "transfer_id");
    }
    money_answer(&world, &id, POSTING_POSTED);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_submitter_is_told),
        cmocka_unit_test(for_a_pending_debit_alone),
        cmocka_unit_test(too_late_is_too_late),
        cmocka_unit_test(not_without_end),
    };
    return cmocka_run_group_tests_name("step_up", tests, NULL, NULL);
}
