/*
 * Connections to the gateway, on plain libevent events.
 *
 * Invariant: nothing is sent between a turn's first event and its commit: events only feed the
 * clients, bk_gateway_flush alone writes. A connection that is cut hears and says nothing more. A
 * serial names one connection for ever, so that a late answer finds its own or none. A connection
 * that works is given up for another (new certificates, a gateway that goes away) only once that
 * one was greeted.
 */
#include "bank/gateway.h"

#include <linkgate/linkgate.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bank/answers.h"
#include "bank/notices.h"
#include "bank/settle.h"
#include "util/logline.h"

#define ARENA_CHUNK (32u << 10)
#define ARENA_BUDGET (1u << 20) /* per message */
#define LEAVE_MS 60000          /* for what is in flight on a connection that has a successor */

struct connection {
    struct bk_gateway *gateway;
    struct lg_session *session; /* NULL: waits for connect_at_ms, if it is wanted */
    struct event *readable, *writable;
    short armed;
    uint64_t serial;
    bool wanted;  /* opened again when it ends */
    bool ready;   /* takes requests */
    bool leaving; /* its successor does: it finishes what is in flight */
    bool cut;
    bool noticed; /* notices came in this turn */
    int64_t connect_at_ms;
    uint32_t failures; /* in a row */
};

struct bk_gateway {
    struct bk_bank *bank;
    struct lg_context *context;
    struct arena arena; /* of the message in hand */
    struct buf refusal; /* being encoded */
    uint64_t next_serial;
    uint32_t ready;
    uint32_t next; /* connection that sends first, in turn */
    char trouble[LG_REASON_SIZE];
    uint32_t count; /* of connections, in pairs: one of two is wanted but while they change over */
    struct connection connections[2 * BK_CONNECTIONS_MAX];
};

static struct lg_client *client_of(const struct connection *connection) {
    return lg_session_client(connection->session);
}

static struct connection *twin_of(const struct connection *connection) {
    struct connection *connections = connection->gateway->connections;
    return &connections[(connection - connections) ^ 1];
}

/* ---- the library's callbacks ---------------------------------------------------------------- */

/* As the bank's parts read it. */
static struct envelope envelope_of(const struct lg_envelope *from) {
    return (struct envelope){.correlation = from->correlation,
                             .kind = from->kind,
                             .direction = (enum message_direction)from->direction,
                             .payload = span_of(from->payload.data, from->payload.size),
                             .timeout_ms = from->timeout_ms};
}

/* Memory for decoding one message. */
static struct arena *fresh_arena(const struct connection *connection) {
    struct arena *arena = &connection->gateway->arena;
    arena_reset(arena);
    return arena;
}

/* The successor is ready: from now on it is asked, and asks. */
static void leave(struct connection *connection) {
    connection->wanted = connection->ready = false;
    connection->leaving = true;
    connection->gateway->ready--;
    lg_session_drain(connection->session, LEAVE_MS);
}

/* Beside a connection that still works. */
static void open_successor(const struct connection *connection) {
    struct connection *twin = twin_of(connection);
    if (connection->leaving || twin->session != NULL)
        return;
    twin->wanted = true;
    twin->failures = 0;
    twin->connect_at_ms = 0;
}

static void on_ready(void *context, const struct lg_greeting *greeting) {
    struct connection *connection = context;
    struct bk_gateway *gateway = connection->gateway;
    connection->ready = true;
    connection->failures = 0;
    gateway->ready++;
    log_line(LOG_NOTICE, "gateway_up", LOG_INT("connection", connection->serial),
             LOG_INT("window", greeting->window), LOG_INT("heartbeat_ms", greeting->heartbeat_ms));
    if (twin_of(connection)->ready)
        leave(twin_of(connection));
    /* Notices may have been missed: ask again by the same ids. */
    if (gateway->ready == 1)
        bk_outbox_wake_waiting(&gateway->bank->outbox);
}

static void on_answer(void *context, void *tag, const struct lg_envelope *from) {
    const struct connection *connection = context;
    const struct envelope envelope = envelope_of(from);
    bk_settle_answered(connection->gateway->bank, tag, &envelope, fresh_arena(connection));
}

static void on_lost(void *context, void *tag) {
    const struct connection *connection = context;
    bk_settle_lost(connection->gateway->bank, tag);
}

static void on_request(void *context, const struct lg_envelope *from) {
    const struct connection *connection = context;
    struct bk_bank *bank = connection->gateway->bank;
    if (connection->cut)
        return;
    const struct envelope envelope = envelope_of(from);
    const struct bk_incoming incoming = {.connection = connection->serial,
                                         .correlation = envelope.correlation,
                                         .kind = envelope.kind,
                                         .timeout_ms = envelope.timeout_ms,
                                         .received_ms = bk_now_ms(bank),
                                         .payload = envelope.payload};
    bk_answers_take(bank, &incoming, fresh_arena(connection));
}

static void on_notice(void *context, const struct lg_envelope *from) {
    struct connection *connection = context;
    if (connection->cut)
        return;
    const struct envelope envelope = envelope_of(from);
    if (bk_notices_take(connection->gateway->bank->notices, &envelope, fresh_arena(connection)))
        connection->noticed = true;
}

static void on_go_away(void *context, const struct lg_go_away *message) {
    const struct connection *connection = context;
    log_line(LOG_NOTICE, "gateway_goes_away", LOG_INT("connection", connection->serial),
             LOG_TEXT("code", message->code), LOG_INT("drain_ms", message->drain_ms));
    if (message->drain_ms > 0)
        open_successor(connection);
}

/* ---- opening and closing ------------------------------------------------------------------- */

static void on_event(evutil_socket_t fd, short what, void *context) {
    struct connection *connection = context;
    (void)fd;
    short revents = (short)((what & EV_READ ? POLLIN : 0) | (what & EV_WRITE ? POLLOUT : 0));
    if (connection->session != NULL)
        lg_session_event(connection->session, revents);
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

static void release(struct connection *connection) {
    if (connection->session != NULL) {
        event_free(connection->readable);
        event_free(connection->writable);
        lg_session_free(connection->session);
    }
    connection->session = NULL;
    connection->armed = 0;
    connection->ready = connection->leaving = connection->cut = connection->noticed = false;
}

static void close_connection(struct connection *connection, const char *reason, int64_t now_ms) {
    struct bk_gateway *gateway = connection->gateway;
    const struct connection *twin = twin_of(connection);
    if (connection->leaving) {
        log_line(LOG_NOTICE, "gateway_left", LOG_INT("connection", connection->serial),
                 LOG_TEXT("reason", reason));
        release(connection);
        return;
    }
    connection->failures++;
    /* One line for a failure and none for its repetitions. */
    if (connection->ready || connection->failures == 1)
        log_line(LOG_WARNING, "gateway_down", LOG_INT("connection", connection->serial),
                 LOG_TEXT("reason", reason));
    if (connection->ready)
        gateway->ready--;
    snprintf(gateway->trouble, sizeof(gateway->trouble), "%s", reason);
    release(connection);
    connection->wanted = !twin->wanted || twin->ready;
    connection->connect_at_ms = now_ms + backoff_ms(connection);
}

static struct event *new_event(struct connection *connection, short what) {
    struct event *event =
        event_new(connection->gateway->bank->base, lg_session_fd(connection->session),
                  (short)(what | EV_PERSIST), on_event, connection);
    ENSURE(event != NULL);
    return event;
}

static void open_connection(struct connection *connection, int64_t now_ms) {
    struct bk_gateway *gateway = connection->gateway;
    const struct bk_bank *bank = gateway->bank;
    const struct bk_notice_mark *last = bk_notices_last(bank->notices);
    const struct lg_target target = {.host = bank->config.host,
                                     .port = (uint16_t)bank->config.port,
                                     .attempt = connection->failures};
    struct lg_config config = {.software = "linkgate-bank " LINKGATE_VERSION,
                               .window = bank->config.window,
                               .last_notice_sequence = last->sequence};
    memcpy(config.last_notice_token, last->token.bytes, LG_TOKEN_SIZE);
    const struct lg_handler handler = {.context = connection,
                                       .ready = on_ready,
                                       .answer = on_answer,
                                       .lost = on_lost,
                                       .request = on_request,
                                       .notice = on_notice,
                                       .go_away = on_go_away};
    char reason[LG_REASON_SIZE];
    connection->serial = ++gateway->next_serial;
    if (lg_session_open(&target, gateway->context, &config, &handler, &connection->session, reason,
                        sizeof(reason))) {
        close_connection(connection, reason, now_ms);
        return;
    }
    connection->readable = new_event(connection, EV_READ);
    connection->writable = new_event(connection, EV_WRITE);
}

static int load_certificates(const struct bk_config *config, struct lg_context **context_out,
                             char *reason_out, size_t reason_size) {
    const struct lg_files files = {.ca = config->ca,
                                   .crl = *config->crl != '\0' ? config->crl : NULL,
                                   .certificate = config->certificate,
                                   .key = config->key};
    return lg_context_new(&files, context_out, reason_out, reason_size);
}

int bk_gateway_open(struct bk_bank *bank, struct bk_gateway **gateway_out, char *reason_out,
                    size_t reason_size) {
    const struct bk_config *config = &bank->config;
    struct lg_context *context;
    int failed = load_certificates(config, &context, reason_out, reason_size);
    if (failed)
        return failed;
    struct bk_gateway *gateway = xcalloc(1, sizeof(*gateway));
    gateway->bank = bank;
    gateway->context = context;
    arena_init(&gateway->arena, ARENA_CHUNK, ARENA_BUDGET);
    gateway->count = 2 * config->connections;
    for (uint32_t i = 0; i < gateway->count; i++)
        gateway->connections[i] = (struct connection){.gateway = gateway, .wanted = i % 2 == 0};
    *gateway_out = gateway;
    return 0;
}

/* What has not been greeted yet begins again; what works gets a successor. One that still leaves
 * from the last time makes room for it: what was in flight there is asked again. */
static void renew_connection(struct connection *connection) {
    struct connection *twin = twin_of(connection);
    if (!connection->wanted)
        return;
    if (!connection->ready) {
        release(connection);
        connection->connect_at_ms = 0;
        return;
    }
    if (twin->leaving) {
        lg_client_end(client_of(twin), "the certificates were renewed again");
        release(twin);
    }
    open_successor(connection);
}

void bk_gateway_renew(struct bk_gateway *gateway) {
    struct lg_context *context;
    char reason[LG_REASON_SIZE];
    if (load_certificates(&gateway->bank->config, &context, reason, sizeof(reason))) {
        log_line(LOG_ERR, "certificates_not_renewed", LOG_TEXT("reason", reason),
                 LOG_TEXT("remedy", "the old ones stay in use: mend the files, send SIGHUP again"));
        return;
    }
    lg_context_free(gateway->context);
    gateway->context = context;
    char expiry[TIME_TEXT_SIZE];
    time_format_utc(lg_context_expiry_ms(context), expiry);
    log_line(LOG_NOTICE, "certificates_renewed", LOG_TEXT("expiry", expiry));
    for (uint32_t i = 0; i < gateway->count; i++)
        renew_connection(&gateway->connections[i]);
    gateway->bank->again = true;
}

void bk_gateway_free(struct bk_gateway *gateway) {
    if (gateway == NULL)
        return;
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (connection->session == NULL)
            continue;
        lg_client_leave(client_of(connection), "DRAIN", "the bank stops");
        lg_session_flush(connection->session);
        event_free(connection->readable);
        event_free(connection->writable);
        lg_session_free(connection->session);
    }
    lg_context_free(gateway->context);
    arena_deinit(&gateway->arena);
    buf_deinit(&gateway->refusal);
    free(gateway);
}

/* ---- the turn ----------------------------------------------------------------------------- */

void bk_gateway_tick(struct bk_gateway *gateway, int64_t now_ms) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (connection->session != NULL)
            lg_session_tick(connection->session);
        else if (connection->wanted && connection->connect_at_ms <= now_ms)
            open_connection(connection, now_ms);
    }
}

/* The next connection in turn that takes a request; NULL: none has room. */
static struct lg_client *with_room(struct bk_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[gateway->next++ % gateway->count];
        if (!connection->ready || connection->cut)
            continue;
        struct lg_client *client = client_of(connection);
        if (lg_client_room(client) > 0)
            return client;
    }
    return NULL;
}

void bk_gateway_pump(struct bk_gateway *gateway) {
    struct bk_outbox *outbox = &gateway->bank->outbox;
    while (!TAILQ_EMPTY(&outbox->queue)) {
        struct lg_client *client = with_room(gateway);
        if (client == NULL)
            return;
        struct bk_item *item = bk_outbox_next(outbox);
        const struct lg_request request = {.kind = item->kind,
                                           .payload = lg_bytes_of(item->payload, item->size),
                                           .timeout_ms = item->timeout_ms};
        ENSURE(lg_client_request(client, &request, item) == 0);
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
    struct lg_client *client = client_of(connection);
    if (connection->cut)
        lg_client_end(client, "cut by the fault script");
    if (connection->noticed)
        lg_client_noticed(client, bk_notices_last(bank->notices)->sequence);
    connection->noticed = false;
    if (!connection->cut)
        lg_session_flush(connection->session);
    if (lg_session_over(connection->session)) {
        char reason[LG_REASON_SIZE];
        snprintf(reason, sizeof(reason), "%s", lg_client_reason(client));
        close_connection(connection, reason, now_ms);
        bank->again = true; /* what was lost may go another way */
        return;
    }
    short wanted = lg_session_interest(connection->session);
    arm(connection->readable, connection->armed & POLLIN, wanted & POLLIN);
    arm(connection->writable, connection->armed & POLLOUT, wanted & POLLOUT);
    connection->armed = wanted;
}

void bk_gateway_flush(struct bk_gateway *gateway, int64_t now_ms) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        if (gateway->connections[i].session != NULL)
            flush(&gateway->connections[i], now_ms);
    }
}

int64_t bk_gateway_deadline_ms(const struct bk_gateway *gateway) {
    int64_t earliest_ms = INT64_MAX;
    for (uint32_t i = 0; i < gateway->count; i++) {
        const struct connection *connection = &gateway->connections[i];
        int64_t at_ms = connection->wanted ? connection->connect_at_ms : INT64_MAX;
        if (connection->session != NULL)
            at_ms = lg_session_deadline_ms(connection->session);
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
        if (connection->session != NULL && connection->serial == serial && !connection->cut)
            return connection;
    }
    return NULL;
}

bool bk_gateway_reply(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                      uint32_t kind, struct span payload) {
    struct connection *found = find(gateway, connection);
    return found != NULL && lg_client_reply(client_of(found), correlation, kind,
                                            lg_bytes_of(payload.data, payload.size)) == 0;
}

void bk_gateway_refuse(struct bk_gateway *gateway, uint64_t connection, uint64_t correlation,
                       uint32_t kind, const struct refusal *refusal) {
    struct connection *found = find(gateway, connection);
    struct buf *payload = &gateway->refusal;
    buf_clear(payload);
    message_encode_refusal(refusal, payload);
    if (found != NULL)
        (void)lg_client_refuse(client_of(found), correlation, kind,
                               lg_bytes_of(payload->data, payload->size));
}

void bk_gateway_cut(struct bk_gateway *gateway, uint64_t connection) {
    struct connection *found = find(gateway, connection);
    if (found != NULL)
        found->cut = true;
}

void bk_gateway_cut_all(struct bk_gateway *gateway) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        if (gateway->connections[i].session != NULL)
            gateway->connections[i].cut = true;
    }
}

bool bk_gateway_raw(struct bk_gateway *gateway, struct span bytes) {
    for (uint32_t i = 0; i < gateway->count; i++) {
        struct connection *connection = &gateway->connections[i];
        if (!connection->ready || connection->cut)
            continue;
        lg_client_send_raw(client_of(connection), lg_bytes_of(bytes.data, bytes.size));
        return true;
    }
    return false;
}
