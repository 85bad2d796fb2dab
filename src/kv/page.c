/*
 * One page as bytes: whether its parts lie where they can.
 *
 * Invariant: nothing outside the page's bytes is read, whatever stands in them; a page that passed
 * kv_page_look can be taken apart by kv_page_node_at. What pages have to do with each other is pages.c's.
 */
#include "kv/page.h"

#include "kv/kv.h"

#define META_MAGIC UINT32_C(0xBEEFC0DE)
#define META_VERSION 1
#define FREE_TREE_FLAGS 8 /* keys are numbers */
#define NODE_HEADER 8u
#define NODE_OVERFLOWS 1u

enum {
    AT_KIND = 10,
    AT_LOWER = 12,
    AT_UPPER = 14,
    AT_RUN = 12,
    AT_OFFSETS = 16,
    META_MAP = 16,
    META_SPARE = 24,
    META_ROWS = 72,
    META_LAST = 120,
    META_TRANSACTION = 128,
};

static const char *look_header(const struct page *page, unsigned *kind_out) {
    if (kv_le64(page->bytes) != page->number)
        return "bears another page's number";
    *kind_out = kv_le16(page->bytes + AT_KIND);
    return NULL;
}

/* ---- nodes ---- */

static const uint8_t *node_bytes(const struct page *page, uint32_t index) {
    return page->bytes + kv_le16(page->bytes + AT_OFFSETS + (size_t)2 * index);
}

struct page_node kv_page_node_at(const struct page *page, enum page_kind kind, uint32_t index) {
    const uint8_t *at = node_bytes(page, index);
    size_t key_size = kv_le16(at + 6);
    struct page_node node = {.key = span_of(at + NODE_HEADER, key_size)};
    if (kind == PAGE_BRANCH) {
        node.child = kv_le32(at) | (uint64_t)kv_le16(at + 4) << 32;
        return node;
    }
    node.value_size = kv_le32(at);
    node.overflows = kv_le16(at + 4) == NODE_OVERFLOWS;
    if (node.overflows)
        node.child = kv_le64(at + NODE_HEADER + key_size);
    else
        node.value = at + NODE_HEADER + key_size;
    return node;
}

/* Bytes of the node at that offset, 0 when it does not fit. */
static size_t node_size(const struct page *page, unsigned kind, size_t offset, size_t upper) {
    if (offset < upper || offset % 2 != 0 || offset + NODE_HEADER > page->size)
        return 0;
    const uint8_t *at = page->bytes + offset;
    size_t key_size = kv_le16(at + 6);
    size_t size = NODE_HEADER + key_size;
    if (key_size > KV_KEY_MAX || (kind == PAGE_LEAF && key_size == 0))
        return 0;
    if (kind == PAGE_LEAF) {
        uint16_t flags = kv_le16(at + 4);
        if ((flags & ~NODE_OVERFLOWS) != 0)
            return 0;
        size += flags == NODE_OVERFLOWS ? 8 : kv_le32(at);
    }
    size += size % 2;
    return size <= page->size - offset ? size : 0;
}

/* Nodes lie between upper and the page's end, and no two share a byte: each pair of bytes is taken
 * once, and all are. */
static const char *look_nodes(const struct page *page, unsigned kind, size_t upper) {
    uint8_t taken[PAGE_SIZE_MAX / 16] = {0};
    size_t sum = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        size_t offset = kv_le16(page->bytes + AT_OFFSETS + (size_t)2 * i);
        size_t size = node_size(page, kind, offset, upper);
        if (size == 0)
            return "has an entry that does not fit";
        for (size_t pair = offset / 2; pair < (offset + size) / 2; pair++) {
            if ((taken[pair / 8] & 1u << pair % 8) != 0)
                return "has entries that overlap";
            taken[pair / 8] |= (uint8_t)(1u << pair % 8);
        }
        sum += size;
    }
    return sum == page->size - upper ? NULL : "has room that no entry fills";
}

const char *kv_page_look(struct page *page, enum page_kind *kind_out) {
    unsigned kind;
    const char *wrong = look_header(page, &kind);
    if (wrong != NULL)
        return wrong;
    if (kind != PAGE_BRANCH && kind != PAGE_LEAF)
        return "is neither branch nor leaf";
    size_t lower = kv_le16(page->bytes + AT_LOWER);
    size_t upper = kv_le16(page->bytes + AT_UPPER);
    if (lower < PAGE_HEADER || lower % 2 != 0 || lower > upper || upper > page->size)
        return "has bounds that do not fit";
    page->count = (uint32_t)(lower - PAGE_HEADER) / 2;
    if (page->count < (kind == PAGE_BRANCH ? 2 : 1))
        return "has too few entries";
    *kind_out = (enum page_kind)kind;
    return look_nodes(page, kind, upper);
}

const char *kv_page_look_overflow(const struct page *page, uint64_t *pages_out) {
    unsigned kind;
    const char *wrong = look_header(page, &kind);
    if (wrong != NULL)
        return wrong;
    *pages_out = kv_le32(page->bytes + AT_RUN);
    return kind == PAGE_OVERFLOW && *pages_out > 0 ? NULL : "is not the first of an overflow run";
}

/* ---- meta pages ---- */

static struct page_tree tree_at(const uint8_t *at) {
    return (struct page_tree){
        .pad = kv_le32(at),
        .flags = kv_le16(at + 4),
        .depth = kv_le16(at + 6),
        .branches = kv_le64(at + 8),
        .leaves = kv_le64(at + 16),
        .overflows = kv_le64(at + 24),
        .entries = kv_le64(at + 32),
        .root = kv_le64(at + 40),
    };
}

static bool tree_fits(const struct page_tree *tree, uint64_t last_page) {
    if (tree->root == PAGE_NONE)
        return tree->depth == 0 && tree->entries == 0 && tree->branches == 0 && tree->leaves == 0 &&
               tree->overflows == 0;
    return tree->root >= PAGE_METAS && tree->root <= last_page && tree->depth > 0;
}

const char *kv_page_look_meta(const uint8_t *bytes, uint64_t number, struct page_meta *meta_out) {
    const uint8_t *at = bytes + PAGE_HEADER;
    if (kv_le64(bytes) != number || kv_le16(bytes + AT_KIND) != PAGE_META ||
        kv_le32(at) != META_MAGIC)
        return "is no meta page";
    if (kv_le32(at + 4) != META_VERSION)
        return "is of another version of LMDB";
    struct page_meta meta = {
        .map_bytes = kv_le64(at + META_MAP),
        .spare = tree_at(at + META_SPARE),
        .rows = tree_at(at + META_ROWS),
        .last_page = kv_le64(at + META_LAST),
        .transaction = kv_le64(at + META_TRANSACTION),
    };
    meta.page_size = meta.spare.pad;
    if (meta.page_size < PAGE_SIZE_MIN || meta.page_size > PAGE_SIZE_MAX ||
        (meta.page_size & (meta.page_size - 1)) != 0)
        return "names a page size that cannot be";
    if (meta.spare.flags != FREE_TREE_FLAGS || meta.rows.flags != 0 || meta.rows.pad != 0)
        return "names kinds of trees that are not ours";
    if (meta.last_page < PAGE_METAS - 1 || meta.last_page >= meta.map_bytes / meta.page_size)
        return "names a last page that is not in its map";
    if (meta.transaction != 0 && meta.transaction % PAGE_METAS != number)
        return "bears a transaction that the other one should bear";
    *meta_out = meta;
    return NULL;
}

const char *kv_page_look_roots(const struct page_meta *meta) {
    bool fit = tree_fits(&meta->spare, meta->last_page) && tree_fits(&meta->rows, meta->last_page);
    return fit ? NULL : "names a root that cannot be";
}
