/*
 * The arena: alignment, budget, large requests, reset.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "util/arena.h"

static void pieces_are_aligned_and_apart(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 256, 0);
    uint8_t *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        size_t size = i % 40;
        pieces[i] = arena_take(&arena, size);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i % 40; j++)
            assert_int_equal(pieces[i][j], (uint8_t)i);
        assert_true(i == 0 || pieces[i] != pieces[i - 1]);
    }
    arena_deinit(&arena);
    arena_deinit(&arena);
}

static void budget_is_kept(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 64, 160);
    assert_non_null(arena_try(&arena, 100)); /* 112 with padding */
    assert_null(arena_try(&arena, 49));
    assert_null(arena_try(&arena, SIZE_MAX));
    assert_null(arena_try(&arena, SIZE_MAX - 7));
    assert_int_equal(arena.used, 112);
    assert_non_null(arena_try(&arena, 48));
    assert_null(arena_try(&arena, 0));
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_non_null(arena_try(&arena, 160));
    arena_deinit(&arena);
}

static void large_request_leaves_the_chunk_in_use(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 128, 0);
    uint8_t *first = arena_take(&arena, 16);
    uint8_t *large = arena_take(&arena, 100000);
    memset(large, 1, 100000);
    assert_ptr_equal(arena_take(&arena, 16), first + 16);
    arena_reset(&arena);
    assert_ptr_equal(arena_take(&arena, 16), first);
    arena_deinit(&arena);
}

static void reset_keeps_one_chunk(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 64, 0);
    arena_reset(&arena);
    uint8_t *first = arena_zero(&arena, 64);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++)
            memset(arena_take(&arena, 48), 0xff, 48);
        arena_reset(&arena);
        uint8_t *again = arena_zero(&arena, 64);
        assert_ptr_equal(again, first);
        for (int i = 0; i < 64; i++)
            assert_int_equal(again[i], 0);
    }
    arena_deinit(&arena);
}

static void copies_bytes(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 64, 0);
    struct span copy = arena_copy(&arena, SPAN_LITERAL("bytes"));
    assert_true(span_equal(copy, span_text("bytes")));
    copy = arena_copy(&arena, (struct span){NULL, 0});
    assert_int_equal(copy.size, 0);
    assert_non_null(copy.data);
    arena_deinit(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(budget_is_kept),
        cmocka_unit_test(large_request_leaves_the_chunk_in_use),
        cmocka_unit_test(reset_keeps_one_chunk),
        cmocka_unit_test(copies_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
