/*
 * What operators are told of a link's limits: by the rules in force at that moment, used and reserved
 * of this day and this year, and what the account's bank said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "shelf.h"

static struct link put_link(enum account_class class) {
    struct link link = {.id = link_of(1),
                        .state = LINK_ACTIVE,
                        .class2_bank = BANK_A,
                        .class1_bank = BANK_B,
                        .class2_class = class,
                        .class2_key = {{7}},
                        .limits = {.single_fen = 100, .daily_fen = 1000, .daily_count = 3},
                        .class2_masked = "0001",
                        .class1_masked = "0002"};
    struct link_private secret = {.class2_number = SPAN_LITERAL("6236330000000000001"),
                                  .class1_number = SPAN_LITERAL("6226220000000000002")};
    store_begin(shelf.store);
    assert_int_equal(store_put_link(shelf.store, &link, &secret, true), 0);
    store_commit(shelf.store);
    return link;
}

/* 300 and 40 of today, 900 and 40 of the year; in: of another day. */
static void put_limits(const struct link *link) {
    int64_t today = shanghai_day(SHELF_MS), year = shanghai_year(SHELF_MS);
    struct account_limits limits = {.account = link->class2_key, .funded = true};
    limits.buckets[BUCKET_IN] =
        (struct bucket){.day = today - 1, .of_day = {.used_fen = 5}, .year = year};
    limits.buckets[BUCKET_OUT] =
        (struct bucket){.day = today,
                        .of_day = {.used_fen = 300, .reserved_fen = 40},
                        .year = year,
                        .of_year = {.used_fen = 900, .reserved_fen = 40, .has_cap = true}};
    limits.buckets[BUCKET_OUT].of_year.cap_fen = 950;
    struct link_usage usage = {.day = today, .day_fen = 400, .day_count = 2, .year = year - 1};
    store_begin(shelf.store);
    store_put_limits(shelf.store, &limits);
    store_put_usage(shelf.store, &link->id, &usage);
    store_commit(shelf.store);
}

/* From today on: III-OUT 345 a day. */
static void put_rules(void) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct rules_period *period = &document->periods[0];
    struct buf bytes;
    strcpy(document->name, "smaller");
    document->count = 1;
    period->from_day = shanghai_day(SHELF_MS);
    period->until_day = RULES_FOR_EVER;
    period->buckets = true;
    memcpy(period->values.buckets, rules_compiled()->buckets, sizeof period->values.buckets);
    period->values.buckets[BUCKET_CLASS_III][BUCKET_OUT].day_fen = 345;
    buf_init(&bytes);
    rules_document_encode(document, &bytes);
    struct store_rules rules = {.number = 9, .uid = 1, .approver = 2, .document = buf_span(&bytes)};
    store_begin(shelf.store);
    store_put_rules(shelf.store, &rules);
    store_commit(shelf.store);
    buf_deinit(&bytes);
    free(document);
}

static admin_reply *show(const struct link *link) {
    struct admin_listing *listing = list(ADMIN_SHOW_LIMITS);
    listing->after = link->id;
    admin_reply *reply = run_listing(listing);
    admin_listing_free(listing);
    return reply;
}

static void expect_row(const Linkgate__Admin__V1__BucketRow *row, const char *bucket,
                       const char *period, int64_t limit_fen, int64_t used_fen, int64_t left_fen) {
    assert_string_equal(row->bucket, bucket);
    assert_string_equal(row->period, period);
    assert_int_equal(row->limit_fen, limit_fen);
    assert_int_equal(row->used_fen, used_fen);
    assert_int_equal(row->left_fen, left_fen);
}

static void used_reserved_and_left(void **state) {
    (void)state;
    struct link link = put_link(ACCOUNT_CLASS_III);
    put_limits(&link);
    put_rules();
    admin_reply *reply = show(&link);
    assert_int_equal(reply->result_case, ADMIN_RESULT(LIMITS));
    const Linkgate__Admin__V1__LimitsDetail *detail = reply->limits;
    assert_string_equal(detail->class2_masked, "0001");
    assert_string_equal(detail->opening, "REMOTE");
    assert_true(detail->funded);
    assert_int_equal(detail->rules, 9);
    assert_int_equal(detail->n_buckets, 4);
    expect_row(detail->buckets[0], "III-IN", "DAY", 500000, 0, 500000);
    expect_row(detail->buckets[1], "III-IN", "YEAR", 10000000, 0, 10000000);
    expect_row(detail->buckets[2], "III-OUT", "DAY", 345, 300, 5);
    expect_row(detail->buckets[3], "III-OUT", "YEAR", 5000000, 900, 10);
    assert_int_equal(detail->buckets[2]->reserved_fen, 40);
    assert_false(detail->buckets[2]->has_word);
    assert_true(detail->buckets[3]->has_word);
    assert_int_equal(detail->buckets[3]->word_fen, 950);
    assert_int_equal(detail->buckets[2]->resets_at_ms, limit_day_resets_ms(SHELF_MS));
    assert_int_equal(detail->buckets[3]->resets_at_ms, limit_year_resets_ms(SHELF_MS));
    free_reply(reply);
}

static void agreed_limits_stand_beside(void **state) {
    (void)state;
    struct link link = put_link(ACCOUNT_CLASS_II);
    put_limits(&link);
    admin_reply *reply = show(&link);
    const Linkgate__Admin__V1__LimitsDetail *detail = reply->limits;
    assert_int_equal(detail->rules, 0);
    expect_row(detail->buckets[2], "II-OUT", "DAY", 1000000, 300, 999660);
    assert_int_equal(detail->n_agreed, 3);
    assert_true(detail->agreed[0]->agreed && detail->agreed[1]->agreed);
    assert_int_equal(detail->agreed[0]->left_fen, 100);
    assert_int_equal(detail->agreed[1]->taken_fen, 400);
    assert_int_equal(detail->agreed[1]->left_fen, 600);
    assert_int_equal(detail->agreed[1]->limit_count, 3);
    assert_int_equal(detail->agreed[1]->taken_count, 2);
    assert_string_equal(detail->agreed[2]->period, "YEAR");
    assert_false(detail->agreed[2]->agreed);
    free_reply(reply);
}

static void no_such_link(void **state) {
    (void)state;
    struct link link = {.id = link_of(2)};
    admin_reply *reply = show(&link);
    assert_int_equal(reply->result_case, ADMIN_RESULT(REFUSAL));
    free_reply(reply);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_shelf, close_shelf)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(used_reserved_and_left),
        CASE(agreed_limits_stand_beside),
        CASE(no_such_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
