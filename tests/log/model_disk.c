/*
 * The disk in memory. A file has what a reader sees and what a power loss would leave (model_file.h);
 * the directories have the same, with the changes between the two in order.
 *
 * Invariant: a change of a directory is durable by its sync, or by chance at a crash, where it then
 * is a beginning of all that were made.
 */
#include "model_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_FD 100
#define FDS_MAX 64
#define PATH_SIZE 256

struct entry {
    char path[PATH_SIZE];
    struct model_file *file;
};

struct directory {
    struct entry *entries;
    size_t count;
};

/* file NULL: path is removed; from set: it came from there. */
struct change {
    char from[PATH_SIZE];
    struct entry to;
};

struct model_disk {
    struct model_dice dice;
    struct directory seen;
    struct directory durable;
    struct change *changes;
    size_t change_count;
    struct model_file *fds[FDS_MAX];
    uint64_t calls;
    uint64_t counts[MODEL_CALLS];
    uint64_t stop_at; /* 0: never */
    bool stopped;
    uint64_t fail_at[MODEL_CALLS]; /* in counts; 0: never */
    bool fail_for_ever[MODEL_CALLS];
    uint64_t capacity;
    bool tear;
    uint64_t tear_bytes;
    const bool *tear_keep;
    size_t tear_count;
};

static uint64_t chance(struct model_disk *disk) {
    return model_draw(&disk->dice);
}

static bool coin(struct model_disk *disk) {
    return (chance(disk) & 1) != 0;
}

/* --- Directory --- */

static struct entry *find(const struct directory *directory, const char *path) {
    for (size_t i = 0; i < directory->count; i++) {
        if (strcmp(directory->entries[i].path, path) == 0)
            return &directory->entries[i];
    }
    return NULL;
}

static void drop(struct directory *directory, const char *path) {
    struct entry *entry = find(directory, path);
    if (entry == NULL)
        return;
    model_file_release(entry->file);
    *entry = directory->entries[--directory->count];
}

static void put(struct directory *directory, const char *path, struct model_file *file) {
    file->users++;
    drop(directory, path);
    directory->entries =
        xrealloc(directory->entries, (directory->count + 1) * sizeof(*directory->entries));
    struct entry *entry = &directory->entries[directory->count++];
    ENSURE(strlen(path) < sizeof(entry->path));
    strcpy(entry->path, path);
    entry->file = file;
}

static void apply(struct directory *directory, const struct change *change) {
    if (change->from[0] != '\0')
        drop(directory, change->from);
    if (change->to.file != NULL)
        put(directory, change->to.path, change->to.file);
}

/* Makes the change in what is seen, and keeps it for what is durable. */
static void change(struct model_disk *disk, const char *from, const char *to,
                   struct model_file *file) {
    disk->changes = xrealloc(disk->changes, (disk->change_count + 1) * sizeof(*disk->changes));
    struct change *change = &disk->changes[disk->change_count++];
    memset(change, 0, sizeof(*change));
    ENSURE(strlen(from) < PATH_SIZE && strlen(to) < PATH_SIZE);
    strcpy(change->from, from);
    strcpy(change->to.path, to);
    change->to.file = file;
    if (file != NULL)
        file->users++;
    apply(&disk->seen, change);
}

static void forget_change(const struct change *change) {
    if (change->to.file != NULL)
        model_file_release(change->to.file);
}

/* The first of them become durable, the rest is forgotten. */
static void settle_changes(struct model_disk *disk, size_t count) {
    for (size_t i = 0; i < disk->change_count; i++) {
        if (i < count)
            apply(&disk->durable, &disk->changes[i]);
    }
    for (size_t i = 0; i < disk->change_count; i++)
        forget_change(&disk->changes[i]);
    disk->change_count = 0;
}

static bool is_in(const char *path, const char *dir) {
    size_t length = strlen(dir);
    return strncmp(path, dir, length) == 0 && path[length] == '/' &&
           strchr(path + length + 1, '/') == NULL;
}

/* No rename leads from one directory into another, so either name tells where a change is. */
static void settle_changes_in(struct model_disk *disk, const char *dir) {
    size_t kept = 0;
    for (size_t i = 0; i < disk->change_count; i++) {
        const struct change *change = &disk->changes[i];
        if (is_in(change->from, dir) || is_in(change->to.path, dir)) {
            apply(&disk->durable, change);
            forget_change(change);
        } else {
            disk->changes[kept++] = *change;
        }
    }
    disk->change_count = kept;
}

static void directory_clear(struct directory *directory) {
    for (size_t i = 0; i < directory->count; i++)
        model_file_release(directory->entries[i].file);
    free(directory->entries);
    *directory = (struct directory){NULL, 0};
}

static uint64_t bytes_used(const struct model_disk *disk) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < disk->seen.count; i++)
        bytes += disk->seen.entries[i].file->seen_size;
    return bytes;
}

/* --- Calls --- */

enum fate { DONE, IN_PART, NOT_AT_ALL };

static enum fate fate_of(struct model_disk *disk, enum model_call call) {
    if (disk->stopped)
        return NOT_AT_ALL;
    disk->calls++;
    uint64_t count = ++disk->counts[call];
    if (disk->stop_at > 0 && disk->calls >= disk->stop_at) {
        disk->stopped = true;
        return IN_PART;
    }
    uint64_t fail_at = disk->fail_at[call];
    if (fail_at > 0 && (count == fail_at || (count > fail_at && disk->fail_for_ever[call])))
        return call == MODEL_WRITE || call == MODEL_SYNC ? IN_PART : NOT_AT_ALL;
    return DONE;
}

/* For calls that are done or not: in part means by chance. */
static bool happens(struct model_disk *disk, enum fate fate) {
    return fate == DONE || (fate == IN_PART && coin(disk));
}

static int io_open(void *context, const char *path, int flags, unsigned mode) {
    (void)mode;
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_OPEN);
    const struct entry *entry = find(&disk->seen, path);
    if (entry == NULL && (flags & O_CREAT) == 0)
        return fate == DONE ? -ENOENT : -EIO;
    if (!happens(disk, fate))
        return -EIO;
    if (entry == NULL) {
        change(disk, "", path, xcalloc(1, sizeof(struct model_file)));
        entry = find(&disk->seen, path);
    } else if ((flags & O_TRUNC) != 0) {
        if (entry->file->cap > 0)
            memset(entry->file->seen, 0, entry->file->cap);
        entry->file->seen_size = 0;
    }
    if (fate != DONE)
        return -EIO;
    for (int i = 0; i < FDS_MAX; i++) {
        if (disk->fds[i] == NULL) {
            disk->fds[i] = entry->file;
            entry->file->users++;
            return FIRST_FD + i;
        }
    }
    return -EMFILE;
}

static struct model_file *file_of(struct model_disk *disk, int fd) {
    ENSURE(fd >= FIRST_FD && fd < FIRST_FD + FDS_MAX);
    return disk->fds[fd - FIRST_FD];
}

static int io_close(void *context, int fd) {
    struct model_disk *disk = context;
    struct model_file *file = file_of(disk, fd);
    if (file == NULL)
        return -EBADF;
    disk->fds[fd - FIRST_FD] = NULL;
    model_file_release(file);
    return 0;
}

static void write_torn(struct model_disk *disk, struct model_file *file, const uint8_t *data,
                       uint64_t size, uint64_t offset) {
    if (disk->tear_keep == NULL) {
        model_file_write(file, data, size < disk->tear_bytes ? size : disk->tear_bytes, offset,
                         &disk->dice);
        return;
    }
    for (uint64_t at = 0; at < size; at += MODEL_SECTOR) {
        uint64_t piece = size - at < MODEL_SECTOR ? size - at : MODEL_SECTOR;
        if (at / MODEL_SECTOR < disk->tear_count && disk->tear_keep[at / MODEL_SECTOR])
            model_file_write(file, data + at, piece, offset + at, &disk->dice);
    }
}

static int64_t io_pwrite(void *context, int fd, const void *data, size_t size, int64_t offset) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_WRITE);
    struct model_file *file = file_of(disk, fd);
    if (fate == NOT_AT_ALL || file == NULL)
        return -EIO;
    uint64_t end = (uint64_t)offset + size;
    uint64_t growth = end > file->seen_size ? end - file->seen_size : 0;
    if (growth > 0 && disk->capacity > 0 && bytes_used(disk) + growth > disk->capacity)
        return -ENOSPC;
    if (disk->tear) {
        disk->stopped = true;
        write_torn(disk, file, data, size, (uint64_t)offset);
        return -EIO;
    }
    uint64_t done = fate == DONE ? size : chance(disk) % (size + 1);
    model_file_write(file, data, done, (uint64_t)offset, &disk->dice);
    return fate == DONE ? (int64_t)size : -EIO;
}

static int64_t io_pread(void *context, int fd, void *data, size_t size, int64_t offset) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_READ);
    const struct model_file *file = file_of(disk, fd);
    if (fate != DONE || file == NULL)
        return -EIO;
    uint64_t from = (uint64_t)offset;
    if (from >= file->seen_size)
        return 0;
    uint64_t done = size < file->seen_size - from ? size : file->seen_size - from;
    memcpy(data, file->seen + from, done);
    return (int64_t)done;
}

static int io_sync(void *context, int fd) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_SYNC);
    struct model_file *file = file_of(disk, fd);
    if (fate == NOT_AT_ALL || file == NULL)
        return -EIO;
    if (fate == DONE) {
        model_file_sync(file);
        return 0;
    }
    model_file_sync_in_part(file, &disk->dice);
    return -EIO;
}

static int io_rename(void *context, const char *from, const char *to) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_RENAME);
    const struct entry *entry = find(&disk->seen, from);
    if (entry == NULL)
        return fate == DONE ? -ENOENT : -EIO;
    if (happens(disk, fate))
        change(disk, from, to, entry->file);
    return fate == DONE ? 0 : -EIO;
}

static int io_unlink(void *context, const char *path) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_UNLINK);
    if (find(&disk->seen, path) == NULL)
        return fate == DONE ? -ENOENT : -EIO;
    if (happens(disk, fate))
        change(disk, path, "", NULL);
    return fate == DONE ? 0 : -EIO;
}

static int io_sync_dir(void *context, const char *dir) {
    struct model_disk *disk = context;
    enum fate fate = fate_of(disk, MODEL_SYNC_DIR);
    if (happens(disk, fate))
        settle_changes_in(disk, dir);
    return fate == DONE ? 0 : -EIO;
}

static int io_list(void *context, const char *dir,
                   int (*visit)(void *argument, const char *name, uint64_t size), void *argument) {
    struct model_disk *disk = context;
    if (fate_of(disk, MODEL_LIST) != DONE)
        return -EIO;
    size_t length = strlen(dir);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < disk->seen.count; i++) {
        const struct entry *entry = &disk->seen.entries[i];
        if (strncmp(entry->path, dir, length) == 0 && entry->path[length] == '/')
            rc = visit(argument, entry->path + length + 1, entry->file->seen_size);
    }
    return rc;
}

static void io_random(void *context, uint8_t *out, size_t size) {
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)chance(context);
}

struct log_io model_disk_io(struct model_disk *disk) {
    return (struct log_io){
        .open = io_open,
        .close = io_close,
        .pwrite = io_pwrite,
        .pread = io_pread,
        .sync = io_sync,
        .rename = io_rename,
        .unlink = io_unlink,
        .sync_dir = io_sync_dir,
        .list = io_list,
        .random = io_random,
        .context = disk,
    };
}

/* --- Life and death --- */

struct model_disk *model_disk_new(uint64_t seed) {
    struct model_disk *disk = xcalloc(1, sizeof(*disk));
    disk->dice = (struct model_dice){.state = seed, .grain = MODEL_SECTOR};
    return disk;
}

void model_disk_reseed(struct model_disk *disk, uint64_t seed) {
    disk->dice.state = seed;
}

void model_disk_grain(struct model_disk *disk, uint64_t bytes) {
    ENSURE(bytes > 0 && bytes % MODEL_SECTOR == 0);
    disk->dice.grain = bytes;
}

static void forget_process(struct model_disk *disk) {
    for (int i = 0; i < FDS_MAX; i++) {
        if (disk->fds[i] != NULL)
            io_close(disk, FIRST_FD + i);
    }
    disk->stop_at = 0;
    disk->stopped = false;
    disk->tear = false;
    memset(disk->fail_at, 0, sizeof(disk->fail_at));
}

void model_disk_free(struct model_disk *disk) {
    if (disk == NULL)
        return;
    forget_process(disk);
    settle_changes(disk, 0);
    directory_clear(&disk->seen);
    directory_clear(&disk->durable);
    free(disk->changes);
    free(disk);
}

void model_disk_crash(struct model_disk *disk) {
    forget_process(disk);
    settle_changes(disk, chance(disk) % (disk->change_count + 1));
    for (size_t i = 0; i < disk->durable.count; i++)
        model_file_crash(disk->durable.entries[i].file, &disk->dice);
    directory_clear(&disk->seen);
    for (size_t i = 0; i < disk->durable.count; i++)
        put(&disk->seen, disk->durable.entries[i].path, disk->durable.entries[i].file);
}

void model_disk_kill(struct model_disk *disk) {
    forget_process(disk);
}

/* A file keeps its identity between the two directories and the changes. */
struct model_disk *model_disk_clone(const struct model_disk *disk, uint64_t seed) {
    ENSURE(disk->change_count == 0);
    struct model_disk *copy = model_disk_new(seed);
    for (size_t i = 0; i < disk->seen.count; i++) {
        const struct entry *entry = &disk->seen.entries[i];
        struct model_file *file = model_file_clone(entry->file);
        put(&copy->seen, entry->path, file);
        put(&copy->durable, entry->path, file);
    }
    copy->capacity = disk->capacity;
    return copy;
}

void model_disk_stop_after(struct model_disk *disk, uint64_t calls) {
    disk->stop_at = disk->calls + calls + 1;
}

bool model_disk_stopped(const struct model_disk *disk) {
    return disk->stopped;
}

void model_disk_fail(struct model_disk *disk, enum model_call call, uint64_t nth, bool for_ever) {
    disk->fail_at[call] = disk->counts[call] + nth;
    disk->fail_for_ever[call] = for_ever;
}

void model_disk_capacity(struct model_disk *disk, uint64_t bytes) {
    disk->capacity = bytes;
}

void model_disk_tear(struct model_disk *disk, uint64_t keep_bytes) {
    disk->tear = true;
    disk->tear_bytes = keep_bytes;
    disk->tear_keep = NULL;
}

void model_disk_tear_sectors(struct model_disk *disk, const bool *keep, size_t count) {
    disk->tear = true;
    disk->tear_keep = keep;
    disk->tear_count = count;
}

uint64_t model_disk_calls(const struct model_disk *disk) {
    return disk->calls;
}

uint64_t model_disk_count(const struct model_disk *disk, enum model_call call) {
    return disk->counts[call];
}

/* --- Planting --- */

static struct model_file *existing(const struct model_disk *disk, const char *path) {
    const struct entry *entry = find(&disk->seen, path);
    ENSURE(entry != NULL);
    return entry->file;
}

bool model_disk_exists(const struct model_disk *disk, const char *path) {
    return find(&disk->seen, path) != NULL;
}

uint64_t model_disk_size(const struct model_disk *disk, const char *path) {
    return existing(disk, path)->seen_size;
}

const uint8_t *model_disk_bytes(const struct model_disk *disk, const char *path) {
    return existing(disk, path)->seen;
}

int model_disk_each(const struct model_disk *disk,
                    int (*visit)(void *argument, const char *path, struct span bytes),
                    void *argument) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < disk->seen.count; i++) {
        const struct entry *entry = &disk->seen.entries[i];
        rc = visit(argument, entry->path, span_of(entry->file->seen, entry->file->seen_size));
    }
    return rc;
}

void model_disk_flip(struct model_disk *disk, const char *path, uint64_t offset, uint8_t mask) {
    struct model_file *file = existing(disk, path);
    ENSURE(offset < file->seen_size);
    file->seen[offset] ^= mask;
    file->durable[offset] = file->seen[offset];
}

void model_disk_put(struct model_disk *disk, const char *path, uint64_t offset, struct span bytes) {
    struct model_file *file = existing(disk, path);
    model_file_write(file, bytes.data, bytes.size, offset, &disk->dice);
    model_file_sync(file);
}

void model_disk_truncate(struct model_disk *disk, const char *path, uint64_t size) {
    struct model_file *file = existing(disk, path);
    ENSURE(size <= file->seen_size);
    file->seen_size = size;
    file->durable_size = size;
}

void model_disk_resize(struct model_disk *disk, const char *path, uint64_t size) {
    model_file_resize(existing(disk, path), size);
}

void model_disk_remove(struct model_disk *disk, const char *path) {
    change(disk, path, "", NULL);
    settle_changes(disk, disk->change_count);
}

void model_disk_copy(struct model_disk *disk, const char *from, const char *to) {
    change(disk, "", to, model_file_clone(existing(disk, from)));
    settle_changes(disk, disk->change_count);
}

void model_disk_move(struct model_disk *disk, const char *from, const char *to) {
    change(disk, from, to, existing(disk, from));
    settle_changes(disk, disk->change_count);
}
