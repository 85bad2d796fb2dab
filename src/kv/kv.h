/*
 * Ordered keys and values on disk: LMDB and nothing else. One environment, one database, keys of at
 * most KV_KEY_MAX bytes in memcmp order. Default, durable flags only (HAZARDS.md §1, facts 0-8).
 * Opened by one process at most once; write batches belong to one thread, snapshots to the thread
 * that uses them.
 */
#ifndef LG_KV_KV_H
#define LG_KV_KV_H

#include "util/bytes.h"
#include "util/fatal.h"

#define KV_KEY_MAX 200
/* Snapshots at a time, of all threads and processes: the ledger's, the bulk thread's few, one for
 * statistics, and room for an inspection tool. */
#define KV_READERS_MAX 64

#define KV_ABSENT 1
#define KV_MAP_FULL 2  /* commit: nothing was written; the same batch may be tried again */
#define KV_DISK_FULL 3 /* kv_reserve */
#define KV_DAMAGED (-2)
#define KV_FAILED (-1) /* any other error: the process must end, restart is recovery */

struct kv;
struct kv_snapshot;
struct kv_batch;
struct kv_cursor;

/* Opens (makes, with DIR, mode 0700) DIR/data.mdb with that map size and forces a sync, which must
 * succeed: what an earlier process left half done is on the disk before anything is built on it.
 * 0, or negative with a reason for people in reason_out. */
int kv_open(const char *dir, uint64_t map_bytes, struct kv **kv_out, char *reason_out,
            size_t reason_size) MUST_USE;
/* Opens what is there for reading alone: changes nothing on the disk, not even a lock file, so nobody
 * may write to it meanwhile (a backup, or a folder that the caller has locked). On damaged pages LMDB
 * may crash: kv_pages_check first. No batches. Same returns. */
int kv_open_to_look(const char *dir, struct kv **kv_out, char *reason_out,
                    size_t reason_size) MUST_USE;
/* All snapshots and batches must be gone. */
void kv_close(struct kv *kv);
/* Clears reader slots of dead processes; called at open, on a timer and on MAP_FULL. */
int kv_check_readers(struct kv *kv) MUST_USE;

/* used_bytes: pages that hold something, of the map's; pages that only an old snapshot still needs
 * count as free. */
struct kv_stats {
    uint64_t map_bytes, used_bytes, entries;
};
int kv_stats(struct kv *kv, struct kv_stats *stats_out) MUST_USE;
/* Allocates blocks of the file ahead (never past the map), so that commits that add up to
 * spare_bytes do not meet a full disk. 0, KV_DISK_FULL, negative. */
int kv_reserve(struct kv *kv, uint64_t spare_bytes) MUST_USE;

/* A stable view; must be short-lived or renewed. */
int kv_snapshot_open(struct kv *kv, struct kv_snapshot **snapshot_out) MUST_USE;
/* Moves the view to the newest commit; spans read before become invalid, cursors stand nowhere
 * until their next seek. */
int kv_snapshot_renew(struct kv_snapshot *snapshot) MUST_USE;
/* Its cursors must be closed. */
void kv_snapshot_close(struct kv_snapshot *snapshot);
/* Borrowed from the map until renew or close (unaligned). 0, KV_ABSENT, negative. */
int kv_get(struct kv_snapshot *snapshot, struct span key, struct span *value_out) MUST_USE;
int kv_cursor_open(struct kv_snapshot *snapshot, struct kv_cursor **cursor_out) MUST_USE;
void kv_cursor_close(struct kv_cursor *cursor);
/* First key >= key (empty: the very first); then next. 0, KV_ABSENT at the end, negative. */
int kv_cursor_seek(struct kv_cursor *cursor, struct span key, struct span *key_out,
                   struct span *value_out) MUST_USE;
int kv_cursor_next(struct kv_cursor *cursor, struct span *key_out, struct span *value_out) MUST_USE;

/* One write transaction: puts and deletes (in ascending order of keys they are cheapest), then
 * commit or abort. Deleting what is not there is right. After the first error all later calls give
 * the same one, and commit too, which then writes nothing. */
int kv_batch_begin(struct kv *kv, struct kv_batch **batch_out) MUST_USE;
int kv_batch_put(struct kv_batch *batch, struct span key, struct span value) MUST_USE;
int kv_batch_delete(struct kv_batch *batch, struct span key) MUST_USE;
/* 0, KV_MAP_FULL, negative; the batch is gone. */
int kv_batch_commit(struct kv_batch *batch) MUST_USE;
void kv_batch_abort(struct kv_batch *batch);

/* What the newest commit holds, as an environment of its own in dir, which exists and is empty: one
 * file, packed, nothing else. Any thread; writers go on meanwhile, and the file that is copied may
 * grow. go_on (may be NULL) is told rows done and of how many; false stops. 0, KV_STOPPED,
 * KV_DISK_FULL, negative; with a reason for people. What is in dir then is the caller's to remove. */
#define KV_STOPPED 4
struct kv_copy {
    const char *dir;
    uint64_t map_bytes;
    bool (*go_on)(void *context, uint64_t done, uint64_t of);
    void *context;
};
int kv_copy(struct kv *kv, const struct kv_copy *copy, char *reason_out,
            size_t reason_size) MUST_USE;

#endif
