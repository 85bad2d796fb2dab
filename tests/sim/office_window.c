/*
 * What operators order of settlement windows: closed at any time, settled in place of banks that do
 * not, all at once where there is money for it, aborted; some that there are not, some too late.
 */
#include <stdio.h>

#include "sim/world.h"
#include "store/settlement.h"

/* Some window that is CLOSED; else any number. */
static uint64_t some_closed(struct office *office) {
    struct window window = {.number = 0};
    uint64_t found = (uint64_t)chance_between(office_chance(office), 1, 20);
    uint64_t seen = 0;
    while (store_next_window(office_store(office), window.number, &window) == 0) {
        if (window.state == WINDOW_CLOSED && chance_below(office_chance(office), ++seen) == 0)
            found = window.number;
    }
    return found;
}

static void close_window(struct office *office) {
    struct command *command = command_new(COMMAND_WINDOW_CLOSE);
    struct store_meta meta;
    bool has_meta = store_get_meta(office_store(office), &meta) == 0;
    uint64_t number = has_meta ? meta.open_window : 1;
    if (office_hits(office, 200))
        number = (uint64_t)chance_between(office_chance(office), 1, 20);
    command->body.window_order.window = number;
    office_give(office, command);
}

static void settle_window(struct office *office) {
    struct command *command = command_new(COMMAND_WINDOW_SETTLE);
    struct window_order *order = &command->body.window_order;
    struct pair_net net, next;
    order->window = some_closed(office);
    bool any = store_next_net_of_window(office_store(office), order->window, NULL, &net) == 0;
    while (any && net.settled.at_ms != 0 &&
           store_next_net_of_window(office_store(office), order->window, &net, &next) == 0)
        net = next;
    bool all = !any || office_hits(office, 200);
    order->settlement = all ? SETTLEMENT_MULTILATERAL : SETTLEMENT_BILATERAL;
    if (!all) {
        order->low = net.low;
        order->high = net.high;
        snprintf(order->reference, sizeof(order->reference), "OFFICE");
    }
    office_give(office, command);
}

static void abort_window(struct office *office) {
    struct command *command = command_new(COMMAND_WINDOW_ABORT);
    struct window_order *order = &command->body.window_order;
    struct world *world = office->world;
    order->window = office_hits(office, 100) ? 0 : some_closed(office);
    if (office_hits(office, 200)) {
        struct party *party =
            &world->parties[chance_below(office_chance(office), world->party_count)];
        party->registry_moves = true;
        order->defaulter = party->code;
    }
    office_give(office, command);
}

/* Most are closed, so that there is something to settle. */
void office_window(struct office *office) {
    static void (*const works[])(struct office * office) = {
        close_window,  close_window,  close_window, close_window, close_window,
        settle_window, settle_window, abort_window, abort_window,
    };
    works[office_pick(office, sizeof(works) / sizeof(works[0]))](office);
}
