/*
 * The command log: what makes an answer durable. Segments of a fixed size, pre-written and recycled;
 * batches encrypted and chained. DESIGN.md §2 is the rule; docs/architecture.md gives the layout.
 *
 * The log knows bytes, not commands: a batch is the plaintext that the engine gives it.
 *
 * Threads: append belongs to the ledger's thread; log_recycle and log_prepare_spares may run on
 * another (they touch only what append does not: an internal lock-free hand-over of spares is not
 * needed, see log_take_spare's contract in log.c).
 */
#ifndef LG_LOG_LOG_H
#define LG_LOG_LOG_H

#include "crypto/keyring.h"
#include "util/bytes.h"
#include "util/fatal.h"

#define LOG_BLOCK 4096
#define LOG_FAILED (-1)  /* a write or sync failed: the process must end */
#define LOG_DAMAGED (-2) /* found damage that is not a torn tail: refuse to start */
#define LOG_FULL 1       /* byte cap reached, or no spare segment to be had: refuse new work */

/* The door to the disk, so that tests can tear, fail and kill. Default: log_io_system(). */
struct log_io {
    int (*open)(void *context, const char *path, int flags, unsigned mode);
    int (*close)(void *context, int fd);
    int64_t (*pwrite)(void *context, int fd, const void *data, size_t size, int64_t offset);
    int64_t (*pread)(void *context, int fd, void *data, size_t size, int64_t offset);
    int (*sync)(void *context, int fd);              /* fdatasync */
    int (*rename)(void *context, const char *from, const char *to);
    int (*unlink)(void *context, const char *path);
    int (*sync_dir)(void *context, const char *dir);
    void (*random)(void *context, uint8_t *out, size_t size);
    void *context;
};
struct log_io log_io_system(void);

struct log_config {
    const char *dir;
    uint64_t segment_bytes; /* multiple of LOG_BLOCK; a batch never exceeds half of it */
    uint64_t max_bytes;     /* cap on all segments */
    int64_t keep_ms;        /* age before a flushed segment may be recycled */
    uint32_t spares;        /* pre-written segments kept ready; 2 */
    uint32_t ledger_version;
    struct log_io io;
};

/* A place in the log: after batch number `batch`, whose chain hash is `chain`. Batch numbers start
 * at 1 and have no gap; place {0, zeroes} is the start of a new ledger. */
struct log_place { uint64_t batch; struct digest chain; };

struct log;

/* What recovery found, batch by batch, in order. plain borrowed during the call. Return non-zero to
 * stop (forwarded). first_sequence/last_sequence are those given at append. */
typedef int log_visit(void *context, const struct log_place *place, struct span plain);

/* Opens the log and recovers: scans all segments, checks salts, tags, chain and numbering from
 * `applied` on (and all that is kept before it), cuts a torn unsealed tail, copies what lies behind
 * `applied` into a fresh segment of a higher epoch and syncs it, makes the spares. Nothing is
 * replayed yet. 0; LOG_DAMAGED (reason_out: which segment, offset, what to do); LOG_FAILED. */
int log_open(const struct log_config *config, struct keyring *keyring, const struct log_place *applied, struct log **log_out, char *reason_out, size_t reason_size) MUST_USE;
void log_close(struct log *log);
/* Visits every batch behind `after`, in order, from the segments on disk. 0, LOG_DAMAGED,
 * LOG_FAILED, or what visit returned. */
int log_replay(struct log *log, const struct log_place *after, log_visit *visit, void *context) MUST_USE;
/* The same over all that is kept, from the oldest batch on, for audits. */
int log_replay_all(struct log *log, log_visit *visit, void *context) MUST_USE;

/* Largest plaintext of one batch. */
size_t log_batch_max(const struct log *log);
/* Whether a batch of that many bytes would be taken (cap, spares): 0 or LOG_FULL. */
int log_room(const struct log *log, size_t plain_size) MUST_USE;
/* One durable batch: encrypted, written, synced. place_out is where it stands. now_ms stamps a new
 * segment (ledger time). An empty plain seals the tail. 0, LOG_FULL (nothing written), LOG_FAILED. */
int log_append(struct log *log, struct span plain, int64_t now_ms, struct log_place *place_out) MUST_USE;
struct log_place log_last(const struct log *log);
bool log_sealed(const struct log *log); /* the last batch on disk is a seal, or there is none */

/* After a flush: everything up to that batch is in the store. Segments wholly at or below it and
 * older than keep_ms become spares or are removed. Also tops up the spares. May block on the disk;
 * called by the state thread. 0 or LOG_FAILED. */
int log_flushed(struct log *log, uint64_t batch, int64_t now_ms) MUST_USE;

struct log_stats { uint64_t segments, spares, bytes, batches, appended_bytes; };
void log_stats(struct log *log, struct log_stats *stats_out);

#endif
