/*
 * AES-256-GCM (test cases 13, 14 and 16 of the GCM specification) and AES-256-SIV (the answer
 * of RFC 5297 A.1's message under a 512-bit key), contexts used again and again, and every kind of
 * forgery.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "crypto/aead.h"
#include "crypto/secret.h"

#define PLAIN_MAX 300

static struct span bytes_of(const char *hex, uint8_t *memory) {
    size_t size = strlen(hex) / 2;
    assert_true(hex_parse(hex, memory, size));
    return span_of(memory, size);
}

static const struct {
    const char *key;
    const char *nonce;
    const char *associated;
    const char *plain;
    const char *cipher; /* with the tag */
} gcm_cases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

static void gcm_known_answers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(gcm_cases) / sizeof(gcm_cases[0]); i++) {
        uint8_t key[GCM_KEY_SIZE];
        uint8_t nonce[GCM_NONCE_SIZE];
        uint8_t memory[3][100];
        uint8_t sealed[100];
        uint8_t opened[100];
        bytes_of(gcm_cases[i].key, key);
        bytes_of(gcm_cases[i].nonce, nonce);
        struct span associated = bytes_of(gcm_cases[i].associated, memory[0]);
        struct span plain = bytes_of(gcm_cases[i].plain, memory[1]);
        struct span cipher = bytes_of(gcm_cases[i].cipher, memory[2]);
        struct gcm *gcm = gcm_new(key);
        for (int again = 0; again < 2; again++) {
            gcm_seal(gcm, nonce, associated, plain, sealed);
            assert_memory_equal(sealed, cipher.data, cipher.size);
            assert_int_equal(gcm_open(gcm, nonce, associated, cipher, opened), 0);
            assert_memory_equal(opened, plain.data, plain.size);
        }
        gcm_free(gcm);
    }
    gcm_free(NULL);
}

static void gcm_works_in_place(void **state) {
    (void)state;
    uint8_t key[GCM_KEY_SIZE];
    uint8_t nonce[GCM_NONCE_SIZE] = {0};
    uint8_t bytes[100 + GCM_TAG_SIZE];
    uint8_t apart[100 + GCM_TAG_SIZE];
    random_bytes(key, sizeof(key));
    struct gcm *gcm = gcm_new(key);
    memset(bytes, 'x', 100);
    gcm_seal(gcm, nonce, SPAN_LITERAL("header"), span_of(bytes, 100), apart);
    gcm_seal(gcm, nonce, SPAN_LITERAL("header"), span_of(bytes, 100), bytes);
    assert_memory_equal(bytes, apart, sizeof(bytes));
    struct span cipher = span_of(bytes, sizeof(bytes));
    assert_int_equal(gcm_open(gcm, nonce, SPAN_LITERAL("header"), cipher, bytes), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(bytes[i], 'x');
    gcm_free(gcm);
}

static void gcm_finds_forgeries(void **state) {
    (void)state;
    uint8_t key[GCM_KEY_SIZE] = {1};
    uint8_t nonce[GCM_NONCE_SIZE] = {2};
    uint8_t sealed[20 + GCM_TAG_SIZE];
    uint8_t opened[20];
    const uint8_t zeros[20] = {0};
    struct span associated = SPAN_LITERAL("place");
    struct gcm *gcm = gcm_new(key);
    gcm_seal(gcm, nonce, associated, SPAN_LITERAL("twenty bytes of text"), sealed);
    struct span cipher = span_of(sealed, sizeof(sealed));
    for (size_t i = 0; i < sizeof(sealed); i++) {
        sealed[i] ^= 4;
        memset(opened, 'x', sizeof(opened));
        assert_int_equal(gcm_open(gcm, nonce, associated, cipher, opened), AEAD_FORGED);
        assert_memory_equal(opened, zeros, sizeof(opened));
        sealed[i] ^= 4;
    }
    assert_int_equal(gcm_open(gcm, nonce, span_text("plac"), cipher, opened), AEAD_FORGED);
    nonce[11] = 1;
    assert_int_equal(gcm_open(gcm, nonce, associated, cipher, opened), AEAD_FORGED);
    nonce[11] = 0;
    for (size_t size = 0; size < sizeof(sealed); size++) {
        struct span cut = span_of(sealed, size);
        assert_int_equal(gcm_open(gcm, nonce, associated, cut, opened), AEAD_FORGED);
    }
    assert_int_equal(gcm_open(gcm, nonce, associated, cipher, opened), 0);
    assert_memory_equal(opened, "twenty bytes of text", 20);
    key[0] = 2;
    struct gcm *other = gcm_new(key);
    assert_int_equal(gcm_open(other, nonce, associated, cipher, opened), AEAD_FORGED);
    gcm_free(other);
    gcm_free(gcm);
}

static struct siv *siv_of_known_answer(void) {
    uint8_t key[SIV_KEY_SIZE];
    bytes_of("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f06f6e6d6c6b6a69686766656463626160"
             "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff000102030405060708090a0b0c0d0e0f",
             key);
    return siv_new(key);
}

static void siv_known_answer(void **state) {
    (void)state;
    uint8_t memory[3][64];
    uint8_t sealed[64];
    uint8_t opened[64];
    struct span associated =
        bytes_of("101112131415161718191a1b1c1d1e1f2021222324252627", memory[0]);
    struct span plain = bytes_of("112233445566778899aabbccddee", memory[1]);
    struct span expected =
        bytes_of("f125274c598065cfc26b0e71575029088b035217e380cac8919ee800c126", memory[2]);
    struct siv *siv = siv_of_known_answer();
    for (int again = 0; again < 3; again++) {
        siv_seal(siv, associated, plain, sealed);
        assert_memory_equal(sealed, expected.data, expected.size);
        assert_int_equal(siv_open(siv, associated, expected, opened), 0);
        assert_memory_equal(opened, plain.data, plain.size);
    }
    siv_free(siv);
    siv_free(NULL);
}

/* A context that has sealed and opened other things, forgeries too, gives what a fresh one does. */
static void siv_remembers_nothing(void **state) {
    (void)state;
    uint8_t plain[PLAIN_MAX];
    uint8_t sealed[PLAIN_MAX + SIV_TAG_SIZE];
    uint8_t again[PLAIN_MAX + SIV_TAG_SIZE];
    uint8_t opened[PLAIN_MAX];
    struct siv *used = siv_of_known_answer();
    random_bytes(plain, sizeof(plain));
    for (size_t size = 1; size <= PLAIN_MAX; size += size < 70 ? 1 : 13) {
        struct span associated = span_of(plain, size / 3); /* empty at first */
        struct span text = span_of(plain, size);
        struct span cipher = span_of(sealed, size + SIV_TAG_SIZE);
        struct siv *fresh = siv_of_known_answer();
        siv_seal(used, associated, text, sealed);
        siv_seal(fresh, associated, text, again);
        siv_free(fresh);
        assert_memory_equal(sealed, again, cipher.size);
        sealed[size % cipher.size] ^= 1;
        assert_int_equal(siv_open(used, associated, cipher, opened), AEAD_FORGED);
        sealed[size % cipher.size] ^= 1;
        assert_int_equal(siv_open(used, associated, cipher, opened), 0);
        assert_memory_equal(opened, plain, size);
    }
    siv_free(used);
}

static void siv_finds_forgeries(void **state) {
    (void)state;
    uint8_t sealed[20 + SIV_TAG_SIZE] = {0};
    uint8_t opened[20];
    const uint8_t zeros[20] = {0};
    struct span associated = SPAN_LITERAL("place");
    struct span cipher = span_of(sealed, sizeof(sealed));
    struct siv *siv = siv_of_known_answer();
    siv_seal(siv, associated, SPAN_LITERAL("twenty bytes of text"), sealed);
    for (size_t i = 0; i < sizeof(sealed); i++) {
        sealed[i] ^= 0x80;
        memset(opened, 'x', sizeof(opened));
        assert_int_equal(siv_open(siv, associated, cipher, opened), AEAD_FORGED);
        assert_memory_equal(opened, zeros, sizeof(opened));
        sealed[i] ^= 0x80;
    }
    assert_int_equal(siv_open(siv, span_text("other"), cipher, opened), AEAD_FORGED);
    assert_int_equal(siv_open(siv, (struct span){NULL, 0}, cipher, opened), AEAD_FORGED);
    for (size_t size = 0; size < sizeof(sealed); size++) {
        struct span cut = span_of(sealed, size);
        assert_int_equal(siv_open(siv, associated, cut, opened), AEAD_FORGED);
    }
    assert_int_equal(siv_open(siv, associated, cipher, opened), 0);
    siv_free(siv);
}

static void secrets_compare_and_vanish(void **state) {
    (void)state;
    uint8_t bytes[64];
    uint8_t more[64];
    const uint8_t zeros[64] = {0};
    random_bytes(bytes, sizeof(bytes));
    random_bytes(more, sizeof(more));
    random_bytes(more, 0);
    assert_memory_not_equal(bytes, more, sizeof(bytes));
    assert_true(secret_equal(span_of(bytes, 64), span_of(bytes, 64)));
    assert_false(secret_equal(span_of(bytes, 64), span_of(bytes, 63)));
    assert_false(secret_equal(span_of(bytes, 64), span_of(more, 64)));
    assert_true(secret_equal((struct span){NULL, 0}, span_text("")));
    secret_wipe(bytes, sizeof(bytes));
    assert_memory_equal(bytes, zeros, sizeof(bytes));
    secret_wipe(NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gcm_known_answers),          cmocka_unit_test(gcm_works_in_place),
        cmocka_unit_test(gcm_finds_forgeries),        cmocka_unit_test(siv_known_answer),
        cmocka_unit_test(siv_remembers_nothing),      cmocka_unit_test(siv_finds_forgeries),
        cmocka_unit_test(secrets_compare_and_vanish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
