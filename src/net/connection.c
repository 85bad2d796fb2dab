/*
 * One socket and its channel.
 *
 *   OPEN <--> SHAKES                    its handshake waits for a turn that has time
 *   OPEN <--> AGAIN <--> BLOCKED        frames wait for the next turn, for room in the door
 *     ^         ^
 *     |         v
 *     +----- CHOKED                     the peer does not take what it was sent
 *   any of them --> ENDED --> LINGER --> gone
 *
 * Invariants: only OPEN and LINGER have the read event, so that a connection which waits for
 * something costs nothing and the kernel's window stops its peer; SHAKES, AGAIN and BLOCKED are in the
 * list of that name. The session's end is followed by its last bytes, close_notify, shutdown, and a
 * bounded time of reading to the end, so that a GoAway is not lost to a reset. Each of these has a
 * deadline. Output is written once a turn; the write event is there only after a short write.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal.h"

/* Reads of bytes that nobody wants, of 64 KiB each, before a lingering peer is left. */
#define LINGER_READS_MAX 16u

static int64_t now_ms(const struct connection *connection) {
    return front_now_ms(connection->net->config.front);
}

static bool is_read(enum intake intake) {
    return intake == INTAKE_OPEN || intake == INTAKE_LINGER;
}

static bool is_held(enum intake intake) {
    return intake == INTAKE_SHAKES || intake == INTAKE_AGAIN || intake == INTAKE_BLOCKED ||
           intake == INTAKE_SLOWED;
}

static struct connection_list *held_list(struct net *net, enum intake intake) {
    if (intake == INTAKE_SHAKES)
        return &net->shaking;
    if (intake == INTAKE_SLOWED)
        return &net->slowed;
    return intake == INTAKE_AGAIN ? &net->again : &net->blocked;
}

/* The one way from state to state: events, lists and counts follow. */
void connection_set_intake(struct connection *connection, enum intake intake) {
    static const struct timeval at_once = {0, 0};
    struct net *net = connection->net;
    enum intake before = connection->intake;
    if (before == intake)
        return;
    connection->intake = intake;
    if (is_held(before))
        TAILQ_REMOVE(held_list(net, before), connection, held_entry);
    if (is_held(intake))
        TAILQ_INSERT_TAIL(held_list(net, intake), connection, held_entry);
    net->stats.blocked += (uint32_t)(intake == INTAKE_BLOCKED) - (before == INTAKE_BLOCKED);
    net->stats.choked += (uint32_t)(intake == INTAKE_CHOKED) - (before == INTAKE_CHOKED);
    if (is_read(before) && !is_read(intake))
        event_del(&connection->read_event);
    else if (!is_read(before) && is_read(intake))
        event_add(&connection->read_event, NULL);
    if (intake == INTAKE_AGAIN || intake == INTAKE_SHAKES)
        evtimer_add(&net->again_event, &at_once);
}

static void mark_dirty(struct connection *connection) {
    if (connection->dirty)
        return;
    connection->dirty = true;
    TAILQ_INSERT_TAIL(&connection->net->dirty, connection, dirty_entry);
    net_want_turn(connection->net);
}

static void on_wake(void *context) {
    mark_dirty(context);
}

static void leave_handshakes(struct connection *connection) {
    if (!connection->handshaking)
        return;
    connection->handshaking = false;
    TAILQ_REMOVE(&connection->net->handshaking, connection, handshake_entry);
    listener_place_free(connection->net);
}

static void count_output(struct connection *connection, size_t left) {
    connection->net->stats.output += left;
    connection->net->stats.output -= connection->output;
    if (connection->bank != NULL)
        connection->bank->output += left - connection->output;
    connection->output = left;
}

static void join_bank(struct connection *connection) {
    bank_code code = session_bank(channel_session(connection->channel));
    if (connection->bank != NULL || code == 0)
        return;
    struct net_bank *bank = hmap_get(connection->net->banks, span_of(&code, sizeof(code)));
    if (bank == NULL) {
        bank = xcalloc(1, sizeof(*bank));
        bank->code = code;
        (void)hmap_put(connection->net->banks, span_of(&bank->code, sizeof(code)), bank);
    }
    bank->connections++;
    bank->output += connection->output;
    connection->bank = bank;
}

static void leave_bank(struct connection *connection) {
    struct net_bank *bank = connection->bank;
    connection->bank = NULL;
    if (bank == NULL || --bank->connections > 0)
        return;
    (void)hmap_remove(connection->net->banks, span_of(&bank->code, sizeof(bank->code)));
    free(bank);
}

/* Frees all but the connection itself: that goes when the turn is over. */
static void end(struct connection *connection) {
    struct net *net = connection->net;
    channel_free(connection->channel);
    connection->channel = NULL;
    count_output(connection, 0);
    leave_bank(connection);
    leave_handshakes(connection);
    if (connection->parting)
        TAILQ_REMOVE(&net->parting, connection, parting_entry);
    connection_set_intake(connection, INTAKE_ENDED);
    event_del(&connection->write_event);
    heap_clear(&net->timers, &connection->timer);
    if (connection->dirty) {
        connection->dirty = false;
        TAILQ_REMOVE(&net->dirty, connection, dirty_entry);
    }
    close(connection->fd);
    TAILQ_REMOVE(&net->connections, connection, entry);
    TAILQ_INSERT_TAIL(&net->dead, connection, entry);
    net->stats.connections--;
    net_want_turn(net);
}

void connection_cut(struct connection *connection) {
    struct linger reset = {1, 0};
    (void)setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    end(connection);
}

static int64_t due_ms(const struct connection *connection) {
    if (connection->intake == INTAKE_LINGER)
        return connection->ended_ms + NET_LINGER_MS;
    if (connection->intake == INTAKE_ENDED)
        return connection->ended_ms + NET_CLOSE_MS;
    return connection->writing ? connection->moved_ms + NET_SLOW_READER_MS : INT64_MAX;
}

static void schedule(struct connection *connection) {
    int64_t at_ms = due_ms(connection);
    if (at_ms == INT64_MAX)
        return;
    if (!heap_holds(&connection->timer) || at_ms < connection->timer.at_ms)
        heap_set(&connection->net->timers, &connection->timer, at_ms);
}

void connection_timer(struct connection *connection) {
    if (due_ms(connection) > now_ms(connection)) {
        schedule(connection);
        return;
    }
    if (connection->intake != INTAKE_LINGER) {
        connection->net->stats.slow++;
        session_end(channel_session(connection->channel), "the peer does not take its output");
    }
    connection_cut(connection);
}

static void set_ended(struct connection *connection) {
    if (connection->parting)
        return;
    leave_handshakes(connection);
    connection->parting = true;
    TAILQ_INSERT_TAIL(&connection->net->parting, connection, parting_entry);
    connection_set_intake(connection, INTAKE_ENDED);
    connection->ended_ms = now_ms(connection);
    schedule(connection);
    mark_dirty(connection);
}

/* ---- out ---- */

static void start_linger(struct connection *connection) {
    (void)shutdown(connection->fd, SHUT_WR);
    connection->ended_ms = now_ms(connection);
    connection_set_intake(connection, INTAKE_LINGER);
    schedule(connection);
}

static void wait_to_write(struct connection *connection, bool wait) {
    if (connection->writing == wait)
        return;
    connection->writing = wait;
    if (!wait) {
        event_del(&connection->write_event);
        return;
    }
    connection->moved_ms = now_ms(connection);
    event_add(&connection->write_event, NULL);
    schedule(connection);
}

/* One write; false when the connection ended. */
static bool write_some(struct connection *connection) {
    struct span output = channel_output(connection->channel);
    if (output.size == 0)
        return true;
    struct net *net = connection->net;
    ssize_t count = send(connection->fd, output.data, output.size, MSG_NOSIGNAL);
    net->stats.writes++;
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        session_end(channel_session(connection->channel), "the connection broke");
        end(connection);
        return false;
    }
    if (count > 0) {
        channel_sent(connection->channel, (size_t)count);
        connection->moved_ms = now_ms(connection);
        net->stats.bytes_out += (uint64_t)count;
    }
    return true;
}

/* More waits for the bank than so much of what it may have; a connection whose peer takes all that
 * it gets is not meant. */
static bool has_too_much(const struct connection *connection, unsigned part) {
    const struct net *net = connection->net;
    size_t all = connection->bank != NULL ? connection->bank->output : connection->output;
    if (connection->output == 0)
        return false;
    return all > NET_OUTPUT_MAX / part || (net->stats.output > NET_OUTPUT_ALL_MAX &&
                                           connection->output > NET_OUTPUT_SCARCE / part);
}

/* What follows from how much is left. */
static void after_write(struct connection *connection) {
    size_t left = channel_backlog(connection->channel);
    count_output(connection, left);
    wait_to_write(connection, left > 0);
    if (connection->intake == INTAKE_ENDED) {
        if (left == 0)
            start_linger(connection);
    } else if (connection->intake == INTAKE_CHOKED) {
        if (!has_too_much(connection, 2)) {
            connection_set_intake(connection, INTAKE_AGAIN);
            session_hold(channel_session(connection->channel), false);
        }
    } else if (has_too_much(connection, 1)) {
        connection_set_intake(connection, INTAKE_CHOKED);
        session_hold(channel_session(connection->channel), true);
    }
}

void connection_flush(struct connection *connection) {
    if (connection->intake == INTAKE_LINGER)
        return;
    if (session_state(channel_session(connection->channel)) == SESSION_CLOSED)
        set_ended(connection);
    channel_flush(connection->channel);
    if (connection->writing || write_some(connection))
        after_write(connection);
}

static void on_write(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct connection *connection = context;
    front_turn(connection->net->config.front);
    if (write_some(connection))
        after_write(connection);
    net_want_turn(connection->net);
}

/* ---- in ---- */

static void feed(struct connection *connection, struct span bytes) {
    enum session_need need = channel_feed(connection->channel, bytes);
    if (session_state(channel_session(connection->channel)) != SESSION_HANDSHAKE)
        leave_handshakes(connection);
    join_bank(connection);
    switch (need) {
    case SESSION_WANTS:
        connection_set_intake(connection, INTAKE_OPEN);
        break;
    case SESSION_AGAIN:
        connection_set_intake(connection, INTAKE_AGAIN);
        break;
    case SESSION_BLOCKED:
        connection_set_intake(connection, INTAKE_BLOCKED);
        break;
    case SESSION_SLOWED:
        connection_set_intake(connection, INTAKE_SLOWED);
        break;
    case SESSION_OVER:
        set_ended(connection);
        break;
    }
    if (channel_backlog(connection->channel) > 0)
        mark_dirty(connection);
}

static uint64_t *turn_of_bank(const struct connection *connection) {
    bank_code bank = session_bank(channel_session(connection->channel));
    return &connection->net->served[bank % NET_BANKS];
}

bool connection_had_its_turn(const struct connection *connection) {
    return *turn_of_bank(connection) == connection->net->turn;
}

static void take_turn(const struct connection *connection) {
    *turn_of_bank(connection) = connection->net->turn;
    connection->net->fed++;
}

static void read_some(struct connection *connection) {
    struct net *net = connection->net;
    ssize_t count = recv(connection->fd, net->bytes, sizeof(net->bytes), 0);
    net->stats.reads++;
    if (count > 0) {
        net->stats.bytes_in += (uint64_t)count;
        feed(connection, span_of(net->bytes, (size_t)count));
    } else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        session_end(channel_session(connection->channel),
                    count == 0 ? "the peer is gone" : "the connection broke");
        end(connection);
    }
}

void connection_again(struct connection *connection) {
    take_turn(connection);
    if (!connection->unread) {
        feed(connection, span_of(NULL, 0));
        return;
    }
    connection->unread = false;
    connection_set_intake(connection, INTAKE_OPEN);
    read_some(connection);
}

void connection_shake(struct connection *connection) {
    connection_set_intake(connection, INTAKE_OPEN);
    read_some(connection);
}

static void on_lingering_read(struct connection *connection) {
    struct net *net = connection->net;
    for (unsigned i = 0; i < LINGER_READS_MAX; i++) {
        ssize_t count = recv(connection->fd, net->bytes, sizeof(net->bytes), 0);
        if (count > 0)
            continue;
        if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
            end(connection);
        return;
    }
    connection_cut(connection);
}

static void on_read(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct connection *connection = context;
    struct net *net = connection->net;
    front_turn(net->config.front);
    if (connection->intake == INTAKE_LINGER) {
        on_lingering_read(connection);
        return;
    }
    if (connection->handshaking) {
        connection_set_intake(connection, INTAKE_SHAKES);
    } else if (connection_had_its_turn(connection) ||
               front_is_refused(net->config.front,
                                session_bank(channel_session(connection->channel)))) {
        connection->unread = true;
        connection_set_intake(connection, INTAKE_AGAIN);
    } else {
        take_turn(connection);
        read_some(connection);
    }
    net_want_turn(net);
}

static void set_options(int fd) {
    int on = 1;
    int unsent = NET_UNSENT_MAX;
    unsigned int timeout_ms = NET_SLOW_READER_MS;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
}

void connection_open(struct net *net, int fd, const char *from) {
    struct connection *connection = xcalloc(1, sizeof(*connection));
    connection->net = net;
    connection->fd = fd;
    connection->timer = HEAP_NODE_IDLE;
    connection->intake = INTAKE_OPEN;
    connection->opened_ms = front_now_ms(net->config.front);
    set_options(fd);
    struct session_owner owner = {connection, on_wake, from};
    connection->channel = channel_new(net->config.front, net->config.tls, &owner);
    event_assign(&connection->read_event, net->config.base, fd, EV_READ | EV_PERSIST, on_read,
                 connection);
    event_assign(&connection->write_event, net->config.base, fd, EV_WRITE | EV_PERSIST, on_write,
                 connection);
    event_add(&connection->read_event, NULL);
    TAILQ_INSERT_TAIL(&net->connections, connection, entry);
    connection->handshaking = true;
    TAILQ_INSERT_TAIL(&net->handshaking, connection, handshake_entry);
    net->stats.connections++;
    net_want_turn(net);
}
