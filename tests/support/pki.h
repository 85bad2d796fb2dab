/*
 * A throw-away PKI for tests, made with the library itself in a folder of its own: a CA, and
 * certificates as right or as wrong as a test wants them.
 */
#ifndef LG_TESTS_SUPPORT_PKI_H
#define LG_TESTS_SUPPORT_PKI_H

#include <stdbool.h>

#define PKI_PATH_MAX 256

struct pki {
    char folder[64];
    int serial;
};

struct pki_wish {
    const char *name;  /* of the files, and the common name */
    const char *san;   /* as in openssl.cnf: "URI:...,DNS:..."; NULL: no such extension */
    const char *usage; /* extended key usage; NULL: none */
    int from_days;     /* validity, days from now */
    int until_days;
    bool other_ca; /* signed by a CA that nobody knows */
};

#define PKI_BOTH_USAGES "serverAuth,clientAuth"

/* Makes the folder, NAME.crt and NAME.key of "ca" and "other-ca". */
void pki_open(struct pki *pki);
/* Removes all. */
void pki_close(struct pki *pki);
void pki_issue(struct pki *pki, const struct pki_wish *wish);
/* A right one with that URI. */
void pki_issue_uri(struct pki *pki, const char *name, const char *uri);
/* Writes name.crl of the CA; revoked: name of a certificate, or NULL. */
void pki_revoke(struct pki *pki, const char *name, const char *revoked);
/* folder/name.suffix, one of a few static buffers. */
const char *pki_path(const struct pki *pki, const char *name, const char *suffix);

#endif
