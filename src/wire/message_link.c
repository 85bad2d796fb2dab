/*
 * Reading and writing what belongs to a link, except OpenLink.
 *
 * Requests are held to the schema to the last bit. Answers are not: what the asked bank said counts
 * even where a part of it cannot be read, so such a part arrives as nothing (0, empty) and the
 * ledger decides what an answer without it is worth.
 */
#include "domain/identifier.h"
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/values.h"

#define CHALLENGE_LIFETIME_MAX_MS 600000u

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
_Static_assert(
    (int)CHALLENGE_SENT == (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_SENT &&
        (int)CHALLENGE_NOT_SENT ==
            (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_NOT_SENT &&
        (int)CHALLENGE_RIGHT == (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_RIGHT &&
        (int)CHALLENGE_WRONG == (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_WRONG &&
        (int)CHALLENGE_EXPIRED == (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_EXPIRED &&
        (int)CHALLENGE_TOO_MANY == (int)LINKGATE__V1__CHALLENGE_OUTCOME__CHALLENGE_OUTCOME_TOO_MANY,
    "wire values");

/* ---- requests ---- */

void read_one_id(struct shape *shape, const char *object_field, const ProtobufCBinaryData *object,
                 struct id *object_out, const ProtobufCBinaryData *request,
                 struct id *request_out) {
    if (object->len > 0 && request->len > 0) {
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "request_id");
        return;
    }
    if (request->len > 0)
        shape_id(shape, "request_id", request, request_out);
    else
        shape_id(shape, object_field, object, object_out);
}

void read_start_challenge(struct shape *shape, struct span payload, struct start_challenge *out) {
    const Linkgate__V1__StartChallenge *message = shape_read(
        shape, payload, &linkgate__v1__start_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct start_challenge){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
}

void read_answer_challenge(struct shape *shape, struct span payload, struct answer_challenge *out) {
    const Linkgate__V1__AnswerChallenge *message = shape_read(
        shape, payload, &linkgate__v1__answer_challenge__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct answer_challenge){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    if (message->code.len == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "code");
    else if (message->code.len > CHALLENGE_CODE_MAX)
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "code");
    out->code = shape_bytes(&message->code);
}

void read_close_link(struct shape *shape, struct span payload, struct close_link *out) {
    const Linkgate__V1__CloseLink *message =
        shape_read(shape, payload, &linkgate__v1__close_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct close_link){0};
    shape_request_id(shape, "request_id", &message->request_id, &out->request);
    shape_id(shape, "link_id", &message->link_id, &out->link);
    out->reason = shape_text(message->reason);
    if (out->reason.size == 0)
        shape_refuse(shape, REFUSAL_FIELD_MISSING, "reason");
    else if (!reason_code_valid(out->reason))
        shape_refuse(shape, REFUSAL_FIELD_INVALID, "reason");
}

void read_get_link(struct shape *shape, struct span payload, struct get_link *out) {
    const Linkgate__V1__GetLink *message =
        shape_read(shape, payload, &linkgate__v1__get_link__descriptor, SHAPE_UNKNOWN_REFUSED);
    if (message == NULL)
        return;
    *out = (struct get_link){0};
    read_one_id(shape, "link_id", &message->link_id, &out->link, &message->request_id,
                &out->request);
}

/* ---- answers ---- */

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

static struct span reason_or_empty(const char *text) {
    struct span reason = shape_text(text);
    return reason_code_valid(reason) ? reason : (struct span){NULL, 0};
}

static enum challenge_outcome outcome_within(int value, enum challenge_outcome first,
                                             enum challenge_outcome last) {
    return value >= (int)first && value <= (int)last ? (enum challenge_outcome)value
                                                     : CHALLENGE_NONE;
}

void read_issue_answer(struct shape *shape, struct span payload,
                       struct issue_challenge_reply *out) {
    const Linkgate__V1__IssueChallengeReply *message = shape_read(
        shape, payload, &linkgate__v1__issue_challenge_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    uint32_t lifetime_ms = message->lifetime_ms;
    *out = (struct issue_challenge_reply){
        .outcome = outcome_within((int)message->outcome, CHALLENGE_SENT, CHALLENGE_NOT_SENT),
        .masked_mobile = shape_clean_or_empty(message->masked_mobile, MASKED_MOBILE_MAX),
        .lifetime_ms =
            lifetime_ms < CHALLENGE_LIFETIME_MAX_MS ? lifetime_ms : CHALLENGE_LIFETIME_MAX_MS,
        .reason = reason_or_empty(message->reason),
    };
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id(shape, "challenge_id", &message->challenge_id, &out->challenge);
}

void read_check_answer(struct shape *shape, struct span payload,
                       struct check_challenge_reply *out) {
    const Linkgate__V1__CheckChallengeReply *message = shape_read(
        shape, payload, &linkgate__v1__check_challenge_reply__descriptor, SHAPE_UNKNOWN_TOLERATED);
    if (message == NULL)
        return;
    *out = (struct check_challenge_reply){
        .outcome = outcome_within((int)message->outcome, CHALLENGE_RIGHT, CHALLENGE_TOO_MANY),
        .tries_left = message->tries_left,
    };
    shape_id(shape, "link_id", &message->link_id, &out->link);
    shape_id(shape, "attempt_id", &message->attempt_id, &out->attempt);
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

void message_encode_issue_challenge(const struct issue_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__IssueChallenge wire;
    Linkgate__V1__AgreedLimits limits;
    Linkgate__V1__LinkScope scopes[VALUE_SCOPES_MAX];
    pack_init(&pack);
    linkgate__v1__issue_challenge__init(&wire);
    value_pack_limits(&message->limits, &limits);
    wire.link_id = pack_id(&message->link);
    wire.challenge_id = pack_id(&message->challenge);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.account_number = pack_text(&pack, message->account_number);
    wire.n_scopes = value_pack_scopes(message->scopes, scopes);
    wire.scopes = scopes;
    wire.limits = &limits;
    pack_finish(&pack, &wire.base, out);
}

void message_encode_check_challenge(const struct check_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__CheckChallenge wire;
    pack_init(&pack);
    linkgate__v1__check_challenge__init(&wire);
    wire.link_id = pack_id(&message->link);
    wire.challenge_id = pack_id(&message->challenge);
    wire.attempt_id = pack_id(&message->attempt);
    wire.code = pack_bytes(message->code);
    pack_finish(&pack, &wire.base, out);
}

/* A LinkReply and what it points to. */
struct packed_link {
    Linkgate__V1__LinkReply reply;
    Linkgate__V1__AgreedLimits limits;
    Linkgate__V1__Challenge challenge;
    Linkgate__V1__LinkScope scopes[VALUE_SCOPES_MAX];
};

static void pack_link(struct pack *pack, const struct link_view *view, struct packed_link *out) {
    Linkgate__V1__LinkReply *wire = &out->reply;
    linkgate__v1__link_reply__init(wire);
    wire->link_id = pack_id(&view->link);
    wire->state = (Linkgate__V1__LinkState)view->state;
    wire->reason = pack_text(pack, view->reason);
    wire->class2_bank_code = pack_bank(pack, view->class2_bank);
    wire->class1_bank_code = pack_bank(pack, view->class1_bank);
    wire->class2_account_masked = pack_text(pack, view->class2_masked);
    wire->class1_account_masked = pack_text(pack, view->class1_masked);
    wire->n_scopes = value_pack_scopes(view->scopes, out->scopes);
    wire->scopes = out->scopes;
    value_pack_limits(&view->limits, &out->limits);
    wire->limits = &out->limits;
    if (view->has_challenge) {
        linkgate__v1__challenge__init(&out->challenge);
        out->challenge.masked_mobile = pack_text(pack, view->challenge_mobile);
        out->challenge.expires_in_ms = view->challenge_expires_in_ms;
        out->challenge.tries_left = view->challenge_tries_left;
        wire->challenge = &out->challenge;
    }
    wire->requested_at_ms = view->requested_at_ms;
    wire->activated_at_ms = view->activated_at_ms;
    wire->deadline_ms = view->deadline_ms;
    wire->replayed = view->replayed;
}

void message_encode_link_reply(const struct link_view *view, struct buf *out) {
    struct pack pack;
    struct packed_link link;
    pack_init(&pack);
    pack_link(&pack, view, &link);
    pack_finish(&pack, &link.reply.base, out);
}

void message_encode_link_notice(const struct notice_place *place, const struct link_view *view,
                                const char *event, struct buf *out) {
    struct pack pack;
    struct packed_link link;
    Linkgate__V1__LinkNotice wire;
    pack_init(&pack);
    linkgate__v1__link_notice__init(&wire);
    pack_link(&pack, view, &link);
    wire.sequence = place->sequence;
    wire.token = pack_digest(&place->token);
    wire.link = &link.reply;
    wire.event = pack_text(&pack, span_text(event));
    pack_finish(&pack, &wire.base, out);
}
