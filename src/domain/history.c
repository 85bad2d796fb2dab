/*
 * The steps of an object's life, the latest of them kept inside its record.
 *
 * Invariant: entries are only ever added behind, none is changed; the oldest leave only when the
 * record is full, and are counted. Whether a step was allowed is the state machines' affair
 * (link.c, transfer.c), where the old entries go the store's.
 */
#include <string.h>

#include "domain/types.h"

bool history_full(const struct history *history) {
    return history->count >= HISTORY_MAX;
}

bool history_add(struct history *history, const struct history_entry *entry) {
    if (history_full(history))
        return false;
    history->entries[history->count] = *entry;
    history->count++;
    return true;
}

void history_spill(struct history *history) {
    if (!history_full(history))
        return;
    history->count -= HISTORY_SPILL;
    history->spilled += HISTORY_SPILL;
    memmove(history->entries, history->entries + HISTORY_SPILL,
            history->count * sizeof history->entries[0]);
}

uint32_t history_length(const struct history *history) {
    return history->spilled + history->count;
}

const struct history_entry *history_at(const struct history *history, uint32_t index) {
    if (index < history->spilled || index - history->spilled >= history->count)
        return NULL;
    return &history->entries[index - history->spilled];
}
