/*
 * The router's centre: banks and their connections, and the effects' way to the part that delivers
 * them.
 *
 * Invariant: a bank with at least one peer was reported up by a BANK_UP that no BANK_DOWN followed,
 * and once more for each token of notice that a later peer shows; a bank without peers was not. A peer
 * stands in its bank's list from router_join to router_leave. An entry of the registry that takes away
 * a bank's or a pin's right cuts its connections before anything else is delivered.
 */
#include "router/router.h"

#include <stdlib.h>
#include <string.h>

#include "router/internal.h"

struct router *router_new(const struct door *door, const struct router_limits *limits,
                          int64_t now_ms) {
    ENSURE(limits->peers_per_bank > 0 && limits->peers_per_bank <= ROUTER_PEERS_MAX);
    struct router *router = xcalloc(1, sizeof(*router));
    router->door = door;
    router->limits = *limits;
    router->now_ms = now_ms;
    router->banks = hmap_new();
    router->exchanges = hmap_new();
    router->origins = hmap_new();
    router->requests = hmap_new();
    heap_init(&router->timers);
    heap_init(&router->pages);
    TAILQ_INIT(&router->spare_exchanges);
    TAILQ_INIT(&router->spare_requests);
    return router;
}

static bool free_row(void *context, struct span key, void *value) {
    (void)context;
    (void)key;
    free(value);
    return true;
}

void router_free(struct router *router) {
    if (router == NULL)
        return;
    ENSURE(router->stats.peers == 0);
    exchange_free_all(router);
    waiter_spare_free(router);
    hmap_each(router->banks, free_row, NULL);
    hmap_free(router->banks);
    hmap_free(router->exchanges);
    hmap_free(router->origins);
    hmap_free(router->requests);
    heap_deinit(&router->timers);
    heap_deinit(&router->pages);
    free(router);
}

struct bank_row *row_find(const struct router *router, bank_code code) {
    return hmap_get(router->banks, span_of(&code, sizeof(code)));
}

const struct bank *router_bank(const struct router *router, bank_code code) {
    const struct bank_row *row = row_find(router, code);
    return row != NULL ? &row->entry : NULL;
}

uint32_t router_bank_peers(const struct router *router, bank_code code) {
    const struct bank_row *row = row_find(router, code);
    return row != NULL ? row->peer_count : 0;
}

static struct bank_row *add_row(struct router *router, bank_code code) {
    struct bank_row *row = xcalloc(1, sizeof(*row));
    row->code = code;
    TAILQ_INIT(&row->waiting);
    row->feed.timer = HEAP_NODE_IDLE;
    hmap_put(router->banks, span_of(&code, sizeof(code)), row);
    return row;
}

static void set_entry(struct router *router, const struct bank *entry) {
    struct bank_row *row = row_find(router, entry->code);
    if (row == NULL)
        row = add_row(router, entry->code);
    row->entry = *entry;
    /* From the end: a cut peer leaves, and the last one takes its place. */
    for (uint32_t i = row->peer_count; i-- > 0;) {
        struct router_peer *peer = row->peers[i];
        if (!entry->active || !bank_pin_active(entry, &peer->pin))
            peer->cut(peer);
    }
}

/* To the first of the bank's connections that takes what it is sent. */
static void tell_bank(struct router *router, const struct effect *effect) {
    const struct bank_row *row = row_find(router, effect->bank);
    const struct router_message message = {
        .kind = effect->message, .direction = MESSAGE_NOTICE, .payload = effect->payload};
    for (uint32_t i = 0; row != NULL && i < row->peer_count; i++) {
        struct router_peer *peer = row->peers[i];
        if (peer->held || peer->stopped)
            continue;
        peer->send(peer, &message);
        return;
    }
}

void router_deliver(struct router *router, const struct effect *effect) {
    switch (effect->kind) {
    case EFFECT_REPLY:
        if (effect->origin.kind == ORIGIN_BANK)
            waiter_reply(router, effect);
        else if (effect->origin.kind == ORIGIN_INTERNAL)
            feed_page_end(router, effect);
        else if (effect->origin.kind == ORIGIN_ADMIN)
            router->door->told(router->door->context, effect);
        break;
    case EFFECT_WAIT:
        waiter_granted(router, effect);
        break;
    case EFFECT_ANSWER:
        waiter_answer(router, effect);
        break;
    case EFFECT_SEND:
    case EFFECT_INQUIRE:
        exchange_begin(router, effect);
        break;
    case EFFECT_DONE:
        exchange_done(router, &effect->exchange);
        break;
    case EFFECT_NOTICE:
        feed_offer(router, effect);
        break;
    case EFFECT_TELL:
        tell_bank(router, effect);
        break;
    case EFFECT_BANK:
        set_entry(router, effect->entry);
        break;
    case EFFECT_WINDOW: /* the front's */
        break;
    case EFFECT_ORDER:
    case EFFECT_ALARM:
        router->door->told(router->door->context, effect);
        break;
    case EFFECT_RULES: /* the session's */
        break;
    }
}

void router_advance(struct router *router, int64_t now_ms) {
    router->now_ms = now_ms;
    struct heap_node *node;
    while ((node = heap_earliest(&router->timers)) != NULL && node->at_ms <= now_ms) {
        heap_clear(&router->timers, node);
        exchange_timer(router, (struct exchange *)(void *)node);
    }
    while ((node = heap_earliest(&router->pages)) != NULL && node->at_ms <= now_ms) {
        heap_clear(&router->pages, node);
        feed_timer(router, (struct notice_feed *)(void *)node);
    }
}

int64_t router_due_ms(const struct router *router) {
    const struct heap_node *timer = heap_earliest(&router->timers);
    const struct heap_node *page = heap_earliest(&router->pages);
    int64_t due_ms = timer != NULL ? timer->at_ms : INT64_MAX;
    return page != NULL && page->at_ms < due_ms ? page->at_ms : due_ms;
}

static bool resume_row(void *context, struct span key, void *value) {
    (void)key;
    feed_fetch(context, value);
    return true;
}

void router_resume(struct router *router) {
    hmap_each(router->banks, resume_row, router);
}

static void tell_ledger(struct router *router, enum command_kind kind, bank_code code,
                        const struct bank_up *position) {
    struct command *command = command_new(kind);
    command->bank = code;
    if (position != NULL)
        command->body.bank_up = *position;
    router->door->submit_reserved(router->door->context, command);
}

int router_enter(struct router *router, struct router_peer *peer) {
    struct bank_row *row = row_find(router, peer->bank);
    ENSURE(row != NULL && !peer->entered);
    if (row->entered >= router->limits.peers_per_bank)
        return ROUTER_FULL;
    row->entered++;
    peer->entered = true;
    return 0;
}

/* The registry keeps until when the certificate of a pin is good; told once for each. */
static void see_pin(struct router *router, struct bank_row *row, const struct router_peer *peer) {
    int index = bank_pin_index(&row->entry, &peer->pin);
    int64_t until_ms = peer->certificate_expires_ms;
    if (index < 0 || until_ms == 0 || row->entry.pin_expires_at_ms[index] == until_ms)
        return;
    row->entry.pin_expires_at_ms[index] = until_ms;
    struct command *command = command_new(COMMAND_PIN_SEEN);
    command->bank = row->code;
    command->body.bank_pin =
        (struct bank_pin){.code = row->code, .pin = peer->pin, .expires_at_ms = until_ms};
    router->door->submit_reserved(router->door->context, command);
}

/* The ledger alone knows whether a token is right, and above all that it gave. */
static bool shows_other_token(const struct bank_row *row, const struct bank_up *position) {
    const struct bank_up *shown = &row->shown;
    return position->has_token &&
           (!shown->has_token || shown->last_notice_sequence != position->last_notice_sequence ||
            memcmp(shown->last_notice_token.bytes, position->last_notice_token.bytes,
                   DIGEST_SIZE) != 0);
}

int router_join(struct router *router, struct router_peer *peer, const struct bank_up *position) {
    struct bank_row *row = row_find(router, peer->bank);
    ENSURE(row != NULL && peer->row == NULL);
    ENSURE(peer->window > 0 && peer->window <= ROUTER_WINDOW_MAX);
    if (row->peer_count >= router->limits.peers_per_bank)
        return ROUTER_FULL;
    peer->row = row;
    peer->in_flight = 0;
    peer->outstanding = 0;
    peer->stopped = false;
    peer->held = false;
    peer->slots = xcalloc(peer->window, sizeof(struct exchange *));
    peer->free_slots = xcalloc(peer->window, sizeof(uint16_t));
    for (uint32_t i = 0; i < peer->window; i++)
        peer->free_slots[i] = (uint16_t)(peer->window - 1 - i);
    TAILQ_INIT(&peer->sent);
    TAILQ_INIT(&peer->requests);
    row->peers[row->peer_count++] = peer;
    router->stats.peers++;
    see_pin(router, row, peer);
    router->stats.banks_up += row->peer_count == 1;
    if (row->peer_count == 1 || shows_other_token(row, position)) {
        row->shown = *position;
        tell_ledger(router, COMMAND_BANK_UP, row->code, position);
    }
    feed_joined(router, row, peer, position->last_notice_sequence);
    exchange_pump(router, row);
    return 0;
}

static void drop_from_row(struct bank_row *row, const struct router_peer *peer) {
    for (uint32_t i = 0; i < row->peer_count; i++) {
        if (row->peers[i] == peer) {
            row->peers[i] = row->peers[--row->peer_count];
            return;
        }
    }
}

void router_leave(struct router *router, struct router_peer *peer) {
    struct bank_row *row = peer->row;
    if (peer->entered) {
        peer->entered = false;
        row_find(router, peer->bank)->entered--;
    }
    if (row == NULL)
        return;
    drop_from_row(row, peer);
    peer->row = NULL;
    router->stats.peers--;
    waiter_drop_all(router, peer);
    exchange_peer_gone(router, peer);
    free(peer->slots);
    free(peer->free_slots);
    peer->slots = NULL;
    peer->free_slots = NULL;
    if (row->peer_count == 0) {
        router->stats.banks_up--;
        tell_ledger(router, COMMAND_BANK_DOWN, row->code, NULL);
    }
    feed_left(router, row, peer);
    exchange_pump(router, row);
}

void router_stop(struct router_peer *peer) {
    peer->stopped = true;
}

void router_hold(struct router *router, struct router_peer *peer, bool held) {
    if (peer->row == NULL)
        return;
    peer->held = held;
    if (held)
        return;
    exchange_pump(router, peer->row);
    feed_fetch(router, peer->row);
}

void router_stats(const struct router *router, struct router_stats *stats_out) {
    *stats_out = router->stats;
    stats_out->exchanges = (uint32_t)hmap_count(router->exchanges);
    stats_out->in_flight = (uint32_t)hmap_count(router->origins);
}
