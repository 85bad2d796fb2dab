/*
 * Looking at a log without touching it.
 *
 * Invariant: only what is authentic is visited, and every place where it is not is told once. A
 * segment proves itself by its header, which holds the chain's hash before its first batch, so that
 * what stands behind damage can still be checked. Only in the last segment may something be torn,
 * and only where nothing of that segment follows: that is what a power loss leaves, and recovery
 * cuts it.
 */
#include "log/scan.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/folder.h"

#define TEXT_MAX 256

struct scanning {
    const struct log_scan *scan;
    struct log log; /* disk, key ring, segments: what the readers ask for */
    struct folder folder;
    struct log_scanned scanned;
    bool gap;   /* something is missing before the next batch */
    bool whole; /* the headers are a chain */
    bool known; /* the place that must be on the chain was met */
    char *reason;
    size_t reason_size;
};

static void tell(struct scanning *scanning, struct log_damage *damage, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(struct scanning *scanning, struct log_damage *damage, const char *format, ...) {
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments); /* NOLINT(clang-analyzer-valist*) */
    va_end(arguments);
    damage->text = text;
    scanning->scanned.damages++;
    scanning->gap = true;
    if (scanning->scan->damage != NULL)
        scanning->scan->damage(scanning->scan->context, damage);
}

static void tell_plain(struct scanning *scanning, uint64_t segment, const char *text) {
    struct log_damage damage = {.segment = segment};
    tell(scanning, &damage, "%s", text);
}

static int unreadable(struct scanning *scanning, uint64_t number) {
    snprintf(scanning->reason, scanning->reason_size,
             "log file segment-%012" PRIu64 ": cannot be read", number);
    return LOG_FAILED;
}

/* ---- batches ---- */

static int visit(struct scanning *scanning, const struct segment_reader *reader,
                 struct span plain) {
    const struct log_scan *scan = scanning->scan;
    struct log_batch batch = {
        .place = reader->place,
        .ledger_version = reader->version,
        .follows = !scanning->gap,
        .plain = plain,
    };
    scanning->gap = false;
    scanning->scanned.batches++;
    scanning->scanned.last = reader->place;
    scanning->scanned.sealed = plain.size == 0;
    return scan->visit == NULL ? 0 : scan->visit(scan->context, &batch);
}

static void check_known(struct scanning *scanning, const struct segment_reader *reader) {
    const struct log_place *known = &scanning->scan->known;
    if (known->batch == 0 || reader->place.batch != known->batch)
        return;
    scanning->known = true;
    struct log_damage damage = {reader->header.number, reader->offset, known->batch, NULL};
    if (!digest_equal(&reader->place.chain, &known->chain))
        tell(scanning, &damage,
             "batch %" PRIu64 " is not the one that the store has applied: store and log do not "
             "belong together",
             known->batch);
}

/* No batch stands where one could. 0: go on at the one that was found behind; READER_END. */
static int look_behind(struct scanning *scanning, struct segment_reader *reader, uint64_t end) {
    uint64_t found;
    struct log_damage damage = {reader->header.number, reader->offset, reader->place.batch + 1,
                                NULL};
    int rc = segment_reader_rest(reader, &found);
    if (rc == READER_FOLLOWED) {
        tell(scanning, &damage,
             "log file segment-%012" PRIu64 ", offset %" PRIu64 ": batch %" PRIu64
             " is damaged; what stands at offset %" PRIu64 " is not",
             damage.segment, damage.offset, damage.batch, found);
        return segment_reader_resume(reader, found);
    }
    if (rc == READER_END && end != UINT64_MAX)
        tell(scanning, &damage,
             "log file segment-%012" PRIu64 ", offset %" PRIu64 ": batch %" PRIu64
             " is damaged or missing; the segment should end with batch %" PRIu64,
             damage.segment, damage.offset, damage.batch, end);
    if (rc == READER_END && end == UINT64_MAX && scanning->whole)
        scanning->scanned.torn = segment_reader_torn(reader);
    return rc;
}

static int scan_batches(struct scanning *scanning, struct segment_reader *reader, uint64_t end) {
    int rc = 0;
    while (rc == 0 && reader->place.batch < end) {
        struct span plain;
        rc = segment_reader_next(reader, &plain);
        if (rc == 0)
            rc = visit(scanning, reader, plain);
        else if (rc == READER_END)
            rc = look_behind(scanning, reader, end);
        if (rc == 0)
            check_known(scanning, reader);
    }
    return rc == READER_END ? 0 : rc;
}

/* What was read up to a segment's end must be what its successor's header says. */
static void check_joint(struct scanning *scanning, const struct segment_reader *reader,
                        const struct segment_header *next) {
    struct log_damage damage = {next->number, 0, next->first_batch, NULL};
    if (scanning->gap || (reader->place.batch == next->first_batch - 1 &&
                          digest_equal(&reader->place.chain, &next->chain)))
        return;
    tell(scanning, &damage,
         "log file segment-%012" PRIu64 " does not go on where the one before it ends",
         next->number);
}

static int scan_segment(struct scanning *scanning, const struct segment_header *header,
                        const struct segment_header *next) {
    char text[TEXT_MAX];
    struct reason reason = {text, sizeof(text)};
    struct log *log = &scanning->log;
    struct segment_reader reader;
    ENSURE(header != NULL);
    int rc = segment_reader_open(&log->disk, log->keyring, header, &reader, &reason);
    if (rc == LOG_DAMAGED)
        tell_plain(scanning, header->number, text);
    if (rc != 0)
        return rc == LOG_DAMAGED ? 0 : unreadable(scanning, header->number);
    check_known(scanning, &reader);
    rc = scan_batches(scanning, &reader, next != NULL ? next->first_batch - 1 : UINT64_MAX);
    if (rc == 0 && next != NULL)
        check_joint(scanning, &reader, next);
    segment_reader_close(&reader);
    /* Whoever visits may have failed, too, and has said so. */
    return rc == LOG_FAILED && scanning->reason[0] == '\0' ? unreadable(scanning, header->number)
                                                           : rc;
}

/* ---- headers ---- */

/* Files that the chain leaves out are what a recovery that was killed left: whole, with a number of
 * their own. */
static int check_left_out(struct scanning *scanning) {
    for (size_t i = 0; i < scanning->folder.count; i++) {
        const struct folder_file *file = &scanning->folder.files[i];
        char text[TEXT_MAX];
        struct reason reason = {text, sizeof(text)};
        struct segment_header header;
        if (file->kind != FOLDER_SEGMENT || file->in_chain)
            continue;
        int rc = segment_read_header(&scanning->log.disk, scanning->log.keyring, file->number,
                                     &header, &reason);
        if (rc == LOG_FAILED)
            return unreadable(scanning, file->number);
        if (rc == 0 && header.bytes != file->bytes)
            snprintf(text, sizeof(text),
                     "log file segment-%012" PRIu64 " has not the size that it was made with",
                     file->number);
        if (rc != 0 || header.bytes != file->bytes)
            tell_plain(scanning, file->number, text);
        else if (!scanning->whole)
            log_add_segment(&scanning->log, &header);
    }
    return 0;
}

/* Of head's two blocks one may be torn: while it was to name a segment that is there already. */
static void check_head_block(struct scanning *scanning) {
    const struct log *log = &scanning->log;
    if (log->head.fd >= 0 && log->head.block_damaged &&
        folder_newest(&scanning->folder) <= log->head.segment)
        tell_plain(scanning, 0, "log file " HEAD_NAME ": one of its two blocks is damaged");
}

/* Whether the one that head names was copied into the last one by a recovery that did not come to
 * name it: it removes the old one only then. */
static bool is_copy(struct scanning *scanning, const struct segment_header *last) {
    const struct log *log = &scanning->log;
    struct reason unread = {NULL, 0};
    struct segment_header named;
    return folder_segment(&scanning->folder, log->head.segment) != NULL &&
           segment_read_header(&log->disk, log->keyring, log->head.segment, &named, &unread) == 0 &&
           named.epoch < last->epoch && named.previous == last->previous;
}

/* A segment above the one that head names has no batch yet, or is such a copy. */
static void check_named(struct scanning *scanning) {
    const struct log *log = &scanning->log;
    if (log->head.fd < 0 || log->segment_count == 0)
        return;
    const struct segment_header *last = &log->segments[log->segment_count - 1];
    bool empty =
        last->number == log->head.segment + 1 && scanning->scanned.last.batch < last->first_batch;
    if (last->number > log->head.segment && !empty && !is_copy(scanning, last))
        tell_plain(scanning, 0,
                   "log file " HEAD_NAME " does not name the segment that was written last");
}

static int compare_headers(const void *left, const void *right) {
    const struct segment_header *a = left;
    const struct segment_header *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

/* The key ring is the wrong one when it does not open what the log begins with. */
static bool other_key(struct scanning *scanning) {
    struct log *log = &scanning->log;
    uint8_t block[LOG_BLOCK];
    struct segment_header header;
    bool any = false;
    for (size_t i = 0; i < scanning->folder.count; i++) {
        char name[DISK_NAME_MAX];
        if (scanning->folder.files[i].kind != FOLDER_SEGMENT)
            continue;
        segment_name(scanning->folder.files[i].number, name);
        int fd = disk_open(&log->disk, name, O_RDONLY);
        int rc = fd < 0 ? fd : disk_read(&log->disk, fd, block, sizeof(block), 0);
        disk_close(&log->disk, fd);
        if (rc == 0 && segment_header_read(log->keyring, block, &header) != BLOCK_KEY)
            return false;
        any = any || rc == 0;
    }
    return any;
}

static int read_headers(struct scanning *scanning) {
    char text[TEXT_MAX];
    struct reason reason = {text, sizeof(text)};
    struct log *log = &scanning->log;
    int rc = chain_read(log, &scanning->folder, O_RDONLY, &reason);
    scanning->whole = rc == 0;
    if (rc == LOG_DAMAGED && other_key(scanning)) {
        snprintf(scanning->reason, scanning->reason_size, "%s", text);
        return LOG_OTHER_KEY;
    }
    if (rc == LOG_DAMAGED)
        tell_plain(scanning, 0, text);
    else if (rc != 0)
        snprintf(scanning->reason, scanning->reason_size, "%s", text);
    if (rc != 0 && rc != LOG_DAMAGED)
        return rc;
    rc = check_left_out(scanning);
    if (!scanning->whole && log->segment_count > 0)
        qsort(log->segments, log->segment_count, sizeof(*log->segments), compare_headers);
    return rc;
}

/* ---- all of it ---- */

static void scanning_init(struct scanning *scanning, const struct log_scan *scan, char *reason_out,
                          size_t reason_size) {
    *scanning = (struct scanning){.scan = scan, .reason = reason_out, .reason_size = reason_size};
    scanning->log.disk = (struct disk){scan->io, xstrdup(scan->dir)};
    scanning->log.keyring = scan->keyring;
    scanning->log.head.fd = -1;
}

static void scanning_deinit(struct scanning *scanning) {
    disk_close(&scanning->log.disk, scanning->log.head.fd);
    folder_deinit(&scanning->folder);
    free(scanning->log.segments);
    free(scanning->log.disk.dir);
}

static void check_known_met(struct scanning *scanning) {
    const struct log_place *known = &scanning->scan->known;
    const struct log_scanned *scanned = &scanning->scanned;
    struct log_damage damage = {.batch = known->batch};
    if (known->batch == 0 || scanning->known || scanned->damages > 0)
        return;
    if (known->batch > scanned->last.batch)
        tell(scanning, &damage,
             "the log ends with batch %" PRIu64 ", but the store has applied %" PRIu64
             ": the store is ahead of the log",
             scanned->last.batch, known->batch);
    else
        tell(scanning, &damage,
             "the log begins with batch %" PRIu64 ", but the store has applied only %" PRIu64
             ": the store is older than what the log keeps",
             scanned->first.batch + 1, known->batch);
}

static int scan_all(struct scanning *scanning) {
    struct log *log = &scanning->log;
    int rc = read_headers(scanning);
    if (rc != 0)
        return rc;
    scanning->scanned.segments = log->segment_count;
    scanning->scanned.sealed = true;
    scanning->gap = false;
    if (log->segment_count > 0)
        scanning->scanned.first =
            (struct log_place){log->segments[0].first_batch - 1, log->segments[0].chain};
    scanning->scanned.last = scanning->scanned.first;
    for (size_t i = 0; rc == 0 && i < log->segment_count; i++) {
        bool last = i + 1 == log->segment_count || !scanning->whole;
        scanning->gap = scanning->gap || (!scanning->whole && i > 0);
        rc = scan_segment(scanning, &log->segments[i], last ? NULL : &log->segments[i + 1]);
    }
    if (rc == 0 && scanning->whole)
        check_head_block(scanning);
    if (rc == 0 && scanning->whole)
        check_named(scanning);
    if (rc == 0)
        check_known_met(scanning);
    return rc;
}

int log_scan(const struct log_scan *scan, struct log_scanned *scanned_out, char *reason_out,
             size_t reason_size) {
    struct scanning scanning;
    reason_out[0] = '\0';
    scanning_init(&scanning, scan, reason_out, reason_size);
    int rc = scan_all(&scanning);
    *scanned_out = scanning.scanned;
    scanning_deinit(&scanning);
    return rc;
}
