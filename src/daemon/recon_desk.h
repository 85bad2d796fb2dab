/*
 * An operator's sending of a list, on the long thread: bytes into the spool, row by row.
 */
#ifndef LG_DAEMON_RECON_DESK_H
#define LG_DAEMON_RECON_DESK_H

#include "daemon/admin_recon.h"
#include "store/store.h"
#include "util/clock.h"

#define RECON_DESK_IDLE_MS 30000 /* a sending that says nothing for so long makes room */

struct recon_desk {
    struct spool *spool;
    struct keyring *keyring; /* the long thread's */
    const struct clock *clock;
    uint64_t sending; /* the last one's number */
    bool open;        /* and it goes on */
    int64_t touched_ms;
    uint64_t taken; /* bytes */
    struct recon_reader *reader;
    uint64_t upload;     /* 0: its header did not come yet */
    struct store *store; /* a view, while it is read */
    const char *why;     /* of what the sink refused (static) */
};

/* What is wrong with a header, in a message's field and in words. */
struct recon_header_fault {
    const char *field, *text;
};
/* Whether a list with that header may come now (wall clock). 0; 1 with fault_out; negative: the store
 * failed. */
int recon_desk_check_header(struct store *store, const struct recon_header *header, int64_t now_ms,
                            struct recon_header_fault *fault_out) MUST_USE;

/* Answers it. store: a view, for who the sender is. 0; negative: the store failed. */
int recon_desk_serve(struct recon_desk *desk, struct admin_recon *recon,
                     struct store *store) MUST_USE;
void recon_desk_deinit(struct recon_desk *desk);

#endif
