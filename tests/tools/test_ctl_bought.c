/*
 * linkgatectl: orders and their stories, holdings, what a search finds of a person.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "domain/product_order_state.h"
#include "stand_in.h"

#define AT_MS 1782873000000 /* 2026-07-01 10:30:00 in Shanghai */

static uint8_t ids[4][16] = {{1}, {2}, {3}, {4}};

static ProtobufCBinaryData id_of(size_t i) {
    return (ProtobufCBinaryData){16, ids[i]};
}

/* ---- answers ---- */

static ctl_reply reply_of(Linkgate__Admin__V1__Reply__ResultCase result) {
    ctl_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.result_case = result;
    return reply;
}

static Linkgate__Admin__V1__OrderRow order_row(char *state, char *money, char *placed) {
    Linkgate__Admin__V1__OrderRow row;
    linkgate__admin__v1__order_row__init(&row);
    row.id = id_of(0);
    row.state = state;
    row.money = money;
    row.placed = placed;
    row.kind = "WEALTH";
    row.link = id_of(1);
    row.distributor = BANK_NUMBER;
    row.issuer = OTHER_NUMBER;
    row.product = "WM-1";
    row.version = 3;
    row.amount_fen = 123456;
    row.currency = "CNY";
    row.created_at_ms = AT_MS;
    row.open = true;
    return row;
}

static Linkgate__Admin__V1__TransferRow transfer_row(char *state) {
    Linkgate__Admin__V1__TransferRow row;
    linkgate__admin__v1__transfer_row__init(&row);
    row.id = id_of(2);
    row.state = state;
    row.kind = "ORDER_BUY";
    row.direction = "PUSH";
    row.amount_fen = 123456;
    row.currency = "CNY";
    return row;
}

/* What an order's detail is made of: changed by a test before it is answered. */
static struct order_parts {
    Linkgate__Admin__V1__OrderDetail detail;
    Linkgate__Admin__V1__OrderRow row;
    Linkgate__Admin__V1__TransferRow funding;
    Linkgate__Admin__V1__OrderInstruction instruction;
    Linkgate__Admin__V1__OrderPayout payout;
    Linkgate__Admin__V1__HistoryRow steps[2];
    Linkgate__Admin__V1__HistoryRow *history[2];
    char *late[3];
} order;

static void new_order(char *state, char *money, char *placed) {
    linkgate__admin__v1__order_detail__init(&order.detail);
    linkgate__admin__v1__order_instruction__init(&order.instruction);
    linkgate__admin__v1__order_payout__init(&order.payout);
    order.row = order_row(state, money, placed);
    order.row.late = order.late;
    order.funding = transfer_row("ACCEPTED");
    order.steps[0] = tool_step("CREATE", "CREATED");
    order.steps[1] = tool_step("FUND", "FUNDING");
    order.history[0] = &order.steps[0];
    order.history[1] = &order.steps[1];
    order.detail.row = &order.row;
    order.detail.funding = &order.funding;
    order.detail.product_name = "Steady";
    order.detail.risk = 2;
    order.detail.level = 3;
    order.detail.assessed_date = "2026-06-01";
    order.detail.link_state = "ACTIVE";
    order.detail.n_history = 2;
    order.detail.history_length = 2;
    order.detail.history = order.history;
}

static struct buf order_answer(void) {
    ctl_reply reply = reply_of(CTL_RESULT(ORDER_DETAIL));
    reply.order_detail = &order.detail;
    return tool_frame(&reply, 1);
}

static void explain_order(bool issuer_online) {
    struct buf answers[] = {order_answer(), tool_bank(2, BANK_NUMBER, "Bank A", true),
                            tool_bank(3, OTHER_NUMBER, "Bank B", issuer_online)};
    assert_int_equal(tool_run_against("order explain " ID_TEXT, answers, 3), CTL_OK);
    tool_join_lines();
}

/* ---- orders ---- */

static void an_order_whose_payment_is_unknown(void **state) {
    (void)state;
    new_order("FUNDING", "open", "open");
    order.row.unknown = true;
    order.funding.state = "UNKNOWN";
    order.detail.unknown_at_ms = AT_MS;
    order.detail.waits_for = "the outcome of the transfer that pays it";
    explain_order(false);
    assert_says(world.out, "order " ID_TEXT " is FUNDING");
    assert_says(world.out,
                "An order of 1234.56 CNY of product WM-1 (Steady, version 3, risk R2) of "
                "bank 305100000013 (Bank B), placed by bank 102100099996 (Bank A).");
    assert_says(world.out, "The Class II account of link 02");
    assert_says(world.out, "link, suitability, version, amount and quota were checked");
    assert_says(world.out, "The money is on its way to the issuer");
    assert_says(world.out, "has not confirmed it yet");
    assert_says(world.out, "UNKNOWN since 2026-07-01 10:30:00, as its transfer is");
    assert_says(world.out, "For the outcome of the transfer that pays it.");
    assert_says(world.out, "transfer explain 03000000000000000000000000000000");
    assert_says(world.out, "Bank B) is not connected");
    assert_says(world.out, "would pay twice");
}

static void an_order_that_is_late(void **state) {
    (void)state;
    new_order("PLACED", "done", "open");
    order.late[0] = "CONFIRMATION";
    order.row.n_late = 1;
    order.detail.trade_date = "2026-07-01";
    order.detail.confirm_due_ms = AT_MS;
    order.detail.cancel_until_ms = AT_MS;
    order.detail.inquiry = id_of(3);
    explain_order(true);
    assert_says(world.out, "The money: the issuer has it.");
    assert_says(world.out, "It counts for 2026-07-01, can be cancelled until 2026-07-01 10:30:00");
    assert_says(world.out, "The confirmation is LATE");
    assert_says(world.out, "it must send OrderResult");
    assert_says(world.out, "case show 04000000000000000000000000000000");
    assert_says(world.out, "Call it failed");
    assert_says(world.out, "product show " OTHER " WM-1");
}

static void an_order_whose_money_comes_back(void **state) {
    (void)state;
    new_order("REFUNDING", "returning", "refused");
    order.late[0] = "REFUND";
    order.row.n_late = 1;
    order.row.ends = "REJECTED";
    order.row.reason = "MS03";
    order.row.conflict = true;
    order.row.frozen = true;
    order.detail.refund_fen = 123456;
    order.detail.refunded_fen = 100;
    order.detail.refund_due_ms = AT_MS;
    explain_order(true);
    assert_says(world.out, "must return all of it");
    assert_says(world.out, "To come back to the customer: 1234.56 CNY, of which 1.00 CNY are back; "
                           "due at 2026-07-01 10:30:00.");
    assert_says(world.out, "Once all of the money is back it is REJECTED.");
    assert_says(world.out, "Why: Reason MS03");
    assert_says(world.out, "SubmitReturn of transfer 03");
    assert_says(world.out, "by a return of 03000000000000000000000000000000 alone");
    assert_says(world.out, "contradicted its first answer");
    assert_says(world.out, "FROZEN");
    assert_says(world.out, "object unfreeze order " ID_TEXT);
}

static void an_order_that_is_redeemed(void **state) {
    (void)state;
    new_order("REDEEMING", "done", "done");
    order.row.units = 20000;
    order.row.unknown = true;
    order.late[0] = "PAYOUT";
    order.row.n_late = 1;
    order.detail.confirmed_units = 30000;
    order.detail.confirmed_price = 1023456;
    order.detail.confirmed_fen = 307;
    order.detail.confirmed_date = "2026-07-02";
    order.detail.reference = "b-9";
    order.detail.unknown_at_ms = AT_MS;
    order.detail.matures_at_ms = AT_MS;
    order.detail.payout_due_ms = AT_MS;
    order.instruction.number = 2;
    order.instruction.action = "REDEEM";
    order.instruction.units = 10000;
    order.instruction.asked_at_ms = AT_MS;
    order.detail.instruction = &order.instruction;
    order.payout.purpose = "INCOME";
    order.payout.fen = 5;
    order.payout.transfer = id_of(3);
    order.detail.payout = &order.payout;
    explain_order(true);
    assert_says(world.out, "3.0000 units at 1.023456 CNY, worth 3.07 CNY, of 2026-07-02");
    assert_says(world.out, "Units left: 2.0000. Paid out so far: 0.00 CNY.");
    assert_says(world.out, "instruction 2 of it (REDEEM, units 1.0000) is with bank 305100000013 "
                           "(Bank B), which has not answered.");
    assert_says(world.out, "may or may not have taken the instruction");
    assert_says(world.out, "A payout of 0.05 CNY (INCOME) is on its way");
    assert_says(world.out, "The payout is LATE");
    assert_says(world.out, "its software must answer");
    assert_says(world.out, "Take silence for a refusal");
}

static void an_order_is_shown(void **state) {
    (void)state;
    new_order("REDEEMING", "done", "done");
    order.row.units = 20000;
    order.instruction.number = 2;
    order.instruction.action = "REDEEM";
    order.detail.instruction = &order.instruction;
    struct buf answers[] = {order_answer()};
    assert_int_equal(tool_run_against("order show " ID_TEXT, answers, 1), CTL_OK);
    assert_memory_equal(tool_asked()->get_order->id.data, ids[0], 16);
    assert_says(world.out, "REDEEMING");
    assert_says(world.out, "2.0000");
    assert_says(world.out, "transfer that pays");
    assert_says(world.out, "CREATE");
    struct buf again[] = {order_answer()};
    assert_int_equal(tool_run_against("order show --json " ID_TEXT, again, 1), CTL_OK);
    json_t *root = tool_json();
    assert_int_equal(json_integer_value(json_object_get(root, "units")), 20000);
    assert_string_equal(json_string_value(json_object_get(root, "product_stands")), "done");
    assert_true(json_is_null(json_object_get(root, "payout")));
    json_decref(root);
    struct buf none[] = {tool_refusal(1)};
    assert_int_equal(tool_run_against("order explain " ID_TEXT, none, 1), CTL_REFUSED);
    assert_int_equal(tool_run("order show 12"), CTL_USAGE);
}

static struct buf order_page(uint64_t correlation) {
    Linkgate__Admin__V1__OrderRow row = order_row("PLACED", "done", "open");
    Linkgate__Admin__V1__OrderRow *rows[] = {&row};
    Linkgate__Admin__V1__OrderPage page;
    char *late[] = {"CONFIRMATION"};
    linkgate__admin__v1__order_page__init(&page);
    row.late = late;
    row.n_late = 1;
    page.n_rows = 1;
    page.rows = rows;
    ctl_reply reply = reply_of(CTL_RESULT(ORDERS));
    reply.orders = &page;
    return tool_frame(&reply, correlation);
}

static void orders_are_listed(void **state) {
    (void)state;
    struct buf answers[] = {order_page(1)};
    assert_int_equal(tool_run_against("order list --state placed --link " ID_TEXT " --issuer " OTHER
                                      " --product WM-1 --late --unknown --open",
                                      answers, 1),
                     CTL_OK);
    const Linkgate__Admin__V1__ListOrders *asked = tool_asked()->list_orders;
    assert_int_equal(asked->state, PRODUCT_ORDER_PLACED);
    assert_int_equal(asked->issuer, OTHER_NUMBER);
    assert_string_equal(asked->product, "WM-1");
    assert_int_equal(asked->link.len, 16);
    assert_true(asked->late && asked->unknown && asked->open);
    assert_says(world.out, "CONFIRMATION");
    assert_says(world.out, "1234.56 CNY");
    struct buf again[] = {order_page(1)};
    assert_int_equal(
        tool_run_against("order list --open --to 2026-07-01 --after " ID_TEXT, again, 1), CTL_OK);
    assert_int_equal(tool_asked()->list_orders->until_ms, 1782921600000);
    assert_int_equal(tool_asked()->list_orders->after.len, 16);
    assert_int_equal(tool_run("order list --product wm"), CTL_USAGE);
    assert_says(world.errors, "is no product's code");
    assert_int_equal(tool_run("order list --link 1"), CTL_USAGE);
    assert_int_equal(tool_run("order list --issuer 1"), CTL_USAGE);
}

/* ---- holdings and searches ---- */

static struct buf holding_page(uint64_t correlation) {
    Linkgate__Admin__V1__HoldingRow row;
    Linkgate__Admin__V1__HoldingRow *rows[] = {&row};
    Linkgate__Admin__V1__HoldingPage page;
    linkgate__admin__v1__holding_row__init(&row);
    linkgate__admin__v1__holding_page__init(&page);
    row.order = id_of(0);
    row.link = id_of(1);
    row.product = "WM-1";
    row.currency = "CNY";
    row.units = 12345;
    row.price = 2000000;
    row.worth_fen = 247;
    page.n_rows = 1;
    page.rows = rows;
    ctl_reply reply = reply_of(CTL_RESULT(HOLDINGS));
    reply.holdings = &page;
    return tool_frame(&reply, correlation);
}

static void holdings_are_listed(void **state) {
    (void)state;
    struct buf answers[] = {holding_page(1)};
    assert_int_equal(tool_run_against("holding list --bank " BANK " --link " ID_TEXT, answers, 1),
                     CTL_OK);
    assert_int_equal(tool_asked()->list_holdings->bank, BANK_NUMBER);
    assert_says(world.out, "1.2345");
    assert_says(world.out, "2.000000");
    assert_says(world.out, "2.47 CNY");
}

static struct buf found(uint64_t correlation) {
    Linkgate__Admin__V1__LinkRow link;
    Linkgate__Admin__V1__LinkRow *links[] = {&link};
    Linkgate__Admin__V1__OrderRow bought = order_row("CONFIRMED", "done", "done");
    Linkgate__Admin__V1__OrderRow *orders[] = {&bought};
    Linkgate__Admin__V1__CardRow card;
    Linkgate__Admin__V1__CardRow *cards[] = {&card};
    Linkgate__Admin__V1__LinkPage page;
    linkgate__admin__v1__link_row__init(&link);
    linkgate__admin__v1__card_row__init(&card);
    linkgate__admin__v1__link_page__init(&page);
    link.id = id_of(1);
    link.state = "ACTIVE";
    card.id = id_of(2);
    card.state = "FORWARDED";
    page.n_rows = 1;
    page.rows = links;
    page.n_orders = 1;
    page.orders = orders;
    page.n_cards = 1;
    page.cards = cards;
    page.more_else = true;
    ctl_reply reply = reply_of(CTL_RESULT(LINKS));
    reply.links = &page;
    return tool_frame(&reply, correlation);
}

static void a_person_is_searched(void **state) {
    (void)state;
    struct buf answers[] = {found(1)};
    world.input = "11010519491231002x\n";
    assert_int_equal(tool_run_against("search --id-number -", answers, 1), CTL_OK);
    assert_says(world.out, "Applications for cards:\n");
    assert_says(world.out, "FORWARDED");
    assert_says(world.out, "CONFIRMED");
    assert_says(world.out, "Loans: none");
    assert_says(world.errors, "There are more");
    struct buf again[] = {found(1)};
    world.input = "6226220000000009\n";
    assert_int_equal(tool_run_against("search --json --account - --bank " BANK, again, 1), CTL_OK);
    json_t *root = tool_json();
    assert_int_equal(json_array_size(json_object_get(root, "cards")), 1);
    assert_int_equal(json_array_size(json_object_get(root, "loans")), 0);
    assert_true(json_is_true(json_object_get(root, "more_else")));
    json_decref(root);
    assert_int_equal(tool_run("search"), CTL_USAGE);
    assert_int_equal(tool_run("search --account 6226220000000009 --bank " BANK), CTL_USAGE);
    assert_silent_on(world.errors, "6226");
}

static void a_persons_holdings(void **state) {
    (void)state;
    struct buf answers[] = {found(1), holding_page(2)};
    world.input = "11010519491231002x\n";
    assert_int_equal(tool_run_against("holding search --id-number - --product WM-1", answers, 2),
                     CTL_OK);
    assert_memory_equal(tool_asked()->list_holdings->link.data, ids[1], 16);
    assert_string_equal(tool_asked()->list_holdings->product, "WM-1");
    assert_says(world.out, "1.2345");
    struct buf again[] = {found(1), holding_page(2)};
    world.input = "11010519491231002x\n";
    assert_int_equal(tool_run_against("holding search --id-number - --json", again, 2), CTL_OK);
    json_t *root = tool_json();
    assert_int_equal(json_array_size(json_object_get(root, "holdings")), 1);
    json_decref(root);
}

int main(void) {
#define OVER(test) cmocka_unit_test_setup_teardown(test, tool_set_up, tool_tear_down)
    const struct CMUnitTest tests[] = {
        OVER(an_order_whose_payment_is_unknown),
        OVER(an_order_that_is_late),
        OVER(an_order_whose_money_comes_back),
        OVER(an_order_that_is_redeemed),
        OVER(an_order_is_shown),
        OVER(orders_are_listed),
        OVER(holdings_are_listed),
        OVER(a_person_is_searched),
        OVER(a_persons_holdings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
