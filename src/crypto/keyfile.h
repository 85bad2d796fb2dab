/*
 * The key file: root keys as text, one line "<id> <64 hex digits>" each. Private to crypto: others
 * use the keyring, which keeps no root.
 */
#ifndef LG_CRYPTO_KEYFILE_H
#define LG_CRYPTO_KEYFILE_H

#include "util/bytes.h"
#include "util/fatal.h"

#define ROOT_KEY_SIZE 32
#define KEYFILE_KEYS_MAX 64 /* a key a year outlasts any store */

struct root_key {
    uint32_t id; /* > 0, unique in the file */
    uint8_t bytes[ROOT_KEY_SIZE];
};

/* 0, with roots in the order of the file; or negative with a reason for people. The caller wipes
 * roots in either case. */
int keyfile_read(const char *path, struct root_key roots_out[KEYFILE_KEYS_MAX], size_t *count_out,
                 char *reason_out, size_t reason_size) MUST_USE;
/* Makes the file with that one key and makes sure that it is on disk; an existing file is left
 * alone. */
int keyfile_create(const char *path, const struct root_key *root, char *reason_out,
                   size_t reason_size) MUST_USE;

#endif
