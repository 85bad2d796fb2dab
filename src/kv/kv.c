/*
 * The environment: opening, closing, statistics, room on the disk.
 *
 * Invariant: a directory is open at most once in this process (LMDB's locks would be dropped by a
 * second close), with LMDB's durable defaults, and its last state was synced by us before the first
 * read: pages that a dead process wrote may still be in the page cache alone. MDB_NOTLS is the one
 * flag: a snapshot belongs to a value, not to a thread. Nothing here retries a failed write.
 */
#include "kv/kv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kv/env.h"
#include "kv/sum.h"
#include "util/folder.h"
#include "util/logline.h"

#define PATH_SIZE 4096

/* Opened and closed by the thread that starts and stops the process. */
static struct kv *opened;

int kv_result(const char *operation, int rc) {
    switch (rc) {
    case MDB_SUCCESS:
        return 0;
    case MDB_NOTFOUND:
        return KV_ABSENT;
    case MDB_MAP_FULL:
        return KV_MAP_FULL;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
        log_line(LOG_CRIT, "kv_damaged", LOG_TEXT("operation", operation),
                 LOG_TEXT("error", mdb_strerror(rc)));
        return KV_DAMAGED;
    default:
        log_line(LOG_CRIT, "kv_failed", LOG_TEXT("operation", operation),
                 LOG_TEXT("error", mdb_strerror(rc)), LOG_INT("code", rc));
        return KV_FAILED;
    }
}

MDB_val kv_val(struct span bytes) {
    /* LMDB does not write through it: puts copy, gets replace the pointer. */
    return (MDB_val){bytes.size, (void *)(uintptr_t)bytes.data};
}

struct span kv_span(const MDB_val *value) {
    return (struct span){value->mv_data, value->mv_size};
}

int kv_begin_read(struct kv *kv, MDB_txn **txn_out) {
    int rc = mdb_txn_begin(kv->env, NULL, MDB_RDONLY, txn_out);
    if (rc == MDB_READERS_FULL) {
        int checked = kv_check_readers(kv);
        if (checked != 0)
            return checked;
        rc = mdb_txn_begin(kv->env, NULL, MDB_RDONLY, txn_out);
    }
    return kv_result("begin_read", rc);
}

int kv_check_readers(struct kv *kv) {
    int dead = 0;
    int rc = mdb_reader_check(kv->env, &dead);
    if (rc == 0 && dead > 0)
        log_line(LOG_WARNING, "kv_dead_readers", LOG_INT("cleared", dead));
    return kv_result("reader_check", rc);
}

static bool is_open(const struct stat *dir) {
    for (const struct kv *kv = opened; kv != NULL; kv = kv->next_open)
        if (kv->device == dir->st_dev && kv->inode == dir->st_ino)
            return true;
    return false;
}

static int refuse(char *reason_out, size_t reason_size, const char *dir, const char *what,
                  const char *error) {
    snprintf(reason_out, reason_size, "store %s: %s: %s", dir, what, error);
    return KV_FAILED;
}

/* The main database; its flags are checked, since another program may have made it. */
static int open_database(struct kv *kv) {
    MDB_txn *txn;
    unsigned flags = 0;
    int rc = mdb_txn_begin(kv->env, NULL, MDB_RDONLY, &txn);
    if (rc != 0)
        return rc;
    rc = mdb_dbi_open(txn, NULL, 0, &kv->dbi);
    if (rc == 0)
        rc = mdb_dbi_flags(txn, kv->dbi, &flags);
    if (rc == 0 && flags != 0)
        rc = MDB_INCOMPATIBLE;
    if (rc != 0) {
        mdb_txn_abort(txn);
        return rc;
    }
    return mdb_txn_commit(txn); /* keeps the handle */
}

static int use_database(struct kv *kv, const char **what_out) {
    MDB_stat stat;
    *what_out = "opening the database";
    int rc = open_database(kv);
    if (rc == 0)
        rc = mdb_env_stat(kv->env, &stat);
    if (rc == 0)
        kv->page_size = stat.ms_psize;
    return rc;
}

/* 0, or what LMDB or the system says. */
static int write_empty(const char *dir, uint64_t map_bytes) {
    MDB_env *env;
    int rc = mdb_env_create(&env);
    if (rc != 0)
        return rc;
    rc = mdb_env_set_mapsize(env, map_bytes);
    if (rc == 0)
        rc = mdb_env_open(env, dir, MDB_NOLOCK | MDB_NOTLS, 0600);
    if (rc == 0)
        rc = mdb_env_sync(env, 1);
    mdb_env_close(env);
    return rc;
}

/* A new file gets its place when it is whole on the disk: LMDB writes it in pieces, and what a power
 * loss leaves of them would be no LMDB file. */
static int make_file(const char *dir, uint64_t map_bytes) {
    char path[PATH_SIZE];
    char unready[PATH_SIZE];
    char unready_dir[PATH_SIZE];
    if (snprintf(path, sizeof(path), "%s/data.mdb", dir) >= PATH_SIZE ||
        snprintf(unready_dir, sizeof(unready_dir), "%s/new", dir) >= PATH_SIZE ||
        snprintf(unready, sizeof(unready), "%s/new/data.mdb", dir) >= PATH_SIZE)
        return ENAMETOOLONG;
    if (access(path, F_OK) == 0)
        return 0;
    if (mkdir(unready_dir, 0700) != 0 && errno != EEXIST)
        return errno;
    if (unlink(unready) != 0 && errno != ENOENT)
        return errno;
    int rc = write_empty(unready_dir, map_bytes);
    if (rc == 0 && rename(unready, path) != 0)
        rc = errno;
    (void)rmdir(unready_dir); /* left by a crash just here, it harms nobody */
    return rc;
}

/* Names the step that failed in what_out; the environment is the caller's to close. */
static int open_environment(struct kv *kv, const char *dir, uint64_t map_bytes,
                            const char **what_out) {
    int dead;
    *what_out = "making its file (is the disk full?)";
    int rc = make_file(dir, map_bytes);
    if (rc != 0)
        return rc;
    rc = mdb_env_set_mapsize(kv->env, map_bytes);
    *what_out = "setting the map size";
    if (rc != 0)
        return rc;
    *what_out = "setting the number of readers";
    rc = mdb_env_set_maxreaders(kv->env, KV_READERS_MAX);
    if (rc != 0)
        return rc;
    *what_out = "opening (is the disk full, or a file not ours?)";
    rc = mdb_env_open(kv->env, dir, MDB_NOTLS, 0600);
    if (rc != 0)
        return rc;
    *what_out = "syncing what is there (the disk may be failing)";
    rc = mdb_env_sync(kv->env, 1);
    if (rc != 0)
        return rc;
    *what_out = "syncing the folder";
    rc = folder_sync(dir);
    if (rc != 0)
        return rc;
    *what_out = "checking readers";
    rc = mdb_reader_check(kv->env, &dead);
    if (rc != 0)
        return rc;
    return use_database(kv, what_out);
}

/* Reads what stands there and leaves nothing: no lock file, and no sync, since whoever only looks
 * builds on nothing. */
static int open_to_look(struct kv *kv, const char *dir, uint64_t map_bytes, const char **what_out) {
    (void)map_bytes; /* the file says it itself */
    *what_out = "opening for reading (is it there, and may you read it?)";
    int rc = mdb_env_open(kv->env, dir, MDB_NOTLS | MDB_RDONLY | MDB_NOLOCK, 0600);
    if (rc != 0)
        return rc;
    return use_database(kv, what_out);
}

typedef int opener(struct kv *kv, const char *dir, uint64_t map_bytes, const char **what_out);

static int open_with(opener *open, const char *dir, uint64_t map_bytes, struct kv **kv_out,
                     char *reason_out, size_t reason_size) {
    struct stat status;
    if (stat(dir, &status) != 0)
        return refuse(reason_out, reason_size, dir, "looking at the folder", strerror(errno));
    if (is_open(&status))
        return refuse(reason_out, reason_size, dir, "opening", "it is open in this process");
    struct kv *kv = xcalloc(1, sizeof(*kv));
    const char *what = "making the environment";
    int rc = mdb_env_create(&kv->env);
    if (rc == 0)
        rc = open(kv, dir, map_bytes, &what);
    if (rc != 0) {
        if (kv->env != NULL)
            mdb_env_close(kv->env);
        free(kv);
        return refuse(reason_out, reason_size, dir, what, mdb_strerror(rc));
    }
    ENSURE(mdb_env_get_maxkeysize(kv->env) >= KV_KEY_MAX);
    kv->device = status.st_dev;
    kv->inode = status.st_ino;
    kv->next_open = opened;
    opened = kv;
    *kv_out = kv;
    return 0;
}

int kv_open(const char *dir, uint64_t map_bytes, struct kv **kv_out, char *reason_out,
            size_t reason_size) {
    int rc = folder_make(dir);
    if (rc != 0)
        return refuse(reason_out, reason_size, dir, "making the folder", strerror(rc));
    return open_with(open_environment, dir, map_bytes, kv_out, reason_out, reason_size);
}

int kv_open_to_look(const char *dir, struct kv **kv_out, char *reason_out, size_t reason_size) {
    return open_with(open_to_look, dir, 0, kv_out, reason_out, reason_size);
}

void kv_close(struct kv *kv) {
    if (kv == NULL)
        return;
    struct kv **at = &opened;
    while (*at != kv) {
        ENSURE(*at != NULL);
        at = &(*at)->next_open;
    }
    *at = kv->next_open;
    mdb_env_close(kv->env);
    free(kv);
}

/* Pages on LMDB's free list, which is database 0: each record begins with how many it names. */
static int count_free_pages(MDB_txn *txn, uint64_t *pages_out) {
    MDB_cursor *cursor;
    MDB_val key, data;
    uint64_t pages = 0;
    int rc = mdb_cursor_open(txn, 0, &cursor);
    if (rc != 0)
        return rc;
    while ((rc = mdb_cursor_get(cursor, &key, &data, MDB_NEXT)) == 0) {
        size_t count;
        if (data.mv_size < sizeof(count)) {
            rc = MDB_CORRUPTED;
            break;
        }
        memcpy(&count, data.mv_data, sizeof(count));
        pages += count;
    }
    mdb_cursor_close(cursor);
    *pages_out = pages;
    return rc == MDB_NOTFOUND ? 0 : rc;
}

int kv_stats(struct kv *kv, struct kv_stats *stats_out) {
    MDB_txn *txn;
    MDB_stat stat;
    MDB_envinfo info;
    uint64_t free_pages = 0;
    uint64_t sum;
    int rc = kv_begin_read(kv, &txn);
    if (rc != 0)
        return rc;
    rc = mdb_stat(txn, kv->dbi, &stat);
    if (rc == 0)
        rc = kv_sum_get(txn, kv->dbi, &sum);
    bool summed = rc == 0;
    if (rc == MDB_NOTFOUND)
        rc = 0;
    if (rc == 0)
        rc = count_free_pages(txn, &free_pages);
    if (rc == 0)
        rc = mdb_env_info(kv->env, &info);
    mdb_txn_abort(txn);
    if (rc != 0)
        return kv_result("stats", rc);
    uint64_t pages = (uint64_t)info.me_last_pgno + 1;
    stats_out->map_bytes = info.me_mapsize;
    stats_out->used_bytes = (pages - (free_pages < pages ? free_pages : pages)) * kv->page_size;
    stats_out->entries = stat.ms_entries - summed;
    return 0;
}

int kv_reserve(struct kv *kv, uint64_t spare_bytes) {
    MDB_envinfo info;
    mdb_filehandle_t file;
    int rc = mdb_env_info(kv->env, &info);
    if (rc == 0)
        rc = mdb_env_get_fd(kv->env, &file);
    if (rc != 0)
        return kv_result("reserve", rc);
    uint64_t used = ((uint64_t)info.me_last_pgno + 1) * kv->page_size;
    uint64_t room = info.me_mapsize > used ? info.me_mapsize - used : 0;
    uint64_t wanted = spare_bytes < room ? spare_bytes : room;
    if (wanted == 0)
        return 0;
    /* The descriptor is LMDB's own: opening the file here would drop its locks at close. */
    rc = posix_fallocate(file, (off_t)used, (off_t)wanted);
    if (rc == ENOSPC || rc == EDQUOT)
        return KV_DISK_FULL;
    return kv_result("reserve", rc);
}
