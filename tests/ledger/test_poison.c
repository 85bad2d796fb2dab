/*
 * A broken invariant costs its own command and object, and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"

/* The reservation of a transfer is gone from its bank's position. */
static struct id broken(struct world *world, struct id *link_out) {
    world_init(world);
    *link_out = world_link(world);
    struct id id = world_pending(world, link_out, TRANSFER_PULL, 500);
    struct position position = world_position(world, BANK_B);
    position.reserved_outgoing_fen = 0;
    world_put_position(world, &position);
    return id;
}

static void an_answer_that_cannot_be_booked(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id id = broken(&world, &link);
    struct transfer before = world_get_transfer(&world, &id);
    uint64_t notices = world_counters(&world, BANK_A).last_notice;
    struct posting_result posted = world_posted(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), LEDGER_POISONED);
    world_expect_refused(&world, REFUSAL_INVARIANT, "");
    assert_true(id_equal(&world_one(&world, EFFECT_ALARM)->object, &id));
    struct transfer after = world_get_transfer(&world, &id);
    assert_true(after.frozen);
    assert_int_equal(after.state, TRANSFER_PENDING);
    assert_int_equal(after.history.count, before.history.count);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 0);
    assert_int_equal(world_net(&world, BANK_A, BANK_B).count, 0);
    assert_int_equal(world_counters(&world, BANK_A).last_notice, notices);
    struct span kept; /* rolled back: the instruction's bytes are still there */
    assert_int_equal(store_get_transfer_kept(world.store, &id, &kept), 0);

    /* everything else goes on */
    struct id other = world_transfer_in(&world, &link, TRANSFER_PULL, 7, TRANSFER_ACCEPTED);
    assert_false(world_get_transfer(&world, &other).frozen);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "transfer_id");
    world.now_ms = before.deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_PENDING);

    /* released too early it breaks again; once mended it goes its way */
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &id), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    (void)world_one(&world, EFFECT_INQUIRE);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted),
                     LEDGER_POISONED);
    struct position mended = world_position(&world, BANK_B);
    mended.reserved_outgoing_fen = 500;
    world_put_position(&world, &mended);
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &id), 0);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 507);
    world_deinit(&world);
}

/* A link for which a request waits that is not on record breaks TICK; the next TICK leaves it out and
 * does the rest. */
static void a_tick_that_breaks_goes_on_next_time(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id active = world_link(&world);
    struct id opened = world_open_link(&world);
    struct link link = world_get_link(&world, &opened);
    link.exchange_request = opened;
    world_put_link(&world, &link);
    world.timeout_ms = 1000; /* due before it: done, and undone again */
    struct id pending = world_pending(&world, &active, TRANSFER_PUSH, 1);
    world.now_ms = link.exchange_deadline_ms;
    assert_int_equal(world_tick(&world), LEDGER_POISONED);
    assert_int_equal(world.effects->count, 1);
    (void)world_one(&world, EFFECT_ALARM);
    assert_true(world_get_link(&world, &opened).frozen);
    assert_int_equal(world_get_transfer(&world, &pending).state, TRANSFER_PENDING);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_transfer(&world, &pending).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_get_link(&world, &opened).state, LINK_VERIFYING);
    world_deinit(&world);
}

static void a_request_that_breaks_is_on_record(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct link link = world_get_link(&world, &id);
    link.exchange = LINK_EXCHANGE_CHECK;
    link.exchange_request = id;
    world_put_link(&world, &link);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), LEDGER_POISONED);
    world_expect_refused(&world, REFUSAL_INVARIANT, "");
    assert_false(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    assert_true(world_get_link(&world, &id).frozen);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    world_expect_refused(&world, REFUSAL_INVARIANT, "");
    assert_true(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    /* seen, but not used */
    struct get_link get = {.link = id};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_LINK, &get), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    struct submit_transfer submit = world_submit(&world, &id, TRANSFER_PUSH, 1);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "link_id");
    world_deinit(&world);
}

static void freeze_link(struct world *world, const struct id *id) {
    struct link link = world_get_link(world, id);
    link.frozen = true;
    world_put_link(world, &link);
}

/* What its bank said meanwhile was not heard, so it is asked again. */
static void a_frozen_link_is_asked_about_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    struct span bytes = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    struct verify_account question = world_question(&world);
    freeze_link(&world, &id);
    struct verify_account_reply reply = world_match(&question);
    struct digest before = world_digest(&world);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    (void)world_one(&world, EFFECT_ALARM);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &id), 0);
    assert_true(span_equal(world_one(&world, EFFECT_SEND)->payload, bytes));
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_AWAITING_AUTHENTICATION);

    freeze_link(&world, &id);
    world.now_ms = world_get_link(&world, &id).deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &id), 0);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    world_deinit(&world);
}

/* Its last transfer ends while it is frozen: it runs off when it is released. */
static void a_frozen_link_does_not_run_off(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct id transfer = world_pending(&world, &id, TRANSFER_PUSH, 1);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    freeze_link(&world, &id);
    struct posting_result posted = world_posted(&world, &transfer);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(&world, &transfer).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSING);
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &id), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    assert_false(world_get_link(&world, &id).frozen);
    world_deinit(&world);
}

static void only_what_is_frozen_is_released(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_pending(&world, &link, TRANSFER_PUSH, 1);
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &link), 0);
    world_expect_refused(&world, REFUSAL_NOT_FROZEN, "object");
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &transfer), 0);
    world_expect_refused(&world, REFUSAL_NOT_FROZEN, "object");
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &transfer), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_OBJECT, "object");
    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &link), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_OBJECT, "object");
    assert_int_equal(world_unfreeze(&world, OBJECT_BANK, &link), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_OBJECT, "object");
    world_deinit(&world);
}

static void a_kind_that_nobody_knows(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct digest before = world_digest(&world);
    struct command *command = world_command(&world, (enum command_kind)4711, BANK_A);
    command->origin.kind = ORIGIN_BANK;
    assert_int_equal(world_apply(&world, command), LEDGER_POISONED);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_that_cannot_be_booked),
        cmocka_unit_test(a_tick_that_breaks_goes_on_next_time),
        cmocka_unit_test(a_request_that_breaks_is_on_record),
        cmocka_unit_test(a_frozen_link_is_asked_about_again),
        cmocka_unit_test(a_frozen_link_does_not_run_off),
        cmocka_unit_test(only_what_is_frozen_is_released),
        cmocka_unit_test(a_kind_that_nobody_knows),
    };
    return cmocka_run_group_tests_name("poison", tests, NULL, NULL);
}
