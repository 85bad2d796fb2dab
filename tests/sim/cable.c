/*
 * Connections as slots. Events name a slot and its serial, so that one for a connection that is
 * gone falls flat. Invariant: a slot is free exactly when neither end holds it and no connect is
 * under way.
 */
#include "sim/cable.h"

#include <string.h>

#include "sim/world.h"

struct cable_event {
    uint64_t serial;
    enum cable_end from;
};

void cables_deinit(struct cables *cables) {
    for (size_t i = 0; i < CABLES_MAX; i++) {
        for (size_t end = 0; end < CABLE_ENDS; end++)
            buf_deinit(&cables->slots[i].streams[end].bytes);
    }
}

struct cable *cable_find(struct world *world, uint64_t serial) {
    for (size_t i = 0; serial > 0 && i < CABLES_MAX; i++) {
        if (world->cables.slots[i].serial == serial)
            return &world->cables.slots[i];
    }
    return NULL;
}

static void free_if_done(struct cable *cable) {
    if (!cable->open[CABLE_BANK] && !cable->open[CABLE_HUB])
        cable->serial = 0;
}

static void connected(void *context, const void *data) {
    struct cable *cable = context;
    const struct cable_event *event = data;
    if (cable->serial != event->serial)
        return;
    struct world *world = cable->world;
    struct party *party = cable->party;
    if (cable->cut || !hub_accept(&world->hub, cable)) {
        cable->serial = 0;
        party_refused(party, event->serial);
    } else {
        party_connected(party, cable);
    }
}

struct cable *cable_open(struct world *world, struct party *party) {
    struct cable *cable = NULL;
    for (size_t i = 0; cable == NULL && i < CABLES_MAX; i++) {
        if (world->cables.slots[i].serial == 0)
            cable = &world->cables.slots[i];
    }
    if (cable == NULL)
        return NULL;
    for (size_t end = 0; end < CABLE_ENDS; end++) {
        struct buf kept = cable->streams[end].bytes;
        buf_clear(&kept);
        cable->streams[end] = (struct stream){.bytes = kept};
        cable->open[end] = false;
    }
    cable->serial = ++world->cables.serial;
    cable->world = world;
    cable->party = party;
    cable->open[CABLE_BANK] = true;
    cable->cut = false;
    cable->latency_us = chance_between(&world->chance, 100, 3000);
    if (chance_hits(&world->chance, world->plan.slow_cable))
        cable->latency_us = chance_between(&world->chance, 3000, 700000);
    struct cable_event event = {cable->serial, CABLE_BANK};
    agenda_after(&world->agenda, cable->latency_us, connected, cable, &event, sizeof(event));
    return cable;
}

static void deliver(void *context, const void *data);

static void move(struct cable *cable, enum cable_end from) {
    struct stream *stream = &cable->streams[from];
    if (stream->moving || (stream->bytes.size == 0 && !stream->ended))
        return;
    struct world *world = cable->world;
    int64_t delay_us = cable->latency_us + chance_between(&world->chance, 0, cable->latency_us);
    int64_t stall_us = stream->stalled_until_us - world->agenda.now_us;
    if (stall_us > delay_us)
        delay_us = stall_us;
    struct cable_event event = {cable->serial, from};
    stream->moving = true;
    agenda_after(&world->agenda, delay_us, deliver, cable, &event, sizeof(event));
}

static void end_of_stream(struct cable *cable, enum cable_end to) {
    cable->open[to] = false;
    if (to == CABLE_HUB)
        hub_lost(&cable->world->hub, cable);
    else
        party_lost(cable->party, cable);
    free_if_done(cable);
}

static void deliver(void *context, const void *data) {
    struct cable *cable = context;
    struct cable_event event = *(const struct cable_event *)data;
    if (cable->serial != event.serial)
        return;
    struct world *world = cable->world;
    struct stream *stream = &cable->streams[event.from];
    enum cable_end to = event.from == CABLE_BANK ? CABLE_HUB : CABLE_BANK;
    stream->moving = false;
    if (!cable->open[to])
        return;
    if (stream->stalled_until_us > world->agenda.now_us) {
        move(cable, event.from);
        return;
    }
    if (stream->bytes.size == 0) {
        end_of_stream(cable, to);
        return;
    }
    size_t size = stream->bytes.size;
    if (chance_hits(&world->chance, 300))
        size = 1 + (size_t)chance_below(&world->chance, size);
    uint8_t piece[4096];
    if (size > sizeof(piece))
        size = sizeof(piece);
    memcpy(piece, stream->bytes.data, size);
    buf_consume(&stream->bytes, size);
    trace_bytes(&world->trace, to == CABLE_HUB ? "up" : "down", event.serial, span_of(piece, size));
    if (to == CABLE_HUB)
        hub_receive(&world->hub, cable, span_of(piece, size));
    else
        party_receive(cable->party, cable, span_of(piece, size));
    if (cable->serial == event.serial)
        move(cable, event.from);
}

void cable_send(struct cable *cable, enum cable_end end, struct span bytes) {
    if (cable->cut || bytes.size == 0)
        return;
    buf_append_span(&cable->streams[end].bytes, bytes);
    move(cable, end);
}

void cable_close(struct cable *cable, enum cable_end end) {
    cable->open[end] = false;
    if (!cable->cut) {
        cable->streams[end].ended = true;
        move(cable, end);
    }
    free_if_done(cable);
}

/* Only a beginning of what is under way arrives, or all of it. */
static void truncate_stream(struct cable *cable, enum cable_end from) {
    struct stream *stream = &cable->streams[from];
    struct chance *chance = &cable->world->chance;
    if (stream->bytes.size > 0 && chance_hits(chance, 500))
        stream->bytes.size = (size_t)chance_below(chance, stream->bytes.size);
}

void cable_drop(struct cable *cable, enum cable_end end) {
    truncate_stream(cable, end);
    cable_close(cable, end);
}

void cable_cut(struct cable *cable) {
    struct world *world = cable->world;
    if (cable->cut)
        return;
    trace_note(&world->trace, "cable %llu cut", (unsigned long long)cable->serial);
    cable->cut = true;
    for (enum cable_end from = CABLE_BANK; from < CABLE_ENDS; from++) {
        truncate_stream(cable, from);
        cable->streams[from].ended = !chance_hits(&world->chance, 250); /* else never told */
        cable->streams[from].stalled_until_us =
            world->agenda.now_us + chance_between(&world->chance, 0, 400000);
        move(cable, from);
    }
}

void cable_stall(struct cable *cable, enum cable_end end, int64_t for_us) {
    cable->streams[end].stalled_until_us = cable->world->agenda.now_us + for_us;
}
