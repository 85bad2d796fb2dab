/*
 * Banks' lists, between whoever sends them and the long thread.
 *
 *   WHOLE list in the spool --> FLUSHING (bulk thread: all that was applied is in the store)
 *     --> COMPARING (long thread: over views of store and spool)
 *     --> its rows to the ledger (recon_rows.c) --> the next one that waits
 *
 * Invariant: the long thread alone changes the spool, so that its tasks need no lock; what was not
 * compared or judged when the gateway stopped is so after the next start. An operator hears that a
 * list is there when the ledger has recorded who handed it in. A spool that fails is told and
 * refuses lists; the gateway goes on.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/recon_desk.h"
#include "daemon/recon_rows.h"
#include "daemon/recon_uploads.h"
#include "daemon/state.h"
#include "recon/compare.h"
#include "store/tables.h"
#include "util/logline.h"
#include "wire/message.h"

#define DAY_LENGTH_MS INT64_C(86400000)
#define STAGE "comparing a list"
#define RECON_BUSY_MAX 64u /* banks' words at a time; one of each */
#define ROUND_SECONDS 3600 /* between two looks for what is old */

struct recon_work {
    struct threads_task task; /* the comparison's */
    struct daemon *daemon;
    struct spool *spool;
    struct recon_desk desk;         /* the long thread's */
    struct recon_uploads uploads;   /* likewise */
    bank_code busy[RECON_BUSY_MAX]; /* banks whose word is being seen to; 0: free */
    struct recon_rows rows;
    struct event *round;
    bool comparing; /* the task is under way, or the rows of what it found */
    uint64_t found; /* the list that it compared; 0: none waited */
    /* What is answered when it is recorded: given to the ledger in this order; the latter part found
     * no room there yet. */
    struct admin_recon *recorded, *to_record;
};

struct desk_task {
    struct threads_task task;
    struct recon_work *work;
    struct admin_recon *recon;
};

static void open_view(const struct daemon *daemon, struct store **store_out) {
    if (engine_view_open(daemon->engine, daemon->backup_keyring, store_out) != 0)
        fatal("recon", "the store could not be read");
}

/* ---- comparing ---- */

static bool go_on(void *context, uint64_t done, uint64_t of) {
    struct recon_work *work = context;
    return threads_progress(work->daemon->threads, STAGE, done, of);
}

/* The first that waits to be compared, or to be judged. SPOOL_ABSENT: none does. */
static int next_waiting(struct recon_work *work, struct upload *upload_out) {
    struct spool_view *view;
    struct upload upload = {.number = 0};
    int rc = spool_look(work->spool, work->daemon->backup_keyring, &view);
    if (rc != 0)
        return rc;
    do
        rc = spool_next_upload(view, upload.number, &upload);
    while (rc == 0 && upload.state != UPLOAD_WHOLE && upload.state != UPLOAD_COMPARED);
    spool_view_close(view);
    *upload_out = upload;
    return rc;
}

static int compare_one(struct recon_work *work, uint64_t number) {
    struct daemon *daemon = work->daemon;
    struct compare compare = {
        .spool = work->spool,
        .keyring = daemon->backup_keyring,
        .number = number,
        .now_ms = clock_wall_ms(&daemon->clock),
        .go_on = go_on,
        .context = work,
    };
    open_view(daemon, &compare.store);
    int rc = compare_run(&compare);
    store_close(compare.store);
    if (rc == 0)
        log_line(LOG_NOTICE, "recon_compared", LOG_INT("upload", number));
    else if (rc == SPOOL_FULL) /* it would find no room the next time either */
        rc = spool_drop(work->spool, number);
    return rc;
}

static int drop_old(struct recon_work *work) {
    const struct daemon *daemon = work->daemon;
    uint64_t dropped = 0;
    int64_t keep_ms = daemon->config->recon_keep_days * DAY_LENGTH_MS;
    int rc = spool_drop_older(work->spool, clock_wall_ms(&daemon->clock) - keep_ms, &dropped);
    if (dropped > 0)
        log_line(LOG_NOTICE, "recon_lists_dropped", LOG_INT("count", dropped));
    return rc;
}

static void tell_failed(void) {
    log_line(LOG_ERR, "recon_failed",
             LOG_TEXT("remedy", "look at the disk of [store] dir; lists are compared again after "
                                "the next start"));
}

static void compare(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct recon_work *work = (struct recon_work *)task;
    struct upload upload = {.number = 0};
    int rc = drop_old(work);
    if (rc == 0)
        rc = next_waiting(work, &upload);
    work->found = rc == 0 ? upload.number : 0;
    if (rc == 0 && upload.state == UPLOAD_WHOLE)
        rc = compare_one(work, upload.number);
    if (rc < 0) {
        work->found = 0;
        tell_failed();
    }
}

static void compared(struct threads_task *task);

static void flushed(struct threads_task *task) {
    struct recon_work *work = (struct recon_work *)task;
    bool ran = task->ran;
    work->task = (struct threads_task){.run = compare, .done = compared};
    if (!ran || !threads_long(work->daemon->threads, &work->task))
        work->comparing = false;
}

/* That it ran is all: a flush came before it. */
static void look(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)task;
    (void)engine;
    (void)view;
}

/* On the bulk thread, and then done on the event thread: for what has to see all that was applied. */
static bool freshen(struct recon_work *work, struct threads_task *task,
                    void (*done)(struct threads_task *task)) {
    *task = (struct threads_task){.run = look, .done = done};
    return threads_job(work->daemon->threads, task);
}

/* What is under way goes on to the next one by itself. */
static void begin(struct recon_work *work) {
    if (work->comparing)
        return;
    work->comparing = freshen(work, &work->task, flushed);
}

static void compared(struct threads_task *task) {
    struct recon_work *work = (struct recon_work *)task;
    work->comparing = false;
    if (!task->ran || work->found == 0)
        return;
    work->comparing = true;
    recon_rows_begin(&work->rows, work->found);
}

static void judged(void *context, bool failed) {
    struct recon_work *work = context;
    work->comparing = false;
    if (failed)
        tell_failed();
    else
        begin(work);
}

/* ---- what operators hand in ---- */

static void serve_desk(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct desk_task *mine = (struct desk_task *)task;
    struct store *store;
    open_view(mine->work->daemon, &store);
    if (recon_desk_serve(&mine->work->desk, mine->recon, store) != 0)
        fatal("recon", "the store is damaged or cannot be read");
    store_close(store);
}

static void answer(struct recon_work *work, struct admin_recon *recon) {
    admin_server_answer(work->daemon->admin, recon->client, buf_span(&recon->reply));
    admin_recon_free(recon);
}

static struct admin_recon **end_of(struct admin_recon **first) {
    while (*first != NULL)
        first = &(*first)->next;
    return first;
}

static struct command *order_of(const struct admin_recon *recon) {
    struct command *command = command_new(COMMAND_RECON_COMPARE);
    command->uid = recon->uid;
    command->origin = (struct origin){ORIGIN_ADMIN, recon->client, recon->correlation};
    command->body.recon_order = (struct recon_order){recon->bank, recon->digest};
    message_encode_internal(command);
    return command;
}

/* Who handed in what. */
static void record(struct recon_work *work) {
    while (work->to_record != NULL) {
        struct admin_recon *recon = work->to_record;
        struct command *command = order_of(recon);
        if (!threads_submit_reserved(work->daemon->threads, command)) {
            command_free(command);
            return;
        }
        work->to_record = recon->next;
        recon->next = NULL;
        *end_of(&work->recorded) = recon;
    }
}

void recon_work_recorded(struct recon_work *work, const struct effect *effect) {
    struct admin_recon *recon = work->recorded;
    ENSURE(recon != NULL);
    work->recorded = recon->next;
    if (effect->refused) {
        buf_clear(&recon->reply);
        admin_append_outcome(effect, &recon->reply);
    }
    answer(work, recon);
    begin(work);
}

static void served(struct threads_task *task) {
    struct desk_task *mine = (struct desk_task *)task;
    struct recon_work *work = mine->work;
    struct admin_recon *recon = mine->recon;
    if (!task->ran)
        admin_recon_refuse(recon, REFUSAL_BUSY, "", "The gateway is stopping.");
    free(mine);
    if (!recon->whole) {
        answer(work, recon);
        return;
    }
    *end_of(&work->to_record) = recon;
    record(work);
}

void recon_work_released(struct recon_work *work, const struct release *release) {
    recon_rows_released(&work->rows, release);
}

void recon_work_go_on(struct recon_work *work) {
    record(work);
    recon_rows_go_on(&work->rows);
}

static bool to_desk(struct desk_task *mine) {
    mine->task = (struct threads_task){.run = serve_desk, .done = served};
    return threads_long(mine->work->daemon->threads, &mine->task);
}

static void desk_freshened(struct threads_task *task) {
    if (!task->ran || !to_desk((struct desk_task *)task)) {
        task->ran = false;
        served(task);
    }
}

bool recon_work_take(struct recon_work *work, struct admin_recon *recon) {
    struct desk_task *mine = xcalloc(1, sizeof(*mine));
    mine->work = work;
    mine->recon = recon;
    /* What its header is held against may have been made a moment ago. */
    if (recon->kind == ADMIN_RECON_BEGIN ? freshen(work, &mine->task, desk_freshened)
                                         : to_desk(mine))
        return true;
    free(mine);
    return false;
}

/* ---- what banks hand in, and ask ---- */

struct bank_task {
    struct threads_task task;
    struct recon_work *work;
    struct command *command;
    struct recon_answer answer;
    bank_code *busy;
};

static void serve_upload(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct bank_task *mine = (struct bank_task *)task;
    struct store *store;
    open_view(mine->work->daemon, &store);
    if (recon_uploads_take(&mine->work->uploads, mine->command, store, &mine->answer) != 0)
        fatal("recon", "the store is damaged or cannot be read");
    store_close(store);
}

static void serve_result(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    struct bank_task *mine = (struct bank_task *)task;
    recon_result_page(mine->work->spool, store_keyring(view), mine->command, &mine->answer);
}

static void tell_bank(const struct bank_task *mine) {
    struct effects effects;
    struct refusal refusal = {.code = mine->answer.refusal, .field = mine->answer.field};
    effects_init(&effects);
    struct effect *effect = effects_add(&effects, EFFECT_REPLY);
    effect->origin = mine->command->origin;
    effect->refused = refusal.code != REFUSAL_NONE;
    effect->refusal = refusal;
    if (!effect->refused)
        effect->payload = buf_span(&mine->answer.payload);
    net_release(mine->work->daemon->net, &effects);
    effects_deinit(&effects);
}

static void bank_served(struct threads_task *task) {
    struct bank_task *mine = (struct bank_task *)task;
    struct recon_work *work = mine->work;
    *mine->busy = 0;
    if (task->ran && work->daemon->net != NULL)
        tell_bank(mine);
    if (task->ran && mine->answer.whole)
        begin(work);
    command_free(mine->command);
    buf_deinit(&mine->answer.payload);
    free(mine);
}

static bool to_uploads(struct bank_task *mine) {
    mine->task = (struct threads_task){.run = serve_upload, .done = bank_served};
    return threads_long(mine->work->daemon->threads, &mine->task);
}

static void upload_freshened(struct threads_task *task) {
    struct bank_task *mine = (struct bank_task *)task;
    bool ran = task->ran;
    if (ran && to_uploads(mine))
        return;
    mine->answer.refusal = REFUSAL_BUSY;
    task->ran = ran;
    bank_served(task);
}

/* As with an operator's, the header may be of a window that was opened a moment ago. */
static bool serve_bank(struct bank_task *mine) {
    const struct command *command = mine->command;
    if (command->kind != COMMAND_UPLOAD_RECON) {
        mine->task = (struct threads_task){.run = serve_result, .done = bank_served};
        return threads_job(mine->work->daemon->threads, &mine->task);
    }
    return command->body.upload_recon.has_header
               ? freshen(mine->work, &mine->task, upload_freshened)
               : to_uploads(mine);
}

/* The place of that bank's word; NULL: it has one already, or there are too many. */
static bank_code *take_place(struct recon_work *work, bank_code bank) {
    bank_code *place = NULL;
    for (size_t i = 0; i < RECON_BUSY_MAX; i++) {
        if (work->busy[i] == bank)
            return NULL;
        if (work->busy[i] == 0)
            place = &work->busy[i];
    }
    if (place != NULL)
        *place = bank;
    return place;
}

bool recon_work_take_bank(void *context, struct command *command) {
    const struct daemon *daemon = context;
    struct recon_work *work = daemon->recon;
    bank_code *place = work->spool != NULL ? take_place(work, command->bank) : NULL;
    if (place == NULL)
        return false;
    struct bank_task *mine = xcalloc(1, sizeof(*mine));
    mine->work = work;
    mine->command = command;
    mine->busy = place;
    if (serve_bank(mine))
        return true;
    *place = 0;
    free(mine);
    return false;
}

/* ---- beginning and end ---- */

static void on_round(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    recon_work_go_on(context);
    begin(context);
}

static void free_all(struct admin_recon *recon) {
    while (recon != NULL) {
        struct admin_recon *next = recon->next;
        admin_recon_free(recon);
        recon = next;
    }
}

void recon_work_open(struct daemon *daemon) {
    struct recon_work *work = xcalloc(1, sizeof(*work));
    char dir[PATH_MAX];
    char reason[512] = "";
    snprintf(dir, sizeof(dir), "%s/recon", daemon->config->store_dir);
    struct spool_config config = {
        .dir = dir,
        .keyring = daemon->backup_keyring,
        .max_bytes = (uint64_t)daemon->config->recon_max_mib << 20,
    };
    work->daemon = daemon;
    daemon->recon = work;
    if (spool_open(&config, &work->spool, reason, sizeof(reason)) != 0) {
        work->spool = NULL;
        log_line(LOG_ERR, "recon_not_available", LOG_TEXT("reason", reason));
    }
    work->desk = (struct recon_desk){
        .spool = work->spool, .keyring = daemon->backup_keyring, .clock = &daemon->clock};
    work->uploads = (struct recon_uploads){.spool = work->spool, .clock = &daemon->clock};
    work->rows = (struct recon_rows){
        .spool = work->spool, .keyring = daemon->backup_keyring, .over = judged, .context = work};
}

struct spool *recon_work_spool(const struct recon_work *work) {
    return work->spool;
}

void recon_work_progress(const struct daemon *daemon, struct admin_recon_progress *progress_out) {
    const struct recon_work *work = daemon->recon;
    struct threads_progress progress = threads_progress_of(daemon->threads);
    *progress_out = (struct admin_recon_progress){
        .judging = work->rows.upload,
        .judged = work->rows.done,
    };
    if (work->comparing && work->rows.upload == 0 && strcmp(progress.stage, STAGE) == 0) {
        progress_out->done = progress.done;
        progress_out->of = progress.of;
    }
}

void recon_work_start(struct daemon *daemon) {
    struct recon_work *work = daemon->recon;
    struct timeval pause = {.tv_sec = ROUND_SECONDS};
    if (work->spool == NULL)
        return;
    work->rows.threads = daemon->threads;
    work->round = event_new(daemon->base, -1, EV_PERSIST, on_round, work);
    ENSURE(work->round != NULL && evtimer_add(work->round, &pause) == 0);
    begin(work);
}

void recon_work_close(struct recon_work *work) {
    if (work == NULL)
        return;
    if (work->round != NULL)
        event_free(work->round);
    free_all(work->recorded);
    free_all(work->to_record);
    recon_rows_deinit(&work->rows);
    if (work->spool != NULL) {
        recon_desk_deinit(&work->desk);
        recon_uploads_deinit(&work->uploads);
    }
    spool_close(work->spool);
    free(work);
}
