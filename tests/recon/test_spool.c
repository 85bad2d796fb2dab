/*
 * The spool: lists in any order come out sorted, an upload is whole or gone whatever happens, its
 * bytes are bounded, nothing stands there in clear.
 *
 * LINKGATE_RECON_ROWS: rows of the large list (1000000 to measure).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/transfer.h"
#include "kv/scratch.h"
#include "recon/spool.h"
#include "util/logline.h"

#define A 102100099996u
#define B 103100000026u
#define WINDOW 12
#define ROWS 20000u
#define SPOOL_BYTES (UINT64_C(64) << 20)
#define REFERENCE "secret-reference"

struct bench {
    struct scratch scratch;
    struct keyring *keyring;
    struct spool *spool;
};

static void open_spool(struct bench *bench, uint64_t max_bytes) {
    char reason[200] = "";
    struct spool_config config = {bench->scratch.dir, bench->keyring, max_bytes};
    if (spool_open(&config, &bench->spool, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
}

static void reopen(struct bench *bench) {
    spool_close(bench->spool);
    open_spool(bench, SPOOL_BYTES);
}

static int setup(void **state) {
    struct bench *bench = xcalloc(1, sizeof(*bench));
    uint8_t root[32] = {7};
    scratch_init(&bench->scratch);
    bench->keyring = keyring_from_root(root);
    open_spool(bench, SPOOL_BYTES);
    *state = bench;
    return 0;
}

static int teardown(void **state) {
    struct bench *bench = *state;
    spool_close(bench->spool);
    keyring_free(bench->keyring);
    scratch_deinit(&bench->scratch);
    free(bench);
    return 0;
}

static struct recon_header header_of(uint64_t window) {
    return (struct recon_header){
        .sender = A,
        .receiver = RECON_GATEWAY,
        .business_date = "2026-11-20",
        .kind = RECON_MONEY,
        .window = window,
    };
}

static struct recon_item row_of(uint64_t number) {
    struct recon_item row = {
        .kind = RECON_MONEY,
        .what = TRANSFER_PAYMENT,
        .state = TRANSFER_ACCEPTED,
        .debtor = A,
        .creditor = B,
        .amount = {.fen = 1 + (int64_t)number, .currency = "CNY"},
        .reference = REFERENCE,
        .window = WINDOW,
    };
    put_be64(row.id.bytes, 1 + number);
    return row;
}

static struct digest digest_of(uint8_t byte) {
    return (struct digest){{byte}};
}

/* rows numbers, each once, far from order. */
static uint64_t begin_with(struct bench *bench, uint64_t window, uint64_t rows, int64_t now_ms) {
    struct recon_header header = header_of(window);
    uint64_t number = 0;
    assert_int_equal(spool_begin(bench->spool, &header, now_ms, &number), 0);
    for (uint64_t i = 0; i < rows; i++) {
        struct recon_item row = row_of(i * 7919 % rows); /* 7919 is prime */
        assert_int_equal(spool_add(bench->spool, number, &row), 0);
    }
    return number;
}

static uint64_t put_list(struct bench *bench, uint64_t window, uint64_t rows, int64_t now_ms,
                         uint8_t name) {
    struct digest digest = digest_of(name);
    uint64_t number = begin_with(bench, window, rows, now_ms);
    assert_int_equal(spool_end(bench->spool, number, &digest), 0);
    return number;
}

static struct spool_view *look(struct bench *bench) {
    struct spool_view *view;
    assert_int_equal(spool_look(bench->spool, bench->keyring, &view), 0);
    return view;
}

static uint64_t count_uploads(struct bench *bench) {
    struct spool_view *view = look(bench);
    struct upload upload = {.number = 0};
    uint64_t count = 0;
    while (spool_next_upload(view, upload.number, &upload) == 0)
        count++;
    spool_view_close(view);
    return count;
}

/* Rows come ascending; how many. */
static uint64_t count_rows(struct bench *bench, uint64_t number) {
    struct spool_view *view = look(bench);
    struct spool_place place = {.row = 0};
    struct recon_item item;
    uint64_t count = 0;
    int rc;
    while ((rc = spool_next_row(view, number, &place, &item)) == 0) {
        assert_int_equal(get_be64(item.id.bytes), 1 + count);
        assert_int_equal(item.amount.fen, 1 + (int64_t)count);
        assert_string_equal(item.reference, REFERENCE);
        count++;
    }
    assert_int_equal(rc, SPOOL_ABSENT);
    spool_view_close(view);
    return count;
}

static void a_list_comes_out_sorted(void **state) {
    struct bench *bench = *state;
    const char *wanted = getenv("LINKGATE_RECON_ROWS");
    uint64_t rows = wanted != NULL ? strtoull(wanted, NULL, 10) : ROWS;
    if (wanted != NULL) {
        spool_close(bench->spool);
        open_spool(bench, UINT64_C(1) << 30);
    }
    uint64_t number = put_list(bench, WINDOW, rows, 1000, 1);
    assert_int_equal(number, 1);
    assert_int_equal(count_rows(bench, number), rows);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    if (wanted != NULL)
        printf("%llu rows, %ld KiB at most\n", (unsigned long long)rows, usage.ru_maxrss);
    struct spool_view *view = look(bench);
    struct upload upload;
    struct digest digest = digest_of(1);
    assert_int_equal(spool_find_upload(view, &digest, &upload), 0);
    assert_int_equal(upload.state, UPLOAD_WHOLE);
    assert_int_equal(upload.header.window, WINDOW);
    assert_int_equal(upload.came_at_ms, 1000);
    digest = digest_of(2);
    assert_int_equal(spool_find_upload(view, &digest, &upload), SPOOL_ABSENT);
    struct recon_item row = row_of(rows / 2);
    struct recon_item found;
    assert_int_equal(spool_find_row(view, number, &row.id, &found), 0);
    assert_int_equal(found.amount.fen, row.amount.fen);
    row.id.bytes[15] = 1;
    assert_int_equal(spool_find_row(view, number, &row.id, &found), SPOOL_ABSENT);
    assert_int_equal(spool_find_row(view, number + 1, &found.id, &found), SPOOL_ABSENT);
    spool_view_close(view);
}

static void rows_with_one_id_stay_apart(void **state) {
    struct bench *bench = *state;
    struct recon_header header = header_of(WINDOW);
    struct digest digest = digest_of(1);
    struct recon_item row = row_of(0);
    struct spool_place place = {.row = 0};
    uint64_t number;
    assert_int_equal(spool_begin(bench->spool, &header, 0, &number), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(spool_add(bench->spool, number, &row), 0);
    assert_int_equal(spool_end(bench->spool, number, &digest), 0);
    struct spool_view *view = look(bench);
    for (uint64_t i = 1; i <= 3; i++) {
        assert_int_equal(spool_next_row(view, number, &place, &row), 0);
        assert_int_equal(place.row, i);
    }
    assert_int_equal(spool_next_row(view, number, &place, &row), SPOOL_ABSENT);
    spool_view_close(view);
}

static void lists_of_several_banks_come_at_a_time(void **state) {
    struct bench *bench = *state;
    uint64_t first = begin_with(bench, WINDOW, 3, 0);
    uint64_t second = begin_with(bench, WINDOW + 1, 5, 0);
    struct digest digest = digest_of(2);
    assert_int_equal(spool_end(bench->spool, second, &digest), 0);
    digest = digest_of(1);
    assert_int_equal(spool_end(bench->spool, first, &digest), 0);
    assert_int_equal(count_rows(bench, first), 3);
    assert_int_equal(count_rows(bench, second), 5);
    struct spool_view *view = look(bench);
    struct upload upload;
    assert_int_equal(spool_latest_upload(view, A, RECON_MONEY, WINDOW + 1, &upload), 0);
    assert_int_equal(upload.number, second);
    assert_int_equal(spool_latest_upload(view, B, RECON_MONEY, WINDOW, &upload), SPOOL_ABSENT);
    assert_int_equal(spool_latest_upload(view, A, RECON_LINKS, 0, &upload), SPOOL_ABSENT);
    spool_view_close(view);
}

static void only_so_many_come_at_a_time(void **state) {
    struct bench *bench = *state;
    struct recon_header header = header_of(WINDOW);
    uint64_t number;
    for (uint32_t i = 0; i < SPOOL_COMING_MAX; i++)
        assert_int_equal(spool_begin(bench->spool, &header, 0, &number), 0);
    assert_int_equal(spool_begin(bench->spool, &header, 0, &number), SPOOL_FULL);
    assert_int_equal(spool_drop(bench->spool, 1), 0);
    assert_int_equal(spool_begin(bench->spool, &header, 0, &number), 0);
    assert_int_equal(number, SPOOL_COMING_MAX + 1);
}

static void the_same_list_again_is_not_kept_twice(void **state) {
    struct bench *bench = *state;
    struct digest digest = digest_of(9);
    (void)put_list(bench, WINDOW, 3, 0, 9);
    uint64_t number = begin_with(bench, WINDOW, 3, 0);
    assert_int_equal(spool_end(bench->spool, number, &digest), SPOOL_AGAIN);
    assert_int_equal(count_uploads(bench), 1);
    assert_int_equal(count_rows(bench, number), 0);
}

static void what_was_not_ended_is_gone_after_a_start(void **state) {
    struct bench *bench = *state;
    uint64_t whole = put_list(bench, WINDOW, 10, 0, 1);
    uint64_t coming = begin_with(bench, WINDOW, 5000, 0);
    reopen(bench);
    assert_int_equal(count_uploads(bench), 1);
    assert_int_equal(count_rows(bench, whole), 10);
    assert_int_equal(count_rows(bench, coming), 0);
    struct recon_header header = header_of(WINDOW);
    uint64_t number;
    assert_int_equal(spool_begin(bench->spool, &header, 0, &number), 0);
    assert_int_equal(number, coming + 1); /* numbers do not come again */
}

/* In a process of its own, which ends after so many rows without a word. */
static void die_in_the_middle(struct bench *bench, uint64_t rows, bool dropping) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        open_spool(bench, SPOOL_BYTES);
        (void)begin_with(bench, WINDOW, rows, 0);
        if (dropping)
            _exit(spool_drop(bench->spool, 1));
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void killed_at_any_moment_it_is_whole_or_gone(void **state) {
    struct bench *bench = *state;
    static const uint64_t moments[] = {0, 1, 4095, 4096, 4097, 9000};
    uint64_t whole = put_list(bench, WINDOW, 10, 0, 1);
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        spool_close(bench->spool);
        die_in_the_middle(bench, moments[i], false);
        open_spool(bench, SPOOL_BYTES);
        assert_int_equal(count_uploads(bench), 1);
        assert_int_equal(count_rows(bench, whole), 10);
    }
    spool_close(bench->spool);
    die_in_the_middle(bench, 100, true);
    open_spool(bench, SPOOL_BYTES);
    assert_int_equal(count_uploads(bench), 0);
}

static void its_bytes_are_bounded(void **state) {
    struct bench *bench = *state;
    struct recon_header header = header_of(WINDOW);
    uint64_t number;
    spool_close(bench->spool);
    open_spool(bench, SPOOL_BYTES_MIN);
    assert_int_equal(spool_begin(bench->spool, &header, 0, &number), 0);
    int rc = 0;
    for (uint64_t i = 0; rc == 0 && i < 100000; i++) {
        struct recon_item row = row_of(i);
        rc = spool_add(bench->spool, number, &row);
    }
    assert_int_equal(rc, SPOOL_FULL);
    assert_int_equal(count_uploads(bench), 0);
    (void)put_list(bench, WINDOW, 100, 0, 1); /* there is room again */
}

static void old_ones_are_dropped(void **state) {
    struct bench *bench = *state;
    uint64_t dropped = 0;
    (void)put_list(bench, WINDOW, 10, 1000, 1);
    uint64_t young = put_list(bench, WINDOW, 10, 3000, 2);
    (void)put_list(bench, WINDOW, 5000, 2000, 3);
    uint64_t coming = begin_with(bench, WINDOW, 3, 0);
    assert_int_equal(spool_drop_older(bench->spool, 3000, &dropped), 0);
    assert_int_equal(dropped, 2);
    assert_int_equal(count_uploads(bench), 2);
    assert_int_equal(count_rows(bench, young), 10);
    struct digest digest = digest_of(4);
    assert_int_equal(spool_end(bench->spool, coming, &digest), 0);
    assert_int_equal(count_rows(bench, coming), 3);
}

static void put_result(struct bench *bench, uint64_t number, uint64_t rows) {
    struct recon_counts counts = {.of = {[RECON_DUPLICATE] = rows}};
    assert_int_equal(spool_result_begin(bench->spool, number), 0);
    for (uint64_t i = 0; i < rows; i++) {
        struct recon_difference difference = {
            .index = i,
            .class = i % 2 == 0 ? RECON_MISSING_HERE : RECON_AMOUNT_DIFF,
            .has_theirs = true,
            .has_ours = i % 2 != 0,
            .theirs = row_of(i),
            .ours = row_of(i + 1),
        };
        assert_int_equal(spool_result_add(bench->spool, number, RECON_MONEY, &difference), 0);
    }
    assert_int_equal(spool_result_end(bench->spool, number, rows, &counts, 5000), 0);
}

static void a_result_is_paged(void **state) {
    struct bench *bench = *state;
    uint64_t number = put_list(bench, WINDOW, 10, 0, 1);
    put_result(bench, number, 9);
    put_result(bench, number, 5); /* again: the first one is gone */
    reopen(bench);
    struct spool_view *view = look(bench);
    struct recon_difference difference;
    struct upload upload;
    assert_int_equal(spool_get_upload(view, number, &upload), 0);
    assert_int_equal(upload.state, UPLOAD_COMPARED);
    assert_int_equal(upload.differences, 5);
    assert_int_equal(upload.counts.of[RECON_DUPLICATE], 5);
    assert_int_equal(upload.compared_at_ms, 5000);
    for (uint64_t i = 0; i < 5; i++) {
        assert_int_equal(spool_next_difference(view, number, i, &difference), 0);
        assert_int_equal(difference.index, i);
        assert_true(difference.has_theirs && difference.has_ours == (i % 2 != 0));
        assert_int_equal(difference.theirs.amount.fen, 1 + (int64_t)i);
        if (difference.has_ours)
            assert_int_equal(difference.ours.amount.fen, 2 + (int64_t)i);
    }
    assert_int_equal(spool_next_difference(view, number, 5, &difference), SPOOL_ABSENT);
    assert_int_equal(spool_next_difference(view, number + 1, 0, &difference), SPOOL_ABSENT);
    spool_view_close(view);
}

static void what_was_judged_is_noted(void **state) {
    struct bench *bench = *state;
    struct upload upload;
    uint64_t number = put_list(bench, WINDOW, 10, 0, 1);
    put_result(bench, number, 9);
    assert_int_equal(spool_judged(bench->spool, number, 7), 0);
    assert_int_equal(spool_judged(bench->spool, number + 1, 7), SPOOL_ABSENT);
    reopen(bench);
    struct spool_view *view = look(bench);
    assert_int_equal(spool_get_upload(view, number, &upload), 0);
    assert_int_equal(upload.state, UPLOAD_JUDGED);
    assert_true(upload.judged == 7 && upload.differences == 9);
    spool_view_close(view);
    put_result(bench, number, 2); /* another comparison is to be judged again */
    view = look(bench);
    assert_int_equal(spool_get_upload(view, number, &upload), 0);
    assert_true(upload.state == UPLOAD_COMPARED && upload.judged == 0);
    spool_view_close(view);
}

static void nothing_stands_there_in_clear(void **state) {
    struct bench *bench = *state;
    static char bytes[1 << 20];
    char path[96];
    put_result(bench, put_list(bench, WINDOW, 10, 0, 1), 3);
    snprintf(path, sizeof(path), "%s/data.mdb", bench->scratch.dir);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size;
    while ((size = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        assert_null(memmem(bytes, size, "secret", 6));
        assert_null(memmem(bytes, size, "PAYMENT", 7));
        assert_null(memmem(bytes, size, "102100099996", 12));
    }
    fclose(file);
}

static void other_keys_open_nothing(void **state) {
    struct bench *bench = *state;
    uint8_t root[32] = {8};
    (void)put_list(bench, WINDOW, 10, 0, 1);
    spool_close(bench->spool);
    keyring_free(bench->keyring);
    bench->keyring = keyring_from_root(root);
    open_spool(bench, SPOOL_BYTES);
    assert_int_equal(count_uploads(bench), 0);
    struct spool_view *view = look(bench);
    struct spool_place place = {.row = 0};
    struct recon_item item;
    assert_int_equal(spool_next_row(view, 1, &place, &item), SPOOL_ABSENT);
    spool_view_close(view);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_list_comes_out_sorted),
        TEST(rows_with_one_id_stay_apart),
        TEST(lists_of_several_banks_come_at_a_time),
        TEST(only_so_many_come_at_a_time),
        TEST(the_same_list_again_is_not_kept_twice),
        TEST(what_was_not_ended_is_gone_after_a_start),
        TEST(killed_at_any_moment_it_is_whole_or_gone),
        TEST(its_bytes_are_bounded),
        TEST(old_ones_are_dropped),
        TEST(a_result_is_paged),
        TEST(what_was_judged_is_noted),
        TEST(nothing_stands_there_in_clear),
        TEST(other_keys_open_nothing),
    };
    log_set_level(LOG_EMERG);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
