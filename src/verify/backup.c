/*
 * Making a backup of a store that is in use.
 *
 * Invariant: the copy is built under a name that ends in .partial and gets the name that was asked
 * for when it is verified and all of it is durable: whatever ends this on the way leaves nothing
 * that looks like a backup. The store that is copied is only read. The copy is that of one commit;
 * the log's piece from there on leads to a later commit, whose digest the copy must have once the
 * piece is replayed on it. Read transactions on the live store are held while its rows are copied
 * and while its digest is made, and no longer.
 */
#include "verify/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "log/copy.h"
#include "verify/replay.h"
#include "verify/verify.h"

#define REPLAY_FLUSH_KEYS 200000 /* as the gateway's own overlay has it */

struct backup {
    const struct backup_source *source;
    const struct backup_sink *sink;
    const char *stage;
    char partial[MANIFEST_PATH_MAX];
    char store[MANIFEST_PATH_MAX];
    char log[MANIFEST_PATH_MAX];
    struct store_meta copied; /* of the copy as it was made */
    struct store_meta later;  /* of the live store then */
    struct digest digest;     /* of the live store with that meta */
    uint64_t findings;        /* of the laws, in the copy */
    bool stopped;
    char *reason;
    size_t reason_size;
};

static int explain(struct backup *backup, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int explain(struct backup *backup, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(backup->reason, backup->reason_size, format, arguments);
    va_end(arguments);
    return code;
}

static bool go_on(void *context, uint64_t done, uint64_t of) {
    const struct backup *backup = context;
    return backup->sink->go_on(backup->sink->context, backup->stage, done, of);
}

static int stage(struct backup *backup, const char *name) {
    backup->stage = name;
    return go_on(backup, 0, 0) ? 0 : BACKUP_STOPPED;
}

/* ---- where it goes ---- */

static int parent_of(const char *dir, char parent_out[MANIFEST_PATH_MAX]) {
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/')
        size--;
    while (size > 1 && dir[size - 1] != '/')
        size--;
    if (size + sizeof(MANIFEST_PARTIAL) >= MANIFEST_PATH_MAX)
        return -ENAMETOOLONG;
    memcpy(parent_out, dir, size);
    parent_out[size] = '\0';
    return 0;
}

int backup_look(const char *dir, char *reason_out, size_t reason_size) {
    char parent[MANIFEST_PATH_MAX];
    const char *wrong = NULL;
    struct stat status;
    if (dir[0] != '/' || strlen(dir) + sizeof(MANIFEST_PARTIAL) >= MANIFEST_PATH_MAX)
        wrong = "give an absolute path of at most some thousand bytes";
    else if (parent_of(dir, parent) != 0 || strcmp(parent, dir) == 0)
        wrong = "name a folder that does not exist yet";
    else if (stat(dir, &status) == 0 && !S_ISDIR(status.st_mode))
        wrong = "is there already, and no folder";
    else if (stat(parent, &status) != 0 || !S_ISDIR(status.st_mode))
        wrong = "the folder that it is to stand in does not exist";
    else if (access(parent, W_OK | X_OK) != 0)
        wrong = errno == EROFS ? "the gateway may not write there (read-only for it: see "
                                 "ReadWritePaths= of its unit)"
                               : "the gateway's user may not write to the folder that it is to "
                                 "stand in";
    else if (rmdir(dir) != 0 && errno != ENOENT) /* one that is empty is made anew */
        wrong = errno == ENOTEMPTY || errno == EEXIST
                    ? "is not empty: name a folder that does not exist yet"
                    : "is there already, and cannot be made anew";
    if (wrong == NULL)
        return 0;
    snprintf(reason_out, reason_size, "%s: %s", dir, wrong);
    return BACKUP_FOLDER;
}

static int make_folder(struct backup *backup, const char *path) {
    if (mkdir(path, 0700) == 0)
        return 0;
    return explain(backup, BACKUP_FOLDER, "%s: cannot make it: %s", path, strerror(errno));
}

static int make_folders(struct backup *backup, const char *dir) {
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/')
        size--;
    snprintf(backup->partial, sizeof(backup->partial), "%.*s" MANIFEST_PARTIAL, (int)size, dir);
    if (!manifest_path(backup->store, backup->partial, "store") ||
        !manifest_path(backup->log, backup->partial, "log"))
        return explain(backup, BACKUP_FOLDER, "%s: the name is too long", dir);
    int rc = manifest_remove_tree(backup->partial); /* of one that was killed */
    if (rc != 0)
        return explain(backup, BACKUP_FOLDER,
                       "%s: is left of an earlier try, and cannot be "
                       "removed: %s",
                       backup->partial, strerror(-rc));
    rc = make_folder(backup, backup->partial);
    if (rc == 0)
        rc = make_folder(backup, backup->store);
    return rc == 0 ? make_folder(backup, backup->log) : rc;
}

/* ---- copying ---- */

static int copy_store(struct backup *backup) {
    const struct backup_source *source = backup->source;
    struct kv_copy copy = {
        .dir = backup->store,
        .map_bytes = source->map_bytes,
        .go_on = go_on,
        .context = backup,
    };
    int rc = stage(backup, "copying the store");
    if (rc != 0)
        return rc;
    rc = kv_copy(source->kv, &copy, backup->reason, backup->reason_size);
    if (rc == KV_STOPPED)
        return BACKUP_STOPPED;
    if (rc == KV_DISK_FULL || rc == KV_MAP_FULL)
        return BACKUP_FOLDER;
    return rc == 0 ? 0 : BACKUP_FAILED;
}

/* Where the live store is now, and its digest there. */
static int look_at_live(struct backup *backup) {
    struct store *live;
    int rc = stage(backup, "reading the store's digest");
    if (rc != 0)
        return rc;
    rc = store_open(backup->source->kv, backup->source->keyring, &live, backup->reason,
                    backup->reason_size);
    if (rc != 0)
        return BACKUP_FAILED;
    rc = store_get_meta(live, &backup->later);
    if (rc == 0)
        rc = store_digest(live, &backup->digest);
    store_close(live);
    return rc == 0 ? 0 : explain(backup, BACKUP_FAILED, "the store cannot be read");
}

static struct log_piece piece_of(const struct backup *backup, const char *dir) {
    return (struct log_piece){
        .dir = dir,
        .io = log_io_system(),
        .after = {backup->copied.applied_batch, backup->copied.chain},
        .until = {backup->later.applied_batch, backup->later.chain},
    };
}

static int tell_batch(void *context, const struct log_place *place, struct span plain) {
    const struct backup *backup = context;
    (void)plain;
    return go_on(context, place->batch - backup->copied.applied_batch,
                 backup->later.applied_batch - backup->copied.applied_batch)
               ? 0
               : BACKUP_STOPPED;
}

static int copy_log(struct backup *backup) {
    const struct backup_source *source = backup->source;
    char live[MANIFEST_PATH_MAX];
    struct log_copy copy = {
        .dir = backup->log,
        .segment_bytes = source->segment_bytes,
        .ledger_version = source->ledger_version,
        .now_ms = source->now_ms,
        .visit = tell_batch,
        .context = backup,
    };
    int rc = stage(backup, "copying the log");
    if (rc != 0)
        return rc;
    if (!manifest_path(live, source->dir, "log"))
        return explain(backup, BACKUP_FAILED, "%s: the name is too long", source->dir);
    struct log_piece piece = piece_of(backup, live);
    rc = log_piece_copy(&piece, &copy, source->keyring, backup->reason, backup->reason_size);
    if (rc == LOG_FULL)
        return BACKUP_FOLDER;
    if (rc == LOG_DAMAGED)
        return BACKUP_WRONG;
    return rc < 0 ? BACKUP_FOLDER : rc;
}

/* The quarantine is a small file, replaced whole at each change. Without one nothing was set aside. */
static int copy_quarantine(struct backup *backup) {
    char from[MANIFEST_PATH_MAX], to[MANIFEST_PATH_MAX];
    struct manifest_file file;
    if (!manifest_path(from, backup->source->dir, "quarantine") ||
        !manifest_path(to, backup->partial, "quarantine") || access(from, F_OK) != 0)
        return 0;
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = fd < 0 ? -errno : manifest_read_file(from, fd, NULL, NULL, &file);
    if (rc == 0 && fsync(fd) != 0)
        rc = -errno;
    if (fd >= 0)
        close(fd);
    return rc == 0 ? 0 : explain(backup, BACKUP_FOLDER, "%s: %s", to, strerror(-rc));
}

/* ---- verifying ---- */

static int replay_one(void *context, const struct log_place *place, struct span plain) {
    struct replay *replay = context;
    struct backup *backup = replay->context;
    int rc = replay_batch(replay, place, plain);
    return rc != 0 ? rc : tell_batch(backup, place, plain);
}

/* The log's piece, read back from the copy, applied to the store's copy. */
static int replay_piece(struct backup *backup, struct store *store) {
    struct replay replay;
    struct log_piece piece = piece_of(backup, backup->log);
    int rc = stage(backup, "replaying the log");
    if (rc != 0)
        return rc;
    if (replay_init(&replay, store, backup->source->keyring, backup->source->ledger_version) != 0)
        return explain(backup, BACKUP_WRONG, "the store's copy cannot be read");
    replay.flush_keys = REPLAY_FLUSH_KEYS;
    replay.context = backup;
    backup->reason[0] = '\0';
    rc = log_piece_read(&piece, backup->source->keyring, replay_one, &replay, backup->reason,
                        backup->reason_size);
    if (rc == 0 && replay.commands > 0)
        rc = replay_settle(&replay, true);
    if (rc < 0 && replay.reason[0] != '\0')
        explain(backup, rc, "%s", replay.reason);
    replay_deinit(&replay);
    return rc < 0 ? BACKUP_WRONG : rc;
}

static void keep_first(void *context, const struct verify_finding *finding) {
    struct backup *backup = context;
    if (backup->findings++ == 0)
        explain(backup, 0,
                "law %s does not hold: %s: run linkgatectl verify on the gateway's store",
                law_name(finding->law), finding->text);
}

static void tell_rows(void *context, const char *name, uint64_t done, uint64_t of) {
    struct backup *backup = context;
    (void)name;
    if (!go_on(backup, done, of))
        backup->stopped = true;
}

static int check_laws(struct backup *backup, struct store *store) {
    struct verify_counts counts = {0};
    struct verify_sink sink = {keep_first, tell_rows, backup};
    int rc = stage(backup, "checking the laws");
    if (rc != 0)
        return rc;
    if (verify_store(store, false, &sink, &counts) != 0)
        return explain(backup, BACKUP_WRONG, "the store's copy cannot be read");
    if (backup->stopped)
        return BACKUP_STOPPED;
    return backup->findings == 0 ? 0 : BACKUP_WRONG;
}

static int compare(struct backup *backup, struct store *store) {
    struct digest digest;
    int rc = stage(backup, "comparing digests");
    if (rc != 0)
        return rc;
    if (store_digest(store, &digest) != 0)
        return explain(backup, BACKUP_WRONG, "the store's copy cannot be read");
    if (digest_equal(&digest, &backup->digest))
        return 0;
    return explain(backup, BACKUP_WRONG,
                   "the copy with the log replayed on it is not what the store holds at command "
                   "%" PRIu64 ": run linkgatectl verify on the gateway's store",
                   backup->later.applied_sequence);
}

static int verify_open(struct backup *backup, struct kv *kv) {
    struct store *store;
    int rc = store_open(kv, backup->source->keyring, &store, backup->reason, backup->reason_size);
    if (rc != 0)
        return BACKUP_WRONG;
    rc = replay_piece(backup, store);
    if (rc == 0)
        rc = check_laws(backup, store);
    if (rc == 0)
        rc = compare(backup, store);
    store_close(store);
    return rc;
}

/* Opens the copy for a look at it, or to verify it. Its lock file does not stay. */
static int with_copy(struct backup *backup, int (*look)(struct backup *backup, struct kv *kv)) {
    char lock[MANIFEST_PATH_MAX];
    struct kv *kv;
    int rc =
        kv_open(backup->store, backup->source->map_bytes, &kv, backup->reason, backup->reason_size);
    if (rc != 0)
        return BACKUP_WRONG;
    rc = look(backup, kv);
    kv_close(kv);
    if (manifest_path(lock, backup->store, "lock.mdb") && unlink(lock) != 0 && errno != ENOENT)
        return explain(backup, BACKUP_FOLDER, "%s: %s", lock, strerror(errno));
    return rc;
}

static int read_copied(struct backup *backup, struct kv *kv) {
    struct store *store;
    int rc = store_open(kv, backup->source->keyring, &store, backup->reason, backup->reason_size);
    if (rc != 0)
        return BACKUP_WRONG;
    rc = store_get_meta(store, &backup->copied);
    store_close(store);
    return rc == 0 ? 0 : explain(backup, BACKUP_WRONG, "the store's copy has no first record");
}

/* ---- ending ---- */

static int sync_folders(struct backup *backup) {
    const char *const dirs[] = {backup->store, backup->log, backup->partial};
    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        int rc = manifest_sync_dir(dirs[i]);
        if (rc != 0)
            return explain(backup, BACKUP_FOLDER, "%s: %s", dirs[i], strerror(-rc));
    }
    return 0;
}

static int write_manifest(struct backup *backup, struct manifest *manifest) {
    snprintf(manifest->program, sizeof(manifest->program), "%s", backup->source->program);
    manifest->ledger_version = backup->later.ledger_version;
    manifest->store_id = backup->later.store_id;
    manifest->sequence = backup->later.applied_sequence;
    manifest->batch = backup->later.applied_batch;
    manifest->chain = backup->later.chain;
    manifest->digest = backup->digest;
    manifest->ledger_ms = backup->later.ledger_ms;
    int rc = stage(backup, "summing the files");
    if (rc != 0)
        return rc;
    rc = manifest_gather(backup->partial, manifest, go_on, backup, backup->reason,
                         backup->reason_size);
    if (rc == MANIFEST_STOPPED)
        return BACKUP_STOPPED;
    if (rc == 0)
        rc = manifest_write(backup->partial, manifest, backup->reason, backup->reason_size);
    return rc == 0 ? 0 : BACKUP_FOLDER;
}

/* From here on it is a backup. */
static int give_name(struct backup *backup, const char *dir) {
    char parent[MANIFEST_PATH_MAX];
    if (rename(backup->partial, dir) != 0)
        return explain(backup, BACKUP_FOLDER, "%s: cannot be given its name: %s", dir,
                       strerror(errno));
    int rc = parent_of(dir, parent);
    if (rc == 0)
        rc = manifest_sync_dir(parent);
    return rc == 0 ? 0 : explain(backup, BACKUP_FOLDER, "%s: %s", parent, strerror(-rc));
}

static int make(struct backup *backup, const char *dir, struct manifest *manifest) {
    int rc = copy_store(backup);
    if (rc == 0)
        rc = with_copy(backup, read_copied);
    if (rc == 0)
        rc = look_at_live(backup);
    if (rc == 0)
        rc = copy_log(backup);
    if (rc == 0)
        rc = copy_quarantine(backup);
    if (rc == 0)
        rc = with_copy(backup, verify_open);
    if (rc == 0)
        rc = write_manifest(backup, manifest);
    if (rc == 0)
        rc = sync_folders(backup);
    return rc == 0 ? give_name(backup, dir) : rc;
}

int backup_make(const struct backup_source *source, const char *dir, const struct backup_sink *sink,
                struct manifest *manifest_out, char *reason_out, size_t reason_size) {
    struct backup backup = {
        .source = source, .sink = sink, .reason = reason_out, .reason_size = reason_size};
    struct manifest manifest = {0};
    reason_out[0] = '\0';
    int rc = backup_look(dir, reason_out, reason_size);
    if (rc == 0)
        rc = make_folders(&backup, dir);
    if (rc != 0)
        return rc;
    rc = make(&backup, dir, &manifest);
    if (rc == 0) {
        *manifest_out = manifest;
        return 0;
    }
    manifest_deinit(&manifest);
    if (manifest_remove_tree(backup.partial) != 0) {
        size_t used = strlen(reason_out);
        snprintf(reason_out + used, reason_size - used, "%s%s stays: remove it",
                 used > 0 ? "; " : "", backup.partial);
    }
    return rc;
}
