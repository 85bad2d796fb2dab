/*
 * The harbour of the tests of net. Nothing here waits for a time: only for what must come.
 */
#include "net/harbour.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct pki pki;
static struct tls_context *server_tls;
static struct digest pins[2];

static struct tls_context *make_context(bool server, const char *name) {
    struct tls_config config = {server, pki_path(&pki, "ca", "crt"), NULL,
                                pki_path(&pki, name, "crt"), pki_path(&pki, name, "key")};
    struct tls_context *context = NULL;
    char reason[256] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return context;
}

/* The pin that a certificate gives, by a handshake without a socket. */
static struct digest learn_pin(const char *name) {
    struct tls_context *context = make_context(false, name);
    struct tls *ends[2] = {tls_new(context), tls_new(server_tls)};
    struct buf plain = {0};
    struct buf cipher = {0};
    (void)!tls_feed(ends[0], span_of(NULL, 0), &plain, 1);
    for (unsigned i = 0; !tls_established(ends[1]); i++) {
        assert_true(i < 8);
        buf_clear(&cipher);
        tls_take(ends[i % 2], &cipher, SIZE_MAX);
        (void)!tls_feed(ends[(i + 1) % 2], buf_span(&cipher), &plain, 1);
    }
    struct tls_peer peer;
    tls_peer(ends[1], &peer);
    tls_free(ends[0]);
    tls_free(ends[1]);
    tls_context_free(context);
    buf_deinit(&cipher);
    buf_deinit(&plain);
    return peer.pin;
}

int harbour_pki_open(void **state) {
    (void)state;
    pki_open(&pki);
    pki_issue_uri(&pki, "gateway", "urn:linkgate:gateway");
    pki_issue_uri(&pki, "bank-a", "urn:linkgate:bank:102100099996");
    pki_issue_uri(&pki, "bank-b", "urn:linkgate:bank:313100000013");
    struct pki_wish stranger = {
        "stranger", "URI:urn:linkgate:bank:102100099996", PKI_BOTH_USAGES, -1, 30, PKI_OTHER_CA};
    pki_issue(&pki, &stranger);
    server_tls = make_context(true, "gateway");
    pki_revoke(&pki, "nobody", NULL);
    pki_revoke(&pki, "bank-a-revoked", "bank-a");
    pins[0] = learn_pin("bank-a");
    pins[1] = learn_pin("bank-b");
    return 0;
}

int harbour_pki_close(void **state) {
    (void)state;
    tls_context_free(server_tls);
    pki_close(&pki);
    return 0;
}

struct tls_context *harbour_tls(void) {
    return server_tls;
}

struct tls_context *harbour_tls_renewed(const char *which) {
    bool other = strcmp(which, "other-ca") == 0;
    struct tls_config config = {true, pki_path(&pki, other ? which : "ca", "crt"),
                                other ? NULL : pki_path(&pki, which, "crl"),
                                pki_path(&pki, "gateway", "crt"), pki_path(&pki, "gateway", "key")};
    struct tls_context *context = NULL;
    char reason[512] = "";
    if (tls_context_new(&config, &context, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    return context;
}

static size_t door_room(void *context, bank_code bank) {
    (void)bank;
    return ((struct harbour *)context)->room;
}

static void door_take(void *context, struct command *command) {
    struct harbour *harbour = context;
    assert_true(harbour->count < COMMANDS_MAX);
    harbour->commands[harbour->count++] = command;
}

static void door_submit(void *context, struct command *command) {
    struct harbour *harbour = context;
    assert_true(harbour->room > 0);
    harbour->room--;
    door_take(context, command);
}

static int64_t door_now(void *context) {
    return clock_wall_ms(&((struct harbour *)context)->clock);
}

static void door_told(void *context, const struct effect *effect) {
    struct harbour *harbour = context;
    if (harbour->told != NULL)
        harbour->told(harbour, effect);
}

static int64_t boot_us(void *context) {
    struct clock real = clock_system();
    return clock_boot_us(&real) + ((struct harbour *)context)->skipped_ms * 1000;
}

static int64_t wall_ms(void *context) {
    struct clock real = clock_system();
    return clock_wall_ms(&real) + ((struct harbour *)context)->skipped_ms;
}

static void add_bank(struct harbour *harbour, bank_code code, uint32_t roles, size_t pin) {
    struct bank bank = {.code = code, .active = true, .roles = roles, .pin_count = 1};
    bank.pins[0] = pins[pin];
    struct effect *effect = effects_add(&harbour->effects, EFFECT_BANK);
    effect->bank = code;
    effect->entry = &bank;
    harbour_release(harbour);
}

void harbour_open(struct harbour *harbour, uint32_t connections_max, uint32_t handshakes_max,
                  uint32_t deadline_ms) {
    *harbour = (struct harbour){
        .front_config = {.window = 1024,
                         .handshake_ms = deadline_ms,
                         .hello_ms = deadline_ms,
                         .heartbeat_ms = deadline_ms,
                         .limits = {.peers_per_bank = 64, .exchanges = 10000},
                         .software = "linkgate test"},
        .room = COMMANDS_MAX,
    };
    harbour->clock = (struct clock){boot_us, wall_ms, harbour};
    harbour->door =
        (struct door){harbour, door_room, door_submit, door_take, door_now, door_told, NULL};
    harbour->base = event_base_new();
    assert_non_null(harbour->base);
    harbour->front = front_new(&harbour->front_config, &harbour->clock, &harbour->door);
    struct net_config config = {.base = harbour->base,
                                .front = harbour->front,
                                .tls = server_tls,
                                .connections_max = connections_max,
                                .handshakes_max = handshakes_max};
    harbour->net = net_new(&config);
    effects_init(&harbour->effects);
    add_bank(harbour, BANK_A, BANK_ROLE_CLASS2, 0);
    add_bank(harbour, BANK_B, BANK_ROLE_CLASS1, 1);
    char reason[256] = "";
    if (net_listen(harbour->net, "127.0.0.1", 0, reason, sizeof(reason)) != 0)
        fail_msg("%s", reason);
    assert_true(net_port(harbour->net) != 0);
}

void harbour_close(struct harbour *harbour) {
    net_free(harbour->net);
    front_free(harbour->front);
    event_base_free(harbour->base);
    harbour_clear(harbour);
    effects_deinit(&harbour->effects);
}

void harbour_clear(struct harbour *harbour) {
    for (size_t i = 0; i < harbour->count; i++)
        command_free(harbour->commands[i]);
    harbour->count = 0;
}

void harbour_step(struct harbour *harbour) {
    struct timeval wait = {0, 1000};
    assert_int_equal(event_base_loopexit(harbour->base, &wait), 0);
    assert_true(event_base_loop(harbour->base, EVLOOP_ONCE) >= 0);
}

/* libevent's own clock goes on as it does: what has the net look at the time is a caller that has a
 * millisecond for its handshake, and came before the others' time was over. */
void harbour_skip(struct harbour *harbour, int64_t ms) {
    struct caller hasty;
    struct net_stats before;
    struct net_stats stats;
    struct front_config config = harbour->front_config;
    config.handshake_ms = 1;
    front_configure(harbour->front, &config);
    net_stats(harbour->net, &before);
    caller_open(harbour, &hasty, NULL);
    do {
        harbour_step(harbour);
        net_stats(harbour->net, &stats);
    } while (stats.accepted == before.accepted);
    harbour->skipped_ms += ms;
    caller_expect_closed(&hasty);
    caller_close(&hasty);
    front_configure(harbour->front, &harbour->front_config);
}

size_t harbour_commands(const struct harbour *harbour, enum command_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < harbour->count; i++)
        count += harbour->commands[i]->kind == kind;
    return count;
}

void harbour_release(struct harbour *harbour) {
    net_release(harbour->net, &harbour->effects);
    effects_clear(&harbour->effects);
}

void harbour_answer_all(struct harbour *harbour) {
    for (size_t i = 0; i < harbour->count; i++) {
        if (harbour->commands[i]->kind != COMMAND_SUBMIT_TRANSFER)
            continue;
        struct effect *effect = effects_add(&harbour->effects, EFFECT_REPLY);
        effect->origin = harbour->commands[i]->origin;
        effect->payload = SPAN_LITERAL("the answer");
    }
    harbour_clear(harbour);
    harbour_release(harbour);
}

void caller_open(struct harbour *harbour, struct caller *caller, const char *name) {
    *caller = (struct caller){.harbour = harbour};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(net_port(harbour->net)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    caller->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_true(caller->fd >= 0);
    int result =
        connect(caller->fd, (const struct sockaddr *)(const void *)&address, sizeof(address));
    assert_true(result == 0 || errno == EINPROGRESS);
    if (name == NULL)
        return;
    struct tls_context *context = make_context(false, name);
    caller->tls = tls_new(context);
    tls_context_free(context);
    (void)!tls_feed(caller->tls, span_of(NULL, 0), &caller->plain, 1);
}

void caller_close(struct caller *caller) {
    if (caller->fd >= 0)
        close(caller->fd);
    tls_free(caller->tls);
    buf_deinit(&caller->out);
    buf_deinit(&caller->plain);
    *caller = (struct caller){.fd = -1};
}

static void caller_receive(struct caller *caller) {
    static uint8_t bytes[65536];
    for (;;) {
        ssize_t count = recv(caller->fd, bytes, sizeof(bytes), 0);
        if (count <= 0) {
            caller->closed = count == 0 || (errno != EAGAIN && errno != ENOTCONN);
            return;
        }
        if (caller->tls == NULL)
            buf_append(&caller->plain, bytes, (size_t)count);
        else if (tls_feed(caller->tls, span_of(bytes, (size_t)count), &caller->plain, SIZE_MAX) ==
                 TLS_REFUSED)
            caller->refused = true;
    }
}

void caller_pump(struct caller *caller) {
    if (caller->fd < 0 || caller->closed)
        return;
    if (caller->tls != NULL)
        tls_take(caller->tls, &caller->out, SIZE_MAX);
    if (caller->out.size > 0) {
        ssize_t count = send(caller->fd, caller->out.data, caller->out.size, MSG_NOSIGNAL);
        if (count > 0)
            buf_consume(&caller->out, (size_t)count);
    }
    if (!caller->deaf)
        caller_receive(caller);
}

void caller_say(struct caller *caller, uint64_t correlation, uint32_t kind,
                enum message_direction direction, struct span payload) {
    struct buf frame = {0};
    struct envelope envelope = {
        .correlation = correlation, .kind = kind, .direction = direction, .payload = payload};
    envelope_append(&envelope, &frame);
    assert_int_equal(tls_write(caller->tls, buf_span(&frame)), 0);
    buf_deinit(&frame);
}

void caller_say_hello(struct caller *caller) {
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 4096};
    struct buf payload = {0};
    message_encode_hello(&hello, &payload);
    UNTIL(caller->harbour, caller, tls_established(caller->tls));
    caller_say(caller, 1, MESSAGE_HELLO, MESSAGE_REQUEST, buf_span(&payload));
    buf_deinit(&payload);
}

void caller_hello(struct harbour *harbour, struct caller *caller, const char *name) {
    caller_open(harbour, caller, name);
    caller_say_hello(caller);
    caller_expect(caller, MESSAGE_HELLO);
}

void caller_submit(struct caller *caller, uint64_t correlation) {
    uint8_t chance[10] = {0};
    put_be64(chance, correlation);
    struct submit_transfer message = {
        .request = uuid7_make(clock_wall_ms(&caller->harbour->clock), chance),
        .link = id_make(1, 1, 0),
        .kind = TRANSFER_BOUND_PAIR,
        .direction = TRANSFER_PUSH,
        .amount = {.fen = 100, .currency = "CNY"},
        .end_to_end_id = SPAN_LITERAL("e2e-1"),
        .channel = SPAN_LITERAL("APP"),
        .authentication = SPAN_LITERAL("PASSWORD"),
    };
    struct buf payload = {0};
    partner_encode_submit_transfer(&message, &payload);
    caller_say(caller, correlation, MESSAGE_SUBMIT_TRANSFER, MESSAGE_REQUEST, buf_span(&payload));
    buf_deinit(&payload);
}

void caller_choke(struct caller *caller) {
    static char text[60000];
    struct harbour *harbour = caller->harbour;
    struct net_stats stats;
    net_stats(harbour->net, &stats);
    const uint32_t before = stats.choked;
    memset(text, 'x', sizeof(text));
    caller->deaf = true;
    for (unsigned i = 0; stats.choked == before; i++) {
        assert_true(i < 10000);
        caller_submit(caller, 1000 + i);
        UNTIL(harbour, caller, harbour_commands(harbour, COMMAND_SUBMIT_TRANSFER) > 0);
        struct effect *effect = effects_add(&harbour->effects, EFFECT_REPLY);
        effect->origin = harbour->commands[harbour->count - 1]->origin;
        effect->payload = span_of(text, sizeof(text)); /* as large as they get */
        harbour_clear(harbour);
        harbour_release(harbour);
        harbour_step(harbour);
        net_stats(harbour->net, &stats);
    }
}

static bool read_any(struct caller *caller, uint32_t *kind_out, uint64_t *correlation_out) {
    struct arena arena;
    struct envelope envelope = {0};
    struct span body;
    size_t used;
    if (frame_next(buf_span(&caller->plain), &body, &used) != 0)
        return false;
    arena_init(&arena, 4096, 0);
    assert_int_equal(envelope_decode(body, &arena, &envelope), 0);
    buf_consume(&caller->plain, used);
    *kind_out = envelope.kind;
    *correlation_out = envelope.correlation;
    arena_deinit(&arena);
    return true;
}

/* What the system tells everybody is passed over. */
bool caller_read(struct caller *caller, uint32_t *kind_out, uint64_t *correlation_out) {
    while (read_any(caller, kind_out, correlation_out)) {
        if (*kind_out != MESSAGE_SYSTEM_NOTICE)
            return true;
    }
    return false;
}

void caller_expect(struct caller *caller, uint32_t kind) {
    uint32_t came = 0;
    uint64_t correlation;
    UNTIL(caller->harbour, caller, caller_read(caller, &came, &correlation));
    assert_int_equal(came, kind);
}

void caller_expect_closed(struct caller *caller) {
    UNTIL(caller->harbour, caller, caller->closed);
}
