/*
 * Envelopes against the generated code: what ours writes equals what protobuf-c packs, and what
 * ours reads is what protobuf-c unpacks; then everything that is no envelope.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "linkgate/v1/envelope.pb-c.h"
#include "wire/edit.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/golden.h"

#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

struct fixture {
    struct arena arena;
    struct buf body, out;
};

static int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    arena_init(&fixture->arena, 4096, 1u << 20);
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_deinit(&fixture->arena);
    buf_deinit(&fixture->body);
    buf_deinit(&fixture->out);
    free(fixture);
    return 0;
}

/* The same envelope by the generated code, in fixture->body. */
static void pack_reference(struct fixture *fixture, const struct envelope *envelope) {
    Linkgate__V1__Envelope wire;
    char trace[TRACE_PARENT_SIZE] = "";
    linkgate__v1__envelope__init(&wire);
    wire.correlation_id = envelope->correlation;
    wire.kind = (Linkgate__V1__Kind)envelope->kind;
    wire.direction = (Linkgate__V1__Direction)envelope->direction;
    wire.payload.len = envelope->payload.size;
    wire.payload.data = (uint8_t *)(uintptr_t)envelope->payload.data;
    wire.timeout_ms = envelope->timeout_ms;
    if (envelope->trace_parent.size > 0)
        memcpy(trace, envelope->trace_parent.data, envelope->trace_parent.size);
    wire.trace_parent = trace;
    buf_clear(&fixture->body);
    size_t size = linkgate__v1__envelope__get_packed_size(&wire);
    fixture->body.size = linkgate__v1__envelope__pack(&wire, buf_reserve(&fixture->body, size));
}

static void check_both_ways(struct fixture *fixture, const struct envelope *envelope) {
    struct span body;
    size_t used;
    struct envelope read;
    pack_reference(fixture, envelope);
    buf_clear(&fixture->out);
    envelope_append(envelope, &fixture->out);
    assert_int_equal(frame_next(buf_span(&fixture->out), &body, &used), 0);
    assert_int_equal(used, fixture->out.size);
    assert_true(span_equal(body, buf_span(&fixture->body)));
    assert_int_equal(envelope_decode(body, &fixture->arena, &read), 0);
    assert_int_equal(read.correlation, envelope->correlation);
    assert_int_equal(read.kind, envelope->kind);
    assert_int_equal(read.direction, envelope->direction);
    assert_true(span_equal(read.payload, envelope->payload));
    assert_int_equal(read.timeout_ms, envelope->timeout_ms);
    assert_true(span_equal(read.trace_parent, envelope->trace_parent));
    /* A copy: the frame's buffer moves on. */
    assert_true(read.payload.data < body.data || read.payload.data >= body.data + body.size);
}

static void test_equals_protobuf(void **state) {
    static const uint64_t numbers[] = {0,     1,          127,        128,       16383,
                                       16384, UINT32_MAX, 1ull << 32, INT64_MAX, UINT64_MAX};
    static const uint32_t kinds[] = {0, 1, 60, 201, 999, INT32_MAX, 0x80000000u, UINT32_MAX};
    static const size_t sizes[] = {0, 1, 127, 128, 16383, 16384, 65000};
    static uint8_t payload[65000];
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)i;
    struct envelope envelope = {.kind = 60, .direction = MESSAGE_REQUEST};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        envelope.correlation = numbers[i];
        envelope.timeout_ms = (uint32_t)numbers[i];
        check_both_ways(fixture, &envelope);
    }
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        envelope.kind = kinds[i];
        check_both_ways(fixture, &envelope);
    }
    for (int direction = MESSAGE_REQUEST; direction <= MESSAGE_REFUSAL; direction++) {
        envelope.direction = (enum message_direction)direction;
        check_both_ways(fixture, &envelope);
    }
    envelope.trace_parent = SPAN_LITERAL(TRACE);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        envelope.payload = span_of(payload, sizes[i]);
        check_both_ways(fixture, &envelope);
    }
}

static struct span golden(struct fixture *fixture) {
    static const char hex[] = GOLDEN_ENVELOPE;
    size_t size = (sizeof(hex) - 1) / 2;
    buf_clear(&fixture->body);
    assert_true(hex_parse(hex, buf_reserve(&fixture->body, size), size));
    fixture->body.size = size;
    return buf_span(&fixture->body);
}

static void test_golden(void **state) {
    struct fixture *fixture = *state;
    static const char payload_hex[] = GOLDEN_SUBMIT_TRANSFER;
    uint8_t payload[sizeof(payload_hex) / 2];
    struct envelope envelope;
    assert_true(hex_parse(payload_hex, payload, sizeof(payload)));
    assert_int_equal(envelope_decode(golden(fixture), &fixture->arena, &envelope), 0);
    assert_int_equal(envelope.correlation, 300);
    assert_int_equal(envelope.kind, MESSAGE_SUBMIT_TRANSFER);
    assert_int_equal(envelope.direction, MESSAGE_REQUEST);
    assert_int_equal(envelope.timeout_ms, 5000);
    assert_true(span_equal(envelope.payload, span_of(payload, sizeof(payload))));
    assert_true(span_equal(envelope.trace_parent, SPAN_LITERAL(TRACE)));
    envelope_append(&envelope, &fixture->out);
    assert_int_equal(fixture->out.size, FRAME_HEADER_SIZE + fixture->body.size);
    assert_memory_equal(fixture->out.data + FRAME_HEADER_SIZE, fixture->body.data,
                        fixture->body.size);
}

static void expect_malformed(struct fixture *fixture, const char *bytes, size_t size) {
    struct envelope envelope;
    assert_int_equal(envelope_decode(span_of(bytes, size), &fixture->arena, &envelope),
                     ENVELOPE_MALFORMED);
}

#define MALFORMED(text) expect_malformed(fixture, text, sizeof(text) - 1)

static void test_malformed(void **state) {
    struct fixture *fixture = *state;
    MALFORMED("");
    MALFORMED("\x18\x00");                     /* no direction */
    MALFORMED("\x18\x05");                     /* not one of the four */
    MALFORMED("\x18\x81\x80\x80\x80\x10");     /* one of them in its low 32 bits only */
    MALFORMED("\x18\x01\x18\x01");             /* twice */
    MALFORMED("\x18\x01\x22\x00\x22\x00");     /* twice */
    MALFORMED("\x18\x01\x38\x01");             /* field 7, reserved */
    MALFORMED("\x18\x01\x42\x00");             /* field 8, reserved */
    MALFORMED("\x18\x01\x00\x01");             /* field 0 */
    MALFORMED("\x18\x01\x23\x24");             /* a group */
    MALFORMED("\x18\x01\x20\x01");             /* payload as a number */
    MALFORMED("\x1a\x01\x01");                 /* direction as bytes */
    MALFORMED("\x18\x01\x0d\x01\x00\x00\x00"); /* correlation as fixed32 */
    MALFORMED("\x18\x01\x22\x02x");            /* payload longer than the body */
    MALFORMED("\x18\x01\x22\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    MALFORMED("\x18\x01\x28\x80\x80\x80\x80\x10");                     /* a timeout of 2^32 */
    MALFORMED("\x18\x01\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"); /* 65 bits */
    MALFORMED("\x18\x01\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01");
    MALFORMED("\x18\x01\x08\x80"); /* a number without its end */
    MALFORMED("not protobuf at all");
}

static void test_trace(void **state) {
    static const char *const wrong[] = {
        "x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01",
    };
    static const unsigned path[EDIT_DEPTH] = {6};
    struct fixture *fixture = *state;
    struct envelope envelope;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct edit edit = {EDIT_BYTES, 0, span_text(wrong[i])};
        buf_clear(&fixture->out);
        edit_field(golden(fixture), path, &edit, &fixture->out);
        assert_int_equal(envelope_decode(buf_span(&fixture->out), &fixture->arena, &envelope),
                         ENVELOPE_MALFORMED);
    }
}

/* Cut anywhere it is malformed or, between two fields, a shorter envelope; never more. */
static void test_truncated_at_each_byte(void **state) {
    struct fixture *fixture = *state;
    struct span whole = golden(fixture);
    for (size_t size = 0; size < whole.size; size++) {
        uint8_t *cut = malloc(size + 1);
        assert_non_null(cut);
        memcpy(cut, whole.data, size);
        struct envelope envelope;
        int verdict = envelope_decode(span_of(cut, size), &fixture->arena, &envelope);
        assert_true(verdict == ENVELOPE_MALFORMED || envelope.trace_parent.size == 0);
        free(cut);
    }
}

static void test_budget(void **state) {
    struct fixture *fixture = *state;
    struct envelope envelope;
    struct arena small;
    arena_init(&small, 64, 64);
    assert_int_equal(envelope_decode(golden(fixture), &small, &envelope), ENVELOPE_MALFORMED);
    assert_true(small.used <= 64);
    arena_deinit(&small);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_equals_protobuf), TEST(test_golden), TEST(test_malformed),
        TEST(test_trace),           TEST(test_budget), TEST(test_truncated_at_each_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
