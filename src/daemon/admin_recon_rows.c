/*
 * The gateway's own list of a bank's window, links, holdings or loans, page by page, for people who
 * want it as a file.
 *
 * Invariant: the rows of all pages together are those that a comparison uses, each in its canonical
 * line; a page looks at so many rows and no more.
 */
#include <string.h>

#include "daemon/admin_asking.h"
#include "daemon/admin_page.h"
#include "domain/calendar.h"
#include "domain/recon_text.h"
#include "store/listed.h"
#include "store/settlement.h"
#include "store/tables.h"

typedef Linkgate__Admin__V1__ListedRow listed_row;

/* NONE: there is no such list. */
static enum recon_kind kind_of(const Linkgate__Admin__V1__ListWindowTransfers *order) {
    if (order->kind[0] == '\0')
        return order->window != 0 ? RECON_MONEY : RECON_LINKS;
    for (enum recon_kind kind = RECON_MONEY; kind < RECON_KINDS; kind++) {
        if (strcmp(order->kind, recon_kind_name(kind)) == 0)
            return (kind == RECON_MONEY) == (order->window != 0) ? kind : RECON_KIND_NONE;
    }
    return RECON_KIND_NONE;
}

int question_listed(const struct asking *asking) {
    const Linkgate__Admin__V1__ListWindowTransfers *order = asking->request->list_window_transfers;
    struct id after = {{0}};
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank", "A bank's code has twelve digits.");
    if (order->after.len > 0 && !asking_take_id(order->after, &after))
        return asking_refuse_field(asking, "after", "An id has 32 hex digits.");
    enum recon_kind kind = kind_of(order);
    if (kind == RECON_KIND_NONE)
        return asking_refuse_field(asking, "kind",
                                   "Lists are of LINKS, HOLDINGS or LOANS, or of a "
                                   "window's MONEY.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_LISTED, order->max);
    listing->after_bank = order->bank;
    listing->upload = order->window;
    listing->filter.kind = (uint32_t)kind;
    listing->after = after;
    return asking_list(asking, listing);
}

static listed_row *row_of(const struct recon_item *item, enum recon_kind kind,
                          struct arena *arena) {
    listed_row *row = arena_take(arena, sizeof(*row));
    struct buf line;
    buf_init(&line);
    recon_item_format(kind, item, &line);
    buf_append_byte(&line, '\0');
    linkgate__admin__v1__listed_row__init(row);
    row->line = admin_text(arena, (const char *)line.data);
    buf_deinit(&line);
    return row;
}

static int fill(const struct listed *list, struct store *store, struct page *page,
                struct id *last) {
    struct recon_item item;
    struct id at = *last;
    bool has;
    int rc;
    while ((rc = store_next_listed(store, list, &at, &item, &has)) == 0) {
        if (!page_look(page) ||
            (has && !page_add(page, &row_of(&item, list->kind, &page->arena)->base)))
            return 0;
        *last = at;
    }
    return rc == STORE_ABSENT ? 0 : rc;
}

/* Absent: there is no such bank, or no such window. */
static int list_of(const struct admin_listing *listing, struct store *store,
                   struct listed *list_out) {
    struct bank bank;
    *list_out =
        (struct listed){.kind = (enum recon_kind)listing->filter.kind, .bank = listing->after_bank};
    int rc = store_get_bank(store, listing->after_bank, &bank);
    if (rc == 0 && list_out->kind == RECON_MONEY)
        rc = store_get_window(store, listing->upload, &list_out->window);
    return rc;
}

int recon_listed(struct admin_listing *listing, struct store *store) {
    struct listed list;
    struct page page;
    char date[DATE_TEXT_SIZE] = "";
    struct id last = listing->after;
    int rc = list_of(listing, store, &list);
    if (rc < 0)
        return rc;
    if (rc != 0) {
        page_absent(listing, "There is no such bank, or no such window.");
        return 0;
    }
    page_init(&page, listing->max);
    rc = fill(&list, store, &page, &last);
    if (rc != 0) {
        arena_deinit(&page.arena);
        return rc;
    }
    Linkgate__Admin__V1__ListedPage message;
    linkgate__admin__v1__listed_page__init(&message);
    if (list.kind == RECON_MONEY)
        date_format(list.window.business_day, date);
    message.business_date = date;
    PAGE_SEND(listing, &page, message, ((ProtobufCBinaryData){ID_SIZE, last.bytes}), LISTED,
              listed);
    return 0;
}
