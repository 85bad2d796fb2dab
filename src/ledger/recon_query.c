/*
 * What a bank asks to compare for itself: what its window adds up to, and the gateway's list of its
 * transfers or links. Nothing here changes anything.
 *
 * Invariants: the rows of all pages together are those that the comparison of an uploaded list uses; a
 * page goes on strictly behind what the one before looked at, and looks at so much and no more. A bank
 * sees its own and nobody else's.
 */
#include <string.h>

#include "domain/recon.h"
#include "ledger/transfers.h"
#include "store/settlement.h"
#include "wire/message.h"

/* 0: that window was opened. */
static int check_window(struct apply *apply, uint64_t *window) {
    struct store_meta meta;
    int result = store_get_meta(apply->store, &meta);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (*window == 0)
        *window = meta.open_window;
    return *window > meta.open_window ? refuse(apply, REFUSAL_FIELD_INVALID, "window") : 0;
}

/* ---- totals ---- */

static struct totals_pair pair_of(const struct pair_net *net, bank_code bank) {
    bool low = bank == net->low;
    struct totals_pair pair = {
        .counterparty = low ? net->high : net->low,
        .count = net->count,
        .debit_fen = low ? net->to_high_fen : net->to_low_fen,
        .credit_fen = low ? net->to_low_fen : net->to_high_fen,
    };
    memcpy(pair.currency, net->currency, CURRENCY_SIZE);
    return pair;
}

/* The nets of a window stand in the order of their banks: those in which this one is the higher come
 * first, and then those in which it is the lower, so that the other banks ascend. */
static int gather(struct apply *apply, bank_code after, struct totals_page *page,
                  struct totals_pair *pairs) {
    bank_code bank = apply->command->bank;
    struct pair_net net = {.window = page->window, .currency = "CNY"}; /* before all banks */
    int result;
    while ((result = store_next_net(apply->store, &net, &net)) == 0 && net.window == page->window) {
        if (net.low != bank && net.high != bank)
            continue;
        struct totals_pair pair = pair_of(&net, bank);
        if (pair.counterparty <= after)
            continue;
        if (page->count == TOTALS_PAIRS_MAX) {
            page->more = true;
            return 0;
        }
        pairs[page->count++] = pair;
    }
    return result < 0 ? result : 0;
}

int recon_totals(struct apply *apply) {
    const struct query_totals *query = &apply->command->body.query_totals;
    struct totals_pair pairs[TOTALS_PAIRS_MAX];
    struct totals_page page = {.window = query->window, .pairs = pairs};
    int result = apply_check_bank(apply);
    if (result == 0)
        result = check_window(apply, &page.window);
    if (result == 0)
        result = gather(apply, query->after, &page, pairs);
    if (result)
        return result;
    buf_clear(&apply->ledger->scratch);
    message_encode_totals_reply(&page, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

/* ---- lists ---- */

/* One page in the making. */
struct page {
    const struct recon_page_query *query;
    struct window window; /* of money */
    uint32_t taken;
    struct buf *out;
};

static void take(struct page *page, const struct recon_item *item) {
    message_encode_recon_page_entry(item, page->out);
    page->taken++;
}

/* Looks at the next one behind at. STORE_ABSENT: there is none. */
static int look_at_transfer(struct apply *apply, struct page *page, struct id *at) {
    bank_code bank = apply->command->bank;
    struct transfer transfer;
    struct recon_item item;
    int result = store_next_of_window(apply->store, &page->window, 0, at, &transfer);
    if (result)
        return result;
    *at = transfer.id;
    if (transfer.debtor_bank != bank && transfer.creditor_bank != bank)
        return 0;
    recon_item_of_transfer(&transfer, &item);
    take(page, &item);
    return 0;
}

static int look_at_link(struct apply *apply, struct page *page, struct id *at) {
    struct recon_item item;
    struct link link;
    int result = store_next_link_of_bank(apply->store, apply->command->bank, at, at);
    if (result)
        return result;
    result = store_get_link(apply->store, at, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (!recon_link_is_listed(link.state))
        return 0;
    recon_item_of_link(&link, &item);
    take(page, &item);
    return 0;
}

int recon_page(struct apply *apply) {
    const struct recon_page_query *query = &apply->command->body.recon_page;
    struct page page = {.query = query, .out = &apply->ledger->scratch};
    uint64_t window = query->window;
    struct id at = query->after;
    int result = apply_check_bank(apply);
    if (result == 0 && window != 0)
        result = check_window(apply, &window);
    if (result == 0 && window != 0) {
        result = store_get_window(apply->store, window, &page.window);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
    }
    if (result)
        return result;
    buf_clear(page.out);
    for (uint32_t i = 0; result == 0 && page.taken < query->max && i < LEDGER_TRANSFERS_LOOK_MAX;
         i++)
        result =
            window != 0 ? look_at_transfer(apply, &page, &at) : look_at_link(apply, &page, &at);
    if (result < 0 || result == APPLY_BROKEN)
        return result;
    if (result == 0) /* there may be more */
        message_encode_recon_page_next(&at, page.out);
    apply_reply(apply, MESSAGE_NONE, buf_span(page.out));
    return 0;
}

/* What is served beside the ledger does not come to it. */
int recon_beside(struct apply *apply) {
    return refuse(apply, REFUSAL_UNSUPPORTED, "");
}
