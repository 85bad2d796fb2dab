/*
 * An ordered map from byte strings to byte strings, with point look-ups by hash.
 *
 * Nodes, keys and values live in the arena that the map was made over: removal unlinks a node but
 * frees nothing before the arena goes. Order is span_compare's. Not thread-safe; a map that nobody
 * changes any more may be read by several threads.
 */
#ifndef LG_UTIL_OMAP_H
#define LG_UTIL_OMAP_H

#include "util/arena.h"
#include "util/bytes.h"

struct omap;

/* The caller may read all fields and replace value and tag; the value's bytes are the caller's
 * business (usually the same arena). */
struct omap_node {
    struct span key;
    struct span value;
    uint32_t tag; /* the owner's: the overlay keeps "tombstone" and "absent below" here */
};

/* arena is borrowed and outlives the map. */
struct omap *omap_new(struct arena *arena);
void omap_free(struct omap *map);
size_t omap_count(const struct omap *map);
/* NULL when absent. */
struct omap_node *omap_find(const struct omap *map, struct span key);
/* The node of that key, made with an empty value and tag 0 (the key copied) when absent. */
struct omap_node *omap_insert(struct omap *map, struct span key, bool *inserted_out);
void omap_remove(struct omap *map, struct omap_node *node);
/* Puts back a node that omap_remove took out (its key must be absent). */
void omap_restore(struct omap *map, struct omap_node *node);
/* Smallest key >= key / > key; NULL at the end. */
struct omap_node *omap_at_or_after(const struct omap *map, struct span key);
struct omap_node *omap_after(const struct omap *map, struct span key);
struct omap_node *omap_first(const struct omap *map);
struct omap_node *omap_next(const struct omap *map, const struct omap_node *node);

#endif
