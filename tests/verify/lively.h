/*
 * A store with something of everything: links and transfers in all states that they can stand in,
 * returns, holds, cases, questions, orders of two people, a long history in rows of its own. It is
 * right, and lies on the disk; what a test does to it is forgotten again.
 */
#ifndef LG_TESTS_VERIFY_LIVELY_H
#define LG_TESTS_VERIFY_LIVELY_H

#include "ledger/money.h"
#include "verify/verify.h"

struct lively {
    struct world world;
    struct id links[LINK_STATES];         /* zero: NONE, REQUESTED */
    struct id transfers[TRANSFER_STATES]; /* zero: NONE, RECEIVED, RESERVED */
    struct id busy;                       /* the ACTIVE link that they are on, but for one */
    struct id original, returned, returning;
    struct id late;  /* an accepted pull that was not confirmed in time */
    struct id asked; /* pulled, with a step-up */
    struct id conflict;
    struct id cases[CASE_STATES];
    struct id question;
    struct id offline, referral; /* events */
    struct id overview, part;    /* that waits for that question alone */
    struct id waiting, done;     /* approvals */
};

void lively_init(struct lively *lively);
void lively_deinit(struct lively *lively);
/* Takes back what was done since lively_init, or lively_keep. */
void lively_forget(struct lively *lively);
void lively_keep(struct lively *lively);

/* ---- findings ---- */

#define FINDINGS_MAX 512
struct findings {
    struct verify_finding items[FINDINGS_MAX];
    size_t count;
    struct verify_counts counts;
};

/* Both fail the test when the store cannot be read. */
void findings_of_store(struct lively *lively, bool at_rest, struct findings *findings_out);
void findings_of_object(struct lively *lively, enum object_kind kind, const struct id *object,
                        struct findings *findings_out);
/* A finding of that law about that object (NULL: any) and bank (0: any). */
bool findings_have(const struct findings *findings, enum law law, const struct id *object,
                   bank_code bank);
void findings_print(const struct findings *findings);

#endif
