/*
 * A partner bank's end of one connection, without a socket: cipher bytes in and out, callbacks for
 * what the gateway sends. Hello, window, heartbeat, correlation, packing and acknowledgements are
 * done here; storing, deciding and reconnecting are the bank's. docs/protocol.md, DESIGN.md §3.
 */
#ifndef LG_CLIENT_CLIENT_H
#define LG_CLIENT_CLIENT_H

#include "domain/message.h"
#include "domain/refusal.h"
#include "wire/envelope.h"

#define CLIENT_WINDOW_MAX 4096 /* requests of ours in flight, whatever the gateway offers */
#define CLIENT_GATEWAY_URI "urn:linkgate:gateway"
#define CLIENT_REASON_SIZE 256

struct client;
struct client_context; /* certificates; immutable, shared by connections, freed after them */

struct client_files {
    const char *ca_file;
    const char *crl_file; /* NULL: none */
    const char *certificate_file;
    const char *key_file;
};

/* 0, or negative with reason_out: which file, what is wrong with it. */
int client_context_new(const struct client_files *files, struct client_context **context_out,
                       char *reason_out, size_t reason_size) MUST_USE;
void client_context_free(struct client_context *context);

struct client_config {
    const char *software;    /* at most 64 bytes; borrowed */
    uint32_t window;         /* requests that the gateway may have in flight here: 1 to 4,096 */
    const char *gateway_uri; /* SAN URI that its certificate must bear; NULL: CLIENT_GATEWAY_URI */
    uint64_t last_notice_sequence; /* the last one stored, 0 at first */
    struct digest last_notice_token;
};

/* Called from client_feed, client_tick and client_end. Envelopes and what is decoded into
 * client_arena are valid until the callback returns. A callback may send (client_request, _reply,
 * _refuse, _noticed); it must not feed, end or free the client. */
struct client_handler {
    void *context;
    /* Hello was answered: requests may be sent. */
    void (*ready)(void *context, const struct hello_reply *reply);
    /* REPLY or REFUSAL to the request that was sent with that tag. */
    void (*answer)(void *context, void *tag, const struct envelope *envelope);
    /* The connection ended before the answer came: the outcome is open. */
    void (*lost)(void *context, void *tag);
    /* Wants client_reply or client_refuse with its correlation, now or later. */
    void (*request)(void *context, const struct envelope *envelope);
    /* A numbered notice: once it is stored, tell client_noticed. */
    void (*notice)(void *context, const struct envelope *envelope);
    /* The gateway takes no new requests here. May be NULL. */
    void (*go_away)(void *context, const struct go_away *message);
};

enum client_state {
    CLIENT_CONNECTING, /* TLS handshake */
    CLIENT_GREETING,   /* Hello is out */
    CLIENT_READY,
    CLIENT_DRAINING, /* GoAway was said by either side: answers only */
    CLIENT_ENDED
};

/* now_ms is of a steady clock, here and below. Config, handler and context are copied or borrowed
 * as said above. */
struct client *client_new(struct client_context *context, const struct client_config *config,
                          const struct client_handler *handler, int64_t now_ms);
/* Calls nobody: client_end first if lost requests matter. */
void client_free(struct client *client);
enum client_state client_state(const struct client *client);
/* Why it ended, for the log; "" before. */
const char *client_reason(const struct client *client);

/* Bytes from the socket; callbacks run inside. size 0 means end of file. */
void client_feed(struct client *client, struct span cipher, int64_t now_ms);
/* Packs all that was said since into TLS records and returns the cipher bytes that wait to be sent
 * (borrowed until the next call); then how many of them were. */
struct span client_output(struct client *client);
void client_sent(struct client *client, size_t size);
/* Bytes said and not sent yet, roughly. */
size_t client_pending(const struct client *client);
/* Heartbeats, acknowledgements and deadlines that are due. */
void client_tick(struct client *client, int64_t now_ms);
/* When client_tick is next wanted; INT64_MAX: never. */
int64_t client_next_deadline_ms(const struct client *client);
/* The connection is over (socket gone, or we leave): requests in flight are reported lost. */
void client_end(struct client *client, const char *reason);
/* Graceful: GoAway, then close_notify with the next output. */
void client_leave(struct client *client, const char *code, const char *text);

#define CLIENT_WINDOW_FULL 1 /* as many are in flight as the gateway allows; ask again later */
#define CLIENT_NOT_READY 2   /* before Hello's reply, draining or ended */

/* Sends a request; tag comes back with its answer or loss and is not looked at. */
int client_request(struct client *client, uint32_t kind, struct span payload, uint32_t timeout_ms,
                   void *tag) MUST_USE;
/* Requests that may be sent now. */
uint32_t client_room(const struct client *client);
uint32_t client_in_flight(const struct client *client);
/* Answers a request; nothing happens once the connection has ended. */
void client_reply(struct client *client, uint64_t correlation, uint32_t kind, struct span payload);
void client_refuse(struct client *client, uint64_t correlation, uint32_t kind,
                   const struct refusal *refusal);
/* All notices up to this one are stored. Acknowledged after 256 more, or 100 ms. */
void client_noticed(struct client *client, uint64_t sequence, int64_t now_ms);
/* Any bytes at all, inside TLS: for tests of the gateway. */
void client_send_raw(struct client *client, struct span bytes);

/* Memory for decoding inside a callback: empty before each one. */
struct arena *client_arena(struct client *client);
/* An empty buffer for encoding, emptied by each call. */
struct buf *client_scratch(struct client *client);

#endif
