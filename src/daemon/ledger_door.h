/*
 * The door of the sessions' side (router/door.h) over the engine's threads.
 */
#ifndef LG_DAEMON_LEDGER_DOOR_H
#define LG_DAEMON_LEDGER_DOOR_H

#include "engine/threads.h"
#include "router/door.h"
#include "util/hmap.h"

/* What one bank has in front of the ledger, or applied and not told yet. */
struct ledger_door_share {
    bank_code bank;
    size_t count;
};

struct ledger_door {
    struct door door; /* what the front gets; told and context's use of it are the owner's */
    struct threads *threads;
    const struct clock *clock;
    struct hmap *shares; /* of each bank that ever sent something */
    size_t count, bound; /* of all banks together */
    /* Commands that found no room although there were places (they are large), or no reserved place:
     * in order, in front of all that follow. */
    struct command *first, *last;
    int64_t ledger_ms; /* at ledger_at_us of the boot clock */
    int64_t ledger_at_us;
    bool ledger_stands; /* it is held */
    int64_t looked_at_ms;
    void (*told)(void *context, const struct effect *effect);
    bool (*beside)(void *context, struct command *command); /* as in router/door.h */
    void *told_context;                                     /* of both */
};

/* queue: commands that may wait, of all banks together. All borrowed. */
void ledger_door_init(struct ledger_door *ledger_door, struct threads *threads, size_t queue,
                      const struct clock *clock,
                      void (*told)(void *context, const struct effect *effect), void *context);
/* Frees what never found room. */
void ledger_door_deinit(struct ledger_door *ledger_door);
/* The commands of that release are done with: their places are free again. */
void ledger_door_released(struct ledger_door *ledger_door, const struct release *release);
/* Tries again what waits. True when nothing waits any more. */
bool ledger_door_retry(struct ledger_door *ledger_door);

#endif
