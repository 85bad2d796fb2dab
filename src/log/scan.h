/*
 * Looking at a log that nobody writes: opens no file for writing, makes none, takes no lock, and goes
 * on behind damage, so that all of it is told. Recovery (log_open) refuses at the first.
 */
#ifndef LG_LOG_SCAN_H
#define LG_LOG_SCAN_H

#include "log/log.h"

#define LOG_OTHER_KEY 3 /* whole, but the key ring does not open it */

struct log_damage {
    uint64_t segment; /* 0: the folder, or head */
    uint64_t offset;  /* in that segment's file */
    uint64_t batch;   /* the first one that is affected; 0: not known */
    const char *text; /* for people: which file, where, what */
};

struct log_batch {
    struct log_place place;  /* after it */
    uint32_t ledger_version; /* of the program that wrote it */
    bool follows;            /* nothing is missing between the batch visited before and this one */
    struct span plain;       /* empty: a seal */
};

struct log_scan {
    const char *dir;
    struct log_io io;
    struct keyring *keyring;
    struct log_place known; /* must be on the chain, unless its batch is 0 */
    /* Each batch that is authentic, in order, of all segments kept. Non-zero stops (forwarded). May
     * be NULL. */
    int (*visit)(void *context, const struct log_batch *batch);
    void (*damage)(void *context, const struct log_damage *damage);
    void *context;
};

struct log_scanned {
    uint64_t segments, batches, damages;
    struct log_place first; /* before the oldest batch kept */
    struct log_place last;  /* behind the last one */
    bool sealed;            /* the last one is a seal, or there is none */
    bool torn;              /* a write that did not come to its end stands behind it: not damage */
};

/* 0, also with damage; LOG_FAILED (cannot be read) or LOG_OTHER_KEY, with a reason for people; or
 * what visit returned. */
int log_scan(const struct log_scan *scan, struct log_scanned *scanned_out, char *reason_out,
             size_t reason_size) MUST_USE;

#endif
