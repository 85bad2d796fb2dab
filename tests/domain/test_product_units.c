/*
 * Units times price: rounding at the half fen, and products at the edge of what fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/product_units.h"

static const struct {
    int64_t units, price;
    int64_t fen; /* -1: none */
} rows[] = {
    {10000, 1000000, 100},        /* a unit at 1.000000 */
    {81004455, 1234500, 1000000}, /* 8,100.4455 at 1.2345: 9,999.99999... */
    {81004454, 1234500, 1000000}, /* one part less rounds to the same */
    {81004000, 1234500, 999994},  /* 9,999.9438 */
    {10000, 5000, 1},             /* 0.005: half up */
    {10000, 4999, 0},             /* and below it */
    {1, 1, 0},                    /* the least of both */
    {1, 49999999, 0},             /* just below half a fen */
    {1, 50000000, 1},             /* half a fen */
    {1, 150000000, 2},            /* and one and a half */
    {0, 1000000, -1},
    {10000, 0, -1},
    {-10000, 1000000, -1},
    {10000, -1, -1},
    /* 2^63 - 1 fen, and what does not fit any more */
    {INT64_MAX, 100000000, INT64_MAX},
    {100000000, INT64_MAX, INT64_MAX},
    {INT64_MAX, 100000001, -1},
    {INT64_MAX, INT64_MAX, -1},
};

static void each_product_is_rounded_once(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t fen = -1;
        bool fits = product_units_worth(rows[i].units, rows[i].price, &fen);
        if (fits != (rows[i].fen >= 0) || fen != rows[i].fen)
            fail_msg("row %zu", i);
        assert_int_equal(product_units_are(rows[i].units, rows[i].price, rows[i].fen), fits);
        assert_false(product_units_are(rows[i].units, rows[i].price, rows[i].fen ^ 1));
    }
}

static void a_deposit_has_a_unit_for_each_yuan(void **state) {
    (void)state;
    static const int64_t amounts[] = {1, 99, 5000000, INT64_MAX / 100};
    int64_t units = 7;
    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        assert_true(product_units_of_deposit(amounts[i], &units));
        assert_true(product_units_are(units, PRODUCT_DEPOSIT_PRICE, amounts[i]));
    }
    units = 7;
    assert_false(product_units_of_deposit(INT64_MAX / 100 + 1, &units));
    assert_false(product_units_of_deposit(0, &units));
    assert_false(product_units_of_deposit(-1, &units));
    assert_int_equal(units, 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_product_is_rounded_once),
        cmocka_unit_test(a_deposit_has_a_unit_for_each_yuan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
