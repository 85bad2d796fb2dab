/*
 * The layout of the log on disk.
 *
 * Files of the log's folder (numbers are decimal; all integers in files are big-endian):
 *
 *   segment-000000000007   part of the log
 *   spare-12               pre-written, content without meaning, becomes a segment by rename
 *   head                   which segment is the last one (head.c)
 *   *.tmp                  in the making; removed when found
 *
 * Header block, the first 4,096 bytes of a segment (head uses the same frame):
 *
 *      0   8  magic "lgsegmnt"
 *      8   4  format, 1
 *     12   4  CRC32C of the block, taken with these four bytes zero
 *     16  32  salt: random, new at each use of the file
 *     48   8  segment number
 *     56   8  number of the previous segment, 0 for none
 *     64   8  epoch
 *     72   8  size of the file in bytes
 *     80   8  number of the first batch
 *     88   8  created, ledger ms: when the previous segment was closed
 *     96   4  ledger version of the program that opened it
 *    100      zeroes
 *   4048  32  encrypted: the chain hash before the first batch
 *   4080  16  GCM tag
 *
 * Key of the segment: HKDF(log key, salt) by keyring_log_key, AES-256-GCM. The header is sealed
 * with nonce 0 and bytes 0 to 4047 (CRC zero) as associated data. Batch numbers begin at 1, so that
 * nonce 0 is its own; a number is sealed once under a salt, so that no nonce is used twice.
 *
 * Batches follow one another, each from a multiple of 4,096 on:
 *
 *      0   4  magic "LGB1"
 *      4   4  size of the plaintext; 0 is a seal
 *      8   8  batch number
 *     16  16  the first bytes of the segment's salt
 *     32   4  ledger version of the program that wrote it (kept when recovery copies it)
 *     36      zeroes
 *     60   4  CRC32C of bytes 0 to 59
 *     64      encrypted: chain hash before this batch (32), plaintext, zeroes
 *    -16  16  GCM tag, the last bytes of the batch's last block
 *
 * Nonce: batch number (12 bytes). Associated data: the header's first 128 bytes, then the batch's
 * first 64. Chain hash after a batch: SHA-256(chain before, batch number (8), plaintext). Chain
 * hashes are never in clear: they would let a guess at a plaintext be checked.
 *
 * Invariant: every byte from a batch's first to its tag is authenticated, for this segment, this
 * epoch and this number. A block left behind by an earlier use of the file names another salt, and
 * does not open under this key. Nothing here touches a file.
 */
#include "log/segment.h"

#include <string.h>

#include "crypto/secret.h"

enum {
    BLOCK_FORMAT_AT = 8,
    BLOCK_CRC_AT = 12,
    SEGMENT_NUMBER = BLOCK_FIELDS,
    SEGMENT_PREVIOUS = 56,
    SEGMENT_EPOCH = 64,
    SEGMENT_BYTES = 72,
    SEGMENT_FIRST = 80,
    SEGMENT_CREATED = 88,
    SEGMENT_VERSION = 96,
    BATCH_PLAIN_SIZE = 4,
    BATCH_NUMBER = 8,
    BATCH_SALT = 16,
    BATCH_SALT_SIZE = 16,
    BATCH_VERSION = 32,
    BATCH_CRC = 60,
};

static const char segment_magic[BLOCK_MAGIC_SIZE] = {'l', 'g', 's', 'e', 'g', 'm', 'n', 't'};
static const uint8_t batch_magic[4] = {'L', 'G', 'B', '1'};
static const uint8_t block_nonce[GCM_NONCE_SIZE];

static struct gcm *cipher_of(const struct keyring *keyring, const uint8_t *salt) {
    uint8_t key[GCM_KEY_SIZE];
    keyring_log_key(keyring, span_of(salt, SEGMENT_SALT_SIZE), key);
    struct gcm *gcm = gcm_new(key);
    secret_wipe(key, sizeof(key));
    return gcm;
}

void block_seal(const struct keyring *keyring, const char magic[BLOCK_MAGIC_SIZE],
                const struct digest *secret, uint8_t block[LOG_BLOCK]) {
    memcpy(block, magic, BLOCK_MAGIC_SIZE);
    put_be32(block + BLOCK_FORMAT_AT, SEGMENT_FORMAT);
    put_be32(block + BLOCK_CRC_AT, 0);
    struct gcm *gcm = cipher_of(keyring, block + BLOCK_SALT);
    gcm_seal(gcm, block_nonce, span_of(block, BLOCK_SECRET), digest_span(secret),
             block + BLOCK_SECRET);
    gcm_free(gcm);
    put_be32(block + BLOCK_CRC_AT, crc32c(0, span_of(block, LOG_BLOCK)));
}

enum block_state block_open(const struct keyring *keyring, const char magic[BLOCK_MAGIC_SIZE],
                            const uint8_t block[LOG_BLOCK], struct digest *secret_out) {
    uint8_t copy[LOG_BLOCK];
    memcpy(copy, block, sizeof(copy));
    put_be32(copy + BLOCK_CRC_AT, 0);
    if (memcmp(block, magic, BLOCK_MAGIC_SIZE) != 0 ||
        get_be32(block + BLOCK_CRC_AT) != crc32c(0, span_of(copy, sizeof(copy))))
        return BLOCK_DAMAGED;
    if (get_be32(block + BLOCK_FORMAT_AT) != SEGMENT_FORMAT)
        return BLOCK_FORMAT;
    struct digest secret;
    struct gcm *gcm = cipher_of(keyring, block + BLOCK_SALT);
    int rc = gcm_open(gcm, block_nonce, span_of(copy, BLOCK_SECRET),
                      span_of(copy + BLOCK_SECRET, DIGEST_SIZE + GCM_TAG_SIZE), secret.bytes);
    gcm_free(gcm);
    if (rc != 0)
        return BLOCK_KEY;
    *secret_out = secret;
    return BLOCK_RIGHT;
}

void segment_header_write(const struct keyring *keyring, const struct segment_header *header,
                          uint8_t block_out[LOG_BLOCK]) {
    memset(block_out, 0, LOG_BLOCK);
    memcpy(block_out + BLOCK_SALT, header->salt, SEGMENT_SALT_SIZE);
    put_be64(block_out + SEGMENT_NUMBER, header->number);
    put_be64(block_out + SEGMENT_PREVIOUS, header->previous);
    put_be64(block_out + SEGMENT_EPOCH, header->epoch);
    put_be64(block_out + SEGMENT_BYTES, header->bytes);
    put_be64(block_out + SEGMENT_FIRST, header->first_batch);
    put_be64(block_out + SEGMENT_CREATED, (uint64_t)header->created_ms);
    put_be32(block_out + SEGMENT_VERSION, header->ledger_version);
    block_seal(keyring, segment_magic, &header->chain, block_out);
}

enum block_state segment_header_read(const struct keyring *keyring, const uint8_t block[LOG_BLOCK],
                                     struct segment_header *header_out) {
    struct segment_header header;
    enum block_state state = block_open(keyring, segment_magic, block, &header.chain);
    if (state != BLOCK_RIGHT)
        return state;
    memcpy(header.salt, block + BLOCK_SALT, SEGMENT_SALT_SIZE);
    header.number = get_be64(block + SEGMENT_NUMBER);
    header.previous = get_be64(block + SEGMENT_PREVIOUS);
    header.epoch = get_be64(block + SEGMENT_EPOCH);
    header.bytes = get_be64(block + SEGMENT_BYTES);
    header.first_batch = get_be64(block + SEGMENT_FIRST);
    header.created_ms = (int64_t)get_be64(block + SEGMENT_CREATED);
    header.ledger_version = get_be32(block + SEGMENT_VERSION);
    *header_out = header;
    return BLOCK_RIGHT;
}

void segment_cipher_init(struct segment_cipher *cipher, const struct keyring *keyring,
                         const uint8_t block[LOG_BLOCK]) {
    cipher->gcm = cipher_of(keyring, block + BLOCK_SALT);
    memcpy(cipher->associated, block, SEGMENT_IDENTITY_SIZE);
}

void segment_cipher_deinit(struct segment_cipher *cipher) {
    gcm_free(cipher->gcm);
    secret_wipe(cipher, sizeof(*cipher));
}

size_t batch_size(size_t plain_size) {
    return (plain_size + BATCH_OVERHEAD + LOG_BLOCK - 1) / LOG_BLOCK * LOG_BLOCK;
}

size_t batch_plain_max(uint64_t segment_bytes) {
    return segment_bytes / 2 / LOG_BLOCK * LOG_BLOCK - BATCH_OVERHEAD;
}

struct digest batch_chain(const struct digest *previous, uint64_t number, struct span plain) {
    uint8_t number_bytes[8];
    put_be64(number_bytes, number);
    struct span parts[] = {
        digest_span(previous),
        span_of(number_bytes, sizeof(number_bytes)),
        plain,
    };
    struct digest chain;
    sha256_parts(parts, sizeof(parts) / sizeof(parts[0]), &chain);
    return chain;
}

static const uint8_t *salt_of(const struct segment_cipher *cipher) {
    return cipher->associated + BLOCK_SALT;
}

static void nonce_of(uint64_t number, uint8_t nonce_out[GCM_NONCE_SIZE]) {
    memset(nonce_out, 0, GCM_NONCE_SIZE);
    put_be64(nonce_out + GCM_NONCE_SIZE - 8, number);
}

/* The segment's part stands in associated already. */
static struct span bind_batch(struct segment_cipher *cipher, const uint8_t *batch) {
    memcpy(cipher->associated + SEGMENT_IDENTITY_SIZE, batch, BATCH_HEADER_SIZE);
    return span_of(cipher->associated, sizeof(cipher->associated));
}

void batch_seal(struct segment_cipher *cipher, const struct batch_header *header,
                const struct digest *previous, struct span plain, uint8_t *batch_out) {
    ENSURE(plain.size == header->plain_size && header->number > 0);
    size_t size = batch_size(plain.size);
    memset(batch_out, 0, BATCH_HEADER_SIZE);
    memcpy(batch_out, batch_magic, sizeof(batch_magic));
    put_be32(batch_out + BATCH_PLAIN_SIZE, header->plain_size);
    put_be64(batch_out + BATCH_NUMBER, header->number);
    memcpy(batch_out + BATCH_SALT, salt_of(cipher), BATCH_SALT_SIZE);
    put_be32(batch_out + BATCH_VERSION, header->ledger_version);
    put_be32(batch_out + BATCH_CRC, crc32c(0, span_of(batch_out, BATCH_CRC)));
    uint8_t *body = batch_out + BATCH_HEADER_SIZE;
    size_t body_size = size - BATCH_HEADER_SIZE - GCM_TAG_SIZE;
    size_t filled = DIGEST_SIZE + plain.size;
    memcpy(body, previous->bytes, DIGEST_SIZE);
    if (plain.size > 0)
        memcpy(body + DIGEST_SIZE, plain.data, plain.size);
    memset(body + filled, 0, body_size - filled);
    uint8_t nonce[GCM_NONCE_SIZE];
    nonce_of(header->number, nonce);
    gcm_seal(cipher->gcm, nonce, bind_batch(cipher, batch_out), span_of(body, body_size), body);
}

bool batch_begins(const struct segment_cipher *cipher, const uint8_t *bytes,
                  struct batch_header *header_out) {
    if (memcmp(bytes, batch_magic, sizeof(batch_magic)) != 0 ||
        memcmp(bytes + BATCH_SALT, salt_of(cipher), BATCH_SALT_SIZE) != 0 ||
        get_be32(bytes + BATCH_CRC) != crc32c(0, span_of(bytes, BATCH_CRC)) ||
        get_be64(bytes + BATCH_NUMBER) == 0)
        return false;
    header_out->plain_size = get_be32(bytes + BATCH_PLAIN_SIZE);
    header_out->number = get_be64(bytes + BATCH_NUMBER);
    header_out->ledger_version = get_be32(bytes + BATCH_VERSION);
    return true;
}

bool batch_open(struct segment_cipher *cipher, const struct batch_header *header,
                const uint8_t *bytes, uint8_t *plain_out) {
    uint8_t nonce[GCM_NONCE_SIZE];
    nonce_of(header->number, nonce);
    struct span body =
        span_of(bytes + BATCH_HEADER_SIZE, batch_size(header->plain_size) - BATCH_HEADER_SIZE);
    return gcm_open(cipher->gcm, nonce, bind_batch(cipher, bytes), body, plain_out) == 0;
}
