/*
 * Frames: whatever the bytes, a body lies within them and within its bound, a shorter view of the
 * same bytes never gives another body, and what was cut off is cut off again after writing it.
 */
#include <string.h>

#include "wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span rest = span_of(data, size);
    struct span body;
    size_t used;
    while (frame_next(rest, &body, &used) == 0) {
        ENSURE(body.size > 0 && body.size <= FRAME_BODY_MAX);
        ENSURE(used == FRAME_HEADER_SIZE + body.size && used <= rest.size);
        ENSURE(body.data == rest.data + FRAME_HEADER_SIZE);
        struct span again;
        size_t again_used;
        ENSURE(frame_next(span_of(rest.data, used - 1), &again, &again_used) == FRAME_INCOMPLETE);
        struct buf out;
        buf_init(&out);
        size_t place = frame_begin(&out);
        buf_append_span(&out, body);
        frame_end(&out, place);
        ENSURE(span_equal(buf_span(&out), span_of(rest.data, used)));
        buf_deinit(&out);
        rest = span_of(rest.data + used, rest.size - used);
    }
    return 0;
}
