/*
 * The log's files: whatever stands in them, opening the log either refuses or gives the batches that
 * were written, in order, from the first on, and all of those in segments before the last. Looking
 * at it without writing says that there is damage wherever opening refuses, and of the batches gives
 * only what was written.
 *
 * Input: pieces (file, offset, size, bytes) that are written over a sound log; a piece of the file
 * after the last one replaces the newest segment as a whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "log/log.h"
#include "log/model_disk.h"
#include "log/scan.h"
#include "util/logline.h"

#define BLOCKS 8
#define SEGMENT_BYTES ((uint64_t)BLOCKS * LOG_BLOCK)
#define BATCHES 20
#define BEFORE_THE_LAST 14 /* two segments of seven */
#define FILES 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[FILES] = {
    "log/head",
    "log/segment-000000000001",
    "log/segment-000000000002",
    "log/segment-000000000003",
};

static struct keyring *keyring;
static struct model_disk *sound;

static struct log_config config_of(struct model_disk *disk) {
    return (struct log_config){
        .dir = "log",
        .segment_bytes = SEGMENT_BYTES,
        .max_bytes = 16 * SEGMENT_BYTES,
        .spares = 2,
        .ledger_version = 1,
        .io = model_disk_io(disk),
    };
}

static size_t plain_of(uint64_t batch, uint8_t out[64]) {
    memset(out, (int)batch, 64);
    return batch == BATCHES ? 0 : 3 * (size_t)batch;
}

static void make_sound(void) {
    const uint8_t root[32] = {1};
    keyring = keyring_from_root(root);
    sound = model_disk_new(1);
    struct log_config config = config_of(sound);
    struct log_place place = {0};
    struct log *log;
    ENSURE(log_open(&config, keyring, &place, &log, NULL, 0) == 0);
    for (uint64_t batch = 1; batch <= BATCHES; batch++) {
        uint8_t plain[64];
        size_t size = plain_of(batch, plain);
        ENSURE(log_flushed(log, 0, 0) == 0);
        ENSURE(log_append(log, span_of(plain, size), 0, &place) == 0);
    }
    log_close(log);
    ENSURE(model_disk_exists(sound, files[FILES - 1]));
}

static int visit(void *context, const struct log_place *place, struct span plain) {
    uint64_t *last = context;
    uint8_t expected[64];
    size_t size = plain_of(place->batch, expected);
    ENSURE(place->batch == *last + 1 && place->batch <= BATCHES);
    ENSURE(span_equal(plain, span_of(expected, size)));
    *last = place->batch;
    return 0;
}

/* ---- looking ---- */

static int look_at(void *context, const struct log_batch *batch) {
    uint64_t *count = context;
    uint8_t expected[64];
    ENSURE(batch->place.batch >= 1 && batch->place.batch <= BATCHES);
    size_t size = plain_of(batch->place.batch, expected);
    ENSURE(span_equal(batch->plain, span_of(expected, size)));
    *count += 1;
    return 0;
}

static void on_damage(void *context, const struct log_damage *damage) {
    (void)context;
    ENSURE(damage->text[0] != '\0');
}

/* Whether the log is whole, as far as reading tells. */
static bool looks_whole(struct model_disk *disk) {
    char reason[256] = "";
    uint64_t seen = 0;
    uint64_t calls = model_disk_count(disk, MODEL_WRITE) + model_disk_count(disk, MODEL_RENAME) +
                     model_disk_count(disk, MODEL_UNLINK);
    struct log_scan scan = {.dir = "log",
                            .io = model_disk_io(disk),
                            .keyring = keyring,
                            .visit = look_at,
                            .damage = on_damage,
                            .context = &seen};
    struct log_scanned scanned;
    int rc = log_scan(&scan, &scanned, reason, sizeof(reason));
    ENSURE(rc == 0 || ((rc == LOG_FAILED || rc == LOG_OTHER_KEY) && reason[0] != '\0'));
    ENSURE(model_disk_count(disk, MODEL_WRITE) + model_disk_count(disk, MODEL_RENAME) +
               model_disk_count(disk, MODEL_UNLINK) ==
           calls);
    ENSURE(rc != 0 || scanned.batches == seen);
    return rc == 0 && scanned.damages == 0;
}

static void change(struct model_disk *disk, struct span input) {
    struct reader reader = reader_over(input);
    while (reader.rest.size > 0) {
        uint8_t file = reader_u8(&reader) % (FILES + 1);
        uint64_t offset = reader_be16(&reader);
        size_t size = reader_u8(&reader);
        if (file == FILES) {
            struct span whole = reader.rest;
            size_t kept = whole.size < SEGMENT_BYTES ? whole.size : SEGMENT_BYTES;
            model_disk_truncate(disk, files[FILES - 1], 0);
            model_disk_put(disk, files[FILES - 1], 0, span_of(whole.data, kept));
            return;
        }
        struct span bytes = reader_bytes(&reader, size);
        uint64_t end = model_disk_size(disk, files[file]);
        if (reader.failed || offset + bytes.size > end)
            return;
        model_disk_put(disk, files[file], offset, bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    log_set_level(LOG_EMERG);
    if (sound == NULL)
        make_sound();
    struct model_disk *disk = model_disk_clone(sound, 1);
    change(disk, span_of(data, size));
    bool whole = looks_whole(disk);
    struct log_config config = config_of(disk);
    const struct log_place start = {0};
    struct log *log;
    char reason[256] = "";
    int rc = log_open(&config, keyring, &start, &log, reason, sizeof(reason));
    if (rc == 0) {
        uint64_t last = 0;
        ENSURE(log_replay(log, &start, visit, &last) == 0);
        ENSURE(last == log_last(log).batch && last >= BEFORE_THE_LAST);
        log_close(log);
    } else {
        ENSURE(rc == LOG_DAMAGED && reason[0] != '\0' && !whole);
    }
    model_disk_free(disk);
    return 0;
}
