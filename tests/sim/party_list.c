/*
 * A modelled bank's looks at its own things: pages of links and of transfers, one after another, and
 * single ones that are there or not.
 *
 * Invariant: what a page shows is this bank's own, in ascending order behind what was asked for, and
 * none is left out: whatever is made later has a later id.
 */
#include <stdlib.h>

#include "sim/world.h"

#define PAGE_MAX 20
#define GO_ON_PER_MILLE 700

bool list_asks(enum message_kind kind) {
    return kind == MESSAGE_LIST_LINKS || kind == MESSAGE_LIST_TRANSFERS;
}

static void ask_links(struct ask *ask) {
    struct party *party = ask->party;
    struct list_links query = {.after = ask->after};
    query.max = (uint32_t)chance_between(&party->chance, 1, PAGE_MAX);
    ask->filtered = chance_below(&party->chance, 4) == 0;
    if (ask->filtered)
        query.state = LINK_ACTIVE;
    partner_encode_list_links(&query, &ask->payload);
    ask_go(ask);
}

static void ask_transfers(struct ask *ask) {
    struct party *party = ask->party;
    struct list_transfers query = {.after = ask->after};
    query.max = (uint32_t)chance_between(&party->chance, 1, PAGE_MAX);
    ask->filtered = chance_below(&party->chance, 4) == 0;
    if (ask->filtered)
        query.state = TRANSFER_ACCEPTED;
    if (ask->stray)
        query.link = ask->link;
    partner_encode_list_transfers(&query, &ask->payload);
    ask_go(ask);
}

static void ask_page_over(struct party *party, enum message_kind kind, const struct id *after,
                          uint64_t serial) {
    struct ask *ask = ask_new(party, NULL, kind);
    ask->serial = serial;
    ask->after = *after;
    if (kind == MESSAGE_LIST_LINKS)
        ask_links(ask);
    else
        ask_transfers(ask);
}

static void ask_page(struct party *party, enum message_kind kind, const struct id *after) {
    ask_page_over(party, kind, after, 0);
}

/* From the last one that it knows of, so that the new one is on the page. */
void list_behind(struct ask *submit) {
    struct id last = {{0}};
    for (const struct ask *ask = submit->party->asks; ask != NULL; ask = ask->next) {
        if (id_compare(&ask->transfer, &last) > 0)
            last = ask->transfer;
    }
    ask_page_over(submit->party, MESSAGE_LIST_TRANSFERS, &last, submit->serial);
}

static struct id random_id(struct party *party) {
    uint8_t random[10];
    chance_bytes(&party->chance, random, sizeof(random));
    return uuid7_make(world_wall_ms(party->world), random);
}

/* Requests about what is not there; those that change something have ids, and are recorded. */
static void encode_stray(struct ask *ask, const struct id *id) {
    struct get_link link = {.link = *id};
    struct get_transfer transfer = {.transfer = *id};
    struct get_case inquiry = {.inquiry = *id};
    struct confirm_credit credit = {.transfer = *id};
    struct close_link close = {ask->id, *id, SPAN_LITERAL("CUST")};
    struct withdraw_consent withdraw = {ask->id, *id};
    struct answer_case answer = {
        .request = ask->id, .inquiry = *id, .outcome = CASE_EXPLAINED, .text = SPAN_LITERAL("so")};
    switch ((int)ask->kind) {
    case MESSAGE_GET_LINK:
        partner_encode_get_link(&link, &ask->payload);
        break;
    case MESSAGE_GET_TRANSFER:
        partner_encode_get_transfer(&transfer, &ask->payload);
        break;
    case MESSAGE_GET_CASE:
        partner_encode_get_case(&inquiry, &ask->payload);
        break;
    case MESSAGE_CONFIRM_CREDIT:
        partner_encode_confirm_credit(&credit, &ask->payload);
        break;
    case MESSAGE_CLOSE_LINK:
        partner_encode_close_link(&close, &ask->payload);
        break;
    case MESSAGE_WITHDRAW_CONSENT:
        partner_encode_withdraw_consent(&withdraw, &ask->payload);
        break;
    default:
        partner_encode_answer_case(&answer, &ask->payload);
        break;
    }
}

static void ask_stray(struct party *party, enum message_kind kind) {
    struct ask *ask = ask_new(party, NULL, kind);
    ask->stray = true;
    if (kind == MESSAGE_CLOSE_LINK || kind == MESSAGE_WITHDRAW_CONSENT ||
        kind == MESSAGE_ANSWER_CASE)
        (void)ask_new_id(party, ask);
    struct id id = random_id(party);
    if (kind == MESSAGE_LIST_TRANSFERS) {
        ask->link = id;
        ask_transfers(ask);
        return;
    }
    encode_stray(ask, &id);
    ask_go(ask);
}

static void ask_case(struct party *party) {
    const struct matter *found = NULL;
    uint64_t seen = 0;
    for (const struct matter *matter = party->matters; matter != NULL; matter = matter->next) {
        if (chance_below(&party->chance, ++seen) == 0)
            found = matter;
    }
    if (found == NULL) {
        ask_stray(party, MESSAGE_GET_CASE);
        return;
    }
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_CASE);
    struct get_case query = {.inquiry = found->id};
    partner_encode_get_case(&query, &ask->payload);
    ask_go(ask);
}

static void ask_position(struct party *party) {
    struct ask *ask = ask_new(party, NULL, MESSAGE_QUERY_POSITION);
    struct query_position query = {.currency = "CNY"};
    query.max = (uint32_t)chance_between(&party->chance, 1, POSITION_PAIRS_MAX);
    partner_encode_query_position(&query, &ask->payload);
    ask_go(ask);
}

void list_look(struct party *party) {
    static const enum message_kind strays[] = {MESSAGE_GET_LINK,       MESSAGE_GET_CASE,
                                               MESSAGE_LIST_TRANSFERS, MESSAGE_GET_TRANSFER,
                                               MESSAGE_CONFIRM_CREDIT, MESSAGE_CLOSE_LINK,
                                               MESSAGE_ANSWER_CASE,    MESSAGE_WITHDRAW_CONSENT};
    size_t kinds = party_side(party) == SIDE_CLASS2 ? 8 : 7; /* the last is the Class II bank's */
    const struct id start = {{0}};
    switch (chance_below(&party->chance, 11)) {
    case 0:
        ask_page(party, MESSAGE_LIST_LINKS, &start);
        break;
    case 1:
        ask_stray(party, strays[chance_below(&party->chance, kinds)]);
        break;
    case 2:
        ask_case(party);
        break;
    case 3:
        ask_position(party);
        break;
    case 4:
        window_look(party);
        break;
    case 5:
        recon_look(party);
        break;
    case 6:
    case 7:
        shop_look(party);
        break;
    default: /* what was made last, for the most part */
        if (party->latest != NULL && !id_is_zero(&party->latest->transfer))
            ask_page(party, MESSAGE_LIST_TRANSFERS, &party->latest->transfer);
        else
            ask_page(party, MESSAGE_LIST_TRANSFERS, &start);
        break;
    }
}

/* ---- what comes back ---- */

struct seen {
    struct id last;
    size_t count;
};

static bool follows(struct ask *ask, struct seen *seen, const struct id *id, bool own) {
    bool right = own && id_compare(id, &seen->last) > 0;
    if (!right)
        world_fail(ask->party->world, "bank %zu: a page has %s %s", ask->party->index, world_id(id),
                   own ? "out of order" : "that is not its own");
    seen->last = *id;
    seen->count++;
    return right;
}

static size_t own_links(struct ask *ask, struct store *store, const struct seen *range) {
    bank_code code = ask->party->code;
    struct link link;
    struct id at = ask->after;
    size_t count = 0;
    while (store_next_link(store, &at, &link) == 0 && id_compare(&link.id, &range->last) <= 0) {
        at = link.id;
        count += link.class2_bank == code || link.class1_bank == code;
    }
    return count;
}

static size_t own_transfers(struct ask *ask, struct store *store, const struct seen *range) {
    bank_code code = ask->party->code;
    struct transfer transfer;
    struct id at = ask->after;
    size_t count = 0;
    while (store_next_transfer(store, &at, &transfer) == 0 &&
           id_compare(&transfer.id, &range->last) <= 0) {
        at = transfer.id;
        count += transfer.submitter == code || transfer.instructed == code;
    }
    return count;
}

/* Nothing between where the page begins and what it shows last is left out. */
static void check_whole(struct ask *ask, const struct seen *seen) {
    struct party *party = ask->party;
    struct hub *hub = &party->world->hub;
    if (ask->filtered || ask->stray || seen->count == 0 || hub->engine == NULL)
        return;
    struct store *store = engine_store(hub->engine);
    bool links = ask->kind == MESSAGE_LIST_LINKS;
    size_t there = links ? own_links(ask, store, seen) : own_transfers(ask, store, seen);
    if (there != seen->count)
        world_fail(party->world, "bank %zu: a page shows %zu of its %zu %s", party->index,
                   seen->count, there, links ? "links" : "transfers");
}

static void learn_links(struct ask *ask, const struct link_page *page, struct seen *seen) {
    struct party *party = ask->party;
    for (uint32_t i = 0; i < page->count; i++) {
        const struct link_view *view = &page->links[i];
        bool own = view->class2_bank == party->code || view->class1_bank == party->code;
        if (!follows(ask, seen, &view->link, own))
            return;
        bond_learn(party, view);
    }
}

/* A transfer may be listed before its instruction came. */
static void learn_transfers(struct ask *ask, const struct transfer_page *page, struct seen *seen) {
    struct party *party = ask->party;
    for (uint32_t i = 0; i < page->count; i++) {
        const struct transfer_view *view = &page->transfers[i];
        bool own = view->debtor_bank == party->code || view->creditor_bank == party->code;
        if (!follows(ask, seen, &view->transfer, own || view->debtor_bank == view->creditor_bank))
            return;
        if (learn_is_own(party, view) || posting_find(party, &view->transfer) != NULL)
            learn_transfer(party, view);
    }
}

void list_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct link_page links = {0};
    struct transfer_page transfers = {0};
    struct seen seen = {ask->after, 0};
    bool of_links = ask->kind == MESSAGE_LIST_LINKS;
    int rc = of_links ? partner_decode_link_page(payload, &party->arena, &links)
                      : partner_decode_transfer_page(payload, &party->arena, &transfers);
    ask_done(ask);
    if (rc != 0) {
        world_fail(party->world, "bank %zu: a page cannot be read", party->index);
        return;
    }
    if (of_links)
        learn_links(ask, &links, &seen);
    else
        learn_transfers(ask, &transfers, &seen);
    check_whole(ask, &seen);
    struct id next = of_links ? links.next : transfers.next;
    if (!id_is_zero(&next) && !party->world->calm && party_hits(party, GO_ON_PER_MILLE))
        ask_page(party, ask->kind, &next);
}

void list_refused(struct ask *ask, const struct refusal_view *view) {
    if (!ask->stray || !span_equal(view->detail, SPAN_LITERAL("NO_SUCH_LINK")))
        world_fail(ask->party->world, "bank %zu: a list was refused with %.*s", ask->party->index,
                   (int)view->detail.size, (const char *)view->detail.data);
    ask_done(ask);
}
