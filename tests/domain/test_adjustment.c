/*
 * The adjustment machine: every state with every event against a matrix that is written from the
 * rules, not from the code; and what one moves in the sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/adjustment.h"

/* clang-format off */
enum { no = ADJUSTMENT_NONE, PRO = ADJUSTMENT_PROPOSED, BOO = ADJUSTMENT_BOOKED,
       REJ = ADJUSTMENT_REJECTED, GON = ADJUSTMENT_WITHDRAWN, EXP = ADJUSTMENT_EXPIRED };

static const int expected[ADJUSTMENT_STATES][ADJUSTMENT_EVENTS] = {
    /*               PROPOSE ACCEPT REJECT WITHDRAW EXPIRE */
    /* NONE      */ { PRO,    no,    no,    no,      no  },
    /* PROPOSED  */ { no,     BOO,   REJ,   GON,     EXP },
    /* BOOKED    */ { no,     no,    no,    no,      no  },
    /* REJECTED  */ { no,     no,    no,    no,      no  },
    /* WITHDRAWN */ { no,     no,    no,    no,      no  },
    /* EXPIRED   */ { no,     no,    no,    no,      no  },
};
/* clang-format on */

_Static_assert(ADJUSTMENT_STATES == 6 && ADJUSTMENT_EVENTS == 5, "the matrix is whole");

static void every_state_and_event(void **state) {
    (void)state;
    const struct adjustment_entry entry = {
        .state = ADJUSTMENT_NONE, .by = 7, .at_ms = 5, .sequence = 6};
    for (int from = 0; from < ADJUSTMENT_STATES; from++) {
        for (int event = 0; event < ADJUSTMENT_EVENTS; event++) {
            enum adjustment_state next = ADJUSTMENT_STATES;
            struct adjustment it = {.state = (enum adjustment_state)from, .entry_count = 1};
            struct adjustment before = it;
            int want = expected[from][event];
            bool moved =
                adjustment_next((enum adjustment_state)from, (enum adjustment_event)event, &next);
            assert_int_equal(moved, want != no);
            assert_int_equal(next, moved ? want : (int)ADJUSTMENT_STATES);
            assert_int_equal(adjustment_move(&it, (enum adjustment_event)event, &entry), moved);
            if (!moved) {
                assert_memory_equal(&it, &before, sizeof(it));
                continue;
            }
            assert_int_equal(it.state, want);
            assert_int_equal(it.entry_count, 2);
            assert_int_equal(it.entries[1].state, want);
            assert_int_equal(it.entries[1].sequence, 6);
        }
    }
}

static void what_is_no_state(void **state) {
    (void)state;
    enum adjustment_state next;
    assert_false(adjustment_next(ADJUSTMENT_STATES, ADJUSTMENT_EVENT_ACCEPT, &next));
    assert_false(adjustment_next(ADJUSTMENT_PROPOSED, ADJUSTMENT_EVENTS, &next));
    assert_string_equal(adjustment_state_name(ADJUSTMENT_STATES), "INVALID");
    assert_string_equal(adjustment_event_name(ADJUSTMENT_EVENTS), "INVALID");
    assert_string_equal(adjustment_state_name(ADJUSTMENT_WITHDRAWN), "WITHDRAWN");
    assert_string_equal(adjustment_event_name(ADJUSTMENT_EVENT_EXPIRE), "EXPIRE");
}

static void what_it_moves(void **state) {
    (void)state;
    struct position debtor = {7, "CNY", 40, 10, 0};
    struct position creditor = {3, "CNY", 0, -10, 5};
    struct pair_net net = {.window = 2, .low = 3, .high = 7, .currency = "CNY"};
    assert_true(adjustment_book(&debtor, &creditor, &net, 25));
    assert_int_equal(debtor.reserved_outgoing_fen, 40);
    assert_int_equal(debtor.unsettled_net_fen, -15);
    assert_int_equal(creditor.unsettled_net_fen, 15);
    assert_int_equal(creditor.reserved_incoming_fen, 5);
    assert_true(net.net_fen == 25 && net.to_low_fen == 25 && net.count == 1);
    struct position before = debtor;
    assert_false(adjustment_book(&debtor, &creditor, &net, 0));
    assert_false(adjustment_book(&debtor, &creditor, &net, INT64_MAX));
    assert_memory_equal(&debtor, &before, sizeof(before));
    net.low = 2; /* another pair's */
    assert_false(adjustment_book(&debtor, &creditor, &net, 1));
    assert_memory_equal(&debtor, &before, sizeof(before));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event),
        cmocka_unit_test(what_is_no_state),
        cmocka_unit_test(what_it_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
