/*
 * The lists that banks sent, until they were compared and for some days after: in an LMDB environment
 * of its own, so that nothing of them is ever in the log or the store. Rows and results are sealed
 * under the store's keys and stand in order of ids, whatever order they came in.
 *
 * An upload is whole or not there: one that was not ended is dropped at the next open. One thread
 * changes a spool; a look (spool_look) is another thread's, with a keyring of its own.
 */
#ifndef LG_RECON_SPOOL_H
#define LG_RECON_SPOOL_H

#include "crypto/keyring.h"
#include "domain/message_recon.h"
#include "kv/kv.h"
#include "recon/file.h"

#define SPOOL_ABSENT 1
#define SPOOL_FULL 2 /* its bytes are used up: nothing was kept of the upload */
#define SPOOL_AGAIN                                                                                \
    3 /* spool_end: a whole upload has that digest already; the new one is dropped */
#define SPOOL_FAILED (-1)
#define SPOOL_DAMAGED (-2)
#define SPOOL_UPLOADS_MAX 4096u /* of all banks together */
#define SPOOL_COMING_MAX 64u    /* that are not ended yet */
#define SPOOL_BYTES_MIN (UINT64_C(8) << 20)

/* Values are on disk. */
enum upload_state {
    UPLOAD_NONE = 0,
    UPLOAD_COMING = 1,   /* not ended */
    UPLOAD_WHOLE = 2,    /* waits to be compared */
    UPLOAD_COMPARED = 3, /* its result stands; rows of it may still be on their way to the ledger */
    UPLOAD_JUDGED = 4,   /* the ledger has had them all */
    UPLOAD_STATES
};

struct upload {
    uint64_t number; /* from 1 on, in order of coming */
    enum upload_state state;
    struct recon_header header;
    struct digest digest; /* once whole: names the list everywhere else */
    int64_t came_at_ms;   /* wall clock: decides how long it is kept */
    int64_t compared_at_ms;
    uint64_t differences; /* rows of the result */
    uint64_t judged;      /* of them, that the ledger has had */
    struct recon_counts counts;
};

struct spool;

struct spool_config {
    const char *dir;         /* its parent is there */
    struct keyring *keyring; /* borrowed, of the thread that changes the spool */
    uint64_t max_bytes;      /* at least SPOOL_BYTES_MIN */
};

/* Drops what was never ended. 0, or negative with a reason for people. */
int spool_open(const struct spool_config *config, struct spool **spool_out, char *reason_out,
               size_t reason_size) MUST_USE;
void spool_close(struct spool *spool);
const char *upload_state_name(enum upload_state state);

/* ---- changes ---- */

/* A new upload. 0, SPOOL_FULL, negative. */
int spool_begin(struct spool *spool, const struct recon_header *header, int64_t now_ms,
                uint64_t *number_out) MUST_USE;
/* The next row of one that is coming. It is durable with spool_end alone. 0, SPOOL_FULL (the upload is gone), negative. */
int spool_add(struct spool *spool, uint64_t number, const struct recon_item *item) MUST_USE;
/* All rows are there. */
int spool_end(struct spool *spool, uint64_t number, const struct digest *digest) MUST_USE;
/* With all that belongs to it. 0 also if it is not there. */
int spool_drop(struct spool *spool, uint64_t number) MUST_USE;
/* Drops what came before that time and is whole or compared. */
int spool_drop_older(struct spool *spool, int64_t before_ms, uint64_t *dropped_out) MUST_USE;
/* The result is written anew: all rows of an earlier one are dropped. */
int spool_result_begin(struct spool *spool, uint64_t number) MUST_USE;
/* 0, SPOOL_FULL, negative. */
int spool_result_add(struct spool *spool, uint64_t number, enum recon_kind kind,
                     const struct recon_difference *difference) MUST_USE;
int spool_result_end(struct spool *spool, uint64_t number, uint64_t differences,
                     const struct recon_counts *counts, int64_t now_ms) MUST_USE;
/* The ledger has had so many rows of the result, and gets no more. */
int spool_judged(struct spool *spool, uint64_t number, uint64_t judged) MUST_USE;

/* ---- looking: a stable view of what was durable when it was opened ---- */
struct spool_view;

/* Any thread; keyring is its own. */
int spool_look(struct spool *spool, struct keyring *keyring, struct spool_view **view_out) MUST_USE;
void spool_view_close(struct spool_view *view);
/* The first upload with a number above after. 0, SPOOL_ABSENT, negative: as all below. */
int spool_next_upload(struct spool_view *view, uint64_t after, struct upload *upload_out) MUST_USE;
int spool_get_upload(struct spool_view *view, uint64_t number, struct upload *upload_out) MUST_USE;
int spool_find_upload(struct spool_view *view, const struct digest *digest,
                      struct upload *upload_out) MUST_USE;
/* The newest whole one of that bank, kind and window. */
int spool_latest_upload(struct spool_view *view, bank_code bank, enum recon_kind kind,
                        uint64_t window, struct upload *upload_out) MUST_USE;
/* Rows of an upload in order of id; at stands before the first when zeroed. */
struct spool_place {
    struct id id;
    uint64_t row; /* of the file, from 1 on; 0: before the first with that id */
};
int spool_next_row(struct spool_view *view, uint64_t number, struct spool_place *place,
                   struct recon_item *item_out) MUST_USE;
int spool_find_row(struct spool_view *view, uint64_t number, const struct id *id,
                   struct recon_item *item_out) MUST_USE;
/* The first difference with an index of at least from. */
int spool_next_difference(struct spool_view *view, uint64_t number, uint64_t from,
                          struct recon_difference *difference_out) MUST_USE;

#endif
