/*
 * Reading and writing applications for cards.
 *
 * Whose word it is, and what it leads to, is the ledger's. Of the asked bank's answer what cannot be
 * read arrives as nothing, and the ledger decides what an answer without it is worth.
 */
#include "domain/identifier.h"
#include "linkgate/v1/card.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/values.h"

_Static_assert((int)CARD_APPLIED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_APPLIED &&
                   (int)CARD_UNKNOWN == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_UNKNOWN &&
                   (int)CARD_FORWARDED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_FORWARDED &&
                   (int)CARD_ISSUED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_ISSUED &&
                   (int)CARD_LOST == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_LOST &&
                   (int)CARD_ACTIVATED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_ACTIVATED &&
                   (int)CARD_REFUSED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_REFUSED &&
                   (int)CARD_CANCELLED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_CANCELLED &&
                   (int)CARD_EXPIRED == (int)LINKGATE__V1__CARD_STATE__CARD_STATE_EXPIRED,
               "wire values");
_Static_assert((int)CARD_EVENT_TAKEN == (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_TAKEN &&
                   (int)CARD_EVENT_ISSUED == (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_ISSUED &&
                   (int)CARD_EVENT_DISPATCHED ==
                       (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_DISPATCHED &&
                   (int)CARD_EVENT_LOST == (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_LOST &&
                   (int)CARD_EVENT_ACTIVATED ==
                       (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_ACTIVATED &&
                   (int)CARD_EVENT_REFUSED == (int)LINKGATE__V1__CARD_EVENT__CARD_EVENT_REFUSED,
               "wire values");
_Static_assert((int)CARD_DELIVERY_MAIL == (int)LINKGATE__V1__CARD_DELIVERY__CARD_DELIVERY_MAIL &&
                   (int)CARD_DELIVERY_COUNTER ==
                       (int)LINKGATE__V1__CARD_DELIVERY__CARD_DELIVERY_COUNTER &&
                   (int)CARD_OUTCOME_TAKEN == (int)LINKGATE__V1__CARD_OUTCOME__CARD_OUTCOME_TAKEN &&
                   (int)CARD_OUTCOME_REFUSED ==
                       (int)LINKGATE__V1__CARD_OUTCOME__CARD_OUTCOME_REFUSED,
               "wire values");

/* ---- requests ---- */

void read_apply_card(struct shape *shape, struct span payload, struct apply_card *out) {
    const Linkgate__V1__ApplyCard *message =
        shape_read(shape, payload, &linkgate__v1__apply_card__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct apply_card){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_bank_code(shape, REFUSAL_BANK_CODE_DEBTOR, "class1_bank_code", message->class1_bank_code,
                    &out->class1_bank);
    part_person(shape, message->person, &out->person);
    if (shape_enum(shape, "delivery", (int)message->delivery, CARD_DELIVERY_COUNTER))
        out->delivery = (enum card_delivery)message->delivery;
    shape_clean(shape, "deliver_to", message->deliver_to, 1, CARD_DELIVER_TO_MAX, &out->deliver_to);
    part_consent(shape, message->consent, CONSENT_FIELDS_ALL, out->class1_bank, &out->consent);
}

/* A number comes with ISSUED, a reason with REFUSED, and neither with anything else. */
static void read_said(struct shape *shape, const Linkgate__V1__CardStatus *message,
                      struct card_status *out) {
    struct span number = shape_text(message->card_number);
    if (out->event == CARD_EVENT_ISSUED) {
        if (!card_number_valid(number))
            shape_refuse(shape, REFUSAL_CARD_NUMBER, "card_number");
        out->number = number;
    } else if (number.size > 0) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "card_number");
    }
    if (out->event == CARD_EVENT_REFUSED)
        shape_reason(shape, "reason", message->reason, &out->reason);
    else if (shape_text(message->reason).size > 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "reason");
}

void read_card_status(struct shape *shape, struct span payload, struct card_status *out) {
    const Linkgate__V1__CardStatus *message =
        shape_read(shape, payload, &linkgate__v1__card_status__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct card_status){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "card_id", &message->card_id, &out->card);
    if (shape_enum(shape, "event", (int)message->event, CARD_EVENT_REFUSED))
        out->event = (enum card_event)message->event;
    read_said(shape, message, out);
}

void read_get_card(struct shape *shape, struct span payload, struct get_card *out) {
    const Linkgate__V1__GetCard *message =
        shape_read(shape, payload, &linkgate__v1__get_card__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_card){0};
    shape_id(shape, "card_id", &message->card_id, &out->card);
}

void read_cancel_card(struct shape *shape, struct span payload, struct cancel_card *out) {
    const Linkgate__V1__CancelCard *message =
        shape_read(shape, payload, &linkgate__v1__cancel_card__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct cancel_card){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "card_id", &message->card_id, &out->card);
    shape_reason(shape, "reason", message->reason, &out->reason);
}

/* ---- the answer ---- */

void read_card_answer(struct shape *shape, struct span payload, struct ask_card_reply *out) {
    const Linkgate__V1__AskCardReply *message = shape_read(
        shape, payload, &linkgate__v1__ask_card_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct ask_card_reply){
        .outcome = (enum card_outcome)shape_known((int)message->outcome, CARD_OUTCOME_REFUSED),
        .reason = shape_reason_or_empty(message->reason),
    };
    shape_id(shape, "card_id", &message->card_id, &out->card);
}

/* ---- what the gateway says ---- */

void message_encode_ask_card(const struct ask_card *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__AskCard wire;
    Linkgate__V1__PersonElements person;
    struct value_consent consent;
    pack_init(&pack);
    linkgate__v1__ask_card__init(&wire);
    value_pack_person(&pack, &message->person, &person);
    wire.card_id = pack_id(&message->card);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.person = &person;
    wire.delivery = (Linkgate__V1__CardDelivery)message->delivery;
    wire.deliver_to = pack_text(&pack, message->deliver_to);
    wire.consent = value_pack_consent(&pack, &message->consent, &consent);
    pack_finish(&pack, &wire.base, out);
}

static void pack_card(struct pack *pack, const struct card_view *view,
                      Linkgate__V1__CardReply *wire) {
    linkgate__v1__card_reply__init(wire);
    wire->card_id = pack_id(&view->card);
    wire->state = (Linkgate__V1__CardState)view->state;
    wire->class2_bank_code = pack_bank(pack, view->class2_bank);
    wire->class1_bank_code = pack_bank(pack, view->class1_bank);
    wire->delivery = (Linkgate__V1__CardDelivery)view->delivery;
    wire->card_masked = pack_text(pack, view->masked);
    wire->card_number = pack_text(pack, view->number);
    wire->reason = pack_text(pack, view->reason);
    wire->applied_at_ms = view->applied_at_ms;
    wire->expires_at_ms = view->expires_at_ms;
    wire->issued_at_ms = view->issued_at_ms;
    wire->dispatched_at_ms = view->dispatched_at_ms;
    wire->activated_at_ms = view->activated_at_ms;
    wire->issues = view->issues;
    wire->replayed = view->replayed;
}

void message_encode_card_reply(const struct card_view *view, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CardReply wire;
    pack_init(&pack);
    pack_card(&pack, view, &wire);
    pack_finish(&pack, &wire.base, out);
}

void message_encode_card_notice(const struct notice_place *place, const struct card_view *view,
                                const char *event, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CardReply card;
    Linkgate__V1__CardNotice wire;
    pack_init(&pack);
    linkgate__v1__card_notice__init(&wire);
    pack_card(&pack, view, &card);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.card = &card;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}
