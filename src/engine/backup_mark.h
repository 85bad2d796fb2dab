/*
 * The last verified backup: a small text file beside store and log, replaced whole and synced. What
 * it says is about this store's own log: batches up to there are in a backup.
 */
#ifndef LG_ENGINE_BACKUP_MARK_H
#define LG_ENGINE_BACKUP_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include "util/fatal.h"

struct backup_mark {
    uint64_t sequence;
    uint64_t batch;
    uint64_t bytes;
    int64_t at_ms; /* wall clock */
};

/* False: there is none, or it does not read (which is logged): as if no backup had been made. */
bool backup_mark_read(const char *dir, struct backup_mark *mark_out);
/* 0 or -1 (logged). */
int backup_mark_write(const char *dir, const struct backup_mark *mark) MUST_USE;

#endif
