/*
 * The client over a real descriptor: a socket pair, the scripted gateway at the other end, both
 * moved by this one thread or by a process of its own. Then a port where nobody listens.
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
#include <sys/wait.h>
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
    int answers, lost, requests;
    int inside; /* outcome of a call inside a callback */
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

static void on_request(void *context, const struct lg_envelope *envelope) {
    struct world *world = context;
    struct lg_envelope answer;
    const struct lg_request request = {.kind = MESSAGE_GET_TRANSFER};
    world->requests++;
    world->inside = lg_session_call(world->session, &request, 0, &answer);
    assert_int_equal(lg_session_turn(world->session, 0), LG_INSIDE);
    (void)lg_client_refuse(lg_session_client(world->session), envelope->correlation, envelope->kind,
                           lg_bytes_of(NULL, 0));
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
                               .request = on_request,
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

/* ---- calls that block: the peer answers from a process of its own ---- */

#define ANSWERED MESSAGE_GET_TRANSFER
#define UNANSWERED MESSAGE_GET_LINK

/* Answers what is to be answered, with its payload; what is not is answered, late, before the next
 * answer; asks something itself each time. Until the other end closes. */
static _Noreturn void be_peer(struct world *world) {
    uint64_t late = 0;
    assert_int_equal(fcntl(world->peer_fd, F_SETFL, 0), 0);
    for (;;) {
        uint8_t bytes[65536];
        ssize_t size = recv(world->peer_fd, bytes, sizeof(bytes), 0);
        if (size <= 0)
            _exit(0);
        peer_feed(&world->peer, span_of(bytes, (size_t)size));
        const struct envelope *envelope;
        while ((envelope = peer_next(&world->peer)) != NULL) {
            if (envelope->kind == UNANSWERED)
                late = envelope->correlation;
            if (envelope->kind == MESSAGE_HEARTBEAT)
                peer_say(&world->peer, envelope->correlation, MESSAGE_HEARTBEAT, MESSAGE_REPLY,
                         envelope->payload, 0);
            if (envelope->kind != ANSWERED || envelope->direction != MESSAGE_REQUEST)
                continue;
            if (late != 0)
                peer_say(&world->peer, late, UNANSWERED, MESSAGE_REPLY, SPAN_LITERAL("late"), 0);
            peer_say(&world->peer, 9, MESSAGE_INQUIRE_POSTING, MESSAGE_REQUEST, SPAN_LITERAL(""),
                     0);
            peer_say(&world->peer, envelope->correlation, ANSWERED, MESSAGE_REPLY,
                     envelope->payload, 0);
        }
        struct span output;
        while ((output = peer_output(&world->peer)).size > 0) {
            size = send(world->peer_fd, output.data, output.size, MSG_NOSIGNAL);
            if (size < 0)
                _exit(0);
            peer_sent(&world->peer, (size_t)size);
        }
    }
}

static pid_t fork_peer(struct world *world) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(lg_session_fd(world->session));
        be_peer(world);
    }
    close(world->peer_fd);
    world->peer_fd = -1;
    return child;
}

static int call(struct world *world, uint32_t kind, const char *payload, int64_t wait_ms,
                struct lg_envelope *answer_out) {
    const struct lg_request request = {.kind = kind,
                                       .payload = lg_bytes_of(payload, strlen(payload))};
    return lg_session_call(world->session, &request, wait_ms, answer_out);
}

static void calls_and_serves_meanwhile(void **state) {
    struct world world;
    struct lg_envelope answer;
    (void)state;
    open_world(&world);
    pid_t child = fork_peer(&world);
    /* Hello is waited for as well. */
    assert_int_equal(call(&world, ANSWERED, "one", PATIENCE_MS, &answer), 0);
    assert_true(world.ready);
    assert_int_equal(answer.direction, LG_REPLY);
    assert_memory_equal(answer.payload.data, "one", 3);
    assert_int_equal(world.requests, 1);
    assert_int_equal(world.inside, LG_INSIDE);
    assert_int_equal(call(&world, UNANSWERED, "two", 10, &answer), LG_TIMEOUT);
    assert_int_equal(call(&world, ANSWERED, "three", PATIENCE_MS, &answer), 0);
    assert_int_equal(answer.payload.size, 5);
    assert_memory_equal(answer.payload.data, "three", 5);
    assert_int_equal(world.answers, 0);
    assert_int_equal(lg_session_greet(world.session, 0), 0);
    lg_session_close(world.session, PATIENCE_MS);
    assert_true(lg_session_over(world.session));
    assert_string_equal(lg_client_reason(lg_session_client(world.session)), "drained");
    assert_int_equal(call(&world, ANSWERED, "four", PATIENCE_MS, &answer), LG_ENDED);
    assert_int_equal(world.lost, 0);
    close_world(&world);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void calls_until_the_other_end_dies(void **state) {
    struct world world;
    struct lg_envelope answer;
    (void)state;
    open_world(&world);
    close(world.peer_fd);
    world.peer_fd = -1;
    assert_int_equal(call(&world, ANSWERED, "one", PATIENCE_MS, &answer), LG_ENDED);
    assert_string_not_equal(lg_client_reason(lg_session_client(world.session)), "");
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
        cmocka_unit_test(calls_and_serves_meanwhile),
        cmocka_unit_test(calls_until_the_other_end_dies),
        cmocka_unit_test(says_when_nobody_listens),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
