/*
 * Pages: bounded in rows, in bytes and in what was looked at.
 *
 * Invariant: a page that says more ended before the table did, and what it did not take is taken by
 * the next one.
 */
#include "daemon/admin_page.h"

#define ROW_OVERHEAD 8 /* tag and length around a row */

void page_init(struct page *page, uint32_t max) {
    *page = (struct page){.max = max};
    arena_init(&page->arena, 65536, 0);
    page->rows = arena_take(&page->arena, max * sizeof(ProtobufCMessage *));
}

bool page_look(struct page *page) {
    if (page->count == page->max || page->scanned == ADMIN_PAGE_SCAN_MAX)
        page->more = true;
    page->scanned++;
    return !page->more;
}

bool page_add(struct page *page, ProtobufCMessage *row) {
    size_t size = protobuf_c_message_get_packed_size(row) + ROW_OVERHEAD;
    if (page->bytes + size > ADMIN_PAGE_BYTES_MAX) {
        page->more = true;
        return false;
    }
    page->rows[page->count++] = row;
    page->bytes += size;
    return true;
}

void page_finish(struct admin_listing *listing, struct page *page, admin_reply *reply) {
    reply->correlation = listing->correlation;
    admin_reply_append(reply, &listing->reply);
    arena_deinit(&page->arena);
}

void page_absent(struct admin_listing *listing, const char *text) {
    struct refusal refusal = {.code = REFUSAL_NO_SUCH_OBJECT, .field = "id"};
    admin_append_refusal(listing->correlation, &refusal, text, &listing->reply);
}
