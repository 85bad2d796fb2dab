/*
 * The simulator's only source of chance. Nothing here depends on time, addresses or the machine.
 */
#include "sim/chance.h"

#include "util/fatal.h"

static uint64_t splitmix(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t value, int by) {
    return (value << by) | (value >> (64 - by));
}

void chance_seed(struct chance *chance, uint64_t seed) {
    for (size_t i = 0; i < 4; i++)
        chance->state[i] = splitmix(&seed);
}

uint64_t chance_next(struct chance *chance) {
    uint64_t *s = chance->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t chance_below(struct chance *chance, uint64_t bound) {
    ENSURE(bound > 0);
    return chance_next(chance) % bound;
}

int64_t chance_between(struct chance *chance, int64_t low, int64_t high) {
    ENSURE(low <= high);
    return low + (int64_t)chance_below(chance, (uint64_t)(high - low) + 1);
}

bool chance_hits(struct chance *chance, unsigned per_mille) {
    return per_mille > 0 && chance_below(chance, 1000) < per_mille;
}

void chance_bytes(struct chance *chance, uint8_t *out, size_t size) {
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(chance_next(chance) >> 32);
}
