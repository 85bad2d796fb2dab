/*
 * What the files of net share. Private to net.
 */
#ifndef LG_NET_INTERNAL_H
#define LG_NET_INTERNAL_H

#include <event2/event.h>
#include <event2/event_struct.h>

#include "net/net.h"
#include "session/channel.h"
#include "util/clock.h"
#include "util/heap.h"
#include "util/hmap.h"

/* Two banks that share a slot are read in different turns: that is all that comes of it. */
#define NET_BANKS 256u

/* What a connection is read for, or why it is not. */
enum intake {
    INTAKE_OPEN,
    INTAKE_SHAKES,  /* bytes of a handshake are left for a turn that has time */
    INTAKE_AGAIN,   /* frames or bytes are left for the next turn */
    INTAKE_BLOCKED, /* frames are left, and the door has no room */
    INTAKE_SLOWED,  /* frames are left, and its bank had too many refusals */
    INTAKE_CHOKED,  /* the peer does not take its output */
    INTAKE_ENDED,   /* the session is over; the last output is on its way */
    INTAKE_LINGER   /* all is written: bytes are dropped until the peer closes */
};

/* What the connections of one bank have in common. It goes with the last of them. */
struct net_bank {
    bank_code code;
    uint32_t connections;
    size_t output; /* the sum of theirs */
};

struct connection {
    struct heap_node timer; /* first: the heap gives it back */
    struct net *net;
    struct channel *channel;
    struct net_bank *bank; /* NULL: not known yet */
    int fd;
    enum intake intake;
    bool dirty;       /* in net->dirty */
    bool handshaking; /* in net->handshaking */
    bool unread;      /* it was its turn to be read, and another one's of its bank */
    bool writing;     /* has the write event */
    bool parting;     /* in net->parting: its session is over */
    int64_t opened_ms;
    int64_t ended_ms;
    size_t output;    /* its part of net->stats.output */
    int64_t moved_ms; /* last progress of the output, while writing */
    struct event read_event;
    struct event write_event;
    TAILQ_ENTRY(connection) entry; /* all, or dead */
    TAILQ_ENTRY(connection) dirty_entry;
    TAILQ_ENTRY(connection) held_entry; /* shakes, again, blocked or slowed */
    TAILQ_ENTRY(connection) handshake_entry;
    TAILQ_ENTRY(connection) parting_entry;
};

TAILQ_HEAD(connection_list, connection);

struct listener {
    struct net *net;
    int fd;
    struct event event;
};

struct net {
    struct net_config config;
    struct listener listeners[NET_LISTENERS_MAX];
    uint32_t listener_count;
    int reserve_fd; /* given up to accept and close when descriptors ran out */
    struct event pause_event;
    struct event turn_event;  /* made active: runs behind all of the turn */
    struct event again_event; /* the next turn, for what was left */
    struct event clock_event;
    struct event drain_event;
    struct clock clock;     /* for how long a step of a handshake takes */
    int64_t shake_after_us; /* the next of them */
    int64_t clock_at_ms;    /* when clock_event fires; INT64_MAX: not armed */
    bool turn_wanted;
    bool place_wanted; /* listening rests until a handshake ends, or is old enough to give way */
    uint64_t turn;
    uint32_t fed;               /* banks that were read in this turn */
    uint64_t served[NET_BANKS]; /* the turn in which a bank was read last, by its code */
    bool draining;
    void (*drained)(void *context);
    void *drained_context;
    struct heap timers;
    struct hmap *banks; /* code -> net_bank */
    struct connection_list connections, dead, dirty, shaking, again, blocked, slowed, handshaking,
        parting;
    struct net_stats stats;
    uint8_t bytes[NET_READ_MAX];
};

/* net.c */
/* Something was said or changed: net_turn runs behind the turn's other events. */
void net_want_turn(struct net *net);

/* listener.c */
void listener_close_all(struct net *net);
void listener_pause_over(struct net *net);
/* A handshake ended. */
void listener_place_free(struct net *net);

/* connection.c */
void connection_open(struct net *net, int fd, const char *from);
void connection_flush(struct connection *connection);
void connection_again(struct connection *connection);
/* A step of the handshake. */
void connection_shake(struct connection *connection);
/* Another connection of its bank was read in this turn. */
bool connection_had_its_turn(const struct connection *connection);
void connection_timer(struct connection *connection);
/* At once, with a reset: whatever was not written is lost. */
void connection_cut(struct connection *connection);
void connection_set_intake(struct connection *connection, enum intake intake);

#endif
