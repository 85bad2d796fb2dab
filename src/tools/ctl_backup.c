/*
 * Backups: ordered from the gateway and watched until they are verified; and put back where a gateway
 * starts.
 *
 * Invariant: exit status 0 means that the backup is there, whole and verified, or that all of it was
 * put in place. The gateway makes the backup, not this program: when this is interrupted the backup
 * goes on, and status tells when it was done.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_table.h"
#include "tools/ctl_values.h"
#include "util/clock.h"
#include "verify/backup.h"

#define LOOK_NS 200000000L /* between looks */
#define BAR_WIDTH 30
#define LINE_SIZE 160

static const struct ctl_column backup_card[] = {
    {"backup", "dir", CTL_CELL_TEXT},          {"up to command", "sequence", CTL_CELL_TEXT},
    {"size", "bytes", CTL_CELL_BYTES},         {"files", "files", CTL_CELL_TEXT},
    {"begun at", "started_at", CTL_CELL_TIME}, {"done at", "ended_at", CTL_CELL_TIME},
    {"verified", "verified", CTL_CELL_TEXT},   {NULL, NULL, CTL_CELL_TEXT},
};

static const struct ctl_column restored_card[] = {
    {"restored to", "dir", CTL_CELL_TEXT},
    {"up to command", "sequence", CTL_CELL_TEXT},
    {"ledger time", "ledger_time", CTL_CELL_TIME},
    {"size", "bytes", CTL_CELL_BYTES},
    {"log that was there stays", "kept_log", CTL_CELL_YES},
    {NULL, NULL, CTL_CELL_TEXT},
};

/* ---- progress: a line on a terminal, nothing in a pipe ---- */

struct bar {
    FILE *to;
    bool shown;
    size_t width; /* of what stands there */
};

static void bar_show(struct bar *bar, const char *stage, uint64_t done, uint64_t of) {
    char line[LINE_SIZE];
    char filled[BAR_WIDTH + 1];
    if (!bar->shown)
        return;
    size_t part = of > 0 && done <= of ? (size_t)(done * BAR_WIDTH / of) : 0;
    memset(filled, '#', part);
    memset(filled + part, '.', BAR_WIDTH - part);
    filled[BAR_WIDTH] = '\0';
    int size = of > 0 ? snprintf(line, sizeof(line), "[%s] %3u %% %s", filled,
                                 (unsigned)(done <= of ? done * 100 / of : 100), stage)
                      : snprintf(line, sizeof(line), "[%s]       %s", filled, stage);
    size_t width = size > 0 ? (size_t)size : 0;
    fprintf(bar->to, "\r%-*s", (int)(width > bar->width ? width : bar->width), line);
    (void)fflush(bar->to);
    bar->width = width;
}

static void bar_clear(struct bar *bar) {
    if (bar->shown && bar->width > 0)
        fprintf(bar->to, "\r%*s\r", (int)bar->width, "");
    (void)fflush(bar->to);
}

/* The path as the gateway, which stands elsewhere, must have it. NULL: there is none. */
static char *absolute(const char *path) {
    char here[PATH_MAX];
    if (path[0] == '/')
        return xstrdup(path);
    if (getcwd(here, sizeof(here)) == NULL)
        return NULL;
    size_t size = strlen(here) + strlen(path) + 2;
    char *joined = xmalloc(size);
    (void)snprintf(joined, size, "%s/%s", here, path);
    return joined;
}

/* ---- backup ---- */

static bool is_running(const struct ctl_session *session) {
    return strcmp(session->reply->backup->state, "RUNNING") == 0;
}

/* Until it has ended; session->reply->backup is how. */
static enum ctl_exit watch_backup(struct ctl_session *session) {
    struct bar bar = {.to = session->errors, .shown = ctl_is_terminal(session->errors)};
    Linkgate__Admin__V1__GetBackup order;
    linkgate__admin__v1__get_backup__init(&order);
    ctl_request request = ctl_request_of(CTL_ORDER(GET_BACKUP));
    request.get_backup = &order;
    enum ctl_exit result;
    while ((result = ctl_ask_for(session, &request, CTL_RESULT(BACKUP))) == CTL_OK &&
           is_running(session)) {
        const Linkgate__Admin__V1__BackupState *state = session->reply->backup;
        bar_show(&bar, state->stage, state->done, state->of);
        (void)nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    }
    bar_clear(&bar);
    return result;
}

static enum ctl_exit tell_backup(struct ctl_session *session) {
    const Linkgate__Admin__V1__BackupState *state = session->reply->backup;
    bool made = strcmp(state->state, "DONE") == 0;
    json_t *backup = ctl_json(&ctl_shape_backup, state);
    if (!made)
        fprintf(session->errors, "linkgatectl: no backup was made: %s\n", state->text);
    if (session->args->json) {
        ctl_dump(session, backup);
        return made ? CTL_OK : CTL_REFUSED;
    }
    if (made) {
        ctl_json_set(backup, "verified",
                     json_string("replayed, laws and digest as in the gateway's store"));
        ctl_print_card(backup, backup_card, session->out);
    }
    json_decref(backup);
    return made ? CTL_OK : CTL_REFUSED;
}

enum ctl_exit ctl_backup(struct ctl_session *session) {
    Linkgate__Admin__V1__Backup order;
    linkgate__admin__v1__backup__init(&order);
    char *dir = absolute(session->args->words[0]);
    if (dir == NULL)
        return ctl_wrong(session, "the present folder has no name: give an absolute path");
    order.dir = dir;
    ctl_request request = ctl_request_of(CTL_ORDER(BACKUP));
    request.backup = &order;
    enum ctl_exit result = ctl_ask_for(session, &request, CTL_RESULT(DONE));
    if (result == CTL_OK)
        result = watch_backup(session);
    if (result == CTL_OK)
        result = tell_backup(session);
    free(dir);
    return result;
}

/* ---- restore ---- */

static bool show_stage(void *context, const char *stage, uint64_t done, uint64_t of) {
    bar_show(context, stage, done, of);
    return true;
}

static enum ctl_exit tell_restored(struct ctl_session *session, const char *dir,
                                   const struct backup_restored *restored) {
    char at[TIME_TEXT_SIZE];
    json_t *object = json_object();
    time_format_utc(restored->manifest.ledger_ms, at);
    ctl_json_set(object, "dir", json_string(dir));
    ctl_json_set(object, "sequence", json_integer((json_int_t)restored->manifest.sequence));
    ctl_json_set(object, "ledger_time", json_string(at));
    ctl_json_set(object, "ledger_version", json_integer(restored->manifest.ledger_version));
    ctl_json_set(object, "bytes", json_integer((json_int_t)manifest_bytes(&restored->manifest)));
    ctl_json_set(object, "kept_log", json_boolean(restored->kept_log));
    if (session->args->json) {
        ctl_dump(session, object);
        return CTL_OK;
    }
    ctl_print_card(object, restored_card, session->out);
    fprintf(
        session->out, "%s\n",
        restored->kept_log
            ? "\nAt its start the gateway applies what that log holds behind the backup. If it "
              "refuses to,\nmove log/ and store/ away and restore again: that is the state of "
              "the backup."
            : "\nWhat came after the backup is lost here. Banks that have seen it are held when "
              "they connect,\nuntil they are reconciled (linkgatectl bank resync).");
    json_decref(object);
    return CTL_OK;
}

enum ctl_exit ctl_restore(struct ctl_session *session) {
    const char *from = session->args->words[0];
    const char *to = session->args->words[1];
    struct bar bar = {.to = session->errors, .shown = ctl_is_terminal(session->errors)};
    struct backup_sink sink = {show_stage, &bar};
    struct backup_restored restored;
    char reason[BACKUP_REASON_MAX];
    int rc = backup_restore(from, to, &sink, &restored, reason, sizeof(reason));
    bar_clear(&bar);
    if (rc != 0) {
        fprintf(session->errors, "linkgatectl: nothing was restored: %s\n", reason);
        return CTL_REFUSED;
    }
    enum ctl_exit result = tell_restored(session, to, &restored);
    manifest_deinit(&restored.manifest);
    return result;
}
