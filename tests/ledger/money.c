/*
 * See money.h.
 */
#include "ledger/money.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "store/table.h"

struct submit_transfer money_payment(struct world *world, const struct id *link, int64_t fen) {
    struct submit_transfer payment = world_submit(world, link, TRANSFER_PULL, fen);
    world_make_payment(&payment);
    return payment;
}

struct submit_return money_return(struct world *world, const struct id *original, int64_t fen) {
    return (struct submit_return){
        .request = world_request_id(world),
        .transfer = *original,
        .amount = {fen, "CNY"},
        .end_to_end_id = world_text(world, "R%llu", (unsigned long long)++world->people),
        .reason = SPAN_LITERAL("CUST"),
    };
}

struct cancel_transfer money_cancel(struct world *world, const struct id *transfer) {
    return (struct cancel_transfer){
        .request = world_request_id(world),
        .transfer = *transfer,
        .reason = SPAN_LITERAL("DS02"),
    };
}

void money_ask_return(struct world *world, bank_code bank, const struct id *original, int64_t fen) {
    struct submit_return request = money_return(world, original, fen);
    assert_int_equal(world_send(world, bank, COMMAND_SUBMIT_RETURN, &request), 0);
}

void money_ask_cancel(struct world *world, bank_code bank, const struct id *transfer) {
    struct cancel_transfer request = money_cancel(world, transfer);
    assert_int_equal(world_send(world, bank, COMMAND_CANCEL_TRANSFER, &request), 0);
}

void money_ask_step_up(struct world *world, bank_code bank, const struct id *transfer,
                       const char *method, const char *text) {
    struct step_up request = {*transfer, span_text(method), span_text(text)};
    assert_int_equal(world_send(world, bank, COMMAND_STEP_UP, &request), 0);
}

void money_confirm(struct world *world, bank_code bank, const struct id *transfer) {
    struct confirm_credit request = {*transfer};
    assert_int_equal(world_send(world, bank, COMMAND_CONFIRM_CREDIT, &request), 0);
}

void money_answer(struct world *world, const struct id *transfer, enum posting_outcome outcome) {
    struct posting_result result = world_outcome(transfer, outcome);
    if (outcome == POSTING_POSTED)
        result = world_posted(world, transfer);
    else if (outcome == POSTING_REFUSED)
        result = world_refused(transfer, "AM04");
    bank_code bank = world_get_transfer(world, transfer).instructed;
    assert_int_equal(world_answer(world, bank, COMMAND_POSTING_ANSWER, &result), 0);
}

void money_expire(struct world *world, const struct id *transfer) {
    world->now_ms = world_get_transfer(world, transfer).deadline_ms;
    assert_int_equal(world_tick(world), 0);
    assert_int_equal(world_get_transfer(world, transfer).state, TRANSFER_UNKNOWN);
}

struct id money_return_pending(struct world *world, const struct id *original, int64_t fen) {
    money_ask_return(world, world_get_transfer(world, original).creditor_bank, original, fen);
    return world_instruction(world).transfer;
}

struct id money_link(struct world *world, const struct agreed_limits *limits) {
    struct id id = world_link(world);
    struct link link = world_get_link(world, &id);
    link.limits = *limits;
    link.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    world_put_link(world, &link);
    return id;
}

struct span money_record(struct world *world, const struct id *transfer) {
    struct key key = key_of(TABLE_TRANSFER);
    struct span value;
    key_add_id(&key, transfer);
    assert_int_equal(overlay_get(store_overlay(world->store), key_span(&key), &value), 0);
    return arena_copy(&world->arena, value);
}

size_t money_events(struct world *world, const struct id *transfer, enum transfer_event event) {
    struct transfer now = world_get_transfer(world, transfer);
    size_t count = 0;
    for (uint32_t i = 0; i < now.history.count; i++)
        count += now.history.entries[i].event == (uint32_t)event;
    return count;
}

struct transfer_view money_reply(struct world *world) {
    return world_transfer_view(world, world_one(world, EFFECT_REPLY));
}

struct transfer_view money_told(struct world *world, size_t nth) {
    return world_transfer_view(world, world_effect(world, EFFECT_ANSWER, nth));
}

struct link_usage money_usage(struct world *world, const struct id *link) {
    struct link_usage usage;
    assert_int_equal(store_get_usage(world->store, link, &usage), 0);
    return usage;
}
