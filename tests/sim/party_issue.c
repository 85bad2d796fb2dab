/*
 * A modelled bank as the issuer of products: says what became of an order, answers what is asked of it
 * later, pays out, and sends back what did not become units. It counts units and money for itself.
 *
 * Invariants: one answer to each instruction, the same each time; units leave with an accepted payout
 * alone; what it says is exact, but where it is meant to be refused.
 */
#include <stdio.h>
#include <string.h>

#include "domain/calendar.h"
#include "sim/world.h"

#define WRONG_PER_MILLE 60
#define PRICE_MIN 200000
#define PRICE_MAX 3000000
#define DEPOSIT_PRICE 1000000

__extension__ typedef __int128 wide;

/* So many that they are worth that, to the fen. */
static int64_t units_for(int64_t fen, int64_t price) {
    int64_t units = (int64_t)(((wide)fen * 100000000 + price / 2) / price);
    return units > 0 ? units : 1;
}

static struct ask *ask_about(struct party *party, struct lot *lot, enum message_kind kind) {
    struct ask *ask = ask_new(party, lot->person, kind);
    (void)ask_new_id(party, ask);
    ask->bought = lot->order;
    ask->side = party_side(party);
    ask->link = lot->link;
    ask->second = bond_is_second(party, &lot->link);
    return ask;
}

static bool is_here(const struct party *party, const struct lot *lot) {
    return lot->pays == party_side(party);
}

/* ---- what becomes of an order ---- */

static void say_result(struct party *party, struct lot *lot) {
    struct ask *ask = ask_about(party, lot, MESSAGE_ORDER_RESULT);
    struct order_result message = {.request = ask->id,
                                   .order = lot->order,
                                   .decision = ORDER_CONFIRMED,
                                   .reference = SPAN_LITERAL("R-1")};
    uint64_t what = chance_below(&party->chance, 10);
    if (what < 8) {
        ask->fen = what < 5 ? lot->fen : chance_between(&party->chance, 1, lot->fen);
        ask->price = chance_between(&party->chance, PRICE_MIN, PRICE_MAX / 4);
        ask->units = units_for(ask->fen, ask->price);
        message.confirmed_day = shanghai_day(world_wall_ms(party->world));
    } else {
        message.decision = what == 8 ? ORDER_DECLINED : ORDER_LAPSED;
        message.reason = SPAN_LITERAL("MS03");
        message.reference = (struct span){NULL, 0};
    }
    ask->wrong = what < 8 && party_hits(party, WRONG_PER_MILLE);
    message.units = ask->units;
    message.price = ask->price;
    message.amount = (struct money){ask->fen, ""};
    if (what < 8)
        memcpy(message.amount.currency, "CNY", CURRENCY_SIZE);
    if (ask->wrong && party_hits(party, 500))
        message.amount.fen++;
    else if (ask->wrong)
        message.units = units_for(message.amount.fen = lot->fen + 100, ask->price);
    lot->saying = ask;
    partner_encode_order_result(&message, &ask->payload);
    ask_go(ask);
}

/* ---- paying out ---- */

static void pay_out(struct party *party, struct lot *lot, enum product_payout purpose) {
    bool deposit = lot->kind == PRODUCT_DEPOSIT;
    struct ask *ask = ask_about(party, lot, MESSAGE_PAYOUT);
    char reference[ID_TEXT_SIZE];
    id_format(&ask->id, reference);
    ask->purpose = TRANSFER_ORDER_PAYOUT;
    ask->direction = TRANSFER_PUSH;
    ask->pooled = true;
    ask->in_house = is_here(party, lot);
    ask->fen = chance_between(&party->chance, 1, 2000);
    if (purpose != PRODUCT_PAYOUT_INCOME) {
        ask->units = purpose == PRODUCT_PAYOUT_MATURITY ? lot->units : lot->due_units;
        ask->price = deposit ? DEPOSIT_PRICE : chance_between(&party->chance, PRICE_MIN, PRICE_MAX);
        int64_t worth_fen = pool_worth_fen(ask->units, ask->price);
        ask->fen = worth_fen > 0 ? worth_fen + (deposit ? ask->fen : 0) : 1;
        ask->wrong = worth_fen == 0 && !deposit;
    }
    if (ask->in_house)
        ask->extra_fen = ask->fen;
    struct payout message = {.request = ask->id,
                             .order = lot->order,
                             .purpose = purpose,
                             .units = ask->units,
                             .price = ask->price,
                             .amount = {ask->fen, "CNY"},
                             .end_to_end_id = span_text(reference)};
    lot->saying = ask;
    pool_begin(ask);
    partner_encode_payout(&message, &ask->payload);
    ask_go(ask);
}

/* What did not become units, at once or in parts. */
static void send_back(struct party *party, struct lot *lot) {
    int64_t fen = lot->due_fen;
    if (fen > 1 && party_hits(party, 300))
        fen = chance_between(&party->chance, 1, fen - 1);
    lot->due_fen -= fen;
    back_refund(party, lot, fen);
}

/* ---- what comes next ---- */

/* A bank that is not the issuer, or says what does not go with the state. */
static void meddle(struct party *party, struct lot *lot) {
    if (lot->issuer == party->code || lot->person == NULL || lot->fen == 0)
        return;
    struct ask *ask = ask_about(party, lot, MESSAGE_ORDER_RESULT);
    struct order_result message = {.request = ask->id,
                                   .order = lot->order,
                                   .decision = ORDER_DECLINED,
                                   .reason = SPAN_LITERAL("MS03")};
    ask->wrong = true;
    partner_encode_order_result(&message, &ask->payload);
    ask_go(ask);
}

static void go_on(struct party *party, struct lot *lot) {
    bool matured = lot->shown == PRODUCT_ORDER_MATURED ||
                   (lot->shown == PRODUCT_ORDER_REDEEMING && lot->due_units == 0);
    bool holds = lot->shown == PRODUCT_ORDER_CONFIRMED || lot->shown == PRODUCT_ORDER_OPEN ||
                 lot->shown == PRODUCT_ORDER_PART_WITHDRAWN;
    if (lot->due_fen > 0)
        send_back(party, lot);
    else if (lot->shown == PRODUCT_ORDER_PLACED && !lot->decided)
        say_result(party, lot);
    else if (lot->due_units > 0)
        pay_out(party, lot, PRODUCT_PAYOUT_REDEMPTION);
    else if (matured && lot->units > 0)
        pay_out(party, lot, PRODUCT_PAYOUT_MATURITY);
    else if (holds && lot->units > 0 && party_hits(party, 150))
        pay_out(party, lot, PRODUCT_PAYOUT_INCOME);
}

void issue_work(struct party *party) {
    struct lot *found = NULL;
    uint64_t seen = 0;
    for (struct lot *lot = party->lots; lot != NULL; lot = lot->next) {
        if (lot->saying == NULL && chance_below(&party->chance, ++seen) == 0)
            found = lot;
    }
    if (found == NULL)
        return;
    if (found->issuer == party->code && found->person != NULL)
        go_on(party, found);
    else if (party_hits(party, WRONG_PER_MILLE))
        meddle(party, found);
}

/* ---- what is asked of it ---- */

/* Ids of its answer, and of what was asked: of the order and the number, unlike any other id. */
static struct id slip_id(const struct order_instruction *message, uint8_t mark) {
    struct id id = message->order;
    id.bytes[0] |= mark;
    id.bytes[15] = (uint8_t)(id.bytes[15] ^ message->number);
    return id;
}

static bool is_taken(struct party *party, struct lot *lot,
                     const struct order_instruction *message) {
    if (party_hits(party, 200))
        return false;
    if (message->action == PRODUCT_ACTION_CANCEL)
        return !lot->decided && lot->saying == NULL;
    return lot->due_units == 0 && message->units <= lot->units;
}

/* All of the money goes back. */
static void give_up(struct party *party, struct lot *lot) {
    lot->decided = true;
    if (is_here(party, lot)) { /* it is credited with this answer */
        pool_give(party, lot->person, lot->pays, lot->fen);
        lot->back_fen += lot->fen;
    } else {
        lot->due_fen = lot->fen;
    }
}

static void take(struct party *party, struct lot *lot, const struct order_instruction *message) {
    if (message->action == PRODUCT_ACTION_CANCEL)
        give_up(party, lot);
    else
        lot->due_units = message->units;
}

static struct said *answer(struct party *party, struct lot *lot,
                           const struct order_instruction *message, struct span payload) {
    struct id of_answer = slip_id(message, 0x80), of_question = slip_id(message, 0x40);
    struct order_instruction_reply reply = {message->order, message->number, ORDER_REFUSED,
                                            SPAN_LITERAL("MS03")};
    if (is_taken(party, lot, message)) {
        reply.outcome = ORDER_TAKEN;
        reply.reason = (struct span){NULL, 0};
        take(party, lot, message);
    }
    buf_append_span(&said_new(party, &of_question)->payload, payload);
    struct said *said = said_new(party, &of_answer);
    partner_encode_order_instruction_reply(&reply, &said->payload);
    trace_note(&party->world->trace, "bank %zu: order %s, action %d: %d", party->index,
               world_id(&message->order), (int)message->action, (int)reply.outcome);
    return said;
}

void issue_told(struct party *party, struct connection *connection,
                const struct envelope *envelope) {
    struct order_instruction message;
    if (partner_decode_order_instruction(envelope->payload, &party->arena, &message) != 0) {
        world_fail(party->world, "bank %zu: an OrderInstruction cannot be read", party->index);
        return;
    }
    struct lot *lot = order_lot(party, &message.order);
    struct id of_answer = slip_id(&message, 0x80), of_question = slip_id(&message, 0x40);
    struct said *said = said_find(party, &of_answer);
    if (lot->issuer != party->code || lot->person == NULL) {
        if (!party->false_acks) /* else it may have lost the notice */
            world_fail(party->world, "bank %zu is instructed of order %s, which is not its",
                       party->index, world_id(&message.order));
        return;
    }
    if (said == NULL)
        said = answer(party, lot, &message, envelope->payload);
    else if (!span_equal(buf_span(&said_find(party, &of_question)->payload), envelope->payload))
        world_fail(party->world, "bank %zu: instruction %u of order %s came with other bytes",
                   party->index, message.number, world_id(&message.order));
    if (party_hits(party, party->world->plan.hang_up)) {
        party_hang_up(party, connection);
        return;
    }
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

/* ---- what the gateway took ---- */

static void result_taken(struct ask *ask, struct lot *lot, const struct product_order *order) {
    struct party *party = ask->party;
    int64_t rest_fen = lot->fen - ask->fen;
    lot->decided = true;
    lot->units = lot->bought_units = ask->units;
    lot->bought_price = ask->price;
    lot->bought_fen = ask->fen;
    if (order->confirmed_units != ask->units || order->confirmed_price != ask->price ||
        order->confirmed_fen != ask->fen || order->refund_fen != rest_fen)
        world_fail(party->world,
                   "A2: bank %zu said %lld units at %lld of order %s, and is told %lld at %lld",
                   party->index, (long long)ask->units, (long long)ask->price,
                   world_id(&lot->order), (long long)order->confirmed_units,
                   (long long)order->confirmed_price);
    if (is_here(party, lot)) {
        pool_give(party, lot->person, lot->pays, rest_fen);
        lot->back_fen += rest_fen;
    } else {
        lot->due_fen += rest_fen;
    }
}

void issue_taken(struct ask *ask, const struct product_order *order) {
    struct lot *lot = order_lot(ask->party, &ask->bought);
    if (ask->kind == MESSAGE_ORDER_RESULT) {
        lot->saying = NULL;
        result_taken(ask, lot, order);
    } else if (ask->kind == MESSAGE_PAYOUT && ask->in_house) {
        pool_settle(ask);
    } else if (ask->kind == MESSAGE_REDEEM && lot->issuer == ask->party->code) {
        lot->due_units = order->instruction.units;
    } else if (ask->kind == MESSAGE_CANCEL_ORDER && lot->issuer == ask->party->code &&
               order->placed_at_ms != 0 && order->refund_fen == lot->fen && !lot->decided) {
        give_up(ask->party, lot);
    }
}

static void paid_out(struct ask *ask, struct lot *lot, bool accepted) {
    lot->saying = NULL;
    if (!accepted)
        return;
    lot->units -= ask->units;
    lot->paid_fen += ask->fen;
    if (ask->units > 0)
        lot->due_units = 0;
}

void issue_moved(struct ask *ask, bool accepted) {
    if (id_is_zero(&ask->bought) || loan_asks(ask->kind))
        return;
    struct lot *lot = order_lot(ask->party, &ask->bought);
    if (ask->kind == MESSAGE_PAYOUT)
        paid_out(ask, lot, accepted);
    else if (ask->kind == MESSAGE_SUBMIT_RETURN && accepted)
        lot->back_fen += ask->fen;
    else if (ask->kind == MESSAGE_SUBMIT_RETURN)
        lot->due_fen += ask->fen;
    else if (ask->kind == MESSAGE_ORDER_RESULT && lot->saying == ask)
        lot->saying = NULL;
}
