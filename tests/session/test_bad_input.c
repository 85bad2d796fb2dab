/*
 * Bad input, a test each: what is refused and goes on, what closes with a GoAway that says why, and
 * that the neighbour on the other connection notices nothing of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "session/stage.h"

static struct stage stage;
static struct line line;
static struct line neighbour;

static int set_up(void **state) {
    (void)state;
    stage_open(&stage);
    line_open(&stage, &neighbour, URI_B, 2);
    line_hello(&neighbour);
    line_open(&stage, &line, URI_A, 1);
    return 0;
}

/* The neighbour is as well as ever. */
static int tear_down(void **state) {
    (void)state;
    assert_int_equal(session_state(neighbour.session), SESSION_OPEN);
    line_expect_silence(&neighbour);
    struct get_transfer message = {.transfer = id_make(1, 1, 0)};
    struct buf payload = {0};
    partner_encode_get_transfer(&message, &payload);
    line_send(&neighbour, 7, MESSAGE_GET_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    assert_int_equal(stage_last(&stage, COMMAND_GET_TRANSFER)->bank, BANK_B);
    buf_deinit(&payload);
    line_close(&line);
    line_close(&neighbour);
    stage_close(&stage);
    return 0;
}

static size_t submitted(void) {
    return stage_count(&stage, COMMAND_SUBMIT_TRANSFER) + stage_count(&stage, COMMAND_OPEN_LINK);
}

static void feed(struct span bytes) {
    line.need = session_feed(line.session, bytes);
}

static void expect_bad_frame(struct span header) {
    line_hello(&line);
    feed(header);
    assert_int_equal(line.need, SESSION_OVER);
    line_expect_go_away(&line, "FRAME_LENGTH");
    feed(SPAN_LITERAL("more")); /* is not read any more */
    line_expect_silence(&line);
}

static void length_0(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("\0\0\0\0\0"));
}

static void length_65537(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("\0\0\1\0\1"));
}

static void length_2_to_31(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("\0\x80\0\0\0"));
}

static void length_2_to_32(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("\0\xff\xff\xff\xff"));
}

static void flags(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("\1\0\0\0\1x"));
}

static void http(void **state) {
    (void)state;
    expect_bad_frame(SPAN_LITERAL("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
}

static void bad_frame_before_hello(void **state) {
    (void)state;
    feed(SPAN_LITERAL("\0\0\0\0\0"));
    line_expect_go_away(&line, "FRAME_LENGTH");
}

static void no_protobuf(void **state) {
    (void)state;
    line_hello(&line);
    feed(SPAN_LITERAL("\0\0\0\0\3\xff\xff\xff"));
    line_expect_go_away(&line, "MALFORMED");
}

static void frames_behind_the_bad_one(void **state) {
    (void)state;
    line_hello(&line);
    struct buf payload = {0};
    struct buf frames = {0};
    stage_submit_transfer(&stage, 1, &payload);
    buf_append_span(&frames, SPAN_LITERAL("\0\0\0\0\0"));
    line_put(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    buf_append_span(&frames, buf_span(&line.in));
    buf_clear(&line.in);
    feed(buf_span(&frames));
    line_expect_go_away(&line, "FRAME_LENGTH");
    assert_int_equal(submitted(), 0);
    buf_deinit(&payload);
    buf_deinit(&frames);
}

static void truncated_frame_and_silence(void **state) {
    (void)state;
    line_hello(&line);
    feed(SPAN_LITERAL("\0\0\0\x40"));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(session_state(line.session), SESSION_OPEN);
        stage_pass(&stage, STAGE_HEARTBEAT_MS);
        struct heartbeat beat = {1};
        struct buf payload = {0};
        message_encode_heartbeat(&beat, &payload);
        line_send(&neighbour, 1, MESSAGE_HEARTBEAT, MESSAGE_REQUEST, buf_span(&payload));
        buf_deinit(&payload);
        buf_clear(session_output(neighbour.session));
    }
    assert_int_equal(session_state(line.session), SESSION_CLOSED);
}

static void unknown_kind(void **state) {
    (void)state;
    line_hello(&line);
    line_send(&line, 3, 4711, MESSAGE_REQUEST, SPAN_LITERAL("whatever"));
    line_expect_refusal(&line, 3, "UNSUPPORTED");
    line_send(&line, 4, 184, MESSAGE_REQUEST, SPAN_LITERAL("")); /* reserved for later */
    line_expect_refusal(&line, 4, "UNSUPPORTED");
    line_send(&line, 5, MESSAGE_POST_INSTRUCTION, MESSAGE_REQUEST, SPAN_LITERAL(""));
    line_expect_refusal(&line, 5, "UNSUPPORTED"); /* only the gateway sends it */
    line_send(&line, 6, 4711, MESSAGE_NOTICE, SPAN_LITERAL("whatever"));
    line_send(&line, 7, 4711, MESSAGE_REPLY, SPAN_LITERAL("whatever"));
    line_send(&line, 8, 4711, MESSAGE_REFUSAL, SPAN_LITERAL("whatever"));
    line_expect_silence(&line);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
}

static struct command *handed; /* over the door, beside the ledger */

static bool take_beside(void *context, struct command *command) {
    (void)context;
    handed = command;
    return true;
}

/* Lists are kept by somebody else than the ledger, who may have no room, or not be there. */
static void beside_the_ledger(void **state) {
    (void)state;
    struct recon_result_query query = {.max = 1};
    struct buf payload = {0};
    partner_encode_recon_result(&query, &payload);
    line_hello(&line);
    size_t commands = stage.count;
    line_send(&line, 3, MESSAGE_RECON_RESULT, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_refusal(&line, 3, "BUSY");
    stage.door.beside = take_beside;
    line_send(&line, 3, MESSAGE_RECON_RESULT, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_silence(&line);
    assert_int_equal(handed->kind, COMMAND_RECON_RESULT);
    assert_true(handed->bank == BANK_A && handed->origin.correlation == 3);
    assert_int_equal(stage.count, commands);
    struct effect *effect = effects_add(&stage.effects, EFFECT_REPLY);
    effect->origin = handed->origin;
    effect->refused = true;
    effect->refusal = (struct refusal){.code = REFUSAL_NO_SUCH_OBJECT, .field = "list_sha256"};
    stage_deliver(&stage);
    line_expect_refusal(&line, 3, "NO_SUCH_OBJECT");
    command_free(handed);
    buf_deinit(&payload);
}

static void before_hello(void **state) {
    (void)state;
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_go_away(&line, "NO_HELLO");
    assert_int_equal(submitted(), 0);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_UP), 1); /* the neighbour's */
    buf_deinit(&payload);
}

static void silence_before_hello(void **state) {
    (void)state;
    stage_pass(&stage, 9999);
    assert_int_equal(session_state(line.session), SESSION_AWAIT_HELLO);
    stage_pass(&stage, 1);
    line_expect_go_away(&line, "NO_HELLO");
    buf_clear(session_output(neighbour.session)); /* its heartbeat */
}

static void send_hello(const struct hello *hello) {
    struct buf payload = {0};
    message_encode_hello(hello, &payload);
    line_send(&line, 1, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(&payload));
    buf_deinit(&payload);
}

static void second_hello(void **state) {
    (void)state;
    line_hello(&line);
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 1};
    send_hello(&hello);
    line_expect_go_away(&line, "MALFORMED");
}

static void version(void **state) {
    (void)state;
    struct hello hello = {.protocol_min = 2, .protocol_max = 9, .window = 1};
    send_hello(&hello);
    line_expect_go_away(&line, "VERSION");
}

static void bad_hello(void **state) {
    (void)state;
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 4097};
    send_hello(&hello);
    line_expect_refusal(&line, 1, "FIELD_INVALID");
    line_expect_go_away(&line, "MALFORMED");
    assert_int_equal(stage_count(&stage, COMMAND_BANK_UP), 1);
}

static void correlation_0(void **state) {
    (void)state;
    line_hello(&line);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 0, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_go_away(&line, "MALFORMED");
    assert_int_equal(submitted(), 0);
    buf_deinit(&payload);
}

static void correlation_twice(void **state) {
    (void)state;
    line_hello(&line);
    struct buf payload = {0};
    stage_submit_transfer(&stage, 1, &payload);
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_send(&line, 1, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_go_away(&line, "MALFORMED");
    assert_int_equal(submitted(), 1);
    buf_deinit(&payload);
}

/* Sends a SubmitTransfer that spoil made wrong; it must be refused, and the session stay open. */
static void expect_refused(void (*spoil)(struct submit_transfer *), const char *detail) {
    line_hello(&line);
    uint8_t chance[10] = {9};
    struct submit_transfer message = {
        .request = uuid7_make(stage.wall_ms, chance),
        .link = id_make(1, 1, 0),
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .amount = {.fen = 100, .currency = "CNY"},
        .end_to_end_id = SPAN_LITERAL("e2e-1"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    spoil(&message);
    struct buf payload = {0};
    partner_encode_submit_transfer(&message, &payload);
    line_send(&line, 9, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_refusal(&line, 9, detail);
    assert_int_equal(session_state(line.session), SESSION_OPEN);
    assert_int_equal(submitted(), 0);
    buf_deinit(&payload);
}

static void spoil_request_id(struct submit_transfer *message) {
    message->request = (struct id){{0}};
}

static void spoil_zero(struct submit_transfer *message) {
    message->amount.fen = 0;
}

static void spoil_negative(struct submit_transfer *message) {
    message->amount.fen = -1;
}

static void spoil_currency(struct submit_transfer *message) {
    memcpy(message->amount.currency, "USD", 4);
}

static void no_request_id(void **state) {
    (void)state;
    expect_refused(spoil_request_id, "FIELD_MISSING");
}

static void amount_0(void **state) {
    (void)state;
    expect_refused(spoil_zero, "AMOUNT_ZERO");
}

static void amount_negative(void **state) {
    (void)state;
    expect_refused(spoil_negative, "AMOUNT_NEGATIVE");
}

static void wrong_currency(void **state) {
    (void)state;
    expect_refused(spoil_currency, "CURRENCY");
}

static void payload_is_no_message(void **state) {
    (void)state;
    line_hello(&line);
    line_send(&line, 9, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, SPAN_LITERAL("\xff\xff"));
    line_expect_refusal(&line, 9, "MALFORMED");
    assert_int_equal(session_state(line.session), SESSION_OPEN);
}

/* Shape comes before rights: a Class I bank's broken OpenLink is MALFORMED, its right one ROLE. */
static void role(void **state) {
    (void)state;
    line_send(&neighbour, 1, MESSAGE_OPEN_LINK, MESSAGE_REQUEST, SPAN_LITERAL("\xff"));
    line_expect_refusal(&neighbour, 1, "MALFORMED");
    uint8_t chance[10] = {1};
    struct start_challenge message = {uuid7_make(stage.wall_ms, chance), id_make(1, 1, 0)};
    struct buf payload = {0};
    partner_encode_start_challenge(&message, &payload);
    line_send(&neighbour, 2, MESSAGE_START_CHALLENGE, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_refusal(&neighbour, 2, "ROLE");
    line_hello(&line);
    line_send(&line, 2, MESSAGE_START_CHALLENGE, MESSAGE_REQUEST, buf_span(&payload));
    assert_int_equal(stage_count(&stage, COMMAND_START_CHALLENGE), 1);
    buf_deinit(&payload);
}

/* A bank without the Class I role, that nobody asked, cannot answer for one. */
static void answer_without_role(void **state) {
    (void)state;
    line_hello(&line);
    struct verify_account_reply message = {.link = id_make(1, 1, 0),
                                           .verification = id_make(1, 2, 0)};
    struct buf payload = {0};
    partner_encode_verify_account_reply(&message, &payload);
    line_send(&line, 5000, MESSAGE_VERIFY_ACCOUNT, MESSAGE_REPLY, buf_span(&payload));
    assert_int_equal(stage_count(&stage, COMMAND_VERIFY_ANSWER), 0);
    line_send(&neighbour, 5000, MESSAGE_VERIFY_ACCOUNT, MESSAGE_REPLY, buf_span(&payload));
    assert_int_equal(stage_count(&stage, COMMAND_VERIFY_ANSWER), 1); /* the ledger decides */
    buf_deinit(&payload);
}

static void expect_turned_away(const char *uri, uint8_t pin) {
    struct line stranger;
    line_open(&stage, &stranger, uri, pin);
    line_expect_go_away(&stranger, "DISABLED");
    line_close(&stranger);
}

static void strangers(void **state) {
    (void)state;
    expect_turned_away("", 1);
    expect_turned_away("urn:linkgate:gateway", 1);
    expect_turned_away("urn:linkgate:bank:", 1);
    expect_turned_away("urn:linkgate:bank:102100099997", 1);  /* wrong check digit */
    expect_turned_away("urn:linkgate:bank:1021000999961", 1); /* too long */
    expect_turned_away("urn:linkgate:bank:307584007998", 1);  /* not in the registry */
    expect_turned_away(URI_A, 2);                             /* the neighbour's key */
    stage_bank(&stage, BANK_A, BANK_ROLE_CLASS2, false, 1);
    expect_turned_away(URI_A, 1);
    struct front_stats stats;
    front_stats(stage.front, &stats);
    assert_int_equal(stats.turned_away, 9); /* line too, which had not said Hello */
}

static void too_many_connections(void **state) {
    (void)state;
    struct line lines[3];
    line_hello(&line);
    for (size_t i = 0; i < 2; i++) {
        line_open(&stage, &lines[i], URI_A, 1);
        line_hello(&lines[i]);
    }
    line_open(&stage, &lines[2], URI_A, 1);
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 1};
    struct buf payload = {0};
    message_encode_hello(&hello, &payload);
    line_send(&lines[2], 1, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(&payload));
    line_expect_go_away(&lines[2], "LIMIT");
    for (size_t i = 0; i < 3; i++)
        line_close(&lines[i]);
    buf_deinit(&payload);
}

/* Those that have not said Hello count too: one bank cannot hold all the gateway's connections. */
static void too_many_before_hello(void **state) {
    (void)state;
    struct line lines[3];
    for (size_t i = 0; i < 3; i++)
        line_open(&stage, &lines[i], URI_A, 1);
    line_expect_go_away(&lines[2], "LIMIT");
    line_close(&lines[0]);
    struct line other;
    line_open(&stage, &other, URI_B, 2); /* another bank's do not */
    line_hello(&other);
    line_hello(&line);
    line_hello(&lines[1]);
    line_close(&lines[1]);
    line_close(&lines[2]);
    line_open(&stage, &lines[0], URI_A, 1);
    line_hello(&lines[0]);
    line_close(&lines[0]);
    line_close(&other);
}

static void never_woken(void *context) {
    (void)context;
}

static void handshake_in_time(void **state) {
    (void)state;
    struct session_owner owner = {NULL, never_woken, "192.0.2.1:1"};
    struct session *session = session_new(stage.front, &owner);
    line_hello(&line);
    stage_pass(&stage, 9999);
    assert_int_equal(session_state(session), SESSION_HANDSHAKE);
    stage_pass(&stage, 1);
    assert_int_equal(session_state(session), SESSION_CLOSED);
    assert_int_equal(session_output(session)->size, 0);
    session_free(session);
    buf_clear(session_output(neighbour.session)); /* its heartbeat */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(length_0),
        TEST(length_65537),
        TEST(length_2_to_31),
        TEST(length_2_to_32),
        TEST(flags),
        TEST(http),
        TEST(bad_frame_before_hello),
        TEST(no_protobuf),
        TEST(frames_behind_the_bad_one),
        TEST(truncated_frame_and_silence),
        TEST(unknown_kind),
        TEST(beside_the_ledger),
        TEST(before_hello),
        TEST(silence_before_hello),
        TEST(second_hello),
        TEST(version),
        TEST(bad_hello),
        TEST(correlation_0),
        TEST(correlation_twice),
        TEST(no_request_id),
        TEST(amount_0),
        TEST(amount_negative),
        TEST(wrong_currency),
        TEST(payload_is_no_message),
        TEST(role),
        TEST(answer_without_role),
        TEST(strangers),
        TEST(too_many_connections),
        TEST(too_many_before_hello),
        TEST(handshake_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
