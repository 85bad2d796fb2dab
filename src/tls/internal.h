/*
 * What the files of this folder share. Private to tls.
 */
#ifndef LG_TLS_INTERNAL_H
#define LG_TLS_INTERNAL_H

#include <openssl/ssl.h>

#include "tls/tls.h"
#include "util/hmap.h"

struct tls_context {
    SSL_CTX *ssl;
    bool server;
    struct hmap *verdicts; /* on certificates of live connections; NULL: none yet */
    int64_t verdicts_s;    /* when */
};

/* The identity that a certificate gives; chain: verified, with the certificate in front. */
void tls_peer_read(X509 *certificate, STACK_OF(X509) * chain, struct tls_peer *peer_out);
/* 0 for what cannot be read. */
int64_t tls_unix_ms(const ASN1_TIME *time);
/* The earliest end of them. */
int64_t tls_chain_until_ms(STACK_OF(X509) * chain);

/* Verification callbacks of a server's and of a client's handshakes. */
int tls_verify_client(int ok, X509_STORE_CTX *store);
int tls_verify_server(int ok, X509_STORE_CTX *store);
/* X509_V_OK and the chain's end, or why a handshake would refuse this certificate at that time. */
int tls_verify_again(struct tls_context *context, X509 *certificate, STACK_OF(X509) * sent,
                     int64_t now_unix_ms, int64_t *until_ms_out);
void tls_verdicts_free(struct hmap *verdicts);

#endif
