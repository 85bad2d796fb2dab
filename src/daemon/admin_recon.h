/*
 * What an operator's tool says about a bank's list, on its way to the long thread and back.
 */
#ifndef LG_DAEMON_ADMIN_RECON_H
#define LG_DAEMON_ADMIN_RECON_H

#include "daemon/admin_message.h"
#include "recon/spool.h"

#define ADMIN_RECON_PART_MAX 32768u

enum admin_recon_kind { ADMIN_RECON_BEGIN, ADMIN_RECON_PART, ADMIN_RECON_END };

struct admin_recon {
    enum admin_recon_kind kind;
    uint64_t client;
    uint64_t correlation;
    uint64_t sending;
    uint64_t offset;
    uint32_t uid;       /* who it is */
    struct buf content; /* of a part */
    /* Out: a list is there, sent whole by these words: of which bank, and its digest. What is to be
     * answered waits until that is recorded. */
    bool whole;
    bank_code bank;
    struct digest digest;
    struct buf reply;         /* out: one frame */
    struct admin_recon *next; /* of those that wait for that */
};

/* What is under way: rows of the first list that waits to be compared (of 0: nothing is), and of the
 * result of the one that is being judged (0: none is). */
struct admin_recon_progress {
    uint64_t done, of;
    uint64_t judging, judged;
};

void admin_recon_free(struct admin_recon *recon);
/* Answers. */
void admin_recon_begun(struct admin_recon *recon, uint64_t sending);
void admin_recon_done(struct admin_recon *recon);
void admin_recon_taken(struct admin_recon *recon, const struct upload *upload);
/* text NULL: the table's own. */
void admin_recon_refuse(struct admin_recon *recon, enum refusal_code code, const char *field,
                        const char *text);

#endif
