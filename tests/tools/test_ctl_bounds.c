/*
 * linkgatectl cap, funds and position: what is typed wrong is said before anything is asked, and the
 * formula is shown with every term.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stand_in.h"

static struct buf exposure(uint64_t correlation) {
    static uint32_t percent[] = {80, 95};
    Linkgate__Admin__V1__PairRow pair;
    Linkgate__Admin__V1__PairRow *pairs[] = {&pair};
    Linkgate__Admin__V1__ExposureDetail detail;
    linkgate__admin__v1__pair_row__init(&pair);
    linkgate__admin__v1__exposure_detail__init(&detail);
    pair.bank = OTHER_NUMBER;
    pair.reserved_outgoing_fen = 7000;
    pair.unsettled_net_fen = -30000;
    detail.bank = BANK_NUMBER;
    detail.currency = "CNY";
    detail.reserved_outgoing_fen = 7000;
    detail.unsettled_net_fen = -30000;
    detail.exposure_fen = 37000;
    detail.has_cap = detail.bounded = true;
    detail.cap_fen = 100000;
    detail.balance_fen = 5000;
    detail.out_reserved_fen = 1000;
    detail.left_fen = 63000;
    detail.n_warn_percent = 2;
    detail.warn_percent = percent;
    detail.n_pairs = 1;
    detail.pairs = pairs;
    detail.more_pairs = true;
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = CTL_RESULT(EXPOSURE);
    reply.exposure = &detail;
    return tool_frame(&reply, correlation);
}

static void every_term_is_shown(void **state) {
    (void)state;
    static const char *const said[] = {"= exposure", "70.00 CNY",   "-300.00 CNY",
                                       "370.00 CNY", "1000.00 CNY", "40.00 CNY",
                                       "630.00 CNY", "80,95",       OTHER};
    struct buf answers[] = {exposure(1)};
    assert_int_equal(tool_run_against("position show " BANK, answers, 1), CTL_OK);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_says(world.out, said[i]);
    assert_says(world.errors, "more pairs");
    struct buf again[] = {exposure(1)};
    assert_int_equal(tool_run_against("cap show " BANK, again, 1), CTL_OK);
    assert_says(world.out, "net debit cap");
    assert_silent_on(world.out, "= exposure");
}

static void as_json(void **state) {
    (void)state;
    struct buf answers[] = {exposure(1)};
    assert_int_equal(tool_run_against("--json position show " BANK, answers, 1), CTL_OK);
    json_t *root = tool_json();
    assert_int_equal(json_integer_value(json_object_get(root, "liquidity_fen")), 4000);
    assert_int_equal(json_array_size(json_object_get(root, "warn_percent")), 2);
    const json_t *pair = json_array_get(json_object_get(root, "pairs"), 0);
    assert_true(json_is_null(json_object_get(pair, "cap_fen")));
    json_decref(root);
}

static void what_is_typed_wrong(void **state) {
    (void)state;
    static const struct {
        const char *line, *said;
    } rows[] = {
        {"cap set " BANK, "say what to set"},
        {"cap set " BANK " --warn 95,80", "ascending"},
        {"cap set " BANK " --warn 0,80", "ascending"},
        {"cap set " BANK " --warn 1,2,3,4", "up to three"},
        {"cap set " BANK " --warn 80,", "up to three"},
        {"cap set " BANK " --warn 101", "from 1 to 100"},
        {"cap set " BANK " --prefunded maybe", "yes or no"},
        {"cap set " BANK " --net-debit-cap much", "is no amount"},
        {"cap set 12 --net-debit-cap 1", ""},
        {"cap set-pair " BANK " " OTHER, "--cap none"},
        {"cap set-pair " BANK " " OTHER " --cap -1", ""},
        {"funds in " BANK " 10", "--reference"},
        {"funds out " BANK " ten --reference R", "is no amount"},
        {"funds confirm " ID_TEXT, "--reference"},
        {"funds cancel 12", "is no id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tool_run(rows[i].line), CTL_USAGE);
        assert_says(world.errors, rows[i].said);
    }
}

static void orders_are_sent(void **state) {
    (void)state;
    static const struct {
        const char *line;
    } rows[] = {
        {"cap set " BANK " --net-debit-cap 12.34 --warn 50,80,95 --prefunded yes"},
        {"cap set " BANK " --net-debit-cap none"},
        {"cap set-pair " BANK " " OTHER " --cap 100"},
        {"funds in " BANK " 10.50 --reference HVPS~1"},
        {"funds out " BANK " 10.50 --reference HVPS~1"},
        {"funds confirm " ID_TEXT " --reference HVPS~2"},
        {"funds cancel " ID_TEXT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf answers[] = {tool_done(1)};
        assert_int_equal(tool_run_against(rows[i].line, answers, 1), CTL_OK);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_term_is_shown),
        cmocka_unit_test(as_json),
        cmocka_unit_test(what_is_typed_wrong),
        cmocka_unit_test(orders_are_sent),
    };
    return cmocka_run_group_tests(tests, tool_set_up, tool_tear_down);
}
