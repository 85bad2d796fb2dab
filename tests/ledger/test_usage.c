/*
 * The agreed limits of a link: exactly the limit passes, one fen more does not; what was rejected or
 * cancelled is given back to its own day; what may have moved stays counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"
#include "ledger/money.h"

#define LAST_MS_OF_2026 1798732799999 /* 23:59:59.999 in Shanghai */

static void submit(struct world *world, const struct id *link, enum transfer_direction direction,
                   int64_t fen) {
    struct submit_transfer request = world_submit(world, link, direction, fen);
    assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &request), 0);
}

static struct id granted(struct world *world, const struct id *link, int64_t fen) {
    submit(world, link, TRANSFER_PULL, fen);
    return world_instruction(world).transfer;
}

static void refused(struct world *world, const struct id *link, int64_t fen, enum refusal_code code,
                    const char *field) {
    struct link_usage before = money_usage(world, link);
    submit(world, link, TRANSFER_PULL, fen);
    world_expect_refused(world, code, field);
    struct link_usage after = money_usage(world, link);
    assert_memory_equal(&before, &after, sizeof before);
}

static void each_limit_by_itself(void **state) {
    (void)state;
    static const struct {
        struct agreed_limits limits;
        int64_t first, passes, fails;
        enum refusal_code code;
        const char *field;
    } cases[] = {
        {{100, 0, 0, 0}, 100, 100, 101, REFUSAL_AGREED_LIMIT, "amount.fen"},
        {{100, 150, 0, 0}, 100, 50, 1, REFUSAL_AGREED_DAY, "amount.fen"},
        {{100, 0, 2, 0}, 1, 1, 1, REFUSAL_AGREED_COUNT, "link_id"},
        {{100, 0, 0, 150}, 100, 50, 1, REFUSAL_AGREED_YEAR, "amount.fen"},
    };
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct id link = money_link(&world, &cases[i].limits);
        (void)granted(&world, &link, cases[i].first);
        (void)granted(&world, &link, cases[i].passes);
        refused(&world, &link, cases[i].fails, cases[i].code, cases[i].field);
        laws_check(&world);
    }
    world_deinit(&world);
}

/* Both directions and both kinds count together; without limits all is counted, too. */
static void all_kinds_count_but_returns(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    submit(&world, &link, TRANSFER_PUSH, 1);
    submit(&world, &link, TRANSFER_PULL, 10);
    struct submit_transfer payment = money_payment(&world, &link, 100);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_SUBMIT_TRANSFER, &payment), 0);
    struct id paid = world_instruction(&world).transfer;
    assert_true(money_usage(&world, &link).day_fen == 111);
    assert_int_equal(money_usage(&world, &link).day_count, 3);
    money_answer(&world, &paid, POSTING_POSTED);
    struct id back = money_return_pending(&world, &paid, 100);
    money_answer(&world, &back, POSTING_POSTED);
    assert_true(money_usage(&world, &link).day_fen == 111); /* and gives nothing back */
    laws_check(&world);
    world_deinit(&world);
}

/* T12, T13: by what becomes of the first the second passes or not. */
static void given_back_or_kept(void **state) {
    (void)state;
    static const struct {
        enum transfer_state after;
        bool room;
    } cases[] = {
        {TRANSFER_REJECTED, true}, {TRANSFER_CANCELLED, true}, {TRANSFER_PENDING, false},
        {TRANSFER_UNKNOWN, false}, {TRANSFER_ACCEPTED, false},
    };
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct id link = money_link(&world, &(struct agreed_limits){100, 100, 0, 0});
        (void)world_transfer_in(&world, &link, TRANSFER_PULL, 100, cases[i].after);
        if (cases[i].room)
            (void)granted(&world, &link, 100);
        else
            refused(&world, &link, 1, REFUSAL_AGREED_DAY, "amount.fen");
        laws_check(&world);
    }
    world_deinit(&world);
}

/* T14, T15: midnight and the year's end in Shanghai. */
static void a_new_day_and_a_new_year(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){100, 100, 0, 250});
    world.now_ms = LAST_MS_OF_2026 - DAY_MS;
    (void)granted(&world, &link, 100);
    refused(&world, &link, 1, REFUSAL_AGREED_DAY, "amount.fen");
    world.now_ms += 1; /* 00:00:00 */
    (void)granted(&world, &link, 100);
    refused(&world, &link, 1, REFUSAL_AGREED_DAY, "amount.fen");
    world.now_ms = LAST_MS_OF_2026;
    refused(&world, &link, 1, REFUSAL_AGREED_DAY, "amount.fen");
    world.now_ms += 1; /* 2027: both start anew */
    for (int day = 0; day < 2; day++) {
        (void)granted(&world, &link, 100);
        world.now_ms += DAY_MS;
    }
    refused(&world, &link, 51, REFUSAL_AGREED_YEAR, "amount.fen");
    (void)granted(&world, &link, 50);
    laws_check(&world);
    world_deinit(&world);
}

/* What was counted yesterday, or last year, gives nothing back today. */
static void given_back_to_its_own_day(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){100, 100, 0, 300});
    world.now_ms = LAST_MS_OF_2026 - 100;
    struct id old = granted(&world, &link, 100);
    world.now_ms = LAST_MS_OF_2026 + 1;
    (void)granted(&world, &link, 60);
    money_answer(&world, &old, POSTING_REFUSED);
    struct link_usage usage = money_usage(&world, &link);
    assert_true(usage.day_fen == 60 && usage.year_fen == 60 && usage.day_count == 1);
    refused(&world, &link, 41, REFUSAL_AGREED_DAY, "amount.fen");
    world.now_ms += DAY_MS;
    struct id first = granted(&world, &link, 100); /* the year's, of another day */
    money_answer(&world, &first, POSTING_REFUSED);
    usage = money_usage(&world, &link);
    assert_true(usage.day_fen == 0 && usage.year_fen == 60);
    laws_check(&world);
    world_deinit(&world);
}

/* After a rebind: what leaves the Class II account is capped, what comes in is not. */
static void the_cool_down(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    int64_t cap = rules_compiled()->cool_down_cap_fen;
    struct id link = money_link(&world, &(struct agreed_limits){0});
    struct link record = world_get_link(&world, &link);
    record.cool_down_until_ms = world.now_ms + MINUTE_MS;
    world_put_link(&world, &record);
    submit(&world, &link, TRANSFER_PULL, cap + 1);
    assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    submit(&world, &link, TRANSFER_PUSH, cap - 1);
    struct id out = world_instruction(&world).transfer;
    submit(&world, &link, TRANSFER_PUSH, 2);
    world_expect_refused(&world, REFUSAL_COOL_DOWN, "amount.fen");
    money_answer(&world, &out, POSTING_REFUSED); /* comes back */
    submit(&world, &link, TRANSFER_PUSH, cap);
    assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    laws_check(&world);
    world.now_ms = record.cool_down_until_ms;
    submit(&world, &link, TRANSFER_PUSH, 1);
    assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    assert_true(money_usage(&world, &link).cool_down_fen == cap);
    laws_check(&world);
    world_deinit(&world);
}

static void a_sum_that_wraps_is_refused(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){0});
    (void)granted(&world, &link, 1);
    refused(&world, &link, FEN_MAX, REFUSAL_AMOUNT_NEGATIVE, "amount.fen");
    world_deinit(&world);
}

/* A request that another check refuses has used nothing. */
static void a_refused_one_counts_nothing(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = money_link(&world, &(struct agreed_limits){100, 100, 1, 100});
    assert_int_equal(world_down(&world, BANK_B), 0);
    refused(&world, &link, 100, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_up(&world, BANK_B), 0);
    (void)granted(&world, &link, 100);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_by_itself),
        cmocka_unit_test(all_kinds_count_but_returns),
        cmocka_unit_test(given_back_or_kept),
        cmocka_unit_test(a_new_day_and_a_new_year),
        cmocka_unit_test(given_back_to_its_own_day),
        cmocka_unit_test(the_cool_down),
        cmocka_unit_test(a_sum_that_wraps_is_refused),
        cmocka_unit_test(a_refused_one_counts_nothing),
    };
    return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
