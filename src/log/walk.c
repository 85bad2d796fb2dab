/*
 * A walk along the chain of segments: what recovery checks and what replay visits.
 *
 * Invariant: nothing is visited that is not authentic and in its place. A segment that has a
 * successor counts up to the successor's first batch and must reach it with the same chain hash;
 * what a lower epoch holds behind that was copied into, or cut from, the higher one. In the last
 * segment reading stops where no batch stands: a torn write when nothing of this segment follows,
 * damage when something does.
 */
#include <inttypes.h>

#include "log/state.h"
#include "util/logline.h"

static int damaged(const struct walk *walk, const struct segment_reader *reader, uint64_t offset) {
    log_line(LOG_ERR, "log_damaged", LOG_INT("segment", reader->header.number),
             LOG_INT("offset", offset), LOG_INT("batch", reader->place.batch + 1));
    return explain(walk->reason, LOG_DAMAGED,
                   "log file segment-%012" PRIu64 ", offset %" PRIu64 ": batch %" PRIu64
                   " is damaged and what follows it is not: restore store and log from a backup",
                   reader->header.number, offset, reader->place.batch + 1);
}

static int check_known(const struct walk *walk, const struct log_place *place) {
    if (place->batch != walk->known.batch || digest_equal(&place->chain, &walk->known.chain))
        return 0;
    return explain(walk->reason, LOG_DAMAGED,
                   "batch %" PRIu64 " is not the one that the store has applied: store and log do "
                   "not belong together: restore both from one backup",
                   place->batch);
}

static int visit_batch(struct walk *walk, const struct segment_reader *reader, struct span plain) {
    walk->sealed = plain.size == 0;
    if (reader->place.batch <= walk->known.batch)
        return check_known(walk, &reader->place);
    return walk->visit == NULL ? 0 : walk->visit(walk->context, &reader->place, plain);
}

static int walk_batches(const struct log *log, struct walk *walk, struct segment_reader *reader,
                        uint64_t end) {
    int rc = check_known(walk, &reader->place);
    while (rc == 0 && reader->place.batch < end) {
        struct span plain;
        rc = segment_reader_next(reader, &plain);
        if (rc == LOG_FAILED)
            return explain(walk->reason, rc, "log file segment-%012" PRIu64 ": cannot read",
                           reader->header.number);
        if (rc == READER_END)
            return 0;
        if (reader->version != log->config.ledger_version &&
            reader->place.batch > walk->known.batch && walk->other_version == 0)
            walk->other_version = reader->place.batch;
        rc = visit_batch(walk, reader, plain);
    }
    return rc;
}

static int check_tail(struct walk *walk, struct segment_reader *reader) {
    uint64_t offset;
    int rc = segment_reader_rest(reader, &offset);
    if (rc == READER_FOLLOWED)
        return damaged(walk, reader, reader->offset);
    if (rc == LOG_FAILED)
        return explain(walk->reason, rc, "log file segment-%012" PRIu64 ": cannot read",
                       reader->header.number);
    return 0;
}

static int walk_segment(struct log *log, struct walk *walk, size_t index) {
    const struct segment_header *next =
        index + 1 < log->segment_count ? &log->segments[index + 1] : NULL;
    struct segment_reader reader;
    int rc =
        segment_reader_open(&log->disk, log->keyring, &log->segments[index], &reader, walk->reason);
    if (rc != 0)
        return rc;
    walk->sealed = true;
    uint64_t end =
        next != NULL && next->first_batch - 1 < walk->end ? next->first_batch - 1 : walk->end;
    rc = walk_batches(log, walk, &reader, end);
    walk->place = reader.place;
    walk->offset = reader.offset;
    bool joined = next == NULL || end < next->first_batch - 1 ||
                  digest_equal(&reader.place.chain, &next->chain);
    if (rc == 0 && end == UINT64_MAX)
        rc = check_tail(walk, &reader);
    else if (rc == 0 && (reader.place.batch < end || !joined))
        rc = damaged(walk, &reader, reader.offset);
    segment_reader_close(&reader);
    return rc;
}

size_t walk_start(const struct log *log, uint64_t batch) {
    for (size_t i = log->segment_count; i > 0; i--) {
        if (log->segments[i - 1].first_batch - 1 <= batch)
            return i - 1;
    }
    return SIZE_MAX;
}

int log_walk(struct log *log, size_t first, struct walk *walk) {
    int rc = 0;
    for (size_t i = first; rc == 0 && i < log->segment_count; i++)
        rc = walk_segment(log, walk, i);
    return rc;
}

static int replay(struct log *log, size_t first, const struct log_place *known, log_visit *visit,
                  void *context) {
    struct reason unread = {NULL, 0};
    struct walk walk = {
        .known = *known,
        .end = log->last.batch,
        .visit = visit,
        .context = context,
        .reason = &unread,
    };
    return log_walk(log, first, &walk);
}

int log_replay(struct log *log, const struct log_place *after, log_visit *visit, void *context) {
    size_t first = walk_start(log, after->batch);
    if (first == SIZE_MAX || after->batch > log->last.batch) {
        log_line(LOG_ERR, "log_not_kept", LOG_INT("batch", after->batch + 1));
        return LOG_DAMAGED;
    }
    return replay(log, first, after, visit, context);
}

int log_replay_all(struct log *log, log_visit *visit, void *context) {
    struct log_place begin = {log->segments[0].first_batch - 1, log->segments[0].chain};
    return replay(log, 0, &begin, visit, context);
}
