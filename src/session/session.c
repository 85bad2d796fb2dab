/*
 * A session's life: its states, deadlines, frames in and frames out.
 *
 * Invariants: a session is in the router exactly while it is OPEN or DRAINING; nothing is appended
 * to its output once it is CLOSED. Only whole frames count as signs of life, so that a peer which
 * sends a byte now and then does not live on them. What a frame means stands in dispatch.c.
 */
#include "session/session.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/identifier.h"
#include "session/internal.h"
#include "util/logline.h"
#include "wire/frame.h"
#include "wire/message.h"

#define URI_PREFIX "urn:linkgate:bank:"
#define HEARTBEATS_MISSED 3

static void peer_send(struct router_peer *peer, const struct router_message *message);
static void peer_cut(struct router_peer *peer);

struct session *session_new(struct front *front, const struct session_owner *owner) {
    struct session *session = xcalloc(1, sizeof(*session));
    session->timer = HEAP_NODE_IDLE;
    session->front = front;
    session->owner = *owner;
    snprintf(session->from, sizeof(session->from), "%s", owner->from != NULL ? owner->from : "");
    session->owner.from = session->from;
    session->state = SESSION_HANDSHAKE;
    session->since_ms = front->now_ms;
    session->peer.connection = ++front->connections;
    session->peer.send = peer_send;
    session->peer.cut = peer_cut;
    TAILQ_INSERT_TAIL(&front->sessions, session, entry);
    front->stats.sessions++;
    front->stats.handshakes++;
    session_schedule(session);
    return session;
}

/* The one way from state to state. */
static void move(struct session *session, enum session_state state) {
    struct front *front = session->front;
    if (session->state == SESSION_HANDSHAKE)
        front->stats.handshakes--;
    if (state == SESSION_CLOSED && session->state < SESSION_OPEN)
        front->stats.turned_away++;
    session->state = state;
    session->since_ms = front->now_ms;
    if (state == SESSION_CLOSED) {
        heap_clear(&front->timers, &session->timer);
        router_leave(front->router, &session->peer);
        buf_clear(&session->in);
        session->owner.wake(session->owner.context);
        return;
    }
    session_schedule(session);
}

void session_free(struct session *session) {
    if (session == NULL)
        return;
    if (session->state != SESSION_CLOSED)
        session_end(session, "freed");
    struct front *front = session->front;
    TAILQ_REMOVE(&front->sessions, session, entry);
    front->stats.sessions--;
    buf_deinit(&session->in);
    buf_deinit(&session->out);
    free(session);
}

static void log_closed(struct session *session, int priority, const char *why) {
    if (!front_may_log(session->front))
        return;
    log_line(priority, "session_closed", LOG_BANK("bank", session->peer.bank),
             LOG_INT("connection", session->peer.connection), LOG_TEXT("from", session->from),
             LOG_TEXT("why", why));
}

void session_end(struct session *session, const char *why) {
    if (session->state == SESSION_CLOSED)
        return;
    log_closed(session, LOG_INFO, why);
    move(session, SESSION_CLOSED);
}

void session_append(struct session *session, const struct envelope *envelope) {
    if (session->state == SESSION_CLOSED)
        return;
    bool first = session->out.size == 0;
    envelope_append(envelope, &session->out);
    session->front->stats.frames_out++;
    if (envelope->direction == MESSAGE_REFUSAL)
        patience_spend(session->front, session->peer.bank);
    if (first)
        session->owner.wake(session->owner.context);
}

static void append_go_away(struct session *session, const char *code, const char *text,
                           uint32_t drain_ms) {
    struct buf *scratch = &session->front->scratch;
    struct go_away message = {span_text(code), span_text(text), drain_ms};
    buf_clear(scratch);
    message_encode_go_away(&message, scratch);
    struct envelope envelope = {
        .kind = MESSAGE_GO_AWAY, .direction = MESSAGE_NOTICE, .payload = buf_span(scratch)};
    session_append(session, &envelope);
}

void session_go_away(struct session *session, const char *code, const char *text) {
    if (session->state == SESSION_CLOSED)
        return;
    if (session->state != SESSION_HANDSHAKE)
        append_go_away(session, code, text, 0);
    log_closed(session, LOG_WARNING, text);
    move(session, SESSION_CLOSED);
}

/* ---- the registry ---- */

static const char *fault_of_registry(const struct session *session) {
    const struct bank *bank = router_bank(session->front->router, session->peer.bank);
    if (bank == NULL)
        return "the bank is not in the registry";
    if (!bank->active)
        return "the bank is disabled";
    if (!bank_pin_active(bank, &session->peer.pin))
        return "the certificate's key is not pinned for this bank";
    return NULL;
}

static const char *identify(struct session *session, const char *uri) {
    size_t prefix = sizeof(URI_PREFIX) - 1;
    bank_code code;
    if (strncmp(uri, URI_PREFIX, prefix) != 0 || !bank_code_parse(span_text(uri + prefix), &code))
        return "the certificate names no bank in exactly one URI";
    session->peer.bank = code;
    return fault_of_registry(session);
}

void session_admit(struct session *session, const struct session_peer *peer) {
    if (session->state != SESSION_HANDSHAKE)
        return;
    session->peer.pin = peer->pin;
    session->peer.certificate_expires_ms = peer->until_unix_ms;
    snprintf(session->serial, sizeof(session->serial), "%s",
             peer->serial != NULL ? peer->serial : "");
    const char *fault = identify(session, peer->uri);
    move(session, SESSION_AWAIT_HELLO);
    if (fault != NULL)
        session_go_away(session, "DISABLED", fault);
    else if (router_enter(session->front->router, &session->peer) == ROUTER_FULL)
        session_go_away(session, "LIMIT", "the bank has as many connections as it may");
    else if (session->front->draining)
        session_go_away(session, "DRAIN", "the gateway is about to stop");
}

void session_opened(struct session *session) {
    session->heard_ms = session->front->now_ms;
    session->asked_ms = session->front->now_ms;
    move(session, SESSION_OPEN);
    system_tell(session);
}

static void peer_cut(struct router_peer *peer) {
    struct session *session =
        (struct session *)(void *)((char *)peer - offsetof(struct session, peer));
    session_go_away(session, "DISABLED", "the bank or its pin is not active any more");
}

void session_review(struct session *session) {
    if (session->state == SESSION_HANDSHAKE || session->state == SESSION_CLOSED)
        return;
    const char *fault = fault_of_registry(session);
    if (fault != NULL)
        session_go_away(session, "DISABLED", fault);
}

/* ---- the certificate of a live session ---- */

/* An operator must find out which certificate it was: this line is never dropped, and there is at
 * most one for a session that was let in. */
static void refuse_certificate(struct session *session, const char *why) {
    char text[128];
    log_line(LOG_WARNING, "certificate_refused", LOG_BANK("bank", session->peer.bank),
             LOG_INT("connection", session->peer.connection), LOG_TEXT("serial", session->serial),
             LOG_TEXT("why", why));
    snprintf(text, sizeof(text), "the certificate is not accepted any more: %s", why);
    session_go_away(session, "CERTIFICATE", text);
}

void session_recheck(struct session *session, int64_t until_unix_ms, const char *why) {
    if (session->state == SESSION_HANDSHAKE || session->state == SESSION_CLOSED)
        return;
    if (why != NULL) {
        refuse_certificate(session, why);
        return;
    }
    session->peer.certificate_expires_ms = until_unix_ms;
    session_schedule(session);
}

/* When it ends, in the time of the timers. By ledger time: a wall clock that jumps a year ahead
 * must not throw everybody out. */
static int64_t certificate_due_ms(const struct session *session) {
    const struct front *front = session->front;
    int64_t until_ms = session->peer.certificate_expires_ms;
    if (until_ms == 0)
        return INT64_MAX;
    int64_t left_ms = until_ms - front->door->ledger_now_ms(front->door->context);
    return front->now_ms + (left_ms > 0 ? left_ms : 0);
}

/* ---- out ---- */

static void peer_send(struct router_peer *peer, const struct router_message *message) {
    struct session *session =
        (struct session *)(void *)((char *)peer - offsetof(struct session, peer));
    struct envelope envelope = {
        .correlation = message->correlation,
        .kind = message->kind,
        .direction = message->direction,
        .timeout_ms = message->timeout_ms,
        .payload = message->payload,
    };
    if (message->refusal != NULL && message->payload.size == 0) {
        buf_clear(&session->front->scratch);
        message_encode_refusal(message->refusal, &session->front->scratch);
        envelope.payload = buf_span(&session->front->scratch);
    }
    session_append(session, &envelope);
    if (session->state == SESSION_DRAINING)
        session_schedule(session); /* it may have been the last; not closed here, see router.h */
}

void session_hold(struct session *session, bool held) {
    router_hold(session->front->router, &session->peer, held);
    system_tell(session);
}

struct buf *session_output(struct session *session) {
    return &session->out;
}

/* ---- deadlines ---- */

static bool settled(const struct session *session) {
    return session->peer.in_flight == 0 && session->peer.outstanding == 0;
}

static int64_t earlier(int64_t one_ms, int64_t other_ms) {
    return one_ms < other_ms ? one_ms : other_ms;
}

static int64_t heartbeat_due_ms(const struct session *session) {
    int64_t last_ms = session->asked_ms > session->heard_ms ? session->asked_ms : session->heard_ms;
    int64_t dead_ms = session->heard_ms + (int64_t)HEARTBEATS_MISSED * session->heartbeat_ms;
    return earlier(last_ms + session->heartbeat_ms, dead_ms);
}

static int64_t due_ms(const struct session *session) {
    const struct front_config *config = &session->front->config;
    int64_t beat_ms = earlier(heartbeat_due_ms(session), certificate_due_ms(session));
    switch (session->state) {
    case SESSION_HANDSHAKE:
        return session->since_ms + config->handshake_ms;
    case SESSION_AWAIT_HELLO:
        return session->since_ms + config->hello_ms;
    case SESSION_OPEN:
        return beat_ms;
    case SESSION_DRAINING:
        if (settled(session))
            return session->front->now_ms;
        return earlier(beat_ms, session->drain_at_ms);
    case SESSION_CLOSED:
        break;
    }
    return INT64_MAX;
}

void session_schedule(struct session *session) {
    int64_t at_ms = due_ms(session);
    if (!heap_holds(&session->timer) || at_ms < session->timer.at_ms)
        heap_set(&session->front->timers, &session->timer, at_ms);
}

static void ask_heartbeat(struct session *session) {
    struct front *front = session->front;
    struct heartbeat message = {(uint64_t)front->now_ms};
    buf_clear(&front->scratch);
    message_encode_heartbeat(&message, &front->scratch);
    struct envelope envelope = {
        /* Below the router's, which begin at ROUTER_WINDOW_MAX. */
        .correlation = 1 + session->beats++ % (ROUTER_WINDOW_MAX - 1),
        .kind = MESSAGE_HEARTBEAT,
        .direction = MESSAGE_REQUEST,
        .payload = buf_span(&front->scratch),
    };
    session->asked_ms = front->now_ms;
    session_append(session, &envelope);
}

static void check_heartbeat(struct session *session) {
    int64_t now_ms = session->front->now_ms;
    if (session->blocked)
        session->heard_ms = now_ms; /* it is we who do not listen */
    int64_t silence_ms = now_ms - session->heard_ms;
    if (silence_ms >= (int64_t)HEARTBEATS_MISSED * session->heartbeat_ms)
        session_go_away(session, "HEARTBEAT", "nothing was heard for three heartbeats");
    else if (silence_ms >= session->heartbeat_ms &&
             now_ms - session->asked_ms >= session->heartbeat_ms)
        ask_heartbeat(session);
}

static void open_timer(struct session *session) {
    if (certificate_due_ms(session) <= session->front->now_ms)
        refuse_certificate(session, "certificate has expired");
    else
        check_heartbeat(session);
}

void session_timer(struct session *session) {
    int64_t now_ms = session->front->now_ms;
    bool due = due_ms(session) <= now_ms;
    switch (session->state) {
    case SESSION_HANDSHAKE:
        if (due)
            session_end(session, "no TLS handshake in time");
        break;
    case SESSION_AWAIT_HELLO:
        if (due)
            session_go_away(session, "NO_HELLO", "no Hello in time");
        break;
    case SESSION_OPEN:
        open_timer(session);
        break;
    case SESSION_DRAINING:
        if (settled(session) || now_ms >= session->drain_at_ms)
            session_end(session, "drained");
        else
            open_timer(session);
        break;
    case SESSION_CLOSED:
        break;
    }
    if (session->state != SESSION_CLOSED)
        session_schedule(session);
}

void session_drain(struct session *session, uint32_t drain_ms) {
    switch (session->state) {
    case SESSION_HANDSHAKE:
    case SESSION_AWAIT_HELLO:
        session_go_away(session, "DRAIN", "the gateway is about to stop");
        break;
    case SESSION_OPEN:
        append_go_away(session, "DRAIN", "finish what is in flight, and connect again",
                       drain_ms > 0 ? drain_ms : 1);
        router_stop(&session->peer);
        session->drain_at_ms = session->front->now_ms + drain_ms;
        move(session, SESSION_DRAINING);
        break;
    case SESSION_DRAINING:
    case SESSION_CLOSED:
        break;
    }
}

/* ---- in ---- */

/* Handles frames at the front of bytes, as many as `most`, and takes them off it; returns how many
 * bytes are done with. */
static size_t run(struct session *session, struct span bytes, uint32_t *most,
                  enum session_need *need_out) {
    const struct door *door = session->front->door;
    size_t done = 0;
    for (; session->state != SESSION_CLOSED; --*most) {
        struct span body;
        size_t used;
        int result = frame_next(span_of(bytes.data + done, bytes.size - done), &body, &used);
        if (result == FRAME_INCOMPLETE) {
            *need_out = SESSION_WANTS;
            return done;
        }
        if (result != 0) {
            session_go_away(session, "FRAME_LENGTH",
                            result == FRAME_BAD_FLAGS ? "a frame's flags are not 0"
                                                      : "a frame's length is not 1 to 65,536");
            break;
        }
        if (*most == 0 || door->room(door->context, session->peer.bank) == 0) {
            *need_out = *most == 0 ? SESSION_AGAIN : SESSION_BLOCKED;
            return done;
        }
        session->heard_ms = session->front->now_ms;
        session->front->stats.frames_in++;
        session_handle(session, body);
        done += used;
    }
    *need_out = SESSION_OVER;
    return bytes.size;
}

static void shrink(struct buf *buf) {
    if (buf->size == 0 && buf->cap > SESSION_KEEP_MAX)
        buf_deinit(buf);
}

enum session_need session_feed(struct session *session, struct span plain) {
    ENSURE(session->state != SESSION_HANDSHAKE || plain.size == 0);
    enum session_need need = SESSION_WANTS;
    if (session->state == SESSION_CLOSED)
        return SESSION_OVER;
    struct front *front = session->front;
    const uint32_t patience = patience_left(front, session->peer.bank);
    const uint32_t part = front_frames(front, session->peer.bank);
    const uint32_t most = part < patience ? part : patience;
    uint32_t left = most;
    if (session->in.size > 0) {
        buf_append_span(&session->in, plain);
        size_t done = run(session, buf_span(&session->in), &left, &need);
        if (session->in.size > 0)
            buf_consume(&session->in, done);
    } else if (plain.size > 0) {
        size_t done = run(session, plain, &left, &need);
        buf_append(&session->in, plain.data + done, plain.size - done);
    }
    front_used(front, session->peer.bank, most - left);
    shrink(&session->in);
    if (need == SESSION_AGAIN && patience == 0)
        need = SESSION_SLOWED;
    session->blocked = need == SESSION_BLOCKED || need == SESSION_SLOWED;
    return need;
}

enum session_state session_state(const struct session *session) {
    return session->state;
}

bank_code session_bank(const struct session *session) {
    return session->peer.bank;
}
