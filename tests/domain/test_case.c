/*
 * The case machine: every state with every event against a matrix that is written from the rules,
 * not from the code; and that no case gets stuck, however long the two banks ask and answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/inquiry.h"

/* clang-format off */
enum { no = CASE_NONE, OPN = CASE_OPEN, ANS = CASE_ANSWERED, CLD = CASE_CLOSED };

static const int expected[CASE_STATES][CASE_EVENTS] = {
    /*              OPEN  ANSWER  ASK_ON  CLOSE  EXPLAIN */
    /* NONE     */ { OPN, no,     no,     no,    no  },
    /* OPEN     */ { no,  ANS,    no,     no,    CLD },
    /* ANSWERED */ { no,  no,     OPN,    CLD,   CLD },
    /* CLOSED   */ { no,  no,     no,     no,    no  },
};
/* clang-format on */

_Static_assert(CASE_STATES == 4 && CASE_EVENTS == 5, "the matrix is whole");

static void every_state_and_event(void **state) {
    (void)state;
    const struct case_entry entry = {
        .by = 7, .state = (enum case_state)99, .outcome = CASE_DENIED, .at_ms = 5, .sequence = 6};
    for (int from = 0; from < CASE_STATES; from++) {
        for (int event = 0; event < CASE_EVENTS; event++) {
            enum case_state next = CASE_STATES;
            struct inquiry_case it = {.state = (enum case_state)from, .entry_count = 1};
            struct inquiry_case before = it;
            int want = expected[from][event];
            bool moved = case_next((enum case_state)from, (enum case_event)event, &next);
            assert_int_equal(moved, want != no);
            assert_int_equal(next, moved ? want : (int)CASE_STATES);
            assert_int_equal(case_move(&it, (enum case_event)event, &entry), moved);
            if (!moved) {
                assert_memory_equal(&it, &before, sizeof(it));
                continue;
            }
            assert_int_equal(it.state, want);
            assert_int_equal(it.entry_count, 2);
            assert_int_equal(it.entries[1].state, want);
            assert_int_equal(it.entries[1].by, 7);
            assert_int_equal(it.entries[1].outcome, CASE_DENIED);
            assert_int_equal(it.entries[1].at_ms, 5);
            assert_int_equal(it.entries[1].sequence, 6);
        }
    }
}

/* Asked on until no question is taken any more: the last can be answered, and the case closed. */
static void a_full_case_can_be_closed(void **state) {
    (void)state;
    struct inquiry_case it = {0};
    const struct case_entry entry = {.by = 1};
    assert_true(case_move(&it, CASE_EVENT_OPEN, &entry));
    assert_true(case_move(&it, CASE_EVENT_ANSWER, &entry));
    while (!case_full(&it, CASE_EVENT_ASK_ON)) {
        assert_true(case_move(&it, CASE_EVENT_ASK_ON, &entry));
        assert_false(case_full(&it, CASE_EVENT_ANSWER));
        assert_true(case_move(&it, CASE_EVENT_ANSWER, &entry));
    }
    struct inquiry_case before = it;
    assert_false(case_move(&it, CASE_EVENT_ASK_ON, &entry));
    assert_memory_equal(&it, &before, sizeof(it));
    assert_true(it.entry_count > CASE_ENTRIES_MAX / 2);
    assert_true(case_move(&it, CASE_EVENT_CLOSE, &entry));
    assert_true(it.state == CASE_CLOSED && it.entry_count <= CASE_ENTRIES_MAX);
}

static void nothing_is_written_behind_the_last_entry(void **state) {
    (void)state;
    struct inquiry_case it = {.state = CASE_OPEN, .entry_count = CASE_ENTRIES_MAX};
    struct inquiry_case before = it;
    assert_true(case_full(&it, CASE_EVENT_ANSWER));
    assert_false(case_move(&it, CASE_EVENT_ANSWER, &(struct case_entry){0}));
    assert_memory_equal(&it, &before, sizeof(it));
}

static void what_is_no_state_or_event(void **state) {
    (void)state;
    enum case_state next = CASE_STATES;
    assert_false(case_next(CASE_STATES, CASE_EVENT_CLOSE, &next));
    assert_false(case_next((enum case_state)255, CASE_EVENT_CLOSE, &next));
    assert_false(case_next(CASE_OPEN, CASE_EVENTS, &next));
    assert_int_equal(next, CASE_STATES);
    assert_string_equal(case_state_name(CASE_STATES), "INVALID");
    assert_string_equal(case_event_name(CASE_EVENTS), "INVALID");
}

static const char *state_name(int i) {
    return case_state_name((enum case_state)i);
}
static const char *event_name(int i) {
    return case_event_name((enum case_event)i);
}
static const char *subject_name(int i) {
    return case_subject_name((enum case_subject)i);
}
static const char *outcome_name(int i) {
    return case_outcome_name((enum case_outcome)i);
}

static void names_are_there_and_differ(void **state) {
    (void)state;
    static const struct {
        const char *(*name)(int);
        int count;
    } sets[] = {
        {state_name, CASE_STATES},
        {event_name, CASE_EVENTS},
        {subject_name, CASE_OTHER + 1},
        {outcome_name, CASE_DENIED + 1},
    };
    for (size_t set = 0; set < sizeof(sets) / sizeof(sets[0]); set++) {
        for (int i = 0; i < sets[set].count; i++) {
            assert_non_null(sets[set].name(i));
            for (int j = 0; j < i; j++)
                assert_string_not_equal(sets[set].name(i), sets[set].name(j));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event),
        cmocka_unit_test(a_full_case_can_be_closed),
        cmocka_unit_test(nothing_is_written_behind_the_last_entry),
        cmocka_unit_test(what_is_no_state_or_event),
        cmocka_unit_test(names_are_there_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
