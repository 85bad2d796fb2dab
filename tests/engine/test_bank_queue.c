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
    bank_queue_use(&queue, 1, 0, 10);
    bank_queue_use(&queue, 1, 10, 20);
    bank_queue_use(&queue, 0, 20, 1020); /* operators and the gateway: never */
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

/* An answer removes what the request of another bank made: that is no use of more than there is. */
static void who_gives_back_is_not_passed_over(void **state) {
    (void)state;
    push(1, 0);
    push(1, 1);
    push(2, 0);
    bank_queue_use(&queue, 2, 0, 5);
    bank_queue_use(&queue, 1, 5, 2);
    expect(0, 1, 0);
    expect(4, 1, 1);
    assert_null(bank_queue_peek(&queue, 4));
    bank_queue_use(&queue, 1, 2, 6); /* what it gave back before is not in its favour */
    push(1, 2);
    assert_null(bank_queue_peek(&queue, 3));
    expect(4, 1, 2);
    expect(5, 2, 0);
}

static void take(bank_code bank, uint32_t *number) {
    expect(SIZE_MAX, bank, (*number)++);
}

/* One command beside a flood leaves at once, and waits for the end of no more than a quantum. */
static void a_round_is_short_beside_a_flood(void **state) {
    (void)state;
    uint32_t next = 0;
    for (uint32_t i = 0; i < 4096; i++)
        push(1, i);
    push(2, 0);
    bank_queue_begin_round(&queue);
    take(1, &next);
    expect(SIZE_MAX, 2, 0);
    while (!bank_queue_round_over(&queue))
        take(1, &next);
    assert_int_equal(next, BANK_QUEUE_QUANTUM);
    bank_queue_begin_round(&queue);
    assert_false(bank_queue_round_over(&queue));
}

/* The flood of many banks has no more than that of one. */
static void many_floods_share_the_quantum(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 64; i++) {
        for (bank_code bank = 1; bank <= 8; bank++)
            push(bank, i);
    }
    push(9, 0);
    bank_queue_begin_round(&queue);
    size_t left = 0;
    for (; !bank_queue_round_over(&queue); left++)
        command_free(bank_queue_pop(&queue));
    assert_int_equal(left, BANK_QUEUE_QUANTUM + 1);
}

/* Who comes while a flood is served alone is next, and then the round ends. */
static void who_comes_late_is_let_in(void **state) {
    (void)state;
    uint32_t next = 0;
    for (uint32_t i = 0; i < 4096; i++)
        push(1, i);
    bank_queue_begin_round(&queue);
    while (!bank_queue_one_alone(&queue))
        take(1, &next);
    assert_int_equal(next, BANK_QUEUE_QUANTUM);
    assert_false(bank_queue_round_over(&queue));
    push(2, 0);
    expect(SIZE_MAX, 2, 0);
    assert_true(bank_queue_round_over(&queue));
    assert_false(bank_queue_one_alone(&queue));
    push(2, 1); /* and again: the round goes on for it, and is over with it */
    expect(SIZE_MAX, 2, 1);
    assert_true(bank_queue_round_over(&queue));
}

/* 63 banks flood. One that asks for a third of what its turns would be finds, behind a pause in which
 * many of its commands came together, all of them in front of the floods'. */
static void what_piled_up_beside_floods_leaves_together(void **state) {
    (void)state;
    uint32_t pile = BANK_QUEUE_CREDIT / 2;
    for (bank_code bank = 1; bank <= 63; bank++) {
        for (uint32_t i = 0; i < 512; i++)
            push(bank, i);
    }
    for (uint32_t turn = 0; turn < 2 * 63; turn++)
        command_free(bank_queue_pop(&queue));
    for (uint32_t i = 0; i < BANK_QUEUE_CREDIT; i++) {
        push(64, i);
        expect(SIZE_MAX, 64, i);
        for (uint32_t turn = 0; turn < 3 * 63; turn++)
            command_free(bank_queue_pop(&queue));
    }
    for (uint32_t i = 0; i < pile; i++)
        push(64, i);
    for (uint32_t i = 0; i < pile; i++)
        expect(SIZE_MAX, 64, i);
}

/* What it is owed has a bound: then it has a turn like the others. */
static void what_a_bank_is_owed_is_bounded(void **state) {
    (void)state;
    uint32_t next = 0;
    for (uint32_t i = 0; i < 4096; i++)
        push(1, i);
    while (next < 3 * BANK_QUEUE_CREDIT)
        take(1, &next);
    for (uint32_t i = 0; i < 2 * BANK_QUEUE_CREDIT; i++)
        push(2, i);
    for (uint32_t i = 0; i < BANK_QUEUE_CREDIT; i++)
        expect(SIZE_MAX, 2, i);
    for (uint32_t i = 0; i < BANK_QUEUE_CREDIT; i++) {
        take(1, &next);
        expect(SIZE_MAX, 2, BANK_QUEUE_CREDIT + i);
    }
}

/* Who is owed something, and has used too much of what is scarce, keeps nobody waiting. */
static void the_owed_are_passed_over_too(void **state) {
    (void)state;
    uint32_t next = 0;
    for (uint32_t i = 0; i < 8; i++)
        push(1, i);
    while (next < 4)
        take(1, &next);
    push(2, 0);
    bank_queue_use(&queue, 2, 0, 10);
    expect(9, 1, next++);
    bank_queue_forget_use(&queue);
    push(3, 0);
    expect(9, 3, 0);
    expect(9, 2, 0);
}

/* Banks that have much to do, one a bit more than the other, are not cut short. */
static void a_round_of_equals_is_long(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        push(1, i);
        if (i % 3 == 0)
            push(2, i / 3);
    }
    bank_queue_begin_round(&queue);
    for (; queue.count > 0; command_free(bank_queue_pop(&queue)))
        assert_false(bank_queue_round_over(&queue));
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
        TEST(who_gives_back_is_not_passed_over),
        TEST(a_round_is_short_beside_a_flood),
        TEST(many_floods_share_the_quantum),
        TEST(who_comes_late_is_let_in),
        TEST(what_piled_up_beside_floods_leaves_together),
        TEST(what_a_bank_is_owed_is_bounded),
        TEST(the_owed_are_passed_over_too),
        TEST(a_round_of_equals_is_long),
        TEST(what_waits_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
