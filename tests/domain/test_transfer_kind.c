/*
 * What each kind of transfer may do at which account: the table of DOMAIN.md §2, written once more,
 * over every kind, direction, submitter, class and opening.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/link.h"
#include "domain/transfer_kind.h"

/* direction and submitter, flow, then what II remote, II in person and III say: f free, c counted,
 * b after money came from the bound account, x forbidden. */
static const struct {
    enum transfer_kind kind;
    const char *way; /* ">" push, "<" pull; "1" or "2" submits; "i", "o" or "-" */
    const char *verdicts;
} wanted[] = {
    {TRANSFER_BOUND_PAIR, ">1i", "fff"},
    {TRANSFER_BOUND_PAIR, ">2o", "fff"},
    {TRANSFER_BOUND_PAIR, "<1o", "fff"},
    {TRANSFER_BOUND_PAIR, "<2i", "fff"},
    {TRANSFER_PAYMENT, "<2-", "fff"},
    {TRANSFER_PAYMENT, ">2o", "ccc"},
    {TRANSFER_NON_BOUND_IN, ">1i", "xcb"},
    {TRANSFER_NON_BOUND_OUT, ">2o", "ccc"},
    {TRANSFER_BILL, "<2-", "fff"},
    {TRANSFER_BILL, ">2o", "ccc"},
    {TRANSFER_CASH_IN, ">1i", "xcx"},
    {TRANSFER_CASH_OUT, "<1o", "xcx"},
    {TRANSFER_COUNTER_IN, ">1i", "xcb"},
    {TRANSFER_COUNTER_OUT, "<1o", "ccc"},
    {TRANSFER_LOAN_OWN, "<2i", "fff"},
    {TRANSFER_LOAN_OTHER, ">1i", "xcb"},
    /* Orders and loans alone. */
    {TRANSFER_LOAN_OWN, ">1i", "fff"},
    {TRANSFER_LOAN_OWN, ">2-", "fff"},
    {TRANSFER_LOAN_OWN, "<1-", "fff"},
    {TRANSFER_LOAN_OTHER, "<2i", "xcb"},
    {TRANSFER_LOAN_OTHER, ">2-", "fff"},
    {TRANSFER_LOAN_OTHER, "<1-", "fff"},
    {TRANSFER_ORDER_BUY, ">1-", "ffx"},
    {TRANSFER_ORDER_BUY, ">2o", "ffx"},
    {TRANSFER_ORDER_BUY, "<1o", "ffx"},
    {TRANSFER_ORDER_BUY, "<2-", "ffx"},
    {TRANSFER_ORDER_PAYOUT, ">1i", "ffx"},
    {TRANSFER_ORDER_PAYOUT, ">2-", "ffx"},
    {TRANSFER_LOAN_REPAYMENT, ">1-", "ffx"},
    {TRANSFER_LOAN_REPAYMENT, ">2o", "ffx"},
    {TRANSFER_LOAN_REPAYMENT, "<1o", "ffx"},
    {TRANSFER_LOAN_REPAYMENT, "<2-", "ffx"},
};

static char letter(enum class_verdict verdict) {
    return "fcbx"[verdict];
}

static void every_kind_and_way(void **state) {
    (void)state;
    size_t found = 0;
    for (int kind = -1; kind <= TRANSFER_KINDS; kind++) {
        for (int n = 0; n < 8; n++) {
            enum transfer_direction direction = n & 1 ? TRANSFER_PULL : TRANSFER_PUSH;
            enum account_class submitter = (enum account_class)(n >> 1);
            const struct transfer_way *way =
                transfer_way((enum transfer_kind)kind, direction, submitter);
            if (way == NULL)
                continue;
            assert_true(found < sizeof(wanted) / sizeof(wanted[0]));
            found++;
            bool known = false;
            for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
                const char *text = wanted[i].way;
                if ((int)wanted[i].kind != kind || (text[0] == '<') != (n & 1) ||
                    text[1] - '0' != n >> 1)
                    continue;
                known = true;
                assert_int_equal("-io"[way->flow], text[2]);
                const char *verdicts = wanted[i].verdicts;
                assert_int_equal(
                    letter(transfer_way_verdict(way, ACCOUNT_CLASS_II, ACCOUNT_OPENING_REMOTE)),
                    verdicts[0]);
                assert_int_equal(letter(transfer_way_verdict(way, ACCOUNT_CLASS_II,
                                                             ACCOUNT_OPENING_FACE_TO_FACE)),
                                 verdicts[1]);
                for (int opening = 0; opening < 3; opening++)
                    assert_int_equal(letter(transfer_way_verdict(way, ACCOUNT_CLASS_III,
                                                                 (enum account_opening)opening)),
                                     verdicts[2]);
            }
            if (!known)
                fail_msg("%s goes a way that it must not", transfer_kind_name(way->kind));
        }
    }
    assert_int_equal(found, sizeof(wanted) / sizeof(wanted[0]));
}

static void an_account_that_is_none_says_no(void **state) {
    (void)state;
    for (size_t i = 0; transfer_way_at(i) != NULL; i++) {
        const struct transfer_way *way = transfer_way_at(i);
        assert_int_equal(transfer_way_verdict(way, ACCOUNT_CLASS_I, ACCOUNT_OPENING_REMOTE),
                         CLASS_FORBIDDEN);
        assert_int_equal(transfer_way_verdict(way, ACCOUNT_CLASS_NONE, ACCOUNT_OPENING_NONE),
                         CLASS_FORBIDDEN);
        /* An opening that is not known is the narrow one. */
        assert_int_equal(transfer_way_verdict(way, ACCOUNT_CLASS_II, ACCOUNT_OPENING_NONE),
                         way->class2_remote);
    }
}

static void rows_make_sense(void **state) {
    (void)state;
    for (size_t i = 0; transfer_way_at(i) != NULL; i++) {
        const struct transfer_way *way = transfer_way_at(i);
        if (i > 0)
            assert_true(way->kind >= transfer_way_at(i - 1)->kind);
        assert_true(!way->merchant || way->third_party);
        assert_true(!way->fallback || (way->merchant && way->flow == CLASS_FLOW_OUT));
        assert_true(way->scope == 0 || way->scope == LINK_SCOPE_COLLECT ||
                    way->scope == LINK_SCOPE_PAY);
        /* Only what touches the account can be counted there. */
        assert_true(way->flow != CLASS_FLOW_NONE || way->class3 == CLASS_FREE || way->made);
        assert_true(way->flow != CLASS_FLOW_NONE || way->class2_in_person == CLASS_FREE);
        assert_true(!way->made || (way->scope == 0 && !way->third_party));
    }
}

static void names(void **state) {
    (void)state;
    assert_string_equal(transfer_kind_name(TRANSFER_BOUND_PAIR), "BOUND_PAIR");
    assert_string_equal(transfer_kind_name(TRANSFER_LOAN_OTHER), "LOAN_OTHER");
    assert_string_equal(transfer_kind_name(TRANSFER_KINDS), "INVALID");
    for (int kind = 0; kind < TRANSFER_KINDS; kind++)
        assert_int_equal(transfer_kind_made((enum transfer_kind)kind), kind >= TRANSFER_ORDER_BUY);
    assert_string_equal(transfer_direction_name(TRANSFER_PULL), "PULL");
    for (int kind = 0; kind < TRANSFER_KINDS; kind++)
        assert_non_null(transfer_kind_name((enum transfer_kind)kind));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_and_way),
        cmocka_unit_test(an_account_that_is_none_says_no),
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
