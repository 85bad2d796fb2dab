/*
 * The router over peers and a door that only take notes: answers find who waits for them, what is
 * out is sent until it is done, notices arrive in order, and rights that end cut connections.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "router/router.h"

#define BANK_A 102100099996u
#define BANK_B 313100000013u
#define NOTES_MAX 4096

struct sent {
    enum message_kind kind;
    enum message_direction direction;
    uint64_t correlation;
    uint32_t timeout_ms;
    char payload[64];
    bool refused;
};

struct fake_peer {
    struct router_peer peer; /* first */
    struct router *router;
    struct sent sent[NOTES_MAX];
    size_t count;
    bool cut;
};

struct world {
    struct door door;
    struct router *router;
    struct command *commands[NOTES_MAX];
    size_t count;
    size_t room;
    int64_t ledger_ms;
    int64_t now_ms;
    size_t told;
    uint64_t connections;
};

static size_t world_room(void *context) {
    return ((struct world *)context)->room;
}

static void world_submit(void *context, struct command *command) {
    struct world *world = context;
    assert_true(world->count < NOTES_MAX);
    world->commands[world->count++] = command;
}

static int64_t world_ledger_now(void *context) {
    return ((struct world *)context)->ledger_ms;
}

static void world_told(void *context, const struct effect *effect) {
    (void)effect;
    ((struct world *)context)->told++;
}

static void clear_commands(struct world *world) {
    for (size_t i = 0; i < world->count; i++)
        command_free(world->commands[i]);
    world->count = 0;
}

static struct digest pin_of(uint8_t number) {
    struct digest pin = {{number}};
    return pin;
}

static void set_bank(struct world *world, bank_code code, bool active, uint8_t pin) {
    struct bank bank = {.code = code, .active = active, .pin_count = 1};
    bank.pins[0] = pin_of(pin);
    struct effect effect = {.kind = EFFECT_BANK, .bank = code, .entry = &bank};
    router_deliver(world->router, &effect);
}

static void open_world(struct world *world) {
    *world = (struct world){.room = NOTES_MAX, .ledger_ms = 1000000, .now_ms = 5000};
    world->door =
        (struct door){world, world_room, world_submit, world_submit, world_ledger_now, world_told};
    struct router_limits limits = {.peers_per_bank = 4, .exchanges = 100};
    world->router = router_new(&world->door, &limits, world->now_ms);
    set_bank(world, BANK_A, true, 1);
    set_bank(world, BANK_B, true, 2);
}

static void close_world(struct world *world) {
    router_free(world->router);
    clear_commands(world);
}

static void peer_send(struct router_peer *peer, const struct router_message *message) {
    struct fake_peer *fake = (struct fake_peer *)(void *)peer;
    assert_true(fake->count < NOTES_MAX);
    struct sent *sent = &fake->sent[fake->count++];
    *sent = (struct sent){
        message->kind,           message->direction, message->correlation, message->timeout_ms, "",
        message->refusal != NULL};
    assert_true(message->payload.size < sizeof(sent->payload));
    if (message->payload.size > 0)
        memcpy(sent->payload, message->payload.data, message->payload.size);
}

static void peer_cut(struct router_peer *peer) {
    struct fake_peer *fake = (struct fake_peer *)(void *)peer;
    fake->cut = true;
    router_leave(fake->router, peer);
}

static struct fake_peer *join_at(struct world *world, bank_code bank, uint32_t window,
                                 uint64_t position) {
    struct fake_peer *fake = calloc(1, sizeof(*fake));
    assert_non_null(fake);
    fake->router = world->router;
    fake->peer = (struct router_peer){.connection = ++world->connections,
                                      .bank = bank,
                                      .pin = pin_of(bank == BANK_A ? 1 : 2),
                                      .window = window,
                                      .send = peer_send,
                                      .cut = peer_cut};
    struct bank_up up = {.last_notice_sequence = position};
    assert_int_equal(router_join(world->router, &fake->peer, &up), 0);
    return fake;
}

static struct fake_peer *join(struct world *world, bank_code bank, uint32_t window) {
    return join_at(world, bank, window, 0);
}

static void leave(struct world *world, struct fake_peer *fake) {
    router_leave(world->router, &fake->peer);
    free(fake);
}

static struct id id_number(uint64_t number) {
    return id_make(1, number, 0);
}

static void deliver_send(struct world *world, bank_code bank, uint64_t exchange,
                         int64_t deadline_ms) {
    char text[32];
    snprintf(text, sizeof(text), "instruction %llu", (unsigned long long)exchange);
    struct effect effect = {.kind = EFFECT_SEND,
                            .message = MESSAGE_POST_INSTRUCTION,
                            .bank = bank,
                            .exchange = id_number(exchange),
                            .deadline_ms = deadline_ms,
                            .payload = span_text(text)};
    router_deliver(world->router, &effect);
}

static void deliver_inquire(struct world *world, bank_code bank, uint64_t exchange) {
    struct effect effect = {.kind = EFFECT_INQUIRE,
                            .bank = bank,
                            .exchange = id_number(exchange),
                            .payload = SPAN_LITERAL("inquiry")};
    router_deliver(world->router, &effect);
}

static void deliver_done(struct world *world, uint64_t exchange) {
    struct effect effect = {.kind = EFFECT_DONE, .exchange = id_number(exchange)};
    router_deliver(world->router, &effect);
}

static void deliver_notice(struct world *world, uint64_t sequence) {
    struct effect effect = {.kind = EFFECT_NOTICE,
                            .message = MESSAGE_TRANSFER_NOTICE,
                            .bank = BANK_A,
                            .sequence = sequence};
    char text[32];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)sequence);
    effect.payload = span_text(text);
    router_deliver(world->router, &effect);
}

/* The last command submitted, of that kind. */
static struct command *last_command(struct world *world, enum command_kind kind) {
    assert_true(world->count > 0);
    struct command *command = world->commands[world->count - 1];
    assert_int_equal(command->kind, kind);
    return command;
}

/* Answers the last FETCH_NOTICES with what a table of notices up to last holds. */
static void serve_page(struct world *world, uint64_t last) {
    struct command *command = last_command(world, COMMAND_FETCH_NOTICES);
    struct origin origin = command->origin;
    struct fetch_notices fetch = command->body.fetch_notices;
    clear_commands(world);
    for (uint64_t n = 1; n <= fetch.max && fetch.after_sequence + n <= last; n++)
        deliver_notice(world, fetch.after_sequence + n);
    struct effect end = {.kind = EFFECT_REPLY, .origin = origin};
    router_deliver(world->router, &end);
}

static void pass(struct world *world, int64_t ms) {
    world->now_ms += ms;
    world->ledger_ms += ms;
    router_advance(world->router, world->now_ms);
}

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
    assert_true(router_request(world.router, &peer->peer, 7, MESSAGE_GET_LINK, NULL));
    assert_false(router_request(world.router, &peer->peer, 7, MESSAGE_GET_LINK, NULL));
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

/* The same request on two connections: the late answer reaches both, and not the one that went. */
static void answers_reach_all_who_wait(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct id request = id_number(77);
    struct fake_peer *peers[3];
    for (size_t i = 0; i < 3; i++) {
        peers[i] = join(&world, BANK_A, 8);
        assert_true(router_request(world.router, &peers[i]->peer, i + 1, MESSAGE_SUBMIT_TRANSFER,
                                   &request));
    }
    struct fake_peer *other = join(&world, BANK_B, 8);
    assert_true(router_request(world.router, &other->peer, 1, MESSAGE_SUBMIT_TRANSFER, &request));
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

static void notices_in_order(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, 10);
    deliver_notice(&world, 15); /* not caught up: it will come from the table */
    assert_int_equal(peer->count, 0);
    serve_page(&world, 15);
    assert_int_equal(peer->count, 5);
    assert_string_equal(peer->sent[0].payload, "11");
    assert_string_equal(peer->sent[4].payload, "15");
    assert_int_equal(peer->sent[4].direction, MESSAGE_NOTICE);
    serve_page(&world, 15); /* the one that was let go asked for it */
    assert_int_equal(world.count, 0);
    deliver_notice(&world, 16);
    assert_int_equal(peer->count, 6);
    deliver_notice(&world, 16);
    assert_int_equal(peer->count, 6);
    leave(&world, peer);
    close_world(&world);
}

static void notices_stop_at_the_bound(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_A, 8);
    serve_page(&world, 0);
    for (uint64_t n = 1; n <= 1500; n++)
        deliver_notice(&world, n);
    assert_int_equal(peer->count, ROUTER_NOTICES_MAX);
    assert_int_equal(world.count, 0);
    router_acknowledged(world.router, BANK_A, 100);
    assert_int_equal(world.count, 0); /* not yet room for a page */
    router_acknowledged(world.router, BANK_A, 1024);
    for (int pages = 0; world.count > 0 && pages < 10; pages++)
        serve_page(&world, 1500);
    assert_int_equal(peer->count, 1500);
    deliver_notice(&world, 1501);
    assert_int_equal(peer->count, 1501);
    for (size_t i = 0; i < peer->count; i++)
        assert_int_equal(atoi(peer->sent[i].payload), i + 1);
    leave(&world, peer);
    close_world(&world);
}

static void notices_move_to_another_connection(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join(&world, BANK_A, 8);
    struct fake_peer *second = join(&world, BANK_A, 8);
    serve_page(&world, 6);
    assert_int_equal(first->count, 6);
    router_acknowledged(world.router, BANK_A, 4);
    leave(&world, first);
    serve_page(&world, 6);
    assert_int_equal(second->count, 2);
    assert_string_equal(second->sent[0].payload, "5");
    leave(&world, second);
    close_world(&world);
}

static void pages_wait_for_room(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    world.room = 0;
    struct fake_peer *peer = join(&world, BANK_A, 8);
    last_command(&world, COMMAND_BANK_UP);
    world.room = 1;
    router_resume(world.router);
    last_command(&world, COMMAND_FETCH_NOTICES);
    clear_commands(&world);
    pass(&world, 4999);
    assert_int_equal(world.count, 0);
    pass(&world, 1); /* the page never came: asked for again */
    serve_page(&world, 3);
    assert_int_equal(peer->count, 3);
    leave(&world, peer);
    close_world(&world);
}

/* A bank that claims to hold notices which were never given gets the next one all the same. */
static void false_position(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, 1000000);
    serve_page(&world, 0);
    deliver_notice(&world, 1);
    deliver_notice(&world, 2);
    assert_int_equal(peer->count, 2);
    leave(&world, peer);
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
        cmocka_unit_test(too_many_peers),
        cmocka_unit_test(replies_by_origin),
        cmocka_unit_test(answers_reach_all_who_wait),
        cmocka_unit_test(instructions_wait_for_a_bank),
        cmocka_unit_test(window_of_the_bank),
        cmocka_unit_test(load_is_spread),
        cmocka_unit_test(sent_again_after_a_break),
        cmocka_unit_test(inquiries_back_off),
        cmocka_unit_test(inquiries_wait_for_the_bank),
        cmocka_unit_test(refused_instructions_are_retried),
        cmocka_unit_test(exchanges_are_bounded),
        cmocka_unit_test(notices_in_order),
        cmocka_unit_test(notices_stop_at_the_bound),
        cmocka_unit_test(notices_move_to_another_connection),
        cmocka_unit_test(pages_wait_for_room),
        cmocka_unit_test(false_position),
        cmocka_unit_test(rights_that_end_cut),
        cmocka_unit_test(others_effects_go_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
