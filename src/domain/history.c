/*
 * The steps of an object's life, kept inside its record.
 *
 * Invariant: entries are only ever added behind, none is changed or dropped. Whether a step was
 * allowed is the state machines' affair (link.c, transfer.c), not looked at here.
 */
#include "domain/types.h"

bool history_add(struct history *history, const struct history_entry *entry) {
    if (history->count >= HISTORY_MAX)
        return false;
    history->entries[history->count] = *entry;
    history->count++;
    return true;
}
