/*
 * Every row by itself.
 *
 * Invariant: a row is named by its table and what its key tells of an object or a bank, never by what
 * it holds. The laws are looked at only over rows that passed here.
 */
#include <inttypes.h>
#include <stdio.h>

#include "store/check.h"
#include "verify/inside.h"

#define PROGRESS_EVERY 1024

static const uint8_t first_key = 0; /* below every table */

static void tell_row(struct inside *inside, struct span key, enum row_state state,
                     const char *why) {
    enum object_kind kind;
    struct id id;
    bank_code bank;
    const char *table = store_row_table(key, &kind, &id, &bank);
    char hex[2 * KV_KEY_MAX + 1];
    enum law law = state == ROW_SEALED ? LAW_I19 : LAW_ROWS;
    hex_format(key.data, key.size < 40 ? key.size : 40, hex);
    inside_found(inside, law, kind, &id, bank, "row of table %s, key %s: %s", table, hex, why);
}

static uint64_t entries_of(const struct inside *inside) {
    struct kv_stats stats;
    return kv_stats(inside->kv, &stats) == 0 ? stats.entries : 0;
}

int inside_rows(struct inside *inside, uint64_t *damaged_out) {
    struct overlay *overlay = store_overlay(inside->store);
    struct verify_counts *counts = &inside->report.counts;
    uint64_t of = entries_of(inside);
    struct span key, value;
    uint64_t damaged = 0;
    int rc = overlay_seek(overlay, span_of(&first_key, 1), 0, &key, &value);
    while (rc == 0) {
        const char *why;
        enum row_state state = store_check_row(inside->store, key, value, &why);
        damaged += state == ROW_DAMAGED;
        inside->sealed += state == ROW_SEALED;
        if (state != ROW_RIGHT)
            tell_row(inside, key, state, why);
        if (++counts->rows % PROGRESS_EVERY == 0)
            inside_progress(inside, "rows", counts->rows, of);
        rc = overlay_after(overlay, key, 0, &key, &value);
    }
    inside_progress(inside, "rows", counts->rows, counts->rows);
    *damaged_out = damaged;
    return rc < 0 ? rc : 0;
}
