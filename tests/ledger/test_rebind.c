/*
 * RebindLink: another account in the place of the bound one, by a link that goes the whole way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/calendar.h"
#include "domain/rules.h"
#include "ledger/laws.h"

static struct id rebind(struct world *world, const struct id *old, const struct open_link *opened) {
    struct rebind_link request = world_rebind(world, old, opened);
    assert_int_equal(world_send(world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    return world_question(world).link;
}

static void it_takes_the_place(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    struct id pending = world_pending(&world, &old, TRANSFER_PUSH, 100);
    struct rebind_link request = world_rebind(&world, &old, &opened);
    request.class1.bank = request.consent.recipient = BANK_C;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    assert_true(world_one(&world, EFFECT_SEND)->bank == BANK_C);
    struct id id = world_question(&world).link;
    struct link link = world_get_link(&world, &id);
    assert_true(id_equal(&link.replaces, &old));
    assert_false(link.primary);
    laws_check(&world);
    struct verify_account question = world_question(&world);
    struct verify_account_reply match = world_match(&question);
    assert_int_equal(world_answer(&world, BANK_C, COMMAND_VERIFY_ANSWER, &match), 0);
    assert_int_equal(world_one(&world, EFFECT_ANSWER)->message, MESSAGE_REBIND_LINK);
    world_challenge(&world, &id);
    assert_int_equal(world_get_link(&world, &old).state, LINK_ACTIVE);

    world_type(&world, &id, CHALLENGE_RIGHT);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_ANSWER));
    assert_int_equal(view.state, LINK_ACTIVE);
    assert_int_equal(view.cool_down_until_ms, world.now_ms + rules_compiled()->cool_down_ms);
    assert_true(view.primary);
    assert_true(id_equal(&view.replaces, &old));
    assert_int_equal(world_count(&world, EFFECT_NOTICE), 4);
    const struct effect *told = world_effect(&world, EFFECT_NOTICE, 3);
    view = world_link_view(&world, told);
    assert_true(told->bank == BANK_B);
    assert_int_equal(view.state, LINK_CLOSING);
    assert_true(id_equal(&view.replaced_by, &id));
    assert_false(view.primary);
    link = world_get_link(&world, &old);
    assert_int_equal(link.history.entries[link.history.count - 1].cause, CAUSE_RULE);
    assert_true(id_equal(&link.history.entries[link.history.count - 1].about, &id));
    laws_check(&world);

    struct posting_result posted = world_posted(&world, &pending);
    assert_int_equal(world_answer(&world, BANK_B, COMMAND_POSTING_ANSWER, &posted), 0);
    assert_int_equal(world_get_link(&world, &old).state, LINK_CLOSED);
    laws_check(&world);
    world_deinit(&world);
}

static void nothing_open_closes_at_once(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    world_hold(&world, &old, HOLD_BY_BANK, "FR01"); /* SUSPENDED does as well */
    struct id id = rebind(&world, &old, &opened);
    world_finish(&world, &id);
    assert_int_equal(world_get_link(&world, &old).state, LINK_CLOSED);
    struct link link = world_get_link(&world, &old);
    assert_true(id_equal(&link.replaced_by, &id));
    assert_true(world_get_link(&world, &id).primary);
    world_deinit(&world);
}

static void expect_refusal(struct world *world, struct rebind_link request, enum refusal_code code,
                           const char *field) {
    request.request = world_request_id(world);
    assert_int_equal(world_send(world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    world_expect_refused(world, code, field);
}

static void what_is_refused(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    const struct rebind_link good = world_rebind(&world, &old, &opened);
    struct rebind_link bad = good;
    bad.person = world_open(&world).person;
    expect_refusal(&world, bad, REFUSAL_PERSON, "person.id_number");
    bad = good;
    bad.class1 = opened.class1;
    expect_refusal(&world, bad, REFUSAL_SAME_ACCOUNT, "class1_account");
    bad = good;
    bad.class1.bank = bad.consent.recipient = BANK_A;
    expect_refusal(&world, bad, REFUSAL_SAME_BANK, "class1_account.bank_code");
    bad = good;
    bad.class1.bank = bad.consent.recipient = BANK_D;
    expect_refusal(&world, bad, REFUSAL_BANK_CODE_DEBTOR, "class1_account.bank_code");
    bad = good;
    bad.request = world_request_id(&world);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_REBIND_LINK, &bad), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &good), 0);
    assert_int_equal(world_count(&world, EFFECT_SEND), 1);
    expect_refusal(&world, good, REFUSAL_LINK_EXISTS, "class1_account");
    struct close_link close = world_close(&world, &old);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    expect_refusal(&world, good, REFUSAL_LINK_STATE, "link_id");
    laws_check(&world);
    world_deinit(&world);
}

static void the_old_one_may_end_before(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    struct id id = rebind(&world, &old, &opened);
    struct close_link close = world_close(&world, &old);
    assert_int_equal(world_send(&world, BANK_B, COMMAND_CLOSE_LINK, &close), 0);
    assert_true(world_get_link(&world, &id).primary);
    world_finish(&world, &id);
    struct link link = world_get_link(&world, &id);
    assert_true(link.primary);
    assert_true(link.cool_down_until_ms > world.now_ms);
    link = world_get_link(&world, &old);
    assert_true(id_is_zero(&link.replaced_by));
    laws_check(&world);

    /* the same where its agreement ends in the very moment */
    opened = world_open(&world);
    opened.agreement.ends_day = 1 + shanghai_day(world.now_ms);
    old = world_link_of(&world, &opened);
    int64_t end_ms = world_get_link(&world, &old).deadline_ms;
    world.now_ms = end_ms - MINUTE_MS;
    id = rebind(&world, &old, &opened);
    world_verify(&world, &id);
    world_challenge(&world, &id);
    world.now_ms = end_ms;
    world_type(&world, &id, CHALLENGE_RIGHT);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    assert_true(world_get_link(&world, &id).primary);
    assert_int_equal(world_get_link(&world, &old).state, LINK_EXPIRED);
    laws_check(&world);
    world_deinit(&world);
}

static void a_frozen_one_closes_later(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    struct id id = rebind(&world, &old, &opened);
    world_verify(&world, &id);
    world_challenge(&world, &id);
    struct link link = world_get_link(&world, &old);
    link.frozen = true;
    world_put_link(&world, &link);
    world_type(&world, &id, CHALLENGE_RIGHT);
    assert_int_equal(world_get_link(&world, &id).state, LINK_ACTIVE);
    assert_true(id_equal(&world_one(&world, EFFECT_ALARM)->object, &old));
    assert_int_equal(world_get_link(&world, &old).state, LINK_ACTIVE);
    assert_int_equal(world_unfreeze(&world, OBJECT_LINK, &old), 0);
    assert_int_equal(world_get_link(&world, &old).state, LINK_CLOSED);
    laws_check(&world);
    world_deinit(&world);
}

/* The same id again: the link as it is; with other content, the field. */
static void again_and_with_other_content(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link opened = world_open(&world);
    struct id old = world_link_of(&world, &opened);
    struct id stranger = world_link(&world);
    struct rebind_link request = world_rebind(&world, &old, &opened);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    struct id id = world_question(&world).link;
    assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &request), 0);
    struct link_view view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(view.replayed && id_equal(&view.link, &id));

    struct rebind_link other[6];
    static const char *const fields[] = {"link_id", "class1_account", "person.id_number",
                                         "scopes",  "agreement",      "consent"};
    for (size_t i = 0; i < 6; i++)
        other[i] = request;
    other[0].link = stranger;
    other[1].class1.number = SPAN_LITERAL("62280000000000999");
    other[2].person = world_open(&world).person;
    other[3].scopes |= LINK_SCOPE_BIT(LINK_SCOPE_BALANCE);
    other[4].agreement.version = SPAN_LITERAL("2099-1");
    other[5].consent.sha256.bytes[0] ^= 1;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(world_send(&world, BANK_A, COMMAND_REBIND_LINK, &other[i]), 0);
        world_expect_refused(&world, REFUSAL_DUPLICATE, fields[i]);
    }
    struct get_link get = {.request = request.request};
    assert_int_equal(world_send(&world, BANK_A, COMMAND_GET_LINK, &get), 0);
    view = world_link_view(&world, world_one(&world, EFFECT_REPLY));
    assert_true(id_equal(&view.link, &id));
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_the_place),        cmocka_unit_test(nothing_open_closes_at_once),
        cmocka_unit_test(what_is_refused),           cmocka_unit_test(the_old_one_may_end_before),
        cmocka_unit_test(a_frozen_one_closes_later), cmocka_unit_test(again_and_with_other_content),
    };
    return cmocka_run_group_tests_name("rebind", tests, NULL, NULL);
}
