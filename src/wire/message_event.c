/*
 * Reading and writing events at counters and referrals.
 */
#include "linkgate/v1/event.pb-c.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/values.h"

_Static_assert((int)EVENT_COUNTER_SERVICE ==
                       (int)LINKGATE__V1__OFFLINE_EVENT_TYPE__OFFLINE_EVENT_TYPE_COUNTER_SERVICE &&
                   (int)EVENT_REFERRAL == (int)LINKGATE__V1__EVENT_KIND__EVENT_KIND_REFERRAL &&
                   (int)EVENT_EXPIRED == (int)LINKGATE__V1__EVENT_STATE__EVENT_STATE_EXPIRED,
               "wire values");

#define REFERRED (CONSENT_FIELD_NAME | CONSENT_FIELD_ID_NUMBER | CONSENT_FIELD_MOBILE)

void read_offline_event(struct shape *shape, struct span payload, struct offline_event *out) {
    const Linkgate__V1__OfflineEvent *message =
        shape_read(shape, payload, &linkgate__v1__offline_event__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct offline_event){.at_ms = message->at_ms};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    if (shape_enum(shape, "type", (int)message->type, EVENT_TYPES - 1))
        out->type = (enum event_type)message->type;
    if (message->at_ms <= 0)
        shape_refuse(shape, message->at_ms == 0 ? REFUSAL_FIELD_MISSING : REFUSAL_FIELD_INVALID,
                     "at_ms");
    if (message->amount != NULL && event_type_moves_money(out->type))
        part_amount(shape, message->amount, &out->amount);
    else if (message->amount != NULL)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "amount");
    shape_clean(shape, "place", message->place, 0, EVENT_PLACE_MAX, &out->place);
}

void read_referral(struct shape *shape, struct span payload, struct referral *out) {
    const Linkgate__V1__Referral *message =
        shape_read(shape, payload, &linkgate__v1__referral__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct referral){.bank = 0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_bank_code(shape, REFUSAL_BANK_CODE_CREDITOR, "bank_code", message->bank_code, &out->bank);
    part_person(shape, message->person, &out->person);
    part_consent(shape, message->consent, REFERRED, out->bank, &out->consent);
}

void message_encode_event_reply(const struct event_view *view, struct buf *out) {
    struct pack pack;
    Linkgate__V1__EventReply wire;
    pack_init(&pack);
    linkgate__v1__event_reply__init(&wire);
    wire.event_id = pack_id(&view->event);
    wire.kind = (Linkgate__V1__EventKind)view->kind;
    wire.state = (Linkgate__V1__EventState)view->state;
    wire.received_at_ms = view->received_at_ms;
    wire.ended_at_ms = view->ended_at_ms;
    wire.replayed = view->replayed;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_event_notice(const struct notice_place *place, const struct event_view *view,
                                 struct buf *out) {
    struct pack pack;
    Linkgate__V1__EventNotice wire;
    Linkgate__V1__Money amount;
    Linkgate__V1__PersonElements person;
    struct value_consent consent;
    pack_init(&pack);
    linkgate__v1__event_notice__init(&wire);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.event_id = pack_id(&view->event);
    wire.kind = (Linkgate__V1__EventKind)view->kind;
    wire.state = (Linkgate__V1__EventState)view->state;
    wire.from_bank_code = pack_bank(&pack, view->from);
    wire.received_at_ms = view->received_at_ms;
    wire.link_id = pack_id(&view->link);
    wire.type = (Linkgate__V1__OfflineEventType)view->type;
    wire.at_ms = view->at_ms;
    if (view->amount.fen != 0) {
        value_pack_money(&pack, &view->amount, &amount);
        wire.amount = &amount;
    }
    wire.place = pack_text(&pack, view->place);
    if (view->has_person) {
        value_pack_person(&pack, &view->person, &person);
        wire.person = &person;
    }
    wire.consent = value_pack_consent(&pack, &view->consent, &consent);
    pack_finish(&pack, &wire.base, out);
}
