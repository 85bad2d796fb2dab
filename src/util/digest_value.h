/*
 * The value of a SHA-256 digest. It stands apart from the functions that make one (crypto/digest.h),
 * so that the pure domain can carry digests.
 */
#ifndef LG_UTIL_DIGEST_VALUE_H
#define LG_UTIL_DIGEST_VALUE_H

#include <stdint.h>

#define DIGEST_SIZE 32

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

#endif
