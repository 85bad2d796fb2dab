/*
 * Lists of transfers: each bank its own, in order, none twice or left out while new ones come, and
 * never more work a page than it may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/money.h"

static struct transfer_page page_of(struct world *world, bank_code bank,
                                    const struct list_transfers *query) {
    struct transfer_page page;
    struct digest before = world_digest(world);
    assert_int_equal(world_send(world, bank, COMMAND_LIST_TRANSFERS, query), 0);
    struct digest after = world_digest(world);
    assert_true(digest_equal(&before, &after));
    const struct effect *reply = world_one(world, EFFECT_REPLY);
    assert_false(reply->refused);
    assert_true(reply->payload.size <= 65536);
    struct span copy = arena_copy(&world->arena, reply->payload);
    assert_int_equal(partner_decode_transfer_page(copy, &world->arena, &page), 0);
    return page;
}

/* All pages; the ids in ids_out. */
static size_t collect(struct world *world, bank_code bank, struct list_transfers query,
                      struct id *ids_out, size_t max, uint32_t *pages_out) {
    size_t count = 0;
    *pages_out = 0;
    for (;;) {
        struct transfer_page page = page_of(world, bank, &query);
        ++*pages_out;
        for (uint32_t i = 0; i < page.count; i++) {
            assert_true(count < max);
            ids_out[count++] = page.transfers[i].transfer;
        }
        if (id_is_zero(&page.next))
            return count;
        assert_true(id_compare(&page.next, &query.after) > 0);
        query.after = page.next;
    }
}

#define MANY 23

static void pages_in_order(void **state) {
    (void)state;
    struct world world;
    struct id made[MANY];
    struct id seen[MANY];
    uint32_t pages;
    world_init(&world);
    struct id link = world_link(&world);
    for (size_t i = 0; i < MANY; i++) {
        world.now_ms += i % 3 == 2; /* some at the same instant */
        made[i] = world_pending(&world, &link, i % 2 ? TRANSFER_PUSH : TRANSFER_PULL, 1 + (int)i);
    }
    for (uint32_t max = 1; max <= MANY + 1; max += 5) {
        for (int by_link = 0; by_link < 2; by_link++) {
            struct list_transfers query = {.max = max};
            if (by_link)
                query.link = link;
            assert_int_equal(collect(&world, BANK_A, query, seen, MANY, &pages), MANY);
            assert_memory_equal(made, seen, sizeof made);
            assert_int_equal(pages, (MANY + max - 1) / max);
            assert_int_equal(collect(&world, BANK_B, query, seen, MANY, &pages), MANY);
            if (!by_link)
                assert_int_equal(collect(&world, BANK_C, query, seen, MANY, &pages), 0);
        }
    }
    struct list_transfers query = {.max = 0, .link = link}; /* 0 takes 50 */
    assert_int_equal(collect(&world, BANK_A, query, seen, MANY, &pages), MANY);
    assert_int_equal(world_send(&world, BANK_C, COMMAND_LIST_TRANSFERS, &query), 0);
    world_expect_refused(&world, REFUSAL_NO_SUCH_LINK, "link_id");
    world_deinit(&world);
}

static void filters(void **state) {
    (void)state;
    struct world world;
    struct id seen[8];
    uint32_t pages;
    world_init(&world);
    struct id link = world_link(&world);
    int64_t start = world.now_ms;
    struct id first = world_transfer_in(&world, &link, TRANSFER_PULL, 10, TRANSFER_ACCEPTED);
    world.now_ms = start + 100;
    struct id second = world_transfer_in(&world, &link, TRANSFER_PULL, 20, TRANSFER_REJECTED);
    world.now_ms = start + 200;
    struct id third = world_pending(&world, &link, TRANSFER_PULL, 30);
    struct list_transfers query = {.max = 10, .state = TRANSFER_REJECTED};
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 1);
    assert_true(id_equal(&seen[0], &second));
    query = (struct list_transfers){.max = 10, .from_ms = start + 100, .to_ms = start + 200};
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 1); /* before the end */
    assert_true(id_equal(&seen[0], &second));
    query = (struct list_transfers){.max = 10, .from_ms = start + 101, .link = link};
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 1);
    assert_true(id_equal(&seen[0], &third));
    query = (struct list_transfers){.max = 10, .min_fen = 10, .max_fen = 10}; /* inclusive */
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 1);
    assert_true(id_equal(&seen[0], &first));
    query = (struct list_transfers){.max = 10, .from_ms = INT64_MAX};
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 0);
    query = (struct list_transfers){.max = 10, .to_ms = 1};
    assert_int_equal(collect(&world, BANK_A, query, seen, 8, &pages), 0);
    world_deinit(&world);
}

/* What comes in while pages are read stands behind them: nothing moves, all is seen. */
static void stable_while_new_ones_come(void **state) {
    (void)state;
    struct world world;
    struct id made[60];
    size_t count = 0;
    size_t read = 0;
    world_init(&world);
    struct id link = world_link(&world);
    for (; count < 10; count++)
        made[count] = world_pending(&world, &link, TRANSFER_PULL, 1);
    struct list_transfers query = {.max = 3};
    for (;;) {
        struct transfer_page page = page_of(&world, BANK_A, &query);
        for (uint32_t i = 0; i < page.count; i++)
            assert_true(id_equal(&page.transfers[i].transfer, &made[read++]));
        if (id_is_zero(&page.next))
            break;
        query.after = page.next;
        if (count < 30) { /* two more, and an old one changes its state */
            made[count++] = world_pending(&world, &link, TRANSFER_PULL, 1);
            made[count++] = world_pending(&world, &link, TRANSFER_PUSH, 1);
            money_answer(&world, &made[read - 1], POSTING_POSTED);
        }
    }
    assert_int_equal(read, count);
    world_deinit(&world);
}

/* Others' transfers are passed over, so many a page; the page says where to go on. */
static void bounded_work(void **state) {
    (void)state;
    struct world world;
    struct id seen[4];
    uint32_t pages;
    world_init(&world);
    struct id link = world_link(&world);
    for (int i = 0; i < 1100; i++)
        (void)world_pending(&world, &link, TRANSFER_PULL, i == 1050 ? 7 : 1);
    struct list_transfers query = {.max = 100, .min_fen = 7};
    assert_int_equal(collect(&world, BANK_A, query, seen, 4, &pages), 1);
    assert_int_equal(pages, 3);
    assert_int_equal(collect(&world, BANK_C, query, seen, 4, &pages), 0);
    assert_int_equal(pages, 3);
    query.min_fen = 0;
    assert_int_equal(page_of(&world, BANK_A, &query).count, 100);
    world_deinit(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_in_order),
        cmocka_unit_test(filters),
        cmocka_unit_test(stable_while_new_ones_come),
        cmocka_unit_test(bounded_work),
    };
    return cmocka_run_group_tests_name("transfer_list", tests, NULL, NULL);
}
