/*
 * A disk in memory behind log_io, for tests: sectors that were written and not synced survive a
 * power loss by chance, and so do changes of the directories. Same seed and same calls, same
 * outcome.
 *
 * Paths are whole strings; a directory is what stands before the last slash: syncing it makes what
 * changed in it durable, and nothing else. Not thread-safe.
 */
#ifndef LG_TESTS_LOG_MODEL_DISK_H
#define LG_TESTS_LOG_MODEL_DISK_H

#include "log/log.h"
#include "log/model_file.h"

enum model_call {
    MODEL_OPEN,
    MODEL_WRITE,
    MODEL_READ,
    MODEL_SYNC,
    MODEL_RENAME,
    MODEL_UNLINK,
    MODEL_SYNC_DIR,
    MODEL_LIST,
    MODEL_CALLS
};

struct model_disk;

struct model_disk *model_disk_new(uint64_t seed);
void model_disk_free(struct model_disk *disk);
/* The same files, durable and not, with a seed of its own; no descriptors, no faults. */
struct model_disk *model_disk_clone(const struct model_disk *disk, uint64_t seed);
struct log_io model_disk_io(struct model_disk *disk);
/* What chance does from here on. */
void model_disk_reseed(struct model_disk *disk, uint64_t seed);
/* Bytes that are kept or lost together: a multiple of MODEL_SECTOR, which it is at first. */
void model_disk_grain(struct model_disk *disk, uint64_t bytes);

/* Power loss: of what was not synced each sector survives or not, of the directory's changes a
 * beginning does. Descriptors are gone, faults are cleared. */
void model_disk_crash(struct model_disk *disk);
/* The process ended: all that was written stays readable. Descriptors gone, faults cleared. */
void model_disk_kill(struct model_disk *disk);

/* The process ends in the call after that many calls from now: that one is done in part, all later
 * ones not at all; each returns -EIO. */
void model_disk_stop_after(struct model_disk *disk, uint64_t calls);
bool model_disk_stopped(const struct model_disk *disk);
/* The nth such call from now (1: the next one) fails with -EIO, once or from then on. A failed write
 * is done in part; a failed sync leaves sectors that read as written, and that no later sync
 * writes; other failed calls do nothing. */
void model_disk_fail(struct model_disk *disk, enum model_call call, uint64_t nth, bool for_ever);
/* A file's size changes as by ftruncate: durable with its next sync. */
void model_disk_resize(struct model_disk *disk, const char *path, uint64_t size);
/* Writes that need more room than that in all files fail with -ENOSPC; 0: no bound. */
void model_disk_capacity(struct model_disk *disk, uint64_t bytes);
/* The next write keeps only the sectors for which keep says so (by their place in the write), then
 * the process ends as in model_disk_stop_after. keep_bytes cuts it at a byte instead. */
void model_disk_tear(struct model_disk *disk, uint64_t keep_bytes);
void model_disk_tear_sectors(struct model_disk *disk, const bool *keep, size_t count);

/* Each file, as a process would read it. Counts as no call. visit returns non-zero to stop, which is
 * forwarded. */
int model_disk_each(const struct model_disk *disk,
                    int (*visit)(void *argument, const char *path, struct span bytes),
                    void *argument);
uint64_t model_disk_calls(const struct model_disk *disk);
uint64_t model_disk_count(const struct model_disk *disk, enum model_call call);

/* For planting damage; durable at once. Paths must exist where that makes sense. */
bool model_disk_exists(const struct model_disk *disk, const char *path);
uint64_t model_disk_size(const struct model_disk *disk, const char *path);
const uint8_t *model_disk_bytes(const struct model_disk *disk, const char *path);
void model_disk_flip(struct model_disk *disk, const char *path, uint64_t offset, uint8_t mask);
void model_disk_put(struct model_disk *disk, const char *path, uint64_t offset, struct span bytes);
void model_disk_truncate(struct model_disk *disk, const char *path, uint64_t size);
void model_disk_remove(struct model_disk *disk, const char *path);
void model_disk_copy(struct model_disk *disk, const char *from, const char *to);
void model_disk_move(struct model_disk *disk, const char *from, const char *to);

#endif
