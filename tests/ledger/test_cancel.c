/*
 * Cancellations: in every state, raced with every answer in both orders, many at once, and what goes
 * out to the instructed bank instead of the instruction. Whatever is asked, the bank's first definite
 * word decides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/handler.h"
#include "ledger/laws.h"
#include "ledger/money.h"

static struct id pulled(struct world *world) {
    world_init(world);
    struct id link = world_link(world);
    return world_pending(world, &link, TRANSFER_PULL, 500);
}

/* CancelPosting goes out, in the place of whatever did. */
static void expect_barring(struct world *world, const struct id *id, const char *reason) {
    const struct effect *effect = world_one(world, EFFECT_INQUIRE);
    struct cancel_posting cancel;
    assert_int_equal(effect->message, MESSAGE_CANCEL_POSTING);
    assert_true(id_equal(&effect->exchange, id));
    assert_true(effect->bank == BANK_B);
    assert_int_equal(partner_decode_cancel_posting(effect->payload, &world->arena, &cancel), 0);
    assert_true(id_equal(&cancel.transfer, id));
    assert_true(span_equal(cancel.reason, span_text(reason)));
    assert_int_equal(world_count(world, EFFECT_SEND), 0);
}

static void it_waits_for_the_bank_s_word(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    struct id submitted = world_get_transfer(&world, &id).request;
    world.now_ms += 10;
    struct cancel_transfer cancel = money_cancel(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &cancel), 0);
    expect_barring(&world, &id, "DS02");
    assert_true(id_equal(&world_one(&world, EFFECT_WAIT)->request, &cancel.request));
    assert_int_equal(world_count(&world, EFFECT_REPLY), 0);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_int_equal(transfer.state, TRANSFER_PENDING);
    assert_int_equal(transfer.cancel_asked_at_ms, world.now_ms);
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CANCEL_ASKED), 1);
    struct span kept; /* nothing that could be sent again */
    assert_int_equal(store_get_transfer_kept(world.store, &id, &kept), STORE_ABSENT);
    laws_check(&world);

    money_answer(&world, &id, POSTING_NOT_SEEN); /* it bars: that counts, before any deadline */
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 2);
    const struct effect *first = world_effect(&world, EFFECT_ANSWER, 0);
    const struct effect *second = world_effect(&world, EFFECT_ANSWER, 1);
    assert_true(id_equal(&first->request, &submitted));
    assert_int_equal(first->message, MESSAGE_SUBMIT_TRANSFER);
    assert_true(id_equal(&second->request, &cancel.request));
    assert_int_equal(second->message, MESSAGE_CANCEL_TRANSFER);
    struct transfer_view view = world_transfer_view(&world, second);
    assert_int_equal(view.state, TRANSFER_CANCELLED);
    assert_true(span_equal(view.reason, SPAN_LITERAL("DS02")));
    assert_true(view.cancel_requested_at_ms > 0);
    (void)world_one(&world, EFFECT_DONE);
    laws_check_quiet(&world);

    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &cancel), 0);
    view = money_reply(&world);
    assert_true(view.replayed && view.state == TRANSFER_CANCELLED);
    world_deinit(&world);
}

static const struct {
    enum posting_outcome word;
    enum transfer_state state;
} outcomes[] = {
    {POSTING_POSTED, TRANSFER_ACCEPTED},
    {POSTING_REFUSED, TRANSFER_REJECTED},
    {POSTING_NOT_SEEN, TRANSFER_CANCELLED},
    {POSTING_UNDONE, TRANSFER_CANCELLED},
};
#define OUTCOMES (sizeof outcomes / sizeof outcomes[0])

/* Cancel first, then the answer; and the answer first. late: past the deadline. */
static void raced_with_every_answer(void **state) {
    (void)state;
    for (size_t i = 0; i < OUTCOMES; i++) {
        for (int late = 0; late < 2; late++) {
            struct world world;
            struct id id = pulled(&world);
            if (late)
                money_expire(&world, &id);
            money_ask_cancel(&world, BANK_A, &id);
            assert_int_equal(world_count(&world, EFFECT_REPLY), late);
            money_answer(&world, &id, outcomes[i].word);
            assert_int_equal(world_get_transfer(&world, &id).state, outcomes[i].state);
            assert_int_equal(world_count(&world, EFFECT_ANSWER), late ? 1 : 2);
            bool moved = outcomes[i].state == TRANSFER_ACCEPTED;
            assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, moved ? 500 : 0);
            laws_check_quiet(&world);
            world_deinit(&world);
        }
    }
    for (size_t i = 0; i < OUTCOMES; i++) {
        if (outcomes[i].word == POSTING_NOT_SEEN)
            continue; /* before anybody asked it proves nothing */
        struct world world;
        struct id id = pulled(&world);
        money_answer(&world, &id, outcomes[i].word);
        struct digest before = world_digest(&world);
        struct cancel_transfer cancel = money_cancel(&world, &id);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &cancel), 0);
        if (outcomes[i].state == TRANSFER_ACCEPTED)
            world_expect_refused(&world, REFUSAL_POSTED, "transfer_id");
        else
            assert_int_equal(money_reply(&world).state, outcomes[i].state);
        assert_int_equal(world.effects->count, 1);
        struct digest after = world_digest(&world);
        assert_false(digest_equal(&before, &after)); /* its row */
        assert_false(world_get_transfer(&world, &id).cancel);
        laws_check_quiet(&world);
        world_deinit(&world);
    }
}

static void at_the_deadline_both_hear_unknown(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    money_ask_cancel(&world, BANK_A, &id);
    money_expire(&world, &id);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 2);
    assert_int_equal(money_told(&world, 0).state, TRANSFER_UNKNOWN);
    assert_int_equal(money_told(&world, 1).state, TRANSFER_UNKNOWN);
    expect_barring(&world, &id, "DS02"); /* not an inquiry */
    laws_check(&world);
    assert_int_equal(world_boot(&world), 0);
    expect_barring(&world, &id, "DS02");
    money_answer(&world, &id, POSTING_UNDONE);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_CANCELLED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void touched_at_its_deadline(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    world.now_ms = world_get_transfer(&world, &id).deadline_ms;
    money_ask_cancel(&world, BANK_A, &id);
    assert_int_equal(money_reply(&world).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_count(&world, EFFECT_INQUIRE), 2); /* an inquiry, and what replaces it */
    assert_int_equal(world_effect(&world, EFFECT_INQUIRE, 1)->message, MESSAGE_CANCEL_POSTING);
    laws_check(&world);
    world_deinit(&world);
}

static void after_a_restart_it_is_barred_on(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    money_ask_cancel(&world, BANK_A, &id);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    expect_barring(&world, &id, "DS02");
    world_deinit(&world);
}

/* One waits; another that comes meanwhile hears the present state at once. */
static void a_second_one_is_answered_at_once(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    struct cancel_transfer first = money_cancel(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &first), 0);
    money_ask_cancel(&world, BANK_A, &id);
    struct transfer_view view = money_reply(&world);
    assert_int_equal(view.state, TRANSFER_PENDING);
    assert_true(view.cancel_requested_at_ms > 0);
    assert_int_equal(world.effects->count, 1);
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CANCEL_ASKED), 1);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &first), 0);
    assert_true(money_reply(&world).replayed);
    money_answer(&world, &id, POSTING_UNDONE);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 2);
    assert_true(id_equal(&world_effect(&world, EFFECT_ANSWER, 1)->request, &first.request));
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void by_whom_and_by_which_id(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    money_ask_cancel(&world, BANK_B, &id);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    money_ask_cancel(&world, BANK_C, &id);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    struct cancel_transfer cancel = money_cancel(&world, &id);
    memset(&cancel.transfer, 0, sizeof cancel.transfer);
    cancel.submit = world_request_id(&world); /* one that never came */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &cancel), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "submit_request_id");
    cancel.request = world_request_id(&world);
    cancel.submit = world_get_transfer(&world, &id).request;
    assert_int_equal(world_send(&world, BANK_C, COMMAND_CANCEL_TRANSFER, &cancel), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "submit_request_id");
    cancel.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &cancel), 0);
    expect_barring(&world, &id, "DS02");
    struct cancel_transfer other = cancel;
    other.reason = SPAN_LITERAL("CUST");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "reason");
    other = cancel;
    other.submit = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &other), 0);
    world_expect_refused(&world, REFUSAL_DUPLICATE, "submit_request_id");
    laws_check(&world);
    world_deinit(&world);
}

/* The request under whose id a cancellation came made no transfer: it cannot be cancelled by it. */
static void a_cancellation_is_not_a_submission(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    struct cancel_transfer first = money_cancel(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &first), 0);
    struct cancel_transfer second = {world_request_id(&world), .submit = first.request,
                                     .reason = SPAN_LITERAL("CUST")};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CANCEL_TRANSFER, &second), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "submit_request_id");
    world_deinit(&world);
}

static void too_late_and_all_came_back(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    money_answer(&world, &id, POSTING_POSTED);
    struct id back = money_return_pending(&world, &id, 500);
    money_ask_cancel(&world, BANK_A, &id); /* the return may still fail */
    world_expect_refused(&world, REFUSAL_POSTED, "transfer_id");
    money_answer(&world, &back, POSTING_POSTED);
    money_ask_cancel(&world, BANK_A, &id);
    world_expect_refused(&world, REFUSAL_RETURNED, "transfer_id");
    world_deinit(&world);
}

/* A return can be cancelled like any other; what it took of its original is free again. */
static void of_a_return(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    money_answer(&world, &id, POSTING_POSTED);
    struct id back = money_return_pending(&world, &id, 500);
    money_ask_cancel(&world, BANK_A, &back);
    money_answer(&world, &back, POSTING_NOT_SEEN);
    assert_int_equal(world_effect(&world, EFFECT_ANSWER, 0)->message, MESSAGE_SUBMIT_RETURN);
    assert_int_equal(world_get_transfer(&world, &back).state, TRANSFER_CANCELLED);
    assert_true(world_get_transfer(&world, &id).returned_fen == 0);
    laws_check_quiet(&world);
    world_deinit(&world);
}

#define CALLERS 64

/* Cancellations and answers of all sorts come in turns: one definite word has its effect once. */
static void from_many_connections(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 16; seed++) {
        struct world world;
        struct id id = pulled(&world);
        world.chance = seed + 1;
        size_t told = 0;
        size_t done = 0;
        for (int i = 0; i < CALLERS; i++) {
            uint64_t what = (seed * 2654435761u + (uint64_t)i * 40503u) >> 4;
            if (i % 2 == 0) {
                money_ask_cancel(&world, BANK_A, &id);
            } else {
                enum posting_outcome word = outcomes[what % OUTCOMES].word;
                money_answer(&world, &id, i < 8 + (int)seed ? POSTING_IN_PROGRESS : word);
            }
            told += world_count(&world, EFFECT_ANSWER);
            done += world_count(&world, EFFECT_DONE);
        }
        assert_int_equal(told, 2); /* the submission, and the one cancellation that waited */
        assert_int_equal(done, 1);
        assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_POSTED) +
                             money_events(&world, &id, TRANSFER_EVENT_REFUSED) +
                             money_events(&world, &id, TRANSFER_EVENT_BARRED),
                         1);
        bool moved = world_get_transfer(&world, &id).state == TRANSFER_ACCEPTED;
        assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, moved ? 500 : 0);
        laws_check_quiet(&world);
        world_deinit(&world);
    }
}

/* ---- barring by the gateway ---- */

static int bar(struct world *world, struct transfer *transfer) {
    struct command *command = command_new(COMMAND_TICK);
    struct apply apply = {
        .ledger = world->side.ledger,
        .store = world->store,
        .command = command,
        .rules = rules_compiled(),
        .sequence = ++world->sequence,
        .now_ms = world->now_ms,
        .effects = world->effects,
        .field = "",
    };
    effects_clear(world->effects);
    store_begin(world->store);
    int result = posting_bar(&apply, transfer, "DS02", CAUSE_RULE);
    store_commit(world->store);
    command_free(command);
    return result;
}

static void a_freeze_bars_what_is_open(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_int_equal(bar(&world, &transfer), 0);
    expect_barring(&world, &id, "DS02");
    laws_check(&world);
    assert_int_equal(bar(&world, &transfer), 0); /* once */
    assert_int_equal(world.effects->count, 0);
    /* the submitter's own cancellation waits for the same word, and is on record as well */
    money_ask_cancel(&world, BANK_A, &id);
    (void)world_one(&world, EFFECT_WAIT);
    assert_int_equal(world.effects->count, 1);
    assert_int_equal(money_events(&world, &id, TRANSFER_EVENT_CANCEL_ASKED), 2);
    laws_check(&world);
    money_answer(&world, &id, POSTING_UNDONE);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 2);
    transfer = world_get_transfer(&world, &id);
    assert_int_equal(transfer.state, TRANSFER_CANCELLED);
    assert_int_equal(bar(&world, &transfer), 0);
    assert_int_equal(world.effects->count, 0);
    laws_check_quiet(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_waits_for_the_bank_s_word),
        cmocka_unit_test(raced_with_every_answer),
        cmocka_unit_test(at_the_deadline_both_hear_unknown),
        cmocka_unit_test(touched_at_its_deadline),
        cmocka_unit_test(after_a_restart_it_is_barred_on),
        cmocka_unit_test(a_second_one_is_answered_at_once),
        cmocka_unit_test(by_whom_and_by_which_id),
        cmocka_unit_test(a_cancellation_is_not_a_submission),
        cmocka_unit_test(too_late_and_all_came_back),
        cmocka_unit_test(of_a_return),
        cmocka_unit_test(from_many_connections),
        cmocka_unit_test(a_freeze_bars_what_is_open),
    };
    return cmocka_run_group_tests_name("cancel", tests, NULL, NULL);
}
