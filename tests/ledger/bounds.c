/*
 * See bounds.h.
 */
#include "ledger/bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world_people.h"

/* ---- orders ---- */

void bounds_carried_out(struct world *world, struct command *command) {
    assert_int_equal(world_request(world, command), 0);
    struct id approval = world_one(world, EFFECT_REPLY)->object;
    assert_int_equal(world_decide(world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    assert_false(world_one(world, EFFECT_REPLY)->refused);
}

struct command *bounds_cap_order(struct world *world, bank_code bank, uint32_t what) {
    struct command *command = world_order(world, COMMAND_CAP_SET, UID_ONE);
    command->body.cap_set = (struct cap_set){.code = bank, .currency = "CNY", .what = what};
    return command;
}

void bounds_set_cap(struct world *world, bank_code bank, bool has_cap, int64_t cap_fen) {
    struct command *command = bounds_cap_order(world, bank, CAP_SET_CAP);
    command->body.cap_set.has_cap = has_cap;
    command->body.cap_set.cap_fen = cap_fen;
    bounds_carried_out(world, command);
}

void bounds_set_prefunded(struct world *world, bank_code bank) {
    struct command *command = bounds_cap_order(world, bank, CAP_SET_PREFUNDED);
    command->body.cap_set.prefunded = true;
    bounds_carried_out(world, command);
}

struct command *bounds_pair_order(struct world *world, bank_code bank, bank_code with,
                                  int64_t cap_fen) {
    struct command *command = world_order(world, COMMAND_PAIR_CAP_SET, UID_ONE);
    command->body.pair_cap_set = (struct pair_cap_set){
        .code = bank, .counterparty = with, .currency = "CNY", .has_cap = true, .cap_fen = cap_fen};
    return command;
}

struct command *bounds_funds_order(struct world *world, bank_code bank,
                                   enum funds_direction direction, int64_t fen) {
    struct command *command = world_order(world, COMMAND_FUNDS_BEGIN, UID_ONE);
    command->body.funds_begin = (struct funds_begin){
        .code = bank, .direction = direction, .amount = {fen, "CNY"}, .reference = "HVPS-1"};
    return command;
}

struct command *bounds_end_order(struct world *world, const struct id *funds, bool confirm) {
    struct command *command = world_order(world, COMMAND_FUNDS_END, UID_ONE);
    command->body.funds_end = (struct funds_end){.funds = *funds, .confirm = confirm};
    if (confirm)
        memcpy(command->body.funds_end.reference, "HVPS-2", sizeof "HVPS-2");
    return command;
}

/* The latest payment. */
struct funds bounds_latest(struct world *world) {
    struct funds funds, next;
    assert_int_equal(store_next_funds(world->store, NULL, &funds), 0);
    while (store_next_funds(world->store, &funds.id, &next) == 0)
        funds = next;
    return funds;
}

struct id bounds_begun(struct world *world, bank_code bank, enum funds_direction direction,
                       int64_t fen) {
    bounds_carried_out(world, bounds_funds_order(world, bank, direction, fen));
    return bounds_latest(world).id;
}

void bounds_paid_in(struct world *world, bank_code bank, int64_t fen) {
    struct id id = bounds_begun(world, bank, FUNDS_IN, fen);
    bounds_carried_out(world, bounds_end_order(world, &id, true));
}

/* An order that is refused at once: nothing waits. */
void bounds_refused_order(struct world *world, struct command *command, enum refusal_code code,
                          const char *field) {
    assert_int_equal(world_request(world, command), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_true(reply->refused);
    assert_int_equal(reply->refusal.code, code);
    assert_string_equal(reply->refusal.field, field);
}

/* ---- transfers ---- */

struct id bounds_link_between(struct world *world, bank_code class2, bank_code class1) {
    struct open_link open = world_open(world);
    open.class2.bank = class2;
    open.class1.bank = class1;
    open.consent.recipient = class1;
    return world_link_of(world, &open);
}

void bounds_submit(struct world *world, bank_code bank, const struct id *link, int64_t fen) {
    struct submit_transfer request = world_submit(world, link, TRANSFER_PUSH, fen);
    assert_int_equal(world_send(world, bank, COMMAND_SUBMIT_TRANSFER, &request), 0);
}

struct id bounds_pushed(struct world *world, bank_code bank, const struct id *link, int64_t fen) {
    bounds_submit(world, bank, link, fen);
    return world_instruction(world).transfer;
}

void bounds_refused(struct world *world, bank_code bank, const struct id *link, int64_t fen,
                    enum refusal_code code, const char *field) {
    struct position before = world_position(world, bank);
    bounds_submit(world, bank, link, fen);
    world_expect_refused(world, code, field);
    struct position after = world_position(world, bank);
    assert_memory_equal(&before, &after, sizeof before);
}

void bounds_posted(struct world *world, bank_code by, const struct id *transfer) {
    struct posting_result result = world_posted(world, transfer);
    assert_int_equal(world_answer(world, by, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(world_get_transfer(world, transfer).state, TRANSFER_ACCEPTED);
}
