/*
 * The door of the sessions' side (router/door.h) over the engine's threads.
 */
#ifndef LG_DAEMON_LEDGER_DOOR_H
#define LG_DAEMON_LEDGER_DOOR_H

#include "engine/threads.h"
#include "router/door.h"

/* Commands that room() promises at a time. */
#define LEDGER_DOOR_CREDIT 256u

struct ledger_door {
    struct door door; /* what the front gets; told and context's use of it are the owner's */
    struct threads *threads;
    const struct clock *clock;
    /* Commands that were promised room and found none: in order, in front of all that follow. At
     * most LEDGER_DOOR_CREDIT and what sessions that open and end leave. */
    struct command *first, *last;
    size_t credit;
    int64_t ledger_ms; /* at ledger_at_us of the boot clock */
    int64_t ledger_at_us;
    bool ledger_stands; /* it is held */
    int64_t looked_at_ms;
    void (*told)(void *context, const struct effect *effect);
    void *told_context;
};

/* All borrowed. */
void ledger_door_init(struct ledger_door *ledger_door, struct threads *threads,
                      const struct clock *clock,
                      void (*told)(void *context, const struct effect *effect), void *context);
/* Frees what never found room. */
void ledger_door_deinit(struct ledger_door *ledger_door);
/* Tries again what waits. True when nothing waits any more. */
bool ledger_door_retry(struct ledger_door *ledger_door);

#endif
