/*
 * Frames: cutting a stream of bytes into bodies, and putting a header in front of one.
 *
 * Invariant: a length is looked at as soon as its four bytes are there, and one outside 1 to
 * FRAME_BODY_MAX is told before anything waits or is allocated for it. What the body means is the
 * envelope's business.
 */
#include "wire/frame.h"

#define FLAGS_NONE 0

int frame_next(struct span bytes, struct span *body_out, size_t *used_out) {
    if (bytes.size >= 1 && bytes.data[0] != FLAGS_NONE)
        return FRAME_BAD_FLAGS;
    if (bytes.size < FRAME_HEADER_SIZE)
        return FRAME_INCOMPLETE;
    uint32_t length = get_be32(bytes.data + 1);
    if (length == 0 || length > FRAME_BODY_MAX)
        return FRAME_BAD_LENGTH;
    if (bytes.size - FRAME_HEADER_SIZE < length)
        return FRAME_INCOMPLETE;
    *body_out = span_of(bytes.data + FRAME_HEADER_SIZE, length);
    *used_out = FRAME_HEADER_SIZE + (size_t)length;
    return 0;
}

size_t frame_begin(struct buf *out) {
    size_t place = out->size;
    uint8_t *header = buf_reserve(out, FRAME_HEADER_SIZE);
    header[0] = FLAGS_NONE;
    put_be32(header + 1, 0);
    out->size += FRAME_HEADER_SIZE;
    return place;
}

void frame_end(struct buf *out, size_t place) {
    ENSURE(out->size > place && out->size - place > FRAME_HEADER_SIZE);
    size_t length = out->size - place - FRAME_HEADER_SIZE;
    ENSURE(length <= FRAME_BODY_MAX);
    put_be32(out->data + place + 1, (uint32_t)length);
}
