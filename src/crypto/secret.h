/*
 * Chance and secrets: random bytes from the system, comparison in constant time, wiping.
 */
#ifndef LG_CRYPTO_SECRET_H
#define LG_CRYPTO_SECRET_H

#include "util/bytes.h"

void random_bytes(uint8_t *out, size_t size);
/* Equal sizes and bytes; the time does not depend on the bytes. */
bool secret_equal(struct span a, struct span b);
void secret_wipe(void *memory, size_t size);

#endif
