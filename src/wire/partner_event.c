/*
 * A partner bank's side of events at counters and referrals. Conventions as in partner_account.c.
 */
#include "linkgate/v1/event.pb-c.h"
#include "wire/partner.h"
#include "wire/parts.h"
#include "wire/values.h"

void partner_encode_offline_event(const struct offline_event *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__OfflineEvent wire;
    Linkgate__V1__Money amount;
    pack_init(&pack);
    linkgate__v1__offline_event__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.link_id = pack_id(&message->link);
    wire.type = (Linkgate__V1__OfflineEventType)message->type;
    wire.at_ms = message->at_ms;
    if (message->amount.fen != 0) {
        value_pack_money(&pack, &message->amount, &amount);
        wire.amount = &amount;
    }
    wire.place = pack_text(&pack, message->place);
    pack_finish(&pack, &wire.base, out);
}

void partner_encode_referral(const struct referral *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__Referral wire;
    Linkgate__V1__PersonElements person;
    struct value_consent consent;
    pack_init(&pack);
    linkgate__v1__referral__init(&wire);
    wire.request_id = pack_id(&message->request);
    wire.bank_code = pack_bank(&pack, message->bank);
    value_pack_person(&pack, &message->person, &person);
    wire.person = &person;
    wire.consent = value_pack_consent(&pack, &message->consent, &consent);
    pack_finish(&pack, &wire.base, out);
}

int partner_decode_event_reply(struct span payload, struct arena *arena, struct event_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__EventReply *message = shape_read(
        &shape, payload, &linkgate__v1__event_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct event_view read = {
        .kind = (enum event_kind)shape_known((int)message->kind, EVENT_REFERRAL),
        .state = (enum event_state)shape_known((int)message->state, EVENT_EXPIRED),
        .received_at_ms = message->received_at_ms,
        .ended_at_ms = message->ended_at_ms,
        .replayed = message->replayed != 0,
    };
    shape_id(&shape, "event_id", &message->event_id, &read.event);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *out = read;
    return 0;
}

/* What the gateway has checked is taken as it is. */
static void read_person(struct shape *shape, const Linkgate__V1__PersonElements *person,
                        struct person_elements *out) {
    shape_clean(shape, "person.name", person->name, 1, PERSON_NAME_MAX, &out->name);
    out->id_type = (uint32_t)person->id_type;
    shape_clean(shape, "person.id_number", person->id_number, 1, PERSON_ID_MAX, &out->id_number);
    shape_clean(shape, "person.mobile", person->mobile, 1, PERSON_MOBILE_MAX, &out->mobile);
}

static void read_parts(struct shape *shape, const Linkgate__V1__EventNotice *message,
                       struct event_view *read) {
    if (message->amount != NULL)
        value_read_money(shape, message->amount, &read->amount);
    if (message->person != NULL) {
        read->has_person = true;
        read_person(shape, message->person, &read->person);
    }
    if (message->consent != NULL)
        part_consent(shape, message->consent, 0, 0, &read->consent);
}

int partner_decode_event_notice(struct span payload, struct arena *arena,
                                struct notice_place *place_out, struct event_view *out) {
    struct shape shape = shape_over(arena, 0);
    const Linkgate__V1__EventNotice *message = shape_read(
        &shape, payload, &linkgate__v1__event_notice__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return WIRE_REFUSED;
    struct notice_place place = {.sequence = message->sequence};
    struct event_view read = {
        .kind = (enum event_kind)shape_known((int)message->kind, EVENT_REFERRAL),
        .state = (enum event_state)shape_known((int)message->state, EVENT_EXPIRED),
        .received_at_ms = message->received_at_ms,
        .type = (enum event_type)shape_known((int)message->type, EVENT_TYPES - 1),
        .at_ms = message->at_ms,
        .place = shape_clean_or_empty(message->place, EVENT_PLACE_MAX),
    };
    shape_digest(&shape, "token", &message->token, &place.token);
    shape_id(&shape, "event_id", &message->event_id, &read.event);
    shape_bank_code(&shape, REFUSAL_FIELD_INVALID, "from_bank_code", message->from_bank_code,
                    &read.from);
    shape_id_or_none(&shape, "link_id", &message->link_id, &read.link);
    read_parts(&shape, message, &read);
    if (!shape_ok(&shape))
        return WIRE_REFUSED;
    *place_out = place;
    *out = read;
    return 0;
}
