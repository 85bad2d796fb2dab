/*
 * Faults of sums between banks, and of what they may owe: I1 to I3, I9, I15.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "verify/planted.h"

static const struct id nothing;

#define PLANT(name) static struct id name(struct lively *lively, bank_code *bank_out)

static struct id change_position(struct lively *lively, bank_code bank, int64_t reserved_fen,
                                 int64_t net_fen) {
    struct position position = world_position(&lively->world, bank);
    position.reserved_outgoing_fen += reserved_fen;
    position.unsettled_net_fen += net_fen;
    world_put_position(&lively->world, &position);
    return nothing;
}

PLANT(a_fen_from_nowhere) {
    *bank_out = 0;
    return change_position(lively, BANK_A, 0, 1);
}

PLANT(another_currency_does_not_balance) {
    struct position position = {BANK_B, "USD", 0, -500, 0};
    *bank_out = 0;
    world_put_position(&lively->world, &position);
    return nothing;
}

PLANT(both_nets_moved) {
    *bank_out = BANK_B;
    (void)change_position(lively, BANK_A, 0, 1);
    return change_position(lively, BANK_B, 0, -1);
}

static struct id change_net(struct lively *lively, int64_t net_fen, uint64_t count) {
    struct pair_net net = world_net(&lively->world, BANK_A, BANK_B);
    net.net_fen += net_fen;
    net.count += count;
    store_begin(lively->world.store);
    store_put_net(lively->world.store, &net);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(a_pair_of_another_net) {
    *bank_out = BANK_A;
    return change_net(lively, 9, 0);
}

PLANT(a_pair_of_another_count) {
    *bank_out = BANK_A;
    return change_net(lively, 0, 1);
}

PLANT(returned_otherwise) {
    struct transfer now = world_get_transfer(&lively->world, &lively->original);
    (void)bank_out;
    now.returned_fen += 5;
    world_put_transfer(&lively->world, &now);
    return now.id;
}

PLANT(a_fen_more_is_reserved) {
    *bank_out = BANK_A;
    return change_position(lively, BANK_A, 1, 0);
}

PLANT(less_than_nothing_is_reserved) {
    *bank_out = BANK_C;
    return change_position(lively, BANK_C, -3, 0);
}

PLANT(a_fen_more_is_on_its_way) {
    struct position position = world_position(&lively->world, BANK_B);
    *bank_out = BANK_B;
    position.reserved_incoming_fen++;
    world_put_position(&lively->world, &position);
    return nothing;
}

PLANT(no_room_for_what_is_reserved) {
    struct position position = world_position(&lively->world, BANK_A);
    *bank_out = BANK_A;
    position.reserved_incoming_fen = INT64_MAX;
    position.unsettled_net_fen = 1;
    world_put_position(&lively->world, &position);
    return nothing;
}

static struct id change_pair(struct lively *lively, int64_t reserved_fen, int64_t unsettled_fen) {
    struct pair_position pair = world_pair(&lively->world, BANK_A, BANK_B);
    pair.reserved_to_high_fen += reserved_fen;
    pair.unsettled_fen += unsettled_fen;
    world_put_pair(&lively->world, &pair);
    return nothing;
}

PLANT(a_pair_owes_otherwise) {
    *bank_out = BANK_A;
    return change_pair(lively, 0, -4);
}

PLANT(a_pair_has_more_reserved) {
    *bank_out = BANK_A;
    return change_pair(lively, 1, 0);
}

PLANT(a_pair_of_nobody) {
    const bank_code nobody = 999110000015u;
    struct pair_position pair = world_pair(&lively->world, BANK_A, nobody);
    pair.high_has_cap = true;
    pair.high_cap_fen = 5;
    *bank_out = nobody;
    world_put_pair(&lively->world, &pair);
    return nothing;
}

PLANT(a_cap_below_nothing) {
    struct exposure_terms terms = {BANK_C, "CNY", .has_cap = true, .cap_fen = -1};
    *bank_out = BANK_C;
    world_put_exposure(&lively->world, &terms);
    return nothing;
}

PLANT(a_balance_from_nowhere) {
    struct exposure_terms terms = {BANK_B, "CNY", .balance_fen = 7};
    *bank_out = BANK_B;
    world_put_exposure(&lively->world, &terms);
    return nothing;
}

PLANT(paid_in_and_not_booked) {
    struct funds funds = {.id = {{0x42}},
                          .bank = BANK_B,
                          .state = FUNDS_CONFIRMED,
                          .direction = FUNDS_IN,
                          .amount = {7, "CNY"}};
    *bank_out = BANK_B;
    store_begin(lively->world.store);
    store_put_funds(lively->world.store, &funds, true);
    store_commit(lively->world.store);
    return nothing;
}

PLANT(a_payment_without_a_life) {
    (void)paid_in_and_not_booked(lively, bank_out);
    *bank_out = 0;
    return (struct id){{0x42}};
}

PLANT(more_goes_out_than_came_in) {
    struct exposure_terms terms = {BANK_C, "CNY", .balance_fen = 5, .out_reserved_fen = 6};
    *bank_out = BANK_C;
    world_put_exposure(&lively->world, &terms);
    return nothing;
}

#define ROW(law, plant)                                                                            \
    { law, #plant, plant, false, false }

const struct planted planted_money[] = {
    ROW(LAW_I1, a_fen_from_nowhere),
    ROW(LAW_I1, another_currency_does_not_balance),
    ROW(LAW_I2, both_nets_moved),
    ROW(LAW_I2, a_pair_of_another_net),
    ROW(LAW_I2, a_pair_of_another_count),
    ROW(LAW_I2, returned_otherwise),
    ROW(LAW_I3, a_fen_more_is_reserved),
    ROW(LAW_I3, less_than_nothing_is_reserved),
    ROW(LAW_I3, a_fen_more_is_on_its_way),
    ROW(LAW_I9, no_room_for_what_is_reserved),
    ROW(LAW_I2, a_pair_owes_otherwise),
    ROW(LAW_I3, a_pair_has_more_reserved),
    ROW(LAW_I15, a_pair_of_nobody),
    ROW(LAW_I9, a_cap_below_nothing),
    ROW(LAW_I9, more_goes_out_than_came_in),
    ROW(LAW_I3, more_goes_out_than_came_in),
    ROW(LAW_I1, a_balance_from_nowhere),
    ROW(LAW_I1, paid_in_and_not_booked),
    ROW(LAW_I4, a_payment_without_a_life),
    {LAW_ROWS, NULL, NULL, false, false},
};
