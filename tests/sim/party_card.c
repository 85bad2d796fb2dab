/*
 * A modelled bank's cards: the Class II bank applies for its customers and cancels, the Class I bank
 * takes or refuses, and reports; and what either was told came of each.
 *
 * Invariant: one application has one answer, the same each time; what has ended stays as it ended; a
 * number is told to the Class II bank alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

#define PEOPLE 60 /* who apply: others than those with links, whose tries are their own */
#define STRAY_PER_MILLE 100
#define LIKELY_PER_MILLE 800 /* a report that the state allows, as far as the bank knows */

bool card_asks(enum message_kind kind) {
    return kind >= MESSAGE_APPLY_CARD && kind <= MESSAGE_CANCEL_CARD;
}

bool card_may_refuse(const struct ask *ask, struct span detail) {
    static const char *const applying[] = {"CARD_EXISTS", "TRIES", "BANK_OFFLINE", "PEER_SUSPENDED",
                                           "PEER_HELD"};
    static const char *const moving[] = {"CARD_STATE", "HISTORY"};
    if (ask->stray)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_CARD"));
    if (ask->kind == MESSAGE_APPLY_CARD)
        return desk_says_one_of(detail, applying, sizeof(applying) / sizeof(applying[0]));
    return ask->kind != MESSAGE_GET_CARD &&
           desk_says_one_of(detail, moving, sizeof(moving) / sizeof(moving[0]));
}

static struct plastic *know(struct party *party, const struct id *id) {
    struct plastic *plastic = party->plastics;
    while (plastic != NULL && !id_equal(&plastic->id, id))
        plastic = plastic->next;
    if (plastic != NULL)
        return plastic;
    plastic = xcalloc(1, sizeof(*plastic));
    plastic->id = *id;
    plastic->next = party->plastics;
    party->plastics = plastic;
    return plastic;
}

/* ---- asking ---- */

static void make_id_number(uint64_t serial, char text_out[19]) {
    static const unsigned weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    snprintf(text_out, 19, "99999919800202%03u", (unsigned)serial % 1000);
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (unsigned)(text_out[i] - '0');
    text_out[17] = "10X98765432"[sum % 11];
    text_out[18] = '\0';
}

static void make_number(struct party *party, char text_out[20]) {
    unsigned sum = 0;
    snprintf(text_out, 20, "622622%09llu",
             (unsigned long long)chance_below(&party->chance, 1000000000));
    for (size_t i = 0; i < 15; i++) {
        unsigned digit = (unsigned)(text_out[i] - '0') * (i % 2 == 0 ? 2 : 1);
        sum += digit / 10 + digit % 10;
    }
    text_out[15] = (char)('0' + (10 - sum % 10) % 10);
    text_out[16] = '\0';
}

static struct party *some_partner(struct party *party) {
    struct world *world = party->world;
    struct party *found = NULL;
    uint64_t seen = 0;
    for (size_t i = 0; i < world->party_count; i++) {
        if (party_side(&world->parties[i]) == SIDE_CLASS1 &&
            chance_below(&party->chance, ++seen) == 0)
            found = &world->parties[i];
    }
    return found;
}

static void apply(struct party *party) {
    const struct party *partner = some_partner(party);
    char id_number[19];
    if (partner == NULL)
        return;
    make_id_number(chance_below(&party->chance, PEOPLE), id_number);
    struct ask *ask = ask_new(party, NULL, MESSAGE_APPLY_CARD);
    struct apply_card message = {
        .request = ask_new_id(party, ask),
        .class1_bank = partner->code,
        .person = {SPAN_LITERAL("Wang"), ID_TYPE_RESIDENT, span_text(id_number),
                   SPAN_LITERAL("13800000008")},
        .delivery = CARD_DELIVERY_MAIL,
        .deliver_to = SPAN_LITERAL("somewhere"),
        .consent = {true,
                    partner->code,
                    SPAN_LITERAL("CARD"),
                    CONSENT_FIELDS_ALL,
                    {{8}},
                    world_wall_ms(party->world) - 60000},
    };
    partner_encode_apply_card(&message, &ask->payload);
    ask_go(ask);
}

static enum card_event likely(struct party *party, enum card_state state) {
    enum card_event event = CARD_EVENT_TAKEN;
    enum card_state next;
    uint64_t seen = 0;
    for (int i = CARD_EVENT_TAKEN; i <= CARD_EVENT_REFUSED; i++) {
        if (card_next(state, (enum card_event)i, &next) &&
            chance_below(&party->chance, ++seen) == 0)
            event = (enum card_event)i;
    }
    return event;
}

static void report(struct party *party, const struct plastic *plastic, const struct id *id) {
    char number[20];
    struct ask *ask = ask_new(party, NULL, MESSAGE_CARD_STATUS);
    struct card_status message = {.request = ask_new_id(party, ask), .card = *id};
    ask->stray = plastic == NULL;
    message.event =
        (enum card_event)chance_between(&party->chance, CARD_EVENT_TAKEN, CARD_EVENT_REFUSED);
    if (plastic != NULL && party_hits(party, LIKELY_PER_MILLE))
        message.event = likely(party, plastic->shown);
    make_number(party, number);
    if (message.event == CARD_EVENT_ISSUED)
        message.number = span_text(number);
    if (message.event == CARD_EVENT_REFUSED)
        message.reason = SPAN_LITERAL("MS03");
    partner_encode_card_status(&message, &ask->payload);
    ask_go(ask);
}

static void cancel(struct party *party, const struct plastic *plastic, const struct id *id) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_CANCEL_CARD);
    struct cancel_card message = {ask_new_id(party, ask), *id, SPAN_LITERAL("CUST")};
    ask->stray = plastic == NULL;
    partner_encode_cancel_card(&message, &ask->payload);
    ask_go(ask);
}

static void look(struct party *party, const struct plastic *plastic, const struct id *id) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_CARD);
    struct get_card query = {*id};
    ask->stray = plastic == NULL;
    partner_encode_get_card(&query, &ask->payload);
    ask_go(ask);
}

void card_work(struct party *party) {
    const struct plastic *found = NULL;
    uint64_t seen = 0;
    uint8_t random[10];
    bool class2 = party_side(party) == SIDE_CLASS2;
    chance_bytes(&party->chance, random, sizeof(random));
    struct id id = uuid7_make(world_wall_ms(party->world), random);
    for (const struct plastic *one = party->plastics; one != NULL; one = one->next) {
        if (chance_below(&party->chance, ++seen) == 0)
            found = one;
    }
    if (party_hits(party, STRAY_PER_MILLE))
        found = NULL;
    if (found != NULL)
        id = found->id;
    uint64_t what = chance_below(&party->chance, 8);
    if (what == 0)
        look(party, found, &id);
    else if (!class2)
        report(party, found, &id);
    else if (what < 3)
        cancel(party, found, &id);
    else
        apply(party);
}

/* ---- being asked ---- */

void card_asked(struct party *party, struct connection *connection,
                const struct envelope *envelope) {
    struct ask_card asked;
    if (partner_decode_ask_card(envelope->payload, &party->arena, &asked) != 0 ||
        asked.consent.recipient != party->code) {
        world_fail(party->world, "bank %zu: AskCard cannot be read", party->index);
        return;
    }
    struct said *said = said_find(party, &asked.card);
    if (said == NULL) {
        struct ask_card_reply reply = {.card = asked.card, .outcome = CARD_OUTCOME_TAKEN};
        if (party_hits(party, 200))
            reply.outcome = CARD_OUTCOME_REFUSED;
        if (reply.outcome == CARD_OUTCOME_REFUSED)
            reply.reason = SPAN_LITERAL("AG01");
        said = said_new(party, &asked.card);
        partner_encode_ask_card_reply(&reply, &said->payload);
        (void)know(party, &asked.card);
    }
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

/* ---- what it is told ---- */

void card_learn(struct party *party, const struct card_view *view) {
    struct plastic *plastic = know(party, &view->card);
    bool class2 = view->class2_bank == party->code;
    bool ended = card_final(plastic->shown);
    if ((!class2 && view->class1_bank != party->code) || (!class2 && view->number.size > 0) ||
        (view->number.size > 0 && view->issues == 0))
        world_fail(party->world, "bank %zu: card %s tells what it must not", party->index,
                   world_id(&view->card));
    if (ended && card_final(view->state) && view->state != plastic->shown)
        world_fail(party->world, "A4: bank %zu was shown card %s as %s, and now as %s",
                   party->index, world_id(&view->card), card_state_name(plastic->shown),
                   card_state_name(view->state));
    if (!ended)
        plastic->shown = view->state;
}

void card_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct card_view view;
    if (partner_decode_card_reply(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a CardReply cannot be read", party->index);
        return;
    }
    ask_done(ask);
    card_learn(party, &view);
}

void card_check(const struct party *party, struct store *store) {
    struct card card;
    for (const struct plastic *plastic = party->plastics; plastic; plastic = plastic->next) {
        if (plastic->shown == CARD_NONE)
            continue; /* asked for, and nothing heard */
        bool there = store_get_card(store, &plastic->id, &card) == 0;
        if (!there || (card_final(plastic->shown) && card.state != plastic->shown))
            world_fail(party->world, "A1: card %s was shown to bank %zu as %s, and is %s",
                       world_id(&plastic->id), party->index, card_state_name(plastic->shown),
                       there ? card_state_name(card.state) : "not there");
    }
}
