/*
 * What is drawn and paid back, with its interest and its shares: the sums of both lenders to the fen,
 * what moves between them, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/kinds.h"
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

static void check_shares(struct shares shares, int64_t lead_fen, int64_t partner_fen) {
    assert_int_equal(shares.lead_fen, lead_fen);
    assert_int_equal(shares.partner_fen, partner_fen);
}

static struct shares lent(struct loans *loans, const struct id *loan) {
    struct loan now = loans_stored(loans, loan);
    return loan_principal_of(&now.account);
}

static int64_t owed(struct loans *loans, const struct id *loan) {
    struct loan now = loans_stored(loans, loan);
    return loan_principal_fen(&now.account);
}

/* What B owes A. */
static int64_t owed_to_a(struct loans *loans) {
    return world_pair(&loans->world, BANK_A, BANK_B).unsettled_fen;
}

/* ---- the vectors of the rules, through the whole ledger ---- */

static void thirty_days_at_a_twentieth_per_cent(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(10000));
    loans_drawn(loans, BANK_B, &id, CNY(10000));
    assert_int_equal(owed_to_a(loans), CNY(7000));
    loans_days_on(loans, 30);
    struct loan_quote_view quote = loans_quoted(loans, BANK_B, &id, 0);
    assert_int_equal(quote.day, shanghai_day(loans->world.now_ms));
    assert_int_equal(quote.quote.interest_fen, CNY(150));
    assert_int_equal(quote.quote.principal_fen, CNY(10000));
    assert_int_equal(quote.quote.total_fen, CNY(10150));
    check_shares(quote.interest, 4500, 10500);
    check_shares(quote.principal, CNY(3000), CNY(7000));
    quote = loans_quoted(loans, BANK_A, &id, quote.day + 1);
    assert_int_equal(quote.quote.interest_fen, CNY(155));
    /* early, and all of it */
    loans_repaid(loans, BANK_A, &id, CNY(10150), CNY(150));
    struct loan loan = loans_stored(loans, &id);
    assert_int_equal(loan.state, LOAN_REPAID);
    check_shares(loan.account.interest_paid, 4500, 10500);
    check_shares(loan.account.repaid, CNY(3000), CNY(7000));
    assert_int_equal(loan.schedule.count, 0);
    assert_int_equal(owed_to_a(loans), -10500);
    assert_int_equal(loans_held(loans), 0);
}

static void one_day_is_rounded_half_up(void **state) {
    struct loans *loans = *state;
    loans->terms.increment_fen = 1;
    loans_publish(loans, PRODUCT_ON_SALE);
    struct id id = loans_approved(loans, 333333);
    loans_drawn(loans, BANK_A, &id, 333333);
    loans_days_on(loans, 1);
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, 167);
}

/* 20 to 80 is below the floor of today: rules of that time are in force. */
static void history(struct loans *loans) {
    struct rules rules = kinds_rules(&loans->world);
    rules.lead_share_floor = 2000;
    kinds_change(&loans->world, &rules);
    loans->terms.increment_fen = 1;
    loans->terms.loan.lead_share = 2000;
    loans->terms.loan.lead_interest_share = 3000;
    loans_publish(loans, PRODUCT_ON_SALE);
}

static void split_twenty_to_eighty(void **state) {
    struct loans *loans = *state;
    history(loans);
    struct id id = loans_approved(loans, 50001);
    loans_drawn(loans, BANK_A, &id, 50001);
    check_shares(lent(loans, &id), 10000, 40001);
    assert_int_equal(owed_to_a(loans), 40001);
    struct id transfer = loans_repaid(loans, BANK_A, &id, 33333, 0);
    check_shares(lent(loans, &id), 10000 - 6666, 40001 - 26667);
    assert_int_equal(world_get_transfer(&loans->world, &transfer).amount.fen, 26667);
    transfer = loans_repaid(loans, BANK_B, &id, 3, 0);
    check_shares(lent(loans, &id), 3334, 13334 - 3);
    assert_int_equal(world_get_transfer(&loans->world, &transfer).amount.fen, 3);
}

static void interest_three_to_seven(void **state) {
    struct loans *loans = *state;
    history(loans);
    struct id id = loans_approved(loans, 1000100);
    loans_drawn(loans, BANK_A, &id, 1000100);
    loans_days_on(loans, 20);
    struct id transfer = loans_repaid(loans, BANK_A, &id, 10001, 10001);
    struct loan loan = loans_stored(loans, &id);
    check_shares(loan.account.interest_paid, 3000, 7001);
    assert_int_equal(loan_principal_fen(&loan.account), 1000100);
    assert_int_equal(world_get_transfer(&loans->world, &transfer).amount.fen, 7001);
}

/* Over the 29th of February, and over the end of a year: a day is a day. */
static void days_of_the_calendar(void **state) {
    struct loans *loans = *state;
    const struct civil_date from[] = {{2026, 12, 30}, {2028, 2, 27}};
    for (size_t i = 0; i < 2; i++) {
        loans->world.now_ms = shanghai_day_start_ms(day_from_civil(from[i]));
        assert_int_equal(world_tick(&loans->world), 0);
        struct id id = loans_approved(loans, CNY(10000));
        loans_drawn(loans, BANK_A, &id, CNY(10000));
        loans_days_on(loans, 3); /* 2 January; 1 March */
        assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, CNY(15));
        loans_repaid(loans, BANK_A, &id, CNY(10015), CNY(15));
    }
}

/* T17 */
static void a_loan_of_the_accounts_own_bank_is_not_counted(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(200000));
    struct id transfer = loans_drawn(loans, BANK_A, &id, CNY(200000));
    assert_int_equal(world_get_transfer(&loans->world, &transfer).kind, TRANSFER_LOAN_OWN);
    assert_false(world_get_transfer(&loans->world, &transfer).limited);
    assert_int_equal(kinds_taken(&loans->world, &loans->link, BUCKET_IN), 0);
}

static void another_banks_loan_into_a_remote_class_two_account(void **state) {
    struct loans *loans = *state;
    loans_deinit(loans);
    loans_init(loans, BANK_B);
    struct id id = loans_approved(loans, CNY(1000));
    for (int i = 0; i < 2; i++) {
        struct draw_loan draw = loans_draw_of(loans, &id, CNY(1000));
        loans_expect_refused(loans, i ? BANK_B : BANK_A, COMMAND_DRAW_LOAN, &draw, &id,
                             REFUSAL_CLASS, "");
    }
    /* into the Class I account it goes */
    id = loans_offered(loans, CNY(1000));
    struct apply_loan apply = loans_application(loans, &id, CNY(1000));
    apply.class1_account = true;
    loans_ask(loans, BANK_A, COMMAND_APPLY_LOAN, &apply);
    for (int i = 0; i < 2; i++) {
        struct decide_loan decide = loans_approval(loans, &id, CNY(1000));
        loans_ask(loans, i ? BANK_B : BANK_A, COMMAND_DECIDE_LOAN, &decide);
    }
    struct id transfer = loans_drawn(loans, BANK_A, &id, CNY(1000));
    struct transfer now = world_get_transfer(&loans->world, &transfer);
    assert_true(now.kind == TRANSFER_LOAN_OWN && now.amount.fen == CNY(700));
    assert_true(now.debtor_bank == BANK_A && now.creditor_bank == BANK_B);
}

/* Of one that was opened in person the other bank's share counts as any other inflow. */
static void another_banks_loan_into_one_opened_in_person(void **state) {
    struct loans *loans = *state;
    loans_deinit(loans);
    loans_init(loans, BANK_B);
    struct open_link open = world_open(&loans->world);
    open.class2.opening = ACCOUNT_OPENING_FACE_TO_FACE;
    loans->link = loans_link(loans, &open);
    struct id id = loans_approved(loans, CNY(50000));
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(50000));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_BUCKET,
                         "amount.fen");
    struct id transfer = loans_drawn(loans, BANK_A, &id, CNY(10000));
    assert_int_equal(world_get_transfer(&loans->world, &transfer).kind, TRANSFER_LOAN_OTHER);
    assert_int_equal(kinds_taken(&loans->world, &loans->link, BUCKET_IN), CNY(3000));
}

/* ---- what moves, and when ---- */

static void check_reserved(struct loans *loans, bank_code debtor, bank_code creditor, int64_t fen) {
    assert_int_equal(world_position(&loans->world, debtor).reserved_outgoing_fen, fen);
    assert_int_equal(world_position(&loans->world, creditor).reserved_incoming_fen, fen);
}

static void the_partners_share_is_reserved_then_owed(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(1000));
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(1000));
    loans_ask(loans, BANK_B, COMMAND_DRAW_LOAN, &draw);
    struct post_instruction sent = world_instruction(world);
    assert_true(world_one(world, EFFECT_SEND)->bank == BANK_A && sent.side == POSTING_CREDIT);
    assert_true(id_equal(&sent.loan.loan, &id) && !sent.loan.repayment);
    assert_true(sent.amount.fen == CNY(700) && sent.loan.amount.fen == CNY(1000));
    check_shares(sent.loan.principal, CNY(300), CNY(700));
    assert_true(span_equal(sent.loan.product, SPAN_LITERAL(LOAN_CODE)) && sent.loan.version == 1);
    struct loan_view view = loans_replied(loans);
    assert_int_equal(view.loan.state, LOAN_DISBURSING);
    assert_true(id_equal(&view.loan.flight.transfer, &sent.transfer));
    loans_check_told(loans, 1, (const char *const[]){"DRAW"});
    check_reserved(loans, BANK_B, BANK_A, CNY(700));
    assert_int_equal(owed(loans, &id), 0);
    laws_check(world);
    loans_posted(loans, &sent.transfer);
    loans_check_told(loans, 1, (const char *const[]){"DRAWN"});
    check_reserved(loans, BANK_B, BANK_A, 0);
    assert_int_equal(world_position(world, BANK_A).unsettled_net_fen, CNY(700));
    assert_int_equal(world_position(world, BANK_B).unsettled_net_fen, -CNY(700));
    struct loan loan = loans_stored(loans, &id);
    assert_int_equal(loan.state, LOAN_OUTSTANDING);
    assert_true(loan.drawn_day == shanghai_day(world->now_ms) && loan.deadline_ms == 0);
    assert_true(loan.schedule.count == 12 && loan_schedule_valid(&loan.schedule, CNY(1000)));
    /* back: the partner is paid by the bank of the account, which pulls nothing from itself */
    loans_days_on(loans, 10);
    struct repay_loan repay = loans_repayment_of(loans, &id, CNY(505), CNY(5));
    loans_ask(loans, BANK_B, COMMAND_REPAY_LOAN, &repay);
    sent = world_instruction(world);
    assert_true(world_one(world, EFFECT_SEND)->bank == BANK_A && sent.side == POSTING_DEBIT);
    assert_true(sent.loan.repayment && sent.loan.interest_fen == CNY(5));
    assert_true(sent.loan.amount.fen == CNY(505) && sent.amount.fen == CNY(350) + 350);
    check_shares(sent.loan.interest, 150, 350);
    check_shares(sent.loan.principal, CNY(150), CNY(350));
    loans_check_told(loans, 1, (const char *const[]){"REPAY"});
    check_reserved(loans, BANK_A, BANK_B, CNY(350) + 350);
    laws_check(world);
    loans_posted(loans, &sent.transfer);
    loans_check_told(loans, 1, (const char *const[]){"REPAYMENT"});
    check_shares(lent(loans, &id), CNY(150), CNY(350));
    assert_int_equal(owed_to_a(loans), CNY(350) - 350);
}

/* Drawn again, repaid in parts at any time; instalments follow. */
static void drawn_again_and_repaid_in_parts(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(12000));
    loans_drawn(loans, BANK_A, &id, CNY(6000));
    struct loan loan = loans_stored(loans, &id);
    int64_t first = loan.schedule.instalments[0].due_day;
    assert_int_equal(loan.schedule.instalments[11].due_fen, CNY(500));
    loans_days_on(loans, 10);
    loans_drawn(loans, BANK_B, &id, CNY(6000));
    loan = loans_stored(loans, &id);
    assert_true(loan.schedule.count == 12 && loan.schedule.instalments[0].due_day == first);
    assert_int_equal(loan.schedule.instalments[11].due_fen, CNY(1000));
    assert_int_equal(loan_available_fen(&loan), 0);
    loans_days_on(loans, 10); /* 30 of the first days, 60 of both */
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, CNY(90));
    /* less than the interest: what is left stays due, and is not charged again */
    loans_repaid(loans, BANK_A, &id, CNY(50), CNY(50));
    loan = loans_stored(loans, &id);
    assert_int_equal(loan.account.interest_due_fen, CNY(40));
    assert_int_equal(loans_quoted(loans, BANK_A, &id, 0).quote.interest_fen, CNY(40));
    loans_repaid(loans, BANK_B, &id, CNY(1540), CNY(40));
    loan = loans_stored(loans, &id);
    assert_int_equal(loan.schedule.count, 11); /* the earliest first */
    assert_int_equal(loan.schedule.instalments[0].due_fen, CNY(500));
    assert_int_equal(loan_available_fen(&loan), CNY(1500));
    loans_repaid(loans, BANK_A, &id, CNY(10500), 0);
    assert_int_equal(loans_stored(loans, &id).state, LOAN_REPAID);
    loans_check_told(loans, 2, (const char *const[]){"REPAYMENT", "SETTLED"});
}

/* One fen: the lead's share is nothing. */
static void a_lender_without_a_share(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    loans_deinit(loans);
    loans_init(loans, BANK_B); /* leads; the account is at its partner's */
    struct open_link open = world_open(world);
    open.class2.opening = ACCOUNT_OPENING_FACE_TO_FACE;
    loans->link = loans_link(loans, &open);
    struct id id = loans_approved(loans, CNY(1000));
    loans_drawn(loans, BANK_A, &id, CNY(1000));
    /* the account's bank has done it when it says so: no money between the banks */
    struct repay_loan repay = loans_repayment_of(loans, &id, 1, 0);
    loans_ask(loans, BANK_A, COMMAND_REPAY_LOAN, &repay);
    assert_int_equal(world_count(world, EFFECT_SEND), 0);
    loans_check_told(loans, 1, (const char *const[]){"REPAYMENT"});
    check_shares(lent(loans, &id), CNY(300), CNY(700) - 1);
    laws_check(world);
    loans_ask(loans, BANK_A, COMMAND_REPAY_LOAN, &repay);
    assert_true(loans_replied(loans).replayed);
    check_shares(lent(loans, &id), CNY(300), CNY(700) - 1);
    /* the other one has it done by an instruction, in-house */
    struct id transfer = loans_repaying(loans, BANK_B, &id, 1, 0);
    struct transfer now = world_get_transfer(world, &transfer);
    assert_true(now.in_house && now.instructed == BANK_A && now.amount.fen == 1);
    check_reserved(loans, BANK_A, BANK_B, 0);
    laws_check(world);
    loans_posted(loans, &transfer);
    check_shares(lent(loans, &id), CNY(300), CNY(700) - 2);
    assert_int_equal(owed_to_a(loans), CNY(300));
}

/* ---- what is refused ---- */

static void draws_that_are_refused(void **state) {
    struct loans *loans = *state;
    struct id id = loans_applied(loans, CNY(5000));
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
    id = loans_approved(loans, CNY(5000));
    draw = loans_draw_of(loans, &id, CNY(5000) + 1);
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LOAN_LIMIT,
                         "amount.fen");
    assert_int_equal(loans_right_fen(loans), CNY(5000));
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &draw); /* also when it is asked again */
    assert_int_equal(loans_right_fen(loans), CNY(5000));
    draw = loans_draw_of(loans, &id, CNY(500) - 1);
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_AMOUNT_BELOW,
                         "amount.fen");
    draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_C, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_NO_SUCH_LOAN,
                         "loan_id");
    assert_int_equal(world_down(&loans->world, BANK_B), 0);
    draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&loans->world, BANK_B), 0);
    loans_drawn(loans, BANK_A, &id, CNY(4700));
    draw = loans_draw_of(loans, &id, CNY(500));
    loans_expect_refused(loans, BANK_A, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LOAN_LIMIT,
                         "amount.fen");
    assert_int_equal(loans_right_fen(loans), CNY(300));
}

static void repayments_that_are_refused(void **state) {
    struct loans *loans = *state;
    struct id id = loans_approved(loans, CNY(1000));
    struct repay_loan repay = loans_repayment_of(loans, &id, 100, 0);
    loans_expect_refused(loans, BANK_A, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_LOAN_STATE,
                         "loan_id");
    struct quote_repayment quote = {id, 0};
    loans_ask(loans, BANK_A, COMMAND_QUOTE_REPAYMENT, &quote);
    world_expect_refused(&loans->world, REFUSAL_LOAN_STATE, "loan_id");
    loans_drawn(loans, BANK_A, &id, CNY(1000));
    loans_days_on(loans, 10);
    repay = loans_repayment_of(loans, &id, CNY(1005) + 1, CNY(5));
    loans_expect_refused(loans, BANK_B, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_LOAN_ABOVE,
                         "amount.fen");
    assert_int_equal(loans_right_fen(loans), CNY(1005));
    repay = loans_repayment_of(loans, &id, CNY(1005), CNY(5) + 1);
    loans_expect_refused(loans, BANK_A, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_INTEREST,
                         "interest_fen");
    assert_int_equal(loans_right_fen(loans), CNY(5));
    repay = loans_repayment_of(loans, &id, CNY(3), CNY(5)); /* less than the interest */
    loans_expect_refused(loans, BANK_A, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_INTEREST,
                         "interest_fen");
    assert_int_equal(loans_right_fen(loans), CNY(3));
    quote.day = shanghai_day(loans->world.now_ms) - 1;
    loans_ask(loans, BANK_A, COMMAND_QUOTE_REPAYMENT, &quote);
    world_expect_refused(&loans->world, REFUSAL_FIELD_INVALID, "date");
    quote.loan.bytes[15] ^= 1;
    loans_ask(loans, BANK_A, COMMAND_QUOTE_REPAYMENT, &quote);
    world_expect_refused(&loans->world, REFUSAL_NO_SUCH_LOAN, "loan_id");
}

/* What is paid is what the account's holds allow: here nothing comes in, and nothing goes out. */
static void accounts_that_are_held(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(5000));
    loans_drawn(loans, BANK_A, &id, CNY(1000));
    struct place_hold hold = world_place(world, &loans->link, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    hold.blocks =
        HOLD_BLOCK_BIT(HOLD_BLOCK_CREDIT_CLASS2) | HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS2);
    loans_ask(loans, BANK_A, COMMAND_PLACE_HOLD, &hold);
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(1000));
    loans_expect_refused(loans, BANK_B, COMMAND_DRAW_LOAN, &draw, &id, REFUSAL_LINK_SUSPENDED,
                         "loan_id");
    struct repay_loan repay = loans_repayment_of(loans, &id, CNY(100), 0);
    loans_expect_refused(loans, BANK_A, COMMAND_REPAY_LOAN, &repay, &id, REFUSAL_LINK_SUSPENDED,
                         "loan_id");
}

/* ---- once ---- */

static void drawn_twice_with_one_id(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(5000));
    struct draw_loan draw = loans_draw_of(loans, &id, CNY(1000)), other = draw;
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &draw);
    struct id transfer = world_instruction(world).transfer;
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &draw);
    assert_int_equal(world_count(world, EFFECT_SEND), 0);
    assert_true(loans_replied(loans).replayed);
    loans_posted(loans, &transfer);
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &draw);
    assert_int_equal(loans_replied(loans).loan.state, LOAN_OUTSTANDING);
    assert_int_equal(owed(loans, &id), CNY(1000));
    other.end_to_end_id = SPAN_LITERAL("OTHER");
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &other);
    world_expect_refused(world, REFUSAL_DUPLICATE, "end_to_end_id");
    other.amount.fen++;
    loans_ask(loans, BANK_A, COMMAND_DRAW_LOAN, &other);
    world_expect_refused(world, REFUSAL_DUPLICATE, "amount.fen");
    struct repay_loan repay = loans_repayment_of(loans, &id, CNY(100), 0);
    loans_ask(loans, BANK_A, COMMAND_REPAY_LOAN, &repay);
    repay.interest_fen = 1;
    loans_ask(loans, BANK_A, COMMAND_REPAY_LOAN, &repay);
    world_expect_refused(world, REFUSAL_DUPLICATE, "interest_fen");
}

/* Both banks, again and again: one is on its way. */
static void of_many_at_once_one_goes(void **state) {
    struct loans *loans = *state;
    struct world *world = &loans->world;
    struct id id = loans_approved(loans, CNY(5000)), transfer = {{0}};
    size_t sent = 0;
    for (int i = 0; i < 64; i++) {
        struct draw_loan draw = loans_draw_of(loans, &id, CNY(5000));
        loans_ask(loans, i % 2 ? BANK_A : BANK_B, COMMAND_DRAW_LOAN, &draw);
        if (world_count(world, EFFECT_SEND) == 0)
            world_expect_refused(world, REFUSAL_LOAN_STATE, "loan_id");
        else if (sent++ == 0)
            transfer = world_instruction(world).transfer;
    }
    assert_int_equal(sent, 1);
    loans_posted(loans, &transfer);
    assert_int_equal(owed(loans, &id), CNY(5000));
    sent = 0;
    for (int i = 0; i < 64; i++) {
        struct repay_loan repay = loans_repayment_of(loans, &id, CNY(5000), 0);
        loans_ask(loans, i % 2 ? BANK_A : BANK_B, COMMAND_REPAY_LOAN, &repay);
        sent += world_count(world, EFFECT_SEND);
    }
    assert_int_equal(sent, 1);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(thirty_days_at_a_twentieth_per_cent),
        TEST(one_day_is_rounded_half_up),
        TEST(split_twenty_to_eighty),
        TEST(interest_three_to_seven),
        TEST(days_of_the_calendar),
        TEST(a_loan_of_the_accounts_own_bank_is_not_counted),
        TEST(another_banks_loan_into_a_remote_class_two_account),
        TEST(another_banks_loan_into_one_opened_in_person),
        TEST(the_partners_share_is_reserved_then_owed),
        TEST(drawn_again_and_repaid_in_parts),
        TEST(a_lender_without_a_share),
        TEST(draws_that_are_refused),
        TEST(repayments_that_are_refused),
        TEST(accounts_that_are_held),
        TEST(drawn_twice_with_one_id),
        TEST(of_many_at_once_one_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
