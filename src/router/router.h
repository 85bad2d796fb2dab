/*
 * Who gets what: which connections a bank has, which request waits for which answer, what is to be
 * sent to a bank until it is done, and which notices a bank still has to get.
 *
 * All of it is volatile: after a restart BOOT's effects and the banks' Hellos make it anew. One
 * thread. Everything is decided by the ledger; the router only delivers, again and again if need
 * be, always the same bytes. DESIGN.md §3 and §4.
 */
#ifndef LG_ROUTER_ROUTER_H
#define LG_ROUTER_ROUTER_H

#include <sys/queue.h>

#include "router/door.h"
#include "util/fatal.h"

/* Connections of one bank: enough to spread load, few enough to look at each. */
#define ROUTER_PEERS_MAX 64u

struct router_limits {
    uint32_t peers_per_bank; /* 1 to ROUTER_PEERS_MAX */
    /* What may be out to all banks at a time. Above it an instruction to a bank that has more than
     * an equal share of this already is not sent: at its deadline it becomes an inquiry, and those
     * are always kept, for the ledger counts their money as reserved. So a bank that answers
     * nothing takes no other bank's place. */
    uint32_t exchanges;
};

/* Notices sent to a bank and not acknowledged. The rest stays in the ledger's table. */
#define ROUTER_NOTICES_MAX 1024u
/* Notices asked for at a time; less than that is left means waiting for acknowledgements. */
#define ROUTER_NOTICE_PAGE 256u
/* Pauses between inquiries, and after a bank refused an instruction: doubled each time. */
#define ROUTER_BACKOFF_MIN_MS 1000
#define ROUTER_BACKOFF_MAX_MS 60000
/* A bank's window is at most this (proto: Hello.window). */
#define ROUTER_WINDOW_MAX 4096u

struct router;
struct exchange;
struct request;

/* What goes to a peer. */
struct router_message {
    enum message_kind kind;
    enum message_direction direction;
    uint64_t correlation;
    uint32_t timeout_ms;
    struct span payload;
    const struct refusal *refusal; /* with MESSAGE_REFUSAL: what payload says, if it is empty */
};

/* One open connection of a bank; embedded in the session. Fill in the first group before
 * router_join; read the second; leave the rest alone. */
struct router_peer {
    uint64_t connection; /* never used twice in a process, not 0 */
    bank_code bank;
    struct digest pin;
    int64_t certificate_expires_ms; /* Unix time; 0: not known */
    uint32_t window; /* requests that we may have in flight to it, 1 to ROUTER_WINDOW_MAX */
    /* Appends to what the peer will be sent; must not call the router. */
    void (*send)(struct router_peer *peer, const struct router_message *message);
    /* The bank or its pin is not active any more: say so and close; must not call the router
     * before it returned, except router_leave of this peer. */
    void (*cut)(struct router_peer *peer);

    uint32_t in_flight;   /* its requests that we have not answered */
    uint32_t outstanding; /* our requests that it has not answered */
    bool stopped;         /* gets no new requests */
    bool held;            /* does not take what it was sent: gets no more that can wait */
    bool entered;         /* counts among its bank's connections */

    struct bank_row *row;
    uint64_t serial;
    struct exchange **slots; /* by the low bits of our correlation ids */
    uint16_t *free_slots;
    TAILQ_HEAD(exchange_list, exchange) sent;
    TAILQ_HEAD(request_list, request) requests;
};

/* door is borrowed. now_ms: steady clock (util/clock.h boot_ms). */
struct router *router_new(const struct door *door, const struct router_limits *limits,
                          int64_t now_ms);
/* All peers must have left. */
void router_free(struct router *router);

/* Delivers one released effect. The registry is a copy made by EFFECT_BANK. */
void router_deliver(struct router *router, const struct effect *effect);
/* Runs what is due (inquiries, retries, pages of notices). */
void router_advance(struct router *router, int64_t now_ms);
/* When router_advance has something to do; INT64_MAX if nothing. */
int64_t router_due_ms(const struct router *router);
/* The door has room again. */
void router_resume(struct router *router);

/* NULL: not in the registry. Borrowed until the next EFFECT_BANK. */
const struct bank *router_bank(const struct router *router, bank_code code);

#define ROUTER_FULL 1
/* The peer is let in, and may say Hello: from now until router_leave it counts among the bank's
 * connections. ROUTER_FULL: the bank has as many as it may. The bank must be in the registry. */
int router_enter(struct router *router, struct router_peer *peer) MUST_USE;
/* The peer said Hello. The first of a bank makes BANK_UP. ROUTER_FULL: it has as many as it
 * may. The bank must be in the registry. */
int router_join(struct router *router, struct router_peer *peer,
                const struct bank_up *position) MUST_USE;
/* The connection is gone (does nothing if it was never let in nor joined). The last of a bank makes BANK_DOWN;
 * what was out on it goes to another, now or when there is one. */
void router_leave(struct router *router, struct router_peer *peer);
/* No new requests to this peer: it, or we, are parting. */
void router_stop(struct router_peer *peer);
/* While held, a peer gets neither our requests nor notices: it does not take its output, and what
 * waits here costs nothing. Does nothing if it has not joined. */
void router_hold(struct router *router, struct router_peer *peer, bool held);

/* A request of the peer is about to be submitted and waits for its EFFECT_REPLY; for an
 * EFFECT_ANSWER only from its EFFECT_WAIT on: until then nobody knows whether it is the request that
 * the answer is for, or another under the same id. False: this correlation id is waiting already. */
bool router_request(struct router *router, struct router_peer *peer, uint64_t correlation,
                    enum message_kind kind) MUST_USE;
/* A reply to our request came: what it was about. False: no such request is out on this peer (any
 * more); the answer counts all the same, if it names its object. */
bool router_answered(struct router *router, struct router_peer *peer, uint64_t correlation,
                     enum message_kind *message_out, struct id *exchange_out);
/* The peer refused our request: it is sent again after a pause while it is valid. */
bool router_refused(struct router *router, struct router_peer *peer, uint64_t correlation);
/* The bank acknowledged notices. */
void router_acknowledged(struct router *router, bank_code bank, uint64_t up_to);

struct router_stats {
    uint32_t peers, banks_up;
    uint32_t in_flight;   /* requests of banks that wait for an answer */
    uint32_t outstanding; /* requests to banks that wait for one */
    uint32_t waiting;     /* for a connection or room in a window */
    uint32_t exchanges;   /* not done yet */
    uint64_t resent, dropped, notices_sent;
};
void router_stats(const struct router *router, struct router_stats *stats_out);
/* Sessions of one bank. */
uint32_t router_bank_peers(const struct router *router, bank_code code);

#endif
