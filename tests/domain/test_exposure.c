/*
 * Caps and liquidity: the bound itself passes and one fen more does not, for each of them and the
 * vector of DOMAIN.md §9; warnings come on the way up and go later on the way down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/exposure.h"

#define LOW 100
#define HIGH 200

static const struct row {
    const char *name;
    int64_t reserved, net; /* of the debtor, which is LOW */
    int64_t pair_reserved, pair_net;
    struct exposure_terms terms;
    int64_t pair_cap; /* -1: none */
    int64_t amount;
    enum exposure_result wanted;
} rows[] = {
    {"nothing bounds it", 0, -5, 0, 0, {0}, -1, INT64_MAX - 5, EXPOSURE_OK},
    {"exactly the cap", 300, -200, 0, 0, {.has_cap = true, .cap_fen = 1000}, -1, 500, EXPOSURE_OK},
    {"one more", 300, -200, 0, 0, {.has_cap = true, .cap_fen = 1000}, -1, 501, EXPOSURE_CAP},
    {"what is due to it is room", 0, 700, 0, 0, {.has_cap = true}, -1, 700, EXPOSURE_OK},
    {"and no more", 0, 700, 0, 0, {.has_cap = true}, -1, 701, EXPOSURE_CAP},
    {"a cap of nothing", 0, 0, 0, 0, {.has_cap = true}, -1, 1, EXPOSURE_CAP},
    {"a cap that was lowered under it",
     900,
     0,
     0,
     0,
     {.has_cap = true, .cap_fen = 100},
     -1,
     1,
     EXPOSURE_CAP},
    {"exactly the pair's cap", 50, 0, 50, 0, {0}, 100, 50, EXPOSURE_OK},
    {"one more of the pair", 50, 0, 50, 0, {0}, 100, 51, EXPOSURE_CAP_PAIR},
    {"the pair's net is room", 0, 0, 0, 80, {0}, 0, 80, EXPOSURE_OK},
    {"exactly what was paid in",
     0,
     0,
     0,
     0,
     {.prefunded = true, .balance_fen = 1000, .out_reserved_fen = 400},
     -1,
     600,
     EXPOSURE_OK},
    {"one more than paid in",
     0,
     0,
     0,
     0,
     {.prefunded = true, .balance_fen = 1000, .out_reserved_fen = 400},
     -1,
     601,
     EXPOSURE_LIQUIDITY},
    {"not prefunded: the balance does not bound it",
     0,
     0,
     0,
     0,
     {.balance_fen = 10},
     -1,
     601,
     EXPOSURE_OK},
    {"the cap is told first", 0, 0, 0, 0, {.has_cap = true, .prefunded = true}, 0, 1, EXPOSURE_CAP},
    {"nothing", 0, 0, 0, 0, {0}, -1, 0, EXPOSURE_WRAPS},
    {"less than nothing", 0, 0, 0, 0, {0}, -1, INT64_MIN, EXPOSURE_WRAPS},
    {"a sum that wraps", 1, 0, 0, 0, {0}, -1, INT64_MAX, EXPOSURE_WRAPS},
    {"an exposure that wraps", 2, INT64_MIN, 0, 0, {0}, -1, 1, EXPOSURE_WRAPS},
    {"a pair's sum that wraps", 0, 0, 1, 0, {0}, -1, INT64_MAX, EXPOSURE_WRAPS},
};

static void every_row(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct position debtor = {
            .bank = LOW, .reserved_outgoing_fen = row->reserved, .unsettled_net_fen = row->net};
        struct pair_position pair = {.low = LOW,
                                     .high = HIGH,
                                     .reserved_to_high_fen = row->pair_reserved,
                                     .unsettled_fen = row->pair_net,
                                     .low_has_cap = row->pair_cap >= 0,
                                     .low_cap_fen = row->pair_cap};
        if (exposure_check(&debtor, &pair, &row->terms, row->amount) != row->wanted)
            fail_msg("%s", row->name);
    }
}

/* The other side's cap and sign. */
static void the_high_bank_of_a_pair(void **state) {
    (void)state;
    const struct exposure_terms terms = {0};
    struct position debtor = {.bank = HIGH};
    struct pair_position pair = {.low = LOW,
                                 .high = HIGH,
                                 .reserved_to_low_fen = 30,
                                 .unsettled_fen = 20,
                                 .low_has_cap = true,
                                 .high_has_cap = true,
                                 .high_cap_fen = 100};
    assert_int_equal(exposure_check(&debtor, &pair, &terms, 50), EXPOSURE_OK);
    assert_int_equal(exposure_check(&debtor, &pair, &terms, 51), EXPOSURE_CAP_PAIR);
    debtor.bank = LOW;
    assert_int_equal(exposure_check(&debtor, &pair, &terms, 20), EXPOSURE_OK);
    assert_int_equal(exposure_check(&debtor, &pair, &terms, 21), EXPOSURE_CAP_PAIR);
}

static void a_pair_lives(void **state) {
    (void)state;
    struct pair_position pair = {.low = LOW, .high = HIGH};
    int64_t fen = 0;
    assert_true(pair_reserve(&pair, LOW, 100) && pair_reserve(&pair, HIGH, 30));
    assert_true(pair_exposure(&pair, LOW, &fen) && fen == 100);
    assert_true(pair_exposure(&pair, HIGH, &fen) && fen == 30);
    assert_true(pair_accept(&pair, LOW, 60) && pair_release(&pair, LOW, 40));
    assert_true(pair.reserved_to_high_fen == 0 && pair.unsettled_fen == -60);
    assert_true(pair_accept(&pair, HIGH, 30));
    assert_true(pair_exposure(&pair, LOW, &fen) && fen == 30);
    assert_true(pair_exposure(&pair, HIGH, &fen) && fen == -30);
    struct pair_position before = pair;
    assert_false(pair_accept(&pair, LOW, 1));
    assert_false(pair_release(&pair, HIGH, 1));
    assert_false(pair_reserve(&pair, HIGH, 0));
    assert_false(pair_reserve(&pair, HIGH, -1));
    pair.reserved_to_high_fen = 5;
    pair.unsettled_fen = INT64_MIN + 2;
    assert_false(pair_accept(&pair, LOW, 5));
    assert_int_equal(pair.reserved_to_high_fen, 5);
    pair = before;
}

/* Either way, of what is between the two and of their net in a window. */
static void room_for_all_of_a_pair(void **state) {
    (void)state;
    static const struct {
        int64_t to_low_fen, to_high_fen, net_fen;
        bool holds;
    } cases[] = {
        {0, 0, 0, true},          {INT64_MAX, INT64_MAX, 0, true}, {INT64_MAX, 0, 1, false},
        {INT64_MAX, 0, -1, true}, {0, INT64_MAX, 1, true},         {0, INT64_MAX, -1, false},
        {0, 0, INT64_MIN, false}, {0, 0, -INT64_MAX, true},        {0, 1, -INT64_MAX, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pair_position pair = {.reserved_to_low_fen = cases[i].to_low_fen,
                                     .reserved_to_high_fen = cases[i].to_high_fen,
                                     .unsettled_fen = cases[i].net_fen};
        struct pair_net net = {.net_fen = cases[i].net_fen};
        assert_int_equal(pair_holds(&pair), cases[i].holds);
        assert_int_equal(pair_net_holds(&pair, &net), cases[i].holds);
    }
    struct pair_position pair = {.reserved_to_low_fen = 5, .reserved_to_high_fen = 7};
    struct pair_net net = {.to_low_fen = INT64_MAX - 5, .to_high_fen = INT64_MAX - 7};
    assert_true(pair_net_holds(&pair, &net));
    net.to_low_fen++;
    assert_false(pair_net_holds(&pair, &net));
    net.to_low_fen--;
    net.to_high_fen++;
    assert_false(pair_net_holds(&pair, &net));
}

static void what_may_be_paid_out(void **state) {
    (void)state;
    struct exposure_terms terms = {.balance_fen = 1000, .out_reserved_fen = 200};
    struct position it = {.reserved_outgoing_fen = 100, .unsettled_net_fen = -250};
    assert_int_equal(exposure_free_fen(&it, &terms), 450);
    it.unsettled_net_fen = 5000; /* what it is owed is not there yet */
    assert_int_equal(exposure_free_fen(&it, &terms), 800);
    it.unsettled_net_fen = -900;
    assert_int_equal(exposure_free_fen(&it, &terms), 0);
}

static void warnings_come_and_go(void **state) {
    (void)state;
    static const struct {
        int64_t exposure;
        uint32_t level;
    } steps[] = {{0, 0},   {799, 0}, {800, 1}, {760, 1},  {750, 1}, {749, 0},  {799, 0}, {950, 2},
                 {900, 2}, {899, 1}, {950, 2}, {2000, 2}, {-50, 0}, {1000, 2}, {0, 0}};
    struct exposure_terms terms = {.has_cap = true, .cap_fen = 1000, .warn_percent = {80, 95}};
    struct position it = {0};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        it.unsettled_net_fen = -steps[i].exposure;
        terms.level = exposure_level(&it, &terms);
        if (terms.level != steps[i].level)
            fail_msg("step %zu: %u", i, terms.level);
    }
    terms.cap_fen = INT64_MAX;
    it.unsettled_net_fen = -INT64_MAX;
    assert_int_equal(exposure_level(&it, &terms), 2);
    terms = (struct exposure_terms){.warn_percent = {1}};
    assert_int_equal(exposure_level(&it, &terms), 0); /* nothing bounds it */
    terms.prefunded = true;
    assert_int_equal(exposure_level(&it, &terms), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(the_high_bank_of_a_pair),
        cmocka_unit_test(a_pair_lives),
        cmocka_unit_test(room_for_all_of_a_pair),
        cmocka_unit_test(what_may_be_paid_out),
        cmocka_unit_test(warnings_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
