/*
 * Changing one field of a message that is already bytes, so that tests can send what no encoder
 * writes: wrong types' values, unknown numbers, text with anything in it.
 */
#ifndef LG_TESTS_WIRE_EDIT_H
#define LG_TESTS_WIRE_EDIT_H

#include "util/bytes.h"

#define EDIT_DEPTH 4

struct edit {
    enum { EDIT_DROP, EDIT_NUMBER, EDIT_BYTES } kind;
    uint64_t number;
    struct span bytes;
};

/* For initialisers of static tables as well. */
#define DROP                                                                                       \
    {                                                                                              \
        EDIT_DROP, 0, {                                                                            \
            NULL, 0                                                                                \
        }                                                                                          \
    }
#define NUMBER(value)                                                                              \
    {                                                                                              \
        EDIT_NUMBER, (uint64_t)(value), {                                                          \
            NULL, 0                                                                                \
        }                                                                                          \
    }
#define BYTES(text)                                                                                \
    {                                                                                              \
        EDIT_BYTES, 0, {                                                                           \
            (const uint8_t *)(text), sizeof(text) - 1                                              \
        }                                                                                          \
    }

/* The message with the field at path (field numbers, 0 after the last) replaced: all that was there
 * goes, the new one stands in the first one's place, or at the end if there was none. */
void edit_field(struct span message, const unsigned path[EDIT_DEPTH], const struct edit *edit,
                struct buf *out);
/* One field, appended. */
void edit_append(unsigned field, const struct edit *edit, struct buf *out);

#endif
