/*
 * What became of a request, as whoever asked hears it.
 */
#ifndef LG_BANK_VERDICT_H
#define LG_BANK_VERDICT_H

#include "wire/envelope.h"
#include "wire/partner.h"

enum bk_verdict {
    BK_GRANTED,
    BK_REFUSED,
    BK_OPEN,  /* not decided yet: the final word comes later */
    BK_FAILED /* no answer could be had; error says why */
};

struct bk_item;

/* What the gateway said. Exactly one of the pointers is set. */
struct bk_answer {
    enum bk_verdict verdict;
    const struct transfer_view *transfer;
    const struct transfer_page *transfers;
    const struct link_view *link;
    const struct link_page *links;
    const struct report_account_reply *report;
    const struct balance_answer *balance;
    const struct overview_view *overview;
    const struct event_view *event;
    const struct status_answer *status;
    const struct case_view *inquiry;
    const struct adjustment_view *adjustment;
    const struct product_view *product;
    const struct product_page *products;
    const struct card_view *card;
    const struct order_view *order;
    const struct holdings_page *holdings;
    const struct loan_view *loan;
    const struct loan_page *loans;
    const struct loan_quote_view *quote;
    const struct position_view *position;
    const struct totals_page *totals;
    const struct recon_page *recon;
    const struct upload_reply *upload;
    const struct result_page *compared;
    const struct window_view *window;
    const struct refusal_view *refusal;
    const struct envelope *raw;
    const char *error;
    const struct bk_item *item;
};

/* Hears of BK_OPEN any number of times, then once of another verdict. */
struct bk_waiter {
    void (*answered)(void *context, const struct bk_answer *answer);
    void *context;
};

#endif
