/*
 * The heap of deadlines against a search of all nodes, under seeded random operations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "util/heap.h"

#define NODES 300

static struct heap_node *earliest_of(struct heap_node *nodes) {
    struct heap_node *best = NULL;
    for (size_t i = 0; i < NODES; i++) {
        struct heap_node *node = &nodes[i];
        if (!heap_holds(node))
            continue;
        if (best == NULL || node->at_ms < best->at_ms ||
            (node->at_ms == best->at_ms && node->order < best->order))
            best = node;
    }
    return best;
}

static void earliest_is_always_first(void **state) {
    (void)state;
    struct heap heap;
    struct heap_node nodes[NODES];
    heap_init(&heap);
    srandom(7);
    for (size_t i = 0; i < NODES; i++)
        nodes[i] = HEAP_NODE_IDLE;
    assert_null(heap_earliest(&heap));
    for (int step = 0; step < 20000; step++) {
        struct heap_node *node = &nodes[(size_t)random() % NODES];
        if (random() % 3 == 0)
            heap_clear(&heap, node);
        else
            heap_set(&heap, node, random() % 100 - 50);
        assert_ptr_equal(heap_earliest(&heap), earliest_of(nodes));
    }
    while (heap.count > 0) {
        assert_ptr_equal(heap_earliest(&heap), earliest_of(nodes));
        heap_clear(&heap, heap_earliest(&heap));
    }
    assert_null(earliest_of(nodes));
    heap_deinit(&heap);
}

static void ties_keep_the_order_of_insertion(void **state) {
    (void)state;
    struct heap heap;
    struct heap_node nodes[50];
    heap_init(&heap);
    for (size_t i = 0; i < 50; i++) {
        nodes[i] = HEAP_NODE_IDLE;
        heap_set(&heap, &nodes[i], 1000);
    }
    heap_set(&heap, &nodes[0], 1000); /* set again: now the last */
    for (size_t i = 1; i < 50; i++) {
        assert_ptr_equal(heap_earliest(&heap), &nodes[i]);
        heap_clear(&heap, &nodes[i]);
    }
    assert_ptr_equal(heap_earliest(&heap), &nodes[0]);
    heap_deinit(&heap);
    assert_false(heap_holds(&nodes[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earliest_is_always_first),
        cmocka_unit_test(ties_keep_the_order_of_insertion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
