/*
 * The scripted gateway.
 *
 * It fails the test on bytes that are no frames; everything else is the test's to judge.
 */
#include "client/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire/frame.h"

void peer_init(struct peer *peer, struct pki *pki, const char *certificate) {
    *peer = (struct peer){.window = 64, .heartbeat_ms = 1000};
    struct tls_config config = {.server = true,
                                .ca_file = pki_path(pki, "ca", "crt"),
                                .certificate_file = pki_path(pki, certificate, "crt"),
                                .key_file = pki_path(pki, certificate, "key")};
    char reason[256] = "";
    if (tls_context_new(&config, &peer->context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    peer->tls = tls_new(peer->context);
    arena_init(&peer->arena, 65536, 0);
}

void peer_deinit(struct peer *peer) {
    tls_free(peer->tls);
    tls_context_free(peer->context);
    arena_deinit(&peer->arena);
    buf_deinit(&peer->plain);
    buf_deinit(&peer->out);
}

void peer_again(struct peer *peer) {
    tls_free(peer->tls);
    peer->tls = tls_new(peer->context);
    buf_clear(&peer->plain);
    buf_clear(&peer->out);
    arena_reset(&peer->arena);
    peer->count = peer->taken = 0;
    peer->greeted = false;
}

struct buf *peer_payload(void) {
    static struct buf payload;
    buf_clear(&payload);
    return &payload;
}

void peer_say(struct peer *peer, uint64_t correlation, uint32_t kind,
              enum message_direction direction, struct span payload, uint32_t timeout_ms) {
    const struct envelope envelope = {.correlation = correlation,
                                      .kind = kind,
                                      .direction = direction,
                                      .payload = payload,
                                      .timeout_ms = timeout_ms};
    envelope_append(&envelope, &peer->out);
}

static void greet(struct peer *peer, const struct envelope *envelope) {
    struct refusal refusal;
    assert_int_equal(message_decode_hello(envelope->payload, &peer->arena, &peer->hello, &refusal),
                     0);
    const struct hello_reply reply = {.protocol = 1,
                                      .software = SPAN_LITERAL("scripted"),
                                      .window = peer->window,
                                      .heartbeat_ms = peer->heartbeat_ms,
                                      .ledger_time_ms = 1};
    struct buf *payload = peer_payload();
    message_encode_hello_reply(&reply, payload);
    peer_say(peer, envelope->correlation, MESSAGE_HELLO, MESSAGE_REPLY, buf_span(payload), 0);
    peer->greeted = true;
}

void peer_feed(struct peer *peer, struct span cipher) {
    size_t before = peer->plain.size;
    peer->result = tls_feed(peer->tls, cipher, &peer->plain, SIZE_MAX);
    peer->records += peer->plain.size > before;
    struct span body;
    size_t used;
    int outcome;
    while ((outcome = frame_next(buf_span(&peer->plain), &body, &used)) == 0) {
        assert_true(peer->count < PEER_FRAMES_MAX);
        struct envelope *envelope = &peer->frames[peer->count++];
        assert_int_equal(envelope_decode(body, &peer->arena, envelope), 0);
        buf_consume(&peer->plain, used);
        if (envelope->kind == MESSAGE_HELLO && !peer->mute)
            greet(peer, envelope);
    }
    assert_int_equal(outcome, FRAME_INCOMPLETE);
}

struct span peer_output(struct peer *peer) {
    if (tls_established(peer->tls) && peer->out.size > 0) {
        assert_int_equal(tls_write(peer->tls, buf_span(&peer->out)), 0);
        buf_clear(&peer->out);
    }
    return tls_output(peer->tls);
}

void peer_sent(struct peer *peer, size_t size) {
    tls_sent(peer->tls, size);
}

const struct envelope *peer_next(struct peer *peer) {
    return peer->taken < peer->count ? &peer->frames[peer->taken++] : NULL;
}
