/*
 * The ledger, state, bulk and long threads, and the queues between them and the event thread.
 *
 * Invariants: one mutex guards all queues, and nothing but list work is done under it. A thread
 * waits only for work or for time, never for room. The engine is touched by the ledger thread alone;
 * jobs carry what they need with them. A thread's `busy_since` is 0 while it waits, and is set anew
 * at each thing it begins, so that a hang shows as an old one.
 *
 * This is the only file that knows threads. What a batch, a flush or a drain is stands elsewhere.
 */
#include "engine/threads.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/queues.h"
#include "util/logline.h"

#define THREADS_OWN_COMMANDS 4 /* TICK and BOOT, which the engine gives itself */
#define JOBS_MAX 3             /* a flush, a chore and a probe: the engine has no more out */
#define WAIT_MAX_US 1000000    /* without a look at the clock */
#define NANOSECONDS 1000000000L

enum thread_role { THREAD_LEDGER, THREAD_STATE, THREAD_BULK, THREAD_LONG, THREADS };
static const char *const thread_names[THREADS] = {"ledger", "state", "bulk", "long"};

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
    struct engine_job work[JOBS_MAX], work_done[JOBS_MAX];
    size_t work_count, work_done_count;
    bool flush_wanted;
    bool draining;
    bool discard; /* nobody takes releases any more */
    bool ended;   /* the ledger thread is through */
    struct engine_status status;
};

/* What the ledger thread takes from the others in one turn. */
struct turn {
    struct command *commands;
    struct threads_task *calls;
    struct release *back;
    struct engine_job work_done[JOBS_MAX];
    size_t work_done_count;
    bool flush_wanted;
    bool draining;
    bool may_run; /* fewer than THREADS_RELEASES_MAX are out */
};

static void lock(struct threads *threads) {
    ENSURE(pthread_mutex_lock(&threads->lock) == 0);
}

static void unlock(struct threads *threads) {
    ENSURE(pthread_mutex_unlock(&threads->lock) == 0);
}

static void wake(struct threads *threads, enum thread_role role) {
    ENSURE(pthread_cond_signal(&threads->wake[role]) == 0);
}

static void begin(struct threads *threads, enum thread_role role) {
    atomic_store(&threads->busy_since[role], clock_boot_us(&threads->config.clock));
}

/* Waits for a signal or until due_us of the boot clock, under the lock. False when time is up. */
static bool wait_until(struct threads *threads, enum thread_role role, int64_t due_us) {
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
    begin(threads, role);
    return rc == 0;
}

/* The event thread's descriptor. An eventfd's counter cannot overflow here: EAGAIN means set. */
static void ring(struct threads *threads) {
    uint64_t one = 1;
    ssize_t done = write(threads->fd, &one, sizeof(one));
    ENSURE(done == sizeof(one) || errno == EAGAIN);
}

/* Under the lock. */
static void finish(struct threads *threads, struct threads_task *task) {
    task->ran = true;
    task_queue_add(&threads->done, task);
    ring(threads);
}

/* ---- room, under the lock ---- */

/* The engine gives itself ticks, in slots that are not counted here. Bytes do not count for what is
 * reserved: it is small. */
static bool has_room(const struct threads *threads, bool reserved) {
    const struct engine_bounds *bounds = &threads->bounds;
    size_t own = bounds->queue_reserved - THREADS_OWN_COMMANDS;
    return !threads->draining &&
           threads->in.count + threads->held < bounds->queue_commands + (reserved ? own : 0) &&
           (reserved || threads->in.bytes + threads->held_bytes < bounds->queue_bytes);
}

/* ---- the ledger thread ---- */

static bool has_work(const struct threads *threads) {
    return threads->in.first != NULL || threads->calls.first != NULL || threads->back != NULL ||
           threads->work_done_count > 0 || threads->flush_wanted ||
           (threads->draining && !threads->status.draining);
}

static void take_turn(struct threads *threads, struct turn *turn) {
    *turn = (struct turn){
        .commands = threads->in.first,
        .calls = threads->calls.first,
        .back = threads->back,
        .work_done_count = threads->work_done_count,
        .flush_wanted = threads->flush_wanted,
        .draining = threads->draining,
    };
    threads->held += threads->in.count;
    threads->held_bytes += threads->in.bytes;
    threads->in = (struct command_queue){0};
    threads->calls = (struct task_queue){0};
    threads->back = NULL;
    memcpy(turn->work_done, threads->work_done, sizeof(turn->work_done));
    threads->work_done_count = 0;
    threads->flush_wanted = false;
    turn->may_run = threads->discard || threads->outstanding < THREADS_RELEASES_MAX;
}

/* The inbox is handed over whole, so that the engine lets the banks take turns. One bound holds for
 * what is there and what is here. */
static void hand_over(struct engine *engine, struct command *command) {
    while (command != NULL) {
        struct command *next = command->next;
        ENSURE(engine_submit_reserved(engine, command));
        command = next;
    }
}

static void do_turn(struct threads *threads, struct turn *turn) {
    struct engine *engine = threads->config.engine;
    while (turn->back != NULL) {
        struct release *release = turn->back;
        turn->back = release->next;
        engine_give_back(engine, release);
    }
    for (size_t i = 0; i < turn->work_done_count; i++) {
        if (engine_job_done(engine, &turn->work_done[i]) != 0)
            fatal("state", "the store could not be brought up to the log");
    }
    while (turn->calls != NULL) {
        struct threads_task *call = turn->calls;
        turn->calls = call->next;
        call->run(call, engine, NULL);
        lock(threads);
        finish(threads, call);
        unlock(threads);
    }
    if (turn->flush_wanted)
        engine_ask_flush(engine);
    if (turn->draining)
        engine_drain(engine);
    hand_over(engine, turn->commands);
}

static void tell(struct threads *threads, struct release *release) {
    lock(threads);
    bool discard = threads->discard;
    bool first = threads->out == NULL;
    if (!discard) {
        *threads->out_end = release;
        threads->out_end = &release->next;
        threads->outstanding++;
    }
    unlock(threads);
    if (discard)
        engine_give_back(threads->config.engine, release);
    else if (first)
        ring(threads);
}

static void send_jobs(struct threads *threads) {
    struct engine_job job;
    while (engine_job_take(threads->config.engine, &job)) {
        lock(threads);
        ENSURE(threads->work_count < JOBS_MAX);
        threads->work[threads->work_count++] = job;
        wake(threads, THREAD_STATE);
        unlock(threads);
    }
}

static void publish(struct threads *threads) {
    struct engine_status status;
    engine_status(threads->config.engine, &status);
    lock(threads);
    bool flushed = status.flushed_sequence != threads->status.flushed_sequence;
    threads->status = status;
    threads->held = status.queued;
    threads->held_bytes = status.queued_bytes;
    if (threads->room_wanted && has_room(threads, false)) {
        threads->room_wanted = false;
        ring(threads);
    }
    if (flushed || status.flush_refused)
        wake(threads, THREAD_BULK);
    unlock(threads);
}

/* True when the engine is drained and nothing more comes in. */
static bool ledger_turn(struct threads *threads) {
    struct engine *engine = threads->config.engine;
    int64_t due_us = engine_due_us(engine);
    struct turn turn;
    lock(threads);
    if (threads->outstanding >= THREADS_RELEASES_MAX && !threads->discard)
        due_us = INT64_MAX;
    while (!has_work(threads) && wait_until(threads, THREAD_LEDGER, due_us))
        continue;
    take_turn(threads, &turn);
    unlock(threads);
    begin(threads, THREAD_LEDGER);
    do_turn(threads, &turn);
    struct release *release = NULL;
    if (turn.may_run && engine_run(engine, &release) != 0)
        fatal("ledger", "a batch could not be applied or logged");
    publish(threads); /* first: who is told something may ask for a view that holds it */
    if (release != NULL)
        tell(threads, release);
    send_jobs(threads);
    return turn.draining && turn.may_run && engine_drained(engine);
}

static void *ledger_main(void *argument) {
    struct threads *threads = argument;
    engine_own(threads->config.engine);
    bool done = false;
    while (!done) {
        done = ledger_turn(threads);
        lock(threads);
        /* What the engine has no room to take (a full log) was never promised. */
        done = done && threads->calls.first == NULL &&
               (threads->in.first == NULL || threads->status.queued > 0);
        threads->ended = done;
        unlock(threads);
    }
    engine_disown(threads->config.engine);
    atomic_store(&threads->busy_since[THREAD_LEDGER], 0);
    lock(threads);
    wake(threads, THREAD_STATE);
    wake(threads, THREAD_BULK);
    wake(threads, THREAD_LONG);
    unlock(threads);
    ring(threads);
    return NULL;
}

/* ---- the state thread ---- */

static void *state_main(void *argument) {
    struct threads *threads = argument;
    lock(threads);
    while (!threads->ended) {
        if (threads->work_count == 0) {
            (void)wait_until(threads, THREAD_STATE, INT64_MAX);
            continue;
        }
        struct engine_job job = threads->work[0];
        threads->work_count--;
        memmove(threads->work, threads->work + 1, threads->work_count * sizeof(job));
        unlock(threads);
        begin(threads, THREAD_STATE);
        engine_job_run(&job);
        lock(threads);
        threads->work_done[threads->work_done_count++] = job;
        wake(threads, THREAD_LEDGER);
    }
    unlock(threads);
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
    wake(threads, THREAD_LEDGER);
    while (threads->status.flushed_sequence < target && !threads->status.flush_refused &&
           !threads->ended) {
        if (!wait_until(threads, THREAD_BULK, until_us) &&
            clock_boot_us(&threads->config.clock) >= until_us)
            break;
    }
    return threads->status.flushed_sequence >= target;
}

static void run_job(struct threads *threads, struct threads_task *job, bool fresh) {
    struct store *view;
    begin(threads, THREAD_BULK);
    if (engine_view_open(threads->config.engine, threads->config.bulk_keyring, &view) != 0)
        fatal("bulk", "the store could not be read");
    job->stale = !fresh;
    job->run(job, NULL, view);
    store_close(view);
}

static void *bulk_main(void *argument) {
    struct threads *threads = argument;
    lock(threads);
    while (!threads->ended) {
        if (threads->jobs.first == NULL) {
            (void)wait_until(threads, THREAD_BULK, INT64_MAX);
            continue;
        }
        struct threads_task *job = threads->jobs.first;
        threads->jobs = (struct task_queue){0};
        bool fresh = freshen(threads);
        while (job != NULL) {
            struct threads_task *next = job->next;
            unlock(threads);
            run_job(threads, job, fresh);
            lock(threads);
            finish(threads, job);
            job = next;
        }
    }
    unlock(threads);
    atomic_store(&threads->busy_since[THREAD_BULK], 0);
    return NULL;
}

/* ---- the long thread: one thing at a time, however long it takes ---- */

static void *long_main(void *argument) {
    struct threads *threads = argument;
    lock(threads);
    while (!threads->ended) {
        struct threads_task *task = task_queue_pop(&threads->longs);
        if (task == NULL) {
            (void)wait_until(threads, THREAD_LONG, INT64_MAX);
            continue;
        }
        unlock(threads);
        task->run(task, NULL, NULL);
        lock(threads);
        finish(threads, task);
    }
    unlock(threads);
    return NULL;
}

bool threads_progress(struct threads *threads, const char *stage, uint64_t done, uint64_t of) {
    lock(threads);
    threads->progress = (struct threads_progress){stage, done, of};
    bool go_on = !threads->draining;
    unlock(threads);
    return go_on;
}

struct threads_progress threads_progress_of(struct threads *threads) {
    lock(threads);
    struct threads_progress progress = threads->progress;
    unlock(threads);
    return progress;
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
    start_thread(threads, THREAD_LEDGER, ledger_main);
    start_thread(threads, THREAD_STATE, state_main);
    start_thread(threads, THREAD_BULK, bulk_main);
    start_thread(threads, THREAD_LONG, long_main);
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
    engine_disown(config->engine);
    start_all(threads);
    return threads;
}

int threads_fd(const struct threads *threads) {
    return threads->fd;
}

bool threads_room(struct threads *threads) {
    lock(threads);
    bool room = has_room(threads, false);
    threads->room_wanted = !room;
    unlock(threads);
    return room;
}

static bool submit(struct threads *threads, struct command *command, bool reserved) {
    lock(threads);
    bool room = has_room(threads, reserved);
    if (room) {
        command_queue_add(&threads->in, command);
        if (threads->in.count == 1)
            wake(threads, THREAD_LEDGER);
    } else {
        threads->room_wanted = true;
    }
    unlock(threads);
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
    lock(threads);
    struct release *out = threads->out;
    threads->out = NULL;
    threads->out_end = &threads->out;
    struct threads_task *done = threads->done.first;
    threads->done = (struct task_queue){0};
    unlock(threads);
    task_queue_tell(done);
    return out;
}

void threads_give_back(struct threads *threads, struct release *release) {
    release_drop_commands(release);
    lock(threads);
    release->next = threads->back;
    threads->back = release;
    ENSURE(threads->outstanding > 0);
    /* Its memory is wanted again soon, but not for its own sake. */
    if (threads->outstanding-- == THREADS_RELEASES_MAX)
        wake(threads, THREAD_LEDGER);
    unlock(threads);
}

static bool add(struct threads *threads, struct task_queue *tasks, enum thread_role role,
                struct threads_task *task) {
    task->ran = false;
    task->stale = false;
    lock(threads);
    bool room = !threads->draining && tasks->count < THREADS_TASKS_MAX;
    if (room) {
        task_queue_add(tasks, task);
        wake(threads, role);
    }
    unlock(threads);
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
    lock(threads);
    *status_out = threads->status;
    unlock(threads);
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
    lock(threads);
    threads->draining = true;
    wake(threads, THREAD_LEDGER);
    unlock(threads);
}

bool threads_drained(struct threads *threads) {
    lock(threads);
    bool drained = threads->ended && threads->out == NULL;
    unlock(threads);
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
    lock(threads);
    threads->draining = true;
    threads->discard = true;
    wake(threads, THREAD_LEDGER);
    unlock(threads);
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
