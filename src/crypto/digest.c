/*
 * SHA-256 and what is built of it.
 *
 * Invariant: the algorithm is fetched once per process and each thread keeps one context, so that
 * a digest allocates nothing. HMAC and HKDF are compositions of sha256 as in RFC 2104 and
 * RFC 5869; what they derive from a key is wiped. A failure inside OpenSSL ends the process:
 * there is nothing that a caller could do about it.
 */
#include "crypto/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/secret.h"
#include "util/fatal.h"

#define SHA256_BLOCK 64
#define HKDF_BLOCKS_MAX 255 /* RFC 5869: the counter is one byte */
#define HMAC_PARTS_MAX 62   /* parts of one call; ours have fewer than ten */

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static pthread_key_t context_key;
static EVP_MD *algorithm;

static void free_context(void *context) {
    EVP_MD_CTX_free(context);
}

static void fetch_algorithm(void) {
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    ENSURE(algorithm != NULL);
    ENSURE(pthread_key_create(&context_key, free_context) == 0);
}

/* This thread's context; freed when the thread ends. */
static EVP_MD_CTX *thread_context(void) {
    pthread_once(&fetched, fetch_algorithm);
    EVP_MD_CTX *context = pthread_getspecific(context_key);
    if (context == NULL) {
        context = EVP_MD_CTX_new();
        ENSURE(context != NULL && EVP_DigestInit_ex2(context, algorithm, NULL) == 1);
        ENSURE(pthread_setspecific(context_key, context) == 0);
    }
    return context;
}

void sha256_parts(const struct span *parts, size_t count, struct digest *digest_out) {
    EVP_MD_CTX *context = thread_context();
    ENSURE(EVP_DigestInit_ex2(context, NULL, NULL) == 1);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0)
            ENSURE(EVP_DigestUpdate(context, parts[i].data, parts[i].size) == 1);
    }
    ENSURE(EVP_DigestFinal_ex(context, digest_out->bytes, NULL) == 1);
}

struct sha256_run {
    EVP_MD_CTX *context; /* of its own: the thread's serves others meanwhile */
};

struct sha256_run *sha256_run_new(void) {
    pthread_once(&fetched, fetch_algorithm);
    struct sha256_run *run = xmalloc(sizeof(*run));
    run->context = EVP_MD_CTX_new();
    ENSURE(run->context != NULL && EVP_DigestInit_ex2(run->context, algorithm, NULL) == 1);
    return run;
}

void sha256_run_add(struct sha256_run *run, struct span bytes) {
    if (bytes.size > 0)
        ENSURE(EVP_DigestUpdate(run->context, bytes.data, bytes.size) == 1);
}

void sha256_run_end(struct sha256_run *run, struct digest *digest_out) {
    ENSURE(EVP_DigestFinal_ex(run->context, digest_out->bytes, NULL) == 1);
    EVP_MD_CTX_free(run->context);
    free(run);
}

void sha256(struct span bytes, struct digest *digest_out) {
    sha256_parts(&bytes, 1, digest_out);
}

static void pad_key(const uint8_t key[SHA256_BLOCK], uint8_t with, uint8_t pad_out[SHA256_BLOCK]) {
    for (size_t i = 0; i < SHA256_BLOCK; i++)
        pad_out[i] = key[i] ^ with;
}

void hmac_sha256(struct span key, const struct span *parts, size_t count,
                 struct digest *digest_out) {
    ENSURE(count <= HMAC_PARTS_MAX);
    uint8_t block[SHA256_BLOCK] = {0};
    uint8_t pad[SHA256_BLOCK];
    struct span all[HMAC_PARTS_MAX + 1];
    struct digest inner;
    if (key.size > SHA256_BLOCK) {
        sha256(key, &inner);
        key = digest_span(&inner);
    }
    if (key.size > 0)
        memcpy(block, key.data, key.size);
    pad_key(block, 0x36, pad);
    all[0] = span_of(pad, sizeof(pad));
    if (count > 0)
        memcpy(all + 1, parts, count * sizeof(*parts));
    sha256_parts(all, count + 1, &inner);
    pad_key(block, 0x5c, pad);
    all[1] = digest_span(&inner);
    sha256_parts(all, 2, digest_out);
    secret_wipe(block, sizeof(block));
    secret_wipe(pad, sizeof(pad));
    secret_wipe(&inner, sizeof(inner));
}

void hkdf_sha256(struct span key, struct span salt, struct span info, uint8_t *out, size_t size) {
    ENSURE(size <= HKDF_BLOCKS_MAX * DIGEST_SIZE);
    struct digest extracted;
    struct digest block = {{0}};
    /* An absent salt is one of zeros; HMAC pads its key with zeros anyway. */
    hmac_sha256(salt, &key, 1, &extracted);
    struct span previous = {NULL, 0};
    for (uint8_t counter = 1; size > 0; counter++) {
        struct span parts[] = {previous, info, span_of(&counter, 1)};
        struct digest next;
        hmac_sha256(digest_span(&extracted), parts, 3, &next);
        block = next;
        secret_wipe(&next, sizeof(next));
        previous = digest_span(&block);
        size_t take = size < DIGEST_SIZE ? size : DIGEST_SIZE;
        memcpy(out, block.bytes, take);
        out += take;
        size -= take;
    }
    secret_wipe(&extracted, sizeof(extracted));
    secret_wipe(&block, sizeof(block));
}

bool digest_equal(const struct digest *a, const struct digest *b) {
    return secret_equal(digest_span(a), digest_span(b));
}

struct span digest_span(const struct digest *digest) {
    return (struct span){digest->bytes, DIGEST_SIZE};
}
