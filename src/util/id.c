/*
 * Making, comparing and writing identifiers.
 *
 * Invariant: ids made by id_make compare in the order of (ledger_ms, sequence, index). Nothing
 * here takes time or chance by itself: both come from the caller.
 */
#include "util/id.h"

#include <string.h>

#include "util/fatal.h"

#define ID_HYPHENED_LENGTH 36

static void put_ms(uint8_t bytes[ID_SIZE], int64_t ms) {
    ENSURE(ms >= 0 && ms < INT64_C(1) << 48);
    put_be16(bytes, (uint16_t)(ms >> 32));
    put_be32(bytes + 2, (uint32_t)ms);
}

struct id id_make(int64_t ledger_ms, uint64_t sequence, uint16_t index) {
    struct id id;
    put_ms(id.bytes, ledger_ms);
    put_be64(id.bytes + 6, sequence);
    put_be16(id.bytes + 14, index);
    return id;
}

int64_t id_ms(const struct id *id) {
    return (int64_t)get_be16(id->bytes) << 32 | get_be32(id->bytes + 2);
}

bool id_is_zero(const struct id *id) {
    static const struct id zero;
    return id_equal(id, &zero);
}

bool id_equal(const struct id *a, const struct id *b) {
    return memcmp(a->bytes, b->bytes, ID_SIZE) == 0;
}

int id_compare(const struct id *a, const struct id *b) {
    return span_compare(id_span(a), id_span(b));
}

struct span id_span(const struct id *id) {
    return (struct span){id->bytes, ID_SIZE};
}

bool id_from_span(struct span bytes, struct id *id_out) {
    if (bytes.size != ID_SIZE)
        return false;
    memcpy(id_out->bytes, bytes.data, ID_SIZE);
    return true;
}

void id_format(const struct id *id, char text_out[ID_TEXT_SIZE]) {
    hex_format(id->bytes, ID_SIZE, text_out);
}

/* 8-4-4-4-12 into plain hex; false when a hyphen is not in its place. */
static bool drop_hyphens(const char *text, char hex_out[ID_TEXT_SIZE]) {
    size_t size = 0;
    for (size_t i = 0; i < ID_HYPHENED_LENGTH; i++) {
        bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen != (text[i] == '-'))
            return false;
        if (!hyphen)
            hex_out[size++] = text[i];
    }
    hex_out[size] = '\0';
    return true;
}

bool id_parse(const char *text, struct id *id_out) {
    char hex[ID_TEXT_SIZE];
    if (strnlen(text, ID_HYPHENED_LENGTH + 1) == ID_HYPHENED_LENGTH) {
        if (!drop_hyphens(text, hex))
            return false;
        text = hex;
    }
    struct id id;
    if (!hex_parse(text, id.bytes, ID_SIZE))
        return false;
    *id_out = id;
    return true;
}

struct id uuid7_make(int64_t unix_ms, const uint8_t random[10]) {
    struct id id;
    put_ms(id.bytes, unix_ms);
    memcpy(id.bytes + 6, random, 10);
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f));
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
    return id;
}

bool uuid7_is(const struct id *id) {
    return (id->bytes[6] & 0xf0) == 0x70 && (id->bytes[8] & 0xc0) == 0x80;
}
