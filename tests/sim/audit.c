/*
 * The store against the banks' books (A1-A4): what a bank was shown is there and no further back;
 * what a bank posted is not denied, what it did not post is not accepted; what is there was asked
 * for. And, when all is quiet, that nothing is left open and all sums agree to the fen.
 */
#include "sim/audit.h"

#include <stdio.h>
#include <string.h>

#include "sim/tally.h"
#include "sim/watch.h"
#include "sim/world.h"
#include "store/orders.h"

/* ---- what banks were shown ---- */

static void check_ask(struct world *world, struct store *store, const struct ask *ask) {
    struct transfer transfer;
    struct store_request row;
    if (ask->refused && !ask->foreign &&
        (store_get_request(store, ask->party->code, &ask->id, &row) != 0 || row.refusal == 0))
        world_fail(world, "A1: bank %zu was told that %s is refused: that is not on record",
                   ask->party->index, world_id(&ask->id));
    if (id_is_zero(&ask->transfer))
        return;
    if (store_get_transfer(store, &ask->transfer, &transfer) != 0) {
        world_fail(world, "A1: transfer %s, shown to bank %zu as %s, is not there",
                   world_id(&ask->transfer), ask->party->index, transfer_state_name(ask->shown));
        return;
    }
    bool final = transfer_state_final(ask->shown);
    told_check(ask->party, &ask->sight, &transfer);
    const struct id none = {{0}};
    if (!id_equal(&transfer.request, pool_asks(ask->kind) ? &none : &ask->id) ||
        transfer.amount.fen != ask->fen || (final && transfer.state != ask->shown) ||
        transfer_state_rank(transfer.state) < transfer_state_rank(ask->shown))
        world_fail(world, "A1: transfer %s was shown to bank %zu as %s, and is %s",
                   world_id(&ask->transfer), ask->party->index, transfer_state_name(ask->shown),
                   transfer_state_name(transfer.state));
}

static void check_posting(struct world *world, struct store *store, const struct party *party,
                          const struct posting *posting) {
    struct transfer transfer;
    if (store_get_transfer(store, &posting->transfer, &transfer) != 0 ||
        transfer.instructed != party->code) {
        world_fail(world, "A3: bank %zu was asked about transfer %s, which is not there",
                   party->index, world_id(&posting->transfer));
        return;
    }
    if (posting->instructed && transfer.amount.fen != posting->fen)
        world_fail(world, "A2: transfer %s differs from its instruction",
                   world_id(&posting->transfer));
    told_check(party, &posting->sight, &transfer);
    if (posting->excused)
        return;
    bool done = posting->state == POSTING_DONE;
    if ((done && (transfer.state == TRANSFER_REJECTED || transfer.state == TRANSFER_CANCELLED)) ||
        (!done && transfer.state == TRANSFER_ACCEPTED))
        world_fail(world, "A2: bank %zu has %sposted transfer %s, which is %s", party->index,
                   done ? "" : "not ", world_id(&posting->transfer),
                   transfer_state_name(transfer.state));
    bool final = transfer_state_final(posting->shown);
    if ((final && posting->shown != transfer.state) ||
        transfer_state_rank(posting->shown) > transfer_state_rank(transfer.state))
        world_fail(world, "A4: bank %zu was shown %s of %s, which is %s", party->index,
                   transfer_state_name(posting->shown), world_id(&posting->transfer),
                   transfer_state_name(transfer.state));
}

static void check_bond(struct world *world, struct store *store, const struct party *party,
                       const struct bond *bond) {
    struct link link;
    bool found = store_get_link(store, &bond->link, &link) == 0;
    bool shown = found && link.history.spilled > 0;
    for (uint32_t i = 0; found && i < link.history.count; i++)
        shown = shown || link.history.entries[i].state == (uint32_t)bond->shown;
    if (!shown)
        world_fail(world, "A1: link %s was shown to bank %zu as %s: that is not on record",
                   world_id(&bond->link), party->index, link_state_name(bond->shown));
}

/* ---- what is there was asked for ---- */

/* What an order or a loan makes has no request of its own; its reference is that of its message. */
static const struct ask *origin_of(struct party *submitter, const struct transfer *transfer) {
    struct id id = transfer->request;
    if (id_is_zero(&id) && !id_parse(transfer->end_to_end_id, &id))
        return NULL;
    const struct ask *ask = ask_find(submitter, &id);
    bool made = ask != NULL && pool_asks(ask->kind);
    return made == id_is_zero(&transfer->request) ? ask : NULL;
}

static void check_origin(struct world *world, const struct transfer *transfer) {
    struct party *submitter = world_party(world, transfer->submitter);
    struct party *instructed = world_party(world, transfer->instructed);
    const struct ask *ask = origin_of(submitter, transfer);
    if (ask == NULL || !ask_moves(ask) || ask->sends == 0 || ask->purpose != transfer->kind ||
        !id_equal(&ask->original, &transfer->original) || ask->fen != transfer->amount.fen ||
        ask->direction != transfer->direction || !id_equal(&ask->link, &transfer->link))
        world_fail(world, "A3: nobody asked for transfer %s", world_id(&transfer->id));
    const struct posting *posting = posting_find(instructed, &transfer->id);
    if (transfer->state == TRANSFER_ACCEPTED &&
        (posting == NULL || (posting->state != POSTING_DONE && !posting->excused)))
        world_fail(world, "A2: transfer %s is ACCEPTED, and nobody posted it",
                   world_id(&transfer->id));
}

static void check_origins(struct world *world, struct store *store) {
    struct transfer transfer;
    struct id after;
    const struct id *from = NULL;
    while (!world->failed && store_next_transfer(store, from, &transfer) == 0) {
        check_origin(world, &transfer);
        after = transfer.id;
        from = &after;
    }
}

/* Once nothing waits in front of the ledger, it knows who is connected. */
static void check_online(struct world *world, struct store *store) {
    for (size_t i = 0; hub_is_quiet(&world->hub) && i < world->party_count; i++) {
        bank_code code = world->parties[i].code;
        bool joined = router_bank_peers(front_router(world->hub.front), code) > 0;
        struct bank_counters counters;
        if (store_get_bank_counters(store, code, &counters) < 0 || counters.online != joined)
            world_fail(world, "bank %zu is %sconnected, and the ledger does not know it", i,
                       joined ? "" : "not ");
    }
}

/* Nobody stays connected whom the registry does not let in. */
static void check_admitted(struct world *world, struct store *store) {
    for (size_t i = 0; hub_is_quiet(&world->hub) && i < HUB_SEATS_MAX; i++) {
        const struct seat *seat = &world->hub.seats[i];
        struct bank bank;
        if (seat->session == NULL || session_state(seat->session) == SESSION_CLOSED)
            continue;
        if (store_get_bank(store, session_bank(seat->session), &bank) != 0 ||
            !bank_pin_active(&bank, &seat->pin))
            world_fail(world, "bank %012llu is connected, and the registry does not let it in",
                       (unsigned long long)session_bank(seat->session));
    }
}

void audit_books(struct world *world) {
    if (world->hub.engine == NULL)
        return;
    struct store *store = engine_store(world->hub.engine);
    world->audits++;
    watch_between_turns(&world->hub);
    laws_check(world, store);
    check_origins(world, store);
    check_online(world, store);
    check_admitted(world, store);
    for (size_t i = 0; i < world->party_count; i++) {
        const struct party *party = &world->parties[i];
        for (const struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
            if (!id_is_zero(&ask->id))
                check_ask(world, store, ask);
        }
        for (const struct posting *posting = party->postings; posting; posting = posting->next)
            check_posting(world, store, party, posting);
        for (const struct bond *bond = party->bonds; bond != NULL; bond = bond->next)
            check_bond(world, store, party, bond);
        adjust_check(party, store);
        card_check(party, store);
        shop_check(party, store);
        order_check(party, store);
        loan_check(party, store);
    }
}

/* It is asked for as long as it does not answer. */
static bool waits_for_issuer(const struct product_order *order) {
    return order->instruction.action != PRODUCT_ACTION_NONE && !order->instruction.taken;
}

void audit_boot(struct world *world, size_t sends, size_t inquiries, int64_t now_ms) {
    struct store *store = engine_store(world->hub.engine);
    struct store_open_row row;
    struct store_open_row after;
    const struct store_open_row *from = NULL;
    struct transfer transfer;
    struct link link;
    struct card card;
    struct product_order order;
    size_t valid = 0;
    size_t unknown = 0;
    for (; store_next_open(store, OBJECT_TRANSFER, from, &row) == 0; from = &after) {
        after = row;
        if (store_get_transfer(store, &row.object, &transfer) != 0)
            continue;
        bool runs = transfer.state == TRANSFER_PENDING && transfer.deadline_ms > now_ms;
        valid += runs && !transfer.cancel;
        unknown += transfer.state == TRANSFER_UNKNOWN || transfer.cancel;
    }
    for (from = NULL; store_next_open(store, OBJECT_LINK, from, &row) == 0; from = &after) {
        after = row;
        if (store_get_link(store, &row.object, &link) == 0)
            valid += link.exchange != LINK_EXCHANGE_NONE && link.exchange_deadline_ms > now_ms;
    }
    for (from = NULL; store_next_open(store, OBJECT_CARD, from, &row) == 0; from = &after) {
        after = row;
        if (store_get_card(store, &row.object, &card) == 0)
            valid += card.state == CARD_APPLIED && card.answer_due_ms > now_ms;
    }
    for (from = NULL; store_next_open(store, OBJECT_ORDER, from, &row) == 0; from = &after) {
        after = row;
        if (store_get_order(store, &row.object, &order) != 0 || !waits_for_issuer(&order))
            continue;
        valid += !order.unknown && order.instruction.deadline_ms > now_ms;
        unknown += order.unknown;
    }
    if (sends != valid || inquiries != unknown)
        world_fail(world, "a start sent %zu of %zu instructions again, and %zu of %zu inquiries",
                   sends, valid, inquiries, unknown);
}

/* ---- quiet ---- */

static const char *waiting(const struct party *party, const char *what, long long value) {
    static char text[128];
    snprintf(text, sizeof(text), "bank %zu %s %lld", party->index, what, value);
    return text;
}

static const char *unsettled_party(struct world *world, const struct party *party) {
    struct bank_counters counters;
    for (const struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (!ask->done)
            return waiting(party, "waits for an answer of kind", ask->kind);
    }
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        for (size_t n = 0; n < PARTY_FLIGHTS_MAX; n++) {
            if (party->connections[i].flights[n].correlation != 0)
                return waiting(party, "has a request in flight on connection", (long long)i);
        }
    }
    if (party->false_acks)
        return NULL; /* what it lost by its lie is lost to it */
    if (store_get_bank_counters(engine_store(world->hub.engine), party->code, &counters) < 0 ||
        party->last_notice != counters.last_notice)
        return waiting(party, "has notices only to", (long long)party->last_notice);
    if (counters.acked_notice != counters.last_notice)
        return waiting(party, "acknowledged only to", (long long)counters.acked_notice);
    return NULL;
}

static const char *unsettled_system(struct world *world, struct store *store) {
    struct engine_status status;
    struct approval approval = {0};
    engine_status(world->hub.engine, &status);
    for (size_t i = 0; i < world->party_count; i++) {
        if (!told_all(&world->parties[i], store))
            return waiting(&world->parties[i], "was not told of the system by", status.ledger_ms);
    }
    while (store_next_approval(store, &approval.id, &approval) == 0) {
        if (approval.state == APPROVAL_WAITING && approval.expires_at_ms < status.ledger_ms)
            return "an order waits beyond its time for its second person";
    }
    return NULL;
}

/* What waits for no customer's will and no issuer's. */
static bool unsettled_order(struct store *store) {
    struct product_order order;
    struct id after = {{0}};
    while (store_next_order(store, &after, &order) == 0) {
        if (order.state == PRODUCT_ORDER_FUNDING || order.unknown ||
            order.payout.purpose != PRODUCT_PAYOUT_NONE ||
            (order.instruction.action != PRODUCT_ACTION_NONE && !order.instruction.taken))
            return true;
        after = order.id;
    }
    return false;
}

static bool unsettled_loan(struct store *store) {
    struct loan loan;
    struct id after = {{0}};
    while (store_next_loan(store, &after, &loan) == 0) {
        if (loan.flight.kind != LOAN_FLIGHT_NONE || loan.unknown)
            return true;
        after = loan.id;
    }
    return false;
}

/* One that closes with something bought on it waits for people. */
static bool waits_for_people(struct store *store, const struct id *id) {
    struct link link;
    return store_get_link(store, id, &link) == 0 && link.state == LINK_CLOSING &&
           link.exchange == LINK_EXCHANGE_NONE &&
           (store_any_open_under(store, OBJECT_ORDER, id) == 0 ||
            store_any_open_under(store, OBJECT_LOAN, id) == 0);
}

static bool unsettled_link(struct store *store) {
    struct store_open_row row, after;
    const struct store_open_row *from = NULL;
    for (; store_next_open(store, OBJECT_LINK, from, &row) == 0; from = &after) {
        after = row;
        if (!waits_for_people(store, &row.object))
            return true;
    }
    return false;
}

const char *audit_unsettled(struct world *world) {
    if (!hub_is_quiet(&world->hub))
        return "the gateway is busy";
    struct store *store = engine_store(world->hub.engine);
    struct store_open_row row;
    if (store_next_open(store, OBJECT_TRANSFER, NULL, &row) == 0)
        return "a transfer is open";
    if (unsettled_link(store))
        return "a link waits for its bank";
    if (unsettled_order(store))
        return "an order waits for its issuer, or for a transfer";
    if (unsettled_loan(store))
        return "something of a loan is on its way";
    for (size_t i = 0; i < world->party_count; i++) {
        const char *what = unsettled_party(world, &world->parties[i]);
        if (what != NULL)
            return what;
    }
    return unsettled_system(world, store);
}

static bool any_excused(const struct world *world) {
    for (size_t i = 0; i < world->party_count; i++) {
        const struct posting *posting = world->parties[i].postings;
        for (; posting != NULL; posting = posting->next) {
            if (posting->excused)
                return true;
        }
    }
    return false;
}

/* What other banks paid it in settled windows; negative: what it paid. */
static int64_t settled_fen(struct store *store, bank_code bank) {
    struct pair_net net, after;
    const struct pair_net *from = NULL;
    int64_t fen = 0;
    while (store_next_net(store, from, &net) == 0) {
        if (net.settled.at_ms != 0 && (net.low == bank || net.high == bank))
            fen += pair_net_of(&net, bank);
        after = net;
        from = &after;
    }
    return fen;
}

/* Money in = money out: what a bank's customers have more than at the start, and what it agreed on
 * with other banks, it is owed, or it was paid. */
static void check_money(struct world *world, struct store *store, const struct party *party) {
    int64_t change_fen = 0;
    struct position position;
    for (size_t i = 0; i < world->people_count; i++) {
        const struct person *person = &world->people[i];
        for (size_t side = 0; side < SIDES; side++) {
            if (person->homes[side] != party)
                continue;
            change_fen += person->accounts[side].balance_fen - person->opening_fen[side];
            if (person->accounts[side].held_fen != 0)
                world_fail(world, "bank %zu holds money for nothing", party->index);
            if (person->accounts[side].expected_fen != 0)
                world_fail(world, "bank %zu keeps room for nothing", party->index);
        }
    }
    change_fen += adjust_owed_fen(party) + party->pool.balance_fen;
    if (party->pool.held_fen != 0 || party->pool.expected_fen != 0)
        world_fail(world, "bank %zu holds money of its own for nothing", party->index);
    if (store_get_position(store, party->code, "CNY", &position) < 0 ||
        position.unsettled_net_fen + settled_fen(store, party->code) !=
            change_fen + party->railed_fen)
        world_fail(world, "A2: bank %zu has %lld fen more than at the start, its net is %lld",
                   party->index, (long long)change_fen + party->railed_fen,
                   (long long)position.unsettled_net_fen);
}

static void check_credited(struct world *world, struct store *store) {
    struct transfer transfer;
    struct id after;
    const struct id *from = NULL;
    while (store_next_transfer(store, from, &transfer) == 0) {
        if (transfer.state == TRANSFER_ACCEPTED && transfer.direction == TRANSFER_PULL &&
            !transfer.in_house && transfer.credited_at_ms == 0 && !transfer_came_back(&transfer))
            world_fail(world, "transfer %s was confirmed as credited, and does not say so",
                       world_id(&transfer.id));
        after = transfer.id;
        from = &after;
    }
}

static void count_expired(struct store *store) {
    struct approval approval = {0};
    while (store_next_approval(store, &approval.id, &approval) == 0) {
        if (approval.state == APPROVAL_EXPIRED)
            tally_note(TALLY_APPROVAL_EXPIRED);
    }
}

void audit_settled(struct world *world) {
    struct store *store = engine_store(world->hub.engine);
    audit_books(world);
    check_credited(world, store);
    count_expired(store);
    tab_check(world, store);
    for (size_t i = 0; i < world->party_count; i++)
        order_check_settled(&world->parties[i], store);
    for (size_t i = 0; !any_excused(world) && i < world->party_count; i++)
        check_money(world, store, &world->parties[i]);
}
