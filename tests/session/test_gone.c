/*
 * A bank that is gone at any byte: of any message that it may send, and of whatever it is sent. Half
 * a message is none. Behind a real ledger, what it sends again when it is back has one effect, what it
 * was asked it is asked again, and of its notices none is missing and none comes twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "session/gate.h"
#include "session/stage.h"
#include "wire/goldens.h"
#include "wire/samples.h"

#define EVERY_ROLE BANK_ROLES_ALL

static void feed(struct line *line, const struct buf *frame, size_t size) {
    (void)session_feed(line->session, span_of(frame->data, size));
}

static void append_frame(uint64_t correlation, uint32_t kind, enum message_direction direction,
                         struct span payload, struct buf *out) {
    struct envelope envelope = {.correlation = correlation,
                                .kind = kind,
                                .direction = direction,
                                .payload = payload,
                                .timeout_ms = 5000};
    envelope_append(&envelope, out);
}

/* ---- every message, before any ledger ---- */

static void open_stage(struct stage *stage) {
    stage_open(stage);
    stage->wall_ms = SAMPLE_NOW_MS;
    stage_bank(stage, BANK_A, EVERY_ROLE, true, 1);
}

/* How many of the commands are of that kind and hold these bytes; then there are none. */
static size_t take(struct stage *stage, enum command_kind kind, struct span payload) {
    size_t count = 0;
    for (size_t i = 0; i < stage->count; i++) {
        const struct command *command = stage->commands[i];
        count += command->kind == kind && span_equal(command->payload, payload);
    }
    assert_int_equal(stage_count(stage, kind), count);
    stage_clear(stage);
    return count;
}

static void one_message_at_each_byte(struct stage *stage, const struct golden *golden) {
    const struct command_row *row = command_row(golden->kind);
    struct buf payload = {0};
    struct buf frame = {0};
    struct line line;
    golden_bytes(golden, &payload);
    append_frame(row->direction == MESSAGE_NOTICE ? 0 : 7, row->message, row->direction,
                 buf_span(&payload), &frame);
    for (size_t size = 0; size <= frame.size; size++) {
        line_open(stage, &line, URI_A, 1);
        line_hello(&line);
        feed(&line, &frame, size);
        line_expect_silence(&line);
        line_close(&line);
        assert_int_equal(stage_count(stage, COMMAND_BANK_DOWN), 1);
        assert_int_equal(take(stage, golden->kind, buf_span(&payload)), size == frame.size);
        /* it comes back, and goes in the middle of the next */
        line_open(stage, &line, URI_A, 1);
        line_hello(&line);
        feed(&line, &frame, frame.size);
        feed(&line, &frame, size < frame.size ? size : 0);
        line_close(&line);
        assert_int_equal(take(stage, golden->kind, buf_span(&payload)), 1);
    }
    buf_deinit(&payload);
    buf_deinit(&frame);
}

static void in_each_message(void **state) {
    (void)state;
    struct stage stage;
    const struct golden *golden;
    open_stage(&stage);
    for (size_t i = 0; (golden = golden_at(i)) != NULL; i++) {
        if (!command_is_beside(golden->kind)) /* it never comes to the ledger's door */
            one_message_at_each_byte(&stage, golden);
    }
    stage_close(&stage);
}

static void in_hello(void **state) {
    (void)state;
    struct stage stage;
    struct line line;
    struct buf payload = {0};
    struct buf frame = {0};
    struct hello hello = sample_hello();
    message_encode_hello(&hello, &payload);
    append_frame(1, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(&payload), &frame);
    open_stage(&stage);
    for (size_t size = 0; size <= frame.size; size++) {
        size_t whole = size == frame.size;
        line_open(&stage, &line, URI_A, 1);
        feed(&line, &frame, size);
        line_close(&line);
        assert_int_equal(stage_count(&stage, COMMAND_BANK_UP), whole);
        assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), whole);
        stage_clear(&stage);
    }
    buf_deinit(&payload);
    buf_deinit(&frame);
    stage_close(&stage);
}

/* ---- behind a ledger ---- */

/* A bank as it remembers itself over its connections. */
struct peer {
    struct gate *gate;
    enum gate_bank bank;
    struct line line;
    uint64_t correlation;
    uint64_t stored; /* notices, all up to this one */
    /* since peer_forget: */
    size_t asked; /* instructions and inquiries */
    uint64_t asked_correlation;
    struct id asked_transfer;
    size_t answered; /* its own requests */
    struct id transfer;
    enum transfer_state state;
    bool replayed;
};

static void peer_open(struct peer *peer) {
    gate_line(peer->gate, &peer->line, peer->bank);
    line_hello_at(&peer->line, 16, peer->stored);
    gate_run(peer->gate);
}

static void peer_gone(struct peer *peer) {
    line_close(&peer->line);
    gate_run(peer->gate);
}

static void peer_forget(struct peer *peer) {
    peer->asked = peer->answered = 0;
}

static void hear_notice(struct peer *peer, const struct envelope *envelope) {
    struct notice_place place;
    struct transfer_view transfer;
    struct link_view link;
    struct span event;
    if (envelope->kind == MESSAGE_TRANSFER_NOTICE)
        assert_int_equal(partner_decode_transfer_notice(envelope->payload, &peer->line.arena,
                                                        &place, &transfer, &event),
                         0);
    else
        assert_int_equal(
            partner_decode_link_notice(envelope->payload, &peer->line.arena, &place, &link, &event),
            0);
    assert_int_equal(place.sequence, peer->stored + 1);
    peer->stored = place.sequence;
}

static void hear_question(struct peer *peer, const struct envelope *envelope) {
    struct post_instruction asked;
    assert_int_equal(envelope->kind, MESSAGE_POST_INSTRUCTION);
    assert_int_equal(partner_decode_post_instruction(envelope->payload, &peer->line.arena, &asked),
                     0);
    if (peer->asked++ > 0)
        assert_true(id_equal(&peer->asked_transfer, &asked.transfer));
    peer->asked_transfer = asked.transfer;
    peer->asked_correlation = envelope->correlation;
}

static void hear_answer(struct peer *peer, const struct envelope *envelope) {
    struct transfer_view view;
    assert_int_equal(envelope->kind, MESSAGE_SUBMIT_TRANSFER);
    assert_int_equal(envelope->correlation, peer->correlation);
    assert_int_equal(partner_decode_transfer_reply(envelope->payload, &peer->line.arena, &view), 0);
    peer->answered++;
    peer->transfer = view.transfer;
    peer->state = view.state;
    peer->replayed = view.replayed;
}

/* All that it was sent. */
static void peer_hear(struct peer *peer) {
    struct envelope envelope;
    while (line_read(&peer->line, &envelope)) {
        if (envelope.direction == MESSAGE_NOTICE)
            hear_notice(peer, &envelope);
        else if (envelope.direction == MESSAGE_REQUEST)
            hear_question(peer, &envelope);
        else if (envelope.direction == MESSAGE_REPLY)
            hear_answer(peer, &envelope);
        else
            fail_msg("a refusal of kind %u", (unsigned)envelope.kind);
    }
}

/* It stored them all; they may go. */
static void peer_acknowledge(struct peer *peer) {
    struct ack_notices ack = {peer->stored};
    struct buf payload = {0};
    partner_encode_ack_notices(&ack, &payload);
    line_send(&peer->line, 0, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, buf_span(&payload));
    gate_run(peer->gate);
    buf_deinit(&payload);
}

/* A frame with these bytes as the next request. */
static void ask_frame(struct peer *peer, struct span payload, struct buf *out) {
    buf_clear(out);
    append_frame(++peer->correlation, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, payload, out);
}

static void answer_frame(struct peer *peer, struct buf *out) {
    struct posting_result result = {.transfer = peer->asked_transfer,
                                    .outcome = POSTING_POSTED,
                                    .reference = SPAN_LITERAL("b77"),
                                    .book_date = SPAN_LITERAL("2026-12-23")};
    struct buf payload = {0};
    buf_clear(out);
    partner_encode_posting_result(&result, &payload);
    append_frame(peer->asked_correlation, MESSAGE_POST_INSTRUCTION, MESSAGE_REPLY,
                 buf_span(&payload), out);
    buf_deinit(&payload);
}

/* Posts what it is asked to, if it is asked. */
static void peer_post(struct peer *peer) {
    struct buf frame = {0};
    size_t before = peer->asked;
    peer_hear(peer);
    if (peer->asked > before) {
        answer_frame(peer, &frame);
        feed(&peer->line, &frame, frame.size);
        gate_run(peer->gate);
        peer_hear(peer);
    }
    buf_deinit(&frame);
}

struct pair {
    struct gate *gate;
    struct peer asks, posts;
    struct buf payload, frame;
};

static void pair_open(struct pair *pair) {
    *pair = (struct pair){.gate = gate_new()};
    pair->asks = (struct peer){.gate = pair->gate, .bank = GATE_CLASS2};
    pair->posts = (struct peer){.gate = pair->gate, .bank = GATE_CLASS1};
    struct peer *peers[] = {&pair->asks, &pair->posts};
    for (size_t i = 0; i < 2; i++) {
        peer_open(peers[i]);
        peer_hear(peers[i]);
        assert_true(peers[i]->stored > 0); /* of the links */
        peer_acknowledge(peers[i]);
    }
}

static void pair_close(struct pair *pair) {
    peer_gone(&pair->asks);
    peer_gone(&pair->posts);
    buf_deinit(&pair->payload);
    buf_deinit(&pair->frame);
    gate_free(pair->gate);
}

/* A new transfer, not sent yet. */
static void pair_next(struct pair *pair) {
    peer_forget(&pair->asks);
    peer_forget(&pair->posts);
    buf_clear(&pair->payload);
    gate_submit_transfer(pair->gate, &pair->payload);
    ask_frame(&pair->asks, buf_span(&pair->payload), &pair->frame);
}

/* The same again, whole; it is answered once. */
static void pair_ask_again(struct pair *pair, bool replayed) {
    struct peer *asks = &pair->asks;
    size_t before = asks->answered;
    ask_frame(asks, buf_span(&pair->payload), &pair->frame);
    feed(&asks->line, &pair->frame, pair->frame.size);
    gate_run(pair->gate);
    peer_post(&pair->posts);
    peer_hear(asks);
    assert_int_equal(asks->answered, before + 1);
    assert_int_equal(asks->state, TRANSFER_ACCEPTED);
    assert_int_equal(asks->replayed, replayed);
}

/* However it went: one transfer, the one that the other bank posted, and a notice of it to each. */
static void pair_settled(struct pair *pair, uint64_t notices_before) {
    pair_ask_again(pair, true);
    assert_true(id_equal(&pair->asks.transfer, &pair->posts.asked_transfer));
    assert_true(pair->asks.stored > notices_before);
    peer_acknowledge(&pair->asks);
    peer_acknowledge(&pair->posts);
}

static void in_a_request(void **state) {
    (void)state;
    struct pair pair;
    bool whole = false;
    pair_open(&pair);
    for (size_t size = 0; !whole; size++) {
        uint64_t notices = pair.asks.stored;
        pair_next(&pair);
        whole = size >= pair.frame.size;
        feed(&pair.asks.line, &pair.frame, whole ? pair.frame.size : size);
        peer_gone(&pair.asks);
        peer_post(&pair.posts);
        assert_int_equal(pair.posts.asked, whole);
        peer_open(&pair.asks);
        pair_ask_again(&pair, whole);
        pair_settled(&pair, notices);
        assert_int_equal(pair.posts.asked, 1);
    }
    pair_close(&pair);
}

static void in_an_answer(void **state) {
    (void)state;
    struct pair pair;
    struct buf answer = {0};
    bool whole = false;
    pair_open(&pair);
    for (size_t size = 0; !whole; size++) {
        uint64_t notices = pair.asks.stored;
        pair_next(&pair);
        feed(&pair.asks.line, &pair.frame, pair.frame.size);
        gate_run(pair.gate);
        peer_hear(&pair.posts);
        assert_int_equal(pair.posts.asked, 1);
        answer_frame(&pair.posts, &answer);
        whole = size >= answer.size;
        feed(&pair.posts.line, &answer, whole ? answer.size : size);
        peer_gone(&pair.posts);
        peer_open(&pair.posts);
        peer_post(&pair.posts);
        assert_int_equal(pair.posts.asked, whole ? 1 : 2);
        peer_hear(&pair.asks);
        assert_int_equal(pair.asks.answered, 1);
        assert_int_equal(pair.asks.state, TRANSFER_ACCEPTED);
        assert_false(pair.asks.replayed);
        pair_settled(&pair, notices);
    }
    buf_deinit(&answer);
    pair_close(&pair);
}

/* Of what is on its way to it, so much arrives. True: that was not all. */
static bool hear_some(struct peer *peer, size_t size) {
    struct buf *out = session_output(peer->line.session);
    bool cut = size < out->size;
    struct buf whole = {0};
    struct span rest = span_of(out->data, cut ? size : out->size);
    struct span body;
    size_t used;
    while (frame_next(rest, &body, &used) == 0) {
        buf_append(&whole, rest.data, used);
        rest = span_of(rest.data + used, rest.size - used);
    }
    buf_clear(out);
    buf_append_span(out, buf_span(&whole));
    buf_deinit(&whole);
    peer_hear(peer);
    return cut;
}

/* It stored the notices that arrived whole, and acknowledged none. */
static void in_what_it_is_told(void **state) {
    (void)state;
    struct pair pair;
    bool cut = true;
    pair_open(&pair);
    for (size_t size = 0; cut; size++) {
        uint64_t notices = pair.asks.stored;
        pair_next(&pair);
        feed(&pair.asks.line, &pair.frame, pair.frame.size);
        gate_run(pair.gate);
        peer_post(&pair.posts);
        cut = hear_some(&pair.asks, size);
        peer_gone(&pair.asks);
        peer_open(&pair.asks);
        pair_ask_again(&pair, true);
        pair_settled(&pair, notices);
        assert_int_equal(pair.posts.asked, 1);
    }
    pair_close(&pair);
}

static void in_what_it_is_asked(void **state) {
    (void)state;
    struct pair pair;
    bool cut = true;
    pair_open(&pair);
    for (size_t size = 0; cut; size++) {
        uint64_t notices = pair.asks.stored;
        pair_next(&pair);
        feed(&pair.asks.line, &pair.frame, pair.frame.size);
        gate_run(pair.gate);
        cut = hear_some(&pair.posts, size);
        assert_int_equal(pair.posts.asked, !cut);
        peer_gone(&pair.posts);
        peer_open(&pair.posts);
        peer_post(&pair.posts);
        assert_int_equal(pair.posts.asked, cut ? 1 : 2);
        peer_hear(&pair.asks);
        assert_int_equal(pair.asks.answered, 1);
        pair_settled(&pair, notices);
    }
    pair_close(&pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_each_message),    cmocka_unit_test(in_hello),
        cmocka_unit_test(in_a_request),       cmocka_unit_test(in_an_answer),
        cmocka_unit_test(in_what_it_is_told), cmocka_unit_test(in_what_it_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
