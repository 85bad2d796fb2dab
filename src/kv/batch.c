/*
 * Write batches.
 *
 * Invariant: a batch is one LMDB transaction and reaches the disk whole or not at all; its first
 * error sticks, and a batch with an error is aborted by its commit. Map full is the one error that
 * leaves the environment fit for another try; slots of dead readers, which may be what keeps pages
 * from being used again, are cleared then. Puts go through one cursor, which finds an ascending
 * key on the page that it is on; deletes use a cursor of their own, after closing it, because
 * cursors that stand on a page while another one deletes from it are LMDB's least walked path. The
 * sum over all rows goes with the batch, in the same transaction: what stood in a row's place is
 * taken out of it, what is put comes in.
 */
#include <stdlib.h>

#include "kv/env.h"
#include "kv/kv.h"
#include "kv/sum.h"

struct kv_batch {
    struct kv *kv;
    MDB_txn *txn;
    MDB_cursor *cursor; /* NULL between deletes and the next put */
    uint64_t sum;       /* over all rows, as they are now */
    int result;         /* sticky */
};

int kv_batch_begin(struct kv *kv, struct kv_batch **batch_out) {
    MDB_txn *txn;
    uint64_t sum;
    int rc = kv_result("begin_write", mdb_txn_begin(kv->env, NULL, 0, &txn));
    if (rc != 0)
        return rc;
    rc = kv_sum_get(txn, kv->dbi, &sum);
    if (rc == MDB_NOTFOUND)
        rc = kv_sum_all(txn, kv->dbi, &sum);
    if (rc != 0) {
        mdb_txn_abort(txn);
        return kv_result("sum", rc);
    }
    struct kv_batch *batch = xcalloc(1, sizeof(*batch));
    batch->kv = kv;
    batch->txn = txn;
    batch->sum = sum;
    *batch_out = batch;
    return 0;
}

static void close_cursor(struct kv_batch *batch) {
    if (batch->cursor != NULL)
        mdb_cursor_close(batch->cursor);
    batch->cursor = NULL;
}

/* One descent: where a row stands already, LMDB gives it and leaves the cursor on it. */
static int put(struct kv_batch *batch, struct span key, struct span value) {
    MDB_val name = kv_val(key);
    MDB_val data = kv_val(value);
    int rc = mdb_cursor_put(batch->cursor, &name, &data, MDB_NOOVERWRITE);
    if (rc == MDB_KEYEXIST) {
        batch->sum -= kv_sum_of(key, kv_span(&data));
        data = kv_val(value);
        rc = mdb_cursor_put(batch->cursor, &name, &data, MDB_CURRENT);
    }
    batch->sum += kv_sum_of(key, value);
    return rc;
}

int kv_batch_put(struct kv_batch *batch, struct span key, struct span value) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX && !kv_sum_is_key(key));
    if (batch->result != 0)
        return batch->result;
    int rc = 0;
    if (batch->cursor == NULL)
        rc = mdb_cursor_open(batch->txn, batch->kv->dbi, &batch->cursor);
    if (rc == 0)
        rc = put(batch, key, value);
    batch->result = kv_result("put", rc);
    return batch->result;
}

int kv_batch_delete(struct kv_batch *batch, struct span key) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX && !kv_sum_is_key(key));
    if (batch->result != 0)
        return batch->result;
    close_cursor(batch);
    MDB_val name = kv_val(key);
    MDB_val data;
    int rc = mdb_get(batch->txn, batch->kv->dbi, &name, &data);
    if (rc == 0) {
        batch->sum -= kv_sum_of(key, kv_span(&data));
        rc = mdb_del(batch->txn, batch->kv->dbi, &name, NULL);
    }
    batch->result = rc == MDB_NOTFOUND ? 0 : kv_result("delete", rc);
    return batch->result;
}

int kv_batch_commit(struct kv_batch *batch) {
    close_cursor(batch);
    int result = batch->result;
    if (result == 0)
        result = kv_result("put", kv_sum_put(batch->txn, batch->kv->dbi, batch->sum));
    if (result == 0)
        result = kv_result("commit", mdb_txn_commit(batch->txn)); /* gone, also when it fails */
    else
        mdb_txn_abort(batch->txn);
    struct kv *kv = batch->kv;
    free(batch);
    if (result != KV_MAP_FULL)
        return result;
    int checked = kv_check_readers(kv);
    return checked != 0 ? checked : KV_MAP_FULL;
}

void kv_batch_abort(struct kv_batch *batch) {
    if (batch == NULL)
        return;
    close_cursor(batch);
    mdb_txn_abort(batch->txn);
    free(batch);
}
