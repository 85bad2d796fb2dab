/*
 * A partner bank's side of applications for cards.
 *
 * Nothing is checked on the way out. On the way in a question is held to the schema; of what is told
 * what a newer gateway adds is tolerated, and a text that cannot be read arrives empty.
 */
#include "linkgate/v1/card.pb-c.h"
#include "wire/partner.h"
#include "wire/parts.h"
#include "wire/values.h"

#define CARD_NUMBER_MAX 19

/* ---- written ---- */

void partner_encode_apply_card(const struct apply_card *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__ApplyCard wire;
    Linkgate__V1__PersonElements person;
    struct value_consent consent;
    pack_init(&pack);
    linkgate__v1__apply_card__init(&wire);
    value_pack_person(&pack, &message->person, &person);
    wire.request_id = pack_id(&message->request);
    wire.class1_bank_code = pack_bank(&pack, message->class1_bank);
    wire.person = &person;
    wire.delivery = (Linkgate__V1__CardDelivery)message->delivery;
    wire.deliver_to = pack_text(&pack, message->deliver_to);
    wire.consent = value_pack_consent(&pack, &message->consent, &consent);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_ask_card_reply(const struct ask_card_reply *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AskCardReply wire;
    pack_init(&pack);
    linkgate__v1__ask_card_reply__init(&wire);
    wire.card_id = pack_id(&message->card);
    wire.outcome = (Linkgate__V1__CardOutcome)message->outcome;
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_card_status(const struct card_status *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CardStatus wire;
    pack_init(&pack);
    linkgate__v1__card_status__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.card_id = pack_id(&message->card);
    wire.event = (Linkgate__V1__CardEvent)message->event;
    wire.card_number = pack_text(&pack, message->number);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_get_card(const struct get_card *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__GetCard wire;
    pack_init(&pack);
    linkgate__v1__get_card__init(&wire);
    wire.card_id = pack_id(&message->card);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_cancel_card(const struct cancel_card *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CancelCard wire;
    pack_init(&pack);
    linkgate__v1__cancel_card__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.card_id = pack_id(&message->card);
    wire.reason = pack_text(&pack, message->reason);
    pack_finish(&pack, &wire.base, out);
}

/* ---- read ---- */

int partner_decode_ask_card(struct span payload, struct arena *arena, struct ask_card *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__AskCard *message =
        shape_read(&shape, payload, &linkgate__v1__ask_card__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct ask_card read = {0};
    shape_id(&shape, "card_id", &message->card_id, &read.card);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "requesting_bank_code",
                    message->requesting_bank_code, &read.requesting_bank);
    value_read_person(&shape, message->person, &read.person);
    if (shape_enum(&shape, "delivery", (int)message->delivery, CARD_DELIVERY_COUNTER))
        read.delivery = (enum card_delivery)message->delivery;
    shape_clean(&shape, "deliver_to", message->deliver_to, 1, CARD_DELIVER_TO_MAX,
                &read.deliver_to);
    part_consent(&shape, message->consent, CONSENT_FIELDS_ALL, 0, &read.consent);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

static void read_view(struct shape *shape, const Linkgate__V1__CardReply *message,
                      struct card_view *out) {
    if (message == NULL) {
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "card");
        return;
    }
    *out = (struct card_view){
        .state = (enum card_state)shape_known((int)message->state, CARD_EXPIRED),
        .delivery = (enum card_delivery)shape_known((int)message->delivery, CARD_DELIVERY_COUNTER),
        .masked = shape_clean_or_empty(message->card_masked, MASKED_ACCOUNT_MAX),
        .number = shape_clean_or_empty(message->card_number, CARD_NUMBER_MAX),
        .reason = shape_reason_or_empty(message->reason),
        .applied_at_ms = message->applied_at_ms,
        .expires_at_ms = message->expires_at_ms,
        .issued_at_ms = message->issued_at_ms,
        .dispatched_at_ms = message->dispatched_at_ms,
        .activated_at_ms = message->activated_at_ms,
        .issues = message->issues,
        .replayed = message->replayed != 0,
    };
    shape_id(shape, "card_id", &message->card_id, &out->card);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "class2_bank_code", message->class2_bank_code,
                    &out->class2_bank);
    shape_bank_code(shape, REFUSAL_FIELD_INVALID, "class1_bank_code", message->class1_bank_code,
                    &out->class1_bank);
}

int partner_decode_card_reply(struct span payload, struct arena *arena, struct card_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CardReply *message =
        shape_read(&shape, payload, &linkgate__v1__card_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct card_view read = {0};
    read_view(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

int partner_decode_card_notice(struct span payload, struct arena *arena,
                               struct notice_place *place_out, struct card_view *out,
                               struct span *event_out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__CardNotice *message = shape_read(
        &shape, payload, &linkgate__v1__card_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct card_view read = {0};
    shape_digest(&shape, "token", &message->token, &place.token);
    read_view(&shape, message->card, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    *event_out = shape_clean_or_empty(message->event, EVENT_NAME_MAX);
    return 0;
}
