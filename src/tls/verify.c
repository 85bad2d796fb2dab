/*
 * Whether a peer's certificate is believed: during its handshake, and again on a live connection
 * after the CAs or their lists of revoked certificates changed.
 *
 * Invariant: both ask the same: chain to a CA of the context, its lists, time, purpose, and the
 * extended key usage of its side, which is wanted even where the library would let a certificate
 * without any usage pass. The second forgives one thing: a list past its time. Its revocations
 * hold, but nobody is thrown out because a new list came late; newcomers are refused then.
 */
#include <openssl/x509v3.h>

#include "tls/internal.h"

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

int tls_verify_again(const struct tls_context *context, X509 *certificate, STACK_OF(X509) * sent,
                     int64_t now_unix_ms, int64_t *until_ms_out) {
    X509_STORE_CTX *store = X509_STORE_CTX_new();
    ENSURE(store != NULL && X509_STORE_CTX_init(store, SSL_CTX_get_cert_store(context->ssl),
                                                certificate, sent) == 1);
    set_demands(context, store);
    X509_STORE_CTX_set_time(store, 0, (time_t)(now_unix_ms / 1000));
    bool good = X509_verify_cert(store) == 1;
    int result = X509_STORE_CTX_get_error(store);
    if (good)
        *until_ms_out = tls_chain_until_ms(X509_STORE_CTX_get0_chain(store));
    else if (result == X509_V_OK)
        result = X509_V_ERR_UNSPECIFIED;
    X509_STORE_CTX_free(store);
    return good ? X509_V_OK : result;
}
