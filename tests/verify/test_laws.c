/*
 * Every law that a store can show finds what breaks it, by its name, and about the right object or
 * bank: of the whole store, and of the object alone where it is an object's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verify/planted.h"

static struct lively lively;
static struct findings findings;

static void make(struct id (*plant)(struct lively *, bank_code *), struct id *object_out,
                 bank_code *bank_out) {
    *bank_out = 0;
    *object_out = plant(&lively, bank_out);
}

static void start_again(const struct planted *planted) {
    if (planted->keep) {
        lively_deinit(&lively);
        lively_init(&lively);
    } else {
        lively_forget(&lively);
    }
}

static void check_all(const struct planted *all) {
    lively_init(&lively);
    for (const struct planted *planted = all; planted->plant != NULL; planted++) {
        struct id object;
        bank_code bank;
        make(planted->plant, &object, &bank);
        if (planted->keep)
            side_flush(&lively.world.side);
        findings_of_store(&lively, planted->at_rest, &findings);
        if (!findings_have(&findings, planted->law, id_is_zero(&object) ? NULL : &object, bank)) {
            findings_print(&findings);
            fail_msg("%s is not found by %s", planted->name, law_name(planted->law));
        }
        start_again(planted);
    }
    lively_deinit(&lively);
}

static void of_objects(void **state) {
    (void)state;
    check_all(planted_objects);
}

static void of_sums_and_rows(void **state) {
    (void)state;
    check_all(planted_money);
    check_all(planted_rows);
}

static void each_law_twice(void **state) {
    unsigned count[LAWS] = {0};
    (void)state;
    for (const struct planted *planted = planted_objects; planted->plant != NULL; planted++)
        count[planted->law]++;
    for (const struct planted *planted = planted_money; planted->plant != NULL; planted++)
        count[planted->law]++;
    for (const struct planted *planted = planted_rows; planted->plant != NULL; planted++)
        count[planted->law]++;
    for (int law = LAW_I1; law < LAWS; law++) {
        /* the rows are test_rows.c's, the log not a store's, orders of products not there yet,
         * settled nets test_settled.c's */
        if (law != LAW_I12 && law != LAW_I16 && law != LAW_I20)
            assert_true(count[law] >= 2);
        assert_non_null(law_name((enum law)law));
        assert_non_null(law_text((enum law)law));
    }
}

/* ---- one object at a time ---- */

static enum object_kind kind_of(const struct id *id) {
    struct link link;
    struct transfer transfer;
    struct inquiry_case inquiry;
    struct approval approval;
    struct store *store = lively.world.store;
    if (store_get_link(store, id, &link) != STORE_ABSENT)
        return OBJECT_LINK;
    if (store_get_transfer(store, id, &transfer) != STORE_ABSENT)
        return OBJECT_TRANSFER;
    if (store_get_case(store, id, &inquiry) == 0)
        return OBJECT_CASE;
    return store_get_approval(store, id, &approval) == 0 ? OBJECT_APPROVAL : OBJECT_NONE;
}

/* What a single object can show of the faults of objects; the rest hangs on another's record. */
static bool needs_the_whole(const struct planted *planted) {
    static const char *const names[] = {
        "a_request_that_made_nothing", /* it is the request's */
        "more_than_can_be",            /* a sum of two */
        "returned_in_another_currency",
        "another_currency_on_a_link", /* the original's, the link's */
        "over_the_single_one",        /* the link's */
        "an_old_request",
        "holds_that_do_not_open",
        "a_step_up_that_does_not_open", /* the record is unreadable */
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], planted->name) == 0)
            return true;
    }
    return false;
}

static void one_object_shows_its_own(void **state) {
    (void)state;
    lively_init(&lively);
    for (const struct planted *planted = planted_objects; planted->plant != NULL; planted++) {
        struct id object;
        bank_code bank;
        if (needs_the_whole(planted))
            continue;
        make(planted->plant, &object, &bank);
        if (planted->keep)
            side_flush(&lively.world.side);
        findings_of_object(&lively, kind_of(&object), &object, &findings);
        if (!findings_have(&findings, planted->law, &object, bank)) {
            findings_print(&findings);
            fail_msg("%s is not found by %s", planted->name, law_name(planted->law));
        }
        start_again(planted);
    }
    lively_deinit(&lively);
}

static void expect_none(enum object_kind kind, const struct id *id) {
    if (id_is_zero(id))
        return;
    findings_of_object(&lively, kind, id, &findings);
    findings_print(&findings);
    assert_int_equal(findings.count, 0);
}

static void right_objects_have_no_finding(void **state) {
    (void)state;
    lively_init(&lively);
    for (size_t i = 0; i < LINK_STATES; i++)
        expect_none(OBJECT_LINK, &lively.links[i]);
    for (size_t i = 0; i < TRANSFER_STATES; i++)
        expect_none(OBJECT_TRANSFER, &lively.transfers[i]);
    expect_none(OBJECT_TRANSFER, &lively.original);
    expect_none(OBJECT_TRANSFER, &lively.returned);
    expect_none(OBJECT_TRANSFER, &lively.conflict);
    for (size_t i = 0; i < CASE_STATES; i++)
        expect_none(OBJECT_CASE, &lively.cases[i]);
    expect_none(OBJECT_QUESTION, &lively.question);
    expect_none(OBJECT_APPROVAL, &lively.waiting);
    expect_none(OBJECT_APPROVAL, &lively.done);
    lively_deinit(&lively);
}

static void notice_of(const struct store_notice *row, bank_code bank) {
    findings_of_object(&lively, row->kind, &row->object, &findings);
    if (!findings_have(&findings, LAW_I13, &row->object, bank))
        fail_msg("entry %u of an object of kind %d misses its notice unseen", row->entry,
                 (int)row->kind);
}

/* Another row in its place: the object itself says that it is told by none. */
static void one_object_misses_its_notice(void **state) {
    (void)state;
    lively_init(&lively);
    struct bank_counters counters = world_counters(&lively.world, BANK_B);
    struct store_notice previous;
    assert_int_equal(
        store_get_notice(lively.world.store, BANK_B, counters.acked_notice + 1, &previous), 0);
    for (uint64_t n = counters.acked_notice + 2; n <= counters.last_notice; n++) {
        struct store_notice row;
        struct store *store = lively.world.store;
        assert_int_equal(store_get_notice(store, BANK_B, n, &row), 0);
        store_begin(store);
        store_put_notice(store, BANK_B, n, &previous);
        store_commit(store);
        notice_of(&row, BANK_B);
        lively_forget(&lively);
        previous = row;
    }
    lively_deinit(&lively);
}

static void nothing_is_no_object(void **state) {
    struct verify_sink sink = {.found = NULL};
    struct verify_counts counts;
    struct id id = {{1, 2, 3}};
    (void)state;
    lively_init(&lively);
    for (int kind = OBJECT_NONE; kind <= OBJECT_QUESTION; kind++)
        assert_int_equal(
            verify_object(lively.world.store, (enum object_kind)kind, &id, &sink, &counts),
            STORE_ABSENT);
    lively_deinit(&lively);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_objects),
        cmocka_unit_test(of_sums_and_rows),
        cmocka_unit_test(each_law_twice),
        cmocka_unit_test(right_objects_have_no_finding),
        cmocka_unit_test(one_object_shows_its_own),
        cmocka_unit_test(one_object_misses_its_notice),
        cmocka_unit_test(nothing_is_no_object),
    };
    return cmocka_run_group_tests_name("laws", tests, NULL, NULL);
}
