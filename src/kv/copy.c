/*
 * A copy of all rows into an environment of its own, while writers go on.
 *
 * Invariant: one read transaction sees one commit; every row of it is put, in its order, at the end
 * of the copy, behind the sum, whose pages are so filled one behind the other. The copy is written with LMDB's
 * durable defaults, some rows at a time, and is whole when this returns 0. It is not opened through
 * kv_open, because nobody else may know of it yet and no lock file shall stay beside it. A fault of
 * the copy's disk is the copy's alone: the store that is copied is not touched, and nothing ends.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kv/env.h"
#include "kv/kv.h"
#include "kv/sum.h"

#define COPY_ROWS 20000 /* of one transaction: some megabytes of dirty pages */

struct copying {
    const struct kv_copy *copy;
    MDB_env *env;
    MDB_dbi dbi;
    MDB_txn *txn; /* of the copy; NULL: none */
    MDB_cursor *cursor;
    uint64_t done, of;
};

/* LMDB gives EIO for a short write, which is how a disk says that it is full. */
static int copy_fault(const struct copying *copying, int rc, char *reason_out, size_t reason_size) {
    snprintf(reason_out, reason_size, "%s: cannot write the store's copy: %s", copying->copy->dir,
             mdb_strerror(rc));
    if (rc == ENOSPC || rc == EDQUOT || rc == EIO || rc == EFBIG)
        return KV_DISK_FULL;
    return rc == MDB_MAP_FULL ? KV_MAP_FULL : KV_FAILED;
}

static int begin(struct copying *copying) {
    int rc = mdb_txn_begin(copying->env, NULL, 0, &copying->txn);
    if (rc == 0)
        rc = mdb_dbi_open(copying->txn, NULL, 0, &copying->dbi);
    if (rc == 0)
        rc = mdb_cursor_open(copying->txn, copying->dbi, &copying->cursor);
    return rc;
}

static int commit(struct copying *copying) {
    MDB_txn *txn = copying->txn;
    mdb_cursor_close(copying->cursor);
    copying->cursor = NULL;
    copying->txn = NULL;
    return mdb_txn_commit(txn);
}

static int put(struct copying *copying, struct span key, struct span value) {
    MDB_val name = kv_val(key);
    MDB_val data = kv_val(value);
    int rc = copying->txn == NULL ? begin(copying) : 0;
    if (rc == 0)
        rc = mdb_cursor_put(copying->cursor, &name, &data, MDB_APPEND);
    copying->done++;
    if (rc == 0 && copying->done % COPY_ROWS == 0)
        rc = commit(copying);
    return rc;
}

static bool may_go_on(const struct copying *copying) {
    const struct kv_copy *copy = copying->copy;
    return copy->go_on == NULL || copying->done % COPY_ROWS != 0 ||
           copy->go_on(copy->context, copying->done, copying->of);
}

/* As it stands in what is copied, so that a row which is not as it was written shows in the copy too. */
static int copy_sum(struct copying *copying, struct kv_snapshot *from, char *reason_out,
                    size_t reason_size) {
    uint64_t sum;
    int rc = kv_snapshot_sum(from, &sum);
    if (rc != 0)
        return rc == KV_ABSENT ? 0 : rc;
    rc = begin(copying);
    if (rc == 0)
        rc = kv_sum_put(copying->txn, copying->dbi, sum);
    return rc == 0 ? 0 : copy_fault(copying, rc, reason_out, reason_size);
}

static int copy_rows(struct copying *copying, struct kv_cursor *from, char *reason_out,
                     size_t reason_size) {
    struct span key, value;
    int rc = kv_cursor_seek(from, span_of(NULL, 0), &key, &value);
    while (rc == 0) {
        if (!may_go_on(copying))
            return KV_STOPPED;
        int written = put(copying, key, value);
        if (written != 0)
            return copy_fault(copying, written, reason_out, reason_size);
        rc = kv_cursor_next(from, &key, &value);
    }
    if (rc != KV_ABSENT) {
        snprintf(reason_out, reason_size, "the store cannot be read");
        return rc;
    }
    int written = copying->txn == NULL ? 0 : commit(copying);
    return written == 0 ? 0 : copy_fault(copying, written, reason_out, reason_size);
}

static int copy_snapshot(struct copying *copying, struct kv *kv, char *reason_out,
                         size_t reason_size) {
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    int rc = kv_snapshot_open(kv, &snapshot);
    if (rc == 0) {
        rc = kv_cursor_open(snapshot, &cursor);
        if (rc == 0) {
            rc = copy_sum(copying, snapshot, reason_out, reason_size);
            if (rc == 0)
                rc = copy_rows(copying, cursor, reason_out, reason_size);
            kv_cursor_close(cursor);
        }
        kv_snapshot_close(snapshot);
    }
    return rc;
}

static int open_copy(struct copying *copying) {
    int rc = mdb_env_create(&copying->env);
    if (rc == 0)
        rc = mdb_env_set_mapsize(copying->env, copying->copy->map_bytes);
    if (rc == 0)
        rc = mdb_env_open(copying->env, copying->copy->dir, MDB_NOLOCK | MDB_NOTLS, 0600);
    return rc;
}

int kv_copy(struct kv *kv, const struct kv_copy *copy, char *reason_out, size_t reason_size) {
    struct kv_stats stats;
    struct copying copying = {.copy = copy};
    reason_out[0] = '\0';
    int rc = kv_stats(kv, &stats);
    if (rc != 0)
        return rc;
    copying.of = stats.entries;
    rc = open_copy(&copying);
    if (rc == 0)
        rc = copy_snapshot(&copying, kv, reason_out, reason_size);
    else
        rc = copy_fault(&copying, rc, reason_out, reason_size);
    if (copying.cursor != NULL)
        mdb_cursor_close(copying.cursor);
    if (copying.txn != NULL)
        mdb_txn_abort(copying.txn);
    if (copying.env != NULL)
        mdb_env_close(copying.env);
    return rc;
}
