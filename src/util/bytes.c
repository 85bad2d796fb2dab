/*
 * Byte ranges, growable buffers, big-endian numbers, the checked reader and hex.
 *
 * Invariant of a buf: size <= cap, and data is NULL only while cap is 0. A reader never hands out
 * a byte beyond its span. Nothing here knows what the bytes mean.
 */
#include "util/bytes.h"

#include <stdlib.h>
#include <string.h>

#include "util/fatal.h"

#define BUF_FIRST_CAP 64

struct span span_of(const void *data, size_t size) {
    return (struct span){data, size};
}

struct span span_text(const char *text) {
    return span_of(text, strlen(text));
}

struct span buf_span(const struct buf *buf) {
    return (struct span){buf->data, buf->size};
}

bool span_equal(struct span a, struct span b) {
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int span_compare(struct span a, struct span b) {
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.size > b.size) - (a.size < b.size);
}

void buf_init(struct buf *buf) {
    *buf = (struct buf){NULL, 0, 0};
}

void buf_deinit(struct buf *buf) {
    free(buf->data);
    buf_init(buf);
}

void buf_clear(struct buf *buf) {
    buf->size = 0;
}

uint8_t *buf_reserve(struct buf *buf, size_t extra) {
    size_t needed;
    ENSURE(!__builtin_add_overflow(buf->size, extra, &needed));
    if (needed > buf->cap || buf->data == NULL) {
        size_t cap = buf->cap > 0 ? buf->cap : BUF_FIRST_CAP;
        while (cap < needed)
            cap = cap <= SIZE_MAX / 2 ? cap * 2 : needed;
        buf->data = xrealloc(buf->data, cap);
        buf->cap = cap;
    }
    return buf->data + buf->size;
}

void buf_append(struct buf *buf, const void *data, size_t size) {
    if (size == 0)
        return;
    memcpy(buf_reserve(buf, size), data, size);
    buf->size += size;
}

void buf_append_span(struct buf *buf, struct span bytes) {
    buf_append(buf, bytes.data, bytes.size);
}

void buf_append_byte(struct buf *buf, uint8_t byte) {
    buf_append(buf, &byte, 1);
}

void buf_append_be16(struct buf *buf, uint16_t value) {
    put_be16(buf_reserve(buf, 2), value);
    buf->size += 2;
}

void buf_append_be32(struct buf *buf, uint32_t value) {
    put_be32(buf_reserve(buf, 4), value);
    buf->size += 4;
}

void buf_append_be64(struct buf *buf, uint64_t value) {
    put_be64(buf_reserve(buf, 8), value);
    buf->size += 8;
}

void buf_consume(struct buf *buf, size_t size) {
    ENSURE(size <= buf->size);
    if (size == 0)
        return;
    buf->size -= size;
    memmove(buf->data, buf->data + size, buf->size);
}

void put_be16(uint8_t *to, uint16_t value) {
    value = __builtin_bswap16(value);
    memcpy(to, &value, sizeof(value));
}

void put_be32(uint8_t *to, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(to, &value, sizeof(value));
}

void put_be64(uint8_t *to, uint64_t value) {
    value = __builtin_bswap64(value);
    memcpy(to, &value, sizeof(value));
}

uint16_t get_be16(const uint8_t *from) {
    uint16_t value;
    memcpy(&value, from, sizeof(value));
    return __builtin_bswap16(value);
}

uint32_t get_be32(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, sizeof(value));
    return __builtin_bswap32(value);
}

uint64_t get_be64(const uint8_t *from) {
    uint64_t value;
    memcpy(&value, from, sizeof(value));
    return __builtin_bswap64(value);
}

struct reader reader_over(struct span bytes) {
    return (struct reader){bytes, false};
}

struct span reader_bytes(struct reader *reader, size_t size) {
    if (reader->failed || size > reader->rest.size) {
        reader->failed = true;
        return (struct span){NULL, 0};
    }
    struct span bytes = {reader->rest.data, size};
    if (size > 0) {
        reader->rest.data += size;
        reader->rest.size -= size;
    }
    return bytes;
}

uint8_t reader_u8(struct reader *reader) {
    struct span bytes = reader_bytes(reader, 1);
    return bytes.size > 0 ? bytes.data[0] : 0;
}

uint16_t reader_be16(struct reader *reader) {
    struct span bytes = reader_bytes(reader, 2);
    return bytes.size > 0 ? get_be16(bytes.data) : 0;
}

uint32_t reader_be32(struct reader *reader) {
    struct span bytes = reader_bytes(reader, 4);
    return bytes.size > 0 ? get_be32(bytes.data) : 0;
}

uint64_t reader_be64(struct reader *reader) {
    struct span bytes = reader_bytes(reader, 8);
    return bytes.size > 0 ? get_be64(bytes.data) : 0;
}

void hex_format(const uint8_t *bytes, size_t size, char *text_out) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        text_out[2 * i] = digits[bytes[i] >> 4];
        text_out[2 * i + 1] = digits[bytes[i] & 15];
    }
    text_out[2 * size] = '\0';
}

/* -1 for anything but a hex digit, NUL included. */
static int hex_value(char digit) {
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool hex_parse(const char *text, uint8_t *bytes_out, size_t size) {
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(text[2 * i]);
        int low = high < 0 ? -1 : hex_value(text[2 * i + 1]);
        if (low < 0)
            return false;
        bytes_out[i] = (uint8_t)(high << 4 | low);
    }
    return text[2 * size] == '\0';
}
