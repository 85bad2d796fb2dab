/*
 * Recovery: killed at each step of a batch, a flush and a start, what was told is there, and the
 * same requests get the same answers; a log replayed into an empty store gives the same keys and
 * values.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TRANSFERS 24

/* In a child: opens, works, and dies where it was told to, or ends well. */
static int in_child(struct rig *rig, void (*body)(struct rig *rig)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        body(rig);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void child_works(struct rig *rig) {
    rig_must_open(rig);
    rig_connect(rig);
    rig_work(rig, TRANSFERS);
    rig_stop(rig);
}

static void kill_at(struct rig *rig, enum engine_step step, uint64_t nth) {
    memset(rig->book->steps, 0, sizeof(rig->book->steps));
    rig->kill_step = step;
    rig->kill_at = nth;
    assert_int_equal(in_child(rig, child_works), 137);
    rig->kill_at = 0;
}

static void survives_a_kill_at_each_step(void **state) {
    (void)state;
    static const uint64_t nths[] = {1, 2, 5};
    for (int step = 0; step < ENGINE_STEPS; step++) {
        struct rig rig;
        rig_init(&rig);
        rig_must_open(&rig);
        rig_set_up(&rig);
        rig_close(&rig);
        for (size_t i = 0; i < sizeof(nths) / sizeof(nths[0]); i++) {
            /* A start has these steps once. */
            if (i > 0 && (step == ENGINE_STEP_RECOVERED || step == ENGINE_STEP_REPLAYED))
                break;
            kill_at(&rig, (enum engine_step)step, nths[i]);
            rig_must_open(&rig);
            rig_run(&rig);
            rig_connect(&rig);
            rig_check_told(&rig);
            rig_close(&rig);
        }
        rig_deinit(&rig);
    }
}

static void kills_during_starts_add_nothing(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig_must_open(&rig);
    rig_set_up(&rig);
    rig_work(&rig, 4);
    rig_close(&rig);
    static const enum engine_step steps[] = {
        ENGINE_STEP_RECOVERED, ENGINE_STEP_FREEZING, ENGINE_STEP_FROZEN,  ENGINE_STEP_FLUSHING,
        ENGINE_STEP_FLUSHED,   ENGINE_STEP_REPLAYED, ENGINE_STEP_APPLIED, ENGINE_STEP_LOGGED};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        kill_at(&rig, steps[i], 1);
    }
    rig_must_open(&rig);
    rig_connect(&rig);
    rig_check_told(&rig);
    rig_deinit(&rig);
}

static void whole_log_gives_the_same_store(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig.config.bounds.overlay_keys = 40;
    rig.config.log.keep_ms = INT64_MAX;
    rig_must_open(&rig);
    rig_set_up(&rig);
    rig_work(&rig, 6);
    rig_close(&rig); /* with a tail */
    rig_must_open(&rig);
    rig_connect(&rig);
    rig.mute = true; /* some expire, are inquired about */
    rig_work(&rig, 3);
    rig_rest(&rig, 20000);
    rig_stop(&rig); /* without */
    rig.mute = false;
    rig_must_open(&rig);
    rig_run(&rig);
    rig_connect(&rig);
    rig_work(&rig, 6);
    assert_true(rig.book->inquiries > 0);
    rig_stop(&rig);
    rig_check_replay(&rig, 200000);
    rig_check_replay(&rig, 64);
    rig_deinit(&rig);
}

static void clean_stop_leaves_no_tail(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    rig_must_open(&rig);
    rig_set_up(&rig);
    rig_work(&rig, 2);
    rig_send_row(&rig, rig_new_row(&rig, 5));
    rig_stop(&rig);
    rig_must_open(&rig);
    assert_int_equal(rig_status(&rig).replayed, 0);
    rig_connect(&rig);
    rig_check_told(&rig);
    rig_deinit(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_a_kill_at_each_step),
        cmocka_unit_test(kills_during_starts_add_nothing),
        cmocka_unit_test(whole_log_gives_the_same_store),
        cmocka_unit_test(clean_stop_leaves_no_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
