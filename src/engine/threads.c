/*
 * The threads' life, the queues between them, and the event thread's side of both.
 *
 * Invariants: one mutex guards all queues, and nothing but list work is done under it. A thread
 * waits only for work or for time, never for room. The engine is touched by the ledger thread alone;
 * jobs carry what they need with them. A thread's `busy_since` is 0 while it waits, and is set anew
 * at each thing it begins, so that a hang shows as an old one.
 *
 * This file and threads_*.c alone know threads. What a batch, a flush or a drain is stands
 * elsewhere.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/threads_internal.h"
#include "util/logline.h"

#define THREADS_OWN_COMMANDS 4 /* TICK and BOOT, which the engine gives itself */
#define WAIT_MAX_US 1000000    /* without a look at the clock */
#define NANOSECONDS 1000000000L

static const char *const thread_names[THREADS] = {"ledger", "state", "bulk", "long"};

void threads_lock(struct threads *threads) {
    ENSURE(pthread_mutex_lock(&threads->lock) == 0);
}

void threads_unlock(struct threads *threads) {
    ENSURE(pthread_mutex_unlock(&threads->lock) == 0);
}

void threads_wake(struct threads *threads, enum thread_role role) {
    ENSURE(pthread_cond_signal(&threads->wake[role]) == 0);
}

void threads_begin(struct threads *threads, enum thread_role role) {
    atomic_store(&threads->busy_since[role], clock_boot_us(&threads->config.clock));
}

bool threads_wait_until(struct threads *threads, enum thread_role role, int64_t due_us) {
    int64_t left_us = due_us - clock_boot_us(&threads->config.clock);
    if (left_us <= 0)
        return false;
    if (left_us > WAIT_MAX_US)
        left_us = WAIT_MAX_US;
    struct timespec until;
    ENSURE(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
    until.tv_sec += left_us / 1000000;
    until.tv_nsec += left_us % 1000000 * 1000;
    if (until.tv_nsec >= NANOSECONDS) {
        until.tv_nsec -= NANOSECONDS;
        until.tv_sec++;
    }
    atomic_store(&threads->busy_since[role], 0);
    int rc = pthread_cond_timedwait(&threads->wake[role], &threads->lock, &until);
    ENSURE(rc == 0 || rc == ETIMEDOUT);
    threads_begin(threads, role);
    return rc == 0;
}

/* An eventfd's counter cannot overflow here: EAGAIN means set. */
void threads_ring(struct threads *threads) {
    uint64_t one = 1;
    ssize_t done = write(threads->fd, &one, sizeof(one));
    ENSURE(done == sizeof(one) || errno == EAGAIN);
}

void threads_finish(struct threads *threads, struct threads_task *task) {
    task->ran = true;
    task_queue_add(&threads->done, task);
    threads_ring(threads);
}
bool threads_has_room(const struct threads *threads, bool reserved) {
    const struct engine_bounds *bounds = &threads->bounds;
    size_t own = bounds->queue_reserved - THREADS_OWN_COMMANDS;
    return !threads->draining &&
           threads->in.count + threads->held < bounds->queue_commands + (reserved ? own : 0) &&
           (reserved || threads->in.bytes + threads->held_bytes < bounds->queue_bytes);
}
/* ---- the event thread's side ---- */

static void start_thread(struct threads *threads, enum thread_role role, void *(*run)(void *)) {
    int rc = pthread_create(&threads->ids[role], NULL, run, threads);
    if (rc != 0)
        fatal("threads", "cannot start the %s thread: %s", thread_names[role], strerror(rc));
    (void)pthread_setname_np(threads->ids[role], thread_names[role]);
}

/* Signals go to the event thread, but for those of a crash. */
static void start_all(struct threads *threads) {
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
        sigdelset(&all, crashes[i]);
    ENSURE(pthread_sigmask(SIG_SETMASK, &all, &old) == 0);
    start_thread(threads, THREAD_LEDGER, threads_ledger_main);
    start_thread(threads, THREAD_STATE, threads_state_main);
    start_thread(threads, THREAD_BULK, threads_bulk_main);
    start_thread(threads, THREAD_LONG, threads_long_main);
    ENSURE(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0);
}

struct threads *threads_start(const struct threads_config *config) {
    struct threads *threads = xcalloc(1, sizeof(*threads));
    threads->config = *config;
    threads->bounds = *engine_bounds(config->engine);
    threads->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (threads->fd < 0)
        fatal("threads", "no eventfd: %s", strerror(errno));
    threads->out_end = &threads->out;
    threads->progress.stage = "";
    pthread_condattr_t attributes;
    ENSURE(pthread_condattr_init(&attributes) == 0);
    ENSURE(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    for (int i = 0; i < THREADS; i++)
        ENSURE(pthread_cond_init(&threads->wake[i], &attributes) == 0);
    pthread_condattr_destroy(&attributes);
    ENSURE(pthread_mutex_init(&threads->lock, NULL) == 0);
    engine_status(config->engine, &threads->status);
    engine_set_intake(config->engine, threads_take_in, threads);
    engine_disown(config->engine);
    start_all(threads);
    return threads;
}

int threads_fd(const struct threads *threads) {
    return threads->fd;
}

bool threads_room(struct threads *threads) {
    threads_lock(threads);
    bool room = threads_has_room(threads, false);
    threads->room_wanted = !room;
    threads_unlock(threads);
    return room;
}

static bool submit(struct threads *threads, struct command *command, bool reserved) {
    threads_lock(threads);
    bool room = threads_has_room(threads, reserved);
    if (room) {
        command_queue_add(&threads->in, command);
        if (threads->in.count == 1)
            threads_wake(threads, THREAD_LEDGER);
    } else {
        threads->room_wanted = true;
    }
    threads_unlock(threads);
    return room;
}

bool threads_submit(struct threads *threads, struct command *command) {
    return submit(threads, command, false);
}

bool threads_submit_reserved(struct threads *threads, struct command *command) {
    return submit(threads, command, true);
}

struct release *threads_take(struct threads *threads) {
    uint64_t rung;
    ssize_t got = read(threads->fd, &rung, sizeof(rung));
    ENSURE(got == sizeof(rung) || errno == EAGAIN);
    threads_lock(threads);
    struct release *out = threads->out;
    threads->out = NULL;
    threads->out_end = &threads->out;
    struct threads_task *done = threads->done.first;
    threads->done = (struct task_queue){0};
    threads_unlock(threads);
    task_queue_tell(done);
    return out;
}

void threads_give_back(struct threads *threads, struct release *release) {
    release_drop_commands(release);
    threads_lock(threads);
    release->next = threads->back;
    threads->back = release;
    ENSURE(threads->outstanding > 0);
    /* Its memory is wanted again soon, but not for its own sake. */
    if (threads->outstanding-- == THREADS_RELEASES_MAX)
        threads_wake(threads, THREAD_LEDGER);
    threads_unlock(threads);
}

static bool add(struct threads *threads, struct task_queue *tasks, enum thread_role role,
                struct threads_task *task) {
    task->ran = false;
    task->stale = false;
    threads_lock(threads);
    bool room = !threads->draining && tasks->count < THREADS_TASKS_MAX;
    if (room) {
        task_queue_add(tasks, task);
        threads_wake(threads, role);
    }
    threads_unlock(threads);
    return room;
}

bool threads_call(struct threads *threads, struct threads_task *call) {
    return add(threads, &threads->calls, THREAD_LEDGER, call);
}

bool threads_job(struct threads *threads, struct threads_task *job) {
    return threads->config.bulk_keyring != NULL && add(threads, &threads->jobs, THREAD_BULK, job);
}

bool threads_long(struct threads *threads, struct threads_task *task) {
    return add(threads, &threads->longs, THREAD_LONG, task);
}

void threads_status(struct threads *threads, struct engine_status *status_out) {
    threads_lock(threads);
    *status_out = threads->status;
    threads_unlock(threads);
}

const char *threads_stuck(struct threads *threads, int64_t limit_us) {
    int64_t now_us = clock_boot_us(&threads->config.clock);
    for (int i = 0; i < THREAD_LONG; i++) {
        int64_t since_us = atomic_load(&threads->busy_since[i]);
        int64_t limit = i == THREAD_BULK ? limit_us * THREADS_BULK_PATIENCE : limit_us;
        if (since_us != 0 && now_us - since_us > limit)
            return thread_names[i];
    }
    return NULL;
}

void threads_drain(struct threads *threads) {
    threads_lock(threads);
    threads->draining = true;
    threads_wake(threads, THREAD_LEDGER);
    threads_unlock(threads);
}

bool threads_drained(struct threads *threads) {
    threads_lock(threads);
    bool drained = threads->ended && threads->out == NULL;
    threads_unlock(threads);
    return drained;
}

static void free_all(struct release *release) {
    while (release != NULL) {
        struct release *next = release->next;
        release_free(release);
        release = next;
    }
}

void threads_stop(struct threads *threads) {
    threads_lock(threads);
    threads->draining = true;
    threads->discard = true;
    threads_wake(threads, THREAD_LEDGER);
    threads_unlock(threads);
    for (int i = 0; i < THREADS; i++)
        ENSURE(pthread_join(threads->ids[i], NULL) == 0);
    free_all(threads_take(threads));
    free_all(threads->back);
    command_queue_free(&threads->in);
    task_queue_tell(threads->calls.first);
    task_queue_tell(threads->jobs.first);
    task_queue_tell(threads->longs.first);
    for (int i = 0; i < THREADS; i++)
        pthread_cond_destroy(&threads->wake[i]);
    pthread_mutex_destroy(&threads->lock);
    close(threads->fd);
    free(threads);
}
