/*
 * Damage: flipped bytes, truncation, files missing, doubled, swapped or old, a store that does not
 * belong to the log. Each is refused with a reason, or the log is logically the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static struct fixture base;
static struct fixture now;

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

static void fork_now(void) {
    fixture_fork(&base, &now, 9);
}

static void refused(const char *words) {
    assert_int_equal(fixture_open(&now), LOG_DAMAGED);
    assert_true(strlen(now.reason) > 20);
    if (words != NULL && strstr(now.reason, words) == NULL)
        fail_msg("reason without '%s': %s", words, now.reason);
    fixture_deinit(&now);
}

static void taken(void) {
    int rc = fixture_open(&now);
    if (rc != 0)
        fail_msg("%d: %s", rc, now.reason);
    fixture_deinit(&now);
}

static void test_base_is_whole(void **state) {
    (void)state;
    fork_now();
    assert_int_equal(fixture_newest(&now), 5);
    taken();
}

static void flip_in(uint64_t number, uint64_t end, uint64_t step) {
    for (uint64_t offset = 0; offset < end; offset += step) {
        fork_now();
        model_disk_flip(now.disk, fixture_segment(number), offset, (uint8_t)(1u << offset % 8));
        refused("restore");
    }
}

static void test_flips_are_found(void **state) {
    (void)state;
    uint64_t newest = fixture_newest(&base);
    for (uint64_t number = 1; number <= newest; number++) {
        uint64_t blocks = number < newest ? 1 + 7 * 2 : 1 + 2;
        flip_in(number, LOG_BLOCK, 97);
        flip_in(number, blocks * LOG_BLOCK, 331);
    }
}

static void test_flip_before_the_seal(void **state) {
    (void)state;
    /* A small log in one segment: each byte from the first batch to the seal's end. */
    fixture_init(&now, 3);
    assert_int_equal(fixture_open(&now), 0);
    fixture_append_many(&now, 2, 100);
    fixture_seal(&now);
    fixture_close(&now);
    struct fixture *small = malloc(sizeof(*small));
    assert_non_null(small);
    const char *path = fixture_segment(1);
    for (uint64_t offset = LOG_BLOCK; offset < FIXTURE_SEGMENT; offset += 41) {
        fixture_fork(&now, small, offset);
        model_disk_flip(small->disk, path, offset, 0x10);
        bool in_seal = offset >= 3 * LOG_BLOCK && offset < 4 * LOG_BLOCK;
        if (in_seal) {
            small->last--; /* the documented exception: the very end is cut */
            assert_int_equal(fixture_open(small), 0);
        } else {
            assert_int_equal(fixture_open(small), offset < 3 * LOG_BLOCK ? LOG_DAMAGED : 0);
        }
        fixture_deinit(small);
    }
    free(small);
    fixture_deinit(&now);
}

static void test_damage_is_found_by_replay_of_all(void **state) {
    (void)state;
    fork_now();
    model_disk_flip(now.disk, fixture_segment(1), 3 * LOG_BLOCK + 17, 1);
    now.applied = 25; /* the first segment is not needed at start */
    assert_int_equal(fixture_open(&now), 0);
    int rc = log_replay_all(now.log, (log_visit *)NULL, NULL);
    assert_int_equal(rc, LOG_DAMAGED);
    fixture_deinit(&now);
    fork_now();
    model_disk_flip(now.disk, fixture_segment(1), 3 * LOG_BLOCK + 17, 1);
    now.applied = 25;
    now.config.check_all = true;
    refused("segment-000000000001, offset 12288");
}

static int count_batch(void *context, const struct log_place *place, struct span plain) {
    (void)place;
    (void)plain;
    ++*(uint64_t *)context;
    return 0;
}

static void test_damage_behind_an_open_log(void **state) {
    (void)state;
    for (uint64_t batch = 1; batch <= 5; batch++) {
        fixture_init(&now, 1);
        assert_int_equal(fixture_open(&now), 0);
        fixture_append_many(&now, 5, 100);
        model_disk_flip(now.disk, fixture_segment(1), batch * LOG_BLOCK + 99, 1);
        uint64_t visited = 0;
        assert_int_equal(log_replay_all(now.log, count_batch, &visited), LOG_DAMAGED);
        assert_int_equal(visited, batch - 1);
        fixture_deinit(&now);
    }
}

static void test_zeroed_and_stale_blocks(void **state) {
    (void)state;
    static const uint8_t zeroes[LOG_BLOCK];
    for (uint64_t block = 0; block < 15; block++) {
        fork_now();
        const char *path = fixture_segment(2);
        model_disk_put(now.disk, path, block * LOG_BLOCK, span_of(zeroes, LOG_BLOCK));
        refused(NULL);
        fork_now();
        /* The same block of another segment: authentic, elsewhere. */
        uint8_t other[LOG_BLOCK];
        memcpy(other, model_disk_bytes(now.disk, fixture_segment(3)) + block * LOG_BLOCK,
               LOG_BLOCK);
        model_disk_put(now.disk, fixture_segment(2), block * LOG_BLOCK, span_of(other, LOG_BLOCK));
        refused(NULL);
    }
}

static void test_batches_swapped_within_a_segment(void **state) {
    (void)state;
    fork_now();
    uint8_t first[2 * LOG_BLOCK];
    uint8_t second[2 * LOG_BLOCK];
    const char *path = fixture_segment(2);
    memcpy(first, model_disk_bytes(now.disk, path) + LOG_BLOCK, sizeof(first));
    memcpy(second, model_disk_bytes(now.disk, path) + 3 * LOG_BLOCK, sizeof(second));
    model_disk_put(now.disk, path, LOG_BLOCK, span_of(second, sizeof(second)));
    model_disk_put(now.disk, path, 3 * LOG_BLOCK, span_of(first, sizeof(first)));
    refused("offset 4096");
}

static void test_truncated(void **state) {
    (void)state;
    for (uint64_t number = 1; number <= 5; number++) {
        for (uint64_t size = 0; size < FIXTURE_SEGMENT; size += 3000) {
            fork_now();
            model_disk_truncate(now.disk, fixture_segment(number), size);
            refused(NULL);
        }
    }
    for (uint64_t size = 0; size < 2 * LOG_BLOCK; size += 500) {
        fork_now();
        model_disk_truncate(now.disk, FIXTURE_DIR "/head", size);
        refused("head");
    }
}

static void test_missing(void **state) {
    (void)state;
    for (uint64_t number = 1; number <= 5; number++) {
        fork_now();
        model_disk_remove(now.disk, fixture_segment(number));
        refused(number == 1 ? "begins with batch" : "is missing");
    }
    fork_now(); /* the oldest may have gone, if the store has what it held */
    model_disk_remove(now.disk, fixture_segment(1));
    now.applied = 7;
    taken();
    fork_now();
    model_disk_remove(now.disk, fixture_segment(1));
    now.applied = 6;
    refused("begins with batch 8");
    fork_now();
    model_disk_remove(now.disk, FIXTURE_DIR "/head");
    refused("head is missing");
    fork_now();
    for (uint64_t number = 1; number <= 5; number++)
        model_disk_remove(now.disk, fixture_segment(number));
    refused("segment-000000000005 is missing");
}

static void test_empty_folder_of_a_store_that_is_not(void **state) {
    (void)state;
    fixture_init(&now, 1);
    now.last = now.applied = 1;
    now.places[1].batch = 1;
    refused("empty");
}

static void test_doubled_and_swapped(void **state) {
    (void)state;
    for (uint64_t from = 1; from <= 5; from++) {
        char path[64];
        strcpy(path, fixture_segment(from));
        for (uint64_t to = 1; to <= 6; to++) {
            if (from == to)
                continue;
            fork_now();
            model_disk_copy(now.disk, path, fixture_segment(to));
            refused("is a copy of segment");
            fork_now();
            char other[64];
            strcpy(other, fixture_segment(to));
            if (to == 6)
                continue;
            model_disk_move(now.disk, path, FIXTURE_DIR "/held");
            model_disk_move(now.disk, other, path);
            model_disk_move(now.disk, FIXTURE_DIR "/held", other);
            refused("is a copy of segment");
        }
        fixture_deinit(&now);
    }
}

/* The newest segment as it stood under the same number in another life of the log. */
static void test_old_copy_of_the_newest(void **state) {
    (void)state;
    fork_now();
    model_disk_copy(now.disk, fixture_segment(5), FIXTURE_DIR "/held");
    assert_int_equal(fixture_open(&now), 0); /* segment 6 takes the place of 5 */
    fixture_close(&now);
    struct fixture *other = malloc(sizeof(*other));
    assert_non_null(other);
    fixture_fork(&base, other, 77);
    assert_int_equal(fixture_open(other), 0);
    fixture_close(other);
    uint64_t size = model_disk_size(other->disk, fixture_segment(6));
    const uint8_t *bytes = model_disk_bytes(other->disk, fixture_segment(6));
    model_disk_put(now.disk, fixture_segment(6), 0, span_of(bytes, size));
    fixture_deinit(other);
    free(other);
    refused("written last");
    fork_now();
    assert_int_equal(fixture_open(&now), 0);
    fixture_close(&now);
    model_disk_copy(now.disk, fixture_segment(4), FIXTURE_DIR "/held");
    model_disk_remove(now.disk, fixture_segment(6));
    refused("segment-000000000006 is missing");
}

/* Segments of the same numbers and sizes under the same key, with other batches in them. */
static void test_segments_of_another_log(void **state) {
    (void)state;
    struct fixture *other = malloc(sizeof(*other));
    assert_non_null(other);
    fixture_init(other, 55);
    other->next_tag = 1000;
    assert_int_equal(fixture_open(other), 0);
    fixture_append_many(other, 29, 5000);
    fixture_close(other);
    for (uint64_t number = 1; number <= 5; number++) {
        fork_now();
        const uint8_t *bytes = model_disk_bytes(other->disk, fixture_segment(number));
        model_disk_put(now.disk, fixture_segment(number), 0, span_of(bytes, FIXTURE_SEGMENT));
        refused(number == 5 ? "written last" : "damaged");
    }
    fixture_deinit(other);
    free(other);
}

static void test_head_flips(void **state) {
    (void)state;
    for (uint64_t offset = 0; offset < 2 * LOG_BLOCK; offset += 29) {
        fork_now();
        model_disk_flip(now.disk, FIXTURE_DIR "/head", offset, 4);
        taken(); /* the other block, or the one that counts */
    }
    fork_now();
    model_disk_flip(now.disk, FIXTURE_DIR "/head", 100, 4);
    model_disk_flip(now.disk, FIXTURE_DIR "/head", LOG_BLOCK + 100, 4);
    refused("head is damaged");
}

static void test_store_and_log_apart(void **state) {
    (void)state;
    fork_now();
    now.last++;
    now.applied = now.last;
    now.places[now.last].batch = now.last;
    refused("ahead of the log");
    fork_now();
    now.applied = 20;
    now.places[20].chain.bytes[5] ^= 1;
    refused("do not belong together");
    fork_now();
    now.applied = 7; /* where a segment begins */
    now.places[7].chain.bytes[31] ^= 1;
    refused("do not belong together");
}

static void test_refusal_changes_nothing(void **state) {
    (void)state;
    fork_now();
    model_disk_flip(now.disk, fixture_segment(3), 5 * LOG_BLOCK + 100, 1);
    uint64_t writes = model_disk_count(now.disk, MODEL_WRITE);
    uint64_t renames = model_disk_count(now.disk, MODEL_RENAME);
    for (int i = 0; i < 3; i++)
        assert_int_equal(fixture_open(&now), LOG_DAMAGED);
    assert_int_equal(model_disk_count(now.disk, MODEL_WRITE), writes);
    assert_int_equal(model_disk_count(now.disk, MODEL_RENAME), renames);
    model_disk_flip(now.disk, fixture_segment(3), 5 * LOG_BLOCK + 100, 1);
    taken();
}

static void test_strange_files_are_left_alone(void **state) {
    (void)state;
    fork_now();
    const char *names[] = {"segment-7", "segment-0000000000007", "segment-x", "spare-01", "notes",
                           "spare-"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64] = FIXTURE_DIR "/";
        strcat(path, names[i]);
        model_disk_copy(now.disk, FIXTURE_DIR "/head", path);
    }
    assert_int_equal(fixture_open(&now), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64] = FIXTURE_DIR "/";
        strcat(path, names[i]);
        assert_true(model_disk_exists(now.disk, path));
    }
    fixture_deinit(&now);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_base, drop_base)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_base_is_whole),
        TEST(test_flips_are_found),
        TEST(test_flip_before_the_seal),
        TEST(test_damage_is_found_by_replay_of_all),
        TEST(test_damage_behind_an_open_log),
        TEST(test_zeroed_and_stale_blocks),
        TEST(test_batches_swapped_within_a_segment),
        TEST(test_truncated),
        TEST(test_missing),
        TEST(test_empty_folder_of_a_store_that_is_not),
        TEST(test_doubled_and_swapped),
        TEST(test_old_copy_of_the_newest),
        TEST(test_segments_of_another_log),
        TEST(test_head_flips),
        TEST(test_store_and_log_apart),
        TEST(test_refusal_changes_nothing),
        TEST(test_strange_files_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
