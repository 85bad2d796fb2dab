/*
 * Frames that a bank did not use of its parts of the turns: what it may catch up with, and how much.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/stage.h"

static uint64_t ignored(const struct stage *stage) {
    struct front_stats stats;
    front_stats(stage->front, &stats);
    return stats.ignored;
}

/* Beside many that talk a turn has few frames for each. Who was silent finds those that it saved, as
 * far as the turn has some to spare; then it is like the others. */
static void frames_are_saved(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    for (int turn = 0; turn < 3; turn++)
        front_fed(stage.front, FRONT_FRAMES_MAX);
    for (uint64_t i = 0; i < 2 * (FRONT_SAVED_MAX + SESSION_FRAMES_MIN); i++)
        line_put(&line, 0, 5, MESSAGE_NOTICE, span_of(NULL, 0));
    line_feed(&line);
    assert_in_range(ignored(&stage), 2 * SESSION_FRAMES_MIN, FRONT_SAVED_MAX);
    uint64_t before = ignored(&stage);
    front_fed(stage.front, FRONT_FRAMES_MAX);
    line_feed(&line);
    assert_int_equal(ignored(&stage), before + SESSION_FRAMES_MIN);
    for (int turn = 0; turn < 1000; turn++)
        front_fed(stage.front, FRONT_FRAMES_MAX);
    before = ignored(&stage);
    line_feed(&line);
    assert_int_equal(ignored(&stage), before + FRONT_SAVED_MAX);
    assert_int_equal(line.need, SESSION_AGAIN);
    line_close(&line);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(frames_are_saved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
