/*
 * BOOT and TICK: what was out goes out again, what is due is done, so much at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/world.h"

static void a_new_store(void **state) {
    (void)state;
    struct world world;
    world_init_empty(&world);
    const struct effect *window = world_one(&world, EFFECT_WINDOW);
    assert_int_equal(world.effects->count, 1);
    assert_int_equal(window->sequence, 1);
    assert_int_equal(window->day, shanghai_day(world.now_ms));
    assert_int_equal(window->deadline_ms, 0);
    struct store_meta meta;
    assert_int_equal(store_get_meta(world.store, &meta), 0);
    assert_int_equal(meta.boot_count, 1);
    assert_int_equal(meta.open_window, 1);
    assert_int_equal(meta.store_id.bytes[0], 0x5a);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(store_get_meta(world.store, &meta), 0);
    assert_int_equal(meta.boot_count, 2);
    world_deinit(&world);
}

static void the_registry_is_told_and_all_are_offline(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_int_equal(world_bank_disable(&world, BANK_C), 0);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    const bank_code banks[] = {BANK_A, BANK_B, BANK_C};
    assert_int_equal(world.effects->count, 3 + 1);
    for (size_t i = 0; i < 3; i++) {
        const struct effect *effect = world_effect(&world, EFFECT_BANK, i);
        assert_true(effect->bank == banks[i] && effect->entry->code == banks[i]);
        assert_int_equal(effect->entry->active, i < 2);
        assert_false(world_counters(&world, banks[i]).online);
    }
    struct digest pin = world_pin(BANK_B);
    assert_true(bank_pin_active(world_effect(&world, EFFECT_BANK, 1)->entry, &pin));
    world_deinit(&world);
}

static void instructions_go_out_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 2, TRANSFER_REJECTED);
    struct id unknown = world_transfer_in(&world, &link, TRANSFER_PUSH, 3, TRANSFER_UNKNOWN);
    world.timeout_ms = 1000;
    struct id late = world_pending(&world, &link, TRANSFER_PULL, 4);
    world.timeout_ms = 5000;
    struct id valid = world_pending(&world, &link, TRANSFER_PULL, 5);
    struct span bytes = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    int64_t deadline = world_get_transfer(&world, &valid).deadline_ms;
    world_reopen(&world);
    world.now_ms += 1000;
    assert_int_equal(world_boot(&world), 0);
    const struct effect *send = world_one(&world, EFFECT_SEND);
    assert_true(id_equal(&send->exchange, &valid));
    assert_true(span_equal(send->payload, bytes));
    assert_int_equal(send->deadline_ms, deadline);
    assert_int_equal(send->message, MESSAGE_POST_INSTRUCTION);
    assert_true(send->bank == BANK_B);
    assert_true(id_equal(&world_one(&world, EFFECT_INQUIRE)->exchange, &unknown));
    assert_int_equal(world.effects->count, 3 + 1 + 2);

    assert_int_equal(world_tick(&world), 0);
    assert_true(id_equal(&world_one(&world, EFFECT_INQUIRE)->exchange, &late));
    assert_int_equal(world_get_transfer(&world, &late).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_get_transfer(&world, &valid).state, TRANSFER_PENDING);
    world_deinit(&world);
}

static void exchanges_of_links_go_out_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id ids[3];
    struct span bytes[3];
    ids[0] = world_open_link(&world);
    bytes[0] = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    ids[1] = world_link_in(&world, LINK_AWAITING_AUTHENTICATION);
    struct start_challenge start = world_start(&world, &ids[1]);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    bytes[1] = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    ids[2] = world_link_in(&world, LINK_AWAITING_AUTHENTICATION);
    world_challenge(&world, &ids[2]);
    struct answer_challenge code = world_code(&world, &ids[2], "1");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    bytes[2] = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    (void)world_link_in(&world, LINK_CLOSING); /* has an open row, and a transfer */
    world_reopen(&world);
    world.now_ms += 500;
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 4);
    const enum message_kind kinds[] = {MESSAGE_VERIFY_ACCOUNT, MESSAGE_ISSUE_CHALLENGE,
                                       MESSAGE_CHECK_CHALLENGE};
    for (size_t i = 0; i < 3; i++) { /* the transfer's instruction comes first */
        const struct effect *send = world_effect(&world, EFFECT_SEND, i + 1);
        struct link link = world_get_link(&world, &ids[i]);
        assert_int_equal(send->message, kinds[i]);
        assert_true(id_equal(&send->exchange, &link.exchange_id));
        assert_true(span_equal(send->payload, bytes[i]));
        assert_int_equal(send->deadline_ms, link.exchange_deadline_ms);
    }
    world_reopen(&world);
    world.now_ms += MINUTE_MS; /* past all of their deadlines */
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 0);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 4);
    world_deinit(&world);
}

/* Nothing is refused at once because a bank is away: after BOOT all are, until their BANK_UP. */
static void after_boot_banks_come_back_one_by_one(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    struct submit_transfer submit = world_submit(&world, &link, TRANSFER_PULL, 1);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&world, BANK_B), 0);
    (void)world_pending(&world, &link, TRANSFER_PULL, 1);
    world_deinit(&world);
}

/* One object that cannot be resumed does not keep the others from it. */
static void a_broken_object_does_not_stop_boot(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id broken = world_pending(&world, &link, TRANSFER_PULL, 1);
    struct id sound = world_pending(&world, &link, TRANSFER_PULL, 2);
    struct transfer transfer = world_get_transfer(&world, &broken);
    store_begin(world.store);
    assert_int_equal(
        store_put_transfer(world.store, &transfer, STORE_KEPT_DROP, span_of(NULL, 0), false), 0);
    struct store_open_row stray = {OBJECT_TRANSFER, link, {{9}}};
    store_put_open(world.store, &stray);
    struct store_open_row stray_link = {OBJECT_LINK, {{0}}, {{9}}};
    store_put_open(world.store, &stray_link);
    store_commit(world.store);
    assert_int_equal(world_boot(&world), 0);
    assert_true(id_equal(&world_one(&world, EFFECT_SEND)->exchange, &sound));
    assert_int_equal(world_count(&world, EFFECT_ALARM), 3);
    assert_true(world_get_transfer(&world, &broken).frozen);
    assert_false(world_get_transfer(&world, &sound).frozen);
    world_deinit(&world);
}

static void what_is_frozen_stays_where_it_is(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id active = world_link(&world);
    const enum transfer_state states[] = {TRANSFER_PENDING, TRANSFER_UNKNOWN};
    for (size_t i = 0; i < 2; i++) {
        struct id id = world_transfer_in(&world, &active, TRANSFER_PULL, 1, states[i]);
        struct transfer transfer = world_get_transfer(&world, &id);
        transfer.frozen = true;
        world_put_transfer(&world, &transfer);
    }
    struct id opened = world_open_link(&world);
    struct link link = world_get_link(&world, &opened);
    link.frozen = true;
    world_put_link(&world, &link);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world.effects->count, world_count(&world, EFFECT_BANK) + 1);
    world_deinit(&world);
}

/* ---- TICK ---- */

static void a_tick_does_so_much(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    const size_t count = LEDGER_TICK_MAX + 100;
    for (size_t i = 0; i < count; i++)
        (void)world_pending(&world, &link, TRANSFER_PUSH, 1);
    world.now_ms += MINUTE_MS;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_INQUIRE), LEDGER_TICK_MAX);
    int64_t due;
    assert_int_equal(ledger_next_deadline(world.side.ledger, &due), 0);
    assert_true(due <= world.now_ms);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_INQUIRE), 100);
    assert_int_equal(ledger_next_deadline(world.side.ledger, &due), 0);
    assert_true(due > world.now_ms);
    assert_int_equal(world_position(&world, BANK_A).reserved_outgoing_fen, (int64_t)count);
    world_deinit(&world);
}

static void the_earliest_first(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    world.timeout_ms = 9000;
    struct id later = world_pending(&world, &link, TRANSFER_PUSH, 1);
    world.timeout_ms = 3000;
    struct id sooner = world_pending(&world, &link, TRANSFER_PUSH, 1);
    world.timeout_ms = 5000;
    struct id opened = world_open_link(&world);
    int64_t due;
    assert_int_equal(ledger_next_deadline(world.side.ledger, &due), 0);
    assert_int_equal(due, world.now_ms + 3000);
    world.now_ms += 6000;
    assert_int_equal(world_tick(&world), 0);
    assert_true(id_equal(&world_one(&world, EFFECT_INQUIRE)->exchange, &sooner));
    assert_int_equal(world_get_link(&world, &opened).state, LINK_REJECTED);
    assert_int_equal(world_get_transfer(&world, &later).state, TRANSFER_PENDING);
    world_deinit(&world);
}

/* A row that leads nowhere is dropped with an alarm; what comes after it is done. */
static void stray_deadlines_hold_nothing_up(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id opened = world_open_link(&world);
    struct id ended = world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
    struct id pending = world_pending(&world, &link, TRANSFER_PUSH, 1);
    const struct store_deadline strays[] = {
        {world.now_ms, OBJECT_TRANSFER, {{7}}}, {world.now_ms, OBJECT_LINK, {{7}}},
        {world.now_ms, OBJECT_LINK, opened},    {world.now_ms, OBJECT_LINK, link},
        {world.now_ms, OBJECT_TRANSFER, ended}, {world.now_ms, OBJECT_TRANSFER, pending},
    };
    store_begin(world.store);
    for (size_t i = 0; i < 6; i++)
        store_put_deadline(world.store, &strays[i]);
    store_commit(world.store);
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_ALARM), 6);
    assert_int_equal(world.effects->count, 6);
    assert_int_equal(world_get_transfer(&world, &pending).state, TRANSFER_PENDING);
    assert_int_equal(world_get_link(&world, &opened).state, LINK_VERIFYING);
    world.now_ms += MINUTE_MS;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_transfer(&world, &pending).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_get_link(&world, &opened).state, LINK_REJECTED);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_store),
        cmocka_unit_test(the_registry_is_told_and_all_are_offline),
        cmocka_unit_test(instructions_go_out_again),
        cmocka_unit_test(exchanges_of_links_go_out_again),
        cmocka_unit_test(after_boot_banks_come_back_one_by_one),
        cmocka_unit_test(a_broken_object_does_not_stop_boot),
        cmocka_unit_test(what_is_frozen_stays_where_it_is),
        cmocka_unit_test(a_tick_does_so_much),
        cmocka_unit_test(the_earliest_first),
        cmocka_unit_test(stray_deadlines_hold_nothing_up),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
