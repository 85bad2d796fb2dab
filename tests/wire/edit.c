/*
 * The field editor. It knows varints and lengths, nothing of any schema, and expects well-formed
 * messages: it edits what our own encoders wrote.
 */
#include "wire/edit.h"

#include "util/fatal.h"

static uint64_t take_varint(struct reader *reader) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_u8(reader);
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    ENSURE(!reader->failed);
    return value;
}

static void put_varint(struct buf *out, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        buf_append_byte(out, (uint8_t)(value | 0x80));
    buf_append_byte(out, (uint8_t)value);
}

static void put_bytes(unsigned field, struct span bytes, struct buf *out) {
    put_varint(out, (uint64_t)field << 3 | 2);
    put_varint(out, bytes.size);
    buf_append_span(out, bytes);
}

void edit_append(unsigned field, const struct edit *edit, struct buf *out) {
    if (edit->kind == EDIT_NUMBER) {
        put_varint(out, (uint64_t)field << 3);
        put_varint(out, edit->number);
    } else if (edit->kind == EDIT_BYTES) {
        put_bytes(field, edit->bytes, out);
    }
}

/* The new value of the field at the path's head, whose old bytes (if it is a message) are given. */
static void put_edited(struct span old, const unsigned *path, const struct edit *edit,
                       struct buf *out) {
    if (path[1] == 0) {
        edit_append(path[0], edit, out);
        return;
    }
    struct buf inner;
    buf_init(&inner);
    edit_field(old, path + 1, edit, &inner);
    put_bytes(path[0], buf_span(&inner), out);
    buf_deinit(&inner);
}

void edit_field(struct span message, const unsigned path[EDIT_DEPTH], const struct edit *edit,
                struct buf *out) {
    struct reader reader = reader_over(message);
    bool done = false;
    while (reader.rest.size > 0) {
        const uint8_t *start = reader.rest.data;
        uint64_t tag = take_varint(&reader);
        struct span bytes = {NULL, 0};
        if ((tag & 7) == 2)
            bytes = reader_bytes(&reader, (size_t)take_varint(&reader));
        else
            (void)take_varint(&reader);
        if (tag >> 3 != path[0])
            buf_append(out, start, (size_t)(reader.rest.data - start));
        else if (!done)
            put_edited(bytes, path, edit, out);
        done = done || tag >> 3 == path[0];
    }
    if (!done)
        put_edited(span_of(NULL, 0), path, edit, out);
}
