/*
 * One connection's TLS as a transformer of bytes.
 *
 * OpenSSL reads from and writes to a BIO of ours that stands on plain memory: what tls_feed was
 * given (or what was left of it last time), and a buffer of cipher bytes that the caller takes.
 * It therefore never waits, except for more bytes of the peer.
 *
 * Invariant: after a failure nothing is decrypted or encrypted any more; only the alert can still
 * be taken. The handshake is not complete for us unless both sides agreed on our ALPN name. The
 * caller bounds what it feeds and how long it lets tls_pending grow: nothing here does.
 */
#include "tls/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "tls/internal.h"

#define RECORD_PLAIN_MAX 16384
/* An output buffer that grew beyond this is given back once it was sent: idle connections stay
 * small. */
#define OUTPUT_KEEP_MAX 32768

struct tls {
    SSL *ssl;
    struct span given; /* of the present tls_feed, not yet read */
    struct buf kept;   /* what an earlier tls_feed left unread */
    size_t kept_used;  /* of kept, already read */
    struct buf out;    /* cipher bytes to send, from out_used on */
    size_t out_used;
    struct tls_peer peer;
    bool established;
    bool failed;
    bool closed;
    char reason[160];
};

static BIO_METHOD *memory_method;
static CRYPTO_ONCE memory_once = CRYPTO_ONCE_STATIC_INIT;

static int memory_read(BIO *bio, char *out, int size) {
    struct tls *tls = BIO_get_data(bio);
    size_t kept = tls->kept.size - tls->kept_used;
    size_t wanted = size > 0 ? (size_t)size : 0;
    BIO_clear_retry_flags(bio);
    if (kept > 0) {
        size_t count = wanted < kept ? wanted : kept;
        memcpy(out, tls->kept.data + tls->kept_used, count);
        tls->kept_used += count;
        return (int)count;
    }
    size_t count = wanted < tls->given.size ? wanted : tls->given.size;
    if (count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(out, tls->given.data, count);
    tls->given = span_of(tls->given.data + count, tls->given.size - count);
    return (int)count;
}

static int memory_write(BIO *bio, const char *data, int size) {
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (size <= 0)
        return 0;
    buf_append(&tls->out, data, (size_t)size);
    return size;
}

static long memory_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static void make_memory_method(void) {
    memory_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "linkgate memory");
    ENSURE(memory_method != NULL);
    ENSURE(BIO_meth_set_read(memory_method, memory_read) == 1);
    ENSURE(BIO_meth_set_write(memory_method, memory_write) == 1);
    ENSURE(BIO_meth_set_ctrl(memory_method, memory_control) == 1);
}

struct tls *tls_new(struct tls_context *context) {
    ENSURE(CRYPTO_THREAD_run_once(&memory_once, make_memory_method) == 1);
    struct tls *tls = xcalloc(1, sizeof(*tls));
    tls->ssl = SSL_new(context->ssl);
    BIO *bio = BIO_new(memory_method);
    ENSURE(tls->ssl != NULL && bio != NULL);
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    if (context->server)
        SSL_set_accept_state(tls->ssl);
    else
        SSL_set_connect_state(tls->ssl);
    return tls;
}

void tls_free(struct tls *tls) {
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    buf_deinit(&tls->kept);
    buf_deinit(&tls->out);
    free(tls);
}

static int refuse(struct tls *tls, const char *what) {
    unsigned long error = ERR_peek_error();
    const char *cause = error != 0 ? ERR_reason_error_string(error) : NULL;
    long verified = SSL_get_verify_result(tls->ssl);
    if (verified != X509_V_OK)
        cause = X509_verify_cert_error_string(verified);
    snprintf(tls->reason, sizeof(tls->reason), "%s: %s", what,
             cause != NULL ? cause : "no reason known");
    ERR_clear_error();
    tls->failed = true;
    return TLS_REFUSED;
}

static bool alpn_agreed(const struct tls *tls) {
    const unsigned char *name;
    unsigned int size;
    SSL_get0_alpn_selected(tls->ssl, &name, &size);
    return span_equal(span_of(name, size), span_text(TLS_ALPN));
}

/* 0 when the handshake is done, TLS_MORE, TLS_REFUSED. */
static int handshake(struct tls *tls) {
    int done = SSL_do_handshake(tls->ssl);
    if (done != 1)
        return SSL_get_error(tls->ssl, done) == SSL_ERROR_WANT_READ ? TLS_MORE
                                                                    : refuse(tls, "handshake");
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    if (certificate == NULL || SSL_get_verify_result(tls->ssl) != X509_V_OK)
        return refuse(tls, "handshake without a certificate");
    if (!alpn_agreed(tls))
        return refuse(tls, "handshake without ALPN " TLS_ALPN);
    tls_peer_read(certificate, SSL_get0_verified_chain(tls->ssl), &tls->peer);
    tls->established = true;
    return 0;
}

/* Reads records until max is reached (0), or as tls_feed. */
static int decrypt(struct tls *tls, struct buf *plain_out, size_t max) {
    size_t total = 0;
    while (total < max) {
        size_t room = max - total < RECORD_PLAIN_MAX ? max - total : RECORD_PLAIN_MAX;
        uint8_t *to = buf_reserve(plain_out, room);
        int count = SSL_read(tls->ssl, to, (int)room);
        if (count > 0) {
            plain_out->size += (size_t)count;
            total += (size_t)count;
            continue;
        }
        int error = SSL_get_error(tls->ssl, count);
        if (error == SSL_ERROR_WANT_READ)
            return TLS_MORE;
        if (error != SSL_ERROR_ZERO_RETURN)
            return refuse(tls, "record");
        tls->closed = true;
        return TLS_CLOSED;
    }
    return 0;
}

/* What was given and not read is kept for the next call. */
static void keep_rest(struct tls *tls) {
    buf_consume(&tls->kept, tls->kept_used);
    tls->kept_used = 0;
    if (tls->given.size > 0)
        buf_append_span(&tls->kept, tls->given);
    tls->given = span_of(NULL, 0);
    if (tls->kept.size == 0 && tls->kept.cap > 0)
        buf_deinit(&tls->kept);
}

int tls_feed(struct tls *tls, struct span cipher, struct buf *plain_out, size_t max) {
    if (tls->failed)
        return TLS_REFUSED;
    if (tls->closed)
        return TLS_CLOSED;
    tls->given = cipher;
    ERR_clear_error();
    int result = tls->established ? 0 : handshake(tls);
    if (result == 0)
        result = decrypt(tls, plain_out, max);
    keep_rest(tls);
    return result;
}

int tls_write(struct tls *tls, struct span plain) {
    ENSURE(tls->established);
    if (tls->failed)
        return TLS_REFUSED;
    if (plain.size == 0)
        return 0;
    ERR_clear_error();
    size_t written;
    if (SSL_write_ex(tls->ssl, plain.data, plain.size, &written) != 1)
        return refuse(tls, "write");
    ENSURE(written == plain.size);
    return 0;
}

void tls_shut(struct tls *tls) {
    if (tls->failed)
        return;
    ERR_clear_error();
    (void)SSL_shutdown(tls->ssl);
    ERR_clear_error();
}

struct span tls_output(const struct tls *tls) {
    if (tls->out.size == 0)
        return span_of(NULL, 0);
    return span_of(tls->out.data + tls->out_used, tls->out.size - tls->out_used);
}

void tls_sent(struct tls *tls, size_t size) {
    ENSURE(size <= tls_pending(tls));
    tls->out_used += size;
    if (tls->out_used < tls->out.size) {
        /* A peer that always leaves something must not make it grow for ever. */
        if (tls->out_used >= OUTPUT_KEEP_MAX && tls->out_used >= tls->out.size / 2) {
            buf_consume(&tls->out, tls->out_used);
            tls->out_used = 0;
        }
        return;
    }
    tls->out_used = 0;
    if (tls->out.cap > OUTPUT_KEEP_MAX)
        buf_deinit(&tls->out);
    else
        buf_clear(&tls->out);
}

size_t tls_take(struct tls *tls, struct buf *out, size_t max) {
    struct span output = tls_output(tls);
    size_t count = output.size < max ? output.size : max;
    buf_append_span(out, span_of(output.data, count));
    tls_sent(tls, count);
    return output.size - count;
}

size_t tls_pending(const struct tls *tls) {
    return tls->out.size - tls->out_used;
}

bool tls_established(const struct tls *tls) {
    return tls->established;
}

const char *tls_reason(const struct tls *tls) {
    return tls->reason;
}

void tls_peer(const struct tls *tls, struct tls_peer *peer_out) {
    *peer_out = tls->peer;
}

int tls_verify(struct tls *tls, struct tls_context *context, int64_t now_unix_ms,
               const char **why_out) {
    ENSURE(tls->established);
    ERR_clear_error();
    int result =
        tls_verify_again(context, SSL_get0_peer_certificate(tls->ssl),
                         SSL_get_peer_cert_chain(tls->ssl), now_unix_ms, &tls->peer.until_unix_ms);
    ERR_clear_error();
    if (result == X509_V_OK)
        return 0;
    *why_out = X509_verify_cert_error_string(result);
    return TLS_UNTRUSTED;
}
