/*
 * Commands that crash the process: marked by the handler, counted, set aside at the second crash,
 * released and dropped; what is nobody's fault does not count.
 */
#include "engine/rig.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "crypto/sha256_plain.h"
#include "engine/inhand.h"
#include "support/starve.h"
#include "util/logline.h"

enum crash { CRASH_ABORT, CRASH_SEGV, CRASH_KILL, CRASH_HANG, CRASH_MEMORY };
static enum crash crash_by;
static int hang_pipe[2];

static bool planted(const struct command *command) {
    return command->kind == COMMAND_SUBMIT_TRANSFER &&
           command->body.submit_transfer.amount.fen == RIG_POISON_FEN;
}

static int crashing_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                          int64_t now_ms, struct effects *effects) {
    if (!planted(command))
        return ledger_apply(ledger, command, sequence, now_ms, effects);
    switch (crash_by) {
    case CRASH_ABORT:
        fatal("test", "planted");
    case CRASH_SEGV:
        raise(SIGSEGV);
        break;
    case CRASH_KILL:
        raise(SIGKILL);
        break;
    case CRASH_MEMORY:
        starve(1, true);
        free(xmalloc(1));
        break;
    case CRASH_HANG:
        assert_int_equal(write(hang_pipe[1], "x", 1), 1);
        for (;;)
            pause();
    }
    return 0;
}

/* The child sends the good row and the bad one; it must die of that signal. */
static void die(struct rig *rig, size_t good, size_t bad, enum crash by, int signal_number) {
    crash_by = by;
    assert_int_equal(pipe(hang_pipe), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        log_set_level(LOG_EMERG);
        rig_must_open(rig);
        rig_connect(rig);
        rig_send_row(rig, good);
        rig_run(rig);
        rig_send_row(rig, bad);
        rig_run(rig);
        _exit(0);
    }
    char byte;
    if (by == CRASH_HANG) {
        assert_int_equal(read(hang_pipe[0], &byte, 1), 1);
        kill(child, signal_number);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), signal_number);
    close(hang_pipe[0]);
    close(hang_pipe[1]);
}

static void set_up(struct rig *rig) {
    rig_init(rig);
    rig->config.apply = crashing_apply;
    rig->config.catch_signals = true;
    rig_must_open(rig);
    rig_set_up(rig);
    rig_close(rig);
}

static const struct quarantine_row *only_row(struct rig *rig) {
    const struct quarantine_row *rows;
    assert_int_equal(quarantine_rows(engine_quarantine(rig->engine), &rows), 1);
    return rows;
}

static void expect_last(struct rig *rig, size_t row, enum refusal_code code) {
    rig_send_row(rig, row);
    rig_run(rig);
    const struct row *told = &rig->book->rows[row];
    assert_true(told->told > 0);
    assert_int_equal(told->last_code, code);
}

static void set_aside_at_the_second_crash(void **state) {
    (void)state;
    struct rig rig;
    set_up(&rig);
    size_t good = rig_new_row(&rig, 5);
    size_t bad = rig_new_row(&rig, RIG_POISON_FEN);

    die(&rig, good, bad, CRASH_ABORT, SIGABRT);
    rig_must_open(&rig);
    assert_int_equal(only_row(&rig)->state, QUARANTINE_SEEN);
    assert_int_equal(only_row(&rig)->crashes, 1);
    rig_close(&rig);

    die(&rig, good, bad, CRASH_SEGV, SIGSEGV);
    rig_must_open(&rig);
    struct quarantine_row held = *only_row(&rig);
    assert_int_equal(held.state, QUARANTINE_HELD);
    assert_int_equal(held.crashes, 2);
    assert_int_equal(held.kind, COMMAND_SUBMIT_TRANSFER);
    assert_int_equal(held.bank, BANK_A);

    /* Refused, and everyone else is served; also after a restart. */
    rig_connect(&rig);
    expect_last(&rig, bad, REFUSAL_QUARANTINED);
    expect_last(&rig, good, REFUSAL_NONE);
    rig_stop(&rig);
    rig_must_open(&rig);
    rig_connect(&rig);
    expect_last(&rig, bad, REFUSAL_QUARANTINED);
    assert_true(rig_transfer(&rig, 7) > 0);

    /* Released: it is tried again. */
    assert_int_equal(quarantine_release(engine_quarantine(rig.engine), &held.digest), 0);
    assert_int_equal(quarantine_release(engine_quarantine(rig.engine), &held.digest),
                     QUARANTINE_ABSENT);
    rig.config.apply = NULL;
    rig_stop(&rig);
    rig_must_open(&rig);
    rig_connect(&rig);
    expect_last(&rig, bad, REFUSAL_NONE);
    rig_deinit(&rig);
}

static void dropped_for_ever(void **state) {
    (void)state;
    struct rig rig;
    set_up(&rig);
    size_t good = rig_new_row(&rig, 5);
    size_t bad = rig_new_row(&rig, RIG_POISON_FEN);
    die(&rig, good, bad, CRASH_ABORT, SIGABRT);
    die(&rig, good, bad, CRASH_HANG, SIGABRT); /* a watchdog's */
    rig_must_open(&rig);
    struct digest digest = only_row(&rig)->digest;
    assert_int_equal(quarantine_drop(engine_quarantine(rig.engine), &digest), 0);
    rig_close(&rig);
    rig.config.apply = NULL;
    rig_must_open(&rig);
    assert_int_equal(only_row(&rig)->state, QUARANTINE_DROPPED);
    rig_connect(&rig);
    expect_last(&rig, bad, REFUSAL_QUARANTINED);
    expect_last(&rig, good, REFUSAL_NONE);
    rig_deinit(&rig);
}

static void a_kill_does_not_count(void **state) {
    (void)state;
    struct rig rig;
    set_up(&rig);
    size_t good = rig_new_row(&rig, 5);
    size_t bad = rig_new_row(&rig, RIG_POISON_FEN);
    die(&rig, good, bad, CRASH_KILL, SIGKILL);
    die(&rig, good, bad, CRASH_KILL, SIGKILL);
    die(&rig, good, bad, CRASH_HANG, SIGTERM);
    rig_must_open(&rig);
    const struct quarantine_row *rows;
    assert_int_equal(quarantine_rows(engine_quarantine(rig.engine), &rows), 0);
    rig_deinit(&rig);
}

static void memory_that_ran_out_does_not_count(void **state) {
    (void)state;
    struct rig rig;
    if (!starve_works())
        skip();
    set_up(&rig);
    size_t good = rig_new_row(&rig, 5);
    size_t bad = rig_new_row(&rig, RIG_POISON_FEN);
    die(&rig, good, bad, CRASH_MEMORY, SIGABRT);
    die(&rig, good, bad, CRASH_MEMORY, SIGABRT);
    rig.config.apply = NULL;
    rig_must_open(&rig);
    const struct quarantine_row *rows;
    assert_int_equal(quarantine_rows(engine_quarantine(rig.engine), &rows), 0);
    rig_connect(&rig);
    expect_last(&rig, bad, REFUSAL_NONE);
    rig_deinit(&rig);
}

#define ROW_START "0011223344556677889900112233445566778899001122334455667788990011"

static void a_damaged_list_is_not_passed_over(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    char path[100];
    snprintf(path, sizeof(path), "%s/quarantine", rig.dir);
    static const char *const texts[] = {"",
                                        "x",
                                        "linkgate quarantine 1",
                                        "linkgate quarantine 1\nx\n",
                                        "linkgate quarantine 1\n00 1 2 3 4 2\n",
                                        "linkgate quarantine 1\n" ROW_START " 1020 1 1 2 9\n",
                                        "linkgate quarantine 1\n" ROW_START " 1020 1 1 2\n",
                                        "linkgate quarantine 1\n" ROW_START " 1020 1 1 2 2"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        fputs(texts[i], file);
        fclose(file);
        assert_int_equal(rig_open(&rig), ENGINE_DAMAGED);
        assert_non_null(strstr(rig.reason, "quarantine"));
    }
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("linkgate quarantine 1\n" ROW_START " 1020 1 1 2 2\n", file);
    fclose(file);
    rig_must_open(&rig);
    rig_deinit(&rig);
}

static void quarantine_is_bounded(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    char path[100];
    snprintf(path, sizeof(path), "%s/quarantine", rig.dir);
    struct quarantine *quarantine;
    assert_int_equal(quarantine_open(path, &quarantine, rig.reason, sizeof(rig.reason)), 0);
    struct quarantine_row row;
    struct digest digest = {{0}};
    /* Singles give way to new ones; held ones never do. */
    for (unsigned i = 0; i < 2 * QUARANTINE_MAX; i++) {
        digest.bytes[0] = (uint8_t)i;
        assert_int_equal(quarantine_count(quarantine, &digest, COMMAND_TICK, 0, RIG_START_MS, &row),
                         0);
    }
    for (unsigned i = QUARANTINE_MAX; i < 2 * QUARANTINE_MAX; i++) {
        digest.bytes[0] = (uint8_t)i;
        assert_int_equal(quarantine_count(quarantine, &digest, COMMAND_TICK, 0, RIG_START_MS, &row),
                         0);
        assert_int_equal(row.state, QUARANTINE_HELD);
    }
    digest.bytes[0] = 0;
    assert_int_equal(quarantine_count(quarantine, &digest, COMMAND_TICK, 0, RIG_START_MS, &row),
                     QUARANTINE_FULL);
    quarantine_close(quarantine);
    assert_int_equal(quarantine_open(path, &quarantine, rig.reason, sizeof(rig.reason)), 0);
    const struct quarantine_row *rows;
    assert_int_equal(quarantine_rows(quarantine, &rows), QUARANTINE_MAX);
    assert_true(quarantine_stops_kind(quarantine, COMMAND_TICK));
    assert_false(quarantine_stops_kind(quarantine, COMMAND_BOOT));
    quarantine_close(quarantine);
    rig_deinit(&rig);
}

static void single_crashes_are_forgotten(void **state) {
    (void)state;
    struct rig rig;
    rig_init(&rig);
    char path[100];
    snprintf(path, sizeof(path), "%s/quarantine", rig.dir);
    struct quarantine *quarantine;
    assert_int_equal(quarantine_open(path, &quarantine, rig.reason, sizeof(rig.reason)), 0);
    struct quarantine_row row;
    struct digest digest = {{1}};
    int64_t later_ms = RIG_START_MS + QUARANTINE_FORGET_MS + 1;
    assert_int_equal(quarantine_count(quarantine, &digest, COMMAND_TICK, 0, RIG_START_MS, &row), 0);
    assert_int_equal(quarantine_count(quarantine, &digest, COMMAND_TICK, 0, later_ms, &row), 0);
    assert_int_equal(row.state, QUARANTINE_SEEN);
    quarantine_close(quarantine);
    rig_deinit(&rig);
}

static void plain_digest_is_sha256(void **state) {
    (void)state;
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 7);
    for (size_t size = 0; size <= sizeof(bytes); size++) {
        struct sha256_plain sha;
        struct digest plain;
        struct digest expected;
        sha256_plain_init(&sha);
        sha256_plain_add(&sha, bytes, size / 2);
        sha256_plain_add(&sha, bytes + size / 2, size - size / 2);
        sha256_plain_end(&sha, &plain);
        sha256(span_of(bytes, size), &expected);
        assert_memory_equal(plain.bytes, expected.bytes, DIGEST_SIZE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_aside_at_the_second_crash),
        cmocka_unit_test(dropped_for_ever),
        cmocka_unit_test(a_kill_does_not_count),
        cmocka_unit_test(memory_that_ran_out_does_not_count),
        cmocka_unit_test(a_damaged_list_is_not_passed_over),
        cmocka_unit_test(quarantine_is_bounded),
        cmocka_unit_test(single_crashes_are_forgotten),
        cmocka_unit_test(plain_digest_is_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
