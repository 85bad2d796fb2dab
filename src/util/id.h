/*
 * 16-byte identifiers, ordered by time.
 *
 * Ids of ledger objects are made of ledger milliseconds (6 bytes), the command's sequence
 * (8 bytes) and an index within it (2 bytes), all big-endian: unique, ascending, and the same again
 * at replay. Request ids are UUIDv7 (RFC 9562) that a bank makes and stores before sending.
 */
#ifndef LG_UTIL_ID_H
#define LG_UTIL_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "util/bytes.h"

#define ID_SIZE 16
#define ID_TEXT_SIZE 33 /* 32 hex digits and NUL */

struct id {
    uint8_t bytes[ID_SIZE];
};

struct id id_make(int64_t ledger_ms, uint64_t sequence, uint16_t index);
int64_t id_ms(const struct id *id); /* the 48-bit time in front; right for UUIDv7 as well */
bool id_is_zero(const struct id *id);
bool id_equal(const struct id *a, const struct id *b);
int id_compare(const struct id *a, const struct id *b);
struct span id_span(const struct id *id);
/* False unless bytes has exactly ID_SIZE. */
bool id_from_span(struct span bytes, struct id *id_out);
void id_format(const struct id *id, char text_out[ID_TEXT_SIZE]);
/* 32 hex digits, or the 36-character form with hyphens. */
bool id_parse(const char *text, struct id *id_out);

/* unix_ms in front, version 7 and variant set, the rest from random (10 bytes). */
struct id uuid7_make(int64_t unix_ms, const uint8_t random[10]);
bool uuid7_is(const struct id *id); /* version and variant bits are right */

#endif
