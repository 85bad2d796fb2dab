/*
 * The rules of posting over a real store that is closed and opened again: an id is decided once,
 * whatever comes later; an inquiry and a cancellation bar; nothing is posted after its validity;
 * what payments and returns leave behind.
 */
#include <string.h>

#include "bank/outbox.h"
#include "bank/till.h"

static struct post_instruction instruct(uint16_t id, enum posting_side side, const char *account,
                                        int64_t fen) {
    return (struct post_instruction){.transfer = id_make(NOW_MS, 1, id),
                                     .side = side,
                                     .amount = {fen, "CNY"},
                                     .account_number = span_text(account)};
}

static struct bk_posting post(struct world *world, const struct post_instruction *instruction) {
    struct bk_posting posting;
    bk_books_post(&world->books, instruction, true, NOW_MS, &posting);
    return posting;
}

static int64_t balance(const struct world *world, const char *account) {
    return bk_accounts_find(&world->accounts, span_text(account))->balance_fen;
}

static void posts_once(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 400);
    struct bk_posting first = post(&world, &debit);
    assert_int_equal(first.outcome, POSTING_POSTED);
    assert_string_equal(first.book_date, "2026-12-31");
    assert_int_equal(strlen(first.reference), 34);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 600);
    /* The same id again, with other content even, posts nothing. */
    debit.amount.fen = 1;
    struct bk_posting second = post(&world, &debit);
    assert_memory_equal(&first, &second, sizeof(first));
    assert_int_equal(balance(&world, "OPEN1"), 600);
    assert_int_equal(world.books.totals.paid.count, 1);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -400);
    close_world(&world);
}

static void forgets_what_was_not_committed(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    bk_db_commit(world.db);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 400);
    struct bk_posting posting = post(&world, &debit);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 1000);
    assert_false(bk_books_find(&world.books, &debit.transfer, &posting));
    assert_int_equal(world.books.totals.paid.count, 0);
    close_world(&world);
}

static void refuses_with_the_right_code(void **state) {
    static const struct {
        enum posting_side side;
        const char *account;
        int64_t fen;
        const char *reason;
    } cases[] = {
        {POSTING_DEBIT, "OPEN1", 1001, "AM04"},  {POSTING_DEBIT, "NOBODY", 1, "AC02"},
        {POSTING_CREDIT, "NOBODY", 1, "AC03"},   {POSTING_DEBIT, "CLOSED1", 1, "AC05"},
        {POSTING_CREDIT, "CLOSED1", 1, "AC07"},  {POSTING_DEBIT, "BLOCKED1", 1, "AC06"},
        {POSTING_CREDIT, "BLOCKED1", 1, "AC06"}, {POSTING_CREDIT, "OPEN1", 0, "AM01"},
        {POSTING_CREDIT, "OPEN1", -1, "AM12"},   {POSTING_CREDIT, "OPEN1", INT64_MAX, "AM12"},
        {POSTING_CREDIT, "SMALL3", 2, "RR04"},
    };
    struct world world;
    (void)state;
    open_world(&world);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct post_instruction instruction =
            instruct((uint16_t)i, cases[i].side, cases[i].account, cases[i].fen);
        struct bk_posting posting = post(&world, &instruction);
        assert_int_equal(posting.outcome, POSTING_REFUSED);
        assert_string_equal(posting.reason, cases[i].reason);
    }
    struct post_instruction last = instruct(100, POSTING_CREDIT, "SMALL3", 1);
    assert_int_equal(post(&world, &last).outcome, POSTING_POSTED);
    last = instruct(101, POSTING_DEBIT, "OPEN1", 1000);
    memcpy(last.amount.currency, "USD", 4);
    assert_string_equal(post(&world, &last).reason, "AM03");
    last = instruct(102, POSTING_DEBIT, "OPEN1", 1000);
    assert_int_equal(post(&world, &last).outcome, POSTING_POSTED);
    close_world(&world);
}

static void refusals_stay(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1001);
    const struct post_instruction credit = instruct(2, POSTING_CREDIT, "OPEN1", 500);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    assert_int_equal(post(&world, &credit).outcome, POSTING_POSTED);
    bk_db_commit(world.db);
    reopen(&world);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    assert_int_equal(balance(&world, "OPEN1"), 1500);
    close_world(&world);
}

static void never_posts_after_validity(void **state) {
    struct world world;
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1);
    bk_books_post(&world.books, &debit, false, NOW_MS, &posting);
    assert_int_equal(posting.outcome, POSTING_REFUSED);
    assert_string_equal(posting.reason, "AB06");
    assert_int_equal(post(&world, &debit).outcome, POSTING_REFUSED);
    assert_int_equal(balance(&world, "OPEN1"), 1000);
    close_world(&world);
}

static void bars_what_it_has_not_seen(void **state) {
    struct world world;
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 1);
    const struct post_instruction other = instruct(2, POSTING_DEBIT, "OPEN1", 1);
    assert_int_equal(post(&world, &other).outcome, POSTING_POSTED);
    bk_books_inquire(&world.books, &debit.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_NOT_SEEN);
    bk_books_inquire(&world.books, &other.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_POSTED);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(post(&world, &debit).outcome, POSTING_NOT_SEEN);
    bk_books_inquire(&world.books, &debit.transfer, &posting);
    assert_int_equal(posting.outcome, POSTING_NOT_SEEN);
    assert_int_equal(balance(&world, "OPEN1"), 999);
    close_world(&world);
}

static void holds_before_a_push(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    struct bk_account *account = bk_accounts_find(&world.accounts, span_text("OPEN1"));
    assert_true(bk_books_hold(account, 700));
    assert_false(bk_books_hold(account, 301));
    const struct post_instruction debit = instruct(1, POSTING_DEBIT, "OPEN1", 301);
    assert_string_equal(post(&world, &debit).reason, "AM04");
    bk_books_pushed(&world.books, account, 700, TRANSFER_BOUND_PAIR);
    assert_int_equal(account->balance_fen, 300);
    assert_int_equal(account->held_fen, 0);
    assert_true(bk_books_hold(account, 300));
    bk_books_release(account, 300);
    bk_books_pulled(&world.books, account, 50, TRANSFER_BOUND_PAIR);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), -650);
    bk_db_commit(world.db);
    reopen(&world);
    assert_int_equal(balance(&world, "OPEN1"), 350);
    close_world(&world);
}

static struct bk_item push_of(struct world *world, uint16_t id, int64_t fen) {
    return (struct bk_item){.durable = true,
                            .id = id_make(NOW_MS, 2, id),
                            .kind = MESSAGE_SUBMIT_TRANSFER,
                            .direction = TRANSFER_PUSH,
                            .fen = fen,
                            .account = bk_accounts_find(&world->accounts, span_text("OPEN1"))};
}

static void outbox_survives(void **state) {
    struct world world;
    struct bk_outbox outbox;
    (void)state;
    open_world(&world);
    bk_outbox_open(&outbox, world.db, &world.accounts, &world.payees);
    struct bk_item spec = push_of(&world, 1, 600);
    assert_non_null(bk_outbox_add(&outbox, &spec, SPAN_LITERAL("the same bytes")));
    spec = push_of(&world, 2, 100);
    struct bk_item *second = bk_outbox_add(&outbox, &spec, SPAN_LITERAL("x"));
    const struct bk_done done = {.kind = MESSAGE_SUBMIT_TRANSFER, .state = TRANSFER_REJECTED};
    bk_outbox_finish(&outbox, second, &done);
    bk_db_commit(world.db);
    bk_outbox_deinit(&outbox);
    reopen(&world);
    bk_outbox_open(&outbox, world.db, &world.accounts, &world.payees);
    assert_int_equal(outbox.count, 1);
    assert_int_equal(bk_accounts_find(&world.accounts, span_text("OPEN1"))->held_fen, 600);
    struct bk_item *item = bk_outbox_next(&outbox);
    assert_true(span_equal(span_of(item->payload, item->size), SPAN_LITERAL("the same bytes")));
    assert_int_equal(item->sends, 2);
    assert_null(bk_outbox_next(&outbox));
    struct bk_done found;
    assert_true(bk_done_find(world.db, &spec.id, &found));
    assert_int_equal(found.state, TRANSFER_REJECTED);
    assert_true(bk_outbox_knows(&outbox, &item->id));
    /* Decided while it was on its way: it goes with its answer. */
    bk_outbox_finish(&outbox, item, &done);
    assert_int_equal(outbox.count, 1);
    assert_true(bk_outbox_returned(&outbox, item));
    assert_int_equal(outbox.count, 0);
    bk_outbox_deinit(&outbox);
    close_world(&world);
}

static void keeps_what_a_payment_was_for(void **state) {
    struct world world;
    struct bk_posting found;
    (void)state;
    open_world(&world);
    struct post_instruction payment = instruct(1, POSTING_DEBIT, "OPEN1", 400);
    payment.kind = TRANSFER_PAYMENT;
    payment.has_merchant = true;
    payment.merchant = (struct merchant){.name = SPAN_LITERAL("Tea House"),
                                         .id = SPAN_LITERAL("M1"),
                                         .category_code = SPAN_LITERAL("5812")};
    payment.creditor_name = SPAN_LITERAL("Tea House Ltd");
    payment.creditor_bank = 999100000038;
    payment.creditor_account_number = SPAN_LITERAL("PAYEE1");
    assert_int_equal(post(&world, &payment).outcome, POSTING_POSTED);
    bk_db_commit(world.db);
    reopen(&world);
    assert_true(bk_books_find(&world.books, &payment.transfer, &found));
    assert_string_equal(found.merchant_name, "Tea House");
    assert_string_equal(found.merchant_id, "M1");
    assert_string_equal(found.payee_name, "Tea House Ltd");
    assert_string_equal(found.payee_account, "PAYEE1");
    assert_int_equal(found.payee_bank, 999100000038);
    assert_int_equal(world.books.totals.spent.fen, 400);
    assert_int_equal(world.books.totals.paid.fen, 400);
    close_world(&world);
}

static void credits_what_comes_back(void **state) {
    struct world world;
    struct bk_posting found;
    (void)state;
    open_world(&world);
    struct post_instruction back = instruct(2, POSTING_CREDIT, "OPEN1", 150);
    back.kind = TRANSFER_RETURN;
    back.original = id_make(NOW_MS, 1, 1);
    assert_int_equal(post(&world, &back).outcome, POSTING_POSTED);
    assert_true(bk_books_find(&world.books, &back.transfer, &found));
    assert_true(id_equal(&found.original, &back.original));
    assert_int_equal(balance(&world, "OPEN1"), 1150);
    assert_int_equal(world.books.totals.refunded.fen, 150);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), 150);
    close_world(&world);
}

static void bars_by_cancellation(void **state) {
    struct world world;
    struct bk_posting posting;
    (void)state;
    open_world(&world);
    const struct post_instruction posted = instruct(1, POSTING_DEBIT, "OPEN1", 100);
    const struct post_instruction waits = instruct(2, POSTING_DEBIT, "OPEN1", 100);
    const struct post_instruction unseen = instruct(3, POSTING_DEBIT, "OPEN1", 100);
    assert_int_equal(post(&world, &posted).outcome, POSTING_POSTED);
    for (int i = 0; i < 2; i++) {
        bk_books_cancel(&world.books, &posted.transfer, false, &posting);
        assert_int_equal(posting.outcome, POSTING_POSTED);
        bk_books_cancel(&world.books, &waits.transfer, i == 0, &posting);
        assert_int_equal(posting.outcome, POSTING_UNDONE);
        bk_books_cancel(&world.books, &unseen.transfer, i == 1, &posting);
        assert_int_equal(posting.outcome, POSTING_NOT_SEEN);
        bk_db_commit(world.db);
        reopen(&world);
    }
    assert_int_equal(post(&world, &waits).outcome, POSTING_UNDONE);
    assert_int_equal(post(&world, &unseen).outcome, POSTING_NOT_SEEN);
    assert_int_equal(balance(&world, "OPEN1"), 900);
    close_world(&world);
}

static void pays_payees_and_takes_back(void **state) {
    struct world world;
    const struct span number = SPAN_LITERAL("PAYEE1");
    (void)state;
    open_world(&world);
    assert_null(bk_payees_take(&world.payees, 0, number, number));
    assert_null(bk_payees_take(&world.payees, 999100000038, SPAN_LITERAL("x"), number));
    struct bk_account *payee =
        bk_payees_take(&world.payees, 999100000038, number, SPAN_LITERAL("Tea House"));
    assert_ptr_equal(bk_payees_take(&world.payees, 999100000038, number, number), payee);
    bk_books_pulled(&world.books, payee, 500, TRANSFER_PAYMENT);
    assert_true(bk_books_hold(payee, 200));
    bk_books_pushed(&world.books, payee, 200, TRANSFER_RETURN);
    bk_db_commit(world.db);
    reopen(&world);
    payee = bk_payees_find(&world.payees, 999100000038, number);
    assert_non_null(payee);
    assert_int_equal(payee->balance_fen, 300);
    assert_string_equal(payee->name, "Tea House");
    assert_null(bk_payees_find(&world.payees, 999100000020, number));
    assert_int_equal(world.books.totals.payments.fen, 500);
    assert_int_equal(world.books.totals.returned.fen, 200);
    assert_int_equal(bk_totals_net_fen(&world.books.totals), 300);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_once),
        cmocka_unit_test(forgets_what_was_not_committed),
        cmocka_unit_test(refuses_with_the_right_code),
        cmocka_unit_test(refusals_stay),
        cmocka_unit_test(never_posts_after_validity),
        cmocka_unit_test(bars_what_it_has_not_seen),
        cmocka_unit_test(holds_before_a_push),
        cmocka_unit_test(outbox_survives),
        cmocka_unit_test(keeps_what_a_payment_was_for),
        cmocka_unit_test(credits_what_comes_back),
        cmocka_unit_test(bars_by_cancellation),
        cmocka_unit_test(pays_payees_and_takes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
