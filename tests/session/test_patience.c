/*
 * A bank whose requests are refused faster than the bound is read more slowly, and only it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/stage.h"

#define REFUSALS 10
#define UNKNOWN_KIND 999

static uint64_t refused(const struct stage *stage) {
    struct front_stats stats;
    front_stats(stage->front, &stats);
    return stats.refused;
}

static void open_stage(struct stage *stage, uint32_t refusals) {
    stage_open(stage);
    stage->config.refusals = refusals;
    front_configure(stage->front, &stage->config);
}

/* Each is refused at once. */
static void put_refused(struct line *line, uint64_t first, uint64_t count) {
    for (uint64_t i = 0; i < count; i++)
        line_put(line, first + i, UNKNOWN_KIND, MESSAGE_REQUEST, span_of(NULL, 0));
}

static void who_is_refused_is_slowed(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct line other;
    open_stage(&stage, REFUSALS);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    line_open(&stage, &other, URI_B, 2);
    line_hello(&other);
    assert_false(front_resume_due(stage.front));

    put_refused(&line, 1, 30);
    line_feed(&line);
    assert_int_equal(refused(&stage), REFUSALS);
    line_feed(&line);
    assert_int_equal(line.need, SESSION_SLOWED);
    assert_int_equal(refused(&stage), REFUSALS);
    assert_true(front_is_slowed(stage.front, BANK_A));
    assert_true(front_is_refused(stage.front, BANK_A));
    assert_false(front_is_slowed(stage.front, BANK_B));
    assert_false(front_is_refused(stage.front, BANK_B));

    /* The other one is read as before. */
    put_refused(&other, 1, 3);
    line_feed(&other);
    assert_int_equal(refused(&stage), REFUSALS + 3);

    /* A place comes each 100 ms. */
    int64_t due_ms = front_due_ms(stage.front);
    assert_in_range(due_ms, stage.boot_ms + 100, stage.boot_ms + 101);
    stage_pass(&stage, due_ms - stage.boot_ms - 1);
    assert_false(front_resume_due(stage.front));
    stage_pass(&stage, 1);
    assert_true(front_resume_due(stage.front));
    line_feed(&line);
    assert_int_equal(refused(&stage), REFUSALS + 4);

    /* After a second of silence it has all of them again, and nothing was lost. */
    stage_pass(&stage, 5000);
    line_feed(&line);
    assert_int_equal(refused(&stage), 2 * REFUSALS + 4);
    stage_pass(&stage, 5000);
    line_feed(&line);
    assert_int_equal(refused(&stage), 33);
    assert_int_equal(line.need, SESSION_WANTS);
    for (uint64_t i = 1; i <= 30; i++)
        line_expect_refusal(&line, i, "UNSUPPORTED");
    line_expect_silence(&line);
    line_close(&line);
    line_close(&other);
    stage_close(&stage);
}

static void no_bound(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    open_stage(&stage, 0);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    put_refused(&line, 1, 30);
    line_feed(&line);
    assert_int_equal(refused(&stage), 30);
    assert_int_equal(line.need, SESSION_WANTS);
    assert_false(front_is_slowed(stage.front, BANK_A));
    line_close(&line);
    stage_close(&stage);
}

/* What the ledger refuses counts like what the session does. */
static void the_ledger_counts_too(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    open_stage(&stage, 1);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload;
    buf_init(&payload);
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    const struct command *command = stage_last(&stage, COMMAND_SUBMIT_TRANSFER);
    assert_non_null(command);
    assert_false(front_is_slowed(stage.front, BANK_A));
    struct effect *effect = effects_add(&stage.effects, EFFECT_REPLY);
    effect->origin = command->origin;
    effect->message = MESSAGE_SUBMIT_TRANSFER;
    effect->refused = true;
    stage_deliver(&stage);
    assert_true(front_is_slowed(stage.front, BANK_A));
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_is_refused_is_slowed),
                                       cmocka_unit_test(no_bound),
                                       cmocka_unit_test(the_ledger_counts_too)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
