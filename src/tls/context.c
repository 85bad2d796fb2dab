/*
 * The settings that all connections of one side share: TLS 1.3 and nothing older, our certificate,
 * the CAs that we believe, ALPN, and a check of the peer's certificate that has no gaps.
 *
 * Invariant: a context that was made is complete and never changes; a reload makes a new one, and
 * the old one lives as long as its last connection does. With revocation every CA has its list, and
 * every list its CA, so that a forgotten file is told at once and not by refused banks. Dates are
 * not its affair (expiry.c), nor is which bank a certificate stands for: that is read from its URI
 * by the session.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls/internal.h"

/* Leaf, one intermediate, root. A private PKI needs no more. */
#define CHAIN_DEPTH_MAX 2

static const unsigned char alpn_wire[] = "\x0alinkgate/1";
#define ALPN_WIRE_SIZE (sizeof(alpn_wire) - 1)

/* A client that offers no ALPN at all never reaches select_alpn. */
static int need_alpn(SSL *ssl, int *alert_out, void *context) {
    (void)context;
    const unsigned char *extension;
    size_t size;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation,
                                  &extension, &size) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    ERR_raise(ERR_LIB_SSL, SSL_R_NO_APPLICATION_PROTOCOL);
    *alert_out = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                       const unsigned char *in, unsigned int in_size, void *context) {
    (void)ssl;
    (void)context;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_size, alpn_wire, ALPN_WIRE_SIZE, in, in_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* An encrypted key must not ask a terminal that nobody watches. */
static int no_password(char *out, int size, int writing, void *context) {
    (void)out;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static int set_protocol(SSL_CTX *ssl, bool server) {
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify_depth(ssl, CHAIN_DEPTH_MAX);
    SSL_CTX_set_default_passwd_cb(ssl, no_password);
    if (!SSL_CTX_set_min_proto_version(ssl, TLS1_3_VERSION) ||
        !SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION) || !SSL_CTX_set_num_tickets(ssl, 0))
        return -1;
    if (server) {
        SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           tls_verify_client);
        SSL_CTX_set_client_hello_cb(ssl, need_alpn, NULL);
        SSL_CTX_set_alpn_select_cb(ssl, select_alpn, NULL);
        return 0;
    }
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, tls_verify_server);
    return SSL_CTX_set_alpn_protos(ssl, alpn_wire, ALPN_WIRE_SIZE) == 0 ? 0 : -1;
}

/* Adds "what 'file': cause; remedy" as a line to what is wrong so far, and returns -1. */
static int blame_for(char *reason_out, size_t reason_size, const char *what, const char *file,
                     const char *cause, const char *remedy) {
    size_t used = strlen(reason_out);
    snprintf(reason_out + used, reason_size - used, "%s%s '%s': %s; %s", used > 0 ? "\n" : "", what,
             file, cause, remedy);
    ERR_clear_error();
    return -1;
}

/* The same with the cause that the system or the library gives. */
static int blame(char *reason_out, size_t reason_size, const char *what, const char *file,
                 const char *remedy) {
    struct stat status;
    const char *cause = access(file, R_OK) != 0 ? strerror(errno) : NULL;
    if (cause == NULL && stat(file, &status) == 0 && status.st_size == 0)
        cause = "the file is empty";
    if (cause == NULL)
        cause = ERR_reason_error_string(ERR_peek_error());
    return blame_for(reason_out, reason_size, what, file, cause != NULL ? cause : "not usable",
                     remedy);
}

static int load_own(SSL_CTX *ssl, const struct tls_config *config, char *reason_out,
                    size_t reason_size) {
    if (SSL_CTX_use_certificate_chain_file(ssl, config->certificate_file) != 1)
        return blame(reason_out, reason_size, "certificate", config->certificate_file,
                     "it must be this side's certificate in PEM");
    if (SSL_CTX_use_PrivateKey_file(ssl, config->key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ssl) != 1)
        return blame(reason_out, reason_size, "key", config->key_file,
                     "it must be the unencrypted private key of the certificate in PEM");
    return 0;
}

static bool signed_by(X509_CRL *crl, X509 *authority) {
    return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(authority)) == 0 &&
           X509_CRL_verify(crl, X509_get0_pubkey(authority)) == 1;
}

/* True if the store has the CA of the list, or, without a list, one for the CA. */
static bool has_other_half(X509_STORE *store, X509_CRL *crl, X509 *authority) {
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_OBJECT *object = sk_X509_OBJECT_value(objects, i);
        X509_CRL *other_crl = X509_OBJECT_get0_X509_CRL(object);
        X509 *other_authority = X509_OBJECT_get0_X509(object);
        if (crl != NULL && other_authority != NULL && signed_by(crl, other_authority))
            return true;
        if (authority != NULL && other_crl != NULL && signed_by(other_crl, authority))
            return true;
    }
    return false;
}

/* A list that no CA of ours signed revokes nothing, and a CA without a list lets nobody in. */
static int match_lists(X509_STORE *store, const struct tls_config *config, char *reason_out,
                       size_t reason_size) {
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509_OBJECT *object = sk_X509_OBJECT_value(objects, i);
        X509_CRL *crl = X509_OBJECT_get0_X509_CRL(object);
        X509 *authority = X509_OBJECT_get0_X509(object);
        if (has_other_half(store, crl, authority))
            continue;
        return blame_for(reason_out, reason_size, "crl", config->crl_file,
                         crl != NULL ? "it holds a list that no CA of the ca file signed"
                                     : "it holds no list of one of the CAs of the ca file",
                         "it must hold the list of each CA of the ca file, and no other");
    }
    return 0;
}

static int load_lists(SSL_CTX *ssl, const struct tls_config *config, char *reason_out,
                      size_t reason_size) {
    X509_STORE *store = SSL_CTX_get_cert_store(ssl);
    X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == NULL || X509_load_crl_file(lookup, config->crl_file, X509_FILETYPE_PEM) < 1)
        return blame(reason_out, reason_size, "crl", config->crl_file,
                     "it must hold the CA's list of revoked certificates in PEM");
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return match_lists(store, config, reason_out, reason_size);
}

static int load_trust(SSL_CTX *ssl, const struct tls_config *config, char *reason_out,
                      size_t reason_size) {
    STACK_OF(X509_NAME) *names = NULL;
    if (SSL_CTX_load_verify_file(ssl, config->ca_file) != 1 ||
        (names = SSL_load_client_CA_file(config->ca_file)) == NULL)
        return blame(reason_out, reason_size, "ca", config->ca_file,
                     "it must hold the CA's certificate in PEM");
    SSL_CTX_set_client_CA_list(ssl, names);
    return config->crl_file == NULL ? 0 : load_lists(ssl, config, reason_out, reason_size);
}

int tls_context_new(const struct tls_config *config, struct tls_context **context_out,
                    char *reason_out, size_t reason_size) {
    ERR_clear_error();
    reason_out[0] = '\0';
    SSL_CTX *ssl = SSL_CTX_new(config->server ? TLS_server_method() : TLS_client_method());
    if (ssl == NULL || set_protocol(ssl, config->server) != 0) {
        snprintf(reason_out, reason_size, "OpenSSL gives no TLS 1.3; check its configuration file");
        SSL_CTX_free(ssl);
        return -1;
    }
    /* All that is wrong is told, not just the first. */
    bool own = load_own(ssl, config, reason_out, reason_size) == 0;
    bool trust = load_trust(ssl, config, reason_out, reason_size) == 0;
    if (!own || !trust) {
        SSL_CTX_free(ssl);
        return -1;
    }
    struct tls_context *context = xcalloc(1, sizeof(*context));
    context->ssl = ssl;
    context->server = config->server;
    *context_out = context;
    return 0;
}

void tls_context_free(struct tls_context *context) {
    if (context == NULL)
        return;
    SSL_CTX_free(context->ssl);
    tls_verdicts_free(context->verdicts);
    free(context);
}
