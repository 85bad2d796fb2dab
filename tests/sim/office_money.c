/*
 * What operators agree with banks about what they may owe, and payments into and out of balances. Most
 * caps are far away; some are near, for a while.
 */
#include <string.h>

#include "sim/world.h"

#define UNKNOWN_BANK 999100000046u
#define NEAR_FEN 20000
#define FAR_FEN INT64_C(1000000000)
#define FUNDS_MAX_FEN 50000

static struct chance *chance_of(const struct office *office) {
    return &office->world->chance;
}

static bool hits(struct office *office, unsigned per_mille) {
    return chance_hits(chance_of(office), per_mille);
}

static bank_code some_bank(struct office *office) {
    const struct world *world = office->world;
    if (hits(office, 200))
        return UNKNOWN_BANK;
    return world->parties[chance_below(chance_of(office), world->party_count)].code;
}

static int64_t some_cap(struct office *office) {
    return hits(office, 300) ? NEAR_FEN : FAR_FEN;
}

static void set_cap(struct office *office) {
    struct command *command = command_new(COMMAND_CAP_SET);
    struct cap_set *set = &command->body.cap_set;
    set->code = some_bank(office);
    memcpy(set->currency, "CNY", CURRENCY_SIZE);
    set->what = CAP_SET_CAP;
    set->has_cap = hits(office, 600);
    set->cap_fen = set->has_cap ? some_cap(office) : 0;
    office_give(office, command);
}

static void set_pair_cap(struct office *office) {
    struct command *command = command_new(COMMAND_PAIR_CAP_SET);
    struct pair_cap_set *set = &command->body.pair_cap_set;
    set->code = some_bank(office);
    set->counterparty = some_bank(office);
    memcpy(set->currency, "CNY", CURRENCY_SIZE);
    set->has_cap = hits(office, 600);
    set->cap_fen = set->has_cap ? some_cap(office) : 0;
    if (set->code == set->counterparty)
        command_free(command);
    else
        office_give(office, command);
}

static void begin_funds(struct office *office) {
    struct command *command = command_new(COMMAND_FUNDS_BEGIN);
    struct funds_begin *order = &command->body.funds_begin;
    order->code = some_bank(office);
    order->direction = hits(office, 700) ? FUNDS_IN : FUNDS_OUT;
    order->amount.fen = (int64_t)chance_between(chance_of(office), 1, FUNDS_MAX_FEN);
    memcpy(order->amount.currency, "CNY", CURRENCY_SIZE);
    memcpy(order->reference, "HVPS", 5);
    office_give(office, command);
}

/* One that is PENDING, for the most part; of all others it is refused. */
static void end_funds(struct office *office) {
    struct store *store = engine_store(office->world->hub.engine);
    struct funds funds;
    struct id at = {{0}};
    struct id found = {{0}};
    uint64_t seen = 0;
    bool any = hits(office, 200);
    while (store_next_funds(store, &at, &funds) == 0) {
        at = funds.id;
        if ((any || funds.state == FUNDS_PENDING) && chance_below(chance_of(office), ++seen) == 0)
            found = funds.id;
    }
    if (seen == 0 || hits(office, 100))
        chance_bytes(chance_of(office), found.bytes, ID_SIZE);
    struct command *command = command_new(COMMAND_FUNDS_END);
    command->body.funds_end.funds = found;
    command->body.funds_end.confirm = hits(office, 700);
    if (command->body.funds_end.confirm)
        memcpy(command->body.funds_end.reference, "SEEN", 5);
    office_give(office, command);
}

void office_money(struct office *office) {
    static void (*const works[])(struct office * office) = {set_cap,      set_cap,     set_pair_cap,
                                                            set_pair_cap, begin_funds, begin_funds,
                                                            end_funds,    end_funds,   end_funds};
    works[chance_below(chance_of(office), sizeof(works) / sizeof(works[0]))](office);
}
