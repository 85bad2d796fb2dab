/*
 * A folder for one test, gone afterwards, and a small repeatable source of chance.
 */
#ifndef LG_TESTS_KV_SCRATCH_H
#define LG_TESTS_KV_SCRATCH_H

#include "kv/kv.h"

#define SCRATCH_MAP_BYTES (64u * 1024 * 1024)

struct scratch {
    char dir[64];
};

void scratch_init(struct scratch *scratch);
void scratch_deinit(struct scratch *scratch);
/* Fails the test when it does not open. */
struct kv *scratch_open(const struct scratch *scratch, uint64_t map_bytes);

/* splitmix64 */
uint64_t chance(uint64_t *state);
uint64_t chance_below(uint64_t *state, uint64_t bound);

#endif
