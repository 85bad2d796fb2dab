/*
 * An old store that was put back: a bank that shows the token of a notice that was not given yet is
 * held. Nothing new goes through it either way, what is known and what is asked goes on, and after
 * two people say so the numbers go on above the token's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "ledger/world_people.h"

/* The same store at two times: what past does next, later has done otherwise. */
struct times {
    struct world past, later;
    struct id link; /* A (Class II) and B, in both */
    struct digest token;
    uint64_t number; /* of later's last notice to A */
};

static struct digest token_of(const struct effect *notice) {
    struct arena arena;
    struct notice_place place;
    struct transfer_view view;
    struct span event;
    arena_init(&arena, 4096, 0);
    assert_int_equal(partner_decode_transfer_notice(notice->payload, &arena, &place, &view, &event),
                     0);
    arena_deinit(&arena);
    return place.token;
}

static void accept(struct world *world, const struct id *link, size_t count) {
    for (size_t i = 0; i < count; i++)
        (void)world_transfer_in(world, link, TRANSFER_PULL, 100, TRANSFER_ACCEPTED);
}

static void start(struct times *times) {
    world_init(&times->past);
    world_init(&times->later);
    times->link = world_link(&times->past);
    (void)world_link(&times->later);
    accept(&times->later, &times->link, 5);
    const struct effect *notice = world_effect(&times->later, EFFECT_NOTICE, 0);
    assert_int_equal(notice->bank, BANK_A);
    times->token = token_of(notice);
    times->number = notice->sequence;
    assert_true(times->number > world_counters(&times->past, BANK_A).last_notice);
}

static void end(struct times *times) {
    world_deinit(&times->past);
    world_deinit(&times->later);
}

static int up_with(struct world *world, bank_code bank, uint64_t number,
                   const struct digest *token) {
    struct command *command = world_command(world, COMMAND_BANK_UP, bank);
    command->body.bank_up = (struct bank_up){number, *token, true};
    message_encode_internal(command);
    return world_apply(world, command);
}

static void hold(struct times *times) {
    assert_int_equal(up_with(&times->past, BANK_A, times->number, &times->token), 0);
    (void)world_one(&times->past, EFFECT_ALARM);
}

static int resync(struct world *world, bank_code bank, uint64_t number) {
    struct command *command = world_order(world, COMMAND_BANK_RESYNC, UID_ONE);
    command->body.bank_resync = (struct bank_resync){bank, number};
    return world_give(world, command);
}

static void submit(struct world *world, bank_code bank, const struct id *link,
                   enum transfer_direction direction) {
    struct submit_transfer request = world_submit(world, link, direction, 100);
    assert_int_equal(world_send(world, bank, COMMAND_SUBMIT_TRANSFER, &request), 0);
}

static void a_false_token_does_nothing(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct digest before = world_digest(&times.past);
    struct digest wrong = times.token;
    wrong.bytes[7] ^= 1;
    assert_int_equal(up_with(&times.past, BANK_A, times.number, &wrong), 0);
    assert_int_equal(up_with(&times.past, BANK_A, times.number + 1, &times.token), 0);
    assert_int_equal(up_with(&times.past, BANK_B, times.number, &times.token), 0);
    struct digest after = world_digest(&times.past);
    assert_true(digest_equal(&before, &after));
    submit(&times.past, BANK_A, &times.link, TRANSFER_PULL);
    (void)world_one(&times.past, EFFECT_SEND);
    end(&times);
}

static void what_is_new_is_refused_both_ways(void **state) {
    (void)state;
    struct times times;
    start(&times);
    hold(&times);
    struct world *world = &times.past;
    struct id request = world_request_id(world);
    struct submit_transfer transfer = world_submit(world, &times.link, TRANSFER_PULL, 100);
    transfer.request = request;
    assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &transfer), 0);
    world_expect_refused(world, REFUSAL_BANK_HELD, "");
    submit(world, BANK_B, &times.link, TRANSFER_PULL);
    world_expect_refused(world, REFUSAL_PEER_HELD, "link_id");
    /* Of the bank that is held nothing was recorded: the same id is good later. */
    assert_int_equal(resync(world, BANK_A, times.number), 0);
    assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &transfer), 0);
    (void)world_one(world, EFFECT_SEND);
    end(&times);
}

static void links_are_refused_too(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    struct close_link close = {
        .request = world_request_id(world), .link = times.link, .reason = span_text("CUST")};
    struct open_link open = world_open(world);
    hold(&times);
    assert_int_equal(world_send(world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    world_expect_refused(world, REFUSAL_BANK_HELD, "");
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(world, REFUSAL_BANK_HELD, "");
    /* What makes things safer is done. */
    (void)world_placed(world, BANK_A, &times.link, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    end(&times);
}

/* What was open when the store was copied ends as the bank says; nobody is kept waiting for it. */
static void answers_and_inquiries_go_on(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    struct id open = world_pending(world, &times.link, TRANSFER_PULL, 100);
    assert_int_equal(world_down(world, BANK_B), 0);
    struct world other;
    world_init(&other);
    struct id link = world_link(&other);
    accept(&other, &link, 6);
    const struct effect *notice = world_effect(&other, EFFECT_NOTICE, 1);
    assert_int_equal(notice->bank, BANK_B);
    struct digest token = token_of(notice);
    assert_int_equal(up_with(world, BANK_B, notice->sequence, &token), 0);
    (void)world_one(world, EFFECT_ALARM);
    struct open_link another = world_open(world);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &another), 0);
    world_expect_refused(world, REFUSAL_PEER_HELD, "class1_account.bank_code");
    uint64_t last = world_counters(world, BANK_B).last_notice;
    struct posting_result posted = world_posted(world, &open);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_transfer(world, &open).state, TRANSFER_ACCEPTED);
    /* Its notice waits; the other bank has its own. */
    assert_int_equal(world_counters(world, BANK_B).last_notice, last + 1);
    assert_int_equal(world_count(world, EFFECT_NOTICE), 1);
    assert_int_equal(world_one(world, EFFECT_NOTICE)->bank, BANK_A);
    struct get_transfer get = {.transfer = open};
    assert_int_equal(world_send(world, BANK_B, COMMAND_GET_TRANSFER, &get), 0);
    assert_false(world_one(world, EFFECT_REPLY)->refused);
    /* One that the store does not know is told, and stays in the log. */
    struct id unknown = id_make(world->now_ms, 1, 1);
    posted = world_posted(world, &unknown);
    assert_int_equal(world_send(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    (void)world_one(world, EFFECT_ALARM);
    world_check_refused(world, world_one(world, EFFECT_REPLY), REFUSAL_NO_SUCH_TRANSFER,
                        "transfer_id");
    world_deinit(&other);
    end(&times);
}

static void no_number_is_given_twice(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    struct id open = world_pending(world, &times.link, TRANSFER_PULL, 100);
    hold(&times);
    struct bank_counters before = world_counters(world, BANK_A);
    struct posting_result posted = world_posted(world, &open);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_fetch(world, BANK_A, 0, 100), 0);
    assert_int_equal(world_count(world, EFFECT_NOTICE), 0);
    assert_int_equal(world_ack(world, BANK_A, before.last_notice + 1), 0);
    assert_int_equal(world_counters(world, BANK_A).acked_notice, before.acked_notice);
    uint64_t waiting = before.last_notice + 1 - before.acked_notice;
    assert_int_equal(resync(world, BANK_A, times.number), 0);
    assert_int_equal(world_count(world, EFFECT_NOTICE), waiting);
    for (uint64_t i = 0; i < waiting; i++)
        assert_int_equal(world_effect(world, EFFECT_NOTICE, i)->sequence, times.number + 1 + i);
    struct bank_counters after = world_counters(world, BANK_A);
    assert_int_equal(after.acked_notice, times.number);
    assert_int_equal(after.last_notice, times.number + waiting);
    assert_int_equal(after.held_notice, 0);
    assert_int_equal(after.last_notice - after.skipped_notices, before.last_notice + 1);
    /* The same token again says nothing new. */
    assert_int_equal(up_with(world, BANK_A, times.number, &times.token), 0);
    assert_int_equal(world_count(world, EFFECT_ALARM), 0);
    submit(world, BANK_B, &times.link, TRANSFER_PULL);
    (void)world_one(world, EFFECT_SEND);
    end(&times);
}

/* More waits than there are numbers up to the token's: rows pass over one another's places. */
static void many_that_wait_move_in_their_order(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    assert_int_equal(world_down(world, BANK_A), 0);
    struct id open[8];
    for (size_t i = 0; i < 8; i++)
        open[i] = world_pending(world, &times.link, TRANSFER_PULL, 100);
    assert_int_equal(up_with(world, BANK_A, times.number, &times.token), 0);
    for (size_t i = 0; i < 8; i++) {
        struct posting_result posted = world_posted(world, &open[i]);
        assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    }
    side_flush(&world->side); /* so that both numbers of a row reach the disk */
    struct bank_counters before = world_counters(world, BANK_A);
    assert_true(before.last_notice > times.number);
    assert_int_equal(resync(world, BANK_A, times.number), 0);
    struct bank_counters after = world_counters(world, BANK_A);
    assert_int_equal(after.last_notice - after.acked_notice,
                     before.last_notice - before.acked_notice);
    assert_int_equal(world_ack(world, BANK_A, after.last_notice - 8), 0);
    side_flush(&world->side);
    for (uint64_t i = 0; i < 8; i++) {
        struct store_notice row;
        assert_int_equal(store_get_notice(world->store, BANK_A, after.last_notice - 7 + i, &row),
                         0);
        assert_true(id_equal(&row.object, &open[i]));
    }
    struct store_notice row;
    for (uint64_t number = 0; number <= after.last_notice - 8; number++)
        assert_int_equal(store_get_notice(world->store, BANK_A, number, &row), STORE_ABSENT);
    end(&times);
}

static void a_higher_token_holds_higher(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    hold(&times);
    accept(&times.later, &times.link, 2);
    const struct effect *notice = world_effect(&times.later, EFFECT_NOTICE, 0);
    struct digest higher = token_of(notice);
    uint64_t number = notice->sequence;
    int64_t since = world_counters(world, BANK_A).held_since_ms;
    world->now_ms += 1000;
    assert_int_equal(up_with(world, BANK_A, times.number, &times.token), 0);
    assert_int_equal(world_count(world, EFFECT_ALARM), 0); /* told once */
    assert_int_equal(up_with(world, BANK_A, number, &higher), 0);
    (void)world_one(world, EFFECT_ALARM);
    assert_int_equal(world_counters(world, BANK_A).held_since_ms, since);
    /* What was asked is not what is now: nothing is approved unseen. */
    assert_int_equal(resync(world, BANK_A, times.number), 0);
    world_expect_refused(world, REFUSAL_BANK_STATE, "notice");
    assert_int_equal(resync(world, BANK_A, number), 0);
    assert_int_equal(world_counters(world, BANK_A).acked_notice, number);
    end(&times);
}

static void it_is_durable_and_takes_two(void **state) {
    (void)state;
    struct times times;
    start(&times);
    struct world *world = &times.past;
    hold(&times);
    world_reopen(world);
    assert_int_equal(world_boot(world), 0);
    assert_int_equal(world_counters(world, BANK_A).held_notice, times.number);
    assert_int_equal(world_up(world, BANK_A), 0);
    assert_int_equal(world_up(world, BANK_B), 0);
    submit(world, BANK_A, &times.link, TRANSFER_PULL);
    world_expect_refused(world, REFUSAL_BANK_HELD, "");
    struct command *command = world_order(world, COMMAND_BANK_RESYNC, UID_ONE);
    command->body.bank_resync = (struct bank_resync){BANK_A, times.number};
    message_encode_internal(command);
    assert_int_equal(world_apply(world, command), 0); /* waits for the second */
    assert_int_equal(world_counters(world, BANK_A).held_notice, times.number);
    assert_int_equal(resync(world, BANK_B, 1), 0);
    world_expect_refused(world, REFUSAL_BANK_STATE, "code");
    assert_int_equal(resync(world, BANK_D, 1), 0);
    world_expect_refused(world, REFUSAL_NO_SUCH_BANK, "code");
    end(&times);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_false_token_does_nothing),
        cmocka_unit_test(what_is_new_is_refused_both_ways),
        cmocka_unit_test(links_are_refused_too),
        cmocka_unit_test(answers_and_inquiries_go_on),
        cmocka_unit_test(no_number_is_given_twice),
        cmocka_unit_test(many_that_wait_move_in_their_order),
        cmocka_unit_test(a_higher_token_holds_higher),
        cmocka_unit_test(it_is_durable_and_takes_two),
    };
    return cmocka_run_group_tests_name("resync", tests, NULL, NULL);
}
