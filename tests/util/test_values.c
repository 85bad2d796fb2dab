/*
 * Identifiers, amounts and times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "util/clock.h"
#include "util/id.h"
#include "util/money.h"

#define MS_MAX ((INT64_C(1) << 48) - 1)

static void ids_order_by_time_sequence_index(void **state) {
    (void)state;
    const struct id rising[] = {
        id_make(0, 0, 1),   id_make(0, 1, 0),          id_make(0, UINT64_MAX, UINT16_MAX),
        id_make(255, 0, 0), id_make(256, 1 << 20, 0),  id_make(256, 1 << 20, 256),
        id_make(257, 0, 0), id_make(UINT32_MAX, 0, 0), id_make(MS_MAX, 0, 0),
    };
    size_t count = sizeof(rising) / sizeof(rising[0]);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            assert_int_equal(id_compare(&rising[i], &rising[j]), (i > j) - (i < j));
            assert_int_equal(id_equal(&rising[i], &rising[j]), i == j);
        }
    }
    assert_true(id_ms(&rising[8]) == MS_MAX);
    assert_int_equal(id_ms(&rising[4]), 256);
    struct id zero = id_make(0, 0, 0);
    assert_true(id_is_zero(&zero));
    assert_false(id_is_zero(&rising[0]));
}

static void ids_have_a_text(void **state) {
    (void)state;
    struct id id = id_make(0x0123456789ab, 0xcdef001122334455, 0x6677);
    struct id back;
    char text[ID_TEXT_SIZE];
    id_format(&id, text);
    assert_string_equal(text, "0123456789abcdef0011223344556677");
    assert_true(id_parse(text, &back));
    assert_true(id_equal(&id, &back));
    memset(&back, 0, sizeof(back));
    assert_true(id_parse("01234567-89AB-CDEF-0011-223344556677", &back));
    assert_true(id_equal(&id, &back));
    assert_false(id_parse("0123456789abcdef001122334455667", &back));
    assert_false(id_parse("0123456789abcdef00112233445566778", &back));
    assert_false(id_parse("0123456-789ab-cdef-0011-223344556677", &back));
    assert_false(id_parse("01234567-89ab-cdef-0011-22334455667-", &back));
    assert_false(id_parse("01234567-89ab-cdef-0011-2233445566778", &back));
    assert_false(id_parse("", &back));
    assert_true(id_equal(&id, &back));
}

static void ids_come_from_exact_spans(void **state) {
    (void)state;
    struct id id = id_make(1, 2, 3);
    struct id back;
    assert_true(id_from_span(id_span(&id), &back));
    assert_true(id_equal(&id, &back));
    assert_false(id_from_span(span_of(id.bytes, ID_SIZE - 1), &back));
    assert_false(id_from_span((struct span){NULL, 0}, &back));
}

static void uuid7_carries_time_and_marks(void **state) {
    (void)state;
    /* RFC 9562, A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F at 1645557742000 ms. */
    static const uint8_t random[10] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    struct id expected;
    struct id id = uuid7_make(1645557742000, random);
    assert_true(id_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &expected));
    assert_true(id_equal(&id, &expected));
    assert_true(uuid7_is(&id));
    assert_true(id_ms(&id) == 1645557742000);
    id.bytes[6] = 0x4c;
    assert_false(uuid7_is(&id));
    id.bytes[6] = 0x7c;
    id.bytes[8] = 0xc0;
    assert_false(uuid7_is(&id));
}

static void amounts_never_wrap(void **state) {
    (void)state;
    int64_t result = 42;
    assert_true(fen_add(INT64_MAX - 1, 1, &result));
    assert_true(result == INT64_MAX);
    assert_false(fen_add(INT64_MAX, 1, &result));
    assert_false(fen_add(INT64_MIN, -1, &result));
    assert_false(fen_subtract(INT64_MIN, 1, &result));
    assert_false(fen_subtract(0, INT64_MIN, &result));
    assert_true(result == INT64_MAX);
    assert_true(fen_subtract(5, 7, &result));
    assert_int_equal(result, -2);
    assert_true(currency_is("CNY", "CNY"));
    assert_false(currency_is("CNY", "CNH"));
    assert_false(currency_is("", "CNY"));
}

static void amounts_have_a_text(void **state) {
    (void)state;
    static const struct {
        int64_t fen;
        const char *text;
    } cases[] = {
        {0, "0.00"},
        {5, "0.05"},
        {-5, "-0.05"},
        {100, "1.00"},
        {123456, "1234.56"},
        {-123456, "-1234.56"},
        {INT64_MAX, "92233720368547758.07"},
        {INT64_MIN, "-92233720368547758.08"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[FEN_TEXT_SIZE];
        fen_format(cases[i].fen, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void times_have_a_text(void **state) {
    (void)state;
    char text[TIME_TEXT_SIZE];
    time_format_utc(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    time_format_utc(-1, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999Z");
    time_format_utc(1798732799042, text);
    assert_string_equal(text, "2026-12-31T15:59:59.042Z");
    time_format_utc(INT64_MAX, text);
    assert_string_equal(text, "292278994-08-17T07:12:55.807Z");
}

static int64_t fixed_us(void *context) {
    return *(int64_t *)context;
}

static void clock_is_injected(void **state) {
    (void)state;
    int64_t now = 1234567;
    struct clock clock = {fixed_us, fixed_us, &now};
    assert_int_equal(clock_boot_us(&clock), 1234567);
    assert_int_equal(clock_boot_ms(&clock), 1234);
    assert_int_equal(clock_wall_ms(&clock), 1234567);
    clock = clock_system();
    int64_t before = clock_boot_us(&clock);
    assert_true(before > 0);
    assert_true(clock_boot_us(&clock) >= before);
    assert_true(clock_wall_ms(&clock) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_order_by_time_sequence_index),
        cmocka_unit_test(ids_have_a_text),
        cmocka_unit_test(ids_come_from_exact_spans),
        cmocka_unit_test(uuid7_carries_time_and_marks),
        cmocka_unit_test(amounts_never_wrap),
        cmocka_unit_test(amounts_have_a_text),
        cmocka_unit_test(times_have_a_text),
        cmocka_unit_test(clock_is_injected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
