/*
 * What stands in a bank's list, one object after the other.
 *
 * Invariant: comparison, pages for banks and files for people have the same rows, because they all
 * ask here. Each call looks at one object: how many are looked at in one go is the caller's bound.
 */
#include "store/listed.h"

#include "domain/transfer.h"
#include "store/links.h"
#include "store/orders.h"
#include "store/settlement.h"
#include "store/tables.h"

static bool is_of(const struct listed *list, const struct recon_item *item) {
    return item->debtor == list->bank || item->creditor == list->bank;
}

static int next_transfer(struct store *store, const struct listed *list, struct id *at,
                         struct recon_item *item_out, bool *has_out) {
    struct transfer transfer;
    int rc = store_next_of_window(store, &list->window, 0, at, &transfer);
    if (rc != 0)
        return rc;
    *at = transfer.id;
    recon_item_of_transfer(&transfer, item_out);
    *has_out = is_of(list, item_out);
    return 0;
}

static int next_link(struct store *store, const struct listed *list, struct id *at,
                     struct recon_item *item_out, bool *has_out) {
    struct link link;
    int rc = store_next_link_of_bank(store, list->bank, at, at);
    if (rc == 0)
        rc = store_get_link(store, at, &link) == 0 ? 0 : STORE_DAMAGED;
    if (rc != 0)
        return rc;
    recon_item_of_link(&link, item_out);
    *has_out = recon_link_is_listed(link.state);
    return 0;
}

static int next_order(struct store *store, const struct listed *list, struct id *at,
                      struct recon_item *item_out, bool *has_out) {
    struct product_order order;
    int rc = store_next_order(store, at, &order);
    if (rc != 0)
        return rc;
    *at = order.id;
    recon_item_of_order(&order, item_out);
    *has_out = is_of(list, item_out) && recon_order_is_listed(&order);
    return 0;
}

static int next_loan(struct store *store, const struct listed *list, struct id *at,
                     struct recon_item *item_out, bool *has_out) {
    struct loan loan;
    int rc = store_next_loan(store, at, &loan);
    if (rc != 0)
        return rc;
    *at = loan.id;
    recon_item_of_loan(&loan, list->bank, item_out);
    *has_out = is_of(list, item_out) && recon_loan_is_listed(&loan);
    return 0;
}

int store_next_listed(struct store *store, const struct listed *list, struct id *at,
                      struct recon_item *item_out, bool *has_out) {
    switch (list->kind) {
    case RECON_MONEY:
        return next_transfer(store, list, at, item_out, has_out);
    case RECON_LINKS:
        return next_link(store, list, at, item_out, has_out);
    case RECON_HOLDINGS:
        return next_order(store, list, at, item_out, has_out);
    case RECON_LOANS:
        return next_loan(store, list, at, item_out, has_out);
    case RECON_KIND_NONE:
        break;
    }
    return STORE_ABSENT;
}

static int find_transfer(struct store *store, const struct id *id, struct recon_item *item_out) {
    struct transfer transfer;
    int rc = store_get_transfer(store, id, &transfer);
    if (rc == 0)
        recon_item_of_transfer(&transfer, item_out);
    return rc;
}

static int find_link(struct store *store, const struct id *id, struct recon_item *item_out) {
    struct link link;
    int rc = store_get_link(store, id, &link);
    if (rc == 0)
        recon_item_of_link(&link, item_out);
    return rc;
}

static int find_order(struct store *store, const struct id *id, struct recon_item *item_out) {
    struct product_order order;
    int rc = store_get_order(store, id, &order);
    if (rc == 0)
        recon_item_of_order(&order, item_out);
    return rc;
}

static int find_loan(struct store *store, const struct listed *list, const struct id *id,
                     struct recon_item *item_out) {
    struct loan loan;
    int rc = store_get_loan(store, id, &loan);
    if (rc == 0)
        recon_item_of_loan(&loan, list->bank, item_out);
    return rc;
}

int store_find_listed(struct store *store, const struct listed *list, const struct id *id,
                      struct recon_item *item_out) {
    switch (list->kind) {
    case RECON_MONEY:
        return find_transfer(store, id, item_out);
    case RECON_LINKS:
        return find_link(store, id, item_out);
    case RECON_HOLDINGS:
        return find_order(store, id, item_out);
    case RECON_LOANS:
        return find_loan(store, list, id, item_out);
    case RECON_KIND_NONE:
        break;
    }
    return STORE_ABSENT;
}
