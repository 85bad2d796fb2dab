/*
 * Windows as banks see them, and whether a transfer is settled.
 *
 * Invariants: a bank sees its own nets and nobody else's; nothing here changes anything. A transfer is
 * settled with the net that it is in: that of its window, or, where that was aborted, of the window
 * that took its nets. Pairs of a view stand in the effects' arena.
 */
#include <string.h>

#include "domain/calendar.h"
#include "ledger/settlement.h"
#include "wire/message.h"

static struct word_view word_view_of(struct apply *apply, const struct payment_word *word) {
    return (struct word_view){word->at_ms,
                              arena_copy(&apply->effects->arena, span_text(word->reference))};
}

static struct window_pair pair_of(struct apply *apply, const struct pair_net *net, bank_code bank) {
    bool is_low = bank == net->low;
    struct window_pair pair = {
        .counterparty = is_low ? net->high : net->low,
        .net_fen = pair_net_of(net, bank),
        .received_fen = is_low ? net->to_low_fen : net->to_high_fen,
        .sent_fen = is_low ? net->to_high_fen : net->to_low_fen,
        .carried_fen = is_low ? net->carried_fen : -net->carried_fen,
        .transfers = net->count,
        .settled = word_view_of(apply, &net->settled),
        .own = word_view_of(apply, is_low ? &net->low_said : &net->high_said),
        .other = word_view_of(apply, is_low ? &net->high_said : &net->low_said),
    };
    memcpy(pair.currency, net->currency, CURRENCY_SIZE);
    return pair;
}

/* Whose nets, behind which other bank, and how many. */
struct wanted {
    bank_code bank, after;
    uint32_t max;
};

static int load_pairs(struct apply *apply, uint64_t window, struct wanted wanted,
                      struct window_view *view) {
    struct window_pair *pairs =
        arena_take(&apply->effects->arena, wanted.max * sizeof(struct window_pair));
    struct pair_net net;
    int result;
    view->pairs = pairs;
    while ((result = store_next_net_of_bank(apply->store, window, wanted.bank, wanted.after,
                                            &net)) == 0) {
        if (view->pair_count == wanted.max) {
            view->more = true;
            return 0;
        }
        pairs[view->pair_count] = pair_of(apply, &net, wanted.bank);
        wanted.after = pairs[view->pair_count].counterparty;
        view->pair_count++;
    }
    return result < 0 ? result : 0;
}

static int view_load(struct apply *apply, const struct window *window, struct wanted wanted,
                     struct window_view *view_out) {
    char *date = arena_take(&apply->effects->arena, DATE_TEXT_SIZE);
    date_format(window->business_day, date);
    *view_out = (struct window_view){
        .number = window->number,
        .state = window->state,
        .settlement = window->settlement,
        .business_date = span_text(date),
        .cut_off_at_ms = window->cut_off_at_ms,
        .opened_at_ms = window->opened_at_ms,
        .closing_at_ms = window->closing_at_ms,
        .closed_at_ms = window->closed_at_ms,
        .ended_at_ms = window->ended_at_ms,
        .successor = window->successor,
    };
    return load_pairs(apply, window->number, wanted, view_out);
}

int window_view_load(struct apply *apply, const struct window *window, bank_code bank,
                     struct window_view *view_out) {
    return view_load(apply, window, (struct wanted){bank, 0, WINDOW_PAIRS_MAX}, view_out);
}

static int reply(struct apply *apply, const struct window_view *view) {
    buf_clear(&apply->ledger->scratch);
    message_encode_window_reply(view, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

int window_reply_pair(struct apply *apply, const struct window *window, bank_code other,
                      bool replayed) {
    struct window_view view;
    struct wanted wanted = {apply->command->bank, other - 1, 1};
    int result = view_load(apply, window, wanted, &view);
    if (result)
        return result;
    view.more = false;
    view.replayed = replayed;
    return reply(apply, &view);
}

int settlement_replay(struct apply *apply, const struct id *object) {
    struct window window;
    int result = store_get_window(apply->store, window_number(object), &window);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return window_reply_pair(apply, &window, apply->command->body.confirm_settlement.counterparty,
                             true);
}

int window_get(struct apply *apply) {
    const struct get_window *query = &apply->command->body.get_window;
    struct wanted wanted = {apply->command->bank, query->after, WINDOW_PAIRS_MAX};
    struct window window;
    struct window_view view;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    if (query->window == 0)
        result = window_load_open(apply, &window);
    else
        result = store_get_window(apply->store, query->window, &window);
    if (result == STORE_ABSENT)
        return refuse(apply, REFUSAL_NO_SUCH_WINDOW, "window");
    if (result == 0)
        result = view_load(apply, &window, wanted, &view);
    return result ? result : reply(apply, &view);
}

/* ---- transfers ---- */

/* Nets only go on into later windows, so that this ends. */
int window_settled_at(struct apply *apply, const struct transfer *transfer, int64_t *at_ms_out) {
    struct window window = {.successor = transfer->window};
    bool to_low = transfer->creditor_bank < transfer->debtor_bank;
    bank_code low = to_low ? transfer->creditor_bank : transfer->debtor_bank;
    bank_code high = to_low ? transfer->debtor_bank : transfer->creditor_bank;
    struct pair_net net;
    *at_ms_out = 0;
    if (transfer->window == 0)
        return 0; /* not accepted, or the Class I bank paid over its own rails */
    do {
        int result = store_get_window(apply->store, window.successor, &window);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
        if (window.state == WINDOW_OPEN)
            return 0;
        APPLY_TRY(
            store_get_net(apply->store, window.number, low, high, transfer->amount.currency, &net));
        if (net.settled.at_ms) {
            *at_ms_out = net.settled.at_ms;
            return 0;
        }
    } while (window.state == WINDOW_ABORTED && window.successor > window.number);
    return 0;
}
