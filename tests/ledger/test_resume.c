/*
 * ResumeLink: on with fresh elements, after the activation or while a hold waits for the person; and
 * what each bank sees of holds. WithdrawConsent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"

static void resume(struct world *world, const struct id *id, const struct open_link *opened) {
    struct resume_link request = world_resume(world, id, opened);
    assert_int_equal(world_send(world, BANK_A, COMMAND_RESUME_LINK, &request), 0);
}

static void say(struct world *world, const struct id *id, enum element_result name,
                enum account_status status) {
    struct link link = world_get_link(world, id);
    struct verify_account question = {.link = *id, .verification = link.exchange_id};
    struct verify_account_reply reply = world_match(&question);
    reply.name = name;
    reply.status = status;
    assert_int_equal(world_answer(world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world_one(world, EFFECT_ANSWER)->message, MESSAGE_RESUME_LINK);
}

static struct history_entry last(struct world *world, const struct id *id) {
    struct history history = world_get_link(world, id).history;
    return history.entries[history.count - 1];
}

static void after_the_activation(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id id = world_link_from(&world, &opened, LINK_PENDING_ACTIVATION);
    int64_t until_ms = world_get_link(&world, &id).deadline_ms;
    world.now_ms += MINUTE_MS;
    resume(&world, &id, &opened);
    struct verify_account question = world_question(&world);
    assert_true(span_equal(question.person.id_number, opened.person.id_number));
    assert_true(span_equal(question.account_number, opened.class1.number));
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_VERIFYING);
    assert_int_equal(link.consent_at_ms, world.now_ms - MINUTE_MS); /* the new one */
    laws_check(&world);
    /* not yet after all: it waits on, and no longer than before */
    say(&world, &id, ELEMENT_MATCH, ACCOUNT_NOT_ACTIVATED);
    link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_PENDING_ACTIVATION);
    assert_int_equal(link.deadline_ms, until_ms);
    resume(&world, &id, &opened);
    say(&world, &id, ELEMENT_MATCH, ACCOUNT_OPEN);
    link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_AWAITING_AUTHENTICATION);
    struct history_entry entry = last(&world, &id);
    assert_true(id_equal(&entry.about, &link.evidence.verification));
    laws_check(&world);
    world_deinit(&world);
}

static void who_and_when(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id id = world_link_from(&world, &opened, LINK_PENDING_ACTIVATION);
    struct resume_link request = world_resume(&world, &id, &opened);
    request.person = world_open(&world).person;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &request), 0);
    world_expect_refused(&world, REFUSAL_PERSON, "person.id_number");
    request = world_resume(&world, &id, &opened);
    request.consent.recipient = BANK_C;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_RESUME_LINK, &request), 0);
    world_expect_refused(&world, REFUSAL_CONSENT, "consent.recipient_bank_code");
    request = world_resume(&world, &id, &opened);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_RESUME_LINK, &request), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    for (int i = 0; i < 4; i++) { /* with the first one five tries */
        resume(&world, &id, &opened);
        say(&world, &id, ELEMENT_MATCH, ACCOUNT_NOT_ACTIVATED);
    }
    resume(&world, &id, &opened);
    world_expect_refused(&world, REFUSAL_TRIES, "person");
    world_deinit(&world);
}

static void other_holds_are_not_for_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id id = world_link_of(&world, &opened);
    resume(&world, &id, &opened);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world_hold(&world, &id, HOLD_BY_GATEWAY, "AC13");
    resume(&world, &id, &opened);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world_hold(&world, &id, HOLD_BY_BANK, "NOCM");
    resume(&world, &id, &opened);
    world_expect_refused(&world, REFUSAL_LINK_STATE, "link_id");
    world_deinit(&world);
}

static void the_person_again(void **state) {
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct world world;
        world_init(&world);
        struct open_link opened = world_open(&world);
        struct id id = world_link_of(&world, &opened);
        struct id first = world_get_link(&world, &id).evidence.verification;
        world_hold(&world, &id, HOLD_BY_GATEWAY, "NOCM");
        if (more)
            world_hold(&world, &id, HOLD_BY_GATEWAY, "AC06");
        resume(&world, &id, &opened);
        assert_int_equal(last(&world, &id).event, LINK_EVENT_REVERIFYING);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
        /* not this time */
        say(&world, &id, ELEMENT_MISMATCH, ACCOUNT_OPEN);
        struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
        assert_int_equal(view.state, LINK_SUSPENDED);
        assert_true(span_equal(view.reason, SPAN_LITERAL("BE01")));
        assert_int_equal(last(&world, &id).event, LINK_EVENT_REVERIFY_FAILED);
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
        struct link link = world_get_link(&world, &id);
        assert_int_equal(link.hold_count, 1 + more);
        assert_true(id_equal(&link.evidence.verification, &first));
        /* no answer */
        resume(&world, &id, &opened);
        world.now_ms = world_get_link(&world, &id).exchange_deadline_ms;
        assert_int_equal(world_tick(&world), 0);
        view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
        assert_true(span_equal(view.reason, SPAN_LITERAL("AB11")));
        assert_int_equal(view.state, LINK_SUSPENDED);
        /* this time */
        resume(&world, &id, &opened);
        struct id verification = world_get_link(&world, &id).exchange_id;
        say(&world, &id, ELEMENT_MATCH, ACCOUNT_OPEN);
        link = world_get_link(&world, &id);
        assert_int_equal(link.state, more ? LINK_SUSPENDED : LINK_ACTIVE);
        assert_int_equal(link.hold_count, more);
        assert_true(id_equal(&link.evidence.verification, &verification));
        assert_string_equal(link.reason, "");
        assert_int_equal(world_count(&world, EFFECT_NOTICE), more ? 2 : 4);
        assert_true(span_equal(world_link_event(&world, world_effect(&world, EFFECT_NOTICE, 0)),
                               SPAN_LITERAL("REVERIFIED")));
        world_deinit(&world);
    }
}

/* An operator lifts the hold while the answer is out. */
static void nothing_hangs_on_it_any_more(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id id = world_link_of(&world, &opened);
    world_hold(&world, &id, HOLD_BY_GATEWAY, "NOCM");
    resume(&world, &id, &opened);
    struct link link = world_get_link(&world, &id);
    struct history_entry entry = {.at_ms = world.now_ms, .sequence = world.sequence};
    link.hold_count = 0;
    assert_true(link_move(&link, LINK_EVENT_HOLDS_LIFTED, &entry));
    world_put_link(&world, &link);
    say(&world, &id, ELEMENT_MISMATCH, ACCOUNT_OPEN);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    assert_int_equal(world_get_link(&world, &id).exchange, LINK_EXCHANGE_NONE);
    world_deinit(&world);
}

/* ---- what is seen of holds ---- */

static struct link_view seen_by(struct world *world, bank_code bank, const struct id *id) {
    struct get_link get = {.link = *id};
    assert_int_equal(world_send(world, bank, COMMAND_GET_LINK, &get), 0);
    return world_link_view(world, world_one(world, EFFECT_REPLY));
}

static void holds_are_for_their_own_bank(void **state) {
    (void)state;
    static const struct {
        enum hold_authority authority;
        const char *reason;
        bool open_to_a;
    } holds[] = {{HOLD_BY_COURT, "AM07", false},
                 {HOLD_BY_GATEWAY, "AC06", false},
                 {HOLD_BY_GATEWAY, "NOCM", true},
                 {HOLD_BY_GATEWAY, "MD07", true}};
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < sizeof holds / sizeof holds[0]; i++) {
        struct id id = world_link(&world);
        world_hold(&world, &id, holds[i].authority, holds[i].reason);
        struct link link = world_get_link(&world, &id);
        strcpy(link.holds[0].legal_reference, "(2026) 12");
        link.holds[0].expires_at_ms = world.now_ms + MINUTE_MS;
        world_put_link(&world, &link);
        struct link_view own = seen_by(&world, BANK_B, &id);
        struct link_view other = seen_by(&world, BANK_A, &id);
        assert_int_equal(own.hold_count, 1);
        assert_int_equal(other.hold_count, 1);
        assert_int_equal(own.holds[0].authority, holds[i].authority);
        assert_true(span_equal(own.holds[0].reason, span_text(holds[i].reason)));
        assert_true(span_equal(own.holds[0].legal_reference, SPAN_LITERAL("(2026) 12")));
        const char *reason = holds[i].open_to_a ? holds[i].reason : "MS03";
        assert_true(span_equal(other.holds[0].reason, span_text(reason)));
        assert_int_equal(other.holds[0].authority, holds[i].open_to_a ? holds[i].authority : 0);
        assert_int_equal(other.holds[0].expires_at_ms != 0, holds[i].open_to_a);
        assert_int_equal(other.holds[0].legal_reference.size != 0, holds[i].open_to_a);
        assert_int_equal(other.holds[0].blocks, HOLD_BLOCKS_ALL);
        assert_true(other.holds[0].by == (holds[i].authority == HOLD_BY_COURT ? BANK_B : 0));
        assert_int_equal(own.reason.size + other.reason.size, 0);
    }
    world_deinit(&world);
}

/* ---- consent ---- */

static void the_consent_is_taken_back(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = LINK_REQUESTED; from < LINK_STATES; from++) {
        struct id id = world_link_in(&world, (enum link_state)from);
        struct withdraw_consent withdraw = {world_request_id(&world), id};
        assert_int_equal(world_send(&world, BANK_C, COMMAND_WITHDRAW_CONSENT, &withdraw), 0);
        world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
        withdraw.request = world_request_id(&world);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_WITHDRAW_CONSENT, &withdraw), 0);
        assert_false(world_one(&world, EFFECT_REPLY)->refused);
        struct link link = world_get_link(&world, &id);
        bool was_final = link_final((enum link_state)from);
        assert_int_equal(link.consent_withdrawn_at_ms, was_final ? 0 : world.now_ms);
        assert_int_equal(link.state, was_final || from == LINK_CLOSING ? from : LINK_CLOSED);
    }
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_the_activation),
        cmocka_unit_test(who_and_when),
        cmocka_unit_test(other_holds_are_not_for_it),
        cmocka_unit_test(the_person_again),
        cmocka_unit_test(nothing_hangs_on_it_any_more),
        cmocka_unit_test(holds_are_for_their_own_bank),
        cmocka_unit_test(the_consent_is_taken_back),
    };
    return cmocka_run_group_tests_name("resume", tests, NULL, NULL);
}
