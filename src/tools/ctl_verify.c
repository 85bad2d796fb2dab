/*
 * Whether a store is right: a stopped gateway's folder or a backup, looked at by this program itself.
 *
 * Invariant: nothing in the folder changes; what is found goes to out, as one table or one JSON
 * object, and how far it is to a terminal alone. The exit status says which of three it was: right,
 * not right, or not to be looked at.
 */
#include <ini.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/ctl_commands.h"
#include "tools/ctl_table.h"
#include "tools/ctl_verified.h"
#include "verify/folder.h"

#define REASON_MAX 600
#define PATH_SIZE 4096
#define CREDENTIALS "$CREDENTIALS_DIRECTORY/"

/* ---- where it is ---- */

struct places {
    const char *config;
    char store[PATH_SIZE], keys[PATH_SIZE];
};

static int on_key(void *context, const char *section, const char *name, const char *value) {
    struct places *places = context;
    if (strcmp(section, "store") != 0)
        return 1;
    if (strcmp(name, "dir") == 0)
        snprintf(places->store, PATH_SIZE, "%s", value);
    if (strcmp(name, "keys") == 0)
        snprintf(places->keys, PATH_SIZE, "%s", value);
    return 1;
}

/* By hand there are no credentials: they are taken from the folder of the configuration, where the
 * unit takes them from. */
static void resolve_keys(struct places *places) {
    char name[PATH_SIZE];
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const char *slash = strrchr(places->config, '/');
    if (strncmp(places->keys, CREDENTIALS, strlen(CREDENTIALS)) != 0)
        return;
    snprintf(name, sizeof(name), "%s", places->keys + strlen(CREDENTIALS));
    int size = folder != NULL  ? snprintf(places->keys, PATH_SIZE, "%s/%s", folder, name)
               : slash != NULL ? snprintf(places->keys, PATH_SIZE, "%.*s/%s",
                                          (int)(slash - places->config), places->config, name)
                               : snprintf(places->keys, PATH_SIZE, "%s", name);
    if (size >= PATH_SIZE)
        places->keys[0] = '\0';
}

static enum ctl_exit find_places(struct ctl_session *session, struct places *places) {
    const struct ctl_args *args = session->args;
    const char *config = args->values[CTL_CONFIG];
    const char *store = args->values[CTL_STORE];
    const char *keys = args->values[CTL_KEYS];
    *places = (struct places){.config = config != NULL ? config : CTL_CONFIG_FILE};
    if (store == NULL || keys == NULL) {
        int rc = ini_parse(places->config, on_key, places);
        if (rc != 0)
            return ctl_wrong(session,
                             "%s: it cannot be %s; name the folder with --store and the "
                             "key file with --keys",
                             places->config, rc < 0 ? "read" : "understood");
    }
    resolve_keys(places);
    if (store != NULL)
        snprintf(places->store, PATH_SIZE, "%s", store);
    if (keys != NULL)
        snprintf(places->keys, PATH_SIZE, "%s", keys);
    if (places->store[0] == '\0' || places->keys[0] == '\0')
        return ctl_wrong(session, "%s: [store] has no %s", places->config,
                         places->store[0] == '\0' ? "dir" : "keys");
    return CTL_OK;
}

/* ---- what came of it ---- */

static json_t *count_of(uint64_t count) {
    return json_integer((json_int_t)count);
}

static const char *replay_name(enum verify_replay replay) {
    switch (replay) {
    case VERIFY_REPLAY_NONE:
        return "NONE";
    case VERIFY_REPLAY_WHOLE:
        return "WHOLE";
    case VERIFY_REPLAY_FROM:
        return "FROM_BACKUP";
    case VERIFY_REPLAY_BROKEN:
        return "BROKEN";
    }
    return "NONE";
}

static json_t *report_json(const struct verify_report *report, struct ctl_verified *verified) {
    json_t *object = ctl_verified_json(verified);
    const struct verify_counts *counts = &report->counts;
    ctl_json_set(object, "rows", count_of(counts->rows));
    ctl_json_set(object, "links", count_of(counts->links));
    ctl_json_set(object, "transfers", count_of(counts->transfers));
    ctl_json_set(object, "notices", count_of(counts->notices));
    ctl_json_set(object, "batches", count_of(counts->batches));
    ctl_json_set(object, "commands", count_of(counts->commands));
    ctl_json_set(object, "sequence", count_of(report->applied_sequence));
    ctl_json_set(object, "replay", json_string(replay_name(report->replay)));
    ctl_json_set(object, "replayed", count_of(report->replayed));
    ctl_json_set(object, "tail", count_of(report->tail));
    ctl_json_set(object, "torn", json_boolean(report->torn));
    ctl_json_set(object, "note", report->note[0] != '\0' ? json_string(report->note) : json_null());
    return object;
}

static void print_report(const struct verify_report *report, FILE *to) {
    const struct verify_counts *counts = &report->counts;
    fprintf(to,
            "%" PRIu64 " rows, %" PRIu64 " links, %" PRIu64 " transfers; %" PRIu64
            " commands in %" PRIu64 " batches of the log",
            counts->rows, counts->links, counts->transfers, counts->commands, counts->batches);
    if (report->replay == VERIFY_REPLAY_WHOLE || report->replay == VERIFY_REPLAY_FROM)
        fprintf(to, ", %" PRIu64 " of them applied again and compared", report->replayed);
    if (report->tail > 0)
        fprintf(to, "; %" PRIu64 " behind the store, which the next start will apply",
                report->tail);
    fputs(".\n", to);
    if (report->torn)
        fputs("The log ends with a write that did not come to its end: the next start cuts it.\n",
              to);
    if (report->note[0] != '\0')
        fprintf(to, "Note: %s.\n", report->note);
}

static enum ctl_exit tell(struct ctl_session *session, const struct verify_report *report,
                          struct ctl_verified *verified) {
    if (session->args->json) {
        ctl_dump(session, report_json(report, verified));
    } else {
        ctl_verified_print(verified, session->out);
        print_report(report, session->out);
        ctl_verified_print_end(verified, "The store", session->out);
    }
    return verified->count == 0 ? CTL_OK : CTL_REFUSED;
}

static enum ctl_exit cannot(struct ctl_session *session, int rc, const char *reason) {
    fprintf(session->errors, "linkgatectl: %s%s\n", reason,
            rc == VERIFY_IN_USE ? "; stop it, or look at it object by object while it runs: "
                                  "linkgatectl verify --live"
                                : "");
    return CTL_UNREACHABLE;
}

static bool is_of_folder(const struct ctl_args *args) {
    static const enum ctl_option options[] = {CTL_STORE, CTL_KEYS, CTL_CONFIG, CTL_FROM_BACKUP,
                                              CTL_TEMP};
    bool given = false;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        given = given || args->values[options[i]] != NULL;
    return given;
}

enum ctl_exit ctl_verify(struct ctl_session *session) {
    const struct ctl_args *args = session->args;
    char reason[REASON_MAX];
    struct places places;
    if (args->values[CTL_LIVE] != NULL)
        return is_of_folder(args)
                   ? ctl_wrong(session,
                               "--live asks the running gateway: there is no folder, no key "
                               "file and no backup to be named")
                   : ctl_verify_live(session);
    if (args->values[CTL_LINK] != NULL || args->values[CTL_TRANSFER] != NULL)
        return ctl_wrong(session,
                         "--link and --transfer go with --live; a folder is looked at whole");
    enum ctl_exit result = find_places(session, &places);
    if (result != CTL_OK)
        return result;
    struct ctl_verified verified;
    ctl_verified_init(&verified, session);
    struct verify_sink sink = {ctl_verified_found, ctl_verified_progress, &verified};
    struct verify_options options = {
        .keys = places.keys,
        .from = args->values[CTL_FROM_BACKUP],
        .temp = args->values[CTL_TEMP],
    };
    struct verify_report report;
    int rc = verify_folder(places.store, &options, &sink, &report, reason, sizeof(reason));
    ctl_progress_end(&verified.progress);
    result = rc == 0 ? tell(session, &report, &verified) : cannot(session, rc, reason);
    if (rc != 0 && verified.count > 0 && !args->json)
        ctl_verified_print(&verified, session->errors);
    ctl_verified_deinit(&verified);
    return result;
}
