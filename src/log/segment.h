/*
 * The layout of a segment: sealed blocks, headers and batches as bytes. Private to the log.
 * segment.c's opening comment describes it.
 */
#ifndef LG_LOG_SEGMENT_H
#define LG_LOG_SEGMENT_H

#include "log/log.h"

#define SEGMENT_FORMAT 1
#define SEGMENT_SALT_SIZE 32
#define SEGMENT_IDENTITY_SIZE 128 /* of the header: what every batch is bound to */
#define BATCH_HEADER_SIZE 64
/* In a batch beside its plaintext: header, previous chain, tag. */
#define BATCH_OVERHEAD (BATCH_HEADER_SIZE + DIGEST_SIZE + GCM_TAG_SIZE)

enum block_state { BLOCK_RIGHT, BLOCK_DAMAGED, BLOCK_FORMAT, BLOCK_KEY };

/* A block of LOG_BLOCK bytes that proves itself: magic, format, CRC, salt, fields, 32 secret bytes,
 * tag. The fields (from BLOCK_FIELDS to BLOCK_SECRET) are the caller's. */
#define BLOCK_MAGIC_SIZE 8
#define BLOCK_SALT 16
#define BLOCK_FIELDS 48
#define BLOCK_SECRET (LOG_BLOCK - GCM_TAG_SIZE - DIGEST_SIZE)

/* Fields and salt stand in block; the rest is filled. */
void block_seal(const struct keyring *keyring, const char magic[BLOCK_MAGIC_SIZE],
                const struct digest *secret, uint8_t block[LOG_BLOCK]);
/* BLOCK_DAMAGED: not such a block, or changed; BLOCK_FORMAT: of another format;
 * BLOCK_KEY: whole, but this key ring does not open it. */
enum block_state block_open(const struct keyring *keyring, const char magic[BLOCK_MAGIC_SIZE],
                            const uint8_t block[LOG_BLOCK], struct digest *secret_out);

struct segment_header {
    uint64_t number;   /* never used twice in a log */
    uint64_t previous; /* the segment whose last batch is first_batch - 1; 0: none */
    uint64_t epoch;    /* rises by one at each recovery */
    uint64_t bytes;    /* size of the file */
    uint64_t first_batch;
    int64_t created_ms; /* ledger time at which the previous segment was closed */
    uint32_t ledger_version;
    uint8_t salt[SEGMENT_SALT_SIZE];
    struct digest chain; /* before first_batch */
};

void segment_header_write(const struct keyring *keyring, const struct segment_header *header,
                          uint8_t block_out[LOG_BLOCK]);
enum block_state segment_header_read(const struct keyring *keyring, const uint8_t block[LOG_BLOCK],
                                     struct segment_header *header_out);

/* What seals and opens the batches of one segment. */
struct segment_cipher {
    struct gcm *gcm;
    uint8_t associated[SEGMENT_IDENTITY_SIZE + BATCH_HEADER_SIZE];
};

/* block: the segment's header block, as on disk. */
void segment_cipher_init(struct segment_cipher *cipher, const struct keyring *keyring,
                         const uint8_t block[LOG_BLOCK]);
void segment_cipher_deinit(struct segment_cipher *cipher);

/* What a batch says of itself. */
struct batch_header {
    uint64_t number;
    uint32_t plain_size;
    uint32_t ledger_version;
};

/* Bytes on disk of a batch of that plaintext: a multiple of LOG_BLOCK. */
size_t batch_size(size_t plain_size);
/* Largest plaintext in segments of that size: the batch takes at most half. */
size_t batch_plain_max(uint64_t segment_bytes);
/* Chain hash after a batch. */
struct digest batch_chain(const struct digest *previous, uint64_t number, struct span plain);
/* Fills batch_size(plain.size) bytes of batch_out, which plain may not overlap. */
void batch_seal(struct segment_cipher *cipher, const struct batch_header *header,
                const struct digest *previous, struct span plain, uint8_t *batch_out);
/* Whether a batch of this segment may begin with those BATCH_HEADER_SIZE bytes. */
bool batch_begins(const struct segment_cipher *cipher, const uint8_t *bytes,
                  struct batch_header *header_out);
/* Opens the batch at bytes (batch_size(header->plain_size) of them) into plain_out, which has room
 * for as many. True when it is authentic; plain_out then begins with the previous chain and the
 * plaintext stands DIGEST_SIZE behind. */
bool batch_open(struct segment_cipher *cipher, const struct batch_header *header,
                const uint8_t *bytes, uint8_t *plain_out);

#endif
