/*
 * Draws and repayments that are refused, that nobody answers, that are cancelled, come back, or are
 * contradicted: sums move once, with the word of the bank that was instructed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/loans_made.h"
#include "ledger/world_people.h"
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

static int64_t owed(struct loans *loans, const struct id *loan) {
    struct loan now = loans_stored(loans, loan);
    return loan_principal_fen(&now.account);
}

static int64_t owed_to_a(struct loans *loans) {
    return world_pair(&loans->world, BANK_A, BANK_B).unsettled_fen;
}

/* Nothing of it is left. */
static void check_failed(struct loans *loans, const struct id *loan, enum loan_state state,
                         int64_t owed_fen) {
    struct loan now = loans_stored(loans, loan);
    assert_int_equal(now.state, state);
    assert_true(now.flight.kind == LOAN_FLIGHT_NONE && !now.unknown);
    assert_int_equal(loan_principal_fen(&now.account), owed_fen);
    assert_int_equal(world_position(&loans->world, BANK_A).reserved_outgoing_fen, 0);
    assert_int_equal(world_position(&loans->world, BANK_B).reserved_outgoing_fen, 0);
    laws_check(&loans->world);
}

/* ---- draws ---- */

static void a_draw_is_refused(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(2000));
    struct id transfer = loans_drawing(loans, BANK_A, &id, CNY(1000));
    money_answer(&loans->world, &transfer, POSTING_REFUSED);
    told(loans, "DRAW_FAILED");
    check_failed(loans, &id, LOAN_APPROVED, 0);
    struct loan loan = loans_stored(loans, &id);
    assert_string_equal(loan.history.entries[loan.history.count - 1].reason, "AM04");
    loans_drawn(loans, BANK_A, &id, CNY(1000));
    transfer = loans_drawing(loans, BANK_B, &id, CNY(1000));
    money_answer(&loans->world, &transfer, POSTING_REFUSED);
    check_failed(loans, &id, LOAN_OUTSTANDING, CNY(1000));
}

/* The time for the first draw ends while one is on its way: it ends with that. */
static void a_draw_that_fails_after_its_time(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    world->now_ms = loans_stored(loans, &id).deadline_ms - 1;
    struct id transfer = loans_drawing(loans, BANK_A, &id, CNY(1000));
    world->now_ms += 2;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_DISBURSING);
    money_answer(world, &transfer, POSTING_REFUSED);
    check_failed(loans, &id, LOAN_APPROVED, 0);
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_EXPIRED);
}

static void nobody_answers_a_draw(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawing(loans, BANK_B, &id, CNY(1000));
    money_expire(world, &transfer);
    told(loans, "UNANSWERED");
    struct loan loan = loans_stored(loans, &id);
    assert_true(loan.unknown && loan.unknown_at_ms == world->now_ms);
    assert_int_equal(loan.state, LOAN_DISBURSING);
    assert_int_equal(world_position(world, BANK_B).reserved_outgoing_fen, CNY(700));
    laws_check(world);
    struct draw_loan again = loans_draw_of(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &again, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
    struct loan_status cancel = loans_ruling(loans, &id, LOAN_STATUS_CANCELLED);
    loans_expect_refused(loans, BANK_A, COMMAND_LOAN_STATUS, &cancel, &id, REFUSAL_LOAN_STATE,
                         "event");
    loans_posted(loans, &transfer);
    told(loans, "DRAWN");
    assert_false(loans_stored(loans, &id).unknown);
    assert_int_equal(owed(loans, &id), CNY(1000));
}

static void an_unknown_draw_was_never_seen(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawing(loans, BANK_B, &id, CNY(1000));
    money_expire(&loans->world, &transfer);
    money_answer(&loans->world, &transfer, POSTING_NOT_SEEN);
    told(loans, "DRAW_FAILED");
    check_failed(loans, &id, LOAN_APPROVED, 0);
}

/* By the bank that asked for it, as any transfer of its own. */
static void a_draw_is_cancelled(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawing(loans, BANK_B, &id, CNY(1000));
    money_ask_cancel(&loans->world, BANK_B, &transfer);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_DISBURSING);
    laws_check(&loans->world);
    money_answer(&loans->world, &transfer, POSTING_NOT_SEEN);
    check_failed(loans, &id, LOAN_APPROVED, 0);
}

/* ---- repayments ---- */

static void repayments_that_fail(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    loans_drawn(loans, BANK_A, &id, CNY(1000));
    loans_days_on(loans, 10);
    struct id transfer = loans_repaying(loans, BANK_A, &id, CNY(1005), CNY(5));
    money_answer(world, &transfer, POSTING_REFUSED);
    told(loans, "REPAY_FAILED");
    check_failed(loans, &id, LOAN_OUTSTANDING, CNY(1000));
    transfer = loans_repaying(loans, BANK_B, &id, CNY(1005), CNY(5));
    money_expire(world, &transfer);
    told(loans, "UNANSWERED");
    assert_true(loans_stored(loans, &id).unknown);
    money_answer(world, &transfer, POSTING_NOT_SEEN);
    check_failed(loans, &id, LOAN_OUTSTANDING, CNY(1000));
    /* what it owes is what it did before */
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.total_fen, CNY(1005));
}

/* The instructed bank books it a day later: what was charged is kept, the difference accrues. */
static void posted_on_another_day_than_it_was_worked_out_for(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(10000));
    loans_drawn(loans, BANK_A, &id, CNY(10000));
    loans_days_on(loans, 10);
    struct id transfer = loans_repaying(loans, BANK_A, &id, CNY(5050), CNY(50));
    money_expire(&loans->world, &transfer);
    loans_days_on(loans, 2);
    loans_posted(loans, &transfer);
    struct loan_quote_view quote = loans_quoted(loans, BANK_A, &id, 0);
    assert_int_equal(quote.quote.principal_fen, CNY(5000));
    assert_int_equal(quote.quote.interest_fen, CNY(5)); /* two days of what was left */
}

/* ---- the posting bank's date ---- */

static void post_on(struct loans *loans, const struct id *transfer, int64_t day) {
    struct posting_result result = world_posted(&loans->world, transfer);
    char date[DATE_TEXT_SIZE];
    date_format(day, date);
    result.book_date = span_text(date);
    assert_int_equal(world_answer(&loans->world, BANK_A, COMMAND_POSTING_ANSWER, &result), 0);
}

static void interest_runs_from_the_book_date(void **state) {
    struct loans *loans = *state;
    int64_t today = shanghai_day(loans->world.now_ms);
    struct id id = loans_approved(loans, CNY(10000));
    struct id transfer = loans_drawing(loans, BANK_B, &id, CNY(10000));
    post_on(loans, &transfer, today + 1); /* after its cut-off */
    assert_int_equal(loans_stored(loans, &id).drawn_day, today + 1);
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, 0);
    assert_int_equal(loans_quoted(loans, BANK_A, &id, today + 3).quote.interest_fen, CNY(10));
    loans_repaid(loans, BANK_A, &id, CNY(9000), 0); /* still on the evening of the day before */
    assert_int_equal(loans_quoted(loans, BANK_A, &id, today + 3).quote.interest_fen, CNY(1));
    /* a date that is far off is none */
    id = loans_approved(loans, CNY(10000));
    transfer = loans_drawing(loans, BANK_B, &id, CNY(10000));
    post_on(loans, &transfer, today + 40);
    assert_int_equal(loans_stored(loans, &id).drawn_day, today);
}

/* The other lender is instructed: its books say nothing of when the customer was paid. */
static void else_from_the_day_of_acceptance(void **state) {
    struct loans *loans = *state;
    int64_t today = shanghai_day(loans->world.now_ms);
    struct id id = loans_approved(loans, CNY(10000));
    struct id transfer = loans_drawing(loans, BANK_A, &id, CNY(10000));
    struct posting_result result = world_posted(&loans->world, &transfer);
    result.book_date = SPAN_LITERAL("2026-12-27");
    assert_int_equal(world_answer(&loans->world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(loans_stored(loans, &id).drawn_day, today);
}

/* ---- a draw comes back ---- */

static void refuse_return(struct loans *loans, bank_code bank, const struct id *transfer,
                          int64_t fen, enum refusal_code code, const char *field) {
    money_ask_return(&loans->world, bank, transfer, fen);
    world_expect_refused(&loans->world, code, field);
}

static void a_draw_that_could_not_be_paid_out_comes_back(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(10000));
    struct id first = loans_drawn(loans, BANK_B, &id, CNY(1000));
    loans_days_on(loans, 10);
    struct id last = loans_drawn(loans, BANK_B, &id, CNY(2000));
    loans_days_on(loans, 1);
    refuse_return(loans, BANK_A, &first, CNY(700), REFUSAL_LOAN_STATE, "transfer_id");
    refuse_return(loans, BANK_A, &last, CNY(1399), REFUSAL_FIELD_INVALID, "amount.fen");
    refuse_return(loans, BANK_B, &last, CNY(1400), REFUSAL_NOT_YOURS, "transfer_id");
    struct id back = money_return_pending(world, &last, CNY(1400));
    assert_int_equal(owed(loans, &id), CNY(3000));
    money_answer(world, &back, POSTING_POSTED);
    told(loans, "RETURNED");
    struct loan loan = loans_stored(loans, &id);
    assert_int_equal(loan_principal_fen(&loan.account), CNY(1000));
    assert_true(loan_schedule_valid(&loan.schedule, CNY(1000)) && loan.schedule.count == 12);
    assert_string_equal(loan.history.entries[loan.history.count - 1].reason, "CUST");
    assert_int_equal(owed_to_a(loans), CNY(700));
    /* as if it had not been: eleven days of the first one */
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, 550);
    laws_check(world);
    struct id repaid = loans_repaid(loans, BANK_A, &id, CNY(100), 550);
    refuse_return(loans, BANK_B, &repaid, world_get_transfer(world, &repaid).amount.fen,
                  REFUSAL_LOAN_STATE, "transfer_id");
}

static void all_that_was_drawn_comes_back(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawn(loans, BANK_A, &id, CNY(1000));
    struct id back = money_return_pending(&loans->world, &transfer, CNY(700));
    money_answer(&loans->world, &back, POSTING_POSTED);
    loans_check_told(loans, 2, (const char *const[]){"RETURNED", "SETTLED"});
    assert_int_equal(loans_stored(loans, &id).state, LOAN_REPAID);
    assert_int_equal(owed_to_a(loans), 0);
}

/* It is paid back and comes back at the same time: people must say what is owed. */
static void repaid_while_it_comes_back(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawn(loans, BANK_A, &id, CNY(1000));
    struct id back = money_return_pending(world, &transfer, CNY(700));
    loans_repaid(loans, BANK_A, &id, CNY(500), 0);
    money_answer(world, &back, POSTING_POSTED);
    told(loans, "CONFLICT");
    assert_int_equal(world_count(world, EFFECT_ALARM), 1);
    struct loan loan = loans_stored(loans, &id);
    assert_true(loan.conflict && loan.state == LOAN_OUTSTANDING);
    assert_int_equal(loan_principal_fen(&loan.account), CNY(500));
}

/* ---- contradictions ---- */

static void the_bank_contradicts_itself(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawing(loans, BANK_A, &id, CNY(1000));
    money_answer(world, &transfer, POSTING_REFUSED);
    money_answer(world, &transfer, POSTING_POSTED);
    told(loans, "CONFLICT");
    struct loan loan = loans_stored(loans, &id);
    assert_true(loan.conflict && loan.state == LOAN_APPROVED);
    struct transfer now = world_get_transfer(world, &transfer);
    assert_true(!id_is_zero(&loan.case_id) && id_equal(&loan.case_id, &now.case_id));
    assert_int_equal(loan_principal_fen(&loan.account), 0);
}

/* ---- frozen ---- */

static void a_frozen_loan_catches_up(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    struct id transfer = loans_drawing(loans, BANK_A, &id, CNY(1000));
    struct loan loan = loans_stored(loans, &id);
    loan.frozen = true;
    store_put_loan(world->store, &loan, false);
    struct repay_loan repay = loans_repayment_of(loans, &id, 100, 0);
    loans_expect_refused(loans, BANK_A, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_FROZEN, "loan_id");
    loans_posted(loans, &transfer);
    assert_int_equal(world_count(world, EFFECT_ALARM), 1);
    assert_int_equal(owed(loans, &id), 0);
    assert_int_equal(world_unfreeze(world, OBJECT_LOAN, &id), 0);
    loan = loans_stored(loans, &id);
    assert_true(!loan.frozen && loan.state == LOAN_OUTSTANDING);
    assert_int_equal(owed(loans, &id), CNY(1000));
    assert_int_equal(world_unfreeze(world, OBJECT_LOAN, &id), 0);
    assert_true(world_one(world, EFFECT_REPLY)->refused);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_draw_is_refused),
        TEST(a_draw_that_fails_after_its_time),
        TEST(nobody_answers_a_draw),
        TEST(an_unknown_draw_was_never_seen),
        TEST(a_draw_is_cancelled),
        TEST(repayments_that_fail),
        TEST(posted_on_another_day_than_it_was_worked_out_for),
        TEST(interest_runs_from_the_book_date),
        TEST(else_from_the_day_of_acceptance),
        TEST(a_draw_that_could_not_be_paid_out_comes_back),
        TEST(all_that_was_drawn_comes_back),
        TEST(repaid_while_it_comes_back),
        TEST(the_bank_contradicts_itself),
        TEST(a_frozen_loan_catches_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
