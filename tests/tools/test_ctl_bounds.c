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
        {"funds in " BANK " -5 --reference R", "'-5' is no amount; say it in CNY, from 0 to"},
        {"cap set " BANK " --net-debit-cap -5", "--net-debit-cap -5 is no amount; say it in CNY"},
        {"cap set " BANK " --net-debit-cap 1000000000000000", "to 999999999999999.99"},
        {"funds confirm " ID_TEXT, "--reference"},
        {"funds cancel 12", "is no id"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(tool_run(rows[i].line), CTL_USAGE);
        assert_says(world.errors, rows[i].said);
    }
}

/* What the gateway is asked, in one request. */
static const ctl_request *sent(const char *line) {
    struct buf answers[] = {tool_done(1)};
    assert_int_equal(tool_run_against(line, answers, 1), CTL_OK);
    return tool_asked();
}

static void caps_are_sent(void **state) {
    (void)state;
    static const uint32_t percent[] = {50, 80, 95};
    const Linkgate__Admin__V1__CapSet *set =
        sent("cap set " BANK " --net-debit-cap 12.34 --warn 50,80,95 --prefunded yes")->cap_set;
    assert_true(set->code == BANK_NUMBER && set->set_cap && set->has_cap && set->set_warn);
    assert_int_equal(set->cap_fen, 1234);
    assert_int_equal(set->n_warn_percent, 3);
    assert_memory_equal(set->warn_percent, percent, sizeof percent);
    assert_true(set->set_prefunded && set->prefunded);
    set = sent("cap set " BANK " --net-debit-cap none")->cap_set;
    assert_true(set->set_cap && !set->has_cap && !set->set_warn && !set->set_prefunded);
    const Linkgate__Admin__V1__PairCapSet *pair =
        sent("cap set-pair " BANK " " OTHER " --cap 100")->pair_cap_set;
    assert_true(pair->code == BANK_NUMBER && pair->counterparty == OTHER_NUMBER);
    assert_true(pair->has_cap && pair->cap_fen == 10000);
}

static void payments_are_sent(void **state) {
    (void)state;
    static const struct {
        const char *line;
        Linkgate__Admin__V1__FundsDirection direction;
    } rows[] = {
        {"funds in " BANK " 10.50 --reference HVPS~1",
         LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_IN},
        {"funds out " BANK " 10.50 --reference HVPS~1",
         LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_OUT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const Linkgate__Admin__V1__FundsBegin *begin = sent(rows[i].line)->funds_begin;
        assert_true(begin->code == BANK_NUMBER && begin->amount_fen == 1050);
        assert_int_equal(begin->direction, rows[i].direction);
        assert_string_equal(begin->reference, "HVPS 1");
    }
    const Linkgate__Admin__V1__FundsEnd *end =
        sent("funds confirm " ID_TEXT " --reference HVPS~2")->funds_end;
    assert_true(end->confirm && end->funds.len == 16 && end->funds.data[0] == 1);
    assert_string_equal(end->reference, "HVPS 2");
    end = sent("funds cancel " ID_TEXT)->funds_end;
    assert_true(!end->confirm && *end->reference == '\0');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_term_is_shown), cmocka_unit_test(as_json),
        cmocka_unit_test(what_is_typed_wrong), cmocka_unit_test(caps_are_sent),
        cmocka_unit_test(payments_are_sent),
    };
    return cmocka_run_group_tests(tests, tool_set_up, tool_tear_down);
}
