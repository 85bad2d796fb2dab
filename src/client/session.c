/*
 * Moves bytes between a socket and a client, and time into it.
 *
 * Invariant: one receive and one send per turn as long as the kernel takes all; a peer that does
 * not read stops being read (OUT_HIGH), so that memory stays bounded by that and one turn's work.
 * A failed socket ends the client at once; there is no lingering, since a bank repeats what was
 * not answered.
 */
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

#include "client/internal.h"
#include "util/clock.h"

#define OUT_HIGH (4u << 20)    /* cipher bytes waiting above which nothing is read */
#define READ_SIZE (256u << 10) /* cipher bytes read at once */

int64_t lg_now_ms(void) {
    const struct clock clock = clock_system();
    return clock_boot_ms(&clock);
}

/* ---- callbacks: the answer to a blocking call stays here, all else is the program's ---------- */

static void on_ready(void *context, const struct lg_greeting *greeting) {
    const struct lg_session *session = context;
    if (session->handler.ready != NULL)
        session->handler.ready(session->handler.context, greeting);
}

static void take_answer(struct lg_session *session, const struct lg_envelope *envelope) {
    if (envelope->correlation != session->waiting)
        return; /* of a call that was given up */
    buf_clear(&session->payload);
    buf_append_span(&session->payload, span_of_lg(envelope->payload));
    session->answer = *envelope;
    session->answer.payload = lg_of_span(buf_span(&session->payload));
    session->answer.trace_parent = lg_bytes_of(NULL, 0);
    session->answered = true;
    session->waiting = 0;
}

static void on_answer(void *context, void *tag, const struct lg_envelope *envelope) {
    struct lg_session *session = context;
    if (tag == &session->waiting)
        take_answer(session, envelope);
    else if (session->handler.answer != NULL)
        session->handler.answer(session->handler.context, tag, envelope);
}

static void on_lost(void *context, void *tag) {
    const struct lg_session *session = context;
    if (tag != &session->waiting && session->handler.lost != NULL)
        session->handler.lost(session->handler.context, tag);
}

static void on_request(void *context, const struct lg_envelope *envelope) {
    const struct lg_session *session = context;
    session->handler.request(session->handler.context, envelope);
}

static void on_notice(void *context, const struct lg_envelope *envelope) {
    const struct lg_session *session = context;
    session->handler.notice(session->handler.context, envelope);
}

static void on_go_away(void *context, const struct lg_go_away *message) {
    const struct lg_session *session = context;
    if (session->handler.go_away != NULL)
        session->handler.go_away(session->handler.context, message);
}

/* ---- opening and closing -------------------------------------------------------------------- */

static struct lg_session *wrap(int fd, bool connecting, struct lg_context *context,
                               const struct lg_config *config, const struct lg_handler *handler) {
    struct lg_session *session = xcalloc(1, sizeof(*session));
    int on = 1;
    /* Not every descriptor is TCP (tests use socket pairs): failure is right. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const struct lg_handler own = {.context = session,
                                   .ready = on_ready,
                                   .answer = on_answer,
                                   .lost = on_lost,
                                   .request = handler->request != NULL ? on_request : NULL,
                                   .notice = handler->notice != NULL ? on_notice : NULL,
                                   .go_away = on_go_away};
    session->handler = *handler;
    session->fd = fd;
    session->connecting = connecting;
    session->in = xmalloc(READ_SIZE);
    session->client = lg_client_new(context, config, &own, lg_now_ms());
    return session;
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

int lg_session_open(const struct lg_target *target, struct lg_context *context,
                    const struct lg_config *config, const struct lg_handler *handler,
                    struct lg_session **session_out, char *reason_out, size_t reason_size) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char port[8];
    snprintf(port, sizeof(port), "%u", (unsigned)target->port);
    int failed = getaddrinfo(target->host, port, &hints, &list);
    if (failed) {
        snprintf(reason_out, reason_size, "%s: %s", target->host, gai_strerror(failed));
        return LG_FAILED;
    }
    bool connecting = false;
    int fd = start(choose(list, target->attempt), &connecting);
    if (fd < 0)
        snprintf(reason_out, reason_size, "%s port %s: %s", target->host, port, strerror(errno));
    freeaddrinfo(list);
    if (fd < 0)
        return LG_FAILED;
    *session_out = wrap(fd, connecting, context, config, handler);
    return 0;
}

struct lg_session *lg_session_adopt(int fd, struct lg_context *context,
                                    const struct lg_config *config,
                                    const struct lg_handler *handler) {
    return wrap(fd, false, context, config, handler);
}

void lg_session_free(struct lg_session *session) {
    if (session == NULL)
        return;
    lg_client_free(session->client);
    close(session->fd);
    buf_deinit(&session->payload);
    free(session->in);
    free(session);
}

struct lg_client *lg_session_client(struct lg_session *session) {
    return session->client;
}

int lg_session_fd(const struct lg_session *session) {
    return session->fd;
}

/* ---- moving bytes --------------------------------------------------------------------------- */

short lg_session_interest(const struct lg_session *session) {
    if (session->failed)
        return 0;
    if (session->connecting)
        return POLLOUT;
    size_t out = lg_client_pending(session->client);
    short interest = 0;
    if (out < OUT_HIGH && lg_client_state(session->client) != LG_STATE_ENDED)
        interest |= POLLIN;
    if (out > 0)
        interest |= POLLOUT;
    return interest;
}

static void fail(struct lg_session *session, int error) {
    char text[LG_REASON_SIZE];
    snprintf(text, sizeof(text), "connection: %s", strerror(error));
    session->failed = true;
    lg_client_end(session->client, text);
}

static void finish_connect(struct lg_session *session) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(session->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    session->connecting = false;
    if (error != 0)
        fail(session, error);
}

static void receive(struct lg_session *session) {
    ssize_t size = recv(session->fd, session->in, READ_SIZE, 0);
    if (size >= 0)
        lg_client_feed(session->client, lg_bytes_of(session->in, (size_t)size), lg_now_ms());
    else if (errno != EAGAIN && errno != EINTR)
        fail(session, errno);
}

static void take_event(struct lg_session *session, short revents) {
    if (session->failed)
        return;
    if (session->connecting) {
        if (revents & (POLLOUT | POLLERR | POLLHUP))
            finish_connect(session);
        return;
    }
    if (revents & (POLLIN | POLLERR | POLLHUP))
        receive(session);
}

void lg_session_event(struct lg_session *session, short revents) {
    session->inside = true;
    take_event(session, revents);
    session->inside = false;
}

void lg_session_tick(struct lg_session *session) {
    session->inside = true;
    lg_client_tick(session->client, lg_now_ms());
    session->inside = false;
}

int64_t lg_session_deadline_ms(const struct lg_session *session) {
    return lg_client_deadline_ms(session->client);
}

void lg_session_drain(struct lg_session *session, uint32_t drain_ms) {
    lg_client_drain(session->client, drain_ms, lg_now_ms());
}

static void send_all(struct lg_session *session) {
    if (session->connecting || session->failed)
        return;
    for (;;) {
        struct lg_bytes output = lg_client_output(session->client);
        if (output.size == 0)
            return;
        ssize_t size = send(session->fd, output.data, output.size, MSG_NOSIGNAL);
        if (size >= 0)
            lg_client_sent(session->client, (size_t)size);
        else if (errno != EINTR)
            break;
    }
    if (errno != EAGAIN)
        fail(session, errno);
}

void lg_session_flush(struct lg_session *session) {
    session->inside = true;
    send_all(session);
    session->inside = false;
}

bool lg_session_over(const struct lg_session *session) {
    return lg_client_state(session->client) == LG_STATE_ENDED;
}
