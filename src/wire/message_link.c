/*
 * Reading and writing what belongs to a link and is neither the customer's word
 * (message_open_link.c), a one-time code, a hold nor a view of it.
 *
 * Requests are held to the schema to the last bit. Answers are not: what the asked bank said counts
 * even where a part of it cannot be read, so such a part arrives as nothing (0, empty) and the
 * ledger decides what an answer without it is worth.
 */
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/parts.h"
#include "wire/values.h"

_Static_assert((int)LINK_REQUESTED == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_REQUESTED &&
                   (int)LINK_VERIFYING == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_VERIFYING &&
                   (int)LINK_AWAITING_AUTHENTICATION ==
                       (int)LINKGATE__V1__LINK_STATE__LINK_STATE_AWAITING_AUTHENTICATION &&
                   (int)LINK_ACTIVE == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_ACTIVE &&
                   (int)LINK_SUSPENDED == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_SUSPENDED &&
                   (int)LINK_CLOSING == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_CLOSING &&
                   (int)LINK_CLOSED == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_CLOSED &&
                   (int)LINK_PENDING_ACTIVATION ==
                       (int)LINKGATE__V1__LINK_STATE__LINK_STATE_PENDING_ACTIVATION &&
                   (int)LINK_REJECTED == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_REJECTED &&
                   (int)LINK_EXPIRED == (int)LINKGATE__V1__LINK_STATE__LINK_STATE_EXPIRED,
               "wire values");
_Static_assert((int)ELEMENT_MATCH == (int)LINKGATE__V1__ELEMENT_RESULT__ELEMENT_RESULT_MATCH &&
                   (int)ELEMENT_MISMATCH ==
                       (int)LINKGATE__V1__ELEMENT_RESULT__ELEMENT_RESULT_MISMATCH,
               "wire values");
_Static_assert(
    (int)ACCOUNT_OPEN == (int)LINKGATE__V1__ACCOUNT_STATUS__ACCOUNT_STATUS_OPEN &&
        (int)ACCOUNT_NOT_ACTIVATED ==
            (int)LINKGATE__V1__ACCOUNT_STATUS__ACCOUNT_STATUS_NOT_ACTIVATED &&
        (int)ACCOUNT_CLOSED == (int)LINKGATE__V1__ACCOUNT_STATUS__ACCOUNT_STATUS_CLOSED &&
        (int)ACCOUNT_BLOCKED == (int)LINKGATE__V1__ACCOUNT_STATUS__ACCOUNT_STATUS_BLOCKED &&
        (int)ACCOUNT_UNKNOWN == (int)LINKGATE__V1__ACCOUNT_STATUS__ACCOUNT_STATUS_UNKNOWN,
    "wire values");
/* ---- requests ---- */

void read_close_link(struct shape *shape, struct span payload, struct close_link *out) {
    const Linkgate__V1__CloseLink *message =
        shape_read(shape, payload, &linkgate__v1__close_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct close_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_reason(shape, "reason", message->reason, &out->reason);
}

void read_get_link(struct shape *shape, struct span payload, struct get_link *out) {
    const Linkgate__V1__GetLink *message =
        shape_read(shape, payload, &linkgate__v1__get_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_link){0};
    shape_one_id(shape, "link_id", &message->link_id, &out->link, "request_id",
                 &message->request_id, &out->request);
}

void read_list_links(struct shape *shape, struct span payload, struct list_links *out) {
    const Linkgate__V1__ListLinks *message =
        shape_read(shape, payload, &linkgate__v1__list_links__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct list_links){0};
    part_page(shape, &message->after, message->max, &out->after, &out->max);
    if (message->state != 0 && shape_enum(shape, "state", (int)message->state, LINK_EXPIRED))
        out->state = (enum link_state)message->state;
    if (shape_text(message->account_number).size > 0)
        shape_account_number(shape, REFUSAL_ACCOUNT, "account_number", message->account_number,
                             &out->account_number);
}

/* ---- the answer ---- */

void read_verify_answer(struct shape *shape, struct span payload,
                        struct verify_account_reply *out) {
    const Linkgate__V1__VerifyAccountReply *message = shape_read(
        shape, payload, &linkgate__v1__verify_account_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct verify_account_reply){
        .name = (enum element_result)shape_known((int)message->name, ELEMENT_MISMATCH),
        .id_number = (enum element_result)shape_known((int)message->id_number, ELEMENT_MISMATCH),
        .mobile = (enum element_result)shape_known((int)message->mobile, ELEMENT_MISMATCH),
        .account = (enum element_result)shape_known((int)message->account, ELEMENT_MISMATCH),
        .account_class =
            (enum account_class)shape_known((int)message->account_class, ACCOUNT_CLASS_III),
        .status = (enum account_status)shape_known((int)message->status, ACCOUNT_UNKNOWN),
        .joint = message->joint != 0,
        .credit = message->credit != 0,
        .minor = message->minor != 0,
    };
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id(shape, "verification_id", &message->verification_id, &out->verification);
}

/* ---- what the gateway says ---- */

void message_encode_verify_account(const struct verify_account *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__VerifyAccount wire;
    Linkgate__V1__PersonElements person;
    pack_init(&pack);
    linkgate__v1__verify_account__init(&wire);
    value_pack_person(&pack, &message->person, &person);
    wire.link_id = pack_id(&message->link);
    wire.verification_id = pack_id(&message->verification);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.account_number = pack_text(&pack, message->account_number);
    wire.person = &person;
    pack_finish(&pack, &wire.base, out);
}
