/*
 * The compiled row of rules: its values can be held by what they bound, and no bank's choice of a timeout is
 * outside its own bounds. The values that DOMAIN.md names are here once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/approval.h"
#include "domain/calendar.h"
#include "domain/rules.h"

static void timeouts_lie_in_their_bounds(void **state) {
    (void)state;
    const struct rules *rules = rules_compiled();
    const int64_t bounds[][3] = {
        {rules->verify_timeout_min_ms, rules->verify_timeout_ms, rules->verify_timeout_max_ms},
        {rules->challenge_timeout_min_ms, rules->challenge_timeout_ms,
         rules->challenge_timeout_max_ms},
        {rules->transfer_timeout_min_ms, rules->transfer_timeout_ms,
         rules->transfer_timeout_max_ms},
        {rules->query_timeout_min_ms, rules->query_timeout_ms, rules->query_timeout_max_ms},
        {1, rules->recheck_timeout_ms, rules->recheck_after_ms},
        {1, rules->recheck_again_ms, rules->recheck_after_ms},
        {1, rules->unknown_alarm_ms[0], rules->unknown_alarm_ms[1] - 1},
        {1, rules->unknown_alarm_ms[1], rules->unknown_alarm_ms[2] - 1},
    };
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        if (bounds[i][0] <= 0 || bounds[i][0] > bounds[i][1] || bounds[i][1] > bounds[i][2])
            fail_msg("row %zu", i);
    }
}

static void values_of_the_rules(void **state) {
    (void)state;
    const struct rules *rules = rules_compiled();
    assert_int_equal(rules->code_tries, 3);
    assert_int_equal(rules->verifications_per_day, 5);
    assert_int_equal(rules->class2_per_person_and_bank, 5);
    assert_int_equal(rules->class3_per_person_and_bank, 5);
    assert_int_equal(rules->links_per_class2_account, 1 + 4);
    assert_int_equal(rules->cool_down_ms, DAY_MS);
    assert_int_equal(rules->recheck_after_ms, 180 * DAY_MS);
    assert_int_equal(rules->credit_due_ms, 60000);
    assert_int_equal(rules->request_age_max_ms, 7 * DAY_MS);
    assert_int_equal(rules->request_ahead_max_ms, 5 * 60 * 1000);
    assert_in_range(rules->activation_wait_ms, 181 * DAY_MS, 184 * DAY_MS); /* six months */
}

static void names_of_approvals_differ(void **state) {
    (void)state;
    for (int i = 0; i < APPROVAL_STATES; i++) {
        assert_non_null(approval_state_name((enum approval_state)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(approval_state_name((enum approval_state)i),
                                    approval_state_name((enum approval_state)j));
    }
    assert_string_equal(approval_state_name(APPROVAL_STATES), "INVALID");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeouts_lie_in_their_bounds),
        cmocka_unit_test(values_of_the_rules),
        cmocka_unit_test(names_of_approvals_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
