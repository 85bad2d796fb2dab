/*
 * Spans, buffers, big-endian numbers, the checked reader, hex.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "util/bytes.h"

static void spans_compare_like_keys(void **state) {
    (void)state;
    struct span none = {NULL, 0};
    assert_int_equal(span_compare(none, none), 0);
    assert_int_equal(span_compare(none, span_text("a")), -1);
    assert_int_equal(span_compare(span_text("ab"), span_text("a")), 1);
    assert_int_equal(span_compare(span_text("a"), span_text("ab")), -1);
    assert_int_equal(span_compare(span_text("\xff"), span_text("a")), 1);
    assert_int_equal(span_compare(span_text("same"), SPAN_LITERAL("same")), 0);
    assert_true(span_equal(none, span_text("")));
    assert_false(span_equal(span_text("a"), span_text("b")));
    assert_false(span_equal(span_text("a"), span_text("ab")));
}

static void buffer_grows_and_is_consumed(void **state) {
    (void)state;
    struct buf buf;
    buf_init(&buf);
    buf_append(&buf, NULL, 0);
    assert_int_equal(buf_span(&buf).size, 0);
    for (unsigned i = 0; i < 1000; i++)
        buf_append_byte(&buf, (uint8_t)i);
    buf_consume(&buf, 0);
    buf_consume(&buf, 300);
    assert_int_equal(buf.size, 700);
    for (unsigned i = 0; i < 700; i++)
        assert_int_equal(buf.data[i], (uint8_t)(i + 300));
    size_t cap = buf.cap;
    buf_clear(&buf);
    assert_int_equal(buf.size, 0);
    assert_int_equal(buf.cap, cap);
    memcpy(buf_reserve(&buf, 5000), "front", 5);
    buf.size += 5;
    buf_append_span(&buf, SPAN_LITERAL(" and back"));
    assert_true(span_equal(buf_span(&buf), span_text("front and back")));
    buf_deinit(&buf);
    assert_null(buf.data);
    buf_deinit(&buf);
}

static void numbers_are_big_endian(void **state) {
    (void)state;
    static const uint8_t expected[] = {1, 2, 0xf1, 2, 3, 4, 0xf1, 2, 3, 4, 5, 6, 7, 8};
    struct buf buf = {0};
    buf_append_be16(&buf, 0x0102);
    buf_append_be32(&buf, 0xf1020304);
    buf_append_be64(&buf, 0xf102030405060708);
    assert_true(span_equal(buf_span(&buf), span_of(expected, sizeof(expected))));
    assert_int_equal(get_be16(buf.data), 0x0102);
    assert_int_equal(get_be32(buf.data + 2), 0xf1020304);
    assert_true(get_be64(buf.data + 6) == 0xf102030405060708);
    buf_deinit(&buf);
}

static void reader_stays_failed(void **state) {
    (void)state;
    static const uint8_t bytes[] = {1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 'x', 'y'};
    struct reader reader = reader_over(span_of(bytes, sizeof(bytes)));
    assert_int_equal(reader_u8(&reader), 1);
    assert_int_equal(reader_be16(&reader), 2);
    assert_int_equal(reader_be32(&reader), 3);
    assert_int_equal(reader_be64(&reader), 4);
    assert_int_equal(reader_bytes(&reader, 0).size, 0);
    assert_false(reader.failed);
    assert_int_equal(reader_bytes(&reader, 3).size, 0);
    assert_true(reader.failed);
    /* Two bytes are left, but nothing is handed out any more. */
    assert_int_equal(reader_be16(&reader), 0);
    assert_int_equal(reader_u8(&reader), 0);
    assert_true(reader.failed);
    reader = reader_over((struct span){NULL, 0});
    assert_int_equal(reader_be64(&reader), 0);
    assert_true(reader.failed);
    reader = reader_over(span_of(bytes, sizeof(bytes)));
    assert_null(reader_bytes(&reader, SIZE_MAX).data);
}

static void hex_goes_both_ways(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x00, 0x9f, 0xA0, 0xff};
    char text[9];
    uint8_t back[4];
    hex_format(bytes, 4, text);
    assert_string_equal(text, "009fa0ff");
    assert_true(hex_parse("009FA0fF", back, 4));
    assert_memory_equal(back, bytes, 4);
    assert_false(hex_parse("009fa0f", back, 4));
    assert_false(hex_parse("009fa0ff0", back, 4));
    assert_false(hex_parse("009fa0fg", back, 4));
    assert_false(hex_parse("", back, 4));
    assert_true(hex_parse("", back, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_compare_like_keys), cmocka_unit_test(buffer_grows_and_is_consumed),
        cmocka_unit_test(numbers_are_big_endian),  cmocka_unit_test(reader_stays_failed),
        cmocka_unit_test(hex_goes_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
