/*
 * Payments into and out of a balance: every state by every event, and what each does to the balance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/funds.h"

static void every_state_by_every_event(void **state) {
    (void)state;
    static const enum funds_state next[FUNDS_STATES][FUNDS_EVENTS] = {
        [FUNDS_NONE] = {FUNDS_PENDING, FUNDS_NONE, FUNDS_NONE},
        [FUNDS_PENDING] = {FUNDS_NONE, FUNDS_CONFIRMED, FUNDS_CANCELLED},
    };
    for (int from = 0; from <= FUNDS_STATES; from++) {
        for (int event = 0; event <= FUNDS_EVENTS; event++) {
            struct funds funds = {.state = (enum funds_state)from};
            struct history_entry entry = {.at_ms = 5};
            enum funds_state wanted = FUNDS_NONE;
            if (from < FUNDS_STATES && event < FUNDS_EVENTS)
                wanted = next[from][event];
            bool moves = funds_move(&funds, (enum funds_event)event, &entry);
            assert_int_equal(moves, wanted != FUNDS_NONE);
            assert_int_equal(funds.state, moves ? wanted : (enum funds_state)from);
            assert_int_equal(funds.history.count, moves);
            if (moves)
                assert_int_equal(funds.history.entries[0].event, event);
        }
    }
}

static void what_each_does_to_the_balance(void **state) {
    (void)state;
    static const struct {
        enum funds_direction direction;
        enum funds_event event;
        int64_t fen, balance, reserved;
        bool passes;
        int64_t balance_after, reserved_after;
    } rows[] = {
        {FUNDS_IN, FUNDS_EVENT_BEGIN, 5, 10, 3, true, 10, 3},
        {FUNDS_IN, FUNDS_EVENT_CONFIRM, 5, 10, 3, true, 15, 3},
        {FUNDS_IN, FUNDS_EVENT_CANCEL, 5, 10, 3, true, 10, 3},
        {FUNDS_IN, FUNDS_EVENT_CONFIRM, 1, INT64_MAX, 0, false, INT64_MAX, 0},
        {FUNDS_OUT, FUNDS_EVENT_BEGIN, 7, 10, 3, true, 10, 10},
        {FUNDS_OUT, FUNDS_EVENT_BEGIN, 8, 10, 3, false, 10, 3},
        {FUNDS_OUT, FUNDS_EVENT_BEGIN, INT64_MAX, 10, 3, false, 10, 3},
        {FUNDS_OUT, FUNDS_EVENT_CONFIRM, 3, 10, 3, true, 7, 0},
        {FUNDS_OUT, FUNDS_EVENT_CANCEL, 3, 10, 3, true, 10, 0},
        {FUNDS_OUT, FUNDS_EVENT_CONFIRM, 4, 10, 3, false, 10, 3},
        {FUNDS_OUT, FUNDS_EVENT_CANCEL, 4, 10, 3, false, 10, 3},
        {FUNDS_IN, FUNDS_EVENT_CONFIRM, 0, 10, 3, false, 10, 3},
        {FUNDS_OUT, FUNDS_EVENT_BEGIN, -1, 10, 3, false, 10, 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct exposure_terms terms = {.balance_fen = rows[i].balance,
                                       .out_reserved_fen = rows[i].reserved};
        struct funds funds = {.direction = rows[i].direction, .amount.fen = rows[i].fen};
        assert_int_equal(funds_book(&terms, &funds, rows[i].event), rows[i].passes);
        assert_true(terms.balance_fen == rows[i].balance_after);
        assert_true(terms.out_reserved_fen == rows[i].reserved_after);
    }
}

static void names(void **state) {
    (void)state;
    assert_string_equal(funds_state_name(FUNDS_CONFIRMED), "CONFIRMED");
    assert_string_equal(funds_state_name(FUNDS_STATES), "INVALID");
    assert_string_equal(funds_event_name(FUNDS_EVENT_CANCEL), "CANCEL");
    assert_string_equal(funds_event_name(FUNDS_EVENTS), "INVALID");
    assert_string_equal(funds_direction_name(FUNDS_IN), "IN");
    assert_string_equal(funds_direction_name(FUNDS_OUT), "OUT");
    assert_string_equal(funds_direction_name((enum funds_direction)0), "INVALID");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_by_every_event),
        cmocka_unit_test(what_each_does_to_the_balance),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
