/*
 * TRANSFER_RESOLVE: what two operators may settle, on which paper, and what follows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/laws.h"
#include "ledger/world_people.h"

#define WORD "We booked it, 我行已入账"

static struct id made(struct world *world, enum transfer_state state) {
    struct id link = world_link(world);
    return world_transfer_in(world, &link, TRANSFER_PUSH, 100, state);
}

static struct transfer_resolve paper(const struct id *transfer, enum posting_outcome outcome) {
    struct transfer_resolve order = {
        .transfer = *transfer, .outcome = outcome, .word = WORD, .document.bytes = {1, 2}};
    if (outcome == POSTING_POSTED) {
        memcpy(order.reference, "B-77", 5);
        memcpy(order.book_date, "2026-12-22", DATE_TEXT_SIZE);
    } else if (outcome == POSTING_REFUSED) {
        memcpy(order.reason, "AC04", REASON_SIZE);
    }
    return order;
}

static struct command *order_of(struct world *world, const struct transfer_resolve *order) {
    struct command *command = world_order(world, COMMAND_TRANSFER_RESOLVE, UID_ONE);
    command->body.transfer_resolve = *order;
    return command;
}

static void each_outcome(void **state) {
    (void)state;
    static const struct {
        enum posting_outcome outcome;
        enum transfer_state ends;
    } rows[] = {{POSTING_POSTED, TRANSFER_ACCEPTED},
                {POSTING_REFUSED, TRANSFER_REJECTED},
                {POSTING_UNDONE, TRANSFER_CANCELLED}};
    for (size_t i = 0; i < 3; i++) {
        struct world world;
        world_init(&world);
        struct id id = made(&world, TRANSFER_UNKNOWN);
        struct transfer_resolve order = paper(&id, rows[i].outcome);
        assert_int_equal(world_give(&world, order_of(&world, &order)), 0);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
        struct transfer transfer = world_get_transfer(&world, &id);
        assert_int_equal(transfer.state, rows[i].ends);
        assert_string_equal(transfer.word, WORD);
        assert_true(digest_equal(&transfer.evidence, &order.document));
        assert_string_equal(transfer.reference, order.reference);
        assert_string_equal(transfer.reason, order.reason);
        const struct history_entry *entry = &transfer.history.entries[transfer.history.count - 1];
        assert_int_equal(entry->cause, CAUSE_OPERATOR);
        assert_true(entry->two && entry->uid == UID_ONE && entry->approver == UID_TWO);
        assert_true(entry->by == 0);
        assert_int_equal(world_position(&world, BANK_A).reserved_outgoing_fen, 0);
        assert_int_equal(world_position(&world, BANK_A).unsettled_net_fen, i == 0 ? -100 : 0);
        assert_false(world_keeps(&world, SPAN_LITERAL(WORD)));
        struct audit_row audit = world_last_audit(&world);
        assert_true(audit.two && id_equal(&audit.object, &id));
        laws_check_quiet(&world);
        world_deinit(&world);
    }
}

/* What the bank itself says later is judged as if it had said the first thing, too. */
static void a_later_word_is_a_conflict(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_UNKNOWN);
    struct transfer_resolve order = paper(&id, POSTING_REFUSED);
    assert_int_equal(world_give(&world, order_of(&world, &order)), 0);
    struct posting_result answer = world_refused(&id, "AC04");
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &answer), 0);
    assert_false(world_get_transfer(&world, &id).conflict);
    answer = world_posted(&world, &id);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &answer), 0);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_true(transfer.conflict && transfer.state == TRANSFER_REJECTED);
    laws_check(&world);
    world_deinit(&world);
}

/* Refused at once, so that nobody approves nonsense. */
static void refused(struct world *world, const struct transfer_resolve *order,
                    enum refusal_code code, const char *field) {
    assert_int_equal(world_request(world, order_of(world, order)), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_true(reply->refused);
    assert_int_equal(reply->refusal.code, code);
    assert_string_equal(reply->refusal.field, field);
    laws_check(world);
}

static void only_unknown_ones(void **state) {
    (void)state;
    static const enum transfer_state states[] = {TRANSFER_PENDING, TRANSFER_ACCEPTED,
                                                 TRANSFER_REJECTED, TRANSFER_CANCELLED};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct world world;
        world_init(&world);
        struct id id = made(&world, states[i]);
        struct transfer_resolve order = paper(&id, POSTING_POSTED);
        refused(&world, &order, REFUSAL_TRANSFER_STATE, "transfer");
        order.transfer.bytes[0] ^= 1;
        refused(&world, &order, REFUSAL_NO_SUCH_OBJECT, "transfer");
        world_deinit(&world);
    }
}

static void only_on_whole_paper(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_UNKNOWN);
    struct transfer_resolve order = paper(&id, POSTING_POSTED);
    order.reference[0] = '\0';
    refused(&world, &order, REFUSAL_FIELD_MISSING, "reference");
    order = paper(&id, POSTING_POSTED);
    order.book_date[0] = '\0';
    refused(&world, &order, REFUSAL_FIELD_MISSING, "reference");
    order = paper(&id, POSTING_REFUSED);
    order.reason[0] = '\0';
    refused(&world, &order, REFUSAL_FIELD_MISSING, "reason");
    order = paper(&id, POSTING_UNDONE);
    order.word[0] = '\0';
    refused(&world, &order, REFUSAL_FIELD_MISSING, "evidence");
    order = paper(&id, POSTING_UNDONE);
    memset(&order.document, 0, sizeof order.document);
    refused(&world, &order, REFUSAL_FIELD_MISSING, "evidence");
    order = paper(&id, POSTING_IN_PROGRESS);
    refused(&world, &order, REFUSAL_FIELD_INVALID, "outcome");
    struct transfer transfer = world_get_transfer(&world, &id);
    transfer.frozen = true;
    world_put_transfer(&world, &transfer);
    order = paper(&id, POSTING_UNDONE);
    refused(&world, &order, REFUSAL_FROZEN, "transfer");
    assert_int_equal(world_get_transfer(&world, &id).state, TRANSFER_UNKNOWN);
    world_deinit(&world);
}

/* Its outcome came while the order waited: the bank's own word was first. */
static void the_bank_was_first(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = made(&world, TRANSFER_UNKNOWN);
    struct transfer_resolve order = paper(&id, POSTING_REFUSED);
    assert_int_equal(world_request(&world, order_of(&world, &order)), 0);
    struct id approval = world_one(&world, EFFECT_REPLY)->object;
    struct posting_result answer = world_posted(&world, &id);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &answer), 0);
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    const struct effect *reply = world_one(&world, EFFECT_REPLY);
    assert_true(reply->refused && reply->refusal.code == REFUSAL_TRANSFER_STATE);
    struct transfer transfer = world_get_transfer(&world, &id);
    assert_true(transfer.state == TRANSFER_ACCEPTED && transfer.word[0] == '\0');
    assert_false(world_keeps(&world, SPAN_LITERAL(WORD)));
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome),       cmocka_unit_test(a_later_word_is_a_conflict),
        cmocka_unit_test(only_unknown_ones),  cmocka_unit_test(only_on_whole_paper),
        cmocka_unit_test(the_bank_was_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
