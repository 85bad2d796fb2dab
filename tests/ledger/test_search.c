/*
 * Searches by keyed hash, and account numbers for whom two people let read them. Each is recorded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/rules.h"
#include "ledger/world_people.h"

static size_t search(struct world *world, enum search_by by, const struct digest *key) {
    struct command *command = world_order(world, COMMAND_SEARCH, UID_ONE);
    command->body.search = (struct search){by, *key};
    assert_int_equal(world_request(world, command), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_int_equal(reply->order, COMMAND_SEARCH);
    assert_int_equal(reply->payload.size % sizeof(struct id), 0);
    size_t found = reply->payload.size / sizeof(struct id);
    struct audit_row row = world_last_audit(world);
    assert_int_equal(row.sequence, world->sequence);
    assert_int_equal(row.order, COMMAND_SEARCH);
    assert_int_equal(row.uid, UID_ONE);
    assert_int_equal(row.found, found);
    assert_true(digest_equal(&row.key, key));
    return found;
}

static void links_are_found_by_account_and_person(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id ids[] = {world_link(&world), world_open_link(&world)};
    struct link link = world_get_link(&world, &ids[0]);
    const struct {
        enum search_by by;
        struct digest key;
    } wanted[] = {
        {SEARCH_BY_PERSON, link.person_key},
        {SEARCH_BY_ACCOUNT, link.class2_key},
        {SEARCH_BY_ACCOUNT, link.class1_key},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(search(&world, wanted[i].by, &wanted[i].key), 1);
        const struct effect *reply = world_one(&world, EFFECT_REPLY);
        assert_memory_equal(reply->payload.data, ids[0].bytes, ID_SIZE);
    }
    /* neither is found as the other, and nothing by a stranger's hash */
    assert_int_equal(search(&world, SEARCH_BY_ACCOUNT, &link.person_key), 0);
    assert_int_equal(search(&world, SEARCH_BY_PERSON, &link.class1_key), 0);
    struct digest nobody = {{1}};
    assert_int_equal(search(&world, SEARCH_BY_PERSON, &nobody), 0);
    world_deinit(&world);
}

static void the_hash_is_that_of_the_links(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    const struct keyring *keyring = world.side.keyring;
    struct digest key = ledger_account_key(keyring, open.class2.bank, open.class2.number);
    assert_int_equal(search(&world, SEARCH_BY_ACCOUNT, &key), 1);
    key = ledger_account_key(keyring, BANK_C, open.class2.number);
    assert_int_equal(search(&world, SEARCH_BY_ACCOUNT, &key), 0);
    key = ledger_person_key(keyring, open.person.id_type, open.person.id_number);
    assert_int_equal(search(&world, SEARCH_BY_PERSON, &key), 1);
    world_deinit(&world);
}

/* ---- unmasking ---- */

static struct id ask_unmask(struct world *world, const struct id *link) {
    struct command *command = world_order(world, COMMAND_UNMASK, UID_ONE);
    command->body.unmask.link = *link;
    assert_int_equal(world_request(world, command), 0);
    return world_one(world, EFFECT_REPLY)->object;
}

static int read_unmasked(struct world *world, const struct id *approval, uint32_t uid) {
    return world_decide(world, COMMAND_READ_UNMASKED, approval, uid);
}

static void numbers_are_read_by_who_asked_for_a_while(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct open_link open = world_open(&world);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_OPEN_LINK, &open), 0);
    struct id link = world_question(&world).link;
    struct id approval = ask_unmask(&world, &link);
    assert_int_equal(read_unmasked(&world, &approval, UID_ONE), 0);
    world_expect_refused(&world, REFUSAL_APPROVAL_STATE, "approval");
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &approval, UID_TWO), 0);
    assert_int_equal(world_one(&world, EFFECT_REPLY)->payload.size, 0);
    int64_t until_ms = world.now_ms + rules_compiled()->unmask_read_ms;
    for (int times = 0; times < 2; times++) {
        assert_int_equal(read_unmasked(&world, &approval, UID_ONE), 0);
        const struct effect *reply = world_one(&world, EFFECT_REPLY);
        struct unmasked unmasked;
        assert_int_equal(reply->order, COMMAND_READ_UNMASKED);
        assert_int_equal(reply->payload.size, sizeof unmasked);
        memcpy(&unmasked, reply->payload.data, sizeof unmasked);
        assert_true(id_equal(&unmasked.link, &link));
        assert_true(span_equal(span_text(unmasked.class2_number), open.class2.number));
        assert_true(span_equal(span_text(unmasked.class1_number), open.class1.number));
        assert_int_equal(unmasked.class1_bank, BANK_B);
        assert_int_equal(unmasked.until_ms, until_ms);
        struct audit_row row = world_last_audit(&world);
        assert_int_equal(row.sequence, world.sequence);
        assert_int_equal(row.order, COMMAND_READ_UNMASKED);
        assert_int_equal(row.kind, OBJECT_LINK);
        assert_true(id_equal(&row.object, &link));
        world.now_ms = until_ms - 1;
    }
    assert_int_equal(read_unmasked(&world, &approval, UID_TWO), 0);
    world_expect_refused(&world, REFUSAL_NOT_REQUESTER, "approval");
    assert_int_equal(world_last_audit(&world).refusal, REFUSAL_NOT_REQUESTER);
    world.now_ms = until_ms;
    assert_int_equal(read_unmasked(&world, &approval, UID_ONE), 0);
    world_expect_refused(&world, REFUSAL_APPROVAL_STATE, "approval");
    world_deinit(&world);
}

static void only_an_approved_unmask_lets_read(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id nothing = {{7}};
    struct command *command = world_order(&world, COMMAND_UNMASK, UID_ONE);
    command->body.unmask.link = nothing;
    assert_int_equal(world_request(&world, command), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_OBJECT, "link");
    assert_int_equal(read_unmasked(&world, &nothing, UID_ONE), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_APPROVAL, "approval");
    command = world_order(&world, COMMAND_CLOCK_ACCEPT, UID_ONE);
    assert_int_equal(world_request(&world, command), 0);
    struct id other = world_one(&world, EFFECT_REPLY)->object;
    assert_int_equal(world_decide(&world, COMMAND_APPROVE, &other, UID_TWO), 0);
    assert_int_equal(read_unmasked(&world, &other, UID_ONE), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_APPROVAL, "approval");
    struct id link = world_link(&world);
    struct id rejected = ask_unmask(&world, &link);
    assert_int_equal(world_decide(&world, COMMAND_REJECT, &rejected, UID_TWO), 0);
    assert_int_equal(read_unmasked(&world, &rejected, UID_ONE), 0);
    world_expect_refused(&world, REFUSAL_APPROVAL_STATE, "approval");
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_found_by_account_and_person),
        cmocka_unit_test(the_hash_is_that_of_the_links),
        cmocka_unit_test(numbers_are_read_by_who_asked_for_a_while),
        cmocka_unit_test(only_an_approved_unmask_lets_read),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
