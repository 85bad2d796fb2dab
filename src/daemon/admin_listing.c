/*
 * Pages of the store for operators.
 *
 * Invariant: a page holds at most ADMIN_PAGE_ROWS_MAX rows and ADMIN_PAGE_BYTES_MAX bytes, and
 * looked at no more than ADMIN_PAGE_SCAN_MAX; where it ended before the table did, it says so and
 * where to go on. It only reads, and of account numbers it knows no more than the last four. How an
 * object looks in a message is admin_rows.c's.
 */
#include "daemon/admin_listing.h"

#include <stdlib.h>

#include "daemon/admin_page.h"
#include "daemon/admin_rows.h"

static int list_banks(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    bank_code last = listing->after_bank;
    struct bank bank;
    int result;
    while ((result = store_next_bank(store, last, &bank)) == 0 && page_look(&page)) {
        struct bank_counters counters;
        if ((result = store_get_bank_counters(store, bank.code, &counters)) < 0)
            break;
        if (!page_add(&page, admin_bank_row(&bank, counters.online, &page.arena)))
            break;
        last = bank.code;
    }
    Linkgate__Admin__V1__BankPage message;
    linkgate__admin__v1__bank_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__BankRow **)(void *)page.rows;
    message.more = page.more;
    message.next = last;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(BANKS);
    reply.banks = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

static bool link_fits(const struct admin_listing *listing, const struct link *link) {
    return (listing->state == 0 || listing->state == (uint32_t)link->state) &&
           (listing->bank == 0 || listing->bank == link->class2_bank ||
            listing->bank == link->class1_bank);
}

static int list_links(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct link link;
    int result;
    while ((result = store_next_link(store, &last, &link)) == 0 && page_look(&page)) {
        if (link_fits(listing, &link) &&
            !page_add(&page, &admin_link_row(&link, &page.arena)->base))
            break;
        last = link.id;
    }
    Linkgate__Admin__V1__LinkPage message;
    linkgate__admin__v1__link_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__LinkRow **)(void *)page.rows;
    message.more = page.more;
    message.next = admin_id(&page.arena, &last);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LINKS);
    reply.links = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

/* A link that a flush has not reached yet is missing: listings are asked for after one. */
static int list_found(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    int result = 0;
    for (size_t i = 0; i < listing->found_count && result >= 0 && page_look(&page); i++) {
        struct link link;
        result = store_get_link(store, &listing->found[i], &link);
        if (result == 0 && !page_add(&page, &admin_link_row(&link, &page.arena)->base))
            break;
    }
    Linkgate__Admin__V1__LinkPage message;
    linkgate__admin__v1__link_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__LinkRow **)(void *)page.rows;
    message.more = page.more || listing->found_more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LINKS);
    reply.links = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

/* The next transfer, of all or of one link. */
static int next_transfer(const struct admin_listing *listing, struct store *store,
                         const struct id *after, struct transfer *transfer_out) {
    if (id_is_zero(&listing->link))
        return store_next_transfer(store, after, transfer_out);
    struct id id;
    int result = store_next_transfer_of_link(store, &listing->link, after, &id);
    return result == 0 ? store_get_transfer(store, &id, transfer_out) : result;
}

static int list_transfers(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct transfer transfer;
    int result;
    while ((result = next_transfer(listing, store, &last, &transfer)) == 0 && page_look(&page)) {
        if ((listing->state == 0 || listing->state == (uint32_t)transfer.state) &&
            !page_add(&page, &admin_transfer_row(&transfer, &page.arena)->base))
            break;
        last = transfer.id;
    }
    Linkgate__Admin__V1__TransferPage message;
    linkgate__admin__v1__transfer_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__TransferRow **)(void *)page.rows;
    message.more = page.more;
    message.next = admin_id(&page.arena, &last);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(TRANSFERS);
    reply.transfers = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

static int list_nets(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct pair_net last = listing->after_net;
    bool begun = listing->after_is_given;
    struct pair_net net;
    int result;
    while ((result = store_next_net(store, begun ? &last : NULL, &net)) == 0 && page_look(&page)) {
        if (!page_add(&page, admin_net_row(&net, &page.arena)))
            break;
        last = net;
        begun = true;
    }
    Linkgate__Admin__V1__NetPage message;
    linkgate__admin__v1__net_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__NetRow **)(void *)page.rows;
    message.more = page.more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(NETS);
    reply.nets = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

static int list_positions(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct position last = listing->after_position;
    bool begun = listing->after_is_given;
    struct position position;
    int result;
    while ((result = store_next_position(store, begun ? &last : NULL, &position)) == 0 &&
           page_look(&page)) {
        if (!page_add(&page, admin_position_row(&position, &page.arena)))
            break;
        last = position;
        begun = true;
    }
    Linkgate__Admin__V1__PositionPage message;
    linkgate__admin__v1__position_page__init(&message);
    message.n_rows = page.count;
    message.rows = (Linkgate__Admin__V1__PositionRow **)(void *)page.rows;
    message.more = page.more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(POSITIONS);
    reply.positions = &message;
    page_finish(listing, &page, &reply);
    return result < 0 ? result : 0;
}

static int show_link(struct admin_listing *listing, struct store *store) {
    struct link link;
    int result = store_get_link(store, &listing->after, &link);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no link of that id. See `link list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LINK);
    reply.link = admin_link_detail(&link, &page.arena);
    page_finish(listing, &page, &reply);
    return 0;
}

static int show_transfer(struct admin_listing *listing, struct store *store) {
    struct transfer transfer;
    int result = store_get_transfer(store, &listing->after, &transfer);
    if (result == STORE_ABSENT)
        page_absent(listing, "There is no transfer of that id. See `transfer list`.");
    if (result != 0)
        return result < 0 ? result : 0;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(TRANSFER);
    reply.transfer = admin_transfer_detail(&transfer, &page.arena);
    page_finish(listing, &page, &reply);
    return 0;
}

struct admin_listing *admin_listing_new(enum admin_listing_kind kind, uint64_t client,
                                        uint64_t correlation) {
    struct admin_listing *listing = xcalloc(1, sizeof(*listing));
    listing->kind = kind;
    listing->client = client;
    listing->correlation = correlation;
    buf_init(&listing->reply);
    return listing;
}

void admin_listing_free(struct admin_listing *listing) {
    if (listing == NULL)
        return;
    buf_deinit(&listing->reply);
    free(listing->found);
    free(listing);
}

int admin_listing_run(struct admin_listing *listing, struct store *store) {
    switch (listing->kind) {
    case ADMIN_LIST_BANKS:
        return list_banks(listing, store);
    case ADMIN_LIST_LINKS:
        return list_links(listing, store);
    case ADMIN_LIST_FOUND:
        return list_found(listing, store);
    case ADMIN_SHOW_LINK:
        return show_link(listing, store);
    case ADMIN_LIST_TRANSFERS:
        return list_transfers(listing, store);
    case ADMIN_SHOW_TRANSFER:
        return show_transfer(listing, store);
    case ADMIN_LIST_NETS:
        return list_nets(listing, store);
    case ADMIN_LIST_POSITIONS:
        return list_positions(listing, store);
    case ADMIN_LIST_APPROVALS:
        return desk_approvals(listing, store);
    case ADMIN_SHOW_APPROVAL:
        return desk_approval(listing, store);
    }
    fatal(__func__, "no such listing: %d", (int)listing->kind);
}
