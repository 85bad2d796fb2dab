/*
 * The hash behind the maps' point look-ups: 16 bytes a step, each a 64 by 64 bit multiplication
 * whose halves are folded together (the construction of wyhash).
 *
 * Invariant: within one process equal keys hash equally. Across processes they do not, on purpose:
 * the two seeds are random. It is no digest and resists nobody who can see the seeds.
 */
#include "util/hash.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

__extension__ typedef unsigned __int128 wide;

static uint64_t seeds[2];
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void make_seeds(void) {
    if (getrandom(seeds, sizeof(seeds), 0) != (ssize_t)sizeof(seeds))
        fatal("hash_key", "no random bytes from the system");
    seeds[0] |= 1;
    seeds[1] |= 1;
}

static uint64_t fold(uint64_t a, uint64_t b) {
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load64(const uint8_t *from) {
    uint64_t value;
    memcpy(&value, from, sizeof(value));
    return value;
}

static uint64_t load32(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, sizeof(value));
    return value;
}

uint32_t hash_key(struct span key) {
    pthread_once(&seeded, make_seeds);
    const uint8_t *at = key.data;
    size_t left = key.size;
    uint64_t state = seeds[0] ^ key.size;
    for (; left > 16; left -= 16, at += 16)
        state = fold(load64(at) ^ seeds[1], load64(at + 8) ^ state);
    /* What is left is read by two loads that may overlap. */
    uint64_t low = 0;
    uint64_t high = 0;
    if (left >= 8) {
        low = load64(at);
        high = load64(at + left - 8);
    } else if (left >= 4) {
        low = load32(at);
        high = load32(at + left - 4);
    } else if (left > 0) {
        low = (uint64_t)at[0] << 16 | (uint64_t)at[left / 2] << 8 | at[left - 1];
    }
    state = fold(low ^ seeds[1], high ^ state);
    state = fold(state ^ seeds[0], seeds[1]);
    return (uint32_t)(state ^ state >> 32);
}
