/*
 * A client over a non-blocking TCP socket, for any loop: libevent's, epoll's, or client_loop's.
 *
 * One turn of a loop: client_socket_event for what poll said, client_socket_tick when its deadline
 * has come, then the bank's own work (making things durable), then client_socket_flush, which
 * sends all that was said in one go.
 */
#ifndef LG_CLIENT_SOCKET_H
#define LG_CLIENT_SOCKET_H

#include "client/client.h"

struct client_socket;

struct client_target {
    const char *host; /* name or address */
    uint16_t port;
    uint32_t attempt; /* counts up at each reconnect: takes the host's addresses in turn */
};

/* Starts to connect (a host name is looked up here and may block; an address never does). 0, or
 * negative with reason_out; later failures show as client_state CLIENT_ENDED. */
int client_socket_open(const struct client_target *target, struct client_context *context,
                       const struct client_config *config, const struct client_handler *handler,
                       int64_t now_ms, struct client_socket **socket_out, char *reason_out,
                       size_t reason_size) MUST_USE;
/* Over a connected non-blocking descriptor, which it then owns: for tests. */
struct client_socket *client_socket_adopt(int fd, struct client_context *context,
                                          const struct client_config *config,
                                          const struct client_handler *handler, int64_t now_ms);
/* Closes; calls nobody. */
void client_socket_free(struct client_socket *socket);

struct client *client_socket_client(struct client_socket *socket);
int client_socket_fd(const struct client_socket *socket);
/* POLLIN and POLLOUT as wanted now. */
short client_socket_interest(const struct client_socket *socket);
/* What poll returned for the descriptor. Reads at most CLIENT_SOCKET_READ bytes a call. */
void client_socket_event(struct client_socket *socket, short revents, int64_t now_ms);
void client_socket_tick(struct client_socket *socket, int64_t now_ms);
int64_t client_socket_deadline_ms(const struct client_socket *socket);
/* Packs and sends as much as the kernel takes. */
void client_socket_flush(struct client_socket *socket);
/* Ended: flush once more, so that a GoAway or an alert leaves, and free it. */
bool client_socket_over(const struct client_socket *socket);

#define CLIENT_SOCKET_READ (256u << 10)

#endif
