/*
 * Orders, loans and what a person holds: every field comes back as it went in, from memory and from
 * the disk, the indexes find them, and each row is right by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/check.h"
#include "store/fields.h"
#include "store/stage.h"
#include "store/table.h"

#define ROUNDS 100

static void tables_name_every_field(void **state) {
    (void)state;
    fields_assert_complete(&product_order_fields);
    fields_assert_complete(&loan_fields);
    fields_assert_complete(&loan_decision_fields);
    fields_assert_complete(&loan_instalment_fields);
}

static void orders_come_back(void **state) {
    struct stage *stage = *state;
    static struct product_order orders[ROUNDS], back;
    struct id link = stage_id(stage), last = {{0}};
    for (size_t i = 0; i < ROUNDS; i++) {
        order_fill(&orders[i], &stage->seed);
        orders[i].id = stage_id(stage);
        orders[i].link = link;
        store_put_order(stage->store, &orders[i], true);
        order_fill(&orders[i], &stage->seed);
        orders[i].id = stage_id(stage);
        orders[i].link = link;
        store_put_order(stage->store, &orders[i], true);
        orders[i].units++;
        store_put_order(stage->store, &orders[i], false);
        assert_int_equal(store_get_order(stage->store, &orders[i].id, &back), 0);
        order_assert_equal(&orders[i], &back);
    }
    stage_flush(stage);
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(store_get_order(stage->store, &orders[i].id, &back), 0);
        order_assert_equal(&orders[i], &back);
    }
    size_t found = 0, of_link = 0;
    back.id = (struct id){{0}};
    while (store_next_order(stage->store, &back.id, &back) == 0)
        found++;
    while (store_next_order_of_link(stage->store, &link, &last, &last) == 0)
        of_link++;
    assert_int_equal(found, 2 * ROUNDS);
    assert_int_equal(of_link, 2 * ROUNDS);
    struct id other = stage_id(stage);
    assert_int_equal(store_get_order(stage->store, &other, &back), STORE_ABSENT);
    assert_int_equal(store_next_order_of_link(stage->store, &other, NULL, &last), STORE_ABSENT);
}

static void loans_come_back(void **state) {
    struct stage *stage = *state;
    static struct loan loans[ROUNDS], back;
    struct id link = stage_id(stage), last = {{0}};
    for (size_t i = 0; i < ROUNDS; i++) {
        loan_fill(&loans[i], &stage->seed);
        loans[i].id = stage_id(stage);
        loans[i].link = link;
        store_put_loan(stage->store, &loans[i], true);
        loans[i].account.accrued ^= 1;
        store_put_loan(stage->store, &loans[i], false);
        assert_int_equal(store_get_loan(stage->store, &loans[i].id, &back), 0);
        loan_assert_equal(&loans[i], &back);
    }
    stage_flush(stage);
    for (size_t i = 0; i < ROUNDS; i++) {
        assert_int_equal(store_get_loan(stage->store, &loans[i].id, &back), 0);
        loan_assert_equal(&loans[i], &back);
    }
    size_t found = 0, of_link = 0;
    back.id = (struct id){{0}};
    while (store_next_loan(stage->store, &back.id, &back) == 0)
        found++;
    while (store_next_loan_of_link(stage->store, &link, &last, &last) == 0)
        of_link++;
    assert_int_equal(found, ROUNDS);
    assert_int_equal(of_link, ROUNDS);
    struct id other = stage_id(stage);
    assert_int_equal(store_get_loan(stage->store, &other, &back), STORE_ABSENT);
}

static void transfers_lead_to_what_they_are_of(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct id buy = stage_id(stage), payout = stage_id(stage), draw = stage_id(stage);
    struct id order = stage_id(stage), loan = stage_id(stage), found = {{0}};
    store_put_order_transfer(store, &buy, &order);
    store_put_order_transfer(store, &payout, &order);
    store_put_loan_transfer(store, &draw, &loan);
    stage_flush(stage);
    assert_int_equal(store_find_order_of_transfer(store, &buy, &found), 0);
    assert_true(id_equal(&found, &order));
    assert_int_equal(store_find_order_of_transfer(store, &payout, &found), 0);
    assert_true(id_equal(&found, &order));
    assert_int_equal(store_find_loan_of_transfer(store, &draw, &found), 0);
    assert_true(id_equal(&found, &loan));
    assert_int_equal(store_find_order_of_transfer(store, &draw, &found), STORE_ABSENT);
    assert_int_equal(store_find_loan_of_transfer(store, &buy, &found), STORE_ABSENT);
}

static void what_a_person_holds(void **state) {
    struct stage *stage = *state;
    struct store *store = stage->store;
    struct id product = stage_id(stage), other = stage_id(stage);
    struct digest person = stage_digest(stage), somebody = stage_digest(stage);
    int64_t held_fen = 7;
    assert_int_equal(store_get_held(store, &product, &person, &held_fen), 0);
    assert_int_equal(held_fen, 0);
    store_put_held(store, &product, &person, INT64_MAX);
    stage_flush(stage);
    assert_int_equal(store_get_held(store, &product, &person, &held_fen), 0);
    assert_true(held_fen == INT64_MAX);
    assert_int_equal(store_get_held(store, &other, &person, &held_fen), 0);
    assert_int_equal(held_fen, 0);
    assert_int_equal(store_get_held(store, &product, &somebody, &held_fen), 0);
    assert_int_equal(held_fen, 0);
}

/* Each row as the store's check reads it, in the order of keys. */
static void rows_are_right_one_by_one(void **state) {
    struct stage *stage = *state;
    static struct product_order order;
    static struct loan loan;
    static struct store_row row;
    struct id transfer = stage_id(stage), product = stage_id(stage);
    struct digest person = stage_digest(stage);
    order_fill(&order, &stage->seed);
    loan_fill(&loan, &stage->seed);
    order.id = stage_id(stage);
    loan.id = stage_id(stage);
    store_put_order(stage->store, &order, true);
    store_put_order_transfer(stage->store, &transfer, &order.id);
    store_put_held(stage->store, &product, &person, 5);
    store_put_loan(stage->store, &loan, true);
    store_put_loan_transfer(stage->store, &transfer, &loan.id);
    stage_flush(stage);
    row.key_size = 0;
    for (unsigned table = TABLE_ORDER; table <= TABLE_LOAN_OF_TRANSFER; table++) {
        uint8_t key_bytes[KV_KEY_MAX];
        size_t key_size = row.key_size;
        memcpy(key_bytes, row.key, key_size);
        assert_int_equal(store_next_row(stage->store, span_of(key_bytes, key_size), &row), 0);
        assert_int_equal(row.table, table);
        if (table == TABLE_ORDER)
            order_assert_equal(&order, &row.value.order);
        if (table == TABLE_LOAN)
            loan_assert_equal(&loan, &row.value.loan);
        if (table == TABLE_HELD)
            assert_int_equal(row.value.held_fen, 5);
        if (table == TABLE_ORDER_OF_TRANSFER)
            assert_true(id_equal(&row.parent, &transfer) && id_equal(&row.id, &order.id));
    }
}

static void damaged_rows_are_never_used(void **state) {
    struct stage *stage = *state;
    static struct product_order order;
    static struct loan loan;
    order_fill(&order, &stage->seed);
    loan_fill(&loan, &stage->seed);
    order.id = stage_id(stage);
    loan.id = stage_id(stage);
    store_put_order(stage->store, &order, true);
    store_put_loan(stage->store, &loan, true);
    stage_flush(stage);
    stage_damage(stage, TABLE_ORDER, STAGE_FLIP_A_BIT);
    stage_damage(stage, TABLE_LOAN, STAGE_TRUNCATE);
    assert_int_equal(store_get_order(stage->store, &order.id, &order), STORE_DAMAGED);
    assert_int_equal(store_get_loan(stage->store, &loan.id, &loan), STORE_DAMAGED);
}

#define ON_A_STAGE(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_name_every_field),
        ON_A_STAGE(orders_come_back),
        ON_A_STAGE(loans_come_back),
        ON_A_STAGE(transfers_lead_to_what_they_are_of),
        ON_A_STAGE(what_a_person_holds),
        ON_A_STAGE(rows_are_right_one_by_one),
        ON_A_STAGE(damaged_rows_are_never_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
