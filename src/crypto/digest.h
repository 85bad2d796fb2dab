/*
 * SHA-256, HMAC-SHA-256 and HKDF-SHA-256. Algorithms are fetched once; failures of the library
 * (which cannot be acted upon) end the process. Thread-safe.
 */
#ifndef LG_CRYPTO_DIGEST_H
#define LG_CRYPTO_DIGEST_H

#include "util/bytes.h"
#include "util/digest_value.h"

void sha256(struct span bytes, struct digest *digest_out);
/* Over the concatenation of the parts. */
void sha256_parts(const struct span *parts, size_t count, struct digest *digest_out);
/* Of what comes piece by piece: new, add as often as wanted, end (which frees it). */
struct sha256_run;
struct sha256_run *sha256_run_new(void);
void sha256_run_add(struct sha256_run *run, struct span bytes);
void sha256_run_end(struct sha256_run *run, struct digest *digest_out);
void hmac_sha256(struct span key, const struct span *parts, size_t count,
                 struct digest *digest_out);
/* RFC 5869, extract and expand; size <= 8160. */
void hkdf_sha256(struct span key, struct span salt, struct span info, uint8_t *out, size_t size);
/* CRC32C (Castagnoli), continued from seed (0 to start). */
uint32_t crc32c(uint32_t seed, struct span bytes);
bool digest_equal(const struct digest *a, const struct digest *b);
struct span digest_span(const struct digest *digest);

#endif
