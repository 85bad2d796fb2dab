/*
 * What we hear: the gateway's identity and Hello, then frames, each given to whom it is for.
 *
 * Invariant: an answer reaches whoever asked once, or nobody; heartbeats and GoAway are answered
 * here. What cannot be read ends the connection with a GoAway that says so.
 */
#include <stdio.h>
#include <string.h>

#include "client/internal.h"
#include "wire/frame.h"

#define HEARTBEAT_MIN_MS 10 /* a gateway that asks for less is not followed */
#define DRAIN_GRACE_MS 1000
#define CODE_SIZE 32

/* ---- greeting ------------------------------------------------------------------------------ */

void client_greet(struct lg_client *client) {
    struct tls_peer peer;
    tls_peer(client->tls, &peer);
    if (strcmp(peer.uri, client->gateway_uri) != 0) {
        lg_client_end(client, "the peer's certificate is not the gateway's: check host and CA");
        return;
    }
    const struct lg_config *config = &client->config;
    const struct hello message = {
        .protocol_min = 1,
        .protocol_max = 1,
        .software = span_text(client->software),
        .window = config->window,
        .last_notice_sequence = config->last_notice_sequence,
        .last_notice_token = span_of(config->last_notice_token,
                                     config->last_notice_sequence > 0 ? LG_TOKEN_SIZE : 0),
    };
    message_encode_hello(&message, client_encode(client));
    client->hello_correlation = slots_apart(&client->slots);
    const struct envelope envelope = {.correlation = client->hello_correlation,
                                      .kind = MESSAGE_HELLO,
                                      .direction = MESSAGE_REQUEST,
                                      .payload = buf_span(&client->encode)};
    envelope_append(&envelope, &client->out);
    client->state = LG_STATE_GREETING;
}

static void refused_hello(struct lg_client *client, struct span payload) {
    struct lg_refusal refusal;
    char reason[LG_REASON_SIZE];
    if (lg_refusal_decode(lg_of_span(payload), &refusal))
        snprintf(reason, sizeof(reason), "Hello was refused");
    else
        snprintf(reason, sizeof(reason), "Hello was refused: %s %.180s", refusal.detail,
                 refusal.text);
    lg_client_end(client, reason);
}

static void on_hello_reply(struct lg_client *client, const struct envelope *envelope) {
    if (client->state != LG_STATE_GREETING)
        return;
    struct hello_reply reply;
    if (envelope->direction == MESSAGE_REFUSAL) {
        refused_hello(client, envelope->payload);
        return;
    }
    if (message_decode_hello_reply(envelope->payload, &client->arena, &reply) ||
        reply.protocol != 1 || reply.window == 0) {
        lg_client_end(client, "the gateway's Hello makes no sense");
        return;
    }
    slots_allow(&client->slots, reply.window < LG_WINDOW_MAX ? reply.window : LG_WINDOW_MAX);
    client->heartbeat_ms = reply.heartbeat_ms;
    if (client->heartbeat_ms < HEARTBEAT_MIN_MS && client->heartbeat_ms > 0)
        client->heartbeat_ms = HEARTBEAT_MIN_MS;
    client->deadline_ms = INT64_MAX;
    client->state = LG_STATE_READY;
    const struct lg_greeting greeting = {.protocol = reply.protocol,
                                         .window = slots_room(&client->slots),
                                         .heartbeat_ms = reply.heartbeat_ms,
                                         .ledger_time_ms = reply.ledger_time_ms};
    if (client->handler.ready != NULL)
        client->handler.ready(client->handler.context, &greeting);
}

/* ---- frames -------------------------------------------------------------------------------- */

static struct lg_envelope public_of(const struct envelope *envelope) {
    return (struct lg_envelope){.correlation = envelope->correlation,
                                .kind = envelope->kind,
                                .direction = (enum lg_direction)envelope->direction,
                                .payload = lg_of_span(envelope->payload),
                                .timeout_ms = envelope->timeout_ms,
                                .trace_parent = lg_of_span(envelope->trace_parent)};
}

static void on_answer(struct lg_client *client, const struct envelope *envelope) {
    void *tag;
    if (envelope->correlation == client->hello_correlation) {
        on_hello_reply(client, envelope);
    } else if (slots_give(&client->slots, envelope->correlation, &tag)) {
        const struct lg_envelope answer = public_of(envelope);
        if (client->handler.answer != NULL)
            client->handler.answer(client->handler.context, tag, &answer);
    } else if (envelope->correlation == client->leave_correlation) {
        client->leave_correlation = 0;
    }
    /* Anything else: a heartbeat's echo, or an answer given twice. */
}

static void echo(struct lg_client *client, const struct envelope *heartbeat) {
    struct envelope envelope = *heartbeat;
    envelope.direction = MESSAGE_REPLY;
    envelope.timeout_ms = 0;
    envelope.trace_parent = (struct span){NULL, 0};
    envelope_append(&envelope, &client->out);
}

static void on_request(struct lg_client *client, const struct envelope *envelope) {
    if (!client_open(client))
        return;
    if (envelope->kind == MESSAGE_HEARTBEAT) {
        echo(client, envelope);
        return;
    }
    const struct lg_envelope request = public_of(envelope);
    client->owed++;
    if (client->handler.request != NULL)
        client->handler.request(client->handler.context, &request);
    else
        (void)lg_client_refuse(client, request.correlation, request.kind, lg_bytes_of(NULL, 0));
}

static void on_go_away(struct lg_client *client, const struct envelope *envelope) {
    struct go_away message;
    char code[CODE_SIZE];
    char text[LG_REASON_SIZE];
    char reason[LG_REASON_SIZE];
    if (message_decode_go_away(envelope->payload, &client->arena, &message))
        return;
    copy_text(message.code, code, sizeof(code));
    copy_text(message.text, text, sizeof(text));
    const struct lg_go_away go_away = {code, text, message.drain_ms};
    if (client->handler.go_away != NULL)
        client->handler.go_away(client->handler.context, &go_away);
    snprintf(reason, sizeof(reason), "GoAway %s: %.200s", code, text);
    if (message.drain_ms == 0 || !client_open(client)) {
        lg_client_end(client, reason);
        return;
    }
    int64_t until_ms = client->now_ms + message.drain_ms + DRAIN_GRACE_MS;
    client->state = LG_STATE_DRAINING;
    client->deadline_ms = until_ms < client->deadline_ms ? until_ms : client->deadline_ms;
}

static void on_notice(struct lg_client *client, const struct envelope *envelope) {
    const struct lg_envelope notice = public_of(envelope);
    if (envelope->kind == MESSAGE_GO_AWAY)
        on_go_away(client, envelope);
    else if (client_open(client) && client->handler.notice != NULL)
        client->handler.notice(client->handler.context, &notice);
}

static void on_frame(struct lg_client *client, struct span body) {
    struct envelope envelope;
    arena_reset(&client->arena);
    if (envelope_decode(body, &client->arena, &envelope)) {
        lg_client_leave(client, "MALFORMED", "a frame from the gateway holds no envelope");
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
        on_notice(client, &envelope);
        break;
    }
}

void client_read_frames(struct lg_client *client) {
    size_t at = 0;
    while (client->state != LG_STATE_ENDED) {
        struct span body;
        size_t used;
        struct span rest = {client->in.data + at, client->in.size - at};
        int outcome = frame_next(rest, &body, &used);
        if (outcome == FRAME_INCOMPLETE)
            break;
        if (outcome != 0) {
            lg_client_leave(client, "FRAME_LENGTH", "a frame's header from the gateway is wrong");
            break;
        }
        on_frame(client, body);
        at += used;
    }
    buf_consume(&client->in, at);
}
