/*
 * Commands that crashed the ledger. One that was being applied at two crashes is held: refused,
 * until an operator releases it (it is forgotten, and may be sent again) or drops it (refused for
 * ever). Kept in a small text file, replaced whole and synced at each change. DESIGN.md §2, Poison.
 */
#ifndef LG_ENGINE_QUARANTINE_H
#define LG_ENGINE_QUARANTINE_H

#include "domain/command.h"
#include "util/fatal.h"

#define QUARANTINE_CRASHES 2
#define QUARANTINE_MAX 64 /* rows; when full the oldest that is not held or dropped gives way */
/* A single crash is forgotten after this: longer than a request id is valid. */
#define QUARANTINE_FORGET_MS (8 * 86400000LL)

#define QUARANTINE_FAILED (-1)
#define QUARANTINE_ABSENT 1
#define QUARANTINE_FULL 2

enum quarantine_state {
    QUARANTINE_SEEN = 1, /* crashed once; not stopped */
    QUARANTINE_HELD = 2,
    QUARANTINE_DROPPED = 3
};

struct quarantine_row {
    struct digest digest; /* inhand_digest */
    enum command_kind kind;
    bank_code bank;
    int64_t since_ms; /* wall clock, of the first crash */
    uint32_t crashes;
    enum quarantine_state state;
};

struct quarantine;

/* 0, or QUARANTINE_FAILED with a reason for people; a file that does not read is not passed over. */
int quarantine_open(const char *path, struct quarantine **quarantine_out, char *reason_out,
                    size_t reason_size) MUST_USE;
void quarantine_close(struct quarantine *quarantine);

/* The process crashed while that command was being applied. row_out: how it stands now. 0,
 * QUARANTINE_FULL (not counted), QUARANTINE_FAILED. */
int quarantine_count(struct quarantine *quarantine, const struct digest *digest,
                     enum command_kind kind, bank_code bank, int64_t wall_ms,
                     struct quarantine_row *row_out) MUST_USE;
/* Held or dropped. Costs nothing unless a command of that kind and bank is. */
bool quarantine_stops(const struct quarantine *quarantine, const struct command *command);
/* Any command of that kind is held or dropped. */
bool quarantine_stops_kind(const struct quarantine *quarantine, enum command_kind kind);

/* All rows; borrowed until the next change. */
size_t quarantine_rows(const struct quarantine *quarantine, const struct quarantine_row **rows_out);
/* Of a row that is held or dropped. 0, QUARANTINE_ABSENT, QUARANTINE_FAILED. */
int quarantine_release(struct quarantine *quarantine, const struct digest *digest) MUST_USE;
int quarantine_drop(struct quarantine *quarantine, const struct digest *digest) MUST_USE;

#endif
