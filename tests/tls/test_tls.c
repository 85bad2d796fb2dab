/*
 * TLS without sockets: two transformers and the bytes between them. Every certificate that must
 * be refused is, and the refused side learns it when it reads: a TLS 1.3 client believes itself
 * connected before the server has looked at its certificate.
 */
#include <openssl/ssl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "support/pki.h"
#include "tls/tls.h"

#define GATEWAY_URI "urn:linkgate:gateway"
#define BANK_URI "urn:linkgate:bank:102100099996"

static struct pki pki;

struct side {
    struct tls *tls;
    struct buf plain;
    int result;
};

struct pair {
    struct tls_context *contexts[2];
    struct side client;
    struct side server;
};

static struct tls_context *make_context(bool server, const char *name, const char *crl) {
    struct tls_config config = {server, pki_path(&pki, "ca", "crt"),
                                crl != NULL ? pki_path(&pki, crl, "crl") : NULL,
                                pki_path(&pki, name, "crt"), pki_path(&pki, name, "key")};
    struct tls_context *context = NULL;
    char reason[256] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return context;
}

static void pair_open(struct pair *pair, const char *client, const char *server, const char *crl) {
    *pair = (struct pair){0};
    pair->contexts[0] = make_context(false, client, crl);
    pair->contexts[1] = make_context(true, server, crl);
    pair->client.tls = tls_new(pair->contexts[0]);
    pair->server.tls = tls_new(pair->contexts[1]);
    /* Contexts may go first: a reload does that. */
    tls_context_free(pair->contexts[0]);
    tls_context_free(pair->contexts[1]);
}

static void pair_close(struct pair *pair) {
    tls_free(pair->client.tls);
    tls_free(pair->server.tls);
    buf_deinit(&pair->client.plain);
    buf_deinit(&pair->server.plain);
}

/* Moves what waits from one to the other, at most step bytes at a time; false if nothing did. */
static bool pump(struct side *from, struct side *to, size_t step) {
    struct buf cipher = {0};
    bool moved = false;
    while (tls_pending(from->tls) > 0) {
        tls_take(from->tls, &cipher, step);
        to->result = tls_feed(to->tls, buf_span(&cipher), &to->plain, SIZE_MAX);
        buf_clear(&cipher);
        moved = true;
    }
    buf_deinit(&cipher);
    return moved;
}

static void talk(struct pair *pair, size_t step) {
    pair->client.result = tls_feed(pair->client.tls, span_of(NULL, 0), &pair->client.plain, 1);
    bool moved = true;
    while (moved) {
        moved = pump(&pair->client, &pair->server, step);
        moved = pump(&pair->server, &pair->client, step) || moved;
    }
}

static void test_both_ways(void **state) {
    (void)state;
    for (size_t step = 1; step < 70000; step = step * 7 + 3) {
        struct pair pair;
        pair_open(&pair, "bank", "gateway", NULL);
        talk(&pair, step);
        assert_true(tls_established(pair.client.tls) && tls_established(pair.server.tls));
        assert_int_equal(tls_write(pair.client.tls, SPAN_LITERAL("hello")), 0);
        assert_int_equal(tls_write(pair.server.tls, SPAN_LITERAL("and you")), 0);
        talk(&pair, step);
        assert_true(span_equal(buf_span(&pair.server.plain), SPAN_LITERAL("hello")));
        assert_true(span_equal(buf_span(&pair.client.plain), SPAN_LITERAL("and you")));
        assert_int_equal(pair.client.result, TLS_MORE);
        struct tls_peer peer;
        tls_peer(pair.server.tls, &peer);
        assert_string_equal(peer.uri, BANK_URI);
        assert_true(peer.until_unix_ms > 0);
        tls_peer(pair.client.tls, &peer);
        assert_string_equal(peer.uri, GATEWAY_URI);
        pair_close(&pair);
    }
}

/* A large write is few records, comes in pieces of at most max, and the rest without new bytes. */
static void test_pack_and_limit(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "bank", "gateway", NULL);
    talk(&pair, 100000);
    struct buf big = {0};
    for (uint32_t i = 0; i < 25000; i++)
        buf_append_be32(&big, i);
    assert_int_equal(tls_write(pair.client.tls, buf_span(&big)), 0);
    size_t overhead = tls_pending(pair.client.tls) - big.size;
    assert_true(overhead <= 7 * 22);
    struct buf cipher = {0};
    assert_int_equal(tls_take(pair.client.tls, &cipher, SIZE_MAX), 0);
    struct buf *plain = &pair.server.plain;
    assert_int_equal(tls_feed(pair.server.tls, buf_span(&cipher), plain, 1000), 0);
    assert_int_equal(plain->size, 1000);
    int result = 0;
    for (int turns = 0; result == 0 && turns < 1000; turns++)
        result = tls_feed(pair.server.tls, span_of(NULL, 0), plain, 1000);
    assert_int_equal(result, TLS_MORE);
    assert_true(span_equal(buf_span(plain), buf_span(&big)));
    buf_deinit(&big);
    buf_deinit(&cipher);
    pair_close(&pair);
}

/* Asked by the address sanitizer, which would otherwise keep 256 MiB of freed memory: no measure. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "quarantine_size_mb=8";
}

static long peak_kib(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* A peer that takes nearly all, and never all, of what it is sent costs what it leaves. */
static void test_never_empty(void **state) {
    (void)state;
    static uint8_t plain[65536];
    struct pair pair;
    pair_open(&pair, "bank", "gateway", NULL);
    talk(&pair, 100000);
    long before = peak_kib();
    for (int i = 0; i < 4096; i++) { /* 256 MiB */
        assert_int_equal(tls_write(pair.server.tls, span_of(plain, sizeof(plain))), 0);
        tls_sent(pair.server.tls, tls_pending(pair.server.tls) - 1);
    }
    assert_int_equal(tls_pending(pair.server.tls), 1);
    assert_true(peak_kib() - before < 65536);
    pair_close(&pair);
}

static void test_close(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "bank", "gateway", NULL);
    talk(&pair, 100000);
    assert_int_equal(tls_write(pair.server.tls, SPAN_LITERAL("bye")), 0);
    tls_shut(pair.server.tls);
    pump(&pair.server, &pair.client, 100000);
    assert_int_equal(pair.client.result, TLS_CLOSED);
    assert_true(span_equal(buf_span(&pair.client.plain), SPAN_LITERAL("bye")));
    assert_int_equal(tls_feed(pair.client.tls, span_of(NULL, 0), &pair.client.plain, 1),
                     TLS_CLOSED);
    pair_close(&pair);
}

static void test_bytes_that_are_not_tls(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "bank", "gateway", NULL);
    struct buf *plain = &pair.server.plain;
    assert_int_equal(tls_feed(pair.server.tls, SPAN_LITERAL("GET / HTTP/1.1\r\n\r\n"), plain, 99),
                     TLS_REFUSED);
    assert_true(strlen(tls_reason(pair.server.tls)) > 0);
    assert_int_equal(plain->size, 0);
    assert_int_equal(tls_feed(pair.server.tls, SPAN_LITERAL("again"), plain, 99), TLS_REFUSED);
    pair_close(&pair);
}

static void test_damaged_record(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "bank", "gateway", NULL);
    talk(&pair, 100000);
    assert_int_equal(tls_write(pair.client.tls, SPAN_LITERAL("money")), 0);
    struct buf cipher = {0};
    tls_take(pair.client.tls, &cipher, SIZE_MAX);
    cipher.data[cipher.size - 1] ^= 1;
    assert_int_equal(tls_feed(pair.server.tls, buf_span(&cipher), &pair.server.plain, 99),
                     TLS_REFUSED);
    assert_int_equal(pair.server.plain.size, 0);
    assert_int_equal(tls_write(pair.server.tls, SPAN_LITERAL("x")), TLS_REFUSED);
    buf_deinit(&cipher);
    pair_close(&pair);
}

/* The client with this certificate sends a frame, is refused, and learns it on its first read. */
static void expect_client_refused(const char *client, const char *crl, const char *why) {
    struct pair pair;
    pair_open(&pair, client, "gateway", crl);
    talk(&pair, 100000);
    assert_int_equal(pair.server.result, TLS_REFUSED);
    assert_false(tls_established(pair.server.tls));
    assert_int_equal(pair.client.result, TLS_REFUSED);
    if (strstr(tls_reason(pair.server.tls), why) == NULL)
        fail_msg("%s: reason is '%s', not '%s'", client, tls_reason(pair.server.tls), why);
    pair_close(&pair);
}

static void test_refused_clients(void **state) {
    (void)state;
    expect_client_refused("stranger", NULL, "issuer certificate");
    expect_client_refused("self-signed", NULL, "self-signed");
    expect_client_refused("expired", NULL, "expired");
    expect_client_refused("not-yet", NULL, "not yet valid");
    expect_client_refused("server-only", NULL, "purpose");
    expect_client_refused("no-usage", NULL, "purpose");
    expect_client_refused("revoked", "revocations", "revoked");
}

static void test_revocation_spares_others(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "bank", "gateway", "revocations");
    talk(&pair, 100000);
    assert_true(tls_established(pair.server.tls) && tls_established(pair.client.tls));
    pair_close(&pair);
}

static void test_refused_servers(void **state) {
    (void)state;
    static const char *const names[] = {"stranger", "expired", "client-only", "no-usage"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct pair pair;
        pair_open(&pair, "bank", names[i], NULL);
        talk(&pair, 100000);
        assert_int_equal(pair.client.result, TLS_REFUSED);
        assert_false(tls_established(pair.client.tls));
        pair_close(&pair);
    }
}

/* Valid certificates whose holder cannot be told: no identity, for the session to refuse. */
static void test_no_identity(void **state) {
    (void)state;
    static const char *const names[] = {"cn-only", "dns-only", "two-uris", "long-uri"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct pair pair;
        pair_open(&pair, names[i], "gateway", NULL);
        talk(&pair, 100000);
        assert_true(tls_established(pair.server.tls));
        struct tls_peer peer;
        tls_peer(pair.server.tls, &peer);
        assert_string_equal(peer.uri, "");
        pair_close(&pair);
    }
}

/* The pin is the digest of the key: another certificate over another key has another. */
static void test_pins(void **state) {
    (void)state;
    struct digest pins[2];
    static const char *const names[] = {"bank", "bank-2"};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        pair_open(&pair, names[i], "gateway", NULL);
        talk(&pair, 100000);
        struct tls_peer peer;
        tls_peer(pair.server.tls, &peer);
        pins[i] = peer.pin;
        pair_close(&pair);
    }
    assert_memory_not_equal(&pins[0], &pins[1], sizeof(pins[0]));
}

/* A peer made of bare OpenSSL, to do what tls_context never would. */
static void expect_bare_client_refused(SSL_CTX *context, const char *why) {
    struct tls_context *ours = make_context(true, "gateway", NULL);
    struct tls *tls = tls_new(ours);
    tls_context_free(ours);
    SSL *ssl = SSL_new(context);
    BIO *in = BIO_new(BIO_s_mem());
    BIO *out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, in, out);
    SSL_set_connect_state(ssl);
    struct buf plain = {0};
    struct buf cipher = {0};
    int result = TLS_MORE;
    for (int turn = 0; turn < 8 && result != TLS_REFUSED; turn++) {
        (void)SSL_do_handshake(ssl);
        char bytes[16384];
        int count = BIO_read(out, bytes, sizeof(bytes));
        if (count > 0)
            result = tls_feed(tls, span_of(bytes, (size_t)count), &plain, 99);
        buf_clear(&cipher);
        tls_take(tls, &cipher, SIZE_MAX);
        if (cipher.size > 0)
            BIO_write(in, cipher.data, (int)cipher.size);
    }
    assert_int_equal(result, TLS_REFUSED);
    if (strstr(tls_reason(tls), why) == NULL)
        fail_msg("reason is '%s', not '%s'", tls_reason(tls), why);
    char byte;
    assert_true(SSL_read(ssl, &byte, 1) <= 0);
    buf_deinit(&plain);
    buf_deinit(&cipher);
    SSL_free(ssl);
    SSL_CTX_free(context);
    tls_free(tls);
}

static SSL_CTX *bare_client(bool with_certificate, const char *alpn) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    assert_non_null(context);
    if (with_certificate) {
        assert_int_equal(
            SSL_CTX_use_certificate_file(context, pki_path(&pki, "bank", "crt"), SSL_FILETYPE_PEM),
            1);
        assert_int_equal(
            SSL_CTX_use_PrivateKey_file(context, pki_path(&pki, "bank", "key"), SSL_FILETYPE_PEM),
            1);
    }
    if (alpn != NULL)
        assert_int_equal(
            SSL_CTX_set_alpn_protos(context, (const unsigned char *)alpn, (unsigned)strlen(alpn)),
            0);
    return context;
}

static void test_bare_clients(void **state) {
    (void)state;
    expect_bare_client_refused(bare_client(false, "\x0alinkgate/1"), "certificate");
    expect_bare_client_refused(bare_client(true, "\x0alinkgate/2"), "application protocol");
    expect_bare_client_refused(bare_client(true, "\x08http/1.1"), "application protocol");
    expect_bare_client_refused(bare_client(true, NULL), "application protocol");
    SSL_CTX *old = bare_client(true, "\x0alinkgate/1");
    assert_int_equal(SSL_CTX_set_max_proto_version(old, TLS1_2_VERSION), 1);
    expect_bare_client_refused(old, "protocol");
}

/* ---- a live connection looked at again ---- */

/* A context of the server's with those CAs and lists. */
static struct tls_context *renewed(const char *ca, const char *crl) {
    struct tls_config config = {true, pki_path(&pki, ca, "crt"),
                                crl != NULL ? pki_path(&pki, crl, "crl") : NULL,
                                pki_path(&pki, "gateway", "crt"), pki_path(&pki, "gateway", "key")};
    struct tls_context *context = NULL;
    char reason[512] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return context;
}

/* why: a word of the reason, NULL: it passes. */
static void expect_verdict(struct pair *pair, const char *ca, const char *crl, int64_t days,
                           const char *why) {
    struct tls_context *context = renewed(ca, crl);
    const char *reason = "none";
    int64_t now_ms = ((int64_t)time(NULL) + days * 86400) * 1000;
    int result = tls_verify(pair->server.tls, context, now_ms, &reason);
    assert_int_equal(result, why != NULL ? TLS_UNTRUSTED : 0);
    if (why != NULL && strstr(reason, why) == NULL)
        fail_msg("reason is '%s', not '%s'", reason, why);
    tls_context_free(context);
}

static void test_verified_again(void **state) {
    (void)state;
    struct pair pair;
    pair_open(&pair, "revoked", "gateway", NULL);
    talk(&pair, 100000);
    struct tls_peer peer;
    tls_peer(pair.server.tls, &peer);
    assert_true(strlen(peer.serial) > 0);
    expect_verdict(&pair, "ca", NULL, 0, NULL);
    expect_verdict(&pair, "both-cas", NULL, 0, NULL);
    expect_verdict(&pair, "ca", "nobody", 0, NULL);
    expect_verdict(&pair, "ca", "revocations", 0, "revoked");
    expect_verdict(&pair, "other-ca", NULL, 0, "self-signed");
    expect_verdict(&pair, "ca", NULL, 31, "expired");
    expect_verdict(&pair, "ca", NULL, -20, "not yet valid");
    /* The list is for a day: late, it throws out those that it names, and nobody else. */
    expect_verdict(&pair, "ca", "nobody", 3, NULL);
    expect_verdict(&pair, "ca", "revocations", 3, "revoked");
    struct tls_peer after;
    tls_peer(pair.server.tls, &after);
    assert_true(after.until_unix_ms == peer.until_unix_ms);
    pair_close(&pair);
}

/* The end is that of the CA where the CA ends first. */
static void test_end_of_the_chain(void **state) {
    (void)state;
    int64_t ends[2];
    static const char *const names[] = {"bank", "outlives"};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        pair_open(&pair, names[i], "gateway", NULL);
        talk(&pair, 100000);
        struct tls_peer peer;
        tls_peer(pair.server.tls, &peer);
        ends[i] = peer.until_unix_ms;
        pair_close(&pair);
    }
    assert_true(ends[1] - ends[0] < 60000);
}

static int set_up(void **state) {
    (void)state;
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", GATEWAY_URI);
    pki_issue_uri(&pki, "bank", BANK_URI);
    pki_issue_uri(&pki, "bank-2", BANK_URI);
    pki_issue_uri(&pki, "revoked", BANK_URI);
    char long_uri[TLS_URI_MAX + 40] = "URI:urn:";
    memset(long_uri + 8, 'x', TLS_URI_MAX);
    const struct pki_wish wishes[] = {
        {"stranger", "URI:" BANK_URI, PKI_BOTH_USAGES, -1, 30, PKI_OTHER_CA},
        {"expired", "URI:" BANK_URI, PKI_BOTH_USAGES, -30, -1, PKI_CA},
        {"not-yet", "URI:" BANK_URI, PKI_BOTH_USAGES, 1, 30, PKI_CA},
        {"server-only", "URI:" BANK_URI, "serverAuth", -1, 30, PKI_CA},
        {"client-only", "URI:" GATEWAY_URI, "clientAuth", -1, 30, PKI_CA},
        {"no-usage", "URI:" BANK_URI, NULL, -1, 30, PKI_CA},
        {"cn-only", NULL, PKI_BOTH_USAGES, -1, 30, PKI_CA},
        {"dns-only", "DNS:bank.example", PKI_BOTH_USAGES, -1, 30, PKI_CA},
        {"two-uris", "URI:" BANK_URI ",URI:urn:linkgate:bank:313100000005", PKI_BOTH_USAGES, -1, 30,
         PKI_CA},
        {"self-signed", "URI:" BANK_URI, PKI_BOTH_USAGES, -1, 30, PKI_SELF},
        {"outlives", "URI:" BANK_URI, PKI_BOTH_USAGES, -1, 300, PKI_CA},
        {"long-uri", long_uri, PKI_BOTH_USAGES, -1, 30, PKI_CA},
    };
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
        pki_issue(&pki, &wishes[i]);
    pki_revoke(&pki, "revocations", "revoked");
    pki_revoke(&pki, "nobody", NULL);
    pki_join(&pki, "both-cas", "crt", "ca", "other-ca");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pki_close(&pki);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_pack_and_limit),
        cmocka_unit_test(test_never_empty),
        cmocka_unit_test(test_close),
        cmocka_unit_test(test_bytes_that_are_not_tls),
        cmocka_unit_test(test_damaged_record),
        cmocka_unit_test(test_refused_clients),
        cmocka_unit_test(test_revocation_spares_others),
        cmocka_unit_test(test_refused_servers),
        cmocka_unit_test(test_no_identity),
        cmocka_unit_test(test_pins),
        cmocka_unit_test(test_bare_clients),
        cmocka_unit_test(test_verified_again),
        cmocka_unit_test(test_end_of_the_chain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
