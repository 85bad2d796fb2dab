/*
 * The hash map over uthash, which also keeps the order of insertion.
 *
 * Invariant: every entry owns a copy of its key; no value is NULL, so that NULL always means
 * absent. Replacing a value keeps the entry's place in the order. Values are never freed here.
 */
#include "util/hmap.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"

struct hmap_entry {
    UT_hash_handle hh;
    void *value;
    uint8_t key[HMAP_KEY_MAX];
};

struct hmap {
    struct hmap_entry *entries;
};

struct hmap *hmap_new(void) {
    return xcalloc(1, sizeof(struct hmap));
}

void hmap_free(struct hmap *map) {
    if (map == NULL)
        return;
    struct hmap_entry *entry;
    struct hmap_entry *next;
    HASH_ITER (hh, map->entries, entry, next) {
        /* The analyzer loses the list after two turns. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        HASH_DEL(map->entries, entry);
        free(entry);
    }
    free(map);
}

size_t hmap_count(const struct hmap *map) {
    return HASH_COUNT(map->entries);
}

static struct hmap_entry *find(const struct hmap *map, struct span key, uint32_t hash) {
    ENSURE(key.size > 0 && key.size <= HMAP_KEY_MAX);
    struct hmap_entry *entry = NULL;
    HASH_FIND_BYHASHVALUE(hh, map->entries, key.data, key.size, hash, entry);
    return entry;
}

void *hmap_get(const struct hmap *map, struct span key) {
    const struct hmap_entry *entry = find(map, key, hash_key(key));
    return entry != NULL ? entry->value : NULL;
}

void *hmap_put(struct hmap *map, struct span key, void *value) {
    ENSURE(value != NULL);
    uint32_t hash = hash_key(key);
    struct hmap_entry *entry = find(map, key, hash);
    if (entry != NULL) {
        void *previous = entry->value;
        entry->value = value;
        return previous;
    }
    entry = xcalloc(1, sizeof(*entry));
    entry->value = value;
    memcpy(entry->key, key.data, key.size);
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, map->entries, entry->key, key.size, hash, entry);
    return NULL;
}

void *hmap_remove(struct hmap *map, struct span key) {
    struct hmap_entry *entry = find(map, key, hash_key(key));
    if (entry == NULL)
        return NULL;
    void *value = entry->value;
    HASH_DEL(map->entries, entry);
    free(entry);
    return value;
}

void hmap_each(struct hmap *map, bool (*visit)(void *context, struct span key, void *value),
               void *context) {
    struct hmap_entry *entry;
    struct hmap_entry *next;
    HASH_ITER (hh, map->entries, entry, next) {
        if (!visit(context, span_of(entry->key, entry->hh.keylen), entry->value))
            return;
    }
}
