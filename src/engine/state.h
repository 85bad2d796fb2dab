/*
 * The open engine. Private to src/engine.
 */
#ifndef LG_ENGINE_STATE_H
#define LG_ENGINE_STATE_H

#include "engine/bank_queue.h"
#include "engine/engine.h"
#include "engine/inhand.h"
#include "ledger/entry.h"
#include "util/logline.h"

#define ENGINE_TICK_US 50000 /* at most one TICK in this; DESIGN.md §4 */
#define ENGINE_SEAL_US 10000 /* of quiet, before the tail is sealed; DESIGN.md §2 */
/* A batch takes no more after this, or after that part of what the last log write took: who comes
 * while it is applied waits for its end, and a slow disk wants larger batches. */
#define ENGINE_BATCH_US 2000
#define ENGINE_BATCH_PART 2
#define ENGINE_INTAKE 16u       /* commands between two looks for what has come meanwhile */
#define ENGINE_STALL_US 20000   /* between looks at what stands in the way */
#define ENGINE_CHORE_US 1000000 /* between tries to make room in a full log, or on a full disk */
#define ENGINE_RETRY_FIRST_US 100000 /* of a flush that met a full map; doubles */
#define ENGINE_RETRY_LAST_US 5000000
#define ENGINE_FORCED_US (1000000 / ENGINE_FORCED_FLUSHES)
#define ENGINE_STATS_US 100000 /* between looks at the log's size */
/* Of the room that a flush is given before it begins; flush.c. */
#define ENGINE_FLUSH_KEY_BYTES 8192u
#define ENGINE_FLUSH_LEAST_BYTES (1u << 20)
#define ENGINE_POOL_MAX 8               /* releases kept for the next batches */
#define ENGINE_WAIT_MAX_US 3600000000LL /* no deadline is waited for longer without a look */

/* How far something went: the last command, and the last batch of the log. */
struct engine_mark {
    uint64_t sequence;
    uint64_t batch;
};

struct engine {
    struct engine_config config;
    char *dir;
    int lock_fd;
    struct inhand *inhand;
    struct quarantine *quarantine;
    struct kv *kv;
    struct store *store;
    struct ledger *ledger;
    struct log *log;
    struct ledger_clock clock;

    struct bank_queue queue;
    engine_intake *intake; /* NULL: there is nothing to look for */
    void *intake_context;
    struct release *pool;
    size_t pooled;
    struct release *pending; /* BOOT's, until the first engine_run */

    struct buf plain;   /* the batch's entries */
    int64_t now_us;     /* of the batch: steady, and */
    int64_t now_ms;     /* ledger time */
    uint64_t sequence;  /* last command applied */
    int64_t applied_ms; /* its ledger time */
    struct log_place logged;
    bool kept;           /* a backup is being made: */
    uint64_t kept_batch; /* what is behind it is not recycled */
    struct backup_mark backup;
    bool needs_seal;
    int64_t seal_after_us;
    bool seal_blocked; /* the log had no room for a seal */
    int64_t next_deadline_ms;
    int64_t last_tick_us;
    bool tick_queued;
    bool stalled; /* what is first in the queue must wait for a job, or for time */

    int64_t dirty_since_us; /* when the first command behind `frozen` was logged */
    bool flush_asked;
    int64_t last_forced_us;
    struct engine_mark frozen, flushed;
    bool flush_out, chore_out, probe_out;
    int64_t flush_after_us, flush_backoff_us;
    bool flush_refused; /* the last one found no room: map_full or disk_short says which */
    size_t frozen_keys, frozen_bytes;
    bool chore_wanted;
    int64_t chore_after_us;
    int64_t probe_after_us;

    bool log_full, map_full, disk_short;
    struct log_seldom refused_lines;                    /* of flushes */
    bool alarm_log, alarm_map, alarm_disk, alarm_clock; /* told since they began */
    bool boot_applied;
    bool ready; /* and logged */
    bool draining;
    int64_t stats_after_us;
    struct engine_status counters; /* those of its fields that only rise */
};

void engine_at(const struct engine *engine, enum engine_step step);
struct release *engine_take_release(struct engine *engine);

/* --- start.c --- */

/* Puts BOOT in front of the queue. 0 or negative. */
int engine_queue_boot(struct engine *engine) MUST_USE;

/* --- flush.c --- */

/* Puts meta, standing behind that batch, and freezes. There must be no frozen overlay. */
int engine_freeze(struct engine *engine, const struct log_place *place) MUST_USE;
/* The same if a bound, an age, or an order says so. */
int engine_freeze_if_due(struct engine *engine) MUST_USE;
int64_t engine_job_due_us(const struct engine *engine);
/* The active overlay holds so many times its bound or more. */
bool engine_overlay_over(const struct engine *engine, size_t times);

#endif
