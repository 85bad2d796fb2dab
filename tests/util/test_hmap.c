/*
 * The hash map: look-up, replacement, order of insertion, removal during a walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "util/hmap.h"

#define ENTRIES 500

static int numbers[ENTRIES];

static struct span key_of(unsigned i, char text[16]) {
    snprintf(text, 16, "k%u", i);
    return span_text(text);
}

static struct hmap *filled(void) {
    struct hmap *map = hmap_new();
    char text[16];
    for (unsigned i = 0; i < ENTRIES; i++) {
        numbers[i] = (int)i;
        assert_null(hmap_put(map, key_of(i, text), &numbers[i]));
    }
    return map;
}

static void finds_replaces_and_removes(void **state) {
    (void)state;
    struct hmap *map = filled();
    char text[16];
    int other = 7;
    assert_int_equal(hmap_count(map), ENTRIES);
    assert_ptr_equal(hmap_get(map, key_of(123, text)), &numbers[123]);
    assert_null(hmap_get(map, span_text("k")));
    assert_ptr_equal(hmap_put(map, key_of(123, text), &other), &numbers[123]);
    assert_ptr_equal(hmap_get(map, key_of(123, text)), &other);
    assert_int_equal(hmap_count(map), ENTRIES);
    assert_ptr_equal(hmap_remove(map, key_of(123, text)), &other);
    assert_null(hmap_remove(map, key_of(123, text)));
    assert_null(hmap_get(map, key_of(123, text)));
    assert_int_equal(hmap_count(map), ENTRIES - 1);
    hmap_free(map);
    hmap_free(NULL);
}

static void longest_key(void **state) {
    (void)state;
    uint8_t key[HMAP_KEY_MAX] = {0};
    int value = 1;
    struct hmap *map = hmap_new();
    hmap_put(map, span_of(key, sizeof(key)), &value);
    key[HMAP_KEY_MAX - 1] = 1;
    assert_null(hmap_get(map, span_of(key, sizeof(key))));
    key[HMAP_KEY_MAX - 1] = 0;
    assert_ptr_equal(hmap_get(map, span_of(key, sizeof(key))), &value);
    assert_null(hmap_get(map, span_of(key, sizeof(key) - 1)));
    hmap_free(map);
}

struct walk {
    struct hmap *map;
    int next;
    int step;
    int stop;
};

static bool visit_in_order(void *context, struct span key, void *value) {
    struct walk *walk = context;
    (void)key;
    assert_int_equal(*(int *)value, walk->next);
    walk->next += walk->step;
    return walk->next < walk->stop;
}

static bool remove_odd(void *context, struct span key, void *value) {
    struct walk *walk = context;
    if (*(int *)value % 2 == 1)
        assert_ptr_equal(hmap_remove(walk->map, key), value);
    return true;
}

static void walks_in_order_of_insertion(void **state) {
    (void)state;
    struct hmap *map = filled();
    struct walk walk = {map, 0, 1, ENTRIES + 1};
    hmap_each(map, visit_in_order, &walk);
    assert_int_equal(walk.next, ENTRIES);
    hmap_each(map, remove_odd, &walk);
    assert_int_equal(hmap_count(map), ENTRIES / 2);
    walk = (struct walk){map, 0, 2, 20};
    hmap_each(map, visit_in_order, &walk);
    assert_int_equal(walk.next, 20);
    hmap_free(map);
}

static bool remove_any(void *context, struct span key, void *value) {
    assert_ptr_equal(hmap_remove(context, key), value);
    return true;
}

static void may_be_emptied_by_a_walk(void **state) {
    (void)state;
    struct hmap *map = filled();
    hmap_each(map, remove_any, map);
    assert_int_equal(hmap_count(map), 0);
    hmap_each(map, remove_any, map);
    assert_null(hmap_put(map, span_text("again"), map));
    assert_int_equal(hmap_count(map), 1);
    hmap_free(map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_replaces_and_removes),
        cmocka_unit_test(longest_key),
        cmocka_unit_test(walks_in_order_of_insertion),
        cmocka_unit_test(may_be_emptied_by_a_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
