/*
 * Connections of operators' tools.
 *
 *   READING --frame--> answered at once --> WRITING --> READING
 *                  \-> PENDING --answer--> WRITING
 *
 * Invariant: a client has at most one request in work and at most one frame (and what came with
 * it) in either buffer: it is not read from while an answer is made or waits to be taken. Every wait has a deadline. Who the
 * peer is was asked of the kernel when it connected, once. What it may do is the dispatcher's.
 */
#include "daemon/admin_server.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/logline.h"
#include "wire/frame.h"

#define BACKLOG 64
#define READ_SIZE 16384
#define COMPLAINTS_A_SECOND_MAX 10
/* After running out of descriptors: when to look again. */
#define REST_SECONDS 1

/* What a client is waited for; each wait has one deadline, however often a byte moves. */
enum wait { WAIT_NONE, WAIT_REQUEST, WAIT_REST, WAIT_ANSWER, WAIT_READER };

static const time_t wait_seconds[] = {
    [WAIT_REQUEST] = ADMIN_IDLE_SECONDS,
    [WAIT_REST] = ADMIN_SLOW_SECONDS,
    [WAIT_ANSWER] = ADMIN_ANSWER_SECONDS,
    [WAIT_READER] = ADMIN_SLOW_SECONDS,
};

struct client {
    struct admin_server *server;
    uint64_t id;
    int fd;
    struct admin_peer peer;
    struct event *readable;
    struct event *writable;
    struct event *deadline;
    struct buf in;
    struct buf out;
    bool pending;
    enum wait wait;
};

struct admin_server {
    struct event_base *base;
    const struct admin_gateway *gateway;
    struct admin_policy policy;
    int fd;
    char *path;
    struct event *acceptable;
    struct event *rest;
    int reserve_fd; /* given up to let an operator in when descriptors ran out */
    struct client *clients[ADMIN_CLIENTS_MAX];
    size_t count;
    uint64_t last_id;
    struct log_gate complaints;
};

/* ---- one client -------------------------------------------------------------------------------- */

static void keep_reserve(struct admin_server *server) {
    if (server->reserve_fd < 0)
        server->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void client_close(struct client *client) {
    struct admin_server *server = client->server;
    size_t i = 0;
    while (server->clients[i] != client)
        i++;
    server->clients[i] = server->clients[--server->count];
    event_free(client->readable);
    event_free(client->writable);
    event_free(client->deadline);
    close(client->fd);
    keep_reserve(server);
    buf_deinit(&client->in);
    buf_deinit(&client->out);
    free(client);
}

/* Anybody on the machine can cause lines about clients. */
static bool may_complain(struct admin_server *server) {
    struct clock clock = clock_system();
    return log_gate_open(&server->complaints, COMPLAINTS_A_SECOND_MAX, clock_boot_ms(&clock),
                         "admin_lines_dropped");
}

/* Arms what the client is waited for now. */
static void client_wait(struct client *client) {
    enum wait wait = client->out.size > 0  ? WAIT_READER
                     : client->pending     ? WAIT_ANSWER
                     : client->in.size > 0 ? WAIT_REST
                                           : WAIT_REQUEST;
    if (wait == client->wait)
        return;
    client->wait = wait;
    event_del(client->readable);
    event_del(client->writable);
    if (wait == WAIT_READER)
        ENSURE(event_add(client->writable, NULL) == 0);
    else if (wait != WAIT_ANSWER)
        ENSURE(event_add(client->readable, NULL) == 0);
    struct timeval patience = {.tv_sec = wait_seconds[wait]};
    ENSURE(evtimer_add(client->deadline, &patience) == 0);
}

/* False: the client is gone. */
static bool client_flush(struct client *client) {
    while (client->out.size > 0) {
        ssize_t sent =
            send(client->fd, client->out.data, client->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN)
            return true;
        if (sent <= 0) {
            client_close(client);
            return false;
        }
        buf_consume(&client->out, (size_t)sent);
    }
    return true;
}

/* Carries out what has come, frame by frame, until one is pending or its answer does not leave at
 * once. False: the client is gone. */
static bool client_work(struct client *client) {
    struct admin_server *server = client->server;
    while (!client->pending && client->out.size == 0) {
        struct span body;
        size_t used;
        int state = frame_next(buf_span(&client->in), &body, &used);
        if (state == FRAME_INCOMPLETE)
            return true;
        int outcome = state == 0 ? admin_dispatch(server->gateway, &server->policy, &client->peer,
                                                  client->id, body, &client->out)
                                 : ADMIN_MALFORMED;
        if (outcome == ADMIN_MALFORMED) {
            if (may_complain(server))
                log_line(LOG_NOTICE, "admin_malformed", LOG_INT("uid", client->peer.uid));
            client_close(client);
            return false;
        }
        buf_consume(&client->in, used);
        client->wait = WAIT_NONE;
        client->pending = outcome == ADMIN_PENDING;
        if (!client_flush(client))
            return false;
    }
    return true;
}

static void on_readable(evutil_socket_t fd, short what, void *context) {
    (void)what;
    struct client *client = context;
    ssize_t size = recv(fd, buf_reserve(&client->in, READ_SIZE), READ_SIZE, MSG_DONTWAIT);
    bool again = size < 0 && (errno == EAGAIN || errno == EINTR);
    if (size <= 0 && !again) {
        client_close(client);
        return;
    }
    client->in.size += size > 0 ? (size_t)size : 0;
    if (client_work(client))
        client_wait(client);
}

static void on_writable(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct client *client = context;
    if (client_flush(client) && client_work(client))
        client_wait(client);
}

static void on_deadline(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    static const char *const names[] = {"", "request", "rest of a request", "answer", "reader"};
    struct client *client = context;
    if (client->wait != WAIT_REQUEST && may_complain(client->server))
        log_line(LOG_NOTICE, "admin_timeout", LOG_INT("uid", client->peer.uid),
                 LOG_TEXT("waited_for", names[client->wait]));
    client_close(client);
}

/* ---- the listener ------------------------------------------------------------------------------ */

static bool read_peer(int fd, struct admin_peer *peer_out) {
    struct ucred credentials;
    socklen_t size = sizeof(credentials);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return false;
    *peer_out = (struct admin_peer){.uid = credentials.uid, .gid = credentials.gid};
    gid_t groups[ADMIN_GROUPS_MAX];
    size = sizeof(groups);
    /* One with more groups than that is known by its own group alone. */
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0)
        return true;
    peer_out->group_count = size / sizeof(groups[0]);
    for (size_t i = 0; i < peer_out->group_count; i++)
        peer_out->groups[i] = groups[i];
    return true;
}

static bool has_room(const struct admin_server *server, uint32_t uid) {
    size_t same = 0;
    for (size_t i = 0; i < server->count; i++)
        same += server->clients[i]->peer.uid == uid;
    return server->count < ADMIN_CLIENTS_MAX && (uid == 0 || same < ADMIN_CLIENTS_PER_USER);
}

static void greet(struct admin_server *server, int fd) {
    struct admin_peer peer;
    if (!read_peer(fd, &peer) || !has_room(server, peer.uid)) {
        close(fd);
        return;
    }
    struct client *client = xcalloc(1, sizeof(*client));
    client->server = server;
    client->id = ++server->last_id;
    client->fd = fd;
    client->peer = peer;
    client->readable = event_new(server->base, fd, EV_READ | EV_PERSIST, on_readable, client);
    client->writable = event_new(server->base, fd, EV_WRITE | EV_PERSIST, on_writable, client);
    client->deadline = evtimer_new(server->base, on_deadline, client);
    ENSURE(client->readable != NULL && client->writable != NULL && client->deadline != NULL);
    server->clients[server->count++] = client;
    client_wait(client);
}

static void on_acceptable(evutil_socket_t fd, short what, void *context) {
    (void)what;
    struct admin_server *server = context;
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer < 0 && (errno == EMFILE || errno == ENFILE) && server->reserve_fd >= 0) {
        close(server->reserve_fd);
        server->reserve_fd = -1;
        peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }
    if (peer >= 0) {
        greet(server, peer);
        return;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        struct timeval rest = {.tv_sec = REST_SECONDS};
        event_del(server->acceptable);
        evtimer_add(server->rest, &rest);
    }
}

static void on_rested(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct admin_server *server = context;
    event_add(server->acceptable, NULL);
}

/* Nobody may open it who could not do anything with it; the rest is the dispatcher's. */
static void set_mode(const struct admin_server *server) {
    bool others = server->policy.has_group || server->policy.has_read_group;
    (void)chmod(server->path, others ? 0666 : 0600);
}

static bool somebody_listens(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    bool listens =
        connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN;
    close(fd);
    return listens;
}

/* The listening descriptor, or -1 with a reason. */
static int listen_at(const char *path, char *reason_out, size_t reason_size) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        snprintf(reason_out, reason_size,
                 "[admin] socket '%s' is longer than %zu bytes; shorten it", path,
                 sizeof(address.sun_path) - 1);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path));
    if (somebody_listens(&address)) {
        snprintf(reason_out, reason_size,
                 "[admin] socket '%s': another linkgated listens there; stop it, or name another "
                 "socket",
                 path);
        return -1;
    }
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISSOCK(status.st_mode))
        (void)unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0177);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                 listen(fd, BACKLOG) == 0;
    int error = errno;
    umask(mask);
    if (bound)
        return fd;
    snprintf(reason_out, reason_size,
             "[admin] socket '%s': %s; its folder must exist and be writable for this user", path,
             strerror(error));
    if (fd >= 0)
        close(fd);
    return -1;
}

int admin_server_open(struct event_base *base, const char *path,
                      const struct admin_gateway *gateway, const struct admin_policy *policy,
                      struct admin_server **server_out, char *reason_out, size_t reason_size) {
    int fd = listen_at(path, reason_out, reason_size);
    if (fd < 0)
        return -1;
    struct admin_server *server = xcalloc(1, sizeof(*server));
    server->base = base;
    server->gateway = gateway;
    server->policy = *policy;
    server->fd = fd;
    server->reserve_fd = -1;
    keep_reserve(server);
    server->path = xstrdup(path);
    server->acceptable = event_new(base, fd, EV_READ | EV_PERSIST, on_acceptable, server);
    server->rest = evtimer_new(base, on_rested, server);
    ENSURE(server->acceptable != NULL && server->rest != NULL);
    ENSURE(event_add(server->acceptable, NULL) == 0);
    set_mode(server);
    *server_out = server;
    return 0;
}

void admin_server_close(struct admin_server *server) {
    if (server == NULL)
        return;
    while (server->count > 0)
        client_close(server->clients[server->count - 1]);
    event_free(server->acceptable);
    event_free(server->rest);
    close(server->fd);
    if (server->reserve_fd >= 0)
        close(server->reserve_fd);
    (void)unlink(server->path);
    free(server->path);
    free(server);
}

void admin_server_set_policy(struct admin_server *server, const struct admin_policy *policy) {
    server->policy = *policy;
    set_mode(server);
}

void admin_server_answer(struct admin_server *server, uint64_t id, struct span frame) {
    struct client *client = NULL;
    for (size_t i = 0; i < server->count; i++) {
        if (server->clients[i]->id == id)
            client = server->clients[i];
    }
    if (client == NULL || !client->pending)
        return;
    client->pending = false;
    client->wait = WAIT_NONE;
    buf_append_span(&client->out, frame);
    if (client_flush(client) && client_work(client))
        client_wait(client);
}
