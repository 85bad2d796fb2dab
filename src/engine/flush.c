/*
 * From the overlay to LMDB, and the jobs that another thread runs for it.
 *
 * Invariant: an overlay is frozen between batches, with meta naming the log batch that it stands
 * behind, and that batch is durable: the store never holds what the log does not. One frozen overlay
 * at most. A job holds all that it touches; what it did counts when it is handed back.
 */
#include <string.h>

#include "engine/state.h"
#include "util/logline.h"

bool engine_overlay_over(const struct engine *engine, size_t times) {
    const struct overlay *overlay = store_overlay(engine->store);
    return overlay_keys(overlay) >= times * engine->config.bounds.overlay_keys ||
           overlay_bytes(overlay) >= times * engine->config.bounds.overlay_bytes;
}

int engine_freeze(struct engine *engine, const struct log_place *place) {
    struct store_meta meta;
    int rc = store_get_meta(engine->store, &meta);
    if (rc < 0)
        return ENGINE_FAILED;
    ENSURE(rc == 0); /* BOOT put it, and nothing comes before BOOT */
    meta.applied_sequence = engine->sequence;
    meta.applied_batch = place->batch;
    meta.chain = place->chain;
    meta.ledger_ms = engine->applied_ms;
    meta.ledger_version = engine->config.ledger_version;
    store_begin(engine->store);
    store_put_meta(engine->store, &meta);
    store_commit(engine->store);
    engine_at(engine, ENGINE_STEP_FREEZING);
    engine->frozen_keys = overlay_keys(store_overlay(engine->store));
    engine->frozen_bytes = overlay_bytes(store_overlay(engine->store));
    overlay_freeze(store_overlay(engine->store));
    bank_queue_forget_use(&engine->queue);
    engine->frozen = (struct engine_mark){engine->sequence, place->batch};
    engine->dirty_since_us = 0;
    engine_at(engine, ENGINE_STEP_FROZEN);
    return 0;
}

static bool forced_due(struct engine *engine) {
    if (!engine->flush_asked)
        return false;
    if (engine->sequence == engine->frozen.sequence) {
        engine->flush_asked = false;
        return false;
    }
    return engine->now_us >= engine->last_forced_us + ENGINE_FORCED_US;
}

static bool freeze_due(struct engine *engine) {
    if (overlay_is_frozen(store_overlay(engine->store)))
        return false;
    if (engine->draining)
        return (!engine->needs_seal || engine->seal_blocked) &&
               engine->logged.batch != engine->frozen.batch;
    if (engine->sequence == engine->frozen.sequence)
        return false;
    int64_t age_us = engine->config.bounds.overlay_age_ms * 1000;
    return engine_overlay_over(engine, 1) || engine->now_us >= engine->dirty_since_us + age_us;
}

int engine_freeze_if_due(struct engine *engine) {
    bool forced = forced_due(engine) && !overlay_is_frozen(store_overlay(engine->store));
    if (!forced && !freeze_due(engine))
        return 0;
    if (forced) {
        engine->flush_asked = false;
        engine->last_forced_us = engine->now_us;
    }
    return engine_freeze(engine, &engine->logged);
}

/* ---- jobs ---- */

/* A flush that cannot be done is not tried again while draining: its commands stay in the log. */
static bool flush_waits(const struct engine *engine) {
    return overlay_is_frozen(store_overlay(engine->store)) && !engine->flush_out &&
           !(engine->draining && engine->flush_refused);
}

static bool chore_waits(const struct engine *engine) {
    return engine->chore_wanted && !engine->chore_out && (!engine->draining || engine->stalled);
}

static bool probe_waits(const struct engine *engine) {
    return engine->disk_short && !engine->flush_refused && !engine->probe_out &&
           !engine->flush_out && !engine->draining;
}

int64_t engine_job_due_us(const struct engine *engine) {
    int64_t due_us = INT64_MAX;
    if (flush_waits(engine))
        due_us = engine->flush_after_us;
    if (chore_waits(engine) && engine->chore_after_us < due_us)
        due_us = engine->chore_after_us;
    if (probe_waits(engine) && engine->probe_after_us < due_us)
        due_us = engine->probe_after_us;
    return due_us;
}

/* Whether new work has room in the log, now that housekeeping had its turn. */
static void look_at_log(struct engine *engine, int64_t now_us) {
    engine->log_full = log_room(engine->log, log_batch_max(engine->log)) != 0;
    if (!engine->log_full)
        return;
    engine->chore_wanted = true;
    engine->chore_after_us = now_us + ENGINE_CHORE_US;
}

/* The batch up to which nobody needs the log any more. */
static uint64_t recyclable(const struct engine *engine) {
    uint64_t batch = engine->flushed.batch;
    if (engine->kept && engine->kept_batch < batch)
        batch = engine->kept_batch;
    if (engine->config.backup_required && engine->backup.batch < batch)
        batch = engine->backup.batch;
    return batch;
}

static struct log_chore *take_chore(struct engine *engine, int64_t now_us) {
    engine->chore_wanted = false;
    struct log_chore *chore =
        log_chore_take(engine->log, recyclable(engine), ledger_clock_now(&engine->clock));
    if (chore == NULL)
        look_at_log(engine, now_us);
    return chore;
}

bool engine_job_take(struct engine *engine, struct engine_job *job_out) {
    int64_t now_us = clock_boot_us(&engine->config.clock);
    struct engine_job job = {
        .config = &engine->config,
        .kv = engine->kv,
        .overlay = store_overlay(engine->store),
        .frozen_keys = engine->frozen_keys,
        .frozen_bytes = engine->frozen_bytes,
    };
    if (flush_waits(engine) && now_us >= engine->flush_after_us) {
        job.kind = ENGINE_JOB_FLUSH;
        engine->flush_out = true;
        *job_out = job;
        return true;
    }
    if (chore_waits(engine) && now_us >= engine->chore_after_us) {
        job.kind = ENGINE_JOB_CHORE;
        job.chore = take_chore(engine, now_us);
        engine->chore_out = job.chore != NULL;
        if (job.chore != NULL)
            *job_out = job;
        return job.chore != NULL;
    }
    if (probe_waits(engine) && now_us >= engine->probe_after_us) {
        job.kind = ENGINE_JOB_PROBE;
        engine->probe_out = true;
        *job_out = job;
        return true;
    }
    return false;
}

/* Whether map and disk hold what the next flushes may need. */
static int probe(struct engine_job *job) {
    uint64_t spare = job->config->bounds.spare_bytes;
    struct kv_stats stats;
    int rc = kv_stats(job->kv, &stats);
    if (rc != 0)
        return rc;
    job->disk_short = stats.map_bytes - stats.used_bytes < spare;
    if (job->disk_short)
        return 0;
    rc = kv_reserve(job->kv, spare);
    job->disk_short = rc == KV_DISK_FULL;
    return rc < 0 ? rc : 0;
}

static void job_step(const struct engine_job *job, enum engine_step step) {
    if (job->config->step != NULL)
        job->config->step(job->config->step_context, step);
}

/* What a flush may add to the file at most: a leaf and a part of a branch for each key, which cannot
 * be more than all there are, and what is new. */
static int reserve_flush(const struct engine_job *job) {
    struct kv_stats stats;
    int rc = kv_stats(job->kv, &stats);
    if (rc != 0)
        return rc;
    uint64_t copied = (uint64_t)job->frozen_keys * ENGINE_FLUSH_KEY_BYTES;
    if (copied > stats.used_bytes)
        copied = stats.used_bytes;
    return kv_reserve(job->kv, copied + 2 * (uint64_t)job->frozen_bytes + ENGINE_FLUSH_LEAST_BYTES);
}

/* Before each: pages that dead readers held are to be had again, and there is room for all of it. A
 * full disk in the middle of a commit would end the process, and every start after it. */
static void run_flush(struct engine_job *job) {
    job_step(job, ENGINE_STEP_FLUSHING);
    job->result = kv_check_readers(job->kv);
    if (job->result == 0)
        job->result = reserve_flush(job);
    if (job->result != 0)
        return;
    job->result = overlay_flush(job->overlay, &job->flush);
    if (job->result == KV_MAP_FULL) {
        /* Pages may be held by readers that are dead. */
        int rc = kv_check_readers(job->kv);
        job->result = rc < 0 ? rc : KV_MAP_FULL;
        return;
    }
    if (job->result == 0)
        job_step(job, ENGINE_STEP_FLUSHED);
    if (job->result == 0)
        job->result = probe(job);
}

void engine_job_run(struct engine_job *job) {
    switch (job->kind) {
    case ENGINE_JOB_FLUSH:
        run_flush(job);
        break;
    case ENGINE_JOB_CHORE:
        job->result = log_chore_run(job->chore);
        break;
    case ENGINE_JOB_PROBE:
        job->result = probe(job);
        break;
    }
}

static void flush_later(struct engine *engine, int64_t now_us) {
    if (!engine->flush_refused)
        engine->flush_backoff_us = ENGINE_RETRY_FIRST_US;
    else if (engine->flush_backoff_us < ENGINE_RETRY_LAST_US)
        engine->flush_backoff_us *= 2;
    engine->flush_refused = true;
    engine->flush_after_us = now_us + engine->flush_backoff_us;
}

static int flush_done(struct engine *engine, const struct engine_job *job) {
    int64_t now_us = clock_boot_us(&engine->config.clock);
    uint64_t times;
    if (job->result == KV_MAP_FULL || job->result == KV_DISK_FULL) {
        engine->map_full = job->result == KV_MAP_FULL;
        engine->disk_short = job->result == KV_DISK_FULL;
        flush_later(engine, now_us);
        if (log_seldom(&engine->refused_lines, now_us / 1000, &times))
            log_line(LOG_ERR, "flush_refused",
                     LOG_TEXT("reason",
                              engine->map_full ? "the store's map is full" : "the disk is full"),
                     LOG_TEXT("note", "nothing was written; it is tried again"),
                     LOG_INT("times", times));
        return 0;
    }
    if (overlay_thaw(store_overlay(engine->store)) < 0)
        return ENGINE_FAILED;
    engine->flushed = engine->frozen;
    engine->flush_refused = false;
    engine->map_full = false;
    engine->disk_short = job->disk_short;
    engine->probe_after_us = now_us + ENGINE_CHORE_US;
    engine->flush_after_us = 0;
    engine->counters.flushes++;
    engine->counters.puts += job->flush.puts;
    engine->counters.deletes += job->flush.deletes;
    engine->counters.flushed_bytes += job->flush.bytes;
    engine->chore_wanted = true;
    engine->stalled = false;
    engine_at(engine, ENGINE_STEP_THAWED);
    return 0;
}

static void chore_done(struct engine *engine, const struct engine_job *job) {
    log_chore_done(engine->log, job->chore);
    engine->stalled = false;
    look_at_log(engine, clock_boot_us(&engine->config.clock));
}

/* A job that failed is over, too: the engine can be closed. */
static void job_is_back(struct engine *engine, enum engine_job_kind kind) {
    switch (kind) {
    case ENGINE_JOB_FLUSH:
        engine->flush_out = false;
        break;
    case ENGINE_JOB_CHORE:
        engine->chore_out = false;
        break;
    case ENGINE_JOB_PROBE:
        engine->probe_out = false;
        break;
    }
}

int engine_job_done(struct engine *engine, const struct engine_job *job) {
    job_is_back(engine, job->kind);
    if (job->kind == ENGINE_JOB_CHORE)
        chore_done(engine, job);
    if (job->result < 0) {
        log_line(LOG_CRIT, "job_failed", LOG_INT("job", job->kind), LOG_INT("code", job->result));
        return ENGINE_FAILED;
    }
    if (job->kind == ENGINE_JOB_PROBE) {
        engine->disk_short = job->disk_short;
        engine->probe_after_us = clock_boot_us(&engine->config.clock) + ENGINE_CHORE_US;
    }
    return job->kind == ENGINE_JOB_FLUSH ? flush_done(engine, job) : 0;
}

int engine_job_step(struct engine *engine, bool *ran_out) {
    struct engine_job job;
    if (!engine_job_take(engine, &job)) {
        *ran_out = false;
        return 0;
    }
    engine_job_run(&job);
    *ran_out = true;
    return engine_job_done(engine, &job);
}
