/*
 * The instructed bank's word: what each answer does in each state, the deadline, the creditor's
 * confirmation. Money moves once or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world.h"

static void answer(struct world *world, const struct posting_result *result) {
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, result), 0);
}

/* A pull of A's from B's customer, still PENDING. */
static struct id pulled(struct world *world, int64_t fen) {
    world_init(world);
    struct id link = world_link(world);
    return world_pending(world, &link, TRANSFER_PULL, fen);
}

static void expect_notices(struct world *world, const struct id *transfer,
                           enum transfer_state state) {
    const bank_code banks[] = {BANK_A, BANK_B};
    assert_int_equal(world_count(world, EFFECT_NOTICE), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, i);
        struct notice_place place;
        struct span event;
        struct transfer_view view;
        assert_int_equal(
            partner_decode_transfer_notice(notice->payload, &world->arena, &place, &view, &event),
            0);
        assert_true(notice->bank == banks[i]);
        assert_int_equal(notice->message, MESSAGE_TRANSFER_NOTICE);
        assert_int_equal(view.state, state);
        assert_true(id_equal(&view.transfer, transfer));
        assert_int_equal(place.sequence, notice->sequence);
        assert_int_equal(place.sequence, world_counters(world, banks[i]).last_notice);
    }
}

static void posted_moves_the_money(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct id request = world_get_transfer(&world, &id).request;
    uint64_t notices = world_counters(&world, BANK_A).last_notice;
    world.now_ms += 10;
    struct posting_result posted = world_posted(&world, &id);
    answer(&world, &posted);
    const struct effect *told = world_one(&world, EFFECT_ANSWER);
    assert_true(told->bank == BANK_A);
    assert_true(id_equal(&told->request, &request));
    assert_int_equal(told->message, MESSAGE_SUBMIT_TRANSFER);
    struct transfer_view view = world_transfer_view(&world, told);
    assert_int_equal(view.state, TRANSFER_ACCEPTED);
    assert_int_equal(view.accepted_at_ms, world.now_ms);
    assert_int_equal(view.window, 1);
    assert_true(span_equal(view.reference, posted.reference));
    assert_true(span_equal(view.book_date, posted.book_date));
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &id));
    expect_notices(&world, &id, TRANSFER_ACCEPTED);
    assert_int_equal(world_counters(&world, BANK_A).last_notice, notices + 1);

    struct position a = world_position(&world, BANK_A);
    struct position b = world_position(&world, BANK_B);
    struct pair_net net = world_net(&world, BANK_A, BANK_B);
    assert_true(a.unsettled_net_fen == 500 && a.reserved_outgoing_fen == 0);
    assert_true(b.unsettled_net_fen == -500 && b.reserved_outgoing_fen == 0);
    assert_true(net.net_fen == 500 && net.to_low_fen == 500 && net.to_high_fen == 0);
    assert_int_equal(net.count, 1);
    struct transfer transfer = world_get_transfer(&world, &id);
    struct digest pin = world_pin(BANK_B);
    assert_true(digest_equal(&transfer.answer_pin, &pin));
    struct span kept;
    assert_int_equal(store_get_transfer_kept(world.store, &id, &kept), STORE_ABSENT);
    world_deinit(&world);
}

static void a_push_moves_the_other_way(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id id = world_pending(&world, &link, TRANSFER_PUSH, 300);
    struct posting_result posted = world_posted(&world, &id);
    answer(&world, &posted);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, -300);
    assert_int_equal(world_position(&world, BANK_B).unsettled_net_fen, 300);
    assert_int_equal(world_net(&world, BANK_A, BANK_B).net_fen, -300);
    world_deinit(&world);
}

static void refused_releases(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct posting_result refused = world_refused(&id, "XX99"); /* raw, known to us or not */
    answer(&world, &refused);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.state, TRANSFER_REJECTED);
    assert_true(span_equal(view.reason, SPAN_LITERAL("XX99")));
    expect_notices(&world, &id, TRANSFER_REJECTED);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 0);
    assert_int_equal(world_position(&world, BANK_B).unsettled_net_fen, 0);
    assert_int_equal(world_net(&world, BANK_A, BANK_B).count, 0);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_string_equal(transfer.history.entries[transfer.history.count - 1].reason, "XX99");
    world_deinit(&world);
}

static void expect_unknown(struct world *world, const struct id *id) {
    const struct effect *inquire = world_one(world, EFFECT_INQUIRE);
    struct inquire_posting inquiry;
    assert_int_equal(partner_decode_inquire_posting(inquire->payload, &world->arena, &inquiry), 0);
    assert_true(id_equal(&inquiry.transfer, id));
    assert_true(id_equal(&inquire->exchange, id));
    assert_true(inquire->bank == BANK_B);
    assert_int_equal(inquire->message, MESSAGE_INQUIRE_POSTING);
}

static void the_deadline_makes_it_unknown(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    int64_t deadline = world_get_transfer(&world, &id).deadline_ms;
    world.now_ms = deadline - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    world.now_ms = deadline;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 2);
    expect_unknown(&world, &id);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.state, TRANSFER_UNKNOWN);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 500);
    struct span kept;
    assert_int_equal(store_get_transfer_kept(world.store, &id, &kept), STORE_ABSENT);
    world.now_ms += 3600 * SECOND_MS;
    assert_int_equal(world_tick(&world), 0);
    (void)world_one(&world, EFFECT_ALARM);
    assert_int_equal(world.effects->count, 1);

    struct posting_result posted = world_posted(&world, &id); /* very late */
    answer(&world, &posted);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 500);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 0);
    (void)world_one(&world, EFFECT_DONE);
    world_deinit(&world);
}

static void touching_expires_first(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    world.now_ms = world_get_transfer(&world, &id).deadline_ms;
    struct posting_result posted = world_posted(&world, &id);
    answer(&world, &posted);
    expect_unknown(&world, &id);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 2);
    assert_int_equal(world_transfer_view(&world, world_effect(&world, EFFECT_ANSWER, 0)).state,
                     TRANSFER_UNKNOWN);
    assert_int_equal(world_transfer_view(&world, world_effect(&world, EFFECT_ANSWER, 1)).state,
                     TRANSFER_ACCEPTED);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_int_equal(transfer.history.count, 5);
    assert_int_equal(transfer.history.entries[3].state, TRANSFER_UNKNOWN);
    assert_int_equal(transfer.history.entries[3].cause, CAUSE_DEADLINE);
    world_deinit(&world);
}

static void never_seen_is_cancelled(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    world.now_ms = world_get_transfer(&world, &id).deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    struct posting_result barred = world_outcome(&id, POSTING_NOT_SEEN);
    answer(&world, &barred);
    expect_notices(&world, &id, TRANSFER_CANCELLED);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 0);
    assert_true(world_is_idle(&world));
    world_deinit(&world);
}

/* Only an inquiry bars: before the first one, not seen is no word about the future. */
static void not_seen_before_an_inquiry_proves_nothing(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct posting_result barred = world_outcome(&id, POSTING_NOT_SEEN);
    struct digest before = world_digest(&world);
    answer(&world, &barred);
    assert_int_equal(world.effects->count, 1);
    (void)world_one(&world, EFFECT_ALARM);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world.now_ms = world_get_transfer(&world, &id).deadline_ms; /* it itself brings the inquiry */
    answer(&world, &barred);
    expect_unknown(&world, &id);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_UNKNOWN);
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 500);
    answer(&world, &barred);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_CANCELLED);
    world_deinit(&world);
}

static void undone_is_cancelled(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct posting_result undone = world_outcome(&id, POSTING_UNDONE);
    undone.reason = SPAN_LITERAL("AC06");
    answer(&world, &undone);
    expect_notices(&world, &id, TRANSFER_CANCELLED);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_true(span_equal(view.reason, SPAN_LITERAL("AC06")));
    assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen, 0);
    world_deinit(&world);
}

static void words_that_say_nothing(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    for (int unknown = 0; unknown < 2; unknown++) {
        struct digest before = world_digest(&world);
        struct posting_result result = world_outcome(&id, POSTING_IN_PROGRESS);
        answer(&world, &result);
        assert_int_equal(world.effects->count, 0);
        result = world_outcome(&id, POSTING_NONE);
        answer(&world, &result);
        (void)world_one(&world, EFFECT_ALARM);
        result = world_outcome(&id, (enum posting_outcome)42);
        answer(&world, &result);
        (void)world_one(&world, EFFECT_ALARM);
        result = world_outcome(&id, POSTING_POSTED); /* without its booking */
        answer(&world, &result);
        (void)world_one(&world, EFFECT_ALARM);
        struct digest after = world_digest(&world);
        assert_true(digest_equal(&before, &after));
        world.now_ms = world_get_transfer(&world, &id).deadline_ms;
        assert_int_equal(world_tick(&world), 0);
    }
    world_deinit(&world);
}

/* What the same word again and its contrary do to a transfer that has ended. */
static void the_first_definite_answer_wins(void **state) {
    (void)state;
    static const enum transfer_state ended[] = {TRANSFER_ACCEPTED, TRANSFER_REJECTED,
                                                TRANSFER_CANCELLED};
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    for (size_t i = 0; i < 3; i++) {
        for (int said = POSTING_POSTED; said <= POSTING_UNDONE; said++) {
            struct id id = world_transfer_in(&world, &link, TRANSFER_PULL, 9, ended[i]);
            struct transfer before = world_get_transfer(&world, &id);
            struct position a = world_position(&world, BANK_A);
            struct position b = world_position(&world, BANK_B);
            struct posting_result result = world_posted(&world, &id);
            if (said != POSTING_POSTED)
                result = world_outcome(&id, (enum posting_outcome)said);
            bool contrary = said != POSTING_IN_PROGRESS &&
                            (said == POSTING_POSTED) != (ended[i] == TRANSFER_ACCEPTED);
            struct digest digest = world_digest(&world);
            answer(&world, &result);
            assert_int_equal(world.effects->count, contrary ? 3 : 0); /* and its case, to both */
            assert_int_equal(world_count(&world, EFFECT_ALARM), contrary ? 1 : 0);
            struct digest after = world_digest(&world);
            assert_int_equal(digest_equal(&digest, &after), !contrary);
            struct transfer now = world_get_transfer(&world, &id);
            assert_int_equal(now.state, before.state);
            assert_int_equal(now.history.count, before.history.count + contrary);
            assert_int_equal(now.conflict, contrary);
            assert_string_equal(now.reference, before.reference);
            assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, a.unsettled_net_fen);
            assert_int_equal(world_position(&world, BANK_B).reserved_outgoing_fen,
                             b.reserved_outgoing_fen);
            digest = world_digest(&world); /* and once more: nothing is new */
            answer(&world, &result);
            assert_int_equal(world.effects->count, 0);
            after = world_digest(&world);
            assert_true(digest_equal(&digest, &after));
        }
    }
    world_deinit(&world);
}

static void expect_conflicts(struct world *world, const struct id *id, size_t count) {
    struct transfer transfer = world_get_transfer(world, id);
    size_t noted = 0;
    for (uint32_t i = 0; i < transfer.history.count; i++)
        noted += transfer.history.entries[i].event == TRANSFER_EVENT_CONFLICT;
    assert_int_equal(noted, count);
    assert_true(transfer.conflict);
}

/* Each new claim is noted and alarmed, up to a few; the first answer stands. */
static void contradictions_are_noted_once_each(void **state) {
    (void)state;
    static const char *const reasons[] = {"AM04", "AC06", "AM04", "MS03", "AC04", "AC05", "AC07"};
    static const size_t noted[] = {1, 2, 2, 3, 4, 4, 4};
    struct world world;
    struct id id = pulled(&world, 500);
    struct posting_result posted = world_posted(&world, &id);
    answer(&world, &posted);
    for (size_t i = 0; i < sizeof noted / sizeof noted[0]; i++) {
        struct posting_result refused = world_refused(&id, reasons[i]);
        answer(&world, &refused);
        size_t before = i ? noted[i - 1] : 0;
        assert_int_equal(world_count(&world, EFFECT_ALARM), noted[i] - before);
        expect_conflicts(&world, &id, noted[i]);
    }
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 500);
    struct get_transfer get = {.transfer = id};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_TRANSFER, &get), 0);
    assert_true(world_transfer_view(&world, world_one(&world, EFFECT_REPLY)).conflict);

    /* the other way round: refused first, posted after all */
    struct id link = world_get_transfer(&world, &id).link;
    id = world_transfer_in(&world, &link, TRANSFER_PULL, 7, TRANSFER_REJECTED);
    posted = world_posted(&world, &id);
    answer(&world, &posted);
    posted = world_posted(&world, &id); /* with another booking: no other claim */
    answer(&world, &posted);
    assert_int_equal(world.effects->count, 0);
    expect_conflicts(&world, &id, 1);
    assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, 500);
    world_deinit(&world);
}

static void only_the_instructed_bank_may_answer(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct posting_result posted = world_posted(&world, &id);
    struct digest before = world_digest(&world);
    const bank_code banks[] = {BANK_A, BANK_C};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(world_send(&world, banks[i], COMMAND_POSTING_ANSWER, &posted), 0);
        world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
        assert_int_equal(world_one(&world, EFFECT_REPLY)->message, MESSAGE_POSTING_RESULT);
        (void)world_one(&world, EFFECT_ALARM);
    }
    struct posting_result stray = posted;
    stray.transfer.bytes[3] ^= 1;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &stray), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    (void)world_one(&world, EFFECT_ALARM);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    /* the right one, by itself on another connection, is answered */
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.state, TRANSFER_ACCEPTED);
    world_deinit(&world);
}

static void confirm(struct world *world, bank_code bank, const struct id *id) {
    struct confirm_credit request = {*id};
    assert_int_equal(world_send(world, bank, COMMAND_CONFIRM_CREDIT, &request), 0);
}

static void the_creditor_confirms(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    confirm(&world, BANK_A, &id);
    world_expect_refused(&world, REFUSAL_TRANSFER_STATE, "transfer_id");
    struct posting_result posted = world_posted(&world, &id);
    answer(&world, &posted);
    confirm(&world, BANK_B, &id);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    confirm(&world, BANK_C, &id);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    world.now_ms += 50;
    int64_t credited_ms = world.now_ms;
    confirm(&world, BANK_A, &id);
    struct transfer_view view = world_transfer_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.credited_at_ms, credited_ms);
    world.now_ms += 50;
    struct digest before = world_digest(&world);
    confirm(&world, BANK_A, &id);
    view = world_transfer_view(&world, world_one(&world, EFFECT_REPLY));
    assert_int_equal(view.credited_at_ms, credited_ms);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    struct id nowhere = id;
    nowhere.bytes[0] ^= 1;
    confirm(&world, BANK_A, &nowhere);
    world_expect_refused(&world, REFUSAL_NO_SUCH_TRANSFER, "transfer_id");
    world_deinit(&world);
}

static void a_push_needs_no_confirmation(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id id = world_transfer_in(&world, &link, TRANSFER_PUSH, 1, TRANSFER_ACCEPTED);
    confirm(&world, BANK_B, &id);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    confirm(&world, BANK_A, &id);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "transfer_id");
    world_deinit(&world);
}

static void a_frozen_transfer_moves_no_more(void **state) {
    (void)state;
    struct world world;
    struct id id = pulled(&world, 500);
    struct transfer transfer = world_get_transfer(&world, &id);
    transfer.frozen = true;
    world_put_transfer(&world, &transfer);
    struct digest before = world_digest(&world);
    struct posting_result posted = world_posted(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "transfer_id");
    confirm(&world, BANK_A, &id);
    world_expect_refused(&world, REFUSAL_FROZEN, "transfer_id");
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world.now_ms = transfer.deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_PENDING);
    assert_true(world_is_idle(&world));

    assert_int_equal(world_unfreeze(&world, OBJECT_TRANSFER, &id), 0);
    expect_unknown(&world, &id); /* its bank is asked again */
    transfer = world_get_transfer(&world, &id);
    assert_int_equal(transfer.state, TRANSFER_UNKNOWN);
    assert_int_equal(transfer.history.entries[3].cause, CAUSE_OPERATOR);
    assert_int_equal(transfer.history.entries[3].uid, 1000);
    answer(&world, &posted);
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_ACCEPTED);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posted_moves_the_money),
        cmocka_unit_test(a_push_moves_the_other_way),
        cmocka_unit_test(refused_releases),
        cmocka_unit_test(the_deadline_makes_it_unknown),
        cmocka_unit_test(touching_expires_first),
        cmocka_unit_test(never_seen_is_cancelled),
        cmocka_unit_test(not_seen_before_an_inquiry_proves_nothing),
        cmocka_unit_test(undone_is_cancelled),
        cmocka_unit_test(words_that_say_nothing),
        cmocka_unit_test(the_first_definite_answer_wins),
        cmocka_unit_test(contradictions_are_noted_once_each),
        cmocka_unit_test(only_the_instructed_bank_may_answer),
        cmocka_unit_test(the_creditor_confirms),
        cmocka_unit_test(a_push_needs_no_confirmation),
        cmocka_unit_test(a_frozen_transfer_moves_no_more),
    };
    return cmocka_run_group_tests_name("posting", tests, NULL, NULL);
}
