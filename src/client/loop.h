/*
 * One connection driven by poll(2) in the caller's thread: enough for a bank's small program or a
 * test, without any event library.
 */
#ifndef LG_CLIENT_LOOP_H
#define LG_CLIENT_LOOP_H

#include "client/socket.h"
#include "util/clock.h"

#define CLIENT_LOOP_ENDED 1   /* the connection is over: client_reason says why */
#define CLIENT_LOOP_TIMEOUT 2 /* what was waited for did not come in time */

/* Flushes what was said, then waits at most wait_ms for the socket or the client's own deadlines,
 * and lets the callbacks run. 0 or CLIENT_LOOP_ENDED. */
int client_loop_turn(struct client_socket *socket, const struct clock *clock,
                     int64_t wait_ms) MUST_USE;
/* Turns until done says so. 0, CLIENT_LOOP_ENDED or CLIENT_LOOP_TIMEOUT. */
int client_loop_until(struct client_socket *socket, const struct clock *clock,
                      bool (*done)(void *context), void *context, int64_t wait_ms) MUST_USE;

#endif
