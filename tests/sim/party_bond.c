/*
 * Both banks' sides of a link: the Class I bank verifies, sends codes and checks them, with the same
 * answer to the same id each time; the Class II bank leads its customer through.
 *
 * Invariant: a bank that was shown a state is never shown another end of the same link.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "sim/world.h"

#define RESEND_PER_MILLE 100

enum side party_side(const struct party *party) {
    return (party->roles & BANK_ROLE_CLASS2) != 0 ? SIDE_CLASS2 : SIDE_CLASS1;
}

const char *bond_number(const struct person *person, enum side side, bool second) {
    return side == SIDE_CLASS1 && second ? person->second : person->numbers[side];
}

static struct person *person_by_number(struct party *party, struct span number) {
    struct world *world = party->world;
    enum side side = party_side(party);
    for (size_t i = 0; i < world->people_count; i++) {
        struct person *person = &world->people[i];
        if (person->homes[side] == party &&
            (span_equal(number, span_text(person->numbers[side])) ||
             span_equal(number, span_text(bond_number(person, side, true)))))
            return person;
    }
    return NULL;
}

/* ---- the Class I bank ---- */

static bool is_right_person(const struct person *person, const struct verify_account *question) {
    return person != NULL && question->requesting_bank == person->homes[SIDE_CLASS2]->code &&
           span_equal(question->person.name, span_text(person->name)) &&
           span_equal(question->person.id_number, span_text(person->id_number)) &&
           span_equal(question->person.mobile, span_text(person->mobile));
}

/* Right, or wrong in one of the ways that there are. */
static struct verify_account_reply judge(struct party *party,
                                         const struct verify_account *question) {
    struct verify_account_reply reply = {
        .link = question->link,
        .verification = question->verification,
        .name = ELEMENT_MATCH,
        .id_number = ELEMENT_MATCH,
        .mobile = ELEMENT_MATCH,
        .account = ELEMENT_MATCH,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_OPEN,
    };
    if (!party_hits(party, party->world->plan.mismatch))
        return reply;
    switch (chance_below(&party->chance, 6)) {
    case 0:
        reply.name = ELEMENT_MISMATCH;
        break;
    case 1:
        reply.mobile = ELEMENT_MISMATCH;
        break;
    case 2:
        reply.account_class = ACCOUNT_CLASS_II;
        break;
    case 3:
        reply.joint = true;
        break;
    case 4:
        reply.status = ACCOUNT_NOT_ACTIVATED;
        break;
    default:
        reply.status = ACCOUNT_BLOCKED;
        break;
    }
    return reply;
}

void bond_verify(struct party *party, struct connection *connection,
                 const struct envelope *envelope) {
    struct verify_account question;
    if (partner_decode_verify_account(envelope->payload, &party->arena, &question) != 0) {
        world_fail(party->world, "bank %zu: VerifyAccount cannot be read", party->index);
        return;
    }
    if (!is_right_person(person_by_number(party, question.account_number), &question)) {
        world_fail(party->world, "bank %zu was asked about nobody: link %s", party->index,
                   world_id(&question.link));
        return;
    }
    struct said *said = said_find(party, &question.verification);
    if (said == NULL) {
        struct verify_account_reply reply = judge(party, &question);
        said = said_new(party, &question.verification);
        partner_encode_verify_account_reply(&reply, &said->payload);
    }
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

void bond_issue(struct party *party, struct connection *connection,
                const struct envelope *envelope) {
    struct issue_challenge order;
    if (partner_decode_issue_challenge(envelope->payload, &party->arena, &order) != 0) {
        world_fail(party->world, "bank %zu: IssueChallenge cannot be read", party->index);
        return;
    }
    struct person *person = person_by_number(party, order.account_number);
    if (person == NULL) {
        world_fail(party->world, "bank %zu was to send a code to nobody", party->index);
        return;
    }
    struct said *said = said_find(party, &order.challenge);
    if (said == NULL) {
        struct issue_challenge_reply reply = {.link = order.link,
                                              .challenge = order.challenge,
                                              .outcome = CHALLENGE_SENT,
                                              .masked_mobile = SPAN_LITERAL("138****0000"),
                                              .lifetime_ms = 300000};
        if (party_hits(party, party->world->plan.refuse))
            reply.outcome = CHALLENGE_NOT_SENT;
        else
            snprintf(person->code, sizeof(person->code), "%06u",
                     (unsigned)chance_below(&party->chance, 1000000));
        said = said_new(party, &order.challenge);
        partner_encode_issue_challenge_reply(&reply, &said->payload);
    }
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

/* Whose code that is, by the link's Class II bank: the Class I bank knows links by their notices
 * only, so it looks for the customer whose last code it is. */
static bool is_right_code(struct party *party, struct span code) {
    struct world *world = party->world;
    for (size_t i = 0; i < world->people_count; i++) {
        const struct person *person = &world->people[i];
        if (person->homes[SIDE_CLASS1] == party && person->code[0] != '\0' &&
            span_equal(code, span_text(person->code)))
            return true;
    }
    return false;
}

void bond_check(struct party *party, struct connection *connection,
                const struct envelope *envelope) {
    struct check_challenge question;
    if (partner_decode_check_challenge(envelope->payload, &party->arena, &question) != 0) {
        world_fail(party->world, "bank %zu: CheckChallenge cannot be read", party->index);
        return;
    }
    struct said *said = said_find(party, &question.attempt);
    if (said == NULL) {
        struct check_challenge_reply reply = {.link = question.link,
                                              .attempt = question.attempt,
                                              .outcome = CHALLENGE_WRONG,
                                              .tries_left = 1};
        if (is_right_code(party, question.code))
            reply.outcome = CHALLENGE_RIGHT;
        said = said_new(party, &question.attempt);
        partner_encode_check_challenge_reply(&reply, &said->payload);
    }
    answer_send(party, connection->serial, envelope->correlation, envelope->kind, &said->id);
}

/* ---- what either bank is told of a link ---- */

static int rank(enum link_state state) {
    if (link_final(state))
        return 6;
    switch (state) {
    case LINK_REQUESTED:
        return 1;
    case LINK_VERIFYING:
        return 2;
    case LINK_PENDING_ACTIVATION:
    case LINK_AWAITING_AUTHENTICATION:
        return 3;
    case LINK_ACTIVE:
    case LINK_SUSPENDED:
        return 4;
    case LINK_CLOSING:
        return 5;
    case LINK_NONE:
    case LINK_CLOSED:
    case LINK_REJECTED:
    case LINK_EXPIRED:
    case LINK_STATES:
        break;
    }
    return 0;
}

/* By the last four, which are different for all accounts here. */
static bool is_of(const struct link_view *view, const struct person *person, bool second) {
    const struct span masked[SIDES] = {view->class2_masked, view->class1_masked};
    const bank_code banks[SIDES] = {view->class2_bank, view->class1_bank};
    bool is = true;
    for (size_t side = 0; side < SIDES; side++) {
        const char *number = bond_number(person, (enum side)side, second);
        is = is && banks[side] == person->homes[side]->code &&
             span_equal(masked[side], span_text(number + strlen(number) - 4));
    }
    return is;
}

static struct person *person_of(struct party *party, const struct link_view *view,
                                bool *second_out) {
    struct world *world = party->world;
    for (size_t i = 0; i < world->people_count; i++) {
        struct person *person = &world->people[i];
        *second_out = is_of(view, person, true);
        if (person->homes[party_side(party)] == party &&
            (*second_out || is_of(view, person, false)))
            return person;
    }
    return NULL;
}

/* What the person's business goes over: the latest link that is not over, or the latest. */
static struct bond *present_bond(const struct party *party, const struct person *person) {
    struct bond *best = NULL;
    for (struct bond *bond = party->bonds; bond != NULL; bond = bond->next) {
        if (bond->person != person)
            continue;
        bool later = best == NULL || id_compare(&bond->link, &best->link) > 0;
        bool over = link_final(bond->shown);
        if (best == NULL || (over == link_final(best->shown) ? later : !over))
            best = bond;
    }
    return best;
}

static struct bond *bond_of(struct party *party, struct person *person, const struct id *link) {
    for (struct bond *bond = party->bonds; bond != NULL; bond = bond->next) {
        if (id_equal(&bond->link, link))
            return bond;
    }
    struct bond *bond = xcalloc(1, sizeof(*bond));
    bond->link = *link;
    bond->person = person;
    *party->bonds_end = bond;
    party->bonds_end = &bond->next;
    return bond;
}

static void learn_holds(struct party *party, struct bond *bond, const struct link_view *view) {
    bond->hold_count = 0;
    bond->needs_person = false;
    for (uint32_t i = 0; i < view->hold_count; i++) {
        const struct hold_view *hold = &view->holds[i];
        if (hold->authority == HOLD_BY_GATEWAY)
            bond->needs_person |= span_equal(hold->reason, SPAN_LITERAL("NOCM"));
        else if (hold->by == party->code)
            bond->holds[bond->hold_count++] = (struct hold_of){hold->hold, hold->authority};
    }
}

void bond_learn(struct party *party, const struct link_view *view) {
    bool second;
    struct person *person = person_of(party, view, &second);
    if (person == NULL) {
        world_fail(party->world, "bank %zu was told of a link of nobody: %s", party->index,
                   world_id(&view->link));
        return;
    }
    enum side side = party_side(party);
    struct bond *bond = bond_of(party, person, &view->link);
    if (link_final(bond->shown) && link_final(view->state) && bond->shown != view->state)
        world_fail(party->world, "bank %zu was told that link %s is %s, and now %s", party->index,
                   world_id(&view->link), link_state_name(bond->shown),
                   link_state_name(view->state));
    bond->second = second;
    bool news = rank(view->state) >= rank(bond->shown);
    if (news)
        bond->shown = view->state;
    person->bonds[side] = present_bond(party, person);
    bool latest = person->bonds[side] == bond;
    if (!news)
        return;
    learn_holds(party, bond, view);
    if (side == SIDE_CLASS2 && latest) {
        person->has_code = view->has_challenge;
        person->amending = view->has_amendment;
        person->unsure = false;
    }
}

/* ---- the Class II bank ---- */

static struct ask *start(struct person *person, enum message_kind kind) {
    struct ask *ask = ask_new(person->homes[SIDE_CLASS2], person, kind);
    person->link_ask = ask;
    return ask;
}

bool bond_is_second(const struct party *party, const struct id *link) {
    const struct bond *bond = party->bonds;
    while (bond != NULL && !id_equal(&bond->link, link))
        bond = bond->next;
    return bond != NULL && bond->second;
}

uint32_t bond_scopes(struct party *party) {
    uint32_t scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT) | LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    if (party_hits(party, 800))
        scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY);
    if (party_hits(party, 300))
        scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PAY_FALLBACK);
    if (party_hits(party, 850))
        scopes |= LINK_SCOPE_BIT(LINK_SCOPE_PRODUCTS);
    return scopes;
}

/* Wide ones, or such that a day's business comes to them. */
struct agreed_limits bond_limits(struct party *party) {
    int64_t single_fen = PARTY_SINGLE_UNITS * party->world->plan.unit_fen;
    struct agreed_limits limits = {.single_fen = single_fen, .daily_fen = 300 * single_fen};
    if (!party_hits(party, 400))
        return limits;
    limits.daily_fen = chance_between(&party->chance, single_fen, 3 * single_fen);
    limits.daily_count = (uint32_t)chance_between(&party->chance, 0, 20);
    limits.yearly_fen = chance_between(&party->chance, 0, 1) * 5 * single_fen;
    return limits;
}

static void open(struct person *person, bool again) {
    struct party *party = person->homes[SIDE_CLASS2];
    struct ask *ask = start(person, MESSAGE_OPEN_LINK);
    ask->stray = again;
    int64_t now_ms = world_wall_ms(party->world);
    struct digest text;
    memset(text.bytes, 0x5a, sizeof(text.bytes));
    uint32_t scopes = bond_scopes(party); /* one draw a statement: compilers differ */
    struct agreed_limits limits = bond_limits(party);
    struct open_link message = {
        .request = ask_new_id(party, ask),
        .class2 = {party->code, span_text(person->numbers[SIDE_CLASS2]), person->class2,
                   person->index % 2 == 0 ? ACCOUNT_OPENING_FACE_TO_FACE : ACCOUNT_OPENING_REMOTE},
        .class1 = {person->homes[SIDE_CLASS1]->code, span_text(person->numbers[SIDE_CLASS1]),
                   ACCOUNT_CLASS_I, ACCOUNT_OPENING_NONE},
        .person = {span_text(person->name), ID_TYPE_RESIDENT, span_text(person->id_number),
                   span_text(person->mobile)},
        .scopes = scopes,
        .limits = limits,
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("2026-1"),
        .agreement.sha256 = text,
        .agreement.at_ms = now_ms - 2000,
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = person->homes[SIDE_CLASS1]->code,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.sha256 = text,
        .consent.at_ms = now_ms - 2000,
    };
    person->opens++;
    person->has_code = false;
    person->giving_up = false;
    partner_encode_open_link(&message, &ask->payload);
    ask->timeout_ms += 1000;
    ask_go(ask);
}

static void rebind(struct person *person, const struct bond *bond) {
    struct ask *ask = start(person, MESSAGE_REBIND_LINK);
    struct party *party = ask->party;
    int64_t now_ms = world_wall_ms(party->world);
    uint32_t scopes = bond_scopes(party);
    struct agreed_limits limits = bond_limits(party);
    struct rebind_link message = {
        .request = ask_new_id(party, ask),
        .link = bond->link,
        .class1 = {person->homes[SIDE_CLASS1]->code,
                   span_text(bond_number(person, SIDE_CLASS1, !bond->second)), ACCOUNT_CLASS_I,
                   ACCOUNT_OPENING_NONE},
        .person = {span_text(person->name), ID_TYPE_RESIDENT, span_text(person->id_number),
                   span_text(person->mobile)},
        .scopes = scopes,
        .limits = limits,
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("2026-3"),
        .agreement.at_ms = now_ms - 2000,
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = person->homes[SIDE_CLASS1]->code,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = now_ms - 2000,
    };
    person->has_code = false;
    person->giving_up = false;
    partner_encode_rebind_link(&message, &ask->payload);
    ask->timeout_ms += 1000;
    ask_go(ask);
}

static void resume(struct person *person, const struct id *link) {
    struct ask *ask = start(person, MESSAGE_RESUME_LINK);
    struct resume_link message = {
        .request = ask_new_id(ask->party, ask),
        .link = *link,
        .person = {span_text(person->name), ID_TYPE_RESIDENT, span_text(person->id_number),
                   span_text(person->mobile)},
        .consent.present = true,
        .consent.recipient = person->homes[SIDE_CLASS1]->code,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = world_wall_ms(ask->party->world) - 2000,
    };
    partner_encode_resume_link(&message, &ask->payload);
    ask->timeout_ms += 1000;
    ask_go(ask);
}

void bond_rebind(struct party *party, struct bond *bond) {
    struct person *person = bond->person;
    if (party_side(party) != SIDE_CLASS2 || person->link_ask != NULL ||
        person->bonds[SIDE_CLASS2] != bond)
        return;
    if (party_hits(party, 200))
        open(person, true); /* a link of the same two accounts, which there is */
    else if (party_hits(party, 150))
        resume(person, &bond->link); /* that waits for nothing, mostly */
    else
        rebind(person, bond);
}

void bond_close(struct party *party, struct person *person, const struct id *link) {
    struct ask *ask = ask_new(party, person, MESSAGE_CLOSE_LINK);
    struct close_link message = {ask_new_id(party, ask), *link, SPAN_LITERAL("CUST")};
    if (party_side(party) == SIDE_CLASS2)
        person->link_ask = ask;
    partner_encode_close_link(&message, &ask->payload);
    ask_go(ask);
}

static void look(struct person *person, const struct id *link) {
    struct ask *ask = start(person, MESSAGE_GET_LINK);
    struct get_link message = {.link = *link};
    partner_encode_get_link(&message, &ask->payload);
    ask_go(ask);
}

void bond_look_behind(struct ask *change) {
    struct party *party = change->party;
    const struct bond *bond =
        change->person != NULL ? change->person->bonds[party_side(party)] : NULL;
    if (bond == NULL)
        return;
    struct ask *ask = ask_new(party, change->person, MESSAGE_GET_LINK);
    struct get_link message = {.link = bond->link};
    ask->serial = change->serial;
    partner_encode_get_link(&message, &ask->payload);
    ask_go(ask);
}

static void order_code(struct person *person, const struct id *link, enum message_kind kind) {
    struct ask *ask = start(person, kind);
    struct start_challenge message = {ask_new_id(ask->party, ask), *link};
    partner_encode_start_challenge(&message, &ask->payload);
    ask_go(ask);
}

static void type_code(struct person *person, const struct id *link) {
    struct ask *ask = start(person, MESSAGE_ANSWER_CHALLENGE);
    bool wrong = party_hits(ask->party, ask->party->world->plan.wrong_code);
    struct answer_challenge message = {ask_new_id(ask->party, ask), *link,
                                       span_text(wrong ? "wrong" : person->code)};
    partner_encode_answer_challenge(&message, &ask->payload);
    ask_go(ask);
}

void bond_step(struct person *person) {
    struct bond *bond = person->bonds[SIDE_CLASS2];
    if (person->link_ask != NULL)
        return;
    if (bond == NULL || link_final(bond->shown)) {
        if (person->opens < PARTY_OPENS_MAX)
            open(person, false);
    } else if (person->unsure || bond->shown == LINK_VERIFYING || bond->shown == LINK_CLOSING) {
        look(person, &bond->link);
    } else if (bond->shown == LINK_PENDING_ACTIVATION || person->giving_up) {
        bond_close(person->homes[SIDE_CLASS2], person, &bond->link);
    } else if (bond->shown == LINK_SUSPENDED && bond->needs_person) {
        resume(person, &bond->link);
    } else if (bond->shown == LINK_AWAITING_AUTHENTICATION ||
               (bond->shown == LINK_ACTIVE && person->amending)) {
        bool again = party_hits(person->homes[SIDE_CLASS2], RESEND_PER_MILLE);
        if (again)
            order_code(person, &bond->link, MESSAGE_RESEND_CHALLENGE);
        else if (person->has_code)
            type_code(person, &bond->link);
        else
            order_code(person, &bond->link, MESSAGE_START_CHALLENGE);
    }
}

void bond_refused(struct ask *ask, const struct refusal_view *view) {
    static const char *const expected[] = {"LINK_STATE",   "BANK_OFFLINE", "TIMEOUT_INSTRUCTED",
                                           "NOT_SENT",     "NO_CHALLENGE", "CODE_WRONG",
                                           "CODE_EXPIRED", "CODE_TOO_MANY"};
    struct person *person = ask->person;
    bool known = ask->stray && span_equal(view->detail, SPAN_LITERAL("NO_SUCH_LINK"));
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        known = known || span_equal(view->detail, span_text(expected[i]));
    if (ask->kind == MESSAGE_OPEN_LINK)
        known = ask->stray && span_equal(view->detail, SPAN_LITERAL("LINK_EXISTS"));
    if (ask->kind == MESSAGE_REBIND_LINK)
        known = known || span_equal(view->detail, SPAN_LITERAL("LINK_EXISTS"));
    known = known && (ask->kind != MESSAGE_GET_LINK || ask->stray);
    if (!known && !desk_may_refuse(ask->kind, view->detail))
        world_fail(ask->party->world, "bank %zu: link request of kind %d refused with %.*s",
                   ask->party->index, (int)ask->kind, (int)view->detail.size,
                   (const char *)view->detail.data);
    ask->refused = true;
    ask_done(ask);
    if (person == NULL || person->link_ask != ask)
        return;
    person->link_ask = NULL;
    person->unsure = true;
    if (ask->kind == MESSAGE_START_CHALLENGE &&
        span_equal(view->detail, SPAN_LITERAL("CODE_TOO_MANY")))
        person->giving_up = true;
    if (ask->kind == MESSAGE_ANSWER_CHALLENGE &&
        !span_equal(view->detail, SPAN_LITERAL("CODE_WRONG")))
        person->has_code = false;
}
