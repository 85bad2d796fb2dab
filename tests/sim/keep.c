/*
 * The store and the modelled disk of a run as real files.
 *
 * The store's file is read as bytes: nobody writes it meanwhile, since the simulation has one
 * thread. Nothing of the run is changed, and no chance is drawn.
 */
#include "sim/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/world.h"

#define PATH_ROOM 768
#define KEEP_BLOCK 4096

static void put_text(char path_out[PATH_ROOM], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_text(char path_out[PATH_ROOM], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(path_out, PATH_ROOM, format, arguments);
    va_end(arguments);
    ENSURE(size > 0 && size < PATH_ROOM);
}

static bool make_dir(const char *path) {
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

/* Blocks of zeroes become holes. */
static bool write_file(const char *path, struct span bytes) {
    static const uint8_t zeroes[KEEP_BLOCK];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = fd >= 0 && ftruncate(fd, (off_t)bytes.size) == 0;
    for (size_t at = 0; done && at < bytes.size; at += KEEP_BLOCK) {
        size_t size = bytes.size - at < KEEP_BLOCK ? bytes.size - at : KEEP_BLOCK;
        if (memcmp(bytes.data + at, zeroes, size) != 0)
            done = pwrite(fd, bytes.data + at, size, (off_t)at) == (ssize_t)size;
    }
    if (fd >= 0)
        close(fd);
    return done;
}

static bool read_file(const char *path, struct buf *bytes) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;
    while (fd >= 0 && got > 0) {
        uint8_t *at = buf_reserve(bytes, 16 * KEEP_BLOCK);
        got = read(fd, at, 16 * KEEP_BLOCK);
        if (got > 0)
            bytes->size += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    return fd >= 0 && got == 0;
}

static bool keep_data(const struct hub *hub, const char *folder) {
    char from[PATH_ROOM];
    char to[PATH_ROOM];
    struct buf bytes;
    buf_init(&bytes);
    put_text(from, "%s/store/data.mdb", hub->dir);
    put_text(to, "%s/store/data.mdb", folder);
    bool done = read_file(from, &bytes) && write_file(to, buf_span(&bytes));
    buf_deinit(&bytes);
    return done;
}

static bool keep_keys(const struct hub *hub, const char *folder) {
    char to[PATH_ROOM];
    char hex[2 * sizeof(hub->root) + 1];
    char line[sizeof(hex) + 8];
    put_text(to, "%s/keys", folder);
    hex_format(hub->root, sizeof(hub->root), hex);
    snprintf(line, sizeof(line), "1 %s\n", hex);
    return write_file(to, span_text(line));
}

struct keeping {
    const struct hub *hub;
    const char *folder;
};

static int keep_one(void *argument, const char *path, struct span bytes) {
    const struct keeping *keeping = argument;
    size_t length = strlen(keeping->hub->dir);
    char to[PATH_ROOM];
    ENSURE(strncmp(path, keeping->hub->dir, length) == 0);
    put_text(to, "%s%s", keeping->folder, path + length);
    return write_file(to, bytes) ? 0 : -EIO;
}

static bool keep_log(const struct hub *hub, const char *folder) {
    struct keeping keeping = {hub, folder};
    return model_disk_each(hub->disk, keep_one, &keeping) == 0;
}

void keep_store(struct world *world, const char *name) {
    char folder[PATH_ROOM];
    char inner[PATH_ROOM];
    if (world->keep == NULL || world->failed)
        return;
    put_text(folder, "%s/seed-%llu", world->keep, (unsigned long long)world->seed);
    bool done = make_dir(folder);
    put_text(folder, "%s/seed-%llu/%s", world->keep, (unsigned long long)world->seed, name);
    done = done && make_dir(folder);
    put_text(inner, "%s/store", folder);
    done = done && make_dir(inner);
    put_text(inner, "%s/log", folder);
    done = done && make_dir(inner) && keep_keys(&world->hub, folder) &&
           keep_data(&world->hub, folder) && keep_log(&world->hub, folder);
    if (!done)
        world_fail(world, "%s cannot be written: %s", folder, strerror(errno));
}
