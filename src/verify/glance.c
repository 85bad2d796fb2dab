/*
 * What a start looks at.
 *
 * Invariant: nothing is opened for writing, and LMDB is asked only about a file whose pages were
 * right: all of them where the file is small enough to be read before anybody is served, else its meta
 * pages, size and roots, and the rest by verify_running. What is said tells the operator what to do.
 * The log is judged by its own opening.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kv/pages.h"
#include "store/check.h"
#include "store/tables.h"
#include "verify/folder.h"

#define PATH_SIZE 4096
#define REMEDY                                                                                     \
    "run linkgatectl verify to see all of it, then restore a backup (docs/operations.md, Is the "  \
    "store right?)"

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

static int tell(const char *dir, const struct first_fault *fault, char *reason_out,
                size_t reason_size) {
    snprintf(reason_out, reason_size, "%s/store/data.mdb is damaged: %s: " REMEDY, dir,
             fault->text);
    return VERIFY_UNREADABLE;
}

/* A file that is absent, or that the disk does not give, is for the opening to judge. */
static int look_at_pages(struct verify_start *start, const char *dir, char *reason_out,
                         size_t reason_size) {
    struct first_fault fault = {.told = false};
    struct kv_pages pages = {.fault = on_fault, .context = &fault};
    struct kv_pages_found found = {.whole = false};
    char path[PATH_SIZE], unread[PATH_SIZE];
    if (snprintf(path, sizeof(path), "%s/store", dir) >= PATH_SIZE)
        return 0;
    int rc = kv_pages_glance(path, start->whole_bytes, &pages, &found, unread, sizeof(unread));
    start->whole = rc == KV_ABSENT || (rc == 0 && found.whole);
    return fault.told ? tell(dir, &fault, reason_out, reason_size) : 0;
}

/* Tables that each start reads anyway, or that money hangs on. */
static const enum table looked_at[] = {TABLE_META,     TABLE_BANK, TABLE_BANK_COUNTERS,
                                       TABLE_POSITION, TABLE_NET,  TABLE_EXPOSURE,
                                       TABLE_PAIR};

static int look_at_table(struct store *store, enum table table, uint32_t *rows, char *reason_out,
                         size_t reason_size) {
    const uint8_t prefix = (uint8_t)table;
    struct span key, value;
    const char *why;
    int rc = overlay_seek(store_overlay(store), span_of(&prefix, 1), 1, &key, &value);
    for (; rc == 0 && *rows < VERIFY_START_ROWS; ++*rows) {
        if (store_check_row(store, key, value, &why) != ROW_RIGHT) {
            snprintf(reason_out, reason_size,
                     "the store has a damaged row in table \"%s\" (%s): " REMEDY, table_name(table),
                     why);
            return VERIFY_UNREADABLE;
        }
        rc = overlay_after(store_overlay(store), key, 1, &key, &value);
    }
    if (rc >= 0)
        return 0;
    snprintf(reason_out, reason_size, "the store's rows cannot be read: " REMEDY);
    return VERIFY_UNREADABLE;
}

int verify_start(void *context, const char *dir, struct store *store, char *reason_out,
                 size_t reason_size) {
    uint32_t rows = 0;
    int rc = 0;
    if (store == NULL)
        return look_at_pages(context, dir, reason_out, reason_size);
    for (size_t i = 0; rc == 0 && i < sizeof(looked_at) / sizeof(looked_at[0]); i++)
        rc = look_at_table(store, looked_at[i], &rows, reason_out, reason_size);
    return rc;
}

/* ---- the rest, while it serves ---- */

struct running {
    struct first_fault fault;
    bool (*go_on)(void *context);
    void *context;
};

static void on_running_fault(void *context, uint64_t page, const char *text) {
    struct running *running = context;
    on_fault(&running->fault, page, text);
}

static bool goes_on(void *context) {
    struct running *running = context;
    return !running->fault.told && running->go_on(running->context);
}

int verify_running(struct kv *kv, const char *dir, bool (*go_on)(void *context), void *context,
                   char *reason_out, size_t reason_size) {
    struct running running = {.go_on = go_on, .context = context};
    struct kv_pages pages = {.fault = on_running_fault, .go_on = goes_on, .context = &running};
    struct kv_pages_found found;
    int rc = kv_pages_check_open(kv, &pages, &found, reason_out, reason_size);
    return running.fault.told ? tell(dir, &running.fault, reason_out, reason_size) : rc;
}
