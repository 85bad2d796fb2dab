/*
 * Peers that mean no good, or are broken: a right one beside them notices nothing, and what they
 * cost is bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/harbour.h"
#include "session/session.h"

#define SILENCE_MS 500 /* waited for, and long for a handshake on a busy machine */

static struct harbour harbour;
static struct caller honest;
static uint64_t turn;

static struct net_stats stats(void) {
    struct net_stats values;
    net_stats(harbour.net, &values);
    return values;
}

static void honest_is_served(void) {
    harbour_clear(&harbour);
    caller_submit(&honest, ++turn);
    UNTIL(&harbour, &honest, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    harbour_answer_all(&harbour);
    caller_expect(&honest, MESSAGE_SUBMIT_TRANSFER);
}

static int set_up(void **state) {
    (void)state;
    harbour_open(&harbour, 40, 10, 60000);
    turn = 100;
    caller_hello(&harbour, &honest, "bank-b");
    honest_is_served();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    honest_is_served();
    caller_close(&honest);
    harbour_close(&harbour);
    return 0;
}

static void not_tls(void **state) {
    (void)state;
    struct caller caller;
    caller_open(&harbour, &caller, NULL);
    buf_append_span(&caller.out, SPAN_LITERAL("GET / HTTP/1.1\r\n\r\n"));
    caller_expect_closed(&caller);
    assert_true(caller.plain.size <= 16); /* an alert at most */
    caller_close(&caller);
}

static void unknown_ca(void **state) {
    (void)state;
    struct caller caller;
    caller_open(&harbour, &caller, "stranger");
    UNTIL(&harbour, &caller, tls_established(caller.tls)); /* it thinks so */
    caller_say(&caller, 1, MESSAGE_HELLO, MESSAGE_REQUEST, SPAN_LITERAL("hello?"));
    caller_expect_closed(&caller);
    assert_true(caller.refused);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_UP), 0);
    caller_close(&caller);
}

static void bad_frame(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    assert_int_equal(tls_write(caller.tls, SPAN_LITERAL("\0\xff\xff\xff\xff")), 0);
    caller_expect(&caller, MESSAGE_GO_AWAY); /* arrives before the end */
    caller_expect_closed(&caller);
    caller_close(&caller);
}

/* More than may shake hands at a time: the oldest give way, and a right one comes through. */
static void silent_crowd(void **state) {
    (void)state;
    struct caller crowd[25];
    for (size_t i = 0; i < 25; i++) {
        caller_open(&harbour, &crowd[i], NULL);
        harbour_step(&harbour);
    }
    UNTIL(&harbour, &honest, stats().evicted == 15);
    assert_int_equal(stats().connections, 11);
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    caller_close(&caller);
    for (size_t i = 0; i < 25; i++)
        caller_close(&crowd[i]);
}

static void too_many_connections(void **state) {
    (void)state;
    struct caller callers[39];
    for (size_t i = 0; i < 39; i++)
        caller_hello(&harbour, &callers[i], "bank-a");
    struct caller more;
    caller_open(&harbour, &more, "bank-a");
    caller_expect_closed(&more);
    assert_int_equal(stats().full, 1);
    caller_close(&more);
    for (size_t i = 0; i < 39; i++)
        caller_close(&callers[i]);
    UNTIL(&harbour, &honest, stats().connections == 1);
}

/* Whoever was turned away and stays keeps nobody out. */
static void crowd_that_lingers(void **state) {
    (void)state;
    struct caller crowd[60];
    for (size_t i = 0; i < 60; i++) {
        caller_open(&harbour, &crowd[i], NULL);
        crowd[i].deaf = true;
        buf_append_span(&crowd[i].out, SPAN_LITERAL("GET / HTTP/1.1\r\n\r\n"));
        caller_pump(&crowd[i]);
        harbour_step(&harbour);
    }
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    assert_int_equal(stats().full, 0);
    assert_int_equal(stats().evicted, 22);
    caller_close(&caller);
    for (size_t i = 0; i < 60; i++)
        caller_close(&crowd[i]);
    UNTIL(&harbour, &honest, stats().connections == 1);
}

/* Where there is little room, whoever waited for it comes before one that had it and wants more. */
static void room_goes_round(void **state) {
    (void)state;
    struct caller caller;
    struct buf payload = {0};
    struct ack_notices ack = {1};
    partner_encode_ack_notices(&ack, &payload);
    caller_hello(&harbour, &caller, "bank-a");
    harbour_clear(&harbour);
    harbour.room = 0;
    for (uint64_t i = 0; i < 1000; i++)
        caller_say(&caller, 0, MESSAGE_ACK_NOTICES, MESSAGE_NOTICE, buf_span(&payload));
    UNTIL(&harbour, &caller, stats().blocked == 1);
    caller_submit(&honest, ++turn);
    UNTIL(&harbour, &honest, stats().blocked == 2);
    for (int i = 0; i < 2; i++) {
        harbour_clear(&harbour);
        harbour.room = FRONT_SAVED_MAX; /* all that one bank may catch up with in a turn */
        net_resume(harbour.net);
        UNTIL(&harbour, &honest, harbour.count > 0);
    }
    assert_int_equal(harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER), 1);
    harbour_answer_all(&harbour);
    caller_expect(&honest, MESSAGE_SUBMIT_TRANSFER);
    harbour.room = COMMANDS_MAX;
    net_resume(harbour.net);
    buf_deinit(&payload);
    caller_close(&caller);
}

/* It asks and asks and never reads: it is not read any more, and its memory stays bounded. */
static void slow_reader(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    caller_choke(&caller);
    honest_is_served();
    struct effect *instruction = effects_add(&harbour.effects, EFFECT_SEND);
    instruction->message = MESSAGE_POST_INSTRUCTION;
    instruction->bank = BANK_A;
    instruction->exchange = id_make(1, 1, 0);
    instruction->deadline_ms = clock_wall_ms(&harbour.clock) + 60000;
    instruction->payload = SPAN_LITERAL("instruction");
    harbour_release(&harbour);
    struct front_stats front;
    front_stats(harbour.front, &front);
    assert_int_equal(front.router.waiting, 1); /* it would only pile up */
    caller.deaf = false;                       /* it reads after all */
    UNTIL(&harbour, &caller, stats().choked == 0);
    front_stats(harbour.front, &front);
    assert_int_equal(front.router.outstanding, 1);
    caller_submit(&caller, 999999);
    UNTIL(&harbour, &caller, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    caller_close(&caller);
}

/* Its second connection has no allowance of its own; its third, which reads, is served. */
static void slow_readers_of_one_bank(void **state) {
    (void)state;
    struct caller callers[3];
    for (size_t i = 0; i < 3; i++)
        caller_hello(&harbour, &callers[i], "bank-a");
    caller_choke(&callers[0]);
    caller_choke(&callers[1]);
    assert_int_equal(stats().choked, 2);
    assert_in_range(stats().output, NET_OUTPUT_MAX, 2 * NET_OUTPUT_MAX);
    caller_submit(&callers[2], 7);
    UNTIL(&harbour, &callers[2], harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    harbour_answer_all(&harbour);
    caller_expect(&callers[2], MESSAGE_SUBMIT_TRANSFER);
    honest_is_served();
    caller_close(&callers[0]);
    UNTIL(&harbour, &callers[2], stats().choked == 1);
    callers[1].deaf = false;
    UNTIL(&harbour, &callers[1], stats().choked == 0);
    caller_close(&callers[1]);
    caller_close(&callers[2]);
}

/* No descriptors left: listening pauses, nothing spins, and goes on when there are some. */
static void out_of_descriptors(void **state) {
    (void)state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct caller callers[8];
    for (size_t i = 0; i < 8; i++)
        caller_open(&harbour, &callers[i], NULL);
    int lowest = dup(0); /* the first number that is free */
    assert_true(lowest >= 0);
    close(lowest);
    struct rlimit tight = {(rlim_t)lowest, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    UNTIL(&harbour, &honest, stats().pauses > 0);
    honest_is_served();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    caller_close(&caller);
    for (size_t i = 0; i < 8; i++)
        caller_close(&callers[i]);
}

static void reset_in_the_middle(void **state) {
    (void)state;
    struct linger reset = {1, 0};
    for (int i = 0; i < 10; i++) {
        struct caller caller;
        caller_hello(&harbour, &caller, "bank-a");
        caller_submit(&caller, 1);
        caller_pump(&caller);
        assert_int_equal(setsockopt(caller.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
        caller_close(&caller);
    }
    UNTIL(&harbour, &honest, stats().connections == 1);
}

/* With a world of short deadlines, whoever is silent goes, at every stage. */
static void silence_ends(void **state) {
    (void)state;
    struct harbour quick;
    harbour_open(&quick, 40, 10, SILENCE_MS);
    struct caller no_handshake;
    struct caller no_hello;
    struct caller no_heartbeat;
    caller_open(&quick, &no_handshake, NULL);
    caller_open(&quick, &no_hello, "bank-a");
    caller_hello(&quick, &no_heartbeat, "bank-a");
    caller_expect_closed(&no_handshake);
    caller_expect_closed(&no_hello);
    caller_expect(&no_heartbeat, MESSAGE_HEARTBEAT);
    caller_expect_closed(&no_heartbeat);
    caller_close(&no_handshake);
    caller_close(&no_hello);
    caller_close(&no_heartbeat);
    harbour_close(&quick);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(not_tls),
        TEST(unknown_ca),
        TEST(bad_frame),
        TEST(silent_crowd),
        TEST(too_many_connections),
        TEST(crowd_that_lingers),
        TEST(room_goes_round),
        TEST(slow_reader),
        TEST(slow_readers_of_one_bank),
        TEST(out_of_descriptors),
        TEST(reset_in_the_middle),
        TEST(silence_ends),
    };
    return cmocka_run_group_tests(tests, harbour_pki_open, harbour_pki_close);
}
