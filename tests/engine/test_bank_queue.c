/*
 * The banks' lines in front of the ledger: turns, order, what is passed over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/bank_queue.h"

static struct bank_queue queue;

static int set_up(void **state) {
    (void)state;
    bank_queue_init(&queue);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    bank_queue_deinit(&queue);
    return 0;
}

static void push(bank_code bank, uint32_t number) {
    struct command *command = command_new(COMMAND_ACK_NOTICES);
    command->bank = bank;
    command->timeout_ms = number;
    bank_queue_push(&queue, command);
}

static void expect(size_t used_max, bank_code bank, uint32_t number) {
    const struct command *next = bank_queue_peek(&queue, used_max);
    struct command *command = bank_queue_pop(&queue);
    assert_ptr_equal(command, next);
    assert_int_equal(command->bank, bank);
    assert_int_equal(command->timeout_ms, number);
    command_free(command);
}

static void banks_take_turns(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 4; i++)
        push(1, i);
    push(2, 0);
    push(1 + BANK_QUEUE_BUCKETS, 0); /* in the same bucket as the first */
    push(2, 1);
    expect(SIZE_MAX, 1, 0);
    expect(SIZE_MAX, 2, 0);
    expect(SIZE_MAX, 1 + BANK_QUEUE_BUCKETS, 0);
    expect(SIZE_MAX, 1, 1);
    expect(SIZE_MAX, 2, 1);
    expect(SIZE_MAX, 1, 2);
    expect(SIZE_MAX, 1, 3);
    assert_null(bank_queue_peek(&queue, SIZE_MAX));
    assert_int_equal(queue.count, 0);
    assert_int_equal(queue.bytes, 0);
}

static void the_urgent_come_first(void **state) {
    (void)state;
    push(1, 0);
    struct command *tick = command_new(COMMAND_TICK);
    bank_queue_push_front(&queue, tick);
    assert_int_equal(queue.count, 2);
    expect(0, 0, 0);
    expect(0, 1, 0);
}

static void who_used_too_much_is_passed_over(void **state) {
    (void)state;
    push(1, 0);
    push(2, 0);
    push(0, 0);
    bank_queue_use(&queue, 1, 10);
    bank_queue_use(&queue, 1, 10);
    bank_queue_use(&queue, 0, 1000); /* operators and the gateway: never */
    expect(19, 2, 0);
    expect(19, 0, 0);
    assert_null(bank_queue_peek(&queue, 19));
    assert_int_equal(queue.count, 1);
    expect(20, 1, 0);
    push(1, 1);
    assert_null(bank_queue_peek(&queue, 19));
    bank_queue_forget_use(&queue);
    expect(0, 1, 1);
}

static void what_waits_is_freed(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 10; i++)
        push(i % 3, i);
    bank_queue_push_front(&queue, command_new(COMMAND_TICK));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(banks_take_turns),
        TEST(the_urgent_come_first),
        TEST(who_used_too_much_is_passed_over),
        TEST(what_waits_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
