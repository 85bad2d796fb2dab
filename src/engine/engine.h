/*
 * The engine: commands in, effects out, one batch at a time. Apply, log, release: nothing of a batch
 * is told before the log holds it. It opens store and log, recovers, keeps ledger time, makes ticks,
 * seals, freezes, and counts. DESIGN.md §2.
 *
 * It knows no threads: all calls belong to one thread, but for engine_job_run and
 * engine_view_open, which share nothing with it. With threads, see engine/threads.h.
 */
#ifndef LG_ENGINE_ENGINE_H
#define LG_ENGINE_ENGINE_H

#include "engine/backup_mark.h"
#include "engine/config.h"
#include "engine/ledger_clock.h"
#include "engine/quarantine.h"
#include "engine/release.h"

#define ENGINE_FAILED (-1)  /* a disk failed: the process must end; restart is recovery */
#define ENGINE_DAMAGED (-2) /* store, log or quarantine file do not read: a restart does not help */
#define ENGINE_REPLAY (-3)  /* the log's tail could not be replayed: a restart does not help */
#define ENGINE_VERSION (-4) /* the tail belongs to another ledger version: see the reason */
#define ENGINE_IN_USE (-5)  /* another process has the directory open */

struct engine;

/* The whole start order of DESIGN.md §2, Recovery, up to BOOT: its effects are the first release.
 * When ledger time must be held (engine_status), BOOT waits for COMMAND_CLOCK_ACCEPT. 0, or one of
 * the above with a reason for people (what, where, remedy). */
int engine_open(const struct engine_config *config, struct engine **engine_out, char *reason_out,
                size_t reason_size) MUST_USE;
/* The same without BOOT: brings the log's tail into the store, seals, and ends. For the program that
 * wrote it, before one of another ledger version starts. Killed on the way, it can be run again. */
int engine_recover(const struct engine_config *config, uint64_t *replayed_out, char *reason_out,
                   size_t reason_size) MUST_USE;
/* Writes nothing; what is not flushed stays in the log as a tail. No job may be out. */
void engine_close(struct engine *engine);

/* Whether an ordinary command would be taken. */
bool engine_room(const struct engine *engine);
/* False: no room, the command stays the caller's. */
bool engine_submit(struct engine *engine, struct command *command) MUST_USE;
/* Disconnects, operators: as long as the reserved slots last. */
bool engine_submit_reserved(struct engine *engine, struct command *command) MUST_USE;

/* Asked in the middle of a batch that serves one bank alone: submits what has come by now, so that
 * another bank's command need not wait for the next. NULL: nobody is asked. */
typedef void engine_intake(void *context, struct engine *engine);
void engine_set_intake(struct engine *engine, engine_intake *intake, void *context);

/* One batch of what waits (or a due tick, seal, freeze). *release_out: what may now be told, NULL if
 * nothing. Give it back. 0 or negative. */
int engine_run(struct engine *engine, struct release **release_out) MUST_USE;
void engine_give_back(struct engine *engine, struct release *release);
/* When engine_run or engine_job_take have something to do if nothing else happens, by boot_us;
 * 0: now; INT64_MAX: never. */
int64_t engine_due_us(struct engine *engine);

/* Work beside the engine's thread: taken and done there, run anywhere. */
enum engine_job_kind { ENGINE_JOB_FLUSH, ENGINE_JOB_CHORE, ENGINE_JOB_PROBE };
struct engine_job {
    enum engine_job_kind kind;
    const struct engine_config *config;
    struct kv *kv;
    struct overlay *overlay;
    struct log_chore *chore;
    size_t frozen_keys, frozen_bytes; /* of the overlay that a flush writes */
    /* What came of it: */
    int result;
    struct overlay_flush flush;
    bool disk_short;
};
bool engine_job_take(struct engine *engine, struct engine_job *job_out);
void engine_job_run(struct engine_job *job);
int engine_job_done(struct engine *engine, const struct engine_job *job) MUST_USE;
/* All three, where there is one thread: true in ran_out if there was a job. */
int engine_job_step(struct engine *engine, bool *ran_out) MUST_USE;

/* Freeze soon, whatever the bounds say (at most ENGINE_FORCED_FLUSHES a second). */
#define ENGINE_FORCED_FLUSHES 10
void engine_ask_flush(struct engine *engine);
/* From now on: no ticks, seal at once, flush at once. Drained: the queue is empty and nothing is
 * left behind the store, or (map full) cannot be brought there. */
void engine_drain(struct engine *engine);
bool engine_drained(const struct engine *engine);

/* While a backup is made: segments from the last flush on are not recycled. */
void engine_keep_log(struct engine *engine, bool keep);
/* A verified backup was made: remembered over restarts. 0 or ENGINE_FAILED. */
int engine_backed_up(struct engine *engine, const struct backup_mark *mark) MUST_USE;

struct engine_status {
    bool ready; /* BOOT is logged: serve */
    bool draining;
    enum ledger_clock_hold hold;
    bool clock_off;
    int64_t clock_difference_ms;
    int64_t ledger_ms;
    int64_t ledger_at_us;                /* on the boot clock, when ledger_ms was read */
    bool log_full, map_full, disk_short; /* each: new work is refused */
    bool flush_refused; /* the store does not follow for now: map or disk have no room */
    uint64_t sequence, applied_batch, flushed_sequence, flushed_batch;
    uint64_t replayed; /* commands, at the start */
    uint64_t commands, queries, refused, batches, seals, ticks, poisoned;
    uint64_t log_bytes;              /* entries, before encryption and padding */
    uint64_t flushes, puts, deletes; /* that reached LMDB */
    uint64_t flushed_bytes;          /* of their keys and values */
    size_t queued, queued_bytes, overlay_keys, overlay_bytes;
    int64_t log_write_us; /* the last one */
    uint32_t ledger_version;
    struct log_stats log;
    struct backup_mark backup; /* the last verified one; at_ms 0: none is known */
};
void engine_status(struct engine *engine, struct engine_status *status_out);

const struct engine_bounds *engine_bounds(const struct engine *engine);
struct quarantine *engine_quarantine(struct engine *engine);
struct store *engine_store(struct engine *engine);
struct log *engine_log(struct engine *engine);
/* How much of the store's map is used. 0 or negative. */
int engine_map_stats(const struct engine *engine, struct kv_stats *stats_out) MUST_USE;
/* For whoever only reads: any thread. */
struct kv *engine_kv(const struct engine *engine);
/* The engine's thread applies on another one from now on (crash marks follow it). */
void engine_own(struct engine *engine);
void engine_disown(struct engine *engine);
/* A store of its own over the last flush, for long reads on another thread, with a key ring of its
 * own. Short-lived: it keeps pages from being reused. Close it with store_close. 0 or negative. */
int engine_view_open(const struct engine *engine, struct keyring *keyring,
                     struct store **view_out) MUST_USE;

#endif
