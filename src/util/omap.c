/*
 * The ordered map: a red-black tree for order and hash tables for point look-ups over the same
 * nodes.
 *
 * Invariant: tree and tables always hold the same nodes, one per key. Nodes and keys come from the
 * arena and are not freed one by one, so a node taken out by omap_remove stays valid and can be
 * restored until the arena goes; only the tables' own arrays are malloc's. Values are not looked
 * at here.
 *
 * The table is many small ones, a key's chosen by its hash: one that grows moves all that it holds,
 * and whoever waits for the map should wait for a part of it only.
 */
#include "util/omap.h"

#include <bsd/sys/tree.h>
#include <stdlib.h>

#include "util/hash.h"

/* Chosen by the hash's highest bits; uthash takes the lowest for its buckets. */
#define TABLES_BITS 7
#define TABLES (1u << TABLES_BITS)

struct entry {
    struct omap_node node; /* first: a node's address is its entry's */
    RB_ENTRY(entry) links;
    UT_hash_handle hh;
};

RB_HEAD(tree, entry);

struct omap {
    struct arena *arena;
    struct tree tree;
    struct entry *tables[TABLES];
    size_t count;
};

static int compare_entries(const struct entry *a, const struct entry *b) {
    return span_compare(a->node.key, b->node.key);
}

/* The _STATIC form wants a macro that only BSD has. */
RB_GENERATE_INTERNAL(tree, entry, links, compare_entries, __attribute__((unused)) static)

static struct entry *entry_of(const struct omap_node *node) {
    /* Entries are never const themselves: the map made them. */
    return (struct entry *)(uintptr_t)node;
}

static struct omap_node *node_of(struct entry *entry) {
    return entry != NULL ? &entry->node : NULL;
}

struct omap *omap_new(struct arena *arena) {
    struct omap *map = xcalloc(1, sizeof(*map));
    map->arena = arena;
    RB_INIT(&map->tree);
    return map;
}

void omap_free(struct omap *map) {
    if (map == NULL)
        return;
    for (size_t i = 0; i < TABLES; i++)
        HASH_CLEAR(hh, map->tables[i]);
    free(map);
}

size_t omap_count(const struct omap *map) {
    return map->count;
}

static size_t table_of(uint32_t hash) {
    return hash >> (32 - TABLES_BITS);
}

static struct entry *find(const struct omap *map, struct span key, uint32_t hash) {
    static const uint8_t nothing;
    const uint8_t *bytes = key.data != NULL ? key.data : &nothing;
    struct entry *entry = NULL;
    HASH_FIND_BYHASHVALUE(hh, map->tables[table_of(hash)], bytes, key.size, hash, entry);
    return entry;
}

struct omap_node *omap_find(const struct omap *map, struct span key) {
    return node_of(find(map, key, hash_key(key)));
}

static void link_entry(struct omap *map, struct entry *entry, uint32_t hash) {
    struct span key = entry->node.key;
    ENSURE(RB_INSERT(tree, &map->tree, entry) == NULL);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, map->tables[table_of(hash)], key.data, key.size, hash, entry);
    map->count++;
}

struct omap_node *omap_insert(struct omap *map, struct span key, bool *inserted_out) {
    uint32_t hash = hash_key(key);
    struct entry *entry = find(map, key, hash);
    bool absent = entry == NULL;
    if (absent) {
        entry = arena_zero(map->arena, sizeof(*entry));
        entry->node.key = arena_copy(map->arena, key);
        link_entry(map, entry, hash);
    }
    *inserted_out = absent;
    return &entry->node;
}

void omap_remove(struct omap *map, struct omap_node *node) {
    struct entry *entry = entry_of(node);
    RB_REMOVE(tree, &map->tree, entry);
    HASH_DEL(map->tables[table_of(entry->hh.hashv)], entry);
    map->count--;
}

void omap_restore(struct omap *map, struct omap_node *node) {
    link_entry(map, entry_of(node), hash_key(node->key));
}

/* The first entry at key or, when strictly, behind it. */
static struct omap_node *bound(const struct omap *map, struct span key, bool strictly) {
    struct entry *best = NULL;
    struct entry *at = RB_ROOT(&map->tree);
    while (at != NULL) {
        int order = span_compare(at->node.key, key);
        if (order > 0 || (order == 0 && !strictly)) {
            best = at;
            at = RB_LEFT(at, links);
        } else {
            at = RB_RIGHT(at, links);
        }
    }
    return node_of(best);
}

struct omap_node *omap_at_or_after(const struct omap *map, struct span key) {
    return bound(map, key, false);
}

struct omap_node *omap_after(const struct omap *map, struct span key) {
    return bound(map, key, true);
}

struct omap_node *omap_first(const struct omap *map) {
    return bound(map, (struct span){NULL, 0}, false);
}

struct omap_node *omap_next(const struct omap *map, const struct omap_node *node) {
    (void)map; /* the links are in the nodes */
    return node_of(RB_NEXT(tree, &map->tree, entry_of(node)));
}
