/*
 * ListLinks: each bank its own, by state and account, in pages that bounded work fills.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/world.h"

static struct link_page list(struct world *world, bank_code bank, const struct list_links *query) {
    struct link_page page;
    assert_int_equal(world_send(world, bank, COMMAND_LIST_LINKS, query), 0);
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_int_equal(reply->message, MESSAGE_LIST_LINKS);
    assert_int_equal(world->effects->count, 1);
    struct span copy = arena_copy(&world->arena, reply->payload);
    assert_int_equal(partner_decode_link_page(copy, &world->arena, &page), 0);
    return page;
}

static void each_bank_its_own(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id of_ab = world_link(&world);
    struct open_link open = world_open(&world);
    open.class2.bank = BANK_C;
    struct id of_cb = world_link_of(&world, &open);
    struct list_links all = {.max = 10};
    struct link_page page = list(&world, BANK_A, &all);
    assert_int_equal(page.count, 1);
    assert_true(id_equal(&page.links[0].link, &of_ab));
    assert_true(id_is_zero(&page.next));
    page = list(&world, BANK_B, &all);
    assert_int_equal(page.count, 2);
    assert_true(id_equal(&page.links[0].link, &of_ab));
    assert_true(id_equal(&page.links[1].link, &of_cb));
    /* an account of its own; the other bank's is none of its accounts */
    struct list_links account = {.account_number = open.class2.number};
    page = list(&world, BANK_C, &account);
    assert_int_equal(page.count, 1);
    assert_true(id_equal(&page.links[0].link, &of_cb));
    assert_int_equal(list(&world, BANK_B, &account).count, 0);
    account.account_number = open.class1.number;
    assert_int_equal(list(&world, BANK_B, &account).count, 1);
    assert_int_equal(list(&world, BANK_C, &account).count, 0);
    world_deinit(&world);
}

static void pages_are_stable(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id ids[7];
    for (size_t i = 0; i < 7; i++)
        ids[i] = world_open_link(&world);
    struct list_links query = {.max = 3};
    size_t seen = 0;
    do {
        struct link_page page = list(&world, BANK_A, &query);
        for (uint32_t i = 0; i < page.count; i++)
            assert_true(id_equal(&page.links[i].link, &ids[seen++]));
        query.after = page.next;
        struct close_link close = world_close(&world, &ids[0]); /* what changes is no matter */
        assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    } while (!id_is_zero(&query.after));
    assert_int_equal(seen, 7);
    query = (struct list_links){.state = LINK_CLOSED};
    struct link_page page = list(&world, BANK_A, &query);
    assert_int_equal(page.count, 1);
    assert_true(id_equal(&page.links[0].link, &ids[0]));
    assert_int_equal(page.links[0].state, LINK_CLOSED);
    world_deinit(&world);
}

/* A page that looked at so many has a next, though nothing fitted. */
static void a_page_looks_at_so_many(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    struct id last = {{0}};
    for (uint32_t i = 0; i < LEDGER_LIST_LOOK_MAX + 1; i++)
        last = world_open_link(&world);
    struct close_link close = world_close(&world, &last);
    assert_int_equal(world_send(&world, BANK_A, COMMAND_CLOSE_LINK, &close), 0);
    struct list_links query = {.state = LINK_CLOSED};
    struct link_page page = list(&world, BANK_A, &query);
    assert_int_equal(page.count, 0);
    assert_false(id_is_zero(&page.next));
    query.after = page.next;
    page = list(&world, BANK_A, &query);
    assert_int_equal(page.count, 1);
    assert_true(id_is_zero(&page.next));
    world_deinit(&world);
}

static void a_page_fits_into_a_frame(void **state) {
    (void)state;
    struct world world;
    world_init(&world);
    for (size_t i = 0; i < LIST_MAX; i++) {
        struct id id = world_link(&world);
        struct link link = world_get_link(&world, &id);
        link.hold_count = HOLDS_MAX;
        for (size_t n = 0; n < HOLDS_MAX; n++) {
            link.holds[n] = (struct hold){.id = id,
                                          .authority = HOLD_BY_COURT,
                                          .by = BANK_A,
                                          .blocks = HOLD_BLOCKS_ALL,
                                          .reason = "AM07",
                                          .placed_at_ms = world.now_ms,
                                          .expires_at_ms = world.now_ms};
            memset(link.holds[n].legal_reference, 'x', LEGAL_REFERENCE_MAX);
        }
        world_put_link(&world, &link);
    }
    struct list_links query = {.max = LIST_MAX};
    size_t seen = 0;
    size_t pages = 0;
    do {
        struct link_page page = list(&world, BANK_A, &query);
        assert_true(world_one(&world, EFFECT_REPLY)->payload.size <=
                    MESSAGE_PAGE_ENTRIES_MAX + LINK_ENTRY_MAX);
        seen += page.count;
        query.after = page.next;
        pages++;
    } while (!id_is_zero(&query.after));
    assert_int_equal(seen, LIST_MAX);
    assert_true(pages > 1);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bank_its_own),
        cmocka_unit_test(pages_are_stable),
        cmocka_unit_test(a_page_looks_at_so_many),
        cmocka_unit_test(a_page_fits_into_a_frame),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
