/*
 * Listings over a real store: pages that join to the whole, filters, single objects, empty tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shelf.h"

static void put_transfers(unsigned count) {
    store_begin(shelf.store);
    for (unsigned i = 1; i <= count; i++) {
        struct transfer transfer = {.id = numbered(i),
                                    .state = i % 3 == 0 ? TRANSFER_REJECTED : TRANSFER_ACCEPTED,
                                    .kind = TRANSFER_BOUND_PAIR,
                                    .direction = i % 2 ? TRANSFER_PUSH : TRANSFER_PULL,
                                    .link = numbered(i % 2 ? 1000001 : 1000002),
                                    .debtor_bank = BANK_A,
                                    .creditor_bank = BANK_A,
                                    .amount = {.fen = i, .currency = "CNY"},
                                    .received_at_ms = 1700000000000};
        struct history_entry entry = {.state = TRANSFER_RECEIVED,
                                      .at_ms = 1700000000000,
                                      .sequence = i,
                                      .cause = CAUSE_REQUEST,
                                      .by = BANK_A};
        assert_true(history_add(&transfer.history, &entry));
        assert_int_equal(
            store_put_transfer(shelf.store, &transfer, STORE_KEPT_SAME, (struct span){0}, true), 0);
    }
    store_commit(shelf.store);
}

static void pages_join_to_the_whole(void **state) {
    (void)state;
    put_transfers(1200);
    struct admin_listing *listing = admin_listing_new(ADMIN_LIST_TRANSFERS, 1, 2);
    listing->max = ADMIN_PAGE_ROWS_MAX;
    unsigned seen = 0, pages = 0;
    bool more = true;
    while (more) {
        admin_reply *reply = run_listing(listing);
        assert_int_equal(reply->correlation, 2);
        for (size_t i = 0; i < reply->transfers->n_rows; i++)
            assert_int_equal(reply->transfers->rows[i]->amount_fen, ++seen);
        more = reply->transfers->more;
        assert_true(id_from_span(span_of(reply->transfers->next.data, reply->transfers->next.len),
                                 &listing->after));
        free_reply(reply);
        assert_true(++pages < 100);
    }
    assert_int_equal(seen, 1200);
    assert_true(pages > 2);
    admin_listing_free(listing);
}

/* Transfers without links, deadlines and notices: each is looked at once, and none is right. */
static void verified_pages_join_to_the_whole(void **state) {
    (void)state;
    put_transfers(250);
    struct admin_listing *listing = admin_listing_new(ADMIN_VERIFY, 1, 2);
    listing->max = ADMIN_PAGE_ROWS_MAX;
    listing->object = OBJECT_TRANSFER;
    unsigned looked = 0, pages = 0;
    bool more = true;
    while (more) {
        admin_reply *reply = run_listing(listing);
        assert_true(reply->verified->n_rows > 0 && reply->verified->n_rows <= ADMIN_PAGE_ROWS_MAX);
        assert_string_equal(reply->verified->rows[0]->kind, "transfer");
        assert_true(reply->verified->rows[0]->text[0] != '\0');
        looked += (unsigned)reply->verified->looked;
        more = reply->verified->more;
        free_reply(reply);
        assert_true(++pages < 100);
    }
    assert_int_equal(looked, 250);
    assert_true(pages > 2);
    listing->only = numbered(7);
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->verified->looked, 1);
    free_reply(reply);
    listing->only = numbered(7000);
    reply = run_listing(listing);
    assert_int_equal(reply->result_case, ADMIN_RESULT(REFUSAL));
    free_reply(reply);
    admin_listing_free(listing);
}

static void filters(void **state) {
    (void)state;
    put_transfers(30);
    struct admin_listing *listing = admin_listing_new(ADMIN_LIST_TRANSFERS, 1, 2);
    listing->max = ADMIN_PAGE_ROWS_MAX;
    listing->filter.state = TRANSFER_REJECTED;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->transfers->n_rows, 10);
    assert_false(reply->transfers->more);
    free_reply(reply);
    listing->filter.link = numbered(1000001);
    reply = run_listing(listing);
    assert_int_equal(reply->transfers->n_rows, 5);
    assert_string_equal(reply->transfers->rows[0]->direction, "PUSH");
    free_reply(reply);
    admin_listing_free(listing);
}

static void one_and_none(void **state) {
    (void)state;
    put_transfers(3);
    struct admin_listing *listing = admin_listing_new(ADMIN_SHOW_TRANSFER, 1, 2);
    listing->after = numbered(2);
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->result_case, ADMIN_RESULT(TRANSFER));
    assert_int_equal(reply->transfer->n_history, 1);
    assert_string_equal(reply->transfer->history[0]->cause, "REQUEST");
    assert_string_equal(reply->transfer->row->state, "ACCEPTED");
    free_reply(reply);
    listing->after = numbered(99);
    reply = run_listing(listing);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_OBJECT");
    free_reply(reply);
    listing->kind = ADMIN_SHOW_LINK;
    reply = run_listing(listing);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_OBJECT");
    free_reply(reply);
    admin_listing_free(listing);
}

static void empty_tables(void **state) {
    (void)state;
    for (int kind = ADMIN_LIST_BANKS; kind <= ADMIN_OPEN_WORK; kind++) {
        struct admin_listing *listing = admin_listing_new((enum admin_listing_kind)kind, 1, 2);
        listing->max = 10;
        listing->object = OBJECT_LINK;
        bool shows = kind == ADMIN_SHOW_LINK || kind == ADMIN_SHOW_TRANSFER ||
                     kind == ADMIN_SHOW_APPROVAL || kind == ADMIN_SHOW_BANK ||
                     kind == ADMIN_SHOW_CASE || kind == ADMIN_SHOW_CARD ||
                     kind == ADMIN_LIST_HISTORY;
        admin_reply *reply = run_listing(listing);
        assert_int_equal(reply->result_case == ADMIN_RESULT(REFUSAL), shows);
        free_reply(reply);
        admin_listing_free(listing);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_join_to_the_whole, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(verified_pages_join_to_the_whole, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(filters, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(one_and_none, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(empty_tables, open_shelf, close_shelf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
