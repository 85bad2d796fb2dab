/*
 * Frames: what is cut off a stream, what is refused before anything waits for it, and that a split
 * at any byte changes nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/frame.h"

static int next(const char *bytes, size_t size, struct span *body, size_t *used) {
    return frame_next(span_of(bytes, size), body, used);
}

static void test_golden(void **state) {
    (void)state;
    struct buf out;
    buf_init(&out);
    buf_append_byte(&out, 0xee); /* what was there before stays */
    size_t place = frame_begin(&out);
    buf_append(&out, "abc", 3);
    frame_end(&out, place);
    assert_int_equal(out.size, 9);
    assert_memory_equal(out.data, "\xee\0\0\0\0\3abc", 9);
    buf_deinit(&out);
}

static void test_lengths(void **state) {
    (void)state;
    struct span body;
    size_t used;
    /* Refused as soon as the header is there; a length within bounds waits for its body. */
    assert_int_equal(next("\0\0\0\0\0", 5, &body, &used), FRAME_BAD_LENGTH);
    assert_int_equal(next("\0\0\1\0\1", 5, &body, &used), FRAME_BAD_LENGTH);   /* 65,537 */
    assert_int_equal(next("\0\x80\0\0\0", 5, &body, &used), FRAME_BAD_LENGTH); /* 2^31 */
    assert_int_equal(next("\0\x7f\xff\xff\xff", 5, &body, &used), FRAME_BAD_LENGTH);
    assert_int_equal(next("\0\xff\xff\xff\xff", 5, &body, &used), FRAME_BAD_LENGTH);
    assert_int_equal(next("\0\xff\xff\xff\xfb", 5, &body, &used), FRAME_BAD_LENGTH); /* wraps */
    assert_int_equal(next("\0\0\1\0\0", 5, &body, &used), FRAME_INCOMPLETE);         /* 65,536 */
    assert_int_equal(next("\0\0\0\0\1", 5, &body, &used), FRAME_INCOMPLETE);
    assert_int_equal(next("", 0, &body, &used), FRAME_INCOMPLETE);
}

static void test_flags(void **state) {
    (void)state;
    struct span body;
    size_t used;
    for (unsigned flags = 1; flags < 256; flags++) {
        char byte = (char)flags;
        assert_int_equal(next(&byte, 1, &body, &used), FRAME_BAD_FLAGS);
    }
    assert_int_equal(next("GET / HTTP/1.1", 14, &body, &used), FRAME_BAD_FLAGS);
    assert_int_equal(next("\x16\x03\x01", 3, &body, &used), FRAME_BAD_FLAGS);
}

static void test_longest(void **state) {
    (void)state;
    struct buf out;
    struct span body;
    size_t used;
    buf_init(&out);
    size_t place = frame_begin(&out);
    memset(buf_reserve(&out, FRAME_BODY_MAX), 'x', FRAME_BODY_MAX);
    out.size += FRAME_BODY_MAX;
    frame_end(&out, place);
    assert_int_equal(frame_next(buf_span(&out), &body, &used), 0);
    assert_int_equal(body.size, FRAME_BODY_MAX);
    assert_ptr_equal(body.data, out.data + FRAME_HEADER_SIZE);
    assert_int_equal(used, out.size);
    buf_deinit(&out);
}

/* Two frames, shown one byte more at a time: each comes when its last byte is there. */
static void test_split_at_each_byte(void **state) {
    (void)state;
    struct buf out;
    struct span body;
    buf_init(&out);
    size_t place = frame_begin(&out);
    buf_append(&out, "first", 5);
    frame_end(&out, place);
    place = frame_begin(&out);
    buf_append(&out, "the second", 10);
    frame_end(&out, place);
    for (size_t size = 0; size <= out.size; size++) {
        /* An exact copy, so that a sanitizer sees a read past what was shown. */
        uint8_t *shown = malloc(size + 1);
        assert_non_null(shown);
        memcpy(shown, out.data, size);
        size_t used = 0;
        int verdict = frame_next(span_of(shown, size), &body, &used);
        assert_int_equal(verdict, size < 10 ? FRAME_INCOMPLETE : 0);
        if (verdict == 0) {
            assert_int_equal(used, 10);
            assert_true(span_equal(body, SPAN_LITERAL("first")));
            verdict = frame_next(span_of(shown + used, size - used), &body, &used);
            assert_int_equal(verdict, size < out.size ? FRAME_INCOMPLETE : 0);
        }
        free(shown);
    }
    assert_true(span_equal(span_of(out.data + 15, 10), SPAN_LITERAL("the second")));
    buf_deinit(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_split_at_each_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
