/*
 * Whole steps in the life of links and transfers, each of which must work: how a test gets its
 * objects into the state that it is about. See world.h.
 */
#include "ledger/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"

struct id world_open_link(struct world *world) {
    struct open_link open = world_open(world);
    assert_int_equal(world_send(world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    return world_question(world).link;
}

void world_verify(struct world *world, const struct id *link) {
    struct link before = world_get_link(world, link);
    struct verify_account question = {.link = *link, .verification = before.exchange_id};
    struct verify_account_reply answer = world_match(&question);
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
    assert_int_equal(world_get_link(world, link).state, LINK_AWAITING_AUTHENTICATION);
}

void world_challenge(struct world *world, const struct id *link) {
    struct start_challenge start = world_start(world, link);
    assert_int_equal(world_send(world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct issue_challenge_reply answer = {
        .link = *link,
        .challenge = world_issue(world).challenge,
        .outcome = CHALLENGE_SENT,
        .masked_mobile = SPAN_LITERAL("138****0001"),
        .lifetime_ms = 5 * MINUTE_MS,
    };
    assert_int_equal(world_answer(world, BANK_B, COMMAND_ISSUE_ANSWER, &answer), 0);
}

static void check_code(struct world *world, const struct id *link, enum challenge_outcome outcome) {
    struct answer_challenge code = world_code(world, link, "123456");
    assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    struct check_challenge_reply answer = {
        .link = *link, .attempt = world_check(world).attempt, .outcome = outcome};
    assert_int_equal(world_answer(world, BANK_B, COMMAND_CHECK_ANSWER, &answer), 0);
}

struct id world_link(struct world *world) {
    struct id link = world_open_link(world);
    world_verify(world, &link);
    world_challenge(world, &link);
    check_code(world, &link, CHALLENGE_RIGHT);
    assert_int_equal(world_get_link(world, &link).state, LINK_ACTIVE);
    return link;
}

static void force_link(struct world *world, const struct id *id, enum link_state state) {
    struct link link = world_get_link(world, id);
    struct history_entry entry = {.at_ms = world->now_ms, .sequence = world->sequence};
    if (state == LINK_SUSPENDED) {
        assert_true(link_move(&link, LINK_EVENT_HOLD, &entry));
    } else {
        link.state = state;
        link.history.count = 1;
        link.exchange = LINK_EXCHANGE_NONE;
    }
    world_put_link(world, &link);
}

static struct id link_waiting_for_activation(struct world *world) {
    struct id link = world_open_link(world);
    struct verify_account question = world_question(world);
    struct verify_account_reply answer = world_match(&question);
    answer.status = ACCOUNT_NOT_ACTIVATED;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
    return link;
}

static struct id rejected_link(struct world *world) {
    struct id link = world_open_link(world);
    struct verify_account question = world_question(world);
    struct verify_account_reply answer = world_match(&question);
    answer.name = ELEMENT_MISMATCH;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &answer), 0);
    return link;
}

static struct id closed_link(struct world *world, bool open_transfer) {
    struct id link = world_link(world);
    if (open_transfer)
        (void)world_pending(world, &link, TRANSFER_PUSH, 100);
    struct close_link close = world_close(world, &link);
    assert_int_equal(world_send(world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    return link;
}

static struct id expired_link(struct world *world) {
    struct id link = world_open_link(world);
    world_verify(world, &link);
    world->now_ms += rules_at(world->now_ms)->authentication_wait_ms;
    assert_int_equal(world_tick(world), 0);
    return link;
}

static struct id forced_link(struct world *world, enum link_state state) {
    struct id link = state == LINK_SUSPENDED ? world_link(world) : world_open_link(world);
    force_link(world, &link, state);
    return link;
}

static struct id waiting_link(struct world *world) {
    struct id link = world_open_link(world);
    world_verify(world, &link);
    return link;
}

struct id world_link_in(struct world *world, enum link_state state) {
    struct id link = {{0}};
    switch (state) {
    case LINK_REQUESTED:
    case LINK_SUSPENDED:
        link = forced_link(world, state);
        break;
    case LINK_VERIFYING:
        link = world_open_link(world);
        break;
    case LINK_AWAITING_AUTHENTICATION:
        link = waiting_link(world);
        break;
    case LINK_ACTIVE:
        link = world_link(world);
        break;
    case LINK_CLOSING:
    case LINK_CLOSED:
        link = closed_link(world, state == LINK_CLOSING);
        break;
    case LINK_PENDING_ACTIVATION:
        link = link_waiting_for_activation(world);
        break;
    case LINK_REJECTED:
        link = rejected_link(world);
        break;
    case LINK_EXPIRED:
        link = expired_link(world);
        break;
    case LINK_NONE:
    case LINK_STATES:
        return link;
    }
    assert_int_equal(world_get_link(world, &link).state, state);
    return link;
}

struct id world_pending(struct world *world, const struct id *link,
                        enum transfer_direction direction, int64_t fen) {
    struct submit_transfer submit = world_submit(world, link, direction, fen);
    assert_int_equal(world_send(world, BANK_A, COMMAND_SUBMIT_TRANSFER, &submit), 0);
    return world_instruction(world).transfer;
}

struct id world_transfer_in(struct world *world, const struct id *link,
                            enum transfer_direction direction, int64_t fen,
                            enum transfer_state state) {
    struct id id = world_pending(world, link, direction, fen);
    struct posting_result result = world_posted(world, &id);
    if (state == TRANSFER_UNKNOWN || state == TRANSFER_CANCELLED) {
        world->now_ms = world_get_transfer(world, &id).deadline_ms;
        assert_int_equal(world_tick(world), 0);
        result = world_outcome(&id, POSTING_NOT_SEEN);
    } else if (state == TRANSFER_REJECTED) {
        result = world_refused(&id, "AM04");
    }
    if (state != TRANSFER_PENDING && state != TRANSFER_UNKNOWN)
        assert_int_equal(world_answer(world, BANK_B, COMMAND_POSTING_ANSWER, &result), 0);
    assert_int_equal(world_get_transfer(world, &id).state, state);
    return id;
}
