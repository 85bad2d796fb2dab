/*
 * Reading messages with protobuf-c, made safe for bytes from outside.
 *
 * protobuf-c allocates up to 96 times what it reads, keeps unknown fields and hands out strings
 * without their length, so that a NUL hides what follows it. Here it allocates from the command's
 * arena, whose budget bounds it, and every piece has its size in front, which is where a string's
 * true length comes from. Of a field that is there twice the last one counts, as protobuf says.
 * Nesting needs no bound: no message of ours is recursive (tests/layers.py).
 */
#include "wire/shape.h"

#include <stdalign.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/identifier.h"
#include "util/text.h"

#define PIECE_HEADER alignof(max_align_t)

static void *piece_alloc(void *arena, size_t size) {
    if (size > SIZE_MAX - PIECE_HEADER)
        return NULL;
    uint8_t *memory = arena_try(arena, PIECE_HEADER + size);
    if (memory == NULL)
        return NULL;
    memcpy(memory, &size, sizeof(size));
    return memory + PIECE_HEADER;
}

static void piece_free(void *arena, void *memory) {
    (void)arena;
    (void)memory;
}

struct shape shape_over(struct arena *arena, int64_t now_ms) {
    return (struct shape){
        .arena = arena, .now_ms = now_ms, .fault = {.code = REFUSAL_NONE, .field = ""}};
}

bool shape_ok(const struct shape *shape) {
    return shape->fault.code == REFUSAL_NONE;
}

void shape_refuse(struct shape *shape, enum refusal_code code, const char *field) {
    if (shape_ok(shape))
        shape->fault = (struct refusal){.code = code, .field = field};
}

static const void *member(const ProtobufCMessage *message, size_t offset) {
    return (const uint8_t *)message + offset;
}

/* Some part of the message has a field that this version does not know. */
static bool has_unknown(const ProtobufCMessage *message) {
    if (message->n_unknown_fields > 0)
        return true;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        bool many = field->label == PROTOBUF_C_LABEL_REPEATED;
        const void *place = member(message, field->offset);
        ProtobufCMessage *const *parts = many ? *(ProtobufCMessage *const *const *)place : place;
        size_t count = many ? *(const size_t *)member(message, field->quantifier_offset) : 1;
        for (size_t part = 0; part < count; part++) {
            if (parts[part] != NULL && has_unknown(parts[part]))
                return true;
        }
    }
    return false;
}

const void *shape_read(struct shape *shape, struct span payload,
                       const ProtobufCMessageDescriptor *descriptor, enum shape_unknown unknown) {
    ProtobufCAllocator allocator = {piece_alloc, piece_free, shape->arena};
    const ProtobufCMessage *message =
        protobuf_c_message_unpack(descriptor, &allocator, payload.size, payload.data);
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_MALFORMED, "");
        return NULL;
    }
    if (unknown == SHAPE_UNKNOWN_REFUSED && has_unknown(message)) {
        shape_refuse(shape, REFUSAL_FIELD_UNKNOWN, "");
        return NULL;
    }
    return message;
}

struct span shape_text(const char *text) {
    if (text == protobuf_c_empty_string)
        return (struct span){NULL, 0};
    size_t size;
    memcpy(&size, text - PIECE_HEADER, sizeof(size));
    return span_of(text, size - 1); /* protobuf-c's NUL */
}

struct span shape_bytes(const ProtobufCBinaryData *bytes) {
    return span_of(bytes->data, bytes->len);
}

void shape_clean(struct shape *shape, const char *field, const char *text, size_t min, size_t max,
                 struct span *out) {
    struct span bytes = shape_text(text);
    if (bytes.size == 0 && min > 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (bytes.size < min || bytes.size > max || !text_is_clean(bytes))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = bytes;
}

struct span shape_clean_or_empty(const char *text, size_t max) {
    struct span bytes = shape_text(text);
    if (bytes.size > max || !text_is_clean(bytes))
        return (struct span){NULL, 0};
    return bytes;
}

void shape_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
              struct id *out) {
    struct id id;
    if (bytes->len == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (!id_from_span(shape_bytes(bytes), &id) || id_is_zero(&id))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = id;
}

void shape_id_or_none(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                      struct id *out) {
    if (bytes->len > 0)
        shape_id(shape, field, bytes, out);
    else
        *out = (struct id){{0}};
}

void shape_one_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                  struct id *out, const char *other_field, const ProtobufCBinaryData *other,
                  struct id *other_out) {
    if (bytes->len > 0 && other->len > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, other_field);
    else if (other->len > 0)
        shape_id(shape, other_field, other, other_out);
    else
        shape_id(shape, field, bytes, out);
}

void shape_request_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                      struct id *out) {
    struct id id = {{0}};
    shape_id(shape, field, bytes, &id);
    if (!uuid7_is(&id))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = id;
}

void shape_digest(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                  struct digest *out) {
    if (bytes->len == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (bytes->len != DIGEST_SIZE)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        memcpy(out->bytes, bytes->data, DIGEST_SIZE);
}

void shape_date(struct shape *shape, const char *field, const char *text, int64_t *day_out) {
    struct span date = shape_text(text);
    if (date.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (!date_parse(date, day_out))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
}

void shape_bank_code(struct shape *shape, enum refusal_code code, const char *field,
                     const char *text, bank_code *out) {
    bank_code bank;
    if (!bank_code_parse(shape_text(text), &bank))
        shape_refuse(shape, code, field);
    else
        *out = bank;
}

void shape_account_number(struct shape *shape, enum refusal_code code, const char *field,
                          const char *text, struct span *out) {
    struct span number = shape_text(text);
    if (!account_number_valid(number))
        shape_refuse(shape, code, field);
    else
        *out = number;
}

void shape_reason(struct shape *shape, const char *field, const char *text, struct span *out) {
    struct span reason = shape_text(text);
    if (reason.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, field);
    else if (!reason_code_valid(reason))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
    else
        *out = reason;
}

struct span shape_reason_or_empty(const char *text) {
    struct span reason = shape_text(text);
    return reason_code_valid(reason) ? reason : (struct span){NULL, 0};
}

bool shape_enum(struct shape *shape, const char *field, int value, int last) {
    if (value < 1 || value > last) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, field);
        return false;
    }
    return true;
}

int shape_known(int value, int last) {
    return value >= 0 && value <= last ? value : 0;
}
