/*
 * The operators' work. Whoever asks for what takes two people is never the one who approves it; the
 * clock is accepted only when it is right, for they look at their own watches first.
 */
#include "sim/office.h"

#include <string.h>

#include "domain/calendar.h"
#include "sim/tally.h"
#include "sim/world.h"
#include "store/settlement.h"
#include "wire/message.h"

#define TICK_US 500000
#define FIRST_UID 1000
#define PEOPLE 3
#define RULES_FIRST 3
#define RULES_PER_MILLE 300
#define DAY_PER_MILLE 300
#define THEME_PER_MILLE 250
#define RIGHT_MS 30000 /* by their watches */
#define WRONG_MS 7200000
#define ANSWER_MAX_US 3000000
#define CONNECTION 3 /* of the admin socket */

/* What is still to be done about an order when it is answered. */
struct later {
    struct id approval;
    uint32_t requester, uid;
    enum command_kind kind;
};

struct chance *office_chance(const struct office *office) {
    return &office->world->chance;
}

bool office_hits(struct office *office, unsigned per_mille) {
    return chance_hits(office_chance(office), per_mille);
}

size_t office_pick(struct office *office, size_t count) {
    return office_hits(office, THEME_PER_MILLE) ? office->world->seed % count
                                                : chance_below(office_chance(office), count);
}

struct store *office_store(struct office *office) {
    return engine_store(office->world->hub.engine);
}

static uint32_t somebody(struct office *office) {
    return FIRST_UID + (uint32_t)chance_below(office_chance(office), PEOPLE);
}

static void give(struct office *office, struct command *command, const struct later *later,
                 uint32_t uid) {
    struct errand *errand = &office->errands[office->correlation % OFFICE_ERRANDS_MAX];
    struct errand now = {.kind = command->kind, .uid = uid};
    if (later != NULL)
        now.approval = later->approval;
    now.requester = later != NULL ? later->requester : 0;
    command->uid = uid;
    command->origin = (struct origin){ORIGIN_ADMIN, CONNECTION, ++office->correlation};
    now.correlation = office->correlation;
    *errand = now;
    message_encode_internal(command);
    hub_order(&office->world->hub, command);
}

void office_give(struct office *office, struct command *command) {
    give(office, command, NULL, somebody(office));
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
    bool right = clock_is_right(office); /* ledger time may be as wrong, and nothing alarms */
    bool off = (status.clock_off || !right) && office_hits(office, 100);
    if (!held && !off)
        return;
    if (!right) {
        trace_note(&office->world->trace, "the clock is set right");
        hub->wall_offset_ms = 0;
        hub_poke(hub, 0);
        return;
    }
    struct command *command = command_new(COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = clock_says_ms(office);
    office_give(office, command);
}

/* Nobody accepts what the machine does not say. */
static void mistake_clock(struct office *office) {
    struct command *command = command_new(COMMAND_CLOCK_ACCEPT);
    command->body.clock_accept.wall_ms = clock_says_ms(office) + WRONG_MS;
    office_give(office, command);
}

/* ---- the second person ---- */

static void decide(void *context, const void *data) {
    struct office *office = context;
    const struct later *later = data;
    enum command_kind kind = later->kind;
    if (office->world->hub.state != HUB_UP)
        return;
    if (kind == COMMAND_APPROVE && !clock_is_right(office))
        kind = COMMAND_REJECT;
    struct command *command = command_new(kind);
    command->body.decision.approval = later->approval;
    if (kind == COMMAND_APPROVE)
        command->body.decision.wall_ms = clock_says_ms(office);
    give(office, command, later, later->uid);
}

static void plan_later(struct office *office, const struct later *later) {
    int64_t delay_us = chance_between(office_chance(office), 0, ANSWER_MAX_US);
    agenda_after(&office->world->agenda, delay_us, decide, office, later, sizeof(*later));
}

static uint32_t another(struct office *office, uint32_t uid) {
    uint32_t step = 1 + (uint32_t)chance_below(office_chance(office), PEOPLE - 1);
    return FIRST_UID + (uid - FIRST_UID + step) % PEOPLE;
}

/* Mostly another one approves; sometimes the same one tries, or nobody does. */
static void plan_decision(struct office *office, const struct errand *errand,
                          const struct id *approval) {
    struct later later = {*approval, errand->uid, another(office, errand->uid), COMMAND_APPROVE};
    bool clock = errand->kind == COMMAND_CLOCK_ACCEPT;
    uint64_t draw = clock ? 9 : chance_below(office_chance(office), 10);
    if (draw == 0)
        return;
    if (draw == 1)
        later.uid = errand->uid;
    if (draw == 2)
        later.kind = COMMAND_REJECT;
    plan_later(office, &later);
}

/* Who asked for the numbers reads them; others try. */
static void plan_reading(struct office *office, const struct errand *errand) {
    struct later later = {errand->approval, errand->requester, errand->requester,
                          COMMAND_READ_UNMASKED};
    if (chance_below(office_chance(office), 3) == 0)
        later.uid = another(office, errand->requester);
    plan_later(office, &later);
}

/* ---- what comes back ---- */

/* What is approved may be refused for its own reasons. */
static bool may_refuse(enum command_kind kind, enum refusal_code code) {
    static const struct {
        enum command_kind kind;
        enum refusal_code code;
    } rows[] = {
        {COMMAND_CLOCK_ACCEPT, REFUSAL_FIELD_INVALID},
        {COMMAND_BANK_ADD, REFUSAL_BANK_EXISTS},
        {COMMAND_BANK_SET, REFUSAL_NO_SUCH_BANK},
        {COMMAND_BANK_DISABLE, REFUSAL_NO_SUCH_BANK},
        {COMMAND_BANK_ENABLE, REFUSAL_BANK_STATE},
        {COMMAND_PIN_ADD, REFUSAL_PIN_EXISTS},
        {COMMAND_PIN_ADD, REFUSAL_PINS},
        {COMMAND_PIN_REMOVE, REFUSAL_NO_SUCH_PIN},
        {COMMAND_HOLD_PLACE, REFUSAL_LINK_STATE},
        {COMMAND_HOLD_PLACE, REFUSAL_HOLDS},
        {COMMAND_HOLD_PLACE, REFUSAL_FIELD_INVALID}, /* its time is over by now */
        {COMMAND_HOLD_LIFT, REFUSAL_LINK_STATE},
        {COMMAND_HOLD_LIFT, REFUSAL_NO_SUCH_HOLD},
        {COMMAND_HOLD_LIFT, REFUSAL_AUTHORITY},
        {COMMAND_UNFREEZE, REFUSAL_NOT_FROZEN},
        {COMMAND_BANK_RESYNC, REFUSAL_BANK_STATE},
        {COMMAND_RULES_LOAD, REFUSAL_RULES_PAST},
        {COMMAND_RULES_LOAD, REFUSAL_RULES},
        {COMMAND_TRANSFER_RESOLVE, REFUSAL_NO_SUCH_OBJECT},
        {COMMAND_TRANSFER_RESOLVE, REFUSAL_TRANSFER_STATE},
        {COMMAND_CAP_SET, REFUSAL_NO_SUCH_BANK},
        {COMMAND_PAIR_CAP_SET, REFUSAL_NO_SUCH_BANK},
        {COMMAND_FUNDS_BEGIN, REFUSAL_NO_SUCH_BANK},
        {COMMAND_FUNDS_BEGIN, REFUSAL_LIQUIDITY},
        {COMMAND_FUNDS_END, REFUSAL_FUNDS_STATE},
        {COMMAND_FUNDS_END, REFUSAL_NO_SUCH_OBJECT},
        {COMMAND_WINDOW_CLOSE, REFUSAL_NO_SUCH_WINDOW},
        {COMMAND_WINDOW_CLOSE, REFUSAL_WINDOW_STATE},
        {COMMAND_WINDOW_SETTLE, REFUSAL_NO_SUCH_WINDOW},
        {COMMAND_WINDOW_SETTLE, REFUSAL_WINDOW_STATE},
        {COMMAND_WINDOW_SETTLE, REFUSAL_NO_SUCH_NET},
        {COMMAND_WINDOW_SETTLE, REFUSAL_NET_SETTLED},
        {COMMAND_WINDOW_SETTLE, REFUSAL_SETTLEMENT_FUNDS},
        {COMMAND_WINDOW_ABORT, REFUSAL_NO_SUCH_WINDOW},
        {COMMAND_WINDOW_ABORT, REFUSAL_WINDOW_STATE},
        {COMMAND_UNMASK, REFUSAL_NO_SUCH_OBJECT},
        {COMMAND_QUARANTINE_DROP, REFUSAL_NO_SUCH_OBJECT},
        {COMMAND_QUARANTINE_RELEASE, REFUSAL_NO_SUCH_OBJECT},
        {COMMAND_APPROVE, REFUSAL_SAME_PERSON},
        {COMMAND_APPROVE, REFUSAL_APPROVAL_STATE},   /* decided, or its time was over */
        {COMMAND_APPROVE, REFUSAL_NO_SUCH_APPROVAL}, /* the gateway died before it was logged */
        {COMMAND_REJECT, REFUSAL_APPROVAL_STATE},
        {COMMAND_REJECT, REFUSAL_NO_SUCH_APPROVAL},
        {COMMAND_READ_UNMASKED, REFUSAL_NOT_REQUESTER},
        {COMMAND_READ_UNMASKED, REFUSAL_APPROVAL_STATE},
        {COMMAND_READ_UNMASKED, REFUSAL_NO_SUCH_APPROVAL},
    };
    if (code == REFUSAL_BUSY)
        return true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((rows[i].kind == kind || kind == COMMAND_APPROVE) && rows[i].code == code)
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
    if (effect->refused)
        tally_add(errand.kind, true);
    else if (!id_is_zero(&effect->object))
        plan_decision(office, &errand, &effect->object);
    else if (errand.kind == COMMAND_APPROVE && effect->order == COMMAND_UNMASK)
        plan_reading(office, &errand);
}

void office_forget(struct office *office) {
    memset(office->errands, 0, sizeof(office->errands));
}

static bool serves(const struct office *office) {
    return office->world->hub.state == HUB_UP && office->world->hub.listening;
}

static void work(struct office *office) {
    if (office->world->calm || !office_hits(office, office->world->plan.office))
        return;
    if (chance_below(office_chance(office), 20) == 0)
        mistake_clock(office);
    else
        office_work(office);
}

/* More than once: at times nobody approves. */
static void see_to_rules(struct office *office) {
    bool now = office->ruled == 0 || office_hits(office, RULES_PER_MILLE);
    if (office->world->plan.office == 0 || office->ruled >= RULES_FIRST || !now)
        return;
    office_load_rules(office);
    office->ruled++;
}

/* On another day than the open window's it is closed, mostly soon: its date is what banks are told. */
static void see_to_day(struct office *office) {
    struct store *store = engine_store(office->world->hub.engine);
    struct store_meta meta;
    struct window window;
    if (office->world->plan.office == 0 || office->world->calm ||
        !office_hits(office, DAY_PER_MILLE) || store_get_meta(store, &meta) != 0 ||
        store_get_window(store, meta.open_window, &window) != 0 ||
        window.business_day >= shanghai_day(office->world->hub.last_ms))
        return;
    struct command *command = command_new(COMMAND_WINDOW_CLOSE);
    command->body.window_order.window = window.number;
    office_give(office, command);
}

static void tick(void *context, const void *data) {
    struct office *office = context;
    (void)data;
    see_to_clock(office);
    if (serves(office)) {
        office_see_to_banks(office);
        see_to_rules(office);
        see_to_day(office);
        office_see_to_funds(office);
        work(office);
    }
    agenda_after(&office->world->agenda, TICK_US, tick, office, NULL, 0);
}

void office_start(struct office *office, struct world *world) {
    *office = (struct office){.world = world};
    office->thrifty = world->parties[chance_below(&world->chance, world->party_count)].code;
    agenda_after(&world->agenda, TICK_US, tick, office, NULL, 0);
}
