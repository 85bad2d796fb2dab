/*
 * The one-time code: sent, not sent, typed right, wrong, too late; carried and then forgotten.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world.h"

/* A link that awaits its code. */
static struct id waiting(struct world *world) {
    world_init(world);
    return world_link_in(world, LINK_AWAITING_AUTHENTICATION);
}

static void send_start(struct world *world, const struct id *link) {
    struct start_challenge start = world_start(world, link);
    assert_int_equal(world_send(world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
}

static void send_code(struct world *world, const struct id *link, const char *text) {
    struct answer_challenge code = world_code(world, link, text);
    assert_int_equal(world_send(world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
}

static void reply_check(struct world *world, const struct id *link,
                        enum challenge_outcome outcome) {
    struct check_challenge_reply reply = {
        .link = *link, .attempt = world_get_link(world, link).exchange_id, .outcome = outcome};
    assert_int_equal(world_answer(world, BANK_B, COMMAND_CHECK_ANSWER, &reply), 0);
}

static void reply_issue(struct world *world, const struct id *link, enum challenge_outcome outcome,
                        uint32_t lifetime_ms) {
    struct issue_challenge_reply reply = {
        .link = *link,
        .challenge = world_get_link(world, link).exchange_id,
        .outcome = outcome,
        .lifetime_ms = lifetime_ms,
        .masked_mobile = SPAN_LITERAL("138****0001"),
        .reason = SPAN_LITERAL(""),
    };
    assert_int_equal(world_answer(world, BANK_B, COMMAND_ISSUE_ANSWER, &reply), 0);
}

static void a_code_is_sent(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    struct start_challenge start = world_start(&world, &id);
    world.timeout_ms = 7000;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    assert_int_equal(world.effects->count, 2);
    assert_true(id_equal(&world_one(&world, EFFECT_WAIT)->request, &start.request));
    const struct effect *send = world_one(&world, EFFECT_SEND);
    assert_true(send->bank == BANK_B);
    assert_int_equal(send->deadline_ms, world.now_ms + 7000);
    struct issue_challenge issue = world_issue(&world);
    assert_true(id_equal(&issue.challenge, &send->exchange));
    assert_true(id_equal(&issue.link, &id));
    assert_true(issue.requesting_bank == BANK_A);
    assert_int_equal(issue.scopes, LINK_SCOPE_BIT(LINK_SCOPE_COLLECT));
    assert_true(issue.limits.single_fen == FEN_MAX);
    struct link_private secret = world_get_private(&world, &id);
    assert_true(span_equal(issue.account_number, secret.class1_number));

    reply_issue(&world, &id, CHALLENGE_SENT, 5 * MINUTE_MS);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    assert_int_equal(answer->message, MESSAGE_START_CHALLENGE);
    assert_true(id_equal(&answer->request, &start.request));
    struct link_view view = world_link_view(&world, answer);
    assert_true(view.has_challenge);
    assert_true(span_equal(view.challenge_mobile, SPAN_LITERAL("138****0001")));
    assert_int_equal(view.challenge_expires_in_ms, 5 * MINUTE_MS);
    assert_int_equal(view.challenge_tries_left, 3);
    (void)world_one(&world, EFFECT_DONE);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    world_deinit(&world);
}

static void a_code_s_life_is_bounded(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    int64_t most = rules_compiled()->code_lifetime_max_ms;
    const uint32_t said[] = {0, UINT32_MAX, 1000};
    for (size_t i = 0; i < 3; i++) {
        send_start(&world, &id);
        reply_issue(&world, &id, CHALLENGE_SENT, said[i]);
        assert_int_equal(world_get_link(&world, &id).challenge.expires_at_ms,
                         world.now_ms + (said[i] == 1000 ? 1000 : most));
    }
    world_deinit(&world);
}

static void a_code_that_was_not_sent(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    reply_issue(&world, &id, CHALLENGE_NOT_SENT, 0);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    world_check_refused(&world, answer, REFUSAL_CHALLENGE_NOT_SENT, "");
    assert_true(id_equal(&answer->request, &start.request));
    assert_int_equal(world_get_link(&world, &id).state, LINK_AWAITING_AUTHENTICATION);
    /* the refusal is what a replay gets */
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_CHALLENGE_NOT_SENT, "");
    assert_true(world_one(&world, EFFECT_REPLY)->refusal.replayed);
    send_code(&world, &id, "1");
    world_expect_refused(&world, REFUSAL_NO_CHALLENGE, "link_id");
    world_deinit(&world);
}

static void unreadable_outcomes_wait(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    send_start(&world, &id);
    const enum challenge_outcome not_of_issue[] = {CHALLENGE_NONE, CHALLENGE_RIGHT,
                                                   (enum challenge_outcome)99};
    for (size_t i = 0; i < 3; i++) {
        struct digest before = world_digest(&world);
        reply_issue(&world, &id, not_of_issue[i], 1000);
        (void)world_one(&world, EFFECT_ALARM);
        struct digest after = world_digest(&world);
        assert_true(digest_equal(&before, &after));
    }
    reply_issue(&world, &id, CHALLENGE_SENT, 60000);
    send_code(&world, &id, "1");
    const enum challenge_outcome not_of_check[] = {CHALLENGE_NONE, CHALLENGE_SENT,
                                                   CHALLENGE_NOT_SENT};
    for (size_t i = 0; i < 3; i++) {
        struct digest before = world_digest(&world);
        reply_check(&world, &id, not_of_check[i]);
        (void)world_one(&world, EFFECT_ALARM);
        struct digest after = world_digest(&world);
        assert_true(digest_equal(&before, &after));
    }
    reply_check(&world, &id, CHALLENGE_RIGHT);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    world_deinit(&world);
}

static void no_answer_about_a_code(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct id challenge = world_issue(&world).challenge;
    world.now_ms = world_get_link(&world, &id).exchange_deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_TIMEOUT_INSTRUCTED, "");
    assert_true(id_equal(&world_one(&world, EFFECT_ANSWER)->request, &start.request));
    assert_int_equal(world_one(&world, EFFECT_ANSWER)->message, MESSAGE_START_CHALLENGE);
    (void)world_one(&world, EFFECT_DONE);
    struct issue_challenge_reply late = {
        .link = id, .challenge = challenge, .outcome = CHALLENGE_SENT, .lifetime_ms = 1000};
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_ISSUE_ANSWER, &late), 0);
    assert_int_equal(world.effects->count, 0);

    world_challenge(&world, &id);
    send_code(&world, &id, "123456");
    struct id attempt = world_check(&world).attempt;
    world.now_ms = world_get_link(&world, &id).exchange_deadline_ms;
    /* the answer itself finds that it is late */
    struct check_challenge_reply right = {
        .link = id, .attempt = attempt, .outcome = CHALLENGE_RIGHT};
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_CHECK_ANSWER, &right), 0);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    world_check_refused(&world, answer, REFUSAL_TIMEOUT_INSTRUCTED, "");
    assert_int_equal(answer->message, MESSAGE_ANSWER_CHALLENGE);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_AWAITING_AUTHENTICATION);
    assert_int_equal(link.challenge.attempts, 1); /* a lost answer costs its try */
    world_deinit(&world);
}

static void the_right_code(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    struct id challenge = world_get_link(&world, &id).challenge.id;
    struct answer_challenge code = world_code(&world, &id, "\x01 opaque");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    struct check_challenge check = world_check(&world);
    assert_true(span_equal(check.code, code.code));
    assert_true(id_equal(&check.challenge, &challenge));
    struct link_private secret = world_get_private(&world, &id);
    assert_int_equal(secret.kept_kind, MESSAGE_CHECK_CHALLENGE);
    world.now_ms += 500;
    reply_check(&world, &id, CHALLENGE_RIGHT);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.state, LINK_ACTIVE);
    assert_int_equal(view.activated_at_ms, world.now_ms);
    assert_int_equal(view.deadline_ms, 0);
    assert_false(view.has_challenge);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(&world, EFFECT_NOTICE, i);
        view = world_link_view(&world, notice);
        assert_true(notice->bank == (i == 0 ? BANK_A : BANK_B));
        assert_int_equal(view.state, LINK_ACTIVE);
        assert_false(view.has_challenge);
    }
    struct link link = world_get_link(&world, &id);
    assert_true(id_is_zero(&link.challenge.id));
    assert_true(world_is_idle(&world));
    send_code(&world, &id, "1");
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world_deinit(&world);
}

/* Neither in a value of the store nor in what is kept of the link. */
static void the_code_is_erased(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    const enum challenge_outcome outcomes[] = {CHALLENGE_WRONG, CHALLENGE_EXPIRED, CHALLENGE_RIGHT};
    for (size_t i = 0; i < 3; i++) {
        if (i == 2)
            world_challenge(&world, &id);
        send_code(&world, &id, "S3CRET-CODE");
        struct span kept = world_get_private(&world, &id).kept_payload;
        assert_non_null(memmem(kept.data, kept.size, "S3CRET-CODE", 11));
        reply_check(&world, &id, outcomes[i]);
        struct link_private secret = world_get_private(&world, &id);
        assert_int_equal(secret.kept_kind, MESSAGE_NONE);
        assert_int_equal(secret.kept_payload.size, 0);
        /* the same link with the same elements, opened anew: nothing clear stands anywhere */
        struct span key, value;
        const uint8_t start = 0;
        int rc = overlay_seek(store_overlay(world.store), span_of(&start, 1), 0, &key, &value);
        while (rc == 0) {
            assert_null(memmem(value.data, value.size, "S3CRET", 6));
            assert_null(memmem(value.data, value.size, "6228", 4));
            rc = overlay_after(store_overlay(world.store), key, 0, &key, &value);
        }
    }
    world_deinit(&world);
}

static void three_wrong_codes_reject(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    for (int i = 0; i < 3; i++) {
        if (i == 2)
            world_challenge(&world, &id); /* a new code gives no new tries */
        struct answer_challenge code = world_code(&world, &id, "0");
        assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
        reply_check(&world, &id, CHALLENGE_WRONG);
        const struct effect *answer = world_one(&world, EFFECT_ANSWER);
        world_check_refused(&world, answer, i == 2 ? REFUSAL_CODE_TOO_MANY : REFUSAL_CODE_WRONG,
                            "");
        /* the late refusal is what a replay gets */
        assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
        world_expect_refused(&world, i == 2 ? REFUSAL_CODE_TOO_MANY : REFUSAL_CODE_WRONG, "");
    }
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_REJECTED);
    assert_string_equal(link.reason, "MS02");
    assert_int_equal(world_counters(&world, BANK_A).last_notice, 1);
    world_deinit(&world);
}

static void the_bank_may_say_too_many(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    send_code(&world, &id, "0");
    reply_check(&world, &id, CHALLENGE_TOO_MANY);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_CODE_TOO_MANY, "");
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    assert_int_equal(world_get_link(&world, &id).state, LINK_REJECTED);
    world_deinit(&world);
}

static void an_expired_code_costs_no_try(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    send_code(&world, &id, "0");
    reply_check(&world, &id, CHALLENGE_EXPIRED);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_CODE_EXPIRED, "");
    assert_int_equal(world_get_link(&world, &id).challenge.attempts, 0);
    send_code(&world, &id, "0");
    world_expect_refused(&world, REFUSAL_CODE_EXPIRED, "code");
    world_challenge(&world, &id);
    world.now_ms = world_get_link(&world, &id).challenge.expires_at_ms;
    send_code(&world, &id, "0"); /* by our own clock */
    world_expect_refused(&world, REFUSAL_CODE_EXPIRED, "code");
    world_deinit(&world);
}

static void lost_answers_use_up_the_tries(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    for (int i = 0; i < 3; i++) {
        send_code(&world, &id, "0");
        world.now_ms = world_get_link(&world, &id).exchange_deadline_ms;
        assert_int_equal(world_tick(&world), 0);
    }
    send_code(&world, &id, "0");
    world_expect_refused(&world, REFUSAL_CODE_TOO_MANY, "code");
    send_start(&world, &id);
    world_expect_refused(&world, REFUSAL_CODE_TOO_MANY, "link_id");
    world_deinit(&world);
}

static void five_codes_a_link(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    for (int i = 0; i < 5; i++)
        world_challenge(&world, &id);
    send_start(&world, &id);
    world_expect_refused(&world, REFUSAL_CODE_TOO_MANY, "link_id");
    world_deinit(&world);
}

static void one_exchange_at_a_time(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    send_start(&world, &id);
    (void)world_issue(&world);
    send_start(&world, &id);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    send_code(&world, &id, "0");
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world_deinit(&world);
}

static void the_class1_bank_must_be_connected(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    assert_int_equal(world_down(&world, BANK_B), 0);
    send_start(&world, &id);
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE, "");
    send_code(&world, &id, "0");
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_get_link(&world, &id).challenge.attempts, 0);
    world_deinit(&world);
}

static void another_bank_s_answers_do_nothing(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    send_start(&world, &id);
    struct issue_challenge_reply sent = {
        .link = id, .challenge = world_issue(&world).challenge, .outcome = CHALLENGE_SENT};
    struct digest before = world_digest(&world);
    assert_int_equal(world_answer(&world, BANK_A, COMMAND_ISSUE_ANSWER, &sent), 0);
    (void)world_one(&world, EFFECT_ALARM);
    struct check_challenge_reply right = {
        .link = id, .attempt = sent.challenge, .outcome = CHALLENGE_RIGHT};
    assert_int_equal(world_answer(&world, BANK_A, COMMAND_CHECK_ANSWER, &right), 0);
    (void)world_one(&world, EFFECT_ALARM);
    /* of the right bank, but to another question */
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_CHECK_ANSWER, &right), 0);
    assert_int_equal(world.effects->count, 0);
    sent.challenge.bytes[0] ^= 1;
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_ISSUE_ANSWER, &sent), 0);
    assert_int_equal(world.effects->count, 0);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

/* The waiting state ends although a code is being checked: who waits is told first. */
static void the_link_expires_with_a_code_out(void **state) {
    (void)state;
    struct world world;
    struct id id = waiting(&world);
    world_challenge(&world, &id);
    world.now_ms = world_get_link(&world, &id).deadline_ms - 1000;
    world_challenge(&world, &id);
    struct answer_challenge code = world_code(&world, &id, "0");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    world.now_ms += 1000;
    assert_int_equal(world_tick(&world), 0);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_TIMEOUT_INSTRUCTED, "");
    (void)world_one(&world, EFFECT_DONE);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    assert_int_equal(world_get_private(&world, &id).kept_payload.size, 0);
    assert_true(world_is_idle(&world));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_sent),
        cmocka_unit_test(a_code_s_life_is_bounded),
        cmocka_unit_test(a_code_that_was_not_sent),
        cmocka_unit_test(unreadable_outcomes_wait),
        cmocka_unit_test(no_answer_about_a_code),
        cmocka_unit_test(the_right_code),
        cmocka_unit_test(the_code_is_erased),
        cmocka_unit_test(three_wrong_codes_reject),
        cmocka_unit_test(the_bank_may_say_too_many),
        cmocka_unit_test(an_expired_code_costs_no_try),
        cmocka_unit_test(lost_answers_use_up_the_tries),
        cmocka_unit_test(five_codes_a_link),
        cmocka_unit_test(one_exchange_at_a_time),
        cmocka_unit_test(the_class1_bank_must_be_connected),
        cmocka_unit_test(another_bank_s_answers_do_nothing),
        cmocka_unit_test(the_link_expires_with_a_code_out),
    };
    return cmocka_run_group_tests_name("challenge", tests, NULL, NULL);
}
