/*
 * Positions: the netting vectors, with and without a cap, settlement, and sums next to the end of 64
 * bits, each of which must fail without changing anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/position.h"

enum { A, B, C, BANKS };

struct world {
    struct position positions[BANKS];
    struct pair_net nets[BANKS][BANKS]; /* [low][high] */
};

static struct world new_world(void) {
    struct world world = {0};
    for (unsigned i = 0; i < BANKS; i++) {
        world.positions[i].bank = 100 + i;
        strcpy(world.positions[i].currency, "CNY");
        for (unsigned j = i + 1; j < BANKS; j++) {
            world.nets[i][j] = (struct pair_net){.window = 1, .low = 100 + i, .high = 100 + j};
            strcpy(world.nets[i][j].currency, "CNY");
        }
    }
    return world;
}

static struct pair_net *net_between(struct world *world, unsigned a, unsigned b) {
    return a < b ? &world->nets[a][b] : &world->nets[b][a];
}

/* Reserve and accept, unless the exposure would pass the cap (0: none). */
static bool transfer(struct world *world, unsigned from, unsigned to, int64_t fen, int64_t cap) {
    struct position *debtor = &world->positions[from];
    int64_t exposure = 0;
    int64_t after = 0;
    assert_true(position_exposure(debtor, &exposure));
    assert_true(fen_add(exposure, fen, &after));
    if (cap > 0 && after > cap)
        return false;
    assert_true(position_reserve(debtor, &world->positions[to], fen));
    assert_true(position_exposure(debtor, &exposure));
    assert_int_equal(exposure, after);
    assert_true(position_accept(debtor, &world->positions[to], net_between(world, from, to), fen));
    assert_true(position_exposure(debtor, &exposure));
    assert_int_equal(exposure, after); /* what was reserved is now owed */
    return true;
}

static void assert_nets(const struct world *world, int64_t a, int64_t b, int64_t c) {
    const int64_t expected[BANKS] = {a, b, c};
    assert_int_equal(a + b + c, 0);
    for (unsigned i = 0; i < BANKS; i++) {
        int64_t sum = 0;
        for (unsigned j = 0; j < BANKS; j++) {
            if (j != i)
                sum += i < j ? world->nets[i][j].net_fen : -world->nets[j][i].net_fen;
        }
        assert_int_equal(world->positions[i].unsettled_net_fen, expected[i]);
        assert_int_equal(world->positions[i].reserved_outgoing_fen, 0);
        assert_int_equal(sum, expected[i]);
    }
}

static void netting(void **state) {
    (void)state;
    struct world world = new_world();
    assert_true(transfer(&world, A, B, 30000, 0));
    assert_true(transfer(&world, B, A, 12000, 0));
    assert_true(transfer(&world, A, C, 5000, 0));
    assert_true(transfer(&world, C, B, 8000, 0));
    assert_true(transfer(&world, B, C, 1000, 0));
    assert_true(transfer(&world, C, A, 2500, 0));
    assert_nets(&world, -20500, 25000, -4500);
    const struct pair_net *ab = &world.nets[A][B];
    assert_int_equal(ab->net_fen, -18000);
    assert_int_equal(ab->to_low_fen, 12000);
    assert_int_equal(ab->to_high_fen, 30000);
    assert_int_equal(ab->count, 2);
}

static void netting_under_a_cap(void **state) {
    (void)state;
    struct world world = new_world();
    assert_false(transfer(&world, A, B, 30000, 20000));
    assert_true(transfer(&world, B, A, 12000, 0));
    assert_true(transfer(&world, A, C, 5000, 20000));
    assert_true(transfer(&world, C, B, 8000, 0));
    assert_true(transfer(&world, B, C, 1000, 0));
    assert_true(transfer(&world, C, A, 2500, 0));
    assert_nets(&world, 9500, -5000, -4500);
}

static void reservations_come_and_go(void **state) {
    (void)state;
    struct position it = {.bank = 100, .currency = "CNY"};
    struct position to = {.bank = 101, .currency = "CNY"};
    assert_true(position_reserve(&it, &to, 100));
    assert_true(position_reserve(&it, &to, 50));
    assert_true(position_release(&it, &to, 100));
    assert_int_equal(it.reserved_outgoing_fen, 50);
    assert_int_equal(to.reserved_incoming_fen, 50);
    assert_false(position_release(&it, &to, 51));
    assert_int_equal(it.reserved_outgoing_fen, 50);
    assert_true(position_release(&it, &to, 50));
    assert_false(position_release(&it, &to, 1));
    assert_true(it.reserved_outgoing_fen == 0 && to.reserved_incoming_fen == 0);
    it.reserved_outgoing_fen = 7; /* which nobody expects */
    assert_false(position_release(&it, &to, 7));
    assert_int_equal(it.reserved_outgoing_fen, 7);
}

static void amounts_must_be_positive(void **state) {
    (void)state;
    static const int64_t amounts[] = {0, -1, INT64_MIN};
    struct world world = new_world();
    world.positions[A].reserved_outgoing_fen = 100;
    world.positions[B].reserved_incoming_fen = 100;
    struct world before = world;
    for (size_t i = 0; i < 3; i++) {
        assert_false(position_reserve(&world.positions[A], &world.positions[B], amounts[i]));
        assert_false(position_release(&world.positions[A], &world.positions[B], amounts[i]));
        assert_false(position_accept(&world.positions[A], &world.positions[B], &world.nets[A][B],
                                     amounts[i]));
    }
    assert_memory_equal(&world, &before, sizeof(world));
}

static void reservation_does_not_wrap(void **state) {
    (void)state;
    struct position it = {.bank = 100, .currency = "CNY"};
    struct position to = {.bank = 101, .currency = "CNY"};
    struct position full = {.bank = 102, .currency = "CNY", .reserved_incoming_fen = INT64_MAX};
    assert_true(position_reserve(&it, &to, INT64_MAX - 1));
    assert_false(position_reserve(&it, &to, 2));
    assert_false(position_reserve(&it, &full, 1));
    assert_true(it.reserved_outgoing_fen == INT64_MAX - 1);
    assert_true(full.reserved_incoming_fen == INT64_MAX);
    assert_true(position_reserve(&it, &to, 1));
    assert_false(position_reserve(&it, &to, 1));
    assert_false(position_reserve(&it, &to, INT64_MAX));
    assert_true(it.reserved_outgoing_fen == INT64_MAX);
    assert_true(position_release(&it, &to, INT64_MAX));
    assert_true(it.reserved_outgoing_fen == 0 && to.reserved_incoming_fen == 0);
}

/* A bank holds as long as neither all that comes, nor all that goes, would wrap its net. */
static void room_for_all_that_is_reserved(void **state) {
    (void)state;
    static const struct {
        int64_t outgoing_fen, net_fen, incoming_fen;
        bool holds;
    } rows[] = {
        {0, 0, 0, true},
        {INT64_MAX, 0, INT64_MAX, true},
        {0, INT64_MAX, 0, true},
        {INT64_MAX, INT64_MAX, 0, true},
        {0, INT64_MAX, 1, false},
        {INT64_MAX, 1, INT64_MAX, false},
        {0, 1 - INT64_MAX, INT64_MAX, true},
        {1, 1 - INT64_MAX, 0, true},
        {2, 1 - INT64_MAX, 0, false},
        {INT64_MAX, -1, 0, false},
        {INT64_MAX, -2, 0, false},
        {0, INT64_MIN, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct position it = {100, "CNY", rows[i].outgoing_fen, rows[i].net_fen,
                              rows[i].incoming_fen};
        assert_int_equal(position_holds(&it), rows[i].holds);
    }
}

static void exposure_does_not_wrap(void **state) {
    (void)state;
    struct position it = {.reserved_outgoing_fen = INT64_MAX, .unsettled_net_fen = -1};
    int64_t exposure = 7;
    assert_false(position_exposure(&it, &exposure));
    assert_int_equal(exposure, 7);
    it.unsettled_net_fen = 0;
    assert_true(position_exposure(&it, &exposure));
    assert_true(exposure == INT64_MAX);
    it = (struct position){.unsettled_net_fen = INT64_MIN};
    assert_false(position_exposure(&it, &exposure));
    it.unsettled_net_fen = INT64_MAX;
    assert_true(position_exposure(&it, &exposure));
    assert_true(exposure == -INT64_MAX);
}

/* Accepts 10 fen from one to the other in a world set up to fail, both ways round. */
static void assert_refused(struct world world, unsigned from, unsigned to) {
    struct world before = world;
    assert_false(position_accept(&world.positions[from], &world.positions[to],
                                 net_between(&world, from, to), 10));
    assert_memory_equal(&world, &before, sizeof(world));
}

static struct world ready(void) {
    struct world world = new_world();
    world.positions[A].reserved_outgoing_fen = 10;
    world.positions[B].reserved_outgoing_fen = 10;
    world.positions[A].reserved_incoming_fen = 10;
    world.positions[B].reserved_incoming_fen = 10;
    return world;
}

static void acceptance_does_not_wrap(void **state) {
    (void)state;
    struct world world = ready();
    world.positions[A].unsettled_net_fen = INT64_MIN + 9;
    assert_refused(world, A, B);
    world = ready();
    world.positions[B].unsettled_net_fen = INT64_MAX - 9;
    assert_refused(world, A, B);
    world = ready();
    world.nets[A][B].net_fen = INT64_MIN + 9;
    assert_refused(world, A, B);
    world = ready();
    world.nets[A][B].net_fen = INT64_MAX - 9;
    assert_refused(world, B, A);
    world = ready();
    world.nets[A][B].to_high_fen = INT64_MAX - 9;
    assert_refused(world, A, B);
    world = ready();
    world.nets[A][B].to_low_fen = INT64_MAX - 9;
    assert_refused(world, B, A);
    world = ready();
    world.nets[A][B].count = UINT64_MAX;
    assert_refused(world, A, B);
}

static void acceptance_reaches_the_last_fen(void **state) {
    (void)state;
    struct world world = ready();
    world.positions[A].unsettled_net_fen = INT64_MIN + 10;
    world.positions[B].unsettled_net_fen = INT64_MAX - 10;
    world.nets[A][B].net_fen = INT64_MIN + 10;
    world.nets[A][B].to_high_fen = INT64_MAX - 10;
    assert_true(position_accept(&world.positions[A], &world.positions[B], &world.nets[A][B], 10));
    assert_true(world.positions[A].unsettled_net_fen == INT64_MIN);
    assert_true(world.positions[B].unsettled_net_fen == INT64_MAX);
    assert_true(world.nets[A][B].net_fen == INT64_MIN);
    assert_true(world.nets[A][B].to_high_fen == INT64_MAX);
}

static void acceptance_needs_its_reservation(void **state) {
    (void)state;
    struct world world = ready();
    world.positions[A].reserved_outgoing_fen = 9;
    assert_refused(world, A, B);
    world = ready();
    world.positions[B].reserved_incoming_fen = 9;
    assert_refused(world, A, B);
}

static void currencies_and_banks_do_not_mix(void **state) {
    (void)state;
    struct world world = ready();
    strcpy(world.positions[A].currency, "USD");
    assert_refused(world, A, B);
    world = ready();
    strcpy(world.positions[B].currency, "USD");
    assert_refused(world, A, B);
    world = ready();
    strcpy(world.nets[A][B].currency, "USD");
    assert_refused(world, A, B);
    world = ready();
    world.nets[A][B].high = 102;
    assert_refused(world, A, B);
    world = ready();
    world.nets[A][B].low = 99;
    assert_refused(world, A, B);
    world = ready();
    struct world before = world;
    assert_false(position_accept(&world.positions[A], &world.positions[A], &world.nets[A][B], 10));
    assert_memory_equal(&world, &before, sizeof(world));
}

/* ---- settlement ---- */

static const struct payment_word paid = {.at_ms = 1, .reference = "HVPS-1"};

static void a_net_leaves_once(void **state) {
    (void)state;
    struct world world = new_world();
    assert_true(transfer(&world, B, A, 700, 0));
    struct pair_net *net = &world.nets[A][B];
    assert_true(position_settle(&world.positions[A], &world.positions[B], net, &paid));
    assert_int_equal(world.positions[A].unsettled_net_fen, 0);
    assert_int_equal(world.positions[B].unsettled_net_fen, 0);
    assert_string_equal(net->settled.reference, "HVPS-1");
    struct world before = world;
    assert_false(position_settle(&world.positions[A], &world.positions[B], net, &paid));
    assert_memory_equal(&world, &before, sizeof(world));
    struct pair_net next = world.nets[A][B];
    next.window = 2;
    assert_false(position_carry(net, &next));
}

/* Without the fen that it owes, A would be owed more than can be told. */
static void settlement_does_not_wrap(void **state) {
    (void)state;
    struct world world = new_world();
    struct pair_net *net = &world.nets[A][B];
    net->net_fen = -1;
    world.positions[A].unsettled_net_fen = INT64_MAX;
    world.positions[B].unsettled_net_fen = -INT64_MAX;
    struct world before = world;
    assert_false(position_settle(&world.positions[A], &world.positions[B], net, &paid));
    assert_memory_equal(&world, &before, sizeof(world));
    world.positions[A].unsettled_net_fen--;
    assert_true(position_settle(&world.positions[A], &world.positions[B], net, &paid));
    assert_true(world.positions[A].unsettled_net_fen == INT64_MAX);
}

static void what_is_carried_does_not_wrap(void **state) {
    (void)state;
    struct world world = new_world();
    const struct pair_net *net = &world.nets[A][B];
    struct pair_net next = *net;
    next.window = 2;
    world.nets[A][B].net_fen = 1;
    next.net_fen = INT64_MAX;
    struct pair_net before = next;
    assert_false(position_carry(net, &next));
    assert_memory_equal(&next, &before, sizeof(next));
    next.net_fen--;
    assert_true(position_carry(net, &next));
    assert_true(next.net_fen == INT64_MAX);
    assert_int_equal(next.carried_fen, 1);
    next.window = 1; /* never back, nor into itself */
    assert_false(position_carry(net, &next));
    assert_false(position_carry(net, &world.nets[A][C]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(netting),
        cmocka_unit_test(netting_under_a_cap),
        cmocka_unit_test(reservations_come_and_go),
        cmocka_unit_test(amounts_must_be_positive),
        cmocka_unit_test(reservation_does_not_wrap),
        cmocka_unit_test(room_for_all_that_is_reserved),
        cmocka_unit_test(exposure_does_not_wrap),
        cmocka_unit_test(acceptance_does_not_wrap),
        cmocka_unit_test(acceptance_reaches_the_last_fen),
        cmocka_unit_test(acceptance_needs_its_reservation),
        cmocka_unit_test(currencies_and_banks_do_not_mix),
        cmocka_unit_test(a_net_leaves_once),
        cmocka_unit_test(settlement_does_not_wrap),
        cmocka_unit_test(what_is_carried_does_not_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
