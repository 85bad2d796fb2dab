/*
 * The stage of the session's tests. Everything is checked with cmocka's assertions, so that a
 * helper that fails fails its test.
 */
#include "session/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t stage_boot_us(void *context) {
    return ((struct stage *)context)->boot_ms * 1000;
}

static int64_t stage_wall_ms(void *context) {
    return ((struct stage *)context)->wall_ms;
}

static size_t stage_room(void *context, bank_code bank) {
    (void)bank;
    return ((struct stage *)context)->room;
}

static void stage_take(void *context, struct command *command) {
    struct stage *stage = context;
    assert_true(stage->count < STAGE_COMMANDS_MAX);
    stage->commands[stage->count++] = command;
}

static void stage_take_one(void *context, struct command *command) {
    struct stage *stage = context;
    assert_true(stage->room > 0);
    stage->room--;
    stage_take(context, command);
}

static void stage_told(void *context, const struct effect *effect) {
    (void)effect;
    ((struct stage *)context)->told++;
}

void stage_open(struct stage *stage) {
    *stage = (struct stage){
        .config = {.window = STAGE_WINDOW,
                   .handshake_ms = 10000,
                   .hello_ms = 10000,
                   .heartbeat_ms = STAGE_HEARTBEAT_MS,
                   .limits = {.peers_per_bank = 3, .exchanges = 1000},
                   .software = "linkgate test"},
        .boot_ms = 1000,
        .wall_ms = 1800000000000,
        .room = 100000,
    };
    stage->clock = (struct clock){stage_boot_us, stage_wall_ms, stage};
    stage->door = (struct door){stage,      stage_room, stage_take_one, stage_take, stage_wall_ms,
                                stage_told, NULL};
    stage->front = front_new(&stage->config, &stage->clock, &stage->door);
    effects_init(&stage->effects);
    stage_bank(stage, BANK_A, BANK_ROLE_CLASS2, true, 1);
    stage_bank(stage, BANK_B, BANK_ROLE_CLASS1, true, 2);
    front_turn(stage->front);
}

void stage_close(struct stage *stage) {
    front_free(stage->front);
    stage_clear(stage);
    effects_deinit(&stage->effects);
}

void stage_clear(struct stage *stage) {
    for (size_t i = 0; i < stage->count; i++)
        command_free(stage->commands[i]);
    stage->count = 0;
}

void stage_pass(struct stage *stage, int64_t ms) {
    stage->boot_ms += ms;
    stage->wall_ms += ms;
    front_turn(stage->front);
}

void stage_deliver(struct stage *stage) {
    front_deliver(stage->front, &stage->effects);
    effects_clear(&stage->effects);
}

void stage_bank(struct stage *stage, bank_code code, uint32_t roles, bool active, uint8_t pin) {
    struct bank bank = {.code = code, .active = active, .roles = roles, .pin_count = 1};
    bank.pins[0].bytes[0] = pin;
    struct effect *effect = effects_add(&stage->effects, EFFECT_BANK);
    effect->bank = code;
    effect->entry = &bank;
    stage_deliver(stage);
}

void stage_window(struct stage *stage, int64_t day, int64_t cut_off_ms) {
    struct effect *effect = effects_add(&stage->effects, EFFECT_WINDOW);
    effect->sequence = 1;
    effect->day = day;
    effect->deadline_ms = cut_off_ms;
    stage_deliver(stage);
}

void stage_grant(struct stage *stage, const struct command *command) {
    struct effect *effect = effects_add(&stage->effects, EFFECT_WAIT);
    effect->origin = command->origin;
    effect->bank = command->bank;
    effect->request = *command_request_id(command);
}

size_t stage_count(const struct stage *stage, enum command_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < stage->count; i++)
        count += stage->commands[i]->kind == kind;
    return count;
}

struct command *stage_last(const struct stage *stage, enum command_kind kind) {
    for (size_t i = stage->count; i-- > 0;) {
        if (stage->commands[i]->kind == kind)
            return stage->commands[i];
    }
    return NULL;
}

static void line_woken(void *context) {
    ((struct line *)context)->woken++;
}

void line_open(struct stage *stage, struct line *line, const char *uri, uint8_t pin) {
    *line = (struct line){0};
    arena_init(&line->arena, 4096, 0);
    struct session_owner owner = {line, line_woken, "127.0.0.1:1"};
    line->session = session_new(stage->front, &owner);
    struct session_peer peer = {.uri = uri, .until_unix_ms = stage->wall_ms + 30 * 86400000LL};
    peer.pin.bytes[0] = pin;
    session_admit(line->session, &peer);
}

void line_close(struct line *line) {
    session_free(line->session);
    buf_deinit(&line->in);
    arena_deinit(&line->arena);
}

void line_hello_at(struct line *line, uint32_t window, uint64_t position) {
    struct digest token = {{7}};
    struct hello hello = {.protocol_min = 1,
                          .protocol_max = 3,
                          .software = SPAN_LITERAL("bank 1.0"),
                          .window = window,
                          .last_notice_sequence = position};
    if (position > 0)
        hello.last_notice_token = span_of(token.bytes, DIGEST_SIZE);
    struct buf payload = {0};
    message_encode_hello(&hello, &payload);
    line_send(line, 1, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(&payload));
    buf_deinit(&payload);
    struct envelope envelope;
    assert_true(line_read(line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_HELLO);
    assert_int_equal(envelope.direction, MESSAGE_REPLY);
    assert_int_equal(envelope.correlation, 1);
    struct hello_reply reply;
    assert_int_equal(message_decode_hello_reply(envelope.payload, &line->arena, &reply), 0);
    assert_int_equal(reply.protocol, 1);
    assert_int_equal(reply.window, STAGE_WINDOW);
    assert_int_equal(reply.heartbeat_ms, STAGE_HEARTBEAT_MS);
    assert_int_equal(session_state(line->session), SESSION_OPEN);
}

void line_hello(struct line *line) {
    line_hello_at(line, 16, 0);
}

void line_put(struct line *line, uint64_t correlation, uint32_t kind,
              enum message_direction direction, struct span payload) {
    struct envelope envelope = {.correlation = correlation,
                                .kind = kind,
                                .direction = direction,
                                .payload = payload,
                                .timeout_ms = 5000};
    envelope_append(&envelope, &line->in);
}

void line_feed(struct line *line) {
    line->need = session_feed(line->session, buf_span(&line->in));
    buf_clear(&line->in);
}

void line_send(struct line *line, uint64_t correlation, uint32_t kind,
               enum message_direction direction, struct span payload) {
    line_put(line, correlation, kind, direction, payload);
    line_feed(line);
}

bool line_read_any(struct line *line, struct envelope *envelope_out) {
    struct buf *out = session_output(line->session);
    struct span body;
    size_t used;
    if (out->size == 0)
        return false;
    assert_int_equal(frame_next(buf_span(out), &body, &used), 0);
    assert_int_equal(envelope_decode(body, &line->arena, envelope_out), 0);
    buf_consume(out, used);
    return true;
}

/* What the system tells everybody is looked at by its own tests. */
bool line_read(struct line *line, struct envelope *envelope_out) {
    while (line_read_any(line, envelope_out)) {
        if (envelope_out->kind != MESSAGE_SYSTEM_NOTICE)
            return true;
    }
    return false;
}

void line_expect_go_away(struct line *line, const char *code) {
    struct envelope envelope;
    struct go_away message;
    assert_true(line_read(line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_GO_AWAY);
    assert_int_equal(envelope.direction, MESSAGE_NOTICE);
    assert_int_equal(message_decode_go_away(envelope.payload, &line->arena, &message), 0);
    if (!span_equal(message.code, span_text(code)))
        fail_msg("GoAway %.*s instead of %s", (int)message.code.size,
                 (const char *)message.code.data, code);
    assert_int_equal(message.drain_ms, 0);
    assert_int_equal(session_state(line->session), SESSION_CLOSED);
    line_expect_silence(line);
}

void line_expect_refusal(struct line *line, uint64_t correlation, const char *detail) {
    struct envelope envelope;
    struct refusal_view view;
    assert_true(line_read(line, &envelope));
    assert_int_equal(envelope.direction, MESSAGE_REFUSAL);
    assert_int_equal(envelope.correlation, correlation);
    assert_int_equal(partner_decode_refusal(envelope.payload, &line->arena, &view), 0);
    if (!span_equal(view.detail, span_text(detail)))
        fail_msg("refusal %.*s instead of %s", (int)view.detail.size,
                 (const char *)view.detail.data, detail);
}

void line_expect_silence(struct line *line) {
    struct envelope envelope;
    assert_false(line_read(line, &envelope));
}

void stage_submit_transfer(const struct stage *stage, uint32_t number, struct buf *out) {
    uint8_t chance[10] = {0};
    put_be32(chance, number);
    struct submit_transfer message = {
        .request = uuid7_make(stage->wall_ms, chance),
        .link = id_make(stage->wall_ms, 1, 0),
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .amount = {.fen = 100, .currency = "CNY"},
        .end_to_end_id = SPAN_LITERAL("e2e-1"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    partner_encode_submit_transfer(&message, out);
}
