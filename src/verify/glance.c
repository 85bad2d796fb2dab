/*
 * What a start looks at.
 *
 * Invariant: bounded in rows and pages, never by the size of the store; nothing is opened for writing,
 * and LMDB is asked only about a file whose meta pages, size and roots were right. What is said tells
 * the operator what to do. The log is judged by its own opening.
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

/* A file that is absent, or that the disk does not give, is for the opening to judge. */
static int look_at_pages(const char *dir, char *reason_out, size_t reason_size) {
    struct first_fault fault = {.told = false};
    struct kv_pages pages = {.fault = on_fault, .context = &fault};
    struct kv_pages_found found;
    char path[PATH_SIZE], unread[PATH_SIZE];
    if (snprintf(path, sizeof(path), "%s/store", dir) >= PATH_SIZE ||
        kv_pages_glance(path, &pages, &found, unread, sizeof(unread)) != 0 || !fault.told)
        return 0;
    snprintf(reason_out, reason_size, "%s/data.mdb is damaged: %s: " REMEDY, path, fault.text);
    return VERIFY_UNREADABLE;
}

/* Tables that each start reads anyway, or that money hangs on. */
static const enum table looked_at[] = {TABLE_META, TABLE_BANK, TABLE_BANK_COUNTERS, TABLE_POSITION,
                                       TABLE_NET};

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
    (void)context;
    if (store == NULL)
        return look_at_pages(dir, reason_out, reason_size);
    for (size_t i = 0; rc == 0 && i < sizeof(looked_at) / sizeof(looked_at[0]); i++)
        rc = look_at_table(store, looked_at[i], &rows, reason_out, reason_size);
    return rc;
}
