/*
 * Looking at the spool.
 *
 * Invariant: all that one view gives is of one commit. It changes nothing. A row that does not open
 * is SPOOL_DAMAGED, never skipped.
 */
#include <stdlib.h>
#include <string.h>

#include "recon/spool_inside.h"

struct spool_view {
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct keyring *keyring;
    struct buf plain;
};

int spool_look(struct spool *spool, struct keyring *keyring, struct spool_view **view_out) {
    struct spool_view *view = xcalloc(1, sizeof(*view));
    view->keyring = keyring;
    if (kv_snapshot_open(spool_kv(spool), &view->snapshot) != 0 ||
        kv_cursor_open(view->snapshot, &view->cursor) != 0) {
        spool_view_close(view);
        return SPOOL_FAILED;
    }
    *view_out = view;
    return 0;
}

void spool_view_close(struct spool_view *view) {
    if (view == NULL)
        return;
    if (view->cursor != NULL)
        kv_cursor_close(view->cursor);
    if (view->snapshot != NULL)
        kv_snapshot_close(view->snapshot);
    buf_deinit(&view->plain);
    free(view);
}

/* The first row at that key or behind it, if it is one of that table, opened into view->plain. */
static int seek(struct spool_view *view, const struct spool_key *from, enum spool_table table,
                uint64_t *number_out, struct id *id_out, uint64_t *row_out) {
    struct span key;
    struct span value;
    int rc = kv_cursor_seek(view->cursor, spool_key_span(from), &key, &value);
    if (rc != 0)
        return rc < 0 ? SPOOL_FAILED : SPOOL_ABSENT;
    if (!spool_key_read(key, table, number_out, id_out, row_out))
        return SPOOL_ABSENT;
    return spool_unseal(view->keyring, key, value, &view->plain);
}

int spool_next_upload(struct spool_view *view, uint64_t after, struct upload *upload_out) {
    uint64_t number;
    if (after == UINT64_MAX)
        return SPOOL_ABSENT;
    struct spool_key from = spool_key_upload(after + 1);
    int rc = seek(view, &from, SPOOL_UPLOAD, &number, NULL, NULL);
    if (rc != 0)
        return rc;
    struct upload upload = {.number = number};
    if (!spool_read_upload(buf_span(&view->plain), &upload))
        return SPOOL_DAMAGED;
    *upload_out = upload;
    return 0;
}

int spool_get_upload(struct spool_view *view, uint64_t number, struct upload *upload_out) {
    struct upload upload;
    int rc = number == 0 ? SPOOL_ABSENT : spool_next_upload(view, number - 1, &upload);
    if (rc == 0 && upload.number != number)
        rc = SPOOL_ABSENT;
    if (rc == 0)
        *upload_out = upload;
    return rc;
}

int spool_find_upload(struct spool_view *view, const struct digest *digest,
                      struct upload *upload_out) {
    struct upload upload = {.number = 0};
    int rc;
    while ((rc = spool_next_upload(view, upload.number, &upload)) == 0) {
        if (upload.state == UPLOAD_COMING || !digest_equal(&upload.digest, digest))
            continue;
        *upload_out = upload;
        return 0;
    }
    return rc;
}

int spool_latest_upload(struct spool_view *view, bank_code bank, enum recon_kind kind,
                        uint64_t window, struct upload *upload_out) {
    struct upload upload = {.number = 0};
    bool found = false;
    int rc;
    while ((rc = spool_next_upload(view, upload.number, &upload)) == 0) {
        if (upload.state == UPLOAD_COMING || upload.header.sender != bank ||
            upload.header.kind != kind || upload.header.window != window)
            continue;
        *upload_out = upload;
        found = true;
    }
    return rc == SPOOL_ABSENT && found ? 0 : rc;
}

static int row_at(struct spool_view *view, const struct spool_key *from, uint64_t number,
                  struct spool_place *place_out, struct recon_item *item_out) {
    struct recon_item item;
    struct spool_place place;
    const char *fault;
    uint64_t of;
    int rc = seek(view, from, SPOOL_ROW, &of, &place.id, &place.row);
    if (rc == 0 && of != number)
        rc = SPOOL_ABSENT;
    if (rc != 0)
        return rc;
    struct reader plain = reader_over(buf_span(&view->plain));
    enum recon_kind kind = (enum recon_kind)reader_u8(&plain);
    if (kind == RECON_KIND_NONE || (unsigned)kind >= RECON_KINDS ||
        !recon_item_parse(kind, plain.rest, &item, &fault))
        return SPOOL_DAMAGED;
    *place_out = place;
    *item_out = item;
    return 0;
}

int spool_next_row(struct spool_view *view, uint64_t number, struct spool_place *place,
                   struct recon_item *item_out) {
    struct spool_key from = spool_key_row(number, &place->id, place->row + 1);
    return row_at(view, &from, number, place, item_out);
}

int spool_find_row(struct spool_view *view, uint64_t number, const struct id *id,
                   struct recon_item *item_out) {
    struct spool_place place;
    struct recon_item item;
    struct spool_key from = spool_key_row(number, id, 0);
    int rc = row_at(view, &from, number, &place, &item);
    if (rc == 0 && !id_equal(&place.id, id))
        rc = SPOOL_ABSENT;
    if (rc == 0)
        *item_out = item;
    return rc;
}

int spool_next_difference(struct spool_view *view, uint64_t number, uint64_t from,
                          struct recon_difference *difference_out) {
    struct spool_key at = spool_key_difference(number, from);
    struct recon_difference difference = {.index = 0};
    struct upload upload;
    uint64_t of;
    int rc = spool_get_upload(view, number, &upload);
    if (rc == 0)
        rc = seek(view, &at, SPOOL_DIFFERENCE, &of, NULL, &difference.index);
    if (rc == 0 && of != number)
        rc = SPOOL_ABSENT;
    if (rc != 0)
        return rc;
    if (!spool_read_difference(upload.header.kind, buf_span(&view->plain), &difference))
        return SPOOL_DAMAGED;
    *difference_out = difference;
    return 0;
}
