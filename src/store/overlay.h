/*
 * The ordered in-memory overlay over a kv snapshot: what was changed since the last flush.
 *
 * Reads look in the active overlay, then in the frozen one (being flushed), then in the snapshot;
 * ranges merge the three. Savepoints undo one command. A key made and removed within one overlay
 * leaves no trace, so that it never reaches LMDB. DESIGN.md §2.
 *
 * Threads: all calls belong to the ledger's thread, but for overlay_flush, which the state thread
 * runs over the frozen part alone while the ledger's thread goes on.
 *
 * Spans that come out (keys too) are borrowed until the next overlay_begin, overlay_thaw or change
 * of that key.
 */
#ifndef LG_STORE_OVERLAY_H
#define LG_STORE_OVERLAY_H

#include "kv/kv.h"

struct overlay;

#define OVERLAY_ABSENT 1

int overlay_open(struct kv *kv, struct overlay **overlay_out) MUST_USE;
void overlay_close(struct overlay *overlay);

/* 0, OVERLAY_ABSENT, negative. */
int overlay_get(struct overlay *overlay, struct span key, struct span *value_out) MUST_USE;
/* Copies both. fresh: the caller knows that the key stands nowhere (a new id): a later remove need
 * not look below. */
void overlay_put(struct overlay *overlay, struct span key, struct span value, bool fresh);
int overlay_remove(struct overlay *overlay, struct span key) MUST_USE; /* 0, also if absent */
/* First key >= from whose first prefix_size bytes (0: any key) equal from's. 0, OVERLAY_ABSENT,
 * negative. To go on, seek the key's successor (overlay_after). */
int overlay_seek(struct overlay *overlay, struct span from, size_t prefix_size,
                 struct span *key_out, struct span *value_out) MUST_USE;
/* The same strictly after a key. */
int overlay_after(struct overlay *overlay, struct span after, size_t prefix_size,
                  struct span *key_out, struct span *value_out) MUST_USE;

/* One savepoint, not nested. */
void overlay_begin(struct overlay *overlay);
void overlay_commit(struct overlay *overlay);
void overlay_rollback(struct overlay *overlay);

/* Entries and bytes of the active part, for the bound that freezes it. */
size_t overlay_keys(const struct overlay *overlay);
size_t overlay_bytes(const struct overlay *overlay);

/* Active becomes frozen (there must be none, and no savepoint); a new active starts. */
void overlay_freeze(struct overlay *overlay);
bool overlay_is_frozen(const struct overlay *overlay);

struct overlay_flush {
    uint64_t puts, deletes;
    uint64_t bytes; /* of their keys and values */
};
/* State thread: writes the frozen part in key order in one transaction. 0, KV_MAP_FULL (try the
 * same again later), negative. */
int overlay_flush(struct overlay *overlay, struct overlay_flush *flush_out) MUST_USE;
/* Ledger thread, after a successful flush: drops the frozen part and renews the snapshot. */
int overlay_thaw(struct overlay *overlay) MUST_USE;

#endif
