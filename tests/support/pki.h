/*
 * A throw-away PKI for tests, made with the library itself in a folder of its own: a CA, and
 * certificates as right or as wrong as a test wants them.
 */
#ifndef LG_TESTS_SUPPORT_PKI_H
#define LG_TESTS_SUPPORT_PKI_H

#define PKI_PATH_MAX 256

struct pki {
    char folder[64];
    int serial;
};

enum pki_issuer {
    PKI_CA,
    PKI_OTHER_CA, /* that nobody knows, unless a test says so */
    PKI_SELF
};

struct pki_wish {
    const char *name;  /* of the files, and the common name */
    const char *san;   /* as in openssl.cnf: "URI:...,DNS:..."; NULL: no such extension */
    const char *usage; /* extended key usage; NULL: none */
    int from_days;     /* validity, days from now */
    int until_days;
    enum pki_issuer issuer;
};

#define PKI_BOTH_USAGES "serverAuth,clientAuth"

/* Makes the folder, NAME.crt and NAME.key of "ca" and "other-ca". */
void pki_open(struct pki *pki);
/* Removes all. */
void pki_close(struct pki *pki);
void pki_issue(struct pki *pki, const struct pki_wish *wish);
/* A right one with that URI. */
void pki_issue_uri(struct pki *pki, const char *name, const char *uri);
/* Writes name.crl of the CA, good for a day; revoked: name of a certificate, or NULL. */
void pki_revoke(struct pki *pki, const char *name, const char *revoked);

struct pki_list {
    const char *name;    /* of the file */
    const char *ca;      /* "ca" or "other-ca" */
    const char *revoked; /* name of a certificate, or NULL */
    int from_days;       /* days from now */
    int until_days;
};
void pki_issue_list(struct pki *pki, const struct pki_list *list);
/* Writes name.suffix: the same files of one and the other, one behind the other. */
void pki_join(const struct pki *pki, const char *name, const char *suffix, const char *one,
              const char *other);
/* folder/name.suffix, one of a few static buffers. */
const char *pki_path(const struct pki *pki, const char *name, const char *suffix);

#endif
