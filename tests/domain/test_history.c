/*
 * The latest part of a life in the record, the older part out of it: nothing is lost on the way,
 * and every entry keeps its number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/types.h"

static struct history_entry entry_of(uint32_t i) {
    return (struct history_entry){.state = i, .sequence = 1000 + i};
}

static void full_takes_nothing(void **state) {
    (void)state;
    struct history history = {0};
    for (uint32_t i = 0; i < HISTORY_MAX; i++) {
        struct history_entry entry = entry_of(i);
        assert_false(history_full(&history));
        assert_int_equal(history_length(&history), i);
        assert_true(history_add(&history, &entry));
    }
    assert_true(history_full(&history));
    struct history before = history;
    struct history_entry entry = entry_of(HISTORY_MAX);
    assert_false(history_add(&history, &entry));
    assert_memory_equal(&history, &before, sizeof(history));
}

static void spilling_is_for_full_ones(void **state) {
    (void)state;
    struct history history = {.count = HISTORY_MAX - 1};
    struct history before = history;
    history_spill(&history);
    assert_memory_equal(&history, &before, sizeof(history));
    _Static_assert(HISTORY_SPILL > 0 && HISTORY_SPILL < HISTORY_MAX, "some go, some stay");
}

/* A whole life, spilled whenever it is full, as the ledger does. */
static void every_entry_keeps_its_number(void **state) {
    (void)state;
    static struct history_entry away[HISTORY_LIFE_MAX];
    struct history history = {0};
    for (uint32_t i = 0; i < 500; i++) {
        struct history_entry entry = entry_of(i);
        if (history_full(&history)) {
            for (uint32_t j = 0; j < HISTORY_SPILL; j++)
                away[history.spilled + j] = history.entries[j];
            history_spill(&history);
        }
        assert_true(history_add(&history, &entry));
        assert_int_equal(history_length(&history), i + 1);
        for (uint32_t j = 0; j <= i; j++) {
            const struct history_entry *found = history_at(&history, j);
            assert_int_equal(found == NULL, j < history.spilled);
            struct history_entry kept = found ? *found : away[j];
            assert_int_equal(kept.sequence, 1000 + j);
        }
        assert_null(history_at(&history, i + 1));
        assert_null(history_at(&history, UINT32_MAX));
    }
    assert_true(history.spilled >= 500 - HISTORY_MAX);
    assert_true(history.count >= HISTORY_MAX - HISTORY_SPILL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_takes_nothing),
        cmocka_unit_test(spilling_is_for_full_ones),
        cmocka_unit_test(every_entry_keeps_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
