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
#include <lmdb.h>

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

static struct kv_pages_found check_at(const char *dir) {
    char reason[256];
    struct kv_pages pages = {.fault = on_fault};
    struct kv_pages_found found;
    last_fault[0] = '\0';
    int rc = kv_pages_check(dir, &pages, &found, reason, sizeof(reason));
    if (rc != 0)
        fail_msg("%d: %s", rc, reason);
    return found;
}

static struct kv_pages_found check(void) {
    return check_at(scratch.dir);
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
    assert_int_equal(kv_pages_glance(scratch.dir, 0, &pages, &found, reason, sizeof(reason)), 0);
    assert_int_equal(found.faults, 0);
    whole[PAGE + 16] ^= 1;
    put_file(whole, whole_size);
    assert_int_equal(kv_pages_glance(scratch.dir, 0, &pages, &found, reason, sizeof(reason)), 0);
    assert_int_equal(found.faults, 1);
    whole[PAGE + 16] ^= 1;
    put_file(whole, whole_size);
    assert_int_equal(kv_pages_glance("/nowhere", 0, &pages, &found, reason, sizeof(reason)),
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

/* ---- older pages that are right in themselves ---- */

#define OLD_ROWS 300

/* Rows of one size, each with that fill: from one fill to the other no page changes its shape. */
static void fill(struct kv *kv, uint8_t with) {
    uint8_t value[200];
    struct kv_batch *batch;
    memset(value, with, sizeof(value));
    assert_int_equal(kv_batch_begin(kv, &batch), 0);
    for (uint32_t i = 0; i < OLD_ROWS; i++) {
        uint8_t key[8] = {1};
        put_be32(key + 4, i);
        assert_int_equal(kv_batch_put(batch, span_of(key, sizeof(key)), span_of(value, 200)), 0);
    }
    assert_int_equal(kv_batch_commit(batch), 0);
}

/* A leaf's rows: all of it behind the number of the page. */
static bool is_leaf(const uint8_t *page) {
    return page[10] == 2 && page[11] == 0;
}

static void test_older_page_is_found(void **state) {
    (void)state;
    struct scratch other;
    char path[128];
    static uint8_t bytes[1 << 20];
    scratch_init(&other);
    struct kv *kv = scratch_open(&other, sizeof(bytes));
    for (uint8_t with = 1; with < 5; with++)
        fill(kv, with);
    kv_close(kv);
    assert_int_equal(check_at(other.dir).faults, 0);
    snprintf(path, sizeof(path), "%s/data.mdb", other.dir);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    size_t pages = fread(bytes, 1, sizeof(bytes), file) / PAGE;
    size_t found = 0;
    for (size_t to = 2; to < pages; to++) {
        uint8_t *at = bytes + to * PAGE;
        for (size_t from = 2; from < pages && is_leaf(at); from++) {
            const uint8_t *old = bytes + from * PAGE;
            /* The same keys with the values of another time. */
            if (from == to || !is_leaf(old) || memcmp(at + 8, old + 8, 300) == 0 ||
                memcmp(at + PAGE - 208, old + PAGE - 208, 8) != 0)
                continue;
            assert_int_equal(fseek(file, (long)(to * PAGE + 8), SEEK_SET), 0);
            assert_int_equal(fwrite(old + 8, 1, PAGE - 8, file), PAGE - 8);
            assert_int_equal(fflush(file), 0);
            if (check_at(other.dir).faults > 0 && strstr(last_fault, "an older one") != NULL)
                found++;
            assert_int_equal(fseek(file, (long)(to * PAGE), SEEK_SET), 0);
            assert_int_equal(fwrite(at, 1, PAGE, file), PAGE);
            assert_int_equal(fflush(file), 0);
        }
    }
    fclose(file);
    assert_true(found >= OLD_ROWS / 20); /* one for each leaf at least; free ones are the same */
    assert_int_equal(check_at(other.dir).faults, 0);
    scratch_deinit(&other);
}

/* A store of before there were sums gets one with its next batch. */
static void test_file_without_a_sum(void **state) {
    (void)state;
    struct scratch other;
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    scratch_init(&other);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, other.dir, MDB_NOLOCK, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    for (uint8_t i = 100; i < 120; i++) {
        MDB_val bytes = {1, &i};
        assert_int_equal(mdb_put(txn, dbi, &bytes, &bytes, 0), 0);
    }
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    assert_int_equal(check_at(other.dir).entries, 20);
    struct kv *kv = scratch_open(&other, SCRATCH_MAP_BYTES);
    fill(kv, 1);
    kv_close(kv);
    struct kv_pages_found found = check_at(other.dir);
    assert_string_equal(last_fault, "");
    assert_int_equal(found.faults, 0);
    assert_int_equal(found.entries, OLD_ROWS + 20);
    scratch_deinit(&other);
}

/* ---- while it is written to ---- */

static bool goes_on(void *context) {
    fill(context, 7); /* two commits: the view's own meta page is written over */
    fill(context, 8);
    return true;
}

static bool stops(void *context) {
    (void)context;
    return false;
}

static void test_open_environment(void **state) {
    (void)state;
    static uint8_t value[6000];
    char reason[256];
    struct scratch other;
    struct kv_pages_found found;
    scratch_init(&other);
    struct kv *kv = scratch_open(&other, UINT64_C(128) << 20);
    struct kv_batch *batch;
    assert_int_equal(kv_batch_begin(kv, &batch), 0);
    for (uint32_t i = 0; i < 5000; i++) {
        uint8_t key[8] = {2};
        put_be32(key + 4, i);
        assert_int_equal(kv_batch_put(batch, span_of(key, sizeof(key)), span_of(value, 6000)), 0);
    }
    assert_int_equal(kv_batch_commit(batch), 0);
    fill(kv, 1);
    struct kv_pages pages = {.fault = on_fault, .go_on = goes_on, .context = kv};
    last_fault[0] = '\0';
    assert_int_equal(kv_pages_check_open(kv, &pages, &found, reason, sizeof(reason)), 0);
    assert_string_equal(last_fault, "");
    assert_int_equal(found.entries, 5000 + OLD_ROWS);
    assert_true(found.whole);
    pages.go_on = stops;
    assert_int_equal(kv_pages_check_open(kv, &pages, &found, reason, sizeof(reason)), KV_STOPPED);
    kv_close(kv);
    scratch_deinit(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_what_passes_can_be_walked),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_glance),
        cmocka_unit_test(test_roots_of_a_failed_commit),
        cmocka_unit_test(test_looking_leaves_nothing),
        cmocka_unit_test(test_older_page_is_found),
        cmocka_unit_test(test_file_without_a_sum),
        cmocka_unit_test(test_open_environment),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
