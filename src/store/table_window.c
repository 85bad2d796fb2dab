/*
 * Settlement windows, by number, and what finds their transfers.
 *
 * Invariant: a window's transfers are those that were received while it was open and were accepted in
 * it, which need no row, and those that came earlier, which have one: no row is written for what is
 * settled on its own day. What a window is, and what its nets are, is not known here.
 */
#include "store/record_settlement.h"
#include "store/table.h"

#define WINDOW_KEY_SIZE (1 + 8)

static struct key window_key(uint64_t number) {
    struct key key = key_of(TABLE_WINDOW);
    key_add_u64(&key, number);
    return key;
}

int store_get_window(struct store *store, uint64_t number, struct window *window_out) {
    struct key key = window_key(number);
    struct window window;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__window__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!window_from_record(record, number, &window))
        return table_damaged(key_span(&key), "window");
    *window_out = window;
    return 0;
}

void store_put_window(struct store *store, const struct window *window) {
    struct key key = window_key(window->number);
    struct window_records records;
    window_to_record(window, &records);
    table_put_message(store, &key, &records.window.base, false);
}

int store_next_window(struct store *store, uint64_t after, struct window *window_out) {
    struct key from = window_key(after);
    struct span key, bytes;
    struct window window;
    const void *record;
    int rc = table_next(store, &from, 1, true, &key, &bytes);
    if (rc == 0 && key.size != WINDOW_KEY_SIZE)
        rc = table_damaged(key, "key of a window");
    if (rc == 0)
        rc = table_unpack(store, key, bytes, &linkgate__store__v1__window__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!window_from_record(record, get_be64(key.data + 1), &window))
        return table_damaged(key, "window");
    *window_out = window;
    return 0;
}

/* ---- its transfers ---- */

static struct key late_prefix(uint64_t window) {
    struct key key = key_of(TABLE_LATE);
    key_add_u64(&key, window);
    return key;
}

void store_put_late(struct store *store, uint64_t window, const struct id *transfer) {
    struct key key = late_prefix(window);
    key_add_id(&key, transfer);
    table_put_empty(store, &key, true);
}

int store_has_late(struct store *store, uint64_t window, const struct id *transfer) {
    struct key key = late_prefix(window);
    struct span record;
    key_add_id(&key, transfer);
    return table_get(store, &key, &record);
}

static int next_late(struct store *store, uint64_t window, const struct id *after,
                     struct transfer *transfer_out) {
    struct key prefix = late_prefix(window);
    struct id id;
    int rc = table_next_id(store, &prefix, after, &id);
    if (rc == 0)
        rc = store_get_transfer(store, &id, transfer_out);
    return rc;
}

static int next_in_time(struct store *store, const struct window *window, const struct id *after,
                        struct transfer *transfer_out) {
    struct id last = window_last(window);
    int rc = store_next_transfer(store, after, transfer_out);
    return rc == 0 && id_compare(&transfer_out->id, &last) > 0 ? STORE_ABSENT : rc;
}

static bool is_of(const struct transfer *transfer, uint64_t window, bank_code bank) {
    return transfer->window == window &&
           (bank == 0 || transfer->debtor_bank == bank || transfer->creditor_bank == bank);
}

int store_next_of_window(struct store *store, const struct window *window, bank_code bank,
                         const struct id *after, struct transfer *transfer_out) {
    struct id first = window_first(window);
    struct id at = after != NULL ? *after : (struct id){{0}};
    int rc = 0;
    /* Late ones came before it was open, so that their ids are below all others. */
    while (rc == 0 && id_compare(&at, &first) < 0) {
        rc = next_late(store, window->number, &at, transfer_out);
        if (rc == 0 && is_of(transfer_out, window->number, bank))
            return 0;
        at = rc == 0 ? transfer_out->id : first;
    }
    rc = rc == STORE_ABSENT ? 0 : rc;
    while (rc == 0) {
        rc = next_in_time(store, window, &at, transfer_out);
        if (rc == 0 && is_of(transfer_out, window->number, bank))
            return 0;
        if (rc == 0)
            at = transfer_out->id;
    }
    return rc;
}
