/*
 * One connection as a machine over bytes and milliseconds: cipher bytes in and out, callbacks for
 * what the gateway says, deadlines. No socket and no clock: for any loop, and for tests.
 * <linkgate/session.h> is the same over a TCP socket.
 *
 * It does not reconnect, repeat or store. A bank that makes durable what its callbacks decided
 * before it takes lg_client_output never tells what it may forget.
 */
#ifndef LINKGATE_CORE_H
#define LINKGATE_CORE_H

#include <linkgate/message.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LG_GATEWAY_URI "urn:linkgate:gateway"
#define LG_WINDOW_MAX 4096u /* requests in flight, in either direction */
#define LG_TOKEN_SIZE 32
#define LG_REASON_SIZE 256 /* room for every text that says why */

/* ---- certificates --------------------------------------------------------------------------- */

/* Immutable. Connections keep what they need of it: it may be freed while they live. New
 * certificates are a new context, a new connection, and then lg_client_drain of the old one. */
struct lg_context;

struct lg_files { /* PEM */
    const char *ca;
    const char *crl;         /* NULL: none */
    const char *certificate; /* the bank's, with any intermediates behind it */
    const char *key;
};

/* 0, or LG_FAILED with reason_out: which file, and what is wrong with it. */
int lg_context_new(const struct lg_files *files, struct lg_context **context_out, char *reason_out,
                   size_t reason_size) LG_MUST_USE;
void lg_context_free(struct lg_context *context);
/* When its own certificate expires: milliseconds since 1970, UTC. */
int64_t lg_context_expiry_ms(const struct lg_context *context);

/* ---- a connection --------------------------------------------------------------------------- */

struct lg_client;

/* Copied. */
struct lg_config {
    const char *software;    /* for the gateway's log, at most 64 bytes; NULL: the library's name */
    uint32_t window;         /* requests that the gateway may have in flight here; 0: 256 */
    const char *gateway_uri; /* SAN URI that its certificate must bear; NULL: LG_GATEWAY_URI */
    uint64_t last_notice_sequence; /* the last one stored, and its token; 0 at first */
    uint8_t last_notice_token[LG_TOKEN_SIZE];
};

/* Copied. Called from lg_client_feed, _tick, _end, _leave and _drain only. What a callback is given
 * is valid until it returns. A callback may say things (lg_client_request, _reply, _refuse,
 * _noticed, _drain); it must not feed, tick, end or free the client. Any of them may be NULL. */
struct lg_handler {
    void *context;
    /* Hello was answered: requests may be sent. */
    void (*ready)(void *context, const struct lg_greeting *greeting);
    /* LG_REPLY or LG_REFUSAL to the request that was sent with that tag. */
    void (*answer)(void *context, void *tag, const struct lg_envelope *envelope);
    /* The connection ended before the answer came: the outcome is open. */
    void (*lost)(void *context, void *tag);
    /* Wants lg_client_reply or _refuse with its correlation, now or later. NULL: all are refused
     * UNSUPPORTED. */
    void (*request)(void *context, const struct lg_envelope *envelope);
    /* A numbered notice: once it is stored, tell lg_client_noticed. NULL: they come again. */
    void (*notice)(void *context, const struct lg_envelope *envelope);
    void (*go_away)(void *context, const struct lg_go_away *message);
};

enum lg_state {
    LG_STATE_CONNECTING, /* TLS handshake */
    LG_STATE_GREETING,   /* Hello is out: only its answer says that the gateway took us */
    LG_STATE_READY,
    LG_STATE_DRAINING, /* GoAway was said by either side: no new requests of ours */
    LG_STATE_ENDED
};

/* now_ms, here and below, is of one steady clock that the caller chooses. */
struct lg_client *lg_client_new(struct lg_context *context, const struct lg_config *config,
                                const struct lg_handler *handler, int64_t now_ms);
/* Calls nobody: lg_client_end first if lost requests matter. */
void lg_client_free(struct lg_client *client);
enum lg_state lg_client_state(const struct lg_client *client);
/* Why it ended, for people; "" before. */
const char *lg_client_reason(const struct lg_client *client);

/* Bytes from the peer; callbacks run inside. None at all means its end. */
void lg_client_feed(struct lg_client *client, struct lg_bytes cipher, int64_t now_ms);
/* Packs all that was said since into TLS records and returns the cipher bytes that wait to be sent
 * (borrowed until the next call); then say how many of them were. */
struct lg_bytes lg_client_output(struct lg_client *client);
void lg_client_sent(struct lg_client *client, size_t size);
/* Bytes said and not sent yet, roughly. */
size_t lg_client_pending(const struct lg_client *client);
/* Heartbeats, acknowledgements and deadlines that are due. */
void lg_client_tick(struct lg_client *client, int64_t now_ms);
/* When lg_client_tick is next wanted; INT64_MAX: never. */
int64_t lg_client_deadline_ms(const struct lg_client *client);
/* The connection is over: requests in flight are reported lost. */
void lg_client_end(struct lg_client *client, const char *reason);
/* At once: GoAway with that code and text, then close_notify with the next output. */
void lg_client_leave(struct lg_client *client, const char *code, const char *text);
/* Gracefully: GoAway; then no new requests either way; ended once all that was asked in both
 * directions is answered and sent, or drain_ms (1 and more) have passed. */
void lg_client_drain(struct lg_client *client, uint32_t drain_ms, int64_t now_ms);

/* ---- saying --------------------------------------------------------------------------------- */

/* Sends a request; tag comes back with its answer or its loss and is not looked at. 0,
 * LG_WINDOW_FULL, LG_NOT_READY, LG_TOO_LARGE or LG_BAD_TRACE. */
int lg_client_request(struct lg_client *client, const struct lg_request *request,
                      void *tag) LG_MUST_USE;
/* Requests that may be sent now, and that wait for their answer. */
uint32_t lg_client_room(const struct lg_client *client);
uint32_t lg_client_in_flight(const struct lg_client *client);
/* Answers a request of the gateway's by its correlation and kind. 0, LG_TOO_LARGE, or LG_NOT_READY
 * when the connection has ended: then it is asked again, on another one. */
int lg_client_reply(struct lg_client *client, uint64_t correlation, uint32_t kind,
                    struct lg_bytes payload);
/* The payload is a Refusal, or empty: then the library says UNSUPPORTED. */
int lg_client_refuse(struct lg_client *client, uint64_t correlation, uint32_t kind,
                     struct lg_bytes payload);
/* All notices up to this one are stored. Acknowledged after 256 more, or 100 ms. */
void lg_client_noticed(struct lg_client *client, uint64_t sequence);
/* Any bytes, inside TLS, once the handshake is done: for tests of a gateway. */
void lg_client_send_raw(struct lg_client *client, struct lg_bytes bytes);

#ifdef __cplusplus
}
#endif

#endif
