/*
 * The ordered map against a plain sorted array, under seeded random operations. Keys share long
 * prefixes and differ in length, so that order and hash both have to look at every byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/omap.h"

#define KEYS 600
#define STEPS 60000

/* All keys there are, sorted; model[i] is the node in the map or NULL, taken[i] one taken out. */
static char keys[KEYS][32];
static struct omap_node *model[KEYS];
static struct omap_node *taken[KEYS];
static uint32_t values[KEYS];

static int by_bytes(const void *a, const void *b) {
    return span_compare(span_text(a), span_text(b));
}

static void make_keys(void) {
    for (unsigned i = 0; i < KEYS; i++) {
        int length = 5 + (int)(i * 7 % 15);
        snprintf(keys[i], sizeof(keys[i]), "%.*s%u", length, "transfer/transfer/trans", i);
    }
    qsort(keys, KEYS, sizeof(keys[0]), by_bytes);
    memset(model, 0, sizeof(model));
    memset(taken, 0, sizeof(taken));
}

static struct omap_node *model_from(size_t index) {
    while (index < KEYS && model[index] == NULL)
        index++;
    return index < KEYS ? model[index] : NULL;
}

static void check_all(const struct omap *map) {
    size_t count = 0;
    struct omap_node *node = omap_first(map);
    for (size_t i = 0; i < KEYS; i++) {
        if (model[i] == NULL)
            continue;
        assert_ptr_equal(node, model[i]);
        assert_true(span_equal(node->key, span_text(keys[i])));
        assert_int_equal(node->tag, values[i]);
        node = omap_next(map, node);
        count++;
    }
    assert_null(node);
    assert_int_equal(omap_count(map), count);
}

static void insert(struct omap *map, size_t i) {
    char copy[32];
    bool inserted;
    memcpy(copy, keys[i], sizeof(copy));
    struct omap_node *node = omap_insert(map, span_text(copy), &inserted);
    assert_int_equal(inserted, model[i] == NULL);
    if (inserted) {
        assert_int_equal(node->tag, 0);
        assert_int_equal(node->value.size, 0);
        memset(copy, 'z', sizeof(copy) - 1); /* the map has its own copy */
        values[i] = (uint32_t)random();
        node->tag = values[i];
        node->value = span_text(keys[i]);
    } else {
        assert_ptr_equal(node, model[i]);
    }
    model[i] = node;
    taken[i] = NULL;
}

static void take_out_or_put_back(struct omap *map, size_t i) {
    if (model[i] != NULL) {
        omap_remove(map, model[i]);
        taken[i] = model[i];
        model[i] = NULL;
    } else if (taken[i] != NULL) {
        omap_restore(map, taken[i]);
        model[i] = taken[i];
        taken[i] = NULL;
    }
}

static void look_up(const struct omap *map, size_t i) {
    struct span key = span_text(keys[i]);
    assert_ptr_equal(omap_find(map, key), model[i]);
    assert_ptr_equal(omap_at_or_after(map, key), model_from(i));
    assert_ptr_equal(omap_after(map, key), model_from(i + 1));
    /* A key that nobody has, right behind this one and before all that extend it by a digit. */
    char between[34];
    snprintf(between, sizeof(between), "%s!", keys[i]);
    assert_null(omap_find(map, span_text(between)));
    assert_ptr_equal(omap_at_or_after(map, span_text(between)), model_from(i + 1));
}

static void agrees_with_sorted_array(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 65536, 0);
    make_keys();
    srandom(20260101);
    struct omap *map = omap_new(&arena);
    check_all(map);
    for (int step = 0; step < STEPS; step++) {
        size_t i = (size_t)random() % KEYS;
        switch (random() % 4) {
        case 0:
            insert(map, i);
            break;
        case 1:
            take_out_or_put_back(map, i);
            break;
        default:
            look_up(map, i);
            break;
        }
        if (step % 2000 == 0)
            check_all(map);
    }
    check_all(map);
    for (size_t i = 0; i < KEYS; i++) {
        if (model[i] != NULL)
            take_out_or_put_back(map, i);
    }
    check_all(map);
    assert_null(omap_first(map));
    for (size_t i = 0; i < KEYS; i++)
        take_out_or_put_back(map, i);
    check_all(map);
    omap_free(map);
    arena_deinit(&arena);
}

static void many_ascending_keys(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 1 << 20, 0);
    struct omap *map = omap_new(&arena);
    uint8_t key[12] = "key:";
    for (uint64_t i = 0; i < 50000; i++) {
        bool inserted;
        put_be64(key + 4, i);
        omap_insert(map, span_of(key, sizeof(key)), &inserted)->tag = (uint32_t)i;
        assert_true(inserted);
    }
    assert_int_equal(omap_count(map), 50000);
    uint32_t expected = 0;
    for (const struct omap_node *n = omap_first(map); n != NULL; n = omap_next(map, n))
        assert_int_equal(n->tag, expected++);
    assert_int_equal(expected, 50000);
    for (uint64_t i = 0; i < 50000; i++) {
        put_be64(key + 4, i);
        assert_int_equal(omap_find(map, span_of(key, sizeof(key)))->tag, i);
    }
    omap_free(map);
    omap_free(NULL);
    arena_deinit(&arena);
}

static void empty_key_is_a_key(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096, 0);
    struct omap *map = omap_new(&arena);
    struct span none = {NULL, 0};
    bool inserted;
    assert_null(omap_find(map, none));
    assert_null(omap_at_or_after(map, none));
    struct omap_node *other = omap_insert(map, span_text("a"), &inserted);
    struct omap_node *empty = omap_insert(map, none, &inserted);
    assert_true(inserted);
    assert_ptr_equal(omap_find(map, none), empty);
    assert_ptr_equal(omap_first(map), empty);
    assert_ptr_equal(omap_after(map, none), other);
    omap_free(map);
    arena_deinit(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_sorted_array),
        cmocka_unit_test(many_ascending_keys),
        cmocka_unit_test(empty_key_is_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
