/*
 * What the files of this folder share: the environment and the one mapping of LMDB's errors.
 */
#ifndef LG_KV_ENV_H
#define LG_KV_ENV_H

#include <lmdb.h>
#include <sys/types.h>

#include "kv/kv.h"

struct kv {
    MDB_env *env;
    MDB_dbi dbi;
    size_t page_size;
    dev_t device; /* of the directory: a second open is refused by it */
    ino_t inode;
    struct kv *next_open;
};

/* Maps LMDB's return to ours. Not found and map full are outcomes; all else is logged here, where
 * it began. */
int kv_result(const char *operation, int rc);
MDB_val kv_val(struct span bytes);
struct span kv_span(const MDB_val *value);
/* A read transaction; when the readers' table is full, slots of dead processes are cleared first. */
int kv_begin_read(struct kv *kv, MDB_txn **txn_out) MUST_USE;
/* The sum that stands in that view (kv/sum.h). 0, KV_ABSENT, negative. */
int kv_snapshot_sum(struct kv_snapshot *snapshot, uint64_t *sum_out) MUST_USE;

#endif
