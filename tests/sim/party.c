/*
 * A modelled bank's process: connections, frames, Hello, heartbeats; crashes and comes back.
 *
 * Invariant: what lives in connections and in calls of party_after dies with the process (its life
 * number tells); all else is the books. A connection slot is used exactly while its cable's end is
 * ours.
 */
#include "sim/party.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "sim/world.h"
#include "wire/frame.h"

#define TICK_US 250000
#define HEARTBEATS_MISSED 3

static const bank_code codes[WORLD_PARTIES_MAX] = {999100000011u, 999584000018u, 999100000020u,
                                                   999100000038u};

void party_init(struct party *party, struct world *world, size_t index) {
    *party = (struct party){.world = world, .index = index, .code = codes[index]};
    party->roles = index < 2 ? BANK_ROLE_CLASS2 : BANK_ROLE_CLASS1;
    party->roles |= index > 0 ? BANK_ROLE_ISSUER : 0;
    memset(party->pin.bytes, (int)(0x40 + index), sizeof(party->pin.bytes));
    sha256(digest_span(&party->pin), &party->next_pin);
    chance_seed(&party->chance, chance_next(&world->chance));
    arena_init(&party->arena, 16384, 0);
    party->asks_end = &party->asks;
    party->postings_end = &party->postings;
    party->bonds_end = &party->bonds;
    party->asks_by_id = hmap_new();
    party->postings_by_id = hmap_new();
    party->says_by_id = hmap_new();
}

void party_deinit(struct party *party) {
    while (party->asks != NULL) {
        struct ask *ask = party->asks;
        party->asks = ask->next;
        buf_deinit(&ask->payload);
        free(ask);
    }
    while (party->postings != NULL) {
        struct posting *posting = party->postings;
        party->postings = posting->next;
        free(posting);
    }
    while (party->says != NULL) {
        struct said *said = party->says;
        party->says = said->next;
        buf_deinit(&said->payload);
        free(said);
    }
    while (party->bonds != NULL) {
        struct bond *bond = party->bonds;
        party->bonds = bond->next;
        free(bond);
    }
    while (party->matters != NULL) {
        struct matter *matter = party->matters;
        party->matters = matter->next;
        free(matter);
    }
    while (party->plastics != NULL) {
        struct plastic *plastic = party->plastics;
        party->plastics = plastic->next;
        free(plastic);
    }
    while (party->pacts != NULL) {
        struct pact *pact = party->pacts;
        party->pacts = pact->next;
        free(pact);
    }
    shop_forget(party);
    order_forget(party);
    loan_forget(party);
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++)
        buf_deinit(&party->connections[i].in);
    hmap_free(party->asks_by_id);
    hmap_free(party->postings_by_id);
    hmap_free(party->says_by_id);
    arena_deinit(&party->arena);
}

bool party_hits(struct party *party, unsigned per_mille) {
    return chance_hits(&party->chance, per_mille);
}

/* ---- calls that die with the process ---- */

struct later {
    uint64_t life;
    party_call *call;
    _Alignas(8) uint8_t data[AGENDA_DATA_MAX - 2 * sizeof(uint64_t)];
};

static void run_later(void *context, const void *data) {
    struct party *party = context;
    const struct later *later = data;
    if (party->up && party->life == later->life)
        later->call(party, later->data);
}

void party_after(struct party *party, int64_t delay_us, party_call *call, const void *data,
                 size_t size) {
    struct later later = {.life = party->life, .call = call};
    ENSURE(size <= sizeof(later.data));
    if (size > 0)
        memcpy(later.data, data, size);
    agenda_after(&party->world->agenda, delay_us, run_later, party, &later, sizeof(later));
}

/* ---- connections ---- */

struct connection *party_find(struct party *party, uint64_t serial) {
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        struct connection *connection = &party->connections[i];
        if (connection->cable != NULL && connection->serial == serial)
            return connection;
    }
    return NULL;
}

struct connection *party_any(struct party *party) {
    size_t first = (size_t)chance_below(&party->chance, PARTY_CONNECTIONS_MAX);
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        struct connection *connection = &party->connections[(first + i) % PARTY_CONNECTIONS_MAX];
        if (connection->cable != NULL && connection->greeted && !connection->parting)
            return connection;
    }
    return NULL;
}

static void forget(struct connection *connection) {
    struct buf kept = connection->in;
    buf_clear(&kept);
    *connection = (struct connection){.in = kept};
}

static void connect_one(struct party *party) {
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        struct connection *connection = &party->connections[i];
        if (connection->cable != NULL)
            continue;
        struct cable *cable = cable_open(party->world, party);
        if (cable == NULL)
            return;
        connection->cable = cable;
        connection->serial = cable->serial;
        connection->heard_us = party->world->agenda.now_us;
        return;
    }
}

void party_put(struct party *party, struct connection *connection,
               const struct envelope *envelope) {
    struct buf frame;
    (void)party;
    buf_init(&frame);
    envelope_append(envelope, &frame);
    cable_send(connection->cable, CABLE_BANK, buf_span(&frame));
    buf_deinit(&frame);
}

void party_hang_up(struct party *party, struct connection *connection) {
    (void)party;
    struct cable *cable = connection->cable;
    forget(connection);
    cable_close(cable, CABLE_BANK);
}

void party_connected(struct party *party, struct cable *cable) {
    struct connection *connection = party_find(party, cable->serial);
    ENSURE(connection != NULL);
    connection->connected = true;
    connection->heard_us = party->world->agenda.now_us;
    told_more(party, connection);
    struct hello hello = {
        .protocol_min = 1,
        .protocol_max = 1,
        .software = SPAN_LITERAL("modelled bank"),
        .window = (uint32_t)chance_between(&party->chance, 2, 32),
        .last_notice_sequence = party->last_notice,
    };
    if (party->last_notice > 0)
        hello.last_notice_token = span_of(party->last_token.bytes, DIGEST_SIZE);
    struct buf payload;
    buf_init(&payload);
    message_encode_hello(&hello, &payload);
    struct envelope envelope = {.correlation = ++connection->correlation,
                                .kind = MESSAGE_HELLO,
                                .direction = MESSAGE_REQUEST,
                                .payload = buf_span(&payload)};
    party_put(party, connection, &envelope);
    buf_deinit(&payload);
}

void party_refused(struct party *party, uint64_t serial) {
    struct connection *connection = party_find(party, serial);
    if (connection != NULL)
        forget(connection);
}

void party_lost(struct party *party, struct cable *cable) {
    struct connection *connection = party_find(party, cable->serial);
    if (connection != NULL)
        forget(connection);
}

/* ---- frames ---- */

static void greeted(struct party *party, struct connection *connection,
                    const struct envelope *envelope) {
    struct hello_reply reply;
    if (envelope->direction != MESSAGE_REPLY ||
        message_decode_hello_reply(envelope->payload, &party->arena, &reply) != 0) {
        world_fail(party->world, "bank %zu: Hello was not answered by a reply", party->index);
        return;
    }
    connection->greeted = true;
    connection->window = reply.window < PARTY_FLIGHTS_MAX ? reply.window : PARTY_FLIGHTS_MAX;
    connection->heartbeat_ms = reply.heartbeat_ms;
    ask_greeted(party);
    learn_acknowledge(party); /* the last one may have been lost */
}

static void part(struct party *party, const void *data) {
    uint64_t serial = *(const uint64_t *)data;
    struct connection *connection = party_find(party, serial);
    if (connection != NULL)
        party_hang_up(party, connection);
}

static void told_to_go(struct party *party, struct connection *connection,
                       const struct envelope *envelope) {
    struct go_away message;
    if (message_decode_go_away(envelope->payload, &party->arena, &message) != 0) {
        world_fail(party->world, "bank %zu: a GoAway cannot be read", party->index);
        return;
    }
    trace_note(&party->world->trace, "bank %zu: GoAway %.*s", party->index, (int)message.code.size,
               (const char *)message.code.data);
    if (!span_equal(message.code, SPAN_LITERAL("DRAIN")) &&
        !span_equal(message.code, SPAN_LITERAL("HEARTBEAT")) &&
        !span_equal(message.code, SPAN_LITERAL("NO_HELLO")) &&
        !span_equal(message.code, SPAN_LITERAL("LIMIT")) &&
        !(party->registry_moves && span_equal(message.code, SPAN_LITERAL("DISABLED"))))
        world_fail(party->world, "bank %zu did nothing wrong, and was told %.*s: %.*s",
                   party->index, (int)message.code.size, (const char *)message.code.data,
                   (int)message.text.size, (const char *)message.text.data);
    connection->parting = true;
    party_after(party, chance_between(&party->chance, 0, 400000), part, &connection->serial,
                sizeof(connection->serial));
}

static void beat(struct party *party, struct connection *connection,
                 const struct envelope *envelope) {
    if (envelope->direction != MESSAGE_REQUEST)
        return;
    struct envelope reply = *envelope;
    reply.direction = MESSAGE_REPLY;
    party_put(party, connection, &reply);
}

typedef void on_request(struct party *party, struct connection *connection,
                        const struct envelope *envelope);

static void asked(struct party *party, struct connection *connection,
                  const struct envelope *envelope) {
    static const struct {
        uint32_t kind;
        on_request *handle;
    } handlers[] = {
        {MESSAGE_POST_INSTRUCTION, post_instructed},
        {MESSAGE_INQUIRE_POSTING, post_inquired},
        {MESSAGE_CANCEL_POSTING, post_cancelled},
        {MESSAGE_VERIFY_ACCOUNT, bond_verify},
        {MESSAGE_ISSUE_CHALLENGE, bond_issue},
        {MESSAGE_CHECK_CHALLENGE, bond_check},
        {MESSAGE_ASK_BALANCE, desk_asked_balance},
        {MESSAGE_ASK_ACCOUNT_STATUS, desk_asked_status},
        {MESSAGE_RECHECK_ACCOUNT, desk_recheck},
        {MESSAGE_ASK_CARD, card_asked},
        {MESSAGE_ORDER_INSTRUCTION, issue_told},
    };
    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        if (handlers[i].kind == envelope->kind) {
            handlers[i].handle(party, connection, envelope);
            return;
        }
    }
    world_fail(party->world, "bank %zu was asked something of kind %u", party->index,
               envelope->kind);
}

static void handle(struct party *party, struct connection *connection, struct span body) {
    struct envelope envelope;
    arena_reset(&party->arena);
    if (envelope_decode(body, &party->arena, &envelope) != 0) {
        world_fail(party->world, "bank %zu got a frame that is no envelope", party->index);
        return;
    }
    connection->heard_us = party->world->agenda.now_us;
    if (envelope.kind == MESSAGE_HELLO)
        greeted(party, connection, &envelope);
    else if (envelope.kind == MESSAGE_GO_AWAY)
        told_to_go(party, connection, &envelope);
    else if (envelope.kind == MESSAGE_HEARTBEAT)
        beat(party, connection, &envelope);
    else if (envelope.direction == MESSAGE_REQUEST)
        asked(party, connection, &envelope);
    else if (envelope.direction == MESSAGE_NOTICE)
        learn_notice(party, connection, &envelope);
    else
        ask_answered(party, connection, &envelope);
}

void party_receive(struct party *party, struct cable *cable, struct span bytes) {
    struct connection *connection = party_find(party, cable->serial);
    if (connection == NULL)
        return;
    uint64_t serial = connection->serial;
    buf_append_span(&connection->in, bytes);
    for (;;) {
        struct span body;
        size_t used;
        int result = frame_next(buf_span(&connection->in), &body, &used);
        if (result == FRAME_INCOMPLETE)
            return;
        if (result != 0) {
            world_fail(party->world, "bank %zu got a bad frame", party->index);
            return;
        }
        handle(party, connection, body);
        if (connection->cable == NULL || connection->serial != serial)
            return; /* hung up meanwhile */
        buf_consume(&connection->in, used);
    }
}

/* ---- time ---- */

static void look_after(struct party *party, struct connection *connection) {
    int64_t now_us = party->world->agenda.now_us;
    int64_t beat_us = connection->greeted ? (int64_t)connection->heartbeat_ms * 1000 : 5000000;
    if (now_us - connection->heard_us > HEARTBEATS_MISSED * beat_us) {
        party_hang_up(party, connection);
        return;
    }
    if (!connection->greeted || now_us - connection->heard_us < beat_us ||
        now_us - connection->asked_us < beat_us)
        return;
    connection->asked_us = now_us;
    struct envelope envelope = {.correlation = ++connection->correlation,
                                .kind = MESSAGE_HEARTBEAT,
                                .direction = MESSAGE_REQUEST};
    party_put(party, connection, &envelope);
}

static void tick(struct party *party, const void *data) {
    (void)data;
    unsigned have = 0;
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        struct connection *connection = &party->connections[i];
        if (connection->cable != NULL && connection->connected)
            look_after(party, connection);
        have += connection->cable != NULL && !connection->parting;
    }
    if (have < party->wanted)
        connect_one(party);
    party_after(party, TICK_US + chance_between(&party->chance, 0, TICK_US), tick, NULL, 0);
}

void party_start(struct party *party) {
    party->up = true;
    party->life++;
    party->wanted = (unsigned)chance_between(&party->chance, 1, PARTY_CONNECTIONS_MAX - 1);
    trace_note(&party->world->trace, "bank %zu starts", party->index);
    party_after(party, chance_between(&party->chance, 0, TICK_US), tick, NULL, 0);
    work_start(party);
}

static void restart(void *context, const void *data) {
    (void)data;
    party_start(context);
}

void party_crash(struct party *party) {
    if (!party->up)
        return;
    trace_note(&party->world->trace, "bank %zu crashes", party->index);
    party->up = false;
    party->ack_planned = false;
    party->crashes++;
    for (size_t i = 0; i < PARTY_CONNECTIONS_MAX; i++) {
        struct connection *connection = &party->connections[i];
        struct cable *cable = connection->cable;
        forget(connection);
        if (cable != NULL)
            cable_drop(cable, CABLE_BANK);
    }
    ask_forget_volatile(party);
    int64_t down_us = chance_hits(&party->chance, 200)
                          ? chance_between(&party->chance, 1000000, 20000000)
                          : chance_between(&party->chance, 10000, 2000000);
    agenda_after(&party->world->agenda, down_us, restart, party, NULL, 0);
}
