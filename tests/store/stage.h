/*
 * A store in a folder of its own, with a ring of one key.
 */
#ifndef LG_TESTS_STORE_STAGE_H
#define LG_TESTS_STORE_STAGE_H

#include "kv/scratch.h"
#include "store/store.h"

struct stage {
    struct scratch scratch;
    struct kv *kv;
    struct keyring *keyring;
    struct store *store;
    uint64_t seed;
};

int stage_set_up(void **state);
int stage_tear_down(void **state);
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);
struct overlay_flush stage_flush(struct stage *stage);
struct id stage_id(struct stage *stage);
struct digest stage_digest(struct stage *stage);

/* Changes rows behind the store's back: the one whose key begins with that table byte. */
enum stage_damage { STAGE_FLIP_A_BIT, STAGE_TRUNCATE, STAGE_FLIP_LAST_BIT };
void stage_damage(struct stage *stage, uint8_t table, enum stage_damage damage);
/* Copies the value of from over that of to, as it is. */
void stage_copy_row(struct stage *stage, struct span from, struct span to);

#endif
