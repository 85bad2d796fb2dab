/*
 * What banks come to owe each other: positions, pairs and nets, moved together.
 *
 * Invariants: a bank's position is the sum of what it has with each other bank; a reservation becomes
 * an obligation or goes, in all of its rows, in one application; nothing is reserved that could not
 * be booked, or be told.
 */
#include "ledger/adjustments.h"
#include "ledger/settlement.h"

static int load_pair(struct apply *apply, bank_code one, bank_code other, const char *currency,
                     struct pair_position *pair_out) {
    return store_get_pair(apply->store, one < other ? one : other, one < other ? other : one,
                          currency, pair_out);
}

int books_load(struct apply *apply, bank_code debtor, bank_code creditor, const char *currency,
               struct books *books_out) {
    int result = window_load_open(apply, &books_out->window);
    if (result)
        return result;
    APPLY_TRY(store_get_position(apply->store, debtor, currency, &books_out->debtor));
    APPLY_TRY(store_get_position(apply->store, creditor, currency, &books_out->creditor));
    APPLY_TRY(load_pair(apply, debtor, creditor, currency, &books_out->pair));
    return store_get_net(apply->store, books_out->window.number, books_out->pair.low,
                         books_out->pair.high, currency, &books_out->net);
}

static int load_books(struct apply *apply, const struct transfer *transfer,
                      struct books *books_out) {
    return books_load(apply, transfer->debtor_bank, transfer->creditor_bank,
                      transfer->amount.currency, books_out);
}

/* Every sum must still hold once all that this debtor has reserved has been posted, to the same
 * creditor at worst. */
static bool could_be_booked(const struct books *books) {
    struct books after = *books;
    int64_t exposure_fen;
    int64_t fen = after.debtor.reserved_outgoing_fen;
    int64_t pair_fen = after.debtor.bank == after.pair.low ? after.pair.reserved_to_high_fen
                                                           : after.pair.reserved_to_low_fen;
    return position_exposure(&after.debtor, &exposure_fen) &&
           pair_exposure(&after.pair, after.debtor.bank, &exposure_fen) &&
           (pair_fen == 0 || pair_accept(&after.pair, after.debtor.bank, pair_fen)) &&
           (fen == 0 || position_accept(&after.debtor, &after.creditor, &after.net, fen));
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
    if (transfer->fallback)
        return 0;
    int result = load_books(apply, transfer, &books);
    if (result)
        return result;
    APPLY_TRY(store_get_exposure(apply->store, books.debtor.bank, books.debtor.currency, &terms));
    result = check_bounds(apply, &books, &terms, transfer->amount.fen);
    if (result)
        return result;
    if (!position_reserve(&books.debtor, transfer->amount.fen) ||
        !pair_reserve(&books.pair, transfer->debtor_bank, transfer->amount.fen) ||
        !could_be_booked(&books))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    store_put_position(apply->store, &books.debtor);
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
    if (window_is_late(&books.window, &transfer->id))
        store_put_late(apply->store, transfer->window, &transfer->id);
    return exposure_moved(apply, &books.creditor); /* the debtor's exposure is what it was */
}

int books_release(struct apply *apply, const struct transfer *transfer) {
    const char *currency = transfer->amount.currency;
    struct position debtor;
    struct pair_position pair;
    APPLY_TRY(store_get_position(apply->store, transfer->debtor_bank, currency, &debtor));
    APPLY_TRY(load_pair(apply, transfer->debtor_bank, transfer->creditor_bank, currency, &pair));
    APPLY_INVARIANT(position_release(&debtor, transfer->amount.fen));
    APPLY_INVARIANT(pair_release(&pair, transfer->debtor_bank, transfer->amount.fen));
    store_put_position(apply->store, &debtor);
    store_put_pair(apply->store, &pair);
    return exposure_moved(apply, &debtor);
}

int books_adjust(struct apply *apply, struct adjustment *adjustment) {
    int64_t fen = adjustment->amount.fen;
    struct books books;
    int result = books_load(apply, adjustment->debtor, adjustment->creditor,
                            adjustment->amount.currency, &books);
    if (result)
        return result;
    bool fits = adjustment_book(&books.debtor, &books.creditor, &books.net, fen) &&
                pair_reserve(&books.pair, adjustment->debtor, fen) &&
                pair_accept(&books.pair, adjustment->debtor, fen);
    struct books other_way = books;
    other_way.debtor = books.creditor;
    other_way.creditor = books.debtor;
    if (!fits || !could_be_booked(&books) || !could_be_booked(&other_way))
        return refuse(apply, REFUSAL_AMOUNT_NEGATIVE, "adjustment_id");
    store_put_position(apply->store, &books.debtor);
    store_put_position(apply->store, &books.creditor);
    store_put_net(apply->store, &books.net);
    store_put_pair(apply->store, &books.pair);
    adjustment->window = books.net.window;
    result = exposure_moved(apply, &books.debtor);
    return result ? result : exposure_moved(apply, &books.creditor);
}

/* ---- the pairs of a store that had none ---- */

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
    int result = store_get_transfer(apply->store, id, &transfer);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    APPLY_TRY(load_pair(apply, transfer.debtor_bank, transfer.creditor_bank,
                        transfer.amount.currency, &pair));
    APPLY_INVARIANT(pair_reserve(&pair, transfer.debtor_bank, transfer.amount.fen));
    store_put_pair(apply->store, &pair);
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
