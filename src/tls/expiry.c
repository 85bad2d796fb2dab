/*
 * How long a context's own files hold: its certificate, and its list of revoked certificates.
 *
 * Invariant: what cannot be read as a time is taken as over, never as everlasting. Whether anybody
 * is told is the owner's affair.
 */
#include <openssl/x509.h>
#include <time.h>

#include "tls/internal.h"

static int64_t unix_ms(const ASN1_TIME *time) {
    struct tm at = {0};
    if (time == NULL || ASN1_TIME_to_tm(time, &at) != 1)
        return 0;
    return (int64_t)timegm(&at) * 1000;
}

static int64_t earliest_crl_ms(const SSL_CTX *ssl) {
    const STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(ssl));
    int64_t earliest_ms = INT64_MAX;
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509_CRL *crl = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
        int64_t until_ms = crl != NULL ? unix_ms(X509_CRL_get0_nextUpdate(crl)) : INT64_MAX;
        if (until_ms < earliest_ms)
            earliest_ms = until_ms;
    }
    return earliest_ms;
}

struct tls_expiry tls_context_expiry(const struct tls_context *context) {
    return (struct tls_expiry){
        .certificate_unix_ms = unix_ms(X509_get0_notAfter(SSL_CTX_get0_certificate(context->ssl))),
        .crl_unix_ms = earliest_crl_ms(context->ssl),
    };
}
