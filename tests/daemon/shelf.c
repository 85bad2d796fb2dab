/*
 * See shelf.h.
 */
#include "shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/keyring.h"
#include "kv/kv.h"

static admin_reply *read_reply(const struct buf *out) {
    struct span body;
    size_t used;
    assert_int_equal(frame_next(buf_span(out), &body, &used), 0);
    assert_int_equal(used, out->size);
    admin_reply *reply = linkgate__admin__v1__reply__unpack(NULL, body.size, body.data);
    assert_non_null(reply);
    return reply;
}

void free_reply(admin_reply *reply) {
    linkgate__admin__v1__reply__free_unpacked(reply, NULL);
}

struct shelf shelf;

int open_shelf(void **state) {
    (void)state;
    static const uint8_t key[32] = {3};
    char reason[256];
    snprintf(shelf.folder, sizeof(shelf.folder), "/tmp/linkgate-admin-XXXXXX");
    if (mkdtemp(shelf.folder) == NULL)
        return -1;
    shelf.keyring = keyring_from_root(key);
    if (kv_open(shelf.folder, 64u << 20, &shelf.kv, reason, sizeof(reason)) != 0)
        return -1;
    return store_open(shelf.kv, shelf.keyring, &shelf.store, reason, sizeof(reason));
}

int close_shelf(void **state) {
    (void)state;
    char path[128];
    store_close(shelf.store);
    kv_close(shelf.kv);
    keyring_free(shelf.keyring);
    snprintf(path, sizeof(path), "%s/data.mdb", shelf.folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/lock.mdb", shelf.folder);
    unlink(path);
    rmdir(shelf.folder);
    return 0;
}

struct id numbered(uint64_t number) {
    return id_make(1700000000000, number, 0);
}

admin_reply *run_listing(struct admin_listing *listing) {
    buf_clear(&listing->reply);
    assert_int_equal(admin_listing_run(listing, shelf.store), 0);
    assert_true(listing->reply.size <= FRAME_HEADER_SIZE + FRAME_BODY_MAX);
    return read_reply(&listing->reply);
}

struct id link_of(unsigned number) {
    return numbered(1000000 + number);
}

struct transfer transfer_of(unsigned number, enum transfer_state state) {
    struct transfer transfer = {.id = numbered(number),
                                .state = state,
                                .kind = TRANSFER_BOUND_PAIR,
                                .direction = TRANSFER_PULL,
                                .link = link_of(number % SHELF_LINKS),
                                .submitter = BANK_A,
                                .instructed = BANK_B,
                                .debtor_bank = BANK_B,
                                .creditor_bank = BANK_A,
                                .amount = {.fen = number, .currency = "CNY"},
                                .received_at_ms = SHELF_MS + number};
    transfer.id = id_make(transfer.received_at_ms, number, 0);
    return transfer;
}

void put_transfer(const struct transfer *transfer) {
    assert_int_equal(
        store_put_transfer(shelf.store, transfer, STORE_KEPT_SAME, (struct span){0}, true), 0);
    struct store_open_row row = {OBJECT_TRANSFER, transfer->link, transfer->id};
    if (transfer_reserved(transfer->state))
        store_put_open(shelf.store, &row);
}

struct admin_listing *list(enum admin_listing_kind kind) {
    struct admin_listing *listing = admin_listing_new(kind, 1, 2);
    listing->max = ADMIN_PAGE_ROWS_MAX;
    listing->now_ms = SHELF_MS;
    return listing;
}

void put_counters(bank_code bank, struct bank_counters counters) {
    store_begin(shelf.store);
    store_put_bank_counters(shelf.store, bank, &counters);
    store_commit(shelf.store);
}
