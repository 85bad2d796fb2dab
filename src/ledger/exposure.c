/*
 * What banks come to owe each other: positions, pairs and nets, moved together.
 *
 * Invariants: a bank's position is the sum of what it has with each other bank; a reservation becomes
 * an obligation or goes, in all of its rows, in one application. Whatever changes a sum by anything
 * else looks whether it still has room for all that is reserved, either way, and of whichever banks:
 * so that no acceptance and no release ever wraps, in whichever order they come.
 */
#include "ledger/adjustments.h"
#include "ledger/settlement.h"

static int load_pair(struct apply *apply, bank_code one, bank_code other, const char *currency,
                     struct pair_position *pair_out) {
    return store_get_pair(apply->store, one < other ? one : other, one < other ? other : one,
                          currency, pair_out);
}

/* What moves when one bank comes to owe another: both positions, what the two have between them, and
 * their net in the open window. */
struct books {
    const struct window *window;
    struct position debtor, creditor;
    struct pair_net net;
    struct pair_position pair;
};

static int load_books_of(struct apply *apply, bank_code debtor, bank_code creditor,
                         const char *currency, struct books *books_out) {
    int result = window_open(apply, &books_out->window);
    if (result)
        return result;
    APPLY_TRY(store_get_position(apply->store, debtor, currency, &books_out->debtor));
    APPLY_TRY(store_get_position(apply->store, creditor, currency, &books_out->creditor));
    APPLY_TRY(load_pair(apply, debtor, creditor, currency, &books_out->pair));
    return store_get_net(apply->store, books_out->window->number, books_out->pair.low,
                         books_out->pair.high, currency, &books_out->net);
}

static int load_books(struct apply *apply, const struct transfer *transfer,
                      struct books *books_out) {
    return load_books_of(apply, transfer->debtor_bank, transfer->creditor_bank,
                         transfer->amount.currency, books_out);
}

/* All that is on its way from and to these two can still come to be owed, or go. */
static bool all_hold(const struct books *books) {
    return position_holds(&books->debtor) && position_holds(&books->creditor) &&
           pair_holds(&books->pair) && pair_net_holds(&books->pair, &books->net);
}

/* By the same numbers that the reservation changes. */
static int check_bounds(struct apply *apply, const struct books *books,
                        const struct exposure_terms *terms, int64_t amount_fen) {
    switch (exposure_check(&books->debtor, &books->pair, terms, amount_fen)) {
    case EXPOSURE_OK:
        return 0;
    case EXPOSURE_CAP:
        return refuse(apply, REFUSAL_CAP, "amount.fen");
    case EXPOSURE_CAP_PAIR:
        return refuse(apply, REFUSAL_CAP, "debtor");
    case EXPOSURE_LIQUIDITY:
        return refuse(apply, REFUSAL_LIQUIDITY, "amount.fen");
    case EXPOSURE_WRAPS:
        break;
    }
    return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
}

int exposure_tell(struct apply *apply, const struct position *position,
                  struct exposure_terms *terms) {
    static const struct id none;
    uint32_t level = exposure_level(position, terms);
    if (level == terms->level)
        return 0;
    if (level > terms->level)
        transfer_alarm(apply, "a bank came to a warning of its cap or its prefunded balance",
                       position->bank, &none);
    terms->level = level;
    store_put_exposure(apply->store, terms);
    return position_alert(apply, position, terms);
}

int exposure_moved(struct apply *apply, const struct position *position) {
    struct exposure_terms terms;
    APPLY_TRY(store_get_exposure(apply->store, position->bank, position->currency, &terms));
    return exposure_tell(apply, position, &terms);
}

int transfer_reserve(struct apply *apply, const struct transfer *transfer) {
    struct books books;
    struct exposure_terms terms;
    if (!transfer_between_banks(transfer))
        return 0;
    int result = load_books(apply, transfer, &books);
    if (result)
        return result;
    APPLY_TRY(store_get_exposure(apply->store, books.debtor.bank, books.debtor.currency, &terms));
    result = check_bounds(apply, &books, &terms, transfer->amount.fen);
    if (result)
        return result;
    if (!position_reserve(&books.debtor, &books.creditor, transfer->amount.fen) ||
        !pair_reserve(&books.pair, transfer->debtor_bank, transfer->amount.fen) ||
        !all_hold(&books))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    store_put_position(apply->store, &books.debtor);
    store_put_position(apply->store, &books.creditor);
    store_put_pair(apply->store, &books.pair);
    return exposure_tell(apply, &books.debtor, &terms);
}

int books_accept(struct apply *apply, struct transfer *transfer) {
    struct books books;
    int result = load_books(apply, transfer, &books);
    if (result)
        return result;
    APPLY_INVARIANT(
        position_accept(&books.debtor, &books.creditor, &books.net, transfer->amount.fen));
    APPLY_INVARIANT(pair_accept(&books.pair, transfer->debtor_bank, transfer->amount.fen));
    store_put_position(apply->store, &books.debtor);
    store_put_position(apply->store, &books.creditor);
    store_put_net(apply->store, &books.net);
    store_put_pair(apply->store, &books.pair);
    transfer->window = books.net.window;
    if (window_is_late(books.window, &transfer->id))
        store_put_late(apply->store, transfer->window, &transfer->id);
    return exposure_moved(apply, &books.creditor); /* the debtor's exposure is what it was */
}

int books_release(struct apply *apply, const struct transfer *transfer) {
    const char *currency = transfer->amount.currency;
    struct position debtor, creditor;
    struct pair_position pair;
    APPLY_TRY(store_get_position(apply->store, transfer->debtor_bank, currency, &debtor));
    APPLY_TRY(store_get_position(apply->store, transfer->creditor_bank, currency, &creditor));
    APPLY_TRY(load_pair(apply, transfer->debtor_bank, transfer->creditor_bank, currency, &pair));
    APPLY_INVARIANT(position_release(&debtor, &creditor, transfer->amount.fen));
    APPLY_INVARIANT(pair_release(&pair, transfer->debtor_bank, transfer->amount.fen));
    store_put_position(apply->store, &debtor);
    store_put_position(apply->store, &creditor);
    store_put_pair(apply->store, &pair);
    return exposure_moved(apply, &debtor);
}

int books_adjust(struct apply *apply, struct adjustment *adjustment) {
    int64_t fen = adjustment->amount.fen;
    struct books books;
    int result = load_books_of(apply, adjustment->debtor, adjustment->creditor,
                               adjustment->amount.currency, &books);
    if (result)
        return result;
    bool fits = adjustment_book(&books.debtor, &books.creditor, &books.net, fen) &&
                pair_reserve(&books.pair, adjustment->debtor, fen) &&
                pair_accept(&books.pair, adjustment->debtor, fen);
    if (!fits || !all_hold(&books))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "adjustment_id");
    store_put_position(apply->store, &books.debtor);
    store_put_position(apply->store, &books.creditor);
    store_put_net(apply->store, &books.net);
    store_put_pair(apply->store, &books.pair);
    adjustment->window = books.net.window;
    result = exposure_moved(apply, &books.debtor);
    return result ? result : exposure_moved(apply, &books.creditor);
}

/* ---- what a store of version 1 did not have ---- */

static int add_net(struct apply *apply, const struct pair_net *net) {
    struct pair_position pair;
    APPLY_TRY(store_get_pair(apply->store, net->low, net->high, net->currency, &pair));
    APPLY_INVARIANT(fen_add(pair.unsettled_fen, net->net_fen, &pair.unsettled_fen));
    store_put_pair(apply->store, &pair);
    return 0;
}

static int add_reserved(struct apply *apply, const struct id *id) {
    struct transfer transfer;
    struct pair_position pair;
    struct position creditor;
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    const struct money *amount = &transfer.amount;
    APPLY_TRY(
        load_pair(apply, transfer.debtor_bank, transfer.creditor_bank, amount->currency, &pair));
    APPLY_TRY(
        store_get_position(apply->store, transfer.creditor_bank, amount->currency, &creditor));
    APPLY_INVARIANT(pair_reserve(&pair, transfer.debtor_bank, amount->fen));
    APPLY_INVARIANT(
        fen_add(creditor.reserved_incoming_fen, amount->fen, &creditor.reserved_incoming_fen));
    store_put_pair(apply->store, &pair);
    store_put_position(apply->store, &creditor);
    return 0;
}

static int add_nets(struct apply *apply) {
    struct pair_net net;
    int result = store_next_net(apply->store, NULL, &net);
    while (result == 0) {
        struct pair_net last = net;
        result = add_net(apply, &net);
        if (result)
            return result;
        result = store_next_net(apply->store, &last, &net);
    }
    return result < 0 ? result : 0;
}

int pairs_make(struct apply *apply) {
    struct store_open_row row;
    int result = add_nets(apply);
    if (result)
        return result;
    result = store_next_open(apply->store, OBJECT_TRANSFER, NULL, &row);
    while (result == 0) {
        struct store_open_row last = row;
        result = add_reserved(apply, &row.object);
        if (result)
            return result;
        result = store_next_open(apply->store, OBJECT_TRANSFER, &last, &row);
    }
    return result < 0 ? result : 0;
}
