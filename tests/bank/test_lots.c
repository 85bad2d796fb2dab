/*
 * The issuer's side of orders over a real store that is closed and opened again: what a posting pays
 * for, in house and from another bank; rows of lots, of what is sold and of words; units and interest.
 */
#include <string.h>

#include "bank/lots.h"
#include "bank/till.h"

static const struct id order_id = {{1}}, link_id = {{2}}, transfer_id = {{3}};

static struct bk_posting pay(struct world *world, enum posting_side side, bank_code issuer) {
    struct bk_posting posting;
    const struct post_instruction instruction = {
        .transfer = transfer_id,
        .kind = TRANSFER_ORDER_BUY,
        .side = side,
        .amount = {400, "CNY"},
        .account_number = SPAN_LITERAL("OPEN1"),
        .order = {.order = order_id, .issuer = issuer, .product = SPAN_LITERAL("W-1")}};
    bk_books_post(&world->books, &instruction, true, NOW_MS, &posting);
    bk_db_commit(world->db);
    reopen(world);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    return posting;
}

static int64_t customer(const struct world *world) {
    return bk_accounts_find(&world->accounts, SPAN_LITERAL("OPEN1"))->balance_fen;
}

static int64_t product(const struct world *world) {
    const struct bk_account *account =
        bk_payees_find(&world->payees, BK_AT_PRODUCTS, SPAN_LITERAL("W-1"));
    return account != NULL ? account->balance_fen : 0;
}

static void a_push_pays_the_product(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct bk_posting posting = pay(&world, POSTING_CREDIT, OWN);
    assert_string_equal(posting.account, "W-1");
    assert_false(posting.fallback);
    assert_int_equal(customer(&world), 1000);
    assert_int_equal(product(&world), 400);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), 400);
    close_world(&world);
}

static void a_customer_of_the_issuer_pays_in_house(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct bk_posting posting = pay(&world, POSTING_DEBIT, OWN);
    assert_string_equal(posting.account, "OPEN1");
    assert_true(posting.fallback);
    assert_int_equal(customer(&world), 600);
    assert_int_equal(product(&world), 400);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), 0);
    assert_int_equal(world.books.totals.fell_back.count, 0);
    close_world(&world);
}

static void another_banks_product_is_a_debit(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_false(pay(&world, POSTING_DEBIT, OWN + 1).fallback);
    assert_int_equal(customer(&world), 600);
    assert_int_equal(product(&world), 0);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -400);
    close_world(&world);
}

/* The bank stands in for what its products owe beyond what was paid for them. */
static void a_product_may_owe(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct bk_account *product_account = bk_payees_product(&world.payees, SPAN_LITERAL("W-1"));
    assert_true(bk_books_hold(product_account, 70));
    bk_books_pushed(&world.books, product_account, 70, TRANSFER_ORDER_PAYOUT);
    struct bk_account *account = bk_accounts_find(&world.accounts, SPAN_LITERAL("OPEN1"));
    bk_books_move(&world.books, product_account, account, 30);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(product(&world), -100);
    assert_int_equal(customer(&world), 1030);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -70);
    assert_null(bk_payees_product(&world.payees, span_of(NULL, 0)));
    close_world(&world);
}

static size_t row_of(const struct world *world, enum bk_table table, const struct id *key,
                     uint8_t bytes[256]) {
    struct span row;
    assert_true(bk_db_get(world->db, table, id_span(key), &row));
    assert_true(row.size <= 256);
    memcpy(bytes, row.data, row.size);
    return row.size;
}

static void rows_come_back_as_they_were(void **state) {
    const struct bk_lot lot = {.order = order_id,
                               .link = link_id,
                               .funding = transfer_id,
                               .kind = PRODUCT_FUND,
                               .product = "W-1",
                               .account = "OPEN1",
                               .amount_fen = 1,
                               .decided = true,
                               .confirmed_fen = 2,
                               .price = 3,
                               .refund_fen = 4,
                               .refunded_fen = 5,
                               .paid_out_fen = 6,
                               .units = 7,
                               .taken_units = 8,
                               .done = BK_LOT_ANSWERED,
                               .number = 9};
    const struct bk_order_word word = {
        .order = order_id, .product = "W-1", .what = 1, .units = 2, .price = 3, .fen = 4};
    const struct product sold = {
        .code = "W-1", .version = 3, .terms = {.kind = PRODUCT_DEPOSIT, .rate = 4, .term_days = 5}};
    struct bk_lot lot_then;
    struct bk_order_word word_then;
    struct bk_offered offered;
    struct world world;
    (void)state;
    open_world(&world);
    bk_lot_save(world.db, &lot);
    bk_order_word_save(world.db, &link_id, &word);
    bk_offered_save(world.db, &sold);
    bk_db_commit(world.db);
    reopen(&world);
    assert_true(bk_lot_paid_by(world.db, &transfer_id, &lot_then));
    assert_string_equal(lot_then.account, "OPEN1");
    assert_int_equal(lot_then.taken_units + lot_then.number, 8 + 9);
    uint8_t before[256], after[256];
    size_t size = row_of(&world, BK_LOTS, &order_id, before);
    bk_lot_save(world.db, &lot_then);
    assert_int_equal(row_of(&world, BK_LOTS, &order_id, after), size);
    assert_memory_equal(before, after, size);
    assert_true(bk_order_word_find(world.db, &link_id, &word_then));
    size = row_of(&world, BK_ORDER_WORDS, &link_id, before);
    bk_order_word_save(world.db, &link_id, &word_then);
    assert_int_equal(row_of(&world, BK_ORDER_WORDS, &link_id, after), size);
    assert_memory_equal(before, after, size);
    assert_true(bk_offered_find(world.db, SPAN_LITERAL("W-1"), &offered));
    assert_int_equal(offered.kind, PRODUCT_DEPOSIT);
    assert_int_equal(offered.version + offered.rate + offered.term_days, 12);
    bk_order_word_forget(world.db, &link_id);
    assert_false(bk_order_word_find(world.db, &link_id, &word_then));
    assert_false(bk_lot_find(world.db, &link_id, &lot_then));
    assert_false(bk_offered_find(world.db, SPAN_LITERAL("W-2"), &offered));
    assert_false(bk_lot_read(SPAN_LITERAL("short"), &lot_then));
    close_world(&world);
}

static void counts_units_and_interest(void **state) {
    (void)state;
    assert_int_equal(bk_units_for(80000, 1250000), 6400000);
    assert_int_equal(bk_units_for(1, 1000000), 100);
    assert_int_equal(bk_units_for(0, 1), 0);
    assert_int_equal(bk_units_for(1, 0), 0);
    assert_int_equal(bk_units_for(INT64_MAX, 1), 0);
    assert_int_equal(bk_interest_for(1000000, 36500, 1), 100);
    assert_int_equal(bk_interest_for(999999, 36500, 1), 99);
    assert_int_equal(bk_interest_for(1000000, 18000, 365), 18000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_push_pays_the_product),
        cmocka_unit_test(a_customer_of_the_issuer_pays_in_house),
        cmocka_unit_test(another_banks_product_is_a_debit),
        cmocka_unit_test(a_product_may_owe),
        cmocka_unit_test(rows_come_back_as_they_were),
        cmocka_unit_test(counts_units_and_interest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
