/*
 * A session under any bytes: first byte bits say whether a Hello goes before (1), whether the rest
 * comes in pieces (2), whether the door is narrow (4), and whether the rest is messages that the
 * target frames (8): direction, correlation, kind, size, payload each; the rest of the byte is the
 * size of the pieces. Instructions are out, so that replies find something to match. Whatever comes: no crash, no leak, output that is whole frames, every
 * command taken once, BANK_UP and BANK_DOWN in turn, and nothing after CLOSED.
 */
#include <string.h>

#include "session/front.h"
#include "session/session.h"
#include "util/logline.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BANK 102100099996u
#define NOW_MS 1800000000000
#define MODE_BUILT 8
#define BUILT_MAX 70000 /* bytes that are sent */

struct host {
    struct door door;
    struct front *front;
    size_t room;
    int ups;
    uint64_t boot_us;
    struct effects effects;
};

static size_t host_room(void *context, bank_code bank) {
    (void)bank;
    return ((struct host *)context)->room;
}

/* Answers requests at once, some refused, some with a late answer. */
static void host_reserved(void *context, struct command *command) {
    struct host *host = context;
    ENSURE(command->bank == BANK);
    host->ups += (command->kind == COMMAND_BANK_UP) - (command->kind == COMMAND_BANK_DOWN);
    ENSURE(host->ups == 0 || host->ups == 1);
    if (command->origin.kind == ORIGIN_BANK) {
        struct effect *effect = effects_add(&host->effects, EFFECT_REPLY);
        effect->origin = command->origin;
        effect->refused = command->payload.size % 2 == 0;
        effect->refusal = (struct refusal){.code = REFUSAL_BUSY, .field = ""};
    }
    command_free(command);
}

static void host_submit(void *context, struct command *command) {
    struct host *host = context;
    ENSURE(host->room > 0);
    host->room--;
    host_reserved(context, command);
}

static int64_t host_now(void *context) {
    (void)context;
    return NOW_MS;
}

static int64_t host_boot_us(void *context) {
    return (int64_t)((struct host *)context)->boot_us;
}

static void host_told(void *context, const struct effect *effect) {
    (void)context;
    (void)effect;
}

static void host_wake(void *context) {
    (void)context;
}

static void deliver(struct host *host) {
    front_deliver(host->front, &host->effects);
    effects_clear(&host->effects);
}

static void fill_registry(struct host *host) {
    struct bank bank = {.code = BANK,
                        .active = true,
                        .roles = BANK_ROLE_CLASS1 | BANK_ROLE_CLASS2,
                        .pin_count = 1,
                        .pins = {{{1}}}};
    struct effect *effect = effects_add(&host->effects, EFFECT_BANK);
    effect->bank = BANK;
    effect->entry = &bank;
    deliver(host);
}

static void instruct(struct host *host) {
    for (uint64_t i = 0; i < 4; i++) {
        struct effect *effect =
            effects_add(&host->effects, i % 2 == 0 ? EFFECT_SEND : EFFECT_INQUIRE);
        effect->message = MESSAGE_POST_INSTRUCTION;
        effect->bank = BANK;
        effect->exchange = id_make(1, i, 0);
        effect->deadline_ms = NOW_MS + 1000;
        effect->payload = SPAN_LITERAL("x");
    }
    deliver(host);
}

static void say_hello(struct session *session) {
    struct hello hello = {.protocol_min = 1, .protocol_max = 1, .window = 3};
    struct buf payload = {0};
    struct buf frame = {0};
    message_encode_hello(&hello, &payload);
    struct envelope envelope = {.correlation = 1,
                                .kind = MESSAGE_HELLO,
                                .direction = MESSAGE_REQUEST,
                                .payload = buf_span(&payload)};
    envelope_append(&envelope, &frame);
    (void)session_feed(session, buf_span(&frame));
    ENSURE(session_state(session) == SESSION_OPEN);
    buf_deinit(&payload);
    buf_deinit(&frame);
}

/* All of it is whole envelopes. */
static void check_output(struct session *session) {
    struct buf *out = session_output(session);
    struct span rest = buf_span(out);
    while (rest.size > 0) {
        struct arena arena;
        struct envelope envelope;
        struct span body;
        size_t used;
        ENSURE(frame_next(rest, &body, &used) == 0);
        arena_init(&arena, 4096, 0);
        ENSURE(envelope_decode(body, &arena, &envelope) == 0);
        arena_deinit(&arena);
        rest = span_of(rest.data + used, rest.size - used);
    }
    buf_clear(out);
}

/* Feeds, and lets it go on as long as it has frames left. */
static void feed(struct host *host, struct session *session, struct span bytes, size_t room) {
    host->room = room;
    enum session_need need = session_feed(session, bytes);
    for (int i = 0; i < 100000 && (need == SESSION_AGAIN || need == SESSION_BLOCKED); i++) {
        host->room = room;
        deliver(host);
        need = session_feed(session, span_of(NULL, 0));
    }
    ENSURE((need == SESSION_OVER) == (session_state(session) == SESSION_CLOSED));
    deliver(host);
    check_output(session);
}

/* What the target frames. Correlations of its own are small, as the instructions' are. */
static void build(struct span rest, struct buf *out) {
    struct reader reader = reader_over(rest);
    while (reader.rest.size > 0 && out->size < BUILT_MAX) {
        struct envelope envelope = {.direction =
                                        (enum message_direction)(reader_u8(&reader) % 4 + 1),
                                    .correlation = reader_u8(&reader),
                                    .kind = reader_u8(&reader)};
        size_t size = reader_u8(&reader);
        envelope.timeout_ms = (uint32_t)size;
        envelope.payload = reader_bytes(&reader, size < reader.rest.size ? size : reader.rest.size);
        envelope_append(&envelope, out);
    }
}

static void talk(struct host *host, struct session *session, uint8_t mode, struct span rest) {
    size_t room = (mode & 4) != 0 ? 1 : SIZE_MAX / 2;
    size_t step = (mode & 2) != 0 ? (size_t)mode / 16 + 1 : rest.size + 1;
    host->room = 4;
    if ((mode & 1) != 0)
        say_hello(session);
    check_output(session);
    while (rest.size > 0) {
        size_t count = step < rest.size ? step : rest.size;
        feed(host, session, span_of(rest.data, count), room);
        rest = span_of(rest.data + count, rest.size - count);
    }
    host->room = 4;
    for (int i = 0; i < 4; i++) {
        host->boot_us += 10000000;
        front_turn(host->front);
        check_output(session);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct host host = {.room = 4};
    struct clock clock = {host_boot_us, host_now, &host};
    struct front_config config = {.window = 4,
                                  .handshake_ms = 10000,
                                  .hello_ms = 10000,
                                  .heartbeat_ms = 10000,
                                  .limits = {.peers_per_bank = 2, .exchanges = 100},
                                  .software = "fuzz"};
    if (size == 0)
        return 0;
    log_set_level(LOG_CRIT);
    host.door =
        (struct door){&host, host_room, host_submit, host_reserved, host_now, host_told, NULL};
    effects_init(&host.effects);
    host.front = front_new(&config, &clock, &host.door);
    fill_registry(&host);
    instruct(&host);
    struct session_owner owner = {&host, host_wake, "fuzz"};
    struct session *session = session_new(host.front, &owner);
    struct session_peer peer = {.uri = "urn:linkgate:bank:102100099996", .pin = {{1}}};
    session_admit(session, &peer);
    struct span rest = span_of(data + 1, size - 1);
    struct buf built;
    buf_init(&built);
    if ((data[0] & MODE_BUILT) != 0) {
        build(rest, &built);
        rest = buf_span(&built);
    }
    talk(&host, session, data[0], rest);
    buf_deinit(&built);
    ENSURE(session_state(session) == SESSION_CLOSED); /* silence ended it at the latest */
    session_free(session);
    ENSURE(host.ups == 0);
    front_free(host.front);
    effects_deinit(&host.effects);
    return 0;
}
