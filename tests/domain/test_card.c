/*
 * The machine of an application for a card: every state with every event against a matrix that is
 * written from the rules, not from the code; when it is due, and how long its life may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/card.h"

/* clang-format off */
enum { no = CARD_NONE, APP = CARD_APPLIED, UNK = CARD_UNKNOWN, FOR = CARD_FORWARDED,
       ISS = CARD_ISSUED, LOS = CARD_LOST, ACT = CARD_ACTIVATED, REF = CARD_REFUSED,
       CAN = CARD_CANCELLED, EXP = CARD_EXPIRED };

static const int expected[CARD_STATES][CARD_EVENTS] = {
    /*               APPLY TAKEN ISSUED DISP LOST ACTIV REFUSED UNANSW CANCEL EXPIRE */
    /* NONE      */ { APP,  no,   no,   no,  no,  no,   no,     no,    no,    no  },
    /* APPLIED   */ { no,   FOR,  ISS,  no,  no,  no,   REF,    UNK,   CAN,   no  },
    /* UNKNOWN   */ { no,   FOR,  ISS,  no,  no,  no,   REF,    no,    CAN,   EXP },
    /* FORWARDED */ { no,   no,   ISS,  no,  no,  no,   REF,    no,    CAN,   EXP },
    /* ISSUED    */ { no,   no,   no,   ISS, LOS, ACT,  REF,    no,    CAN,   EXP },
    /* LOST      */ { no,   no,   ISS,  no,  no,  no,   REF,    no,    CAN,   EXP },
    /* ACTIVATED */ { no,   no,   no,   no,  no,  no,   no,     no,    no,    no  },
    /* REFUSED   */ { no,   no,   no,   no,  no,  no,   no,     no,    no,    no  },
    /* CANCELLED */ { no,   no,   no,   no,  no,  no,   no,     no,    no,    no  },
    /* EXPIRED   */ { no,   no,   no,   no,  no,  no,   no,     no,    no,    no  },
};
/* clang-format on */

_Static_assert(CARD_STATES == 10 && CARD_EVENTS == 10, "the matrix is whole");

static void every_state_and_event(void **state) {
    (void)state;
    const struct history_entry entry = {.at_ms = 5, .sequence = 6, .cause = CAUSE_REQUEST, .by = 7};
    for (int from = 0; from < CARD_STATES; from++) {
        for (int event = 0; event < CARD_EVENTS; event++) {
            enum card_state next = CARD_STATES;
            struct card card = {.state = (enum card_state)from};
            struct card before = card;
            int want = expected[from][event];
            bool moved = card_next((enum card_state)from, (enum card_event)event, &next);
            assert_int_equal(moved, want != no);
            assert_int_equal(next, moved ? want : (int)CARD_STATES);
            assert_int_equal(card_move(&card, (enum card_event)event, &entry), moved);
            if (!moved) {
                assert_memory_equal(&card, &before, sizeof(card));
                continue;
            }
            assert_int_equal(card.state, want);
            assert_int_equal(card.history.count, 1);
            assert_int_equal(card.history.entries[0].state, want);
            assert_int_equal(card.history.entries[0].event, event);
            assert_int_equal(card.history.entries[0].sequence, 6);
            assert_string_not_equal(card_state_name((enum card_state)from), "INVALID");
            assert_string_not_equal(card_event_name((enum card_event)event), "INVALID");
        }
    }
}

static void what_is_no_state(void **state) {
    (void)state;
    enum card_state next;
    assert_false(card_next(CARD_STATES, CARD_EVENT_TAKEN, &next));
    assert_false(card_next(CARD_APPLIED, CARD_EVENTS, &next));
    assert_string_equal(card_state_name(CARD_STATES), "INVALID");
    assert_string_equal(card_event_name(CARD_EVENTS), "INVALID");
    assert_string_equal(card_state_name(CARD_UNKNOWN), "UNKNOWN");
    assert_string_equal(card_event_name(CARD_EVENT_UNANSWERED), "UNANSWERED");
}

static void nothing_leaves_a_final_state(void **state) {
    (void)state;
    for (int from = 0; from < CARD_STATES; from++) {
        bool leaves = false;
        enum card_state next;
        for (int event = 0; event < CARD_EVENTS; event++)
            leaves |= card_next((enum card_state)from, (enum card_event)event, &next);
        assert_int_equal(card_final((enum card_state)from), !leaves);
    }
}

static void when_it_is_due(void **state) {
    (void)state;
    struct card card = {.answer_due_ms = 30, .expires_at_ms = 900};
    for (int at = CARD_APPLIED; at < CARD_STATES; at++) {
        card.state = (enum card_state)at;
        int64_t due = card_final(card.state) ? 0 : at == CARD_APPLIED ? 30 : 900;
        assert_int_equal(card_due_ms(&card), due);
    }
}

static void a_life_has_its_length(void **state) {
    (void)state;
    const struct history_entry entry = {.at_ms = 5};
    struct card card = {.state = CARD_ISSUED};
    while (!card_full(&card, CARD_EVENT_DISPATCHED))
        assert_true(card_move(&card, CARD_EVENT_DISPATCHED, &entry));
    assert_int_equal(card.history.count, CARD_LIFE_MAX);
    assert_true(card_full(&card, CARD_EVENT_LOST));
    assert_true(card_full(&card, CARD_EVENT_ISSUED));
    assert_false(card_full(&card, CARD_EVENT_ACTIVATED));
    assert_false(card_full(&card, CARD_EVENT_CANCEL));
    assert_true(card_move(&card, CARD_EVENT_ACTIVATED, &entry));
    while (!history_full(&card.history))
        assert_true(history_add(&card.history, &entry));
    card.state = CARD_ISSUED;
    assert_false(card_move(&card, CARD_EVENT_CANCEL, &entry));
    assert_int_equal(card.state, CARD_ISSUED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event),        cmocka_unit_test(what_is_no_state),
        cmocka_unit_test(nothing_leaves_a_final_state), cmocka_unit_test(when_it_is_due),
        cmocka_unit_test(a_life_has_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
