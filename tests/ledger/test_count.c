/*
 * How many links there may be: of a person at a bank, of a Class II account, of a Class I account; and
 * which one of an account is its first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

/* Tries are counted by the day; a link that verifies is over by then. */
static void next_day(struct world *world) {
    world->now_ms += DAY_MS;
    assert_int_equal(world_tick(world), 0);
}

static void expect(struct world *world, const struct open_link *open, enum refusal_code code,
                   const char *field) {
    assert_int_equal(world_send(world, open->class2.bank, COMMAND_OPEN_LINK, open), 0);
    world_expect_refused(world, code, field);
}

/* Accounts of one sort, each with one link; then one more, of that sort and of the other. */
static void accounts_of_a_person(void **state) {
    (void)state;
    for (int class3 = 0; class3 < 2; class3++) {
        struct world world;
        world_init(&world);
        struct open_link first = world_open(&world);
        struct open_link open = first;
        enum account_class sort = class3 ? ACCOUNT_CLASS_III : ACCOUNT_CLASS_II;
        for (int i = 0; i < 5; i++) {
            open = world_open(&world);
            open.person = first.person;
            open.class2.account_class = sort;
            (void)world_link_of(&world, &open);
        }
        next_day(&world);
        open = world_open(&world);
        open.person = first.person;
        open.class2.account_class = sort;
        expect(&world, &open, class3 ? REFUSAL_COUNT_CLASS3 : REFUSAL_COUNT_CLASS2,
               "class2_account");
        /* of the other sort, and at another bank */
        open.request = world_request_id(&world);
        open.class2.account_class = class3 ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_III;
        (void)world_link_of(&world, &open);
        open = world_open(&world);
        open.person = first.person;
        open.class2.account_class = sort;
        open.class2.bank = BANK_C;
        (void)world_link_of(&world, &open);
        laws_check(&world);
        world_deinit(&world);
    }
}

static void class1_is_what_the_bank_says(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    open.class2.account_class = ACCOUNT_CLASS_III;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct verify_account question = world_question(&world);
    struct verify_account_reply reply = world_match(&question);
    reply.account_class = ACCOUNT_CLASS_II;
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    struct link link = world_get_link(&world, &question.link);
    assert_int_equal(link.state, LINK_REJECTED);
    assert_string_equal(link.reason, "AC13");
    world_deinit(&world);
}

static void bound_accounts_of_one(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link first = world_open(&world);
    struct id ids[5];
    ids[0] = world_link_of(&world, &first);
    struct open_link open = first;
    for (int i = 1; i < 5; i++) {
        open = world_open(&world);
        open.person = first.person;
        open.class2.number = first.class2.number;
        ids[i] = world_link_of(&world, &open);
        assert_false(world_get_link(&world, &ids[i]).primary);
    }
    next_day(&world);
    open = world_open(&world);
    open.person = first.person;
    open.class2.number = first.class2.number;
    expect(&world, &open, REFUSAL_COUNT_BOUND, "class2_account");
    /* the link that is replaced does not count, the new one does */
    struct rebind_link rebind = world_rebind(&world, &ids[2], &first);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &rebind), 0);
    struct id sixth = world_question(&world).link;
    rebind = world_rebind(&world, &ids[3], &first);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &rebind), 0);
    world_expect_refused(&world, REFUSAL_COUNT_BOUND, "link_id");
    world_finish(&world, &sixth);
    assert_int_equal(world_get_link(&world, &ids[2]).state, LINK_CLOSED);
    laws_check(&world);
    /* the first one gone, the oldest of the others takes over */
    assert_true(world_get_link(&world, &ids[0]).primary);
    struct close_link close = world_close(&world, &ids[0]);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_false(world_get_link(&world, &ids[0]).primary);
    assert_true(world_get_link(&world, &ids[1]).primary);
    laws_check(&world);
    world_deinit(&world);
}

static void links_of_one_class1_account(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    uint32_t max = rules_compiled()->links_per_class1_account;
    struct open_link first = world_open(&world);
    struct open_link open;
    for (uint32_t i = 0; i < max; i++) {
        if (i % 5 == 0)
            next_day(&world);
        open = world_open(&world);
        open.class1.number = first.class1.number;
        (void)world_link_of(&world, &open);
    }
    next_day(&world);
    open = world_open(&world);
    open.class1.number = first.class1.number;
    expect(&world, &open, REFUSAL_COUNT_CLASS1, "class1_account");
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_of_a_person),
        cmocka_unit_test(class1_is_what_the_bank_says),
        cmocka_unit_test(bound_accounts_of_one),
        cmocka_unit_test(links_of_one_class1_account),
    };
    return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
