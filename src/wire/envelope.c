/*
 * The envelope, read and written by hand around its payload.
 *
 * Every message passes here twice, so the few fields are packed directly and the payload is copied
 * once: into its arena when it comes, behind its header when it goes. What is written equals what
 * protobuf's own packer makes of linkgate.v1.Envelope, byte for byte, and what is accepted reads
 * the same there (tests hold both against the generated code). Stricter than protobuf on purpose:
 * a field twice, a field of another version and a group are no envelope. The kind is passed on as
 * it stands, known or not.
 */
#include "wire/envelope.h"

#include <string.h>

#include "linkgate/v1/envelope.pb-c.h"
#include "wire/frame.h"

#define VARINT_MAX 10
#define WIRE_VARINT 0u
#define WIRE_BYTES 2u
#define TRACE_PARENT_LENGTH (TRACE_PARENT_SIZE - 1)

enum envelope_field {
    FIELD_CORRELATION = 1,
    FIELD_KIND = 2,
    FIELD_DIRECTION = 3,
    FIELD_PAYLOAD = 4,
    FIELD_TIMEOUT = 5,
    FIELD_TRACE_PARENT = 6
};

#define TAG(field, wire) ((uint8_t)((unsigned)(field) << 3 | (wire)))

_Static_assert(MESSAGE_REQUEST == (int)LINKGATE__V1__DIRECTION__DIRECTION_REQUEST, "wire value");
_Static_assert(MESSAGE_REPLY == (int)LINKGATE__V1__DIRECTION__DIRECTION_REPLY, "wire value");
_Static_assert(MESSAGE_NOTICE == (int)LINKGATE__V1__DIRECTION__DIRECTION_NOTICE, "wire value");
_Static_assert(MESSAGE_REFUSAL == (int)LINKGATE__V1__DIRECTION__DIRECTION_REFUSAL, "wire value");

/* ---- reading ---- */

static uint64_t read_varint(struct reader *reader) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_u8(reader);
        if (shift == 63 && byte > 1)
            break; /* more than 64 bits */
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    reader->failed = true;
    return 0;
}

static struct span read_bytes(struct reader *reader) {
    uint64_t length = read_varint(reader);
    if (length > reader->rest.size) {
        reader->failed = true;
        return (struct span){NULL, 0};
    }
    return reader_bytes(reader, (size_t)length);
}

static bool is_hex_or_hyphen(uint8_t byte, bool hyphen) {
    if (hyphen)
        return byte == '-';
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
}

/* "00-<32 hex>-<16 hex>-<2 hex>", or empty. */
static bool trace_parent_valid(struct span text) {
    if (text.size == 0)
        return true;
    if (text.size != TRACE_PARENT_LENGTH)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (!is_hex_or_hyphen(text.data[i], i == 2 || i == 35 || i == 52))
            return false;
    }
    return true;
}

/* One field's value into envelope; false for a field that this version does not have. */
static bool read_field(struct reader *reader, uint64_t tag, struct envelope *envelope) {
    uint64_t value;
    switch (tag) {
    case TAG(FIELD_CORRELATION, WIRE_VARINT):
        envelope->correlation = read_varint(reader);
        return true;
    case TAG(FIELD_KIND, WIRE_VARINT):
        /* An enum is a signed 32-bit number, sent as 64 bits. */
        envelope->kind = (uint32_t)read_varint(reader);
        return true;
    case TAG(FIELD_DIRECTION, WIRE_VARINT):
        value = read_varint(reader);
        envelope->direction = value >= MESSAGE_REQUEST && value <= MESSAGE_REFUSAL
                                  ? (enum message_direction)value
                                  : (enum message_direction)0;
        return true;
    case TAG(FIELD_PAYLOAD, WIRE_BYTES):
        envelope->payload = read_bytes(reader);
        return true;
    case TAG(FIELD_TIMEOUT, WIRE_VARINT):
        value = read_varint(reader);
        envelope->timeout_ms = (uint32_t)value;
        return value <= UINT32_MAX;
    case TAG(FIELD_TRACE_PARENT, WIRE_BYTES):
        envelope->trace_parent = read_bytes(reader);
        return true;
    default:
        return false;
    }
}

/* Copies what the envelope borrows from the frame; false when that is over the budget. */
static bool keep_bytes(struct arena *arena, struct span *bytes) {
    uint8_t *copy = arena_try(arena, bytes->size);
    if (copy == NULL)
        return false;
    if (bytes->size > 0)
        memcpy(copy, bytes->data, bytes->size);
    bytes->data = copy;
    return true;
}

int envelope_decode(struct span body, struct arena *arena, struct envelope *envelope_out) {
    struct envelope envelope = {0};
    struct reader reader = reader_over(body);
    unsigned seen = 0;
    while (reader.rest.size > 0) {
        uint64_t tag = read_varint(&reader);
        if (reader.failed || !read_field(&reader, tag, &envelope) || reader.failed)
            return ENVELOPE_MALFORMED;
        unsigned bit = 1u << (tag >> 3); /* a known field: below 7 */
        if ((seen & bit) != 0)
            return ENVELOPE_MALFORMED;
        seen |= bit;
    }
    if (envelope.direction == (enum message_direction)0)
        return ENVELOPE_MALFORMED;
    if (!trace_parent_valid(envelope.trace_parent))
        return ENVELOPE_MALFORMED;
    if (!keep_bytes(arena, &envelope.payload) || !keep_bytes(arena, &envelope.trace_parent))
        return ENVELOPE_MALFORMED;
    *envelope_out = envelope;
    return 0;
}

/* ---- writing ---- */

static uint8_t *write_varint(uint8_t *to, uint64_t value) {
    while (value >= 0x80) {
        *to++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    return to;
}

/* Zero is left out, as in all of proto3. */
static uint8_t *write_number(uint8_t *to, enum envelope_field field, uint64_t value) {
    if (value == 0)
        return to;
    *to++ = TAG(field, WIRE_VARINT);
    return write_varint(to, value);
}

static uint8_t *write_bytes(uint8_t *to, enum envelope_field field, struct span bytes) {
    if (bytes.size == 0)
        return to;
    *to++ = TAG(field, WIRE_BYTES);
    to = write_varint(to, bytes.size);
    memcpy(to, bytes.data, bytes.size);
    return to + bytes.size;
}

void envelope_append(const struct envelope *envelope, struct buf *out) {
    size_t place = frame_begin(out);
    size_t room = 6 * (1 + VARINT_MAX) + envelope->payload.size + envelope->trace_parent.size;
    uint8_t *start = buf_reserve(out, room);
    uint8_t *to = write_number(start, FIELD_CORRELATION, envelope->correlation);
    to = write_number(to, FIELD_KIND, (uint64_t)(int64_t)(int32_t)envelope->kind);
    to = write_number(to, FIELD_DIRECTION, envelope->direction);
    to = write_bytes(to, FIELD_PAYLOAD, envelope->payload);
    to = write_number(to, FIELD_TIMEOUT, envelope->timeout_ms);
    to = write_bytes(to, FIELD_TRACE_PARENT, envelope->trace_parent);
    out->size += (size_t)(to - start);
    frame_end(out, place);
}
