/*
 * From a directory to a serving ledger: the start order of DESIGN.md §2, Recovery.
 *
 * Invariant: LMDB's forced sync comes before anything is read from it; the log's tail stands synced
 * in a fresh segment before it is replayed; what was replayed is in the store before BOOT; nothing
 * is told before BOOT is logged. A kill at any step leaves what the next start can take up. Replay
 * drops all effects: what is still owed comes out of BOOT.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "crypto/secret.h"
#include "engine/state.h"
#include "util/folder.h"
#include "util/logline.h"
#include "wire/message.h"

#define PATH_SIZE 4096
#define SPARE_SHARE 8 /* spare_bytes is at most this part of the map */

struct start {
    struct engine *engine;
    char *reason;
    size_t reason_size;
    struct effects effects; /* of replay: dropped */
};

static int explain(struct start *start, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int explain(struct start *start, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(start->reason, start->reason_size, format, arguments);
    va_end(arguments);
    return code;
}

/* ---- the directory ---- */

static int path_of(struct start *start, const char *name, char path_out[PATH_SIZE]) {
    int size = snprintf(path_out, PATH_SIZE, "%s/%s", start->engine->dir, name);
    if (size < 0 || size >= PATH_SIZE)
        return explain(start, ENGINE_FAILED, "%s: the name is too long", start->engine->dir);
    return 0;
}

static int make_dir(struct start *start, const char *path) {
    int rc = folder_make(path);
    if (rc == 0)
        return 0;
    return explain(start, ENGINE_FAILED, "%s: cannot make it: %s", path, strerror(rc));
}

static int lock_dir(struct start *start) {
    char path[PATH_SIZE];
    int rc = make_dir(start, start->engine->dir);
    if (rc == 0)
        rc = path_of(start, "lock", path);
    if (rc != 0)
        return rc;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return explain(start, ENGINE_FAILED, "%s: cannot open it: %s", path, strerror(errno));
    start->engine->lock_fd = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return explain(start, ENGINE_IN_USE, "%s: another process has this store open; stop it",
                       start->engine->dir);
    return 0;
}

/* ---- what the last process left ---- */

static int count_crash(struct start *start, const struct inhand_crash *crash) {
    struct engine *engine = start->engine;
    log_line(LOG_WARNING, "crashed_before", LOG_INT("signal", crash->signal),
             LOG_INT("applying", crash->applying), LOG_INT("out_of_memory", crash->memory),
             LOG_INT("kind", crash->kind), LOG_BANK("bank", crash->bank),
             LOG_INT("in_hand", crash->listed));
    /* Without BOOT nothing could be served: it is never set aside. Memory is not one command's. */
    if (!crash->applying || crash->memory || crash->kind == COMMAND_BOOT)
        return 0;
    struct quarantine_row row;
    int rc = quarantine_count(engine->quarantine, &crash->digest, crash->kind, crash->bank,
                              clock_wall_ms(&engine->config.clock), &row);
    if (rc == QUARANTINE_FULL)
        log_line(LOG_ERR, "quarantine_full", LOG_INT("rows", QUARANTINE_MAX));
    else if (rc == 0 && row.state == QUARANTINE_HELD)
        log_line(LOG_ERR, "quarantined", LOG_INT("kind", row.kind), LOG_BANK("bank", row.bank),
                 LOG_INT("crashes", row.crashes));
    if (rc < 0)
        return explain(start, ENGINE_FAILED, "%s/quarantine: cannot write it", engine->dir);
    return 0;
}

static int open_marks(struct start *start) {
    struct engine *engine = start->engine;
    char path[PATH_SIZE];
    int rc = path_of(start, "quarantine", path);
    if (rc != 0)
        return rc;
    if (quarantine_open(path, &engine->quarantine, start->reason, start->reason_size) != 0)
        return ENGINE_DAMAGED;
    rc = path_of(start, "inhand", path);
    if (rc != 0)
        return rc;
    struct inhand_crash crash;
    if (inhand_open(path, &engine->inhand, &crash, start->reason, start->reason_size) != 0)
        return ENGINE_FAILED;
    return crash.crashed ? count_crash(start, &crash) : 0;
}

/* ---- store and log ---- */

static int store_code(int rc) {
    return rc == KV_DAMAGED || rc == STORE_DAMAGED ? ENGINE_DAMAGED : ENGINE_FAILED;
}

static int look(struct start *start) {
    const struct engine_config *config = &start->engine->config;
    if (config->look == NULL ||
        config->look(config->look_context, start->engine->dir, start->engine->store, start->reason,
                     start->reason_size) == 0)
        return 0;
    return ENGINE_DAMAGED;
}

static int open_store(struct start *start, struct log_place *applied_out) {
    struct engine *engine = start->engine;
    char path[PATH_SIZE];
    int rc = path_of(start, "store", path);
    if (rc != 0)
        return rc;
    rc = look(start);
    if (rc != 0)
        return rc;
    rc = kv_open(path, engine->config.map_bytes, &engine->kv, start->reason, start->reason_size);
    if (rc == 0)
        rc = store_open(engine->kv, engine->config.keyring, &engine->store, start->reason,
                        start->reason_size);
    if (rc != 0)
        return store_code(rc);
    rc = look(start);
    if (rc != 0)
        return rc;
    struct store_meta meta;
    rc = store_get_meta(engine->store, &meta);
    if (rc < 0)
        return explain(start, store_code(rc), "%s: its first record is damaged; restore a backup",
                       path);
    *applied_out = (struct log_place){0};
    if (rc == STORE_ABSENT)
        return 0;
    if (meta.ledger_version > engine->config.ledger_version)
        return explain(start, ENGINE_VERSION,
                       "%s: written by ledger version %" PRIu32 ", this program has %" PRIu32
                       "; install the newer program again",
                       path, meta.ledger_version, engine->config.ledger_version);
    *applied_out = (struct log_place){meta.applied_batch, meta.chain};
    engine->sequence = meta.applied_sequence;
    engine->applied_ms = meta.ledger_ms;
    engine->frozen = (struct engine_mark){meta.applied_sequence, meta.applied_batch};
    engine->flushed = engine->frozen;
    return 0;
}

static int log_code(struct start *start, int rc) {
    if (rc == LOG_DAMAGED)
        return ENGINE_DAMAGED;
    if (rc != LOG_OTHER_VERSION)
        return ENGINE_FAILED;
    size_t used = strlen(start->reason);
    snprintf(start->reason + used, start->reason_size - used,
             "%sthe log's tail belongs to another ledger version (this program has %" PRIu32
             "): run the program that wrote it once with --recover, then start this one",
             used > 0 ? "; " : "", start->engine->config.ledger_version);
    return ENGINE_VERSION;
}

static int open_log(struct start *start, const struct log_place *applied) {
    struct engine *engine = start->engine;
    char path[PATH_SIZE];
    int rc = path_of(start, "log", path);
    if (rc == 0)
        rc = make_dir(start, path);
    if (rc != 0)
        return rc;
    struct log_config config = engine->config.log;
    config.dir = path;
    config.ledger_version = engine->config.ledger_version;
    start->reason[0] = '\0';
    rc = log_open(&config, engine->config.keyring, applied, &engine->log, start->reason,
                  start->reason_size);
    if (rc != 0)
        return log_code(start, rc);
    if (log_batch_max(engine->log) < ENTRY_HEADER_SIZE + ENTRY_PAYLOAD_MAX)
        return explain(start, ENGINE_FAILED,
                       "%s: segments of %" PRIu64 " bytes are too small for one command", path,
                       config.segment_bytes);
    engine_at(engine, ENGINE_STEP_RECOVERED);
    return 0;
}

/* ---- replay ---- */

static int bad_entry(struct start *start, uint64_t sequence, const char *what) {
    return explain(start, ENGINE_REPLAY,
                   "the log cannot be replayed at command %" PRIu64 ": %s; nothing was changed: "
                   "keep store and log, and ask for help",
                   sequence, what);
}

static int replay_one(struct start *start, const struct entry *entry) {
    struct engine *engine = start->engine;
    if (entry->sequence != engine->sequence + 1)
        return bad_entry(start, entry->sequence, "its number does not follow");
    if (entry->ledger_ms < engine->applied_ms)
        return bad_entry(start, entry->sequence, "its time goes back");
    effects_clear(&start->effects);
    int rc = engine->config.apply(engine->ledger, entry->command, entry->sequence, entry->ledger_ms,
                                  &start->effects);
    if (rc < 0)
        return bad_entry(start, entry->sequence, "the ledger failed on it");
    engine->sequence = entry->sequence;
    engine->applied_ms = entry->ledger_ms;
    engine->counters.replayed++;
    return 0;
}

static int flush_now(struct start *start, const struct log_place *place) {
    struct engine *engine = start->engine;
    int rc = engine_freeze(engine, place);
    bool ran = true;
    while (rc == 0 && ran && overlay_is_frozen(store_overlay(engine->store))) {
        rc = engine_job_step(engine, &ran);
        if (rc == 0 && engine->flush_refused)
            return explain(start, ENGINE_FAILED,
                           engine->map_full
                               ? "the store's map is too small for what the log holds: raise its "
                                 "size"
                               : "the disk has no room for what the log holds: free space on it");
    }
    return rc == 0 ? 0 : explain(start, ENGINE_FAILED, "the store cannot be written");
}

static int replay_batch(void *context, const struct log_place *place, struct span plain) {
    struct start *start = context;
    struct reader reader = reader_over(plain);
    while (reader.rest.size > 0) {
        struct entry entry;
        if (entry_read(&reader, &entry) != 0)
            return bad_entry(start, entry.sequence, "it is not a command of this version");
        int rc = replay_one(start, &entry);
        command_free(entry.command);
        if (rc != 0)
            return rc;
    }
    return engine_overlay_over(start->engine, 1) ? flush_now(start, place) : 0;
}

static int replay(struct start *start, const struct log_place *applied) {
    struct engine *engine = start->engine;
    effects_init(&start->effects);
    start->reason[0] = '\0';
    int rc = log_replay(engine->log, applied, replay_batch, start);
    effects_deinit(&start->effects);
    if (rc != 0 && start->reason[0] == '\0')
        explain(start, rc, "%s/log: its tail cannot be read", engine->dir);
    if (rc != 0)
        return rc == LOG_DAMAGED ? ENGINE_DAMAGED : rc;
    engine->logged = log_last(engine->log);
    if (engine->sequence != engine->frozen.sequence)
        rc = flush_now(start, &engine->logged);
    if (rc != 0)
        return rc;
    if (engine->counters.replayed > 0)
        log_line(LOG_INFO, "replayed", LOG_INT("commands", engine->counters.replayed),
                 LOG_INT("sequence", engine->sequence));
    engine_at(engine, ENGINE_STEP_REPLAYED);
    return 0;
}

/* ---- BOOT ---- */

int engine_queue_boot(struct engine *engine) {
    struct store_meta meta;
    int rc = store_get_meta(engine->store, &meta);
    if (rc < 0)
        return ENGINE_FAILED;
    struct command *boot = command_new(COMMAND_BOOT);
    boot->body.boot.software_version = engine->config.software_version;
    if (rc == 0)
        boot->body.boot.store_id = meta.store_id;
    else
        random_bytes(boot->body.boot.store_id.bytes, DIGEST_SIZE);
    message_encode_internal(boot);
    bank_queue_push_front(&engine->queue, boot);
    return 0;
}

static int boot(struct start *start) {
    struct engine *engine = start->engine;
    ledger_clock_start(&engine->clock, &engine->config.clock, engine->applied_ms);
    engine->now_ms = ledger_clock_now(&engine->clock);
    engine->next_deadline_ms = INT64_MAX;
    int rc = engine->clock.hold == LEDGER_CLOCK_RUNS ? engine_queue_boot(engine) : 0;
    if (rc == 0)
        rc = engine_run(engine, &engine->pending);
    return rc == 0 ? 0
                   : explain(start, ENGINE_FAILED, "%s: the start cannot be logged", engine->dir);
}

/* A mark ahead of the log is of a store that was replaced by an older one. */
static void take_backup_mark(struct engine *engine) {
    struct backup_mark mark;
    if (!backup_mark_read(engine->dir, &mark))
        return;
    if (mark.batch <= log_last(engine->log).batch)
        engine->backup = mark;
    else
        log_line(LOG_WARNING, "backup_mark_ignored", LOG_INT("batch", mark.batch),
                 LOG_INT("last_batch", log_last(engine->log).batch));
}

static int open_and_replay(struct start *start) {
    struct log_place applied;
    int rc = lock_dir(start);
    if (rc == 0)
        rc = open_marks(start);
    if (rc == 0)
        rc = open_store(start, &applied);
    if (rc == 0)
        rc = open_log(start, &applied);
    if (rc != 0)
        return rc;
    struct engine *engine = start->engine;
    engine->ledger = ledger_new(engine->store, engine->config.keyring);
    take_backup_mark(engine);
    return replay(start, &applied);
}

static int start_all(struct start *start) {
    struct engine *engine = start->engine;
    int rc = open_and_replay(start);
    if (rc != 0)
        return rc;
    if (engine->config.catch_signals)
        inhand_arm(engine->inhand);
    inhand_own(engine->inhand);
    return boot(start);
}

/* The store stands behind a seal: no tail is left. A new store has nothing to be sealed. */
static int settle(struct start *start) {
    struct engine *engine = start->engine;
    if (engine->sequence == 0)
        return 0;
    if (!log_sealed(engine->log) && log_append(engine->log, span_of(NULL, 0), engine->applied_ms,
                                               &engine->logged) == LOG_FAILED)
        return explain(start, ENGINE_FAILED, "%s/log: it cannot be sealed", engine->dir);
    return engine->logged.batch == engine->flushed.batch ? 0 : flush_now(start, &engine->logged);
}

static struct engine *engine_of(const struct engine_config *config) {
    struct engine *engine = xcalloc(1, sizeof(*engine));
    engine->config = *config;
    engine->dir = xstrdup(config->dir);
    engine->config.dir = engine->dir;
    engine->lock_fd = -1;
    if (engine->config.apply == NULL)
        engine->config.apply = ledger_apply;
    if (engine->config.ledger_version == 0)
        engine->config.ledger_version = LEDGER_VERSION;
    if (engine->config.bounds.spare_bytes > config->map_bytes / SPARE_SHARE)
        engine->config.bounds.spare_bytes = config->map_bytes / SPARE_SHARE;
    buf_init(&engine->plain);
    bank_queue_init(&engine->queue);
    return engine;
}

int engine_open(const struct engine_config *config, struct engine **engine_out, char *reason_out,
                size_t reason_size) {
    struct engine *engine = engine_of(config);
    struct start start = {.engine = engine, .reason = reason_out, .reason_size = reason_size};
    int rc = start_all(&start);
    if (rc != 0) {
        engine_close(engine);
        return rc;
    }
    *engine_out = engine;
    return 0;
}

int engine_recover(const struct engine_config *config, uint64_t *replayed_out, char *reason_out,
                   size_t reason_size) {
    struct engine *engine = engine_of(config);
    struct start start = {.engine = engine, .reason = reason_out, .reason_size = reason_size};
    int rc = open_and_replay(&start);
    if (rc == 0)
        rc = settle(&start);
    *replayed_out = engine->counters.replayed;
    engine_close(engine);
    return rc;
}

void engine_close(struct engine *engine) {
    if (engine == NULL)
        return;
    ENSURE(!engine->flush_out && !engine->chore_out && !engine->probe_out);
    bank_queue_deinit(&engine->queue);
    release_free(engine->pending);
    while (engine->pool != NULL)
        release_free(engine_take_release(engine));
    ledger_free(engine->ledger);
    log_close(engine->log);
    store_close(engine->store);
    kv_close(engine->kv);
    inhand_close(engine->inhand);
    quarantine_close(engine->quarantine);
    buf_deinit(&engine->plain);
    if (engine->lock_fd >= 0)
        close(engine->lock_fd);
    free(engine->dir);
    free(engine);
}
