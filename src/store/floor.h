/*
 * The lowest layer: ranges over the kv snapshot with one cursor that stays open, and a memory of
 * the last gap between two keys, so that asking the same place again, or the place behind the last
 * answer, costs no descent of the tree. Private to store.
 */
#ifndef LG_STORE_FLOOR_H
#define LG_STORE_FLOOR_H

#include "kv/kv.h"

struct floor {
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    bool known;  /* the gap below is right for this snapshot */
    bool strict; /* it begins behind from, not at it */
    bool end;    /* no key follows */
    uint8_t from_bytes[KV_KEY_MAX];
    size_t from_size;
    struct span key, value; /* first key at or behind from, unless end; the cursor stands on it */
};

int floor_open(struct floor *floor, struct kv *kv) MUST_USE;
void floor_close(struct floor *floor);
/* After a commit: all spans that came out before are invalid. */
int floor_renew(struct floor *floor) MUST_USE;
/* 0, KV_ABSENT, negative. */
int floor_get(struct floor *floor, struct span key, struct span *value_out) MUST_USE;
/* First key >= key, or > key if strict. 0, KV_ABSENT, negative. Borrowed until floor_renew. */
int floor_seek(struct floor *floor, struct span key, bool strict, struct span *key_out,
               struct span *value_out) MUST_USE;

#endif
