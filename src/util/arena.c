/*
 * The bump allocator.
 *
 * Invariant: current is the chunk that small requests are cut from; every chunk is reachable from
 * first. A request above the chunk size gets its own chunk behind current, which stays current, so
 * that one large object does not waste the room left for small ones. Single objects are never
 * freed, and nothing runs when they go.
 */
#include "util/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_ALIGN alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    size_t used;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *arena, size_t chunk_size, size_t budget) {
    ENSURE(chunk_size > 0 && chunk_size <= SIZE_MAX / 2);
    /* Whole units of alignment, so that the last piece of a chunk is usable. */
    chunk_size = (chunk_size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    *arena = (struct arena){NULL, NULL, chunk_size, budget, 0};
}

static void free_chunks(struct arena_chunk *chunk) {
    while (chunk != NULL) {
        struct arena_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void arena_deinit(struct arena *arena) {
    free_chunks(arena->first);
    arena->first = NULL;
    arena->current = NULL;
    arena->used = 0;
}

void arena_reset(struct arena *arena) {
    arena->used = 0;
    arena->current = arena->first;
    if (arena->first == NULL)
        return;
    free_chunks(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
}

static struct arena_chunk *add_chunk(struct arena *arena, size_t size) {
    bool own = size > arena->chunk_size;
    size_t room = own ? size : arena->chunk_size;
    struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + room);
    *chunk = (struct arena_chunk){.next = NULL, .size = room, .used = 0};
    if (arena->current == NULL) {
        arena->first = chunk;
        arena->current = chunk;
        return chunk;
    }
    chunk->next = arena->current->next;
    arena->current->next = chunk;
    if (!own)
        arena->current = chunk;
    return chunk;
}

void *arena_try(struct arena *arena, size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t padded = size == 0 ? ARENA_ALIGN : (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (arena->budget > 0 && (padded > arena->budget || arena->used > arena->budget - padded))
        return NULL;
    struct arena_chunk *chunk = arena->current;
    if (chunk == NULL || padded > chunk->size - chunk->used)
        chunk = add_chunk(arena, padded);
    void *memory = chunk->bytes + chunk->used;
    chunk->used += padded;
    arena->used += padded;
    return memory;
}

void *arena_take(struct arena *arena, size_t size) {
    void *memory = arena_try(arena, size);
    if (memory == NULL)
        fatal("arena_take", "%zu bytes over a budget of %zu", size, arena->budget);
    return memory;
}

void *arena_zero(struct arena *arena, size_t size) {
    return memset(arena_take(arena, size), 0, size);
}

struct span arena_copy(struct arena *arena, struct span bytes) {
    uint8_t *copy = arena_take(arena, bytes.size);
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    return (struct span){copy, bytes.size};
}
