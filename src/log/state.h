/*
 * The open log: what the ledger's thread holds. Private to src/log.
 */
#ifndef LG_LOG_STATE_H
#define LG_LOG_STATE_H

#include "log/internal.h"
#include "log/reader.h"
#include "util/logline.h"

/* Kept back for recovery, so that a full disk never keeps a gateway from starting. */
#define LOG_RECOVERY_SPARES 1
/* Made before serving: one to use, one kept back; chores make the rest. */
#define LOG_OPEN_SPARES (1 + LOG_RECOVERY_SPARES)
#define LOG_SPARES_MAX 64

/* A segment that is being written. */
struct writer {
    int fd; /* -1: none */
    struct segment_header header;
    struct segment_cipher cipher;
    uint64_t offset; /* where the next batch goes */
};

struct folder;

struct log {
    struct disk disk;
    struct log_config config;
    struct keyring *keyring;
    struct segment_header *segments; /* oldest first; the last one is being written */
    size_t segment_count;
    size_t segment_cap;
    uint64_t spares[LOG_SPARES_MAX]; /* numbers of spares of config.segment_bytes */
    size_t spare_count;
    uint64_t next_spare;
    struct head head;
    struct writer writer;
    struct log_place last;
    bool sealed;
    bool failed;
    uint8_t *buffer; /* of one batch, aligned, kept */
    size_t buffer_cap;
    uint64_t appended_bytes;
    bool chore_out;
    struct log_seldom spare_lines;
    uint64_t chore_bytes; /* of the files that the chore has in hand */
};

/* --- log.c --- */

/* Makes the log's last spare (or, with spare > 0, that one, which has header->bytes) the file of a
 * new segment: gives it a salt, writes its header. Nothing of it counts before writer_commit. 0 or
 * a negative errno. */
int writer_begin(struct log *log, struct segment_header *header, uint64_t spare,
                 struct writer *writer_out) MUST_USE;
/* Writes one batch, without syncing. */
int writer_put(struct log *log, struct writer *writer, const struct batch_header *header,
               const struct digest *previous, struct span plain) MUST_USE;
/* Syncs it, gives it its name, tells head, and makes it the segment that log_append writes to.
 * spare: as for writer_begin. The writer is moved. */
int writer_commit(struct log *log, uint64_t spare, struct writer *writer) MUST_USE;
void writer_abandon(struct log *log, struct writer *writer);
void log_add_segment(struct log *log, const struct segment_header *header);
void log_add_spare(struct log *log, uint64_t number);
size_t log_spares_wanted(const struct log *log);
uint64_t log_file_bytes(const struct log *log);

/* --- chain.c --- */

/* Lists the folder, opens head (head_flags: O_RDWR or O_RDONLY) and follows the links between the
 * segments' headers; fills the segments of an empty struct log, oldest first, and marks them in the
 * folder, which is the caller's to deinit whatever this returns. 0, LOG_DAMAGED, LOG_FAILED. */
int chain_read(struct log *log, struct folder *folder, int head_flags,
               struct reason *reason) MUST_USE;
/* Turns the segments round, after their headers were followed from the newest back. */
void chain_oldest_first(struct log *log);

/* --- walk.c --- */

/* Reads segments from log->segments[first] on, checking every link. */
struct walk {
    struct log_place known; /* must be on the chain; batches behind it are visited */
    uint64_t end;           /* stop after that batch; UINT64_MAX: where the last segment ends */
    log_visit *visit;       /* may be NULL */
    void *context;
    struct reason *reason;
    /* Found: */
    struct log_place place;
    uint64_t offset;        /* in the last segment read: behind its last batch */
    bool sealed;            /* the last batch of the last segment is a seal, or it has none */
    uint64_t other_version; /* first batch behind known that another ledger version wrote; 0 */
};

/* The segment in which the batch behind that one is, or would be. SIZE_MAX: no longer kept. */
size_t walk_start(const struct log *log, uint64_t batch);
/* 0, LOG_DAMAGED, LOG_FAILED, or what visit returned. */
int log_walk(struct log *log, size_t first, struct walk *walk) MUST_USE;

/* --- recovery.c --- */

/* Fills an empty struct log from its folder. Returns of log_open. */
int log_recover(struct log *log, const struct log_place *applied, struct reason *reason) MUST_USE;

#endif
