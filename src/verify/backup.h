/*
 * Backups: a folder with a copy of the store and the piece of the log around it, verified before it
 * bears its name; and putting one back. The layout is that of a store's folder (store/, log/,
 * quarantine) with a MANIFEST, so that it can be put in place with cp as well.
 */
#ifndef LG_VERIFY_BACKUP_H
#define LG_VERIFY_BACKUP_H

#include "kv/kv.h"
#include "log/log.h"
#include "verify/manifest.h"

#define BACKUP_FAILED (-1) /* the store that is copied cannot be read: its process must end */
/* Apart from the outcomes of what it is made with, through which they are handed up. */
#define BACKUP_STOPPED 11
#define BACKUP_FOLDER 12 /* the folder will not do, or its disk is full or fails */
#define BACKUP_WRONG 13  /* what was copied does not verify */

#define BACKUP_REASON_MAX 512

/* Told how far each stage has come, of how much (0: not known). False: stop. */
struct backup_sink {
    bool (*go_on)(void *context, const char *stage, uint64_t done, uint64_t of);
    void *context;
};

struct backup_source {
    struct kv *kv;           /* open, and in use */
    const char *dir;         /* the folder that its log and quarantine are in */
    struct keyring *keyring; /* the calling thread's own */
    uint64_t map_bytes, segment_bytes;
    uint32_t ledger_version;
    const char *program; /* its version */
    int64_t now_ms;      /* ledger time */
};

/* Whether a backup could be made there: an absolute path that does not exist or is an empty folder,
 * in a folder that this user may write to. 0 or BACKUP_FOLDER with a reason for people. */
int backup_look(const char *dir, char *reason_out, size_t reason_size) MUST_USE;

/* Makes one in dir, under full load; the log's segments from the store's applied batch on must be
 * kept meanwhile. What is there: all that was flushed when this began, and what was flushed while
 * the store was copied. It stands under another name until it is verified: the copy is opened, the
 * log's piece replayed on it, its laws are checked, and its digest equals the store's. 0, with what
 * was made in manifest_out (the caller's to free), or one of the above with a reason for people;
 * nothing is left of it then. */
int backup_make(const struct backup_source *source, const char *dir, const struct backup_sink *sink,
                struct manifest *manifest_out, char *reason_out, size_t reason_size) MUST_USE;

/* Whether every file of a backup is as its manifest has it. 0, BACKUP_STOPPED, BACKUP_WRONG or
 * BACKUP_FOLDER (cannot be read), with a reason for people. */
int backup_check(const char *dir, const struct backup_sink *sink, struct manifest *manifest_out,
                 char *reason_out, size_t reason_size) MUST_USE;

struct backup_restored {
    struct manifest manifest;
    bool kept_log; /* the log that was in the folder stays: its tail will be replayed */
};
/* Puts a backup in place: to (made if absent) must hold no store. A log that is there stays; without
 * one the backup's is put there. Files are those of to's owner. Killed on the way, nothing that
 * could be taken for a store is left. The same returns. */
int backup_restore(const char *dir, const char *to, const struct backup_sink *sink,
                   struct backup_restored *restored_out, char *reason_out,
                   size_t reason_size) MUST_USE;

#endif
