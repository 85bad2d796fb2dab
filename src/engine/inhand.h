/*
 * What the ledger had in hand when it crashed: a small file, mapped and shared, that outlives the
 * process. Nothing is written while all goes well: the handler of a fatal signal (SEGV, BUS, ABRT,
 * FPE, ILL) digests the commands of the batch and says which one was being applied. SIGKILL leaves
 * no mark: that was nobody's fault. DESIGN.md §2, Poison.
 *
 * One per process while armed. All calls belong to the thread that applies.
 */
#ifndef LG_ENGINE_INHAND_H
#define LG_ENGINE_INHAND_H

#include "domain/command.h"
#include "util/fatal.h"

#define INHAND_MAX 1024u /* digests of one batch; commands behind that are not listed */

struct inhand;

/* How the process before this one ended. */
struct inhand_crash {
    bool crashed;
    int signal;
    bool memory;          /* it ran out */
    bool applying;        /* a command was being applied: the next four */
    struct digest digest; /* see inhand_digest */
    enum command_kind kind;
    bank_code bank;
    uint32_t listed; /* digests of its batch that were left, for the log line */
};

/* Opens or makes the file, gives what it holds and empties it (durably enough: it is the page
 * cache's). 0, or negative with a reason for people. A file of another form counts as empty. */
int inhand_open(const char *path, struct inhand **inhand_out, struct inhand_crash *crash_out,
                char *reason_out, size_t reason_size) MUST_USE;
/* Disarms too. */
void inhand_close(struct inhand *inhand);

/* Installs the handlers; after the mark is set, the signal's default action follows. */
void inhand_arm(struct inhand *inhand);
/* The calling thread applies from now on (a crash of another one is not the command's fault), and
 * gets a stack of its own for signals, so that a stack overflow is seen; and gives both back. */
void inhand_own(struct inhand *inhand);
void inhand_disown(struct inhand *inhand);

/* The batch in hand: a chain that grows at its end as commands are taken; NULL: none. */
void inhand_batch(struct inhand *inhand, const struct command *first);
/* The command that is being applied; NULL: none. */
void inhand_applying(struct inhand *inhand, const struct command *command);

/* What tells one command from another at a crash: SHA-256 over kind, bank and payload. */
void inhand_digest(const struct command *command, struct digest *digest_out);

#endif
