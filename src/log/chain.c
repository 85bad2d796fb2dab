/*
 * From a folder to one chain of segments, by their headers.
 *
 * Invariant: a chain that is given out is whole: from the newest segment, which is not older than
 * what head names, each header names its predecessor, back to one whose predecessor is gone together
 * with everything before it. Batches are not looked at here, and nothing is written.
 */
#include <inttypes.h>
#include <string.h>

#include "log/folder.h"

struct chain {
    struct log *log;
    struct folder *folder;
    struct reason *reason;
};

static int damaged_set(const struct chain *chain, const char *what, uint64_t number) {
    return explain(chain->reason, LOG_DAMAGED,
                   "log: segment-%012" PRIu64 " %s: restore store and log from a backup", number,
                   what);
}

/* Follows the links from the newest segment back; fills log->segments, newest first. */
static int follow_links(struct chain *chain) {
    struct log *log = chain->log;
    uint64_t number = folder_newest(chain->folder);
    while (number > 0) {
        struct folder_file *file = folder_segment(chain->folder, number);
        if (file == NULL)
            break;
        struct segment_header header;
        int rc = segment_read_header(&log->disk, log->keyring, number, &header, chain->reason);
        if (rc != 0)
            return rc;
        if (header.bytes != file->bytes)
            return damaged_set(chain, "has not the size that it was made with", number);
        if (log->segment_count > 0) {
            const struct segment_header *next = &log->segments[log->segment_count - 1];
            if (header.epoch > next->epoch || header.first_batch >= next->first_batch)
                return damaged_set(chain, "does not fit its successor", number);
        }
        if (header.previous >= number)
            return damaged_set(chain, "does not fit its predecessor", number);
        file->in_chain = true;
        log_add_segment(log, &header);
        number = header.previous;
    }
    if (number > 0 && folder_any_below(chain->folder, number))
        return damaged_set(chain, "is missing", number);
    return 0;
}

void chain_oldest_first(struct log *log) {
    for (size_t i = 0; i < log->segment_count / 2; i++) {
        struct segment_header *a = &log->segments[i];
        struct segment_header *b = &log->segments[log->segment_count - 1 - i];
        struct segment_header held = *a;
        *a = *b;
        *b = held;
    }
}

/* What head says of the newest segment. */
static int check_head(struct chain *chain, int flags) {
    struct log *log = chain->log;
    uint64_t newest = folder_newest(chain->folder);
    if (!chain->folder->has_head) {
        if (newest == 0)
            return 0;
        return explain(chain->reason, LOG_DAMAGED,
                       "log file " HEAD_NAME " is missing: restore store and log from a backup");
    }
    int rc = head_open(&log->disk, log->keyring, flags, &log->head, chain->reason);
    if (rc != 0)
        return rc;
    if (newest < log->head.segment)
        return damaged_set(chain, "is missing", log->head.segment);
    return 0;
}

static int check_newest(const struct chain *chain) {
    const struct log *log = chain->log;
    if (log->head.segment == 0 || log->segment_count == 0)
        return 0;
    const struct segment_header *last = &log->segments[log->segment_count - 1];
    if (last->number != log->head.segment ||
        memcmp(last->salt, log->head.salt, SEGMENT_SALT_SIZE) == 0)
        return 0;
    return damaged_set(chain, "is not the one that was written last", log->head.segment);
}

int chain_read(struct log *log, struct folder *folder, int head_flags, struct reason *reason) {
    struct chain chain = {.log = log, .folder = folder, .reason = reason};
    int rc = folder_list(folder, &log->disk, reason);
    if (rc == 0)
        rc = check_head(&chain, head_flags);
    if (rc == 0)
        rc = follow_links(&chain);
    chain_oldest_first(log);
    return rc == 0 ? check_newest(&chain) : rc;
}
