/*
 * What an envelope means: the one dispatcher between a bank and the ledger.
 *
 * Order of checks of a request: window -> shape -> identity -> rights -> ledger. What fails before
 * the ledger is answered at once and recorded nowhere, so the same request id may come again. A
 * kind that we do not know is answered UNSUPPORTED and closes nothing; bytes that are no Envelope,
 * anything before Hello, a second Hello and a correlation id that is 0 or taken close the
 * connection, for no answer could be told apart.
 *
 * An answer of a bank is never dropped if it names its object: whether that bank was asked is the
 * ledger's to say. One that cannot be read at all becomes an answer without outcome where our own
 * request tells the transfer, and a line of alarm in any case.
 */
#include <string.h>

#include "session/internal.h"
#include "util/logline.h"
#include "wire/message.h"

#define PROTOCOL_VERSION 1u

static void reply(struct session *session, const struct envelope *to,
                  enum message_direction direction, struct span payload) {
    struct envelope envelope = {.correlation = to->correlation,
                                .kind = to->kind,
                                .direction = direction,
                                .payload = payload};
    session_append(session, &envelope);
}

static void refuse(struct session *session, const struct envelope *to,
                   const struct refusal *refusal) {
    struct buf *scratch = &session->front->scratch;
    session->front->stats.refused++;
    buf_clear(scratch);
    message_encode_refusal(refusal, scratch);
    reply(session, to, MESSAGE_REFUSAL, buf_span(scratch));
}

static void refuse_code(struct session *session, const struct envelope *to,
                        enum refusal_code code) {
    struct refusal refusal = {.code = code, .field = ""};
    refuse(session, to, &refusal);
}

static const struct bank *own_bank(const struct session *session) {
    return router_bank(session->front->router, session->peer.bank);
}

static int64_t ledger_now_ms(const struct session *session) {
    const struct door *door = session->front->door;
    return door->ledger_now_ms(door->context);
}

/* Takes the command. */
static void submit(struct session *session, struct command *command) {
    const struct door *door = session->front->door;
    door->submit(door->context, command);
}

static void fill(const struct session *session, const struct envelope *envelope,
                 struct command *command) {
    command->bank = session->peer.bank;
    command->pin = session->peer.pin;
    command->timeout_ms = envelope->timeout_ms;
    command->payload = envelope->payload;
}

static enum command_kind kind_of(uint32_t message, enum message_direction direction) {
    const struct command_row *row = command_row_of_message(message, direction);
    return row == NULL ? COMMAND_NONE : row->kind;
}

/* ---- session messages ---- */

/* False when it was refused and the session closed. */
static bool read_hello(struct session *session, const struct envelope *envelope,
                       struct arena *arena, struct hello *hello_out) {
    struct refusal refusal;
    if (message_decode_hello(envelope->payload, arena, hello_out, &refusal) != 0) {
        refuse(session, envelope, &refusal);
        session_go_away(session, "MALFORMED", "Hello cannot be read");
        return false;
    }
    if (hello_out->protocol_min > PROTOCOL_VERSION || hello_out->protocol_max < PROTOCOL_VERSION) {
        session_go_away(session, "VERSION", "this gateway speaks protocol version 1");
        return false;
    }
    const struct bank *bank = own_bank(session);
    if (bank == NULL || !bank->active || !bank_pin_active(bank, &session->peer.pin)) {
        session_go_away(session, "DISABLED", "the bank or its pin is not active any more");
        return false;
    }
    return true;
}

static void answer_hello(struct session *session, const struct envelope *envelope) {
    const struct front_config *config = &session->front->config;
    struct hello_reply message = {
        .protocol = PROTOCOL_VERSION,
        .software = span_text(config->software),
        .window = config->window,
        .heartbeat_ms = config->heartbeat_ms,
        .ledger_time_ms = ledger_now_ms(session),
    };
    struct buf *scratch = &session->front->scratch;
    buf_clear(scratch);
    message_encode_hello_reply(&message, scratch);
    reply(session, envelope, MESSAGE_REPLY, buf_span(scratch));
}

static void log_open(const struct session *session, struct span software) {
    char text[65] = "";
    if (software.size > 0)
        memcpy(text, software.data,
               software.size < sizeof(text) ? software.size : sizeof(text) - 1);
    if (front_may_log(session->front))
        log_line(LOG_INFO, "session_open", LOG_BANK("bank", session->peer.bank),
                 LOG_INT("connection", session->peer.connection), LOG_TEXT("from", session->from),
                 LOG_TEXT("software", text));
}

static void handle_hello(struct session *session, const struct envelope *envelope,
                         struct arena *arena) {
    struct hello hello;
    if (!read_hello(session, envelope, arena, &hello))
        return;
    struct bank_up position = {.last_notice_sequence = hello.last_notice_sequence};
    if (hello.last_notice_token.size == DIGEST_SIZE) {
        memcpy(position.last_notice_token.bytes, hello.last_notice_token.data, DIGEST_SIZE);
        position.has_token = true;
    }
    session->window = session->front->config.window;
    session->heartbeat_ms = session->front->config.heartbeat_ms;
    session->peer.window = hello.window;
    /* Its answer stands in front of what the router has for it. */
    size_t before = session->out.size;
    answer_hello(session, envelope);
    if (router_join(session->front->router, &session->peer, &position) == ROUTER_FULL) {
        session->out.size = before;
        session_go_away(session, "LIMIT", "the bank has as many connections as it may");
        return;
    }
    log_open(session, hello.software);
    session_opened(session);
}

static void handle_heartbeat(struct session *session, const struct envelope *envelope,
                             struct arena *arena) {
    if (envelope->direction != MESSAGE_REQUEST)
        return; /* that it came is its meaning */
    struct heartbeat heartbeat;
    if (message_decode_heartbeat(envelope->payload, arena, &heartbeat) != 0) {
        refuse_code(session, envelope, REFUSAL_MALFORMED);
        return;
    }
    reply(session, envelope, MESSAGE_REPLY, envelope->payload);
}

/* ---- requests ---- */

/* REFUSAL_NONE, or why it is not even read. */
static enum refusal_code check_state(const struct session *session,
                                     const struct envelope *envelope) {
    if (session->state == SESSION_DRAINING)
        return REFUSAL_BUSY;
    if (session->peer.in_flight >= session->window)
        return REFUSAL_WINDOW;
    if (kind_of(envelope->kind, MESSAGE_REQUEST) == COMMAND_NONE)
        return REFUSAL_UNSUPPORTED;
    return REFUSAL_NONE;
}

/* False when it was refused; else the command is ready to be submitted. */
static bool read_request(struct session *session, const struct envelope *envelope,
                         struct command *command) {
    enum refusal_code code = check_state(session, envelope);
    if (code != REFUSAL_NONE) {
        refuse_code(session, envelope, code);
        return false;
    }
    command->kind = kind_of(envelope->kind, MESSAGE_REQUEST);
    fill(session, envelope, command);
    struct refusal refusal;
    if (message_decode_command(command, ledger_now_ms(session), &refusal) != 0) {
        refuse(session, envelope, &refusal);
        return false;
    }
    code = rights_check(own_bank(session), &session->peer.pin, command->kind);
    if (code != REFUSAL_NONE) {
        refuse_code(session, envelope, code);
        return false;
    }
    return true;
}

/* Takes the command if it can; else it is refused, and may come again. */
static bool submit_beside(struct session *session, struct command *command) {
    const struct door *door = session->front->door;
    if (door->beside != NULL && door->beside(door->context, command))
        return true;
    struct effect busy = {
        .kind = EFFECT_REPLY,
        .origin = command->origin,
        .refused = true,
        .refusal = {.code = REFUSAL_BUSY, .field = ""},
    };
    session->front->stats.refused++;
    router_deliver(session->front->router, &busy);
    return false;
}

/* True when the command was taken. */
static bool handle_request(struct session *session, const struct envelope *envelope,
                           struct command *command) {
    if (envelope->correlation == 0) {
        session_go_away(session, "MALFORMED", "a request without a correlation id");
        return false;
    }
    if (!read_request(session, envelope, command))
        return false;
    if (!router_request(session->front->router, &session->peer, envelope->correlation,
                        (enum message_kind)envelope->kind)) {
        session_go_away(session, "MALFORMED", "a correlation id that is in flight already");
        return false;
    }
    command->origin = (struct origin){ORIGIN_BANK, session->peer.connection, envelope->correlation};
    if (command_is_beside(command->kind))
        return submit_beside(session, command);
    session->front->stats.requests++;
    submit(session, command);
    return true;
}

/* ---- answers ---- */

struct asked {
    bool known; /* our request is out on this connection */
    enum message_kind kind;
    struct id object;
};

/* The bank said something, and nobody can tell what. The answer that stands for it is a command of
 * its own: what came may have used up the memory of the one that it was read into. */
static void handle_unreadable(struct session *session, const struct asked *asked,
                              const struct envelope *envelope) {
    session->front->stats.unreadable++;
    if (front_may_log(session->front))
        log_line(LOG_ALERT, "answer_unreadable", LOG_BANK("bank", session->peer.bank),
                 LOG_INT("connection", session->peer.connection), LOG_INT("kind", asked->kind),
                 LOG_ID("object", &asked->object));
    if (!asked->known || kind_of(asked->kind, MESSAGE_REPLY) != COMMAND_POSTING_ANSWER)
        return; /* its deadline settles it */
    struct buf *scratch = &session->front->scratch;
    buf_clear(scratch);
    message_encode_unread_posting(&asked->object, scratch);
    struct command *command = command_new(COMMAND_POSTING_ANSWER);
    fill(session, envelope, command);
    command->payload = arena_copy(&command->arena, buf_span(scratch));
    struct refusal refusal;
    ENSURE(message_decode_command(command, ledger_now_ms(session), &refusal) == 0);
    submit(session, command);
}

static bool handle_answer(struct session *session, const struct envelope *envelope,
                          struct command *command) {
    struct asked asked = {0};
    asked.known = router_answered(session->front->router, &session->peer, envelope->correlation,
                                  &asked.kind, &asked.object);
    command->kind = kind_of(envelope->kind, MESSAGE_REPLY);
    if (command->kind == COMMAND_NONE && asked.known)
        command->kind = kind_of(asked.kind, MESSAGE_REPLY);
    const struct bank *bank = own_bank(session);
    /* What was asked may be answered; what was not needs the right, as a request would. */
    if (command->kind == COMMAND_NONE ||
        (!asked.known && rights_check(bank, &session->peer.pin, command->kind) != REFUSAL_NONE)) {
        session->front->stats.ignored++;
        return false;
    }
    fill(session, envelope, command);
    struct refusal refusal;
    if (message_decode_command(command, ledger_now_ms(session), &refusal) != 0) {
        handle_unreadable(session, &asked, envelope);
        return false;
    }
    session->front->stats.answers++;
    submit(session, command);
    return true;
}

static void handle_refusal(struct session *session, const struct envelope *envelope) {
    if (!router_refused(session->front->router, &session->peer, envelope->correlation)) {
        session->front->stats.ignored++;
        return;
    }
    if (front_may_log(session->front))
        log_line(LOG_WARNING, "instruction_refused", LOG_BANK("bank", session->peer.bank),
                 LOG_INT("connection", session->peer.connection), LOG_INT("kind", envelope->kind));
}

/* ---- notices ---- */

static bool handle_notice(struct session *session, const struct envelope *envelope,
                          struct command *command) {
    if (envelope->kind == MESSAGE_GO_AWAY) {
        router_stop(&session->peer);
        return false;
    }
    command->kind = kind_of(envelope->kind, MESSAGE_NOTICE);
    fill(session, envelope, command);
    struct refusal refusal;
    if (command->kind == COMMAND_NONE ||
        message_decode_command(command, ledger_now_ms(session), &refusal) != 0 ||
        rights_check(own_bank(session), &session->peer.pin, command->kind) != REFUSAL_NONE) {
        session->front->stats.ignored++;
        return false;
    }
    uint64_t up_to = command->body.ack_notices.up_to_sequence;
    submit(session, command);
    router_acknowledged(session->front->router, session->peer.bank, up_to);
    return true;
}

/* ---- */

/* True when the command was taken. */
static bool handle_open(struct session *session, const struct envelope *envelope,
                        struct command *command) {
    if (envelope->kind == MESSAGE_HELLO) {
        session_go_away(session, "MALFORMED", "a second Hello");
        return false;
    }
    if (envelope->kind == MESSAGE_HEARTBEAT) {
        handle_heartbeat(session, envelope, &command->arena);
        return false;
    }
    switch (envelope->direction) {
    case MESSAGE_REQUEST:
        return handle_request(session, envelope, command);
    case MESSAGE_REPLY:
        return handle_answer(session, envelope, command);
    case MESSAGE_NOTICE:
        return handle_notice(session, envelope, command);
    case MESSAGE_REFUSAL:
        handle_refusal(session, envelope);
        return false;
    }
    return false;
}

static bool handle(struct session *session, struct span body, struct command *command) {
    struct envelope envelope;
    if (envelope_decode(body, &command->arena, &envelope) != 0) {
        session_go_away(session, "MALFORMED", "a frame's body is no Envelope");
        return false;
    }
    if (session->state != SESSION_AWAIT_HELLO)
        return handle_open(session, &envelope, command);
    if (envelope.kind == MESSAGE_HELLO && envelope.direction == MESSAGE_REQUEST &&
        envelope.correlation != 0)
        handle_hello(session, &envelope, &command->arena);
    else
        session_go_away(session, "NO_HELLO", "the first message must be a Hello request");
    return false;
}

void session_handle(struct session *session, struct span body) {
    struct command *command = command_new(COMMAND_NONE);
    if (!handle(session, body, command))
        command_free(command);
}
