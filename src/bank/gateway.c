/*
 * Connections to the gateway, on plain libevent events.
 *
 * Invariant: nothing is sent between a turn's first event and its commit: events only feed the
 * clients, bk_gateway_flush alone writes. A connection that is cut hears and says nothing more. A
 * serial names one connection for ever, so that a late answer finds its own or none.
 */
#include "bank/gateway.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "bank/answers.h"
#include "bank/notices.h"
#include "bank/submit.h"
#include "client/socket.h"
#include "util/logline.h"

struct connection {
    struct bk_gateway *gateway;
    struct client_socket *socket; /* NULL: waits for connect_at_ms */
    struct event *readable, *writable;
    short armed;
    uint64_t serial;
    bool ready;
    bool cut;
    bool noticed; /* notices came in this turn */
    int64_t connect_at_ms;
    uint32_t failures; /* in a row */
};

struct bk_gateway {
    struct bk_bank *bank;
    struct client_context *context;
    uint64_t next_serial;
    uint32_t ready;
    uint32_t next; /* connection that sends first, in turn */
    char trouble[CLIENT_REASON_SIZE];
    uint32_t count;
    struct connection connections[BK_CONNECTIONS_MAX];
};

/* ---- the client's callbacks ---------------------------------------------------------------- */

static void on_ready(void *context, const struct hello_reply *reply) {
    struct connection *connection = context;
    struct bk_gateway *gateway = connection->gateway;
    connection->ready = true;
    connection->failures = 0;
    gateway->ready++;
    log_line(LOG_NOTICE, "gateway_up", LOG_INT("connection", connection->serial),
             LOG_INT("window", reply->window), LOG_INT("heartbeat_ms", reply->heartbeat_ms));
    /* Notices may have been missed: ask again by the same ids. */
    if (gateway->ready == 1)
        bk_outbox_wake_waiting(&gateway->bank->outbox);
}

static void on_answer(void *context, void *tag, const struct envelope *envelope) {
    const struct connection *connection = context;
    bk_submit_answered(connection->gateway->bank, tag, envelope,
                       client_arena(client_socket_client(connection->socket)));
}

static void on_lost(void *context, void *tag) {
    const struct connection *connection = context;
    bk_submit_lost(connection->gateway->bank, tag);
}

static void on_request(void *context, const struct envelope *envelope) {
    const struct connection *connection = context;
    struct bk_bank *bank = connection->gateway->bank;
    if (connection->cut)
        return;
    const struct bk_incoming incoming = {.connection = connection->serial,
                                         .correlation = envelope->correlation,
                                         .kind = envelope->kind,
                                         .timeout_ms = envelope->timeout_ms,
                                         .received_ms = bk_now_ms(bank),
                                         .payload = envelope->payload};
    bk_answers_take(bank, &incoming, client_arena(client_socket_client(connection->socket)));
}

static void on_notice(void *context, const struct envelope *envelope) {
    struct connection *connection = context;
    if (connection->cut)
        return;
    connection->noticed = true;
    bk_notices_take(connection->gateway->bank->notices, envelope,
                    client_arena(client_socket_client(connection->socket)));
}

static void on_go_away(void *context, const struct go_away *message) {
    const struct connection *connection = context;
    char code[16];
    snprintf(code, sizeof(code), "%.*s", (int)message->code.size, (const char *)message->code.data);
    log_line(LOG_NOTICE, "gateway_goes_away", LOG_INT("connection", connection->serial),
             LOG_TEXT("code", code), LOG_INT("drain_ms", message->drain_ms));
}

/* ---- opening and closing ------------------------------------------------------------------- */

static void on_event(evutil_socket_t fd, short what, void *context) {
    struct connection *connection = context;
    (void)fd;
    short revents = (short)((what & EV_READ ? POLLIN : 0) | (what & EV_WRITE ? POLLOUT : 0));
    if (connection->socket != NULL)
        client_socket_event(connection->socket, revents, bk_now_ms(connection->gateway->bank));
}

/* Doubles with each failure, a quarter of it by chance, so that banks do not come in step. */
static int64_t backoff_ms(const struct connection *connection) {
    const struct bk_config *config = &connection->gateway->bank->config;
    int64_t wait_ms = config->reconnect_min_ms;
    for (uint32_t i = 1; i < connection->failures && wait_ms < config->reconnect_max_ms; i++)
        wait_ms *= 2;
    if (wait_ms > config->reconnect_max_ms)
        wait_ms = config->reconnect_max_ms;
    uint32_t chance;
    ENSURE(getrandom(&chance, sizeof(chance), 0) == (ssize_t)sizeof(chance));
    return wait_ms - (int64_t)(chance % (uint32_t)(wait_ms / 4 + 1));
}

static void close_connection(struct connection *connection, const char *reason, int64_t now_ms) {
    struct bk_gateway *gateway = connection->gateway;
    connection->failures++;
    /* One line for a failure and none for its repetitions. */
    if (connection->ready || connection->failures == 1)
        log_line(LOG_WARNING, "gateway_down", LOG_INT("connection", connection->serial),
                 LOG_TEXT("reason", reason));
    if (connection->ready)
        gateway->ready--;
    snprintf(gateway->trouble, sizeof(gateway->trouble), "%s", reason);
    if (connection->socket != NULL) {
        event_free(connection->readable);
        event_free(connection->writable);
        client_socket_free(connection->socket);
    }
    connection->socket = NULL;
    connection->armed = 0;
    connection->ready = connection->cut = connection->noticed = false;
    connection->connect_at_ms = now_ms + backoff_ms(connection);
}

static struct event *new_event(struct connection *connection, short what) {
    struct event *event =
        event_new(connection->gateway->bank->base, client_socket_fd(connection->socket),
                  (short)(what | EV_PERSIST), on_event, connection);
    ENSURE(event != NULL);
    return event;
}

static void open_connection(struct connection *connection, int64_t now_ms) {
    struct bk_gateway *gateway = connection->gateway;
    const struct bk_bank *bank = gateway->bank;
    const struct bk_notice_mark *last = bk_notices_last(bank->notices);
    const struct client_target target = {.host = bank->config.host,
                                         .port = (uint16_t)bank->config.port,
                                         .attempt = connection->failures};
    const struct client_config config = {.software = "linkgate-bank 0.1",
                                         .window = bank->config.window,
                                         .last_notice_sequence = last->sequence,
                                         .last_notice_token = last->token};
    const struct client_handler handler = {.context = connection,
                                           .ready = on_ready,
                                           .answer = on_answer,
                                           .lost = on_lost,
                                           .request = on_request,
                                           .notice = on_notice,
                                           .go_away = on_go_away};
    char reason[CLIENT_REASON_SIZE];
    connection->serial = ++gateway->next_serial;
    if (client_socket_open(&target, gateway->context, &config, &handler, now_ms,
                           &connection->socket, reason, sizeof(reason))) {
        close_connection(connection, reason, now_ms);
        return;
    }
    connection->readable = new_event(connection, EV_READ);
    connection->writable = new_event(connection, EV_WRITE);
}

int bk_gateway_open(struct bk_bank *bank, struct bk_gateway **gateway_out, char *reason_out,
                    size_t reason_size) {
    const struct bk_config *config = &bank->config;
    const struct client_files files = {.ca_file = config->ca,
                                       .crl_file = *config->crl != '\0' ? config->crl : NULL,
                                       .certificate_file = config->certificate,
                                       .key_file = config->key};
    struct client_context *context;
    int failed = client_context_new(&files, &context, reason_out, reason_size);
    if (failed)
        return failed;
    struct bk_gateway *gateway = xcalloc(1, sizeof(*gateway));
    gateway->bank = bank;
    gateway->context = context;
    gateway->count = config->connections;
    for (uint32_t i = 0; i < gateway->count; i++)
        gateway->connections[i] = (struct connection){.gateway = gateway};
    *gateway_out = gateway;
    return 0;
}

void bk_gateway_free(struct bk_gateway *gateway) {
    if (gateway == NULL)
        return;
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (connection->socket == NULL)
            continue;
        client_leave(client_socket_client(connection->socket), "DRAIN", "the bank stops");
        client_socket_flush(connection->socket);
        event_free(connection->readable);
        event_free(connection->writable);
        client_socket_free(connection->socket);
    }
    client_context_free(gateway->context);
    free(gateway);
}

/* ---- the turn ----------------------------------------------------------------------------- */

void bk_gateway_tick(struct bk_gateway *gateway, int64_t now_ms) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (connection->socket != NULL)
            client_socket_tick(connection->socket, now_ms);
        else if (connection->connect_at_ms <= now_ms)
            open_connection(connection, now_ms);
    }
}

/* The next connection in turn that takes a request; NULL: none has room. */
static struct client *with_room(struct bk_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[gateway->next++ % gateway->count];
        if (!connection->ready || connection->cut)
            continue;
        struct client *client = client_socket_client(connection->socket);
        if (client_room(client) > 0)
            return client;
    }
    return NULL;
}

void bk_gateway_pump(struct bk_gateway *gateway) {
    struct bk_outbox *outbox = &gateway->bank->outbox;
    while (!TAILQ_EMPTY(&outbox->queue)) {
        struct client *client = with_room(gateway);
        if (client == NULL)
            return;
        struct bk_item *item = bk_outbox_next(outbox);
        ENSURE(client_request(client, item->kind, span_of(item->payload, item->size),
                              item->timeout_ms, item) == 0);
    }
}

static void arm(struct event *event, bool was, bool is) {
    if (is && !was)
        ENSURE(event_add(event, NULL) == 0);
    else if (was && !is)
        ENSURE(event_del(event) == 0);
}

static void flush(struct connection *connection, int64_t now_ms) {
    struct bk_bank *bank = connection->gateway->bank;
    struct client *client = client_socket_client(connection->socket);
    if (connection->cut)
        client_end(client, "cut by the fault script");
    if (connection->noticed)
        client_noticed(client, bk_notices_last(bank->notices)->sequence, now_ms);
    connection->noticed = false;
    if (!connection->cut)
        client_socket_flush(connection->socket);
    if (client_socket_over(connection->socket)) {
        char reason[CLIENT_REASON_SIZE];
        snprintf(reason, sizeof(reason), "%s", client_reason(client));
        close_connection(connection, reason, now_ms);
        bank->again = true; /* what was lost may go another way */
        return;
    }
    short wanted = client_socket_interest(connection->socket);
    arm(connection->readable, connection->armed & POLLIN, wanted & POLLIN);
    arm(connection->writable, connection->armed & POLLOUT, wanted & POLLOUT);
    connection->armed = wanted;
}

void bk_gateway_flush(struct bk_gateway *gateway, int64_t now_ms) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        if (gateway->connections[i].socket != NULL)
            flush(&gateway->connections[i], now_ms);
    }
}

int64_t bk_gateway_deadline_ms(const struct bk_gateway *gateway) {
    int64_t earliest_ms = INT64_MAX;
    for (uint32_t i = 0; i < gateway->count; i++) {
        const struct connection *connection = &gateway->connections[i];
        int64_t at_ms = connection->socket != NULL ? client_socket_deadline_ms(connection->socket)
                                                   : connection->connect_at_ms;
        earliest_ms = at_ms < earliest_ms ? at_ms : earliest_ms;
    }
    return earliest_ms;
}

uint32_t bk_gateway_ready(const struct bk_gateway *gateway) {
    return gateway->ready;
}

const char *bk_gateway_trouble(const struct bk_gateway *gateway) {
    return gateway->trouble;
}

/* ---- answers ------------------------------------------------------------------------------ */

static struct connection *find(struct bk_gateway *gateway, uint64_t serial) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (connection->socket != NULL && connection->serial == serial && !connection->cut)
            return connection;
    }
    return NULL;
}

bool bk_gateway_reply(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                      uint32_t kind, struct span payload) {
    struct connection *found = find(gateway, connection);
    if (found == NULL)
        return false;
    client_reply(client_socket_client(found->socket), correlation, kind, payload);
    return true;
}

void bk_gateway_refuse(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                       uint32_t kind, const struct refusal *refusal) {
    struct connection *found = find(gateway, connection);
    if (found != NULL)
        client_refuse(client_socket_client(found->socket), correlation, kind, refusal);
}

void bk_gateway_cut(struct bk_gateway *gateway, uint64_t connection) {
    struct connection *found = find(gateway, connection);
    if (found != NULL)
        found->cut = true;
}

void bk_gateway_cut_all(struct bk_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        if (gateway->connections[i].socket != NULL)
            gateway->connections[i].cut = true;
    }
}

bool bk_gateway_raw(struct bk_gateway *gateway, struct span bytes) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (!connection->ready || connection->cut)
            continue;
        client_send_raw(client_socket_client(connection->socket), bytes);
        return true;
    }
    return false;
}
