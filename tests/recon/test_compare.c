/*
 * A list against a store: each class is found, what may resolve an unknown outcome is kept, windows
 * beside are looked into, links are compared too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include <cmocka.h>

#include "recon/compare.h"
#include "store/desk.h"
#include "store/settlement.h"
#include "store/stage.h"
#include "util/logline.h"

#define A 102100099996u
#define B 103100000026u
#define C 104100000004u
#define WINDOW 7
#define NOW_MS 1795000000000
#define SPOOL_BYTES (UINT64_C(64) << 20)

struct bench {
    struct stage *stage;
    struct scratch scratch;
    struct spool *spool;
    uint8_t names; /* of lists so far */
    bool stop;
};

/* What is in it was received while it was open: there was no other. */
static void put_window(struct bench *bench, uint64_t number) {
    struct window window = {.number = number, .opened_at_ms = NOW_MS - 1000};
    struct history_entry entry = {.at_ms = NOW_MS - 1000, .cause = CAUSE_RULE};
    assert_true(window_move(&window, WINDOW_EVENT_OPEN, &entry));
    store_begin(bench->stage->store);
    store_put_window(bench->stage->store, &window);
    store_commit(bench->stage->store);
}

static int setup(void **state) {
    struct bench *bench = xcalloc(1, sizeof(*bench));
    void *stage;
    char reason[200] = "";
    assert_int_equal(stage_set_up(&stage), 0);
    bench->stage = stage;
    scratch_init(&bench->scratch);
    struct spool_config config = {bench->scratch.dir, bench->stage->keyring, SPOOL_BYTES};
    assert_int_equal(spool_open(&config, &bench->spool, reason, sizeof(reason)), 0);
    put_window(bench, WINDOW);
    *state = bench;
    return 0;
}

static int teardown(void **state) {
    struct bench *bench = *state;
    void *stage = bench->stage;
    spool_close(bench->spool);
    scratch_deinit(&bench->scratch);
    free(bench);
    return stage_tear_down(&stage);
}

static struct id id_of(uint16_t number) {
    return id_make(NOW_MS, number, 0);
}

static struct transfer transfer_of(uint16_t number) {
    struct transfer transfer = {
        .id = id_of(number),
        .state = TRANSFER_ACCEPTED,
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PULL,
        .submitter = A,
        .instructed = B,
        .debtor_bank = B,
        .creditor_bank = A,
        .amount = {.fen = 100 + number, .currency = "CNY"},
        .window = WINDOW,
        .reference = "b77",
        .book_date = "2026-11-20",
    };
    return transfer;
}

static void put(struct bench *bench, const struct transfer *transfer) {
    struct store *store = bench->stage->store;
    store_begin(store);
    assert_int_equal(
        store_put_transfer(store, transfer, STORE_KEPT_SAME, (struct span){NULL, 0}, true), 0);
    store_commit(store);
}

static void put_number(struct bench *bench, uint16_t number) {
    struct transfer transfer = transfer_of(number);
    put(bench, &transfer);
}

static struct recon_item row_of(uint16_t number) {
    struct transfer transfer = transfer_of(number);
    struct recon_item row;
    recon_item_of_transfer(&transfer, &row);
    return row;
}

/* A bank's list of a window, or of its links (0). */
static uint64_t put_list(struct bench *bench, uint64_t window, const struct recon_item *rows,
                         size_t count) {
    struct recon_header header = {
        .sender = A,
        .business_date = "2026-11-20",
        .kind = window == 0 ? RECON_LINKS : RECON_MONEY,
        .window = window,
        .totals = {.count = count},
    };
    struct digest digest = {{++bench->names}};
    uint64_t number;
    assert_int_equal(spool_begin(bench->spool, &header, NOW_MS, &number), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spool_add(bench->spool, number, &rows[i]), 0);
    assert_int_equal(spool_end(bench->spool, number, &digest), 0);
    return number;
}

static bool go_on(void *context, uint64_t done, uint64_t of) {
    const struct bench *bench = context;
    assert_true(done <= of);
    return !bench->stop;
}

static int compare(struct bench *bench, uint64_t number) {
    struct compare job = {
        .spool = bench->spool,
        .keyring = bench->stage->keyring,
        .store = bench->stage->store,
        .number = number,
        .now_ms = NOW_MS,
        .go_on = go_on,
        .context = bench,
    };
    return compare_run(&job);
}

static struct upload upload_of(struct bench *bench, uint64_t number) {
    struct spool_view *view;
    struct upload upload;
    assert_int_equal(spool_look(bench->spool, bench->stage->keyring, &view), 0);
    assert_int_equal(spool_get_upload(view, number, &upload), 0);
    spool_view_close(view);
    return upload;
}

static void check_result(struct bench *bench, uint64_t number, const enum recon_class *wanted,
                         size_t count) {
    struct spool_view *view;
    struct recon_difference difference;
    assert_int_equal(spool_look(bench->spool, bench->stage->keyring, &view), 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(spool_next_difference(view, number, i, &difference), 0);
        if (difference.index != i || difference.class != wanted[i])
            fail_msg("%zu: %s", i, recon_class_name(difference.class));
    }
    assert_int_equal(spool_next_difference(view, number, count, &difference), SPOOL_ABSENT);
    spool_view_close(view);
}

static void one_of_each_class(void **state) {
    struct bench *bench = *state;
    struct recon_item rows[8];
    struct transfer transfer;
    for (uint16_t number = 1; number <= 4; number++)
        put_number(bench, number);
    transfer = transfer_of(5); /* the bank has it in this window, we in the next */
    transfer.window = WINDOW + 1;
    put(bench, &transfer);
    put_number(bench, 6); /* the other way round */
    transfer = transfer_of(7);
    transfer.debtor_bank = C;
    transfer.creditor_bank = B; /* not A's */
    put(bench, &transfer);
    transfer = transfer_of(8); /* unknown: the row may resolve it */
    transfer.state = TRANSFER_UNKNOWN;
    transfer.window = 0;
    put(bench, &transfer);
    struct recon_item beside = row_of(6);
    beside.window = WINDOW - 1;
    (void)put_list(bench, WINDOW - 1, &beside, 1);
    rows[0] = row_of(9); /* we have no such thing */
    rows[1] = row_of(8);
    rows[2] = row_of(5);
    rows[3] = row_of(3);
    rows[3].state = TRANSFER_REJECTED;
    rows[4] = row_of(2);
    rows[4].amount.fen++;
    rows[5] = row_of(1);
    rows[6] = row_of(1);
    uint64_t number = put_list(bench, WINDOW, rows, 7); /* 4 is missing there */
    static const enum recon_class wanted[] = {
        RECON_DUPLICATE,     RECON_AMOUNT_DIFF, RECON_STATUS_DIFF,
        RECON_MISSING_THERE, RECON_STATUS_DIFF, RECON_MISSING_HERE,
    };
    for (int again = 0; again < 2; again++) {
        assert_int_equal(compare(bench, number), 0);
        struct upload upload = upload_of(bench, number);
        assert_int_equal(upload.state, UPLOAD_COMPARED);
        assert_int_equal(upload.compared_at_ms, NOW_MS);
        assert_int_equal(upload.differences, 6);
        assert_int_equal(upload.counts.of[RECON_MATCHED], 1);
        assert_int_equal(upload.counts.of[RECON_DATE_SHIFT], 2);
        assert_int_equal(upload.counts.of[RECON_STATUS_DIFF], 2);
        check_result(bench, number, wanted, sizeof(wanted) / sizeof(wanted[0]));
    }
}

/* What the ledger gets of a result. */
static struct recon_row told(struct bench *bench, uint64_t number, uint64_t index) {
    struct upload upload = upload_of(bench, number);
    struct spool_view *view;
    struct recon_difference difference;
    struct recon_row row;
    assert_int_equal(spool_look(bench->spool, bench->stage->keyring, &view), 0);
    assert_int_equal(spool_next_difference(view, number, index, &difference), 0);
    spool_view_close(view);
    recon_row_of(&upload, &difference, &row);
    assert_true(digest_equal(&row.upload, &upload.digest));
    assert_true(row.uploader == A && row.kind == RECON_MONEY && row.window == WINDOW);
    return row;
}

static void the_ledger_is_told_the_list_s_own_row(void **state) {
    struct bench *bench = *state;
    put_number(bench, 1);
    put_number(bench, 2);
    struct recon_item item = row_of(1);
    item.amount.fen = 5;
    strcpy(item.reference, "a1");
    uint64_t number = put_list(bench, WINDOW, &item, 1);
    assert_int_equal(compare(bench, number), 0);
    struct recon_row row = told(bench, number, 0);
    assert_true(row.class == RECON_AMOUNT_DIFF && id_equal(&row.id, &item.id));
    assert_true(row.amount.fen == 5 && row.state == TRANSFER_ACCEPTED);
    assert_true(row.debtor == B && row.creditor == A);
    assert_string_equal(row.reference, "a1");
    assert_string_equal(row.book_date, "2026-11-20");
    row = told(bench, number, 1); /* the list says nothing of this one */
    assert_int_equal(row.class, RECON_MISSING_THERE);
    assert_int_equal(row.amount.fen, 102);
    assert_string_equal(row.reference, "");
    assert_string_equal(row.book_date, "");
}

/* Case number of a transfer, opened by that bank (0: the gateway) of that owner. */
static void put_case(struct bench *bench, uint16_t number, bank_code by, bank_code owner,
                     enum case_state state) {
    struct inquiry_case inquiry = {
        .id = id_make(NOW_MS, number, 7),
        .transfer = id_of(number),
        .subject = CASE_AMOUNT_DIFF,
        .state = state,
        .opened_by = by,
        .owner = owner,
        .other = B,
    };
    struct store *store = bench->stage->store;
    store_begin(store);
    assert_int_equal(store_put_case(store, &inquiry, false, (struct span){NULL, 0}, true), 0);
    store_commit(store);
}

/* It may be the answer: the ledger decides. */
static void what_the_gateway_asked_about_is_in_the_result(void **state) {
    struct bench *bench = *state;
    struct recon_item rows[5];
    for (uint16_t number = 1; number <= 5; number++) {
        put_number(bench, number);
        rows[number - 1] = row_of(number);
    }
    put_case(bench, 2, 0, A, CASE_OPEN);
    put_case(bench, 3, 0, A, CASE_CLOSED);
    put_case(bench, 4, 0, B, CASE_OPEN); /* that one answers for itself */
    put_case(bench, 5, A, A, CASE_OPEN);
    uint64_t number = put_list(bench, WINDOW, rows, 5);
    assert_int_equal(compare(bench, number), 0);
    struct upload upload = upload_of(bench, number);
    assert_true(upload.counts.of[RECON_MATCHED] == 5 && upload.differences == 1);
    struct recon_row row = told(bench, number, 0);
    assert_true(row.class == RECON_MATCHED && id_equal(&row.id, &rows[1].id));
}

static void links_are_compared_too(void **state) {
    struct bench *bench = *state;
    static struct link link; /* large */
    struct link_private secret = {.class2_number = SPAN_LITERAL("6222020000000000017")};
    struct store *store = bench->stage->store;
    struct recon_item rows[3];
    static const enum link_state states[] = {LINK_ACTIVE, LINK_SUSPENDED, LINK_CLOSED, LINK_ACTIVE};
    for (uint16_t number = 1; number <= 4; number++) {
        memset(&link, 0, sizeof(link));
        link.id = id_of(number);
        link.state = states[number - 1];
        link.class2_bank = number == 4 ? C : A;
        link.class1_bank = B;
        snprintf(link.class2_masked, sizeof(link.class2_masked), "001%u", number);
        snprintf(link.class1_masked, sizeof(link.class1_masked), "002%u", number);
        store_begin(store);
        assert_int_equal(store_put_link(store, &link, &secret, true), 0);
        store_commit(store);
        if (number <= 3)
            recon_item_of_link(&link, &rows[number - 1]);
    }
    uint64_t number = put_list(bench, 0, rows, 3); /* of final ones it may tell */
    assert_int_equal(compare(bench, number), 0);
    assert_int_equal(upload_of(bench, number).counts.of[RECON_MATCHED], 3);
    strcpy(rows[0].class1_tail, "9999");
    rows[2].state = LINK_ACTIVE;
    rows[1] = rows[2];
    number = put_list(bench, 0, rows, 3);
    static const enum recon_class wanted[] = {RECON_STATUS_DIFF, RECON_MISSING_THERE,
                                              RECON_STATUS_DIFF, RECON_DUPLICATE};
    assert_int_equal(compare(bench, number), 0);
    check_result(bench, number, wanted, 4);
}

static void it_can_be_stopped_and_done_again(void **state) {
    struct bench *bench = *state;
    static struct recon_item rows[3000];
    for (uint16_t number = 0; number < 3000; number++)
        rows[number] = row_of(number);
    uint64_t number = put_list(bench, WINDOW, rows, 3000);
    bench->stop = true;
    assert_int_equal(compare(bench, number), COMPARE_STOPPED);
    assert_int_equal(upload_of(bench, number).state, UPLOAD_WHOLE);
    bench->stop = false;
    assert_int_equal(compare(bench, number), 0);
    assert_int_equal(upload_of(bench, number).counts.of[RECON_MISSING_HERE], 3000);
}

static void what_is_not_whole_is_not_compared(void **state) {
    struct bench *bench = *state;
    struct recon_header header = {
        .sender = A, .business_date = "2026-11-20", .kind = RECON_MONEY, .window = WINDOW};
    uint64_t number;
    assert_int_equal(compare(bench, 1), SPOOL_ABSENT);
    assert_int_equal(spool_begin(bench->spool, &header, NOW_MS, &number), 0);
    assert_int_equal(compare(bench, number), SPOOL_ABSENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_of_each_class),
        TEST(the_ledger_is_told_the_list_s_own_row),
        TEST(what_the_gateway_asked_about_is_in_the_result),
        TEST(links_are_compared_too),
        TEST(it_can_be_stopped_and_done_again),
        TEST(what_is_not_whole_is_not_compared),
    };
    log_set_level(LOG_EMERG);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
