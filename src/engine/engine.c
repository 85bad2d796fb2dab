/*
 * The queue in front of the ledger, and what can be asked about the engine.
 *
 * Invariant: the queue is bounded in commands and in bytes, with slots that only reserved commands
 * may use; nobody waits here for room. A command is owned by the queue from a submit that gave true
 * until a batch takes it.
 */
#include "engine/engine.h"

#include <stdlib.h>

#include "engine/state.h"

struct engine_bounds engine_bounds_default(void) {
    return (struct engine_bounds){
        .queue_commands = 4096,
        .queue_bytes = (size_t)64 << 20,
        .queue_reserved = 1024,
        .batch_commands = 4096,
        .batch_effects = (size_t)16 << 20,
        .overlay_keys = 200000,
        .overlay_bytes = (size_t)64 << 20,
        .overlay_age_ms = 1000,
        .spare_bytes = (uint64_t)64 << 20,
    };
}

void engine_at(const struct engine *engine, enum engine_step step) {
    if (engine->config.step != NULL)
        engine->config.step(engine->config.step_context, step);
}

/* ---- the queue ---- */

static bool has_room(const struct engine *engine, size_t commands) {
    return engine->queue.count < commands &&
           engine->queue.bytes < engine->config.bounds.queue_bytes;
}

bool engine_room(const struct engine *engine) {
    return has_room(engine, engine->config.bounds.queue_commands);
}

bool engine_submit(struct engine *engine, struct command *command) {
    if (!engine_room(engine))
        return false;
    bank_queue_push(&engine->queue, command);
    return true;
}

/* Reserved slots are few and their commands small: bytes do not count against them. */
bool engine_submit_reserved(struct engine *engine, struct command *command) {
    const struct engine_bounds *bounds = &engine->config.bounds;
    if (engine->queue.count >= bounds->queue_commands + bounds->queue_reserved)
        return false;
    bank_queue_push(&engine->queue, command);
    return true;
}

void engine_set_intake(struct engine *engine, engine_intake *intake, void *context) {
    engine->intake = intake;
    engine->intake_context = context;
}

/* ---- releases ---- */

struct release *engine_take_release(struct engine *engine) {
    struct release *release = engine->pool;
    if (release == NULL)
        return release_new();
    engine->pool = release->next;
    engine->pooled--;
    release->next = NULL;
    return release;
}

void engine_give_back(struct engine *engine, struct release *release) {
    if (engine->pooled == ENGINE_POOL_MAX) {
        release_free(release);
        return;
    }
    release_clear(release);
    release->next = engine->pool;
    engine->pool = release;
    engine->pooled++;
}

/* ---- questions ---- */

void engine_status(struct engine *engine, struct engine_status *status_out) {
    struct engine_status status = engine->counters;
    status.ledger_ms = ledger_clock_now(&engine->clock);
    status.ledger_at_us = engine->clock.last_boot_us;
    status.ready = engine->ready;
    status.draining = engine->draining;
    status.hold = engine->clock.hold;
    status.clock_off = engine->clock.off;
    status.clock_difference_ms = ledger_clock_difference_ms(&engine->clock);
    status.log_full = engine->log_full;
    status.map_full = engine->map_full;
    status.disk_short = engine->disk_short;
    status.flush_refused = engine->flush_refused;
    status.sequence = engine->sequence;
    status.applied_batch = engine->logged.batch;
    status.flushed_sequence = engine->flushed.sequence;
    status.flushed_batch = engine->flushed.batch;
    status.queued = engine->queue.count;
    status.queued_bytes = engine->queue.bytes;
    status.overlay_keys = overlay_keys(store_overlay(engine->store));
    status.overlay_bytes = overlay_bytes(store_overlay(engine->store));
    /* It walks all segments, and a thread may ask after each batch. */
    int64_t now_us = clock_boot_us(&engine->config.clock);
    if (now_us >= engine->stats_after_us) {
        log_stats(engine->log, &engine->counters.log);
        engine->stats_after_us = now_us + ENGINE_STATS_US;
    }
    status.log = engine->counters.log;
    status.backup = engine->backup;
    status.ledger_version = engine->config.ledger_version;
    *status_out = status;
}

const struct engine_bounds *engine_bounds(const struct engine *engine) {
    return &engine->config.bounds;
}

struct quarantine *engine_quarantine(struct engine *engine) {
    return engine->quarantine;
}

struct store *engine_store(struct engine *engine) {
    return engine->store;
}

struct log *engine_log(struct engine *engine) {
    return engine->log;
}

int engine_map_stats(const struct engine *engine, struct kv_stats *stats_out) {
    return kv_stats(engine->kv, stats_out);
}

struct kv *engine_kv(const struct engine *engine) {
    return engine->kv;
}

void engine_keep_log(struct engine *engine, bool keep) {
    engine->kept = keep;
    engine->kept_batch = engine->flushed.batch;
    if (!keep)
        engine->chore_wanted = true;
}

int engine_backed_up(struct engine *engine, const struct backup_mark *mark) {
    if (backup_mark_write(engine->dir, mark) != 0)
        return ENGINE_FAILED;
    engine->backup = *mark;
    engine->chore_wanted = true;
    return 0;
}

void engine_own(struct engine *engine) {
    inhand_own(engine->inhand);
}

void engine_disown(struct engine *engine) {
    inhand_disown(engine->inhand);
}

int engine_view_open(const struct engine *engine, struct keyring *keyring,
                     struct store **view_out) {
    char reason[256];
    return store_open(engine->kv, keyring, view_out, reason, sizeof(reason));
}

void engine_ask_flush(struct engine *engine) {
    engine->flush_asked = true;
}

void engine_drain(struct engine *engine) {
    engine->draining = true;
}

bool engine_drained(const struct engine *engine) {
    if (engine->flush_out || engine->chore_out || engine->probe_out || engine->pending != NULL)
        return false;
    if (engine->queue.count > 0 &&
        !(engine->stalled && (engine->log_full || engine->flush_refused)))
        return false;
    if (engine->needs_seal && !engine->seal_blocked)
        return false;
    return engine->flush_refused || engine->logged.batch == engine->flushed.batch;
}
