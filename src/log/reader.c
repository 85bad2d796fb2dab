/*
 * The batches of one segment, in order.
 *
 * Invariant: what segment_reader_next hands out is authentic, has the next number and stands on the
 * chain of what was handed out before, back to the header. Memory is bounded by one batch and one
 * window, whatever the segment says. Why no batch stands somewhere (torn, damaged, not yet
 * written) is not decided here: segment_reader_rest tells the caller what it needs for that.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log/reader.h"
#include "util/logline.h"

static int header_fault(enum block_state state, const char *name, struct reason *reason) {
    if (state == BLOCK_KEY)
        return explain(
            reason, LOG_DAMAGED,
            "log file %s: the key file does not open it: put back the key file that this "
            "log was written with",
            name);
    if (state == BLOCK_FORMAT)
        return explain(reason, LOG_DAMAGED,
                       "log file %s: its format is not one of this program: start the program that "
                       "wrote it",
                       name);
    return explain(reason, LOG_DAMAGED,
                   "log file %s, offset 0: the header is damaged: restore store and log from a "
                   "backup",
                   name);
}

static int read_block(const struct disk *disk, const struct keyring *keyring, uint64_t number,
                      uint8_t block[LOG_BLOCK], struct segment_header *header_out, int *fd_out,
                      struct reason *reason) {
    char name[DISK_NAME_MAX];
    segment_name(number, name);
    int fd = disk_open(disk, name, O_RDONLY);
    if (fd < 0)
        return explain(reason, LOG_FAILED, "log file %s: cannot open: %s", name, strerror(-fd));
    int rc = disk_read(disk, fd, block, LOG_BLOCK, 0);
    if (rc == -ENODATA)
        rc = header_fault(BLOCK_DAMAGED, name, reason);
    else if (rc != 0)
        rc = explain(reason, LOG_FAILED, "log file %s: cannot read: %s", name, strerror(-rc));
    if (rc == 0) {
        enum block_state state = segment_header_read(keyring, block, header_out);
        if (state != BLOCK_RIGHT)
            rc = header_fault(state, name, reason);
        else if (header_out->number != number)
            rc = explain(reason, LOG_DAMAGED,
                         "log file %s is a copy of segment %" PRIu64 ": restore store and log from "
                         "a backup",
                         name, header_out->number);
    }
    if (rc != 0) {
        disk_close(disk, fd);
        return rc;
    }
    *fd_out = fd;
    return 0;
}

int segment_read_header(const struct disk *disk, const struct keyring *keyring, uint64_t number,
                        struct segment_header *header_out, struct reason *reason) {
    uint8_t block[LOG_BLOCK];
    int fd;
    int rc = read_block(disk, keyring, number, block, header_out, &fd, reason);
    if (rc == 0)
        disk_close(disk, fd);
    return rc;
}

int segment_reader_open(const struct disk *disk, const struct keyring *keyring,
                        const struct segment_header *header, struct segment_reader *reader,
                        struct reason *reason) {
    uint8_t block[LOG_BLOCK];
    struct segment_header found;
    int fd;
    int rc = read_block(disk, keyring, header->number, block, &found, &fd, reason);
    if (rc != 0)
        return rc;
    if (memcmp(found.salt, header->salt, SEGMENT_SALT_SIZE) != 0) {
        disk_close(disk, fd);
        return explain(reason, LOG_DAMAGED, "log segment %" PRIu64 " was replaced while in use",
                       header->number);
    }
    *reader = (struct segment_reader){
        .disk = disk,
        .fd = fd,
        .header = found,
        .offset = LOG_BLOCK,
        .place = {found.first_batch - 1, found.chain},
        .version = found.ledger_version,
    };
    segment_cipher_init(&reader->cipher, keyring, block);
    return 0;
}

void segment_reader_close(struct segment_reader *reader) {
    disk_close(reader->disk, reader->fd);
    segment_cipher_deinit(&reader->cipher);
    free(reader->window.data);
    free(reader->plain.data);
}

static void buffer_fit(struct reader_buffer *buffer, size_t size) {
    if (size <= buffer->cap)
        return;
    buffer->data = xrealloc(buffer->data, size);
    buffer->cap = size;
}

/* The bytes at offset, which must lie in the segment; read ahead, since the next ones follow. */
static int look(struct segment_reader *reader, uint64_t offset, size_t size,
                const uint8_t **bytes_out) {
    if (offset < reader->window_offset ||
        offset + size > reader->window_offset + reader->window_size) {
        uint64_t rest = reader->header.bytes - offset;
        size_t wanted = size > DISK_CHUNK ? size : DISK_CHUNK;
        if (wanted > rest)
            wanted = (size_t)rest;
        buffer_fit(&reader->window, wanted);
        reader->window_size = 0;
        int rc = disk_read(reader->disk, reader->fd, reader->window.data, wanted, offset);
        if (rc != 0) {
            log_line(LOG_ERR, "log_read_failed", LOG_INT("segment", reader->header.number),
                     LOG_INT("offset", offset), LOG_TEXT("error", strerror(-rc)));
            return LOG_FAILED;
        }
        reader->window_offset = offset;
        reader->window_size = wanted;
    }
    *bytes_out = reader->window.data + (offset - reader->window_offset);
    return 0;
}

/* An authentic batch of this segment at offset, whatever its number: 0 (opened into
 * reader->plain), READER_END, LOG_FAILED. */
static int open_at(struct segment_reader *reader, uint64_t offset,
                   struct batch_header *header_out) {
    if (offset + LOG_BLOCK > reader->header.bytes)
        return READER_END;
    const uint8_t *bytes;
    int rc = look(reader, offset, LOG_BLOCK, &bytes);
    if (rc != 0)
        return rc;
    if (!batch_begins(&reader->cipher, bytes, header_out))
        return READER_END;
    size_t size = batch_size(header_out->plain_size);
    if (offset + size > reader->header.bytes)
        return READER_END;
    rc = look(reader, offset, size, &bytes);
    if (rc != 0)
        return rc;
    buffer_fit(&reader->plain, size);
    return batch_open(&reader->cipher, header_out, bytes, reader->plain.data) ? 0 : READER_END;
}

int segment_reader_next(struct segment_reader *reader, struct span *plain_out) {
    struct batch_header header;
    int rc = open_at(reader, reader->offset, &header);
    if (rc != 0)
        return rc;
    if (header.number != reader->place.batch + 1 ||
        memcmp(reader->plain.data, reader->place.chain.bytes, DIGEST_SIZE) != 0)
        return READER_END;
    struct span plain = span_of(reader->plain.data + DIGEST_SIZE, header.plain_size);
    reader->place.chain = batch_chain(&reader->place.chain, header.number, plain);
    reader->place.batch = header.number;
    reader->version = header.ledger_version;
    reader->offset += batch_size(header.plain_size);
    *plain_out = plain;
    return 0;
}

int segment_reader_rest(struct segment_reader *reader, uint64_t *offset_out) {
    struct batch_header header;
    int rc = READER_END;
    uint64_t offset = reader->offset;
    for (; rc == READER_END && offset < reader->header.bytes; offset += LOG_BLOCK)
        rc = open_at(reader, offset, &header);
    if (rc != 0)
        return rc;
    *offset_out = offset - LOG_BLOCK;
    return READER_FOLLOWED;
}

int segment_reader_resume(struct segment_reader *reader, uint64_t offset) {
    struct batch_header header;
    int rc = open_at(reader, offset, &header);
    if (rc != 0)
        return rc;
    reader->offset = offset;
    reader->place.batch = header.number - 1;
    memcpy(reader->place.chain.bytes, reader->plain.data, DIGEST_SIZE);
    return 0;
}

bool segment_reader_torn(struct segment_reader *reader) {
    const uint8_t *bytes;
    struct batch_header header;
    return reader->offset + BATCH_HEADER_SIZE <= reader->header.bytes &&
           look(reader, reader->offset, BATCH_HEADER_SIZE, &bytes) == 0 &&
           batch_begins(&reader->cipher, bytes, &header);
}
