/*
 * Numbered notices on their way to a bank.
 *
 * All of a bank's notices go over one of its connections, in the order of their numbers: acked is
 * what the bank said it has stored, sent what was written to that connection. A notice that comes
 * when the bank is not caught up, does not take its output, or has ROUTER_NOTICES_MAX
 * unacknowledged ones, is let go: it stands in the ledger's table, and a page is fetched from there when there is room again.
 *
 * Invariants: acked <= sent; sent only grows by one, except that it goes back to acked when the
 * connection that carried them is gone. At most one page per bank is asked for at a time; the
 * ledger gives its notices as EFFECT_NOTICE and ends it with one EFFECT_REPLY to the origin. A
 * page that never ends (its command was set aside) is asked for again after PAGE_WAIT_MS.
 *
 * A bank's position may be older than what it acknowledged, where its Hello was overtaken. The table
 * then begins above it, and the feed goes on from where the table begins.
 */
#include <stddef.h>

#include "router/internal.h"

#define PAGE_WAIT_MS 5000

static struct bank_row *row_of(struct notice_feed *feed) {
    return (struct bank_row *)(void *)((char *)feed - offsetof(struct bank_row, feed));
}

void feed_fetch(struct router *router, struct bank_row *row) {
    struct notice_feed *feed = &row->feed;
    uint64_t in_flight = feed->sent - feed->acked;
    if (feed->peer == NULL || feed->peer->held || !feed->behind || feed->fetching ||
        in_flight + ROUTER_NOTICE_PAGE > ROUTER_NOTICES_MAX)
        return;
    if (router->door->room(router->door->context, row->code) == 0)
        return; /* router_resume comes back */
    struct command *command = command_new(COMMAND_FETCH_NOTICES);
    command->bank = row->code;
    command->origin = (struct origin){ORIGIN_INTERNAL, row->code, ++feed->page};
    command->body.fetch_notices = (struct fetch_notices){feed->sent, ROUTER_NOTICE_PAGE};
    feed->fetching = true;
    feed->page_from = feed->sent;
    feed->let_go = 0;
    feed->behind = false; /* until a notice had to be let go after this */
    heap_set(&router->pages, &feed->timer, router->now_ms + PAGE_WAIT_MS);
    router->door->submit(router->door->context, command);
}

static void send(struct router *router, struct notice_feed *feed, const struct effect *effect) {
    struct router_message message = {
        .kind = effect->message,
        .direction = MESSAGE_NOTICE,
        .payload = effect->payload,
    };
    feed->sent = effect->sequence;
    router->stats.notices_sent++;
    feed->peer->send(feed->peer, &message);
}

static void let_go(struct notice_feed *feed, uint64_t sequence) {
    feed->behind = true;
    if (feed->let_go == 0 || sequence < feed->let_go)
        feed->let_go = sequence;
}

void feed_offer(struct router *router, const struct effect *effect) {
    struct bank_row *row = row_find(router, effect->bank);
    if (row == NULL || row->feed.peer == NULL)
        return;
    struct notice_feed *feed = &row->feed;
    if (effect->sequence <= feed->acked && !feed->fetching) {
        /* New, and yet the bank said that it has it: what it said was false. */
        feed->acked = effect->sequence - 1;
        feed->sent = feed->acked;
    }
    if (effect->sequence <= feed->sent)
        return;
    if (effect->sequence == feed->sent + 1 && feed->sent - feed->acked < ROUTER_NOTICES_MAX &&
        !feed->peer->held)
        send(router, feed, effect);
    else
        let_go(feed, effect->sequence);
}

/* The page began above what was asked for: all before it is acknowledged. A notice that was new in
 * the meantime is no lower than the page, for it stands in the table too. */
static void skip_acknowledged(struct notice_feed *feed) {
    bool moved = feed->sent != feed->page_from;
    if (moved || feed->let_go <= feed->sent + 1)
        return;
    feed->acked = feed->let_go - 1;
    feed->sent = feed->acked;
}

/* A full page means that there may be more. */
void feed_page_end(struct router *router, const struct effect *effect) {
    struct bank_row *row = row_find(router, effect->origin.connection);
    if (row == NULL || !row->feed.fetching || row->feed.page != effect->origin.correlation)
        return;
    struct notice_feed *feed = &row->feed;
    feed->fetching = false;
    heap_clear(&router->pages, &feed->timer);
    if (feed->sent - feed->page_from >= ROUTER_NOTICE_PAGE)
        feed->behind = true;
    skip_acknowledged(feed);
    feed_fetch(router, row);
}

void feed_timer(struct router *router, struct notice_feed *feed) {
    feed->fetching = false;
    feed->behind = true;
    feed_fetch(router, row_of(feed));
}

static void start_over(struct router *router, struct bank_row *row, struct router_peer *peer,
                       uint64_t position) {
    row->feed.peer = peer;
    row->feed.acked = position;
    row->feed.sent = position;
    row->feed.behind = true;
    feed_fetch(router, row);
}

void feed_joined(struct router *router, struct bank_row *row, struct router_peer *peer,
                 uint64_t position) {
    struct notice_feed *feed = &row->feed;
    if (feed->peer == NULL)
        start_over(router, row, peer, position);
    else
        router_acknowledged(router, row->code, position);
}

void feed_left(struct router *router, struct bank_row *row, const struct router_peer *peer) {
    struct notice_feed *feed = &row->feed;
    if (feed->peer != peer)
        return;
    feed->peer = NULL;
    feed->fetching = false; /* its page is of a feed that has ended */
    heap_clear(&router->pages, &feed->timer);
    if (row->peer_count > 0)
        start_over(router, row, row->peers[0], feed->acked);
}

void router_acknowledged(struct router *router, bank_code bank, uint64_t up_to) {
    struct bank_row *row = row_find(router, bank);
    if (row == NULL || row->feed.peer == NULL)
        return;
    struct notice_feed *feed = &row->feed;
    if (up_to > feed->sent)
        up_to = feed->sent; /* the ledger says what it thinks of that */
    if (up_to > feed->acked)
        feed->acked = up_to;
    feed_fetch(router, row);
}
