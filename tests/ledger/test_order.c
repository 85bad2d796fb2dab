/*
 * Orders of two people: every state of an approval against every decision and every uid, what is
 * carried out and under whose name, and that nothing an operator does goes without its row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "domain/rules.h"
#include "ledger/world_people.h"

static struct approval stored(const struct world *world, const struct id *id) {
    struct approval approval;
    assert_int_equal(store_get_approval(world->store, id, &approval), 0);
    return approval;
}

/* A bank that is not there yet: an order that shows whether it was carried out. */
static struct id ask_bank(struct world *world, uint32_t uid) {
    struct command *command = world_order(world, COMMAND_BANK_ADD, uid);
    command->body.bank_add =
        (struct bank){.code = BANK_D, .name = "Bank D", .roles = BANK_ROLE_CLASS1, .pin_count = 1};
    command->body.bank_add.pins[0] = world_pin(BANK_D);
    assert_int_equal(world_request(world, command), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_int_equal(world->effects->count, 1);
    assert_false(reply->refused);
    assert_false(id_is_zero(&reply->object));
    return reply->object;
}

static bool bank_is_there(struct world *world) {
    struct bank bank;
    return store_get_bank(world->store, BANK_D, &bank) == 0;
}

static void expect_no_rows(const struct world *world, const struct id *id) {
    struct store_open_row row = {.kind = OBJECT_APPROVAL, .object = *id};
    assert_int_equal(store_has_open(world->store, &row), STORE_ABSENT);
    struct store_deadline due = {0};
    const struct store_deadline *after = NULL;
    while (store_next_deadline(world->store, after, &due) == 0) {
        assert_false(due.kind == OBJECT_APPROVAL && id_equal(&due.object, id));
        after = &due;
    }
}

static void an_order_waits_for_another_uid(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = ask_bank(&world, UID_ONE);
    assert_false(bank_is_there(&world));
    struct approval approval = stored(&world, &id);
    assert_int_equal(approval.state, APPROVAL_WAITING);
    assert_int_equal(approval.order, COMMAND_BANK_ADD);
    assert_int_equal(approval.requested_by, UID_ONE);
    int64_t until_ms = world.now_ms + rules_compiled()->approval_wait_ms;
    assert_int_equal(approval.expires_at_ms, until_ms);
    assert_int_equal(world_one(&world, EFFECT_REPLY)->deadline_ms, until_ms);
    struct span payload;
    struct digest digest;
    assert_int_equal(store_get_approval_payload(world.store, &id, &payload), 0);
    sha256(payload, &digest);
    assert_true(digest_equal(&digest, &approval.payload));

    world.now_ms += 1000;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &id, UID_TWO), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(world_one(&world, EFFECT_REPLY)->order, COMMAND_BANK_ADD);
    assert_true(bank_is_there(&world));
    approval = stored(&world, &id);
    assert_int_equal(approval.state, APPROVAL_DONE);
    assert_int_equal(approval.decided_by, UID_TWO);
    assert_int_equal(approval.decided_at_ms, world.now_ms);
    expect_no_rows(&world, &id);
    struct audit_row row = world_last_audit(&world);
    assert_int_equal(row.order, COMMAND_BANK_ADD);
    assert_int_equal(row.uid, UID_ONE);
    assert_true(row.two);
    assert_int_equal(row.approver, UID_TWO);
    assert_int_equal(row.bank, BANK_D);
    assert_int_equal(row.kind, OBJECT_BANK);
    world_deinit(&world);
}

/* ---- state x decision x uid ---- */

static struct id approval_in(struct world *world, enum approval_state state, uint32_t uid) {
    uint32_t other = uid == UID_ONE ? UID_TWO : UID_ONE;
    struct id id = ask_bank(world, uid);
    if (state == APPROVAL_DONE) {
        assert_int_equal(world_decide(world, COMMAND_APPROVE, &id, other), 0);
    } else if (state == APPROVAL_REFUSED) {
        struct id twin = ask_bank(world, uid);
        assert_int_equal(world_decide(world, COMMAND_APPROVE, &twin, other), 0);
        assert_int_equal(world_decide(world, COMMAND_APPROVE, &id, other), 0);
        world_expect_refused(world, REFUSAL_BANK_EXISTS, "code");
        assert_int_equal(stored(world, &id).refusal, REFUSAL_BANK_EXISTS);
    } else if (state == APPROVAL_REJECTED) {
        assert_int_equal(world_decide(world, COMMAND_REJECT, &id, other), 0);
    } else if (state == APPROVAL_EXPIRED) {
        world->now_ms += rules_compiled()->approval_wait_ms;
        assert_int_equal(world_tick(world), 0);
    }
    assert_int_equal(stored(world, &id).state, state);
    return id;
}

static enum refusal_code expected(enum approval_state state, enum command_kind decision,
                                  bool same) {
    if (state != APPROVAL_WAITING)
        return REFUSAL_APPROVAL_STATE;
    return same && decision == COMMAND_APPROVE ? REFUSAL_SAME_PERSON : REFUSAL_NONE;
}

static void check_decision(enum approval_state from, enum command_kind decision, uint32_t requester,
                           uint32_t decider) {
    struct world world;
    world_init(&world);
    struct id id = approval_in(&world, from, requester);
    bool there = bank_is_there(&world);
    assert_int_equal(world_decide(&world, decision, &id, decider), 0);
    enum refusal_code code = expected(from, decision, requester == decider);
    enum approval_state to = from;
    if (code != REFUSAL_NONE) {
        world_expect_refused(&world, code, "approval");
        assert_int_equal(bank_is_there(&world), there);
    } else {
        assert_false(world_one(&world, EFFECT_REPLY)->refused);
        to = decision == COMMAND_APPROVE ? APPROVAL_DONE : APPROVAL_REJECTED;
        assert_int_equal(bank_is_there(&world), decision == COMMAND_APPROVE);
        assert_int_equal(stored(&world, &id).decided_by, decider);
    }
    assert_int_equal(stored(&world, &id).state, to);
    if (to != APPROVAL_WAITING)
        expect_no_rows(&world, &id);
    struct audit_row row = world_last_audit(&world);
    assert_int_equal(row.sequence, world.sequence);
    assert_int_equal(row.refusal, code);
    if (to != APPROVAL_DONE || code != REFUSAL_NONE) {
        assert_int_equal(row.order, decision);
        assert_int_equal(row.uid, decider);
        assert_int_equal(row.kind, OBJECT_APPROVAL);
        assert_true(id_equal(&row.object, &id));
    }
    world_deinit(&world);
}

static void every_state_and_decision_and_uid(void **state) {
    (void)state;
    /* root is one person like any other */
    static const uint32_t uids[] = {0, UID_ONE, UID_TWO};
    for (int from = APPROVAL_WAITING; from < APPROVAL_STATES; from++) {
        for (size_t i = 0; i < 3; i++) {
            for (size_t j = 0; j < 3; j++) {
                check_decision((enum approval_state)from, COMMAND_APPROVE, uids[i], uids[j]);
                check_decision((enum approval_state)from, COMMAND_REJECT, uids[i], uids[j]);
            }
        }
    }
}

static void what_is_not_there_cannot_be_decided(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id nothing = {{3}};
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &nothing, UID_TWO), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_APPROVAL, "approval");
    assert_int_equal(world_decide(&world, COMMAND_REJECT, &nothing, UID_TWO), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_APPROVAL, "approval");
    world_deinit(&world);
}

/* Its time is over when it is decided, whether a TICK came by or not. */
static void too_late_is_too_late(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = ask_bank(&world, UID_ONE);
    world.now_ms += rules_compiled()->approval_wait_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(stored(&world, &id).state, APPROVAL_WAITING);
    world.now_ms++;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &id, UID_TWO), 0);
    world_expect_refused(&world, REFUSAL_APPROVAL_STATE, "approval");
    struct approval approval = stored(&world, &id);
    assert_int_equal(approval.state, APPROVAL_EXPIRED);
    assert_int_equal(approval.decided_by, 0);
    expect_no_rows(&world, &id);
    assert_false(bank_is_there(&world));
    world_deinit(&world);
}

static void so_many_wait_and_no_more(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    uint32_t max = rules_compiled()->approvals_waiting_max;
    struct id first = ask_bank(&world, UID_ONE);
    for (uint32_t i = 1; i < max; i++)
        (void)ask_bank(&world, UID_ONE);
    struct command *command = world_order(&world, COMMAND_CLOCK_ACCEPT, UID_ONE);
    assert_int_equal(world_request(&world, command), 0);
    world_expect_refused(&world, REFUSAL_APPROVALS, "");
    assert_int_equal(world_decide(&world, COMMAND_REJECT, &first, UID_ONE), 0);
    command = world_order(&world, COMMAND_CLOCK_ACCEPT, UID_ONE);
    assert_int_equal(world_request(&world, command), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    world_deinit(&world);
}

/* ---- what is carried out ---- */

static void nonsense_is_refused_at_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_int_equal(world_bank_add(&world, BANK_A, BANK_ROLE_CLASS1), 0);
    world_expect_refused(&world, REFUSAL_BANK_EXISTS, "code");
    struct audit_row row = world_last_audit(&world);
    assert_int_equal(row.order, COMMAND_BANK_ADD);
    assert_int_equal(row.refusal, REFUSAL_BANK_EXISTS);
    struct approval approval;
    struct id last = {{0}};
    while (store_next_approval(world.store, &last, &approval) == 0) {
        assert_int_equal(approval.state, APPROVAL_DONE); /* world_init's */
        last = approval.id;
    }
    world_deinit(&world);
}

/* The trial leaves nothing: what waits changed no object, told nothing, sent nothing. */
static void the_trial_is_undone(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct id transfer = world_pending(&world, &link, TRANSFER_PUSH, 100);
    struct transfer frozen = world_get_transfer(&world, &transfer);
    frozen.frozen = true;
    world_put_transfer(&world, &frozen);
    struct command *command = world_order(&world, COMMAND_UNFREEZE, UID_ONE);
    command->body.unfreeze = (struct unfreeze){OBJECT_TRANSFER, transfer};
    assert_int_equal(world_request(&world, command), 0);
    assert_int_equal(world.effects->count, 1);
    struct id approval = world_one(&world, EFFECT_REPLY)->object;
    assert_true(world_get_transfer(&world, &transfer).frozen);
    assert_int_equal(world_get_transfer(&world, &transfer).state, TRANSFER_PENDING);

    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    struct transfer after = world_get_transfer(&world, &transfer);
    assert_false(after.frozen);
    assert_int_equal(after.state, TRANSFER_UNKNOWN);
    const struct history_entry *entry = &after.history.entries[after.history.count - 1];
    assert_int_equal(entry->cause, CAUSE_OPERATOR);
    assert_int_equal(entry->uid, UID_ONE);
    assert_true(entry->two);
    assert_int_equal(entry->approver, UID_TWO);
    world_deinit(&world);
}

/* ---- orders beside the ledger ---- */

static void the_clock_is_accepted_as_the_second_person_sees_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct command *command = world_order(&world, COMMAND_CLOCK_ACCEPT, UID_ONE);
    command->body.clock_accept.wall_ms = world.now_ms + 1;
    assert_int_equal(world_request(&world, command), 0);
    assert_int_equal(world_count(&world, EFFECT_ORDER), 0);
    struct id approval = world_one(&world, EFFECT_REPLY)->object;
    world.now_ms += 5000;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    const struct effect *order = world_one(&world, EFFECT_ORDER);
    assert_int_equal(order->order, COMMAND_CLOCK_ACCEPT);
    assert_int_equal(order->deadline_ms, world.now_ms);
    world_deinit(&world);
}

static void the_quarantine_is_released_by_two_and_dropped_by_one(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct digest digest = {{4, 2}};
    struct command *command = world_order(&world, COMMAND_QUARANTINE_RELEASE, UID_ONE);
    command->body.quarantine_order.digest = digest;
    assert_int_equal(world_request(&world, command), 0);
    assert_int_equal(world_count(&world, EFFECT_ORDER), 0);
    struct id approval = world_one(&world, EFFECT_REPLY)->object;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    assert_int_equal(world_one(&world, EFFECT_ORDER)->order, COMMAND_QUARANTINE_RELEASE);
    assert_true(digest_equal(&world_one(&world, EFFECT_ORDER)->digest, &digest));
    command = world_order(&world, COMMAND_QUARANTINE_DROP, UID_ONE);
    command->body.quarantine_order.digest = digest;
    assert_int_equal(world_request(&world, command), 0);
    assert_int_equal(world_one(&world, EFFECT_ORDER)->order, COMMAND_QUARANTINE_DROP);
    assert_true(digest_equal(&world_one(&world, EFFECT_ORDER)->digest, &digest));
    world_deinit(&world);
}

/* ---- the audit ---- */

/* What may not be zero in an order that says something. */
static void fill(struct command *command) {
    static const struct money fen = {1, "CNY"};
    switch ((int)command->kind) {
    case COMMAND_SEARCH:
        command->body.search.by = SEARCH_BY_PERSON;
        break;
    case COMMAND_UNFREEZE:
        command->body.unfreeze.kind = OBJECT_LINK;
        break;
    case COMMAND_BANK_SET:
        command->body.bank_set.what = BANK_SET_NAME;
        break;
    case COMMAND_CAP_SET:
        memcpy(command->body.cap_set.currency, fen.currency, CURRENCY_SIZE);
        break;
    case COMMAND_PAIR_CAP_SET:
        command->body.pair_cap_set.code = BANK_D;
        memcpy(command->body.pair_cap_set.currency, fen.currency, CURRENCY_SIZE);
        break;
    case COMMAND_FUNDS_BEGIN:
        command->body.funds_begin.direction = FUNDS_IN;
        command->body.funds_begin.amount = fen;
        break;
    default:
        break;
    }
}

/* Every kind of order, whatever becomes of it: an order without a handler would be poison. */
static void every_order_leaves_its_row(void **state) {
    static const struct rules_document no_rules;
    (void)state;
    struct world world;
    world_init(&world);
    size_t orders = 0;
    const struct command_row *row;
    for (size_t i = 0; (row = command_row_at(i)) != NULL; i++) {
        if (!row->order)
            continue;
        orders++;
        struct command *command = world_order(&world, row->kind, UID_ONE);
        if (row->kind == COMMAND_RULES_LOAD)
            command->body.rules_load.document = &no_rules;
        fill(command);
        assert_int_equal(world_request(&world, command), 0);
        struct audit_row audit = world_last_audit(&world);
        assert_int_equal(audit.sequence, world.sequence);
        assert_int_equal(audit.order, row->kind);
        assert_int_equal(audit.uid, UID_ONE);
        assert_int_equal(audit.at_ms, world.now_ms);
        assert_int_equal(audit.refusal, world_one(&world, EFFECT_REPLY)->refusal.code);
        assert_false(audit.two);
    }
    assert_true(orders >= 17);
    /* and nothing else does */
    uint64_t sequence = world.sequence;
    (void)world_link(&world);
    assert_int_equal(world_tick(&world), 0);
    assert_true(world.sequence > sequence);
    assert_int_equal(world_last_audit(&world).sequence, sequence);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_waits_for_another_uid),
        cmocka_unit_test(every_state_and_decision_and_uid),
        cmocka_unit_test(what_is_not_there_cannot_be_decided),
        cmocka_unit_test(too_late_is_too_late),
        cmocka_unit_test(so_many_wait_and_no_more),
        cmocka_unit_test(nonsense_is_refused_at_once),
        cmocka_unit_test(the_trial_is_undone),
        cmocka_unit_test(the_clock_is_accepted_as_the_second_person_sees_it),
        cmocka_unit_test(the_quarantine_is_released_by_two_and_dropped_by_one),
        cmocka_unit_test(every_order_leaves_its_row),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
