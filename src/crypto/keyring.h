/*
 * The store's keys. One root file (32 random bytes in hex, one line "<id> <hex>" per key, the last
 * one is used for new data) from which all others are derived by HKDF with a label each:
 * log, sealed fields, person and account hashes, notice tokens. Hashes and tokens always come from
 * the first key of the file, which must never be removed; sealing keys may be added.
 * Keys are wiped when the ring is freed and are never logged.
 */
#ifndef LG_CRYPTO_KEYRING_H
#define LG_CRYPTO_KEYRING_H

#include "crypto/aead.h"
#include "crypto/digest.h"

struct keyring;

enum keyring_use { KEYRING_PERSON, KEYRING_ACCOUNT, KEYRING_NOTICE, KEYRING_USES };

/* Reads the file. 0, or negative with a reason for people in reason_out (what, where, remedy). The
 * file must be a regular file that only its owner may read (mode & 077 == 0). */
int keyring_load(const char *path, struct keyring **keyring_out, char *reason_out,
                 size_t reason_size) MUST_USE;
/* A ring of one key with id 1, for tests and stand-ins. */
struct keyring *keyring_from_root(const uint8_t root[32]);
/* Makes a new file (O_EXCL, mode 0600) with one fresh key. Same returns as keyring_load. */
int keyring_create(const char *path, char *reason_out, size_t reason_size) MUST_USE;
void keyring_free(struct keyring *keyring);

/* Log key of one segment: HKDF(log root, salt). */
void keyring_log_key(const struct keyring *keyring, struct span salt,
                     uint8_t key_out[GCM_KEY_SIZE]);
/* HMAC under the named key; parts are concatenated: the caller separates them. */
void keyring_hash(const struct keyring *keyring, enum keyring_use use, const struct span *parts,
                  size_t count, struct digest *digest_out);
uint32_t keyring_sealing_id(const struct keyring *keyring);
/* SIV context of that key id, owned by the ring (so: one ring per thread); NULL if unknown. */
struct siv *keyring_siv(struct keyring *keyring, uint32_t id);

#endif
