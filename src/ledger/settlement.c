/*
 * How windows end: nets are settled one by one, or all that are left at once, or go on into the
 * window that is open.
 *
 *   CLOSED: each net that both banks, or two operators, say was paid leaves the positions; with the
 *   last one the window is SETTLED. Or two operators settle what is left from what the banks have
 *   paid in: all of it, or none. Aborted, what is left is carried over; no transfer and no position
 *   moves by that.
 *
 * Invariants: a net leaves the positions once; open_pairs is the number of nets that did not; an
 * aborted window's successor was open then, and so has a higher number; no balance falls under what
 * is on its way out of it. A sum that does not fit is refused: the order of nets is the banks'.
 */
#include "ledger/settlement.h"
#include "ledger/transfers.h"

#include <string.h>

#include "domain/identifier.h"
#include "store/money.h"

/* ---- one net ---- */

/* The net of two banks in a window; refuses NO_SUCH_NET on field. */
static int find_net(struct apply *apply, uint64_t window, bank_code bank, bank_code other,
                    const char *field, struct pair_net *net_out) {
    struct pair_net net = {.low = 0};
    int result = STORE_ABSENT;
    if (bank != other && other > 0)
        result = store_next_net_of_bank(apply->store, window, bank, other - 1, &net);
    APPLY_TRY(result);
    if (result || (net.low != other && net.high != other))
        return refuse(apply, REFUSAL_NO_SUCH_NET, field);
    if (net.settled.at_ms)
        return refuse(apply, REFUSAL_NET_SETTLED, field);
    *net_out = net;
    return 0;
}

int window_end_settled(struct apply *apply, struct window *window, enum settlement settlement,
                       enum cause cause) {
    int64_t due_ms = window_due_ms(window);
    window->settlement = settlement;
    window->ended_at_ms = apply->now_ms;
    int result = window_step(apply, window, WINDOW_EVENT_SETTLE, cause);
    if (result == 0)
        result = window_store(apply, window, due_ms);
    return result ? result : notice_window(apply, window);
}

/* The net leaves the books of both. reference: NULL when it is not one payment. */
static int leave_books(struct apply *apply, struct window *window, struct pair_net *net,
                       const char *reference) {
    struct position low, high;
    struct pair_position pair;
    struct payment_word word = {.at_ms = apply->now_ms};
    if (reference)
        memcpy(word.reference, reference, sizeof word.reference);
    if (apply->approval)
        net->order = apply->approval->body.decision.approval;
    APPLY_TRY(store_get_position(apply->store, net->low, net->currency, &low));
    APPLY_TRY(store_get_position(apply->store, net->high, net->currency, &high));
    APPLY_TRY(store_get_pair(apply->store, net->low, net->high, net->currency, &pair));
    APPLY_INVARIANT(window->open_pairs > 0);
    if (!position_settle(&low, &high, net, &word) || !pair_settle(&pair, net->net_fen) ||
        !position_holds(&low) || !position_holds(&high) || !pair_holds(&pair))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount");
    store_put_pair(apply->store, &pair);
    store_put_position(apply->store, &low);
    store_put_position(apply->store, &high);
    store_put_net(apply->store, net);
    window->open_pairs--;
    return 0;
}

/* What they may still owe has moved. */
static int tell_both(struct apply *apply, const struct pair_net *net) {
    struct position position;
    APPLY_TRY(store_get_position(apply->store, net->low, net->currency, &position));
    int result = exposure_moved(apply, &position);
    APPLY_TRY(result);
    APPLY_TRY(store_get_position(apply->store, net->high, net->currency, &position));
    return exposure_moved(apply, &position);
}

static int settle_net(struct apply *apply, struct window *window, struct pair_net *net,
                      const char *reference, enum cause cause) {
    int result = leave_books(apply, window, net, reference);
    if (result == 0)
        result = tell_both(apply, net);
    if (result)
        return result;
    if (window->open_pairs == 0)
        return window_end_settled(apply, window, SETTLEMENT_BILATERAL, cause);
    return window_store(apply, window, window_due_ms(window));
}

/* ---- the banks' word ---- */

static int load(struct apply *apply, uint64_t number, const char *field,
                struct window *window_out) {
    struct id id = window_id(number);
    int result = store_get_window(apply->store, number, window_out);
    APPLY_TRY(result);
    if (result)
        return refuse(apply, REFUSAL_NO_SUCH_WINDOW, field);
    apply_touch(apply, OBJECT_WINDOW, &id);
    return 0;
}

static int load_closed(struct apply *apply, uint64_t number, struct window *window_out) {
    int result = load(apply, number, "window", window_out);
    if (result)
        return result;
    return window_out->state == WINDOW_CLOSED ? 0 : refuse(apply, REFUSAL_WINDOW_STATE, "window");
}

static int64_t magnitude(int64_t fen) {
    return fen < 0 ? -fen : fen;
}

static int confirm(struct apply *apply, struct window *window, struct pair_net *net) {
    const struct confirm_settlement *request = &apply->command->body.confirm_settlement;
    bool is_low = apply->command->bank == net->low;
    struct payment_word *own = is_low ? &net->low_said : &net->high_said;
    const struct payment_word *other = is_low ? &net->high_said : &net->low_said;
    if (net->net_fen == INT64_MIN || request->amount.fen != magnitude(net->net_fen))
        return refuse(apply, REFUSAL_SETTLEMENT_AMOUNT, "amount");
    if (other->at_ms && !span_equal(span_text(other->reference), request->reference))
        return refuse(apply, REFUSAL_SETTLEMENT_REFERENCE, "reference");
    own->at_ms = apply->now_ms;
    own->amount_fen = request->amount.fen;
    memset(own->reference, 0, sizeof own->reference);
    apply_copy_text(own->reference, sizeof own->reference, request->reference);
    if (other->at_ms)
        return settle_net(apply, window, net, own->reference, CAUSE_REQUEST);
    store_put_net(apply->store, net);
    return 0;
}

int settlement_confirm(struct apply *apply) {
    const struct confirm_settlement *request = &apply->command->body.confirm_settlement;
    struct window window;
    struct pair_net net = {.low = 0};
    int result = load(apply, request->window, "window", &window);
    if (result == 0)
        result = find_net(apply, window.number, apply->command->bank, request->counterparty,
                          "counterparty_bank_code", &net);
    if (result == 0 && window.state != WINDOW_CLOSED)
        result = refuse(apply, REFUSAL_WINDOW_STATE, "window");
    if (result == 0)
        result = confirm(apply, &window, &net);
    return result ? result : window_reply_pair(apply, &window, request->counterparty, false);
}

/* ---- from what was paid in ---- */

static int move_balance(struct apply *apply, bank_code bank, const char *currency, int64_t fen) {
    struct exposure_terms terms;
    APPLY_TRY(store_get_exposure(apply->store, bank, currency, &terms));
    if (!fen_add(terms.balance_fen, fen, &terms.balance_fen))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount");
    store_put_exposure(apply->store, &terms);
    return 0;
}

static int pay_net(struct apply *apply, struct window *window, struct pair_net *net) {
    if (net->settled.at_ms)
        return 0;
    if (net->net_fen == INT64_MIN)
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount");
    net->multilateral = true;
    int result = move_balance(apply, net->low, net->currency, net->net_fen);
    if (result == 0)
        result = move_balance(apply, net->high, net->currency, -net->net_fen);
    return result ? result : leave_books(apply, window, net, NULL);
}

static int check_balance(struct apply *apply, bank_code bank, const char *currency) {
    struct exposure_terms terms;
    APPLY_TRY(store_get_exposure(apply->store, bank, currency, &terms));
    if (terms.balance_fen >= terms.out_reserved_fen)
        return 0;
    char *code = arena_take(&apply->effects->arena, BANK_CODE_TEXT_SIZE);
    bank_code_format(bank, code);
    return refuse(apply, REFUSAL_SETTLEMENT_FUNDS, code);
}

/* Every balance once all nets are paid: in between one may be below zero. Refused, the command is
 * undone. */
static int settle_all(struct apply *apply, struct window *window) {
    struct pair_net net;
    const struct pair_net *after = NULL;
    int result;
    while ((result = store_next_net_of_window(apply->store, window->number, after, &net)) == 0) {
        result = pay_net(apply, window, &net);
        if (result)
            return result;
        after = &net;
    }
    APPLY_TRY(result);
    after = NULL;
    while ((result = store_next_net_of_window(apply->store, window->number, after, &net)) == 0) {
        result = check_balance(apply, net.low, net.currency);
        if (result == 0)
            result = check_balance(apply, net.high, net.currency);
        if (result == 0)
            result = tell_both(apply, &net);
        if (result)
            return result;
        after = &net;
    }
    APPLY_TRY(result);
    return window_end_settled(apply, window, SETTLEMENT_MULTILATERAL, CAUSE_OPERATOR);
}

/* ---- operators ---- */

int window_order_close(struct apply *apply) {
    struct window window;
    int result = load(apply, apply->command->body.window_order.window, "window", &window);
    if (result == 0 && window.state != WINDOW_OPEN)
        result = refuse(apply, REFUSAL_WINDOW_STATE, "window");
    if (result == 0)
        result = window_close(apply, &window, CAUSE_OPERATOR);
    if (result == 0)
        apply_granted(apply);
    return result;
}

static int settle_one(struct apply *apply, struct window *window) {
    const struct window_order *order = &apply->command->body.window_order;
    struct pair_net net = {.low = 0};
    int result = find_net(apply, window->number, order->low, order->high, "pair", &net);
    return result ? result : settle_net(apply, window, &net, order->reference, CAUSE_OPERATOR);
}

int window_order_settle(struct apply *apply) {
    const struct window_order *order = &apply->command->body.window_order;
    struct window window;
    int result = load_closed(apply, order->window, &window);
    if (result == 0)
        result = order->settlement == SETTLEMENT_MULTILATERAL ? settle_all(apply, &window)
                                                              : settle_one(apply, &window);
    if (result == 0)
        apply_granted(apply);
    return result;
}

/* What is not settled goes on in the window that is open. */
static int carry(struct apply *apply, const struct window *window, uint64_t successor) {
    struct pair_net net;
    const struct pair_net *after = NULL;
    for (;;) {
        struct pair_net to;
        struct pair_position pair;
        int result = store_next_net_of_window(apply->store, window->number, after, &net);
        APPLY_TRY(result);
        if (result)
            return 0;
        after = &net;
        if (net.settled.at_ms)
            continue;
        APPLY_TRY(store_get_net(apply->store, successor, net.low, net.high, net.currency, &to));
        APPLY_TRY(store_get_pair(apply->store, net.low, net.high, net.currency, &pair));
        if (!position_carry(&net, &to) || !pair_net_holds(&pair, &to))
            return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "window");
        store_put_net(apply->store, &to);
    }
}

static int abort_into(struct apply *apply, struct window *window, const struct window *open) {
    int64_t due_ms = window_due_ms(window);
    window->successor = open->number;
    window->defaulter = apply->command->body.window_order.defaulter;
    window->ended_at_ms = apply->now_ms;
    int result = carry(apply, window, open->number);
    if (result == 0)
        result = window_step(apply, window, WINDOW_EVENT_ABORT, CAUSE_OPERATOR);
    if (result == 0)
        result = window_store(apply, window, due_ms);
    return result ? result : notice_window(apply, window);
}

int window_order_abort(struct apply *apply) {
    const struct window_order *order = &apply->command->body.window_order;
    struct window window, open;
    int result = load_closed(apply, order->window, &window);
    if (result == 0 && order->defaulter)
        result = bank_suspend(apply, order->defaulter, "defaulter");
    if (result == 0)
        result = window_load_open(apply, &open);
    if (result == 0)
        result = abort_into(apply, &window, &open);
    if (result == 0)
        apply_granted(apply);
    return result;
}
