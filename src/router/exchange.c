/*
 * What is to be sent to a bank until the ledger says that it is done: instructions while they are
 * valid, and inquiries without end.
 *
 *              pump                  reply, DONE
 *   WAITING ----------> SENT ----------------------> IDLE (or gone)
 *      ^                  |
 *      |  connection gone,| timer
 *      +------------------+
 *
 * Invariants: an exchange is in exactly the list of its state; one that is SENT holds one slot of
 * its peer, and a peer's outstanding equals its slots in use. What is sent again is the same bytes,
 * with what is left of the validity; nothing is sent past it. The slot of a request that its bank
 * never answers is taken back when the ledger gives the request up, so that a window cannot fill
 * with the dead; an answer that comes later names its object and needs no slot.
 */
#include <stdlib.h>
#include <string.h>

#include "router/internal.h"

static void leave_state(struct router *router, struct exchange *exchange) {
    switch (exchange->state) {
    case EXCHANGE_WAITING:
        TAILQ_REMOVE(&exchange->row->waiting, exchange, entry);
        router->stats.waiting--;
        break;
    case EXCHANGE_SENT: {
        struct router_peer *peer = exchange->peer;
        TAILQ_REMOVE(&peer->sent, exchange, entry);
        peer->slots[exchange->slot] = NULL;
        peer->outstanding--;
        peer->free_slots[peer->window - 1 - peer->outstanding] = exchange->slot;
        router->stats.outstanding--;
        exchange->peer = NULL;
        break;
    }
    case EXCHANGE_IDLE:
        break;
    }
    exchange->state = EXCHANGE_IDLE;
}

static void wait_last(struct router *router, struct exchange *exchange) {
    leave_state(router, exchange);
    exchange->state = EXCHANGE_WAITING;
    TAILQ_INSERT_TAIL(&exchange->row->waiting, exchange, entry);
    router->stats.waiting++;
}

static void wait_first(struct router *router, struct exchange *exchange) {
    leave_state(router, exchange);
    exchange->state = EXCHANGE_WAITING;
    TAILQ_INSERT_HEAD(&exchange->row->waiting, exchange, entry);
    router->stats.waiting++;
}

/* The free slots are a stack: [0, window - outstanding) of free_slots. */
static uint64_t take_slot(struct router_peer *peer, struct exchange *exchange) {
    uint16_t slot = peer->free_slots[peer->window - 1 - peer->outstanding];
    peer->outstanding++;
    peer->slots[slot] = exchange;
    exchange->slot = slot;
    exchange->correlation = ++peer->serial << SLOT_BITS | slot;
    return exchange->correlation;
}

static void pause_then_again(struct router *router, struct exchange *exchange) {
    heap_set(&router->timers, &exchange->timer, router->now_ms + exchange->pause_ms);
    exchange->pause_ms *= 2;
    if (exchange->pause_ms > ROUTER_BACKOFF_MAX_MS)
        exchange->pause_ms = ROUTER_BACKOFF_MAX_MS;
}

static void send_on(struct router *router, struct exchange *exchange, struct router_peer *peer,
                    uint32_t timeout_ms) {
    leave_state(router, exchange);
    exchange->state = EXCHANGE_SENT;
    exchange->peer = peer;
    TAILQ_INSERT_TAIL(&peer->sent, exchange, entry);
    struct router_message message = {
        .kind = exchange->message,
        .direction = MESSAGE_REQUEST,
        .correlation = take_slot(peer, exchange),
        .timeout_ms = timeout_ms,
        .payload = buf_span(&exchange->payload),
    };
    router->stats.outstanding++;
    router->stats.resent += exchange->once;
    exchange->once = true;
    if (exchange->inquiry)
        pause_then_again(router, exchange);
    peer->send(peer, &message);
}

/* The least loaded of those with room in their window; NULL if there is none. Ties go round. */
static struct router_peer *pick_peer(struct bank_row *row) {
    struct router_peer *best = NULL;
    for (uint32_t i = 0; i < row->peer_count; i++) {
        struct router_peer *peer = row->peers[(row->turn + i) % row->peer_count];
        if (peer->stopped || peer->held || peer->outstanding >= peer->window)
            continue;
        if (best == NULL || peer->outstanding < best->outstanding)
            best = peer;
    }
    row->turn++;
    return best;
}

/* What is left of its validity; 0: nothing, it must not be sent. Inquiries are always valid. */
static uint32_t time_left(const struct exchange *exchange, int64_t ledger_ms) {
    if (exchange->inquiry)
        return ROUTER_BACKOFF_MAX_MS;
    int64_t left_ms = exchange->deadline_ms - ledger_ms;
    if (left_ms <= 0)
        return 0;
    return left_ms < UINT32_MAX ? (uint32_t)left_ms : UINT32_MAX;
}

void exchange_pump(struct router *router, struct bank_row *row) {
    if (TAILQ_EMPTY(&row->waiting) || row->peer_count == 0)
        return;
    int64_t ledger_ms = router->door->ledger_now_ms(router->door->context);
    struct exchange *exchange;
    while ((exchange = TAILQ_FIRST(&row->waiting)) != NULL) {
        uint32_t timeout_ms = time_left(exchange, ledger_ms);
        if (timeout_ms == 0) {
            leave_state(router, exchange); /* its DONE or its inquiry is on the way */
            continue;
        }
        struct router_peer *peer = pick_peer(row);
        if (peer == NULL)
            return;
        send_on(router, exchange, peer, timeout_ms);
    }
}

static struct exchange *take_spare(struct router *router) {
    struct exchange *exchange = TAILQ_FIRST(&router->spare_exchanges);
    if (exchange == NULL) {
        exchange = xcalloc(1, sizeof(*exchange));
    } else {
        TAILQ_REMOVE(&router->spare_exchanges, exchange, entry);
        router->spare_exchange_count--;
        struct buf payload = exchange->payload;
        memset(exchange, 0, sizeof(*exchange));
        exchange->payload = payload;
    }
    exchange->timer = HEAP_NODE_IDLE;
    return exchange;
}

static void give_spare(struct router *router, struct exchange *exchange) {
    if (router->spare_exchange_count >= SPARE_MAX) {
        buf_deinit(&exchange->payload);
        free(exchange);
        return;
    }
    TAILQ_INSERT_HEAD(&router->spare_exchanges, exchange, entry);
    router->spare_exchange_count++;
}

static bool has_room(const struct router *router, const struct bank_row *row) {
    uint32_t share = router->limits.exchanges / (uint32_t)hmap_count(router->banks);
    return hmap_count(router->exchanges) < router->limits.exchanges || row->exchanges < share;
}

/* The exchange of that effect, new if need be; NULL: no room for an instruction. */
static struct exchange *obtain(struct router *router, const struct effect *effect) {
    struct exchange *exchange = hmap_get(router->exchanges, id_span(&effect->exchange));
    if (exchange != NULL)
        return exchange;
    struct bank_row *row = row_find(router, effect->bank);
    ENSURE(row != NULL); /* the ledger instructs only banks of its registry */
    if (effect->kind == EFFECT_SEND && !has_room(router, row)) {
        router->stats.dropped++;
        return NULL;
    }
    exchange = take_spare(router);
    row->exchanges++;
    exchange->id = effect->exchange;
    exchange->row = row;
    hmap_put(router->exchanges, id_span(&exchange->id), exchange);
    return exchange;
}

void exchange_begin(struct router *router, const struct effect *effect) {
    struct exchange *exchange = obtain(router, effect);
    if (exchange == NULL)
        return;
    heap_clear(&router->timers, &exchange->timer);
    exchange->inquiry = effect->kind == EFFECT_INQUIRE;
    exchange->message = effect->message;
    exchange->deadline_ms = effect->deadline_ms;
    exchange->pause_ms = ROUTER_BACKOFF_MIN_MS;
    buf_clear(&exchange->payload);
    buf_append_span(&exchange->payload, effect->payload);
    wait_last(router, exchange);
    exchange_pump(router, exchange->row);
}

void exchange_done(struct router *router, const struct id *id) {
    struct exchange *exchange = hmap_remove(router->exchanges, id_span(id));
    if (exchange == NULL)
        return;
    struct bank_row *row = exchange->row;
    bool freed = exchange->state == EXCHANGE_SENT;
    heap_clear(&router->timers, &exchange->timer);
    leave_state(router, exchange);
    row->exchanges--;
    give_spare(router, exchange);
    if (freed)
        exchange_pump(router, row);
}

void exchange_timer(struct router *router, struct exchange *exchange) {
    if (exchange->state == EXCHANGE_WAITING)
        return;
    wait_last(router, exchange);
    exchange_pump(router, exchange->row);
}

/* From the youngest, so that the oldest is in front again. */
void exchange_peer_gone(struct router *router, struct router_peer *peer) {
    struct exchange *exchange;
    while ((exchange = TAILQ_LAST(&peer->sent, exchange_list)) != NULL)
        wait_first(router, exchange);
    ENSURE(peer->outstanding == 0);
}

static struct exchange *by_correlation(const struct router_peer *peer, uint64_t correlation) {
    uint64_t slot = correlation & ((1u << SLOT_BITS) - 1);
    if (peer->row == NULL || slot >= peer->window || peer->slots[slot] == NULL)
        return NULL;
    struct exchange *exchange = peer->slots[slot];
    return exchange->correlation == correlation ? exchange : NULL;
}

bool router_answered(struct router *router, struct router_peer *peer, uint64_t correlation,
                     enum message_kind *message_out, struct id *exchange_out) {
    struct exchange *exchange = by_correlation(peer, correlation);
    if (exchange == NULL)
        return false;
    *message_out = exchange->message;
    *exchange_out = exchange->id;
    leave_state(router, exchange);
    exchange_pump(router, exchange->row);
    return true;
}

bool router_refused(struct router *router, struct router_peer *peer, uint64_t correlation) {
    struct exchange *exchange = by_correlation(peer, correlation);
    if (exchange == NULL)
        return false;
    leave_state(router, exchange);
    if (!heap_holds(&exchange->timer))
        pause_then_again(router, exchange);
    exchange_pump(router, exchange->row);
    return true;
}

static bool free_one(void *context, struct span key, void *value) {
    (void)key;
    struct router *router = context;
    struct exchange *exchange = value;
    heap_clear(&router->timers, &exchange->timer);
    buf_deinit(&exchange->payload);
    free(exchange);
    return true;
}

void exchange_free_all(struct router *router) {
    hmap_each(router->exchanges, free_one, router);
    struct exchange *exchange;
    while ((exchange = TAILQ_FIRST(&router->spare_exchanges)) != NULL) {
        TAILQ_REMOVE(&router->spare_exchanges, exchange, entry);
        buf_deinit(&exchange->payload);
        free(exchange);
    }
}
