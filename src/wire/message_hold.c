/*
 * Reading what places and lifts holds.
 *
 * Whether an expiry is still to come is not asked here: a request that is sent again, or read again
 * from the log, must pass as it did the first time. Nor is whose a hold is: the ledger knows.
 */
#include "linkgate/v1/link.pb-c.h"
#include "wire/message_read.h"
#include "wire/parts.h"

_Static_assert(
    (int)HOLD_BLOCK_DEBIT_CLASS1 == (int)LINKGATE__V1__HOLD_BLOCK__HOLD_BLOCK_DEBIT_CLASS1 &&
        (int)HOLD_BLOCK_CREDIT_CLASS1 == (int)LINKGATE__V1__HOLD_BLOCK__HOLD_BLOCK_CREDIT_CLASS1 &&
        (int)HOLD_BLOCK_DEBIT_CLASS2 == (int)LINKGATE__V1__HOLD_BLOCK__HOLD_BLOCK_DEBIT_CLASS2 &&
        (int)HOLD_BLOCK_CREDIT_CLASS2 == (int)LINKGATE__V1__HOLD_BLOCK__HOLD_BLOCK_CREDIT_CLASS2 &&
        (int)HOLD_BLOCK_ORDERS == (int)LINKGATE__V1__HOLD_BLOCK__HOLD_BLOCK_ORDERS,
    "wire values");
_Static_assert(
    (int)HOLD_BY_BANK == (int)LINKGATE__V1__HOLD_AUTHORITY__HOLD_AUTHORITY_BANK &&
        (int)HOLD_BY_CUSTOMER == (int)LINKGATE__V1__HOLD_AUTHORITY__HOLD_AUTHORITY_CUSTOMER &&
        (int)HOLD_BY_OPERATOR == (int)LINKGATE__V1__HOLD_AUTHORITY__HOLD_AUTHORITY_OPERATOR &&
        (int)HOLD_BY_COURT == (int)LINKGATE__V1__HOLD_AUTHORITY__HOLD_AUTHORITY_COURT &&
        (int)HOLD_BY_GATEWAY == (int)LINKGATE__V1__HOLD_AUTHORITY__HOLD_AUTHORITY_GATEWAY,
    "wire values");

/* One that speaks through a bank. */
static bool through_bank(int authority) {
    return authority == HOLD_BY_BANK || authority == HOLD_BY_CUSTOMER || authority == HOLD_BY_COURT;
}

void read_place_hold(struct shape *shape, struct span payload, struct place_hold *out) {
    const Linkgate__V1__PlaceHold *message =
        shape_read(shape, payload, &linkgate__v1__place_hold__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct place_hold){.expires_at_ms = message->expires_at_ms};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    if (!through_bank((int)message->authority))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "authority");
    else
        out->authority = (enum hold_authority)message->authority;
    shape_reason(shape, "reason", message->reason, &out->reason);
    shape_clean(shape, "legal_reference", message->legal_reference,
                out->authority == HOLD_BY_COURT ? 1 : 0, LEGAL_REFERENCE_MAX,
                &out->legal_reference);
    if (message->expires_at_ms < 0)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "expires_at_ms");
    out->blocks = part_bits(shape, "blocks", message->blocks, message->n_blocks, HOLD_BLOCK_ORDERS);
}

void read_lift_hold(struct shape *shape, struct span payload, struct lift_hold *out) {
    const Linkgate__V1__LiftHold *message =
        shape_read(shape, payload, &linkgate__v1__lift_hold__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct lift_hold){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id(shape, "hold_id", &message->hold_id, &out->hold);
    if (shape_enum(shape, "authority", (int)message->authority, HOLD_BY_GATEWAY))
        out->authority = (enum hold_authority)message->authority;
    shape_reason(shape, "reason", message->reason, &out->reason);
}
