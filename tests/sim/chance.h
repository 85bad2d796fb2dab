/*
 * Chance that is the same again for the same seed: xoshiro256** seeded by splitmix64.
 */
#ifndef LG_TESTS_SIM_CHANCE_H
#define LG_TESTS_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state[4];
};

void chance_seed(struct chance *chance, uint64_t seed);
uint64_t chance_next(struct chance *chance);
/* 0 to bound - 1; bound > 0. */
uint64_t chance_below(struct chance *chance, uint64_t bound);
/* Both ends included. */
int64_t chance_between(struct chance *chance, int64_t low, int64_t high);
bool chance_hits(struct chance *chance, unsigned per_mille);
void chance_bytes(struct chance *chance, uint8_t *out, size_t size);

#endif
