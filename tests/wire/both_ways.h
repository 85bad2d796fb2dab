/*
 * Messages against protobuf's own bytes, both ways: for the tests that have one test for each message.
 */
#ifndef LG_TESTS_WIRE_BOTH_WAYS_H
#define LG_TESTS_WIRE_BOTH_WAYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/golden.h"
#include "wire/samples.h"

struct fixture {
    struct buf golden, written;
    struct arena arena;
};

static inline int set_up(void **state) {
    struct fixture *fixture = xcalloc(1, sizeof(*fixture));
    arena_init(&fixture->arena, 4096, 1u << 20);
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state) {
    struct fixture *fixture = *state;
    buf_deinit(&fixture->golden);
    buf_deinit(&fixture->written);
    arena_deinit(&fixture->arena);
    free(fixture);
    return 0;
}

static inline struct span golden(struct fixture *fixture, const char *hex) {
    size_t size = strlen(hex) / 2;
    buf_clear(&fixture->golden);
    assert_true(hex_parse(hex, buf_reserve(&fixture->golden, size), size));
    fixture->golden.size = size;
    return buf_span(&fixture->golden);
}

/* What was written equals the golden bytes; then it is forgotten. */
static inline void expect_golden(struct fixture *fixture) {
    assert_int_equal(fixture->written.size, fixture->golden.size);
    assert_memory_equal(fixture->written.data, fixture->golden.data, fixture->golden.size);
    buf_clear(&fixture->written);
}

static inline struct command *decode(struct fixture *fixture, enum command_kind kind) {
    struct command *command = command_new(kind);
    struct refusal refusal = {0};
    command->payload = arena_copy(&command->arena, buf_span(&fixture->golden));
    assert_int_equal(message_decode_command(command, SAMPLE_NOW_MS, &refusal), 0);
    return command;
}

/* A message that a bank sends: our partner half writes it, the gateway's reads it. */
#define FROM_BANK(name, GOLDEN, KIND, member) FROM_BANK_AS(name, name, name, GOLDEN, KIND, member)
#define FROM_BANK_AS(sample_name, type, name, GOLDEN, KIND, member)                                \
    static void test_##sample_name(void **state) {                                                 \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name();                                               \
        (void)golden(fixture, GOLDEN);                                                             \
        partner_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        struct command *command = decode(fixture, KIND);                                           \
        partner_encode_##name(&command->body.member, &fixture->written);                           \
        expect_golden(fixture);                                                                    \
        command_free(command);                                                                     \
    }

/* A message that the gateway sends: its half writes it, the partner's reads it. */
#define FROM_GATEWAY(name, type, sample_name, GOLDEN)                                              \
    FROM_GATEWAY_AS(name, name, type, sample_name, GOLDEN)
#define FROM_GATEWAY_AS(test_name, name, type, sample_name, GOLDEN)                                \
    static void test_##test_name(void **state) {                                                   \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name();                                               \
        struct type read;                                                                          \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&sample, &fixture->written);                                         \
        expect_golden(fixture);                                                                    \
        assert_int_equal(partner_decode_##name(bytes, &fixture->arena, &read), 0);                 \
        message_encode_##name(&read, &fixture->written);                                           \
        expect_golden(fixture);                                                                    \
    }

#define NOTICE(name, type, sample_name, sample_place_name, happened, GOLDEN)                       \
    static void test_##name(void **state) {                                                        \
        struct fixture *fixture = *state;                                                          \
        struct type sample = sample_##sample_name(), read;                                         \
        struct notice_place place = sample_##sample_place_name(), read_place;                      \
        struct span event;                                                                         \
        struct span bytes = golden(fixture, GOLDEN);                                               \
        message_encode_##name(&place, &sample, happened, &fixture->written);                       \
        expect_golden(fixture);                                                                    \
        assert_int_equal(                                                                          \
            partner_decode_##name(bytes, &fixture->arena, &read_place, &read, &event), 0);         \
        assert_true(span_equal(event, SPAN_LITERAL(happened)));                                    \
        message_encode_##name(&read_place, &read, happened, &fixture->written);                    \
        expect_golden(fixture);                                                                    \
    }

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

#endif
