/*
 * Keys of the spool's rows, and their values: sealed under the store's keys, for their place alone.
 * Private to recon.
 */
#ifndef LG_RECON_SPOOL_ROW_H
#define LG_RECON_SPOOL_ROW_H

#include "recon/spool.h"

/* The first byte of every key. They are on disk. */
enum spool_table {
    SPOOL_NUMBER = 1,     /* the last upload's number, not sealed */
    SPOOL_UPLOAD = 2,     /* number */
    SPOOL_ROW = 3,        /* number, id, row of the list */
    SPOOL_DIFFERENCE = 4, /* number, index */
};

#define SPOOL_KEY_MAX (1 + 8 + ID_SIZE + 8)

struct spool_key {
    uint8_t bytes[SPOOL_KEY_MAX];
    size_t size;
};

struct spool_key spool_key_of(enum spool_table table);
/* Number of an upload; then, of a row, its id and row, of a difference its index (as row). */
struct spool_key spool_key_upload(uint64_t number);
struct spool_key spool_key_row(uint64_t number, const struct id *id, uint64_t row);
struct spool_key spool_key_difference(uint64_t number, uint64_t index);
struct span spool_key_span(const struct spool_key *key);
/* The upload's number, and what stands behind it. False: no key of that table. */
bool spool_key_read(struct span key, enum spool_table table, uint64_t *number_out,
                    struct id *id_out, uint64_t *row_out);

/* Into value, which is emptied before. */
void spool_seal(struct keyring *keyring, const struct spool_key *key, struct span plain,
                struct buf *value);
/* Into plain, which is emptied before. 0 or SPOOL_DAMAGED. */
int spool_unseal(struct keyring *keyring, struct span key, struct span value,
                 struct buf *plain) MUST_USE;

void spool_write_upload(const struct upload *upload, struct buf *plain);
bool spool_read_upload(struct span plain, struct upload *upload_out);
void spool_write_difference(enum recon_kind kind, const struct recon_difference *difference,
                            struct buf *plain);
bool spool_read_difference(enum recon_kind kind, struct span plain,
                           struct recon_difference *difference_out);

#endif
