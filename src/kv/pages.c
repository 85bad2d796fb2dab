/*
 * All pages of a file, from the newest meta page down.
 *
 * Invariant: each page is reached once at most, as part of a tree or of the free list, so that no
 * damage makes the walk endless; keys rise within a page and stay between those of its parent; what
 * the meta page counts is what was found, and all rows together give the sum that stands among them.
 * Reads are bounded by the file's size, never by what stands in it. The rows' own checksums are not
 * looked at here: they are the store's.
 */
#include "kv/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kv/page.h"
#include "kv/sum.h"

#define META_BYTES (PAGE_HEADER + 136)
#define DEPTH_MAX 32 /* LMDB's own bound */
#define WHOLE UINT64_MAX
#define PROGRESS_EVERY 4096 /* pages */
#define VIEWS_MAX 100       /* tries at a view whose meta page still stands */
#define TEXT_MAX 160

struct level {
    uint8_t *bytes;
    struct page page;
    enum page_kind kind;
    uint32_t index;        /* of the next node */
    struct span low, high; /* keys lie from low on, below high; data NULL: no bound */
};

struct walk {
    const struct kv_pages *sink;
    struct kv_pages_found found;
    int fd;
    uint64_t file_bytes;
    struct page_meta meta;
    uint8_t *seen; /* a bit for each page up to the last */
    struct level levels[DEPTH_MAX];
    bool spare;             /* the tree at hand is that of free pages */
    struct page_tree count; /* what was found of it */
    uint64_t sum, sum_kept; /* of the rows, and what stands in the sum's row */
    bool summed;            /* there is one */
    int failed;             /* errno of a read */
};

static void tell(struct walk *walk, uint64_t page, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void tell(struct walk *walk, uint64_t page, const char *format, ...) {
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments); /* NOLINT(clang-analyzer-valist*) */
    va_end(arguments);
    walk->found.faults++;
    walk->sink->fault(walk->sink->context, page, text);
}

static bool read_at(struct walk *walk, uint64_t offset, uint8_t *to, size_t size) {
    while (size > 0) {
        ssize_t done = pread(walk->fd, to, size, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            walk->failed = done < 0 ? errno : EIO; /* it was long enough a moment ago */
            return false;
        }
        to += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return true;
}

static bool goes_on(struct walk *walk) {
    const struct kv_pages *sink = walk->sink;
    uint64_t done = walk->found.used + walk->found.spare;
    if (sink->progress != NULL)
        sink->progress(sink->context, done, walk->meta.last_page + 1);
    if (sink->go_on != NULL && !sink->go_on(sink->context))
        walk->failed = ECANCELED;
    return walk->failed == 0;
}

/* Takes count pages from number on for the one who names them. */
static bool take(struct walk *walk, uint64_t number, uint64_t count) {
    if (number < PAGE_METAS || count > walk->meta.last_page ||
        number > walk->meta.last_page + 1 - count) {
        tell(walk, number, "does not exist, and is named");
        return false;
    }
    for (uint64_t page = number; page < number + count; page++) {
        if ((walk->seen[page / 8] & 1u << page % 8) != 0) {
            tell(walk, page, "is used twice");
            return false;
        }
        walk->seen[page / 8] |= (uint8_t)(1u << page % 8);
    }
    uint64_t before = walk->found.used + walk->found.spare;
    walk->found.used += count;
    return before / PROGRESS_EVERY == (before + count) / PROGRESS_EVERY || goes_on(walk);
}

/* ---- values ---- */

/* The run in which a value stands is whole; its data begins behind the first page's header. */
static bool take_run(struct walk *walk, uint64_t number, uint64_t value_size) {
    uint8_t header[PAGE_HEADER];
    struct page page = {header, walk->meta.page_size, number, 0};
    uint64_t pages;
    uint64_t needed = (PAGE_HEADER - 1 + value_size) / walk->meta.page_size + 1;
    if (number < PAGE_METAS || number > walk->meta.last_page) {
        tell(walk, number, "does not exist, and is named");
        return false;
    }
    if (!read_at(walk, number * walk->meta.page_size, header, sizeof(header)))
        return false;
    const char *wrong = kv_page_look_overflow(&page, &pages);
    if (wrong == NULL && pages < needed)
        wrong = "begins an overflow run that is too short for its value";
    if (wrong != NULL) {
        tell(walk, number, "%s", wrong);
        return false;
    }
    walk->count.overflows += pages;
    return take(walk, number, pages);
}

/* A value from the run that was taken for it; NULL: it cannot be read. */
static uint8_t *read_run(struct walk *walk, const struct page_node *node) {
    uint8_t *value = xmalloc(node->value_size + 1);
    if (read_at(walk, node->child * walk->meta.page_size + PAGE_HEADER, value, node->value_size))
        return value;
    free(value);
    return NULL;
}

/* Page numbers, falling, of which none is in use. */
static void take_spares(struct walk *walk, uint64_t number, const uint8_t *value, uint64_t size) {
    uint64_t count = size >= 8 ? kv_le64(value) : UINT64_MAX;
    if (size % 8 != 0 || count > size / 8 - 1) {
        tell(walk, number, "has a list of free pages that does not fit");
        return;
    }
    uint64_t above = UINT64_MAX;
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t page = kv_le64(value + 8 * i);
        if (page >= above) {
            tell(walk, number, "has a list of free pages that is out of order");
            return;
        }
        above = page;
        if (!take(walk, page, 1))
            return;
        walk->found.used--;
        walk->found.spare++;
    }
}

static void look_at_spares(struct walk *walk, uint64_t number, const struct page_node *node) {
    if (node->key.size != 8 || kv_le64(node->key.data) > walk->meta.transaction)
        tell(walk, number, "has free pages of a transaction that was not yet");
    else if (!node->overflows)
        take_spares(walk, number, node->value, node->value_size);
    else if (node->value_size > 8 * (walk->meta.last_page + 1))
        tell(walk, number, "has a list of free pages that does not fit");
    else {
        uint8_t *value = read_run(walk, node);
        if (value != NULL)
            take_spares(walk, node->child, value, node->value_size);
        free(value);
    }
}

static void add_row(struct walk *walk, uint64_t number, const struct page_node *node) {
    uint8_t *run = node->overflows ? read_run(walk, node) : NULL;
    struct span value = span_of(node->overflows ? run : node->value, node->value_size);
    if (node->overflows && run == NULL)
        return;
    if (!kv_sum_is_key(node->key)) {
        walk->sum += kv_sum_of(node->key, value);
        walk->found.entries++;
    } else if (value.size != SUM_SIZE) {
        tell(walk, number, "has a sum that is none");
    } else {
        walk->summed = true;
        walk->sum_kept = kv_le64(value.data);
    }
    free(run);
}

static void look_at_row(struct walk *walk, uint64_t number, const struct page_node *node) {
    walk->count.entries++;
    if (node->overflows && !take_run(walk, node->child, node->value_size))
        return;
    if (walk->spare)
        look_at_spares(walk, number, node);
    else
        add_row(walk, number, node);
}

/* ---- trees ---- */

static int compare(const struct walk *walk, struct span a, struct span b) {
    if (!walk->spare || a.size != 8 || b.size != 8)
        return span_compare(a, b);
    uint64_t left = kv_le64(a.data);
    uint64_t right = kv_le64(b.data);
    return (left > right) - (left < right);
}

/* Keys rise, from the level's low bound on and below its high one. */
static bool keys_rise(struct walk *walk, const struct level *level) {
    struct span before = level->low;
    bool strict = false;
    for (uint32_t i = 0; i < level->page.count; i++) {
        if (level->kind == PAGE_BRANCH && i == 0)
            continue;
        struct page_node node = kv_page_node_at(&level->page, level->kind, i);
        int order = before.data == NULL ? 1 : compare(walk, node.key, before);
        if (order < 0 || (strict && order == 0) ||
            (level->high.data != NULL && compare(walk, node.key, level->high) >= 0)) {
            tell(walk, level->page.number, "has keys that are out of order");
            return false;
        }
        before = node.key;
        strict = true;
    }
    return true;
}

/* Reads a page into the level of that depth. False: it cannot be walked. */
static bool enter(struct walk *walk, size_t depth, uint64_t number) {
    struct level *level = &walk->levels[depth];
    uint32_t size = walk->meta.page_size;
    if (!take(walk, number, 1))
        return false;
    if (level->bytes == NULL)
        level->bytes = xmalloc(size);
    level->page = (struct page){level->bytes, size, number, 0};
    level->index = 0;
    if (!read_at(walk, number * size, level->bytes, size))
        return false;
    const char *wrong = kv_page_look(&level->page, &level->kind);
    if (wrong != NULL) {
        tell(walk, number, "%s", wrong);
        return false;
    }
    *(level->kind == PAGE_BRANCH ? &walk->count.branches : &walk->count.leaves) += 1;
    return keys_rise(walk, level);
}

static void leaf(struct walk *walk, struct level *level, size_t depth, size_t full_depth) {
    if (depth + 1 != full_depth)
        tell(walk, level->page.number, "is a leaf of another depth than its tree");
    for (uint32_t i = 0; i < level->page.count && walk->failed == 0; i++) {
        struct page_node node = kv_page_node_at(&level->page, PAGE_LEAF, i);
        look_at_row(walk, level->page.number, &node);
    }
}

/* The next child of a branch, with the bounds that it stands in. */
static uint64_t descend(struct walk *walk, size_t depth) {
    struct level *level = &walk->levels[depth];
    struct level *below = &walk->levels[depth + 1];
    uint32_t index = level->index++;
    struct page_node node = kv_page_node_at(&level->page, PAGE_BRANCH, index);
    below->low = index > 0 ? node.key : level->low;
    below->high = level->high;
    if (index + 1 < level->page.count) {
        struct page_node next = kv_page_node_at(&level->page, PAGE_BRANCH, index + 1);
        below->high = next.key;
    }
    return node.child;
}

static void walk_tree(struct walk *walk, const struct page_tree *tree) {
    size_t depth = 0;
    bool inside = tree->depth <= DEPTH_MAX;
    if (!inside)
        tell(walk, tree->root, "is the root of a tree that is too deep");
    walk->levels[0].low = walk->levels[0].high = span_of(NULL, 0);
    inside = inside && enter(walk, 0, tree->root);
    while (inside && walk->failed == 0) {
        struct level *level = &walk->levels[depth];
        bool branch = level->kind == PAGE_BRANCH;
        if (branch && level->index < level->page.count && depth + 1 < tree->depth) {
            if (enter(walk, depth + 1, descend(walk, depth)))
                depth++;
            continue;
        }
        if (!branch)
            leaf(walk, level, depth, tree->depth);
        else if (depth + 1 >= tree->depth)
            tell(walk, level->page.number, "is a branch deeper than its tree");
        inside = depth > 0;
        depth -= inside;
    }
}

static void check_tree(struct walk *walk, const struct page_tree *tree, bool spare) {
    uint64_t faults = walk->found.faults;
    walk->spare = spare;
    walk->count = (struct page_tree){0};
    if (tree->root != PAGE_NONE)
        walk_tree(walk, tree);
    const struct page_tree *count = &walk->count;
    if (walk->failed == 0 && walk->found.faults == faults &&
        (count->branches != tree->branches || count->leaves != tree->leaves ||
         count->overflows != tree->overflows || count->entries != tree->entries))
        tell(walk, WHOLE,
             "the tree of %s has %" PRIu64 " entries on %" PRIu64
             " pages, and the meta page counts %" PRIu64 " on %" PRIu64,
             spare ? "free pages" : "rows", count->entries,
             count->branches + count->leaves + count->overflows, tree->entries,
             tree->branches + tree->leaves + tree->overflows);
}

/* Pages may all be right, and some of them be older ones. A file that was written before there were
 * sums has none until its next commit. */
static void check_sum(struct walk *walk) {
    if (walk->failed == 0 && walk->found.faults == 0 && walk->summed &&
        walk->sum != walk->sum_kept) {
        walk->found.other_rows = true;
        tell(walk, WHOLE,
             "its rows are not those that were written last: a page of it is an older one, or a "
             "row was changed");
    }
}

/* ---- the file ---- */

static bool look_at_metas(struct walk *walk) {
    struct page_meta metas[PAGE_METAS];
    uint8_t bytes[META_BYTES];
    uint32_t size = 0;
    for (uint64_t i = 0; i < PAGE_METAS; i++) {
        if (walk->file_bytes < i * size + META_BYTES) {
            tell(walk, i, "is cut off");
            return false;
        }
        if (!read_at(walk, i * size, bytes, sizeof(bytes)))
            return false;
        const char *wrong = kv_page_look_meta(bytes, i, &metas[i]);
        if (wrong != NULL) {
            tell(walk, i, "%s", wrong);
            return false;
        }
        size = metas[i].page_size;
    }
    const struct page_meta *newest = &metas[metas[0].transaction < metas[1].transaction];
    const struct page_meta *older = &metas[newest == &metas[0]];
    const char *wrong = kv_page_look_roots(newest);
    walk->meta = *newest;
    if (wrong != NULL) {
        tell(walk, newest == &metas[1], "%s", wrong);
        return false;
    }
    if (metas[0].page_size != metas[1].page_size || newest->transaction - older->transaction > 1) {
        tell(walk, WHOLE, "the two meta pages do not follow one on the other");
        return false;
    }
    uint64_t last = newest->last_page > older->last_page ? newest->last_page : older->last_page;
    if (last >= walk->file_bytes / size) {
        tell(walk, WHOLE,
             "the file is cut off: it has %" PRIu64 " pages, and %" PRIu64 " are in use",
             walk->file_bytes / size, last + 1);
        return false;
    }
    walk->found.transaction = newest->transaction;
    walk->found.pages = newest->last_page + 1;
    return true;
}

static bool look_at_root(struct walk *walk, const struct page_tree *tree) {
    return tree->root == PAGE_NONE || enter(walk, 0, tree->root);
}

static void begin_walk(struct walk *walk) {
    walk->seen = xcalloc(1, walk->meta.last_page / 8 + 1);
    walk->found.used = PAGE_METAS;
}

static void check_trees(struct walk *walk) {
    walk->found.whole = true;
    check_tree(walk, &walk->meta.rows, false);
    check_tree(walk, &walk->meta.spare, true);
    check_sum(walk);
}

static void check_file(struct walk *walk, uint64_t whole_bytes) {
    if (!look_at_metas(walk))
        return;
    begin_walk(walk);
    if (walk->found.pages <= whole_bytes / walk->meta.page_size) {
        /* In the order of the file: the trees ask for it in theirs. */
        (void)posix_fadvise(walk->fd, 0, 0, POSIX_FADV_WILLNEED);
        check_trees(walk);
    } else if (look_at_root(walk, &walk->meta.rows)) {
        walk->spare = true;
        (void)look_at_root(walk, &walk->meta.spare);
    }
}

/* Takes what it holds and frees it. */
static int end_walk(struct walk *walk, const char *path, int error,
                    struct kv_pages_found *found_out, char *reason_out, size_t reason_size) {
    *found_out = walk->found;
    for (size_t i = 0; i < DEPTH_MAX; i++)
        free(walk->levels[i].bytes);
    free(walk->seen);
    free(walk);
    if (error == 0)
        return 0;
    snprintf(reason_out, reason_size, "%s: cannot be read: %s", path, strerror(error));
    if (error == ECANCELED)
        return KV_STOPPED;
    return error == ENOENT ? KV_ABSENT : KV_FAILED;
}

int kv_pages_glance(const char *dir, uint64_t whole_bytes, const struct kv_pages *pages,
                    struct kv_pages_found *found_out, char *reason_out, size_t reason_size) {
    char path[4096];
    struct stat status;
    if (snprintf(path, sizeof(path), "%s/data.mdb", dir) >= (int)sizeof(path)) {
        snprintf(reason_out, reason_size, "%s: the name is too long", dir);
        return KV_FAILED;
    }
    struct walk *walk = xcalloc(1, sizeof(*walk));
    walk->sink = pages;
    walk->fd = open(path, O_RDONLY | O_CLOEXEC);
    int fd = walk->fd;
    int error = 0;
    if (fd < 0 || fstat(fd, &status) != 0) {
        error = errno;
    } else {
        walk->file_bytes = (uint64_t)status.st_size;
        check_file(walk, whole_bytes);
        error = walk->failed;
    }
    if (fd >= 0)
        close(fd);
    return end_walk(walk, path, error, found_out, reason_out, reason_size);
}

int kv_pages_check(const char *dir, const struct kv_pages *pages, struct kv_pages_found *found_out,
                   char *reason_out, size_t reason_size) {
    return kv_pages_glance(dir, UINT64_MAX, pages, found_out, reason_out, reason_size);
}

/* ---- an environment that is in use ---- */

/* A view, and its own meta page, which stays until the second commit after it. 0, KV_ABSENT (there
 * were two meanwhile), negative. */
static int open_view(struct walk *walk, struct kv *kv, MDB_txn **txn_out) {
    uint8_t bytes[META_BYTES];
    MDB_txn *txn;
    int rc = kv_begin_read(kv, &txn);
    if (rc != 0)
        return rc;
    uint64_t transaction = mdb_txn_id(txn);
    uint64_t number = transaction % PAGE_METAS;
    if (read_at(walk, number * kv->page_size, bytes, sizeof(bytes)) &&
        kv_page_look_meta(bytes, number, &walk->meta) == NULL &&
        walk->meta.transaction == transaction) {
        *txn_out = txn;
        return 0;
    }
    mdb_txn_abort(txn);
    return walk->failed == 0 ? KV_ABSENT : KV_FAILED;
}

/* Pages of a view are not written again while it is open. */
static int check_view(struct walk *walk, struct kv *kv) {
    MDB_txn *txn;
    mdb_filehandle_t file;
    int rc = kv_result("check", mdb_env_get_fd(kv->env, &file));
    if (rc != 0)
        return rc;
    walk->fd = file;
    rc = KV_ABSENT;
    for (int tries = 0; rc == KV_ABSENT && tries < VIEWS_MAX; tries++)
        rc = open_view(walk, kv, &txn);
    if (rc != 0)
        return rc;
    walk->found.transaction = walk->meta.transaction;
    walk->found.pages = walk->meta.last_page + 1;
    begin_walk(walk);
    check_trees(walk);
    mdb_txn_abort(txn);
    return 0;
}

int kv_pages_check_open(struct kv *kv, const struct kv_pages *pages,
                        struct kv_pages_found *found_out, char *reason_out, size_t reason_size) {
    struct walk *walk = xcalloc(1, sizeof(*walk));
    walk->sink = pages;
    int rc = check_view(walk, kv);
    int error = walk->failed;
    if (rc != 0 && error == 0)
        error = rc == KV_ABSENT ? EBUSY : EIO;
    return end_walk(walk, "data.mdb", error, found_out, reason_out, reason_size);
}
