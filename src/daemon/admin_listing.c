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
        if (!page_add(&page, &admin_bank_row(&bank, &counters, &page.arena)->base))
            break;
        last = bank.code;
    }
    Linkgate__Admin__V1__BankPage message;
    linkgate__admin__v1__bank_page__init(&message);
    PAGE_SEND(listing, &page, message, last, BANKS, banks);
    return result < 0 ? result : 0;
}

static int show_bank(struct admin_listing *listing, struct store *store) {
    struct bank bank;
    struct bank_counters counters;
    int result = store_get_bank(store, listing->after_bank, &bank);
    if (result == STORE_ABSENT) {
        struct refusal refusal = {.code = REFUSAL_NO_SUCH_BANK, .field = "code"};
        admin_append_refusal(listing->correlation, &refusal, NULL, &listing->reply);
        return 0;
    }
    if (result == 0)
        result = store_get_bank_counters(store, bank.code, &counters);
    if (result < 0)
        return result;
    struct page page;
    page_init(&page, 1);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = ADMIN_RESULT(BANK);
    reply.bank = admin_bank_row(&bank, &counters, &page.arena);
    page_finish(listing, &page, &reply);
    return 0;
}

static bool link_fits(const struct admin_filter *filter, const struct link *link) {
    return (filter->state == 0 || filter->state == (uint32_t)link->state) &&
           (filter->bank == 0 || filter->bank == link->class2_bank ||
            filter->bank == link->class1_bank) &&
           (!filter->held || link->hold_count > 0) &&
           (!filter->amending || link->amendment.present);
}

/* The next link, of all or of one bank's. */
static int next_link(const struct admin_listing *listing, struct store *store,
                     const struct id *after, struct link *link_out) {
    if (listing->filter.bank == 0)
        return store_next_link(store, after, link_out);
    struct id id;
    int result = store_next_link_of_bank(store, listing->filter.bank, after, &id);
    return result == 0 ? store_get_link(store, &id, link_out) : result;
}

static int list_links(struct admin_listing *listing, struct store *store) {
    struct page page;
    page_init(&page, listing->max);
    struct id last = listing->after;
    struct link link;
    int result;
    while ((result = next_link(listing, store, &last, &link)) == 0 && page_look(&page)) {
        if (link_fits(&listing->filter, &link) &&
            !page_add(&page, &admin_link_row(&link, &page.arena)->base))
            break;
        last = link.id;
    }
    Linkgate__Admin__V1__LinkPage message;
    linkgate__admin__v1__link_page__init(&message);
    PAGE_SEND(listing, &page, message, admin_id(&page.arena, &last), LINKS, links);
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
    result = admin_link_detail(store, &link, listing->now_ms, &page.arena, &reply.link);
    if (result == 0)
        page_finish(listing, &page, &reply);
    else
        arena_deinit(&page.arena);
    return result;
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
    static int (*const runs[])(struct admin_listing * listing, struct store * store) = {
        [ADMIN_LIST_BANKS] = list_banks,
        [ADMIN_SHOW_BANK] = show_bank,
        [ADMIN_LIST_LINKS] = list_links,
        [ADMIN_LIST_FOUND] = found_list,
        [ADMIN_SHOW_LINK] = show_link,
        [ADMIN_LIST_TRANSFERS] = money_transfers,
        [ADMIN_SHOW_TRANSFER] = money_transfer,
        [ADMIN_LIST_NETS] = money_nets,
        [ADMIN_LIST_POSITIONS] = money_positions,
        [ADMIN_LIST_APPROVALS] = desk_approvals,
        [ADMIN_SHOW_APPROVAL] = desk_approval,
        [ADMIN_LIST_HISTORY] = desk_history,
        [ADMIN_LIST_AUDIT] = desk_audit,
        [ADMIN_LIST_RULES] = desk_rules,
        [ADMIN_SHOW_LIMITS] = limits_show,
        [ADMIN_LIST_CASES] = desk_cases,
        [ADMIN_SHOW_CASE] = desk_case,
        [ADMIN_LIST_ADJUSTMENTS] = desk_adjustments,
        [ADMIN_LIST_EVENTS] = event_list,
        [ADMIN_LIST_CARDS] = card_list,
        [ADMIN_SHOW_CARD] = card_show,
        [ADMIN_OPEN_WORK] = work_open,
        [ADMIN_VERIFY] = verify_page,
        [ADMIN_SHOW_EXPOSURE] = bounds_exposure,
        [ADMIN_LIST_FUNDS] = bounds_funds,
        [ADMIN_LIST_UPLOADS] = recon_uploads,
        [ADMIN_LIST_DIFFERENCES] = recon_differences,
        [ADMIN_LIST_LISTED] = recon_listed,
        [ADMIN_LIST_REFUSALS] = report_refusals,
        [ADMIN_LIST_WINDOWS] = money_windows,
        [ADMIN_LIST_PRODUCTS] = catalogue_products,
        [ADMIN_SHOW_PRODUCT] = catalogue_product,
        [ADMIN_LIST_ORDERS] = bought_orders,
        [ADMIN_SHOW_ORDER] = bought_order,
        [ADMIN_LIST_HOLDINGS] = bought_holdings,
        [ADMIN_LIST_LOANS] = loan_list,
        [ADMIN_SHOW_LOAN] = loan_show,
    };
    ENSURE((size_t)listing->kind < sizeof(runs) / sizeof(runs[0]));
    return runs[listing->kind](listing, store);
}
