/*
 * The beginning of a link: what is asked of whom, what each answer leads to, what comes too late or
 * too often.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/world.h"

static void open_asks_the_class1_bank(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    world.timeout_ms = 20 * SECOND_MS;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    assert_int_equal(world.effects->count, 2);
    assert_true(id_equal(&world_one(&world, EFFECT_WAIT)->request, &open.request));
    const struct effect *send = world_one(&world, EFFECT_SEND);
    assert_true(send->bank == BANK_B);
    assert_int_equal(send->deadline_ms, world.now_ms + 20 * SECOND_MS);
    struct verify_account question = world_question(&world);
    assert_true(id_equal(&send->exchange, &question.verification));
    assert_false(id_equal(&question.link, &question.verification));
    assert_true(question.requesting_bank == BANK_A);
    assert_true(span_equal(question.account_number, open.class1.number));
    assert_true(span_equal(question.person.name, open.person.name));
    assert_true(span_equal(question.person.id_number, open.person.id_number));
    assert_true(span_equal(question.person.mobile, open.person.mobile));
    assert_int_equal(question.person.id_type, ID_TYPE_RESIDENT);

    struct link link = world_get_link(&world, &question.link);
    assert_int_equal(link.state, LINK_VERIFYING);
    assert_int_equal(link.history.count, 2);
    assert_int_equal(link.history.entries[0].state, LINK_REQUESTED);
    assert_true(link.history.entries[0].by == BANK_A);
    assert_true(digest_equal(&link.consent_sha256, &open.consent.sha256));
    assert_int_equal(link.consent_at_ms, open.consent.at_ms);
    assert_string_equal(link.consent_purpose, "ACCOUNT_LINK");
    assert_string_equal(link.agreement.version, "2026-1");
    assert_memory_equal(link.class1_masked, open.class1.number.data + 16, 4);
    assert_int_equal(strlen(link.class1_masked), 4);
    struct link_private secret = world_get_private(&world, &link.id);
    assert_true(span_equal(secret.class1_number, open.class1.number));
    assert_true(span_equal(secret.class2_number, open.class2.number));
    assert_int_equal(secret.kept_kind, MESSAGE_VERIFY_ACCOUNT);
    assert_true(span_equal(secret.kept_payload, send->payload));
    int64_t due;
    assert_int_equal(ledger_next_deadline(world.side.ledger, &due), 0);
    assert_int_equal(due, world.now_ms + 20 * SECOND_MS);
    world_deinit(&world);
}

static void timeouts_keep_within_bounds(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    const struct rules *rules = rules_compiled();
    const struct {
        uint32_t asked;
        int64_t given;
    } rows[] = {
        {0, rules->verify_timeout_ms},
        {1, rules->verify_timeout_min_ms},
        {5000, 5000},
        {UINT32_MAX, rules->verify_timeout_max_ms},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        world.timeout_ms = rows[i].asked;
        struct id link = world_open_link(&world);
        assert_int_equal(world_get_link(&world, &link).exchange_deadline_ms,
                         world.now_ms + rows[i].given);
    }
    world_deinit(&world);
}

static void all_elements_match(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct verify_account question = world_question(&world);
    struct verify_account_reply reply = world_match(&question);
    world.now_ms += 100;
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    const struct effect *answer = world_one(&world, EFFECT_ANSWER);
    assert_true(answer->bank == BANK_A);
    assert_true(id_equal(&answer->request, &open.request));
    assert_int_equal(answer->message, MESSAGE_OPEN_LINK);
    struct link_view view = world_link_view(&world, answer);
    assert_int_equal(view.state, LINK_AWAITING_AUTHENTICATION);
    assert_int_equal(view.deadline_ms, world.now_ms + rules_compiled()->authentication_wait_ms);
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &question.verification));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);

    struct link link = world_get_link(&world, &question.link);
    assert_true(link.evidence.present);
    assert_int_equal(link.evidence.name, ELEMENT_MATCH);
    assert_int_equal(link.evidence.status, ACCOUNT_OPEN);
    assert_int_equal(link.evidence.at_ms, world.now_ms);
    struct digest pin = world_pin(BANK_B);
    assert_true(digest_equal(&link.evidence.pin, &pin));
    struct link_private secret = world_get_private(&world, &link.id);
    assert_int_equal(secret.kept_kind, MESSAGE_NONE);
    assert_int_equal(secret.kept_payload.size, 0);
    assert_true(span_equal(secret.class1_number, open.class1.number));
    world_deinit(&world);
}

struct verdict {
    struct verify_account_reply change; /* what differs from a match; 0: as it was */
    enum link_state state;
    const char *reason;
};

static struct verify_account_reply changed(const struct verify_account *question,
                                           const struct verify_account_reply *change) {
    struct verify_account_reply reply = world_match(question);
    if (change->name)
        reply.name = change->name;
    if (change->id_number)
        reply.id_number = change->id_number;
    if (change->mobile)
        reply.mobile = change->mobile;
    if (change->account)
        reply.account = change->account;
    if (change->account_class)
        reply.account_class = change->account_class;
    if (change->status)
        reply.status = change->status;
    reply.joint = change->joint;
    reply.credit = change->credit;
    return reply;
}

static void each_answer_has_its_verdict(void **state) {
    (void)state;
    static const struct verdict verdicts[] = {
        {{.name = ELEMENT_MISMATCH}, LINK_REJECTED, "BE01"},
        {{.id_number = ELEMENT_MISMATCH}, LINK_REJECTED, "BE01"},
        {{.mobile = ELEMENT_MISMATCH}, LINK_REJECTED, "BE01"},
        {{.account = ELEMENT_MISMATCH}, LINK_REJECTED, "BE01"},
        {{.name = ELEMENT_MISMATCH, .status = ACCOUNT_NOT_ACTIVATED}, LINK_REJECTED, "BE01"},
        {{.account_class = ACCOUNT_CLASS_II}, LINK_REJECTED, "AC13"},
        {{.account_class = ACCOUNT_CLASS_III}, LINK_REJECTED, "AC13"},
        {{.joint = true}, LINK_REJECTED, "AC13"},
        {{.credit = true}, LINK_REJECTED, "AC13"},
        {{.joint = true, .status = ACCOUNT_NOT_ACTIVATED}, LINK_REJECTED, "AC13"},
        {{.status = ACCOUNT_CLOSED}, LINK_REJECTED, "AC04"},
        {{.status = ACCOUNT_BLOCKED}, LINK_REJECTED, "AC06"},
        {{.status = ACCOUNT_UNKNOWN}, LINK_REJECTED, "AC01"},
        {{.status = ACCOUNT_NOT_ACTIVATED}, LINK_PENDING_ACTIVATION, ""},
    };
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        struct id id = world_open_link(&world);
        struct verify_account question = world_question(&world);
        struct verify_account_reply reply = changed(&question, &verdicts[i].change);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
        struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
        assert_int_equal(view.state, verdicts[i].state);
        assert_true(span_equal(view.reason, span_text(verdicts[i].reason)));
        assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
        for (size_t n = 0; n < 2; n++) {
            const struct effect *notice = world_effect(&world, EFFECT_NOTICE, n);
            assert_int_equal(notice->message, MESSAGE_LINK_NOTICE);
            assert_int_equal(world_link_view(&world, notice).state, verdicts[i].state);
        }
        assert_int_equal(world_get_private(&world, &id).kept_payload.size, 0);
    }
    world_deinit(&world);
}

static void what_cannot_be_read_waits(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    struct verify_account question = world_question(&world);
    for (int field = 0; field < 6; field++) {
        struct verify_account_reply reply = world_match(&question);
        if (field == 0)
            reply.name = ELEMENT_NONE;
        else if (field == 1)
            reply.id_number = ELEMENT_NONE;
        else if (field == 2)
            reply.mobile = (enum element_result)77; /* of a later version */
        else if (field == 3)
            reply.account = ELEMENT_NONE;
        else if (field == 4)
            reply.account_class = ACCOUNT_CLASS_NONE;
        else
            reply.status = ACCOUNT_STATUS_NONE;
        struct digest before = world_digest(&world);
        assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
        assert_int_equal(world.effects->count, 1);
        (void)world_one(&world, EFFECT_ALARM);
        struct digest after = world_digest(&world);
        assert_true(digest_equal(&before, &after));
    }
    struct verify_account_reply reply = world_match(&question);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_AWAITING_AUTHENTICATION);
    world_deinit(&world);
}

static void only_the_bank_that_was_asked_may_answer(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    struct verify_account question = world_question(&world);
    struct verify_account_reply reply = world_match(&question);
    struct digest before = world_digest(&world);
    assert_int_equal(world_answer(&world, BANK_C, COMMAND_VERIFY_ANSWER, &reply), 0);
    (void)world_one(&world, EFFECT_ALARM);
    assert_int_equal(world_answer(&world, BANK_A, COMMAND_VERIFY_ANSWER, &reply), 0);
    (void)world_one(&world, EFFECT_ALARM);
    reply.link.bytes[15] ^= 1;
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    (void)world_one(&world, EFFECT_ALARM);
    reply.link = id;
    reply.verification.bytes[15] ^= 1; /* an older question */
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world.effects->count, 0);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    assert_int_equal(world_get_link(&world, &id).state, LINK_VERIFYING);
    world_deinit(&world);
}

static void no_answer_in_time_rejects(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    struct verify_account question = world_question(&world);
    world.now_ms = world_get_link(&world, &id).exchange_deadline_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    world.now_ms++;
    assert_int_equal(world_tick(&world), 0);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.state, LINK_REJECTED);
    assert_true(span_equal(view.reason, SPAN_LITERAL("AB11")));
    (void)world_one(&world, EFFECT_DONE);
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 2);
    /* what comes now is late */
    struct verify_account_reply reply = world_match(&question);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world.effects->count, 0);
    assert_true(world_is_idle(&world));
    assert_int_equal(world_get_private(&world, &id).kept_payload.size, 0);
    world_deinit(&world);
}

/* The answer that comes at the deadline itself is too late, TICK or not. */
static void touching_expires_first(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_open_link(&world);
    struct verify_account question = world_question(&world);
    world.now_ms = world_get_link(&world, &id).exchange_deadline_ms;
    struct verify_account_reply reply = world_match(&question);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_VERIFY_ANSWER, &reply), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_REJECTED);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 1);

    id = world_open_link(&world);
    world_verify(&world, &id);
    world.now_ms = world_get_link(&world, &id).deadline_ms;
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_link_view(&world, world_one(&world, EFFECT_REPLY)).state, LINK_EXPIRED);
    world_deinit(&world);
}

static void five_tries_a_day(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link first = world_open(&world);
    for (int i = 0; i < 5; i++) { /* the same person with other accounts */
        struct open_link open = world_open(&world);
        open.person = first.person;
        if (i % 2)
            open.class2.number = first.class2.number;
        assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
        assert_int_equal(world_count(&world, EFFECT_SEND), 1);
        world.now_ms += MINUTE_MS;
    }
    struct open_link open = world_open(&world);
    open.person = first.person;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_TRIES, "person");

    first = world_open(&world);
    for (int i = 0; i < 5; i++) { /* the same account with other persons */
        open = world_open(&world);
        open.class1.number = first.class1.number;
        assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
        assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    }
    int64_t fifth_ms = world.now_ms;
    world.now_ms += DAY_MS - 1;
    open = world_open(&world);
    open.class1.number = first.class1.number;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_TRIES, "person");
    world.now_ms = fifth_ms + DAY_MS;
    open.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    world_deinit(&world);
}

/* The bound holds in any 24 hours, not in days that begin with a first try. */
static void tries_do_not_bunch_at_the_day_s_end(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link first = world_open(&world);
    size_t granted = 0;
    int64_t step_ms = DAY_MS / 4; /* every six hours: four in any day, then a burst */
    for (int i = 0; i < 4; i++) {
        struct open_link open = world_open(&world);
        open.person = first.person;
        assert_int_equal(world_tick(&world), 0);
        assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
        assert_int_equal(world_count(&world, EFFECT_SEND), 1);
        world.now_ms += step_ms;
    }
    for (int i = 0; i < 5; i++) {
        struct open_link open = world_open(&world);
        open.person = first.person;
        if (i % 2)
            open.class2.number = first.class2.number;
        assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
        granted += world_count(&world, EFFECT_SEND);
    }
    assert_int_equal(granted, 2); /* with those 18, 12 and 6 hours ago: five */
    world_deinit(&world);
}

static void one_live_link_a_pair(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id id = world_question(&world).link;
    open.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_LINK_EXISTS, "class1_account");

    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    open.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id second = world_question(&world).link;
    assert_false(id_equal(&second, &id));
    world_deinit(&world);
}

static void banks_and_roles_of_an_open(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_CODE_CREDITOR, "class2_account.bank_code");
    open = world_open(&world);
    open.class2.bank = BANK_B; /* no Class II holder */
    open.class1.bank = BANK_C;
    open.consent.recipient = BANK_C;
    assert_int_equal(world_send(&world, BANK_B, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_ROLE, "class2_account.bank_code");
    open = world_open(&world);
    open.class1.bank = BANK_D; /* not registered */
    open.consent.recipient = BANK_D;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    open = world_open(&world);
    open.class2.bank = BANK_C;
    open.class1.bank = BANK_A; /* no Class I holder */
    open.consent.recipient = BANK_A;
    assert_int_equal(world_send(&world, BANK_C, COMMAND_OPEN_LINK, &open), 0);
    world_expect_refused(&world, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    world_deinit(&world);
}

/* The codec refuses it first; the ledger does not rely on that. */
static void no_consent_no_disclosure(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct command *command = world_command(&world, COMMAND_OPEN_LINK, BANK_A);
    command->origin.kind = ORIGIN_BANK;
    command->body.open_link = world_open(&world);
    command->body.open_link.consent.present = false;
    assert_int_equal(world_apply(&world, command), 0);
    world_expect_refused(&world, REFUSAL_CONSENT, "consent");
    world_deinit(&world);
}

static void an_offline_class1_bank_has_until_the_deadline(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    assert_int_equal(world_down(&world, BANK_B), 0);
    struct id id = world_open_link(&world);
    assert_int_equal(world_get_link(&world, &id).state, LINK_VERIFYING);
    assert_int_equal(world_up(&world, BANK_B), 0);
    world_verify(&world, &id);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_asks_the_class1_bank),
        cmocka_unit_test(timeouts_keep_within_bounds),
        cmocka_unit_test(all_elements_match),
        cmocka_unit_test(each_answer_has_its_verdict),
        cmocka_unit_test(what_cannot_be_read_waits),
        cmocka_unit_test(only_the_bank_that_was_asked_may_answer),
        cmocka_unit_test(no_answer_in_time_rejects),
        cmocka_unit_test(touching_expires_first),
        cmocka_unit_test(five_tries_a_day),
        cmocka_unit_test(tries_do_not_bunch_at_the_day_s_end),
        cmocka_unit_test(one_live_link_a_pair),
        cmocka_unit_test(banks_and_roles_of_an_open),
        cmocka_unit_test(no_consent_no_disclosure),
        cmocka_unit_test(an_offline_class1_bank_has_until_the_deadline),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
