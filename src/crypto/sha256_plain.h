/*
 * SHA-256 in plain C: slower than crypto/digest.h and for one purpose only. It calls nothing,
 * allocates nothing and keeps no state elsewhere, so that a handler of a fatal signal may use it.
 */
#ifndef LG_CRYPTO_SHA256_PLAIN_H
#define LG_CRYPTO_SHA256_PLAIN_H

#include "util/bytes.h"
#include "util/digest_value.h"

struct sha256_plain {
    uint32_t state[8];
    uint64_t total; /* bytes taken so far */
    uint8_t block[64];
};

void sha256_plain_init(struct sha256_plain *sha);
void sha256_plain_add(struct sha256_plain *sha, const uint8_t *data, size_t size);
void sha256_plain_end(struct sha256_plain *sha, struct digest *digest_out);

#endif
