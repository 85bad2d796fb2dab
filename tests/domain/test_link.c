/*
 * The link machine: every state with every event against a matrix that is written from the rules,
 * not from the code; then moves, with what they keep.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/link.h"

/* clang-format off */
enum {
    no = LINK_NONE, /* refused */
    REQ = LINK_REQUESTED, VER = LINK_VERIFYING, AUT = LINK_AWAITING_AUTHENTICATION,
    ACT = LINK_ACTIVE, SUS = LINK_SUSPENDED, CLG = LINK_CLOSING, CLD = LINK_CLOSED,
    PEN = LINK_PENDING_ACTIVATION, REJ = LINK_REJECTED, EXP = LINK_EXPIRED,
};

/* Rows in the order of enum link_state, columns in that of enum link_event:
 * REQUEST, ASKED, NOT_ACTIVATED, RESUME, VERIFIED, MISMATCH, CODE_RIGHT, CODE_TOO_MANY, DEADLINE,
 * HOLD, HOLDS_LIFTED, CLOSE, AGREEMENT_END, RUN_OFF, CARD_REFUSED. */
#define MOVES (LINK_EVENT_CARD_REFUSED + 1)
static const int expected[LINK_STATES][MOVES] = {
    /*                REQ  ASK  NAC  RES  VER  MIS  RIG  TOO  DEA  HOL  LIF  CLO  END  RUN  CAR */
    /* NONE       */ { REQ, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no  },
    /* REQUESTED  */ { no,  VER, PEN, no,  no,  no,  no,  no,  REJ, no,  no,  CLD, no,  no,  no  },
    /* VERIFYING  */ { no,  no,  PEN, no,  AUT, REJ, no,  no,  REJ, no,  no,  CLD, no,  no,  no  },
    /* AWAITING   */ { no,  no,  no,  no,  no,  no,  ACT, REJ, EXP, no,  no,  CLD, no,  no,  no  },
    /* ACTIVE     */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  SUS, no,  CLG, CLG, no,  no  },
    /* SUSPENDED  */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  SUS, ACT, CLG, CLG, no,  no  },
    /* CLOSING    */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  CLG, no,  no,  no,  CLD, no  },
    /* CLOSED     */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no  },
    /* PENDING_A. */ { no,  no,  no,  VER, no,  no,  no,  no,  EXP, no,  no,  CLD, no,  no,  REJ },
    /* REJECTED   */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no  },
    /* EXPIRED    */ { no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no  },
};
/* What leaves the state as it is, in the order of enum link_event: ACTIVATED, CODE_SENT,
 * CODE_WRONG, AMEND_ASKED, AMENDED, AMEND_DROPPED, HOLD_LIFTED, RECHECKED, REVERIFYING, REVERIFIED,
 * REVERIFY_FAILED, REPORTED. x: it is taken. */
#define NOTES (LINK_EVENTS - MOVES)
static const char stays[LINK_STATES][NOTES + 1] = {
    [LINK_NONE] =                    "............",
    [LINK_REQUESTED] =               "...........x",
    [LINK_VERIFYING] =               "...........x",
    [LINK_AWAITING_AUTHENTICATION] = ".xx........x",
    [LINK_ACTIVE] =                  ".xxxxx.x...x",
    [LINK_SUSPENDED] =               ".....xxxxxxx",
    [LINK_CLOSING] =                 "......x....x",
    [LINK_CLOSED] =                  "............",
    [LINK_PENDING_ACTIVATION] =      "x..........x",
    [LINK_REJECTED] =                "............",
    [LINK_EXPIRED] =                 "............",
};
/* clang-format on */

_Static_assert(LINK_STATES == 11 && MOVES == 15 && NOTES == 12, "the matrices are whole");

static int wanted(int from, int event) {
    if (event < (int)MOVES)
        return expected[from][event];
    return stays[from][event - (int)MOVES] == 'x' ? from : (int)no;
}

static void next_of_every_state_and_event(void **state) {
    (void)state;
    for (int from = 0; from < LINK_STATES; from++) {
        for (int event = 0; event < LINK_EVENTS; event++) {
            enum link_state next = LINK_STATES;
            bool moved = link_next((enum link_state)from, (enum link_event)event, &next);
            int want = wanted(from, event);
            if (moved != (want != no) || (int)next != (moved ? want : (int)LINK_STATES))
                fail_msg("%s with %s", link_state_name((enum link_state)from),
                         link_event_name((enum link_event)event));
        }
    }
}

static void move_of_every_state_and_event(void **state) {
    (void)state;
    const struct history_entry entry = {
        .state = 99, .at_ms = 5, .sequence = 6, .cause = CAUSE_ANSWER, .by = 7, .reason = "BE01"};
    for (int from = 0; from < LINK_STATES; from++) {
        for (int event = 0; event < LINK_EVENTS; event++) {
            struct link link = {.state = (enum link_state)from, .history = {.count = 2}};
            struct link before = link;
            bool moved = link_move(&link, (enum link_event)event, &entry);
            assert_int_equal(moved, wanted(from, event) != no);
            if (!moved) {
                assert_memory_equal(&link, &before, sizeof(link));
                continue;
            }
            assert_int_equal(link.state, wanted(from, event));
            assert_int_equal(link.ends_expired, event == LINK_EVENT_AGREEMENT_END);
            assert_int_equal(link.history.count, 3);
            const struct history_entry *kept = &link.history.entries[2];
            assert_int_equal(kept->state, link.state);
            assert_int_equal(kept->event, event);
            assert_int_equal(kept->at_ms, 5);
            assert_int_equal(kept->sequence, 6);
            assert_int_equal(kept->cause, CAUSE_ANSWER);
            assert_int_equal(kept->by, 7);
            assert_string_equal(kept->reason, "BE01");
        }
    }
}

static void kinds_of_states(void **state) {
    (void)state;
    for (int i = 0; i < LINK_STATES; i++) {
        enum link_state it = (enum link_state)i;
        assert_int_equal(link_final(it), i == CLD || i == REJ || i == EXP);
        assert_int_equal(link_waiting(it), i == REQ || i == VER || i == AUT || i == PEN);
    }
}

/* Runs the events from LINK_NONE; all must be granted. */
static struct link life(const enum link_event *events, size_t count) {
    struct link link = {.state = LINK_NONE};
    const struct history_entry entry = {.cause = CAUSE_REQUEST};
    for (size_t i = 0; i < count; i++)
        assert_true(link_move(&link, events[i], &entry));
    assert_int_equal(link.history.count, count);
    return link;
}
#define LIFE(...)                                                                                  \
    life((const enum link_event[]){__VA_ARGS__},                                                   \
         sizeof((const enum link_event[]){__VA_ARGS__}) / sizeof(enum link_event))
#define TO_ACTIVE LINK_EVENT_REQUEST, LINK_EVENT_ASKED, LINK_EVENT_VERIFIED, LINK_EVENT_CODE_RIGHT

static void closing_remembers_how_it_ends(void **state) {
    (void)state;
    struct link unbound = LIFE(TO_ACTIVE, LINK_EVENT_CLOSE, LINK_EVENT_RUN_OFF);
    assert_int_equal(unbound.state, LINK_CLOSED);
    struct link ended = LIFE(TO_ACTIVE, LINK_EVENT_AGREEMENT_END, LINK_EVENT_RUN_OFF);
    assert_int_equal(ended.state, LINK_EXPIRED);
    assert_int_equal(ended.history.entries[5].state, LINK_EXPIRED);
    struct link held = LIFE(TO_ACTIVE, LINK_EVENT_HOLD, LINK_EVENT_AGREEMENT_END, LINK_EVENT_HOLD,
                            LINK_EVENT_RUN_OFF);
    assert_int_equal(held.state, LINK_EXPIRED);
}

static void activation_starts_verification_again(void **state) {
    (void)state;
    struct link link = LIFE(LINK_EVENT_REQUEST, LINK_EVENT_ASKED, LINK_EVENT_NOT_ACTIVATED,
                            LINK_EVENT_RESUME, LINK_EVENT_VERIFIED, LINK_EVENT_CODE_RIGHT);
    assert_int_equal(link.state, LINK_ACTIVE);
}

static void full_history_moves_nothing(void **state) {
    (void)state;
    struct link link = {.state = LINK_ACTIVE, .history = {.count = HISTORY_MAX}};
    struct link before = link;
    const struct history_entry entry = {.cause = CAUSE_REQUEST};
    assert_false(link_move(&link, LINK_EVENT_AGREEMENT_END, &entry));
    assert_memory_equal(&link, &before, sizeof(link));
}

/* ---- what may be widened only with the customer's code ---- */

static void widening_is_more_scope_or_a_higher_limit(void **state) {
    (void)state;
    const uint32_t collect = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
                   pay = LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    static const struct {
        struct agreed_limits before, after;
        bool widens;
    } rows[] = {
        {{100, 200, 3, 400}, {100, 200, 3, 400}, false},
        {{100, 200, 3, 400}, {99, 199, 2, 399}, false},
        {{100, 200, 3, 400}, {101, 200, 3, 400}, true},
        {{100, 200, 3, 400}, {100, 201, 3, 400}, true},
        {{100, 200, 3, 400}, {100, 200, 4, 400}, true},
        {{100, 200, 3, 400}, {100, 200, 3, 401}, true},
        /* 0 is no limit: to take one away widens, to set one narrows */
        {{100, 200, 3, 400}, {0, 200, 3, 400}, true},
        {{100, 200, 3, 400}, {100, 0, 3, 400}, true},
        {{100, 200, 3, 400}, {100, 200, 0, 400}, true},
        {{100, 200, 3, 400}, {100, 200, 3, 0}, true},
        {{0, 0, 0, 0}, {INT64_MAX, INT64_MAX, UINT32_MAX, INT64_MAX}, false},
        {{0, 0, 0, 0}, {0, 0, 0, 0}, false},
        /* one narrower does not make up for another that is wider */
        {{100, 200, 3, 400}, {1, 1, 1, 401}, true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct link link = {.scopes = collect | pay, .limits = rows[i].before};
        if (link_widens(&link, collect | pay, &rows[i].after) != rows[i].widens)
            fail_msg("row %zu", i);
        assert_int_equal(link_widens(&link, pay, &rows[i].after), rows[i].widens);
        assert_true(
            link_widens(&link, collect | pay | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE), &rows[i].after));
    }
}

/* ---- holds ---- */

static void holds_block_together(void **state) {
    (void)state;
    struct link link = {0};
    struct id first = id_make(1, 1, 1), second = id_make(1, 1, 2), third = id_make(1, 1, 3);
    assert_int_equal(link_blocked(&link), 0);
    assert_null(link_hold(&link, &first));
    link.hold_count = 2;
    link.holds[0] = (struct hold){.id = first, .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1)};
    link.holds[1] = (struct hold){
        .id = second,
        .blocks = HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS),
    };
    link.holds[2] = (struct hold){.id = third, .blocks = HOLD_BLOCKS_ALL}; /* not in the set */
    assert_int_equal(link_blocked(&link),
                     HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1) | HOLD_BLOCK_BIT(HOLD_BLOCK_ORDERS));
    assert_ptr_equal(link_hold(&link, &second), &link.holds[1]);
    assert_null(link_hold(&link, &third));
    uint32_t all = 0;
    for (unsigned block = HOLD_BLOCK_DEBIT_CLASS1; block <= HOLD_BLOCK_ORDERS; block++)
        all |= HOLD_BLOCK_BIT(block);
    assert_int_equal(all, HOLD_BLOCKS_ALL);
    assert_true(HOLDS_PLACED_MAX < HOLDS_MAX);
}

static void what_is_no_state_or_event(void **state) {
    (void)state;
    enum link_state next = LINK_STATES;
    assert_false(link_next(LINK_STATES, LINK_EVENT_CLOSE, &next));
    assert_false(link_next((enum link_state)255, LINK_EVENT_CLOSE, &next));
    assert_false(link_next(LINK_ACTIVE, LINK_EVENTS, &next));
    assert_int_equal(next, LINK_STATES);
    assert_string_equal(link_state_name(LINK_STATES), "INVALID");
    assert_string_equal(link_event_name(LINK_EVENTS), "INVALID");
}

static void names_are_there_and_differ(void **state) {
    (void)state;
    for (int i = 0; i < LINK_STATES; i++) {
        assert_non_null(link_state_name((enum link_state)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(link_state_name((enum link_state)i),
                                    link_state_name((enum link_state)j));
    }
    for (int i = 0; i < LINK_EVENTS; i++) {
        assert_non_null(link_event_name((enum link_event)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(link_event_name((enum link_event)i),
                                    link_event_name((enum link_event)j));
    }
}

static void scopes_have_a_bit_each(void **state) {
    (void)state;
    uint32_t all = 0;
    for (unsigned scope = LINK_SCOPE_COLLECT; scope <= LINK_SCOPE_PRODUCTS; scope++) {
        assert_int_equal(all & LINK_SCOPE_BIT(scope), 0);
        all |= LINK_SCOPE_BIT(scope);
    }
    assert_int_equal(all, 0x3e);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_of_every_state_and_event),
        cmocka_unit_test(move_of_every_state_and_event),
        cmocka_unit_test(kinds_of_states),
        cmocka_unit_test(closing_remembers_how_it_ends),
        cmocka_unit_test(activation_starts_verification_again),
        cmocka_unit_test(full_history_moves_nothing),
        cmocka_unit_test(widening_is_more_scope_or_a_higher_limit),
        cmocka_unit_test(holds_block_together),
        cmocka_unit_test(what_is_no_state_or_event),
        cmocka_unit_test(names_are_there_and_differ),
        cmocka_unit_test(scopes_have_a_bit_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
