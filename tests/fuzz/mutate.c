/*
 * See mutate.h. A message is a list of fields on the wire; one of them is chosen by chance, on a
 * level chosen by chance, and changed; the lengths around it are written anew.
 *
 * Invariant: nothing is read or written outside data[0..max). Chance comes from seed alone, so that
 * a run can be repeated.
 */
#include "fuzz/mutate.h"

#include <string.h>

#include "util/bytes.h"

#define DEPTH_MAX 4
#define FIELDS_MAX 64

struct part {
    size_t at, size; /* in its message, tag included */
    size_t head;     /* tag, and length where there is one */
    uint32_t tag;
};

static unsigned next(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static bool take_varint(struct span *rest, uint64_t *value_out) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && rest->size > 0; shift += 7) {
        uint8_t byte = *rest->data++;
        rest->size--;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value_out = value;
            return true;
        }
    }
    return false;
}

static void add_varint(struct buf *out, uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        buf_append_byte(out, (uint8_t)(value | 0x80));
    buf_append_byte(out, (uint8_t)value);
}

/* False: no field begins there. */
static bool take_part(struct span *rest, const uint8_t *begin, struct part *part_out) {
    struct span left = *rest;
    uint64_t tag, size;
    if (!take_varint(&left, &tag) || tag < 8 || tag > UINT32_MAX)
        return false;
    switch (tag & 7) {
    case 0:
        size = 0;
        if (!take_varint(&left, &(uint64_t){0}))
            return false;
        break;
    case 1:
        size = 8;
        break;
    case 2:
        if (!take_varint(&left, &size))
            return false;
        break;
    case 5:
        size = 4;
        break;
    default:
        return false;
    }
    if (size > left.size)
        return false;
    *part_out = (struct part){.at = (size_t)(rest->data - begin),
                              .head = (size_t)(left.data - rest->data),
                              .tag = (uint32_t)tag};
    part_out->size = part_out->head + (size_t)size;
    *rest = span_of(left.data + size, left.size - (size_t)size);
    return true;
}

static size_t split(struct span message, struct part parts[FIELDS_MAX]) {
    struct span rest = message;
    size_t count = 0;
    while (rest.size > 0 && count < FIELDS_MAX && take_part(&rest, message.data, &parts[count]))
        count++;
    return rest.size == 0 ? count : 0;
}

/* ---- one field --------------------------------------------------------------------------------- */

static uint64_t some_number(unsigned *seed) {
    static const uint64_t numbers[] = {0,
                                       1,
                                       2,
                                       3,
                                       5,
                                       7,
                                       16,
                                       127,
                                       128,
                                       255,
                                       256,
                                       65535,
                                       INT32_MAX,
                                       UINT32_MAX,
                                       INT64_MAX,
                                       1ull << 63,
                                       UINT64_MAX,
                                       102100099996,
                                       1719792000000};
    unsigned which = next(seed);
    if (which % 4 == 0)
        return next(seed) & 0x1f;
    return numbers[which / 4 % (sizeof(numbers) / sizeof(numbers[0]))];
}

static void add_some_bytes(struct buf *out, struct span old, unsigned *seed) {
    static const char *const texts[] = {"",     "CNY",        "张·三",        "6222020000000000017",
                                        "MS03", "2024-02-29", "\xe2\x80\xae", "\x1b[2J",
                                        "\r\n", "0"};
    static const uint8_t long_one[300] = {0x41};
    unsigned which = next(seed) % 6;
    size_t size = old.size;
    if (which == 0)
        size = (size_t)next(seed) % 2 == 0 ? 16 : 32;
    else if (which == 1)
        size = (size_t)next(seed) % (sizeof(long_one) + 1);
    if (which <= 1) {
        add_varint(out, size);
        buf_append(out, long_one, size);
    } else if (which <= 3) {
        const char *text = texts[next(seed) % (sizeof(texts) / sizeof(texts[0]))];
        add_varint(out, strlen(text));
        buf_append(out, text, strlen(text));
    } else {
        add_varint(out, size);
        size_t at = out->size;
        buf_append_span(out, old);
        if (size > 0)
            out->data[at + next(seed) % size] = (uint8_t)next(seed);
    }
}

/* The same field with another value. */
static void add_changed(struct buf *out, struct span field, const struct part *part,
                        unsigned *seed) {
    add_varint(out, part->tag);
    switch (part->tag & 7) {
    case 0:
        add_varint(out, some_number(seed));
        break;
    case 2:
        add_some_bytes(out, span_of(field.data + part->head, part->size - part->head), seed);
        break;
    default:
        for (size_t i = part->head; i < part->size; i++)
            buf_append_byte(out, (uint8_t)next(seed));
    }
}

static void add_new(struct buf *out, unsigned *seed) {
    unsigned number = next(seed) % 48 + 1;
    bool bytes = next(seed) % 2 == 0;
    add_varint(out, number << 3 | (bytes ? 2u : 0u));
    if (bytes)
        add_some_bytes(out, span_of(NULL, 0), seed);
    else
        add_varint(out, some_number(seed));
}

/* ---- a message --------------------------------------------------------------------------------- */

static void mutate_level(struct span message, struct buf *out, unsigned *seed, int depth) {
    struct part parts[FIELDS_MAX], below[FIELDS_MAX];
    size_t count = split(message, parts);
    size_t chosen = count > 0 ? next(seed) % count : 0;
    unsigned what = next(seed) % 8;
    if (count == 0 || what == 0) {
        buf_append_span(out, message);
        add_new(out, seed);
        return;
    }
    const struct part *part = &parts[chosen];
    struct span field = span_of(message.data + part->at, part->size);
    struct span inside = span_of(field.data + part->head, part->size - part->head);
    buf_append(out, message.data, part->at);
    if (depth < DEPTH_MAX && (part->tag & 7) == 2 && split(inside, below) > 0 && what > 2) {
        struct buf inner;
        buf_init(&inner);
        mutate_level(inside, &inner, seed, depth + 1);
        add_varint(out, part->tag);
        add_varint(out, inner.size);
        buf_append_span(out, buf_span(&inner));
        buf_deinit(&inner);
    } else if (what == 2) {
        buf_append_span(out, field);
        buf_append_span(out, field);
    } else if (what != 1) {
        add_changed(out, field, part, seed);
    } /* else it is dropped */
    size_t behind = part->at + part->size;
    buf_append(out, message.data + behind, message.size - behind);
}

size_t mutate_message(uint8_t *data, size_t size, size_t max, size_t front, unsigned seed) {
    unsigned chance = seed;
    if (size < front || next(&chance) % 3 == 0)
        return LLVMFuzzerMutate(data, size, max);
    struct buf out;
    buf_init(&out);
    unsigned times = next(&chance) % 3 + 1;
    buf_append(&out, data + front, size - front);
    for (unsigned i = 0; i < times; i++) {
        struct buf changed;
        buf_init(&changed);
        mutate_level(buf_span(&out), &changed, &chance, 0);
        buf_deinit(&out);
        out = changed;
    }
    size_t room = max - front;
    size_t kept = out.size < room ? out.size : room;
    if (kept > 0)
        memcpy(data + front, out.data, kept);
    buf_deinit(&out);
    return front + kept;
}

size_t mutate_bytes_within(uint8_t *data, size_t size, size_t max, size_t at, size_t count,
                           unsigned seed) {
    unsigned chance = seed;
    (void)max;
    if (at + count > size || count == 0)
        return size;
    for (unsigned i = next(&chance) % 4; i < 4; i++)
        data[at + next(&chance) % count] = (uint8_t)next(&chance);
    return size;
}
