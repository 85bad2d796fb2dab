/*
 * What the files of the router share. Private to router.
 */
#ifndef LG_ROUTER_INTERNAL_H
#define LG_ROUTER_INTERNAL_H

#include "router/router.h"
#include "util/heap.h"
#include "util/hmap.h"

/* Records kept for reuse, so that a steady flow does not call malloc for them. */
#define SPARE_MAX 8192u

#define SLOT_BITS 12
_Static_assert(ROUTER_WINDOW_MAX <= 1u << SLOT_BITS, "a correlation id holds its slot");

/* WAITING stands in the bank's queue, SENT in the peer's list and in one of its slots; IDLE in
 * neither: answered, past its validity, or in a pause that its timer ends. */
enum exchange_state { EXCHANGE_IDLE, EXCHANGE_WAITING, EXCHANGE_SENT };

struct exchange {
    struct heap_node timer; /* first: the heap gives it back */
    struct id id;
    enum message_kind message;
    enum exchange_state state;
    bool inquiry;
    bool once; /* was sent before */
    struct bank_row *row;
    struct router_peer *peer;
    uint16_t slot;
    uint64_t correlation; /* while SENT */
    int64_t deadline_ms;  /* ledger time; instructions only */
    int64_t pause_ms;
    struct buf payload;
    TAILQ_ENTRY(exchange) entry;
};

/* A bank's request that waits for its answer. */
struct request {
    struct router_peer *peer;
    uint64_t correlation;
    enum message_kind kind;
    bool has_id;
    struct id id;
    struct request *next_same; /* waits for the same (bank, request id) */
    struct request *previous_same;
    TAILQ_ENTRY(request) entry;
};

/* How far a bank's notices are: acked <= sent. All of them go over one peer, in order. */
struct notice_feed {
    struct heap_node timer; /* first; ends the wait for a page that never came */
    struct router_peer *peer;
    uint64_t acked;
    uint64_t sent;
    bool behind;        /* the table may hold more than was sent */
    bool fetching;      /* a page was asked for */
    uint64_t page;      /* number of the last one asked for */
    uint64_t page_from; /* and behind which notice it begins */
    uint64_t let_go;    /* the lowest let go since it was asked for; 0: none */
};

struct bank_row {
    bank_code code;
    struct bank entry;
    struct router_peer *peers[ROUTER_PEERS_MAX];
    uint32_t peer_count;
    uint32_t entered;   /* connections, those before their Hello too */
    uint32_t exchanges; /* not done yet */
    uint32_t turn;
    struct exchange_list waiting;
    struct notice_feed feed;
    struct bank_up shown; /* what the ledger was told last of the bank's notices */
};

struct router {
    const struct door *door;
    struct router_limits limits;
    int64_t now_ms;
    struct hmap *banks;     /* code -> bank_row */
    struct hmap *exchanges; /* exchange id -> exchange */
    struct hmap *origins;   /* (connection, correlation) -> request */
    struct hmap *requests;  /* (bank, request id) -> first request that waits for it */
    struct heap timers;     /* of exchanges */
    struct heap pages;      /* of notice feeds */
    struct exchange_list spare_exchanges;
    uint32_t spare_exchange_count;
    struct request_list spare_requests;
    uint32_t spare_request_count;
    struct router_stats stats;
};

/* router.c */
struct bank_row *row_find(const struct router *router, bank_code code);

/* request.c */
void waiter_reply(struct router *router, const struct effect *effect);
void waiter_granted(struct router *router, const struct effect *effect);
void waiter_answer(struct router *router, const struct effect *effect);
void waiter_drop_all(struct router *router, struct router_peer *peer);
void waiter_spare_free(struct router *router);

/* exchange.c */
void exchange_begin(struct router *router, const struct effect *effect);
void exchange_done(struct router *router, const struct id *id);
void exchange_timer(struct router *router, struct exchange *exchange);
void exchange_peer_gone(struct router *router, struct router_peer *peer);
/* Sends what waits, as far as windows allow. */
void exchange_pump(struct router *router, struct bank_row *row);
void exchange_free_all(struct router *router);

/* feed.c */
void feed_offer(struct router *router, const struct effect *effect);
void feed_page_end(struct router *router, const struct effect *effect);
void feed_joined(struct router *router, struct bank_row *row, struct router_peer *peer,
                 uint64_t position);
void feed_left(struct router *router, struct bank_row *row, const struct router_peer *peer);
void feed_timer(struct router *router, struct notice_feed *feed);
void feed_fetch(struct router *router, struct bank_row *row);

#endif
