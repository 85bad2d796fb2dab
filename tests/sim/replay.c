/*
 * I12: all commands of the log, applied to an empty store, give the same keys and values as the
 * store that lived through it all. The gateway must be down and cleanly stopped.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "crypto/digest.h"
#include "ledger/entry.h"
#include "sim/audit.h"
#include "sim/world.h"

#define MAP_BYTES ((uint64_t)48 << 20)

struct replay {
    struct world *world;
    struct ledger *ledger;
    struct effects effects;
    uint64_t sequence;
};

struct opened {
    struct kv *kv;
    struct store *store;
};

static bool open_one(struct world *world, const char *name, struct opened *opened_out) {
    char path[HUB_DIR_SIZE + 16];
    char reason[256];
    snprintf(path, sizeof(path), "%s/%s", world->hub.dir, name);
    if (kv_open(path, MAP_BYTES, &opened_out->kv, reason, sizeof(reason)) != 0 ||
        store_open(opened_out->kv, world->hub.keyring, &opened_out->store, reason,
                   sizeof(reason)) != 0) {
        world_fail(world, "%s cannot be opened: %s", name, reason);
        return false;
    }
    return true;
}

static void close_one(struct opened *opened) {
    store_close(opened->store);
    kv_close(opened->kv);
}

static int replay_batch(void *context, const struct log_place *place, struct span plain) {
    struct replay *replay = context;
    struct reader reader = reader_over(plain);
    (void)place;
    while (reader.rest.size > 0) {
        struct entry entry;
        if (entry_read(&reader, &entry) != 0 || entry.sequence != replay->sequence + 1) {
            world_fail(replay->world, "I12: the log cannot be read behind command %llu",
                       (unsigned long long)replay->sequence);
            return -1;
        }
        effects_clear(&replay->effects);
        int rc = ledger_apply(replay->ledger, entry.command, entry.sequence, entry.ledger_ms,
                              &replay->effects);
        command_free(entry.command);
        if (rc != 0)
            return -1;
        replay->sequence = entry.sequence;
    }
    return 0;
}

static bool replay_log(struct world *world, struct store *store) {
    struct engine_config config;
    char dir[HUB_DIR_SIZE + 8];
    char reason[512] = "";
    struct log_place start = {0};
    struct log *log;
    hub_config(&world->hub, &config);
    snprintf(dir, sizeof(dir), "%s/log", world->hub.dir);
    config.log.dir = dir;
    config.log.ledger_version = LEDGER_VERSION;
    if (log_open(&config.log, world->hub.keyring, &start, &log, reason, sizeof(reason)) != 0) {
        world_fail(world, "I12: the log does not open from its start: %s", reason);
        return false;
    }
    struct replay replay = {.world = world, .ledger = ledger_new(store, world->hub.keyring)};
    effects_init(&replay.effects);
    int rc = log_replay_all(log, replay_batch, &replay);
    if (rc != 0)
        world_fail(world, "I12: the log does not replay behind command %llu: %d",
                   (unsigned long long)replay.sequence, rc);
    effects_deinit(&replay.effects);
    ledger_free(replay.ledger);
    log_close(log);
    return rc == 0;
}

/* How far a store got stands in its first record and is the engine's: made equal before the rest is
 * compared. */
static void compare(struct world *world, struct store *lived, struct store *replayed) {
    struct store_meta meta;
    struct store_meta again;
    struct digest digest;
    struct digest digest_again;
    ENSURE(store_get_meta(lived, &meta) == 0 && store_get_meta(replayed, &again) == 0);
    if (!digest_equal(&meta.store_id, &again.store_id) || meta.boot_count != again.boot_count ||
        meta.open_window != again.open_window)
        world_fail(world, "I12: the first records differ: %llu starts and %llu",
                   (unsigned long long)meta.boot_count, (unsigned long long)again.boot_count);
    store_begin(replayed);
    store_put_meta(replayed, &meta);
    store_commit(replayed);
    ENSURE(store_digest(lived, &digest) == 0 && store_digest(replayed, &digest_again) == 0);
    if (!digest_equal(&digest, &digest_again))
        world_fail(world, "I12: the log replayed gives another store");
    trace_bytes(&world->trace, "store", 0, digest_span(&digest));
}

void replay_check(struct world *world) {
    struct opened lived;
    struct opened replayed;
    if (!open_one(world, "store", &lived))
        return;
    if (open_one(world, "replayed", &replayed)) {
        if (replay_log(world, replayed.store))
            compare(world, lived.store, replayed.store);
        close_one(&replayed);
    }
    close_one(&lived);
}
