/*
 * A command as the log keeps it: sequence, ledger time, source and the exact bytes received.
 * Big-endian, fixed header, then the payload. A batch is its entries one behind the other.
 */
#ifndef LG_LEDGER_ENTRY_H
#define LG_LEDGER_ENTRY_H

#include "domain/command.h"
#include "util/fatal.h"

/* sequence 8, ledger_ms 8, kind 4, bank 8, pin 32, uid 4, timeout_ms 4, payload size 4 */
#define ENTRY_HEADER_SIZE 72u
#define ENTRY_PAYLOAD_MAX 65536u /* of a frame: DESIGN.md §3 */

#define ENTRY_DAMAGED 1 /* what the reader has next is no entry, or no command of its kind */

struct entry {
    uint64_t sequence;
    int64_t ledger_ms;
    struct command *command; /* its payload points into what was read */
};

size_t entry_size(const struct command *command);
void entry_append(struct buf *to, const struct command *command, uint64_t sequence,
                  int64_t ledger_ms);
/* The next entry, decoded. 0: entry_out->command is the caller's to free, and must not outlive the
 * bytes read. ENTRY_DAMAGED: the sequence is set if it could be read, else 0; command is NULL. */
int entry_read(struct reader *reader, struct entry *entry_out) MUST_USE;

#endif
