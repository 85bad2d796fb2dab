/*
 * The messages of settlement, as values. See message.h.
 */
#ifndef LG_DOMAIN_MESSAGE_WINDOW_H
#define LG_DOMAIN_MESSAGE_WINDOW_H

#include "domain/window.h"

struct confirm_settlement {
    struct id request;
    uint64_t window;
    bank_code counterparty;
    struct money amount;
    struct span reference;
};
struct get_window {
    uint64_t window; /* 0: the open one */
    bank_code after;
};

/* A net as one of its banks sees it: + is due to that bank. */
struct word_view {
    int64_t at_ms; /* 0: none */
    struct span reference;
};
struct window_pair {
    bank_code counterparty;
    char currency[CURRENCY_SIZE];
    int64_t net_fen, received_fen, sent_fen, carried_fen;
    uint64_t transfers;
    struct word_view settled, own, other;
};
/* So many fit a frame with the longest of references. */
#define WINDOW_PAIRS_MAX 128u
struct window_view {
    uint64_t number;
    enum window_state state;
    enum settlement settlement;
    struct span business_date;
    int64_t cut_off_at_ms, opened_at_ms, closing_at_ms, closed_at_ms, ended_at_ms;
    uint64_t successor;
    const struct window_pair *pairs; /* borrowed */
    uint32_t pair_count;
    bool more;
    bool replayed;
};

#endif
