/*
 * The log as its users see it: append, reopen, replay, switch, recycle, cap, versions, failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fixture.h"
#include "util/logline.h"

static struct fixture now;

static int set_up(void **state) {
    (void)state;
    fixture_init(&now, 1);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    fixture_deinit(&now);
    return 0;
}

static void reopen(void) {
    fixture_close(&now);
    assert_int_equal(fixture_open(&now), 0);
}

static void test_new_log_is_empty(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    assert_true(log_sealed(now.log));
    assert_int_equal(fixture_kept(&now), 0);
    struct log_stats stats;
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 1);
    assert_int_equal(stats.spares, 2);
    assert_int_equal(stats.bytes, 3 * FIXTURE_SEGMENT);
    reopen();
    assert_int_equal(log_last(now.log).batch, 0);
}

static void test_every_size_comes_back(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    size_t largest = log_batch_max(now.log);
    size_t edge = LOG_BLOCK - 112; /* header, chain and tag beside it fill a block */
    const size_t sizes[] = {0,        1,         100,         edge - 1,    edge,
                            edge + 1, LOG_BLOCK, largest - 1, largest / 2, largest};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_int_equal(fixture_append(&now, sizes[i]), 0);
        assert_int_equal(log_sealed(now.log), sizes[i] == 0);
        assert_int_equal(log_flushed(now.log, 0, 0), 0);
    }
    assert_int_equal(fixture_kept(&now), 10);
    reopen();
    assert_int_equal(fixture_kept(&now), 10);
    fixture_append_many(&now, 3, 5000);
    reopen();
    assert_int_equal(fixture_kept(&now), 13);
}

static void test_one_write_and_one_sync_a_batch(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    uint64_t calls = model_disk_calls(now.disk);
    fixture_append_many(&now, 7, 3000);
    assert_int_equal(model_disk_calls(now.disk), calls + 14);
}

static void test_replay_begins_where_it_is_told(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 40, 2000); /* over three segments */
    struct log_stats stats;
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 3);
    for (now.applied = 0; now.applied <= now.last; now.applied++)
        reopen();
    now.applied = 20;
    now.config.check_all = true;
    reopen();
}

static int stop_at_third(void *context, const struct log_place *place, struct span plain) {
    (void)plain;
    ++*(int *)context;
    return place->batch == 3 ? 42 : 0;
}

static void test_replay_forwards_a_stop(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 5, 10);
    int visits = 0;
    struct log_place start = {0};
    assert_int_equal(log_replay(now.log, &start, stop_at_third, &visits), 42);
    assert_int_equal(visits, 3);
}

static void test_full_is_said_before_writing(void **state) {
    (void)state;
    now.config.max_bytes = 4 * FIXTURE_SEGMENT;
    assert_int_equal(fixture_open(&now), 0);
    for (;;) {
        assert_int_equal(log_flushed(now.log, 0, 0), 0);
        int room = log_room(now.log, 3000);
        assert_int_equal(fixture_append(&now, 3000), room);
        if (room != 0)
            break;
    }
    assert_int_equal(log_room(now.log, 3000), LOG_FULL);
    assert_int_equal(now.last, 45); /* three segments of 15; the fourth is recovery's */
    reopen();
    assert_int_equal(fixture_append(&now, 3000), LOG_FULL);
    struct log_stats stats;
    log_stats(now.log, &stats);
    assert_true(stats.bytes <= now.config.max_bytes);
    /* Flushing gives the room back. */
    assert_int_equal(fixture_flush(&now, 1000), 0);
    fixture_append_many(&now, 15, 3000);
    reopen();
}

static void test_segments_stay_until_flushed_and_old(void **state) {
    (void)state;
    now.config.keep_ms = 100;
    assert_int_equal(fixture_open(&now), 0);
    for (int i = 0; i < 4; i++) {
        fixture_append_many(&now, 15, 3000);
        assert_int_equal(log_flushed(now.log, 0, 1000000), 0);
    }
    struct log_stats stats;
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 4);
    /* Segments begin at batches 1, 16, 31, 46, each stamped with its first batch's number. */
    now.applied = 44;
    assert_int_equal(log_flushed(now.log, 44, 115), 0);
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 4);
    assert_int_equal(log_flushed(now.log, 44, 116), 0);
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 3);
    assert_int_equal(log_flushed(now.log, 44, 1000000), 0);
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 2);
    assert_int_equal(stats.batches, 30);
    assert_int_equal(fixture_kept(&now), 30);
    reopen();
    assert_int_equal(fixture_kept(&now), 30);
    assert_int_equal(log_flushed(now.log, 45, 1000000), 0);
    log_stats(now.log, &stats);
    assert_int_equal(stats.segments, 1);
}

static void test_files_do_not_grow_in_number(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    struct log_stats stats;
    for (int i = 0; i < 50; i++) {
        fixture_append_many(&now, 16, 3000);
        assert_int_equal(fixture_flush(&now, 1000000), 0);
        if (i % 10 == 0)
            reopen();
        log_stats(now.log, &stats);
        assert_true(stats.bytes <= 5 * FIXTURE_SEGMENT);
    }
    /* Nothing is written to make room once segments come back. */
    uint64_t before = model_disk_count(now.disk, MODEL_WRITE);
    fixture_append_many(&now, 16, 3000);
    assert_int_equal(fixture_flush(&now, 1000000), 0);
    assert_in_range(model_disk_count(now.disk, MODEL_WRITE) - before, 16, 20);
}

static void test_chore_is_apart_from_the_log(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    assert_int_equal(log_flushed(now.log, 0, 0), 0);
    fixture_append_many(&now, 32, 3000);
    now.applied = 31;
    struct log_chore *chore = log_chore_take(now.log, 31, 1000000);
    assert_non_null(chore);
    assert_null(log_chore_take(now.log, 31, 1000000));
    struct log_stats before;
    log_stats(now.log, &before);
    assert_int_equal(before.segments, 1);
    assert_int_equal(before.bytes, 4 * FIXTURE_SEGMENT);
    fixture_append_many(&now, 2, 3000); /* the log goes on meanwhile */
    assert_int_equal(log_chore_run(chore), 0);
    log_chore_done(now.log, chore);
    struct log_stats after;
    log_stats(now.log, &after);
    assert_int_equal(after.spares, 3);
    assert_null(log_chore_take(now.log, 31, 1000000));
    reopen();
    /* A chore that was taken and never run: the files are found again at the next start. */
    fixture_append_many(&now, 32, 3000);
    chore = log_chore_take(now.log, now.last, 1000000);
    assert_non_null(chore);
    log_chore_done(now.log, chore);
    reopen();
}

static void test_full_disk_is_no_failure_of_a_chore(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    model_disk_capacity(now.disk, 3 * FIXTURE_SEGMENT + 3 * LOG_BLOCK);
    assert_int_equal(log_flushed(now.log, 0, 0), 0);
    fixture_append_many(&now, 30, 3000);
    assert_int_equal(log_flushed(now.log, 0, 0), 0);
    assert_int_equal(fixture_append(&now, 3000), LOG_FULL);
    reopen(); /* with the spare that is kept back */
    assert_int_equal(fixture_append(&now, 3000), LOG_FULL);
    model_disk_capacity(now.disk, 0);
    assert_int_equal(log_flushed(now.log, 0, 0), 0);
    fixture_append_many(&now, 30, 3000);
    reopen();
}

/* A full disk fails each chore; who reads the log is told once a minute. */
static void test_full_disk_is_told_now_and_then(void **state) {
    (void)state;
    char *lines;
    size_t size;
    FILE *stream = open_memstream(&lines, &size);
    assert_non_null(stream);
    assert_int_equal(fixture_open(&now), 0);
    model_disk_capacity(now.disk, 3 * FIXTURE_SEGMENT + 3 * LOG_BLOCK);
    log_set_level(LOG_INFO);
    log_set_stream(stream);
    for (int64_t now_ms = 0; now_ms <= 90000; now_ms += 1000)
        assert_int_equal(log_flushed(now.log, 0, now_ms), 0);
    log_set_stream(NULL);
    log_set_level(LOG_EMERG);
    fclose(stream);
    const char *second = strstr(lines, "log_spare_failed");
    assert_non_null(second);
    second = strstr(second + 1, "log_spare_failed");
    assert_non_null(second);
    assert_non_null(strstr(second, "times=60"));
    assert_null(strstr(second + 1, "log_spare_failed"));
    free(lines);
}

static void test_failed_sync_or_write_fails_for_good(void **state) {
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        assert_int_equal(fixture_open(&now), 0);
        fixture_append_many(&now, 4, 6000);
        model_disk_fail(now.disk, kind == 0 ? MODEL_SYNC : MODEL_WRITE, 1, false);
        assert_int_equal(fixture_append(&now, 6000), LOG_FAILED);
        struct log_place place;
        uint64_t calls = model_disk_calls(now.disk);
        assert_int_equal(log_append(now.log, span_text("x"), 0, &place), LOG_FAILED);
        assert_int_equal(model_disk_calls(now.disk), calls);
        fixture_kill(&now);
    }
    assert_int_equal(fixture_open(&now), 0);
}

static void test_wrong_key_is_named(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 4, 100);
    fixture_close(&now);
    const uint8_t other[32] = {8};
    struct keyring *right = now.keyring;
    now.keyring = keyring_from_root(other);
    assert_int_equal(fixture_open(&now), LOG_DAMAGED);
    assert_non_null(strstr(now.reason, "key file"));
    keyring_free(now.keyring);
    now.keyring = right;
    assert_int_equal(fixture_open(&now), 0);
}

static void test_tail_of_another_version(void **state) {
    (void)state;
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 4, 100);
    fixture_close(&now);
    now.config.ledger_version = 2;
    now.applied = 3;
    assert_int_equal(fixture_open(&now), LOG_OTHER_VERSION);
    assert_non_null(strstr(now.reason, "batch 4"));
    now.config.ledger_version = 1; /* the previous program recovers */
    assert_int_equal(fixture_open(&now), 0);
    fixture_close(&now);
    now.config.ledger_version = 2;
    now.applied = 4;
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 2, 100);
    reopen();
    fixture_close(&now);
    now.applied = 3; /* a copied batch keeps its version */
    assert_int_equal(fixture_open(&now), LOG_OTHER_VERSION);
}

static void test_segment_size_may_change(void **state) {
    (void)state;
    const uint64_t blocks[] = {64, 8, 32, 4, 16};
    for (size_t i = 0; i < 5; i++) {
        now.config.segment_bytes = blocks[i] * LOG_BLOCK;
        assert_int_equal(fixture_open(&now), 0);
        for (int n = 0; n < 6; n++) {
            assert_int_equal(fixture_append(&now, log_batch_max(now.log)), 0);
            assert_int_equal(log_flushed(now.log, 0, 0), 0);
        }
        fixture_close(&now);
    }
    now.config.segment_bytes = 4 * LOG_BLOCK;
    assert_int_equal(fixture_open(&now), 0);
    assert_int_equal(fixture_kept(&now), 30);
}

static void test_bad_sizes_are_refused(void **state) {
    (void)state;
    struct log_config right = now.config;
    now.config.segment_bytes = 3 * LOG_BLOCK;
    assert_int_equal(fixture_open(&now), LOG_FAILED);
    now.config.segment_bytes = FIXTURE_SEGMENT + 1;
    assert_int_equal(fixture_open(&now), LOG_FAILED);
    now.config = right;
    now.config.max_bytes = 3 * FIXTURE_SEGMENT - 1;
    assert_int_equal(fixture_open(&now), LOG_FAILED);
    now.config = right;
    now.config.spares = 0;
    assert_int_equal(fixture_open(&now), LOG_FAILED);
}

static void test_on_the_real_disk(void **state) {
    (void)state;
    char dir[] = "/tmp/linkgate-log-XXXXXX";
    assert_non_null(mkdtemp(dir));
    now.config.dir = dir;
    now.config.io = log_io_system();
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 20, 3000);
    assert_int_equal(fixture_flush(&now, 1000), 0);
    fixture_append_many(&now, 20, 3000);
    reopen();
    fixture_close(&now);
    char command[64];
    snprintf(command, sizeof(command), "rm -r %s", dir);
    assert_int_equal(system(command), 0);
    assert_int_equal(fixture_open(&now), LOG_FAILED);
    assert_non_null(strstr(now.reason, dir));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_new_log_is_empty),
        TEST(test_every_size_comes_back),
        TEST(test_one_write_and_one_sync_a_batch),
        TEST(test_replay_begins_where_it_is_told),
        TEST(test_replay_forwards_a_stop),
        TEST(test_full_is_said_before_writing),
        TEST(test_segments_stay_until_flushed_and_old),
        TEST(test_files_do_not_grow_in_number),
        TEST(test_chore_is_apart_from_the_log),
        TEST(test_full_disk_is_no_failure_of_a_chore),
        TEST(test_full_disk_is_told_now_and_then),
        TEST(test_failed_sync_or_write_fails_for_good),
        TEST(test_wrong_key_is_named),
        TEST(test_tail_of_another_version),
        TEST(test_segment_size_may_change),
        TEST(test_bad_sizes_are_refused),
        TEST(test_on_the_real_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
