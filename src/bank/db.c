/*
 * Gathering writes over kv.
 *
 * Invariant: what bk_db_get returns is the last bk_db_put, committed or not; bk_db_commit writes
 * all of it or ends the process. Rows carry no checksum: this is a bank for tests and trials.
 */
#include "bank/db.h"

#include <stdlib.h>
#include <string.h>

#include "kv/kv.h"
#include "util/arena.h"
#include "util/omap.h"

#define GATHER_CHUNK (1u << 20)
#define TAG_DELETED 1u

struct bk_db {
    struct kv *kv;
    struct kv_snapshot *snapshot;
    struct arena arena;
    struct omap *gathered;
};

struct key {
    uint8_t bytes[KV_KEY_MAX];
    size_t size;
};

static struct span make_key(struct key *key, enum bk_table table, struct span name) {
    ENSURE(name.size < KV_KEY_MAX);
    key->bytes[0] = (uint8_t)table;
    if (name.size > 0)
        memcpy(key->bytes + 1, name.data, name.size);
    key->size = name.size + 1;
    return span_of(key->bytes, key->size);
}

int bk_db_open(const char *dir, uint64_t map_bytes, struct bk_db **db_out, char *reason_out,
               size_t reason_size) {
    struct kv *kv;
    int failed = kv_open(dir, map_bytes, &kv, reason_out, reason_size);
    if (failed)
        return failed;
    struct bk_db *db = xcalloc(1, sizeof(*db));
    db->kv = kv;
    if (kv_snapshot_open(kv, &db->snapshot) != 0)
        fatal("bk_db_open", "no snapshot of the store: restart the bank");
    arena_init(&db->arena, GATHER_CHUNK, 0);
    db->gathered = omap_new(&db->arena);
    *db_out = db;
    return 0;
}

void bk_db_close(struct bk_db *db) {
    if (db == NULL)
        return;
    omap_free(db->gathered);
    arena_deinit(&db->arena);
    kv_snapshot_close(db->snapshot);
    kv_close(db->kv);
    free(db);
}

bool bk_db_get(struct bk_db *db, enum bk_table table, struct span key, struct span *value_out) {
    struct key full;
    struct span name = make_key(&full, table, key);
    const struct omap_node *node = omap_find(db->gathered, name);
    if (node != NULL) {
        if (node->tag == TAG_DELETED)
            return false;
        *value_out = node->value;
        return true;
    }
    int outcome = kv_get(db->snapshot, name, value_out);
    if (outcome < 0)
        fatal("bk_db_get", "the store cannot be read: check the disk, restart the bank");
    return outcome == 0;
}

static void gather(struct bk_db *db, enum bk_table table, struct span key, struct span value,
                   uint32_t tag) {
    struct key full;
    bool inserted;
    struct omap_node *node = omap_insert(db->gathered, make_key(&full, table, key), &inserted);
    node->value = arena_copy(&db->arena, value);
    node->tag = tag;
}

void bk_db_put(struct bk_db *db, enum bk_table table, struct span key, struct span value) {
    gather(db, table, key, value, 0);
}

void bk_db_delete(struct bk_db *db, enum bk_table table, struct span key) {
    gather(db, table, key, span_of(NULL, 0), TAG_DELETED);
}

bool bk_db_dirty(const struct bk_db *db) {
    return omap_count(db->gathered) > 0;
}

static int write_batch(struct bk_db *db) {
    struct kv_batch *batch;
    int failed = kv_batch_begin(db->kv, &batch);
    if (failed)
        return failed;
    const struct omap_node *node = omap_first(db->gathered);
    for (; node != NULL && !failed; node = omap_next(db->gathered, node))
        failed = node->tag == TAG_DELETED ? kv_batch_delete(batch, node->key)
                                          : kv_batch_put(batch, node->key, node->value);
    if (failed) {
        kv_batch_abort(batch);
        return failed;
    }
    return kv_batch_commit(batch);
}

void bk_db_commit(struct bk_db *db) {
    if (!bk_db_dirty(db))
        return;
    int failed = write_batch(db);
    if (failed == KV_MAP_FULL)
        fatal("bk_db_commit", "the store is full: raise data.map_mib and restart the bank");
    if (failed || kv_snapshot_renew(db->snapshot) != 0)
        fatal("bk_db_commit", "the store cannot be written: check the disk, restart the bank");
    omap_free(db->gathered);
    arena_reset(&db->arena);
    db->gathered = omap_new(&db->arena);
}

void bk_db_each_from(struct bk_db *db, enum bk_table table, struct span from,
                     bool (*visit)(void *context, struct span key, struct span value),
                     void *context) {
    struct kv_cursor *cursor;
    if (kv_cursor_open(db->snapshot, &cursor) != 0)
        fatal("bk_db_each", "the store cannot be read: check the disk, restart the bank");
    struct key full;
    struct span key, value;
    int outcome = kv_cursor_seek(cursor, make_key(&full, table, from), &key, &value);
    while (outcome == 0 && key.data[0] == (uint8_t)table &&
           visit(context, span_of(key.data + 1, key.size - 1), value))
        outcome = kv_cursor_next(cursor, &key, &value);
    kv_cursor_close(cursor);
    if (outcome < 0)
        fatal("bk_db_each", "the store cannot be read: check the disk, restart the bank");
}

void bk_db_each(struct bk_db *db, enum bk_table table,
                bool (*visit)(void *context, struct span key, struct span value), void *context) {
    bk_db_each_from(db, table, span_of(NULL, 0), visit, context);
}

void bk_row_text(struct buf *row, struct span text) {
    ENSURE(text.size <= UINT16_MAX);
    buf_append_be16(row, (uint16_t)text.size);
    buf_append_span(row, text);
}

void bk_row_id(struct buf *row, const struct id *id) {
    buf_append_span(row, id_span(id));
}

struct span bk_row_read_text(struct reader *reader) {
    return reader_bytes(reader, reader_be16(reader));
}

struct id bk_row_read_id(struct reader *reader) {
    struct id id = {{0}};
    (void)id_from_span(reader_bytes(reader, ID_SIZE), &id);
    return id;
}

bool bk_row_read_string(struct reader *reader, char *text_out, size_t size) {
    struct span text = bk_row_read_text(reader);
    if (reader->failed || text.size >= size) {
        reader->failed = true;
        return false;
    }
    if (text.size > 0)
        memcpy(text_out, text.data, text.size);
    text_out[text.size] = '\0';
    return true;
}

void bk_row_done(const struct reader *reader, const char *what) {
    if (reader->failed || reader->rest.size != 0)
        fatal(what, "a row of the bank's store is damaged: restore its data folder");
}
