/*
 * The envelope around every message.
 */
#ifndef LG_WIRE_ENVELOPE_H
#define LG_WIRE_ENVELOPE_H

#include "domain/message.h"
#include "util/arena.h"

#define TRACE_PARENT_SIZE 56

struct envelope {
    uint64_t correlation;
    uint32_t kind; /* as on the wire: may be one that we do not know */
    enum message_direction direction;
    struct span payload;
    uint32_t timeout_ms;
    struct span trace_parent;
};

#define ENVELOPE_MALFORMED 1

/* Reads a frame's body; payload and trace_parent are copied into the arena (payload exactly as
 * received). ENVELOPE_MALFORMED: no protobuf, unknown fields, no direction, an unclean trace. */
int envelope_decode(struct span body, struct arena *arena, struct envelope *envelope_out) MUST_USE;
/* Appends one whole frame (header, envelope) to out. */
void envelope_append(const struct envelope *envelope, struct buf *out);

#endif
