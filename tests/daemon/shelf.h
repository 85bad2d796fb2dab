/*
 * A real store in a folder of its own, and listings run over it.
 */
#ifndef LG_TESTS_DAEMON_SHELF_H
#define LG_TESTS_DAEMON_SHELF_H

#include "daemon/admin_listing.h"
#include "daemon/admin_message.h"
#include "wire/frame.h"

#define BANK_A 102100099996u
#define BANK_B 999100000011u
#define SHELF_MS 1700000000000

struct shelf {
    char folder[64];
    struct kv *kv;
    struct keyring *keyring;
    struct store *store;
};
extern struct shelf shelf;

/* A cmocka setup and teardown. */
int open_shelf(void **state);
int close_shelf(void **state);
struct id numbered(uint64_t number);
/* A pull of BANK_A's from BANK_B, of so many fen, received so many ms after SHELF_MS over one of
 * three links. */
#define SHELF_LINKS 3
struct id link_of(unsigned number);
struct transfer transfer_of(unsigned number, enum transfer_state state);
/* Within store_begin and store_commit. As the ledger keeps it: with an open row while something is
 * reserved. */
void put_transfer(const struct transfer *transfer);
void put_counters(bank_code bank, struct bank_counters counters);
/* A whole page, asked for at SHELF_MS. */
struct admin_listing *list(enum admin_listing_kind kind);
/* The reply; free_reply it. */
admin_reply *run_listing(struct admin_listing *listing);
void free_reply(admin_reply *reply);

#endif
