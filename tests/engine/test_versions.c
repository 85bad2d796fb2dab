/*
 * From one ledger version to the next: the new program refuses the old one's tail, the old one brings
 * it into the store without serving, killed at any step of that it is whole or not, and an old
 * program refuses what a new one wrote.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TRANSFERS 12
#define OLD LEDGER_VERSION
#define NEW (LEDGER_VERSION + 1)

/* An old program's store with a tail that is not flushed. */
static void start(struct rig *rig) {
    rig_init(rig);
    rig->config.ledger_version = OLD;
    rig_must_open(rig);
    rig_set_up(rig);
    rig->config.bounds.overlay_age_ms = 3600000;
    rig_stop(rig);
    rig_must_open(rig);
    rig_connect(rig);
    for (int i = 0; i < TRANSFERS; i++)
        rig_send_row(rig, rig_new_row(rig, 100 + i));
    rig_run(rig);
    rig_close(rig);
}

static int open_as(struct rig *rig, uint32_t version) {
    rig->config.ledger_version = version;
    return rig_open(rig);
}

static int recover_as(struct rig *rig, uint32_t version, uint64_t *replayed_out) {
    rig->config.ledger_version = version;
    return engine_recover(&rig->config, replayed_out, rig->reason, sizeof(rig->reason));
}

/* Everything that was told is there, under the new version. */
static void check_new(struct rig *rig) {
    assert_int_equal(open_as(rig, NEW), 0);
    assert_int_equal(rig_status(rig).ledger_version, NEW);
    rig_connect(rig);
    for (size_t i = 0; i < rig->book->row_count; i++) {
        rig_send_row(rig, i); /* the rig insists on the same answer */
        rig_run(rig);
        assert_int_equal(rig->book->rows[i].last_state, TRANSFER_ACCEPTED);
    }
}

static void the_old_one_recovers_and_the_new_one_goes_on(void **state) {
    (void)state;
    struct rig rig;
    uint64_t replayed = 0;
    start(&rig);
    assert_int_equal(open_as(&rig, NEW), ENGINE_VERSION);
    assert_non_null(strstr(rig.reason, "--recover"));
    assert_int_equal(recover_as(&rig, NEW, &replayed), ENGINE_VERSION);
    assert_int_equal(recover_as(&rig, OLD, &replayed), 0);
    assert_true(replayed >= TRANSFERS);
    assert_int_equal(recover_as(&rig, OLD, &replayed), 0); /* again: nothing is left to do */
    assert_int_equal(replayed, 0);
    check_new(&rig);
    assert_int_equal(rig_status(&rig).replayed, 0);
    rig_stop(&rig);
    /* There is no way back. */
    assert_int_equal(open_as(&rig, OLD), ENGINE_VERSION);
    assert_non_null(strstr(rig.reason, "newer program"));
    assert_int_equal(recover_as(&rig, OLD, &replayed), ENGINE_VERSION);
    assert_int_equal(open_as(&rig, NEW), 0);
    rig_deinit(&rig);
}

/* Nobody was there, so nobody came or went: recovering is no start. */
static void recovering_is_no_start(void **state) {
    (void)state;
    struct rig rig;
    struct store_meta before, after;
    uint64_t replayed;
    start(&rig);
    assert_int_equal(open_as(&rig, OLD), 0);
    assert_int_equal(store_get_meta(engine_store(rig.engine), &before), 0);
    rig_close(&rig);
    assert_int_equal(recover_as(&rig, OLD, &replayed), 0);
    assert_int_equal(open_as(&rig, OLD), 0);
    assert_int_equal(store_get_meta(engine_store(rig.engine), &after), 0);
    assert_int_equal(after.boot_count, before.boot_count + 1); /* of this open alone */
    rig_deinit(&rig);
}

static void a_new_store_has_nothing_to_recover(void **state) {
    (void)state;
    struct rig rig;
    uint64_t replayed = 7;
    rig_init(&rig);
    assert_int_equal(recover_as(&rig, OLD, &replayed), 0);
    assert_int_equal(replayed, 0);
    assert_int_equal(open_as(&rig, NEW), 0);
    rig_deinit(&rig);
}

static bool killed_in(struct rig *rig, enum engine_step step) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        uint64_t replayed;
        memset(rig->book->steps, 0, sizeof(rig->book->steps));
        rig->kill_step = step;
        rig->kill_at = 1;
        _exit(recover_as(rig, OLD, &replayed) == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return WEXITSTATUS(status) == 137;
}

/* Whole, and the new program starts; or not, and it refuses until the old one is run again. */
static void killed_on_the_way_it_is_whole_or_not(void **state) {
    (void)state;
    int killed = 0;
    for (int step = 0; step < ENGINE_STEPS; step++) {
        struct rig rig;
        uint64_t replayed;
        start(&rig);
        killed += killed_in(&rig, (enum engine_step)step);
        rig.kill_at = 0;
        int rc = open_as(&rig, NEW);
        assert_true(rc == 0 || rc == ENGINE_VERSION);
        rig_close(&rig);
        if (rc != 0)
            assert_int_equal(recover_as(&rig, OLD, &replayed), 0);
        check_new(&rig);
        rig_deinit(&rig);
    }
    assert_true(killed >= 5);
}

static void die_starting_as_new(struct rig *rig, enum engine_step step) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        memset(rig->book->steps, 0, sizeof(rig->book->steps));
        rig->kill_step = step;
        rig->kill_at = 1;
        int rc = open_as(rig, NEW);
        if (rc == 0)
            rig_connect(rig);
        _exit(rc == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
}

/* The first start of the new program converts nothing, so it may die anywhere: it is started again. */
static void the_new_one_killed_at_its_first_start_starts_again(void **state) {
    (void)state;
    for (int step = 0; step < ENGINE_STEPS; step++) {
        struct rig rig;
        uint64_t replayed;
        start(&rig);
        assert_int_equal(recover_as(&rig, OLD, &replayed), 0);
        die_starting_as_new(&rig, (enum engine_step)step);
        rig.kill_at = 0;
        check_new(&rig);
        rig_stop(&rig);
        assert_int_equal(open_as(&rig, OLD), ENGINE_VERSION);
        rig_deinit(&rig);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_one_recovers_and_the_new_one_goes_on),
        cmocka_unit_test(recovering_is_no_start),
        cmocka_unit_test(a_new_store_has_nothing_to_recover),
        cmocka_unit_test(killed_on_the_way_it_is_whole_or_not),
        cmocka_unit_test(the_new_one_killed_at_its_first_start_starts_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
