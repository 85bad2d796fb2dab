/*
 * AES-256-GCM with the key set once: a message sets only its nonce.
 *
 * Invariant: one context seals and one opens, and each call begins by setting the nonce anew, so
 * that nothing of one message reaches the next, after a forgery as well. That no nonce is used
 * twice under a key is the caller's duty.
 */
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

#include "crypto/aead.h"
#include "crypto/secret.h"

struct gcm {
    EVP_CIPHER_CTX *seal;
    EVP_CIPHER_CTX *open;
};

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_CIPHER *algorithm;

static void fetch_algorithm(void) {
    algorithm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    ENSURE(algorithm != NULL);
}

struct gcm *gcm_new(const uint8_t key[GCM_KEY_SIZE]) {
    pthread_once(&fetched, fetch_algorithm);
    struct gcm *gcm = xcalloc(1, sizeof(*gcm));
    gcm->seal = EVP_CIPHER_CTX_new();
    gcm->open = EVP_CIPHER_CTX_new();
    ENSURE(gcm->seal != NULL && gcm->open != NULL);
    ENSURE(EVP_EncryptInit_ex2(gcm->seal, algorithm, key, NULL, NULL) == 1);
    ENSURE(EVP_DecryptInit_ex2(gcm->open, algorithm, key, NULL, NULL) == 1);
    return gcm;
}

void gcm_free(struct gcm *gcm) {
    if (gcm == NULL)
        return;
    EVP_CIPHER_CTX_free(gcm->seal); /* wipes the key schedule */
    EVP_CIPHER_CTX_free(gcm->open);
    free(gcm);
}

void gcm_seal(struct gcm *gcm, const uint8_t nonce[GCM_NONCE_SIZE], struct span associated,
              struct span plain, uint8_t *cipher_out) {
    ENSURE(plain.size <= INT_MAX && associated.size <= INT_MAX);
    int size;
    uint8_t *tag = cipher_out + plain.size;
    ENSURE(EVP_EncryptInit_ex2(gcm->seal, NULL, NULL, nonce, NULL) == 1);
    if (associated.size > 0)
        ENSURE(EVP_EncryptUpdate(gcm->seal, NULL, &size, associated.data, (int)associated.size));
    if (plain.size > 0)
        ENSURE(EVP_EncryptUpdate(gcm->seal, cipher_out, &size, plain.data, (int)plain.size));
    ENSURE(EVP_EncryptFinal_ex(gcm->seal, tag, &size) == 1 && size == 0);
    ENSURE(EVP_CIPHER_CTX_ctrl(gcm->seal, EVP_CTRL_AEAD_GET_TAG, GCM_TAG_SIZE, tag) == 1);
}

int gcm_open(struct gcm *gcm, const uint8_t nonce[GCM_NONCE_SIZE], struct span associated,
             struct span cipher, uint8_t *plain_out) {
    if (cipher.size < GCM_TAG_SIZE)
        return AEAD_FORGED;
    size_t plain_size = cipher.size - GCM_TAG_SIZE;
    ENSURE(plain_size <= INT_MAX && associated.size <= INT_MAX);
    int size;
    uint8_t tag[GCM_TAG_SIZE];
    for (size_t i = 0; i < GCM_TAG_SIZE; i++)
        tag[i] = cipher.data[plain_size + i];
    ENSURE(EVP_DecryptInit_ex2(gcm->open, NULL, NULL, nonce, NULL) == 1);
    if (associated.size > 0)
        ENSURE(EVP_DecryptUpdate(gcm->open, NULL, &size, associated.data, (int)associated.size));
    if (plain_size > 0)
        ENSURE(EVP_DecryptUpdate(gcm->open, plain_out, &size, cipher.data, (int)plain_size));
    ENSURE(EVP_CIPHER_CTX_ctrl(gcm->open, EVP_CTRL_AEAD_SET_TAG, GCM_TAG_SIZE, tag) == 1);
    uint8_t nothing[GCM_TAG_SIZE]; /* GCM has no last block, yet Final wants an address */
    if (EVP_DecryptFinal_ex(gcm->open, nothing, &size) == 1)
        return 0;
    ERR_clear_error();
    secret_wipe(plain_out, plain_size);
    return AEAD_FORGED;
}
