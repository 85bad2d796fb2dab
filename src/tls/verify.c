/*
 * Whether a peer's certificate is believed: during its handshake, and again on a live connection
 * after the CAs or their lists of revoked certificates changed.
 *
 * Invariant: both ask the same: chain to a CA of the context, its lists, time, purpose, and the
 * extended key usage of its side, which is wanted even where the library would let a certificate
 * without any usage pass. The second forgives one thing: a list past its time. Its revocations
 * hold, but nobody is thrown out because a new list came late; newcomers are refused then. At a
 * reload all connections are asked for in one go: those with the same certificate share a verdict,
 * within a second.
 */
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "crypto/digest.h"
#include "tls/internal.h"

/* Certificates whose verdict is kept: more than banks have, and a bound. */
#define VERDICTS_MAX 4096u

static int check_leaf(int ok, X509_STORE_CTX *store, bool server) {
    if (!ok || X509_STORE_CTX_get_error_depth(store) != 0)
        return ok;
    uint32_t usage = X509_get_extended_key_usage(X509_STORE_CTX_get_current_cert(store));
    uint32_t wanted = server ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
    if (usage != UINT32_MAX && (usage & wanted) != 0)
        return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
    return 0;
}

int tls_verify_client(int ok, X509_STORE_CTX *store) {
    return check_leaf(ok, store, true);
}

int tls_verify_server(int ok, X509_STORE_CTX *store) {
    return check_leaf(ok, store, false);
}

static int forgive(int ok, X509_STORE_CTX *store) {
    if (ok || X509_STORE_CTX_get_error(store) != X509_V_ERR_CRL_HAS_EXPIRED)
        return ok;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

static int verify_live_client(int ok, X509_STORE_CTX *store) {
    return check_leaf(forgive(ok, store), store, true);
}

static int verify_live_server(int ok, X509_STORE_CTX *store) {
    return check_leaf(forgive(ok, store), store, false);
}

/* As the library does it for a handshake of this context. */
static void set_demands(const struct tls_context *context, X509_STORE_CTX *store) {
    X509_VERIFY_PARAM *demands = X509_STORE_CTX_get0_param(store);
    X509_VERIFY_PARAM_set_auth_level(demands, SSL_CTX_get_security_level(context->ssl));
    ENSURE(X509_STORE_CTX_set_default(store, context->server ? "ssl_client" : "ssl_server") == 1);
    ENSURE(X509_VERIFY_PARAM_set1(demands, SSL_CTX_get0_param(context->ssl)) == 1);
    X509_STORE_CTX_set_verify_cb(store, context->server ? verify_live_client : verify_live_server);
}

/* ---- many connections at once ---- */

/* What was found out about a certificate, for the other connections that come with it. */
struct verdict {
    int result;
    int64_t until_ms;
};

static bool free_verdict(void *map, struct span key, void *value) {
    (void)hmap_remove(map, key);
    free(value);
    return true;
}

void tls_verdicts_free(struct hmap *verdicts) {
    if (verdicts == NULL)
        return;
    hmap_each(verdicts, free_verdict, verdicts);
    hmap_free(verdicts);
}

/* Verdicts of another second are forgotten. */
static struct hmap *verdicts_at(struct tls_context *context, int64_t now_s) {
    if (context->verdicts == NULL)
        context->verdicts = hmap_new();
    if (context->verdicts_s != now_s || hmap_count(context->verdicts) >= VERDICTS_MAX)
        hmap_each(context->verdicts, free_verdict, context->verdicts);
    context->verdicts_s = now_s;
    return context->verdicts;
}

static void append_digest(struct buf *digests, const X509 *certificate) {
    unsigned int size = 0;
    ENSURE(X509_digest(certificate, EVP_sha256(), buf_reserve(digests, EVP_MAX_MD_SIZE), &size) ==
           1);
    digests->size += size;
}

/* Of all that the peer sent: without an intermediate the same certificate may fail. */
static void digest_sent(const X509 *certificate, const STACK_OF(X509) * sent,
                        struct digest *digest_out) {
    struct buf digests = {0};
    append_digest(&digests, certificate);
    for (int i = 0; i < sk_X509_num(sent); i++)
        append_digest(&digests, sk_X509_value(sent, i));
    sha256(buf_span(&digests), digest_out);
    buf_deinit(&digests);
}

static struct verdict verify(const struct tls_context *context, X509 *certificate,
                             STACK_OF(X509) * sent, int64_t now_s) {
    X509_STORE_CTX *store = X509_STORE_CTX_new();
    ENSURE(store != NULL && X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(context->ssl),
                                                certificate, sent) == 1);
    set_demands(context, store);
    X509_STORE_CTX_set_time(store, 0, (time_t)now_s);
    struct verdict verdict = {X509_V_OK, 0};
    if (X509_verify_cert(store) == 1) {
        verdict.until_ms = tls_chain_until_ms(X509_STORE_CTX_get0_chain(store));
    } else {
        verdict.result = X509_STORE_CTX_get_error(store);
        if (verdict.result == X509_V_OK)
            verdict.result = X509_V_ERR_UNSPECIFIED;
    }
    X509_STORE_CTX_free(store);
    return verdict;
}

int tls_verify_again(struct tls_context *context, X509 *certificate, STACK_OF(X509) * sent,
                     int64_t now_unix_ms, int64_t *until_ms_out) {
    struct digest digest;
    struct hmap *verdicts = verdicts_at(context, now_unix_ms / 1000);
    digest_sent(certificate, sent, &digest);
    struct verdict *verdict = hmap_get(verdicts, digest_span(&digest));
    if (verdict == NULL) {
        verdict = xmalloc(sizeof(*verdict));
        *verdict = verify(context, certificate, sent, now_unix_ms / 1000);
        hmap_put(verdicts, digest_span(&digest), verdict);
    }
    if (verdict->result == X509_V_OK)
        *until_ms_out = verdict->until_ms;
    return verdict->result;
}
