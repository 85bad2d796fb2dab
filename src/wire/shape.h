/*
 * The shape of a message: reading it as protobuf within an arena's budget, and the checks of single
 * fields. Private to src/wire.
 *
 * Faults are sticky: the first one stands, so that a reader of a message is a plain list of checks
 * in the order of the fields' numbers, and looks at shape_ok() once at the end. Out-parameters of
 * a check that failed are not written. Field names are dotted and have static storage.
 */
#ifndef LG_WIRE_SHAPE_H
#define LG_WIRE_SHAPE_H

#include <protobuf-c/protobuf-c.h>

#include "domain/refusal.h"
#include "util/arena.h"

struct shape {
    struct arena *arena;
    int64_t now_ms;
    struct refusal fault; /* code NONE while there is none */
};

enum shape_unknown { SHAPE_UNKNOWN_REFUSED, SHAPE_UNKNOWN_TOLERATED };

struct shape shape_over(struct arena *arena, int64_t now_ms);
bool shape_ok(const struct shape *shape);
void shape_refuse(struct shape *shape, enum refusal_code code, const char *field);

/* The message, in the arena; NULL with MALFORMED or FIELD_UNKNOWN as the fault. Its strings may be
 * handed to shape_text only. */
const void *shape_read(struct shape *shape, struct span payload,
                       const ProtobufCMessageDescriptor *descriptor, enum shape_unknown unknown);
/* All bytes of a string that shape_read returned, a NUL among them included. */
struct span shape_text(const char *text);
struct span shape_bytes(const ProtobufCBinaryData *bytes);

/* Clean text of min to max bytes. Empty where min is above 0: FIELD_MISSING. */
void shape_clean(struct shape *shape, const char *field, const char *text, size_t min, size_t max,
                 struct span *out);
/* Clean text of at most max bytes, or empty when it is anything else. Never a fault. */
struct span shape_clean_or_empty(const char *text, size_t max);
/* 16 bytes, not all zero. */
void shape_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
              struct id *out);
/* The same, or zero where there is none. */
void shape_id_or_none(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                      struct id *out);
/* Exactly one of two ids; the other one is left as it is. */
void shape_one_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                  struct id *out, const char *other_field, const ProtobufCBinaryData *other,
                  struct id *other_out);
/* As shape_id, and a UUIDv7. */
void shape_request_id(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                      struct id *out);
void shape_digest(struct shape *shape, const char *field, const ProtobufCBinaryData *bytes,
                  struct digest *out);
/* "YYYY-MM-DD" of a day that exists. */
void shape_date(struct shape *shape, const char *field, const char *text, int64_t *day_out);
void shape_bank_code(struct shape *shape, enum refusal_code code, const char *field,
                     const char *text, bank_code *out);
void shape_account_number(struct shape *shape, enum refusal_code code, const char *field,
                          const char *text, struct span *out);
/* A code's four characters; missing and malformed are different faults. */
void shape_reason(struct shape *shape, const char *field, const char *text, struct span *out);
/* For answers: the code, or empty when it is none. Never a fault. */
struct span shape_reason_or_empty(const char *text);
/* 1 to last. */
bool shape_enum(struct shape *shape, const char *field, int value, int last);
/* The value, or 0 when it is not in 0 to last: for answers. */
int shape_known(int value, int last);

#endif
