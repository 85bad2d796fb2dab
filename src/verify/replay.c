/*
 * A log replayed into a store.
 *
 * Invariant: commands are applied in the order of their numbers, without a gap, at the ledger time
 * at which they were logged; what they told the world is thrown away. Where it stands is written to
 * meta only behind a whole batch. A command that was poisoned then is poisoned again: that is no
 * fault of the replay.
 */
#include "verify/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/entry.h"

int replay_init(struct replay *replay, struct store *store, struct keyring *keyring,
                uint32_t ledger_version) {
    struct store_meta meta;
    int rc = store_get_meta(store, &meta);
    if (rc < 0)
        return REPLAY_STORE;
    memset(replay, 0, sizeof(*replay));
    replay->store = store;
    replay->ledger_version = ledger_version;
    if (rc == 0) {
        replay->sequence = meta.applied_sequence;
        replay->at_ms = meta.ledger_ms;
        replay->place = (struct log_place){meta.applied_batch, meta.chain};
    }
    replay->ledger = ledger_new(store, keyring);
    effects_init(&replay->effects);
    return 0;
}

void replay_deinit(struct replay *replay) {
    effects_deinit(&replay->effects);
    ledger_free(replay->ledger);
}

static int bad(struct replay *replay, uint64_t sequence, const char *what) {
    snprintf(replay->reason, sizeof(replay->reason), "command %" PRIu64 " of the log: %s", sequence,
             what);
    return REPLAY_FAILED;
}

static int apply_entry(struct replay *replay, const struct entry *entry) {
    if (entry->sequence != replay->sequence + 1)
        return bad(replay, entry->sequence, "its number does not follow");
    if (entry->ledger_ms < replay->at_ms)
        return bad(replay, entry->sequence, "its time goes back");
    effects_clear(&replay->effects);
    if (replay->prepare != NULL)
        replay->prepare(replay->context, entry->command);
    if (ledger_apply(replay->ledger, entry->command, entry->sequence, entry->ledger_ms,
                     &replay->effects) < 0)
        return bad(replay, entry->sequence, "the ledger failed on it");
    replay->sequence = entry->sequence;
    replay->at_ms = entry->ledger_ms;
    replay->commands++;
    if (replay->applied != NULL)
        replay->applied(replay->context, replay, entry->command);
    return 0;
}

int replay_batch(void *context, const struct log_place *place, struct span plain) {
    struct replay *replay = context;
    struct reader reader = reader_over(plain);
    while (reader.rest.size > 0) {
        struct entry entry;
        if (entry_read(&reader, &entry) != 0)
            return bad(replay, entry.sequence, "it is not a command of this version");
        int rc = apply_entry(replay, &entry);
        command_free(entry.command);
        if (rc != 0)
            return rc;
    }
    replay->place = *place;
    if (replay->flush_keys > 0 && overlay_keys(store_overlay(replay->store)) >= replay->flush_keys)
        return replay_settle(replay, true);
    return 0;
}

int replay_settle(struct replay *replay, bool flush) {
    struct store_meta meta;
    struct overlay *overlay = store_overlay(replay->store);
    struct overlay_flush flushed;
    if (store_get_meta(replay->store, &meta) != 0)
        return REPLAY_STORE;
    meta.applied_sequence = replay->sequence;
    meta.applied_batch = replay->place.batch;
    meta.chain = replay->place.chain;
    meta.ledger_ms = replay->at_ms;
    meta.ledger_version = replay->ledger_version;
    store_begin(replay->store);
    store_put_meta(replay->store, &meta);
    store_commit(replay->store);
    if (!flush)
        return 0;
    overlay_freeze(overlay);
    if (overlay_flush(overlay, &flushed) != 0 || overlay_thaw(overlay) != 0) {
        snprintf(replay->reason, sizeof(replay->reason), "the store cannot be written");
        return REPLAY_STORE;
    }
    return 0;
}
