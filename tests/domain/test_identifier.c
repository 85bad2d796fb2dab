/*
 * Every vector of the domain's identifiers, right and wrong, and each check digit against all ten
 * (or eleven) that could stand in its place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/identifier.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 2026-07-01 12:00:00 in Shanghai. */
#define NOW_MS INT64_C(1782878400000)

static void bank_codes_with_right_check_digit(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bank_code code;
    } vectors[] = {
        {"305100000013", UINT64_C(305100000013)}, {"102100099996", UINT64_C(102100099996)},
        {"323584000888", UINT64_C(323584000888)}, {"999100000011", UINT64_C(999100000011)},
        {"999100000020", UINT64_C(999100000020)}, {"999100000038", UINT64_C(999100000038)},
        {"999584000018", UINT64_C(999584000018)}, {"999110000015", UINT64_C(999110000015)},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        bank_code code = 0;
        char text[BANK_CODE_TEXT_SIZE];
        assert_true(bank_code_parse(span_text(vectors[i].text), &code));
        assert_true(code == vectors[i].code);
        bank_code_format(code, text);
        assert_string_equal(text, vectors[i].text);
    }
}

static void bank_codes_that_are_wrong(void **state) {
    (void)state;
    static const char *const vectors[] = {
        "323584000889",    "323584008088", "325384000888",  "305100000031",
        "32358400088",     "32358400088A", "3235840008880", "",
        " 23584000888",    "-23584000888", "+23584000888",  "323584000 88",
        "32358400088\xb2", "000000000000",
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        bank_code code = 7;
        assert_false(bank_code_parse(span_text(vectors[i]), &code));
        assert_true(code == 7);
    }
    bank_code code = 7;
    assert_false(bank_code_parse((struct span){NULL, 0}, &code));
    assert_false(bank_code_parse(span_of("32358400088\0", 12), &code));
    assert_true(code == 7);
}

static void bank_code_has_one_check_digit(void **state) {
    (void)state;
    char text[] = "305100000013";
    for (char digit = '0'; digit <= '9'; digit++) {
        bank_code code;
        text[11] = digit;
        assert_int_equal(bank_code_parse(span_text(text), &code), digit == '3');
    }
}

static void bank_code_keeps_leading_zeros(void **state) {
    (void)state;
    char text[BANK_CODE_TEXT_SIZE] = "001100000010";
    bank_code code = 0;
    unsigned right = 0;
    for (char digit = '0'; digit <= '9'; digit++) {
        char again[BANK_CODE_TEXT_SIZE];
        text[11] = digit;
        if (!bank_code_parse(span_text(text), &code))
            continue;
        right++;
        bank_code_format(code, again);
        assert_string_equal(again, text);
    }
    assert_int_equal(right, 1);
    bank_code_format(0, text);
    assert_string_equal(text, "000000000000");
}

static void resident_ids_with_right_check_character(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *canonical;
    } vectors[] = {
        {"11010519491231002X", "11010519491231002X"}, {"440524188001010014", "440524188001010014"},
        {"440300199001010016", "440300199001010016"}, {"44030019900101018X", "44030019900101018X"},
        {"310101198002290015", "310101198002290015"}, {"440300201602290017", "440300201602290017"},
        {"999999199001010016", "999999199001010016"}, {"11010519491231002x", "11010519491231002X"},
        {"44030019900101018x", "44030019900101018X"},
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char canonical[RESIDENT_ID_SIZE + 1] = "";
        assert_true(resident_id_parse(span_text(vectors[i].text), NOW_MS, canonical));
        assert_string_equal(canonical, vectors[i].canonical);
    }
}

static void resident_ids_that_are_wrong(void **state) {
    (void)state;
    static const char *const vectors[] = {
        "440300201602290015", "440300199102290010",  "110105194912310021", "",
        "11010519491231002",  "11010519491231002XX", "11010519491231002Y", "X1010519491231002X",
        "1101051949123100 X", "110105194912310X2X",
    };
    for (size_t i = 0; i < COUNT(vectors); i++) {
        char canonical[RESIDENT_ID_SIZE + 1] = "kept";
        assert_false(resident_id_parse(span_text(vectors[i]), NOW_MS, canonical));
        assert_string_equal(canonical, "kept");
    }
}

static void resident_id_has_one_check_character(void **state) {
    (void)state;
    char text[] = "440300199001010016";
    char canonical[RESIDENT_ID_SIZE + 1];
    static const char characters[] = "0123456789X";
    for (size_t i = 0; i < sizeof(characters) - 1; i++) {
        text[17] = characters[i];
        assert_int_equal(resident_id_parse(span_text(text), NOW_MS, canonical),
                         characters[i] == '6');
    }
}

/* Born on 2016-02-29: refused on the day before, taken from that midnight in Shanghai on. */
static void resident_id_is_not_of_the_future(void **state) {
    (void)state;
    char canonical[RESIDENT_ID_SIZE + 1];
    struct span text = span_text("440300201602290017");
    int64_t birth_ms = shanghai_day_start_ms(day_from_civil((struct civil_date){2016, 2, 29}));
    assert_false(resident_id_parse(text, birth_ms - 1, canonical));
    assert_true(resident_id_parse(text, birth_ms, canonical));
}

static void card_numbers(void **state) {
    (void)state;
    static const char *const right[] = {
        "6226220000000009",    "6226221234567896", "6236330000000000005",
        "6236330000000000013", "0000000000000",
    };
    static const char *const wrong[] = {
        "6236330000000000031",
        "622622000000000",
        "62262200000000a9",
        "000000000000",
        "00000000000000000000",
        "6226220000000008",
        "",
    };
    for (size_t i = 0; i < COUNT(right); i++)
        assert_true(card_number_valid(span_text(right[i])));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(card_number_valid(span_text(wrong[i])));
}

static void account_numbers(void **state) {
    (void)state;
    static const char *const right[] = {
        "12345",
        "6236330000000000031", /* no card: need not pass Luhn */
        "NRA1234567890",
        "1234567890123456789012345678901234",
    };
    static const char *const wrong[] = {
        "",         "1234",    "12345678901234567890123456789012345", "abc12345", "1234 5678",
        "12345-67", "12345\n",
    };
    for (size_t i = 0; i < COUNT(right); i++)
        assert_true(account_number_valid(span_text(right[i])));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(account_number_valid(span_text(wrong[i])));
}

static void mobiles(void **state) {
    (void)state;
    static const char *const right[] = {"13800000001", "13000000000", "19999999999"};
    static const char *const wrong[] = {
        "12800000001", "1380000000", "138000000011", "23800000001", "1380000000a",
        "+8613800000", "",
    };
    for (size_t i = 0; i < COUNT(right); i++)
        assert_true(mobile_valid(span_text(right[i])));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(mobile_valid(span_text(wrong[i])));
}

static void reason_codes(void **state) {
    (void)state;
    static const char *const right[] = {"AC01", "NOCM", "ARDT", "0000"};
    static const char *const wrong[] = {"", "AC1", "AC010", "ac01", "AC-1", "AC 1"};
    for (size_t i = 0; i < COUNT(right); i++)
        assert_true(reason_code_valid(span_text(right[i])));
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(reason_code_valid(span_text(wrong[i])));
    assert_false(reason_code_valid(span_of("AC0\0", 4)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bank_codes_with_right_check_digit),
        cmocka_unit_test(bank_codes_that_are_wrong),
        cmocka_unit_test(bank_code_has_one_check_digit),
        cmocka_unit_test(bank_code_keeps_leading_zeros),
        cmocka_unit_test(resident_ids_with_right_check_character),
        cmocka_unit_test(resident_ids_that_are_wrong),
        cmocka_unit_test(resident_id_has_one_check_character),
        cmocka_unit_test(resident_id_is_not_of_the_future),
        cmocka_unit_test(card_numbers),
        cmocka_unit_test(account_numbers),
        cmocka_unit_test(mobiles),
        cmocka_unit_test(reason_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
