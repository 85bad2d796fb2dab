/*
 * Random bytes, comparison in constant time, and wiping that the compiler may not drop.
 *
 * Chance comes from the kernel alone: there is no generator in the process whose state a fork
 * could repeat.
 */
#include "crypto/secret.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>
#include <sys/random.h>

#include "util/fatal.h"

void random_bytes(uint8_t *out, size_t size) {
    while (size > 0) {
        ssize_t got = getrandom(out, size, 0);
        if (got < 0 && errno != EINTR)
            fatal("random_bytes", "no random bytes from the system: %s", strerror(errno));
        if (got > 0) {
            out += got;
            size -= (size_t)got;
        }
    }
}

bool secret_equal(struct span a, struct span b) {
    if (a.size != b.size)
        return false;
    return a.size == 0 || CRYPTO_memcmp(a.data, b.data, a.size) == 0;
}

void secret_wipe(void *memory, size_t size) {
    if (size > 0)
        OPENSSL_cleanse(memory, size);
}
