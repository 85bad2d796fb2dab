/*
 * Moves bytes between a socket and a client.
 *
 * Invariant: one receive and one send per turn as long as the kernel takes all; a peer that does
 * not read stops being read (OUT_HIGH), so that memory stays bounded by that and one turn's work.
 * A failed socket ends the client at once; there is no lingering, since a bank repeats what was
 * not answered.
 */
#include "client/socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define OUT_HIGH (4u << 20) /* cipher bytes waiting above which nothing is read */

struct client_socket {
    struct client *client;
    int fd;
    bool connecting;
    bool failed;
    uint8_t *in;
};

static struct client_socket *wrap(int fd, bool connecting, struct client_context *context,
                                  const struct client_config *config,
                                  const struct client_handler *handler, int64_t now_ms) {
    struct client_socket *socket = xcalloc(1, sizeof(*socket));
    int on = 1;
    /* Not every descriptor is TCP (tests use socket pairs): failure is right. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    socket->fd = fd;
    socket->connecting = connecting;
    socket->in = xmalloc(CLIENT_SOCKET_READ);
    socket->client = client_new(context, config, handler, now_ms);
    return socket;
}

static int start(const struct addrinfo *address, bool *connecting_out) {
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int failed = connect(fd, address->ai_addr, address->ai_addrlen);
    if (failed && errno != EINPROGRESS) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    *connecting_out = failed != 0;
    return fd;
}

static const struct addrinfo *choose(const struct addrinfo *list, uint32_t attempt) {
    uint32_t count = 1;
    for (const struct addrinfo *at = list->ai_next; at != NULL; at = at->ai_next)
        count++;
    for (uint32_t skip = attempt % count; skip > 0; skip--)
        list = list->ai_next;
    return list;
}

int client_socket_open(const struct client_target *target, struct client_context *context,
                       const struct client_config *config, const struct client_handler *handler,
                       int64_t now_ms, struct client_socket **socket_out, char *reason_out,
                       size_t reason_size) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char port[8];
    snprintf(port, sizeof(port), "%u", (unsigned)target->port);
    int failed = getaddrinfo(target->host, port, &hints, &list);
    if (failed) {
        snprintf(reason_out, reason_size, "%s: %s", target->host, gai_strerror(failed));
        return -1;
    }
    bool connecting = false;
    int fd = start(choose(list, target->attempt), &connecting);
    if (fd < 0)
        snprintf(reason_out, reason_size, "%s port %s: %s", target->host, port, strerror(errno));
    freeaddrinfo(list);
    if (fd < 0)
        return -1;
    *socket_out = wrap(fd, connecting, context, config, handler, now_ms);
    return 0;
}

struct client_socket *client_socket_adopt(int fd, struct client_context *context,
                                          const struct client_config *config,
                                          const struct client_handler *handler, int64_t now_ms) {
    return wrap(fd, false, context, config, handler, now_ms);
}

void client_socket_free(struct client_socket *socket) {
    if (socket == NULL)
        return;
    client_free(socket->client);
    close(socket->fd);
    free(socket->in);
    free(socket);
}

struct client *client_socket_client(struct client_socket *socket) {
    return socket->client;
}

int client_socket_fd(const struct client_socket *socket) {
    return socket->fd;
}

short client_socket_interest(const struct client_socket *socket) {
    if (socket->failed)
        return 0;
    if (socket->connecting)
        return POLLOUT;
    size_t out = client_pending(socket->client);
    short interest = 0;
    if (out < OUT_HIGH && client_state(socket->client) != CLIENT_ENDED)
        interest |= POLLIN;
    if (out > 0)
        interest |= POLLOUT;
    return interest;
}

static void fail(struct client_socket *socket, int error) {
    char text[CLIENT_REASON_SIZE];
    snprintf(text, sizeof(text), "connection: %s", strerror(error));
    socket->failed = true;
    client_end(socket->client, text);
}

static void finish_connect(struct client_socket *socket) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    socket->connecting = false;
    if (error != 0)
        fail(socket, error);
}

static void receive(struct client_socket *socket, int64_t now_ms) {
    ssize_t size = recv(socket->fd, socket->in, CLIENT_SOCKET_READ, 0);
    if (size >= 0)
        client_feed(socket->client, span_of(socket->in, (size_t)size), now_ms);
    else if (errno != EAGAIN && errno != EINTR)
        fail(socket, errno);
}

void client_socket_event(struct client_socket *socket, short revents, int64_t now_ms) {
    if (socket->failed)
        return;
    if (socket->connecting) {
        if (revents & (POLLOUT | POLLERR | POLLHUP))
            finish_connect(socket);
        return;
    }
    if (revents & (POLLIN | POLLERR | POLLHUP))
        receive(socket, now_ms);
}

void client_socket_tick(struct client_socket *socket, int64_t now_ms) {
    client_tick(socket->client, now_ms);
}

int64_t client_socket_deadline_ms(const struct client_socket *socket) {
    return client_next_deadline_ms(socket->client);
}

void client_socket_flush(struct client_socket *socket) {
    if (socket->connecting || socket->failed)
        return;
    for (;;) {
        struct span output = client_output(socket->client);
        if (output.size == 0)
            return;
        ssize_t size = send(socket->fd, output.data, output.size, MSG_NOSIGNAL);
        if (size >= 0)
            client_sent(socket->client, (size_t)size);
        else if (errno != EINTR)
            break;
    }
    if (errno != EAGAIN)
        fail(socket, errno);
}

bool client_socket_over(const struct client_socket *socket) {
    return client_state(socket->client) == CLIENT_ENDED;
}
