/*
 * The overlay against a plain model: a table over a small universe of keys, copied whole for the
 * savepoint. Thousands of random operations, and after each flush LMDB must hold the model exactly,
 * with no put or delete that the difference does not need.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kv/scratch.h"
#include "store/overlay.h"

/* Keys are a prefix letter and a number, some with a tail, so that one is another's prefix. */
#define PREFIXES 4
#define NUMBERS 24
#define UNIVERSE (PREFIXES * NUMBERS)
#define VALUE_MAX 80

struct entry {
    bool present;
    uint8_t size;
    uint8_t value[VALUE_MAX];
};

struct model {
    struct entry entries[UNIVERSE];
};

struct world {
    struct scratch scratch;
    struct kv *kv;
    struct overlay *overlay;
    uint64_t seed;
    bool in_savepoint;
    struct model now, saved, frozen, disk;
};

static struct span key_at(size_t index, uint8_t bytes[4]) {
    size_t number = index % NUMBERS;
    bytes[0] = (uint8_t)('a' + index / NUMBERS);
    bytes[1] = (uint8_t)(number / 3);
    bytes[2] = 0;
    bytes[3] = (uint8_t)(number % 3);
    return span_of(bytes, number % 3 == 0 ? 2 : 2 + number % 3); /* p n, p n 0, p n 0 2 */
}

static int set_up(void **state) {
    struct world *world = xcalloc(1, sizeof(*world));
    scratch_init(&world->scratch);
    world->kv = scratch_open(&world->scratch, SCRATCH_MAP_BYTES);
    assert_int_equal(overlay_open(world->kv, &world->overlay), 0);
    *state = world;
    return 0;
}

static int tear_down(void **state) {
    struct world *world = *state;
    overlay_close(world->overlay);
    kv_close(world->kv);
    scratch_deinit(&world->scratch);
    free(world);
    return 0;
}

static void put(struct world *world, size_t index, const char *value, bool fresh) {
    uint8_t bytes[4];
    overlay_put(world->overlay, key_at(index, bytes), span_text(value), fresh);
}

static void put_text(struct world *world, const char *key, const char *value, bool fresh) {
    overlay_put(world->overlay, span_text(key), span_text(value), fresh);
}

static void remove_text(struct world *world, const char *key) {
    assert_int_equal(overlay_remove(world->overlay, span_text(key)), 0);
}

static void assert_value(struct world *world, const char *key, const char *value) {
    struct span found;
    assert_int_equal(overlay_get(world->overlay, span_text(key), &found), 0);
    assert_true(span_equal(found, span_text(value)));
}

static void assert_absent(struct world *world, const char *key) {
    struct span found;
    assert_int_equal(overlay_get(world->overlay, span_text(key), &found), OVERLAY_ABSENT);
}

static struct overlay_flush flush_and_thaw(struct world *world) {
    struct overlay_flush flush;
    assert_int_equal(overlay_flush(world->overlay, &flush), 0);
    assert_int_equal(overlay_thaw(world->overlay), 0);
    return flush;
}

static void assert_flushes(struct world *world, uint64_t puts, uint64_t deletes) {
    overlay_freeze(world->overlay);
    struct overlay_flush flush = flush_and_thaw(world);
    assert_int_equal(flush.puts, puts);
    assert_int_equal(flush.deletes, deletes);
}

/* ---- what reaches LMDB ---- */

static void test_made_and_removed_is_never_written(void **state) {
    struct world *world = *state;
    put_text(world, "fresh", "1", true);
    put_text(world, "not known to be fresh", "1", false);
    put_text(world, "stays", "1", true);
    remove_text(world, "fresh");
    remove_text(world, "not known to be fresh");
    remove_text(world, "never there");
    assert_absent(world, "fresh");
    assert_int_equal(overlay_keys(world->overlay), 1);
    assert_flushes(world, 1, 0);
    assert_value(world, "stays", "1");
    remove_text(world, "stays");
    assert_flushes(world, 0, 1);
    assert_absent(world, "stays");
}

static void test_made_again_over_a_tombstone(void **state) {
    struct world *world = *state;
    put_text(world, "k", "1", true);
    assert_flushes(world, 1, 0);
    remove_text(world, "k");
    put_text(world, "k", "2", true); /* fresh to the caller, but LMDB still has the old one */
    remove_text(world, "k");
    assert_flushes(world, 0, 1);
    assert_absent(world, "k");
}

static void test_removed_above_the_frozen_part(void **state) {
    struct world *world = *state;
    struct overlay_flush flush;
    put_text(world, "k", "1", true);
    overlay_freeze(world->overlay);
    assert_value(world, "k", "1");
    remove_text(world, "k"); /* the frozen part will write it: a delete is needed */
    assert_absent(world, "k");
    flush = flush_and_thaw(world);
    assert_int_equal(flush.puts, 1);
    assert_absent(world, "k");
    assert_flushes(world, 0, 1);
    put_text(world, "k", "1", true);
    overlay_freeze(world->overlay);
    remove_text(world, "k");
    flush_and_thaw(world);
    overlay_freeze(world->overlay); /* holds the tombstone */
    put_text(world, "k", "2", true);
    remove_text(world, "k"); /* below it, k is as good as gone */
    assert_int_equal(overlay_keys(world->overlay), 0);
    flush_and_thaw(world);
    assert_absent(world, "k");
}

static void test_a_command_undone_leaves_no_key(void **state) {
    struct world *world = *state;
    put_text(world, "kept", "before", true);
    overlay_begin(world->overlay);
    put_text(world, "kept", "after", false);
    put_text(world, "kept", "after that, and longer than the room that there was", false);
    put_text(world, "new", "1", true);
    remove_text(world, "kept");
    overlay_rollback(world->overlay);
    assert_value(world, "kept", "before");
    assert_absent(world, "new");
    assert_flushes(world, 1, 0);
}

/* A value may be handed in again from where it stands. */
static void test_own_value_put_again(void **state) {
    struct world *world = *state;
    struct span value;
    put_text(world, "k", "0123456789", true);
    assert_int_equal(overlay_get(world->overlay, span_text("k"), &value), 0);
    overlay_put(world->overlay, span_text("k"), span_of(value.data + 2, 8), false);
    assert_value(world, "k", "23456789");
}

static void test_hot_values_take_no_memory(void **state) {
    struct world *world = *state;
    put_text(world, "counter", "0000", true);
    size_t before = overlay_bytes(world->overlay);
    for (int i = 0; i < 1000; i++) {
        overlay_begin(world->overlay);
        put_text(world, "counter", i % 2 == 0 ? "1111" : "222", false);
        overlay_commit(world->overlay);
    }
    assert_int_equal(overlay_bytes(world->overlay), before);
}

static void test_map_full_then_again(void **state) {
    (void)state;
    struct scratch scratch;
    scratch_init(&scratch);
    struct kv *kv = scratch_open(&scratch, 512 * 1024);
    struct overlay *overlay;
    struct overlay_flush flush;
    struct span value;
    struct kv_snapshot *held = NULL;
    static uint8_t large[100 * 1024];
    assert_int_equal(overlay_open(kv, &overlay), 0);
    int rc = 0;
    for (uint8_t round = 1; round < 10 && rc == 0; round++) {
        memset(large, round, sizeof(large));
        overlay_put(overlay, span_text("k"), span_of(large, sizeof(large)), false);
        overlay_freeze(overlay);
        rc = overlay_flush(overlay, &flush);
        if (rc == 0)
            assert_int_equal(overlay_thaw(overlay), 0);
        if (held == NULL)
            assert_int_equal(kv_snapshot_open(kv, &held), 0);
    }
    assert_int_equal(rc, KV_MAP_FULL);
    assert_int_equal(overlay_get(overlay, span_text("k"), &value), 0);
    assert_memory_equal(value.data, large, sizeof(large)); /* goes on from memory */
    assert_int_equal(overlay_flush(overlay, &flush), KV_MAP_FULL);
    kv_snapshot_close(held);
    assert_int_equal(overlay_flush(overlay, &flush), 0);
    assert_int_equal(overlay_thaw(overlay), 0);
    assert_int_equal(overlay_get(overlay, span_text("k"), &value), 0);
    assert_memory_equal(value.data, large, sizeof(large));
    overlay_close(overlay);
    kv_close(kv);
    scratch_deinit(&scratch);
}

/* ---- the model ---- */

static void check_point(struct world *world, size_t index) {
    uint8_t bytes[4];
    struct span value;
    const struct entry *entry = &world->now.entries[index];
    int rc = overlay_get(world->overlay, key_at(index, bytes), &value);
    assert_int_equal(rc, entry->present ? 0 : OVERLAY_ABSENT);
    if (entry->present)
        assert_true(span_equal(value, span_of(entry->value, entry->size)));
}

/* The first present entry of the model at or behind a key and within the prefix, or UNIVERSE. The
 * universe's indices are not in key order, so all are looked at. */
static size_t model_seek(const struct model *model, struct span from, size_t prefix_size,
                         bool strict) {
    size_t best = UNIVERSE;
    uint8_t bytes[4], best_bytes[4];
    for (size_t i = 0; i < UNIVERSE; i++) {
        struct span key = key_at(i, bytes);
        int order = span_compare(key, from);
        if (!model->entries[i].present || order < 0 || (strict && order == 0))
            continue;
        if (key.size < prefix_size || memcmp(key.data, from.data, prefix_size) != 0)
            continue;
        if (best == UNIVERSE || span_compare(key, key_at(best, best_bytes)) < 0)
            best = i;
    }
    return best;
}

static void check_seek(struct world *world, struct span from, size_t prefix_size, bool strict) {
    struct span key, value;
    uint8_t bytes[4];
    size_t expected = model_seek(&world->now, from, prefix_size, strict);
    int rc = strict ? overlay_after(world->overlay, from, prefix_size, &key, &value)
                    : overlay_seek(world->overlay, from, prefix_size, &key, &value);
    if (expected == UNIVERSE) {
        assert_int_equal(rc, OVERLAY_ABSENT);
        return;
    }
    const struct entry *entry = &world->now.entries[expected];
    assert_int_equal(rc, 0);
    assert_true(span_equal(key, key_at(expected, bytes)));
    assert_true(span_equal(value, span_of(entry->value, entry->size)));
}

static void check_range(struct world *world, struct span from, size_t prefix_size) {
    struct span key, value;
    size_t expected = model_seek(&world->now, from, prefix_size, false);
    int rc = overlay_seek(world->overlay, from, prefix_size, &key, &value);
    while (expected != UNIVERSE) {
        uint8_t bytes[4];
        struct span at = key_at(expected, bytes);
        assert_int_equal(rc, 0);
        assert_true(span_equal(key, at));
        expected = model_seek(&world->now, at, prefix_size, true);
        rc = overlay_after(world->overlay, key, prefix_size, &key, &value);
    }
    assert_int_equal(rc, OVERLAY_ABSENT);
}

static void check_disk(struct world *world) {
    struct kv_snapshot *snapshot;
    struct kv_stats stats;
    uint64_t present = 0;
    assert_int_equal(kv_snapshot_open(world->kv, &snapshot), 0);
    for (size_t i = 0; i < UNIVERSE; i++) {
        uint8_t bytes[4];
        struct span value;
        const struct entry *entry = &world->disk.entries[i];
        int rc = kv_get(snapshot, key_at(i, bytes), &value);
        assert_int_equal(rc, entry->present ? 0 : KV_ABSENT);
        if (entry->present)
            assert_true(span_equal(value, span_of(entry->value, entry->size)));
        present += entry->present;
    }
    kv_snapshot_close(snapshot);
    assert_int_equal(kv_stats(world->kv, &stats), 0);
    assert_int_equal(stats.entries, present);
}

/* Fresh is said, half the time, where it is true; a present key may also be put. */
static void random_put(struct world *world, size_t index) {
    uint8_t bytes[4];
    struct entry *entry = &world->now.entries[index];
    bool fresh = !entry->present && chance_below(&world->seed, 2) == 0;
    entry->present = true;
    entry->size = (uint8_t)chance_below(&world->seed, VALUE_MAX + 1);
    for (size_t i = 0; i < entry->size; i++)
        entry->value[i] = (uint8_t)chance(&world->seed);
    overlay_put(world->overlay, key_at(index, bytes), span_of(entry->value, entry->size), fresh);
}

static void random_remove(struct world *world, size_t index) {
    uint8_t bytes[4];
    world->now.entries[index].present = false;
    assert_int_equal(overlay_remove(world->overlay, key_at(index, bytes)), 0);
}

static void step_savepoint(struct world *world) {
    if (!world->in_savepoint) {
        world->saved = world->now;
        overlay_begin(world->overlay);
    } else if (chance_below(&world->seed, 2) == 0) {
        overlay_commit(world->overlay);
    } else {
        world->now = world->saved;
        overlay_rollback(world->overlay);
    }
    world->in_savepoint = !world->in_savepoint;
}

/* Deletes are exactly the keys that left; puts at least those that changed. */
static void check_flush(const struct world *world, struct overlay_flush flush) {
    uint64_t gone = 0, changed = 0, present = 0;
    for (size_t i = 0; i < UNIVERSE; i++) {
        const struct entry *old = &world->disk.entries[i];
        const struct entry *new = &world->frozen.entries[i];
        bool same = old->size == new->size &&memcmp(old->value, new->value, new->size) == 0;
        gone += old->present && !new->present;
        changed += new->present && (!old->present || !same);
        present += new->present;
    }
    assert_int_equal(flush.deletes, gone);
    assert_in_range(flush.puts, changed, present);
}

static void step_flush(struct world *world) {
    if (world->in_savepoint)
        return;
    if (!overlay_is_frozen(world->overlay)) {
        overlay_freeze(world->overlay);
        world->frozen = world->now;
        return;
    }
    struct overlay_flush flush = flush_and_thaw(world);
    check_flush(world, flush);
    world->disk = world->frozen;
    check_disk(world);
}

static void step(struct world *world) {
    uint8_t bytes[4];
    size_t index = (size_t)chance_below(&world->seed, UNIVERSE);
    struct span key = key_at(index, bytes);
    size_t prefix_size = (size_t)chance_below(&world->seed, key.size + 1);
    uint64_t what = chance_below(&world->seed, 100);
    if (what < 25)
        random_put(world, index);
    else if (what < 50)
        random_remove(world, index);
    else if (what < 60)
        check_point(world, index);
    else if (what < 75)
        check_seek(world, key, prefix_size, what % 2 == 0);
    else if (what < 77)
        check_range(world, key, prefix_size);
    else if (what < 97)
        step_savepoint(world);
    else
        step_flush(world);
}

static void test_random_operations(void **state) {
    struct world *world = *state;
    world->seed = 20260704;
    for (int i = 0; i < 60000; i++)
        step(world);
    if (world->in_savepoint)
        overlay_commit(world->overlay);
    world->in_savepoint = false;
    step_flush(world);
    if (overlay_is_frozen(world->overlay))
        step_flush(world);
    overlay_freeze(world->overlay);
    world->frozen = world->now;
    step_flush(world);
    assert_memory_equal(&world->disk, &world->now, sizeof(world->now));
    check_range(world, span_text("\x01"), 0);
}

/* Walking over many tombstones and over rows of all three layers, one prefix at a time. */
static void test_ranges_over_three_layers(void **state) {
    struct world *world = *state;
    for (size_t i = 0; i < UNIVERSE; i++) {
        put(world, i, "disk", true);
        world->now.entries[i] = (struct entry){true, 4, "disk"};
    }
    assert_flushes(world, UNIVERSE, 0);
    for (size_t i = 0; i < UNIVERSE; i += 3)
        random_remove(world, i);
    overlay_freeze(world->overlay);
    for (size_t i = 0; i < UNIVERSE; i += 5)
        random_put(world, i);
    for (size_t i = 1; i < UNIVERSE; i += 7)
        random_remove(world, i);
    for (size_t i = 0; i < UNIVERSE; i++) {
        uint8_t bytes[4];
        struct span key = key_at(i, bytes);
        for (size_t prefix_size = 0; prefix_size <= key.size; prefix_size++)
            check_range(world, key, prefix_size);
    }
    flush_and_thaw(world);
    check_range(world, span_text("a"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_made_and_removed_is_never_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_made_again_over_a_tombstone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_removed_above_the_frozen_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_command_undone_leaves_no_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_value_put_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hot_values_take_no_memory, set_up, tear_down),
        cmocka_unit_test(test_map_full_then_again),
        cmocka_unit_test_setup_teardown(test_random_operations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ranges_over_three_layers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
