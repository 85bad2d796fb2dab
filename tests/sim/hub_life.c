/*
 * How the gateway's process starts, is killed, and stops.
 *
 * A kill in the middle is a mark: from that step of the engine on its disk takes nothing any more
 * (the first call is done in part), and all that it says is dropped, so that what is left is what a
 * process that died there would have left. LMDB is real: a kill at a flush finds it before or after
 * its commit, which is all that a reader can ever see of one.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/audit.h"
#include "sim/tally.h"
#include "sim/watch.h"
#include "sim/world.h"

#define MAP_BYTES ((uint64_t)48 << 20)
#define SEGMENT_BYTES ((uint64_t)256 << 10)
#define LOG_BYTES ((uint64_t)512 << 20)
#define LOG_BYTES_RECYCLED ((uint64_t)4 << 20)
#define KEEP_FOR_EVER_MS ((int64_t)365 * 86400000)
#define DRAIN_MS 800
#define WALL_STEP_MS 3000
#define WALL_OFF_MAX_MS 20000

/* The ledger gives no context to the function that stands in for it: one run at a time. */
static struct hub *current;

/* ---- what the ledger does ---- */

/* A NOT_SEEN that was not true, taken when the gateway had to take it. */
static void excuse(struct hub *hub, const struct command *command) {
    if (command->kind != COMMAND_POSTING_ANSWER || hub->replaying ||
        command->body.posting_answer.outcome != POSTING_NOT_SEEN)
        return;
    const struct id *id = &command->body.posting_answer.transfer;
    struct party *party = world_party(hub->world, command->bank);
    struct posting *posting = party != NULL ? posting_find(party, id) : NULL;
    struct transfer transfer;
    if (posting != NULL && posting->premature &&
        store_get_transfer(engine_store(hub->engine), id, &transfer) == 0 &&
        (transfer.state == TRANSFER_UNKNOWN || transfer.cancel))
        posting->excused = true;
}

static void count_boot(struct hub *hub, const struct effects *effects) {
    hub->boot_sends = 0;
    hub->boot_inquiries = 0;
    for (size_t i = 0; i < effects->count; i++) {
        hub->boot_sends += effects->items[i].kind == EFFECT_SEND;
        hub->boot_inquiries += effects->items[i].kind == EFFECT_INQUIRE;
    }
}

static int counted_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                         int64_t now_ms, struct effects *effects) {
    size_t before = effects->count;
    int rc = ledger_apply(ledger, command, sequence, now_ms, effects);
    bool refused = false;
    for (size_t i = before; i < effects->count; i++)
        refused |= effects->items[i].kind == EFFECT_REPLY && effects->items[i].refused;
    if (!current->replaying || command->kind == COMMAND_BOOT)
        tally_add(command->kind, refused);
    watch_answers(current, command, effects, before);
    watch_bounds(current, command, effects, before);
    return rc;
}

static int watched_apply(struct ledger *ledger, const struct command *command, uint64_t sequence,
                         int64_t now_ms, struct effects *effects) {
    struct hub *hub = current;
    struct world *world = hub->world;
    if (command_is_query(command->kind))
        return counted_apply(ledger, command, sequence, now_ms, effects);
    if (hub->last_sequence != 0 && sequence != hub->last_sequence + 1)
        world_fail(world, "command %llu came after %llu", (unsigned long long)sequence,
                   (unsigned long long)hub->last_sequence);
    if (now_ms < hub->last_ms)
        world_fail(world, "ledger time went back at command %llu", (unsigned long long)sequence);
    hub->last_sequence = sequence;
    hub->last_ms = now_ms;
    excuse(hub, command);
    trace_bytes(&world->trace, "apply", (uint64_t)command->kind, command->payload);
    size_t before = effects->count;
    int rc = counted_apply(ledger, command, sequence, now_ms, effects);
    watch_time(hub, now_ms, effects, before);
    if (command->kind == COMMAND_BOOT)
        count_boot(hub, effects);
    if (rc == LEDGER_POISONED)
        world_fail(world, "command %llu of kind %d broke an invariant",
                   (unsigned long long)sequence, (int)command->kind);
    return rc;
}

static void at_step(void *context, enum engine_step step) {
    struct hub *hub = context;
    if (step == ENGINE_STEP_REPLAYED)
        hub->replaying = false;
    if (hub->kill_after == 0 || step != hub->kill_step || --hub->kill_after > 0)
        return;
    trace_note(&hub->world->trace, "gateway is killed at step %d", (int)step);
    hub->dying = true;
    model_disk_stop_after(hub->disk, 0);
}

/* ---- configuration ---- */

static void draw_bounds(struct hub *hub, struct engine_bounds *bounds) {
    struct chance *chance = &hub->world->chance;
    *bounds = engine_bounds_default();
    bounds->queue_commands = hub->world->plan.queue;
    bounds->batch_commands = chance_below(chance, 3) == 0 ? 2 : 64;
    bounds->overlay_keys = (size_t)chance_between(chance, 40, 3000);
    bounds->overlay_age_ms = chance_between(chance, 100, 3000);
}

void hub_config(struct hub *hub, struct engine_config *config_out) {
    bool recycle = hub->world->plan.recycle;
    *config_out = (struct engine_config){
        .dir = hub->dir,
        .keyring = hub->keyring,
        .clock = hub->clock,
        .map_bytes = MAP_BYTES,
        .log = {.segment_bytes = SEGMENT_BYTES,
                .max_bytes = recycle ? LOG_BYTES_RECYCLED : LOG_BYTES,
                .keep_ms = recycle ? 0 : KEEP_FOR_EVER_MS,
                .spares = 2,
                .check_all = true,
                .io = model_disk_io(hub->disk)},
        .software_version = 1,
        .apply = watched_apply,
        .step = at_step,
        .step_context = hub,
    };
    draw_bounds(hub, &config_out->bounds);
}

/* ---- files ---- */

/* The store's id is the one thing that a new ledger takes from real chance: here it follows from
 * the seed, so that two runs give the same tokens. */
static void found_store(struct hub *hub) {
    char path[HUB_DIR_SIZE + 8];
    char reason[256];
    struct kv *kv;
    struct store *store;
    struct overlay_flush flush;
    struct store_meta meta = {.ledger_version = LEDGER_VERSION, .open_window = 1};
    chance_bytes(&hub->world->chance, meta.store_id.bytes, DIGEST_SIZE);
    snprintf(path, sizeof(path), "%s/store", hub->dir);
    ENSURE(kv_open(path, MAP_BYTES, &kv, reason, sizeof(reason)) == 0);
    ENSURE(store_open(kv, hub->keyring, &store, reason, sizeof(reason)) == 0);
    store_begin(store);
    store_put_meta(store, &meta);
    store_commit(store);
    overlay_freeze(store_overlay(store));
    ENSURE(overlay_flush(store_overlay(store), &flush) == 0);
    ENSURE(overlay_thaw(store_overlay(store)) == 0);
    store_close(store);
    kv_close(kv);
}

static void make_files(struct hub *hub) {
    const char *base = getenv("TMPDIR");
    if (base == NULL)
        base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(hub->dir, sizeof(hub->dir), "%s/linkgate-sim-XXXXXX", base);
    ENSURE(mkdtemp(hub->dir) != NULL);
    chance_bytes(&hub->world->chance, hub->root, sizeof(hub->root));
    hub->keyring = keyring_from_root(hub->root);
    hub->disk = model_disk_new(chance_next(&hub->world->chance));
    found_store(hub);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

void hub_deinit(struct hub *hub) {
    if (hub->state != HUB_DOWN)
        hub_die(hub);
    for (size_t i = 0; i < HUB_SEATS_MAX; i++)
        buf_deinit(&hub->seats[i].inbox);
    if (hub->disk == NULL)
        return;
    (void)nftw(hub->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    model_disk_free(hub->disk);
    keyring_free(hub->keyring);
}

/* ---- start ---- */

static void plan_kill(struct hub *hub, enum engine_step first, enum engine_step last) {
    struct chance *chance = &hub->world->chance;
    if (chance_below(chance, 2) == 0) {
        hub->kill_step = (enum engine_step)chance_between(chance, (int64_t)first, (int64_t)last);
        hub->kill_after = 1 + (unsigned)chance_below(chance, 8);
    } else {
        model_disk_stop_after(hub->disk, chance_below(chance, 60));
    }
}

/* Writing or syncing fails, once or for ever: the process must end by itself. */
static void plan_failure(struct hub *hub) {
    struct chance *chance = &hub->world->chance;
    enum model_call call = chance_below(chance, 3) == 0 ? MODEL_WRITE : MODEL_SYNC;
    uint64_t nth = 1 + chance_below(chance, 10);
    bool for_ever = chance_below(chance, 2) == 0;
    trace_note(&hub->world->trace, "the disk will fail");
    model_disk_fail(hub->disk, call, nth, for_ever);
    hub->failing = true;
}

static void start_again(void *context, const void *data) {
    (void)data;
    hub_start(context);
}

static void down_for_a_while(struct hub *hub) {
    struct world *world = hub->world;
    if (hub->power) {
        trace_note(&world->trace, "gateway lost its power");
        model_disk_crash(hub->disk);
    } else {
        model_disk_kill(hub->disk);
    }
    office_forget(&hub->world->office);
    hub->dying = false;
    hub->failing = false;
    hub->kill_told = 0;
    hub->kill_shown = false;
    hub->kill_after = 0;
    hub->state = HUB_DOWN;
    hub->life++;
    if (hub->stay_down)
        return;
    int64_t down_us = chance_hits(&world->chance, 200)
                          ? chance_between(&world->chance, 1000000, 15000000)
                          : chance_between(&world->chance, 1000, 800000);
    agenda_after(&world->agenda, down_us, start_again, hub, NULL, 0);
}

static void draw_end(struct hub *hub) {
    struct world *world = hub->world;
    hub->power = chance_hits(&world->chance, world->plan.power);
    if (world->plan.kill > 0 && chance_hits(&world->chance, 250))
        plan_kill(hub, ENGINE_STEP_RECOVERED, ENGINE_STEP_LOGGED);
}

static void step_wall(struct hub *hub) {
    struct chance *chance = &hub->world->chance;
    if (hub->life == 0 || !chance_hits(chance, 300))
        return;
    hub->wall_offset_ms += chance_between(chance, -WALL_STEP_MS, WALL_STEP_MS);
    if (hub->wall_offset_ms > WALL_OFF_MAX_MS || hub->wall_offset_ms < -WALL_OFF_MAX_MS)
        hub->wall_offset_ms = 0;
}

void hub_glitch(struct hub *hub) {
    static const int64_t jumps_ms[] = {1000, 3600000, 86400000, 365LL * 86400000};
    struct chance *chance = &hub->world->chance;
    int64_t jump_ms = jumps_ms[chance_below(chance, sizeof(jumps_ms) / sizeof(jumps_ms[0]))];
    bool back = chance_below(chance, 2) == 0;
    bool away = hub->wall_offset_ms > WALL_OFF_MAX_MS || hub->wall_offset_ms < -WALL_OFF_MAX_MS;
    hub->wall_offset_ms = away ? 0 : back ? -jump_ms : jump_ms;
    hub->world->clock_wrong = true;
    trace_note(&hub->world->trace, "the gateway's wall clock is %lld s off",
               (long long)hub->wall_offset_ms / 1000);
    hub_poke(hub, 0);
}

static void serve(struct hub *hub) {
    struct front_config config = {
        .window = (uint32_t)chance_between(&hub->world->chance, 4, 64),
        .handshake_ms = 10000,
        .hello_ms = WATCH_HELLO_MS,
        .heartbeat_ms = WATCH_HEARTBEAT_MS,
        .limits = {.peers_per_bank = 8, .exchanges = hub->world->plan.exchanges},
        .software = "linkgate simulated",
    };
    hub->front = front_new(&config, &hub->clock, &hub->door);
    hub->state = HUB_UP;
    hub->listening = false;
    hub->turn_at_us = INT64_MAX;
    trace_note(&hub->world->trace, "gateway serves");
    if (hub_is_ready(hub))
        audit_boot(hub->world, hub->boot_sends, hub->boot_inquiries, hub->last_ms);
    audit_books(hub->world);
    hub_poke(hub, 0);
}

void hub_start(struct hub *hub) {
    char reason[512] = "";
    struct engine_config config;
    if (hub->disk == NULL)
        make_files(hub);
    current = hub;
    hub_config(hub, &config);
    if (hub->life > 0)
        draw_end(hub);
    step_wall(hub);
    if (hub->life > 0 && chance_hits(&hub->world->chance, 30 * hub->world->plan.glitch))
        hub_glitch(hub);
    hub->replaying = true;
    hub->last_sequence = 0;
    hub->last_ms = 0;
    hub->timed_ms = 0;
    hub->shown = (struct origin){0};
    int rc = engine_open(&config, &hub->engine, reason, sizeof(reason));
    bool killed = hub->dying || model_disk_stopped(hub->disk);
    if (rc != 0 && !killed)
        world_fail(hub->world, "the gateway does not start (%d): %s", rc, reason);
    if (rc == 0 && killed)
        engine_close(hub->engine);
    if (rc != 0 || killed) {
        hub->engine = NULL;
        hub->kills++;
        down_for_a_while(hub);
        return;
    }
    serve(hub);
}

static int run_all(struct hub *hub) {
    int rc = 0;
    for (int i = 0; rc == 0 && i < 50; i++) {
        struct release *release = NULL;
        rc = engine_run(hub->engine, &release);
        if (release == NULL)
            continue;
        front_deliver(hub->front, &release->effects);
        engine_give_back(hub->engine, release);
    }
    return rc;
}

/* The orders of all banks, by a second operator. */
static void approve_all(struct hub *hub) {
    struct approval approval = {0};
    while (store_next_approval(engine_store(hub->engine), &approval.id, &approval) == 0) {
        if (approval.state != APPROVAL_WAITING)
            continue;
        struct command *command = command_new(COMMAND_APPROVE);
        command->uid = 1001;
        command->origin = (struct origin){ORIGIN_ADMIN, HUB_ROUTINE, 1};
        command->body.decision.approval = approval.id;
        message_encode_internal(command);
        ENSURE(engine_submit_reserved(hub->engine, command));
    }
}

void hub_add_banks(struct hub *hub) {
    struct world *world = hub->world;
    for (size_t i = 0; i < world->party_count; i++) {
        const struct party *party = &world->parties[i];
        struct command *command = command_new(COMMAND_BANK_ADD);
        command->uid = 1000;
        command->origin = (struct origin){ORIGIN_ADMIN, HUB_ROUTINE, i + 1};
        command->body.bank_add =
            (struct bank){.code = party->code, .roles = party->roles, .pin_count = 1};
        snprintf(command->body.bank_add.name, BANK_NAME_MAX, "Bank %zu", i);
        command->body.bank_add.pins[0] = party->pin;
        message_encode_internal(command);
        ENSURE(engine_submit_reserved(hub->engine, command));
    }
    int rc = run_all(hub);
    if (rc == 0) {
        approve_all(hub);
        rc = run_all(hub);
    }
    if (rc != 0)
        world_fail(world, "the banks cannot be registered");
    hub->listening = true;
}

/* ---- end ---- */

/* whole: all that was sent arrives. */
static void leave_all(struct hub *hub, bool whole) {
    for (size_t i = 0; i < HUB_SEATS_MAX; i++) {
        struct seat *seat = &hub->seats[i];
        if (seat->session == NULL)
            continue;
        session_free(seat->session);
        seat->session = NULL;
        if (seat->cable != NULL && whole)
            cable_close(seat->cable, CABLE_HUB);
        else if (seat->cable != NULL)
            cable_drop(seat->cable, CABLE_HUB);
        seat->cable = NULL;
    }
}

static void end_process(struct hub *hub) {
    hub_drop_untold(hub);
    front_free(hub->front);
    engine_close(hub->engine);
    hub->front = NULL;
    hub->engine = NULL;
    down_for_a_while(hub);
}

void hub_die(struct hub *hub) {
    trace_note(&hub->world->trace, "gateway dies");
    hub->dying = true;
    hub->kills++;
    model_disk_stop_after(hub->disk, 0);
    leave_all(hub, hub->kill_shown && hub->kill_told == 0);
    end_process(hub);
}

void hub_kill_shown(struct hub *hub) {
    struct world *world = hub->world;
    if (hub->state == HUB_DOWN || hub->kill_after > 0 || hub->kill_told > 0 || hub->failing)
        return;
    hub->power = chance_hits(&world->chance, world->plan.power);
    hub->kill_told = 1 + (unsigned)chance_below(&world->chance, 2);
    hub->kill_shown = true;
}

void hub_kill(struct hub *hub) {
    struct world *world = hub->world;
    if (hub->state == HUB_DOWN || hub->kill_after > 0 || hub->failing ||
        (hub->kill_told > 0 && !hub->kill_shown))
        return;
    hub->kill_told = 0;
    hub->kill_shown = false;
    hub->power = chance_hits(&world->chance, world->plan.power);
    if (chance_hits(&world->chance, world->plan.fail))
        plan_failure(hub);
    else if (chance_below(&world->chance, 4) == 0)
        hub_die(hub);
    else if (chance_below(&world->chance, 3) == 0)
        hub->kill_told = 1 + (unsigned)chance_below(&world->chance, 8);
    else
        plan_kill(hub, ENGINE_STEP_TAKEN, ENGINE_STEP_THAWED);
}

void hub_stop(struct hub *hub) {
    if (hub->state != HUB_UP)
        return;
    trace_note(&hub->world->trace, "gateway is told to stop");
    hub->state = HUB_DRAINING;
    hub->drain_until_us = hub->world->agenda.now_us + 2 * DRAIN_MS * 1000;
    front_turn(hub->front);
    front_drain(hub->front, DRAIN_MS);
    hub_poke(hub, 0);
}

/* Nothing is left for the next start to replay. */
static int drain(struct hub *hub) {
    bool ran;
    int rc = 0;
    engine_drain(hub->engine);
    for (int i = 0; rc == 0 && i < 10000 && !engine_drained(hub->engine); i++) {
        rc = run_all(hub);
        if (rc == 0)
            rc = engine_job_step(hub->engine, &ran);
    }
    return rc;
}

void hub_finish_stop(struct hub *hub) {
    struct engine_status status;
    leave_all(hub, true);
    int rc = drain(hub);
    if (rc != 0 && !hub->dying && !hub->failing && !model_disk_stopped(hub->disk))
        world_fail(hub->world, "a clean stop failed: %d", rc);
    if (rc != 0 || hub->dying || model_disk_stopped(hub->disk)) {
        hub_die(hub);
        return;
    }
    engine_status(hub->engine, &status);
    if (!engine_drained(hub->engine) || status.flushed_batch != status.applied_batch)
        world_fail(hub->world, "a clean stop left batches %llu to %llu in the log",
                   (unsigned long long)status.flushed_batch,
                   (unsigned long long)status.applied_batch);
    trace_note(&hub->world->trace, "gateway stopped");
    hub->stops++;
    hub->power = false;
    end_process(hub);
}

bool hub_is_ready(struct hub *hub) {
    struct engine_status status;
    engine_status(hub->engine, &status);
    return status.ready;
}

bool hub_is_quiet(struct hub *hub) {
    struct engine_status status;
    if (hub->state != HUB_UP || hub->untold != NULL)
        return false;
    engine_status(hub->engine, &status);
    return status.ready && status.queued == 0;
}
