/*
 * Housekeeping beside the ledger's thread: segments that are no longer needed become spares or go,
 * missing spares are written.
 *
 * Invariant: a chore owns the files that it names from the moment it is taken; the log has forgotten
 * them. Segments leave oldest first, each durably before the next, so that what is kept is always
 * one unbroken piece of the chain. A spare that cannot be written (a full disk) is given up for now;
 * a rename or removal whose outcome is unknown fails the log.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/state.h"
#include "util/logline.h"

#define CHORE_SEGMENTS_MAX 16 /* in one chore, so that the thread that runs it comes back soon */

struct leaving {
    uint64_t segment;
    uint64_t spare; /* becomes this one; 0: is removed */
};

struct log_chore {
    struct disk disk;
    uint64_t segment_bytes;
    struct leaving leaving[CHORE_SEGMENTS_MAX];
    size_t leaving_count;
    uint64_t making[LOG_SPARES_MAX]; /* numbers of spares to write */
    size_t making_count;
    /* Done so far: spares that are ready. */
    uint64_t ready[LOG_SPARES_MAX];
    size_t ready_count;
    int64_t now_ms;
    int spare_error; /* errno of the spare that was given up */
};

/* Segments from the oldest on that nobody needs any more. */
static size_t count_leaving(const struct log *log, uint64_t batch, int64_t now_ms) {
    size_t count = 0;
    while (count < CHORE_SEGMENTS_MAX && count + 1 < log->segment_count) {
        const struct segment_header *next = &log->segments[count + 1];
        if (next->first_batch - 1 > batch || now_ms - next->created_ms < log->config.keep_ms)
            break;
        count++;
    }
    return count;
}

static void take_segments(struct log *log, struct log_chore *chore, size_t count, size_t missing) {
    size_t reused = 0;
    for (size_t i = 0; i < count; i++) {
        const struct segment_header *segment = &log->segments[i];
        bool reuse = reused < missing && segment->bytes == log->config.segment_bytes;
        reused += reuse;
        chore->leaving[i] = (struct leaving){segment->number, reuse ? log->next_spare++ : 0};
        log->chore_bytes += segment->bytes;
    }
    chore->leaving_count = count;
    log->segment_count -= count;
    memmove(log->segments, log->segments + count, log->segment_count * sizeof(*log->segments));
}

struct log_chore *log_chore_take(struct log *log, uint64_t batch, int64_t now_ms) {
    if (log->chore_out)
        return NULL;
    size_t wanted = log_spares_wanted(log);
    size_t missing = wanted > log->spare_count ? wanted - log->spare_count : 0;
    size_t leaving = count_leaving(log, batch, now_ms);
    uint64_t bytes = log_file_bytes(log);
    uint64_t room = bytes < log->config.max_bytes ? log->config.max_bytes - bytes : 0;
    size_t making = missing > leaving ? missing - leaving : 0;
    if (making > room / log->config.segment_bytes)
        making = (size_t)(room / log->config.segment_bytes);
    if (leaving == 0 && making == 0)
        return NULL;
    struct log_chore *chore = xcalloc(1, sizeof(*chore));
    chore->disk = (struct disk){log->disk.io, xstrdup(log->disk.dir)};
    chore->now_ms = now_ms;
    chore->segment_bytes = log->config.segment_bytes;
    take_segments(log, chore, leaving, missing);
    for (size_t i = 0; i < making; i++)
        chore->making[chore->making_count++] = log->next_spare++;
    log->chore_bytes += making * log->config.segment_bytes;
    log->chore_out = true;
    return chore;
}

static int leave(struct log_chore *chore, const struct leaving *leaving) {
    char name[DISK_NAME_MAX];
    char spare[DISK_NAME_MAX];
    segment_name(leaving->segment, name);
    spare_name(leaving->spare, spare);
    int rc = leaving->spare > 0 ? disk_rename(&chore->disk, name, spare)
                                : disk_unlink(&chore->disk, name);
    if (rc == 0 && leaving->spare > 0)
        chore->ready[chore->ready_count++] = leaving->spare;
    return rc;
}

int log_chore_run(struct log_chore *chore) {
    for (size_t i = 0; i < chore->leaving_count; i++) {
        int rc = leave(chore, &chore->leaving[i]);
        if (rc != 0) {
            log_line(LOG_CRIT, "log_recycle_failed", LOG_INT("segment", chore->leaving[i].segment),
                     LOG_TEXT("error", strerror(-rc)));
            return LOG_FAILED;
        }
    }
    for (size_t i = 0; i < chore->making_count; i++) {
        int rc = spare_make(&chore->disk, chore->making[i], chore->segment_bytes);
        if (rc != 0) {
            chore->spare_error = -rc;
            return 0;
        }
        chore->ready[chore->ready_count++] = chore->making[i];
    }
    return 0;
}

void log_chore_done(struct log *log, struct log_chore *chore) {
    uint64_t times;
    ENSURE(log->chore_out);
    if (chore->spare_error != 0 && log_seldom(&log->spare_lines, chore->now_ms, &times))
        log_line(LOG_ERR, "log_spare_failed", LOG_TEXT("error", strerror(chore->spare_error)),
                 LOG_INT("times", times));
    for (size_t i = 0; i < chore->ready_count; i++)
        log_add_spare(log, chore->ready[i]);
    log->chore_out = false;
    log->chore_bytes = 0;
    free(chore->disk.dir);
    free(chore);
}

int log_flushed(struct log *log, uint64_t batch, int64_t now_ms) {
    struct log_chore *chore = log_chore_take(log, batch, now_ms);
    if (chore == NULL)
        return 0;
    int rc = log_chore_run(chore);
    log_chore_done(log, chore);
    return rc;
}
