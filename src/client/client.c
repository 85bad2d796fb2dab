/*
 * One connection of a partner bank, as a machine over bytes and milliseconds.
 *
 * Invariants: no more of our requests are in flight than the gateway's window; every request that
 * was taken is answered to the caller once, by `answer` or by `lost`; nothing is encrypted before
 * client_output, so that all that one turn says shares TLS records, and a bank that makes its
 * answers durable before it asks for output never tells what it may forget. Nothing is allocated per
 * message: buffers, arena and slots are kept. It does not reconnect, repeat or store.
 */
#include "client/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/slots.h"
#include "tls/tls.h"
#include "wire/frame.h"
#include "wire/partner.h"

#define READ_MAX (256u << 10)   /* plain bytes decrypted before frames are looked at */
#define ARENA_CHUNK (32u << 10) /* holds an ordinary message without a second chunk */
#define ARENA_BUDGET (1u << 20) /* per message; a hostile one is MALFORMED */
#define GREETING_MS 10000       /* TLS and Hello together */
#define ACK_EVERY 256
#define ACK_MS 100
#define DEAD_AFTER 3        /* silent heartbeats */
#define HEARTBEAT_MIN_MS 10 /* a gateway that asks for less is not followed */
#define DRAIN_GRACE_MS 1000
#define RECORD_OVERHEAD 64

struct client_context {
    struct tls_context *tls;
};

struct client {
    struct tls *tls;
    struct client_handler handler;
    struct client_config config;
    enum client_state state;
    bool shut; /* close_notify is queued */
    char reason[CLIENT_REASON_SIZE];
    struct buf in;      /* plain bytes: the tail of an unfinished frame */
    struct buf out;     /* plain frames since the last output */
    struct buf scratch; /* the caller's */
    struct buf encode;  /* our own messages */
    struct arena arena;
    struct slots slots;
    uint64_t hello_correlation;
    int64_t deadline_ms;  /* of greeting or draining; INT64_MAX: none */
    int64_t heard_ms;     /* last bytes from the gateway */
    int64_t heartbeat_ms; /* 0 before Hello's reply */
    uint32_t beats;       /* sent since anything was heard */
    uint64_t noticed, acked;
    int64_t ack_at_ms; /* INT64_MAX: nothing to acknowledge */
};

int client_context_new(const struct client_files *files, struct client_context **context_out,
                       char *reason_out, size_t reason_size) {
    const struct tls_config config = {.server = false,
                                      .ca_file = files->ca_file,
                                      .crl_file = files->crl_file,
                                      .certificate_file = files->certificate_file,
                                      .key_file = files->key_file};
    struct tls_context *tls;
    int failed = tls_context_new(&config, &tls, reason_out, reason_size);
    if (failed)
        return failed;
    struct client_context *context = xcalloc(1, sizeof(*context));
    context->tls = tls;
    *context_out = context;
    return 0;
}

void client_context_free(struct client_context *context) {
    if (context == NULL)
        return;
    tls_context_free(context->tls);
    free(context);
}

/* The handshake begins with the client's first bytes. */
static void pump_tls(struct client *client);

struct client *client_new(struct client_context *context, const struct client_config *config,
                          const struct client_handler *handler, int64_t now_ms) {
    struct client *client = xcalloc(1, sizeof(*client));
    client->tls = tls_new(context->tls);
    client->handler = *handler;
    client->config = *config;
    if (client->config.gateway_uri == NULL)
        client->config.gateway_uri = CLIENT_GATEWAY_URI;
    arena_init(&client->arena, ARENA_CHUNK, ARENA_BUDGET);
    slots_init(&client->slots);
    client->deadline_ms = now_ms + GREETING_MS;
    client->heard_ms = now_ms;
    client->ack_at_ms = INT64_MAX;
    client->noticed = client->acked = config->last_notice_sequence;
    pump_tls(client);
    return client;
}

void client_free(struct client *client) {
    if (client == NULL)
        return;
    slots_deinit(&client->slots);
    arena_deinit(&client->arena);
    buf_deinit(&client->encode);
    buf_deinit(&client->scratch);
    buf_deinit(&client->out);
    buf_deinit(&client->in);
    tls_free(client->tls);
    free(client);
}

enum client_state client_state(const struct client *client) {
    return client->state;
}

const char *client_reason(const struct client *client) {
    return client->reason;
}

struct arena *client_arena(struct client *client) {
    return &client->arena;
}

struct buf *client_scratch(struct client *client) {
    buf_clear(&client->scratch);
    return &client->scratch;
}

void client_end(struct client *client, const char *reason) {
    if (client->state == CLIENT_ENDED)
        return;
    client->state = CLIENT_ENDED;
    client->deadline_ms = INT64_MAX;
    client->ack_at_ms = INT64_MAX;
    snprintf(client->reason, sizeof(client->reason), "%s", reason);
    void *tag;
    while (slots_pop(&client->slots, &tag))
        client->handler.lost(client->handler.context, tag);
}

/* ---- saying ------------------------------------------------------------------------------- */

static void say(struct client *client, uint64_t correlation, uint32_t kind,
                enum message_direction direction, struct span payload, uint32_t timeout_ms) {
    const struct envelope envelope = {.correlation = correlation,
                                      .kind = kind,
                                      .direction = direction,
                                      .payload = payload,
                                      .timeout_ms = timeout_ms};
    envelope_append(&envelope, &client->out);
}

static struct buf *encode(struct client *client) {
    buf_clear(&client->encode);
    return &client->encode;
}

static bool open(const struct client *client) {
    return client->state == CLIENT_READY || client->state == CLIENT_DRAINING;
}

int client_request(struct client *client, uint32_t kind, struct span payload, uint32_t timeout_ms,
                   void *tag) {
    if (client->state != CLIENT_READY)
        return CLIENT_NOT_READY;
    uint64_t correlation;
    if (!slots_take(&client->slots, tag, &correlation))
        return CLIENT_WINDOW_FULL;
    say(client, correlation, kind, MESSAGE_REQUEST, payload, timeout_ms);
    return 0;
}

uint32_t client_room(const struct client *client) {
    return client->state == CLIENT_READY ? slots_room(&client->slots) : 0;
}

uint32_t client_in_flight(const struct client *client) {
    return slots_used(&client->slots);
}

void client_reply(struct client *client, uint64_t correlation, uint32_t kind, struct span payload) {
    if (open(client))
        say(client, correlation, kind, MESSAGE_REPLY, payload, 0);
}

void client_refuse(struct client *client, uint64_t correlation, uint32_t kind,
                   const struct refusal *refusal) {
    if (!open(client))
        return;
    struct buf *payload = encode(client);
    message_encode_refusal(refusal, payload);
    say(client, correlation, kind, MESSAGE_REFUSAL, buf_span(payload), 0);
}

void client_send_raw(struct client *client, struct span bytes) {
    if (tls_established(client->tls))
        buf_append_span(&client->out, bytes);
}

static void say_ack(struct client *client) {
    const struct ack_notices message = {client->noticed};
    struct buf *payload = encode(client);
    partner_encode_ack_notices(&message, payload);
    say(client, 0, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, buf_span(payload), 0);
    client->acked = client->noticed;
    client->ack_at_ms = INT64_MAX;
}

void client_noticed(struct client *client, uint64_t sequence, int64_t now_ms) {
    if (!open(client) || sequence <= client->noticed)
        return;
    client->noticed = sequence;
    if (client->noticed - client->acked >= ACK_EVERY)
        say_ack(client);
    else if (client->ack_at_ms == INT64_MAX)
        client->ack_at_ms = now_ms + ACK_MS;
}

void client_leave(struct client *client, const char *code, const char *text) {
    if (tls_established(client->tls) && open(client)) {
        if (client->noticed > client->acked)
            say_ack(client);
        const struct go_away message = {span_text(code), span_text(text), 0};
        struct buf *payload = encode(client);
        message_encode_go_away(&message, payload);
        say(client, 0, MESSAGE_GO_AWAY, MESSAGE_NOTICE, buf_span(payload), 0);
    }
    client_end(client, text);
}

/* ---- greeting ----------------------------------------------------------------------------- */

static void greet(struct client *client) {
    struct tls_peer peer;
    tls_peer(client->tls, &peer);
    if (strcmp(peer.uri, client->config.gateway_uri) != 0) {
        client_end(client, "the peer's certificate is not the gateway's: check host and CA");
        return;
    }
    const struct client_config *config = &client->config;
    const struct hello message = {
        .protocol_min = 1,
        .protocol_max = 1,
        .software = span_text(config->software),
        .window = config->window,
        .last_notice_sequence = config->last_notice_sequence,
        .last_notice_token = span_of(config->last_notice_token.bytes,
                                     config->last_notice_sequence > 0 ? DIGEST_SIZE : 0),
    };
    struct buf *payload = encode(client);
    message_encode_hello(&message, payload);
    client->hello_correlation = slots_apart(&client->slots);
    say(client, client->hello_correlation, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(payload), 0);
    client->state = CLIENT_GREETING;
}

static void refused_hello(struct client *client, struct span payload) {
    struct refusal_view view;
    char reason[CLIENT_REASON_SIZE];
    if (partner_decode_refusal(payload, &client->arena, &view))
        snprintf(reason, sizeof(reason), "Hello was refused");
    else
        snprintf(reason, sizeof(reason), "Hello was refused: %.*s %.*s", (int)view.detail.size,
                 (const char *)view.detail.data, (int)view.text.size, (const char *)view.text.data);
    client_end(client, reason);
}

static void on_hello_reply(struct client *client, const struct envelope *envelope) {
    if (client->state != CLIENT_GREETING)
        return;
    struct hello_reply reply;
    if (envelope->direction == MESSAGE_REFUSAL) {
        refused_hello(client, envelope->payload);
    } else if (message_decode_hello_reply(envelope->payload, &client->arena, &reply) ||
               reply.protocol != 1 || reply.window == 0) {
        client_end(client, "the gateway's Hello makes no sense");
    } else {
        uint32_t window = reply.window;
        slots_allow(&client->slots, window < CLIENT_WINDOW_MAX ? window : CLIENT_WINDOW_MAX);
        client->heartbeat_ms = reply.heartbeat_ms;
        if (client->heartbeat_ms < HEARTBEAT_MIN_MS && client->heartbeat_ms > 0)
            client->heartbeat_ms = HEARTBEAT_MIN_MS;
        client->deadline_ms = INT64_MAX;
        client->state = CLIENT_READY;
        client->handler.ready(client->handler.context, &reply);
    }
}

/* ---- hearing ------------------------------------------------------------------------------ */

static void on_answer(struct client *client, const struct envelope *envelope) {
    void *tag;
    if (envelope->correlation == client->hello_correlation)
        on_hello_reply(client, envelope);
    else if (slots_give(&client->slots, envelope->correlation, &tag))
        client->handler.answer(client->handler.context, tag, envelope);
    /* Anything else: a heartbeat's echo, or an answer given twice. */
}

static void on_request(struct client *client, const struct envelope *envelope) {
    if (!open(client))
        return;
    if (envelope->kind == MESSAGE_HEARTBEAT)
        say(client, envelope->correlation, MESSAGE_HEARTBEAT, MESSAGE_REPLY, envelope->payload, 0);
    else
        client->handler.request(client->handler.context, envelope);
}

static void on_go_away(struct client *client, const struct envelope *envelope, int64_t now_ms) {
    struct go_away message;
    if (message_decode_go_away(envelope->payload, &client->arena, &message))
        return;
    if (client->handler.go_away != NULL)
        client->handler.go_away(client->handler.context, &message);
    char reason[CLIENT_REASON_SIZE];
    snprintf(reason, sizeof(reason), "GoAway %.*s: %.*s", (int)message.code.size,
             (const char *)message.code.data, (int)message.text.size,
             (const char *)message.text.data);
    if (message.drain_ms == 0 || client->state != CLIENT_READY) {
        client_end(client, reason);
    } else {
        client->state = CLIENT_DRAINING;
        client->deadline_ms = now_ms + message.drain_ms + DRAIN_GRACE_MS;
    }
}

static void on_frame(struct client *client, struct span body, int64_t now_ms) {
    struct envelope envelope;
    arena_reset(&client->arena);
    if (envelope_decode(body, &client->arena, &envelope)) {
        client_leave(client, "MALFORMED", "a frame from the gateway holds no envelope");
        return;
    }
    switch (envelope.direction) {
    case MESSAGE_REPLY:
    case MESSAGE_REFUSAL:
        on_answer(client, &envelope);
        break;
    case MESSAGE_REQUEST:
        on_request(client, &envelope);
        break;
    case MESSAGE_NOTICE:
        if (envelope.kind == MESSAGE_GO_AWAY)
            on_go_away(client, &envelope, now_ms);
        else if (open(client))
            client->handler.notice(client->handler.context, &envelope);
        break;
    }
}

static void read_frames(struct client *client, int64_t now_ms) {
    size_t at = 0;
    while (client->state != CLIENT_ENDED) {
        struct span body;
        size_t used;
        struct span rest = {client->in.data + at, client->in.size - at};
        int outcome = frame_next(rest, &body, &used);
        if (outcome == FRAME_INCOMPLETE)
            break;
        if (outcome != 0) {
            client_leave(client, "FRAME_LENGTH", "a frame's header from the gateway is wrong");
            break;
        }
        on_frame(client, body, now_ms);
        at += used;
    }
    buf_consume(&client->in, at);
}

static int feed_tls(struct client *client, struct span cipher) {
    int outcome = tls_feed(client->tls, cipher, &client->in, READ_MAX);
    if (client->state == CLIENT_CONNECTING && tls_established(client->tls))
        greet(client);
    return outcome;
}

static void pump_tls(struct client *client) {
    if (feed_tls(client, (struct span){NULL, 0}) == TLS_REFUSED)
        client_end(client, tls_reason(client->tls));
}

void client_feed(struct client *client, struct span cipher, int64_t now_ms) {
    if (client->state == CLIENT_ENDED)
        return;
    if (cipher.size == 0) {
        client_end(client, "the gateway closed the connection");
        return;
    }
    client->heard_ms = now_ms;
    client->beats = 0;
    size_t before;
    do {
        before = client->in.size;
        int outcome = feed_tls(client, cipher);
        bool grew = client->in.size > before;
        cipher = (struct span){NULL, 0};
        read_frames(client, now_ms);
        if (client->state == CLIENT_ENDED)
            return;
        if (outcome == TLS_REFUSED)
            client_end(client, tls_reason(client->tls));
        else if (outcome == TLS_CLOSED)
            client_end(client, "the gateway closed the connection");
        else if (grew)
            continue;
        return;
    } while (true);
}

/* ---- output and time ---------------------------------------------------------------------- */

struct span client_output(struct client *client) {
    if (client->out.size > 0 && tls_established(client->tls) && !client->shut) {
        if (tls_write(client->tls, buf_span(&client->out)) != 0)
            client_end(client, tls_reason(client->tls));
        buf_clear(&client->out);
    }
    if (client->state == CLIENT_ENDED && !client->shut) {
        client->shut = true;
        tls_shut(client->tls);
    }
    return tls_output(client->tls);
}

void client_sent(struct client *client, size_t size) {
    tls_sent(client->tls, size);
}

size_t client_pending(const struct client *client) {
    size_t plain = client->out.size > 0 ? client->out.size + RECORD_OVERHEAD : 0;
    return plain + tls_pending(client->tls);
}

static void beat(struct client *client) {
    client->beats++;
    if (client->beats >= DEAD_AFTER) {
        client_end(client, "the gateway was silent for three heartbeats");
        return;
    }
    const struct heartbeat message = {client->beats};
    struct buf *payload = encode(client);
    message_encode_heartbeat(&message, payload);
    say(client, slots_apart(&client->slots), MESSAGE_HEARTBEAT, MESSAGE_REQUEST, buf_span(payload),
        0);
}

static int64_t next_beat_ms(const struct client *client) {
    if (client->heartbeat_ms == 0 || !open(client))
        return INT64_MAX;
    return client->heard_ms + client->heartbeat_ms * (client->beats + 1);
}

void client_tick(struct client *client, int64_t now_ms) {
    if (client->ack_at_ms <= now_ms)
        say_ack(client);
    if (client->deadline_ms <= now_ms) {
        bool draining = client->state == CLIENT_DRAINING;
        client_end(client, draining ? "drained" : "no Hello from the gateway in time");
    }
    while (next_beat_ms(client) <= now_ms)
        beat(client);
}

int64_t client_next_deadline_ms(const struct client *client) {
    int64_t at = next_beat_ms(client);
    at = client->ack_at_ms < at ? client->ack_at_ms : at;
    return client->deadline_ms < at ? client->deadline_ms : at;
}
