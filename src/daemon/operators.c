/*
 * Between the admin socket and the engine's threads: orders go in as commands, listings to the bulk
 * thread, questions to the ledger thread, and what comes of them back to whoever asked.
 *
 * Invariant: everything taken from the dispatcher is answered once, also when the threads stop
 * before they came to it; an order that changes something is answered by the release of its batch,
 * never before.
 */
#include <limits.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "daemon/check.h"
#include "daemon/state.h"
#include "util/logline.h"

/* Banks can cause alarms, as many as they send frames. */
#define ALARMS_A_SECOND_MAX 50

struct listing_task {
    struct threads_task task;
    struct daemon *daemon;
    struct admin_listing *listing;
};

struct inquiry_task {
    struct threads_task task;
    struct daemon *daemon;
    struct admin_inquiry *inquiry;
};

static bool submit(void *context, struct command *command) {
    const struct daemon *daemon = context;
    enum command_kind kind = command->kind;
    uint32_t uid = command->uid;
    if (!threads_submit_reserved(daemon->threads, command))
        return false;
    log_line(LOG_NOTICE, "operator_order", LOG_TEXT("order", command_name(kind)),
             LOG_INT("uid", uid));
    return true;
}

static void answer_stopping(const struct daemon *daemon, uint64_t client, uint64_t correlation) {
    struct buf frame;
    struct refusal refusal = {.code = REFUSAL_BUSY, .field = ""};
    buf_init(&frame);
    admin_append_refusal(correlation, &refusal,
                         "The gateway is stopping. Ask again when it is "
                         "back.",
                         &frame);
    admin_server_answer(daemon->admin, client, buf_span(&frame));
    buf_deinit(&frame);
}

/* ---- listings, on the bulk thread ---- */

static void listing_run(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    struct listing_task *mine = (struct listing_task *)task;
    if (admin_listing_run(mine->listing, view) != 0)
        fatal("bulk", "the store is damaged or cannot be read");
}

static void listing_done(struct threads_task *task) {
    struct listing_task *mine = (struct listing_task *)task;
    struct admin_listing *listing = mine->listing;
    if (task->stale)
        log_line(LOG_WARNING, "listing_stale", LOG_TEXT("reason", "no flush came in time"));
    if (task->ran)
        admin_server_answer(mine->daemon->admin, listing->client, buf_span(&listing->reply));
    else
        answer_stopping(mine->daemon, listing->client, listing->correlation);
    admin_listing_free(listing);
    free(mine);
}

static bool start_listing(struct daemon *daemon, struct admin_listing *listing) {
    struct listing_task *task = xcalloc(1, sizeof(*task));
    task->task.run = listing_run;
    task->task.done = listing_done;
    task->task.going_on = listing->going_on;
    task->daemon = daemon;
    task->listing = listing;
    if (threads_job(daemon->threads, &task->task))
        return true;
    free(task);
    return false;
}

static bool list(void *context, struct admin_listing *listing) {
    return start_listing(context, listing);
}

/* ---- questions, on the ledger thread ---- */

static void inquiry_run(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)view;
    struct inquiry_task *mine = (struct inquiry_task *)task;
    if (admin_inquiry_gather(mine->inquiry, engine) != 0)
        fatal("ledger", "the store cannot be read");
}

/* For this user, where that part of the store's folder stands. */
static uint64_t free_bytes(const char *dir, const char *part) {
    char path[PATH_MAX];
    struct statvfs found;
    snprintf(path, sizeof(path), "%s/%s", dir, part);
    return statvfs(path, &found) == 0 ? (uint64_t)found.f_bavail * found.f_frsize : 0;
}

static void inquiry_done(struct threads_task *task) {
    struct inquiry_task *mine = (struct inquiry_task *)task;
    struct daemon *daemon = mine->daemon;
    const struct admin_inquiry *inquiry = mine->inquiry;
    struct net_stats net;
    net_stats(daemon->net, &net);
    struct admin_scene scene = {
        .name = daemon->config->gateway_name,
        .port = net_port(daemon->net),
        .draining = daemon->phase >= DAEMON_PARTING,
        .started_at_ms = daemon->started_at_ms,
        .wall_ms = clock_wall_ms(&daemon->clock),
        .log_max_bytes = (uint64_t)daemon->config->log_max_mib << 20,
        .backup_required = daemon->config->log_backup_required != 0,
        .connections = net.connections,
        .expiry = tls_context_expiry(daemon->tls),
        .front = daemon->front,
        .store_free_bytes = free_bytes(daemon->config->store_dir, "store"),
        .log_free_bytes = free_bytes(daemon->config->store_dir, "log"),
        .alarms = &daemon->latest_alarms,
    };
    if (task->ran) {
        struct buf frame;
        buf_init(&frame);
        admin_inquiry_answer(inquiry, &scene, &frame);
        admin_server_answer(daemon->admin, inquiry->client, buf_span(&frame));
        buf_deinit(&frame);
    } else {
        answer_stopping(daemon, inquiry->client, inquiry->correlation);
    }
    free(mine->inquiry);
    free(mine);
}

static bool inquire(void *context, struct admin_inquiry *inquiry) {
    struct daemon *daemon = context;
    struct inquiry_task *task = xcalloc(1, sizeof(*task));
    task->task.run = inquiry_run;
    task->task.done = inquiry_done;
    task->daemon = daemon;
    task->inquiry = inquiry;
    if (threads_call(daemon->threads, &task->task))
        return true;
    free(task);
    return false;
}

/* ---- the rest ---- */

static int64_t wall_ms(void *context) {
    const struct daemon *daemon = context;
    return clock_wall_ms(&daemon->clock);
}

static bool reserve_backup(void *context, const char *dir) {
    return backup_work_reserve(context, dir);
}

static void release_backup(void *context) {
    backup_work_ordered(context, false);
}

static void backup_state(void *context, struct admin_backup *state_out) {
    backup_work_state(context, state_out);
}

static bool take_recon(void *context, struct admin_recon *recon) {
    const struct daemon *daemon = context;
    return recon_work_take(daemon->recon, recon);
}

static void recon_progress(void *context, struct admin_recon_progress *progress_out) {
    recon_work_progress(context, progress_out);
}

/* What a search found is listed as everything else is. */
static void answer_order(struct daemon *daemon, const struct effect *effect) {
    if (effect->order == COMMAND_RECON_COMPARE) {
        recon_work_recorded(daemon->recon, effect);
        return;
    }
    if (effect->order == COMMAND_BACKUP)
        backup_work_ordered(daemon, !effect->refused);
    struct admin_listing *found = admin_found(effect);
    if (found != NULL && start_listing(daemon, found))
        return;
    struct buf frame;
    buf_init(&frame);
    if (found != NULL) {
        struct refusal busy = {.code = REFUSAL_BUSY, .field = ""};
        admin_append_refusal(effect->origin.correlation, &busy, NULL, &frame);
    } else {
        admin_append_outcome(effect, &frame);
    }
    admin_listing_free(found);
    admin_server_answer(daemon->admin, effect->origin.connection, buf_span(&frame));
    buf_deinit(&frame);
}

void operators_told(void *context, const struct effect *effect) {
    struct daemon *daemon = context;
    if (effect->kind == EFFECT_ALARM) {
        admin_alarms_add(&daemon->latest_alarms, effect, clock_wall_ms(&daemon->clock));
        if (!log_gate_open(&daemon->alarms, ALARMS_A_SECOND_MAX, clock_boot_ms(&daemon->clock),
                           "alarms_dropped"))
            return;
        struct log_field end = {.key = NULL};
        log_line(LOG_ALERT, "alarm", LOG_TEXT("text", effect->text),
                 LOG_ID("object", &effect->object),
                 effect->bank ? LOG_BANK("bank", effect->bank) : end);
    } else if (effect->kind == EFFECT_REPLY && effect->origin.kind == ORIGIN_ADMIN) {
        net_flush_closed(daemon->net); /* whom it disabled is cut off before it is answered */
        answer_order(daemon, effect);
    }
}

int operators_open(struct daemon *daemon, char *reason_out, size_t reason_size) {
    struct admin_policy policy;
    struct buf faults;
    buf_init(&faults);
    int result = check_make_policy(daemon->config, &policy, &faults);
    if (result != 0)
        snprintf(reason_out, reason_size, "%.*s", (int)faults.size, (const char *)faults.data);
    buf_deinit(&faults);
    if (result != 0)
        return -1;
    daemon->gateway = (struct admin_gateway){
        .context = daemon,
        .submit = submit,
        .list = list,
        .inquire = inquire,
        .wall_ms = wall_ms,
        .reserve_backup = reserve_backup,
        .release_backup = release_backup,
        .backup = backup_state,
        .recon = take_recon,
        .recon_progress = recon_progress,
        .spool = recon_work_spool(daemon->recon),
        .keyring = daemon->desk_keyring,
    };
    return admin_server_open(daemon->base, daemon->config->admin_socket, &daemon->gateway, &policy,
                             &daemon->admin, reason_out, reason_size);
}
