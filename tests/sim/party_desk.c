/*
 * What a bank's people do beside the business: holds, reports of accounts, questions about them,
 * cases, amendments; and the answers to such questions, the same to the same id each time.
 */
#include <stdlib.h>

#include "sim/world.h"

#define HOLD_MAX_MS 7200000
#define LOOK_PER_MILLE 300
#define OF_LINK_PER_MILLE 300
#define OVERVIEW_PER_MILLE 350
#define STRANGE_PER_MILLE 150
#define EVENT_PER_MILLE 250
#define REFERRED_ID "999999199001010016"

bool desk_says_one_of(struct span detail, const char *const *details, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (span_equal(detail, span_text(details[i])))
            return true;
    }
    return false;
}

bool desk_may_refuse(enum message_kind kind, struct span detail) {
    if (kind != MESSAGE_GET_LINK && kind != MESSAGE_QUERY_POSITION &&
        (span_equal(detail, SPAN_LITERAL("PEER_SUSPENDED")) ||
         span_equal(detail, SPAN_LITERAL("PEER_HELD"))))
        return true;
    static const char *const about_links[] = {"LINK_STATE",    "HOLDS",     "NO_SUCH_HOLD",
                                              "AUTHORITY",     "NOT_YOURS", "NO_SUCH_ACCOUNT",
                                              "FIELD_INVALID", "TRIES",     "BANK_OFFLINE"};
    static const char *const views[] = {
        "LINK_NOT_ACTIVE", "LINK_CLOSING",          "SCOPE",
        "BANK_OFFLINE",    "BANK_OFFLINE_CREDITOR", "TIMEOUT_INSTRUCTED"};
    static const char *const cases[] = {"CASE_EXISTS", "CASE_STATE",       "CASE_ROLE",
                                        "CASE_FULL",   "NO_SUCH_TRANSFER", "NO_SUCH_CASE"};
    if (window_asks(kind))
        return window_may_refuse(kind, detail);
    if (kind == MESSAGE_GET_CASE)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_CASE"));
    if (kind == MESSAGE_OPEN_CASE || kind == MESSAGE_ANSWER_CASE)
        return desk_says_one_of(detail, cases, sizeof(cases) / sizeof(cases[0]));
    if (kind == MESSAGE_QUERY_BALANCE || kind == MESSAGE_QUERY_ACCOUNT_STATUS)
        return desk_says_one_of(detail, views, sizeof(views) / sizeof(views[0]));
    static const char *const events[] = {"LINK_NOT_ACTIVE", "SCOPE", "SAME_BANK", "CONSENT"};
    if (kind == MESSAGE_OFFLINE_EVENT || kind == MESSAGE_REFERRAL)
        return desk_says_one_of(detail, events, sizeof(events) / sizeof(events[0]));
    if (kind == MESSAGE_QUERY_OVERVIEW)
        return span_equal(detail, SPAN_LITERAL("NO_SUCH_LINK"));
    if (kind == MESSAGE_OPEN_LINK) /* resuming a link uses tries as well */
        return span_equal(detail, SPAN_LITERAL("TRIES"));
    if (kind == MESSAGE_GET_LINK || kind == MESSAGE_QUERY_POSITION)
        return false;
    return desk_says_one_of(detail, about_links, sizeof(about_links) / sizeof(about_links[0]));
}

bool desk_asks(enum message_kind kind) {
    return kind == MESSAGE_REPORT_ACCOUNT || kind >= MESSAGE_QUERY_BALANCE;
}

/* ---- holds ---- */

static void place(struct party *party, struct bond *bond) {
    static const enum hold_authority authorities[] = {HOLD_BY_BANK, HOLD_BY_CUSTOMER,
                                                      HOLD_BY_COURT};
    struct ask *ask = ask_new(party, bond->person, MESSAGE_PLACE_HOLD);
    struct place_hold message = {.request = ask_new_id(party, ask), .link = bond->link};
    message.authority = authorities[chance_below(&party->chance, 3)];
    message.reason = SPAN_LITERAL("FR01");
    if (message.authority == HOLD_BY_COURT)
        message.legal_reference = SPAN_LITERAL("(2026) 1");
    if (party_hits(party, 600))
        message.expires_at_ms =
            world_wall_ms(party->world) + chance_between(&party->chance, 60000, HOLD_MAX_MS);
    message.blocks = (uint32_t)chance_between(&party->chance, 1, 31) << 1;
    partner_encode_place_hold(&message, &ask->payload);
    ask_go(ask);
}

static void lift(struct party *party, struct bond *bond) {
    const struct hold_of *hold = &bond->holds[chance_below(&party->chance, bond->hold_count)];
    struct ask *ask = ask_new(party, bond->person, MESSAGE_LIFT_HOLD);
    struct lift_hold message = {.request = ask_new_id(party, ask),
                                .link = bond->link,
                                .hold = hold->id,
                                .authority = hold->authority,
                                .reason = SPAN_LITERAL("CUST")};
    if (party_hits(party, 300))
        message.authority = HOLD_BY_COURT;
    partner_encode_lift_hold(&message, &ask->payload);
    ask_go(ask);
}

/* ---- accounts ---- */

static void report(struct party *party, struct bond *bond) {
    static const enum account_event events[] = {
        ACCOUNT_EVENT_BLOCKED,   ACCOUNT_EVENT_UNBLOCKED,      ACCOUNT_EVENT_UNBLOCKED,
        ACCOUNT_EVENT_ACTIVATED, ACCOUNT_EVENT_MOBILE_CHANGED, ACCOUNT_EVENT_CLASS_CHANGED,
        ACCOUNT_EVENT_CLOSED,    ACCOUNT_EVENT_DORMANT,        ACCOUNT_EVENT_LIMIT};
    enum side side = party_side(party);
    struct ask *ask = ask_new(party, bond->person, MESSAGE_REPORT_ACCOUNT);
    struct report_account message = {.request = ask_new_id(party, ask),
                                     .account_number =
                                         span_text(bond_number(bond->person, side, bond->second))};
    message.event = events[chance_below(&party->chance, sizeof(events) / sizeof(events[0]))];
    if (message.event == ACCOUNT_EVENT_CLASS_CHANGED) {
        bool first = chance_below(&party->chance, 2) == 0;
        message.account_class = first ? ACCOUNT_CLASS_I : bond->person->class2;
        message.opening = first ? ACCOUNT_OPENING_NONE : ACCOUNT_OPENING_REMOTE;
    }
    int64_t left_fen = chance_between(&party->chance, 0, 60000 * party->world->plan.unit_fen);
    message.remaining =
        (struct remaining_limits){{LIMIT_NOT_SAID, LIMIT_NOT_SAID}, {left_fen, LIMIT_NOT_SAID}};
    partner_encode_report_account(&message, &ask->payload);
    ask_go(ask);
}

/* Its id is not recorded: to ask again is another question. */
static void question(struct party *party, struct bond *bond) {
    bool balance = chance_below(&party->chance, 2) == 0;
    struct ask *ask = ask_new(party, bond->person,
                              balance ? MESSAGE_QUERY_BALANCE : MESSAGE_QUERY_ACCOUNT_STATUS);
    uint8_t random[10];
    chance_bytes(&party->chance, random, sizeof(random));
    struct query_account message = {uuid7_make(world_wall_ms(party->world), random), bond->link};
    ask->timeout_ms += 1000;
    partner_encode_query_account(&message, &ask->payload);
    ask_go(ask);
}

/* All links of an account of its own, at times of a link that there is not. */
static void overview(struct party *party, struct bond *bond) {
    struct ask *ask = ask_new(party, bond->person, MESSAGE_QUERY_OVERVIEW);
    uint8_t random[10];
    chance_bytes(&party->chance, random, sizeof(random));
    struct query_overview message = {.request = uuid7_make(world_wall_ms(party->world), random)};
    if (party_hits(party, STRANGE_PER_MILLE))
        message.link = message.request;
    else if (party_hits(party, 500))
        message.link = bond->link;
    else
        message.account_number =
            span_text(bond_number(bond->person, party_side(party), bond->second));
    ask->timeout_ms += 1000;
    partner_encode_query_overview(&message, &ask->payload);
    ask_go(ask);
}

/* What happened at a counter; or somebody is referred to some bank, also to itself. */
static void tell_event(struct party *party, struct bond *bond) {
    bool refers = party_hits(party, 500);
    struct world *world = party->world;
    struct ask *ask =
        ask_new(party, bond->person, refers ? MESSAGE_REFERRAL : MESSAGE_OFFLINE_EVENT);
    if (!refers) {
        struct offline_event message = {.request = ask_new_id(party, ask),
                                        .link = bond->link,
                                        .type = EVENT_CASH_DEPOSIT,
                                        .at_ms = world_wall_ms(world) - 1000,
                                        .place = SPAN_LITERAL("counter 3")};
        if (party_hits(party, 500))
            message.amount = (struct money){5, "CNY"};
        partner_encode_offline_event(&message, &ask->payload);
    } else {
        struct referral message = {
            .request = ask_new_id(party, ask),
            .bank = world->parties[chance_below(&party->chance, world->party_count)].code,
            .person = {SPAN_LITERAL("new"), ID_TYPE_RESIDENT, SPAN_LITERAL(REFERRED_ID),
                       SPAN_LITERAL("13800000009")}};
        message.consent = (struct consent_given){true,
                                                 message.bank,
                                                 SPAN_LITERAL("REFERRAL"),
                                                 CONSENT_FIELDS_ALL,
                                                 {{7}},
                                                 world_wall_ms(world) - 60000};
        partner_encode_referral(&message, &ask->payload);
    }
    ask_go(ask);
}

/* What waits says all of the person, and what was erased nothing. */
void desk_event_noticed(struct party *party, const struct event_view *view) {
    bool waits = view->state == EVENT_WAITING;
    bool right = view->kind == EVENT_REFERRAL
                     ? view->has_person == waits && view->consent.recipient == party->code
                     : (view->place.size > 0) == waits && !view->has_person;
    if (!right || view->from == party->code)
        world_fail(party->world, "bank %zu: an event tells what it must not", party->index);
}

static struct said *answer_once(struct party *party, const struct id *id, bool *fresh_out) {
    struct said *said = said_find(party, id);
    *fresh_out = said == NULL;
    return said != NULL ? said : said_new(party, id);
}

void desk_asked_balance(struct party *party, struct connection *connection,
                        const struct envelope *envelope) {
    struct ask_account asked;
    bool fresh;
    if (partner_decode_ask_account(envelope->payload, &party->arena, &asked) != 0) {
        world_fail(party->world, "bank %zu: AskBalance cannot be read", party->index);
        return;
    }
    struct said *said = answer_once(party, &asked.query, &fresh);
    struct balance_answer answer = {.query = asked.query,
                                    .available_fen = 100,
                                    .booked_fen = -100,
                                    .currency = SPAN_LITERAL("CNY"),
                                    .as_of_ms = world_wall_ms(party->world)};
    if (fresh)
        partner_encode_balance_answer(&answer, &said->payload);
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

void desk_asked_status(struct party *party, struct connection *connection,
                       const struct envelope *envelope) {
    struct ask_account asked;
    bool fresh;
    if (partner_decode_ask_account(envelope->payload, &party->arena, &asked) != 0) {
        world_fail(party->world, "bank %zu: AskAccountStatus cannot be read", party->index);
        return;
    }
    struct said *said = answer_once(party, &asked.query, &fresh);
    struct status_answer answer = {.query = asked.query,
                                   .status = ACCOUNT_OPEN,
                                   .account_class = ACCOUNT_CLASS_I,
                                   .can_debit = true,
                                   .as_of_ms = world_wall_ms(party->world)};
    if (fresh)
        partner_encode_status_answer(&answer, &said->payload);
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

void desk_recheck(struct party *party, struct connection *connection,
                  const struct envelope *envelope) {
    struct recheck_account asked;
    bool fresh;
    if (partner_decode_recheck_account(envelope->payload, &party->arena, &asked) != 0) {
        world_fail(party->world, "bank %zu: RecheckAccount cannot be read", party->index);
        return;
    }
    struct said *said = answer_once(party, &asked.recheck, &fresh);
    struct recheck_account_reply reply = {.link = asked.link,
                                          .recheck = asked.recheck,
                                          .account_class = ACCOUNT_CLASS_I,
                                          .status = ACCOUNT_OPEN,
                                          .same_holder = ELEMENT_MATCH};
    if (fresh && party_hits(party, 300))
        reply.status = ACCOUNT_BLOCKED;
    else if (fresh && party_hits(party, 300))
        reply.same_holder = ELEMENT_MISMATCH;
    if (fresh)
        partner_encode_recheck_account_reply(&reply, &said->payload);
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

/* ---- cases ---- */

static void open_case_of_link(struct party *party, struct bond *bond) {
    struct ask *ask = ask_new(party, bond->person, MESSAGE_OPEN_CASE);
    struct open_case message = {.request = ask_new_id(party, ask),
                                .link = bond->link,
                                .subject = CASE_LINK_DIFF,
                                .text = SPAN_LITERAL("whose")};
    partner_encode_open_case(&message, &ask->payload);
    ask_go(ask);
}

static void open_case(struct party *party, struct bond *bond) {
    struct ask *about = NULL;
    uint64_t seen = 0;
    if (party_hits(party, OF_LINK_PER_MILLE)) {
        open_case_of_link(party, bond);
        return;
    }
    for (struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
        if (ask_submits(ask) && !id_is_zero(&ask->transfer) &&
            chance_below(&party->chance, ++seen) == 0)
            about = ask;
    }
    if (about == NULL)
        return;
    struct ask *ask = ask_new(party, bond->person, MESSAGE_OPEN_CASE);
    struct open_case message = {.request = ask_new_id(party, ask),
                                .transfer = about->transfer,
                                .subject = CASE_AMOUNT,
                                .text = SPAN_LITERAL("look")};
    partner_encode_open_case(&message, &ask->payload);
    ask_go(ask);
}

static void answer_case(struct party *party, const struct case_view *view) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_ANSWER_CASE);
    struct answer_case message = {
        .request = ask_new_id(party, ask), .inquiry = view->inquiry, .text = SPAN_LITERAL("so")};
    if (view->owner == party->code && view->state == CASE_OPEN)
        message.outcome = CASE_EXPLAINED;
    else
        message.close = party_hits(party, 700);
    partner_encode_answer_case(&message, &ask->payload);
    ask_go(ask);
}

/* What is new of a case may ask for this bank's word. */
void desk_learn(struct party *party, const struct case_view *view) {
    struct matter *matter = party->matters;
    while (matter != NULL && !id_equal(&matter->id, &view->inquiry))
        matter = matter->next;
    if (matter == NULL) {
        matter = xcalloc(1, sizeof(*matter));
        matter->id = view->inquiry;
        matter->next = party->matters;
        party->matters = matter;
    }
    if (view->entry_count <= matter->entries)
        return;
    matter->entries = view->entry_count;
    bool mine = view->state == (view->owner == party->code ? CASE_OPEN : CASE_ANSWERED);
    if (mine && !party->world->calm)
        answer_case(party, view);
    if (!party->world->calm)
        adjust_propose(party, view);
}

/* ---- what comes back ---- */

/* The terms of the formula are told, and all pairs together are the position. */
static void check_position(struct party *party, const struct position_view *view) {
    int64_t reserved_fen = 0, net_fen = 0;
    for (uint32_t i = 0; i < view->pair_count; i++) {
        reserved_fen += view->pairs[i].reserved_outgoing_fen;
        net_fen += view->pairs[i].unsettled_net_fen;
    }
    const struct position *position = &view->position;
    bool whole = view->next != 0 || (reserved_fen == position->reserved_outgoing_fen &&
                                     net_fen == position->unsettled_net_fen);
    if (!whole ||
        view->exposure_fen != position->reserved_outgoing_fen - position->unsettled_net_fen)
        world_fail(party->world, "bank %zu: its pairs are not its position", party->index);
}

/* Each bank tells the same of every account, and what was not told is nothing. */
static void check_overview(struct party *party, const struct overview_view *view) {
    bool right = id_is_zero(&view->next);
    for (uint32_t i = 0; i < view->count; i++) {
        const struct overview_account *account = &view->accounts[i];
        bool told = account->status == OVERVIEW_ANSWERED;
        right = right && account->status != OVERVIEW_WAITING &&
                account->balance.bank != party->code &&
                account->balance.available_fen == (told ? 100 : 0) &&
                account->balance.booked_fen == (told ? -100 : 0);
    }
    if (!right)
        world_fail(party->world, "bank %zu: an overview tells what nobody said", party->index);
}

void desk_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct report_account_reply reported;
    struct balance_answer balance;
    struct status_answer status;
    struct overview_view seen;
    struct event_view event;
    struct position_view position;
    struct case_view inquiry;
    struct adjustment_view adjustment;
    int rc = -1;
    if (ask->kind == MESSAGE_REPORT_ACCOUNT)
        rc = partner_decode_report_account_reply(payload, &party->arena, &reported);
    else if (ask->kind == MESSAGE_QUERY_BALANCE)
        rc = partner_decode_balance_reply(payload, &party->arena, &balance);
    else if (ask->kind == MESSAGE_QUERY_ACCOUNT_STATUS)
        rc = partner_decode_account_status_reply(payload, &party->arena, &status);
    else if (ask->kind == MESSAGE_OFFLINE_EVENT || ask->kind == MESSAGE_REFERRAL)
        rc = partner_decode_event_reply(payload, &party->arena, &event);
    else if (ask->kind == MESSAGE_QUERY_OVERVIEW)
        rc = partner_decode_overview_reply(payload, &party->arena, &seen);
    else if (ask->kind == MESSAGE_QUERY_POSITION)
        rc = partner_decode_position_reply(payload, &party->arena, &position);
    else if (adjust_asks(ask->kind))
        rc = partner_decode_adjustment_reply(payload, &party->arena, &adjustment);
    else if (shop_asks(ask->kind))
        rc = shop_replied(ask, payload);
    else if (window_asks(ask->kind))
        rc = window_replied(ask, payload);
    else
        rc = partner_decode_case_reply(payload, &party->arena, &inquiry);
    if (rc != 0)
        world_fail(party->world, "bank %zu: a reply of kind %d cannot be read", party->index,
                   (int)ask->kind);
    if (rc == 0 && ask->kind == MESSAGE_QUERY_POSITION)
        check_position(party, &position);
    if (rc == 0 && ask->kind == MESSAGE_QUERY_OVERVIEW)
        check_overview(party, &seen);
    ask_done(ask);
    bool cases = ask->kind == MESSAGE_OPEN_CASE || ask->kind == MESSAGE_ANSWER_CASE ||
                 ask->kind == MESSAGE_GET_CASE;
    if (rc == 0 && cases)
        desk_learn(party, &inquiry);
    else if (rc == 0 && adjust_asks(ask->kind))
        adjust_learn(party, &adjustment);
}

/* ---- amendments ---- */

static void amend(struct party *party, struct bond *bond) {
    struct ask *ask = ask_new(party, bond->person, MESSAGE_AMEND_LINK);
    struct amend_link message = {.request = ask_new_id(party, ask), .link = bond->link};
    message.scopes = bond_scopes(party);
    message.limits = bond_limits(party);
    message.agreement.present = true;
    message.agreement.version = SPAN_LITERAL("2026-2");
    message.agreement.at_ms = world_wall_ms(party->world) - 2000;
    message.agreement.channel = SPAN_LITERAL("APP");
    partner_encode_amend_link(&message, &ask->payload);
    ask_go(ask);
}

static void withdraw(struct party *party, struct bond *bond) {
    struct ask *ask = ask_new(party, bond->person, MESSAGE_WITHDRAW_CONSENT);
    struct withdraw_consent message = {ask_new_id(party, ask), bond->link};
    partner_encode_withdraw_consent(&message, &ask->payload);
    ask_go(ask);
}

void desk_work(struct party *party, struct bond *bond) {
    bool runs = bond->shown == LINK_ACTIVE || bond->shown == LINK_SUSPENDED;
    switch (chance_below(&party->chance, 9)) {
    case 0:
        place(party, bond);
        break;
    case 1:
    case 2:
        if (bond->hold_count > 0)
            lift(party, bond);
        break;
    case 3:
        report(party, bond);
        break;
    case 4:
        open_case(party, bond);
        break;
    case 5:
        if (runs)
            amend(party, bond);
        break;
    case 6:
        if (party_side(party) == SIDE_CLASS2 && party_hits(party, 100))
            withdraw(party, bond);
        break;
    case 7:
        if (runs || party_hits(party, 100))
            bond_rebind(party, bond);
        break;
    default:
        if (party_hits(party, LOOK_PER_MILLE))
            adjust_look(party);
        else if (party_hits(party, EVENT_PER_MILLE))
            tell_event(party, bond);
        else if (party_hits(party, OVERVIEW_PER_MILLE))
            overview(party, bond);
        else
            question(party, bond);
        break;
    }
}
