/*
 * Questions about the other bank's account: who may ask what, what comes of it, and that nothing of it
 * stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/laws.h"

static const enum command_kind asks[] = {COMMAND_QUERY_BALANCE, COMMAND_QUERY_ACCOUNT_STATUS};
static const enum message_kind asked_as[] = {MESSAGE_ASK_BALANCE, MESSAGE_ASK_ACCOUNT_STATUS};
static const enum message_kind queries[] = {MESSAGE_QUERY_BALANCE, MESSAGE_QUERY_ACCOUNT_STATUS};

static struct id seen_link(struct world *world) {
    struct open_link open = world_open(world);
    open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    return world_link_of(world, &open);
}

/* Asked: the query's id. which: 0 the balance, 1 the status. */
static struct id ask(struct world *world, bank_code bank, const struct id *link, int which) {
    struct query_account query = world_query(world, link);
    assert_int_equal(world_send(world, bank, asks[which], &query), 0);
    return world_asked(world, asked_as[which]).query;
}

static int answer(struct world *world, bank_code bank, const struct id *query, int which) {
    struct balance_answer balance = world_balance(query);
    struct status_answer status = world_status(query);
    return which ? world_answer(world, bank, COMMAND_STATUS_ANSWER, &status)
                 : world_answer(world, bank, COMMAND_BALANCE_ANSWER, &balance);
}

static void expect_none_out(struct world *world) {
    assert_int_equal(world_counters(world, BANK_A).questions, 0);
    assert_int_equal(world_counters(world, BANK_B).questions, 0);
    laws_check(world);
}

/* ---- the way of a question ---- */

static void a_balance_is_asked_on_and_told(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct query_account query = world_query(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_BALANCE, &query), 0);
    const struct effect *wait = world_one(&world, EFFECT_WAIT);
    assert_true(wait->bank == BANK_A && id_equal(&wait->request, &query.request));
    const struct effect *sent = world_one(&world, EFFECT_SEND);
    assert_true(sent->bank == BANK_B);
    assert_int_equal(sent->deadline_ms, world.now_ms + rules_compiled()->query_timeout_ms);
    struct ask_account asked = world_asked(&world, MESSAGE_ASK_BALANCE);
    assert_true(id_equal(&asked.link, &link) && asked.requesting_bank == BANK_A);
    struct link_private secret = world_get_private(&world, &link);
    assert_true(span_equal(asked.account_number, secret.class1_number));
    laws_check(&world);

    assert_int_equal(answer(&world, BANK_B, &asked.query, 0), 0);
    const struct effect *told = world_one(&world, EFFECT_ANSWER);
    assert_true(told->bank == BANK_A && id_equal(&told->request, &query.request));
    assert_int_equal(told->message, MESSAGE_QUERY_BALANCE);
    assert_true(id_equal(&world_one(&world, EFFECT_DONE)->exchange, &asked.query));
    struct balance_answer balance;
    assert_int_equal(partner_decode_balance_reply(told->payload, &world.arena, &balance), 0);
    assert_true(id_equal(&balance.link, &link) && balance.bank == BANK_B);
    struct link record = world_get_link(&world, &link);
    assert_true(span_equal(balance.masked, span_text(record.class1_masked)));
    assert_int_equal(balance.available_fen, 4711);
    assert_int_equal(balance.booked_fen, -12);
    assert_true(span_equal(balance.currency, SPAN_LITERAL("CNY")));
    assert_int_equal(balance.as_of_ms, WORLD_START_MS - 5);
    /* once */
    assert_int_equal(answer(&world, BANK_B, &asked.query, 0), 0);
    assert_int_equal(world.effects->count, 0);
    expect_none_out(&world);
    world_deinit(&world);
}

static void a_status_is_asked_by_the_other_side(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = world_link(&world);
    struct query_account query = world_query(&world, &link);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    assert_true(world_one(&world, EFFECT_SEND)->bank == BANK_A);
    struct ask_account asked = world_asked(&world, MESSAGE_ASK_ACCOUNT_STATUS);
    struct link_private secret = world_get_private(&world, &link);
    assert_true(span_equal(asked.account_number, secret.class2_number));
    assert_int_equal(answer(&world, BANK_A, &asked.query, 1), 0);
    const struct effect *told = world_one(&world, EFFECT_ANSWER);
    struct status_answer status;
    assert_int_equal(partner_decode_account_status_reply(told->payload, &world.arena, &status), 0);
    assert_true(told->bank == BANK_B && status.bank == BANK_A);
    struct link record = world_get_link(&world, &link);
    assert_true(span_equal(status.masked, span_text(record.class2_masked)));
    assert_int_equal(status.status, ACCOUNT_OPEN);
    assert_int_equal(status.account_class, ACCOUNT_CLASS_I);
    assert_true(status.can_debit && !status.can_credit);
    expect_none_out(&world);
    world_deinit(&world);
}

static void a_bank_that_may_not_tell(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct id query = ask(&world, BANK_A, &link, 0);
    struct balance_answer answer = world_balance(&query);
    answer.reason = SPAN_LITERAL("MS03");
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_BALANCE_ANSWER, &answer), 0);
    struct balance_answer told;
    assert_int_equal(partner_decode_balance_reply(world_one(&world, EFFECT_ANSWER)->payload,
                                                  &world.arena, &told),
                     0);
    assert_true(span_equal(told.reason, SPAN_LITERAL("MS03")));
    assert_true(told.available_fen == 0 && told.booked_fen == 0); /* they mean nothing */
    expect_none_out(&world);
    world_deinit(&world);
}

/* ---- who may ask ---- */

static void in_each_state(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (int from = LINK_VERIFYING; from < LINK_STATES; from++) {
        struct open_link open = world_open(&world);
        open.scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
        bool suspended = from == LINK_SUSPENDED;
        struct id id =
            world_link_from(&world, &open, suspended ? LINK_ACTIVE : (enum link_state)from);
        if (suspended)
            (void)world_placed(&world, BANK_B, &id, HOLD_BY_BANK, HOLD_BLOCKS_ALL);
        bool runs = from == LINK_ACTIVE || suspended;
        for (int which = 0; which < 2; which++) {
            if (runs || (which && from == LINK_CLOSING)) {
                struct id query = ask(&world, BANK_A, &id, which);
                assert_int_equal(answer(&world, BANK_B, &query, which), 0);
                assert_false(world_one(&world, EFFECT_ANSWER)->refused);
                continue;
            }
            struct query_account query = world_query(&world, &id);
            assert_int_equal(world_send(&world, BANK_A, asks[which], &query), 0);
            world_expect_refused(&world, REFUSAL_LINK_NOT_ACTIVE, "link_id");
        }
    }
    expect_none_out(&world);
    world_deinit(&world);
}

static void a_balance_needs_the_scope(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct query_account query = world_query(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_BALANCE, &query), 0);
    world_expect_refused(&world, REFUSAL_SCOPE, "link_id");
    assert_int_equal(world_send(&world, BANK_C, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    struct link link = world_get_link(&world, &id);
    link.frozen = true;
    world_put_link(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    world_expect_refused(&world, REFUSAL_FROZEN, "link_id");
    world_deinit(&world);
}

static void an_absent_bank_is_not_asked(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    struct query_account query = world_query(&world, &id);
    assert_int_equal(world_down(&world, BANK_B), 0);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    world_expect_refused(&world, REFUSAL_BANK_OFFLINE, "");
    assert_int_equal(world_bank_disable(&world, BANK_B), 0);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    world_expect_refused(&world, REFUSAL_PEER_SUSPENDED, "link_id");
    assert_int_equal(world_send(&world, BANK_B, COMMAND_QUERY_ACCOUNT_STATUS, &query), 0);
    world_expect_refused(&world, REFUSAL_BANK_SUSPENDED, "");
    expect_none_out(&world);
    world_deinit(&world);
}

static void so_many_at_a_time(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id id = world_link(&world);
    uint32_t most = rules_compiled()->questions_per_bank;
    struct id query = {{0}};
    for (uint32_t i = 0; i < most; i++)
        query = ask(&world, BANK_A, &id, 1);
    assert_int_equal(world_counters(&world, BANK_A).questions, most);
    struct query_account more = world_query(&world, &id);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_ACCOUNT_STATUS, &more), 0);
    world_expect_refused(&world, REFUSAL_QUESTIONS, "");
    (void)ask(&world, BANK_B, &id, 1); /* of each bank */
    assert_int_equal(answer(&world, BANK_B, &query, 1), 0);
    (void)ask(&world, BANK_A, &id, 1);
    laws_check(&world);
    world.now_ms += rules_compiled()->query_timeout_ms;
    for (uint32_t i = 0; i <= most / LEDGER_TICK_MAX + 1; i++)
        assert_int_equal(world_tick(&world), 0);
    expect_none_out(&world);
    world_deinit(&world);
}

/* ---- answers that do not fit ---- */

static void by_the_wrong_bank_or_in_the_wrong_words(void **state) {
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct world world;
        world_init(&world);
        struct id link = seen_link(&world);
        struct id query = ask(&world, BANK_A, &link, which);
        struct digest before = world_digest(&world);
        static const bank_code others[] = {BANK_A, BANK_C};
        for (size_t i = 0; i < 2; i++) {
            assert_int_equal(answer(&world, others[i], &query, which), 0);
            (void)world_one(&world, EFFECT_ALARM);
            assert_int_equal(world.effects->count, 1);
        }
        assert_int_equal(answer(&world, BANK_B, &query, !which), 0); /* the other question's */
        assert_int_equal(world.effects->count, 0);
        assert_int_equal(answer(&world, BANK_B, &link, which), 0); /* to no question */
        assert_int_equal(world.effects->count, 0);
        struct balance_answer balance = {.query = query};
        struct status_answer status = {.query = query};
        assert_int_equal(which ? world_answer(&world, BANK_B, COMMAND_STATUS_ANSWER, &status)
                               : world_answer(&world, BANK_B, COMMAND_BALANCE_ANSWER, &balance),
                         0);
        (void)world_one(&world, EFFECT_ALARM);
        assert_int_equal(world.effects->count, 1);
        struct digest after = world_digest(&world);
        assert_true(digest_equal(&before, &after));
        assert_int_equal(answer(&world, BANK_B, &query, which), 0); /* it still waits */
        assert_false(world_one(&world, EFFECT_ANSWER)->refused);
        expect_none_out(&world);
        world_deinit(&world);
    }
}

/* TICK or the late answer: whichever comes first finds that its time is over. */
static void no_answer_in_time(void **state) {
    (void)state;
    for (int which = 0; which < 2; which++) {
        for (int tick = 0; tick < 2; tick++) {
            struct world world;
            world_init(&world);
            struct id link = seen_link(&world);
            world.timeout_ms = 2000;
            struct query_account query = world_query(&world, &link);
            assert_int_equal(world_send(&world, BANK_A, asks[which], &query), 0);
            struct id id = world_asked(&world, asked_as[which]).query;
            world.now_ms += 1999;
            assert_int_equal(world_tick(&world), 0);
            assert_int_equal(world.effects->count, 0);
            world.now_ms++;
            assert_int_equal(tick ? world_tick(&world) : answer(&world, BANK_B, &id, which), 0);
            const struct effect *told = world_one(&world, EFFECT_ANSWER);
            world_check_refused(&world, told, REFUSAL_TIMEOUT_INSTRUCTED, NULL);
            assert_int_equal(told->message, queries[which]);
            assert_true(id_equal(&told->request, &query.request));
            (void)world_one(&world, EFFECT_DONE);
            assert_int_equal(answer(&world, BANK_B, &id, which), 0);
            assert_int_equal(world.effects->count, 0);
            expect_none_out(&world);
            world_deinit(&world);
        }
    }
}

/* What the customer took back while it was out is not told any more. */
static void no_longer_allowed_when_it_comes(void **state) {
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct world world;
        world_init(&world);
        struct id id = seen_link(&world);
        struct id query = ask(&world, BANK_A, &id, 0);
        struct amend_link amend = world_amend(&world, &id);
        amend.scopes = LINK_SCOPE_BIT(LINK_SCOPE_COLLECT);
        struct close_link close = world_close(&world, &id);
        struct link link = world_get_link(&world, &id);
        if (how == 0)
            assert_int_equal(world_send(&world, BANK_A, COMMAND_AMEND_LINK, &amend), 0);
        if (how == 1)
            assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
        link.frozen = true;
        if (how == 2)
            world_put_link(&world, &link);
        assert_int_equal(answer(&world, BANK_B, &query, 0), 0);
        static const enum refusal_code codes[] = {REFUSAL_SCOPE, REFUSAL_LINK_NOT_ACTIVE,
                                                  REFUSAL_FROZEN};
        world_check_refused(&world, world_one(&world, EFFECT_ANSWER), codes[how], NULL);
        assert_int_equal(world_counters(&world, BANK_A).questions, 0);
        world_deinit(&world);
    }
}

/* ---- again, and after a restart ---- */

static void asking_again_asks_again(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct query_account query = world_query(&world, &link);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_BALANCE, &query), 0);
    struct id first = world_asked(&world, MESSAGE_ASK_BALANCE).query;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_QUERY_BALANCE, &query), 0);
    struct id second = world_asked(&world, MESSAGE_ASK_BALANCE).query;
    assert_false(id_equal(&first, &second));
    assert_int_equal(world_counters(&world, BANK_A).questions, 2);
    assert_int_equal(answer(&world, BANK_B, &second, 0), 0);
    assert_int_equal(answer(&world, BANK_B, &first, 0), 0);
    struct store_request row;
    assert_int_equal(store_get_request(world.store, BANK_A, &query.request, &row), STORE_ABSENT);
    expect_none_out(&world);
    world_deinit(&world);
}

static void nothing_hangs_after_a_restart(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    (void)ask(&world, BANK_A, &link, 0);
    struct id status = ask(&world, BANK_B, &link, 1);
    world_reopen(&world);
    assert_int_equal(world_boot(&world), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 0); /* nobody waits any more */
    laws_check(&world);
    assert_int_equal(answer(&world, BANK_A, &status, 1), 0);
    world.now_ms += rules_compiled()->query_timeout_ms;
    assert_int_equal(world_tick(&world), 0);
    expect_none_out(&world);
    world_deinit(&world);
}

/* A question whose bank counts none breaks TICK once, and not what is due after it. */
static void a_broken_one_is_gone(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct id query = ask(&world, BANK_A, &link, 0);
    struct bank_counters counters = world_counters(&world, BANK_A);
    counters.questions = 0;
    store_begin(world.store);
    store_put_bank_counters(world.store, BANK_A, &counters);
    store_commit(world.store);
    world.now_ms += rules_compiled()->query_timeout_ms;
    assert_int_equal(world_tick(&world), LEDGER_POISONED);
    assert_true(id_equal(&world_one(&world, EFFECT_ALARM)->object, &query));
    assert_int_equal(world_tick(&world), 0);
    assert_int_equal(world.effects->count, 0);
    assert_false(world_get_link(&world, &link).frozen);
    expect_none_out(&world);
    world_deinit(&world);
}

static void nothing_of_it_stays(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id link = seen_link(&world);
    struct id warm = ask(&world, BANK_A, &link, 0); /* the counters' row is there */
    assert_int_equal(answer(&world, BANK_B, &warm, 0), 0);
    struct digest before = world_digest(&world);
    struct id query = ask(&world, BANK_A, &link, 0);
    assert_int_equal(answer(&world, BANK_B, &query, 0), 0);
    struct digest after = world_digest(&world);
    assert_true(digest_equal(&before, &after));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_balance_is_asked_on_and_told),
        cmocka_unit_test(a_status_is_asked_by_the_other_side),
        cmocka_unit_test(a_bank_that_may_not_tell),
        cmocka_unit_test(in_each_state),
        cmocka_unit_test(a_balance_needs_the_scope),
        cmocka_unit_test(an_absent_bank_is_not_asked),
        cmocka_unit_test(so_many_at_a_time),
        cmocka_unit_test(by_the_wrong_bank_or_in_the_wrong_words),
        cmocka_unit_test(no_answer_in_time),
        cmocka_unit_test(no_longer_allowed_when_it_comes),
        cmocka_unit_test(asking_again_asks_again),
        cmocka_unit_test(nothing_hangs_after_a_restart),
        cmocka_unit_test(a_broken_one_is_gone),
        cmocka_unit_test(nothing_of_it_stays),
    };
    return cmocka_run_group_tests_name("question", tests, NULL, NULL);
}
