/*
 * The layout: every byte counts, every binding holds, and the format stays what it is.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "log/reader.h"

#define PLAIN_SIZE 4100 /* two blocks */
#define BATCH_SIZE ((size_t)2 * LOG_BLOCK)

static struct keyring *keyring;
static struct segment_header header;
static uint8_t block[LOG_BLOCK];
static uint8_t plain[PLAIN_SIZE];
static uint8_t batch[BATCH_SIZE];
static const struct batch_header batch_header = {12, PLAIN_SIZE, 3};

static struct keyring *ring_of(uint8_t first) {
    uint8_t root[32] = {first};
    return keyring_from_root(root);
}

static void seal_batch(const struct segment_header *with, const struct digest *previous,
                       uint8_t *out) {
    segment_header_write(keyring, with, block);
    struct segment_cipher cipher;
    segment_cipher_init(&cipher, keyring, block);
    batch_seal(&cipher, &batch_header, previous, span_of(plain, sizeof(plain)), out);
    segment_cipher_deinit(&cipher);
}

static int set_up(void **state) {
    (void)state;
    keyring = ring_of(5);
    header = (struct segment_header){
        .number = 9,
        .previous = 8,
        .epoch = 4,
        .bytes = FIXTURE_SEGMENT,
        .first_batch = 12,
        .created_ms = 1700000000123,
        .ledger_version = 3,
    };
    memset(header.salt, 0xa5, sizeof(header.salt));
    memset(header.chain.bytes, 0x3c, sizeof(header.chain.bytes));
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)(i * 7);
    seal_batch(&header, &header.chain, batch);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    keyring_free(keyring);
    return 0;
}

/* Opens the batch as one of the segment with that header. */
static bool opens(const struct segment_header *with, const uint8_t *bytes) {
    segment_header_write(keyring, with, block);
    struct segment_cipher cipher;
    segment_cipher_init(&cipher, keyring, block);
    struct batch_header found;
    static uint8_t out[BATCH_SIZE];
    bool right = batch_begins(&cipher, bytes, &found) &&
                 batch_size(found.plain_size) == BATCH_SIZE &&
                 batch_open(&cipher, &found, bytes, out);
    if (right) {
        assert_int_equal(found.number, batch_header.number);
        assert_int_equal(found.ledger_version, batch_header.ledger_version);
        assert_memory_equal(out, header.chain.bytes, DIGEST_SIZE);
        assert_memory_equal(out + DIGEST_SIZE, plain, PLAIN_SIZE);
    }
    segment_cipher_deinit(&cipher);
    return right;
}

static void test_header_comes_back(void **state) {
    (void)state;
    struct segment_header found;
    assert_int_equal(segment_header_read(keyring, block, &found), BLOCK_RIGHT);
    assert_int_equal(found.number, header.number);
    assert_int_equal(found.previous, header.previous);
    assert_int_equal(found.epoch, header.epoch);
    assert_int_equal(found.bytes, header.bytes);
    assert_int_equal(found.first_batch, header.first_batch);
    assert_int_equal(found.created_ms, header.created_ms);
    assert_int_equal(found.ledger_version, header.ledger_version);
    assert_memory_equal(found.salt, header.salt, SEGMENT_SALT_SIZE);
    assert_memory_equal(&found.chain, &header.chain, DIGEST_SIZE);
}

static void test_every_byte_of_a_header_counts(void **state) {
    (void)state;
    for (size_t i = 0; i < LOG_BLOCK; i++) {
        struct segment_header found;
        block[i] ^= 0x20;
        assert_int_equal(segment_header_read(keyring, block, &found), BLOCK_DAMAGED);
        block[i] ^= 0x20;
    }
}

static void test_other_key_and_format_are_told_apart(void **state) {
    (void)state;
    struct segment_header found;
    struct keyring *other = ring_of(6);
    assert_int_equal(segment_header_read(other, block, &found), BLOCK_KEY);
    keyring_free(other);
    put_be32(block + 8, 2);
    put_be32(block + 12, 0);
    put_be32(block + 12, crc32c(0, span_of(block, LOG_BLOCK)));
    assert_int_equal(segment_header_read(keyring, block, &found), BLOCK_FORMAT);
}

static void test_every_byte_of_a_batch_counts(void **state) {
    (void)state;
    assert_true(opens(&header, batch));
    for (size_t i = 0; i < BATCH_SIZE; i++) {
        batch[i] ^= 0x04;
        assert_false(opens(&header, batch));
        batch[i] ^= 0x04;
    }
}

static void test_a_batch_is_bound_to_its_header(void **state) {
    (void)state;
    struct segment_header other = header;
    other.epoch++;
    assert_false(opens(&other, batch));
    other = header;
    other.number++;
    assert_false(opens(&other, batch));
    other = header;
    other.salt[31] ^= 1; /* behind the part that a batch shows */
    assert_false(opens(&other, batch));
}

static void test_nothing_of_the_plaintext_shows(void **state) {
    (void)state;
    assert_null(memmem(batch, BATCH_SIZE, plain, 16));
    assert_null(memmem(batch, BATCH_SIZE, header.chain.bytes, DIGEST_SIZE));
    assert_null(memmem(block, LOG_BLOCK, header.chain.bytes, DIGEST_SIZE));
}

/* The reader takes an authentic batch only on its chain, and says that one follows. */
static void test_reader_wants_the_chain(void **state) {
    (void)state;
    struct fixture *fixture = malloc(sizeof(*fixture));
    assert_non_null(fixture);
    fixture_init(fixture, 1);
    struct disk disk = {fixture->config.io, strdup(FIXTURE_DIR)};
    struct reason unread = {NULL, 0};
    for (int right = 0; right < 2; right++) {
        int fd = disk_open(&disk, "segment-000000000009", O_RDWR | O_CREAT);
        assert_true(fd >= 0);
        static uint8_t bytes[FIXTURE_SEGMENT];
        struct digest previous = header.chain;
        previous.bytes[0] ^= right ? 0 : 1;
        seal_batch(&header, &previous, bytes + LOG_BLOCK);
        memcpy(bytes, block, LOG_BLOCK);
        assert_int_equal(disk_write(&disk, fd, bytes, sizeof(bytes), 0), 0);
        disk_close(&disk, fd);
        struct segment_reader reader;
        assert_int_equal(segment_reader_open(&disk, keyring, &header, &reader, &unread), 0);
        struct span found;
        uint64_t offset;
        assert_int_equal(segment_reader_next(&reader, &found), right ? 0 : READER_END);
        assert_int_equal(segment_reader_rest(&reader, &offset),
                         right ? READER_END : READER_FOLLOWED);
        if (!right)
            assert_int_equal(offset, LOG_BLOCK);
        segment_reader_close(&reader);
    }
    free(disk.dir);
    fixture_deinit(fixture);
    free(fixture);
}

static struct segment_header newest_header(struct fixture *fixture) {
    const uint8_t *bytes =
        model_disk_bytes(fixture->disk, fixture_segment(fixture_newest(fixture)));
    struct segment_header found;
    assert_int_equal(segment_header_read(fixture->keyring, bytes, &found), BLOCK_RIGHT);
    return found;
}

static void test_each_start_has_its_epoch_and_salt(void **state) {
    (void)state;
    struct fixture *fixture = malloc(sizeof(*fixture));
    assert_non_null(fixture);
    fixture_init(fixture, 1);
    struct segment_header before = {0};
    for (uint64_t start = 1; start <= 5; start++) {
        assert_int_equal(fixture_open(fixture), 0);
        fixture_append_many(fixture, 1, 10);
        struct segment_header found = newest_header(fixture);
        assert_int_equal(found.number, start);
        assert_int_equal(found.epoch, start);
        assert_int_equal(found.previous, 0);
        assert_int_equal(found.first_batch, 1);
        assert_memory_not_equal(found.salt, before.salt, SEGMENT_SALT_SIZE);
        before = found;
        fixture_close(fixture);
    }
    fixture_deinit(fixture);
    free(fixture);
}

/* What was written once must be readable for ever: a change here is a new format. The values were
 * made from segment.c's comment by another program. */
static void test_format_is_kept(void **state) {
    (void)state;
    struct digest of_header;
    struct digest of_batch;
    sha256(span_of(block, LOG_BLOCK), &of_header);
    sha256(span_of(batch, BATCH_SIZE), &of_batch);
    char text[2 * DIGEST_SIZE + 1];
    hex_format(of_header.bytes, DIGEST_SIZE, text);
    assert_string_equal(text, "df5f60965974f3dba2ef06e1ad258801fb1607de1d77338adbb052b1ad27b877");
    hex_format(of_batch.bytes, DIGEST_SIZE, text);
    assert_string_equal(text, "a0d6ec5646f99b38d8635c1e20fdead092395a54c3f64694732d3d497f212487");
    struct digest chain = batch_chain(&header.chain, 12, span_of(plain, PLAIN_SIZE));
    hex_format(chain.bytes, DIGEST_SIZE, text);
    assert_string_equal(text, "e7370fd83e84bbc9a6accbdbee5b40b944d6bb48d10b3077d1d55322feae9c26");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_header_comes_back),
        TEST(test_every_byte_of_a_header_counts),
        TEST(test_other_key_and_format_are_told_apart),
        TEST(test_every_byte_of_a_batch_counts),
        TEST(test_a_batch_is_bound_to_its_header),
        TEST(test_nothing_of_the_plaintext_shows),
        TEST(test_reader_wants_the_chain),
        TEST(test_each_start_has_its_epoch_and_salt),
        TEST(test_format_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
