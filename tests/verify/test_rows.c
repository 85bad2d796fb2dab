/*
 * A right store has no finding; and no row of it can go, or change by a bit, without one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/table.h"
#include "verify/lively.h"

static void a_right_store_has_no_finding(void **state) {
    static struct lively lively;
    static struct findings findings;
    (void)state;
    lively_init(&lively);
    findings_of_store(&lively, false, &findings);
    findings_print(&findings);
    assert_int_equal(findings.count, 0);
    assert_true(findings.counts.rows > 300);
    assert_int_equal(findings.counts.links, 11);
    assert_true(findings.counts.transfers >= 12);
    assert_true(findings.counts.notices > 40);
    lively_deinit(&lively);
}

static void an_empty_store_has_no_finding(void **state) {
    static struct lively lively;
    static struct findings findings;
    (void)state;
    memset(&lively, 0, sizeof lively);
    world_init_empty(&lively.world);
    findings_of_store(&lively, true, &findings);
    assert_int_equal(findings.count, 0);
    assert_int_equal(findings.counts.rows, 2); /* meta, and the window that is open */
    world_deinit(&lively.world);
}

struct all_rows {
    struct store_row *items;
    size_t count;
};

static struct all_rows all_rows(struct store *store) {
    struct all_rows rows = {.count = 0};
    struct store_row row = {.key_size = 0};
    int rc;
    while ((rc = store_next_row(store, span_of(row.key, row.key_size), &row)) == 0) {
        rows.items = realloc(rows.items, (rows.count + 1) * sizeof row);
        assert_non_null(rows.items);
        rows.items[rows.count++] = row;
    }
    assert_int_equal(rc, STORE_ABSENT);
    return rows;
}

/* Nothing else tells that these were ever there: what a request did is told by what it made, an
 * order by what it changed, and a sum of nothing is no sum. */
static bool may_go(const struct store_row *row) {
    static const struct link_usage unused;
    const struct store_request *request = &row->value.request;
    switch ((int)row->table) {
    case TABLE_AUDIT:
        return true;
    case TABLE_REQUEST:
        return request->message != COMMAND_OPEN_LINK &&
               request->message != COMMAND_SUBMIT_TRANSFER &&
               request->message != COMMAND_SUBMIT_RETURN;
    case TABLE_USAGE:
        return row->value.usage.day_fen == unused.day_fen;
    case TABLE_POSITION:
        return row->value.position.reserved_outgoing_fen == 0 &&
               row->value.position.reserved_incoming_fen == 0 &&
               row->value.position.unsettled_net_fen == 0;
    case TABLE_BANK:
        return row->bank == BANK_C || row->bank == BANK_D;
    case TABLE_BANK_COUNTERS:
        return row->value.counters.last_notice == 0;
    case TABLE_APPROVAL:
        return false;
    default:
        return false;
    }
}

static void no_row_can_go(void **state) {
    static struct lively lively;
    static struct findings findings;
    (void)state;
    lively_init(&lively);
    struct all_rows rows = all_rows(lively.world.store);
    for (size_t i = 0; i < rows.count; i++) {
        const struct store_row *row = &rows.items[i];
        struct span key = span_of(row->key, row->key_size);
        assert_int_equal(overlay_remove(store_overlay(lively.world.store), key), 0);
        findings_of_store(&lively, false, &findings);
        if (findings.count == 0 && !may_go(row))
            fail_msg("row %zu of table %s can go", i, table_name(row->table));
        lively_forget(&lively);
    }
    free(rows.items);
    lively_deinit(&lively);
}

static void no_bit_can_change(void **state) {
    static struct lively lively;
    static struct findings findings;
    (void)state;
    lively_init(&lively);
    struct all_rows rows = all_rows(lively.world.store);
    for (size_t i = 0; i < rows.count; i++) {
        struct overlay *overlay = store_overlay(lively.world.store);
        struct span key = span_of(rows.items[i].key, rows.items[i].key_size);
        struct span value;
        uint8_t bytes[4096];
        assert_int_equal(overlay_get(overlay, key, &value), 0);
        assert_in_range(value.size, 4, sizeof bytes);
        memcpy(bytes, value.data, value.size);
        bytes[(i * 7) % value.size] ^= (uint8_t)(1u << i % 8);
        overlay_put(overlay, key, span_of(bytes, value.size), false);
        findings_of_store(&lively, false, &findings);
        assert_true(findings_have(&findings, LAW_ROWS, NULL, 0));
        lively_forget(&lively);
    }
    free(rows.items);
    lively_deinit(&lively);
}

static void put_raw(struct lively *lively, const uint8_t *key, size_t size) {
    uint8_t value[4];
    put_be32(value, crc32c(0, span_of(key, size)));
    overlay_put(store_overlay(lively->world.store), span_of(key, size),
                span_of(value, sizeof value), false);
}

/* Each key that a table does not have: of no table, too short, too long. */
static void no_row_can_come(void **state) {
    static struct lively lively;
    static struct findings findings;
    uint8_t key[KV_KEY_MAX];
    (void)state;
    lively_init(&lively);
    for (unsigned table = 0; table <= TABLES; table++) {
        for (size_t size = 1; size <= sizeof key; size += size < 60 ? 1 : 70) {
            memset(key, 0x33, size);
            key[0] = (uint8_t)table;
            put_raw(&lively, key, size);
            findings_of_store(&lively, false, &findings);
            if (findings.count == 0 && table != TABLE_META)
                fail_msg("a row of table %s with a key of %zu bytes", table_name(table), size);
            lively_forget(&lively);
        }
    }
    lively_deinit(&lively);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_store_has_no_finding),
        cmocka_unit_test(an_empty_store_has_no_finding),
        cmocka_unit_test(no_row_can_go),
        cmocka_unit_test(no_bit_can_change),
        cmocka_unit_test(no_row_can_come),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
