/*
 * Reading and writing settlement: windows, nets as one bank sees them, and the banks' word that a net
 * was paid.
 *
 * What is due to whom, and what a word does, is the ledger's. A window with many pairs is more than a
 * pack's room, and takes its arena.
 */
#include "domain/message.h"
#include "linkgate/v1/window.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/pack.h"
#include "wire/parts.h"

_Static_assert((int)WINDOW_OPEN == (int)LINKGATE__V1__WINDOW_STATE__WINDOW_STATE_OPEN &&
                   (int)WINDOW_CLOSING == (int)LINKGATE__V1__WINDOW_STATE__WINDOW_STATE_CLOSING &&
                   (int)WINDOW_CLOSED == (int)LINKGATE__V1__WINDOW_STATE__WINDOW_STATE_CLOSED &&
                   (int)WINDOW_SETTLED == (int)LINKGATE__V1__WINDOW_STATE__WINDOW_STATE_SETTLED &&
                   (int)WINDOW_ABORTED == (int)LINKGATE__V1__WINDOW_STATE__WINDOW_STATE_ABORTED,
               "wire values");
_Static_assert((int)SETTLEMENT_BILATERAL == (int)LINKGATE__V1__SETTLEMENT__SETTLEMENT_BILATERAL &&
                   (int)SETTLEMENT_MULTILATERAL ==
                       (int)LINKGATE__V1__SETTLEMENT__SETTLEMENT_MULTILATERAL,
               "wire values");

/* ---- requests ---- */

static void read_number(struct shape *shape, uint64_t number, uint64_t *out) {
    if (number == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "window");
    else
        *out = number;
}

void read_confirm_settlement(struct shape *shape, struct span payload,
                             struct confirm_settlement *out) {
    const Linkgate__V1__ConfirmSettlement *message = shape_read(
        shape, payload, &linkgate__v1__confirm_settlement__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct confirm_settlement){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    read_number(shape, message->window, &out->window);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "counterparty_bank_code",
                    message->counterparty_bank_code, &out->counterparty);
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "reference", message->reference, 1, REFERENCE_MAX, &out->reference);
}

void read_get_window(struct shape *shape, struct span payload, struct get_window *out) {
    const Linkgate__V1__GetWindow *message =
        shape_read(shape, payload, &linkgate__v1__get_window__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_window){.window = message->window};
    if (shape_text(message->after_bank_code).size > 0)
        shape_bank_code(shape, REFUSAL_FIELD_INVALID, "after_bank_code", message->after_bank_code,
                        &out->after);
}

/* ---- what the gateway says ---- */

/* A WindowReply and what it points to. */
struct packed_window {
    Linkgate__V1__WindowReply reply;
    Linkgate__V1__WindowPair pairs[WINDOW_PAIRS_MAX];
    Linkgate__V1__WindowPair *pointers[WINDOW_PAIRS_MAX];
};

static void pack_pair(struct pack *pack, const struct window_pair *pair,
                      Linkgate__V1__WindowPair *out) {
    linkgate__v1__window_pair__init(out);
    out->counterparty_bank_code = pack_bank(pack, pair->counterparty);
    out->currency = pack_text(pack, span_text(pair->currency));
    out->net_fen = pair->net_fen;
    out->received_fen = pair->received_fen;
    out->sent_fen = pair->sent_fen;
    out->transfers = pair->transfers;
    out->carried_fen = pair->carried_fen;
    out->settled_at_ms = pair->settled.at_ms;
    out->reference = pack_text(pack, pair->settled.reference);
    out->confirmed_at_ms = pair->own.at_ms;
    out->confirmed_reference = pack_text(pack, pair->own.reference);
    out->counterparty_confirmed_at_ms = pair->other.at_ms;
    out->counterparty_confirmed_reference = pack_text(pack, pair->other.reference);
}

static void pack_window(struct pack *pack, const struct window_view *view,
                        struct packed_window *out) {
    Linkgate__V1__WindowReply *wire = &out->reply;
    ENSURE(view->pair_count <= WINDOW_PAIRS_MAX);
    linkgate__v1__window_reply__init(wire);
    wire->window = view->number;
    wire->state = (Linkgate__V1__WindowState)view->state;
    wire->settlement = (Linkgate__V1__Settlement)view->settlement;
    wire->business_date = pack_text(pack, view->business_date);
    wire->cut_off_at_ms = view->cut_off_at_ms;
    wire->opened_at_ms = view->opened_at_ms;
    wire->closing_at_ms = view->closing_at_ms;
    wire->closed_at_ms = view->closed_at_ms;
    wire->ended_at_ms = view->ended_at_ms;
    wire->successor = view->successor;
    for (uint32_t i = 0; i < view->pair_count; i++) {
        pack_pair(pack, &view->pairs[i], &out->pairs[i]);
        out->pointers[i] = &out->pairs[i];
    }
    wire->n_pairs = view->pair_count;
    wire->pairs = out->pointers;
    wire->more = view->more;
    wire->replayed = view->replayed;
}

void message_encode_window_reply(const struct window_view *view, struct buf *out) {
    struct pack pack;
    struct packed_window packed;
    pack_init(&pack);
    pack_window(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_window_notice(const struct notice_place *place, const struct window_view *view,
                                  struct buf *out) {
    struct pack pack;
    struct packed_window packed;
    Linkgate__V1__WindowNotice wire;
    pack_init(&pack);
    linkgate__v1__window_notice__init(&wire);
    pack_window(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.window = &packed.reply;
    pack_finish(&pack, &wire.base, out);
}
