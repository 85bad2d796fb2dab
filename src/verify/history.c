/*
 * The log, batch by batch, and what it says about the store.
 *
 * Invariant: I12, sequences follow one on the other without gap, and the store stands exactly where
 * one of its batches ends; I14, ledger time never goes back and each start counts one; I6, a replay
 * row has the digest of the first request of that id, which was applied in the very millisecond that
 * the row names. Commands are decoded as a start decodes them. All is told, and the walk goes on.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/digest.h"
#include "ledger/entry.h"
#include "util/hmap.h"
#include "verify/inside.h"

#define PROGRESS_EVERY 64

struct log_walk {
    struct inside *inside;
    struct again *again;
    uint64_t sequence; /* of the last command; 0: none yet */
    int64_t ledger_ms;
    bool lost; /* damage: numbers cannot be expected to go on */
    bool begun;
    uint64_t boots;
    struct hmap *requests; /* of this millisecond: (bank, id) -> one of the two below */
    int rc;
};

/* What the requests of one id in one millisecond came to. */
static const char matched, differs;

/* ---- requests ---- */

#define REQUEST_KEY_SIZE (8 + ID_SIZE)

static bool end_request(void *context, struct span key, void *value) {
    struct log_walk *walk = context;
    if (value == &differs) {
        struct store_request row;
        struct id id;
        memcpy(id.bytes, key.data + 8, ID_SIZE);
        bool there = store_get_request(walk->inside->store, get_be64(key.data), &id, &row) == 0;
        inside_found(walk->inside, LAW_I6, there ? row.kind : OBJECT_NONE,
                     there ? &row.object : NULL, get_be64(key.data),
                     "the digest of a request is not that of what the log holds");
    }
    hmap_remove(walk->requests, key);
    return true;
}

static void end_millisecond(struct log_walk *walk) {
    if (hmap_count(walk->requests) > 0)
        hmap_each(walk->requests, end_request, walk);
}

static void check_request(struct log_walk *walk, const struct command *command, uint64_t sequence,
                          int64_t ledger_ms) {
    const struct inside *inside = walk->inside;
    const struct id *id = command_request_id(command);
    struct store_request row;
    struct digest digest;
    uint8_t key[REQUEST_KEY_SIZE];
    if (id == NULL || inside->store == NULL || sequence > inside->meta.applied_sequence ||
        store_get_request(inside->store, command->bank, id, &row) != 0 || row.at_ms != ledger_ms)
        return;
    put_be64(key, command->bank);
    memcpy(key + 8, id->bytes, ID_SIZE);
    struct span name = span_of(key, sizeof(key));
    sha256(command->payload, &digest);
    bool same = row.message == (uint32_t)command->kind && digest_equal(&digest, &row.payload);
    if (same)
        hmap_put(walk->requests, name, (void *)(uintptr_t)&matched);
    else if (hmap_get(walk->requests, name) == NULL)
        hmap_put(walk->requests, name, (void *)(uintptr_t)&differs);
}

/* ---- commands ---- */

static void check_order(struct log_walk *walk, const struct entry *entry) {
    bool first = walk->sequence == 0 || walk->lost;
    if (!first && entry->sequence != walk->sequence + 1)
        inside_found(walk->inside, LAW_I12, OBJECT_NONE, NULL, 0,
                     "the log goes on with command %" PRIu64 " behind command %" PRIu64,
                     entry->sequence, walk->sequence);
    if (entry->ledger_ms < walk->ledger_ms)
        inside_found(walk->inside, LAW_I14, OBJECT_NONE, NULL, 0,
                     "the time of command %" PRIu64 " goes back by %" PRId64 " ms", entry->sequence,
                     walk->ledger_ms - entry->ledger_ms);
    if (entry->ledger_ms != walk->ledger_ms)
        end_millisecond(walk);
    walk->sequence = entry->sequence;
    walk->ledger_ms = entry->ledger_ms;
    walk->lost = false;
}

static void on_entry(struct log_walk *walk, const struct entry *entry) {
    check_order(walk, entry);
    walk->inside->report.counts.commands++;
    walk->boots += entry->command->kind == COMMAND_BOOT &&
                   entry->sequence <= walk->inside->meta.applied_sequence;
    check_request(walk, entry->command, entry->sequence, entry->ledger_ms);
}

/* True: all of the batch are commands. */
static bool read_entries(struct log_walk *walk, const struct log_batch *batch) {
    struct reader reader = reader_over(batch->plain);
    while (reader.rest.size > 0) {
        struct entry entry;
        if (entry_read(&reader, &entry) != 0) {
            inside_found(walk->inside, LAW_I12, OBJECT_NONE, NULL, 0,
                         "batch %" PRIu64 " of the log holds what is no command",
                         batch->place.batch);
            again_break(walk->again, "the replay ends where the log holds what is no command");
            walk->lost = true;
            return false;
        }
        on_entry(walk, &entry);
        command_free(entry.command);
    }
    return true;
}

/* ---- batches ---- */

/* Where the store stands, by its own word and by the log's. */
static void check_applied(struct log_walk *walk, const struct log_batch *batch) {
    const struct store_meta *meta = &walk->inside->meta;
    if (walk->inside->store == NULL || batch->place.batch != meta->applied_batch ||
        walk->sequence == 0 || walk->lost)
        return;
    if (walk->sequence != meta->applied_sequence || walk->ledger_ms != meta->ledger_ms)
        inside_found(walk->inside, LAW_I12, OBJECT_NONE, NULL, 0,
                     "the store says that batch %" PRIu64 " ends with command %" PRIu64
                     ", the log that it ends with %" PRIu64 "%s",
                     meta->applied_batch, meta->applied_sequence, walk->sequence,
                     walk->sequence == meta->applied_sequence ? ", at another time" : "");
}

static int on_batch(void *context, const struct log_batch *batch) {
    struct log_walk *walk = context;
    struct inside *inside = walk->inside;
    int rc = 0;
    if (!batch->follows) {
        walk->lost = true;
        again_break(walk->again, "the replay ends where the log is damaged");
    }
    if (!walk->begun && batch->follows)
        rc = again_begin(walk->again, batch->place.batch - 1);
    walk->begun = true;
    bool reads = batch->ledger_version == LEDGER_VERSION;
    if (!reads)
        again_break(walk->again, "the log holds what another ledger version wrote: replay it with "
                                 "the program of that version");
    walk->lost = walk->lost || !reads;
    if (reads && rc == 0 && read_entries(walk, batch))
        rc = again_batch(walk->again, &batch->place, batch->plain);
    check_applied(walk, batch);
    if (++inside->report.counts.batches % PROGRESS_EVERY == 0)
        inside_progress(inside, "log", batch->place.batch, inside->meta.applied_batch);
    return rc;
}

static void on_damage(void *context, const struct log_damage *damage) {
    struct log_walk *walk = context;
    inside_found(walk->inside, LAW_I12, OBJECT_NONE, NULL, 0, "%s", damage->text);
    walk->lost = true;
}

static void check_boots(struct log_walk *walk, const struct log_scanned *scanned) {
    const struct inside *inside = walk->inside;
    if (inside->store == NULL || scanned->first.batch != 0 || scanned->damages > 0 ||
        inside->report.replay == VERIFY_REPLAY_BROKEN)
        return;
    if (walk->boots != inside->meta.boot_count)
        inside_found(walk->inside, LAW_I14, OBJECT_NONE, NULL, 0,
                     "the store counts %" PRIu64 " starts, the log has %" PRIu64,
                     inside->meta.boot_count, walk->boots);
}

static int scan(struct log_walk *walk, struct log_scanned *scanned) {
    struct inside *inside = walk->inside;
    struct log_scan scan = {
        .dir = inside->log_dir,
        .io = log_io_system(),
        .keyring = inside->keyring,
        .known = {inside->meta.applied_batch, inside->meta.chain},
        .visit = on_batch,
        .damage = on_damage,
        .context = walk,
    };
    return log_scan(&scan, scanned, inside->reason, inside->reason_size);
}

int inside_log(struct inside *inside) {
    struct log_scanned scanned = {0};
    struct log_walk walk = {.inside = inside, .requests = hmap_new()};
    walk.again = again_new(inside);
    int rc = scan(&walk, &scanned);
    if (rc == 0) {
        end_millisecond(&walk);
        check_boots(&walk, &scanned);
        rc = again_end(walk.again);
    }
    inside->report.first_batch = scanned.first.batch + 1;
    inside->report.last_batch = scanned.last.batch;
    inside->report.torn = scanned.torn;
    inside_progress(inside, "log", scanned.last.batch, scanned.last.batch);
    again_free(walk.again);
    hmap_free(walk.requests);
    return rc == 0 ? 0 : VERIFY_UNREADABLE;
}
