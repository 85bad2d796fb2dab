/*
 * The engine on its threads: everything submitted is told in order, a stop leaves no tail, calls and
 * jobs run where they should, queues stay bounded, and a hang is seen.
 */
#include "engine/threads.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/rig.h"

#define TRANSFERS 3000
#define IN_FLIGHT 256
#define WAIT_MS 20000 /* far more than anything here takes: it only ends a test that hangs */

struct stage {
    struct rig rig;
    struct threads *threads;
    struct keyring *bulk_keyring;
    uint64_t last_sequence;  /* of the commands seen, by their correlation */
    size_t waiting;          /* transfers sent and not told */
    struct command *answers; /* that found no room yet */
};

/* Links are made with the virtual clock; then the real one takes over. */
#define OVERLAY_SMALL 500 /* so that flushes run beside the batches */
#define OVERLAY_LARGE 1000000

static void start_with(struct stage *stage, size_t overlay_keys) {
    memset(stage, 0, sizeof(*stage));
    rig_init(&stage->rig);
    stage->rig.book->wall_ms = clock_wall_ms(&(struct clock){.wall_ms = clock_system().wall_ms});
    rig_must_open(&stage->rig);
    rig_set_up(&stage->rig);
    rig_stop(&stage->rig);
    stage->rig.config.clock = clock_system();
    stage->rig.config.step = NULL;
    stage->rig.config.bounds.overlay_keys = overlay_keys;
    stage->rig.config.bounds.overlay_age_ms = 3600000; /* asked for, or for want of room */
    rig_must_open(&stage->rig);
    uint8_t root[32];
    memset(root, 7, sizeof(root));
    stage->bulk_keyring = keyring_from_root(root);
    struct threads_config config = {
        .engine = stage->rig.engine,
        .bulk_keyring = stage->bulk_keyring,
        .clock = clock_system(),
    };
    stage->threads = threads_start(&config);
}

static void start(struct stage *stage) {
    start_with(stage, OVERLAY_SMALL);
}

static void stop(struct stage *stage) {
    threads_stop(stage->threads);
    keyring_free(stage->bulk_keyring);
    rig_deinit(&stage->rig);
}

static void push_answer(struct stage *stage, struct command *answer) {
    if (threads_submit_reserved(stage->threads, answer))
        return;
    answer->next = stage->answers;
    stage->answers = answer;
}

static void push_answers(struct stage *stage) {
    struct command *answer = stage->answers;
    stage->answers = NULL;
    while (answer != NULL) {
        struct command *next = answer->next;
        push_answer(stage, answer);
        answer = next;
    }
}

static void told(struct stage *stage, const struct release *release) {
    for (const struct command *command = release->commands; command; command = command->next) {
        if (command->kind != COMMAND_SUBMIT_TRANSFER)
            continue;
        assert_int_equal(command->origin.correlation, stage->last_sequence + 1);
        stage->last_sequence = command->origin.correlation;
    }
    for (size_t i = 0; i < release->effects.count; i++) {
        const struct effect *effect = &release->effects.items[i];
        if (effect->kind == EFFECT_SEND)
            push_answer(stage, rig_answer(&stage->rig, effect));
        else if (effect->kind == EFFECT_ANSWER || effect->kind == EFFECT_REPLY)
            stage->waiting--;
        assert_true(effect->kind != EFFECT_ALARM);
    }
}

static void take_all(struct stage *stage) {
    struct release *release = threads_take(stage->threads);
    while (release != NULL) {
        struct release *next = release->next;
        told(stage, release);
        threads_give_back(stage->threads, release);
        release = next;
    }
    push_answers(stage);
}

static void wait_and_take(struct stage *stage) {
    struct pollfd descriptor = {.fd = threads_fd(stage->threads), .events = POLLIN};
    if (poll(&descriptor, 1, WAIT_MS) != 1)
        fail_msg("nothing comes");
    take_all(stage);
}

static void connect_banks(struct stage *stage) {
    static const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t i = 0; i < 2; i++) {
        struct command *command = rig_command(&stage->rig, COMMAND_BANK_UP, banks[i]);
        message_encode_internal(command);
        assert_true(threads_submit_reserved(stage->threads, command));
    }
}

static void transfers(struct stage *stage, size_t count, size_t in_flight) {
    size_t sent = 0;
    stage->rig.book->wall_ms = clock_wall_ms(&stage->rig.config.clock);
    while (sent < count || stage->waiting > 0) {
        while (sent < count && stage->waiting < in_flight) {
            struct command *command =
                rig_transfer_command(&stage->rig, rig_new_row(&stage->rig, 10));
            assert_true(threads_submit(stage->threads, command));
            stage->waiting++;
            sent++;
        }
        wait_and_take(stage);
    }
}

static void drain(struct stage *stage) {
    threads_drain(stage->threads);
    while (!threads_drained(stage->threads))
        wait_and_take(stage);
}

static void all_told_in_order_and_no_tail_left(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    connect_banks(&stage);
    transfers(&stage, TRANSFERS, IN_FLIGHT);
    transfers(&stage, 20, 1);
    drain(&stage);
    struct engine_status status;
    threads_status(stage.threads, &status);
    threads_stop(stage.threads);
    rig_close(&stage.rig);
    assert_true(status.flushes > 5);
    assert_int_equal(status.commands, 1 + 2 + 2 * (TRANSFERS + 20) + status.ticks);
    rig_must_open(&stage.rig);
    assert_int_equal(rig_status(&stage.rig).replayed, 0);
    assert_int_equal(rig_status(&stage.rig).sequence, status.sequence + 1);
    keyring_free(stage.bulk_keyring);
    rig_deinit(&stage.rig);
}

/* Nobody takes what is told: the ledger waits, the queue fills, and a stop is still clean. */
static void queues_are_bounded(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    connect_banks(&stage);
    size_t bound = stage.rig.config.bounds.queue_commands;
    size_t in = 0;
    struct command *command;
    bool room = true;
    while (room) {
        command = rig_command(&stage.rig, COMMAND_BANK_UP, BANK_A);
        message_encode_internal(command);
        room = threads_submit(stage.threads, command);
        in += room;
        if (in > 100 * bound)
            fail_msg("no end to the room");
    }
    assert_false(threads_room(stage.threads));
    assert_true(threads_submit_reserved(stage.threads, command));
    /* The descriptor says when it is worth trying again. */
    for (size_t i = 0; i < 10; i++) {
        while (!threads_room(stage.threads))
            wait_and_take(&stage);
        command = rig_command(&stage.rig, COMMAND_BANK_UP, BANK_A);
        message_encode_internal(command);
        assert_true(threads_submit(stage.threads, command));
    }
    threads_drain(stage.threads);
    command = rig_command(&stage.rig, COMMAND_BANK_UP, BANK_A);
    assert_false(threads_submit(stage.threads, command));
    assert_false(threads_submit_reserved(stage.threads, command));
    command_free(command);
    stop(&stage);
}

struct question {
    struct threads_task task;
    uint64_t sequence;
    struct transfer transfer;
    struct id id;
    int found;
    bool done;
};

static void ask_engine(struct threads_task *task, struct engine *engine, struct store *view) {
    struct question *question = (struct question *)task;
    assert_null(view);
    struct engine_status status;
    engine_status(engine, &status);
    question->sequence = status.sequence;
}

static void ask_view(struct threads_task *task, struct engine *engine, struct store *view) {
    struct question *question = (struct question *)task;
    assert_null(engine);
    question->found = store_next_transfer(view, &question->id, &question->transfer);
    while (question->found == 0) {
        question->id = question->transfer.id;
        question->sequence++;
        question->found = store_next_transfer(view, &question->id, &question->transfer);
    }
}

static void answered(struct threads_task *task) {
    ((struct question *)task)->done = true;
}

static void await(struct stage *stage, const struct question *question) {
    while (!question->done)
        wait_and_take(stage);
}

static void calls_and_jobs(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    connect_banks(&stage);
    for (int i = 0; i < 3; i++) {
        transfers(&stage, 50, 10);
        struct question call = {.task = {.run = ask_engine, .done = answered}};
        struct question job = {.task = {.run = ask_view, .done = answered}};
        assert_true(threads_call(stage.threads, &call.task));
        assert_true(threads_job(stage.threads, &job.task));
        await(&stage, &call);
        await(&stage, &job);
        assert_true(call.task.ran && job.task.ran && !job.task.stale);
        assert_true(call.sequence > 100);
        /* All that was told before is in the view. */
        assert_int_equal(job.found, STORE_ABSENT);
        assert_int_equal(job.sequence, 50 * (i + 1));
    }
    /* Left behind at a stop: done is called all the same. */
    struct question late = {.task = {.run = ask_view, .done = answered}};
    assert_true(threads_job(stage.threads, &late.task));
    stop(&stage);
    assert_true(late.done);
}

/* Pages behind the first wait for no flush of their own. */
static void further_pages(void **state) {
    (void)state;
    struct stage stage;
    start_with(&stage, OVERLAY_LARGE);
    connect_banks(&stage);
    transfers(&stage, 50, 10);
    for (int i = 0; i < 4; i++) {
        struct question job = {.task = {.run = ask_view, .done = answered, .going_on = i % 2 == 1}};
        assert_true(threads_job(stage.threads, &job.task));
        await(&stage, &job);
        assert_true(job.task.ran && !job.task.stale);
        assert_int_equal(job.sequence, i < 2 ? 50 : 100);
        if (i == 0)
            transfers(&stage, 50, 10);
    }
    stop(&stage);
}

static volatile bool slow;

static void be_slow(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)task, (void)engine, (void)view;
    while (__atomic_load_n(&slow, __ATOMIC_SEQ_CST)) {
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
}

static void a_hang_is_seen(void **state) {
    (void)state;
    struct stage stage;
    start(&stage);
    assert_null(threads_stuck(stage.threads, 10000000));
    __atomic_store_n(&slow, true, __ATOMIC_SEQ_CST);
    struct question call = {.task = {.run = be_slow, .done = answered}};
    assert_true(threads_call(stage.threads, &call.task));
    const char *name = NULL;
    for (int i = 0; i < WAIT_MS && (name == NULL || strcmp(name, "ledger") != 0); i++) {
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
        name = threads_stuck(stage.threads, 20000);
    }
    assert_non_null(name);
    assert_string_equal(name, "ledger");
    __atomic_store_n(&slow, false, __ATOMIC_SEQ_CST);
    await(&stage, &call);
    stop(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_told_in_order_and_no_tail_left),
        cmocka_unit_test(queues_are_bounded),
        cmocka_unit_test(calls_and_jobs),
        cmocka_unit_test(further_pages),
        cmocka_unit_test(a_hang_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
