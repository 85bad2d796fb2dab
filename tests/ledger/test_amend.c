/*
 * AmendLink: what narrows is in force at once, what widens waits for its code; codes sent again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

#define BALANCE LINK_SCOPE_BIT(LINK_SCOPE_BALANCE)

static struct amend_link widening(struct world *world, const struct id *link) {
    struct amend_link amend = world_amend(world, link);
    amend.scopes |= BALANCE;
    amend.agreement = world_agreement(world);
    amend.agreement.version = SPAN_LITERAL("2026-2");
    return amend;
}

/* An amendment waits, and a code for it is out. */
static struct amend_link amend_with_code(struct world *world, const struct id *link) {
    struct amend_link amend = widening(world, link);
    assert_int_equal(world_send(world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    world_challenge(world, link);
    return amend;
}

static enum link_event last_event(struct world *world, const struct id *link) {
    struct history history = world_get_link(world, link).history;
    return (enum link_event)history.entries[history.count - 1].event;
}

static void expect_notices(struct world *world, enum link_event event) {
    assert_int_equal(world_count(world, EFFECT_NOTICE), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct effect *notice = world_effect(world, EFFECT_NOTICE, i);
        assert_true(notice->bank == (i == 0 ? BANK_A : BANK_B));
        assert_true(span_equal(world_link_event(world, notice), span_text(link_event_name(event))));
    }
}

static void narrowing_is_at_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    for (int by_class1 = 0; by_class1 < 2; by_class1++) {
        struct amend_link amend = world_amend(&world, &id);
        amend.limits = (struct agreed_limits){1000 - by_class1, 5000, 7, 0};
        assert_int_equal(
            world_send(&world, by_class1 ? BANK_B : BANK_A, COMMAND_AMEND_LINK, &amend), 0);
        expect_notices(&world, LINK_EVENT_AMENDED);
        struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
        assert_int_equal(view.limits.single_fen, 1000 - by_class1);
        assert_int_equal(view.limits.daily_count, 7);
        assert_false(view.has_amendment);
        struct link link = world_get_link(&world, &id);
        assert_int_equal(link.limits.daily_fen, 5000);
        assert_string_equal(link.agreement.version, "2026-1");
        assert_int_equal(last_event(&world, &id), LINK_EVENT_AMENDED);
    }
    laws_check(&world);
    world_deinit(&world);
}

static void what_changes_nothing_leaves_nothing(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct amend_link amend = world_amend(&world, &id);
    uint32_t entries = world_get_link(&world, &id).history.count;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    assert_int_equal(world.effects->count, 1);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    assert_int_equal(world_get_link(&world, &id).history.count, entries);
    /* a new agreement is a change, if it comes from the bank that made it */
    amend = world_amend(&world, &id);
    amend.agreement = world_agreement(&world);
    amend.agreement.version = SPAN_LITERAL("2027-1");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_AMEND_LINK, &amend), 0);
    assert_int_equal(world_get_link(&world, &id).history.count, entries);
    amend.request = world_request_id(&world);
    amend.agreement.ends_day = shanghai_day(world.now_ms) + 10;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    struct link link = world_get_link(&world, &id);
    assert_string_equal(link.agreement.version, "2027-1");
    assert_int_equal(link.deadline_ms, shanghai_day_start_ms(amend.agreement.ends_day + 1));
    laws_check(&world);
    world.now_ms = link.deadline_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_EXPIRED);
    world_deinit(&world);
}

static void who_may_widen(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct amend_link amend = widening(&world, &id);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_AMEND_LINK, &amend), 0);
    world_expect_refused(&world, REFUSAL_NOT_YOURS, "link_id");
    amend = widening(&world, &id);
    amend.agreement.present = false;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    world_expect_refused(&world, REFUSAL_AGREEMENT, "agreement");
    amend = widening(&world, &id);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_AMEND_LINK, &amend), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    /* the same with a limit that is higher, or gone */
    amend = world_amend(&world, &id);
    amend.limits = (struct agreed_limits){10, 100, 5, 1000};
    assert_int_equal(world_send(&world, BANK_B, COMMAND_AMEND_LINK, &amend), 0);
    assert_false(world_one(&world, EFFECT_REPLY)->refused);
    static const struct agreed_limits wider[] = {
        {11, 100, 5, 1000}, {10, 101, 5, 1000}, {10, 100, 6, 1000},
        {10, 100, 5, 1001}, {10, 100, 0, 1000}, {10, 100, 5, 0},
    };
    for (size_t i = 0; i < sizeof wider / sizeof wider[0]; i++) {
        amend.request = world_request_id(&world);
        amend.limits = wider[i];
        assert_int_equal(world_send(&world, BANK_B, COMMAND_AMEND_LINK, &amend), 0);
        world_expect_refused(&world, REFUSAL_NOT_YOURS, "link_id");
    }
    world_deinit(&world);
}

static void widening_waits_for_the_code(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    uint32_t scopes = world_get_link(&world, &id).scopes;
    struct amend_link amend = widening(&world, &id);
    amend.limits.single_fen = 77;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    int64_t until_ms = world.now_ms + rules_compiled()->authentication_wait_ms;
    assert_int_equal(view.state, LINK_ACTIVE);
    assert_int_equal(view.scopes, scopes);
    assert_true(view.has_amendment);
    assert_int_equal(view.amendment_scopes, scopes | BALANCE);
    assert_int_equal(view.amendment_limits.single_fen, 77);
    assert_int_equal(view.amendment_expires_at_ms, until_ms);
    laws_check(&world);

    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct issue_challenge issue = world_issue(&world);
    assert_true(issue.amendment);
    assert_true(id_is_zero(&issue.replaces));
    assert_int_equal(issue.scopes, scopes | BALANCE);
    assert_int_equal(issue.limits.single_fen, 77);
    struct issue_challenge_reply sent = {
        .link = id, .challenge = issue.challenge, .outcome = CHALLENGE_SENT};
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_ISSUE_ANSWER, &sent), 0);
    assert_int_equal(last_event(&world, &id), LINK_EVENT_CODE_SENT);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    world_type(&world, &id, CHALLENGE_RIGHT);
    expect_notices(&world, LINK_EVENT_AMENDED);
    view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.scopes, scopes | BALANCE);
    assert_int_equal(view.limits.single_fen, 77);
    assert_false(view.has_amendment || view.has_challenge);
    struct link link = world_get_link(&world, &id);
    assert_string_equal(link.agreement.version, "2026-2");
    assert_false(link.amendment.present);
    assert_int_equal(link.challenge.issued, 0);
    laws_check(&world);
    world_deinit(&world);
}

static void late_it_is_dropped(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    (void)amend_with_code(&world, &id);
    int64_t until_ms = world_get_link(&world, &id).amendment.expires_at_ms;
    world.now_ms = until_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_true(world_get_link(&world, &id).amendment.present);
    world.now_ms = until_ms;
    assert_int_equal(world_tick(&world), 0);
    expect_notices(&world, LINK_EVENT_AMEND_DROPPED);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_ACTIVE);
    assert_int_equal(link.scopes & BALANCE, 0);
    struct answer_challenge code = world_code(&world, &id, "123456");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    laws_check(&world);
    world_deinit(&world);
}

/* Wrong codes count on, whatever amendment they are for. */
static void too_many_wrong_codes(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    (void)amend_with_code(&world, &id);
    for (int i = 0; i < 2; i++) {
        world_type(&world, &id, CHALLENGE_WRONG);
        world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_CODE_WRONG, "");
        assert_int_equal(last_event(&world, &id), LINK_EVENT_CODE_WRONG);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    }
    (void)amend_with_code(&world, &id); /* another one in its place: one try is left */
    world_type(&world, &id, CHALLENGE_WRONG);
    world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_CODE_TOO_MANY, "");
    expect_notices(&world, LINK_EVENT_AMEND_DROPPED);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    assert_false(world_get_link(&world, &id).amendment.present);
    laws_check(&world);
    struct amend_link amend = widening(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    world_expect_refused(&world, REFUSAL_CODE_TOO_MANY, "link_id");
    world.now_ms += rules_compiled()->authentication_wait_ms;
    assert_int_equal(world_tick(&world), 0);
    (void)amend_with_code(&world, &id);
    world_type(&world, &id, CHALLENGE_RIGHT);
    assert_true(world_get_link(&world, &id).scopes & BALANCE);
    world_deinit(&world);
}

/* What is out for the one that waits ends with it. */
static void a_later_one_takes_its_place(void **state) {
    (void)state;
    for (int narrows = 0; narrows < 2; narrows++) {
        struct world world;
        world_init(&world);
        struct id id = world_link(&world);
        (void)amend_with_code(&world, &id);
        struct answer_challenge code = world_code(&world, &id, "1");
        assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
        struct check_challenge check = world_check(&world);
        struct amend_link amend = widening(&world, &id);
        if (narrows) {
            amend.scopes &= ~BALANCE;
            amend.limits.single_fen = 5;
        }
        assert_int_equal(world_send(&world, narrows ? BANK_B : BANK_A, COMMAND_AMEND_LINK, &amend),
                         0);
        world_check_refused(&world, world_one(&world, EFFECT_ANSWER), REFUSAL_NO_CHALLENGE, "");
        (void)world_one(&world, EFFECT_DONE);
        assert_int_equal(world_get_link(&world, &id).amendment.present, !narrows);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), narrows ? 4 : 2);
        laws_check(&world);
        struct check_challenge_reply right = {id, check.attempt, CHALLENGE_RIGHT, 0};
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_CHECK_ANSWER, &right), 0);
        assert_int_equal(world_get_link(&world, &id).scopes & BALANCE, 0);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_ANSWER_CHALLENGE, &code), 0);
        world_expect_refused(&world, REFUSAL_NO_CHALLENGE, "");
        world_deinit(&world);
    }
}

static void closing_drops_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    (void)amend_with_code(&world, &id);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 6); /* dropped, CLOSING, CLOSED */
    laws_check(&world);
    world_deinit(&world);
}

/* ---- codes sent again ---- */

static void another_code_in_its_place(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    world_verify(&world, &id);
    struct start_challenge resend = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESEND_CHALLENGE, &resend), 0);
    world_expect_refused(&world, REFUSAL_NO_CHALLENGE, "link_id");
    world_challenge(&world, &id);
    struct id first = world_get_link(&world, &id).challenge.id;
    world_type(&world, &id, CHALLENGE_WRONG);

    resend.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESEND_CHALLENGE, &resend), 0);
    struct issue_challenge issue = world_issue(&world);
    assert_true(id_equal(&issue.replaces, &first));
    assert_false(issue.amendment);
    struct issue_challenge_reply sent = {.link = id,
                                         .challenge = issue.challenge,
                                         .outcome = CHALLENGE_SENT,
                                         .lifetime_ms = MINUTE_MS};
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_ISSUE_ANSWER, &sent), 0);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    assert_int_equal(answer->message, MESSAGE_RESEND_CHALLENGE);
    assert_int_equal(world_link_view(&world, answer).challenge_tries_left, 2);
    struct id now = world_get_link(&world, &id).challenge.id;
    assert_true(id_equal(&now, &issue.challenge));

    world.now_ms += MINUTE_MS; /* over: none is out */
    resend.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESEND_CHALLENGE, &resend), 0);
    world_expect_refused(&world, REFUSAL_NO_CHALLENGE, "link_id");
    for (int i = 0; i < 3; i++) /* five codes for one link */
        world_challenge(&world, &id);
    resend.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESEND_CHALLENGE, &resend), 0);
    world_expect_refused(&world, REFUSAL_CODE_TOO_MANY, "link_id");
    laws_check(&world);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(narrowing_is_at_once),
        cmocka_unit_test(what_changes_nothing_leaves_nothing),
        cmocka_unit_test(who_may_widen),
        cmocka_unit_test(widening_waits_for_the_code),
        cmocka_unit_test(late_it_is_dropped),
        cmocka_unit_test(too_many_wrong_codes),
        cmocka_unit_test(a_later_one_takes_its_place),
        cmocka_unit_test(closing_drops_it),
        cmocka_unit_test(another_code_in_its_place),
    };
    return cmocka_run_group_tests_name("amend", tests, NULL, NULL);
}
