/*
 * Refused requests, counted over a real store: of one bank, within a time, on pages that add up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/calendar.h"
#include "domain/refusal.h"
#include "shelf.h"

/* A request whose id was made at id_at_ms and that was recorded at at_ms. */
static void put_request(bank_code bank, uint64_t number, int64_t id_at_ms, int64_t at_ms,
                        enum refusal_code refusal) {
    struct id request = id_make(id_at_ms, number, 0);
    struct store_request row = {.refusal = refusal, .at_ms = at_ms};
    store_put_request(shelf.store, bank, &request, &row, true);
}

static uint64_t count_of(const admin_reply *reply, const char *detail) {
    assert_int_equal(reply->result_case, ADMIN_RESULT(REFUSALS));
    for (size_t i = 0; i < reply->refusals->n_rows; i++) {
        if (strcmp(reply->refusals->rows[i]->detail, detail) == 0)
            return reply->refusals->rows[i]->count;
    }
    return 0;
}

static struct admin_listing *day_of_a(void) {
    struct admin_listing *listing = list(ADMIN_LIST_REFUSALS);
    listing->filter.bank = BANK_A;
    listing->filter.from_ms = SHELF_MS;
    listing->filter.until_ms = SHELF_MS + DAY_MS;
    return listing;
}

static void one_bank_and_one_day(void **state) {
    (void)state;
    const int64_t end_ms = SHELF_MS + DAY_MS;
    store_begin(shelf.store);
    put_request(BANK_A, 1, SHELF_MS, SHELF_MS, REFUSAL_AGREED_LIMIT);
    put_request(BANK_A, 2, end_ms - 1, end_ms - 1, REFUSAL_AGREED_LIMIT);
    put_request(BANK_A, 3, SHELF_MS - 7 * DAY_MS, SHELF_MS, REFUSAL_SCOPE); /* sent again */
    put_request(BANK_A, 4, end_ms + 300000 - 1, end_ms - 1, REFUSAL_SCOPE); /* a clock ahead */
    put_request(BANK_A, 5, SHELF_MS, SHELF_MS - 1, REFUSAL_SCOPE);          /* the day before */
    put_request(BANK_A, 6, end_ms, end_ms, REFUSAL_SCOPE);                  /* and the one after */
    put_request(BANK_A, 7, SHELF_MS, SHELF_MS, REFUSAL_NONE);
    put_request(BANK_B, 8, SHELF_MS, SHELF_MS, REFUSAL_SCOPE);
    store_commit(shelf.store);
    struct admin_listing *listing = day_of_a();
    admin_reply *reply = run_listing(listing);
    assert_int_equal(count_of(reply, "AGREED"), 2);
    assert_int_equal(count_of(reply, "SCOPE"), 2);
    assert_int_equal(reply->refusals->n_rows, 2);
    assert_string_equal(reply->refusals->rows[0]->reason, "AG08");
    assert_false(reply->refusals->more);
    free_reply(reply);
    admin_listing_free(listing);
}

static void pages_add_up(void **state) {
    (void)state;
    const unsigned requests = 2 * ADMIN_PAGE_SCAN_MAX + 7;
    store_begin(shelf.store);
    for (unsigned i = 0; i < requests; i++)
        put_request(BANK_A, i, SHELF_MS + i, SHELF_MS + i,
                    i % 2 == 0 ? REFUSAL_NONE : REFUSAL_DUPLICATE);
    store_commit(shelf.store);
    struct admin_listing *listing = day_of_a();
    uint64_t count = 0;
    bool more = true;
    unsigned pages = 0;
    for (; more; pages++) {
        admin_reply *reply = run_listing(listing);
        count += count_of(reply, refusal_row(REFUSAL_DUPLICATE)->detail);
        more = reply->refusals->more;
        assert_true(id_from_span(span_of(reply->refusals->next.data, reply->refusals->next.len),
                                 &listing->after));
        free_reply(reply);
    }
    assert_int_equal(pages, 3);
    assert_int_equal(count, requests / 2);
    admin_listing_free(listing);
}

static void put_net(uint64_t window, bank_code low, bank_code high) {
    struct pair_net net = {.window = window, .low = low, .high = high, .currency = "CNY"};
    store_put_net(shelf.store, &net);
}

/* A page without a row says all the same where the next one goes on. */
static void nets_of_one_bank(void **state) {
    (void)state;
    const bank_code other = 305100000013u;
    store_begin(shelf.store);
    for (uint64_t window = 1; window <= ADMIN_PAGE_SCAN_MAX + 1; window++)
        put_net(window, BANK_A, other);
    put_net(ADMIN_PAGE_SCAN_MAX + 2, BANK_A, BANK_B);
    store_put_position(shelf.store, &(struct position){.bank = BANK_A, .currency = "CNY"});
    store_put_position(shelf.store, &(struct position){.bank = BANK_B, .currency = "CNY"});
    store_commit(shelf.store);
    struct admin_listing *listing = list(ADMIN_LIST_NETS);
    listing->filter.bank = BANK_B;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->nets->n_rows, 0);
    assert_true(reply->nets->more);
    assert_int_equal(reply->nets->last->window, ADMIN_PAGE_SCAN_MAX);
    listing->after_is_given = true;
    listing->after_net = (struct pair_net){
        .window = reply->nets->last->window, .low = BANK_A, .high = other, .currency = "CNY"};
    free_reply(reply);
    reply = run_listing(listing);
    assert_int_equal(reply->nets->n_rows, 1);
    assert_int_equal(reply->nets->rows[0]->high, BANK_B);
    assert_false(reply->nets->more);
    free_reply(reply);
    listing->kind = ADMIN_LIST_POSITIONS;
    listing->after_is_given = false;
    reply = run_listing(listing);
    assert_int_equal(reply->positions->n_rows, 1);
    assert_int_equal(reply->positions->rows[0]->bank, BANK_B);
    free_reply(reply);
    admin_listing_free(listing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_bank_and_one_day, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(pages_add_up, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(nets_of_one_bank, open_shelf, close_shelf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
