/*
 * What operators see of what customers buy and borrow: orders of products and holdings, loans, what
 * of them keeps a link open, which transfers are theirs, what a search finds of a person, and how much of
 * it waits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "domain/order.h"
#include "shelf.h"
#include "store/catalogue.h"
#include "store/orders.h"

#define OTHER_ISSUER 999100000020u

/* ---- rows ---- */

static struct digest person(void) {
    return (struct digest){{9}};
}

static void put_link(unsigned number, enum link_state state) {
    struct link link = {.id = link_of(number),
                        .state = state,
                        .class2_bank = BANK_A,
                        .class1_bank = BANK_B,
                        .person_key = person()};
    struct link_private secret = {.class2_number = {0}};
    store_begin(shelf.store);
    assert_int_equal(store_put_link(shelf.store, &link, &secret, true), 0);
    store_commit(shelf.store);
}

static void put_product(const char *code, bank_code issuer, enum product_kind kind) {
    struct product product = {.issuer = issuer, .version = 1, .terms_version = 1};
    snprintf(product.code, sizeof(product.code), "%s", code);
    product.state = PRODUCT_ON_SALE;
    product.sequence = (uint64_t)kind + issuer % 100;
    product.terms.kind = kind;
    snprintf(product.terms.name, sizeof(product.terms.name), "Steady");
    memcpy(product.terms.currency, "CNY", CURRENCY_SIZE);
    product.sale.price = kind == PRODUCT_DEPOSIT ? 0 : 1500000;
    product.sale.price_day = 20000;
    store_begin(shelf.store);
    assert_int_equal(store_put_product(shelf.store, &product, NULL), 0);
    store_commit(shelf.store);
}

static struct product_order order_of(unsigned number, enum product_order_state state) {
    struct product_order order = {.id = numbered(number),
                                  .state = state,
                                  .kind = PRODUCT_WEALTH,
                                  .link = link_of(number % SHELF_LINKS),
                                  .distributor = BANK_A,
                                  .issuer = BANK_B,
                                  .product = "WM-1",
                                  .version = 1,
                                  .amount = {.fen = 10000, .currency = "CNY"},
                                  .risk = 2,
                                  .level = 3,
                                  .assessed_day = 20000,
                                  .created_at_ms = SHELF_MS};
    struct history_entry step = {.state = state, .at_ms = SHELF_MS, .sequence = number};
    assert_true(history_add(&order.history, &step));
    return order;
}

static void put_order(const struct product_order *order) {
    store_begin(shelf.store);
    store_put_order(shelf.store, order, true);
    struct store_open_row row = {OBJECT_ORDER, order->link, order->id};
    if (product_order_open(order))
        store_put_open(shelf.store, &row);
    store_commit(shelf.store);
}

static struct loan loan_of(unsigned number, enum loan_state state) {
    struct loan loan = {
        .id = numbered(number),
        .state = state,
        .link = link_of(0),
        .lead = BANK_B,
        .applicant = BANK_A,
        .product = "LOAN-1",
        .version = 1,
        .terms = {.partner = BANK_A, .lead_share = 3000, .daily_rate = 500, .grace_days = 3},
        .offered = {.fen = 1000000, .currency = "CNY"},
        .asked_fen = 1000000,
        .limit_fen = 1000000,
        .applied_at_ms = SHELF_MS,
        .deadline_ms = SHELF_MS + 5};
    struct history_entry step = {.state = state, .at_ms = SHELF_MS, .sequence = number};
    assert_true(history_add(&loan.history, &step));
    return loan;
}

static void put_loan(const struct loan *loan) {
    store_begin(shelf.store);
    store_put_loan(shelf.store, loan, true);
    struct store_open_row row = {OBJECT_LOAN, loan->link, loan->id};
    if (loan_open(loan))
        store_put_open(shelf.store, &row);
    store_commit(shelf.store);
}

/* ---- orders ---- */

static unsigned count(enum admin_listing_kind kind, const struct admin_filter *filter) {
    struct admin_listing *listing = list(kind);
    listing->filter = *filter;
    listing->max = 2;
    unsigned found = 0;
    bool more = true;
    while (more) {
        admin_reply *reply = run_listing(listing);
        ProtobufCBinaryData next;
        if (kind == ADMIN_LIST_ORDERS) {
            found += (unsigned)reply->orders->n_rows;
            more = reply->orders->more;
            next = reply->orders->next;
        } else if (kind == ADMIN_LIST_LOANS) {
            found += (unsigned)reply->loans->n_rows;
            more = reply->loans->more;
            next = reply->loans->next;
        } else {
            found += (unsigned)reply->holdings->n_rows;
            more = reply->holdings->more;
            next = reply->holdings->next;
        }
        assert_true(id_from_span(span_of(next.data, next.len), &listing->after));
        free_reply(reply);
    }
    admin_listing_free(listing);
    return found;
}

/* Five: one with its transfer UNKNOWN, one late, one over, one of another issuer, one unknown. */
static void put_five(void) {
    struct product_order orders[] = {
        order_of(1, PRODUCT_ORDER_FUNDING), order_of(2, PRODUCT_ORDER_PLACED),
        order_of(3, PRODUCT_ORDER_REJECTED), order_of(4, PRODUCT_ORDER_CONFIRMED),
        order_of(5, PRODUCT_ORDER_REDEEMING)};
    struct transfer funding = transfer_of(77, TRANSFER_UNKNOWN);
    funding.unknown_at_ms = SHELF_MS + 1;
    orders[0].funding = funding.id;
    orders[1].late = PRODUCT_LATE_CONFIRMATION;
    orders[3].issuer = OTHER_ISSUER;
    snprintf(orders[3].product, sizeof(orders[3].product), "FUND-2");
    orders[3].units = 25000;
    orders[4].unknown = true;
    orders[4].units = 10000;
    orders[4].confirmed_fen = 9000;
    store_begin(shelf.store);
    put_transfer(&funding);
    store_commit(shelf.store);
    for (size_t i = 0; i < 5; i++)
        put_order(&orders[i]);
}

static void orders_are_filtered(void **state) {
    (void)state;
    put_five();
    const struct {
        struct admin_filter filter;
        unsigned count;
    } cases[] = {
        {{0}, 5},
        {{.state = PRODUCT_ORDER_PLACED}, 1},
        {{.bank = BANK_A}, 5},
        {{.bank = BANK_B}, 4},
        {{.bank = OTHER_ISSUER}, 1},
        {{.issuer = OTHER_ISSUER}, 1},
        {{.issuer = BANK_A}, 0},
        {{.product = "FUND-2"}, 1},
        {{.product = "WM-1"}, 4},
        {{.late = true}, 1},
        {{.unknown = true}, 2},
        {{.open = true}, 4},
        {{.link = link_of(1)}, 2},
        {{.from_ms = 1700000000000}, 5},
        {{.from_ms = 1700000000001}, 0},
        {{.until_ms = 1700000000001}, 5},
        {{.until_ms = 1700000000000}, 0},
        {{.open = true, .until_ms = 1700000000000}, 0},
        {{.open = true, .from_ms = 1700000000000}, 4},
        {{.link = link_of(1), .open = true, .state = PRODUCT_ORDER_FUNDING}, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(count(ADMIN_LIST_ORDERS, &cases[i].filter), cases[i].count);
}

static void holdings_are_priced(void **state) {
    (void)state;
    put_five();
    put_product("WM-1", BANK_B, PRODUCT_WEALTH);
    put_product("FUND-2", OTHER_ISSUER, PRODUCT_FUND);
    assert_int_equal(count(ADMIN_LIST_HOLDINGS, &(struct admin_filter){0}), 2);
    assert_int_equal(count(ADMIN_LIST_HOLDINGS, &(struct admin_filter){.product = "WM-1"}), 1);
    assert_int_equal(count(ADMIN_LIST_HOLDINGS, &(struct admin_filter){.link = link_of(0)}), 0);
    assert_int_equal(count(ADMIN_LIST_HOLDINGS, &(struct admin_filter){.bank = BANK_B}), 1);
    struct admin_listing *listing = list(ADMIN_LIST_HOLDINGS);
    admin_reply *reply = run_listing(listing);
    const Linkgate__Admin__V1__HoldingRow *row = reply->holdings->rows[1];
    assert_string_equal(row->name, "Steady");
    assert_int_equal(row->worth_fen, 150);
    assert_int_equal(row->bought_fen, 9000);
    assert_string_equal(row->price_date, "2024-10-04");
    free_reply(reply);
    admin_listing_free(listing);
}

static admin_reply *show(enum admin_listing_kind kind, const struct id *id) {
    struct admin_listing *listing = list(kind);
    listing->after = *id;
    admin_reply *reply = run_listing(listing);
    admin_listing_free(listing);
    return reply;
}

static void expect_wait(const struct product_order *order, const char *waits, int64_t until_ms) {
    static unsigned number = 1000;
    struct product_order it = *order;
    it.id = numbered(number++);
    put_order(&it);
    admin_reply *reply = show(ADMIN_SHOW_ORDER, &it.id);
    assert_string_equal(reply->order_detail->waits_for, waits);
    assert_int_equal(reply->order_detail->waits_until_ms, until_ms);
    free_reply(reply);
}

/* Each state says what must come next, and until when. */
static void what_orders_wait_for(void **state) {
    (void)state;
    put_product("WM-1", BANK_B, PRODUCT_WEALTH);
    put_link(0, LINK_ACTIVE);
    struct product_order order = order_of(0, PRODUCT_ORDER_CREATED);
    order.deadline_ms = 11;
    order.confirm_due_ms = 12;
    order.refund_due_ms = 13;
    expect_wait(&order, "the transfer that pays it to begin", 11);
    order.state = PRODUCT_ORDER_FUNDING;
    expect_wait(&order, "the outcome of the transfer that pays it", 0);
    order.state = PRODUCT_ORDER_PLACED;
    expect_wait(&order, "the issuer's confirmation", 12);
    order.instruction = (struct product_order_instruction){
        .number = 1, .action = PRODUCT_ACTION_CANCEL, .deadline_ms = 14};
    expect_wait(&order, "the issuer's answer to the cancellation", 14);
    order.unknown = true;
    expect_wait(&order, "the issuer's word on the cancellation, which it did not answer", 0);
    order.state = PRODUCT_ORDER_REDEEMING;
    order.instruction.action = PRODUCT_ACTION_REDEEM;
    expect_wait(&order, "the issuer's word on the redemption, which it did not answer", 0);
    order.unknown = false;
    expect_wait(&order, "the issuer's answer to the redemption", 14);
    order.instruction.taken = true;
    order.payout_due_ms = 15;
    expect_wait(&order, "the issuer's payout", 15);
    order.payout.purpose = PRODUCT_PAYOUT_REDEMPTION;
    expect_wait(&order, "the transfer of the payout", 0);
    order.payout.purpose = PRODUCT_PAYOUT_NONE;
    order.state = PRODUCT_ORDER_REFUNDING;
    expect_wait(&order, "the issuer to return the money", 13);
    order.state = PRODUCT_ORDER_REDEEMED;
    order.refund_fen = 1;
    expect_wait(&order, "the issuer to return what was not allotted", 13);
    order.refunded_fen = 1;
    expect_wait(&order, "", 0);
    order.state = PRODUCT_ORDER_CONFIRMED;
    order.payout_due_ms = 0;
    order.instruction.action = PRODUCT_ACTION_NONE;
    order.matures_at_ms = 16;
    expect_wait(&order, "the end of its term", 16);
    order.frozen = true;
    expect_wait(&order, "an operator: a rule of the ledger was broken; look into it", 0);
}

static void all_of_an_order(void **state) {
    (void)state;
    put_product("WM-1", BANK_B, PRODUCT_WEALTH);
    put_link(2, LINK_CLOSING);
    put_counters(BANK_B, (struct bank_counters){.online = true});
    struct transfer funding = transfer_of(5, TRANSFER_ACCEPTED);
    struct product_order order = order_of(2, PRODUCT_ORDER_REFUNDING);
    order.ends = PRODUCT_ORDER_CANCELLED;
    order.placed_at_ms = SHELF_MS;
    order.funding = funding.id;
    order.late = PRODUCT_LATE_REFUND | PRODUCT_LATE_PAYOUT;
    order.case_id = numbered(8);
    order.payout = (struct product_order_payout){
        .purpose = PRODUCT_PAYOUT_INCOME, .transfer = numbered(3), .fen = 4};
    store_begin(shelf.store);
    put_transfer(&funding);
    store_put_order_transfer(shelf.store, &funding.id, &order.id);
    store_commit(shelf.store);
    put_order(&order);
    admin_reply *reply = show(ADMIN_SHOW_ORDER, &order.id);
    const Linkgate__Admin__V1__OrderDetail *detail = reply->order_detail;
    assert_string_equal(detail->row->state, "REFUNDING");
    assert_string_equal(detail->row->ends, "CANCELLED");
    assert_string_equal(detail->row->money, "returning");
    assert_string_equal(detail->row->placed, "refused");
    assert_int_equal(detail->row->n_late, 2);
    assert_string_equal(detail->row->late[0], "REFUND");
    assert_string_equal(detail->funding->state, "ACCEPTED");
    assert_string_equal(detail->payout->purpose, "INCOME");
    assert_string_equal(detail->link_state, "CLOSING");
    assert_string_equal(detail->product_name, "Steady");
    assert_string_equal(detail->assessed_date, "2024-10-04");
    assert_true(detail->issuer_online);
    assert_false(detail->distributor_online);
    assert_int_equal(detail->n_history, 1);
    assert_string_equal(detail->history[0]->state, "REFUNDING");
    assert_int_equal(detail->inquiry.len, ID_SIZE);
    free_reply(reply);
    reply = show(ADMIN_SHOW_TRANSFER, &funding.id);
    assert_memory_equal(reply->transfer->order.data, order.id.bytes, ID_SIZE);
    assert_int_equal(reply->transfer->loan.len, 0);
    free_reply(reply);
    struct id nobody = numbered(4711);
    reply = show(ADMIN_SHOW_ORDER, &nobody);
    assert_string_equal(reply->refusal->detail, "NO_SUCH_OBJECT");
    free_reply(reply);
}

static void an_orders_life_is_whole(void **state) {
    (void)state;
    struct product_order order = order_of(1, PRODUCT_ORDER_PLACED);
    put_order(&order);
    struct admin_listing *listing = list(ADMIN_LIST_HISTORY);
    listing->object = OBJECT_ORDER;
    listing->after = order.id;
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->history->n_rows, 1);
    assert_string_equal(reply->history->rows[0]->state, "PLACED");
    free_reply(reply);
    struct loan loan = loan_of(1, LOAN_REPAID);
    put_loan(&loan);
    listing->object = OBJECT_LOAN;
    reply = run_listing(listing);
    assert_string_equal(reply->history->rows[0]->state, "REPAID");
    free_reply(reply);
    admin_listing_free(listing);
}

/* ---- loans ---- */

static void loans_are_filtered(void **state) {
    (void)state;
    struct loan loans[] = {loan_of(1, LOAN_OFFERED), loan_of(2, LOAN_OUTSTANDING),
                           loan_of(3, LOAN_REPAID)};
    loans[1].unknown = true;
    loans[2].link = link_of(1);
    for (size_t i = 0; i < 3; i++)
        put_loan(&loans[i]);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){0}), 3);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.state = LOAN_OFFERED}), 1);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.unknown = true}), 1);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.open = true}), 2);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.link = link_of(1)}), 1);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.bank = BANK_A}), 3);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.bank = 5}), 0);
    assert_int_equal(count(ADMIN_LIST_LOANS, &(struct admin_filter){.product = "X"}), 0);
}

/* 10,000 CNY drawn, 3,000 by the lead; 5 CNY of interest a day. */
static void all_of_a_loan(void **state) {
    (void)state;
    int64_t today = shanghai_day(SHELF_MS);
    put_link(0, LINK_ACTIVE);
    struct transfer transfer = transfer_of(5, TRANSFER_PENDING);
    struct loan loan = loan_of(1, LOAN_OUTSTANDING);
    assert_int_equal(loan_drawn(&loan.account, &loan.terms, 1000000, today - 2), LOAN_OK);
    loan_schedule_make(1000000, today - 2, 2, &loan.schedule);
    loan.decisions[LOAN_LEAD] = (struct loan_decision){.made = true, .approved = true, .at_ms = 5};
    loan.flight =
        (struct loan_flight){.kind = LOAN_FLIGHT_DRAW, .transfer = transfer.id, .amount_fen = 70};
    store_begin(shelf.store);
    put_transfer(&transfer);
    store_put_loan_transfer(shelf.store, &transfer.id, &loan.id);
    store_commit(shelf.store);
    put_loan(&loan);
    admin_reply *reply = show(ADMIN_SHOW_LOAN, &loan.id);
    const Linkgate__Admin__V1__LoanDetail *detail = reply->loan_detail;
    assert_int_equal(detail->row->principal_fen, 1000000);
    assert_string_equal(detail->row->on_its_way, "DRAW");
    assert_int_equal(detail->drawn_lead_fen, 300000);
    assert_int_equal(detail->drawn_partner_fen, 700000);
    assert_int_equal(detail->owed_interest_fen, 1000);
    assert_int_equal(detail->owed_fen, 1001000);
    assert_int_equal(detail->n_instalments, 2);
    assert_int_equal(detail->instalments[0]->due_fen, 500000);
    assert_string_equal(detail->transfer->state, "PENDING");
    assert_int_equal(detail->on_its_way_fen, 70);
    assert_int_equal(detail->n_decisions, 2);
    assert_true(detail->decisions[0]->approved);
    assert_int_equal(detail->decisions[1]->lender, BANK_A);
    assert_string_equal(detail->waits_for, "the outcome of the transfer that is on its way");
    free_reply(reply);
    reply = show(ADMIN_SHOW_TRANSFER, &transfer.id);
    assert_memory_equal(reply->transfer->loan.data, loan.id.bytes, ID_SIZE);
    free_reply(reply);
}

static void expect_loan_wait(const struct loan *loan, const char *waits, int64_t until_ms) {
    static unsigned number = 2000;
    struct loan it = *loan;
    it.id = numbered(number++);
    put_loan(&it);
    admin_reply *reply = show(ADMIN_SHOW_LOAN, &it.id);
    assert_string_equal(reply->loan_detail->waits_for, waits);
    assert_int_equal(reply->loan_detail->waits_until_ms, until_ms);
    free_reply(reply);
}

static void what_loans_wait_for(void **state) {
    (void)state;
    put_link(0, LINK_ACTIVE);
    struct loan loan = loan_of(1, LOAN_OFFERED);
    expect_loan_wait(&loan, "the customer to apply", SHELF_MS + 5);
    loan.state = LOAN_APPLIED;
    expect_loan_wait(&loan, "both lenders' decisions", SHELF_MS + 5);
    loan.decisions[LOAN_LEAD].made = true;
    expect_loan_wait(&loan, "the partner's decision", SHELF_MS + 5);
    loan.decisions[LOAN_LEAD].made = false;
    loan.decisions[LOAN_PARTNER].made = true;
    expect_loan_wait(&loan, "the lead's decision", SHELF_MS + 5);
    loan.state = LOAN_APPROVED;
    expect_loan_wait(&loan, "the first draw", SHELF_MS + 5);
    loan.state = LOAN_OVERDUE;
    expect_loan_wait(&loan, "the customer's repayment, or the lead's word (LoanStatus)", 0);
    loan.state = LOAN_OUTSTANDING;
    loan.schedule = (struct loan_schedule){.count = 1, .instalments = {{20000, 5}}};
    expect_loan_wait(&loan, "the repayment of the next instalment", shanghai_day_start_ms(20001));
    loan.state = LOAN_REPAID;
    expect_loan_wait(&loan, "", 0);
    loan.frozen = true;
    expect_loan_wait(&loan, "an operator: a rule of the ledger was broken; look into it", 0);
}

/* ---- links, searches, how much waits ---- */

static void what_keeps_a_link_open(void **state) {
    (void)state;
    put_link(0, LINK_CLOSING);
    struct product_order orders[] = {order_of(3, PRODUCT_ORDER_PLACED),
                                     order_of(6, PRODUCT_ORDER_REDEEMED)};
    struct loan loan = loan_of(9, LOAN_OUTSTANDING);
    put_order(&orders[0]);
    put_order(&orders[1]);
    put_loan(&loan);
    struct id link = link_of(0);
    admin_reply *reply = show(ADMIN_SHOW_LINK, &link);
    assert_int_equal(reply->link->n_open_orders, 1);
    assert_memory_equal(reply->link->open_orders[0].data, orders[0].id.bytes, ID_SIZE);
    assert_int_equal(reply->link->n_open_loans, 1);
    assert_false(reply->link->more_open_bought);
    assert_string_equal(reply->link->waits_for,
                        "what is open on it to run off: transfers, orders, loans");
    free_reply(reply);
    for (unsigned i = 0; i < 33; i++) {
        struct product_order more = order_of(300 + 3 * i, PRODUCT_ORDER_PLACED);
        put_order(&more);
    }
    reply = show(ADMIN_SHOW_LINK, &link);
    assert_int_equal(reply->link->n_open_orders, 32);
    assert_true(reply->link->more_open_bought);
    free_reply(reply);
}

static void a_person_is_found_with_all(void **state) {
    (void)state;
    put_link(0, LINK_ACTIVE);
    struct product_order order = order_of(3, PRODUCT_ORDER_CONFIRMED);
    struct loan loan = loan_of(9, LOAN_OUTSTANDING);
    struct card card = {.id = numbered(7),
                        .state = CARD_FORWARDED,
                        .class2_bank = BANK_A,
                        .class1_bank = BANK_B,
                        .person_key = person()};
    struct card_private secret = {.number = span_of(NULL, 0)};
    put_order(&order);
    put_loan(&loan);
    store_begin(shelf.store);
    assert_int_equal(store_put_card(shelf.store, &card, &secret, true), 0);
    store_commit(shelf.store);
    struct admin_listing *listing = list(ADMIN_LIST_FOUND);
    listing->found = xcalloc(1, sizeof(struct id));
    listing->found[0] = link_of(0);
    listing->found_count = 1;
    listing->found_key = person();
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->links->n_rows, 1);
    assert_int_equal(reply->links->n_cards, 1);
    assert_string_equal(reply->links->cards[0]->state, "FORWARDED");
    assert_int_equal(reply->links->n_orders, 1);
    assert_string_equal(reply->links->orders[0]->product, "WM-1");
    assert_int_equal(reply->links->n_loans, 1);
    assert_int_equal(reply->links->loans[0]->lead, BANK_B);
    assert_false(reply->links->more_else);
    free_reply(reply);
    for (unsigned i = 0; i < SEARCH_FOUND_MAX; i++) {
        struct product_order more = order_of(300 + 3 * i, PRODUCT_ORDER_PLACED);
        put_order(&more);
    }
    reply = run_listing(listing);
    assert_int_equal(reply->links->n_orders, SEARCH_FOUND_MAX);
    assert_int_equal(reply->links->n_loans, 1);
    assert_true(reply->links->more_else);
    assert_false(reply->links->more);
    free_reply(reply);
    admin_listing_free(listing);
}

static void open_orders_and_loans_are_counted(void **state) {
    (void)state;
    put_five();
    struct loan loans[] = {loan_of(1, LOAN_OVERDUE), loan_of(2, LOAN_OUTSTANDING),
                           loan_of(3, LOAN_REPAID)};
    loans[1].unknown = true;
    for (size_t i = 0; i < 3; i++)
        put_loan(&loans[i]);
    struct admin_listing *listing = list(ADMIN_OPEN_WORK);
    admin_reply *reply = run_listing(listing);
    assert_int_equal(reply->open_work->orders_open, 4);
    assert_int_equal(reply->open_work->orders_unknown, 1);
    assert_int_equal(reply->open_work->orders_late_confirmation, 1);
    assert_int_equal(reply->open_work->orders_late_refund, 0);
    assert_int_equal(reply->open_work->loans_open, 2);
    assert_int_equal(reply->open_work->loans_unknown, 1);
    assert_int_equal(reply->open_work->loans_overdue, 1);
    free_reply(reply);
    admin_listing_free(listing);
}

int main(void) {
#define OVER(test) cmocka_unit_test_setup_teardown(test, open_shelf, close_shelf)
    const struct CMUnitTest tests[] = {
        OVER(orders_are_filtered),
        OVER(holdings_are_priced),
        OVER(what_orders_wait_for),
        OVER(all_of_an_order),
        OVER(an_orders_life_is_whole),
        OVER(loans_are_filtered),
        OVER(all_of_a_loan),
        OVER(what_loans_wait_for),
        OVER(what_keeps_a_link_open),
        OVER(a_person_is_found_with_all),
        OVER(open_orders_and_loans_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
