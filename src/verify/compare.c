/*
 * Two stores, row by row.
 *
 * Invariant: both are walked once, in order of their keys, side by side; every row that one of them
 * lacks or has otherwise is counted, and the first ones are named.
 */
#include <inttypes.h>

#include "store/check.h"
#include "verify/inside.h"

#define NAMED_MAX 20

struct side {
    struct overlay *overlay;
    struct span key, value;
    int rc; /* 0: stands on a row; OVERLAY_ABSENT: at the end */
};

static void move(struct side *side) {
    side->rc = overlay_after(side->overlay, side->key, 0, &side->key, &side->value);
}

static void name_row(struct inside *inside, struct span key, const char *what) {
    enum object_kind kind;
    struct id id;
    bank_code bank;
    const char *table = store_row_table(key, &kind, &id, &bank);
    char hex[2 * KV_KEY_MAX + 1];
    hex_format(key.data, key.size < 40 ? key.size : 40, hex);
    inside_found(inside, LAW_I12, kind, &id, bank, "row of table %s, key %s: %s", table, hex, what);
}

int inside_compare(struct inside *inside, struct store *replayed) {
    static const uint8_t first_key = 0;
    struct side ours = {.overlay = store_overlay(inside->store)};
    struct side theirs = {.overlay = store_overlay(replayed)};
    uint64_t differ = 0;
    ours.rc = overlay_seek(ours.overlay, span_of(&first_key, 1), 0, &ours.key, &ours.value);
    theirs.rc = overlay_seek(theirs.overlay, span_of(&first_key, 1), 0, &theirs.key, &theirs.value);
    while (ours.rc == 0 || theirs.rc == 0) {
        if (ours.rc < 0 || theirs.rc < 0)
            break;
        int order = ours.rc != 0 ? 1 : theirs.rc != 0 ? -1 : span_compare(ours.key, theirs.key);
        const char *what = order < 0   ? "stands in the store, and the log does not give it"
                           : order > 0 ? "is missing in the store: the log gives it"
                                       : "is another one than the log gives";
        if (order != 0 || !span_equal(ours.value, theirs.value)) {
            if (differ++ < NAMED_MAX)
                name_row(inside, order <= 0 ? ours.key : theirs.key, what);
        }
        if (order <= 0)
            move(&ours);
        if (order >= 0)
            move(&theirs);
    }
    if (differ > NAMED_MAX)
        inside_found(inside, LAW_I12, OBJECT_NONE, NULL, 0,
                     "%" PRIu64 " rows differ from what the log gives; the first %d are named",
                     differ, NAMED_MAX);
    return ours.rc < 0 || theirs.rc < 0 ? VERIFY_UNREADABLE : 0;
}
