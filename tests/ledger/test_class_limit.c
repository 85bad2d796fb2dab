/*
 * The limits of an account's class: the vectors T1 to T18 of DOMAIN.md §9, as far as the gateway sees
 * them; and what they do over days, years and links.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/kinds.h"
#include "ledger/laws.h"
#include "verify/verify.h"

#define IN CLASS_FLOW_IN
#define OUT CLASS_FLOW_OUT
#define II ACCOUNT_CLASS_II
#define III ACCOUNT_CLASS_III
#define REMOTE ACCOUNT_OPENING_REMOTE
#define IN_PERSON ACCOUNT_OPENING_FACE_TO_FACE
#define LAST_MS_OF_2026 1798732799999 /* 23:59:59.999 in Shanghai */

static struct world world;

static int set_up(void **state) {
    (void)state;
    kinds_init(&world);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    laws_check(&world);
    world_deinit(&world);
    return 0;
}

/* T1, T2: exactly the limit, not one fen more; in and out are separate. */
static void exactly_the_limit(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, IN_PERSON);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1000000);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1, REFUSAL_BUCKET);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1000000);
    kinds_refused(&world, &link, TRANSFER_CASH_OUT, OUT, 1, REFUSAL_BUCKET);
}

/* T3: kinds add up. */
static void kinds_add_up(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, IN_PERSON);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 300000);
    (void)kinds_granted(&world, &link, TRANSFER_BILL, OUT, 300000);
    (void)kinds_granted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 400000);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
    (void)kinds_granted(&world, &link, TRANSFER_CASH_IN, IN, 500000);
    (void)kinds_granted(&world, &link, TRANSFER_COUNTER_IN, IN, 300000);
    (void)kinds_granted(&world, &link, TRANSFER_LOAN_OTHER, IN, 200000);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1, REFUSAL_BUCKET);
}

/* T4, T17: what the class and its opening forbid. */
static void what_the_class_forbids(void **state) {
    (void)state;
    static const struct {
        enum account_class class;
        enum account_opening opening;
        enum transfer_kind kind;
        enum class_flow flow;
        enum refusal_code code;
    } cases[] = {
        {II, REMOTE, TRANSFER_NON_BOUND_IN, IN, REFUSAL_CLASS},
        {II, REMOTE, TRANSFER_COUNTER_IN, IN, REFUSAL_CLASS},
        {II, REMOTE, TRANSFER_CASH_IN, IN, REFUSAL_CLASS},
        {II, REMOTE, TRANSFER_CASH_OUT, OUT, REFUSAL_CLASS},
        {II, REMOTE, TRANSFER_LOAN_OTHER, IN, REFUSAL_CLASS},
        {III, REMOTE, TRANSFER_CASH_IN, IN, REFUSAL_CLASS},
        {III, IN_PERSON, TRANSFER_CASH_OUT, OUT, REFUSAL_CLASS},
        {III, REMOTE, TRANSFER_LOAN_OTHER, IN, REFUSAL_NOT_FUNDED},
        {III, REMOTE, TRANSFER_NON_BOUND_IN, IN, REFUSAL_NOT_FUNDED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct id link = kinds_link(&world, cases[i].class, cases[i].opening);
        kinds_refused(&world, &link, cases[i].kind, cases[i].flow, 1, cases[i].code);
        (void)kinds_granted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1);
    }
}

/* T5, T17: between the pair, and the account's own bank's loan, nothing is counted. */
static void what_is_never_counted(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    (void)kinds_posted(&world, &link, TRANSFER_BOUND_PAIR, IN, 5000000000);
    (void)kinds_posted(&world, &link, TRANSFER_BOUND_PAIR, OUT, 5000000000);
    (void)kinds_posted(&world, &link, TRANSFER_LOAN_OWN, IN, 20000000);
    (void)kinds_posted(&world, &link, TRANSFER_PAYMENT, CLASS_FLOW_NONE, 20000000);
    assert_true(kinds_taken(&world, &link, BUCKET_IN) == 0);
    assert_true(kinds_taken(&world, &link, BUCKET_OUT) == 0);
}

/* T7, T8: twenty days fill the year. */
static void a_year_is_full(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    world.now_ms = LAST_MS_OF_2026 + 1 + 100 * DAY_MS;
    for (int day = 0; day < 19; day++, world.now_ms += DAY_MS)
        (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1000000);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 999999);
    world.now_ms += DAY_MS;
    kinds_send(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 2);
    struct refusal_view refusal = world_refusal(&world, world_one(&world, EFFECT_REPLY));
    assert_true(refusal.limit.present && span_equal(refusal.limit.period, span_text("YEAR")));
    assert_true(span_equal(refusal.limit.bucket, span_text("II-OUT")));
    assert_true(refusal.limit.limit_fen == 20000000 && refusal.limit.left_fen == 1);
    assert_true(refusal.limit.resets_at_ms == limit_year_resets_ms(world.now_ms));
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1, REFUSAL_BUCKET);
    world.now_ms = LAST_MS_OF_2026 + 1 + 365 * DAY_MS; /* 2028 */
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1000000);
}

/* T9 to T11. */
static void class_three(void **state) {
    (void)state;
    struct id link = kinds_link(&world, III, REMOTE);
    (void)kinds_granted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 200000);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 1, REFUSAL_BUCKET);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1, REFUSAL_NOT_FUNDED);
    struct id other = kinds_link(&world, III, REMOTE); /* which has no row of limits yet */
    (void)kinds_granted(&world, &other, TRANSFER_BOUND_PAIR, IN, 1);
    laws_check(&world);
    struct id refused = kinds_granted(&world, &link, TRANSFER_BOUND_PAIR, IN, 1);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1, REFUSAL_NOT_FUNDED);
    money_answer(&world, &refused, POSTING_REFUSED);
    assert_false(kinds_limits(&world, &link).funded);
    struct id first = kinds_granted(&world, &link, TRANSFER_BOUND_PAIR, IN, 1);
    struct id second = kinds_granted(&world, &link, TRANSFER_BOUND_PAIR, IN, 1);
    money_answer(&world, &second, POSTING_POSTED);
    money_answer(&world, &first, POSTING_POSTED);
    assert_true(world_get_transfer(&world, &second).funds);
    assert_false(world_get_transfer(&world, &first).funds);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_IN, IN, 500000);
    kinds_refused(&world, &link, TRANSFER_NON_BOUND_IN, IN, 1, REFUSAL_BUCKET);
}

/* T12, T13: given back, or kept. */
static void given_back_or_kept(void **state) {
    (void)state;
    static const struct {
        enum posting_outcome outcome;
        bool room;
    } cases[] = {{POSTING_REFUSED, true}, {POSTING_UNDONE, true}, {POSTING_POSTED, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct id link = kinds_link(&world, II, REMOTE);
        struct id id = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
        money_expire(&world, &id);
        kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
        money_answer(&world, &id, cases[i].outcome);
        assert_true(world_get_transfer(&world, &id).limited == !cases[i].room);
        if (cases[i].room)
            (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
        else
            kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
        laws_check(&world);
    }
}

/* A return of a payment gives nothing back. */
static void a_return_gives_nothing_back(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    struct id paid = kinds_posted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
    struct id back = money_return_pending(&world, &paid, 1000000);
    money_answer(&world, &back, POSTING_POSTED);
    assert_true(kinds_taken(&world, &link, BUCKET_OUT) == 1000000);
    assert_true(kinds_taken(&world, &link, BUCKET_IN) == 0);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
}

/* T14, T15: midnight and the year's end. */
static void a_new_day_and_a_new_year(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    world.now_ms = LAST_MS_OF_2026 - DAY_MS;
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
    world.now_ms += 1;
    struct id old = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
    world.now_ms = LAST_MS_OF_2026 + 1;
    struct id new = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 999999);
    struct account_limits limits = kinds_limits(&world, &link);
    assert_int_equal(limits.buckets[BUCKET_OUT].year, 2027);
    assert_true(limits.buckets[BUCKET_OUT].of_year.reserved_fen == 999999);
    money_answer(&world, &old, POSTING_REFUSED); /* gives nothing back to 2027 */
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 2, REFUSAL_BUCKET);
    money_answer(&world, &new, POSTING_POSTED);
    assert_true(kinds_taken(&world, &link, BUCKET_OUT) == 999999);
}

/* The 29th of February is a day of its own. */
static void a_leap_day(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    int64_t leap_ms = shanghai_day_start_ms(
        day_from_civil((struct civil_date){.year = 2028, .month = 2, .day = 29}));
    world.now_ms = leap_ms - 1;
    for (int day = 0; day < 3; day++) {
        (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
        kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
        world.now_ms = leap_ms + day * DAY_MS;
    }
    assert_true(kinds_limits(&world, &link).buckets[BUCKET_OUT].of_year.reserved_fen == 3000000);
}

/* T16, T18. */
static void two_at_once_and_the_largest(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 600000);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 600000, REFUSAL_BUCKET);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, FEN_MAX, REFUSAL_BUCKET);
    struct rules rules = kinds_rules(&world);
    rules.buckets[BUCKET_CLASS_II][BUCKET_OUT] = (struct bucket_limit){FEN_MAX, FEN_MAX};
    kinds_change(&world, &rules);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 600000);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, FEN_MAX, REFUSAL_BUCKET);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, FEN_MAX - 599999, REFUSAL_BUCKET);
}

/* Two links of one account share its buckets. */
static void one_account_two_links(void **state) {
    (void)state;
    struct open_link open = world_open(&world);
    struct id first = world_link_of(&world, &open);
    struct open_link other = world_open(&world);
    other.class2 = open.class2;
    other.person = open.person;
    struct id second = world_link_of(&world, &other);
    (void)kinds_granted(&world, &first, TRANSFER_NON_BOUND_OUT, OUT, 600000);
    kinds_refused(&world, &second, TRANSFER_NON_BOUND_OUT, OUT, 400001, REFUSAL_BUCKET);
    (void)kinds_posted(&world, &second, TRANSFER_NON_BOUND_OUT, OUT, 400000);
    assert_true(kinds_taken(&world, &first, BUCKET_OUT) == 1000000);
}

/* A limit that is lowered counts from its day on: of the year what was used before it, too, and not of
 * the day; and what was used before is no fault of the books. */
static void limits_change_at_midnight(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    (void)kinds_posted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
    struct rules rules = kinds_rules(&world);
    struct bucket_limit *limit = &rules.buckets[BUCKET_CLASS_II][BUCKET_OUT];
    *limit = (struct bucket_limit){.day_fen = 300, .year_fen = 1000500};
    kinds_change(&world, &rules);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 301, REFUSAL_BUCKET);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 300);
    *limit = (struct bucket_limit){.day_fen = 1000, .year_fen = 1000500};
    kinds_change(&world, &rules);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 201, REFUSAL_BUCKET);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 200);
    laws_check(&world);
    *limit = (struct bucket_limit){.day_fen = 100, .year_fen = 100};
    kinds_change(&world, &rules);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
}

/* What the rules say of each kind, at its edges. */
static void amounts_of_a_kind(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    struct rules rules = kinds_rules(&world);
    rules.kinds[TRANSFER_PAYMENT] =
        (struct kind_rule){.enabled = true, .min_fen = 10, .max_fen = 1000};
    kinds_change(&world, &rules);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 9, REFUSAL_AMOUNT_BELOW);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1001, REFUSAL_AMOUNT_ABOVE);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 10);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000);
    rules.kinds[TRANSFER_PAYMENT].enabled = false;
    kinds_change(&world, &rules);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 10, REFUSAL_KIND_DISABLED);
}

/* The same request says the same, whatever became of the limit meanwhile. */
static void a_replay_says_what_was_left(void **state) {
    (void)state;
    struct id link = kinds_link(&world, II, REMOTE);
    struct id taken = kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 999000);
    const struct transfer_way *way = kinds_way(TRANSFER_PAYMENT, OUT);
    struct submit_transfer request = kinds_request(&world, &link, way, 1001);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &request), 0);
        struct refusal_view refusal = world_refusal(&world, world_one(&world, EFFECT_REPLY));
        assert_true(span_equal(refusal.reason, span_text("RR04")) &&
                    refusal.replayed == (again > 0));
        assert_int_equal(refusal.retry, RETRY_NEW_ID);
        assert_true(refusal.limit.present && refusal.limit.left_fen == 1000);
        assert_true(refusal.limit.limit_fen == 1000000);
        assert_true(span_equal(refusal.limit.period, span_text("DAY")));
        assert_true(refusal.limit.resets_at_ms == limit_day_resets_ms(world.now_ms));
        if (again == 0)
            money_answer(&world, &taken, POSTING_REFUSED);
    }
}

/* The agreed limits of the link say it, too. */
static void agreed_limits_say_what_is_left(void **state) {
    (void)state;
    static const struct {
        struct agreed_limits limits;
        const char *period;
        int64_t limit_fen, left_fen;
        uint32_t count;
    } cases[] = {{{0, 150, 0, 0}, "DAY", 150, 50, 0},
                 {{0, 0, 1, 0}, "DAY", 0, 0, 1},
                 {{0, 0, 0, 150}, "YEAR", 150, 50, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct id link = money_link(&world, &cases[i].limits);
        (void)kinds_granted(&world, &link, TRANSFER_BOUND_PAIR, IN, 100);
        kinds_send(&world, &link, TRANSFER_BOUND_PAIR, IN, 51);
        struct refusal_view refusal = world_refusal(&world, world_one(&world, EFFECT_REPLY));
        assert_true(refusal.limit.present && span_equal(refusal.limit.bucket, span_text("AGREED")));
        assert_true(span_equal(refusal.limit.period, span_text(cases[i].period)));
        assert_true(refusal.limit.limit_fen == cases[i].limit_fen);
        assert_true(refusal.limit.left_fen == cases[i].left_fen);
        assert_int_equal(refusal.limit.limit_count, cases[i].count);
    }
}

/* The account's own bank knows of more than passes here. */
static void the_bank_s_own_word(void **state) {
    (void)state;
    struct open_link open = world_open(&world);
    struct id link = world_link_of(&world, &open);
    struct report_account report = {
        .request = world_request_id(&world),
        .account_number = open.class2.number,
        .event = ACCOUNT_EVENT_LIMIT,
        .remaining = {{LIMIT_NOT_SAID, LIMIT_NOT_SAID}, {100, LIMIT_NOT_SAID}},
    };
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REPORT_ACCOUNT, &report), 0);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 101, REFUSAL_BUCKET);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 100);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
    report.request = world_request_id(&world);
    report.remaining.out_fen[0] = 50; /* and then of less */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REPORT_ACCOUNT, &report), 0);
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 50);
    kinds_refused(&world, &link, TRANSFER_PAYMENT, OUT, 1, REFUSAL_BUCKET);
    world.now_ms += DAY_MS; /* it spoke of that day */
    (void)kinds_granted(&world, &link, TRANSFER_PAYMENT, OUT, 1000000);
    report.request = world_request_id(&world);
    report.account_number = open.class1.number; /* has no such limits */
    assert_int_equal(world_send(&world, BANK_B, COMMAND_REPORT_ACCOUNT, &report), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_ACCOUNT, "account_number");
}

/* ---- the law finds each of these ---- */

static void found(void *context, const struct verify_finding *finding) {
    bool *seen = context;
    *seen = *seen || finding->law == LAW_I8;
}

static bool law_finds(void) {
    bool seen = false;
    struct verify_sink sink = {.found = found, .context = &seen};
    struct verify_counts counts;
    assert_int_equal(verify_store(world.store, false, &sink, &counts), 0);
    return seen;
}

static void put(const struct account_limits *limits) {
    store_begin(world.store);
    store_put_limits(world.store, limits);
    store_commit(world.store);
}

/* Neither link is above the limit by itself. */
static void the_law_adds_up_links(void **state) {
    (void)state;
    struct open_link open = world_open(&world);
    struct id first = world_link_of(&world, &open);
    struct open_link other = world_open(&world);
    other.class2 = open.class2;
    other.person = open.person;
    struct id second = world_link_of(&world, &other);
    (void)kinds_granted(&world, &first, TRANSFER_NON_BOUND_OUT, OUT, 600000);
    struct id id = kinds_granted(&world, &second, TRANSFER_NON_BOUND_OUT, OUT, 400000);
    assert_false(law_finds());
    struct transfer transfer = world_get_transfer(&world, &id);
    struct transfer above = transfer;
    const struct account_limits right = kinds_limits(&world, &first);
    struct account_limits wrong = right;
    above.amount.fen++;
    wrong.buckets[BUCKET_OUT].of_day.reserved_fen++;
    wrong.buckets[BUCKET_OUT].of_year.reserved_fen++;
    world_put_transfer(&world, &above);
    put(&wrong);
    assert_true(law_finds());
    world_put_transfer(&world, &transfer);
    put(&right);
    assert_false(law_finds());
}

static void the_law_finds_what_is_wrong(void **state) {
    (void)state;
    struct id link = kinds_link(&world, III, REMOTE);
    (void)kinds_posted(&world, &link, TRANSFER_BOUND_PAIR, IN, 1);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_IN, IN, 10);
    (void)kinds_posted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 20);
    struct id open = kinds_granted(&world, &link, TRANSFER_NON_BOUND_OUT, OUT, 30);
    const struct account_limits right = kinds_limits(&world, &link);
    assert_false(law_finds());
    for (int fault = 0; fault < 8; fault++) {
        struct account_limits wrong = right;
        struct bucket *out = &wrong.buckets[BUCKET_OUT];
        wrong.funded = fault != 0;
        wrong.buckets[BUCKET_IN].of_day.used_fen += fault == 1;
        out->of_day.used_fen -= fault == 2;
        out->of_year.used_fen += fault == 3;
        out->of_day.reserved_fen += fault == 4;
        out->of_year.reserved_fen -= fault == 5;
        out->of_day.cap_fen = fault == 6 ? -1 : 0;
        out->day -= fault == 7;
        put(&wrong);
        assert_true(law_finds());
    }
    put(&right);
    struct transfer transfer = world_get_transfer(&world, &open);
    struct transfer above = transfer;
    above.amount.fen = 199981; /* with the 20 that are used one fen above the limit */
    world_put_transfer(&world, &above);
    assert_true(law_finds());
    world_put_transfer(&world, &transfer);
    assert_false(law_finds());
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(exactly_the_limit),
        CASE(kinds_add_up),
        CASE(what_the_class_forbids),
        CASE(what_is_never_counted),
        CASE(a_year_is_full),
        CASE(class_three),
        CASE(given_back_or_kept),
        CASE(a_return_gives_nothing_back),
        CASE(a_new_day_and_a_new_year),
        CASE(a_leap_day),
        CASE(two_at_once_and_the_largest),
        CASE(one_account_two_links),
        CASE(limits_change_at_midnight),
        CASE(amounts_of_a_kind),
        CASE(a_replay_says_what_was_left),
        CASE(agreed_limits_say_what_is_left),
        CASE(the_bank_s_own_word),
        CASE(the_law_finds_what_is_wrong),
        CASE(the_law_adds_up_links),
    };
    return cmocka_run_group_tests_name("class limit", tests, NULL, NULL);
}
