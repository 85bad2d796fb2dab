/*
 * What we say: requests, answers, acknowledgements, parting.
 *
 * Invariant: nothing that the caller gives can make a frame that the gateway would close the
 * connection for, but lg_client_send_raw. All that is said waits in one buffer for the next output.
 */
#include <string.h>

#include "client/internal.h"
#include "wire/frame.h"

#define ACK_EVERY 256
#define ACK_MS 100

/* What an envelope adds to its payload: tags, varints of full length and a trace. */
#define ENVELOPE_OVERHEAD (11 + 6 + 2 + 4 + 6 + 2 + TRACE_PARENT_SIZE)
_Static_assert(LG_PAYLOAD_MAX + ENVELOPE_OVERHEAD <= FRAME_BODY_MAX, "the longest payload fits");
_Static_assert(LG_REQUEST == (int)MESSAGE_REQUEST && LG_REPLY == (int)MESSAGE_REPLY &&
                   LG_NOTICE == (int)MESSAGE_NOTICE && LG_REFUSAL == (int)MESSAGE_REFUSAL,
               "wire values");

bool client_open(const struct lg_client *client) {
    return client->state == LG_STATE_READY || client->state == LG_STATE_DRAINING;
}

struct buf *client_encode(struct lg_client *client) {
    buf_clear(&client->encode);
    return &client->encode;
}

static void say(struct lg_client *client, const struct envelope *envelope) {
    envelope_append(envelope, &client->out);
}

/* Of our own messages. */
static void say_own(struct lg_client *client, uint64_t correlation, uint32_t kind,
                    enum message_direction direction) {
    const struct envelope envelope = {.correlation = correlation,
                                      .kind = kind,
                                      .direction = direction,
                                      .payload = buf_span(&client->encode)};
    say(client, &envelope);
}

/* ---- requests ------------------------------------------------------------------------------ */

/* As the gateway's reader finds it, which closes the connection on a bad one. */
static bool trace_is_sound(struct lg_client *client, struct span trace) {
    const struct envelope probe = {
        .kind = MESSAGE_HEARTBEAT, .direction = MESSAGE_REQUEST, .trace_parent = trace};
    struct envelope back;
    struct buf *out = client_encode(client);
    if (trace.size >= TRACE_PARENT_SIZE)
        return false;
    envelope_append(&probe, out);
    struct span body = span_of(out->data + FRAME_HEADER_SIZE, out->size - FRAME_HEADER_SIZE);
    return envelope_decode(body, &client->arena, &back) == 0;
}

int client_ask(struct lg_client *client, const struct lg_request *request, void *tag,
               uint64_t *correlation_out) {
    struct envelope envelope = {.kind = request->kind,
                                .direction = MESSAGE_REQUEST,
                                .payload = span_of_lg(request->payload),
                                .timeout_ms = request->timeout_ms};
    if (client->state != LG_STATE_READY)
        return LG_NOT_READY;
    if (request->payload.size > LG_PAYLOAD_MAX)
        return LG_TOO_LARGE;
    if (request->trace_parent != NULL) {
        envelope.trace_parent = span_text(request->trace_parent);
        if (!trace_is_sound(client, envelope.trace_parent))
            return LG_BAD_TRACE;
    }
    if (!slots_take(&client->slots, tag, &envelope.correlation))
        return LG_WINDOW_FULL;
    say(client, &envelope);
    *correlation_out = envelope.correlation;
    return 0;
}

int lg_client_request(struct lg_client *client, const struct lg_request *request, void *tag) {
    uint64_t correlation;
    return client_ask(client, request, tag, &correlation);
}

uint32_t lg_client_room(const struct lg_client *client) {
    return client->state == LG_STATE_READY ? slots_room(&client->slots) : 0;
}

uint32_t lg_client_in_flight(const struct lg_client *client) {
    return slots_used(&client->slots);
}

/* ---- answers ------------------------------------------------------------------------------- */

static int answer(struct lg_client *client, const struct envelope *envelope) {
    if (!client_open(client))
        return LG_NOT_READY;
    if (envelope->payload.size > LG_PAYLOAD_MAX)
        return LG_TOO_LARGE;
    say(client, envelope);
    /* A bank that answers twice has answered once. */
    client->owed -= client->owed > 0;
    return 0;
}

int lg_client_reply(struct lg_client *client, uint64_t correlation, uint32_t kind,
                    struct lg_bytes payload) {
    const struct envelope envelope = {.correlation = correlation,
                                      .kind = kind,
                                      .direction = MESSAGE_REPLY,
                                      .payload = span_of_lg(payload)};
    return answer(client, &envelope);
}

int lg_client_refuse(struct lg_client *client, uint64_t correlation, uint32_t kind,
                     struct lg_bytes payload) {
    struct envelope envelope = {.correlation = correlation,
                                .kind = kind,
                                .direction = MESSAGE_REFUSAL,
                                .payload = span_of_lg(payload)};
    if (payload.size == 0) {
        const struct refusal unsupported = {.code = REFUSAL_UNSUPPORTED, .field = ""};
        struct buf *out = client_encode(client);
        message_encode_refusal(&unsupported, out);
        envelope.payload = buf_span(out);
    }
    return answer(client, &envelope);
}

void lg_client_send_raw(struct lg_client *client, struct lg_bytes bytes) {
    if (tls_established(client->tls))
        buf_append_span(&client->out, span_of_lg(bytes));
}

/* ---- notices, heartbeats, parting ---------------------------------------------------------- */

void client_say_ack(struct lg_client *client) {
    const struct ack_notices message = {client->noticed};
    partner_encode_ack_notices(&message, client_encode(client));
    say_own(client, 0, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE);
    client->acked = client->noticed;
    client->ack_at_ms = INT64_MAX;
}

void lg_client_noticed(struct lg_client *client, uint64_t sequence) {
    if (!client_open(client) || sequence <= client->noticed)
        return;
    client->noticed = sequence;
    if (client->noticed - client->acked >= ACK_EVERY)
        client_say_ack(client);
    else if (client->ack_at_ms == INT64_MAX)
        client->ack_at_ms = client->now_ms + ACK_MS;
}

void client_say_heartbeat(struct lg_client *client, uint64_t correlation) {
    const struct heartbeat message = {client->beats};
    message_encode_heartbeat(&message, client_encode(client));
    say_own(client, correlation, MESSAGE_HEARTBEAT, MESSAGE_REQUEST);
}

static void say_go_away(struct lg_client *client, const char *code, const char *text,
                        uint32_t drain_ms) {
    const struct go_away message = {span_text(code), span_text(text), drain_ms};
    message_encode_go_away(&message, client_encode(client));
    say_own(client, 0, MESSAGE_GO_AWAY, MESSAGE_NOTICE);
}

void lg_client_leave(struct lg_client *client, const char *code, const char *text) {
    if (tls_established(client->tls) && client_open(client)) {
        if (client->noticed > client->acked)
            client_say_ack(client);
        say_go_away(client, code, text, 0);
    }
    lg_client_end(client, text);
}

void lg_client_drain(struct lg_client *client, uint32_t drain_ms, int64_t now_ms) {
    int64_t until_ms = now_ms + (drain_ms > 0 ? drain_ms : 1);
    client->now_ms = now_ms;
    if (!client_open(client)) {
        lg_client_end(client, "left before Hello was answered");
        return;
    }
    if (client->leaving)
        return;
    client->leaving = true;
    say_go_away(client, "DRAIN", "the bank leaves this connection", drain_ms > 0 ? drain_ms : 1);
    client->leave_correlation = slots_apart(&client->slots);
    client_say_heartbeat(client, client->leave_correlation);
    client->state = LG_STATE_DRAINING;
    client->deadline_ms = until_ms < client->deadline_ms ? until_ms : client->deadline_ms;
}
