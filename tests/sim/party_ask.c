/*
 * What a modelled bank asks of the gateway: sent on any connection, again while no final answer
 * came, sometimes twice, sometimes once more afterwards, sometimes with another body.
 *
 * Invariant: a request keeps its id and its bytes for ever. Another body under an id is sent only
 * when the gateway has answered the right one: until then it could not know which came first.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

#define PAYEE_BANK 999100000011u /* any bank: nobody there is asked */
#define OTHER_NUMBER "770000000000000001"
#define RETRY_MIN_US 300000
#define RETRY_MAX_US 3000000

struct ask_event {
    struct ask *ask;
    uint64_t retry;
    bool tampered;
};

struct ask *ask_new(struct party *party, struct person *person, enum message_kind kind) {
    struct ask *ask = xcalloc(1, sizeof(*ask));
    ask->party = party;
    ask->person = person;
    ask->kind = kind;
    ask->timeout_ms = (uint32_t)chance_between(&party->chance, 300, 6000);
    *party->asks_end = ask;
    party->asks_end = &ask->next;
    return ask;
}

struct ask *ask_find(struct party *party, const struct id *id) {
    return hmap_get(party->asks_by_id, id_span(id));
}

struct id ask_new_id(struct party *party, struct ask *ask) {
    struct world *world = party->world;
    struct party *other = &world->parties[chance_below(&party->chance, world->party_count)];
    bool shared = other != party && other->latest != NULL &&
                  party_hits(party, world->plan.same_id) &&
                  ask_find(party, &other->latest->id) == NULL;
    uint8_t random[10];
    chance_bytes(&party->chance, random, sizeof(random));
    ask->id = shared ? other->latest->id : uuid7_make(world_wall_ms(world), random);
    ask->shared_id = shared;
    hmap_put(party->asks_by_id, id_span(&ask->id), ask);
    party->latest = ask;
    return ask->id;
}

bool ask_submits(const struct ask *ask) {
    return ask->kind == MESSAGE_SUBMIT_TRANSFER || ask->kind == MESSAGE_SUBMIT_RETURN;
}

bool ask_moves(const struct ask *ask) {
    return ask_submits(ask) || pool_asks(ask->kind);
}

static void encode_return(const struct ask *ask, int64_t fen, struct span reference,
                          struct buf *out) {
    struct submit_return message = {
        .request = ask->id,
        .transfer = ask->original,
        .amount = {fen, "CNY"},
        .end_to_end_id = reference,
        .reason = SPAN_LITERAL("CUST"),
    };
    partner_encode_submit_return(&message, out);
}

const char *ask_number(const struct ask *ask, enum side side) {
    return ask->other && side == SIDE_CLASS1 ? OTHER_NUMBER
                                             : bond_number(ask->person, side, ask->second);
}

/* Who sells, at any bank. */
static void name_payee(struct submit_transfer *message) {
    message->creditor_bank = PAYEE_BANK;
    message->creditor_account = SPAN_LITERAL(OTHER_NUMBER);
    message->has_merchant = true;
    message->merchant = (struct merchant){.name = SPAN_LITERAL("Shop"), .id = SPAN_LITERAL("M-1")};
}

void ask_encode_submit(const struct ask *ask, int64_t fen, struct buf *out) {
    char reference[ID_TEXT_SIZE];
    id_format(&ask->id, reference);
    if (ask->kind == MESSAGE_SUBMIT_RETURN) {
        encode_return(ask, fen, span_text(reference), out);
        return;
    }
    bool pays = ask->direction == TRANSFER_PUSH;
    enum side other = ask->side == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2;
    const char *own_number = ask_number(ask, ask->side);
    const char *other_number = ask_number(ask, other);
    struct submit_transfer message = {
        .request = ask->id,
        .link = ask->link,
        .kind = ask->purpose,
        .direction = ask->direction,
        .amount = {fen, ""},
        .end_to_end_id = span_text(reference),
        .purpose = SPAN_LITERAL("CASH"),
        .debtor_name = span_text(ask->person->name),
        .debtor_account = span_text(pays ? own_number : other_number),
        .creditor_name = span_text(ask->person->name),
        .creditor_account = span_text(pays ? other_number : own_number),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PIN"),
    };
    memcpy(message.amount.currency, ask->foreign ? "USD" : "CNY", CURRENCY_SIZE);
    if (transfer_kind_merchant(ask->purpose))
        name_payee(&message);
    partner_encode_submit_transfer(&message, out);
}

/* ---- sending ---- */

static struct flight *free_flight(struct connection *connection) {
    for (uint32_t i = 0; i < connection->window; i++) {
        if (connection->flights[i].correlation == 0)
            return &connection->flights[i];
    }
    return NULL;
}

/* The one that it is to go over first, or any. */
static struct connection *take_connection(const struct ask *ask) {
    struct connection *connection = ask->sends == 0 ? party_find(ask->party, ask->serial) : NULL;
    if (connection == NULL || !connection->greeted || connection->parting)
        connection = party_any(ask->party);
    return connection;
}

static void transmit(struct ask *ask, bool tampered) {
    struct party *party = ask->party;
    struct connection *connection = take_connection(ask);
    struct flight *flight = connection != NULL ? free_flight(connection) : NULL;
    if (flight == NULL)
        return;
    struct buf other;
    buf_init(&other);
    if (tampered)
        ask_encode_submit(ask, ask->fen + 1, &other);
    struct envelope envelope = {
        .correlation = ++connection->correlation,
        .kind = ask->kind,
        .direction = MESSAGE_REQUEST,
        .payload = tampered ? buf_span(&other) : buf_span(&ask->payload),
        .timeout_ms = ask->timeout_ms,
    };
    *flight = (struct flight){envelope.correlation, ask, tampered, ask->refused};
    ask->sends += !tampered;
    ask->serial = connection->serial;
    party_put(party, connection, &envelope);
    buf_deinit(&other);
}

static void retry(struct party *party, const void *data) {
    (void)party;
    const struct ask_event *event = data;
    if (!event->ask->done && event->ask->retry == event->retry)
        ask_go(event->ask);
}

/* Over the same connection, so that both are in one batch as often as not. */
static void look_behind(struct ask *ask) {
    if (order_asks(ask->kind) || loan_asks(ask->kind))
        return;
    if (!ask_submits(ask))
        bond_look_behind(ask);
    else if (chance_below(&ask->party->chance, 3) == 0)
        list_behind(ask);
    else
        ask_get_transfer(ask, ask->serial);
}

void ask_go(struct ask *ask) {
    struct party *party = ask->party;
    struct ask_event event = {ask, ++ask->retry, false};
    int64_t early_us = ask->not_before_us - party->world->agenda.now_us;
    if (early_us > 0) {
        party_after(party, early_us, retry, &event, sizeof(event));
        return;
    }
    transmit(ask, false);
    if (party_hits(party, party->world->plan.again))
        transmit(ask, false);
    if (ask->sends == 1 && !id_is_zero(&ask->id) && party_hits(party, party->world->plan.poll))
        look_behind(ask);
    int64_t delay_us = (int64_t)ask->timeout_ms * 1000 +
                       chance_between(&party->chance, RETRY_MIN_US, RETRY_MAX_US);
    party_after(party, delay_us, retry, &event, sizeof(event));
}

static void go_soon(struct party *party, const void *data) {
    (void)party;
    const struct ask_event *event = data;
    if (!event->ask->done)
        ask_go(event->ask);
}

/* A connection is there: what waits goes, after a moment. */
void ask_greeted(struct party *party) {
    for (struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (ask->done)
            continue;
        struct ask_event event = {.ask = ask};
        party_after(party, chance_between(&party->chance, 0, 300000), go_soon, &event,
                    sizeof(event));
    }
}

static void once_more(struct party *party, const void *data) {
    (void)party;
    const struct ask_event *event = data;
    transmit(event->ask, event->tampered);
}

void ask_done(struct ask *ask) {
    struct party *party = ask->party;
    const struct plan *plan = &party->world->plan;
    if (ask->done)
        return;
    ask->done = true;
    if (id_is_zero(&ask->id))
        return;
    struct ask_event event = {.ask = ask};
    int64_t delay_us = chance_between(&party->chance, 0, 5000000);
    if (party_hits(party, plan->again))
        party_after(party, delay_us, once_more, &event, sizeof(event));
    event.tampered = true;
    if (ask_submits(ask) && !ask->foreign && party_hits(party, plan->other))
        party_after(party, delay_us, once_more, &event, sizeof(event));
}

/* Queries and results die with the process; what must reach the gateway does not. */
void ask_forget_volatile(struct party *party) {
    for (struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (id_is_zero(&ask->id) && ask->kind != MESSAGE_CONFIRM_CREDIT)
            ask->done = true;
        if (ask->done && ask->person != NULL && ask->person->link_ask == ask)
            ask->person->link_ask = NULL;
    }
}

void ask_get_transfer(struct ask *about, uint64_t serial) {
    struct party *party = about->party;
    struct ask *ask = ask_new(party, about->person, MESSAGE_GET_TRANSFER);
    struct get_transfer query = {.request = about->id};
    if (!id_is_zero(&about->transfer) &&
        (pool_asks(about->kind) || chance_below(&party->chance, 2) == 0))
        query = (struct get_transfer){.transfer = about->transfer};
    ask->about = about;
    ask->serial = serial;
    ask->blind = id_is_zero(&about->transfer);
    partner_encode_get_transfer(&query, &ask->payload);
    ask_go(ask);
}

/* ---- answers ---- */

static void refused_query(struct ask *ask, const struct refusal_view *view) {
    struct party *party = ask->party;
    bool absent = span_equal(view->detail, SPAN_LITERAL("NO_SUCH_TRANSFER"));
    bool foreign = span_equal(view->detail, SPAN_LITERAL("NOT_YOURS"));
    bool expected = false;
    if (ask->stray)
        expected = absent;
    else if (ask->kind == MESSAGE_GET_TRANSFER)
        expected = absent && ask->blind;
    if (ask->kind == MESSAGE_POSTING_RESULT)
        expected = ask->stranger && (foreign || absent);
    if (ask->kind == MESSAGE_STEP_UP)
        expected = span_equal(view->detail, SPAN_LITERAL("STEP_UP"));
    if (card_asks(ask->kind)) {
        expected = card_may_refuse(ask, view->detail);
        ask->refused = true;
    }
    if (desk_asks(ask->kind)) {
        expected = adjust_asks(ask->kind) ? adjust_may_refuse(ask, view->detail)
                   : shop_asks(ask->kind) ? shop_may_refuse(ask, view->detail)
                                          : desk_may_refuse(ask->kind, view->detail);
        ask->refused = true;
    }
    if (!expected)
        world_fail(party->world, "bank %zu: kind %d refused with %.*s", party->index,
                   (int)ask->kind, (int)view->detail.size, (const char *)view->detail.data);
    ask_done(ask);
}

static void refused(struct flight *flight, struct span payload) {
    struct ask *ask = flight->ask;
    struct party *party = ask->party;
    struct refusal_view view;
    if (partner_decode_refusal(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a refusal cannot be read", party->index);
        return;
    }
    trace_note(&party->world->trace, "bank %zu: %s kind %d refused %.*s", party->index,
               world_id(&ask->id), (int)ask->kind, (int)view.detail.size,
               (const char *)view.detail.data);
    if (view.retry == RETRY_SAME_ID_LATER)
        return; /* its retry is on the agenda */
    if (party->registry_moves && span_equal(view.detail, SPAN_LITERAL("BANK_SUSPENDED")))
        return; /* the same: it will be enabled again */
    if (span_equal(view.detail, SPAN_LITERAL("REPLAY_TOO_OLD")))
        return; /* the same: the gateway's clock is off, and will be set right; else it never settles */
    bool duplicate = span_equal(view.reason, SPAN_LITERAL("DUPL"));
    if (duplicate != flight->tampered)
        world_fail(party->world, "bank %zu: request %s%s was refused %.*s/%.*s", party->index,
                   world_id(&ask->id), flight->tampered ? " with another body" : "",
                   (int)view.reason.size, (const char *)view.reason.data, (int)view.detail.size,
                   (const char *)view.detail.data);
    if (duplicate)
        return;
    if (span_equal(view.reason, SPAN_LITERAL("ED06")))
        world_fail(party->world, "bank %zu: request %s met an internal error: %.*s", party->index,
                   world_id(&ask->id), (int)view.detail.size, (const char *)view.detail.data);
    if (list_asks(ask->kind))
        list_refused(ask, &view);
    else if (recon_asks(ask->kind))
        recon_refused(ask, &view);
    else if (ask_submits(ask))
        learn_refusal(ask, &view);
    else if (order_asks(ask->kind))
        order_refused(ask, &view);
    else if (loan_asks(ask->kind))
        loan_refused(ask, &view);
    else if (ask->kind == MESSAGE_CANCEL_TRANSFER)
        back_cancel_refused(ask, &view);
    else if (ask->kind >= MESSAGE_SUBMIT_TRANSFER || card_asks(ask->kind))
        refused_query(ask, &view);
    else
        bond_refused(ask, &view);
}

static void replied_transfer(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct transfer_view view;
    if (partner_decode_transfer_reply(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a TransferReply cannot be read", party->index);
        return;
    }
    if (!ask_submits(ask))
        ask_done(ask);
    if (ask->kind == MESSAGE_CONFIRM_CREDIT)
        ask->about->credit_confirmed = true;
    bool cancels = ask->kind == MESSAGE_CANCEL_TRANSFER;
    char reference[ID_TEXT_SIZE];
    id_format(cancels ? &ask->about->id : &ask->id, reference);
    if ((ask_submits(ask) || cancels) && !span_equal(view.end_to_end_id, span_text(reference)))
        world_fail(party->world, "bank %zu: request %s was answered with another's transfer %s",
                   party->index, reference, world_id(&view.transfer));
    if (ask->stranger)
        world_fail(party->world, "bank %zu: a result that it was not asked for was taken: %s",
                   party->index, world_id(&view.transfer));
    else
        learn_transfer(party, &view);
}

static void replied_link(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct link_view view;
    if (partner_decode_link_reply(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: a LinkReply cannot be read", party->index);
        return;
    }
    ask_done(ask);
    if (ask->person != NULL && ask->person->link_ask == ask)
        ask->person->link_ask = NULL;
    bond_learn(party, &view);
}

void ask_answered(struct party *party, struct connection *connection,
                  const struct envelope *envelope) {
    struct flight flight = {0};
    for (size_t i = 0; i < PARTY_FLIGHTS_MAX && flight.correlation == 0; i++) {
        if (connection->flights[i].correlation != envelope->correlation)
            continue;
        flight = connection->flights[i];
        connection->flights[i] = (struct flight){0};
    }
    if (flight.ask == NULL || flight.ask->kind != (enum message_kind)envelope->kind) {
        world_fail(party->world, "bank %zu got an answer of kind %u to nothing that it asked",
                   party->index, envelope->kind);
        return;
    }
    if (envelope->direction != MESSAGE_REFUSAL && flight.was_refused)
        world_fail(party->world, "I7: bank %zu: request %s was refused, and now it is not",
                   party->index, world_id(&flight.ask->id));
    if (envelope->direction == MESSAGE_REFUSAL)
        refused(&flight, envelope->payload);
    else if (flight.tampered)
        world_fail(party->world, "bank %zu: %s with another body was not refused", party->index,
                   world_id(&flight.ask->id));
    else if (list_asks(flight.ask->kind))
        list_replied(flight.ask, envelope->payload);
    else if (recon_asks(flight.ask->kind))
        recon_replied(flight.ask, envelope->payload);
    else if (order_asks(flight.ask->kind))
        order_replied(flight.ask, envelope->payload);
    else if (loan_asks(flight.ask->kind))
        loan_replied(flight.ask, envelope->payload);
    else if (card_asks(flight.ask->kind))
        card_replied(flight.ask, envelope->payload);
    else if (desk_asks(flight.ask->kind))
        desk_replied(flight.ask, envelope->payload);
    else if (flight.ask->kind >= MESSAGE_SUBMIT_TRANSFER)
        replied_transfer(flight.ask, envelope->payload);
    else
        replied_link(flight.ask, envelope->payload);
}
