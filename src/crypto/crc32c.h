/*
 * The two ways to compute a CRC32C, apart so that tests can hold one against the other. Others
 * call crc32c() of crypto/digest.h, which chooses.
 */
#ifndef LG_CRYPTO_CRC32C_H
#define LG_CRYPTO_CRC32C_H

#include "util/bytes.h"

uint32_t crc32c_by_table(uint32_t seed, struct span bytes);
/* Whether crc32c_by_cpu may be called on this machine. */
bool crc32c_cpu_can(void);
uint32_t crc32c_by_cpu(uint32_t seed, struct span bytes);

#endif
