/*
 * A lender's side of loans over a real store that is closed and opened again: what an instruction of a
 * draw or a repayment does to the customer, to the product and to what banks owe each other, where the
 * customer's account is here and where it is not; what comes back; the rows of the book.
 */
#include <string.h>

#include "bank/debts.h"
#include "bank/till.h"
#include "wire/message.h"

#define LEAD 999100000011

static const struct id loan_id = {{1}}, link_id = {{2}}, draw_id = {{3}}, back_id = {{4}};

struct asked {
    enum posting_side side;
    bool repayment;
    int64_t fen, whole_fen;
    struct shares principal;
};

static struct bk_posting post(struct world *world, const struct asked *asked) {
    struct bk_posting posting;
    const struct post_instruction instruction = {.transfer = draw_id,
                                                 .kind = asked->repayment ? TRANSFER_LOAN_REPAYMENT
                                                                          : TRANSFER_LOAN_OWN,
                                                 .side = asked->side,
                                                 .amount = {asked->fen, "CNY"},
                                                 .account_number = SPAN_LITERAL("OPEN1"),
                                                 .loan = {.loan = loan_id,
                                                          .product = SPAN_LITERAL("L-1"),
                                                          .repayment = asked->repayment,
                                                          .principal = asked->principal,
                                                          .amount = {asked->whole_fen, "CNY"}}};
    bk_books_post(&world->books, &instruction, true, NOW_MS, &posting);
    bk_db_commit(world->db);
    reopen(world);
    return posting;
}

/* A loan in which this bank is the partner. */
static void know(struct world *world) {
    const struct loan_view view = {.loan = {.id = loan_id,
                                            .link = link_id,
                                            .lead = LEAD,
                                            .product = "L-1",
                                            .terms = {.partner = OWN}}};
    struct buf row = {NULL, 0, 0};
    message_encode_loan_reply(&view, &row);
    bk_db_put(world->db, BK_LOANS, id_span(&loan_id), buf_span(&row));
    bk_db_commit(world->db);
    buf_deinit(&row);
}

static int64_t customer(const struct world *world) {
    return bk_accounts_find(&world->accounts, SPAN_LITERAL("OPEN1"))->balance_fen;
}

static int64_t product(const struct world *world) {
    const struct bk_account *account =
        bk_payees_find(&world->payees, BK_AT_PRODUCTS, SPAN_LITERAL("L-1"));
    return account != NULL ? account->balance_fen : 0;
}

static void expect(struct world *world, const struct asked *asked, const char *account,
                   int64_t customer_fen, int64_t product_fen, int64_t net_fen) {
    const struct bk_posting posting = post(world, asked);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    assert_string_equal(posting.account, account);
    assert_int_equal(posting.fen, asked->fen);
    assert_int_equal(customer(world), customer_fen);
    assert_int_equal(product(world), product_fen);
    assert_int_equal(bk_totals_net_fen(&world->books.totals), net_fen);
    close_world(world);
}

/* 500 are drawn, of which 350 come from the other lender. */
static void the_customer_is_paid_the_whole(void **state) {
    struct world world;
    const struct asked asked = {POSTING_CREDIT, false, 350, 500, {150, 350}};
    (void)state;
    open_world(&world);
    expect(&world, &asked, "OPEN1", 1500, -150, 350);
}

static void the_customer_pays_the_whole(void **state) {
    struct world world;
    const struct asked asked = {POSTING_DEBIT, true, 700, 1000, {300, 700}};
    (void)state;
    open_world(&world);
    expect(&world, &asked, "OPEN1", 0, 300, -700);
}

/* What the other lender gets would be there, and the whole is not. */
static void the_whole_must_be_there(void **state) {
    struct world world;
    const struct asked asked = {POSTING_DEBIT, true, 700, 1001, {301, 700}};
    const struct asked less = {POSTING_CREDIT, false, 700, 699, {0, 0}};
    (void)state;
    open_world(&world);
    struct bk_posting posting = post(&world, &asked);
    assert_int_equal(posting.outcome, POSTING_REFUSED);
    assert_string_equal(posting.reason, "AM04");
    close_world(&world);
    open_world(&world);
    posting = post(&world, &less);
    assert_string_equal(posting.reason, "AM12");
    assert_int_equal(customer(&world), 1000);
    assert_int_equal(product(&world), 0);
    close_world(&world);
}

static void the_share_of_another_banks_customer(void **state) {
    struct world world;
    const struct asked drawn = {POSTING_DEBIT, false, 5000, 9000, {5000, 4000}};
    const struct asked repaid = {POSTING_CREDIT, true, 210, 300, {210, 90}};
    (void)state;
    open_world(&world);
    expect(&world, &drawn, "L-1", 1000, -5000, -5000); /* it lends more than its customers have */
    open_world(&world);
    expect(&world, &repaid, "L-1", 1000, 210, 210);
}

/* So little that nothing of it is the other lender's. */
static void all_of_it_is_ours(void **state) {
    struct world world;
    const struct asked asked = {POSTING_DEBIT, true, 1, 1, {0, 1}};
    (void)state;
    open_world(&world);
    know(&world);
    const struct bk_posting posting = post(&world, &asked);
    assert_true(posting.fallback);
    assert_int_equal(customer(&world), 999);
    assert_int_equal(product(&world), 1);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), 0);
    assert_int_equal(world.books.totals.fell_back.count, 0);
    close_world(&world);
}

/* The instruction names an account of the link; it goes back to where it came from. */
static void what_comes_back_goes_to_the_product(void **state) {
    struct world world;
    const struct bk_debt debt = {.loan = loan_id, .link = link_id, .product = "L-1"};
    const struct bk_drawn drawn = {.loan = loan_id, .whole_fen = 500, .own_fen = 150};
    const struct post_instruction instruction = {.transfer = back_id,
                                                 .kind = TRANSFER_RETURN,
                                                 .side = POSTING_CREDIT,
                                                 .amount = {150, "CNY"},
                                                 .account_number = SPAN_LITERAL("OPEN1"),
                                                 .original = draw_id};
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    bk_debt_save(world.db, &debt);
    bk_drawn_save(world.db, &draw_id, &drawn);
    bk_db_commit(world.db);
    bk_books_post(&world.books, &instruction, true, NOW_MS, &posting);
    assert_string_equal(posting.account, "L-1");
    assert_int_equal(customer(&world), 1000);
    assert_int_equal(product(&world), 150);
    close_world(&world);
}

static void rows_come_back_as_they_were(void **state) {
    struct world world;
    const struct bk_debt debt = {.loan = loan_id,
                                 .link = link_id,
                                 .product = "L-1",
                                 .lent_fen = 1,
                                 .back_fen = 2,
                                 .paid_out_fen = 3,
                                 .paid_in_fen = 4,
                                 .decided = true};
    struct bk_debt debt_then;
    struct bk_drawn drawn = {loan_id, 5, 6, 7, true, true}, drawn_then;
    (void)state;
    open_world(&world);
    assert_false(bk_debt_find(world.db, &loan_id, &debt_then));
    assert_false(bk_drawn_find(world.db, &draw_id, &drawn_then));
    bk_debt_save(world.db, &debt);
    bk_drawn_save(world.db, &draw_id, &drawn);
    bk_db_commit(world.db);
    reopen(&world);
    assert_true(bk_debt_find(world.db, &loan_id, &debt_then));
    assert_true(id_equal(&debt_then.link, &link_id));
    assert_string_equal(debt_then.product, "L-1");
    assert_int_equal(debt_then.lent_fen * 1000 + debt_then.back_fen * 100 +
                         debt_then.paid_out_fen * 10 + debt_then.paid_in_fen,
                     1234);
    assert_true(debt_then.decided);
    assert_true(bk_drawn_find(world.db, &draw_id, &drawn_then));
    assert_int_equal(drawn_then.whole_fen * 100 + drawn_then.own_fen * 10 + drawn_then.moved_fen,
                     567);
    assert_true(drawn_then.credited && drawn_then.held_back);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_customer_is_paid_the_whole),
        cmocka_unit_test(the_customer_pays_the_whole),
        cmocka_unit_test(the_whole_must_be_there),
        cmocka_unit_test(the_share_of_another_banks_customer),
        cmocka_unit_test(all_of_it_is_ours),
        cmocka_unit_test(what_comes_back_goes_to_the_product),
        cmocka_unit_test(rows_come_back_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
