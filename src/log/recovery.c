/*
 * Recovery: from a folder to an open log.
 *
 * First everything is read and judged (chain.c, walk.c), then written. Invariants:
 *
 *   - What was acknowledged is never dropped: only a batch behind which nothing of its segment
 *     stands, in the last segment, is cut. No sync of it ever returned 0, or it is the documented
 *     exception (damage at the very end, before a seal).
 *   - What is replayed is durable. A sync that failed may leave batches in memory alone, in the last
 *     segment: each one before it was synced before its successor took a batch. So the whole last
 *     segment is copied into a fresh one of a higher epoch, which takes its place: its predecessor is
 *     that of the old one. The old one, and with it the range that was cut, counts for nothing.
 *   - The copy counts from one rename on. Before it, the old segment stands as it was, and the copy
 *     is a spare; after it, the old one is a file that the chain leaves out, removed now or at the
 *     next start. So recovery may end at any step and be run again.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/folder.h"
#include "util/logline.h"

struct recovery {
    struct log *log;
    struct folder folder;
    const struct log_place *applied;
    struct reason *reason;
    struct segment_header last; /* the segment that the copy replaces; number 0: new log */
    struct log_place place;     /* where the log ends */
    uint64_t offset;            /* there, in the last segment */
};

static int check_applied_kept(const struct recovery *recovery) {
    const struct log *log = recovery->log;
    uint64_t applied = recovery->applied->batch;
    if (log->segment_count == 0) {
        if (applied == 0)
            return 0;
        return explain(recovery->reason, LOG_DAMAGED,
                       "log: empty, but the store has applied batch %" PRIu64
                       ": put back the log folder, or restore store and log from a backup",
                       applied);
    }
    if (walk_start(log, applied) != SIZE_MAX)
        return 0;
    return explain(recovery->reason, LOG_DAMAGED,
                   "log: begins with batch %" PRIu64 ", but the store has applied only %" PRIu64
                   ": the store is older than what the log keeps: restore a newer one",
                   log->segments[0].first_batch, applied);
}

/* Walks the batches and finds the end. */
static int scan(struct recovery *recovery) {
    struct log *log = recovery->log;
    recovery->place = *recovery->applied;
    if (log->segment_count == 0)
        return 0;
    struct walk walk = {
        .known = *recovery->applied,
        .end = UINT64_MAX,
        .reason = recovery->reason,
    };
    size_t first = log->config.check_all ? 0 : walk_start(log, recovery->applied->batch);
    int rc = log_walk(log, first, &walk);
    if (rc != 0)
        return rc;
    if (walk.place.batch < recovery->applied->batch)
        return explain(recovery->reason, LOG_DAMAGED,
                       "log: ends with batch %" PRIu64 ", but the store has applied %" PRIu64
                       ": the store is ahead of the log: restore store and log from a backup",
                       walk.place.batch, recovery->applied->batch);
    if (walk.other_version != 0)
        return explain(recovery->reason, LOG_OTHER_VERSION,
                       "log: batch %" PRIu64 " was written by another ledger version than %" PRIu32
                       " and is not in the store yet: let the previous program recover it",
                       walk.other_version, log->config.ledger_version);
    recovery->place = walk.place;
    recovery->offset = walk.offset;
    log->sealed = walk.sealed;
    return 0;
}

static int judge(struct recovery *recovery) {
    struct log *log = recovery->log;
    int rc = chain_read(log, &recovery->folder, O_RDWR, recovery->reason);
    if (rc != 0)
        return rc;
    if (log->segment_count > 0)
        recovery->last = log->segments[log->segment_count - 1];
    rc = check_applied_kept(recovery);
    return rc == 0 ? scan(recovery) : rc;
}

/* --- From here on it writes; errors are negative errnos until recover_write maps them. */

static int prepare_head(struct recovery *recovery) {
    struct log *log = recovery->log;
    if (recovery->folder.has_head)
        return head_settle(&log->head, &log->disk);
    return head_create(&log->disk, log->keyring, &log->head);
}

/* Files in the making go; spares of today's size are taken over. */
static int tidy(struct recovery *recovery) {
    struct log *log = recovery->log;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < recovery->folder.count; i++) {
        const struct folder_file *file = &recovery->folder.files[i];
        if (file->kind != FOLDER_SEGMENT && file->number >= log->next_spare)
            log->next_spare = file->number + 1;
        bool usable = file->kind == FOLDER_SPARE && file->bytes == log->config.segment_bytes &&
                      log->spare_count < log_spares_wanted(log);
        if (usable)
            log_add_spare(log, file->number);
        else if (file->kind != FOLDER_SEGMENT)
            rc = folder_remove(&log->disk, file);
    }
    return rc;
}

static int copy_batches(struct recovery *recovery, struct writer *writer) {
    struct log *log = recovery->log;
    struct segment_reader reader;
    if (recovery->last.number == 0)
        return 0;
    struct reason unread = {NULL, 0};
    if (segment_reader_open(&log->disk, log->keyring, &recovery->last, &reader, &unread) != 0)
        return -EIO;
    int rc = 0;
    while (rc == 0 && reader.place.batch < recovery->place.batch) {
        struct digest previous = reader.place.chain;
        struct span plain;
        if (segment_reader_next(&reader, &plain) != 0) {
            rc = -EIO; /* it was there a moment ago */
            break;
        }
        struct batch_header header = {reader.place.batch, (uint32_t)plain.size, reader.version};
        rc = writer_put(log, writer, &header, &previous, plain);
    }
    segment_reader_close(&reader);
    return rc;
}

static int copy_last(struct recovery *recovery) {
    struct log *log = recovery->log;
    const struct segment_header *last = &recovery->last;
    struct segment_header header = {
        .number = last->number + 1,
        .previous = last->previous,
        .epoch = last->epoch + 1,
        .bytes = log->config.segment_bytes,
        .first_batch = last->number > 0 ? last->first_batch : 1,
        .created_ms = last->created_ms,
        .ledger_version = log->config.ledger_version,
        .chain = last->chain,
    };
    uint64_t spare = 0;
    if (recovery->offset > header.bytes || log->spare_count == 0) {
        spare = log->next_spare++;
        if (recovery->offset > header.bytes) /* segments were larger once */
            header.bytes = recovery->offset;
        int rc = spare_make(&log->disk, spare, header.bytes);
        if (rc != 0)
            return rc;
    }
    struct writer writer;
    int rc = writer_begin(log, &header, spare, &writer);
    if (rc != 0)
        return rc;
    rc = copy_batches(recovery, &writer);
    if (rc == 0 && last->number > 0)
        log->segment_count--; /* the copy takes its place */
    if (rc == 0)
        rc = writer_commit(log, spare, &writer);
    if (rc != 0)
        writer_abandon(log, &writer);
    return rc;
}

/* What the chain leaves out now: the segment that was copied, and those of recoveries that did not
 * come to their end. */
static int drop_left_out(struct recovery *recovery) {
    struct log *log = recovery->log;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < recovery->folder.count; i++) {
        const struct folder_file *file = &recovery->folder.files[i];
        if (file->kind != FOLDER_SEGMENT ||
            (file->in_chain && file->number != recovery->last.number))
            continue;
        if (file->bytes != log->config.segment_bytes ||
            log->spare_count >= log_spares_wanted(log)) {
            rc = folder_remove(&log->disk, file);
            continue;
        }
        char name[DISK_NAME_MAX];
        char spare[DISK_NAME_MAX];
        segment_name(file->number, name);
        spare_name(log->next_spare, spare);
        rc = disk_rename(&log->disk, name, spare);
        if (rc == 0)
            log_add_spare(log, log->next_spare++);
    }
    return rc;
}

/* A full disk is no reason not to start. */
static void make_spares(struct log *log) {
    while (log->spare_count < LOG_OPEN_SPARES &&
           log_file_bytes(log) + log->config.segment_bytes <= log->config.max_bytes) {
        int rc = spare_make(&log->disk, log->next_spare, log->config.segment_bytes);
        if (rc != 0) {
            log_line(LOG_ERR, "log_spare_failed", LOG_TEXT("error", strerror(-rc)));
            return;
        }
        log_add_spare(log, log->next_spare++);
    }
}

static int recover_write(struct recovery *recovery) {
    struct log *log = recovery->log;
    /* A spare may bear its name in memory alone, and still be a segment after a power loss: its
     * name first, before anything is written into it. */
    int rc = disk_settle(&log->disk);
    if (rc == 0)
        rc = prepare_head(recovery);
    if (rc == 0)
        rc = tidy(recovery);
    if (rc == 0)
        rc = copy_last(recovery);
    if (rc == 0)
        rc = drop_left_out(recovery);
    if (rc != 0)
        return explain(recovery->reason, LOG_FAILED,
                       "log folder %s: cannot write: %s: mend the disk or make room, then start "
                       "again",
                       log->disk.dir, strerror(-rc));
    log->last = recovery->place;
    log->sealed = log->sealed || recovery->offset <= LOG_BLOCK;
    make_spares(log);
    log_line(LOG_INFO, "log_open", LOG_INT("segments", log->segment_count),
             LOG_INT("last_batch", log->last.batch),
             LOG_INT("tail", log->last.batch - recovery->applied->batch));
    return 0;
}

int log_recover(struct log *log, const struct log_place *applied, struct reason *reason) {
    struct recovery recovery = {.log = log, .applied = applied, .reason = reason};
    int rc = judge(&recovery);
    if (rc == 0)
        rc = recover_write(&recovery);
    folder_deinit(&recovery.folder);
    return rc;
}
