/*
 * A partner bank's side of adjustments.
 *
 * Nothing is checked on the way out. On the way in what a newer gateway adds is tolerated, and a text
 * that cannot be read arrives empty.
 */
#include "linkgate/v1/adjustment.pb-c.h"
#include "wire/partner.h"
#include "wire/values.h"

void partner_encode_propose_adjustment(const struct propose_adjustment *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ProposeAdjustment wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__propose_adjustment__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.case_id = pack_id(&message->inquiry);
    wire.debtor_bank_code = pack_bank(&pack, message->debtor);
    wire.creditor_bank_code = pack_bank(&pack, message->creditor);
    value_pack_money(&pack, &message->amount, &amount);
    wire.amount = &amount;
    wire.text = pack_text(&pack, message->text);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_accept_adjustment(const struct accept_adjustment *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AcceptAdjustment wire;
    pack_init(&pack);
    linkgate__v1__accept_adjustment__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.adjustment_id = pack_id(&message->adjustment);
    wire.reject = message->reject;
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_adjustment(const struct get_adjustment *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetAdjustment wire;
    pack_init(&pack);
    linkgate__v1__get_adjustment__init(&wire);
    wire.adjustment_id = pack_id(&message->adjustment);
    pack_finish(&pack, &wire.base, out);
}

static void read_view(struct shape *shape, const Linkgate__V1__AdjustmentReply *message,
                      struct adjustment_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "adjustment");
        return;
    }
    *out = (struct adjustment_view){
        .state = (enum adjustment_state)shape_known((int)message->state, ADJUSTMENT_EXPIRED),
        .text = shape_clean_or_empty(message->text, ADJUSTMENT_TEXT_MAX),
        .proposed_at_ms = message->proposed_at_ms,
        .expires_at_ms = message->expires_at_ms,
        .ended_at_ms = message->ended_at_ms,
        .window = message->window,
        .replayed = message->replayed != 0,
    };
    shape_id(shape, "adjustment_id", &message->adjustment_id, &out->adjustment);
    shape_id(shape, "case_id", &message->case_id, &out->inquiry);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "debtor_bank_code", message->debtor_bank_code,
                    &out->debtor);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "creditor_bank_code", message->creditor_bank_code,
                    &out->creditor);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "proposed_by_bank_code",
                    message->proposed_by_bank_code, &out->proposed_by);
    if (message->amount == NULL)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "amount");
    else
        value_read_money(shape, message->amount, &out->amount);
}

int partner_decode_adjustment_reply(struct span payload, struct arena *arena,
                                    struct adjustment_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__AdjustmentReply *message = shape_read(
        &shape, payload, &linkgate__v1__adjustment_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct adjustment_view read = {0};
    read_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_adjustment_notice(struct span payload, struct arena *arena,
                                     struct notice_place *place_out, struct adjustment_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__AdjustmentNotice *message = shape_read(
        &shape, payload, &linkgate__v1__adjustment_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct adjustment_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_view(&shape, message->adjustment, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}
