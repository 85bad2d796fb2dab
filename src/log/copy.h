/*
 * A piece of a log that may be in use: read, or copied into a folder as a log of its own. For
 * backups. Nothing of the log that is read is changed, and its writer is not asked; the caller sees
 * to it that the segments from that place on are not recycled meanwhile.
 */
#ifndef LG_LOG_COPY_H
#define LG_LOG_COPY_H

#include "log/log.h"

/* The batches behind `after`, up to and with `until`, which must be durable and on one chain. */
struct log_piece {
    const char *dir;
    struct log_io io;
    struct log_place after, until;
};

/* Visits them in order, in bounded memory. 0, LOG_DAMAGED or LOG_FAILED with a reason for people,
 * or what visit returned. */
int log_piece_read(const struct log_piece *piece, struct keyring *keyring, log_visit *visit,
                   void *context, char *reason_out, size_t reason_size) MUST_USE;

/* How the copy is to be written: dir exists, is empty and nobody else's. */
struct log_copy {
    const char *dir;
    uint64_t segment_bytes; /* as of the log that is read, or larger */
    uint32_t ledger_version;
    int64_t now_ms;
    log_visit *visit; /* told each batch that was written; may be NULL */
    void *context;
};
/* Everything is durable but the folder's own name. LOG_FULL: no room on the disk. */
int log_piece_copy(const struct log_piece *piece, const struct log_copy *copy,
                   struct keyring *keyring, char *reason_out, size_t reason_size) MUST_USE;

#endif
