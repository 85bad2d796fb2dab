/*
 * The kv snapshot as the overlay's lowest layer.
 *
 * Invariant: while known, no key of the snapshot lies between from (excluded if strict, else
 * included) and key, and the cursor stands on key, or at the end. Nothing changes a snapshot but
 * its renewal, which forgets the gap. No layer above is looked at here.
 */
#include "store/floor.h"

#include <string.h>

int floor_open(struct floor *floor, struct kv *kv) {
    *floor = (struct floor){0};
    int rc = kv_snapshot_open(kv, &floor->snapshot);
    if (rc != 0)
        return rc;
    rc = kv_cursor_open(floor->snapshot, &floor->cursor);
    if (rc != 0)
        floor_close(floor);
    return rc;
}

void floor_close(struct floor *floor) {
    kv_cursor_close(floor->cursor);
    kv_snapshot_close(floor->snapshot);
    *floor = (struct floor){0};
}

int floor_renew(struct floor *floor) {
    floor->known = false;
    return kv_snapshot_renew(floor->snapshot);
}

int floor_get(struct floor *floor, struct span key, struct span *value_out) {
    return kv_get(floor->snapshot, key, value_out);
}

/* Whether the gap answers this question. */
static bool in_gap(const struct floor *floor, struct span key, bool strict) {
    if (!floor->known)
        return false;
    int order = span_compare(key, span_of(floor->from_bytes, floor->from_size));
    if (order < 0 || (order == 0 && floor->strict && !strict))
        return false;
    if (floor->end)
        return true;
    order = span_compare(key, floor->key);
    return order < 0 || (order == 0 && !strict);
}

static void begin_gap(struct floor *floor, struct span key, bool strict) {
    memmove(floor->from_bytes, key.data, key.size); /* may be the map's or our own bytes */
    floor->from_size = key.size;
    floor->strict = strict;
}

static int end_gap(struct floor *floor, int rc) {
    floor->end = rc == KV_ABSENT;
    floor->known = rc >= 0;
    return rc < 0 ? rc : 0;
}

static int move(struct floor *floor, struct span key, bool strict) {
    bool on_it = floor->known && !floor->end && strict && span_equal(key, floor->key);
    floor->known = false;
    begin_gap(floor, key, strict);
    int rc = 0;
    if (!on_it)
        rc = kv_cursor_seek(floor->cursor, key, &floor->key, &floor->value);
    if (rc == 0 && (on_it || (strict && span_equal(key, floor->key))))
        rc = kv_cursor_next(floor->cursor, &floor->key, &floor->value);
    return end_gap(floor, rc);
}

int floor_seek(struct floor *floor, struct span key, bool strict, struct span *key_out,
               struct span *value_out) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX);
    if (!in_gap(floor, key, strict)) {
        int rc = move(floor, key, strict);
        if (rc != 0)
            return rc;
    }
    if (floor->end)
        return KV_ABSENT;
    *key_out = floor->key;
    *value_out = floor->value;
    return 0;
}
