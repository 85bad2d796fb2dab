/*
 * One in-memory layer of the overlay: an ordered map over an arena of its own, and the undo log of
 * the savepoint. Private to store.
 */
#ifndef LG_STORE_LAYER_H
#define LG_STORE_LAYER_H

#include "kv/kv.h"
#include "util/omap.h"

/* Bits of omap_node.tag. */
#define LAYER_TOMBSTONE 1u    /* removed here; something below has it */
#define LAYER_ABSENT_BELOW 2u /* nothing below has it: removing forgets the node */

struct layer {
    struct arena arena;
    struct omap *map;
    bool flushed; /* set by the state thread once the commit is durable */
};

struct layer *layer_new(void);
void layer_free(struct layer *layer);

/* What the savepoint must put back, newest last. */
enum undo_kind { UNDO_INSERTED, UNDO_REMOVED, UNDO_CHANGED };

struct undo_entry {
    enum undo_kind kind;
    struct omap_node *node;
    struct span home;  /* CHANGED: where the old value stood, and its size */
    struct span saved; /* CHANGED: its bytes: home's own, or a copy if home was written over */
    uint32_t tag;
};

struct undo {
    bool active;
    struct undo_entry *entries;
    size_t count, cap;
    struct arena saved;
};

void undo_init(struct undo *undo);
void undo_deinit(struct undo *undo);
void undo_begin(struct undo *undo);
void undo_end(struct undo *undo);
void undo_rollback(struct undo *undo, struct layer *layer);

/* Changes of one node, each written to the undo log while a savepoint is active. */
struct omap_node *layer_insert(struct layer *layer, struct undo *undo, struct span key,
                               bool *inserted_out);
void layer_set(struct layer *layer, struct undo *undo, struct omap_node *node, struct span value,
               uint32_t tag);
void layer_forget(struct layer *layer, struct undo *undo, struct omap_node *node);

#endif
