/*
 * A session's right conversation, over plain bytes and a clock that is told: Hello, requests and
 * their answers, instructions and theirs, heartbeats, draining, and the end of a bank's rights.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "session/stage.h"

static void hello_opens(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    assert_int_equal(session_state(line.session), SESSION_AWAIT_HELLO);
    line_hello_at(&line, 16, 55);
    struct command *up = stage_last(&stage, COMMAND_BANK_UP);
    assert_non_null(up);
    assert_int_equal(up->bank, BANK_A);
    assert_int_equal(up->body.bank_up.last_notice_sequence, 55);
    assert_true(up->body.bank_up.has_token);
    assert_int_equal(up->body.bank_up.last_notice_token.bytes[0], 7);
    assert_true(up->payload.size > 0); /* it goes to the log */
    assert_int_equal(session_bank(line.session), BANK_A);
    line_close(&line);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), 1);
    stage_close(&stage);
}

static void request_and_answer(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 42, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    assert_int_equal(line.need, SESSION_WANTS);
    line_expect_silence(&line);
    struct command *command = stage_last(&stage, COMMAND_SUBMIT_TRANSFER);
    assert_non_null(command);
    assert_true(span_equal(command->payload, buf_span(&payload)));
    assert_int_equal(command->bank, BANK_A);
    assert_int_equal(command->pin.bytes[0], 1);
    assert_int_equal(command->timeout_ms, 5000);
    assert_int_equal(command->origin.kind, ORIGIN_BANK);
    assert_int_equal(command->origin.correlation, 42);
    assert_int_equal(command->body.submit_transfer.amount.fen, 100);
    stage_grant(&stage, command);
    struct effect *effect = effects_add(&stage.effects, EFFECT_ANSWER);
    effect->bank = BANK_A;
    effect->request = command->body.submit_transfer.request;
    effect->payload = SPAN_LITERAL("reply");
    stage_deliver(&stage);
    struct envelope envelope;
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_SUBMIT_TRANSFER);
    assert_int_equal(envelope.direction, MESSAGE_REPLY);
    assert_int_equal(envelope.correlation, 42);
    assert_true(span_equal(envelope.payload, SPAN_LITERAL("reply")));
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

/* The same bytes, cut anywhere, make the same commands. */
static void split_at_each_byte(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload = {0};
    struct buf frames = {0};
    stage_submit_transfer(&stage, 1, &payload);
    for (uint64_t i = 0; i < 2; i++)
        line_put(&line, 10 + i, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    buf_append_span(&frames, buf_span(&line.in));
    buf_clear(&line.in);
    for (size_t cut = 0; cut <= frames.size; cut++) {
        (void)session_feed(line.session, span_of(frames.data, cut));
        (void)session_feed(line.session, span_of(frames.data + cut, frames.size - cut));
        assert_int_equal(stage_count(&stage, COMMAND_SUBMIT_TRANSFER), 2);
        for (size_t i = 0; i < stage.count; i++) {
            if (stage.commands[i]->kind == COMMAND_SUBMIT_TRANSFER)
                stage_grant(&stage, stage.commands[i]);
        }
        struct effect *effect = effects_add(&stage.effects, EFFECT_ANSWER);
        effect->bank = BANK_A;
        effect->request = stage_last(&stage, COMMAND_SUBMIT_TRANSFER)->body.submit_transfer.request;
        stage_deliver(&stage);
        buf_clear(session_output(line.session));
        stage_clear(&stage);
    }
    for (size_t i = 0; i < frames.size; i++)
        (void)session_feed(line.session, span_of(frames.data + i, 1));
    assert_int_equal(stage_count(&stage, COMMAND_SUBMIT_TRANSFER), 2);
    buf_deinit(&payload);
    buf_deinit(&frames);
    line_close(&line);
    stage_close(&stage);
}

static void window_and_room(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload = {0};
    for (uint32_t i = 0; i < STAGE_WINDOW + 1; i++) {
        buf_clear(&payload);
        stage_submit_transfer(&stage, i, &payload);
        line_put(&line, 100 + i, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    }
    stage.room = 3;
    line_feed(&line);
    assert_int_equal(line.need, SESSION_BLOCKED);
    assert_int_equal(stage_count(&stage, COMMAND_SUBMIT_TRANSFER), 3);
    line_feed(&line);
    assert_int_equal(line.need, SESSION_BLOCKED);
    stage.room = 100;
    line_feed(&line);
    assert_int_equal(line.need, SESSION_WANTS);
    assert_int_equal(stage_count(&stage, COMMAND_SUBMIT_TRANSFER), STAGE_WINDOW);
    line_expect_refusal(&line, 100 + STAGE_WINDOW, "WINDOW");
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

static void frames_a_turn_are_bounded(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    for (uint64_t i = 0; i < SESSION_FRAMES_MAX + 10; i++)
        line_put(&line, 0, 5, MESSAGE_NOTICE, span_of(NULL, 0));
    line_feed(&line);
    assert_int_equal(line.need, SESSION_AGAIN);
    line_feed(&line);
    assert_int_equal(line.need, SESSION_WANTS);
    struct front_stats stats;
    front_stats(stage.front, &stats);
    assert_int_equal(stats.ignored, SESSION_FRAMES_MAX + 10);
    line_close(&line);
    stage_close(&stage);
}

static void deliver_instruction(struct stage *stage, uint64_t number) {
    struct effect *effect = effects_add(&stage->effects, EFFECT_SEND);
    effect->message = MESSAGE_POST_INSTRUCTION;
    effect->bank = BANK_B;
    effect->exchange = id_make(1, number, 0);
    effect->deadline_ms = stage->wall_ms + 4000;
    effect->payload = SPAN_LITERAL("instruction");
    stage_deliver(stage);
}

static void answer(struct line *line, uint64_t correlation, uint64_t number,
                   enum message_direction direction, enum message_kind kind) {
    struct posting_result result = {.transfer = id_make(1, number, 0),
                                    .outcome = POSTING_POSTED,
                                    .reference = SPAN_LITERAL("b77"),
                                    .book_date = SPAN_LITERAL("2026-12-31")};
    struct buf payload = {0};
    partner_encode_posting_result(&result, &payload);
    line_send(line, correlation, kind, direction, buf_span(&payload));
    buf_deinit(&payload);
}

static void instruction_and_result(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_B, 2);
    line_hello(&line);
    deliver_instruction(&stage, 1);
    struct envelope envelope;
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(envelope.direction, MESSAGE_REQUEST);
    assert_int_equal(envelope.timeout_ms, 4000);
    assert_true(envelope.correlation > 0);
    answer(&line, envelope.correlation, 1, MESSAGE_REPLY, MESSAGE_POST_INSTRUCTION);
    struct command *command = stage_last(&stage, COMMAND_POSTING_ANSWER);
    assert_non_null(command);
    assert_int_equal(command->origin.kind, ORIGIN_NONE);
    assert_int_equal(command->body.posting_answer.outcome, POSTING_POSTED);
    assert_int_equal(command->bank, BANK_B);
    line_expect_silence(&line);
    /* the same again, out of nowhere: the ledger's to judge */
    answer(&line, envelope.correlation, 1, MESSAGE_REPLY, MESSAGE_POST_INSTRUCTION);
    answer(&line, 987654321, 1, MESSAGE_REPLY, MESSAGE_INQUIRE_POSTING);
    assert_int_equal(stage_count(&stage, COMMAND_POSTING_ANSWER), 3);
    /* as a request of its own: has an origin, for it is answered */
    answer(&line, 5, 1, MESSAGE_REQUEST, MESSAGE_POSTING_RESULT);
    command = stage_last(&stage, COMMAND_POSTING_ANSWER);
    assert_int_equal(command->origin.kind, ORIGIN_BANK);
    assert_int_equal(command->origin.correlation, 5);
    line_close(&line);
    stage_close(&stage);
}

static void unreadable_answers(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_B, 2);
    line_hello(&line);
    deliver_instruction(&stage, 1);
    struct envelope envelope;
    assert_true(line_read(&line, &envelope));
    line_send(&line, envelope.correlation, MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY,
              SPAN_LITERAL("\xff\xff\xff"));
    struct command *command = stage_last(&stage, COMMAND_POSTING_ANSWER);
    assert_non_null(command);
    struct id expected = id_make(1, 1, 0);
    assert_true(id_equal(&command->body.posting_answer.transfer, &expected));
    assert_int_equal(command->body.posting_answer.outcome, POSTING_NONE);
    /* what the log keeps reads the same at replay */
    struct command *again = command_new(COMMAND_POSTING_ANSWER);
    again->payload = command->payload;
    struct refusal refusal;
    assert_int_equal(message_decode_command(again, stage.wall_ms, &refusal), 0);
    assert_true(id_equal(&again->body.posting_answer.transfer, &expected));
    command_free(again);
    /* about nothing that was asked: only counted and logged */
    line_send(&line, 4711, MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY, SPAN_LITERAL("\xff"));
    assert_int_equal(stage_count(&stage, COMMAND_POSTING_ANSWER), 1);
    struct front_stats stats;
    front_stats(stage.front, &stats);
    assert_int_equal(stats.unreadable, 2);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    line_close(&line);
    stage_close(&stage);
}

/* Answers made to use up the memory that reading may take, to the last byte: unread like others. */
static void greedy_answers(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct buf payload = {0};
    stage_open(&stage);
    line_open(&stage, &line, URI_B, 2);
    line_hello(&line);
    for (uint32_t fields = 8000; fields <= 20000; fields += 16) {
        struct envelope envelope;
        buf_clear(&payload);
        for (uint32_t i = 0; i < fields; i++)
            buf_append(&payload, "\xf8\x01\x00", 3); /* field 31, not ours */
        deliver_instruction(&stage, 1 + fields);
        assert_true(line_read(&line, &envelope));
        line_send(&line, envelope.correlation, MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY,
                  buf_span(&payload));
        struct command *command = stage_last(&stage, COMMAND_POSTING_ANSWER);
        assert_non_null(command);
        struct id expected = id_make(1, 1 + fields, 0);
        assert_true(id_equal(&command->body.posting_answer.transfer, &expected));
        assert_int_equal(command->body.posting_answer.outcome, POSTING_NONE);
        stage_clear(&stage);
    }
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

static void refused_instruction(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_B, 2);
    line_hello(&line);
    deliver_instruction(&stage, 1);
    struct envelope envelope;
    assert_true(line_read(&line, &envelope));
    line_send(&line, envelope.correlation, MESSAGE_POST_INSTRUCTION, MESSAGE_REFUSAL,
              span_of(NULL, 0));
    line_expect_silence(&line);
    stage_pass(&stage, 1000);
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(envelope.timeout_ms, 3000);
    line_close(&line);
    stage_close(&stage);
}

static void notices_are_acknowledged(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello_at(&line, 16, 3);
    struct command *fetch = stage_last(&stage, COMMAND_FETCH_NOTICES);
    assert_non_null(fetch);
    assert_int_equal(fetch->body.fetch_notices.after_sequence, 3);
    struct effect *effect = effects_add(&stage.effects, EFFECT_NOTICE);
    effect->message = MESSAGE_TRANSFER_NOTICE;
    effect->bank = BANK_A;
    effect->sequence = 4;
    effect->payload = SPAN_LITERAL("notice");
    effect = effects_add(&stage.effects, EFFECT_REPLY);
    effect->origin = fetch->origin;
    stage_deliver(&stage);
    struct envelope envelope;
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_TRANSFER_NOTICE);
    assert_int_equal(envelope.direction, MESSAGE_NOTICE);
    assert_int_equal(envelope.correlation, 0);
    struct ack_notices ack = {4};
    struct buf payload = {0};
    partner_encode_ack_notices(&ack, &payload);
    line_send(&line, 0, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, buf_span(&payload));
    struct command *command = stage_last(&stage, COMMAND_ACK_NOTICES);
    assert_non_null(command);
    assert_int_equal(command->origin.kind, ORIGIN_NONE);
    assert_int_equal(command->body.ack_notices.up_to_sequence, 4);
    line_expect_silence(&line);
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

static void heartbeats(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct envelope envelope;
    stage_pass(&stage, STAGE_HEARTBEAT_MS - 1);
    line_expect_silence(&line);
    stage_pass(&stage, 1);
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_HEARTBEAT);
    assert_int_equal(envelope.direction, MESSAGE_REQUEST);
    line_send(&line, envelope.correlation, MESSAGE_HEARTBEAT, MESSAGE_REPLY, envelope.payload);
    stage_pass(&stage, STAGE_HEARTBEAT_MS);
    assert_true(line_read(&line, &envelope));
    stage_pass(&stage, STAGE_HEARTBEAT_MS);
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.kind, MESSAGE_HEARTBEAT);
    stage_pass(&stage, STAGE_HEARTBEAT_MS - 1);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    stage_pass(&stage, 1);
    line_expect_go_away(&line, "HEARTBEAT");
    assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), 1);
    line_close(&line);
    stage_close(&stage);
}

/* Traffic is a sign of life; bytes that never become a frame are none. */
static void signs_of_life(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct heartbeat beat = {77};
    struct buf payload = {0};
    message_encode_heartbeat(&beat, &payload);
    for (uint64_t i = 0; i < 20; i++) {
        stage_pass(&stage, STAGE_HEARTBEAT_MS - 1);
        line_send(&line, i + 1, MESSAGE_HEARTBEAT, MESSAGE_REQUEST, buf_span(&payload));
        struct envelope envelope;
        assert_true(line_read(&line, &envelope));
        assert_int_equal(envelope.direction, MESSAGE_REPLY);
        assert_true(span_equal(envelope.payload, buf_span(&payload)));
        line_expect_silence(&line);
    }
    static const uint8_t start[] = {0, 0, 0, 1, 0};
    for (size_t i = 0; session_state(line.session) == SESSION_OPEN; i++) {
        assert_true(i < 60);
        (void)session_feed(line.session, i < 5 ? span_of(&start[i], 1) : SPAN_LITERAL("x"));
        stage_pass(&stage, 1000);
    }
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

/* While the door has no room it is we who do not listen: the peer is not taken for dead. */
static void blocked_is_not_dead(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    stage.room = 0;
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    for (int i = 0; i < 10; i++)
        stage_pass(&stage, STAGE_HEARTBEAT_MS);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    stage.room = 1;
    line_feed(&line);
    assert_int_equal(stage_count(&stage, COMMAND_SUBMIT_TRANSFER), 1);
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

static void draining(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct line idle;
    struct line late;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_open(&stage, &idle, URI_B, 2);
    line_hello(&line);
    line_hello(&idle);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    front_drain(stage.front, 5000);
    struct envelope envelope;
    struct go_away message;
    assert_true(line_read(&line, &envelope));
    assert_int_equal(message_decode_go_away(envelope.payload, &line.arena, &message), 0);
    assert_int_equal(message.drain_ms, 5000);
    line_send(&line, 2, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_refusal(&line, 2, "BUSY");
    stage_pass(&stage, 0);
    assert_int_equal(session_state(idle.session), SESSION_CLOSED); /* had nothing in flight */
    assert_int_equal(session_state(line.session), SESSION_DRAINING);
    deliver_instruction(&stage, 9); /* goes nowhere: no session is left for it */
    struct effect *effect = effects_add(&stage.effects, EFFECT_REPLY);
    effect->origin = stage_last(&stage, COMMAND_SUBMIT_TRANSFER)->origin;
    stage_deliver(&stage);
    assert_true(line_read(&line, &envelope));
    assert_int_equal(envelope.correlation, 1);
    stage_pass(&stage, 0);
    assert_int_equal(session_state(line.session), SESSION_CLOSED);
    line_open(&stage, &late, URI_A, 1);
    line_expect_go_away(&late, "DRAIN");
    buf_deinit(&payload);
    line_close(&line);
    line_close(&idle);
    line_close(&late);
    stage_close(&stage);
}

static void draining_ends(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_hello(&line);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    session_drain(line.session, 5000);
    stage_pass(&stage, 4999);
    assert_int_equal(session_state(line.session), SESSION_DRAINING);
    stage_pass(&stage, 1);
    assert_int_equal(session_state(line.session), SESSION_CLOSED);
    buf_deinit(&payload);
    line_close(&line);
    stage_close(&stage);
}

static void rights_that_end(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct line before_hello;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_open(&stage, &before_hello, URI_A, 1);
    line_hello(&line);
    stage_bank(&stage, BANK_A, BANK_ROLE_CLASS2, false, 1);
    line_expect_go_away(&line, "DISABLED");
    line_expect_go_away(&before_hello, "DISABLED");
    line_close(&line);
    line_close(&before_hello);
    stage_close(&stage);
}

/* The bank keeps its rights, and one key loses them. */
static void pin_that_ends(void **state) {
    (void)state;
    struct stage stage;
    struct line old[2]; /* with Hello, and without */
    struct line new;
    stage_open(&stage);
    struct bank bank = {
        .code = BANK_A, .active = true, .roles = BANK_ROLE_CLASS2, .pin_count = 2, .pins = {{{1}}}};
    bank.pins[1].bytes[0] = 7;
    effects_add(&stage.effects, EFFECT_BANK)->entry = &bank;
    stage_deliver(&stage);
    line_open(&stage, &old[0], URI_A, 1);
    line_open(&stage, &old[1], URI_A, 1);
    line_open(&stage, &new, URI_A, 7);
    line_hello(&old[0]);
    line_hello(&new);
    stage_bank(&stage, BANK_A, BANK_ROLE_CLASS2, true, 7);
    line_expect_go_away(&old[0], "DISABLED");
    line_expect_go_away(&old[1], "DISABLED");
    assert_int_equal(session_state(new.session), SESSION_OPEN);
    assert_int_equal(router_bank_peers(front_router(stage.front), BANK_A), 1);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), 0);
    line_close(&old[0]);
    line_close(&old[1]);
    line_close(&new);
    stage_close(&stage);
}

/* To the millisecond, not at the next heartbeat. */
static void certificate_expires(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    session_recheck(line.session, stage.wall_ms + 1234, NULL);
    line_hello(&line);
    assert_int_equal(front_due_ms(stage.front), stage.boot_ms + 1234);
    stage_pass(&stage, 1233);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    stage_pass(&stage, 1);
    line_expect_go_away(&line, "CERTIFICATE");
    line_close(&line);
    stage_close(&stage);
}

static void certificate_is_looked_at_again(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct line other;
    stage_open(&stage);
    line_open(&stage, &line, URI_A, 1);
    line_open(&stage, &other, URI_A, 1);
    line_hello(&line);
    line_hello(&other);
    session_recheck(other.session, stage.wall_ms + 86400000, NULL);
    session_recheck(line.session, stage.wall_ms + 86400000, "certificate revoked");
    line_expect_go_away(&line, "CERTIFICATE");
    line_expect_silence(&other);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), 0);
    line_close(&line);
    line_close(&other);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_opens),
        cmocka_unit_test(request_and_answer),
        cmocka_unit_test(split_at_each_byte),
        cmocka_unit_test(window_and_room),
        cmocka_unit_test(frames_a_turn_are_bounded),
        cmocka_unit_test(instruction_and_result),
        cmocka_unit_test(unreadable_answers),
        cmocka_unit_test(greedy_answers),
        cmocka_unit_test(refused_instruction),
        cmocka_unit_test(notices_are_acknowledged),
        cmocka_unit_test(heartbeats),
        cmocka_unit_test(signs_of_life),
        cmocka_unit_test(blocked_is_not_dead),
        cmocka_unit_test(draining),
        cmocka_unit_test(draining_ends),
        cmocka_unit_test(rights_that_end),
        cmocka_unit_test(pin_that_ends),
        cmocka_unit_test(certificate_expires),
        cmocka_unit_test(certificate_is_looked_at_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
