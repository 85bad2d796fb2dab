/*
 * Banks' lists, between whoever sends them and the long thread.
 *
 *   WHOLE list in the spool --> FLUSHING (bulk thread: all that was applied is in the store)
 *     --> COMPARING (long thread: over views of store and spool) --> the next one that waits
 *
 * Invariant: the long thread alone changes the spool, so that its tasks need no lock; what was not
 * compared when the gateway stopped is compared after the next start. A spool that fails is told
 * and refuses lists; the gateway goes on.
 */
#include <limits.h>
#include <stdlib.h>

#include "daemon/recon_desk.h"
#include "daemon/state.h"
#include "recon/compare.h"
#include "util/logline.h"

#define DAY_LENGTH_MS INT64_C(86400000)
#define ROUND_SECONDS 3600 /* between two looks for what is old */

struct recon_work {
    struct threads_task task; /* the comparison's */
    struct daemon *daemon;
    struct spool *spool;
    struct recon_desk desk; /* the long thread's */
    struct event *round;
    bool comparing; /* the task is under way */
    bool again;     /* and has to come once more */
    bool found;     /* there was a list to compare */
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
    return threads_progress(work->daemon->threads, "comparing a list", done, of);
}

/* 0: number_out waits; SPOOL_ABSENT: none does. */
static int next_waiting(struct recon_work *work, uint64_t *number_out) {
    struct spool_view *view;
    struct upload upload = {.number = 0};
    int rc = spool_look(work->spool, work->daemon->backup_keyring, &view);
    if (rc != 0)
        return rc;
    do
        rc = spool_next_upload(view, upload.number, &upload);
    while (rc == 0 && upload.state != UPLOAD_WHOLE);
    spool_view_close(view);
    *number_out = upload.number;
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

static void compare(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct recon_work *work = (struct recon_work *)task;
    const struct daemon *daemon = work->daemon;
    uint64_t dropped = 0;
    uint64_t number;
    int64_t keep_ms = daemon->config->recon_keep_days * DAY_LENGTH_MS;
    int rc = spool_drop_older(work->spool, clock_wall_ms(&daemon->clock) - keep_ms, &dropped);
    if (dropped > 0)
        log_line(LOG_NOTICE, "recon_lists_dropped", LOG_INT("count", dropped));
    if (rc == 0)
        rc = next_waiting(work, &number);
    work->found = rc == 0;
    if (rc == 0)
        rc = compare_one(work, number);
    if (rc < 0) {
        work->found = false;
        log_line(LOG_ERR, "recon_failed",
                 LOG_TEXT("remedy", "look at the disk of [store] dir; lists are compared again "
                                    "after the next start"));
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

static void begin(struct recon_work *work) {
    work->again = work->comparing;
    if (work->comparing)
        return;
    work->task = (struct threads_task){.run = look, .done = flushed};
    work->comparing = threads_job(work->daemon->threads, &work->task);
}

static void compared(struct threads_task *task) {
    struct recon_work *work = (struct recon_work *)task;
    work->comparing = false;
    if (task->ran && (work->found || work->again))
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

static void served(struct threads_task *task) {
    struct desk_task *mine = (struct desk_task *)task;
    struct recon_work *work = mine->work;
    struct admin_recon *recon = mine->recon;
    if (!task->ran)
        admin_recon_refuse(recon, REFUSAL_BUSY, "", "The gateway is stopping.");
    admin_server_answer(work->daemon->admin, recon->client, buf_span(&recon->reply));
    if (recon->whole)
        begin(work);
    admin_recon_free(recon);
    free(mine);
}

bool recon_work_take(struct recon_work *work, struct admin_recon *recon) {
    struct desk_task *mine = xcalloc(1, sizeof(*mine));
    mine->task = (struct threads_task){.run = serve_desk, .done = served};
    mine->work = work;
    mine->recon = recon;
    if (threads_long(work->daemon->threads, &mine->task))
        return true;
    free(mine);
    return false;
}

/* ---- beginning and end ---- */

static void on_round(evutil_socket_t fd, short what, void *context) {
    (void)fd;
    (void)what;
    begin(context);
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
}

struct spool *recon_work_spool(const struct recon_work *work) {
    return work->spool;
}

void recon_work_start(struct daemon *daemon) {
    struct recon_work *work = daemon->recon;
    struct timeval pause = {.tv_sec = ROUND_SECONDS};
    if (work->spool == NULL)
        return;
    work->round = event_new(daemon->base, -1, EV_PERSIST, on_round, work);
    ENSURE(work->round != NULL && evtimer_add(work->round, &pause) == 0);
    begin(work);
}

void recon_work_close(struct recon_work *work) {
    if (work == NULL)
        return;
    if (work->round != NULL)
        event_free(work->round);
    if (work->spool != NULL)
        recon_desk_deinit(&work->desk);
    spool_close(work->spool);
    free(work);
}
