/*
 * The batches of one segment, in order, in bounded memory. Private to the log.
 */
#ifndef LG_LOG_READER_H
#define LG_LOG_READER_H

#include "log/internal.h"

#define READER_END 1      /* no further batch stands here */
#define READER_FOLLOWED 2 /* none stands here, but one of this segment does later: damage */

struct reader_buffer {
    uint8_t *data;
    size_t cap;
};

struct segment_reader {
    const struct disk *disk;
    int fd;
    struct segment_header header;
    struct segment_cipher cipher;
    uint64_t offset;        /* where the next batch begins */
    struct log_place place; /* after the last batch read */
    uint32_t version;       /* of the last batch read */
    struct reader_buffer window;
    uint64_t window_offset;
    size_t window_size;
    struct reader_buffer plain;
};

/* Reads and checks the header of segment `number`. 0, LOG_DAMAGED, LOG_FAILED. */
int segment_read_header(const struct disk *disk, const struct keyring *keyring, uint64_t number,
                        struct segment_header *header_out, struct reason *reason) MUST_USE;
/* Opens that segment, whose header was read before, at its first batch. Same returns. */
int segment_reader_open(const struct disk *disk, const struct keyring *keyring,
                        const struct segment_header *header, struct segment_reader *reader,
                        struct reason *reason) MUST_USE;
void segment_reader_close(struct segment_reader *reader);
/* The next batch. 0 (plain_out borrowed until the next call), READER_END, LOG_FAILED. */
int segment_reader_next(struct segment_reader *reader, struct span *plain_out) MUST_USE;
/* After READER_END: READER_END when nothing of this segment follows, READER_FOLLOWED (where in
 * offset_out), LOG_FAILED. */
int segment_reader_rest(struct segment_reader *reader, uint64_t *offset_out) MUST_USE;
/* After READER_FOLLOWED: goes on at that offset, whatever stood before. The place is then the one
 * that the batch there claims to follow. 0, READER_END, LOG_FAILED. */
int segment_reader_resume(struct segment_reader *reader, uint64_t offset) MUST_USE;
/* Whether the first block behind the last batch read begins one of this segment: a write that did
 * not come to its end, or damage. */
bool segment_reader_torn(struct segment_reader *reader);

#endif
