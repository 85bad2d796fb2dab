/*
 * The bound account is asked about again: when, what each answer means, and what comes in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/digest.h"
#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

static int answer(struct world *world, const struct recheck_account_reply *reply) {
    return world_answer(world, BANK_B, COMMAND_RECHECK_ANSWER, reply);
}

static struct history_entry last_entry(struct world *world, const struct id *id) {
    struct history history = world_get_link(world, id).history;
    return history.entries[history.count - 1];
}

/* ---- when ---- */

static void after_180_days(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.recheck_due_ms, link.activated_at_ms + 180 * DAY_MS);
    world.now_ms = link.recheck_due_ms - 1;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    struct recheck_account question = world_recheck(&world, &id);
    assert_true(id_equal(&question.link, &id));
    assert_true(id_equal(&question.verification, &link.evidence.verification));
    assert_true(question.requesting_bank == BANK_A);
    struct link_private secret = world_get_private(&world, &id);
    assert_true(span_equal(question.account_number, secret.class1_number));
    const struct effect *sent = world_one(&world, EFFECT_SEND);
    assert_true(sent->bank == BANK_B && id_equal(&sent->exchange, &question.recheck));
    assert_int_equal(sent->deadline_ms, world.now_ms + rules_compiled()->recheck_timeout_ms);
    assert_int_equal(world_count(&world, EFFECT_WAIT), 0);
    laws_check(&world);

    struct recheck_account_reply well = world_recheck_reply(&question);
    world.now_ms += 5;
    assert_int_equal(answer(&world, &well), 0);
    link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_ACTIVE);
    assert_int_equal(link.exchange, LINK_EXCHANGE_NONE);
    assert_int_equal(link.recheck_due_ms, world.now_ms + 180 * DAY_MS);
    struct history_entry entry = last_entry(&world, &id);
    assert_int_equal(entry.event, LINK_EVENT_RECHECKED);
    assert_int_equal(entry.cause, CAUSE_ANSWER);
    assert_true(entry.by == BANK_B && id_equal(&entry.about, &question.recheck));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 0);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void a_bank_that_is_not_there_is_asked_later(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    assert_int_equal(world_down(&world, BANK_B), 0);
    world.now_ms = world_get_link(&world, &id).recheck_due_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_get_link(&world, &id).recheck_due_ms, world.now_ms + DAY_MS);
    laws_check(&world);
    assert_int_equal(world_up(&world, BANK_B), 0);
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    world.now_ms += DAY_MS;
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_get_link(&world, &id).recheck_due_ms, world.now_ms + DAY_MS);
    laws_check(&world);
    world_deinit(&world);
}

static void no_answer_in_time(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recheck_account question = world_recheck(&world, &id);
    world.now_ms += rules_compiled()->recheck_timeout_ms;
    assert_int_equal(world_tick(&world), 0);
    assert_true(id_equal(&world_one(&world, EFFECT_ALARM)->object, &id));
    (void)world_one(&world, EFFECT_DONE);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.state, LINK_ACTIVE);
    assert_int_equal(link.recheck_due_ms, world.now_ms + DAY_MS);
    /* too late: it was not asked again yet */
    struct recheck_account_reply late = world_recheck_reply(&question);
    late.status = ACCOUNT_CLOSED;
    assert_int_equal(answer(&world, &late), 0);
    assert_int_equal(world.effects->count, 0);
    assert_int_equal(world_get_link(&world, &id).hold_count, 0);
    struct recheck_account again = world_recheck(&world, &id);
    assert_false(id_equal(&again.recheck, &question.recheck));
    laws_check(&world);
    world_deinit(&world);
}

static void it_waits_for_what_is_out_and_gives_way(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    struct id id = world_link_of(&world, &open);
    struct recheck_account question = world_recheck(&world, &id);
    struct amend_link amend = world_amend(&world, &id);
    amend.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    amend.agreement = world_agreement(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
    assert_int_equal(world_get_link(&world, &id).exchange, LINK_EXCHANGE_RECHECK);
    struct start_challenge start = world_start(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_START_CHALLENGE, &start), 0);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.exchange, LINK_EXCHANGE_ISSUE);
    assert_int_equal(link.recheck_due_ms, world.now_ms + DAY_MS);
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &question.recheck));
    assert_int_equal(world_count(&world, EFFECT_ALARM), 0);
    laws_check(&world);
    struct recheck_account_reply late = world_recheck_reply(&question);
    late.same_holder = ELEMENT_MISMATCH;
    assert_int_equal(answer(&world, &late), 0);
    assert_int_equal(world_get_link(&world, &id).hold_count, 0);
    world_deinit(&world);
}

static void the_end_of_the_link_ends_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recheck_account question = world_recheck(&world, &id);
    struct close_link close = world_close(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    assert_int_equal(world_get_link(&world, &id).state, LINK_CLOSED);
    assert_int_equal(world_count(&world, EFFECT_ANSWER), 0);
    struct recheck_account_reply late = world_recheck_reply(&question);
    assert_int_equal(answer(&world, &late), 0);
    assert_int_equal(world.effects->count, 0);
    laws_check_quiet(&world);
    world_deinit(&world);
}

static void after_a_restart(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recheck_account question = world_recheck(&world, &id);
    struct span asked = arena_copy(&world.arena, world_one(&world, EFFECT_SEND)->payload);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_true(span_equal(world_one(&world, EFFECT_SEND)->payload, asked));
    struct recheck_account_reply well = world_recheck_reply(&question);
    assert_int_equal(answer(&world, &well), 0);
    assert_int_equal(last_entry(&world, &id).event, LINK_EVENT_RECHECKED);
    laws_check_quiet(&world);
    world_deinit(&world);
}

/* ---- what it means ---- */

struct finding {
    enum account_status status;
    enum account_class account_class;
    enum element_result same_holder;
    const char *holds; /* reasons, in their order; "?": cannot be read */
};
static const struct finding findings[] = {
    {ACCOUNT_OPEN, ACCOUNT_CLASS_I, ELEMENT_MATCH, ""},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_II, ELEMENT_MATCH, "AC13"},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_III, ELEMENT_MATCH, "AC13"},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_I, ELEMENT_MISMATCH, "BE01"},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_II, ELEMENT_MISMATCH, "BE01 AC13"},
    {ACCOUNT_CLOSED, ACCOUNT_CLASS_I, ELEMENT_MATCH, "AC04"},
    {ACCOUNT_CLOSED, ACCOUNT_CLASS_NONE, ELEMENT_NONE, "AC04"},
    {ACCOUNT_CLOSED, ACCOUNT_CLASS_II, ELEMENT_MISMATCH, "BE01 AC13 AC04"},
    {ACCOUNT_BLOCKED, ACCOUNT_CLASS_I, ELEMENT_MATCH, "AC06"},
    {ACCOUNT_BLOCKED, ACCOUNT_CLASS_NONE, ELEMENT_NONE, "AC06"},
    {ACCOUNT_UNKNOWN, ACCOUNT_CLASS_NONE, ELEMENT_NONE, "AC01"},
    {ACCOUNT_NOT_ACTIVATED, ACCOUNT_CLASS_I, ELEMENT_MATCH, "AC01"},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_NONE, ELEMENT_MATCH, "?"},
    {ACCOUNT_OPEN, ACCOUNT_CLASS_I, ELEMENT_NONE, "?"},
    {ACCOUNT_STATUS_NONE, ACCOUNT_CLASS_I, ELEMENT_MATCH, "?"},
    {ACCOUNT_STATUS_NONE, ACCOUNT_CLASS_NONE, ELEMENT_NONE, "?"},
};
#define FINDINGS (sizeof findings / sizeof findings[0])

static struct recheck_account_reply reply_of(const struct recheck_account *question,
                                             const struct finding *finding) {
    struct recheck_account_reply reply = world_recheck_reply(question);
    reply.status = finding->status;
    reply.account_class = finding->account_class;
    reply.same_holder = finding->same_holder;
    return reply;
}

static void expect_holds(struct world *world, const struct id *id, const char *reasons) {
    struct link link = world_get_link(world, id);
    assert_int_equal(link.hold_count, (strlen(reasons) + 1) / 5);
    assert_int_equal(link.state, *reasons ? LINK_SUSPENDED : LINK_ACTIVE);
    for (uint32_t i = 0; i < link.hold_count; i++) {
        assert_memory_equal(link.holds[i].reason, reasons + (size_t)5 * i, 4);
        assert_int_equal(link.holds[i].authority, HOLD_BY_GATEWAY);
        assert_true(link.holds[i].blocks & HOLD_BLOCK_BIT(HOLD_BLOCK_DEBIT_CLASS1));
        assert_true(link.holds[i].by == BANK_B);
    }
}

/* Whether it could be read. */
static bool try_answer(struct world *world, const struct id *id, const struct finding *finding) {
    struct recheck_account question = world_recheck(world, id);
    struct recheck_account_reply reply = reply_of(&question, finding);
    assert_int_equal(answer(world, &reply), 0);
    struct link link = world_get_link(world, id);
    if (*finding->holds == '?') {
        (void)world_one(world, EFFECT_ALARM);
        assert_int_equal(link.exchange, LINK_EXCHANGE_RECHECK);
        return false;
    }
    int64_t next_ms = *finding->holds ? DAY_MS : 180 * DAY_MS;
    assert_int_equal(link.recheck_due_ms, world->now_ms + next_ms);
    return true;
}

static void each_answer(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < FINDINGS; i++) {
        struct id id = world_link(&world);
        if (try_answer(&world, &id, &findings[i]))
            expect_holds(&world, &id, findings[i].holds);
        laws_check(&world);
        struct close_link close = world_close(&world, &id); /* asked no more */
        assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    }
    world_deinit(&world);
}

/* While it is held it is never ACTIVE, not even from one hold to another. */
static void expect_no_gap(const struct history *history, uint32_t from) {
    for (uint32_t n = from; n < history_length(history); n++) {
        const struct history_entry *entry = history_at(history, n);
        assert_true(!entry || entry->state == LINK_SUSPENDED);
    }
}

static void go_on(struct world *world, const struct id *id, const struct finding *finding) {
    struct recheck_account question = world_recheck(world, id);
    struct history before = world_get_link(world, id).history;
    struct recheck_account_reply reply = reply_of(&question, finding);
    assert_int_equal(answer(world, &reply), 0);
    struct link after = world_get_link(world, id);
    assert_int_equal(after.hold_count > 0, *finding->holds != 0);
    if (*finding->holds)
        expect_no_gap(&after.history, history_length(&before));
    if (*finding->holds && finding->same_holder && finding->account_class)
        assert_int_equal(after.hold_count, (strlen(finding->holds) + 1) / 5);
}

/* One fault after another, and back. */
static void from_each_answer_to_each(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    for (size_t i = 1; i < FINDINGS; i++) {
        for (size_t j = 0; j < FINDINGS; j++) {
            if (*findings[i].holds == '?' || *findings[j].holds == '?')
                continue;
            go_on(&world, &id, &findings[i]);
            go_on(&world, &id, &findings[j]);
            go_on(&world, &id, &findings[0]);
            expect_holds(&world, &id, "");
        }
    }
    laws_check(&world);
    world_deinit(&world);
}

/* Of what it does not tell an answer gives nothing back; nor of what is not its own. */
static void what_is_not_told_stays(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    (void)world_placed(&world, BANK_B, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_BLOCKED);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_DECEASED);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_DORMANT);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_CLASS_CHANGED);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED);
    struct recheck_account question = world_recheck(&world, &id);
    struct finding closed = {ACCOUNT_CLOSED, ACCOUNT_CLASS_NONE, ELEMENT_NONE, ""};
    struct recheck_account_reply reply = reply_of(&question, &closed);
    assert_int_equal(answer(&world, &reply), 0);
    struct link link = world_get_link(&world, &id);
    assert_int_equal(link.hold_count, 6); /* AC06 of bank B gave way to AC04; AC13 stays */
    question = world_recheck(&world, &id);
    reply = world_recheck_reply(&question);
    assert_int_equal(answer(&world, &reply), 0);
    link = world_get_link(&world, &id);
    assert_int_equal(link.hold_count, 4);
    assert_string_equal(link.holds[1].reason, "AC06");
    assert_true(link.holds[1].by == BANK_A);
    assert_string_equal(link.holds[2].reason, "MD07");
    assert_string_equal(link.holds[3].reason, "NOCM");
    laws_check(&world);
    world_deinit(&world);
}

/* The bank's latest word counts, whichever came last over the wire. */
static void a_report_overtakes_it(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recheck_account question = world_recheck(&world, &id);
    (void)world_reported(&world, &id, BANK_A, ACCOUNT_EVENT_UNBLOCKED); /* of the other account */
    assert_int_equal(world_get_link(&world, &id).exchange, LINK_EXCHANGE_RECHECK);
    (void)world_reported(&world, &id, BANK_B, ACCOUNT_EVENT_BLOCKED);
    assert_int_equal(world_get_link(&world, &id).exchange, LINK_EXCHANGE_NONE);
    struct recheck_account_reply well = world_recheck_reply(&question);
    assert_int_equal(answer(&world, &well), 0);
    expect_holds(&world, &id, "AC06");
    laws_check(&world);
    question = world_recheck(&world, &id);
    well = world_recheck_reply(&question);
    assert_int_equal(answer(&world, &well), 0);
    expect_holds(&world, &id, "");
    laws_check(&world);
    world_deinit(&world);
}

static void the_answer_is_evidence(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct link_evidence before = world_get_link(&world, &id).evidence;
    struct recheck_account question = world_recheck(&world, &id);
    struct recheck_account_reply reply = world_recheck_reply(&question);
    reply.account_class = ACCOUNT_CLASS_II;
    assert_int_equal(answer(&world, &reply), 0);
    struct link_evidence after = world_get_link(&world, &id).evidence;
    struct digest digest;
    sha256(buf_span(&world.payload), &digest);
    assert_true(digest_equal(&after.answer, &digest));
    struct digest pin = world_pin(BANK_B);
    assert_true(digest_equal(&after.pin, &pin));
    assert_int_equal(after.account_class, ACCOUNT_CLASS_II);
    assert_int_equal(after.at_ms, world.now_ms);
    assert_true(id_equal(&after.verification, &before.verification));
    assert_int_equal(after.mobile, before.mobile);
    world_deinit(&world);
}

/* ---- by whom ---- */

static void the_wrong_bank(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct recheck_account question = world_recheck(&world, &id);
    struct recheck_account_reply reply = world_recheck_reply(&question);
    reply.status = ACCOUNT_CLOSED;
    struct digest before = world_digest(&world);
    static const bank_code banks[] = {BANK_A, BANK_C};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(world_answer(&world, banks[i], COMMAND_RECHECK_ANSWER, &reply), 0);
        assert_int_equal(world.effects->count, 1);
        (void)world_one(&world, EFFECT_ALARM);
    }
    reply.recheck = id; /* of no question */
    assert_int_equal(answer(&world, &reply), 0);
    assert_int_equal(world.effects->count, 0);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_180_days),
        cmocka_unit_test(a_bank_that_is_not_there_is_asked_later),
        cmocka_unit_test(no_answer_in_time),
        cmocka_unit_test(it_waits_for_what_is_out_and_gives_way),
        cmocka_unit_test(the_end_of_the_link_ends_it),
        cmocka_unit_test(after_a_restart),
        cmocka_unit_test(each_answer),
        cmocka_unit_test(from_each_answer_to_each),
        cmocka_unit_test(what_is_not_told_stays),
        cmocka_unit_test(a_report_overtakes_it),
        cmocka_unit_test(the_answer_is_evidence),
        cmocka_unit_test(the_wrong_bank),
    };
    return cmocka_run_group_tests_name("recheck", tests, NULL, NULL);
}
