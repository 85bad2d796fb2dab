/*
 * The admin socket on a real loop with a gateway that only takes notes: frames good, bad, split and
 * joined; clients that leave; more clients than there may be; sockets that dead and living
 * processes left.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/admin_server.h"
#include "wire/frame.h"

#define LOOPS 50 /* more turns than any exchange here takes */

static struct {
    char folder[64];
    char path[96];
    struct event_base *base;
    struct admin_server *server;
    struct admin_inquiry *inquiries[8];
    size_t count;
} world;

static bool refuse_command(void *context, struct command *command) {
    (void)context;
    (void)command;
    return false;
}

static bool refuse_listing(void *context, struct admin_listing *listing) {
    (void)context;
    (void)listing;
    return false;
}

static bool take_inquiry(void *context, struct admin_inquiry *inquiry) {
    (void)context;
    if (world.count == sizeof(world.inquiries) / sizeof(world.inquiries[0]))
        return false;
    world.inquiries[world.count++] = inquiry;
    return true;
}

static int64_t no_time(void *context) {
    (void)context;
    return 0;
}

static const struct admin_gateway gateway = {
    .submit = refuse_command, .list = refuse_listing, .inquire = take_inquiry, .wall_ms = no_time};

static int open_at(const char *path, struct admin_server **server_out, char *reason, size_t size) {
    struct admin_policy policy = {.daemon_uid = geteuid()};
    return admin_server_open(world.base, path, &gateway, &policy, server_out, reason, size);
}

static int set_up(void **state) {
    (void)state;
    char reason[256];
    memset(&world, 0, sizeof(world));
    snprintf(world.folder, sizeof(world.folder), "/tmp/linkgate-server-XXXXXX");
    if (mkdtemp(world.folder) == NULL)
        return -1;
    snprintf(world.path, sizeof(world.path), "%s/admin.sock", world.folder);
    world.base = event_base_new();
    return open_at(world.path, &world.server, reason, sizeof(reason));
}

static int tear_down(void **state) {
    (void)state;
    admin_server_close(world.server);
    event_base_free(world.base);
    for (size_t i = 0; i < world.count; i++)
        free(world.inquiries[i]);
    return rmdir(world.folder); /* the socket is gone */
}

static void turn(void) {
    for (int i = 0; i < LOOPS; i++)
        event_base_loop(world.base, EVLOOP_NONBLOCK);
}

static int call(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void say(int fd, const void *bytes, size_t size) {
    assert_int_equal(send(fd, bytes, size, MSG_NOSIGNAL), size);
    turn();
}

/* A request without an order is answered at once: UNSUPPORTED. */
static const uint8_t plain[] = {0, 0, 0, 0, 2, 0x08, 5};
/* GetStatus is pending. */
static const uint8_t status[] = {0, 0, 0, 0, 5, 0x08, 6, 0xf2, 0x01, 0x00};

static size_t hear(int fd, uint8_t *bytes, size_t max) {
    turn();
    ssize_t size = recv(fd, bytes, max, 0);
    if (size < 0)
        assert_int_equal(errno, EAGAIN);
    return size > 0 ? (size_t)size : 0;
}

static void assert_closed(int fd) {
    uint8_t byte;
    turn();
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

static unsigned frames_heard(int fd) {
    uint8_t bytes[8192];
    struct span rest = span_of(bytes, hear(fd, bytes, sizeof(bytes)));
    struct span body;
    size_t used;
    unsigned count = 0;
    while (frame_next(rest, &body, &used) == 0) {
        rest = span_of(rest.data + used, rest.size - used);
        count++;
    }
    assert_int_equal(rest.size, 0);
    return count;
}

static void one_answer(void **state) {
    (void)state;
    int fd = call();
    say(fd, plain, sizeof(plain));
    assert_int_equal(frames_heard(fd), 1);
    close(fd);
    turn();
}

static void byte_by_byte_and_all_at_once(void **state) {
    (void)state;
    int fd = call();
    for (size_t i = 0; i < sizeof(plain); i++)
        say(fd, plain + i, 1);
    assert_int_equal(frames_heard(fd), 1);
    uint8_t many[sizeof(plain) * 20];
    for (size_t i = 0; i < 20; i++)
        memcpy(many + i * sizeof(plain), plain, sizeof(plain));
    say(fd, many, sizeof(many));
    assert_int_equal(frames_heard(fd), 20);
    close(fd);
}

static void bad_frames_close(void **state) {
    (void)state;
    static const uint8_t heads[][5] = {
        {0, 0, 0, 0, 0}, {0, 0, 1, 0, 1},           {0, 0x80, 0, 0, 0}, {0, 0xff, 0xff, 0xff, 0xff},
        {1, 0, 0, 0, 2}, {'G', 'E', 'T', ' ', '/'},
    };
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        int fd = call();
        say(fd, heads[i], 5);
        assert_closed(fd);
    }
    int fd = call();
    say(fd, "\0\0\0\0\3\xff\xff\xff", 8); /* no protobuf */
    assert_closed(fd);
    fd = call(); /* nobody else is affected */
    say(fd, plain, sizeof(plain));
    assert_int_equal(frames_heard(fd), 1);
    close(fd);
}

static void one_request_at_a_time(void **state) {
    (void)state;
    int fd = call();
    say(fd, status, sizeof(status));
    say(fd, plain, sizeof(plain));
    say(fd, status, sizeof(status));
    assert_int_equal(frames_heard(fd), 0);
    assert_int_equal(world.count, 1);
    struct buf frame;
    buf_init(&frame);
    admin_append_done(6, &frame);
    admin_server_answer(world.server, world.inquiries[0]->client, buf_span(&frame));
    assert_int_equal(frames_heard(fd), 2);
    assert_int_equal(world.count, 2);
    /* Answers that nobody waits for are dropped. */
    admin_server_answer(world.server, 4711, buf_span(&frame));
    close(fd);
    buf_deinit(&frame);
}

static void leaving_while_pending(void **state) {
    (void)state;
    int fd = call();
    say(fd, status, sizeof(status));
    close(fd);
    turn();
    struct buf frame;
    buf_init(&frame);
    admin_append_done(6, &frame);
    admin_server_answer(world.server, world.inquiries[0]->client, buf_span(&frame));
    turn();
    admin_server_answer(world.server, world.inquiries[0]->client, buf_span(&frame));
    buf_deinit(&frame);
}

/* Root may take all places, any other user its share; in either case the rest is turned away. */
static void too_many(void **state) {
    (void)state;
    int fds[ADMIN_CLIENTS_MAX + 4];
    size_t may = geteuid() == 0 ? ADMIN_CLIENTS_MAX : ADMIN_CLIENTS_PER_USER;
    for (size_t i = 0; i < ADMIN_CLIENTS_MAX + 4; i++) {
        fds[i] = call();
        turn();
    }
    for (size_t i = may; i < ADMIN_CLIENTS_MAX + 4; i++)
        assert_closed(fds[i]);
    say(fds[0], plain, sizeof(plain));
    assert_int_equal(frames_heard(fds[0]), 1);
    close(fds[0]);
    turn();
    int fd = call();
    say(fd, plain, sizeof(plain));
    assert_int_equal(frames_heard(fd), 1);
    close(fd);
    for (size_t i = 1; i < may; i++)
        close(fds[i]);
}

static void who_may_open_it(void **state) {
    (void)state;
    struct stat file;
    assert_int_equal(stat(world.path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
    struct admin_policy policy = {.daemon_uid = geteuid(), .has_group = true, .group = 1};
    admin_server_set_policy(world.server, &policy);
    assert_int_equal(stat(world.path, &file), 0);
    assert_int_equal(file.st_mode & 0777, 0666);
}

static void dead_and_living_sockets(void **state) {
    (void)state;
    struct admin_server *other = NULL;
    char reason[256] = "";
    assert_int_equal(open_at(world.path, &other, reason, sizeof(reason)), -1);
    assert_non_null(strstr(reason, "another linkgated listens there"));
    char dead[112];
    snprintf(dead, sizeof(dead), "%s/dead", world.folder);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, dead, strlen(dead));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    assert_int_equal(open_at(dead, &other, reason, sizeof(reason)), 0);
    admin_server_close(other);
    /* What is no socket is left alone. */
    FILE *file = fopen(dead, "we");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(open_at(dead, &other, reason, sizeof(reason)), -1);
    assert_int_equal(unlink(dead), 0);
    assert_int_equal(open_at("/nowhere/at/all", &other, reason, sizeof(reason)), -1);
    assert_non_null(strstr(reason, "its folder must exist"));
    char lengthy[200];
    memset(lengthy, 'x', sizeof(lengthy));
    lengthy[0] = '/';
    lengthy[199] = '\0';
    assert_int_equal(open_at(lengthy, &other, reason, sizeof(reason)), -1);
    assert_non_null(strstr(reason, "shorten it"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(byte_by_byte_and_all_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_frames_close, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_request_at_a_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaving_while_pending, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_may_open_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dead_and_living_sockets, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
