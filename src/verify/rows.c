/*
 * Every row by itself, and the bounded look that a start takes.
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

int verify_start_rows(struct store *store, char *reason_out, size_t reason_size) {
    /* Tables that every start reads anyway, or that money hangs on: meta to bank counters, then
     * positions and nets. */
    static const uint8_t ranges[][2] = {{1, 3}, {16, 17}};
    uint32_t looked = 0;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        struct span key, value;
        int rc = overlay_seek(store_overlay(store), span_of(&ranges[i][0], 1), 0, &key, &value);
        while (rc == 0 && key.data[0] <= ranges[i][1] && looked < VERIFY_START_ROWS) {
            const char *why;
            enum object_kind kind;
            struct id id;
            bank_code bank;
            if (store_check_row(store, key, value, &why) != ROW_RIGHT) {
                snprintf(reason_out, reason_size,
                         "a row of table %s is damaged (%s): run linkgatectl verify, and restore a "
                         "backup",
                         store_row_table(key, &kind, &id, &bank), why);
                return VERIFY_UNREADABLE;
            }
            looked++;
            rc = overlay_after(store_overlay(store), key, 0, &key, &value);
        }
        if (rc < 0) {
            snprintf(reason_out, reason_size, "its rows cannot be read");
            return VERIFY_UNREADABLE;
        }
    }
    return 0;
}
