/*
 * Authenticated encryption: AES-256-GCM for the log (the caller owns nonce uniqueness),
 * AES-256-SIV (RFC 5297) for fields of records: deterministic, so that a replay writes the same
 * bytes. Contexts are not thread-safe: one per thread.
 */
#ifndef LG_CRYPTO_AEAD_H
#define LG_CRYPTO_AEAD_H

#include "util/bytes.h"
#include "util/fatal.h"

#define GCM_KEY_SIZE 32
#define GCM_NONCE_SIZE 12
#define GCM_TAG_SIZE 16
#define SIV_KEY_SIZE 64
#define SIV_TAG_SIZE 16

#define AEAD_FORGED 1 /* the tag does not fit: wrong key, place or bytes */

struct gcm;
struct siv;

struct gcm *gcm_new(const uint8_t key[GCM_KEY_SIZE]);
void gcm_free(struct gcm *gcm);
/* cipher_out has room for plain.size + GCM_TAG_SIZE; the tag stands behind. May be in place. */
void gcm_seal(struct gcm *gcm, const uint8_t nonce[GCM_NONCE_SIZE], struct span associated,
              struct span plain, uint8_t *cipher_out);
/* plain_out has room for cipher.size - GCM_TAG_SIZE. 0, or AEAD_FORGED (plain_out wiped). */
int gcm_open(struct gcm *gcm, const uint8_t nonce[GCM_NONCE_SIZE], struct span associated,
             struct span cipher, uint8_t *plain_out) MUST_USE;

struct siv *siv_new(const uint8_t key[SIV_KEY_SIZE]);
void siv_free(struct siv *siv);
/* sealed_out has room for SIV_TAG_SIZE + plain.size; the tag stands in front. plain.size > 0. */
void siv_seal(struct siv *siv, struct span associated, struct span plain, uint8_t *sealed_out);
int siv_open(struct siv *siv, struct span associated, struct span sealed,
             uint8_t *plain_out) MUST_USE;

#endif
