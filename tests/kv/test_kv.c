/*
 * The wrapper of LMDB: what is put is found, in order, by whoever may see it; a snapshot stays as
 * it was; a full map costs nothing but the batch.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kv/kv.h"
#include "kv/scratch.h"

struct world {
    struct scratch scratch;
    struct kv *kv;
};

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof(*world));
    scratch_init(&world->scratch);
    world->kv = scratch_open(&world->scratch, SCRATCH_MAP_BYTES);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    kv_close(world->kv);
    scratch_deinit(&world->scratch);
    free(world);
    return 0;
}

static void put_one(struct kv *kv, const char *key, const char *value) {
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(kv, &batch), 0);
    assert_int_equal(kv_batch_put(batch, span_text(key), span_text(value)), 0);
    assert_int_equal(kv_batch_commit(batch), 0);
}

static void assert_has(struct kv_snapshot *snapshot, const char *key, const char *value) {
    struct span found;
    assert_int_equal(kv_get(snapshot, span_text(key), &found), 0);
    assert_true(span_equal(found, span_text(value)));
}

static void assert_lacks(struct kv_snapshot *snapshot, const char *key) {
    struct span found;
    assert_int_equal(kv_get(snapshot, span_text(key), &found), KV_ABSENT);
}

static void test_put_get_delete(void **state) {
    struct world *world = *state;
    struct kv_snapshot *snapshot;
    put_one(world->kv, "a", "1");
    put_one(world->kv, "b", "");
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    assert_has(snapshot, "a", "1");
    assert_has(snapshot, "b", "");
    assert_lacks(snapshot, "c");
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(world->kv, &batch), 0);
    assert_int_equal(kv_batch_delete(batch, span_text("a")), 0);
    assert_int_equal(kv_batch_delete(batch, span_text("never there")), 0);
    assert_int_equal(kv_batch_put(batch, span_text("b"), span_text("2")), 0);
    assert_int_equal(kv_batch_commit(batch), 0);
    assert_int_equal(kv_snapshot_renew(snapshot), 0);
    assert_lacks(snapshot, "a");
    assert_has(snapshot, "b", "2");
    kv_snapshot_close(snapshot);
}

static void test_abort_leaves_nothing(void **state) {
    struct world *world = *state;
    struct kv_snapshot *snapshot;
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(world->kv, &batch), 0);
    assert_int_equal(kv_batch_put(batch, span_text("a"), span_text("1")), 0);
    kv_batch_abort(batch);
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    assert_lacks(snapshot, "a");
    kv_snapshot_close(snapshot);
}

static void test_snapshot_is_isolated(void **state) {
    struct world *world = *state;
    struct kv_snapshot *old, *new;
    put_one(world->kv, "a", "1");
    assert_int_equal(kv_snapshot_open(world->kv, &old), 0);
    put_one(world->kv, "a", "2");
    put_one(world->kv, "b", "2");
    assert_int_equal(kv_snapshot_open(world->kv, &new), 0);
    assert_has(old, "a", "1");
    assert_lacks(old, "b");
    assert_has(new, "a", "2");
    assert_has(new, "b", "2");
    assert_int_equal(kv_snapshot_renew(old), 0);
    assert_has(old, "b", "2");
    kv_snapshot_close(old);
    kv_snapshot_close(new);
}

static void assert_at(int rc, struct span key, const char *expected) {
    assert_int_equal(rc, 0);
    assert_true(span_equal(key, span_text(expected)));
}

static void test_cursor_walks_in_order(void **state) {
    struct world *world = *state;
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct span key, value;
    put_one(world->kv, "b", "2");
    put_one(world->kv, "ba", "3");
    put_one(world->kv, "a", "1");
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    assert_int_equal(kv_cursor_open(snapshot, &cursor), 0);
    assert_at(kv_cursor_seek(cursor, span_text(""), &key, &value), key, "a");
    assert_at(kv_cursor_next(cursor, &key, &value), key, "b");
    assert_at(kv_cursor_next(cursor, &key, &value), key, "ba");
    assert_int_equal(kv_cursor_next(cursor, &key, &value), KV_ABSENT);
    assert_at(kv_cursor_seek(cursor, span_text("aa"), &key, &value), key, "b");
    assert_int_equal(kv_cursor_seek(cursor, span_text("bb"), &key, &value), KV_ABSENT);
    put_one(world->kv, "c", "4");
    assert_int_equal(kv_snapshot_renew(snapshot), 0);
    assert_at(kv_cursor_seek(cursor, span_text("bb"), &key, &value), key, "c");
    kv_cursor_close(cursor);
    kv_snapshot_close(snapshot);
}

static void test_contents_survive_reopening(void **state) {
    struct world *world = *state;
    put_one(world->kv, "a", "1");
    kv_close(world->kv);
    world->kv = scratch_open(&world->scratch, SCRATCH_MAP_BYTES);
    struct kv_snapshot *snapshot;
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    assert_has(snapshot, "a", "1");
    kv_snapshot_close(snapshot);
}

static void test_second_open_is_refused(void **state) {
    struct world *world = *state;
    struct kv *second = NULL;
    char reason[200] = "";
    char alias[96];
    snprintf(alias, sizeof(alias), "%s/.", world->scratch.dir);
    assert_int_equal(kv_open(alias, SCRATCH_MAP_BYTES, &second, reason, sizeof(reason)), KV_FAILED);
    assert_null(second);
    assert_non_null(strstr(reason, "open in this process"));
    put_one(world->kv, "a", "1"); /* the first one is none the worse */
}

static void test_open_says_why_not(void **state) {
    (void)state;
    struct kv *kv = NULL;
    char reason[200] = "";
    assert_int_equal(kv_open("/proc/linkgate", 1 << 20, &kv, reason, sizeof(reason)), KV_FAILED);
    assert_null(kv);
    assert_non_null(strstr(reason, "/proc/linkgate"));
}

static void test_foreign_file_is_refused(void **state) {
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    char path[96];
    snprintf(path, sizeof(path), "%s/data.mdb", scratch.dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++)
        assert_int_not_equal(fputs("no database ", file), EOF);
    assert_int_equal(fclose(file), 0);
    struct kv *kv = NULL;
    char reason[200] = "";
    assert_int_equal(kv_open(scratch.dir, SCRATCH_MAP_BYTES, &kv, reason, sizeof(reason)),
                     KV_FAILED);
    assert_null(kv);
    scratch_deinit(&scratch);
}

/* ---- the full map ---- */

#define SMALL_MAP (2u * 1024 * 1024)

/* Rewrites the same 64 values of 4 KiB: what is used stays small, what is freed comes back only
 * when no snapshot needs it. */
static int rewrite(struct kv *kv, uint8_t fill) {
    static uint8_t value[4096];
    memset(value, fill, sizeof(value));
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(kv, &batch), 0);
    for (uint8_t i = 1; i <= 64; i++)
        if (kv_batch_put(batch, span_of(&i, 1), span_of(value, sizeof(value))) != 0)
            break;
    return kv_batch_commit(batch);
}

static int rewrite_until_full(struct kv *kv, int rounds) {
    int rc = 0;
    for (int i = 0; i < rounds && rc == 0; i++)
        rc = rewrite(kv, (uint8_t)i);
    return rc;
}

static void test_map_full_with_a_held_reader(void **state) {
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    struct kv *kv = scratch_open(&scratch, SMALL_MAP);
    assert_int_equal(rewrite_until_full(kv, 50), 0); /* without a reader it never fills */
    struct kv_snapshot *held;
    assert_int_equal(kv_snapshot_open(kv, &held), 0);
    assert_int_equal(rewrite_until_full(kv, 50), KV_MAP_FULL);
    struct span value;
    uint8_t key = 1;
    assert_int_equal(kv_get(held, span_of(&key, 1), &value), 0);
    assert_int_equal(value.data[0], 49); /* the snapshot is what it was */
    assert_int_equal(rewrite(kv, 200), KV_MAP_FULL);
    kv_snapshot_close(held);
    assert_int_equal(rewrite(kv, 201), 0); /* the same batch again */
    assert_int_equal(rewrite_until_full(kv, 50), 0);
    kv_close(kv);
    scratch_deinit(&scratch);
}

static void test_sticky_error(void **state) {
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    struct kv *kv = scratch_open(&scratch, SMALL_MAP);
    put_one(kv, "a", "1");
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(kv, &batch), 0);
    static uint8_t large[SMALL_MAP];
    assert_int_equal(kv_batch_put(batch, span_text("a"), span_text("2")), 0);
    assert_int_equal(kv_batch_put(batch, span_text("b"), span_of(large, sizeof(large))),
                     KV_MAP_FULL);
    assert_int_equal(kv_batch_put(batch, span_text("c"), span_text("small")), KV_MAP_FULL);
    assert_int_equal(kv_batch_delete(batch, span_text("a")), KV_MAP_FULL);
    assert_int_equal(kv_batch_commit(batch), KV_MAP_FULL);
    struct kv_snapshot *snapshot;
    assert_int_equal(kv_snapshot_open(kv, &snapshot), 0);
    assert_has(snapshot, "a", "1");
    assert_lacks(snapshot, "c");
    kv_snapshot_close(snapshot);
    kv_close(kv);
    scratch_deinit(&scratch);
}

/* A process that dies with a snapshot open pins its pages until its slot is cleared. */
static void hold_and_die(const struct scratch *scratch, int ready) {
    char reason[200];
    struct kv *kv;
    struct kv_snapshot *snapshot;
    alarm(60); /* should the test itself die */
    if (kv_open(scratch->dir, SMALL_MAP, &kv, reason, sizeof(reason)) != 0 ||
        kv_snapshot_open(kv, &snapshot) != 0 || write(ready, "r", 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

static void test_dead_reader_is_cleared(void **state) {
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    struct kv *kv = scratch_open(&scratch, SMALL_MAP);
    assert_int_equal(rewrite(kv, 1), 0);
    kv_close(kv); /* nothing may be open at a fork */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        hold_and_die(&scratch, ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    kv = scratch_open(&scratch, SMALL_MAP);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(rewrite_until_full(kv, 50), KV_MAP_FULL); /* clears the slot */
    assert_int_equal(rewrite_until_full(kv, 50), 0);
    kv_close(kv);
    close(ready[0]);
    close(ready[1]);
    scratch_deinit(&scratch);
}

/* ---- figures and room ---- */

static void test_stats(void **state) {
    struct world *world = *state;
    struct kv_stats before, after;
    put_one(world->kv, "a", "1");
    assert_int_equal(kv_stats(world->kv, &before), 0);
    assert_int_equal(before.map_bytes, SCRATCH_MAP_BYTES);
    assert_int_equal(before.entries, 1);
    assert_int_equal(rewrite(world->kv, 1), 0);
    assert_int_equal(kv_stats(world->kv, &after), 0);
    assert_int_equal(after.entries, 65);
    assert_true(after.used_bytes >= before.used_bytes + 64 * 4096);
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(world->kv, &batch), 0);
    for (uint8_t i = 1; i <= 64; i++)
        assert_int_equal(kv_batch_delete(batch, span_of(&i, 1)), 0);
    assert_int_equal(kv_batch_commit(batch), 0);
    assert_int_equal(kv_stats(world->kv, &before), 0);
    assert_true(before.used_bytes < after.used_bytes); /* free pages do not count */
}

static void test_reserve_allocates(void **state) {
    struct world *world = *state;
    char path[96];
    struct stat status;
    assert_int_equal(kv_reserve(world->kv, 4 << 20), 0);
    snprintf(path, sizeof(path), "%s/data.mdb", world->scratch.dir);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_blocks * 512 >= 4 << 20);
    assert_int_equal(kv_reserve(world->kv, UINT64_C(1) << 40), 0); /* never past the map */
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size <= (off_t)SCRATCH_MAP_BYTES);
    put_one(world->kv, "a", "1");
    kv_close(world->kv);
    world->kv = scratch_open(&world->scratch, SCRATCH_MAP_BYTES);
    struct kv_snapshot *snapshot;
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    assert_has(snapshot, "a", "1");
    kv_snapshot_close(snapshot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_put_get_delete, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_abort_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_snapshot_is_isolated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cursor_walks_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_contents_survive_reopening, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_second_open_is_refused, set_up, tear_down),
        cmocka_unit_test(test_open_says_why_not),
        cmocka_unit_test(test_foreign_file_is_refused),
        cmocka_unit_test(test_map_full_with_a_held_reader),
        cmocka_unit_test(test_sticky_error),
        cmocka_unit_test(test_dead_reader_is_cleared),
        cmocka_unit_test_setup_teardown(test_stats, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reserve_allocates, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
