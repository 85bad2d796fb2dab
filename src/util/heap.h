/*
 * A binary heap of deadlines with intrusive nodes: the earliest first, ties in order of insertion.
 */
#ifndef LG_UTIL_HEAP_H
#define LG_UTIL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HEAP_NOT_IN SIZE_MAX

/* Embedded in what waits. Initialise with HEAP_NODE_IDLE. */
struct heap_node {
    int64_t at_ms;
    uint64_t order;
    size_t index;
};

#define HEAP_NODE_IDLE ((struct heap_node){0, 0, HEAP_NOT_IN})

struct heap {
    struct heap_node **nodes;
    size_t count;
    size_t cap;
    uint64_t next_order;
};

void heap_init(struct heap *heap);
void heap_deinit(struct heap *heap);
/* Inserts, or moves to the new time when already in. */
void heap_set(struct heap *heap, struct heap_node *node, int64_t at_ms);
/* Does nothing when not in. */
void heap_clear(struct heap *heap, struct heap_node *node);
/* NULL when empty; stays in. */
struct heap_node *heap_earliest(const struct heap *heap);
bool heap_holds(const struct heap_node *node);

#endif
