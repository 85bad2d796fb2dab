/*
 * What the gateway says and when, against what stands and what time passed (hub_watch.c).
 */
#ifndef LG_TESTS_SIM_WATCH_H
#define LG_TESTS_SIM_WATCH_H

#include "sim/hub.h"

/* The gateway's deadlines of connections, and how late a turn may come. */
#define WATCH_HELLO_MS 10000
#define WATCH_HEARTBEAT_MS 5000
#define WATCH_DAWDLE_MS 300

/* At the end of a turn, in which what was due was done: nobody is overdue. */
void watch_turn(struct hub *hub);
/* At any time: nobody is overdue by more than a turn may come late. */
void watch_between_turns(struct hub *hub);
/* What that connection is about to be sent. */
void watch_output(struct hub *hub, const struct seat *seat, struct span output);
/* A command was applied at that ledger time, with these effects from there on. */
void watch_time(struct hub *hub, int64_t now_ms, const struct effects *effects, size_t from);
void watch_answers(struct hub *hub, const struct command *command, const struct effects *effects,
                   size_t from);
/* (watch_bounds.c) */
void watch_bounds(struct hub *hub, const struct command *command, const struct effects *effects,
                  size_t from);

#endif
