/*
 * One connection of a partner bank, as a machine over bytes and milliseconds: its life, its bytes,
 * its time.
 *
 * Invariants: no more of our requests are in flight than the gateway's window; every request that
 * was taken is answered to the caller once, by `answer` or by `lost`; nothing is encrypted before
 * lg_client_output, so that all that one turn says shares TLS records, and a bank that makes its
 * answers durable before it asks for output never tells what it may forget. Nothing is allocated per
 * message: buffers, arena and slots are kept. It does not reconnect, repeat or store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/internal.h"

#define READ_MAX (256u << 10)   /* plain bytes decrypted before frames are looked at */
#define ARENA_CHUNK (32u << 10) /* holds an ordinary message without a second chunk */
#define ARENA_BUDGET (1u << 20) /* per message; a hostile one is MALFORMED */
#define GREETING_MS 10000       /* TLS and Hello together */
#define WINDOW_DEFAULT 256u
#define DEAD_AFTER 3 /* silent heartbeats */
#define RECORD_OVERHEAD 64

/* ---- life ---------------------------------------------------------------------------------- */

static void feed_tls_nothing(struct lg_client *client);

struct lg_client *lg_client_new(struct lg_context *context, const struct lg_config *config,
                                const struct lg_handler *handler, int64_t now_ms) {
    struct lg_client *client = xcalloc(1, sizeof(*client));
    client->tls = tls_new(context->tls);
    client->handler = *handler;
    client->config = *config;
    client->software =
        xstrdup(config->software != NULL ? config->software : "liblinkgate " LINKGATE_VERSION);
    client->gateway_uri =
        xstrdup(config->gateway_uri != NULL ? config->gateway_uri : LG_GATEWAY_URI);
    if (client->config.window == 0)
        client->config.window = WINDOW_DEFAULT;
    arena_init(&client->arena, ARENA_CHUNK, ARENA_BUDGET);
    slots_init(&client->slots);
    client->now_ms = client->heard_ms = now_ms;
    client->deadline_ms = now_ms + GREETING_MS;
    client->ack_at_ms = INT64_MAX;
    client->noticed = client->acked = config->last_notice_sequence;
    feed_tls_nothing(client);
    return client;
}

void lg_client_free(struct lg_client *client) {
    if (client == NULL)
        return;
    slots_deinit(&client->slots);
    arena_deinit(&client->arena);
    buf_deinit(&client->encode);
    buf_deinit(&client->out);
    buf_deinit(&client->in);
    tls_free(client->tls);
    free(client->gateway_uri);
    free(client->software);
    free(client);
}

enum lg_state lg_client_state(const struct lg_client *client) {
    return client->state;
}

const char *lg_client_reason(const struct lg_client *client) {
    return client->reason;
}

void lg_client_end(struct lg_client *client, const char *reason) {
    if (client->state == LG_STATE_ENDED)
        return;
    client->state = LG_STATE_ENDED;
    client->deadline_ms = INT64_MAX;
    client->ack_at_ms = INT64_MAX;
    snprintf(client->reason, sizeof(client->reason), "%s", reason);
    void *tag;
    while (slots_pop(&client->slots, &tag)) {
        if (client->handler.lost != NULL)
            client->handler.lost(client->handler.context, tag);
    }
}

/* ---- bytes --------------------------------------------------------------------------------- */

static int feed_tls(struct lg_client *client, struct span cipher) {
    int outcome = tls_feed(client->tls, cipher, &client->in, READ_MAX);
    if (client->state == LG_STATE_CONNECTING && tls_established(client->tls))
        client_greet(client);
    return outcome;
}

/* The handshake begins with the client's first bytes. */
static void feed_tls_nothing(struct lg_client *client) {
    if (feed_tls(client, (struct span){NULL, 0}) == TLS_REFUSED)
        lg_client_end(client, tls_reason(client->tls));
}

void lg_client_feed(struct lg_client *client, struct lg_bytes cipher, int64_t now_ms) {
    client->now_ms = now_ms;
    if (client->state == LG_STATE_ENDED)
        return;
    if (cipher.size == 0) {
        lg_client_end(client, "the gateway closed the connection");
        return;
    }
    client->heard_ms = now_ms;
    client->beats = 0;
    struct span left = span_of_lg(cipher);
    size_t before;
    do {
        before = client->in.size;
        int outcome = feed_tls(client, left);
        bool grew = client->in.size > before;
        left = (struct span){NULL, 0};
        client_read_frames(client);
        if (client->state == LG_STATE_ENDED)
            return;
        if (outcome == TLS_REFUSED)
            lg_client_end(client, tls_reason(client->tls));
        else if (outcome == TLS_CLOSED)
            lg_client_end(client, "the gateway closed the connection");
        else if (grew)
            continue;
        return;
    } while (true);
}

/* The echo of the heartbeat behind our GoAway came: no request that was sent before the gateway
 * read it is still on its way. */
static bool settled(const struct lg_client *client) {
    return client->leaving && client->leave_correlation == 0 && client->owed == 0 &&
           slots_used(&client->slots) == 0;
}

struct lg_bytes lg_client_output(struct lg_client *client) {
    if (settled(client) && client->state == LG_STATE_DRAINING) {
        if (client->noticed > client->acked)
            client_say_ack(client);
        lg_client_end(client, "drained");
    }
    if (client->out.size > 0 && tls_established(client->tls) && !client->shut) {
        if (tls_write(client->tls, buf_span(&client->out)) != 0)
            lg_client_end(client, tls_reason(client->tls));
        buf_clear(&client->out);
    }
    if (client->state == LG_STATE_ENDED && !client->shut) {
        client->shut = true;
        tls_shut(client->tls);
    }
    return lg_of_span(tls_output(client->tls));
}

void lg_client_sent(struct lg_client *client, size_t size) {
    tls_sent(client->tls, size);
}

size_t lg_client_pending(const struct lg_client *client) {
    size_t plain = client->out.size > 0 ? client->out.size + RECORD_OVERHEAD : 0;
    return plain + tls_pending(client->tls);
}

/* ---- time ---------------------------------------------------------------------------------- */

static void beat(struct lg_client *client) {
    client->beats++;
    if (client->beats >= DEAD_AFTER)
        lg_client_end(client, "the gateway was silent for three heartbeats");
    else
        client_say_heartbeat(client, slots_apart(&client->slots));
}

static int64_t next_beat_ms(const struct lg_client *client) {
    if (client->heartbeat_ms == 0 || !client_open(client))
        return INT64_MAX;
    return client->heard_ms + client->heartbeat_ms * (client->beats + 1);
}

void lg_client_tick(struct lg_client *client, int64_t now_ms) {
    client->now_ms = now_ms;
    if (client->ack_at_ms <= now_ms)
        client_say_ack(client);
    if (client->deadline_ms <= now_ms) {
        bool draining = client->state == LG_STATE_DRAINING;
        lg_client_end(client, draining ? "drained, with some requests unanswered"
                                       : "no Hello from the gateway in time");
    }
    while (next_beat_ms(client) <= now_ms)
        beat(client);
}

int64_t lg_client_deadline_ms(const struct lg_client *client) {
    int64_t at = next_beat_ms(client);
    at = client->ack_at_ms < at ? client->ack_at_ms : at;
    return client->deadline_ms < at ? client->deadline_ms : at;
}
