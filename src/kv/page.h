/*
 * One page of LMDB's file as bytes. Private to src/kv.
 *
 * LMDB 0.9.24 on a 64-bit little-endian machine; all numbers are little-endian.
 *
 * A page has the size that the meta pages name, and begins with
 *
 *      0   8  its own number
 *      8   2  (of no meaning here)
 *     10   2  what it is: 1 branch, 2 leaf, 4 overflow, 8 meta
 *     12   2  lower: end of the offsets of its nodes      4 bytes: how many pages this
 *     14   2  upper: where its nodes begin                overflow run has
 *     16      offsets of nodes, two bytes each, in the order of keys
 *
 * A node, at an even offset:
 *
 *      0   4  leaf: size of the value        6 bytes, branch: number of the child's page
 *      4   2  leaf: 1, the value is the number of an overflow run's first page
 *      6   2  size of the key
 *      8      key, then (leaf) the value, or eight bytes of that number
 *
 * The first key of a branch is of no meaning. Keys of a child lie from its key on up to the next
 * one. Nodes fill the page from upper to its end.
 *
 * Pages 0 and 1 are meta pages, written in turn by commits; behind their page header:
 *
 *      0   4  0xBEEFC0DE
 *      4   4  version, 1
 *      8   8  an address of no meaning
 *     16   8  size of the map
 *     24  48  tree of free pages: page size 4, flags 2 (8), depth 2, branch pages 8, leaf pages 8,
 *             overflow pages 8, entries 8, number of the root 8 (all ones: empty)
 *     72  48  tree of rows: the same, with 0 in the place of the page size and no flags
 *    120   8  last page in use
 *    128   8  transaction; commits of even number write page 0
 *
 * A row of the tree of free pages: the transaction that freed them (8, keys are in numeric order),
 * then a count (8) and as many page numbers, falling.
 */
#ifndef LG_KV_PAGE_H
#define LG_KV_PAGE_H

#include <string.h>

#include "util/bytes.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "LMDB's files have the machine's order");

#define PAGE_HEADER 16u
#define PAGE_SIZE_MIN 512u
#define PAGE_SIZE_MAX 65536u
#define PAGE_NONE UINT64_MAX
#define PAGE_METAS 2u

enum page_kind { PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_OVERFLOW = 4, PAGE_META = 8 };

struct page {
    const uint8_t *bytes;
    uint32_t size;
    uint64_t number; /* that it should have */
    uint32_t count;  /* of nodes */
};

struct page_node {
    struct span key;
    uint64_t child;       /* of a branch */
    bool overflows;       /* of a leaf: the value stands in a run that begins at child */
    uint64_t value_size;  /* of a leaf */
    const uint8_t *value; /* of a leaf that does not overflow */
};

struct page_tree {
    uint32_t pad;
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
};

struct page_meta {
    uint32_t page_size;
    uint64_t map_bytes, last_page, transaction;
    struct page_tree spare, rows;
};

static inline uint16_t kv_le16(const uint8_t *from) {
    uint16_t number;
    memcpy(&number, from, sizeof(number)); /* this machine is little-endian, as its LMDB is */
    return number;
}
static inline uint32_t kv_le32(const uint8_t *from) {
    uint32_t number;
    memcpy(&number, from, sizeof(number));
    return number;
}
static inline uint64_t kv_le64(const uint8_t *from) {
    uint64_t number;
    memcpy(&number, from, sizeof(number));
    return number;
}

/* Each gives NULL when all is right, else what is wrong, for people. */

/* A whole branch or leaf: its header, and that every node lies in it. Sets page->count. */
const char *kv_page_look(struct page *page, enum page_kind *kind_out);
/* The header of an overflow run's first page. */
const char *kv_page_look_overflow(const struct page *page, uint64_t *pages_out);
/* The first PAGE_HEADER + 136 bytes of a meta page. */
const char *kv_page_look_meta(const uint8_t *bytes, uint64_t number, struct page_meta *meta_out);
/* Of the newer one alone. The other's trees are nobody's: a commit whose meta page could not be
 * written leaves its new roots there, beside the old transaction and last page. */
const char *kv_page_look_roots(const struct page_meta *meta);

/* Node index of a page that was looked at. */
struct page_node kv_page_node_at(const struct page *page, enum page_kind kind, uint32_t index);

#endif
