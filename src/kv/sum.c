/*
 * The numbers of rows, and the row in which their sum stands.
 *
 * Invariant: the number of a row depends on its key and value alone, on every machine (docs/store.md
 * has the recipe); sums do not depend on the order of rows. Fast before all: each row that is
 * written is counted, and each start counts all.
 */
#include "kv/sum.h"

#include <string.h>

#include "kv/page.h"

#define FACTOR UINT64_C(0x9E3779B97F4A7C15) /* 2^64 divided by the golden ratio */

static const uint8_t sum_key[1] = {0};

struct span kv_sum_key(void) {
    return span_of(sum_key, sizeof(sum_key));
}

bool kv_sum_is_key(struct span key) {
    return key.size == sizeof(sum_key) && key.data[0] == sum_key[0];
}

static uint64_t mix(uint64_t state, uint64_t word) {
    state = (state ^ word) * FACTOR;
    return state ^ state >> 32;
}

static uint64_t mix_bytes(uint64_t state, struct span bytes) {
    const uint8_t *at = bytes.data;
    size_t left = bytes.size;
    for (; left >= 8; left -= 8, at += 8)
        state = mix(state, kv_le64(at));
    if (left > 0) {
        uint8_t last[8] = {0};
        memcpy(last, at, left);
        state = mix(state, kv_le64(last));
    }
    return mix(state, bytes.size);
}

uint64_t kv_sum_of(struct span key, struct span value) {
    return mix_bytes(mix_bytes(0, key), value);
}

int kv_sum_get(MDB_txn *txn, MDB_dbi dbi, uint64_t *sum_out) {
    MDB_val key = kv_val(kv_sum_key());
    MDB_val value;
    int rc = mdb_get(txn, dbi, &key, &value);
    if (rc != 0)
        return rc;
    if (value.mv_size != SUM_SIZE)
        return MDB_CORRUPTED;
    *sum_out = kv_le64(value.mv_data);
    return 0;
}

int kv_sum_put(MDB_txn *txn, MDB_dbi dbi, uint64_t sum) {
    uint8_t bytes[SUM_SIZE];
    MDB_val key = kv_val(kv_sum_key());
    MDB_val value = kv_val(span_of(bytes, sizeof(bytes)));
    for (size_t i = 0; i < SUM_SIZE; i++)
        bytes[i] = (uint8_t)(sum >> 8 * i);
    return mdb_put(txn, dbi, &key, &value, 0);
}

int kv_sum_all(MDB_txn *txn, MDB_dbi dbi, uint64_t *sum_out) {
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t sum = 0;
    int rc = mdb_cursor_open(txn, dbi, &cursor);
    if (rc != 0)
        return rc;
    while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
        sum += kv_sum_of(kv_span(&key), kv_span(&value));
    mdb_cursor_close(cursor);
    *sum_out = sum;
    return rc == MDB_NOTFOUND ? 0 : rc;
}
