/*
 * The files that a context is made from: each fault is told, with the file and a remedy.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/pki.h"
#include "tls/tls.h"

static struct pki pki;
static char empty[PKI_PATH_MAX];

static struct tls_config good(void) {
    return (struct tls_config){true, pki_path(&pki, "ca", "crt"), pki_path(&pki, "list", "crl"),
                               pki_path(&pki, "gateway", "crt"), pki_path(&pki, "gateway", "key")};
}

static void expect_no_context(struct tls_config config, const char *word) {
    struct tls_context *context = NULL;
    char reason[2048] = "";
    assert_true(tls_context_new(&config, &context, reason, sizeof(reason)) < 0);
    assert_null(context);
    if (strstr(reason, word) == NULL)
        fail_msg("reason is '%s', without '%s'", reason, word);
}

static void files_that_are_wrong(void **state) {
    (void)state;
    struct tls_config config = good();
    config.ca_file = "/nowhere/ca.crt";
    expect_no_context(config, "No such file");
    config = good();
    config.ca_file = config.key_file;
    expect_no_context(config, "ca '");
    config = good();
    config.certificate_file = config.key_file;
    expect_no_context(config, "certificate '");
    config = good();
    config.key_file = pki_path(&pki, "late", "key");
    expect_no_context(config, "mismatch");
    config = good();
    config.crl_file = config.ca_file;
    expect_no_context(config, "crl '");
}

static void files_that_are_empty(void **state) {
    (void)state;
    struct tls_config config = good();
    config.ca_file = empty;
    expect_no_context(config, "ca '");
    expect_no_context(config, "the file is empty");
    config = good();
    config.certificate_file = empty;
    expect_no_context(config, "the file is empty");
    config = good();
    config.key_file = empty;
    expect_no_context(config, "the file is empty");
    config = good();
    config.crl_file = empty;
    expect_no_context(config, "the file is empty");
}

/* A list of another CA revokes nothing that could come, and a CA without a list lets nobody in. */
static void lists_and_their_authorities(void **state) {
    (void)state;
    struct tls_config config = good();
    config.crl_file = pki_path(&pki, "other-list", "crl");
    expect_no_context(config, "crl '");
    config.crl_file = pki_path(&pki, "both-lists", "crl");
    expect_no_context(config, "no CA of the ca file signed");
    config.ca_file = pki_path(&pki, "both-cas", "crt");
    struct tls_context *context = NULL;
    char reason[2048] = "";
    assert_int_equal(tls_context_new(&config, &context, reason, sizeof(reason)), 0);
    tls_context_free(context);
    config.crl_file = pki_path(&pki, "list", "crl");
    expect_no_context(config, "no list of one of the CAs");
}

static void each_fault_is_told(void **state) {
    (void)state;
    struct tls_config config = good();
    config.certificate_file = "/nowhere/gateway.crt";
    config.crl_file = empty;
    struct tls_context *context = NULL;
    char reason[2048] = "";
    assert_true(tls_context_new(&config, &context, reason, sizeof(reason)) < 0);
    const char *second = strchr(reason, '\n');
    assert_non_null(second);
    assert_true(strncmp(reason, "certificate '/nowhere/gateway.crt': ", 36) == 0);
    assert_true(strncmp(second + 1, "crl '", 5) == 0);
    assert_null(strchr(second + 1, '\n'));
}

/* word: of the one line, NULL: no fault. */
static void expect_fault(struct tls_config config, const char *word) {
    struct tls_context *context = NULL;
    char reason[2048] = "";
    struct buf faults = {0};
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    tls_context_faults(context, &config, &faults);
    buf_append_byte(&faults, '\0');
    if (word == NULL)
        assert_string_equal((const char *)faults.data, "");
    else if (strstr((const char *)faults.data, word) == NULL)
        fail_msg("'%s' is without '%s'", (const char *)faults.data, word);
    buf_deinit(&faults);
    tls_context_free(context);
}

static void expect_certificate_fault(const char *name, const char *word) {
    struct tls_config config = good();
    config.certificate_file = pki_path(&pki, name, "crt");
    config.key_file = pki_path(&pki, name, "key");
    expect_fault(config, word);
}

static void dates_and_usage(void **state) {
    (void)state;
    expect_fault(good(), NULL);
    expect_certificate_fault("late", "it has expired");
    expect_certificate_fault("early", "not valid yet");
    expect_certificate_fault("client-only", "usage");
    expect_certificate_fault("no-usage", "usage");
    struct tls_config config = good();
    config.crl_file = pki_path(&pki, "late-list", "crl");
    expect_fault(config, "past its time");
    config.crl_file = pki_path(&pki, "early-list", "crl");
    expect_fault(config, "not valid yet");
    /* The newest list of a CA counts. */
    config.crl_file = pki_path(&pki, "renewed-list", "crl");
    expect_fault(config, NULL);
}

static void expiry(void **state) {
    (void)state;
    struct tls_context *context = NULL;
    char reason[2048] = "";
    struct tls_config config = good();
    struct tls_expiry ends[3];
    static const char *const lists[] = {"list", "renewed-list"};
    for (size_t i = 0; i < 3; i++) {
        config.crl_file = i < 2 ? pki_path(&pki, lists[i], "crl") : NULL;
        assert_int_equal(tls_context_new(&config, &context, reason, sizeof(reason)), 0);
        ends[i] = tls_context_expiry(context);
        tls_context_free(context);
    }
    assert_true(ends[0].crl_unix_ms == ends[1].crl_unix_ms);
    assert_true(ends[0].crl_from_unix_ms > 0 && ends[0].crl_from_unix_ms < ends[0].crl_unix_ms);
    assert_true(ends[0].certificate_unix_ms > ends[0].crl_unix_ms);
    assert_true(ends[2].crl_unix_ms == INT64_MAX);
}

static void make_lists(void) {
    static const struct pki_list lists[] = {
        {"list", "ca", NULL, 0, 5},
        {"other-list", "other-ca", NULL, 0, 5},
        {"late-list", "ca", NULL, -9, -1},
        {"early-list", "ca", NULL, 1, 5},
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        pki_issue_list(&pki, &lists[i]);
    pki_join(&pki, "both-lists", "crl", "list", "other-list");
    pki_join(&pki, "renewed-list", "crl", "late-list", "list");
    pki_join(&pki, "both-cas", "crt", "ca", "other-ca");
}

static int set_up(void **state) {
    (void)state;
    static const struct pki_wish wishes[] = {
        {"late", "URI:urn:linkgate:gateway", PKI_BOTH_USAGES, -9, -1, PKI_CA},
        {"early", "URI:urn:linkgate:gateway", PKI_BOTH_USAGES, 1, 9, PKI_CA},
        {"client-only", "URI:urn:linkgate:gateway", "clientAuth", -1, 9, PKI_CA},
        {"no-usage", "URI:urn:linkgate:gateway", NULL, -1, 9, PKI_CA},
    };
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", "urn:linkgate:gateway");
    for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
        pki_issue(&pki, &wishes[i]);
    make_lists();
    snprintf(empty, sizeof(empty), "%s", pki_path(&pki, "empty", "pem"));
    FILE *file = fopen(empty, "w");
    return file != NULL && fclose(file) == 0 ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    pki_close(&pki);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_wrong),
        cmocka_unit_test(files_that_are_empty),
        cmocka_unit_test(lists_and_their_authorities),
        cmocka_unit_test(each_fault_is_told),
        cmocka_unit_test(dates_and_usage),
        cmocka_unit_test(expiry),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
