/*
 * Reading and writing what belongs to one-time codes.
 *
 * The code itself is opaque: it is carried, never looked at. Of the Class I bank's answers what
 * cannot be read arrives as nothing, as with all answers.
 */
#include "wire/message.h"
#include "wire/message_read.h"
#include "wire/values.h"

#define CHALLENGE_LIFETIME_MAX_MS 600000u

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

/* ---- answers ---- */

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
        .reason = shape_reason_or_empty(message->reason),
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

void message_encode_issue_challenge(const struct issue_challenge *message, struct buf *out) {
    struct pack pack;
    Linkgate__V1__IssueChallenge wire;
    Linkgate__V1__AgreedLimits limits;
    int scopes[VALUE_BITS_MAX];
    pack_init(&pack);
    linkgate__v1__issue_challenge__init(&wire);
    value_pack_limits(&message->limits, &limits);
    wire.link_id = pack_id(&message->link);
    wire.challenge_id = pack_id(&message->challenge);
    wire.requesting_bank_code = pack_bank(&pack, message->requesting_bank);
    wire.account_number = pack_text(&pack, message->account_number);
    wire.n_scopes = value_pack_bits(message->scopes, scopes);
    wire.scopes = (Linkgate__V1__LinkScope *)scopes;
    wire.limits = &limits;
    wire.replaces_challenge_id = pack_id(&message->replaces);
    wire.amendment = message->amendment;
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
