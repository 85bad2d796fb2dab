/*
 * What is said on a connection: envelopes around payloads, refusals, request ids. The payload of
 * each kind is a message of proto/linkgate/v1, encoded and decoded by the caller.
 */
#ifndef LINKGATE_MESSAGE_H
#define LINKGATE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __GNUC__
#define LG_MUST_USE __attribute__((warn_unused_result))
#else
#define LG_MUST_USE
#endif

/* What functions return: 0, LG_FAILED with a text, or one of these. */
#define LG_FAILED (-1)
enum lg_outcome {
    LG_WINDOW_FULL = 1, /* as many are in flight as the gateway allows; ask again after an answer */
    LG_NOT_READY = 2,   /* before Hello is answered, draining or ended */
    LG_TOO_LARGE = 3,   /* the payload is longer than LG_PAYLOAD_MAX */
    LG_BAD_TRACE = 4,   /* trace_parent is no W3C traceparent of version 00 */
    LG_ENDED = 5,       /* the connection is over: lg_client_reason says why */
    LG_TIMEOUT = 6,     /* what was waited for did not come in time: its outcome is open */
    LG_INSIDE = 7,      /* a blocking call from inside a callback, where none is possible */
    LG_UNREADABLE = 8   /* the payload is no message of that kind */
};
/* A few words for people, in English; static. Right for 0 and LG_FAILED too. */
const char *lg_outcome_text(int outcome);

/* "0.1.0": of the library that is linked. */
const char *lg_version(void);

/* Borrowed bytes; data may be NULL when size is 0. */
struct lg_bytes {
    const uint8_t *data;
    size_t size;
};
static inline struct lg_bytes lg_bytes_of(const void *data, size_t size) {
    struct lg_bytes bytes = {(const uint8_t *)data, size};
    return bytes;
}

/* ---- envelopes ----------------------------------------------------------------------------- */

#define LG_PAYLOAD_MAX 65408u /* an envelope fits a frame of 65,536 bytes around it */

enum lg_direction {
    LG_REQUEST = 1, /* wants one LG_REPLY or LG_REFUSAL */
    LG_REPLY = 2,
    LG_NOTICE = 3, /* wants none */
    LG_REFUSAL = 4 /* the payload is a Refusal: lg_refusal_decode */
};

/* A message as it came. */
struct lg_envelope {
    uint64_t correlation; /* of a request: give it back with the answer; no meaning later */
    uint32_t kind;        /* enum Kind of envelope.proto; may be one that you do not know */
    enum lg_direction direction;
    struct lg_bytes payload;      /* exactly as received */
    uint32_t timeout_ms;          /* of an instruction: what is left of its validity */
    struct lg_bytes trace_parent; /* W3C, or empty */
};

/* A request to make. */
struct lg_request {
    uint32_t kind; /* enum Kind of envelope.proto */
    struct lg_bytes payload;
    uint32_t timeout_ms;      /* how long the outcome is wanted; 0: the gateway's own choice */
    const char *trace_parent; /* W3C ("00-...-...-01"), or NULL */
};

/* What Hello was answered with. */
struct lg_greeting {
    uint32_t protocol;
    uint32_t window; /* requests that you may have in flight here */
    uint32_t heartbeat_ms;
    int64_t ledger_time_ms; /* since 1970, UTC: request ids must lie near it */
};

/* The gateway takes no new requests here. */
struct lg_go_away {
    const char *code;  /* "DRAIN", "DISABLED", ...: see session.proto */
    const char *text;  /* for people */
    uint32_t drain_ms; /* what is in flight may finish in that time; 0: it closes at once */
};

/* ---- refusals ------------------------------------------------------------------------------ */

enum lg_retry {
    LG_RETRY_UNSPECIFIED = 0,
    LG_RETRY_NEVER = 1,        /* the same request will be refused again */
    LG_RETRY_NEW_ID = 2,       /* later, with a new request id */
    LG_RETRY_SAME_ID_LATER = 3 /* later, with the same request id and bytes */
};

/* Texts are cut at the end of a character where they are longer than their room. */
struct lg_refusal {
    char reason[8];  /* ISO 20022 ExternalStatusReason1Code, or "" */
    char detail[48]; /* the gateway's own word for it */
    char text[256];  /* for people: what to do */
    char field[64];  /* the field at fault, or "" */
    enum lg_retry retry;
    bool replayed; /* it was given before, to the same request */
};

/* The payload of an LG_REFUSAL. 0 or LG_UNREADABLE. */
int lg_refusal_decode(struct lg_bytes payload, struct lg_refusal *refusal_out) LG_MUST_USE;

/* ---- request ids --------------------------------------------------------------------------- */

#define LG_ID_SIZE 16

/* A new UUIDv7 of now: store it, with the encoded request, before you send it. */
void lg_request_id(uint8_t id_out[LG_ID_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
