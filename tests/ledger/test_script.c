/*
 * Long random scripts: the laws hold after them, two stores that flushed at other moments end byte
 * for byte the same, and a finished transfer costs no more keys on disk than it may.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/laws.h"
#include "ledger/script.h"

#define STEPS 6000
#define KEYS_PER_TRANSFER_MAX 7

/* What happened to links, told by the part of their lives that stands in their records. */
static void check_lives(struct world *world) {
    static const enum link_event wanted[] = {
        LINK_EVENT_VERIFIED,   LINK_EVENT_MISMATCH,     LINK_EVENT_NOT_ACTIVATED,
        LINK_EVENT_RESUME,     LINK_EVENT_CODE_RIGHT,   LINK_EVENT_CODE_SENT,
        LINK_EVENT_CODE_WRONG, LINK_EVENT_AMEND_ASKED,  LINK_EVENT_AMENDED,
        LINK_EVENT_CLOSE,      LINK_EVENT_AMEND_DROPPED};
    uint32_t events[LINK_EVENTS] = {0};
    uint32_t replaced = 0;
    struct id after = {{0}};
    struct link link;
    while (store_next_link(world->store, &after, &link) == 0) {
        after = link.id;
        replaced += !id_is_zero(&link.replaced_by);
        for (uint32_t i = 0; i < link.history.count; i++)
            events[link.history.entries[i].event]++;
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        if (events[wanted[i]] == 0)
            fail_msg("no link had %s", link_event_name(wanted[i]));
    }
    assert_true(replaced > 0);
}

static void run(uint64_t seed) {
    struct world world;
    struct world second;
    static struct script script; /* too large for the stack */
    uint64_t moments = seed ^ 0xabcdef;
    print_message("seed %llu\n", (unsigned long long)seed);
    world_init(&world);
    world_init(&second); /* the same commands so far */
    struct side *twin = &second.side;
    world.twin = twin;
    script_init(&script, &world, seed);
    for (int i = 0; i < STEPS; i++) {
        script_step(&script);
        if (chance_below(&moments, 300) == 0)
            side_flush(&world.side);
        if (chance_below(&moments, 500) == 0)
            side_flush(twin);
        if (chance_below(&moments, 1500) == 0)
            side_reopen(twin);
        if (i % 250 == 0) {
            struct digest own = world_digest(&world);
            struct digest other = side_digest(twin);
            assert_true(digest_equal(&own, &other));
            laws_check(&world);
        }
    }
    laws_check(&world);
    script_settle(&script);
    laws_check_quiet(&world);
    side_flush(twin);
    struct digest own = world_digest(&world);
    struct digest other = side_digest(twin);
    assert_true(digest_equal(&own, &other));
    /* the script went everywhere */
    print_message("%zu transfers\n", script.transfer_count);
    assert_true(script.transfer_count > 500);
    for (int state = TRANSFER_ACCEPTED; state <= TRANSFER_UNKNOWN; state++)
        assert_true(script.outcomes[state] > 5);
    check_lives(&world);
    world_deinit(&second);
    world_deinit(&world);
}

static void first_seed(void **state) {
    (void)state;
    run(1);
}

static void second_seed(void **state) {
    (void)state;
    run(20261223);
}

static void third_seed(void **state) {
    (void)state;
    run(0xfeedface);
}

/* ---- keys that reach the disk ---- */

#define FLIGHT 64 /* transfers in flight */
#define PER_FLUSH 1000
#define FLUSHES 6
#define ACK_EVERY 256

static void finish(struct world *world, const struct id *id, bool pull) {
    struct posting_result posted = world_posted(world, id);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    if (pull) {
        struct confirm_credit confirm = {*id};
        assert_int_equal(world_send(world, BANK_A, COMMAND_CONFIRM_CREDIT, &confirm), 0);
    }
}

static void a_finished_transfer_costs_few_keys(void **state) {
    (void)state;
    struct world world;
    struct id links[20];
    struct id flight[FLIGHT];
    world_init(&world);
    for (size_t i = 0; i < 20; i++)
        links[i] = world_link(&world);
    side_flush(&world.side);
    world.side.flushed = (struct overlay_flush){.puts = 0};
    uint64_t finished = 0;
    for (uint64_t n = 0; finished < (uint64_t)PER_FLUSH * FLUSHES; n++) {
        world.now_ms += 1;
        if (n >= FLIGHT) {
            finish(&world, &flight[n % FLIGHT], n % 2);
            finished++;
            if (finished % ACK_EVERY == 0) {
                uint64_t last = world_counters(&world, BANK_A).last_notice;
                assert_int_equal(world_ack(&world, BANK_A, last), 0);
                last = world_counters(&world, BANK_B).last_notice;
                assert_int_equal(world_ack(&world, BANK_B, last), 0);
            }
            if (finished % PER_FLUSH == 0)
                side_flush(&world.side);
        }
        flight[n % FLIGHT] =
            world_pending(&world, &links[n % 20], n % 2 ? TRANSFER_PULL : TRANSFER_PUSH, 1);
    }
    uint64_t keys = world.side.flushed.puts + world.side.flushed.deletes;
    print_message("keys per finished transfer: %.2f\n", (double)keys / (double)finished);
    assert_true(keys <= KEYS_PER_TRANSFER_MAX * finished);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_seed),
        cmocka_unit_test(second_seed),
        cmocka_unit_test(third_seed),
        cmocka_unit_test(a_finished_transfer_costs_few_keys),
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
