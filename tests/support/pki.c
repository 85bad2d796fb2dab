/*
 * The tests' PKI. EC P-256 keys, made anew each time; nothing here is fit for anything else. It
 * ends the test on any failure of the library.
 */
#include "support/pki.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY_S 86400L
#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "pki: %s failed\n", #condition);                                       \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

const char *pki_path(const struct pki *pki, const char *name, const char *suffix) {
    static char paths[8][PKI_PATH_MAX];
    static unsigned turn;
    char *path = paths[turn++ % 8];
    snprintf(path, PKI_PATH_MAX, "%s/%s.%s", pki->folder, name, suffix);
    return path;
}

static EVP_PKEY *make_key(const struct pki *pki, const char *name) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    MUST(key != NULL);
    FILE *file = fopen(pki_path(pki, name, "key"), "w");
    MUST(file != NULL);
    MUST(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
    fclose(file);
    return key;
}

static EVP_PKEY *read_key(const struct pki *pki, const char *name) {
    FILE *file = fopen(pki_path(pki, name, "key"), "r");
    MUST(file != NULL);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    MUST(key != NULL);
    return key;
}

static X509 *read_certificate(const struct pki *pki, const char *name) {
    FILE *file = fopen(pki_path(pki, name, "crt"), "r");
    MUST(file != NULL);
    X509 *certificate = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    MUST(certificate != NULL);
    return certificate;
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
    if (value == NULL)
        return;
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    MUST(extension != NULL);
    MUST(X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static X509 *begin_certificate(struct pki *pki, const struct pki_wish *wish, EVP_PKEY *key) {
    X509 *certificate = X509_new();
    MUST(certificate != NULL);
    MUST(X509_set_version(certificate, X509_VERSION_3) == 1);
    MUST(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++pki->serial) == 1);
    MUST(X509_gmtime_adj(X509_getm_notBefore(certificate), wish->from_days * DAY_S) != NULL);
    MUST(X509_gmtime_adj(X509_getm_notAfter(certificate), wish->until_days * DAY_S) != NULL);
    MUST(X509_set_pubkey(certificate, key) == 1);
    MUST(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                    (const unsigned char *)wish->name, -1, -1, 0) == 1);
    return certificate;
}

static void end_certificate(const struct pki *pki, const char *name, X509 *certificate,
                            X509 *issuer, EVP_PKEY *issuer_key) {
    MUST(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid");
    MUST(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
    FILE *file = fopen(pki_path(pki, name, "crt"), "w");
    MUST(file != NULL);
    MUST(PEM_write_X509(file, certificate) == 1);
    fclose(file);
}

static void make_ca(struct pki *pki, const char *name) {
    struct pki_wish wish = {.name = name, .from_days = -2, .until_days = 30};
    EVP_PKEY *key = make_key(pki, name);
    X509 *certificate = begin_certificate(pki, &wish, key);
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    end_certificate(pki, name, certificate, certificate, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void pki_open(struct pki *pki) {
    *pki = (struct pki){.folder = "/tmp/linkgate-pki-XXXXXX"};
    MUST(mkdtemp(pki->folder) != NULL);
    make_ca(pki, "ca");
    make_ca(pki, "other-ca");
}

void pki_close(struct pki *pki) {
    DIR *folder = opendir(pki->folder);
    MUST(folder != NULL);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    MUST(rmdir(pki->folder) == 0);
}

void pki_issue(struct pki *pki, const struct pki_wish *wish) {
    const char *ca = wish->issuer == PKI_OTHER_CA ? "other-ca" : "ca";
    EVP_PKEY *key = make_key(pki, wish->name);
    X509 *certificate = begin_certificate(pki, wish, key);
    X509 *issuer = wish->issuer == PKI_SELF ? certificate : read_certificate(pki, ca);
    EVP_PKEY *issuer_key = wish->issuer == PKI_SELF ? key : read_key(pki, ca);
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, issuer, NID_ext_key_usage, wish->usage);
    add_extension(certificate, issuer, NID_subject_alt_name, wish->san);
    end_certificate(pki, wish->name, certificate, issuer, issuer_key);
    if (wish->issuer != PKI_SELF) {
        X509_free(issuer);
        EVP_PKEY_free(issuer_key);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
}

void pki_issue_uri(struct pki *pki, const char *name, const char *uri) {
    char san[PKI_PATH_MAX];
    snprintf(san, sizeof(san), "URI:%s", uri);
    struct pki_wish wish = {name, san, PKI_BOTH_USAGES, -1, 30, PKI_CA};
    pki_issue(pki, &wish);
}

static void add_revoked(X509_CRL *crl, const struct pki *pki, const char *revoked) {
    X509 *certificate = read_certificate(pki, revoked);
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_TIME *now = X509_gmtime_adj(NULL, -60);
    MUST(entry != NULL && now != NULL);
    MUST(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate)) == 1);
    MUST(X509_REVOKED_set_revocationDate(entry, now) == 1);
    MUST(X509_CRL_add0_revoked(crl, entry) == 1);
    ASN1_TIME_free(now);
    X509_free(certificate);
}

void pki_issue_list(struct pki *pki, const struct pki_list *list) {
    X509 *issuer = read_certificate(pki, list->ca);
    EVP_PKEY *issuer_key = read_key(pki, list->ca);
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, list->from_days * DAY_S - 60);
    ASN1_TIME *until = X509_gmtime_adj(NULL, list->until_days * DAY_S);
    MUST(crl != NULL && from != NULL && until != NULL);
    MUST(X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1);
    MUST(X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1);
    MUST(X509_CRL_set1_lastUpdate(crl, from) == 1 && X509_CRL_set1_nextUpdate(crl, until) == 1);
    if (list->revoked != NULL)
        add_revoked(crl, pki, list->revoked);
    MUST(X509_CRL_sign(crl, issuer_key, EVP_sha256()) > 0);
    FILE *file = fopen(pki_path(pki, list->name, "crl"), "w");
    MUST(file != NULL);
    MUST(PEM_write_X509_CRL(file, crl) == 1);
    fclose(file);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    X509_CRL_free(crl);
    EVP_PKEY_free(issuer_key);
    X509_free(issuer);
}

void pki_revoke(struct pki *pki, const char *name, const char *revoked) {
    struct pki_list list = {name, "ca", revoked, 0, 1};
    pki_issue_list(pki, &list);
}

static void append_file(const char *path, FILE *to) {
    FILE *from = fopen(path, "r");
    MUST(from != NULL);
    for (int byte = getc(from); byte != EOF; byte = getc(from))
        MUST(putc(byte, to) == byte);
    fclose(from);
}

void pki_join(const struct pki *pki, const char *name, const char *suffix, const char *one,
              const char *other) {
    FILE *to = fopen(pki_path(pki, name, suffix), "w");
    MUST(to != NULL);
    append_file(pki_path(pki, one, suffix), to);
    append_file(pki_path(pki, other, suffix), to);
    fclose(to);
}
