/*
 * What operators are shown of what banks owe and may owe: the terms of the formula, a bank's own side
 * of each pair, and payments into balances and out of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shelf.h"
#include "store/money.h"

#define BANK_D UINT64_C(999100000020) /* above the other two of pairs */

static void put_bank(bank_code code) {
    struct bank bank = {.code = code, .name = "Bank", .active = true};
    store_put_bank(shelf.store, &bank);
}

static void put_books(void) {
    static const struct position position = {BANK_B, "CNY", 70, -300, 0};
    static const struct exposure_terms terms = {.bank = BANK_B,
                                                .currency = "CNY",
                                                .has_cap = true,
                                                .cap_fen = 1000,
                                                .prefunded = true,
                                                .balance_fen = 900,
                                                .out_reserved_fen = 100,
                                                .warn_percent = {50, 80},
                                                .level = 1};
    static const struct pair_position pairs[] = {
        {BANK_A, BANK_B, "CNY", 20, 3, 100, false, true, 0, 500},
        {BANK_B, BANK_D, "CNY", 4, 50, -200, false, false, 0, 0},
        {BANK_A, BANK_D, "CNY", 8, 9, 10, false, false, 0, 0}, /* which is not its business */
    };
    store_begin(shelf.store);
    put_bank(BANK_B);
    store_put_position(shelf.store, &position);
    store_put_exposure(shelf.store, &terms);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        store_put_pair(shelf.store, &pairs[i]);
    store_commit(shelf.store);
}

static admin_reply *show(bank_code bank) {
    struct admin_listing *listing = list(ADMIN_SHOW_EXPOSURE);
    listing->after_position.bank = bank;
    memcpy(listing->after_position.currency, "CNY", CURRENCY_SIZE);
    admin_reply *reply = run_listing(listing);
    admin_listing_free(listing);
    return reply;
}

static void the_formula(void **state) {
    (void)state;
    put_books();
    admin_reply *reply = show(BANK_B);
    assert_int_equal(reply->result_case, ADMIN_RESULT(EXPOSURE));
    const Linkgate__Admin__V1__ExposureDetail *detail = reply->exposure;
    assert_int_equal(detail->exposure_fen, 370);
    assert_int_equal(detail->reserved_outgoing_fen - detail->unsettled_net_fen, 370);
    assert_true(detail->bounded);
    assert_int_equal(detail->left_fen, 900 - 100 - 370); /* the lower of the two */
    assert_int_equal(detail->free_fen, 900 - 100 - 370);
    assert_int_equal(detail->n_warn_percent, 2);
    assert_int_equal(detail->level, 1);
    assert_int_equal(detail->n_pairs, 2);
    const Linkgate__Admin__V1__PairRow *with_a = detail->pairs[0], *with_d = detail->pairs[1];
    assert_true(with_a->bank == BANK_A && with_a->has_cap);
    assert_int_equal(with_a->reserved_outgoing_fen, 20);
    assert_int_equal(with_a->reserved_incoming_fen, 3);
    assert_int_equal(with_a->unsettled_net_fen, -100);
    assert_int_equal(with_a->cap_fen, 500);
    assert_true(with_d->bank == BANK_D && !with_d->has_cap);
    assert_int_equal(with_d->reserved_outgoing_fen, 50);
    assert_int_equal(with_d->unsettled_net_fen, -200);
    free_reply(reply);
}

static void a_bank_without_any(void **state) {
    (void)state;
    store_begin(shelf.store);
    put_bank(BANK_B);
    store_commit(shelf.store);
    admin_reply *reply = show(BANK_B);
    assert_false(reply->exposure->bounded);
    assert_int_equal(reply->exposure->exposure_fen, 0);
    assert_int_equal(reply->exposure->n_pairs, 0);
    free_reply(reply);
    reply = show(BANK_D);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_BANK");
    free_reply(reply);
}

static void put_funds(uint64_t number, bank_code bank, enum funds_state state) {
    struct funds funds = {.id = numbered(number),
                          .bank = bank,
                          .direction = number % 2 ? FUNDS_IN : FUNDS_OUT,
                          .amount = {(int64_t)number, "CNY"},
                          .reference = "R",
                          .begun_at_ms = SHELF_MS};
    struct history_entry entry = {.at_ms = SHELF_MS, .uid = 5, .approver = 6, .two = true};
    assert_true(funds_move(&funds, FUNDS_EVENT_BEGIN, &entry));
    entry.uid = 7;
    if (state == FUNDS_CONFIRMED)
        assert_true(funds_move(&funds, FUNDS_EVENT_CONFIRM, &entry));
    store_begin(shelf.store);
    store_put_funds(shelf.store, &funds, true);
    store_commit(shelf.store);
}

static void payments(void **state) {
    (void)state;
    put_funds(1, BANK_A, FUNDS_CONFIRMED);
    put_funds(2, BANK_B, FUNDS_PENDING);
    put_funds(3, BANK_A, FUNDS_PENDING);
    struct admin_listing *listing = list(ADMIN_LIST_FUNDS);
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->funds->n_rows, 3);
    const Linkgate__Admin__V1__FundsRow *first = reply->funds->rows[0];
    assert_string_equal(first->state, "CONFIRMED");
    assert_string_equal(first->direction, "IN");
    assert_int_equal(first->begun_by, 5);
    assert_int_equal(first->begun_approver, 6);
    assert_int_equal(first->ended_by, 7);
    free_reply(reply);
    admin_listing_free(listing);
    listing = list(ADMIN_LIST_FUNDS);
    listing->filter = (struct admin_filter){.state = FUNDS_PENDING, .bank = BANK_A};
    reply = run_listing(listing);
    assert_int_equal(reply->funds->n_rows, 1);
    assert_int_equal(reply->funds->rows[0]->amount_fen, 3);
    assert_int_equal(reply->funds->rows[0]->ended_by, 0);
    free_reply(reply);
    admin_listing_free(listing);
    listing = list(ADMIN_LIST_FUNDS);
    listing->max = 2;
    reply = run_listing(listing);
    assert_true(reply->funds->more);
    assert_memory_equal(reply->funds->next.data, numbered(2).bytes, ID_SIZE);
    free_reply(reply);
    admin_listing_free(listing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_formula, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(a_bank_without_any, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(payments, open_shelf, close_shelf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
