/*
 * The rows of a compared list on their way to the ledger, which judges each again (RECON_ROW): page
 * by page, the next one when the ledger has had the one before.
 */
#ifndef LG_DAEMON_RECON_ROWS_H
#define LG_DAEMON_RECON_ROWS_H

#include "engine/threads.h"
#include "recon/spool.h"

#define RECON_ROWS_PAGE 64u
/* Of one list. What has more differences is no list of this window, or no list: what is behind them
 * stays in the result, for people. */
#define RECON_JUDGED_MAX 100000u

struct recon_rows {
    struct threads_task task; /* the fetching of a page, on the long thread */
    struct threads *threads;
    struct spool *spool;
    struct keyring *keyring; /* the long thread's */
    void (*over)(void *context, bool failed);
    void *context;
    uint64_t upload;              /* 0: nothing is under way */
    uint64_t next;                /* index of the next page's first row */
    uint64_t done;                /* rows that the ledger has had */
    struct command *first, **end; /* of the page, that found no room yet */
    size_t in_flight;
    bool fetching, ended, failed;
};

/* Calls over once, later, unless the threads stop: rows that were not all judged begin anew then. */
void recon_rows_begin(struct recon_rows *rows, uint64_t upload);
/* Those commands are done with. */
void recon_rows_released(struct recon_rows *rows, const struct release *release);
/* There may be room again. */
void recon_rows_go_on(struct recon_rows *rows);
void recon_rows_deinit(struct recon_rows *rows);

#endif
