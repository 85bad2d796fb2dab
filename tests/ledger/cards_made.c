/*
 * See cards_made.h.
 */
#include "ledger/cards_made.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct apply_card cards_request(struct world *world) {
    struct open_link open = world_open(world); /* for its person and its consent */
    return (struct apply_card){
        .request = open.request,
        .class1_bank = BANK_B,
        .person = open.person,
        .delivery = CARD_DELIVERY_MAIL,
        .deliver_to = SPAN_LITERAL(ADDRESS),
        .consent = open.consent,
    };
}

struct card_view cards_view(struct world *world, const struct effect *effect,
                            struct span *event_out) {
    struct card_view view;
    struct notice_place place;
    struct span event = span_of(NULL, 0);
    struct span copy = arena_copy(&world->arena, effect->payload);
    assert_false(effect->refused);
    if (effect->kind == EFFECT_NOTICE)
        assert_int_equal(partner_decode_card_notice(copy, &world->arena, &place, &view, &event), 0);
    else
        assert_int_equal(partner_decode_card_reply(copy, &world->arena, &view), 0);
    if (event_out)
        *event_out = event;
    return view;
}

struct card_view cards_replied(struct world *world) {
    return cards_view(world, world_one(world, EFFECT_REPLY), NULL);
}

struct card cards_stored(struct world *world, const struct id *id) {
    struct card card;
    assert_int_equal(store_get_card(world->store, id, &card), 0);
    return card;
}

struct id cards_applied_with(struct world *world, const struct apply_card *request) {
    assert_int_equal(world_send(world, BANK_A, COMMAND_APPLY_CARD, request), 0);
    return cards_replied(world).card;
}

struct id cards_applied(struct world *world) {
    struct apply_card request = cards_request(world);
    return cards_applied_with(world, &request);
}

void cards_answer(struct world *world, const struct id *id, enum card_outcome outcome,
                  const char *reason) {
    struct ask_card_reply reply = {*id, outcome, span_text(reason)};
    assert_int_equal(world_answer(world, BANK_B, COMMAND_CARD_ANSWER, &reply), 0);
}

struct card_status cards_report_of(struct world *world, const struct id *id,
                                   enum card_event event) {
    return (struct card_status){
        .request = world_request_id(world),
        .card = *id,
        .event = event,
        .number = event == CARD_EVENT_ISSUED ? SPAN_LITERAL(NUMBER) : span_of(NULL, 0),
        .reason = event == CARD_EVENT_REFUSED ? SPAN_LITERAL("MS03") : span_of(NULL, 0),
    };
}

void cards_report(struct world *world, const struct id *id, enum card_event event) {
    struct card_status status = cards_report_of(world, id, event);
    assert_int_equal(world_send(world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
}

void cards_report_number(struct world *world, const struct id *id, const char *number) {
    struct card_status status = cards_report_of(world, id, CARD_EVENT_ISSUED);
    status.number = span_text(number);
    assert_int_equal(world_send(world, BANK_B, COMMAND_CARD_STATUS, &status), 0);
}

void cards_cancel(struct world *world, bank_code bank, const struct id *id) {
    struct cancel_card request = {world_request_id(world), *id, SPAN_LITERAL("CUST")};
    assert_int_equal(world_send(world, bank, COMMAND_CANCEL_CARD, &request), 0);
}

struct id cards_in(struct world *world, enum card_state state) {
    struct id id = cards_applied(world);
    if (state == CARD_APPLIED)
        return id;
    if (state == CARD_UNKNOWN) {
        world->now_ms = cards_stored(world, &id).answer_due_ms;
        assert_int_equal(world_tick(world), 0);
    } else if (state == CARD_REFUSED) {
        cards_answer(world, &id, CARD_OUTCOME_REFUSED, "AG01");
    } else {
        cards_answer(world, &id, CARD_OUTCOME_TAKEN, "");
    }
    if (state == CARD_CANCELLED)
        cards_cancel(world, BANK_A, &id);
    if (state == CARD_ISSUED || state == CARD_LOST || state == CARD_ACTIVATED)
        cards_report(world, &id, CARD_EVENT_ISSUED);
    if (state == CARD_LOST)
        cards_report(world, &id, CARD_EVENT_LOST);
    if (state == CARD_ACTIVATED)
        cards_report(world, &id, CARD_EVENT_ACTIVATED);
    if (state == CARD_EXPIRED) {
        world->now_ms = cards_stored(world, &id).expires_at_ms;
        assert_int_equal(world_tick(world), 0);
    }
    assert_int_equal(cards_stored(world, &id).state, state);
    return id;
}
