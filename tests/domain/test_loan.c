/*
 * Loans: every state with every event against a matrix that is written from the rules, not from the
 * code; what is owed, day by day, and to whom; instalments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/loan.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EVENT(name) LOAN_EVENT_##name

/* clang-format off */
enum {
    no = LOAN_NONE, /* refused */
    OFF = LOAN_OFFERED, APP = LOAN_APPLIED, APD = LOAN_APPROVED, DEC = LOAN_DECLINED,
    DIS = LOAN_DISBURSING, OUT = LOAN_OUTSTANDING, OVE = LOAN_OVERDUE, REP = LOAN_REPAID,
    CAN = LOAN_CANCELLED, EXP = LOAN_EXPIRED,
};

/* Rows in the order of enum loan_state, columns in that of enum loan_event. */
#define MOVES (EVENT(SETTLED) + 1)
static const int expected[LOAN_STATES][MOVES] = {
    /*                 OFFE APPL APPR DECL CANC DEAD DRAW DRWN DFAI OVER CAUG SETT */
    /* NONE        */ {OFF, no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* OFFERED     */ {no,  APP, no,  no,  CAN, EXP, no,  no,  no,  no,  no,  no },
    /* APPLIED     */ {no,  no,  APD, DEC, CAN, EXP, no,  no,  no,  no,  no,  no },
    /* APPROVED    */ {no,  no,  no,  no,  CAN, EXP, DIS, no,  no,  no,  no,  no },
    /* DECLINED    */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* DISBURSING  */ {no,  no,  no,  no,  no,  no,  no,  OUT, APD, no,  no,  no },
    /* OUTSTANDING */ {no,  no,  no,  no,  no,  no,  OUT, OUT, OUT, OVE, no,  REP},
    /* OVERDUE     */ {no,  no,  no,  no,  no,  no,  no,  OVE, OVE, no,  OUT, REP},
    /* REPAID      */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* CANCELLED   */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
    /* EXPIRED     */ {no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no,  no },
};
/* What leaves the state as it is, in the order of enum loan_event: DECIDED, REPAY, REPAYMENT,
 * REPAY_FAILED, RETURNED, STATUS, WAIVED, WRITTEN_OFF, UNANSWERED, CONFLICT. */
#define NOTES (LOAN_EVENTS - MOVES)
static const char stays[LOAN_STATES][NOTES + 1] = {
    [LOAN_NONE] =        "..........",
    [LOAN_OFFERED] =     "..........",
    [LOAN_APPLIED] =     "x.........",
    [LOAN_APPROVED] =    ".........x",
    [LOAN_DECLINED] =    "..........",
    [LOAN_DISBURSING] =  "........xx",
    [LOAN_OUTSTANDING] = ".xxxxxx.xx",
    [LOAN_OVERDUE] =     ".xxxxxxxxx",
    [LOAN_REPAID] =      ".........x",
    [LOAN_CANCELLED] =   ".........x",
    [LOAN_EXPIRED] =     ".........x",
};
/* clang-format on */

_Static_assert(LOAN_STATES == 11 && MOVES == 12 && NOTES == 10, "the matrices are whole");

static int wanted(int from, int event) {
    if (event < (int)MOVES)
        return expected[from][event];
    return stays[from][event - (int)MOVES] == 'x' ? from : (int)no;
}

static void every_state_and_event(void **state) {
    (void)state;
    const struct history_entry entry = {
        .state = 99, .at_ms = 5, .sequence = 6, .cause = CAUSE_ANSWER, .by = 7, .reason = "AB06"};
    for (int from = 0; from < LOAN_STATES; from++) {
        for (int event = 0; event < LOAN_EVENTS; event++) {
            enum loan_state next = LOAN_STATES;
            static struct loan it, before;
            it = (struct loan){.state = (enum loan_state)from, .history = {.count = 1}};
            before = it;
            int want = wanted(from, event);
            bool may = loan_next((enum loan_state)from, (enum loan_event)event, &next);
            bool moved = loan_move(&it, (enum loan_event)event, &entry);
            if (may != (want != no) || moved != may || (int)next != (may ? want : (int)LOAN_STATES))
                fail_msg("%s with %s", loan_state_name((enum loan_state)from),
                         loan_event_name((enum loan_event)event));
            if (!moved) {
                assert_memory_equal(&it, &before, sizeof(it));
                continue;
            }
            const struct history_entry *kept = &it.history.entries[1];
            assert_int_equal(it.state, want);
            assert_int_equal(it.history.count, 2);
            assert_int_equal(kept->state, want);
            assert_int_equal(kept->event, event);
            assert_int_equal(kept->sequence, 6);
            assert_string_equal(kept->reason, "AB06");
        }
    }
}

static void kinds_of_states(void **state) {
    (void)state;
    for (int i = 0; i < LOAN_STATES; i++) {
        enum loan_state it = (enum loan_state)i;
        assert_int_equal(loan_final(it), i == DEC || i == REP || i == CAN || i == EXP);
        assert_int_equal(loan_runs(it), i == OUT || i == OVE);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(loan_state_name(it), loan_state_name((enum loan_state)j));
    }
    for (int i = 0; i < LOAN_EVENTS; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(loan_event_name((enum loan_event)i),
                                    loan_event_name((enum loan_event)j));
    }
    assert_string_equal(loan_state_name(LOAN_STATES), "INVALID");
    assert_string_equal(loan_event_name(LOAN_EVENTS), "INVALID");
}

/* ---- what is owed ---- */

static int64_t day_of(const char *date) {
    int64_t day;
    assert_true(date_parse(span_text(date), &day));
    return day;
}

static const struct loan_terms terms_30_70 = {.lead_share = 3000, .daily_rate = 500};
static const struct loan_terms terms_20_80 = {
    .lead_share = 2000, .lead_interest_share = 3000, .daily_rate = 500};

static void repay(struct loan_account *account, const struct loan_terms *terms, int64_t amount_fen,
                  const char *date, const struct loan_repayment *want) {
    struct loan_repayment repayment;
    assert_int_equal(loan_repayment(account, terms, amount_fen, day_of(date), &repayment), LOAN_OK);
    assert_int_equal(repayment.interest.lead_fen, want->interest.lead_fen);
    assert_int_equal(repayment.interest.partner_fen, want->interest.partner_fen);
    assert_int_equal(repayment.principal.lead_fen, want->principal.lead_fen);
    assert_int_equal(repayment.principal.partner_fen, want->principal.partner_fen);
    assert_int_equal(repayment.interest_left_fen, want->interest_left_fen);
    assert_int_equal(loan_repaid(account, terms, &repayment), LOAN_OK);
}

static void owes(const struct loan_account *account, const struct loan_terms *terms,
                 const char *date, int64_t interest_fen, int64_t principal_fen) {
    struct loan_quote quote;
    assert_int_equal(loan_quote(account, terms, day_of(date), &quote), LOAN_OK);
    assert_int_equal(quote.interest_fen, interest_fen);
    assert_int_equal(quote.principal_fen, principal_fen);
    assert_int_equal(quote.total_fen, interest_fen + principal_fen);
}

/* 3,000.00 for ten days at 0.05 %: 15.00, all of it repaid early. */
static void ten_days_and_all_of_it_back(void **state) {
    (void)state;
    struct loan_account account = {0};
    assert_int_equal(loan_drawn(&account, &terms_30_70, 300000, day_of("2026-12-25")), LOAN_OK);
    struct shares lent = loan_principal_of(&account);
    assert_int_equal(lent.lead_fen, 90000);
    assert_int_equal(lent.partner_fen, 210000);
    owes(&account, &terms_30_70, "2026-12-25", 0, 300000);
    owes(&account, &terms_30_70, "2027-01-04", 1500, 300000);
    const struct loan_repayment want = {.interest = {450, 1050}, .principal = {90000, 210000}};
    repay(&account, &terms_30_70, 301500, "2027-01-04", &want);
    owes(&account, &terms_30_70, "2027-06-01", 0, 0);
    assert_int_equal(account.interest_paid.lead_fen, 450);
}

/* The historical vector: 20/80 of the principal, 3:7 of the interest. */
static void shares_of_the_interest_are_others(void **state) {
    (void)state;
    struct loan_account account = {0};
    assert_int_equal(loan_drawn(&account, &terms_20_80, 50001, day_of("2028-02-20")), LOAN_OK);
    struct shares lent = loan_principal_of(&account);
    assert_int_equal(lent.lead_fen, 10000);
    assert_int_equal(lent.partner_fen, 40001);
    /* over 29 February: ten days of 0.250005 */
    owes(&account, &terms_20_80, "2028-03-01", 250, 50001);
    const struct loan_repayment first = {.interest = {75, 175}, .principal = {6666, 26667}};
    repay(&account, &terms_20_80, 250 + 33333, "2028-03-01", &first);
    owes(&account, &terms_20_80, "2028-03-02", 8, 16668); /* 0.08334 */
    const struct loan_repayment last = {.interest = {2, 6}, .principal = {3334, 13334}};
    repay(&account, &terms_20_80, 8 + 16668, "2028-03-02", &last);
    assert_int_equal(loan_principal_fen(&account), 0);
}

/* Interest first: what is not covered stays due, and is not charged twice. */
static void less_than_the_interest(void **state) {
    (void)state;
    struct loan_account account = {0};
    assert_int_equal(loan_drawn(&account, &terms_30_70, 1000000, day_of("2026-06-01")), LOAN_OK);
    const struct loan_repayment want = {.interest = {1200, 2800}, .interest_left_fen = 11000};
    repay(&account, &terms_30_70, 4000, "2026-07-01", &want); /* of 150.00 */
    owes(&account, &terms_30_70, "2026-07-01", 11000, 1000000);
    owes(&account, &terms_30_70, "2026-07-02", 11500, 1000000);
    const struct loan_repayment all = {.interest = {3450, 8050}, .principal = {300000, 700000}};
    repay(&account, &terms_30_70, 1011500, "2026-07-02", &all);
    owes(&account, &terms_30_70, "2026-07-02", 0, 0);
}

/* Fen by fen the lead's share is rounded to nothing: the partner gets no more than it lent. */
static void parts_of_a_fen_go_to_nobody_twice(void **state) {
    (void)state;
    static const struct loan_terms free_of_interest = {.lead_share = 2000};
    struct loan_account account = {0};
    int64_t day = day_of("2026-06-01");
    assert_int_equal(loan_drawn(&account, &free_of_interest, 50001, day), LOAN_OK);
    while (loan_principal_fen(&account) > 0) {
        struct loan_repayment one;
        assert_int_equal(loan_repayment(&account, &free_of_interest, 3, day, &one), LOAN_OK);
        assert_int_equal(one.principal.lead_fen + one.principal.partner_fen, 3);
        assert_int_equal(loan_repaid(&account, &free_of_interest, &one), LOAN_OK);
        struct shares left = loan_principal_of(&account);
        assert_true(left.lead_fen >= 0 && left.partner_fen >= 0);
    }
    assert_int_equal(account.repaid.lead_fen, 10000);
    assert_int_equal(account.repaid.partner_fen, 40001);
}

static void several_draws(void **state) {
    (void)state;
    struct loan_account account = {0};
    assert_int_equal(loan_drawn(&account, &terms_30_70, 100000, day_of("2026-06-01")), LOAN_OK);
    assert_int_equal(loan_drawn(&account, &terms_30_70, 200000, day_of("2026-06-11")), LOAN_OK);
    owes(&account, &terms_30_70, "2026-06-21", 500 + 1500, 300000);
    /* One that the bank posted before the day up to which interest runs already. */
    assert_int_equal(loan_drawn(&account, &terms_30_70, 100000, day_of("2026-06-09")), LOAN_OK);
    owes(&account, &terms_30_70, "2026-06-21", 500 + 1500 + 600, 400000);
    /* It never reached the customer. */
    assert_int_equal(loan_undrawn(&account, &terms_30_70, 100000, day_of("2026-06-09")), LOAN_OK);
    owes(&account, &terms_30_70, "2026-06-21", 500 + 1500, 300000);
    assert_int_equal(loan_undrawn(&account, &terms_30_70, 300001, day_of("2026-06-09")),
                     LOAN_ABOVE);
    assert_int_equal(loan_undrawn(&account, &terms_30_70, 0, day_of("2026-06-09")),
                     LOAN_NOT_POSITIVE);
    /* Its interest was charged already. */
    struct loan_repayment charged;
    assert_int_equal(loan_repayment(&account, &terms_30_70, 2000, day_of("2026-06-21"), &charged),
                     LOAN_OK);
    assert_int_equal(loan_repaid(&account, &terms_30_70, &charged), LOAN_OK);
    assert_int_equal(loan_undrawn(&account, &terms_30_70, 100000, day_of("2026-06-09")),
                     LOAN_ABOVE);
}

static void what_does_not_add_up(void **state) {
    (void)state;
    struct loan_account account = {0}, before;
    struct loan_repayment none = {.day = 77}, one;
    struct loan_quote quote = {.total_fen = 77};
    int64_t day = day_of("2026-06-11");
    assert_int_equal(loan_drawn(&account, &terms_30_70, 0, day), LOAN_NOT_POSITIVE);
    assert_int_equal(loan_drawn(&account, &terms_30_70, 300000, day_of("2026-06-01")), LOAN_OK);
    before = account;
    assert_int_equal(loan_repayment(&account, &terms_30_70, 301501, day, &none), LOAN_ABOVE);
    assert_int_equal(loan_repayment(&account, &terms_30_70, 0, day, &none), LOAN_NOT_POSITIVE);
    assert_int_equal(loan_repayment(&account, &terms_30_70, -1, day, &none), LOAN_NOT_POSITIVE);
    assert_int_equal(loan_repayment(&account, &terms_30_70, 100, day_of("2026-05-31"), &none),
                     LOAN_DAY_PAST);
    assert_int_equal(loan_quote(&account, &terms_30_70, INT64_MAX, &quote), LOAN_TOO_LARGE);
    assert_int_equal(loan_drawn(&account, &terms_30_70, INT64_MAX, day), LOAN_TOO_LARGE);
    assert_int_equal(loan_drawn(&account, &terms_30_70, INT64_MAX, day_of("2026-05-31")),
                     LOAN_TOO_LARGE);
    assert_int_equal(none.day, 77);
    assert_int_equal(quote.total_fen, 77);
    assert_memory_equal(&account, &before, sizeof(account));
    /* The same one twice. */
    assert_int_equal(loan_repayment(&account, &terms_30_70, 301500, day, &one), LOAN_OK);
    assert_int_equal(loan_repaid(&account, &terms_30_70, &one), LOAN_OK);
    before = account;
    assert_int_equal(loan_repaid(&account, &terms_30_70, &one), LOAN_ABOVE);
    assert_memory_equal(&account, &before, sizeof(account));
}

static void near_the_largest_sum(void **state) {
    (void)state;
    struct loan_account account = {0};
    int64_t day = day_of("2026-06-01");
    struct loan_quote quote;
    assert_int_equal(loan_drawn(&account, &terms_30_70, INT64_MAX, day), LOAN_OK);
    assert_int_equal(loan_principal_fen(&account), INT64_MAX);
    assert_int_equal(loan_quote(&account, &terms_30_70, day, &quote), LOAN_OK);
    assert_int_equal(quote.total_fen, INT64_MAX);
    assert_int_equal(loan_quote(&account, &terms_30_70, day + 1, &quote), LOAN_TOO_LARGE);
    assert_int_equal(loan_drawn(&account, &terms_30_70, 1, day), LOAN_TOO_LARGE);
}

/* ---- instalments ---- */

static void one_a_month(void **state) {
    (void)state;
    struct loan_schedule schedule;
    static const char *const days[] = {"2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29",
                                       "2028-03-31"};
    loan_schedule_make(100003, day_of("2027-10-31"), COUNT(days), &schedule);
    assert_int_equal(schedule.count, COUNT(days));
    for (size_t i = 0; i < COUNT(days); i++) {
        assert_int_equal(schedule.instalments[i].due_day, day_of(days[i]));
        assert_int_equal(schedule.instalments[i].due_fen, i + 1 < COUNT(days) ? 20000 : 20003);
    }
    assert_true(loan_schedule_valid(&schedule, 100003));
    assert_false(loan_schedule_valid(&schedule, 100004));
    assert_int_equal(loan_schedule_overdue_day(&schedule, 3), day_of("2027-12-04"));
    loan_schedule_pay(&schedule, 30000); /* one and a half */
    assert_int_equal(schedule.count, 4);
    assert_int_equal(schedule.instalments[0].due_fen, 10000);
    assert_true(loan_schedule_valid(&schedule, 70003));
    assert_int_equal(loan_schedule_overdue_day(&schedule, 0), day_of("2028-01-01"));
    loan_schedule_pay(&schedule, 70003);
    assert_int_equal(schedule.count, 0);
    assert_int_equal(loan_schedule_overdue_day(&schedule, 0), 0);
    loan_schedule_make(3, day_of("2027-10-31"), 5, &schedule); /* less than a fen each */
    assert_int_equal(schedule.count, 1);
    assert_true(loan_schedule_valid(&schedule, 3));
}

static void spread_anew_over_what_is_left(void **state) {
    (void)state;
    struct loan_schedule schedule;
    loan_schedule_make(90000, day_from_civil((struct civil_date){2026, 1, 31}), 3, &schedule);
    struct loan_schedule before = schedule;
    loan_schedule_pay(&schedule, 30000);
    loan_schedule_spread(&schedule, 100001);
    assert_int_equal(schedule.count, 2);
    assert_int_equal(schedule.instalments[0].due_day, before.instalments[1].due_day);
    assert_int_equal(schedule.instalments[0].due_fen, 50000);
    assert_int_equal(schedule.instalments[1].due_fen, 50001);
    loan_schedule_spread(&schedule, 1); /* the last takes the rest */
    assert_true(schedule.count == 1 && loan_schedule_valid(&schedule, 1));
    assert_int_equal(schedule.instalments[0].due_day, before.instalments[2].due_day);
    loan_schedule_spread(&schedule, 0);
    assert_int_equal(schedule.count, 0);
}

static void interest_is_waived_once(void **state) {
    (void)state;
    struct loan_account account = {.interest_due_fen = 100};
    assert_int_equal(loan_waive(&account, 0), LOAN_NOT_POSITIVE);
    assert_int_equal(loan_waive(&account, 101), LOAN_ABOVE);
    assert_int_equal(loan_waive(&account, 60), LOAN_OK);
    assert_true(account.interest_due_fen == 40 && account.waived_fen == 60);
    account.waived_fen = INT64_MAX;
    assert_int_equal(loan_waive(&account, 1), LOAN_TOO_LARGE);
    assert_int_equal(account.interest_due_fen, 40);
}

static void what_a_person_has_of_it(void **state) {
    (void)state;
    struct loan it = {.asked_fen = 7, .limit_fen = 5};
    for (int i = LOAN_NONE; i < LOAN_STATES; i++) {
        it.state = (enum loan_state)i;
        bool granted = i == LOAN_APPROVED || i == LOAN_DISBURSING || i == LOAN_OUTSTANDING ||
                       i == LOAN_OVERDUE;
        assert_int_equal(loan_counted_fen(&it), i == LOAN_APPLIED ? 7 : granted ? 5 : 0);
    }
}

static void schedules_that_are_none(void **state) {
    (void)state;
    struct loan_schedule schedule = {.count = 2, .instalments = {{5, 10}, {6, 10}}};
    assert_true(loan_schedule_valid(&schedule, 20));
    schedule.instalments[1].due_day = 5;
    assert_false(loan_schedule_valid(&schedule, 20));
    schedule.instalments[1] = (struct loan_instalment){6, 0};
    assert_false(loan_schedule_valid(&schedule, 10));
    schedule.instalments[1].due_fen = INT64_MAX;
    assert_false(loan_schedule_valid(&schedule, INT64_MAX));
    schedule.count = PRODUCT_INSTALMENTS_MAX + 1;
    assert_false(loan_schedule_valid(&schedule, 20));
}

/* ---- the record ---- */

static void who_lends_and_who_decides(void **state) {
    (void)state;
    static struct loan it;
    it = (struct loan){.lead = 1, .terms = {.partner = 2, .lead_share = 3000}};
    assert_int_equal(loan_lender_of(&it, 1), LOAN_LEAD);
    assert_int_equal(loan_lender_of(&it, 2), LOAN_PARTNER);
    assert_int_equal(loan_lender_of(&it, 3), LOAN_LENDERS);
    assert_false(loan_approved(&it));
    it.decisions[LOAN_LEAD].approved = true;
    assert_false(loan_approved(&it));
    it.terms.lead_share = PRODUCT_SHARES; /* the partner lends nothing */
    assert_true(loan_approved(&it));
    it.terms.lead_share = 3000;
    it.decisions[LOAN_PARTNER].approved = true;
    assert_true(loan_approved(&it));
}

static void what_may_be_drawn(void **state) {
    (void)state;
    static struct loan it;
    it = (struct loan){.terms = terms_30_70, .limit_fen = 500000, .state = LOAN_APPROVED};
    assert_int_equal(loan_available_fen(&it), 500000);
    it.state = LOAN_OUTSTANDING;
    assert_int_equal(loan_drawn(&it.account, &it.terms, 300000, day_of("2026-06-01")), LOAN_OK);
    assert_int_equal(loan_available_fen(&it), 200000);
    it.flight.kind = LOAN_FLIGHT_DRAW;
    it.flight.amount_fen = 200000;
    assert_int_equal(loan_available_fen(&it), 0);
    it.flight.amount_fen = INT64_MAX;
    assert_int_equal(loan_available_fen(&it), 0);
    it.flight.kind = LOAN_FLIGHT_REPAYMENT;
    assert_int_equal(loan_available_fen(&it), 200000);
    it.state = LOAN_OVERDUE;
    assert_int_equal(loan_available_fen(&it), 0);
    it.state = LOAN_OUTSTANDING;
    it.written_off_at_ms = 1;
    assert_int_equal(loan_available_fen(&it), 0);
    it.written_off_at_ms = 0;
    it.limit_fen = 250000; /* lowered since */
    assert_int_equal(loan_available_fen(&it), 0);
}

static void overdue_after_the_days_of_grace(void **state) {
    (void)state;
    static struct loan it;
    it = (struct loan){.state = LOAN_OUTSTANDING, .terms = {.grace_days = 3}};
    assert_int_equal(loan_due_ms(&it), 0);
    assert_false(loan_behind(&it, day_of("2030-01-01")));
    loan_schedule_make(300000, day_of("2026-11-30"), 3, &it.schedule);
    assert_int_equal(loan_due_ms(&it), shanghai_day_start_ms(day_of("2027-01-03")));
    assert_false(loan_behind(&it, day_of("2027-01-02")));
    assert_true(loan_behind(&it, day_of("2027-01-03")));
    loan_schedule_pay(&it.schedule, 100000);
    assert_false(loan_behind(&it, day_of("2027-01-03")));
    it.deadline_ms = 5;
    for (int i = 0; i < LOAN_STATES; i++) {
        it.state = (enum loan_state)i;
        bool waits = i == OFF || i == APP || i == APD;
        if (i != OUT)
            assert_int_equal(loan_due_ms(&it), waits ? 5 : 0);
    }
}

static void settled_and_open(void **state) {
    (void)state;
    static struct loan it;
    it = (struct loan){.state = LOAN_OUTSTANDING};
    assert_true(loan_settled(&it));
    it.account.interest_due_fen = 1;
    assert_false(loan_settled(&it));
    it.account.interest_due_fen = 0;
    it.account.accrued = 500000;
    assert_false(loan_settled(&it));
    it.account.accrued = 499999;
    assert_true(loan_settled(&it));
    it.flight.kind = LOAN_FLIGHT_DRAW;
    assert_false(loan_settled(&it));
    assert_true(loan_open(&it));
    it.state = LOAN_OVERDUE;
    it.written_off_at_ms = 5;
    assert_true(loan_open(&it)); /* something is on its way */
    it.flight.kind = LOAN_FLIGHT_NONE;
    assert_false(loan_open(&it));
    it.written_off_at_ms = 0;
    it.state = LOAN_REPAID;
    assert_false(loan_open(&it));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event),
        cmocka_unit_test(kinds_of_states),
        cmocka_unit_test(ten_days_and_all_of_it_back),
        cmocka_unit_test(shares_of_the_interest_are_others),
        cmocka_unit_test(less_than_the_interest),
        cmocka_unit_test(parts_of_a_fen_go_to_nobody_twice),
        cmocka_unit_test(several_draws),
        cmocka_unit_test(what_does_not_add_up),
        cmocka_unit_test(near_the_largest_sum),
        cmocka_unit_test(one_a_month),
        cmocka_unit_test(spread_anew_over_what_is_left),
        cmocka_unit_test(interest_is_waived_once),
        cmocka_unit_test(what_a_person_has_of_it),
        cmocka_unit_test(schedules_that_are_none),
        cmocka_unit_test(who_lends_and_who_decides),
        cmocka_unit_test(what_may_be_drawn),
        cmocka_unit_test(overdue_after_the_days_of_grace),
        cmocka_unit_test(settled_and_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
