/*
 * What the files of the log share. Private to src/log.
 *
 * A struct disk is the door with its folder; names are those of files in that folder. Functions on
 * it return 0 or a negative errno.
 */
#ifndef LG_LOG_INTERNAL_H
#define LG_LOG_INTERNAL_H

#include "log/log.h"
#include "log/segment.h"

#define DISK_PATH_MAX 4096
#define DISK_NAME_MAX 40
#define DISK_MODE 0600
#define DISK_CHUNK ((size_t)1 << 20) /* of long reads and writes: large enough to cost no time */

struct disk {
    struct log_io io;
    char *dir;
};

void disk_path(const struct disk *disk, const char *name, char path_out[DISK_PATH_MAX]);
int disk_open(const struct disk *disk, const char *name, int flags) MUST_USE;
void disk_close(const struct disk *disk, int fd);
int disk_write(const struct disk *disk, int fd, const uint8_t *data, size_t size,
               uint64_t offset) MUST_USE;
/* -ENODATA when the file ends before. */
int disk_read(const struct disk *disk, int fd, uint8_t *data, size_t size,
              uint64_t offset) MUST_USE;
int disk_sync(const struct disk *disk, int fd) MUST_USE;
/* Makes every name that is seen durable. */
int disk_settle(const struct disk *disk) MUST_USE;
/* Both are durable when they return 0. */
int disk_rename(const struct disk *disk, const char *from, const char *to) MUST_USE;
int disk_unlink(const struct disk *disk, const char *name) MUST_USE;

void segment_name(uint64_t number, char name_out[DISK_NAME_MAX]);
void spare_name(uint64_t number, char name_out[DISK_NAME_MAX]);
/* Writes a spare of that many zeroes, durably. */
int spare_make(const struct disk *disk, uint64_t number, uint64_t bytes) MUST_USE;

/* A text for people beside an error code. */
struct reason {
    char *text;
    size_t size;
};
void reason_set(struct reason *reason, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets the text and is the code: what checkers can follow. */
#define explain(reason, code, ...) (reason_set((reason), __VA_ARGS__), (code))

/* --- head.c: which segment is the last one --- */

#define HEAD_NAME "head"

struct head {
    int fd;
    uint64_t generation;
    uint64_t segment; /* 0: none yet */
    uint8_t salt[SEGMENT_SALT_SIZE];
    uint8_t block[LOG_BLOCK]; /* as on disk */
    bool block_damaged;       /* one of the two proves nothing: torn, or damaged later */
};

int head_create(const struct disk *disk, const struct keyring *keyring,
                struct head *head_out) MUST_USE;
/* flags: O_RDWR, or O_RDONLY for who only looks. 0, LOG_DAMAGED, LOG_FAILED. */
int head_open(const struct disk *disk, const struct keyring *keyring, int flags,
              struct head *head_out, struct reason *reason) MUST_USE;
/* Writes again what was read: a failed sync may have left it in memory alone, and the next advance
 * overwrites the other block. */
int head_settle(const struct head *head, const struct disk *disk) MUST_USE;
/* That segment exists, durably, and is the last one. */
int head_advance(struct head *head, const struct disk *disk, const struct keyring *keyring,
                 const struct segment_header *last) MUST_USE;

#endif
