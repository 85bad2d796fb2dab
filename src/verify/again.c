/*
 * The log's commands, applied again.
 *
 * Invariant: what stands in the folder is never written. Up to the batch at which the store stands,
 * commands go into a store of their own, which begins empty or as a copy of an older one, and is
 * compared with the folder's when they meet; that needs a log that reaches back so far. Commands
 * behind that batch, which the next start will apply, go onto the folder's store in memory alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/inside.h"
#include "verify/replay.h"

#define FLUSH_KEYS 100000u                /* of the temporary store */
#define TAIL_BYTES_MAX ((size_t)1 << 30)  /* of memory that a tail may take */
#define MAP_BYTES_MIN ((uint64_t)4 << 30) /* sparse */

enum phase { PHASE_OFF, PHASE_BASE, PHASE_TAIL, PHASE_BROKEN };

struct again {
    struct inside *inside;
    enum phase phase;
    struct kv *kv;        /* of the temporary store */
    struct store *base;   /* likewise */
    struct replay replay; /* while phase is BASE or TAIL: onto base, onto the folder's */
    bool open;            /* replay is initialised */
    uint64_t commands;    /* when the phase began */
};

struct again *again_new(struct inside *inside) {
    struct again *again = xcalloc(1, sizeof(*again));
    again->inside = inside;
    return again;
}

static void end_phase(struct again *again) {
    if (again->open)
        replay_deinit(&again->replay);
    again->open = false;
}

void again_free(struct again *again) {
    if (again == NULL)
        return;
    end_phase(again);
    store_close(again->base);
    kv_close(again->kv);
    free(again);
}

void again_break(struct again *again, const char *why) {
    if (again->phase == PHASE_BROKEN)
        return;
    again->phase = PHASE_BROKEN;
    again->inside->report.replay = VERIFY_REPLAY_BROKEN;
    inside_note(again->inside, "%s", why);
}

static int begin_phase(struct again *again, enum phase phase, struct store *store,
                       size_t flush_keys) {
    end_phase(again);
    if (replay_init(&again->replay, store, again->inside->keyring, LEDGER_VERSION) != 0)
        return inside_unreadable(again->inside, "the store to replay onto cannot be read");
    again->open = true;
    again->replay.flush_keys = flush_keys;
    again->phase = phase;
    return 0;
}

/* ---- the temporary store ---- */

static int copy_older(struct again *again, uint64_t map_bytes) {
    struct inside *inside = again->inside;
    struct kv_copy copy = {.dir = inside->temp_dir, .map_bytes = map_bytes};
    char dir[4096];
    struct kv *older;
    if (snprintf(dir, sizeof(dir), "%s/store", inside->options->from) >= (int)sizeof(dir))
        return inside_unreadable(inside, "%s: the name is too long", inside->options->from);
    if (kv_open_to_look(dir, &older, inside->reason, inside->reason_size) != 0)
        return VERIFY_UNREADABLE;
    int rc = kv_copy(older, &copy, inside->reason, inside->reason_size);
    kv_close(older);
    return rc == 0 ? 0 : VERIFY_UNREADABLE;
}

static int open_base(struct again *again) {
    struct inside *inside = again->inside;
    struct kv_stats stats;
    uint64_t map_bytes = MAP_BYTES_MIN;
    if (kv_stats(inside->kv, &stats) == 0 && 4 * stats.used_bytes > map_bytes)
        map_bytes = 4 * stats.used_bytes;
    int rc = inside->options->from != NULL ? copy_older(again, map_bytes) : 0;
    if (rc == 0)
        rc = kv_open(inside->temp_dir, map_bytes, &again->kv, inside->reason, inside->reason_size);
    if (rc == 0)
        rc = store_open(again->kv, inside->keyring, &again->base, inside->reason,
                        inside->reason_size);
    return rc == 0 ? 0 : VERIFY_UNREADABLE;
}

/* Where the base stands must lie between the log's beginning and the folder's store. */
static int begin_base(struct again *again, uint64_t before_first) {
    struct inside *inside = again->inside;
    struct store_meta meta = {0};
    int rc = store_get_meta(again->base, &meta);
    if (rc < 0)
        return inside_unreadable(inside, "%s: its first record is damaged", inside->options->from);
    if (meta.applied_batch < before_first || meta.applied_batch > inside->meta.applied_batch ||
        (rc == 0 && !digest_equal(&meta.store_id, &inside->meta.store_id)))
        return inside_unreadable(
            inside,
            "%s: it is not an older state of this store that the log still reaches back to (it "
            "stands at batch %" PRIu64 ", the log begins with %" PRIu64
            ", the store stands at %" PRIu64 ")",
            inside->options->from, meta.applied_batch, before_first + 1,
            inside->meta.applied_batch);
    inside->report.replay =
        inside->options->from != NULL ? VERIFY_REPLAY_FROM : VERIFY_REPLAY_WHOLE;
    return begin_phase(again, PHASE_BASE, again->base, FLUSH_KEYS);
}

/* ---- phases ---- */

/* The base is where the folder's store stands: they must be the same. */
static int meet(struct again *again) {
    struct inside *inside = again->inside;
    inside->report.replayed = again->replay.commands;
    int rc = again->replay.commands > 0 ? replay_settle(&again->replay, false) : 0;
    if (rc != 0)
        return inside_unreadable(inside, "the replayed store has no first record");
    rc = inside_compare(inside, again->base);
    return rc == 0 ? begin_phase(again, PHASE_TAIL, inside->store, 0) : rc;
}

int again_begin(struct again *again, uint64_t before_first) {
    struct inside *inside = again->inside;
    if (inside->store == NULL) {
        again->phase = PHASE_BROKEN;
        return 0;
    }
    if (before_first == 0 || inside->options->from != NULL) {
        int rc = open_base(again);
        if (rc == 0)
            rc = begin_base(again, before_first);
        if (rc == 0 && again->replay.place.batch == inside->meta.applied_batch)
            rc = meet(again);
        return rc;
    }
    inside_note(inside,
                "the log begins with batch %" PRIu64
                ", so the store was not made anew from it: with --from-backup and an older backup "
                "it can be",
                before_first + 1);
    if (before_first > inside->meta.applied_batch) /* the scan says that the store is too old */
        again->phase = PHASE_BROKEN;
    else if (before_first == inside->meta.applied_batch)
        return begin_phase(again, PHASE_TAIL, inside->store, 0);
    return 0;
}

static int apply(struct again *again, const struct log_place *place, struct span plain) {
    struct inside *inside = again->inside;
    int rc = replay_batch(&again->replay, place, plain);
    if (rc == REPLAY_STORE)
        return inside_unreadable(inside,
                                 "the replay's store in %s cannot be written: name a folder with "
                                 "more room (--temp)",
                                 inside->temp_dir);
    if (rc != 0) {
        inside_found(inside, LAW_I12, OBJECT_NONE, NULL, 0, "%s", again->replay.reason);
        again_break(again, "the replay ends with a command that cannot be applied again");
        return 0;
    }
    if (again->phase == PHASE_TAIL && overlay_bytes(store_overlay(inside->store)) > TAIL_BYTES_MAX)
        again_break(again, "the log's tail is too long to be applied in memory");
    return 0;
}

int again_batch(struct again *again, const struct log_place *place, struct span plain) {
    struct inside *inside = again->inside;
    bool applies = again->phase == PHASE_BASE || again->phase == PHASE_TAIL;
    if (applies && place->batch > again->replay.place.batch) {
        int rc = apply(again, place, plain);
        if (rc != 0)
            return rc;
    }
    if (place->batch != inside->meta.applied_batch)
        return 0;
    if (again->phase == PHASE_BASE)
        return meet(again);
    return again->phase == PHASE_OFF ? begin_phase(again, PHASE_TAIL, inside->store, 0) : 0;
}

int again_end(struct again *again) {
    struct inside *inside = again->inside;
    if (again->phase == PHASE_BASE)
        again_break(again, "the log ends before the place at which the store stands");
    if (again->phase != PHASE_TAIL || again->replay.commands == 0)
        return 0;
    inside->report.tail = again->replay.commands;
    if (replay_settle(&again->replay, false) != 0)
        return inside_unreadable(inside, "the store cannot be read to its end");
    return inside_laws(inside);
}
