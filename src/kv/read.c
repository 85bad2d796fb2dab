/*
 * Snapshots and cursors.
 *
 * Invariant: a snapshot's transaction is live between open and close, and its cursors belong to the
 * present one: renewing moves both, so that no cursor ever reads pages of a view that was given
 * up. Nothing is copied: what is read stands in the map. The row of the sum is never seen.
 */
#include <stdlib.h>

#include "kv/env.h"
#include "kv/kv.h"
#include "kv/sum.h"

struct kv_cursor {
    struct kv_snapshot *snapshot;
    MDB_cursor *cursor;
    struct kv_cursor *next;
};

struct kv_snapshot {
    struct kv *kv;
    MDB_txn *txn;
    struct kv_cursor *cursors;
};

int kv_snapshot_open(struct kv *kv, struct kv_snapshot **snapshot_out) {
    MDB_txn *txn;
    int rc = kv_begin_read(kv, &txn);
    if (rc != 0)
        return rc;
    struct kv_snapshot *snapshot = xcalloc(1, sizeof(*snapshot));
    snapshot->kv = kv;
    snapshot->txn = txn;
    *snapshot_out = snapshot;
    return 0;
}

int kv_snapshot_renew(struct kv_snapshot *snapshot) {
    mdb_txn_reset(snapshot->txn);
    int rc = mdb_txn_renew(snapshot->txn);
    for (struct kv_cursor *cursor = snapshot->cursors; cursor != NULL && rc == 0;
         cursor = cursor->next)
        rc = mdb_cursor_renew(snapshot->txn, cursor->cursor);
    return kv_result("renew", rc);
}

void kv_snapshot_close(struct kv_snapshot *snapshot) {
    if (snapshot == NULL)
        return;
    ENSURE(snapshot->cursors == NULL);
    mdb_txn_abort(snapshot->txn);
    free(snapshot);
}

int kv_snapshot_sum(struct kv_snapshot *snapshot, uint64_t *sum_out) {
    return kv_result("sum", kv_sum_get(snapshot->txn, snapshot->kv->dbi, sum_out));
}

int kv_get(struct kv_snapshot *snapshot, struct span key, struct span *value_out) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX && !kv_sum_is_key(key));
    MDB_val name = kv_val(key);
    MDB_val value;
    int rc = mdb_get(snapshot->txn, snapshot->kv->dbi, &name, &value);
    if (rc != 0)
        return kv_result("get", rc);
    *value_out = kv_span(&value);
    return 0;
}

int kv_cursor_open(struct kv_snapshot *snapshot, struct kv_cursor **cursor_out) {
    MDB_cursor *inner;
    int rc = mdb_cursor_open(snapshot->txn, snapshot->kv->dbi, &inner);
    if (rc != 0)
        return kv_result("cursor_open", rc);
    struct kv_cursor *cursor = xcalloc(1, sizeof(*cursor));
    cursor->snapshot = snapshot;
    cursor->cursor = inner;
    cursor->next = snapshot->cursors;
    snapshot->cursors = cursor;
    *cursor_out = cursor;
    return 0;
}

void kv_cursor_close(struct kv_cursor *cursor) {
    if (cursor == NULL)
        return;
    struct kv_cursor **at = &cursor->snapshot->cursors;
    while (*at != cursor) {
        ENSURE(*at != NULL);
        at = &(*at)->next;
    }
    *at = cursor->next;
    mdb_cursor_close(cursor->cursor);
    free(cursor);
}

static int cursor_get(struct kv_cursor *cursor, MDB_val *key, MDB_cursor_op operation,
                      struct span *key_out, struct span *value_out) {
    MDB_val value;
    int rc = mdb_cursor_get(cursor->cursor, key, &value, operation);
    if (rc == 0 && kv_sum_is_key(kv_span(key)))
        rc = mdb_cursor_get(cursor->cursor, key, &value, MDB_NEXT);
    if (rc != 0)
        return kv_result("cursor_get", rc);
    *key_out = kv_span(key);
    *value_out = kv_span(&value);
    return 0;
}

int kv_cursor_seek(struct kv_cursor *cursor, struct span key, struct span *key_out,
                   struct span *value_out) {
    ENSURE(key.size <= KV_KEY_MAX);
    MDB_val at = kv_val(key);
    return cursor_get(cursor, &at, key.size == 0 ? MDB_FIRST : MDB_SET_RANGE, key_out, value_out);
}

int kv_cursor_next(struct kv_cursor *cursor, struct span *key_out, struct span *value_out) {
    MDB_val at = {0, NULL};
    return cursor_get(cursor, &at, MDB_NEXT, key_out, value_out);
}
