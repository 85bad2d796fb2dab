/*
 * One backup at a time, between the admin socket and the engine's threads.
 *
 *   ORDERED --recorded--> KEEPING (ledger thread: the log's segments stay from here on)
 *     --> FLUSHING (bulk thread: all that was applied is in the store)
 *     --> COPYING (long thread: src/verify makes and verifies it)
 *     --> ENDING (ledger thread: segments may go again; the mark of a verified backup) --> ENDED
 *
 * Invariant: each step is a task on one thread, taken up when the one before is done, here on the
 * event thread; whatever fails, ENDING comes. The order is recorded by the ledger before anything
 * is copied. A stop of the gateway ends it, and nothing of it is left.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/state.h"
#include "util/logline.h"
#include "verify/backup.h"

enum backup_step {
    BACKUP_ORDERED,
    BACKUP_KEEPING,
    BACKUP_FLUSHING,
    BACKUP_COPYING,
    BACKUP_ENDING,
    BACKUP_ENDED
};

struct backup_work {
    struct threads_task task;
    struct daemon *daemon;
    enum backup_step step;
    char *dir;
    int64_t started_at_ms, ended_at_ms;
    int result;
    char reason[BACKUP_REASON_MAX];
    struct manifest manifest; /* when result is 0 */
};

bool backup_work_reserve(struct daemon *daemon, const char *dir) {
    if (daemon->backup != NULL && daemon->backup->step != BACKUP_ENDED)
        return false;
    backup_work_free(daemon->backup);
    struct backup_work *work = xcalloc(1, sizeof(*work));
    work->daemon = daemon;
    work->dir = xstrdup(dir);
    work->result = BACKUP_STOPPED;
    work->started_at_ms = clock_wall_ms(&daemon->clock);
    daemon->backup = work;
    return true;
}

void backup_work_free(struct backup_work *work) {
    if (work == NULL)
        return;
    manifest_deinit(&work->manifest);
    free(work->dir);
    free(work);
}

/* ---- on the other threads ---- */

static void keep_log(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)task;
    (void)view;
    engine_keep_log(engine, true);
}

/* That it ran is all: a flush came before it. */
static void look(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)task;
    (void)engine;
    (void)view;
}

static bool go_on(void *context, const char *stage, uint64_t done, uint64_t of) {
    struct backup_work *work = context;
    return threads_progress(work->daemon->threads, stage, done, of);
}

static void copy(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct backup_work *work = (struct backup_work *)task;
    struct daemon *daemon = work->daemon;
    const struct config *config = daemon->config;
    struct backup_source source = {
        .kv = engine_kv(daemon->engine),
        .dir = config->store_dir,
        .keyring = daemon->backup_keyring,
        .map_bytes = (uint64_t)config->store_map_mib << 20,
        .segment_bytes = (uint64_t)config->log_segment_mib << 20,
        .ledger_version = daemon->ledger_version,
        .program = LINKGATE_VERSION,
        .now_ms = work->started_at_ms,
    };
    struct backup_sink sink = {go_on, work};
    work->result =
        backup_make(&source, work->dir, &sink, &work->manifest, work->reason, sizeof(work->reason));
    if (work->result < 0)
        fatal("backup", "the store could not be read: %s", work->reason);
}

static void let_log_go(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)view;
    struct backup_work *work = (struct backup_work *)task;
    engine_keep_log(engine, false);
    if (work->result != 0)
        return;
    struct backup_mark mark = {
        .sequence = work->manifest.sequence,
        .batch = work->manifest.batch,
        .bytes = manifest_bytes(&work->manifest),
        .at_ms = work->started_at_ms,
    };
    if (engine_backed_up(engine, &mark) != 0)
        log_line(LOG_ERR, "backup_not_marked",
                 LOG_TEXT("remedy", "the backup is good; that it was made could not be noted"));
}

/* ---- from step to step ---- */

static void end(struct backup_work *work) {
    work->step = BACKUP_ENDED;
    work->ended_at_ms = clock_wall_ms(&work->daemon->clock);
    int64_t took_ms = work->ended_at_ms - work->started_at_ms;
    if (work->result == 0) {
        log_line(LOG_NOTICE, "backup_done", LOG_TEXT("dir", work->dir),
                 LOG_INT("sequence", work->manifest.sequence),
                 LOG_INT("bytes", manifest_bytes(&work->manifest)), LOG_INT("took_ms", took_ms));
        return;
    }
    if (work->result == BACKUP_STOPPED && work->reason[0] == '\0')
        snprintf(work->reason, sizeof(work->reason), "the gateway is stopping");
    log_line(LOG_ERR, "backup_failed", LOG_TEXT("dir", work->dir), LOG_TEXT("reason", work->reason),
             LOG_INT("took_ms", took_ms));
}

static void done(struct threads_task *task);

static void begin(struct backup_work *work, enum backup_step step) {
    static void (*const runs[])(struct threads_task * task, struct engine * engine,
                                struct store * view) = {
        [BACKUP_KEEPING] = keep_log,
        [BACKUP_FLUSHING] = look,
        [BACKUP_COPYING] = copy,
        [BACKUP_ENDING] = let_log_go,
    };
    struct threads *threads = work->daemon->threads;
    work->step = step;
    work->task = (struct threads_task){.run = runs[step], .done = done};
    bool taken;
    if (step == BACKUP_FLUSHING)
        taken = threads_job(threads, &work->task);
    else if (step == BACKUP_COPYING)
        taken = threads_long(threads, &work->task);
    else
        taken = threads_call(threads, &work->task);
    if (!taken)
        end(work); /* it stops: what it keeps it keeps no longer */
}

static void done(struct threads_task *task) {
    struct backup_work *work = (struct backup_work *)task;
    if (!task->ran)
        end(work);
    else if (work->step == BACKUP_ENDING)
        end(work);
    else
        begin(work, (enum backup_step)(work->step + 1));
}

void backup_work_ordered(struct daemon *daemon, bool granted) {
    struct backup_work *work = daemon->backup;
    if (work == NULL || work->step != BACKUP_ORDERED)
        return;
    if (granted) {
        log_line(LOG_NOTICE, "backup_begins", LOG_TEXT("dir", work->dir));
        begin(work, BACKUP_KEEPING);
        return;
    }
    snprintf(work->reason, sizeof(work->reason), "the order was refused");
    end(work);
}

void backup_work_state(const struct daemon *daemon, struct admin_backup *state_out) {
    const struct backup_work *work = daemon->backup;
    *state_out = (struct admin_backup){.state = "NONE", .dir = "", .stage = "", .text = ""};
    if (work == NULL)
        return;
    state_out->dir = work->dir;
    state_out->started_at_ms = work->started_at_ms;
    state_out->ended_at_ms = work->ended_at_ms;
    if (work->step != BACKUP_ENDED) {
        struct threads_progress progress = threads_progress_of(daemon->threads);
        state_out->state = "RUNNING";
        state_out->stage = work->step == BACKUP_COPYING ? progress.stage
                                                        : "bringing all into the "
                                                          "store";
        state_out->done = work->step == BACKUP_COPYING ? progress.done : 0;
        state_out->of = work->step == BACKUP_COPYING ? progress.of : 0;
        return;
    }
    state_out->state = work->result == 0 ? "DONE" : "FAILED";
    state_out->text = work->result == 0 ? "" : work->reason;
    if (work->result == 0) {
        state_out->sequence = work->manifest.sequence;
        state_out->bytes = manifest_bytes(&work->manifest);
        state_out->files = (uint32_t)work->manifest.count;
    }
}
