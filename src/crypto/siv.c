/*
 * AES-256-SIV (RFC 5297) with one associated string.
 *
 * OpenSSL 3.0 gives a context that can be used for one message only: it keeps the first message's
 * sum, and setting the key again costs 4.5 microseconds, most of it fetching. So two keyed
 * contexts are never used themselves: each message works on a copy (1.8 microseconds).
 *
 * Invariant: equal key, associated string and plaintext give equal bytes; an empty associated
 * string counts as none. Deterministic sealing shows that two values in the same place are equal:
 * the caller puts the place into the associated string.
 */
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/aead.h"
#include "crypto/secret.h"

struct siv {
    EVP_CIPHER_CTX *seal;
    EVP_CIPHER_CTX *open;
    EVP_CIPHER_CTX *work;
};

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_CIPHER *algorithm;

static void fetch_algorithm(void) {
    algorithm = EVP_CIPHER_fetch(NULL, "AES-256-SIV", NULL);
    ENSURE(algorithm != NULL);
}

struct siv *siv_new(const uint8_t key[SIV_KEY_SIZE]) {
    pthread_once(&fetched, fetch_algorithm);
    struct siv *siv = xcalloc(1, sizeof(*siv));
    siv->seal = EVP_CIPHER_CTX_new();
    siv->open = EVP_CIPHER_CTX_new();
    siv->work = EVP_CIPHER_CTX_new();
    ENSURE(siv->seal != NULL && siv->open != NULL && siv->work != NULL);
    ENSURE(EVP_EncryptInit_ex2(siv->seal, algorithm, key, NULL, NULL) == 1);
    ENSURE(EVP_DecryptInit_ex2(siv->open, algorithm, key, NULL, NULL) == 1);
    return siv;
}

void siv_free(struct siv *siv) {
    if (siv == NULL)
        return;
    EVP_CIPHER_CTX_free(siv->seal); /* wipes the key schedule */
    EVP_CIPHER_CTX_free(siv->open);
    EVP_CIPHER_CTX_free(siv->work);
    free(siv);
}

/* The work context, fresh from base, with the associated string taken in. */
static EVP_CIPHER_CTX *begin(struct siv *siv, const EVP_CIPHER_CTX *base, struct span associated) {
    int size;
    ENSURE(associated.size <= INT_MAX);
    ENSURE(EVP_CIPHER_CTX_copy(siv->work, base) == 1);
    if (associated.size > 0)
        ENSURE(EVP_CipherUpdate(siv->work, NULL, &size, associated.data, (int)associated.size));
    return siv->work;
}

void siv_seal(struct siv *siv, struct span associated, struct span plain, uint8_t *sealed_out) {
    ENSURE(plain.size > 0 && plain.size <= INT_MAX);
    int size;
    uint8_t *cipher = sealed_out + SIV_TAG_SIZE;
    EVP_CIPHER_CTX *work = begin(siv, siv->seal, associated);
    ENSURE(EVP_EncryptUpdate(work, cipher, &size, plain.data, (int)plain.size) == 1);
    ENSURE((size_t)size == plain.size);
    ENSURE(EVP_EncryptFinal_ex(work, cipher + plain.size, &size) == 1 && size == 0);
    ENSURE(EVP_CIPHER_CTX_ctrl(work, EVP_CTRL_AEAD_GET_TAG, SIV_TAG_SIZE, sealed_out) == 1);
}

int siv_open(struct siv *siv, struct span associated, struct span sealed, uint8_t *plain_out) {
    if (sealed.size <= SIV_TAG_SIZE)
        return AEAD_FORGED;
    size_t plain_size = sealed.size - SIV_TAG_SIZE;
    ENSURE(plain_size <= INT_MAX);
    int size;
    uint8_t tag[SIV_TAG_SIZE];
    memcpy(tag, sealed.data, SIV_TAG_SIZE);
    EVP_CIPHER_CTX *work = begin(siv, siv->open, associated);
    ENSURE(EVP_CIPHER_CTX_ctrl(work, EVP_CTRL_AEAD_SET_TAG, SIV_TAG_SIZE, tag) == 1);
    const uint8_t *cipher = sealed.data + SIV_TAG_SIZE;
    uint8_t nothing[SIV_TAG_SIZE];
    if (EVP_DecryptUpdate(work, plain_out, &size, cipher, (int)plain_size) == 1 &&
        (size_t)size == plain_size && EVP_DecryptFinal_ex(work, nothing, &size) == 1)
        return 0;
    ERR_clear_error();
    secret_wipe(plain_out, plain_size);
    return AEAD_FORGED;
}
