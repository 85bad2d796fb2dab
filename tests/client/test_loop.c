/*
 * The client over a real descriptor: a socket pair, the scripted gateway at the other end, both
 * moved by this one thread. Then a port where nobody listens.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <linkgate/linkgate.h>

#include "client/peer.h"
#include "util/clock.h"

#define PATIENCE_MS 30000
#define REQUESTS 500
#define PAYLOAD 20000 /* more than a socket's buffer in all */

static struct pki pki;

struct world {
    struct clock clock;
    struct lg_context *context;
    struct lg_session *session;
    struct peer peer;
    int peer_fd;
    int answers, lost;
    bool ready;
};

static void on_ready(void *context, const struct lg_greeting *greeting) {
    struct world *world = context;
    (void)greeting;
    world->ready = true;
}

static void on_answer(void *context, void *tag, const struct lg_envelope *envelope) {
    struct world *world = context;
    (void)tag;
    (void)envelope;
    world->answers++;
}

static void on_lost(void *context, void *tag) {
    struct world *world = context;
    (void)tag;
    world->lost++;
}

static void on_other(void *context, const struct lg_envelope *envelope) {
    (void)context;
    (void)envelope;
}

static const struct lg_config config = {.software = "loop", .window = 16};

static struct lg_handler handler_of(struct world *world) {
    return (struct lg_handler){.context = world,
                               .ready = on_ready,
                               .answer = on_answer,
                               .lost = on_lost,
                               .request = on_other,
                               .notice = on_other};
}

static void open_context(struct world *world) {
    *world = (struct world){.clock = clock_system(), .peer_fd = -1};
    const struct lg_files files = {.ca = pki_path(&pki, "ca", "crt"),
                                   .certificate = pki_path(&pki, "bank", "crt"),
                                   .key = pki_path(&pki, "bank", "key")};
    char reason[256] = "";
    if (lg_context_new(&files, &world->context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
}

static void open_world(struct world *world) {
    int fds[2];
    open_context(world);
    peer_init(&world->peer, &pki, "gateway");
    world->peer.window = REQUESTS;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    world->peer_fd = fds[1];
    const struct lg_handler handler = handler_of(world);
    world->session = lg_session_adopt(fds[0], world->context, &config, &handler);
}

static void close_world(struct world *world) {
    lg_session_free(world->session);
    lg_context_free(world->context);
    if (world->peer_fd >= 0)
        close(world->peer_fd);
    peer_deinit(&world->peer);
}

/* One move of the gateway's end: at most one read and one write. */
static void move_peer(struct world *world) {
    uint8_t bytes[65536];
    ssize_t size = recv(world->peer_fd, bytes, sizeof(bytes), 0);
    if (size > 0)
        peer_feed(&world->peer, span_of(bytes, (size_t)size));
    struct span output = peer_output(&world->peer);
    size = output.size > 0 ? send(world->peer_fd, output.data, output.size, MSG_NOSIGNAL) : 0;
    if (size > 0)
        peer_sent(&world->peer, (size_t)size);
}

/* Both ends in turn until done. */
static void run(struct world *world, bool (*done)(const struct world *world)) {
    int64_t until_ms = clock_boot_ms(&world->clock) + PATIENCE_MS;
    while (!done(world)) {
        assert_int_equal(lg_session_turn(world->session, 0), 0);
        move_peer(world);
        assert_true(clock_boot_ms(&world->clock) < until_ms);
    }
}

static bool is_ready(const struct world *world) {
    return world->ready;
}

static bool has_heard_all(const struct world *world) {
    return world->peer.count == REQUESTS + 1;
}

static bool is_answered(const struct world *world) {
    return world->answers == REQUESTS;
}

static void carries_more_than_the_kernel_holds(void **state) {
    static const uint8_t payload[PAYLOAD];
    struct world world;
    (void)state;
    open_world(&world);
    run(&world, is_ready);
    struct lg_client *client = lg_session_client(world.session);
    const struct lg_request request = {.kind = MESSAGE_GET_TRANSFER,
                                       .payload = lg_bytes_of(payload, sizeof(payload))};
    for (int i = 0; i < REQUESTS; i++)
        assert_int_equal(lg_client_request(client, &request, NULL), 0);
    assert_int_equal(lg_session_interest(world.session) & POLLIN, 0);
    run(&world, has_heard_all);
    for (size_t i = 1; i < world.peer.count; i++)
        peer_say(&world.peer, world.peer.frames[i].correlation, MESSAGE_GET_TRANSFER, MESSAGE_REPLY,
                 span_of(payload, sizeof(payload)), 0);
    run(&world, is_answered);
    assert_int_equal(lg_session_interest(world.session), POLLIN);
    close_world(&world);
}

static bool never(void *context) {
    (void)context;
    return false;
}

static void ends_with_the_other_end(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    run(&world, is_ready);
    struct lg_client *client = lg_session_client(world.session);
    const struct lg_request request = {.kind = MESSAGE_GET_TRANSFER};
    assert_int_equal(lg_client_request(client, &request, NULL), 0);
    close(world.peer_fd);
    world.peer_fd = -1;
    assert_int_equal(lg_session_wait(world.session, never, NULL, PATIENCE_MS), LG_ENDED);
    assert_int_equal(world.lost, 1);
    assert_true(lg_session_over(world.session));
    close_world(&world);
}

static void waits_no_longer_than_told(void **state) {
    struct world world;
    (void)state;
    open_world(&world);
    run(&world, is_ready);
    assert_int_equal(lg_session_wait(world.session, never, NULL, 1), LG_TIMEOUT);
    close_world(&world);
}

/* A port that was free a moment ago. */
static uint16_t free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void says_when_nobody_listens(void **state) {
    struct world world;
    char reason[256] = "";
    (void)state;
    open_context(&world);
    const struct lg_target target = {.host = "127.0.0.1", .port = free_port()};
    const struct lg_handler handler = handler_of(&world);
    int failed = lg_session_open(&target, world.context, &config, &handler, &world.session, reason,
                                 sizeof(reason));
    if (!failed) {
        assert_int_equal(lg_session_wait(world.session, never, NULL, PATIENCE_MS), LG_ENDED);
        snprintf(reason, sizeof(reason), "%s", lg_client_reason(lg_session_client(world.session)));
        lg_session_free(world.session);
    }
    assert_non_null(strstr(reason, "refused"));
    lg_context_free(world.context);
}

static int setup(void **state) {
    (void)state;
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", LG_GATEWAY_URI);
    pki_issue_uri(&pki, "bank", "urn:linkgate:bank:999100000011");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pki_close(&pki);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_more_than_the_kernel_holds),
        cmocka_unit_test(ends_with_the_other_end),
        cmocka_unit_test(waits_no_longer_than_told),
        cmocka_unit_test(says_when_nobody_listens),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
