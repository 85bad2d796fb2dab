/*
 * The log's batches applied to a store, as recovery does it: the same commands give the same keys and
 * values, byte for byte. One thread.
 */
#ifndef LG_VERIFY_REPLAY_H
#define LG_VERIFY_REPLAY_H

#include "ledger/ledger.h"
#include "log/log.h"

#define REPLAY_FAILED (-1) /* an entry, or the ledger, with a reason for people */
#define REPLAY_STORE (-2)  /* the store cannot be read or written */

struct replay {
    struct store *store; /* borrowed */
    struct ledger *ledger;
    struct effects effects; /* of the command applied last */
    uint32_t ledger_version;
    uint64_t sequence;      /* of the last command applied */
    int64_t at_ms;          /* its ledger time */
    struct log_place place; /* the last batch applied */
    uint64_t commands;      /* applied here */
    size_t flush_keys;      /* of the overlay, from which on it is flushed; 0: never */
    /* Given each command before it is applied, and told of each that was, with effects filled. Both
     * may be NULL. */
    void (*prepare)(void *context, struct command *command);
    void (*applied)(void *context, const struct replay *replay, const struct command *command);
    void *context;
    char reason[160];
};

/* From where the store stands. An empty one stands at the start of a log. 0 or REPLAY_STORE. */
int replay_init(struct replay *replay, struct store *store, struct keyring *keyring,
                uint32_t ledger_version) MUST_USE;
void replay_deinit(struct replay *replay);
/* A log_visit: one batch. 0 or negative. */
int replay_batch(void *context, const struct log_place *place, struct span plain) MUST_USE;
/* Puts how far it got into meta, as a flush of the engine does: the store then equals one that was
 * flushed behind that batch. flush: and writes it to disk. */
int replay_settle(struct replay *replay, bool flush) MUST_USE;

#endif
