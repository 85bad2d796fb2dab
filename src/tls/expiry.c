/*
 * How long certificates and lists of revoked certificates hold, and what is wrong with the dates of
 * a context's own files.
 *
 * Invariant: what cannot be read as a time is taken as over, never as everlasting. Whether anybody
 * is told is the owner's affair.
 */
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "tls/internal.h"

int64_t tls_unix_ms(const ASN1_TIME *time) {
    struct tm at = {0};
    if (time == NULL || ASN1_TIME_to_tm(time, &at) != 1)
        return 0;
    return (int64_t)timegm(&at) * 1000;
}

int64_t tls_chain_until_ms(STACK_OF(X509) * chain) {
    int64_t earliest_ms = INT64_MAX;
    for (int i = 0; i < sk_X509_num(chain); i++) {
        int64_t until_ms = tls_unix_ms(X509_get0_notAfter(sk_X509_value(chain, i)));
        if (until_ms < earliest_ms)
            earliest_ms = until_ms;
    }
    return earliest_ms == INT64_MAX ? 0 : earliest_ms;
}

static X509_CRL *list_at(const struct tls_context *context, int index) {
    const STACK_OF(X509_OBJECT) *objects =
        X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->ssl));
    if (index >= sk_X509_OBJECT_num(objects))
        return NULL;
    return X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, index));
}

static int object_count(const struct tls_context *context) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->ssl)));
}

/* A file may hold an older list of the same CA beside the newest. */
static bool is_superseded(const struct tls_context *context, X509_CRL *crl) {
    for (int i = 0; i < object_count(context); i++) {
        X509_CRL *other = list_at(context, i);
        if (other != NULL && other != crl &&
            X509_NAME_cmp(X509_CRL_get_issuer(other), X509_CRL_get_issuer(crl)) == 0 &&
            tls_unix_ms(X509_CRL_get0_nextUpdate(other)) >
                tls_unix_ms(X509_CRL_get0_nextUpdate(crl)))
            return true;
    }
    return false;
}

struct tls_expiry tls_context_expiry(const struct tls_context *context) {
    struct tls_expiry expiry = {
        .certificate_unix_ms =
            tls_unix_ms(X509_get0_notAfter(SSL_CTX_get0_certificate(context->ssl))),
        .crl_unix_ms = INT64_MAX,
    };
    for (int i = 0; i < object_count(context); i++) {
        X509_CRL *crl = list_at(context, i);
        if (crl == NULL || is_superseded(context, crl))
            continue;
        int64_t until_ms = tls_unix_ms(X509_CRL_get0_nextUpdate(crl));
        if (until_ms >= expiry.crl_unix_ms)
            continue;
        expiry.crl_unix_ms = until_ms;
        expiry.crl_from_unix_ms = tls_unix_ms(X509_CRL_get0_lastUpdate(crl));
    }
    return expiry;
}

static void add_fault(struct buf *faults, const char *what, const char *file, const char *cause) {
    const char *const words[] = {what, " '", file, "': ", cause, "\n"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        buf_append(faults, words[i], strlen(words[i]));
}

static bool has_valid_authority(const struct tls_context *context) {
    const STACK_OF(X509_OBJECT) *objects =
        X509_STORE_get0_objects(SSL_CTX_get_cert_store(context->ssl));
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        const X509 *authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (authority != NULL && X509_cmp_current_time(X509_get0_notBefore(authority)) < 0 &&
            X509_cmp_current_time(X509_get0_notAfter(authority)) > 0)
            return true;
    }
    return false;
}

void tls_context_faults(const struct tls_context *context, const struct tls_config *config,
                        struct buf *faults) {
    X509 *own = SSL_CTX_get0_certificate(context->ssl);
    uint32_t wanted = context->server ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
    uint32_t usage = X509_get_extended_key_usage(own);
    if (X509_cmp_current_time(X509_get0_notAfter(own)) <= 0)
        add_fault(faults, "certificate", config->certificate_file,
                  "it has expired; have the CA issue a new one");
    if (X509_cmp_current_time(X509_get0_notBefore(own)) >= 0)
        add_fault(faults, "certificate", config->certificate_file,
                  "it is not valid yet; wait, or set the machine's clock right");
    if (usage == UINT32_MAX || (usage & wanted) == 0)
        add_fault(faults, "certificate", config->certificate_file,
                  "it lacks the extended key usage of this side; have it issued with serverAuth "
                  "and clientAuth");
    if (!has_valid_authority(context))
        add_fault(faults, "ca", config->ca_file,
                  "none of its CAs is valid now; put the CA's present certificate there");
    for (int i = 0; i < object_count(context); i++) {
        X509_CRL *crl = list_at(context, i);
        if (crl == NULL || is_superseded(context, crl))
            continue;
        if (X509_cmp_current_time(X509_CRL_get0_nextUpdate(crl)) <= 0)
            add_fault(faults, "crl", config->crl_file,
                      "a list in it is past its time; have the CA issue a new one");
        if (X509_cmp_current_time(X509_CRL_get0_lastUpdate(crl)) >= 0)
            add_fault(faults, "crl", config->crl_file,
                      "a list in it is not valid yet; wait, or set the machine's clock right");
    }
}
