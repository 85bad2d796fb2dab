/*
 * The store: opening, one command's savepoint, meta, and the digest over everything.
 *
 * Invariant: memory that a get hands out lives until the next store_begin, and what is remembered
 * beside the overlay (the first deadline) is put back with it when a command is rolled back.
 */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/record.h"
#include "store/table.h"

#define HELD_CHUNK (16u * 1024)
#define SCRATCH_CHUNK (16u * 1024)
/* One record unpacked: several times the largest one (a link with a kept instruction of 64 KiB). */
#define SCRATCH_BUDGET (1024u * 1024)

static void *scratch_alloc(void *store, size_t size) {
    return arena_try(&((struct store *)store)->scratch, size);
}

static void scratch_free(void *store, void *memory) {
    (void)store; /* all at once, at the next record */
    (void)memory;
}

int store_open(struct kv *kv, struct keyring *keyring, struct store **store_out, char *reason_out,
               size_t reason_size) {
    struct store *store = xcalloc(1, sizeof(*store));
    int rc = overlay_open(kv, &store->overlay);
    if (rc != 0) {
        snprintf(reason_out, reason_size,
                 "store: no snapshot: too many readers, or a failing disk");
        free(store);
        return rc;
    }
    store->keyring = keyring;
    arena_init(&store->held, HELD_CHUNK, 0);
    arena_init(&store->scratch, SCRATCH_CHUNK, SCRATCH_BUDGET);
    store->allocator = (ProtobufCAllocator){scratch_alloc, scratch_free, store};
    store->deadlines.floor = key_of(TABLE_DEADLINE);
    *store_out = store;
    return 0;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    overlay_close(store->overlay);
    arena_deinit(&store->held);
    arena_deinit(&store->scratch);
    buf_deinit(&store->value);
    free(store);
}

struct overlay *store_overlay(struct store *store) {
    return store->overlay;
}

void store_begin(struct store *store) {
    overlay_begin(store->overlay);
    arena_reset(&store->held);
    store->deadlines_at_begin = store->deadlines;
}

void store_commit(struct store *store) {
    overlay_commit(store->overlay);
}

void store_rollback(struct store *store) {
    overlay_rollback(store->overlay);
    store->deadlines = store->deadlines_at_begin;
}

int store_get_meta(struct store *store, struct store_meta *meta_out) {
    struct key key = key_of(TABLE_META);
    struct store_meta meta;
    const void *record;
    int rc = table_load(store, &key, &linkgate__store__v1__meta__descriptor, &record);
    if (rc != 0)
        return rc;
    if (!meta_from_record(record, &meta))
        return table_damaged(key_span(&key), "meta");
    *meta_out = meta;
    return 0;
}

void store_put_meta(struct store *store, const struct store_meta *meta) {
    struct key key = key_of(TABLE_META);
    Linkgate__Store__V1__Meta record;
    meta_to_record(meta, &record);
    table_put_message(store, &key, &record.base, false);
}

/* ---- digest ---- */

/* Rows are gathered up to this size, then folded in: digest = SHA-256(digest, rows). */
#define DIGEST_BLOCK (256u * 1024)

static void fold(struct digest *digest, struct buf *rows) {
    struct span parts[] = {digest_span(digest), buf_span(rows)};
    struct digest next;
    sha256_parts(parts, 2, &next);
    *digest = next;
    buf_clear(rows);
}

static void add_part(struct buf *rows, struct span part) {
    buf_append_be32(rows, (uint32_t)part.size);
    buf_append_span(rows, part);
}

int store_digest(struct store *store, struct digest *digest_out) {
    const uint8_t start = 0;
    struct span key, value;
    struct digest digest = {{0}};
    struct buf rows;
    buf_init(&rows);
    int rc = overlay_seek(store->overlay, span_of(&start, 1), 0, &key, &value);
    while (rc == 0) {
        add_part(&rows, key);
        add_part(&rows, value);
        if (rows.size >= DIGEST_BLOCK)
            fold(&digest, &rows);
        rc = overlay_after(store->overlay, key, 0, &key, &value);
    }
    fold(&digest, &rows);
    buf_deinit(&rows);
    if (rc < 0)
        return rc;
    *digest_out = digest;
    return 0;
}
