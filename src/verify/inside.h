/*
 * What the parts of a folder's verification share. Private to src/verify.
 */
#ifndef LG_VERIFY_INSIDE_H
#define LG_VERIFY_INSIDE_H

#include "ledger/ledger.h"
#include "log/scan.h"
#include "verify/folder.h"

/* One look at one folder, where its pages are read. */
struct inside {
    const struct verify_options *options;
    const struct verify_sink *sink;
    struct keyring *keyring;
    char store_dir[4096], log_dir[4096], temp_dir[4096];
    struct verify_report report;
    struct store *store; /* NULL: its pages are damaged; the log alone is looked at */
    struct kv *kv;
    struct store_meta meta; /* zeroes: a new store */
    uint64_t sealed;        /* rows of which it was told that a sealed field does not open */
    char *reason;
    size_t reason_size;
};

void inside_found(struct inside *inside, enum law law, enum object_kind kind,
                  const struct id *object, bank_code bank, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void inside_progress(struct inside *inside, const char *stage, uint64_t done, uint64_t of);
/* Sets the reason; always VERIFY_UNREADABLE. */
int inside_unreadable(struct inside *inside, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The laws over the store as it is now. 0 or VERIFY_UNREADABLE. */
int inside_laws(struct inside *inside) MUST_USE;
/* Adds a sentence to the report's note. */
void inside_note(struct inside *inside, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- rows.c --- Each row by itself. 0 (damaged_out: how many cannot be used), or negative. */
int inside_rows(struct inside *inside, uint64_t *damaged_out) MUST_USE;

/* --- history.c --- The log, batch by batch; what its commands say is compared with the store. */
int inside_log(struct inside *inside) MUST_USE;

/* --- again.c --- Commands applied again: onto a store in temp_dir up to where the store stands, then
 * onto the store itself, in memory. */
struct again;
struct again *again_new(struct inside *inside);
void again_free(struct again *again);
/* Before the first batch. VERIFY_UNREADABLE: no room in temp_dir, or the older store will not do. */
int again_begin(struct again *again, uint64_t before_first) MUST_USE;
/* One batch whose entries decode. The same returns. */
int again_batch(struct again *again, const struct log_place *place, struct span plain) MUST_USE;
/* The log has damage, or a command that this program does not know: nothing is applied any more. */
void again_break(struct again *again, const char *why);
/* All batches are over: the laws, once more, where a tail was applied. */
int again_end(struct again *again) MUST_USE;

/* --- compare.c --- Rows that differ between what a replay gave and the store. 0 or negative. */
int inside_compare(struct inside *inside, struct store *replayed) MUST_USE;

#endif
