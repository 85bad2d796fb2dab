/*
 * Peers that do not take what they are sent, and peers that do not go: each has its deadline, and
 * what waits for it in memory is bounded until then and free afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "net/harbour.h"

#define TURNS_MAX 10000

static struct harbour harbour;
static struct caller caller;

static int set_up(void **state) {
    (void)state;
    harbour_open(&harbour, 100, 10, 600000);
    caller_hello(&harbour, &caller, "bank-a");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    caller_close(&caller);
    harbour_close(&harbour);
    return 0;
}

static struct net_stats stats(void) {
    struct net_stats values;
    net_stats(harbour.net, &values);
    return values;
}

static void expect_cut(void) {
    assert_int_equal(stats().slow, 1);
    assert_int_equal(stats().output, 0);
    assert_int_equal(stats().choked, 0);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 1);
}

/* The peer's end of the socket gives up some of what it holds, until it is read again. */
static void take_a_little(void) {
    static uint8_t bytes[65536];
    for (int i = 0; stats().choked > 0; i++) {
        assert_true(i < TURNS_MAX);
        (void)!recv(caller.fd, bytes, sizeof(bytes), 0);
        harbour_step(&harbour);
    }
}

static void output_that_is_not_taken(void **state) {
    (void)state;
    caller_choke(&caller);
    assert_in_range(stats().output, NET_OUTPUT_MAX, NET_OUTPUT_MAX + (128u << 10));
    harbour_skip(&harbour, NET_SLOW_READER_MS - 5000);
    take_a_little(); /* alive */
    caller_choke(&caller);
    harbour_skip(&harbour, NET_SLOW_READER_MS - 5000);
    assert_int_equal(stats().slow, 0);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 0);
    harbour_skip(&harbour, 5000);
    expect_cut();
}

/* It is told to go, and does not even hear that. */
static void last_words_that_are_not_taken(void **state) {
    (void)state;
    caller_choke(&caller);
    struct bank bank = {.code = BANK_A};
    effects_add(&harbour.effects, EFFECT_BANK)->entry = &bank;
    harbour_release(&harbour);
    harbour_skip(&harbour, NET_CLOSE_MS / 2);
    assert_int_equal(stats().slow, 0);
    assert_true(stats().output > 0);
    harbour_skip(&harbour, NET_CLOSE_MS / 2);
    expect_cut();
}

/* It heard the last word and stays. */
static void peer_that_does_not_go(void **state) {
    (void)state;
    assert_int_equal(tls_write(caller.tls, SPAN_LITERAL("\0\xff\xff\xff\xff")), 0);
    caller_expect(&caller, MESSAGE_GO_AWAY);
    caller_expect_closed(&caller);
    assert_int_equal(stats().connections, 1);
    harbour_skip(&harbour, NET_LINGER_MS);
    UNTIL(&harbour, &caller, stats().connections == 0);
    assert_int_equal(stats().slow, 0);
}

static void on_drained(void *context) {
    *(bool *)context = true;
}

/* One that takes nothing and one that does not go hold nobody up. */
static void drain(void **state) {
    (void)state;
    struct caller stays;
    bool drained = false;
    caller_hello(&harbour, &stays, "bank-b");
    caller_choke(&caller);
    net_drain(harbour.net, 1, on_drained, &drained);
    caller_expect(&stays, MESSAGE_GO_AWAY);
    caller_expect_closed(&stays);
    assert_false(drained);
    assert_int_equal(stats().connections, 2);
    harbour.skipped_ms += NET_CLOSE_MS; /* looked at when the other one's time is over */
    UNTIL(&harbour, &stays, drained);
    assert_int_equal(stats().connections, 0);
    assert_int_equal(stats().slow, 1);
    caller_close(&stays);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(output_that_is_not_taken),
        TEST(last_words_that_are_not_taken),
        TEST(peer_that_does_not_go),
        TEST(drain),
    };
    return cmocka_run_group_tests(tests, harbour_pki_open, harbour_pki_close);
}
