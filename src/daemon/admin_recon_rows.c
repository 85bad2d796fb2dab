/*
 * The gateway's own list of a bank's window or links, page by page, for people who want it as a file.
 *
 * Invariant: the rows of all pages together are those that a comparison uses, each in its canonical
 * line; a page looks at so many rows and no more.
 */
#include "daemon/admin_asking.h"
#include "daemon/admin_page.h"
#include "domain/calendar.h"
#include "domain/recon_text.h"
#include "store/links.h"
#include "store/settlement.h"
#include "store/tables.h"

typedef Linkgate__Admin__V1__ListedRow listed_row;

int question_listed(const struct asking *asking) {
    const Linkgate__Admin__V1__ListWindowTransfers *order = asking->request->list_window_transfers;
    struct id after = {{0}};
    if (!asking_bank_code_right(order->bank))
        return asking_refuse_field(asking, "bank", "A bank's code has twelve digits.");
    if (order->after.len > 0 && !asking_take_id(order->after, &after))
        return asking_refuse_field(asking, "after", "An id has 32 hex digits.");
    struct admin_listing *listing = asking_listing(asking, ADMIN_LIST_LISTED, order->max);
    listing->after_bank = order->bank;
    listing->upload = order->window;
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

/* Each looks at the next one behind at; has_out: it is a row. 0, or STORE_ABSENT. */
static int next_transfer(const struct admin_listing *listing, struct store *store,
                         const struct window *window, struct id *at, struct recon_item *item_out,
                         bool *has_out) {
    struct transfer transfer;
    int rc = store_next_of_window(store, window, 0, at, &transfer);
    if (rc != 0)
        return rc;
    *at = transfer.id;
    *has_out = transfer.debtor_bank == listing->after_bank ||
               transfer.creditor_bank == listing->after_bank;
    recon_item_of_transfer(&transfer, item_out);
    return 0;
}

static int next_link(const struct admin_listing *listing, struct store *store, struct id *at,
                     struct recon_item *item_out, bool *has_out) {
    struct link link;
    int rc = store_next_link_of_bank(store, listing->after_bank, at, at);
    if (rc == 0)
        rc = store_get_link(store, at, &link);
    if (rc != 0)
        return rc;
    *has_out = recon_link_is_listed(link.state);
    recon_item_of_link(&link, item_out);
    return 0;
}

static int fill(const struct admin_listing *listing, struct store *store,
                const struct window *window, struct page *page, struct id *last) {
    bool money = listing->upload != 0;
    enum recon_kind kind = money ? RECON_MONEY : RECON_LINKS;
    struct recon_item item;
    struct id at = *last;
    bool has;
    int rc;
    while ((rc = money ? next_transfer(listing, store, window, &at, &item, &has)
                       : next_link(listing, store, &at, &item, &has)) == 0) {
        if (!page_look(page) || (has && !page_add(page, &row_of(&item, kind, &page->arena)->base)))
            return 0;
        *last = at;
    }
    return rc == STORE_ABSENT ? 0 : rc;
}

int recon_listed(struct admin_listing *listing, struct store *store) {
    struct window window = {.number = 0};
    struct bank bank;
    struct page page;
    char date[DATE_TEXT_SIZE] = "";
    struct id last = listing->after;
    int rc = store_get_bank(store, listing->after_bank, &bank);
    if (rc == 0 && listing->upload != 0)
        rc = store_get_window(store, listing->upload, &window);
    if (rc < 0)
        return rc;
    if (rc != 0) {
        page_absent(listing, "There is no such bank, or no such window.");
        return 0;
    }
    page_init(&page, listing->max);
    rc = fill(listing, store, &window, &page, &last);
    if (rc != 0) {
        arena_deinit(&page.arena);
        return rc;
    }
    Linkgate__Admin__V1__ListedPage message;
    linkgate__admin__v1__listed_page__init(&message);
    if (listing->upload != 0)
        date_format(window.business_day, date);
    message.business_date = date;
    PAGE_SEND(listing, &page, message, ((ProtobufCBinaryData){ID_SIZE, last.bytes}), LISTED,
              listed);
    return 0;
}
