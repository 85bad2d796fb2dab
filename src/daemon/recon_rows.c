/*
 * From a comparison's result to the ledger.
 *
 *   fetch a page (long thread) --> submit its rows --> all of them released --> the next page
 *     --> none left: the list is judged
 *
 * Invariant: at most a page is in flight, so that a list of a million differences stands in nobody's
 * way; a page goes out only while the gateway takes new work. What was not judged when the gateway
 * stopped is judged from the first row on after the next start: the ledger does nothing twice.
 */
#include "daemon/recon_rows.h"

#include "recon/compare.h"
#include "util/logline.h"
#include "wire/message.h"

static void add(struct recon_rows *rows, const struct upload *upload,
                const struct recon_difference *difference) {
    struct command *command = command_new(COMMAND_RECON_ROW);
    recon_row_of(upload, difference, &command->body.recon_row);
    message_encode_internal(command);
    *rows->end = command;
    rows->end = &command->next;
    rows->next = difference->index + 1;
}

static int fetch_page(struct recon_rows *rows, struct spool_view *view) {
    struct recon_difference difference;
    struct upload upload;
    int rc = spool_get_upload(view, rows->upload, &upload);
    if (rc == 0 && rows->next >= RECON_JUDGED_MAX && rows->next < upload.differences) {
        log_line(LOG_WARNING, "recon_too_many_differences", LOG_INT("upload", rows->upload),
                 LOG_INT("judged", rows->next), LOG_INT("differences", upload.differences));
        return SPOOL_ABSENT;
    }
    for (uint32_t i = 0; rc == 0 && i < RECON_ROWS_PAGE; i++) {
        rc = spool_next_difference(view, rows->upload, rows->next, &difference);
        if (rc == 0)
            add(rows, &upload, &difference);
    }
    return rc;
}

static void fetch(struct threads_task *task, struct engine *engine, struct store *store) {
    (void)engine;
    (void)store;
    struct recon_rows *rows = (struct recon_rows *)task;
    struct spool_view *view;
    int rc = spool_look(rows->spool, rows->keyring, &view);
    if (rc == 0) {
        rc = fetch_page(rows, view);
        spool_view_close(view);
    }
    rows->ended = rc == SPOOL_ABSENT && rows->first == NULL;
    if (rows->ended)
        rc = spool_judged(rows->spool, rows->upload, rows->next);
    rows->failed = rc < 0;
}

static void drop_page(struct recon_rows *rows) {
    while (rows->first != NULL) {
        struct command *next = rows->first->next;
        command_free(rows->first);
        rows->first = next;
    }
    rows->end = &rows->first;
}

static void fetched(struct threads_task *task);

static void fetch_next(struct recon_rows *rows) {
    rows->task = (struct threads_task){.run = fetch, .done = fetched};
    rows->end = &rows->first;
    rows->fetching = threads_long(rows->threads, &rows->task);
}

static void fetched(struct threads_task *task) {
    struct recon_rows *rows = (struct recon_rows *)task;
    rows->fetching = false;
    if (!task->ran)
        return;
    if (!rows->ended && !rows->failed) {
        recon_rows_go_on(rows);
        return;
    }
    drop_page(rows);
    rows->upload = 0;
    rows->over(rows->context, rows->failed);
}

void recon_rows_begin(struct recon_rows *rows, uint64_t upload) {
    ENSURE(rows->upload == 0 && rows->first == NULL && rows->in_flight == 0);
    rows->upload = upload;
    rows->next = 0;
    rows->done = 0;
    fetch_next(rows);
}

static bool takes_work(struct recon_rows *rows) {
    struct engine_status status;
    threads_status(rows->threads, &status);
    return !status.log_full && !status.map_full && !status.disk_short;
}

void recon_rows_go_on(struct recon_rows *rows) {
    if (rows->upload == 0 || rows->fetching || (rows->first != NULL && !takes_work(rows)))
        return;
    while (rows->first != NULL) {
        struct command *command = rows->first;
        struct command *next = command->next;
        if (!threads_submit(rows->threads, command))
            return;
        rows->first = next;
        rows->in_flight++;
    }
    if (rows->in_flight == 0)
        fetch_next(rows);
}

void recon_rows_released(struct recon_rows *rows, const struct release *release) {
    for (const struct command *command = release->commands; command != NULL;
         command = command->next) {
        if (command->kind != COMMAND_RECON_ROW)
            continue;
        ENSURE(rows->in_flight > 0);
        rows->in_flight--;
        rows->done++;
    }
}

void recon_rows_deinit(struct recon_rows *rows) {
    drop_page(rows);
}
