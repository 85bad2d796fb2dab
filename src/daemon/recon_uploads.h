/*
 * Lists that banks send in parts, on the long thread: rows of messages into the spool.
 */
#ifndef LG_DAEMON_RECON_UPLOADS_H
#define LG_DAEMON_RECON_UPLOADS_H

#include "domain/command.h"
#include "domain/refusal.h"
#include "recon/spool.h"
#include "store/store.h"
#include "util/clock.h"

#define RECON_UPLOADS_MAX (SPOOL_COMING_MAX - 1) /* banks; one place is the operators' */
#define RECON_UPLOAD_IDLE_MS 60000               /* one that says nothing for so long makes room */

/* What a bank is told. */
struct recon_answer {
    enum refusal_code refusal; /* NONE: it is granted */
    char field[32];
    struct buf payload; /* of the reply, when granted */
    bool whole;         /* a list is there that was not there before */
};

struct recon_sending {
    bank_code bank; /* 0: free */
    struct id upload;
    uint32_t part;             /* the last one taken */
    struct digest part_digest; /* of its payload */
    uint64_t number;           /* in the spool; 0: it is whole */
    struct recon_list *list;   /* NULL: likewise */
    uint64_t rows;
    int64_t touched_ms;
};

struct recon_uploads {
    struct spool *spool;
    const struct clock *clock;
    struct recon_sending sendings[RECON_UPLOADS_MAX];
};

/* A part. store: a view, for what may be uploaded. 0; negative: the store failed. */
int recon_uploads_take(struct recon_uploads *uploads, const struct command *command,
                       struct store *store, struct recon_answer *answer) MUST_USE;
void recon_uploads_deinit(struct recon_uploads *uploads);

/* The result of a bank's list, a page of it; any thread, with its keyring. A spool that cannot be
 * read is told as BUSY. */
void recon_result_page(struct spool *spool, struct keyring *keyring, const struct command *command,
                       struct recon_answer *answer);

#endif
