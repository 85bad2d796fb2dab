/*
 * What a search found: links, and what else their persons have: applications for cards, orders of
 * products, loans.
 *
 * Invariant: it looks by the key that the ledger has recorded the search of, and at the links that the
 * ledger found; of each sort no more than SEARCH_FOUND_MAX are shown, and more than that are told.
 */
#include "daemon/admin_bought.h"
#include "domain/order.h"

static int add_links(struct admin_listing *listing, struct store *store, struct page *page) {
    int result = 0;
    for (size_t i = 0; i < listing->found_count && result >= 0; i++) {
        struct link link;
        result = store_get_link(store, &listing->found[i], &link);
        if (result == 0 && !page_add(page, &admin_link_row(&link, &page->arena)->base))
            break;
    }
    return result < 0 ? result : 0;
}

/* One more of so many; false: there are too many, or the page is full. */
static bool add(struct page *page, size_t *count, ProtobufCMessage *row) {
    bool added = *count < SEARCH_FOUND_MAX && page_add(page, row);
    page->more = page->more || !added;
    *count += added;
    return added;
}

/* All of a person. An account's key is nobody's here. */
static int add_cards(struct admin_listing *listing, struct store *store, struct page *page,
                     size_t *count) {
    struct id id = {{0}};
    struct card card;
    int result;
    while ((result = store_next_card_of_person(store, &listing->found_key, &id, &id)) == 0) {
        result = store_get_card(store, &id, &card);
        if (result != 0)
            return result < 0 ? result : STORE_DAMAGED;
        if (!add(page, count, &admin_card_row(&card, &page->arena)->base))
            break;
    }
    return result < 0 ? result : 0;
}

static int add_orders(struct admin_listing *listing, struct store *store, struct page *page,
                      size_t *count) {
    struct product_order order;
    struct id last = {{0}};
    int result;
    while ((result = admin_next_order(listing, store, &last, &order)) == 0) {
        Linkgate__Admin__V1__OrderRow *row;
        result = admin_order_row_of(store, &order, &page->arena, &row);
        if (result != 0 || !add(page, count, &row->base))
            break;
        last = order.id;
    }
    return result < 0 ? result : 0;
}

static int add_loans(struct admin_listing *listing, struct store *store, struct page *page,
                     size_t *count) {
    struct loan loan;
    struct id last = {{0}};
    int result;
    while ((result = admin_next_loan(listing, store, &last, &loan)) == 0 &&
           add(page, count, &admin_loan_row(&loan, &page->arena)->base))
        last = loan.id;
    return result < 0 ? result : 0;
}

/* add_orders or add_loans of each link that was found. */
static int add_bought(struct admin_listing *listing, struct store *store, struct page *page,
                      int (*of_link)(struct admin_listing *listing, struct store *store,
                                     struct page *page, size_t *count),
                      size_t *count) {
    int result = 0;
    for (size_t i = 0; i < listing->found_count && result == 0; i++) {
        listing->filter.link = listing->found[i];
        result = of_link(listing, store, page, count);
    }
    return result;
}

/* A link that a flush has not reached yet is missing: listings are asked for after one. */
int found_list(struct admin_listing *listing, struct store *store) {
    struct page page;
    size_t cards = 0, orders = 0, loans = 0;
    page_init(&page, 4 * SEARCH_FOUND_MAX);
    int result = add_links(listing, store, &page);
    size_t links = page.count;
    bool more = page.more || listing->found_more;
    page.more = false;
    if (result == 0)
        result = add_cards(listing, store, &page, &cards);
    if (result == 0)
        result = add_bought(listing, store, &page, add_orders, &orders);
    if (result == 0)
        result = add_bought(listing, store, &page, add_loans, &loans);
    Linkgate__Admin__V1__LinkPage message;
    linkgate__admin__v1__link_page__init(&message);
    ProtobufCMessage **rows = page.rows;
    message.n_rows = links;
    message.rows = (Linkgate__Admin__V1__LinkRow **)(void *)rows;
    message.more = more;
    message.n_cards = cards;
    message.cards = (Linkgate__Admin__V1__CardRow **)(void *)(rows += links);
    message.n_orders = orders;
    message.orders = (Linkgate__Admin__V1__OrderRow **)(void *)(rows += cards);
    message.n_loans = loans;
    message.loans = (Linkgate__Admin__V1__LoanRow **)(void *)(rows + orders);
    message.more_else = page.more;
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(LINKS);
    reply.links = &message;
    page_finish(listing, &page, &reply);
    return result;
}
