/*
 * The loop's turn, its one clock event, and what the daemon asks of the sockets.
 *
 * Invariants: a connection with something to say is in the dirty list, and then turn_event is on
 * its way; it was appended to libevent's queue behind the events that are active already, so that
 * it runs once all that came in this turn was handled. clock_event fires no later than the earliest
 * deadline of front and connections; firing early costs a look. Connections that ended are freed
 * when the turn is over, never under the feet of a caller.
 */
#include "net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

static const struct timeval at_once = {0, 0};
static const struct timeval handshake_pause = {0, 1000};

static int64_t next_due_ms(const struct net *net) {
    int64_t due_ms = front_due_ms(net->config.front);
    const struct heap_node *node = heap_earliest(&net->timers);
    return node != NULL && node->at_ms < due_ms ? node->at_ms : due_ms;
}

static struct timeval timeval_of(int64_t ms) {
    if (ms < 0)
        ms = 0;
    return (struct timeval){(time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000)};
}

static void arm_clock(struct net *net) {
    int64_t due_ms = next_due_ms(net);
    if (due_ms >= net->clock_at_ms)
        return;
    struct timeval wait = timeval_of(due_ms - front_now_ms(net->config.front));
    net->clock_at_ms = due_ms;
    evtimer_add(&net->clock_event, &wait);
}

static void sweep_dead(struct net *net) {
    struct connection *connection;
    while ((connection = TAILQ_FIRST(&net->dead)) != NULL) {
        TAILQ_REMOVE(&net->dead, connection, entry);
        free(connection);
    }
}

static void tell_drained(struct net *net) {
    if (net->drained == NULL)
        return;
    void (*drained)(void *context) = net->drained;
    net->drained = NULL;
    evtimer_del(&net->drain_event);
    drained(net->drained_context);
}

static void go_on_with_slowed(struct net *net) {
    struct connection *connection;
    struct connection *next;
    for (connection = TAILQ_FIRST(&net->slowed); connection != NULL; connection = next) {
        next = TAILQ_NEXT(connection, held_entry);
        bank_code bank = session_bank(channel_session(connection->channel));
        if (!front_is_slowed(net->config.front, bank))
            connection_set_intake(connection, INTAKE_AGAIN);
    }
}

/* Behind all the events of a turn. */
static void on_turn(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct net *net = context;
    net->turn_wanted = false;
    struct connection *connection;
    while ((connection = TAILQ_FIRST(&net->dirty)) != NULL) {
        TAILQ_REMOVE(&net->dirty, connection, dirty_entry);
        connection->dirty = false;
        connection_flush(connection);
    }
    if (front_resume_due(net->config.front))
        go_on_with_slowed(net);
    arm_clock(net);
    sweep_dead(net);
    net->turn++;
    front_fed(net->config.front, net->fed);
    net->fed = 0;
    if (net->draining && TAILQ_EMPTY(&net->connections))
        tell_drained(net); /* the last thing: the callee may end the loop */
}

void net_want_turn(struct net *net) {
    if (net->turn_wanted)
        return;
    net->turn_wanted = true;
    event_active(&net->turn_event, EV_TIMEOUT, 1);
}

static void on_clock(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct net *net = context;
    net->clock_at_ms = INT64_MAX;
    front_turn(net->config.front);
    int64_t now_ms = front_now_ms(net->config.front);
    struct heap_node *node;
    while ((node = heap_earliest(&net->timers)) != NULL && node->at_ms <= now_ms) {
        heap_clear(&net->timers, node);
        connection_timer((struct connection *)(void *)node);
    }
    net_want_turn(net);
}

/* As long as it lasted, nothing else of that kind is done: open sessions have half of the time at
 * least. */
static void carry_on_handshake(struct net *net) {
    struct connection *connection = TAILQ_FIRST(&net->shaking);
    int64_t before_us = clock_boot_us(&net->clock);
    if (connection == NULL || before_us < net->shake_after_us)
        return;
    connection_shake(connection);
    int64_t after_us = clock_boot_us(&net->clock);
    net->shake_after_us = after_us + (after_us - before_us);
}

/* Those that are in the list now, one of each bank, for a while: what is left of them comes in the
 * next turn, behind what is new of those that wait for nothing. Then a step of a handshake, if it is
 * time. */
static void on_again(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct net *net = context;
    struct connection *connection;
    size_t count = 0;
    front_turn(net->config.front);
    TAILQ_FOREACH (connection, &net->again, held_entry) {
        count++;
    }
    int64_t until_us = clock_boot_us(&net->clock) + NET_AGAIN_US;
    for (; count > 0 && clock_boot_us(&net->clock) < until_us; count--) {
        connection = TAILQ_FIRST(&net->again);
        TAILQ_REMOVE(&net->again, connection, held_entry);
        TAILQ_INSERT_TAIL(&net->again, connection, held_entry);
        if (!connection_had_its_turn(connection))
            connection_again(connection);
    }
    carry_on_handshake(net);
    if (!TAILQ_EMPTY(&net->again))
        evtimer_add(&net->again_event, &at_once);
    else if (!TAILQ_EMPTY(&net->shaking))
        evtimer_add(&net->again_event, &handshake_pause);
    net_want_turn(net);
}

static void on_pause_over(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    listener_pause_over(context);
}

static void cut_all(struct net *net) {
    struct connection *connection;
    while ((connection = TAILQ_FIRST(&net->connections)) != NULL)
        connection_cut(connection);
}

static void on_drain_over(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    struct net *net = context;
    front_turn(net->config.front);
    cut_all(net);
    net_want_turn(net);
}

struct net *net_new(const struct net_config *config) {
    struct net *net = xcalloc(1, sizeof(*net));
    net->config = *config;
    net->clock = clock_system();
    net->clock_at_ms = INT64_MAX;
    net->turn = 1; /* served is 0: nobody yet */
    net->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    heap_init(&net->timers);
    net->banks = hmap_new();
    TAILQ_INIT(&net->connections);
    TAILQ_INIT(&net->dead);
    TAILQ_INIT(&net->dirty);
    TAILQ_INIT(&net->shaking);
    TAILQ_INIT(&net->again);
    TAILQ_INIT(&net->blocked);
    TAILQ_INIT(&net->slowed);
    TAILQ_INIT(&net->handshaking);
    TAILQ_INIT(&net->parting);
    evtimer_assign(&net->pause_event, config->base, on_pause_over, net);
    evtimer_assign(&net->turn_event, config->base, on_turn, net);
    evtimer_assign(&net->again_event, config->base, on_again, net);
    evtimer_assign(&net->clock_event, config->base, on_clock, net);
    evtimer_assign(&net->drain_event, config->base, on_drain_over, net);
    return net;
}

void net_free(struct net *net) {
    if (net == NULL)
        return;
    listener_close_all(net);
    cut_all(net);
    sweep_dead(net);
    evtimer_del(&net->pause_event);
    evtimer_del(&net->turn_event);
    evtimer_del(&net->again_event);
    evtimer_del(&net->clock_event);
    evtimer_del(&net->drain_event);
    heap_deinit(&net->timers);
    hmap_free(net->banks);
    if (net->reserve_fd >= 0)
        close(net->reserve_fd);
    free(net);
}

void net_set_tls(struct net *net, struct tls_context *tls) {
    net->config.tls = tls;
    front_turn(net->config.front);
    struct connection *connection;
    TAILQ_FOREACH (connection, &net->connections, entry) {
        channel_recheck(connection->channel, tls);
    }
    net_want_turn(net);
}

void net_flush_closed(struct net *net) {
    struct connection *connection;
    struct connection *next;
    for (connection = TAILQ_FIRST(&net->dirty); connection != NULL; connection = next) {
        next = TAILQ_NEXT(connection, dirty_entry);
        if (session_state(channel_session(connection->channel)) != SESSION_CLOSED)
            continue;
        TAILQ_REMOVE(&net->dirty, connection, dirty_entry);
        connection->dirty = false;
        connection_flush(connection);
    }
}

void net_set_limits(struct net *net, uint32_t connections_max, uint32_t handshakes_max) {
    net->config.connections_max = connections_max;
    net->config.handshakes_max = handshakes_max;
}

void net_release(struct net *net, const struct effects *effects) {
    front_turn(net->config.front);
    front_deliver(net->config.front, effects);
    net_want_turn(net);
}

void net_resume(struct net *net) {
    front_resume(net->config.front);
    struct connection *connection;
    struct connection_list later;
    TAILQ_INIT(&later);
    TAILQ_CONCAT(&later, &net->again, held_entry);
    /* In front: they have waited while the others had the room. */
    while ((connection = TAILQ_FIRST(&net->blocked)) != NULL)
        connection_set_intake(connection, INTAKE_AGAIN);
    TAILQ_CONCAT(&net->again, &later, held_entry);
    net_want_turn(net);
}

void net_drain(struct net *net, uint32_t drain_ms, void (*done)(void *context), void *context) {
    net->draining = true;
    net->drained = done;
    net->drained_context = context;
    listener_close_all(net);
    front_turn(net->config.front);
    front_drain(net->config.front, drain_ms);
    struct timeval wait = timeval_of((int64_t)drain_ms + NET_CLOSE_MS + NET_LINGER_MS);
    evtimer_add(&net->drain_event, &wait);
    net_want_turn(net);
}

void net_stats(const struct net *net, struct net_stats *stats_out) {
    *stats_out = net->stats;
}
