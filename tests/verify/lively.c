/*
 * See lively.h. What passes time comes first, what waits for its deadline last.
 */
#include "verify/lively.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world_people.h"
#include "store/events.h"

static struct id push(struct lively *lively, enum transfer_state state) {
    return world_transfer_in(&lively->world, &lively->busy, TRANSFER_PUSH, 100, state);
}

static void make_ended_links(struct lively *lively) {
    static const enum link_state states[] = {LINK_EXPIRED, LINK_REJECTED, LINK_CLOSED};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        lively->links[states[i]] = world_link_in(&lively->world, states[i]);
}

/* One whose history is longer than its record. */
static void make_busy_link(struct lively *lively) {
    struct world *world = &lively->world;
    lively->busy = lively->links[LINK_ACTIVE] = world_link(world);
    for (uint32_t i = 0; i < HISTORY_MAX; i++) {
        struct amend_link amend = world_amend(world, &lively->busy);
        amend.limits.single_fen--;
        assert_int_equal(world_send(world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    }
}

static void make_ended_transfers(struct lively *lively) {
    struct world *world = &lively->world;
    lively->transfers[TRANSFER_CANCELLED] = push(lively, TRANSFER_CANCELLED);
    lively->transfers[TRANSFER_REJECTED] = push(lively, TRANSFER_REJECTED);
    lively->transfers[TRANSFER_ACCEPTED] = push(lively, TRANSFER_ACCEPTED);
    lively->late = world_transfer_in(world, &lively->busy, TRANSFER_PULL, 200, TRANSFER_ACCEPTED);
    world->now_ms += rules_compiled()->credit_due_ms;
    assert_int_equal(world_tick(world), 0);
    lively->conflict = push(lively, TRANSFER_ACCEPTED);
    money_answer(world, &lively->conflict, POSTING_REFUSED);
    lively->transfers[TRANSFER_UNKNOWN] = push(lively, TRANSFER_UNKNOWN);
}

static void make_returns(struct lively *lively) {
    struct world *world = &lively->world;
    lively->original = push(lively, TRANSFER_ACCEPTED);
    lively->returned = money_return_pending(world, &lively->original, 30);
    money_answer(world, &lively->returned, POSTING_POSTED);
    lively->returning = money_return_pending(world, &lively->original, 20);
}

static struct id open_case(struct lively *lively, enum case_subject subject) {
    struct world *world = &lively->world;
    struct open_case open = world_inquire(world, &lively->original, subject);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_CASE, &open), 0);
    return world_case_view(world, world_one(world, EFFECT_REPLY)).inquiry;
}

static void make_cases(struct lively *lively) {
    struct world *world = &lively->world;
    struct answer_case answer;
    lively->cases[CASE_OPEN] = open_case(lively, CASE_AMOUNT);
    lively->cases[CASE_ANSWERED] = open_case(lively, CASE_NOT_CREDITED);
    lively->cases[CASE_CLOSED] = open_case(lively, CASE_OTHER);
    for (int state = CASE_ANSWERED; state <= CASE_CLOSED; state++) {
        answer = world_reply(world, &lively->cases[state], CASE_EXPLAINED);
        assert_int_equal(world_send(world, BANK_B, COMMAND_ANSWER_CASE, &answer), 0);
    }
    answer = world_close_case(world, &lively->cases[CASE_CLOSED]);
    assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CASE, &answer), 0);
}

static void make_approvals(struct lively *lively) {
    struct world *world = &lively->world;
    for (size_t i = 0; i < 2; i++) {
        struct command *command = world_order(world, COMMAND_BANK_ADD, UID_ONE);
        command->body.bank_add = (struct bank){
            .code = BANK_D, .name = "Bank D", .roles = BANK_ROLE_CLASS1, .pin_count = 1};
        command->body.bank_add.pins[0] = world_pin(BANK_D);
        assert_int_equal(world_request(world, command), 0);
        *(i == 0 ? &lively->done : &lively->waiting) = world_one(world, EFFECT_REPLY)->object;
    }
    assert_int_equal(world_decide(world, COMMAND_APPROVE, &lively->done, UID_TWO), 0);
}

/* Two links of one account, of which the one was answered. */
static void make_overview(struct lively *lively) {
    struct world *world = &lively->world;
    struct open_link open = world_open(world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    struct id first = world_link_of(world, &open);
    struct open_link second = world_open_beside(world, &open, BANK_C);
    (void)world_link_of(world, &second);
    struct query_overview query = {.request = world_request_id(world), .link = first};
    assert_int_equal(world_send(world, BANK_A, COMMAND_QUERY_OVERVIEW, &query), 0);
    struct ask_account asked[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(partner_decode_ask_account(world_effect(world, EFFECT_SEND, i)->payload,
                                                    &world->arena, &asked[i]),
                         0);
    lively->part = asked[1].query;
    struct balance_answer answer = world_balance(&asked[0].query);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_BALANCE_ANSWER, &answer), 0);
    struct store_question question;
    assert_int_equal(store_get_question(world->store, &lively->part, &question), 0);
    lively->overview = question.overview;
}

/* One of a counter and one of a person, which wait. */
static void make_events(struct lively *lively) {
    struct world *world = &lively->world;
    struct offline_event event = {.request = world_request_id(world),
                                  .link = lively->busy,
                                  .type = EVENT_CARD_LOST,
                                  .at_ms = world->now_ms,
                                  .place = SPAN_LITERAL("counter")};
    assert_int_equal(world_send(world, BANK_B, COMMAND_OFFLINE_EVENT, &event), 0);
    struct referral referral = {
        .request = world_request_id(world),
        .bank = BANK_C,
        .person = {SPAN_LITERAL("name"), ID_TYPE_RESIDENT, SPAN_LITERAL("999999199001010016"),
                   SPAN_LITERAL("13800000001")},
        .consent = {true, BANK_C, SPAN_LITERAL("REFERRAL"), CONSENT_FIELDS_ALL, {{1}}, 1}};
    assert_int_equal(world_send(world, BANK_A, COMMAND_REFERRAL, &referral), 0);
    struct bank_event stored = {.kind = EVENT_NONE};
    assert_int_equal(store_next_event(world->store, &stored.id, &stored), 0);
    lively->offline = stored.id;
    assert_int_equal(store_next_event(world->store, &stored.id, &stored), 0);
    lively->referral = stored.id;
}

/* What comes to an end within seconds. */
static void make_open(struct lively *lively) {
    struct world *world = &lively->world;
    static const enum link_state states[] = {LINK_PENDING_ACTIVATION, LINK_AWAITING_AUTHENTICATION,
                                             LINK_CLOSING, LINK_VERIFYING};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        lively->links[states[i]] = world_link_in(world, states[i]);
    struct id held = lively->links[LINK_SUSPENDED] = world_link(world);
    (void)world_placed(world, BANK_B, &held, HOLD_BY_COURT, HOLD_BLOCKS_ALL);
    (void)world_placed(world, BANK_A, &held, HOLD_BY_CUSTOMER, HOLD_BLOCKS_ALL);
    lively->transfers[TRANSFER_PENDING] = world_pending(world, &lively->busy, TRANSFER_PUSH, 50);
    lively->asked = world_pending(world, &lively->busy, TRANSFER_PULL, 60);
    money_ask_step_up(world, BANK_B, &lively->asked, "PASSWORD", "Enter your password.");
    struct query_account query = world_query(world, &lively->busy);
    assert_int_equal(world_send(world, BANK_A, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    lively->question = world_asked(world, MESSAGE_ASK_ACCOUNT_STATUS).query;
}

void lively_init(struct lively *lively) {
    memset(lively, 0, sizeof *lively);
    world_init(&lively->world);
    make_ended_links(lively);
    make_busy_link(lively);
    make_ended_transfers(lively);
    make_returns(lively);
    make_cases(lively);
    make_approvals(lively);
    make_events(lively);
    make_overview(lively);
    make_open(lively);
    assert_int_equal(world_ack(&lively->world, BANK_B, 5), 0);
    lively_keep(lively);
}

void lively_keep(struct lively *lively) {
    struct world *world = &lively->world;
    struct store_meta meta;
    store_begin(world->store);
    assert_int_equal(store_get_meta(world->store, &meta), 0);
    meta.applied_sequence = world->sequence;
    meta.ledger_ms = world->now_ms;
    store_put_meta(world->store, &meta);
    store_commit(world->store);
    side_flush(&world->side);
}

void lively_forget(struct lively *lively) {
    struct side *side = &lively->world.side;
    char reason[200];
    ledger_free(side->ledger);
    store_close(side->store);
    assert_int_equal(store_open(side->kv, side->keyring, &side->store, reason, sizeof reason), 0);
    side->ledger = ledger_new(side->store, side->keyring);
    lively->world.store = side->store;
}

void lively_deinit(struct lively *lively) {
    world_deinit(&lively->world);
}

/* ---- findings ---- */

static void found(void *context, const struct verify_finding *finding) {
    struct findings *findings = context;
    assert_true(findings->count < FINDINGS_MAX);
    findings->items[findings->count++] = *finding;
}

void findings_of_store(struct lively *lively, bool at_rest, struct findings *findings_out) {
    struct verify_sink sink = {.found = found, .context = findings_out};
    findings_out->count = 0;
    assert_int_equal(verify_store(lively->world.store, at_rest, &sink, &findings_out->counts), 0);
    assert_int_equal(findings_out->counts.findings, findings_out->count);
}

void findings_of_object(struct lively *lively, enum object_kind kind, const struct id *object,
                        struct findings *findings_out) {
    struct verify_sink sink = {.found = found, .context = findings_out};
    findings_out->count = 0;
    assert_int_equal(verify_object(lively->world.store, kind, object, &sink, &findings_out->counts),
                     0);
    assert_int_equal(findings_out->counts.findings, findings_out->count);
}

bool findings_have(const struct findings *findings, enum law law, const struct id *object,
                   bank_code bank) {
    for (size_t i = 0; i < findings->count; i++) {
        const struct verify_finding *finding = &findings->items[i];
        if (finding->law == law && (object == NULL || id_equal(&finding->object, object)) &&
            (bank == 0 || finding->bank == bank))
            return true;
    }
    return false;
}

void findings_print(const struct findings *findings) {
    for (size_t i = 0; i < findings->count; i++) {
        const struct verify_finding *finding = &findings->items[i];
        char id[ID_TEXT_SIZE];
        id_format(&finding->object, id);
        print_message("%s: kind %d %s bank %012llu: %s\n", law_name(finding->law),
                      (int)finding->kind, id, (unsigned long long)finding->bank, finding->text);
    }
}
