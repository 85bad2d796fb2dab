/*
 * The machine of orders: every state with every event against a matrix that is written from the
 * rules, not from the code; where money and product stand; what is due; suitability.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/product_order.h"
#include "domain/product_units.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STATE(name) PRODUCT_ORDER_##name
#define EVENT(name) PRODUCT_ORDER_EVENT_##name

/* clang-format off */
enum {
    no = STATE(NONE), /* refused */
    CRE = STATE(CREATED), FUN = STATE(FUNDING), PLA = STATE(PLACED), CON = STATE(CONFIRMED),
    RDG = STATE(REDEEMING), RED = STATE(REDEEMED), RFG = STATE(REFUNDING), REJ = STATE(REJECTED),
    CAN = STATE(CANCELLED), EXP = STATE(EXPIRED), OPN = STATE(OPEN), PRT = STATE(PART_WITHDRAWN),
    MAT = STATE(MATURED), CLO = STATE(CLOSED),
};

/* Rows in the order of enum product_order_state, columns in that of enum product_order_event: CREATE,
 * FUND, REFUSE, DEADLINE, PLACE, OPEN, NOT_PAID, BARRED, NOT_SEEN, CONFIRM, REFUSED, CANCEL, LAPSE,
 * REFUNDED, REDEEM, REDEEM_REFUSED, MATURE, PAID_PART, PAID_ALL. */
#define MOVES (EVENT(PAID_ALL) + 1)
static const int expected[PRODUCT_ORDER_STATES][MOVES] = {
    /*               CRE  FUN  RFU  DEA  PLA  OPN  NPD  BAR  NSN  CON  RFD  CAN  LAP  BCK  RED  RRF  MAT  PRT  ALL */
    /* NONE      */ {CRE, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* CREATED   */ {no,  FUN, REJ, EXP, no,  no,  no,  CAN, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* FUNDING   */ {no,  no,  no,  no,  PLA, OPN, REJ, CAN, EXP, no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* PLACED    */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  CON, RFG, RFG, RFG, no,  no,  no,  no,  no,  no },
    /* CONFIRMED */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  RDG, no,  RDG, no,  no },
    /* REDEEMING */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  CON, no,  CON, RED},
    /* REDEEMED  */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* REFUNDING */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  REJ, no,  no,  no,  no,  no },
    /* REJECTED  */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* CANCELLED */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* EXPIRED   */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* OPEN      */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  OPN, OPN, MAT, PRT, CLO},
    /* PART_W.   */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  PRT, PRT, MAT, PRT, CLO},
    /* MATURED   */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  MAT, no,  MAT, CLO},
    /* CLOSED    */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
};
/* What leaves the state as it is, in the order of enum product_order_event: CANCEL_ASKED,
 * CANCEL_REFUSED, TAKEN, PAYOUT, PAYOUT_FAILED, INCOME, RETURNED, UNANSWERED, LATE, CONFLICT. */
#define NOTES (PRODUCT_ORDER_EVENTS - MOVES)
static const char stays[PRODUCT_ORDER_STATES][NOTES + 1] = {
    [STATE(NONE)] =           "..........",
    [STATE(CREATED)] =        "..........",
    [STATE(FUNDING)] =        "x......x..",
    [STATE(PLACED)] =         "xx.....xxx",
    [STATE(CONFIRMED)] =      "...xxxx.xx",
    [STATE(REDEEMING)] =      "..xxxxxxxx",
    [STATE(REDEEMED)] =       "......x.xx",
    [STATE(REFUNDING)] =      "......x.xx",
    [STATE(REJECTED)] =       ".........x",
    [STATE(CANCELLED)] =      ".........x",
    [STATE(EXPIRED)] =        ".........x",
    [STATE(OPEN)] =           "..xxxx.xxx",
    [STATE(PART_WITHDRAWN)] = "..xxxx.xxx",
    [STATE(MATURED)] =        "..xxxx.xxx",
    [STATE(CLOSED)] =         ".........x",
};
/* clang-format on */

_Static_assert(PRODUCT_ORDER_STATES == 15 && MOVES == 19 && NOTES == 10, "the matrices are whole");

static int wanted(int from, int event) {
    if (event < (int)MOVES)
        return expected[from][event];
    return stays[from][event - (int)MOVES] == 'x' ? from : (int)no;
}

static void next_of_every_state_and_event(void **state) {
    (void)state;
    for (int from = 0; from < PRODUCT_ORDER_STATES; from++) {
        for (int event = 0; event < PRODUCT_ORDER_EVENTS; event++) {
            enum product_order_state next = PRODUCT_ORDER_STATES;
            bool moved = product_order_next((enum product_order_state)from,
                                            (enum product_order_event)event, &next);
            int want = wanted(from, event);
            if (moved != (want != no) || (int)next != (moved ? want : (int)PRODUCT_ORDER_STATES))
                fail_msg("%s with %s", product_order_state_name((enum product_order_state)from),
                         product_order_event_name((enum product_order_event)event));
        }
    }
}

static bool of_deposit(int it) {
    return it == CRE || it == FUN || it == REJ || it == CAN || it == EXP || it == OPN ||
           it == PRT || it == MAT || it == CLO;
}

static bool of_others(int it) {
    return it != no && it != OPN && it != PRT && it != MAT && it != CLO;
}

static const struct history_entry entry = {
    .state = 99, .at_ms = 5, .sequence = 6, .cause = CAUSE_ANSWER, .by = 7, .reason = "AM04"};

static void move_one(enum product_kind kind, int from, int event) {
    struct product_order it = {
        .kind = kind, .state = (enum product_order_state)from, .history = {.count = 1}};
    struct product_order before = it;
    int want = wanted(from, event);
    bool comes = kind == PRODUCT_DEPOSIT ? of_deposit(want) : of_others(want);
    bool moved = product_order_move(&it, (enum product_order_event)event, &entry);
    assert_int_equal(moved, comes);
    if (!moved) {
        assert_memory_equal(&it, &before, sizeof(it));
        return;
    }
    assert_int_equal(it.state, want);
    assert_int_equal(it.history.count, 2);
    const struct history_entry *kept = &it.history.entries[1];
    assert_int_equal(kept->state, it.state);
    assert_int_equal(kept->event, event);
    assert_int_equal(kept->at_ms, 5);
    assert_int_equal(kept->sequence, 6);
    assert_int_equal(kept->by, 7);
    assert_string_equal(kept->reason, "AM04");
}

static void move_of_every_kind_state_and_event(void **state) {
    (void)state;
    static const enum product_kind kinds[] = {PRODUCT_WEALTH, PRODUCT_FUND, PRODUCT_DEPOSIT};
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        for (int from = 0; from < PRODUCT_ORDER_STATES; from++) {
            for (int event = 0; event < PRODUCT_ORDER_EVENTS; event++)
                move_one(kinds[kind], from, event);
        }
    }
    struct product_order loan = {.kind = PRODUCT_LOAN};
    assert_false(product_order_move(&loan, EVENT(CREATE), &entry));
}

static void kinds_of_states(void **state) {
    (void)state;
    for (int i = 1; i < PRODUCT_ORDER_STATES; i++) {
        enum product_order_state it = (enum product_order_state)i;
        assert_int_equal(product_order_final(it),
                         i == RED || i == REJ || i == CAN || i == EXP || i == CLO);
        assert_int_equal(product_order_reaches(PRODUCT_DEPOSIT, it), of_deposit(i));
        assert_int_equal(product_order_reaches(PRODUCT_WEALTH, it), of_others(i));
        assert_int_equal(product_order_reaches(PRODUCT_FUND, it), of_others(i));
        assert_false(product_order_reaches(PRODUCT_LOAN, it));
    }
}

/* What the law allows, and what each state says. */
static void money_and_product_of_every_state(void **state) {
    (void)state;
    static const char *const pairs[PRODUCT_ORDER_STATES] = {
        [no] = "no, no",
        [CRE] = "no, no",
        [FUN] = "open, open",
        [PLA] = "done, open",
        [CON] = "done, done",
        [RDG] = "done, done",
        [RED] = "done, done",
        [RFG] = "returning, refused",
        [REJ] = "returned, refused",
        [CAN] = "returned, refused",
        [EXP] = "returned, refused",
        [OPN] = "done, done",
        [PRT] = "done, done",
        [MAT] = "done, done",
        [CLO] = "done, done",
    };
    for (int i = 0; i < PRODUCT_ORDER_STATES; i++) {
        for (int paid = 0; paid < 2; paid++) {
            struct product_order_pair pair;
            char text[32];
            assert_true(product_order_pair_of((enum product_order_state)i, paid, &pair));
            (void)snprintf(text, sizeof(text), "%s, %s", product_order_money_name(pair.money),
                           product_order_product_name(pair.product));
            bool ended = i == REJ || i == CAN || i == EXP;
            assert_string_equal(text, ended && !paid ? "no, no" : pairs[i]);
        }
    }
    struct product_order_pair pair;
    assert_false(product_order_pair_of(PRODUCT_ORDER_STATES, true, &pair));
}

/* An order that was paid does not end before its money is somewhere, and no deadline ends it. */
static void paid_orders_wait(void **state) {
    (void)state;
    for (int from = PLA; from < PRODUCT_ORDER_STATES; from++) {
        if (product_order_final((enum product_order_state)from))
            continue;
        for (int event = 0; event < (int)MOVES; event++) {
            int to = expected[from][event];
            bool ends = to != no && product_order_final((enum product_order_state)to);
            assert_int_equal(ends, event == EVENT(PAID_ALL) ? to != no
                                                            : event == EVENT(REFUNDED) && to != no);
        }
        assert_int_equal(wanted(from, EVENT(DEADLINE)), no);
    }
}

static struct product_order life(enum product_kind kind, const enum product_order_event *events,
                                 size_t count) {
    struct product_order it = {.kind = kind};
    for (size_t i = 0; i < count; i++)
        assert_true(product_order_move(&it, events[i], &entry));
    return it;
}
#define LIFE(kind, ...)                                                                            \
    life(kind, (const enum product_order_event[]){__VA_ARGS__},                                    \
         COUNT(((const enum product_order_event[]){__VA_ARGS__})))
#define TO_PLACED EVENT(CREATE), EVENT(FUND), EVENT(PLACE)

static void refunding_remembers_its_end(void **state) {
    (void)state;
    static const struct {
        enum product_order_event why;
        int end;
    } ends[] = {{EVENT(REFUSED), REJ}, {EVENT(CANCEL), CAN}, {EVENT(LAPSE), EXP}};
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct product_order it =
            LIFE(PRODUCT_FUND, TO_PLACED, ends[i].why, EVENT(RETURNED), EVENT(LATE));
        assert_int_equal(it.state, RFG);
        assert_int_equal(it.ends, ends[i].end);
        assert_true(product_order_move(&it, EVENT(REFUNDED), &entry));
        assert_int_equal(it.state, ends[i].end);
        assert_int_equal(it.history.entries[it.history.count - 1].state, ends[i].end);
        assert_int_equal(it.ends, no);
    }
}

static void lives(void **state) {
    (void)state;
    struct product_order wealth =
        LIFE(PRODUCT_WEALTH, TO_PLACED, EVENT(CANCEL_ASKED), EVENT(CANCEL_REFUSED), EVENT(CONFIRM),
             EVENT(RETURNED), EVENT(REDEEM), EVENT(UNANSWERED), EVENT(TAKEN), EVENT(PAYOUT),
             EVENT(PAID_PART), EVENT(PAYOUT), EVENT(INCOME), EVENT(MATURE), EVENT(PAYOUT),
             EVENT(PAYOUT_FAILED), EVENT(PAYOUT), EVENT(PAID_ALL));
    assert_int_equal(wealth.state, RED);
    struct product_order deposit =
        LIFE(PRODUCT_DEPOSIT, EVENT(CREATE), EVENT(FUND), EVENT(OPEN), EVENT(REDEEM), EVENT(MATURE),
             EVENT(TAKEN), EVENT(PAYOUT), EVENT(PAID_PART), EVENT(PAYOUT), EVENT(PAID_ALL));
    assert_int_equal(deposit.state, CLO);
}

/* ---- with the transfer that pays for it ---- */

static void state_goes_with_its_transfer(void **state) {
    (void)state;
    const struct {
        int state;
        bool paid;
        int transfer; /* 0: none */
        int64_t came_back_fen, refund_fen, refunded_fen;
        bool agrees;
    } rows[] = {
        {CRE, false, 0, 0, 0, 0, true},
        {CRE, false, TRANSFER_PENDING, 0, 0, 0, false},
        {FUN, false, 0, 0, 0, 0, false},
        {FUN, false, TRANSFER_RESERVED, 0, 0, 0, true},
        {FUN, false, TRANSFER_PENDING, 0, 0, 0, true},
        {FUN, false, TRANSFER_UNKNOWN, 0, 0, 0, true},
        {FUN, false, TRANSFER_ACCEPTED, 0, 0, 0, false},
        {PLA, true, TRANSFER_ACCEPTED, 0, 0, 0, true},
        {PLA, true, TRANSFER_ACCEPTED, 1, 0, 0, false},
        {PLA, true, TRANSFER_UNKNOWN, 0, 0, 0, false},
        {CON, true, TRANSFER_ACCEPTED, 0, 400, 0, true},
        {CON, true, TRANSFER_ACCEPTED, 400, 400, 400, true},
        {CON, true, TRANSFER_ACCEPTED, 400, 400, 0, false},
        {CON, true, TRANSFER_ACCEPTED, 401, 400, 401, false},
        {CON, true, TRANSFER_ACCEPTED, 0, 1000, 0, false},
        {RED, true, TRANSFER_ACCEPTED, 0, 0, 0, true},
        {RFG, true, TRANSFER_ACCEPTED, 0, 1000, 0, true},
        {RFG, true, TRANSFER_ACCEPTED, 999, 1000, 999, true},
        {RFG, true, TRANSFER_ACCEPTED, 1000, 1000, 1000, false},
        {RFG, true, TRANSFER_REJECTED, 0, 1000, 0, false},
        {CAN, true, TRANSFER_ACCEPTED, 1000, 1000, 1000, true},
        {CAN, true, TRANSFER_ACCEPTED, 999, 1000, 999, false},
        {REJ, false, 0, 0, 0, 0, true},
        {REJ, false, TRANSFER_REJECTED, 0, 0, 0, true},
        {EXP, false, TRANSFER_CANCELLED, 0, 0, 0, true},
        {EXP, false, TRANSFER_ACCEPTED, 0, 0, 0, false},
        {OPN, true, TRANSFER_ACCEPTED, 0, 0, 0, true},
        {CLO, true, TRANSFER_PENDING, 0, 0, 0, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct transfer funding = {.state = (enum transfer_state)rows[i].transfer,
                                   .amount = {1000, "CNY"},
                                   .returned_fen = rows[i].came_back_fen,
                                   .came_back_fen = rows[i].came_back_fen};
        struct product_order it = {.state = (enum product_order_state)rows[i].state,
                                   .amount = {1000, "CNY"},
                                   .placed_at_ms = rows[i].paid ? 5 : 0,
                                   .refund_fen = rows[i].refund_fen,
                                   .refunded_fen = rows[i].refunded_fen};
        if (product_order_agrees(&it, rows[i].transfer != 0 ? &funding : NULL) != rows[i].agrees)
            fail_msg("row %zu", i);
    }
    /* A return that is on its way may not be more than is to come back; another amount was paid. */
    struct transfer funding = {.state = TRANSFER_ACCEPTED, .amount = {1000, "CNY"}};
    struct product_order it = {
        .state = STATE(CONFIRMED), .amount = {1000, "CNY"}, .placed_at_ms = 5, .refund_fen = 400};
    assert_true(product_order_agrees(&it, &funding));
    funding.returned_fen = 401;
    assert_false(product_order_agrees(&it, &funding));
    funding.returned_fen = 0;
    funding.amount.fen = 1001;
    assert_false(product_order_agrees(&it, &funding));
}

/* ---- what is due ---- */

static const struct product_order due_of = {
    .deadline_ms = 100,
    .confirm_due_ms = 200,
    .refund_due_ms = 300,
    .payout_due_ms = 400,
    .matures_at_ms = 500,
    .unknown_alarm_ms = 150,
    .instruction = {.deadline_ms = 90},
};

static void due_times(void **state) {
    (void)state;
    const struct {
        int state;
        enum product_order_action action;
        bool taken, unknown;
        uint32_t late;
        int64_t refund_fen, due_ms;
    } rows[] = {
        {CRE, PRODUCT_ACTION_NONE, false, false, 0, 0, 100},
        {PLA, PRODUCT_ACTION_NONE, false, false, 0, 0, 200},
        {PLA, PRODUCT_ACTION_CANCEL, false, false, 0, 0, 90},
        {PLA, PRODUCT_ACTION_CANCEL, false, true, 0, 0, 150},
        {PLA, PRODUCT_ACTION_NONE, false, false, PRODUCT_LATE_CONFIRMATION, 0, 400},
        {CON, PRODUCT_ACTION_NONE, false, false, 0, 7, 300},
        {CON, PRODUCT_ACTION_NONE, false, false, PRODUCT_LATE_REFUND, 7, 400},
        {CON, PRODUCT_ACTION_NONE, false, false, PRODUCT_LATE_PAYOUT, 0, 500},
        {RDG, PRODUCT_ACTION_REDEEM, false, false, 0, 0, 90},
        {RDG, PRODUCT_ACTION_REDEEM, true, false, 0, 0, 400},
        {RDG, PRODUCT_ACTION_REDEEM, true, false, PRODUCT_LATE_PAYOUT, 0, 0},
        {RED, PRODUCT_ACTION_NONE, false, false, 0, 0, 0},
        {RED, PRODUCT_ACTION_NONE, false, false, 0, 7, 300},
        {OPN, PRODUCT_ACTION_NONE, false, false, PRODUCT_LATE_PAYOUT, 0, 500},
        {PRT, PRODUCT_ACTION_WITHDRAW, false, false, 0, 0, 90},
        {MAT, PRODUCT_ACTION_NONE, false, false, 0, 0, 400},
        {CLO, PRODUCT_ACTION_NONE, false, false, 0, 0, 0},
        {REJ, PRODUCT_ACTION_NONE, false, false, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct product_order it = due_of;
        it.state = (enum product_order_state)rows[i].state;
        it.instruction.action = rows[i].action;
        it.instruction.taken = rows[i].taken;
        it.unknown = rows[i].unknown;
        it.late = rows[i].late;
        it.refund_fen = rows[i].refund_fen;
        if (product_order_due_ms(&it) != rows[i].due_ms)
            fail_msg("row %zu", i);
    }
}

static void open_until_all_is_there(void **state) {
    (void)state;
    struct product_order it = {.state = STATE(REDEEMED), .refund_fen = 7, .refunded_fen = 6};
    assert_true(product_order_open(&it));
    it.refunded_fen = 7;
    assert_false(product_order_open(&it));
    it.payout.purpose = PRODUCT_PAYOUT_INCOME;
    assert_true(product_order_open(&it));
    for (int i = 1; i < PRODUCT_ORDER_STATES; i++) {
        struct product_order one = {.state = (enum product_order_state)i};
        assert_int_equal(product_order_open(&one), !product_order_final(one.state));
    }
}

static int64_t day_of(const char *date) {
    int64_t day;
    assert_true(date_parse(span_text(date), &day));
    return day;
}

static void takes(struct product_order *order, enum product_order_state at, int64_t reserved_fen,
                  int64_t sold_fen, int64_t held_fen) {
    order->state = at;
    struct product_order_take take = product_order_takes(order);
    assert_int_equal(take.reserved_fen, reserved_fen);
    assert_int_equal(take.sold_fen, sold_fen);
    assert_int_equal(take.held_fen, held_fen);
}

static void what_it_takes(void **state) {
    (void)state;
    struct product_order order = {.kind = PRODUCT_FUND, .amount = {1000, "CNY"}};
    takes(&order, STATE(CREATED), 1000, 0, 1000);
    takes(&order, STATE(FUNDING), 1000, 0, 1000);
    takes(&order, STATE(REJECTED), 0, 0, 0);
    takes(&order, STATE(EXPIRED), 0, 0, 0);
    order.placed_at_ms = 5;
    takes(&order, STATE(PLACED), 0, 1000, 1000);
    order.confirmed_units = order.units = 700000;
    order.refund_fen = 300;
    takes(&order, STATE(CONFIRMED), 0, 700, 700);
    order.units = 100001; /* of what the rest has cost, rounded down */
    takes(&order, STATE(REDEEMING), 0, 700, 100);
    order.units = 0;
    takes(&order, STATE(REDEEMED), 0, 700, 0);
    order.refund_fen = 1000;
    order.confirmed_units = 0;
    takes(&order, STATE(REFUNDING), 0, 0, 0);
    takes(&order, STATE(CANCELLED), 0, 0, 0);
    struct product_order deposit = {
        .kind = PRODUCT_DEPOSIT, .amount = {INT64_C(1) << 55, "CNY"}, .placed_at_ms = 5};
    assert_true(product_units_of_deposit(deposit.amount.fen, &deposit.units));
    takes(&deposit, STATE(OPEN), 0, deposit.amount.fen, deposit.amount.fen);
    deposit.units -= 100;
    takes(&deposit, STATE(PART_WITHDRAWN), 0, deposit.amount.fen, deposit.amount.fen - 1);
}

static void suitability(void **state) {
    (void)state;
    for (uint32_t level = 1; level <= PRODUCT_LEVEL_MAX; level++) {
        for (uint32_t risk = 1; risk <= PRODUCT_RISK_MAX; risk++)
            assert_int_equal(product_order_too_risky(level, risk), level < risk);
    }
    int64_t made = day_of("2026-03-10");
    assert_true(product_order_assessed(made, made, 365));
    assert_true(product_order_assessed(made, day_of("2027-03-10"), 365));
    assert_false(product_order_assessed(made, day_of("2027-03-11"), 365));
    assert_false(product_order_assessed(made, made - 1, 365));
}

static void full_history_moves_nothing(void **state) {
    (void)state;
    struct product_order it = {
        .kind = PRODUCT_FUND, .state = STATE(PLACED), .history = {.count = HISTORY_MAX}};
    struct product_order before = it;
    assert_false(product_order_move(&it, EVENT(CANCEL), &entry));
    assert_memory_equal(&it, &before, sizeof(it));
}

static void names_are_there_and_differ(void **state) {
    (void)state;
    for (int i = 0; i < PRODUCT_ORDER_STATES; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(product_order_state_name((enum product_order_state)i),
                                    product_order_state_name((enum product_order_state)j));
    }
    for (int i = 0; i < PRODUCT_ORDER_EVENTS; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(product_order_event_name((enum product_order_event)i),
                                    product_order_event_name((enum product_order_event)j));
    }
    assert_string_equal(product_order_state_name(PRODUCT_ORDER_STATES), "INVALID");
    assert_string_equal(product_order_event_name(PRODUCT_ORDER_EVENTS), "INVALID");
    assert_string_equal(product_order_money_name((enum product_order_money)9), "INVALID");
    assert_string_equal(product_order_product_name((enum product_order_product)9), "INVALID");
    enum product_order_state next = PRODUCT_ORDER_STATES;
    assert_false(product_order_next(PRODUCT_ORDER_STATES, EVENT(FUND), &next));
    assert_false(product_order_next(STATE(CREATED), PRODUCT_ORDER_EVENTS, &next));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_of_every_state_and_event),
        cmocka_unit_test(move_of_every_kind_state_and_event),
        cmocka_unit_test(kinds_of_states),
        cmocka_unit_test(money_and_product_of_every_state),
        cmocka_unit_test(paid_orders_wait),
        cmocka_unit_test(refunding_remembers_its_end),
        cmocka_unit_test(lives),
        cmocka_unit_test(state_goes_with_its_transfer),
        cmocka_unit_test(due_times),
        cmocka_unit_test(open_until_all_is_there),
        cmocka_unit_test(what_it_takes),
        cmocka_unit_test(suitability),
        cmocka_unit_test(full_history_moves_nothing),
        cmocka_unit_test(names_are_there_and_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
