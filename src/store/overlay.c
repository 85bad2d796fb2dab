/*
 * The overlay.
 *
 * Invariants: a node of the active layer that is marked ABSENT_BELOW has its key neither in the
 * frozen layer nor, once that is flushed, in LMDB; a tombstone stands only above a key that lives
 * below. So forgetting an ABSENT_BELOW node is the whole removal, and every tombstone is a delete
 * that LMDB needs. The frozen layer is never changed: the state thread reads it without a lock
 * while the ledger's thread reads it too. Who may run when is the engine's business.
 */
#include "store/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "store/floor.h"
#include "store/layer.h"

struct overlay {
    struct kv *kv;
    struct floor floor;
    struct layer *active;
    struct layer *frozen; /* NULL when nothing is being flushed */
    struct undo undo;
};

int overlay_open(struct kv *kv, struct overlay **overlay_out) {
    struct overlay *overlay = xcalloc(1, sizeof(*overlay));
    int rc = floor_open(&overlay->floor, kv);
    if (rc != 0) {
        free(overlay);
        return rc;
    }
    overlay->kv = kv;
    overlay->active = layer_new();
    undo_init(&overlay->undo);
    *overlay_out = overlay;
    return 0;
}

void overlay_close(struct overlay *overlay) {
    if (overlay == NULL)
        return;
    layer_free(overlay->active);
    layer_free(overlay->frozen);
    undo_deinit(&overlay->undo);
    floor_close(&overlay->floor);
    free(overlay);
}

static int node_value(const struct omap_node *node, struct span *value_out) {
    if ((node->tag & LAYER_TOMBSTONE) != 0)
        return OVERLAY_ABSENT;
    *value_out = node->value;
    return 0;
}

/* As the active layer sees what is under it. */
static int get_below(struct overlay *overlay, struct span key, struct span *value_out) {
    if (overlay->frozen != NULL) {
        const struct omap_node *node = omap_find(overlay->frozen->map, key);
        if (node != NULL)
            return node_value(node, value_out);
    }
    int rc = floor_get(&overlay->floor, key, value_out);
    return rc == KV_ABSENT ? OVERLAY_ABSENT : rc;
}

int overlay_get(struct overlay *overlay, struct span key, struct span *value_out) {
    const struct omap_node *node = omap_find(overlay->active->map, key);
    if (node != NULL)
        return node_value(node, value_out);
    return get_below(overlay, key, value_out);
}

void overlay_put(struct overlay *overlay, struct span key, struct span value, bool fresh) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX);
    bool inserted;
    struct omap_node *node = layer_insert(overlay->active, &overlay->undo, key, &inserted);
    /* What an older node knows about below is surer than the caller's word. */
    uint32_t tag = node->tag & LAYER_ABSENT_BELOW;
    if (inserted && fresh)
        tag = LAYER_ABSENT_BELOW;
    layer_set(overlay->active, &overlay->undo, node, value, tag);
}

int overlay_remove(struct overlay *overlay, struct span key) {
    ENSURE(key.size > 0 && key.size <= KV_KEY_MAX);
    struct layer *active = overlay->active;
    struct omap_node *node = omap_find(active->map, key);
    if (node != NULL && (node->tag & LAYER_TOMBSTONE) != 0)
        return 0;
    bool below = false;
    if (node == NULL || (node->tag & LAYER_ABSENT_BELOW) == 0) {
        struct span value;
        int rc = get_below(overlay, key, &value);
        if (rc < 0)
            return rc;
        below = rc == 0;
    }
    if (!below) {
        if (node != NULL)
            layer_forget(active, &overlay->undo, node);
        return 0;
    }
    bool inserted = false;
    if (node == NULL)
        node = layer_insert(active, &overlay->undo, key, &inserted);
    layer_set(active, &overlay->undo, node, (struct span){NULL, 0}, LAYER_TOMBSTONE);
    return 0;
}

/* ---- ranges ---- */

static struct omap_node *layer_seek(const struct layer *layer, struct span key, bool strict) {
    if (layer == NULL)
        return NULL;
    return strict ? omap_after(layer->map, key) : omap_at_or_after(layer->map, key);
}

struct found {
    bool any, removed;
    struct span key, value;
};

/* A layer's candidate replaces what lies below it at the same or a later key. */
static void consider(struct found *found, const struct omap_node *node) {
    if (node == NULL || (found->any && span_compare(node->key, found->key) > 0))
        return;
    *found = (struct found){true, (node->tag & LAYER_TOMBSTONE) != 0, node->key, node->value};
}

/* The first key of the three layers, which may be a tombstone. */
static int first_of_all(struct overlay *overlay, struct span from, bool strict,
                        struct found *found_out) {
    struct found found = {0};
    int rc = floor_seek(&overlay->floor, from, strict, &found.key, &found.value);
    if (rc < 0)
        return rc;
    found.any = rc == 0;
    consider(&found, layer_seek(overlay->frozen, from, strict));
    consider(&found, layer_seek(overlay->active, from, strict));
    *found_out = found;
    return 0;
}

static bool in_range(struct span key, struct span from, size_t prefix_size) {
    return key.size >= prefix_size && memcmp(key.data, from.data, prefix_size) == 0;
}

static int seek(struct overlay *overlay, struct span from, size_t prefix_size, bool strict,
                struct span *key_out, struct span *value_out) {
    ENSURE(from.size > 0 && prefix_size <= from.size);
    struct found found;
    struct span at = from;
    do {
        int rc = first_of_all(overlay, at, strict, &found);
        if (rc != 0)
            return rc;
        if (!found.any || !in_range(found.key, from, prefix_size))
            return OVERLAY_ABSENT;
        at = found.key;
        strict = true;
    } while (found.removed);
    *key_out = found.key;
    *value_out = found.value;
    return 0;
}

int overlay_seek(struct overlay *overlay, struct span from, size_t prefix_size,
                 struct span *key_out, struct span *value_out) {
    return seek(overlay, from, prefix_size, false, key_out, value_out);
}

int overlay_after(struct overlay *overlay, struct span after, size_t prefix_size,
                  struct span *key_out, struct span *value_out) {
    return seek(overlay, after, prefix_size, true, key_out, value_out);
}

/* ---- savepoints ---- */

void overlay_begin(struct overlay *overlay) {
    undo_begin(&overlay->undo);
}

void overlay_commit(struct overlay *overlay) {
    undo_end(&overlay->undo);
}

void overlay_rollback(struct overlay *overlay) {
    undo_rollback(&overlay->undo, overlay->active);
}

/* ---- freezing and flushing ---- */

size_t overlay_keys(const struct overlay *overlay) {
    return omap_count(overlay->active->map);
}

size_t overlay_bytes(const struct overlay *overlay) {
    return overlay->active->arena.used;
}

void overlay_freeze(struct overlay *overlay) {
    ENSURE(overlay->frozen == NULL && !overlay->undo.active);
    overlay->frozen = overlay->active;
    overlay->active = layer_new();
}

bool overlay_is_frozen(const struct overlay *overlay) {
    return overlay->frozen != NULL;
}

static int write_layer(struct kv_batch *batch, const struct layer *layer,
                       struct overlay_flush *flush) {
    for (const struct omap_node *node = omap_first(layer->map); node != NULL;
         node = omap_next(layer->map, node)) {
        bool removed = (node->tag & LAYER_TOMBSTONE) != 0;
        int rc = removed ? kv_batch_delete(batch, node->key)
                         : kv_batch_put(batch, node->key, node->value);
        if (rc != 0)
            return rc;
        *(removed ? &flush->deletes : &flush->puts) += 1;
        flush->bytes += node->key.size + (removed ? 0 : node->value.size);
    }
    return 0;
}

int overlay_flush(struct overlay *overlay, struct overlay_flush *flush_out) {
    struct layer *frozen = overlay->frozen;
    ENSURE(frozen != NULL && !frozen->flushed);
    struct overlay_flush flush = {0};
    struct kv_batch *batch;
    int rc = kv_batch_begin(overlay->kv, &batch);
    if (rc != 0)
        return rc;
    int written = write_layer(batch, frozen, &flush);
    rc = kv_batch_commit(batch); /* after an error in the batch it gives that error */
    if (rc != 0)
        return rc;
    ENSURE(written == 0);
    frozen->flushed = true;
    *flush_out = flush;
    return 0;
}

int overlay_thaw(struct overlay *overlay) {
    ENSURE(overlay->frozen != NULL && overlay->frozen->flushed && !overlay->undo.active);
    layer_free(overlay->frozen);
    overlay->frozen = NULL;
    return floor_renew(&overlay->floor);
}
