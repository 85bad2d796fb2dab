/*
 * Instalments, what ledger time does to a loan that is late, and what the lead rules on it: instalments
 * anew, interest waived, written off. And a link that is closed meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/loans_made.h"
#include "store/orders.h"

#define CNY(yuan) ((yuan)*100LL)

static int set_up(void **state) {
    struct loans *loans = xcalloc(1, sizeof *loans);
    loans_init(loans, BANK_A);
    *state = loans;
    return 0;
}

static int tear_down(void **state) {
    struct loans *loans = *state;
    loans_deinit(loans);
    free(loans);
    return 0;
}

static void told(struct loans *loans, const char *event) {
    loans_check_told(loans, 1, &event);
}

/* 12,000 CNY, in twelve instalments. */
static struct id running(struct loans *loans) {
    struct id id = loans_approved(loans, CNY(13000));
    loans_drawn(loans, BANK_A, &id, CNY(12000));
    return id;
}

static void go_to(struct loans *loans, int64_t day) {
    loans->world.now_ms = shanghai_day_start_ms(day);
    assert_int_equal(world_tick(&loans->world), 0);
}

static int64_t first_due(struct loans *loans, const struct id *loan) {
    return loans_stored(loans, loan).schedule.instalments[0].due_day;
}

/* The first instalment is not paid, nor in its days of grace. */
static struct id late(struct loans *loans) {
    struct id id = running(loans);
    int64_t due = first_due(loans, &id);
    go_to(loans, due + 3); /* the last day of grace */
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OUTSTANDING);
    go_to(loans, due + 4);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
    return id;
}

static struct loan_quote quoted(struct loans *loans, const struct id *loan) {
    return loans_quoted(loans, BANK_A, loan, 0).quote;
}

/* ---- ledger time ---- */

static void overdue_when_its_days_of_grace_are_over(void **state) {
    struct loans *loans = *state;
    struct id id = late(loans);
    told(loans, "OVERDUE");
    bool alarmed = false;
    for (size_t i = 0; i < world_count(&loans->world, EFFECT_ALARM); i++)
        alarmed |= id_equal(&world_effect(&loans->world, EFFECT_ALARM, i)->object, &id);
    assert_true(alarmed);
    laws_check(&loans->world);
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
}

static void caught_up_by_paying_what_is_late(void **state) {
    struct loans *loans = *state;
    struct id id = late(loans);
    int64_t interest_fen = quoted(loans, &id).interest_fen;
    loans_repaid(loans, BANK_B, &id, interest_fen + CNY(999), interest_fen);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
    loans_repaid(loans, BANK_B, &id, CNY(1), 0);
    loans_check_told(loans, 2, (const char *const[]){"REPAYMENT", "CAUGHT_UP"});
    struct loan loan = loans_stored(loans, &id);
    assert_true(loan.state == LOAN_OUTSTANDING && loan.schedule.count == 11);
    laws_check(&loans->world);
    go_to(loans, first_due(loans, &id) + 4); /* and again */
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
    interest_fen = quoted(loans, &id).interest_fen;
    loans_repaid(loans, BANK_A, &id, CNY(11000) + interest_fen, interest_fen);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_REPAID);
}

/* It falls overdue while its repayment, or a draw, is on its way. */
static void overdue_while_something_is_on_its_way(void **state) {
    struct loans *loans = *state;
    struct id id = running(loans);
    go_to(loans, first_due(loans, &id) + 4 - 1);
    loans->world.now_ms += DAY_MS - SECOND_MS;
    int64_t interest_fen = quoted(loans, &id).interest_fen;
    struct id transfer = loans_repaying(loans, BANK_A, &id, interest_fen + CNY(1000), interest_fen);
    loans->world.now_ms += SECOND_MS;
    assert_int_equal(world_tick(&loans->world), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
    laws_check(&loans->world);
    loans_posted(loans, &transfer);
    loans_check_told(loans, 2, (const char *const[]){"REPAYMENT", "CAUGHT_UP"});
    go_to(loans, first_due(loans, &id) + 3);
    loans->world.now_ms += DAY_MS - SECOND_MS;
    transfer = loans_drawing(loans, BANK_A, &id, CNY(500));
    loans->world.now_ms += SECOND_MS;
    assert_int_equal(world_tick(&loans->world), 0);
    loans_posted(loans, &transfer);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
}

/* ---- what the lead rules ---- */

static struct loan_status schedule(struct loans *loans, const struct id *loan,
                                   const struct loan_schedule *told_anew) {
    struct loan_status ruling = loans_ruling(loans, loan, LOAN_STATUS_SCHEDULE);
    ruling.schedule = told_anew;
    return ruling;
}

static void instalments_told_anew(void **state) {
    struct loans *loans = *state;
    struct id id = late(loans);
    int64_t today = shanghai_day(loans->world.now_ms);
    struct loan_schedule now = {2, {{today, CNY(2000)}, {today + 30, CNY(9999)}}};
    struct loan_status ruling = schedule(loans, &id, &now);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_INSTALMENTS,
                         "instalments.due_fen");
    assert_int_equal(loans_right_fen(loans), CNY(12000));
    now.instalments[1].due_fen = CNY(10000);
    now.instalments[0].due_day = today - 1;
    ruling = schedule(loans, &id, &now);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_FIELD_INVALID,
                         "instalments.due_on");
    now.instalments[0].due_day = today;
    ruling = schedule(loans, &id, &now);
    loans_expect_refused(loans, BANK_B, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_NOT_YOURS,
                         "loan_id");
    ruling = schedule(loans, &id, &now);
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling);
    loans_check_told(loans, 2, (const char *const[]){"STATUS", "CAUGHT_UP"});
    struct loan_view view = loans_replied(loans);
    assert_true(view.loan.schedule.count == 2 && view.loan.state == LOAN_OUTSTANDING);
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling);
    assert_true(loans_replied(loans).replayed);
    laws_check(&loans->world);
    go_to(loans, today + 4);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OVERDUE);
}

static void interest_is_waived(void **state) {
    struct loans *loans = *state;
    struct id id = running(loans);
    loans_days_on(loans, 10); /* 60 CNY */
    loans_repaid(loans, BANK_A, &id, CNY(20), CNY(20));
    struct loan_status ruling = loans_ruling(loans, &id, LOAN_STATUS_WAIVED);
    ruling.waived_fen = CNY(40) + 1;
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_LOAN_ABOVE,
                         "waived_fen");
    assert_int_equal(loans_right_fen(loans), CNY(40));
    struct id transfer = loans_repaying(loans, BANK_A, &id, CNY(10), CNY(10));
    ruling = loans_ruling(loans, &id, LOAN_STATUS_WAIVED);
    ruling.waived_fen = CNY(30);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_LOAN_STATE,
                         "event");
    loans_posted(loans, &transfer);
    ruling = loans_ruling(loans, &id, LOAN_STATUS_WAIVED);
    ruling.waived_fen = CNY(30);
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling);
    told(loans, "WAIVED");
    struct loan loan = loans_stored(loans, &id);
    assert_true(loan.account.waived_fen == CNY(30) && loan.account.interest_due_fen == 0);
    assert_int_equal(quoted(loans, &id).total_fen, CNY(12000));
}

static void written_off(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = running(loans);
    struct loan_status ruling = loans_ruling(loans, &id, LOAN_STATUS_WRITTEN_OFF);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_LOAN_STATE,
                         "event");
    go_to(loans, first_due(loans, &id) + 4);
    struct close_link close = world_close(world, &loans->link);
    loans_ask(loans, BANK_B, COMMAND_CLOSE_LINK, &close);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSING);
    ruling = loans_ruling(loans, &id, LOAN_STATUS_WRITTEN_OFF);
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling);
    told(loans, "WRITTEN_OFF");
    struct loan_view view = loans_replied(loans);
    assert_true(view.loan.state == LOAN_OVERDUE && view.loan.written_off_at_ms == world->now_ms);
    /* it no longer keeps its link open */
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSED);
    laws_check(world);
    ruling = loans_ruling(loans, &id, LOAN_STATUS_WRITTEN_OFF);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling, &id, REFUSAL_LOAN_STATE,
                         "event");
}

static void written_off_and_paid_back_after_all(void **state) {
    struct loans *loans = *state;
    struct id id = late(loans);
    struct loan_status ruling = loans_ruling(loans, &id, LOAN_STATUS_WRITTEN_OFF);
    loans_ask(loans, BANK_A, COMMAND_LOAN_STATUS, &ruling);
    int64_t interest_fen = quoted(loans, &id).interest_fen;
    loans_repaid(loans, BANK_A, &id, interest_fen + CNY(1000), interest_fen);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_OUTSTANDING);
    laws_check(&loans->world);
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
    loans_repaid(loans, BANK_A, &id, CNY(11000), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_REPAID);
}

/* ---- the link ---- */

static void unbound_with_an_open_loan(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = running(loans);
    struct close_link close = world_close(world, &loans->link);
    loans_ask(loans, BANK_A, COMMAND_CLOSE_LINK, &close);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSING);
    laws_check(world);
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LINK_CLOSING,
                         "loan_id");
    loans_repaid(loans, BANK_A, &id, CNY(11000), 0);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSING);
    loans_repaid(loans, BANK_B, &id, CNY(1000), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_REPAID);
    assert_int_equal(world_get_link(world, &loans->link).state, LINK_CLOSED);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(overdue_when_its_days_of_grace_are_over),
        TEST(caught_up_by_paying_what_is_late),
        TEST(overdue_while_something_is_on_its_way),
        TEST(instalments_told_anew),
        TEST(interest_is_waived),
        TEST(written_off),
        TEST(written_off_and_paid_back_after_all),
        TEST(unbound_with_an_open_loan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
