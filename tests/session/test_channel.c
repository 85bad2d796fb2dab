/*
 * The same conversation with TLS around it, and no socket: who is let in by the certificate, that
 * frames of a turn share records, and how a connection ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "session/channel.h"
#include "session/stage.h"
#include "support/pki.h"
#include "support/starve.h"
#include "tls/tls.h"

static struct pki pki;
static struct tls_context *server_tls;

struct bank_end {
    struct tls_context *context;
    struct tls *tls;
    struct buf plain;
    struct channel *channel;
    enum session_need need;
    int result;
};

static struct tls_context *make_context(bool server, const char *name) {
    struct tls_config config = {server, pki_path(&pki, "ca", "crt"), NULL,
                                pki_path(&pki, name, "crt"), pki_path(&pki, name, "key")};
    struct tls_context *context = NULL;
    char reason[256] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return context;
}

static void woken(void *context) {
    (void)context;
}

/* The context becomes the end's. */
static void end_open_with(struct stage *stage, struct bank_end *end, struct tls_context *context) {
    struct session_owner owner = {end, woken, "192.0.2.1:1"};
    *end = (struct bank_end){.context = context};
    end->tls = tls_new(end->context);
    end->channel = channel_new(stage->front, server_tls, &owner);
    end->result = tls_feed(end->tls, span_of(NULL, 0), &end->plain, SIZE_MAX);
}

static void end_open(struct stage *stage, struct bank_end *end, const char *name) {
    end_open_with(stage, end, make_context(false, name));
}

static void end_close(struct bank_end *end) {
    channel_free(end->channel);
    tls_free(end->tls);
    tls_context_free(end->context);
    buf_deinit(&end->plain);
}

/* Moves bytes both ways until nothing moves. */
static void talk(struct bank_end *end) {
    bool moved = true;
    while (moved) {
        struct buf cipher = {0};
        moved = tls_pending(end->tls) > 0;
        tls_take(end->tls, &cipher, SIZE_MAX);
        if (moved)
            end->need = channel_feed(end->channel, buf_span(&cipher));
        channel_flush(end->channel);
        struct span out = channel_output(end->channel);
        if (out.size > 0) {
            moved = true;
            end->result = tls_feed(end->tls, out, &end->plain, SIZE_MAX);
            channel_sent(end->channel, out.size);
        }
        buf_deinit(&cipher);
    }
}

/* The registry takes the pin that the certificate has. */
static void pin(struct stage *stage, const char *name, bank_code code, uint32_t roles) {
    struct bank_end end;
    end_open(stage, &end, name);
    talk(&end);
    struct tls *tls = tls_new(server_tls);
    struct tls *client = tls_new(end.context);
    struct buf plain = {0};
    struct buf cipher = {0};
    (void)!tls_feed(client, span_of(NULL, 0), &plain, 1);
    for (int i = 0; i < 4 && !tls_established(tls); i++) {
        buf_clear(&cipher);
        tls_take(client, &cipher, SIZE_MAX);
        (void)!tls_feed(tls, buf_span(&cipher), &plain, 1);
        buf_clear(&cipher);
        tls_take(tls, &cipher, SIZE_MAX);
        (void)!tls_feed(client, buf_span(&cipher), &plain, 1);
    }
    struct tls_peer peer;
    tls_peer(tls, &peer);
    struct bank bank = {.code = code, .active = true, .roles = roles, .pin_count = 1};
    bank.pins[0] = peer.pin;
    struct effect *effect = effects_add(&stage->effects, EFFECT_BANK);
    effect->entry = &bank;
    effect->bank = code;
    stage_deliver(stage);
    buf_deinit(&plain);
    buf_deinit(&cipher);
    tls_free(client);
    tls_free(tls);
    end_close(&end);
}

/* False: TLS takes nothing any more. */
static bool say_hello(struct bank_end *end) {
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 100};
    struct buf payload = {0};
    struct buf frame = {0};
    message_encode_hello(&hello, &payload);
    struct envelope envelope = {.correlation = 1,
                                .kind = MESSAGE_HELLO,
                                .direction = MESSAGE_REQUEST,
                                .payload = buf_span(&payload)};
    envelope_append(&envelope, &frame);
    bool said = tls_write(end->tls, buf_span(&frame)) == 0;
    buf_deinit(&payload);
    buf_deinit(&frame);
    return said;
}

static void send_hello(struct bank_end *end) {
    assert_true(say_hello(end));
}

/* Takes one frame from what the bank received. */
static uint32_t take_frame(struct bank_end *end) {
    struct arena arena;
    struct envelope envelope;
    struct span body;
    size_t used;
    arena_init(&arena, 4096, 0);
    assert_int_equal(frame_next(buf_span(&end->plain), &body, &used), 0);
    assert_int_equal(envelope_decode(body, &arena, &envelope), 0);
    buf_consume(&end->plain, used);
    arena_deinit(&arena);
    return envelope.kind;
}

/* The next one, after what the system tells everybody. */
static void expect_frame(struct bank_end *end, uint32_t kind) {
    uint32_t came = take_frame(end);
    if (came == MESSAGE_SYSTEM_NOTICE)
        came = take_frame(end);
    assert_int_equal(came, kind);
}

static void hello_over_tls(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage);
    pin(&stage, "bank-a", BANK_A, BANK_ROLE_CLASS2);
    end_open(&stage, &end, "bank-a");
    talk(&end);
    assert_int_equal(session_state(channel_session(end.channel)), SESSION_AWAIT_HELLO);
    send_hello(&end);
    talk(&end);
    expect_frame(&end, MESSAGE_HELLO);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_UP), 1);
    tls_shut(end.tls);
    talk(&end);
    assert_int_equal(end.need, SESSION_OVER);
    assert_int_equal(end.result, TLS_CLOSED);
    end_close(&end);
    assert_int_equal(stage_count(&stage, COMMAND_BANK_DOWN), 1);
    stage_close(&stage);
}

/* A hundred instructions in one turn are a few records, not a hundred. */
static void frames_share_records(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage);
    pin(&stage, "bank-a", BANK_A, BANK_ROLE_CLASS2);
    end_open(&stage, &end, "bank-a");
    talk(&end);
    send_hello(&end);
    talk(&end);
    expect_frame(&end, MESSAGE_HELLO);
    for (uint64_t i = 0; i < 100; i++) {
        struct effect *effect = effects_add(&stage.effects, EFFECT_SEND);
        effect->message = MESSAGE_POST_INSTRUCTION;
        effect->bank = BANK_A;
        effect->exchange = id_make(1, i, 0);
        effect->deadline_ms = stage.wall_ms + 1000;
        effect->payload = SPAN_LITERAL("an instruction of some length");
    }
    stage_deliver(&stage);
    size_t plain = session_output(channel_session(end.channel))->size;
    channel_flush(end.channel);
    assert_true(channel_backlog(end.channel) < plain + 2 * 22);
    talk(&end);
    for (uint64_t i = 0; i < 100; i++)
        expect_frame(&end, MESSAGE_POST_INSTRUCTION);
    end_close(&end);
    stage_close(&stage);
}

static void unpinned_key(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage); /* its registry has other pins */
    end_open(&stage, &end, "bank-a");
    talk(&end);
    expect_frame(&end, MESSAGE_GO_AWAY);
    assert_int_equal(end.result, TLS_CLOSED);
    assert_int_equal(stage.count, 0);
    end_close(&end);
    stage_close(&stage);
}

static void no_identity(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage);
    pin(&stage, "two-uris", BANK_A, BANK_ROLE_CLASS2); /* even if its key were pinned */
    end_open(&stage, &end, "two-uris");
    talk(&end);
    expect_frame(&end, MESSAGE_GO_AWAY);
    assert_int_equal(end.result, TLS_CLOSED);
    end_close(&end);
    stage_close(&stage);
}

static void not_tls(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage);
    end_open(&stage, &end, "bank-a");
    assert_int_equal(channel_feed(end.channel, SPAN_LITERAL("\0\0\0\0\3abc")), SESSION_OVER);
    channel_flush(end.channel);
    assert_true(channel_backlog(end.channel) < 64); /* an alert at most */
    assert_int_equal(channel_feed(end.channel, SPAN_LITERAL("more")), SESSION_OVER);
    end_close(&end);
    stage_close(&stage);
}

static void unknown_ca(void **state) {
    (void)state;
    struct stage stage;
    struct bank_end end;
    stage_open(&stage);
    end_open(&stage, &end, "stranger");
    talk(&end);
    assert_int_equal(end.need, SESSION_OVER);
    assert_int_equal(end.result, TLS_REFUSED); /* learnt on its first read */
    end_close(&end);
    stage_close(&stage);
}

static int set_up(void **state) {
    (void)state;
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", "urn:linkgate:gateway");
    pki_issue_uri(&pki, "bank-a", URI_A);
    const struct pki_wish wishes[] = {
        {"two-uris", "URI:" URI_A ",URI:" URI_B, PKI_BOTH_USAGES, -1, 30, PKI_CA},
        {"stranger", "URI:" URI_A, PKI_BOTH_USAGES, -1, 30, PKI_OTHER_CA},
    };
    for (size_t i = 0; i < 2; i++)
        pki_issue(&pki, &wishes[i]);
    server_tls = make_context(true, "gateway");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    tls_context_free(server_tls);
    pki_close(&pki);
    return 0;
}

/* ---- memory that runs out ---- */

struct starving {
    struct stage *stage;
    struct tls_context *client;
};

/* Certificates and keys are read. */
static bool a_reading(void *of) {
    (void)of;
    struct tls_config config = {true, pki_path(&pki, "ca", "crt"), NULL,
                                pki_path(&pki, "gateway", "crt"), pki_path(&pki, "gateway", "key")};
    struct tls_context *context = NULL;
    char reason[256] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        return false;
    tls_context_free(context);
    return true;
}

/* A bank connects, says Hello, submits, is answered, and leaves. False when an end gave up. */
static bool a_short_talk(void *of) {
    struct stage *stage = ((struct starving *)of)->stage;
    struct bank_end end;
    struct buf payload = {0};
    struct buf frame = {0};
    struct command *submitted = NULL;
    end_open_with(stage, &end, ((struct starving *)of)->client);
    talk(&end);
    if (!tls_established(end.tls) || !say_hello(&end))
        return false;
    talk(&end);
    stage_submit_transfer(stage, 1, &payload);
    struct envelope envelope = {.correlation = 2,
                                .kind = MESSAGE_SUBMIT_TRANSFER,
                                .direction = MESSAGE_REQUEST,
                                .payload = buf_span(&payload)};
    envelope_append(&envelope, &frame);
    if (tls_write(end.tls, buf_span(&frame)) != 0)
        return false;
    talk(&end);
    submitted = stage_last(stage, COMMAND_SUBMIT_TRANSFER);
    if (submitted == NULL)
        return false; /* and nothing said that it was taken */
    struct effect *effect = effects_add(&stage->effects, EFFECT_REPLY);
    effect->origin = submitted->origin;
    effect->payload = SPAN_LITERAL("taken");
    stage_deliver(stage);
    talk(&end);
    tls_shut(end.tls);
    talk(&end);
    end_close(&end);
    buf_deinit(&payload);
    buf_deinit(&frame);
    return stage_count(stage, COMMAND_BANK_DOWN) == 1;
}

static void no_crash_when_memory_runs_out(void **state) {
    (void)state;
    struct stage stage;
    if (!starve_works())
        skip();
    stage_open(&stage);
    pin(&stage, "bank-a", BANK_A, BANK_ROLE_CLASS2);
    struct starving starving = {&stage, make_context(false, "bank-a")};
    starve_all(a_reading, NULL);
    starve_all(a_short_talk, &starving);
    tls_context_free(starving.client);
    stage_close(&stage);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_over_tls),
        cmocka_unit_test(frames_share_records),
        cmocka_unit_test(unpinned_key),
        cmocka_unit_test(no_identity),
        cmocka_unit_test(not_tls),
        cmocka_unit_test(unknown_ca),
        cmocka_unit_test(no_crash_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
