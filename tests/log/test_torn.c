/*
 * Torn writes: the last batch cut at every byte, and with every pattern of a sample of its sectors
 * missing, over files with and without the remains of an earlier use. What was acknowledged comes
 * back, and of the torn batch all or nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fixture.h"

#define TORN_SIZE 5000 /* two blocks */

static struct fixture base;
static struct fixture now;

/* A log with a few batches, on a fresh segment or on one that is used for the second time. */
static void make_base(bool recycled) {
    fixture_init(&base, 1);
    assert_int_equal(fixture_open(&base), 0);
    if (recycled) {
        fixture_append_many(&base, 90, 3500);
        base.applied = 0;
        for (int i = 0; i < 10; i++) {
            assert_int_equal(fixture_flush(&base, 1000000), 0);
            fixture_append_many(&base, 16, 3500);
        }
    }
    fixture_append_many(&base, 3, 3500);
    fixture_close(&base);
}

static void open_now(void) {
    assert_int_equal(fixture_open(&now), 0);
    now.tried = false;
}

/* Appends, torn; the disk is then as it would be found. */
static void torn_append(void) {
    assert_int_equal(fixture_append(&now, TORN_SIZE), LOG_FAILED);
    fixture_kill(&now);
}

static void after_tear(bool whole) {
    uint64_t before = now.last;
    assert_int_equal(fixture_open(&now), 0);
    assert_int_equal(now.last, whole ? before + 1 : before);
    fixture_append_many(&now, 2, 700);
    fixture_close(&now);
    assert_int_equal(fixture_open(&now), 0);
    fixture_deinit(&now);
}

static void torn_at_every_byte(bool recycled) {
    make_base(recycled);
    for (uint64_t keep = 0; keep <= 2 * LOG_BLOCK; keep++) {
        if (keep % LOG_BLOCK > 160 && keep % LOG_BLOCK < LOG_BLOCK - 64 && keep % 13 != 0)
            continue; /* inside of ciphertext each byte is like the next; all edges are taken */
        fixture_fork(&base, &now, keep);
        open_now();
        model_disk_tear(now.disk, keep);
        torn_append();
        after_tear(keep == 2 * LOG_BLOCK);
    }
    fixture_deinit(&base);
}

static void test_cut_at_every_byte(void **state) {
    (void)state;
    torn_at_every_byte(false);
}

static void test_cut_at_every_byte_of_a_used_segment(void **state) {
    (void)state;
    torn_at_every_byte(true);
}

static void test_any_sectors_missing(void **state) {
    (void)state;
    enum { SECTORS = 2 * LOG_BLOCK / MODEL_SECTOR, SAMPLES = 400 };
    make_base(true);
    uint32_t pattern = 1;
    for (int i = 0; i < SAMPLES; i++) {
        pattern = pattern * 1664525u + 1013904223u;
        uint32_t mask = i < SECTORS        ? 0xffffu & ~(1u << i)
                        : i < 2 * SECTORS  ? 1u << (i - SECTORS)
                        : i == 2 * SECTORS ? 0xffffu
                                           : pattern >> 16;
        bool keep[SECTORS];
        for (int sector = 0; sector < SECTORS; sector++)
            keep[sector] = (mask >> sector & 1) != 0;
        fixture_fork(&base, &now, (uint64_t)i);
        open_now();
        model_disk_tear_sectors(now.disk, keep, SECTORS);
        torn_append();
        after_tear(mask == 0xffffu);
    }
    fixture_deinit(&base);
}

static void test_torn_seal(void **state) {
    (void)state;
    make_base(true);
    for (uint64_t keep = 0; keep <= LOG_BLOCK; keep += 64) {
        fixture_fork(&base, &now, keep);
        open_now();
        model_disk_tear(now.disk, keep);
        assert_int_equal(fixture_append(&now, 0), LOG_FAILED);
        fixture_kill(&now);
        after_tear(keep == LOG_BLOCK);
    }
    fixture_deinit(&base);
}

static void test_torn_header_of_the_next_segment(void **state) {
    (void)state;
    make_base(true);
    for (uint64_t keep = 0; keep <= LOG_BLOCK; keep += 128) {
        fixture_fork(&base, &now, keep);
        open_now();
        uint64_t renames = model_disk_count(now.disk, MODEL_RENAME);
        while (model_disk_count(now.disk, MODEL_RENAME) == renames)
            assert_int_equal(fixture_append(&now, 3500), 0);
        fixture_append_many(&now, 14, 3500); /* full to the last block */
        assert_int_equal(log_flushed(now.log, 0, 0), 0);
        model_disk_tear(now.disk, keep);
        assert_int_equal(fixture_append(&now, 3500), LOG_FAILED);
        fixture_kill(&now);
        now.tried = false; /* no batch was written */
        after_tear(false);
    }
    fixture_deinit(&base);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_cut_at_every_byte_of_a_used_segment),
        cmocka_unit_test(test_any_sectors_missing),
        cmocka_unit_test(test_torn_seal),
        cmocka_unit_test(test_torn_header_of_the_next_segment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
