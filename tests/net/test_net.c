/*
 * Connections over real sockets: conversations, packing, room, draining, renewed certificates.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/harbour.h"

static struct harbour harbour;

static int set_up(void **state) {
    (void)state;
    harbour_open(&harbour, 100, 10, 60000);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    harbour_close(&harbour);
    return 0;
}

static struct net_stats stats(void) {
    struct net_stats values;
    net_stats(harbour.net, &values);
    return values;
}

static void hello_and_goodbye(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_UP), 1);
    assert_int_equal(stats().connections, 1);
    tls_shut(caller.tls);
    UNTIL(&harbour, &caller, caller.closed);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 1);
    caller_close(&caller);
    UNTIL(&harbour, &caller, stats().connections == 0);
}

static void peer_vanishes(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    caller_close(&caller);
    UNTIL(&harbour, &caller, stats().connections == 0);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 1);
}

/* Five hundred answers of one batch leave in one write. */
static void a_turn_is_one_write(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    harbour_clear(&harbour);
    for (uint64_t i = 0; i < 500; i++)
        caller_submit(&caller, 10 + i);
    UNTIL(&harbour, &caller, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 500);
    uint64_t writes = stats().writes;
    harbour_answer_all(&harbour);
    for (uint64_t i = 0; i < 500; i++)
        caller_expect(&caller, MESSAGE_SUBMIT_TRANSFER);
    assert_int_equal(stats().writes, writes + 1);
    caller_close(&caller);
}

/* Without room nothing is read, however much comes; with it, nothing is missing. */
static void room_in_the_door(void **state) {
    (void)state;
    struct caller caller;
    caller_hello(&harbour, &caller, "bank-a");
    harbour_clear(&harbour);
    harbour.room = 100;
    uint64_t sent = 0;
    for (; sent < 1000; sent++)
        caller_submit(&caller, 10 + sent);
    size_t taken = 0;
    UNTIL(&harbour, &caller, stats().blocked == 1);
    for (int i = 0; i < 20; i++)
        harbour_step(&harbour);
    assert_int_equal(harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER), 100);
    while (taken < sent) {
        taken += harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER);
        harbour_clear(&harbour);
        harbour.room = 100;
        net_resume(harbour.net);
        caller_pump(&caller);
        harbour_step(&harbour);
    }
    assert_int_equal(taken, sent);
    assert_int_equal(stats().blocked, 0);
    caller_close(&caller);
}

static void instruction_to_the_other_bank(void **state) {
    (void)state;
    struct caller a;
    struct caller b;
    caller_hello(&harbour, &a, "bank-a");
    caller_hello(&harbour, &b, "bank-b");
    struct effect *effect = effects_add(&harbour.effects, EFFECT_SEND);
    effect->message = MESSAGE_POST_INSTRUCTION;
    effect->bank = BANK_B;
    effect->exchange = id_make(1, 1, 0);
    effect->deadline_ms = clock_wall_ms(&harbour.clock) + 60000;
    effect->payload = SPAN_LITERAL("instruction");
    harbour_release(&harbour);
    caller_expect(&b, MESSAGE_POST_INSTRUCTION);
    caller_close(&b); /* it breaks: the next connection gets it again */
    caller_hello(&harbour, &b, "bank-b");
    caller_expect(&b, MESSAGE_POST_INSTRUCTION);
    caller_close(&a);
    caller_close(&b);
}

static void disabled_bank_is_cut(void **state) {
    (void)state;
    struct caller a;
    struct caller b;
    caller_hello(&harbour, &a, "bank-a");
    caller_hello(&harbour, &b, "bank-b");
    struct bank bank = {.code = BANK_A};
    struct effect *effect = effects_add(&harbour.effects, EFFECT_BANK);
    effect->entry = &bank;
    harbour_release(&harbour);
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    caller_close(&a);
    caller_open(&harbour, &a, "bank-a");
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    assert_false(b.closed);
    caller_close(&a);
    caller_close(&b);
}

static void on_drained(void *context) {
    *(bool *)context = true;
}

static void drain_waits_for_what_is_in_flight(void **state) {
    (void)state;
    struct caller a;
    struct caller b;
    caller_hello(&harbour, &a, "bank-a");
    caller_hello(&harbour, &b, "bank-b");
    caller_submit(&a, 5);
    UNTIL(&harbour, &a, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    bool drained = false;
    net_drain(harbour.net, 60000, on_drained, &drained);
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect(&b, MESSAGE_GO_AWAY);
    caller_expect_closed(&b);
    caller_close(&b);
    assert_false(a.closed);
    assert_false(drained);
    harbour_answer_all(&harbour);
    caller_expect(&a, MESSAGE_SUBMIT_TRANSFER);
    caller_expect_closed(&a);
    caller_close(&a);
    UNTIL(&harbour, &a, drained);
    assert_int_equal(net_port(harbour.net), 0);
}

static void drain_of_nobody(void **state) {
    (void)state;
    bool drained = false;
    struct caller nobody = {.fd = -1};
    net_drain(harbour.net, 60000, on_drained, &drained);
    UNTIL(&harbour, &nobody, drained);
}

static void drain_ends(void **state) {
    (void)state;
    struct caller a;
    caller_hello(&harbour, &a, "bank-a");
    caller_submit(&a, 5);
    UNTIL(&harbour, &a, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    bool drained = false;
    net_drain(harbour.net, 1, on_drained, &drained);
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    caller_close(&a);
    UNTIL(&harbour, &a, drained);
}

/* What was in flight is answered as if nothing had been. */
static void renewal_leaves_the_others_alone(void **state) {
    (void)state;
    struct caller a;
    struct caller b;
    caller_hello(&harbour, &a, "bank-a");
    caller_hello(&harbour, &b, "bank-b");
    caller_submit(&a, 5);
    UNTIL(&harbour, &a, harbour_commands(&harbour, COMMAND_SUBMIT_TRANSFER) == 1);
    struct tls_context *first = harbour_tls_renewed("nobody");
    struct tls_context *second = harbour_tls_renewed("nobody");
    net_set_tls(harbour.net, first);
    net_set_tls(harbour.net, second);
    tls_context_free(first);
    harbour_answer_all(&harbour);
    caller_expect(&a, MESSAGE_SUBMIT_TRANSFER);
    caller_say(&b, 9, MESSAGE_HEARTBEAT, MESSAGE_REQUEST, SPAN_LITERAL("\x08\x01"));
    caller_expect(&b, MESSAGE_HEARTBEAT);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 0);
    assert_false(a.closed || b.closed);
    caller_close(&a);
    caller_close(&b);
    harbour_clear(&harbour);
    net_set_tls(harbour.net, harbour_tls());
    tls_context_free(second);
}

static void revoked_is_cut(void **state) {
    (void)state;
    struct caller a;
    struct caller b;
    caller_hello(&harbour, &a, "bank-a");
    caller_hello(&harbour, &b, "bank-b");
    struct tls_context *renewed = harbour_tls_renewed("bank-a-revoked");
    net_set_tls(harbour.net, renewed);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_DOWN), 1); /* already */
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    caller_close(&a);
    caller_say(&b, 9, MESSAGE_HEARTBEAT, MESSAGE_REQUEST, SPAN_LITERAL("\x08\x01"));
    caller_expect(&b, MESSAGE_HEARTBEAT);
    caller_open(&harbour, &a, "bank-a");
    UNTIL(&harbour, &a, a.refused);
    caller_close(&a);
    caller_close(&b);
    net_set_tls(harbour.net, harbour_tls());
    tls_context_free(renewed);
}

static void authority_is_gone(void **state) {
    (void)state;
    struct caller a;
    caller_hello(&harbour, &a, "bank-a");
    struct tls_context *renewed = harbour_tls_renewed("other-ca");
    net_set_tls(harbour.net, renewed);
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    caller_close(&a);
    net_set_tls(harbour.net, harbour_tls());
    tls_context_free(renewed);
}

/* A handshake that began under the old list ends under the new one. */
static void revoked_in_the_handshake(void **state) {
    (void)state;
    struct caller a;
    caller_open(&harbour, &a, "bank-a");
    UNTIL(&harbour, &a, stats().connections == 1);
    assert_false(tls_established(a.tls));
    struct tls_context *renewed = harbour_tls_renewed("bank-a-revoked");
    net_set_tls(harbour.net, renewed);
    caller_expect(&a, MESSAGE_GO_AWAY);
    caller_expect_closed(&a);
    assert_int_equal(harbour_commands(&harbour, COMMAND_BANK_UP), 0);
    caller_close(&a);
    net_set_tls(harbour.net, harbour_tls());
    tls_context_free(renewed);
}

static struct caller *cut_caller;
static bool cut_when_told;

/* An operator's order is answered: by now nothing but the end of the connection may be on its way. */
static void on_told(struct harbour *of, const struct effect *effect) {
    assert_int_equal(effect->kind, EFFECT_REPLY);
    net_flush_closed(of->net);
    for (int i = 0; i < 1000 && !cut_caller->closed; i++)
        caller_pump(cut_caller);
    cut_when_told = cut_caller->closed;
}

static void disable_is_answered_after_the_cut(void **state) {
    (void)state;
    struct caller a;
    caller_hello(&harbour, &a, "bank-a");
    cut_caller = &a;
    cut_when_told = false;
    harbour.told = on_told;
    struct bank bank = {.code = BANK_A};
    effects_add(&harbour.effects, EFFECT_BANK)->entry = &bank;
    effects_add(&harbour.effects, EFFECT_REPLY)->origin.kind = ORIGIN_ADMIN;
    harbour_release(&harbour);
    assert_true(cut_when_told);
    uint32_t kind = 0;
    uint64_t correlation;
    assert_true(caller_read(&a, &kind, &correlation));
    assert_int_equal(kind, MESSAGE_GO_AWAY);
    caller_close(&a);
}

static void taken_port(void **state) {
    (void)state;
    char reason[256] = "";
    assert_int_equal(
        net_listen(harbour.net, "127.0.0.1", net_port(harbour.net), reason, sizeof(reason)), -1);
    assert_non_null(strstr(reason, "in use"));
    assert_int_equal(net_listen(harbour.net, "192.0.2.1", 1, reason, sizeof(reason)), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(hello_and_goodbye),
        TEST(peer_vanishes),
        TEST(a_turn_is_one_write),
        TEST(room_in_the_door),
        TEST(instruction_to_the_other_bank),
        TEST(disabled_bank_is_cut),
        TEST(drain_waits_for_what_is_in_flight),
        TEST(drain_of_nobody),
        TEST(drain_ends),
        TEST(renewal_leaves_the_others_alone),
        TEST(revoked_is_cut),
        TEST(authority_is_gone),
        TEST(revoked_in_the_handshake),
        TEST(disable_is_answered_after_the_cut),
        TEST(taken_port),
    };
    return cmocka_run_group_tests(tests, harbour_pki_open, harbour_pki_close);
}
