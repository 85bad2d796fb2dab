/*
 * The admin socket: whatever bytes a local user sends, the server lives, answers with whole frames
 * that are Replies, gives the gateway well-formed orders of that user only, and keeps no more than a
 * frame of what it was sent.
 *
 * Input: a byte of mode, then the bytes that a client sends. Mode: who the client is by the
 * policy (bits 0 and 1: nobody, a reader, one that may order), whether the gateway has room (bit 2),
 * whether pending requests are answered (bit 3), whether the rest is one message that the target
 * frames (bit 4); the rest of the byte is the size of the pieces that are sent.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "daemon/admin_server.h"
#include "fuzz/mutate.h"
#include "util/logline.h"
#include "wire/frame.h"
#include "wire/message.h"

#define MODE_ROOM 4
#define MODE_ANSWER 8
#define MODE_FRAMED 16
#define WALL_MS 1719792000000
#define WAITING_MAX 64
#define TURNS_MAX 300 /* pieces are at most a pipe's worth; each takes a turn or two */
#define INPUT_MAX 70000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

static struct {
    struct event_base *base;
    struct admin_server *server;
    struct keyring *keyring;
    char path[64];
    uint64_t waiting[WAITING_MAX]; /* clients whose request is pending */
    size_t count;
    bool room;
} world;

/* ---- the gateway ------------------------------------------------------------------------------- */

static bool wait_for(uint64_t client) {
    if (!world.room || world.count == WAITING_MAX)
        return false;
    world.waiting[world.count++] = client;
    return true;
}

/* What leaves is an order of that user whose payload says the same when it is read from the log. */
static bool take_command(void *context, struct command *command) {
    (void)context;
    const struct command_row *row = command_row(command->kind);
    ENSURE(row != NULL && row->order && command->origin.kind == ORIGIN_ADMIN);
    ENSURE(command->uid == geteuid() && command->bank == 0);
    ENSURE(command->arena.used <= COMMAND_ARENA_BUDGET);
    if (!wait_for(command->origin.connection))
        return false;
    struct command *again = command_new(command->kind);
    again->payload = arena_copy(&again->arena, command->payload);
    ENSURE(message_decode_internal(again) == 0);
    message_encode_internal(again);
    ENSURE(span_equal(again->payload, command->payload));
    command_free(again);
    command_free(command);
    return true;
}

static bool take_listing(void *context, struct admin_listing *listing) {
    (void)context;
    ENSURE(listing->max >= 1 && listing->max <= ADMIN_PAGE_ROWS_MAX);
    if (!wait_for(listing->client))
        return false;
    admin_listing_free(listing);
    return true;
}

static bool take_inquiry(void *context, struct admin_inquiry *inquiry) {
    (void)context;
    if (!wait_for(inquiry->client))
        return false;
    free(inquiry);
    return true;
}

static int64_t wall_ms(void *context) {
    (void)context;
    return WALL_MS;
}

static bool reserve_backup(void *context, const char *dir) {
    (void)context;
    ENSURE(dir != NULL);
    return true;
}

static void release_backup(void *context) {
    (void)context;
}

static void tell_backup(void *context, struct admin_backup *state_out) {
    (void)context;
    *state_out = (struct admin_backup){.state = "NONE", .dir = "", .stage = "", .text = ""};
}

static struct admin_gateway gateway = {
    .submit = take_command,
    .list = take_listing,
    .inquire = take_inquiry,
    .wall_ms = wall_ms,
    .reserve_backup = reserve_backup,
    .release_backup = release_backup,
    .backup = tell_backup,
};

/* ---- the client -------------------------------------------------------------------------------- */

static void set_up(void) {
    static const uint8_t root[32] = {1};
    char folder[] = "/tmp/linkgate-fuzz-XXXXXX";
    char reason[256];
    const struct admin_policy policy = {.daemon_uid = UINT32_MAX};
    log_set_level(LOG_EMERG);
    ENSURE(mkdtemp(folder) != NULL);
    snprintf(world.path, sizeof(world.path), "%s/admin", folder);
    world.keyring = keyring_from_root(root);
    gateway.keyring = world.keyring;
    world.base = event_base_new();
    ENSURE(admin_server_open(world.base, world.path, &gateway, &policy, &world.server, reason,
                             sizeof(reason)) == 0);
}

static void tear_down(void) {
    admin_server_close(world.server);
    event_base_free(world.base);
    keyring_free(world.keyring);
    *strrchr(world.path, '/') = '\0';
    (void)rmdir(world.path);
}

static int call(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world.path, strlen(world.path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ENSURE(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
    return fd;
}

static void turn(void) {
    for (int i = 0; i < 2; i++)
        ENSURE(event_base_loop(world.base, EVLOOP_NONBLOCK) >= 0);
}

static void answer_all(void) {
    struct buf done;
    buf_init(&done);
    admin_append_done(1, &done);
    while (world.count > 0) {
        admin_server_answer(world.server, world.waiting[--world.count], buf_span(&done));
        turn();
    }
    buf_deinit(&done);
}

static void take_replies(struct buf *in) {
    struct span body;
    size_t used;
    int state;
    while ((state = frame_next(buf_span(in), &body, &used)) == 0) {
        admin_reply *reply = linkgate__admin__v1__reply__unpack(NULL, body.size, body.data);
        ENSURE(reply != NULL && reply->result_case != 0);
        linkgate__admin__v1__reply__free_unpacked(reply, NULL);
        buf_consume(in, used);
    }
    ENSURE(state == FRAME_INCOMPLETE);
}

/* False: the server closed. */
static bool receive(int fd, struct buf *in) {
    for (;;) {
        ssize_t got = recv(fd, buf_reserve(in, 8192), 8192, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN)
            break;
        if (got <= 0)
            return false;
        in->size += (size_t)got;
    }
    take_replies(in);
    return true;
}

static void talk(int fd, uint8_t mode, struct span rest) {
    size_t piece = mode >> 5 != 0 ? (size_t)1 << 2 * (mode >> 5) : rest.size;
    struct buf in;
    buf_init(&in);
    turn();
    for (int i = 0; i < TURNS_MAX && rest.size > 0; i++) {
        size_t size = piece < rest.size ? piece : rest.size;
        ssize_t sent = send(fd, rest.data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN)
            break;
        if (sent > 0)
            rest = span_of(rest.data + sent, rest.size - (size_t)sent);
        turn();
        if ((mode & MODE_ANSWER) != 0)
            answer_all();
        if (!receive(fd, &in))
            break;
    }
    buf_deinit(&in);
}

/* By the groups of this process: it is root, or some user that has at least one. */
static struct admin_policy policy_of(uint8_t mode) {
    struct admin_policy policy = {.daemon_uid = UINT32_MAX};
    policy.has_group = (mode & 3) == 2;
    policy.has_read_group = (mode & 3) == 1;
    policy.group = policy.read_group = getegid();
    return policy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || size > INPUT_MAX)
        return 0;
    if (world.base == NULL) {
        set_up();
        atexit(tear_down);
    }
    struct admin_policy policy = policy_of(data[0]);
    struct buf framed;
    buf_init(&framed);
    struct span rest = span_of(data + 1, size - 1);
    if ((data[0] & MODE_FRAMED) != 0 && rest.size <= FRAME_BODY_MAX) {
        size_t place = frame_begin(&framed);
        buf_append_span(&framed, rest);
        frame_end(&framed, place);
        rest = buf_span(&framed);
    }
    admin_server_set_policy(world.server, &policy);
    world.room = (data[0] & MODE_ROOM) != 0;
    int fd = call();
    talk(fd, data[0], rest);
    close(fd);
    turn();
    world.count = 0;
    buf_deinit(&framed);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
    return mutate_message(data, size, max, 1, seed);
}
