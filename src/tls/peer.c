/*
 * Who a certificate says its holder is: the one URI among its subject alternative names, and the
 * digest of its public key.
 *
 * Invariant: what cannot be read without doubt (no URI, two of them, a URI with control bytes or
 * too long) is no identity at all, and the common name never is one.
 */
#include <openssl/bn.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "crypto/digest.h"
#include "tls/internal.h"

/* False unless the name is printable ASCII that fits. */
static bool copy_uri(const ASN1_IA5STRING *name, char uri_out[TLS_URI_MAX]) {
    int size = ASN1_STRING_length(name);
    const unsigned char *data = ASN1_STRING_get0_data(name);
    if (size <= 0 || size >= TLS_URI_MAX)
        return false;
    for (int i = 0; i < size; i++) {
        if (data[i] <= ' ' || data[i] > '~')
            return false;
    }
    memcpy(uri_out, data, (size_t)size);
    uri_out[size] = '\0';
    return true;
}

static void read_uri(X509 *certificate, char uri_out[TLS_URI_MAX]) {
    uri_out[0] = '\0';
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int uris = 0;
    bool good = true;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI)
            continue;
        uris++;
        good = good && copy_uri(name->d.uniformResourceIdentifier, uri_out);
    }
    if (uris != 1 || !good)
        uri_out[0] = '\0';
    GENERAL_NAMES_free(names);
}

static void read_serial(X509 *certificate, char serial_out[TLS_SERIAL_MAX]) {
    BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    char *digits = number != NULL ? BN_bn2hex(number) : NULL;
    ENSURE(digits != NULL);
    snprintf(serial_out, TLS_SERIAL_MAX, "%s", digits);
    OPENSSL_free(digits);
    BN_free(number);
}

void tls_peer_read(X509 *certificate, STACK_OF(X509) * chain, struct tls_peer *peer_out) {
    *peer_out = (struct tls_peer){0};
    read_uri(certificate, peer_out->uri);
    read_serial(certificate, peer_out->serial);
    unsigned char *spki = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
    ENSURE(size > 0 && spki != NULL);
    sha256(span_of(spki, (size_t)size), &peer_out->pin);
    OPENSSL_free(spki);
    peer_out->until_unix_ms = tls_chain_until_ms(chain);
}
