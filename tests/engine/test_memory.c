/*
 * Memory that runs out in recovery, while commands are applied, logged, flushed, and at the end, at
 * every allocation: the process ends or refuses to start, what was told to a bank before is what it
 * is told afterwards, and the log still gives the store byte for byte.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "support/starve.h"

/* A start over what the child before left, two transfers, one of them sent again, a flush, a stop. */
static bool a_short_day(void *context) {
    struct rig *rig = context;
    rig->may_fail = true;
    if (rig_open(rig) != 0)
        return false;
    rig_connect(rig);
    rig_work(rig, 1);
    if (!rig->failed && rig->book->row_count > 0) {
        rig_send_row(rig, rig->book->row_count - 1);
        rig_run(rig);
    }
    engine_ask_flush(rig->engine);
    rig_run(rig);
    if (rig->failed)
        return false;
    rig_stop(rig);
    return !rig->failed;
}

static void told_stays_told_when_memory_runs_out(void **state) {
    (void)state;
    struct rig rig;
    if (!starve_works())
        skip();
    rig_init(&rig);
    rig_must_open(&rig);
    rig_set_up(&rig);
    rig_stop(&rig);
    starve_all(a_short_day, &rig);
    rig_must_open(&rig);
    rig_connect(&rig);
    rig_rest(&rig, 60000);
    rig_check_told(&rig);
    rig_stop(&rig);
    rig_check_replay(&rig, 50);
    rig_deinit(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_stays_told_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
