/*
 * A modelled bank's part in settlement: it looks at windows and says which nets were paid, mostly
 * rightly, so that the other bank of a net can say the same.
 *
 * Invariant (A5): what it is shown adds up, and is of a net of its own.
 */
#include <stdio.h>

#include "sim/world.h"

#define NUMBER_MAX 12 /* more windows than most runs see */
#define SPEAKS_PER_MILLE 600

bool window_asks(enum message_kind kind) {
    return kind == MESSAGE_CONFIRM_SETTLEMENT || kind == MESSAGE_GET_WINDOW;
}

bool window_may_refuse(enum message_kind kind, struct span detail) {
    static const char *const details[] = {"NO_SUCH_NET",       "NET_SETTLED",
                                          "SETTLEMENT_AMOUNT", "SETTLEMENT_REFERENCE",
                                          "WINDOW_STATE",      "NO_SUCH_WINDOW"};
    for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
        bool fits = kind == MESSAGE_CONFIRM_SETTLEMENT || i == 5;
        if (fits && span_equal(detail, span_text(details[i])))
            return true;
    }
    return false;
}

static void confirm(struct party *party, uint64_t window, const struct window_pair *pair) {
    char reference[REFERENCE_MAX + 1];
    struct ask *ask = ask_new(party, NULL, MESSAGE_CONFIRM_SETTLEMENT);
    bool wrong = party_hits(party, 100);
    snprintf(reference, sizeof(reference), "%s%llu", wrong ? "X" : "W", (unsigned long long)window);
    struct confirm_settlement message = {
        .request = ask_new_id(party, ask),
        .window = window,
        .counterparty = pair->counterparty,
        .amount = {.fen = pair->net_fen < 0 ? -pair->net_fen : pair->net_fen, .currency = "CNY"},
        .reference = span_text(reference)};
    if (party_hits(party, 200))
        message.amount.fen++;
    partner_encode_confirm_settlement(&message, &ask->payload);
    ask_go(ask);
}

/* Of a window that is open, or far away. */
static void confirm_nothing(struct party *party) {
    const struct window_pair pair = {.counterparty = party->world->parties[0].code, .net_fen = 1};
    bool far = party_hits(party, 500);
    confirm(party, far ? 1000000 : (uint64_t)chance_between(&party->chance, 1, NUMBER_MAX), &pair);
}

void window_look(struct party *party) {
    if (party_hits(party, 200)) {
        confirm_nothing(party);
        return;
    }
    struct ask *ask = ask_new(party, NULL, MESSAGE_GET_WINDOW);
    struct get_window query = {.window = (uint64_t)chance_between(&party->chance, 0, NUMBER_MAX)};
    partner_encode_get_window(&query, &ask->payload);
    ask_go(ask);
}

static bool adds_up(const struct party *party, const struct window_pair *pair) {
    return pair->counterparty != party->code &&
           pair->net_fen == pair->received_fen - pair->sent_fen + pair->carried_fen;
}

void window_learn(struct party *party, const struct window_view *view) {
    for (uint32_t i = 0; i < view->pair_count; i++) {
        const struct window_pair *pair = &view->pairs[i];
        if (!adds_up(party, pair))
            world_fail(party->world, "A5: bank %zu is shown a net of window %llu that is not right",
                       party->index, (unsigned long long)view->number);
        bool open = view->state == WINDOW_CLOSED && pair->settled.at_ms == 0;
        if (open && !party->world->calm && party_hits(party, SPEAKS_PER_MILLE))
            confirm(party, view->number, pair);
    }
}

int window_replied(struct ask *ask, struct span payload) {
    struct party *party = ask->party;
    struct window_view view;
    int rc = partner_decode_window_reply(payload, &party->arena, &view);
    if (rc == 0 && ask->kind == MESSAGE_GET_WINDOW)
        window_learn(party, &view);
    return rc;
}
