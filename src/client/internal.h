/*
 * What the files of the library share. Private to client.
 */
#ifndef LG_CLIENT_INTERNAL_H
#define LG_CLIENT_INTERNAL_H

#include <linkgate/linkgate.h>

#include "client/slots.h"
#include "tls/tls.h"
#include "wire/envelope.h"
#include "wire/partner.h"

struct lg_context {
    struct tls_context *tls;
};

struct lg_client {
    struct tls *tls;
    struct lg_handler handler;
    struct lg_config config; /* its texts are ours */
    char *software, *gateway_uri;
    enum lg_state state;
    bool shut; /* close_notify is queued */
    char reason[LG_REASON_SIZE];
    struct buf in;     /* plain bytes: the tail of an unfinished frame */
    struct buf out;    /* plain frames since the last output */
    struct buf encode; /* our own messages */
    struct arena arena;
    struct slots slots;
    uint64_t hello_correlation;
    uint64_t leave_correlation; /* of the heartbeat behind our own GoAway; 0: none is awaited */
    bool leaving;               /* we said GoAway, and end when all is answered */
    uint32_t owed;              /* requests of the gateway's that have no answer yet */
    int64_t now_ms;             /* as last told */
    int64_t deadline_ms;        /* of greeting or draining; INT64_MAX: none */
    int64_t heard_ms;           /* last bytes from the gateway */
    int64_t heartbeat_ms;       /* 0 before Hello's reply */
    uint32_t beats;             /* sent since anything was heard */
    uint64_t noticed, acked;
    int64_t ack_at_ms; /* INT64_MAX: nothing to acknowledge */
};

struct lg_session {
    struct lg_client *client;
    struct lg_handler handler; /* the program's; the client has the session's own */
    int fd;
    bool connecting;
    bool failed;
    bool inside; /* callbacks may be running */
    uint8_t *in;
    uint64_t waiting; /* correlation of the present call; 0: none */
    bool answered;    /* it was */
    struct lg_envelope answer;
    struct buf payload; /* the answer's */
};

static inline struct span span_of_lg(struct lg_bytes bytes) {
    return span_of(bytes.data, bytes.size);
}

static inline struct lg_bytes lg_of_span(struct span bytes) {
    return lg_bytes_of(bytes.data, bytes.size);
}

/* Cut to the room at the end of a UTF-8 character, NUL behind it. */
void copy_text(struct span text, char *to, size_t room);

/* ---- say.c ---- */

/* READY or DRAINING. */
bool client_open(const struct lg_client *client);
/* An empty buffer for a message of our own. */
struct buf *client_encode(struct lg_client *client);
void client_say_ack(struct lg_client *client);
void client_say_heartbeat(struct lg_client *client, uint64_t correlation);
/* As lg_client_request; also which correlation the answer will bear. */
int client_ask(struct lg_client *client, const struct lg_request *request, void *tag,
               uint64_t *correlation_out) MUST_USE;

/* ---- hear.c ---- */

/* TLS is established: who is there, and Hello. */
void client_greet(struct lg_client *client);
/* Handles the frames in client->in. */
void client_read_frames(struct lg_client *client);

#endif
