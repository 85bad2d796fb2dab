/*
 * How a net was settled: I20. Either both of its banks said so, of one payment and of the right amount,
 * or two operators ordered it, and their order is still there and says the same.
 *
 * Invariant: nothing of what the ledger concluded is taken for granted but what was said: the banks'
 * words, and the payload that the operators approved.
 */
#include <string.h>

#include "verify/checks.h"
#include "wire/message.h"

static void broken(struct look *look, const struct pair_net *net, const char *what) {
    struct id id = window_id(net->window);
    look_found(look, LAW_I20, about(OBJECT_WINDOW, &id), "its net of banks %012llu and %012llu %s",
               (unsigned long long)net->low, (unsigned long long)net->high, what);
}

/* ---- the banks' words ---- */

static bool amount_right(const struct payment_word *word, const struct pair_net *net) {
    return word->at_ms == 0 || (word->amount_fen > 0 && (word->amount_fen == net->net_fen ||
                                                         word->amount_fen == -net->net_fen));
}

static bool same_payment(const struct payment_word *word, const struct payment_word *settled) {
    return word->at_ms != 0 && word->at_ms <= settled->at_ms &&
           strcmp(word->reference, settled->reference) == 0;
}

static void check_words(struct look *look, const struct pair_net *net) {
    const struct payment_word *settled = &net->settled;
    if (!same_payment(&net->low_said, settled) || !same_payment(&net->high_said, settled))
        broken(look, net, "was settled, and its two banks did not both say so");
    else if (net->low_said.at_ms != settled->at_ms && net->high_said.at_ms != settled->at_ms)
        broken(look, net, "was settled when neither of its banks said so");
}

/* ---- operators ---- */

static bool orders(const struct window_order *order, const struct pair_net *net) {
    bool pair = (order->low == net->low && order->high == net->high) ||
                (order->low == net->high && order->high == net->low);
    if (order->window != net->window)
        return false;
    if (net->multilateral)
        return order->settlement == SETTLEMENT_MULTILATERAL;
    return order->settlement != SETTLEMENT_MULTILATERAL && pair &&
           strcmp(order->reference, net->settled.reference) == 0;
}

static bool payload_orders(struct span payload, const struct pair_net *net) {
    struct command *command = command_new(COMMAND_WINDOW_SETTLE);
    command->payload = arena_copy(&command->arena, payload);
    bool right = message_decode_internal(command) == 0 && orders(&command->body.window_order, net);
    command_free(command);
    return right;
}

static bool approved_then(const struct approval *approval, const struct pair_net *net) {
    return approval->state == APPROVAL_DONE && approval->order == (uint32_t)COMMAND_WINDOW_SETTLE &&
           approval->decided_at_ms == net->settled.at_ms;
}

static void check_order(struct look *look, const struct pair_net *net) {
    struct about of = about(OBJECT_APPROVAL, &net->order);
    struct approval approval;
    struct span payload;
    enum got got = look_got(look, store_get_approval(look->store, &net->order, &approval), of);
    if (got == GOT_NONE || (got == GOT && !approved_then(&approval, net))) {
        broken(look, net, "was settled by an order that nobody approved then");
        return;
    }
    if (got == GOT)
        got = look_got(look, store_get_approval_payload(look->store, &net->order, &payload), of);
    if (got == GOT && !payload_orders(payload, net))
        broken(look, net, "was settled by an order of something else");
}

/* ---- one net ---- */

void check_settled(struct look *look, const struct window *window, const struct pair_net *net) {
    bool ordered = !id_is_zero(&net->order);
    if (!amount_right(&net->low_said, net) || !amount_right(&net->high_said, net))
        broken(look, net, "is not what a bank says was paid");
    if (net->settled.at_ms == 0) {
        if (ordered)
            broken(look, net, "has an order that settled it, and is not settled");
    } else if (ordered) {
        check_order(look, net);
    } else if (net->multilateral) {
        broken(look, net, "was settled with others by no order");
    } else if (net->net_fen != 0) {
        check_words(look, net);
    } else if (net->settled.at_ms != window->closed_at_ms) {
        broken(look, net, "is of zero, and was not settled with the window's closing");
    }
}
