/*
 * The list of effects of a batch.
 *
 * Invariant: items up to count are in the order in which they came about; whoever releases them
 * keeps that order. Taking back a command's effects keeps the bytes they pointed to until the list
 * is cleared, which happens once a batch.
 */
#include "domain/effect.h"

#include <stdlib.h>
#include <string.h>

#define EFFECTS_FIRST_CAP 64
#define EFFECTS_CHUNK 65536

void effects_init(struct effects *effects) {
    *effects = (struct effects){0};
    arena_init(&effects->arena, EFFECTS_CHUNK, 0);
}

void effects_deinit(struct effects *effects) {
    free(effects->items);
    arena_deinit(&effects->arena);
    *effects = (struct effects){0};
}

void effects_clear(struct effects *effects) {
    effects->count = 0;
    arena_reset(&effects->arena);
}

struct effect *effects_add(struct effects *effects, enum effect_kind kind) {
    if (effects->count == effects->cap) {
        size_t cap = effects->cap == 0 ? EFFECTS_FIRST_CAP : effects->cap * 2;
        ENSURE(cap <= SIZE_MAX / sizeof(*effects->items));
        effects->items = xrealloc(effects->items, cap * sizeof(*effects->items));
        effects->cap = cap;
    }
    struct effect *effect = &effects->items[effects->count++];
    memset(effect, 0, sizeof(*effect));
    effect->kind = kind;
    return effect;
}

void effects_truncate(struct effects *effects, size_t count) {
    ENSURE(count <= effects->count);
    effects->count = count;
}
