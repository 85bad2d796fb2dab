/*
 * Compares a whole upload of the spool with the store, and puts the result into the spool.
 */
#ifndef LG_RECON_COMPARE_H
#define LG_RECON_COMPARE_H

#include "recon/spool.h"
#include "store/store.h"

#define COMPARE_STOPPED 4 /* go_on said so; the upload waits to be compared again */

struct compare {
    struct spool *spool;     /* nobody else changes it meanwhile */
    struct keyring *keyring; /* of this thread; the store's as well */
    struct store *store;     /* a view that stands still */
    uint64_t number;         /* of the upload */
    int64_t now_ms;          /* wall clock */
    /* Told rows done and of how many, now and then; false stops it. */
    bool (*go_on)(void *context, uint64_t done, uint64_t of);
    void *context;
};

/* All rows are compared; those that are neither MATCHED nor DATE_SHIFT stand in the result, in order
 * of ids, and so do those that can resolve a transfer of UNKNOWN outcome, and those about which the
 * gateway has asked that bank by a case that is not closed. 0, COMPARE_STOPPED,
 * SPOOL_ABSENT (no such whole upload), SPOOL_FULL (no room for the result), negative. */
int compare_run(const struct compare *compare) MUST_USE;

/* The row of a result as the ledger judges it again. What only the gateway has is told by the
 * gateway's own content, without reference and book date. */
void recon_row_of(const struct upload *upload, const struct recon_difference *difference,
                  struct recon_row *row_out);

#endif
