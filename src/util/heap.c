/*
 * The heap of deadlines.
 *
 * Invariant: nodes[i]->index == i, and no node comes before its parent in (at_ms, order). order is
 * given anew by every heap_set, so a node that is moved queues behind those already at that time.
 * The heap owns its array, never the nodes.
 */
#include "util/heap.h"

#include <stdlib.h>

#include "util/fatal.h"

#define HEAP_FIRST_CAP 64

void heap_init(struct heap *heap) {
    *heap = (struct heap){NULL, 0, 0, 0};
}

void heap_deinit(struct heap *heap) {
    for (size_t i = 0; i < heap->count; i++)
        heap->nodes[i]->index = HEAP_NOT_IN;
    free(heap->nodes);
    heap_init(heap);
}

static bool before(const struct heap_node *a, const struct heap_node *b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void place(struct heap *heap, struct heap_node *node, size_t index) {
    heap->nodes[index] = node;
    node->index = index;
}

static void sift_up(struct heap *heap, struct heap_node *node, size_t index) {
    while (index > 0) {
        struct heap_node *parent = heap->nodes[(index - 1) / 2];
        if (!before(node, parent))
            break;
        place(heap, parent, index);
        index = (index - 1) / 2;
    }
    place(heap, node, index);
}

static void sift_down(struct heap *heap, struct heap_node *node, size_t index) {
    for (size_t child = 2 * index + 1; child < heap->count; child = 2 * index + 1) {
        if (child + 1 < heap->count && before(heap->nodes[child + 1], heap->nodes[child]))
            child++;
        if (!before(heap->nodes[child], node))
            break;
        place(heap, heap->nodes[child], index);
        index = child;
    }
    place(heap, node, index);
}

/* Puts node where it belongs, given that index is free and may be too low or too high for it. */
static void settle(struct heap *heap, struct heap_node *node, size_t index) {
    if (index > 0 && before(node, heap->nodes[(index - 1) / 2]))
        sift_up(heap, node, index);
    else
        sift_down(heap, node, index);
}

void heap_set(struct heap *heap, struct heap_node *node, int64_t at_ms) {
    node->at_ms = at_ms;
    node->order = heap->next_order++;
    if (heap_holds(node)) {
        ENSURE(node->index < heap->count && heap->nodes[node->index] == node);
        settle(heap, node, node->index);
        return;
    }
    if (heap->count == heap->cap) {
        heap->cap = heap->cap > 0 ? heap->cap * 2 : HEAP_FIRST_CAP;
        heap->nodes = xrealloc(heap->nodes, heap->cap * sizeof(struct heap_node *));
    }
    heap->count++;
    sift_up(heap, node, heap->count - 1);
}

void heap_clear(struct heap *heap, struct heap_node *node) {
    if (!heap_holds(node))
        return;
    size_t index = node->index;
    ENSURE(index < heap->count && heap->nodes[index] == node);
    node->index = HEAP_NOT_IN;
    heap->count--;
    if (index < heap->count)
        settle(heap, heap->nodes[heap->count], index);
}

struct heap_node *heap_earliest(const struct heap *heap) {
    return heap->count > 0 ? heap->nodes[0] : NULL;
}

bool heap_holds(const struct heap_node *node) {
    return node->index != HEAP_NOT_IN;
}
