/*
 * Rules that are loaded while traffic runs: who may, what is refused, that they take effect with the
 * first millisecond of their day and never before, and that they are there again after a start.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "ledger/world_people.h"
#include "util/fatal.h"

static uint64_t bit_of(const char *name) {
    size_t i = 0;
    while (strcmp(rules_number_at(i)->name, name) != 0)
        i++;
    return UINT64_C(1) << i;
}

/* From that day on instructions wait 20 seconds, credits 5 minutes. */
static struct rules_document *slower(int64_t from_day) {
    struct rules_document *document = xcalloc(1, sizeof *document);
    struct rules_period *period = &document->periods[0];
    strcpy(document->name, "slower");
    document->count = 1;
    period->from_day = from_day;
    period->until_day = RULES_FOR_EVER;
    period->numbers = bit_of("transfer_timeout_ms") | bit_of("credit_due_ms");
    period->values.transfer_timeout_ms = 20 * SECOND_MS;
    period->values.credit_due_ms = 5 * MINUTE_MS;
    return document;
}

static struct command *order(const struct world *world, struct rules_document *document) {
    struct command *command = world_order(world, COMMAND_RULES_LOAD, UID_ONE);
    struct span copy = arena_copy(&command->arena, span_of(document, sizeof *document));
    command->body.rules_load.document = (const struct rules_document *)(const void *)copy.data;
    free(document);
    return command;
}

static int64_t tomorrow(const struct world *world) {
    return shanghai_day(world->now_ms) + 1;
}

static int64_t timeout_of(struct world *world, const struct id *link) {
    struct id id = world_pending(world, link, TRANSFER_PULL, 100);
    return world_get_transfer(world, &id).deadline_ms - world->now_ms;
}

static bool any_rules(const struct world *world) {
    struct store_rules rules;
    return store_next_rules(world->store, 0, &rules) == 0;
}

static void two_people_load_them(void **state) {
    (void)state;
    struct world world;
    struct store_rules rules;
    world_init(&world);
    assert_int_equal(world_request(&world, order(&world, slower(tomorrow(&world)))), 0);
    struct id id = world_one(&world, EFFECT_REPLY)->object;
    assert_int_equal(world_count(&world, EFFECT_RULES), 0);
    assert_false(any_rules(&world));
    world.now_ms += 1000;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &id, UID_TWO), 0);
    const struct effect *told = world_one(&world, EFFECT_RULES);
    assert_int_equal(store_next_rules(world.store, 0, &rules), 0);
    assert_int_equal(rules.number, world.sequence);
    assert_int_equal(told->sequence, world.sequence);
    assert_true(span_equal(told->payload, rules.document));
    assert_int_equal(rules.loaded_at_ms, world.now_ms);
    assert_int_equal(rules.uid, UID_ONE);
    assert_int_equal(rules.approver, UID_TWO);
    struct audit_row row = world_last_audit(&world);
    assert_int_equal(row.order, COMMAND_RULES_LOAD);
    assert_int_equal(row.kind, OBJECT_RULES);
    assert_int_equal(get_be64(row.object.bytes + 8), rules.number);
    world_deinit(&world);
}

/* T14's two instants. */
static void they_take_effect_at_midnight(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    int64_t midnight_ms = shanghai_day_start_ms(tomorrow(&world));
    world.now_ms = midnight_ms - 60 * SECOND_MS;
    assert_int_equal(world_give(&world, order(&world, slower(tomorrow(&world)))), 0);
    assert_int_equal(timeout_of(&world, &link), 10 * SECOND_MS);
    world.now_ms = midnight_ms - 1;
    struct id old = world_transfer_in(&world, &link, TRANSFER_PULL, 100, TRANSFER_ACCEPTED);
    assert_int_equal(timeout_of(&world, &link), 10 * SECOND_MS);
    world.now_ms = midnight_ms;
    assert_int_equal(timeout_of(&world, &link), 20 * SECOND_MS);
    struct id new = world_transfer_in(&world, &link, TRANSFER_PULL, 100, TRANSFER_ACCEPTED);
    /* What was accepted before it is due as it was. */
    struct transfer transfer = world_get_transfer(&world, &old);
    assert_int_equal(transfer_credit_due_ms(&transfer), transfer.accepted_at_ms + MINUTE_MS);
    transfer = world_get_transfer(&world, &new);
    assert_int_equal(transfer_credit_due_ms(&transfer), transfer.accepted_at_ms + 5 * MINUTE_MS);
    world_deinit(&world);
}

static void what_begins_today_is_refused(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int back = 1; back < 400; back += 100) {
        assert_int_equal(world_request(&world, order(&world, slower(tomorrow(&world) - back))), 0);
        world_expect_refused(&world, REFUSAL_RULES_PAST, "from");
    }
    /* In time when it was requested, too late when it is approved. */
    assert_int_equal(world_request(&world, order(&world, slower(tomorrow(&world)))), 0);
    struct id id = world_one(&world, EFFECT_REPLY)->object;
    world.now_ms = shanghai_day_start_ms(tomorrow(&world));
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &id, UID_TWO), 0);
    world_expect_refused(&world, REFUSAL_RULES_PAST, "from");
    assert_false(any_rules(&world));
    world_deinit(&world);
}

static void what_is_wrong_is_refused_whole(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct rules_document *document = slower(tomorrow(&world));
    document->count = 2; /* with a gap */
    document->periods[1] = document->periods[0];
    document->periods[0].until_day = document->periods[0].from_day;
    document->periods[1].from_day += 2;
    assert_int_equal(world_request(&world, order(&world, document)), 0);
    world_expect_refused(&world, REFUSAL_RULES, "from");
    document = slower(tomorrow(&world));
    document->periods[0].values.transfer_timeout_ms = 99;
    assert_int_equal(world_request(&world, order(&world, document)), 0);
    world_expect_refused(&world, REFUSAL_RULES, "transfer_timeout_ms");
    /* Right by itself, and not with what it carries over. */
    document = slower(tomorrow(&world));
    document->periods[0].values.transfer_timeout_ms = 61 * SECOND_MS;
    assert_int_equal(world_request(&world, order(&world, document)), 0);
    world_expect_refused(&world, REFUSAL_RULES, "transfer_timeout_ms");
    assert_false(any_rules(&world));
    world_deinit(&world);
}

static void a_start_has_them_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    assert_int_equal(world_give(&world, order(&world, slower(tomorrow(&world) + 1))), 0);
    assert_int_equal(world_give(&world, order(&world, slower(tomorrow(&world)))), 0);
    uint64_t last = world.sequence;
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_RULES), 2);
    assert_int_equal(world_effect(&world, EFFECT_RULES, 1)->sequence, last);
    assert_int_equal(world_up(&world, BANK_A), 0);
    assert_int_equal(world_up(&world, BANK_B), 0);
    world.now_ms = shanghai_day_start_ms(tomorrow(&world));
    assert_int_equal(timeout_of(&world, &link), 20 * SECOND_MS);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_people_load_them),
        cmocka_unit_test(they_take_effect_at_midnight),
        cmocka_unit_test(what_begins_today_is_refused),
        cmocka_unit_test(what_is_wrong_is_refused_whole),
        cmocka_unit_test(a_start_has_them_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
