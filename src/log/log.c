/*
 * Appending: one batch, one write, one sync.
 *
 * Invariant: log->last is durable; nothing else was ever promised. A batch is written once, behind
 * the one before it, into a segment that head names. After a failure nothing is written any more:
 * what reached the disk is for recovery to find. New segments come from spares, whose writing is a
 * chore (chore.c): appending never waits for it.
 */
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/state.h"
#include "util/logline.h"

#define BUFFER_FIRST ((size_t)256 << 10)

static int check_config(const struct log_config *config, struct reason *reason) {
    if (config->segment_bytes % LOG_BLOCK != 0 || config->segment_bytes < LOG_SEGMENT_MIN ||
        config->segment_bytes > LOG_SEGMENT_MAX)
        return explain(reason, LOG_FAILED,
                       "log: the segment size must be a multiple of %d from %" PRIu64 " to %" PRIu64
                       " bytes",
                       LOG_BLOCK, LOG_SEGMENT_MIN, LOG_SEGMENT_MAX);
    if (config->max_bytes / 3 < config->segment_bytes)
        return explain(reason, LOG_FAILED, "log: the byte cap must hold at least three segments");
    if (config->spares < 1 || config->spares > LOG_SPARES_MAX / 2)
        return explain(reason, LOG_FAILED, "log: spares must be from 1 to %d", LOG_SPARES_MAX / 2);
    return 0;
}

int log_open(const struct log_config *config, struct keyring *keyring,
             const struct log_place *applied, struct log **log_out, char *reason_out,
             size_t reason_size) {
    struct reason reason = {reason_out, reason_size};
    int rc = check_config(config, &reason);
    if (rc != 0)
        return rc;
    struct log *log = xcalloc(1, sizeof(*log));
    log->disk = (struct disk){config->io, xstrdup(config->dir)};
    log->config = *config;
    log->config.dir = log->disk.dir;
    log->keyring = keyring;
    log->next_spare = 1;
    log->head.fd = -1;
    log->writer.fd = -1;
    rc = log_recover(log, applied, &reason);
    if (rc != 0) {
        log_close(log);
        return rc;
    }
    *log_out = log;
    return 0;
}

void log_close(struct log *log) {
    if (log == NULL)
        return;
    ENSURE(!log->chore_out);
    disk_close(&log->disk, log->head.fd);
    writer_abandon(log, &log->writer);
    free(log->segments);
    free(log->buffer);
    free(log->disk.dir);
    free(log);
}

void log_add_segment(struct log *log, const struct segment_header *header) {
    if (log->segment_count == log->segment_cap) {
        log->segment_cap = log->segment_cap > 0 ? 2 * log->segment_cap : 16;
        log->segments = xrealloc(log->segments, log->segment_cap * sizeof(*log->segments));
    }
    log->segments[log->segment_count++] = *header;
}

void log_add_spare(struct log *log, uint64_t number) {
    ENSURE(log->spare_count < LOG_SPARES_MAX);
    log->spares[log->spare_count++] = number;
}

size_t log_spares_wanted(const struct log *log) {
    return log->config.spares + LOG_RECOVERY_SPARES;
}

uint64_t log_file_bytes(const struct log *log) {
    uint64_t bytes = log->spare_count * log->config.segment_bytes + log->chore_bytes;
    for (size_t i = 0; i < log->segment_count; i++)
        bytes += log->segments[i].bytes;
    return bytes;
}

static uint64_t spare_to_use(const struct log *log, uint64_t spare) {
    if (spare > 0)
        return spare;
    ENSURE(log->spare_count > 0);
    return log->spares[log->spare_count - 1];
}

int writer_begin(struct log *log, struct segment_header *header, uint64_t spare,
                 struct writer *writer_out) {
    log->disk.io.random(log->disk.io.context, header->salt, SEGMENT_SALT_SIZE);
    uint8_t block[LOG_BLOCK];
    segment_header_write(log->keyring, header, block);
    char name[DISK_NAME_MAX];
    spare_name(spare_to_use(log, spare), name);
    struct writer writer = {
        .fd = disk_open(&log->disk, name, O_RDWR),
        .header = *header,
        .offset = LOG_BLOCK,
    };
    if (writer.fd < 0)
        return writer.fd;
    int rc = disk_write(&log->disk, writer.fd, block, sizeof(block), 0);
    if (rc != 0) {
        disk_close(&log->disk, writer.fd);
        return rc;
    }
    segment_cipher_init(&writer.cipher, log->keyring, block);
    *writer_out = writer;
    return 0;
}

/* Grows by doubling, so that a steady load stops allocating. */
static uint8_t *batch_buffer(struct log *log, size_t size) {
    if (size > log->buffer_cap) {
        size_t cap = log->buffer_cap > 0 ? log->buffer_cap : BUFFER_FIRST;
        while (cap < size)
            cap *= 2;
        free(log->buffer);
        log->buffer = aligned_alloc(LOG_BLOCK, cap);
        if (log->buffer == NULL)
            fatal("log", "no memory for a batch of %zu bytes", size);
        log->buffer_cap = cap;
    }
    return log->buffer;
}

int writer_put(struct log *log, struct writer *writer, const struct batch_header *header,
               const struct digest *previous, struct span plain) {
    size_t size = batch_size(plain.size);
    ENSURE(writer->offset + size <= writer->header.bytes);
    uint8_t *batch = batch_buffer(log, size);
    batch_seal(&writer->cipher, header, previous, plain, batch);
    int rc = disk_write(&log->disk, writer->fd, batch, size, writer->offset);
    if (rc != 0)
        return rc;
    writer->offset += size;
    log->appended_bytes += size;
    return 0;
}

int writer_commit(struct log *log, uint64_t spare, struct writer *writer) {
    int rc = disk_sync(&log->disk, writer->fd);
    if (rc != 0)
        return rc;
    char from[DISK_NAME_MAX];
    char to[DISK_NAME_MAX];
    spare_name(spare_to_use(log, spare), from);
    segment_name(writer->header.number, to);
    rc = disk_rename(&log->disk, from, to);
    if (rc == 0)
        rc = head_advance(&log->head, &log->disk, log->keyring, &writer->header);
    if (rc != 0)
        return rc;
    if (spare == 0)
        log->spare_count--;
    writer_abandon(log, &log->writer);
    log->writer = *writer;
    writer->fd = -1;
    log_add_segment(log, &log->writer.header);
    return 0;
}

void writer_abandon(struct log *log, struct writer *writer) {
    if (writer->fd < 0)
        return;
    disk_close(&log->disk, writer->fd);
    segment_cipher_deinit(&writer->cipher);
    writer->fd = -1;
}

static int fail(struct log *log, const char *event, int rc) {
    log->failed = true;
    log_line(LOG_CRIT, event, LOG_INT("batch", log->last.batch + 1),
             LOG_TEXT("error", strerror(-rc)));
    return LOG_FAILED;
}

static int next_segment(struct log *log, int64_t now_ms) {
    struct segment_header header = {
        .number = log->writer.header.number + 1,
        .previous = log->writer.header.number,
        .epoch = log->writer.header.epoch,
        .bytes = log->config.segment_bytes,
        .first_batch = log->last.batch + 1,
        .created_ms = now_ms,
        .ledger_version = log->config.ledger_version,
        .chain = log->last.chain,
    };
    struct writer writer;
    int rc = writer_begin(log, &header, 0, &writer);
    if (rc != 0)
        return rc;
    rc = writer_commit(log, 0, &writer);
    if (rc != 0)
        writer_abandon(log, &writer);
    return rc;
}

size_t log_batch_max(const struct log *log) {
    return batch_plain_max(log->config.segment_bytes);
}

static bool fits(const struct log *log, size_t plain_size) {
    return log->writer.offset + batch_size(plain_size) <= log->writer.header.bytes;
}

int log_room(const struct log *log, size_t plain_size) {
    return fits(log, plain_size) || log->spare_count > LOG_RECOVERY_SPARES ? 0 : LOG_FULL;
}

int log_append(struct log *log, struct span plain, int64_t now_ms, struct log_place *place_out) {
    ENSURE(plain.size <= log_batch_max(log));
    if (log->failed)
        return LOG_FAILED;
    if (log_room(log, plain.size) != 0)
        return LOG_FULL;
    if (!fits(log, plain.size)) {
        int rc = next_segment(log, now_ms);
        if (rc != 0)
            return fail(log, "log_segment_failed", rc);
    }
    struct batch_header header = {
        .number = log->last.batch + 1,
        .plain_size = (uint32_t)plain.size,
        .ledger_version = log->config.ledger_version,
    };
    int rc = writer_put(log, &log->writer, &header, &log->last.chain, plain);
    if (rc == 0)
        rc = disk_sync(&log->disk, log->writer.fd);
    if (rc != 0)
        return fail(log, "log_write_failed", rc);
    log->last.chain = batch_chain(&log->last.chain, header.number, plain);
    log->last.batch = header.number;
    log->sealed = plain.size == 0;
    *place_out = log->last;
    return 0;
}

struct log_place log_last(const struct log *log) {
    return log->last;
}

bool log_sealed(const struct log *log) {
    return log->sealed;
}

void log_stats(const struct log *log, struct log_stats *stats_out) {
    *stats_out = (struct log_stats){
        .segments = log->segment_count,
        .spares = log->spare_count,
        .bytes = log_file_bytes(log),
        .batches = log->last.batch + 1 - log->segments[0].first_batch,
        .appended_bytes = log->appended_bytes,
    };
}
