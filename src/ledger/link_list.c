/*
 * A bank's look at its own links. Nothing here changes anything: what is due but not done yet shows as
 * it stands.
 */
#include "ledger/handler.h"
#include "wire/message.h"

int link_get(struct apply *apply) {
    const struct get_link *query = &apply->command->body.get_link;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    struct id id = query->link;
    if (id_is_zero(&id)) {
        struct store_request row;
        result = store_get_request(apply->store, apply->command->bank, &query->request, &row);
        APPLY_TRY(result);
        if (result || row.kind != OBJECT_LINK)
            return refuse(apply, REFUSAL_NO_SUCH_LINK, "request_id");
        id = row.object;
    }
    struct link link;
    result = link_load_own(apply, &id, &link);
    if (result && result != (int)REFUSAL_FROZEN)
        return result;
    return apply_reply_link(apply, &link, false);
}

/* ---- lists ---- */

/* One page in the making. */
struct page {
    const struct list_links *query;
    struct digest account; /* key, where the query names one */
    uint32_t taken;
    struct buf *out;
};

static int next_id(struct apply *apply, const struct page *page, const struct id *after,
                   struct id *id_out) {
    if (page->query->account_number.size)
        return store_next_link_of_account(apply->store, &page->account, after, id_out);
    return store_next_link_of_bank(apply->store, apply->command->bank, after, id_out);
}

static int take(struct apply *apply, struct page *page, const struct id *id) {
    struct link link;
    int result = store_get_link(apply->store, id, &link);
    APPLY_TRY(result);
    APPLY_INVARIANT(result == 0);
    if (page->query->state != LINK_NONE && link.state != page->query->state)
        return 0;
    struct link_view view;
    result = link_view_load(apply, &link, apply->command->bank, &view);
    if (result)
        return result;
    message_encode_link_page_entry(&view, page->out);
    page->taken++;
    return 0;
}

static bool full(const struct page *page) {
    return page->taken >= page->query->max || page->out->size >= LEDGER_LIST_BYTES;
}

int link_list(struct apply *apply) {
    const struct list_links *query = &apply->command->body.list_links;
    int result = apply_check_bank(apply);
    if (result)
        return result;
    struct page page = {.query = query, .out = &apply->ledger->scratch};
    if (query->account_number.size)
        page.account =
            apply_account_key(apply->ledger, apply->command->bank, query->account_number);
    struct id last = query->after;
    struct id id;
    buf_clear(page.out);
    int more = next_id(apply, &page, &last, &id);
    for (uint32_t looked = 0; more == 0 && !full(&page) && looked < LEDGER_LIST_LOOK_MAX;
         looked++) {
        result = take(apply, &page, &id);
        if (result)
            return result;
        last = id;
        more = next_id(apply, &page, &last, &id);
    }
    APPLY_TRY(more);
    if (more == 0)
        message_encode_link_page_next(&last, page.out);
    apply_reply(apply, MESSAGE_NONE, buf_span(page.out));
    return 0;
}
