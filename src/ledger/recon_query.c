/*
 * What a bank asks to compare for itself: what its window, its holdings or its loans add up to, and the
 * gateway's list of these or of its links. Nothing here changes anything.
 *
 * Invariants: the rows of all pages together are those that the comparison of an uploaded list uses; a
 * page goes on strictly behind what the one before looked at, and looks at so much and no more. A bank
 * sees its own and nobody else's.
 */
#include <string.h>

#include "domain/recon.h"
#include "ledger/transfers.h"
#include "store/listed.h"
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

/* The pair with that bank, which stands where it belongs; NULL: there is no room for it. */
static struct totals_pair *pair_with(struct totals_page *page, struct totals_pair *pairs,
                                     bank_code other, const char *currency) {
    uint32_t at = 0;
    while (at < page->count && pairs[at].counterparty < other)
        at++;
    if (at < page->count && pairs[at].counterparty == other)
        return &pairs[at];
    if (page->count == TOTALS_PAIRS_MAX)
        return NULL;
    memmove(&pairs[at + 1], &pairs[at], (page->count - at) * sizeof *pairs);
    pairs[at] = (struct totals_pair){.counterparty = other};
    memcpy(pairs[at].currency, currency, CURRENCY_SIZE);
    page->count++;
    return &pairs[at];
}

/* False: it is for the next piece. */
static bool add_item(struct apply *apply, struct totals_page *page, struct totals_pair *pairs,
                     const struct recon_item *item) {
    bank_code bank = apply->command->bank;
    bank_code other = item->debtor == bank ? item->creditor : item->debtor;
    struct totals_pair *pair = pair_with(page, pairs, other, item->amount.currency);
    if (pair == NULL)
        return false;
    struct recon_totals sum = {pair->count, pair->debit_fen, pair->credit_fen};
    if (!recon_totals_add(&sum, bank, item))
        return false;
    pair->count = sum.count;
    pair->debit_fen = sum.debit_fen;
    pair->credit_fen = sum.credit_fen;
    return true;
}

/* A piece: of so many orders or loans as are looked at in one go. */
static int gather_listed(struct apply *apply, const struct query_totals *query,
                         struct totals_page *page, struct totals_pair *pairs) {
    struct listed list = {.kind = query->kind, .bank = apply->command->bank};
    struct recon_item item;
    struct id at = query->after_id;
    for (uint32_t i = 0; i < LEDGER_TRANSFERS_LOOK_MAX; i++) {
        bool has = false;
        struct id before = at;
        int result = store_next_listed(apply->store, &list, &at, &item, &has);
        APPLY_TRY(result);
        if (result)
            return 0;
        if (has && !add_item(apply, page, pairs, &item)) {
            page->next = before;
            return 0;
        }
    }
    page->next = at;
    return 0;
}

int recon_totals(struct apply *apply) {
    const struct query_totals *query = &apply->command->body.query_totals;
    struct totals_pair pairs[TOTALS_PAIRS_MAX];
    struct totals_page page = {.window = query->window, .pairs = pairs};
    bool by_day = recon_is_by_day(query->kind);
    int result = apply_check_bank(apply);
    if (result == 0 && !by_day)
        result = check_window(apply, &page.window);
    if (result == 0)
        result = by_day ? gather_listed(apply, query, &page, pairs)
                        : gather(apply, query->after, &page, pairs);
    if (result)
        return result;
    buf_clear(&apply->ledger->scratch);
    message_encode_totals_reply(&page, &apply->ledger->scratch);
    apply_reply(apply, MESSAGE_NONE, buf_span(&apply->ledger->scratch));
    return 0;
}

/* ---- lists ---- */

/* The list that is asked for. */
static int list_of(struct apply *apply, const struct recon_page_query *query,
                   struct listed *list_out) {
    uint64_t window = query->window;
    *list_out = (struct listed){.kind = query->kind, .bank = apply->command->bank};
    if (query->kind != RECON_MONEY)
        return 0;
    int result = check_window(apply, &window);
    if (result)
        return result;
    result = store_get_window(apply->store, window, &list_out->window);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    return 0;
}

int recon_page(struct apply *apply) {
    const struct recon_page_query *query = &apply->command->body.recon_page;
    struct buf *out = &apply->ledger->scratch;
    struct listed list;
    struct recon_item item;
    struct id at = query->after;
    uint32_t taken = 0;
    int result = apply_check_bank(apply);
    if (result == 0)
        result = list_of(apply, query, &list);
    if (result)
        return result;
    buf_clear(out);
    for (uint32_t i = 0; result == 0 && taken < query->max && i < LEDGER_TRANSFERS_LOOK_MAX; i++) {
        bool has = false;
        result = store_next_listed(apply->store, &list, &at, &item, &has);
        APPLY_TRY(result);
        if (!has)
            continue;
        message_encode_recon_page_entry(&item, out);
        taken++;
    }
    if (result == 0) /* there may be more */
        message_encode_recon_page_next(&at, out);
    apply_reply(apply, MESSAGE_NONE, buf_span(out));
    return 0;
}

/* What is served beside the ledger does not come to it. */
int recon_beside(struct apply *apply) {
    return refuse(apply, REFUSAL_UNSUPPORTED, "");
}
