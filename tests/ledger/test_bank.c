/*
 * Banks in the ledger: registered, switched off, connected or not; who is let in at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"

static void a_bank_is_added_once(void **state) {
    (void)state;
    struct world world;
    world_init_empty(&world);
    assert_int_equal(world_bank_add(&world, BANK_A, BANK_ROLE_CLASS2), 0);
    const struct effect *effect = world_one(&world, EFFECT_BANK);
    assert_true(effect->bank == BANK_A);
    assert_true(effect->entry->code == BANK_A);
    assert_true(effect->entry->active);
    assert_string_equal(effect->entry->name, "Bank");
    assert_int_equal(effect->entry->added_at_ms, world.now_ms);
    const struct effect *reply = world_one(&world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_int_equal(reply->message, MESSAGE_NONE);
    assert_int_equal(reply->origin.kind, ORIGIN_ADMIN);

    assert_int_equal(world_bank_add(&world, BANK_A, BANK_ROLE_CLASS1), 0);
    world_expect_refused(&world, REFUSAL_BANK_EXISTS, "code");
    assert_int_equal(world_one(&world, EFFECT_REPLY)->message, MESSAGE_NONE);
    struct bank bank;
    assert_int_equal(store_get_bank(world.store, BANK_A, &bank), 0);
    assert_int_equal(bank.roles, BANK_ROLE_CLASS2);
    world_deinit(&world);
}

static void an_unknown_bank_cannot_be_disabled(void **state) {
    (void)state;
    struct world world;
    world_init_empty(&world);
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_BANK, "code");
    world_deinit(&world);
}

/* One message of each kind that changes something, and the two queries, on a link and a transfer
 * that A may use. */
static void send_each(struct world *world, const struct id *link, const struct id *transfer,
                      void (*check)(struct world *world)) {
    struct open_link open = world_open(world);
    struct start_challenge start = world_start(world, link);
    struct answer_challenge code = world_code(world, link, "1");
    struct close_link close = world_close(world, link);
    struct submit_transfer submit = world_submit(world, link, TRANSFER_PUSH, 1);
    struct confirm_credit confirm = {*transfer};
    struct get_link get_link = {.link = *link};
    struct get_transfer get_transfer = {.transfer = *transfer};
    const struct {
        enum command_kind kind;
        const void *body;
    } messages[] = {
        {COMMAND_OPEN_LINK, &open},         {COMMAND_START_CHALLENGE, &start},
        {COMMAND_ANSWER_CHALLENGE, &code},  {COMMAND_CLOSE_LINK, &close},
        {COMMAND_SUBMIT_TRANSFER, &submit}, {COMMAND_CONFIRM_CREDIT, &confirm},
        {COMMAND_GET_LINK, &get_link},      {COMMAND_GET_TRANSFER, &get_transfer},
    };
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct digest before = world_digest(world);
        assert_int_equal(world_send(world, BANK_A, messages[i].kind, messages[i].body), 0);
        check(world);
        struct digest after = world_digest(world);
        assert_true(digest_equal(&before, &after));
    }
}

static void expect_suspended(struct world *world) {
    world_expect_refused(world, REFUSAL_BANK_SUSPENDED, "");
}

static void a_disabled_bank_is_not_served(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_transfer_in(&world, &link, TRANSFER_PULL, 5, TRANSFER_ACCEPTED);
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_false(world_one(&world, EFFECT_BANK)->entry->active);
    send_each(&world, &link, &transfer, expect_suspended);
    /* once more is granted, and changes nothing */
    struct bank before, after;
    assert_int_equal(store_get_bank(world.store, BANK_A, &before), 0);
    world.now_ms++;
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(store_get_bank(world.store, BANK_A, &after), 0);
    assert_int_equal(before.changed_at_ms, after.changed_at_ms);
    world_deinit(&world);
}

static void an_unpinned_certificate_is_not_served(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_transfer_in(&world, &link, TRANSFER_PULL, 5, TRANSFER_ACCEPTED);
    world.foreign_pin = true;
    send_each(&world, &link, &transfer, expect_suspended);
    world_deinit(&world);
}

static void a_bank_that_is_not_registered_is_not_served(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_D, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, "");
    assert_int_equal(world_up(&world, BANK_D), 0);
    assert_int_equal(world.effects->count, 0);
    assert_false(world_counters(&world, BANK_D).online);
    assert_int_equal(world_down(&world, BANK_D), 0);
    world_deinit(&world);
}

/* A word about money is never dropped: the answer of a bank that was disabled meanwhile counts. */
static void a_disabled_bank_may_still_answer(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_pending(&world, &link, TRANSFER_PULL, 5);
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    struct posting_result posted = world_posted(&world, &transfer);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(&world, &transfer).state, TRANSFER_ACCEPTED);
    world_deinit(&world);
}

static void disabled_in_the_middle_of_a_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_open_link(&world);
    world_verify(&world, &link);
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    struct start_challenge start = world_start(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_PEER_SUSPENDED, "link_id");
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_PEER_SUSPENDED, "class1_account.bank_code");
    world_deinit(&world);
}

static void up_and_down_are_remembered(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_true(world_counters(&world, BANK_A).online);
    assert_int_equal(world_down(&world, BANK_A), 0);
    assert_false(world_counters(&world, BANK_A).online);
    assert_int_equal(world_down(&world, BANK_A), 0);
    assert_int_equal(world_up(&world, BANK_A), 0);
    assert_true(world_counters(&world, BANK_A).online);
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_int_equal(world_down(&world, BANK_A), 0);
    assert_int_equal(world_up(&world, BANK_A), 0);
    assert_false(world_counters(&world, BANK_A).online);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bank_is_added_once),
        cmocka_unit_test(an_unknown_bank_cannot_be_disabled),
        cmocka_unit_test(a_disabled_bank_is_not_served),
        cmocka_unit_test(an_unpinned_certificate_is_not_served),
        cmocka_unit_test(a_bank_that_is_not_registered_is_not_served),
        cmocka_unit_test(a_disabled_bank_may_still_answer),
        cmocka_unit_test(disabled_in_the_middle_of_a_link),
        cmocka_unit_test(up_and_down_are_remembered),
    };
    return cmocka_run_group_tests_name("bank", tests, NULL, NULL);
}
