/*
 * What the files of this folder share. Private to tls.
 */
#ifndef LG_TLS_INTERNAL_H
#define LG_TLS_INTERNAL_H

#include <openssl/ssl.h>

#include "tls/tls.h"

struct tls_context {
    SSL_CTX *ssl;
    bool server;
};

/* The identity that a certificate gives. */
void tls_peer_read(X509 *certificate, struct tls_peer *peer_out);

#endif
