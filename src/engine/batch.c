/*
 * One batch: take, apply, log, release.
 *
 * Invariant: what leaves engine_run in a release rests only on commands that the log holds. A
 * command is taken only if the log has room for it, so that nothing is ever applied that cannot be
 * written; new work of banks is refused while there is room left for answers, ticks, disconnects and
 * operators. Between the apply of a batch and its log write nothing else happens.
 *
 * All commands of a batch carry the ledger time of its beginning (an accepted clock jump excepted).
 */
#include <stdlib.h>

#include "engine/state.h"
#include "util/logline.h"
#include "wire/message.h"

enum admission {
    ADMIT_APPLY,
    ADMIT_BUSY,
    ADMIT_QUARANTINED,
    ADMIT_CLOCK_WRONG,
    ADMIT_NOT_THERE,  /* what the order is about */
    ADMIT_NEXT_BATCH, /* it fits, but not behind what the batch holds already */
    ADMIT_WAIT        /* for a flush, or for room in the log */
};

/* New work, refused when room is short. Answers, ticks, disconnects and operators are not. */
static bool is_new_work(enum command_kind kind) {
    const struct command_row *row = command_row(kind);
    return row && row->roles != 0 && !row->query && row->direction != MESSAGE_REPLY;
}

/* What an operator's order says of the world beside the ledger must be so. Of the wall clock: the
 * time that the operator saw, or 0 for whatever it is. */
static bool clock_is_right(const struct engine *engine, int64_t wall_ms) {
    int64_t off_ms = clock_wall_ms(&engine->config.clock) - wall_ms;
    return wall_ms == 0 || (off_ms <= LEDGER_CLOCK_OFF_MS && off_ms >= -LEDGER_CLOCK_OFF_MS);
}

static bool is_set_aside(const struct engine *engine, const struct digest *digest) {
    const struct quarantine_row *rows;
    size_t count = quarantine_rows(engine->quarantine, &rows);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].state != QUARANTINE_SEEN && digest_equal(&rows[i].digest, digest))
            return true;
    }
    return false;
}

static enum admission admit_order(const struct engine *engine, const struct command *command) {
    bool right = true;
    if (command->kind == COMMAND_CLOCK_ACCEPT)
        right = clock_is_right(engine, command->body.clock_accept.wall_ms);
    else if (command->kind == COMMAND_APPROVE)
        right = clock_is_right(engine, command->body.decision.wall_ms);
    if (!right)
        return ADMIT_CLOCK_WRONG;
    if ((command->kind == COMMAND_QUARANTINE_RELEASE || command->kind == COMMAND_QUARANTINE_DROP) &&
        !is_set_aside(engine, &command->body.quarantine_order.digest))
        return ADMIT_NOT_THERE;
    return ADMIT_APPLY;
}

static enum admission admit_room(struct engine *engine, const struct command *command) {
    bool work = is_new_work(command->kind);
    if (work && (engine->map_full || engine->disk_short || engine->log_full))
        return ADMIT_BUSY;
    size_t size = engine->plain.size + entry_size(command);
    if (size > log_batch_max(engine->log))
        return ADMIT_NEXT_BATCH;
    /* The half segment that log_batch_max is stays for what is no new work. */
    if (log_room(engine->log, work ? log_batch_max(engine->log) : size) != 0) {
        engine->chore_wanted = true;
        return ADMIT_WAIT;
    }
    if (!engine_overlay_over(engine, work ? 1 : 2))
        return ADMIT_APPLY;
    return overlay_is_frozen(store_overlay(engine->store)) ? ADMIT_WAIT : ADMIT_NEXT_BATCH;
}

static enum admission admit(struct engine *engine, const struct release *release,
                            const struct command *command) {
    const struct engine_bounds *bounds = &engine->config.bounds;
    if (release->count >= bounds->batch_commands ||
        release->effects.arena.used >= bounds->batch_effects)
        return ADMIT_NEXT_BATCH;
    if (quarantine_stops(engine->quarantine, command))
        return ADMIT_QUARANTINED;
    if (command_is_query(command->kind))
        return ADMIT_APPLY;
    enum admission admission = admit_order(engine, command);
    return admission == ADMIT_APPLY ? admit_room(engine, command) : admission;
}

/* An accepted clock counts from the next command of the batch on. */
static void follow_clock(struct engine *engine, const struct effects *effects, size_t from) {
    for (size_t i = from; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        if (effect->kind != EFFECT_ORDER || effect->order != COMMAND_CLOCK_ACCEPT)
            continue;
        ledger_clock_accept(&engine->clock);
        engine->now_ms = ledger_clock_now(&engine->clock);
    }
}

static int apply(struct engine *engine, struct release *release, struct command *command) {
    bool query = command_is_query(command->kind);
    uint64_t sequence = query ? engine->sequence : engine->sequence + 1;
    size_t effects = release->effects.count;
    size_t keys = overlay_keys(store_overlay(engine->store));
    inhand_applying(engine->inhand, command);
    int rc =
        engine->config.apply(engine->ledger, command, sequence, engine->now_ms, &release->effects);
    inhand_applying(engine->inhand, NULL);
    if (rc < 0) {
        log_line(LOG_CRIT, "apply_failed", LOG_INT("sequence", sequence),
                 LOG_INT("kind", command->kind), LOG_INT("code", rc));
        return ENGINE_FAILED;
    }
    engine->counters.poisoned += rc == LEDGER_POISONED;
    if (query) {
        engine->counters.queries++;
        return 0;
    }
    if (command->kind == COMMAND_BOOT)
        engine->boot_applied = true;
    bank_queue_use(&engine->queue, command->bank, keys, overlay_keys(store_overlay(engine->store)));
    engine->sequence = sequence;
    engine->applied_ms = engine->now_ms;
    engine->counters.commands++;
    entry_append(&engine->plain, command, sequence, engine->now_ms);
    follow_clock(engine, &release->effects, effects);
    engine_at(engine, ENGINE_STEP_APPLIED);
    return 0;
}

static int take_one(struct engine *engine, struct release *release, enum admission admission) {
    struct command *command = bank_queue_pop(&engine->queue);
    release_add_command(release, command);
    inhand_batch(engine->inhand, release->commands);
    engine_at(engine, ENGINE_STEP_TAKEN);
    if (command->kind == COMMAND_TICK)
        engine->tick_queued = false;
    if (admission == ADMIT_APPLY)
        return apply(engine, release, command);
    engine->counters.refused++;
    if (admission == ADMIT_BUSY)
        release_refuse(release, command, REFUSAL_BUSY, "");
    else if (admission == ADMIT_QUARANTINED)
        release_refuse(release, command, REFUSAL_QUARANTINED, "");
    else if (admission == ADMIT_NOT_THERE)
        release_refuse(release, command, REFUSAL_NO_SUCH_OBJECT, "digest");
    else
        release_refuse(release, command, REFUSAL_FIELD_INVALID, "wall_ms");
    return 0;
}

/* While a flush is under way the rest of the overlay is scarce: a bank may have used no more of it
 * than is left to the others, so that one that changes more than the store can take does not bring
 * everybody to a stand. Where new work is refused nothing needs to wait. */
static size_t overlay_share(const struct engine *engine) {
    const struct overlay *overlay = store_overlay(engine->store);
    size_t bound = engine->config.bounds.overlay_keys;
    size_t keys = overlay_keys(overlay);
    if (!overlay_is_frozen(overlay) || engine->map_full || engine->disk_short || engine->log_full)
        return SIZE_MAX;
    return keys < bound ? bound - keys : 0;
}

static bool took_long(const struct engine *engine, const struct release *release) {
    int64_t limit_us = engine->counters.log_write_us / ENGINE_BATCH_PART;
    if (limit_us < ENGINE_BATCH_US)
        limit_us = ENGINE_BATCH_US;
    return release->count > 0 && clock_boot_us(&engine->config.clock) - engine->now_us > limit_us;
}

/* One bank has had its part of the batch, and nobody else is there yet: has somebody come? */
static void look_for_others(struct engine *engine, const struct release *release) {
    if (engine->intake != NULL && release->count % ENGINE_INTAKE == 0 &&
        bank_queue_one_alone(&engine->queue))
        engine->intake(engine->intake_context, engine);
}

/* Applies what may go into this batch: all that waits, unless it takes too long, or a few wait for
 * the many commands of others. */
static int fill(struct engine *engine, struct release *release) {
    const struct command *first = NULL;
    engine->stalled = false;
    bank_queue_begin_round(&engine->queue);
    while (!took_long(engine, release) && !bank_queue_round_over(&engine->queue)) {
        look_for_others(engine, release);
        first = bank_queue_peek(&engine->queue, overlay_share(engine));
        if (first == NULL) {
            engine->stalled = engine->queue.count > 0;
            break;
        }
        enum admission admission = admit(engine, release, first);
        if (admission == ADMIT_WAIT)
            engine->stalled = true;
        if (admission == ADMIT_WAIT || admission == ADMIT_NEXT_BATCH)
            break;
        int rc = take_one(engine, release, admission);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int append(struct engine *engine, struct span plain) {
    int64_t before_us = clock_boot_us(&engine->config.clock);
    int rc = log_append(engine->log, plain, engine->now_ms, &engine->logged);
    int64_t after_us = clock_boot_us(&engine->config.clock);
    engine->seal_after_us = after_us + ENGINE_SEAL_US;
    engine->counters.log_write_us = after_us - before_us;
    if (rc == LOG_FULL) /* of a batch that log_room let in */
        log_line(LOG_CRIT, "log_full_after_apply", LOG_INT("bytes", plain.size));
    return rc == 0 ? 0 : ENGINE_FAILED;
}

/* The batch, durable. Nothing to do for queries alone: all that they saw was logged before. */
static int write(struct engine *engine, bool lone_tick) {
    if (engine->plain.size == 0)
        return 0;
    engine_at(engine, ENGINE_STEP_LOGGING);
    int rc = append(engine, buf_span(&engine->plain));
    if (rc != 0)
        return rc;
    engine->needs_seal = !lone_tick;
    engine->counters.batches++;
    engine->counters.log_bytes += engine->plain.size;
    if (engine->dirty_since_us == 0)
        engine->dirty_since_us = engine->now_us;
    engine_at(engine, ENGINE_STEP_LOGGED);
    int64_t due_ms;
    rc = ledger_next_deadline(engine->ledger, &due_ms);
    if (rc < 0)
        return ENGINE_FAILED;
    engine->next_deadline_ms = due_ms;
    return 0;
}

/* Orders about the quarantine, once the log holds them and before anybody is told. A crash between
 * the two loses the order: nobody was told that it is done, and the listing shows that it is not. What
 * is gone by now is as it was wanted. */
static int decide_quarantine(struct engine *engine, const struct effects *effects) {
    for (size_t i = 0; i < effects->count; i++) {
        const struct effect *effect = &effects->items[i];
        int rc = 0;
        if (effect->kind != EFFECT_ORDER)
            continue;
        if (effect->order == COMMAND_QUARANTINE_RELEASE)
            rc = quarantine_release(engine->quarantine, &effect->digest);
        else if (effect->order == COMMAND_QUARANTINE_DROP)
            rc = quarantine_drop(engine->quarantine, &effect->digest);
        if (rc < 0)
            return ENGINE_FAILED;
    }
    return 0;
}

static int64_t seal_due_us(const struct engine *engine) {
    if (!engine->needs_seal)
        return INT64_MAX;
    return engine->draining && !engine->seal_blocked ? 0 : engine->seal_after_us;
}

static int seal_if_due(struct engine *engine) {
    if (!engine->needs_seal || engine->plain.size > 0)
        return 0;
    if (engine->now_us < seal_due_us(engine))
        return 0;
    engine->seal_blocked = log_room(engine->log, 0) != 0;
    if (engine->seal_blocked) {
        engine->seal_after_us = engine->now_us + ENGINE_CHORE_US;
        return 0;
    }
    int rc = append(engine, span_of(NULL, 0));
    if (rc != 0)
        return rc;
    engine->needs_seal = false;
    engine->counters.seals++;
    engine_at(engine, ENGINE_STEP_SEALED);
    return 0;
}

static bool tick_wanted(const struct engine *engine) {
    return engine->ready && !engine->draining && !engine->tick_queued &&
           engine->next_deadline_ms != INT64_MAX &&
           !quarantine_stops_kind(engine->quarantine, COMMAND_TICK);
}

static void tick_if_due(struct engine *engine) {
    if (!tick_wanted(engine) || engine->next_deadline_ms > engine->now_ms ||
        engine->now_us < engine->last_tick_us + ENGINE_TICK_US)
        return;
    struct command *tick = command_new(COMMAND_TICK);
    message_encode_internal(tick);
    bank_queue_push_front(&engine->queue, tick);
    engine->tick_queued = true;
    engine->last_tick_us = engine->now_us;
    engine->counters.ticks++;
}

static void alarm_once(struct release *release, bool now, bool *told, const char *text) {
    if (now && !*told)
        release_alarm(release, text);
    *told = now;
}

static void alarms(struct engine *engine, struct release *release) {
    alarm_once(release, engine->log_full, &engine->alarm_log,
               "the command log is full: new work is refused");
    alarm_once(release, engine->map_full, &engine->alarm_map,
               "the store's map is full: new work is refused");
    alarm_once(release, engine->disk_short, &engine->alarm_disk,
               "the store has no headroom left: new work is refused");
    alarm_once(release, engine->clock.off || engine->clock.hold != LEDGER_CLOCK_RUNS,
               &engine->alarm_clock,
               "wall clock and ledger time differ: not followed until the clock is accepted");
}

/* While ledger time is held nothing is taken but the order to accept the clock, and the second
 * person's word on it. They are applied at the time at which the ledger stands. */
static int held_takes(struct engine *engine, const struct command *command, bool *takes_out) {
    *takes_out = command->kind == COMMAND_CLOCK_ACCEPT;
    if (command->kind != COMMAND_APPROVE && command->kind != COMMAND_REJECT)
        return 0;
    struct approval approval;
    int rc = store_get_approval(engine->store, &command->body.decision.approval, &approval);
    *takes_out = rc == 0 && approval.order == (uint32_t)COMMAND_CLOCK_ACCEPT;
    return rc < 0 ? ENGINE_FAILED : 0;
}

/* BOOT comes first once the clock is accepted. */
static int run_held(struct engine *engine, struct release *release) {
    engine->stalled = false;
    const struct command *first;
    while ((first = bank_queue_peek(&engine->queue, SIZE_MAX)) != NULL &&
           engine->clock.hold != LEDGER_CLOCK_RUNS) {
        bool takes;
        int rc = held_takes(engine, first, &takes);
        enum admission admission = takes ? admit(engine, release, first) : ADMIT_BUSY;
        if (rc == 0 && (admission == ADMIT_WAIT || admission == ADMIT_NEXT_BATCH)) {
            engine->stalled = admission == ADMIT_WAIT;
            return 0;
        }
        if (rc == 0)
            rc = take_one(engine, release, admission);
        if (rc != 0)
            return rc;
    }
    return engine->clock.hold == LEDGER_CLOCK_RUNS ? engine_queue_boot(engine) : 0;
}

static int run_batch(struct engine *engine, struct release *release) {
    buf_clear(&engine->plain);
    engine->now_us = clock_boot_us(&engine->config.clock);
    engine->now_ms = ledger_clock_now(&engine->clock);
    int rc = 0;
    if (engine->clock.hold != LEDGER_CLOCK_RUNS)
        rc = run_held(engine, release);
    if (rc != 0)
        return rc;
    if (engine->clock.hold == LEDGER_CLOCK_RUNS) {
        tick_if_due(engine);
        rc = fill(engine, release);
    }
    bool lone_tick = release->count == 1 && release->last->kind == COMMAND_TICK;
    if (rc == 0)
        rc = write(engine, lone_tick);
    inhand_batch(engine->inhand, NULL);
    if (rc == 0)
        rc = decide_quarantine(engine, &release->effects);
    if (rc == 0)
        rc = seal_if_due(engine);
    if (rc == 0)
        rc = engine_freeze_if_due(engine);
    alarms(engine, release);
    return rc;
}

int engine_run(struct engine *engine, struct release **release_out) {
    *release_out = engine->pending;
    engine->pending = NULL;
    if (*release_out != NULL)
        return 0;
    struct release *release = engine_take_release(engine);
    int rc = run_batch(engine, release);
    if (rc != 0) {
        release_free(release);
        return rc;
    }
    engine->ready = engine->boot_applied;
    if (release->count == 0 && release->effects.count == 0) {
        engine_give_back(engine, release);
        return 0;
    }
    engine_at(engine, ENGINE_STEP_RELEASING);
    *release_out = release;
    return 0;
}

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static int64_t tick_due_us(struct engine *engine, int64_t now_us) {
    if (!tick_wanted(engine))
        return INT64_MAX;
    int64_t wait_ms = engine->next_deadline_ms - ledger_clock_now(&engine->clock);
    int64_t wait_us = wait_ms > ENGINE_WAIT_MAX_US / 1000 ? ENGINE_WAIT_MAX_US : wait_ms * 1000;
    int64_t due_us = wait_us > 0 ? now_us + wait_us : now_us;
    int64_t next_us = engine->last_tick_us + ENGINE_TICK_US;
    return due_us > next_us ? due_us : next_us;
}

static int64_t freeze_due_us(const struct engine *engine) {
    if (overlay_is_frozen(store_overlay(engine->store)))
        return INT64_MAX;
    if (engine->draining)
        return engine->logged.batch == engine->frozen.batch ? INT64_MAX : 0;
    if (engine->sequence == engine->frozen.sequence)
        return INT64_MAX;
    int64_t due_us = engine->dirty_since_us + engine->config.bounds.overlay_age_ms * 1000;
    if (engine->flush_asked)
        due_us = earlier(due_us, engine->last_forced_us + ENGINE_FORCED_US);
    return due_us;
}

int64_t engine_due_us(struct engine *engine) {
    if (engine->pending != NULL || (engine->queue.count > 0 && !engine->stalled))
        return 0;
    int64_t now_us = clock_boot_us(&engine->config.clock);
    int64_t due_us = engine->stalled ? now_us + ENGINE_STALL_US : INT64_MAX;
    due_us = earlier(due_us, seal_due_us(engine));
    due_us = earlier(due_us, tick_due_us(engine, now_us));
    due_us = earlier(due_us, freeze_due_us(engine));
    return earlier(due_us, engine_job_due_us(engine));
}
