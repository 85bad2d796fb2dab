/*
 * What banks may owe, at the moment when it is decided: an instruction leaves only for what is within
 * the caps and the balance of the debtor's bank, itself counted, and a payment out of a balance begins
 * only from what is free. Later a bank may stand above a cap: that was lowered, or others' returns.
 */
#include "sim/watch.h"
#include "sim/world.h"

static bool is_submission(enum command_kind kind) {
    return kind == COMMAND_SUBMIT_TRANSFER || kind == COMMAND_SUBMIT_RETURN;
}

static void check_reserved(struct hub *hub, const struct id *id) {
    struct store *store = engine_store(hub->engine);
    struct transfer transfer;
    struct position position;
    struct exposure_terms terms;
    struct pair_position pair;
    int64_t bound_fen, exposure_fen, pair_fen;
    ENSURE(store_get_transfer(store, id, &transfer) == 0);
    if (transfer.fallback)
        return;
    bank_code debtor = transfer.debtor_bank, creditor = transfer.creditor_bank;
    bool low = debtor < creditor;
    ENSURE(store_get_position(store, debtor, "CNY", &position) == 0);
    ENSURE(store_get_exposure(store, debtor, "CNY", &terms) == 0);
    ENSURE(store_get_pair(store, low ? debtor : creditor, low ? creditor : debtor, "CNY", &pair) ==
           0);
    ENSURE(position_exposure(&position, &exposure_fen));
    ENSURE(pair_exposure(&pair, debtor, &pair_fen));
    bool above = exposure_bound(&terms, &bound_fen) && exposure_fen > bound_fen;
    bool above_pair = low ? pair.low_has_cap && pair_fen > pair.low_cap_fen
                          : pair.high_has_cap && pair_fen > pair.high_cap_fen;
    if (above || above_pair)
        world_fail(hub->world, "transfer %s was let through above what bank %012llu may owe",
                   world_id(id), (unsigned long long)debtor);
}

static void check_begun(struct hub *hub) {
    struct store *store = engine_store(hub->engine);
    struct funds funds = {.id = {{0}}}, next;
    struct position position;
    struct exposure_terms terms;
    int64_t exposure_fen;
    while (store_next_funds(store, &funds.id, &next) == 0)
        funds = next;
    if (funds.direction != FUNDS_OUT)
        return;
    ENSURE(store_get_position(store, funds.bank, "CNY", &position) == 0);
    ENSURE(store_get_exposure(store, funds.bank, "CNY", &terms) == 0);
    ENSURE(position_exposure(&position, &exposure_fen));
    if (terms.balance_fen - terms.out_reserved_fen < (exposure_fen > 0 ? exposure_fen : 0))
        world_fail(hub->world, "payment %s takes out what bank %012llu owes or takes out already",
                   world_id(&funds.id), (unsigned long long)funds.bank);
}

void watch_bounds(struct hub *hub, const struct command *command, const struct effects *effects,
                  size_t from) {
    if (hub->engine == NULL)
        return;
    for (size_t i = from; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        if (effect->kind == EFFECT_SEND && is_submission(command->kind))
            check_reserved(hub, &effect->exchange);
        else if (effect->kind == EFFECT_REPLY && !effect->refused &&
                 command->kind == COMMAND_APPROVE && effect->order == COMMAND_FUNDS_BEGIN)
            check_begun(hub);
    }
}
