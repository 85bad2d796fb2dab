/*
 * The calls that change files, doubled: see mirror.h.
 *
 * Invariant: the model is told of a call exactly when the real file saw it, and as much of it. What
 * is not kept for a power loss is left out: the locks, and the mark of a crash, which is a mapping
 * that nobody syncs.
 */
#include "crash/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS_MAX 1024
#define NAME_SIZE 128

struct handle {
    bool known;
    bool folder;
    bool durable; /* O_DSYNC */
    int model;    /* descriptor there; folders have none */
    char name[NAME_SIZE];
};

static struct {
    const char *root; /* NULL: off */
    struct model_disk *disk;
    void (*before)(void *context);
    void *context;
    struct handle handles[FDS_MAX];
    struct mirror_fault fault; /* nth 0: none */
    uint64_t seen;
    bool struck;
} mirror;

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __real_writev(int fd, const struct iovec *parts, int count);
int __real_ftruncate(int fd, off_t size);
int __real_posix_fallocate(int fd, off_t offset, off_t size);
int __real_rename(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_rmdir(const char *path);
int __real_mkdir(const char *path, mode_t mode);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset);
ssize_t __wrap_write(int fd, const void *data, size_t size);
ssize_t __wrap_writev(int fd, const struct iovec *parts, int count);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_msync(void *at, size_t size, int flags);
int __wrap_ftruncate(int fd, off_t size);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size);
int __wrap_rename(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_rmdir(const char *path);
int __wrap_mkdir(const char *path, mode_t mode);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);

/* The same calls by the names that large files have. */
#define ALSO(name) __attribute__((alias("__wrap_" #name)))
int __wrap_open64(const char *path, int flags, ...) ALSO(open);
ssize_t __wrap_pwrite64(int fd, const void *data, size_t size, off_t offset) ALSO(pwrite);
int __wrap_ftruncate64(int fd, off_t size) ALSO(ftruncate);
int __wrap_posix_fallocate64(int fd, off_t offset, off_t size) ALSO(posix_fallocate);
void *__wrap_mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset)
    ALSO(mmap);

/* ---- names and descriptors ---- */

/* The name in the model; false: none of our business. */
static bool name_of(const char *path, char name_out[NAME_SIZE]) {
    if (mirror.root == NULL)
        return false;
    size_t length = strlen(mirror.root);
    if (strncmp(path, mirror.root, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return false;
    const char *base = strrchr(path, '/') + 1;
    if (strcmp(base, "lock") == 0 || strcmp(base, "lock.mdb") == 0 || strcmp(base, "inhand") == 0)
        return false;
    ENSURE(snprintf(name_out, NAME_SIZE, "r%s", path + length) < NAME_SIZE);
    return true;
}

static struct handle *handle_of(int fd) {
    if (mirror.root == NULL || fd < 0 || fd >= FDS_MAX || !mirror.handles[fd].known)
        return NULL;
    return &mirror.handles[fd];
}

static void before(void) {
    if (mirror.before != NULL)
        mirror.before(mirror.context);
}

static struct log_io model(void) {
    return model_disk_io(mirror.disk);
}

static void put_name(const char *name, int flags) {
    struct log_io io = model();
    int fd = io.open(io.context, name, flags, 0600);
    ENSURE(fd >= 0);
    ENSURE(io.close(io.context, fd) == 0);
}

void mirror_start(const char *root, struct model_disk *disk, void (*hook)(void *context),
                  void *context) {
    memset(mirror.handles, 0, sizeof(mirror.handles));
    mirror.root = root;
    mirror.disk = disk;
    mirror.before = hook;
    mirror.context = context;
}

void mirror_stop(void) {
    mirror.root = NULL;
}

void mirror_arm(const struct mirror_fault *fault) {
    mirror.fault = fault != NULL ? *fault : (struct mirror_fault){.nth = 0};
    mirror.seen = 0;
    mirror.struck = false;
}

bool mirror_struck(void) {
    return mirror.struck;
}

static bool strikes(enum model_call call, const struct handle *handle) {
    const struct mirror_fault *fault = &mirror.fault;
    if (fault->nth == 0 || fault->call != call || strstr(handle->name, fault->file) == NULL ||
        (fault->durable_only && !handle->durable))
        return false;
    mirror.seen++;
    if (mirror.seen != fault->nth && (mirror.seen < fault->nth || !fault->for_ever))
        return false;
    mirror.struck = true;
    return true;
}

/* ---- opening and closing ---- */

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? (mode_t)va_arg(arguments, int) : 0;
    va_end(arguments);
    char name[NAME_SIZE];
    bool ours = name_of(path, name);
    bool folder = (flags & O_DIRECTORY) != 0;
    bool writes = (flags & O_ACCMODE) != O_RDONLY;
    if (ours && (flags & (O_CREAT | O_TRUNC)) != 0)
        before();
    int fd = __real_open(path, flags & ~(O_SYNC | O_DSYNC), mode);
    if (fd < 0 || !ours || (!writes && !folder))
        return fd;
    ENSURE(fd < FDS_MAX);
    struct handle *handle = &mirror.handles[fd];
    *handle = (struct handle){.known = true, .folder = folder};
    handle->durable = (flags & O_DSYNC) != 0;
    memcpy(handle->name, name, sizeof(handle->name));
    if (!folder) {
        struct log_io io = model();
        handle->model = io.open(io.context, name, flags, mode);
        ENSURE(handle->model >= 0);
    }
    return fd;
}

int __wrap_close(int fd) {
    struct handle *handle = handle_of(fd);
    if (handle != NULL) {
        struct log_io io = model();
        if (!handle->folder)
            ENSURE(io.close(io.context, handle->model) == 0);
        handle->known = false;
    }
    return __real_close(fd);
}

/* ---- syncing ---- */

static int fail(void) {
    errno = EIO;
    return -1;
}

/* Some of what was written reaches the disk, and the rest is forgotten. */
static void sync_fails(const struct handle *handle) {
    struct log_io io = model();
    model_disk_fail(mirror.disk, MODEL_SYNC, 1, false);
    ENSURE(io.sync(io.context, handle->model) != 0);
}

static void sync_works(const struct handle *handle) {
    struct log_io io = model();
    ENSURE(io.sync(io.context, handle->model) == 0);
}

static int sync_one(int fd) {
    struct handle *handle = handle_of(fd);
    if (handle == NULL)
        return 0;
    before();
    if (handle->folder) {
        struct log_io io = model();
        return io.sync_dir(io.context, handle->name);
    }
    if (!strikes(MODEL_SYNC, handle)) {
        sync_works(handle);
        return 0;
    }
    if (mirror.fault.harm == MIRROR_DONE)
        sync_works(handle);
    else
        sync_fails(handle);
    return fail();
}

int __wrap_fdatasync(int fd) {
    return sync_one(fd);
}

int __wrap_fsync(int fd) {
    return sync_one(fd);
}

int __wrap_msync(void *at, size_t size, int flags) {
    (void)at;
    (void)size;
    (void)flags;
    return 0;
}

/* ---- writing ---- */

static ssize_t write_both(const struct handle *handle, int fd, const void *data, size_t size,
                          off_t offset) {
    ssize_t done = __real_pwrite(fd, data, size, offset);
    struct log_io io = model();
    ENSURE(done == (ssize_t)size);
    ENSURE(io.pwrite(io.context, handle->model, data, size, offset) == done);
    return done;
}

/* A write that is reported as failed. */
static ssize_t write_fails(const struct handle *handle, int fd, const void *data, size_t size,
                           off_t offset) {
    if (mirror.fault.harm == MIRROR_NOT_DONE)
        return fail();
    bool whole = mirror.fault.harm == MIRROR_DONE || handle->durable;
    write_both(handle, fd, data, whole ? size : size / 2, offset);
    if (handle->durable && mirror.fault.harm == MIRROR_DONE)
        sync_works(handle);
    else if (handle->durable)
        sync_fails(handle);
    return fail();
}

ssize_t __wrap_pwrite(int fd, const void *data, size_t size, off_t offset) {
    struct handle *handle = handle_of(fd);
    if (handle == NULL)
        return __real_pwrite(fd, data, size, offset);
    before();
    if (strikes(MODEL_WRITE, handle))
        return write_fails(handle, fd, data, size, offset);
    ssize_t done = write_both(handle, fd, data, size, offset);
    if (handle->durable)
        sync_works(handle);
    return done;
}

ssize_t __wrap_write(int fd, const void *data, size_t size) {
    const struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};
    return __wrap_writev(fd, &part, 1);
}

/* As one pwrite: it is one call to the disk, too. */
ssize_t __wrap_writev(int fd, const struct iovec *parts, int count) {
    if (handle_of(fd) == NULL)
        return __real_writev(fd, parts, count);
    off_t offset = lseek(fd, 0, SEEK_CUR);
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    uint8_t *data = xmalloc(size + 1);
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        memcpy(data + at, parts[i].iov_base, parts[i].iov_len);
        at += parts[i].iov_len;
    }
    ssize_t done = __wrap_pwrite(fd, data, size, offset);
    free(data);
    if (done > 0)
        ENSURE(lseek(fd, done, SEEK_CUR) == offset + done);
    return done;
}

int __wrap_ftruncate(int fd, off_t size) {
    struct handle *handle = handle_of(fd);
    if (handle != NULL) {
        before();
        model_disk_resize(mirror.disk, handle->name, (uint64_t)size);
    }
    return __real_ftruncate(fd, size);
}

int __wrap_posix_fallocate(int fd, off_t offset, off_t size) {
    struct handle *handle = handle_of(fd);
    if (handle != NULL) {
        before();
        uint64_t end = (uint64_t)offset + (uint64_t)size;
        if (end > model_disk_size(mirror.disk, handle->name))
            model_disk_resize(mirror.disk, handle->name, end);
    }
    return __real_posix_fallocate(fd, offset, size);
}

/* LMDB reads through the map; nothing that is modelled is written through one. */
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    bool writes = (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0;
    ENSURE(!writes || handle_of(fd) == NULL);
    return __real_mmap(at, size, protection, flags, fd, offset);
}

/* ---- names ---- */

int __wrap_mkdir(const char *path, mode_t mode) {
    char name[NAME_SIZE];
    bool ours = name_of(path, name);
    if (ours)
        before();
    int rc = __real_mkdir(path, mode);
    if (ours && rc == 0 && strcmp(name, "r") != 0)
        put_name(name, O_CREAT);
    return rc;
}

int __wrap_rename(const char *from, const char *to) {
    char name[NAME_SIZE];
    char name_to[NAME_SIZE];
    if (name_of(from, name) && name_of(to, name_to)) {
        before();
        struct log_io io = model();
        ENSURE(io.rename(io.context, name, name_to) == 0);
    }
    return __real_rename(from, to);
}

int __wrap_unlink(const char *path) {
    char name[NAME_SIZE];
    if (name_of(path, name) && model_disk_exists(mirror.disk, name)) {
        before();
        struct log_io io = model();
        ENSURE(io.unlink(io.context, name) == 0);
    }
    return __real_unlink(path);
}

int __wrap_rmdir(const char *path) {
    char name[NAME_SIZE];
    int rc = __real_rmdir(path);
    if (rc == 0 && name_of(path, name) && model_disk_exists(mirror.disk, name)) {
        before();
        struct log_io io = model();
        ENSURE(io.unlink(io.context, name) == 0);
    }
    return rc;
}

/* ---- the whole ---- */

struct walk {
    struct model_disk *disk;
    const char *root;
    bool agrees;
};

/* An engine's folders, the outer ones first. */
static const char *const folders[] = {"store", "log", "store/new"};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

static bool is_folder(const char *name) {
    for (size_t i = 0; i < FOLDERS; i++) {
        if (strcmp(name, folders[i]) == 0)
            return true;
    }
    return false;
}

/* What lies in a folder that a crash took is gone with it. */
static void make_folders(const struct walk *walk) {
    char path[2 * NAME_SIZE];
    char model_name[NAME_SIZE];
    for (size_t i = 0; i < FOLDERS; i++) {
        ENSURE(snprintf(path, sizeof(path), "%s/%s", walk->root, folders[i]) < (int)sizeof(path));
        snprintf(model_name, sizeof(model_name), "r/%s", folders[i]);
        if (model_disk_exists(walk->disk, model_name))
            ENSURE(__real_mkdir(path, 0700) == 0 || errno == ENOENT);
    }
}

static int write_file(void *argument, const char *name, uint64_t size) {
    const struct walk *walk = argument;
    char path[2 * NAME_SIZE];
    char model_name[NAME_SIZE + 4];
    if (is_folder(name))
        return 0;
    ENSURE(snprintf(path, sizeof(path), "%s/%s", walk->root, name) < (int)sizeof(path));
    ENSURE(snprintf(model_name, sizeof(model_name), "r/%s", name) < (int)sizeof(model_name));
    int fd = __real_open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ENOENT)
        return 0;
    ENSURE(fd >= 0);
    if (size > 0)
        ENSURE(__real_pwrite(fd, model_disk_bytes(walk->disk, model_name), size, 0) ==
               (ssize_t)size);
    __real_close(fd);
    return 0;
}

static void each(struct walk *walk, int (*visit)(void *argument, const char *name, uint64_t size)) {
    struct log_io io = model_disk_io(walk->disk);
    ENSURE(io.list(io.context, "r", visit, walk) == 0);
}

void mirror_write_out(struct model_disk *disk, const char *root) {
    struct walk walk = {.disk = disk, .root = root};
    ENSURE(__real_mkdir(root, 0700) == 0);
    make_folders(&walk);
    each(&walk, write_file);
}

static int compare_file(void *argument, const char *name, uint64_t size) {
    struct walk *walk = argument;
    char path[2 * NAME_SIZE];
    char model_name[NAME_SIZE + 4];
    struct stat status;
    if (is_folder(name))
        return 0;
    ENSURE(snprintf(path, sizeof(path), "%s/%s", walk->root, name) < (int)sizeof(path));
    ENSURE(snprintf(model_name, sizeof(model_name), "r/%s", name) < (int)sizeof(model_name));
    int fd = __real_open(path, O_RDONLY | O_CLOEXEC);
    bool same = fd >= 0 && fstat(fd, &status) == 0 && (uint64_t)status.st_size == size;
    if (same && size > 0) {
        void *bytes = __real_mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
        ENSURE(bytes != MAP_FAILED);
        same = memcmp(bytes, model_disk_bytes(walk->disk, model_name), size) == 0;
        munmap(bytes, size);
    }
    if (fd >= 0)
        __real_close(fd);
    if (!same)
        fprintf(stderr, "the model's %s is not the file\n", name);
    walk->agrees = walk->agrees && same;
    return 0;
}

bool mirror_agrees(struct model_disk *disk, const char *root) {
    struct walk walk = {.disk = disk, .root = root, .agrees = true};
    each(&walk, compare_file);
    return walk.agrees;
}
