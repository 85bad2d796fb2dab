/*
 * Returns: together at most the original, along its way only, without asking for limits or a live
 * link; what is given up gives room again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/laws.h"
#include "ledger/money.h"

/* A pull of A's from B's customer: A is the creditor. */
static struct id pulled(struct world *world, struct id *link_out, int64_t fen) {
    world_init(world);
    *link_out = world_link(world);
    return world_transfer_in(world, link_out, TRANSFER_PULL, fen, TRANSFER_ACCEPTED);
}

static void the_money_goes_back(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    struct link_private secret = world_get_private(&world, &link);
    money_ask_return(&world, BANK_A, &original, 200);
    struct post_instruction instruction = world_instruction(&world);
    assert_int_equal(instruction.kind, TRANSFER_RETURN);
    assert_int_equal(instruction.side, POSTING_CREDIT);
    assert_true(id_equal(&instruction.original, &original));
    assert_true(span_equal(instruction.return_reason, SPAN_LITERAL("CUST")));
    assert_true(span_equal(instruction.account_number, secret.class1_number));
    assert_true(span_equal(instruction.counterparty_account_number, secret.class2_number));
    assert_true(world_one(&world, EFFECT_SEND)->bank == BANK_B);
    struct id back = instruction.transfer;
    assert_true(world_get_transfer(&world, &original).returned_fen == 200);
    assert_int_equal(world_position(&world, BANK_A).reserved_outgoing_fen, 200);
    laws_check(&world);

    money_answer(&world, &back, POSTING_POSTED);
    const struct effect *told = world_one(&world, EFFECT_ANSWER);
    assert_int_equal(told->message, MESSAGE_SUBMIT_RETURN);
    struct transfer_view view = world_transfer_view(&world, told);
    assert_int_equal(view.state, TRANSFER_ACCEPTED);
    assert_int_equal(view.kind, TRANSFER_RETURN);
    assert_true(id_equal(&view.original, &original));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2); /* of the return itself */
    struct transfer now = world_get_transfer(&world, &original);
    assert_int_equal(now.state, TRANSFER_ACCEPTED);
    assert_true(now.returned_fen == 200 && now.came_back_fen == 200);
    const struct history_entry *last = &now.history.entries[now.history.count - 1];
    assert_int_equal(last->event, TRANSFER_EVENT_RETURNED);
    assert_true(id_equal(&last->about, &back));
    assert_string_equal(last->reason, "CUST");
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 300);
    laws_check(&world);
    world_deinit(&world);
}

static void of_a_push_it_is_the_other_bank_s(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id original = world_transfer_in(&world, &link, TRANSFER_PUSH, 50, TRANSFER_ACCEPTED);
    money_ask_return(&world, BANK_A, &original, 1);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    money_ask_return(&world, BANK_C, &original, 1);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    struct id back = money_return_pending(&world, &original, 50);
    assert_true(world_get_transfer(&world, &back).instructed == BANK_A);
    money_answer(&world, &back, POSTING_POSTED);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void never_more_than_the_original(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    money_ask_return(&world, BANK_A, &original, 501);
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    money_ask_return(&world, BANK_A, &original, FEN_MAX);
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    struct id first = money_return_pending(&world, &original, 300);
    money_ask_return(&world, BANK_A, &original, 300); /* both at once: one of them */
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    struct id second = money_return_pending(&world, &original, 200);
    money_ask_return(&world, BANK_A, &original, 1);
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    money_answer(&world, &second, POSTING_POSTED);
    money_expire(&world, &first); /* may have been posted: stays taken */
    money_ask_return(&world, BANK_A, &original, 1);
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    laws_check(&world);
    money_answer(&world, &first, POSTING_NOT_SEEN);
    assert_true(world_get_transfer(&world, &original).returned_fen == 200);
    struct id third = money_return_pending(&world, &original, 300);
    money_answer(&world, &third, POSTING_REFUSED);
    struct id fourth = money_return_pending(&world, &original, 300);
    money_answer(&world, &fourth, POSTING_POSTED);
    struct transfer now = world_get_transfer(&world, &original);
    assert_true(now.returned_fen == 500 && now.came_back_fen == 500);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void only_of_what_was_accepted(void **state) {
    (void)state;
    static const enum transfer_state others[] = {TRANSFER_PENDING, TRANSFER_UNKNOWN,
                                                 TRANSFER_REJECTED, TRANSFER_CANCELLED};
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (size_t i = 0; i < 4; i++) {
        struct id id = world_transfer_in(&world, &link, TRANSFER_PULL, 5, others[i]);
        money_ask_return(&world, BANK_A, &id, 1);
        world_expect_refused(&world, REFUSAL_TRANSFER_STATE, "transfer_id");
    }
    struct id original = world_transfer_in(&world, &link, TRANSFER_PULL, 5, TRANSFER_ACCEPTED);
    struct id back = money_return_pending(&world, &original, 5);
    money_answer(&world, &back, POSTING_POSTED);
    money_ask_return(&world, BANK_B, &back, 1);
    world_expect_refused(&world, REFUSAL_RETURN_OF_RETURN, "transfer_id");
    struct id nowhere = original;
    nowhere.bytes[0] ^= 1;
    money_ask_return(&world, BANK_A, &nowhere, 1);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    laws_check(&world);
    world_deinit(&world);
}

static void the_link_need_not_live(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSED);
    struct id back = money_return_pending(&world, &original, 500);
    laws_check(&world);
    money_answer(&world, &back, POSTING_POSTED);
    assert_int_equal(world_get_transfer(&world, &back).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void a_closing_link_waits_for_it(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    struct id back = money_return_pending(&world, &original, 100);
    struct close_link close = world_close(&world, &link);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSING);
    struct id more = money_return_pending(&world, &original, 400);
    money_answer(&world, &back, POSTING_POSTED);
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSING);
    money_answer(&world, &more, POSTING_REFUSED);
    assert_int_equal(world_get_link(&world, &link).state, LINK_CLOSED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void the_other_bank_must_be_there(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    assert_int_equal(world_down(&world, BANK_B), 0);
    money_ask_return(&world, BANK_A, &original, 500);
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE_CREDITOR, "");
    assert_true(world_get_transfer(&world, &original).returned_fen == 0);
    laws_check(&world);
    world_deinit(&world);
}

/* The same request again is answered by the return; with other content it says what differs. */
static void again(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 500);
    struct id other = world_transfer_in(&world, &link, TRANSFER_PULL, 9, TRANSFER_ACCEPTED);
    struct submit_return request = money_return(&world, &original, 100);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &request), 0);
    struct id back = world_instruction(&world).transfer;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &request), 0);
    struct transfer_view view = money_reply(&world);
    assert_true(view.replayed && id_equal(&view.transfer, &back));
    struct get_transfer get = {.request = request.request};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    view = money_reply(&world);
    assert_true(id_equal(&view.transfer, &back));

    struct submit_return changed = request;
    changed.transfer = other;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &changed), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "transfer_id");
    changed = request;
    changed.amount.fen++;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &changed), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "amount.fen");
    changed = request;
    changed.end_to_end_id = SPAN_LITERAL("x");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &changed), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "end_to_end_id");
    changed = request;
    changed.reason = SPAN_LITERAL("AC04");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &changed), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "reason");
    assert_true(world_get_transfer(&world, &original).returned_fen == 100);

    request = money_return(&world, &original, 5000); /* one that is refused */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &request), 0);
    world_expect_refused(&world, REFUSAL_RETURN_EXCEEDS, "amount.fen");
    changed = request;
    changed.transfer = other;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_RETURN, &changed), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "transfer_id");
    get.request = request.request; /* it made no transfer */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "request_id");
    laws_check(&world);
    world_deinit(&world);
}

/* Many small ones: the oldest of the original's life move to rows of their own, and none is lost. */
static void a_long_life(void **state) {
    (void)state;
    struct world world;
    struct id link;
    struct id original = pulled(&world, &link, 60);
    for (int i = 0; i < 60; i++) {
        struct id back = money_return_pending(&world, &original, 1);
        money_answer(&world, &back, POSTING_POSTED);
    }
    struct transfer now = world_get_transfer(&world, &original);
    assert_int_equal(history_length(&now.history), 4 + 60);
    assert_true(now.came_back_fen == 60);
    laws_check(&world);
    world_deinit(&world);
}

static void a_payment_comes_back_to_the_account_that_paid(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    struct submit_transfer payment = money_payment(&world, &link, 80);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &payment), 0);
    struct id paid = world_instruction(&world).transfer;
    money_answer(&world, &paid, POSTING_POSTED);
    money_ask_return(&world, BANK_A, &paid, 80);
    struct link_private secret = world_get_private(&world, &link);
    struct post_instruction instruction = world_instruction(&world);
    assert_true(span_equal(instruction.account_number, secret.class1_number));
    assert_int_equal(instruction.side, POSTING_CREDIT);
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_money_goes_back),
        cmocka_unit_test(of_a_push_it_is_the_other_bank_s),
        cmocka_unit_test(never_more_than_the_original),
        cmocka_unit_test(only_of_what_was_accepted),
        cmocka_unit_test(the_link_need_not_live),
        cmocka_unit_test(a_closing_link_waits_for_it),
        cmocka_unit_test(the_other_bank_must_be_there),
        cmocka_unit_test(again),
        cmocka_unit_test(a_long_life),
        cmocka_unit_test(a_payment_comes_back_to_the_account_that_paid),
    };
    return cmocka_run_group_tests_name("return", tests, NULL, NULL);
}
