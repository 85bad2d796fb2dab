/*
 * What a start looks at before it opens anything.
 *
 * Invariant: bounded by the number of log segments, never by the size of the store; nothing is opened
 * for writing, and LMDB is not asked. What is said tells the operator what to do.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kv/pages.h"
#include "log/scan.h"
#include "verify/folder.h"

#define PATH_SIZE 4096
#define REMEDY "run linkgatectl verify; to restore a backup, see docs/operations.md"

struct first_fault {
    char text[VERIFY_TEXT_MAX];
    bool told;
};

static void on_fault(void *context, uint64_t page, const char *text) {
    struct first_fault *fault = context;
    if (fault->told)
        return;
    fault->told = true;
    if (page == UINT64_MAX)
        snprintf(fault->text, sizeof(fault->text), "%s", text);
    else
        snprintf(fault->text, sizeof(fault->text), "page %" PRIu64 " %s", page, text);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int glance_at_store(const char *path, char *reason_out, size_t reason_size) {
    struct first_fault fault = {.told = false};
    struct kv_pages pages = {.fault = on_fault, .context = &fault};
    struct kv_pages_found found;
    int rc = kv_pages_glance(path, &pages, &found, reason_out, reason_size);
    if (rc == KV_ABSENT)
        return 0;
    if (rc == 0 && fault.told)
        snprintf(reason_out, reason_size, "store %s: data.mdb is damaged: %s: " REMEDY, path,
                 fault.text);
    return rc == 0 && !fault.told ? 0 : VERIFY_UNREADABLE;
}

int verify_glance(const char *dir, struct keyring *keyring, char *reason_out, size_t reason_size) {
    char path[PATH_SIZE];
    struct log_io io = log_io_system();
    if (snprintf(path, sizeof(path), "%s/store", dir) >= PATH_SIZE) {
        snprintf(reason_out, reason_size, "%s: the name is too long", dir);
        return VERIFY_UNREADABLE;
    }
    if (is_folder(path) && glance_at_store(path, reason_out, reason_size) != 0)
        return VERIFY_UNREADABLE;
    snprintf(path, sizeof(path), "%s/log", dir);
    if (!is_folder(path))
        return 0;
    int rc = log_scan_headers(path, &io, keyring, reason_out, reason_size);
    return rc == 0 ? 0 : VERIFY_UNREADABLE;
}
