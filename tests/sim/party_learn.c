/*
 * What a modelled bank is told about transfers, held against what it was told before and against
 * its books.
 *
 * Invariant (A1-A4): one transfer for one request; a final state never changes, by whatever way it
 * comes; what is ACCEPTED stands posted in the instructed bank's books, what is REJECTED or
 * CANCELLED does not. Messages overtake each other between connections, so that an older state may
 * come after a later one: only final ones must agree.
 */
#include <string.h>

#include "sim/tally.h"
#include "sim/world.h"

#define ACK_DELAY_US 100000
#define LATE_CREDIT_US 100000000 /* it has 60 s */

bool transfer_state_final(enum transfer_state state) {
    return state == TRANSFER_ACCEPTED || state == TRANSFER_REJECTED || state == TRANSFER_CANCELLED;
}

int transfer_state_rank(enum transfer_state state) {
    if (transfer_state_final(state))
        return 3;
    return state == TRANSFER_UNKNOWN ? 2 : state == TRANSFER_NONE ? 0 : 1;
}

/* False: two final states of one transfer. */
static bool step(struct party *party, const struct id *transfer, enum transfer_state *shown,
                 enum transfer_state state) {
    if (transfer_state_final(*shown) && transfer_state_final(state) && *shown != state) {
        world_fail(party->world, "bank %zu was told %s of %s, and now %s", party->index,
                   transfer_state_name(*shown), world_id(transfer), transfer_state_name(state));
        return false;
    }
    if (transfer_state_rank(state) > transfer_state_rank(*shown))
        *shown = state;
    return true;
}

/* ---- as the submitting bank ---- */

void learn_credit(struct ask *about) {
    struct party *party = about->party;
    struct ask *ask = ask_new(party, about->person, MESSAGE_CONFIRM_CREDIT);
    struct confirm_credit message = {.transfer = about->transfer};
    ask->about = about;
    if (party_hits(party, party->world->plan.uncredited))
        ask->not_before_us =
            party->world->agenda.now_us + chance_between(&party->chance, 0, LATE_CREDIT_US);
    partner_encode_confirm_credit(&message, &ask->payload);
    ask_go(ask);
}

void learn_release(struct ask *ask) {
    struct account *account = pool_account(ask);
    pool_release(ask);
    if (ask->in_house)
        return;
    if (ask->direction == TRANSFER_PULL)
        account->expected_fen -= ask->fen;
    if (ask->direction != TRANSFER_PUSH || ask->fell_back)
        return;
    account->held_fen -= ask->fen;
    account->balance_fen += ask->fen;
}

static void settle(struct ask *ask) {
    if (ask->shown == TRANSFER_ACCEPTED && ask->fell_back)
        tally_note(TALLY_FELL_BACK);
    if (ask->shown == TRANSFER_ACCEPTED && ask->purpose > TRANSFER_RETURN)
        tally_note(TALLY_KIND_TURNED_ON);
    struct account *account = pool_account(ask);
    if (ask->shown == TRANSFER_ACCEPTED)
        pool_settle(ask);
    if (ask->shown != TRANSFER_ACCEPTED) {
        learn_release(ask);
    } else if (ask->fell_back || ask->in_house) {
        /* the other account paid */
    } else if (ask->direction == TRANSFER_PUSH) {
        account->held_fen -= ask->fen;
    } else {
        account->expected_fen -= ask->fen;
        account->balance_fen += ask->fen;
        if (!ask->pooled && party_hits(ask->party, ask->party->world->plan.uncredited))
            back_return_owed(ask);
        else
            learn_credit(ask);
    }
    if (ask->owed && ask->shown != TRANSFER_ACCEPTED)
        learn_credit(ask->about);
    ask_done(ask);
}

static void learn_own(struct party *party, const struct transfer_view *view) {
    char text[ID_TEXT_SIZE] = "";
    struct id id;
    struct ask *ask = NULL;
    if (view->end_to_end_id.size == ID_TEXT_SIZE - 1) {
        memcpy(text, view->end_to_end_id.data, ID_TEXT_SIZE - 1);
        ask = id_parse(text, &id) ? ask_find(party, &id) : NULL;
    }
    if (ask == NULL || !ask_moves(ask) || ask->refused || ask->foreign ||
        ask->purpose != view->kind || !id_equal(&ask->original, &view->original) ||
        !id_equal(&ask->link, &view->link) || ask->direction != view->direction ||
        ask->fen != view->amount.fen) {
        world_fail(party->world, "bank %zu was told of a transfer that it did not ask for: %s",
                   party->index, world_id(&view->transfer));
        return;
    }
    if (!id_is_zero(&ask->transfer) && !id_equal(&ask->transfer, &view->transfer)) {
        world_fail(party->world, "bank %zu: request %s made two transfers, %s and %s", party->index,
                   text, world_id(&ask->transfer), world_id(&view->transfer));
        return;
    }
    ask->transfer = view->transfer;
    if (view->fallback && !ask->fell_back) {
        learn_release(ask);
        ask->fell_back = true;
    }
    if (view->fallback != ask->fell_back)
        world_fail(party->world, "bank %zu: %s fell back, and did not", party->index,
                   world_id(&view->transfer));
    told_transfer(party, &ask->sight, view);
    bool settled = transfer_state_final(ask->shown);
    if (!step(party, &view->transfer, &ask->shown, view->state) || settled)
        return;
    if (transfer_state_final(ask->shown))
        settle(ask);
    else if (party_hits(party, party->world->plan.poll))
        ask_get_transfer(ask, 0);
}

static bool may_refuse(struct span detail) {
    static const char *const details[] = {
        "LINK_NOT_ACTIVE", "LINK_CLOSING",          "LINK_SUSPENDED", "AGREED",    "AGREED_DAY",
        "AGREED_COUNT",    "AGREED_YEAR",           "BANK_OFFLINE",   "SCOPE",     "COOL_DOWN",
        "RETURN_EXCEEDS",  "BANK_OFFLINE_CREDITOR", "PEER_SUSPENDED", "PEER_HELD", "BUCKET",
        "CLASS",           "KIND_DISABLED",         "FALLBACK",       "CAP",       "LIQUIDITY",
        "NOT_FUNDED",
    };
    for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
        if (span_equal(detail, span_text(details[i])))
            return true;
    }
    return false;
}

void learn_refusal(struct ask *ask, const struct refusal_view *view) {
    struct party *party = ask->party;
    bool currency = span_equal(view->detail, SPAN_LITERAL("CURRENCY"));
    if (currency != ask->foreign || (!currency && !may_refuse(view->detail)))
        world_fail(party->world, "bank %zu: transfer %s was refused %.*s %.*s", party->index,
                   world_id(&ask->id), (int)view->detail.size, (const char *)view->detail.data,
                   (int)view->field.size, (const char *)view->field.data);
    if (!id_is_zero(&ask->transfer)) {
        world_fail(party->world, "bank %zu: request %s made transfer %s, and was refused %.*s",
                   party->index, world_id(&ask->id), world_id(&ask->transfer),
                   (int)view->detail.size, (const char *)view->detail.data);
        return;
    }
    if (ask->refused)
        return;
    if (span_equal(view->detail, SPAN_LITERAL("BUCKET")))
        tally_note(TALLY_BUCKET_FULL);
    if (span_equal(view->detail, SPAN_LITERAL("NOT_FUNDED")))
        tally_note(TALLY_CLASS3_EMPTY);
    if (span_equal(view->detail, SPAN_LITERAL("LIQUIDITY")))
        tally_note(TALLY_ILLIQUID);
    ask->refused = true;
    learn_release(ask);
    if (ask->owed)
        learn_credit(ask->about);
    ask_done(ask);
}

/* ---- as the instructed bank ---- */

static void learn_posted(struct party *party, const struct transfer_view *view) {
    struct posting *posting = posting_find(party, &view->transfer);
    if (posting != NULL)
        told_transfer(party, &posting->sight, view);
    if (posting != NULL && posting->excused)
        return;
    bool done = posting != NULL && posting->state == POSTING_DONE;
    if (posting == NULL ||
        (transfer_state_final(view->state) && done != (view->state == TRANSFER_ACCEPTED))) {
        world_fail(party->world, "bank %zu was told %s of %s, which it has %sposted", party->index,
                   transfer_state_name(view->state), world_id(&view->transfer), done ? "" : "not ");
        return;
    }
    (void)step(party, &view->transfer, &posting->shown, view->state);
}

/* Of what fell back, or stays in one bank, both banks are the other one. */
bool learn_is_own(const struct party *party, const struct transfer_view *view) {
    if (view->debtor_bank == view->creditor_bank)
        return view->debtor_bank != party->code;
    return party->code ==
           (view->direction == TRANSFER_PUSH ? view->debtor_bank : view->creditor_bank);
}

void learn_transfer(struct party *party, const struct transfer_view *view) {
    if (learn_is_own(party, view))
        learn_own(party, view);
    else
        learn_posted(party, view);
}

/* ---- notices ---- */

static void acknowledge(struct party *party, const void *data) {
    (void)data;
    struct connection *connection = party_any(party);
    party->ack_planned = false;
    if (connection == NULL)
        return; /* Hello says it */
    struct ack_notices message = {party->last_notice};
    if (party_hits(party, party->world->plan.false_ack)) {
        message.up_to_sequence += (uint64_t)chance_between(&party->chance, 1, 5000);
        party->false_acks = true;
    }
    struct buf payload;
    buf_init(&payload);
    partner_encode_ack_notices(&message, &payload);
    struct envelope envelope = {
        .kind = MESSAGE_ACK_NOTICES, .direction = MESSAGE_NOTICE, .payload = buf_span(&payload)};
    party_put(party, connection, &envelope);
    buf_deinit(&payload);
}

void learn_acknowledge(struct party *party) {
    if (party->ack_planned || party->last_notice == 0)
        return;
    party->ack_planned = true;
    party_after(party, chance_between(&party->chance, 0, ACK_DELAY_US), acknowledge, NULL, 0);
}

/* True when it is to be read: the next one, or one that came before. A liar may have lost some: it
 * said that it had them. */
static bool in_order(struct party *party, const struct notice_place *place) {
    if (place->sequence > party->last_notice + 1 && !party->false_acks) {
        world_fail(party->world, "bank %zu: notice %llu came after %llu", party->index,
                   (unsigned long long)place->sequence, (unsigned long long)party->last_notice);
        return false;
    }
    if (place->sequence > party->last_notice) {
        party->last_notice = place->sequence;
        party->last_token = place->token;
    }
    learn_acknowledge(party);
    return true;
}

void learn_notice(struct party *party, struct connection *connection,
                  const struct envelope *envelope) {
    struct notice_place place;
    struct span event;
    struct transfer_view transfer;
    struct link_view link;
    struct case_view inquiry;
    struct adjustment_view adjustment;
    struct card_view card;
    struct window_view window;
    struct event_view told;
    struct product_view product;
    struct order_view order;
    struct loan_view loan;
    struct system_notice system;
    struct position_alert alert;
    if (envelope->kind == MESSAGE_SYSTEM_NOTICE &&
        partner_decode_system_notice(envelope->payload, &party->arena, &system) == 0) {
        told_system(party, connection, &system);
    } else if (envelope->kind == MESSAGE_POSITION_ALERT &&
               partner_decode_position_alert(envelope->payload, &party->arena, &alert) == 0) {
        if ((alert.level == 0) != (alert.warn_percent == 0))
            world_fail(party->world, "bank %zu: an alert of level %u says %u per cent",
                       party->index, alert.level, alert.warn_percent);
    } else if (envelope->kind == MESSAGE_TRANSFER_NOTICE &&
               partner_decode_transfer_notice(envelope->payload, &party->arena, &place, &transfer,
                                              &event) == 0) {
        bool step_up = span_equal(event, SPAN_LITERAL("STEP_UP"));
        if (!transfer_state_final(transfer.state) && !step_up)
            world_fail(party->world, "bank %zu: a notice of %s that is not final", party->index,
                       world_id(&transfer.transfer));
        if (in_order(party, &place))
            learn_transfer(party, &transfer);
    } else if (envelope->kind == MESSAGE_LINK_NOTICE &&
               partner_decode_link_notice(envelope->payload, &party->arena, &place, &link,
                                          &event) == 0) {
        if (in_order(party, &place))
            bond_learn(party, &link);
    } else if (envelope->kind == MESSAGE_CASE_NOTICE &&
               partner_decode_case_notice(envelope->payload, &party->arena, &place, &inquiry) ==
                   0) {
        if (in_order(party, &place))
            desk_learn(party, &inquiry);
    } else if (envelope->kind == MESSAGE_CARD_NOTICE &&
               partner_decode_card_notice(envelope->payload, &party->arena, &place, &card,
                                          &event) == 0) {
        if (in_order(party, &place))
            card_learn(party, &card);
    } else if (envelope->kind == MESSAGE_ADJUSTMENT_NOTICE &&
               partner_decode_adjustment_notice(envelope->payload, &party->arena, &place,
                                                &adjustment) == 0) {
        if (in_order(party, &place))
            adjust_learn(party, &adjustment);
    } else if (envelope->kind == MESSAGE_EVENT_NOTICE &&
               partner_decode_event_notice(envelope->payload, &party->arena, &place, &told) == 0) {
        if (in_order(party, &place))
            desk_event_noticed(party, &told);
    } else if (envelope->kind == MESSAGE_WINDOW_NOTICE &&
               partner_decode_window_notice(envelope->payload, &party->arena, &place, &window) ==
                   0) {
        if (in_order(party, &place))
            window_learn(party, &window);
    } else if (envelope->kind == MESSAGE_LOAN_NOTICE &&
               partner_decode_loan_notice(envelope->payload, &party->arena, &place, &loan,
                                          &event) == 0) {
        if (in_order(party, &place))
            loan_learn(party, &loan);
    } else if (envelope->kind == MESSAGE_ORDER_NOTICE &&
               partner_decode_order_notice(envelope->payload, &party->arena, &place, &order,
                                           &event) == 0) {
        if (in_order(party, &place))
            order_learn(party, &order);
    } else if (envelope->kind == MESSAGE_PRODUCT_NOTICE &&
               partner_decode_product_notice(envelope->payload, &party->arena, &place, &product) ==
                   0) {
        if (in_order(party, &place))
            shop_learn(party, &product);
    } else {
        world_fail(party->world, "bank %zu: a notice of kind %u cannot be read", party->index,
                   envelope->kind);
    }
}
