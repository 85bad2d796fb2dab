/*
 * The command log: what makes an answer durable. Segments of a fixed size, pre-written and recycled;
 * batches encrypted and chained. DESIGN.md §2 is the rule; the layout stands in segment.c.
 *
 * The log knows bytes, not commands: a batch is the plaintext that the engine gives it.
 *
 * Threads: a struct log belongs to the ledger's thread. What blocks for long (recycling segments,
 * writing new ones) is a chore: the ledger's thread takes it, another thread runs it, the ledger's
 * thread hands it back. A chore shares nothing with its log, so that nothing is synchronised here
 * beyond the queues that carry it from one thread to the other.
 */
#ifndef LG_LOG_LOG_H
#define LG_LOG_LOG_H

#include <stdbool.h>

#include "crypto/keyring.h"
#include "util/bytes.h"
#include "util/fatal.h"

#define LOG_BLOCK 4096
#define LOG_SEGMENT_MAX ((uint64_t)1 << 30) /* bytes of one segment, so that a batch fits an int */
#define LOG_SEGMENT_MIN ((uint64_t)4 * LOG_BLOCK)
#define LOG_SEGMENTS_MAX 65536 /* files of one log: bounds what a strange directory makes us hold */

#define LOG_FAILED (-1)     /* a write or sync failed: the process must end */
#define LOG_DAMAGED (-2)    /* found damage that is not a torn tail: refuse to start */
#define LOG_FULL 1          /* byte cap reached, or no spare segment to be had: refuse new work */
#define LOG_OTHER_VERSION 2 /* the tail was written by another ledger version: it must replay it */

/* The door to the disk, so that tests can tear, fail and kill. Returns 0 (open: a descriptor;
 * pread, pwrite: bytes done, maybe fewer than asked), or a negative errno. Calls that a chore makes
 * come from its thread. Default: log_io_system(). */
struct log_io {
    int (*open)(void *context, const char *path, int flags, unsigned mode);
    int (*close)(void *context, int fd);
    int64_t (*pwrite)(void *context, int fd, const void *data, size_t size, int64_t offset);
    int64_t (*pread)(void *context, int fd, void *data, size_t size, int64_t offset);
    int (*sync)(void *context, int fd); /* fdatasync */
    int (*rename)(void *context, const char *from, const char *to);
    int (*unlink)(void *context, const char *path);
    int (*sync_dir)(void *context, const char *dir);
    /* Regular files of dir, in any order. visit returns non-zero to stop (forwarded). */
    int (*list)(void *context, const char *dir,
                int (*visit)(void *argument, const char *name, uint64_t size), void *argument);
    void (*random)(void *context, uint8_t *out, size_t size);
    void *context;
};
struct log_io log_io_system(void);

struct log_config {
    const char *dir;        /* exists; nobody else uses it (the caller's lock) */
    uint64_t segment_bytes; /* multiple of LOG_BLOCK; a batch never exceeds half of it */
    uint64_t max_bytes;     /* cap on all segments and spares; at least three segments */
    int64_t keep_ms;        /* age before a flushed segment may be recycled */
    uint32_t spares;        /* kept ready for use; 2. One more is kept back for recovery */
    uint32_t ledger_version;
    bool
        check_all; /* log_open checks each batch that is kept, not only from `applied`'s segment on */
    struct log_io io;
};

/* A place in the log: after batch number `batch`, whose chain hash is `chain`. Batch numbers start
 * at 1 and have no gap; place {0, zeroes} is the start of a new ledger. */
struct log_place {
    uint64_t batch;
    struct digest chain;
};

struct log;

/* Given each batch in order; place is that after it. plain is borrowed during the call; empty is a
 * seal. Return non-zero to stop (forwarded). */
typedef int log_visit(void *context, const struct log_place *place, struct span plain);

/* Opens the log and recovers: checks the numbering and headers of all segments, and tags, chain and
 * numbering of all batches from the segment that holds `applied` on (of all, with check_all); cuts a
 * torn unsealed tail; copies the last segment's batches into a fresh segment of a higher epoch and
 * syncs it (earlier segments were synced before the next one began); makes spares. Nothing is
 * replayed yet. Killed at any step, it can be run again. keyring is borrowed until log_close.
 * 0; LOG_DAMAGED, LOG_FAILED or LOG_OTHER_VERSION, and nothing of the log changed but its spares
 * (reason_out, for people: which file, offset, what to do). */
int log_open(const struct log_config *config, struct keyring *keyring,
             const struct log_place *applied, struct log **log_out, char *reason_out,
             size_t reason_size) MUST_USE;
/* Writes nothing. No chore may be out. */
void log_close(struct log *log);
/* Visits every batch behind `after`, in order, from the segments on disk, in bounded memory. 0,
 * LOG_DAMAGED, LOG_FAILED, or what visit returned. */
int log_replay(struct log *log, const struct log_place *after, log_visit *visit,
               void *context) MUST_USE;
/* The same over all that is kept, from the oldest batch on, for audits. */
int log_replay_all(struct log *log, log_visit *visit, void *context) MUST_USE;

/* Largest plaintext of one batch. */
size_t log_batch_max(const struct log *log);
/* Whether a batch of that many bytes would be taken (cap, spares): 0 or LOG_FULL. */
int log_room(const struct log *log, size_t plain_size) MUST_USE;
/* One durable batch: encrypted, written, synced. place_out is where it stands. now_ms stamps a new
 * segment (ledger time). An empty plain seals the tail. 0, LOG_FULL (nothing written), LOG_FAILED
 * (and from then on always). */
int log_append(struct log *log, struct span plain, int64_t now_ms,
               struct log_place *place_out) MUST_USE;
struct log_place log_last(const struct log *log);
/* What was last written needs no seal: it is a seal, or nothing is in the present segment. */
bool log_sealed(const struct log *log);

/* Housekeeping. log_chore_take is given the batch up to which everything is durable in the store
 * (or, where backups are required, in the last verified one): segments wholly at or below it, whose
 * successor began keep_ms ago or earlier, become spares or are removed; missing spares are made,
 * within the cap. NULL when there is nothing to do or a chore is out. Cheap: call it after each
 * flush, and while log_room says LOG_FULL. */
struct log_chore;
struct log_chore *log_chore_take(struct log *log, uint64_t batch, int64_t now_ms);
/* Any thread; blocks on the disk. 0 (also when no room was left for a spare: it is tried again in a
 * later chore), or LOG_FAILED. */
int log_chore_run(struct log_chore *chore) MUST_USE;
/* Accounts for what was done and frees the chore, run or not. The ledger's thread. */
void log_chore_done(struct log *log, struct log_chore *chore);
/* Take, run and done in one, where there is one thread. 0 or LOG_FAILED. */
int log_flushed(struct log *log, uint64_t batch, int64_t now_ms) MUST_USE;

struct log_stats {
    uint64_t segments, spares;
    uint64_t bytes;          /* of all files: what the cap is about */
    uint64_t batches;        /* kept */
    uint64_t appended_bytes; /* written to the disk since log_open, padding included */
};
void log_stats(const struct log *log, struct log_stats *stats_out);

#endif
