/*
 * The file of an environment with damaged pages: the check ends, says where, and changes nothing;
 * and what it passes LMDB can walk, for which it is there.
 *
 * Input: pieces (page, offset in it, size, bytes) that are written over a sound file; after a piece
 * of no bytes the file ends with that page.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kv/pages.h"

#define PAGE 4096
#define MAP_BYTES (1u << 20)
#define ROWS 60
#define PIECES_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct {
    char dir[32], file[64];
    uint8_t *bytes;
    size_t size;
} sound;

static struct kv *open_there(void) {
    char reason[200];
    struct kv *kv;
    return kv_open(sound.dir, MAP_BYTES, &kv, reason, sizeof(reason)) == 0 ? kv : NULL;
}

/* Leaves, branches, overflow pages, and pages that are free again. */
static void write_rows(struct kv *kv, uint8_t round) {
    static uint8_t value[6000];
    struct kv_batch *batch;
    ENSURE(kv_batch_begin(kv, &batch) == 0);
    for (uint8_t i = 0; i < ROWS; i++) {
        uint8_t key[40] = {i, round};
        size_t size = i % 20 == 0 ? sizeof(value) : 200u + i;
        memset(value, i, size);
        ENSURE(kv_batch_put(batch, span_of(key, 8 + i % 32u), span_of(value, size)) == 0);
    }
    for (uint8_t i = 0; round > 0 && i < ROWS; i += 3) {
        uint8_t key[40] = {i, (uint8_t)(round - 1)};
        ENSURE(kv_batch_delete(batch, span_of(key, 8 + i % 32u)) == 0);
    }
    ENSURE(kv_batch_commit(batch) == 0);
}

static void on_fault(void *context, uint64_t page, const char *text) {
    uint64_t *count = context;
    (void)page;
    ENSURE(text[0] != '\0');
    *count += 1;
}

static void tear_down(void) {
    char lock[64];
    snprintf(lock, sizeof(lock), "%s/lock.mdb", sound.dir);
    unlink(lock);
    unlink(sound.file);
    (void)rmdir(sound.dir);
    free(sound.bytes);
}

static void make_sound(void) {
    /* LMDB syncs at each opening: in memory where there is such a folder. */
    snprintf(sound.dir, sizeof(sound.dir), "%s/linkgate-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ENSURE(mkdtemp(sound.dir) != NULL);
    snprintf(sound.file, sizeof(sound.file), "%s/data.mdb", sound.dir);
    struct kv *kv = open_there();
    ENSURE(kv != NULL);
    for (uint8_t round = 0; round < 3; round++)
        write_rows(kv, round);
    kv_close(kv);
    FILE *file = fopen(sound.file, "r");
    ENSURE(file != NULL);
    sound.bytes = xmalloc(MAP_BYTES);
    sound.size = fread(sound.bytes, 1, MAP_BYTES, file);
    fclose(file);
    atexit(tear_down);
    uint64_t faults = 0;
    struct kv_pages pages = {.fault = on_fault, .context = &faults};
    struct kv_pages_found found;
    char reason[256];
    ENSURE(kv_pages_check(sound.dir, &pages, &found, reason, sizeof(reason)) == 0);
    ENSURE(faults == 0 && found.faults == 0 && found.entries > ROWS);
}

static size_t change(uint8_t *bytes, size_t whole, struct span input) {
    struct reader reader = reader_over(input);
    for (int i = 0; i < PIECES_MAX && reader.rest.size > 0; i++) {
        size_t at = reader_u8(&reader) % (whole / PAGE) * PAGE + reader_be16(&reader) % PAGE;
        size_t size = reader_u8(&reader);
        struct span piece = reader_bytes(&reader, size);
        if (reader.failed)
            break;
        if (size == 0)
            return at;
        memcpy(bytes + at, piece.data, piece.size < whole - at ? piece.size : whole - at);
    }
    return whole;
}

/* By LMDB, every byte; how many rows there are. */
static uint64_t walk(struct kv *kv) {
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct span key, value;
    uint64_t rows = 0;
    uint8_t sum = 0;
    ENSURE(kv_snapshot_open(kv, &snapshot) == 0 && kv_cursor_open(snapshot, &cursor) == 0);
    int rc = kv_cursor_seek(cursor, span_of(NULL, 0), &key, &value);
    for (; rc == 0; rc = kv_cursor_next(cursor, &key, &value)) {
        for (size_t i = 0; i < value.size; i++)
            sum ^= value.data[i];
        rows++;
    }
    ENSURE(rc == KV_ABSENT && (sum | 1) != 0);
    kv_cursor_close(cursor);
    kv_snapshot_close(snapshot);
    return rows;
}

static void write_file(const uint8_t *bytes, size_t size) {
    int fd = open(sound.file, O_WRONLY | O_TRUNC | O_CLOEXEC);
    ENSURE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint64_t faults = 0;
    struct kv_pages pages = {.fault = on_fault, .context = &faults};
    struct kv_pages_found found, glanced;
    char reason[256];
    if (sound.bytes == NULL)
        make_sound();
    uint8_t *bytes = xmalloc(sound.size);
    memcpy(bytes, sound.bytes, sound.size);
    write_file(bytes, change(bytes, sound.size, span_of(data, size)));
    free(bytes);
    int rc = kv_pages_check(sound.dir, &pages, &found, reason, sizeof(reason));
    ENSURE(rc == 0 && found.faults == faults);
    faults = 0;
    ENSURE(kv_pages_glance(sound.dir, 0, &pages, &glanced, reason, sizeof(reason)) == 0);
    ENSURE(glanced.faults == faults && (glanced.faults == 0 || found.faults > 0));
    if (found.faults > 0)
        return 0;
    struct kv *kv = open_there();
    ENSURE(kv != NULL && walk(kv) == found.entries);
    kv_close(kv);
    return 0;
}
