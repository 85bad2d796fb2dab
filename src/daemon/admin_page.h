/*
 * One page of rows on its way into a reply. Private to the listings.
 */
#ifndef LG_DAEMON_ADMIN_PAGE_H
#define LG_DAEMON_ADMIN_PAGE_H

#include "daemon/admin_listing.h"
#include "daemon/admin_message.h"

/* Rows are protobuf-c messages in the arena. */
struct page {
    struct arena arena;
    ProtobufCMessage **rows;
    size_t count;
    size_t bytes;
    uint32_t scanned;
    uint32_t max;
    bool more;
};

/* At most max rows; bytes: what stands in the reply besides them. */
void page_init(struct page *page, uint32_t max);
/* False: the page is full, and this row must be looked at again for the next one. */
bool page_look(struct page *page);
/* False: likewise. */
bool page_add(struct page *page, ProtobufCMessage *row);
/* Writes the listing's reply, whose result is set, and ends the page. */
void page_finish(struct admin_listing *listing, struct page *page, admin_reply *reply);
/* The same for a page message of the shape that every list has (rows, more, next), with the number
 * and the field of its result in the reply. */
#define PAGE_SEND(listing, page, message, next_row, RESULT, field)                                 \
    do {                                                                                           \
        admin_reply reply_of_page;                                                                 \
        (message).n_rows = (page)->count;                                                          \
        (message).rows = (void *)(page)->rows;                                                     \
        (message).more = (page)->more;                                                             \
        (message).next = (next_row);                                                               \
        linkgate__admin__v1__reply__init(&reply_of_page);                                          \
        reply_of_page.result_case = ADMIN_RESULT(RESULT);                                          \
        reply_of_page.field = &(message);                                                          \
        page_finish(listing, page, &reply_of_page);                                                \
    } while (0)
/* The reply's refusal: there is no such thing. */
void page_absent(struct admin_listing *listing, const char *text);

/* ---- admin_desk.c; each fills the listing's reply. 0 or negative ---- */
int desk_approvals(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_approval(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_history(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_audit(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_rules(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_cases(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_case(struct admin_listing *listing, struct store *store) MUST_USE;
int desk_adjustments(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_card.c ---- */
int card_list(struct admin_listing *listing, struct store *store) MUST_USE;
int card_show(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_event.c ---- */
int event_list(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_catalogue.c ---- */
int catalogue_products(struct admin_listing *listing, struct store *store) MUST_USE;
int catalogue_product(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_bought.c, admin_detail_order.c ---- */
int bought_orders(struct admin_listing *listing, struct store *store) MUST_USE;
int bought_order(struct admin_listing *listing, struct store *store) MUST_USE;
int bought_holdings(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_loan.c ---- */
int loan_list(struct admin_listing *listing, struct store *store) MUST_USE;
int loan_show(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_found.c ---- */
int found_list(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_limits.c ---- */
int limits_show(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_money.c ---- */
int money_transfers(struct admin_listing *listing, struct store *store) MUST_USE;
int money_transfer(struct admin_listing *listing, struct store *store) MUST_USE;
int money_nets(struct admin_listing *listing, struct store *store) MUST_USE;
int money_positions(struct admin_listing *listing, struct store *store) MUST_USE;
int money_windows(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_report.c ---- */
int report_refusals(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_bounds.c ---- */
int bounds_exposure(struct admin_listing *listing, struct store *store) MUST_USE;
int bounds_funds(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_verify.c ---- */
int verify_page(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_recon.c ---- */
int recon_uploads(struct admin_listing *listing, struct store *store) MUST_USE;
int recon_differences(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_recon_rows.c ---- */
int recon_listed(struct admin_listing *listing, struct store *store) MUST_USE;
/* ---- admin_work.c ---- */
int work_open(struct admin_listing *listing, struct store *store) MUST_USE;

#endif
