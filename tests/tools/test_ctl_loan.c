/*
 * linkgatectl: loans and applications for cards, and their stories; and that every event of what customers
 * buy, borrow and apply for can be told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/card.h"
#include "domain/loan_state.h"
#include "domain/product_order_state.h"
#include "stand_in.h"
#include "tools/ctl_story.h"

#define AT_MS TOOL_STEP_MS

static uint8_t ids[4][16] = {{1}, {2}, {3}, {4}};

static ProtobufCBinaryData id_of(size_t i) {
    return (ProtobufCBinaryData){16, ids[i]};
}

static void every_event_has_a_sentence(void **state) {
    (void)state;
    for (int i = 0; i < PRODUCT_ORDER_EVENTS; i++)
        assert_non_null(ctl_order_sentence(product_order_event_name((enum product_order_event)i)));
    for (int i = 0; i < LOAN_EVENTS; i++)
        assert_non_null(ctl_loan_sentence(loan_event_name((enum loan_event)i)));
    for (int i = 0; i < CARD_EVENTS; i++)
        assert_non_null(ctl_card_sentence(card_event_name((enum card_event)i)));
    assert_null(ctl_order_sentence("FROB"));
    assert_null(ctl_loan_sentence("FROB"));
    assert_null(ctl_card_sentence("FROB"));
}

static ctl_reply reply_of(Linkgate__Admin__V1__Reply__ResultCase result) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = result;
    return reply;
}

static Linkgate__Admin__V1__TransferRow transfer_row(char *state) {
    Linkgate__Admin__V1__TransferRow row;
    linkgate__admin__v1__transfer_row__init(&row);
    row.id = id_of(2);
    row.state = state;
    row.amount_fen = 123456;
    row.currency = "CNY";
    return row;
}

/* ---- loans ---- */

static struct loan_parts {
    Linkgate__Admin__V1__LoanDetail detail;
    Linkgate__Admin__V1__LoanRow row;
    Linkgate__Admin__V1__TransferRow transfer;
    Linkgate__Admin__V1__LoanDecision decisions[2];
    Linkgate__Admin__V1__LoanDecision *decided[2];
    Linkgate__Admin__V1__LoanInstalment instalment;
    Linkgate__Admin__V1__LoanInstalment *instalments[1];
    Linkgate__Admin__V1__HistoryRow step;
    Linkgate__Admin__V1__HistoryRow *history[1];
} loan;

static void fill_loan_row(char *state) {
    linkgate__admin__v1__loan_row__init(&loan.row);
    loan.row.id = id_of(0);
    loan.row.state = state;
    loan.row.open = true;
    loan.row.link = id_of(1);
    loan.row.lead = OTHER_NUMBER;
    loan.row.partner = BANK_NUMBER;
    loan.row.product = "LOAN-1";
    loan.row.currency = "CNY";
    loan.row.offered_fen = 1000000;
    loan.row.asked_fen = 500000;
}

static void new_loan(char *state) {
    linkgate__admin__v1__loan_detail__init(&loan.detail);
    linkgate__admin__v1__loan_instalment__init(&loan.instalment);
    fill_loan_row(state);
    loan.detail.row = &loan.row;
    for (size_t i = 0; i < 2; i++) {
        linkgate__admin__v1__loan_decision__init(&loan.decisions[i]);
        loan.decisions[i].lender = i == 0 ? OTHER_NUMBER : BANK_NUMBER;
        loan.decided[i] = &loan.decisions[i];
    }
    loan.decisions[0].made = true;
    loan.decisions[0].approved = true;
    loan.decisions[0].limit_fen = 400000;
    loan.detail.n_decisions = 2;
    loan.detail.decisions = loan.decided;
    loan.instalment.due_date = "2026-08-01";
    loan.instalment.due_fen = 100;
    loan.instalments[0] = &loan.instalment;
    loan.detail.n_instalments = 1;
    loan.detail.instalments = loan.instalments;
    loan.step = tool_step("OFFER", "OFFERED");
    loan.history[0] = &loan.step;
    loan.detail.n_history = 1;
    loan.detail.history_length = 1;
    loan.detail.history = loan.history;
}

static struct buf loan_answer(void) {
    ctl_reply reply = reply_of(CTL_RESULT(LOAN_DETAIL));
    reply.loan_detail = &loan.detail;
    return tool_frame(&reply, 1);
}

static void explain_loan(void) {
    struct buf answers[] = {loan_answer(), tool_bank(2, OTHER_NUMBER, "Bank B", true),
                            tool_bank(3, BANK_NUMBER, "Bank A", false)};
    assert_int_equal(tool_run_against("loan explain " ID_TEXT, answers, 3), CTL_OK);
    tool_join_lines();
}

static void a_loan_that_is_asked_for(void **state) {
    (void)state;
    new_loan("APPLIED");
    loan.detail.waits_for = "the partner's decision";
    loan.detail.waits_until_ms = AT_MS;
    explain_loan();
    assert_says(world.out, "loan " ID_TEXT " is APPLIED");
    assert_says(world.out,
                "up to 10000.00 CNY by bank 305100000013 (Bank B), which leads, and bank "
                "102100099996 (Bank A)");
    assert_says(world.out, "invited the customer to apply");
    assert_says(world.out, "Bank B) approved up to 4000.00 CNY");
    assert_says(world.out, "Bank A) has not decided.");
    assert_says(world.out, "For the partner's decision, until 2026-07-01 10:30:00.");
    assert_says(world.out, "it sends DecideLoan");
    assert_says(world.out, "Bank 102100099996 (Bank A) is not connected");
    assert_says(world.out, "Decide here on credit");
    new_loan("DECLINED");
    loan.decisions[0].approved = false;
    loan.decisions[0].reason = "MS03";
    loan.row.reason = "MS03";
    explain_loan();
    assert_says(world.out, "declined at");
    assert_says(world.out, "Why: Reason MS03");
}

static void a_loan_that_is_overdue(void **state) {
    (void)state;
    new_loan("OVERDUE");
    loan.transfer = transfer_row("UNKNOWN");
    loan.detail.transfer = &loan.transfer;
    loan.detail.on_its_way_fen = 200000;
    loan.row.on_its_way = "REPAYMENT";
    loan.row.unknown = true;
    loan.row.conflict = true;
    loan.row.frozen = true;
    loan.row.written_off_at_ms = AT_MS;
    loan.detail.unknown_at_ms = AT_MS;
    loan.detail.drawn_date = "2026-06-01";
    loan.detail.drawn_lead_fen = 300;
    loan.detail.owed_date = "2026-07-01";
    loan.detail.owed_fen = 1234;
    loan.detail.overdue_date = "2026-06-20";
    loan.detail.inquiry = id_of(3);
    explain_loan();
    assert_says(world.out, "has lent 3.00 CNY");
    assert_says(world.out, "Owed on 2026-07-01: 12.34 CNY");
    assert_says(world.out, "A repayment of 2000.00 CNY is on its way");
    assert_says(world.out, "UNKNOWN since 2026-07-01 10:30:00");
    assert_says(world.out, "It is OVERDUE since 2026-06-20");
    assert_says(world.out, "It was written off at");
    assert_says(world.out, "object unfreeze loan " ID_TEXT);
    assert_says(world.out, "contradicted its first answer");
    assert_says(world.out, "(LoanStatus)");
    assert_says(world.out, "it would be booked twice");
    assert_says(world.out, "case show 04");
}

static void loans_are_shown_and_listed(void **state) {
    (void)state;
    new_loan("OUTSTANDING");
    struct buf answers[] = {loan_answer()};
    assert_int_equal(tool_run_against("loan show " ID_TEXT, answers, 1), CTL_OK);
    assert_says(world.out, "2026-08-01");
    assert_says(world.out, "4000.00 CNY");
    struct buf json[] = {loan_answer()};
    assert_int_equal(tool_run_against("loan show --json " ID_TEXT, json, 1), CTL_OK);
    json_t *root = tool_json();
    assert_true(json_is_null(json_object_get(root, "owed_fen")));
    assert_int_equal(json_array_size(json_object_get(root, "instalments")), 1);
    json_decref(root);
    Linkgate__Admin__V1__LoanRow *rows[] = {&loan.row};
    Linkgate__Admin__V1__LoanPage page;
    linkgate__admin__v1__loan_page__init(&page);
    page.n_rows = 1;
    page.rows = rows;
    ctl_reply reply = reply_of(CTL_RESULT(LOANS));
    reply.loans = &page;
    struct buf listed[] = {tool_frame(&reply, 1)};
    assert_int_equal(
        tool_run_against("loan list --state overdue --unknown --open --product LOAN-1", listed, 1),
        CTL_OK);
    assert_int_equal(tool_asked()->list_loans->state, LOAN_OVERDUE);
    assert_true(tool_asked()->list_loans->open);
    assert_says(world.out, "LOAN-1");
}

/* ---- cards ---- */

static void explain_card(char *card_state) {
    Linkgate__Admin__V1__CardRow row;
    Linkgate__Admin__V1__CardDetail detail;
    Linkgate__Admin__V1__HistoryRow applied = tool_step("APPLY", "APPLIED");
    Linkgate__Admin__V1__HistoryRow *history[] = {&applied};
    linkgate__admin__v1__card_row__init(&row);
    linkgate__admin__v1__card_detail__init(&detail);
    row.id = id_of(0);
    row.state = card_state;
    row.class2_bank = BANK_NUMBER;
    row.class1_bank = OTHER_NUMBER;
    row.delivery = "MAIL";
    row.masked = "7896";
    row.issues = 1;
    row.issued_at_ms = AT_MS;
    row.due_at_ms = AT_MS;
    detail.row = &row;
    detail.waits_for = "somebody";
    detail.link = id_of(2);
    detail.n_history = 1;
    detail.history = history;
    ctl_reply reply = reply_of(CTL_RESULT(CARD_DETAIL));
    reply.card_detail = &detail;
    struct buf answers[] = {tool_frame(&reply, 1), tool_bank(2, BANK_NUMBER, "Bank A", true),
                            tool_bank(3, OTHER_NUMBER, "Bank B", false)};
    assert_int_equal(tool_run_against("card explain " ID_TEXT, answers, 3), CTL_OK);
    tool_join_lines();
}

static void cards_are_explained(void **state) {
    (void)state;
    explain_card("UNKNOWN");
    assert_says(world.out, "card " ID_TEXT " is UNKNOWN");
    assert_says(world.out, "sent the customer's application");
    assert_says(world.out, "did not answer in time");
    assert_says(world.out, "send CardStatus with its word");
    assert_says(world.out, "could get two cards");
    assert_says(world.out, "Bank B) is not connected");
    explain_card("ISSUED");
    assert_says(world.out, "ends in 7896, was issued at 2026-07-01 10:30:00 and is not sent yet");
    assert_says(world.out, "For somebody. At 2026-07-01 10:30:00 it becomes EXPIRED.");
    assert_says(world.out, "activates the card in person");
    assert_says(world.out, "link explain 03");
    explain_card("REFUSED");
    assert_says(world.out, "it is final");
}

int main(void) {
#define OVER(test) cmocka_unit_test_setup_teardown(test, tool_set_up, tool_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_a_sentence),
        OVER(a_loan_that_is_asked_for),
        OVER(a_loan_that_is_overdue),
        OVER(loans_are_shown_and_listed),
        OVER(cards_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
