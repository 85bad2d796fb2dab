/*
 * The stand of the router's tests. Everything is checked with cmocka's assertions.
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

static size_t world_room(void *context, bank_code bank) {
    (void)bank;
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

void clear_commands(struct world *world) {
    for (size_t i = 0; i < world->count; i++)
        command_free(world->commands[i]);
    world->count = 0;
}

static struct digest pin_of(uint8_t number) {
    struct digest pin = {{number}};
    return pin;
}

void set_bank(struct world *world, bank_code code, bool active, uint8_t pin) {
    struct bank bank = {.code = code, .active = active, .pin_count = 1};
    bank.pins[0] = pin_of(pin);
    struct effect effect = {.kind = EFFECT_BANK, .bank = code, .entry = &bank};
    router_deliver(world->router, &effect);
}

void open_world(struct world *world) {
    *world = (struct world){.room = NOTES_MAX, .ledger_ms = 1000000, .now_ms = 5000};
    world->door = (struct door){
        world, world_room, world_submit, world_submit, world_ledger_now, world_told, NULL};
    struct router_limits limits = {.peers_per_bank = 4, .exchanges = 100};
    world->router = router_new(&world->door, &limits, world->now_ms);
    set_bank(world, BANK_A, true, 1);
    set_bank(world, BANK_B, true, 2);
}

void close_world(struct world *world) {
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

struct fake_peer *join_with(struct world *world, bank_code bank, uint32_t window, uint64_t position,
                            uint8_t token) {
    struct fake_peer *fake = calloc(1, sizeof(*fake));
    assert_non_null(fake);
    fake->router = world->router;
    fake->peer = (struct router_peer){.connection = ++world->connections,
                                      .bank = bank,
                                      .pin = pin_of(bank == BANK_A ? 1 : 2),
                                      .certificate_expires_ms = world->expires_at_ms,
                                      .window = window,
                                      .send = peer_send,
                                      .cut = peer_cut};
    struct bank_up up = {.last_notice_sequence = position, .has_token = token != 0};
    memset(up.last_notice_token.bytes, token, DIGEST_SIZE);
    assert_int_equal(router_join(world->router, &fake->peer, &up), 0);
    return fake;
}

struct fake_peer *join_at(struct world *world, bank_code bank, uint32_t window, uint64_t position) {
    return join_with(world, bank, window, position, 0);
}

struct fake_peer *join(struct world *world, bank_code bank, uint32_t window) {
    return join_at(world, bank, window, 0);
}

void leave(struct world *world, struct fake_peer *fake) {
    router_leave(world->router, &fake->peer);
    free(fake);
}

struct id id_number(uint64_t number) {
    return id_make(1, number, 0);
}

void deliver_send(struct world *world, bank_code bank, uint64_t exchange, int64_t deadline_ms) {
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

void deliver_inquire(struct world *world, bank_code bank, uint64_t exchange) {
    struct effect effect = {.kind = EFFECT_INQUIRE,
                            .message = MESSAGE_INQUIRE_POSTING,
                            .bank = bank,
                            .exchange = id_number(exchange),
                            .payload = SPAN_LITERAL("inquiry")};
    router_deliver(world->router, &effect);
}

void deliver_cancel(struct world *world, bank_code bank, uint64_t exchange) {
    struct effect effect = {.kind = EFFECT_INQUIRE,
                            .message = MESSAGE_CANCEL_POSTING,
                            .bank = bank,
                            .exchange = id_number(exchange),
                            .payload = SPAN_LITERAL("cancel")};
    router_deliver(world->router, &effect);
}

void deliver_done(struct world *world, uint64_t exchange) {
    struct effect effect = {.kind = EFFECT_DONE, .exchange = id_number(exchange)};
    router_deliver(world->router, &effect);
}

void deliver_tell(struct world *world, bank_code bank) {
    struct effect effect = {.kind = EFFECT_TELL,
                            .message = MESSAGE_POSITION_ALERT,
                            .bank = bank,
                            .payload = SPAN_LITERAL("told")};
    router_deliver(world->router, &effect);
}

void deliver_notice(struct world *world, uint64_t sequence) {
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
struct command *last_command(struct world *world, enum command_kind kind) {
    assert_true(world->count > 0);
    struct command *command = world->commands[world->count - 1];
    assert_int_equal(command->kind, kind);
    return command;
}

/* Answers the last FETCH_NOTICES with what a table of notices from first to last holds. */
void serve_page_from(struct world *world, uint64_t first, uint64_t last) {
    struct command *command = last_command(world, COMMAND_FETCH_NOTICES);
    struct origin origin = command->origin;
    struct fetch_notices fetch = command->body.fetch_notices;
    uint64_t after = fetch.after_sequence >= first ? fetch.after_sequence : first - 1;
    clear_commands(world);
    for (uint64_t n = 1; n <= fetch.max && after + n <= last; n++)
        deliver_notice(world, after + n);
    struct effect end = {.kind = EFFECT_REPLY, .origin = origin};
    router_deliver(world->router, &end);
}

void serve_page(struct world *world, uint64_t last) {
    serve_page_from(world, 1, last);
}

void pass(struct world *world, int64_t ms) {
    world->now_ms += ms;
    world->ledger_ms += ms;
    router_advance(world->router, world->now_ms);
}
