/*
 * A folder's verification: what is looked at, in which order.
 *
 * Invariant: nothing in the folder is opened for writing or made; LMDB gets to read only what passed
 * page by page, in a process that may die. What cannot be looked at is said, never passed over: either
 * a finding, or the note, or VERIFY_UNREADABLE.
 */
#include "verify/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kv/pages.h"
#include "verify/backup.h"
#include "verify/child.h"
#include "verify/manifest.h"

#define PATH_SIZE 4096

void inside_found(struct inside *inside, enum law law, enum object_kind kind,
                  const struct id *object, bank_code bank, const char *format, ...) {
    struct verify_finding finding = {.law = law, .kind = kind, .bank = bank};
    if (object != NULL)
        finding.object = *object;
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(finding.text, sizeof(finding.text), format, arguments);
    va_end(arguments);
    inside->report.counts.findings++;
    inside->sink->found(inside->sink->context, &finding);
}

void inside_progress(struct inside *inside, const char *stage, uint64_t done, uint64_t of) {
    if (inside->sink->progress != NULL)
        inside->sink->progress(inside->sink->context, stage, done, of);
}

void inside_note(struct inside *inside, const char *format, ...) {
    char *note = inside->report.note;
    size_t used = strlen(note);
    if (used > 0 && used + 2 < sizeof(inside->report.note))
        used += (size_t)snprintf(note + used, sizeof(inside->report.note) - used, "; ");
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(note + used, sizeof(inside->report.note) - used, format, arguments);
    va_end(arguments);
}

int inside_unreadable(struct inside *inside, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist*) */
    vsnprintf(inside->reason, inside->reason_size, format, arguments);
    va_end(arguments);
    return VERIFY_UNREADABLE;
}

static int path_in(struct inside *inside, const char *dir, const char *name,
                   char path_out[PATH_SIZE]) {
    if (snprintf(path_out, PATH_SIZE, "%s/%s", dir, name) < PATH_SIZE)
        return 0;
    return inside_unreadable(inside, "%s: the name is too long", dir);
}

/* ---- pages ---- */

struct page_faults {
    struct inside *inside;
    const char *where; /* "" or "the older store's " */
};

static void on_fault(void *context, uint64_t page, const char *text) {
    const struct page_faults *faults = context;
    if (page == UINT64_MAX)
        inside_found(faults->inside, LAW_ROWS, OBJECT_NONE, NULL, 0, "%sdata.mdb: %s",
                     faults->where, text);
    else
        inside_found(faults->inside, LAW_ROWS, OBJECT_NONE, NULL, 0,
                     "%sdata.mdb, page %" PRIu64 ": %s", faults->where, page, text);
}

static void on_page(void *context, uint64_t done, uint64_t of) {
    const struct page_faults *faults = context;
    inside_progress(faults->inside, "pages", done, of);
}

/* 0: LMDB can read it; 1: it cannot; VERIFY_UNREADABLE. */
static int check_pages(struct inside *inside, const char *dir, const char *where) {
    struct page_faults faults = {inside, where};
    struct kv_pages pages = {.fault = on_fault, .progress = on_page, .context = &faults};
    struct kv_pages_found found;
    int rc = kv_pages_check(dir, &pages, &found, inside->reason, inside->reason_size);
    if (rc != 0)
        return VERIFY_UNREADABLE;
    if (where[0] == '\0')
        inside->report.pages = found.pages;
    inside_progress(inside, "pages", found.pages, found.pages);
    return found.faults > 0 && !found.other_rows;
}

/* ---- what is behind the pages: in a process of its own ---- */

static int read_meta(struct inside *inside) {
    int rc = store_get_meta(inside->store, &inside->meta);
    if (rc < 0)
        return inside_unreadable(inside, "the store's first record is damaged");
    inside->report.applied_sequence = inside->meta.applied_sequence;
    if (inside->meta.ledger_version > LEDGER_VERSION)
        return inside_unreadable(inside,
                                 "the store was written by ledger version %" PRIu32
                                 ", this program has %u: look at it with the newer program",
                                 inside->meta.ledger_version, LEDGER_VERSION);
    return 0;
}

static int look_at_store(struct inside *inside, uint64_t *damaged_out) {
    int rc = kv_open_to_look(inside->store_dir, &inside->kv, inside->reason, inside->reason_size);
    if (rc == 0)
        rc = store_open(inside->kv, inside->keyring, &inside->store, inside->reason,
                        inside->reason_size);
    if (rc == 0)
        rc = inside_rows(inside, damaged_out);
    return rc == 0 ? 0 : VERIFY_UNREADABLE;
}

/* The rows were looked at one by one: a sealed field that does not open is not told again. */
static void on_law(void *context, const struct verify_finding *finding) {
    struct inside *inside = context;
    if (finding->law == LAW_I19 && inside->sealed > 0)
        return;
    inside->report.counts.findings++;
    inside->sink->found(inside->sink->context, finding);
}

static void on_law_progress(void *context, const char *stage, uint64_t done, uint64_t of) {
    inside_progress(context, stage, done, of);
}

/* The laws ask for rows that decode: where some do not, these are what must be mended first. */
int inside_laws(struct inside *inside) {
    struct verify_counts counts = {0};
    struct verify_sink sink = {on_law, on_law_progress, inside};
    int rc = verify_store(inside->store, inside->options->at_rest, &sink, &counts);
    struct verify_counts *sum = &inside->report.counts;
    sum->links = counts.links;
    sum->transfers = counts.transfers;
    sum->notices = counts.notices;
    return rc == 0 ? 0 : inside_unreadable(inside, "the store cannot be read to its end");
}

static void leave_store(struct inside *inside) {
    store_close(inside->store);
    kv_close(inside->kv);
    inside->store = NULL;
    inside->kv = NULL;
}

static int look_inside(struct inside *inside) {
    uint64_t damaged = 0;
    int rc = look_at_store(inside, &damaged);
    if (rc == 0 && damaged > 0) {
        inside_note(inside, "since rows are damaged, the laws were not looked at, and the log was "
                            "looked at without the store");
        leave_store(inside);
    } else if (rc == 0) {
        rc = read_meta(inside);
        if (rc == 0)
            rc = inside_laws(inside);
    }
    if (rc == 0)
        rc = inside_log(inside);
    leave_store(inside);
    return rc;
}

/* The store's pages are damaged. */
static int look_at_log_alone(struct inside *inside) {
    inside_note(inside, "since the store's pages are damaged, its rows were not looked at, and the "
                        "log was looked at without the store");
    return inside_log(inside);
}

/* ---- around it ---- */

static int run(struct inside *inside, int (*look)(struct inside *inside)) {
    char died[128];
    if (inside->options->in_process)
        return look(inside);
    int rc = child_run(inside, look, died, sizeof(died));
    if (rc != CHILD_DIED)
        return rc;
    inside_found(inside, LAW_ROWS, OBJECT_NONE, NULL, 0,
                 "the store's pages are damaged: reading them ended the process that did (%s)",
                 died);
    return 0;
}

/* An older store that does not read is of no use, and no fault of the one that is looked at. */
static int check_older(struct inside *inside) {
    char dir[PATH_SIZE];
    struct verify_counts before = inside->report.counts;
    if (inside->options->from == NULL)
        return 0;
    int rc = path_in(inside, inside->options->from, "store", dir);
    if (rc == 0)
        rc = check_pages(inside, dir, "the older store's ");
    if (rc >= 0 && inside->report.counts.findings > before.findings)
        return inside_unreadable(inside, "%s: its pages are damaged (%" PRIu64 " findings)",
                                 inside->options->from,
                                 inside->report.counts.findings - before.findings);
    return rc;
}

static int make_temp(struct inside *inside) {
    const char *in = inside->options->temp;
    if (in == NULL)
        in = getenv("TMPDIR");
    if (in == NULL || in[0] == '\0')
        in = "/tmp";
    int rc = path_in(inside, in, "linkgate-verify-XXXXXX", inside->temp_dir);
    if (rc == 0 && mkdtemp(inside->temp_dir) == NULL) {
        inside->temp_dir[0] = '\0';
        return inside_unreadable(inside,
                                 "%s: no folder can be made in it: %s; name another one (--temp)",
                                 in, strerror(errno));
    }
    return rc;
}

static void remove_temp(struct inside *inside) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[PATH_SIZE + 16];
    if (inside->temp_dir[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", inside->temp_dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(inside->temp_dir);
}

static int look(struct inside *inside) {
    int pages = check_pages(inside, inside->store_dir, "");
    if (pages < 0)
        return pages;
    int rc = check_older(inside);
    if (rc == 0)
        rc = make_temp(inside);
    if (rc == 0)
        rc = run(inside, pages == 0 ? look_inside : look_at_log_alone);
    remove_temp(inside);
    return rc;
}

/* The engine's lock, shared; a folder that never was an engine's (a backup) may have none. */
static int lock_folder(struct inside *inside, const char *dir, int *fd_out) {
    char path[PATH_SIZE];
    *fd_out = -1;
    int rc = path_in(inside, dir, "lock", path);
    if (rc != 0)
        return rc;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : inside_unreadable(inside, "%s: %s", path, strerror(errno));
    if (flock(fd, LOCK_SH | LOCK_NB) != 0) {
        close(fd);
        (void)inside_unreadable(inside, "%s: a gateway has this store open", dir);
        return VERIFY_IN_USE;
    }
    *fd_out = fd;
    return 0;
}

static bool go_on(void *context, const char *stage, uint64_t done, uint64_t of) {
    (void)stage;
    inside_progress(context, "files", done, of);
    return true;
}

/* A backup that was not started yet, which makes a lock: its files are as they were written. */
static int check_manifest(struct inside *inside, const char *dir) {
    char path[PATH_SIZE], lock[PATH_SIZE];
    struct manifest manifest;
    struct backup_sink sink = {go_on, inside};
    int rc = path_in(inside, dir, MANIFEST_NAME, path);
    if (rc == 0)
        rc = path_in(inside, dir, "lock", lock);
    if (rc != 0 || access(path, F_OK) != 0 || access(lock, F_OK) == 0)
        return rc;
    rc = backup_check(dir, &sink, &manifest, inside->reason, inside->reason_size);
    if (rc == 0)
        manifest_deinit(&manifest);
    if (rc == BACKUP_WRONG)
        inside_found(inside, LAW_ROWS, OBJECT_NONE, NULL, 0, "%s", inside->reason);
    return rc == 0 || rc == BACKUP_WRONG ? 0 : VERIFY_UNREADABLE;
}

static int look_locked(struct inside *inside, const char *dir) {
    struct stat status;
    int rc = path_in(inside, dir, "store", inside->store_dir);
    if (rc == 0)
        rc = path_in(inside, dir, "log", inside->log_dir);
    if (rc != 0)
        return rc;
    if (stat(inside->store_dir, &status) != 0)
        return inside_unreadable(inside, "%s: %s: this is no folder of a gateway, and no backup",
                                 inside->store_dir, strerror(errno));
    if (stat(inside->log_dir, &status) != 0)
        return inside_unreadable(inside, "%s: %s: a store is nothing without its log",
                                 inside->log_dir, strerror(errno));
    rc = check_manifest(inside, dir);
    return rc == 0 ? look(inside) : rc;
}

/* What a backup leaves that was killed: as far as it goes all of it may be right. */
static bool is_unfinished(const char *dir) {
    char path[MANIFEST_PATH_MAX];
    size_t size = strlen(dir);
    const size_t end = strlen(MANIFEST_PARTIAL);
    while (size > 0 && dir[size - 1] == '/')
        size--;
    return size > end && memcmp(dir + size - end, MANIFEST_PARTIAL, end) == 0 &&
           (!manifest_path(path, dir, MANIFEST_NAME) || access(path, F_OK) != 0);
}

int verify_folder(const char *dir, const struct verify_options *options,
                  const struct verify_sink *sink, struct verify_report *report_out,
                  char *reason_out, size_t reason_size) {
    struct inside *inside = xcalloc(1, sizeof(*inside));
    struct keyring *loaded = NULL;
    int lock_fd = -1;
    reason_out[0] = '\0';
    *inside = (struct inside){.options = options,
                              .sink = sink,
                              .keyring = options->keyring,
                              .reason = reason_out,
                              .reason_size = reason_size};
    int rc =
        is_unfinished(dir)
            ? inside_unreadable(inside, "%s: a backup that was not finished: make another", dir)
            : lock_folder(inside, dir, &lock_fd);
    if (rc == 0 && inside->keyring == NULL &&
        keyring_load(options->keys, &loaded, reason_out, reason_size) != 0)
        rc = VERIFY_UNREADABLE;
    if (loaded != NULL)
        inside->keyring = loaded;
    if (rc == 0)
        rc = look_locked(inside, dir);
    *report_out = inside->report;
    keyring_free(loaded);
    if (lock_fd >= 0)
        close(lock_fd);
    free(inside);
    return rc;
}
