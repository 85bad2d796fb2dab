/*
 * linkgatectl limit show: what is used, reserved and left, for people and as JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stand_in.h"

static uint8_t id[16] = {1};

static struct buf limits(uint64_t correlation) {
    Linkgate__Admin__V1__BucketRow bucket, said;
    Linkgate__Admin__V1__AgreedRow agreed, none;
    Linkgate__Admin__V1__LimitsDetail detail;
    linkgate__admin__v1__bucket_row__init(&bucket);
    linkgate__admin__v1__bucket_row__init(&said);
    linkgate__admin__v1__agreed_row__init(&agreed);
    linkgate__admin__v1__agreed_row__init(&none);
    linkgate__admin__v1__limits_detail__init(&detail);
    bucket.bucket = said.bucket = "II-OUT";
    bucket.period = "DAY";
    bucket.limit_fen = 1000000;
    bucket.used_fen = 300000;
    bucket.reserved_fen = 4000;
    bucket.left_fen = 696000;
    bucket.resets_at_ms = 1782835200000; /* 2026-07-01 in Shanghai */
    said.period = "YEAR";
    said.has_word = true;
    said.word_fen = 700000;
    agreed.period = "DAY";
    agreed.agreed = true;
    agreed.limit_fen = 50000;
    agreed.left_fen = 50000;
    agreed.limit_count = 3;
    none.period = "YEAR";
    Linkgate__Admin__V1__BucketRow *buckets[] = {&bucket, &said};
    Linkgate__Admin__V1__AgreedRow *rows[] = {&agreed, &none};
    detail.link = (ProtobufCBinaryData){16, id};
    detail.class2_bank = BANK_NUMBER;
    detail.class2_masked = "4321";
    detail.class2_class = 2;
    detail.opening = "FACE_TO_FACE";
    detail.n_buckets = detail.n_agreed = 2;
    detail.buckets = buckets;
    detail.agreed = rows;
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(LIMITS);
    reply.limits = &detail;
    return tool_frame(&reply, correlation);
}

static void a_card_and_two_tables(void **state) {
    (void)state;
    struct buf answers[] = {limits(1)};
    assert_int_equal(tool_run_against("limit show " ID_TEXT, answers, 1), CTL_OK);
    assert_says(world.out, "4321");
    assert_says(world.out, "FACE_TO_FACE");
    assert_says(world.out, "10000.00 CNY");
    assert_says(world.out, "6960.00 CNY");
    assert_says(world.out, "7000.00 CNY");
    assert_says(world.out, "2026-07-01 00:00:00.000+08");
    assert_says(world.out, "500.00 CNY");
    assert_int_equal(tool_run("limit show 12"), CTL_USAGE);
    assert_says(world.errors, "is no id");
}

/* An account is found as the Class II account of a link, among others. */
static struct buf links(char *digits) {
    Linkgate__Admin__V1__LinkRow other, row;
    linkgate__admin__v1__link_row__init(&other);
    linkgate__admin__v1__link_row__init(&row);
    other.class2_bank = OTHER_NUMBER;
    other.class2_masked = "0009";
    row.id = (ProtobufCBinaryData){16, id};
    row.class2_bank = BANK_NUMBER;
    row.class2_masked = digits;
    Linkgate__Admin__V1__LinkRow *rows[] = {&other, &row};
    Linkgate__Admin__V1__LinkPage page;
    linkgate__admin__v1__link_page__init(&page);
    page.n_rows = 2;
    page.rows = rows;
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(LINKS);
    reply.links = &page;
    return tool_frame(&reply, 1);
}

static void by_an_account_s_number(void **state) {
    (void)state;
    static const char line[] = "limit search --account - --bank " BANK;
    struct buf found[] = {links("0009"), limits(2)};
    world.input = "6226220000000009\n";
    assert_int_equal(tool_run_against(line, found, 2), CTL_OK);
    assert_says(world.out, "6960.00 CNY");
    assert_silent_on(world.out, "6226220000000009");
    struct buf none[] = {links("0008")};
    world.input = "6226220000000009\n";
    assert_int_equal(tool_run_against(line, none, 1), CTL_REFUSED);
    assert_says(world.errors, "no link has that");
    assert_silent_on(world.errors, "6226220000000009");
    assert_int_equal(tool_run("limit search --bank " BANK), CTL_USAGE);
}

static json_t *row(const json_t *root, const char *key, size_t index) {
    return json_array_get(json_object_get(root, key), index);
}

static void what_is_not_there_is_null(void **state) {
    (void)state;
    struct buf answers[] = {limits(1)};
    assert_int_equal(tool_run_against("limit show --json " ID_TEXT, answers, 1), CTL_OK);
    json_t *root = tool_json();
    assert_true(json_is_null(json_object_get(root, "rules")));
    assert_true(json_is_null(json_object_get(row(root, "buckets", 0), "word_fen")));
    assert_int_equal(json_integer_value(json_object_get(row(root, "buckets", 1), "word_fen")),
                     700000);
    assert_true(json_is_null(json_object_get(row(root, "agreed", 1), "limit_fen")));
    assert_true(json_is_null(json_object_get(row(root, "agreed", 1), "left_fen")));
    json_decref(root);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, tool_set_up, tool_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_card_and_two_tables),
        CASE(by_an_account_s_number),
        CASE(what_is_not_there_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
