/*
 * The gateway's turns: time, bytes in, batches, deliveries, bytes out, as the daemon's two threads
 * would interleave them. A release waits for a while before it is delivered, as between threads.
 *
 * Invariant: whatever fails because the process is being killed leads to hub_die, and nothing that
 * was not delivered before reaches a cable.
 */
#include "sim/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/watch.h"
#include "sim/world.h"

#define TURN_GAP_US 100
#define FEED_MAX 8192
#define CERTIFICATE_MS (800LL * 86400000)

/* ---- the door ---- */

static size_t door_room(void *context, bank_code bank) {
    (void)bank;
    const struct hub *hub = context;
    return !hub->dying && engine_room(hub->engine) ? 1 : 0;
}

static void door_submit(void *context, struct command *command) {
    struct hub *hub = context;
    if (hub->dying || hub->state == HUB_DOWN) {
        command_free(command);
        return;
    }
    ENSURE(engine_submit(hub->engine, command));
    hub_poke(hub, TURN_GAP_US);
}

static void door_submit_reserved(void *context, struct command *command) {
    struct hub *hub = context;
    if (hub->dying || hub->state == HUB_DOWN) {
        command_free(command);
        return;
    }
    ENSURE(engine_submit_reserved(hub->engine, command));
    hub_poke(hub, TURN_GAP_US);
}

static int64_t door_ledger_now_ms(void *context) {
    struct hub *hub = context;
    struct engine_status status;
    engine_status(hub->engine, &status);
    return status.ledger_ms;
}

/* What comes of banks that are late, or do not answer. */
static bool is_usual(const char *alarm) {
    static const char *const usual[] = {"cannot be read",
                                        "is UNKNOWN",
                                        "a re-check of a bound account was not",
                                        "a case was not answered in time",
                                        "not credited in time",
                                        "below what the bank owes",
                                        "came to a warning",
                                        "has not confirmed an order in time",
                                        "has not returned in time",
                                        "has not paid out an order in time",
                                        "does not answer about an order",
                                        "overdue"};
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        if (strstr(alarm, usual[i]) != NULL)
            return true;
    }
    return false;
}

static void door_told(void *context, const struct effect *effect) {
    struct hub *hub = context;
    struct world *world = hub->world;
    if (effect->kind == EFFECT_REPLY) {
        office_told(&world->office, effect);
        if (effect->origin.connection == HUB_ROUTINE && effect->refused &&
            effect->refusal.code != REFUSAL_BANK_EXISTS)
            world_fail(world, "a bank's registration was refused with code %d",
                       (int)effect->refusal.code);
        return;
    }
    if (effect->kind != EFFECT_ALARM)
        return; /* orders that the engine has carried out */
    trace_note(&world->trace, "alarm: %s (%s)", effect->text, world_id(&effect->object));
    bool expected = world->malicious || is_usual(effect->text) ||
                    (world->restored && strstr(effect->text, "old backup was put back") != NULL) ||
                    (world->clock_wrong && strstr(effect->text, "wall clock and") != NULL) ||
                    ((world->plan.recycle || hub->failing) && /* no room, or no spare segment */
                     strstr(effect->text, "log is full") != NULL);
    if (!expected)
        world_fail(world, "an alarm without a cause: %s (%s)", effect->text,
                   world_id(&effect->object));
}

static int64_t boot_us(void *context) {
    const struct hub *hub = context;
    return hub->world->agenda.now_us + hub->world->asleep_us + 1000000;
}

static int64_t wall_ms(void *context) {
    const struct hub *hub = context;
    return world_wall_ms(hub->world) + hub->wall_offset_ms;
}

void hub_order(struct hub *hub, struct command *command) {
    door_submit_reserved(hub, command);
}

void hub_init(struct hub *hub, struct world *world) {
    *hub = (struct hub){.world = world, .untold_end = &hub->untold};
    hub->clock = (struct clock){boot_us, wall_ms, hub};
    hub->door = (struct door){
        hub, door_room, door_submit, door_submit_reserved, door_ledger_now_ms, door_told, NULL};
}

/* ---- cables ---- */

static void woken(void *context) {
    struct seat *seat = context;
    hub_poke(seat->hub, TURN_GAP_US);
}

static struct seat *seat_of(struct hub *hub, uint64_t serial) {
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        if (hub->seats[i].session != NULL && hub->seats[i].serial == serial)
            return &hub->seats[i];
    }
    return NULL;
}

bool hub_accept(struct hub *hub, struct cable *cable) {
    struct seat *seat = NULL;
    for (size_t i = 0; seat == NULL && i < HUB_SEATS_MAX; i++) {
        if (hub->seats[i].session == NULL)
            seat = &hub->seats[i];
    }
    if (hub->state != HUB_UP || !hub->listening || hub->dying || seat == NULL)
        return false;
    struct session_owner owner = {seat, woken, "cable"};
    seat->hub = hub;
    seat->cable = cable;
    seat->serial = cable->serial;
    seat->waiting = false;
    seat->lost = false;
    buf_clear(&seat->inbox);
    front_turn(hub->front);
    seat->session = session_new(hub->front, &owner);
    char uri[64];
    snprintf(uri, sizeof(uri), "urn:linkgate:bank:%012llu", (unsigned long long)cable->party->code);
    struct session_peer peer = {.uri = uri, .pin = cable->party->pin};
    peer.until_unix_ms = hub->world->start_ms + CERTIFICATE_MS + peer.pin.bytes[0];
    seat->pin = peer.pin;
    cable->open[CABLE_HUB] = true;
    seat->since_ms = seat->heard_ms = clock_boot_ms(&hub->clock);
    session_admit(seat->session, &peer);
    hub_poke(hub, TURN_GAP_US);
    return true;
}

void hub_receive(struct hub *hub, struct cable *cable, struct span bytes) {
    struct seat *seat = seat_of(hub, cable->serial);
    if (seat == NULL)
        return;
    buf_append_span(&seat->inbox, bytes);
    hub_poke(hub, TURN_GAP_US);
}

void hub_lost(struct hub *hub, struct cable *cable) {
    struct seat *seat = seat_of(hub, cable->serial);
    if (seat == NULL)
        return;
    seat->lost = true;
    seat->cable = NULL;
    hub_poke(hub, TURN_GAP_US);
}

/* ---- one turn ---- */

static void leave_seat(struct seat *seat) {
    session_free(seat->session);
    seat->session = NULL;
    if (seat->cable != NULL)
        cable_close(seat->cable, CABLE_HUB);
    seat->cable = NULL;
}

static uint64_t frames_in(const struct hub *hub) {
    struct front_stats stats;
    front_stats(hub->front, &stats);
    return stats.frames_in;
}

static void feed(struct hub *hub, struct seat *seat) {
    struct chance *chance = &hub->world->chance;
    if (seat->lost) {
        session_end(seat->session, "the peer is gone");
        return;
    }
    if (seat->inbox.size == 0 && !seat->waiting)
        return;
    size_t size = seat->waiting ? 0 : seat->inbox.size;
    if (size > FEED_MAX)
        size = FEED_MAX;
    if (size > 1 && chance_hits(chance, 100))
        size = 1 + (size_t)chance_below(chance, size);
    uint64_t before = frames_in(hub);
    enum session_need need = session_feed(seat->session, span_of(seat->inbox.data, size));
    if (frames_in(hub) > before)
        seat->heard_ms = clock_boot_ms(&hub->clock);
    buf_consume(&seat->inbox, size);
    seat->waiting = need == SESSION_AGAIN || need == SESSION_BLOCKED;
    if (need != SESSION_OVER && (seat->waiting || seat->inbox.size > 0))
        hub_poke(hub, TURN_GAP_US);
}

static void feed_all(struct hub *hub) {
    size_t first = (size_t)chance_below(&hub->world->chance, HUB_SEATS_MAX);
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        struct seat *seat = &hub->seats[(first + i) % HUB_SEATS_MAX];
        if (seat->session != NULL)
            feed(hub, seat);
    }
}

static void flush_all(struct hub *hub) {
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        struct seat *seat = &hub->seats[i];
        if (seat->session == NULL)
            continue;
        struct buf *output = session_output(seat->session);
        watch_output(hub, seat, buf_span(output));
        if (seat->cable != NULL)
            cable_send(seat->cable, CABLE_HUB, buf_span(output));
        buf_clear(output);
        if (session_state(seat->session) == SESSION_CLOSED)
            leave_seat(seat);
    }
}

static void keep_release(struct hub *hub, struct release *release) {
    release->next = NULL;
    *hub->untold_end = release;
    hub->untold_end = &release->next;
}

static void trace_release(struct hub *hub, const struct release *release) {
    for (size_t i = 0; i < release->effects.count; i++) {
        const struct effect *effect = &release->effects.items[i];
        trace_bytes(&hub->world->trace, "effect", effect->kind, effect->payload);
    }
}

static bool shows_news(const struct hub *hub, const struct release *release) {
    const struct command *command = release->commands;
    while (command != NULL && (command->origin.connection != hub->shown.connection ||
                               command->origin.correlation != hub->shown.correlation))
        command = command->next;
    return command != NULL;
}

/* True: what the kill that is planned waits for. */
static bool tell(struct hub *hub, struct release *release) {
    bool counts = !hub->kill_shown || shows_news(hub, release);
    front_deliver(hub->front, &release->effects);
    engine_give_back(hub->engine, release);
    if (!hub->listening)
        hub->listening = hub_is_ready(hub);
    return counts;
}

/* True: something was told that counts. */
static bool tell_some(struct hub *hub) {
    bool told = false;
    while (hub->untold != NULL) {
        if (chance_hits(&hub->world->chance, 150)) {
            hub_poke(hub, chance_between(&hub->world->chance, 100, 3000));
            return told;
        }
        struct release *release = hub->untold;
        hub->untold = release->next;
        if (hub->untold == NULL)
            hub->untold_end = &hub->untold;
        release->next = NULL;
        told |= tell(hub, release);
    }
    return told;
}

void hub_drop_untold(struct hub *hub) {
    while (hub->untold != NULL) {
        struct release *release = hub->untold;
        hub->untold = release->next;
        release->next = NULL;
        engine_give_back(hub->engine, release);
    }
    hub->untold_end = &hub->untold;
}

static bool is_dead(const struct hub *hub) {
    return hub->dying || model_disk_stopped(hub->disk);
}

static bool may_fail(const struct hub *hub) {
    return hub->failing || is_dead(hub);
}

/* False: the process died. */
static bool run_engine(struct hub *hub) {
    uint64_t batches = 1 + chance_below(&hub->world->chance, 3);
    for (uint64_t i = 0; i < batches; i++) {
        struct release *release = NULL;
        int rc = engine_run(hub->engine, &release);
        if (release != NULL) {
            trace_release(hub, release);
            keep_release(hub, release);
        }
        if (rc != 0 && !may_fail(hub))
            world_fail(hub->world, "the engine failed: %d", rc);
        if (rc != 0 || is_dead(hub))
            return false;
    }
    bool ran = true;
    int rc = 0;
    if (chance_hits(&hub->world->chance, 700))
        rc = engine_job_step(hub->engine, &ran);
    if (rc != 0 && !may_fail(hub))
        world_fail(hub->world, "a job failed: %d", rc);
    return rc == 0 && !is_dead(hub);
}

static void plan_next(struct hub *hub) {
    int64_t now_us = hub->world->agenda.now_us;
    int64_t engine_us = engine_due_us(hub->engine);
    int64_t front_ms = front_due_ms(hub->front);
    int64_t wait_us = INT64_MAX;
    if (engine_us != INT64_MAX)
        wait_us = engine_us - boot_us(hub);
    if (front_ms != INT64_MAX && front_ms * 1000 - boot_us(hub) < wait_us)
        wait_us = front_ms * 1000 - boot_us(hub);
    if (hub->state == HUB_DRAINING && hub->drain_until_us - now_us < wait_us)
        wait_us = hub->drain_until_us - now_us;
    if (wait_us == INT64_MAX)
        return;
    if (chance_hits(&hub->world->chance, hub->world->plan.dawdle))
        wait_us += chance_between(&hub->world->chance, 1000, WATCH_DAWDLE_MS * 1000);
    hub_poke(hub, wait_us > TURN_GAP_US ? wait_us : TURN_GAP_US);
}

static bool any_seat(const struct hub *hub) {
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        if (hub->seats[i].session != NULL)
            return true;
    }
    return false;
}

static void turn(struct hub *hub) {
    front_turn(hub->front);
    feed_all(hub);
    if (!run_engine(hub)) {
        hub_die(hub);
        return;
    }
    bool told = tell_some(hub);
    front_resume(hub->front);
    flush_all(hub);
    watch_turn(hub);
    if (told && hub->kill_told > 0 && --hub->kill_told == 0) {
        hub_die(hub); /* what it said may be on its way */
        return;
    }
    if (hub->state == HUB_DRAINING &&
        (!any_seat(hub) || hub->drain_until_us <= hub->world->agenda.now_us))
        hub_finish_stop(hub);
    else
        plan_next(hub);
}

static void on_turn(void *context, const void *data) {
    struct hub *hub = context;
    if (*(const uint64_t *)data != hub->turn || hub->state == HUB_DOWN)
        return;
    hub->turn_at_us = INT64_MAX;
    turn(hub);
}

void hub_poke(struct hub *hub, int64_t delay_us) {
    int64_t at_us = hub->world->agenda.now_us + delay_us;
    if (hub->state == HUB_DOWN || hub->turn_at_us <= at_us)
        return;
    hub->turn_at_us = at_us;
    hub->turn++;
    agenda_after(&hub->world->agenda, delay_us, on_turn, hub, &hub->turn, sizeof(hub->turn));
}
