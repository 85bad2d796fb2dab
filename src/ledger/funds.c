/*
 * Payments into a bank's prefunded balance, and out of it.
 *
 * Invariants: a payment is begun by two people and ended by two; what goes out is reserved when it is
 * begun, from what neither is on its way out nor covers what the bank owes; the balance moves when it
 * is confirmed, once. The money itself moves outside, and both references say where.
 */
#include <string.h>

#include "ledger/transfers.h"

static int book(struct apply *apply, const struct funds *funds, enum funds_event event,
                struct exposure_terms *terms) {
    if (!funds_book(terms, funds, event))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount_fen");
    return exposure_terms_changed(apply, terms);
}

/* What covers the bank's exposure stays. */
static int check_free(struct apply *apply, const struct funds *funds,
                      const struct exposure_terms *terms) {
    struct position position;
    APPLY_TRY(store_get_position(apply->store, funds->bank, funds->amount.currency, &position));
    if (funds->direction == FUNDS_OUT && funds->amount.fen > exposure_free_fen(&position, terms))
        return refuse(apply, REFUSAL_LIQUIDITY, "amount_fen");
    return 0;
}

static int step(struct apply *apply, struct funds *funds, enum funds_event event) {
    struct history_entry entry = apply_entry(apply, CAUSE_OPERATOR, "");
    if (!funds_move(funds, event, &entry))
        return refuse(apply, REFUSAL_FUNDS_STATE, "funds");
    return 0;
}

int funds_begin(struct apply *apply) {
    const struct funds_begin *order = &apply->command->body.funds_begin;
    struct exposure_terms terms;
    int result = exposure_bank(apply, order->code, "code");
    if (result)
        return result;
    struct funds funds = {
        .id = apply_new_id(apply),
        .bank = order->code,
        .direction = order->direction,
        .amount = order->amount,
        .begun_at_ms = apply->now_ms,
    };
    memcpy(funds.reference, order->reference, sizeof funds.reference);
    APPLY_TRY(store_get_exposure(apply->store, funds.bank, funds.amount.currency, &terms));
    result = check_free(apply, &funds, &terms);
    if (result == 0)
        result = step(apply, &funds, FUNDS_EVENT_BEGIN);
    if (result == 0)
        result = book(apply, &funds, FUNDS_EVENT_BEGIN, &terms);
    if (result)
        return result;
    apply_touch(apply, OBJECT_FUNDS, &funds.id);
    store_put_funds(apply->store, &funds, true);
    apply_granted(apply);
    return 0;
}

int funds_end(struct apply *apply) {
    const struct funds_end *order = &apply->command->body.funds_end;
    enum funds_event event = order->confirm ? FUNDS_EVENT_CONFIRM : FUNDS_EVENT_CANCEL;
    struct exposure_terms terms;
    struct funds funds;
    int result = store_get_funds(apply->store, &order->funds, &funds);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_OBJECT, "funds");
    apply_touch(apply, OBJECT_FUNDS, &funds.id);
    apply->audit.bank = funds.bank;
    result = step(apply, &funds, event);
    if (result)
        return result;
    APPLY_TRY(store_get_exposure(apply->store, funds.bank, funds.amount.currency, &terms));
    result = book(apply, &funds, event, &terms);
    if (result)
        return result;
    memcpy(funds.end_reference, order->reference, sizeof funds.end_reference);
    funds.ended_at_ms = apply->now_ms;
    store_put_funds(apply->store, &funds, false);
    apply_granted(apply);
    return 0;
}
