/*
 * The admin socket: a unix stream socket on the event loop, a few clients, one request at a time of
 * each.
 */
#ifndef LG_DAEMON_ADMIN_SERVER_H
#define LG_DAEMON_ADMIN_SERVER_H

#include "daemon/admin.h"

struct event_base;
struct admin_server;

/* Clients at a time; and of one user, who therefore cannot keep out others. */
#define ADMIN_CLIENTS_MAX 64u
#define ADMIN_CLIENTS_PER_USER 16u
/* A client that says nothing; one that stops in the middle of a frame, or does not read; and one
 * whose answer does not come. */
#define ADMIN_IDLE_SECONDS 300
#define ADMIN_SLOW_SECONDS 10
#define ADMIN_ANSWER_SECONDS 60

/* Listens. A socket that a dead process left is replaced, one that somebody listens on is not.
 * gateway is borrowed. 0, or -1 with a reason for people. */
int admin_server_open(struct event_base *base, const char *path,
                      const struct admin_gateway *gateway, const struct admin_policy *policy,
                      struct admin_server **server_out, char *reason_out,
                      size_t reason_size) MUST_USE;
/* Closes all clients and removes the socket. */
void admin_server_close(struct admin_server *server);
/* From now on, for present clients too. */
void admin_server_set_policy(struct admin_server *server, const struct admin_policy *policy);
/* The frame that a pending request of the client with that id waited for; nothing if it is gone. */
void admin_server_answer(struct admin_server *server, uint64_t id, struct span frame);

#endif
