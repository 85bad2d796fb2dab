/*
 * Sockets for the front: listeners and connections on one libevent base, one thread. It moves bytes
 * and keeps time; what they mean is the sessions' affair.
 *
 * A turn of the loop: sockets are read and batches delivered in any order; behind them all, each
 * connection that has something to say is encrypted and written once. What one bank may cost in a
 * turn is bounded, and what all newcomers together may.
 */
#ifndef LG_NET_NET_H
#define LG_NET_NET_H

#include "session/front.h"

/* Cipher bytes read from one connection in a turn; and in a turn one connection of a bank is read. */
#define NET_READ_MAX 16384u
/* While the output that waits for a bank, on all its connections, is above this, those of them that
 * have some are not read: who does not take its answers asks for no more. */
#define NET_OUTPUT_MAX (128u << 10)
/* Bytes that the kernel takes beyond what it can send now: the rest waits, and is counted, here. */
#define NET_UNSENT_MAX 8192
/* The same for each connection when the output of all together is above the first of these. */
#define NET_OUTPUT_ALL_MAX (128u << 20)
#define NET_OUTPUT_SCARCE (64u << 10)
/* A peer that takes none of its output for so long is cut. */
#define NET_SLOW_READER_MS 30000
/* From the last byte written to the end of the socket, whatever the peer does. */
#define NET_LINGER_MS 2000
/* From closing a session until its last bytes must be written. */
#define NET_CLOSE_MS 5000
/* Pause of the listeners when descriptors or memory ran out. */
#define NET_PAUSE_MS 250
/* In a turn, for those whose frames are left from the turns before. */
#define NET_AGAIN_US 300
#define NET_ACCEPTS_MAX 4u /* in a turn, of one listener */
/* A handshake is left alone for so long before it gives way to a newcomer. */
#define NET_HANDSHAKE_GRACE_MS 250
#define NET_LISTENERS_MAX 8u

struct event_base;
struct tls_context;
struct net;

struct net_config {
    struct event_base *base;
    struct front *front;
    struct tls_context *tls;
    uint32_t connections_max; /* above it the oldest whose session is over gives way; if there is
                               * none, the newcomer is closed at once */
    uint32_t handshakes_max;  /* above it the oldest unfinished handshake gives way */
};

/* All borrowed. */
struct net *net_new(const struct net_config *config);
/* Cuts all connections. */
void net_free(struct net *net);

/* Listens on every address of host ("" or "*": any). 0, or -1 with reason_out. */
int net_listen(struct net *net, const char *host, uint16_t port, char *reason_out,
               size_t reason_size) MUST_USE;
/* The same with a listening, non-blocking TCP socket that somebody else opened, one of
 * NET_LISTENERS_MAX; it is closed with the others. */
void net_adopt(struct net *net, int fd);
/* Of the first listener; 0 if there is none. */
uint16_t net_port(const struct net *net);

/* New connections use this context; the certificates of live ones are looked at again under it, and
 * those that it does not accept are closed, with a GoAway. The rest notice nothing. The context
 * that was in use before may go. */
void net_set_tls(struct net *net, struct tls_context *tls);
void net_set_limits(struct net *net, uint32_t connections_max, uint32_t handshakes_max);

/* A released batch, on the event thread. */
void net_release(struct net *net, const struct effects *effects);
/* Sends the last words of the sessions that are closed by now, and shuts their connections, instead
 * of at the end of the turn: before an operator hears that a bank was cut off. */
void net_flush_closed(struct net *net);
/* The door has room again. Cheap when nobody waits. */
void net_resume(struct net *net);
/* Stops listening, tells every peer, and calls done(context) from the loop when all connections
 * are gone, or drain_ms and the time to close have passed. */
void net_drain(struct net *net, uint32_t drain_ms, void (*done)(void *context), void *context);

struct net_stats {
    uint32_t connections;
    uint32_t blocked; /* not read for want of room in the door */
    uint32_t choked;  /* not read because the peer does not read */
    uint64_t output;  /* bytes that wait for peers to take them */
    uint64_t accepted, full, evicted, pauses, slow;
    uint64_t reads, writes, bytes_in, bytes_out;
};
void net_stats(const struct net *net, struct net_stats *stats_out);

#endif
