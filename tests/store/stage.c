/*
 * Setting the stage, and damaging it: damage is done through kv, below the store, after which the
 * store is opened again.
 */
#include "store/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void stage_open(struct stage *stage) {
    char reason[200] = "";
    stage->kv = scratch_open(&stage->scratch, SCRATCH_MAP_BYTES);
    if (store_open(stage->kv, stage->keyring, &stage->store, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
}

void stage_close(struct stage *stage) {
    store_close(stage->store);
    kv_close(stage->kv);
}

int stage_set_up(void **state) {
    static const uint8_t root[32] = "a root of thirty-two bytes......";
    struct stage *stage = xcalloc(1, sizeof(*stage));
    scratch_init(&stage->scratch);
    stage->keyring = keyring_from_root(root);
    stage->seed = 7;
    stage_open(stage);
    *state = stage;
    return 0;
}

int stage_tear_down(void **state) {
    struct stage *stage = *state;
    stage_close(stage);
    keyring_free(stage->keyring);
    scratch_deinit(&stage->scratch);
    free(stage);
    return 0;
}

struct overlay_flush stage_flush(struct stage *stage) {
    struct overlay_flush flush;
    struct overlay *overlay = store_overlay(stage->store);
    overlay_freeze(overlay);
    assert_int_equal(overlay_flush(overlay, &flush), 0);
    assert_int_equal(overlay_thaw(overlay), 0);
    return flush;
}

struct id stage_id(struct stage *stage) {
    return id_make((int64_t)chance_below(&stage->seed, INT64_C(1) << 47), chance(&stage->seed), 0);
}

struct digest stage_digest(struct stage *stage) {
    struct digest digest;
    for (size_t i = 0; i < sizeof(digest.bytes); i++)
        digest.bytes[i] = (uint8_t)chance(&stage->seed);
    return digest;
}

/* The bytes are copied out, because the map is about to change. */
static struct buf read_row(struct stage *stage, struct span from, struct buf *key_out) {
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct span key, value;
    struct buf copy;
    buf_init(&copy);
    buf_init(key_out);
    assert_int_equal(kv_snapshot_open(stage->kv, &snapshot), 0);
    assert_int_equal(kv_cursor_open(snapshot, &cursor), 0);
    assert_int_equal(kv_cursor_seek(cursor, from, &key, &value), 0);
    buf_append_span(&copy, value);
    buf_append_span(key_out, key);
    kv_cursor_close(cursor);
    kv_snapshot_close(snapshot);
    return copy;
}

static void write_row(struct stage *stage, struct span key, struct span value) {
    struct kv_batch *batch;
    stage_close(stage);
    stage->kv = scratch_open(&stage->scratch, SCRATCH_MAP_BYTES);
    assert_int_equal(kv_batch_begin(stage->kv, &batch), 0);
    assert_int_equal(kv_batch_put(batch, key, value), 0);
    assert_int_equal(kv_batch_commit(batch), 0);
    kv_close(stage->kv);
    stage_open(stage);
}

void stage_damage(struct stage *stage, uint8_t table, enum stage_damage damage) {
    struct buf key;
    struct buf value = read_row(stage, span_of(&table, 1), &key);
    assert_int_equal(key.data[0], table);
    switch (damage) {
    case STAGE_FLIP_A_BIT:
        value.data[chance_below(&stage->seed, value.size)] ^=
            (uint8_t)(1u << chance_below(&stage->seed, 8));
        break;
    case STAGE_TRUNCATE:
        value.size = (size_t)chance_below(&stage->seed, value.size);
        break;
    case STAGE_FLIP_LAST_BIT:
        value.data[value.size - 1] ^= 1;
        break;
    }
    write_row(stage, buf_span(&key), buf_span(&value));
    buf_deinit(&key);
    buf_deinit(&value);
}

void stage_copy_row(struct stage *stage, struct span from, struct span to) {
    struct buf key;
    struct buf value = read_row(stage, from, &key);
    assert_true(span_equal(buf_span(&key), from));
    write_row(stage, to, buf_span(&value));
    buf_deinit(&key);
    buf_deinit(&value);
}
