/*
 * The file of an environment, read page by page without LMDB, which trusts what it reads: on damaged
 * pages it may crash or never end. What passes here, LMDB can walk. Nothing is written.
 */
#ifndef LG_KV_PAGES_H
#define LG_KV_PAGES_H

#include "kv/kv.h"

struct kv_pages {
    /* Told each fault: the page (UINT64_MAX: the whole file) and what is wrong, for people. */
    void (*fault)(void *context, uint64_t page, const char *text);
    /* Now and then; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t of);
    /* Asked where progress is told; false: it ends there. May be NULL. */
    bool (*go_on)(void *context);
    void *context;
};

struct kv_pages_found {
    uint64_t faults;
    uint64_t transaction; /* of the newest meta page */
    uint64_t pages;       /* that it knows of */
    uint64_t used, spare; /* in a tree; free */
    uint64_t entries;     /* rows; of a glance: 0 */
    bool whole;           /* all pages were looked at */
    bool other_rows; /* the one fault: LMDB can walk it, and some rows are older ones, or changed */
};

/* All pages that the newest transaction can reach, and its free list; and that all rows are those
 * that were written last (kv/sum.h). 0, also with faults; KV_ABSENT: there is no such file; KV_STOPPED;
 * KV_FAILED: it cannot be read, with a reason for people. */
int kv_pages_check(const char *dir, const struct kv_pages *pages, struct kv_pages_found *found_out,
                   char *reason_out, size_t reason_size) MUST_USE;
/* The same where no more than whole_bytes are in use; else what costs nothing: both meta pages, the
 * file's size, the two roots. */
int kv_pages_glance(const char *dir, uint64_t whole_bytes, const struct kv_pages *pages,
                    struct kv_pages_found *found_out, char *reason_out,
                    size_t reason_size) MUST_USE;
/* All pages of an environment that is open and may be written to meanwhile, as of now. Any thread. */
int kv_pages_check_open(struct kv *kv, const struct kv_pages *pages,
                        struct kv_pages_found *found_out, char *reason_out,
                        size_t reason_size) MUST_USE;

#endif
