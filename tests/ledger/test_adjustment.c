/*
 * Adjustments: who may say what when, what is booked, how many there may be, and where it is kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

#define FEN 700

struct desk {
    struct world world;
    struct id transfer, inquiry; /* A's push to B of 100 fen, and A's case of it */
};

static void desk_init(struct desk *desk) {
    struct world *world = &desk->world;
    world_init(world);
    struct id link = world_link(world);
    desk->transfer = world_transfer_in(world, &link, TRANSFER_PUSH, 100, TRANSFER_ACCEPTED);
    struct open_case open = world_inquire(world, &desk->transfer, CASE_AMOUNT);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    desk->inquiry = world_case_view(world, world_one(world, EFFECT_REPLY)).inquiry;
}

static void desk_deinit(struct desk *desk) {
    laws_check(&desk->world);
    world_deinit(&desk->world);
}

/* B is to give back to A; asked by bank. */
static void propose(struct desk *desk, bank_code bank) {
    struct propose_adjustment ask =
        world_propose(&desk->world, &desk->inquiry, BANK_B, BANK_A, FEN);
    assert_int_equal(world_send(&desk->world, bank, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
}

static struct adjustment_view told(struct desk *desk) {
    return world_adjustment_view(&desk->world, world_one(&desk->world, EFFECT_REPLY));
}

static struct id proposed(struct desk *desk, bank_code bank) {
    propose(desk, bank);
    return told(desk).adjustment;
}

static void say(struct desk *desk, bank_code bank, const struct id *id, bool reject) {
    struct accept_adjustment word = world_accept(&desk->world, id, reject);
    assert_int_equal(world_send(&desk->world, bank, COMMAND_ACCEPT_ADJUSTMENT, &word), 0);
}

/* ---- one adjustment ---- */

static void check_notices(struct desk *desk, enum adjustment_state state) {
    assert_int_equal(world_count(&desk->world, EFFECT_NOTICE), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(&desk->world, EFFECT_NOTICE, i);
        assert_true(notice->bank == (i ? BANK_A : BANK_B));
        assert_int_equal(notice->message, MESSAGE_ADJUSTMENT_NOTICE);
        struct adjustment_view view = world_adjustment_view(&desk->world, notice);
        assert_int_equal(view.state, state);
        assert_int_equal(view.amount.fen, FEN);
        assert_true(span_equal(view.text, SPAN_LITERAL("We were paid too much.")));
    }
}

static void agreed_and_booked(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    propose(&desk, BANK_B);
    struct adjustment_view view = told(&desk);
    struct id id = view.adjustment;
    assert_true(id_equal(&view.inquiry, &desk.inquiry));
    assert_int_equal(view.state, ADJUSTMENT_PROPOSED);
    assert_true(view.debtor == BANK_B && view.creditor == BANK_A && view.proposed_by == BANK_B);
    assert_int_equal(view.proposed_at_ms, world->now_ms);
    assert_int_equal(view.expires_at_ms, world->now_ms + rules_compiled()->case_due_ms);
    assert_true(view.ended_at_ms == 0 && view.window == 0);
    check_notices(&desk, ADJUSTMENT_PROPOSED);
    assert_true(world_position(world, BANK_A).unsettled_net_fen == -100);
    laws_check(world);
    world->now_ms += MINUTE_MS;
    say(&desk, BANK_A, &id, false);
    view = told(&desk);
    assert_int_equal(view.state, ADJUSTMENT_BOOKED);
    assert_int_equal(view.ended_at_ms, world->now_ms);
    assert_int_equal(view.window, 1);
    check_notices(&desk, ADJUSTMENT_BOOKED);
    /* A paid 100 by the transfer, and gets 700 */
    assert_true(world_position(world, BANK_A).unsettled_net_fen == FEN - 100);
    assert_true(world_position(world, BANK_B).unsettled_net_fen == 100 - FEN);
    struct pair_net net = world_net(world, BANK_A, BANK_B);
    assert_true(net.net_fen == FEN - 100 && net.to_low_fen == FEN && net.count == 2);
    assert_true(world_pair(world, BANK_A, BANK_B).unsettled_fen == FEN - 100);
    laws_check(world);
    /* once: it moves no more */
    say(&desk, BANK_B, &id, true);
    world_expect_refused(world, REFUSAL_ADJUSTMENT_STATE, "adjustment_id");
    say(&desk, BANK_A, &id, false);
    world_expect_refused(world, REFUSAL_ADJUSTMENT_STATE, "adjustment_id");
    assert_true(world_position(world, BANK_A).unsettled_net_fen == FEN - 100);
    net = world_net(world, BANK_A, BANK_B);
    assert_true(net.net_fen == FEN - 100 && net.count == 2);
    laws_check_quiet(world);
    desk_deinit(&desk);
}

enum role { PROPOSER, OTHER, STRANGER, ROLES };

/* What a bank's word makes of one that waits: a state, or a refusal. */
static void try_word(struct desk *desk, bank_code proposer, enum role role, bool reject) {
    static const int after[ROLES][2] = {
        [PROPOSER] = {-(int)REFUSAL_ADJUSTMENT_ROLE, ADJUSTMENT_WITHDRAWN},
        [OTHER] = {ADJUSTMENT_BOOKED, ADJUSTMENT_REJECTED},
        [STRANGER] = {-(int)REFUSAL_NO_SUCH_ADJUSTMENT, -(int)REFUSAL_NO_SUCH_ADJUSTMENT},
    };
    bank_code banks[ROLES] = {proposer, proposer == BANK_A ? BANK_B : BANK_A, BANK_C};
    struct world *world = &desk->world;
    struct id id = proposed(desk, proposer);
    int64_t owed_fen = world_position(world, BANK_A).unsettled_net_fen;
    int wanted = after[role][reject];
    say(desk, banks[role], &id, reject);
    if (wanted < 0) {
        world_expect_refused(world, (enum refusal_code) - wanted, "adjustment_id");
        assert_int_equal(world_get_adjustment(world, &id).state, ADJUSTMENT_PROPOSED);
        say(desk, banks[PROPOSER], &id, true);
    } else {
        check_notices(desk, (enum adjustment_state)wanted);
        assert_int_equal(world_get_adjustment(world, &id).state, wanted);
        assert_true(world_get_adjustment(world, &id).entries[1].by == banks[role]);
    }
    owed_fen += wanted == ADJUSTMENT_BOOKED ? FEN : 0;
    assert_true(world_position(world, BANK_A).unsettled_net_fen == owed_fen);
    laws_check(world);
}

static void every_word_and_role(void **state) {
    (void)state;
    struct desk desk;
    desk_init(&desk);
    for (int by_debtor = 0; by_debtor < 2; by_debtor++) {
        for (int role = 0; role < ROLES; role++) {
            for (int reject = 0; reject < 2; reject++)
                try_word(&desk, by_debtor ? BANK_B : BANK_A, (enum role)role, reject != 0);
        }
    }
    desk_deinit(&desk);
}

/* ---- of which case ---- */

static void refused(struct desk *desk, bank_code bank, const struct propose_adjustment *ask,
                    enum refusal_code code, const char *field) {
    assert_int_equal(world_send(&desk->world, bank, COMMAND_PROPOSE_ADJUSTMENT, ask), 0);
    world_expect_refused(&desk->world, code, field);
}

static void of_a_case_of_both(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct propose_adjustment ask = world_propose(world, &desk.inquiry, BANK_A, BANK_B, FEN);
    refused(&desk, BANK_C, &ask, REFUSAL_NO_SUCH_CASE, "case_id");
    ask = world_propose(world, &desk.transfer, BANK_A, BANK_B, FEN);
    refused(&desk, BANK_A, &ask, REFUSAL_NO_SUCH_CASE, "case_id");
    ask = world_propose(world, &desk.inquiry, BANK_C, BANK_A, FEN);
    refused(&desk, BANK_A, &ask, REFUSAL_BANK_CODE_DEBTOR, "debtor_bank_code");
    ask = world_propose(world, &desk.inquiry, BANK_A, BANK_C, FEN);
    refused(&desk, BANK_A, &ask, REFUSAL_BANK_CODE_CREDITOR, "creditor_bank_code");
    ask = world_propose(world, &desk.inquiry, BANK_A, BANK_A, FEN);
    refused(&desk, BANK_A, &ask, REFUSAL_BANK_CODE_CREDITOR, "creditor_bank_code");
    struct answer_case word = world_reply(world, &desk.inquiry, CASE_ADMITTED);
    assert_int_equal(world_send(world, BANK_B, COMMAND_ANSWER_CASE, &word), 0);
    struct id id = proposed(&desk, BANK_B);
    word = world_close_case(world, &desk.inquiry);
    assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CASE, &word), 0);
    /* what waits may still be agreed on */
    say(&desk, BANK_A, &id, false);
    assert_int_equal(told(&desk).state, ADJUSTMENT_BOOKED);
    ask = world_propose(world, &desk.inquiry, BANK_A, BANK_B, FEN);
    refused(&desk, BANK_A, &ask, REFUSAL_CASE_STATE, "case_id");
    desk_deinit(&desk);
}

static void one_waits_and_so_many_there_are(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    for (uint32_t n = 1; n <= ADJUSTMENTS_OF_CASE_MAX; n++) {
        struct id id = proposed(&desk, n % 2 ? BANK_A : BANK_B);
        struct propose_adjustment ask = world_propose(world, &desk.inquiry, BANK_A, BANK_B, 1);
        refused(&desk, BANK_B, &ask,
                n < ADJUSTMENTS_OF_CASE_MAX ? REFUSAL_ADJUSTMENT_EXISTS : REFUSAL_ADJUSTMENTS,
                "case_id");
        struct inquiry_case inquiry = world_get_case(world, &desk.inquiry);
        assert_true(inquiry.adjustments == n && id_equal(&inquiry.adjustment, &id));
        say(&desk, n % 2 ? BANK_B : BANK_A, &id, true);
    }
    propose(&desk, BANK_A);
    world_expect_refused(world, REFUSAL_ADJUSTMENTS, "case_id");
    desk_deinit(&desk);
}

static void a_bank_that_is_suspended_agrees_to_nothing(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct id id = proposed(&desk, BANK_B);
    assert_int_equal(world_bank_disable(world, BANK_B), 0);
    say(&desk, BANK_A, &id, false);
    world_expect_refused(world, REFUSAL_PEER_SUSPENDED, "adjustment_id");
    say(&desk, BANK_A, &id, true);
    assert_int_equal(told(&desk).state, ADJUSTMENT_REJECTED);
    propose(&desk, BANK_A);
    world_expect_refused(world, REFUSAL_PEER_SUSPENDED, "case_id");
    desk_deinit(&desk);
}

/* ---- time ---- */

static void nobody_accepts_in_time(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct id ids[3];
    for (size_t i = 0; i < 3; i++) {
        ids[i] = proposed(&desk, BANK_B);
        world->now_ms = world_get_adjustment(world, &ids[i]).expires_at_ms;
        if (i == 0) { /* a tick; a word that comes too late; another proposal */
            assert_int_equal(world_tick(world), 0);
            check_notices(&desk, ADJUSTMENT_EXPIRED);
        } else if (i == 1) {
            say(&desk, BANK_A, &ids[i], false);
            const struct effect *reply = world_one(world, EFFECT_REPLY);
            world_check_refused(world, reply, REFUSAL_ADJUSTMENT_STATE, "adjustment_id");
        }
        laws_check(world);
    }
    (void)proposed(&desk, BANK_B);
    for (size_t i = 0; i < 3; i++) {
        struct adjustment adjustment = world_get_adjustment(world, &ids[i]);
        assert_int_equal(adjustment.state, ADJUSTMENT_EXPIRED);
        assert_true(adjustment.entries[1].by == 0);
    }
    assert_true(world_position(world, BANK_A).unsettled_net_fen == -100);
    desk_deinit(&desk);
}

/* ---- sums near their end ---- */

/* A bank's whole reservation must still find room when the adjustment has moved the sums. */
static void what_is_reserved_can_still_be_booked(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct id link = world_link(world);
    struct id pending = world_pending(world, &link, TRANSFER_PUSH, FEN_MAX - 100);
    struct propose_adjustment ask = world_propose(world, &desk.inquiry, BANK_A, BANK_B, 1);
    assert_int_equal(world_send(world, BANK_B, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
    struct id id = told(&desk).adjustment;
    say(&desk, BANK_A, &id, false);
    world_expect_refused(world, REFUSAL_AMOUNT_NEGATIVE, "adjustment_id");
    assert_int_equal(world_get_adjustment(world, &id).state, ADJUSTMENT_PROPOSED);
    laws_check(world);
    /* the other way it makes room, and the transfer is posted */
    say(&desk, BANK_B, &id, true);
    id = proposed(&desk, BANK_B);
    say(&desk, BANK_A, &id, false);
    assert_int_equal(told(&desk).state, ADJUSTMENT_BOOKED);
    struct posting_result posted = world_posted(world, &pending);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(world, &pending).state, TRANSFER_ACCEPTED);
    assert_true(world_position(world, BANK_A).unsettled_net_fen == FEN - FEN_MAX);
    /* beyond the end */
    ask = world_propose(world, &desk.inquiry, BANK_A, BANK_B, FEN_MAX);
    assert_int_equal(world_send(world, BANK_B, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
    id = told(&desk).adjustment;
    say(&desk, BANK_A, &id, false);
    world_expect_refused(world, REFUSAL_AMOUNT_NEGATIVE, "adjustment_id");
    desk_deinit(&desk);
}

/* ---- seeing, keeping, repeating ---- */

static void only_its_banks_see_it(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct get_adjustment get = {proposed(&desk, BANK_B)};
    static const bank_code banks[] = {BANK_A, BANK_B};
    for (size_t i = 0; i < 2; i++) {
        struct digest before = world_digest(world);
        assert_int_equal(world_send(world, banks[i], COMMAND_GET_ADJUSTMENT, &get), 0);
        struct adjustment_view shown = told(&desk);
        assert_true(id_equal(&shown.adjustment, &get.adjustment));
        struct digest now = world_digest(world);
        assert_true(digest_equal(&before, &now));
        struct get_case of = {desk.inquiry};
        assert_int_equal(world_send(world, banks[i], COMMAND_GET_CASE, &of), 0);
        struct case_view view = world_case_view(world, world_one(world, EFFECT_REPLY));
        assert_true(id_equal(&view.adjustment, &get.adjustment));
    }
    assert_int_equal(world_send(world, BANK_C, COMMAND_GET_ADJUSTMENT, &get), 0);
    world_expect_refused(world, REFUSAL_NO_SUCH_ADJUSTMENT, "adjustment_id");
    get.adjustment = desk.inquiry;
    assert_int_equal(world_send(world, BANK_A, COMMAND_GET_ADJUSTMENT, &get), 0);
    world_expect_refused(world, REFUSAL_NO_SUCH_ADJUSTMENT, "adjustment_id");
    desk_deinit(&desk);
}

static void a_text_is_sealed_and_comes_again(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct propose_adjustment ask = world_propose(world, &desk.inquiry, BANK_B, BANK_A, FEN);
    ask.text = SPAN_LITERAL("CANARY of the one");
    assert_int_equal(world_send(world, BANK_B, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
    struct id id = told(&desk).adjustment;
    say(&desk, BANK_A, &id, false);
    assert_false(world_keeps(world, SPAN_LITERAL("CANARY")));
    side_flush(&world->side);
    assert_false(world_keeps(world, SPAN_LITERAL("CANARY")));
    world_reopen(world);
    assert_int_equal(world_boot(world), 0);
    assert_int_equal(world_up(world, BANK_A), 0);
    assert_int_equal(world_fetch(world, BANK_A, 0, 100), 0);
    /* each notice as it was when it was given */
    size_t notices = world_count(world, EFFECT_NOTICE);
    static const enum adjustment_state states[] = {ADJUSTMENT_PROPOSED, ADJUSTMENT_BOOKED};
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, notices - 2 + i);
        struct adjustment_view view = world_adjustment_view(world, notice);
        assert_true(id_equal(&view.adjustment, &id));
        assert_int_equal(view.state, states[i]);
        assert_int_equal(view.window, i);
        assert_true((view.ended_at_ms != 0) == (i == 1));
        assert_true(span_equal(view.text, ask.text));
    }
    desk_deinit(&desk);
}

static void differs(struct desk *desk, const struct propose_adjustment *ask, const char *field) {
    refused(desk, BANK_B, ask, REFUSAL_DUPLICATE, field);
}

static void a_request_is_acted_on_once(void **state) {
    (void)state;
    struct desk desk;
    struct world *world = &desk.world;
    desk_init(&desk);
    struct propose_adjustment ask = world_propose(world, &desk.inquiry, BANK_B, BANK_A, FEN);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world_send(world, BANK_B, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
        assert_int_equal(told(&desk).replayed, i);
        assert_int_equal(world_count(world, EFFECT_NOTICE), i ? 0 : 2);
    }
    struct id id = told(&desk).adjustment;
    struct propose_adjustment other = ask;
    other.inquiry = desk.transfer;
    differs(&desk, &other, "case_id");
    other = ask;
    other.debtor = BANK_A;
    differs(&desk, &other, "debtor_bank_code");
    other = ask;
    other.creditor = BANK_C;
    differs(&desk, &other, "creditor_bank_code");
    other = ask;
    other.amount.fen++;
    differs(&desk, &other, "amount.fen");
    other = ask;
    other.text = SPAN_LITERAL("else");
    differs(&desk, &other, "text");
    struct accept_adjustment word = world_accept(world, &id, false);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(world_send(world, BANK_A, COMMAND_ACCEPT_ADJUSTMENT, &word), 0);
        assert_int_equal(told(&desk).replayed, i);
        assert_int_equal(told(&desk).state, ADJUSTMENT_BOOKED);
    }
    assert_true(world_position(world, BANK_A).unsettled_net_fen == FEN - 100);
    word.reject = true;
    assert_int_equal(world_send(world, BANK_A, COMMAND_ACCEPT_ADJUSTMENT, &word), 0);
    world_expect_refused(world, REFUSAL_DUPLICATE, "reject");
    word.adjustment = desk.inquiry;
    assert_int_equal(world_send(world, BANK_A, COMMAND_ACCEPT_ADJUSTMENT, &word), 0);
    world_expect_refused(world, REFUSAL_DUPLICATE, "adjustment_id");
    /* the proposal's answer, as it stands now */
    assert_int_equal(world_send(world, BANK_B, COMMAND_PROPOSE_ADJUSTMENT, &ask), 0);
    assert_int_equal(told(&desk).state, ADJUSTMENT_BOOKED);
    desk_deinit(&desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agreed_and_booked),
        cmocka_unit_test(every_word_and_role),
        cmocka_unit_test(of_a_case_of_both),
        cmocka_unit_test(one_waits_and_so_many_there_are),
        cmocka_unit_test(a_bank_that_is_suspended_agrees_to_nothing),
        cmocka_unit_test(nobody_accepts_in_time),
        cmocka_unit_test(what_is_reserved_can_still_be_booked),
        cmocka_unit_test(only_its_banks_see_it),
        cmocka_unit_test(a_text_is_sealed_and_comes_again),
        cmocka_unit_test(a_request_is_acted_on_once),
    };
    return cmocka_run_group_tests_name("adjustment", tests, NULL, NULL);
}
