/*
 * The ledger thread: the engine, and the log with it.
 *
 * Invariants: it alone touches the engine. It runs no batch while THREADS_RELEASES_MAX of them are
 * told and not taken: what comes then waits in the banks' lines, where they take turns, and not
 * behind what others were told.
 */
#include <string.h>

#include "engine/threads_internal.h"

/* What the ledger thread takes from the others in one turn. */
struct turn {
    struct command *commands;
    struct threads_task *calls;
    struct release *back;
    struct engine_job work_done[THREADS_JOBS_MAX];
    size_t work_done_count;
    bool flush_wanted;
    bool draining;
    bool may_run; /* fewer than THREADS_RELEASES_MAX are out */
};
static bool may_run(const struct threads *threads) {
    return threads->discard || threads->outstanding < THREADS_RELEASES_MAX;
}

/* What came in is let lie while nothing can be done about it. */
static bool has_work(const struct threads *threads) {
    return (threads->in.first != NULL && may_run(threads)) || threads->calls.first != NULL ||
           threads->back != NULL || threads->work_done_count > 0 || threads->flush_wanted ||
           (threads->draining && !threads->status.draining);
}

/* Under the lock. */
static struct command *take_inbox(struct threads *threads) {
    struct command *commands = threads->in.first;
    threads->held += threads->in.count;
    threads->held_bytes += threads->in.bytes;
    threads->in = (struct command_queue){0};
    return commands;
}

static void take_turn(struct threads *threads, struct turn *turn) {
    *turn = (struct turn){
        .commands = take_inbox(threads),
        .calls = threads->calls.first,
        .back = threads->back,
        .work_done_count = threads->work_done_count,
        .flush_wanted = threads->flush_wanted,
        .draining = threads->draining,
    };
    threads->calls = (struct task_queue){0};
    threads->back = NULL;
    memcpy(turn->work_done, threads->work_done, sizeof(turn->work_done));
    threads->work_done_count = 0;
    threads->flush_wanted = false;
    turn->may_run = may_run(threads);
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

void threads_take_in(void *context, struct engine *engine) {
    struct threads *threads = context;
    threads_lock(threads);
    struct command *commands = take_inbox(threads);
    threads_unlock(threads);
    hand_over(engine, commands);
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
        threads_lock(threads);
        threads_finish(threads, call);
        threads_unlock(threads);
    }
    if (turn->flush_wanted)
        engine_ask_flush(engine);
    if (turn->draining)
        engine_drain(engine);
    hand_over(engine, turn->commands);
}

static void tell(struct threads *threads, struct release *release) {
    threads_lock(threads);
    bool discard = threads->discard;
    bool first = threads->out == NULL;
    if (!discard) {
        *threads->out_end = release;
        threads->out_end = &release->next;
        threads->outstanding++;
    }
    threads_unlock(threads);
    if (discard)
        engine_give_back(threads->config.engine, release);
    else if (first)
        threads_ring(threads);
}

static void send_jobs(struct threads *threads) {
    struct engine_job job;
    while (engine_job_take(threads->config.engine, &job)) {
        threads_lock(threads);
        ENSURE(threads->work_count < THREADS_JOBS_MAX);
        threads->work[threads->work_count++] = job;
        threads_wake(threads, THREAD_STATE);
        threads_unlock(threads);
    }
}

static void publish(struct threads *threads) {
    struct engine_status status;
    engine_status(threads->config.engine, &status);
    threads_lock(threads);
    bool flushed = status.flushed_sequence != threads->status.flushed_sequence;
    threads->status = status;
    threads->held = status.queued;
    threads->held_bytes = status.queued_bytes;
    if (threads->room_wanted && threads_has_room(threads, false)) {
        threads->room_wanted = false;
        threads_ring(threads);
    }
    if (flushed || status.flush_refused)
        threads_wake(threads, THREAD_BULK);
    threads_unlock(threads);
}

/* True when the engine is drained and nothing more comes in. */
static bool ledger_turn(struct threads *threads) {
    struct engine *engine = threads->config.engine;
    int64_t due_us = engine_due_us(engine);
    struct turn turn;
    threads_lock(threads);
    if (!may_run(threads))
        due_us = INT64_MAX;
    while (!has_work(threads) && threads_wait_until(threads, THREAD_LEDGER, due_us))
        continue;
    take_turn(threads, &turn);
    threads_unlock(threads);
    threads_begin(threads, THREAD_LEDGER);
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

void *threads_ledger_main(void *argument) {
    struct threads *threads = argument;
    engine_own(threads->config.engine);
    bool done = false;
    while (!done) {
        done = ledger_turn(threads);
        threads_lock(threads);
        /* What the engine has no room to take (a full log) was never promised. */
        done = done && threads->calls.first == NULL &&
               (threads->in.first == NULL || threads->status.queued > 0);
        threads->ended = done;
        threads_unlock(threads);
    }
    engine_disown(threads->config.engine);
    atomic_store(&threads->busy_since[THREAD_LEDGER], 0);
    threads_lock(threads);
    threads_wake(threads, THREAD_STATE);
    threads_wake(threads, THREAD_BULK);
    threads_wake(threads, THREAD_LONG);
    threads_unlock(threads);
    threads_ring(threads);
    return NULL;
}
