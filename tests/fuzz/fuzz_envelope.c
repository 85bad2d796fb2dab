/*
 * Envelopes against protobuf-c: what our reader accepts the generated code accepts, with the same
 * values, and what our writer makes of it reads as the same again.
 */
#include <string.h>

#include "linkgate/v1/envelope.pb-c.h"
#include "wire/envelope.h"
#include "wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct envelope *ours, const Linkgate__V1__Envelope *theirs) {
    ENSURE(theirs->base.n_unknown_fields == 0);
    ENSURE(ours->correlation == theirs->correlation_id);
    ENSURE(ours->kind == (uint32_t)theirs->kind);
    ENSURE((int)ours->direction == (int)theirs->direction);
    ENSURE(ours->timeout_ms == theirs->timeout_ms);
    ENSURE(span_equal(ours->payload, span_of(theirs->payload.data, theirs->payload.len)));
    ENSURE(span_equal(ours->trace_parent, span_text(theirs->trace_parent)));
}

static void check_accepted(struct span body, const struct envelope *envelope, struct arena *arena) {
    Linkgate__V1__Envelope *theirs = linkgate__v1__envelope__unpack(NULL, body.size, body.data);
    ENSURE(theirs != NULL);
    compare(envelope, theirs);
    struct buf out;
    struct span written;
    struct envelope again;
    size_t used;
    buf_init(&out);
    envelope_append(envelope, &out);
    ENSURE(frame_next(buf_span(&out), &written, &used) == 0 && used == out.size);
    ENSURE(envelope_decode(written, arena, &again) == 0);
    compare(&again, theirs);
    buf_deinit(&out);
    linkgate__v1__envelope__free_unpacked(theirs, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct envelope envelope;
    struct arena arena;
    if (size > FRAME_BODY_MAX)
        return 0;
    arena_init(&arena, 4096, 1u << 20);
    if (envelope_decode(span_of(data, size), &arena, &envelope) == 0)
        check_accepted(span_of(data, size), &envelope, &arena);
    arena_deinit(&arena);
    return 0;
}
