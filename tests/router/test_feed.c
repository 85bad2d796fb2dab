/*
 * Notices arrive in order, whatever their way: at once, from a page of the table, again after a
 * break, and never more than the bound without an acknowledgement.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "router/stand.h"

static void notices_in_order(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, 10);
    deliver_notice(&world, 15); /* not caught up: it will come from the table */
    assert_int_equal(peer->count, 0);
    serve_page(&world, 15);
    assert_int_equal(peer->count, 5);
    assert_string_equal(peer->sent[0].payload, "11");
    assert_string_equal(peer->sent[4].payload, "15");
    assert_int_equal(peer->sent[4].direction, MESSAGE_NOTICE);
    serve_page(&world, 15); /* the one that was let go asked for it */
    assert_int_equal(world.count, 0);
    deliver_notice(&world, 16);
    assert_int_equal(peer->count, 6);
    deliver_notice(&world, 16);
    assert_int_equal(peer->count, 6);
    leave(&world, peer);
    close_world(&world);
}

static void notices_stop_at_the_bound(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join(&world, BANK_A, 8);
    serve_page(&world, 0);
    for (uint64_t n = 1; n <= 1500; n++)
        deliver_notice(&world, n);
    assert_int_equal(peer->count, ROUTER_NOTICES_MAX);
    assert_int_equal(world.count, 0);
    router_acknowledged(world.router, BANK_A, 100);
    assert_int_equal(world.count, 0); /* not yet room for a page */
    router_acknowledged(world.router, BANK_A, 1024);
    for (int pages = 0; world.count > 0 && pages < 10; pages++)
        serve_page(&world, 1500);
    assert_int_equal(peer->count, 1500);
    deliver_notice(&world, 1501);
    assert_int_equal(peer->count, 1501);
    for (size_t i = 0; i < peer->count; i++)
        assert_int_equal(strtoul(peer->sent[i].payload, NULL, 10), i + 1);
    leave(&world, peer);
    close_world(&world);
}

static void notices_move_to_another_connection(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *first = join(&world, BANK_A, 8);
    struct fake_peer *second = join(&world, BANK_A, 8);
    serve_page(&world, 6);
    assert_int_equal(first->count, 6);
    router_acknowledged(world.router, BANK_A, 4);
    leave(&world, first);
    serve_page(&world, 6);
    assert_int_equal(second->count, 2);
    assert_string_equal(second->sent[0].payload, "5");
    leave(&world, second);
    close_world(&world);
}

static void pages_wait_for_room(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    world.room = 0;
    struct fake_peer *peer = join(&world, BANK_A, 8);
    last_command(&world, COMMAND_BANK_UP);
    world.room = 1;
    router_resume(world.router);
    last_command(&world, COMMAND_FETCH_NOTICES);
    clear_commands(&world);
    pass(&world, 4999);
    assert_int_equal(world.count, 0);
    pass(&world, 1); /* the page never came: asked for again */
    serve_page(&world, 3);
    assert_int_equal(peer->count, 3);
    leave(&world, peer);
    close_world(&world);
}

static size_t ups(const struct world *world) {
    size_t count = 0;
    for (size_t i = 0; i < world->count; i++)
        count += world->commands[i]->kind == COMMAND_BANK_UP;
    return count;
}

/* Whichever session shows a token, the ledger sees it. */
static void later_sessions_show_tokens(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peers[4];
    peers[0] = join_at(&world, BANK_A, 8, 1000);
    peers[1] = join_with(&world, BANK_A, 8, 900, 7);
    assert_int_equal(ups(&world), 2);
    const struct command *up = last_command(&world, COMMAND_BANK_UP);
    assert_int_equal(up->body.bank_up.last_notice_sequence, 900);
    assert_true(up->body.bank_up.has_token);
    peers[2] = join_with(&world, BANK_A, 8, 900, 7); /* known */
    leave(&world, peers[2]);
    peers[2] = join_at(&world, BANK_A, 8, 950);
    assert_int_equal(ups(&world), 2);
    peers[3] = join_with(&world, BANK_A, 8, 900, 8);
    assert_int_equal(ups(&world), 3);
    for (size_t i = 0; i < 4; i++)
        leave(&world, peers[i]);
    close_world(&world);
}

/* A bank that claims to hold notices which were never given gets the next one all the same. */
static void false_position(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, 1000000);
    serve_page(&world, 0);
    deliver_notice(&world, 1);
    deliver_notice(&world, 2);
    assert_int_equal(peer->count, 2);
    leave(&world, peer);
    close_world(&world);
}

/* No position makes the feed ask for ever: not the highest number either. */
static void highest_position(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, UINT64_MAX);
    for (int pages = 0; pages < 3 && world.count > 0; pages++)
        serve_page(&world, 0);
    assert_int_equal(world.count, 0);
    deliver_notice(&world, 1);
    assert_int_equal(peer->count, 1);
    leave(&world, peer);
    close_world(&world);
}

/* The bank acknowledged on another connection while its Hello was on the way. */
static void position_behind_the_table(void **state) {
    (void)state;
    struct world world;
    open_world(&world);
    struct fake_peer *peer = join_at(&world, BANK_A, 8, 10);
    deliver_notice(&world, 24);
    serve_page_from(&world, 21, 24);
    assert_int_equal(peer->count, 0);
    serve_page_from(&world, 21, 24); /* asked for again, from where the table begins */
    assert_int_equal(peer->count, 4);
    assert_string_equal(peer->sent[0].payload, "21");
    assert_int_equal(world.count, 0); /* and not for ever */
    deliver_notice(&world, 25);
    assert_int_equal(peer->count, 5);
    leave(&world, peer);
    close_world(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notices_in_order),
        cmocka_unit_test(notices_stop_at_the_bound),
        cmocka_unit_test(notices_move_to_another_connection),
        cmocka_unit_test(pages_wait_for_room),
        cmocka_unit_test(later_sessions_show_tokens),
        cmocka_unit_test(false_position),
        cmocka_unit_test(highest_position),
        cmocka_unit_test(position_behind_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
