/*
 * The pieces of which payloads of commands that no bank sends are made; see message_internal.c.
 */
#ifndef LG_WIRE_INTERNAL_H
#define LG_WIRE_INTERNAL_H

#include <string.h>

#include "util/text.h"
#include "wire/message.h"

#define BANK_FIXED_SIZE 15 /* code, size of the name, roles, active, number of pins */
#define BANK_DENIED_SIZE (BANK_KINDS / 8)
#define BANK_SET_ALL (BANK_SET_NAME | BANK_SET_ROLES | BANK_SET_DENIED)
#define BANK_MAX                                                                                   \
    (BANK_FIXED_SIZE + BANK_NAME_MAX + BANK_PINS_MAX * (DIGEST_SIZE + 8) + BANK_DENIED_SIZE)
#define RECON_ROW_MAX                                                                              \
    (DIGEST_SIZE + ID_SIZE + 5 * 8 + 2 + 4 + CURRENCY_SIZE + 1 + REFERENCE_MAX + DATE_TEXT_SIZE +  \
     1 + PRODUCT_CODE_MAX + 2 * 8)
#define RESOLVE_MAX                                                                                \
    (ID_SIZE + 1 + 1 + REFERENCE_MAX + DATE_TEXT_SIZE + REASON_SIZE + 4 + BANK_WORD_MAX +          \
     DIGEST_SIZE)
#define INTERNAL_MAX (BANK_MAX + RECON_ROW_MAX + RESOLVE_MAX)

/* ---- writing ---- */

struct writer {
    uint8_t bytes[INTERNAL_MAX];
    size_t size;
};

static inline uint8_t *room(struct writer *writer, size_t size) {
    ENSURE(size <= sizeof(writer->bytes) - writer->size);
    uint8_t *place = writer->bytes + writer->size;
    writer->size += size;
    return place;
}

static inline void write_u8(struct writer *writer, uint8_t value) {
    *room(writer, 1) = value;
}

static inline void write_be32(struct writer *writer, uint32_t value) {
    put_be32(room(writer, 4), value);
}

static inline void write_be64(struct writer *writer, uint64_t value) {
    put_be64(room(writer, 8), value);
}

static inline void write_bytes(struct writer *writer, const void *bytes, size_t size) {
    memcpy(room(writer, size), bytes, size);
}

/* At most 255 bytes, with their size in front. */
static inline void write_text(struct writer *writer, const char *text, size_t max) {
    size_t size = strlen(text);
    ENSURE(size <= max && max <= UINT8_MAX);
    write_u8(writer, (uint8_t)size);
    write_bytes(writer, text, size);
}

static inline void write_id(struct writer *writer, const struct id *id) {
    write_bytes(writer, id->bytes, ID_SIZE);
}

static inline void write_digest(struct writer *writer, const struct digest *digest) {
    write_bytes(writer, digest->bytes, DIGEST_SIZE);
}

/* ---- reading: what does not fit makes the reader fail ---- */

static inline void read_into(struct reader *reader, void *bytes, size_t size) {
    struct span read = reader_bytes(reader, size);
    if (!reader->failed && size > 0)
        memcpy(bytes, read.data, size);
}

static inline bool read_bool(struct reader *reader) {
    uint8_t value = reader_u8(reader);
    if (value > 1)
        reader->failed = true;
    return value == 1;
}

/* Clean text of that size, at most max bytes, into max + 1. */
static inline void read_sized(struct reader *reader, size_t size, char *out, size_t max) {
    struct span text = reader_bytes(reader, size);
    if (text.size > max || !text_is_clean(text)) {
        reader->failed = true;
        return;
    }
    if (text.size > 0)
        memcpy(out, text.data, text.size);
    out[text.size] = '\0';
}

static inline void read_text(struct reader *reader, char *out, size_t max) {
    read_sized(reader, reader_u8(reader), out, max);
}

static inline void read_id(struct reader *reader, struct id *id) {
    read_into(reader, id->bytes, ID_SIZE);
}

static inline void read_digest(struct reader *reader, struct digest *digest) {
    read_into(reader, digest->bytes, DIGEST_SIZE);
}

/* A set of bits, of which none beyond those known is set. */
static inline uint32_t read_set(struct reader *reader, uint32_t known) {
    uint32_t bits = reader_be32(reader);
    if ((bits & ~known) != 0)
        reader->failed = true;
    return bits;
}

/* A number of an enum: first to last. */
static inline uint8_t read_enum(struct reader *reader, uint8_t first, uint8_t last) {
    uint8_t value = reader_u8(reader);
    if (value < first || value > last)
        reader->failed = true;
    return value;
}

/* ---- message_money.c: orders about what banks may owe, and have paid in ---- */
/* False: it is none. */
bool internal_write_money(struct writer *writer, const struct command *command);
void internal_read_money(struct reader *reader, struct command *command);

#endif
