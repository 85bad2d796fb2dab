/*
 * Reading and writing adjustments: what two banks agree on besides all transfers.
 *
 * Whose word it is, and whether it is booked, is the ledger's.
 */
#include "linkgate/v1/adjustment.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/pack.h"
#include "wire/parts.h"
#include "wire/values.h"

_Static_assert(
    (int)ADJUSTMENT_PROPOSED == (int)LINKGATE__V1__ADJUSTMENT_STATE__ADJUSTMENT_STATE_PROPOSED &&
        (int)ADJUSTMENT_BOOKED == (int)LINKGATE__V1__ADJUSTMENT_STATE__ADJUSTMENT_STATE_BOOKED &&
        (int)ADJUSTMENT_REJECTED ==
            (int)LINKGATE__V1__ADJUSTMENT_STATE__ADJUSTMENT_STATE_REJECTED &&
        (int)ADJUSTMENT_WITHDRAWN ==
            (int)LINKGATE__V1__ADJUSTMENT_STATE__ADJUSTMENT_STATE_WITHDRAWN &&
        (int)ADJUSTMENT_EXPIRED == (int)LINKGATE__V1__ADJUSTMENT_STATE__ADJUSTMENT_STATE_EXPIRED,
    "wire values");

void read_propose_adjustment(struct shape *shape, struct span payload,
                             struct propose_adjustment *out) {
    const Linkgate__V1__ProposeAdjustment *message = shape_read(
        shape, payload, &linkgate__v1__propose_adjustment__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct propose_adjustment){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "case_id", &message->case_id, &out->inquiry);
    shape_bank_code(shape, REFUSAL_BANK_CODE_DEBTOR, "debtor_bank_code", message->debtor_bank_code,
                    &out->debtor);
    shape_bank_code(shape, REFUSAL_BANK_CODE_CREDITOR, "creditor_bank_code",
                    message->creditor_bank_code, &out->creditor);
    part_amount(shape, message->amount, &out->amount);
    shape_clean(shape, "text", message->text, 1, ADJUSTMENT_TEXT_MAX, &out->text);
}

void read_accept_adjustment(struct shape *shape, struct span payload,
                            struct accept_adjustment *out) {
    const Linkgate__V1__AcceptAdjustment *message = shape_read(
        shape, payload, &linkgate__v1__accept_adjustment__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct accept_adjustment){.reject = message->reject != 0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "adjustment_id", &message->adjustment_id, &out->adjustment);
}

void read_get_adjustment(struct shape *shape, struct span payload, struct get_adjustment *out) {
    const Linkgate__V1__GetAdjustment *message = shape_read(
        shape, payload, &linkgate__v1__get_adjustment__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_adjustment){0};
    shape_id(shape, "adjustment_id", &message->adjustment_id, &out->adjustment);
}

struct packed_adjustment {
    Linkgate__V1__AdjustmentReply reply;
    Linkgate__V1__Money amount;
};

static void pack_adjustment(struct pack *pack, const struct adjustment_view *view,
                            struct packed_adjustment *out) {
    Linkgate__V1__AdjustmentReply *wire = &out->reply;
    linkgate__v1__adjustment_reply__init(wire);
    wire->adjustment_id = pack_id(&view->adjustment);
    wire->case_id = pack_id(&view->inquiry);
    wire->state = (Linkgate__V1__AdjustmentState)view->state;
    wire->debtor_bank_code = pack_bank(pack, view->debtor);
    wire->creditor_bank_code = pack_bank(pack, view->creditor);
    wire->proposed_by_bank_code = pack_bank(pack, view->proposed_by);
    value_pack_money(pack, &view->amount, &out->amount);
    wire->amount = &out->amount;
    wire->text = pack_text(pack, view->text);
    wire->proposed_at_ms = view->proposed_at_ms;
    wire->expires_at_ms = view->expires_at_ms;
    wire->ended_at_ms = view->ended_at_ms;
    wire->window = view->window;
    wire->replayed = view->replayed;
}

void message_encode_adjustment_reply(const struct adjustment_view *view, struct buf *out) {
    struct pack pack;
    struct packed_adjustment packed;
    pack_init(&pack);
    pack_adjustment(&pack, view, &packed);
    pack_finish(&pack, &packed.reply.base, out);
}

void message_encode_adjustment_notice(const struct notice_place *place,
                                      const struct adjustment_view *view, struct buf *out) {
    struct pack pack;
    struct packed_adjustment packed;
    Linkgate__V1__AdjustmentNotice wire;
    pack_init(&pack);
    linkgate__v1__adjustment_notice__init(&wire);
    pack_adjustment(&pack, view, &packed);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.adjustment = &packed.reply;
    pack_finish(&pack, &wire.base, out);
}
