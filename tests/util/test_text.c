/*
 * UTF-8, clean text, digits and masks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "util/text.h"

static void utf8_as_in_rfc_3629(void **state) {
    (void)state;
    static const char *const good[] = {
        "",
        "plain",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
    };
    static const char *const bad[] = {
        "\x80",             /* a continuation alone */
        "\xc0\x80",         /* overlong */
        "\xc1\xbf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* surrogate */
        "\xed\xbf\xbf",     /* surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
        "a\xc2",
        "a\xe4\xb8",
        "\xf0\x9f\x98",
        "\xe4\xb8z",
        "\xc2\x41",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(text_is_utf8(span_text(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(text_is_utf8(span_text(bad[i])));
        assert_false(text_is_clean(span_text(bad[i])));
    }
    assert_true(text_is_utf8(SPAN_LITERAL("a\0b")));
}

static void clean_text_forges_nothing(void **state) {
    (void)state;
    static const char *const good[] = {
        "",
        "Li Ming",
        "\xe6\x9d\x8e\xe6\x98\x8e", /* U+674E U+660E */
        "\xf0\xa0\xae\xb7",         /* U+20BB7, a rare character */
        "\xc2\xa0",                 /* U+00A0, the first behind C1 */
        "\xe2\x80\x8d",             /* U+200D */
        "\xe2\x80\x90\xe2\x80\xa7", /* U+2010 U+2027 */
        "\xe2\x80\xaf",             /* U+202F */
        "\xe2\x81\xa5\xe2\x81\xaa", /* U+2065 U+206A */
        "\xf4\x8f\xbf\xbf",
    };
    static const char *const bad[] = {
        "\n",           "\x1f",         "a\x7f",        "\xc2\x80",     "\xc2\x85",
        "\xc2\x9f",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
        "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(text_is_clean(span_text(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(text_is_clean(span_text(bad[i])));
    assert_false(text_is_clean(SPAN_LITERAL("a\0b")));
}

static void words_are_made_clean(void **state) {
    (void)state;
    static const struct {
        const char *before, *after;
    } rows[] = {
        {"", ""},
        {"Li Ming \xe6\x9d\x8e", "Li Ming \xe6\x9d\x8e"},
        {"a\r\nb\x1b[2Jc\x7f", "a??b?[2Jc?"},
        {"\xe2\x80\xae"
         "1",
         "???1"},
        {"\xc2\x9b"
         "1",
         "??1"},
        {"cut \xe6\x9d", "cut ??"},
        {"\xff\xe6\x9d\x8e", "?\xe6\x9d\x8e"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[32];
        strcpy(text, rows[i].before);
        text_make_clean(text);
        assert_string_equal(text, rows[i].after);
        assert_true(text_is_clean(span_text(text)));
    }
}

static void digits_only(void **state) {
    (void)state;
    assert_true(text_is_digits(span_text("0123456789")));
    assert_false(text_is_digits(span_text("")));
    assert_false(text_is_digits(span_text("12a")));
    assert_false(text_is_digits(span_text("-1")));
    assert_false(text_is_digits(span_text("/")));
    assert_false(text_is_digits(span_text(":")));
}

static void masks_show_four_at_most(void **state) {
    (void)state;
    char text[MASK_TEXT_SIZE];
    text_mask(span_text("6222021234567890"), text);
    assert_string_equal(text, "****7890");
    text_mask(span_text("12345678"), text);
    assert_string_equal(text, "****5678");
    text_mask(span_text("1234567"), text);
    assert_string_equal(text, "****");
    text_mask((struct span){NULL, 0}, text);
    assert_string_equal(text, "****");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_as_in_rfc_3629),     cmocka_unit_test(clean_text_forges_nothing),
        cmocka_unit_test(words_are_made_clean),    cmocka_unit_test(digits_only),
        cmocka_unit_test(masks_show_four_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
