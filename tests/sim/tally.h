/*
 * How often each kind of command was carried out, and how often it was refused, over all runs of this
 * program: what is never driven is not tested.
 */
#ifndef LG_TESTS_SIM_TALLY_H
#define LG_TESTS_SIM_TALLY_H

#include <stdbool.h>

#include "domain/command_row.h"

void tally_add(enum command_kind kind, bool refused);
/* Besides, what is to happen in some run. */
enum tally_event {
    TALLY_LEAP_DAY,
    TALLY_APPROVAL_EXPIRED,
    TALLY_BUCKET_FULL,
    TALLY_FELL_BACK,
    TALLY_KIND_TURNED_ON,
    TALLY_CLASS3_FULL,
    TALLY_CLASS3_EMPTY,
    TALLY_ILLIQUID,
    TALLY_EVENTS
};
void tally_note(enum tally_event event);
/* False, having said which: a kind was never carried out, or never refused where it can be, or something did not
 * happen. */
bool tally_complete(void);

#endif
