/*
 * The messages of reconciliation, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_RECON_H
#define LG_DOMAIN_MESSAGE_RECON_H

#include "domain/recon_text.h"

#define RECON_PART_ROWS_MAX 500u
#define TOTALS_PAIRS_MAX 128u

struct query_totals {
    enum recon_kind kind; /* MONEY, HOLDINGS or LOANS */
    uint64_t window;      /* of MONEY; 0: the open one */
    bank_code after;      /* likewise */
    struct id after_id;   /* of the others */
};
/* What a bank pays and gets, towards one other bank. */
struct totals_pair {
    bank_code counterparty;
    char currency[CURRENCY_SIZE];
    uint64_t count;
    int64_t debit_fen, credit_fen;
};

struct recon_page_query {
    enum recon_kind kind;
    uint64_t window; /* of MONEY */
    struct id after;
    uint32_t max;
};

/* A part of a bank's own list. Of the header sender and receiver are the session's to fill in. */
struct upload_recon {
    struct id upload;
    uint32_t part;
    bool has_header;
    struct recon_header header;
    const struct recon_item *rows;
    uint32_t row_count;
    bool last;
    struct digest list; /* with last */
};
struct upload_reply {
    struct id upload;
    uint32_t part;
    uint64_t rows;
    bool whole;
};

/* Values equal the wire's. */
enum recon_state { RECON_STATE_NONE = 0, RECON_WAITS = 1, RECON_COMPARED = 2, RECON_JUDGED = 3 };

struct recon_result_query {
    struct digest list;
    uint64_t from;
    uint32_t max;
};
/* A row of a comparison's result. */
struct recon_difference {
    uint64_t index; /* from 0 on */
    enum recon_class class;
    bool has_theirs, has_ours;
    struct recon_item theirs, ours;
};
struct result_reply {
    struct digest list;
    enum recon_state state;
    struct recon_counts counts;
    uint64_t next; /* 0: no more */
};

/* Pages as partners read them; borrowed from the arena. */
struct totals_page {
    uint64_t window;
    const struct totals_pair *pairs;
    uint32_t count;
    bool more;
    struct id next; /* of holdings and loans: where to go on; zero: no more */
};
struct recon_page {
    const struct recon_item *rows;
    uint32_t count;
    struct id next;
};
struct result_page {
    struct result_reply result;
    const struct recon_difference *rows;
    uint32_t count;
};

#endif
