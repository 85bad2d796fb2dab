/*
 * A piece of a log, read or copied while the log's own writer goes on.
 *
 * Invariant: only segments that were committed are looked at (one bears its name when its header is
 * durable), and of them only batches that the caller knows to be durable; each is authentic and on
 * the chain, back to the place given. The copy is written like a log: segments, head, chain; it
 * opens as one that was recycled up to its first batch. A batch is copied as it was, under a salt of
 * the copy's own. Spares of the log that is read are not copied.
 */
#include "log/copy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/folder.h"

static struct log *closed_log(struct log_io io, const char *dir, struct keyring *keyring) {
    struct log *log = xcalloc(1, sizeof(*log));
    log->disk = (struct disk){io, xstrdup(dir)};
    log->keyring = keyring;
    log->next_spare = 1;
    log->head.fd = -1;
    log->writer.fd = -1;
    return log;
}

/* ---- reading ---- */

/* Headers from the newest segment back to the one that holds what is behind `after`. */
static int find_segments(struct log *log, const struct log_piece *piece, struct reason *reason) {
    struct folder folder = {0};
    int rc = folder_list(&folder, &log->disk, reason);
    uint64_t number = rc == 0 ? folder_newest(&folder) : 0;
    folder_deinit(&folder);
    while (rc == 0 && number > 0) {
        struct segment_header header;
        rc = segment_read_header(&log->disk, log->keyring, number, &header, reason);
        if (rc != 0)
            break;
        log_add_segment(log, &header);
        number = header.first_batch > piece->after.batch + 1 ? header.previous : 0;
    }
    chain_oldest_first(log);
    while (log->segment_count > 1 &&
           log->segments[log->segment_count - 1].first_batch > piece->until.batch + 1)
        log->segment_count--;
    if (rc == 0 && walk_start(log, piece->after.batch) == SIZE_MAX)
        rc = explain(reason, LOG_DAMAGED, "log folder %s: batch %" PRIu64 " is no longer kept",
                     piece->dir, piece->after.batch + 1);
    return rc;
}

static int read_piece(const struct log_piece *piece, struct keyring *keyring, log_visit *visit,
                      void *context, struct reason *reason) {
    struct log *log = closed_log(piece->io, piece->dir, keyring);
    struct walk walk = {
        .known = piece->after,
        .end = piece->until.batch,
        .visit = visit,
        .context = context,
        .reason = reason,
    };
    int rc = find_segments(log, piece, reason);
    if (rc == 0)
        rc = log_walk(log, walk_start(log, piece->after.batch), &walk);
    if (rc == 0 && !digest_equal(&walk.place.chain, &piece->until.chain))
        rc = explain(reason, LOG_DAMAGED,
                     "log folder %s: batch %" PRIu64 " is not the one that the store has applied",
                     piece->dir, piece->until.batch);
    log_close(log);
    return rc;
}

int log_piece_read(const struct log_piece *piece, struct keyring *keyring, log_visit *visit,
                   void *context, char *reason_out, size_t reason_size) {
    struct reason reason = {reason_out, reason_size};
    return read_piece(piece, keyring, visit, context, &reason);
}

/* ---- copying ---- */

struct copying {
    const struct log_copy *copy;
    struct log *log; /* the copy */
    int error;       /* negative errno of what could not be written */
};

/* A fresh segment behind the last batch copied. */
static int begin_segment(struct copying *copying) {
    struct log *log = copying->log;
    struct writer writer;
    struct segment_header header = {
        .number = log->segment_count + 1,
        .previous = log->segment_count,
        .epoch = 1,
        .bytes = log->config.segment_bytes,
        .first_batch = log->last.batch + 1,
        .created_ms = copying->copy->now_ms,
        .ledger_version = log->config.ledger_version,
        .chain = log->last.chain,
    };
    uint64_t spare = log->next_spare++;
    int rc = log->writer.fd >= 0 ? disk_sync(&log->disk, log->writer.fd) : 0;
    if (rc == 0)
        rc = spare_make(&log->disk, spare, header.bytes);
    if (rc == 0)
        rc = writer_begin(log, &header, spare, &writer);
    if (rc != 0)
        return rc;
    rc = writer_commit(log, spare, &writer);
    if (rc != 0)
        writer_abandon(log, &writer);
    return rc;
}

static int copy_batch(void *context, const struct log_place *place, struct span plain) {
    struct copying *copying = context;
    struct log *log = copying->log;
    struct batch_header header = {
        .number = place->batch,
        .plain_size = (uint32_t)plain.size,
        .ledger_version = log->config.ledger_version,
    };
    int rc = 0;
    if (log->writer.offset + batch_size(plain.size) > log->writer.header.bytes)
        rc = begin_segment(copying);
    if (rc == 0)
        rc = writer_put(log, &log->writer, &header, &log->last.chain, plain);
    copying->error = rc;
    if (rc != 0)
        return LOG_FAILED;
    log->last = *place;
    const struct log_copy *copy = copying->copy;
    return copy->visit == NULL ? 0 : copy->visit(copy->context, place, plain);
}

static int copy_all(struct copying *copying, const struct log_piece *piece, struct keyring *keyring,
                    struct reason *reason) {
    struct log *log = copying->log;
    copying->error = head_create(&log->disk, keyring, &log->head);
    if (copying->error == 0)
        copying->error = begin_segment(copying);
    if (copying->error != 0)
        return LOG_FAILED;
    int rc = read_piece(piece, keyring, copy_batch, copying, reason);
    if (rc == 0)
        copying->error = disk_sync(&log->disk, log->writer.fd);
    return copying->error != 0 ? LOG_FAILED : rc;
}

int log_piece_copy(const struct log_piece *piece, const struct log_copy *copy,
                   struct keyring *keyring, char *reason_out, size_t reason_size) {
    struct reason reason = {reason_out, reason_size};
    struct log *log = closed_log(piece->io, copy->dir, keyring);
    struct copying copying = {.copy = copy, .log = log};
    log->config.segment_bytes = copy->segment_bytes;
    log->config.ledger_version = copy->ledger_version;
    log->last = piece->after;
    int rc = copy_all(&copying, piece, keyring, &reason);
    if (copying.error != 0)
        rc = explain(&reason, copying.error == -ENOSPC || copying.error == -EDQUOT ? LOG_FULL : rc,
                     "%s: cannot write: %s", copy->dir, strerror(-copying.error));
    log_close(log);
    return rc;
}
