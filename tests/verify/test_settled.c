/*
 * I20: a net that was settled without the word of both its banks, and without an order of operators
 * for it, is found; those that the ledger settles are not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"
#include "ledger/world_people.h"
#include "verify/verify.h"

/* What settled the nets of the windows, by their numbers. */
enum { NONE, BY_BANKS, BY_ORDER, BY_BALANCES, AT_ZERO, NOT_YET };

/* ---- windows ---- */

static void order(struct world *world, enum command_kind kind, uint64_t window,
                  enum settlement settlement) {
    struct command *command = world_order(world, kind, UID_ONE);
    struct window_order *body = &command->body.window_order;
    body->window = window;
    body->settlement = settlement;
    if (settlement == SETTLEMENT_BILATERAL) {
        body->low = BANK_A;
        body->high = BANK_B;
        memcpy(body->reference, "HVPS-1", sizeof "HVPS-1");
    }
    assert_int_equal(world_give(world, command), 0);
}

static void close_window(struct world *world, uint64_t window) {
    order(world, COMMAND_WINDOW_CLOSE, window, SETTLEMENT_NONE);
    world->now_ms++;
    assert_int_equal(world_tick(world), 0);
}

static void confirm(struct world *world, bank_code bank, bank_code other, int64_t fen) {
    struct confirm_settlement request = {
        .request = world_request_id(world),
        .window = BY_BANKS,
        .counterparty = other,
        .amount = {.fen = fen, .currency = "CNY"},
        .reference = world_text(world, "R1"),
    };
    world->now_ms++;
    assert_int_equal(world_send(world, bank, COMMAND_CONFIRM_SETTLEMENT, &request), 0);
}

static void pay_in(struct world *world, bank_code bank, int64_t fen) {
    struct command *begin = world_order(world, COMMAND_FUNDS_BEGIN, UID_ONE);
    begin->body.funds_begin = (struct funds_begin){
        .code = bank, .direction = FUNDS_IN, .amount = {fen, "CNY"}, .reference = "F1"};
    assert_int_equal(world_give(world, begin), 0);
    struct command *end = world_order(world, COMMAND_FUNDS_END, UID_ONE);
    struct funds funds;
    assert_int_equal(store_next_funds(world->store, NULL, &funds), 0);
    end->body.funds_end = (struct funds_end){.funds = funds.id, .confirm = true, .reference = "F2"};
    assert_int_equal(world_give(world, end), 0);
}

static void settle_windows(struct world *world) {
    world_init(world);
    struct id link = world_link(world);
    for (uint64_t window = BY_BANKS; window <= NOT_YET; window++) {
        (void)world_transfer_in(world, &link, TRANSFER_PUSH, 700, TRANSFER_ACCEPTED);
        if (window == AT_ZERO)
            (void)world_transfer_in(world, &link, TRANSFER_PULL, 700, TRANSFER_ACCEPTED);
        close_window(world, window);
    }
    confirm(world, BANK_A, BANK_B, 700);
    confirm(world, BANK_B, BANK_A, 700);
    order(world, COMMAND_WINDOW_SETTLE, BY_ORDER, SETTLEMENT_BILATERAL);
    pay_in(world, BANK_A, 700);
    order(world, COMMAND_WINDOW_SETTLE, BY_BALANCES, SETTLEMENT_MULTILATERAL);
}

static struct pair_net net_of(struct world *world, uint64_t window) {
    struct pair_net net;
    assert_int_equal(store_get_net(world->store, window, BANK_A, BANK_B, "CNY", &net), 0);
    return net;
}

/* ---- what is found ---- */

static void count(void *context, const struct verify_finding *finding) {
    unsigned *found = context;
    if (finding->law != LAW_I20)
        return;
    assert_int_equal(finding->kind, OBJECT_WINDOW);
    ++*found;
}

static unsigned findings(struct world *world) {
    unsigned found = 0;
    struct verify_counts counts;
    struct verify_sink sink = {.found = count, .context = &found};
    assert_int_equal(verify_store(world->store, false, &sink, &counts), 0);
    return found;
}

static void put(struct world *world, const struct pair_net *net) {
    store_begin(world->store);
    store_put_net(world->store, net);
    store_commit(world->store);
}

static void find_changed(struct world *world, const struct pair_net *changed) {
    struct pair_net before = net_of(world, changed->window);
    put(world, changed);
    assert_int_equal(findings(world), 1);
    put(world, &before);
    assert_int_equal(findings(world), 0);
}

#define FIND(number, change)                                                                       \
    do {                                                                                           \
        struct pair_net net = net_of(&world, number);                                              \
        change;                                                                                    \
        find_changed(&world, &net);                                                                \
    } while (0)

static void what_the_ledger_settles_is_right(void **state) {
    (void)state;
    struct world world;
    settle_windows(&world);
    assert_int_equal(findings(&world), 0);
    for (uint64_t window = BY_BANKS; window < NOT_YET; window++)
        assert_int_not_equal(net_of(&world, window).settled.at_ms, 0);
    assert_true(net_of(&world, BY_BALANCES).multilateral);
    assert_int_equal(net_of(&world, AT_ZERO).net_fen, 0);
    world_deinit(&world);
}

static void the_word_of_both_banks(void **state) {
    (void)state;
    struct world world;
    settle_windows(&world);
    FIND(BY_BANKS, net.low_said = (struct payment_word){.at_ms = 0});
    FIND(BY_BANKS, net.high_said = (struct payment_word){.at_ms = 0});
    FIND(BY_BANKS, net.high_said.reference[0] = 'X');
    FIND(BY_BANKS, net.settled.reference[0] = 'X');
    FIND(BY_BANKS, net.low_said.amount_fen--);
    FIND(BY_BANKS, net.high_said.amount_fen = 0);
    FIND(BY_BANKS, net.settled.at_ms++);
    FIND(BY_BANKS, net.high_said.at_ms++);
    FIND(AT_ZERO, net.settled.at_ms++);
    world_deinit(&world);
}

static void the_order_of_operators(void **state) {
    (void)state;
    struct world world;
    settle_windows(&world);
    struct id other = net_of(&world, BY_BALANCES).order;
    struct id own = net_of(&world, BY_ORDER).order;
    FIND(BY_ORDER, net.order = (struct id){{0}});
    FIND(BY_ORDER, net.order.bytes[0] ^= 1);
    FIND(BY_ORDER, net.order = other);
    FIND(BY_ORDER, net.settled.reference[0] = 'X');
    FIND(BY_ORDER, net.settled.at_ms--);
    FIND(BY_BALANCES, net.order = (struct id){{0}});
    FIND(BY_BALANCES, net.order = own);
    FIND(BY_BALANCES, net.multilateral = false);
    FIND(NOT_YET, net.order = own);
    world_deinit(&world);
}

/* Each in its turn: granted, but of another window or pair. */
static void an_order_of_something_else(void **state) {
    (void)state;
    struct world world;
    settle_windows(&world);
    struct pair_net net = net_of(&world, NOT_YET);
    net.settled = net_of(&world, BY_ORDER).settled;
    net.order = net_of(&world, BY_ORDER).order;
    find_changed(&world, &net);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_ledger_settles_is_right),
        cmocka_unit_test(the_word_of_both_banks),
        cmocka_unit_test(the_order_of_operators),
        cmocka_unit_test(an_order_of_something_else),
    };
    return cmocka_run_group_tests_name("settled", tests, NULL, NULL);
}
