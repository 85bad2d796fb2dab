/*
 * The library's core under a hostile gateway. Whatever comes: no crash, no leak; every request that
 * was taken is answered or lost once; never more of them in flight than the gateway's window; what
 * the client says is whole frames; nothing happens after the end.
 *
 * Input: a byte of mode, then bytes. Mode: the bytes go into TLS as they are (bit 0), else they are
 * what TLS gave out; Hello is answered rightly before them (bit 1); they are messages that the target
 * frames (bit 2): direction, correlation, kind, size, payload each; the program asks to leave
 * first (bit 3); the rest of the byte is the size of the pieces.
 */
#include <stdlib.h>
#include <string.h>

#include "client/internal.h"
#include "support/pki.h"
#include "wire/frame.h"

#define MODE_CIPHER 1
#define MODE_GREETED 2
#define MODE_BUILT 4
#define MODE_DRAIN 8
#define INPUT_MAX 70000
#define TAGS 16 /* requests that are made in one run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pki pki;
static struct lg_context *context;

struct world {
    struct lg_client *client;
    bool out[TAGS]; /* requests without an end yet */
    size_t made;
    uint32_t window;
};

/* ---- the program ------------------------------------------------------------------------------- */

static void ask(struct world *world) {
    const struct lg_request request = {
        .kind = MESSAGE_GET_LINK, .payload = lg_bytes_of("x", 1), .timeout_ms = 5};
    while (world->made < TAGS) {
        if (lg_client_request(world->client, &request, &world->out[world->made]) != 0)
            break;
        world->out[world->made++] = true;
    }
    ENSURE(lg_client_in_flight(world->client) <= world->window);
}

static void on_ready(void *of, const struct lg_greeting *greeting) {
    struct world *world = of;
    ENSURE(world->window == 0 && greeting->window > 0 && greeting->window <= LG_WINDOW_MAX);
    world->window = greeting->window;
    ask(world);
}

static void settle(struct world *world, bool *tag) {
    ENSURE(tag >= world->out && tag < world->out + world->made && *tag);
    *tag = false;
}

static void on_answer(void *of, void *tag, const struct lg_envelope *envelope) {
    struct world *world = of;
    struct lg_refusal refusal;
    settle(world, tag);
    ENSURE(envelope->direction == LG_REPLY || envelope->direction == LG_REFUSAL);
    ENSURE(envelope->payload.size <= FRAME_BODY_MAX);
    if (lg_refusal_decode(envelope->payload, &refusal) == 0)
        ENSURE(memchr(refusal.text, 0, sizeof(refusal.text)) != NULL &&
               memchr(refusal.field, 0, sizeof(refusal.field)) != NULL);
    ask(world);
}

static void on_lost(void *of, void *tag) {
    settle(of, tag);
}

/* Some are answered at once, some refused, some left. */
static void on_request(void *of, const struct lg_envelope *envelope) {
    struct world *world = of;
    if (envelope->payload.size % 3 == 0)
        (void)lg_client_reply(world->client, envelope->correlation, envelope->kind,
                              envelope->payload);
    else if (envelope->payload.size % 3 == 1)
        (void)lg_client_refuse(world->client, envelope->correlation, envelope->kind,
                               lg_bytes_of(NULL, 0));
}

static void on_notice(void *of, const struct lg_envelope *envelope) {
    struct world *world = of;
    lg_client_noticed(world->client, envelope->correlation);
}

static void on_go_away(void *of, const struct lg_go_away *message) {
    (void)of;
    ENSURE(strlen(message->code) < LG_REASON_SIZE && strlen(message->text) < LG_REASON_SIZE);
}

/* ---- the gateway ------------------------------------------------------------------------------- */

static void append(struct buf *out, enum message_direction direction, uint64_t correlation,
                   uint32_t kind, struct span payload) {
    const struct envelope envelope = {
        .correlation = correlation, .kind = kind, .direction = direction, .payload = payload};
    envelope_append(&envelope, out);
}

static void answer_hello(struct lg_client *client, struct buf *out) {
    const struct hello_reply reply = {.protocol = 1, .window = 4, .heartbeat_ms = 1000};
    struct buf payload;
    buf_init(&payload);
    message_encode_hello_reply(&reply, &payload);
    append(out, MESSAGE_REPLY, client->hello_correlation, MESSAGE_HELLO, buf_span(&payload));
    buf_deinit(&payload);
}

/* Correlations that the client gave out are small numbers of its own kind: 0 to 15 stand for those
 * of its slots. */
static uint64_t correlation_of(const struct lg_client *client, uint8_t byte) {
    if (byte < TAGS && byte < client->slots.size)
        return client->slots.slots[byte].correlation;
    return byte == 255 ? client->leave_correlation : byte;
}

static struct span next_message(const struct lg_client *client, struct reader *reader,
                                struct buf *out) {
    enum message_direction direction = (enum message_direction)(reader_u8(reader) % 4 + 1);
    uint64_t correlation = correlation_of(client, reader_u8(reader));
    uint32_t kind = reader_u8(reader);
    size_t size = reader_u8(reader);
    struct span payload = reader_bytes(reader, size < reader->rest.size ? size : reader->rest.size);
    buf_clear(out);
    append(out, direction, correlation, kind, payload);
    return buf_span(out);
}

/* What goes out before TLS is whole envelopes. */
static void check_output(struct lg_client *client) {
    struct span rest = buf_span(&client->out);
    struct arena arena;
    arena_init(&arena, 4096, 0);
    while (rest.size > 0) {
        struct envelope envelope;
        struct span body;
        size_t used;
        ENSURE(frame_next(rest, &body, &used) == 0);
        ENSURE(envelope_decode(body, &arena, &envelope) == 0);
        rest = span_of(rest.data + used, rest.size - used);
    }
    arena_deinit(&arena);
    buf_clear(&client->out);
}

/* As if TLS had given these plain bytes out. */
static void hear(struct world *world, struct span plain) {
    struct lg_client *client = world->client;
    if (lg_client_state(client) == LG_STATE_ENDED)
        return;
    buf_append_span(&client->in, plain);
    client_read_frames(client);
    check_output(client);
}

static void speak(struct world *world, uint8_t mode, struct span rest) {
    size_t piece = mode >> 4 != 0 ? (size_t)(mode >> 4) : rest.size;
    struct reader reader = reader_over(rest);
    struct buf built;
    buf_init(&built);
    while ((mode & MODE_BUILT) != 0 && reader.rest.size > 0)
        hear(world, next_message(world->client, &reader, &built));
    while ((mode & MODE_BUILT) == 0 && reader.rest.size > 0) {
        size_t size = piece < reader.rest.size ? piece : reader.rest.size;
        struct span bytes = reader_bytes(&reader, size);
        if ((mode & MODE_CIPHER) != 0)
            lg_client_feed(world->client, lg_of_span(bytes), 1);
        else
            hear(world, bytes);
    }
    buf_deinit(&built);
}

static void greet(struct world *world, bool rightly) {
    struct lg_client *client = world->client;
    struct buf hello;
    buf_init(&hello);
    client->hello_correlation = slots_apart(&client->slots);
    client->state = LG_STATE_GREETING;
    if (rightly) {
        answer_hello(client, &hello);
        hear(world, buf_span(&hello));
        ENSURE(lg_client_state(client) == LG_STATE_READY && world->made > 0);
    }
    buf_deinit(&hello);
}

/* ---- the target -------------------------------------------------------------------------------- */

static void set_up(void) {
    char reason[LG_REASON_SIZE];
    pki_open(&pki);
    pki_issue_uri(&pki, "bank", "urn:linkgate:bank:102100099996");
    const struct lg_files files = {.ca = pki_path(&pki, "ca", "crt"),
                                   .certificate = pki_path(&pki, "bank", "crt"),
                                   .key = pki_path(&pki, "bank", "key")};
    ENSURE(lg_context_new(&files, &context, reason, sizeof(reason)) == 0);
    pki_close(&pki);
}

static void tear_down(void) {
    lg_context_free(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct world world = {0};
    const struct lg_config config = {.software = "fuzz", .window = 4};
    const struct lg_handler handler = {&world,     on_ready,  on_answer, on_lost,
                                       on_request, on_notice, on_go_away};
    if (size == 0 || size > INPUT_MAX)
        return 0;
    if (context == NULL) {
        set_up();
        atexit(tear_down);
    }
    world.client = lg_client_new(context, &config, &handler, 0);
    if ((data[0] & MODE_CIPHER) == 0)
        greet(&world, (data[0] & MODE_GREETED) != 0);
    if ((data[0] & MODE_DRAIN) != 0)
        lg_client_drain(world.client, 1000, 0);
    speak(&world, data[0], span_of(data + 1, size - 1));
    for (int64_t now_ms = 100; now_ms < 100000; now_ms *= 3)
        lg_client_tick(world.client, now_ms);
    lg_client_end(world.client, "over");
    ENSURE(lg_client_state(world.client) == LG_STATE_ENDED);
    ENSURE(lg_client_reason(world.client)[0] != '\0');
    for (size_t i = 0; i < world.made; i++)
        ENSURE(!world.out[i]);
    lg_client_free(world.client);
    return 0;
}
