/*
 * Bump allocation with a byte budget. Everything is freed at once; a reset keeps the first chunk,
 * so that a steady workload stops calling malloc.
 */
#ifndef LG_UTIL_ARENA_H
#define LG_UTIL_ARENA_H

#include "util/bytes.h"
#include "util/fatal.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *first;
    struct arena_chunk *current;
    size_t chunk_size;
    size_t budget; /* 0: unbounded */
    size_t used;   /* bytes handed out since the last reset, padding included */
};

/* chunk_size: size of the ordinary chunk; larger requests get a chunk of their own. Nothing is
 * allocated before the first request. */
void arena_init(struct arena *arena, size_t chunk_size, size_t budget);
void arena_deinit(struct arena *arena);
void arena_reset(struct arena *arena);
/* Aligned for any type; not zeroed. NULL only when the budget is exceeded. size 0 gives a unique
 * non-NULL address. */
void *arena_try(struct arena *arena, size_t size) MUST_USE;
/* The same where exceeding the budget is a broken invariant. */
void *arena_take(struct arena *arena, size_t size) MUST_USE __attribute__((returns_nonnull));
void *arena_zero(struct arena *arena, size_t size) MUST_USE __attribute__((returns_nonnull));
struct span arena_copy(struct arena *arena, struct span bytes) MUST_USE;

#endif
