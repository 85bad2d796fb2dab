/*
 * Notices: numbered without gaps, fetched in pages, acknowledged in one stroke, and recognised when
 * an old store is put back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"

/* Accepts count transfers of one fen; A and B get a notice about each. */
static void accept_transfers(struct world *world, const struct id *link, size_t count) {
    for (size_t i = 0; i < count; i++)
        (void)world_transfer_in(world, link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
}

static struct notice_place place_of(struct world *world, const struct effect *notice) {
    struct notice_place place;
    struct span event;
    struct transfer_view transfer;
    struct link_view link;
    if (notice->message == MESSAGE_LINK_NOTICE)
        assert_int_equal(
            partner_decode_link_notice(notice->payload, &world->arena, &place, &link, &event), 0);
    else
        assert_int_equal(partner_decode_transfer_notice(notice->payload, &world->arena, &place,
                                                        &transfer, &event),
                         0);
    assert_int_equal(place.sequence, notice->sequence);
    return place;
}

static void expect_page(struct world *world, bank_code bank, uint64_t first, size_t count) {
    assert_int_equal(world_count(world, EFFECT_NOTICE), count);
    assert_int_equal(world->effects->count, count + 1); /* and the page's end */
    const struct effect *end = &world->effects->items[count];
    assert_int_equal(end->kind, EFFECT_REPLY);
    assert_int_equal(end->origin.kind, ORIGIN_INTERNAL);
    assert_false(end->refused);
    for (size_t i = 0; i < count; i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, i);
        assert_true(notice->bank == bank);
        assert_int_equal(place_of(world, notice).sequence, first + i);
    }
}

static void pages_without_gaps(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world); /* number 1 */
    accept_transfers(&world, &link, 9);
    assert_int_equal(world_counters(&world, BANK_A).last_notice, 10);
    struct digest before = world_digest(&world);
    assert_int_equal(world_fetch(&world, BANK_A, 0, 4), 0);
    expect_page(&world, BANK_A, 1, 4);
    assert_int_equal(world_effect(&world, EFFECT_NOTICE, 0)->message, MESSAGE_LINK_NOTICE);
    assert_int_equal(world_link_view(&world, world_effect(&world, EFFECT_NOTICE, 0)).state,
                     LINK_ACTIVE);
    assert_int_equal(world_fetch(&world, BANK_A, 4, 4), 0);
    expect_page(&world, BANK_A, 5, 4);
    assert_int_equal(world_fetch(&world, BANK_A, 8, 4), 0);
    expect_page(&world, BANK_A, 9, 2);
    assert_int_equal(world_fetch(&world, BANK_A, 10, 4), 0);
    expect_page(&world, BANK_A, 0, 0);
    assert_int_equal(world_fetch(&world, BANK_A, 1000, 4), 0);
    expect_page(&world, BANK_A, 0, 0);
    assert_int_equal(world_fetch(&world, BANK_C, 0, 4), 0);
    expect_page(&world, BANK_C, 0, 0);
    assert_int_equal(world_fetch(&world, BANK_B, 0, UINT32_MAX), 0);
    expect_page(&world, BANK_B, 1, 10);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

/* What was sent at once and what is fetched later have the same number, token and state. */
static void fetched_as_it_was_sent(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    (void)world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
    struct span sent = arena_copy(&world.arena, world_effect(&world, EFFECT_NOTICE, 0)->payload);
    assert_int_equal(world_fetch(&world, BANK_A, 1, 10), 0);
    assert_true(span_equal(world_one(&world, EFFECT_NOTICE)->payload, sent));
    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_fetch(&world, BANK_A, 0, 10), 0);
    const enum link_state states[] = {LINK_ACTIVE, LINK_CLOSING, LINK_CLOSED};
    const size_t at[] = {0, 2, 3};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(world_link_view(&world, world_effect(&world, EFFECT_NOTICE, at[i])).state,
                         states[i]);
    world_deinit(&world);
}

static void a_bank_that_is_away_finds_its_notices_later(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_pending(&world, &link, TRANSFER_PULL, 5);
    assert_int_equal(world_down(&world, BANK_A), 0);
    struct posting_result posted = world_posted(&world, &transfer);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_true(world_one(&world, EFFECT_NOTICE)->bank == BANK_B);
    assert_int_equal(world_counters(&world, BANK_A).last_notice, 2);
    assert_int_equal(world_up(&world, BANK_A), 0);
    assert_int_equal(world_fetch(&world, BANK_A, 1, 10), 0);
    expect_page(&world, BANK_A, 2, 1);
    world_deinit(&world);
}

static void acknowledged_rows_are_gone(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    accept_transfers(&world, &link, 9);
    struct store_notice row;
    assert_int_equal(world_ack(&world, BANK_A, 6), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_counters(&world, BANK_A).acked_notice, 6);
    assert_int_equal(store_get_notice(world.store, BANK_A, 6, &row), STORE_ABSENT);
    assert_int_equal(store_get_notice(world.store, BANK_A, 7, &row), 0);
    assert_int_equal(store_get_notice(world.store, BANK_B, 6, &row), 0);
    struct digest before = world_digest(&world);
    assert_int_equal(world_ack(&world, BANK_A, 6), 0);
    assert_int_equal(world_ack(&world, BANK_A, 3), 0);
    assert_int_equal(world_ack(&world, BANK_A, 0), 0);
    assert_int_equal(world_ack(&world, BANK_A, 11), 0); /* never given */
    (void)world_one(&world, EFFECT_ALARM);
    assert_int_equal(world_ack(&world, BANK_A, UINT64_MAX), 0);
    (void)world_one(&world, EFFECT_ALARM);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    assert_int_equal(world_fetch(&world, BANK_A, 0, 100), 0);
    expect_page(&world, BANK_A, 7, 4);
    assert_int_equal(world_ack(&world, BANK_A, 10), 0);
    assert_int_equal(world_fetch(&world, BANK_A, 0, 100), 0);
    expect_page(&world, BANK_A, 0, 0);
    accept_transfers(&world, &link, 1);
    assert_int_equal(world_counters(&world, BANK_A).last_notice, 11);
    world_deinit(&world);
}

/* What was on its way when a pin, or the bank, lost its right drops nothing. */
static void acknowledged_by_a_pin_that_is_not_active(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    accept_transfers(&world, &link, 3);
    world.foreign_pin = true;
    assert_int_equal(world_ack(&world, BANK_A, 4), 0);
    world.foreign_pin = false;
    assert_int_equal(world_bank_disable(&world, BANK_A), 0);
    assert_int_equal(world_ack(&world, BANK_A, 4), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_counters(&world, BANK_A).acked_notice, 0);
    world_deinit(&world);
}

static int up_with(struct world *world, bank_code bank, uint64_t sequence,
                   const struct digest *token) {
    struct command *command = world_command(world, COMMAND_BANK_UP, bank);
    command->body.bank_up.last_notice_sequence = sequence;
    if (token) {
        command->body.bank_up.has_token = true;
        command->body.bank_up.last_notice_token = *token;
    }
    message_encode_internal(command);
    return world_apply(world, command);
}

/* A bank that shows a right token of a number that we have not given yet has seen the future. */
static void an_old_store_is_recognised(void **state) {
    (void)state;
    struct world past;
    struct world world;
    world_init(&past);
    world_init(&world); /* the same store, later */
    struct id link = world_link(&past);
    link = world_link(&world);
    accept_transfers(&world, &link, 3);
    struct notice_place place = place_of(&world, world_effect(&world, EFFECT_NOTICE, 0));
    assert_int_equal(place.sequence, 4);
    assert_int_equal(world_counters(&past, BANK_A).last_notice, 1);

    assert_int_equal(up_with(&past, BANK_A, 4, &place.token), 0);
    (void)world_one(&past, EFFECT_ALARM);
    assert_int_equal(up_with(&past, BANK_A, 5, &place.token), 0); /* false: does nothing */
    assert_int_equal(past.effects->count, 0);
    assert_int_equal(up_with(&past, BANK_B, 4, &place.token), 0); /* another's */
    assert_int_equal(past.effects->count, 0);
    assert_int_equal(up_with(&past, BANK_A, 4, NULL), 0);
    assert_int_equal(past.effects->count, 0);
    assert_int_equal(up_with(&world, BANK_A, 4, &place.token), 0);
    assert_int_equal(world.effects->count, 0);
    assert_true(world_counters(&past, BANK_A).online);
    world_deinit(&past);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_without_gaps),
        cmocka_unit_test(fetched_as_it_was_sent),
        cmocka_unit_test(a_bank_that_is_away_finds_its_notices_later),
        cmocka_unit_test(acknowledged_rows_are_gone),
        cmocka_unit_test(acknowledged_by_a_pin_that_is_not_active),
        cmocka_unit_test(an_old_store_is_recognised),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
