/*
 * The life of a settlement window: every state and every event, the table of DOMAIN.md §6 once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/window.h"

static const struct {
    enum window_state from;
    enum window_event event;
    enum window_state to;
} table[] = {
    {WINDOW_NONE, WINDOW_EVENT_OPEN, WINDOW_OPEN},
    {WINDOW_OPEN, WINDOW_EVENT_CLOSE, WINDOW_CLOSING},
    {WINDOW_CLOSING, WINDOW_EVENT_FIX, WINDOW_CLOSED},
    {WINDOW_CLOSED, WINDOW_EVENT_SETTLE, WINDOW_SETTLED},
    {WINDOW_CLOSED, WINDOW_EVENT_ABORT, WINDOW_ABORTED},
};

static enum window_state wanted(int state, int event) {
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if ((int)table[i].from == state && (int)table[i].event == event)
            return table[i].to;
    }
    return WINDOW_NONE;
}

static void every_state_and_event(void **context) {
    (void)context;
    for (int state = -1; state <= WINDOW_STATES; state++) {
        for (int event = -1; event <= WINDOW_EVENTS; event++) {
            struct window window = {.number = 1, .state = (enum window_state)state};
            struct history_entry entry = {.at_ms = 5, .sequence = 7, .cause = CAUSE_OPERATOR};
            enum window_state to = wanted(state, event);
            bool moved = window_move(&window, (enum window_event)event, &entry);
            assert_int_equal(moved, to != WINDOW_NONE);
            assert_true((int)window.state == (moved ? (int)to : state));
            assert_int_equal(window.history.count, moved ? 1 : 0);
            if (moved) {
                assert_int_equal(window.history.entries[0].state, to);
                assert_int_equal(window.history.entries[0].event, event);
                assert_int_equal(window.history.entries[0].sequence, 7);
            }
        }
        assert_int_equal(window_final((enum window_state)state),
                         state == WINDOW_SETTLED || state == WINDOW_ABORTED);
    }
}

static void when_it_is_due(void **context) {
    (void)context;
    struct window window = {.cut_off_at_ms = 10, .closing_at_ms = 9};
    static const int64_t due[WINDOW_STATES] = {[WINDOW_OPEN] = 10, [WINDOW_CLOSING] = 10};
    for (int state = 0; state < WINDOW_STATES; state++) {
        window.state = (enum window_state)state;
        assert_int_equal(window_due_ms(&window), due[state]);
    }
}

static void numbers_as_ids(void **context) {
    (void)context;
    static const uint64_t numbers[] = {1, 2, 255, 256, UINT64_MAX};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct id id = window_id(numbers[i]);
        assert_true(window_number(&id) == numbers[i]);
    }
    struct id other = window_id(1);
    other.bytes[3] = 1;
    assert_int_equal(window_number(&other), 0);
}

static void names(void **context) {
    (void)context;
    for (int state = 0; state < WINDOW_STATES; state++)
        assert_non_null(window_state_name((enum window_state)state));
    for (int event = 0; event < WINDOW_EVENTS; event++)
        assert_non_null(window_event_name((enum window_event)event));
    assert_string_equal(window_state_name(WINDOW_STATES), "INVALID");
    assert_string_equal(window_event_name(WINDOW_EVENTS), "INVALID");
    assert_string_equal(settlement_name(SETTLEMENT_MULTILATERAL), "MULTILATERAL");
    assert_string_equal(settlement_name((enum settlement)3), "INVALID");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event),
        cmocka_unit_test(when_it_is_due),
        cmocka_unit_test(numbers_as_ids),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
