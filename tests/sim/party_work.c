/*
 * A modelled bank's business: links for its customers, then pushes and pulls from either side.
 */
#include <string.h>

#include "sim/world.h"

#define OPEN_ASKS_MAX 40
#define PAUSE_MIN_US 2000
#define PAUSE_MAX_US 120000
#define CLOSE_PER_MILLE 8
#define CARD_PER_MILLE 60
#define SHOP_FIRST_PER_MILLE 200
#define SHOP_PER_MILLE 20
#define STRAY_PER_MILLE 4
#define ORDER_PER_MILLE 200
#define LOAN_PER_MILLE 150
#define PLACE_PER_MILLE 250
#define OFFER_PER_MILLE 200
#define OTHER_KIND_PER_MILLE 150
#define OTHER_KIND_CLASS3_PER_MILLE 850

static unsigned open_asks(const struct party *party) {
    unsigned count = 0;
    for (const struct ask *ask = party->asks; ask != NULL; ask = ask->next)
        count += !ask->done;
    return count;
}

/* A way in which that side's bank submits so, other than between the pair; some are off in the rules,
 * some are nothing for accounts that were opened like this one. */
static const struct transfer_way *some_way(struct party *party, enum side side,
                                           enum transfer_direction direction) {
    enum account_class class = side == SIDE_CLASS2 ? ACCOUNT_CLASS_II : ACCOUNT_CLASS_I;
    const struct transfer_way *found = NULL;
    const struct transfer_way *way;
    uint64_t seen = 0;
    for (size_t i = 0; (way = transfer_way_at(i)) != NULL; i++) {
        bool pays = way->kind == TRANSFER_PAYMENT; /* is on from the start */
        if (way->submitter == class && way->direction == direction && !way->made &&
            way->kind != TRANSFER_BOUND_PAIR &&
            chance_below(&party->chance, seen += pays ? 3 : 1) < (pays ? 3 : 1))
            found = way;
    }
    return found;
}

static void submit(struct party *party, struct person *person, const struct bond *bond) {
    enum side side = party_side(party);
    struct account *account = &person->accounts[side];
    enum transfer_direction direction =
        chance_below(&party->chance, 2) == 0 ? TRANSFER_PUSH : TRANSFER_PULL;
    int64_t unit_fen = party->world->plan.unit_fen;
    int64_t fen = chance_between(&party->chance, 1, 60000 * unit_fen);
    if (party_hits(party, 10))
        fen = PARTY_SINGLE_UNITS * unit_fen + 1;
    if (direction == TRANSFER_PUSH ? account->balance_fen < fen : !account_takes(account, fen))
        return;
    struct ask *ask = ask_new(party, person, MESSAGE_SUBMIT_TRANSFER);
    (void)ask_new_id(party, ask);
    ask->link = bond->link;
    ask->second = bond->second;
    ask->side = side;
    ask->purpose = TRANSFER_BOUND_PAIR;
    bool class3 = person->class2 == ACCOUNT_CLASS_III;
    if (party_hits(party, class3 ? OTHER_KIND_CLASS3_PER_MILLE : OTHER_KIND_PER_MILLE)) {
        const struct transfer_way *way = some_way(party, side, direction);
        ask->purpose = way->kind;
        ask->other = way->third_party && way->flow != CLASS_FLOW_NONE;
    }
    ask->direction = direction;
    ask->fen = fen;
    ask->foreign = party_hits(party, party->world->plan.foreign);
    if (direction == TRANSFER_PUSH) {
        account->balance_fen -= fen;
        account->held_fen += fen;
    } else {
        account->expected_fen += fen;
    }
    ask_encode_submit(ask, fen, &ask->payload);
    party->world->transfers_left--;
    ask_go(ask);
}

static void do_business(struct party *party) {
    struct world *world = party->world;
    enum side side = party_side(party);
    struct person *person = &world->people[chance_below(&party->chance, world->people_count)];
    if (person->homes[side] != party)
        return;
    struct bond *bond = person->bonds[side];
    bool runs = bond != NULL && (bond->shown == LINK_ACTIVE || bond->shown == LINK_SUSPENDED);
    bool waits = (person->amending || (bond != NULL && bond->needs_person)) &&
                 chance_below(&party->chance, 2) == 0;
    if (bond != NULL && party_hits(party, world->plan.desk)) {
        desk_work(party, bond);
    } else if (!runs || (side == SIDE_CLASS2 && (person->unsure || waits))) {
        if (side == SIDE_CLASS2)
            bond_step(person);
    } else if (person->link_ask == NULL && party_hits(party, CLOSE_PER_MILLE)) {
        bond_close(party, person, &bond->link);
    } else if (party_hits(party, PLACE_PER_MILLE)) {
        order_place(party, person, bond);
    } else if ((party->roles & BANK_ROLE_ISSUER) && party_hits(party, OFFER_PER_MILLE)) {
        loan_offer(party, person, bond);
    } else if (world->transfers_left > 0) {
        submit(party, person, bond);
    }
}

static void work(struct party *party, const void *data) {
    (void)data;
    if (party->world->calm)
        return;
    if (open_asks(party) < OPEN_ASKS_MAX) {
        if (party_hits(party, party->world->plan.give_back))
            back_return(party);
        else if (party_hits(party, party->world->plan.cancel))
            back_cancel(party);
        else if (party_hits(party, party->world->plan.look))
            list_look(party);
        else if (party_hits(party, CARD_PER_MILLE))
            card_work(party);
        else if (party_hits(party, party->shelves == NULL ? SHOP_FIRST_PER_MILLE : SHOP_PER_MILLE))
            shop_look(party);
        else if (party_hits(party, party->lots == NULL ? STRAY_PER_MILLE : ORDER_PER_MILLE))
            order_work(party);
        else if (party_hits(party, party->debts == NULL ? STRAY_PER_MILLE : LOAN_PER_MILLE))
            loan_work(party);
        else
            do_business(party);
    }
    party_after(party, chance_between(&party->chance, PAUSE_MIN_US, PAUSE_MAX_US), work, NULL, 0);
}

void work_start(struct party *party) {
    party_after(party, chance_between(&party->chance, PAUSE_MIN_US, PAUSE_MAX_US), work, NULL, 0);
}
