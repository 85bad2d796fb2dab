/*
 * The transfer machine: every state with every event against a matrix that is written from the
 * rules, not from the code; then moves, with what they keep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "domain/transfer.h"

/* clang-format off */
enum {
    no = TRANSFER_NONE, /* refused */
    RCV = TRANSFER_RECEIVED, RSV = TRANSFER_RESERVED, PEN = TRANSFER_PENDING,
    ACC = TRANSFER_ACCEPTED, REJ = TRANSFER_REJECTED, CAN = TRANSFER_CANCELLED,
    UNK = TRANSFER_UNKNOWN,
};

/* Rows in the order of enum transfer_state, columns in that of enum transfer_event. */
static const int expected[TRANSFER_STATES][TRANSFER_EVENTS] = {
    /*             RECV RESV REFU INST POST RFSD BARR DEAD STEP CANC CRED LATE CONF RETD */
    /* NONE      */ { RCV, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* RECEIVED  */ { no,  RSV, REJ, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* RESERVED  */ { no,  no,  REJ, PEN, no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* PENDING   */ { no,  no,  no,  no,  ACC, REJ, CAN, UNK, PEN, PEN, no,  no,  no,  no },
    /* ACCEPTED  */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  ACC, ACC, ACC, ACC },
    /* REJECTED  */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  REJ, no },
    /* CANCELLED */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  CAN, no },
    /* UNKNOWN   */ { no,  no,  no,  no,  ACC, REJ, CAN, no,  no,  UNK, no,  no,  no,  no },
};
/* clang-format on */

_Static_assert(TRANSFER_STATES == 8 && TRANSFER_EVENTS == 14, "the matrix is whole");

static void next_of_every_state_and_event(void **state) {
    (void)state;
    for (int from = 0; from < TRANSFER_STATES; from++) {
        for (int event = 0; event < TRANSFER_EVENTS; event++) {
            enum transfer_state next = TRANSFER_STATES;
            bool moved =
                transfer_next((enum transfer_state)from, (enum transfer_event)event, &next);
            int want = expected[from][event];
            if (moved != (want != no) || (int)next != (moved ? want : (int)TRANSFER_STATES))
                fail_msg("%s with %s", transfer_state_name((enum transfer_state)from),
                         transfer_event_name((enum transfer_event)event));
        }
    }
}

static void move_of_every_state_and_event(void **state) {
    (void)state;
    const struct history_entry entry = {
        .state = 99, .at_ms = 5, .sequence = 6, .cause = CAUSE_DEADLINE, .by = 7, .reason = "AB06"};
    for (int from = 0; from < TRANSFER_STATES; from++) {
        for (int event = 0; event < TRANSFER_EVENTS; event++) {
            struct transfer it = {.state = (enum transfer_state)from, .history = {.count = 1}};
            struct transfer before = it;
            bool moved = transfer_move(&it, (enum transfer_event)event, &entry);
            assert_int_equal(moved, expected[from][event] != no);
            if (!moved) {
                assert_memory_equal(&it, &before, sizeof(it));
                continue;
            }
            assert_int_equal(it.state, expected[from][event]);
            assert_int_equal(it.history.count, 2);
            const struct history_entry *kept = &it.history.entries[1];
            assert_int_equal(kept->state, it.state);
            assert_int_equal(kept->event, event);
            assert_int_equal(kept->at_ms, 5);
            assert_int_equal(kept->sequence, 6);
            assert_int_equal(kept->cause, CAUSE_DEADLINE);
            assert_int_equal(kept->by, 7);
            assert_string_equal(kept->reason, "AB06");
        }
    }
}

static void kinds_of_states(void **state) {
    (void)state;
    for (int i = 0; i < TRANSFER_STATES; i++) {
        enum transfer_state it = (enum transfer_state)i;
        assert_int_equal(transfer_final(it), i == ACC || i == REJ || i == CAN);
        assert_int_equal(transfer_reserved(it), i == RSV || i == PEN || i == UNK);
    }
}

/* Of moves to another state; what stays in its state adds entries of its own. */
static unsigned longest_from(enum transfer_state from, unsigned depth) {
    assert_true(depth < TRANSFER_STATES); /* else the machine has a circle */
    unsigned longest = 0;
    for (int event = 0; event < TRANSFER_EVENTS; event++) {
        enum transfer_state next;
        if (!transfer_next(from, (enum transfer_event)event, &next) || next == from)
            continue;
        unsigned length = 1 + longest_from(next, depth + 1);
        longest = length > longest ? length : longest;
    }
    return longest;
}

static void no_state_comes_twice(void **state) {
    (void)state;
    assert_int_equal(longest_from(TRANSFER_NONE, 0), 5);
    assert_true(5 < HISTORY_MAX - HISTORY_SPILL);
}

/* What is reserved stays so while nobody knows, and only the bank's word ends it. */
static void unknown_ends_by_the_banks_word_alone(void **state) {
    (void)state;
    for (int event = 0; event < TRANSFER_EVENTS; event++) {
        enum transfer_state next;
        if (!transfer_next(TRANSFER_UNKNOWN, (enum transfer_event)event, &next))
            continue;
        bool word = event == TRANSFER_EVENT_POSTED || event == TRANSFER_EVENT_REFUSED ||
                    event == TRANSFER_EVENT_BARRED;
        assert_int_equal(transfer_reserved(next), !word);
    }
}

/* ---- when the ledger must look at it ---- */

static void due_times(void **state) {
    (void)state;
    const int64_t credit = 5000 + 60000;
    static const struct transfer of = {.amount = {10, "CNY"},
                                       .deadline_ms = 3000,
                                       .accepted_at_ms = 5000,
                                       .credit_wait_ms = 60000,
                                       .unknown_alarm_ms = 7000};
    const struct {
        enum transfer_state state;
        enum transfer_direction direction;
        int64_t credited_at_ms;
        bool credit_late;
        int64_t due_ms, credit_due_ms;
    } rows[] = {
        {TRANSFER_RECEIVED, TRANSFER_PULL, 0, false, 0, 0},
        {TRANSFER_RESERVED, TRANSFER_PULL, 0, false, 0, 0},
        {TRANSFER_PENDING, TRANSFER_PUSH, 0, false, 3000, 0},
        {TRANSFER_PENDING, TRANSFER_PULL, 0, false, 3000, 0},
        {TRANSFER_UNKNOWN, TRANSFER_PULL, 0, false, 7000, 0},
        {TRANSFER_ACCEPTED, TRANSFER_PUSH, 0, false, 0, 0},
        {TRANSFER_ACCEPTED, TRANSFER_PULL, 0, false, credit, credit},
        {TRANSFER_ACCEPTED, TRANSFER_PULL, 6000, false, 0, credit},
        {TRANSFER_ACCEPTED, TRANSFER_PULL, 0, true, 0, credit},
        {TRANSFER_REJECTED, TRANSFER_PULL, 0, false, 0, 0},
        {TRANSFER_CANCELLED, TRANSFER_PULL, 0, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct transfer it = of;
        it.state = rows[i].state;
        it.direction = rows[i].direction;
        it.credited_at_ms = rows[i].credited_at_ms;
        it.credit_late = rows[i].credit_late;
        if (transfer_due_ms(&it) != rows[i].due_ms ||
            transfer_credit_due_ms(&it) != rows[i].credit_due_ms)
            fail_msg("row %zu", i);
    }
    struct transfer it = of;
    it.state = TRANSFER_ACCEPTED;
    it.direction = TRANSFER_PULL;
    it.returned_fen = 10; /* on its way: may still fail */
    it.came_back_fen = 9;
    assert_int_equal(transfer_due_ms(&it), credit);
    it.came_back_fen = 10;
    assert_true(transfer_came_back(&it));
    assert_int_equal(transfer_due_ms(&it), 0);
}

static void full_history_moves_nothing(void **state) {
    (void)state;
    struct transfer it = {.state = TRANSFER_PENDING, .history = {.count = HISTORY_MAX}};
    struct transfer before = it;
    const struct history_entry entry = {.cause = CAUSE_ANSWER};
    assert_false(transfer_move(&it, TRANSFER_EVENT_POSTED, &entry));
    assert_memory_equal(&it, &before, sizeof(it));
}

static void what_is_no_state_or_event(void **state) {
    (void)state;
    enum transfer_state next = TRANSFER_STATES;
    assert_false(transfer_next(TRANSFER_STATES, TRANSFER_EVENT_POSTED, &next));
    assert_false(transfer_next((enum transfer_state)255, TRANSFER_EVENT_POSTED, &next));
    assert_false(transfer_next(TRANSFER_PENDING, TRANSFER_EVENTS, &next));
    assert_int_equal(next, TRANSFER_STATES);
    assert_string_equal(transfer_state_name(TRANSFER_STATES), "INVALID");
    assert_string_equal(transfer_event_name(TRANSFER_EVENTS), "INVALID");
}

static void names_are_there_and_differ(void **state) {
    (void)state;
    for (int i = 0; i < TRANSFER_STATES; i++) {
        assert_non_null(transfer_state_name((enum transfer_state)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(transfer_state_name((enum transfer_state)i),
                                    transfer_state_name((enum transfer_state)j));
    }
    for (int i = 0; i < TRANSFER_EVENTS; i++) {
        assert_non_null(transfer_event_name((enum transfer_event)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(transfer_event_name((enum transfer_event)i),
                                    transfer_event_name((enum transfer_event)j));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_of_every_state_and_event),
        cmocka_unit_test(move_of_every_state_and_event),
        cmocka_unit_test(kinds_of_states),
        cmocka_unit_test(no_state_comes_twice),
        cmocka_unit_test(unknown_ends_by_the_banks_word_alone),
        cmocka_unit_test(due_times),
        cmocka_unit_test(full_history_moves_nothing),
        cmocka_unit_test(what_is_no_state_or_event),
        cmocka_unit_test(names_are_there_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
