/*
 * Listening sockets and the bounds on who may come in.
 *
 * Above connections_max the oldest connection whose session is over gives way; if there is none, the
 * newcomer is closed at once. Above handshakes_max the oldest unfinished
 * handshake gives way to the newcomer, but not before it had NET_HANDSHAKE_GRACE_MS; until then
 * callers wait in the kernel. An honest peer needs a fraction of that for its own, so that neither a
 * crowd of silent ones can keep it out, nor a crowd of hasty ones push it out. When descriptors or memory run out, the reserve
 * descriptor is given up to turn one caller away, and listening stops for NET_PAUSE_MS: otherwise
 * the listener would stay readable and the loop would spin.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal.h"
#include "util/logline.h"

#define ADDRESS_TEXT_SIZE 64

static void rest(struct net *net, int64_t pause_ms) {
    struct timeval pause = {(time_t)(pause_ms / 1000), (suseconds_t)(pause_ms % 1000 * 1000)};
    for (uint32_t i = 0; i < net->listener_count; i++)
        event_del(&net->listeners[i].event);
    evtimer_add(&net->pause_event, &pause);
}

static void pause_listening(struct net *net, int error) {
    net->stats.pauses++;
    if (front_may_log(net->config.front))
        log_line(LOG_ERR, "listening_paused", LOG_TEXT("error", strerror(error)),
                 LOG_INT("connections", net->stats.connections));
    rest(net, NET_PAUSE_MS);
}

void listener_pause_over(struct net *net) {
    net->place_wanted = false;
    if (net->reserve_fd < 0)
        net->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    for (uint32_t i = 0; i < net->listener_count; i++)
        event_add(&net->listeners[i].event, NULL);
}

void listener_place_free(struct net *net) {
    if (!net->place_wanted)
        return;
    evtimer_del(&net->pause_event);
    listener_pause_over(net);
}

/* True while there is none, and no handshake is old enough to give way: listening rests. */
static bool wait_for_place(struct net *net) {
    const struct connection *oldest = TAILQ_FIRST(&net->handshaking);
    struct front_stats stats;
    front_stats(net->config.front, &stats);
    if (oldest == NULL || stats.handshakes < net->config.handshakes_max)
        return false;
    int64_t age_ms = front_now_ms(net->config.front) - oldest->opened_ms;
    if (age_ms >= NET_HANDSHAKE_GRACE_MS)
        return false;
    net->place_wanted = true;
    rest(net, NET_HANDSHAKE_GRACE_MS - age_ms);
    return true;
}

/* One caller at the front of the queue learns that there is no place. */
static void turn_one_away(struct net *net, int listener_fd) {
    if (net->reserve_fd < 0)
        return;
    close(net->reserve_fd);
    int fd = accept4(listener_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    net->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static uint16_t port_of(const struct sockaddr_storage *address) {
    struct sockaddr_in in = {0};
    struct sockaddr_in6 in6 = {0};
    if (address->ss_family == AF_INET6) {
        memcpy(&in6, address, sizeof(in6));
        return ntohs(in6.sin6_port);
    }
    memcpy(&in, address, sizeof(in));
    return ntohs(in.sin_port);
}

static void format_address(const struct sockaddr_storage *address, char *text_out) {
    char host[INET6_ADDRSTRLEN] = "?";
    if (address->ss_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, host,
                  sizeof(host));
    else if (address->ss_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, host,
                  sizeof(host));
    snprintf(text_out, ADDRESS_TEXT_SIZE, "%s:%u", host, port_of(address));
}

static void evict_oldest_handshake(struct net *net) {
    struct connection *oldest = TAILQ_FIRST(&net->handshaking);
    if (oldest == NULL)
        return;
    net->stats.evicted++;
    session_end(channel_session(oldest->channel), "too many handshakes at a time");
    connection_cut(oldest);
}

/* One that only lingers keeps nobody out. */
static void evict_oldest_parting(struct net *net) {
    struct connection *oldest = TAILQ_FIRST(&net->parting);
    if (oldest == NULL)
        return;
    net->stats.evicted++;
    connection_cut(oldest);
}

static void admit(struct net *net, int fd, const struct sockaddr_storage *address) {
    if (net->stats.connections >= net->config.connections_max)
        evict_oldest_parting(net);
    if (net->stats.connections >= net->config.connections_max) {
        net->stats.full++;
        if (front_may_log(net->config.front))
            log_line(LOG_WARNING, "connections_full",
                     LOG_INT("connections", net->stats.connections));
        close(fd);
        return;
    }
    struct front_stats stats;
    front_stats(net->config.front, &stats);
    if (stats.handshakes >= net->config.handshakes_max)
        evict_oldest_handshake(net);
    char from[ADDRESS_TEXT_SIZE];
    format_address(address, from);
    net->stats.accepted++;
    connection_open(net, fd, from);
}

static bool is_passing(int error) {
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
           error == EHOSTUNREACH || error == ENETUNREACH || error == EOPNOTSUPP;
}

static void on_accept(evutil_socket_t listener_fd, short what, void *context) {
    (void)what;
    struct net *net = ((struct listener *)context)->net;
    front_turn(net->config.front);
    for (unsigned i = 0; i < NET_ACCEPTS_MAX && !wait_for_place(net); i++) {
        struct sockaddr_storage address = {0};
        socklen_t size = sizeof(address);
        int fd =
            accept4(listener_fd, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            admit(net, fd, &address);
            continue;
        }
        int error = errno;
        if (is_passing(error))
            continue;
        if (error != EAGAIN && error != EWOULDBLOCK) {
            turn_one_away(net, listener_fd);
            pause_listening(net, error);
        }
        break;
    }
    net_want_turn(net);
}

/* A listening socket, or -1 with errno. */
static int open_socket(const struct addrinfo *info) {
    int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (info->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static void add_listener(struct net *net, int fd) {
    struct listener *listener = &net->listeners[net->listener_count++];
    listener->net = net;
    listener->fd = fd;
    event_assign(&listener->event, net->config.base, fd, EV_READ | EV_PERSIST, on_accept, listener);
    event_add(&listener->event, NULL);
}

static int refuse(char *reason_out, size_t reason_size, const char *host, uint16_t port,
                  const char *cause) {
    snprintf(reason_out, reason_size,
             "cannot listen on '%s' port %u: %s; choose an address of this machine and a free port",
             host, port, cause);
    return -1;
}

int net_listen(struct net *net, const char *host, uint16_t port, char *reason_out,
               size_t reason_size) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char service[8];
    bool any = host[0] == '\0' || strcmp(host, "*") == 0;
    struct addrinfo *list = NULL;
    snprintf(service, sizeof(service), "%u", port);
    int fault = getaddrinfo(any ? NULL : host, service, &hints, &list);
    if (fault != 0)
        return refuse(reason_out, reason_size, host, port, gai_strerror(fault));
    int result = -1;
    const char *cause = "it has no address";
    for (const struct addrinfo *info = list; info != NULL; info = info->ai_next) {
        if (net->listener_count == NET_LISTENERS_MAX)
            break;
        int fd = open_socket(info);
        if (fd < 0) {
            cause = strerror(errno);
            /* A machine without IPv6 still listens on "any". */
            if (any && errno == EAFNOSUPPORT)
                continue;
            result = -1;
            break;
        }
        add_listener(net, fd);
        result = 0;
    }
    freeaddrinfo(list);
    return result == 0 ? 0 : refuse(reason_out, reason_size, host, port, cause);
}

void net_adopt(struct net *net, int fd) {
    ENSURE(net->listener_count < NET_LISTENERS_MAX);
    add_listener(net, fd);
}

uint16_t net_port(const struct net *net) {
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    if (net->listener_count == 0 ||
        getsockname(net->listeners[0].fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    return port_of(&address);
}

void listener_close_all(struct net *net) {
    evtimer_del(&net->pause_event);
    for (uint32_t i = 0; i < net->listener_count; i++) {
        event_del(&net->listeners[i].event);
        close(net->listeners[i].fd);
    }
    net->listener_count = 0;
}
