/*
 * The file of an environment, page by page: one that LMDB wrote is right; of a damaged one either
 * something is found, or LMDB walks it, which is what the check is for.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "kv/pages.h"
#include "kv/scratch.h"

#define ROWS 1500
#define BATCHES 6
#define PAGE 4096
#define AT_ROOT (16 + 72 + 40) /* of the rows' tree, in a meta page */
#define DAMAGES 600

static struct scratch scratch;
static uint8_t *whole;
static size_t whole_size, used_size;
static uint64_t rows_left;
static char last_fault[200];

static void path_of(char path_out[128]) {
    snprintf(path_out, 128, "%s/data.mdb", scratch.dir);
}

static void put_file(const uint8_t *bytes, size_t size) {
    char path[128];
    path_of(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void get_file(void) {
    char path[128];
    path_of(path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    whole_size = (size_t)ftell(file);
    rewind(file);
    whole = malloc(whole_size);
    assert_int_equal(fread(whole, 1, whole_size, file), whole_size);
    fclose(file);
}

static void on_fault(void *context, uint64_t page, const char *text) {
    (void)context;
    snprintf(last_fault, sizeof(last_fault), "%llu: %s", (unsigned long long)page, text);
}

static struct kv_pages_found check(void) {
    char reason[256];
    struct kv_pages pages = {.fault = on_fault};
    struct kv_pages_found found;
    last_fault[0] = '\0';
    int rc = kv_pages_check(scratch.dir, &pages, &found, reason, sizeof(reason));
    if (rc != 0)
        fail_msg("%d: %s", rc, reason);
    return found;
}

/* Rows of all sizes, some in overflow runs, some gone again. */
static int make(void **state) {
    (void)state;
    uint64_t seed = 5;
    static uint8_t value[6000];
    scratch_init(&scratch);
    struct kv *kv = scratch_open(&scratch, SCRATCH_MAP_BYTES);
    for (uint32_t i = 0; i < BATCHES; i++) {
        struct kv_batch *batch;
        assert_int_equal(kv_batch_begin(kv, &batch), 0);
        for (uint32_t j = 0; j < ROWS / BATCHES; j++) {
            uint8_t key[32] = {0};
            put_be32(key, (uint32_t)chance(&seed));
            size_t size = chance_below(&seed, 60) == 0 ? chance_below(&seed, sizeof(value)) : 150;
            assert_int_equal(kv_batch_put(batch, span_of(key, 4 + chance_below(&seed, 28)),
                                          span_of(value, size)),
                             0);
            if (j % 5 == 0)
                assert_int_equal(kv_batch_delete(batch, span_of(key, sizeof(key))), 0);
        }
        assert_int_equal(kv_batch_commit(batch), 0);
    }
    struct kv_stats stats;
    assert_int_equal(kv_stats(kv, &stats), 0);
    rows_left = stats.entries;
    kv_close(kv);
    get_file();
    used_size = check().pages * PAGE;
    return 0;
}

static int drop(void **state) {
    (void)state;
    free(whole);
    scratch_deinit(&scratch);
    return 0;
}

static void test_whole(void **state) {
    (void)state;
    struct kv_pages_found found = check();
    assert_string_equal(last_fault, "");
    assert_int_equal(found.faults, 0);
    assert_int_equal(found.entries, rows_left);
    assert_int_equal(found.used + found.spare, found.pages);
    assert_int_equal(found.transaction, BATCHES);
}

/* Reads every row by LMDB. */
static void walk(void) {
    char reason[256];
    struct kv *kv;
    struct kv_snapshot *snapshot;
    struct kv_cursor *cursor;
    struct span key, value;
    uint64_t sum = 0;
    if (kv_open_to_look(scratch.dir, &kv, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    assert_int_equal(kv_snapshot_open(kv, &snapshot), 0);
    assert_int_equal(kv_cursor_open(snapshot, &cursor), 0);
    int rc = kv_cursor_seek(cursor, span_of(NULL, 0), &key, &value);
    for (; rc == 0; rc = kv_cursor_next(cursor, &key, &value)) {
        for (size_t i = 0; i < value.size; i++)
            sum += value.data[i];
    }
    assert_int_equal(rc, KV_ABSENT);
    assert_true(sum < UINT64_MAX);
    kv_cursor_close(cursor);
    kv_snapshot_close(snapshot);
    kv_close(kv);
}

static void damage(uint8_t *bytes, uint64_t *seed) {
    size_t page = (size_t)chance_below(seed, used_size / PAGE);
    size_t other = (size_t)chance_below(seed, used_size / PAGE);
    switch (chance_below(seed, 5)) {
    case 0:
        memset(bytes + page * PAGE, 0, PAGE);
        break;
    case 1:
        memcpy(bytes + page * PAGE, whole + other * PAGE, PAGE);
        break;
    case 2: /* in the header, where all hangs on it */
        bytes[page * PAGE + chance_below(seed, 160)] ^= (uint8_t)(1u << chance_below(seed, 8));
        break;
    case 3: /* another page under its number */
        memcpy(bytes + page * PAGE + 8, whole + other * PAGE + 8, PAGE - 8);
        break;
    default:
        bytes[chance_below(seed, used_size)] ^= (uint8_t)(1u << chance_below(seed, 8));
        break;
    }
}

static void test_what_passes_can_be_walked(void **state) {
    (void)state;
    uint64_t seed = 11;
    uint64_t found_some = 0;
    uint8_t *bytes = malloc(whole_size);
    for (uint32_t i = 0; i < DAMAGES; i++) {
        memcpy(bytes, whole, whole_size);
        damage(bytes, &seed);
        put_file(bytes, whole_size);
        if (check().faults > 0)
            found_some++;
        else
            walk();
    }
    free(bytes);
    put_file(whole, whole_size);
    assert_true(found_some > DAMAGES / 4);
}

static void test_cut_off(void **state) {
    (void)state;
    put_file(whole, used_size - PAGE);
    assert_true(check().faults > 0);
    assert_non_null(strstr(last_fault, "cut off"));
    put_file(whole, 100);
    assert_true(check().faults > 0);
    put_file(whole, whole_size);
}

static void test_glance(void **state) {
    (void)state;
    char reason[256];
    struct kv_pages pages = {.fault = on_fault};
    struct kv_pages_found found;
    assert_int_equal(kv_pages_glance(scratch.dir, &pages, &found, reason, sizeof(reason)), 0);
    assert_int_equal(found.faults, 0);
    assert_int_equal(found.entries, rows_left);
    whole[PAGE + 16] ^= 1;
    put_file(whole, whole_size);
    assert_int_equal(kv_pages_glance(scratch.dir, &pages, &found, reason, sizeof(reason)), 0);
    assert_int_equal(found.faults, 1);
    whole[PAGE + 16] ^= 1;
    put_file(whole, whole_size);
    assert_int_equal(kv_pages_glance("/nowhere", &pages, &found, reason, sizeof(reason)),
                     KV_ABSENT);
}

/* As a commit leaves it whose meta page could not be written: LMDB puts the old transaction and last
 * page back, and the new roots stay. It is read by nobody. */
static void test_roots_of_a_failed_commit(void **state) {
    (void)state;
    uint8_t *bytes = malloc(whole_size);
    const size_t newer = (size_t)(BATCHES % 2) * PAGE;
    memcpy(bytes, whole, whole_size);
    bytes[PAGE - newer + AT_ROOT + 2] ^= 1; /* 65,536 pages away */
    put_file(bytes, whole_size);
    assert_int_equal(check().faults, 0);
    walk();
    bytes[newer + AT_ROOT + 2] ^= 1;
    put_file(bytes, whole_size);
    assert_int_equal(check().faults, 1);
    assert_non_null(strstr(last_fault, "a root that cannot be"));
    put_file(whole, whole_size);
    free(bytes);
}

static void test_looking_leaves_nothing(void **state) {
    (void)state;
    char path[128];
    struct stat before, after;
    snprintf(path, sizeof(path), "%s/lock.mdb", scratch.dir);
    (void)remove(path);
    path_of(path);
    assert_int_equal(stat(path, &before), 0);
    walk();
    assert_int_equal(stat(path, &after), 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
    size_t files = 0;
    DIR *dir = opendir(scratch.dir);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        files += entry->d_name[0] != '.';
    closedir(dir);
    assert_int_equal(files, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_what_passes_can_be_walked),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_glance),
        cmocka_unit_test(test_roots_of_a_failed_commit),
        cmocka_unit_test(test_looking_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
