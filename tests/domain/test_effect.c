/*
 * Commands' memory and request ids, and the list of effects: order, growth, taking back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/effect.h"

static void test_request_ids(void **state) {
    static const struct {
        enum command_kind kind;
        bool has_id;
    } rows[] = {
        {COMMAND_BOOT, false},           {COMMAND_TICK, false},
        {COMMAND_BANK_UP, false},        {COMMAND_BANK_ADD, false},
        {COMMAND_FETCH_NOTICES, false},  {COMMAND_OPEN_LINK, true},
        {COMMAND_VERIFY_ANSWER, false},  {COMMAND_START_CHALLENGE, true},
        {COMMAND_ISSUE_ANSWER, false},   {COMMAND_ANSWER_CHALLENGE, true},
        {COMMAND_CHECK_ANSWER, false},   {COMMAND_CLOSE_LINK, true},
        {COMMAND_GET_LINK, false},       {COMMAND_SUBMIT_TRANSFER, true},
        {COMMAND_POSTING_ANSWER, false}, {COMMAND_CONFIRM_CREDIT, false},
        {COMMAND_GET_TRANSFER, false},   {COMMAND_ACK_NOTICES, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command *command = command_new(rows[i].kind);
        assert_int_equal(command_request_id(command) != NULL, rows[i].has_id);
        command_free(command);
    }
    command_free(NULL);
}

static void test_command_owns_its_memory(void **state) {
    (void)state;
    struct command *command = command_new(COMMAND_CLOSE_LINK);
    assert_int_equal(command->kind, COMMAND_CLOSE_LINK);
    assert_null(command->next);
    assert_non_null(arena_try(&command->arena, COMMAND_ARENA_BUDGET / 2));
    assert_null(arena_try(&command->arena, COMMAND_ARENA_BUDGET));
    command_free(command);
}

static void test_effects(void **state) {
    (void)state;
    struct effects effects;
    effects_init(&effects);
    for (uint64_t i = 0; i < 1000; i++) {
        struct effect *effect = effects_add(&effects, EFFECT_NOTICE);
        assert_null(effect->payload.data);
        effect->sequence = i;
        effect->payload = arena_copy(&effects.arena, SPAN_LITERAL("payload"));
    }
    effects_truncate(&effects, 500);
    assert_int_equal(effects.count, 500);
    struct effect *after = effects_add(&effects, EFFECT_ALARM);
    assert_int_equal(after->kind, EFFECT_ALARM);
    assert_int_equal(after->sequence, 0); /* nothing is left of what was taken back */
    for (uint64_t i = 0; i < 500; i++) {
        assert_int_equal(effects.items[i].sequence, i);
        assert_true(span_equal(effects.items[i].payload, SPAN_LITERAL("payload")));
    }
    effects_clear(&effects);
    assert_int_equal(effects.count, 0);
    assert_int_equal(effects.arena.used, 0);
    effects_deinit(&effects);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request_ids),
        cmocka_unit_test(test_command_owns_its_memory),
        cmocka_unit_test(test_effects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
