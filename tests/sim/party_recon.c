/*
 * A modelled bank that compares for itself: what its windows add up to, and the gateway's rows of a
 * window or of its links, page by page.
 *
 * Invariant (A6): what it is shown is its own, in order, none left out, and has the amounts and the
 * windows of its own books; totals never miss what it was told, and of a window that is closed they
 * do not change.
 */
#include <stdlib.h>

#include "sim/world.h"
#include "store/settlement.h"

#define NUMBER_MAX 12 /* as in party_window.c */
#define WINDOW_SIGHT 4
#define GO_ON_PER_MILLE 700
#define PAGE_MAX 20

struct sum {
    uint64_t count;
    int64_t debit_fen, credit_fen;
};

bool recon_asks(enum message_kind kind) {
    return kind == MESSAGE_QUERY_TOTALS || kind == MESSAGE_RECON_PAGE;
}

static struct store *store_of(const struct party *party) {
    return party->world->hub.engine != NULL ? engine_store(party->world->hub.engine) : NULL;
}

/* So that nothing enters it any more. */
static bool is_closed(struct store *store, uint64_t number) {
    struct store_meta meta;
    return store != NULL && store_get_meta(store, &meta) == 0 && number < meta.open_window;
}

static void ask_totals(struct party *party, uint64_t window) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_QUERY_TOTALS);
    struct query_totals query = {.window = window};
    ask->window = window;
    ask->of_closed = window != 0 && is_closed(store_of(party), window);
    partner_encode_query_totals(&query, &ask->payload);
    ask_go(ask);
}

static void ask_page(struct party *party, uint64_t window, const struct id *after) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_RECON_PAGE);
    struct recon_page_query query = {.window = window, .after = *after};
    query.max = (uint32_t)chance_between(&party->chance, 1, PAGE_MAX);
    ask->window = window;
    ask->after = *after;
    ask->of_closed = window != 0 && is_closed(store_of(party), window);
    partner_encode_recon_page(&query, &ask->payload);
    ask_go(ask);
}

void recon_look(struct party *party) {
    const struct id start = {{0}};
    struct store *store = store_of(party);
    struct store_meta meta = {.open_window = 1};
    uint64_t window = (uint64_t)chance_between(&party->chance, 0, NUMBER_MAX);
    if (store != NULL)
        ENSURE(store_get_meta(store, &meta) == 0);
    if (meta.open_window > 1 && party_hits(party, 700)) /* of one that is closed */
        window = (uint64_t)chance_between(&party->chance, 1, (int64_t)meta.open_window - 1);
    if (party_hits(party, 500))
        ask_totals(party, window);
    else
        ask_page(party, window, &start);
}

/* ---- totals ---- */

static void add(struct sum *sum, bool debit, int64_t fen) {
    sum->count++;
    *(debit ? &sum->debit_fen : &sum->credit_fen) += fen;
}

static bool is_with(const struct person *person, enum side own, bank_code bank) {
    return person != NULL &&
           person->homes[own == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2]->code == bank;
}

/* What it was told of that window, with that bank. */
static struct sum told_sum(const struct party *party, uint64_t window, bank_code bank) {
    struct sum sum = {0, 0, 0};
    for (const struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (ask_moves(ask) && ask->sight.items[WINDOW_SIGHT] == (int64_t)window &&
            is_with(ask->person, ask->side, bank))
            add(&sum, ask->direction == TRANSFER_PUSH, ask->fen);
    }
    for (const struct posting *posting = party->postings; posting != NULL;
         posting = posting->next) {
        if (posting->instructed && posting->sight.items[WINDOW_SIGHT] == (int64_t)window &&
            is_with(posting->person, posting->account, bank))
            add(&sum, posting->side == POSTING_DEBIT, posting->fen);
    }
    return sum;
}

static bool is_within(const struct sum *part, const struct sum *whole) {
    return part->count <= whole->count && part->debit_fen <= whole->debit_fen &&
           part->credit_fen <= whole->credit_fen;
}

static struct sum sum_of_store(struct store *store, const struct party *party, uint64_t window,
                               bank_code other) {
    struct pair_net net;
    bool low = party->code < other;
    ENSURE(store_get_net(store, window, low ? party->code : other, low ? other : party->code, "CNY",
                         &net) == 0);
    return (struct sum){net.count, low ? net.to_high_fen : net.to_low_fen,
                        low ? net.to_low_fen : net.to_high_fen};
}

static void check_pair(struct ask *ask, const struct totals_page *page,
                       const struct totals_pair *pair) {
    struct party *party = ask->party;
    struct store *store = store_of(party);
    const struct sum shown = {pair->count, pair->debit_fen, pair->credit_fen};
    const struct sum told = told_sum(party, page->window, pair->counterparty);
    if (store == NULL)
        return;
    const struct sum there = sum_of_store(store, party, page->window, pair->counterparty);
    bool right = is_within(&shown, &there) && is_within(&told, &there);
    if (ask->of_closed)
        right = right && is_within(&there, &shown);
    if (!right)
        world_fail(party->world, "A6: bank %zu is shown totals of window %llu that are not right",
                   party->index, (unsigned long long)page->window);
}

static void learn_totals(struct ask *ask, const struct totals_page *page) {
    struct party *party = ask->party;
    bool right = (ask->window == 0 || ask->window == page->window) && !page->more;
    for (uint32_t i = 0; right && i < page->count; i++)
        right = page->pairs[i].counterparty != party->code &&
                (i == 0 || page->pairs[i].counterparty > page->pairs[i - 1].counterparty);
    if (!right)
        world_fail(party->world, "bank %zu: totals are out of order, or of another window",
                   party->index);
    for (uint32_t i = 0; right && i < page->count; i++)
        check_pair(ask, page, &page->pairs[i]);
}

/* ---- pages ---- */

static const struct ask *submission_of(const struct party *party, const struct id *transfer) {
    const struct ask *ask = party->asks;
    while (ask != NULL && !(ask_moves(ask) && id_equal(&ask->transfer, transfer)))
        ask = ask->next;
    return ask;
}

/* Both kinds of its own books agree with the row, as far as they know of it. */
static bool is_booked(struct party *party, uint64_t window, const struct recon_item *row) {
    const struct ask *ask = submission_of(party, &row->id);
    const struct posting *posting = posting_find(party, &row->id);
    const struct sight *sight = ask != NULL       ? &ask->sight
                                : posting != NULL ? &posting->sight
                                                  : NULL;
    if (row->what == 0 || row->state != TRANSFER_ACCEPTED)
        return false;
    if (ask != NULL && row->amount.fen != ask->fen)
        return false;
    if (posting != NULL && posting->instructed && row->amount.fen != posting->fen)
        return false;
    return sight == NULL || sight->items[WINDOW_SIGHT] == 0 ||
           sight->items[WINDOW_SIGHT] == (int64_t)window;
}

static bool is_right(struct ask *ask, const struct recon_item *row, const struct id *last) {
    struct party *party = ask->party;
    if ((row->debtor != party->code && row->creditor != party->code) ||
        id_compare(&row->id, last) <= 0)
        return false;
    return ask->window != 0 ? is_booked(party, ask->window, row)
                            : row->what == 0 && recon_link_is_listed((enum link_state)row->state);
}

/* How many of its own stand behind what was asked for, up to the last that was shown. */
static size_t own_of_window(struct ask *ask, struct store *store, const struct id *last) {
    struct window window;
    struct transfer transfer;
    struct id at = ask->after;
    size_t count = 0;
    ENSURE(store_get_window(store, ask->window, &window) == 0);
    while (store_next_of_window(store, &window, ask->party->code, &at, &transfer) == 0 &&
           id_compare(&transfer.id, last) <= 0) {
        at = transfer.id;
        count++;
    }
    return count;
}

static void learn_page(struct ask *ask, const struct recon_page *page) {
    struct party *party = ask->party;
    struct store *store = store_of(party);
    struct id last = ask->after;
    for (uint32_t i = 0; i < page->count; i++) {
        if (!is_right(ask, &page->rows[i], &last))
            world_fail(party->world, "A6: bank %zu: window %llu shows %s, which is not right",
                       party->index, (unsigned long long)ask->window, world_id(&page->rows[i].id));
        last = page->rows[i].id;
    }
    if (ask->of_closed && store != NULL && page->count > 0 &&
        own_of_window(ask, store, &last) != page->count)
        world_fail(party->world, "A6: bank %zu: a page of window %llu leaves some out",
                   party->index, (unsigned long long)ask->window);
    if (!id_is_zero(&page->next) && !party->world->calm && party_hits(party, GO_ON_PER_MILLE))
        ask_page(party, ask->window, &page->next);
}

/* ---- answers ---- */

void recon_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct totals_page totals;
    struct recon_page page;
    bool of_totals = ask->kind == MESSAGE_QUERY_TOTALS;
    int rc = of_totals ? partner_decode_totals_reply(payload, &party->arena, &totals)
                       : partner_decode_recon_page(payload, &party->arena, &page);
    bool again = ask->done; /* its answer came before: the same was asked twice */
    ask_done(ask);
    if (rc != 0)
        world_fail(party->world, "bank %zu: totals or a page cannot be read", party->index);
    else if (of_totals)
        learn_totals(ask, &totals);
    else if (!again)
        learn_page(ask, &page);
}

/* Of a window that is not there yet. */
void recon_refused(struct ask *ask, const struct refusal_view *view) {
    if (ask->window == 0 || !span_equal(view->field, SPAN_LITERAL("window")))
        world_fail(ask->party->world, "bank %zu: kind %d was refused with %.*s", ask->party->index,
                   (int)ask->kind, (int)view->detail.size, (const char *)view->detail.data);
    ask_done(ask);
}
