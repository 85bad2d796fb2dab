/*
 * Frames: one byte of flags (0), four bytes of length (big-endian), then that many bytes.
 * Nothing is allocated before the length was checked. DESIGN.md §3.
 */
#ifndef LG_WIRE_FRAME_H
#define LG_WIRE_FRAME_H

#include "util/bytes.h"
#include "util/fatal.h"

#define FRAME_HEADER_SIZE 5
#define FRAME_BODY_MAX 65536

#define FRAME_INCOMPLETE 1 /* more bytes are needed */
#define FRAME_BAD_FLAGS 2
#define FRAME_BAD_LENGTH 3 /* 0 or above FRAME_BODY_MAX */

/* The first frame of bytes: body_out borrowed, used_out = header and body. Only bytes at the front
 * are looked at. */
int frame_next(struct span bytes, struct span *body_out, size_t *used_out) MUST_USE;

/* Starts a frame in out and returns its place; the caller appends the body and calls frame_end
 * (aborts on a body that is empty or too long: a bug of ours). */
size_t frame_begin(struct buf *out);
void frame_end(struct buf *out, size_t place);

#endif
