/*
 * Known answers: SHA-256 (FIPS 180-4), HMAC (RFC 4231), HKDF (RFC 5869), CRC32C (RFC 3720); and
 * that parts, threads and both ways to a CRC agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crc32c.h"
#include "crypto/digest.h"

static struct span bytes_of(const char *hex, uint8_t *memory) {
    size_t size = strlen(hex) / 2;
    assert_true(hex_parse(hex, memory, size));
    return span_of(memory, size);
}

static struct span filled(uint8_t *memory, uint8_t byte, size_t size) {
    memset(memory, byte, size);
    return span_of(memory, size);
}

static void assert_hex(const uint8_t *bytes, size_t size, const char *expected) {
    char text[512];
    assert_true(2 * size < sizeof(text));
    hex_format(bytes, size, text);
    assert_string_equal(text, expected);
}

static void sha256_known_answers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct digest digest;
        sha256(span_text(cases[i].text), &digest);
        assert_hex(digest.bytes, DIGEST_SIZE, cases[i].digest);
    }
}

static void parts_are_concatenated(void **state) {
    (void)state;
    const struct span parts[] = {span_text("a"), {NULL, 0}, span_text("bc")};
    struct digest whole;
    struct digest in_parts;
    sha256(span_text("abc"), &whole);
    sha256_parts(parts, 3, &in_parts);
    assert_true(digest_equal(&whole, &in_parts));
    sha256_parts(parts, 1, &in_parts);
    assert_false(digest_equal(&whole, &in_parts));
    sha256_parts(NULL, 0, &in_parts);
    sha256((struct span){NULL, 0}, &whole);
    assert_true(digest_equal(&whole, &in_parts));
}

static void hmac_known_answers(void **state) {
    (void)state;
    uint8_t key[131];
    uint8_t data[50];
    const struct {
        struct span key;
        struct span data;
        const char *digest;
    } cases[] = {
        {SPAN_LITERAL("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                      "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
         span_text("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {span_text("Jefe"), span_text("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {filled(key, 0xaa, 131),
         span_text("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {span_of(key, 131),
         span_text("This is a test using a larger than block-size key and a larger than block-size "
                   "data. The key needs to be hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
        {span_of(key, 20), filled(data, 0xdd, 50),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct digest digest;
        struct span halves[] = {cases[i].data, {NULL, 0}};
        halves[1].data = cases[i].data.data + 3;
        halves[1].size = cases[i].data.size - 3;
        halves[0].size = 3;
        hmac_sha256(cases[i].key, &cases[i].data, 1, &digest);
        assert_hex(digest.bytes, DIGEST_SIZE, cases[i].digest);
        hmac_sha256(cases[i].key, halves, 2, &digest);
        assert_hex(digest.bytes, DIGEST_SIZE, cases[i].digest);
    }
}

static void hkdf_known_answers(void **state) {
    (void)state;
    uint8_t key[80];
    uint8_t salt[80];
    uint8_t info[80];
    uint8_t out[82];
    bytes_of("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", key);
    hkdf_sha256(span_of(key, 22), bytes_of("000102030405060708090a0b0c", salt),
                bytes_of("f0f1f2f3f4f5f6f7f8f9", info), out, 42);
    assert_hex(
        out, 42,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    hkdf_sha256(span_of(key, 22), (struct span){NULL, 0}, (struct span){NULL, 0}, out, 42);
    assert_hex(
        out, 42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    for (uint8_t i = 0; i < 80; i++) {
        key[i] = i;
        salt[i] = (uint8_t)(0x60 + i);
        info[i] = (uint8_t)(0xb0 + i);
    }
    hkdf_sha256(span_of(key, 80), span_of(salt, 80), span_of(info, 80), out, 82);
    assert_hex(out, 82,
               "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
               "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
               "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    static uint8_t longest[8160];
    hkdf_sha256(span_of(key, 80), span_of(salt, 80), span_of(info, 80), longest, sizeof(longest));
    assert_memory_equal(longest, out, 82);
}

static void *digest_many(void *expected) {
    for (int i = 0; i < 2000; i++) {
        struct digest digest;
        sha256(span_text("abc"), &digest);
        if (!digest_equal(&digest, expected))
            return expected;
    }
    return NULL;
}

static void threads_do_not_mix(void **state) {
    (void)state;
    pthread_t threads[4];
    struct digest expected;
    sha256(span_text("abc"), &expected);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, digest_many, &expected), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

typedef uint32_t crc_function(uint32_t seed, struct span bytes);

static void crc_known_answers(crc_function *crc) {
    uint8_t bytes[32];
    assert_int_equal(crc(0, (struct span){NULL, 0}), 0);
    assert_int_equal(crc(0, span_text("123456789")), 0xe3069283);
    assert_int_equal(crc(0, filled(bytes, 0, 32)), 0x8a9136aa);
    assert_int_equal(crc(0, filled(bytes, 0xff, 32)), 0x62a8ab43);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    assert_int_equal(crc(0, span_of(bytes, 32)), 0x46dd794e);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    assert_int_equal(crc(0, span_of(bytes, 32)), 0x113fdb5c);
}

static void crc32c_both_ways(void **state) {
    (void)state;
    uint8_t bytes[300];
    crc_known_answers(crc32c);
    crc_known_answers(crc32c_by_table);
    if (!crc32c_cpu_can())
        return;
    crc_known_answers(crc32c_by_cpu);
    srandom(5);
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)random();
    for (size_t size = 0; size < 280; size++) {
        struct span part = span_of(bytes + size % 16, size);
        uint32_t seed = (uint32_t)random();
        assert_int_equal(crc32c_by_cpu(seed, part), crc32c_by_table(seed, part));
    }
}

static void crc32c_continues(void **state) {
    (void)state;
    uint32_t front = crc32c(0, span_text("1234"));
    assert_int_equal(crc32c(front, span_text("56789")), 0xe3069283);
    assert_int_equal(crc32c(front, span_text("")), front);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_known_answers), cmocka_unit_test(parts_are_concatenated),
        cmocka_unit_test(hmac_known_answers),   cmocka_unit_test(hkdf_known_answers),
        cmocka_unit_test(threads_do_not_mix),   cmocka_unit_test(crc32c_both_ways),
        cmocka_unit_test(crc32c_continues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
