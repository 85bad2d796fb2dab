/*
 * The door between the connections and the ledger: commands go in, and what the router cannot
 * deliver itself (an operator's answer, an alarm) comes back. A seam: the engine's queue stands
 * behind it in the daemon, a plain list in tests and in the simulator.
 */
#ifndef LG_ROUTER_DOOR_H
#define LG_ROUTER_DOOR_H

#include "domain/command.h"
#include "domain/effect.h"

struct door {
    void *context;
    /* How many ordinary commands of that bank may be submitted now. At 0 its sessions stop reading,
     * and whoever owns the door says when there is room again (front_resume). */
    size_t (*room)(void *context, bank_code bank);
    /* Takes the command. Called at most room() times. */
    void (*submit)(void *context, struct command *command);
    /* Takes the command, always: BANK_UP and BANK_DOWN must not be lost for want of room. Slots
     * for them are bounded by the banks' sessions that open and end. The ledger gets the commands
     * of one bank in the order in which they came through either of the two. */
    void (*submit_reserved)(void *context, struct command *command);
    int64_t (*ledger_now_ms)(void *context);
    /* An effect that is not for banks: EFFECT_ALARM, EFFECT_REPLY to ORIGIN_ADMIN. Borrowed. */
    void (*told)(void *context, const struct effect *effect);
    /* Takes what is served beside the ledger (command_is_beside), to be answered by an EFFECT_REPLY to
     * its origin. False: there is no room for more of that bank's; it is still the caller's. NULL:
     * nothing is served so. */
    bool (*beside)(void *context, struct command *command);
};

#endif
