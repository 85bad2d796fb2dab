/*
 * Nets and windows as records: see record.h. Private to store. What stands in a net's key is the
 * table's business.
 */
#ifndef LG_STORE_RECORD_SETTLEMENT_H
#define LG_STORE_RECORD_SETTLEMENT_H

#include "store/record.h"

struct net_records {
    Linkgate__Store__V1__PairNet net;
    Linkgate__Store__V1__PaymentWord words[3];
};

void net_to_record(const struct pair_net *net, struct net_records *records_out);
bool net_from_record(const Linkgate__Store__V1__PairNet *record, struct pair_net *net_out);

struct window_records {
    Linkgate__Store__V1__Window window;
    struct history_records history;
};

void window_to_record(const struct window *window, struct window_records *records_out);
bool window_from_record(const Linkgate__Store__V1__Window *record, uint64_t number,
                        struct window *window_out);

#endif
