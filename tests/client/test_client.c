/*
 * The client against a scripted gateway, byte by byte in memory and with a clock that stands
 * still: greeting, window, correlation, packing, heartbeats, acknowledgements, parting.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linkgate/linkgate.h>

#include "client/peer.h"

static struct pki pki;

struct world {
    struct peer peer;
    struct lg_context *context;
    struct lg_client *client;
    int64_t now_ms;
    uint32_t window;
    int answers, refusals, lost, requests, notices, away;
    void *tag;
    uint64_t correlation;
};

static void on_ready(void *context, const struct lg_greeting *greeting) {
    struct world *world = context;
    world->window = greeting->window;
}

static void on_answer(void *context, void *tag, const struct lg_envelope *envelope) {
    struct world *world = context;
    world->tag = tag;
    *(envelope->direction == LG_REFUSAL ? &world->refusals : &world->answers) += 1;
}

static void on_lost(void *context, void *tag) {
    struct world *world = context;
    world->tag = tag;
    world->lost++;
}

static void on_request(void *context, const struct lg_envelope *envelope) {
    struct world *world = context;
    world->correlation = envelope->correlation;
    world->requests++;
}

static void on_notice(void *context, const struct lg_envelope *envelope) {
    struct world *world = context;
    (void)envelope;
    world->notices++;
}

static void on_go_away(void *context, const struct lg_go_away *message) {
    struct world *world = context;
    (void)message;
    world->away++;
}

static void open_as(struct world *world, const char *certificate) {
    *world = (struct world){.now_ms = 1000};
    peer_init(&world->peer, &pki, certificate);
    const struct lg_files files = {.ca = pki_path(&pki, "ca", "crt"),
                                   .certificate = pki_path(&pki, "bank", "crt"),
                                   .key = pki_path(&pki, "bank", "key")};
    char reason[256] = "";
    if (lg_context_new(&files, &world->context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    const struct lg_config config = {.software = "test 1", .window = 16};
    const struct lg_handler handler = {world,      on_ready,  on_answer, on_lost,
                                       on_request, on_notice, on_go_away};
    world->client = lg_client_new(world->context, &config, &handler, world->now_ms);
}

static void close_world(struct world *world) {
    lg_client_free(world->client);
    lg_context_free(world->context);
    peer_deinit(&world->peer);
}

/* Moves bytes both ways, at most step at a time, until nothing moves. */
static void talk(struct world *world, size_t step) {
    bool moved = true;
    while (moved) {
        struct lg_bytes output = lg_client_output(world->client);
        struct span to_peer = span_of(output.data, output.size);
        to_peer.size = to_peer.size < step ? to_peer.size : step;
        if (to_peer.size > 0)
            peer_feed(&world->peer, to_peer);
        lg_client_sent(world->client, to_peer.size);
        struct span to_client = peer_output(&world->peer);
        to_client.size = to_client.size < step ? to_client.size : step;
        if (to_client.size > 0)
            lg_client_feed(world->client, lg_bytes_of(to_client.data, to_client.size),
                           world->now_ms);
        peer_sent(&world->peer, to_client.size);
        moved = to_peer.size > 0 || to_client.size > 0;
    }
}

static void open_world(struct world *world) {
    open_as(world, "gateway");
    talk(world, SIZE_MAX);
    assert_int_equal(lg_client_state(world->client), LG_STATE_READY);
    assert_int_equal(peer_next(&world->peer)->kind, MESSAGE_HELLO);
}

static int ask(struct world *world, void *tag) {
    const struct lg_request request = {
        .kind = MESSAGE_GET_TRANSFER, .payload = lg_bytes_of("x", 1), .timeout_ms = 100};
    return lg_client_request(world->client, &request, tag);
}

static void greets(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(world.window, 64);
    assert_int_equal(world.peer.hello.window, 16);
    assert_int_equal(world.peer.hello.last_notice_sequence, 0);
    assert_true(span_equal(world.peer.hello.software, SPAN_LITERAL("test 1")));
    close_world(&world);
}

static void greets_byte_by_byte(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "gateway");
    talk(&world, 1);
    assert_int_equal(lg_client_state(world.client), LG_STATE_READY);
    close_world(&world);
}

static void refuses_another_bank_as_gateway(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "bank");
    talk(&world, SIZE_MAX);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_int_equal(world.peer.count, 0);
    assert_non_null(strstr(lg_client_reason(world.client), "not the gateway"));
    close_world(&world);
}

static void says_nothing_before_hello_is_answered(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "gateway");
    world.peer.mute = true;
    talk(&world, SIZE_MAX);
    assert_int_equal(ask(&world, NULL), LG_NOT_READY);
    world.now_ms = lg_client_deadline_ms(world.client);
    lg_client_tick(world.client, world.now_ms);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    close_world(&world);
}

static void tells_why_hello_was_refused(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "gateway");
    world.peer.mute = true;
    talk(&world, SIZE_MAX);
    const struct refusal refusal = {.code = REFUSAL_BANK_SUSPENDED, .field = ""};
    struct buf *payload = peer_payload();
    message_encode_refusal(&refusal, payload);
    peer_say(&world.peer, peer_next(&world.peer)->correlation, MESSAGE_HELLO, MESSAGE_REFUSAL,
             buf_span(payload), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_non_null(strstr(lg_client_reason(world.client), "Hello was refused"));
    close_world(&world);
}

static void keeps_the_window(void **state) {
    struct world world;
    int tags[65];
    (void)state;
    open_world(&world);
    for (int i = 0; i < 64; i++)
        assert_int_equal(ask(&world, &tags[i]), 0);
    assert_int_equal(ask(&world, &tags[64]), LG_WINDOW_FULL);
    assert_int_equal(lg_client_room(world.client), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.peer.count, 65);
    const struct envelope *third = &world.peer.frames[3];
    peer_say(&world.peer, third->correlation, third->kind, MESSAGE_REPLY, SPAN_LITERAL(""), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.answers, 1);
    assert_ptr_equal(world.tag, &tags[2]);
    assert_int_equal(ask(&world, &tags[64]), 0);
    close_world(&world);
}

static void packs_what_is_said_in_one_turn(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    size_t before = world.peer.records;
    for (int i = 0; i < 50; i++)
        assert_int_equal(ask(&world, NULL), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.peer.count, 51);
    assert_int_equal(world.peer.records, before + 1);
    close_world(&world);
}

static void takes_each_answer_once(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(ask(&world, &world), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *request = peer_next(&world.peer);
    for (int i = 0; i < 2; i++)
        peer_say(&world.peer, request->correlation, request->kind, MESSAGE_REPLY, SPAN_LITERAL(""),
                 0);
    peer_say(&world.peer, 12345, request->kind, MESSAGE_REPLY, SPAN_LITERAL(""), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.answers, 1);
    assert_int_equal(lg_client_in_flight(world.client), 0);
    assert_int_equal(lg_client_state(world.client), LG_STATE_READY);
    close_world(&world);
}

static void reports_what_was_lost(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(ask(&world, &world), 0);
    assert_int_equal(ask(&world, &world), 0);
    lg_client_feed(world.client, lg_bytes_of(NULL, 0), world.now_ms);
    assert_int_equal(world.lost, 2);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_int_equal(ask(&world, &world), LG_NOT_READY);
    lg_client_end(world.client, "again");
    assert_int_equal(world.lost, 2);
    close_world(&world);
}

static void answers_and_refuses_requests(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    peer_say(&world.peer, 7, MESSAGE_INQUIRE_POSTING, MESSAGE_REQUEST, SPAN_LITERAL("p"), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.requests, 1);
    assert_int_equal(lg_client_reply(world.client, world.correlation, MESSAGE_INQUIRE_POSTING,
                                     lg_bytes_of("a", 1)),
                     0);
    assert_int_equal(lg_client_refuse(world.client, world.correlation, MESSAGE_INQUIRE_POSTING,
                                      lg_bytes_of(NULL, 0)),
                     0);
    talk(&world, SIZE_MAX);
    const struct envelope *reply = peer_next(&world.peer);
    assert_int_equal(reply->correlation, 7);
    assert_int_equal(reply->direction, MESSAGE_REPLY);
    assert_true(span_equal(reply->payload, SPAN_LITERAL("a")));
    assert_int_equal(peer_next(&world.peer)->direction, MESSAGE_REFUSAL);
    close_world(&world);
}

static void echoes_heartbeats(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    const struct heartbeat message = {42};
    struct buf *payload = peer_payload();
    message_encode_heartbeat(&message, payload);
    peer_say(&world.peer, 9, MESSAGE_HEARTBEAT, MESSAGE_REQUEST, buf_span(payload), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *echo = peer_next(&world.peer);
    struct heartbeat heard;
    assert_int_equal(echo->direction, MESSAGE_REPLY);
    assert_int_equal(message_decode_heartbeat(echo->payload, &world.peer.arena, &heard), 0);
    assert_int_equal(heard.nonce, 42);
    assert_int_equal(world.requests, 0);
    close_world(&world);
}

static void gives_a_silent_gateway_up(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(lg_client_deadline_ms(world.client), world.now_ms + 1000);
    for (int i = 0; i < 2; i++) {
        world.now_ms += 1000;
        lg_client_tick(world.client, world.now_ms);
        talk(&world, SIZE_MAX);
        assert_int_equal(peer_next(&world.peer)->kind, MESSAGE_HEARTBEAT);
    }
    world.now_ms += 1000;
    lg_client_tick(world.client, world.now_ms);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    close_world(&world);
}

static void acknowledges_after_a_while_or_many(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    lg_client_noticed(world.client, 3);
    talk(&world, SIZE_MAX);
    assert_null(peer_next(&world.peer));
    assert_int_equal(lg_client_deadline_ms(world.client), world.now_ms + 100);
    world.now_ms += 100;
    lg_client_tick(world.client, world.now_ms);
    talk(&world, SIZE_MAX);
    const struct envelope *ack = peer_next(&world.peer);
    assert_int_equal(ack->kind, MESSAGE_ACK_NOTICES);
    assert_int_equal(ack->direction, MESSAGE_NOTICE);
    lg_client_noticed(world.client, 3 + 256);
    talk(&world, SIZE_MAX);
    assert_int_equal(peer_next(&world.peer)->kind, MESSAGE_ACK_NOTICES);
    lg_client_noticed(world.client, 100);
    assert_null(peer_next(&world.peer));
    close_world(&world);
}

static void say_go_away(struct world *world, uint32_t drain_ms) {
    const struct go_away message = {SPAN_LITERAL("DRAIN"), SPAN_LITERAL("restart"), drain_ms};
    struct buf *payload = peer_payload();
    message_encode_go_away(&message, payload);
    peer_say(&world->peer, 0, MESSAGE_GO_AWAY, MESSAGE_NOTICE, buf_span(payload), 0);
    talk(world, SIZE_MAX);
}

static void drains(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(ask(&world, &world), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *request = peer_next(&world.peer);
    say_go_away(&world, 500);
    assert_int_equal(world.away, 1);
    assert_int_equal(lg_client_state(world.client), LG_STATE_DRAINING);
    assert_int_equal(ask(&world, &world), LG_NOT_READY);
    peer_say(&world.peer, request->correlation, request->kind, MESSAGE_REPLY, SPAN_LITERAL(""), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.answers, 1);
    close_world(&world);
}

static void ends_when_told_to(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    say_go_away(&world, 0);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_non_null(strstr(lg_client_reason(world.client), "restart"));
    close_world(&world);
}

static void leaves_politely(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    lg_client_noticed(world.client, 5);
    lg_client_leave(world.client, "DRAIN", "bye");
    struct lg_bytes output = lg_client_output(world.client);
    peer_feed(&world.peer, span_of(output.data, output.size));
    assert_int_equal(peer_next(&world.peer)->kind, MESSAGE_ACK_NOTICES);
    assert_int_equal(peer_next(&world.peer)->kind, MESSAGE_GO_AWAY);
    assert_int_equal(world.peer.result, TLS_CLOSED);
    close_world(&world);
}

/* ---- leaving gracefully ---- */

static const struct envelope *expect(struct world *world, uint32_t kind,
                                     enum message_direction direction) {
    const struct envelope *envelope = peer_next(&world->peer);
    assert_non_null(envelope);
    assert_int_equal(envelope->kind, kind);
    assert_int_equal(envelope->direction, direction);
    return envelope;
}

static void say_echo(struct world *world, const struct envelope *heartbeat) {
    peer_say(&world->peer, heartbeat->correlation, MESSAGE_HEARTBEAT, MESSAGE_REPLY,
             heartbeat->payload, 0);
    talk(world, SIZE_MAX);
}

static void drains_at_once_when_nothing_is_open(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    lg_client_noticed(world.client, 7);
    lg_client_drain(world.client, 5000, world.now_ms);
    assert_int_equal(ask(&world, NULL), LG_NOT_READY);
    talk(&world, SIZE_MAX);
    const struct envelope *envelope = expect(&world, MESSAGE_GO_AWAY, MESSAGE_NOTICE);
    struct go_away message;
    assert_int_equal(message_decode_go_away(envelope->payload, &world.peer.arena, &message), 0);
    assert_int_equal(message.drain_ms, 5000);
    envelope = expect(&world, MESSAGE_HEARTBEAT, MESSAGE_REQUEST);
    assert_int_equal(lg_client_state(world.client), LG_STATE_DRAINING);
    say_echo(&world, envelope);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    (void)expect(&world, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE);
    assert_int_equal(world.peer.result, TLS_CLOSED);
    close_world(&world);
}

/* What was asked in either direction before the gateway read GoAway is finished first. */
static void finishes_what_is_open_before_it_leaves(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(ask(&world, &world), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *request = expect(&world, MESSAGE_GET_TRANSFER, MESSAGE_REQUEST);
    lg_client_drain(world.client, 5000, world.now_ms);
    lg_client_drain(world.client, 1, world.now_ms);
    talk(&world, SIZE_MAX);
    (void)expect(&world, MESSAGE_GO_AWAY, MESSAGE_NOTICE);
    peer_say(&world.peer, 7, MESSAGE_INQUIRE_POSTING, MESSAGE_REQUEST, SPAN_LITERAL("p"), 0);
    say_echo(&world, expect(&world, MESSAGE_HEARTBEAT, MESSAGE_REQUEST));
    assert_int_equal(world.requests, 1);
    peer_say(&world.peer, request->correlation, request->kind, MESSAGE_REPLY, SPAN_LITERAL(""), 0);
    talk(&world, SIZE_MAX);
    assert_int_equal(world.answers, 1);
    assert_int_equal(lg_client_state(world.client), LG_STATE_DRAINING);
    assert_int_equal(lg_client_reply(world.client, world.correlation, MESSAGE_INQUIRE_POSTING,
                                     lg_bytes_of("a", 1)),
                     0);
    talk(&world, SIZE_MAX);
    (void)expect(&world, MESSAGE_INQUIRE_POSTING, MESSAGE_REPLY);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_string_equal(lg_client_reason(world.client), "drained");
    assert_int_equal(world.lost, 0);
    close_world(&world);
}

static void leaves_unfinished_when_the_time_is_over(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    assert_int_equal(ask(&world, &world), 0);
    lg_client_drain(world.client, 400, world.now_ms);
    assert_int_equal(lg_client_deadline_ms(world.client), world.now_ms + 400);
    world.now_ms += 400;
    lg_client_tick(world.client, world.now_ms);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_int_equal(world.lost, 1);
    close_world(&world);
}

static void leaves_before_it_was_greeted(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "gateway");
    lg_client_drain(world.client, 400, world.now_ms);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    close_world(&world);
}

/* ---- what the program gives ---- */

static void refuses_what_would_break_the_connection(void **state) {
    static const uint8_t bytes[LG_PAYLOAD_MAX + 1];
    static const char trace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    struct world world;
    (void)state;
    open_world(&world);
    struct lg_request request = {.kind = UINT32_MAX,
                                 .payload = lg_bytes_of(bytes, sizeof(bytes)),
                                 .timeout_ms = UINT32_MAX,
                                 .trace_parent = trace};
    assert_int_equal(lg_client_request(world.client, &request, NULL), LG_TOO_LARGE);
    assert_int_equal(lg_client_reply(world.client, UINT64_MAX, 1, request.payload), LG_TOO_LARGE);
    request.payload.size = LG_PAYLOAD_MAX;
    request.trace_parent = "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01";
    assert_int_equal(lg_client_request(world.client, &request, NULL), LG_BAD_TRACE);
    request.trace_parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-";
    assert_int_equal(lg_client_request(world.client, &request, NULL), LG_BAD_TRACE);
    request.trace_parent = trace;
    assert_int_equal(lg_client_request(world.client, &request, NULL), 0);
    assert_int_equal(lg_client_reply(world.client, UINT64_MAX, UINT32_MAX, request.payload), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *envelope = expect(&world, UINT32_MAX, MESSAGE_REQUEST);
    assert_int_equal(envelope->payload.size, LG_PAYLOAD_MAX);
    assert_true(span_equal(envelope->trace_parent, span_text(trace)));
    assert_int_equal(expect(&world, UINT32_MAX, MESSAGE_REPLY)->payload.size, LG_PAYLOAD_MAX);
    close_world(&world);
}

/* Without handlers: requests are refused, notices come again because nobody acknowledged them. */
static void works_without_handlers(void **state) {
    struct world world;
    (void)state;
    open_as(&world, "gateway");
    lg_client_free(world.client);
    const struct lg_config config = {.window = 0};
    const struct lg_handler none = {.context = NULL};
    world.client = lg_client_new(world.context, &config, &none, world.now_ms);
    talk(&world, SIZE_MAX);
    (void)expect(&world, MESSAGE_HELLO, MESSAGE_REQUEST);
    assert_int_equal(world.peer.hello.window, 256);
    assert_int_equal(ask(&world, NULL), 0);
    talk(&world, SIZE_MAX);
    const struct envelope *request = expect(&world, MESSAGE_GET_TRANSFER, MESSAGE_REQUEST);
    peer_say(&world.peer, request->correlation, request->kind, MESSAGE_REPLY, SPAN_LITERAL(""), 0);
    peer_say(&world.peer, 7, MESSAGE_VERIFY_ACCOUNT, MESSAGE_REQUEST, SPAN_LITERAL("p"), 0);
    peer_say(&world.peer, 0, MESSAGE_LINK_NOTICE, MESSAGE_NOTICE, SPAN_LITERAL("p"), 0);
    say_go_away(&world, 500);
    const struct envelope *refused = expect(&world, MESSAGE_VERIFY_ACCOUNT, MESSAGE_REFUSAL);
    struct lg_refusal refusal;
    assert_int_equal(
        lg_refusal_decode(lg_bytes_of(refused->payload.data, refused->payload.size), &refusal), 0);
    assert_string_equal(refusal.detail, "UNSUPPORTED");
    assert_int_equal(lg_client_in_flight(world.client), 0);
    lg_client_end(world.client, "over");
    close_world(&world);
}

static void ends_on_what_is_no_frame(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    buf_append(&world.peer.out, "\0\0\0\0\0", 5);
    talk(&world, SIZE_MAX);
    assert_int_equal(lg_client_state(world.client), LG_STATE_ENDED);
    assert_int_equal(peer_next(&world.peer)->kind, MESSAGE_GO_AWAY);
    close_world(&world);
}

static int setup(void **state) {
    (void)state;
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", LG_GATEWAY_URI);
    pki_issue_uri(&pki, "bank", "urn:linkgate:bank:999100000011");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pki_close(&pki);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(greets),
        cmocka_unit_test(greets_byte_by_byte),
        cmocka_unit_test(refuses_another_bank_as_gateway),
        cmocka_unit_test(says_nothing_before_hello_is_answered),
        cmocka_unit_test(tells_why_hello_was_refused),
        cmocka_unit_test(keeps_the_window),
        cmocka_unit_test(packs_what_is_said_in_one_turn),
        cmocka_unit_test(takes_each_answer_once),
        cmocka_unit_test(reports_what_was_lost),
        cmocka_unit_test(answers_and_refuses_requests),
        cmocka_unit_test(echoes_heartbeats),
        cmocka_unit_test(gives_a_silent_gateway_up),
        cmocka_unit_test(acknowledges_after_a_while_or_many),
        cmocka_unit_test(drains),
        cmocka_unit_test(ends_when_told_to),
        cmocka_unit_test(leaves_politely),
        cmocka_unit_test(drains_at_once_when_nothing_is_open),
        cmocka_unit_test(finishes_what_is_open_before_it_leaves),
        cmocka_unit_test(leaves_unfinished_when_the_time_is_over),
        cmocka_unit_test(leaves_before_it_was_greeted),
        cmocka_unit_test(refuses_what_would_break_the_connection),
        cmocka_unit_test(works_without_handlers),
        cmocka_unit_test(ends_on_what_is_no_frame),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
