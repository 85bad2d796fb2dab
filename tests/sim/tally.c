/*
 * Counts by the table of kinds (command_kinds.c), so that a kind which is added there and not driven
 * here is found out.
 */
#include "sim/tally.h"

#include <inttypes.h>
#include <stdio.h>

#define KINDS_MAX 128

static struct { uint64_t done, refused; } counts[KINDS_MAX];

static uint64_t events[TALLY_EVENTS];
static const char *const event_names[TALLY_EVENTS] = {
    "a day is 29 February",
    "an order waits too long",
    "a limit of an account's class stands in the way",
    "the Class I account pays what is above it",
    "a transfer is accepted whose kind rules turned on",
    "a Class III account has all that it may have",
    "a Class III account is not paid by others before its own person has",
    "a prefunded bank has not paid in enough"};

void tally_note(enum tally_event event) {
    events[event]++;
}

void tally_add(enum command_kind kind, bool refused) {
    const struct command_row *row;
    for (size_t i = 0; i < KINDS_MAX && (row = command_row_at(i)) != NULL; i++) {
        if (row->kind != kind)
            continue;
        counts[i].done += !refused;
        counts[i].refused += refused;
    }
}

/* A bank's own list is served beside the ledger, by threads of the daemon and a spool with files of
 * its own, which one thread does not have: the rows that it ends in (RECON_ROW) are driven, as the
 * comparison would hand them to the ledger. The daemon's tests upload whole lists. */
static bool is_of_lists(const struct command_row *row) {
    return command_is_beside(row->kind);
}

/* What the gateway asks of itself and what banks answer is not refused; nor is a search, a backup,
 * a list that was handed in, a list of a bank's links, nor its position. */
static bool is_refusable(const struct command_row *row) {
    if (row->kind == COMMAND_SEARCH || row->kind == COMMAND_FETCH_NOTICES ||
        row->kind == COMMAND_LIST_LINKS || row->kind == COMMAND_LIST_PRODUCTS ||
        row->kind == COMMAND_QUERY_POSITION || row->kind == COMMAND_BACKUP ||
        row->kind == COMMAND_RECON_COMPARE || row->direction != MESSAGE_REQUEST)
        return false;
    return row->order || (row->roles != 0 && !is_of_lists(row));
}

/* Nothing freezes here: each object that does is a failure of the run. */
static bool is_doable(const struct command_row *row) {
    return row->kind != COMMAND_UNFREEZE && !is_of_lists(row);
}

bool tally_complete(void) {
    bool complete = true;
    const struct command_row *row;
    for (size_t i = 0; i < KINDS_MAX && (row = command_row_at(i)) != NULL; i++) {
        bool lacks = (is_doable(row) && counts[i].done == 0) ||
                     (is_refusable(row) && counts[i].refused == 0);
        if (lacks)
            printf("%s: carried out %" PRIu64 " times, refused %" PRIu64 " times\n", row->name,
                   counts[i].done, counts[i].refused);
        complete = complete && !lacks;
    }
    for (size_t i = 0; i < TALLY_EVENTS; i++) {
        if (events[i] == 0)
            printf("never: %s\n", event_names[i]);
        complete = complete && events[i] > 0;
    }
    return complete;
}
