/*
 * What the files of the threads share: the queues, their lock, and the bodies of the threads. Private
 * to threads*.c.
 */
#ifndef LG_ENGINE_THREADS_INTERNAL_H
#define LG_ENGINE_THREADS_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/queues.h"

#define THREADS_JOBS_MAX 3 /* a flush, a chore and a probe: the engine has no more out */

enum thread_role { THREAD_LEDGER, THREAD_STATE, THREAD_BULK, THREAD_LONG, THREADS };

struct threads {
    struct threads_config config;
    struct engine_bounds bounds;
    pthread_t ids[THREADS];
    _Atomic int64_t busy_since[THREADS];
    int fd;

    pthread_mutex_t lock;
    pthread_cond_t wake[THREADS];
    /* All below under the lock. */
    struct command_queue in;
    size_t held, held_bytes; /* commands in the engine's queue, or on their way there */
    bool room_wanted;        /* a submit found no room: say when there is */
    struct release *out, **out_end;
    size_t outstanding; /* releases told and not given back */
    struct release *back;
    struct task_queue calls, jobs, longs, done;
    struct threads_progress progress; /* of the long thread's task */
    struct engine_job work[THREADS_JOBS_MAX], work_done[THREADS_JOBS_MAX];
    size_t work_count, work_done_count;
    bool flush_wanted;
    bool draining;
    bool discard; /* nobody takes releases any more */
    bool ended;   /* the ledger thread is through */
    struct engine_status status;
};

/* --- threads.c --- */

void threads_lock(struct threads *threads);
void threads_unlock(struct threads *threads);
void threads_wake(struct threads *threads, enum thread_role role);
/* That thread begins something: what a watchdog counts from. */
void threads_begin(struct threads *threads, enum thread_role role);
/* Waits for a signal or until due_us of the boot clock, under the lock. False when time is up. */
bool threads_wait_until(struct threads *threads, enum thread_role role, int64_t due_us);
/* The event thread's descriptor. */
void threads_ring(struct threads *threads);
/* Under the lock. */
void threads_finish(struct threads *threads, struct threads_task *task);
/* Under the lock. The engine gives itself ticks, in slots that are not counted here. Bytes do not
 * count for what is reserved: it is small. */
bool threads_has_room(const struct threads *threads, bool reserved);

/* --- threads_ledger.c --- */

void *threads_ledger_main(void *argument);
/* In the middle of a batch: what has come by now goes to the engine. context: the threads. */
void threads_take_in(void *context, struct engine *engine);

/* --- threads_side.c --- */

void *threads_state_main(void *argument);
void *threads_bulk_main(void *argument);
void *threads_long_main(void *argument);

#endif
