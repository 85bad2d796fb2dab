/*
 * Looking at a log without touching it: all that is damaged is told, what is authentic is visited,
 * and what recovery would refuse is never found right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "log/scan.h"

static struct fixture base;
static struct fixture now;

struct seen {
    uint64_t batches, damages, gaps;
    char texts[4][256];
};

static int make_base(void **state) {
    (void)state;
    fixture_init_sealed(&base);
    return 0;
}

static int drop_base(void **state) {
    (void)state;
    fixture_deinit(&base);
    return 0;
}

static int on_batch(void *context, const struct log_batch *batch) {
    struct seen *seen = context;
    seen->batches++;
    seen->gaps += !batch->follows;
    assert_true(batch->place.batch <= now.last);
    assert_memory_equal(&batch->place.chain, &now.places[batch->place.batch].chain, DIGEST_SIZE);
    return 0;
}

static void on_damage(void *context, const struct log_damage *damage) {
    struct seen *seen = context;
    if (seen->damages < 4)
        snprintf(seen->texts[seen->damages], sizeof(seen->texts[0]), "%s", damage->text);
    seen->damages++;
}

/* Looks at now; its disk must be as it was. */
static struct log_scanned look(struct seen *seen) {
    char reason[512] = "";
    struct log_scanned scanned;
    struct log_scan scan = {
        .dir = FIXTURE_DIR,
        .io = model_disk_io(now.disk),
        .keyring = now.keyring,
        .known = now.places[now.applied],
        .visit = on_batch,
        .damage = on_damage,
        .context = seen,
    };
    uint64_t written = model_disk_count(now.disk, MODEL_WRITE);
    *seen = (struct seen){0};
    int rc = log_scan(&scan, &scanned, reason, sizeof(reason));
    if (rc != 0)
        fail_msg("%d: %s", rc, reason);
    assert_int_equal(model_disk_count(now.disk, MODEL_WRITE), written);
    assert_int_equal(scanned.damages, seen->damages);
    return scanned;
}

static void test_whole(void **state) {
    (void)state;
    struct seen seen;
    fixture_fork(&base, &now, 9);
    struct log_scanned scanned = look(&seen);
    assert_int_equal(seen.damages, 0);
    assert_int_equal(seen.gaps, 0);
    assert_int_equal(scanned.segments, 5);
    assert_int_equal(scanned.batches, now.last);
    assert_int_equal(scanned.last.batch, now.last);
    assert_true(scanned.sealed);
    assert_false(scanned.torn);
    fixture_deinit(&now);
}

static void test_all_damage_is_told(void **state) {
    (void)state;
    struct seen seen;
    fixture_fork(&base, &now, 9);
    model_disk_flip(now.disk, fixture_segment(2), 3 * LOG_BLOCK + 200, 1);
    model_disk_flip(now.disk, fixture_segment(4), 7 * LOG_BLOCK + 900, 8);
    struct log_scanned scanned = look(&seen);
    assert_int_equal(seen.damages, 2);
    assert_non_null(strstr(seen.texts[0], "segment-000000000002, offset 12288"));
    assert_non_null(strstr(seen.texts[1], "segment-000000000004, offset 28672"));
    assert_int_equal(seen.gaps, 2);
    assert_int_equal(scanned.batches, now.last - 2);
    fixture_deinit(&now);
}

/* What a start refuses is found, wherever it is. */
static void test_agrees_with_recovery(void **state) {
    (void)state;
    for (uint64_t number = 1; number <= 5; number++) {
        /* But for the seal, which cannot be told from a torn write. */
        uint64_t blocks = number < 5 ? 15 : 3;
        for (uint64_t offset = 0; offset < blocks * LOG_BLOCK; offset += 1361) {
            struct seen seen;
            fixture_fork(&base, &now, 9);
            model_disk_flip(now.disk, fixture_segment(number), offset, 4);
            (void)look(&seen);
            now.config.check_all = true;
            if (seen.damages == 0)
                assert_int_equal(fixture_open(&now), 0);
            else
                assert_int_equal(fixture_open(&now), LOG_DAMAGED);
            fixture_deinit(&now);
        }
    }
}

static void found(const char *words) {
    struct seen seen;
    (void)look(&seen);
    assert_true(seen.damages > 0);
    if (strstr(seen.texts[0], words) == NULL)
        fail_msg("'%s' without '%s'", seen.texts[0], words);
    fixture_deinit(&now);
}

static void test_files(void **state) {
    (void)state;
    char second[64];
    snprintf(second, sizeof(second), "%s", fixture_segment(2));
    fixture_fork(&base, &now, 9);
    model_disk_remove(now.disk, second);
    found("is missing");
    fixture_fork(&base, &now, 9);
    model_disk_remove(now.disk, fixture_segment(5));
    found("is missing");
    fixture_fork(&base, &now, 9);
    model_disk_copy(now.disk, second, fixture_segment(9));
    found("copy of segment 2");
    fixture_fork(&base, &now, 9);
    model_disk_copy(now.disk, second, fixture_segment(3));
    found("copy of segment 2");
    fixture_fork(&base, &now, 9);
    model_disk_truncate(now.disk, second, 5000);
    found("size");
    fixture_fork(&base, &now, 9);
    for (uint64_t number = 1; number <= 5; number++)
        model_disk_truncate(now.disk, fixture_segment(number), 100);
    found("offset 0: the header is damaged");
    fixture_fork(&base, &now, 9);
    model_disk_flip(now.disk, FIXTURE_DIR "/head", 100, 1);
    found("head");
    fixture_fork(&base, &now, 9);
    model_disk_flip(now.disk, FIXTURE_DIR "/head", LOG_BLOCK + 100, 1);
    found("head");
}

static void test_torn_tail_is_no_damage(void **state) {
    (void)state;
    struct seen seen;
    fixture_fork(&base, &now, 9);
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 1, 9000);
    model_disk_tear(now.disk, 5000);
    assert_true(fixture_append(&now, 9000) < 0);
    fixture_kill(&now);
    struct log_scanned scanned = look(&seen);
    assert_int_equal(seen.damages, 0);
    assert_true(scanned.torn);
    assert_false(scanned.sealed);
    assert_int_equal(scanned.last.batch, now.last);
    fixture_deinit(&now);
}

static void test_other_store(void **state) {
    (void)state;
    fixture_fork(&base, &now, 9);
    now.applied = 9;
    now.places[9].chain.bytes[3] ^= 1;
    struct seen seen;
    struct log_scan scan = {.dir = FIXTURE_DIR,
                            .io = model_disk_io(now.disk),
                            .keyring = now.keyring,
                            .known = now.places[9],
                            .damage = on_damage,
                            .context = &seen};
    struct log_scanned scanned;
    char reason[512];
    seen = (struct seen){0};
    assert_int_equal(log_scan(&scan, &scanned, reason, sizeof(reason)), 0);
    assert_int_equal(seen.damages, 1);
    assert_non_null(strstr(seen.texts[0], "do not belong together"));
    scan.known = (struct log_place){.batch = 99};
    seen = (struct seen){0};
    assert_int_equal(log_scan(&scan, &scanned, reason, sizeof(reason)), 0);
    assert_non_null(strstr(seen.texts[0], "ahead of the log"));
    static const uint8_t other[32] = {0x55, 0xaa};
    scan.keyring = keyring_from_root(other);
    assert_int_equal(log_scan(&scan, &scanned, reason, sizeof(reason)), LOG_OTHER_KEY);
    keyring_free(scan.keyring);
    fixture_deinit(&now);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_all_damage_is_told),
        cmocka_unit_test(test_agrees_with_recovery),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_torn_tail_is_no_damage),
        cmocka_unit_test(test_other_store),
    };
    return cmocka_run_group_tests(tests, make_base, drop_base);
}
