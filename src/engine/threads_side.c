/*
 * The threads beside the ledger's: flushes and housekeeping, long reads, and what takes minutes.
 *
 * Invariant: nothing here touches the engine; a job carries what it needs, and a read has a view of
 * its own.
 */
#include <string.h>

#include "engine/threads_internal.h"

/* ---- the state thread ---- */

void *threads_state_main(void *argument) {
    struct threads *threads = argument;
    threads_lock(threads);
    while (!threads->ended) {
        if (threads->work_count == 0) {
            (void)threads_wait_until(threads, THREAD_STATE, INT64_MAX);
            continue;
        }
        struct engine_job job = threads->work[0];
        threads->work_count--;
        memmove(threads->work, threads->work + 1, threads->work_count * sizeof(job));
        threads_unlock(threads);
        threads_begin(threads, THREAD_STATE);
        engine_job_run(&job);
        threads_lock(threads);
        threads->work_done[threads->work_done_count++] = job;
        threads_wake(threads, THREAD_LEDGER);
    }
    threads_unlock(threads);
    atomic_store(&threads->busy_since[THREAD_STATE], 0);
    return NULL;
}

/* ---- the bulk thread ---- */

/* Under the lock: asks for a flush of all that was applied so far and waits for it. One flush serves
 * all jobs that wait. False: it did not come in time, or cannot come for want of room. */
static bool freshen(struct threads *threads) {
    uint64_t target = threads->status.sequence;
    int64_t until_us = clock_boot_us(&threads->config.clock) + THREADS_FRESH_US;
    if (threads->status.flushed_sequence >= target || threads->status.flush_refused)
        return threads->status.flushed_sequence >= target;
    threads->flush_wanted = true;
    threads_wake(threads, THREAD_LEDGER);
    while (threads->status.flushed_sequence < target && !threads->status.flush_refused &&
           !threads->ended) {
        if (!threads_wait_until(threads, THREAD_BULK, until_us) &&
            clock_boot_us(&threads->config.clock) >= until_us)
            break;
    }
    return threads->status.flushed_sequence >= target;
}

/* A flush is waited for once, however many pages a listing has. */
static bool wants_flush(const struct threads_task *jobs) {
    while (jobs != NULL && jobs->going_on)
        jobs = jobs->next;
    return jobs != NULL;
}

static void run_job(struct threads *threads, struct threads_task *job, bool fresh) {
    struct store *view;
    threads_begin(threads, THREAD_BULK);
    if (engine_view_open(threads->config.engine, threads->config.bulk_keyring, &view) != 0)
        fatal("bulk", "the store could not be read");
    job->stale = !fresh;
    job->run(job, NULL, view);
    store_close(view);
}

void *threads_bulk_main(void *argument) {
    struct threads *threads = argument;
    threads_lock(threads);
    while (!threads->ended) {
        if (threads->jobs.first == NULL) {
            (void)threads_wait_until(threads, THREAD_BULK, INT64_MAX);
            continue;
        }
        struct threads_task *job = threads->jobs.first;
        threads->jobs = (struct task_queue){0};
        bool fresh = !wants_flush(job) || freshen(threads);
        while (job != NULL) {
            struct threads_task *next = job->next;
            threads_unlock(threads);
            run_job(threads, job, fresh);
            threads_lock(threads);
            threads_finish(threads, job);
            job = next;
        }
    }
    threads_unlock(threads);
    atomic_store(&threads->busy_since[THREAD_BULK], 0);
    return NULL;
}

/* ---- the long thread: one thing at a time, however long it takes ---- */

void *threads_long_main(void *argument) {
    struct threads *threads = argument;
    threads_lock(threads);
    while (!threads->ended) {
        struct threads_task *task = task_queue_pop(&threads->longs);
        if (task == NULL) {
            (void)threads_wait_until(threads, THREAD_LONG, INT64_MAX);
            continue;
        }
        threads_unlock(threads);
        task->run(task, NULL, NULL);
        threads_lock(threads);
        threads_finish(threads, task);
    }
    threads_unlock(threads);
    return NULL;
}

bool threads_progress(struct threads *threads, const char *stage, uint64_t done, uint64_t of) {
    threads_lock(threads);
    threads->progress = (struct threads_progress){stage, done, of};
    bool go_on = !threads->draining;
    threads_unlock(threads);
    return go_on;
}

struct threads_progress threads_progress_of(struct threads *threads) {
    threads_lock(threads);
    struct threads_progress progress = threads->progress;
    threads_unlock(threads);
    return progress;
}
