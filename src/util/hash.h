/*
 * What the two maps share: uthash made to end the process when memory runs out, and the hash of a
 * key. Private to util: the maps are what others include.
 */
#ifndef LG_UTIL_HASH_H
#define LG_UTIL_HASH_H

#include "util/bytes.h"
#include "util/fatal.h"

#define uthash_malloc(size) xmalloc(size)
#define uthash_fatal(message) fatal("uthash", "%s", message)
#include <uthash.h>

/* Keyed by chance once per process, so that a peer which chooses its own ids cannot aim them at
 * one chain. Never for anything that is stored or that decides an order. */
uint32_t hash_key(struct span key);

#endif
