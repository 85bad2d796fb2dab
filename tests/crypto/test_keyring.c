/*
 * The key ring: making, loading and refusing its file, and which root each key comes from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/keyring.h"

#define HEX_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX_B "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"

static char folder[64];
static char path[96];
static char reason[256];

static int make_folder(void **state) {
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/keyring-test-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/keys", folder);
    reason[0] = '\0';
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const char *text, size_t size, mode_t mode) {
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static struct keyring *load(const char *text) {
    struct keyring *ring = NULL;
    write_file(text, strlen(text), 0600);
    assert_int_equal(keyring_load(path, &ring, reason, sizeof(reason)), 0);
    return ring;
}

static struct digest hash(const struct keyring *ring, enum keyring_use use) {
    struct span part = SPAN_LITERAL("some account");
    struct digest digest;
    keyring_hash(ring, use, &part, 1, &digest);
    return digest;
}

static void makes_a_file_that_loads(void **state) {
    (void)state;
    struct keyring *ring = NULL;
    struct stat status;
    assert_int_equal(keyring_create(path, reason, sizeof(reason)), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 2 + 64 + 1);
    assert_int_equal(keyring_load(path, &ring, reason, sizeof(reason)), 0);
    assert_int_equal(keyring_sealing_id(ring), 1);
    assert_non_null(keyring_siv(ring, 1));
    assert_null(keyring_siv(ring, 2));
    assert_null(keyring_siv(ring, 0));
    struct digest first = hash(ring, KEYRING_PERSON);
    keyring_free(ring);
    /* Made again: refused, and the key stays. */
    assert_true(keyring_create(path, reason, sizeof(reason)) < 0);
    assert_non_null(strstr(reason, path));
    assert_int_equal(keyring_load(path, &ring, reason, sizeof(reason)), 0);
    struct digest again = hash(ring, KEYRING_PERSON);
    assert_true(digest_equal(&first, &again));
    keyring_free(ring);
    keyring_free(NULL);
}

static void keys_are_what_the_disk_format_says(void **state) {
    (void)state;
    uint8_t root[32];
    uint8_t log_root[32];
    uint8_t expected[32];
    uint8_t key[GCM_KEY_SIZE];
    struct span none = {NULL, 0};
    struct span part = SPAN_LITERAL("some account");
    struct digest digest;
    assert_true(hex_parse(HEX_A, root, 32));
    struct span root_span = span_of(root, 32);
    struct keyring *ring = keyring_from_root(root);
    hkdf_sha256(root_span, none, span_text("linkgate log v1"), log_root, 32);
    hkdf_sha256(span_of(log_root, 32), span_text("salt"), span_text("linkgate log segment v1"),
                expected, 32);
    keyring_log_key(ring, span_text("salt"), key);
    assert_memory_equal(key, expected, 32);
    hkdf_sha256(root_span, none, span_text("linkgate account v1"), expected, 32);
    hmac_sha256(span_of(expected, 32), &part, 1, &digest);
    struct digest hashed = hash(ring, KEYRING_ACCOUNT);
    assert_true(digest_equal(&hashed, &digest));
    keyring_free(ring);
}

static void uses_have_keys_of_their_own(void **state) {
    (void)state;
    const uint8_t root[32] = {7};
    struct keyring *ring = keyring_from_root(root);
    struct digest person = hash(ring, KEYRING_PERSON);
    struct digest account = hash(ring, KEYRING_ACCOUNT);
    struct digest notice = hash(ring, KEYRING_NOTICE);
    assert_false(digest_equal(&person, &account));
    assert_false(digest_equal(&account, &notice));
    assert_false(digest_equal(&person, &notice));
    uint8_t one[GCM_KEY_SIZE];
    uint8_t other[GCM_KEY_SIZE];
    keyring_log_key(ring, span_text("salt 1"), one);
    keyring_log_key(ring, span_text("salt 2"), other);
    assert_memory_not_equal(one, other, sizeof(one));
    assert_int_equal(keyring_sealing_id(ring), 1);
    keyring_free(ring);
}

static void added_key_only_seals(void **state) {
    (void)state;
    uint8_t sealed[5 + SIV_TAG_SIZE] = {0};
    uint8_t opened[5];
    uint8_t log_key[2][GCM_KEY_SIZE];
    struct span place = SPAN_LITERAL("place");
    struct span cipher = span_of(sealed, sizeof(sealed));
    struct keyring *before = load("4 " HEX_A "\n");
    struct keyring *after = load("4 " HEX_A "\n4294967295 " HEX_B);
    assert_int_equal(keyring_sealing_id(before), 4);
    assert_true(keyring_sealing_id(after) == 4294967295);
    for (enum keyring_use use = 0; use < KEYRING_USES; use++) {
        struct digest a = hash(before, use);
        struct digest b = hash(after, use);
        assert_true(digest_equal(&a, &b));
    }
    keyring_log_key(before, place, log_key[0]);
    keyring_log_key(after, place, log_key[1]);
    assert_memory_equal(log_key[0], log_key[1], GCM_KEY_SIZE);
    siv_seal(keyring_siv(before, 4), place, span_text("bytes"), sealed);
    assert_int_equal(siv_open(keyring_siv(after, 4), place, cipher, opened), 0);
    assert_int_equal(siv_open(keyring_siv(after, 4294967295), place, cipher, opened), AEAD_FORGED);
    keyring_free(before);
    keyring_free(after);
}

static void assert_refused(const char *text, size_t size, mode_t mode) {
    struct keyring *ring = NULL;
    write_file(text, size, mode);
    reason[0] = '\0';
    assert_true(keyring_load(path, &ring, reason, sizeof(reason)) < 0);
    assert_null(ring);
    assert_non_null(strstr(reason, path));
    assert_null(strstr(reason, "0102030405"));
}

static void bad_files_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        HEX_A "\n",
        "1 " HEX_A "00\n",
        "1 " HEX_A " \n",
        "1 0001\n",
        "0 " HEX_A "\n",
        "01 " HEX_A "\n",
        "-1 " HEX_A "\n",
        "4294967296 " HEX_A "\n",
        "99999999999999999999 " HEX_A "\n",
        "1\t" HEX_A "\n",
        "1  " HEX_A "\n",
        "1 " HEX_A "\r\n",
        "1 " HEX_A "\n\n2 " HEX_B "\n",
        "1 " HEX_A "\n1 " HEX_B "\n",
        "1 " HEX_A "\n2 " HEX_B "\n# no comment\n",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(bad[i], strlen(bad[i]), 0600);
    static const char with_nul[] = "1 " HEX_A "\n\0more";
    assert_refused(with_nul, sizeof(with_nul), 0600);
    static const char good[] = "1 " HEX_A "\n";
    assert_refused(good, sizeof(good) - 1, 0640);
    assert_refused(good, sizeof(good) - 1, 0604);
    assert_refused(good, sizeof(good) - 1, 0620);
}

static void number_of_keys_is_bounded(void **state) {
    (void)state;
    static char text[70 * 80];
    size_t size = 0;
    for (unsigned id = 1; id <= 64; id++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%u " HEX_A "\n", id);
    struct keyring *ring = load(text);
    assert_int_equal(keyring_sealing_id(ring), 64);
    keyring_free(ring);
    size += (size_t)snprintf(text + size, sizeof(text) - size, "65 " HEX_A "\n");
    assert_refused(text, size, 0600);
    static char huge[100000];
    memset(huge, '1', sizeof(huge));
    assert_refused(huge, sizeof(huge), 0600);
}

static void only_regular_files(void **state) {
    (void)state;
    struct keyring *ring = NULL;
    assert_true(keyring_load(path, &ring, reason, sizeof(reason)) < 0);
    assert_non_null(strstr(reason, "No such file"));
    assert_true(keyring_load(folder, &ring, reason, sizeof(reason)) < 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true(keyring_load(path, &ring, reason, sizeof(reason)) < 0);
    assert_non_null(strstr(reason, "regular"));
    assert_true(keyring_create("/nonexistent/folder/keys", reason, sizeof(reason)) < 0);
    assert_null(ring);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(makes_a_file_that_loads),
        cmocka_unit_test(keys_are_what_the_disk_format_says),
        cmocka_unit_test(uses_have_keys_of_their_own),
        IN_FOLDER(added_key_only_seals),
        IN_FOLDER(bad_files_are_refused),
        IN_FOLDER(number_of_keys_is_bounded),
        IN_FOLDER(only_regular_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
