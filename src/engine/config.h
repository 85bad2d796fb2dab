/*
 * What an engine is given when it is opened.
 */
#ifndef LG_ENGINE_CONFIG_H
#define LG_ENGINE_CONFIG_H

#include "ledger/ledger.h"
#include "log/log.h"
#include "util/clock.h"

/* What is held in memory or refused. engine_bounds_default gives the values named. */
struct engine_bounds {
    size_t queue_commands;  /* ordinary commands that wait; 4,096 */
    size_t queue_bytes;     /* their memory; 64 MiB */
    size_t queue_reserved;  /* more slots, for engine_submit_reserved; 1,024 */
    size_t batch_commands;  /* 4,096 */
    size_t batch_effects;   /* bytes of payloads after which a batch takes no more; 16 MiB */
    size_t overlay_keys;    /* of these three, the first that is reached freezes; 200,000 */
    size_t overlay_bytes;   /* 64 MiB */
    int64_t overlay_age_ms; /* 1,000 */
    uint64_t spare_bytes;   /* room in map and file below which new work is refused; 64 MiB */
};
struct engine_bounds engine_bounds_default(void);

/* Where a test may stop, fork or kill: named points of a start, a batch and a flush. */
enum engine_step {
    ENGINE_STEP_RECOVERED, /* the log is open: its tail stands in a fresh segment */
    ENGINE_STEP_REPLAYED,
    ENGINE_STEP_TAKEN, /* a command left the queue */
    ENGINE_STEP_APPLIED,
    ENGINE_STEP_LOGGING,
    ENGINE_STEP_LOGGED,
    ENGINE_STEP_RELEASING,
    ENGINE_STEP_SEALED,
    ENGINE_STEP_FREEZING, /* meta is put, the overlay not yet frozen */
    ENGINE_STEP_FROZEN,
    ENGINE_STEP_FLUSHING, /* on whatever thread runs the job, as is the next */
    ENGINE_STEP_FLUSHED,
    ENGINE_STEP_THAWED,
    ENGINE_STEPS
};

/* Looks at what a start is about to use, and says in reason what is wrong. Non-zero: the start ends
 * with ENGINE_DAMAGED. */
typedef int engine_look(void *context, const char *dir, struct store *store, char *reason_out,
                        size_t reason_size);

typedef int engine_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                         int64_t now_ms, struct effects *effects);

struct engine_config {
    const char *dir;         /* made if absent: store/, log/, lock, inhand, quarantine */
    struct keyring *keyring; /* borrowed; used by the engine's thread alone */
    struct clock clock;
    uint64_t map_bytes;
    struct log_config log; /* dir and ledger_version are the engine's to set */
    struct engine_bounds bounds;
    uint32_t software_version; /* for BOOT */
    uint32_t ledger_version;   /* of what is written; 0: LEDGER_VERSION */
    bool backup_required;      /* log segments stay until a verified backup holds them */
    bool catch_signals;        /* leave a mark when a command crashes the process */
    engine_apply *apply;       /* NULL: ledger_apply */
    engine_look
        *look; /* asked with the folder locked (store NULL), and with the store open; or NULL */
    void *look_context;
    void (*step)(void *context, enum engine_step step); /* NULL in the product */
    void *step_context;
};

#endif
