/*
 * See world_link.h. Nothing here knows how the ledger works; it knows what banks send and what they may
 * expect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world.h"

/* Of no region that exists; the serial number tells persons apart. */
static struct span resident_id(struct world *world, uint64_t serial) {
    static const unsigned weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char body[32];
    snprintf(body, sizeof body, "999999%04u%02u%02u%03u", 1920 + (unsigned)(serial / 300000 % 80),
             1 + (unsigned)(serial / 25000 % 12), 1 + (unsigned)(serial / 1000 % 25),
             (unsigned)(serial % 1000));
    unsigned sum = 0;
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (unsigned)(body[i] - '0');
    return world_text(world, "%s%c", body, "10X98765432"[sum % 11]);
}

struct open_link world_open(struct world *world) {
    uint64_t serial = ++world->people;
    struct open_link open = {
        .request = world_request_id(world),
        .class2 = {BANK_A, world_text(world, "62170000%012llu", (unsigned long long)serial),
                   ACCOUNT_CLASS_II, ACCOUNT_OPENING_REMOTE},
        .class1 = {BANK_B, world_text(world, "62280000%012llu", (unsigned long long)serial),
                   ACCOUNT_CLASS_I, ACCOUNT_OPENING_FACE_TO_FACE},
        .person = {SPAN_LITERAL("\xe5\xbc\xa0\xe4\xb8\x89"), ID_TYPE_RESIDENT,
                   resident_id(world, serial), SPAN_LITERAL("13800000001")},
        .scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT),
        .limits = {FEN_MAX, FEN_MAX, 0, 0},
        .agreement.present = true,
        .agreement.version = SPAN_LITERAL("2026-1"),
        .agreement.at_ms = world->now_ms - MINUTE_MS,
        .agreement.channel = SPAN_LITERAL("APP"),
        .consent.present = true,
        .consent.recipient = BANK_B,
        .consent.purpose = SPAN_LITERAL("ACCOUNT_LINK"),
        .consent.fields = CONSENT_FIELDS_ALL,
        .consent.at_ms = world->now_ms - MINUTE_MS,
    };
    memset(open.agreement.sha256.bytes, 1, DIGEST_SIZE);
    memset(open.consent.sha256.bytes, 2, DIGEST_SIZE);
    return open;
}

struct open_link world_open_beside(struct world *world, const struct open_link *open,
                                   bank_code class1_bank) {
    struct open_link beside = *open, fresh = world_open(world);
    beside.request = fresh.request;
    beside.class1 = fresh.class1;
    beside.class1.bank = beside.consent.recipient = class1_bank;
    return beside;
}

struct start_challenge world_start(struct world *world, const struct id *link) {
    return (struct start_challenge){world_request_id(world), *link};
}

struct answer_challenge world_code(struct world *world, const struct id *link, const char *code) {
    return (struct answer_challenge){world_request_id(world), *link, world_text(world, "%s", code)};
}

struct close_link world_close(struct world *world, const struct id *link) {
    return (struct close_link){world_request_id(world), *link, SPAN_LITERAL("CUST")};
}

struct amend_link world_amend(struct world *world, const struct id *link) {
    struct link now = world_get_link(world, link);
    struct amend_link amend = {
        .request = world_request_id(world),
        .link = *link,
        .scopes = now.scopes,
        .limits = now.limits,
    };
    return amend;
}

struct agreement_given world_agreement(struct world *world) {
    return world_open(world).agreement;
}

struct rebind_link world_rebind(struct world *world, const struct id *link,
                                const struct open_link *opened) {
    struct open_link fresh = world_open(world);
    return (struct rebind_link){
        .request = fresh.request,
        .link = *link,
        .class1 = fresh.class1,
        .person = opened->person,
        .scopes = fresh.scopes,
        .limits = fresh.limits,
        .agreement = fresh.agreement,
        .consent = fresh.consent,
    };
}

struct resume_link world_resume(struct world *world, const struct id *link,
                                const struct open_link *opened) {
    struct open_link fresh = world_open(world);
    return (struct resume_link){
        .request = fresh.request,
        .link = *link,
        .person = opened->person,
        .consent = fresh.consent,
    };
}

struct verify_account_reply world_match(const struct verify_account *question) {
    return (struct verify_account_reply){
        .link = question->link,
        .verification = question->verification,
        .name = ELEMENT_MATCH,
        .id_number = ELEMENT_MATCH,
        .mobile = ELEMENT_MATCH,
        .account = ELEMENT_MATCH,
        .account_class = ACCOUNT_CLASS_I,
        .status = ACCOUNT_OPEN,
    };
}

/* ---- whole steps ---- */

struct id world_open_link(struct world *world) {
    struct open_link open = world_open(world);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    return world_question(world).link;
}

void world_verify(struct world *world, const struct id *link) {
    struct link before = world_get_link(world, link);
    struct verify_account question = {.link = *link, .verification = before.exchange_id};
    struct verify_account_reply answer = world_match(&question);
    assert_int_equal(world_answer(world, before.class1_bank, COMMAND_VERIFY_ANSWER, &answer), 0);
    assert_int_equal(world_get_link(world, link).state, LINK_AWAITING_AUTHENTICATION);
}

void world_challenge(struct world *world, const struct id *link) {
    struct link before = world_get_link(world, link);
    struct start_challenge start = world_start(world, link);
    assert_int_equal(world_send(world, before.class2_bank, COMMAND_START_CHALLENGE, &start), 0);
    struct issue_challenge_reply answer = {
        .link = *link,
        .challenge = world_issue(world).challenge,
        .outcome = CHALLENGE_SENT,
        .masked_mobile = SPAN_LITERAL("138****0001"),
        .lifetime_ms = 5 * MINUTE_MS,
    };
    assert_int_equal(world_answer(world, before.class1_bank, COMMAND_ISSUE_ANSWER, &answer), 0);
}

void world_type(struct world *world, const struct id *link, enum challenge_outcome outcome) {
    struct link before = world_get_link(world, link);
    struct answer_challenge code = world_code(world, link, "123456");
    assert_int_equal(world_send(world, before.class2_bank, COMMAND_ANSWER_CHALLENGE, &code), 0);
    struct check_challenge_reply answer = {
        .link = *link, .attempt = world_check(world).attempt, .outcome = outcome};
    assert_int_equal(world_answer(world, before.class1_bank, COMMAND_CHECK_ANSWER, &answer), 0);
}

void world_finish(struct world *world, const struct id *link) {
    world_verify(world, link);
    world_challenge(world, link);
    world_type(world, link, CHALLENGE_RIGHT);
    assert_int_equal(world_get_link(world, link).state, LINK_ACTIVE);
}

struct id world_link_of(struct world *world, const struct open_link *open) {
    assert_int_equal(world_send(world, open->class2.bank, COMMAND_OPEN_LINK, open), 0);
    struct id link = world_question(world).link;
    world_finish(world, &link);
    return link;
}

struct id world_link(struct world *world) {
    struct open_link open = world_open(world);
    return world_link_of(world, &open);
}

void world_hold(struct world *world, const struct id *id, enum hold_authority authority,
                const char *reason) {
    struct link link = world_get_link(world, id);
    struct history_entry entry = {.at_ms = world->now_ms, .sequence = world->sequence};
    struct hold hold = {
        .id = *id,
        .authority = authority,
        .by = BANK_B,
        .blocks = HOLD_BLOCKS_ALL,
        .placed_at_ms = world->now_ms,
    };
    snprintf(hold.reason, sizeof hold.reason, "%s", reason);
    link.holds[link.hold_count++] = hold;
    assert_true(link_move(&link, LINK_EVENT_HOLD, &entry));
    world_put_link(world, &link);
}

static void force_link(struct world *world, const struct id *id, enum link_state state) {
    if (state == LINK_SUSPENDED) {
        world_hold(world, id, HOLD_BY_BANK, "FR01");
        return;
    }
    struct link link = world_get_link(world, id);
    link.state = state;
    link.history.count = 1;
    link.exchange = LINK_EXCHANGE_NONE;
    world_put_link(world, &link);
}

static struct id opened(struct world *world, const struct open_link *open) {
    assert_int_equal(world_send(world, open->class2.bank, COMMAND_OPEN_LINK, open), 0);
    return world_question(world).link;
}

static struct id answered_link(struct world *world, const struct open_link *open, bool activated) {
    struct id link = opened(world, open);
    struct verify_account question = world_question(world);
    struct verify_account_reply answer = world_match(&question);
    if (activated)
        answer.name = ELEMENT_MISMATCH;
    else
        answer.status = ACCOUNT_NOT_ACTIVATED;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
    return link;
}

static struct id closed_link(struct world *world, const struct open_link *open,
                             bool open_transfer) {
    struct id link = world_link_of(world, open);
    if (open_transfer)
        (void)world_pending(world, &link, TRANSFER_PUSH, 100);
    struct close_link close = world_close(world, &link);
    assert_int_equal(world_send(world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    return link;
}

static struct id waiting_link(struct world *world, const struct open_link *open) {
    struct id link = opened(world, open);
    world_verify(world, &link);
    return link;
}

static struct id expired_link(struct world *world, const struct open_link *open) {
    struct id link = waiting_link(world, open);
    world->now_ms += rules_compiled()->authentication_wait_ms;
    assert_int_equal(world_tick(world), 0);
    return link;
}

static struct id forced_link(struct world *world, const struct open_link *open,
                             enum link_state state) {
    struct id link = state == LINK_SUSPENDED ? world_link_of(world, open) : opened(world, open);
    force_link(world, &link, state);
    return link;
}

struct id world_link_from(struct world *world, const struct open_link *open,
                          enum link_state state) {
    struct id link = {{0}};
    switch (state) {
    case LINK_REQUESTED:
    case LINK_SUSPENDED:
        link = forced_link(world, open, state);
        break;
    case LINK_VERIFYING:
        link = opened(world, open);
        break;
    case LINK_AWAITING_AUTHENTICATION:
        link = waiting_link(world, open);
        break;
    case LINK_ACTIVE:
        link = world_link_of(world, open);
        break;
    case LINK_CLOSING:
    case LINK_CLOSED:
        link = closed_link(world, open, state == LINK_CLOSING);
        break;
    case LINK_PENDING_ACTIVATION:
    case LINK_REJECTED:
        link = answered_link(world, open, state == LINK_REJECTED);
        break;
    case LINK_EXPIRED:
        link = expired_link(world, open);
        break;
    case LINK_NONE:
    case LINK_STATES:
        return link;
    }
    assert_int_equal(world_get_link(world, &link).state, state);
    return link;
}

struct id world_link_in(struct world *world, enum link_state state) {
    struct open_link open = world_open(world);
    return world_link_from(world, &open, state);
}
