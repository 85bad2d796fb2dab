/*
 * The router over peers and a door that only take notes: answers find who waits for them, what is
 * out is sent until it is done, and rights that end cut connections.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "router/stand.h"

static void bank_up_and_down(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join_at(&world, BANK_A, 8, 42);
    assert_int_equal(world.commands[0]->kind, COMMAND_BANK_UP);
    assert_int_equal(world.commands[0]->bank, BANK_A);
    assert_int_equal(world.commands[0]->body.bank_up.last_notice_sequence, 42);
    assert_int_equal(world.commands[1]->kind, COMMAND_FETCH_NOTICES);
    clear_commands(&world);
    struct fake_peer *second = join(&world, BANK_A, 8);
    assert_int_equal(world.count, 0);
    assert_int_equal(router_bank_peers(world.router, BANK_A), 2);
    leave(&world, first);
    assert_int_equal(world.count, 1); /* the page is asked for again on the other */
    last_command(&world, COMMAND_FETCH_NOTICES);
    leave(&world, second);
    last_command(&world, COMMAND_BANK_DOWN);
    struct router_stats stats;
    router_stats(world.router, &stats);
    assert_int_equal(stats.peers, 0);
    assert_int_equal(stats.banks_up, 0);
    close_world(&world);
}

/* Told once for each certificate, however many connections it comes with. */
static void certificates_are_reported(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    world.expires_at_ms = 777;
    struct fake_peer *first = join(&world, BANK_A, 8);
    const struct command *seen = world.commands[0];
    assert_int_equal(seen->kind, COMMAND_PIN_SEEN);
    assert_int_equal(seen->body.bank_pin.code, BANK_A);
    assert_int_equal(seen->body.bank_pin.expires_at_ms, 777);
    assert_memory_equal(&seen->body.bank_pin.pin, &first->peer.pin, sizeof(struct digest));
    clear_commands(&world);
    struct fake_peer *second = join(&world, BANK_A, 8);
    assert_int_equal(world.count, 0);
    world.expires_at_ms = 778; /* renewed with the same key */
    struct fake_peer *third = join(&world, BANK_A, 8);
    assert_int_equal(last_command(&world, COMMAND_PIN_SEEN)->body.bank_pin.expires_at_ms, 778);
    leave(&world, third);
    leave(&world, second);
    leave(&world, first);
    close_world(&world);
}

static void too_many_peers(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peers[4];
    for (size_t i = 0; i < 4; i++)
        peers[i] = join(&world, BANK_A, 8);
    struct fake_peer *more = calloc(1, sizeof(*more));
    assert_non_null(more);
    more->peer = (struct router_peer){.connection = 99, .bank = BANK_A, .window = 1};
    struct bank_up up = {0};
    assert_int_equal(router_join(world.router, &more->peer, &up), ROUTER_FULL);
    router_leave(world.router, &more->peer); /* never joined: nothing */
    free(more);
    for (size_t i = 0; i < 4; i++)
        leave(&world, peers[i]);
    close_world(&world);
}

static void replies_by_origin(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_A, 8);
    assert_true(router_request(world.router, &peer->peer, 7, MESSAGE_GET_LINK));
    assert_false(router_request(world.router, &peer->peer, 7, MESSAGE_GET_LINK));
    assert_int_equal(peer->peer.in_flight, 1);
    struct effect effect = {.kind = EFFECT_REPLY,
                            .origin = {ORIGIN_BANK, peer->peer.connection, 7},
                            .payload = SPAN_LITERAL("view")};
    router_deliver(world.router, &effect);
    assert_int_equal(peer->count, 1);
    assert_int_equal(peer->sent[0].kind, MESSAGE_GET_LINK);
    assert_int_equal(peer->sent[0].direction, MESSAGE_REPLY);
    assert_int_equal(peer->sent[0].correlation, 7);
    assert_string_equal(peer->sent[0].payload, "view");
    assert_int_equal(peer->peer.in_flight, 0);
    router_deliver(world.router, &effect); /* nobody waits any more */
    assert_int_equal(peer->count, 1);
    leave(&world, peer);
    close_world(&world);
}

static void grant(struct world *world, const struct fake_peer *peer, uint64_t correlation,
                  bank_code bank, const struct id *request) {
    struct effect effect = {.kind = EFFECT_WAIT,
                            .origin = {ORIGIN_BANK, peer->peer.connection, correlation},
                            .bank = bank,
                            .request = *request};
    router_deliver(world->router, &effect);
}

/* Another request under the id of one that is open: the answer to that one is not for it. */
static void answers_only_what_was_granted(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct id request = id_number(77);
    struct fake_peer *first = join(&world, BANK_A, 8);
    struct fake_peer *second = join(&world, BANK_A, 8);
    assert_true(router_request(world.router, &first->peer, 1, MESSAGE_SUBMIT_TRANSFER));
    grant(&world, first, 1, BANK_A, &request);
    assert_true(router_request(world.router, &second->peer, 1, MESSAGE_SUBMIT_TRANSFER));
    struct effect answer = {.kind = EFFECT_ANSWER,
                            .bank = BANK_A,
                            .request = request,
                            .payload = SPAN_LITERAL("accepted")};
    router_deliver(world.router, &answer);
    assert_int_equal(first->count, 1);
    assert_int_equal(second->count, 0);
    struct effect refused = {.kind = EFFECT_REPLY,
                             .origin = {ORIGIN_BANK, second->peer.connection, 1},
                             .refused = true,
                             .refusal = {.code = REFUSAL_DUPLICATE, .field = "amount.fen"}};
    router_deliver(world.router, &refused);
    assert_int_equal(second->count, 1);
    assert_int_equal(second->sent[0].direction, MESSAGE_REFUSAL);
    grant(&world, second, 1, BANK_A, &request); /* answered already: nobody waits */
    router_deliver(world.router, &answer);
    assert_int_equal(second->count, 1);
    leave(&world, first);
    leave(&world, second);
    close_world(&world);
}

/* The same request on two connections: the late answer reaches both, and not the one that went. */
static void answers_reach_all_who_wait(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct id request = id_number(77);
    struct fake_peer *peers[3];
    for (size_t i = 0; i < 3; i++) {
        peers[i] = join(&world, BANK_A, 8);
        assert_true(router_request(world.router, &peers[i]->peer, i + 1, MESSAGE_SUBMIT_TRANSFER));
        grant(&world, peers[i], i + 1, BANK_A, &request);
    }
    struct fake_peer *other = join(&world, BANK_B, 8);
    assert_true(router_request(world.router, &other->peer, 1, MESSAGE_SUBMIT_TRANSFER));
    grant(&world, other, 1, BANK_B, &request);
    leave(&world, peers[1]);
    struct refusal refusal = {.code = REFUSAL_LINK_STATE, .field = ""};
    struct effect effect = {.kind = EFFECT_ANSWER,
                            .bank = BANK_A,
                            .request = request,
                            .refused = true,
                            .refusal = refusal};
    router_deliver(world.router, &effect);
    router_deliver(world.router, &effect);
    assert_int_equal(peers[0]->count, 1);
    assert_int_equal(peers[2]->count, 1);
    assert_int_equal(peers[2]->sent[0].direction, MESSAGE_REFUSAL);
    assert_true(peers[2]->sent[0].refused);
    assert_int_equal(peers[2]->sent[0].correlation, 3);
    assert_int_equal(other->count, 0);
    struct router_stats stats;
    router_stats(world.router, &stats);
    assert_int_equal(stats.in_flight, 1);
    leave(&world, peers[0]);
    leave(&world, peers[2]);
    leave(&world, other);
    close_world(&world);
}

static void instructions_wait_for_a_bank(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    deliver_send(&world, BANK_B, 1, world.ledger_ms + 5000);
    deliver_send(&world, BANK_B, 2, world.ledger_ms + 100);
    deliver_send(&world, BANK_B, 3, world.ledger_ms + 5000);
    pass(&world, 1000);
    struct fake_peer *peer = join(&world, BANK_B, 8);
    assert_int_equal(peer->count, 2); /* 2 is past its validity */
    assert_string_equal(peer->sent[0].payload, "instruction 1");
    assert_int_equal(peer->sent[0].timeout_ms, 4000);
    assert_int_equal(peer->sent[0].direction, MESSAGE_REQUEST);
    assert_string_equal(peer->sent[1].payload, "instruction 3");
    leave(&world, peer);
    close_world(&world);
}

static void window_of_the_bank(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_B, 2);
    for (uint64_t i = 1; i <= 4; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    assert_int_equal(peer->count, 2);
    struct router_stats stats;
    router_stats(world.router, &stats);
    assert_int_equal(stats.waiting, 2);
    enum message_kind kind;
    struct id exchange;
    uint64_t first = peer->sent[0].correlation;
    assert_true(router_answered(world.router, &peer->peer, first, &kind, &exchange));
    assert_int_equal(kind, MESSAGE_POST_INSTRUCTION);
    struct id expected = id_number(1);
    assert_true(id_equal(&exchange, &expected));
    assert_int_equal(peer->count, 3);
    assert_false(router_answered(world.router, &peer->peer, first, &kind, &exchange));
    deliver_done(&world, 2); /* told on another connection: its slot is free at once */
    assert_int_equal(peer->count, 4);
    for (uint64_t i = 1; i <= 4; i++)
        deliver_done(&world, i);
    router_stats(world.router, &stats);
    assert_int_equal(stats.exchanges, 0);
    assert_int_equal(stats.outstanding, 0);
    assert_int_equal(stats.waiting, 0);
    leave(&world, peer);
    close_world(&world);
}

static void load_is_spread(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join(&world, BANK_B, 100);
    struct fake_peer *second = join(&world, BANK_B, 100);
    for (uint64_t i = 1; i <= 60; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    assert_int_equal(first->count, 30);
    assert_int_equal(second->count, 30);
    router_stop(&first->peer);
    for (uint64_t i = 61; i <= 70; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    assert_int_equal(first->count, 30);
    assert_int_equal(second->count, 40);
    leave(&world, first);
    leave(&world, second);
    close_world(&world);
}

/* A broken connection: the same bytes go over the next one, in their order, with less time left. */
static void sent_again_after_a_break(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_B, 8);
    for (uint64_t i = 1; i <= 3; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    enum message_kind kind;
    struct id exchange;
    assert_true(
        router_answered(world.router, &peer->peer, peer->sent[1].correlation, &kind, &exchange));
    leave(&world, peer);
    pass(&world, 1500);
    peer = join(&world, BANK_B, 8);
    assert_int_equal(peer->count, 2);
    assert_string_equal(peer->sent[0].payload, "instruction 1");
    assert_int_equal(peer->sent[0].timeout_ms, 3500);
    assert_string_equal(peer->sent[1].payload, "instruction 3");
    struct router_stats stats;
    router_stats(world.router, &stats);
    assert_int_equal(stats.resent, 2);
    leave(&world, peer);
    close_world(&world);
}

static void inquiries_back_off(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_B, 1);
    serve_page(&world, 0);
    deliver_send(&world, BANK_B, 1, world.ledger_ms + 100);
    deliver_inquire(&world, BANK_B, 1);
    assert_int_equal(peer->count, 2); /* the dead instruction gave its slot back */
    assert_int_equal(peer->sent[1].kind, MESSAGE_INQUIRE_POSTING);
    assert_string_equal(peer->sent[1].payload, "inquiry");
    int64_t pause_ms = 1000;
    for (size_t i = 2; i < 12; i++) {
        assert_int_equal(router_due_ms(world.router), world.now_ms + pause_ms);
        pass(&world, pause_ms - 1);
        assert_int_equal(peer->count, i);
        pass(&world, 1);
        assert_int_equal(peer->count, i + 1);
        pause_ms = pause_ms * 2 < 60000 ? pause_ms * 2 : 60000;
    }
    deliver_done(&world, 1);
    assert_int_equal(router_due_ms(world.router), INT64_MAX);
    leave(&world, peer);
    close_world(&world);
}

static void inquiries_wait_for_the_bank(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    deliver_inquire(&world, BANK_B, 1);
    pass(&world, 3600000);
    struct fake_peer *peer = join(&world, BANK_B, 4);
    assert_int_equal(peer->count, 1);
    leave(&world, peer);
    pass(&world, 100);
    peer = join(&world, BANK_B, 4);
    assert_int_equal(peer->count, 1); /* the break lost it: at once */
    pass(&world, 2000);
    assert_int_equal(peer->count, 2);
    leave(&world, peer);
    close_world(&world);
}

/* Barring takes the place of whatever went out for that exchange: an instruction that waits, was sent,
 * was answered or was refused, or an inquiry. From then on only it goes out, without end. */
static void a_cancellation_replaces_what_was_out(void **state) {
    (void)state;
    enum { WAITING, SENT, ANSWERED, REFUSED, INQUIRED, CASES };
    for (int before = 0; before < CASES; before++) {
        struct world world;
        open_world(&world);
        struct fake_peer *peer = before == WAITING ? NULL : join(&world, BANK_B, 4);
        deliver_send(&world, BANK_B, 1, world.ledger_ms + 5000);
        enum message_kind kind;
        struct id exchange;
        if (before == ANSWERED)
            assert_true(router_answered(world.router, &peer->peer, peer->sent[0].correlation, &kind,
                                        &exchange));
        else if (before == REFUSED)
            assert_true(router_refused(world.router, &peer->peer, peer->sent[0].correlation));
        else if (before == INQUIRED)
            deliver_inquire(&world, BANK_B, 1);
        size_t out = before == WAITING ? 0 : peer->count;
        deliver_cancel(&world, BANK_B, 1);
        if (before == WAITING)
            peer = join(&world, BANK_B, 4);
        assert_int_equal(peer->count, out + 1);
        assert_int_equal(peer->sent[out].kind, MESSAGE_CANCEL_POSTING);
        assert_string_equal(peer->sent[out].payload, "cancel");
        assert_int_equal(peer->peer.outstanding, 1); /* the slot of what it replaced is free */
        assert_true(router_answered(world.router, &peer->peer, peer->sent[out].correlation, &kind,
                                    &exchange));
        assert_int_equal(kind, MESSAGE_CANCEL_POSTING);
        pass(&world, 60000); /* past the instruction's validity: nothing ends it but DONE */
        assert_true(peer->count > out + 1);
        for (size_t i = out; i < peer->count; i++)
            assert_int_equal(peer->sent[i].kind, MESSAGE_CANCEL_POSTING);
        deliver_done(&world, 1);
        struct router_stats stats;
        router_stats(world.router, &stats);
        assert_int_equal(stats.exchanges, 0);
        leave(&world, peer);
        close_world(&world);
    }
}

/* A bank that refuses an instruction is asked again while it is valid, never after. */
static void refused_instructions_are_retried(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_B, 4);
    deliver_send(&world, BANK_B, 1, world.ledger_ms + 2500);
    assert_true(router_refused(world.router, &peer->peer, peer->sent[0].correlation));
    assert_false(router_refused(world.router, &peer->peer, peer->sent[0].correlation));
    pass(&world, 999);
    assert_int_equal(peer->count, 1);
    pass(&world, 1);
    assert_int_equal(peer->count, 2);
    assert_int_equal(peer->sent[1].timeout_ms, 1500);
    assert_true(router_refused(world.router, &peer->peer, peer->sent[1].correlation));
    pass(&world, 10000);
    assert_int_equal(peer->count, 2);
    leave(&world, peer);
    close_world(&world);
}

static void exchanges_are_bounded(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    for (uint64_t i = 1; i <= 150; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    struct router_stats stats;
    router_stats(world.router, &stats);
    assert_int_equal(stats.exchanges, 100);
    assert_int_equal(stats.dropped, 50);
    deliver_inquire(&world, BANK_B, 120); /* money is reserved for it: kept all the same */
    struct fake_peer *peer = join(&world, BANK_B, 200);
    assert_int_equal(peer->count, 101);
    leave(&world, peer);
    close_world(&world);
}

/* A bank that answers nothing fills no other bank's place. */
static void exchanges_are_shared(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_A, 200);
    for (uint64_t i = 1; i <= 150; i++)
        deliver_send(&world, BANK_B, i, world.ledger_ms + 5000);
    for (uint64_t i = 1; i <= 100; i++)
        deliver_inquire(&world, BANK_B, i);
    for (uint64_t i = 201; i <= 260; i++)
        deliver_send(&world, BANK_A, i, world.ledger_ms + 5000);
    assert_int_equal(peer->count, 50);
    deliver_done(&world, 201);
    deliver_send(&world, BANK_A, 261, world.ledger_ms + 5000);
    assert_int_equal(peer->count, 51);
    leave(&world, peer);
    close_world(&world);
}

static void what_is_told_goes_once_or_is_lost(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    deliver_tell(&world, BANK_B); /* which nobody knows */
    deliver_tell(&world, BANK_A); /* which is not there */
    struct fake_peer *first = join(&world, BANK_A, 8);
    struct fake_peer *second = join(&world, BANK_A, 8);
    assert_int_equal(first->count + second->count, 0);
    deliver_tell(&world, BANK_A);
    assert_int_equal(first->count, 1);
    assert_int_equal(first->sent[0].kind, MESSAGE_POSITION_ALERT);
    assert_int_equal(first->sent[0].direction, MESSAGE_NOTICE);
    assert_string_equal(first->sent[0].payload, "told");
    router_hold(world.router, &first->peer, true);
    deliver_tell(&world, BANK_A);
    assert_int_equal(second->count, 1);
    router_stop(&second->peer);
    deliver_tell(&world, BANK_A);
    assert_int_equal(first->count + second->count, 2);
    leave(&world, first);
    leave(&world, second);
    close_world(&world);
}

/* What a peer does not take is not given to it: it waits, or goes another way. */
static void held_peers_get_nothing(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join(&world, BANK_A, 8);
    serve_page(&world, 0);
    router_hold(world.router, &first->peer, true);
    deliver_send(&world, BANK_A, 1, world.ledger_ms + 5000);
    deliver_inquire(&world, BANK_A, 2);
    deliver_notice(&world, 1);
    pass(&world, 2000);
    assert_int_equal(first->count, 0);
    struct fake_peer *second = join(&world, BANK_A, 1);
    assert_int_equal(second->count, 1);
    assert_int_equal(world.count, 0); /* nor is a page asked for */
    router_hold(world.router, &first->peer, false);
    assert_int_equal(first->count, 1);
    serve_page(&world, 1);
    assert_int_equal(first->count, 2);
    leave(&world, second);
    leave(&world, first);
    close_world(&world);
}

static void rights_that_end_cut(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join(&world, BANK_A, 8);
    struct fake_peer *second = join(&world, BANK_A, 8);
    struct fake_peer *other = join(&world, BANK_B, 8);
    set_bank(&world, BANK_A, true, 1); /* nothing changed */
    assert_false(first->cut || second->cut);
    set_bank(&world, BANK_A, true, 9); /* the pin is gone */
    assert_true(first->cut && second->cut);
    assert_false(other->cut);
    set_bank(&world, BANK_B, false, 2);
    assert_true(other->cut);
    assert_false(router_bank(world.router, BANK_B)->active);
    assert_null(router_bank(world.router, 5));
    free(first);
    free(second);
    free(other);
    close_world(&world);
}

static void others_effects_go_out(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct effect alarm = {.kind = EFFECT_ALARM, .text = "x"};
    struct effect reply = {.kind = EFFECT_REPLY, .origin = {ORIGIN_ADMIN, 1, 1}};
    struct effect nobody = {.kind = EFFECT_REPLY};
    router_deliver(world.router, &alarm);
    router_deliver(world.router, &reply);
    router_deliver(world.router, &nobody);
    assert_int_equal(world.told, 2);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bank_up_and_down),
        cmocka_unit_test(certificates_are_reported),
        cmocka_unit_test(too_many_peers),
        cmocka_unit_test(replies_by_origin),
        cmocka_unit_test(answers_only_what_was_granted),
        cmocka_unit_test(answers_reach_all_who_wait),
        cmocka_unit_test(instructions_wait_for_a_bank),
        cmocka_unit_test(window_of_the_bank),
        cmocka_unit_test(load_is_spread),
        cmocka_unit_test(sent_again_after_a_break),
        cmocka_unit_test(inquiries_back_off),
        cmocka_unit_test(inquiries_wait_for_the_bank),
        cmocka_unit_test(a_cancellation_replaces_what_was_out),
        cmocka_unit_test(refused_instructions_are_retried),
        cmocka_unit_test(exchanges_are_bounded),
        cmocka_unit_test(exchanges_are_shared),
        cmocka_unit_test(held_peers_get_nothing),
        cmocka_unit_test(what_is_told_goes_once_or_is_lost),
        cmocka_unit_test(rights_that_end_cut),
        cmocka_unit_test(others_effects_go_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
