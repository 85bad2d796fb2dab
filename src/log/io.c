/*
 * The log's door to the real disk, and the few steps that every user of the door repeats: whole
 * reads and writes, names of files, reasons for people.
 *
 * Invariant: every failure is a negative errno, and no call reports less than it did. Nothing is
 * tried again except what a signal interrupted: a failed sync must never be repeated, the second
 * one would succeed without having written.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "log/internal.h"
#include "util/folder.h"

static int system_open(void *context, const char *path, int flags, unsigned mode) {
    (void)context;
    int fd = open(path, flags | O_CLOEXEC, (mode_t)mode);
    /* cppcheck-suppress resourceLeak ; it is the caller's */
    return fd >= 0 ? fd : -errno;
}

static int system_close(void *context, int fd) {
    (void)context;
    return close(fd) == 0 ? 0 : -errno;
}

static int64_t system_pwrite(void *context, int fd, const void *data, size_t size, int64_t offset) {
    (void)context;
    ssize_t done;
    do
        done = pwrite(fd, data, size, offset);
    while (done < 0 && errno == EINTR);
    return done >= 0 ? done : -errno;
}

static int64_t system_pread(void *context, int fd, void *data, size_t size, int64_t offset) {
    (void)context;
    ssize_t done;
    do
        done = pread(fd, data, size, offset);
    while (done < 0 && errno == EINTR);
    return done >= 0 ? done : -errno;
}

static int system_sync(void *context, int fd) {
    (void)context;
    return fdatasync(fd) == 0 ? 0 : -errno;
}

static int system_rename(void *context, const char *from, const char *to) {
    (void)context;
    return rename(from, to) == 0 ? 0 : -errno;
}

static int system_unlink(void *context, const char *path) {
    (void)context;
    return unlink(path) == 0 ? 0 : -errno;
}

static int system_sync_dir(void *context, const char *dir) {
    (void)context;
    return -folder_sync(dir);
}

static int system_list(void *context, const char *dir,
                       int (*visit)(void *argument, const char *name, uint64_t size),
                       void *argument) {
    (void)context;
    DIR *stream = opendir(dir);
    if (stream == NULL)
        return -errno;
    int rc = 0;
    while (rc == 0) {
        errno = 0;
        /* cppcheck-suppress readdirCalled ; nobody else has this stream */
        const struct dirent *entry = readdir(stream);
        if (entry == NULL) {
            rc = -errno;
            break;
        }
        struct stat status;
        if (fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            rc = -errno;
        else if (S_ISREG(status.st_mode))
            rc = visit(argument, entry->d_name, (uint64_t)status.st_size);
    }
    closedir(stream);
    return rc;
}

static void system_random(void *context, uint8_t *out, size_t size) {
    (void)context;
    random_bytes(out, size);
}

struct log_io log_io_system(void) {
    return (struct log_io){
        .open = system_open,
        .close = system_close,
        .pwrite = system_pwrite,
        .pread = system_pread,
        .sync = system_sync,
        .rename = system_rename,
        .unlink = system_unlink,
        .sync_dir = system_sync_dir,
        .list = system_list,
        .random = system_random,
    };
}

int disk_open(const struct disk *disk, const char *name, int flags) {
    char path[DISK_PATH_MAX];
    disk_path(disk, name, path);
    return disk->io.open(disk->io.context, path, flags, DISK_MODE);
}

void disk_close(const struct disk *disk, int fd) {
    /* What had to be durable was synced: a late error here says nothing that we don't know. */
    if (fd >= 0)
        disk->io.close(disk->io.context, fd);
}

int disk_write(const struct disk *disk, int fd, const uint8_t *data, size_t size, uint64_t offset) {
    while (size > 0) {
        int64_t done = disk->io.pwrite(disk->io.context, fd, data, size, (int64_t)offset);
        if (done <= 0)
            return done < 0 ? (int)done : -EIO;
        data += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return 0;
}

int disk_read(const struct disk *disk, int fd, uint8_t *data, size_t size, uint64_t offset) {
    while (size > 0) {
        int64_t done = disk->io.pread(disk->io.context, fd, data, size, (int64_t)offset);
        if (done <= 0)
            return done < 0 ? (int)done : -ENODATA;
        data += done;
        offset += (uint64_t)done;
        size -= (size_t)done;
    }
    return 0;
}

int disk_sync(const struct disk *disk, int fd) {
    return disk->io.sync(disk->io.context, fd);
}

int disk_settle(const struct disk *disk) {
    return disk->io.sync_dir(disk->io.context, disk->dir);
}

int disk_rename(const struct disk *disk, const char *from, const char *to) {
    char from_path[DISK_PATH_MAX];
    char to_path[DISK_PATH_MAX];
    disk_path(disk, from, from_path);
    disk_path(disk, to, to_path);
    int rc = disk->io.rename(disk->io.context, from_path, to_path);
    return rc != 0 ? rc : disk_settle(disk);
}

int disk_unlink(const struct disk *disk, const char *name) {
    char path[DISK_PATH_MAX];
    disk_path(disk, name, path);
    int rc = disk->io.unlink(disk->io.context, path);
    return rc != 0 ? rc : disk_settle(disk);
}

void disk_path(const struct disk *disk, const char *name, char path_out[DISK_PATH_MAX]) {
    ENSURE(snprintf(path_out, DISK_PATH_MAX, "%s/%s", disk->dir, name) < DISK_PATH_MAX);
}

void segment_name(uint64_t number, char name_out[DISK_NAME_MAX]) {
    snprintf(name_out, DISK_NAME_MAX, "segment-%012" PRIu64, number);
}

void spare_name(uint64_t number, char name_out[DISK_NAME_MAX]) {
    snprintf(name_out, DISK_NAME_MAX, "spare-%" PRIu64, number);
}

int spare_make(const struct disk *disk, uint64_t number, uint64_t bytes) {
    char name[DISK_NAME_MAX];
    char unready[DISK_NAME_MAX];
    spare_name(number, name);
    snprintf(unready, sizeof(unready), "spare-%" PRIu64 ".tmp", number);
    int fd = disk_open(disk, unready, O_RDWR | O_CREAT | O_TRUNC);
    if (fd < 0)
        return fd;
    uint8_t *zeroes = xcalloc(1, DISK_CHUNK);
    int rc = 0;
    for (uint64_t done = 0; rc == 0 && done < bytes;) {
        size_t size = bytes - done < DISK_CHUNK ? (size_t)(bytes - done) : DISK_CHUNK;
        rc = disk_write(disk, fd, zeroes, size, done);
        done += size;
    }
    free(zeroes);
    if (rc == 0)
        rc = disk_sync(disk, fd);
    disk_close(disk, fd);
    if (rc == 0)
        return disk_rename(disk, unready, name);
    /* Gives the room back; what stays is removed at the next start. */
    int left = disk_unlink(disk, unready);
    return left == 0 ? rc : left;
}

void reason_set(struct reason *reason, const char *format, ...) {
    if (reason->size == 0)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason->text, reason->size, format, arguments); /* NOLINT(clang-analyzer-valist*) */
    va_end(arguments);
}
