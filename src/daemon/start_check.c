/*
 * What was too large to be looked at before anybody was served: all pages and rows of the store, on
 * the long thread, while the gateway serves.
 *
 * Invariant: damage ends the process on the spot, as it does when a row is read that does not check:
 * nothing more is told or written. Status 3 keeps systemd from starting it again. What was told until
 * then is in the log.
 */
#include <stdlib.h>
#include <unistd.h>

#include "daemon/daemon.h"
#include "daemon/state.h"
#include "util/logline.h"

#define REASON_SIZE_MAX 1024

struct start_check {
    struct threads_task task;
    struct daemon *daemon;
    int64_t began_at_ms;
};

static bool go_on(void *context) {
    const struct start_check *check = context;
    return threads_progress(check->daemon->threads, "checking the store", 0, 0);
}

static void run(struct threads_task *task, struct engine *engine, struct store *view) {
    (void)engine;
    (void)view;
    struct start_check *check = (struct start_check *)task;
    const struct daemon *daemon = check->daemon;
    char reason[REASON_SIZE_MAX];
    int rc = verify_running(engine_kv(daemon->engine), daemon->config->store_dir, go_on, check,
                            reason, sizeof(reason));
    if (rc < 0) {
        log_line(LOG_CRIT, "store_damaged", LOG_TEXT("reason", reason),
                 LOG_INT("status", DAEMON_DAMAGED));
        _exit(DAEMON_DAMAGED);
    }
    if (rc == 0)
        log_line(LOG_NOTICE, "store_checked",
                 LOG_INT("took_ms", clock_boot_ms(&daemon->clock) - check->began_at_ms));
}

static void done(struct threads_task *task) {
    free(task);
}

void start_check_begin(struct daemon *daemon) {
    if (daemon->start.whole)
        return;
    struct start_check *check = xcalloc(1, sizeof(*check));
    check->task = (struct threads_task){.run = run, .done = done};
    check->daemon = daemon;
    check->began_at_ms = clock_boot_ms(&daemon->clock);
    if (!threads_long(daemon->threads, &check->task))
        free(check); /* it is stopping already */
}
