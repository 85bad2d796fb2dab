/*
 * A heap of delayed work.
 *
 * Invariant: an instruction that waits to be acted on is found by its transfer id until it is
 * popped; a second one for the same id does not wait (it is acted on at once, and the first then
 * finds it decided).
 */
#include "bank/deferrals.h"

#include <stdlib.h>
#include <string.h>

#include "util/hmap.h"

struct bk_deferrals {
    struct heap heap;
    struct hmap *acts;
};

struct bk_deferrals *bk_deferrals_new(void) {
    struct bk_deferrals *deferrals = xcalloc(1, sizeof(*deferrals));
    heap_init(&deferrals->heap);
    deferrals->acts = hmap_new();
    return deferrals;
}

void bk_deferrals_free(struct bk_deferrals *deferrals) {
    if (deferrals == NULL)
        return;
    struct bk_deferral *deferral;
    while ((deferral = bk_deferrals_pop(deferrals, INT64_MAX)) != NULL)
        free(deferral);
    hmap_free(deferrals->acts);
    heap_deinit(&deferrals->heap);
    free(deferrals);
}

bool bk_deferrals_add(struct bk_deferrals *deferrals, const struct bk_incoming *incoming, bool act,
                      const struct id *transfer, int64_t due_ms) {
    if (deferrals->heap.count >= BK_DEFERRALS_MAX)
        return false;
    if (act && bk_deferrals_find(deferrals, transfer) != NULL)
        return false;
    struct span payload = incoming->payload;
    struct bk_deferral *deferral = xcalloc(1, sizeof(*deferral) + payload.size);
    deferral->due = HEAP_NODE_IDLE;
    deferral->act = act;
    deferral->transfer = *transfer;
    deferral->incoming = *incoming;
    deferral->size = payload.size;
    if (payload.size > 0)
        memcpy(deferral->payload, payload.data, payload.size);
    deferral->incoming.payload = span_of(deferral->payload, payload.size);
    heap_set(&deferrals->heap, &deferral->due, due_ms);
    if (act)
        (void)hmap_put(deferrals->acts, id_span(transfer), deferral);
    return true;
}

struct bk_deferral *bk_deferrals_find(const struct bk_deferrals *deferrals,
                                      const struct id *transfer) {
    return hmap_get(deferrals->acts, id_span(transfer));
}

void bk_deferrals_hasten(struct bk_deferrals *deferrals, struct bk_deferral *deferral,
                         int64_t now_ms) {
    heap_set(&deferrals->heap, &deferral->due, now_ms);
}

struct bk_deferral *bk_deferrals_pop(struct bk_deferrals *deferrals, int64_t now_ms) {
    struct heap_node *node = heap_earliest(&deferrals->heap);
    if (node == NULL || node->at_ms > now_ms)
        return NULL;
    struct bk_deferral *deferral =
        (struct bk_deferral *)(void *)((char *)node - offsetof(struct bk_deferral, due));
    heap_clear(&deferrals->heap, node);
    if (deferral->act)
        (void)hmap_remove(deferrals->acts, id_span(&deferral->transfer));
    return deferral;
}

int64_t bk_deferrals_deadline_ms(const struct bk_deferrals *deferrals) {
    const struct heap_node *node = heap_earliest(&deferrals->heap);
    return node != NULL ? node->at_ms : INT64_MAX;
}
