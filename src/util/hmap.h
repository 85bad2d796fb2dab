/*
 * A hash map from short byte keys (at most HMAP_KEY_MAX) to pointers that the map does not own.
 * For volatile look-ups: connections, correlations, waiters. Order of iteration is that of
 * insertion, so that a seeded run is repeatable.
 */
#ifndef LG_UTIL_HMAP_H
#define LG_UTIL_HMAP_H

#include "util/bytes.h"

#define HMAP_KEY_MAX 48

struct hmap;

struct hmap *hmap_new(void);
void hmap_free(struct hmap *map);
size_t hmap_count(const struct hmap *map);
void *hmap_get(const struct hmap *map, struct span key);
/* Sets or replaces; returns the value that stood there, NULL if none. */
void *hmap_put(struct hmap *map, struct span key, void *value);
/* Returns the value removed, NULL if none. */
void *hmap_remove(struct hmap *map, struct span key);
/* Calls visit for every entry; visit may remove the entry that it is given, nothing else. A visit
 * that returns false ends the walk. */
void hmap_each(struct hmap *map, bool (*visit)(void *context, struct span key, void *value),
               void *context);

#endif
