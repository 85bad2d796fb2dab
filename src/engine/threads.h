/*
 * The engine on threads of its own: ledger (engine and log), state (flushes, housekeeping), bulk
 * (long reads over the last flush), long (backups). DESIGN.md §2, Threads.
 *
 * Queues are bounded and no thread waits for room in one: a submit that finds none says so, and the
 * event thread stops reading until the descriptor wakes it. All calls here belong to one thread (the
 * event thread), but for threads_status and threads_stuck. A failed log write or flush ends the
 * process.
 */
#ifndef LG_ENGINE_THREADS_H
#define LG_ENGINE_THREADS_H

#include "engine/engine.h"

/* Batches told but not given back: one that is delivered, one that is ready, and one more; then the
 * ledger waits. They are told in their order: who stands behind a flood there waits for all of it. */
#define THREADS_RELEASES_MAX 3
#define THREADS_TASKS_MAX 256    /* calls and jobs that wait, each */
#define THREADS_FRESH_US 5000000 /* a job waits for its flush no longer than this */
#define THREADS_BULK_PATIENCE 10 /* the bulk thread may take so many times longer at one thing */

struct threads_config {
    struct engine *engine;        /* belongs to the ledger thread until threads_stop returns */
    struct keyring *bulk_keyring; /* borrowed, the bulk thread's own; NULL: no jobs */
    struct clock clock;           /* the system's */
};

struct threads;

struct threads *threads_start(const struct threads_config *config);
/* Drains if threads_drain was not called, drops what is still untold, joins and frees. Releases
 * taken must have been given back. The engine is the caller's again, to close. */
void threads_stop(struct threads *threads);

/* Readable when threads_take has something, or a submit that found no room may be tried again. */
int threads_fd(const struct threads *threads);
bool threads_room(struct threads *threads);
/* False: no room (or draining); the command stays the caller's. */
bool threads_submit(struct threads *threads, struct command *command) MUST_USE;
/* Ticks, disconnects, operators: as long as the reserved slots last. */
bool threads_submit_reserved(struct threads *threads, struct command *command) MUST_USE;

/* All that may be told, oldest first; NULL if nothing. Calls `done` of calls and jobs that ended. */
struct release *threads_take(struct threads *threads);
void threads_give_back(struct threads *threads, struct release *release);

/* Something to run on another thread. Borrowed until done, which is called once, from threads_take
 * or threads_stop. */
struct threads_task {
    /* At most one of engine and view is given. */
    void (*run)(struct threads_task *task, struct engine *engine, struct store *view);
    void (*done)(struct threads_task *task);
    bool ran;      /* false: the threads were stopped before */
    bool going_on; /* of a job: a view that was enough for one before is enough */
    bool stale;    /* of a job: the view is older than it should be, a flush did not come in time */
    struct threads_task *next;
};
/* On the ledger thread between two batches, with the engine: for questions and orders about clock,
 * quarantine and the like. False: too many wait, or draining. */
bool threads_call(struct threads *threads, struct threads_task *call) MUST_USE;
/* On the bulk thread, with a view that holds all that was told before. Keep it short or in pages: an
 * open view keeps the store from reusing pages. */
bool threads_job(struct threads *threads, struct threads_task *job) MUST_USE;

/* On the long thread, with neither: for what takes minutes (a backup), one after the other. It is
 * not watched, because it may wait for a disk of the operator's choice, and it looks by itself
 * whether it shall stop: threads_stop waits for it. */
bool threads_long(struct threads *threads, struct threads_task *task) MUST_USE;
/* How far it is, told by the task itself; stage is static. False: the threads are to stop. */
bool threads_progress(struct threads *threads, const char *stage, uint64_t done, uint64_t of);
struct threads_progress {
    const char *stage; /* "": nothing was told yet */
    uint64_t done, of;
};
struct threads_progress threads_progress_of(struct threads *threads);

/* As of the last turn of the ledger thread. */
void threads_status(struct threads *threads, struct engine_status *status_out);
/* The name of a thread that has been at one thing for longer than limit_us; NULL if none. For the
 * watchdog. */
const char *threads_stuck(struct threads *threads, int64_t limit_us);

/* From now on nothing more is taken in; what was taken is applied, logged, told and flushed. */
void threads_drain(struct threads *threads);
/* All of that is done and taken. The descriptor wakes when it becomes true. */
bool threads_drained(struct threads *threads);

#endif
