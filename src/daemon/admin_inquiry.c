/*
 * Status, clock and quarantine.
 *
 * Invariant: what belongs to the ledger thread is copied on that thread into the inquiry, and
 * nothing of it is touched afterwards; an answer is made from the copy and from what the event
 * thread owns.
 */
#include "daemon/admin_inquiry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/admin_message.h"

#define TROUBLES_MAX 6
#define TEXT_MAX 256

struct admin_inquiry *admin_inquiry_new(enum admin_inquiry_kind kind, uint64_t client,
                                        uint64_t correlation) {
    struct admin_inquiry *inquiry = xcalloc(1, sizeof(*inquiry));
    inquiry->kind = kind;
    inquiry->client = client;
    inquiry->correlation = correlation;
    return inquiry;
}

/* Keeps the soonest, in order. */
static void add_expiring(struct admin_expiring *rows, size_t *count,
                         const struct admin_expiring *row) {
    size_t place = *count;
    while (place > 0 && rows[place - 1].expires_at_ms > row->expires_at_ms)
        place--;
    if (place == ADMIN_STATUS_EXPIRING_MAX)
        return;
    size_t kept = *count < ADMIN_STATUS_EXPIRING_MAX ? *count : ADMIN_STATUS_EXPIRING_MAX - 1;
    memmove(&rows[place + 1], &rows[place], (kept - place) * sizeof(rows[0]));
    rows[place] = *row;
    *count = kept + 1;
}

static void gather_pins(struct admin_inquiry *inquiry, const struct bank *bank) {
    for (uint32_t i = 0; i < bank->pin_count; i++) {
        struct admin_expiring row = {.what = "PIN",
                                     .bank = bank->code,
                                     .pin = bank->pins[i],
                                     .expires_at_ms = bank->pin_expires_at_ms[i]};
        if (bank->active && row.expires_at_ms != 0)
            add_expiring(inquiry->expiring, &inquiry->expiring_count, &row);
    }
}

static int gather_banks(struct admin_inquiry *inquiry, struct store *store) {
    struct bank bank;
    bank_code last = 0;
    int result = 0;
    while ((result = store_next_bank(store, last, &bank)) == 0) {
        last = bank.code;
        gather_pins(inquiry, &bank);
        struct bank_counters counters;
        if (store_get_bank_counters(store, bank.code, &counters) < 0)
            return -1;
        inquiry->banks_held += counters.held_notice != 0;
        if (inquiry->bank_count < ADMIN_STATUS_BANKS_MAX)
            inquiry->banks[inquiry->bank_count++] = bank.code;
    }
    return result < 0 ? result : 0;
}

static int gather_status(struct admin_inquiry *inquiry, struct engine *engine) {
    int result = store_get_meta(engine_store(engine), &inquiry->meta);
    if (result >= 0)
        result = gather_banks(inquiry, engine_store(engine));
    if (result >= 0)
        result = engine_map_stats(engine, &inquiry->map);
    return result < 0 ? result : 0;
}

int admin_inquiry_gather(struct admin_inquiry *inquiry, struct engine *engine) {
    int result = inquiry->kind == ADMIN_STATUS ? gather_status(inquiry, engine) : 0;
    if (result < 0)
        return result;
    engine_status(engine, &inquiry->status);
    const struct quarantine_row *rows;
    inquiry->row_count = quarantine_rows(engine_quarantine(engine), &rows);
    ENSURE(inquiry->row_count <= QUARANTINE_MAX);
    if (inquiry->row_count > 0)
        memcpy(inquiry->rows, rows, inquiry->row_count * sizeof(rows[0]));
    return 0;
}

/* ---- answers ----------------------------------------------------------------------------------- */

static void fill_clock(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                       struct arena *arena, admin_clock *clock_out) {
    const struct engine_status *status = &inquiry->status;
    const char *state = "RUNS";
    const char *text = "Ledger time follows the wall clock.";
    if (status->hold != LEDGER_CLOCK_RUNS) {
        state = "HELD";
        text = status->hold == LEDGER_CLOCK_HELD_FORWARD
                   ? "The wall clock is over 24 h ahead of the ledger's last command, so nothing "
                     "is served. Set the machine's clock right and restart; or, if it is right, "
                     "`linkgatectl clock accept`."
                   : "The wall clock is over 60 s behind the ledger's last command, so nothing is "
                     "served. Set the machine's clock right and restart; or, if it is right, "
                     "`linkgatectl clock accept`.";
    } else if (status->clock_off) {
        state = "OFF";
        text = "The wall clock is over a minute away from ledger time, which does not follow. Set "
               "the machine's clock right; or, if it is right, `linkgatectl clock accept`.";
    }
    clock_out->ledger_ms = status->ledger_ms;
    clock_out->wall_ms = scene->wall_ms;
    clock_out->difference_ms = status->clock_difference_ms;
    clock_out->state = admin_text(arena, state);
    clock_out->text = admin_text(arena, text);
}

static void fill_trouble(const struct admin_inquiry *inquiry, struct arena *arena,
                         admin_status *status_out) {
    const struct engine_status *engine = &inquiry->status;
    status_out->trouble = arena_take(arena, TROUBLES_MAX * sizeof(char *));
    size_t count = 0;
    if (engine->hold != LEDGER_CLOCK_RUNS)
        status_out->trouble[count++] =
            admin_text(arena, "the clock is held: see linkgatectl clock show");
    if (engine->log_full)
        status_out->trouble[count++] =
            admin_text(arena, "the command log is full: raise [log] max_mib or free disk space");
    if (engine->map_full)
        status_out->trouble[count++] =
            admin_text(arena, "the store's map is full: raise [store] map_mib and restart");
    if (engine->disk_short)
        status_out->trouble[count++] =
            admin_text(arena, "the store has no headroom left: free space where [store] dir is, or "
                              "raise [store] map_mib and restart");
    if (inquiry->banks_held > 0)
        status_out->trouble[count++] = admin_text(
            arena, "an old store was put back: banks that have seen a later one are held until "
                   "they are reconciled: see linkgatectl bank list");
    status_out->n_trouble = count;
}

static void fill_engine(const struct admin_inquiry *inquiry, admin_status *status_out) {
    const struct engine_status *engine = &inquiry->status;
    status_out->sequence_applied = engine->sequence;
    status_out->sequence_flushed = engine->flushed_sequence;
    status_out->batch_durable = engine->applied_batch;
    status_out->batch_flushed = engine->flushed_batch;
    status_out->commands = engine->commands;
    status_out->queries = engine->queries;
    status_out->refused = engine->refused;
    status_out->batches = engine->batches;
    status_out->poisoned = engine->poisoned;
    status_out->queue_commands = engine->queued;
    status_out->overlay_keys = engine->overlay_keys;
    status_out->overlay_bytes = engine->overlay_bytes;
    status_out->flushes = engine->flushes;
    status_out->flushed_puts = engine->puts;
    status_out->flushed_deletes = engine->deletes;
    status_out->flushed_bytes = engine->flushed_bytes;
    status_out->log_segments = engine->log.segments;
    status_out->log_spares = engine->log.spares;
    status_out->log_bytes = engine->log.bytes;
    status_out->log_appended_bytes = engine->log.appended_bytes;
    status_out->log_write_us = (uint64_t)(engine->log_write_us > 0 ? engine->log_write_us : 0);
    status_out->map_bytes = inquiry->map.map_bytes;
    status_out->map_used_bytes = inquiry->map.used_bytes;
    for (size_t i = 0; i < inquiry->row_count; i++)
        status_out->quarantined += inquiry->rows[i].state == QUARANTINE_HELD;
}

/* The row's earliest end of a certificate. */
static void on_certificate(void *context, bank_code bank, const struct digest *pin,
                           int64_t expires_ms) {
    (void)pin;
    const admin_status *status = context;
    for (size_t i = 0; i < status->n_banks; i++) {
        Linkgate__Admin__V1__SessionCount *row = status->banks[i];
        if (row->bank == bank && expires_ms != 0 &&
            (row->certificate_expires_ms == 0 || expires_ms < row->certificate_expires_ms))
            row->certificate_expires_ms = expires_ms;
    }
}

static void fill_sessions(const struct admin_inquiry *inquiry, const struct router *router,
                          struct arena *arena, admin_status *status_out) {
    status_out->banks = arena_take(arena, (inquiry->bank_count + 1) * sizeof(void *));
    for (size_t i = 0; i < inquiry->bank_count; i++) {
        Linkgate__Admin__V1__SessionCount *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__session_count__init(row);
        row->bank = inquiry->banks[i];
        row->sessions = router_bank_peers(router, inquiry->banks[i]);
        status_out->banks[i] = row;
    }
    status_out->n_banks = inquiry->bank_count;
}

static void fill_front(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                       struct arena *arena, admin_status *status_out) {
    struct front_stats stats;
    front_stats(scene->front, &stats);
    status_out->connections = scene->connections;
    status_out->sessions = stats.router.peers;
    status_out->banks_up = stats.router.banks_up;
    status_out->in_flight = stats.router.in_flight;
    status_out->outstanding = stats.router.outstanding;
    status_out->waiting = stats.router.waiting;
    status_out->exchanges = stats.router.exchanges;
    fill_sessions(inquiry, front_router(scene->front), arena, status_out);
    front_certificates(scene->front, on_certificate, status_out);
}

static void add_own(struct admin_expiring *rows, size_t *count, const char *what,
                    int64_t expires_at_ms) {
    struct admin_expiring row = {.what = what, .expires_at_ms = expires_at_ms};
    add_expiring(rows, count, &row);
}

static void fill_expiring(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                          struct arena *arena, admin_status *status_out) {
    struct admin_expiring rows[ADMIN_STATUS_EXPIRING_MAX];
    size_t count = inquiry->expiring_count;
    memcpy(rows, inquiry->expiring, sizeof(rows));
    add_own(rows, &count, "CERTIFICATE", scene->expiry.certificate_unix_ms);
    if (scene->expiry.crl_unix_ms != INT64_MAX)
        add_own(rows, &count, "CRL", scene->expiry.crl_unix_ms);
    status_out->expiring = arena_take(arena, (count + 1) * sizeof(void *));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].expires_at_ms - scene->wall_ms > ADMIN_STATUS_EXPIRING_MS)
            break;
        Linkgate__Admin__V1__Expiry *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__expiry__init(row);
        row->what = admin_text(arena, rows[i].what);
        row->bank = rows[i].bank;
        if (rows[i].bank != 0)
            row->pin = admin_bytes(arena, rows[i].pin.bytes, DIGEST_SIZE);
        row->expires_at_ms = rows[i].expires_at_ms;
        status_out->expiring[status_out->n_expiring++] = row;
    }
}

void admin_alarms_add(struct admin_alarms *alarms, const struct effect *effect, int64_t wall_ms) {
    alarms->ring[alarms->count++ % ADMIN_ALARMS_MAX] =
        (struct admin_alarm){wall_ms, effect->text, effect->object, effect->bank};
}

static void fill_alarms(const struct admin_alarms *alarms, struct arena *arena,
                        admin_status *status_out) {
    uint64_t first = alarms->count > ADMIN_ALARMS_MAX ? alarms->count - ADMIN_ALARMS_MAX : 0;
    status_out->alarms = alarms->count;
    status_out->recent_alarms = arena_take(arena, ADMIN_ALARMS_MAX * sizeof(void *));
    for (uint64_t i = first; i < alarms->count; i++) {
        const struct admin_alarm *from = &alarms->ring[i % ADMIN_ALARMS_MAX];
        Linkgate__Admin__V1__Alarm *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__alarm__init(row);
        row->at_ms = from->at_ms;
        row->text = admin_text(arena, from->text);
        row->object = admin_id_if(arena, &from->object);
        row->bank = from->bank;
        status_out->recent_alarms[status_out->n_recent_alarms++] = row;
    }
}

static void answer_status(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                          struct arena *arena, admin_reply *reply) {
    admin_status *status = arena_take(arena, sizeof(*status));
    admin_clock *clock = arena_take(arena, sizeof(*clock));
    linkgate__admin__v1__status__init(status);
    linkgate__admin__v1__clock__init(clock);
    fill_clock(inquiry, scene, arena, clock);
    status->clock = clock;
    status->version = admin_text(arena, LINKGATE_VERSION);
    status->name = admin_text(arena, scene->name);
    status->ledger_version = inquiry->status.ledger_version;
    status->store_id = admin_bytes(arena, inquiry->meta.store_id.bytes, DIGEST_SIZE);
    status->boot_count = inquiry->meta.boot_count;
    status->port = (uint32_t)scene->port;
    status->started_at_ms = scene->started_at_ms;
    status->log_max_bytes = scene->log_max_bytes;
    status->last_backup_at_ms = inquiry->status.backup.at_ms;
    status->last_backup_sequence = inquiry->status.backup.sequence;
    status->last_backup_bytes = inquiry->status.backup.bytes;
    status->backup_required = scene->backup_required;
    status->banks_held = inquiry->banks_held;
    status->certificate_expires_ms = scene->expiry.certificate_unix_ms;
    if (scene->expiry.crl_unix_ms != INT64_MAX)
        status->crl_expires_ms = scene->expiry.crl_unix_ms;
    status->state = admin_text(arena, scene->draining         ? "DRAINING"
                                      : inquiry->status.ready ? "SERVING"
                                                              : "HELD");
    fill_trouble(inquiry, arena, status);
    fill_engine(inquiry, status);
    fill_front(inquiry, scene, arena, status);
    fill_expiring(inquiry, scene, arena, status);
    fill_alarms(scene->alarms, arena, status);
    status->store_free_bytes = scene->store_free_bytes;
    status->log_free_bytes = scene->log_free_bytes;
    reply->result_case = ADMIN_RESULT(STATUS);
    reply->status = status;
}

static const char *quarantine_state_name(enum quarantine_state state) {
    switch (state) {
    case QUARANTINE_SEEN:
        return "SEEN";
    case QUARANTINE_HELD:
        return "HELD";
    case QUARANTINE_DROPPED:
        return "DROPPED";
    }
    return "INVALID";
}

static void answer_quarantine(const struct admin_inquiry *inquiry, struct arena *arena,
                              admin_reply *reply) {
    admin_quarantine_page *page = arena_take(arena, sizeof(*page));
    linkgate__admin__v1__quarantine_page__init(page);
    page->n_rows = inquiry->row_count;
    page->rows = arena_take(arena, (inquiry->row_count + 1) * sizeof(void *));
    for (size_t i = 0; i < inquiry->row_count; i++) {
        const struct quarantine_row *from = &inquiry->rows[i];
        Linkgate__Admin__V1__QuarantineRow *row = arena_take(arena, sizeof(*row));
        linkgate__admin__v1__quarantine_row__init(row);
        row->digest = admin_bytes(arena, from->digest.bytes, DIGEST_SIZE);
        row->command = admin_text(arena, command_name(from->kind));
        row->bank = from->bank;
        row->since_ms = from->since_ms;
        row->crashes = from->crashes;
        row->state = admin_text(arena, quarantine_state_name(from->state));
        page->rows[i] = row;
    }
    reply->result_case = ADMIN_RESULT(QUARANTINE);
    reply->quarantine = page;
}

void admin_inquiry_answer(const struct admin_inquiry *inquiry, const struct admin_scene *scene,
                          struct buf *out) {
    struct arena arena;
    arena_init(&arena, 8192, 0);
    admin_reply reply;
    linkgate__admin__v1__reply__init(&reply);
    reply.correlation = inquiry->correlation;
    if (inquiry->kind == ADMIN_STATUS) {
        answer_status(inquiry, scene, &arena, &reply);
    } else if (inquiry->kind == ADMIN_CLOCK) {
        admin_clock *clock = arena_take(&arena, sizeof(*clock));
        linkgate__admin__v1__clock__init(clock);
        fill_clock(inquiry, scene, &arena, clock);
        reply.result_case = ADMIN_RESULT(CLOCK);
        reply.clock = clock;
    } else {
        answer_quarantine(inquiry, &arena, &reply);
    }
    admin_reply_append(&reply, out);
    arena_deinit(&arena);
}
