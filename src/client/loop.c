/*
 * The blocking helper: poll, event, tick, flush.
 *
 * Invariant: what callbacks said is flushed before anything is waited for. It knows one connection
 * and reconnects none.
 */
#include "client/loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

static int wait_time(const struct client_socket *socket, int64_t now_ms, int64_t wait_ms) {
    int64_t deadline_ms = client_socket_deadline_ms(socket);
    int64_t left_ms = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
    left_ms = left_ms < wait_ms ? left_ms : wait_ms;
    return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

int client_loop_turn(struct client_socket *socket, const struct clock *clock, int64_t wait_ms) {
    client_socket_flush(socket);
    if (client_socket_over(socket))
        return CLIENT_LOOP_ENDED;
    struct pollfd fd = {.fd = client_socket_fd(socket), .events = client_socket_interest(socket)};
    int count = poll(&fd, 1, wait_time(socket, clock_boot_ms(clock), wait_ms));
    ENSURE(count >= 0 || errno == EINTR);
    int64_t now_ms = clock_boot_ms(clock);
    if (count > 0)
        client_socket_event(socket, fd.revents, now_ms);
    client_socket_tick(socket, now_ms);
    client_socket_flush(socket);
    return client_socket_over(socket) ? CLIENT_LOOP_ENDED : 0;
}

int client_loop_until(struct client_socket *socket, const struct clock *clock,
                      bool (*done)(void *context), void *context, int64_t wait_ms) {
    int64_t until_ms = clock_boot_ms(clock) + wait_ms;
    while (!done(context)) {
        int64_t left_ms = until_ms - clock_boot_ms(clock);
        if (left_ms <= 0)
            return CLIENT_LOOP_TIMEOUT;
        int ended = client_loop_turn(socket, clock, left_ms);
        if (ended)
            return done(context) ? 0 : ended;
    }
    return 0;
}
