/*
 * Byte ranges and growable buffers.
 *
 * A span borrows; a buf owns. Running out of memory ends the process (see fatal.h), so that
 * nothing here returns an error for it.
 */
#ifndef LG_UTIL_BYTES_H
#define LG_UTIL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes. data may be NULL when size is 0. */
struct span {
    const uint8_t *data;
    size_t size;
};

/* Owned bytes: [data, data + size) is filled, cap is allocated. Zero-initialised is empty. */
struct buf {
    uint8_t *data;
    size_t size;
    size_t cap;
};

#define SPAN_LITERAL(text) ((struct span){(const uint8_t *)(text), sizeof(text) - 1})

struct span span_of(const void *data, size_t size);
struct span span_text(const char *text);
struct span buf_span(const struct buf *buf);
bool span_equal(struct span a, struct span b);
/* Order of memcmp, a shorter prefix first: the order of LMDB's keys. Below, equal, above: -1, 0, 1. */
int span_compare(struct span a, struct span b);

void buf_init(struct buf *buf);
void buf_deinit(struct buf *buf);
/* Empties it and keeps the memory. */
void buf_clear(struct buf *buf);
/* Makes room for extra bytes behind the present ones and returns where they start. The caller
 * writes them and adds to size. */
uint8_t *buf_reserve(struct buf *buf, size_t extra);
void buf_append(struct buf *buf, const void *data, size_t size);
void buf_append_span(struct buf *buf, struct span bytes);
void buf_append_byte(struct buf *buf, uint8_t byte);
void buf_append_be16(struct buf *buf, uint16_t value);
void buf_append_be32(struct buf *buf, uint32_t value);
void buf_append_be64(struct buf *buf, uint64_t value);
/* Drops size bytes from the front (size <= buf->size). */
void buf_consume(struct buf *buf, size_t size);

void put_be16(uint8_t *to, uint16_t value);
void put_be32(uint8_t *to, uint32_t value);
void put_be64(uint8_t *to, uint64_t value);
uint16_t get_be16(const uint8_t *from);
uint32_t get_be32(const uint8_t *from);
uint64_t get_be64(const uint8_t *from);

/* Checked reader over a span: every get says whether the bytes were there; once one failed, all
 * later ones fail and failed stays set. */
struct reader {
    struct span rest;
    bool failed;
};

struct reader reader_over(struct span bytes);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_be16(struct reader *reader);
uint32_t reader_be32(struct reader *reader);
uint64_t reader_be64(struct reader *reader);
/* Borrowed from the span read; empty after a failure. */
struct span reader_bytes(struct reader *reader, size_t size);

/* Lower-case hex of bytes into text_out, which has room for 2 * size + 1. */
void hex_format(const uint8_t *bytes, size_t size, char *text_out);
/* Exactly 2 * size hex digits; false otherwise, bytes_out then unspecified. */
bool hex_parse(const char *text, uint8_t *bytes_out, size_t size);

#endif
