/*
 * A whole store with its log, looked at where nobody uses it: a stopped gateway's folder, or a
 * backup. Pages, rows, laws, log, and the log's commands applied again. Nothing of it is changed, no
 * file is made in it, no matter what it holds.
 *
 * LMDB trusts its pages, so what reads them runs in a process of its own, after each page was
 * checked: should it die, that is a finding, not an end.
 */
#ifndef LG_VERIFY_FOLDER_H
#define LG_VERIFY_FOLDER_H

#include "verify/verify.h"

#define VERIFY_IN_USE 1        /* a gateway has it open */
#define VERIFY_UNREADABLE (-1) /* could not be looked at: absent, no right, wrong keys, disk */

struct verify_options {
    struct keyring *keyring; /* borrowed; NULL: read from keys */
    const char *keys;        /* the key file */
    const char *from;        /* an older store of the same gateway, to replay from; NULL: none */
    const char *temp;        /* where a replay keeps its store; NULL: TMPDIR, or /tmp */
    bool at_rest;            /* nothing may be under way any more (I18) */
    bool in_process; /* no process of its own: for who has other threads, once pages check */
};

enum verify_replay {
    VERIFY_REPLAY_NONE,  /* the log does not reach back to a store that is known */
    VERIFY_REPLAY_WHOLE, /* from the first command */
    VERIFY_REPLAY_FROM,  /* from the older store */
    VERIFY_REPLAY_BROKEN /* it came to a place from which it could not go on: see findings, note */
};

struct verify_report {
    struct verify_counts counts;
    uint64_t pages;                   /* of the store's file */
    uint64_t applied_sequence;        /* of the store */
    uint64_t first_batch, last_batch; /* that the log keeps */
    bool torn; /* a write that did not come to its end stands behind it: no fault */
    enum verify_replay replay;
    uint64_t replayed; /* commands, up to where the store stands */
    uint64_t tail;     /* commands behind it, that the next start will apply */
    char note[256];    /* what could not be looked at, and what it takes; empty: all was */
};

/* Finds all that is wrong in DIR (store/ and log/ in it) and says so to sink. 0 (findings are counted
 * in the report), VERIFY_IN_USE, or VERIFY_UNREADABLE with a reason for people. sink->progress has
 * the stages files (of a backup, against its manifest), pages, rows, laws, log. */
int verify_folder(const char *dir, const struct verify_options *options,
                  const struct verify_sink *sink, struct verify_report *report_out,
                  char *reason_out, size_t reason_size) MUST_USE;

/* What a start can afford; an engine_look whose context is a struct verify_start. Before the store is
 * open (NULL): all pages and the sum over all rows, where no more than whole_bytes are in use, else its
 * meta pages, the file's size, its roots; read without LMDB. Once it is: meta, banks and their
 * counters, positions and nets, one by one, at most VERIFY_START_ROWS. A folder without a store is
 * right. 0, or VERIFY_UNREADABLE with a reason for people: what, and what to do. */
#define VERIFY_START_ROWS 20000u
struct verify_start {
    uint64_t whole_bytes;
    bool whole; /* set: nothing is left for verify_running */
};
int verify_start(void *context, const char *dir, struct store *store, char *reason_out,
                 size_t reason_size) MUST_USE;
/* All pages and the sum over all rows of a store that is in use, as of now; on any thread. dir is named
 * in the reason. 0; KV_STOPPED, when go_on said false; VERIFY_UNREADABLE with a reason as above;
 * KV_FAILED: the disk, with a reason. */
int verify_running(struct kv *kv, const char *dir, bool (*go_on)(void *context), void *context,
                   char *reason_out, size_t reason_size) MUST_USE;

#endif
