/*
 * A bank's look at its own transfers. Nothing here changes anything: what is due but not done yet
 * shows as it stands.
 *
 * Invariant of lists: entries are in the order of their ids, which is that of time; a page goes on
 * strictly behind the last transfer that the one before looked at, so that none is told twice or
 * left out, whatever comes in meanwhile.
 */
#include "ledger/transfers.h"
#include "wire/message.h"

int transfer_get(struct apply *apply) {
    const struct get_transfer *query = &apply->command->body.get_transfer;
    bank_code bank = apply->command->bank;
    struct id id = query->transfer;
    const char *field = "transfer_id";
    int result = apply_check_bank(apply);
    if (result == 0 && id_is_zero(&id)) {
        field = "request_id";
        result = transfer_of_request(apply, &query->request, field, &id);
    }
    if (result)
        return result;
    struct transfer transfer;
    result = store_get_transfer(apply->store, &id, &transfer);
    APPLY_TRY(result);
    if (result || (transfer.submitter != bank && transfer.instructed != bank))
        return refuse(apply, REFUSAL_NO_SUCH_TRANSFER, field);
    return apply_reply_transfer(apply, &transfer, false);
}

/* ---- lists ---- */

/* One page in the making. */
struct page {
    const struct list_transfers *query;
    bool of_link;
    uint32_t taken;
    struct buf *out;
};

/* The next one to look at; STORE_ABSENT at the end of the list. */
static int next_one(struct apply *apply, const struct page *page, const struct id *after,
                    struct transfer *transfer_out) {
    int result;
    if (page->of_link) {
        struct id id;
        result = store_next_transfer_of_link(apply->store, &page->query->link, after, &id);
        if (result)
            return result;
        result = store_get_transfer(apply->store, &id, transfer_out);
        APPLY_TRY(result);
        APPLY_INVARIANT(result == 0);
    } else {
        result = store_next_transfer(apply->store, after, transfer_out);
    }
    if (result)
        return result;
    bool over = page->query->to_ms && transfer_out->received_at_ms >= page->query->to_ms;
    return over ? STORE_ABSENT : 0;
}

static bool wanted(const struct list_transfers *query, bank_code bank,
                   const struct transfer *transfer) {
    int64_t fen = transfer->amount.fen;
    return (transfer->submitter == bank || transfer->instructed == bank) &&
           (!query->state || transfer->state == query->state) &&
           transfer->received_at_ms >= query->from_ms &&
           (!query->min_fen || fen >= query->min_fen) && (!query->max_fen || fen <= query->max_fen);
}

static bool full(const struct page *page) {
    return page->taken >= page->query->max || page->out->size >= LEDGER_LIST_BYTES;
}

/* Behind which the list begins: an id's time stands in front, with 48 bits. */
static struct id start_of(const struct list_transfers *query) {
    const int64_t last_ms = (INT64_C(1) << 48) - 1;
    int64_t before_ms = query->from_ms <= last_ms ? query->from_ms - 1 : last_ms;
    struct id start = {{0}};
    if (before_ms >= 0)
        start = id_make(before_ms, UINT64_MAX, UINT16_MAX);
    return id_compare(&query->after, &start) > 0 ? query->after : start;
}

static int fill(struct apply *apply, struct page *page) {
    struct id last = start_of(page->query);
    struct transfer transfer;
    buf_clear(page->out);
    int more = next_one(apply, page, &last, &transfer);
    for (uint32_t looked = 0; more == 0 && !full(page) && looked < LEDGER_TRANSFERS_LOOK_MAX;
         looked++) {
        last = transfer.id;
        if (wanted(page->query, apply->command->bank, &transfer)) {
            struct transfer_view view;
            int result = transfer_view_load(apply, &transfer, &view);
            if (result)
                return result;
            message_encode_transfer_page_entry(&view, page->out);
            page->taken++;
        }
        more = next_one(apply, page, &last, &transfer);
    }
    APPLY_TRY(more);
    APPLY_INVARIANT(more != APPLY_BROKEN);
    if (more == 0)
        message_encode_transfer_page_next(&last, page->out);
    apply_reply(apply, MESSAGE_NONE, buf_span(page->out));
    return 0;
}

int transfer_list(struct apply *apply) {
    const struct list_transfers *query = &apply->command->body.list_transfers;
    struct page page = {query, !id_is_zero(&query->link), 0, &apply->ledger->scratch};
    int result = apply_check_bank(apply);
    if (result == 0 && page.of_link) {
        struct link link;
        result = link_load_own(apply, &query->link, &link);
        if (result == (int)REFUSAL_FROZEN)
            result = 0;
    }
    return result ? result : fill(apply, &page);
}
