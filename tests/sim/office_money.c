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
#define THRIFTY_UNITS 200000 /* of plan.unit_fen: some transfers' worth */

static bank_code some_bank(struct office *office) {
    const struct world *world = office->world;
    if (office_hits(office, 200))
        return UNKNOWN_BANK;
    return world->parties[chance_below(office_chance(office), world->party_count)].code;
}

static int64_t some_cap(struct office *office) {
    return office_hits(office, 300) ? NEAR_FEN : FAR_FEN;
}

static void set_cap(struct office *office) {
    struct command *command = command_new(COMMAND_CAP_SET);
    struct cap_set *set = &command->body.cap_set;
    set->code = some_bank(office);
    memcpy(set->currency, "CNY", CURRENCY_SIZE);
    set->what = CAP_SET_CAP;
    set->has_cap = office_hits(office, 600);
    set->cap_fen = set->has_cap ? some_cap(office) : 0;
    office_give(office, command);
}

static void set_pair_cap(struct office *office) {
    struct command *command = command_new(COMMAND_PAIR_CAP_SET);
    struct pair_cap_set *set = &command->body.pair_cap_set;
    set->code = some_bank(office);
    set->counterparty = some_bank(office);
    memcpy(set->currency, "CNY", CURRENCY_SIZE);
    set->has_cap = office_hits(office, 600);
    set->cap_fen = set->has_cap ? some_cap(office) : 0;
    if (set->code == set->counterparty)
        command_free(command);
    else
        office_give(office, command);
}

static void begin_funds_of(struct office *office, bank_code bank, enum funds_direction direction,
                           int64_t fen) {
    struct command *command = command_new(COMMAND_FUNDS_BEGIN);
    struct funds_begin *order = &command->body.funds_begin;
    order->code = bank;
    order->direction = direction;
    order->amount.fen = fen;
    memcpy(order->amount.currency, "CNY", CURRENCY_SIZE);
    memcpy(order->reference, "HVPS", 5);
    office_give(office, command);
}

static void begin_funds(struct office *office) {
    bank_code bank = some_bank(office); /* one draw a statement: compilers differ */
    enum funds_direction direction = office_hits(office, 700) ? FUNDS_IN : FUNDS_OUT;
    begin_funds_of(office, bank, direction,
                   chance_between(office_chance(office), 1, FUNDS_MAX_FEN));
}

/* One that is PENDING, for the most part; of all others it is refused. */
static void end_funds(struct office *office) {
    struct store *store = engine_store(office->world->hub.engine);
    struct funds funds;
    struct id at = {{0}};
    struct id found = {{0}};
    uint64_t seen = 0;
    bool any = office_hits(office, 200);
    while (store_next_funds(store, &at, &funds) == 0) {
        at = funds.id;
        if ((any || funds.state == FUNDS_PENDING) &&
            chance_below(office_chance(office), ++seen) == 0)
            found = funds.id;
    }
    if (seen == 0 || office_hits(office, 100))
        chance_bytes(office_chance(office), found.bytes, ID_SIZE);
    struct command *command = command_new(COMMAND_FUNDS_END);
    command->body.funds_end.funds = found;
    command->body.funds_end.confirm = office_hits(office, 700);
    if (command->body.funds_end.confirm)
        memcpy(command->body.funds_end.reference, "SEEN", 5);
    office_give(office, command);
}

/* ---- the thrifty bank ---- */

static void set_prefunded(struct office *office) {
    struct command *command = command_new(COMMAND_CAP_SET);
    struct cap_set *set = &command->body.cap_set;
    set->code = some_bank(office);
    if (!office_hits(office, 300))
        set->code = office->thrifty;
    memcpy(set->currency, "CNY", CURRENCY_SIZE);
    set->what = CAP_SET_PREFUNDED;
    set->prefunded = true;
    office_give(office, command);
}

static bool confirm_funds(struct office *office) {
    struct store *store = engine_store(office->world->hub.engine);
    struct funds funds;
    struct id at = {{0}};
    while (store_next_funds(store, &at, &funds) == 0) {
        at = funds.id;
        if (funds.bank != office->thrifty || funds.state != FUNDS_PENDING)
            continue;
        struct command *command = command_new(COMMAND_FUNDS_END);
        command->body.funds_end.funds = funds.id;
        command->body.funds_end.confirm = true;
        memcpy(command->body.funds_end.reference, "SEEN", 5);
        office_give(office, command);
        return true;
    }
    return false;
}

/* All that is free, or more, up to what is needed. */
static void take_out(struct office *office, int64_t free_fen, int64_t needed_fen) {
    if (needed_fen > 0 && office_hits(office, 600))
        free_fen += chance_between(office_chance(office), 1, needed_fen);
    begin_funds_of(office, office->thrifty, FUNDS_OUT, free_fen);
}

void office_see_to_funds(struct office *office) {
    const struct world *world = office->world;
    struct store *store = engine_store(world->hub.engine);
    struct exposure_terms terms;
    struct position position;
    if (world->calm || !office_hits(office, world->plan.thrift))
        return;
    ENSURE(store_get_exposure(store, office->thrifty, "CNY", &terms) == 0);
    ENSURE(store_get_position(store, office->thrifty, "CNY", &position) == 0);
    int64_t needed_fen = position.reserved_outgoing_fen - position.unsettled_net_fen;
    if (needed_fen < 0)
        needed_fen = 0;
    int64_t free_fen = terms.balance_fen - terms.out_reserved_fen - needed_fen;
    if (office_hits(office, 500) && confirm_funds(office))
        return;
    if (free_fen > 0 && !terms.prefunded)
        set_prefunded(office);
    else if (free_fen > 0 && office_hits(office, 700))
        take_out(office, free_fen, needed_fen);
    else
        begin_funds_of(
            office, office->thrifty, FUNDS_IN,
            chance_between(office_chance(office), 1, THRIFTY_UNITS * world->plan.unit_fen));
}

void office_money(struct office *office) {
    static void (*const works[])(struct office * office) = {set_cap,      set_cap,     set_pair_cap,
                                                            set_pair_cap, begin_funds, begin_funds,
                                                            end_funds,    end_funds,   end_funds};
    works[office_pick(office, sizeof(works) / sizeof(works[0]))](office);
}
