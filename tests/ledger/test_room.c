/*
 * Sums next to the end of 64 bits, of three banks and more: what is reserved can come to be owed, or
 * go, in any order; what would take the room for that is refused, wherever it comes from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/bounds.h"
#include "ledger/laws.h"
#include "ledger/money.h"
#include "ledger/world_people.h"

/* ---- what others have on their way ---- */

static void others_have_it_on_its_way(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id from_a = bounds_link_between(&world, BANK_A, BANK_B);
    struct id from_c = bounds_link_between(&world, BANK_C, BANK_B);
    struct id first = bounds_pushed(&world, BANK_A, &from_a, FEN_MAX - 10);
    bounds_refused(&world, BANK_C, &from_c, 11, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    bounds_refused(&world, BANK_C, &from_c, FEN_MAX, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    struct id second = bounds_pushed(&world, BANK_C, &from_c, 10);
    assert_true(world_position(&world, BANK_B).reserved_incoming_fen == FEN_MAX);
    bounds_posted(&world, BANK_B, &second);
    bounds_refused(&world, BANK_C, &from_c, 1, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    bounds_posted(&world, BANK_B, &first);
    assert_true(world_position(&world, BANK_B).unsettled_net_fen == FEN_MAX);
    bounds_refused(&world, BANK_C, &from_c, 1, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    struct id other = bounds_link_between(&world, BANK_C, BANK_B);
    struct id back = bounds_pushed(&world, BANK_B, &other, FEN_MAX); /* room, once it is posted */
    bounds_refused(&world, BANK_C, &from_c, 1, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    bounds_posted(&world, BANK_C, &back);
    (void)bounds_pushed(&world, BANK_C, &from_c, 1);
    laws_check(&world);
    world_deinit(&world);
}

static void released_it_is_room_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id from_a = bounds_link_between(&world, BANK_A, BANK_B);
    struct id from_c = bounds_link_between(&world, BANK_C, BANK_B);
    struct id first = bounds_pushed(&world, BANK_A, &from_a, FEN_MAX);
    bounds_refused(&world, BANK_C, &from_c, 1, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    money_answer(&world, &first, POSTING_REFUSED);
    assert_true(world_position(&world, BANK_B).reserved_incoming_fen == 0);
    struct id second = bounds_pushed(&world, BANK_C, &from_c, FEN_MAX);
    bounds_posted(&world, BANK_B, &second);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- an agreed adjustment ---- */

/* A is to owe B that much; refused or booked. */
static void adjusted(struct world *world, const struct id *transfer, int64_t fen, bool booked) {
    struct open_case open = world_inquire(world, transfer, CASE_AMOUNT);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    struct id inquiry = world_case_view(world, world_one(world, EFFECT_REPLY)).inquiry;
    struct propose_adjustment ask = world_propose(world, &inquiry, BANK_A, BANK_B, fen);
    assert_int_equal(world_send(world, BANK_A, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
    struct id id = world_adjustment_view(world, world_one(world, EFFECT_REPLY)).adjustment;
    struct accept_adjustment word = world_accept(world, &id, false);
    assert_int_equal(world_send(world, BANK_B, COMMAND_ACCEPT_ADJUSTMENT, &word), 0);
    if (!booked)
        world_expect_refused(world, REFUSAL_AMOUNT_NEGATIVE, "adjustment_id");
    assert_int_equal(world_get_adjustment(world, &id).state,
                     booked ? ADJUSTMENT_BOOKED : ADJUSTMENT_PROPOSED);
}

static void an_adjustment_leaves_room(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id from_a = bounds_link_between(&world, BANK_A, BANK_B);
    struct id from_c = bounds_link_between(&world, BANK_C, BANK_B);
    struct id first = bounds_pushed(&world, BANK_A, &from_a, 1);
    bounds_posted(&world, BANK_B, &first);
    struct id second = bounds_pushed(&world, BANK_A, &from_a, 1);
    bounds_posted(&world, BANK_B, &second);
    struct id third = bounds_pushed(&world, BANK_C, &from_c, FEN_MAX - 10);
    adjusted(&world, &first, 9, false);
    adjusted(&world, &second, 8, true);
    bounds_posted(&world, BANK_B, &third);
    assert_true(world_position(&world, BANK_B).unsettled_net_fen == FEN_MAX);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- windows ---- */

static void close_window(struct world *world, uint64_t window) {
    struct command *command = world_order(world, COMMAND_WINDOW_CLOSE, UID_ONE);
    command->body.window_order.window = window;
    assert_int_equal(world_give(world, command), 0);
    world->now_ms += 1;
    assert_int_equal(world_tick(world), 0);
}

static struct command *settle_order(const struct world *world, uint64_t window) {
    struct command *command = world_order(world, COMMAND_WINDOW_SETTLE, UID_ONE);
    command->body.window_order.window = window;
    command->body.window_order.low = BANK_A;
    command->body.window_order.high = BANK_B;
    memcpy(command->body.window_order.reference, "HVPS-1", sizeof "HVPS-1");
    command->body.window_order.settlement = SETTLEMENT_BILATERAL;
    return command;
}

/* In the first window A came to owe B nearly all, in the second B owes it back: settled alone, the
 * first leaves A with all that B owes it. */
static void settling_leaves_room(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id between = bounds_link_between(&world, BANK_A, BANK_B);
    struct id to_c = bounds_link_between(&world, BANK_A, BANK_C);
    struct id there = bounds_pushed(&world, BANK_A, &between, FEN_MAX - 5);
    bounds_posted(&world, BANK_B, &there);
    close_window(&world, 1);
    between = bounds_link_between(&world, BANK_A, BANK_B);
    struct id back = bounds_pushed(&world, BANK_B, &between, FEN_MAX - 5);
    bounds_posted(&world, BANK_A, &back);
    struct id other = bounds_pushed(&world, BANK_C, &to_c, 6);
    bounds_refused_order(&world, settle_order(&world, 1), REFUSAL_AMOUNT_NEGATIVE, "amount");
    money_answer(&world, &other, POSTING_REFUSED);
    other = bounds_pushed(&world, BANK_C, &to_c, 5);
    assert_int_equal(world_give(&world, settle_order(&world, 1)), 0);
    bounds_posted(&world, BANK_A, &other);
    assert_true(world_position(&world, BANK_A).unsettled_net_fen == FEN_MAX);
    laws_check(&world);
    world_deinit(&world);
}

static void carrying_over_leaves_room(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id between = bounds_link_between(&world, BANK_A, BANK_B);
    struct id there = bounds_pushed(&world, BANK_A, &between, FEN_MAX - 5);
    bounds_posted(&world, BANK_B, &there);
    close_window(&world, 1);
    between = bounds_link_between(&world, BANK_A, BANK_B);
    struct id back = bounds_pushed(&world, BANK_B, &between, FEN_MAX - 5);
    bounds_posted(&world, BANK_A, &back);
    between = bounds_link_between(&world, BANK_A, BANK_B);
    close_window(&world, 2);
    struct id again = bounds_pushed(&world, BANK_A, &between, 6);
    struct command *abort = world_order(&world, COMMAND_WINDOW_ABORT, UID_ONE);
    abort->body.window_order.window = 1;
    bounds_refused_order(&world, abort, REFUSAL_AMOUNT_NEGATIVE, "window");
    bounds_posted(&world, BANK_B, &again);
    laws_check(&world);
    world_deinit(&world);
}

/* ---- in any order ---- */

/* A owes B so much that both are near their ends; what moves then is small, and often too much. */

enum { BANKS = 3, OPEN_MAX = 16, STEPS = 1000 };

struct crowd {
    struct world world;
    bank_code banks[BANKS];
    struct id links[BANKS][BANKS]; /* [i][j], i < j */
    struct id open[OPEN_MAX];
    size_t count, accepted, refused;
    uint64_t seed;
};

static uint64_t drawn(struct crowd *crowd, uint64_t below) {
    crowd->seed = crowd->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (crowd->seed >> 33) % below;
}

static void one_more(struct crowd *crowd) {
    size_t from = drawn(crowd, BANKS);
    size_t to = (from + 1 + drawn(crowd, BANKS - 1)) % BANKS;
    const struct id *link = from < to ? &crowd->links[from][to] : &crowd->links[to][from];
    bounds_submit(&crowd->world, crowd->banks[from], link, 1 + (int64_t)drawn(crowd, 900));
    if (world_count(&crowd->world, EFFECT_SEND) > 0) {
        crowd->open[crowd->count++] = world_instruction(&crowd->world).transfer;
        return;
    }
    world_expect_refused(&crowd->world, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    crowd->refused++;
}

static void one_ends(struct crowd *crowd) {
    size_t at = drawn(crowd, crowd->count);
    struct id id = crowd->open[at];
    struct transfer transfer = world_get_transfer(&crowd->world, &id);
    crowd->open[at] = crowd->open[--crowd->count];
    if (drawn(crowd, 4) == 0) {
        money_answer(&crowd->world, &id, POSTING_REFUSED);
        assert_int_equal(world_get_transfer(&crowd->world, &id).state, TRANSFER_REJECTED);
        return;
    }
    bounds_posted(&crowd->world, transfer.instructed, &id); /* whatever else there is */
    crowd->accepted++;
}

static void whatever_is_reserved_is_accepted(void **state) {
    (void)state;
    static struct crowd crowd;
    world_init(&crowd.world);
    crowd =
        (struct crowd){.world = crowd.world, .banks = {BANK_A, BANK_C, BANK_B}, .seed = 20261122};
    for (size_t i = 0; i < BANKS; i++) {
        for (size_t j = i + 1; j < BANKS; j++)
            crowd.links[i][j] = bounds_link_between(&crowd.world, crowd.banks[i], crowd.banks[j]);
    }
    struct id link = bounds_link_between(&crowd.world, BANK_A, BANK_B);
    struct id first = bounds_pushed(&crowd.world, BANK_A, &link, FEN_MAX - 1000);
    bounds_posted(&crowd.world, BANK_B, &first);
    for (int step = 0; step < STEPS; step++) {
        if (crowd.count == OPEN_MAX || (crowd.count > 0 && drawn(&crowd, 3) == 0))
            one_ends(&crowd);
        else
            one_more(&crowd);
    }
    while (crowd.count > 0)
        one_ends(&crowd);
    assert_true(crowd.accepted > STEPS / 10 && crowd.refused > STEPS / 10);
    laws_check(&crowd.world);
    world_deinit(&crowd.world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_have_it_on_its_way),
        cmocka_unit_test(released_it_is_room_again),
        cmocka_unit_test(an_adjustment_leaves_room),
        cmocka_unit_test(settling_leaves_room),
        cmocka_unit_test(carrying_over_leaves_room),
        cmocka_unit_test(whatever_is_reserved_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
