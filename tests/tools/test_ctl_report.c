/*
 * linkgatectl report: sums of recorded pages, within a day that is a 29 February; the same figures as
 * JSON, as CSV and for people; what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "domain/calendar.h"
#include "stand_in.h"

#define DAY "2024-02-29"
#define FROM_MS INT64_C(1709136000000) /* midnight in Shanghai */
#define UNTIL_MS (FROM_MS + DAY_MS)
#define ANSWERS 13

static uint8_t place[16] = {1};

static ctl_reply reply_of(Linkgate__Admin__V1__Reply__ResultCase result) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = result;
    return reply;
}

static struct buf bank(uint64_t correlation) {
    Linkgate__Admin__V1__BankRow row;
    linkgate__admin__v1__bank_row__init(&row);
    row.code = BANK_NUMBER;
    row.name = "Bank, of \"Tests\"";
    ctl_reply reply = reply_of(CTL_RESULT(BANK));
    reply.bank = &row;
    return tool_frame(&reply, correlation);
}

/* One that was opened, activated and ended at these times. */
static struct buf link_page(uint64_t correlation, int64_t opened_ms, int64_t activated_ms,
                            int64_t ended_ms, bool more) {
    Linkgate__Admin__V1__LinkRow row;
    Linkgate__Admin__V1__LinkRow *rows[] = {&row};
    Linkgate__Admin__V1__LinkPage page;
    linkgate__admin__v1__link_row__init(&row);
    linkgate__admin__v1__link_page__init(&page);
    row.requested_at_ms = opened_ms;
    row.activated_at_ms = activated_ms;
    row.ended_at_ms = ended_ms;
    page.n_rows = 1;
    page.rows = rows;
    page.more = more;
    page.next = (ProtobufCBinaryData){16, place};
    ctl_reply reply = reply_of(CTL_RESULT(LINKS));
    reply.links = &page;
    return tool_frame(&reply, correlation);
}

/* Three transfers of that amount: two out and accepted, one in and rejected. */
static struct buf transfers(uint64_t correlation, int64_t fen) {
    Linkgate__Admin__V1__TransferRow row[3];
    Linkgate__Admin__V1__TransferRow *rows[] = {&row[0], &row[1], &row[2]};
    Linkgate__Admin__V1__TransferPage page;
    linkgate__admin__v1__transfer_page__init(&page);
    for (int i = 0; i < 3; i++) {
        linkgate__admin__v1__transfer_row__init(&row[i]);
        row[i].kind = "BOUND_PAIR";
        row[i].direction = i < 2 ? "PUSH" : "PULL";
        row[i].state = i < 2 ? "ACCEPTED" : "REJECTED";
        row[i].debtor_bank = i < 2 ? BANK_NUMBER : OTHER_NUMBER;
        row[i].creditor_bank = i < 2 ? OTHER_NUMBER : BANK_NUMBER;
        row[i].amount_fen = fen;
        row[i].currency = "CNY";
    }
    page.n_rows = 3;
    page.rows = rows;
    page.next = (ProtobufCBinaryData){16, place};
    ctl_reply reply = reply_of(CTL_RESULT(TRANSFERS));
    reply.transfers = &page;
    return tool_frame(&reply, correlation);
}

static struct buf refusals(uint64_t correlation, uint64_t count, bool more) {
    Linkgate__Admin__V1__RefusalCount row;
    Linkgate__Admin__V1__RefusalCount *rows[] = {&row};
    Linkgate__Admin__V1__RefusalPage page;
    linkgate__admin__v1__refusal_count__init(&row);
    linkgate__admin__v1__refusal_page__init(&page);
    row.reason = "AM14";
    row.detail = "AGREED";
    row.count = count;
    page.n_rows = 1;
    page.rows = rows;
    page.more = more;
    page.next = (ProtobufCBinaryData){16, place};
    ctl_reply reply = reply_of(CTL_RESULT(REFUSALS));
    reply.refusals = &page;
    return tool_frame(&reply, correlation);
}

static struct buf cases(uint64_t correlation) {
    Linkgate__Admin__V1__CaseRow row;
    Linkgate__Admin__V1__CaseRow *rows[] = {&row};
    Linkgate__Admin__V1__CasePage page;
    linkgate__admin__v1__case_row__init(&row);
    linkgate__admin__v1__case_page__init(&page);
    row.state = "OPEN";
    row.opened_at_ms = FROM_MS;
    row.overdue = true;
    page.n_rows = 1;
    page.rows = rows;
    page.next = (ProtobufCBinaryData){16, place};
    ctl_reply reply = reply_of(CTL_RESULT(CASES));
    reply.cases = &page;
    return tool_frame(&reply, correlation);
}

/* A page of one row. */
static struct buf listed(uint64_t correlation, char *line) {
    Linkgate__Admin__V1__ListedRow row;
    Linkgate__Admin__V1__ListedRow *rows[] = {&row};
    Linkgate__Admin__V1__ListedPage page;
    linkgate__admin__v1__listed_row__init(&row);
    linkgate__admin__v1__listed_page__init(&page);
    row.line = line;
    page.n_rows = 1;
    page.rows = rows;
    page.next = (ProtobufCBinaryData){16, place};
    ctl_reply reply = reply_of(CTL_RESULT(LISTED));
    reply.listed = &page;
    return tool_frame(&reply, correlation);
}

static struct buf nets(uint64_t correlation) {
    Linkgate__Admin__V1__NetRow row;
    Linkgate__Admin__V1__NetRow *rows[] = {&row};
    Linkgate__Admin__V1__NetPage page;
    linkgate__admin__v1__net_row__init(&row);
    linkgate__admin__v1__net_page__init(&page);
    row.window = 7;
    row.low = BANK_NUMBER;
    row.high = OTHER_NUMBER;
    row.currency = "CNY";
    row.net_fen = -300;
    row.count = 2;
    page.n_rows = 1;
    page.rows = rows;
    page.last = &row;
    ctl_reply reply = reply_of(CTL_RESULT(NETS));
    reply.nets = &page;
    return tool_frame(&reply, correlation);
}

static struct buf positions(uint64_t correlation) {
    Linkgate__Admin__V1__PositionRow row;
    Linkgate__Admin__V1__PositionRow *rows[] = {&row};
    Linkgate__Admin__V1__PositionPage page;
    linkgate__admin__v1__position_row__init(&row);
    linkgate__admin__v1__position_page__init(&page);
    row.bank = BANK_NUMBER;
    row.currency = "CNY";
    row.unsettled_net_fen = -300;
    page.n_rows = 1;
    page.rows = rows;
    page.last = &row;
    ctl_reply reply = reply_of(CTL_RESULT(POSITIONS));
    reply.positions = &page;
    return tool_frame(&reply, correlation);
}

static struct buf exposure(uint64_t correlation) {
    Linkgate__Admin__V1__ExposureDetail detail;
    linkgate__admin__v1__exposure_detail__init(&detail);
    detail.bank = BANK_NUMBER;
    detail.currency = "CNY";
    detail.exposure_fen = 300;
    detail.has_cap = true;
    detail.cap_fen = 1000;
    detail.bounded = true;
    detail.left_fen = 700;
    ctl_reply reply = reply_of(CTL_RESULT(EXPOSURE));
    reply.exposure = &detail;
    return tool_frame(&reply, correlation);
}

/* Links: opened on the day and live; of the day before, ended with the day's first instant; opened
 * the instant after it. */
static enum ctl_exit run(const char *line, int64_t fen) {
    struct buf answers[ANSWERS] = {
        bank(1),
        link_page(2, FROM_MS, UNTIL_MS - 1, UNTIL_MS, true),
        link_page(3, FROM_MS - 1, FROM_MS - 1, FROM_MS, true),
        link_page(4, UNTIL_MS, 0, 0, false),
        transfers(5, fen),
        refusals(6, 3, true),
        refusals(7, 4, false),
        cases(8),
        listed(9,
               "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f," BANK "," OTHER ",F-1,10000,700,CNY,CONFIRMED"),
        listed(10, "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f," OTHER "," BANK ",500,3,CNY,OVERDUE"),
        exposure(11),
        nets(12),
        positions(13),
    };
    return tool_run_against(line, answers, ANSWERS);
}

static int64_t in(const json_t *root, const char *part, const char *key) {
    return json_integer_value(json_object_get(json_object_get(root, part), key));
}

static const json_t *row_of(const json_t *root, const char *key, size_t index) {
    return json_array_get(json_object_get(root, key), index);
}

static void json_of_a_day(void **state) {
    (void)state;
    assert_int_equal(run("--json report --date " DAY " " BANK, 150), CTL_OK);
    json_t *root = tool_json();
    assert_string_equal(json_string_value(json_object_get(root, "date")), DAY);
    assert_string_equal(json_string_value(json_object_get(root, "from")),
                        "2024-02-28T16:00:00.000Z");
    assert_true(json_is_true(json_object_get(root, "complete")));
    assert_int_equal(in(root, "links", "opened"), 1);
    assert_int_equal(in(root, "links", "activated"), 1);
    assert_int_equal(in(root, "links", "ended"), 1);
    assert_int_equal(in(root, "links", "live"), 1);
    assert_int_equal(in(root, "links", "active"), 1);
    assert_int_equal(json_array_size(json_object_get(root, "transfers")), 2);
    const json_t *out = row_of(root, "transfers", 0);
    assert_string_equal(json_string_value(json_object_get(out, "side")), "OUT");
    assert_int_equal(json_integer_value(json_object_get(out, "count")), 2);
    assert_int_equal(json_integer_value(json_object_get(out, "sum_fen")), 300);
    assert_int_equal(json_array_size(json_object_get(root, "refusals")), 1);
    assert_int_equal(json_integer_value(json_object_get(row_of(root, "refusals", 0), "count")), 7);
    assert_int_equal(in(root, "exposure", "left_fen"), 700);
    assert_int_equal(in(root, "cases", "opened"), 1);
    assert_int_equal(in(root, "cases", "overdue"), 1);
    assert_int_equal(in(root, "cases", "closed"), 0);
    assert_int_equal(in(root, "holdings", "count"), 1);
    assert_int_equal(in(root, "holdings", "distributed_fen"), 700);
    assert_int_equal(in(root, "loans", "principal_fen"), 500);
    assert_int_equal(in(root, "loans", "interest_paid_fen"), 3);
    assert_int_equal(in(root, "loans", "overdue_fen"), 500);
    json_decref(root);
}

static void csv_of_a_day(void **state) {
    (void)state;
    assert_int_equal(run("report --csv --date " DAY " " BANK, 150), CTL_OK);
    const char *line = strchr(world.out, '\n');
    assert_int_equal(strncmp(world.out, "linkgate-report,1," BANK "," DAY ",", 42), 0);
    assert_non_null(line);
    assert_string_equal(line + 1, "section,item,kind,direction,state,with,currency,count,fen\n"
                                  "links,opened,,,,,,1,\n"
                                  "links,activated,,,,,,1,\n"
                                  "links,ended,,,,,,1,\n"
                                  "links,live,,,,,,1,\n"
                                  "links,active,,,,,,1,\n"
                                  "transfers,OUT,BOUND_PAIR,PUSH,ACCEPTED,,CNY,2,300\n"
                                  "transfers,IN,BOUND_PAIR,PULL,REJECTED,,CNY,1,150\n"
                                  "refusals,AGREED,AM14,,,,,7,\n"
                                  "positions,reserved_outgoing_fen,,,,,CNY,,0\n"
                                  "positions,unsettled_net_fen,,,,,CNY,,-300\n"
                                  "exposure,exposure_fen,,,,,CNY,,300\n"
                                  "exposure,cap_fen,,,,,CNY,,1000\n"
                                  "exposure,balance_fen,,,,,CNY,,0\n"
                                  "exposure,out_reserved_fen,,,,,CNY,,0\n"
                                  "exposure,left_fen,,,,,CNY,,700\n"
                                  "exposure,free_fen,,,,,CNY,,0\n"
                                  "nets,7,,,," OTHER ",CNY,2,-300\n"
                                  "cases,opened,,,,,,1,\n"
                                  "cases,closed,,,,,,0,\n"
                                  "cases,open,,,,,,1,\n"
                                  "cases,overdue,,,,,,1,\n"
                                  "holdings,count,,,,,,1,\n"
                                  "holdings,distributed_fen,,,,,CNY,,700\n"
                                  "holdings,issued_fen,,,,,CNY,,0\n"
                                  "loans,count,,,,,,1,\n"
                                  "loans,principal_fen,,,,,CNY,,500\n"
                                  "loans,interest_paid_fen,,,,,CNY,,3\n"
                                  "loans,overdue,,,,,,1,\n"
                                  "loans,overdue_fen,,,,,CNY,,500\n");
    assert_string_equal(world.errors, "");
}

static void people_read_it_too(void **state) {
    (void)state;
    assert_int_equal(run("report --date " DAY " " BANK, 150), CTL_OK);
    assert_says(world.out, "Bank, of \"Tests\"");
    assert_says(world.out, "live at its end");
    assert_says(world.out, "AGREED");
    assert_says(world.out, "3.00 CNY");
    assert_says(world.out, "it may still owe");
}

static void a_sum_that_does_not_fit(void **state) {
    (void)state;
    assert_int_equal(run("report --json --date " DAY " " BANK, INT64_MAX / 2 + 1), CTL_REFUSED);
    assert_says(world.errors, "does not fit");
    assert_string_equal(world.out, "");
    assert_int_equal(run("report --csv --date " DAY " " BANK, INT64_MAX / 2), CTL_OK);
    assert_says(world.out, ",2,9223372036854775806\n");
}

static void wrong_days_and_banks(void **state) {
    (void)state;
    assert_int_equal(tool_run("report --date 2023-02-29 " BANK), CTL_USAGE);
    assert_says(world.errors, "is no day");
    assert_int_equal(tool_run("report --date 9999-01-01 " BANK), CTL_USAGE);
    assert_says(world.errors, "has not begun yet");
    assert_int_equal(tool_run("report --json --csv " BANK), CTL_USAGE);
    assert_says(world.errors, "not both");
    assert_int_equal(tool_run("report 12"), CTL_USAGE);
    assert_says(world.errors, "is no bank code");
    struct buf refused[] = {tool_refusal(1)};
    assert_int_equal(tool_run_against("report " BANK, refused, 1), CTL_REFUSED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_of_a_day, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(csv_of_a_day, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(people_read_it_too, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(a_sum_that_does_not_fit, tool_set_up, tool_tear_down),
        cmocka_unit_test_setup_teardown(wrong_days_and_banks, tool_set_up, tool_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
