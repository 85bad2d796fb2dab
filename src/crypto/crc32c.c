/*
 * CRC32C (Castagnoli, reflected polynomial 0x82f63b78) by the CPU's instruction where there is
 * one, by table elsewhere.
 *
 * Invariant: both ways give the same value, and crc32c(crc32c(0, a), b) is that of a and b in a
 * row. It finds damage, not intent: against a forger there are the tags of aead.h.
 */
#include "crypto/crc32c.h"

#include <pthread.h>
#include <string.h>

#include "crypto/digest.h"
#include "util/fatal.h"

#define POLYNOMIAL 0x82f63b78U

static uint32_t table[256];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++)
            value = value >> 1 ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
        table[byte] = value;
    }
}

uint32_t crc32c_by_table(uint32_t seed, struct span bytes) {
    pthread_once(&table_made, make_table);
    uint32_t value = ~seed;
    for (size_t i = 0; i < bytes.size; i++)
        value = value >> 8 ^ table[(value ^ bytes.data[i]) & 0xff];
    return ~value;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

bool crc32c_cpu_can(void) {
    return __builtin_cpu_supports("sse4.2") != 0;
}

__attribute__((target("sse4.2"))) uint32_t crc32c_by_cpu(uint32_t seed, struct span bytes) {
    uint64_t value = (uint32_t)~seed;
    const uint8_t *at = bytes.data;
    size_t left = bytes.size;
    for (; left >= 8; left -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof(word));
        value = _mm_crc32_u64(value, word);
    }
    uint32_t tail = (uint32_t)value;
    for (; left > 0; left--, at++)
        tail = _mm_crc32_u8(tail, *at);
    return ~tail;
}

#else

bool crc32c_cpu_can(void) {
    return false;
}

uint32_t crc32c_by_cpu(uint32_t seed, struct span bytes) {
    ENSURE(crc32c_cpu_can());
    return crc32c_by_table(seed, bytes);
}

#endif

uint32_t crc32c(uint32_t seed, struct span bytes) {
    return crc32c_cpu_can() ? crc32c_by_cpu(seed, bytes) : crc32c_by_table(seed, bytes);
}
