/*
 * Operators' orders about what banks may owe, with one field wrong at a time: refused with that field,
 * and nothing is given to the ledger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "admin_stage.h"

static char dollars[] = "USD", nothing[] = "", long_text[] = "123456789012345678901234567890123456",
            unclean[] = "a\nb";

static void wrong(admin_request *request, const char *wanted) {
    char detail[64], field[64];
    ask_detail(&root, request, detail, field);
    assert_string_equal(detail, "FIELD_INVALID");
    assert_string_equal(field, wanted);
    assert_null(fake.command);
    assert_null(fake.listing);
}

static const struct command *right(admin_request *request) {
    char detail[64], field[64];
    ask_detail(&root, request, detail, field);
    assert_string_equal(detail, "");
    assert_non_null(fake.command);
    return fake.command;
}

static void caps(void **state) {
    (void)state;
    static uint32_t percent[4] = {80, 95, 99, 100};
    admin_request request = sample(ADMIN_ORDER(CAP_SET));
    Linkgate__Admin__V1__CapSet *order = request.cap_set;
    order->set_cap = false;
    wrong(&request, "");
    order->set_warn = true;
    order->warn_percent = percent;
    order->n_warn_percent = 4;
    wrong(&request, "warn_percent");
    order->n_warn_percent = 3;
    percent[2] = 95; /* not ascending */
    wrong(&request, "warn_percent");
    percent[2] = 101;
    wrong(&request, "warn_percent");
    percent[0] = 0;
    percent[2] = 99;
    wrong(&request, "warn_percent");
    percent[0] = 80;
    order->cap_fen = -1;
    wrong(&request, "cap_fen");
    order->cap_fen = 7;
    order->currency = dollars;
    wrong(&request, "currency");
    order->currency = nothing;
    order->code = 7;
    wrong(&request, "code");
    order->code = BANK_A;
    const struct cap_set *set = &right(&request)->body.cap_set;
    assert_int_equal(set->what, CAP_SET_WARN);
    assert_int_equal(set->warn_percent[2], 99);
    assert_string_equal(set->currency, "CNY");
}

static void caps_of_pairs(void **state) {
    (void)state;
    admin_request request = sample(ADMIN_ORDER(PAIR_CAP_SET));
    Linkgate__Admin__V1__PairCapSet *order = request.pair_cap_set;
    order->counterparty = BANK_A;
    wrong(&request, "counterparty");
    order->counterparty = 7;
    wrong(&request, "counterparty");
    order->counterparty = BANK_B;
    order->cap_fen = -1;
    wrong(&request, "cap_fen");
    order->cap_fen = 0;
    order->has_cap = true; /* nothing at all may be owed */
    assert_true(right(&request)->body.pair_cap_set.has_cap);
}

static void payments(void **state) {
    (void)state;
    admin_request request = sample(ADMIN_ORDER(FUNDS_BEGIN));
    Linkgate__Admin__V1__FundsBegin *order = request.funds_begin;
    char *reference = order->reference;
    order->amount_fen = 0;
    wrong(&request, "amount_fen");
    order->amount_fen = 7;
    order->direction = LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_UNSPECIFIED;
    wrong(&request, "direction");
    order->direction = LINKGATE__ADMIN__V1__FUNDS_DIRECTION__FUNDS_DIRECTION_IN;
    order->reference = nothing;
    wrong(&request, "reference");
    order->reference = long_text;
    wrong(&request, "reference");
    order->reference = unclean;
    wrong(&request, "reference");
    order->reference = reference;
    assert_int_equal(right(&request)->body.funds_begin.amount.fen, 7);
}

static void ends_of_payments(void **state) {
    (void)state;
    admin_request request = sample(ADMIN_ORDER(FUNDS_END));
    Linkgate__Admin__V1__FundsEnd *order = request.funds_end;
    order->confirm = true; /* which needs one */
    wrong(&request, "reference");
    order->confirm = false;
    order->reference = long_text; /* which has none */
    wrong(&request, "reference");
    order->funds.len = 3;
    wrong(&request, "funds");
}

static void questions(void **state) {
    (void)state;
    admin_request request = sample(ADMIN_ORDER(GET_EXPOSURE));
    request.get_exposure->bank = 7;
    wrong(&request, "bank");
    request.get_exposure->bank = BANK_A;
    request.get_exposure->currency = dollars;
    wrong(&request, "currency");
    request = sample(ADMIN_ORDER(LIST_FUNDS));
    request.list_funds->after = (ProtobufCBinaryData){3, some_id};
    wrong(&request, "after");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(caps, reset, reset),
        cmocka_unit_test_setup_teardown(caps_of_pairs, reset, reset),
        cmocka_unit_test_setup_teardown(payments, reset, reset),
        cmocka_unit_test_setup_teardown(ends_of_payments, reset, reset),
        cmocka_unit_test_setup_teardown(questions, reset, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
