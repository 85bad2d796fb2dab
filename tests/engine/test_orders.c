/*
 * Operators' orders that are carried out beside the ledger: the clock, while it runs and while it is
 * held, and the quarantine. By two people, or not at all.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct rig *started(struct rig *rig) {
    rig_init(rig);
    rig_must_open(rig);
    rig_set_up(rig);
    return rig;
}

/* ---- ledger time ---- */

static void ask_for_clock(struct rig *rig, int64_t wall_ms) {
    struct command *command = rig_operator(rig, COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = wall_ms;
    rig_submit_operator(rig, command);
    rig_run(rig);
}

static void held_start_serves_nothing(struct rig *rig, int64_t jump_ms,
                                      enum ledger_clock_hold hold) {
    struct book *book = rig->book;
    uint64_t granted = book->operator_granted;
    uint64_t refused = book->operator_refused;
    book->wall_ms += jump_ms;
    rig_must_open(rig);
    rig_run(rig);
    struct engine_status held = rig_status(rig);
    assert_false(held.ready);
    assert_int_equal(held.hold, hold);
    size_t row = rig_transfer(rig, 10);
    assert_int_equal(book->rows[row].code, REFUSAL_BUSY);
    ask_for_clock(rig, book->wall_ms + 3600000); /* not what the clock says */
    assert_int_equal(book->operator_refused, refused + 1);
    assert_false(rig_status(rig).ready);
    assert_int_equal(rig_status(rig).applied_batch, held.applied_batch);

    ask_for_clock(rig, book->wall_ms);
    rig_approve(rig, 1000, book->wall_ms); /* by the same person */
    rig_approve(rig, RIG_UID_TWO, book->wall_ms - 3600000);
    assert_int_equal(book->operator_refused, refused + 3);
    assert_false(rig_status(rig).ready);
    assert_int_equal(rig_status(rig).hold, hold);
    assert_int_equal(rig_status(rig).ledger_ms, held.ledger_ms);
    rig_approve(rig, RIG_UID_TWO, book->wall_ms);
    assert_int_equal(book->operator_granted, granted + 1);
    assert_true(rig_status(rig).ready);
    assert_true(rig_status(rig).ledger_ms >= held.ledger_ms);
    if (jump_ms > 0)
        assert_int_equal(rig_status(rig).ledger_ms, book->wall_ms);
    rig_stop(rig);
}

static void held_clocks(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    rig_stop(&rig);
    held_start_serves_nothing(&rig, 2 * 86400000LL, LEDGER_CLOCK_HELD_FORWARD);
    held_start_serves_nothing(&rig, 365 * 86400000LL, LEDGER_CLOCK_HELD_FORWARD);
    held_start_serves_nothing(&rig, -365 * 86400000LL, LEDGER_CLOCK_HELD_BACK);
    rig_deinit(&rig);
}

static void running_clock_jump_is_alarmed_until_accepted(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    uint64_t alarms = rig.book->alarms;
    rig.book->wall_ms += 3600000;
    rig_run(&rig);
    rig_run(&rig);
    assert_int_equal(rig.book->alarms, alarms + 1);
    assert_true(rig_status(&rig).clock_off);
    assert_int_equal(rig_status(&rig).clock_difference_ms, 3600000);
    ask_for_clock(&rig, 0);
    assert_true(rig_status(&rig).clock_off);
    rig_approve(&rig, RIG_UID_TWO, 0);
    assert_false(rig_status(&rig).clock_off);
    assert_int_equal(rig_status(&rig).clock_difference_ms, 0);
    rig_deinit(&rig);
}

/* What waited before the start still waits; it is not decided on while nothing is served, and a
 * restart in between changes nothing. */
static void only_the_clock_is_decided_on_while_it_is_held(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    struct book *book = rig.book;
    struct command *command = rig_operator(&rig, COMMAND_BANK_SET);
    command->body.bank_set = (struct bank_set){.code = BANK_A, .what = BANK_SET_NAME};
    strcpy(command->body.bank_set.name, "Other");
    rig_submit_operator(&rig, command);
    rig_run(&rig);
    struct id other = book->waits;
    rig_stop(&rig);

    book->wall_ms += 2 * 86400000LL;
    rig_must_open(&rig);
    rig_run(&rig);
    uint64_t refused = book->operator_refused;
    rig_approve(&rig, RIG_UID_TWO, 0);
    assert_int_equal(book->operator_refused, refused + 1);
    assert_int_equal(book->operator_code, REFUSAL_BUSY);
    ask_for_clock(&rig, book->wall_ms);
    struct id clock = book->waits;
    rig_close(&rig); /* killed: the request stands in the log before any BOOT */

    rig_must_open(&rig);
    rig_run(&rig);
    assert_int_equal(rig_status(&rig).hold, LEDGER_CLOCK_HELD_FORWARD);
    book->waits = clock;
    rig_approve(&rig, RIG_UID_TWO, book->wall_ms);
    assert_true(rig_status(&rig).ready);
    assert_int_equal(rig_status(&rig).ledger_ms, book->wall_ms);
    /* two days later it is too late for the other */
    book->waits = other;
    rig_approve(&rig, RIG_UID_TWO, book->wall_ms);
    assert_int_equal(book->operator_code, REFUSAL_APPROVAL_STATE);
    rig_deinit(&rig);
}

/* ---- the quarantine ---- */

static void set_aside(struct rig *rig, const struct digest *digest) {
    struct quarantine_row row;
    for (int i = 0; i < QUARANTINE_CRASHES; i++)
        assert_int_equal(quarantine_count(engine_quarantine(rig->engine), digest,
                                          COMMAND_SUBMIT_TRANSFER, BANK_A, 1, &row),
                         0);
    assert_int_equal(row.state, QUARANTINE_HELD);
}

static enum quarantine_state state_of(struct rig *rig) {
    const struct quarantine_row *rows;
    return quarantine_rows(engine_quarantine(rig->engine), &rows) == 1 ? rows[0].state : 0;
}

static void decide(struct rig *rig, enum command_kind kind, const struct digest *digest) {
    struct command *command = rig_operator(rig, kind);
    command->body.quarantine_order.digest = *digest;
    rig_submit_operator(rig, command);
    rig_run(rig);
}

static void the_quarantine_is_released_by_two_and_dropped_by_one(void **state) {
    (void)state;
    struct rig rig;
    started(&rig);
    struct book *book = rig.book;
    const struct digest digest = {{6}}, other = {{7}};
    set_aside(&rig, &digest);
    uint64_t sequence = rig_status(&rig).sequence;
    decide(&rig, COMMAND_QUARANTINE_RELEASE, &other);
    assert_int_equal(book->operator_code, REFUSAL_NO_SUCH_OBJECT);
    decide(&rig, COMMAND_QUARANTINE_DROP, &other);
    assert_int_equal(book->operator_code, REFUSAL_NO_SUCH_OBJECT);
    assert_int_equal(rig_status(&rig).sequence, sequence);

    decide(&rig, COMMAND_QUARANTINE_RELEASE, &digest);
    assert_int_equal(state_of(&rig), QUARANTINE_HELD);
    rig_approve(&rig, 1000, 0);
    assert_int_equal(book->operator_code, REFUSAL_SAME_PERSON);
    assert_int_equal(state_of(&rig), QUARANTINE_HELD);
    rig_approve(&rig, RIG_UID_TWO, 0);
    assert_int_equal(book->operator_code, REFUSAL_NONE);
    assert_int_equal(state_of(&rig), 0);

    set_aside(&rig, &digest);
    decide(&rig, COMMAND_QUARANTINE_DROP, &digest);
    assert_int_equal(book->operator_code, REFUSAL_NONE);
    assert_int_equal(state_of(&rig), QUARANTINE_DROPPED);
    /* a replay of the log decides nothing anew */
    rig_close(&rig);
    rig_must_open(&rig);
    assert_int_equal(state_of(&rig), QUARANTINE_DROPPED);
    rig_deinit(&rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_clocks),
        cmocka_unit_test(only_the_clock_is_decided_on_while_it_is_held),
        cmocka_unit_test(running_clock_jump_is_alarmed_until_accepted),
        cmocka_unit_test(the_quarantine_is_released_by_two_and_dropped_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
