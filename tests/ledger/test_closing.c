/*
 * The end of a link, by a bank, by its agreement or by waiting too long; and who may see it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/world.h"

static void close_in_each_state(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = LINK_REQUESTED; from < LINK_STATES; from++) {
        for (int other = 0; other < 2; other++) {
            struct id id = world_link_in(&world, (enum link_state)from);
            struct link before = world_get_link(&world, &id);
            bank_code bank = other ? BANK_B : BANK_A;
            struct close_link close = world_close(&world, &id);
            assert_int_equal(world_send(&world, bank, COMMAND_CLOSE_LINK, &close), 0);
            struct link after = world_get_link(&world, &id);
            if (link_waiting(before.state) && other) {
                world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
                assert_int_equal(after.state, before.state);
                continue;
            }
            struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
            assert_int_equal(view.state, after.state);
            if (link_final(before.state) || before.state == LINK_CLOSING) {
                assert_int_equal(after.state, before.state);
                assert_int_equal(world.effects->count, 1);
                continue;
            }
            assert_int_equal(after.state, LINK_CLOSED);
            assert_true(span_equal(view.reason, SPAN_LITERAL("CUST")));
            bool was_waiting = link_waiting(before.state);
            assert_int_equal(world_count(&world, EFFECT_NOTICE), was_waiting ? 2 : 4);
            bool out = before.exchange != LINK_EXCHANGE_NONE;
            assert_int_equal(world_count(&world, EFFECT_DONE), out ? 1 : 0);
            assert_int_equal(world_count(&world, EFFECT_ANSWER), out ? 1 : 0);
        }
    }
    world_deinit(&world);
}

static void closing_runs_off(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct id first = world_pending(&world, &id, TRANSFER_PUSH, 100);
    struct id second = world_pending(&world, &id, TRANSFER_PULL, 200);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    struct submit_transfer submit = world_submit(&world, &id, TRANSFER_PUSH, 1);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_LINK_CLOSING, "link_id");

    struct posting_result result = world_posted(&world, &first);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    world.now_ms = world_get_transfer(&world, &second).deadline_ms;
    assert_int_equal(world_tick(&world), 0); /* UNKNOWN is open still */
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    result = world_refused(&second, "AM04");
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_CLOSED);
    assert_string_equal(link.reason, "CUST");
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 4); /* transfer and link, to both */
    struct store_open_row row;
    assert_int_equal(store_next_open(world.store, OBJECT_LINK, NULL, &row), STORE_ABSENT);
    world_deinit(&world);
}

static void an_agreement_ends(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    int64_t today = shanghai_day(world.now_ms);
    struct open_link open = world_open(&world);
    open.agreement.ends_day = today + 1;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id id = world_question(&world).link;
    world_verify(&world, &id);
    world_challenge(&world, &id);
    struct answer_challenge code = world_code(&world, &id, "123456");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    struct check_challenge_reply right = {
        .link = id, .attempt = world_check(&world).attempt, .outcome = CHALLENGE_RIGHT};
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_CHECK_ANSWER, &right), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);

    world.now_ms = shanghai_day_start_ms(today + 2) - 1;
    struct id transfer = world_pending(&world, &id, TRANSFER_PUSH, 100);
    world.now_ms++;
    struct submit_transfer submit = world_submit(&world, &id, TRANSFER_PUSH, 1);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_check_refused(&world, world_one(&world, EFFECT_REPLY), REFUSAL_LINK_CLOSING, "link_id");
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    struct posting_result result = world_posted(&world, &transfer);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    world_deinit(&world);
}

static void waiting_for_activation_ends_after_months(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link_in(&world, LINK_PENDING_ACTIVATION);
    world.now_ms = world_get_link(&world, &id).deadline_ms;
    assert_int_equal(world.now_ms, WORLD_START_MS + rules_compiled()->activation_wait_ms);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    world_deinit(&world);
}

/* ---- queries ---- */

static void get_by_either_id(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id id = world_question(&world).link;
    struct get_link get = {.link = id};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_LINK, &get), 0);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(id_equal(&view.link, &id));
    assert_int_equal(view.state, LINK_VERIFYING);
    assert_int_equal(view.deadline_ms, world.now_ms + rules_compiled()->verify_timeout_ms);
    assert_false(view.replayed);
    assert_true(view.class2_bank == BANK_A && view.class1_bank == BANK_B);
    assert_int_equal(view.scopes, open.scopes);
    assert_true(view.limits.single_fen == FEN_MAX);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_GET_LINK, &get), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_GET_LINK, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");

    get = (struct get_link){.request = open.request};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_LINK, &get), 0);
    view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(id_equal(&view.link, &id));
    assert_int_equal(world_send(&world, BANK_B, COMMAND_GET_LINK, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "request_id");
    get.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_LINK, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "request_id");
    world_deinit(&world);
}

static void not_yours_is_not_there(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_CLOSE_LINK, &close), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    struct submit_transfer submit = world_submit(&world, &id, TRANSFER_PUSH, 1);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_in_each_state),
        cmocka_unit_test(closing_runs_off),
        cmocka_unit_test(an_agreement_ends),
        cmocka_unit_test(waiting_for_activation_ends_after_months),
        cmocka_unit_test(get_by_either_id),
        cmocka_unit_test(not_yours_is_not_there),
    };
    return cmocka_run_group_tests_name("closing", tests, NULL, NULL);
}
