/*
 * Every kind of transfer goes its ways and no others; what the instructed bank is told of the two
 * sides; what holds block of it; and what falls back to the Class I account.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/kinds.h"
#include "ledger/laws.h"

#define OUT CLASS_FLOW_OUT

static struct world world;

static int set_up(void **state) {
    (void)state;
    kinds_init(&world);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    laws_check(&world);
    world_deinit(&world);
    return 0;
}

static struct id in_person(void) {
    return kinds_link(&world, ACCOUNT_CLASS_II, ACCOUNT_OPENING_FACE_TO_FACE);
}

static bool is(struct span number, const char *text) {
    return span_equal(number, span_text(text));
}

/* Each kind, each direction, each bank: granted where the table has a way. */
static void each_way_and_no_other(void **state) {
    (void)state;
    struct id link = in_person();
    for (int kind = TRANSFER_BOUND_PAIR; kind < TRANSFER_KINDS; kind++) {
        for (int n = 0; n < 4; n++) {
            enum transfer_direction direction = n % 2 ? TRANSFER_PULL : TRANSFER_PUSH;
            enum account_class submitter = n / 2 ? ACCOUNT_CLASS_I : ACCOUNT_CLASS_II;
            const struct transfer_way *way =
                transfer_way((enum transfer_kind)kind, direction, submitter);
            struct transfer_way other = {(enum transfer_kind)kind,
                                         direction,
                                         submitter,
                                         transfer_kind_other((enum transfer_kind)kind),
                                         0,
                                         transfer_kind_other((enum transfer_kind)kind) !=
                                             CLASS_FLOW_NONE,
                                         transfer_kind_merchant((enum transfer_kind)kind),
                                         false,
                                         false,
                                         CLASS_FREE,
                                         CLASS_FREE,
                                         CLASS_FREE};
            struct submit_transfer request = kinds_request(&world, &link, way ? way : &other, 100);
            bank_code bank = submitter == ACCOUNT_CLASS_I ? BANK_B : BANK_A;
            assert_int_equal(world_send(&world, bank, COMMAND_SUBMIT_TRANSFER, &request), 0);
            if (transfer_kind_made((enum transfer_kind)kind))
                world_expect_refused(&world, REFUSAL_KIND_INTERNAL, "kind");
            else if (way && !way->made)
                assert_int_equal(world_count(&world, EFFECT_SEND), 1);
            else
                world_expect_refused(
                    &world, kind == TRANSFER_RETURN ? REFUSAL_KIND_DISABLED : REFUSAL_PAYMENT,
                    kind == TRANSFER_RETURN ? "kind" : "direction");
        }
    }
}

/* Which accounts the instructed bank is told, and which one of the link's is debited. */
static void both_sides_of_each_way(void **state) {
    (void)state;
    const struct transfer_way *way;
    struct id link = in_person();
    struct link_private secret = world_get_private(&world, &link);
    struct span class1 = arena_copy(&world.arena, secret.class1_number);
    struct span class2 = arena_copy(&world.arena, secret.class2_number);
    for (size_t i = 0; (way = transfer_way_at(i)) != NULL; i++) {
        if (way->made)
            continue;
        struct submit_transfer request = kinds_request(&world, &link, way, 100);
        assert_int_equal(
            world_send(&world, kinds_submitter(way), COMMAND_SUBMIT_TRANSFER, &request), 0);
        struct post_instruction told = world_instruction(&world);
        bool out = (way->direction == TRANSFER_PUSH) == (way->submitter == ACCOUNT_CLASS_II);
        struct span there = class1;
        if (way->third_party && way->flow != CLASS_FLOW_NONE)
            there = way->flow == OUT ? request.creditor_account : request.debtor_account;
        bool to_class2 = way->submitter == ACCOUNT_CLASS_I;
        assert_int_equal(told.side,
                         way->direction == TRANSFER_PUSH ? POSTING_CREDIT : POSTING_DEBIT);
        assert_true(span_equal(told.account_number, to_class2 ? class2 : there));
        assert_true(span_equal(told.counterparty_account_number, to_class2 ? there : class2));
        assert_int_equal(told.has_merchant, way->merchant);
        money_answer(&world, &told.transfer, POSTING_POSTED);
        struct transfer now = world_get_transfer(&world, &told.transfer);
        assert_int_equal(now.class2_pays, out);
        assert_int_equal(now.limited, way->class2_in_person != CLASS_FREE);
        assert_int_equal(now.counted, way->scope != 0);
        assert_int_equal(transfer_account_debited(&now),
                         way->fallback ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_NONE);
        struct id back = money_return_pending(&world, &told.transfer, 100);
        struct post_instruction returned = world_instruction(&world);
        assert_int_equal(returned.side, POSTING_CREDIT);
        assert_true(span_equal(returned.account_number, out ? class2 : there));
        assert_true(span_equal(returned.counterparty_account_number, out ? there : class2));
        money_answer(&world, &back, POSTING_POSTED);
    }
}

/* Somebody else's account stands sealed, and in no row in the clear. */
static void another_s_account_is_sealed(void **state) {
    (void)state;
    struct id link = in_person();
    struct id id = kinds_granted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 100);
    struct span record = money_record(&world, &id);
    struct span number = span_text("62280000000000025");
    assert_true(is(span_text(world_get_transfer(&world, &id).other_account), "62280000000000025"));
    for (size_t i = 0; i + number.size <= record.size; i++)
        assert_memory_not_equal(record.data + i, number.data, number.size);
}

/* A hold blocks what touches its side: of each way the link's accounts that it moves. */
static void holds_block_what_is_touched(void **state) {
    (void)state;
    const struct transfer_way *way;
    for (size_t i = 0; (way = transfer_way_at(i)) != NULL; i++) {
        if (way->made)
            continue;
        for (enum hold_block block = HOLD_BLOCK_DEBIT_CLASS1; block <= HOLD_BLOCK_CREDIT_CLASS2;
             block++) {
            struct id link = in_person();
            bool out = (way->direction == TRANSFER_PUSH) == (way->submitter == ACCOUNT_CLASS_II);
            bool class1 = way->scope != 0, class2 = way->flow != CLASS_FLOW_NONE;
            bool touched = (block == HOLD_BLOCK_DEBIT_CLASS1 && class1 && !out) ||
                           (block == HOLD_BLOCK_CREDIT_CLASS1 && class1 && out) ||
                           (block == HOLD_BLOCK_DEBIT_CLASS2 && class2 && out) ||
                           (block == HOLD_BLOCK_CREDIT_CLASS2 && class2 && !out);
            (void)world_placed(&world, BANK_A, &link, HOLD_BY_BANK, HOLD_BLOCK_BIT(block));
            struct submit_transfer request = kinds_request(&world, &link, way, 1);
            assert_int_equal(
                world_send(&world, kinds_submitter(way), COMMAND_SUBMIT_TRANSFER, &request), 0);
            if (touched)
                world_expect_refused(&world, REFUSAL_LINK_SUSPENDED, "link_id");
            else
                assert_int_equal(world_count(&world, EFFECT_SEND), 1);
        }
    }
}

/* ---- what falls back ---- */

static struct id with_fallback(const struct agreed_limits *limits) {
    struct id id = money_link(&world, limits);
    struct link link = world_get_link(&world, &id);
    link.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY_FALLBACK);
    world_put_link(&world, &link);
    return id;
}

static bool same_position(const struct position *a, const struct position *b) {
    return a->reserved_outgoing_fen == b->reserved_outgoing_fen &&
           a->unsettled_net_fen == b->unsettled_net_fen;
}

/* One instruction, nothing owed, whatever becomes of it. */
static void falls_back_to_the_class1_account(void **state) {
    (void)state;
    static const enum posting_outcome outcomes[] = {POSTING_POSTED, POSTING_REFUSED,
                                                    POSTING_UNDONE};
    for (size_t i = 0; i < 3; i++) {
        struct id link = with_fallback(&(struct agreed_limits){0});
        struct link_private secret = world_get_private(&world, &link);
        struct span class1 = arena_copy(&world.arena, secret.class1_number);
        (void)kinds_granted(&world, &link, TRANSFER_BILL, OUT, 999999);
        struct position before = world_position(&world, BANK_A);
        struct position other = world_position(&world, BANK_B);
        struct id id = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 2);
        struct post_instruction told = world_instruction(&world);
        assert_true(told.fallback && told.side == POSTING_DEBIT && told.amount.fen == 2);
        assert_true(span_equal(told.account_number, class1) && told.has_merchant);
        assert_true(told.creditor_bank == BANK_C && told.creditor_account_number.size > 0);
        assert_true(kinds_taken(&world, &link, BUCKET_OUT) == 999999);
        assert_true(money_usage(&world, &link).day_fen == 2);
        laws_check(&world);
        money_answer(&world, &id, outcomes[i]);
        struct transfer_view view = money_told(&world, 0);
        assert_true(view.fallback && view.account_debited == ACCOUNT_CLASS_I && view.window == 0);
        assert_true(view.debtor_bank == BANK_B && view.creditor_bank == BANK_B);
        struct position after = world_position(&world, BANK_A);
        assert_true(same_position(&before, &after));
        after = world_position(&world, BANK_B);
        assert_true(same_position(&other, &after));
        assert_true(money_usage(&world, &link).day_fen == (i == 0 ? 2 : 0));
        (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT,
                            1); /* the last fen is still there */
        laws_check(&world);
    }
}

static void what_falls_back_is_not_returned(void **state) {
    (void)state;
    struct id link = with_fallback(&(struct agreed_limits){0});
    struct id id = kinds_posted(&world, &link, TRANSFER_PAYMENT, OUT, 1000001);
    money_ask_return(&world, BANK_B, &id, 1);
    world_expect_refused(&world, REFUSAL_FALLBACK, "transfer_id");
}

/* Without the scope, for other kinds, above the agreed limit, with the Class I account held: not. */
static void what_does_not_fall_back(void **state) {
    (void)state;
    struct id plain = money_link(&world, &(struct agreed_limits){0});
    kinds_refused(&world, &plain, TRANSFER_PAYMENT, OUT, 1000001, REFUSAL_BUCKET);
    struct id link = with_fallback(&(struct agreed_limits){0, 1000001, 0, 0});
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1000001, REFUSAL_BUCKET);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1000002, REFUSAL_AGREED_DAY);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000001);
    struct id held = with_fallback(&(struct agreed_limits){0});
    (void)world_placed(&world, BANK_B, &held, HOLD_BY_COURT,
                       HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1));
    kinds_refused(&world, &held, TRANSFER_PAYMENT, OUT, 1000001, REFUSAL_LINK_SUSPENDED);
    (void)kinds_granted(&world, &held, TRANSFER_PAYMENT, OUT, 1000000);
}

/* A hold that comes later bars it on the side that it moves. */
static void a_freeze_bars_what_fell_back(void **state) {
    (void)state;
    struct id link = with_fallback(&(struct agreed_limits){0});
    struct id back = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000001);
    struct id straight = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1);
    (void)world_placed(&world, BANK_A, &link, HOLD_BY_COURT,
                       HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1));
    assert_true(world_get_transfer(&world, &back).cancel);
    assert_false(world_get_transfer(&world, &straight).cancel);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(each_way_and_no_other),
        CASE(both_sides_of_each_way),
        CASE(another_s_account_is_sealed),
        CASE(holds_block_what_is_touched),
        CASE(falls_back_to_the_class1_account),
        CASE(what_falls_back_is_not_returned),
        CASE(what_does_not_fall_back),
        CASE(a_freeze_bars_what_fell_back),
    };
    return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
