/*
 * Known links, in memory and as rows of the bank's store.
 *
 * Invariant: memory equals the rows of BK_LINKS. States are copies of what the gateway last said;
 * nothing is decided by them here.
 */
#include "bank/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bank/words.h"
#include "util/hmap.h"
#include "util/text.h"

static void save(struct bk_links *links, const struct bk_link *link) {
    uint8_t bytes[80];
    struct buf row = {bytes, 0, sizeof(bytes)};
    buf_append_byte(&row, link->class2_side);
    buf_append_byte(&row, (uint8_t)link->state);
    buf_append_be64(&row, link->peer);
    bk_row_text(&row, span_text(link->number));
    bk_row_text(&row, span_text(link->other_tail));
    ENSURE(row.data == bytes);
    bk_db_put(links->db, BK_LINKS, id_span(&link->id), buf_span(&row));
}

static struct bk_link *add(struct bk_links *links, const struct bk_link *link) {
    if (links->count == BK_LINKS_MAX)
        return NULL;
    if (links->count == links->cap) {
        links->cap = links->cap > 0 ? links->cap * 2 : 64;
        links->rows = xrealloc(links->rows, links->cap * sizeof(struct bk_link *));
    }
    struct bk_link *copy = xmalloc(sizeof(*copy));
    *copy = *link;
    copy->account = bk_accounts_find(links->accounts, span_text(link->number));
    links->rows[links->count++] = copy;
    (void)hmap_put(links->by_id, id_span(&copy->id), copy);
    return copy;
}

static bool load(void *context, struct span key, struct span value) {
    struct bk_links *links = context;
    struct bk_link link = {.state = LINK_NONE};
    struct reader reader = reader_over(value);
    link.class2_side = reader_u8(&reader) != 0;
    link.state = (enum link_state)reader_u8(&reader);
    link.peer = reader_be64(&reader);
    (void)bk_row_read_string(&reader, link.number, sizeof(link.number));
    if (reader.rest.size > 0) /* older rows end here */
        (void)bk_row_read_string(&reader, link.other_tail, sizeof(link.other_tail));
    if (!id_from_span(key, &link.id))
        reader.failed = true;
    bk_row_done(&reader, "bk_link");
    return add(links, &link) != NULL;
}

void bk_links_open(struct bk_links *links, struct bk_db *db, const struct bk_accounts *accounts) {
    *links = (struct bk_links){.db = db, .accounts = accounts, .by_id = hmap_new()};
    bk_db_each(db, BK_LINKS, load, links);
}

void bk_links_deinit(struct bk_links *links) {
    for (size_t i = 0; i < links->count; i++)
        free(links->rows[i]);
    free(links->rows);
    if (links->by_id != NULL)
        hmap_free(links->by_id);
    *links = (struct bk_links){0};
}

struct bk_link *bk_links_find(const struct bk_links *links, const struct id *id) {
    return hmap_get(links->by_id, id_span(id));
}

void bk_links_learn(struct bk_links *links, const struct id *id, struct span number,
                    bool class2_side, bank_code peer) {
    if (bk_links_find(links, id) != NULL || number.size > ACCOUNT_NUMBER_MAX)
        return;
    struct bk_link link = {
        .id = *id, .class2_side = class2_side, .state = LINK_VERIFYING, .peer = peer};
    snprintf(link.number, sizeof(link.number), "%.*s", (int)number.size, (const char *)number.data);
    const struct bk_link *added = add(links, &link);
    if (added != NULL)
        save(links, added);
}

void bk_links_hear(struct bk_links *links, const struct link_view *view) {
    struct bk_link *link = bk_links_find(links, &view->link);
    if (link == NULL)
        return;
    struct span other = link->class2_side ? view->class1_masked : view->class2_masked;
    if (link->state == view->state && span_equal(span_text(link->other_tail), other))
        return;
    link->state = view->state;
    if (other.size < sizeof(link->other_tail))
        bk_text_copy(link->other_tail, sizeof(link->other_tail), other);
    save(links, link);
}

void bk_link_item(const struct bk_link *link, bank_code own, struct recon_item *item_out) {
    char masked[MASK_TEXT_SIZE];
    text_mask(span_text(link->number), masked);
    const char *tail = masked + strspn(masked, "*");
    *item_out = (struct recon_item){.kind = RECON_LINKS,
                                    .id = link->id,
                                    .state = (uint32_t)link->state,
                                    .debtor = link->class2_side ? own : link->peer,
                                    .creditor = link->class2_side ? link->peer : own};
    snprintf(item_out->class2_tail, RECON_TAIL_SIZE, "%s",
             link->class2_side ? tail : link->other_tail);
    snprintf(item_out->class1_tail, RECON_TAIL_SIZE, "%s",
             link->class2_side ? link->other_tail : tail);
}
