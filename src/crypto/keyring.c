/*
 * The derived keys that the store and the log use.
 *
 * Invariant: root keys are gone once the ring is built; what stays is one key per purpose, each
 * HKDF(root, no salt, its label). Log and hash keys come from the first root, sealing keys from
 * every root under that root's id. Reading the file is keyfile.c's part.
 */
#include "crypto/keyring.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypto/keyfile.h"
#include "crypto/secret.h"

struct sealing_key {
    uint32_t id;
    struct siv *siv;
};

struct keyring {
    uint8_t log_root[ROOT_KEY_SIZE];
    uint8_t hash_keys[KEYRING_USES][ROOT_KEY_SIZE];
    size_t count;
    struct sealing_key sealing[KEYFILE_KEYS_MAX];
};

/* These are part of the disk format. */
static const char log_label[] = "linkgate log v1";
static const char segment_label[] = "linkgate log segment v1";
static const char sealing_label[] = "linkgate field v1";
static const char *const hash_labels[KEYRING_USES] = {
    [KEYRING_PERSON] = "linkgate person v1",
    [KEYRING_ACCOUNT] = "linkgate account v1",
    [KEYRING_NOTICE] = "linkgate notice v1",
};

static void derive(const struct root_key *root, const char *label, uint8_t *key_out, size_t size) {
    struct span none = {NULL, 0};
    hkdf_sha256(span_of(root->bytes, ROOT_KEY_SIZE), none, span_text(label), key_out, size);
}

static void add_sealing(struct keyring *keyring, const struct root_key *root) {
    uint8_t key[SIV_KEY_SIZE];
    derive(root, sealing_label, key, sizeof(key));
    keyring->sealing[keyring->count].id = root->id;
    keyring->sealing[keyring->count].siv = siv_new(key);
    keyring->count++;
    secret_wipe(key, sizeof(key));
}

static struct keyring *build(const struct root_key *roots, size_t count) {
    ENSURE(count > 0 && count <= KEYFILE_KEYS_MAX);
    struct keyring *keyring = xcalloc(1, sizeof(*keyring));
    derive(&roots[0], log_label, keyring->log_root, ROOT_KEY_SIZE);
    for (size_t use = 0; use < KEYRING_USES; use++)
        derive(&roots[0], hash_labels[use], keyring->hash_keys[use], ROOT_KEY_SIZE);
    for (size_t i = 0; i < count; i++)
        add_sealing(keyring, &roots[i]);
    return keyring;
}

int keyring_load(const char *path, struct keyring **keyring_out, char *reason_out,
                 size_t reason_size) {
    struct root_key roots[KEYFILE_KEYS_MAX];
    size_t count = 0;
    int result = keyfile_read(path, roots, &count, reason_out, reason_size);
    if (result == 0)
        *keyring_out = build(roots, count);
    secret_wipe(roots, sizeof(roots));
    return result;
}

struct keyring *keyring_from_root(const uint8_t root[32]) {
    struct root_key key = {.id = 1};
    for (size_t i = 0; i < ROOT_KEY_SIZE; i++)
        key.bytes[i] = root[i];
    struct keyring *keyring = build(&key, 1);
    secret_wipe(&key, sizeof(key));
    return keyring;
}

int keyring_create(const char *path, char *reason_out, size_t reason_size) {
    struct root_key key = {.id = 1};
    random_bytes(key.bytes, sizeof(key.bytes));
    int result = keyfile_create(path, &key, reason_out, reason_size);
    secret_wipe(&key, sizeof(key));
    return result;
}

void keyring_free(struct keyring *keyring) {
    if (keyring == NULL)
        return;
    for (size_t i = 0; i < keyring->count; i++)
        siv_free(keyring->sealing[i].siv);
    secret_wipe(keyring, sizeof(*keyring));
    free(keyring);
}

void keyring_log_key(const struct keyring *keyring, struct span salt,
                     uint8_t key_out[GCM_KEY_SIZE]) {
    hkdf_sha256(span_of(keyring->log_root, ROOT_KEY_SIZE), salt, span_text(segment_label), key_out,
                GCM_KEY_SIZE);
}

void keyring_hash(const struct keyring *keyring, enum keyring_use use, const struct span *parts,
                  size_t count, struct digest *digest_out) {
    ENSURE(use < KEYRING_USES);
    hmac_sha256(span_of(keyring->hash_keys[use], ROOT_KEY_SIZE), parts, count, digest_out);
}

uint32_t keyring_sealing_id(const struct keyring *keyring) {
    return keyring->sealing[keyring->count - 1].id;
}

struct siv *keyring_siv(struct keyring *keyring, uint32_t id) {
    for (size_t i = keyring->count; i > 0; i--) {
        if (keyring->sealing[i - 1].id == id)
            return keyring->sealing[i - 1].siv;
    }
    return NULL;
}
