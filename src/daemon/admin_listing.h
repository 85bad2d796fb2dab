/*
 * Listings: long reads over a store of their own, in pages of bounded memory and bounded work. Made
 * on the event thread, run on the bulk thread, answered on the event thread.
 */
#ifndef LG_DAEMON_ADMIN_LISTING_H
#define LG_DAEMON_ADMIN_LISTING_H

#include "daemon/admin_recon.h"
#include "domain/position.h"
#include "domain/product.h"
#include "store/store.h"

#define ADMIN_PAGE_ROWS_MAX 500u
/* Rows that one page may look at: a filter that fits nothing costs milliseconds, not seconds. */
#define ADMIN_PAGE_SCAN_MAX 20000u

enum admin_listing_kind {
    ADMIN_LIST_BANKS,
    ADMIN_LIST_LINKS,
    ADMIN_SHOW_LINK,
    ADMIN_LIST_FOUND, /* what a search found */
    ADMIN_LIST_TRANSFERS,
    ADMIN_SHOW_TRANSFER,
    ADMIN_LIST_NETS,
    ADMIN_LIST_POSITIONS,
    ADMIN_LIST_APPROVALS,
    ADMIN_SHOW_APPROVAL,
    ADMIN_SHOW_BANK,
    ADMIN_LIST_HISTORY,
    ADMIN_LIST_AUDIT,
    ADMIN_LIST_CASES,
    ADMIN_SHOW_CASE,
    ADMIN_LIST_ADJUSTMENTS,
    ADMIN_LIST_EVENTS,
    ADMIN_LIST_CARDS,
    ADMIN_SHOW_CARD,
    ADMIN_OPEN_WORK,
    ADMIN_VERIFY,
    ADMIN_SHOW_EXPOSURE,
    ADMIN_LIST_FUNDS,
    ADMIN_LIST_UPLOADS,
    ADMIN_LIST_DIFFERENCES,
    ADMIN_LIST_LISTED, /* a bank's rows in a window (upload: its number; 0: its links) */
    ADMIN_LIST_REFUSALS,
    ADMIN_LIST_RULES,
    ADMIN_SHOW_LIMITS,
    ADMIN_LIST_WINDOWS,
    ADMIN_LIST_PRODUCTS,
    ADMIN_SHOW_PRODUCT,
    ADMIN_LIST_ORDERS,
    ADMIN_SHOW_ORDER,
    ADMIN_LIST_HOLDINGS,
    ADMIN_LIST_LOANS,
    ADMIN_SHOW_LOAN
};

/* What a row must be to be listed; all zero: anything. */
struct admin_filter {
    uint32_t state;
    bank_code bank;
    struct id link;
    uint64_t window; /* of nets */
    uint32_t kind;   /* of transfers; audit rows: enum command_kind; lists: enum recon_kind */
    int64_t from_ms, until_ms;
    int64_t min_fen, max_fen;
    bool held, amending, conflict, overdue;
    bool late, unknown, open; /* of orders and loans */
    bank_code issuer;         /* of orders, as */
    char product[PRODUCT_CODE_MAX + 1];
    bool of_uid;
    uint32_t uid;
};

struct admin_listing {
    enum admin_listing_kind kind;
    uint64_t client;
    uint64_t correlation;
    uint32_t max;  /* 1 to ADMIN_PAGE_ROWS_MAX */
    bool going_on; /* behind a page that was answered before */
    int64_t now_ms;
    struct id after;                      /* of what has an id; shows and histories: the one */
    bank_code after_bank;                 /* banks; shows: the one */
    uint64_t after_sequence;              /* audit; rules; windows; uploads; differences */
    uint64_t upload;                      /* differences: of which */
    struct spool *spool;                  /* of these two; borrowed */
    struct admin_recon_progress progress; /* uploads */
    enum object_kind object; /* histories: of what, and from which entry on; verify: what */
    uint32_t from;
    struct pair_net after_net;
    struct position after_position; /* also of which bank and currency an exposure is */
    bool after_is_given;            /* of these two, the one of its kind */
    struct id only; /* verify, adjustments, events: that one alone; zero: all; product */
    bool present;   /* product: not its older versions */
    struct admin_filter filter;
    struct id *found; /* owned; NULL but for ADMIN_LIST_FOUND */
    size_t found_count;
    bool found_more;
    struct digest found_key; /* that was searched for */
    struct buf reply;        /* one frame, filled by admin_listing_run */
};

struct admin_listing *admin_listing_new(enum admin_listing_kind kind, uint64_t client,
                                        uint64_t correlation);
void admin_listing_free(struct admin_listing *listing);
/* Fills listing->reply with a page or a refusal. 0; negative: the store failed or is damaged. */
int admin_listing_run(struct admin_listing *listing, struct store *store) MUST_USE;

#endif
