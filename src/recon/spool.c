/*
 * The spool: what is written to it, and in which order.
 *
 * Invariant: an upload's own row says what may be believed of it. It is written as COMING before its
 * first row and as WHOLE with its last; before anything of it is removed it is COMING again. So a
 * power loss at any moment leaves an upload whole, or one that the next open drops. Changes gather in
 * memory, so many and no more; what makes something visible writes them as one batch.
 *
 * What cannot be written (a full disk) breaks the spool, not the gateway: lists can be sent again.
 */
#include "recon/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recon/spool_inside.h"
#include "util/folder.h"
#include "util/logline.h"

#define BATCH_ROWS 4096u
#define BATCH_BYTES (UINT64_C(4) << 20) /* more than so many rows are */
#define MAP_SPARE (UINT64_C(32) << 20)  /* for pages that are given back while others are written */

struct coming {
    uint64_t number;
    struct upload upload;
    uint64_t rows;
};

struct spool {
    struct kv *kv;
    struct keyring *keyring;
    uint64_t max_bytes;
    uint64_t last_number;
    uint64_t uploads;
    struct buf changes; /* that wait to be written */
    uint32_t gathered;  /* how many */
    struct coming coming[SPOOL_COMING_MAX];
    struct buf plain, value;
};

const char *upload_state_name(enum upload_state state) {
    static const char *const names[UPLOAD_STATES] = {"NONE", "COMING", "WHOLE", "COMPARED",
                                                     "JUDGED"};
    return (unsigned)state < UPLOAD_STATES ? names[state] : "INVALID";
}

struct kv *spool_kv(struct spool *spool) {
    return spool->kv;
}

/* ---- writing ---- */

/* A change that waits: put or delete, sizes, key, value. */

static int write_change(struct kv_batch *batch, struct reader *changes) {
    bool put = reader_u8(changes) != 0;
    size_t key_size = reader_be16(changes);
    size_t value_size = reader_be32(changes);
    struct span key = reader_bytes(changes, key_size);
    struct span value = reader_bytes(changes, value_size);
    ENSURE(!changes->failed);
    return put ? kv_batch_put(batch, key, value) : kv_batch_delete(batch, key);
}

static int commit(struct spool *spool) {
    struct reader changes = reader_over(buf_span(&spool->changes));
    struct kv_batch *batch;
    if (changes.rest.size == 0)
        return 0;
    if (kv_batch_begin(spool->kv, &batch) != 0)
        return SPOOL_FAILED;
    int rc = 0;
    while (rc == 0 && changes.rest.size > 0)
        rc = write_change(batch, &changes);
    buf_clear(&spool->changes);
    spool->gathered = 0;
    return kv_batch_commit(batch) == 0 && rc == 0 ? 0 : SPOOL_FAILED;
}

/* At most BATCH_ROWS wait. They are in memory, and not in an open batch, because that would belong
 * to one thread. */
static int gather(struct spool *spool, bool put, struct span key, struct span value) {
    int rc = spool->gathered >= BATCH_ROWS ? commit(spool) : 0;
    buf_append_byte(&spool->changes, put);
    buf_append_be16(&spool->changes, (uint16_t)key.size);
    buf_append_be32(&spool->changes, (uint32_t)value.size);
    buf_append_span(&spool->changes, key);
    buf_append_span(&spool->changes, value);
    spool->gathered++;
    return rc;
}

static int put(struct spool *spool, const struct spool_key *key, struct span value) {
    return gather(spool, true, spool_key_span(key), value);
}

/* What stands in spool->plain. */
static int put_sealed(struct spool *spool, const struct spool_key *key) {
    spool_seal(spool->keyring, key, buf_span(&spool->plain), &spool->value);
    return put(spool, key, buf_span(&spool->value));
}

static int put_upload(struct spool *spool, const struct upload *upload) {
    struct spool_key key = spool_key_upload(upload->number);
    spool_write_upload(upload, &spool->plain);
    return put_sealed(spool, &key);
}

/* Room for another batch, in our bytes and on the disk. */
static int make_room(struct spool *spool) {
    struct kv_stats stats;
    if (kv_stats(spool->kv, &stats) != 0)
        return SPOOL_FAILED;
    if (stats.used_bytes + BATCH_BYTES > spool->max_bytes)
        return SPOOL_FULL;
    int rc = kv_reserve(spool->kv, BATCH_BYTES);
    if (rc == KV_DISK_FULL)
        return SPOOL_FULL;
    return rc == 0 ? 0 : SPOOL_FAILED;
}

/* ---- removing ---- */

/* The next so many keys with that front, removed and committed. left_out: there may be more. */
static int remove_some(struct spool *spool, const struct spool_key *front, bool *left_out) {
    struct kv_snapshot *snapshot = NULL;
    struct kv_cursor *cursor = NULL;
    struct span key, value;
    uint32_t removed = 0;
    int rc = commit(spool);
    if (rc == 0 && kv_snapshot_open(spool->kv, &snapshot) != 0)
        rc = SPOOL_FAILED;
    if (rc == 0 && kv_cursor_open(snapshot, &cursor) != 0)
        rc = SPOOL_FAILED;
    int found = rc == 0 ? kv_cursor_seek(cursor, spool_key_span(front), &key, &value) : KV_ABSENT;
    while (rc == 0 && found == 0 && removed < BATCH_ROWS && key.size >= front->size &&
           memcmp(key.data, front->bytes, front->size) == 0) {
        rc = gather(spool, false, key, (struct span){NULL, 0});
        removed++;
        found = kv_cursor_next(cursor, &key, &value);
    }
    if (cursor != NULL)
        kv_cursor_close(cursor);
    if (snapshot != NULL)
        kv_snapshot_close(snapshot);
    if (rc == 0)
        rc = commit(spool);
    *left_out = removed == BATCH_ROWS;
    return found < 0 ? SPOOL_FAILED : rc;
}

static int remove_all(struct spool *spool, enum spool_table table, uint64_t number) {
    struct spool_key front = spool_key_upload(number);
    bool left = true;
    int rc = 0;
    front.bytes[0] = (uint8_t)table;
    while (rc == 0 && left)
        rc = remove_some(spool, &front, &left);
    return rc;
}

static struct coming *coming_of(struct spool *spool, uint64_t number) {
    for (size_t i = 0; i < SPOOL_COMING_MAX; i++) {
        if (spool->coming[i].number == number)
            return &spool->coming[i];
    }
    return NULL;
}

/* Its row says COMING, or does not open: all of it goes, the row last. */
static int drop_marked(struct spool *spool, uint64_t number) {
    int rc = remove_all(spool, SPOOL_ROW, number);
    if (rc == 0)
        rc = remove_all(spool, SPOOL_DIFFERENCE, number);
    if (rc == 0)
        rc = remove_all(spool, SPOOL_UPLOAD, number);
    if (rc == 0 && spool->uploads > 0)
        spool->uploads--;
    return rc;
}

static int load(struct spool *spool, uint64_t number, struct upload *upload_out) {
    struct spool_view *view;
    int rc = spool_look(spool, spool->keyring, &view);
    if (rc != 0)
        return rc;
    rc = spool_get_upload(view, number, upload_out);
    spool_view_close(view);
    return rc;
}

int spool_drop(struct spool *spool, uint64_t number) {
    struct upload upload;
    struct coming *coming = number != 0 ? coming_of(spool, number) : NULL;
    if (coming != NULL)
        *coming = (struct coming){0};
    int rc = commit(spool);
    if (rc == 0)
        rc = load(spool, number, &upload);
    if (rc == SPOOL_ABSENT)
        return 0;
    if (rc == 0 && upload.state != UPLOAD_COMING) {
        upload.state = UPLOAD_COMING;
        rc = put_upload(spool, &upload);
        if (rc == 0)
            rc = commit(spool);
    }
    if (rc == 0 || rc == SPOOL_DAMAGED)
        rc = drop_marked(spool, number);
    return rc;
}

/* The first one behind that number which is to go. */
static int next_old(struct spool *spool, int64_t before_ms, uint64_t *number) {
    struct spool_view *view;
    struct upload upload = {.number = *number};
    int rc = spool_look(spool, spool->keyring, &view);
    if (rc != 0)
        return rc;
    do
        rc = spool_next_upload(view, upload.number, &upload);
    while (rc == 0 && (upload.state == UPLOAD_COMING || upload.came_at_ms >= before_ms));
    spool_view_close(view);
    *number = upload.number;
    return rc;
}

int spool_drop_older(struct spool *spool, int64_t before_ms, uint64_t *dropped_out) {
    uint64_t dropped = 0;
    uint64_t number = 0;
    int rc = commit(spool);
    while (rc == 0 && (rc = next_old(spool, before_ms, &number)) == 0) {
        rc = spool_drop(spool, number);
        dropped++;
    }
    if (rc == SPOOL_ABSENT)
        rc = 0;
    if (rc == 0)
        *dropped_out = dropped;
    return rc;
}

/* ---- an upload ---- */

int spool_begin(struct spool *spool, const struct recon_header *header, int64_t now_ms,
                uint64_t *number_out) {
    struct coming *coming = coming_of(spool, 0);
    if (coming == NULL || spool->uploads >= SPOOL_UPLOADS_MAX)
        return SPOOL_FULL;
    struct spool_key last = spool_key_of(SPOOL_NUMBER);
    uint8_t number[8];
    int rc = commit(spool);
    if (rc == 0)
        rc = make_room(spool);
    if (rc != 0)
        return rc;
    struct upload upload = {
        .number = spool->last_number + 1,
        .state = UPLOAD_COMING,
        .header = *header,
        .came_at_ms = now_ms,
    };
    put_be64(number, upload.number);
    rc = put(spool, &last, span_of(number, sizeof(number)));
    if (rc == 0)
        rc = put_upload(spool, &upload);
    if (rc == 0)
        rc = commit(spool);
    if (rc != 0)
        return rc;
    *coming = (struct coming){.number = upload.number, .upload = upload};
    spool->last_number = upload.number;
    spool->uploads++;
    *number_out = upload.number;
    return 0;
}

int spool_add(struct spool *spool, uint64_t number, const struct recon_item *item) {
    struct coming *coming = number != 0 ? coming_of(spool, number) : NULL;
    ENSURE(coming != NULL);
    int rc = 0;
    if (spool->gathered >= BATCH_ROWS) {
        rc = commit(spool);
        if (rc == 0)
            rc = make_room(spool);
    }
    if (rc == SPOOL_FULL && spool_drop(spool, number) != 0)
        rc = SPOOL_FAILED;
    if (rc != 0)
        return rc;
    struct spool_key key = spool_key_row(number, &item->id, ++coming->rows);
    buf_clear(&spool->plain);
    buf_append_byte(&spool->plain, (uint8_t)coming->upload.header.kind);
    recon_item_format(coming->upload.header.kind, item, &spool->plain);
    return put_sealed(spool, &key);
}

static int find_again(struct spool *spool, const struct digest *digest) {
    struct spool_view *view;
    struct upload upload;
    int rc = spool_look(spool, spool->keyring, &view);
    if (rc != 0)
        return rc;
    rc = spool_find_upload(view, digest, &upload);
    spool_view_close(view);
    return rc;
}

int spool_end(struct spool *spool, uint64_t number, const struct digest *digest) {
    struct coming *coming = number != 0 ? coming_of(spool, number) : NULL;
    ENSURE(coming != NULL);
    int rc = find_again(spool, digest);
    if (rc == 0) {
        rc = spool_drop(spool, number);
        return rc == 0 ? SPOOL_AGAIN : rc;
    }
    if (rc != SPOOL_ABSENT)
        return rc;
    struct upload upload = coming->upload;
    upload.state = UPLOAD_WHOLE;
    upload.digest = *digest;
    rc = put_upload(spool, &upload);
    if (rc == 0)
        rc = commit(spool);
    if (rc == 0)
        *coming = (struct coming){0};
    return rc;
}

/* ---- its result ---- */

int spool_result_begin(struct spool *spool, uint64_t number) {
    struct upload upload;
    int rc = commit(spool);
    if (rc == 0)
        rc = load(spool, number, &upload);
    if (rc != 0)
        return rc;
    ENSURE(upload.state != UPLOAD_COMING);
    upload.state = UPLOAD_WHOLE;
    upload.differences = 0;
    upload.counts = (struct recon_counts){{0}};
    rc = put_upload(spool, &upload);
    if (rc == 0)
        rc = commit(spool);
    return rc == 0 ? remove_all(spool, SPOOL_DIFFERENCE, number) : rc;
}

int spool_result_add(struct spool *spool, uint64_t number, enum recon_kind kind,
                     const struct recon_difference *difference) {
    struct spool_key key = spool_key_difference(number, difference->index);
    int rc = 0;
    if (spool->gathered >= BATCH_ROWS) {
        rc = commit(spool);
        if (rc == 0)
            rc = make_room(spool);
    }
    if (rc != 0)
        return rc;
    spool_write_difference(kind, difference, &spool->plain);
    return put_sealed(spool, &key);
}

int spool_result_end(struct spool *spool, uint64_t number, uint64_t differences,
                     const struct recon_counts *counts, int64_t now_ms) {
    struct upload upload;
    int rc = commit(spool);
    if (rc == 0)
        rc = load(spool, number, &upload);
    if (rc != 0)
        return rc;
    upload.state = UPLOAD_COMPARED;
    upload.compared_at_ms = now_ms;
    upload.differences = differences;
    upload.judged = 0;
    upload.counts = *counts;
    rc = put_upload(spool, &upload);
    return rc == 0 ? commit(spool) : rc;
}

int spool_judged(struct spool *spool, uint64_t number, uint64_t judged) {
    struct upload upload;
    int rc = commit(spool);
    if (rc == 0)
        rc = load(spool, number, &upload);
    if (rc != 0)
        return rc;
    ENSURE(upload.state >= UPLOAD_COMPARED);
    upload.state = UPLOAD_JUDGED;
    upload.judged = judged;
    rc = put_upload(spool, &upload);
    return rc == 0 ? commit(spool) : rc;
}

/* ---- opening ---- */

static int read_last_number(struct spool *spool) {
    struct spool_key key = spool_key_of(SPOOL_NUMBER);
    struct kv_snapshot *snapshot;
    struct span value;
    if (kv_snapshot_open(spool->kv, &snapshot) != 0)
        return SPOOL_FAILED;
    int rc = kv_get(snapshot, spool_key_span(&key), &value);
    if (rc == 0 && value.size == 8)
        spool->last_number = get_be64(value.data);
    kv_snapshot_close(snapshot);
    return rc < 0 ? SPOOL_FAILED : 0;
}

/* The next number behind that one which an upload's row has, and whether it may stay. */
static int look_at_next(struct spool *spool, uint64_t *number, bool *stays_out) {
    struct spool_key from = spool_key_upload(*number + 1);
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct span key, value;
    struct upload upload;
    if (kv_snapshot_open(spool->kv, &snapshot) != 0)
        return SPOOL_FAILED;
    int rc = kv_cursor_open(snapshot, &cursor);
    if (rc == 0) {
        rc = kv_cursor_seek(cursor, spool_key_span(&from), &key, &value);
        if (rc == 0 && !spool_key_read(key, SPOOL_UPLOAD, number, NULL, NULL))
            rc = KV_ABSENT;
        if (rc == 0)
            *stays_out = spool_unseal(spool->keyring, key, value, &spool->plain) == 0 &&
                         spool_read_upload(buf_span(&spool->plain), &upload) &&
                         upload.state != UPLOAD_COMING;
        kv_cursor_close(cursor);
    }
    kv_snapshot_close(snapshot);
    return rc < 0 ? SPOOL_FAILED : rc;
}

static int clean(struct spool *spool) {
    uint64_t number = 0;
    bool stays;
    int rc;
    while ((rc = look_at_next(spool, &number, &stays)) == 0) {
        spool->uploads++;
        if (stays)
            continue;
        log_line(LOG_NOTICE, "recon_upload_dropped", LOG_INT("upload", number),
                 LOG_TEXT("reason", "it was not ended, or does not open under the present keys"));
        rc = drop_marked(spool, number);
        if (rc != 0)
            return rc;
    }
    return rc == KV_ABSENT ? 0 : rc;
}

int spool_open(const struct spool_config *config, struct spool **spool_out, char *reason_out,
               size_t reason_size) {
    struct kv *kv;
    ENSURE(config->max_bytes >= SPOOL_BYTES_MIN);
    int number = folder_make(config->dir);
    if (number != 0) {
        snprintf(reason_out, reason_size, "%s: %s", config->dir, strerror(number));
        return SPOOL_FAILED;
    }
    if (kv_open(config->dir, config->max_bytes + config->max_bytes / 4 + MAP_SPARE, &kv, reason_out,
                reason_size) != 0)
        return SPOOL_FAILED;
    struct spool *spool = xcalloc(1, sizeof(*spool));
    spool->kv = kv;
    spool->keyring = config->keyring;
    spool->max_bytes = config->max_bytes;
    int rc = read_last_number(spool);
    if (rc == 0)
        rc = clean(spool);
    if (rc != 0) {
        snprintf(reason_out, reason_size,
                 "%s cannot be read or written; it holds banks' lists of the last days alone, and "
                 "may be removed",
                 config->dir);
        spool_close(spool);
        return rc;
    }
    *spool_out = spool;
    return 0;
}

void spool_close(struct spool *spool) {
    if (spool == NULL)
        return;
    kv_close(spool->kv);
    buf_deinit(&spool->plain);
    buf_deinit(&spool->value);
    buf_deinit(&spool->changes);
    free(spool);
}
