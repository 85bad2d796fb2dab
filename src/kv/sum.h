/*
 * The sum over all rows, by which a row that is an older one shows: its page is right in itself, and
 * so is its record. Private to src/kv.
 *
 * Each row has a number of 64 bits, made of its key and value; the sum of all, modulo 2^64, stands
 * in a row of its own, whose key is one zero byte and which nobody outside this folder sees. It goes
 * with each batch, in the same transaction. It tells damage, not malice.
 */
#ifndef LG_KV_SUM_H
#define LG_KV_SUM_H

#include "kv/env.h"

#define SUM_SIZE 8u

struct span kv_sum_key(void);
bool kv_sum_is_key(struct span key);
/* The number of one row. */
uint64_t kv_sum_of(struct span key, struct span value);
/* What stands in the sum's row. LMDB's results: MDB_NOTFOUND, MDB_CORRUPTED. */
int kv_sum_get(MDB_txn *txn, MDB_dbi dbi, uint64_t *sum_out) MUST_USE;
int kv_sum_put(MDB_txn *txn, MDB_dbi dbi, uint64_t sum) MUST_USE;
/* Of all rows that there are, for a file that was written before there were sums. */
int kv_sum_all(MDB_txn *txn, MDB_dbi dbi, uint64_t *sum_out) MUST_USE;

#endif
