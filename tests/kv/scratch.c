/*
 * Temporary folders for tests with LMDB: files are removed by name, so that nothing else can be.
 */
#include "kv/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

void scratch_init(struct scratch *scratch) {
    const char *base = getenv("TMPDIR");
    snprintf(scratch->dir, sizeof(scratch->dir), "%s/linkgate-test-XXXXXX",
             base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(scratch->dir));
}

void scratch_deinit(struct scratch *scratch) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[96];
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", scratch->dir, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(scratch->dir), 0);
}

struct kv *scratch_open(const struct scratch *scratch, uint64_t map_bytes) {
    char reason[200] = "";
    struct kv *kv = NULL;
    if (kv_open(scratch->dir, map_bytes, &kv, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return kv;
}

uint64_t chance(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t chance_below(uint64_t *state, uint64_t bound) {
    return chance(state) % bound;
}
