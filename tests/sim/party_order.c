/*
 * A modelled bank's orders of products: placed for customers in each of the ways that the money may
 * go, cancelled, redeemed, looked at; and what either bank of the link is told of them.
 *
 * Invariants: (A1) an order that was shown is in the store; (A3) what is there was asked for, and
 * confirmed by its issuer; (A4) what was told once is told again for ever, sums never go back, and
 * what has ended stays as it ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "sim/tally.h"
#include "sim/world.h"
#include "store/orders.h"

#define WRONG_PER_MILLE 40
#define STRAY_PER_MILLE 60
#define ASSESSED_DAYS_MAX 365
#define ORDER_UNITS 20000 /* of plan.unit_fen, at most */
#define PAGE 3

bool order_asks(enum message_kind kind) {
    return kind >= MESSAGE_PLACE_ORDER && kind <= MESSAGE_ORDER_NOTICE;
}

struct lot *order_lot(struct party *party, const struct id *order) {
    struct lot *lot = party->lots;
    while (lot != NULL && !id_equal(&lot->order, order))
        lot = lot->next;
    if (lot != NULL)
        return lot;
    lot = xcalloc(1, sizeof(*lot));
    lot->order = *order;
    lot->next = party->lots;
    party->lots = lot;
    return lot;
}

static enum side other_side(enum side side) {
    return side == SIDE_CLASS2 ? SIDE_CLASS1 : SIDE_CLASS2;
}

/* ---- placing ---- */

/* A product that one of the two banks issues, as it was shown last. */
static const struct shelf *draw_product(struct party *party, const struct party *partner) {
    const struct shelf *found = NULL;
    uint64_t seen = 0;
    for (const struct shelf *shelf = party->shelves; shelf != NULL; shelf = shelf->next) {
        bool theirs = shelf->issuer == party->code || shelf->issuer == partner->code;
        bool sold = shelf->state == PRODUCT_ON_SALE && shelf_is_latest(party, shelf);
        bool channel = shelf->terms.kind != PRODUCT_DEPOSIT || shelf->issuer == party->code ||
                       party_hits(party, WRONG_PER_MILLE);
        if (theirs && channel && shelf->terms.kind != PRODUCT_LOAN &&
            (sold || party_hits(party, WRONG_PER_MILLE)) &&
            chance_below(&party->chance, ++seen) == 0)
            found = shelf;
    }
    return found;
}

static void encode_place(struct ask *ask, const struct shelf *shelf, const struct bond *bond,
                         bool class1_pays) {
    struct party *party = ask->party;
    char reference[ID_TEXT_SIZE];
    int64_t today = shanghai_day(world_wall_ms(party->world));
    id_format(&ask->id, reference);
    struct place_order message = {
        .request = ask->id,
        .link = bond->link,
        .issuer = shelf->issuer,
        .product = span_text(shelf->code),
        .version = shelf->version,
        .amount = {ask->fen, "CNY"},
        .class1_pays = class1_pays,
        .level = (uint32_t)chance_between(&party->chance, shelf->terms.risk, PRODUCT_LEVEL_MAX),
        .assessed_day = today - 1 - chance_between(&party->chance, 0, ASSESSED_DAYS_MAX - 2),
        .terms = shelf->terms.sha256,
        .consent = {{7}},
        .end_to_end_id = span_text(reference),
    };
    if (party_hits(party, WRONG_PER_MILLE) && shelf->terms.risk > 1)
        message.level = shelf->terms.risk - 1;
    if (party_hits(party, WRONG_PER_MILLE))
        message.assessed_day = today - ASSESSED_DAYS_MAX - 2;
    if (party_hits(party, WRONG_PER_MILLE))
        message.terms.bytes[1] ^= 1;
    partner_encode_place_order(&message, &ask->payload);
}

void order_place(struct party *party, struct person *person, const struct bond *bond) {
    enum side side = party_side(party);
    const struct party *partner = person->homes[other_side(side)];
    const struct shelf *shelf = draw_product(party, partner);
    enum side pays = chance_below(&party->chance, 2) == 0 ? SIDE_CLASS2 : SIDE_CLASS1;
    if (shelf == NULL)
        return;
    bool own = shelf->issuer == party->code; /* product */
    bool here = pays == side;                /* account */
    int64_t fen = chance_between(&party->chance, shelf->terms.min_fen,
                                 ORDER_UNITS * party->world->plan.unit_fen);
    if (here && person->accounts[side].balance_fen < fen)
        return;
    if (own && here && !party_hits(party, WRONG_PER_MILLE))
        return; /* nothing for the gateway to do */
    struct ask *ask = ask_new(party, person, MESSAGE_PLACE_ORDER);
    (void)ask_new_id(party, ask);
    ask->link = bond->link;
    ask->second = bond->second;
    ask->side = side;
    ask->purpose = TRANSFER_ORDER_BUY;
    ask->direction = here && !own ? TRANSFER_PUSH : TRANSFER_PULL;
    ask->fen = fen;
    ask->pooled = own && !here;
    ask->in_house = own == here;
    pool_begin(ask);
    encode_place(ask, shelf, bond, pays == SIDE_CLASS1);
    ask_go(ask);
}

/* ---- later ---- */

static struct ask *ask_about(struct party *party, const struct lot *lot, enum message_kind kind) {
    struct ask *ask = ask_new(party, lot->person, kind);
    ask->bought = lot->order;
    return ask;
}

static void cancel(struct party *party, struct lot *lot) {
    struct ask *ask = ask_about(party, lot, MESSAGE_CANCEL_ORDER);
    struct cancel_order message = {ask_new_id(party, ask), lot->order, SPAN_LITERAL("CUST")};
    partner_encode_cancel_order(&message, &ask->payload);
    ask_go(ask);
}

static void redeem(struct party *party, struct lot *lot) {
    struct ask *ask = ask_about(party, lot, MESSAGE_REDEEM);
    struct redeem message = {.request = ask_new_id(party, ask), .order = lot->order};
    if (lot->told_units > 0 && !party_hits(party, 400))
        message.units = chance_between(&party->chance, 1, lot->told_units);
    if (party_hits(party, WRONG_PER_MILLE))
        message.units = lot->told_units + 1;
    partner_encode_redeem(&message, &ask->payload);
    ask_go(ask);
}

static void get(struct party *party, const struct lot *lot) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_ORDER);
    struct get_order query = {{{9}}};
    ask->stray = lot == NULL || party_hits(party, STRAY_PER_MILLE);
    if (!ask->stray)
        query.order = lot->order;
    partner_encode_get_order(&query, &ask->payload);
    ask_go(ask);
}

static void list(struct party *party, const struct lot *lot) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_LIST_HOLDINGS);
    struct list_holdings query = {.link = lot->link,
                                  .all = party_hits(party, 700),
                                  .max = (uint32_t)chance_between(&party->chance, 1, PAGE)};
    if (party_hits(party, 300))
        query.after = lot->order;
    ask->filtered = !query.all;
    ask->after = query.after;
    ask->stray = party_hits(party, STRAY_PER_MILLE);
    if (ask->stray)
        query.link = lot->order; /* which is none */
    ask->link = query.link;
    partner_encode_list_holdings(&query, &ask->payload);
    ask_go(ask);
}

static bool holds(const struct lot *lot) {
    return lot->shown == PRODUCT_ORDER_CONFIRMED || lot->shown == PRODUCT_ORDER_OPEN ||
           lot->shown == PRODUCT_ORDER_PART_WITHDRAWN;
}

static void step(struct party *party, struct lot *lot) {
    bool waits = lot->shown == PRODUCT_ORDER_FUNDING || lot->shown == PRODUCT_ORDER_PLACED;
    bool may = lot->distributor == party->code || lot->issuer == party->code ||
               party_hits(party, WRONG_PER_MILLE);
    if (lot->person == NULL)
        get(party, lot);
    else if (waits && may && party_hits(party, 150))
        cancel(party, lot);
    else if ((holds(lot) || party_hits(party, WRONG_PER_MILLE)) && may && party_hits(party, 500))
        redeem(party, lot);
    else if (party_hits(party, 300))
        list(party, lot);
    else
        get(party, lot);
}

void order_work(struct party *party) {
    struct lot *found = NULL;
    uint64_t seen = 0;
    for (struct lot *lot = party->lots; lot != NULL; lot = lot->next) {
        if (chance_below(&party->chance, ++seen) == 0)
            found = lot;
    }
    if (found == NULL)
        get(party, NULL);
    else if (party_hits(party, 600))
        issue_work(party);
    else
        step(party, found);
}

/* ---- what it is told ---- */

/* How far along. What comes and goes ranks alike. */
static int rank(enum product_order_state state) {
    static const int ranks[PRODUCT_ORDER_STATES] = {
        [PRODUCT_ORDER_CREATED] = 1,        [PRODUCT_ORDER_FUNDING] = 2,
        [PRODUCT_ORDER_PLACED] = 3,         [PRODUCT_ORDER_CONFIRMED] = 4,
        [PRODUCT_ORDER_REDEEMING] = 4,      [PRODUCT_ORDER_OPEN] = 4,
        [PRODUCT_ORDER_PART_WITHDRAWN] = 5, [PRODUCT_ORDER_MATURED] = 6,
        [PRODUCT_ORDER_REFUNDING] = 6,      [PRODUCT_ORDER_REDEEMED] = 9,
        [PRODUCT_ORDER_REJECTED] = 9,       [PRODUCT_ORDER_CANCELLED] = 9,
        [PRODUCT_ORDER_EXPIRED] = 9,        [PRODUCT_ORDER_CLOSED] = 9};
    return ranks[state];
}

static void sights_of(const struct product_order *order, int64_t items_out[LOT_SIGHTS]) {
    const int64_t items[LOT_SIGHTS] = {
        order->created_at_ms,   order->placed_at_ms,  order->trade_day,    order->confirmed_units,
        order->confirmed_price, order->confirmed_fen, order->confirmed_day};
    memcpy(items_out, items, sizeof(items));
}

static void see(const struct party *party, struct lot *lot, const struct product_order *order) {
    int64_t items[LOT_SIGHTS];
    sights_of(order, items);
    for (size_t i = 0; i < LOT_SIGHTS; i++) {
        if (items[i] == 0)
            continue; /* an older word, or not there yet */
        if (lot->sights[i] != 0 && lot->sights[i] != items[i])
            world_fail(party->world, "A4: bank %zu was told %lld of order %s, and now %lld",
                       party->index, (long long)lot->sights[i], world_id(&lot->order),
                       (long long)items[i]);
        lot->sights[i] = items[i];
    }
    if (order->paid_out_fen > lot->paid_out_fen)
        lot->paid_out_fen = order->paid_out_fen;
    if (order->refunded_fen > lot->refunded_fen)
        lot->refunded_fen = order->refunded_fen;
}

static struct person *person_of(struct party *party, const struct id *link) {
    for (const struct bond *bond = party->bonds; bond != NULL; bond = bond->next) {
        if (id_equal(&bond->link, link))
            return bond->person;
    }
    return NULL;
}

static bool same(const struct lot *lot, const struct product_order *order) {
    return id_equal(&lot->link, &order->link) && lot->issuer == order->issuer &&
           lot->distributor == order->distributor && lot->kind == order->kind &&
           lot->fen == order->amount.fen &&
           lot->pays == (order->class1_pays ? SIDE_CLASS1 : SIDE_CLASS2);
}

void order_learn(struct party *party, const struct order_view *view) {
    const struct product_order *order = &view->order;
    struct lot *lot = order_lot(party, &order->id);
    if (lot->shown == PRODUCT_ORDER_NONE) {
        lot->link = order->link;
        if (lot->person == NULL)
            lot->person = person_of(party, &order->link);
        lot->issuer = order->issuer;
        lot->distributor = order->distributor;
        lot->kind = order->kind;
        lot->fen = order->amount.fen;
        lot->pays = order->class1_pays ? SIDE_CLASS1 : SIDE_CLASS2;
    }
    if (!same(lot, order))
        world_fail(party->world, "A4: bank %zu is told of order %s otherwise than before",
                   party->index, world_id(&order->id));
    if (rank(lot->shown) == 9 && rank(order->state) == 9 && lot->shown != order->state)
        world_fail(party->world, "A4: bank %zu was shown order %s as %s, and now as %s",
                   party->index, world_id(&order->id), product_order_state_name(lot->shown),
                   product_order_state_name(order->state));
    see(party, lot, order);
    lot->conflict |= order->conflict;
    if (!id_is_zero(&order->funding))
        lot->transfer = order->funding;
    if (lot->kind == PRODUCT_DEPOSIT && order->placed_at_ms != 0 && lot->bought_units == 0) {
        lot->bought_units = lot->units = lot->fen * 100; /* one for each CNY */
        lot->bought_fen = lot->fen;
        lot->decided = true;
    }
    if (rank(order->state) < rank(lot->shown))
        return;
    lot->shown = order->state;
    lot->told_units = order->units;
}

/* ---- answers ---- */

static void learn_page(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct holdings_page page;
    if (partner_decode_holdings_page(payload, &party->arena, &page) != 0) {
        world_fail(party->world, "bank %zu: a page of holdings cannot be read", party->index);
        return;
    }
    struct id last = ask->after;
    for (uint32_t i = 0; i < page.count; i++) {
        const struct product_order *order = &page.orders[i].order;
        if (memcmp(order->id.bytes, last.bytes, ID_SIZE) <= 0 ||
            !id_equal(&order->link, &ask->link) || (ask->filtered && order->units == 0))
            world_fail(party->world, "bank %zu: a page of holdings is not as it was asked for",
                       party->index);
        last = order->id;
        order_learn(party, &page.orders[i]);
    }
}

/* The transfer that it made, as far as the reply tells. */
static void learn_transfer_of(struct ask *ask, const struct product_order *order, bool replayed) {
    const struct id *told =
        ask->kind == MESSAGE_PLACE_ORDER ? &order->funding : &order->payout.transfer;
    if (ask->in_house && ask->kind == MESSAGE_PAYOUT) {
        ask->shown = TRANSFER_ACCEPTED;
        return;
    }
    bool own = ask->kind == MESSAGE_PLACE_ORDER || !replayed; /* later it may be another's */
    if (own && id_is_zero(&ask->transfer) && !id_is_zero(told))
        ask->transfer = *told;
    if (!id_is_zero(&ask->transfer) && !transfer_state_final(ask->shown) &&
        (ask->sends > 1 || party_hits(ask->party, 300)))
        ask_get_transfer(ask, 0);
}

void order_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct order_view view;
    bool first = !ask->answered;
    if (ask->kind == MESSAGE_LIST_HOLDINGS) {
        learn_page(ask, payload);
        ask_done(ask);
        return;
    }
    if (partner_decode_order_reply(payload, &party->arena, &view) != 0) {
        world_fail(party->world, "bank %zu: an OrderReply cannot be read", party->index);
        return;
    }
    if (ask->wrong)
        world_fail(party->world, "bank %zu: what nobody may say of order %s was taken: kind %d",
                   party->index, world_id(&view.order.id), (int)ask->kind);
    if (!id_is_zero(&ask->bought) && !id_equal(&ask->bought, &view.order.id))
        world_fail(party->world, "bank %zu: request %s made two orders", party->index,
                   world_id(&ask->id));
    ask->bought = view.order.id;
    ask->answered = true;
    order_learn(party, &view);
    if (pool_asks(ask->kind))
        learn_transfer_of(ask, &view.order, view.replayed);
    if (first)
        issue_taken(ask, &view.order);
    if (!pool_asks(ask->kind) || transfer_state_final(ask->shown))
        ask_done(ask);
}

static bool may_refuse(const struct ask *ask, struct span detail) {
    static const char *const details[] = {"LINK_NOT_ACTIVE",
                                          "LINK_CLOSING",
                                          "LINK_SUSPENDED",
                                          "SCOPE",
                                          "BANK_OFFLINE",
                                          "PEER_SUSPENDED",
                                          "BANK_OFFLINE_CREDITOR",
                                          "PEER_HELD",
                                          "CAP",
                                          "LIQUIDITY",
                                          "KIND_DISABLED",
                                          "CLASS",
                                          "HISTORY",
                                          "PRODUCT_STATE",
                                          "PRODUCT_CHANGED",
                                          "NO_SUCH_PRODUCT",
                                          "SUITABILITY",
                                          "QUOTA",
                                          "PERSON_MAXIMUM",
                                          "DEPOSIT_CHANNEL",
                                          "ORDER_STATE",
                                          "ORDER_EXCEEDED",
                                          "UNITS",
                                          "CUT_OFF",
                                          "NOT_YOURS",
                                          "FIELD_INVALID",
                                          "PRODUCT_DISABLED",
                                          "AMOUNT_BELOW",
                                          "NOT_ON_SALE",
                                          "ROLE",
                                          "DISTRIBUTOR",
                                          "OWN_ACCOUNT",
                                          "INCREMENT",
                                          "WORTH",
                                          "NO_SUCH_LINK",
                                          "ORDER_BUSY"};
    if (ask->stray)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_ORDER")) ||
               span_equal(detail, SPAN_LITERAL("NO_SUCH_LINK"));
    return desk_says_one_of(detail, details, sizeof(details) / sizeof(details[0]));
}

void order_refused(struct ask *ask, const struct refusal_view *view) {
    struct party *party = ask->party;
    bool looks = ask->kind == MESSAGE_GET_ORDER || ask->kind == MESSAGE_LIST_HOLDINGS;
    if (!may_refuse(ask, view->detail) || (looks && !ask->stray))
        world_fail(party->world, "bank %zu: kind %d about an order was refused %.*s %.*s",
                   party->index, (int)ask->kind, (int)view->detail.size,
                   (const char *)view->detail.data, (int)view->field.size,
                   (const char *)view->field.data);
    if (ask->answered)
        world_fail(party->world, "bank %zu: request %s was taken, and is refused now", party->index,
                   world_id(&ask->id));
    if (ask->refused || ask->done)
        return;
    ask->refused = !span_equal(view->detail, SPAN_LITERAL("ROLE")); /* that is not recorded */
    if (pool_asks(ask->kind))
        learn_release(ask);
    else
        issue_moved(ask, false);
    ask_done(ask);
}

/* ---- against the store ---- */

static void check_lot(const struct party *party, struct store *store, const struct lot *lot) {
    struct product_order order;
    int64_t items[LOT_SIGHTS];
    if (store_get_order(store, &lot->order, &order) != 0) {
        world_fail(party->world, "A1: order %s was shown to bank %zu, and is not there",
                   world_id(&lot->order), party->index);
        return;
    }
    sights_of(&order, items);
    for (size_t i = 0; i < LOT_SIGHTS; i++) {
        if (lot->sights[i] != 0 && lot->sights[i] != items[i])
            world_fail(party->world, "A4: bank %zu was told %lld of order %s, which has %lld",
                       party->index, (long long)lot->sights[i], world_id(&lot->order),
                       (long long)items[i]);
    }
    bool back = rank(order.state) < rank(lot->shown) ||
                (rank(lot->shown) == 9 && order.state != lot->shown);
    if (back || order.paid_out_fen < lot->paid_out_fen || order.refunded_fen < lot->refunded_fen)
        world_fail(party->world, "A4: bank %zu was shown order %s as %s, and it is %s",
                   party->index, world_id(&lot->order), product_order_state_name(lot->shown),
                   product_order_state_name(order.state));
    if (order.conflict && !party->world->malicious)
        world_fail(party->world, "order %s is in conflict, and nobody lied", world_id(&lot->order));
}

void order_check(const struct party *party, struct store *store) {
    for (const struct lot *lot = party->lots; lot != NULL; lot = lot->next) {
        if (lot->shown != PRODUCT_ORDER_NONE)
            check_lot(party, store, lot);
    }
}

/* What its issuer has counted for itself is what the gateway has. */
static void check_counted(const struct party *party, const struct lot *lot,
                          const struct product_order *order) {
    if (order->units != lot->units || order->paid_out_fen != lot->paid_fen ||
        order->confirmed_units != lot->bought_units * (lot->bought_price != 0) ||
        order->refunded_fen != lot->back_fen)
        world_fail(party->world,
                   "A2: bank %zu counts %lld units, %lld fen paid out and %lld sent back of order "
                   "%s, which has %lld, %lld and %lld",
                   party->index, (long long)lot->units, (long long)lot->paid_fen,
                   (long long)lot->back_fen, world_id(&lot->order), (long long)order->units,
                   (long long)order->paid_out_fen, (long long)order->refunded_fen);
}

void order_check_settled(const struct party *party, struct store *store) {
    struct product_order order;
    for (const struct lot *lot = party->lots; lot != NULL; lot = lot->next) {
        if (lot->shown == PRODUCT_ORDER_NONE || lot->issuer != party->code || lot->excused ||
            party->false_acks || store_get_order(store, &lot->order, &order) != 0)
            continue;
        if (!order.conflict)
            check_counted(party, lot, &order);
    }
}

void order_forget(struct party *party) {
    while (party->lots != NULL) {
        struct lot *lot = party->lots;
        party->lots = lot->next;
        free(lot);
    }
}

/* ---- instructions ---- */

bool order_is_right(const struct party *party, const struct post_instruction *message,
                    const struct ask *ask) {
    const struct posted_order *order = &message->order;
    bool is_order = ask->kind == MESSAGE_PLACE_ORDER || ask->kind == MESSAGE_PAYOUT;
    (void)party;
    if (!is_order || id_is_zero(&order->order))
        return is_order != id_is_zero(&order->order);
    if (ask->kind == MESSAGE_PAYOUT)
        return id_equal(&order->order, &ask->bought) && order->units == ask->units &&
               order->price == ask->price && order->purpose != PRODUCT_PAYOUT_NONE;
    return order->amount.fen == ask->fen && order->purpose == PRODUCT_PAYOUT_NONE;
}

/* It will be asked about it, maybe before it is told what became of it. */
static void know(struct party *party, const struct post_instruction *message,
                 const struct posting *posting) {
    struct lot *lot = order_lot(party, &message->order.order);
    const struct shelf *shelf =
        shelf_of(party, party->code, message->order.product, message->order.version);
    if (lot->person != NULL)
        return;
    lot->link = message->link;
    lot->person = posting->person;
    lot->issuer = party->code;
    lot->distributor = message->counterparty_bank;
    lot->kind = shelf != NULL ? shelf->terms.kind : PRODUCT_KIND_NONE;
    lot->fen = posting->fen;
    lot->pays = posting->in_house ? posting->account : other_side(posting->account);
    lot->transfer = posting->transfer;
}

/* Where the issuer has the account, all stays with it; else one of the two accounts is its own. */
void order_instructed(struct party *party, const struct post_instruction *message,
                      struct posting *posting) {
    const struct posted_order *order = &message->order;
    if (id_is_zero(&order->order))
        return;
    posting->bought = order->order;
    if (order->purpose != PRODUCT_PAYOUT_NONE || order->issuer != party->code)
        return; /* a customer's account, as in any transfer */
    posting->pooled = true;
    know(party, message, posting);
    if (posting->in_house)
        posting->extra_fen = -posting->fen;
}
