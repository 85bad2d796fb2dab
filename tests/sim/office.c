/*
 * The operators' work. Whoever asks for what takes two people is never the one who approves it; the
 * clock is accepted only when it is right, for they look at their own watches first.
 */
#include "sim/office.h"

#include <string.h>

#include "sim/world.h"
#include "wire/message.h"

#define TICK_US 1000000
#define FIRST_UID 1000
#define PEOPLE 3
#define RIGHT_MS 30000 /* by their watches */
#define ANSWER_MAX_US 3000000
#define CONNECTION 3 /* of the admin socket */

/* What is still to be done about an order when it is answered. */
struct later {
    struct id approval;
    uint32_t uid;
};

static struct chance *chance_of(const struct office *office) {
    return &office->world->chance;
}

static uint32_t somebody(struct office *office) {
    return FIRST_UID + (uint32_t)chance_below(chance_of(office), PEOPLE);
}

static void give(struct office *office, struct command *command, uint32_t uid) {
    struct errand *errand = &office->errands[office->correlation % OFFICE_ERRANDS_MAX];
    command->uid = uid;
    command->origin = (struct origin){ORIGIN_ADMIN, CONNECTION, ++office->correlation};
    *errand = (struct errand){office->correlation, command->kind, uid};
    message_encode_internal(command);
    hub_order(&office->world->hub, command);
}

/* ---- the clock ---- */

/* What the gateway's machine says, which they have looked at. */
static int64_t clock_says_ms(const struct office *office) {
    return world_wall_ms(office->world) + office->world->hub.wall_offset_ms;
}

static bool clock_is_right(const struct office *office) {
    int64_t off_ms = office->world->hub.wall_offset_ms;
    return off_ms <= RIGHT_MS && off_ms >= -RIGHT_MS;
}

static void see_to_clock(struct office *office) {
    struct hub *hub = &office->world->hub;
    struct engine_status status;
    if (hub->state != HUB_UP)
        return;
    engine_status(hub->engine, &status);
    bool held = status.hold != LEDGER_CLOCK_RUNS;
    bool off = status.clock_off && !office->world->calm && chance_hits(chance_of(office), 100);
    if (!held && !off)
        return;
    if (!clock_is_right(office)) {
        trace_note(&office->world->trace, "the clock is set right");
        hub->wall_offset_ms = 0;
        hub_poke(hub, 0);
        return;
    }
    struct command *command = command_new(COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = clock_says_ms(office);
    give(office, command, somebody(office));
}

/* ---- the second person ---- */

static void decide(void *context, const void *data) {
    struct office *office = context;
    const struct later *later = data;
    if (office->world->hub.state != HUB_UP)
        return;
    struct command *command =
        command_new(clock_is_right(office) ? COMMAND_APPROVE : COMMAND_REJECT);
    command->body.decision.approval = later->approval;
    command->body.decision.wall_ms = clock_says_ms(office);
    give(office, command, later->uid);
}

static void plan_decision(struct office *office, const struct errand *errand,
                          const struct id *approval) {
    uint32_t step = 1 + (uint32_t)chance_below(chance_of(office), PEOPLE - 1);
    struct later later = {*approval, FIRST_UID + (errand->uid - FIRST_UID + step) % PEOPLE};
    int64_t delay_us = chance_between(chance_of(office), 0, ANSWER_MAX_US);
    agenda_after(&office->world->agenda, delay_us, decide, office, &later, sizeof(later));
}

/* ---- what comes back ---- */

static bool may_refuse(enum command_kind kind, enum refusal_code code) {
    static const struct {
        enum command_kind kind;
        enum refusal_code code;
    } rows[] = {
        {COMMAND_CLOCK_ACCEPT, REFUSAL_FIELD_INVALID}, /* it jumped meanwhile */
        {COMMAND_APPROVE, REFUSAL_FIELD_INVALID},
        {COMMAND_REJECT, REFUSAL_APPROVAL_STATE},
        {COMMAND_REJECT, REFUSAL_NO_SUCH_APPROVAL},
        {COMMAND_APPROVE, REFUSAL_APPROVAL_STATE},   /* its time was over */
        {COMMAND_APPROVE, REFUSAL_NO_SUCH_APPROVAL}, /* the gateway died before it was logged */
    };
    if (code == REFUSAL_BUSY)
        return true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].kind == kind && rows[i].code == code)
            return true;
    }
    return false;
}

void office_told(struct office *office, const struct effect *effect) {
    struct errand *found = NULL;
    for (size_t i = 0; i < OFFICE_ERRANDS_MAX; i++) {
        if (office->errands[i].correlation == effect->origin.correlation)
            found = &office->errands[i];
    }
    if (effect->origin.connection != CONNECTION || found == NULL)
        return;
    struct errand errand = *found;
    *found = (struct errand){0};
    trace_note(&office->world->trace, "operator %u: %s %s", errand.uid, command_name(errand.kind),
               effect->refused ? refusal_row(effect->refusal.code)->detail : "granted");
    if (effect->refused && !may_refuse(errand.kind, effect->refusal.code))
        world_fail(office->world, "an operator's order %s was refused with %s",
                   command_name(errand.kind), refusal_row(effect->refusal.code)->detail);
    if (!effect->refused && !id_is_zero(&effect->object))
        plan_decision(office, &errand, &effect->object);
}

void office_forget(struct office *office) {
    memset(office->errands, 0, sizeof(office->errands));
}

static void tick(void *context, const void *data) {
    struct office *office = context;
    (void)data;
    see_to_clock(office);
    agenda_after(&office->world->agenda, TICK_US, tick, office, NULL, 0);
}

void office_start(struct office *office, struct world *world) {
    *office = (struct office){.world = world};
    agenda_after(&world->agenda, TICK_US, tick, office, NULL, 0);
}
