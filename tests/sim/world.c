/*
 * One run: registration, a time of business and faults, a time without faults in which everything
 * must settle, a clean stop, and the log replayed.
 */
#include "sim/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/calendar.h"
#include "sim/audit.h"
#include "sim/keep.h"

#define FAULT_TICK_US 100000
#define AUDIT_TICK_US 2000000
#define CHAOS_MAX_US (240LL * 1000000)
#define SLEEP_MAX_US (60LL * 3600 * 1000000)
#define AWAKE_MS 30000
#define LAST_WORDS_US (10LL * 1000000) /* requests that are sent once more after their answer */
#define HALF_A_YEAR_MS (181 * DAY_MS)
#define SHANGHAI_AHEAD_MS (8LL * 3600000)
#define WORLD_DAY_END_MS 1798041600000  /* 2026-12-24 in Shanghai */
#define WORLD_YEAR_END_MS 1798732800000 /* 2027-01-01 */
#define WORLD_LEAP_DAY_MS 1835366400000 /* 2028-02-29 */
#define SETTLE_MAX_US (300LL * 1000000) /* inquiries pause for a minute at most */
#define EVENTS_MAX 1000000 /* a run has some ten thousand: more is something that goes round */
#define STOP_MAX_US (30LL * 1000000)

void world_fail(struct world *world, const char *format, ...) {
    va_list arguments;
    if (world->failed)
        return;
    world->failed = true;
    va_start(arguments, format);
    vsnprintf(world->failure, sizeof(world->failure), format, arguments);
    va_end(arguments);
    trace_note(&world->trace, "FAILED: %s", world->failure);
}

struct party *world_party(struct world *world, bank_code code) {
    for (size_t i = 0; i < world->party_count; i++) {
        if (world->parties[i].code == code)
            return &world->parties[i];
    }
    return NULL;
}

int64_t world_wall_ms(const struct world *world) {
    return world->start_ms + (world->agenda.now_us + world->asleep_us) / 1000;
}

void world_sleep(struct world *world, int64_t sleep_ms) {
    trace_note(&world->trace, "all sleep for %lld s", (long long)(sleep_ms / 1000));
    world->asleep_us += sleep_ms * 1000;
    hub_poke(&world->hub, 0);
}

const char *world_id(const struct id *id) {
    static char texts[4][ID_TEXT_SIZE];
    static unsigned next;
    char *text = texts[next++ % 4];
    id_format(id, text);
    return text;
}

/* ---- people ---- */

static void make_resident_id(unsigned number, char out[19]) {
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(out, 19, "99999919900101%03u", number);
    for (int i = 0; i < 17; i++)
        sum += weights[i] * (out[i] - '0');
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

#define CLASS3_EVERY 4 /* an odd one: its account was opened remotely */

static void make_people(struct world *world) {
    world->people_count = (size_t)chance_between(&world->chance, 6, WORLD_PEOPLE_MAX);
    for (size_t i = 0; i < world->people_count; i++) {
        struct person *person = &world->people[i];
        person->index = i;
        person->homes[SIDE_CLASS2] = &world->parties[i % 2];
        person->homes[SIDE_CLASS1] =
            &world->parties[2 + chance_below(&world->chance, world->party_count - 2)];
        snprintf(person->numbers[SIDE_CLASS2], sizeof(person->numbers[0]), "810000000000%04u",
                 (unsigned)(1000 + i) % 10000);
        snprintf(person->numbers[SIDE_CLASS1], sizeof(person->numbers[0]), "910000000000%04u",
                 (unsigned)(5000 + i) % 10000);
        snprintf(person->second, sizeof(person->second), "920000000000%04u",
                 (unsigned)(7000 + i) % 10000);
        snprintf(person->name, sizeof(person->name), "Customer %u", (unsigned)i % 10000);
        snprintf(person->mobile, sizeof(person->mobile), "138%08u", (unsigned)i % 100000000);
        make_resident_id((unsigned)i, person->id_number);
        person->class2 = i % CLASS3_EVERY == 1 ? ACCOUNT_CLASS_III : ACCOUNT_CLASS_II;
        bool class3 = person->class2 == ACCOUNT_CLASS_III;
        person->opening_fen[SIDE_CLASS2] = (class3 ? 100000 : 300000) * world->plan.unit_fen;
        person->accounts[SIDE_CLASS2].cap_fen = class3 ? 200000 * world->plan.unit_fen : 0;
        person->opening_fen[SIDE_CLASS1] = 2000000 * world->plan.unit_fen;
        for (size_t side = 0; side < SIDES; side++)
            person->accounts[side].balance_fen = person->opening_fen[side];
    }
}

/* ---- faults ---- */

static void trouble_cables(struct world *world) {
    for (size_t i = 0; i < CABLES_MAX; i++) {
        struct cable *cable = &world->cables.slots[i];
        if (cable->serial == 0)
            continue;
        if (chance_hits(&world->chance, world->plan.cut))
            cable_cut(cable);
        if (chance_hits(&world->chance, world->plan.stall)) {
            enum cable_end end = (enum cable_end)chance_below(&world->chance, CABLE_ENDS);
            cable_stall(cable, end, chance_between(&world->chance, 10000, 8000000));
        }
    }
}

/* Never so long that a gateway that dies now would not trust its clock at the next start, and not
 * again before the ledger has taken it in. */
static void sleep_a_while(struct world *world) {
    struct chance *chance = &world->chance;
    int64_t wall_ms = world_wall_ms(world);
    if (world->hub.state != HUB_UP || world->asleep_us > SLEEP_MAX_US ||
        world->hub.last_ms < wall_ms - AWAKE_MS)
        return;
    int64_t day_left_ms = DAY_MS - (wall_ms + SHANGHAI_AHEAD_MS) % DAY_MS;
    int64_t sleep_ms = chance_between(chance, 60000, 40000000);
    if (chance_below(chance, 2) == 0 && day_left_ms > AWAKE_MS && day_left_ms < 43200000)
        sleep_ms = day_left_ms - chance_between(chance, 0, AWAKE_MS);
    world_sleep(world, sleep_ms);
}

static void trouble(void *context, const void *data) {
    struct world *world = context;
    (void)data;
    if (world->calm)
        return;
    trouble_cables(world);
    if (chance_hits(&world->chance, world->plan.kill))
        hub_kill(&world->hub);
    if (chance_hits(&world->chance, world->plan.shown))
        hub_kill_shown(&world->hub);
    if (chance_hits(&world->chance, world->plan.glitch))
        hub_glitch(&world->hub);
    if (chance_hits(&world->chance, world->plan.sleep))
        sleep_a_while(world);
    if (chance_hits(&world->chance, world->plan.stop))
        hub_stop(&world->hub);
    for (size_t i = 0; i < world->party_count; i++) {
        if (chance_hits(&world->chance, world->plan.crash))
            party_crash(&world->parties[i]);
    }
    agenda_after(&world->agenda, FAULT_TICK_US, trouble, world, NULL, 0);
}

static void audit(void *context, const void *data) {
    struct world *world = context;
    (void)data;
    audit_books(world);
    agenda_after(&world->agenda, AUDIT_TICK_US, audit, world, NULL, 0);
}

/* ---- the run ---- */

/* By day, or in Shanghai in the last half minute of a day, of a year, before a leap day or of one. */
static int64_t draw_start(struct chance *chance) {
    static const int64_t ends_ms[] = {WORLD_DAY_END_MS, WORLD_YEAR_END_MS, WORLD_LEAP_DAY_MS,
                                      WORLD_LEAP_DAY_MS + DAY_MS};
    uint64_t when = chance_below(chance, 2 * sizeof(ends_ms) / sizeof(ends_ms[0]));
    int64_t before_ms = chance_between(chance, 1000, 30000);
    if (when >= sizeof(ends_ms) / sizeof(ends_ms[0]))
        return WORLD_START_MS;
    return ends_ms[when] - before_ms;
}

static void begin(struct world *world, const struct world_options *options) {
    world->seed = options->seed;
    world->transfers_left = options->transfers;
    world->keep = options->keep;
    chance_seed(&world->chance, options->seed);
    agenda_init(&world->agenda);
    trace_init(&world->trace, &world->agenda, options->print);
    world->start_ms = draw_start(&world->chance);
    plan_draw(&world->plan, &world->chance);
    world->malicious = plan_malicious(&world->plan);
    trace_note(&world->trace,
               "kill %u stop %u crash %u cut %u malice %d queue %u exchanges %u recycle %d",
               world->plan.kill, world->plan.stop, world->plan.crash, world->plan.cut,
               world->malicious, world->plan.queue, world->plan.exchanges, world->plan.recycle);
    world->party_count = 3 + chance_below(&world->chance, 2);
    for (size_t i = 0; i < world->party_count; i++)
        party_init(&world->parties[i], world, i);
    make_people(world);
    hub_init(&world->hub, world);
    hub_start(&world->hub);
    if (world->failed)
        return;
    hub_add_banks(&world->hub);
    for (size_t i = 0; i < world->party_count; i++)
        party_start(&world->parties[i]);
    agenda_after(&world->agenda, FAULT_TICK_US, trouble, world, NULL, 0);
    agenda_after(&world->agenda, AUDIT_TICK_US, audit, world, NULL, 0);
    office_start(&world->office, world);
}

static bool go_on(struct world *world, int64_t until_us) {
    if (world->trace.events > EVENTS_MAX)
        world_fail(world, "I18: something goes round and round");
    return !world->failed && agenda_step(&world->agenda, until_us);
}

static void chaos(struct world *world) {
    int64_t end_us = world->agenda.now_us + CHAOS_MAX_US;
    unsigned half = world->transfers_left / 2;
    while (world->transfers_left > half && go_on(world, end_us))
        continue;
    keep_store(world, "middle");
    while (world->transfers_left > 0 && go_on(world, end_us))
        continue;
}

static void calm(struct world *world) {
    bool killed = world->plan.kill > 0 || world->plan.shown > 0;
    world->calm = true;
    plan_calm(&world->plan);
    trace_note(&world->trace, "no more faults");
    for (size_t i = 0; i < CABLES_MAX; i++) {
        for (enum cable_end end = CABLE_BANK; end < CABLE_ENDS; end++)
            world->cables.slots[i].streams[end].stalled_until_us = world->agenda.now_us;
    }
    if (killed && world->hub.state != HUB_DOWN)
        hub_die(&world->hub); /* and with it whatever kill was planned */
}

static void settle(struct world *world) {
    int64_t end_us = world->agenda.now_us + SETTLE_MAX_US;
    const char *waits = "";
    while (!world->failed && waits != NULL && world->agenda.now_us < end_us) {
        int64_t look_us = world->agenda.now_us + 500000;
        while (go_on(world, look_us))
            continue;
        waits = audit_unsettled(world);
    }
    if (waits != NULL)
        world_fail(world, "I18: %d s without faults, and %s", (int)(SETTLE_MAX_US / 1000000),
                   waits);
    if (!world->failed)
        audit_settled(world);
}

/* Half a year later, in some runs: what is asked again then, and what that leads to. */
static void wait_half_a_year(struct world *world) {
    int64_t end_us = world->agenda.now_us + LAST_WORDS_US;
    if (world->failed || world->seed % 4 != 0)
        return;
    while (go_on(world, end_us))
        continue;
    world_sleep(world, HALF_A_YEAR_MS);
    settle(world);
}

static void stop(struct world *world) {
    int64_t end_us = world->agenda.now_us + STOP_MAX_US;
    world->hub.stay_down = true;
    hub_stop(&world->hub);
    while (world->hub.state != HUB_DOWN && go_on(world, end_us))
        continue;
    if (!world->failed && world->hub.state != HUB_DOWN)
        world_fail(world, "the gateway did not stop");
    if (!world->failed && !world->plan.recycle)
        replay_check(world);
    keep_store(world, "end");
}

static void count(const struct world *world, struct world_result *result) {
    for (size_t i = 0; i < world->party_count; i++) {
        const struct party *party = &world->parties[i];
        for (const struct ask *ask = party->asks; ask != NULL; ask = ask->next) {
            result->accepted += ask->shown == TRANSFER_ACCEPTED;
            result->rejected += ask->shown == TRANSFER_REJECTED;
            result->cancelled += ask->shown == TRANSFER_CANCELLED;
            result->refused += ask->refused && ask->kind == MESSAGE_SUBMIT_TRANSFER;
        }
        for (const struct bond *bond = party->bonds; bond != NULL; bond = bond->next)
            result->links += party->index < 2;
        result->crashes += party->crashes;
    }
}

static void end(struct world *world) {
    world->hub.stay_down = true;
    hub_deinit(&world->hub);
    for (size_t i = 0; i < world->party_count; i++)
        party_deinit(&world->parties[i]);
    cables_deinit(&world->cables);
    agenda_deinit(&world->agenda);
}

void world_run(const struct world_options *options, struct world_result *result_out) {
    struct world *world = xcalloc(1, sizeof(*world));
    struct world_result result = {0};
    begin(world, options);
    if (!world->failed)
        chaos(world);
    result.virtual_ms = world->agenda.now_us / 1000;
    if (!world->failed) {
        calm(world);
        settle(world);
        wait_half_a_year(world);
    }
    result.settled_ms = world->agenda.now_us / 1000 - result.virtual_ms;
    if (!world->failed)
        stop(world);
    count(world, &result);
    result.failed = world->failed;
    memcpy(result.failure, world->failure, sizeof(result.failure));
    result.hash = world->trace.hash;
    result.events = world->trace.events;
    result.audits = world->audits;
    result.kills = world->hub.kills;
    result.stops = world->hub.stops;
    *result_out = result;
    end(world);
    free(world);
}
