/*
 * Layers and their undo log.
 *
 * Invariant: undoing the entries from the newest to the oldest gives back the map as it was at
 * undo_begin, values included. Nodes and values live in the layer's arena until the layer goes; a
 * value that fits where the old one stands is written over it, so that a hot counter takes no new
 * memory at each change: the old bytes are then saved beside the undo log. Which key may be
 * forgotten and which needs a tombstone is the overlay's decision, not made here.
 */
#include "store/layer.h"

#include <stdlib.h>
#include <string.h>

/* Large enough that the allocator is rarely asked, small enough that an idle gateway stays small. */
#define LAYER_CHUNK (256u * 1024)
#define UNDO_CHUNK (16u * 1024)
#define UNDO_FIRST 64
/* The arena's granularity: a value owns its bytes up to the next multiple. */
#define VALUE_GRAIN 16

struct layer *layer_new(void) {
    struct layer *layer = xcalloc(1, sizeof(*layer));
    arena_init(&layer->arena, LAYER_CHUNK, 0);
    layer->map = omap_new(&layer->arena);
    return layer;
}

void layer_free(struct layer *layer) {
    if (layer == NULL)
        return;
    omap_free(layer->map);
    arena_deinit(&layer->arena);
    free(layer);
}

void undo_init(struct undo *undo) {
    *undo = (struct undo){0};
    arena_init(&undo->saved, UNDO_CHUNK, 0);
}

void undo_deinit(struct undo *undo) {
    free(undo->entries);
    arena_deinit(&undo->saved);
}

void undo_begin(struct undo *undo) {
    ENSURE(!undo->active);
    undo->active = true;
    undo->count = 0;
    arena_reset(&undo->saved);
}

void undo_end(struct undo *undo) {
    ENSURE(undo->active);
    undo->active = false;
    undo->count = 0;
}

static struct undo_entry *add_entry(struct undo *undo, enum undo_kind kind,
                                    struct omap_node *node) {
    if (undo->count == undo->cap) {
        undo->cap = undo->cap == 0 ? UNDO_FIRST : undo->cap * 2;
        undo->entries = xrealloc(undo->entries, undo->cap * sizeof(*undo->entries));
    }
    struct undo_entry *entry = &undo->entries[undo->count++];
    *entry = (struct undo_entry){.kind = kind, .node = node, .home = node->value, .tag = node->tag};
    entry->saved = entry->home;
    return entry;
}

static uint8_t *writable(struct span bytes) {
    /* Values stand in the layer's arena, which is ours. */
    return (uint8_t *)(uintptr_t)bytes.data;
}

static void restore_value(const struct undo_entry *entry) {
    if (entry->saved.data != entry->home.data)
        memcpy(writable(entry->home), entry->saved.data, entry->saved.size);
    entry->node->value = entry->home;
    entry->node->tag = entry->tag;
}

void undo_rollback(struct undo *undo, struct layer *layer) {
    ENSURE(undo->active);
    while (undo->count > 0) {
        const struct undo_entry *entry = &undo->entries[--undo->count];
        switch (entry->kind) {
        case UNDO_INSERTED:
            omap_remove(layer->map, entry->node);
            break;
        case UNDO_REMOVED:
            omap_restore(layer->map, entry->node);
            break;
        case UNDO_CHANGED:
            restore_value(entry);
            break;
        }
    }
    undo_end(undo);
}

struct omap_node *layer_insert(struct layer *layer, struct undo *undo, struct span key,
                               bool *inserted_out) {
    struct omap_node *node = omap_insert(layer->map, key, inserted_out);
    if (*inserted_out && undo->active)
        add_entry(undo, UNDO_INSERTED, node);
    return node;
}

static size_t room_of(struct span value) {
    return (value.size + VALUE_GRAIN - 1) / VALUE_GRAIN * VALUE_GRAIN;
}

void layer_set(struct layer *layer, struct undo *undo, struct omap_node *node, struct span value,
               uint32_t tag) {
    struct undo_entry *entry = NULL;
    if (undo->active)
        entry = add_entry(undo, UNDO_CHANGED, node);
    if (value.size > 0 && value.size <= room_of(node->value)) {
        if (entry != NULL)
            entry->saved = arena_copy(&undo->saved, entry->home);
        memmove(writable(node->value), value.data, value.size); /* may be the old value itself */
        node->value.size = value.size;
    } else {
        node->value = value.size > 0 ? arena_copy(&layer->arena, value) : (struct span){NULL, 0};
    }
    node->tag = tag;
}

void layer_forget(struct layer *layer, struct undo *undo, struct omap_node *node) {
    if (undo->active)
        add_entry(undo, UNDO_REMOVED, node);
    omap_remove(layer->map, node);
}
