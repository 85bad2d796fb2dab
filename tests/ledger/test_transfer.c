/*
 * SubmitTransfer: what is instructed, and every reason for which nothing is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world.h"

static void submit(struct world *world, bank_code bank, const struct submit_transfer *request) {
    assert_int_equal(world_send(world, bank, COMMAND_SUBMIT_TRANSFER, request), 0);
}

/* Push and pull, from either bank of the link. */
static void each_bank_pushes_and_pulls(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct link_private numbers = world_get_private(&world, &link);
    struct span a_number = arena_copy(&world.arena, numbers.class2_number);
    struct span b_number = arena_copy(&world.arena, numbers.class1_number);
    for (int n = 0; n < 4; n++) {
        bool push = n & 1;
        bank_code own = n & 2 ? BANK_B : BANK_A;
        bank_code other = n & 2 ? BANK_A : BANK_B;
        struct submit_transfer request =
            world_submit(&world, &link, push ? TRANSFER_PUSH : TRANSFER_PULL, 1000 + n);
        bool a_pays = push == (own == BANK_A);
        request.debtor_account = a_pays ? a_number : b_number;
        request.creditor_account = a_pays ? b_number : a_number;
        request.purpose = SPAN_LITERAL("SAVG");
        world.timeout_ms = 4000;
        int64_t reserved = world_position(&world, a_pays ? BANK_A : BANK_B).reserved_outgoing_fen;
        submit(&world, own, &request);
        assert_int_equal(world.effects->count, 2);
        const struct effect *wait = world_one(&world, EFFECT_WAIT);
        assert_true(wait->bank == own && id_equal(&wait->request, &request.request));
        assert_int_equal(wait->origin.kind, ORIGIN_BANK);
        const struct effect *send = world_one(&world, EFFECT_SEND);
        assert_true(send->bank == other);
        assert_int_equal(send->deadline_ms, world.now_ms + 4000);
        struct post_instruction order = world_instruction(&world);
        assert_true(id_equal(&order.transfer, &send->exchange));
        assert_true(id_equal(&order.link, &link));
        assert_int_equal(order.side, push ? POSTING_CREDIT : POSTING_DEBIT);
        assert_int_equal(order.amount.fen, 1000 + n);
        assert_true(span_equal(order.account_number, own == BANK_A ? b_number : a_number));
        assert_true(
            span_equal(order.counterparty_account_number, own == BANK_A ? a_number : b_number));
        assert_true(order.counterparty_bank == own);
        assert_true(span_equal(order.end_to_end_id, request.end_to_end_id));
        assert_true(span_equal(order.purpose, request.purpose));
        assert_true(span_equal(order.remittance, request.remittance));
        assert_true(span_equal(order.debtor_name, request.debtor_name));
        assert_true(span_equal(order.channel, request.channel));
        assert_true(span_equal(order.authentication, request.authentication));
        assert_int_equal(order.kind, TRANSFER_BOUND_PAIR);

        struct transfer transfer = world_get_transfer(&world, &order.transfer);
        assert_true(transfer.submitter == own && transfer.instructed == other);
        assert_true(transfer.debtor_bank == (a_pays ? BANK_A : BANK_B));
        assert_true(transfer.creditor_bank == (a_pays ? BANK_B : BANK_A));
        assert_int_equal(transfer.state, TRANSFER_PENDING);
        assert_int_equal(transfer.history.count, 3);
        assert_int_equal(transfer.history.entries[0].state, TRANSFER_RECEIVED);
        assert_int_equal(transfer.history.entries[1].state, TRANSFER_RESERVED);
        assert_int_equal(transfer.history.entries[2].state, TRANSFER_PENDING);
        assert_int_equal(world_position(&world, transfer.debtor_bank).reserved_outgoing_fen,
                         reserved + 1000 + n);
        struct span kept;
        assert_int_equal(store_get_transfer_kept(world.store, &order.transfer, &kept), 0);
        assert_true(span_equal(kept, send->payload));
    }
    world_deinit(&world);
}

static void timeouts_keep_within_bounds(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    const struct rules *rules = rules_compiled();
    const struct {
        uint32_t asked;
        int64_t given;
    } rows[] = {
        {0, rules->transfer_timeout_ms},
        {1, rules->transfer_timeout_min_ms},
        {3000, 3000},
        {UINT32_MAX, rules->transfer_timeout_max_ms},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        world.timeout_ms = rows[i].asked;
        (void)world_pending(&world, &link, TRANSFER_PUSH, 1);
        assert_int_equal(world_one(&world, EFFECT_SEND)->deadline_ms, world.now_ms + rows[i].given);
    }
    world_deinit(&world);
}

/* A refused submission leaves its row in the replay table and nothing else. */
static void expect_nothing_made(struct world *world, const struct position *a,
                                const struct position *b) {
    struct position now_a = world_position(world, BANK_A);
    struct position now_b = world_position(world, BANK_B);
    struct transfer transfer;
    assert_int_equal(now_a.reserved_outgoing_fen, a->reserved_outgoing_fen);
    assert_int_equal(now_b.reserved_outgoing_fen, b->reserved_outgoing_fen);
    assert_int_equal(store_next_transfer(world->store, NULL, &transfer), STORE_ABSENT);
}

static void expect_refusal(struct world *world, bank_code bank,
                           const struct submit_transfer *request, enum refusal_code code,
                           const char *field) {
    struct position a = world_position(world, BANK_A);
    struct position b = world_position(world, BANK_B);
    submit(world, bank, request);
    world_expect_refused(world, code, field);
    assert_false(world_one(world, EFFECT_REPLY)->refusal.replayed);
    expect_nothing_made(world, &a, &b);
    /* an id that was refused stays refused */
    submit(world, bank, request);
    world_expect_refused(world, code, field);
    assert_true(world_one(world, EFFECT_REPLY)->refusal.replayed);
}

static void refused_for_the_link(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id nowhere = link;
    nowhere.bytes[15] ^= 1;
    struct submit_transfer request = world_submit(&world, &nowhere, TRANSFER_PUSH, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_NO_SUCH_LINK, "link_id");
    request = world_submit(&world, &link, TRANSFER_PUSH, 1);
    expect_refusal(&world, BANK_C, &request, REFUSAL_NO_SUCH_LINK, "link_id");
    struct link frozen = world_get_link(&world, &link);
    frozen.frozen = true;
    world_put_link(&world, &frozen);
    expect_refusal(&world, BANK_A, &request, REFUSAL_FROZEN, "link_id");
    world_deinit(&world);
}

static void refused_in_each_other_state(void **state) {
    (void)state;
    static const enum refusal_code codes[LINK_STATES] = {
        [LINK_REQUESTED] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_VERIFYING] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_AWAITING_AUTHENTICATION] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_SUSPENDED] = REFUSAL_LINK_SUSPENDED,
        [LINK_CLOSED] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_PENDING_ACTIVATION] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_REJECTED] = REFUSAL_LINK_NOT_ACTIVE,
        [LINK_EXPIRED] = REFUSAL_LINK_NOT_ACTIVE,
    };
    struct world world;
    world_init(&world);
    for (int from = LINK_REQUESTED; from < LINK_STATES; from++) {
        if (!codes[from]) /* ACTIVE; CLOSING needs an open transfer: test_closing.c */
            continue;
        struct id link = world_link_in(&world, (enum link_state)from);
        struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, 1);
        expect_refusal(&world, BANK_A, &request, codes[from], "link_id");
        request = world_submit(&world, &link, TRANSFER_PULL, 1);
        expect_refusal(&world, BANK_B, &request, codes[from], "link_id");
    }
    world_deinit(&world);
}

static void refused_for_scope_kind_and_limit(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct link record = world_get_link(&world, &link);
    record.limits.single_fen = 1000;
    world_put_link(&world, &record);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PULL, 1001);
    expect_refusal(&world, BANK_A, &request, REFUSAL_AGREED_LIMIT, "amount.fen");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    world_make_payment(&request);
    expect_refusal(&world, BANK_A, &request, REFUSAL_SCOPE, "link_id");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    request.kind = TRANSFER_RETURN; /* SubmitReturn is for that */
    expect_refusal(&world, BANK_A, &request, REFUSAL_KIND_DISABLED, "kind");
    record.scopes = LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    world_put_link(&world, &record);
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_SCOPE, "link_id");
    record.scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT);
    world_put_link(&world, &record);
    request = world_submit(&world, &link, TRANSFER_PULL, 1000); /* inclusive */
    submit(&world, BANK_A, &request);
    (void)world_instruction(&world);
    record.limits.single_fen = 0; /* none */
    world_put_link(&world, &record);
    (void)world_pending(&world, &link, TRANSFER_PULL, FEN_MAX / 2);
    world_deinit(&world);
}

static void expect_refused_here(struct world *world, bank_code bank,
                                const struct submit_transfer *request, enum refusal_code code,
                                const char *field) {
    submit(world, bank, request);
    world_expect_refused(world, code, field);
}

/* What a hold blocks is refused, on whichever side; everything else of a SUSPENDED link goes on. */
static void holds_block_their_sides(void **state) {
    (void)state;
    enum { PUSH, PULL, PAYMENT, WAYS };
    static const bool blocked[HOLD_BLOCK_ORDERS + 1][WAYS] = {
        [HOLD_BLOCK_DEBIT_CLASS1] = {false, true, true},
        [HOLD_BLOCK_CREDIT_CLASS1] = {true, false, false},
        [HOLD_BLOCK_DEBIT_CLASS2] = {true, false, false},
        [HOLD_BLOCK_CREDIT_CLASS2] = {false, true, false},
        [HOLD_BLOCK_ORDERS] = {false, false, false},
    };
    struct world world;
    world_init(&world);
    struct id link = world_link_in(&world, LINK_SUSPENDED);
    struct link record = world_get_link(&world, &link);
    record.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    record.hold_count = 1;
    for (int block = HOLD_BLOCK_DEBIT_CLASS1; block <= HOLD_BLOCK_ORDERS; block++) {
        record.holds[0].blocks = HOLD_BLOCK_BIT(block);
        world_put_link(&world, &record);
        for (int way = 0; way < WAYS; way++) {
            struct submit_transfer request =
                world_submit(&world, &link, way == PUSH ? TRANSFER_PUSH : TRANSFER_PULL, 1);
            if (way == PAYMENT)
                world_make_payment(&request);
            if (blocked[block][way]) {
                expect_refused_here(&world, BANK_A, &request, REFUSAL_LINK_SUSPENDED, "link_id");
            } else {
                submit(&world, BANK_A, &request);
                (void)world_instruction(&world);
            }
        }
    }
    world_deinit(&world);
}

static void a_payment_names_payee_and_merchant(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct link record = world_get_link(&world, &link);
    record.scopes = LINK_SCOPE_BIT(LINK_SCOPE_PAY); /* and not COLLECT */
    world_put_link(&world, &record);
    struct submit_transfer payment = world_submit(&world, &link, TRANSFER_PULL, 5);
    world_make_payment(&payment);
    submit(&world, BANK_A, &payment);
    struct post_instruction instruction = world_instruction(&world);
    struct link_private numbers = world_get_private(&world, &link);
    assert_int_equal(instruction.kind, TRANSFER_PAYMENT);
    assert_int_equal(instruction.side, POSTING_DEBIT);
    assert_true(span_equal(instruction.account_number, numbers.class1_number));
    assert_true(span_equal(instruction.creditor_account_number, payment.creditor_account));
    assert_true(instruction.creditor_bank == payment.creditor_bank);
    assert_true(instruction.has_merchant);
    assert_true(span_equal(instruction.merchant.id, payment.merchant.id));
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PULL, 1);
    expect_refused_here(&world, BANK_A, &request, REFUSAL_SCOPE, "link_id");
    request = world_submit(&world, &link, TRANSFER_PUSH, 1);
    world_make_payment(&request);
    expect_refused_here(&world, BANK_B, &request, REFUSAL_PAYMENT, "direction");
    request = world_submit(&world, &link, TRANSFER_PULL, 1); /* by the Class I bank: of its own */
    world_make_payment(&request);
    expect_refused_here(&world, BANK_B, &request, REFUSAL_PAYMENT, "direction");
    world_deinit(&world);
}

static void refused_for_another_s_account(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct link_private numbers = world_get_private(&world, &link);
    struct span a_number = arena_copy(&world.arena, numbers.class2_number);
    struct span b_number = arena_copy(&world.arena, numbers.class1_number);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, 1);
    request.debtor_account = b_number; /* A's customer pays */
    expect_refusal(&world, BANK_A, &request, REFUSAL_ACCOUNT_DEBTOR, "debtor.account_number");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    request.creditor_account = b_number;
    expect_refusal(&world, BANK_A, &request, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    request.debtor_account = b_number;
    request.creditor_account = SPAN_LITERAL("62170000999999999999");
    expect_refusal(&world, BANK_A, &request, REFUSAL_ACCOUNT_CREDITOR, "creditor.account_number");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    request.debtor_account = a_number; /* submitted by B, who pulls from A */
    request.creditor_account = b_number;
    submit(&world, BANK_B, &request);
    (void)world_instruction(&world);
    world_deinit(&world);
}

/* Money is reserved for what a bank does not answer, and it is asked for ever: no more of it than
 * a bound. Others are served. */
static void refused_for_a_bank_that_does_not_answer(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct bank_counters counters = world_counters(&world, BANK_B);
    counters.unanswered = rules_compiled()->unanswered_per_bank;
    store_put_bank_counters(world.store, BANK_B, &counters);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_UNANSWERED, "link_id");
    request = world_submit(&world, &link, TRANSFER_PUSH, 1); /* B's own, that A must answer */
    submit(&world, BANK_B, &request);
    (void)world_instruction(&world);
    counters = world_counters(&world, BANK_B);
    counters.unanswered--;
    store_put_bank_counters(world.store, BANK_B, &counters);
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    submit(&world, BANK_A, &request);
    (void)world_instruction(&world);
    counters.unanswered++;
    assert_int_equal(world_counters(&world, BANK_B).unanswered, counters.unanswered);
    world_deinit(&world);
}

static void refused_for_the_other_bank(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    assert_int_equal(world_down(&world, BANK_B), 0);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_BANK_OFFLINE_CREDITOR, "");
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&world, BANK_B), 0);
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_PEER_SUSPENDED, "link_id");
    struct link stray = world_get_link(&world, &link); /* of a bank that is not registered */
    stray.class1_bank = BANK_D;
    world_put_link(&world, &stray);
    request = world_submit(&world, &link, TRANSFER_PULL, 1);
    expect_refusal(&world, BANK_A, &request, REFUSAL_PEER_SUSPENDED, "link_id");
    world_deinit(&world);
}

static void accept(struct world *world, const struct id *transfer) {
    struct posting_result posted = world_posted(world, transfer);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(world, transfer).state, TRANSFER_ACCEPTED);
}

static void the_largest_amount_does_not_wrap(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id largest = world_pending(&world, &link, TRANSFER_PUSH, FEN_MAX);
    assert_true(world_position(&world, BANK_A).reserved_outgoing_fen == FEN_MAX);
    struct id other = world_link(&world); /* of whose limits nothing is used */
    struct submit_transfer request = world_submit(&world, &other, TRANSFER_PUSH, 1);
    submit(&world, BANK_A, &request);
    world_expect_refused(&world, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    accept(&world, &largest);
    assert_true(world_position(&world, BANK_A).unsettled_net_fen == -FEN_MAX);
    assert_true(world_position(&world, BANK_B).unsettled_net_fen == FEN_MAX);

    /* once more the same way would wrap when it is posted, so it is not instructed */
    const int64_t amounts[] = {FEN_MAX, 2};
    for (size_t i = 0; i < 2; i++) {
        request = world_submit(&world, &other, TRANSFER_PUSH, amounts[i]);
        submit(&world, BANK_A, &request);
        world_expect_refused(&world, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    }
    assert_int_equal(world_position(&world, BANK_A).reserved_outgoing_fen, 0);

    /* and back */
    struct id back = world_pending(&world, &other, TRANSFER_PULL, FEN_MAX);
    accept(&world, &back);
    struct pair_net net = world_net(&world, BANK_A, BANK_B);
    assert_true(net.net_fen == 0 && net.to_low_fen == FEN_MAX && net.to_high_fen == FEN_MAX);
    world_deinit(&world);
}

/* What is open already counts as posted. */
static void open_transfers_leave_less_room(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    const int64_t quarter = INT64_C(1) << 61;
    struct id first = world_pending(&world, &link, TRANSFER_PUSH, 2 * quarter);
    accept(&world, &first);
    struct id second = world_pending(&world, &link, TRANSFER_PUSH, quarter);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, quarter);
    submit(&world, BANK_A, &request);
    world_expect_refused(&world, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    struct id third = world_pending(&world, &link, TRANSFER_PUSH, quarter - 1);
    accept(&world, &third);
    accept(&world, &second);
    assert_true(world_position(&world, BANK_A).unsettled_net_fen == -FEN_MAX);
    world_deinit(&world);
}

/* Also where the nets are even, and the sums of the pair are not. */
static void open_transfers_leave_less_room_in_the_pair(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    const int64_t quarter = INT64_C(1) << 61;
    struct id there = world_pending(&world, &link, TRANSFER_PUSH, 2 * quarter);
    accept(&world, &there);
    link = world_link(&world);
    struct id back = world_pending(&world, &link, TRANSFER_PULL, 2 * quarter);
    accept(&world, &back);
    link = world_link(&world);
    struct id first = world_pending(&world, &link, TRANSFER_PUSH, quarter);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PUSH, quarter);
    submit(&world, BANK_A, &request);
    world_expect_refused(&world, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    struct id second = world_pending(&world, &link, TRANSFER_PUSH, quarter - 1);
    accept(&world, &second);
    accept(&world, &first);
    world_deinit(&world);
}

static void get_by_either_id(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct submit_transfer request = world_submit(&world, &link, TRANSFER_PULL, 77);
    submit(&world, BANK_A, &request);
    struct id id = world_instruction(&world).transfer;
    struct get_transfer get = {.transfer = id};
    const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(world_send(&world, banks[i], COMMAND_GET_TRANSFER, &get), 0);
        struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_REPLY));
        assert_true(id_equal(&view.transfer, &id));
        assert_int_equal(view.state, TRANSFER_PENDING);
        assert_int_equal(view.amount.fen, 77);
        assert_true(view.debtor_bank == BANK_B && view.creditor_bank == BANK_A);
        assert_true(span_equal(view.end_to_end_id, request.end_to_end_id));
        assert_int_equal(view.deadline_ms, world.now_ms + rules_compiled()->transfer_timeout_ms);
        assert_false(view.replayed);
    }
    assert_int_equal(world_send(&world, BANK_C, COMMAND_GET_TRANSFER, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    get.transfer.bytes[15] ^= 1;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");

    get = (struct get_transfer){.request = request.request};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(id_equal(&view.transfer, &id));
    assert_int_equal(world_send(&world, BANK_B, COMMAND_GET_TRANSFER, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "request_id");
    get.request = world_get_link(&world, &link).open_request; /* a request, but of a link */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "request_id");
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bank_pushes_and_pulls),
        cmocka_unit_test(timeouts_keep_within_bounds),
        cmocka_unit_test(refused_for_the_link),
        cmocka_unit_test(refused_in_each_other_state),
        cmocka_unit_test(refused_for_scope_kind_and_limit),
        cmocka_unit_test(holds_block_their_sides),
        cmocka_unit_test(a_payment_names_payee_and_merchant),
        cmocka_unit_test(refused_for_another_s_account),
        cmocka_unit_test(refused_for_a_bank_that_does_not_answer),
        cmocka_unit_test(refused_for_the_other_bank),
        cmocka_unit_test(the_largest_amount_does_not_wrap),
        cmocka_unit_test(open_transfers_leave_less_room),
        cmocka_unit_test(open_transfers_leave_less_room_in_the_pair),
        cmocka_unit_test(get_by_either_id),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
