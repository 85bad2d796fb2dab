/*
 * TLS as a byte transformer over memory BIOs: cipher bytes in, plain bytes out, and back. No
 * sockets, so that it is tested, simulated and driven by any loop. TLS 1.3 only, certificates on
 * both sides, ALPN linkgate/1, no tickets, no resumption, no early data. DESIGN.md §3.
 */
#ifndef LG_TLS_TLS_H
#define LG_TLS_TLS_H

#include "util/bytes.h"
#include "util/digest_value.h"
#include "util/fatal.h"

#define TLS_ALPN "linkgate/1"
#define TLS_URI_MAX 128
#define TLS_SERIAL_MAX 48 /* 20 bytes in hex, and more than any CA may use */

struct tls_context; /* an SSL_CTX: immutable; replaced whole at reload; dies with its last tls */
struct tls;

struct tls_config {
    bool server;
    const char *ca_file;
    const char *crl_file; /* NULL: none */
    const char *certificate_file;
    const char *key_file;
};

/* 0, or negative with reason_out: a line for each fault (which file, what is wrong, remedy). Dates
 * are not looked at. */
int tls_context_new(const struct tls_config *config, struct tls_context **context_out,
                    char *reason_out, size_t reason_size) MUST_USE;
void tls_context_free(struct tls_context *context);

/* Until when its own certificate, and the first of its CAs' lists, are good; INT64_MAX: it has no
 * list. Of a list, also since when. */
struct tls_expiry {
    int64_t certificate_unix_ms;
    int64_t crl_from_unix_ms;
    int64_t crl_unix_ms;
};
struct tls_expiry tls_context_expiry(const struct tls_context *context);
/* What a handshake now would fail for whoever comes: a date, or the wrong usage. A line for each is
 * appended: which file, what is wrong, remedy. config: what the context was made from. */
void tls_context_faults(const struct tls_context *context, const struct tls_config *config,
                        struct buf *faults);

struct tls *tls_new(struct tls_context *context);
void tls_free(struct tls *tls);

#define TLS_MORE 1       /* wants more bytes from the peer */
#define TLS_CLOSED 2     /* the peer sent close_notify */
#define TLS_REFUSED (-1) /* handshake or record failed; an alert may be pending in the output */

/* Bytes from the socket, then as far as they go: handshake, then plain bytes appended to plain_out
 * (at most max in all; call again with no bytes for the rest). 0 or TLS_MORE: fine; TLS_CLOSED;
 * TLS_REFUSED with tls_reason. */
int tls_feed(struct tls *tls, struct span cipher, struct buf *plain_out, size_t max) MUST_USE;
/* Encrypts plain (any size; packed into as few records as possible). Only when established. */
int tls_write(struct tls *tls, struct span plain) MUST_USE;
/* Queues close_notify. */
void tls_shut(struct tls *tls);
/* Cipher bytes that wait to be sent: appended to out, at most max; returns how many are left. */
size_t tls_take(struct tls *tls, struct buf *out, size_t max);
/* The same without a copy: what waits (borrowed until the next call), and how much was sent. */
struct span tls_output(const struct tls *tls);
void tls_sent(struct tls *tls, size_t size);
size_t tls_pending(const struct tls *tls);
bool tls_established(const struct tls *tls);
/* Why it was refused, for the log: static or owned by tls, no person data. */
const char *tls_reason(const struct tls *tls);

/* The peer's certificate, once established. */
struct tls_peer {
    char uri[TLS_URI_MAX]; /* the one SAN URI; "" if there is none or more than one */
    struct digest pin;     /* SHA-256 of its SubjectPublicKeyInfo */
    char serial[TLS_SERIAL_MAX];
    int64_t until_unix_ms; /* the earliest end of it and of the CAs over it */
};
void tls_peer(const struct tls *tls, struct tls_peer *peer_out);

#define TLS_UNTRUSTED 1
/* Whether the peer's certificate would pass a handshake under that context at that time: 0, and
 * until_unix_ms is new; or TLS_UNTRUSTED and why (static). One thing differs: a list of revoked
 * certificates that is past its time still counts for what it lists, and fails nobody who is in
 * already. Only when established. */
int tls_verify(struct tls *tls, struct tls_context *context, int64_t now_unix_ms,
               const char **why_out) MUST_USE;

#endif
