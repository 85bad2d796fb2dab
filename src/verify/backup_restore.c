/*
 * Checking a backup's files against its manifest, and putting them where a gateway starts.
 *
 * Invariant: a store that is there is never touched. The log goes first and the store last, each
 * under another name until it is durable, so that a start sees a whole store or none. What is put in
 * place is summed while it is copied: a file that is not as the manifest has it ends the restore.
 * Whether store and log belong together is for the gateway's start to say, which has the keys.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "verify/backup.h"

struct restore {
    const char *from, *to;
    const struct backup_sink *sink;
    const char *stage;
    uint64_t done, of; /* bytes of all files */
    uint64_t before;   /* of the files before this one */
    uid_t owner;
    gid_t group;
    int lock_fd;
    char *reason;
    size_t reason_size;
};

static int wrong(struct restore *restore, int code, const char *path, const char *what) {
    snprintf(restore->reason, restore->reason_size, "%s: %s", path, what);
    return code;
}

static bool go_on(void *context, uint64_t done, uint64_t of) {
    struct restore *restore = context;
    (void)of;
    return restore->sink->go_on(restore->sink->context, restore->stage, restore->before + done,
                                restore->of);
}

/* Reads one file to its end, into to_fd unless that is -1, and compares. */
static int take_file(struct restore *restore, const struct manifest_file *file, int to_fd) {
    char path[MANIFEST_PATH_MAX];
    struct manifest_file found = {.bytes = file->bytes};
    if (!manifest_path(path, restore->from, file->name))
        return wrong(restore, BACKUP_FOLDER, restore->from, strerror(ENAMETOOLONG));
    int rc = manifest_read_file(path, to_fd, go_on, restore, &found);
    if (rc == 1)
        return BACKUP_STOPPED;
    if (rc == -ENOENT || rc == -ELOOP || rc == -EINVAL)
        return wrong(restore, BACKUP_WRONG, path, "is missing from the backup");
    if (rc != 0)
        return wrong(restore, BACKUP_FOLDER, path, strerror(-rc));
    if (found.bytes != file->bytes || !digest_equal(&found.sha256, &file->sha256))
        return wrong(restore, BACKUP_WRONG, path,
                     "is not as it was written: the backup is damaged, take another one");
    restore->before += file->bytes;
    return 0;
}

static int read_manifest(struct restore *restore, struct manifest *manifest_out) {
    int rc = manifest_read(restore->from, manifest_out, restore->reason, restore->reason_size);
    if (rc != 0)
        return rc == MANIFEST_WRONG ? BACKUP_WRONG : BACKUP_FOLDER;
    restore->of = manifest_bytes(manifest_out);
    return 0;
}

int backup_check(const char *dir, const struct backup_sink *sink, struct manifest *manifest_out,
                 char *reason_out, size_t reason_size) {
    struct restore restore = {
        .from = dir,
        .sink = sink,
        .stage = "checking the files",
        .reason = reason_out,
        .reason_size = reason_size,
    };
    struct manifest manifest;
    int rc = read_manifest(&restore, &manifest);
    if (rc != 0)
        return rc;
    for (size_t i = 0; rc == 0 && i < manifest.count; i++)
        rc = take_file(&restore, &manifest.files[i], -1);
    if (rc == 0)
        *manifest_out = manifest;
    else
        manifest_deinit(&manifest);
    return rc;
}

/* ---- putting it in place ---- */

static int own(struct restore *restore, int fd, const char *path) {
    if (geteuid() != 0 || fchown(fd, restore->owner, restore->group) == 0)
        return 0;
    return wrong(restore, BACKUP_FOLDER, path, strerror(errno));
}

/* Makes it if it is not there; what is in it will have its owner. */
static int prepare_folder(struct restore *restore) {
    struct stat status;
    if (mkdir(restore->to, 0700) != 0 && errno != EEXIST)
        return wrong(restore, BACKUP_FOLDER, restore->to, strerror(errno));
    if (stat(restore->to, &status) != 0 || !S_ISDIR(status.st_mode))
        return wrong(restore, BACKUP_FOLDER, restore->to, "is no folder");
    restore->owner = status.st_uid;
    restore->group = status.st_gid;
    return 0;
}

/* Held to the end: a gateway that is started meanwhile finds the folder in use. */
static int lock(struct restore *restore) {
    char path[MANIFEST_PATH_MAX];
    if (!manifest_path(path, restore->to, "lock"))
        return wrong(restore, BACKUP_FOLDER, restore->to, strerror(ENAMETOOLONG));
    restore->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (restore->lock_fd < 0)
        return wrong(restore, BACKUP_FOLDER, path, strerror(errno));
    if (flock(restore->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return wrong(restore, BACKUP_FOLDER, restore->to,
                     "a gateway has it open: stop the gateway first");
    return own(restore, restore->lock_fd, path);
}

static bool there(const struct restore *restore, const char *name) {
    char path[MANIFEST_PATH_MAX];
    struct stat status;
    return manifest_path(path, restore->to, name) && lstat(path, &status) == 0;
}

static int put_file(struct restore *restore, const struct manifest_file *file, const char *to) {
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return wrong(restore, BACKUP_FOLDER, to, strerror(errno));
    int rc = take_file(restore, file, fd);
    if (rc == 0)
        rc = own(restore, fd, to);
    if (rc == 0 && fsync(fd) != 0)
        rc = wrong(restore, BACKUP_FOLDER, to, strerror(errno));
    close(fd);
    return rc;
}

static int own_folder(struct restore *restore, const char *dir) {
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return wrong(restore, BACKUP_FOLDER, dir, strerror(errno));
    int rc = own(restore, fd, dir);
    if (rc == 0 && fsync(fd) != 0)
        rc = wrong(restore, BACKUP_FOLDER, dir, strerror(errno));
    close(fd);
    return rc;
}

/* The files of one folder of the backup, under the folder's name once they are durable. */
static int put_folder(struct restore *restore, const struct manifest *manifest, const char *name) {
    char partial[MANIFEST_PATH_MAX], path[MANIFEST_PATH_MAX], fresh[MANIFEST_FILE_MAX];
    size_t size = strlen(name);
    snprintf(fresh, sizeof(fresh), "restoring-%s", name);
    if (!manifest_path(partial, restore->to, fresh))
        return wrong(restore, BACKUP_FOLDER, restore->to, strerror(ENAMETOOLONG));
    int rc = manifest_remove_tree(partial); /* of one that was killed */
    if (rc != 0 || mkdir(partial, 0700) != 0)
        return wrong(restore, BACKUP_FOLDER, partial, strerror(rc != 0 ? -rc : errno));
    for (size_t i = 0; rc == 0 && i < manifest->count; i++) {
        const struct manifest_file *file = &manifest->files[i];
        if (strncmp(file->name, name, size) != 0 || file->name[size] != '/')
            continue;
        rc = manifest_path(path, partial, file->name + size + 1)
                 ? put_file(restore, file, path)
                 : wrong(restore, BACKUP_FOLDER, partial, strerror(ENAMETOOLONG));
    }
    if (rc == 0)
        rc = own_folder(restore, partial);
    if (rc == 0 && (!manifest_path(path, restore->to, name) || rename(partial, path) != 0))
        rc = wrong(restore, BACKUP_FOLDER, path, strerror(errno));
    if (rc == 0)
        return own_folder(restore, restore->to);
    (void)!manifest_remove_tree(partial); /* the reason says what went wrong first */
    return rc;
}

static int put_quarantine(struct restore *restore, const struct manifest *manifest) {
    char path[MANIFEST_PATH_MAX];
    for (size_t i = 0; i < manifest->count; i++) {
        if (strcmp(manifest->files[i].name, "quarantine") == 0 && !there(restore, "quarantine") &&
            manifest_path(path, restore->to, "quarantine"))
            return put_file(restore, &manifest->files[i], path);
    }
    return 0;
}

static int put_all(struct restore *restore, struct backup_restored *restored) {
    if (there(restore, "store"))
        return wrong(restore, BACKUP_FOLDER, restore->to,
                     "there is a store: move store/ away first; nothing was changed");
    restored->kept_log = there(restore, "log/head");
    if (!restored->kept_log && there(restore, "log"))
        return wrong(restore, BACKUP_FOLDER, restore->to,
                     "there is a log without its head: move log/ away; nothing was changed");
    int rc = restored->kept_log ? 0 : put_folder(restore, &restored->manifest, "log");
    if (rc == 0)
        rc = put_quarantine(restore, &restored->manifest);
    return rc == 0 ? put_folder(restore, &restored->manifest, "store") : rc;
}

int backup_restore(const char *dir, const char *to, const struct backup_sink *sink,
                   struct backup_restored *restored_out, char *reason_out, size_t reason_size) {
    struct restore restore = {
        .from = dir,
        .to = to,
        .sink = sink,
        .stage = "putting the files in place",
        .lock_fd = -1,
        .reason = reason_out,
        .reason_size = reason_size,
    };
    struct backup_restored restored = {0};
    int rc = read_manifest(&restore, &restored.manifest);
    if (rc != 0)
        return rc;
    rc = prepare_folder(&restore);
    if (rc == 0)
        rc = lock(&restore);
    if (rc == 0)
        rc = put_all(&restore, &restored);
    if (restore.lock_fd >= 0)
        close(restore.lock_fd);
    if (rc == 0)
        *restored_out = restored;
    else
        manifest_deinit(&restored.manifest);
    return rc;
}
