/*
 * The log's folder as a sorted list of segments, spares and files in the making.
 *
 * Invariant: a name is taken for the log's only in the one form in which the log writes it, so that
 * no two files have one number. Contents are not looked at here.
 */
#include "log/folder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name_of(enum folder_kind kind, uint64_t number, char name_out[DISK_NAME_MAX]) {
    if (kind == FOLDER_SEGMENT)
        segment_name(number, name_out);
    else
        spare_name(number, name_out);
    if (kind == FOLDER_UNREADY)
        snprintf(name_out, DISK_NAME_MAX, "spare-%" PRIu64 ".tmp", number);
}

static bool parse(const char *name, struct folder_file *file) {
    const char *dash = strchr(name, '-');
    if (dash == NULL)
        return false;
    file->number = strtoull(dash + 1, NULL, 10);
    if (file->number == 0)
        return false;
    for (int kind = FOLDER_SEGMENT; kind <= FOLDER_UNREADY; kind++) {
        char expected[DISK_NAME_MAX];
        name_of((enum folder_kind)kind, file->number, expected);
        file->kind = (enum folder_kind)kind;
        if (strcmp(name, expected) == 0)
            return true;
    }
    return false;
}

static int add(void *argument, const char *name, uint64_t size) {
    struct folder *folder = argument;
    struct folder_file file = {.bytes = size};
    if (strcmp(name, HEAD_NAME) == 0)
        folder->has_head = true;
    if (!parse(name, &file))
        return 0;
    if (folder->count == LOG_SEGMENTS_MAX)
        return -E2BIG;
    if (folder->count == folder->cap) {
        folder->cap = folder->cap > 0 ? 2 * folder->cap : 16;
        folder->files = xrealloc(folder->files, folder->cap * sizeof(*folder->files));
    }
    folder->files[folder->count++] = file;
    return 0;
}

static int compare(const void *left, const void *right) {
    const struct folder_file *a = left;
    const struct folder_file *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

int folder_list(struct folder *folder, const struct disk *disk, struct reason *reason) {
    int rc = disk->io.list(disk->io.context, disk->dir, add, folder);
    if (rc == -E2BIG)
        return explain(reason, LOG_DAMAGED,
                       "log folder %s: more than %d files: this is not what the log wrote",
                       disk->dir, LOG_SEGMENTS_MAX);
    if (rc != 0)
        return explain(reason, LOG_FAILED, "log folder %s: cannot list: %s", disk->dir,
                       strerror(-rc));
    if (folder->count > 0)
        qsort(folder->files, folder->count, sizeof(*folder->files), compare);
    return 0;
}

void folder_deinit(struct folder *folder) {
    free(folder->files);
}

uint64_t folder_newest(const struct folder *folder) {
    uint64_t newest = 0;
    for (size_t i = 0; i < folder->count && folder->files[i].kind == FOLDER_SEGMENT; i++)
        newest = folder->files[i].number;
    return newest;
}

struct folder_file *folder_segment(struct folder *folder, uint64_t number) {
    struct folder_file wanted = {.kind = FOLDER_SEGMENT, .number = number};
    if (folder->count == 0)
        return NULL;
    return bsearch(&wanted, folder->files, folder->count, sizeof(*folder->files), compare);
}

bool folder_any_below(const struct folder *folder, uint64_t number) {
    return folder->count > 0 && folder->files[0].kind == FOLDER_SEGMENT &&
           folder->files[0].number < number;
}

int folder_remove(const struct disk *disk, const struct folder_file *file) {
    char name[DISK_NAME_MAX];
    name_of(file->kind, file->number, name);
    return disk_unlink(disk, name);
}
